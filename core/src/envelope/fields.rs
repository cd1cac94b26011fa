//! The fields of an envelope: their names and values are the profile's, and
//! what they mean is decided here.

use core::ops::{Range, RangeInclusive};

use crate::json::number::Number;
use crate::json::scan::{Kind, Value};
use crate::json::text::Text;
use crate::{Anomalies, Anomaly};

use super::Envelope;

/// As many field names as a profile may have.
pub(crate) const MAX_NAMES: usize = 24;
/// As long as a field name may be.
pub(crate) const MAX_NAME_LENGTH: usize = 64;

/// What the flag says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flag {
    True,
    False,
    /// No flag but an HTTP status, as the error pages of web frameworks have
    /// it: a failure.
    HttpStatus(i32),
}

/// A code that is present.
#[derive(Clone, Debug)]
pub(crate) struct Code<'a> {
    pub(crate) identity: Identity,
    pub(crate) is_ok: bool,
    pub(crate) text: Text<'a>,
}

/// What a code is compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    Integer(i64),
    /// Its trimmed text.
    Word,
    /// Nothing: it matches no rule.
    Nothing,
}

/// A value that a flag can have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FlagValue {
    Literal(bool),
    /// The number spelled exactly so.
    Number(String),
    /// A string, trimmed, in any ASCII case.
    Word(String),
}

/// The names and values of a profile's envelope.
#[derive(Debug)]
pub(crate) struct Fields {
    /// Grouped: flags, codes, messages, data; in order of preference.
    names: Vec<Box<str>>,
    /// The first and last index of names, for each length of a name.
    by_length: Vec<Vec<usize>>,
    flags: Range<usize>,
    codes: Range<usize>,
    messages: Range<usize>,
    data: Range<usize>,
    pub(crate) true_values: Vec<FlagValue>,
    pub(crate) false_values: Vec<FlagValue>,
    /// Numbers in the flag's place that are HTTP statuses.
    pub(crate) flag_statuses: Option<RangeInclusive<i32>>,
    pub(crate) ok_codes: Vec<i64>,
}

impl Fields {
    /// Takes the names, in order of preference within each group.
    pub(crate) fn new(
        flags: Vec<String>,
        codes: Vec<String>,
        messages: Vec<String>,
        data: Vec<String>,
    ) -> Self {
        let flags_end = flags.len();
        let codes_end = flags_end + codes.len();
        let messages_end = codes_end + messages.len();
        let names: Vec<Box<str>> = flags
            .into_iter()
            .chain(codes)
            .chain(messages)
            .chain(data)
            .map(String::into_boxed_str)
            .collect();
        let mut by_length = vec![Vec::new(); MAX_NAME_LENGTH + 1];
        for (index, name) in names.iter().enumerate() {
            if let Some(indices) = by_length.get_mut(name.len()) {
                indices.push(index);
            }
        }
        Self {
            flags: 0..flags_end,
            codes: flags_end..codes_end,
            messages: codes_end..messages_end,
            data: messages_end..names.len(),
            names,
            by_length,
            true_values: Vec::new(),
            false_values: Vec::new(),
            flag_statuses: None,
            ok_codes: Vec::new(),
        }
    }

    /// The index of a key among the names, compared after unescaping.
    fn index_of(&self, key: Value, body: &[u8]) -> Option<usize> {
        let raw = key.bytes(body);
        if key.kind == Kind::Escaped {
            let key = Text::of(key, body);
            return self.names.iter().position(|name| key == **name);
        }
        self.by_length
            .get(raw.len())?
            .iter()
            .copied()
            .find(|&index| {
                self.names
                    .get(index)
                    .is_some_and(|name| name.as_bytes() == raw)
            })
    }

