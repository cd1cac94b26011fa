/*
 * Every function of the retry engine with arguments that no program should
 * pass: each pointer NULL, wrong sizes, unknown numbers and flags, negative
 * times, events out of turn, memory in which no call was begun, calls that
 * were copied. The answer is a status, nothing is written, nothing crashes.
 * misuse.c does the same for everything else.
 */

#include <aftercall.h>

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define HUGE_SIZE ((size_t)-1)
#define CALL_SIZE ACALL_FLAT_CALL_SIZE
#define DECISION_SIZE ACALL_FLAT_DECISION_SIZE

static acall_verdict judged(int32_t http_status, const char *body,
                            acall_reply *reply)
{
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_reply init = ACALL_REPLY_INIT;

    *reply = init;
    reply->http_status = http_status;
    reply->body = body;
    reply->body_length = strlen(body);
    CHECK(acall_judge(acall_profile_eureka(), reply, &verdict) == ACALL_OK);
    return verdict;
}

static acall_verdict verdict_of(int32_t http_status)
{
    acall_reply reply;

    return judged(http_status, "", &reply);
}

static void policies(void)
{
    static const char bad[] = "{\"max_attempts\": 0}";
    const acall_policy *preset = NULL;
    acall_policy *policy = NULL;
    acall_error *error = NULL;
    char buffer[800];
    char *odd = buffer + 1;
    size_t needed = 99;

    CHECK(acall_policy_preset(ACALL_PRESET_STANDARD, NULL) == ACALL_E_NULL);
    CHECK(acall_policy_preset(-1, &preset) == ACALL_E_ARGUMENT);
    CHECK(acall_policy_preset(3, &preset) == ACALL_E_ARGUMENT);
    CHECK(preset == NULL);
    CHECK(acall_policy_preset(ACALL_PRESET_NONE, &preset) == ACALL_OK);
    acall_policy_free((acall_policy *)(uintptr_t)preset);

    CHECK(acall_policy_from_json(bad, strlen(bad), &policy, &error)
          == ACALL_E_POLICY);
    CHECK(acall_error_status(error) == ACALL_E_POLICY);
    CHECK(strcmp(acall_error_path(error), "max_attempts") == 0);
    CHECK(strstr(acall_error_message(error), "1 to 100") != NULL);
    acall_error_free(error);
    CHECK(acall_policy_from_json(NULL, 1, &policy, &error) == ACALL_E_NULL);
    acall_error_free(error);
    CHECK(acall_policy_from_json(bad, HUGE_SIZE, &policy, &error)
          == ACALL_E_ARGUMENT);
    acall_error_free(error);
    CHECK(acall_policy_from_json("\xFF", 1, &policy, NULL) == ACALL_E_UTF8);
    CHECK(acall_policy_from_json("{}", 2, NULL, &error) == ACALL_E_NULL);
    acall_error_free(error);
    CHECK(policy == NULL);
    acall_policy_free(NULL);

    CHECK(acall_policy_to_json(NULL, buffer, sizeof(buffer), &needed)
          == ACALL_E_NULL);
    CHECK(acall_policy_to_json((const acall_policy *)odd, NULL, 0, &needed)
          == ACALL_E_ARGUMENT);
    CHECK(needed == 0);
    CHECK(acall_policy_to_json(preset, NULL, 1, &needed) == ACALL_E_NULL);
    CHECK(acall_policy_to_json(preset, buffer, 9, &needed)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed > 9 && needed <= sizeof(buffer));
    CHECK(acall_policy_to_json(preset, buffer, needed, NULL) == ACALL_OK);
    CHECK(strstr(buffer, "\"max_attempts\":1,") != NULL);
    CHECK(acall_policy_from_json(buffer, strlen(buffer), &policy, NULL)
          == ACALL_OK);
    acall_policy_free(policy);
}

static void budgets(void)
{
    const acall_policy *standard = NULL;
    acall_policy *without = NULL;
    acall_budget *budget = NULL;
    double memory[2] = {0, 0};
    const char *odd = (const char *)memory + 1;

    CHECK(acall_budget_new(500, -1, NULL) == ACALL_E_NULL);
    CHECK(acall_budget_new(0, 0, &budget) == ACALL_E_ARGUMENT);
    CHECK(acall_budget_new(INT32_MIN, -1, &budget) == ACALL_E_ARGUMENT);
    CHECK(acall_budget_new(5, -2, &budget) == ACALL_E_ARGUMENT);
    CHECK(acall_budget_of_policy(NULL, NULL) == ACALL_E_NULL);
    CHECK(acall_budget_of_policy((const acall_policy *)odd, &budget)
          == ACALL_E_ARGUMENT);
    CHECK(budget == NULL);
    CHECK(acall_budget_tokens(NULL) == -1);
    CHECK(acall_budget_capacity(NULL) == -1);
    CHECK(acall_budget_tokens((const acall_budget *)odd) == -1);
    acall_budget_free(NULL);

    CHECK(acall_budget_new(5, 6, &budget) == ACALL_OK);
    CHECK(acall_budget_tokens(budget) == 5);
    acall_budget_free(budget);
    CHECK(acall_policy_preset(ACALL_PRESET_STANDARD, &standard) == ACALL_OK);
    CHECK(acall_budget_of_policy(standard, &budget) == ACALL_OK);
    CHECK(acall_budget_capacity(budget) == 500);
    acall_budget_free(budget);
    CHECK(acall_budget_of_policy(NULL, &budget) == ACALL_OK);
    CHECK(acall_budget_tokens(budget) == 500);
    acall_budget_free(budget);
    CHECK(acall_policy_from_json("{\"budget\": false}", 17, &without, NULL)
          == ACALL_OK);
    CHECK(acall_budget_of_policy(without, &budget) == ACALL_OK);
    CHECK(budget == NULL);
    acall_policy_free(without);
}

