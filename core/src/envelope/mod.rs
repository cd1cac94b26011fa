//! From a body to its envelope: who it is, and what it says about itself.
//!
//! * this file reads a whole body: what form it has, which fields count;
//! * `fields` knows the profile's names and values, and says what each field
//!   means;
//! * `names` finds a key among the profile's names, `usual` those that are expected;
//! * `path` is a way below the top level, `layout` goes it;
//! * `sniff` tells what a body is that is no JSON object.
//!
//! Reading judges nothing: whether a reply is a success is the next room's
//! question. It neither allocates nor recurses, and it never fails.

pub(crate) mod fields;
pub(crate) mod layout;
pub(crate) mod names;
pub(crate) mod path;
pub(crate) mod sniff;
mod usual;

use crate::json::scan::{Kind, Scanner, Stop, is_space};
use crate::json::text::RawText;
use crate::{Anomalies, Anomaly};

use fields::{Code, Contradiction, Fields, Flag, Found};
use layout::More;

/// The byte order mark that some servers put before UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What a body is, as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Nothing but white space.
    Empty,
    /// A well-formed object.
    Object,
    /// Begins as an object, then breaks off or is malformed.
    BrokenObject,
    /// A well-formed array or scalar.
    OtherJson,
    /// Anything else.
    NotJson,
}

/// A body, read.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    pub(crate) form: Form,
    /// What the top level of the object says, as far as it could be read.
    pub(crate) envelope: Envelope<'a>,
    /// Brackets went deeper than the scanner follows.
    pub(crate) is_too_deep: bool,
}

/// The fields of an envelope that count.
#[derive(Debug, Default)]
pub(crate) struct Envelope<'a> {
    pub(crate) flag: Option<Flag>,
    /// One of the flags says false, whichever decides.
    pub(crate) has_false_flag: bool,
    pub(crate) code: Option<Code<'a>>,
    pub(crate) message: Option<RawText<'a>>,
    pub(crate) data: Option<&'a [u8]>,
    pub(crate) anomalies: Anomalies,
}

impl Envelope<'_> {
    /// Whether there is anything to judge by: a flag, a code or a message.
    pub(crate) fn says_anything(&self) -> bool {
        self.flag.is_some() || self.code.is_some() || self.message.is_some()
    }

    /// Whether what was read is enough to know that the call failed. In a body
    /// that breaks off, the word that counts more may have followed.
    pub(crate) fn proves_failure(&self, contradiction: Contradiction) -> bool {
        let by_flag = matches!(self.flag, Some(Flag::False | Flag::HttpStatus(_)));
        let by_code = self.code.is_some_and(|code| !code.is_ok);
        let is_whole = !self.anomalies.contains(Anomaly::MalformedBody);
        match contradiction {
            Contradiction::Failure => by_flag || by_code,
            Contradiction::Flag => by_flag || (is_whole && by_code && self.flag.is_none()),
            Contradiction::Code => by_code || (is_whole && by_flag && self.code.is_none()),
        }
    }
}

/// Reads a body by the paths and values of a profile. What is neither flag nor
/// code, message or data goes to `more`.
pub(crate) fn read<'a>(fields: &Fields, body: &'a [u8], more: Option<&mut More>) -> Reading<'a> {
    let mut scanner = Scanner::new(body);
    if let [0xEF, 0xBB, 0xBF, ..] = body {
        scanner.skip(BYTE_ORDER_MARK.len());
    }
    match scanner.peek_token() {
        None => Reading::without_envelope(Form::Empty),
        Some(b'{') => object(fields, body, scanner, more),
        Some(first) => other_json(first, scanner),
    }
}

/// The bytes of a body's object, without what stands around it.
pub(crate) fn object_alone(body: &[u8]) -> &[u8] {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let is_around = |byte: &u8| is_space(*byte);
    let start = body.iter().take_while(|byte| is_around(byte)).count();
    let end = body.len() - body.iter().rev().take_while(|byte| is_around(byte)).count();
    body.get(start..end).unwrap_or_default()
}

impl Reading<'_> {
    /// A body that has no fields.
    pub(crate) fn without_envelope(form: Form) -> Self {
        Self {
            form,
            envelope: Envelope::default(),
            is_too_deep: false,
        }
    }
}

fn object<'a>(
    fields: &Fields,
    body: &'a [u8],
    mut scanner: Scanner<'a>,
    more: Option<&mut More>,
) -> Reading<'a> {
    let mut found = Found::new(more);
    let end = members(fields, body, &mut scanner, &mut found);
    fields.follow(&mut found, body);
    let mut reading = Reading {
        form: Form::Object,
        envelope: fields.interpret(&found, body),
        is_too_deep: end == Err(Stop::TooDeep),
    };
    // What stands behind the last field that counts is not believed.
    let mut believed = body.len();
    if end.is_err() {
        believed = found.end;
        reading.form = Form::BrokenObject;
        reading.envelope.anomalies.insert(Anomaly::MalformedBody);
    }
    if scanner.first_invalid_utf8().is_some_and(|at| at < believed) {
        reading.envelope.anomalies.insert(Anomaly::InvalidUtf8);
    }
    reading
}

/// Reads the top level to its end, and whatever follows it.
fn members<'a>(
    fields: &Fields,
    body: &'a [u8],
    scanner: &mut Scanner<'a>,
    found: &mut Found<'_>,
) -> Result<(), Stop> {
    scanner.take_token(b'{');
    if !scanner.take_token(b'}') {
        let mut place = usual::FIRST_PLACE;
        loop {
            scanner.peek_token();
            let slot = match fields.usual.take(scanner, place) {
                Some(usual) => {
                    place = usual.next;
                    Some(usual.slot)
                }
                None => {
                    let slot = fields.slot(scanner.key()?, body);
                    place = slot.map_or(place, |slot| fields.usual.place_behind(slot));
                    slot
                }
            };
            let value = scanner.value(1)?;
            // A number may go on where the body was cut: it counts only when
            // something stands behind it that ends it.
            let end = scanner.at();
            let is_ended = |byte: &u8| is_space(*byte) || matches!(byte, b',' | b'}');
            if value.kind == Kind::Number && !body.get(end).is_some_and(is_ended) {
                return Err(Stop::Malformed);
            }
            if let Some(slot) = slot {
                found.put(slot, value);
            }
            found.end = end;
            match scanner.peek_token() {
                Some(b',') => scanner.skip(1),
                Some(b'}') => {
                    scanner.skip(1);
                    break;
                }
                _ => return Err(Stop::Malformed),
            }
        }
    }
    match scanner.peek_token() {
        None => Ok(()),
        Some(_) => Err(Stop::Malformed),
    }
}

fn other_json<'a>(first: u8, mut scanner: Scanner<'a>) -> Reading<'a> {
    // A page: no JSON begins so.
    if first == b'<' {
        return Reading::without_envelope(Form::NotJson);
    }
    let value = scanner.value_apart(0);
    let form = match value {
        Ok(_) if scanner.peek_token().is_none() => Form::OtherJson,
        _ => Form::NotJson,
    };
    Reading {
        is_too_deep: value.is_err_and(|stop| stop == Stop::TooDeep),
        ..Reading::without_envelope(form)
    }
}
