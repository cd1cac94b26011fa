//! The suite `judge`: one reply, one verdict.

use aftercall::{Category, Expect, Fault, Profile, Reply, Text, UnixTime, Verdict};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::fields::Fields;

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

/// A case's reply, with its bytes decoded.
struct OwnedReply {
    http_status: i32,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    fault: Option<Fault>,
    expect: Expect,
    now: Option<UnixTime>,
}

impl OwnedReply {
    fn read(value: &Value) -> Result<Self, String> {
        let mut fields = Fields::of("reply", value)?;
        let fault = match fields.optional_string("fault")? {
            Some(name) => {
                Some(Fault::from_name(name).ok_or_else(|| format!("fault: unknown {name:?}"))?)
            }
            None => None,
        };
        let expect = match fields.optional_string("expect_kind")? {
            Some(name) => {
                Expect::from_name(name).ok_or_else(|| format!("expect_kind: unknown {name:?}"))?
            }
            None => Expect::Envelope,
        };
        let now = match fields.optional("now_unix") {
            Some(Value::Null) | None => None,
            Some(now) => {
                Some(UnixTime::from_secs(now.as_i64().ok_or_else(|| {
                    format!("now_unix: expected seconds, got {now}")
                })?))
            }
        };
        let headers = match fields.optional("headers") {
            Some(headers) => serde_json::from_value(headers.clone())
                .map_err(|error| format!("headers: {error}"))?,
            None => Vec::new(),
        };
        let mut http_status = 0;
        let mut body = Vec::new();
        if fault.is_none() {
            let status = fields.required("http_status")?;
            http_status = status
                .as_i64()
                .and_then(|status| i32::try_from(status).ok())
                .ok_or_else(|| format!("http_status: expected an integer, got {status}"))?;
            body = match fields.optional_string("body_base64")? {
                Some(encoded) => BASE64
                    .decode(encoded)
                    .map_err(|error| format!("body_base64: {error}"))?,
                None => fields.string("body")?.as_bytes().to_vec(),
            };
        }
        fields.finish()?;
        Ok(Self {
            http_status,
            headers,
            body,
            fault,
            expect,
            now,
        })
    }

    fn borrow(&self) -> Reply<'_> {
        let reply = match self.fault {
            Some(fault) => Reply::fault(fault),
            None => Reply::new(self.http_status, &self.body),
        };
        reply.with_headers(&self.headers).expecting(self.expect)
    }
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
        "anomalies" => verdict
            .anomalies()
            .iter()
            .map(aftercall::Anomaly::name)
            .collect(),
        "rule" => json!(verdict.rule()),
        _ => return Err(format!("expect: {key:?} is not known to this runner")),
    })
}

fn as_set(names: &Value) -> Option<std::collections::BTreeSet<&str>> {
    names.as_array()?.iter().map(Value::as_str).collect()
}
