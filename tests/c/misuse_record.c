/*
 * Records: two attempts that are played, by structures and flat, with canaries
 * wherever a secret can travel; and every function with arguments that no
 * program should pass. misuse.c and misuse_calls.c do the same for everything
 * else.
 */

#include <aftercall.h>

#include <stdint.h>
#include <string.h>

#include "check.h"

#define HUGE_SIZE ((size_t)-1)
#define STARTED INT64_C(1795435200000)
#define ROOM 8000

static const char url[] =
    "https://me:CANARY1@api.example.com/search?apikey=CANARY2#CANARY3";
static const char secret[] =
    "{\"status\":false,\"error_code\":67200005,"
    "\"error_msg\":\"no token=CANARY4\\u000a\\u001b[31m left\","
    "\"data\":\"CANARY5\"}";

/* Both attempts, and what support is told of them. */
static const char paragraph[] =
    "GET https://api.example.com/search failed: balance (code 67200005, "
    "HTTP 200)";

static acall_record *begun(void)
{
    acall_record *record = NULL;

    CHECK(acall_record_new(acall_profile_eureka(), "GET", 3, url, strlen(url),
                           STARTED, 10, &record)
          == ACALL_OK);
    CHECK(record != NULL);
    return record;
}

static acall_reply reply_of(int32_t http_status, const char *body,
                            const acall_header *header)
{
    acall_reply reply = ACALL_REPLY_INIT;

    reply.http_status = http_status;
    reply.body = body;
    reply.body_length = strlen(body);
    reply.headers = header;
    reply.header_count = header == NULL ? 0 : 1;
    return reply;
}

/* Plays a call of two attempts into a record; leaves the last of them. */
static void play(acall_record *record, acall_reply *reply,
                 acall_verdict *verdict, acall_decision *decision)
{
    static const acall_header header = {"X-Correlation-Id", 16, "c-1", 3};
    acall_call_options options = ACALL_CALL_OPTIONS_INIT;
    acall_attempt attempt = ACALL_ATTEMPT_INIT;
    acall_call call;

    options.kind = ACALL_KIND_QUERY;
    options.flags = ACALL_CALL_FIXED_DRAW;
    CHECK(acall_call_begin(&call, &options, 10) == ACALL_OK);
    *reply = reply_of(503, "", NULL);
    CHECK(acall_judge(acall_profile_eureka(), reply, verdict) == ACALL_OK);
    CHECK(acall_call_before_attempt(&call, 10, &attempt) == ACALL_OK);
    CHECK(acall_call_on_reply(&call, verdict, reply, 20, decision)
          == ACALL_OK);
    CHECK(decision->action == ACALL_ACTION_RETRY);
    CHECK(acall_record_note(record, reply, verdict, decision, 10, 20, "r-1", 3)
          == ACALL_OK);

    *reply = reply_of(200, secret, &header);
    CHECK(acall_judge(acall_profile_eureka(), reply, verdict) == ACALL_OK);
    CHECK(acall_call_before_attempt(&call, 300, &attempt) == ACALL_OK);
    CHECK(acall_call_on_reply(&call, verdict, reply, 330, decision)
          == ACALL_OK);
    CHECK(decision->action == ACALL_ACTION_STOP);
    CHECK(acall_record_note(record, reply, verdict, decision, 300, 330, NULL,
                            0)
          == ACALL_OK);
}

static void tells(const char *text, const char *part)
{
    CHECK(strstr(text, part) != NULL);
    if (strstr(text, part) == NULL)
        printf("no %s in %s\n", part, text);
}

/* No secret, and nothing that leaves its line or colours a terminal. */
static void is_clean(const char *text)
{
    CHECK(strstr(text, "CANARY") == NULL);
    for (; *text != '\0'; text++)
        CHECK((unsigned char)*text >= ' ');
}

