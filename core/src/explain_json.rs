//! A reply as JSON in, its verdict as JSON out: for every language and tool
//! that can pass a string.

use crate::base64;
use crate::json::document::{Document, Member, Node, Problem};
use crate::json::write::ObjectWriter;
use crate::nearest::suggestion;
use crate::{
    Anomaly, Category, Error, Expect, Fault, OperationKind, Profile, Reply, TaskState, Text,
    UnixTime, Verdict, judge,
};

/// The fields that a reply can have, as conformance vectors spell them.
const FIELDS: [&str; 10] = [
    "profile", "http_status", "headers", "body", "body_base64", "expect_kind", "now_unix", "fault",
    "method", "path",
];

/// Judges a reply that is written as JSON; returns the verdict as JSON.
///
/// The reply is an object with `http_status` (an integer, 0 if not known),
/// `headers` (an array of `[name, value]` pairs), `body` (text) or `body_base64`
/// (bytes), `expect_kind` (`envelope` or `raw`) and `now_unix` (seconds); or with
/// a `fault` instead of status and body. `method` and `path` together say what was
/// asked. `profile` names a built-in profile,
/// `eureka` if it is left out. Only status and body, or the fault, are required.
///
/// The verdict has every field that conformance vectors know; `data` is text,
/// or `data_base64` if it is not UTF-8.
///
/// ```
/// let verdict = aftercall::explain_json(
///     r#"{"http_status": 200, "body": "{\"status\":false,\"error_code\":67200005}"}"#,
/// )?;
/// assert!(verdict.contains(r#""category":"balance""#), "{verdict}");
/// # Ok::<(), aftercall::Error>(())
/// ```
///
/// # Errors
///
/// An [`Error`] that names line, column and field, if the text is no such
/// object. A reply's body is never an error.
pub fn explain_json(text: &str) -> Result<String, Error> {
    explain(text, None)
}

/// The same by a profile of the caller's; `profile` in the text is refused.
///
/// ```
/// use aftercall::Profile;
///
/// let profile = Profile::from_json(
///     r#"{"aftercall_profile": 1, "name": "shop", "http": [
///         {"status": 418, "category": "permission", "advice": "never", "effect": "rejected"}
///     ]}"#,
/// )?;
/// let reply = r#"{"http_status": 418, "body": ""}"#;
/// let verdict = aftercall::explain_json_by(&profile, reply)?;
/// assert!(verdict.contains(r#""category":"permission""#), "{verdict}");
/// # Ok::<(), aftercall::Error>(())
/// ```
///
/// # Errors
///
/// Those of [`explain_json`].
pub fn explain_json_by(profile: &Profile, text: &str) -> Result<String, Error> {
    explain(text, Some(profile))
}

fn explain(text: &str, profile: Option<&Profile>) -> Result<String, Error> {
    let document = Document::parse(text).map_err(|problem| error(text, None, problem))?;
    let request = Request::read(&document.root, profile)
        .map_err(|problem| error(text, Some(&document), problem))?;
    let verdict = judge(request.profile, &request.reply(), request.now);
    Ok(write(&verdict))
}

fn error(text: &str, document: Option<&Document<'_>>, problem: Problem) -> Error {
    Error::reply(
        Document::line_and_column(text, problem.at),
        document.map_or_else(String::new, |document| document.path_at(problem.at)),
        problem.into_message(),
    )
}

/// A reply read from JSON.
struct Request<'d> {
    profile: &'d Profile,
    /// Whether the text may name another one.
    is_profile_given: bool,
    http_status: i32,
    headers: Vec<(&'d str, &'d str)>,
    body: std::borrow::Cow<'d, [u8]>,
    fault: Option<Fault>,
    expect: Expect,
    now: Option<UnixTime>,
    method: Option<&'d str>,
    path: Option<&'d str>,
}

