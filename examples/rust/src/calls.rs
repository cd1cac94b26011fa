//! Whole calls, sent again where that can help: three stories over the wire.

use std::time::{Duration, Instant, SystemTime};

use aftercall::retry::{Action, Budget, Call, Decision, Operation, Policy, fresh_seed};
use aftercall::{OperationKind, Profile, Verdict, judge};

use crate::standin::{Scene, Standin};
use crate::table::say;

/// What the stand-in plays, attempt by attempt, and what the caller wants.
struct Story {
    title: &'static str,
    scenes: &'static [&'static str],
    policy: &'static str,
}

const STORIES: [Story; 3] = [
    Story {
        title: "A search that fails twice and then succeeds",
        scenes: &["code-68300008", "code-68300008", "page-10k"],
        policy: "{}",
    },
    Story {
        title: "A quota that is used up: nothing is repeated",
        scenes: &["code-67200002"],
        policy: "{}",
    },
    Story {
        title: "A server that is down, and a deadline of one second: a wait beyond it is not begun",
        scenes: &["http-503", "http-503", "http-503"],
        policy: r#"{"deadline_ms": 1000, "jitter": "none"}"#,
    },
];

/// Plays all stories. Every wait is really waited.
pub(crate) fn show(standin: &Standin, scenes: &[Scene]) -> Result<(), String> {
    let budget = Budget::new(500);
    for story in &STORIES {
        say(&format!("\n{}", story.title));
        let decision = play(story, standin, scenes, &budget)?;
        say(&format!("           why: {}", decision.explanation()));
    }
    say("");
    Ok(())
}

fn play(
    story: &Story,
    standin: &Standin,
    scenes: &[Scene],
    budget: &Budget,
) -> Result<Decision, String> {
    let policy = Policy::from_json(story.policy).map_err(|error| error.to_string())?;
    let operation = Operation::new(OperationKind::Query).seeded(fresh_seed());
    let started = Instant::now();
    let clock_ms = || u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut call = Call::new(&policy, Some(budget), operation, clock_ms());
    let mut names = story.scenes.iter();
    loop {
        let name = names
            .next()
            .ok_or("the call made more attempts than its story has")?;
        let scene = scenes
            .iter()
            .find(|scene| scene.name == **name)
            .ok_or_else(|| format!("the stand-in cannot play {name}"))?;
        let turn = |error: aftercall::Error| error.to_string();
        let attempt = call.before_attempt(clock_ms()).map_err(turn)?;
        let received = standin.fetch(scene)?;
        let now = SystemTime::now();
        let verdict = judge(Profile::eureka(), &received.reply(), Some(now.into()));
        let decision = call.on_reply(&verdict, clock_ms()).map_err(turn)?;
        say(&format!(
            "  {:>5.2} s  attempt {}: {:<34} -> {}",
            started.elapsed().as_secs_f64(),
            attempt.number,
            meaning(&verdict),
            next_step(&decision),
        ));
        if decision.action() != Action::Retry {
            return Ok(decision);
        }
        std::thread::sleep(Duration::from_millis(decision.delay_ms()));
    }
}

fn meaning(verdict: &Verdict<'_>) -> String {
    let status = verdict.http_status().unwrap_or(0);
    format!("HTTP {status}, {} ({})", verdict.category(), verdict.rule())
}

fn next_step(decision: &Decision) -> String {
    match decision.reason() {
        Some(reason) => format!("stop: {reason}"),
        None => format!("wait {} ms, then again", decision.delay_ms()),
    }
}
