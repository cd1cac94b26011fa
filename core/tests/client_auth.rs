//! Keys and tokens, against a server that asks for them.

mod standin;

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use aftercall::client::{ClientBuilder, Request};
use aftercall::retry::Reason;
use aftercall::{Category, Effect, OperationKind};

use standin::Standin;

const OAUTH: &str =
    r#"{"mode": "oauth", "client_id": "standin", "client_secret": "standin-secret"}"#;

fn oauth(standin: &Standin) -> ClientBuilder {
    standin
        .client()
        .client_credentials("standin", "standin-secret")
}

fn tokens_requested(standin: &Standin) -> u64 {
    standin.counts()["tokens_requested"].as_u64().unwrap()
}

#[test]
fn a_key_is_sent_as_a_bearer_and_a_wrong_one_is_final() {
    let standin = Standin::start();
    standin.auth(r#"{"mode": "key", "key": "sk-canary"}"#);
    let right = standin.client().api_key("sk-canary").build().unwrap();
    right.send(&Request::get("/scene/page-1k")).unwrap();
    let wrong = standin.client().api_key("sk-wrong").build().unwrap();
    let failure = wrong.send(&Request::get("/scene/page-1k")).unwrap_err();
    assert_eq!(failure.category(), Category::Authentication);
    assert_eq!(failure.attempts().len(), 1);
    for request in standin.journal() {
        assert_eq!(
            request["credentials"],
            serde_json::json!(["bearer"]),
            "{request}"
        );
    }
}

#[test]
fn a_token_is_fetched_once_and_the_call_carries_it_with_the_clients_id() {
    let standin = Standin::start();
    standin.auth(OAUTH);
    let client = oauth(&standin).build().unwrap();
    for _ in 0..3 {
        let response = client.send(&Request::get("/scene/page-1k")).unwrap();
        assert!(response.data().is_some());
    }
    assert_eq!(tokens_requested(&standin), 1);
    let token = client.snapshot().token.unwrap();
    assert_eq!(
        (token.refreshes, token.failures, token.is_fetching),
        (1, 0, false)
    );
    assert!(
        token
            .expires_in_ms
            .is_some_and(|left_ms| left_ms > 1_700_000)
    );
    let journal = standin.journal();
    assert_eq!(journal[0]["credentials"], serde_json::json!(["basic"]));
    assert_eq!(
        journal[1]["credentials"],
        serde_json::json!(["bearer", "apikey"])
    );
}

#[test]
fn ten_threads_with_an_expired_token_fetch_one() {
    let standin = Standin::start();
    standin.auth(OAUTH);
    let client = oauth(&standin).build().unwrap();
    client.send(&Request::get("/scene/page-1k")).unwrap();
    standin.control("POST", "/_standin/auth/reject", "");
    let start = Barrier::new(10);
    thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| {
                start.wait();
                // A mutation: a refused token is a proof that nothing was done.
                let request = Request::post("/scene/page-1k").kind(OperationKind::Mutation);
                client.send(&request).unwrap();
            });
        }
    });
    assert_eq!(tokens_requested(&standin), 2);
    assert_eq!(client.snapshot().token.unwrap().refreshes, 2);
}

