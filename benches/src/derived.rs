//! The contenders that derive their reader with serde: `serde_json` and
//! `sonic-rs`.

use core::fmt;
use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use serde_json::value::RawValue;
use sonic_rs::LazyValue;

use crate::contenders::{Answer, Show};

pub(crate) fn serde_json(body: &[u8], show: Show<'_>) {
    let envelope: Envelope<'_, &RawValue> = serde_json::from_slice(body).expect(READABLE);
    let data = envelope.data.map(RawValue::get);
    show(&envelope.answer(data));
}

pub(crate) fn simdutf8_and_serde_json(body: &[u8], show: Show<'_>) {
    let text = simdutf8::basic::from_utf8(body).expect(READABLE);
    let envelope: Envelope<'_, &RawValue> = serde_json::from_str(text).expect(READABLE);
    let data = envelope.data.map(RawValue::get);
    show(&envelope.answer(data));
}

pub(crate) fn sonic(body: &[u8], show: Show<'_>) {
    let envelope: Envelope<'_, LazyValue<'_>> = sonic_rs::from_slice(body).expect(READABLE);
    let data = envelope.data.as_ref().map(LazyValue::as_raw_str);
    show(&envelope.answer(data));
}

const READABLE: &str = "the bodies are well-formed";

/// What a careful client would write: borrowed where that is possible, and the
/// data left as it is.
#[derive(Deserialize)]
struct Envelope<'a, D> {
    #[serde(default)]
    status: bool,
    error_code: Option<Code>,
    #[serde(borrow)]
    error_msg: Option<Message<'a>>,
    data: Option<D>,
}

impl<D> Envelope<'_, D> {
    fn answer<'e>(&'e self, data: Option<&'e str>) -> Answer<'e> {
        let message = self.error_msg.as_ref();
        Answer::of_fields(
            self.status,
            self.error_code.as_ref().and_then(|code| code.0),
            message.map(|message| Cow::Borrowed(&*message.0)),
            data,
        )
    }
}

/// A type of its own, because serde borrows no `Cow` inside an `Option`.
#[derive(Deserialize)]
struct Message<'a>(#[serde(borrow)] Cow<'a, str>);

/// A number, or a string that holds one.
struct Code(Option<i64>);

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CodeVisitor)
    }
}

struct CodeVisitor;

impl Visitor<'_> for CodeVisitor {
    type Value = Code;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code")
    }

    fn visit_u64<E: Error>(self, code: u64) -> Result<Code, E> {
        Ok(Code(i64::try_from(code).ok()))
    }

    fn visit_i64<E: Error>(self, code: i64) -> Result<Code, E> {
        Ok(Code(Some(code)))
    }

    fn visit_str<E: Error>(self, code: &str) -> Result<Code, E> {
        Ok(Code(code.trim().parse().ok()))
    }
}
