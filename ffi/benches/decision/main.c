/*
 * What a decision through the C ABI costs beside the same decision written by
 * hand (by_hand.c), and what eight threads on one budget cost beside one.
 *
 * A cycle is a whole call: it begins, an attempt fails with 503, the wait is
 * decided and paid for, the next attempt succeeds, the wait is paid back. Both
 * play the same cycles in turn, round after round; printed are the medians,
 * and the median of the ratio within a round.
 *
 *     decision [--at-most RATIO] [--threads-at-most RATIO]
 *
 * The exit code is 1 if a ratio is larger.
 */

#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "by_hand.h"

#define ROUNDS 301
#define CYCLES 20000
#define THREADS 8
#define THREAD_CYCLES 400000
#define THREAD_ROUNDS 9

static const struct hand_policy HAND_POLICY = {
    .max_attempts = 4,
    .base_delay_ms = 500,
    .throttle_base_delay_ms = 1000,
    .max_delay_ms = 20000,
    .multiplier = 2,
    .jitter = ACALL_JITTER_EQUAL,
    .max_server_delay_ms = 120000,
    .over_cap = ACALL_OVER_CAP_GIVE_UP,
    .deadline_ms = 30000,
    .attempt_timeout_ms = -1,
    .retry_mutations = ACALL_RETRY_MUTATIONS_REJECTED_ONLY,
    .repeat_billed = true,
    .cost = 14,
    .throttle_cost = 5,
};
static const char POLICY[] = "{\"deadline_ms\": 30000}";

static acall_verdict failure = ACALL_VERDICT_INIT;
static acall_verdict success = ACALL_VERDICT_INIT;
static acall_policy *policy;
static acall_budget *budget;
static struct hand_budget hand_budget;

static void die(const char *reason)
{
    fprintf(stderr, "decision: %s\n", reason);
    exit(2);
}

static void expect(bool is_so, const char *reason)
{
    if (!is_so)
        die(reason);
}

static void judge(int32_t http_status, const char *body,
                  acall_verdict *verdict)
{
    acall_reply reply = ACALL_REPLY_INIT;

    reply.http_status = http_status;
    reply.body = body;
    reply.body_length = strlen(body);
    expect(acall_judge(acall_profile_eureka(), &reply, verdict) == ACALL_OK,
           "a reply cannot be judged");
}

/* One cycle; the wait that was decided. */
static int64_t by_library(uint64_t seed)
{
    acall_call_options options = ACALL_CALL_OPTIONS_INIT;
    acall_attempt attempt = ACALL_ATTEMPT_INIT;
    acall_decision decision = ACALL_DECISION_INIT;
    acall_call call;
    int64_t delay_ms;

    options.flags = ACALL_CALL_SEEDED;
    options.kind = ACALL_KIND_QUERY;
    options.seed = seed;
    options.policy = policy;
    options.budget = budget;
    if (acall_call_begin(&call, &options, 1000)
        || acall_call_before_attempt(&call, 1000, &attempt)
        || acall_call_on_reply(&call, &failure, NULL, 1020, &decision))
        die("a call fails");
    delay_ms = decision.delay_ms;
    if (acall_call_before_attempt(&call, 1020 + delay_ms, &attempt)
        || acall_call_on_reply(&call, &success, NULL, 1040 + delay_ms,
                               &decision)
        || decision.reason != ACALL_REASON_SUCCESS)
        die("a call fails");
    return delay_ms;
}

static int64_t by_hand(uint64_t seed)
{
    struct hand_attempt attempt;
    struct hand_decision decision;
    struct hand_call call;
    int64_t delay_ms;

    hand_begin(&call, &HAND_POLICY, &hand_budget, ACALL_KIND_QUERY, seed,
               1000);
    if (hand_before_attempt(&call, 1000, &attempt)
        || hand_on_reply(&call, &failure, 1020, &decision))
        die("a call by hand fails");
    delay_ms = decision.delay_ms;
    if (hand_before_attempt(&call, 1020 + delay_ms, &attempt)
        || hand_on_reply(&call, &success, 1040 + delay_ms, &decision)
        || decision.reason != ACALL_REASON_SUCCESS)
        die("a call by hand fails");
    return delay_ms;
}

