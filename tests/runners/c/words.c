#include "words.h"

#include <stdio.h>
#include <string.h>

static const char *const WORD_KEYS[WORD_COUNT] = {
    "title", "text", "action", "language", "detail"
};

static struct value text_of(const struct json *json)
{
    if (json->kind == JSON_STRING)
        return value_bytes(json->text, json->length);
    return value_null();
}

static void compare(struct vector *vector, const char *key,
                    const struct value *wanted, const struct value *got)
{
    if (value_is_same(wanted, got))
        return;
    vector_failure(vector);
    printf("%s: expected ", key);
    value_print(wanted);
    printf(" got ");
    value_print(got);
    printf("\n");
}

/* An optional integer; what is missing stays as it is. */
static int read_integer(struct vector *vector, const struct json *item,
                        const char *name, int64_t *integer)
{
    const struct json *member = json_member(item, name);

    if (member == NULL || json_integer(member, integer))
        return 1;
    vector_fail(vector, "a number of the case is none");
    return 0;
}

/* The reply that a code alone stands for. */
static void reply_of_code(struct vector *vector, const struct json *code)
{
    static const char before[] = "{\"status\":false,\"error_code\":";
    size_t length = sizeof(before) - 1;
    char *body = (char *)arena_take(vector->arena, length + code->raw_length + 1);

    memcpy(body, before, length);
    memcpy(body + length, code->raw, code->raw_length);
    length += code->raw_length;
    body[length++] = '}';
    memset(&vector->reply, 0, sizeof(vector->reply));
    vector->reply.struct_size = sizeof(vector->reply);
    vector->reply.http_status = 200;
    vector->reply.body = body;
    vector->reply.body_length = length;
}

/* What the case is about. */
static int read_subject(struct vector *vector, const struct json *item,
                        struct question *question)
{
    const struct json *category = json_member(item, "category");
    const struct json *code = json_member(item, "code");
    const struct json *reply = json_member(item, "reply");

    if ((category != NULL) + (code != NULL) + (reply != NULL) != 1) {
        vector_fail(vector, "a case needs a category, a code or a reply");
        return 0;
    }
    if (reply != NULL)
        return vector_read_reply(vector, reply);
    if (code != NULL) {
        reply_of_code(vector, code);
        return 1;
    }
    question->is_of_category = 1;
    if (category->kind == JSON_STRING
        && acall_category_from_name(category->text, category->length,
                                    &question->category)
            == ACALL_OK)
        return 1;
    vector_fail(vector, "category: not known to this library");
    return 0;
}

static int read_question(struct vector *vector, const struct json *item,
                         struct question *question)
{
    const struct json *language = json_member(item, "language");
    const struct json *role = json_member(item, "role");
    int64_t now_unix = 0;
    int64_t offset = 0;

    memset(question, 0, sizeof(*question));
    if (language == NULL || language->kind != JSON_STRING || role == NULL
        || role->kind != JSON_STRING
        || acall_role_from_name(role->text, role->length, &question->role)
            != ACALL_OK) {
        vector_fail(vector, "a case needs a language and a known role");
        return 0;
    }
    question->languages = language->text;
    question->languages_length = language->length;
    if (!read_integer(vector, item, "retry_delay_ms",
                      &question->retry_delay_ms)
        || !read_integer(vector, item, "now_unix", &now_unix)
        || !read_integer(vector, item, "utc_offset_minutes", &offset))
        return 0;
    question->now_unix_ms = now_unix * 1000;
    question->utc_offset_minutes = (int32_t)offset;
    return read_subject(vector, item, question);
}

void words_replay(struct vector *vector, const struct json *item,
                  say_case say)
{
    const struct json *expect = json_member(item, "expect");
    const struct json *member;
    struct question question;
    struct wording wording;
    int key;

    if (!vector_known(vector, item, "the case", "name", "source", "note",
                      "category", "code", "reply", "language", "role",
                      "retry_delay_ms", "now_unix", "utc_offset_minutes",
                      "expect", NULL))
        return;
    if (expect == NULL || expect->kind != JSON_OBJECT) {
        vector_fail(vector, "expect: expected an object");
        return;
    }
    if (!read_question(vector, item, &question)
        || !say(vector, &question, &wording))
        return;
    for (member = expect->first; member != NULL; member = member->next) {
        struct value wanted = text_of(member);

        for (key = 0; key < WORD_COUNT; key++)
            if (strlen(WORD_KEYS[key]) == member->name_length
                && memcmp(WORD_KEYS[key], member->name, member->name_length)
                    == 0)
                break;
        if (key == WORD_COUNT)
            vector_unknown(vector, member, "expect");
        else
            compare(vector, WORD_KEYS[key], &wanted, &wording.of[key]);
    }
}

void wordings_agree(struct vector *vector, const struct wording *wording,
                    const char *other_name, const struct wording *other)
{
    int key;

    for (key = 0; key < WORD_COUNT; key++) {
        if (value_is_same(&wording->of[key], &other->of[key]))
            continue;
        vector_failure(vector);
        printf("%s: %s says ", WORD_KEYS[key], other_name);
        value_print(&other->of[key]);
        printf(", not ");
        value_print(&wording->of[key]);
        printf("\n");
    }
}

void redact_replay(struct vector *vector, const struct json *item,
                   scrub_case scrub)
{
    const struct json *text = json_member(item, "text");
    const struct json *expect = json_member(item, "expect");
    const struct json *member;
    struct value clean;
    struct value line;

    if (!vector_known(vector, item, "the case", "name", "source", "note",
                      "text", "expect", NULL))
        return;
    if (text == NULL || text->kind != JSON_STRING || expect == NULL
        || expect->kind != JSON_OBJECT) {
        vector_fail(vector, "a case needs a text and what is expected");
        return;
    }
    if (!scrub(vector, text, &clean, &line))
        return;
    for (member = expect->first; member != NULL; member = member->next) {
        struct value wanted = text_of(member);
        int is_text = member->name_length == 4
            && memcmp(member->name, "text", 4) == 0;
        int is_line = member->name_length == 4
            && memcmp(member->name, "line", 4) == 0;

        if (!is_text && !is_line)
            vector_unknown(vector, member, "expect");
        else
            compare(vector, is_text ? "text" : "line", &wanted,
                    is_text ? &clean : &line);
    }
}
