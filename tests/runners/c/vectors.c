#include "vectors.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "words.h"

static const char *const KEYS[KEY_COUNT] = {
    "outcome",        "category",    "advice",          "effect",
    "code",           "code_text",   "http_status",     "message",
    "data",           "correlation_id", "amount",       "server_delay_ms",
    "alternative",    "repeat",      "anomalies",       "rule",
    "task"
};

struct tally {
    unsigned long passed;
    unsigned long failed;
};

struct value value_null(void)
{
    struct value value;

    memset(&value, 0, sizeof(value));
    return value;
}

struct value value_integer(int64_t integer)
{
    struct value value = value_null();

    value.kind = VALUE_INTEGER;
    value.integer = integer;
    return value;
}

struct value value_bytes(const char *bytes, size_t length)
{
    struct value value = value_null();

    value.kind = VALUE_BYTES;
    value.bytes = bytes;
    value.length = length;
    return value;
}

struct value value_name(const char *name)
{
    return name == NULL ? value_bytes("", 0) : value_bytes(name, strlen(name));
}

int value_is_same(const struct value *left, const struct value *right)
{
    if (left->kind != right->kind)
        return 0;
    switch (left->kind) {
    case VALUE_NULL:
        return 1;
    case VALUE_INTEGER:
    case VALUE_SET:
        return left->integer == right->integer;
    case VALUE_BYTES:
        return left->length == right->length
            && (left->length == 0
                || memcmp(left->bytes, right->bytes, left->length) == 0);
    }
    return 0;
}

/* C89 has no format for 64 bits. */
static void print_integer(int64_t integer)
{
    char digits[24];
    char *at = digits + sizeof(digits) - 1;
    uint64_t rest = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;

    *at = '\0';
    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    printf("%s%s", integer < 0 ? "-" : "", at);
}

void value_print(const struct value *value)
{
    size_t i;
    uint32_t bit;

    switch (value->kind) {
    case VALUE_NULL:
        printf("null");
        break;
    case VALUE_INTEGER:
        print_integer(value->integer);
        break;
    case VALUE_SET:
        putchar('[');
        for (bit = 1, i = 0; bit != 0; bit <<= 1)
            if ((value->integer & bit) != 0)
                printf("%s\"%s\"", i++ > 0 ? "," : "",
                       acall_anomaly_name(bit) == NULL
                           ? "?"
                           : acall_anomaly_name(bit));
        putchar(']');
        break;
    case VALUE_BYTES:
        putchar('"');
        for (i = 0; i < value->length; i++) {
            unsigned char byte = (unsigned char)value->bytes[i];

            if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7F)
                printf("\\x%02x", byte);
            else
                putchar(byte);
        }
        putchar('"');
        break;
    }
}

void vector_failure(struct vector *vector)
{
    vector->failures++;
    printf("FAIL ");
    fwrite(vector->name, 1, vector->name_length, stdout);
    printf(": ");
}

void vector_fail(struct vector *vector, const char *reason)
{
    vector_failure(vector);
    printf("%s\n", reason);
}

void vector_unknown(struct vector *vector, const struct json *member,
                    const char *place)
{
    vector_failure(vector);
    printf("%s: \"", place);
    fwrite(member->name, 1, member->name_length, stdout);
    printf("\" is not known to this runner\n");
}

int vector_known(struct vector *vector, const struct json *object,
                 const char *place, ...)
{
    const struct json *member;

    for (member = object->first; member != NULL; member = member->next) {
        va_list names;
        const char *name;
        int is_known = 0;

        va_start(names, place);
        while ((name = va_arg(names, const char *)) != NULL)
            if (strlen(name) == member->name_length
                && memcmp(name, member->name, member->name_length) == 0)
                is_known = 1;
        va_end(names);
        if (!is_known) {
            vector_unknown(vector, member, place);
            return 0;
        }
    }
    return 1;
}

/* The key of a member of "expect", or KEY_COUNT. */
static int key_of(const struct json *member)
{
    static const char base64[] = "data_base64";
    int key;

    if (member->name_length == sizeof(base64) - 1
        && memcmp(member->name, base64, sizeof(base64) - 1) == 0)
        return KEY_DATA;
    for (key = 0; key < KEY_COUNT; key++)
        if (strlen(KEYS[key]) == member->name_length
            && memcmp(KEYS[key], member->name, member->name_length) == 0)
            break;
    return key;
}

static int value_of(struct vector *vector, const struct json *member, int key,
                    struct value *value)
{
    const struct json *element;
    uint32_t bit;

