//! One character of a text, through the encodings around it.
//!
//! A secret may stand in a URL that is a parameter of another URL, in JSON that
//! is a string of other JSON, or on a page. `%22`, `%2522`, `\"`, `\\\"`,
//! `\u0022` and `&quot;` all are a quotation mark; how deep it is encoded tells
//! whether it can end what another one began.

/// A character, where it stands, and how often it was encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) char: char,
    /// How often it is percent-encoded.
    pub(super) percent: u8,
    /// How often it is escaped besides: in a string, or on a page.
    pub(super) escapes: u8,
    /// A run of backslashes that escapes what follows, in a way that is not
    /// undone here.
    pub(super) is_open_escape: bool,
}

impl Unit {
    const fn new(start: usize, symbol: Symbol) -> Self {
        Self {
            start,
            end: symbol.end,
            char: symbol.char,
            percent: symbol.percent,
            escapes: symbol.escapes,
            is_open_escape: false,
        }
    }

    /// Whether it can be part of a name or a key.
    pub(super) const fn is_of_word(self) -> bool {
        is_of_word(self.char)
    }

    pub(super) const fn is_quote(self) -> bool {
        matches!(self.char, '"' | '\'' | '`')
    }

    /// Whether it can end what `other` began: it is encoded no deeper.
    pub(super) const fn is_level_with(self, other: Self) -> bool {
        self.percent <= other.percent && self.escapes <= other.escapes
    }

    pub(super) const fn is_blank(self) -> bool {
        matches!(self.char, ' ' | '\t')
    }
}

/// Whether a character can be part of a name or a key.
pub(super) const fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
}

/// The character at a place, or `None` at the end of the text.
#[inline(never)] // as fast, and 3 KB less of code
pub(super) fn unit(text: &str, start: usize) -> Option<Unit> {
    let byte = *text.as_bytes().get(start)?;
    if byte.is_ascii() && !matches!(byte, b'%' | b'\\' | b'&') {
        // Nearly every character: a third of the time of a clean text.
        return Some(Unit {
            start,
            end: start + 1,
            char: char::from(byte),
            percent: 0,
            escapes: 0,
            is_open_escape: false,
        });
    }
    encoded(text, start)
}

fn encoded(text: &str, start: usize) -> Option<Unit> {
    let first = symbol(text, start)?;
    match first.char {
        '\\' => Some(backslashes(text, start, first)),
        '&' => Some(Unit::new(start, entity(text, start).unwrap_or(first))),
        _ => Some(Unit::new(start, first)),
    }
}

/// A character before backslashes are undone.
#[derive(Clone, Copy)]
struct Symbol {
    end: usize,
    char: char,
    percent: u8,
    escapes: u8,
}

fn symbol(text: &str, start: usize) -> Option<Symbol> {
    let char = text.get(start..)?.chars().next()?;
    if char == '%'
        && let Some(decoded) = percent(text.as_bytes(), start)
    {
        return Some(decoded);
    }
    Some(Symbol {
        end: start + char.len_utf8(),
        char,
        percent: 0,
        escapes: 0,
    })
}

/// `%22`, `%2522` for a percent sign that was encoded itself, and the bytes of
/// a longer character.
fn percent(bytes: &[u8], start: usize) -> Option<Symbol> {
    let (first, level, mut end) = percent_byte(bytes, start)?;
    let mut encoded = [first, 0, 0, 0];
    let length = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    };
    for place in encoded.iter_mut().take(length).skip(1) {
        match percent_byte(bytes, end) {
            Some((byte, its_level, its_end)) if its_level == level => {
                *place = byte;
                end = its_end;
            }
            _ => break,
        }
    }
    let char = encoded
        .get(..length)
        .and_then(|encoded| core::str::from_utf8(encoded).ok())
        .and_then(|text| text.chars().next())
        .unwrap_or(OTHER);
    Some(Symbol {
        end,
        char,
        percent: level,
        escapes: 0,
    })
}

fn percent_byte(bytes: &[u8], start: usize) -> Option<(u8, u8, usize)> {
    let mut level: u8 = 1;
    let mut at = start + 1;
    if bytes.get(start) != Some(&b'%') {
        return None;
    }
    let mut byte = hex(bytes, at, 2)?;
    while byte == u32::from(b'%')
        && let Some(next) = hex(bytes, at + 2, 2)
    {
        level = level.saturating_add(1);
        at += 2;
        byte = next;
    }
    Some((u8::try_from(byte).ok()?, level, at + 2))
}