static void what_is_told(const char *json, const char *line,
                         const char *problem, const char *attributes)
{
    tells(json, "\"attempts_made\":2,");
    tells(json, "\"started\":\"2026-11-23T12:00:00.000Z\"");
    tells(json, "\"duration_ms\":320,");
    tells(json, "\"host\":\"api.example.com\"");
    tells(json, "\"http_status\":503");
    tells(json, "\"request_id\":\"r-1\"");
    tells(json, "\"correlation_id\":\"c-1\"");
    tells(json, "\"decision\":\"retry\"");
    tells(json, "\"rule\":\"code:67200005\"");
    tells(json, "\"reason\":\"not_retryable\"");
    CHECK(strncmp(line, paragraph, strlen(paragraph)) == 0);
    tells(line, "2 attempts in 320 ms");
    tells(line, "Correlation id c-1");
    tells(problem, "\"category\":\"balance\"");
    tells(problem, "\"error_code\":\"67200005\"");
    tells(problem, "\"attempts\":2");
    tells(attributes, "\"http.response.status_code\":200");
    tells(attributes, "\"http.request.resend_count\":1");
    tells(attributes, "\"error.type\":\"balance\"");
    tells(attributes, "\"url.full\":\"https://api.example.com/search\"");
    tells(attributes,
          "\"http.response.header.x-correlation-id\":[\"c-1\"]");
    is_clean(json);
    is_clean(line);
    is_clean(problem);
    is_clean(attributes);
}

static char json[ROOM];
static char line[ROOM];
static char problem[ROOM];
static char attributes[ROOM];

static void two_attempts(void)
{
    const acall_profile *profile = acall_profile_eureka();
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_decision decision = ACALL_DECISION_INIT;
    acall_record *record = begun();
    acall_reply reply;
    char other[ROOM];

    play(record, &reply, &verdict, &decision);
    CHECK(acall_record_json(record, json, ROOM, NULL) == ACALL_OK);
    CHECK(acall_record_paragraph(record, line, ROOM, NULL) == ACALL_OK);
    CHECK(acall_record_problem_json(record, profile, NULL, 0, 0, problem, ROOM,
                                    NULL)
          == ACALL_OK);
    CHECK(acall_record_attributes_json(record, attributes, ROOM, NULL)
          == ACALL_OK);
    what_is_told(json, line, problem, attributes);

    /* Another language, another reader; what is no language is English. */
    CHECK(acall_record_problem_json(record, profile, "zh-CN", 5, 0, other,
                                    ROOM, NULL)
          == ACALL_OK);
    CHECK(strcmp(other, problem) != 0);
    CHECK(acall_record_problem_json(record, profile, NULL, 0, 1, other, ROOM,
                                    NULL)
          == ACALL_OK);
    CHECK(strcmp(other, problem) != 0);
    CHECK(acall_record_problem_json(record, profile, "\xFF", 1, 0, other, ROOM,
                                    NULL)
          == ACALL_OK);
    CHECK(strcmp(other, problem) == 0);

    /* Without a reply none of its texts, without a verdict no attempt. */
    CHECK(acall_record_note(record, NULL, &verdict, &decision, 330, 340, NULL,
                            0)
          == ACALL_OK);
    CHECK(acall_record_note(record, NULL, NULL, &decision, 340, 350, NULL, 0)
          == ACALL_OK);
    CHECK(acall_record_json(record, other, ROOM, NULL) == ACALL_OK);
    tells(other, "\"attempts_made\":3,");
    tells(other, "\"duration_ms\":340,");
    CHECK(acall_record_attributes_json(record, other, ROOM, NULL) == ACALL_OK);
    CHECK(strstr(other, "aftercall.code") == NULL);

    /* Where a request went that was not the call's own. */
    CHECK(strstr(json, "\"request\":null") != NULL);
    reply.method = "POST";
    reply.method_length = 4;
    reply.path = "/oauth/token?apikey=CANARY";
    reply.path_length = strlen(reply.path);
    CHECK(acall_record_note(record, &reply, &verdict, &decision, 350, 360,
                            NULL, 0)
          == ACALL_OK);
    CHECK(acall_record_json(record, other, ROOM, NULL) == ACALL_OK);
    tells(other, "\"request\":\"POST /oauth/token\"");
    is_clean(other);
    acall_record_free(record);
}

