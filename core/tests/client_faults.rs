//! Every fault of the wire, against a server that has them: what the client
//! makes of it, what it decides, and how often the server was asked.

#![allow(clippy::print_stdout, reason = "the matrix is shown")]

mod standin;

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use aftercall::client::{Body, Client, Request};
use aftercall::retry::Reason;
use aftercall::{Category, Effect, Fault, OperationKind};

use standin::Standin;

/// One accident and what has to come of it.
struct Case {
    name: &'static str,
    door: &'static str,
    /// The wire of the scripted reply; empty for what happens at the door.
    wire: &'static str,
    fault: Fault,
    effect: Effect,
    /// How a query ends, and after how many sends.
    query: (Reason, usize),
    /// The same of a mutation.
    mutation: (Reason, usize),
}

const fn repeated(name: &'static str, wire: &'static str, fault: Fault) -> Case {
    Case {
        name,
        door: "http",
        wire,
        fault,
        effect: Effect::Unknown,
        query: (Reason::AttemptsExhausted, 3),
        mutation: (Reason::UnsafeToReplay, 1),
    }
}

const fn final_at_once(name: &'static str, wire: &'static str, fault: Fault) -> Case {
    Case {
        query: (Reason::NotRetryable, 1),
        mutation: (Reason::NotRetryable, 1),
        ..repeated(name, wire, fault)
    }
}

const fn not_sent(name: &'static str, door: &'static str, fault: Fault) -> Case {
    Case {
        door,
        effect: Effect::NotSent,
        query: (Reason::AttemptsExhausted, 3),
        mutation: (Reason::AttemptsExhausted, 3),
        ..repeated(name, "", fault)
    }
}

const fn untrusted(name: &'static str, door: &'static str) -> Case {
    Case {
        query: (Reason::NotRetryable, 1),
        mutation: (Reason::NotRetryable, 1),
        ..not_sent(name, door, Fault::Tls)
    }
}