/* A call that is not begun, and whose memory must stay as it is. */
static acall_status begin_into_pattern(const acall_call_options *options,
                                       int64_t now_ms)
{
    acall_call call;
    acall_call before;
    acall_status status;

    memset(&call, 0xA5, sizeof(call));
    before = call;
    status = acall_call_begin(&call, options, now_ms);
    CHECK(memcmp(&call, &before, sizeof(call)) == 0);
    return status;
}

static void beginning(void)
{
    acall_call_options good = ACALL_CALL_OPTIONS_INIT;
    acall_call_options options;
    acall_call call;
    double memory[2] = {0, 0};
    const char *odd = (const char *)memory + 1;
    struct {
        acall_call_options known;
        uint64_t unknown;
    } newer;

    CHECK(acall_call_begin(NULL, &good, 0) == ACALL_E_NULL);
    CHECK(acall_call_begin((acall_call *)(uintptr_t)odd, &good, 0)
          == ACALL_E_ARGUMENT);
    CHECK(begin_into_pattern(NULL, 0) == ACALL_E_NULL);
    CHECK(begin_into_pattern(&good, -1) == ACALL_E_ARGUMENT);
    CHECK(begin_into_pattern(&good, INT64_MIN) == ACALL_E_ARGUMENT);
#define WRONG(field, value, expected) \
    options = good; \
    options.field = (value); \
    CHECK(begin_into_pattern(&options, 0) == (expected))
    WRONG(struct_size, 0, ACALL_E_ABI_MISMATCH);
    WRONG(struct_size, sizeof(options) - 1, ACALL_E_ABI_MISMATCH);
    WRONG(struct_size, 4097, ACALL_E_ABI_MISMATCH);
    WRONG(flags, 16, ACALL_E_ARGUMENT);
    WRONG(flags, 0x80000000u, ACALL_E_ARGUMENT);
    WRONG(flags, ACALL_CALL_SEEDED | ACALL_CALL_FIXED_DRAW, ACALL_E_ARGUMENT);
    WRONG(kind, 3, ACALL_E_ARGUMENT);
    WRONG(kind, -1, ACALL_E_ARGUMENT);
    WRONG(reserved, 1, ACALL_E_ARGUMENT);
    /* A seed that nothing asks to be used. */
    WRONG(seed, 1, ACALL_E_ARGUMENT);
    WRONG(policy, (const acall_policy *)odd, ACALL_E_ARGUMENT);
    WRONG(budget, (const acall_budget *)odd, ACALL_E_ARGUMENT);
#undef WRONG
    options = good;
    options.flags = ACALL_CALL_FIXED_DRAW;
    options.seed = UINT64_C(9007199254740992) + 1;
    CHECK(begin_into_pattern(&options, 0) == ACALL_E_ARGUMENT);
    options.seed--;
    CHECK(acall_call_begin(&call, &options, INT64_MAX) == ACALL_OK);

    newer.known = good;
    newer.known.struct_size = sizeof(newer);
    newer.unknown = 0;
    CHECK(acall_call_begin(&call, &newer.known, 0) == ACALL_OK);
    newer.unknown = 1;
    CHECK(begin_into_pattern(&newer.known, 0) == ACALL_E_ABI_MISMATCH);

    CHECK(acall_fresh_seed() != acall_fresh_seed());
}

/* An event that must fail, for each kind of event. */
struct refused {
    acall_status before_attempt;
    acall_status on_reply;
    acall_status on_refreshed;
    acall_status on_refresh_failed;
    acall_status cancel;
    acall_status expire;
};