    *value = value_null();
    if (key == KEY_ANOMALIES) {
        value->kind = VALUE_SET;
        if (member->kind != JSON_ARRAY)
            return 0;
        for (element = member->first; element != NULL;
             element = element->next) {
            if (element->kind != JSON_STRING
                || acall_anomaly_from_name(element->text, element->length,
                                           &bit) != ACALL_OK)
                return 0;
            value->integer |= bit;
        }
        return 1;
    }
    switch (member->kind) {
    case JSON_NULL:
        return 1;
    case JSON_NUMBER:
        value->kind = VALUE_INTEGER;
        return json_integer(member, &value->integer);
    case JSON_STRING:
        value->kind = VALUE_BYTES;
        value->bytes = member->text;
        value->length = member->length;
        if (member->name_length != strlen(KEYS[key])) {
            value->bytes = base64_decode(vector->arena, member->text,
                                         member->length, &value->length);
            return value->bytes != NULL;
        }
        return 1;
    default:
        return 0;
    }
}

static int read_member(struct vector *vector, const struct json *member,
                       struct answer *answer)
{
    int key = key_of(member);

    if (key == KEY_COUNT) {
        vector_unknown(vector, member, "expect");
        return 0;
    }
    if (!value_of(vector, member, key, &answer->of[key])) {
        vector_failure(vector);
        printf("%s: no such value: ", KEYS[key]);
        fwrite(member->raw, 1, member->raw_length, stdout);
        putchar('\n');
        return 0;
    }
    return 1;
}

static void answer_clear(struct answer *answer)
{
    int key;

    for (key = 0; key < KEY_COUNT; key++)
        answer->of[key] = value_null();
}

int answer_read(struct vector *vector, const struct json *object,
                struct answer *answer)
{
    const struct json *member;

    answer_clear(answer);
    for (member = object->first; member != NULL; member = member->next)
        if (!read_member(vector, member, answer))
            return 0;
    return 1;
}

int explanation_read(struct vector *vector, const struct json *object,
                     struct answer *answer)
{
    const struct json *member;

    answer_clear(answer);
    for (member = object->first; member != NULL; member = member->next)
        if (member->kind != JSON_OBJECT
            && !read_member(vector, member, answer))
            return 0;
    if (json_member(object, "decision") == NULL
        || json_member(object, "words") == NULL) {
        vector_fail(vector, "explain_json: no decision, or no words");
        return 0;
    }
    return 1;
}

void vector_expect(struct vector *vector, const struct answer *answer)
{
    const struct json *member;
    struct answer expected;

    if (vector->expect->kind != JSON_OBJECT) {
        vector_fail(vector, "expect: expected an object");
        return;
    }
    if (!answer_read(vector, vector->expect, &expected))
        return;
    for (member = vector->expect->first; member != NULL;
         member = member->next) {
        int key = key_of(member);

        if (value_is_same(&expected.of[key], &answer->of[key]))
            continue;
        vector_failure(vector);
        printf("%s: expected ", KEYS[key]);
        fwrite(member->raw, 1, member->raw_length, stdout);
        printf(" got ");
        value_print(&answer->of[key]);
        putchar('\n');
    }
}

void vector_agree(struct vector *vector, const struct answer *answer,
                  const char *other_name, const struct answer *other)
{
    int key;

    for (key = 0; key < KEY_COUNT; key++) {
        if (value_is_same(&answer->of[key], &other->of[key]))
            continue;
        vector_failure(vector);
        printf("%s: expected ", KEYS[key]);
        value_print(&answer->of[key]);
        printf(", as acall_judge says, got ");
        value_print(&other->of[key]);
        printf(" from %s\n", other_name);
    }
}

static int read_headers(struct vector *vector, const struct json *list)
{
    const struct json *pair;
    acall_header *headers;
    size_t count = 0;

    if (list == NULL)
        return 1;
    for (pair = list->first; pair != NULL; pair = pair->next)
        count++;
    headers = (acall_header *)arena_take(vector->arena,
                                         (count + 1) * sizeof(*headers));
    vector->reply.headers = headers;
    vector->reply.header_count = count;
    if (list->kind != JSON_ARRAY)
        return 0;
    for (pair = list->first; pair != NULL; pair = pair->next, headers++) {
        const struct json *name = pair->first;
        const struct json *value = name == NULL ? NULL : name->next;

        if (pair->kind != JSON_ARRAY || value == NULL || value->next != NULL
            || name->kind != JSON_STRING || value->kind != JSON_STRING)
            return 0;
        headers->name = name->text;
        headers->name_length = name->length;
        headers->value = value->text;
        headers->value_length = value->length;
    }
    return 1;
}

