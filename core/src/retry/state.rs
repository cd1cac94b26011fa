//! One call's state, and the gates in their order.

use core::fmt;

use crate::{Advice, Category, Error, OperationKind, Outcome, Verdict};

use super::backoff::after_server_ms;
use super::facts::Facts;
use super::replay_safety::may_repeat;
use super::{
    Action, Attempt, Budget, Decision, DelaySource, Jitter, Judged, Observed, Observer, Operation,
    OverCap, Policy, Reason,
};

/// What a call is decided by; the same for all its events.
#[derive(Clone, Copy)]
pub struct Terms<'t> {
    /// What the caller wants.
    pub policy: &'t Policy,
    /// What repeats are paid from. Without one, repeats are limited by nothing
    /// but the policy's other settings.
    pub budget: Option<&'t Budget>,
    /// Who is told of decisions.
    pub observer: Option<&'t dyn Observer>,
}

impl fmt::Debug for Terms<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terms")
            .field("policy", &self.policy)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// Nothing was sent yet.
    New,
    /// An attempt is under way.
    Sent,
    /// A wait before the next attempt, which is paid for.
    Waiting,
    /// A new token is being got.
    Refreshing,
    /// A new token is there.
    Refreshed,
    /// Over.
    Ended,
}

impl Phase {
    /// The phase that is this number as a `u8`.
    pub(super) const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::New,
            1 => Self::Sent,
            2 => Self::Waiting,
            3 => Self::Refreshing,
            4 => Self::Refreshed,
            5 => Self::Ended,
            _ => return None,
        })
    }
}

/// What the gates came to.
#[derive(Clone, Copy)]
struct Ruling {
    action: Action,
    reason: Option<Reason>,
    delay_source: DelaySource,
}

/// The state of one call, without the [`Terms`] that it is decided by.
///
/// Most callers want [`Call`](super::Call), which keeps both together. This is
/// for bindings and event loops that hold policy and budget in their own way;
/// they give the same terms at every event.
///
/// A small value of fixed size without anything on the heap. It can be neither
/// copied nor cloned: a copy would pay back what it never paid.
///
/// Times are milliseconds of any monotonic clock, the same for all events; one
/// that runs backwards is taken to stand still.
#[derive(Debug)]
pub struct CallState {
    pub(super) operation: Operation,
    pub(super) phase: Phase,
    pub(super) has_refreshed: bool,
    pub(super) started_ms: u64,
    /// The latest time that was told.
    pub(super) latest_ms: u64,
    /// Exchanges begun.
    pub(super) sent: u32,
    /// Repeats decided, refreshes not among them.
    pub(super) retries: u32,
    /// What the last repeat cost.
    pub(super) last_cost: u32,
    /// The backoff computed last.
    pub(super) previous_ms: u64,
}

impl CallState {
    /// A call that starts now.
    #[must_use]
    pub const fn new(operation: Operation, now_ms: u64) -> Self {
        Self {
            operation,
            phase: Phase::New,
            has_refreshed: false,
            started_ms: now_ms,
            latest_ms: now_ms,
            sent: 0,
            retries: 0,
            last_cost: 0,
            previous_ms: 0,
        }
    }

