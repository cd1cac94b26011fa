/* The header stands alone, and may stand twice. As C and as C++. */

#include <aftercall.h>
#include <aftercall.h>

int includes_twice(void);
int includes_twice(void)
{
    acall_reply reply = ACALL_REPLY_INIT;
    acall_verdict verdict = ACALL_VERDICT_INIT;

    return (int)acall_judge(acall_profile_eureka(), &reply, &verdict);
}
