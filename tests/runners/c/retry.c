/*
 * Plays a call through the structures and through the flat functions; both
 * must decide the same, and explain it in the same words.
 */

#include <string.h>

#include "replay.h"

#define LONGEST 4096

static int is_ok(struct vector *vector, acall_status status)
{
    if (status != ACALL_OK)
        vector_fail(vector, acall_status_message(status));
    return status == ACALL_OK;
}

static int is_ok_flat(struct vector *vector, acall_status status)
{
    char reason[500] = "";

    if (status != ACALL_OK) {
        acall_last_error(reason, (int32_t)sizeof(reason), NULL);
        vector_fail(vector, reason);
    }
    return status == ACALL_OK;
}

static struct value kept(struct vector *vector, const char *text,
                         size_t needed)
{
    char *copy = (char *)arena_take(vector->arena, needed);

    memcpy(copy, text, needed);
    return value_bytes(copy, needed - 1);
}

static struct value or_null(int64_t integer)
{
    return integer < 0 ? value_null() : value_integer(integer);
}

/* Of all gates only the reason's has stopped, and none behind it was asked. */
static void check_gates(struct vector *vector, const acall_decision *decision)
{
    acall_reason gate;
    acall_gate_state state;

    for (gate = 1; acall_reason_name(gate) != NULL; gate++) {
        if (!is_ok(vector, acall_decision_gate(decision, gate, &state)))
            return;
        if ((state == ACALL_GATE_STATE_STOPPED) != (gate == decision->reason)
            || (state == ACALL_GATE_STATE_NOT_REACHED)
                != (decision->reason != 0 && gate > decision->reason))
            vector_fail(vector, "a gate differs from the reason");
    }
}

static int read_decision(struct vector *vector, const acall_decision *decision,
                         const acall_budget *budget, struct step *step)
{
    struct value *of = step->of;
    char text[LONGEST];
    size_t needed = 0;

    of[STEP_ACTION] = value_name(acall_action_name(decision->action));
    of[STEP_REASON] = decision->reason == ACALL_REASON_NONE
        ? value_null()
        : value_name(acall_reason_name(decision->reason));
    of[STEP_DELAY_MS] = decision->action == ACALL_ACTION_RETRY
        ? value_integer(decision->delay_ms)
        : value_null();
    of[STEP_RETRY_AT_MS] = or_null(decision->retry_at_ms);
    of[STEP_BUDGET] = or_null(acall_budget_tokens(budget));
    if (decision->budget_tokens != acall_budget_tokens(budget))
        vector_fail(vector, "the decision names other tokens");
    check_gates(vector, decision);
    if (!is_ok(vector, acall_decision_explain(decision, text, sizeof(text),
                                              &needed)))
        return 0;
    of[STEP_LINE] = kept(vector, text, needed);
    if (!is_ok(vector, acall_decision_explain_json(decision, text,
                                                   sizeof(text), &needed)))
        return 0;
    of[STEP_JSON] = kept(vector, text, needed);
    return json_read(vector->arena, of[STEP_JSON].bytes, needed - 1, &needed)
        != NULL;
}

/* Every decision of a call, counted as its observer sees it. */
struct seen {
    size_t count;
    acall_decision last;
    int has_verdict;
};

static void see(const acall_observed *observed, void *userdata)
{
    struct seen *seen = (struct seen *)userdata;

    seen->count++;
    seen->last = *observed->decision;
    seen->has_verdict = observed->verdict != NULL;
}

static int play_event(struct vector *vector, acall_call *call,
                      const struct event *event, int is_refreshing,
                      acall_decision *decision)
{
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_attempt attempt = ACALL_ATTEMPT_INIT;

    if (event->is_cancel)
        return is_ok(vector, acall_call_cancel(call, event->at_ms, decision));
    return (!is_refreshing
            || is_ok(vector, acall_call_on_refreshed(call, event->at_ms)))
        && is_ok(vector,
                 acall_call_before_attempt(call, event->at_ms, &attempt))
        && is_ok(vector, acall_judge(vector->profile, &event->reply, &verdict))
        && is_ok(vector,
                 acall_call_on_reply(call, &verdict, &event->reply,
                                     event->at_ms + event->took_ms,
                                     decision));
}

