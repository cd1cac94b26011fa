//! Time, memory and cancellation: nothing lasts longer or grows larger than
//! the caller allows.

mod standin;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use aftercall::client::{
    BatchOptions, Cancel, Failure, Page, Pager, PagesEnd, PollOptions, Polled, Request,
};
use aftercall::retry::{Policy, Reason};
use aftercall::{Category, Fault, OperationKind, TaskState};

use standin::Standin;

/// The peak of this process's memory, in bytes; it only grows.
#[cfg(target_os = "linux")]
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kibibytes: String = line.chars().filter(char::is_ascii_digit).collect();
    kibibytes.parse::<u64>().unwrap() * 1024
}

#[test]
fn the_deadline_holds_in_every_phase() {
    let standin = Standin::start();
    for (index, wire) in [
        r#"{"kind":"stalled","phase":"request"}"#,
        r#"{"kind":"stalled"}"#,
        r#"{"kind":"drip","phase":"response_head","pause_ms":20}"#,
        r#"{"kind":"drip","pause_ms":20}"#,
        r#"{"kind":"interim","count":1000000,"pause_ms":5}"#,
    ]
    .iter()
    .enumerate()
    {
        let path = format!("/slow/{index}");
        standin.script(
            &path,
            &format!(r#"[{{"scene": "page-100k", "wire": {wire}}}]"#),
        );
        let client = standin.client().attempt_timeout_ms(60_000).build().unwrap();
        let started = Instant::now();
        let failure = client
            .send(&Request::get(path).deadline_ms(500))
            .unwrap_err();
        let took = started.elapsed();
        assert_eq!(failure.fault(), Some(Fault::ReadTimeout), "{wire}");
        assert_eq!(failure.reason(), Reason::Deadline, "{wire}");
        assert!((450..1500).contains(&took.as_millis()), "{wire}: {took:?}");
    }
}

#[test]
fn a_connection_that_is_never_accepted_ends_in_time() {
    // A listener with a full queue: the handshake of TCP does not end.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut queued = Vec::new();
    while let Ok(stream) = std::net::TcpStream::connect_timeout(&address, Duration::from_millis(50))
    {
        queued.push(stream);
        if queued.len() > 5000 {
            return; // this system takes any number
        }
    }
    let client = aftercall::client::Client::builder(&format!("http://{address}"))
        .policy(Policy::builder().max_attempts(1).build().unwrap())
        .connect_timeout_ms(400)
        .build()
        .unwrap();
    let started = Instant::now();
    let failure = client.send(&Request::post("/")).unwrap_err();
    assert_eq!(failure.fault(), Some(Fault::ConnectTimeout));
    assert!((350..1500).contains(&started.elapsed().as_millis()));

    // And a cancellation ends it at once.
    let cancel = Cancel::new();
    let request = Request::post("/").cancel(&cancel);
    let patient = aftercall::client::Client::builder(&format!("http://{address}"))
        .connect_timeout_ms(20_000)
        .build()
        .unwrap();
    let took = time_to_cancel(&cancel, || patient.send(&request).unwrap_err());
    assert!(took < Duration::from_millis(1000), "{took:?}");
}

/// Runs `call`, cancels it a moment later, and tells how long that took.
fn time_to_cancel(cancel: &Cancel, call: impl Fn() -> Failure + Send) -> Duration {
    thread::scope(|scope| {
        let calling = scope.spawn(call);
        thread::sleep(Duration::from_millis(150));
        let cancelled = Instant::now();
        cancel.cancel();
        let failure = calling.join().unwrap();
        assert_eq!(failure.reason(), Reason::Cancelled);
        cancelled.elapsed()
    })
}

#[test]
fn a_cancellation_wakes_input_output_and_waits() {
    let standin = Standin::start();
    standin.script(
        "/silent",
        r#"[{"scene": "page-1k", "wire": {"kind": "stalled", "phase": "request"}}]"#,
    );
    standin.script("/body", r#"[{"scene": "page-1k", "wire": "stalled"}]"#);
    standin.script(
        "/later",
        r#"[{"status": 503, "headers": {"Retry-After": "60"}, "body": ""}]"#,
    );
    let client = standin
        .client()
        .attempt_timeout_ms(60_000)
        .deadline_ms(120_000)
        .build()
        .unwrap();
    for path in ["/silent", "/body", "/later"] {
        // A wait in slices alone would need 50 ms on average; on a machine that
        // is busy elsewhere, one of eight tries is quick.
        let quickest = (0..8).map(|_| {
            let cancel = Cancel::new();
            let request = Request::get(path).cancel(&cancel);
            time_to_cancel(&cancel, || client.send(&request).unwrap_err())
        });
        let quickest = quickest.min().unwrap();
        assert!(quickest < Duration::from_millis(5), "{path}: {quickest:?}");
        // The wait that was not used is paid back.
        assert_eq!(client.snapshot().budget, Some((500, 500)), "{path}");
    }
    let used = Cancel::new();
    used.cancel();
    let failure = client
        .send(&Request::get("/scene/page-1k").cancel(&used))
        .unwrap_err();
    assert_eq!(failure.category(), Category::Cancelled);
    assert_eq!(standin.count("GET /scene/page-1k"), 0);
}

#[test]
fn a_host_that_is_interrupted_ends_its_call() {
    let standin = Standin::start();
    standin.script(
        "/silent",
        r#"[{"scene": "page-1k", "wire": {"kind": "stalled", "phase": "request"}}]"#,
    );
    let is_interrupted = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&is_interrupted);
    let client = standin
        .client()
        .attempt_timeout_ms(60_000)
        .interrupted(Arc::new(move || asked.load(Ordering::SeqCst)))
        .build()
        .unwrap();
    thread::scope(|scope| {
        let calling = scope.spawn(|| client.send(&Request::get("/silent")).unwrap_err());
        thread::sleep(Duration::from_millis(250));
        is_interrupted.store(true, Ordering::SeqCst);
        let noticed = Instant::now();
        assert_eq!(calling.join().unwrap().category(), Category::Cancelled);
        assert!(noticed.elapsed() < Duration::from_millis(800));
    });
}

#[test]
#[cfg(target_os = "linux")]
fn a_bomb_takes_no_more_memory_than_the_limit() {
    const LIMIT: u64 = 16 << 20;
    let standin = Standin::start();
    standin.script("/bomb", r#"[{"scene": "page-1k", "wire": "bomb"}]"#);
    standin.script(
        "/lie",
        r#"[{"scene": "page-1k", "wire": {"kind": "truncated", "extra_bytes": 60000000}}]"#,
    );
    let client = standin.client().max_body_bytes(LIMIT).build().unwrap();
    client.send(&Request::get("/scene/page-1k")).unwrap();
    let before = peak_memory();
    let failure = client.send(&Request::get("/bomb")).unwrap_err();
    assert_eq!(failure.fault(), Some(Fault::TooLarge));
    // Announced in full and over the limit: not read at all.
    let failure = client.send(&Request::get("/lie")).unwrap_err();
    assert_eq!(failure.fault(), Some(Fault::TooLarge));
    let grown = peak_memory() - before;
    assert!(
        grown < LIMIT + (8 << 20),
        "{grown} bytes for a limit of {LIMIT}"
    );
}

#[test]
fn the_limit_is_a_body_of_exactly_so_many_bytes() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    let length = client
        .send(&Request::get("/scene/page-10k"))
        .unwrap()
        .body()
        .len() as u64;
    let request = Request::get("/scene/page-10k");
    client
        .send(&request.clone().max_body_bytes(length))
        .unwrap();
    let failure = client
        .send(&request.max_body_bytes(length - 1))
        .unwrap_err();
    assert_eq!(failure.fault(), Some(Fault::TooLarge));
    assert_eq!(failure.reason(), Reason::NotRetryable);
}

#[test]
fn threads_share_connections_and_open_one_each() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    client.send(&Request::get("/scene/page-1k")).unwrap();
                }
            });
        }
    });
    let connections = standin.counts()["connections_by_door"]["http"]
        .as_u64()
        .unwrap();
    assert!(connections <= 8, "{connections}");
}

