/*
 * Eight threads judge with one profile at once, and complain at once: every
 * answer is the right one, and each thread has its own last error.
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

int main(void)
{
    pthread_t threads[THREADS];
    size_t i;

    /* The first use is a race too: nobody has asked for the profile before. */
    shared = acall_profile_eureka();
    for (i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, judge_often, (void *)i) == 0);
    for (i = 0; i < THREADS; i++) {
        void *wrong = (void *)1;

        CHECK(pthread_join(threads[i], &wrong) == 0);
        CHECK(wrong == NULL);
    }
    return check_result();
}
