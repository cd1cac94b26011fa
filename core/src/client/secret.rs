//! Text that no output may show.

use core::fmt;

/// A credential. Its `Debug` form shows nothing, and it has no other.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Box<str>);

impl Secret {
    pub(crate) fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the header that it belongs in.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// What is wrong with it as part of a header, without saying it.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let Self(text) = self;
        if text.is_empty() {
            return Some("found nothing");
        }
        if matches!(&**text, "None" | "null" | "undefined" | "nil") {
            return Some("found the name of no value");
        }
        if text.len() > 16 << 10 {
            return Some("found more than 16 KiB");
        }
        let is_visible = |byte: u8| byte.is_ascii_graphic();
        (!text.bytes().all(is_visible)).then_some("found white space or other characters")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("canary")), "<secret>");
    }

    #[test]
    fn what_cannot_be_a_credential_is_known() {
        for good in ["sk-1", "a.b-c_d~e+f/g=", "nothing"] {
            assert_eq!(Secret::new(good).fault(), None, "{good}");
        }
        for bad in ["", "None", "null", "a b", "a\r\nx: y", "ключ", "sk-1\n"] {
            assert!(Secret::new(bad).fault().is_some(), "{bad:?}");
        }
        assert!(Secret::new("x".repeat(20_000)).fault().is_some());
    }
}
