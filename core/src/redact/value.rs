//! Where the value of a name begins and ends.
//!
//! What ends a value depends on how deep the sign before it was encoded: in
//! `apikey=a%26b` the ampersand belongs to the value, in `url=…%3Fapikey%3Da%26b`
//! it ends it. Where that cannot be told, the value is the longer one.

use core::ops::Range;

use crate::parted::parted;

use super::names::Word;
use super::unit::{Unit, unit};

/// Words before a credential, as RFC 9110 calls them: its scheme.
const SCHEMES: [&str; 7] = [
    "apikey", "basic", "bearer", "digest", "hmac", "negotiate", "token",
];

/// What may follow the word "bearer" or "basic" in a sentence.
const PROSE: [&str; 14] = [
    "access", "and", "auth", "authentication", "authorization", "credentials", "error", "header",
    "is", "realm", "scheme", "token", "tokens", "usage",
];

/// The value of a name, `None` if it has none. `before` is what stands before
/// the name; `begins_list` says that a list begins before that.
pub(super) fn of(
    text: &str,
    name: &Word,
    before: Option<Unit>,
    begins_list: bool,
) -> Option<Range<usize>> {
    let opening = before.filter(|before| before.is_quote());
    let closing = unit(text, name.end).filter(|next| {
        opening.is_some_and(|open| open.char == next.char && next.is_level_with(open))
    });
    let is_quoted = closing.is_some();
    let behind = closing.map_or(name.end, |quote| quote.end);
    let separator = unit(text, skip(text, index(text, behind), is_quoted))?;
    let mut at = separator.end;
    match separator.char {
        '=' | ':' | '：' => {
            // `=>` and `:=` of languages that write it so.
            if let Some(next) = unit(text, at).filter(|next| matches!(next.char, '=' | '>')) {
                at = next.end;
            }
        }
        // A list of pairs: ["authorization", "…"].
        ',' if is_quoted && begins_list => {
            let value = skip(text, at, true);
            return quoted(text, unit(text, value)?);
        }
        // <token>…</token>
        '>' if before.is_some_and(|before| before.char == '<') => {
            let end = find(text, at, |next| {
                next.char == '<' && next.percent <= separator.percent
            });
            return Some(at..end).filter(|value| !value.is_empty());
        }
        _ => return None,
    }
    let start = skip(text, at, is_quoted);
    let first = unit(text, start)?;
    if first.is_quote() {
        return quoted(text, first);
    }
    let end = if name.is_line() && separator.char != '=' && !is_quoted {
        end_of_line(text, start, separator.percent, opening)
    } else {
        let behind = begins_pem(text, start).then(|| end_of_pem(text, start));
        let ends = Ends {
            percent: separator.percent,
            at_ampersand: separator.char == '=',
            at_comma: is_quoted,
        };
        end_of_words(text, behind.unwrap_or(start), ends)
    };
    let value = text.get(start..end).unwrap_or_default();
    let says_nothing = ["", "null", "true", "false", "None", "nil"].contains(&value);
    (!says_nothing).then_some(start..end)
}

/// Where the `@` stands, if a name in the place of a URL's host is its user.
pub(super) fn end_of_user(text: &str, name_end: usize, percent: u8) -> Option<usize> {
    const LONGEST: usize = 256;
    let colon = unit(text, name_end).filter(|next| next.char == ':')?;
    let mut at = colon.end;
    for _ in 0..LONGEST {
        let next = unit(text, at)?;
        if next.char == '@' {
            return Some(at);
        }
        if super::ends_authority(next, percent) {
            break;
        }
        at = next.end;
    }
    None
}

/// The value of a name that no sign separates: `token 'abc'`, and words that
/// look like keys.
pub(super) fn without_separator(text: &str, name_end: usize) -> Option<Range<usize>> {
    let start = skip(text, name_end, false);
    let first = unit(text, start).filter(|_| start > name_end)?;
    if first.is_quote() {
        return quoted(text, first);
    }
    let word = Word::read(text, start);
    word.is_random(text).then_some(start..word.end)
}