/* Status and body, where there was no fault. */
static int read_exchange(struct vector *vector, const struct json *reply)
{
    const struct json *status = json_member(reply, "http_status");
    const struct json *body = json_member(reply, "body");
    const struct json *encoded = json_member(reply, "body_base64");
    int64_t http_status;

    if (!json_integer(status, &http_status) || http_status > INT32_MAX
        || http_status < INT32_MIN) {
        vector_fail(vector, "http_status: expected an integer");
        return 0;
    }
    vector->reply.http_status = (int32_t)http_status;
    if (encoded != NULL && encoded->kind == JSON_STRING) {
        vector->reply.body =
            base64_decode(vector->arena, encoded->text, encoded->length,
                          &vector->reply.body_length);
        if (vector->reply.body == NULL) {
            vector_fail(vector, "body_base64: expected base64");
            return 0;
        }
        return 1;
    }
    if (body == NULL || body->kind != JSON_STRING) {
        vector_fail(vector, "body: expected a string");
        return 0;
    }
    vector->reply.body = body->text;
    vector->reply.body_length = body->length;
    return 1;
}

int vector_read_reply(struct vector *vector, const struct json *reply)
{
    static const acall_reply nothing = ACALL_REPLY_INIT;
    const struct json *fault = json_member(reply, "fault");
    const struct json *expect = json_member(reply, "expect_kind");
    const struct json *now = json_member(reply, "now_unix");
    const struct json *method = json_member(reply, "method");
    const struct json *path = json_member(reply, "path");
    int64_t seconds;

    vector->reply = nothing;
    if (reply->kind != JSON_OBJECT) {
        vector_fail(vector, "reply: expected an object");
        return 0;
    }
    if (fault != NULL
        && (fault->kind != JSON_STRING
            || acall_fault_from_name(fault->text, fault->length,
                                     &vector->reply.fault) != ACALL_OK)) {
        vector_fail(vector, "fault: no such fault");
        return 0;
    }
    if (expect != NULL
        && (expect->kind != JSON_STRING
            || acall_expect_from_name(expect->text, expect->length,
                                      &vector->reply.expect) != ACALL_OK)) {
        vector_fail(vector, "expect_kind: no such expectation");
        return 0;
    }
    if (method != NULL || path != NULL) {
        if (method == NULL || path == NULL || method->kind != JSON_STRING
            || path->kind != JSON_STRING) {
            vector_fail(vector, "method and path: expected two strings");
            return 0;
        }
        vector->reply.method = method->text;
        vector->reply.method_length = method->length;
        vector->reply.path = path->text;
        vector->reply.path_length = path->length;
    }
    if (now != NULL && now->kind != JSON_NULL) {
        if (!json_integer(now, &seconds)) {
            vector_fail(vector, "now_unix: expected seconds");
            return 0;
        }
        vector->reply.now_unix_ms = seconds > INT64_MAX / 1000 ? INT64_MAX
            : seconds < INT64_MIN / 1000 ? INT64_MIN
                                         : seconds * 1000;
        /* 0 would be no clock. */
        if (vector->reply.now_unix_ms == 0)
            vector->reply.now_unix_ms = 1;
    }
    if (!read_headers(vector, json_member(reply, "headers"))) {
        vector_fail(vector, "headers: expected an array of pairs");
        return 0;
    }
    vector->reply_json = reply;
    if (fault != NULL)
        return vector_known(vector, reply, "reply", "fault", "expect_kind",
                          "now_unix", "headers", "method", "path", NULL);
    return vector_known(vector, reply, "reply", "http_status", "body",
                      "body_base64", "expect_kind", "now_unix", "headers",
                      "method", "path", NULL)
        && read_exchange(vector, reply);
}

/* The body gets memory of exactly its size: valgrind sees a step beyond. */
static void judge_exact(struct vector *vector, judge_case judge)
{
    size_t length = vector->reply.body_length;
    char *exact = (char *)malloc(length > 0 ? length : 1);

    if (exact == NULL)
        abort();
    if (length > 0)
        memcpy(exact, vector->reply.body, length);
    vector->reply.body = length > 0 ? exact : NULL;
    judge(vector);
    free(exact);
}

static void replay_reply(struct vector *vector, const struct json *item,
                         judge_case judge)
{
    const struct json *reply = json_member(item, "reply");

    vector->expect = json_member(item, "expect");
    if (reply == NULL || vector->expect == NULL) {
        vector_fail(vector, "a case needs name, reply and expect");
        return;
    }
    if (vector_known(vector, item, "the case", "name", "source", "note",
                     "reply", "expect", NULL)
        && vector_read_reply(vector, reply))
        judge_exact(vector, judge);
}

static void replay_case(struct vector *vector, const struct json *item,
                        const struct players *players,
                        const struct json *suite)
{
    const struct json *name = json_member(item, "name");

    vector->failures = 0;
    if (name == NULL || name->kind != JSON_STRING) {
        vector_fail(vector, "a case needs a name");
        return;
    }
    vector->name = name->text;
    vector->name_length = name->length;
    if (json_is(suite, "retry"))
        calls_replay(vector, item, players->play);
    else if (json_is(suite, "words"))
        words_replay(vector, item, players->say);
    else if (json_is(suite, "redact"))
        redact_replay(vector, item, players->scrub);
    else
        replay_reply(vector, item, players->judge);
}

