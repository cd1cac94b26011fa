//! The fields of an envelope: their names and values are the profile's, and
//! what they mean is decided here.

use core::ops::{Range, RangeInclusive};

use crate::json::number::Number;
use crate::json::scan::{Kind, Value};
use crate::json::text::RawText;
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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Code<'a> {
    pub(crate) identity: Identity,
    pub(crate) is_ok: bool,
    pub(crate) text: RawText<'a>,
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

/// What the literals, numbers and words in a flag's place say.
#[derive(Debug, Default)]
pub(crate) struct FlagValues {
    on_true: Option<Flag>,
    on_false: Option<Flag>,
    numbers: Vec<(String, Flag)>,
    words: Vec<(String, Flag)>,
    /// Numbers that are HTTP statuses.
    statuses: Option<RangeInclusive<i32>>,
}

impl FlagValues {
    /// Takes the values for true, those for false, and the range of numbers
    /// that are neither but HTTP statuses.
    pub(crate) fn new(
        true_values: Vec<FlagValue>,
        false_values: Vec<FlagValue>,
        statuses: Option<RangeInclusive<i32>>,
    ) -> Self {
        let mut values = Self {
            statuses,
            ..Self::default()
        };
        let says_true = true_values.into_iter().map(|value| (value, Flag::True));
        let says_false = false_values.into_iter().map(|value| (value, Flag::False));
        for (value, flag) in says_true.chain(says_false) {
            match value {
                FlagValue::Literal(true) => values.on_true = values.on_true.or(Some(flag)),
                FlagValue::Literal(false) => values.on_false = values.on_false.or(Some(flag)),
                FlagValue::Number(spelling) => values.numbers.push((spelling, flag)),
                FlagValue::Word(word) => values.words.push((word, flag)),
            }
        }
        values
    }

    /// What a value says; nothing if it is odd.
    fn read(&self, value: Value, body: &[u8]) -> Option<Flag> {
        match value.kind {
            Kind::True => self.on_true,
            Kind::False => self.on_false,
            Kind::Number => self.number(value.json(body)),
            Kind::Plain | Kind::Escaped => self.word(value.text(body)),
            Kind::Null | Kind::Array | Kind::Object => None,
        }
    }

    fn number(&self, spelling: &[u8]) -> Option<Flag> {
        let known = self
            .numbers
            .iter()
            .find(|(known, _)| known.as_bytes() == spelling);
        if let Some((_, flag)) = known {
            return Some(*flag);
        }
        // Three digits and nothing else: what JSON spells otherwise, `parse`
        // does not read.
        let statuses = self.statuses.as_ref()?;
        core::str::from_utf8(spelling)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .filter(|status| statuses.contains(status))
            .map(Flag::HttpStatus)
    }

    fn word(&self, text: RawText<'_>) -> Option<Flag> {
        let word = text.trimmed().map(|c| c.to_ascii_lowercase());
        self.words
            .iter()
            .find(|(known, _)| word.clone().eq(known.chars()))
            .map(|(_, flag)| *flag)
    }
}

/// The names and values of a profile's envelope.
#[derive(Debug)]
pub(crate) struct Fields {
    /// Grouped: flags, codes, messages, data; in order of preference.
    names: Names,
    flags: Range<usize>,
    codes: Range<usize>,
    messages: Range<usize>,
    data: Range<usize>,
    flag_values: FlagValues,
    ok_codes: Vec<i64>,
}

impl Fields {
    /// Takes the names, in order of preference within each group.
    pub(crate) fn new(
        flags: Vec<String>,
        codes: Vec<String>,
        messages: Vec<String>,
        data: Vec<String>,
        flag_values: FlagValues,
        ok_codes: Vec<i64>,
    ) -> Self {
        let flags_end = flags.len();
        let codes_end = flags_end + codes.len();
        let messages_end = codes_end + messages.len();
        let names = [flags, codes, messages, data].concat();
        Self {
            flags: 0..flags_end,
            codes: flags_end..codes_end,
            messages: codes_end..messages_end,
            data: messages_end..names.len(),
            names: Names::new(names),
            flag_values,
            ok_codes,
        }
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
                .map(|value| value.text(body)),
            data: found.first_given(&self.data).map(|value| value.json(body)),
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
            .map(|value| self.flag_values.read(value, body));
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

    /// A blank string is a field but no code.
    fn code<'a>(
        &self,
        value: Value,
        body: &'a [u8],
        anomalies: &mut Anomalies,
    ) -> Option<Code<'a>> {
        let text = value.text(body);
        let number = match value.kind {
            Kind::Number => number(text),
            Kind::Plain | Kind::Escaped => {
                text.trimmed().next()?;
                number(text)
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

/// Field names that are found by comparing words instead of bytes.
#[derive(Debug)]
struct Names {
    names: Vec<Box<str>>,
    /// The length and the first bytes of each name.
    heads: Vec<u64>,
}

/// As many bytes of a name as fit into its head.
const HEAD_BYTES: usize = 7;

impl Names {
    fn new(names: Vec<String>) -> Self {
        Self {
            heads: names.iter().map(|name| head(name.as_bytes())).collect(),
            names: names.into_iter().map(String::into_boxed_str).collect(),
        }
    }

    /// The index of a key among the names, compared after unescaping.
    #[inline]
    fn index_of(&self, key: RawText<'_>) -> Option<usize> {
        if key.is_escaped {
            return self
                .names
                .iter()
                .position(|name| key.chars().eq(name.chars()));
        }
        let head = head(key.bytes);
        let first = self.heads.iter().position(|known| *known == head)?;
        if key.bytes.len() <= HEAD_BYTES {
            return Some(first);
        }
        let alike = self.names.get(first..)?;
        let behind = alike.iter().position(|name| name.as_bytes() == key.bytes)?;
        Some(first + behind)
    }
}

/// The length of a name, saturated, and its first bytes, in one word.
#[inline]
fn head(name: &[u8]) -> u64 {
    let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
    let first_bytes = match name.first_chunk::<HEAD_BYTES>() {
        Some(&[a, b, c, d, e, f, g]) => u64::from_le_bytes([a, b, c, d, e, f, g, 0]),
        None => name
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u64::from(byte)),
    };
    first_bytes << 8 | u64::from(length)
}

/// A code's number. Nearly every code is a few digits and nothing else.
fn number(text: RawText<'_>) -> Number {
    match text.bytes {
        [b'1'..=b'9', rest @ ..] if rest.len() < 18 && rest.iter().all(u8::is_ascii_digit) => {
            let integer = text
                .bytes
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
        let Some(index) = fields.names.index_of(key.text(body)) else {
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