static void flat_two_attempts(void)
{
    static const char headers[] = "X-Correlation-Id: c-1\r\n";
    char call[ACALL_FLAT_CALL_SIZE];
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    char decision[ACALL_FLAT_DECISION_SIZE];
    char text[ROOM];
    int64_t record = 0;
    int64_t timeout_ms = 0;
    int32_t number = 0;
    int32_t needed = 0;

    CHECK(acall_flat_record_new("eureka", -1, "GET", -1, url, -1, STARTED, 10,
                                &record)
          == ACALL_OK);
    CHECK(acall_flat_call_begin(0, 0, ACALL_KIND_QUERY, ACALL_CALL_FIXED_DRAW,
                                0, 10, call, sizeof(call))
          == ACALL_OK);
    CHECK(acall_flat_judge(NULL, 0, 503, 0, 0, 0, NULL, 0, NULL, 0, verdict,
                           sizeof(verdict))
          == ACALL_OK);
    CHECK(acall_flat_call_before_attempt(call, 10, &number, &timeout_ms)
          == ACALL_OK);
    CHECK(acall_flat_call_on_reply(call, verdict, NULL, 0, 20, decision,
                                   sizeof(decision))
          == ACALL_OK);
    CHECK(acall_flat_record_note(record, verdict, NULL, 0, NULL, 0, decision,
                                 10, 20, "r-1", -1)
          == ACALL_OK);
    CHECK(acall_flat_judge(NULL, 0, 200, 0, 0, 0, headers, -1, secret, -1,
                           verdict, sizeof(verdict))
          == ACALL_OK);
    CHECK(acall_flat_call_before_attempt(call, 300, &number, &timeout_ms)
          == ACALL_OK);
    CHECK(acall_flat_call_on_reply(call, verdict, NULL, 0, 330, decision,
                                   sizeof(decision))
          == ACALL_OK);
    CHECK(acall_flat_record_note(record, verdict, headers, -1, secret, -1,
                                 decision, 300, 330, NULL, 0)
          == ACALL_OK);

    /* Word for word what the structures say. */
    CHECK(acall_flat_record_json(record, text, ROOM, NULL) == ACALL_OK);
    CHECK(strcmp(text, json) == 0);
    CHECK(acall_flat_record_paragraph(record, text, ROOM, NULL) == ACALL_OK);
    CHECK(strcmp(text, line) == 0);
    CHECK(acall_flat_record_problem_json(record, NULL, 0, NULL, 0, 0, text,
                                         ROOM, NULL)
          == ACALL_OK);
    CHECK(strcmp(text, problem) == 0);
    CHECK(acall_flat_record_attributes_json(record, text, ROOM, NULL)
          == ACALL_OK);
    CHECK(strcmp(text, attributes) == 0);
    memset(text, '#', sizeof(text));
    CHECK(acall_flat_record_paragraph_fixed(record, text, 40, &needed)
          == ACALL_OK);
    CHECK(needed == (int32_t)strlen(line));
    CHECK(memcmp(text, line, 40) == 0 && text[40] == '#');
    CHECK(acall_flat_record_paragraph_fixed(record, text, needed + 2, NULL)
          == ACALL_OK);
    CHECK(memcmp(text + needed, "  #", 3) == 0);

    CHECK(acall_flat_record_note(record, NULL, NULL, 0, NULL, 0, decision, 340,
                                 350, NULL, 0)
          == ACALL_OK);
    CHECK(acall_flat_record_json(record, text, ROOM, NULL) == ACALL_OK);
    tells(text, "\"attempts_made\":2,");
    tells(text, "\"duration_ms\":340,");
    CHECK(acall_flat_record_free(record) == ACALL_OK);
    CHECK(acall_flat_record_free(record) == ACALL_E_ARGUMENT);
    number = (int32_t)record;
    CHECK(acall_flat_record_new(NULL, 0, "GET", -1, url, -1, STARTED, 0,
                                &record)
          == ACALL_OK);
    CHECK(record > number);
    CHECK(acall_flat_record_free(record) == ACALL_OK);
}

