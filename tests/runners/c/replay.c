/*
 * Replays conformance vectors through the C ABI: each reply through
 * acall_judge, through the flat functions and through acall_explain_json,
 * and all three must agree; each call as retry.c plays it, each message as
 * say.c says it.
 *
 * replay FILE... prints one line for each value that differs and ends with
 * "N passed, N failed". The exit code is 0 only if something passed and
 * nothing failed.
 */

#include <stdio.h>
#include <string.h>

#include "replay.h"

static struct value text_value(struct vector *vector, acall_status status,
                               const char *text, size_t needed)
{
    if (status == ACALL_E_ABSENT)
        return value_null();
    if (status != ACALL_OK || needed == 0 || text[needed - 1] != '\0') {
        vector_fail(vector, acall_status_message(status));
        return value_null();
    }
    return value_bytes(text, needed - 1);
}

/* One text of a verdict: its size first, then the text. */
static struct value verdict_text(struct vector *vector,
                                 const acall_verdict *verdict,
                                 acall_text which)
{
    size_t needed = 99;
    size_t again = 0;
    char *buffer;
    char *field;
    acall_status status = acall_verdict_text(verdict, &vector->reply, which,
                                             NULL, 0, &needed);

    if (status == ACALL_E_ABSENT)
        return value_null();
    if (status != ACALL_E_BUFFER_TOO_SMALL) {
        vector_fail(vector, "a size must be told");
        return value_null();
    }
    buffer = (char *)arena_take(vector->arena, needed);
    status = acall_verdict_text(verdict, &vector->reply, which, buffer,
                                needed, &again);
    field = (char *)arena_take(vector->arena, needed + 2);
    if (again != needed
        || acall_verdict_text_fixed(verdict, &vector->reply, which, field,
                                    needed + 2, &again) != ACALL_OK
        || again + 1 != needed || memcmp(field, buffer, again) != 0
        || memcmp(field + again, "   ", 3) != 0)
        vector_fail(vector, "a text differs from its field");
    return text_value(vector, status, buffer, needed);
}

static int by_judge(struct vector *vector, struct answer *answer)
{
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_status status =
        acall_judge(vector->profile, &vector->reply, &verdict);
    struct value *of = answer->of;

    if (status != ACALL_OK) {
        vector_fail(vector, acall_status_message(status));
        return 0;
    }
    of[KEY_OUTCOME] = value_name(acall_outcome_name(verdict.outcome));
    of[KEY_CATEGORY] = value_name(acall_category_name(verdict.category));
    of[KEY_ADVICE] = value_name(acall_advice_name(verdict.advice));
    of[KEY_EFFECT] = value_name(acall_effect_name(verdict.effect));
    of[KEY_CODE] = (verdict.flags & ACALL_VERDICT_HAS_CODE) != 0
        ? value_integer(verdict.code)
        : value_null();
    of[KEY_CODE_TEXT] = verdict_text(vector, &verdict, ACALL_TEXT_CODE);
    of[KEY_HTTP_STATUS] = (verdict.flags & ACALL_VERDICT_FAULT) != 0
        ? value_null()
        : value_integer(verdict.http_status);
    of[KEY_MESSAGE] = verdict_text(vector, &verdict, ACALL_TEXT_MESSAGE);
    of[KEY_DATA] = verdict.data_offset < 0
        ? value_null()
        : value_bytes((const char *)vector->reply.body + verdict.data_offset,
                      (size_t)verdict.data_length);
    of[KEY_CORRELATION_ID] =
        verdict_text(vector, &verdict, ACALL_TEXT_CORRELATION_ID);
    of[KEY_AMOUNT] = verdict_text(vector, &verdict, ACALL_TEXT_AMOUNT);
    of[KEY_SERVER_DELAY_MS] = verdict.server_delay_ms < 0
        ? value_null()
        : value_integer(verdict.server_delay_ms);
    of[KEY_ALTERNATIVE] = verdict.alternative == ACALL_CATEGORY_NONE
        ? value_null()
        : value_name(acall_category_name(verdict.alternative));
    of[KEY_REPEAT] = verdict.repeat < 0
        ? value_null()
        : value_name(acall_operation_kind_name(verdict.repeat));
    of[KEY_ANOMALIES] = value_integer(verdict.anomalies);
    of[KEY_ANOMALIES].kind = VALUE_SET;
    of[KEY_TASK] = verdict.task == ACALL_TASK_NONE
        ? value_null()
        : value_name(acall_task_name(verdict.task));
    of[KEY_RULE] = verdict_text(vector, &verdict, ACALL_TEXT_RULE);
    if (of[KEY_RULE].length != (size_t)verdict.rule_length
        || memcmp(of[KEY_RULE].bytes, verdict.rule, of[KEY_RULE].length) != 0)
        vector_fail(vector, "rule: the borrowed text differs");
    return 1;
}

