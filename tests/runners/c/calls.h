/*
 * The suite "retry": one call, one decision for each of its events. Reading
 * its cases, comparing, and telling; playing them is each language's own.
 */

#ifndef RUNNER_CALLS_H
#define RUNNER_CALLS_H

#include "vectors.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a decision says. Vectors can expect all but the last two, which are
   there to be compared with each other. */
enum step_key {
    STEP_ACTION,
    STEP_REASON,
    STEP_DELAY_MS,
    STEP_RETRY_AT_MS,
    STEP_BUDGET,
    STEP_EXPECTED,
    STEP_LINE = STEP_EXPECTED,
    STEP_JSON,
    STEP_COUNT
};

/* One decision, as one of the library's doors gave it. */
struct step {
    struct value of[STEP_COUNT];
};

/* An attempt with its reply, or the end of the caller's patience. */
struct event {
    /* As it is written. */
    const struct json *item;
    int is_cancel;
    int64_t at_ms;
    int64_t took_ms;
    acall_reply reply;
};

/* One case, from its beginning at 0. */
struct plan {
    /* As it is written. */
    const struct json *item;
    const char *policy;
    size_t policy_length;
    acall_operation_kind kind;
    /* ACALL_CALL_... */
    uint32_t flags;
    uint64_t seed;
    /* What the budget holds at the start; -1 for all that it can. */
    int32_t tokens;
    const struct event *events;
    size_t event_count;
};

/* Plays a case through one or several doors: fills a step for each event and
   compares the doors. 0 if it failed, and said so. */
typedef int (*play_case)(struct vector *vector, const struct plan *plan,
                         struct step *steps);

/* Reads a case, plays it, and compares its steps with what is expected. */
void calls_replay(struct vector *vector, const struct json *item,
                  play_case play);

/* Compares two doors' steps with each other. */
void steps_agree(struct vector *vector, const struct plan *plan,
                 const struct step *steps, const char *other_name,
                 const struct step *other);

#ifdef __cplusplus
}
#endif

#endif
