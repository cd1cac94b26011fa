//! The suite `retry`: one call, one decision for each event.

use aftercall::retry::{Action, Budget, Call, Decision, Operation, Policy, Reason};
use aftercall::{OperationKind, Profile};
use serde_json::{Value, json};

use crate::fields::Fields;
use crate::reply::OwnedReply;

/// Plays one case; says which of the expected values differ.
pub(crate) fn case(profile: &Profile, case: &Value) -> Result<Vec<String>, String> {
    let mut fields = Fields::of("the case", case)?;
    fields.string("name")?;
    for comment in ["source", "note"] {
        fields.optional(comment);
    }
    let policy = fields.required("policy")?.to_string();
    let policy = Policy::from_json(&policy).map_err(|error| format!("policy: {error}"))?;
    let operation = operation(&mut fields)?;
    let budget = budget(&mut fields, &policy)?;
    let events = fields.array("events")?;
    let expected = fields.array("expect")?;
    fields.finish()?;
    if events.len() != expected.len() {
        return Err(format!(
            "expect: {} steps for {} events",
            expected.len(),
            events.len()
        ));
    }

    let mut call = Call::new(&policy, budget.as_ref(), operation, 0);
    let mut differences = Vec::new();
    let mut is_refreshing = false;
    for (step, (event, wanted)) in events.iter().zip(expected).enumerate() {
        let decision = play(profile, &mut call, event, is_refreshing)
            .map_err(|reason| format!("events[{step}]: {reason}"))?;
        is_refreshing = decision.action() == Action::Refresh;
        let tokens = budget.as_ref().map(Budget::tokens);
        compare(&decision, tokens, wanted, step, &mut differences)?;
    }
    Ok(differences)
}

fn operation(fields: &mut Fields<'_>) -> Result<Operation, String> {
    let kind = match fields.optional_string("kind")? {
        Some(name) => {
            OperationKind::from_name(name).ok_or_else(|| format!("kind: unknown {name:?}"))?
        }
        None => OperationKind::Query,
    };
    let mut operation = Operation::new(kind);
    if fields.flag("can_refresh")? {
        operation = operation.refreshable();
    }
    if fields.flag("idempotency_key")? {
        operation = operation.with_idempotency_key();
    }
    if let Some(u) = fields.optional("unit_random") {
        let u = u.as_f64().ok_or("unit_random: expected a number")?;
        operation = operation.with_fixed_draw(u);
    }
    if let Some(seed) = fields.optional_string("seed")? {
        let seed = seed
            .parse()
            .map_err(|_| format!("seed: expected 64 bits, got {seed:?}"))?;
        operation = operation.seeded(seed);
    }
    Ok(operation)
}

fn budget(fields: &mut Fields<'_>, policy: &Policy) -> Result<Option<Budget>, String> {
    let tokens = match fields.optional("budget") {
        None | Some(Value::Null) => None,
        Some(tokens) => Some(
            tokens
                .as_u64()
                .and_then(|tokens| u32::try_from(tokens).ok())
                .ok_or("budget: expected a number of tokens")?,
        ),
    };
    Ok(policy
        .budget_capacity()
        .map(|capacity| Budget::with_tokens(capacity, tokens.unwrap_or(capacity))))
}

/// One event: an attempt with its reply, or the end of the caller's patience.
fn play(
    profile: &Profile,
    call: &mut Call<'_>,
    event: &Value,
    is_refreshing: bool,
) -> Result<Decision, String> {
    let mut fields = Fields::of("event", event)?;
    let at_ms = fields.milliseconds("at_ms")?;
    if fields.flag("cancel_wait")? {
        fields.finish()?;
        return call.cancel(at_ms).map_err(|error| error.to_string());
    }
    let took_ms = fields.milliseconds("took_ms")?;
    let reply = OwnedReply::read(fields.required("reply")?)?;
    fields.finish()?;
    let verdict = aftercall::judge(profile, &reply.borrow(), reply.now);
    let turn = |error: aftercall::Error| error.to_string();
    if is_refreshing {
        call.on_refreshed(at_ms).map_err(turn)?;
    }
    call.before_attempt(at_ms).map_err(turn)?;
    call.on_reply(&verdict, at_ms + took_ms).map_err(turn)
}

fn compare(
    decision: &Decision,
    tokens: Option<u32>,
    expected: &Value,
    step: usize,
    differences: &mut Vec<String>,
) -> Result<(), String> {
    let expected = expected.as_object().ok_or("expect: expected objects")?;
    for (key, wanted) in expected {
        let got = match key.as_str() {
            "action" => json!(decision.action().name()),
            "reason" => json!(decision.reason().map(Reason::name)),
            "delay_ms" if decision.action() == Action::Retry => json!(decision.delay_ms()),
            "delay_ms" => Value::Null,
            "retry_at_ms" => json!(decision.retry_at_ms()),
            "budget" => json!(tokens),
            _ => return Err(format!("expect: {key:?} is not known to this runner")),
        };
        let is_within = |bounds: &Vec<Value>| match &bounds[..] {
            [least, most] => least.as_u64() <= got.as_u64() && got.as_u64() <= most.as_u64(),
            _ => false,
        };
        if got != *wanted && !wanted.as_array().is_some_and(is_within) {
            differences.push(format!("[{step}].{key}: expected {wanted} got {got}"));
        }
    }
    if decision.budget_tokens() != tokens {
        differences.push(format!("[{step}]: the decision names other tokens"));
    }
    Ok(())
}
