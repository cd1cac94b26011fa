//! How a call ended: with a response or a failure, and what led to it.

use core::fmt;
use core::ops::Range;
use std::borrow::Cow;

use crate::retry::{Decision, Reason};
use crate::{
    Category, Expect, Fault, Message, MessageOptions, Noted, OperationKind, Record, Reply, Text,
    UnixTime, Verdict, judge, message,
};

use super::attempted::{Attempted, write_detail, write_http_status};
use super::header_block::HeaderBlock;
use super::settings::ProfileChoice;
use super::url::Shown;

/// A success.
///
/// Its `Debug` form shows sizes, not contents.
pub struct Response {
    pub(super) http_status: u16,
    pub(super) headers: HeaderBlock,
    pub(super) body: Vec<u8>,
    pub(super) data: Option<Range<usize>>,
    pub(super) downloaded_bytes: Option<u64>,
    pub(super) history: History,
}

/// A call that brought no success: what the last reply meant, why the call
/// was over, and every attempt.
///
/// Its text is one line without secrets and without anything that the server
/// wrote: `quota: quota_hold (code:67200002, HTTP 200, 1 attempt)`.
pub struct Failure(Box<Failed>);

pub(super) struct Failed {
    pub(super) verdict: Verdict<'static>,
    pub(super) decision: Decision,
    pub(super) fault: Option<Fault>,
    pub(super) detail: String,
    pub(super) headers: HeaderBlock,
    pub(super) body: Vec<u8>,
    pub(super) history: History,
}

/// What a call did.
#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) kind: OperationKind,
    pub(super) expect: Expect,
    pub(super) profile: ProfileChoice,
    pub(super) method: String,
    /// The path as the profile knows it.
    pub(super) path: String,
    pub(super) shown: Shown,
    pub(super) started: UnixTime,
    pub(super) took_ms: u64,
    pub(super) attempts: Vec<Attempted>,
}

impl History {
    /// A verdict with its texts where they are: what the call decided by is cut
    /// loose from the bytes, so they are judged again.
    fn in_place<'a>(&'a self, decided: &'a Verdict<'static>, reply: &Reply<'a>) -> Verdict<'a> {
        let reply = reply
            .expecting(self.expect)
            .with_request(&self.method, &self.path);
        let again = judge(self.profile.profile(), &reply, None);
        // A call that ended between two exchanges has a verdict and no reply.
        let is_the_same = again.rule() == decided.rule()
            && again.http_status() == decided.http_status()
            && again.message() == decided.message()
            && again.code_text() == decided.code_text()
            && again.correlation_id() == decided.correlation_id()
            && again.amount() == decided.amount();
        if !is_the_same {
            return decided.borrowed();
        }
        Verdict {
            server_delay_ms: decided.server_delay_ms,
            ..again
        }
    }

    fn record(&self) -> Record {
        let profile = self.profile.profile();
        let mut record = Record::new(profile, &self.method, self.shown.as_str(), self.started, 0);
        for attempt in &self.attempts {
            record.note(&attempt.noted());
        }
        record
    }
}

impl Response {
    /// The API's data, exactly as received: raw JSON, or the whole body where
    /// [`Expect::Raw`](crate::Expect::Raw) was asked for. Absent, `null` and
    /// empty are three different answers. A download has none: it is in its
    /// file.
    #[must_use]
    pub fn data(&self) -> Option<&[u8]> {
        self.body.get(self.data.clone()?)
    }

    /// Where [`data`](Self::data) lies in [`body`](Self::body).
    #[must_use]
    pub fn data_range(&self) -> Option<Range<usize>> {
        self.data.clone()
    }