/// The credential behind `Bearer` or `Basic`.
pub(super) fn of_scheme(text: &str, scheme: &Word) -> Option<Range<usize>> {
    // Something may stand right before it: the `n` of `\n`, or a colour.
    let is_basic = scheme.ends_like("basic");
    if !is_basic && !scheme.ends_like("bearer") {
        return None;
    }
    let blank = unit(text, scheme.end).filter(|next| next.is_blank() || next.char == '+')?;
    let start = skip(text, blank.end, false);
    if let Some(open) = unit(text, start).filter(|next| next.is_quote()) {
        return quoted(text, open);
    }
    let word = Word::read(text, start);
    let ends = Ends {
        percent: blank.percent,
        at_ampersand: true,
        at_comma: false,
    };
    let end = end_of_word(text, start, ends);
    // "basic" is a word of ordinary sentences; base64 does not look like one.
    let rest = text.get(word.end..end).unwrap_or_default();
    let goes_on = !rest.chars().all(ends_a_clause);
    let is_ordinary = text.get(start..word.end).is_some_and(is_ordinary);
    let is_prose = word.is_one_of(&PROSE) || (is_basic && is_ordinary);
    (end > start && (goes_on || !is_prose)).then_some(start..end)
}

fn ends_a_clause(mark: char) -> bool {
    matches!(
        mark,
        ',' | '!' | '?' | ';' | ')' | '！' | '？' | '。' | '，' | '；'
    )
}

/// A word as sentences have them: small letters, the first one perhaps not.
fn is_ordinary(word: &str) -> bool {
    let is_letter = |character: char| character.is_lowercase() || matches!(character, '-' | '.');
    !word.is_empty() && word.chars().skip(1).all(is_letter)
}

pub(super) fn begins_pem(text: &str, start: usize) -> bool {
    text.get(start..)
        .is_some_and(|rest| rest.starts_with("-----BEGIN"))
}

/// The end of a PEM block that begins at `start`, with the word that it is
/// grown together with.
pub(super) fn end_of_pem(text: &str, start: usize) -> usize {
    text.get(start..)
        .and_then(|text| parted(text, "-----END"))
        .and_then(|(_, behind)| parted(behind, "-----"))
        .map_or(text.len(), |(_, behind)| {
            Word::read(text, text.len() - behind.len()).end
        })
}

/// Skips an index behind a name: `token[]=`, `data[token]=`.
fn index(text: &str, at: usize) -> usize {
    const LONGEST: usize = 8;
    let Some(next) = unit(text, at) else {
        return at;
    };
    match next.char {
        ']' => next.end,
        '[' => {
            let mut inside = next.end;
            for _ in 0..=LONGEST {
                match unit(text, inside) {
                    Some(next) if next.char == ']' => return next.end,
                    Some(next) if next.char.is_ascii_digit() => inside = next.end,
                    _ => return at,
                }
            }
            at
        }
        _ => at,
    }
}

/// Skips blanks, and line breaks too where JSON allows them, which may be JSON
/// in a string of other JSON.
fn skip(text: &str, mut at: usize, lines: bool) -> usize {
    while let Some(next) = unit(text, at) {
        let letter = unit(text, next.end).filter(|_| lines && next.char == '\\');
        match next.char {
            ' ' | '\t' => at = next.end,
            '\n' | '\r' if lines => at = next.end,
            _ => match letter.filter(|letter| matches!(letter.char, 'n' | 'r' | 't')) {
                Some(letter) => at = letter.end,
                None => break,
            },
        }
    }
    at
}

/// Where something is, or the end of the text.
fn find(text: &str, mut at: usize, is_it: impl Fn(Unit) -> bool) -> usize {
    while let Some(next) = unit(text, at) {
        if is_it(next) {
            return at;
        }
        at = next.end;
    }
    text.len()
}

/// The value behind an opening quotation mark.
fn quoted(text: &str, open: Unit) -> Option<Range<usize>> {
    if !open.is_quote() {
        return None;
    }
    let end = end_of_quoted(text, open);
    Some(open.end..end).filter(|value| !value.is_empty())
}

