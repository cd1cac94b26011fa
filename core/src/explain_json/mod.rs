//! A reply as JSON in; verdict, decision and words as JSON out: for every
//! language and tool that can pass a string.
//!
//! * this file: the two doors, and what is asked;
//! * `reply`: a reply as conformance vectors spell it;
//! * `call`: the call that it belongs to, and what is decided;
//! * `write`: the answer.
//!
//! It keeps nothing: whoever asks about the third attempt tells of the first two
//! again. A program that makes many calls has `retry`.

mod call;
mod reply;
mod write;

use crate::json::document::{Document, Node, Problem};
use crate::json::object::{Object, Result as Read, allowed, each, member, string};
use crate::retry::Action;
use crate::{Error, MessageOptions, Profile, Role, judge, message};

use call::GivenCall;
use reply::{GivenReply, expected};

/// The fields of a reply, and what can stand beside them.
const FIELDS: &str = "http_status headers body body_base64 expect_kind now_unix fault method path \
    profile call languages role";

/// Judges a reply that is written as JSON, decides what to do next, and says it
/// in words; returns all three as JSON.
///
/// The reply is an object with `http_status` (an integer, 0 if not known),
/// `headers` (an array of `[name, value]` pairs), `body` (text) or `body_base64`
/// (bytes), `expect_kind` (`envelope` or `raw`) and `now_unix` (seconds); or with
/// a `fault` instead of status and body. `method` and `path` together say what was
/// asked. `profile` names a built-in profile,
/// `eureka` if it is left out. Only status and body, or the fault, are required.
///
/// Beside these fields there may be
///
/// * `languages`: in which the words should be, one text as
///   [`negotiate_language`](crate::negotiate_language) reads it or an array of
///   tags; English if it is left out. `role`: `user`, or `owner`;
/// * `call`: an object that says what the reply belongs to. `policy` is one as
///   [`Policy::from_json`](crate::retry::Policy::from_json) reads it, `kind`
///   the operation's, `can_refresh` and `idempotency_key` are true or false,
///   `seed` (64 bits, as a text or a number) or `unit_random` (0 to 1) is for the
///   jitter, `budget` the tokens at the start. `at_ms` is when this attempt was
///   sent, by a clock that is 0 when the call starts, `took_ms` how long it took.
///   `events` are the attempts before it: each with `at_ms`, `took_ms` and
///   `reply`.
///
/// Without `call`, or without one of its fields, it is the first attempt under
/// the default policy, with a full budget and the seed 0. The kind is the one
/// that the profile knows for `method` and `path`, without these `mutation`.
/// Attempts are sent at once, or when the wait before them is over.
///
/// The answer has every field of a verdict that conformance vectors know; `data`
/// is text, or `data_base64` if it is not UTF-8. Then `decision` with `action`,
/// `reason` (null unless it is `stop`), `delay_ms` (null unless it is `retry`),
/// `retry_at_ms`, `budget` (the tokens after it) and the `explanation` in one
/// line; and `words` with `title`, `text`, `action` and `language`.
///
/// ```
/// let answer = aftercall::explain_json(
///     r#"{"http_status": 200, "body": "{\"status\":false,\"error_code\":67200005}"}"#,
/// )?;
/// for part in [
///     r#""category":"balance""#,
///     r#""decision":{"action":"stop","reason":"not_retryable""#,
///     r#""words":{"title":"Out of credit""#,
/// ] {
///     assert!(answer.contains(part), "{answer}");
/// }
///
/// // The second attempt of a question.
/// let answer = aftercall::explain_json(
///     r#"{"http_status": 503, "body": "", "languages": ["de"], "call": {
///         "policy": {"jitter": "none"}, "kind": "query", "took_ms": 20,
///         "events": [{"took_ms": 30, "reply": {"fault": "reset"}}]
///     }}"#,
/// )?;
/// for part in [
///     r#""decision":{"action":"retry","reason":null,"delay_ms":1000,"#,
///     r#""language":"de""#,
/// ] {
///     assert!(answer.contains(part), "{answer}");
/// }
/// # Ok::<(), aftercall::Error>(())
/// ```
///
/// # Errors
///
/// An [`Error`] that names line, column and field, says what is allowed and
/// which name is nearest, if the text is no such object, or if `events` has ended
/// the call before. A reply's body is never an error.
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
/// let answer = aftercall::explain_json_by(&profile, reply)?;
/// assert!(answer.contains(r#""category":"permission""#), "{answer}");
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
    answer(&document.root, profile).map_err(|problem| error(text, Some(&document), problem))
}

fn error(text: &str, document: Option<&Document<'_>>, problem: Problem) -> Error {
    Error::reply(
        Document::line_and_column(text, problem.at),
        document.map_or_else(String::new, |document| document.path_at(problem.at)),
        problem.into_message(),
    )
}

fn answer(root: &Node<'_>, profile: Option<&Profile>) -> Read<String> {
    let asked = Asked::read(root, profile)?;
    let verdict = judge(asked.profile, &asked.reply.borrow(), asked.reply.now);
    let decision = asked.call.decide(asked.profile, &asked.reply, &verdict)?;
    let mut options = MessageOptions::new(&asked.languages).with_role(asked.role);
    if decision.action() == Action::Retry {
        options = options.with_retry_delay_ms(decision.delay_ms());
    }
    let words = message(asked.profile, &verdict, &options);
    Ok(write::answer(&verdict, &decision, &words))
}