static void beginning(void)
{
    const acall_profile *profile = acall_profile_eureka();
    double memory[2] = {0, 0};
    const char *odd = (const char *)memory + 1;
    acall_record *record = NULL;

#define NEW(profile, method, length, url, url_length, started_ms) \
    acall_record_new(profile, method, length, url, url_length, 0, started_ms, \
                     &record)
    CHECK(NEW(NULL, "GET", 3, url, 5, 0) == ACALL_E_NULL);
    CHECK(NEW((const acall_profile *)odd, "GET", 3, url, 5, 0)
          == ACALL_E_ARGUMENT);
    CHECK(NEW(profile, NULL, 3, url, 5, 0) == ACALL_E_NULL);
    CHECK(NEW(profile, "GET", HUGE_SIZE, url, 5, 0) == ACALL_E_ARGUMENT);
    CHECK(NEW(profile, "\xFF", 1, url, 5, 0) == ACALL_E_UTF8);
    CHECK(NEW(profile, "GET", 3, NULL, 5, 0) == ACALL_E_NULL);
    CHECK(NEW(profile, "GET", 3, url, HUGE_SIZE, 0) == ACALL_E_ARGUMENT);
    CHECK(NEW(profile, "GET", 3, "\xC3", 1, 0) == ACALL_E_UTF8);
    CHECK(NEW(profile, "GET", 3, url, 5, -1) == ACALL_E_ARGUMENT);
    CHECK(record == NULL);
    CHECK(acall_record_new(profile, "GET", 3, url, 5, 0, 0, NULL)
          == ACALL_E_NULL);
    acall_record_free(NULL);
    /* Nothing to say of the request, and no clock: still a record. */
    CHECK(acall_record_new(profile, NULL, 0, NULL, 0, INT64_MIN, INT64_MAX,
                           &record)
          == ACALL_OK);
    CHECK(acall_record_paragraph(record, line, ROOM, NULL) == ACALL_OK);
    acall_record_free(record);
}

static void noting(void)
{
    double memory[2] = {0, 0};
    char *odd = (char *)memory + 1;
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_verdict none = ACALL_VERDICT_INIT;
    acall_decision decision = ACALL_DECISION_INIT;
    acall_decision undecided = ACALL_DECISION_INIT;
    acall_record *record = begun();
    acall_reply reply;
    acall_reply other = reply_of(200, "", NULL);
    char before[ROOM];

    play(record, &reply, &verdict, &decision);
    CHECK(acall_record_json(record, before, ROOM, NULL) == ACALL_OK);
#define NOTE(record, reply, verdict, decision) \
    acall_record_note(record, reply, verdict, decision, 1, 2, "r", 1)
    CHECK(NOTE(NULL, &reply, &verdict, &decision) == ACALL_E_NULL);
    CHECK(NOTE((acall_record *)odd, &reply, &verdict, &decision)
          == ACALL_E_ARGUMENT);
    CHECK(NOTE(record, &reply, &verdict, NULL) == ACALL_E_NULL);
    CHECK(NOTE(record, &reply, &verdict, &undecided) == ACALL_E_ARGUMENT);
    CHECK(NOTE(record, &reply, &none, &decision) == ACALL_E_ARGUMENT);
    CHECK(NOTE(record, (const acall_reply *)odd, &verdict, &decision)
          == ACALL_E_ARGUMENT);
    CHECK(NOTE(record, &reply, (const acall_verdict *)odd, &decision)
          == ACALL_E_ARGUMENT);
    /* A verdict of another reply. */
    CHECK(NOTE(record, &other, &verdict, &decision) == ACALL_E_ARGUMENT);
    none = verdict;
    none.alternative = 99;
    CHECK(NOTE(record, &reply, &none, &decision) == ACALL_E_ARGUMENT);
    none = verdict;
    none.struct_size = 3;
    CHECK(NOTE(record, &reply, &none, &decision) == ACALL_E_ABI_MISMATCH);
    undecided = decision;
    undecided.struct_size = 3;
    CHECK(NOTE(record, &reply, &verdict, &undecided) == ACALL_E_ABI_MISMATCH);
    other.struct_size = 3;
    CHECK(NOTE(record, &other, &verdict, &decision) == ACALL_E_ABI_MISMATCH);
    CHECK(acall_record_note(record, &reply, &verdict, &decision, -1, 2, NULL,
                            0)
          == ACALL_E_ARGUMENT);
    CHECK(acall_record_note(record, &reply, &verdict, &decision, 1, -2, NULL,
                            0)
          == ACALL_E_ARGUMENT);
    CHECK(acall_record_note(record, &reply, &verdict, &decision, 1, 2, NULL, 1)
          == ACALL_E_NULL);
    CHECK(acall_record_note(record, &reply, &verdict, &decision, 1, 2, "\xFF",
                            1)
          == ACALL_E_UTF8);
    CHECK(acall_record_note(record, &reply, &verdict, &decision, 1, 2, "r",
                            HUGE_SIZE)
          == ACALL_E_ARGUMENT);
    CHECK(acall_record_json(record, json, ROOM, NULL) == ACALL_OK);
    CHECK(strcmp(json, before) == 0);
    acall_record_free(record);
}

