//! The headers of a reply, kept as they came, in two allocations.

use core::fmt;
use core::ops::Range;

use crate::Headers;

/// Room for what most replies have, made at once.
const USUAL_TEXT: usize = 480;
const USUAL_COUNT: usize = 14;

/// A reply's headers in the order received, repetitions included.
#[derive(Clone, Default)]
pub struct HeaderBlock {
    text: Vec<u8>,
    spans: Vec<(Range<usize>, Range<usize>)>,
}

impl HeaderBlock {
    /// No headers.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            text: Vec::new(),
            spans: Vec::new(),
        }
    }

    /// Adds a header behind those that are there.
    pub fn push(&mut self, name: &[u8], value: &[u8]) {
        if self.spans.is_empty() {
            self.text.reserve(USUAL_TEXT);
            self.spans.reserve(USUAL_COUNT);
        }
        let name = self.append(name);
        let value = self.append(value);
        self.spans.push((name, value));
    }

    /// The first value of a header; its name in any case.
    ///
    /// ```
    /// use aftercall::client::HeaderBlock;
    ///
    /// let mut headers = HeaderBlock::new();
    /// headers.push(b"Content-Type", b"application/json");
    /// assert_eq!(headers.get("content-type"), Some(&b"application/json"[..]));
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// Every header, in the order received.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.spans
            .iter()
            .map(|(name, value)| (self.part(name), self.part(value)))
    }

    /// How many headers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    fn append(&mut self, part: &[u8]) -> Range<usize> {
        let start = self.text.len();
        self.text.extend_from_slice(part);
        start..self.text.len()
    }

    fn part(&self, span: &Range<usize>) -> &[u8] {
        self.text.get(span.clone()).unwrap_or_default()
    }
}

impl Headers for HeaderBlock {
    fn visit<'h>(&'h self, each: &mut dyn FnMut(&'h [u8], &'h [u8])) {
        for (name, value) in self.iter() {
            each(name, value);
        }
    }
}

/// Shows how many there are; values may hold secrets.
impl fmt::Debug for HeaderBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeaderBlock(<{} headers>)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_shown_in_its_order_and_debug_shows_nothing() {
        let mut headers = HeaderBlock::new();
        headers.push(b"Set-Cookie", b"canary=1");
        headers.push(b"set-cookie", b"b\xFF");
        let all: Vec<_> = headers.iter().collect();
        assert_eq!(
            all,
            [
                (&b"Set-Cookie"[..], &b"canary=1"[..]),
                (b"set-cookie", b"b\xFF")
            ]
        );
        assert_eq!(headers.get("SET-COOKIE"), Some(&b"canary=1"[..]));
        assert_eq!(headers.get("cookie"), None);
        assert!(!format!("{headers:?}").contains("canary"));
    }
}
