#include "by_hand.h"

#define WHOLE (UINT64_C(1) << 53)

void hand_begin(struct hand_call *call, const struct hand_policy *policy,
                struct hand_budget *budget, acall_operation_kind kind,
                uint64_t seed, int64_t now_ms)
{
    *call = (struct hand_call){
        .policy = policy,
        .budget = budget,
        .kind = kind,
        .phase = NEW,
        .seed = seed,
        .started_ms = now_ms,
        .latest_ms = now_ms,
    };
}

static int64_t clocked(struct hand_call *call, int64_t now_ms)
{
    if (now_ms > call->latest_ms)
        call->latest_ms = now_ms;
    return call->latest_ms;
}

static uint64_t draw(struct hand_call *call)
{
    uint64_t word = call->seed += UINT64_C(0x9E3779B97F4A7C15);

    word = (word ^ (word >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    word = (word ^ (word >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (word ^ (word >> 31)) >> 11;
}

/* Takes all of a cost or nothing; *left is what there is then. */
static bool take(struct hand_budget *budget, uint32_t cost, uint32_t *left)
{
    unsigned present =
        atomic_load_explicit(&budget->tokens, memory_order_relaxed);

    do {
        *left = present;
        if (present < cost)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(
        &budget->tokens, &present, present - cost, memory_order_relaxed,
        memory_order_relaxed));
    *left = present - cost;
    return true;
}

static uint32_t give_back(struct hand_budget *budget, uint32_t tokens)
{
    unsigned present =
        atomic_load_explicit(&budget->tokens, memory_order_relaxed);
    unsigned after;

    do {
        after = budget->capacity - present < tokens ? budget->capacity
                                                    : present + tokens;
        if (after == present)
            return present;
    } while (!atomic_compare_exchange_weak_explicit(
        &budget->tokens, &present, after, memory_order_relaxed,
        memory_order_relaxed));
    return after;
}

static uint64_t capped(const struct hand_policy *policy, uint64_t base,
                       uint32_t retries)
{
    uint64_t wait = base;

    if (base == 0)
        return 0;
    while (retries-- > 0 && wait < policy->max_delay_ms)
        wait *= policy->multiplier;
    return wait < policy->max_delay_ms ? wait : policy->max_delay_ms;
}

static uint64_t part(uint64_t value, uint64_t share, int shift)
{
    return (uint64_t)(((unsigned __int128)value * share) >> shift);
}

static uint64_t backoff(struct hand_call *call, uint64_t base)
{
    const struct hand_policy *policy = call->policy;
    uint64_t previous;
    uint64_t wait;

    switch (policy->jitter) {
    case ACALL_JITTER_NONE:
        return capped(policy, base, call->retries);
    case ACALL_JITTER_FULL:
        return part(capped(policy, base, call->retries), draw(call), 53);
    case ACALL_JITTER_EQUAL:
        return part(capped(policy, base, call->retries), WHOLE + draw(call),
                    54);
    default:
        previous = call->previous_ms > base ? call->previous_ms : base;
        wait = base + part(previous * 3 - base, draw(call), 53);
        return wait < policy->max_delay_ms ? wait : policy->max_delay_ms;
    }
}

static uint64_t after_server(struct hand_call *call, uint64_t server_ms)
{
    const struct hand_policy *policy = call->policy;
    uint64_t most = (uint64_t)policy->max_delay_ms * 10;
    uint64_t tenths = server_ms < most ? server_ms : most;

    if (policy->jitter == ACALL_JITTER_NONE)
        return server_ms;
    return server_ms
        + (uint64_t)((unsigned __int128)tenths * draw(call) / (10 * WHOLE));
}

static void stop(struct hand_call *call, struct hand_decision *decision,
                 acall_reason reason)
{
    call->phase = ENDED;
    decision->action = ACALL_ACTION_STOP;
    decision->reason = reason;
    if (reason != ACALL_REASON_SUCCESS && decision->server_delay_ms >= 0)
        decision->retry_at_ms = call->latest_ms + decision->server_delay_ms;
}

static acall_advice advice_for(const struct hand_policy *policy,
                               const acall_verdict *verdict,
                               bool *is_overridden)
{
    size_t i;

    for (i = 0; i < policy->override_count; i++) {
        const struct hand_override *given = &policy->overrides[i];

        if ((given->category == 0 || given->category == verdict->category)
            && (given->code == 0 || given->code == verdict->code)
            && (given->http_status == 0
                || given->http_status == verdict->http_status)) {
            *is_overridden = true;
            return given->advice;
        }
    }
    return verdict->advice;
}

static bool may_repeat(const struct hand_call *call,
                       const acall_verdict *verdict)
{
    const struct hand_policy *policy = call->policy;
    bool was_not_carried_out = verdict->effect == ACALL_EFFECT_NOT_SENT
        || verdict->effect == ACALL_EFFECT_REJECTED;
    bool is_safe = true;

    if (call->kind == ACALL_KIND_MUTATION) {
        if (policy->retry_mutations == ACALL_RETRY_MUTATIONS_NEVER)
            is_safe = false;
        else if (policy->retry_mutations
                 == ACALL_RETRY_MUTATIONS_REJECTED_ONLY)
            is_safe = was_not_carried_out || call->has_idempotency_key;
    }
    return is_safe
        && (was_not_carried_out || policy->repeat_billed
            || verdict->repeat == call->kind);
}

static void refresh(struct hand_call *call, struct hand_decision *decision)
{
    if (call->kind == ACALL_KIND_AUTH || !call->can_refresh
        || call->has_refreshed) {
        stop(call, decision, ACALL_REASON_AUTH_FAILED);
        return;
    }
    if (decision->deadline_ms >= 0
        && decision->elapsed_ms >= decision->deadline_ms) {
        stop(call, decision, ACALL_REASON_DEADLINE);
        return;
    }
    call->has_refreshed = true;
    call->phase = REFRESHING;
    decision->action = ACALL_ACTION_REFRESH;
}

static void decide(struct hand_call *call, const acall_verdict *verdict,
                   struct hand_decision *decision)
{
    const struct hand_policy *policy = call->policy;
    uint64_t server_ms;
    uint32_t left;

    if (verdict->outcome == ACALL_OUTCOME_SUCCESS) {
        if (call->budget != NULL) {
            decision->tokens_moved = call->retries > 0 ? call->last_cost : 1;
            decision->budget_tokens =
                give_back(call->budget, decision->tokens_moved);
        }
        stop(call, decision, ACALL_REASON_SUCCESS);
        return;
    }
    if (verdict->category == ACALL_CATEGORY_CANCELLED) {
        stop(call, decision, ACALL_REASON_CANCELLED);
        return;
    }
    switch (decision->advice) {
    case ACALL_ADVICE_NEVER:
        stop(call, decision, ACALL_REASON_NOT_RETRYABLE);
        return;
    case ACALL_ADVICE_REFRESH_AUTH:
        refresh(call, decision);
        return;
    case ACALL_ADVICE_HOLD:
        stop(call, decision, ACALL_REASON_QUOTA_HOLD);
        return;
    default:
        break;
    }
    if (!may_repeat(call, verdict)) {
        stop(call, decision, ACALL_REASON_UNSAFE_TO_REPLAY);
        return;
    }
    if (decision->attempts >= policy->max_attempts) {
        stop(call, decision, ACALL_REASON_ATTEMPTS_EXHAUSTED);
        return;
    }
    server_ms = decision->server_delay_ms < 0
        ? 0
        : (uint64_t)decision->server_delay_ms;
    if (server_ms > policy->max_server_delay_ms) {
        decision->is_clamped = true;
        if (policy->over_cap == ACALL_OVER_CAP_GIVE_UP) {
            stop(call, decision, ACALL_REASON_SERVER_DELAY_TOO_LONG);
            return;
        }
        server_ms = policy->max_server_delay_ms;
    }
    decision->base_delay_ms = decision->advice == ACALL_ADVICE_THROTTLE
        ? policy->throttle_base_delay_ms
        : policy->base_delay_ms;
    decision->backoff_ms = backoff(call, decision->base_delay_ms);
    call->previous_ms = decision->backoff_ms;
    if (server_ms > decision->backoff_ms) {
        decision->considered_ms = after_server(call, server_ms);
        decision->delay_source = ACALL_DELAY_SOURCE_SERVER;
    } else {
        decision->considered_ms = decision->backoff_ms;
    }
    if (policy->deadline_ms >= 0
        && decision->elapsed_ms + (int64_t)decision->considered_ms
            >= policy->deadline_ms) {
        decision->delay_source = ACALL_DELAY_SOURCE_BACKOFF;
        stop(call, decision, ACALL_REASON_DEADLINE);
        return;
    }
    if (call->budget != NULL) {
        bool is_paid;

        decision->tokens_moved = decision->advice == ACALL_ADVICE_THROTTLE
            ? policy->throttle_cost
            : policy->cost;
        is_paid = take(call->budget, decision->tokens_moved, &left);
        decision->budget_tokens = left;
        if (!is_paid) {
            stop(call, decision, ACALL_REASON_BUDGET_EXHAUSTED);
            return;
        }
    }
    call->last_cost = decision->tokens_moved;
    call->retries++;
    call->phase = WAITING;
    decision->action = ACALL_ACTION_RETRY;
    decision->delay_ms = (int64_t)decision->considered_ms;
}

int hand_before_attempt(struct hand_call *call, int64_t now_ms,
                        struct hand_attempt *attempt)
{
    const struct hand_policy *policy = call->policy;
    int64_t left_ms;

    if (call->phase != NEW && call->phase != WAITING
        && call->phase != REFRESHED)
        return 1;
    now_ms = clocked(call, now_ms);
    call->phase = SENT;
    attempt->number = (int32_t)++call->sent;
    attempt->timeout_ms = policy->attempt_timeout_ms;
    if (policy->deadline_ms >= 0) {
        left_ms = policy->deadline_ms - (now_ms - call->started_ms);
        if (left_ms < 0)
            left_ms = 0;
        if (attempt->timeout_ms < 0 || left_ms < attempt->timeout_ms)
            attempt->timeout_ms = left_ms;
    }
    return 0;
}

int hand_on_reply(struct hand_call *call, const acall_verdict *verdict,
                  int64_t now_ms, struct hand_decision *decision)
{
    const struct hand_policy *policy = call->policy;
    bool is_overridden = false;

    if (call->phase != SENT)
        return 1;
    now_ms = clocked(call, now_ms);
    *decision = (struct hand_decision){
        .attempt = (int32_t)call->sent,
        .retry_at_ms = -1,
        .budget_tokens = call->budget == NULL
            ? -1
            : (int64_t)atomic_load_explicit(&call->budget->tokens,
                                            memory_order_relaxed),
        .category = verdict->category,
        .judged_advice = verdict->advice,
        .effect = verdict->effect,
        .repeat = verdict->repeat,
        .kind = call->kind,
        .retry_mutations = policy->retry_mutations,
        .has_idempotency_key = call->has_idempotency_key,
        .repeat_billed = policy->repeat_billed,
        .can_refresh = call->can_refresh,
        .has_refreshed = call->has_refreshed,
        .attempts = call->retries + 1,
        .max_attempts = policy->max_attempts,
        .max_server_delay_ms = policy->max_server_delay_ms,
        .server_delay_ms = verdict->server_delay_ms,
        .elapsed_ms = now_ms - call->started_ms,
        .deadline_ms = policy->deadline_ms,
    };
    decision->advice = advice_for(policy, verdict, &is_overridden);
    decision->is_overridden = is_overridden;
    decide(call, verdict, decision);
    return 0;
}
