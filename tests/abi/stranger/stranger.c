#include <aftercall.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const char *body = "{\"status\":false,\"error_code\":67200005}";
    acall_reply reply = ACALL_REPLY_INIT;
    acall_verdict verdict = ACALL_VERDICT_INIT;

    reply.http_status = 200;
    reply.body = body;
    reply.body_length = strlen(body);
    if (acall_judge(acall_profile_eureka(), &reply, &verdict) != ACALL_OK)
        return 2;
    printf("%s, %s\n", acall_category_name(verdict.category),
           acall_advice_name(verdict.advice));
    return 0;
}
