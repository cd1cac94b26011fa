/*
 * Every accident of the wire, through the client in C, against the stand-in:
 * what it was, what it proves about the server, what was decided, how often
 * the server was asked, and how long it took. Then what a client has besides:
 * tokens, cancelling, a deadline, eight threads.
 *
 *     client_faults '{"http": "http://127.0.0.1:...", ...}'
 *
 * The argument is the line that the stand-in says with --json.
 */

#include <aftercall.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"

#define THREADS 8
#define CALLS 25
#define DEADLINE_MS 6000

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

static acall_client *client_at(const char *where, const char *more)
{
    char settings[3000];
    acall_client *client = NULL;
    acall_error *error = NULL;
    size_t length = (size_t)sprintf(settings, "{\"base_url\": \"%s\", ",
                                    door(where));

    length += (size_t)sprintf(settings + length, "\"ca_file\": \"%s\", ",
                              door("ca_file"));
    length += (size_t)sprintf(
        settings + length,
        "\"policy\": {\"max_attempts\": 3, \"base_delay_ms\": 1, "
        "\"throttle_base_delay_ms\": 1, \"jitter\": \"none\"}, "
        "\"deadline_ms\": %d%s}",
        DEADLINE_MS, more);
    if (acall_client_from_json(settings, length, NULL, &client, &error)) {
        printf("%s\n", acall_error_message(error));
        exit(2);
    }
    return client;
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

static acall_response *send(const acall_client *client,
                            const acall_request *request)
{
    acall_response *response = NULL;

    CHECK(acall_client_send(client, request, &response, NULL) == ACALL_OK);
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

struct accident {
    const char *name;
    const char *door;
    const char *wire; /* NULL for what happens at the door */
    acall_fault fault;
    acall_effect effect;
    acall_reason query, mutation;
    int query_sends, mutation_sends;
};

#define LOST(name, wire, fault) \
    {name, "http", wire, ACALL_FAULT_##fault, ACALL_EFFECT_UNKNOWN, \
     ACALL_REASON_ATTEMPTS_EXHAUSTED, ACALL_REASON_UNSAFE_TO_REPLAY, 3, 1}
#define FINAL(name, wire, fault) \
    {name, "http", wire, ACALL_FAULT_##fault, ACALL_EFFECT_UNKNOWN, \
     ACALL_REASON_NOT_RETRYABLE, ACALL_REASON_NOT_RETRYABLE, 1, 1}
#define UNTRUSTED(name, door) \
    {name, door, NULL, ACALL_FAULT_TLS, ACALL_EFFECT_NOT_SENT, \
     ACALL_REASON_NOT_RETRYABLE, ACALL_REASON_NOT_RETRYABLE, 1, 1}

static const struct accident accidents[] = {
    {"nobody listens", "refused", NULL, ACALL_FAULT_CONNECT,
     ACALL_EFFECT_NOT_SENT, ACALL_REASON_ATTEMPTS_EXHAUSTED,
     ACALL_REASON_ATTEMPTS_EXHAUSTED, 3, 3},
    UNTRUSTED("another host's certificate", "https_wrong_host"),
    UNTRUSTED("an expired certificate", "https_expired"),
    UNTRUSTED("a certificate of its own", "https_self_signed"),
    UNTRUSTED("a handshake that is cut", "https_cut"),
    LOST("closed before the status", "{\"kind\":\"closed\"}", CLOSED),
    LOST("closed in the head",
         "{\"kind\":\"closed\",\"phase\":\"response_head\"}", CLOSED),
    LOST("closed in the body",
         "{\"kind\":\"closed\",\"phase\":\"response_body\"}", TRUNCATED),
    LOST("reset before the status", "{\"kind\":\"reset\"}", RESET),
    LOST("reset in the head",
         "{\"kind\":\"reset\",\"phase\":\"response_head\"}", RESET),
    LOST("reset in the body",
         "{\"kind\":\"reset\",\"phase\":\"response_body\"}", RESET),
    LOST("fewer bytes than announced", "{\"kind\":\"truncated\"}", TRUNCATED),
    LOST("a chunk without a size",
         "{\"kind\":\"broken_chunks\",\"flaw\":\"bad_size\"}", TRUNCATED),
    LOST("a chunk of a huge size",
         "{\"kind\":\"broken_chunks\",\"flaw\":\"huge_size\"}", TRUNCATED),
    LOST("a chunk without its end",
         "{\"kind\":\"broken_chunks\",\"flaw\":\"no_newline\"}", TRUNCATED),
    LOST("no last chunk",
         "{\"kind\":\"broken_chunks\",\"flaw\":\"no_last_chunk\"}", TRUNCATED),
    LOST("a chunk that is cut",
         "{\"kind\":\"broken_chunks\",\"flaw\":\"cut_chunk\"}", TRUNCATED),
    LOST("gzip that is none",
         "{\"kind\":\"broken_gzip\",\"flaw\":\"garbage\"}", DECODE),
    LOST("gzip that is cut", "{\"kind\":\"broken_gzip\",\"flaw\":\"cut\"}",
         DECODE),
    LOST("gzip with a wrong sum",
         "{\"kind\":\"broken_gzip\",\"flaw\":\"checksum\"}", DECODE),
    LOST("silence before the status",
         "{\"kind\":\"stalled\",\"phase\":\"request\"}", READ_TIMEOUT),
    LOST("silence in the body", "{\"kind\":\"stalled\"}", READ_TIMEOUT),
    LOST("a drip in the head",
         "{\"kind\":\"drip\",\"phase\":\"response_head\",\"pause_ms\":300}",
         READ_TIMEOUT),
    LOST("a drip in the body", "{\"kind\":\"drip\",\"pause_ms\":300}",
         READ_TIMEOUT),
    FINAL("a gzip bomb", "{\"kind\":\"bomb\"}", TOO_LARGE),
    FINAL("a megabyte of headers", "{\"kind\":\"huge_headers\"}", TOO_LARGE),
};

/* One call to the place of an accident; whether it ended as it should. */
static int ends_as(const struct accident *accident, const acall_client *client,
                   const char *path, acall_operation_kind kind)
{
    acall_request request = asks("GET", path);
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_reply reply = ACALL_REPLY_INIT;
    int is_query = kind == ACALL_KIND_QUERY;
    long started = now_ms();
    acall_response *response;
    int is_right;

    request.flags = ACALL_REQUEST_HAS_KIND;
    request.kind = kind;
    response = send(client, &request);
    CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
    CHECK(acall_response_reply(response, &reply) == ACALL_OK);
    CHECK(now_ms() - started < DEADLINE_MS + 500);
    is_right = verdict.category == ACALL_CATEGORY_TRANSPORT
        && reply.fault == accident->fault && verdict.effect == accident->effect
        && acall_response_reason(response)
            == (is_query ? accident->query : accident->mutation)
        && acall_response_attempts(response)
            == (is_query ? accident->query_sends : accident->mutation_sends);
    if (!is_right) {
        char summary[500];

        CHECK(acall_response_summary(response, summary, sizeof(summary), NULL)
              == ACALL_OK);
        printf("%s: %s\n", accident->name, summary);
    }
    acall_response_free(response);
    return is_right;
}

static void matrix(void)
{
    size_t i;

    printf("%-28s %-13s %-9s %-19s %5s  %-18s %5s %7s\n", "what happens",
           "fault", "effect", "query", "sends", "mutation", "sends", "ms");
    for (i = 0; i < sizeof(accidents) / sizeof(accidents[0]); i++) {
        const struct accident *accident = &accidents[i];
        int is_slow = accident->fault == ACALL_FAULT_READ_TIMEOUT;
        acall_client *client =
            client_at(accident->door, is_slow ? ", \"attempt_timeout_ms\": 300"
                                              : ", \"attempt_timeout_ms\": 4000");
        char path[40], script[60], reply[300], what[60];
        long started = now_ms();
        int sends = accident->query_sends + accident->mutation_sends;

        sprintf(path, "/fault/%lu", (unsigned long)i);
        sprintf(script, "/_standin/script%s", path);
        sprintf(what, "GET %s", path);
        if (accident->wire) {
            sprintf(reply,
                    "{\"replies\": [{\"scene\": \"page-10k\", \"wire\": %s}]}",
                    accident->wire);
            tell("PUT", script, reply, NULL, 0);
        }
        CHECK(ends_as(accident, client, path, ACALL_KIND_QUERY));
        CHECK(ends_as(accident, client, path, ACALL_KIND_MUTATION));
        acall_client_free(client);
        /* Nothing was sent more often than was decided. */
        CHECK(counted(what) == (accident->wire ? sends : 0));
        printf("%-28s %-13s %-9s %-19s %5d  %-18s %5d %7ld\n", accident->name,
               acall_fault_name(accident->fault),
               acall_effect_name(accident->effect),
               acall_reason_name(accident->query), accident->query_sends,
               acall_reason_name(accident->mutation),
               accident->mutation_sends, now_ms() - started);
    }
    CHECK(counted("requests_after_desync") == 0);
}

static void the_deadline_is_the_end(void)
{
    acall_client *client = client_at("http", "");
    acall_request request = asks("GET", "/stalled");
    long started = now_ms();
    acall_response *response;

    tell("PUT", "/_standin/script/stalled",
         "{\"replies\": [{\"scene\": \"page-1k\", \"wire\": \"stalled\"}]}",
         NULL, 0);
    request.deadline_ms = 400;
    response = send(client, &request);
    CHECK(acall_response_reason(response) == ACALL_REASON_DEADLINE);
    CHECK(now_ms() - started >= 350 && now_ms() - started < 1400);
    acall_response_free(response);
    acall_client_free(client);
}

static void *cancel_soon(void *argument)
{
    struct timespec pause = {0, 200000000};

    nanosleep(&pause, NULL);
    acall_cancel_cancel((const acall_cancel *)argument);
    return NULL;
}

static void cancelling_wakes_at_once(void)
{
    acall_client *client = client_at("http", "");
    acall_request request = asks("GET", "/stalled");
    acall_cancel *cancel = NULL;
    long started = now_ms();
    acall_response *response;
    pthread_t thread;

    CHECK(acall_cancel_new(&cancel) == ACALL_OK);
    request.cancel = cancel;
    CHECK(pthread_create(&thread, NULL, cancel_soon, cancel) == 0);
    response = send(client, &request);
    CHECK(acall_response_reason(response) == ACALL_REASON_CANCELLED);
    CHECK(now_ms() - started < 1200);
    CHECK(pthread_join(thread, NULL) == 0);
    acall_response_free(response);
    acall_cancel_free(cancel);
    acall_client_free(client);
}

static void *call_often(void *argument)
{
    const acall_client *client = (const acall_client *)argument;
    acall_request request = asks("GET", "/scene/page-10k");
    size_t wrong = 0;
    int i;

    for (i = 0; i < CALLS; i++) {
        acall_response *response = NULL;
        const void *data = NULL;
        size_t length = 0;

        wrong += acall_client_send(client, &request, &response, NULL)
            != ACALL_OK;
        wrong += acall_response_is_success(response) != 1;
        wrong += acall_response_data(response, &data, &length) != ACALL_OK;
        wrong += length < 9000;
        acall_response_free(response);
    }
    return (void *)wrong;
}

/* Their first call is a race for the token: one of them fetches it. */
static void eight_threads_fetch_one_token(void)
{
    acall_client *client = client_at(
        "http", ", \"client_id\": \"standin\", "
                "\"client_secret\": \"standin-secret\"");
    pthread_t threads[THREADS];
    char snapshot[1000];
    int before = counted("tokens_requested");
    int i;

    tell("PUT", "/_standin/auth",
         "{\"mode\": \"oauth\", \"client_id\": \"standin\", "
         "\"client_secret\": \"standin-secret\"}",
         NULL, 0);
    for (i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, call_often, client) == 0);
    for (i = 0; i < THREADS; i++) {
        void *wrong = (void *)1;

        CHECK(pthread_join(threads[i], &wrong) == 0);
        CHECK(wrong == NULL);
    }
    CHECK(counted("tokens_requested") == before + 1);
    CHECK(acall_client_snapshot_json(client, snapshot, sizeof(snapshot), NULL)
          == ACALL_OK);
    CHECK(strstr(snapshot, "\"refreshes\":1,") != NULL);
    CHECK(strstr(snapshot, "\"calls_ended\":200,") != NULL);
    CHECK(strstr(snapshot, "standin") == NULL);
    acall_client_free(client);
    tell("PUT", "/_standin/auth", "{\"mode\": \"none\"}", NULL, 0);
}

/* What the server echoes is in its place, and in nothing that is shown. */
static void no_credential_is_shown(void)
{
    acall_client *client =
        client_at("http", ", \"api_key\": \"sk-planted-canary\"");
    acall_request request = asks("GET", "/leak?token=planted-canary");
    acall_response *response;
    const void *body = NULL;
    size_t length = 0;
    char text[8000];

    tell("PUT", "/_standin/script/leak",
         "{\"replies\": [{\"status\": 400, \"body\": {\"status\": false, "
         "\"error_code\": 68300004, \"error_msg\": "
         "\"Bearer sk-planted-canary\"}}]}",
         NULL, 0);
    response = send(client, &request);
    CHECK(acall_response_body(response, &body, &length) == ACALL_OK);
    CHECK(length > 50);
    CHECK(acall_response_summary(response, text, sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strstr(text, "canary") == NULL);
    CHECK(acall_response_record_json(response, text, sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strstr(text, "canary") == NULL && strstr(text, "68300004") != NULL);
    CHECK(acall_response_paragraph(response, text, sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strstr(text, "canary") == NULL);
    acall_response_free(response);
    acall_client_free(client);
}

/* A file up, a file down, and an error that stays out of the file. */
static void files(const char *folder)
{
    acall_client *client = client_at("http", "");
    acall_request request = asks("POST", "/upload");
    acall_header field;
    acall_response *response;
    char path[1000];
    FILE *file;
    long size;

    sprintf(path, "%s/client-upload.pdf", folder);
    file = fopen(path, "wb");
    CHECK(file != NULL && fwrite("%PDF-1.4", 8, 1, file) == 1);
    CHECK(fclose(file) == 0);
    field.name = "language";
    field.name_length = 8;
    field.value = "en";
    field.value_length = 2;
    request.file = path;
    request.file_length = strlen(path);
    request.file_field = "file";
    request.file_field_length = 4;
    request.fields = &field;
    request.field_count = 1;
    response = send(client, &request);
    CHECK(acall_response_is_success(response) == 1);
    acall_response_free(response);

    sprintf(path, "%s/client-download.bin", folder);
    remove(path);
    request = asks("GET", "/download?bytes=100000");
    request.download = path;
    request.download_length = strlen(path);
    response = send(client, &request);
    CHECK(acall_response_is_success(response) == 1);
    CHECK(acall_response_downloaded_bytes(response) == 100000);
    acall_response_free(response);
    file = fopen(path, "rb");
    CHECK(file != NULL && fseek(file, 0, SEEK_END) == 0);
    size = ftell(file);
    CHECK(size == 100000 && fclose(file) == 0);
    CHECK(remove(path) == 0);
    request.path = "/download?bytes=10&code=68300004";
    request.path_length = strlen(request.path);
    response = send(client, &request);
    CHECK(acall_response_is_success(response) == 0);
    CHECK(acall_response_downloaded_bytes(response) == -1);
    acall_response_free(response);
    CHECK(fopen(path, "rb") == NULL);
    acall_client_free(client);
}

/* How a task stands, and that a path's answers are no envelopes. */
static void the_profile_knows_the_request(void)
{
    acall_client *client = client_at("http", "");
    acall_request request = asks("POST", "/ai/fto/report");
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_response *response;
    const void *data = NULL;
    size_t length = 0;

    tell("PUT", "/_standin/script/ai/fto/report",
         "{\"replies\": [{\"body\": {\"status\": true, "
         "\"data\": {\"status\": \"RUNNING\"}}}]}",
         NULL, 0);
    response = send(client, &request);
    CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
    CHECK(verdict.task == ACALL_TASK_PENDING);
    CHECK(verdict.data_length > 0);
    acall_response_free(response);
    tell("PUT", "/_standin/script/data/plant-variety-protection",
         "{\"replies\": [{\"body\": \"[1]\"}]}", NULL, 0);
    request = asks("GET", "/data/plant-variety-protection");
    response = send(client, &request);
    CHECK(acall_response_data(response, &data, &length) == ACALL_OK);
    CHECK(length == 3);
    CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
    CHECK(verdict.data_offset == 0 && verdict.data_length == 3);
    acall_response_free(response);
    acall_client_free(client);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    doors = argv[1];
    control = client_at("control", "");
    matrix();
    the_deadline_is_the_end();
    cancelling_wakes_at_once();
    eight_threads_fetch_one_token();
    no_credential_is_shown();
    files(argv[2]);
    the_profile_knows_the_request();
    acall_client_free(control);
    return check_result();
}