int write_block(struct vector *vector, const acall_reply *reply,
                struct block *block)
{
    size_t size = 1;
    size_t i;
    char *out;

    for (i = 0; i < reply->header_count; i++) {
        const acall_header *header = &reply->headers[i];

        if (memchr(header->name, '\n', header->name_length) != NULL
            || memchr(header->name, ':', header->name_length) != NULL
            || memchr(header->value, '\n', header->value_length) != NULL)
            return 0;
        size += header->name_length + header->value_length + 4;
    }
    block->text = out = (char *)arena_take(vector->arena, size);
    for (i = 0; i < reply->header_count; i++) {
        const acall_header *header = &reply->headers[i];

        memcpy(out, header->name, header->name_length);
        out += header->name_length;
        *out++ = ':';
        memcpy(out, header->value, header->value_length);
        out += header->value_length;
        /* Either end of a line will do. */
        if (i % 2 == 0)
            *out++ = '\r';
        *out++ = '\n';
    }
    block->length = (int32_t)(out - block->text);
    return 1;
}

static struct value flat_text(struct vector *vector, const char *verdict,
                              const struct block *block, int32_t which)
{
    int32_t body_length = (int32_t)vector->reply.body_length;
    const char *body = (const char *)vector->reply.body;
    char small[200];
    char *buffer = small;
    int32_t needed = 99;
    acall_status status = acall_flat_verdict_text(
        verdict, which, block->text, block->length, body, body_length, buffer,
        (int32_t)sizeof(small), &needed);

    if (status == ACALL_E_BUFFER_TOO_SMALL || needed > 0) {
        buffer = (char *)arena_take(vector->arena, (size_t)needed);
        status = acall_flat_verdict_text(verdict, which, block->text,
                                         block->length, body, body_length,
                                         buffer, needed, &needed);
    }
    return text_value(vector, status, buffer, (size_t)needed);
}

static struct value flat_integer(struct vector *vector, const char *verdict,
                                 int32_t field)
{
    int64_t integer;
    acall_status status = acall_flat_verdict_int(verdict, field, &integer);

    if (status == ACALL_OK)
        return value_integer(integer);
    if (status != ACALL_E_ABSENT)
        vector_fail(vector, acall_status_message(status));
    return value_null();
}

static struct value named(struct value number,
                          const char *(*name)(int32_t number))
{
    return number.kind == VALUE_NULL ? number
                                     : value_name(name((int32_t)number.integer));
}

static int by_flat(struct vector *vector, const struct block *block,
                   struct answer *answer)
{
    const acall_reply *reply = &vector->reply;
    /* At an odd address, as a field of some record may be. */
    char memory[ACALL_FLAT_VERDICT_SIZE + 1];
    char *verdict = memory + 1;
    struct value *of = answer->of;
    struct value offset;
    struct value length;
    acall_status status;

    if (reply->path_length == 0)
        status = acall_flat_judge(
            vector->built_in, -1, reply->http_status, reply->fault,
            reply->expect, reply->now_unix_ms, block->text, block->length,
            (const char *)reply->body, (int32_t)reply->body_length, verdict,
            ACALL_FLAT_VERDICT_SIZE);
    else
        status = acall_flat_judge_request(
            vector->built_in, -1, reply->method, (int32_t)reply->method_length,
            reply->path, (int32_t)reply->path_length, reply->http_status,
            reply->fault, reply->expect, reply->now_unix_ms, block->text,
            block->length, (const char *)reply->body,
            (int32_t)reply->body_length, verdict, ACALL_FLAT_VERDICT_SIZE);

