//! One call from beginning to end, without input, output or a clock: what to
//! do next is told step by step.
//!
//! [`Client::send`](super::Client::send) walks through a session with threads,
//! an event loop can do so natively; what a call does is decided here, once.
//!
//! The way of a call: is it held? has it a credential? send; judge; decide;
//! wait, or get a new token, and from the beginning. A fetch of a token is a
//! call within the call, with attempts and waits of its own; its steps look
//! like any other.
//!
//! One long room: the places a call can be in and the steps between them are one
//! machine, and are read together. What has no place in it is in `fetch` and
//! `judged`.

mod fetch;
mod judged;

use core::fmt;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::retry::{Action, CallState, Decision, Operation, Policy, Reason, Terms};
use crate::{Expect, Fault, OperationKind, Reply, UnixTime, Verdict, judge};

use crate::client::attempted::Attempted;
use crate::client::auth::{Ask, Credential, Flight, Token};
use crate::client::client::Core;
use crate::client::header_block::HeaderBlock;
use crate::client::hold::{Admission, Hold, HoldOutcome, HoldState};
use crate::client::incoming::Incoming;
use crate::client::random;
use crate::client::request::Request;
use crate::client::response::{Failed, Failure, History, Response};
use crate::client::sending::{self, Sending};
use crate::client::transport::TransportFault;

use fetch::Fetch;
use judged::{Asked, Judged};

/// How long a probe may take if its call has no deadline.
const PROBE_LEASE_MS: u64 = 600_000;
/// How long a bearer of news may be late before a step is asked for again.
const LOOK_AGAIN_MS: u64 = 50;

/// A call under way.
///
/// Ask [`next`](Self::next) what to do and do it; after [`Step::Send`], hand in
/// what came with [`received`](Self::received). Times are milliseconds of one
/// monotonic clock, the client's ([`Client::now_ms`](super::Client::now_ms)).
/// A session that is dropped before its end gives back what it holds: the
/// budget, the fetch of a token, the place of a probe.
///
/// ```
/// use aftercall::UnixTime;
/// use aftercall::client::{Client, Request, Step};
///
/// let client = Client::builder("https://api.example.com").api_key("sk-1").build()?;
/// let mut session = client.session(Request::get("/search"));
/// let now = UnixTime::from_secs(1_795_435_200); // in earnest: of a wall clock
/// let mut clock_ms = client.now_ms();
/// let response = loop {
///     match session.next(clock_ms, now) {
///         Step::Send => {
///             let sending = session.sending().unwrap();
///             assert_eq!(sending.url(), "https://api.example.com/search");
///             let mut reply = sending.incoming()?; // in earnest: send it
///             reply.head(200);
///             reply.body(br#"{"status":true,"error_code":0,"data":[]}"#)?;
///             session.received(Ok(()), reply, clock_ms, now);
///         }
///         Step::Wait { delay_ms } => clock_ms += delay_ms, // in earnest: sleep
///         Step::Done => break session.finish()?,
///         _ => unreachable!(),
///     }
/// };
/// assert_eq!(response.data(), Some(&b"[]"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Session<'r> {
    core: Arc<Core>,
    request: Cow<'r, Request>,
    policy: Arc<Policy>,
    kind: OperationKind,
    expect: Expect,
    state: CallState,
    started_ms: u64,
    started: UnixTime,
    id: u64,
    place: Place,
    /// Another host's URL: no credential, no hold.
    is_foreign: bool,
    pass: Option<Pass>,
    token: Option<Token>,
    /// The token was fetched for what is sent next, however short its life is.
    is_token_fresh: bool,
    /// The generation of the token that the server refused.
    rejected: Option<u64>,
    is_refreshing: bool,
    fetch: Option<Fetch>,
    sending: Option<Sending>,
    attempts: Vec<Attempted>,
    end: Option<Result<Response, Failure>>,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Send [`Session::sending`] and hand in what came.
    Send,
    /// Wait so long, then ask again.
    Wait {
        /// In milliseconds.
        delay_ms: u64,
    },
    /// Another call is fetching the token; ask again when it is there, or after
    /// so long.
    AwaitToken {
        /// In milliseconds.
        at_most_ms: u64,
    },
    /// The call is over: [`Session::finish`].
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// About to send something.
    Ready,
    Sending,
    Waiting {
        until_ms: u64,
    },
    AwaitingToken(Flight),
    Ended,
}