/* The whole file; NULL if it cannot be read. */
static char *read_file(struct arena *arena, const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size;

    if (file == NULL)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0
        && fseek(file, 0, SEEK_SET) == 0) {
        text = (char *)arena_take(arena, (size_t)size + 1);
        *length = fread(text, 1, (size_t)size, file);
        if (*length != (size_t)size)
            text = NULL;
    }
    fclose(file);
    return text;
}

/* A built-in profile, or a file beside the vectors. */
static acall_profile *open_profile(struct vector *vector, const char *path,
                                   const struct json *name)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    char *beside = (char *)arena_take(vector->arena, folder + name->length + 1);
    acall_profile *profile = NULL;
    acall_error *error = NULL;
    char *text;
    size_t length = 0;

    vector->built_in = NULL;
    if (acall_profile_builtin(name->text, name->length, &vector->profile)
        == ACALL_OK) {
        vector->built_in = name->text;
        return NULL;
    }
    memcpy(beside, path, folder);
    memcpy(beside + folder, name->text, name->length + 1);
    text = read_file(vector->arena, beside, &length);
    if (text == NULL)
        vector_fail(vector, "profile: cannot read the file");
    else if (acall_profile_from_json(text, length, &profile, &error)
             != ACALL_OK)
        vector_fail(vector, acall_error_message(error));
    acall_error_free(error);
    vector->profile = profile;
    vector->profile_json = text;
    vector->profile_json_length = length;
    return profile;
}

static void replay_file(const char *path, struct tally *tally,
                        const struct players *players)
{
    struct arena file_arena = {NULL};
    struct arena case_arena = {NULL};
    struct vector vector;
    acall_profile *own = NULL;
    const struct json *document = NULL;
    const struct json *suite;
    const struct json *name;
    const struct json *cases;
    const struct json *item;
    char *text;
    char number[40];
    size_t length;
    size_t where;
    size_t index = 0;
    int64_t version = 0;

    memset(&vector, 0, sizeof(vector));
    vector.name = path;
    vector.name_length = strlen(path);
    vector.arena = &file_arena;
    text = read_file(&file_arena, path, &length);
    if (text == NULL) {
        vector_fail(&vector, "cannot read the file");
        goto done;
    }
    document = json_read(&file_arena, text, length, &where);
    if (document == NULL || document->kind != JSON_OBJECT) {
        vector_failure(&vector);
        printf("no JSON object, at byte %lu\n", (unsigned long)where);
        goto done;
    }
    suite = json_member(document, "suite");
    name = json_member(document, "profile");
    cases = json_member(document, "cases");
    if (!json_integer(json_member(document, "vectors"), &version)
        || version != 1)
        vector_fail(&vector, "vectors: expected 1");
    else if (!json_is(suite, "judge") && !json_is(suite, "retry")
             && !json_is(suite, "words") && !json_is(suite, "redact"))
        vector_fail(&vector, "suite: not known to this runner");
    else if (name == NULL || name->kind != JSON_STRING)
        vector_fail(&vector, "profile: expected a string");
    else if (cases == NULL || cases->kind != JSON_ARRAY)
        vector_fail(&vector, "cases: expected an array");
    else if (vector_known(&vector, document, "the file", "vectors", "suite",
                        "profile", "cases", NULL))
        own = open_profile(&vector, path, name);
    if (vector.failures > 0)
        goto done;

    vector.arena = &case_arena;
    for (item = cases->first; item != NULL; item = item->next) {
        sprintf(number, "case %lu", (unsigned long)index++);
        vector.name = number;
        vector.name_length = strlen(number);
        replay_case(&vector, item, players, suite);
        arena_clear(&case_arena);
        if (vector.failures == 0)
            tally->passed++;
        else
            tally->failed++;
    }
    vector.failures = 0;
done:
    tally->failed += vector.failures > 0;
    acall_profile_free(own);
    arena_clear(&file_arena);
    free(file_arena.blocks);
    arena_clear(&case_arena);
    free(case_arena.blocks);
}

int replay(int count, char **arguments, const struct players *players)
{
    struct tally tally = {0, 0};
    int i;

    if (count < 2) {
        fprintf(stderr, "usage: replay FILE...\n");
        return 2;
    }
    for (i = 1; i < count; i++)
        replay_file(arguments[i], &tally, players);
    printf("%lu passed, %lu failed\n", tally.passed, tally.failed);
    return tally.passed > 0 && tally.failed == 0 ? 0 : 1;
}
