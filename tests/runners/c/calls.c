#include "calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const STEP_KEYS[STEP_COUNT] = {
    "action", "reason", "delay_ms", "retry_at_ms", "budget", "line", "json"
};

/* A member that is true or false; missing is false. */
static int read_flag(struct vector *vector, const struct json *object,
                     const char *name, int *flag)
{
    const struct json *member = json_member(object, name);

    *flag = member != NULL && member->kind == JSON_TRUE;
    if (member == NULL || *flag || member->kind == JSON_FALSE)
        return 1;
    vector_fail(vector, "a flag is neither true nor false");
    return 0;
}

static int read_time(struct vector *vector, const struct json *object,
                     const char *name, int64_t *time_ms)
{
    if (json_integer(json_member(object, name), time_ms) && *time_ms >= 0)
        return 1;
    vector_fail(vector, "at_ms, took_ms: expected milliseconds");
    return 0;
}

static int read_event(struct vector *vector, const struct json *item,
                      struct event *event)
{
    const struct json *reply = json_member(item, "reply");

    memset(event, 0, sizeof(*event));
    event->item = item;
    if (item->kind != JSON_OBJECT) {
        vector_fail(vector, "events: expected objects");
        return 0;
    }
    if (!read_time(vector, item, "at_ms", &event->at_ms)
        || !read_flag(vector, item, "cancel_wait", &event->is_cancel))
        return 0;
    if (event->is_cancel)
        return vector_known(vector, item, "event", "at_ms", "cancel_wait",
                            NULL);
    if (!vector_known(vector, item, "event", "at_ms", "took_ms", "reply",
                      "cancel_wait", NULL)
        || !read_time(vector, item, "took_ms", &event->took_ms))
        return 0;
    if (reply == NULL) {
        vector_fail(vector, "event: a reply is missing");
        return 0;
    }
    if (!vector_read_reply(vector, reply))
        return 0;
    event->reply = vector->reply;
    return 1;
}

/* Where the call's draws come from. */
static int read_draws(struct vector *vector, const struct json *item,
                      struct plan *plan)
{
    const struct json *fixed = json_member(item, "unit_random");
    const struct json *seed = json_member(item, "seed");
    char *end = NULL;

    plan->flags |= ACALL_CALL_SEEDED;
    if (fixed != NULL) {
        double u = fixed->kind == JSON_NUMBER ? strtod(fixed->text, &end) : -1;

        if (!(u >= 0 && u <= 1)) {
            vector_fail(vector, "unit_random: expected 0 to 1");
            return 0;
        }
        plan->flags ^= ACALL_CALL_SEEDED | ACALL_CALL_FIXED_DRAW;
        plan->seed = (uint64_t)(u * 9007199254740992.0);
    }
    if (seed != NULL) {
        plan->flags &= ~(uint32_t)ACALL_CALL_FIXED_DRAW;
        plan->flags |= ACALL_CALL_SEEDED;
        if (seed->kind == JSON_STRING && seed->length > 0)
            plan->seed = strtoull(seed->text, &end, 10);
        if (end == NULL || *end != '\0') {
            vector_fail(vector, "seed: expected 64 bits");
            return 0;
        }
    }
    return 1;
}

static int read_operation(struct vector *vector, const struct json *item,
                          struct plan *plan)
{
    const struct json *kind = json_member(item, "kind");
    const struct json *budget = json_member(item, "budget");
    int can_refresh;
    int has_key;
    int64_t tokens = -1;

    plan->kind = ACALL_KIND_QUERY;
    if (kind != NULL
        && (kind->kind != JSON_STRING
            || acall_operation_kind_from_name(kind->text, kind->length,
                                              &plan->kind) != ACALL_OK)) {
        vector_fail(vector, "kind: no such kind");
        return 0;
    }
    if (!read_flag(vector, item, "can_refresh", &can_refresh)
        || !read_flag(vector, item, "idempotency_key", &has_key))
        return 0;
    plan->flags = (can_refresh ? ACALL_CALL_CAN_REFRESH : 0)
        | (has_key ? ACALL_CALL_IDEMPOTENCY_KEY : 0);
    if (budget != NULL && budget->kind != JSON_NULL
        && (!json_integer(budget, &tokens) || tokens < 0
            || tokens > INT32_MAX)) {
        vector_fail(vector, "budget: expected a number of tokens");
        return 0;
    }
    plan->tokens = (int32_t)tokens;
    return read_draws(vector, item, plan);
}

