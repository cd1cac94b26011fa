//! One pass over JSON text that checks everything and builds nothing.
//!
//! The scanner finds where each value ends. It never recurses (brackets live in
//! a fixed bit stack), never allocates, and looks at every byte once, after
//! `simdutf8` has said of a long text whether all of it is UTF-8.
//!
//! Invalid UTF-8 inside a string is noted, not refused; everything else that
//! RFC 8259 does not allow is refused where it stands.

use super::block::{BLOCK, HIGH_BITS, plain_bytes};
use super::brackets::OpenBrackets;
use super::hex;
use super::runs::{end_of_digits, end_of_plain, multi_byte_length};
use super::short::Short;
use super::text::RawText;
use super::usual::UsualKey;

/// Why reading stopped before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Not JSON from here on, or the text ended too early.
    Malformed,
    /// One bracket more was opened than are followed.
    TooDeep,
}

/// What a value is, as far as its first bytes and its quotes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    True,
    False,
    Number,
    /// A string whose bytes stand for themselves.
    Plain,
    /// A string with backslashes in it.
    Escaped,
    Array,
    Object,
}

/// A value's kind and place in the text, quotes and brackets included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Value {
    /// No value at all.
    pub(crate) const NOTHING: Self = Self {
        kind: Kind::Null,
        start: 0,
        end: 0,
    };

    /// The value's JSON, in the text it was scanned from.
    #[inline(always)]
    pub(crate) fn json(self, text: &[u8]) -> &[u8] {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// A string's content without its quotes, or the JSON of anything else.
    #[inline(always)]
    pub(crate) fn text(self, text: &[u8]) -> RawText<'_> {
        if self.is_string() {
            self.content(text)
        } else {
            RawText::verbatim(self.json(text))
        }
    }

    /// The content of what is known to be a string.
    #[inline(always)]
    pub(crate) fn content(self, text: &[u8]) -> RawText<'_> {
        RawText {
            bytes: text.get(self.start + 1..self.end - 1).unwrap_or_default(),
            is_escaped: self.kind == Kind::Escaped,
        }
    }

    /// A string or a number.
    pub(crate) fn is_scalar(self) -> bool {
        self.is_string() || self.kind == Kind::Number
    }

    pub(crate) fn is_string(self) -> bool {
        matches!(self.kind, Kind::Plain | Kind::Escaped)
    }
}

/// An object's key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key {
    /// The bytes of a plain one: nearly all keys.
    Short(Short),
    /// Where any other one is.
    Other(Value),
}

/// JSON's own white space (RFC 8259, section 2), nothing more.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// A text without the white space around it.
pub(crate) fn trimmed(text: &[u8]) -> &[u8] {
    let start = text
        .iter()
        .position(|&byte| !is_space(byte))
        .unwrap_or(text.len());
    let end = text
        .iter()
        .rposition(|&byte| !is_space(byte))
        .map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}

/// A position in a text, moving forward only.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Marks the bytes above 0x7F that strings have to stop at: all of them,
    /// or none if the whole text is known to be UTF-8.
    suspicious: u64,
    first_invalid_utf8: Option<usize>,
}

impl<'a> Scanner<'a> {
    /// Starts at the first byte.
    ///
    /// A long text is checked for UTF-8 at once, at some 30 GB/s. A short one,
    /// and one that fails, is looked at where it stands.
    pub(crate) fn new(text: &'a [u8]) -> Self {
        const LONG: usize = 256;
        let is_known = text.len() >= LONG && simdutf8::basic::from_utf8(text).is_ok();
        Self {
            text,
            at: 0,
            suspicious: if is_known { 0 } else { HIGH_BITS },
            first_invalid_utf8: None,
        }
    }

    /// Starts at a value that was read before: its strings need no second look.
    pub(crate) const fn within(text: &'a [u8], at: usize) -> Self {
        Self {
            text,
            at,
            suspicious: 0,
            first_invalid_utf8: None,
        }
    }

