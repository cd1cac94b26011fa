//! One call: a state, with what it is decided by.

use core::fmt;

use crate::{Error, Verdict};

use super::{Attempt, Budget, CallState, Decision, Observer, Operation, Policy, Terms};

/// One logical operation that is attempted until it succeeds or must stop.
///
/// Before every attempt ask [`before_attempt`](Self::before_attempt), give every
/// verdict to [`on_reply`](Self::on_reply) and do what it says. Sleeping and
/// sending are yours, so it works with threads, event loops and tests alike.
/// Times are milliseconds of a monotonic clock, from any origin.
///
/// A call that is dropped while it waits pays its budget back.
///
/// ```
/// use aftercall::retry::{Action, Budget, Call, Jitter, Operation, Policy, Reason};
/// use aftercall::{OperationKind, Profile, Reply, judge};
///
/// let policy = Policy::builder().jitter(Jitter::None).build()?;
/// let budget = Budget::new(500);
/// let mut replies = ["", r#"{"status":true,"data":[1]}"#].into_iter();
/// let mut clock_ms = 0; // in earnest: Instant::elapsed
///
/// let mut call = Call::new(&policy, Some(&budget), Operation::new(OperationKind::Query), clock_ms);
/// let decision = loop {
///     call.before_attempt(clock_ms)?;
///     let body = replies.next().unwrap(); // in earnest: send the request
///     let reply = Reply::new(if body.is_empty() { 503 } else { 200 }, body);
///     let verdict = judge(Profile::eureka(), &reply, None);
///     let decision = call.on_reply(&verdict, clock_ms)?;
///     match decision.action() {
///         Action::Retry => clock_ms += decision.delay_ms(), // in earnest: sleep
///         _ => break decision,
///     }
/// };
/// assert_eq!(decision.reason(), Some(Reason::Success));
/// assert_eq!(clock_ms, 500);
/// # Ok::<(), aftercall::Error>(())
/// ```
pub struct Call<'t> {
    terms: Terms<'t>,
    state: CallState,
}

impl<'t> Call<'t> {
    /// A call that starts now. Give all calls of one host and credential the
    /// same budget; without one, nothing stops many calls from repeating
    /// against a server that is down.
    #[must_use]
    pub const fn new(
        policy: &'t Policy,
        budget: Option<&'t Budget>,
        operation: Operation,
        now_ms: u64,
    ) -> Self {
        Self {
            terms: Terms {
                policy,
                budget,
                observer: None,
            },
            state: CallState::new(operation, now_ms),
        }
    }

    /// Tells `observer` of every decision.
    #[must_use]
    pub fn observed_by(mut self, observer: &'t dyn Observer) -> Self {
        self.terms.observer = Some(observer);
        self
    }

    /// An attempt goes out now: its number, and how long it may take.
    ///
    /// # Errors
    ///
    /// Out of turn (an attempt is under way, a new token is awaited, the call
    /// is over): then nothing changes. So it is for all events.
    pub fn before_attempt(&mut self, now_ms: u64) -> Result<Attempt, Error> {
        self.state.before_attempt(self.terms, now_ms)
    }

    /// The attempt's reply was judged: what now?
    ///
    /// # Errors
    ///
    /// Out of turn: no attempt is under way.
    pub fn on_reply(&mut self, verdict: &Verdict<'_>, now_ms: u64) -> Result<Decision, Error> {
        self.state.on_reply(self.terms, verdict, now_ms)
    }

    /// The new token that was asked for is there.
    ///
    /// # Errors
    ///
    /// Out of turn: none was asked for.
    pub fn on_refreshed(&mut self, now_ms: u64) -> Result<(), Error> {
        self.state.on_refreshed(now_ms)
    }

    /// There is no new token to be had: the call stops with `auth_failed`.
    ///
    /// # Errors
    ///
    /// Out of turn: none was asked for.
    pub fn on_refresh_failed(&mut self, now_ms: u64) -> Result<Decision, Error> {
        self.state.on_refresh_failed(self.terms, now_ms)
    }

    /// The caller gives up: the call stops with `cancelled`. A wait that was
    /// paid for and not used is paid back.
    ///
    /// # Errors
    ///
    /// Out of turn: the call is over.
    pub fn cancel(&mut self, now_ms: u64) -> Result<Decision, Error> {
        self.state.cancel(self.terms, now_ms)
    }

    /// The deadline came before the next attempt could be sent: the call stops
    /// with `deadline`.
    ///
    /// # Errors
    ///
    /// Out of turn: an attempt is under way, or the call is over.
    pub fn expire(&mut self, now_ms: u64) -> Result<Decision, Error> {
        self.state.expire(self.terms, now_ms)
    }

    /// How many attempts were begun.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.state.attempts()
    }

    /// Whether the terminal decision was made.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.state.is_over()
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.state.abandon(self.terms.budget);
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