#[test]
fn a_token_is_renewed_before_it_ends() {
    let standin = Standin::start();
    standin.auth(&OAUTH.replace('}', r#", "lifetime_ms": 60000, "expires_in": 1}"#));
    let client = oauth(&standin).build().unwrap();
    client.send(&Request::get("/scene/page-1k")).unwrap();
    thread::sleep(Duration::from_millis(950));
    client.send(&Request::get("/scene/page-1k")).unwrap();
    let refused = standin.count("GET /scene/page-1k");
    // Nothing was sent with a token that had ended.
    assert_eq!((tokens_requested(&standin), refused), (2, 2));
}

#[test]
fn a_token_that_is_refused_twice_ends_the_call() {
    let standin = Standin::start();
    standin.auth(OAUTH);
    standin.script("/always", r#"["code-67200003"]"#);
    let client = oauth(&standin).build().unwrap();
    let failure = client.send(&Request::get("/always")).unwrap_err();
    assert_eq!(failure.reason(), Reason::AuthFailed);
    assert_eq!(failure.category(), Category::Authentication);
    assert_eq!(standin.count("GET /always"), 2);
    assert_eq!(tokens_requested(&standin), 2);
    let kinds: Vec<&str> = failure
        .attempts()
        .iter()
        .map(|attempt| attempt.kind().name())
        .collect();
    assert_eq!(kinds, ["auth", "query", "auth", "query"]);
}

#[test]
fn wrong_client_credentials_are_told_and_not_tried_again() {
    let standin = Standin::start();
    standin.auth(OAUTH);
    let client = standin
        .client()
        .client_credentials("standin", "canary")
        .build()
        .unwrap();
    let failure = client.send(&Request::get("/scene/page-1k")).unwrap_err();
    assert_eq!(failure.category(), Category::Authentication);
    assert_eq!(failure.reason(), Reason::AuthFailed);
    assert_eq!(failure.attempts().len(), 1);
    assert_eq!(failure.attempts()[0].path(), "/oauth/token");
    assert!(!format!("{failure} {failure:?}").contains("canary"));
    assert_eq!(client.snapshot().token.unwrap().failures, 1);
}

#[test]
fn a_reply_without_a_token_is_an_error_and_nothing_is_sent_with_it() {
    let standin = Standin::start();
    standin.auth(OAUTH);
    standin.script(
        "/oauth/token",
        r#"[{"body": {"status": "approved", "token": null}}]"#,
    );
    let client = oauth(&standin).build().unwrap();
    let failure = client.send(&Request::get("/scene/page-1k")).unwrap_err();
    assert_eq!(failure.category(), Category::Protocol);
    assert_eq!(failure.verdict().rule(), "protocol:no_token");
    assert_eq!(failure.detail(), "the reply has no token");
    assert_eq!(standin.count("GET /scene/page-1k"), 0);
}

#[test]
fn a_token_endpoint_that_stumbles_is_asked_again() {
    let standin = Standin::start();
    standin.auth(OAUTH);
    standin.script(
        "/oauth/token",
        r#"[{"status": 503, "body": ""}, {"pass": true}]"#,
    );
    let client = oauth(&standin).build().unwrap();
    let response = client.send(&Request::get("/scene/page-1k")).unwrap();
    let numbers: Vec<(&str, u32)> = response
        .attempts()
        .iter()
        .map(|attempt| (attempt.kind().name(), attempt.number()))
        .collect();
    assert_eq!(numbers, [("auth", 1), ("auth", 2), ("query", 1)]);
}

#[test]
fn those_who_wait_for_a_fetch_share_its_failure() {
    let standin = Standin::start();
    standin.auth(OAUTH);
    standin.script(
        "/oauth/token",
        r#"[{"status": 401, "body": "", "wire": {"kind": "plain", "delay_ms": 500}}]"#,
    );
    let client = oauth(&standin).build().unwrap();
    let start = Barrier::new(6);
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                start.wait();
                let failure = client.send(&Request::get("/scene/page-1k")).unwrap_err();
                assert_eq!(failure.reason(), Reason::AuthFailed);
                assert_eq!(failure.verdict().http_status(), Some(401));
            });
        }
    });
    assert_eq!(standin.count("POST /oauth/token"), 1);
}