#[test]
fn a_connection_that_the_server_has_left_is_not_used_for_a_mutation() {
    let standin = Standin::start();
    standin.script(
        "/leaves",
        r#"[{"scene": "page-1k", "wire": {"kind": "plain", "idle_ms": 50}}]"#,
    );
    let client = standin.client().build().unwrap();
    for _ in 0..3 {
        client.send(&Request::get("/leaves")).unwrap();
        thread::sleep(Duration::from_millis(200));
        let request = Request::post("/scene/page-1k").kind(OperationKind::Mutation);
        let response = client.send(&request).unwrap();
        assert_eq!(response.attempts().len(), 1);
    }
}

#[test]
fn interim_replies_without_an_end_are_too_large() {
    let standin = Standin::start();
    standin.script(
        "/storm",
        r#"[{"scene": "page-1k", "wire": {"kind": "interim", "count": 1000000}}]"#,
    );
    let client = standin.client().attempt_timeout_ms(15_000).build().unwrap();
    let failure = client.send(&Request::get("/storm")).unwrap_err();
    assert_eq!(failure.fault(), Some(Fault::TooLarge));
    assert_eq!(standin.count("GET /storm"), 1);
}

#[test]
fn a_task_is_asked_about_until_it_is_finished() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    let quick = PollOptions {
        first_delay_ms: 5,
        max_delay_ms: 10,
        deadline_ms: 5000,
        max_unknown: 3,
    };
    let reply = |state: &str| {
        format!(
            r#"{{"body": {{"status": true, "error_code": 0, "data": {{"status": "{state}"}}}}}}"#
        )
    };
    let states = |states: &[&str]| {
        let replies: Vec<String> = states.iter().map(|state| reply(state)).collect();
        standin.script("/ai/fto/report", &format!("[{}]", replies.join(",")));
        client.poll(&Request::post("/ai/fto/report"), quick)
    };
    let ended = states(&["PENDING", "RUNNING", "SUCCESS"]).unwrap();
    assert!(matches!(ended, Polled::Succeeded(_)), "{ended:?}");
    assert_eq!(standin.count("POST /ai/fto/report"), 3);
    let ended = states(&["PENDING", "FAILED"]).unwrap();
    assert!(matches!(ended, Polled::Failed(_)), "{ended:?}");
    let ended = states(&["PONDERING"]).unwrap();
    assert!(matches!(ended, Polled::Unknown(_)), "{ended:?}");
    assert_eq!(standin.count("POST /ai/fto/report"), 8);
    let late = PollOptions {
        deadline_ms: 50,
        ..quick
    };
    standin.script("/ai/fto/report", &format!("[{}]", reply("PENDING")));
    let ended = client.poll(&Request::post("/ai/fto/report"), late).unwrap();
    assert!(matches!(ended, Polled::TimedOut(_)), "{ended:?}");
    // A question that the end of the wait cuts short is no failure, if one before
    // it was answered.
    let late = PollOptions {
        deadline_ms: 400,
        ..quick
    };
    let stalled = r#"{"body": "{", "wire": "stalled"}"#;
    let replies = format!("[{}, {stalled}]", reply("PENDING"));
    standin.script("/ai/fto/report", &replies);
    let ended = client.poll(&Request::post("/ai/fto/report"), late).unwrap();
    assert!(matches!(ended, Polled::TimedOut(_)), "{ended:?}");
    standin.script("/ai/fto/report", &format!("[{stalled}]"));
    let failure = client
        .poll(&Request::post("/ai/fto/report"), late)
        .unwrap_err();
    assert_eq!(failure.reason(), Reason::Deadline);
    standin.script("/ai/fto/report", &replies);
    let brief = Request::post("/ai/fto/report").deadline_ms(100);
    let failure = client.poll(&brief, quick).unwrap_err();
    assert_eq!(failure.reason(), Reason::Deadline);

    let cancel = Cancel::new();
    let request = Request::post("/ai/fto/report").cancel(&cancel);
    let slow = PollOptions {
        first_delay_ms: 60_000,
        deadline_ms: 600_000,
        ..PollOptions::default()
    };
    time_to_cancel(&cancel, || client.poll(&request, slow).unwrap_err());
}