static int play_events(struct vector *vector, const struct plan *plan,
                       const acall_call_options *options,
                       const struct seen *seen, struct step *steps)
{
    acall_decision decision = ACALL_DECISION_INIT;
    acall_call call;
    size_t i;

    if (!is_ok(vector, acall_call_begin(&call, options, 0)))
        return 0;
    for (i = 0; i < plan->event_count; i++) {
        int is_refreshing = decision.action == ACALL_ACTION_REFRESH;

        if (!play_event(vector, &call, &plan->events[i], is_refreshing,
                        &decision)
            || !read_decision(vector, &decision, options->budget, &steps[i]))
            return 0;
        if (seen->count != i + 1
            || seen->has_verdict == plan->events[i].is_cancel
            || memcmp(&seen->last, &decision, sizeof(decision)) != 0)
            vector_fail(vector, "the observer saw something else");
        if (acall_call_is_over(&call)
            != (decision.action == ACALL_ACTION_STOP))
            vector_fail(vector, "only a stop ends a call");
    }
    return is_ok(vector, acall_call_abandon(&call));
}

static int by_structures(struct vector *vector, const struct plan *plan,
                         struct step *steps)
{
    acall_call_options options = ACALL_CALL_OPTIONS_INIT;
    struct seen seen = {0, ACALL_DECISION_INIT, 0};
    acall_policy *policy = NULL;
    acall_budget *budget = NULL;
    acall_error *error = NULL;
    int is_played = 0;

    if (acall_policy_from_json(plan->policy, plan->policy_length, &policy,
                               &error) != ACALL_OK)
        vector_fail(vector, acall_error_message(error));
    else if (is_ok(vector, acall_budget_of_policy(policy, &budget))) {
        if (budget != NULL && plan->tokens >= 0) {
            int32_t capacity = (int32_t)acall_budget_capacity(budget);

            acall_budget_free(budget);
            budget = NULL;
            is_ok(vector, acall_budget_new(capacity, plan->tokens, &budget));
        }
        options.flags = plan->flags;
        options.kind = plan->kind;
        options.seed = plan->seed;
        options.policy = policy;
        options.budget = budget;
        options.observer = see;
        options.userdata = &seen;
        is_played = play_events(vector, plan, &options, &seen, steps);
    }
    acall_error_free(error);
    acall_budget_free(budget);
    acall_policy_free(policy);
    return is_played;
}

static struct value flat_integer(struct vector *vector, const char *decision,
                                 int32_t field)
{
    int64_t integer;
    acall_status status = acall_flat_decision_int(decision, field, &integer);

    if (status == ACALL_OK)
        return value_integer(integer);
    if (status != ACALL_E_ABSENT)
        is_ok_flat(vector, status);
    return value_null();
}

static struct value named(struct value number,
                          const char *(*name)(int32_t number))
{
    return number.kind == VALUE_NULL
        ? number
        : value_name(name((int32_t)number.integer));
}

static int read_flat_decision(struct vector *vector, const char *decision,
                              int64_t budget, struct step *step)
{
    struct value *of = step->of;
    char text[LONGEST];
    char field[LONGEST];
    int32_t needed = 0;
    int32_t length = 0;
    int64_t tokens;

    of[STEP_ACTION] =
        named(flat_integer(vector, decision, ACALL_FLAT_DECISION_ACTION),
              acall_action_name);
    of[STEP_REASON] =
        named(flat_integer(vector, decision, ACALL_FLAT_DECISION_REASON),
              acall_reason_name);
    of[STEP_DELAY_MS] =
        flat_integer(vector, decision, ACALL_FLAT_DECISION_DELAY_MS);
    of[STEP_RETRY_AT_MS] =
        flat_integer(vector, decision, ACALL_FLAT_DECISION_RETRY_AT_MS);
    of[STEP_BUDGET] =
        flat_integer(vector, decision, ACALL_FLAT_DECISION_BUDGET_TOKENS);
    if (budget != 0
        && (!is_ok_flat(vector, acall_flat_budget_tokens(budget, &tokens))
            || of[STEP_BUDGET].integer != tokens))
        vector_fail(vector, "the flat decision names other tokens");
    if (!is_ok_flat(vector,
                    acall_flat_decision_explain(decision, text, LONGEST,
                                                &needed))
        || !is_ok_flat(vector,
                       acall_flat_decision_explain_fixed(decision, field,
                                                         LONGEST, &length)))
        return 0;
    of[STEP_LINE] = kept(vector, text, (size_t)needed);
    if (length + 1 != needed || memcmp(text, field, (size_t)length) != 0
        || field[length] != ' ')
        vector_fail(vector, "an explanation differs from its field");
    if (!is_ok_flat(vector,
                    acall_flat_decision_explain_json(decision, text, LONGEST,
                                                     &needed)))
        return 0;
    of[STEP_JSON] = kept(vector, text, (size_t)needed);
    return 1;
}

