//! Why a decision was made: every gate in its order, with its numbers.

use core::fmt;

use crate::closed_set::closed_set;
use crate::json::write::{ArrayWriter, ObjectWriter};

use super::{Action, Decision, DelaySource, Reason};

closed_set! {
    /// What a gate did.
    pub enum GateState {
        /// It was not asked: an earlier one decided.
        NotReached = 0 "not_reached",
        /// It let the call go on.
        Passed = 1 "passed",
        /// It stopped the call.
        Stopped = 2 "stopped",
        /// It has nothing to say about a refresh.
        Skipped = 3 "skipped",
    }
}

/// One thing that a gate looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fact {
    /// A number; its unit is in its name.
    Number(u64),
    /// A member of a closed set, by its name.
    Word(&'static str),
    /// Yes or no.
    Flag(bool),
    /// There is none.
    Absent,
}

/// A number, a word, `true`, `false` or `none`.
impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Word(word) => f.write_str(word),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Absent => f.write_str("none"),
        }
    }
}

/// One gate of a decision. A gate is named for the reason it stops with.
#[derive(Clone, Copy, Debug)]
pub struct Gate<'d> {
    reason: Reason,
    state: GateState,
    decision: &'d Decision,
}

impl Gate<'_> {
    /// The reason with which this gate stops a call.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// What it did.
    #[must_use]
    pub const fn state(&self) -> GateState {
        self.state
    }

    /// What it looked at; nothing if it was not asked.
    pub fn facts(&self) -> impl Iterator<Item = (&'static str, Fact)> {
        let asked = matches!(self.state, GateState::Passed | GateState::Stopped);
        let facts = if asked {
            look_at(self.reason, self.decision)
        } else {
            NOTHING
        };
        facts.into_iter().flatten()
    }
}

/// Why a decision was made. Its text is one line of English:
///
/// ```
/// use aftercall::retry::{Call, GateState, Operation, Policy};
/// use aftercall::{Fault, OperationKind, Profile, Reply, judge};
///
/// let policy = Policy::default();
/// let mut call = Call::new(&policy, None, Operation::new(OperationKind::Mutation), 0);
/// call.before_attempt(0)?;
/// let verdict = judge(Profile::eureka(), &Reply::fault(Fault::ReadTimeout), None);
/// let decision = call.on_reply(&verdict, 60_000)?;
/// let explanation = decision.explanation();
/// assert_eq!(
///     explanation.to_string(),
///     "stop: unsafe_to_replay; success no (category transport); cancelled no; \
///      not_retryable no (advice backoff); auth_failed no; quota_hold no; \
///      unsafe_to_replay YES (kind mutation, effect unknown, idempotency_key false, \
///      retry_mutations rejected_only, repeat_billed true); attempts_exhausted, \
///      server_delay_too_long, deadline, budget_exhausted not reached",
/// );
/// let stopped = explanation.gates().find(|gate| gate.state() == GateState::Stopped).unwrap();
/// assert_eq!(stopped.reason().name(), "unsafe_to_replay");
/// # Ok::<(), aftercall::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Explanation<'d> {
    decision: &'d Decision,
}

impl<'d> Explanation<'d> {
    pub(super) const fn of(decision: &'d Decision) -> Self {
        Self { decision }
    }

    /// Every gate, in the order in which they are asked.
    pub fn gates(&self) -> impl Iterator<Item = Gate<'d>> {
        let decision = self.decision;
        Reason::ALL.iter().map(move |&reason| Gate {
            reason,
            state: state_of(reason, decision),
            decision,
        })
    }

    /// The decision and its gates as a JSON object.
    #[must_use]
    pub fn to_json(&self) -> String {
        let decision = self.decision;
        let mut json = ObjectWriter::new();
        json.string("action", decision.action.name());
        json.optional_string("reason", decision.reason.map(Reason::name));
        let is_retry = decision.action == Action::Retry;
        json.optional_number("delay_ms", is_retry.then_some(decision.facts.delay_ms));
        json.optional_string(
            "delay_source",
            is_retry.then(|| decision.delay_source.name()),
        );
        json.optional_number("retry_at_ms", decision.retry_at_ms);
        json.optional_number("budget", decision.facts.tokens);
        let mut gates = ArrayWriter::new();
        for gate in self.gates() {
            gates.json(&written(&gate));
        }
        json.json("gates", &gates.finish());
        json.finish()
    }
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decision = self.decision;
        match (decision.action, decision.reason) {
            (Action::Retry, _) => write!(
                f,
                "retry after {} ms ({})",
                decision.facts.delay_ms, decision.delay_source
            )?,
            (_, Some(reason)) => write!(f, "{}: {reason}", decision.action)?,
            (action, None) => write!(f, "{action}")?,
        }
        if let Some(retry_at_ms) = decision.retry_at_ms {
            write!(f, ", the server may be asked again at {retry_at_ms} ms")?;
        }
        let mut unasked = None;
        for gate in self.gates() {
            match (gate.state, unasked) {
                (GateState::NotReached | GateState::Skipped, Some(state))
                    if state == gate.state =>
                {
                    write!(f, ", {}", gate.reason)?;
                }
                (state, before) => {
                    finish(f, before)?;
                    write!(f, "; {}", gate.reason)?;
                    unasked = None;
                    match state {
                        GateState::Passed => f.write_str(" no")?,
                        GateState::Stopped => f.write_str(" YES")?,
                        _ => unasked = Some(state),
                    }
                }
            }
            let mut separator = " (";
            for (name, fact) in gate.facts() {
                write!(f, "{separator}{name} {fact}")?;
                separator = ", ";
            }
            if separator == ", " {
                f.write_str(")")?;
            }
        }
        finish(f, unasked)
    }
}