    /// How many attempts were begun.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.sent
    }

    /// The latest time that it was told, in milliseconds of its clock.
    #[must_use]
    pub const fn latest_ms(&self) -> u64 {
        self.latest_ms
    }

    /// Whether the terminal decision was made.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }

    /// An attempt goes out now: the first, or the next after a wait or a
    /// refresh.
    ///
    /// # Errors
    ///
    /// Out of turn (an attempt is under way, a new token is awaited, the call
    /// is over): then nothing changes.
    #[inline]
    pub fn before_attempt(&mut self, terms: Terms<'_>, now_ms: u64) -> Result<Attempt, Error> {
        match self.phase {
            Phase::New | Phase::Waiting | Phase::Refreshed => {}
            _ => return Err(self.out_of_turn("before_attempt")),
        }
        let now_ms = self.clock(now_ms);
        self.phase = Phase::Sent;
        self.sent = self.sent.saturating_add(1);
        let left_ms = terms
            .policy
            .deadline_ms
            .map(|deadline_ms| deadline_ms.saturating_sub(now_ms - self.started_ms));
        let timeout_ms = match (terms.policy.attempt_timeout_ms, left_ms) {
            (Some(timeout_ms), Some(left_ms)) => Some(timeout_ms.min(left_ms)),
            (timeout_ms, left_ms) => timeout_ms.or(left_ms),
        };
        Ok(Attempt {
            number: self.sent,
            timeout_ms,
        })
    }

    /// The attempt's reply was judged.
    ///
    /// # Errors
    ///
    /// Out of turn (no attempt is under way): then nothing changes.
    pub fn on_reply(
        &mut self,
        terms: Terms<'_>,
        verdict: &Verdict<'_>,
        now_ms: u64,
    ) -> Result<Decision, Error> {
        if self.phase != Phase::Sent {
            return Err(self.out_of_turn("on_reply"));
        }
        self.clock(now_ms);
        let decision = self.decide(terms, &Judged::from(verdict));
        self.tell(terms, Some(verdict), &decision);
        Ok(decision)
    }

    /// The same for a verdict that is kept in another form. The observer is told
    /// of none.
    ///
    /// # Errors
    ///
    /// Out of turn (no attempt is under way): then nothing changes.
    #[inline(always)]
    pub fn on_judged(
        &mut self,
        terms: Terms<'_>,
        judged: &Judged<'_>,
        now_ms: u64,
    ) -> Result<Decision, Error> {
        if self.phase != Phase::Sent {
            return Err(self.out_of_turn("on_reply"));
        }
        self.clock(now_ms);
        let decision = self.decide(terms, judged);
        self.tell(terms, None, &decision);
        Ok(decision)
    }

    /// The new token that was asked for is there: the next attempt may go out.
    ///
    /// # Errors
    ///
    /// Out of turn (no new token was asked for): then nothing changes.
    pub fn on_refreshed(&mut self, now_ms: u64) -> Result<(), Error> {
        if self.phase != Phase::Refreshing {
            return Err(self.out_of_turn("on_refreshed"));
        }
        self.clock(now_ms);
        self.phase = Phase::Refreshed;
        Ok(())
    }

    /// There is no new token to be had: the call stops with `auth_failed`.
    ///
    /// # Errors
    ///
    /// Out of turn (no new token was asked for): then nothing changes.
    pub fn on_refresh_failed(&mut self, terms: Terms<'_>, now_ms: u64) -> Result<Decision, Error> {
        if self.phase != Phase::Refreshing {
            return Err(self.out_of_turn("on_refresh_failed"));
        }
        Ok(self.end_without_reply(terms, Reason::AuthFailed, None, now_ms))
    }

    /// The caller gives up: the call stops with `cancelled`. A wait that was
    /// paid for and not used is paid back.
    ///
    /// # Errors
    ///
    /// Out of turn (the call is over): then nothing changes.
    pub fn cancel(&mut self, terms: Terms<'_>, now_ms: u64) -> Result<Decision, Error> {
        if self.phase == Phase::Ended {
            return Err(self.out_of_turn("cancel"));
        }
        Ok(self.end_without_reply(terms, Reason::Cancelled, None, now_ms))
    }

    /// The deadline came before the next attempt could be sent, as after a wait
    /// that took longer than it should: the call stops with `deadline`, and the
    /// wait is paid back.
    ///
    /// # Errors
    ///
    /// Out of turn (an attempt is under way, or the call is over): then nothing
    /// changes.
    pub fn expire(&mut self, terms: Terms<'_>, now_ms: u64) -> Result<Decision, Error> {
        if matches!(self.phase, Phase::Sent | Phase::Ended) {
            return Err(self.out_of_turn("expire"));
        }
        Ok(self.end_without_reply(terms, Reason::Deadline, None, now_ms))
    }

    /// Something beside the replies ends the call, with a reason that it brings
    /// along. A wait that was not used is paid back.
    #[cfg(feature = "client")]
    pub(crate) fn halt(
        &mut self,
        terms: Terms<'_>,
        reason: Reason,
        retry_at_ms: Option<u64>,
        now_ms: u64,
    ) -> Decision {
        self.end_without_reply(terms, reason, retry_at_ms, now_ms)
    }

    /// Pays back a wait that nobody will use, without telling anyone.
    pub fn abandon(&mut self, budget: Option<&Budget>) {
        if self.phase == Phase::Waiting
            && let Some(budget) = budget
        {
            budget.give_back(self.last_cost);
        }
        self.phase = Phase::Ended;
    }

    /// Facts and ruling are apart because a decision is large: it is put
    /// together once, at the end, instead of at every gate.
    #[inline(always)]
    fn decide(&mut self, terms: Terms<'_>, verdict: &Judged<'_>) -> Decision {
        let advice = terms.policy.advice_for(verdict);
        let mut facts = self.facts(terms, verdict, advice);
        let ruling = self.rule(terms, verdict, &mut facts);
        if facts.tokens.is_none() {
            // Not before: whoever moves tokens is told how many there are, and
            // a look at them in between would fetch what others write again.
            facts.tokens = terms.budget.map(Budget::tokens);
        }
        self.decided(ruling, facts)
    }

    /// The gates in their order.
    #[inline(always)]
    fn rule(&mut self, terms: Terms<'_>, verdict: &Judged<'_>, facts: &mut Facts) -> Ruling {
        let policy = terms.policy;
        if verdict.outcome == Outcome::Success {
            return self.succeed(terms.budget, facts);
        }
        if verdict.category == Category::Cancelled {
            return self.stop(Reason::Cancelled);
        }
        match facts.advice {
            Advice::Never => return self.stop(Reason::NotRetryable),
            Advice::RefreshAuth => return self.refresh(facts),
            Advice::Hold => return self.stop(Reason::QuotaHold),
            Advice::Backoff | Advice::Throttle => {}
        }
        if !may_repeat(policy, &self.operation, verdict) {
            return self.stop(Reason::UnsafeToReplay);
        }
        if facts.attempts >= policy.max_attempts {
            return self.stop(Reason::AttemptsExhausted);
        }
        let cap_ms = u64::from(policy.max_server_delay_ms);
        facts.is_clamped = facts.server_delay_ms.is_some_and(|server| server > cap_ms);
        if facts.is_clamped && policy.over_cap == OverCap::GiveUp {
            return self.stop(Reason::ServerDelayTooLong);
        }
        let delay_source = self.plan_wait(policy, facts);
        let ends_ms = facts.elapsed_ms.saturating_add(facts.delay_ms);
        if policy
            .deadline_ms
            .is_some_and(|deadline| ends_ms >= deadline)
        {
            return self.stop(Reason::Deadline);
        }
        if let Some(budget) = terms.budget {
            facts.tokens_moved = policy.cost_of(facts.advice);
            match budget.take(facts.tokens_moved) {
                Ok(tokens) => facts.tokens = Some(tokens),
                Err(tokens) => {
                    facts.tokens = Some(tokens);
                    return self.stop(Reason::BudgetExhausted);
                }
            }
        }
        self.last_cost = facts.tokens_moved;
        self.retries += 1;
        self.phase = Phase::Waiting;
        Ruling {
            action: Action::Retry,
            reason: None,
            delay_source,
        }
    }

    /// What is known before the first gate.
    #[inline(always)]
    fn facts(&self, terms: Terms<'_>, verdict: &Judged<'_>, advice: (Advice, bool)) -> Facts {
        let policy = terms.policy;
        let (advice, is_overridden) = advice;
        Facts {
            category: verdict.category,
            advice,
            judged_advice: verdict.advice,
            effect: verdict.effect,
            repeat: verdict.repeat,
            kind: self.operation.kind,
            retry_mutations: policy.retry_mutations,
            is_overridden,
            has_idempotency_key: self.operation.has_idempotency_key,
            repeat_billed: policy.repeat_billed,
            can_refresh: self.operation.can_refresh,
            has_refreshed: self.has_refreshed,
            is_clamped: false,
            attempts: self.retries + 1,
            max_attempts: policy.max_attempts,
            base_delay_ms: 0,
            max_server_delay_ms: policy.max_server_delay_ms,
            backoff_ms: 0,
            server_delay_ms: verdict.server_delay_ms,
            delay_ms: 0,
            elapsed_ms: self.latest_ms - self.started_ms,
            deadline_ms: policy.deadline_ms,
            tokens_moved: 0,
            tokens: None,
        }
    }

    #[inline(always)]
    fn decided(&self, ruling: Ruling, facts: Facts) -> Decision {
        let server_delay_ms = match ruling.reason {
            None | Some(Reason::Success) => None,
            Some(_) => facts.server_delay_ms,
        };
        Decision {
            action: ruling.action,
            reason: ruling.reason,
            delay_source: ruling.delay_source,
            retry_at_ms: server_delay_ms.map(|delay_ms| self.latest_ms.saturating_add(delay_ms)),
            facts,
        }
    }

    #[inline(always)]
    fn succeed(&mut self, budget: Option<&Budget>, facts: &mut Facts) -> Ruling {
        if let Some(budget) = budget {
            // Whoever got through on a repeat may do so again; whoever got
            // through at once lets others try once more in a while.
            facts.tokens_moved = if self.retries > 0 { self.last_cost } else { 1 };
            facts.tokens = Some(budget.give_back(facts.tokens_moved));
        }
        self.stop(Reason::Success)
    }

    #[inline(always)]
    fn refresh(&mut self, facts: &Facts) -> Ruling {
        let is_hopeless = self.operation.kind == OperationKind::Auth
            || !self.operation.can_refresh
            || self.has_refreshed;
        if is_hopeless {
            return self.stop(Reason::AuthFailed);
        }
        let is_late = |deadline_ms| facts.elapsed_ms >= deadline_ms;
        if facts.deadline_ms.is_some_and(is_late) {
            return self.stop(Reason::Deadline);
        }
        self.has_refreshed = true;
        self.phase = Phase::Refreshing;
        Ruling {
            action: Action::Refresh,
            reason: None,
            delay_source: DelaySource::Backoff,
        }
    }

    /// How long to wait: the backoff, or longer if the server asks for more.
    #[inline(always)]
    fn plan_wait(&mut self, policy: &Policy, facts: &mut Facts) -> DelaySource {
        let backoff = policy.backoff_after(facts.advice);
        let u = self.draw(policy.jitter);
        facts.base_delay_ms = backoff.base_ms;
        facts.backoff_ms = backoff.wait_ms(self.retries, self.previous_ms, u);
        self.previous_ms = facts.backoff_ms;
        let cap_ms = u64::from(policy.max_server_delay_ms);
        match facts.server_delay_ms.map(|server| server.min(cap_ms)) {
            // In whole milliseconds: what exceeds the rounded backoff exceeds
            // the exact one.
            Some(server_ms) if server_ms > facts.backoff_ms => {
                let u = self.draw(policy.jitter);
                facts.delay_ms = after_server_ms(server_ms, policy.jitter, policy.max_delay_ms, u);
                DelaySource::Server
            }
            _ => {
                facts.delay_ms = facts.backoff_ms;
                DelaySource::Backoff
            }
        }
    }

    /// Without jitter nothing is drawn.
    #[inline(always)]
    fn draw(&mut self, jitter: Jitter) -> u64 {
        match jitter {
            Jitter::None => 0,
            _ => self.operation.draws.draw(),
        }
    }

    #[inline]
    fn stop(&mut self, reason: Reason) -> Ruling {
        self.phase = Phase::Ended;
        Ruling {
            action: Action::Stop,
            reason: Some(reason),
            delay_source: DelaySource::Backoff,
        }
    }

    fn end_without_reply(
        &mut self,
        terms: Terms<'_>,
        reason: Reason,
        retry_at_ms: Option<u64>,
        now_ms: u64,
    ) -> Decision {
        self.clock(now_ms);
        let mut facts = self.facts(terms, &Judged::NOTHING, (Advice::Never, false));
        if self.phase == Phase::Waiting
            && let Some(budget) = terms.budget
        {
            facts.tokens_moved = self.last_cost;
            facts.tokens = Some(budget.give_back(self.last_cost));
        }
        let ruling = self.stop(reason);
        let decision = Decision {
            retry_at_ms,
            ..self.decided(ruling, facts)
        };
        self.tell(terms, None, &decision);
        decision
    }

    fn tell(&self, terms: Terms<'_>, verdict: Option<&Verdict<'_>>, decision: &Decision) {
        if let Some(observer) = terms.observer {
            observer.on_decision(&Observed {
                attempt: self.sent,
                now_ms: self.latest_ms,
                verdict,
                decision,
            });
        }
    }

    /// The time, which does not run backwards.
    #[inline]
    fn clock(&mut self, now_ms: u64) -> u64 {
        self.latest_ms = self.latest_ms.max(now_ms);
        self.latest_ms
    }

    #[cold]
    fn out_of_turn(&self, event: &'static str) -> Error {
        let found = match self.phase {
            Phase::New => "nothing was sent yet",
            Phase::Sent => "an attempt is under way",
            Phase::Waiting => "the call waits for its next attempt",
            Phase::Refreshing => "the call waits for a new token",
            Phase::Refreshed => "a new token is there and no attempt under way",
            Phase::Ended => "the call is over",
        };
        Error::out_of_turn(event, found)
    }
}
