//! Text from outside that becomes part of a line of ours.

use std::borrow::Cow;

/// As long as an id may be in what the library writes.
const LONGEST_ID: usize = 128;

/// Makes a text safe to write into one line of a log, a terminal or a ticket.
///
/// Line breaks and tabs become a space, several in a row a single one. Other
/// control characters (terminal escapes begin with one), marks that turn the
/// direction of writing, and characters that cannot be seen become U+FFFD. A
/// text without any of them is returned as it is, without allocating.
///
/// ```
/// use aftercall::one_line;
///
/// assert_eq!(one_line("busy\r\nERROR forged"), "busy ERROR forged");
/// assert_eq!(one_line("\x1b[2Jgone"), "\u{FFFD}[2Jgone");
/// assert_eq!(one_line("余额不足"), "余额不足");
/// ```
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~');
    if text.bytes().all(is_plain)
        || !text
            .chars()
            .any(|character| is_break(character) || is_hidden(character))
    {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    let mut is_behind_break = false;
    for character in text.chars() {
        let breaks = is_break(character);
        if breaks && !is_behind_break {
            line.push(' ');
        } else if is_hidden(character) {
            line.push(char::REPLACEMENT_CHARACTER);
        } else if !breaks {
            line.push(character);
        }
        is_behind_break = breaks;
    }
    Cow::Owned(line)
}

/// An id as the library writes it: its printable ASCII characters, at most 128.
pub(super) fn printable_id(characters: impl Iterator<Item = char>) -> String {
    characters
        .filter(char::is_ascii_graphic)
        .take(LONGEST_ID)
        .collect()
}

const fn is_break(character: char) -> bool {
    matches!(character, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Controls, marks of direction (Unicode Standard Annex #9), and what has no
/// width: joiners, fillers, tags, a byte order mark.
const fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}'
            | '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_can_leave_its_line_or_hide() {
        for code in 0..=u32::from(char::MAX) {
            let Some(character) = char::from_u32(code) else {
                continue;
            };
            let mut buffer = [0; 4];
            let line = one_line(character.encode_utf8(&mut buffer));
            assert!(!line.contains(char::is_control), "{code:x}");
            assert_eq!(one_line(&line), line);
        }
        assert_eq!(one_line("a\u{2028}b\u{202E}c"), "a b\u{FFFD}c");
        assert_eq!(one_line("a\r\n\t b"), "a  b");
    }

    #[test]
    fn an_id_is_short_and_printable() {
        assert_eq!(printable_id("c-1\r\n 余\x1b[2J".chars()), "c-1[2J");
        assert_eq!(printable_id("x".repeat(500).chars()).len(), 128);
    }
}
