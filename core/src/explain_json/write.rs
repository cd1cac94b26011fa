//! The answer: a verdict's fields as conformance vectors spell them, what was
//! decided, and words for people.

use crate::base64;
use crate::json::write::{ArrayWriter, ObjectWriter};
use crate::retry::{Action, Decision, Reason};
use crate::{Category, Message, OperationKind, Remedy, TaskState, Text, Verdict};

/// Writes the verdict's fields, and behind them what is made of it.
pub(super) fn answer(verdict: &Verdict<'_>, decision: &Decision, words: &Message<'_>) -> String {
    let mut json = ObjectWriter::new();
    json.string("outcome", verdict.outcome().name());
    json.string("category", verdict.category().name());
    json.string("advice", verdict.advice().name());
    json.string("effect", verdict.effect().name());
    json.optional_number("code", verdict.code());
    text(&mut json, "code_text", verdict.code_text());
    json.optional_number("http_status", verdict.http_status());
    text(&mut json, "message", verdict.message());
    match verdict.data().map(core::str::from_utf8) {
        Some(Err(_)) => {
            let data = verdict.data().unwrap_or_default();
            json.string("data_base64", &base64::encode(data));
        }
        data => json.optional_string("data", data.and_then(Result::ok)),
    }
    text(&mut json, "correlation_id", verdict.correlation_id());
    text(&mut json, "amount", verdict.amount());
    json.optional_number("server_delay_ms", verdict.server_delay_ms());
    json.optional_string("alternative", verdict.alternative().map(Category::name));
    json.optional_string("repeat", verdict.repeat().map(OperationKind::name));
    let mut anomalies = ArrayWriter::new();
    for anomaly in verdict.anomalies().iter() {
        anomalies.string(anomaly.name());
    }
    json.json("anomalies", &anomalies.finish());
    json.string("rule", verdict.rule());
    json.optional_string("task", verdict.task().map(TaskState::name));
    json.json("decision", &decided(decision));
    json.json("words", &said(words));
    json.finish()
}

fn decided(decision: &Decision) -> String {
    let mut json = ObjectWriter::new();
    json.string("action", decision.action().name());
    json.optional_string("reason", decision.reason().map(Reason::name));
    let is_retry = decision.action() == Action::Retry;
    json.optional_number("delay_ms", is_retry.then_some(decision.delay_ms()));
    json.optional_number("retry_at_ms", decision.retry_at_ms());
    json.optional_number("budget", decision.budget_tokens());
    json.string("explanation", &decision.explanation().to_string());
    json.finish()
}

fn said(words: &Message<'_>) -> String {
    let mut json = ObjectWriter::new();
    json.string("title", words.title());
    json.string("text", words.text());
    json.optional_string("action", words.action().map(Remedy::name));
    json.string("language", words.language());
    json.finish()
}

fn text(json: &mut ObjectWriter, name: &str, text: Option<&Text<'_>>) {
    json.optional_string(name, text.map(Text::to_str).as_deref());
}
