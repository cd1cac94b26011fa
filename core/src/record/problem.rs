//! The failure as problem details: RFC 9457.
//!
//! `title` is the same for every failure of a type, `detail` is about this one;
//! both are in the reader's language and are words for people. The members
//! behind them are extensions, named as section 3.2 asks.

use crate::json::write::ObjectWriter;
use crate::retry::Reason;
use crate::{Category, MessageOptions, Profile, Remedy, Subject, message};

use super::Record;

pub(super) fn write(record: &Record, profile: &Profile, options: &MessageOptions<'_>) -> String {
    let last = record.attempts.latest();
    let category = last.map_or(Category::None, |last| last.category);
    let kind = message(profile, Subject::from(category), options);
    let mut subject = Subject::from(category);
    if let Some(last) = last {
        subject = subject.with_rule(&last.rule);
        if let Some(alternative) = last.alternative {
            subject = subject.with_alternative(alternative);
        }
        if let Some(delay_ms) = last.server_delay_ms {
            subject = subject.with_server_delay_ms(delay_ms);
        }
    }
    let words = message(profile, subject, options);
    let correlation_id = last.and_then(|last| last.correlation_id.as_deref());
    let mut json = ObjectWriter::new();
    json.string("type", category.problem_type());
    json.string("title", kind.title());
    json.number("status", category.suggested_http_status());
    json.string("detail", words.text());
    if let Some(id) = correlation_id {
        json.string("instance", &instance(id));
    }
    json.string("category", category.name());
    json.optional_string("error_code", last.and_then(|last| last.code.as_deref()));
    json.optional_string("action", words.action().map(Remedy::name));
    json.optional_number("retry_after_ms", last.and_then(|last| last.server_delay_ms));
    json.optional_string("correlation_id", correlation_id);
    json.number("attempts", record.attempts());
    json.optional_string("reason", record.reason.map(Reason::name));
    json.finish()
}

/// A URN of the id; what no URN may contain is percent-encoded (RFC 8141).
fn instance(id: &str) -> String {
    let mut urn = String::from("urn:aftercall:correlation:");
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            urn.push(char::from(byte));
        } else {
            urn.push_str(&format!("%{byte:02X}"));
        }
    }
    urn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_a_urn_whatever_the_id() {
        assert_eq!(instance("c-1"), "urn:aftercall:correlation:c-1");
        assert_eq!(instance("a/b %"), "urn:aftercall:correlation:a%2Fb%20%25");
    }
}
