#include <stdio.h>
#include <string.h>

#include "replay.h"

static int is_ok(struct vector *vector, acall_status status)
{
    if (status == ACALL_OK)
        return 1;
    vector_fail(vector, acall_status_message(status));
    return 0;
}

/* One part: its size, the text, and a field of a fixed width. */
static int say_part(struct vector *vector, const acall_verdict *verdict,
                    const acall_reply *reply,
                    const acall_message_options *options,
                    acall_message_part part, struct value *value)
{
    size_t needed = 99;
    size_t again = 0;
    char *buffer;
    char *field;
    acall_status status = acall_message(
        vector->profile, verdict, reply, options, part, NULL, 0, &needed);

    if (status != ACALL_E_BUFFER_TOO_SMALL)
        return is_ok(vector, status);
    buffer = (char *)arena_take(vector->arena, needed);
    field = (char *)arena_take(vector->arena, needed + 1);
    if (!is_ok(vector, acall_message(vector->profile, verdict, reply,
                                          options, part, buffer, needed,
                                          &again))
        || !is_ok(vector,
                  acall_message_fixed(vector->profile, verdict, reply,
                                           options, part, field, needed + 1,
                                           &again)))
        return 0;
    if (again + 1 != needed || memcmp(field, buffer, again) != 0
        || memcmp(field + again, "  ", 2) != 0)
        vector_fail(vector, "a text differs from its field");
    *value = value_bytes(buffer, needed - 1);
    return 1;
}

static struct value remedy_value(acall_remedy remedy)
{
    return remedy == ACALL_REMEDY_NONE
        ? value_null()
        : value_name(acall_remedy_name(remedy));
}

static int by_structures(struct vector *vector,
                         const struct question *question,
                         struct wording *wording)
{
    acall_message_options options = ACALL_MESSAGE_OPTIONS_INIT;
    acall_verdict verdict = ACALL_VERDICT_INIT;
    const acall_reply *reply = NULL;
    acall_remedy remedy = -1;
    struct value *of = wording->of;

    options.role = question->role;
    options.languages = question->languages;
    options.languages_length = question->languages_length;
    options.retry_delay_ms = question->retry_delay_ms;
    options.now_unix_ms = question->now_unix_ms;
    options.utc_offset_minutes = question->utc_offset_minutes;
    verdict.category = question->category;
    if (!question->is_of_category) {
        reply = &vector->reply;
        if (!is_ok(vector, acall_judge(vector->profile, reply, &verdict)))
            return 0;
    }
    if (!is_ok(vector, acall_message_remedy(vector->profile, &verdict,
                                            &options, &remedy)))
        return 0;
    of[WORD_ACTION] = remedy_value(remedy);
    return say_part(vector, &verdict, reply, &options, ACALL_PART_TITLE,
                    &of[WORD_TITLE])
        && say_part(vector, &verdict, reply, &options, ACALL_PART_TEXT,
                    &of[WORD_TEXT])
        && say_part(vector, &verdict, reply, &options, ACALL_PART_LANGUAGE,
                    &of[WORD_LANGUAGE])
        && say_part(vector, &verdict, reply, &options, ACALL_PART_DETAIL,
                    &of[WORD_DETAIL]);
}

static int flat_part(struct vector *vector, const struct question *question,
                     const struct block *block, const char *verdict,
                     int32_t part, struct value *value)
{
    const acall_reply *reply = &vector->reply;
    int32_t capacity = 4096;
    char *buffer = (char *)arena_take(vector->arena, (size_t)capacity);
    char *field = (char *)arena_take(vector->arena, (size_t)capacity);
    int32_t needed = 0;
    int32_t again = 0;

    if (!is_ok(vector,
               acall_flat_message(
                   vector->built_in, -1, verdict, block->text, block->length,
                   (const char *)reply->body, (int32_t)reply->body_length,
                   question->role, question->languages,
                   (int32_t)question->languages_length,
                   question->retry_delay_ms, question->now_unix_ms,
                   question->utc_offset_minutes, part, buffer, capacity,
                   &needed))
        || !is_ok(vector,
                  acall_flat_message_fixed(
                      vector->built_in, -1, verdict, block->text,
                      block->length, (const char *)reply->body,
                      (int32_t)reply->body_length, question->role,
                      question->languages,
                      (int32_t)question->languages_length,
                      question->retry_delay_ms, question->now_unix_ms,
                      question->utc_offset_minutes, part, field, needed,
                      &again)))
        return 0;
    if (again + 1 != needed || memcmp(field, buffer, (size_t)again) != 0)
        vector_fail(vector, "a flat text differs from its field");
    *value = value_bytes(buffer, (size_t)needed - 1);
    return 1;
}

