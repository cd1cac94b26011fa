//! What deciding costs: the next delay beside other crates, whole calls, their
//! record, and one budget under many threads.

use core::hint::black_box;
use std::time::{Duration, Instant};

use aftercall::retry::{Action, Budget, Call, Decision, Operation, Policy};
use aftercall::{Advice, Noted, OperationKind, Profile, Record, Reply, UnixTime, Verdict, judge};
use backon::BackoffBuilder as _;

use crate::rounds::{Plan, Task, Timing, interleaved};

const SUCCESS: &str = r#"{"status":true,"error_code":0,"data":[1]}"#;
const FAILURE: &str = r#"{"status":false,"error_code":68300008,"error_msg":"Service error, please try again later!"}"#;
const URL: &str =
    "https://connect.example.com/search/patent/query-search-patent/v2?apikey=0123456789abcdef";

/// As many delays as a task computes in one pass.
const DELAYS: usize = 4;

/// The next delay, `aftercall` first.
#[must_use]
pub fn delays(plan: Plan) -> Vec<(&'static str, Timing)> {
    let policy = Policy::default();
    let mut seed = 0;
    let ours = move || {
        seed += 1;
        policy
            .backoffs(Advice::Backoff, seed)
            .take(DELAYS)
            .for_each(|delay| {
                black_box(delay);
            });
    };
    let exponential = backon::ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(500))
        .with_max_delay(Duration::from_secs(20))
        .with_factor(2.0)
        .with_max_times(DELAYS)
        .with_jitter();
    let backons = move || {
        exponential.build().for_each(|delay| {
            black_box(delay);
        });
    };
    let tasks = vec![
        Task {
            pass: Box::new(ours),
            calls: DELAYS,
        },
        Task {
            pass: Box::new(backons),
            calls: DELAYS,
        },
    ];
    let names = ["aftercall, equal jitter", "backon, jitter"];
    names.into_iter().zip(interleaved(tasks, plan)).collect()
}

/// A call that fails once and then succeeds: two decisions with all gates.
pub fn call(plan: Plan) -> Timing {
    let policy = Policy::default();
    let budget = Budget::new(500);
    let (failure, success) = verdicts();
    let mut seed = 0;
    let task = Task {
        pass: Box::new(move || {
            seed += 1;
            play(&policy, &budget, [&failure, &success], seed);
        }),
        calls: 1,
    };
    interleaved(vec![task], plan)[0]
}

/// A record of three attempts, collected and written as JSON.
pub fn record(plan: Plan) -> Timing {
    let headers = [("x-correlation-id", "c7b2f0a1-5d5e-4a55-9d4a-0a1f6a1f2f11")];
    let reply = Reply::new(200, FAILURE).with_headers(&headers);
    let verdict = judge(Profile::eureka(), &reply, None);
    let decisions = three_decisions(&verdict);
    let started = UnixTime::from_secs(1_795_435_200);
    let task = Task {
        pass: Box::new(|| {
            let mut record = Record::new(Profile::eureka(), "GET", URL, started, 0);
            for (now_ms, decision) in &decisions {
                let noted = Noted::new(decision, *now_ms, now_ms + 120);
                record.note(&noted.with_verdict(black_box(&verdict)));
            }
            black_box(record.to_json());
        }),
        calls: 1,
    };
    interleaved(vec![task], plan)[0]
}

/// What is decided about three replies that say the same, and when they were
/// asked for.
fn three_decisions(verdict: &Verdict<'_>) -> Vec<(u64, Decision)> {
    let policy = Policy::default();
    let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0);
    let mut now_ms = 0;
    let mut decisions = Vec::new();
    while decisions.len() < 3 && call.before_attempt(now_ms).is_ok() {
        if let Ok(decision) = call.on_reply(verdict, now_ms + 120) {
            decisions.push((now_ms, decision));
            now_ms += 120 + decision.delay_ms();
        }
    }
    decisions
}

fn verdicts() -> (Verdict<'static>, Verdict<'static>) {
    (
        judge(Profile::eureka(), &Reply::new(503, ""), None),
        judge(Profile::eureka(), &Reply::new(200, SUCCESS), None),
    )
}

fn play(policy: &Policy, budget: &Budget, verdicts: [&Verdict<'_>; 2], seed: u64) {
    let operation = Operation::new(OperationKind::Query).seeded(seed);
    let mut call = Call::new(policy, Some(budget), operation, 0);
    let mut now_ms = 0;
    for verdict in verdicts {
        let attempt = call.before_attempt(now_ms);
        debug_assert!(attempt.is_ok());
        if let Ok(decision) = call.on_reply(black_box(verdict), now_ms)
            && decision.action() == Action::Retry
        {
            now_ms += decision.delay_ms();
        }
    }
}

/// Time of a processor for one call of [`call`], by one thread and by eight
/// that share a budget.
#[must_use]
pub fn threads(plan: Plan) -> [f64; 2] {
    let policy = Policy::default();
    // The system counts a thread's time in steps of milliseconds.
    let calls = u32::try_from(plan.batch.as_micros() * 1000).unwrap_or(u32::MAX);
    let mut times = [1, 8].map(|_: u64| Vec::new());
    for _ in 0..plan.rounds.min(9) {
        for (times, threads) in times.iter_mut().zip([1, 8]) {
            times.push(processor_time(&policy, threads, calls));
        }
    }
    times.map(|mut times| {
        times.sort_unstable_by(f64::total_cmp);
        times[times.len() / 2]
    })
}

/// Nanoseconds of one processor for a call.
fn processor_time(policy: &Policy, threads: u64, calls: u32) -> f64 {
    let budget = Budget::new(500);
    let (failure, success) = verdicts();
    let run = |thread: u64| {
        let start = Watch::start();
        for call in 0..u64::from(calls) {
            play(policy, &budget, [&failure, &success], thread << 32 | call);
        }
        start.ns()
    };
    let total: f64 = std::thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || run(thread)))
            .collect();
        threads
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .sum()
    });
    total / (threads as f64 * f64::from(calls))
}

/// Measures the time that this thread ran, where the system tells it; other
/// threads on the same processor would count otherwise.
struct Watch {
    ran_ns: Option<u64>,
    wall: Instant,
}

impl Watch {
    fn start() -> Self {
        Self {
            ran_ns: ran_ns(),
            wall: Instant::now(),
        }
    }

    fn ns(&self) -> f64 {
        match (self.ran_ns, ran_ns()) {
            (Some(before), Some(now)) => (now - before) as f64,
            _ => self.wall.elapsed().as_secs_f64() * 1e9,
        }
    }
}

/// The first number of Linux's `schedstat`: time spent on a processor.
fn ran_ns() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok()
}
