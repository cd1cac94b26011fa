//! The fastest way to the fields with `sonic-rs`: skip over values without
//! checking them. Not the same job, because a malformed body reads like a
//! well-formed one; it shows what checking costs.

use std::borrow::Cow;

use sonic_rs::{JsonValueTrait, LazyValue};

use crate::contenders::{Answer, Show};

pub(crate) fn sonic(body: &[u8], show: Show<'_>) {
    let mut status = None;
    let mut code = None;
    let mut message = None;
    let mut data = None;
    for (key, value) in members(body) {
        match &*key {
            "status" => status = value.as_bool(),
            "error_code" => code = number(&value),
            "error_msg" => message = Some(value),
            "data" if !value.is_null() => data = Some(value),
            _ => {}
        }
    }
    show(&Answer::of_fields(
        status == Some(true),
        code,
        message
            .as_ref()
            .and_then(|message| message.as_str())
            .map(Cow::Borrowed),
        data.as_ref().map(LazyValue::as_raw_str),
    ));
}

fn number(value: &LazyValue<'_>) -> Option<i64> {
    match value.as_str() {
        Some(text) => text.trim().parse().ok(),
        None => value.as_i64(),
    }
}

#[expect(unsafe_code, reason = "the only way to ask for no checks")]
fn members(body: &[u8]) -> impl Iterator<Item = (Cow<'_, str>, LazyValue<'_>)> {
    // SAFETY: bodies are made by `bodies`, from JSON that serde_json wrote, and
    // every one was read by checking contenders before it comes here.
    let members = unsafe { sonic_rs::to_object_iter_unchecked(body) };
    members.flatten()
}