/// The word of the holds that this call may go out.
#[derive(Clone, Copy, Debug)]
struct Pass {
    epoch: u64,
    is_probe: bool,
}

impl<'r> Session<'r> {
    pub(super) fn new(
        core: Arc<Core>,
        request: Cow<'r, Request>,
        now_ms: u64,
        now: UnixTime,
    ) -> Self {
        let (kind, expect) = sending::operation(&core.settings, &request);
        let id = random::number();
        let mut operation = Operation::new(kind).seeded(id);
        let is_foreign = sending::is_foreign(&core.settings, &request);
        if matches!(core.settings.credential, Credential::Client { .. }) && !is_foreign {
            operation = operation.refreshable();
        }
        if request.idempotency_key.is_some() {
            operation = operation.with_idempotency_key();
        }
        core.counters.under_way.fetch_add(1, Ordering::Relaxed);
        Self {
            policy: sending::policy(&core.settings, &request),
            core,
            request,
            kind,
            expect,
            state: CallState::new(operation, 0),
            started_ms: now_ms,
            started: now,
            id,
            place: Place::Ready,
            is_foreign,
            pass: None,
            token: None,
            is_token_fresh: false,
            rejected: None,
            is_refreshing: false,
            fetch: None,
            sending: None,
            attempts: Vec::with_capacity(1),
            end: None,
        }
    }

    /// What to do now.
    pub fn next(&mut self, now_ms: u64, now: UnixTime) -> Step {
        loop {
            match self.place {
                Place::Ended => return Step::Done,
                Place::Sending => return Step::Send,
                Place::Waiting { until_ms } if now_ms < until_ms => {
                    let delay_ms = until_ms - now_ms;
                    return Step::Wait { delay_ms };
                }
                Place::Waiting { .. } => self.place = Place::Ready,
                Place::Ready => self.prepare(now_ms, now),
                Place::AwaitingToken(flight) => {
                    if let Some(refused) = self.core.tokens.refusal(flight) {
                        self.settle_without_token(refused, now_ms);
                        continue;
                    }
                    self.prepare(now_ms, now);
                    if self.place == Place::AwaitingToken(flight) {
                        return Step::AwaitToken {
                            at_most_ms: self
                                .left_ms(now_ms)
                                .map_or(LOOK_AGAIN_MS, |left_ms| left_ms.min(LOOK_AGAIN_MS)),
                        };
                    }
                }
            }
        }
    }

    /// What is to be sent, after [`Step::Send`].
    #[must_use]
    pub const fn sending(&self) -> Option<&Sending> {
        self.sending.as_ref()
    }

    /// Hands in what the exchange brought: a complete reply, or a fault with
    /// whatever came before it. `now` is a wall clock, for dates that a server
    /// names.
    ///
    /// Ignored unless the last step was [`Step::Send`].
    pub fn received(
        &mut self,
        result: Result<(), TransportFault>,
        reply: Incoming,
        now_ms: u64,
        now: UnixTime,
    ) {
        if self.place != Place::Sending {
            return;
        }
        match self.fetch.is_some() {
            true => self.received_token(result, reply, now_ms, now),
            false => self.received_reply(result, reply, now_ms, now),
        }
    }

    /// The caller gives up. While something is being sent, end the exchange and
    /// hand in [`Fault::Cancelled`] instead.
    pub fn cancel(&mut self, now_ms: u64) {
        if matches!(self.place, Place::Ended | Place::Sending) {
            return;
        }
        self.give_up_fetch();
        let elapsed_ms = self.elapsed_ms(now_ms);
        if let Ok(decision) = self
            .state
            .cancel(terms(&self.core, &self.policy), elapsed_ms)
        {
            self.end_without_reply(Fault::Cancelled, decision, now_ms);
        }
    }

