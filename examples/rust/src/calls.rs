//! Whole calls, sent again where that can help: three stories over the wire.

use std::time::{Duration, Instant, SystemTime};

use aftercall::retry::{Action, Budget, Call, Decision, Operation, Policy, fresh_seed};
use aftercall::{
    MessageOptions, Noted, OperationKind, Profile, Record, UnixTime, Verdict, judge, message,
};

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
    let mut told = Vec::new();
    for story in &STORIES {
        say(&format!("\n{}", story.title));
        let end = play(story, standin, scenes, &budget)?;
        say(&format!("           why: {}", end.decision.explanation()));
        told.push(end);
    }
    if let Some(end) = told.get(READ_BY_PEOPLE) {
        show_to_people(end);
    }
    Ok(())
}

/// The story whose end is shown as people read it: the quota.
const READ_BY_PEOPLE: usize = 1;

/// How a story ended.
struct End {
    decision: Decision,
    verdict: Verdict<'static>,
    record: Record,
}

/// The same failure for a user, for a ticket and for a program.
fn show_to_people(end: &End) {
    say("\nThat quota again, as a user reads it");
    for language in ["en", "zh-CN", "fr"] {
        let options = MessageOptions::new(language);
        let words = message(Profile::eureka(), &end.verdict, &options);
        say(&format!("  {:<8} {words}", words.language()));
    }
    say("\nas a ticket");
    say(&format!("  {}", end.record.paragraph()));
    say("\nand as JSON");
    say(&format!("  {}\n", end.record.to_json()));
}

fn play(
    story: &Story,
    standin: &Standin,
    scenes: &[Scene],
    budget: &Budget,
) -> Result<End, String> {
    let policy = Policy::from_json(story.policy).map_err(|error| error.to_string())?;
    let operation = Operation::new(OperationKind::Query).seeded(fresh_seed());
    let started = Instant::now();
    let clock_ms = || u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut call = Call::new(&policy, Some(budget), operation, clock_ms());
    let url = format!("{}/search", standin.base_url());
    let wall = UnixTime::from(SystemTime::now());
    let mut record = Record::new(Profile::eureka(), "GET", &url, wall, clock_ms());
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
        let began_ms = clock_ms();
        let attempt = call.before_attempt(began_ms).map_err(turn)?;
        let received = standin.fetch(scene)?;
        let now = SystemTime::now();
        let verdict = judge(Profile::eureka(), &received.reply(), Some(now.into()));
        let ended_ms = clock_ms();
        let decision = call.on_reply(&verdict, ended_ms).map_err(turn)?;
        record.note(&Noted::new(&decision, began_ms, ended_ms).with_verdict(&verdict));
        say(&format!(
            "  {:>5.2} s  attempt {}: {:<34} -> {}",
            started.elapsed().as_secs_f64(),
            attempt.number,
            meaning(&verdict),
            next_step(&decision),
        ));
        if decision.action() != Action::Retry {
            return Ok(End {
                decision,
                verdict: verdict.into_owned(),
                record,
            });
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
