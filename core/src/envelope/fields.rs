//! The fields of an envelope: their names and values are the profile's, and
//! what they mean is decided here.

use core::ops::{Range, RangeInclusive};

use crate::json::number::Number;
use crate::json::runs::marks_of_no_digits;
use crate::json::scan::{Key, Kind, Value};
use crate::json::text::RawText;
use crate::{Anomalies, Anomaly};

use super::Envelope;
use super::layout::{Layout, More, TooMany};
use super::path::BodyPath;
use super::usual::UsualFields;

/// As many paths to flag, code, message and data as a profile may have.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FlagValue {
    Literal(bool),
    /// The number spelled exactly so.
    Number(String),
    /// A string, trimmed, in any ASCII case.
    Word(String),
}

impl FlagValue {
    /// Whether a value of a body is this one.
    pub(crate) fn is(&self, value: Value, body: &[u8]) -> bool {
        match (self, value.kind) {
            (Self::Literal(literal), Kind::True) => *literal,
            (Self::Literal(literal), Kind::False) => !*literal,
            (Self::Number(spelling), Kind::Number) => spelling.as_bytes() == value.json(body),
            (Self::Word(word), Kind::Plain | Kind::Escaped) => {
                let text = value.text(body);
                let folded = text.trimmed().map(|c| c.to_ascii_lowercase());
                folded.eq(word.chars())
            }
            _ => false,
        }
    }
}

/// What the literals, numbers and words in a flag's place say.
#[derive(Debug, Default)]
pub(crate) struct FlagValues {
    on_true: Option<Flag>,
    on_false: Option<Flag>,
    numbers: Vec<(String, Flag)>,
    words: Vec<(String, Flag)>,
    /// Numbers that are no flags but HTTP statuses.
    pub(crate) statuses: Option<RangeInclusive<i32>>,
}

impl FlagValues {
    /// Adds a value that has no meaning yet; says whether that is so.
    pub(crate) fn add(&mut self, value: FlagValue, flag: Flag) -> bool {
        let (known, spelling) = match value {
            FlagValue::Literal(true) => return self.on_true.replace(flag).is_none(),
            FlagValue::Literal(false) => return self.on_false.replace(flag).is_none(),
            FlagValue::Number(spelling) => (&mut self.numbers, spelling),
            FlagValue::Word(word) => (&mut self.words, word),
        };
        let is_new = known.iter().all(|(other, _)| *other != spelling);
        known.push((spelling, flag));
        is_new
    }

    /// What a value says; nothing if it is odd.
    #[inline(always)]
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

/// Which of two words counts when flag and code say opposite things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Contradiction {
    /// Neither: the reply is a failure.
    #[default]
    Failure,
    Flag,
    Code,
}

/// The paths to the four parts of an envelope, each in order of preference.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) flags: Vec<BodyPath>,
    pub(crate) codes: Vec<BodyPath>,
    pub(crate) messages: Vec<BodyPath>,
    pub(crate) data: Vec<BodyPath>,
}

/// Codes that are no failure.
#[derive(Debug, Default)]
pub(crate) struct OkCodes {
    pub(crate) integers: Vec<i64>,
    pub(crate) words: Vec<String>,
}

/// The paths and values of a profile's envelope.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    /// Slots grouped: flags, codes, messages, data; in order of preference.
    layout: Layout,
    flags: Group,
    codes: Group,
    messages: Group,
    data: Group,
    flag_values: FlagValues,
    ok_codes: OkCodes,
    pub(super) usual: UsualFields,
    pub(crate) contradiction: Contradiction,
    /// More is read than flag, code, message and data at the top level.
    pub(crate) needs_more: bool,
}

impl Fields {
    /// Takes the paths to the four parts, and those to what else is read; says
    /// in which slot each of the latter is.
    pub(crate) fn new(
        parts: Parts,
        more: &[BodyPath],
        flag_values: FlagValues,
        ok_codes: OkCodes,
        contradiction: Contradiction,
    ) -> Result<(Self, Vec<usize>), TooMany> {
        let flags_end = parts.flags.len();
        let codes_end = flags_end + parts.codes.len();
        let messages_end = codes_end + parts.messages.len();
        let first = [parts.flags, parts.codes, parts.messages, parts.data].concat();
        let end = first.len();
        let (layout, slots) = Layout::new(first, more)?;
        let fields = Self {
            usual: UsualFields::new(
                &layout.names,
                [
                    0..flags_end,
                    flags_end..codes_end,
                    codes_end..messages_end,
                    messages_end..end,
                ],
            ),
            flags: Group::of(0..flags_end),
            codes: Group::of(flags_end..codes_end),
            messages: Group::of(codes_end..messages_end),
            data: Group::of(messages_end..end),
            needs_more: !more.is_empty() || layout.leads_deeper(),
            layout,
            flag_values,
            ok_codes,
            contradiction,
        };
        Ok((fields, slots))
    }

    /// The slot of a key, if the profile knows it.
    #[inline(always)]
    pub(super) fn slot(&self, key: Key, body: &[u8]) -> Option<usize> {
        match key {
            Key::Short(key) => self.layout.names.index_of_short(key),
            Key::Other(key) => self.layout.names.index_of(key.text(body)),
        }
    }