#[test]
fn a_question_about_a_task_is_a_query_unless_somebody_says_otherwise() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    let options = PollOptions::default();
    standin.script(
        "/jobs/42",
        r#"[{"status": 500, "body": {}}, {"body": {"status": true, "data": {}}}]"#,
    );
    let ended = client.poll_by(&Request::post("/jobs/42"), options, |_| {
        Some(TaskState::Succeeded)
    });
    let Polled::Succeeded(response) = ended.unwrap() else {
        panic!("a task that is finished is finished");
    };
    assert_eq!(response.attempts().len(), 2);
    standin.script("/jobs/42", r#"[{"status": 500, "body": {}}]"#);
    let request = Request::post("/jobs/42").kind(OperationKind::Mutation);
    let failure = client.poll(&request, options).unwrap_err();
    assert_eq!(failure.attempts().len(), 1);
}

#[test]
fn the_profile_says_which_posts_are_queries() {
    let standin = Standin::start();
    standin.script(
        "/*",
        r#"[{"scene": "page-1k", "wire": {"kind": "closed"}}]"#,
    );
    let client = standin.client().build().unwrap();
    for (request, kind, sends) in [
        (
            Request::post("/search/patent/query-search-patent/v2"),
            OperationKind::Query,
            3,
        ),
        (
            Request::get("/patent-alert/create"),
            OperationKind::Mutation,
            1,
        ),
        (
            Request::post("/patent-alert/create").kind(OperationKind::Query),
            OperationKind::Query,
            3,
        ),
    ] {
        let failure = client.send(&request).unwrap_err();
        assert_eq!(
            (failure.kind(), failure.attempts().len()),
            (kind, sends),
            "{request:?}"
        );
    }
}