static int play_flat_event(struct vector *vector, char *call,
                           const struct event *event, int is_refreshing,
                           char *decision)
{
    const acall_reply *reply = &event->reply;
    const char *body = (const char *)reply->body;
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    struct block block;
    int32_t number;
    int64_t timeout_ms;

    if (event->is_cancel)
        return is_ok_flat(vector,
                          acall_flat_call_cancel(call, event->at_ms, decision,
                                                 ACALL_FLAT_DECISION_SIZE));
    return write_block(vector, reply, &block)
        && (!is_refreshing
            || is_ok_flat(vector,
                          acall_flat_call_on_refreshed(call, event->at_ms)))
        && is_ok_flat(vector,
                      acall_flat_call_before_attempt(call, event->at_ms,
                                                     &number, &timeout_ms))
        && is_ok_flat(vector,
                      acall_flat_judge(vector->built_in, -1,
                                       reply->http_status, reply->fault,
                                       reply->expect, reply->now_unix_ms,
                                       block.text, block.length, body,
                                       (int32_t)reply->body_length, verdict,
                                       ACALL_FLAT_VERDICT_SIZE))
        && is_ok_flat(vector,
                      acall_flat_call_on_reply(
                          call, verdict, body, (int32_t)reply->body_length,
                          event->at_ms + event->took_ms, decision,
                          ACALL_FLAT_DECISION_SIZE));
}

static int play_flat_events(struct vector *vector, const struct plan *plan,
                            int64_t policy, int64_t budget,
                            struct step *steps)
{
    /* At odd addresses, as a field of some record may be; and the call moves,
       as a record does when its program copies it. */
    char memory[2][ACALL_FLAT_CALL_SIZE + 1];
    char decision[ACALL_FLAT_DECISION_SIZE + 1] = {0};
    struct value action = value_null();
    size_t i;

    if (!is_ok_flat(vector,
                    acall_flat_call_begin(policy, budget, plan->kind,
                                          (int32_t)plan->flags,
                                          (int64_t)plan->seed, 0,
                                          memory[0] + 1,
                                          ACALL_FLAT_CALL_SIZE)))
        return 0;
    for (i = 0; i < plan->event_count; i++) {
        char *call = memory[(i + 1) % 2] + 1;

        memcpy(call, memory[i % 2] + 1, ACALL_FLAT_CALL_SIZE);
        if (!play_flat_event(vector, call, &plan->events[i],
                             action.kind == VALUE_INTEGER
                                 && action.integer == ACALL_ACTION_REFRESH,
                             decision + 1)
            || !read_flat_decision(vector, decision + 1, budget, &steps[i]))
            return 0;
        action =
            flat_integer(vector, decision + 1, ACALL_FLAT_DECISION_ACTION);
    }
    return is_ok_flat(vector, acall_flat_call_abandon(memory[i % 2] + 1));
}

static int by_flat(struct vector *vector, const struct plan *plan,
                   struct step *steps)
{
    int64_t policy = 0;
    int64_t budget = 0;
    int is_played = 0;

    if (!is_ok_flat(vector,
                    acall_flat_policy_from_json(plan->policy,
                                                (int32_t)plan->policy_length,
                                                &policy)))
        return 0;
    if (is_ok_flat(vector, acall_flat_budget_of_policy(policy, &budget))) {
        if (budget != 0 && plan->tokens >= 0) {
            int64_t capacity = 0;

            is_ok_flat(vector, acall_flat_budget_tokens(budget, &capacity));
            is_ok_flat(vector, acall_flat_budget_free(budget));
            is_ok_flat(vector,
                       acall_flat_budget_new((int32_t)capacity, plan->tokens,
                                             &budget));
        }
        is_played = play_flat_events(vector, plan, policy, budget, steps);
    }
    if (budget != 0)
        is_ok_flat(vector, acall_flat_budget_free(budget));
    is_ok_flat(vector, acall_flat_policy_free(policy));
    return is_played;
}

/* Whether every reply's headers can be written as lines. */
static int can_be_flat(struct vector *vector, const struct plan *plan)
{
    struct block block;
    size_t i;

    for (i = 0; i < plan->event_count; i++)
        if (!write_block(vector, &plan->events[i].reply, &block))
            return 0;
    return vector->built_in != NULL;
}

int play_call(struct vector *vector, const struct plan *plan,
              struct step *steps)
{
    struct step *other = (struct step *)arena_take(
        vector->arena, (plan->event_count + 1) * sizeof(*other));

    if (!by_structures(vector, plan, steps))
        return 0;
    /* It knows built-in profiles alone. */
    if (vector->built_in != NULL) {
        if (!ask_about_call(vector, plan, steps, other))
            return 0;
        steps_agree(vector, plan, steps, "acall_explain_json", other);
    }
    if (can_be_flat(vector, plan)) {
        if (!by_flat(vector, plan, other))
            return 0;
        steps_agree(vector, plan, steps, "acall_flat_call_on_reply", other);
    }
    return 1;
}
