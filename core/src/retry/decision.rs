//! What to do next in a call.

use crate::closed_set::closed_set;

use super::explanation::Explanation;
use super::facts::Facts;

closed_set! {
    /// What to do next. Number 0 is left for "nothing decided".
    pub enum Action {
        /// Wait, then send again.
        Retry = 1 "retry",
        /// Get a new token, then send again.
        Refresh = 2 "refresh",
        /// The call is over.
        Stop = 3 "stop",
    }
}

closed_set! {
    /// Why a call is over: the first that applies, in this order. Number 0 is
    /// left for "not over".
    pub enum Reason {
        /// It succeeded.
        Success = 1 "success",
        /// The caller gave up.
        Cancelled = 2 "cancelled",
        /// Sending the same again cannot help.
        NotRetryable = 3 "not_retryable",
        /// There is no new token to be had, or it was refused as well.
        AuthFailed = 4 "auth_failed",
        /// Nothing will succeed before a reset.
        QuotaHold = 5 "quota_hold",
        /// A repeat might do, or charge for, something twice.
        UnsafeToReplay = 6 "unsafe_to_replay",
        /// All attempts are used up.
        AttemptsExhausted = 7 "attempts_exhausted",
        /// The server asks for a longer wait than is allowed.
        ServerDelayTooLong = 8 "server_delay_too_long",
        /// The wait would not end before the deadline.
        Deadline = 9 "deadline",
        /// Too many repeats have failed lately.
        BudgetExhausted = 10 "budget_exhausted",
    }
}

closed_set! {
    /// Where a delay comes from.
    pub enum DelaySource {
        /// The policy's backoff.
        Backoff = 0 "backoff",
        /// The server asked for it.
        Server = 1 "server",
    }
}

/// One attempt that may be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Which exchange of the call it is, from 1; a resend after a refresh
    /// counts as one.
    pub number: u32,
    /// How long it may take: the policy's attempt timeout or what is left until
    /// the deadline, whichever is less. 0 means that no time is left.
    pub timeout_ms: Option<u64>,
}

impl Attempt {
    /// How many exchanges came before it; OpenTelemetry's
    /// `http.request.resend_count`.
    #[must_use]
    pub const fn resend_count(&self) -> u32 {
        self.number.saturating_sub(1)
    }
}

/// What to do next, and why.
///
/// ```
/// use aftercall::retry::{Action, Call, Operation, Policy, Reason};
/// use aftercall::{OperationKind, Profile, Reply, judge};
///
/// let policy = Policy::default();
/// let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0);
/// call.before_attempt(0)?;
/// let quota = r#"{"status":false,"error_code":67200001}"#;
/// let verdict = judge(Profile::eureka(), &Reply::new(200, quota), None);
/// let decision = call.on_reply(&verdict, 120)?;
/// assert_eq!(decision.action(), Action::Stop);
/// assert_eq!(decision.reason(), Some(Reason::QuotaHold));
/// assert!(decision.explanation().to_string().starts_with("stop: quota_hold"));
/// # Ok::<(), aftercall::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a decision wants to be carried out"]
pub struct Decision {
    pub(super) action: Action,
    pub(super) reason: Option<Reason>,
    pub(super) delay_source: DelaySource,
    pub(super) retry_at_ms: Option<u64>,
    pub(super) facts: Facts,
}

impl Decision {
    /// What to do.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Why the call is over; `None` if it is not.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// How long to wait before sending again, in milliseconds; 0 unless the
    /// action is [`Retry`](Action::Retry).
    #[must_use]
    pub const fn delay_ms(&self) -> u64 {
        match self.action {
            Action::Retry => self.facts.delay_ms,
            _ => 0,
        }
    }

    /// Where the delay comes from.
    #[must_use]
    pub const fn delay_source(&self) -> DelaySource {
        self.delay_source
    }

    /// When the server would have the request again, in milliseconds of the
    /// call's clock: for every stop after a failure that said so.
    #[must_use]
    pub const fn retry_at_ms(&self) -> Option<u64> {
        self.retry_at_ms
    }

    /// Whether the call is over.
    #[must_use]
    pub const fn is_stop(&self) -> bool {
        matches!(self.action, Action::Stop)
    }

    /// How many tokens the budget holds after this decision; `None` without one.
    #[must_use]
    pub const fn budget_tokens(&self) -> Option<u32> {
        self.facts.tokens
    }

    /// Why this was decided: every gate in its order, with its numbers.
    #[must_use]
    pub const fn explanation(&self) -> Explanation<'_> {
        Explanation::of(self)
    }
}