#[test]
fn another_hosts_url_gets_no_credential() {
    let standin = Standin::start();
    standin.auth(OAUTH);
    let client = oauth(&standin).build().unwrap();
    let elsewhere = standin.door("elsewhere").replace("127.0.0.1", "localhost");
    let failure = client.send(&Request::get(format!("{elsewhere}/scene/page-1k")));
    // The stand-in asks for credentials at every door, and got none.
    assert!(failure.is_err());
    let key = standin.client().api_key("sk-canary").build().unwrap();
    let whole = |origin: &str| Request::get(format!("{origin}/echo"));
    assert!(key.send(&whole(&elsewhere)).is_err());
    let journal = standin.journal();
    assert_eq!(journal.len(), 2);
    assert_eq!(journal[0]["credentials"], serde_json::json!([]));
    assert_eq!(journal[1]["credentials"], serde_json::json!([]));
    // A whole URL of the API itself is a path of the API.
    let _ = key.send(&whole(standin.door("http")));
    assert_eq!(
        standin.journal()[2]["credentials"],
        serde_json::json!(["bearer"])
    );
}

#[test]
fn every_attempt_carries_its_id_and_its_number() {
    let standin = Standin::start();
    standin.script("/twice", r#"[{"status": 503, "body": ""}, "page-1k"]"#);
    let client = standin.client().build().unwrap();
    let request = Request::post("/twice")
        .kind(OperationKind::Mutation)
        .idempotency_key("key-1");
    let response = client.send(&request).unwrap();
    let journal = standin.journal();
    let watched =
        |index: usize, name: &str| journal[index]["headers"][name].as_str().map(str::to_owned);
    for (index, attempt) in response.attempts().iter().enumerate() {
        assert_eq!(
            watched(index, "x-request-id").as_deref(),
            Some(attempt.request_id())
        );
        assert_eq!(watched(index, "x-resend-count"), Some(index.to_string()));
        assert_eq!(watched(index, "idempotency-key").as_deref(), Some("key-1"));
    }
    assert_eq!(journal.len(), 2);
    assert_ne!(watched(0, "x-request-id"), watched(1, "x-request-id"));
}

#[test]
fn a_quota_that_is_used_up_stops_others_until_it_is_cleared() {
    let standin = Standin::start();
    let client = standin.client().api_key("sk-1").build().unwrap();
    let failure = client
        .send(&Request::get("/scene/code-67200005"))
        .unwrap_err();
    assert_eq!(failure.category(), Category::Balance);
    assert_eq!(failure.reason(), Reason::NotRetryable);

    let held = client.send(&Request::get("/scene/page-1k")).unwrap_err();
    assert_eq!(held.category(), Category::Balance);
    assert_eq!(held.reason(), Reason::QuotaHold);
    assert_eq!(held.verdict().effect(), Effect::NotSent);
    assert_eq!(held.verdict().rule(), "code:67200005");
    assert!(held.attempts().is_empty());
    let after_ms = held.retry_after_ms().unwrap();
    assert!((290_000..=300_000).contains(&after_ms), "{after_ms}");
    assert!(held.retry_at() > Some(held.started()));
    assert_eq!(standin.count("GET /scene/page-1k"), 0);
    assert!(client.snapshot().hold.is_some());

    client.clear_hold();
    client.send(&Request::get("/scene/page-1k")).unwrap();
    assert_eq!(client.snapshot().hold, None);
}

#[test]
fn nothing_that_a_client_shows_holds_a_credential() {
    let standin = Standin::start();
    standin
        .auth(r#"{"mode": "oauth", "client_id": "canary-id", "client_secret": "canary-secret"}"#);
    let client = standin
        .client()
        .client_credentials("canary-id", "canary-secret")
        .build()
        .unwrap();
    let response = client
        .send(&Request::get("/echo").query("q", "canary-query"))
        .unwrap();
    // The server echoes what it got: the body may show it, nothing else may.
    let failure = client
        .send(&Request::get("/scene/code-67200003"))
        .unwrap_err();
    let shown = format!("{client:?} {response:?} {:?}", response.verdict());
    let shown = format!(
        "{shown} {failure} {failure:?} {:?} {:?}",
        failure.attempts(),
        client.snapshot()
    );
    let shown = format!(
        "{shown} {} {}",
        failure.record().to_json(),
        response.record().paragraph()
    );
    for canary in ["canary", "standin-token"] {
        assert!(!shown.contains(canary), "{shown}");
    }
}
