/* A reply is in a buffer: what does it mean, and what now? */
#include <aftercall.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    /* HTTP says 200 OK. The API says something else. */
    const char *body = "{\"status\":false,\"error_code\":67200002,"
                       "\"error_msg\":\"Quota exceeds the limit!\"}";
    acall_reply reply = ACALL_REPLY_INIT;
    acall_verdict verdict = ACALL_VERDICT_INIT;

    reply.http_status = 200;
    reply.body = body;
    reply.body_length = strlen(body);
    if (acall_judge(acall_profile_eureka(), &reply, &verdict) != ACALL_OK)
        return 2;
    printf("%s: %s (rule %.*s)\n", acall_category_name(verdict.category),
           acall_advice_name(verdict.advice), (int)verdict.rule_length,
           verdict.rule);
    return verdict.outcome == ACALL_OUTCOME_SUCCESS ? 0 : 1;
}
