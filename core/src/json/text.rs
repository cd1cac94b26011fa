//! Text as the server sent it, unescaped only when somebody reads it.

use core::fmt;
use std::borrow::Cow;

use super::hex;
use super::scan::trimmed;

/// Text as it stands in a reply: borrowed, and not yet read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawText<'a> {
    pub(crate) bytes: &'a [u8],
    /// The bytes are a JSON string's content with backslashes in it.
    pub(crate) is_escaped: bool,
}

impl<'a> RawText<'a> {
    /// Bytes that stand for themselves.
    pub(crate) const fn verbatim(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            is_escaped: false,
        }
    }

    /// The characters, one by one, unescaped.
    pub(crate) fn chars(self) -> Chars<'a> {
        Chars {
            rest: self.bytes,
            escaped: self.is_escaped,
        }
    }

    /// The characters without the JSON white space around them.
    pub(crate) fn trimmed(self) -> Chars<'a> {
        if !self.is_escaped {
            return Self::verbatim(trimmed(self.bytes)).chars();
        }
        // White space may be escaped, too.
        let mut start = None;
        let mut end = self.chars();
        let mut rest = self.chars();
        loop {
            let before = rest.clone();
            match rest.next() {
                None => return start.unwrap_or(rest).until(&end),
                Some(' ' | '\t' | '\n' | '\r') => {}
                Some(_) => {
                    start.get_or_insert(before);
                    end = rest.clone();
                }
            }
        }
    }
}

impl<'a> From<RawText<'a>> for Text<'a> {
    fn from(raw: RawText<'a>) -> Self {
        Self {
            raw: Cow::Borrowed(raw.bytes),
            escaped: raw.is_escaped,
        }
    }
}

/// A piece of text from a reply: a message, a code, a header's value.
///
/// It borrows the reply's bytes. JSON escapes are undone, and bytes that are
/// not UTF-8 are replaced by U+FFFD, only when the text is read; a text without
/// either costs nothing at all.
///
/// ```
/// use aftercall::{Profile, Reply, judge};
///
/// let body = br#"{"status":false,"error_code":67200005,"error_msg":"\u4f59\u989d low"}"#;
/// let verdict = judge(Profile::eureka(), &Reply::new(200, body), None);
/// let message = verdict.message().unwrap();
/// assert_eq!(message.to_str(), "余额 low");
/// assert_eq!(message.raw(), br"\u4f59\u989d low");
/// ```
#[derive(Clone)]
pub struct Text<'a> {
    raw: Cow<'a, [u8]>,
    escaped: bool,
}

impl<'a> Text<'a> {
    /// Bytes that stand for themselves.
    ///
    /// ```
    /// assert_eq!(aftercall::Text::verbatim(b"caf\xE9").to_str(), "caf\u{FFFD}");
    /// ```
    #[must_use]
    pub const fn verbatim(raw: &'a [u8]) -> Self {
        Self {
            raw: Cow::Borrowed(raw),
            escaped: false,
        }
    }

    /// The content of a JSON string, without its quotes; a broken escape shows
    /// as U+FFFD.
    ///
    /// ```
    /// assert_eq!(aftercall::Text::escaped(br"a\nb").to_str(), "a\nb");
    /// ```
    #[must_use]
    pub const fn escaped(raw: &'a [u8]) -> Self {
        Self {
            raw: Cow::Borrowed(raw),
            escaped: true,
        }
    }

    /// The bytes as received, before unescaping.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Whether [`raw`](Self::raw) holds JSON escapes.
    #[must_use]
    pub const fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// The text; allocates only if something had to be unescaped or replaced.
    #[must_use]
    pub fn to_str(&self) -> Cow<'_, str> {
        if self.escaped {
            Cow::Owned(unescaped(&self.raw))
        } else {
            lossy(&self.raw)
        }
    }

    /// The characters of the text, one by one, without allocating.
    ///
    /// Each maximal part that is not UTF-8, and each surrogate escape without
    /// its other half, is one U+FFFD.
    #[must_use]
    pub fn chars(&self) -> Chars<'_> {
        RawText {
            bytes: &self.raw,
            is_escaped: self.escaped,
        }
        .chars()
    }

    /// The same text, borrowing from this one.
    #[cfg(feature = "client")]
    pub(crate) fn borrowed(&self) -> Text<'_> {
        Text {
            raw: Cow::Borrowed(&self.raw),
            escaped: self.escaped,
        }
    }

    /// The same text, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Text<'static> {
        Text {
            raw: Cow::Owned(self.raw.into_owned()),
            escaped: self.escaped,
        }
    }
}

/// The whole of an escaped text; what stands between escapes is copied at once.
fn unescaped(raw: &[u8]) -> String {
    let mut text = String::with_capacity(raw.len());
    let valid = lossy(raw);
    let mut rest = &*valid;
    while let Some(place) = rest.bytes().position(|byte| byte == b'\\') {
        let (plain, escaped) = rest.split_at_checked(place).unwrap_or_default();
        text.push_str(plain);
        let (character, length) = escape(escaped.as_bytes());
        text.push(character);
        rest = escaped.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// Writes the text as it is. It is the server's own and may hold anything, line
/// breaks and secrets included: for a log, use what is made for logs.
impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        self.chars()
            .try_for_each(|character| f.write_char(character))
    }
}

/// Shows the size alone: what a server says may hold a secret.
impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.raw.len())
    }
}

