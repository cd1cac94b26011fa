//! A session with the API, and a table of what was sent, what came, what was
//! decided and why.
//!
//! ```text
//! python3 tests/server/standin --port 8320 --script examples/session.json
//! cargo run -p aftercall-examples --bin aftercall-session http://127.0.0.1:8320 README.md
//! ```
//!
//! The file is offered as an upload. `session.py` and `session.c` make the same
//! calls and print the same table, whose columns are separated by tabs.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use aftercall::Verdict;
use aftercall::client::{
    Attempted, Body, CallObserver, Client, Failure, Multipart, PollOptions, Request,
};
use aftercall::retry::{Action, Decision, Jitter, Observed, Observer, Policy};

/// Writes one line for each attempt; the client tells it of them.
#[derive(Default)]
struct Table {
    step: Mutex<&'static str>,
}

impl Table {
    fn line(&self, columns: [&str; 4]) {
        let step = *self.step.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(std::io::stdout(), "{step}\t{}", columns.join("\t"));
    }
}

impl Observer for Table {
    fn on_decision(&self, _: &Observed<'_>) {}
}

impl CallObserver for Table {
    fn on_attempt(&self, attempt: &Attempted) {
        let sent = format!("{} {}", attempt.method(), attempt.path());
        let decided = decided(attempt.decision());
        self.line([&sent, &came(attempt), &decided, &why(attempt.verdict())]);
    }

    /// Here: the hold has stopped a call before its first attempt.
    fn on_stop(&self, failure: &Failure) {
        let before = format!(
            "{}, by {} before",
            failure.category(),
            failure.verdict().rule()
        );
        self.line(["nothing", "-", &decided(failure.decision()), &before]);
    }
}

fn came(attempt: &Attempted) -> String {
    let verdict = attempt.verdict();
    if let Some(fault) = attempt.fault() {
        return format!("no reply: {fault}");
    }
    let status = verdict.http_status().unwrap_or_default();
    match (verdict.code(), verdict.task()) {
        (Some(code), _) if !verdict.is_success() => format!("HTTP {status}, code {code}"),
        (_, Some(task)) => format!("HTTP {status}, task {task}"),
        _ => format!("HTTP {status}"),
    }
}

fn decided(decision: &Decision) -> String {
    match (decision.action(), decision.reason()) {
        (Action::Retry, _) => format!("again in {} ms", decision.delay_ms()),
        (Action::Refresh, _) => "new token, then again".to_owned(),
        (_, Some(reason)) => format!("stop: {reason}"),
        (_, None) => "stop".to_owned(),
    }
}

fn why(verdict: &Verdict<'_>) -> String {
    if verdict.is_success() {
        return "success".to_owned();
    }
    let (category, rule) = (verdict.category(), verdict.rule());
    format!(
        "{category}, by {rule}: {}, {}",
        verdict.advice(),
        verdict.effect()
    )
}

fn session(base_url: &str, file: PathBuf) -> Result<(), aftercall::Error> {
    let table = Arc::new(Table::default());
    let policy = Policy::builder()
        .base_delay_ms(50)
        .jitter(Jitter::None)
        .build()?;
    let client = Client::builder(base_url)
        .client_credentials("standin", "standin-secret")
        .policy(policy)
        .observer(table.clone())
        .build()?;
    let step = |name: &'static str| {
        *table.step.lock().unwrap_or_else(PoisonError::into_inner) = name;
    };

    // The table sees how each call ends, so that nobody looks here.
    //
    // The first call fetches a token. A search is a query, which the profile
    // knows: it may be asked again whatever happens.
    step("search");
    let search = Request::post("/search/patent").json(r#"{"query_text":"solar"}"#);
    let _ = client.send(&search);

    // A paid task whose answer is lost: perhaps it was started. Not again, unless
    // the server can tell that it is the same.
    step("start a task");
    let submit = Request::post("/ai/fto/submit").json(r#"{"text":"a panel"}"#);
    let _ = client.send(&submit);
    step("with a key");
    let _ = client.send(&submit.idempotency_key("panel-1"));

    // Pending is no failure. In the meantime the token ends.
    step("wait for it");
    let report = Request::post("/ai/fto/report").json(r#"{"task_id":"42"}"#);
    let pace = PollOptions {
        first_delay_ms: 50,
        ..PollOptions::default()
    };
    let _ = client.poll(&report, pace);

    // The server asks for half a minute and the call has a second: a wait that
    // cannot end in time is not begun.
    step("in a second");
    let _ = client.send(&Request::get("/company/profile").deadline_ms(1000));

    // A file that the API refuses will be refused again.
    step("upload");
    let form = Body::multipart(Multipart::new().file("file", file));
    let _ = client.send(&Request::post("/upload?extension=pdf").body(form));

    // A quota that is used up stops every call of this credential, until it is
    // over.
    step("quota");
    let used_up = client.send(&Request::get("/insights/trend"));
    step("meanwhile");
    let _ = client.send(&search);
    if let Some(wait_ms) = used_up.err().and_then(|failure| failure.retry_after_ms()) {
        thread::sleep(Duration::from_millis(wait_ms));
    }
    step("afterwards");
    let _ = client.send(&Request::get("/insights/trend"));
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base_url, file] = &arguments[..] else {
        let _ = writeln!(std::io::stderr(), "usage: aftercall-session BASE_URL FILE");
        return ExitCode::from(2);
    };
    match session(base_url, PathBuf::from(file)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}