    /// What the fields that were found mean.
    pub(crate) fn interpret<'a>(&self, found: &Found, body: &'a [u8]) -> Envelope<'a> {
        let mut anomalies = Anomalies::NONE;
        if found.has_duplicates {
            anomalies.insert(Anomaly::DuplicateField);
        }
        let (flag, has_false_flag) = self.flag(found, body, &mut anomalies);
        let code = found
            .first_present(&self.codes)
            .and_then(|value| self.code(value, body, &mut anomalies));
        let contradicts = match (flag, &code) {
            (Some(Flag::True), Some(code)) => !code.is_ok,
            (Some(Flag::False | Flag::HttpStatus(_)), Some(code)) => code.is_ok,
            _ => false,
        };
        if contradicts {
            anomalies.insert(Anomaly::Contradiction);
        }
        Envelope {
            flag,
            has_false_flag,
            code,
            message: found
                .first_present(&self.messages)
                .map(|value| Text::of(value, body)),
            data: found
                .first_given(&self.data)
                .map(|value| value.with_quotes().bytes(body)),
            anomalies,
        }
    }

    /// The first flag that is present says what the reply says of itself; the
    /// others can only speak against it. Also says whether any is false.
    fn flag(&self, found: &Found, body: &[u8], anomalies: &mut Anomalies) -> (Option<Flag>, bool) {
        let mut present = self
            .flags
            .clone()
            .filter_map(|index| found.get(index))
            .filter(|value| value.kind != Kind::Null)
            .map(|value| self.flag_value(value, body));
        let Some(mut flag) = present.next() else {
            return (None, false);
        };
        if !matches!(flag, Some(Flag::True | Flag::False)) {
            anomalies.insert(Anomaly::OddFlag);
        }
        let mut has_false_flag = flag == Some(Flag::False);
        for other in present {
            match (flag, other) {
                (Some(Flag::True), Some(Flag::False)) => {
                    anomalies.insert(Anomaly::Contradiction);
                    flag = Some(Flag::False);
                }
                (Some(Flag::False), Some(Flag::True)) => anomalies.insert(Anomaly::Contradiction),
                (None, Some(Flag::False)) => flag = Some(Flag::False),
                _ => {}
            }
            has_false_flag |= other == Some(Flag::False);
        }
        (flag, has_false_flag)
    }

    fn flag_value(&self, value: Value, body: &[u8]) -> Option<Flag> {
        let says = |values: &[FlagValue]| values.iter().any(|known| known.is(value, body));
        if says(&self.true_values) {
            return Some(Flag::True);
        }
        if says(&self.false_values) {
            return Some(Flag::False);
        }
        let statuses = self.flag_statuses.as_ref()?;
        let raw = value.bytes(body);
        if value.kind != Kind::Number || raw.len() != 3 {
            return None;
        }
        core::str::from_utf8(raw)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .filter(|status| statuses.contains(status))
            .map(Flag::HttpStatus)
    }

    /// A blank string is a field but no code.
    fn code<'a>(
        &self,
        value: Value,
        body: &'a [u8],
        anomalies: &mut Anomalies,
    ) -> Option<Code<'a>> {
        let text = Text::of(value, body);
        let number = match value.kind {
            Kind::Number => number(value, body, &text),
            Kind::Plain | Kind::Escaped => {
                text.trimmed().next()?;
                number(value, body, &text)
            }
            // Arrays, objects and literals are read as the oddest of numbers.
            _ => Number::Fraction,
        };
        let identity = match number {
            Number::Integer(integer) => Identity::Integer(integer),
            Number::Malformed => Identity::Word,
            Number::TooLarge => Identity::Nothing,
            Number::Fraction => {
                anomalies.insert(Anomaly::OddCode);
                Identity::Nothing
            }
        };
        Some(Code {
            identity,
            is_ok: matches!(identity, Identity::Integer(code) if self.ok_codes.contains(&code)),
            text,
        })
    }
}

impl FlagValue {
    fn is(&self, value: Value, body: &[u8]) -> bool {
        match self {
            Self::Literal(true) => value.kind == Kind::True,
            Self::Literal(false) => value.kind == Kind::False,
            Self::Number(spelling) => {
                value.kind == Kind::Number && value.bytes(body) == spelling.as_bytes()
            }
            Self::Word(word) => {
                value.is_string()
                    && Text::of(value, body)
                        .trimmed()
                        .map(|character| character.to_ascii_lowercase())
                        .eq(word.chars())
            }
        }
    }
}

/// A code's number. Nearly every code is a few digits and nothing else.
fn number(value: Value, body: &[u8], text: &Text<'_>) -> Number {
    let raw = value.bytes(body);
    match raw {
        [b'1'..=b'9', rest @ ..] if rest.len() < 18 && rest.iter().all(u8::is_ascii_digit) => {
            let integer = raw
                .iter()
                .fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
            Number::Integer(integer)
        }
        _ => Number::read(text.trimmed()),
    }
}

/// The values found under the profile's names, in one pass over the top level.
#[derive(Debug)]
pub(crate) struct Found {
    /// Bit `n` is set if `values[n]` was found.
    present: u32,
    values: [Value; MAX_NAMES],
    has_duplicates: bool,
    /// Where the last member ends, ours or not.
    pub(crate) end: usize,
}

impl Default for Found {
    fn default() -> Self {
        Self {
            present: 0,
            values: [Value {
                kind: Kind::Null,
                start: 0,
                end: 0,
            }; MAX_NAMES],
            has_duplicates: false,
            end: 0,
        }
    }
}

impl Found {
    /// Keeps a member's value if the profile knows its key. Of two, the last.
    #[inline]
    pub(crate) fn note(&mut self, fields: &Fields, body: &[u8], key: Value, value: Value) {
        let Some(index) = fields.index_of(key, body) else {
            return;
        };
        if let Some(place) = self.values.get_mut(index) {
            self.has_duplicates |= self.present & 1 << index != 0;
            self.present |= 1 << index;
            *place = value;
        }
    }

    fn get(&self, index: usize) -> Option<Value> {
        if self.present & 1 << index == 0 {
            return None;
        }
        self.values.get(index).copied()
    }

    /// The first value of a group, `null` included.
    fn first_given(&self, group: &Range<usize>) -> Option<Value> {
        group.clone().find_map(|index| self.get(index))
    }

    /// The first value of a group that is not `null`.
    fn first_present(&self, group: &Range<usize>) -> Option<Value> {
        group
            .clone()
            .filter_map(|index| self.get(index))
            .find(|value| value.kind != Kind::Null)
    }
}
