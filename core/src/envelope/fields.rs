//! The fields of an envelope: their names and values are the profile's, and
//! what they mean is decided here.

use core::ops::{Range, RangeInclusive};

use crate::json::number::Number;
use crate::json::runs::marks_of_no_digits;
use crate::json::scan::{Key, Kind, Value};
use crate::json::text::RawText;
use crate::{Anomalies, Anomaly};

use super::Envelope;
use super::names::Names;

/// As many field names as a profile may have.
pub(crate) const MAX_NAMES: usize = 16;

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
#[derive(Debug)]
pub(crate) enum FlagValue {
    Literal(bool),
    /// The number spelled exactly so.
    Number(String),
    /// A string, trimmed, in lower case: any ASCII case will do.
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
    /// Takes the range of numbers that are no flags but HTTP statuses.
    pub(crate) fn new(statuses: Option<RangeInclusive<i32>>) -> Self {
        Self {
            statuses,
            ..Self::default()
        }
    }

    /// Adds a value that has no meaning yet; says whether that is so.
    pub(crate) fn add(&mut self, value: FlagValue, flag: Flag) -> bool {
        let place = match value {
            FlagValue::Literal(true) => &mut self.on_true,
            FlagValue::Literal(false) => &mut self.on_false,
            FlagValue::Number(spelling) => return add(&mut self.numbers, spelling, flag),
            FlagValue::Word(word) => return add(&mut self.words, word, flag),
        };
        place.replace(flag).is_none()
    }

    /// What a value says; nothing if it is odd.
    #[inline]
    fn read(&self, value: Value, body: &[u8]) -> Option<Flag> {
        match value.kind {
            Kind::True => self.on_true,
            Kind::False => self.on_false,
            _ => self.other(value, body),
        }
    }

