//! The suite `judge`: one reply, one verdict.

use aftercall::{Category, OperationKind, Profile, TaskState, Text, Verdict};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::fields::Fields;
use crate::reply::OwnedReply;

/// Judges one case; says which of the expected values differ.
pub(crate) fn case(profile: &Profile, case: &Value) -> Result<Vec<String>, String> {
    let mut fields = Fields::of("the case", case)?;
    fields.string("name")?;
    for comment in ["source", "note"] {
        fields.optional(comment);
    }
    let reply = OwnedReply::read(fields.required("reply")?)?;
    let expected = fields.required("expect")?;
    fields.finish()?;

    let borrowed = aftercall::judge(profile, &reply.borrow(), reply.now);
    let mut differences = compare(&borrowed, expected)?;
    let kept = aftercall::judge(profile, &reply.borrow(), reply.now).into_owned();
    if compare(&kept, expected)? != differences {
        differences.push("the owned verdict differs from the borrowed one".to_owned());
    }
    Ok(differences)
}

fn compare(verdict: &Verdict<'_>, expected: &Value) -> Result<Vec<String>, String> {
    let expected = expected.as_object().ok_or("expect: expected an object")?;
    let mut differences = Vec::new();
    for (key, wanted) in expected {
        let got = value_of(verdict, key)?;
        let is_same = match key.as_str() {
            "anomalies" => as_set(&got) == as_set(wanted),
            _ => got == *wanted,
        };
        if !is_same {
            differences.push(format!("{key}: expected {wanted} got {got}"));
        }
    }
    Ok(differences)
}

/// A verdict's value under the name that vectors use.
fn value_of(verdict: &Verdict<'_>, key: &str) -> Result<Value, String> {
    let text = |text: Option<&Text<'_>>| json!(text.map(Text::to_str));
    Ok(match key {
        "outcome" => json!(verdict.outcome().name()),
        "category" => json!(verdict.category().name()),
        "advice" => json!(verdict.advice().name()),
        "effect" => json!(verdict.effect().name()),
        "code" => json!(verdict.code()),
        "code_text" => text(verdict.code_text()),
        "http_status" => json!(verdict.http_status()),
        "message" => text(verdict.message()),
        "data" => json!(verdict.data().map(|data| {
            // Text is compared as text; what is none shows as what it is.
            String::from_utf8(data.to_vec())
                .unwrap_or_else(|_| format!("bytes {}", data.escape_ascii()))
        })),
        "data_base64" => json!(verdict.data().map(|data| BASE64.encode(data))),
        "correlation_id" => text(verdict.correlation_id()),
        "amount" => text(verdict.amount()),
        "server_delay_ms" => json!(verdict.server_delay_ms()),
        "alternative" => json!(verdict.alternative().map(Category::name)),
        "repeat" => json!(verdict.repeat().map(OperationKind::name)),
        "anomalies" => verdict
            .anomalies()
            .iter()
            .map(aftercall::Anomaly::name)
            .collect(),
        "rule" => json!(verdict.rule()),
        "task" => json!(verdict.task().map(TaskState::name)),
        _ => return Err(format!("expect: {key:?} is not known to this runner")),
    })
}

fn as_set(names: &Value) -> Option<std::collections::BTreeSet<&str>> {
    names.as_array()?.iter().map(Value::as_str).collect()
}
