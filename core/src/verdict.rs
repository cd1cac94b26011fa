//! The judgement of one reply.

use core::fmt;
use std::borrow::Cow;

use crate::{Advice, Anomalies, Category, Effect, OperationKind, Outcome, TaskState, Text};

/// What a reply means.
///
/// A verdict borrows from the reply and the profile it was made from;
/// [`into_owned`](Self::into_owned) cuts it loose. Its fields are exact; its
/// `Debug` form shows nothing that the server wrote.
///
/// ```
/// use aftercall::{Advice, Category, Effect, Outcome, Profile, Reply, judge};
///
/// let body = r#"{"status":false,"error_code":67200005,"error_msg":"Insufficient balance"}"#;
/// let verdict = judge(Profile::eureka(), &Reply::new(200, body), None);
/// assert_eq!(verdict.outcome(), Outcome::Failure);
/// assert_eq!(verdict.category(), Category::Balance);
/// assert_eq!(verdict.advice(), Advice::Never);
/// assert_eq!(verdict.effect(), Effect::Rejected);
/// assert_eq!(verdict.code(), Some(67200005));
/// assert_eq!(verdict.rule(), "code:67200005");
/// assert_eq!(verdict.data(), None);
/// ```
#[derive(Clone)]
#[must_use = "a verdict is what the call was made for"]
pub struct Verdict<'a> {
    pub(crate) outcome: Outcome,
    pub(crate) category: Category,
    pub(crate) advice: Advice,
    pub(crate) effect: Effect,
    pub(crate) alternative: Option<Category>,
    pub(crate) repeat: Option<OperationKind>,
    pub(crate) task: Option<TaskState>,
    pub(crate) anomalies: Anomalies,
    pub(crate) http_status: Option<i32>,
    pub(crate) code: Option<i64>,
    pub(crate) server_delay_ms: Option<u64>,
    pub(crate) code_text: Option<Text<'a>>,
    pub(crate) message: Option<Text<'a>>,
    pub(crate) correlation_id: Option<Text<'a>>,
    pub(crate) amount: Option<Text<'a>>,
    pub(crate) data: Option<Cow<'a, [u8]>>,
    pub(crate) rule: Cow<'a, str>,
}

impl<'a> Verdict<'a> {
    /// Success or failure.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether the reply proves that the operation was carried out.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.outcome, Outcome::Success)
    }

    /// What kind of failure it is.
    #[must_use]
    pub const fn category(&self) -> Category {
        self.category
    }

    /// Whether sending the same request again can help.
    #[must_use]
    pub const fn advice(&self) -> Advice {
        self.advice
    }

    /// What may have happened on the server.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// A second category, where the API's own documentation is ambiguous.
    #[must_use]
    pub const fn alternative(&self) -> Option<Category> {
        self.alternative
    }

    /// The kind of operation that the API says may be repeated after this
    /// failure, even where every repeat is charged.
    #[must_use]
    pub const fn repeat(&self) -> Option<OperationKind> {
        self.repeat
    }

    /// How the task stands that a successful reply tells of; `None` if it tells
    /// of none, as far as the profile knows.
    ///
    /// ```
    /// use aftercall::{Profile, Reply, TaskState, judge};
    ///
    /// let body = r#"{"status":true,"error_code":0,"data":{"status":"FAILED"}}"#;
    /// let reply = Reply::new(200, body).with_request("GET", "/landscape-api/jobs/7/status");
    /// let verdict = judge(Profile::eureka(), &reply, None);
    /// assert!(verdict.is_success(), "the question was answered");
    /// assert_eq!(verdict.task(), Some(TaskState::Failed));
    /// ```
    #[must_use]
    pub const fn task(&self) -> Option<TaskState> {
        self.task
    }

    /// The API's code, if it is an integer that fits signed 64 bits; the OK
    /// code of a success included.
    #[must_use]
    pub const fn code(&self) -> Option<i64> {
        self.code
    }

    /// The code as received: the untrimmed string, or the JSON of anything else.
    #[must_use]
    pub const fn code_text(&self) -> Option<&Text<'a>> {
        self.code_text.as_ref()
    }

    /// The reply's HTTP status; 0 if the caller did not know it, `None` after a
    /// transport fault.
    #[must_use]
    pub const fn http_status(&self) -> Option<i32> {
        self.http_status
    }

    /// The server's own words: for developers and logs, not for end users.
    #[must_use]
    pub const fn message(&self) -> Option<&Text<'a>> {
        self.message.as_ref()
    }

    /// The data, exactly as received: raw JSON, or the whole body where
    /// [`Expect::Raw`](crate::Expect::Raw) was asked for.
    ///
    /// Only a success has data. `None`, `null` and empty are three different
    /// answers of an API.
    ///
    /// ```
    /// use aftercall::{Profile, Reply, judge};
    ///
    /// let body = r#"{"data":{"job_id":1579434053399036000},"status":true,"error_code":0}"#;
    /// let verdict = judge(Profile::eureka(), &Reply::new(200, body), None);
    /// assert_eq!(verdict.data(), Some(&br#"{"job_id":1579434053399036000}"#[..]));
    /// ```
    #[must_use]
    pub fn data(&self) -> Option<&[u8]> {
        self.data.as_deref()
    }

    /// The id under which support finds this call, as received.
    #[must_use]
    pub const fn correlation_id(&self) -> Option<&Text<'a>> {
        self.correlation_id.as_ref()
    }

    /// The amount charged, as received. Absent means unknown, not free.
    #[must_use]
    pub const fn amount(&self) -> Option<&Text<'a>> {
        self.amount.as_ref()
    }

    /// How long the server asks to wait, in milliseconds; at most 2^53 − 1.
    #[must_use]
    pub const fn server_delay_ms(&self) -> Option<u64> {
        self.server_delay_ms
    }

    /// What was odd about the reply.
    #[must_use]
    pub const fn anomalies(&self) -> Anomalies {
        self.anomalies
    }

    /// The id of the rule that decided, such as `code:67200005`, `http:503`,
    /// `transport:dns` or `protocol:html`. Ids are stable.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The same verdict, borrowing nothing. Copies the texts and the data.
    ///
    /// ```
    /// use aftercall::{Profile, Reply, Verdict, judge};
    ///
    /// fn keep(body: Vec<u8>) -> Verdict<'static> {
    ///     judge(Profile::eureka(), &Reply::new(200, &body), None).into_owned()
    /// }
    /// assert_eq!(keep(b"{}".to_vec()).rule(), "protocol:no_envelope");
    /// ```
    pub fn into_owned(self) -> Verdict<'static> {
        Verdict {
            code_text: self.code_text.map(Text::into_owned),
            message: self.message.map(Text::into_owned),
            correlation_id: self.correlation_id.map(Text::into_owned),
            amount: self.amount.map(Text::into_owned),
            data: self.data.map(|data| Cow::Owned(data.into_owned())),
            rule: Cow::Owned(self.rule.into_owned()),
            ..self
        }
    }
}