    /// What a value says that is no literal. Apart, so that literals, which
    /// nearly all flags are, are read where they stand.
    #[inline(never)]
    fn other(&self, value: Value, body: &[u8]) -> Option<Flag> {
        match value.kind {
            Kind::Number => self.number(value.json(body)),
            Kind::Plain | Kind::Escaped => self.word(value.text(body)),
            _ => None,
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

/// Adds a spelling to those of a kind; says whether it is new.
fn add(known: &mut Vec<(String, Flag)>, spelling: String, flag: Flag) -> bool {
    let is_new = known.iter().all(|(other, _)| *other != spelling);
    known.push((spelling, flag));
    is_new
}

/// The names and values of a profile's envelope.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    /// Grouped: flags, codes, messages, data; in order of preference.
    names: Names,
    flags: Group,
    codes: Group,
    messages: Group,
    data: Group,
    flag_values: FlagValues,
    ok_codes: Vec<i64>,
}

impl Fields {
    /// Takes the names, grouped as they are here and in order of preference
    /// within each group, and where the groups of flags, codes and messages end.
    pub(crate) fn new(
        names: Vec<String>,
        [flags, codes, messages]: [usize; 3],
        flag_values: FlagValues,
        ok_codes: Vec<i64>,
    ) -> Self {
        Self {
            flags: Group::of(0..flags),
            codes: Group::of(flags..codes),
            messages: Group::of(codes..messages),
            data: Group::of(messages..names.len()),
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
            .first_of(found.present, self.codes)
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
                .first_of(found.present, self.messages)
                .map(|value| value.text(body)),
            data: found
                .first_of(found.given, self.data)
                .map(|value| value.json(body)),
            anomalies,
        }
    }

    /// The first flag that is present says what the reply says of itself; the
    /// others can only speak against it. Also says whether any is false.
    fn flag(&self, found: &Found, body: &[u8], anomalies: &mut Anomalies) -> (Option<Flag>, bool) {
        let mut present = found.present & self.flags.0;
        let Some(first) = found.take(&mut present) else {
            return (None, false);
        };
        let mut flag = self.flag_values.read(first, body);
        if !matches!(flag, Some(Flag::True | Flag::False)) {
            anomalies.insert(Anomaly::OddFlag);
        }
        let mut has_false_flag = flag == Some(Flag::False);
        while let Some(other) = found.take(&mut present) {
            let other = self.flag_values.read(other, body);
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

    /// What the value of a code's field is as a code, if it is one.
    fn code<'a>(
        &self,
        value: Value,
        body: &'a [u8],
        anomalies: &mut Anomalies,
    ) -> Option<Code<'a>> {
        let text = value.text(body);
        let number = match value.kind {
            Kind::Number | Kind::Plain | Kind::Escaped => number(text),
            // Arrays, objects and literals are read as the oddest of numbers.
            _ => Number::Fraction,
        };
        let identity = match number {
            Number::Integer(integer) => Identity::Integer(integer),
            Number::Malformed => {
                // A blank string is a field but no code.
                text.trimmed().next()?;
                Identity::Word
            }
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

/// A code's number. Nearly every code is a few digits and nothing else.
fn number(text: RawText<'_>) -> Number {
    if let Some(integer) = eight_digits(text.bytes) {
        return Number::Integer(integer);
    }
    if let [b'1'..=b'9', ..] = text.bytes
        && text.bytes.len() <= 18
    {
        let digits = text.bytes.iter().try_fold(0, |number, byte| {
            let digit = byte.wrapping_sub(b'0');
            (digit < 10).then(|| number * 10 + i64::from(digit))
        });
        if let Some(integer) = digits {
            return Number::Integer(integer);
        }
    }
    Number::read(text.trimmed())
}

/// The number that exactly eight digits make, which is how long a platform's
/// codes are: three multiplications instead of eight, one behind the other.
fn eight_digits(text: &[u8]) -> Option<i64> {
    let digits = u64::from_le_bytes(*text.first_chunk().filter(|_| text.len() == 8)?);
    if marks_of_no_digits(digits) != 0 || text.first() == Some(&b'0') {
        return None;
    }
    let values = digits & u64::from_ne_bytes([0x0F; 8]);
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    let low = (pairs & 0x0000_00FF_0000_00FF).wrapping_mul(0x000F_4240_0000_0064);
    let high = (pairs >> 16 & 0x0000_00FF_0000_00FF).wrapping_mul(0x0000_2710_0000_0001);
    i64::try_from(low.wrapping_add(high) >> 32).ok()
}

/// Names of one role: bit `n` is name `n`.
#[derive(Clone, Copy, Debug, Default)]
struct Group(u32);

impl Group {
    fn of(indices: Range<usize>) -> Self {
        Self(indices.fold(0, |bits, index| bits | 1 << index))
    }
}

/// The values found under the profile's names, in one pass over the top level.
#[derive(Debug)]
pub(crate) struct Found {
    /// Bit `n` is set if a value was found under name `n`.
    given: u32,
    /// The same, if its last value is not `null`.
    present: u32,
    kinds: [Kind; MAX_NAMES],
    places: [(usize, usize); MAX_NAMES],
    has_duplicates: bool,
    /// Where the last member ends, ours or not.
    pub(crate) end: usize,
}

impl Found {
    /// Nothing yet. A constant, so that it is made in place: a tenth of the time
    /// of an error body.
    pub(crate) const NOTHING: Self = Self {
        given: 0,
        present: 0,
        kinds: [Kind::Null; MAX_NAMES],
        places: [(0, 0); MAX_NAMES],
        has_duplicates: false,
        end: 0,
    };

    /// Keeps a member's value if the profile knows its key. Of two, the last.
    #[inline]
    pub(crate) fn note(&mut self, fields: &Fields, body: &[u8], key: Key, value: Value) {
        let index = match key {
            Key::Short(key) => fields.names.index_of_short(key),
            Key::Other(key) => fields.names.index_of(key.content(body)),
        };
        let Some(index) = index else {
            return;
        };
        if let (Some(kind), Some(place)) = (self.kinds.get_mut(index), self.places.get_mut(index)) {
            *kind = value.kind;
            *place = (value.start, value.end);
            let bit = 1 << index;
            self.has_duplicates |= self.given & bit != 0;
            self.given |= bit;
            if value.kind == Kind::Null {
                self.present &= !bit;
            } else {
                self.present |= bit;
            }
        }
    }

    /// The first value among `these` that has a name of the group.
    #[inline]
    fn first_of(&self, these: u32, group: Group) -> Option<Value> {
        self.take(&mut (these & group.0))
    }

    /// The value of the lowest of these bits, which is taken off.
    #[inline]
    fn take(&self, bits: &mut u32) -> Option<Value> {
        let index = bits.trailing_zeros() as usize;
        let (kind, (start, end)) = (*self.kinds.get(index)?, *self.places.get(index)?);
        *bits &= *bits - 1;
        Some(Value { kind, start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_are_read_as_the_standard_library_reads_them() {
        let mut number = 10_000_000_u32;
        while let Some(next) = number.checked_add(9_973).filter(|next| *next < 100_000_000) {
            assert_eq!(
                eight_digits(number.to_string().as_bytes()),
                Some(i64::from(number))
            );
            number = next;
        }
        assert_eq!(eight_digits(b"99999999"), Some(99_999_999));
    }

    #[test]
    fn anything_but_a_digit_in_any_place_is_seen() {
        for place in 0..8 {
            for byte in 0..=u8::MAX {
                let mut text = *b"12345678";
                text[place] = byte;
                let expected = core::str::from_utf8(&text)
                    .ok()
                    .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
                    .filter(|text| !text.starts_with('0'))
                    .and_then(|text| text.parse().ok());
                assert_eq!(eight_digits(&text), expected, "{}", text.escape_ascii());
            }
        }
        assert_eq!(eight_digits(b"1234567"), None);
        assert_eq!(eight_digits(b"123456789"), None);
    }
}