impl<'d> Request<'d> {
    fn read(root: &'d Node<'_>, profile: Option<&'d Profile>) -> Result<Self, Problem> {
        let members = root.as_object().ok_or_else(|| wrong(root, "an object"))?;
        let mut request = Self {
            profile: profile.unwrap_or(Profile::eureka()),
            is_profile_given: profile.is_some(),
            http_status: 0,
            headers: Vec::new(),
            body: (&[]).into(),
            fault: None,
            expect: Expect::Envelope,
            now: None,
            method: None,
            path: None,
        };
        for member in members {
            request.take(member)?;
        }
        let has = |name: &str| members.iter().any(|member| member.name == name);
        if has("body") && has("body_base64") {
            return Err(Problem::new(
                root.span.start,
                "expected body or body_base64, found both",
            ));
        }
        if has("method") != has("path") {
            let message = "expected method and path together, found one of them";
            return Err(Problem::new(root.span.start, message));
        }
        let is_complete = has("http_status") && (has("body") || has("body_base64"));
        if has("fault") && (has("http_status") || has("body") || has("body_base64")) {
            let message = "expected a fault or a reply, found both";
            return Err(Problem::new(root.span.start, message));
        }
        if !is_complete && !has("fault") {
            let message = "expected http_status and body (or body_base64), or a fault";
            return Err(Problem::new(root.span.start, message));
        }
        Ok(request)
    }

    fn take(&mut self, member: &'d Member<'_>) -> Result<(), Problem> {
        let node = &member.node;
        match member.name.as_str() {
            "profile" if self.is_profile_given => {
                let message = "a profile is given already";
                return Err(Problem::new(node.span.start, message));
            }
            "method" => self.method = Some(string(node)?),
            "path" => self.path = Some(string(node)?),
            "profile" => {
                self.profile = Profile::built_in(string(node)?)
                    .ok_or_else(|| wrong(node, "the name of a built-in profile: eureka"))?;
            }
            "http_status" => {
                self.http_status = node
                    .as_integer()
                    .and_then(|status| i32::try_from(status).ok())
                    .ok_or_else(|| wrong(node, "an integer, 0 if the status is not known"))?;
            }
            "headers" => self.headers = headers(node)?,
            "body" => self.body = string(node)?.as_bytes().into(),
            "body_base64" => {
                self.body = base64::decode(string(node)?)
                    .ok_or_else(|| wrong(node, "padded base64 without white space"))?
                    .into();
            }
            "expect_kind" => {
                self.expect = Expect::from_name(string(node)?)
                    .ok_or_else(|| wrong(node, "envelope or raw"))?;
            }
            "now_unix" => {
                self.now = if node.is_null() {
                    None
                } else {
                    let seconds = node.as_integer();
                    let seconds = seconds.ok_or_else(|| wrong(node, "whole seconds since 1970"))?;
                    Some(UnixTime::from_secs(seconds))
                };
            }
            "fault" => {
                let names = Fault::ALL.iter().map(|fault| fault.name());
                self.fault = Some(Fault::from_name(string(node)?).ok_or_else(|| {
                    let names: Vec<&str> = names.collect();
                    wrong(node, &format!("one of {}", names.join(", ")))
                })?);
            }
            unknown => {
                let message = format!("unknown field {unknown:?}{}", suggestion(unknown, &FIELDS));
                return Err(Problem::new(member.name_span.start, message));
            }
        }
        Ok(())
    }

    fn reply(&self) -> Reply<'_> {
        let reply = match self.fault {
            Some(fault) => Reply::fault(fault),
            None => Reply::new(self.http_status, &self.body),
        };
        let reply = reply.with_headers(&self.headers).expecting(self.expect);
        match (self.method, self.path) {
            (Some(method), Some(path)) => reply.with_request(method, path),
            _ => reply,
        }
    }
}

fn headers<'d>(node: &'d Node<'_>) -> Result<Vec<(&'d str, &'d str)>, Problem> {
    node.as_array()
        .ok_or_else(|| wrong(node, "an array of [name, value] pairs"))?
        .iter()
        .map(|pair| match pair.as_array() {
            Some([name, value]) => Ok((string(name)?, string(value)?)),
            _ => Err(wrong(pair, "a [name, value] pair")),
        })
        .collect()
}

fn string<'d>(node: &'d Node<'_>) -> Result<&'d str, Problem> {
    node.as_str().ok_or_else(|| wrong(node, "a string"))
}

/// What was expected. What was found is not repeated: it may be anybody's
/// secret.
fn wrong(node: &Node<'_>, allowed: &str) -> Problem {
    Problem::new(
        node.span.start,
        format!("expected {allowed}, found {}", node.kind()),
    )
}

