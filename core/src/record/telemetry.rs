//! The last attempt as attributes by OpenTelemetry's names.
//!
//! The names are those of the semantic conventions for HTTP client spans
//! (1.44); what they have no name for is under `aftercall.`. Nothing here
//! depends on OpenTelemetry.

use super::entry::Entry;
use super::target::Target;
use super::{Noted, Record};
use crate::json::write::{ArrayWriter, ObjectWriter};
use crate::retry::{Action, Reason};

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attribute {
    /// Text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Several texts: OpenTelemetry gives headers as a list.
    Texts(Vec<String>),
}

pub(super) fn attributes(record: &Record) -> Vec<(&'static str, Attribute)> {
    let mut attributes = Attributes(Vec::with_capacity(16));
    attributes.target(&record.target);
    attributes.text("aftercall.profile", &record.profile_name);
    if let Some(last) = record.attempts.latest() {
        attributes.attempt(last);
    }
    attributes.0
}

/// What was noted, for whoever hears of each attempt by itself.
pub(super) fn of_noted(noted: &Noted<'_>, number: u64) -> Vec<(&'static str, Attribute)> {
    let mut attributes = Attributes(Vec::with_capacity(16));
    if let Some(target) = noted.target(noted.secrets()) {
        attributes.target(&target);
    }
    match Entry::of(number, 0, noted) {
        Some(entry) => attributes.attempt(&entry),
        None => attributes.decision(number, noted.decision.action(), noted.decision.reason()),
    }
    attributes.0
}

/// Attributes as one JSON object.
pub(super) fn to_json(attributes: &[(&str, Attribute)]) -> String {
    let mut json = ObjectWriter::new();
    for (name, value) in attributes {
        match value {
            Attribute::Text(text) => json.string(name, text),
            Attribute::Number(number) => json.number(name, number),
            Attribute::Texts(texts) => {
                let mut json_texts = ArrayWriter::new();
                for text in texts {
                    json_texts.string(text);
                }
                json.json(name, &json_texts.finish());
            }
        }
    }
    json.finish()
}

struct Attributes(Vec<(&'static str, Attribute)>);

impl Attributes {
    fn target(&mut self, target: &Target) {
        self.text("http.request.method", &target.method);
        if !target.host.is_empty() {
            self.text("server.address", &target.host);
            self.number("server.port", target.effective_port().map(u64::from));
            self.text("url.full", &target.url());
        }
    }

    fn attempt(&mut self, entry: &Entry) {
        if !entry.is_success {
            // Few values and stable ones: the category, never the message.
            self.text("error.type", entry.category.name());
        }
        self.text("aftercall.category", entry.category.name());
        self.text("aftercall.advice", entry.advice.name());
        self.text("aftercall.effect", entry.effect.name());
        self.text("aftercall.rule", &entry.rule);
        self.decision(entry.number, entry.action, entry.reason);
        if let Some(code) = &entry.code {
            self.text("aftercall.code", code);
        }
        let status = entry.http_status.map(u64::try_from).and_then(Result::ok);
        self.number(
            "http.response.status_code",
            status.filter(|status| *status > 0),
        );
        let is_retry = entry.action == Action::Retry;
        self.number("aftercall.delay_ms", is_retry.then_some(entry.delay_ms));
        if let Some(id) = &entry.correlation_id {
            let ids = Attribute::Texts(vec![id.clone()]);
            self.0.push(("http.response.header.x-correlation-id", ids));
        }
        if let Some(id) = &entry.request_id {
            let ids = Attribute::Texts(vec![id.clone()]);
            self.0.push(("http.request.header.x-request-id", ids));
        }
    }

    fn decision(&mut self, number: u64, action: Action, reason: Option<Reason>) {
        self.text("aftercall.decision", action.name());
        if let Some(reason) = reason {
            self.text("aftercall.reason", reason.name());
        }
        // Absent on the first try, by the conventions.
        let resends = number.saturating_sub(1);
        self.number(
            "http.request.resend_count",
            Some(resends).filter(|count| *count > 0),
        );
    }

    fn text(&mut self, name: &'static str, value: &str) {
        self.0.push((name, Attribute::Text(value.to_owned())));
    }

    fn number(&mut self, name: &'static str, value: Option<u64>) {
        if let Some(value) = value {
            let value = i64::try_from(value).unwrap_or(i64::MAX);
            self.0.push((name, Attribute::Number(value)));
        }
    }
}