static size_t count_of(const struct json *array)
{
    const struct json *element;
    size_t count = 0;

    for (element = array->first; element != NULL; element = element->next)
        count++;
    return count;
}

/* Whether a value is the expected one, or within [least, most]. */
static int is_expected(const struct json *expected, const struct value *value)
{
    int64_t least;
    int64_t most;

    switch (expected->kind) {
    case JSON_NULL:
        return value->kind == VALUE_NULL;
    case JSON_STRING:
        return value->kind == VALUE_BYTES && value->length == expected->length
            && memcmp(value->bytes, expected->text, value->length) == 0;
    case JSON_NUMBER:
        return value->kind == VALUE_INTEGER && json_integer(expected, &least)
            && value->integer == least;
    case JSON_ARRAY:
        return value->kind == VALUE_INTEGER && count_of(expected) == 2
            && json_integer(expected->first, &least)
            && json_integer(expected->first->next, &most)
            && least <= value->integer && value->integer <= most;
    default:
        return 0;
    }
}

static void say_place(struct vector *vector, size_t index, int key)
{
    vector_failure(vector);
    printf("[%lu].%s: expected ", (unsigned long)index, STEP_KEYS[key]);
}

static void step_expect(struct vector *vector, size_t index,
                        const struct json *expected, const struct step *step)
{
    const struct json *member;

    if (expected->kind != JSON_OBJECT) {
        vector_fail(vector, "expect: expected objects");
        return;
    }
    for (member = expected->first; member != NULL; member = member->next) {
        int key = 0;

        while (key < STEP_EXPECTED
               && (strlen(STEP_KEYS[key]) != member->name_length
                   || memcmp(STEP_KEYS[key], member->name,
                             member->name_length) != 0))
            key++;
        if (key == STEP_EXPECTED) {
            vector_unknown(vector, member, "expect");
            continue;
        }
        if (is_expected(member, &step->of[key]))
            continue;
        say_place(vector, index, key);
        fwrite(member->raw, 1, member->raw_length, stdout);
        printf(" got ");
        value_print(&step->of[key]);
        putchar('\n');
    }
}

void steps_agree(struct vector *vector, const struct plan *plan,
                 const struct step *steps, const char *other_name,
                 const struct step *other)
{
    size_t i;
    int key;

    for (i = 0; i < plan->event_count; i++)
        for (key = 0; key < STEP_COUNT; key++) {
            if (value_is_same(&steps[i].of[key], &other[i].of[key]))
                continue;
            say_place(vector, i, key);
            value_print(&steps[i].of[key]);
            printf(", got ");
            value_print(&other[i].of[key]);
            printf(" from %s\n", other_name);
        }
}

void calls_replay(struct vector *vector, const struct json *item,
                  play_case play)
{
    const struct json *policy = json_member(item, "policy");
    const struct json *events = json_member(item, "events");
    const struct json *expect = json_member(item, "expect");
    const struct json *element;
    struct event *event;
    struct step *steps;
    struct plan plan;
    size_t i;

    memset(&plan, 0, sizeof(plan));
    if (!vector_known(vector, item, "the case", "name", "source", "note",
                      "policy", "kind", "can_refresh", "idempotency_key",
                      "unit_random", "seed", "budget", "events", "expect",
                      NULL)
        || !read_operation(vector, item, &plan))
        return;
    if (policy == NULL || events == NULL || events->kind != JSON_ARRAY
        || expect == NULL || expect->kind != JSON_ARRAY
        || count_of(events) != count_of(expect)) {
        vector_fail(vector, "a case needs a policy, events, and as many "
                            "expected steps");
        return;
    }
    plan.item = item;
    plan.policy = policy->raw;
    plan.policy_length = policy->raw_length;
    plan.event_count = count_of(events);
    event = (struct event *)arena_take(
        vector->arena, (plan.event_count + 1) * sizeof(*event));
    steps = (struct step *)arena_take(
        vector->arena, (plan.event_count + 1) * sizeof(*steps));
    plan.events = event;
    for (element = events->first; element != NULL; element = element->next)
        if (!read_event(vector, element, event++))
            return;
    if (!play(vector, &plan, steps))
        return;
    for (element = expect->first, i = 0; element != NULL;
         element = element->next, i++)
        step_expect(vector, i, element, &steps[i]);
}
