//! A record tells support what happened, and nobody a secret.

use aftercall::retry::{Action, Budget, Call, Jitter, Operation, Policy};
use aftercall::{
    Attribute, Fault, MessageOptions, Noted, OperationKind, Profile, Record, Reply, UnixTime,
    judge, message,
};
use proptest::prelude::*;
use serde_json::Value;

const URL: &str = "https://api.example.com/search/patent/query-search-patent/v2";
const STARTED: UnixTime = UnixTime::from_secs(1_795_435_200);
const SUCCESS: &str = r#"{"status":true,"error_code":0,"data":[1]}"#;

fn busy() -> Reply<'static> {
    Reply::new(
        200,
        r#"{"status":false,"error_code":68300008,"error_msg":"Service error, please try again later!"}"#,
    )
}

/// Plays a whole call and records it; each attempt takes 100 ms.
fn recorded(url: &str, replies: &[Reply<'_>]) -> Record {
    let policy = Policy::builder()
        .jitter(Jitter::None)
        .max_attempts(100)
        .build()
        .unwrap();
    let budget = Budget::new(500);
    let operation = Operation::new(OperationKind::Query).refreshable();
    let mut now_ms = 5000;
    let mut record = Record::new(Profile::eureka(), "GET", url, STARTED, now_ms);
    let mut call = Call::new(&policy, Some(&budget), operation, now_ms);
    for reply in replies {
        call.before_attempt(now_ms).unwrap();
        let verdict = judge(Profile::eureka(), reply, None);
        let decision = call.on_reply(&verdict, now_ms + 100).unwrap();
        record.note(&Noted::new(&decision, now_ms, now_ms + 100).with_verdict(&verdict));
        now_ms += 100 + decision.delay_ms();
        match decision.action() {
            Action::Refresh => call.on_refreshed(now_ms).unwrap(),
            Action::Stop => break,
            _ => {}
        }
    }
    record
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

#[test]
fn every_attempt_is_in_it_with_what_was_decided() {
    let headers = [("x-correlation-id", "c-2"), ("retry-after", "2")];
    let record = recorded(
        URL,
        &[
            busy(),
            Reply::new(503, "").with_headers(&headers),
            Reply::fault(Fault::Reset),
            Reply::new(401, ""),
            Reply::new(200, SUCCESS),
        ],
    );
    let json = parsed(&record.to_json());
    assert_eq!(json["host"], "api.example.com");
    assert_eq!(json["path"], "/search/patent/query-search-patent/v2");
    assert_eq!(json["started"], "2026-11-23T12:00:00.000Z");
    assert_eq!(json["attempts_made"], 5);
    assert_eq!(json["refreshes"], 1);
    assert_eq!(json["reason"], "success");
    // Waits of 500, 2000 and 2000 ms, and five attempts.
    assert_eq!(
        (&json["waited_ms"], &json["duration_ms"]),
        (&4500.into(), &5000.into())
    );
    let attempts = json["attempts"].as_array().unwrap();
    assert_eq!(attempts[0]["code"], "68300008");
    assert_eq!(
        attempts[0]["message"],
        "Service error, please try again later!"
    );
    assert_eq!(
        (&attempts[0]["decision"], &attempts[0]["delay_ms"]),
        (&"retry".into(), &500.into())
    );
    assert_eq!(attempts[1]["correlation_id"], "c-2");
    assert_eq!(attempts[1]["started_ms"], 600);
    assert_eq!(attempts[2]["fault"], "reset");
    assert!(attempts[2]["http_status"].is_null());
    assert_eq!(attempts[3]["decision"], "refresh");
    assert!(
        attempts[4]["why"]
            .as_str()
            .unwrap()
            .starts_with("stop: success")
    );
    assert!(
        record
            .paragraph()
            .contains("succeeded. 5 attempts in 5000 ms from 2026")
    );
}

#[test]
fn a_failure_that_may_be_retried_later_says_when() {
    let headers = [("retry-after", "600")];
    let record = recorded(URL, &[Reply::new(429, "").with_headers(&headers)]);
    let json = parsed(&record.to_json());
    assert_eq!(json["reason"], "server_delay_too_long");
    assert_eq!(json["retry_at"], "2026-11-23T12:10:00.100Z");
    let paragraph = record.paragraph();
    assert!(
        paragraph.contains("asked again at 2026-11-23T12:10:00.100Z"),
        "{paragraph}"
    );
}

#[test]
fn a_call_that_never_sent_anything_has_a_record_too() {
    let record = Record::new(Profile::eureka(), "POST", URL, STARTED, 0);
    assert_eq!(
        parsed(&record.to_json())["attempts"],
        Value::Array(Vec::new())
    );
    assert!(
        record
            .paragraph()
            .contains("made no attempt. 0 attempts in 0 ms")
    );
    assert_eq!(
        parsed(&record.problem(Profile::eureka(), &MessageOptions::new("en")))["type"],
        "about:blank"
    );
    assert!(record.attributes().len() >= 3);
}

#[test]
fn a_cancelled_wait_ends_the_record_without_an_attempt() {
    let policy = Policy::builder().jitter(Jitter::None).build().unwrap();
    let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0);
    let mut record = Record::new(Profile::eureka(), "GET", URL, STARTED, 0);
    call.before_attempt(0).unwrap();
    let verdict = judge(Profile::eureka(), &busy(), None);
    let decision = call.on_reply(&verdict, 100).unwrap();
    record.note(&Noted::new(&decision, 0, 100).with_verdict(&verdict));
    let decision = call.cancel(300).unwrap();
    record.note(&Noted::new(&decision, 300, 300));
    let json = parsed(&record.to_json());
    assert_eq!(
        (&json["reason"], &json["attempts_made"]),
        (&"cancelled".into(), &1.into())
    );
    assert_eq!(
        (&json["waited_ms"], &json["duration_ms"]),
        (&200.into(), &300.into())
    );
}

#[test]
fn a_request_for_a_token_says_that_it_is_one() {
    let policy = Policy::default();
    let mut call = Call::new(&policy, None, Operation::new(OperationKind::Auth), 0);
    let mut record = Record::new(Profile::eureka(), "GET", URL, STARTED, 0);
    call.before_attempt(0).unwrap();
    let verdict = judge(Profile::eureka(), &Reply::new(401, ""), None);
    let decision = call.on_reply(&verdict, 100).unwrap();
    let noted = Noted::new(&decision, 0, 100)
        .with_verdict(&verdict)
        .with_request_id("r-1")
        .with_request("POST", "/oauth/token?apikey=5f3c");
    record.note(&noted);
    let json = parsed(&record.to_json());
    assert_eq!(json["attempts"][0]["request"], "POST /oauth/token");
    assert_eq!(json["attempts"][0]["request_id"], "r-1");
}

#[test]
fn thousands_of_attempts_stay_within_bounds() {
    let long = "余额 ".repeat(10_000);
    let body = format!(r#"{{"status":false,"error_code":68300008,"error_msg":"{long}"}}"#);
    let policy = Policy::builder().jitter(Jitter::None).build().unwrap();
    let verdict = judge(Profile::eureka(), &Reply::new(200, &body), None);
    let mut record = Record::new(Profile::eureka(), "GET", URL, STARTED, 0);
    for attempt in 0..5000_u64 {
        let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), attempt);
        call.before_attempt(attempt).unwrap();
        let decision = call.on_reply(&verdict, attempt).unwrap();
        record.note(&Noted::new(&decision, attempt, attempt).with_verdict(&verdict));
    }
    let text = record.to_json();
    assert!(text.len() <= 256 * 1024, "{}", text.len());
    let json = parsed(&text);
    let attempts = json["attempts"].as_array().unwrap();
    assert_eq!(json["attempts_made"], 5000);
    assert_eq!(
        json["attempts_dropped"].as_u64().unwrap() + attempts.len() as u64,
        5000
    );
    assert_eq!(attempts[0]["attempt"], 1);
    assert_eq!(attempts.last().unwrap()["attempt"], 5000);
    assert!(record.paragraph().len() < 4096);
}

