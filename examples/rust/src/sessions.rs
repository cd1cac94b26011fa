//! The same session in several languages.
//!
//! A program is given the URL of a stand-in that plays `examples/session.json`,
//! and a file. It makes the calls of the session with the client of its language
//! and prints a line for each attempt: the step, what was sent, what came, what
//! was decided and why, separated by tabs. Times and ids are not among them, so
//! that every program must print the same.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use crate::standin::Standin;
use crate::table::{Style, columns, list, say};

const HEADS: [&str; 5] = [
    "step", "what was sent", "what came", "decided", "why: category, by rule: advice, effect",
];

/// What one program did, by its own account and by the server's.
struct Session {
    name: String,
    lines: Vec<Vec<String>>,
    /// What was counted, and how often.
    counts: Vec<(String, u64)>,
    seconds: f64,
}

/// Runs the programs, shows the first one's session, and says whether the others
/// did the same.
pub(crate) fn show(programs: &[(String, String)]) -> Result<bool, String> {
    let sessions: Vec<Session> = programs
        .iter()
        .map(|(name, program)| Session::run(name, program))
        .collect::<Result<_, _>>()?;
    let [first, others @ ..] = &sessions[..] else {
        return Ok(true);
    };
    let names: Vec<&str> = sessions.iter().map(|session| &*session.name).collect();
    let style = Style::of_output();
    say(&style.bold(&format!(
        "\nA session with the client, in {}\n",
        list(&names)
    )));
    say(
        "A busy server, a lost answer, a task that takes its time, a token that ends, a file that \
         is refused, a quota.\n",
    );
    show_lines(first, others, style);
    say(&style.bold("\nWhat the server counted\n"));
    show_counts(&sessions, style);
    Ok(agreement(first, others, &names))
}

/// One line for each attempt; the others are marked as equal or not.
fn show_lines(first: &Session, others: &[Session], style: Style) {
    let mut head: Vec<String> = HEADS.map(str::to_owned).into();
    head.extend(others.iter().map(|other| other.name.clone()));
    let mut lines = vec![head];
    let mut step = "";
    for (index, line) in first.lines.iter().enumerate() {
        let mut shown = line.clone();
        if let Some(name) = shown.first_mut() {
            let is_same = *name == step;
            step = line.first().map_or("", String::as_str);
            if is_same {
                name.clear();
            }
        }
        for other in others {
            let agrees = other.lines.get(index) == Some(line);
            shown.push(if agrees { "=" } else { "differs" }.to_owned());
        }
        lines.push(shown);
    }
    columns(&lines, style);
}

fn show_counts(sessions: &[Session], style: Style) {
    let mut head = vec![String::new()];
    head.extend(sessions.iter().map(|session| session.name.clone()));
    let mut lines = vec![head];
    let first = sessions.first().map_or(&[][..], |first| &first.counts);
    for (what, _) in first {
        let mut line = vec![what.clone()];
        for session in sessions {
            let count = session.counts.iter().find(|(name, _)| name == what);
            line.push(count.map_or(0, |(_, count)| *count).to_string());
        }
        lines.push(line);
    }
    columns(&lines, style);
    let times: Vec<String> = sessions
        .iter()
        .map(|session| format!("{} {:.1} s", session.name, session.seconds))
        .collect();
    say(&format!("\nEach session took: {}.", times.join(", ")));
}

/// Says whether all sessions were the same.
fn agreement(first: &Session, others: &[Session], names: &[&str]) -> bool {
    let mut all_agree = true;
    for other in others {
        if other.lines != first.lines {
            all_agree = false;
            say(&format!("{} has another session:", other.name));
            for line in &other.lines {
                let mark = if first.lines.contains(line) { ' ' } else { '!' };
                say(&format!("  {mark} {}", line.join(" | ")));
            }
        }
        if other.counts != first.counts {
            all_agree = false;
            say(&format!(
                "The server counted otherwise for {}: {:?}",
                other.name, other.counts
            ));
        }
    }
    if all_agree && !others.is_empty() {
        say(&format!(
            "{} agree on all {} lines, and to the server they were the same.",
            list(names),
            first.lines.len()
        ));
    }
    all_agree
}

impl Session {
    fn run(name: &str, program: &str) -> Result<Self, String> {
        let standin = Standin::start(Some(&in_repository("examples/session.json")))?;
        let started = Instant::now();
        let output = Command::new(program)
            .arg(standin.base_url())
            .arg(in_repository("README.md"))
            .output()
            .map_err(|error| format!("cannot run {program}: {error}"))?;
        let seconds = started.elapsed().as_secs_f64();
        let errors = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() || !errors.is_empty() {
            return Err(format!("the session in {name} failed: {}", errors.trim()));
        }
        let lines: Vec<Vec<String>> = String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(|line| line.split('\t').map(str::to_owned).collect())
            .collect();
        if lines.is_empty() || lines.iter().any(|line| line.len() != HEADS.len()) {
            return Err(format!(
                "the session in {name} printed another table: {lines:?}"
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            lines,
            counts: counts(&standin.counts()?),
            seconds,
        })
    }
}

/// The requests by path, and in all.
fn counts(told: &Value) -> Vec<(String, u64)> {
    let count = |value: &Value| value.as_u64().unwrap_or_default();
    let paths = told["by_path"].as_object().into_iter().flatten();
    let mut counts: Vec<(String, u64)> = paths
        .map(|(path, value)| (path.clone(), count(value)))
        .collect();
    let keys = told["by_header"]["idempotency-key"].as_object();
    let with_key = keys
        .into_iter()
        .flatten()
        .map(|(_, value)| count(value))
        .sum();
    counts.push(("with an idempotency key".to_owned(), with_key));
    let in_all = [
        ("over a spoiled connection", &told["requests_after_desync"]),
        ("in all", &told["requests"]),
    ];
    counts.extend(in_all.map(|(name, value)| (name.to_owned(), count(value))));
    counts
}

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}
