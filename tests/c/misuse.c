/*
 * Every function of the library with arguments that no program should pass:
 * each pointer NULL, impossible lengths, unknown numbers and flags, wrong
 * sizes, small buffers. The answer is a status, nothing is written, nothing
 * crashes. tests/abi checks that no exported function is missing here.
 */

#include <aftercall.h>

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static const char BODY[] =
    "{\"status\":false,\"error_code\":67200005,\"error_msg\":\"no \\u4f59\"}";
static const char BLOCK[] = "X-Correlation-Id: c-1\r\nx-openapi-amount: 2\n";

#define HUGE_SIZE ((size_t)-1)

static acall_header headers[2];

static acall_reply good_reply(void)
{
    acall_reply reply = ACALL_REPLY_INIT;

    headers[0].name = "X-Correlation-Id";
    headers[0].name_length = 16;
    headers[0].value = "c-1";
    headers[0].value_length = 3;
    headers[1].name = "x-openapi-amount";
    headers[1].name_length = 16;
    headers[1].value = " 2 ";
    headers[1].value_length = 3;
    reply.http_status = 200;
    reply.body = BODY;
    reply.body_length = strlen(BODY);
    reply.headers = headers;
    reply.header_count = 2;
    return reply;
}

static acall_verdict good_verdict(void)
{
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_reply reply = good_reply();

    CHECK(acall_judge(acall_profile_eureka(), &reply, &verdict) == ACALL_OK);
    return verdict;
}

/* A verdict that must stay as it is. */
static acall_status judge_into_pattern(const acall_profile *profile,
                                       const acall_reply *reply)
{
    acall_verdict verdict;
    acall_verdict before;
    acall_status status;

    memset(&verdict, 0xA5, sizeof(verdict));
    verdict.struct_size = sizeof(verdict);
    before = verdict;
    status = acall_judge(profile, reply, &verdict);
    CHECK(memcmp(&verdict, &before, sizeof(verdict)) == 0);
    return status;
}

static void judging(void)
{
    const acall_profile *eureka = acall_profile_eureka();
    acall_reply reply = good_reply();
    acall_verdict verdict = good_verdict();
    union {
        double align;
        char bytes[sizeof(acall_reply) + 64];
    } memory;
    char *odd = memory.bytes + 1;

    CHECK(verdict.category == ACALL_CATEGORY_BALANCE);
    CHECK(verdict.correlation_id_header == 0 && verdict.amount_header == 1);
    CHECK(verdict.amount_offset == 1 && verdict.amount_length == 1);

    CHECK(judge_into_pattern(NULL, &reply) == ACALL_E_NULL);
    CHECK(judge_into_pattern(eureka, NULL) == ACALL_E_NULL);
    CHECK(acall_judge(eureka, &reply, NULL) == ACALL_E_NULL);
    CHECK(acall_judge(NULL, NULL, NULL) == ACALL_E_NULL);
    CHECK(judge_into_pattern((const acall_profile *)odd, &reply)
          == ACALL_E_ARGUMENT);
    CHECK(judge_into_pattern(eureka, (const acall_reply *)odd)
          == ACALL_E_ARGUMENT);
    CHECK(acall_judge(eureka, &reply, (acall_verdict *)odd)
          == ACALL_E_ARGUMENT);

#define WRONG(field, value, expected) \
    reply = good_reply(); \
    reply.field = (value); \
    CHECK(judge_into_pattern(eureka, &reply) == (expected))
    WRONG(flags, 1, ACALL_E_ARGUMENT);
    WRONG(flags, 0x80000000u, ACALL_E_ARGUMENT);
    WRONG(reserved, -1, ACALL_E_ARGUMENT);
    WRONG(fault, 14, ACALL_E_ARGUMENT);
    WRONG(fault, -1, ACALL_E_ARGUMENT);
    WRONG(expect, 2, ACALL_E_ARGUMENT);
    WRONG(expect, INT32_MIN, ACALL_E_ARGUMENT);
    WRONG(body, NULL, ACALL_E_NULL);
    WRONG(body_length, HUGE_SIZE, ACALL_E_ARGUMENT);
    WRONG(body_length, HUGE_SIZE / 2 + 1, ACALL_E_ARGUMENT);
    WRONG(headers, NULL, ACALL_E_NULL);
    WRONG(headers, (const acall_header *)odd, ACALL_E_ARGUMENT);
    WRONG(header_count, HUGE_SIZE, ACALL_E_ARGUMENT);
    WRONG(header_count, HUGE_SIZE / 32, ACALL_E_ARGUMENT);
    WRONG(method_length, 1, ACALL_E_NULL);
    WRONG(path_length, 1, ACALL_E_NULL);
    WRONG(path_length, HUGE_SIZE, ACALL_E_ARGUMENT);
    reply = good_reply();
    reply.path = "/x";
    reply.path_length = 2;
    CHECK(judge_into_pattern(eureka, &reply) == ACALL_E_ARGUMENT);
    reply.method = "\xFF";
    reply.method_length = 1;
    CHECK(judge_into_pattern(eureka, &reply) == ACALL_E_UTF8);
    WRONG(struct_size, 0, ACALL_E_ABI_MISMATCH);
    WRONG(struct_size, sizeof(reply) - 1, ACALL_E_ABI_MISMATCH);
    WRONG(struct_size, 0xA5A5A5A5u, ACALL_E_ABI_MISMATCH);
    reply = good_reply();
    headers[1].value = NULL;
    CHECK(judge_into_pattern(eureka, &reply) == ACALL_E_NULL);
    reply = good_reply();
    headers[0].name = NULL;
    CHECK(judge_into_pattern(eureka, &reply) == ACALL_E_NULL);
    reply = good_reply();
    headers[0].name_length = HUGE_SIZE;
    CHECK(judge_into_pattern(eureka, &reply) == ACALL_E_ARGUMENT);
    reply = good_reply();
    headers[0].value_length = HUGE_SIZE;
    CHECK(judge_into_pattern(eureka, &reply) == ACALL_E_ARGUMENT);

    /* Nothing at all is fine: no body, no headers, no status. */
    memset(&reply, 0, sizeof(reply));
    reply.struct_size = sizeof(reply);
    CHECK(acall_judge(eureka, &reply, &verdict) == ACALL_OK);
    CHECK(verdict.outcome == ACALL_OUTCOME_FAILURE);

    /* The verdict's size. */
    reply = good_reply();
    verdict.struct_size = 0;
    CHECK(acall_judge(eureka, &reply, &verdict) == ACALL_E_ABI_MISMATCH);
    verdict.struct_size = sizeof(verdict) - 1;
    CHECK(acall_judge(eureka, &reply, &verdict) == ACALL_E_ABI_MISMATCH);
    verdict.struct_size = 4097;
    CHECK(acall_judge(eureka, &reply, &verdict) == ACALL_E_ABI_MISMATCH);
}

