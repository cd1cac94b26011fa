/*
 * The stand-in for the tests of the client: where it is, what it is told, what it
 * counted; and a client whose every word is searched for its credentials.
 */

#ifndef STANDIN_H
#define STANDIN_H

#include <aftercall.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"

#define DEADLINE_MS 6000
/* What a credential of these tests looks like, and nothing else does. */
#define CANARY "planted-canary"

static const char *doors;
static acall_client *control;

/* The URL of a door; in memory that the next call uses again. */
static const char *door(const char *name)
{
    static char url[1000];
    char key[40];
    const char *start;
    size_t length;

    sprintf(key, "\"%s\": \"", name);
    start = strstr(doors, key);
    if (!start) {
        printf("the stand-in has no %s\n", name);
        exit(2);
    }
    start += strlen(key);
    length = strcspn(start, "\"");
    memcpy(url, start, length);
    url[length] = 0;
    return url;
}

/* Every line of the log is one that a credential could be in. */
static void search_line(acall_log_level level, const char *line, size_t length,
                        void *userdata)
{
    (void)userdata;
    CHECK(level == ACALL_LOG_DEBUG || level == ACALL_LOG_WARNING);
    CHECK(strlen(line) == length && strstr(line, CANARY) == NULL);
}

/* `more` is further settings, each with a comma before it. */
static acall_client *client_with(const char *where, const char *credential,
                                 const char *more)
{
    acall_client_options options = ACALL_CLIENT_OPTIONS_INIT;
    char settings[3000];
    acall_client *client = NULL;
    acall_error *error = NULL;
    size_t length;

    length = (size_t)sprintf(settings, "{\"base_url\": \"%s\", ", where);
    length += (size_t)sprintf(settings + length, "\"ca_file\": \"%s\", ",
                              door("ca_file"));
    length += (size_t)sprintf(
        settings + length,
        "\"policy\": {\"max_attempts\": 3, \"base_delay_ms\": 1, "
        "\"throttle_base_delay_ms\": 1, \"jitter\": \"none\"}, "
        "\"deadline_ms\": %d, %s%s}",
        DEADLINE_MS, credential, more);
    options.log = search_line;
    if (acall_client_from_json(settings, length, &options, &client, &error)) {
        printf("%s\n", acall_error_message(error));
        exit(2);
    }
    return client;
}

static acall_client *client_at(const char *name, const char *more)
{
    char where[1000];

    strcpy(where, door(name));
    return client_with(where, "\"api_key\": \"sk-" CANARY "\"", more);
}

static acall_request asks(const char *method, const char *path)
{
    acall_request request = ACALL_REQUEST_INIT;

    request.method = method;
    request.method_length = strlen(method);
    request.path = path;
    request.path_length = strlen(path);
    return request;
}

/* Everything that a program may show of a response, and the server's own words
 * apart, is free of credentials. */
static void search_response(const acall_response *response)
{
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_message_options options = ACALL_MESSAGE_OPTIONS_INIT;
    char text[20000];

    CHECK(acall_response_summary(response, text, sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strstr(text, CANARY) == NULL);
    CHECK(acall_response_record_json(response, text, sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strstr(text, CANARY) == NULL);
    CHECK(acall_response_paragraph(response, text, sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strstr(text, CANARY) == NULL);
    CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
    CHECK((size_t)verdict.rule_length < sizeof(text));
    memcpy(text, verdict.rule, (size_t)verdict.rule_length);
    text[verdict.rule_length] = 0;
    CHECK(strstr(text, CANARY) == NULL);
    if (acall_response_is_success(response) != 1) {
        CHECK(acall_message(acall_profile_eureka(), &verdict, NULL, &options,
                            ACALL_PART_DETAIL, text, sizeof(text), NULL)
              == ACALL_OK);
        CHECK(strstr(text, CANARY) == NULL);
    }
}

static acall_response *send(const acall_client *client,
                            const acall_request *request)
{
    acall_response *response = NULL;

    CHECK(acall_client_send(client, request, &response, NULL) == ACALL_OK);
    search_response(response);
    return response;
}

/* Tells the stand-in something; its answer is in `answer`, if that is wanted. */
static void tell(const char *method, const char *path, const char *body,
                 char *answer, size_t capacity)
{
    acall_request request = asks(method, path);
    acall_response *response;
    const void *bytes = NULL;
    size_t length = 0;

    request.expect = ACALL_EXPECT_RAW;
    if (body) {
        request.body = body;
        request.body_length = strlen(body);
    }
    response = send(control, &request);
    CHECK(acall_response_is_success(response) == 1);
    CHECK(acall_response_body(response, &bytes, &length) == ACALL_OK);
    if (answer) {
        CHECK(length < capacity);
        memcpy(answer, bytes, length);
        answer[length] = 0;
    }
    acall_response_free(response);
}

/* A number out of the stand-in's counts; 0 if it counted none. */
static int counted(const char *what)
{
    static char counts[200000];
    char key[100];
    const char *start;

    tell("GET", "/_standin/counts", NULL, counts, sizeof(counts));
    sprintf(key, "\"%s\":", what);
    start = strstr(counts, key);
    return start ? atoi(start + strlen(key)) : 0;
}

static long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Scripts what a path answers: one reply, over this wire. */
static void script(const char *path, const char *scene, const char *wire)
{
    char where[100], reply[400];

    sprintf(where, "/_standin/script%s", path);
    sprintf(reply, "{\"replies\": [{\"scene\": \"%s\", \"wire\": %s}]}",
            scene, wire);
    tell("PUT", where, reply, NULL, 0);
}

static void say(const char *what, const char *came, long ms)
{
    printf("%-46s %-56s %5ld ms\n", what, came, ms);
}

/* To be called first, with the line that the stand-in says with --json. */
static void standin_is_at(const char *line)
{
    doors = line;
    control = client_at("control", "");
}

#endif
