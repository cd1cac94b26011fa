//! The one scrubber: what a secret looks like in text, and its removal.
//!
//! Everything that the library renders goes through here: messages, records,
//! log lines, the text of errors. Fields are exact; renderings are not.
//!
//! Read in this order:
//!
//! * `names`: which names stand before a secret, and how secrets begin;
//! * `secrets`: the same of one API, as its profile says;
//! * `unit`: one character, through whatever encodings lie around it;
//! * `value`: where the value of a name ends;
//! * this file: the walk over a text;
//! * `line`: text from outside that must stay on its line, and ids.
//!
//! It knows shapes, not secrets: what has none of them passes. It prefers to
//! remove too much. It is one pass, in time proportional to the text, and
//! scrubbing twice is scrubbing once.

mod line;
mod names;
mod secrets;
mod unit;
mod value;

use core::ops::Range;
use std::borrow::Cow;

pub use line::one_line;
pub(crate) use secrets::{Secrets, is_a_beginning, is_a_name};

use names::{Names, Word};
use unit::{Unit, unit};

/// What a secret is replaced by: the word that OpenTelemetry's conventions for
/// `url.full` use, which needs no escaping in a URL, in JSON or in a form.
const REDACTED: &str = "REDACTED";
const REDACTED_USER_INFO: &str = "REDACTED:REDACTED";

/// Replaces what looks like a secret in a text by `REDACTED`.
///
/// These are recognised, also percent-encoded, JSON-escaped, and both at once:
///
/// * values of names that end like `apikey`, `token`, `secret`, `password`,
///   `signature`, `credential`, `authorization` or `cookie`, in any case and
///   with `-`, `_` or `.` between words: in URLs, forms, JSON, XML and headers;
/// * `Bearer …` and `Basic …`, keys such as `sk-…`, JSON Web Tokens, PEM blocks;
/// * `user:password@`, and anything before the `@` of a URL's host;
/// * the signatures and credentials of signed URLs.
///
/// Text without any of them is returned as it is, without allocating. It takes
/// time in proportion to the text's length, whatever is in it, and a text that
/// is scrubbed already stays as it is. Shapes are all it knows: a secret that
/// looks like prose is not found. [`Profile::redact`](crate::Profile::redact)
/// also knows what one API calls its secrets.
///
/// ```
/// use aftercall::redact;
///
/// assert_eq!(
///     redact("GET https://me:pw@host/v1?apikey=5f3c&page=2"),
///     "GET https://REDACTED:REDACTED@host/v1?apikey=REDACTED&page=2",
/// );
/// assert_eq!(redact(r#"{"token":"eyJ","total":7}"#), r#"{"token":"REDACTED","total":7}"#);
/// assert_eq!(redact("Quota exceeds the limit!"), "Quota exceeds the limit!");
/// ```
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    secrets::NONE.redact(text)
}

/// A part of the text, and what stands for it.
struct Replacement {
    start: usize,
    end: usize,
    by: &'static str,
}

/// What may turn out to be `user:password` when an `@` follows.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    has_colon: bool,
    /// It stands behind `//`, where a URL names its host, encoded this deep:
    /// what is encoded deeper does not end it.
    authority: Option<u8>,
}

impl Run {
    const fn at(start: usize) -> Self {
        Self {
            start,
            has_colon: false,
            authority: None,
        }
    }
}

struct Walk<'t, 'n> {
    text: &'t str,
    names: Names<'n>,
    replacements: Vec<Replacement>,
    run: Run,
    /// What stands before the place where the walk is.
    before: Option<Unit>,
    /// What stands before that opens a list.
    begins_list: bool,
    /// The word before it, with blanks alone in between, makes a name of `key`.
    is_qualified: bool,
}

impl<'t, 'n> Walk<'t, 'n> {
    const fn new(text: &'t str, names: Names<'n>) -> Self {
        Self {
            text,
            names,
            replacements: Vec::new(),
            run: Run::at(0),
            before: None,
            begins_list: false,
            is_qualified: false,
        }
    }

    fn over_the_text(&mut self) {
        let mut at = 0;
        while let Some(next) = unit(self.text, at) {
            at = if next.is_of_word() {
                self.word(at)
            } else {
                self.mark(next);
                next.end
            };
        }
    }