    /// What the reply meant.
    pub fn verdict(&self) -> Verdict<'_> {
        let mut verdict = self
            .history
            .attempts
            .last()
            .map_or_else(|| Verdict::unjudged(), |last| last.verdict.borrowed());
        verdict.data = self.data().map(Cow::Borrowed);
        verdict
    }

    /// The same verdict, with its texts as parts of [`body`](Self::body) and
    /// [`headers`](Self::headers), for whoever has to know where they are.
    pub fn verdict_in_place(&self) -> Verdict<'_> {
        let Some(last) = self.history.attempts.last() else {
            return Verdict::unjudged();
        };
        let reply = Reply::new(self.http_status, &self.body).with_headers(&self.headers);
        Verdict {
            data: self.data().map(Cow::Borrowed),
            ..self.history.in_place(&last.verdict, &reply)
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        self.http_status
    }

    /// The headers, in the order received.
    #[must_use]
    pub const fn headers(&self) -> &HeaderBlock {
        &self.headers
    }

    /// The whole body, decoded.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The whole body, decoded, without a copy.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// How many bytes went into the file, if there is one.
    #[must_use]
    pub const fn downloaded_bytes(&self) -> Option<u64> {
        self.downloaded_bytes
    }

    /// The id under which support finds this call.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&Text<'static>> {
        self.history
            .attempts
            .last()?
            .verdict
            .correlation_id
            .as_ref()
    }

    /// Every attempt, those for tokens included, in their order.
    #[must_use]
    pub fn attempts(&self) -> &[Attempted] {
        &self.history.attempts
    }

    /// The record of the call, for support.
    #[must_use]
    pub fn record(&self) -> Record {
        self.history.record()
    }

    /// What kind of operation the call was.
    #[must_use]
    pub const fn kind(&self) -> OperationKind {
        self.history.kind
    }

    /// What was expected: by the request, else by the profile.
    #[must_use]
    pub const fn expected(&self) -> Expect {
        self.history.expect
    }

    /// When the call began.
    #[must_use]
    pub const fn started(&self) -> UnixTime {
        self.history.started
    }

    /// How long it took, in milliseconds.
    #[must_use]
    pub const fn took_ms(&self) -> u64 {
        self.history.took_ms
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("http_status", &self.http_status)
            .field("headers", &self.headers)
            .field("body", &format_args!("<{} bytes>", self.body.len()))
            .field("attempts", &self.history.attempts.len())
            .finish_non_exhaustive()
    }
}

impl Failure {
    pub(super) fn new(failed: Failed) -> Self {
        Self(Box::new(failed))
    }

