//! The record as one JSON document.

use crate::UnixTime;
use crate::json::write::{ArrayWriter, ObjectWriter};
use crate::retry::Reason;

use super::entry::Entry;
use super::{LIBRARY, Record};

/// A document is never longer than this.
pub(super) const MAX_BYTES: usize = 256 * 1024;

pub(super) fn write(record: &Record) -> String {
    let mut attempts = Vec::new();
    for entry in record.attempts.iter() {
        attempts.push(attempt(entry));
    }
    let kept = fitting(&attempts, MAX_BYTES - head(record, 0).finish().len());
    let (first, last) = attempts.split_at_checked(kept.0).unwrap_or_default();
    let last = last.get(last.len() - kept.1..).unwrap_or_default();
    let dropped = record.attempts.count() - (kept.0 + kept.1) as u64;
    let mut json = head(record, dropped);
    let mut written = ArrayWriter::new();
    for attempt in first.iter().chain(last) {
        written.json(attempt);
    }
    json.json("attempts", &written.finish());
    json.finish()
}

/// How many of the first and of the last attempts have room.
fn fitting(attempts: &[String], room: usize) -> (usize, usize) {
    // The comma behind each, the field's name, and a dropped count that grew.
    let mut left = room.saturating_sub(64);
    let mut kept = (0, 0);
    while kept.0 + kept.1 < attempts.len() {
        // The last ones matter most: two of them for each of the first.
        let is_first = kept.0 * 2 < kept.1;
        let index = if is_first {
            kept.0
        } else {
            attempts.len() - 1 - kept.1
        };
        let bytes = attempts.get(index).map_or(0, |attempt| attempt.len() + 1);
        if bytes > left {
            break;
        }
        left -= bytes;
        if is_first {
            kept.0 += 1;
        } else {
            kept.1 += 1;
        }
    }
    kept
}

fn head(record: &Record, dropped: u64) -> ObjectWriter {
    let mut json = ObjectWriter::new();
    json.number("record", 1);
    json.string("library", LIBRARY);
    json.string("profile", &record.profile_name);
    json.string("profile_version", &record.profile_version);
    json.string("started", &record.started.to_rfc3339());
    json.string("method", &record.target.method);
    json.string("scheme", &record.target.scheme);
    json.string("host", &record.target.host);
    json.optional_number("port", record.target.port);
    json.string("path", &record.target.path);
    json.number("duration_ms", record.duration_ms());
    json.number("waited_ms", record.waited_ms);
    json.number("attempts_made", record.attempts.count());
    json.number("attempts_dropped", dropped);
    json.number("refreshes", record.refreshes);
    json.optional_string("reason", record.reason.map(Reason::name));
    json.optional_string(
        "retry_at",
        record.retry_at().map(UnixTime::to_rfc3339).as_deref(),
    );
    json
}

fn attempt(entry: &Entry) -> String {
    let mut json = ObjectWriter::new();
    json.number("attempt", entry.number);
    json.number("started_ms", entry.started_ms);
    json.number("duration_ms", entry.duration_ms);
    json.optional_number("http_status", entry.http_status);
    json.optional_string("fault", entry.fault());
    for (name, value) in [
        ("code", &entry.code),
        ("message", &entry.message),
        ("correlation_id", &entry.correlation_id),
        ("request_id", &entry.request_id),
        ("request", &entry.request),
    ] {
        json.optional_string(name, value.as_deref());
    }
    json.string("category", entry.category.name());
    json.string("advice", entry.advice.name());
    json.string("effect", entry.effect.name());
    json.string("rule", &entry.rule);
    json.string("decision", entry.action.name());
    json.optional_string("reason", entry.reason.map(Reason::name));
    let is_retry = entry.action == crate::retry::Action::Retry;
    json.optional_number("delay_ms", is_retry.then_some(entry.delay_ms));
    json.string("why", &entry.why);
    json.finish()
}