static acall_status problem_of(const acall_record *record, char *buffer,
                               size_t capacity, size_t *needed)
{
    return acall_record_problem_json(record, acall_profile_eureka(), NULL, 0,
                                     0, buffer, capacity, needed);
}

static void writing(void)
{
    typedef acall_status (*say)(const acall_record *, char *, size_t,
                                size_t *);
    static const say all[] = {acall_record_json, acall_record_paragraph,
                              acall_record_attributes_json, problem_of};
    double memory[2] = {0, 0};
    const acall_record *odd = (const acall_record *)((char *)memory + 1);
    const acall_profile *profile = acall_profile_eureka();
    acall_record *record = begun();
    char buffer[ROOM];
    size_t needed;
    size_t i;

    for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        needed = 99;
        CHECK(all[i](NULL, buffer, ROOM, &needed) == ACALL_E_NULL);
        CHECK(needed == 0);
        CHECK(all[i](odd, buffer, ROOM, &needed) == ACALL_E_ARGUMENT);
        CHECK(all[i](record, NULL, 1, &needed) == ACALL_E_NULL);
        CHECK(all[i](record, buffer, HUGE_SIZE, &needed) == ACALL_E_ARGUMENT);
        CHECK(needed == 0);
        CHECK(all[i](record, NULL, 0, &needed) == ACALL_E_BUFFER_TOO_SMALL);
        CHECK(needed > 9 && needed < ROOM);
        memset(buffer, '#', sizeof(buffer));
        CHECK(all[i](record, buffer, needed - 1, NULL)
              == ACALL_E_BUFFER_TOO_SMALL);
        CHECK(buffer[0] == '#' && buffer[needed - 2] == '#');
        CHECK(all[i](record, buffer, needed, NULL) == ACALL_OK);
        CHECK(strlen(buffer) == needed - 1 && buffer[needed] == '#');
    }
#define PROBLEM(profile, languages, length, role) \
    acall_record_problem_json(record, profile, languages, length, role, \
                              buffer, ROOM, &needed)
    buffer[0] = '#';
    CHECK(PROBLEM(NULL, NULL, 0, 0) == ACALL_E_NULL);
    CHECK(PROBLEM((const acall_profile *)(const void *)odd, NULL, 0, 0)
          == ACALL_E_ARGUMENT);
    CHECK(PROBLEM(profile, NULL, 1, 0) == ACALL_E_NULL);
    CHECK(PROBLEM(profile, "en", HUGE_SIZE, 0) == ACALL_E_ARGUMENT);
    CHECK(PROBLEM(profile, "en", 2, -1) == ACALL_E_ARGUMENT);
    CHECK(PROBLEM(profile, "en", 2, 2) == ACALL_E_ARGUMENT);
    CHECK(needed == 0 && buffer[0] == '#');
    acall_record_free(record);
}

static acall_status flat_problem_of(int64_t record, char *buffer,
                                    int32_t capacity, int32_t *needed)
{
    return acall_flat_record_problem_json(record, NULL, 0, NULL, 0, 0, buffer,
                                          capacity, needed);
}

