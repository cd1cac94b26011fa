//! One attempt of a call, as it is told afterwards.

use core::fmt;

use crate::retry::Decision;
use crate::{Fault, Noted, OperationKind, UnixTime, Verdict};

use super::settings::ProfileChoice;
use super::url::Shown;

/// One attempt: what was sent, what came, what was decided.
#[derive(Clone)]
pub struct Attempted {
    pub(super) number: u32,
    pub(super) kind: OperationKind,
    pub(super) method: String,
    pub(super) shown: Shown,
    pub(super) request_id: String,
    pub(super) started: UnixTime,
    pub(super) started_ms: u64,
    pub(super) took_ms: u64,
    pub(super) fault: Option<Fault>,
    pub(super) detail: String,
    pub(super) verdict: Verdict<'static>,
    pub(super) decision: Decision,
    pub(super) profile: ProfileChoice,
}

impl Attempted {
    /// Which exchange of its kind it was, from 1: attempts of the call and
    /// attempts for a token are counted apart.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// What it was for; [`OperationKind::Auth`] for a token.
    #[must_use]
    pub const fn kind(&self) -> OperationKind {
        self.kind
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &str {
        self.shown.host()
    }

    /// The path, without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.shown.path()
    }

    /// Where it went: without user and query, and scrubbed.
    #[must_use]
    pub fn url(&self) -> &str {
        self.shown.as_str()
    }

    /// What was sent as `X-Request-Id`.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// When it began.
    #[must_use]
    pub const fn started(&self) -> UnixTime {
        self.started
    }

    /// When it began, in milliseconds from the call's start.
    #[must_use]
    pub const fn started_ms(&self) -> u64 {
        self.started_ms
    }

    /// How long it took, in milliseconds.
    #[must_use]
    pub const fn took_ms(&self) -> u64 {
        self.took_ms
    }

    /// The transport fault, if no complete reply came.
    #[must_use]
    pub const fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// What stood in the way, in words for developers; may be empty.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What the reply meant; without its data.
    pub const fn verdict(&self) -> &Verdict<'static> {
        &self.verdict
    }

    /// What was decided.
    pub const fn decision(&self) -> &Decision {
        &self.decision
    }

    /// The attempt as a [`Record`](crate::Record) takes it; its
    /// [`line`](Noted::line) and its [`attributes`](Noted::attributes) are for a
    /// log.
    #[must_use]
    pub fn noted(&self) -> Noted<'_> {
        let ended_ms = self.started_ms.saturating_add(self.took_ms);
        Noted::new(&self.decision, self.started_ms, ended_ms)
            .with_verdict(&self.verdict)
            .with_request_id(&self.request_id)
            .with_request(&self.method, self.shown.as_str())
            .with_profile(self.profile.profile())
    }
}

/// One line for a log, without secrets, the query and anything that the server
/// wrote: `GET api.example.com/search: attempt 1, 30 ms, server (http:503, HTTP
/// 503); retry after 512 ms (backoff); …`, to the end of the explanation.
impl fmt::Display for Attempted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, path) = (self.host(), self.profile.profile().redact(self.path()));
        write!(f, "{} {host}{path}: attempt {}", self.method, self.number)?;
        write!(f, ", {} ms, {} (", self.took_ms, self.verdict.category)?;
        f.write_str(self.verdict.rule())?;
        write_http_status(f, &self.verdict)?;
        f.write_str(")")?;
        write_detail(f, &self.detail)?;
        write!(f, "; {}", self.decision.explanation())
    }
}

/// Shows what was done and decided, and nothing that the server wrote.
impl fmt::Debug for Attempted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempted")
            .field("number", &self.number)
            .field("kind", &self.kind)
            .field("method", &self.method)
            .field("url", &self.profile.profile().redact(self.shown.as_str()))
            .field("took_ms", &self.took_ms)
            .field("fault", &self.fault)
            .field("verdict", &self.verdict)
            .finish_non_exhaustive()
    }
}

pub(super) fn write_http_status(f: &mut fmt::Formatter<'_>, verdict: &Verdict<'_>) -> fmt::Result {
    match verdict.http_status.filter(|&http_status| http_status != 0) {
        Some(http_status) => write!(f, ", HTTP {http_status}"),
        None => Ok(()),
    }
}

pub(super) fn write_detail(f: &mut fmt::Formatter<'_>, detail: &str) -> fmt::Result {
    match detail {
        "" => Ok(()),
        detail => write!(f, ": {detail}"),
    }
}
