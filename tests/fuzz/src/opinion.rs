//! A second opinion on what a body says: slow, straightforward, built on
//! `serde_json`, and for the built-in profile alone.
//!
//! It works on the body's text with every byte that is not UTF-8 replaced,
//! collects the members of the top level that are complete, and then looks up
//! names in a list. It shares no code and no method with the core's reader.

use core::ops::RangeInclusive;

use aftercall::{Anomalies, Anomaly};
use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

const FLAGS: [&str; 2] = ["status", "success"];
const CODES: [&str; 3] = ["error_code", "errorCode", "code"];
const MESSAGES: [&str; 6] = [
    "error_msg", "error_message", "errorMsg", "errorMessage", "message", "msg",
];
const DATA: &str = "data";
const TRUE_WORDS: [&str; 4] = ["true", "success", "approved", "ok"];
const FALSE_WORDS: [&str; 4] = ["false", "error", "fail", "failed"];
const FLAG_STATUSES: RangeInclusive<i32> = 400..=599;
const MAX_DEPTH: usize = 1024;

pub(crate) const SPACES: [char; 4] = [' ', '\t', '\n', '\r'];

/// What a body is, as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Empty,
    Object,
    BrokenObject,
    OtherJson,
    NotJson,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flag {
    True,
    False,
    HttpStatus(i32),
}

/// A code that is present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) kind: CodeKind,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeKind {
    Integer(i64),
    Word,
    TooLarge,
    /// A fraction, a literal, an array, an object.
    Odd,
}

impl Code {
    pub(crate) fn is_ok(&self) -> bool {
        self.kind == CodeKind::Integer(0)
    }
}

/// What a body says, as far as it is believed.
#[derive(Debug)]
pub(crate) struct Opinion {
    pub(crate) form: Form,
    pub(crate) flag: Option<Flag>,
    pub(crate) has_false_flag: bool,
    pub(crate) code: Option<Code>,
    pub(crate) message: Option<String>,
    /// Raw JSON.
    pub(crate) data: Option<String>,
    pub(crate) anomalies: Anomalies,
}

impl Opinion {
    pub(crate) fn of(body: &[u8]) -> Self {
        let text = Lossy::of(body);
        let too_deep_at = too_deep_at(&text.text);
        let form = form(&text.text, too_deep_at);
        let mut opinion = match form {
            Form::Object | Form::BrokenObject => {
                Self::of_object(form, &text, &Members::of(&text.text, too_deep_at))
            }
            _ => Self::silent(form),
        };
        if too_deep_at.is_some() {
            opinion.anomalies.insert(Anomaly::TooDeep);
        }
        opinion
    }

    fn silent(form: Form) -> Self {
        Self {
            form,
            flag: None,
            has_false_flag: false,
            code: None,
            message: None,
            data: None,
            anomalies: Anomalies::NONE,
        }
    }

    fn of_object(form: Form, text: &Lossy, members: &Members<'_>) -> Self {
        let mut anomalies = Anomalies::NONE;
        let (flag, has_false_flag) = flag(members, &mut anomalies);
        let code = members.first_present(&CODES).and_then(code);
        if code.as_ref().is_some_and(|code| code.kind == CodeKind::Odd) {
            anomalies.insert(Anomaly::OddCode);
        }
        let says_true = flag == Some(Flag::True);
        if flag.is_some() && code.as_ref().is_some_and(|code| code.is_ok() != says_true) {
            anomalies.insert(Anomaly::Contradiction);
        }
        if members.has_duplicates() {
            anomalies.insert(Anomaly::DuplicateField);
        }
        let is_whole = form == Form::Object;
        let believed = if is_whole {
            text.text.len()
        } else {
            members.end
        };
        if text.first_invalid.is_some_and(|at| at < believed) {
            anomalies.insert(Anomaly::InvalidUtf8);
        }
        if !is_whole {
            anomalies.insert(Anomaly::MalformedBody);
        }
        let opinion = Self {
            form,
            flag,
            has_false_flag,
            message: members.first_present(&MESSAGES).map(text_of),
            data: members.last(DATA).map(str::to_owned),
            code,
            anomalies,
        };
        if !is_whole && !opinion.proves_failure() {
            return Self::silent(form);
        }
        if opinion.is_no_envelope() {
            return Self {
                anomalies: Anomalies::NONE,
                ..opinion
            };
        }
        opinion
    }