static double nanoseconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* The nanoseconds that one cycle takes, of CYCLES. */
static double timed(int64_t (*cycle)(uint64_t seed))
{
    double start = nanoseconds(CLOCK_MONOTONIC);
    int64_t sum = 0;
    uint64_t i;

    for (i = 0; i < CYCLES; i++)
        sum += cycle(i);
    expect(sum > 0, "no wait at all");
    return (nanoseconds(CLOCK_MONOTONIC) - start) / CYCLES;
}

static int compare(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;

    return (difference > 0) - (difference < 0);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
    return values[count / 2];
}

static double beside_by_hand(void)
{
    static double library[ROUNDS];
    static double hand[ROUNDS];
    static double ratio[ROUNDS];
    double result;
    size_t i;

    for (i = 0; i < ROUNDS; i++) {
        /* Whoever goes first may find a colder machine: take turns. */
        if (i % 2 == 0) {
            library[i] = timed(by_library);
            hand[i] = timed(by_hand);
        } else {
            hand[i] = timed(by_hand);
            library[i] = timed(by_library);
        }
        ratio[i] = library[i] / hand[i];
    }
    result = median(ratio, ROUNDS);
    printf("%-34s %8s %8s %7s\n", "ns for a cycle of two decisions", "by hand",
           "library", "ratio");
    printf("%-34s %8.1f %8.1f %7.2f\n", "fails with 503, succeeds",
           median(hand, ROUNDS), median(library, ROUNDS), result);
    return result;
}

static void *decide_often(void *argument)
{
    double start = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
    uint64_t i;

    for (i = 0; i < THREAD_CYCLES; i++)
        by_library(i);
    *(double *)argument =
        (nanoseconds(CLOCK_THREAD_CPUTIME_ID) - start) / THREAD_CYCLES;
    return NULL;
}

/* The processor's nanoseconds for one cycle, with so many threads at once. */
static double with_threads(size_t count)
{
    pthread_t threads[THREADS];
    double spent[THREADS];
    double sum = 0;
    size_t i;

    for (i = 0; i < count; i++)
        expect(pthread_create(&threads[i], NULL, decide_often, &spent[i])
                   == 0,
               "no thread");
    for (i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        sum += spent[i];
    }
    return sum / (double)count;
}

static double beside_one_thread(void)
{
    double one[THREAD_ROUNDS];
    double many[THREAD_ROUNDS];
    double ratio[THREAD_ROUNDS];
    double result;
    size_t i;

    for (i = 0; i < THREAD_ROUNDS; i++) {
        one[i] = with_threads(1);
        many[i] = with_threads(THREADS);
        ratio[i] = many[i] / one[i];
    }
    expect(acall_budget_tokens(budget) == acall_budget_capacity(budget),
           "tokens are lost");
    result = median(ratio, THREAD_ROUNDS);
    printf("%-34s %8s %8s %7s\n", "processor's ns for a cycle", "1 thread",
           "8", "ratio");
    printf("%-34s %8.1f %8.1f %7.2f\n", "threads on one budget",
           median(one, THREAD_ROUNDS), median(many, THREAD_ROUNDS), result);
    return result;
}

int main(int count, char **arguments)
{
    double limit = 0;
    double thread_limit = 0;
    double ratio;
    double thread_ratio;
    uint64_t seed;
    int i;

    for (i = 1; i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--at-most") == 0)
            limit = atof(arguments[i + 1]);
        else if (strcmp(arguments[i], "--threads-at-most") == 0)
            thread_limit = atof(arguments[i + 1]);
        else
            die("usage: decision [--at-most RATIO] [--threads-at-most RATIO]");
    }
    judge(503, "", &failure);
    judge(200, "{\"status\":true,\"data\":[1]}", &success);
    expect(acall_policy_from_json(POLICY, sizeof(POLICY) - 1, &policy, NULL)
               == ACALL_OK,
           "the policy is refused");
    expect(acall_budget_new(500, -1, &budget) == ACALL_OK, "no budget");
    hand_budget.capacity = 500;
    atomic_init(&hand_budget.tokens, 500);
    for (seed = 0; seed < 10000; seed++)
        expect(by_library(seed) == by_hand(seed), "the two decide otherwise");
    ratio = beside_by_hand();
    thread_ratio = beside_one_thread();
    acall_budget_free(budget);
    acall_policy_free(policy);
    return (limit > 0 && ratio > limit)
        || (thread_limit > 0 && thread_ratio > thread_limit);
}