#[test]
fn no_secret_gets_in_by_any_door() {
    let canary = "c4nary5ecret0987";
    let url = format!(
        "https://me:{canary}@api.example.com/v1/token={canary}/x?apikey={canary}&token={canary}#{canary}"
    );
    let message = format!(
        "Bearer {canary} was refused; sk-{canary} as well: https://u:{canary}@h/?client_secret={canary}&x=1"
    );
    let body = serde_json::json!({
        "status": false, "error_code": format!("token={canary}"), "error_msg": message,
        "data": {"password": canary},
    });
    let body = body.to_string();
    let id = format!("apikey={canary}");
    let headers = [
        ("x-correlation-id", id.as_str()),
        ("authorization", canary),
        ("set-cookie", canary),
    ];
    let record = recorded(
        &url,
        &[
            Reply::new(500, &body).with_headers(&headers),
            Reply::new(404, ""),
        ],
    );
    for rendering in [
        record.to_json(),
        record.paragraph(),
        record.problem(Profile::eureka(), &MessageOptions::new("en")),
        format!("{:?}", record.attributes()),
        record.attributes_json(),
        format!("{record:?}"),
    ] {
        assert!(!rendering.contains(canary), "{rendering}");
    }
}

/// A call by a profile that has names of its own for secrets, one attempt of
/// which is planted with them wherever an attempt has room for a text.
#[test]
fn no_secret_that_only_its_profile_knows_gets_in() {
    let profile = Profile::from_json(
        r#"{"aftercall_profile": 1, "name": "shop", "extends": "eureka",
            "redaction": {"names": ["X-Member-Pin"], "prefixes": ["shop."]}}"#,
    )
    .unwrap();
    let canary = "c4nary5ecret0987";
    let url = format!(
        "https://api.example.com/v1/x-member-pin={canary}/shop.{canary}/x?x-member-pin={canary}"
    );
    let body = serde_json::json!({
        "status": false, "error_code": format!("xMemberPin={canary}"),
        "error_msg": format!(
            "X-Member-Pin: {canary}\r\nGET /?a=1&x_member_pin={canary}&b shop.{canary} \
             {{\"xMemberPin\":\"{canary}\"}}"
        ),
    });
    let body = body.to_string();
    let id = format!("X-Member-Pin={canary}");
    let headers = [("x-correlation-id", id.as_str()), ("x-member-pin", canary)];
    let verdict = judge(
        &profile,
        &Reply::new(500, &body).with_headers(&headers),
        None,
    );
    let policy = Policy::default();
    let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0);
    call.before_attempt(0).unwrap();
    let decision = call.on_reply(&verdict, 100).unwrap();
    let path = format!("/token/x-member-pin={canary}");
    let noted = Noted::new(&decision, 0, 100)
        .with_verdict(&verdict)
        .with_request_id(&id)
        .with_request("POST", &path);
    let rendered = |profile: &Profile, noted: Noted<'_>| {
        let mut record = Record::new(profile, "GET", &url, STARTED, 0);
        record.note(&noted);
        let options = MessageOptions::new("en").with_detail();
        [
            record.to_json(),
            record.paragraph(),
            record.url(),
            record.problem(profile, &options),
            record.attributes_json(),
            format!("{record:?}"),
            noted.line(1),
            format!("{:?}", noted.attributes(1)),
            message(profile, &verdict, &options)
                .detail()
                .unwrap()
                .to_owned(),
        ]
    };
    for rendering in rendered(&profile, noted.with_profile(&profile)) {
        assert!(!rendering.contains(canary), "{rendering}");
    }
    // It is the profile that tells: without it each of them shows something.
    for rendering in rendered(Profile::eureka(), noted) {
        assert!(rendering.contains(canary), "{rendering}");
    }
}

