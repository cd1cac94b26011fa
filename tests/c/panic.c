/*
 * A defect of the library, on purpose, in a build that nobody ships: the
 * caller sees a status, standard error stays empty (tests/abi looks), and the
 * process, its threads and other calls go on.
 */

#include <aftercall.h>

#include <pthread.h>
#include <string.h>

#include "check.h"

acall_status acall_test_panic(void);

static void *panic(void *argument)
{
    (void)argument;
    return (void *)(size_t)acall_test_panic();
}

int main(void)
{
    acall_reply reply = ACALL_REPLY_INIT;
    acall_verdict verdict = ACALL_VERDICT_INIT;
    pthread_t threads[8];
    void *status;
    size_t i;

    CHECK(acall_test_panic() == ACALL_E_PANIC);
    for (i = 0; i < 8; i++)
        CHECK(pthread_create(&threads[i], NULL, panic, NULL) == 0);
    for (i = 0; i < 8; i++) {
        CHECK(pthread_join(threads[i], &status) == 0);
        CHECK((size_t)status == ACALL_E_PANIC);
    }
    CHECK(acall_judge(acall_profile_eureka(), &reply, &verdict) == ACALL_OK);
    CHECK(strcmp(acall_status_name(ACALL_E_PANIC), "ACALL_E_PANIC") == 0);
    return check_result();
}