/// What the client makes of verdicts.
#[cfg(feature = "client")]
impl Verdict<'_> {
    /// Nothing was judged.
    pub(crate) const fn unjudged() -> Verdict<'static> {
        Verdict {
            outcome: Outcome::None,
            category: Category::None,
            advice: Advice::Never,
            effect: Effect::Unknown,
            alternative: None,
            repeat: None,
            task: None,
            anomalies: Anomalies::NONE,
            http_status: None,
            code: None,
            server_delay_ms: None,
            code_text: None,
            message: None,
            correlation_id: None,
            amount: None,
            data: None,
            rule: Cow::Borrowed(""),
        }
    }

    /// What a call would fail of that was stopped by an earlier failure.
    pub(crate) fn held(category: Category, rule: &str, reset_ms: u64) -> Verdict<'static> {
        Verdict {
            outcome: Outcome::Failure,
            category,
            advice: Advice::Hold,
            effect: Effect::NotSent,
            server_delay_ms: Some(reset_ms),
            rule: Cow::Owned(rule.to_owned()),
            ..Self::unjudged()
        }
    }

    /// The same reply, judged to be none of this API's after all.
    pub(crate) fn protocol(rule: &'static str, reply: &Self) -> Verdict<'static> {
        Verdict {
            outcome: Outcome::Failure,
            category: Category::Protocol,
            http_status: reply.http_status,
            correlation_id: reply.correlation_id.clone().map(Text::into_owned),
            rule: Cow::Borrowed(rule),
            ..Self::unjudged()
        }
    }

    /// The same verdict, owned, without its data: whoever keeps the body need
    /// not keep it twice.
    pub(crate) fn without_data(self) -> Verdict<'static> {
        Verdict { data: None, ..self }.into_owned()
    }

    /// The same verdict, borrowing from this one.
    pub(crate) fn borrowed(&self) -> Verdict<'_> {
        Verdict {
            code_text: self.code_text.as_ref().map(Text::borrowed),
            message: self.message.as_ref().map(Text::borrowed),
            correlation_id: self.correlation_id.as_ref().map(Text::borrowed),
            amount: self.amount.as_ref().map(Text::borrowed),
            data: self.data.as_deref().map(Cow::Borrowed),
            rule: Cow::Borrowed(&self.rule),
            ..*self
        }
    }
}

/// Shows what was decided, and of the server's own texts only their sizes.
impl fmt::Debug for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut verdict = f.debug_struct("Verdict");
        verdict
            .field("outcome", &self.outcome)
            .field("category", &self.category)
            .field("advice", &self.advice)
            .field("effect", &self.effect)
            .field("code", &self.code)
            .field("http_status", &self.http_status)
            .field("rule", &self.rule)
            .field("task", &self.task)
            .field("alternative", &self.alternative)
            .field("server_delay_ms", &self.server_delay_ms)
            .field("anomalies", &self.anomalies)
            .field("message", &self.message)
            .field("correlation_id", &self.correlation_id);
        if let Some(data) = &self.data {
            verdict.field("data", &format_args!("<{} bytes>", data.len()));
        }
        verdict.finish_non_exhaustive()
    }
}
