//! The fetch of a token: a call within the call, with attempts and waits of
//! its own.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::client::auth::{Flight, Granted, Refused};
use crate::client::incoming::Incoming;
use crate::client::random;
use crate::client::sending::{self, Sending};
use crate::client::transport::TransportFault;
use crate::retry::{Action, CallState, Decision, Operation, Policy, Reason};
use crate::{Expect, OperationKind, UnixTime, Verdict};

use super::judged::{Asked, Judged};
use super::{Place, Session, terms};

/// The fetch of a token: a call within the call.
#[derive(Debug)]
pub(super) struct Fetch {
    flight: Flight,
    state: CallState,
    policy: Arc<Policy>,
    started_ms: u64,
    /// When the attempt under way was sent: a token lives from then on.
    asked_ms: u64,
}

impl Session<'_> {
    pub(super) fn begin_fetch(&mut self, flight: Flight, now_ms: u64) {
        let operation = Operation::new(OperationKind::Auth).seeded(random::number());
        let left_ms = self.left_ms(now_ms);
        self.fetch = Some(Fetch {
            flight,
            state: CallState::new(operation, 0),
            policy: Arc::new(
                self.policy
                    .limited(left_ms, self.policy.attempt_timeout_ms()),
            ),
            started_ms: now_ms,
            asked_ms: now_ms,
        });
    }

    pub(super) fn send_token_request(&mut self, now_ms: u64, now: UnixTime) {
        let request_id = self.request_id();
        let Some(fetch) = &mut self.fetch else {
            return;
        };
        let terms = terms(&self.core, &fetch.policy);
        let elapsed_ms = now_ms.saturating_sub(fetch.started_ms);
        let Ok(attempt) = fetch.state.before_attempt(terms, elapsed_ms) else {
            return;
        };
        fetch.asked_ms = now_ms;
        let stamp = sending::Stamp {
            request_id: &request_id,
            attempt,
            expect: Expect::Envelope,
            now_ms,
            now,
        };
        self.place = Place::Sending;
        self.sending = Some(Sending::token_request(&self.core.settings, &stamp));
        self.core.counters.attempts.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn received_token(
        &mut self,
        result: Result<(), TransportFault>,
        reply: Incoming,
        now_ms: u64,
        now: UnixTime,
    ) {
        let settings = &self.core.settings;
        let asked = Asked {
            method: "POST",
            path: &settings.token_path,
            expect: Expect::Envelope,
        };
        let mut judged = Judged::of_exchange(settings, asked, result, reply, now);
        let mut granted = None;
        if judged.verdict.is_success() {
            match Granted::read(&judged.body) {
                Ok(token) => granted = Some(token),
                Err(detail) => {
                    judged.verdict = Verdict::protocol("protocol:no_token", &judged.verdict);
                    judged.detail = detail.to_owned();
                }
            }
        }
        // It holds, or may hold, what nobody is to see.
        judged.body = Vec::new();
        judged.data = None;
        // It stays with the session while observers are told, and a token is there
        // for them: whoever panics or calls leaves nobody waiting for this fetch.
        let Some(fetch) = &mut self.fetch else {
            return;
        };
        let tokens = &self.core.tokens;
        let token = granted.map(|granted| tokens.granted(fetch.flight, granted, fetch.asked_ms));
        let terms = terms(&self.core, &fetch.policy);
        let elapsed_ms = now_ms.saturating_sub(fetch.started_ms);
        let Ok(decision) = fetch.state.on_reply(terms, &judged.verdict, elapsed_ms) else {
            return;
        };
        self.note(&judged, decision, OperationKind::Auth, now_ms);
        self.place = Place::Ready;
        let Some(fetch) = self.fetch.take() else {
            return;
        };
        if token.is_some() {
            self.token = token;
            self.is_token_fresh = true;
            return;
        }
        match (decision.action(), decision.reason()) {
            (Action::Stop, Some(Reason::Cancelled | Reason::Deadline)) => {
                // This call's own limits are no news for others.
                self.core.tokens.abandoned(fetch.flight);
                self.end_with_fetch(judged, decision, now_ms);
            }
            (Action::Stop, _) => {
                let refused = Refused {
                    verdict: judged.verdict,
                    decision,
                    detail: judged.detail,
                };
                self.core
                    .tokens
                    .refused(fetch.flight, refused.clone(), now_ms);
                self.settle_without_token(refused, now_ms);
            }
            _ => {
                let until_ms = now_ms.saturating_add(decision.delay_ms());
                self.place = Place::Waiting { until_ms };
                self.fetch = Some(fetch);
            }
        }
    }

    /// No new token is to be had: the old one while it lasts, else the end.
    pub(super) fn settle_without_token(&mut self, refused: Refused, now_ms: u64) {
        self.place = Place::Ready;
        if self.core.tokens.fallback(self.rejected, now_ms).is_some() {
            return;
        }
        let judged = Judged {
            detail: refused.detail,
            ..Judged::of_fault(refused.verdict, None)
        };
        self.end_with_fetch(judged, refused.decision, now_ms);
    }

    /// The fetch's end is the call's.
    fn end_with_fetch(&mut self, judged: Judged, decision: Decision, now_ms: u64) {
        let elapsed_ms = self.elapsed_ms(now_ms);
        let terms = terms(&self.core, &self.policy);
        let reason = match decision.reason() {
            _ if self.is_refreshing && decision.reason() != Some(Reason::Cancelled) => {
                Reason::AuthFailed
            }
            Some(reason) => reason,
            None => Reason::AuthFailed,
        };
        let retry_at_ms = judged
            .verdict
            .server_delay_ms
            .map(|delay_ms| elapsed_ms.saturating_add(delay_ms));
        let decision = self.state.halt(terms, reason, retry_at_ms, elapsed_ms);
        self.end(judged, decision, now_ms);
    }

    pub(super) fn give_up_fetch(&mut self) {
        if let Some(mut fetch) = self.fetch.take() {
            fetch.state.abandon(self.core.settings.budget.as_deref());
            self.core.tokens.abandoned(fetch.flight);
        }
    }
}