    if (status != ACALL_OK) {
        vector_fail(vector, acall_status_message(status));
        return 0;
    }
#define INTEGER(field) flat_integer(vector, verdict, field)
#define TEXT(which) flat_text(vector, verdict, block, which)
    of[KEY_OUTCOME] = named(INTEGER(ACALL_FLAT_OUTCOME), acall_outcome_name);
    of[KEY_CATEGORY] =
        named(INTEGER(ACALL_FLAT_CATEGORY), acall_category_name);
    of[KEY_ADVICE] = named(INTEGER(ACALL_FLAT_ADVICE), acall_advice_name);
    of[KEY_EFFECT] = named(INTEGER(ACALL_FLAT_EFFECT), acall_effect_name);
    of[KEY_CODE] = INTEGER(ACALL_FLAT_CODE);
    of[KEY_CODE_TEXT] = TEXT(ACALL_TEXT_CODE);
    of[KEY_HTTP_STATUS] = INTEGER(ACALL_FLAT_HTTP_STATUS);
    of[KEY_MESSAGE] = TEXT(ACALL_TEXT_MESSAGE);
    offset = INTEGER(ACALL_FLAT_DATA_OFFSET);
    length = INTEGER(ACALL_FLAT_DATA_LENGTH);
    of[KEY_DATA] = offset.kind == VALUE_NULL
        ? offset
        : value_bytes((const char *)reply->body + offset.integer,
                      (size_t)length.integer);
    of[KEY_CORRELATION_ID] = TEXT(ACALL_TEXT_CORRELATION_ID);
    of[KEY_AMOUNT] = TEXT(ACALL_TEXT_AMOUNT);
    of[KEY_SERVER_DELAY_MS] = INTEGER(ACALL_FLAT_SERVER_DELAY_MS);
    of[KEY_ALTERNATIVE] =
        named(INTEGER(ACALL_FLAT_ALTERNATIVE), acall_category_name);
    of[KEY_REPEAT] =
        named(INTEGER(ACALL_FLAT_REPEAT), acall_operation_kind_name);
    of[KEY_ANOMALIES] = INTEGER(ACALL_FLAT_ANOMALIES);
    of[KEY_ANOMALIES].kind = VALUE_SET;
    of[KEY_RULE] = TEXT(ACALL_TEXT_RULE);
    of[KEY_TASK] = named(INTEGER(ACALL_FLAT_TASK), acall_task_name);
#undef INTEGER
#undef TEXT
    return 1;
}

static int by_json(struct vector *vector, struct answer *answer)
{
    const struct json *reply = vector->reply_json;
    size_t size = reply->raw_length + strlen(vector->built_in) + 20;
    char *request = (char *)arena_take(vector->arena, size);
    const struct json *verdict;
    char *buffer;
    size_t where;
    int32_t needed = 0;
    int length = sprintf(request, "{\"profile\":\"%s\",", vector->built_in);
    acall_status status;

    memcpy(request + length, reply->raw + 1, reply->raw_length - 1);
    length += (int)reply->raw_length - 1;
    needed = 4096 + 4 * length;
    buffer = (char *)arena_take(vector->arena, (size_t)needed);
    status = acall_explain_json(request, length, buffer, needed, &needed);
    if (status != ACALL_OK) {
        char reason[500] = "";

        acall_last_error(reason, (int32_t)sizeof(reason), NULL);
        vector_fail(vector, reason);
        return 0;
    }
    verdict = json_read(vector->arena, buffer, (size_t)needed - 1, &where);
    if (verdict == NULL) {
        vector_fail(vector, "acall_explain_json wrote no JSON");
        return 0;
    }
    return explanation_read(vector, verdict, answer);
}

static void judge(struct vector *vector)
{
    struct answer answer;
    struct answer other;
    struct block block;

    if (!by_judge(vector, &answer))
        return;
    vector_expect(vector, &answer);
    /* The other doors know built-in profiles alone. */
    if (vector->built_in == NULL)
        return;
    if (write_block(vector, &vector->reply, &block)
        && by_flat(vector, &block, &other))
        vector_agree(vector, &answer, "acall_flat_judge", &other);
    if (by_json(vector, &other))
        vector_agree(vector, &answer, "acall_explain_json", &other);
}

int main(int count, char **arguments)
{
    static const struct players players = {judge, play_call, say, scrub};

    return replay(count, arguments, &players);
}
