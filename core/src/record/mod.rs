//! What support needs to know of a call, and nothing that it must not know.
//!
//! * this file: a record and how it is collected;
//! * `brought` is what it takes from a verdict;
//! * `target` is where the request went, without what may be secret;
//! * `entry` is one attempt, `kept` the bounded list of them;
//! * `json`, `paragraph`, `problem` and `telemetry` write it, each for its
//!   readers; `line` writes one attempt, for a log.
//!
//! A record holds no body, no query and no header but the correlation id: what
//! is not on this list cannot get in. What the server said is scrubbed and cut
//! when it is noted, so that a secret never rests here.

mod brought;
mod entry;
mod json;
mod kept;
mod line;
mod paragraph;
mod problem;
mod target;
mod telemetry;

use std::sync::Arc;

use crate::redact::Secrets;
use crate::retry::{Decision, Reason};
use crate::{MessageOptions, Profile, UnixTime, Verdict};

pub use brought::Brought;
pub use line::LogLevel;
pub use telemetry::Attribute;

use entry::Entry;
use kept::Kept;
use target::Target;

/// The version of the library, as the record names it.
const LIBRARY: &str = concat!("aftercall/", env!("CARGO_PKG_VERSION"));

/// A call's attempts, collected for support.
///
/// Give it every attempt's verdict and decision. It holds at most a few hundred
/// kilobytes however many attempts there are: the first and the last are kept,
/// those in the middle are counted.
///
/// ```
/// use aftercall::retry::{Call, Operation, Policy};
/// use aftercall::{Noted, OperationKind, Profile, Record, Reply, UnixTime, judge};
///
/// let url = "https://me:pw@api.example.com/search/patent?apikey=5f3c";
/// let started = UnixTime::from_secs(1_795_435_200);
/// let mut record = Record::new(Profile::eureka(), "GET", url, started, 0);
///
/// let policy = Policy::default();
/// let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0);
/// call.before_attempt(0)?;
/// let headers = [("x-correlation-id", "c-1")];
/// let body = r#"{"status":false,"error_code":67200005,"error_msg":"Insufficient balance, call failed!"}"#;
/// let verdict = judge(Profile::eureka(), &Reply::new(200, body).with_headers(&headers), None);
/// let decision = call.on_reply(&verdict, 120)?;
/// record.note(&Noted::new(&decision, 0, 120).with_verdict(&verdict));
///
/// assert_eq!(
///     record.paragraph(),
///     "GET https://api.example.com/search/patent failed: balance (code 67200005, HTTP 200), \
///      \"Insufficient balance, call failed!\". 1 attempt in 120 ms from 2026-11-23T12:00:00.000Z; \
///      stopped: not_retryable. Correlation id c-1. Rule code:67200005; profile eureka 2026.11; \
///      aftercall/0.1.0.",
/// );
/// # Ok::<(), aftercall::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Record {
    profile_name: String,
    profile_version: String,
    /// What the profile calls its secrets.
    secrets: Arc<Secrets>,
    target: Target,
    started: UnixTime,
    started_ms: u64,
    ended_ms: u64,
    attempts: Kept,
    refreshes: u64,
    waited_ms: u64,
    /// What the last decision waits for, unless the call ends first.
    planned_wait_ms: u64,
    reason: Option<Reason>,
    retry_at_ms: Option<u64>,
}

/// One attempt as it is noted: when it was, what came, what was decided.
///
/// Times are milliseconds of the call's monotonic clock.
#[derive(Clone, Copy, Debug)]
pub struct Noted<'n> {
    decision: &'n Decision,
    brought: Option<Brought<'n>>,
    started_ms: u64,
    ended_ms: u64,
    request_id: Option<&'n str>,
    request: Option<(&'n str, &'n str)>,
    profile: Option<&'n Profile>,
}

impl<'n> Noted<'n> {
    /// A decision about what began and ended at these times.
    #[must_use]
    pub const fn new(decision: &'n Decision, started_ms: u64, ended_ms: u64) -> Self {
        Self {
            decision,
            brought: None,
            started_ms,
            ended_ms,
            request_id: None,
            request: None,
            profile: None,
        }
    }

    /// What the attempt's reply meant. Without one no attempt is noted, only how
    /// the call went on: a wait that was cancelled, for example.
    #[must_use]
    pub fn with_verdict(self, verdict: &'n Verdict<'n>) -> Self {
        self.with_brought(Brought::from(verdict))
    }

    /// The same, for a verdict that is kept in another form.
    #[must_use]
    pub const fn with_brought(mut self, brought: Brought<'n>) -> Self {
        self.brought = Some(brought);
        self
    }

    /// The id that was sent with the request, if it had one.
    #[must_use]
    pub const fn with_request_id(mut self, id: &'n str) -> Self {
        self.request_id = Some(id);
        self
    }

    /// The request: its method, and its URL or path. A record tells it where it
    /// was not the call's own: one for a token.
    #[must_use]
    pub const fn with_request(mut self, method: &'n str, url: &'n str) -> Self {
        self.request = Some((method, url));
        self
    }