fn write(verdict: &Verdict<'_>) -> String {
    let mut json = ObjectWriter::new();
    json.string("outcome", verdict.outcome().name());
    json.string("category", verdict.category().name());
    json.string("advice", verdict.advice().name());
    json.string("effect", verdict.effect().name());
    json.optional_number("code", verdict.code());
    text(&mut json, "code_text", verdict.code_text());
    json.optional_number("http_status", verdict.http_status());
    text(&mut json, "message", verdict.message());
    match verdict.data().map(core::str::from_utf8) {
        Some(Err(_)) => {
            let data = verdict.data().unwrap_or_default();
            json.string("data_base64", &base64::encode(data));
        }
        data => json.optional_string("data", data.and_then(Result::ok)),
    }
    text(&mut json, "correlation_id", verdict.correlation_id());
    text(&mut json, "amount", verdict.amount());
    json.optional_number("server_delay_ms", verdict.server_delay_ms());
    json.optional_string("alternative", verdict.alternative().map(Category::name));
    json.optional_string("repeat", verdict.repeat().map(OperationKind::name));
    let anomalies = verdict.anomalies();
    json.strings("anomalies", anomalies.iter().map(Anomaly::name));
    json.string("rule", verdict.rule());
    json.optional_string("task", verdict.task().map(TaskState::name));
    json.finish()
}

fn text(json: &mut ObjectWriter, name: &str, text: Option<&Text<'_>>) {
    json.optional_string(name, text.map(Text::to_str).as_deref());
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn explain(reply: &Value) -> Value {
        serde_json::from_str(&explain_json(&reply.to_string()).unwrap()).unwrap()
    }

    #[test]
    fn a_verdict_has_every_field() {
        let reply = json!({
            "http_status": 503,
            "headers": [["X-Correlation-Id", "c-1"], ["Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"]],
            "body": "{\"status\":false,\"error_code\":\"\\u0041\\n\",\"msg\":\"余额\"}",
            "now_unix": 1_792_567_679,
        });
        let expected = json!({
            "outcome": "failure", "category": "server", "advice": "backoff", "effect": "rejected",
            "code": null, "code_text": "A\n", "http_status": 503, "message": "余额", "data": null,
            "correlation_id": "c-1", "amount": null, "server_delay_ms": 1000,
            "alternative": null, "repeat": null, "anomalies": [], "rule": "http:503", "task": null,
        });
        assert_eq!(explain(&reply), expected);
    }

    #[test]
    fn bytes_go_in_and_out_as_base64() {
        let verdict = explain(&json!({
            "http_status": 200, "body_base64": base64::encode(b"\xFF\0"), "expect_kind": "raw",
        }));
        assert_eq!(verdict["data_base64"], base64::encode(b"\xFF\0"));
        assert_eq!(verdict.get("data"), None);
    }

    #[test]
    fn a_fault_needs_no_status() {
        let verdict = explain(&json!({"fault": "dns", "profile": "eureka"}));
        assert_eq!(verdict["rule"], "transport:dns");
        assert!(verdict["http_status"].is_null());
    }

    #[test]
    fn a_wrong_reply_is_refused_by_name_and_not_repeated() {
        for (text, message) in [
            (
                "",
                "line 1, column 1: expected a value, found the end of the text",
            ),
            ("[]", "line 1, column 1: expected an object, found an array"),
            (
                "{}",
                "line 1, column 1: expected http_status and body (or body_base64), or a fault",
            ),
            (
                r#"{"http_status": 200}"#,
                "line 1, column 1: expected http_status and body (or body_base64), or a fault",
            ),
            (
                r#"{"http_status": "sk-1"}"#,
                "line 1, column 17: http_status: expected an integer, 0 if the status is not known, found a string",
            ),
            (
                r#"{"bdoy": ""}"#,
                "line 1, column 2: bdoy: unknown field \"bdoy\", did you mean \"body\"?",
            ),
            (
                r#"{"headers": [["a"]]}"#,
                "line 1, column 14: headers[0]: expected a [name, value] pair, found an array",
            ),
            (
                r#"{"body": "", "body": ""}"#,
                "line 1, column 14: the field \"body\" is given twice",
            ),
            (
                r#"{"http_status": 1, "body": "", "body_base64": ""}"#,
                "line 1, column 1: expected body or body_base64, found both",
            ),
            (
                r#"{"fault": "dns", "body": ""}"#,
                "line 1, column 1: expected a fault or a reply, found both",
            ),
            (
                r#"{"body_base64": "?"}"#,
                "line 1, column 17: body_base64: expected padded base64 without white space, found a string",
            ),
        ] {
            let error = explain_json(text).unwrap_err();
            assert!(error.is_reply());
            assert_eq!(error.to_string(), message);
        }
    }
}