    /// How the call ended.
    ///
    /// # Errors
    ///
    /// The failure, if it brought no success. A session that is not over is
    /// cancelled.
    pub fn finish(mut self) -> Result<Response, Failure> {
        if self.end.is_none() {
            self.place = Place::Ready;
            self.cancel(self.core.now_ms());
        }
        let end = self.end.take();
        end.unwrap_or_else(|| Err(self.failure_of_nothing()))
    }

    /// The fetch that [`Step::AwaitToken`] waits for.
    pub(super) const fn awaited(&self) -> Option<Flight> {
        match self.place {
            Place::AwaitingToken(flight) => Some(flight),
            _ => None,
        }
    }

    /// The time that the whole call has left.
    pub(super) fn left_ms(&self, now_ms: u64) -> Option<u64> {
        let deadline_ms = self.policy.deadline_ms()?;
        Some(deadline_ms.saturating_sub(self.elapsed_ms(now_ms)))
    }

    fn elapsed_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.started_ms)
    }

    /// Goes through everything that stands before a send.
    fn prepare(&mut self, now_ms: u64, now: UnixTime) {
        if self.left_ms(now_ms) == Some(0) {
            return self.expire(now_ms);
        }
        if self.fetch.is_some() {
            return self.send_token_request(now_ms, now);
        }
        if !self.is_foreign {
            if let Some(held) = self.held(now_ms) {
                return self.end_held(&held, now_ms);
            }
            let is_fresh = core::mem::take(&mut self.is_token_fresh);
            if matches!(self.core.settings.credential, Credential::Client { .. }) && !is_fresh {
                match self.core.tokens.ask(self.rejected, now_ms) {
                    Ask::Ready(token) => self.token = Some(token),
                    Ask::Busy(flight) => {
                        self.place = Place::AwaitingToken(flight);
                        return;
                    }
                    Ask::Fetch(flight) => {
                        self.begin_fetch(flight, now_ms);
                        return self.send_token_request(now_ms, now);
                    }
                }
            }
        }
        self.send_request(now_ms, now);
    }

    fn send_request(&mut self, now_ms: u64, now: UnixTime) {
        let elapsed_ms = self.elapsed_ms(now_ms);
        if core::mem::take(&mut self.is_refreshing) {
            let _ = self.state.on_refreshed(elapsed_ms);
        }
        let terms = terms(&self.core, &self.policy);
        let Ok(attempt) = self.state.before_attempt(terms, elapsed_ms) else {
            return;
        };
        let request_id = self.request_id();
        let token = self.token.as_ref().map(|token| &token.secret);
        let stamp = sending::Stamp {
            request_id: &request_id,
            attempt,
            expect: self.expect,
            now_ms,
            now,
        };
        self.place = Place::Sending;
        let (sending, filled) = Sending::request(&self.core.settings, &self.request, token, &stamp);
        self.sending = Some(sending);
        self.core.counters.attempts.fetch_add(1, Ordering::Relaxed);
        if let Err(detail) = filled {
            let fault = TransportFault::new(Fault::BadRequest, detail);
            self.received(Err(fault), Incoming::new(0), now_ms, now);
        }
    }

    fn received_reply(
        &mut self,
        result: Result<(), TransportFault>,
        reply: Incoming,
        now_ms: u64,
        now: UnixTime,
    ) {
        let settings = &self.core.settings;
        let asked = Asked {
            method: &self.request.method,
            path: sending::api_path(settings, &self.request),
            expect: self.expect,
        };
        let judged = Judged::of_exchange(settings, asked, result, reply, now);
        let elapsed_ms = self.elapsed_ms(now_ms);
        let terms = terms(&self.core, &self.policy);
        let Ok(decision) = self.state.on_reply(terms, &judged.verdict, elapsed_ms) else {
            return;
        };
        self.note(&judged, decision, self.kind, now_ms);
        match decision.action() {
            Action::Retry | Action::Refresh if self.request.body.is_spent() => {
                // Nobody can send again what could be read only once.
                let terms = self::terms(&self.core, &self.policy);
                let decision = self
                    .state
                    .halt(terms, Reason::UnsafeToReplay, None, elapsed_ms);
                self.end(judged, decision, now_ms);
            }
            Action::Retry => {
                let until_ms = now_ms.saturating_add(decision.delay_ms());
                self.place = Place::Waiting { until_ms };
            }
            Action::Refresh => {
                self.rejected = self.token.as_ref().map(|token| token.generation);
                self.is_refreshing = true;
                self.place = Place::Ready;
            }
            Action::Stop => self.end(judged, decision, now_ms),
        }
    }

    /// The hold that stops this call, if there is one.
    fn held(&mut self, now_ms: u64) -> Option<HoldState> {
        if self.pass.is_some_and(|pass| pass.is_probe) {
            return None;
        }
        let lease_ms = self.left_ms(now_ms).unwrap_or(PROBE_LEASE_MS);
        let settings = &self.core.settings;
        match settings.holds.admit(&self.core.scope, lease_ms, now_ms) {
            Admission::Go { epoch } => {
                self.pass = Some(Pass {
                    epoch,
                    is_probe: false,
                });
                None
            }
            Admission::Probe { epoch } => {
                self.pass = Some(Pass {
                    epoch,
                    is_probe: true,
                });
                None
            }
            Admission::Held(state) => Some(state),
        }
    }

    fn end_held(&mut self, held: &HoldState, now_ms: u64) {
        let elapsed_ms = self.elapsed_ms(now_ms);
        let retry_at_ms = Some(elapsed_ms.saturating_add(held.remaining_ms));
        let terms = terms(&self.core, &self.policy);
        let decision = self
            .state
            .halt(terms, Reason::QuotaHold, retry_at_ms, elapsed_ms);
        self.pass = None;
        let judged = Judged {
            verdict: Verdict::held(held.category, &held.rule, held.remaining_ms),
            detail: "an earlier call failed of something that stops every call".to_owned(),
            ..Judged::of_fault(Verdict::unjudged(), None)
        };
        self.end(judged, decision, now_ms);
    }

    /// The deadline has come, and nothing is being sent.
    fn expire(&mut self, now_ms: u64) {
        self.give_up_fetch();
        let elapsed_ms = self.elapsed_ms(now_ms);
        if let Ok(decision) = self
            .state
            .expire(terms(&self.core, &self.policy), elapsed_ms)
        {
            self.end_without_reply(Fault::ConnectTimeout, decision, now_ms);
        }
    }

    /// The call ends between two exchanges: with what the last one meant, or
    /// with `fault` if there was none.
    fn end_without_reply(&mut self, fault: Fault, decision: Decision, now_ms: u64) {
        // That there was a token is no news of the call: what it was fetched for is.
        let failed = |attempt: &&Attempted| !attempt.verdict.is_success();
        let last = self.attempts.last().filter(failed).or_else(|| {
            let mut own = self.attempts.iter().rev().filter(failed);
            own.find(|attempt| attempt.kind == self.kind)
        });
        let judged = match last {
            Some(last) => Judged {
                detail: last.detail.clone(),
                ..Judged::of_fault(last.verdict.clone(), last.fault)
            },
            None => {
                let profile = self.core.settings.profile.profile();
                let verdict = judge(profile, &Reply::fault(fault), None).into_owned();
                Judged::of_fault(verdict, Some(fault))
            }
        };
        self.end(judged, decision, now_ms);
    }

    fn end(&mut self, judged: Judged, decision: Decision, now_ms: u64) {
        self.report_to_holds(&judged.verdict, decision, now_ms);
        let history = self.history(now_ms);
        self.end = Some(if decision.reason() == Some(Reason::Success) {
            Ok(Response {
                http_status: judged.http_status,
                headers: judged.headers,
                body: judged.body,
                data: judged.data,
                downloaded_bytes: judged.downloaded_bytes,
                history,
            })
        } else {
            Err(Failure::new(Failed {
                verdict: judged.verdict,
                decision,
                fault: judged.fault,
                detail: judged.detail,
                headers: judged.headers,
                body: judged.body,
                history,
            }))
        });
        if let Some(Err(failure)) = &self.end
            && let Some(observer) = &self.core.settings.observer
            && failure.is_between_attempts()
        {
            observer.on_stop(failure);
        }
        self.place = Place::Ended;
        self.sending = None;
    }

    fn history(&mut self, now_ms: u64) -> History {
        let settings = &self.core.settings;
        let attempts = core::mem::take(&mut self.attempts);
        // The last attempt was the call's own, but for calls that got no token.
        let last = attempts
            .last()
            .filter(|last| last.kind == self.kind)
            .map(|last| last.shown.clone());
        History {
            kind: self.kind,
            expect: self.expect,
            profile: settings.profile.clone(),
            method: self.request.method.clone(),
            path: sending::api_path(settings, &self.request).to_owned(),
            shown: last.unwrap_or_else(|| sending::shown(settings, &self.request)),
            started: self.started,
            took_ms: self.elapsed_ms(now_ms),
            attempts,
        }
    }

    fn report_to_holds(&mut self, verdict: &Verdict<'_>, decision: Decision, now_ms: u64) {
        let Some(pass) = self.pass.take() else {
            return;
        };
        let advised = match decision.reason() {
            Some(Reason::QuotaHold) => Hold::Advised,
            _ => Hold::NotAdvised,
        };
        let outcome = if verdict.is_success() {
            pass.is_probe.then_some(HoldOutcome::Passed)
        } else {
            HoldOutcome::of_failure(verdict, advised, pass.is_probe)
                .or_else(|| pass.is_probe.then_some(HoldOutcome::NoProof))
        };
        if let Some(outcome) = outcome {
            let holds = &self.core.settings.holds;
            holds.report(&self.core.scope, pass.epoch, &outcome, now_ms);
        }
    }

    /// Keeps the attempt, and tells of it.
    fn note(&mut self, judged: &Judged, decision: Decision, kind: OperationKind, now_ms: u64) {
        let Some(sending) = self.sending.take() else {
            return;
        };
        let attempted = Attempted {
            number: sending.number,
            kind,
            method: sending.method,
            shown: sending.shown,
            request_id: sending.request_id,
            started: sending.started,
            started_ms: sending.started_ms.saturating_sub(self.started_ms),
            took_ms: now_ms.saturating_sub(sending.started_ms),
            fault: judged.fault,
            detail: judged.detail.clone(),
            verdict: judged.verdict.clone(),
            decision,
            profile: self.core.settings.profile.clone(),
        };
        if let Some(observer) = &self.core.settings.observer {
            observer.on_attempt(&attempted);
        }
        self.attempts.push(attempted);
    }

    fn request_id(&self) -> String {
        format!("{:016x}-{}", self.id, self.attempts.len() + 1)
    }

    /// A call that was finished while something was being sent.
    fn failure_of_nothing(&mut self) -> Failure {
        let profile = self.core.settings.profile.profile();
        let verdict = judge(profile, &Reply::fault(Fault::Cancelled), None).into_owned();
        let terms = terms(&self.core, &self.policy);
        Failure::new(Failed {
            verdict,
            decision: self.state.halt(terms, Reason::Cancelled, None, 0),
            fault: Some(Fault::Cancelled),
            detail: String::new(),
            headers: HeaderBlock::new(),
            body: Vec::new(),
            history: self.history(self.started_ms),
        })
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.give_up_fetch();
        self.state.abandon(self.core.settings.budget.as_deref());
        if let Some(pass) = self.pass.take().filter(|pass| pass.is_probe) {
            let holds = &self.core.settings.holds;
            let now_ms = self.core.now_ms();
            holds.report(&self.core.scope, pass.epoch, &HoldOutcome::NoProof, now_ms);
        }
        self.core.counters.under_way.fetch_sub(1, Ordering::Relaxed);
        self.core.counters.ended.fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("request", &*self.request)
            .field("kind", &self.kind)
            .field("place", &self.place)
            .field("attempts", &self.attempts.len())
            .finish_non_exhaustive()
    }
}

fn terms<'t>(core: &'t Core, policy: &'t Policy) -> Terms<'t> {
    Terms {
        policy,
        budget: core.settings.budget.as_deref(),
        observer: core
            .settings
            .observer
            .as_ref()
            .map(|observer| &**observer as _),
    }
}