#[test]
fn what_comes_from_outside_stays_on_its_line() {
    let body =
        r#"{"status":false,"error_code":"A\nB","error_msg":"one\r\ntwo\u001b[2J\u202eevil"}"#;
    let headers = [("x-correlation-id", "c-1\u{1b}[2J evil")];
    let record = recorded(
        "https://h/a\r\nX: 1",
        &[Reply::new(500, body).with_headers(&headers)],
    );
    for rendering in [
        record.paragraph(),
        record.to_json(),
        format!("{:?}", record.attributes()),
    ] {
        assert!(
            !rendering.contains(['\n', '\r', '\u{1b}', '\u{202e}']),
            "{rendering}"
        );
        assert!(!rendering.contains("\\u001b"), "{rendering}");
    }
}

#[test]
fn problem_details_are_for_those_who_call_us() {
    let headers = [("x-correlation-id", "c/1")];
    let body = r#"{"status":false,"error_code":67200005,"error_msg":"Insufficient balance"}"#;
    let record = recorded(URL, &[Reply::new(200, body).with_headers(&headers)]);
    let options = MessageOptions::new("en");
    let problem = parsed(&record.problem(Profile::eureka(), &options));
    assert_eq!(problem["type"], "urn:aftercall:problem:balance");
    assert_eq!(problem["status"], 503);
    assert_eq!(problem["title"], "Out of credit");
    assert_eq!(problem["instance"], "urn:aftercall:correlation:c%2F1");
    assert_eq!(problem["error_code"], "67200005");
    assert_eq!(problem["attempts"], 1);
    let detail = problem["detail"].as_str().unwrap();
    assert!(!detail.contains("67200005") && !detail.contains("Insufficient"));
    let french = record.problem(Profile::eureka(), &MessageOptions::new("fr"));
    assert_ne!(parsed(&french)["title"], problem["title"]);
}

