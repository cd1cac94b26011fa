//! Whole calls through one function that takes and gives texts.

use aftercall::{Profile, explain_json, explain_json_by};
use serde_json::{Map, Value, json};

fn vectors(name: &str) -> Value {
    let path = format!("{}/../tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What is asked about the event of that number: its reply, and the call with
/// what came before.
fn asked(case: &Value, step: usize) -> Option<Value> {
    let events = case["events"].as_array().unwrap();
    let event = &events[step];
    let mut asked: Map<String, Value> = event.get("reply")?.as_object().unwrap().clone();
    let mut call = json!({
        "at_ms": event["at_ms"], "took_ms": event["took_ms"], "events": events[..step],
        "kind": case.get("kind").cloned().unwrap_or_else(|| json!("query")),
    });
    for name in [
        "policy", "can_refresh", "idempotency_key", "unit_random", "seed", "budget",
    ] {
        if let Some(value) = case.get(name) {
            call[name] = value.clone();
        }
    }
    asked.insert("call".to_owned(), call);
    Some(Value::Object(asked))
}

#[test]
fn every_retry_vector_is_decided_step_by_step() {
    let mut asked_about = 0;
    for name in ["retry.json", "retry_edges.json"] {
        for case in vectors(name)["cases"].as_array().unwrap() {
            for (step, expected) in case["expect"].as_array().unwrap().iter().enumerate() {
                // A wait that was cancelled has no reply.
                let Some(asked) = asked(case, step) else {
                    continue;
                };
                let answer = explain_json(&asked.to_string())
                    .unwrap_or_else(|error| panic!("{}[{step}]: {error}", case["name"]));
                let answer: Value = serde_json::from_str(&answer).unwrap();
                let decision = &answer["decision"];
                for (key, wanted) in expected.as_object().unwrap() {
                    let got = &decision[key];
                    let is_within = |bounds: &Vec<Value>| {
                        bounds[0].as_u64() <= got.as_u64() && got.as_u64() <= bounds[1].as_u64()
                    };
                    assert!(
                        got == wanted || wanted.as_array().is_some_and(is_within),
                        "{}[{step}].{key}: {wanted} {got}",
                        case["name"]
                    );
                }
                let line = decision["explanation"].as_str().unwrap();
                assert!(
                    line.starts_with(decision["action"].as_str().unwrap()),
                    "{line}"
                );
                asked_about += 1;
            }
        }
    }
    assert!(asked_about > 200, "{asked_about}");
}

#[test]
fn an_answer_is_the_same_whether_times_are_told_or_kept() {
    let reply = json!({"http_status": 503, "headers": [], "body": ""});
    let told = json!([
        {"at_ms": 0, "took_ms": 20, "reply": reply},
        {"at_ms": 520, "took_ms": 30, "reply": reply},
    ]);
    let kept = json!([{"took_ms": 20, "reply": reply}, {"took_ms": 30, "reply": reply}]);
    let decided = |events: Value, at_ms: Value| {
        let mut asked = reply.clone();
        let policy = json!({"jitter": "none", "deadline_ms": 3000});
        asked["call"] = json!({"policy": policy, "kind": "query", "events": events, "took_ms": 5});
        if !at_ms.is_null() {
            asked["call"]["at_ms"] = at_ms;
        }
        let answer = explain_json(&asked.to_string()).unwrap();
        serde_json::from_str::<Value>(&answer).unwrap()["decision"].clone()
    };
    assert_eq!(decided(told, json!(1550)), decided(kept, Value::Null));
}

#[test]
fn a_profile_of_the_callers_says_kind_and_words() {
    let profile = Profile::from_json(
        r#"{"aftercall_profile": 1, "name": "shop",
            "operations": [{"path": "/orders/find", "kind": "query"}],
            "codes": [{"code": 7, "category": "server", "advice": "backoff", "effect": "unknown",
                       "message": "closed"}],
            "messages": {"en": {"closed": {"title": "Closed", "text": "The shop is closed."}}}}"#,
    )
    .unwrap();
    let asked = json!({
        "http_status": 200, "body": "{\"status\":false,\"code\":7}",
        "method": "POST", "path": "/orders/find",
    });
    let answer = explain_json_by(&profile, &asked.to_string()).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["decision"]["action"], "retry");
    assert_eq!(answer["words"]["title"], "Closed");
}

#[test]
fn a_wrong_call_is_refused_by_name() {
    for (call, message) in [
        ("5", "26: call: expected an object, found 5"),
        (
            r#"{"knid": "query"}"#,
            "27: call.knid: unknown field \"knid\", did you mean \"kind\"?",
        ),
        (
            r#"{"kind": "qeury"}"#,
            "35: call.kind: expected one of mutation, query, auth, found \"qeury\", did you mean \"query\"?",
        ),
        (
            r#"{"policy": {"max_attempts": 0}}"#,
            "54: call.policy.max_attempts: expected an integer from 1 to 100, found 0",
        ),
        (
            r#"{"policy": {"jitter": "nome"}}"#,
            "48: call.policy.jitter: expected one of none, full, equal, decorrelated, found \"nome\", did you mean \"none\"?",
        ),
        (
            r#"{"seed": -1}"#,
            "35: call.seed: expected 64 bits without a sign, as a text or a number, found -1",
        ),
        (
            r#"{"seed": 1, "unit_random": 0}"#,
            "53: call.unit_random: expected seed or unit_random, found both",
        ),
        (
            r#"{"unit_random": 1.01}"#,
            "42: call.unit_random: expected a number from 0 to 1, found 1.01",
        ),
        (
            r#"{"budget": -1}"#,
            "37: call.budget: expected a number of tokens, or null, found -1",
        ),
        (
            r#"{"at_ms": -1}"#,
            "36: call.at_ms: expected 0 or more milliseconds, found -1",
        ),
        (
            r#"{"events": [{"took_ms": 0}]}"#,
            "38: call.events[0]: the field \"reply\" is missing",
        ),
        (
            r#"{"events": [{"reply": {"http_status": "canary", "body": ""}}]}"#,
            "64: call.events[0].reply.http_status: expected an integer, 0 if the status is not known, found a string",
        ),
        (
            r#"{"events": [{"at_ms": 0, "cancel_wait": true}]}"#,
            "66: call.events[0].cancel_wait: nothing comes behind a wait that was cancelled",
        ),
        (
            r#"{"events": [{"reply": {"http_status": 404, "body": ""}}]}"#,
            "26: call: the call was over before this attempt: not_retryable",
        ),
    ] {
        let text = format!(r#"{{"fault": "dns", "call": {call}}}"#);
        let error = explain_json(&text).unwrap_err();
        assert!(error.is_reply());
        assert_eq!(error.to_string(), format!("line 1, column {message}"));
    }
}
