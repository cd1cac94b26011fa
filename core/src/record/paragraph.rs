//! The record as one paragraph of English, for a ticket.

use core::fmt::Write as _;

use super::{LIBRARY, Record};
use crate::retry::Reason;

pub(super) fn write(record: &Record) -> String {
    let mut text = String::new();
    // Writing to a `String` never fails.
    let _ = compose(&mut text, record);
    text
}

fn compose(text: &mut String, record: &Record) -> core::fmt::Result {
    write!(text, "{} {} ", record.target.method, record.target.url())?;
    match record.attempts.latest() {
        None => text.push_str("made no attempt"),
        Some(last) if last.is_success => text.push_str("succeeded"),
        Some(last) => {
            text.push_str("failed: ");
            last.write_failure(text)?;
        }
    }
    let attempts = record.attempts();
    let plural = if attempts == 1 { "" } else { "s" };
    write!(
        text,
        ". {attempts} attempt{plural} in {} ms from {}",
        record.duration_ms(),
        record.started.to_rfc3339()
    )?;
    if record.waited_ms > 0 {
        write!(text, ", of which {} ms waited", record.waited_ms)?;
    }
    if let Some(reason) = record.reason.filter(|reason| *reason != Reason::Success) {
        write!(text, "; stopped: {reason}")?;
    }
    text.push('.');
    let mut ids = record
        .attempts
        .iter()
        .rev()
        .filter_map(|entry| entry.correlation_id.as_deref());
    if let Some(latest) = ids.next() {
        // Support starts from the last one; the others are in the JSON.
        write!(text, " Correlation id {latest}.")?;
    }
    if let Some(retry_at) = record.retry_at() {
        write!(
            text,
            " The server may be asked again at {}.",
            retry_at.to_rfc3339()
        )?;
    }
    if let Some(last) = record.attempts.latest() {
        write!(text, " Rule {};", last.rule)?;
    }
    write!(
        text,
        " profile {} {}; {LIBRARY}.",
        record.profile_name, record.profile_version
    )
}