/* A program that was compiled with a newer header. */
static void growing(void)
{
    struct {
        acall_reply known;
        uint64_t unknown;
    } reply;
    struct {
        acall_verdict known;
        uint64_t unknown;
        uint64_t beyond;
    } verdict;

    memset(&verdict, 0xA5, sizeof(verdict));
    reply.known = good_reply();
    reply.unknown = 0;
    reply.known.struct_size = sizeof(reply);
    verdict.known.struct_size = sizeof(verdict) - sizeof(verdict.beyond);
    CHECK(acall_judge(acall_profile_eureka(), &reply.known, &verdict.known)
          == ACALL_OK);
    CHECK(verdict.known.struct_size == sizeof(verdict) - 8);
    CHECK(verdict.unknown == 0);
    CHECK(verdict.beyond == UINT64_C(0xA5A5A5A5A5A5A5A5));
    reply.unknown = 1;
    CHECK(judge_into_pattern(acall_profile_eureka(), &reply.known)
          == ACALL_E_ABI_MISMATCH);
}

typedef acall_status (*text_function)(const acall_verdict *,
                                      const acall_reply *, acall_text, char *,
                                      size_t, size_t *);

/* One call that must fail and write nothing but the needed size. */
static size_t text_refused(text_function text, const acall_verdict *verdict,
                           const acall_reply *reply, acall_text which,
                           size_t capacity, acall_status expected)
{
    char buffer[64];
    char before[64];
    size_t needed = 99;

    memset(buffer, 0xA5, sizeof(buffer));
    memcpy(before, buffer, sizeof(buffer));
    CHECK(text(verdict, reply, which, buffer, capacity, &needed) == expected);
    CHECK(memcmp(buffer, before, sizeof(buffer)) == 0);
    return needed;
}