    pub(crate) fn proves_failure(&self) -> bool {
        matches!(self.flag, Some(Flag::False | Flag::HttpStatus(_)))
            || self.code.as_ref().is_some_and(|code| !code.is_ok())
    }

    pub(crate) fn proves_success(&self) -> bool {
        self.form == Form::Object
            && self.flag == Some(Flag::True)
            && self.code.as_ref().is_none_or(Code::is_ok)
    }

    pub(crate) fn is_no_envelope(&self) -> bool {
        self.flag.is_none() && self.code.is_none() && self.message.is_none()
    }
}

/// A body as text, and where in that text the first replacement stands.
struct Lossy {
    text: String,
    first_invalid: Option<usize>,
}

impl Lossy {
    /// A byte order mark in front is left out.
    fn of(body: &[u8]) -> Self {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        let mut lossy = Self {
            text: String::new(),
            first_invalid: None,
        };
        for chunk in body.utf8_chunks() {
            lossy.text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                lossy.first_invalid.get_or_insert(lossy.text.len());
                lossy.text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        lossy
    }
}

/// Whether `text` is one JSON value. Ignoring keeps `serde_json` from refusing
/// surrogates without their other half, deep brackets and vast numbers.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn form(text: &str, too_deep_at: Option<usize>) -> Form {
    let is_well_formed = too_deep_at.is_none() && is_json(text);
    let is_object = text.trim_start_matches(SPACES).starts_with('{');
    match (is_object, is_well_formed) {
        _ if text.trim_matches(SPACES).is_empty() => Form::Empty,
        (true, true) => Form::Object,
        (true, false) => Form::BrokenObject,
        (false, true) => Form::OtherJson,
        (false, false) => Form::NotJson,
    }
}

/// Where one bracket too many is opened, if all before it is in order.
fn too_deep_at(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if in_string => is_escaped = true,
            '"' => in_string = !in_string,
            '[' | '{' if !in_string => depth += 1,
            ']' | '}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            let error = serde_json::from_str::<IgnoredAny>(&text[..=at]).err()?;
            return error.is_eof().then_some(at);
        }
    }
    None
}

/// The members of the top level that are complete, in their order.
struct Members<'t> {
    /// Unescaped names and raw values.
    list: Vec<(String, &'t str)>,
    /// Where the last value ends.
    end: usize,
}

impl<'t> Members<'t> {
    fn of(text: &'t str, too_deep_at: Option<usize>) -> Self {
        let readable = too_deep_at.map_or(text, |at| &text[..=at]);
        let mut raw = Vec::new();
        // What stops the reading is not of interest here: `form` knows.
        let _ = serde_json::Deserializer::from_str(readable).deserialize_map(Collect(&mut raw));
        let mut members = Self {
            list: Vec::new(),
            end: 0,
        };
        for (name, value) in raw {
            let value = value.get();
            let end = value.as_ptr().addr() - text.as_ptr().addr() + value.len();
            let is_ended = text[end..].starts_with([' ', '\t', '\n', '\r', ',', '}']);
            // A number may go on where the text was cut.
            if value.starts_with(|first: char| first == '-' || first.is_ascii_digit()) && !is_ended
            {
                break;
            }
            members.list.push((unescaped(name.get()), value));
            members.end = end;
        }
        members
    }

