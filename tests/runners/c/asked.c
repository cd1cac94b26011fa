/*
 * Plays a call through one function that takes and gives text: what is asked
 * about each attempt tells of those before it.
 */

#include <string.h>

#include "replay.h"

/* The room that an answer takes, beside the reply's own texts. */
#define ANSWER 8192

/* A text that grows in memory that is large enough. */
struct text {
    char *bytes;
    size_t length;
};

static void add(struct text *text, const char *bytes, size_t length)
{
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

static void add_word(struct text *text, const char *word)
{
    add(text, word, strlen(word));
}

/* A member as it is written, if the object has it. */
static void add_member(struct text *text, const struct json *object,
                       const char *name)
{
    const struct json *member = json_member(object, name);

    if (member == NULL)
        return;
    add_word(text, ",\"");
    add_word(text, name);
    add_word(text, "\":");
    add(text, member->raw, member->raw_length);
}

/* The reply of an attempt, and the call that it belongs to. */
static void write_request(struct text *text, const struct vector *vector,
                          const struct plan *plan, size_t attempt)
{
    static const char *const MEMBERS[] = {
        "policy", "can_refresh", "idempotency_key", "unit_random", "seed",
        "budget"
    };
    const struct json *asked = plan->events[attempt].item;
    const struct json *reply = json_member(asked, "reply");
    size_t i;

    add_word(text, "{\"profile\":\"");
    add_word(text, vector->built_in);
    add_word(text, "\",\"call\":{\"kind\":\"");
    add_word(text, acall_operation_kind_name(plan->kind));
    add_word(text, "\"");
    for (i = 0; i < sizeof(MEMBERS) / sizeof(*MEMBERS); i++)
        add_member(text, plan->item, MEMBERS[i]);
    add_member(text, asked, "at_ms");
    add_member(text, asked, "took_ms");
    add_word(text, ",\"events\":[");
    for (i = 0; i < attempt; i++) {
        if (i > 0)
            add_word(text, ",");
        add(text, plan->events[i].item->raw, plan->events[i].item->raw_length);
    }
    add_word(text, "]},");
    add(text, reply->raw + 1, reply->raw_length - 1);
}

static struct value value_of(const struct json *decision, const char *name)
{
    const struct json *member = json_member(decision, name);
    int64_t integer;

    if (member != NULL && member->kind == JSON_STRING)
        return value_bytes(member->text, member->length);
    if (json_integer(member, &integer))
        return value_integer(integer);
    /* A member that is missing is none of a decision's values. */
    return member == NULL ? value_bytes("", 0) : value_null();
}

static int ask(struct vector *vector, const struct text *request,
               const struct json **decision)
{
    int32_t needed = ANSWER + 4 * (int32_t)request->length;
    char *buffer = (char *)arena_take(vector->arena, (size_t)needed);
    const struct json *answer = NULL;
    size_t where;

    if (acall_explain_json(request->bytes, (int32_t)request->length, buffer,
                           needed, &needed) != ACALL_OK) {
        char reason[500] = "";

        acall_last_error(reason, (int32_t)sizeof(reason), NULL);
        vector_fail(vector, reason);
        return 0;
    }
    answer = json_read(vector->arena, buffer, (size_t)needed - 1, &where);
    *decision = answer == NULL ? NULL : json_member(answer, "decision");
    if (*decision == NULL)
        vector_fail(vector, "acall_explain_json decided nothing");
    return *decision != NULL;
}

int ask_about_call(struct vector *vector, const struct plan *plan,
                   const struct step *known, struct step *steps)
{
    size_t i;

    for (i = 0; i < plan->event_count; i++) {
        const struct json *decision;
        struct text request;

        steps[i] = known[i];
        /* Whose wait was cancelled has no reply to ask about. */
        if (plan->events[i].is_cancel)
            continue;
        request.length = 0;
        request.bytes = (char *)arena_take(
            vector->arena, 2 * plan->item->raw_length + 200);
        write_request(&request, vector, plan, i);
        if (!ask(vector, &request, &decision))
            return 0;
        steps[i].of[STEP_ACTION] = value_of(decision, "action");
        steps[i].of[STEP_REASON] = value_of(decision, "reason");
        steps[i].of[STEP_DELAY_MS] = value_of(decision, "delay_ms");
        steps[i].of[STEP_RETRY_AT_MS] = value_of(decision, "retry_at_ms");
        steps[i].of[STEP_BUDGET] = value_of(decision, "budget");
        steps[i].of[STEP_LINE] = value_of(decision, "explanation");
    }
    return 1;
}
