/*
 * Eight threads judge with one profile at once, and complain at once: every
 * answer is the right one, and each thread has its own last error. Then they
 * spend one budget, with structures and flat: no token is lost or made.
 */

#include <aftercall.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define THREADS 8
#define ROUNDS 20000

static const acall_profile *shared;

static void *judge_often(void *argument)
{
    long number = (long)(size_t)argument;
    static const char quota[] = "{\"status\":false,\"error_code\":67200002}";
    static const char balance[] = "{\"status\":false,\"error_code\":67200005}";
    int is_even = number % 2 == 0;
    const char *body = is_even ? quota : balance;
    acall_category expected =
        is_even ? ACALL_CATEGORY_QUOTA : ACALL_CATEGORY_BALANCE;
    const char *complaint = is_even ? "fault: " : "expect: ";
    char block[ACALL_FLAT_VERDICT_SIZE];
    char reason[100];
    size_t wrong = 0;
    int i;

    for (i = 0; i < ROUNDS; i++) {
        acall_reply reply = ACALL_REPLY_INIT;
        acall_verdict verdict = ACALL_VERDICT_INIT;

        reply.http_status = 200;
        reply.body = body;
        reply.body_length = strlen(body);
        if (acall_judge(shared, &reply, &verdict) != ACALL_OK
            || verdict.category != expected)
            wrong++;
        if (acall_flat_judge(NULL, 0, 200, is_even ? -1 : 0,
                             is_even ? 0 : -1, 0, NULL, 0, body, -1, block,
                             ACALL_FLAT_VERDICT_SIZE)
            != ACALL_E_ARGUMENT)
            wrong++;
        if (acall_last_error(reason, sizeof(reason), NULL) != ACALL_OK
            || strncmp(reason, complaint, strlen(complaint)) != 0)
            wrong++;
    }
    return (void *)wrong;
}

static acall_budget *budget;
static int64_t flat_budget;

/* A call that fails, and then succeeds, is given up, or is abandoned. */
static size_t spend(size_t round, const acall_verdict *failure,
                    const acall_verdict *success)
{
    acall_call_options options = ACALL_CALL_OPTIONS_INIT;
    acall_attempt attempt = ACALL_ATTEMPT_INIT;
    acall_decision decision = ACALL_DECISION_INIT;
    acall_call call;
    size_t wrong = 0;

    options.kind = ACALL_KIND_QUERY;
    options.budget = budget;
    wrong += acall_call_begin(&call, &options, 0) != ACALL_OK;
    wrong += acall_call_before_attempt(&call, 0, &attempt) != ACALL_OK;
    wrong += acall_call_on_reply(&call, failure, NULL, 0, &decision)
        != ACALL_OK;
    wrong += decision.budget_tokens < 0 || decision.budget_tokens > 60;
    if (decision.action == ACALL_ACTION_STOP)
        return wrong + (decision.reason != ACALL_REASON_BUDGET_EXHAUSTED);
    switch (round % 3) {
    case 0:
        wrong += acall_call_before_attempt(&call, 0, &attempt) != ACALL_OK;
        wrong += acall_call_on_reply(&call, success, NULL, 0, &decision)
            != ACALL_OK;
        break;
    case 1:
        wrong += acall_call_cancel(&call, 0, &decision) != ACALL_OK;
        break;
    default:
        wrong += acall_call_abandon(&call) != ACALL_OK;
    }
    return wrong;
}

static size_t spend_flat(const char *verdict)
{
    char call[ACALL_FLAT_CALL_SIZE];
    char decision[ACALL_FLAT_DECISION_SIZE];
    int64_t timeout_ms;
    int32_t number;
    size_t wrong = 0;

    wrong += acall_flat_call_begin(0, flat_budget, ACALL_KIND_QUERY, 0, 0, 0,
                                   call, sizeof(call))
        != ACALL_OK;
    wrong += acall_flat_call_before_attempt(call, 0, &number, &timeout_ms)
        != ACALL_OK;
    wrong += acall_flat_call_on_reply(call, verdict, NULL, 0, 0, decision,
                                      sizeof(decision))
        != ACALL_OK;
    return wrong + (acall_flat_call_abandon(call) != ACALL_OK);
}

static void *spend_often(void *argument)
{
    acall_verdict failure = ACALL_VERDICT_INIT;
    acall_verdict success = ACALL_VERDICT_INIT;
    acall_reply reply = ACALL_REPLY_INIT;
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    size_t wrong = 0;
    size_t i;

    (void)argument;
    reply.http_status = 503;
    wrong += acall_judge(shared, &reply, &failure) != ACALL_OK;
    reply.http_status = 204;
    wrong += acall_judge(shared, &reply, &success) != ACALL_OK;
    wrong += acall_flat_judge(NULL, 0, 503, 0, 0, 0, NULL, 0, NULL, 0,
                              verdict, ACALL_FLAT_VERDICT_SIZE)
        != ACALL_OK;
    for (i = 0; i < ROUNDS; i++)
        wrong += spend(i, &failure, &success) + spend_flat(verdict);
    return (void *)wrong;
}

static void in_eight_threads(void *(*work)(void *))
{
    pthread_t threads[THREADS];
    size_t i;

    for (i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0);
    for (i = 0; i < THREADS; i++) {
        void *wrong = (void *)1;

        CHECK(pthread_join(threads[i], &wrong) == 0);
        CHECK(wrong == NULL);
    }
}

int main(void)
{
    int64_t tokens = 0;

    /* The first use is a race too: nobody has asked for the profile before. */
    shared = acall_profile_eureka();
    in_eight_threads(judge_often);
    /* Room for four waits of eight threads: some are refused. */
    CHECK(acall_budget_new(60, -1, &budget) == ACALL_OK);
    CHECK(acall_flat_budget_new(60, -1, &flat_budget) == ACALL_OK);
    in_eight_threads(spend_often);
    CHECK(acall_budget_tokens(budget) == 60);
    CHECK(acall_flat_budget_tokens(flat_budget, &tokens) == ACALL_OK);
    CHECK(tokens == 60);
    acall_budget_free(budget);
    return check_result();
}
