//! One attempt of a record, scrubbed and cut when it is noted.

use crate::redact::{one_line, printable_id, redact};
use crate::retry::{Action, Reason};
use crate::{Advice, Category, Effect, Text, Verdict};

use super::Noted;
use super::target::{Target, shortened};

const LONGEST_MESSAGE: usize = 500;
const LONGEST_CODE: usize = 128;
const LONGEST_RULE: usize = 200;
/// What precedes the name of a fault in the rule that decided about it.
const FAULT_RULE: &str = "transport:";

#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// From 1.
    pub(super) number: u64,
    pub(super) started_ms: u64,
    pub(super) duration_ms: u64,
    pub(super) is_success: bool,
    pub(super) http_status: Option<i32>,
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) correlation_id: Option<String>,
    /// What was sent as the id of the request.
    pub(super) request_id: Option<String>,
    /// Method and path, where they are not the call's own.
    pub(super) request: Option<String>,
    pub(super) category: Category,
    pub(super) alternative: Option<Category>,
    pub(super) advice: Advice,
    pub(super) effect: Effect,
    pub(super) rule: String,
    pub(super) action: Action,
    pub(super) reason: Option<Reason>,
    pub(super) delay_ms: u64,
    pub(super) server_delay_ms: Option<u64>,
    pub(super) why: String,
}

impl Entry {
    pub(super) fn new(
        number: u64,
        started_ms: u64,
        noted: &Noted<'_>,
        verdict: &Verdict<'_>,
    ) -> Self {
        let decision = noted.decision;
        let text = |text: &Text<'_>, longest| cleaned(&text.to_str(), longest);
        Self {
            number,
            started_ms,
            duration_ms: noted.ended_ms.saturating_sub(noted.started_ms),
            is_success: verdict.is_success(),
            http_status: verdict.http_status(),
            code: verdict.code_text().map(|code| text(code, LONGEST_CODE)),
            message: verdict
                .message()
                .map(|message| text(message, LONGEST_MESSAGE)),
            correlation_id: verdict
                .correlation_id()
                .map(|id| printable_id(redact(&id.to_str()).chars()))
                .filter(|id| !id.is_empty()),
            request_id: noted
                .request_id
                .map(|id| printable_id(redact(id).chars()))
                .filter(|id| !id.is_empty()),
            request: noted.request.map(|(method, path)| {
                let target = Target::new(method, path);
                format!("{} {}", target.method, target.path)
            }),
            category: verdict.category(),
            alternative: verdict.alternative(),
            advice: verdict.advice(),
            effect: verdict.effect(),
            rule: cleaned(verdict.rule(), LONGEST_RULE),
            action: decision.action(),
            reason: decision.reason(),
            delay_ms: decision.delay_ms(),
            server_delay_ms: verdict.server_delay_ms(),
            why: decision.explanation().to_string(),
        }
    }

    /// The fault's name, if there was no reply.
    pub(super) fn fault(&self) -> Option<&str> {
        match self.http_status {
            None => self.rule.strip_prefix(FAULT_RULE),
            Some(_) => None,
        }
    }
}

/// A text from outside: without secrets, on one line, and not too long.
///
/// It is scrubbed before it is cut, because half a secret does not look like
/// one; and cut before as well, because the scrubber would read all of it.
pub(super) fn cleaned(text: &str, longest: usize) -> String {
    const ROOM_FOR_SECRETS: usize = 8;
    let head = match text
        .char_indices()
        .nth(longest.saturating_mul(ROOM_FOR_SECRETS))
    {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    };
    let scrubbed = redact(head);
    let line = one_line(scrubbed.trim());
    if line.len() == text.len() || head.len() == text.len() {
        shortened(&line, longest)
    } else {
        // What was cut off may have begun in the middle of a secret.
        shortened(&format!("{line}…"), longest)
    }
}