/// Says of the gates just listed that they were not asked.
fn finish(f: &mut fmt::Formatter<'_>, unasked: Option<GateState>) -> fmt::Result {
    match unasked {
        Some(GateState::Skipped) => f.write_str(" do not apply"),
        Some(_) => f.write_str(" not reached"),
        None => Ok(()),
    }
}

fn written(gate: &Gate<'_>) -> String {
    let mut json = ObjectWriter::new();
    json.string("gate", gate.reason.name());
    json.string("state", gate.state.name());
    for (name, fact) in gate.facts() {
        match fact {
            Fact::Number(number) => json.number(name, number),
            Fact::Word(word) => json.string(name, word),
            Fact::Flag(flag) => json.boolean(name, flag),
            Fact::Absent => json.json(name, "null"),
        }
    }
    json.finish()
}

fn state_of(gate: Reason, decision: &Decision) -> GateState {
    match (decision.action, decision.reason) {
        (_, Some(reason)) if gate == reason => GateState::Stopped,
        (_, Some(reason)) if gate > reason => GateState::NotReached,
        _ if is_skipped(gate, decision) => GateState::Skipped,
        _ => GateState::Passed,
    }
}

/// A refresh is no repeat: it is asked about nothing but the deadline.
fn is_skipped(gate: Reason, decision: &Decision) -> bool {
    let is_refresh = decision.action == Action::Refresh
        || (decision.reason == Some(Reason::Deadline)
            && decision.facts.advice == crate::Advice::RefreshAuth);
    is_refresh && gate > Reason::AuthFailed && gate != Reason::Deadline
}

const MOST_FACTS: usize = 6;
type Facts = [Option<(&'static str, Fact)>; MOST_FACTS];
const NOTHING: Facts = [None; MOST_FACTS];

#[inline(never)]
fn add(seen: &mut Facts, name: &'static str, fact: Fact) {
    if let Some(place) = seen.iter_mut().find(|place| place.is_none()) {
        *place = Some((name, fact));
    }
}

/// What the gate of a reason looks at.
fn look_at(gate: Reason, decision: &Decision) -> Facts {
    let facts = &decision.facts;
    let mut seen = NOTHING;
    let mut see = |name, fact| add(&mut seen, name, fact);
    let number = |number: Option<u64>| number.map_or(Fact::Absent, Fact::Number);
    match gate {
        Reason::Success => see("category", Fact::Word(facts.category.name())),
        Reason::Cancelled => {}
        Reason::NotRetryable => {
            see("advice", Fact::Word(facts.advice.name()));
            if facts.is_overridden {
                see("instead_of", Fact::Word(facts.judged_advice.name()));
            }
        }
        Reason::AuthFailed => {
            if facts.advice == crate::Advice::RefreshAuth {
                see("kind", Fact::Word(facts.kind.name()));
                see("can_refresh", Fact::Flag(facts.can_refresh));
                see("has_refreshed", Fact::Flag(facts.has_refreshed));
            }
        }
        Reason::QuotaHold => {}
        Reason::UnsafeToReplay => {
            see("kind", Fact::Word(facts.kind.name()));
            see("effect", Fact::Word(facts.effect.name()));
            see("idempotency_key", Fact::Flag(facts.has_idempotency_key));
            see("retry_mutations", Fact::Word(facts.retry_mutations.name()));
            see("repeat_billed", Fact::Flag(facts.repeat_billed));
            if let Some(kind) = facts.repeat {
                see("repeat", Fact::Word(kind.name()));
            }
        }
        Reason::AttemptsExhausted => {
            see("attempts", Fact::Number(facts.attempts.into()));
            see("max_attempts", Fact::Number(facts.max_attempts.into()));
        }
        Reason::ServerDelayTooLong => {
            see("server_delay_ms", number(facts.server_delay_ms));
            see(
                "max_server_delay_ms",
                Fact::Number(facts.max_server_delay_ms.into()),
            );
            if facts.is_clamped && decision.reason != Some(Reason::ServerDelayTooLong) {
                see("clamped", Fact::Flag(true));
            }
        }
        Reason::Deadline => {
            see("elapsed_ms", Fact::Number(facts.elapsed_ms));
            if facts.base_delay_ms != 0 || facts.delay_ms != 0 {
                see("base_delay_ms", Fact::Number(facts.base_delay_ms.into()));
                see("backoff_ms", Fact::Number(facts.backoff_ms));
            }
            see("delay_ms", Fact::Number(facts.delay_ms));
            see("deadline_ms", number(facts.deadline_ms));
        }
        Reason::BudgetExhausted => {
            see("cost", Fact::Number(facts.tokens_moved.into()));
            see("tokens_left", number(facts.tokens.map(u64::from)));
        }
    }
    seen
}

impl DelaySource {
    /// Whether the server asked for it.
    #[must_use]
    pub const fn is_server(self) -> bool {
        matches!(self, Self::Server)
    }
}