/// Where the mark stands that ends what `open` began.
fn end_of_quoted(text: &str, open: Unit) -> usize {
    find(text, open.end, |next| {
        next.char == open.char && next.is_level_with(open)
    })
}

/// The rest of a header's line; `opening` is the mark that stood before its
/// name, as in `-H 'Cookie: …'`.
fn end_of_line(text: &str, start: usize, percent: u8, opening: Option<Unit>) -> usize {
    find(text, start, |next| {
        let is_closing =
            opening.is_some_and(|open| open.char == next.char && next.is_level_with(open));
        let is_break = matches!(next.char, '\n' | '\r') && next.percent <= percent;
        is_closing || is_break || is_escaped_break(text, next, percent)
    })
}

/// What ends a value that has no quotation marks.
#[derive(Clone, Copy)]
struct Ends {
    /// How deep the sign before it is encoded: what is deeper belongs to it.
    percent: u8,
    /// In a URL or a form.
    at_ampersand: bool,
    /// In JSON, where such a value is a number or a literal.
    at_comma: bool,
}

/// A value without quotation marks; if it is a scheme, the credential too.
fn end_of_words(text: &str, start: usize, ends: Ends) -> usize {
    let end = end_of_word(text, start, ends);
    let scheme = Word::read(text, start);
    if scheme.end != end || !scheme.is_one_of(&SCHEMES) {
        return end;
    }
    let credential = skip(text, end, false);
    let end_of_credential = match unit(text, credential).filter(|next| next.is_quote()) {
        Some(open) if credential > end => end_of_word(text, end_of_quoted(text, open), ends),
        _ => end_of_word(text, credential, ends),
    };
    if end_of_credential > credential {
        end_of_credential
    } else {
        end
    }
}

/// The end of a value without quotation marks. Brackets that it opens it also
/// closes, with all that is between them: `Some("…")`, `["…", "…"]`.
fn end_of_word(text: &str, start: usize, ends: Ends) -> usize {
    let mut at = start;
    let mut depth = 0_usize;
    while let Some(next) = unit(text, at) {
        let begins_string = next.is_quote() && (depth > 0 || is_string_prefix(text, start, at));
        if begins_string {
            let end = end_of_quoted(text, next);
            at = unit(text, end).map_or(end, |quote| quote.end);
            continue;
        }
        if depth == 0 && ends.word(text, next) {
            return at;
        }
        match next.char {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at = next.end;
    }
    text.len()
}

/// Whether what stands between is the `b` of Python's `b'…'` or one like it.
fn is_string_prefix(text: &str, start: usize, at: usize) -> bool {
    text.as_bytes().get(start..at).is_some_and(|prefix| {
        matches!(prefix, [_] | [_, _]) && prefix.iter().all(|letter| b"bBfFrRuU".contains(letter))
    })
}

impl Ends {
    fn word(self, text: &str, next: Unit) -> bool {
        let is_outside = next.percent <= self.percent;
        let is_delimiter = match next.char {
            '&' => self.at_ampersand,
            ',' | ']' | '}' => self.at_comma,
            '"' | '<' => true,
            '\'' | '`' => !is_apostrophe(text, next),
            other => other.is_whitespace() || other.is_control(),
        };
        (is_outside && is_delimiter) || is_escaped_break(text, next, self.percent)
    }
}

fn is_escaped_break(text: &str, next: Unit, percent: u8) -> bool {
    next.percent <= percent && behind_break(text, next).is_some()
}

/// The end of `\n`, `\r` or `\t` as they stand in JSON, if that is what a run
/// of backslashes begins.
pub(super) fn behind_break(text: &str, next: Unit) -> Option<usize> {
    let letter = unit(text, next.end).filter(|_| next.is_open_escape)?;
    matches!(letter.char, 'n' | 'r' | 't').then_some(letter.end)
}

/// Whether a mark stands within a word. What was replaced behind it may have
/// been none.
fn is_apostrophe(text: &str, mark: Unit) -> bool {
    let rest = text.get(mark.end..).unwrap_or_default();
    unit(text, mark.end).is_some_and(Unit::is_of_word) && !rest.starts_with(super::REDACTED)
}