static void texts_of(text_function text)
{
    acall_verdict verdict = good_verdict();
    acall_verdict other;
    acall_reply reply = good_reply();
    char buffer[64];
    size_t needed = 99;
    int32_t which;

    CHECK(text_refused(text, NULL, &reply, 1, 64, ACALL_E_NULL) == 0);
    CHECK(text_refused(text, &verdict, NULL, 1, 64, ACALL_E_NULL) == 0);
    CHECK(text(&verdict, &reply, 1, NULL, 64, &needed) == ACALL_E_NULL);
    CHECK(needed == 0);
    CHECK(text(&verdict, &reply, 1, buffer, 64, NULL) == ACALL_OK);
    CHECK(text_refused(text, &verdict, &reply, 1, HUGE_SIZE, ACALL_E_ARGUMENT)
          == 0);
    for (which = -1; which <= 6; which += 7 - 6 * (which > 0))
        if (which < 1 || which > 5)
            CHECK(text_refused(text, &verdict, &reply, which, 64,
                               ACALL_E_ARGUMENT)
                  == 0);

    /* A verdict of another reply. */
    reply.body_length = 20;
    text_refused(text, &verdict, &reply, ACALL_TEXT_MESSAGE, 64,
                 ACALL_E_ARGUMENT);
    reply = good_reply();
    reply.header_count = 0;
    text_refused(text, &verdict, &reply, ACALL_TEXT_AMOUNT, 64,
                 ACALL_E_ARGUMENT);
    reply = good_reply();
    headers[1].value_length = 1;
    text_refused(text, &verdict, &reply, ACALL_TEXT_AMOUNT, 64,
                 ACALL_E_ARGUMENT);
    reply = good_reply();
    reply.fault = ACALL_FAULT_DNS;
    text_refused(text, &verdict, &reply, ACALL_TEXT_CODE, 64,
                 ACALL_E_ARGUMENT);
    reply = good_reply();
    other = verdict;
    other.message_offset = INT64_MAX;
    other.message_length = INT64_MAX;
    text_refused(text, &other, &reply, ACALL_TEXT_MESSAGE, 64,
                 ACALL_E_ARGUMENT);
    other.message_offset = -2;
    text_refused(text, &other, &reply, ACALL_TEXT_MESSAGE, 64,
                 ACALL_E_ARGUMENT);
    other = verdict;
    other.amount_header = INT32_MAX;
    text_refused(text, &other, &reply, ACALL_TEXT_AMOUNT, 64,
                 ACALL_E_ARGUMENT);
    other = verdict;
    other.rule_length = -1;
    text_refused(text, &other, &reply, ACALL_TEXT_RULE, 64, ACALL_E_ARGUMENT);
    other.rule = NULL;
    text_refused(text, &other, &reply, ACALL_TEXT_RULE, 64, ACALL_E_ABSENT);
    other = verdict;
    other.struct_size = 7;
    text_refused(text, &other, &reply, ACALL_TEXT_RULE, 64,
                 ACALL_E_ABI_MISMATCH);
    other = verdict;
    other.message_offset = -1;
    other.message_length = -1;
    CHECK(text_refused(text, &other, &reply, ACALL_TEXT_MESSAGE, 64,
                       ACALL_E_ABSENT)
          == 0);

    /* Onto itself. */
    reply.body = memcpy(buffer, BODY, reply.body_length = 60);
    CHECK(text(&verdict, &reply, ACALL_TEXT_MESSAGE, buffer, sizeof(buffer),
               &needed)
          == ACALL_E_ARGUMENT);
}

static void texts(void)
{
    acall_verdict verdict = good_verdict();
    acall_reply reply = good_reply();
    char buffer[8];
    size_t needed = 0;

    texts_of(acall_verdict_text);
    texts_of(acall_verdict_text_fixed);
    CHECK(text_refused(acall_verdict_text, &verdict, &reply,
                       ACALL_TEXT_MESSAGE, 6, ACALL_E_BUFFER_TOO_SMALL)
          == 7);
    CHECK(acall_verdict_text(&verdict, &reply, ACALL_TEXT_MESSAGE, NULL, 0,
                             &needed)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed == 7);
    CHECK(acall_verdict_text(&verdict, &reply, ACALL_TEXT_MESSAGE, buffer, 7,
                             &needed)
          == ACALL_OK);
    CHECK(strcmp(buffer, "no \xE4\xBD\x99") == 0);
    CHECK(acall_verdict_text_fixed(&verdict, &reply, ACALL_TEXT_MESSAGE,
                                   buffer, 5, &needed)
          == ACALL_OK);
    CHECK(memcmp(buffer, "no   ", 5) == 0 && needed == 6);
}