    /// Whether a code is none of a failure.
    pub(crate) fn is_ok_integer(&self, code: i64) -> bool {
        self.ok_codes.integers.contains(&code)
    }

    /// The same of a string code.
    pub(crate) fn is_ok_word(&self, code: &str) -> bool {
        self.ok_codes.words.iter().any(|word| word == code)
    }

    /// Looks below the top level, if a path leads there.
    pub(super) fn follow(&self, found: &mut Found<'_>, body: &[u8]) {
        if found.more.is_some() {
            self.layout.follow(found, body);
        }
    }

    /// What the fields that were found mean.
    pub(crate) fn interpret<'a>(&self, found: &Found<'_>, body: &'a [u8]) -> Envelope<'a> {
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
    fn flag(
        &self,
        found: &Found<'_>,
        body: &[u8],
        anomalies: &mut Anomalies,
    ) -> (Option<Flag>, bool) {
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

    /// What a value is as a code of the second level, if it is one.
    #[inline(never)]
    pub(crate) fn sub_code<'a>(&self, value: Value, body: &'a [u8]) -> Option<Code<'a>> {
        // An odd one is nobody's concern.
        let mut anomalies = Anomalies::default();
        self.code(value, body, &mut anomalies)
    }

    /// What the value of a code's field is as a code, if it is one.
    #[inline(always)]
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
            is_ok: self.ok_codes.contain(identity, text),
            text,
        })
    }
}

impl OkCodes {
    #[inline(always)]
    fn contain(&self, identity: Identity, text: RawText<'_>) -> bool {
        match identity {
            Identity::Integer(code) => {
                for &ok in &self.integers {
                    if ok == code {
                        return true;
                    }
                }
                false
            }
            Identity::Word => self
                .words
                .iter()
                .any(|word| text.trimmed().eq(word.chars())),
            Identity::Nothing => false,
        }
    }
}

/// A code's number. Nearly every code is a few digits and nothing else.
#[inline(always)]
fn number(text: RawText<'_>) -> Number {
    if let Some(integer) = eight_digits(text.bytes) {
        return Number::Integer(integer);
    }
    // What a success says.
    if let [b'0'] = text.bytes {
        return Number::Integer(0);
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
#[inline(always)]
fn eight_digits(text: &[u8]) -> Option<i64> {
    let digits = u64::from_le_bytes(*text.first_chunk().filter(|_| text.len() == 8)?);
    if marks_of_no_digits(digits) != 0 || matches!(text.first(), Some(b'0')) {
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
#[repr(C)]
pub(crate) struct Found<'m> {
    starts: [usize; MAX_NAMES],
    /// Where other values are kept, if the profile asks for some.
    more: Option<&'m mut More>,
    ends: [usize; MAX_NAMES],
    /// Where the last member ends, ours or not.
    pub(crate) end: usize,
    kinds: [Kind; MAX_NAMES],
    /// Bit `n` is set if a value was found under name `n`.
    given: u32,
    /// The same, if its last value is not `null`.
    present: u32,
    has_duplicates: bool,
}

impl<'m> Found<'m> {
    #[inline(always)]
    pub(crate) fn new(more: Option<&'m mut More>) -> Self {
        Self {
            given: 0,
            present: 0,
            kinds: [Kind::Null; MAX_NAMES],
            starts: [0; MAX_NAMES],
            ends: [0; MAX_NAMES],
            has_duplicates: false,
            end: 0,
            more,
        }
    }

    /// Keeps a member's value. Of two, the last.
    #[inline(always)]
    pub(super) fn put(&mut self, slot: usize, value: Value) {
        if let (Some(kind), Some(start), Some(end)) = (
            self.kinds.get_mut(slot),
            self.starts.get_mut(slot),
            self.ends.get_mut(slot),
        ) {
            (*kind, *start, *end) = (value.kind, value.start, value.end);
            let bit = 1 << slot;
            self.has_duplicates |= self.given & bit != 0;
            self.given |= bit;
            if value.kind == Kind::Null {
                self.present &= !bit;
            } else {
                self.present |= bit;
            }
        } else if let Some(more) = &mut self.more {
            self.has_duplicates |= more.put(slot - MAX_NAMES, value);
        }
    }

    /// The value in a slot; `null` is none.
    pub(super) fn at(&self, slot: usize) -> Option<Value> {
        match self.value(slot) {
            Some(value) => Some(value).filter(|_| self.present >> slot & 1 == 1),
            None => self.more.as_ref()?.value(slot),
        }
    }

    /// The first value among `these` that has a name of the group.
    #[inline(always)]
    fn first_of(&self, these: u32, group: Group) -> Option<Value> {
        self.take(&mut (these & group.0))
    }

    /// The value of the lowest of these bits, which is taken off.
    #[inline(always)]
    fn take(&self, bits: &mut u32) -> Option<Value> {
        let value = self.value(bits.trailing_zeros() as usize)?;
        *bits &= *bits - 1;
        Some(value)
    }

    /// What stands in a slot of flag, code, message and data.
    #[inline(always)]
    fn value(&self, slot: usize) -> Option<Value> {
        Some(Value {
            kind: *self.kinds.get(slot)?,
            start: *self.starts.get(slot)?,
            end: *self.ends.get(slot)?,
        })
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