/// Two texts are equal if they read the same, however they were escaped.
impl PartialEq for Text<'_> {
    fn eq(&self, other: &Text<'_>) -> bool {
        self.chars().eq(other.chars())
    }
}

impl Eq for Text<'_> {}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.chars().eq(other.chars())
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

/// The characters of a [`Text`]; made by [`Text::chars`].
#[derive(Clone)]
pub struct Chars<'t> {
    rest: &'t [u8],
    escaped: bool,
}

impl Chars<'_> {
    /// What stands before a later state of the same characters.
    pub(crate) fn until(mut self, later: &Self) -> Self {
        let length = self.rest.len().saturating_sub(later.rest.len());
        self.rest = self.rest.get(..length).unwrap_or_default();
        self
    }

    /// `next`, for loops that have to be fast.
    #[inline(always)]
    pub(crate) fn step(&mut self) -> Option<char> {
        let (character, length) = match *self.rest.first()? {
            b'\\' if self.escaped => escape(self.rest),
            ascii @ 0x00..0x80 => (char::from(ascii), 1),
            _ => multi_byte(self.rest),
        };
        self.rest = self.rest.get(length..).unwrap_or_default();
        Some(character)
    }
}

impl Iterator for Chars<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        self.step()
    }
}

/// Shows the size alone, as [`Text`] does.
impl fmt::Debug for Chars<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.rest.len())
    }
}

/// The character that the escape at the front stands for, and its length.
///
/// The scanner has checked the escape; were it broken all the same, it would
/// show as U+FFFD.
fn escape(text: &[u8]) -> (char, usize) {
    let character = match text.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return code_unit_escape(text),
        Some(&itself @ (b'"' | b'\\' | b'/')) => char::from(itself),
        _ => return (char::REPLACEMENT_CHARACTER, 1),
    };
    (character, 2)
}

/// `\uXXXX`, and the second half of a surrogate pair behind it.
fn code_unit_escape(text: &[u8]) -> (char, usize) {
    const LENGTH: usize = r"\uXXXX".len();
    let Some(unit) = code_unit(text) else {
        return (char::REPLACEMENT_CHARACTER, 2);
    };
    if (0xD800..0xDC00).contains(&unit)
        && let Some(low @ 0xDC00..0xE000) = text.get(LENGTH..).and_then(code_unit)
    {
        let code_point = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        let character = char::from_u32(code_point);
        return (character.unwrap_or(char::REPLACEMENT_CHARACTER), 2 * LENGTH);
    }
    let character = char::from_u32(unit);
    (character.unwrap_or(char::REPLACEMENT_CHARACTER), LENGTH)
}

/// The code unit of a `\uXXXX` at the front.
fn code_unit(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(br"\u")?.first_chunk::<4>()?;
    hex::four(*digits).map(u32::from)
}

/// What `from_utf8_lossy` makes of the bytes, faster for those that are UTF-8.
fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// The character at the front, which begins above 0x7F, and its length; for
/// what is not UTF-8, U+FFFD and the length of the maximal subpart.
fn multi_byte(text: &[u8]) -> (char, usize) {
    let longest = text.get(..4).unwrap_or(text);
    let Some(chunk) = longest.utf8_chunks().next() else {
        return (char::REPLACEMENT_CHARACTER, 1);
    };
    match chunk.valid().chars().next() {
        Some(character) => (character, character.len_utf8()),
        None => (char::REPLACEMENT_CHARACTER, chunk.invalid().len().max(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(raw: &[u8]) -> Text<'_> {
        Text::escaped(raw)
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(escaped(br#"\"\\\/\b\f\n\r\t"#), "\"\\/\u{8}\u{c}\n\r\t");
        assert_eq!(escaped(br"\u4f59\u00e9A"), "余éA");
        assert_eq!(escaped(br"\ud83d\ude00!"), "😀!");
    }

    #[test]
    fn half_a_surrogate_pair_is_one_replacement() {
        assert_eq!(escaped(br"\ud83d"), "\u{FFFD}");
        assert_eq!(escaped(br"\udc00\ud83dx"), "\u{FFFD}\u{FFFD}x");
        assert_eq!(escaped(br"\ud83d\n"), "\u{FFFD}\n");
        assert_eq!(escaped(br"\ud83d\u0041"), "\u{FFFD}A");
        assert_eq!(escaped(br"\ud83d\ud83d\ude00"), "\u{FFFD}😀");
    }

    #[test]
    fn broken_utf8_shows_as_the_standard_library_shows_it() {
        for bytes in [
            &b"a\xFFb"[..],
            b"\xE4\xBD",
            b"\xE4\xBDx",
            b"\xF0\x9F\x98",
            b"\xED\xA0\x80",
            b"\xC0\xAF",
            b"\xFF\xFF",
            b"\x80",
            b"caf\xE9 \xE4\xBD\x99",
        ] {
            assert_eq!(Text::verbatim(bytes), *String::from_utf8_lossy(bytes));
            assert_eq!(escaped(bytes), *String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_backslash_outside_a_json_string_is_a_backslash() {
        assert_eq!(Text::verbatim(br"C:\new"), r"C:\new");
    }

    #[test]
    fn debug_shows_no_content() {
        assert_eq!(
            format!("{:?}", Text::verbatim(b"Bearer sk-1")),
            "<11 bytes>"
        );
    }
}
