//! The call that a reply belongs to, as conformance vectors spell it.

use crate::json::document::{Node, Problem, Value};
use crate::json::number;
use crate::json::object::{Object, Result, array, boolean, each, member, problem, wrong};
use crate::retry::{Action, Budget, Call, Decision, Operation, Policy, policy_of};
use crate::{Error, OperationKind, Profile, Verdict, judge};

use super::reply::GivenReply;

/// A call, and what happened before the reply that is asked about.
pub(super) struct GivenCall<'d> {
    /// Where it is written.
    node: &'d Node<'d>,
    policy: Policy,
    kind: Option<OperationKind>,
    can_refresh: bool,
    has_idempotency_key: bool,
    draws: Draws,
    /// As many as there can be, if it is not said; no more than that.
    tokens: Option<u32>,
    at_ms: Option<u64>,
    took_ms: Option<u64>,
    events: Vec<Event<'d>>,
}

/// Where the jitter comes from.
enum Draws {
    Seed(u64),
    Unit(f64),
}

/// An attempt before the one that is asked about.
struct Event<'d> {
    node: &'d Node<'d>,
    at_ms: Option<u64>,
    took_ms: Option<u64>,
    reply: GivenReply<'d>,
}

impl<'d> GivenCall<'d> {
    /// A first attempt under the default policy; `node` is what leaves the call
    /// out.
    pub(super) fn first(node: &'d Node<'d>) -> Self {
        Self {
            node,
            policy: Policy::default(),
            kind: None,
            can_refresh: false,
            has_idempotency_key: false,
            draws: Draws::Seed(0),
            tokens: None,
            at_ms: None,
            took_ms: None,
            events: Vec::new(),
        }
    }

    pub(super) fn read(node: &'d Node<'d>) -> Result<Self> {
        let fields = Object::of(node, None)?;
        fields.allow(
            "policy kind can_refresh idempotency_key seed unit_random budget at_ms took_ms events",
        )?;
        let mut call = Self::first(node);
        if let Some(kind) = fields.own_optional("kind") {
            call.kind = Some(member(kind)?);
        }
        for (name, flag) in [
            ("can_refresh", &mut call.can_refresh),
            ("idempotency_key", &mut call.has_idempotency_key),
        ] {
            if let Some(node) = fields.own_optional(name) {
                *flag = boolean(node)?;
            }
        }
        milliseconds(&fields, "at_ms", &mut call.at_ms)?;
        milliseconds(&fields, "took_ms", &mut call.took_ms)?;
        if let Some(policy) = fields.own_optional("policy") {
            call.policy = policy_of(policy)?;
        }
        call.draws = match (
            fields.own_optional("seed"),
            fields.own_optional("unit_random"),
        ) {
            (Some(_), Some(both)) => {
                let message = "expected seed or unit_random, found both";
                return Err(problem(both, message.to_owned()));
            }
            (Some(node), None) => Draws::Seed(seed(node)?),
            (None, Some(node)) => Draws::Unit(unit(node)?),
            (None, None) => Draws::Seed(0),
        };
        if let Some(node) = fields.own_optional("budget").filter(|node| !node.is_null()) {
            let tokens = node.as_integer().and_then(|tokens| tokens.try_into().ok());
            call.tokens = Some(tokens.ok_or_else(|| wrong(node, "a number of tokens, or null"))?);
        }
        if let Some(node) = fields.own_optional("events") {
            call.events = each(array(node)?, Event::read)?;
        }
        Ok(call)
    }

    /// Plays what came before, then decides about the reply.
    pub(super) fn decide(
        &self,
        profile: &Profile,
        reply: &GivenReply<'_>,
        verdict: &Verdict<'_>,
    ) -> Result<Decision> {
        let budget = self.policy.budget_capacity();
        let budget =
            budget.map(|capacity| Budget::with_tokens(capacity, self.tokens.unwrap_or(capacity)));
        let operation = self.operation(profile, reply);
        let mut play = Play {
            call: Call::new(&self.policy, budget.as_ref(), operation, 0),
            next_ms: 0,
            last: None,
        };
        for event in &self.events {
            let verdict = judge(profile, &event.reply.borrow(), event.reply.now);
            let _ = play.attempt(event.node, event.at_ms, event.took_ms, &verdict)?;
        }
        play.attempt(self.node, self.at_ms, self.took_ms, verdict)
    }

