/* The header stands alone, and may stand twice. As C and as C++. */

#include <aftercall.h>
#include <aftercall.h>

int includes_twice(void);
int includes_twice(void)
{
    acall_reply reply = ACALL_REPLY_INIT;
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_call_options options = ACALL_CALL_OPTIONS_INIT;
    acall_attempt attempt = ACALL_ATTEMPT_INIT;
    acall_decision decision = ACALL_DECISION_INIT;
    acall_client_options client_options = ACALL_CLIENT_OPTIONS_INIT;
    acall_request request = ACALL_REQUEST_INIT;
    acall_attempted attempted = ACALL_ATTEMPTED_INIT;
    acall_call call;

    if (client_options.profile || request.path || attempted.number)
        return 1;
    if (acall_call_begin(&call, &options, 0) != ACALL_OK
        || acall_call_before_attempt(&call, 0, &attempt) != ACALL_OK
        || acall_judge(acall_profile_eureka(), &reply, &verdict) != ACALL_OK)
        return 1;
    return (int)acall_call_on_reply(&call, &verdict, &reply, 0, &decision);
}