static void profiles(void)
{
    static const char bad[] = "{\"aftercall_profile\": 1, \"nmae\": 2}";
    const acall_profile *found = NULL;
    acall_profile *read = (acall_profile *)0;
    acall_error *error = NULL;
    const char *text = NULL;
    size_t length = 99;

    CHECK(acall_profile_builtin("eureka", 6, &found) == ACALL_OK);
    CHECK(found == acall_profile_eureka());
    acall_profile_free((acall_profile *)(uintptr_t)found);
    CHECK(acall_profile_name(found, &text, &length) == ACALL_OK);
    CHECK(length == 6 && memcmp(text, "eureka", 6) == 0);
    found = NULL;
    CHECK(acall_profile_builtin("eurek", 5, &found)
          == ACALL_E_PROFILE_UNKNOWN);
    CHECK(acall_profile_builtin("", 0, &found) == ACALL_E_PROFILE_UNKNOWN);
    CHECK(acall_profile_builtin(NULL, 0, &found) == ACALL_E_PROFILE_UNKNOWN);
    CHECK(acall_profile_builtin(NULL, 6, &found) == ACALL_E_NULL);
    CHECK(acall_profile_builtin("eureka", HUGE_SIZE, &found)
          == ACALL_E_ARGUMENT);
    CHECK(acall_profile_builtin("\xFF", 1, &found) == ACALL_E_UTF8);
    CHECK(found == NULL);
    CHECK(acall_profile_builtin("eureka", 6, NULL) == ACALL_E_NULL);

    CHECK(acall_profile_from_json(bad, strlen(bad), &read, &error)
          == ACALL_E_PROFILE);
    CHECK(read == NULL && error != NULL);
    CHECK(acall_error_status(error) == ACALL_E_PROFILE);
    CHECK(strstr(acall_error_message(error), "nmae") != NULL);
    CHECK(strcmp(acall_error_path(error), "nmae") == 0);
    CHECK(acall_error_line(error) == 1 && acall_error_column(error) > 1);
    acall_error_free(error);
    CHECK(acall_profile_from_json(bad, strlen(bad), &read, NULL)
          == ACALL_E_PROFILE);
    CHECK(acall_profile_from_json(NULL, 1, &read, &error) == ACALL_E_NULL);
    CHECK(acall_error_status(error) == ACALL_E_NULL);
    CHECK(acall_error_line(error) == 0);
    acall_error_free(error);
    CHECK(acall_profile_from_json(bad, HUGE_SIZE, &read, &error)
          == ACALL_E_ARGUMENT);
    acall_error_free(error);
    CHECK(acall_profile_from_json("\xFF", 1, &read, &error) == ACALL_E_UTF8);
    acall_error_free(error);
    CHECK(acall_profile_from_json(bad, strlen(bad), NULL, &error)
          == ACALL_E_NULL);
    acall_error_free(error);
    CHECK(acall_profile_from_json(NULL, 0, NULL, NULL) == ACALL_E_NULL);
    CHECK(read == NULL);
    acall_profile_free(NULL);

    acall_error_free(NULL);
    CHECK(acall_error_status(NULL) == ACALL_OK);
    CHECK(acall_error_message(NULL)[0] == '\0');
    CHECK(acall_error_path(NULL)[0] == '\0');
    CHECK(acall_error_line(NULL) == 0 && acall_error_column(NULL) == 0);

    text = NULL;
    length = 99;
    CHECK(acall_profile_name(NULL, &text, &length) == ACALL_E_NULL);
    CHECK(acall_profile_version(NULL, &text, &length) == ACALL_E_NULL);
    CHECK(acall_profile_name(acall_profile_eureka(), NULL, &length)
          == ACALL_E_NULL);
    CHECK(acall_profile_version(acall_profile_eureka(), NULL, &length)
          == ACALL_E_NULL);
    CHECK(acall_profile_name(acall_profile_eureka(), &text, NULL)
          == ACALL_E_NULL);
    CHECK(acall_profile_version(acall_profile_eureka(), &text, NULL)
          == ACALL_E_NULL);
    CHECK(text == NULL && length == 99);
    CHECK(acall_profile_version(acall_profile_eureka(), &text, &length)
          == ACALL_OK);
}

static void checking(void)
{
    static const char bad[] = "{\"aftercall_profile\": 1, \"nmae\": 2}";
    char buffer[600];
    size_t needed = 99;

    memset(buffer, 0xA5, sizeof(buffer));
#define CHECKED(json, length, buf, capacity, expected) \
    CHECK(acall_profile_check(json, length, buf, capacity, &needed) \
          == (expected)); \
    CHECK((unsigned char)buffer[0] == 0xA5)
    CHECKED(NULL, 1, buffer, sizeof(buffer), ACALL_E_NULL);
    CHECKED(bad, HUGE_SIZE, buffer, sizeof(buffer), ACALL_E_ARGUMENT);
    CHECKED("\xFF", 1, buffer, sizeof(buffer), ACALL_E_UTF8);
    CHECKED(bad, strlen(bad), NULL, 9, ACALL_E_NULL);
    CHECKED(bad, strlen(bad), buffer, HUGE_SIZE, ACALL_E_ARGUMENT);
    CHECKED(bad, strlen(bad), buffer, 9, ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed > 100 && needed <= sizeof(buffer));
    CHECK(acall_profile_check(bad, strlen(bad), buffer, needed, NULL)
          == ACALL_OK);
    CHECK(buffer[0] == '[' && strstr(buffer, "did you mean") != NULL);
    CHECK(acall_profile_check("{", 1, buffer, sizeof(buffer), NULL)
          == ACALL_OK);
    CHECK(strstr(buffer, "\"syntax\"") != NULL);
}

