//! The demo: fetches replies from the stand-in over the wire, judges each, and
//! shows what came and what it means; then has whole sessions with the client,
//! and shows what is sent again, when, and why not.
//!
//! ```text
//! aftercall-demo [--all] [--also NAME=PROGRAM]... [--session NAME=PROGRAM]...
//! ```
//!
//! `--all` shows every reply instead of a selection. `--also` lets another
//! language judge the same replies and adds a column that says whether it came
//! to the same verdict. `--session` names a program that makes the calls of the
//! session; the first one's are shown, and whether the others did the same.

mod fetch;
mod languages;
mod people;
mod sessions;
mod standin;
mod table;

use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use aftercall::{Profile, Verdict, judge};

use fetch::Received;
use languages::Language;
use standin::{Scene, Standin};
use table::{Line, Table};

/// What is shown unless everything is: one of each kind that surprises.
const SELECTION: [&str; 34] = [
    "page-10k", "page-1m", "null-data", "string-flag", "no-content", "gzip", "code-67200004",
    "code-67200002-rate", "code-67200002", "code-67200003", "code-67200005", "code-68300008",
    "code-68300008-http", "code-68300010", "code-PDF_PARSE_FAILED-http", "code-67200203",
    "http-401", "http-403", "http-404", "http-429-retry-after", "http-503-retry-after-date",
    "html-200", "html-502", "framework-200", "success-under-500", "true-beside-code",
    "look-alike-failure", "message-only", "deep-nesting", "cut-success", "cut-failure",
    "truncated-page", "stalled-body", "closed",
];

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            table::say_error(&format!("demo: {reason}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs the demo; says whether all languages agree.
fn run() -> Result<bool, String> {
    let options = Options::parse(std::env::args().skip(1))?;
    let standin = Standin::start(None)?;
    let scenes = standin.scenes()?;
    let received: Vec<Received> = scenes
        .iter()
        .map(|scene| standin.fetch(scene))
        .collect::<Result<_, _>>()?;
    let now = SystemTime::now();
    let verdicts: Vec<Verdict<'_>> = received
        .iter()
        .map(|received| judge(Profile::eureka(), &received.reply(), Some(now.into())))
        .collect();
    let others: Vec<Language> = options
        .also
        .iter()
        .map(|(name, program)| Language::judge(name, program, &received, now))
        .collect::<Result<_, _>>()?;

    let table = Table::new(&others);
    table.title(&format!(
        "{} replies from {}, judged by the profile {}",
        scenes.len(),
        standin.base_url(),
        Profile::eureka().name(),
    ));
    let mut times = Vec::new();
    for (index, (scene, (received, verdict))) in scenes
        .iter()
        .zip(received.iter().zip(&verdicts))
        .enumerate()
    {
        let time = judging_time(received, now);
        times.push(time);
        if options.all || SELECTION.contains(&scene.name.as_str()) {
            table.line(&Line {
                scene,
                received,
                verdict,
                time,
                agreements: others
                    .iter()
                    .map(|language| language.agrees(index, verdict))
                    .collect(),
            });
        }
    }
    table.end();
    summary(&scenes, &received, &verdicts, &mut times, options.all);
    let all_agree = agreement(&others, &verdicts);
    let all_do_the_same = sessions::show(&options.sessions)?;
    people::show(&standin)?;
    Ok(all_agree && all_do_the_same)
}

struct Options {
    all: bool,
    also: Vec<(String, String)>,
    sessions: Vec<(String, String)>,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            all: false,
            also: Vec::new(),
            sessions: Vec::new(),
        };
        while let Some(argument) = arguments.next() {
            let mut program = || {
                let value = arguments.next().unwrap_or_default();
                let (name, program) = value
                    .split_once('=')
                    .ok_or_else(|| format!("{argument} needs NAME=PROGRAM"))?;
                Ok::<_, String>((name.to_owned(), program.to_owned()))
            };
            match argument.as_str() {
                "--all" => options.all = true,
                "--also" => options.also.push(program()?),
                "--session" => options.sessions.push(program()?),
                other => {
                    return Err(format!(
                        "unknown option {other:?}; there are --all, --also, --session"
                    ));
                }
            }
        }
        Ok(options)
    }
}

/// The median time of judging one reply, over a millisecond or so.
fn judging_time(received: &Received, now: SystemTime) -> Duration {
    let started = Instant::now();
    let mut times = Vec::new();
    while times.len() < 5 || (times.len() < 1000 && started.elapsed() < Duration::from_millis(2)) {
        let reply = received.reply();
        let before = Instant::now();
        let verdict = judge(
            Profile::eureka(),
            std::hint::black_box(&reply),
            Some(now.into()),
        );
        std::hint::black_box(&verdict);
        times.push(before.elapsed());
    }
    median(&mut times)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn summary(
    scenes: &[Scene],
    received: &[Received],
    verdicts: &[Verdict<'_>],
    times: &mut [Duration],
    all_are_shown: bool,
) {
    let successes = verdicts
        .iter()
        .filter(|verdict| verdict.is_success())
        .count();
    let hidden = received
        .iter()
        .zip(verdicts)
        .filter(|(received, verdict)| received.is_ok_by_http() && !verdict.is_success())
        .count();
    table::say(&format!(
        "{} replies: {successes} successes, {} failures, of which {hidden} came under HTTP 2xx.",
        scenes.len(),
        scenes.len() - successes,
    ));
    table::say(&format!(
        "Median time to a verdict: {}.",
        table::time(median(times))
    ));
    if !all_are_shown {
        table::say("A selection is shown; `make demo ALL=1` shows all.");
    }
}

/// Says whether every language came to the same verdicts.
fn agreement(others: &[Language], verdicts: &[Verdict<'_>]) -> bool {
    let mut all_agree = true;
    for language in others {
        let differing = verdicts
            .iter()
            .enumerate()
            .filter(|(index, verdict)| !language.agrees(*index, verdict))
            .count();
        if differing > 0 {
            all_agree = false;
            table::say(&format!(
                "{} differs on {differing} replies.",
                language.name()
            ));
        }
    }
    if all_agree && !others.is_empty() {
        let mut names = vec!["Rust"];
        names.extend(others.iter().map(Language::name));
        table::say(&format!(
            "{} agree on all {} replies.",
            table::list(&names),
            verdicts.len()
        ));
    }
    all_agree
}