    /// The byte the scanner stands on.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Passes bytes that somebody else has read.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Where the first byte stands that is not UTF-8, among those passed.
    pub(crate) fn first_invalid_utf8(&self) -> Option<usize> {
        self.first_invalid_utf8
    }

    /// Skips white space and looks at the byte behind it.
    #[inline(always)]
    pub(crate) fn peek_token(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.get(self.at)?;
            if !is_space(byte) {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Skips white space; takes the byte behind it if it is `wanted`.
    #[inline(always)]
    pub(crate) fn take_token(&mut self, wanted: u8) -> bool {
        let found = matches!(self.peek_token(), Some(found) if found == wanted);
        if found {
            self.at += 1;
        }
        found
    }

    /// Reads one value of any size; `level` counts the brackets open around it.
    ///
    /// Inlined, so that the place stays in registers: a `Result<Value>` that
    /// goes through memory costs a sixth of the time of an error body (`make
    /// bench`, with and without).
    #[inline(always)]
    pub(crate) fn value(&mut self, level: usize) -> Result<Value, Stop> {
        let first = self.peek_token().ok_or(Stop::Malformed)?;
        let start = self.at;
        let kind = self.kind_of_value(first, level)?;
        Ok(Value {
            kind,
            start,
            end: self.at,
        })
    }

    /// The same for whoever is in no hurry: 1 KB less for each of them.
    #[inline(never)]
    pub(crate) fn value_apart(&mut self, level: usize) -> Result<Value, Stop> {
        self.value(level)
    }

    /// Reads an object's key and the colon behind it.
    #[inline(always)]
    pub(crate) fn key(&mut self) -> Result<Key, Stop> {
        if let Some((key, length)) = self.short_key() {
            self.at += length + 3;
            return Ok(Key::Short(key));
        }
        let start = self.at;
        if self.text.get(start) != Some(&b'"') {
            return Err(Stop::Malformed);
        }
        let kind = self.string()?;
        let end = self.at;
        if self.take_token(b':') {
            Ok(Key::Other(Value { kind, start, end }))
        } else {
            Err(Stop::Malformed)
        }
    }

    /// Passes a key, if it is this one.
    #[inline(always)]
    pub(crate) fn take_usual(&mut self, key: &UsualKey) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        match key.length_in(rest) {
            Some(length) => {
                self.at += length;
                true
            }
            None => false,
        }
    }

    /// A plain key of less than 16 bytes with its colon right behind it, which
    /// nearly all keys are; and its length.
    #[inline(always)]
    fn short_key(&self) -> Option<(Short, usize)> {
        let chunk: &[u8; BLOCK + 2] = self.text.get(self.at..)?.first_chunk()?;
        let [quote, block @ .., _] = chunk;
        let length = plain_bytes(block, 0, HIGH_BITS);
        let end = chunk.get(length + 1..)?.first_chunk()?;
        let is_key = *quote == b'"' && u16::from_ne_bytes(*end) == u16::from_ne_bytes(*b"\":");
        is_key.then_some((Short::beginning(block, length), length))
    }

    #[inline(always)]
    fn kind_of_value(&mut self, first: u8, level: usize) -> Result<Kind, Stop> {
        match first {
            b'"' => self.string(),
            b'{' | b'[' => self.brackets(level),
            _ => self.scalar(first),
        }
    }

    /// Reads a whole array or object; the scanner stands on its first bracket.
    fn brackets(&mut self, level: usize) -> Result<Kind, Stop> {
        let mut open = OpenBrackets::new(level);
        let kind = match self.text.get(self.at) {
            Some(b'{') => Kind::Object,
            _ => Kind::Array,
        };
        'value: loop {
            // The scanner stands on the first byte of a value.
            match self.text.get(self.at) {
                Some(b'"') => {
                    self.string()?;
                }
                Some(b'{') => {
                    self.at += 1;
                    open.push(true)?;
                    if let Some(b'"') = self.peek_token() {
                        self.key()?;
                        self.peek_token();
                        continue 'value;
                    }
                    if self.text.get(self.at) != Some(&b'}') {
                        return Err(Stop::Malformed);
                    }
                }
                Some(b'[') => {
                    self.at += 1;
                    open.push(false)?;
                    if self.peek_token() != Some(b']') {
                        continue 'value;
                    }
                }
                Some(&first) => {
                    self.scalar(first)?;
                }
                None => return Err(Stop::Malformed),
            }
            // A value is complete: close what ends here, then go to the next.
            loop {
                match self.peek_token() {
                    Some(b',') => {
                        self.at += 1;
                        if open.in_object {
                            self.peek_token();
                            self.key()?;
                        }
                        self.peek_token();
                        continue 'value;
                    }
                    Some(b'}') if open.in_object => {}
                    Some(b']') if !open.in_object => {}
                    _ => return Err(Stop::Malformed),
                }
                self.at += 1;
                if open.pop() {
                    return Ok(kind);
                }
            }
        }
    }

