//! One attempt of a record, scrubbed and cut when it is noted.

use core::fmt::Write as _;

use crate::redact::{Secrets, one_line};
use crate::retry::{Action, Decision, Reason};
use crate::{Advice, Category, Effect, Outcome, Text};

use super::target::{beyond, shortened};
use super::{Brought, Noted};

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
    /// The entry of what was noted, if that was an attempt.
    pub(super) fn of(number: u64, started_ms: u64, noted: &Noted<'_>) -> Option<Self> {
        let brought = noted.brought.as_ref()?;
        Some(Self::new(
            number,
            started_ms,
            noted,
            brought,
            noted.secrets(),
        ))
    }

    pub(super) fn new(
        number: u64,
        started_ms: u64,
        noted: &Noted<'_>,
        brought: &Brought<'_>,
        secrets: &Secrets,
    ) -> Self {
        let decision = noted.decision;
        let text = |text: &Text<'_>, longest| cleaned(&text.to_str(), longest, secrets);
        let id = |id: &str| {
            let id = secrets.clean_id(id);
            Some(id).filter(|id| !id.is_empty())
        };
        Self {
            number,
            started_ms,
            duration_ms: noted.ended_ms.saturating_sub(noted.started_ms),
            is_success: brought.outcome == Outcome::Success,
            http_status: brought.http_status,
            code: brought.code_text.map(|code| text(code, LONGEST_CODE)),
            message: brought
                .message
                .map(|message| text(message, LONGEST_MESSAGE)),
            correlation_id: brought.correlation_id.and_then(|text| id(&text.to_str())),
            request_id: noted.request_id.and_then(id),
            request: noted.target(secrets).map(|target| target.to_string()),
            category: brought.category,
            alternative: brought.alternative,
            advice: brought.advice,
            effect: brought.effect,
            rule: cleaned(brought.rule, LONGEST_RULE, secrets),
            action: decision.action(),
            reason: decision.reason(),
            delay_ms: decision.delay_ms(),
            server_delay_ms: brought.server_delay_ms,
            why: why(decision),
        }
    }

    /// The failure in words: `balance (code 67200005, HTTP 200), "No money"`.
    pub(super) fn write_failure(&self, text: &mut String) -> core::fmt::Result {
        write!(text, "{} (", self.category)?;
        if let Some(code) = &self.code {
            write!(text, "code {code}, ")?;
        }
        match (self.http_status, self.fault()) {
            (Some(0), _) => text.push_str("HTTP status not known)"),
            (Some(status), _) => write!(text, "HTTP {status})")?,
            (None, fault) => write!(text, "no reply: {})", fault.unwrap_or("unknown"))?,
        }
        if let Some(message) = &self.message {
            write!(text, ", \"{message}\"")?;
        }
        Ok(())
    }

    /// The fault's name, if there was no reply.
    pub(super) fn fault(&self) -> Option<&str> {
        match self.http_status {
            None => self.rule.strip_prefix(FAULT_RULE),
            Some(_) => None,
        }
    }
}

/// Why it was decided.
fn why(decision: &Decision) -> String {
    // Six hundred bytes and more in pieces of ten: room is found once.
    let mut why = String::with_capacity(1024);
    let _ = write!(why, "{}", decision.explanation());
    why.shrink_to_fit();
    why
}

/// A text from outside: without secrets, on one line, and not too long.
///
/// It is scrubbed before it is cut, because half a secret does not look like
/// one; and cut before as well, because the scrubber would read all of it.
pub(super) fn cleaned(text: &str, longest: usize, secrets: &Secrets) -> String {
    const ROOM_FOR_SECRETS: usize = 8;
    let head = match beyond(text, longest.saturating_mul(ROOM_FOR_SECRETS)) {
        Some(end) => text.get(..end).unwrap_or_default(),
        None => text,
    };
    let scrubbed = secrets.redact(head);
    let line = one_line(scrubbed.trim());
    if line.len() == text.len() || head.len() == text.len() {
        shortened(&line, longest)
    } else {
        // What was cut off may have begun in the middle of a secret.
        shortened(&format!("{line}…"), longest)
    }
}