    /// What the last reply meant; of a call that was stopped before it sent
    /// anything, what it would have failed of.
    pub const fn verdict(&self) -> &Verdict<'static> {
        &self.0.verdict
    }

    /// The same verdict, with its texts as parts of [`body`](Self::body) and
    /// [`headers`](Self::headers) where they came from there.
    pub fn verdict_in_place(&self) -> Verdict<'_> {
        let failed = &self.0;
        let reply = match failed.fault {
            Some(fault) => Reply::fault(fault),
            None => {
                let http_status = failed.verdict.http_status.unwrap_or_default();
                Reply::new(http_status, &failed.body)
            }
        };
        let reply = reply.with_headers(&failed.headers);
        failed.history.in_place(&failed.verdict, &reply)
    }

    /// The failure in words for people.
    ///
    /// ```
    /// # use aftercall::client::{Client, Control, Incoming, Outgoing, Request, Transport, TransportFault};
    /// # struct Broke;
    /// # impl Transport for Broke {
    /// #     fn exchange(&self, _: Outgoing<'_>, reply: &mut Incoming, _: &Control) -> Result<(), TransportFault> {
    /// #         reply.head(200);
    /// #         reply.body(br#"{"status":false,"error_code":67200005}"#)
    /// #     }
    /// # }
    /// use aftercall::MessageOptions;
    ///
    /// let client = Client::builder("https://api.example.com").transport(Broke).build()?;
    /// let failure = client.send(&Request::get("/search")).unwrap_err();
    /// assert_eq!(failure.message(&MessageOptions::new("de")).title(), "Guthaben aufgebraucht");
    /// # Ok::<(), aftercall::Error>(())
    /// ```
    pub fn message(&self, options: &MessageOptions<'_>) -> Message<'_> {
        message(self.0.history.profile.profile(), self.verdict(), options)
    }

    /// What kind of failure it is.
    #[must_use]
    pub const fn category(&self) -> Category {
        self.0.verdict.category()
    }

    /// Why the call was over; [`Reason::Success`] never.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.0.decision.reason().unwrap_or(Reason::NotRetryable)
    }

    /// The last decision, with its explanation.
    pub const fn decision(&self) -> &Decision {
        &self.0.decision
    }

    /// In how many milliseconds from the call's end it is worth trying again,
    /// if somebody said so.
    #[must_use]
    pub fn retry_after_ms(&self) -> Option<u64> {
        let ended_ms = self.0.history.took_ms;
        Some(self.0.decision.retry_at_ms()?.saturating_sub(ended_ms))
    }

    /// When it is worth trying again, by the clock at the call's start.
    #[must_use]
    pub fn retry_at(&self) -> Option<UnixTime> {
        let after_ms = i64::try_from(self.0.decision.retry_at_ms()?).unwrap_or(i64::MAX);
        let started_ms = self.0.history.started.as_millis();
        Some(UnixTime::from_millis(started_ms.saturating_add(after_ms)))
    }

    /// The transport fault, if the last attempt brought no complete reply.
    #[must_use]
    pub const fn fault(&self) -> Option<Fault> {
        self.0.fault
    }

    /// What stood in the way, in words for developers; may be empty. Holds no
    /// secret and nothing of a body.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The last reply's headers.
    #[must_use]
    pub const fn headers(&self) -> &HeaderBlock {
        &self.0.headers
    }

    /// The last reply's body, as far as it came. Never for end users.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Every attempt, those for tokens included, in their order.
    #[must_use]
    pub fn attempts(&self) -> &[Attempted] {
        &self.0.history.attempts
    }

    /// The record of the call, for support: every attempt, without secrets.
    ///
    /// ```
    /// # use aftercall::Fault;
    /// # use aftercall::client::{Client, Control, Incoming, Outgoing, Request, Transport, TransportFault};
    /// # struct Down;
    /// # impl Transport for Down {
    /// #     fn exchange(&self, _: Outgoing<'_>, _: &mut Incoming, _: &Control) -> Result<(), TransportFault> {
    /// #         Err(Fault::Tls.into())
    /// #     }
    /// # }
    /// let client = Client::builder("https://api.example.com").transport(Down).build()?;
    /// let failure = client.send(&Request::get("/search").query("q", "solar")).unwrap_err();
    /// let paragraph = failure.record().paragraph();
    /// assert!(paragraph.starts_with("GET https://api.example.com/search failed: transport"), "{paragraph}");
    /// # Ok::<(), aftercall::Error>(())
    /// ```
    #[must_use]
    pub fn record(&self) -> Record {
        let mut record = self.0.history.record();
        if self.is_between_attempts() {
            record.note(&self.noted());
        }
        record
    }

    /// The number of the call's last attempt, as [`Attempted::number`] counts;
    /// 0 if it made none but for a token.
    #[must_use]
    pub fn last_attempt(&self) -> u32 {
        let mut attempts = self.attempts().iter().rev();
        let own = attempts.find(|attempt| attempt.kind == self.0.history.kind);
        own.map_or(0, |attempt| attempt.number)
    }

    /// The decision with which the call stopped between two attempts, for a log.
    #[must_use]
    pub fn noted(&self) -> Noted<'_> {
        let history = &self.0.history;
        Noted::new(&self.0.decision, history.took_ms, history.took_ms)
            .with_request(&history.method, history.shown.as_str())
            .with_profile(history.profile.profile())
    }

    /// Whether the decision was about no attempt.
    pub(super) fn is_between_attempts(&self) -> bool {
        let last = self.attempts().last().map(|last| last.decision);
        last != Some(self.0.decision)
    }

    /// What kind of operation the call was.
    #[must_use]
    pub const fn kind(&self) -> OperationKind {
        self.0.history.kind
    }

    /// What was expected: by the request, else by the profile.
    #[must_use]
    pub const fn expected(&self) -> Expect {
        self.0.history.expect
    }

    /// When the call began.
    #[must_use]
    pub const fn started(&self) -> UnixTime {
        self.0.history.started
    }

    /// How long it took, in milliseconds.
    #[must_use]
    pub const fn took_ms(&self) -> u64 {
        self.0.history.took_ms
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        outcome(f, self.verdict(), self.reason(), self.attempts().len())?;
        write_detail(f, self.detail())
    }
}

/// One line, like a failure's: `success: success (success, HTTP 200, 1 attempt)`.
impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.history.attempts.len();
        outcome(f, &self.verdict(), Reason::Success, count)
    }
}

fn outcome(
    f: &mut fmt::Formatter<'_>,
    verdict: &Verdict<'_>,
    reason: Reason,
    attempts: usize,
) -> fmt::Result {
    write!(f, "{}: {reason} (", verdict.category)?;
    f.write_str(verdict.rule())?;
    write_http_status(f, verdict)?;
    match attempts {
        1 => f.write_str(", 1 attempt)"),
        count => write!(f, ", {count} attempts)"),
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("verdict", &self.0.verdict)
            .field("reason", &self.reason())
            .field("detail", &self.0.detail)
            .field("body", &format_args!("<{} bytes>", self.0.body.len()))
            .field("attempts", &self.0.history.attempts)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Failure {}
