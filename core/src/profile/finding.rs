//! What is to be said about a profile's text: errors, and warnings.

use core::fmt;

use crate::closed_set::closed_set;
use crate::json::document::{Document, Problem};
use crate::json::object::{Object, Result, allowed};
use crate::json::write::{ArrayWriter, ObjectWriter};
use crate::order::sort;

closed_set! {
    /// How bad a [`Finding`] is.
    pub enum Severity {
        /// The profile loads, but probably does not say what was meant.
        Warning = 0 "warning",
        /// The profile is refused.
        Error = 1 "error",
    }
}

/// One thing that is wrong, or odd, in the text of a profile.
///
/// ```
/// use aftercall::{Profile, Severity};
///
/// let text = r#"{"aftercall_profile": 1, "name": "shop", "codes": [
///   {"code": 7, "category": "quota", "advice": "hold", "effect": "rejected"},
///   {"code": 7, "category": "rate_limit", "advice": "throttle", "effect": "rejected"}
/// ]}"#;
/// let findings = Profile::check(text);
/// assert_eq!(findings.len(), 1);
/// assert_eq!(findings[0].severity(), Severity::Warning);
/// assert_eq!(findings[0].lint(), "unreachable");
/// assert_eq!((findings[0].line(), findings[0].column()), (3, 3));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    severity: Severity,
    lint: &'static str,
    line: usize,
    column: usize,
    path: String,
    message: String,
}

impl Finding {
    /// Whether the profile is refused for it.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// Which check found it: `syntax`, `invalid`, or the name of a warning, such
    /// as `unreachable`. Names are stable.
    #[must_use]
    pub const fn lint(&self) -> &'static str {
        self.lint
    }

    /// The line, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, from 1.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }

    /// The way to the value, such as `codes[3].category`; empty for the document
    /// itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was found and what is allowed, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Findings as a JSON array of objects with `severity`, `lint`, `line`,
    /// `column`, `path` and `message`.
    #[must_use]
    pub fn to_json(findings: &[Self]) -> String {
        let mut json = ArrayWriter::new();
        for finding in findings {
            json.json(&finding.object());
        }
        json.finish()
    }

    fn object(&self) -> String {
        let number = |number: usize| i64::try_from(number).ok();
        let mut json = ObjectWriter::new();
        json.string("severity", self.severity.name());
        json.string("lint", self.lint);
        json.optional_number("line", number(self.line));
        json.optional_number("column", number(self.column));
        json.string("path", &self.path);
        json.string("message", &self.message);
        json.finish()
    }
}

/// `line 3, column 3: codes[1]: warning: …`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}: {} [{}]", self.severity, self.message, self.lint)
    }
}

/// As many findings as anybody reads.
const MOST: usize = 1000;

/// Findings while they are made.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: Vec<(Severity, &'static str, Problem)>,
    errors: usize,
}

impl Findings {
    /// The value, or nothing and one finding more.
    pub(super) fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problem) => {
                self.error("invalid", problem);
                None
            }
        }
    }

    /// Puts the value in its place, or makes one finding more.
    pub(super) fn put<T>(&mut self, place: &mut T, result: Result<T>) {
        match result {
            Ok(value) => *place = value,
            Err(problem) => self.error("invalid", problem),
        }
    }

    #[inline(never)]
    pub(super) fn error(&mut self, lint: &'static str, problem: Problem) {
        self.errors += 1;
        // The first error is never dropped: it is what loading reports.
        if !self.are_full() || self.errors == 1 {
            self.found.push((Severity::Error, lint, problem));
        }
    }

    pub(super) fn warn(&mut self, lint: &'static str, at: usize, message: impl Into<String>) {
        if !self.are_full() {
            let problem = Problem::new(at, message);
            self.found.push((Severity::Warning, lint, problem));
        }
    }

    /// Whether nobody reads a warning more.
    pub(super) fn are_full(&self) -> bool {
        self.found.len() >= MOST
    }

    /// Whether so much is wrong that nobody wants to know more: what is left of a
    /// list needs not be read.
    pub(super) fn are_enough(&self) -> bool {
        self.errors >= MOST
    }

    /// Reports every field that is not in `names`.
    pub(super) fn allow(&mut self, object: &Object<'_>, names: &str) {
        for member in object.members {
            if self.are_enough() {
                return;
            }
            self.keep(allowed(member, names));
        }
    }

    /// The errors, in the order in which they were found.
    pub(super) fn errors(&self) -> impl Iterator<Item = &Problem> {
        let is_error = |severity: &Severity| *severity == Severity::Error;
        self.found
            .iter()
            .filter(move |(severity, _, _)| is_error(severity))
            .map(|(_, _, problem)| problem)
    }

    /// The findings in the order of the text.
    pub(super) fn finish(mut self, text: &str, document: Option<&Document<'_>>) -> Vec<Finding> {
        let mut place = Place::default();
        sort(&mut self.found, |one, other| one.2.at.cmp(&other.2.at));
        let mut findings = Vec::with_capacity(self.found.len());
        for (severity, lint, problem) in self.found {
            place.move_to(text, problem.at);
            findings.push(Finding {
                severity,
                lint,
                line: place.line + 1,
                column: place.column + 1,
                path: document.map_or_else(String::new, |document| document.path_at(problem.at)),
                message: problem.into_message(),
            });
        }
        findings
    }
}

/// A line and a column that move forward only: a text is counted once.
#[derive(Default)]
struct Place {
    at: usize,
    line: usize,
    column: usize,
}

impl Place {
    fn move_to(&mut self, text: &str, at: usize) {
        for character in text.get(self.at..at).unwrap_or_default().chars() {
            if character == '\n' {
                self.line += 1;
                self.column = 0;
            } else {
                self.column += 1;
            }
        }
        self.at = self.at.max(at);
    }
}
