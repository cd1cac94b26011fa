//! One attempt as one line of English, for a log.

use core::fmt::Write as _;

use super::Noted;
use super::entry::Entry;
use crate::retry::{Decision, Reason};

/// How loud a log says what was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "a decision ends a call in vain, or it does not"
)]
pub enum LogLevel {
    /// For whoever looks: an attempt that is repeated, a call that succeeds at
    /// last, one that its caller gave up.
    Debug,
    /// For everybody: a call that has failed.
    Warning,
}

impl Decision {
    /// How loud a log should say this of the attempt of this number; `None` for
    /// what is not worth a line: a call that succeeds at once.
    ///
    /// ```
    /// use aftercall::retry::{Call, Operation, Policy};
    /// use aftercall::{LogLevel, OperationKind, Profile, Reply, judge};
    ///
    /// let policy = Policy::default();
    /// let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0);
    /// call.before_attempt(0)?;
    /// let verdict = judge(Profile::eureka(), &Reply::new(404, ""), None);
    /// let decision = call.on_reply(&verdict, 120)?;
    /// assert_eq!(decision.log_level(1), Some(LogLevel::Warning));
    /// # Ok::<(), aftercall::Error>(())
    /// ```
    #[must_use]
    pub const fn log_level(&self, attempt: u64) -> Option<LogLevel> {
        match self.reason() {
            Some(Reason::Success) if attempt <= 1 => None,
            // Who cancels knows.
            None | Some(Reason::Success | Reason::Cancelled) => Some(LogLevel::Debug),
            Some(_) => Some(LogLevel::Warning),
        }
    }
}

pub(super) fn write(noted: &Noted<'_>, number: u64) -> String {
    let mut text = match number {
        0 => "before the first attempt".to_owned(),
        _ => format!("attempt {number}"),
    };
    // Writing to a `String` never fails.
    let _ = compose(&mut text, noted, number);
    text
}

fn compose(text: &mut String, noted: &Noted<'_>, number: u64) -> core::fmt::Result {
    let entry = Entry::of(number, 0, noted);
    if noted.decision.reason() == Some(Reason::Success) {
        text.push_str(" succeeded");
    } else {
        if let Some(entry) = &entry {
            text.push_str(" failed: ");
            entry.write_failure(text)?;
        }
        // The gates behind it are in the record.
        let why = noted.decision.explanation().to_string();
        let decision = why.split(';').next().unwrap_or_default();
        write!(text, "; {decision}")?;
    }
    if let Some(id) = entry.and_then(|entry| entry.correlation_id) {
        write!(text, "; correlation id {id}")?;
    }
    if let Some(target) = noted.target(noted.secrets()) {
        write!(text, "; {target}")?;
    }
    Ok(())
}