    fn operation(&self, profile: &Profile, reply: &GivenReply<'_>) -> Operation {
        let known = || {
            let (method, path) = reply.request()?;
            Some(profile.operation(method, path).kind())
        };
        let kind = self.kind.or_else(known).unwrap_or(OperationKind::Mutation);
        let mut operation = match self.draws {
            Draws::Seed(seed) => Operation::new(kind).seeded(seed),
            Draws::Unit(u) => Operation::new(kind).with_fixed_draw(u),
        };
        if self.can_refresh {
            operation = operation.refreshable();
        }
        if self.has_idempotency_key {
            operation = operation.with_idempotency_key();
        }
        operation
    }
}

impl<'d> Event<'d> {
    fn read(node: &'d Node<'d>) -> Result<Self> {
        let fields = Object::of(node, None)?;
        if let Some(node) = fields.own_optional("cancel_wait") {
            let message = "nothing comes behind a wait that was cancelled";
            return Err(problem(node, message.to_owned()));
        }
        fields.allow("at_ms took_ms reply")?;
        let (mut at_ms, mut took_ms) = (None, None);
        milliseconds(&fields, "at_ms", &mut at_ms)?;
        milliseconds(&fields, "took_ms", &mut took_ms)?;
        Ok(Self {
            node,
            at_ms,
            took_ms,
            reply: GivenReply::read(fields.own("reply")?)?,
        })
    }
}

/// A call on its way.
struct Play<'p> {
    call: Call<'p>,
    /// When the next attempt is sent if nobody says when.
    next_ms: u64,
    last: Option<Decision>,
}

impl Play<'_> {
    fn attempt(
        &mut self,
        node: &Node<'_>,
        at_ms: Option<u64>,
        took_ms: Option<u64>,
        verdict: &Verdict<'_>,
    ) -> Result<Decision> {
        if let Some(reason) = self.last.and_then(|last| last.reason()) {
            let message = format!("the call was over before this attempt: {reason}");
            return Err(problem(node, message));
        }
        let out_of_turn = |error: Error| Problem::new(node.span.start, error.to_string());
        let at_ms = at_ms.unwrap_or(self.next_ms);
        if self.last.map(|last| last.action()) == Some(Action::Refresh) {
            self.call.on_refreshed(at_ms).map_err(out_of_turn)?;
        }
        self.call.before_attempt(at_ms).map_err(out_of_turn)?;
        let ended_ms = at_ms.saturating_add(took_ms.unwrap_or_default());
        let decision = self.call.on_reply(verdict, ended_ms).map_err(out_of_turn)?;
        self.next_ms = ended_ms.saturating_add(decision.delay_ms());
        self.last = Some(decision);
        Ok(decision)
    }
}

#[inline(never)]
fn milliseconds(fields: &Object<'_>, name: &str, place: &mut Option<u64>) -> Result<()> {
    if let Some(node) = fields.own_optional(name) {
        let milliseconds = node.as_integer().and_then(|number| number.try_into().ok());
        let allowed = "0 or more milliseconds";
        *place = Some(milliseconds.ok_or_else(|| wrong(node, allowed))?);
    }
    Ok(())
}

/// All 64 bits fit a text, and not every number.
fn seed(node: &Node<'_>) -> Result<u64> {
    let seed = match &node.value {
        Value::String(digits) => digits.parse().ok(),
        _ => node.as_integer().and_then(|seed| seed.try_into().ok()),
    };
    seed.ok_or_else(|| wrong(node, "64 bits without a sign, as a text or a number"))
}

fn unit(node: &Node<'_>) -> Result<f64> {
    let unit = match &node.value {
        Value::Number(spelling) => number::unit(spelling.chars()),
        _ => None,
    };
    unit.ok_or_else(|| wrong(node, "a number from 0 to 1"))
}