/// A run of backslashes with what it escapes. Each encoding doubles them, so
/// that 1, 3 and 7 of them escape once, twice and three times, and an even run
/// escapes nothing but itself. `\n` and its like are not undone: in a path of
/// Windows they are the beginning of a name.
fn backslashes(text: &str, start: usize, first: Symbol) -> Unit {
    let mut last = first;
    let mut run: u32 = 1;
    while let Some(next) = symbol(text, last.end)
        && next.char == '\\'
        && next.percent == first.percent
    {
        last = next;
        run = run.saturating_add(1);
    }
    let plain = Unit {
        end: last.end,
        is_open_escape: run % 2 == 1,
        ..Unit::new(start, first)
    };
    let escaped = symbol(text, last.end).filter(|_| plain.is_open_escape);
    let decoded = escaped.and_then(|escaped| {
        let code = |digits| hex(text.as_bytes(), escaped.end, digits);
        Some(match escaped.char {
            '"' | '\'' | '`' | '/' => (escaped.char, escaped.end),
            'u' => (char::from_u32(code(4)?).unwrap_or(OTHER), escaped.end + 4),
            'x' => (char::from_u32(code(2)?).unwrap_or(OTHER), escaped.end + 2),
            _ => return None,
        })
    });
    let Some((char, end)) = decoded else {
        return plain;
    };
    let escapes = u8::try_from(run.trailing_ones()).unwrap_or(u8::MAX);
    Unit {
        start,
        end,
        char,
        percent: first.percent,
        escapes,
        is_open_escape: false,
    }
}

/// The quotation marks of HTML and XML.
fn entity(text: &str, start: usize) -> Option<Symbol> {
    const ENTITIES: [(&str, char); 6] = [
        ("&quot;", '"'),
        ("&#34;", '"'),
        ("&#x22;", '"'),
        ("&apos;", '\''),
        ("&#39;", '\''),
        ("&#x27;", '\''),
    ];
    let rest = text.get(start..)?;
    let found = ENTITIES.iter().find(|(name, _)| rest.starts_with(name));
    found.map(|(name, char)| Symbol {
        end: start + name.len(),
        char: *char,
        percent: 0,
        escapes: 1,
    })
}

/// What is no part of a name and no delimiter.
const OTHER: char = char::REPLACEMENT_CHARACTER;

fn hex(bytes: &[u8], at: usize, digits: usize) -> Option<u32> {
    let digits = bytes.get(at..at + digits)?;
    digits.iter().try_fold(0, |code, byte| {
        Some(code * 16 + char::from(*byte).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_quotation_mark_is_one() {
        for (text, expected) in [
            ("\"", (0, 0)),
            ("%22", (1, 0)),
            ("%2522", (2, 0)),
            ("%25252522", (4, 0)),
            (r#"\""#, (0, 1)),
            (r#"\\\""#, (0, 2)),
            (r#"\\\\\\\""#, (0, 3)),
            (r"\u0022", (0, 1)),
            (r"\\\u0022", (0, 2)),
            (r"\x22", (0, 1)),
            ("%5C%22", (1, 1)),
            ("%5C%5C%5C%22", (1, 2)),
            ("%255C%2522", (2, 1)),
            ("%5Cu0022", (1, 1)),
            ("&quot;", (0, 1)),
            ("&#x22;", (0, 1)),
        ] {
            let found = unit(text, 0).unwrap();
            let levels = (found.percent, found.escapes);
            assert_eq!((found.char, found.end), ('"', text.len()), "{text}");
            assert_eq!(levels, expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_encoding_stands_for_itself() {
        for (text, char, end) in [
            ("%", '%', 1),
            ("%2", '%', 1),
            ("%zz", '%', 1),
            ("%25", '%', 3),
            ("%e4", '\u{FFFD}', 3),
            (r#"\\""#, '\\', 2),
            (r"\n", '\\', 1),
            (r"\u00", '\\', 1),
            (r"\ud800", '\u{FFFD}', 6),
            ("\\", '\\', 1),
            ("&amp;", '&', 1),
            ("余", '余', 3),
            ("%E4%BD%99", '余', 9),
            ("%E4%BD", '\u{FFFD}', 6),
            ("%E4x", '\u{FFFD}', 3),
        ] {
            let found = unit(text, 0).unwrap();
            assert_eq!((found.char, found.end), (char, end), "{text}");
        }
        assert_eq!(unit("", 0), None);
    }
}