    fn result(self) -> Cow<'t, str> {
        if self.replacements.is_empty() {
            return Cow::Borrowed(self.text);
        }
        let mut text = String::with_capacity(self.text.len());
        let mut copied = 0;
        for replacement in &self.replacements {
            text.push_str(self.text.get(copied..replacement.start).unwrap_or_default());
            text.push_str(replacement.by);
            copied = replacement.end;
        }
        text.push_str(self.text.get(copied..).unwrap_or_default());
        Cow::Owned(text)
    }

    /// One word, from its first character; returns where to go on.
    fn word(&mut self, start: usize) -> usize {
        if value::begins_pem(self.text, start) {
            return self.replace(start, value::end_of_pem(self.text, start));
        }
        let word = Word::read(self.text, start);
        let is_escape = self.before.is_some_and(|before| before.is_open_escape);
        if let Some(secret) = word.secret(self.text, is_escape, self.names.more) {
            return self.replace(secret, word.end);
        }
        if let Some(end) = word.bot_token(self.text) {
            return self.replace(start, end);
        }
        // The user of a URL may be called "token".
        if let Some(percent) = self.run.authority
            && let Some(end) = value::end_of_user(self.text, word.end, percent)
        {
            self.run.has_colon = true;
            return end;
        }
        if let Some(value) = self.value(&word) {
            self.marks(word.end, value.start);
            return self.replace(value.start, value.end);
        }
        self.is_qualified = word.qualifies();
        self.before = word.last;
        word.end
    }

    /// The secret that belongs to a word, if it is the name of one.
    fn value(&self, word: &Word) -> Option<Range<usize>> {
        if !self.names.know(word, self.before, self.is_qualified) {
            return value::of_scheme(self.text, word);
        }
        value::of(self.text, word, self.before, self.begins_list)
            .or_else(|| value::of_scheme(self.text, word))
            .or_else(|| value::without_separator(self.text, word.end))
    }

    /// What stands between a name and its value, as if it were met without them.
    fn marks(&mut self, mut at: usize, end: usize) {
        while let Some(next) = unit(self.text, at).filter(|_| at < end) {
            if !next.is_of_word() {
                self.mark(next);
            }
            at = next.end;
        }
    }

    /// A character that belongs to no word.
    fn mark(&mut self, next: Unit) {
        let is_double_slash =
            next.char == '/' && self.before.is_some_and(|before| before.char == '/');
        match (next.char, self.run.authority) {
            ('@', _) => self.user_info(next.start),
            (':', _) => self.run.has_colon = true,
            (_, Some(percent)) if !ends_authority(next, percent) => {}
            ('/', _) => {
                self.run = Run {
                    authority: is_double_slash.then_some(next.percent),
                    ..Run::at(next.end)
                }
            }
            (other, _) if ends_user(other) => {
                self.run = Run::at(value::behind_break(self.text, next).unwrap_or(next.end));
            }
            _ => {}
        }
        self.begins_list = self
            .before
            .is_some_and(|before| matches!(before.char, '[' | '('));
        self.before = Some(next);
        if !next.is_blank() {
            self.is_qualified = false;
        }
    }

    fn user_info(&mut self, end: usize) {
        let by = if self.run.has_colon {
            REDACTED_USER_INFO
        } else if self.run.authority.is_some() && end > self.run.start {
            REDACTED
        } else {
            return;
        };
        let start = self.run.start;
        while self
            .replacements
            .pop_if(|last| last.start >= start)
            .is_some()
        {}
        self.replacements.push(Replacement { start, end, by });
    }

    fn replace(&mut self, start: usize, end: usize) -> usize {
        self.replacements.push(Replacement {
            start,
            end,
            by: REDACTED,
        });
        self.before = None;
        self.is_qualified = false;
        end
    }
}

/// Whether a character cannot stand in what a URL has between `//` and `/`.
/// RFC 3986 allows much there, and people put more into passwords.
fn ends_authority(next: Unit, percent: u8) -> bool {
    let is_delimiter = matches!(
        next.char,
        '/' | '?' | '#' | '"' | '\'' | '`' | '<' | '>' | '\\'
    ) || next.char.is_whitespace()
        || next.char.is_control();
    is_delimiter && next.percent <= percent
}

/// Whether a character cannot stand in `user:password` outside of a URL.
fn ends_user(character: char) -> bool {
    matches!(
        character,
        '?' | '#' | '"' | '\'' | '`' | '<' | '>' | '\\' | ',' | ';' | '=' | '&' | '|'
    ) || matches!(character, '(' | ')' | '[' | ']' | '{' | '}')
        || character.is_whitespace()
        || character.is_control()
}