/// Everything that is asked.
struct Asked<'d> {
    profile: &'d Profile,
    reply: GivenReply<'d>,
    call: GivenCall<'d>,
    languages: String,
    role: Role,
}

impl<'d> Asked<'d> {
    fn read(root: &'d Node<'d>, given: Option<&'d Profile>) -> Read<Self> {
        let object = Object::of(root, None)?;
        let mut reply = GivenReply::default();
        for field in object.members {
            let name = field.name.as_str();
            if !reply.take(name, &field.node)? {
                allowed(field, FIELDS)?;
            }
        }
        reply.check(root)?;
        Ok(Self {
            profile: match (object.own_optional("profile"), given) {
                (None, given) => given.unwrap_or(Profile::eureka()),
                (Some(node), Some(_)) => {
                    let message = "a profile is given already";
                    return Err(Problem::new(node.span.start, message));
                }
                (Some(node), None) => Profile::built_in(string(node)?)
                    .ok_or_else(|| expected(node, "the name of a built-in profile: eureka"))?,
            },
            reply,
            call: object
                .own_optional("call")
                .map_or_else(|| Ok(GivenCall::first(root)), GivenCall::read)?,
            languages: object
                .own_optional("languages")
                .map_or(Ok(String::new()), languages)?,
            role: object.own_optional("role").map_or(Ok(Role::User), member)?,
        })
    }
}

/// A list of languages, or what says it in one text.
fn languages(node: &Node<'_>) -> Read<String> {
    match node.as_array() {
        None if node.as_str().is_none() => Err(expected(node, "a text or an array of tags")),
        None => string(node).map(str::to_owned),
        Some(tags) => Ok(each(tags, string)?.join(",")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::base64;

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
        let mut answer = explain(&reply);
        let answer = answer.as_object_mut().unwrap();
        let (decision, words) = (answer.remove("decision"), answer.remove("words"));
        assert_eq!(Value::Object(answer.clone()), expected);
        let explanation = "retry after 1043 ms (server); success no (category server); \
            cancelled no; not_retryable no (advice backoff)";
        let mut decision = decision.unwrap();
        let line = decision.as_object_mut().unwrap().remove("explanation");
        let line = line.unwrap();
        assert!(line.as_str().unwrap().starts_with(explanation), "{line}");
        let expected = json!({
            "action": "retry", "reason": null, "delay_ms": 1043, "retry_at_ms": null, "budget": 486,
        });
        assert_eq!(decision, expected);
        let expected = json!({
            "title": "Service not available", "action": "retry_later", "language": "en",
            "text": "The service cannot answer at the moment. Try again in about 2 seconds.",
        });
        assert_eq!(words.unwrap(), expected);
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
                r#""{\"body\": \"sk-1\"}""#,
                "line 1, column 1: expected an object, found a string",
            ),
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
                r#"{"http_status": 1, "body": "", "method": "GET"}"#,
                "line 1, column 1: expected method and path together, found one of them",
            ),
            (
                r#"{"fault": "dsn"}"#,
                "line 1, column 11: fault: expected one of dns, connect, connect_timeout, proxy, tls, read_timeout, reset, closed, truncated, decode, too_large, bad_request, cancelled, found \"dsn\", did you mean \"dns\"?",
            ),
            (
                r#"{"fault": "dns", "language": "de"}"#,
                "line 1, column 18: language: unknown field \"language\", did you mean \"languages\"?",
            ),
            (
                r#"{"fault": "dns", "languages": 5}"#,
                "line 1, column 31: languages: expected a text or an array of tags, found a number",
            ),
            (
                r#"{"fault": "dns", "role": "ownr"}"#,
                "line 1, column 26: role: expected one of user, owner, found \"ownr\", did you mean \"owner\"?",
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

    #[test]
    fn the_kind_is_what_the_profile_knows_of_the_request() {
        let action = |method: &str, path: &str, call: Value| {
            let reply = json!({"fault": "reset", "method": method, "path": path, "call": call});
            explain(&reply)["decision"]["action"].clone()
        };
        assert_eq!(action("POST", "/search/x", json!({})), "retry");
        assert_eq!(action("POST", "/orders", json!({})), "stop");
        assert_eq!(action("POST", "/orders", json!({"kind": "query"})), "retry");
        assert_eq!(
            explain(&json!({"fault": "reset"}))["decision"]["action"],
            "stop"
        );
    }

    #[test]
    fn words_are_for_whom_they_are_asked_for() {
        let body = r#"{"status":false,"error_code":67200005}"#;
        let words = |languages: Value, role: &str| {
            let reply = json!({
                "http_status": 200, "body": body, "languages": languages, "role": role,
            });
            let words = explain(&reply)["words"].clone();
            let text = |name: &str| words[name].as_str().unwrap().to_owned();
            [text("language"), text("title"), text("action")]
        };
        for languages in [json!("zh_HK.UTF-8"), json!(["tlh", "zh-HK", "en"])] {
            assert_eq!(words(languages, "owner"), ["zh-Hant", "餘額不足", "top_up"]);
        }
        assert_eq!(
            words(json!([]), "user"),
            ["en", "Out of credit", "contact_admin"]
        );
    }
}