#[test]
fn attributes_have_the_names_of_the_conventions() {
    let headers = [("x-correlation-id", "c-9")];
    let record = recorded(
        "http://api.example.com/v1?x=1",
        &[busy(), Reply::new(404, "").with_headers(&headers)],
    );
    let attributes = record.attributes();
    let get = |name: &str| {
        let found = attributes.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| value.clone())
    };
    let text = |text: &str| Some(Attribute::Text(text.to_owned()));
    assert_eq!(get("http.request.method"), text("GET"));
    assert_eq!(get("server.address"), text("api.example.com"));
    assert_eq!(get("server.port"), Some(Attribute::Number(80)));
    assert_eq!(get("url.full"), text("http://api.example.com/v1"));
    assert_eq!(
        get("http.response.status_code"),
        Some(Attribute::Number(404))
    );
    assert_eq!(get("http.request.resend_count"), Some(Attribute::Number(1)));
    assert_eq!(get("error.type"), text("not_found"));
    assert_eq!(
        get("http.response.header.x-correlation-id"),
        Some(Attribute::Texts(vec!["c-9".to_owned()]))
    );
    let json = parsed(&record.attributes_json());
    assert_eq!(json.as_object().unwrap().len(), attributes.len());
    assert_eq!(json["url.full"], "http://api.example.com/v1");
    assert_eq!(json["server.port"], 80);
    assert_eq!(
        json["http.response.header.x-correlation-id"],
        serde_json::json!(["c-9"])
    );
    let first = recorded(URL, &[Reply::new(200, SUCCESS)]).attributes();
    assert!(
        !first
            .iter()
            .any(|(name, _)| matches!(*name, "error.type" | "http.request.resend_count"))
    );
}

#[test]
fn a_line_of_a_log_says_what_came_and_what_was_decided() {
    let policy = Policy::builder().jitter(Jitter::None).build().unwrap();
    let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0);
    call.before_attempt(0).unwrap();
    let headers = [("x-correlation-id", "c-1\n2")];
    let body = r#"{"status":false,"error_code":68300008,"error_msg":"busy\r\nX: \u001b[2J apikey=5f3c8d7e"}"#;
    let reply = Reply::new(200, body).with_headers(&headers);
    let verdict = judge(Profile::eureka(), &reply, None);
    let decision = call.on_reply(&verdict, 100).unwrap();
    let noted = Noted::new(&decision, 0, 100).with_verdict(&verdict);
    let line = noted.line(1);
    assert!(
        line.starts_with("attempt 1 failed: server (code 68300008, HTTP 200), \"busy X: "),
        "{line}"
    );
    assert!(
        line.ends_with("; retry after 500 ms (backoff); correlation id c-12"),
        "{line}"
    );
    assert!(!line.contains("5f3c") && !line.contains(char::is_control));
    let attributes = noted.attributes(2);
    let record_attributes = {
        let mut record = Record::new(Profile::eureka(), "GET", URL, STARTED, 0);
        record.note(&noted);
        record.attributes()
    };
    for (name, value) in attributes {
        if name == "http.request.resend_count" {
            assert_eq!(value, Attribute::Number(1));
        } else {
            assert!(record_attributes.contains(&(name, value)), "{name}");
        }
    }

    let decision = call.cancel(300).unwrap();
    let noted = Noted::new(&decision, 300, 300);
    assert_eq!(noted.line(1), "attempt 1; stop: cancelled");
    let text = |text: &str| Attribute::Text(text.to_owned());
    assert_eq!(
        noted.attributes(1),
        [
            ("aftercall.decision", text("stop")),
            ("aftercall.reason", text("cancelled"))
        ]
    );
}

#[test]
fn a_success_is_a_short_line() {
    let policy = Policy::default();
    let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0);
    call.before_attempt(0).unwrap();
    let verdict = judge(Profile::eureka(), &Reply::new(200, SUCCESS), None);
    let decision = call.on_reply(&verdict, 100).unwrap();
    let noted = Noted::new(&decision, 0, 100);
    assert_eq!(noted.line(2), "attempt 2 succeeded");
    assert_eq!(noted.with_verdict(&verdict).line(3), "attempt 3 succeeded");
}

#[test]
fn a_record_says_where_the_request_went() {
    let record = Record::new(
        Profile::eureka(),
        "GET",
        "https://me:pw@h/a?b=c#d",
        STARTED,
        0,
    );
    assert_eq!((record.method(), &*record.url()), ("GET", "https://h/a"));
}

proptest! {
    #[test]
    fn any_reply_and_url_give_a_record(url in "\\PC{0,60}", body: Vec<u8>, status in 0_i32..700, id in "\\PC{0,200}") {
        let headers = [("x-correlation-id", id.as_str())];
        let record = recorded(&url, &[Reply::new(status, &body).with_headers(&headers)]);
        let json = parsed(&record.to_json());
        prop_assert_eq!(&json["attempts_made"], 1);
        prop_assert!(!record.paragraph().contains('\n'));
    }
}