#[test]
fn a_list_is_read_to_its_end_and_no_further() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    let request_for = |page: Page| {
        Request::get("/pages")
            .query("limit", page.limit.to_string())
            .query("offset", page.offset.to_string())
    };
    let mut pages = client.pages(Pager::new(40).unwrap(), request_for);
    assert_eq!(pages.by_ref().filter(Result::is_ok).count(), 3);
    assert_eq!(pages.end(), Some(PagesEnd::Complete));
    assert_eq!(standin.count("GET /pages"), 3);
}

#[test]
fn a_batch_keeps_order_shares_one_hold_and_tells_how_far_it_is() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    let requests: Vec<Request> = ["page-1k", "http-404", "page-10k", "code-68300004"]
        .iter()
        .map(|scene| Request::get(format!("/scene/{scene}")))
        .collect();
    let told = AtomicU64::new(0);
    let options = BatchOptions::new(3).progress(|progress| {
        assert_eq!(progress.total, 4);
        told.fetch_add(1, Ordering::SeqCst);
    });
    let results = client.map(&requests, &options);
    let categories: Vec<Category> = results
        .iter()
        .map(|result| match result {
            Ok(response) => response.verdict().category(),
            Err(failure) => failure.category(),
        })
        .collect();
    let expected = [
        Category::Success,
        Category::NotFound,
        Category::Success,
        Category::InvalidRequest,
    ];
    assert_eq!(categories, expected);
    assert_eq!(told.load(Ordering::SeqCst), 4);

    // The balance is used up: the rest is not burnt.
    let poor: Vec<Request> = (0..50)
        .map(|_| Request::get("/scene/code-67200005"))
        .collect();
    let results = client.map(&poor, &BatchOptions::new(2));
    assert!(
        results.iter().all(
            |result| matches!(result, Err(failure) if failure.category() == Category::Balance)
        )
    );
    assert!(standin.count("GET /scene/code-67200005") <= 2);
    assert!(client.map(&[], &BatchOptions::new(0)).is_empty());

    client.clear_hold();
    let cancel = Cancel::new();
    cancel.cancel();
    let results = client.map(&requests, &BatchOptions::new(2).cancel(&cancel));
    assert!(results.iter().all(Result::is_err));
}
