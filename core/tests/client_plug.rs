//! The client without a network: another transport, and calls that are driven
//! step by step with a clock of one's own. One file, for both are played by the
//! same script of replies.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aftercall::client::{
    Attempted, CallObserver, Cancel, Client, ClientBuilder, Control, Failure, Incoming, Outgoing,
    PollOptions, Request, Response, Session, Step, Transport, TransportFault,
};
use aftercall::retry::{Jitter, Observed, Observer, Policy, Reason};
use aftercall::{Category, Effect, Fault, OperationKind, Profile, TaskState, UnixTime};

const NOW: UnixTime = UnixTime::from_secs(1_795_435_200);
const OK: &str = r#"{"status":true,"error_code":0,"data":{"n":1}}"#;
const TOKEN: &str = r#"{"token":"t-1","expires_in":1799,"status":"approved"}"#;
const QUOTA: &str = r#"{"status":false,"error_code":67200001}"#;

/// A status and a body, or a fault.
type Scripted = Result<(u16, &'static str), TransportFault>;

/// Answers with what it was given, in turn, and keeps what it was asked.
#[derive(Clone, Default)]
struct Script {
    replies: Arc<Mutex<VecDeque<Scripted>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Script {
    fn new(replies: impl IntoIterator<Item = Scripted>) -> Self {
        let script = Self::default();
        script.replies.lock().unwrap().extend(replies);
        script
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Transport for Script {
    fn exchange(
        &self,
        request: Outgoing<'_>,
        reply: &mut Incoming,
        control: &Control,
    ) -> Result<(), TransportFault> {
        assert!(control.remaining().is_some());
        let line = format!("{} {}", request.method, request.url);
        self.asked.lock().unwrap().push(line);
        let next = self.replies.lock().unwrap().pop_front();
        let (http_status, body) = next.expect("no request more than is scripted")?;
        reply.head(http_status);
        reply.header(b"X-Correlation-Id", b"c-1");
        reply.announce(body.len() as u64)?;
        reply.body(body.as_bytes())
    }
}

fn builder() -> ClientBuilder {
    let policy = Policy::builder()
        .base_delay_ms(1)
        .jitter(Jitter::None)
        .build()
        .unwrap();
    Client::builder("https://api.example.com/v1").policy(policy)
}

#[test]
fn another_transport_carries_the_bytes_and_the_loop_stays_ours() {
    let script = Script::new([Ok((503, "")), Err(Fault::Dns.into()), Ok((200, OK))]);
    let client = builder()
        .api_key("sk-1")
        .transport(script.clone())
        .build()
        .unwrap();
    let response = client
        .send(&Request::get("/search").query("q", "a b"))
        .unwrap();
    assert_eq!(response.data(), Some(&br#"{"n":1}"#[..]));
    assert_eq!(response.correlation_id().unwrap().to_str(), "c-1");
    assert_eq!(response.verdict().data(), response.data());
    let rules: Vec<&str> = response
        .attempts()
        .iter()
        .map(|attempt| attempt.verdict().rule())
        .collect();
    assert_eq!(rules, ["http:503", "transport:dns", "success"]);
    assert_eq!(
        script.asked(),
        vec!["GET https://api.example.com/v1/search?q=a%20b"; 3]
    );
}

#[test]
fn what_only_its_profile_knows_is_in_no_text_of_a_call() {
    let profile = Profile::from_json(
        r#"{"aftercall_profile": 1, "name": "shop", "redaction": {"names": ["pin"]}}"#,
    )
    .unwrap();
    let script = Script::new([
        Ok((
            500,
            r#"{"status":false,"code":"pin=canary","msg":"pin: canary"}"#,
        )),
        Err(TransportFault::new(Fault::Tls, "refused pin=canary")),
    ]);
    let client = builder()
        .profile(Arc::new(profile))
        .transport(script)
        .build()
        .unwrap();
    let request = Request::get("/orders/pin=canary/7").query("pin", "canary");
    let failure = client.send(&request).unwrap_err();
    assert_eq!(failure.attempts().len(), 2);
    let mut shown = format!("{failure} {failure:?} {}", failure.record().to_json());
    shown += &failure.record().paragraph();
    for attempt in failure.attempts() {
        shown += &format!("{attempt} {attempt:?} {}", attempt.noted().line(1));
        shown += &format!("{:?}", attempt.noted().attributes(1));
    }
    shown += &failure.noted().line(1);
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("/orders/pin=REDACTED"), "{shown}");
}

#[test]
fn a_mutation_is_repeated_only_after_what_was_not_sent() {
    for (fault, attempts, reason) in [
        (Fault::Connect, 4, Reason::AttemptsExhausted),
        (Fault::ReadTimeout, 1, Reason::UnsafeToReplay),
        (Fault::Tls, 1, Reason::NotRetryable),
    ] {
        let script = Script::new((0..attempts).map(|_| Err(TransportFault::new(fault, "why"))));
        let client = builder().transport(script).build().unwrap();
        let failure = client.send(&Request::post("/tasks")).unwrap_err();
        assert_eq!(failure.kind(), OperationKind::Mutation);
        assert_eq!(failure.attempts().len(), attempts);
        assert_eq!(failure.reason(), reason);
        assert_eq!(failure.detail(), "why");
    }
    // With a key the server knows a repeat for what it is.
    let script = Script::new([Err(Fault::ReadTimeout.into()), Ok((200, OK))]);
    let client = builder().transport(script).build().unwrap();
    client
        .send(&Request::post("/tasks").idempotency_key("k"))
        .unwrap();
}

#[test]
fn a_transport_that_brings_no_status_brought_no_reply() {
    struct Nothing;
    impl Transport for Nothing {
        fn exchange(
            &self,
            _: Outgoing<'_>,
            _: &mut Incoming,
            _: &Control,
        ) -> Result<(), TransportFault> {
            Ok(())
        }
    }
    let client = builder().transport(Nothing).build().unwrap();
    let failure = client.send(&Request::post("/")).unwrap_err();
    assert_eq!(failure.fault(), Some(Fault::Closed));
}

#[test]
fn an_observer_sees_every_attempt_and_every_decision() {
    #[derive(Default)]
    struct Log(Mutex<Vec<String>>);
    impl Observer for Log {
        fn on_decision(&self, observed: &Observed<'_>) {
            let line = format!("{} {}", observed.attempt, observed.decision.action());
            self.0.lock().unwrap().push(line);
        }
    }
    impl CallObserver for Log {
        fn on_attempt(&self, attempt: &Attempted) {
            let line = format!("{} {}", attempt.path(), attempt.verdict().rule());
            self.0.lock().unwrap().push(line);
        }
    }
    let log = Arc::new(Log::default());
    let script = Script::new([Ok((200, TOKEN)), Ok((503, "")), Ok((200, OK))]);
    let client = builder()
        .client_credentials("id", "secret")
        .transport(script.clone())
        .observer(log.clone())
        .build()
        .unwrap();
    client.send(&Request::get("/a")).unwrap();
    assert_eq!(
        *log.0.lock().unwrap(),
        [
            "1 stop", "/v1/oauth/token success", "1 retry", "/v1/a http:503", "2 stop",
            "/v1/a success"
        ]
    );
    assert_eq!(
        script.asked()[0],
        "POST https://api.example.com/v1/oauth/token"
    );
    assert_eq!(
        script.asked()[2],
        "GET https://api.example.com/v1/a?apikey=id"
    );
}

#[test]
fn every_decision_is_a_line_for_a_log_once() {
    #[derive(Default)]
    struct Lines(Mutex<Vec<String>>);
    impl Observer for Lines {
        fn on_decision(&self, _: &Observed<'_>) {}
    }
    impl CallObserver for Lines {
        fn on_attempt(&self, attempt: &Attempted) {
            let line = attempt.noted().line(attempt.number().into());
            self.0.lock().unwrap().push(line);
        }
        fn on_stop(&self, failure: &Failure) {
            assert_ne!(failure.reason(), Reason::NotRetryable);
            let line = failure.noted().line(failure.last_attempt().into());
            self.0.lock().unwrap().push(line);
        }
    }
    let lines = Arc::new(Lines::default());
    let script = Script::new([Ok((200, TOKEN)), Ok((404, "")), Ok((200, QUOTA))]);
    let client = builder()
        .client_credentials("id", "secret")
        .transport(script)
        .observer(lines.clone())
        .build()
        .unwrap();
    client.send(&Request::get("/a?q=1")).unwrap_err();
    client.send(&Request::get("/b")).unwrap_err();
    client.send(&Request::get("/c")).unwrap_err();
    drop(client.session(Request::get("/d")));
    let mut lines = lines.0.lock().unwrap();
    // It says when the hold will be over, to the millisecond.
    let held = lines.pop().unwrap();
    assert!(
        held.starts_with("before the first attempt; stop: quota_hold, "),
        "{held}"
    );
    assert!(held.ends_with("; GET /v1/c"), "{held}");
    assert_eq!(
        *lines,
        [
            "attempt 1 succeeded; correlation id c-1; POST /v1/oauth/token",
            "attempt 1 failed: not_found (HTTP 404); stop: not_retryable; correlation id c-1; \
             GET /v1/a",
            "attempt 1 failed: quota (code 67200001, HTTP 200); stop: quota_hold; \
             correlation id c-1; GET /v1/b",
        ]
    );
}

/// Hands a reply to a session that has something to send.
fn reply(session: &mut Session<'_>, clock_ms: u64, http_status: u16, body: &str) {
    assert_eq!(session.next(clock_ms, NOW), Step::Send);
    let mut incoming = session.sending().unwrap().incoming().unwrap();
    incoming.head(http_status);
    incoming.body(body.as_bytes()).unwrap();
    session.received(Ok(()), incoming, clock_ms, NOW);
}

fn success(mut session: Session<'_>, clock_ms: u64) -> Response {
    reply(&mut session, clock_ms, 200, OK);
    assert_eq!(session.next(clock_ms, NOW), Step::Done);
    session.finish().unwrap()
}

#[test]
fn an_event_loop_drives_a_call_with_its_own_clock() {
    let policy = Policy::builder().jitter(Jitter::None).build().unwrap();
    let client = builder().policy(policy).build().unwrap();
    let start_ms = client.now_ms();
    let mut session = client.session(Request::get("/a"));
    reply(&mut session, start_ms + 10, 503, "");
    assert_eq!(
        session.next(start_ms + 10, NOW),
        Step::Wait { delay_ms: 500 }
    );
    assert_eq!(
        session.next(start_ms + 200, NOW),
        Step::Wait { delay_ms: 310 }
    );
    let response = success(session, start_ms + 510);
    assert_eq!(response.attempts().len(), 2);
    assert_eq!(client.snapshot().calls_ended, 1);
    assert_eq!(client.snapshot().attempts, 2);
}

#[test]
fn a_call_that_is_cancelled_or_dropped_gives_back_what_it_holds() {
    let client = builder()
        .client_credentials("id", "secret")
        .build()
        .unwrap();
    let now_ms = client.now_ms();
    let mut fetching = client.session(Request::get("/a"));
    assert_eq!(fetching.next(now_ms, NOW), Step::Send);
    let mut waiting = client.session(Request::get("/b"));
    assert_eq!(
        waiting.next(now_ms, NOW),
        Step::AwaitToken { at_most_ms: 50 }
    );
    assert!(client.snapshot().token.unwrap().is_fetching);
    drop(fetching);
    // The one that waited fetches now.
    reply(&mut waiting, now_ms, 200, TOKEN);
    reply(&mut waiting, now_ms, 503, "");
    assert_eq!(client.snapshot().budget, Some((486, 500)));
    waiting.cancel(now_ms);
    assert_eq!(client.snapshot().budget, Some((500, 500)));
    let failure = waiting.finish().unwrap_err();
    assert_eq!(failure.reason(), Reason::Cancelled);
    // The last real error is what the caller gets.
    assert_eq!(failure.category(), Category::Server);
    assert_eq!(client.snapshot().calls_under_way, 0);
}

#[test]
fn a_deadline_ends_a_call_between_its_exchanges_with_the_last_real_error() {
    let client = builder().deadline_ms(1000).build().unwrap();
    let now_ms = client.now_ms();
    let mut session = client.session(Request::get("/a"));
    reply(&mut session, now_ms, 503, "");
    assert_eq!(session.next(now_ms, NOW), Step::Wait { delay_ms: 1 });
    // The event loop comes back much later.
    assert_eq!(session.next(now_ms + 1000, NOW), Step::Done);
    let failure = session.finish().unwrap_err();
    assert_eq!(failure.reason(), Reason::Deadline);
    assert_eq!(failure.verdict().rule(), "http:503");

    let mut session = client.session(Request::get("/a"));
    assert_eq!(session.next(now_ms + 5000, NOW), Step::Done);
    let failure = session.finish().unwrap_err();
    assert_eq!(failure.reason(), Reason::Deadline);
    assert_eq!(failure.verdict().effect(), Effect::NotSent);
}

#[test]
fn what_is_out_of_turn_changes_nothing() {
    let client = builder().build().unwrap();
    let now_ms = client.now_ms();
    let mut session = client.session(Request::get("/a"));
    session.received(Ok(()), Incoming::new(9), now_ms, NOW);
    assert!(session.sending().is_none());
    assert_eq!(session.next(now_ms, NOW), Step::Send);
    assert_eq!(session.next(now_ms, NOW), Step::Send);
    // What is being sent is ended by whoever sends it.
    session.cancel(now_ms);
    let response = success(session, now_ms);
    assert_eq!(response.attempts().len(), 1);
    let unfinished = client.session(Request::get("/a"));
    assert_eq!(unfinished.finish().unwrap_err().reason(), Reason::Cancelled);
}

#[test]
fn when_a_hold_is_over_one_call_probes_and_the_others_still_stop() {
    const MINUTE_MS: u64 = 60_000;
    let client = builder().build().unwrap();
    let mut now_ms = client.now_ms();
    let mut first = client.session(Request::get("/a"));
    reply(&mut first, now_ms, 200, QUOTA);
    let failure = first.finish().unwrap_err();
    assert_eq!(
        (failure.category(), failure.reason()),
        (Category::Quota, Reason::QuotaHold)
    );

    for minutes in [5, 10] {
        now_ms += minutes * MINUTE_MS;
        let mut early = client.session(Request::get("/b").deadline_ms(u64::MAX));
        assert_eq!(early.next(now_ms - 1, NOW), Step::Done);
        assert_eq!(early.finish().unwrap_err().reason(), Reason::QuotaHold);
        let mut probe = client.session(Request::get("/b").deadline_ms(u64::MAX));
        assert_eq!(probe.next(now_ms, NOW), Step::Send);
        let mut other = client.session(Request::get("/c").deadline_ms(u64::MAX));
        assert_eq!(other.next(now_ms, NOW), Step::Done);
        assert_eq!(other.finish().unwrap_err().category(), Category::Quota);
        reply(&mut probe, now_ms, 200, QUOTA);
        assert!(probe.finish().is_err());
    }
    // A probe that is dropped makes room for the next.
    now_ms += 20 * MINUTE_MS;
    let mut dropped = client.session(Request::get("/b").deadline_ms(u64::MAX));
    assert_eq!(dropped.next(now_ms, NOW), Step::Send);
    drop(dropped);
    let probe = client.session(Request::get("/b").deadline_ms(u64::MAX));
    success(probe, now_ms);
    assert_eq!(client.snapshot().hold, None);
    success(
        client.session(Request::get("/b").deadline_ms(u64::MAX)),
        now_ms,
    );
}

#[test]
fn a_failure_is_one_line_without_anything_the_server_wrote() {
    let body = r#"{"status":false,"error_code":67200002,"error_msg":"canary limit"}"#;
    let script = Script::new([Ok((200, body))]);
    let client = builder().transport(script).build().unwrap();
    let failure = client.send(&Request::get("/a")).unwrap_err();
    assert_eq!(
        failure.to_string(),
        "quota: quota_hold (code:67200002, HTTP 200, 1 attempt)"
    );
    assert!(!format!("{failure:?}").contains("canary"));
    assert_eq!(
        failure.verdict().message().unwrap().to_str(),
        "canary limit"
    );
}

#[test]
fn a_record_tells_every_attempt_and_how_the_call_ended() {
    let script = Script::new([Ok((200, TOKEN)), Ok((503, "")), Ok((200, QUOTA))]);
    let client = builder()
        .client_credentials("id", "secret")
        .transport(script)
        .build()
        .unwrap();
    let failure = client
        .send(&Request::get("/a").query("q", "canary"))
        .unwrap_err();
    let record: serde_json::Value = serde_json::from_str(&failure.record().to_json()).unwrap();
    let paths: Vec<&str> = record["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| attempt["rule"].as_str().unwrap())
        .collect();
    assert_eq!(paths, ["success", "http:503", "code:67200001"]);
    let paragraph = failure.record().paragraph();
    assert!(
        paragraph.starts_with("GET https://api.example.com/v1/a failed: quota"),
        "{paragraph}"
    );
    assert!(paragraph.contains("stopped: quota_hold"), "{paragraph}");
    assert!(!paragraph.contains("canary"));

    // Nothing was sent, and the record says so.
    let held = client.send(&Request::get("/b")).unwrap_err();
    assert_eq!(held.record().attempts(), 0);
    let paragraph = held.record().paragraph();
    assert!(
        paragraph.contains("/v1/b") && paragraph.contains("quota_hold"),
        "{paragraph}"
    );
}

#[test]
fn clients_calls_and_handles_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    fn moves<T: Send>() {}
    crosses::<Client>();
    crosses::<Request>();
    crosses::<Response>();
    crosses::<aftercall::client::Failure>();
    crosses::<aftercall::client::Cancel>();
    crosses::<aftercall::client::Holds>();
    moves::<Session<'static>>();
}

/// Panics when it is told of what `at` names, once.
struct Panicky {
    at: fn(&Attempted) -> bool,
    is_calm: std::sync::atomic::AtomicBool,
}

impl Observer for Panicky {
    fn on_decision(&self, _: &Observed<'_>) {}
}

impl CallObserver for Panicky {
    fn on_attempt(&self, attempt: &Attempted) {
        use std::sync::atomic::Ordering;
        if (self.at)(attempt) && !self.is_calm.swap(true, Ordering::Relaxed) {
            panic!("an observer's defect");
        }
    }
}

#[test]
fn an_observer_that_panics_leaves_no_fetch_that_others_wait_for() {
    for replies in [
        [Ok((200, TOKEN)), Ok((200, OK)), Ok((200, OK))],
        [Ok((503, "")), Ok((200, TOKEN)), Ok((200, OK))],
        [Ok((401, "")), Ok((200, TOKEN)), Ok((200, OK))],
    ] {
        let client = builder()
            .client_credentials("id", "secret")
            .transport(Script::new(replies))
            .deadline_ms(2000)
            .observer(Arc::new(Panicky {
                at: |attempt| attempt.kind() == OperationKind::Auth,
                is_calm: false.into(),
            }))
            .build()
            .unwrap();
        let call = || client.send(&Request::get("/a"));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).is_err());
        let snapshot = client.snapshot();
        assert_eq!(snapshot.calls_under_way, 0);
        assert!(!snapshot.token.unwrap().is_fetching);
        call().unwrap();
    }
}

#[test]
fn an_observer_may_send_with_the_token_that_it_is_told_of() {
    #[derive(Default)]
    struct Sends(Mutex<Option<Client>>);
    impl Observer for Sends {
        fn on_decision(&self, _: &Observed<'_>) {
            let client = self.0.lock().unwrap().take();
            if let Some(client) = client {
                client.send(&Request::get("/told")).unwrap();
            }
        }
    }
    impl CallObserver for Sends {}
    let sends = Arc::new(Sends::default());
    let script = Script::new([Ok((200, TOKEN)), Ok((200, OK)), Ok((200, OK))]);
    let client = builder()
        .client_credentials("id", "secret")
        .transport(script)
        .deadline_ms(2000)
        .observer(sends.clone())
        .build()
        .unwrap();
    *sends.0.lock().unwrap() = Some(client.clone());
    client.send(&Request::get("/a")).unwrap();
}

#[test]
fn a_token_is_fetched_once_for_what_is_sent_next_however_short_its_life() {
    struct Forgets(Mutex<Option<Client>>);
    impl Observer for Forgets {
        fn on_decision(&self, _: &Observed<'_>) {
            self.0.lock().unwrap().iter().for_each(Client::forget_token);
        }
    }
    impl CallObserver for Forgets {}
    let forgets = Arc::new(Forgets(Mutex::default()));
    let client = builder()
        .client_credentials("id", "secret")
        .transport(Script::new([Ok((200, TOKEN)), Ok((200, OK))]))
        .observer(forgets.clone())
        .build()
        .unwrap();
    *forgets.0.lock().unwrap() = Some(client.clone());
    client.send(&Request::get("/a")).unwrap();
    forgets.0.lock().unwrap().take();

    // It is over before it is there.
    let now_ms = client.now_ms();
    let mut session = client.session(Request::get("/a"));
    assert_eq!(session.next(now_ms, NOW), Step::Send);
    let short = TOKEN.replace("1799", "1");
    reply(&mut session, now_ms + 2000, 200, &short);
    assert_eq!(session.next(now_ms + 2000, NOW), Step::Send);
    assert_eq!(session.sending().unwrap().method(), "GET");
    // The next attempt needs another.
    reply(&mut session, now_ms + 2000, 503, "");
    assert_eq!(session.next(now_ms + 3000, NOW), Step::Send);
    assert_eq!(session.sending().unwrap().method(), "POST");
}

#[test]
fn a_call_that_ends_behind_its_token_has_not_succeeded() {
    const EXPIRED: &str = r#"{"status":false,"error_code":67200003}"#;
    let client = builder()
        .client_credentials("id", "secret")
        .build()
        .unwrap();
    let now_ms = client.now_ms();
    for (late_ms, category) in [(0, Category::Cancelled), (200_000, Category::Transport)] {
        let mut session = client.session(Request::post("/a"));
        reply(&mut session, now_ms, 200, TOKEN);
        match late_ms {
            0 => session.cancel(now_ms),
            _ => assert_eq!(session.next(now_ms + late_ms, NOW), Step::Done),
        }
        let failure = session.finish().unwrap_err();
        assert_eq!(failure.category(), category);
        assert_ne!(failure.verdict().effect(), Effect::Done);
        client.forget_token();
    }
    // What the token was fetched for is the last real error.
    let mut session = client.session(Request::post("/a"));
    reply(&mut session, now_ms, 200, TOKEN);
    reply(&mut session, now_ms, 200, EXPIRED);
    reply(&mut session, now_ms, 503, "");
    let Step::Wait { delay_ms } = session.next(now_ms, NOW) else {
        panic!("a token is asked for again");
    };
    reply(&mut session, now_ms + delay_ms, 200, TOKEN);
    session.cancel(now_ms + delay_ms);
    let failure = session.finish().unwrap_err();
    assert_eq!(failure.verdict().rule(), "code:67200003");
}

#[test]
fn what_ends_between_two_exchanges_keeps_the_texts_of_its_last_verdict() {
    let client = builder().build().unwrap();
    let now_ms = client.now_ms();
    let mut session = client.session(Request::get("/a"));
    let body = r#"{"status":false,"code":12345,"msg":"busy","correlation_id":"c-7"}"#;
    assert_eq!(session.next(now_ms, NOW), Step::Send);
    let mut incoming = session.sending().unwrap().incoming().unwrap();
    incoming.head(503);
    incoming.header(b"X-Correlation-Id", b"c-1");
    incoming.body(body.as_bytes()).unwrap();
    session.received(Ok(()), incoming, now_ms, NOW);
    session.cancel(now_ms);
    let failure = session.finish().unwrap_err();
    assert_eq!(failure.verdict().rule(), "http:503");
    let in_place = failure.verdict_in_place();
    assert_eq!(in_place.code(), Some(12345));
    assert_eq!(in_place.message().unwrap(), "busy");
    assert_eq!(in_place.correlation_id().unwrap(), "c-1");
}

#[test]
fn a_wait_for_a_task_that_is_cancelled_fails_as_the_question_that_it_is() {
    struct GivesUp(Cancel);
    impl Observer for GivesUp {
        fn on_decision(&self, _: &Observed<'_>) {
            self.0.cancel();
        }
    }
    impl CallObserver for GivesUp {}
    let cancel = Cancel::new();
    let client = builder()
        .transport(Script::new([Ok((200, OK))]))
        .observer(Arc::new(GivesUp(cancel.clone())))
        .build()
        .unwrap();
    let request = Request::post("/jobs/42").cancel(&cancel);
    let pending = |_: &Response| Some(TaskState::Pending);
    let ended = client.poll_by(&request, PollOptions::default(), pending);
    let failure = ended.unwrap_err();
    assert_eq!(failure.reason(), Reason::Cancelled);
    assert_eq!(failure.kind(), OperationKind::Query);
}

#[test]
fn limits_without_end_overflow_nothing() {
    let script = Script::new([Ok((503, "")), Ok((200, OK))]);
    let client = builder().transport(script).build().unwrap();
    for far in [u64::MAX, i64::MAX as u64] {
        let request = Request::get("/a")
            .deadline_ms(far)
            .attempt_timeout_ms(far)
            .max_body_bytes(far);
        let _ = client.session(request.clone()).next(u64::MAX, NOW);
        let mut session = client.session(request);
        let _ = session.next(client.now_ms(), NOW);
        assert!(session.sending().is_some());
    }
}