    /// Reads a number or a literal that begins with `first`.
    #[inline(always)]
    fn scalar(&mut self, first: u8) -> Result<Kind, Stop> {
        match first {
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.literal(*b"true", 0, Kind::True),
            b'f' => self.literal(*b"alse", 1, Kind::False),
            b'n' => self.literal(*b"null", 0, Kind::Null),
            _ => Err(Stop::Malformed),
        }
    }

    /// The four last letters of a literal, `from` where it begins: one comparison.
    #[inline(always)]
    fn literal(&mut self, letters: [u8; 4], from: usize, kind: Kind) -> Result<Kind, Stop> {
        let start = self.at + from;
        let found = self.text.get(start..).and_then(<[u8]>::first_chunk);
        match found {
            Some(found) if u32::from_ne_bytes(*found) == u32::from_ne_bytes(letters) => {
                self.at = start + letters.len();
                Ok(kind)
            }
            _ => Err(Stop::Malformed),
        }
    }

    /// RFC 8259, section 6: no leading zero, no bare point, no bare exponent.
    #[inline(always)]
    fn number(&mut self) -> Result<Kind, Stop> {
        if let Some(b'-') = self.text.get(self.at) {
            self.at += 1;
        }
        if let Some(b'0') = self.text.get(self.at) {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if let Some(b'.') = self.text.get(self.at) {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.text.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.text.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Kind::Number)
    }

    #[inline(always)]
    fn digits(&mut self) -> Result<(), Stop> {
        let start = self.at;
        self.at = end_of_digits(self.text, start);
        if self.at > start {
            Ok(())
        } else {
            Err(Stop::Malformed)
        }
    }

    /// Reads a string; the scanner stands on its opening quote.
    #[inline(always)]
    fn string(&mut self) -> Result<Kind, Stop> {
        self.at += 1;
        let mut kind = Kind::Plain;
        loop {
            self.at = end_of_plain(self.text, self.at, self.suspicious);
            match self.text.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(kind);
                }
                Some(b'\\') => {
                    kind = Kind::Escaped;
                    self.escapes()?;
                }
                Some(0x80..) => self.multi_byte_run(),
                // A control character, or the end of the text.
                _ => return Err(Stop::Malformed),
            }
        }
    }

    /// Reads one escape after another; the scanner stands on a backslash.
    fn escapes(&mut self) -> Result<(), Stop> {
        while let Some(b'\\') = self.text.get(self.at) {
            match self.text.get(self.at + 1) {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
                Some(b'u') => {
                    let digits = self.text.get(self.at + 2..).and_then(<[u8]>::first_chunk);
                    if digits.copied().and_then(hex::four).is_none() {
                        return Err(Stop::Malformed);
                    }
                    self.at += 6;
                }
                _ => return Err(Stop::Malformed),
            }
        }
        Ok(())
    }

    /// Passes bytes above 0x7F, noting the first that is not UTF-8.
    fn multi_byte_run(&mut self) {
        while let Some(rest) = self.text.get(self.at..) {
            if !matches!(rest.first(), Some(0x80..)) {
                return;
            }
            let length = multi_byte_length(rest);
            if length == 0 && self.first_invalid_utf8.is_none() {
                self.first_invalid_utf8 = Some(self.at);
            }
            self.at += length.max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::brackets::MAX_DEPTH;
    use super::*;

    fn whole(text: &[u8]) -> Result<Kind, Stop> {
        let mut scanner = Scanner::new(text);
        let value = scanner.value(0)?;
        match scanner.peek_token() {
            None => Ok(value.kind),
            Some(_) => Err(Stop::Malformed),
        }
    }

    #[test]
    fn values_end_where_they_end() {
        for (text, kind) in [
            (&b"{}"[..], Kind::Object),
            (b" [ ] ", Kind::Array),
            (b"[1,-0.5e+3,\"a\",{\"k\":[true,false,null]}]", Kind::Array),
            (b"{\"a\" : {\"b\":{}} , \"c\":[[],[[]]]}", Kind::Object),
            (b"\"\\u0041\\n\"", Kind::Escaped),
            (b"\"plain text of some length\"", Kind::Plain),
            (b"-0", Kind::Number),
            (b"null", Kind::Null),
        ] {
            assert_eq!(whole(text), Ok(kind), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn what_rfc_8259_does_not_allow_is_refused() {
        for text in [
            &b""[..],
            b" ",
            b"{",
            b"}",
            b"[",
            b"]",
            b"[1}",
            b"{]",
            b"{\"a\"}",
            b"{\"a\":}",
            b"{\"a\":1,}",
            b"{,}",
            b"[,]",
            b"[1,]",
            b"[1 2]",
            b"{1:2}",
            b"{\"a\":1 \"b\":2}",
            b"01",
            b"-",
            b"+1",
            b"1.",
            b".5",
            b"1e",
            b"1e+",
            b"0x1",
            b"tru",
            b"nul",
            b"True",
            b"\"",
            b"\"\\\"",
            b"\"\\x\"",
            b"\"\\u12\"",
            b"\"\\u12g4\"",
            b"\"a\nb\"",
            b"\"\x00\"",
            b"'a'",
            b"[1]]",
            b"{}{}",
            b"\xA0[]",
            b"[\x0B]",
            b"[tru\xE9]",
            b"nan",
        ] {
            assert_eq!(whole(text), Err(Stop::Malformed), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn invalid_utf8_is_noted_and_passed() {
        let mut scanner = Scanner::new(b"[\"ok\",\"a\xFF\xE4\xBD\"]");
        assert!(scanner.value(0).is_ok());
        assert_eq!(scanner.first_invalid_utf8(), Some(8));
    }

    #[test]
    fn brackets_are_matched_to_the_last_level_and_not_beyond() {
        let nested = |levels: usize| [vec![b'['; levels], vec![b']'; levels]].concat();
        assert_eq!(whole(&nested(MAX_DEPTH)), Ok(Kind::Array));
        assert_eq!(whole(&nested(MAX_DEPTH + 1)), Err(Stop::TooDeep));
        assert_eq!(whole(&vec![b'['; 100_000]), Err(Stop::TooDeep));

        let mut inside_one = Scanner::new(b"[]");
        assert!(inside_one.value(MAX_DEPTH - 1).is_ok());
        let mut inside_all = Scanner::new(b"[]");
        assert_eq!(inside_all.value(MAX_DEPTH).unwrap_err(), Stop::TooDeep);
    }

    #[test]
    fn mixed_brackets_keep_their_order_over_word_limits() {
        let mut text = Vec::new();
        for level in 0..500 {
            text.extend_from_slice(if level % 3 == 0 { b"{\"k\":" } else { b"[" });
        }
        text.extend_from_slice(b"1");
        for level in (0..500).rev() {
            text.push(if level % 3 == 0 { b'}' } else { b']' });
        }
        assert_eq!(whole(&text), Ok(Kind::Object));
        let last = text.len() - 1;
        text[last] = b']';
        assert_eq!(whole(&text), Err(Stop::Malformed));
    }
}