    /// The last value of that name.
    fn last(&self, name: &str) -> Option<&'t str> {
        let (_, value) = self.list.iter().rev().find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The value of the first name that is there and not `null`.
    fn first_present(&self, names: &[&str]) -> Option<&'t str> {
        names
            .iter()
            .filter_map(|name| self.last(name))
            .find(|value| *value != "null")
    }

    fn has_duplicates(&self) -> bool {
        let count = |wanted: &str| self.list.iter().filter(|(name, _)| name == wanted).count();
        [&FLAGS[..], &CODES, &MESSAGES, &[DATA]]
            .concat()
            .into_iter()
            .any(|name| count(name) > 1)
    }
}

/// Puts every complete member into a list, until one is broken.
struct Collect<'c, 't>(&'c mut Vec<(&'t RawValue, &'t RawValue)>);

impl<'t> Visitor<'t> for Collect<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key()? {
            self.0.push((name, map.next_value()?));
        }
        Ok(())
    }
}

/// The flag that decides, and whether any says false.
fn flag(members: &Members<'_>, anomalies: &mut Anomalies) -> (Option<Flag>, bool) {
    let mut present = FLAGS
        .iter()
        .filter_map(|name| members.last(name))
        .filter(|value| *value != "null");
    let Some(first) = present.next().map(flag_value) else {
        return (None, false);
    };
    let second = present.next().and_then(flag_value);
    if matches!(first, None | Some(Flag::HttpStatus(_))) {
        anomalies.insert(Anomaly::OddFlag);
    }
    let any_false = first == Some(Flag::False) || second == Some(Flag::False);
    let decides = match (first, second) {
        (Some(Flag::True), Some(Flag::False)) => {
            anomalies.insert(Anomaly::Contradiction);
            Some(Flag::False)
        }
        (Some(Flag::False), Some(Flag::True)) => {
            anomalies.insert(Anomaly::Contradiction);
            first
        }
        (None, Some(Flag::False)) => second,
        _ => first,
    };
    (decides, any_false)
}

fn flag_value(raw: &str) -> Option<Flag> {
    if raw.starts_with('"') {
        let word = unescaped(raw).trim_matches(SPACES).to_ascii_lowercase();
        return match word.as_str() {
            word if TRUE_WORDS.contains(&word) => Some(Flag::True),
            word if FALSE_WORDS.contains(&word) => Some(Flag::False),
            _ => None,
        };
    }
    match raw {
        "true" | "1" => Some(Flag::True),
        "false" | "0" => Some(Flag::False),
        _ => raw
            .parse()
            .ok()
            .filter(|status| raw.len() == 3 && FLAG_STATUSES.contains(status))
            .map(Flag::HttpStatus),
    }
}

/// A blank string is no code.
fn code(raw: &str) -> Option<Code> {
    let text = text_of(raw);
    let is_string = raw.starts_with('"');
    let trimmed = text.trim_matches(SPACES);
    let kind = match number(trimmed) {
        _ if is_string && trimmed.is_empty() => return None,
        Some(kind) => kind,
        None if is_string => CodeKind::Word,
        None => CodeKind::Odd,
    };
    Some(Code { kind, text })
}

/// The number that `text` is, by longhand arithmetic on its digits.
fn number(text: &str) -> Option<CodeKind> {
    let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    if !is_number || !is_json(text) {
        return None;
    }
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(magnitude) => ("-", magnitude),
        None => ("", text),
    };
    let (significand, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
    let (whole, fraction) = significand.split_once('.').unwrap_or((significand, ""));
    let digits = [whole, fraction].concat();
    // The point's place among the digits; of a vast exponent only the sign counts.
    let vast = 1_i64 << 60;
    let by_sign = if exponent.starts_with('-') {
        -vast
    } else {
        vast
    };
    let exponent = exponent.parse().unwrap_or(by_sign).clamp(-vast, vast);
    let point = i64::try_from(whole.len()).ok()? + exponent;
    let before_zeros = digits.trim_end_matches('0').len();
    let leading_zeros = digits.len() - digits.trim_start_matches('0').len();
    if before_zeros == 0 {
        return Some(CodeKind::Integer(0));
    }
    if point < i64::try_from(before_zeros).ok()? {
        return Some(CodeKind::Odd);
    }
    let significant = &digits[leading_zeros..before_zeros];
    let length = point - i64::try_from(leading_zeros).ok()?;
    if length > 19 {
        return Some(CodeKind::TooLarge);
    }
    let zeros = usize::try_from(length).ok()? - significant.len();
    let integer = format!("{sign}{significant}{}", "0".repeat(zeros));
    Some(
        integer
            .parse()
            .map_or(CodeKind::TooLarge, CodeKind::Integer),
    )
}