    /// The profile that judged: [`line`](Self::line) and
    /// [`attributes`](Self::attributes) are scrubbed as [`Profile::redact`]
    /// does. A record knows its own.
    #[must_use]
    pub const fn with_profile(mut self, profile: &'n Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    fn secrets(&self) -> &'n Secrets {
        self.profile
            .map_or(Secrets::none(), |profile| profile.secrets())
    }

    /// Where the request went, scrubbed.
    fn target(&self, secrets: &Secrets) -> Option<Target> {
        self.request
            .map(|(method, url)| Target::new(method, url, secrets))
    }

    /// One line of English about the attempt of this number, for a log: what
    /// came, and what was decided. Scrubbed as a record is.
    ///
    /// ```
    /// use aftercall::retry::{Call, Operation, Policy};
    /// use aftercall::{Noted, OperationKind, Profile, Reply, judge};
    ///
    /// let policy = Policy::default();
    /// let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0);
    /// let attempt = call.before_attempt(0)?;
    /// let verdict = judge(Profile::eureka(), &Reply::new(404, ""), None);
    /// let decision = call.on_reply(&verdict, 120)?;
    /// let noted = Noted::new(&decision, 0, 120).with_verdict(&verdict);
    /// assert_eq!(
    ///     noted.line(attempt.number.into()),
    ///     "attempt 1 failed: not_found (HTTP 404); stop: not_retryable",
    /// );
    /// # Ok::<(), aftercall::Error>(())
    /// ```
    #[must_use]
    pub fn line(&self, number: u64) -> String {
        line::write(self, number)
    }

    /// The same as attributes, by the names of [`Record::attributes`].
    #[must_use]
    pub fn attributes(&self, number: u64) -> Vec<(&'static str, Attribute)> {
        telemetry::of_noted(self, number)
    }
}

impl Record {
    /// A record of a call that starts now: at `started` by the wall clock, at
    /// `started_ms` by the call's own.
    ///
    /// Of `url` only scheme, host, port and path are kept. What looks like a
    /// secret in the path is removed, and in whatever is noted: `profile` says
    /// what this API calls its secrets.
    #[must_use]
    pub fn new(
        profile: &Profile,
        method: &str,
        url: &str,
        started: UnixTime,
        started_ms: u64,
    ) -> Self {
        let secrets = profile.secrets();
        Self {
            profile_name: entry::cleaned(profile.name(), 128, secrets),
            profile_version: entry::cleaned(profile.version(), 128, secrets),
            target: Target::new(method, url, secrets),
            secrets: Arc::clone(secrets),
            started,
            started_ms,
            ended_ms: started_ms,
            attempts: Kept::default(),
            refreshes: 0,
            waited_ms: 0,
            planned_wait_ms: 0,
            reason: None,
            retry_at_ms: None,
        }
    }

    /// Adds an attempt and what was decided about it.
    pub fn note(&mut self, noted: &Noted<'_>) {
        let decision = noted.decision;
        let waited_ms = noted.started_ms.saturating_sub(self.ended_ms);
        self.waited_ms = self
            .waited_ms
            .saturating_add(waited_ms.min(self.planned_wait_ms));
        self.planned_wait_ms = decision.delay_ms();
        self.ended_ms = self.ended_ms.max(noted.ended_ms);
        if decision.action() == crate::retry::Action::Refresh {
            self.refreshes += 1;
        }
        self.reason = decision.reason();
        self.retry_at_ms = decision.retry_at_ms();
        if let Some(brought) = &noted.brought {
            let started_ms = noted.started_ms.saturating_sub(self.started_ms);
            let secrets = &*self.secrets;
            let target = noted.target(secrets);
            let own = target.filter(|target| target.is_like(&self.target));
            let request = noted.request.filter(|_| own.is_none());
            let noted = Noted { request, ..*noted };
            self.attempts
                .push(|number| Entry::new(number, started_ms, &noted, brought, secrets));
        }
    }

    /// The request's method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.target.method
    }

    /// Where the request went: without user, query and fragment, and scrubbed.
    #[must_use]
    pub fn url(&self) -> String {
        self.target.url()
    }

    /// How many attempts were noted, those that were dropped included.
    #[must_use]
    pub const fn attempts(&self) -> u64 {
        self.attempts.count()
    }

    /// How long the call took, from its start to what was noted last.
    #[must_use]
    pub const fn duration_ms(&self) -> u64 {
        self.ended_ms.saturating_sub(self.started_ms)
    }

    /// When the server would have the request again, by the wall clock.
    #[must_use]
    pub fn retry_at(&self) -> Option<UnixTime> {
        self.retry_at_ms.map(|at_ms| {
            let after_ms = at_ms.saturating_sub(self.started_ms);
            self.started.after_ms(after_ms)
        })
    }

    /// The record as one JSON document of at most 256 KiB, by the schema
    /// `core/schema/record.json`.
    #[must_use]
    pub fn to_json(&self) -> String {
        json::write(self)
    }

    /// The record as one paragraph of English, to paste into a ticket.
    #[must_use]
    pub fn paragraph(&self) -> String {
        paragraph::write(self)
    }

    /// The failure as problem details (RFC 9457), for a service that passes it
    /// on to its own callers; the media type is `application/problem+json`.
    ///
    /// The words are those of [`message`](crate::message) with the same
    /// arguments; the status is the category's suggested one.
    #[must_use]
    pub fn problem(&self, profile: &Profile, options: &MessageOptions<'_>) -> String {
        problem::write(self, profile, options)
    }

    /// The last attempt as attributes by OpenTelemetry's names, for the span or
    /// the log record of whoever has one.
    #[must_use]
    pub fn attributes(&self) -> Vec<(&'static str, Attribute)> {
        telemetry::attributes(self)
    }

    /// The same as one JSON object, for whoever takes text.
    #[must_use]
    pub fn attributes_json(&self) -> String {
        telemetry::to_json(&self.attributes())
    }
}