static int by_flat(struct vector *vector, const struct question *question,
                   const struct block *block, struct wording *wording)
{
    const acall_reply *reply = &vector->reply;
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    acall_remedy remedy = -1;
    struct value *of = wording->of;

    if (!is_ok(vector,
               acall_flat_judge(vector->built_in, -1, reply->http_status,
                                reply->fault, reply->expect,
                                reply->now_unix_ms, block->text,
                                block->length, (const char *)reply->body,
                                (int32_t)reply->body_length, verdict,
                                ACALL_FLAT_VERDICT_SIZE))
        || !is_ok(vector,
                  acall_flat_message_remedy(vector->built_in, -1, verdict,
                                            question->role, &remedy)))
        return 0;
    of[WORD_ACTION] = remedy_value(remedy);
    return flat_part(vector, question, block, verdict, ACALL_PART_TITLE,
                     &of[WORD_TITLE])
        && flat_part(vector, question, block, verdict, ACALL_PART_TEXT,
                     &of[WORD_TEXT])
        && flat_part(vector, question, block, verdict, ACALL_PART_LANGUAGE,
                     &of[WORD_LANGUAGE])
        && flat_part(vector, question, block, verdict, ACALL_PART_DETAIL,
                     &of[WORD_DETAIL]);
}

int say(struct vector *vector, const struct question *question,
        struct wording *wording)
{
    struct wording other;
    struct block block;

    if (!by_structures(vector, question, wording))
        return 0;
    if (question->is_of_category || vector->built_in == NULL
        || !write_block(vector, &vector->reply, &block))
        return 1;
    if (!by_flat(vector, question, &block, &other))
        return 0;
    wordings_agree(vector, wording, "acall_flat_message", &other);
    return 1;
}

typedef acall_status (*cleaner)(const char *text, size_t length, char *buffer,
                                size_t capacity, size_t *needed);
typedef acall_status (*flat_cleaner)(const char *text, int32_t length,
                                     char *buffer, int32_t capacity,
                                     int32_t *needed);

static int cleaned(struct vector *vector, cleaner clean,
                   flat_cleaner flat_clean, const char *text, size_t length,
                   struct value *value)
{
    size_t needed = 0;
    int32_t flat_needed = 0;
    char *buffer;
    char *other;

    if (clean(text, length, NULL, 0, &needed) != ACALL_E_BUFFER_TOO_SMALL) {
        vector_fail(vector, "a size must be told");
        return 0;
    }
    buffer = (char *)arena_take(vector->arena, needed + length);
    other = (char *)arena_take(vector->arena, needed);
    /* Where the text itself is, which the library allows. */
    memcpy(buffer, text, length);
    if (!is_ok(vector, clean(buffer, length, buffer, needed, NULL))
        || !is_ok(vector, flat_clean(text, (int32_t)length, other,
                                     (int32_t)needed, &flat_needed)))
        return 0;
    if ((size_t)flat_needed != needed || memcmp(buffer, other, needed) != 0)
        vector_fail(vector, "the flat function says something else");
    *value = value_bytes(buffer, needed - 1);
    return 1;
}

int scrub(struct vector *vector, const struct json *text, struct value *clean,
          struct value *line)
{
    return cleaned(vector, acall_redact, acall_flat_redact, text->text,
                   text->length, clean)
        && cleaned(vector, acall_one_line, acall_flat_one_line, clean->bytes,
                   clean->length, line);
}
