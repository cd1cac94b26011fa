/* A call that fails, waits, and succeeds: the loop around any HTTP client. */
#include <aftercall.h>
#include <stdio.h>
#include <string.h>

/* In earnest: send the request, sleep, and ask a monotonic clock. */
static const char *const bodies[] = {
    "{\"status\":false,\"error_code\":68300008}", "{\"status\":true,\"data\":[1]}"};
static int64_t clock_ms;

int main(void)
{
    acall_call_options options = ACALL_CALL_OPTIONS_INIT;
    acall_attempt attempt = ACALL_ATTEMPT_INIT;
    acall_decision decision = ACALL_DECISION_INIT;
    acall_budget *budget; /* one for all calls of a host and credential */
    acall_call call;
    char why[1000];

    options.kind = ACALL_KIND_QUERY;
    if (acall_budget_of_policy(NULL, &budget) != ACALL_OK)
        return 2;
    options.budget = budget;
    if (acall_call_begin(&call, &options, clock_ms) != ACALL_OK)
        return 2;
    do {
        acall_reply reply = ACALL_REPLY_INIT;
        acall_verdict verdict = ACALL_VERDICT_INIT;

        if (acall_call_before_attempt(&call, clock_ms, &attempt) != ACALL_OK)
            return 2;
        reply.http_status = 200;
        reply.body = bodies[attempt.number - 1];
        reply.body_length = strlen(bodies[attempt.number - 1]);
        if (acall_judge(acall_profile_eureka(), &reply, &verdict) != ACALL_OK
            || acall_call_on_reply(&call, &verdict, &reply, clock_ms, &decision)
                != ACALL_OK)
            return 2;
        clock_ms += decision.delay_ms;
    } while (decision.action == ACALL_ACTION_RETRY);
    if (acall_decision_explain(&decision, why, sizeof(why), NULL) == ACALL_OK)
        printf("%d attempts, %s\n", (int)attempt.number, why);
    acall_budget_free(budget);
    return decision.reason == ACALL_REASON_SUCCESS ? 0 : 1;
}