const CASES: [Case; 26] = [
    not_sent("nobody listens", "refused", Fault::Connect),
    untrusted("another host's certificate", "https_wrong_host"),
    untrusted("an expired certificate", "https_expired"),
    untrusted("a certificate of its own", "https_self_signed"),
    untrusted("a handshake that is cut", "https_cut"),
    repeated(
        "closed before the status",
        r#"{"kind":"closed"}"#,
        Fault::Closed,
    ),
    repeated(
        "closed in the head",
        r#"{"kind":"closed","phase":"response_head"}"#,
        Fault::Closed,
    ),
    repeated(
        "closed in the body",
        r#"{"kind":"closed","phase":"response_body"}"#,
        Fault::Truncated,
    ),
    repeated(
        "reset before the status",
        r#"{"kind":"reset"}"#,
        Fault::Reset,
    ),
    repeated(
        "reset in the head",
        r#"{"kind":"reset","phase":"response_head"}"#,
        Fault::Reset,
    ),
    repeated(
        "reset in the body",
        r#"{"kind":"reset","phase":"response_body"}"#,
        Fault::Reset,
    ),
    repeated(
        "fewer bytes than announced",
        r#"{"kind":"truncated"}"#,
        Fault::Truncated,
    ),
    repeated(
        "a chunk without a size",
        r#"{"kind":"broken_chunks","flaw":"bad_size"}"#,
        Fault::Truncated,
    ),
    repeated(
        "a chunk of a huge size",
        r#"{"kind":"broken_chunks","flaw":"huge_size"}"#,
        Fault::Truncated,
    ),
    repeated(
        "a chunk without its end",
        r#"{"kind":"broken_chunks","flaw":"no_newline"}"#,
        Fault::Truncated,
    ),
    repeated(
        "no last chunk",
        r#"{"kind":"broken_chunks","flaw":"no_last_chunk"}"#,
        Fault::Truncated,
    ),
    repeated(
        "a chunk that is cut",
        r#"{"kind":"broken_chunks","flaw":"cut_chunk"}"#,
        Fault::Truncated,
    ),
    repeated(
        "gzip that is none",
        r#"{"kind":"broken_gzip","flaw":"garbage"}"#,
        Fault::Decode,
    ),
    repeated(
        "gzip that is cut",
        r#"{"kind":"broken_gzip","flaw":"cut"}"#,
        Fault::Decode,
    ),
    repeated(
        "gzip with a wrong sum",
        r#"{"kind":"broken_gzip","flaw":"checksum"}"#,
        Fault::Decode,
    ),
    repeated(
        "silence before the status",
        r#"{"kind":"stalled","phase":"request"}"#,
        Fault::ReadTimeout,
    ),
    repeated(
        "silence in the body",
        r#"{"kind":"stalled"}"#,
        Fault::ReadTimeout,
    ),
    repeated(
        "a drip in the head",
        r#"{"kind":"drip","phase":"response_head","pause_ms":300}"#,
        Fault::ReadTimeout,
    ),
    repeated(
        "a drip in the body",
        r#"{"kind":"drip","pause_ms":300}"#,
        Fault::ReadTimeout,
    ),
    final_at_once("a gzip bomb", r#"{"kind":"bomb"}"#, Fault::TooLarge),
    final_at_once(
        "a megabyte of headers",
        r#"{"kind":"huge_headers"}"#,
        Fault::TooLarge,
    ),
];

#[test]
fn each_fault_has_its_category_its_effect_and_its_decision() {
    let standin = Standin::start();
    let mut wrong = Vec::new();
    let mut table = format!(
        "{:<28} {:<15} {:<9} {:<21} {:>5}  {:<21} {:>5}\n",
        "what happens", "fault", "effect", "query", "sends", "mutation", "sends"
    );
    for (index, case) in CASES.iter().enumerate() {
        let path = format!("/fault/{index}");
        if !case.wire.is_empty() {
            let reply = format!(r#"[{{"scene": "page-10k", "wire": {}}}]"#, case.wire);
            standin.script(&path, &reply);
        }
        let client = standin
            .client_at(case.door)
            .attempt_timeout_ms(if case.fault == Fault::ReadTimeout {
                300
            } else {
                4000
            })
            .build()
            .unwrap();
        let mut seen = Vec::new();
        for kind in [OperationKind::Query, OperationKind::Mutation] {
            let request = Request::get(path.as_str()).kind(kind);
            let failure = client.send(&request).unwrap_err();
            let verdict = failure.verdict();
            seen.push((
                failure.fault(),
                verdict.category(),
                verdict.effect(),
                (failure.reason(), failure.attempts().len()),
            ));
        }
        let expected = |decided| (Some(case.fault), Category::Transport, case.effect, decided);
        let is_right = seen == [expected(case.query), expected(case.mutation)];
        let sent = case.query.1 + case.mutation.1;
        let counted = standin.count(&format!("GET {path}"));
        let reaches = !case.wire.is_empty();
        writeln!(
            table,
            "{:<28} {:<15} {:<9} {:<21} {:>5}  {:<21} {:>5}",
            case.name,
            case.fault,
            case.effect,
            case.query.0,
            case.query.1,
            case.mutation.0,
            case.mutation.1
        )
        .unwrap();
        if !is_right || counted != if reaches { sent as u64 } else { 0 } {
            wrong.push(format!(
                "{}: {seen:?}, the server counted {counted}",
                case.name
            ));
        }
    }
    // For whoever runs all tests, and wants to see it.
    if let Some(folder) = std::env::var_os("AFTERCALL_FAULT_TABLES") {
        std::fs::write(Path::new(&folder).join("rust.txt"), &table).unwrap();
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(standin.counts()["requests_after_desync"], 0);
}

#[test]
fn connections_that_fail_before_the_first_byte_are_not_sent() {
    let standin = Standin::start();
    for (door, fault) in [("reset", Fault::Reset), ("closed", Fault::Closed)] {
        let failure = one_attempt(&standin, door);
        // The handshake of TCP had succeeded: whether the request arrived,
        // nobody can tell.
        assert!(
            matches!(failure, Some(seen) if seen == fault || seen == Fault::Reset),
            "{door}: {failure:?}"
        );
    }
    assert_eq!(one_attempt(&standin, "silent"), Some(Fault::ReadTimeout));
    let dns = Client::builder("https://nowhere.invalid").build().unwrap();
    let failure = dns.send(&Request::post("/").deadline_ms(3000)).unwrap_err();
    assert_eq!(failure.fault(), Some(Fault::Dns));
    assert_eq!(failure.verdict().effect(), Effect::NotSent);
}

fn one_attempt(standin: &Standin, door: &str) -> Option<Fault> {
    let client = standin
        .client_at(door)
        .attempt_timeout_ms(400)
        .build()
        .unwrap();
    let request = Request::post("/scene/page-1k").deadline_ms(3000);
    client.send(&request).unwrap_err().fault()
}

#[test]
fn what_is_odd_but_complete_is_a_reply() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    for (index, wire) in [
        r#""plain""#,
        r#""gzip""#,
        r#""chunked""#,
        r#"{"kind":"chunked","chunk_bytes":1}"#,
        r#""until_close""#,
        r#"{"kind":"interim"}"#,
        r#"{"kind":"drip","part_bytes":500,"pause_ms":5}"#,
    ]
    .iter()
    .enumerate()
    {
        let path = format!("/odd/{index}");
        standin.script(
            &path,
            &format!(r#"[{{"scene": "page-10k", "wire": {wire}}}]"#),
        );
        let response = client.send(&Request::get(path)).unwrap_or_else(|failure| {
            panic!("{wire}: {failure}");
        });
        assert!(
            response.data().is_some_and(|data| data.len() > 9000),
            "{wire}"
        );
    }
}

#[test]
fn a_connection_that_was_spoiled_is_not_used_again() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    for (index, wire) in [
        r#""smuggled""#,
        r#"{"kind":"short_length","missing_bytes":16}"#,
    ]
    .iter()
    .enumerate()
    {
        let path = format!("/spoiled/{index}");
        standin.script(
            &path,
            &format!(r#"[{{"scene": "page-1k", "wire": {wire}}}]"#),
        );
        let _ = client.send(&Request::get(path).deadline_ms(2000));
        for _ in 0..3 {
            let response = client.send(&Request::get("/scene/page-10k")).unwrap();
            assert!(response.body().len() > 9000, "{wire}");
        }
    }
    assert_eq!(standin.counts()["requests_after_desync"], 0);
}

#[test]
fn a_reply_that_nobody_asked_for_is_nobodys_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let reply = |n: u32| {
        let body = format!(r#"{{"status":true,"error_code":0,"data":{n}}}"#);
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut kept = Vec::new();
            for stream in listener.incoming().take(2) {
                let mut stream = stream.unwrap();
                if stream.read(&mut [0; 4096]).unwrap() == 0 {
                    return;
                }
                stream.write_all(reply(1).as_bytes()).unwrap();
                // A moment later, when the first one was taken.
                thread::sleep(Duration::from_millis(100));
                stream.write_all(reply(666).as_bytes()).unwrap();
                kept.push(stream);
            }
        });
        let client = Client::builder(&url).build().unwrap();
        let answers = [0, 1].map(|_| {
            let response = client.send(&Request::get("/").deadline_ms(5000));
            thread::sleep(Duration::from_millis(300));
            response.map(|response| response.data().map(<[u8]>::to_vec))
        });
        // The server waits for two, whatever was sent.
        let _ = TcpStream::connect(listener.local_addr().unwrap());
        for answer in answers {
            assert_eq!(answer.unwrap().as_deref(), Some(&b"1"[..]));
        }
    });
}

