//! Replays conformance vectors through the public Rust interface.
//!
//! `replay FILE...` prints one line for each value that differs and ends with
//! `N passed, N failed`. The exit code is 0 only if something passed and nothing
//! failed. What a file says that this runner does not know is a failure: a
//! vector must never pass because nobody looked at it.

mod fields;
mod judge;
mod reply;
mod retry;
mod words;

use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use fields::Fields;

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        eprintln_line("usage: replay FILE...");
        return ExitCode::from(2);
    }
    let mut tally = Tally::default();
    for file in &files {
        if let Err(reason) = replay(Path::new(file), &mut tally) {
            tally.fail(file, &[reason]);
        }
    }
    println_line(&format!("{} passed, {} failed", tally.passed, tally.failed));
    if tally.passed > 0 && tally.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    fn fail(&mut self, name: &str, reasons: &[String]) {
        self.failed += 1;
        for reason in reasons {
            println_line(&format!("FAIL {name}: {reason}"));
        }
    }
}

fn replay(file: &Path, tally: &mut Tally) -> Result<(), String> {
    let text = std::fs::read(file).map_err(|error| error.to_string())?;
    let document: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    let mut document = Fields::of("the file", &document)?;
    if document.required("vectors")? != 1 {
        return Err("vectors: expected 1".to_owned());
    }
    let profile = Profile::open(document.string("profile")?, file)?;
    let suite = match document.string("suite")? {
        "judge" => judge::case,
        "retry" => retry::case,
        "words" => words::case,
        "redact" => words::redact_case,
        other => return Err(format!("suite: {other:?} is not known to this runner")),
    };
    let cases = document
        .required("cases")?
        .as_array()
        .ok_or("cases: expected an array")?;
    document.finish()?;
    for (index, case) in cases.iter().enumerate() {
        let name = case["name"]
            .as_str()
            .map_or_else(|| format!("case {index}"), str::to_owned);
        let differences = suite(profile.get(), case).unwrap_or_else(|reason| vec![reason]);
        if differences.is_empty() {
            tally.passed += 1;
        } else {
            tally.fail(&name, &differences);
        }
    }
    Ok(())
}

/// A built-in profile, or one from a file beside the vectors.
enum Profile {
    BuiltIn(&'static aftercall::Profile),
    File(Box<aftercall::Profile>),
}

impl Profile {
    fn open(name: &str, vectors: &Path) -> Result<Self, String> {
        if let Some(profile) = aftercall::Profile::built_in(name) {
            return Ok(Self::BuiltIn(profile));
        }
        let path = vectors.with_file_name(name);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("profile {}: {error}", path.display()))?;
        aftercall::Profile::from_json(&text)
            .map(|profile| Self::File(Box::new(profile)))
            .map_err(|error| format!("profile {}: {error}", path.display()))
    }

    fn get(&self) -> &aftercall::Profile {
        match self {
            Self::BuiltIn(profile) => profile,
            Self::File(profile) => profile,
        }
    }
}

/// A closed pipe is no reason to panic.
fn println_line(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn eprintln_line(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{line}");
}