/// A string's content, or the raw JSON of anything else.
fn text_of(raw: &str) -> String {
    if raw.starts_with('"') {
        unescaped(raw)
    } else {
        raw.to_owned()
    }
}

/// The content of a JSON string; each half of a surrogate pair that stands
/// alone is replaced.
pub(crate) fn unescaped(raw: &str) -> String {
    struct Bytes;
    impl Visitor<'_> for Bytes {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("a string")
        }

        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }
    }
    // As bytes, `serde_json` hands out lone surrogates in their three-byte form.
    let mut bytes = serde_json::Deserializer::from_str(raw)
        .deserialize_bytes(Bytes)
        .expect("a string that was read before");
    while let Some(at) = bytes
        .windows(3)
        .position(|window| matches!(window, [0xED, 0xA0..=0xBF, 0x80..=0xBF]))
    {
        bytes.splice(at..at + 3, "\u{FFFD}".bytes());
    }
    String::from_utf8(bytes).expect("nothing else is left that is not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_by_longhand() {
        for (text, expected) in [
            ("0", Some(CodeKind::Integer(0))),
            ("-0.0e-9", Some(CodeKind::Integer(0))),
            ("67200004.0", Some(CodeKind::Integer(67_200_004))),
            ("0.67200004e8", Some(CodeKind::Integer(67_200_004))),
            ("672000040E-1", Some(CodeKind::Integer(67_200_004))),
            ("9223372036854775807", Some(CodeKind::Integer(i64::MAX))),
            ("-9223372036854775808", Some(CodeKind::Integer(i64::MIN))),
            ("9223372036854775808", Some(CodeKind::TooLarge)),
            ("1e99999999999999999999", Some(CodeKind::TooLarge)),
            ("1e-99999999999999999999", Some(CodeKind::Odd)),
            ("1e9223372036854775807", Some(CodeKind::TooLarge)),
            ("1e-9223372036854775808", Some(CodeKind::Odd)),
            ("1.5", Some(CodeKind::Odd)),
            ("01", None),
            ("", None),
            ("true", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }

    #[test]
    fn members_are_read_until_one_is_broken() {
        let names = |text: &str| -> Vec<String> {
            let members = Members::of(text, too_deep_at(text));
            members.list.into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(
            names(r#" {"a":1,"\u0061":2,"b":[],"c":nul"#),
            ["a", "a", "b"]
        );
        assert_eq!(names(r#"{"a":tru"#), [""; 0]);
        assert_eq!(names(r#"{"a":truex"#), ["a"]);
        assert_eq!(names(r#"{"a":12"#), [""; 0]);
        assert_eq!(names(r#"{"a":12 "#), ["a"]);
        assert_eq!(names(r#"{"\ud800":12}"#), ["\u{FFFD}"]);
    }

    #[test]
    fn depth_is_counted_where_it_counts() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert_eq!(too_deep_at(&nested(MAX_DEPTH)), None);
        assert_eq!(too_deep_at(&nested(MAX_DEPTH + 1)), Some(MAX_DEPTH));
        assert_eq!(too_deep_at(&format!("[1 {}", nested(MAX_DEPTH))), None);
        assert_eq!(too_deep_at(&format!("[\"\\\"{}", nested(2000))), None);
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced() {
        assert_eq!(unescaped(r#""\ud83d\ude00\ud83d!""#), "😀\u{FFFD}!");
    }
}
