//! One attempt as one line of English, for a log.

use core::fmt::Write as _;

use super::Noted;
use super::entry::Entry;
use crate::retry::Reason;

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