static void operations(void)
{
    const acall_profile *eureka = acall_profile_eureka();
    acall_operation_kind kind = 77;
    acall_expect expect = 77;
    int32_t answer = 77;

#define OPERATION(profile, m, ml, p, pl, expected) \
    CHECK(acall_profile_operation(profile, m, ml, p, pl, &kind, &expect) \
          == (expected)); \
    CHECK(kind == 77 && expect == 77)
    OPERATION(NULL, "GET", 3, "/", 1, ACALL_E_NULL);
    OPERATION(eureka, NULL, 3, "/", 1, ACALL_E_NULL);
    OPERATION(eureka, "GET", HUGE_SIZE, "/", 1, ACALL_E_ARGUMENT);
    OPERATION(eureka, "GET", 3, NULL, 1, ACALL_E_NULL);
    OPERATION(eureka, "GET", 3, "\xFF", 1, ACALL_E_UTF8);
    CHECK(acall_profile_operation(eureka, "GET", 3, "/", 1, NULL, NULL)
          == ACALL_OK);
    CHECK(acall_profile_operation(eureka, "POST", 4, "/oauth/token", 12,
                                  &kind, &expect)
          == ACALL_OK);
    CHECK(kind == ACALL_KIND_AUTH && expect == ACALL_EXPECT_ENVELOPE);

    CHECK(acall_profile_is_for_host(NULL, "x", 1, &answer) == ACALL_E_NULL);
    CHECK(acall_profile_is_for_host(eureka, NULL, 1, &answer)
          == ACALL_E_NULL);
    CHECK(acall_profile_is_for_host(eureka, "\xFF", 1, &answer)
          == ACALL_E_UTF8);
    CHECK(acall_profile_is_for_host(eureka, "x", 1, NULL) == ACALL_E_NULL);
    CHECK(answer == 77);
    CHECK(acall_profile_is_for_host(eureka, "x", 1, &answer) == ACALL_OK);
    CHECK(answer == 0);
}