/* ACALL_OK in `expected` stands for an event that is not tried. */
static void refuse(acall_call *call, int64_t now_ms,
                   const struct refused *expected)
{
    acall_verdict verdict = verdict_of(503);
    acall_attempt attempt = ACALL_ATTEMPT_INIT;
    acall_decision decision = ACALL_DECISION_INIT;
    acall_call before;
    /* Not even a copy can be made of what is misaligned. */
    int has_memory = call != NULL && (uintptr_t)call % 8 == 0;

    memset((char *)&attempt + 4, 0xA5, sizeof(attempt) - 4);
    memset((char *)&decision + 4, 0xA5, sizeof(decision) - 4);
    if (has_memory)
        before = *call;
#define EVENT(name, arguments) \
    if (expected->name != ACALL_OK) \
    CHECK(acall_call_##name arguments == expected->name)
    EVENT(before_attempt, (call, now_ms, &attempt));
    EVENT(on_reply, (call, &verdict, NULL, now_ms, &decision));
    EVENT(on_refreshed, (call, now_ms));
    EVENT(on_refresh_failed, (call, now_ms, &decision));
    EVENT(cancel, (call, now_ms, &decision));
    EVENT(expire, (call, now_ms, &decision));
#undef EVENT
    CHECK(attempt.number == (int32_t)0xA5A5A5A5);
    CHECK(decision.action == (int32_t)0xA5A5A5A5);
    CHECK(!has_memory || memcmp(call, &before, sizeof(before)) == 0);
}

#define ALL(status) {status, status, status, status, status, status}
#define LATE ACALL_E_OUT_OF_TURN

static void memory_without_a_call(void)
{
    static const struct refused null = ALL(ACALL_E_NULL);
    static const struct refused odd = ALL(ACALL_E_ARGUMENT);
    static const struct refused none = ALL(ACALL_E_NO_CALL);
    acall_call_options options = ACALL_CALL_OPTIONS_INIT;
    acall_call calls[2];
    acall_call call;
    unsigned char byte;

    refuse(NULL, 0, &null);
    CHECK(acall_call_abandon(NULL) == ACALL_E_NULL);
    CHECK(acall_call_attempts(NULL) == -1);
    CHECK(acall_call_is_over(NULL) == -1);
    memset(calls, 0, sizeof(calls));
    refuse((acall_call *)(uintptr_t)((char *)calls + 1), 0, &odd);
    for (byte = 0; byte < 0xF0; byte = (unsigned char)(byte + 0x21)) {
        memset(&call, byte, sizeof(call));
        refuse(&call, 0, &none);
        CHECK(acall_call_abandon(&call) == ACALL_E_NO_CALL);
        CHECK(acall_call_attempts(&call) == -1);
        CHECK(acall_call_is_over(&call) == -1);
    }
    /* A copy is no call, wherever it lies; the original still is. */
    CHECK(acall_call_begin(&calls[0], &options, 0) == ACALL_OK);
    calls[1] = calls[0];
    call = calls[0];
    refuse(&calls[1], 0, &none);
    refuse(&call, 0, &none);
    CHECK(acall_call_abandon(&call) == ACALL_E_NO_CALL);
    CHECK(acall_call_is_over(&calls[0]) == 0);
}

static void events_out_of_turn(void)
{
    static const struct refused at_first = {0, LATE, LATE, LATE, 0, 0};
    static const struct refused while_sent = {LATE, 0, LATE, LATE, 0, LATE};
    static const struct refused while_waiting = {0, LATE, LATE, LATE, 0, 0};
    static const struct refused while_refreshing = {LATE, LATE, 0, 0, 0, 0};
    static const struct refused at_the_end = ALL(LATE);
    static const struct refused too_early = ALL(ACALL_E_ARGUMENT);
    acall_call_options options = ACALL_CALL_OPTIONS_INIT;
    acall_verdict denied = verdict_of(401);
    acall_verdict busy = verdict_of(503);
    acall_attempt attempt = ACALL_ATTEMPT_INIT;
    acall_decision decision = ACALL_DECISION_INIT;
    acall_budget *budget = NULL;
    acall_call call;

    CHECK(acall_budget_new(20, -1, &budget) == ACALL_OK);
    options.kind = ACALL_KIND_QUERY;
    options.flags = ACALL_CALL_CAN_REFRESH;
    options.budget = budget;
    /* Only for memcmp, which looks at what the library leaves alone. */
    memset(&call, 0, sizeof(call));
    CHECK(acall_call_begin(&call, &options, 1000) == ACALL_OK);
    refuse(&call, 1000, &at_first);
    refuse(&call, -1, &too_early);
    CHECK(acall_call_before_attempt(&call, 1000, &attempt) == ACALL_OK);
    CHECK(attempt.number == 1 && attempt.timeout_ms == -1);
    refuse(&call, 1000, &while_sent);
    CHECK(acall_call_on_reply(&call, &denied, NULL, 1010, &decision)
          == ACALL_OK);
    CHECK(decision.action == ACALL_ACTION_REFRESH && decision.attempt == 1);
    refuse(&call, 1010, &while_refreshing);
    CHECK(acall_call_on_refreshed(&call, 1020) == ACALL_OK);
    refuse(&call, 1020, &at_first);
    CHECK(acall_call_before_attempt(&call, 1020, &attempt) == ACALL_OK);
    CHECK(acall_call_on_reply(&call, &busy, NULL, 1040, &decision)
          == ACALL_OK);
    CHECK(decision.action == ACALL_ACTION_RETRY && decision.attempt == 2);
    CHECK(decision.budget_tokens == 6 && acall_budget_tokens(budget) == 6);
    refuse(&call, 1040, &while_waiting);
    /* A clock that runs backwards stands still. */
    CHECK(acall_call_expire(&call, 0, &decision) == ACALL_OK);
    CHECK(decision.reason == ACALL_REASON_DEADLINE);
    CHECK(acall_budget_tokens(budget) == 20);
    refuse(&call, 1040, &at_the_end);
    CHECK(acall_call_attempts(&call) == 2 && acall_call_is_over(&call) == 1);
    CHECK(acall_call_abandon(&call) == ACALL_OK);
    CHECK(acall_budget_tokens(budget) == 20);

    /* A wait that nobody will use is paid back once. */
    CHECK(acall_call_begin(&call, &options, 0) == ACALL_OK);
    CHECK(acall_call_before_attempt(&call, 0, &attempt) == ACALL_OK);
    CHECK(acall_call_on_reply(&call, &busy, NULL, 0, &decision) == ACALL_OK);
    CHECK(acall_budget_tokens(budget) == 6);
    CHECK(acall_call_abandon(&call) == ACALL_OK);
    CHECK(acall_call_abandon(&call) == ACALL_OK);
    CHECK(acall_budget_tokens(budget) == 20);
    refuse(&call, 0, &at_the_end);

    CHECK(acall_call_begin(&call, &options, 0) == ACALL_OK);
    CHECK(acall_call_before_attempt(&call, 0, &attempt) == ACALL_OK);
    CHECK(acall_call_on_reply(&call, &denied, NULL, 0, &decision)
          == ACALL_OK);
    CHECK(acall_call_on_refresh_failed(&call, 0, &decision) == ACALL_OK);
    CHECK(decision.reason == ACALL_REASON_AUTH_FAILED);
    acall_budget_free(budget);
}

static acall_status reply_refused(acall_call *call,
                                  const acall_verdict *verdict,
                                  const acall_reply *reply)
{
    acall_decision decision = ACALL_DECISION_INIT;
    acall_status status =
        acall_call_on_reply(call, verdict, reply, 0, &decision);

    CHECK(decision.action == ACALL_ACTION_NONE);
    CHECK(acall_call_is_over(call) == 0);
    return status;
}

static void verdicts(void)
{
    static const char words[] =
        "{\"overrides\": [{\"code\": \"BUSY\", \"advice\": \"never\"}]}";
    acall_call_options options = ACALL_CALL_OPTIONS_INIT;
    acall_attempt attempt = ACALL_ATTEMPT_INIT;
    acall_decision decision = ACALL_DECISION_INIT;
    acall_verdict good = verdict_of(503);
    acall_verdict verdict;
    acall_reply reply;
    acall_policy *policy = NULL;
    acall_call call;

    CHECK(acall_policy_from_json(words, strlen(words), &policy, NULL)
          == ACALL_OK);
    options.policy = policy;
    CHECK(acall_call_begin(&call, &options, 0) == ACALL_OK);
    attempt.struct_size = 15;
    CHECK(acall_call_before_attempt(&call, 0, &attempt)
          == ACALL_E_ABI_MISMATCH);
    attempt.struct_size = sizeof(attempt);
    CHECK(acall_call_before_attempt(&call, 0, NULL) == ACALL_E_NULL);
    CHECK(acall_call_before_attempt(&call, 0, &attempt) == ACALL_OK);
    CHECK(reply_refused(&call, NULL, NULL) == ACALL_E_NULL);
#define WRONG(field, value, expected) \
    verdict = good; \
    verdict.field = (value); \
    CHECK(reply_refused(&call, &verdict, NULL) == (expected))
    WRONG(struct_size, 0, ACALL_E_ABI_MISMATCH);
    WRONG(outcome, ACALL_OUTCOME_NONE, ACALL_E_ARGUMENT);
    WRONG(outcome, 3, ACALL_E_ARGUMENT);
    WRONG(category, 17, ACALL_E_ARGUMENT);
    WRONG(advice, -1, ACALL_E_ARGUMENT);
    WRONG(effect, 4, ACALL_E_ARGUMENT);
    WRONG(repeat, 3, ACALL_E_ARGUMENT);
    WRONG(repeat, -2, ACALL_E_ARGUMENT);
    WRONG(server_delay_ms, -2, ACALL_E_ARGUMENT);
#undef WRONG
    CHECK(acall_call_on_reply(&call, &good, NULL, 0, NULL) == ACALL_E_NULL);
    decision.struct_size = 143;
    CHECK(acall_call_on_reply(&call, &good, NULL, 0, &decision)
          == ACALL_E_ABI_MISMATCH);
    decision.struct_size = sizeof(decision);

    /* An override looks for a word, and nobody says which there is. */
    verdict = judged(503, "{\"status\":false,\"error_code\":\" BUSY \"}",
                     &reply);
    CHECK(reply_refused(&call, &verdict, NULL) == ACALL_E_NULL);
    reply.body_length = 20;
    CHECK(reply_refused(&call, &verdict, &reply) == ACALL_E_ARGUMENT);
    verdict = judged(503, "{\"status\":false,\"error_code\":\" BUSY \"}",
                     &reply);
    CHECK(acall_call_on_reply(&call, &verdict, &reply, 0, &decision)
          == ACALL_OK);
    CHECK(decision.reason == ACALL_REASON_NOT_RETRYABLE);
    CHECK(acall_call_cancel(&call, 0, NULL) == ACALL_E_NULL);
    CHECK(acall_call_expire(&call, 0, NULL) == ACALL_E_NULL);
    CHECK(acall_call_on_refresh_failed(&call, 0, NULL) == ACALL_E_NULL);
    acall_policy_free(policy);
}

/* A program that was compiled with a newer header. */
static void growing(void)
{
    acall_call_options options = ACALL_CALL_OPTIONS_INIT;
    acall_attempt attempt = ACALL_ATTEMPT_INIT;
    acall_verdict verdict = verdict_of(503);
    acall_call call;
    struct {
        acall_decision known;
        uint64_t unknown;
        uint64_t beyond;
    } decision;

    memset(&decision, 0xA5, sizeof(decision));
    decision.known.struct_size = sizeof(decision) - sizeof(decision.beyond);
    CHECK(acall_call_begin(&call, &options, 0) == ACALL_OK);
    CHECK(acall_call_before_attempt(&call, 0, &attempt) == ACALL_OK);
    CHECK(acall_call_on_reply(&call, &verdict, NULL, 0, &decision.known)
          == ACALL_OK);
    CHECK(decision.known.struct_size == sizeof(decision) - 8);
    CHECK(decision.unknown == 0);
    CHECK(decision.beyond == UINT64_C(0xA5A5A5A5A5A5A5A5));
    CHECK(acall_decision_explain(&decision.known, NULL, 0, NULL)
          == ACALL_E_BUFFER_TOO_SMALL);
}

static acall_decision good_decision(void)
{
    acall_call_options options = ACALL_CALL_OPTIONS_INIT;
    acall_attempt attempt = ACALL_ATTEMPT_INIT;
    acall_decision decision = ACALL_DECISION_INIT;
    acall_verdict verdict = verdict_of(500);
    acall_call call;

    CHECK(acall_call_begin(&call, &options, 0) == ACALL_OK);
    CHECK(acall_call_before_attempt(&call, 0, &attempt) == ACALL_OK);
    CHECK(acall_call_on_reply(&call, &verdict, NULL, 7, &decision)
          == ACALL_OK);
    CHECK(decision.reason == ACALL_REASON_UNSAFE_TO_REPLAY);
    return decision;
}

typedef acall_status (*explain_function)(const acall_decision *, char *,
                                         size_t, size_t *);

static void explained(explain_function explain)
{
    acall_decision good = good_decision();
    acall_decision none = ACALL_DECISION_INIT;
    acall_decision decision;
    char buffer[2000];
    size_t needed = 99;
    size_t i;

    buffer[0] = '#';
    CHECK(explain(NULL, buffer, sizeof(buffer), &needed) == ACALL_E_NULL);
    CHECK(explain(&none, buffer, sizeof(buffer), &needed)
          == ACALL_E_ARGUMENT);
    decision = good;
    decision.struct_size = 8;
    CHECK(explain(&decision, buffer, sizeof(buffer), &needed)
          == ACALL_E_ABI_MISMATCH);
    CHECK(explain(&good, NULL, 5, &needed) == ACALL_E_NULL);
    CHECK(explain(&good, buffer, HUGE_SIZE, &needed) == ACALL_E_ARGUMENT);
    CHECK(needed == 0);
    CHECK(explain(&good, buffer, 9, &needed) == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed > 200 && needed < sizeof(buffer) && buffer[0] == '#');
    CHECK(explain(&good, buffer, needed, NULL) == ACALL_OK);
    CHECK(strstr(buffer, "unsafe_to_replay") != NULL);
    CHECK(strlen(buffer) + 1 == needed);
    /* Facts that nobody recorded are explained, or refused. */
    for (i = 0; i < sizeof(decision.members); i++) {
        acall_status status;

        decision = good;
        decision.members[i] = 0xFF;
        status = explain(&decision, buffer, sizeof(buffer), &needed);
        CHECK(status == ACALL_E_ARGUMENT);
    }
    decision = good;
    memset(decision.counts, 0xFF, sizeof(decision.counts));
    memset(decision.times_ms, 0xFF, sizeof(decision.times_ms));
    CHECK(explain(&decision, buffer, sizeof(buffer), &needed) == ACALL_OK);
}

static void gates(void)
{
    acall_decision good = good_decision();
    acall_decision none = ACALL_DECISION_INIT;
    acall_gate_state state = 77;

    explained(acall_decision_explain);
    explained(acall_decision_explain_json);
    CHECK(acall_decision_gate(NULL, 1, &state) == ACALL_E_NULL);
    CHECK(acall_decision_gate(&none, 1, &state) == ACALL_E_ARGUMENT);
    CHECK(acall_decision_gate(&good, 0, &state) == ACALL_E_ARGUMENT);
    CHECK(acall_decision_gate(&good, 11, &state) == ACALL_E_ARGUMENT);
    CHECK(acall_decision_gate(&good, INT32_MIN, &state) == ACALL_E_ARGUMENT);
    CHECK(state == 77);
    CHECK(acall_decision_gate(&good, 1, NULL) == ACALL_E_NULL);
    CHECK(acall_decision_gate(&good, ACALL_REASON_DEADLINE, &state)
          == ACALL_OK);
    CHECK(state == ACALL_GATE_STATE_NOT_REACHED);
}

/* Names both ways: an unknown number has none, an unknown name no number. */
#define NAMES(set, first) \
    do { \
        int32_t number = 77; \
        const char *known = acall_##set##_name(first); \
        CHECK(known != NULL); \
        CHECK(acall_##set##_name(1000) == NULL); \
        CHECK(acall_##set##_name(-1) == NULL); \
        CHECK(acall_##set##_name(INT32_MIN) == NULL); \
        CHECK(acall_##set##_from_name("no such", 7, &number) \
              == ACALL_E_ABSENT); \
        CHECK(acall_##set##_from_name(NULL, 1, &number) == ACALL_E_NULL); \
        CHECK(acall_##set##_from_name(known, HUGE_SIZE, &number) \
              == ACALL_E_ARGUMENT); \
        CHECK(number == 77); \
        CHECK(acall_##set##_from_name(known, strlen(known), NULL) \
              == ACALL_E_NULL); \
        CHECK(acall_##set##_from_name(known, strlen(known), &number) \
              == ACALL_OK); \
        CHECK(number == (first)); \
    } while (0)

static void names(void)
{
    /* acall_action_name, acall_action_from_name */
    NAMES(action, 3);
    CHECK(acall_action_name(ACALL_ACTION_NONE) == NULL);
    /* acall_reason_name, acall_reason_from_name */
    NAMES(reason, 10);
    CHECK(acall_reason_name(ACALL_REASON_NONE) == NULL);
    /* acall_delay_source_name, acall_delay_source_from_name */
    NAMES(delay_source, 1);
    /* acall_gate_state_name, acall_gate_state_from_name */
    NAMES(gate_state, 3);
    /* acall_preset_name, acall_preset_from_name */
    NAMES(preset, 2);
    /* acall_jitter_name, acall_jitter_from_name */
    NAMES(jitter, 0);
    /* acall_over_cap_name, acall_over_cap_from_name */
    NAMES(over_cap, 1);
    /* acall_retry_mutations_name, acall_retry_mutations_from_name */
    NAMES(retry_mutations, 2);
}

static void flat_handles(void)
{
    char buffer[800];
    int64_t policy = 77;
    int64_t budget = 77;
    int64_t tokens = 77;
    int32_t needed = 99;

    CHECK(acall_flat_policy_from_json("{}", -1, NULL) == ACALL_E_NULL);
    CHECK(acall_flat_policy_from_json(NULL, -1, &policy) == ACALL_E_NULL);
    CHECK(acall_flat_policy_from_json("{}", -2, &policy)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_policy_from_json("\xFF", -1, &policy) == ACALL_E_UTF8);
    CHECK(acall_flat_policy_from_json("{\"x\":1}", -1, &policy)
          == ACALL_E_POLICY);
    CHECK(policy == 77);
    CHECK(acall_last_error(buffer, sizeof(buffer), NULL) == ACALL_OK);
    CHECK(strstr(buffer, "\"x\"") != NULL);
    CHECK(acall_flat_policy_from_json("{}", -1, &policy) == ACALL_OK);
    CHECK(acall_flat_policy_to_json(policy, buffer, 3, &needed)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(acall_flat_policy_to_json(policy, NULL, 3, &needed)
          == ACALL_E_NULL);
    CHECK(acall_flat_policy_to_json(policy, buffer, -1, &needed)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_policy_to_json(policy + 1, buffer, 800, &needed)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_policy_to_json(0, buffer, 800, &needed) == ACALL_OK);
    CHECK(strstr(buffer, "\"preset\":\"standard\"") != NULL);
    CHECK(acall_flat_policy_free(0) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_policy_free(policy) == ACALL_OK);
    CHECK(acall_flat_policy_free(policy) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_budget_of_policy(policy, &budget) == ACALL_E_ARGUMENT);

    CHECK(acall_flat_budget_new(5, -1, NULL) == ACALL_E_NULL);
    CHECK(acall_flat_budget_new(0, -1, &budget) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_budget_of_policy(0, NULL) == ACALL_E_NULL);
    CHECK(budget == 77);
    CHECK(acall_flat_budget_of_policy(0, &budget) == ACALL_OK);
    CHECK(acall_flat_budget_tokens(budget, NULL) == ACALL_E_NULL);
    CHECK(acall_flat_budget_tokens(0, &tokens) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_budget_tokens(-5, &tokens) == ACALL_E_ARGUMENT);
    CHECK(tokens == 77);
    CHECK(acall_flat_budget_tokens(budget, &tokens) == ACALL_OK);
    CHECK(tokens == 500);
    CHECK(acall_flat_budget_free(budget) == ACALL_OK);
    CHECK(acall_flat_budget_free(budget) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_fresh_seed(NULL) == ACALL_E_NULL);
    CHECK(acall_flat_fresh_seed(&tokens) == ACALL_OK);
}

/* What acall_flat_call_begin refuses. */
static acall_status flat_begin(int64_t policy, int64_t budget, int32_t kind,
                               int32_t flags, int64_t seed, int64_t now_ms,
                               int32_t capacity)
{
    char call[CALL_SIZE];
    char before[CALL_SIZE];
    acall_status status;

    memset(call, ' ', sizeof(call));
    memcpy(before, call, sizeof(call));
    status = acall_flat_call_begin(policy, budget, kind, flags, seed, now_ms,
                                   call, capacity);
    CHECK((memcmp(call, before, sizeof(call)) == 0) == (status != ACALL_OK));
    return status;
}

static void flat_beginning(void)
{
    CHECK(flat_begin(0, 0, 1, 0, 0, 0, CALL_SIZE) == ACALL_OK);
    CHECK(flat_begin(99, 0, 1, 0, 0, 0, CALL_SIZE) == ACALL_E_ARGUMENT);
    CHECK(flat_begin(0, 99, 1, 0, 0, 0, CALL_SIZE) == ACALL_E_ARGUMENT);
    CHECK(flat_begin(0, 0, 3, 0, 0, 0, CALL_SIZE) == ACALL_E_ARGUMENT);
    CHECK(flat_begin(0, 0, 1, -1, 0, 0, CALL_SIZE) == ACALL_E_ARGUMENT);
    CHECK(flat_begin(0, 0, 1, 0, 1, 0, CALL_SIZE) == ACALL_E_ARGUMENT);
    CHECK(flat_begin(0, 0, 1, 8, -1, 0, CALL_SIZE) == ACALL_E_ARGUMENT);
    CHECK(flat_begin(0, 0, 1, 0, 0, -1, CALL_SIZE) == ACALL_E_ARGUMENT);
    CHECK(flat_begin(0, 0, 1, 0, 0, 0, CALL_SIZE - 1)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(flat_begin(0, 0, 1, 0, 0, 0, -1) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_call_begin(0, 0, 1, 0, 0, 0, NULL, CALL_SIZE)
          == ACALL_E_NULL);
}

/* Every flat event that must fail, and change nothing:
   acall_flat_call_on_refreshed, acall_flat_call_on_refresh_failed and the
   others. */
static void flat_refuse(char *call, int64_t now_ms,
                        const struct refused *expected)
{
    char before[CALL_SIZE] = {0};
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    char decision[DECISION_SIZE];
    int32_t number = 77;
    int64_t timeout_ms = 77;

    if (call != NULL)
        memcpy(before, call, CALL_SIZE);
    memset(decision, ' ', sizeof(decision));
    CHECK(acall_flat_judge(NULL, 0, 503, 0, 0, 0, NULL, 0, NULL, 0, verdict,
                           ACALL_FLAT_VERDICT_SIZE)
          == ACALL_OK);
#define EVENT(name, arguments) \
    if (expected->name != ACALL_OK) \
    CHECK(acall_flat_call_##name arguments == expected->name)
    EVENT(before_attempt, (call, now_ms, &number, &timeout_ms));
    EVENT(on_reply,
          (call, verdict, NULL, 0, now_ms, decision, DECISION_SIZE));
    EVENT(on_refreshed, (call, now_ms));
    EVENT(on_refresh_failed, (call, now_ms, decision, DECISION_SIZE));
    EVENT(cancel, (call, now_ms, decision, DECISION_SIZE));
    EVENT(expire, (call, now_ms, decision, DECISION_SIZE));
#undef EVENT
    CHECK(number == 77 && timeout_ms == 77 && decision[0] == ' ');
    if (call != NULL)
        CHECK(memcmp(before, call, CALL_SIZE) == 0);
}

static void flat_events(void)
{
    static const struct refused null = ALL(ACALL_E_NULL);
    static const struct refused none = ALL(ACALL_E_NO_CALL);
    static const struct refused at_first = {0, LATE, LATE, LATE, 0, 0};
    static const struct refused at_the_end = ALL(LATE);
    static const struct refused wrong = ALL(ACALL_E_ARGUMENT);
    char call[CALL_SIZE];
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    char decision[DECISION_SIZE];
    char reason[100];
    int64_t budget = 0;
    int64_t tokens = 0;
    int64_t timeout_ms;
    int32_t number = 0;
    size_t i;

    flat_refuse(NULL, 0, &null);
    CHECK(acall_flat_call_abandon(NULL) == ACALL_E_NULL);
    memset(call, ' ', sizeof(call));
    flat_refuse(call, 0, &none);
    CHECK(acall_flat_call_abandon(call) == ACALL_E_NO_CALL);

    CHECK(acall_flat_budget_new(20, -1, &budget) == ACALL_OK);
    CHECK(acall_flat_call_begin(0, budget, ACALL_KIND_QUERY, 0, 0, 0, call,
                                CALL_SIZE)
          == ACALL_OK);
    flat_refuse(call, 0, &at_first);
    CHECK(acall_last_error(reason, sizeof(reason), NULL) == ACALL_OK);
    CHECK(strstr(reason, "out of turn: nothing was sent yet") != NULL);
    flat_refuse(call, -1, &wrong);
    CHECK(acall_flat_call_before_attempt(call, 0, NULL, &timeout_ms)
          == ACALL_E_NULL);
    CHECK(acall_flat_call_before_attempt(call, 0, &number, NULL)
          == ACALL_E_NULL);
    CHECK(acall_flat_call_before_attempt(call, 0, &number, &timeout_ms)
          == ACALL_OK);
    CHECK(number == 1 && timeout_ms == -1);
    memset(verdict, ' ', sizeof(verdict));
#define REPLY(v, body, length, out, capacity, expected) \
    CHECK(acall_flat_call_on_reply(call, v, body, length, 0, out, capacity) \
          == (expected))
    REPLY(NULL, NULL, 0, decision, DECISION_SIZE, ACALL_E_NULL);
    REPLY(verdict, NULL, 0, decision, DECISION_SIZE, ACALL_E_ARGUMENT);
    CHECK(acall_flat_judge(NULL, 0, 503, 0, 0, 0, NULL, 0, NULL, 0, verdict,
                           ACALL_FLAT_VERDICT_SIZE)
          == ACALL_OK);
    REPLY(verdict, NULL, 1, decision, DECISION_SIZE, ACALL_E_NULL);
    REPLY(verdict, "", -2, decision, DECISION_SIZE, ACALL_E_ARGUMENT);
    REPLY(verdict, NULL, 0, NULL, DECISION_SIZE, ACALL_E_NULL);
    REPLY(verdict, NULL, 0, decision, DECISION_SIZE - 1,
          ACALL_E_BUFFER_TOO_SMALL);
    /* The mark of a verdict, and nothing of one behind it. */
    memset(verdict + 8, 0xFF, sizeof(verdict) - 8);
    REPLY(verdict, NULL, 0, decision, DECISION_SIZE, ACALL_E_ARGUMENT);
    CHECK(acall_flat_judge(NULL, 0, 503, 0, 0, 0, NULL, 0, NULL, 0, verdict,
                           ACALL_FLAT_VERDICT_SIZE)
          == ACALL_OK);
    REPLY(verdict, NULL, 0, decision, DECISION_SIZE, ACALL_OK);
    CHECK(acall_flat_budget_tokens(budget, &tokens) == ACALL_OK);
    CHECK(tokens == 6);
    /* A call whose budget is gone cannot go on, whatever it does. */
    CHECK(acall_flat_budget_free(budget) == ACALL_OK);
    flat_refuse(call, 0, &wrong);
    CHECK(acall_flat_call_abandon(call) == ACALL_E_ARGUMENT);

    CHECK(acall_flat_call_begin(0, 0, ACALL_KIND_QUERY, 0, 0, 0, call,
                                CALL_SIZE)
          == ACALL_OK);
    CHECK(acall_flat_call_cancel(call, 0, decision, DECISION_SIZE)
          == ACALL_OK);
    flat_refuse(call, 0, &at_the_end);
    CHECK(acall_flat_call_abandon(call) == ACALL_OK);
    /* Bytes that nobody recorded behind the mark are refused, or harmless. */
    for (i = 8; i < CALL_SIZE; i++) {
        call[i] = (char)~call[i];
        (void)acall_flat_call_cancel(call, INT64_MAX, decision,
                                     DECISION_SIZE);
        (void)acall_flat_call_before_attempt(call, 1, &number, &timeout_ms);
    }
}

static void flat_decisions(void)
{
    char call[CALL_SIZE];
    char decision[DECISION_SIZE + 1];
    char none[DECISION_SIZE] = {0};
    char buffer[2000];
    int32_t needed = 99;
    int64_t value = 77;
    size_t i;

    CHECK(acall_flat_call_begin(0, 0, 0, 0, 0, 5, call, CALL_SIZE)
          == ACALL_OK);
    CHECK(acall_flat_call_expire(call, 5, decision + 1, DECISION_SIZE)
          == ACALL_OK);
    CHECK(acall_flat_decision_int(NULL, 0, &value) == ACALL_E_NULL);
    CHECK(acall_flat_decision_int(none, 0, &value) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_decision_int(decision + 1, -1, &value)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_decision_int(decision + 1, 7, &value)
          == ACALL_E_ARGUMENT);
    for (needed = ACALL_FLAT_DECISION_DELAY_SOURCE;
         needed <= ACALL_FLAT_DECISION_BUDGET_TOKENS; needed++)
        CHECK(acall_flat_decision_int(decision + 1, needed, &value)
              == ACALL_E_ABSENT);
    CHECK(value == 77);
    CHECK(acall_flat_decision_int(decision + 1, 0, NULL) == ACALL_E_NULL);
    CHECK(acall_flat_decision_int(decision + 1, ACALL_FLAT_DECISION_ATTEMPT,
                                  &value)
          == ACALL_OK);
    CHECK(value == 0);
    CHECK(acall_flat_decision_int(decision + 1, ACALL_FLAT_DECISION_REASON,
                                  &value)
          == ACALL_OK);
    CHECK(value == ACALL_REASON_DEADLINE);
#define EXPLAIN(name) \
    CHECK(acall_flat_decision_##name(NULL, buffer, 2000, &needed) \
          == ACALL_E_NULL); \
    CHECK(acall_flat_decision_##name(none, buffer, 2000, &needed) \
          == ACALL_E_ARGUMENT); \
    CHECK(acall_flat_decision_##name(decision + 1, NULL, 2000, &needed) \
          == ACALL_E_NULL); \
    CHECK(acall_flat_decision_##name(decision + 1, buffer, -1, &needed) \
          == ACALL_E_ARGUMENT); \
    CHECK(needed == 0); \
    CHECK(acall_flat_decision_##name(decision + 1, buffer, 2000, NULL) \
          == ACALL_OK)
    EXPLAIN(explain); /* acall_flat_decision_explain */
    EXPLAIN(explain_json); /* acall_flat_decision_explain_json */
    EXPLAIN(explain_fixed); /* acall_flat_decision_explain_fixed */
    CHECK(acall_flat_decision_explain(decision + 1, buffer, 5, &needed)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(acall_flat_decision_explain_json(decision + 1, buffer, 5, &needed)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(acall_flat_decision_explain_fixed(decision + 1, buffer, 14, &needed)
          == ACALL_OK);
    CHECK(memcmp(buffer, "stop: deadline", 14) == 0 && needed > 14);
    /* Any byte behind the mark is refused, or harmless. */
    for (i = 9; i < sizeof(decision); i++) {
        decision[i] = (char)~decision[i];
        needed = acall_flat_decision_explain(decision + 1, buffer, 2000,
                                             NULL);
        CHECK(needed == ACALL_OK || needed == ACALL_E_ARGUMENT);
    }
}

int main(void)
{
    policies();
    budgets();
    beginning();
    memory_without_a_call();
    events_out_of_turn();
    verdicts();
    growing();
    gates();
    names();
    flat_handles();
    flat_beginning();
    flat_events();
    flat_decisions();
    return check_result();
}