/* Both functions refuse the same. */
static acall_status flat_note(int64_t record, const char *verdict,
                              const char *body, int32_t length,
                              const char *decision, int64_t started_ms,
                              const char *id)
{
    acall_status status =
        acall_flat_record_note(record, verdict, NULL, 0, body, length,
                               decision, started_ms, 2, id, 1);

    CHECK(acall_flat_record_note_request(record, "POST", -1, "/token", -1,
                                         verdict, NULL, 0, body, length,
                                         decision, started_ms, 2, id, 1)
          == status);
    return status;
}

static void flat_misuse(void)
{
    typedef acall_status (*say)(int64_t, char *, int32_t, int32_t *);
    static const say all[] = {acall_flat_record_json,
                              acall_flat_record_paragraph,
                              acall_flat_record_attributes_json,
                              flat_problem_of,
                              acall_flat_record_paragraph_fixed};
    char none[ACALL_FLAT_VERDICT_SIZE] = {0};
    char call[ACALL_FLAT_CALL_SIZE];
    char decision[ACALL_FLAT_DECISION_SIZE];
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    char buffer[ROOM];
    int64_t record = 77;
    int32_t needed;
    size_t i;

#define FLAT_NEW(profile, method, length, url, url_length, started_ms) \
    acall_flat_record_new(profile, -1, method, length, url, url_length, 0, \
                          started_ms, &record)
    CHECK(FLAT_NEW("nobody", "GET", -1, url, -1, 0)
          == ACALL_E_PROFILE_UNKNOWN);
    CHECK(FLAT_NEW(NULL, "GET", -1, url, -1, 0) == ACALL_E_NULL);
    CHECK(FLAT_NEW("eureka", NULL, -1, url, -1, 0) == ACALL_E_NULL);
    CHECK(FLAT_NEW("eureka", "GET", -2, url, -1, 0) == ACALL_E_ARGUMENT);
    CHECK(FLAT_NEW("eureka", "\xFF", 1, url, -1, 0) == ACALL_E_UTF8);
    CHECK(FLAT_NEW("eureka", "GET", 3, NULL, 5, 0) == ACALL_E_NULL);
    CHECK(FLAT_NEW("eureka", "GET", 3, "\xFF", 1, 0) == ACALL_E_UTF8);
    CHECK(FLAT_NEW("eureka", "GET", 3, url, -1, -1) == ACALL_E_ARGUMENT);
    CHECK(acall_last_error(buffer, ROOM, NULL) == ACALL_OK);
    tells(buffer, "started_ms: ");
    CHECK(record == 77);
    CHECK(acall_flat_record_new(NULL, 0, "GET", 3, url, -1, 0, 0, NULL)
          == ACALL_E_NULL);
    CHECK(acall_flat_record_free(0) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_record_free(-1) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_record_new(NULL, 0, "GET", 3, url, -1, 0, 0, &record)
          == ACALL_OK);

    CHECK(acall_flat_call_begin(0, 0, ACALL_KIND_QUERY, ACALL_CALL_FIXED_DRAW,
                                0, 0, call, sizeof(call))
          == ACALL_OK);
    CHECK(acall_flat_call_cancel(call, 1, decision, sizeof(decision))
          == ACALL_OK);
    CHECK(acall_flat_judge(NULL, 0, 200, 0, 0, 0, NULL, 0, secret, -1, verdict,
                           sizeof(verdict))
          == ACALL_OK);
#define FLAT_NOTE(record, verdict, body, length, decision, started_ms, id) \
    flat_note(record, verdict, body, length, decision, started_ms, id)
    CHECK(FLAT_NOTE(0, verdict, NULL, 0, decision, 1, "r")
          == ACALL_E_ARGUMENT);
    CHECK(FLAT_NOTE(record, none, NULL, 0, decision, 1, "r")
          == ACALL_E_ARGUMENT);
    CHECK(FLAT_NOTE(record, verdict, NULL, 0, NULL, 1, "r") == ACALL_E_NULL);
    CHECK(FLAT_NOTE(record, verdict, NULL, 0, none, 1, "r")
          == ACALL_E_ARGUMENT);
    CHECK(FLAT_NOTE(record, verdict, NULL, 1, decision, 1, "r")
          == ACALL_E_NULL);
    CHECK(FLAT_NOTE(record, verdict, secret, 9, decision, 1, "r")
          == ACALL_E_ARGUMENT);
    CHECK(FLAT_NOTE(record, verdict, secret, -2, decision, 1, "r")
          == ACALL_E_ARGUMENT);
    CHECK(FLAT_NOTE(record, verdict, secret, -1, decision, -1, "r")
          == ACALL_E_ARGUMENT);
    CHECK(FLAT_NOTE(record, verdict, secret, -1, decision, 1, "\xFF")
          == ACALL_E_UTF8);
    CHECK(FLAT_NOTE(record, verdict, secret, -1, decision, 1, NULL)
          == ACALL_E_NULL);
#define FLAT_REQUEST(method, ml, path, pl) \
    acall_flat_record_note_request(record, method, ml, path, pl, verdict, \
                                   NULL, 0, secret, -1, decision, 1, 2, NULL, \
                                   0)
    CHECK(FLAT_REQUEST(NULL, 4, "/a", -1) == ACALL_E_NULL);
    CHECK(FLAT_REQUEST("GET", -2, "/a", -1) == ACALL_E_ARGUMENT);
    CHECK(FLAT_REQUEST("\xFF", 1, "/a", -1) == ACALL_E_UTF8);
    CHECK(FLAT_REQUEST("GET", -1, NULL, -1) == ACALL_E_NULL);
    CHECK(FLAT_REQUEST("GET", -1, "/\xFF", 2) == ACALL_E_UTF8);
    CHECK(FLAT_REQUEST("GET", -1, "", 0) == ACALL_E_ARGUMENT);
    CHECK(FLAT_REQUEST(NULL, 0, "/a", -1) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_record_json(record, buffer, ROOM, NULL) == ACALL_OK);
    tells(buffer, "\"attempts_made\":0,");
    CHECK(FLAT_REQUEST("POST", -1, "/oauth/token?apikey=CANARY", -1)
          == ACALL_OK);
    CHECK(acall_flat_record_json(record, buffer, ROOM, NULL) == ACALL_OK);
    tells(buffer, "\"request\":\"POST /oauth/token\"");
    is_clean(buffer);

    for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        needed = 99;
        buffer[0] = '#';
        CHECK(all[i](0, buffer, ROOM, &needed) == ACALL_E_ARGUMENT);
        CHECK(all[i](record + 1, buffer, ROOM, &needed) == ACALL_E_ARGUMENT);
        CHECK(all[i](record, NULL, 1, &needed) == ACALL_E_NULL);
        CHECK(all[i](record, buffer, -1, &needed) == ACALL_E_ARGUMENT);
        CHECK(needed == 0 && buffer[0] == '#');
        CHECK(all[i](record, buffer, ROOM, NULL) == ACALL_OK);
        if (all[i] == acall_flat_record_paragraph_fixed)
            continue;
        buffer[0] = '#';
        CHECK(all[i](record, buffer, 9, &needed) == ACALL_E_BUFFER_TOO_SMALL);
        CHECK(needed > 9 && buffer[0] == '#');
        CHECK(all[i](record, buffer, needed, NULL) == ACALL_OK);
    }
#define FLAT_PROBLEM(profile, languages, length, role) \
    acall_flat_record_problem_json(record, profile, -1, languages, length, \
                                   role, buffer, ROOM, NULL)
    CHECK(FLAT_PROBLEM("nobody", NULL, 0, 0) == ACALL_E_PROFILE_UNKNOWN);
    CHECK(FLAT_PROBLEM(NULL, NULL, 0, 0) == ACALL_E_NULL);
    CHECK(FLAT_PROBLEM("eureka", NULL, 1, 0) == ACALL_E_NULL);
    CHECK(FLAT_PROBLEM("eureka", "en", -2, 0) == ACALL_E_ARGUMENT);
    CHECK(FLAT_PROBLEM("eureka", "en", -1, 2) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_record_free(record) == ACALL_OK);
    CHECK(acall_flat_record_json(record, buffer, ROOM, NULL)
          == ACALL_E_ARGUMENT);
}

int main(void)
{
    two_attempts();
    flat_two_attempts();
    beginning();
    noting();
    writing();
    flat_misuse();
    return check_result();
}