/* Names both ways: an unknown number has none, an unknown name no number. */
#define NAMES(set, type, first) \
    do { \
        type number = (type)77; \
        const char *known = acall_##set##_name((type)(first)); \
        CHECK(known != NULL); \
        CHECK(acall_##set##_name((type)1000) == NULL); \
        CHECK(acall_##set##_name((type)-1) == NULL); \
        CHECK(acall_##set##_from_name("no such", 7, &number) \
              == ACALL_E_ABSENT); \
        CHECK(acall_##set##_from_name("\xFF", 1, &number) \
              == ACALL_E_ABSENT); \
        CHECK(acall_##set##_from_name(NULL, 0, &number) == ACALL_E_ABSENT); \
        CHECK(acall_##set##_from_name(NULL, 1, &number) == ACALL_E_NULL); \
        CHECK(acall_##set##_from_name(known, HUGE_SIZE, &number) \
              == ACALL_E_ARGUMENT); \
        CHECK(number == (type)77); \
        CHECK(acall_##set##_from_name(known, strlen(known), NULL) \
              == ACALL_E_NULL); \
        CHECK(acall_##set##_from_name(known, strlen(known), &number) \
              == ACALL_OK); \
        CHECK(number == (type)(first)); \
    } while (0)

static void names(void)
{
    /* acall_outcome_name, acall_outcome_from_name */
    NAMES(outcome, acall_outcome, 1);
    /* acall_category_name, acall_category_from_name */
    NAMES(category, acall_category, 5);
    /* acall_advice_name, acall_advice_from_name */
    NAMES(advice, acall_advice, 0);
    /* acall_effect_name, acall_effect_from_name */
    NAMES(effect, acall_effect, 3);
    /* acall_operation_kind_name, acall_operation_kind_from_name */
    NAMES(operation_kind, acall_operation_kind, 2);
    /* acall_expect_name, acall_expect_from_name */
    NAMES(expect, acall_expect, 1);
    /* acall_fault_name, acall_fault_from_name */
    NAMES(fault, acall_fault, 13);
    /* acall_task_name, acall_task_from_name */
    NAMES(task, acall_task, 4);
    /* acall_anomaly_name, acall_anomaly_from_name */
    NAMES(anomaly, uint32_t, 128);

    CHECK(acall_status_name(-1) == NULL);
    CHECK(acall_status_name(ACALL_OK) != NULL);
    CHECK(acall_status_message(INT32_MAX) == NULL);
    CHECK(acall_category_grpc_code(17) == -1);
    CHECK(acall_category_http_status(-1) == -1);
    CHECK(acall_category_problem_type(17) == NULL);
}

static void versions(void)
{
    CHECK(strcmp(acall_version_string(), ACALL_VERSION_STRING) == 0);
    CHECK(acall_version_number() == ACALL_VERSION_NUMBER);
    CHECK(ACALL_VERSION_NUMBER
          == ACALL_VERSION_MAJOR * 1000000 + ACALL_VERSION_MINOR * 1000
              + ACALL_VERSION_PATCH);
    CHECK(acall_abi_version() == ACALL_ABI_VERSION);
    CHECK(acall_abi_compatible(ACALL_ABI_VERSION) == 1);
    CHECK(acall_abi_compatible(ACALL_ABI_VERSION + 1) == 0);
    CHECK(acall_abi_compatible(INT32_MIN) == 0);
}

/* What the flat functions refuse. */
struct flat {
    const char *profile;
    int32_t profile_length;
    int32_t fault;
    int32_t expect;
    const char *headers;
    int32_t headers_length;
    const char *body;
    int32_t body_length;
    int32_t capacity;
};

static const struct flat GOOD = {NULL,  0,    0,  0, BLOCK, -1,
                                 BODY,  -1,   ACALL_FLAT_VERDICT_SIZE};

static acall_status flat_judge(struct flat flat)
{
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    char before[ACALL_FLAT_VERDICT_SIZE];
    acall_status status;

    memset(verdict, ' ', sizeof(verdict));
    memcpy(before, verdict, sizeof(verdict));
    status = acall_flat_judge(flat.profile, flat.profile_length, 200,
                              flat.fault, flat.expect, 0, flat.headers,
                              flat.headers_length, flat.body,
                              flat.body_length, verdict, flat.capacity);
    CHECK((memcmp(verdict, before, sizeof(verdict)) == 0)
          == (status != ACALL_OK));
    memcpy(before, verdict, sizeof(verdict));
    memset(verdict, ' ', sizeof(verdict));
    CHECK(acall_flat_judge_request(flat.profile, flat.profile_length, NULL, 0,
                                   NULL, 0, 200, flat.fault, flat.expect, 0,
                                   flat.headers, flat.headers_length,
                                   flat.body, flat.body_length, verdict,
                                   flat.capacity)
          == status);
    CHECK(memcmp(verdict, before, sizeof(verdict)) == 0);
    return status;
}

static acall_status flat_request(const char *method, int32_t method_length,
                                 const char *path, int32_t path_length,
                                 char *verdict)
{
    static const char body[] = "{\"status\":true,\"error_code\":0,"
                               "\"data\":{\"status\":\"PROCESSING\"}}";

    return acall_flat_judge_request(NULL, 0, method, method_length, path,
                                    path_length, 200, 0, 0, 0, NULL, 0, body,
                                    -1, verdict, ACALL_FLAT_VERDICT_SIZE);
}

static void flat_requests(void)
{
    static const char path[] = "/ai/novelty/report?id=7";
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    char before[ACALL_FLAT_VERDICT_SIZE];
    char reason[80];
    int64_t task = 77;

    memset(verdict, ' ', sizeof(verdict));
    memcpy(before, verdict, sizeof(verdict));
#define REQUEST(method, ml, path, pl, expected) \
    CHECK(flat_request(method, ml, path, pl, verdict) == (expected)); \
    CHECK(memcmp(verdict, before, sizeof(verdict)) == 0)
    REQUEST(NULL, 3, path, -1, ACALL_E_NULL);
    REQUEST(NULL, -1, path, -1, ACALL_E_NULL);
    REQUEST("GET", -2, path, -1, ACALL_E_ARGUMENT);
    REQUEST("\xFF", 1, path, -1, ACALL_E_UTF8);
    REQUEST("GET", -1, NULL, 9, ACALL_E_NULL);
    REQUEST("GET", -1, path, INT32_MIN, ACALL_E_ARGUMENT);
    REQUEST("GET", -1, "/\xFF", 2, ACALL_E_UTF8);
    REQUEST("GET", -1, NULL, 0, ACALL_E_ARGUMENT);
    CHECK(acall_last_error(reason, sizeof(reason), NULL) == ACALL_OK);
    CHECK(strncmp(reason, "method and path: ", 17) == 0);
    REQUEST("", -1, path, -1, ACALL_E_ARGUMENT);
    CHECK(flat_request("GET", -1, path, -1, NULL) == ACALL_E_NULL);

    CHECK(flat_request("GET", -1, path, -1, verdict) == ACALL_OK);
    CHECK(acall_flat_verdict_int(verdict, ACALL_FLAT_TASK, &task)
          == ACALL_OK);
    CHECK(task == ACALL_TASK_PENDING);
    CHECK(flat_request("GET", -1, "/x", -1, verdict) == ACALL_OK);
    CHECK(acall_flat_verdict_int(verdict, ACALL_FLAT_TASK, &task)
          == ACALL_E_ABSENT);
}

static void flat_judging(void)
{
    struct flat flat = GOOD;
    char reason[80];

    CHECK(flat_judge(flat) == ACALL_OK);
#define FLAT(field, value, expected) \
    flat = GOOD; \
    flat.field = (value); \
    CHECK(flat_judge(flat) == (expected))
    FLAT(profile, "", ACALL_OK);
    FLAT(profile_length, -1, ACALL_E_NULL);
    FLAT(profile_length, 6, ACALL_E_NULL);
    FLAT(profile_length, -2, ACALL_E_ARGUMENT);
    FLAT(fault, 14, ACALL_E_ARGUMENT);
    CHECK(acall_last_error(reason, sizeof(reason), NULL) == ACALL_OK);
    CHECK(strncmp(reason, "fault: ", 7) == 0);
    FLAT(expect, -1, ACALL_E_ARGUMENT);
    FLAT(headers, NULL, ACALL_E_NULL);
    FLAT(headers_length, INT32_MIN, ACALL_E_ARGUMENT);
    FLAT(body, NULL, ACALL_E_NULL);
    FLAT(body_length, -2, ACALL_E_ARGUMENT);
    FLAT(capacity, ACALL_FLAT_VERDICT_SIZE - 1, ACALL_E_BUFFER_TOO_SMALL);
    FLAT(capacity, -1, ACALL_E_ARGUMENT);
    flat = GOOD;
    flat.profile = "nobody";
    flat.profile_length = -1;
    CHECK(flat_judge(flat) == ACALL_E_PROFILE_UNKNOWN);
    flat.profile = "\xFF";
    CHECK(flat_judge(flat) == ACALL_E_UTF8);
    CHECK(acall_flat_judge(NULL, 0, 200, 0, 0, 0, NULL, 0, NULL, 0, NULL,
                           ACALL_FLAT_VERDICT_SIZE)
          == ACALL_E_NULL);
}

typedef acall_status (*flat_text_function)(const char *, int32_t,
                                           const char *, int32_t,
                                           const char *, int32_t, char *,
                                           int32_t, int32_t *);

static void flat_texts_of(flat_text_function text, const char *verdict)
{
    char spaces[ACALL_FLAT_VERDICT_SIZE];
    char buffer[16];
    int32_t needed = 99;

    memset(spaces, ' ', sizeof(spaces));
    memset(buffer, 0xA5, sizeof(buffer));
#define TEXT(v, which, h, hl, b, bl, buf, cap, expected) \
    CHECK(text(v, which, h, hl, b, bl, buf, cap, &needed) == (expected)); \
    CHECK((unsigned char)buffer[0] == 0xA5 && needed == 0)
    TEXT(NULL, 1, BLOCK, -1, BODY, -1, buffer, 16, ACALL_E_NULL);
    TEXT(spaces, 1, BLOCK, -1, BODY, -1, buffer, 16, ACALL_E_ARGUMENT);
    TEXT(verdict, 0, BLOCK, -1, BODY, -1, buffer, 16, ACALL_E_ARGUMENT);
    TEXT(verdict, 6, BLOCK, -1, BODY, -1, buffer, 16, ACALL_E_ARGUMENT);
    TEXT(verdict, 3, NULL, -1, BODY, -1, buffer, 16, ACALL_E_NULL);
    TEXT(verdict, 3, BLOCK, -2, BODY, -1, buffer, 16, ACALL_E_ARGUMENT);
    TEXT(verdict, 3, BLOCK, 5, BODY, -1, buffer, 16, ACALL_E_ARGUMENT);
    TEXT(verdict, 1, BLOCK, -1, NULL, 3, buffer, 16, ACALL_E_NULL);
    TEXT(verdict, 1, BLOCK, -1, BODY, 9, buffer, 16, ACALL_E_ARGUMENT);
    TEXT(verdict, 1, BLOCK, -1, BODY, -1, NULL, 16, ACALL_E_NULL);
    TEXT(verdict, 1, BLOCK, -1, BODY, -1, buffer, -1, ACALL_E_ARGUMENT);
    CHECK(text(verdict, 3, BLOCK, -1, BODY, -1, buffer, 16, NULL)
          == ACALL_OK);
}

static void flat_verdicts(void)
{
    char verdict[ACALL_FLAT_VERDICT_SIZE + 1];
    char zeros[ACALL_FLAT_VERDICT_SIZE] = {0};
    char buffer[16] = {0};
    int32_t needed = 99;
    int64_t value = 77;

    CHECK(acall_flat_judge("eureka", -1, 200, 0, 0, 0, BLOCK, -1, BODY, -1,
                           verdict + 1, ACALL_FLAT_VERDICT_SIZE)
          == ACALL_OK);
    CHECK(acall_flat_verdict_int(NULL, 1, &value) == ACALL_E_NULL);
    CHECK(acall_flat_verdict_int(zeros, 1, &value) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_verdict_int(verdict + 1, -1, &value)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_verdict_int(verdict + 1, 14, &value)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_verdict_int(verdict + 1, ACALL_FLAT_TASK, &value)
          == ACALL_E_ABSENT);
    CHECK(acall_flat_verdict_int(verdict + 1, ACALL_FLAT_DATA_OFFSET, &value)
          == ACALL_E_ABSENT);
    CHECK(value == 77);
    CHECK(acall_flat_verdict_int(verdict + 1, ACALL_FLAT_CODE, NULL)
          == ACALL_E_NULL);
    CHECK(acall_flat_verdict_int(verdict + 1, ACALL_FLAT_CODE, &value)
          == ACALL_OK);
    CHECK(value == 67200005);

    flat_texts_of(acall_flat_verdict_text, verdict + 1);
    flat_texts_of(acall_flat_verdict_text_fixed, verdict + 1);
    CHECK(acall_flat_verdict_text(verdict + 1, ACALL_TEXT_CORRELATION_ID,
                                  BLOCK, -1, BODY, -1, buffer, 3, &needed)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed == 4 && buffer[0] == '\0');
    CHECK(acall_flat_verdict_text_fixed(verdict + 1, ACALL_TEXT_RULE, NULL, 0,
                                        NULL, 0, buffer, 16, &needed)
          == ACALL_OK);
    CHECK(memcmp(buffer, "code:67200005   ", 16) == 0 && needed == 13);
}

static void explaining(void)
{
    static const char reply[] = "{\"http_status\":200,\"body\":\"\"}";
    static const char call[] = "{\"fault\":\"reset\",\"languages\":[\"fr\"],"
                               "\"call\":{\"kind\":\"query\"}}";
    char buffer[2000];
    char reason[4];
    int32_t needed = 99;

    memset(buffer, 0xA5, sizeof(buffer));
#define EXPLAIN(json, length, buf, capacity, expected) \
    CHECK(acall_explain_json(json, length, buf, capacity, &needed) \
          == (expected)); \
    CHECK((unsigned char)buffer[0] == 0xA5)
    EXPLAIN(NULL, 1, buffer, 2000, ACALL_E_NULL);
    EXPLAIN(NULL, -1, buffer, 2000, ACALL_E_NULL);
    EXPLAIN(NULL, 0, buffer, 2000, ACALL_E_REPLY_JSON);
    EXPLAIN(reply, -2, buffer, 2000, ACALL_E_ARGUMENT);
    EXPLAIN(reply, 5, buffer, 2000, ACALL_E_REPLY_JSON);
    EXPLAIN("\xFF", -1, buffer, 2000, ACALL_E_UTF8);
    EXPLAIN(reply, -1, NULL, 600, ACALL_E_NULL);
    EXPLAIN(reply, -1, buffer, -1, ACALL_E_ARGUMENT);
    CHECK(needed == 0);
    EXPLAIN(reply, -1, buffer, 20, ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed > 100 && needed <= 2000);
    CHECK(acall_explain_json(reply, -1, buffer, needed, NULL) == ACALL_OK);
    CHECK(strstr(buffer, "\"protocol:empty\"") != NULL);
    CHECK(strstr(buffer, "\"decision\":{\"action\":\"stop\"") != NULL);
    CHECK((int32_t)strlen(buffer) + 1 == needed);
    CHECK(acall_explain_json(call, -1, buffer, 2000, NULL) == ACALL_OK);
    CHECK(strstr(buffer, "\"decision\":{\"action\":\"retry\"") != NULL);
    CHECK(strstr(buffer, "\"language\":\"fr\"}}") != NULL);
    memset(buffer, 0xA5, sizeof(buffer));
    EXPLAIN("{\"fault\":\"reset\",\"call\":{\"kind\":\"poll\"}}", -1, buffer,
            2000, ACALL_E_REPLY_JSON);
    EXPLAIN("{\"fault\":\"reset\",\"call\":{\"events\":[{\"reply\":{\"fault\":"
            "\"tls\"}}]}}", -1, buffer, 2000, ACALL_E_REPLY_JSON);

    CHECK(acall_last_error(NULL, 3, &needed) == ACALL_E_NULL);
    CHECK(acall_last_error(reason, -1, &needed) == ACALL_E_ARGUMENT);
    CHECK(needed == 0);
    CHECK(acall_last_error(reason, 4, &needed) == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed > 4);
}

int main(void)
{
    char reason[8];

    CHECK(acall_last_error(reason, 8, NULL) == ACALL_E_ABSENT);
    judging();
    growing();
    texts();
    profiles();
    checking();
    operations();
    names();
    versions();
    flat_judging();
    flat_requests();
    flat_verdicts();
    explaining();
    return check_result();
}