#[test]
fn a_request_that_cannot_be_sent_says_why_and_is_not_sent() {
    let standin = Standin::start();
    let client = standin.client().api_key("sk-canary").build().unwrap();
    let get = || Request::get("/echo");
    for (request, why) in [
        (
            Request::get("echo"),
            "the path: expected a path that begins with \"/\"",
        ),
        (
            Request::get("/echo#x"),
            "the path: expected a path, found a fragment behind it",
        ),
        (Request::new("GE T", "/echo"), "the method is no method"),
        (get().header("a b", "x"), "a header's name is no name"),
        (
            get().header("x-a", "b\r\nx-b: c"),
            "the header \"x-a\" has a value that is not visible ASCII",
        ),
        (
            get().header("Authorization", "x"),
            "the header \"Authorization\" is set by the client",
        ),
        (
            get().header("Content-Length", "1"),
            "the header \"Content-Length\" is set by the client",
        ),
        (
            get().idempotency_key("a\nb"),
            "the idempotency key has to be visible ASCII",
        ),
        (
            get().query("apikey", "sk-canary"),
            "the credential is in the URL, where logs would show it",
        ),
        (
            get().download("/nowhere/x"),
            "cannot write the file \"/nowhere/x\": no such file or directory",
        ),
        (
            Request::post("/echo").body(Body::file("text/plain", "/nowhere/x")),
            "cannot read the file \"/nowhere/x\": no such file or directory",
        ),
        (
            Request::get("http://u:p@h/x"),
            "the URL: expected no user and password before the host; give the credential by its own setting",
        ),
    ] {
        let failure = client.send(&request).unwrap_err();
        assert_eq!(failure.fault(), Some(Fault::BadRequest), "{request:?}");
        assert_eq!(failure.detail(), why);
        assert_eq!(failure.reason(), Reason::NotRetryable);
        assert_eq!(failure.verdict().effect(), Effect::NotSent);
    }
    assert_eq!(standin.counts()["requests"], 0);
}

#[test]
fn a_redirect_is_refused_in_words_and_its_target_not_asked() {
    let standin = Standin::start();
    let client = standin.client().api_key("sk-1").build().unwrap();
    for status in [301, 302, 303, 307, 308] {
        let path = format!("/redirect/{status}/elsewhere");
        let failure = client.send(&Request::get(path.as_str())).unwrap_err();
        assert_eq!(failure.category(), Category::Protocol);
        assert_eq!(failure.verdict().rule(), format!("http:{status}"));
        assert!(
            failure
                .detail()
                .starts_with("the server redirects to http://localhost:"),
            "{}",
            failure.detail()
        );
        assert!(failure.detail().ends_with(", which is not followed"));
    }
    assert_eq!(standin.counts()["requests"], 5);
}
