//! The last attempt as attributes by OpenTelemetry's names.
//!
//! The names are those of the semantic conventions for HTTP client spans
//! (1.44); what they have no name for is under `aftercall.`. Nothing here
//! depends on OpenTelemetry.

use super::Record;

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
    let target = &record.target;
    let mut attributes = Vec::with_capacity(16);
    let mut text = |name, value: &str| attributes.push((name, Attribute::Text(value.to_owned())));
    text("http.request.method", &target.method);
    if !target.host.is_empty() {
        text("server.address", &target.host);
        text("url.full", &target.url());
    }
    text("aftercall.profile", &record.profile_name);
    let Some(last) = record.attempts.latest() else {
        return attributes;
    };
    if !last.is_success {
        // Few values and stable ones: the category, never the message.
        text("error.type", last.category.name());
    }
    text("aftercall.category", last.category.name());
    text("aftercall.advice", last.advice.name());
    text("aftercall.effect", last.effect.name());
    text("aftercall.rule", &last.rule);
    text("aftercall.decision", last.action.name());
    if let Some(reason) = last.reason {
        text("aftercall.reason", reason.name());
    }
    if let Some(code) = &last.code {
        text("aftercall.code", code);
    }
    let mut number = |name, value: Option<u64>| {
        if let Some(value) = value {
            let value = i64::try_from(value).unwrap_or(i64::MAX);
            attributes.push((name, Attribute::Number(value)));
        }
    };
    number("server.port", target.effective_port().map(u64::from));
    let status = last
        .http_status
        .and_then(|status| u64::try_from(status).ok());
    number(
        "http.response.status_code",
        status.filter(|status| *status > 0),
    );
    // Absent on the first try, by the conventions.
    number(
        "http.request.resend_count",
        Some(last.number - 1).filter(|count| *count > 0),
    );
    let is_retry = last.action == crate::retry::Action::Retry;
    number("aftercall.delay_ms", is_retry.then_some(last.delay_ms));
    if let Some(id) = &last.correlation_id {
        attributes.push((
            "http.response.header.x-correlation-id",
            Attribute::Texts(vec![id.clone()]),
        ));
    }
    attributes
}
