/*
 * What a client in C keeps to, against the stand-in: deadlines, memory, tokens,
 * quotas, files, threads, and silence about credentials. Prints a line for each.
 *
 *     client_limits '{"http": "http://127.0.0.1:...", ...}' FOLDER
 *
 * The first argument is the line that the stand-in says with --json; files are
 * made in the folder.
 */

#include "standin.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#define THREADS 10
#define CALLS 20
#define MEBIBYTE (1024 * 1024)
#define SECRET CANARY "-secret"
#define OAUTH \
    "{\"mode\": \"oauth\", \"client_id\": \"" CANARY "-id\", " \
    "\"client_secret\": \"" SECRET "\""

/* The deadline is the end in each phase, however busy the server seems. */
static void the_deadline_is_the_end(void)
{
    static const char *const wires[] = {
        "{\"kind\":\"stalled\",\"phase\":\"request\"}",
        "\"stalled\"",
        "{\"kind\":\"drip\",\"phase\":\"response_head\",\"pause_ms\":20}",
        "{\"kind\":\"drip\",\"pause_ms\":20}",
        "{\"kind\":\"interim\",\"count\":1000000,\"pause_ms\":5}",
    };
    acall_client *client = client_at("http", "");
    size_t i;

    for (i = 0; i < sizeof(wires) / sizeof(wires[0]); i++) {
        acall_request request;
        acall_response *response;
        char path[40];
        long started;

        sprintf(path, "/slow/%lu", (unsigned long)i);
        script(path, "page-100k", wires[i]);
        request = asks("GET", path);
        request.deadline_ms = 400;
        started = now_ms();
        response = send(client, &request);
        CHECK(acall_response_reason(response) == ACALL_REASON_DEADLINE);
        CHECK(now_ms() - started >= 350 && now_ms() - started < 1400);
        say("a deadline of 400 ms", wires[i], now_ms() - started);
        acall_response_free(response);
    }
    acall_client_free(client);
}

/* A process that was stopped keeps its connections and says nothing. */
static void a_server_that_is_stopped(void)
{
    acall_client *client = client_at("http", ", \"attempt_timeout_ms\": 400");
    acall_request request = asks("GET", "/scene/page-1k");
    acall_reply reply = ACALL_REPLY_INIT;
    const char *start = strstr(doors, "\"pid\": ");
    pid_t standin = start ? (pid_t)atoi(start + 7) : 0;
    acall_response *response;
    long started;

    CHECK(standin > 1);
    if (standin <= 1)
        return;
    acall_response_free(send(client, &request));
    request.method = "POST";
    request.method_length = 4;
    request.deadline_ms = 1000;
    CHECK(kill(standin, SIGSTOP) == 0);
    started = now_ms();
    response = send(client, &request);
    CHECK(kill(standin, SIGCONT) == 0);
    CHECK(now_ms() - started < 1500);
    CHECK(acall_response_reply(response, &reply) == ACALL_OK);
    CHECK(reply.fault == ACALL_FAULT_READ_TIMEOUT);
    CHECK(acall_response_reason(response) == ACALL_REASON_UNSAFE_TO_REPLAY);
    CHECK(acall_response_attempts(response) == 1);
    say("a server that is stopped (SIGSTOP)", "read_timeout",
        now_ms() - started);
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

    script("/stalled", "page-1k", "\"stalled\"");
    CHECK(acall_cancel_new(&cancel) == ACALL_OK);
    request.cancel = cancel;
    CHECK(pthread_create(&thread, NULL, cancel_soon, cancel) == 0);
    response = send(client, &request);
    CHECK(acall_response_reason(response) == ACALL_REASON_CANCELLED);
    CHECK(now_ms() - started < 1200);
    CHECK(pthread_join(thread, NULL) == 0);
    say("cancelled after 200 ms by another thread", "cancelled",
        now_ms() - started);
    acall_response_free(response);
    acall_cancel_free(cancel);
    acall_client_free(client);
}

/* A number of /proc/self/status, in bytes. */
static long memory(const char *name)
{
    FILE *file = fopen("/proc/self/status", "r");
    size_t length = strlen(name);
    char line[200];
    long kibibytes = -1;

    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, name, length) == 0)
            kibibytes = atol(line + length);
    if (file)
        fclose(file);
    return kibibytes * 1024;
}

static void no_more_memory_than_the_limit(void)
{
    acall_client *client = client_at("http", ", \"max_body_bytes\": 16777216");
    acall_request request = asks("GET", "/bomb");
    acall_reply reply = ACALL_REPLY_INIT;
    long started = now_ms();
    acall_response *response;
    long before, grown;
    char came[100];

    /* Whatever warms up has done so. */
    request = asks("GET", "/scene/page-1k");
    acall_response_free(send(client, &request));
    before = memory("VmHWM:");
    script("/bomb", "page-1k", "\"bomb\"");
    request = asks("GET", "/bomb");
    response = send(client, &request);
    CHECK(acall_response_reply(response, &reply) == ACALL_OK);
    CHECK(reply.fault == ACALL_FAULT_TOO_LARGE);
    acall_response_free(response);
    request = asks("GET", "/download?bytes=60000000");
    request.expect = ACALL_EXPECT_RAW;
    response = send(client, &request);
    CHECK(acall_response_reply(response, &reply) == ACALL_OK);
    CHECK(reply.fault == ACALL_FAULT_TOO_LARGE);
    CHECK(acall_response_attempts(response) == 1);
    acall_response_free(response);
    grown = memory("VmHWM:") - before;
    CHECK(before > 0 && grown < (16 + 8) * MEBIBYTE);
    sprintf(came, "too_large; %ld KB of memory, 16 MB allowed", grown / 1024);
    say("256 MB in gzip, and 60 MB as they are", came, now_ms() - started);
    acall_client_free(client);
}

/* What ends on a disk that is full is not repeated, and leaves nothing. */
static void a_disk_that_is_full(const char *folder)
{
    acall_client *client = client_at("http", "");
    acall_request request = asks("GET", "/download?bytes=3000000");
    acall_reply reply = ACALL_REPLY_INIT;
    struct rlimit own, small;
    long started = now_ms();
    int before = counted("GET /download");
    acall_response *response;
    char path[1000];

    sprintf(path, "%s/client-full.bin", folder);
    remove(path);
    request.download = path;
    request.download_length = strlen(path);
    CHECK(getrlimit(RLIMIT_FSIZE, &own) == 0);
    small = own;
    small.rlim_cur = MEBIBYTE;
    /* The signal of that limit would end the program. */
    signal(SIGXFSZ, SIG_IGN);
    CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    response = send(client, &request);
    CHECK(setrlimit(RLIMIT_FSIZE, &own) == 0);
    CHECK(acall_response_is_success(response) == 0);
    CHECK(acall_response_reply(response, &reply) == ACALL_OK);
    CHECK(reply.fault == ACALL_FAULT_TOO_LARGE);
    CHECK(acall_response_reason(response) == ACALL_REASON_NOT_RETRYABLE);
    CHECK(counted("GET /download") == before + 1);
    CHECK(fopen(path, "rb") == NULL);
    say("a file that may not grow beyond 1 MB", "too_large, and no file",
        now_ms() - started);
    acall_response_free(response);
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

static void all_threads_call(acall_client *client)
{
    pthread_t threads[THREADS];
    int i;

    for (i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, call_often, client) == 0);
    for (i = 0; i < THREADS; i++) {
        void *wrong = (void *)1;

        CHECK(pthread_join(threads[i], &wrong) == 0);
        CHECK(wrong == NULL);
    }
}

/* A race for the first token, and one for the next when that one is refused:
 * each time one thread fetches it. */
static void one_thread_fetches_the_token(void)
{
    acall_client *client;
    char where[1000], snapshot[1000];
    int before, connections;
    long started = now_ms();

    strcpy(where, door("http"));
    client = client_with(where,
                         "\"client_id\": \"" CANARY "-id\", "
                         "\"client_secret\": \"" SECRET "\"",
                         "");
    tell("PUT", "/_standin/auth", OAUTH "}", NULL, 0);
    before = counted("tokens_requested");
    connections = counted("connections");
    all_threads_call(client);
    CHECK(counted("tokens_requested") == before + 1);
    CHECK(counted("connections") - connections <= THREADS);
    tell("POST", "/_standin/auth/reject", "{}", NULL, 0);
    all_threads_call(client);
    CHECK(counted("tokens_requested") == before + 2);
    CHECK(acall_client_snapshot_json(client, snapshot, sizeof(snapshot), NULL)
          == ACALL_OK);
    CHECK(strstr(snapshot, "\"refreshes\":2,") != NULL);
    CHECK(strstr(snapshot, "\"calls_ended\":400,") != NULL);
    CHECK(strstr(snapshot, CANARY) == NULL);
    say("10 threads, no token and a refused one", "2 token requests",
        now_ms() - started);
    acall_client_free(client);
}

/* Tokens that end after three calls, and one that is wrong from the start. */
static void tokens_that_end(void)
{
    acall_client *client;
    acall_request request = asks("GET", "/scene/page-1k");
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_response *response;
    char where[1000];
    int before;
    int served = counted("GET /scene/page-1k");
    long started = now_ms();
    int i;

    strcpy(where, door("http"));
    client = client_with(where,
                         "\"client_id\": \"" CANARY "-id\", "
                         "\"client_secret\": \"" SECRET "\"",
                         "");
    tell("PUT", "/_standin/auth", OAUTH ", \"uses\": 3}", NULL, 0);
    before = counted("tokens_requested");
    for (i = 0; i < 7; i++) {
        response = send(client, &request);
        CHECK(acall_response_is_success(response) == 1);
        acall_response_free(response);
    }
    CHECK(counted("tokens_requested") == before + 3);
    /* Seven answers, and two questions with a token that had ended. */
    CHECK(counted("GET /scene/page-1k") == served + 9);
    acall_client_free(client);
    say("7 calls, tokens good for 3 each", "3 token requests, 9 calls",
        now_ms() - started);

    client = client_with(where,
                         "\"client_id\": \"" CANARY "-id\", "
                         "\"client_secret\": \"" CANARY "-wrong\"",
                         "");
    before = counted("tokens_requested");
    served = counted("GET /scene/page-1k");
    response = send(client, &request);
    CHECK(acall_response_is_success(response) == 0);
    CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
    CHECK(verdict.category == ACALL_CATEGORY_AUTHENTICATION);
    CHECK(counted("GET /scene/page-1k") == served);
    CHECK(counted("tokens_requested") == before + 1);
    say("credentials that are wrong", acall_category_name(verdict.category),
        now_ms() - started);
    acall_response_free(response);
    acall_client_free(client);
    tell("PUT", "/_standin/auth", "{\"mode\": \"none\"}", NULL, 0);
}

/* After the quota is used up nothing is sent, until somebody knows better. */
static void a_quota_that_is_used_up(void)
{
    acall_client *client = client_at("http", "");
    acall_request request = asks("GET", "/scene/page-1k");
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_response *response;
    long started = now_ms();
    int served = counted("GET /scene/page-1k");
    int i;

    tell("PUT", "/_standin/gate/daily",
         "{\"reply\": \"code-67200007\", \"allow_calls\": 2}", NULL, 0);
    for (i = 0; i < 6; i++) {
        response = send(client, &request);
        CHECK(acall_response_is_success(response) == (i < 2));
        CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
        if (i >= 2) {
            CHECK(verdict.category == ACALL_CATEGORY_QUOTA);
            CHECK(acall_response_reason(response) == ACALL_REASON_QUOTA_HOLD);
            CHECK(acall_response_attempts(response) == (i == 2));
        }
        acall_response_free(response);
    }
    CHECK(counted("GET /scene/page-1k") == served + 3);
    tell("DELETE", "/_standin/gate/daily", NULL, NULL, 0);
    CHECK(acall_client_clear_hold(client) == ACALL_OK);
    response = send(client, &request);
    CHECK(acall_response_is_success(response) == 1);
    acall_response_free(response);
    say("a quota of 2 calls, asked 6 times", "3 calls were sent",
        now_ms() - started);
    acall_client_free(client);
}

/* What the server echoes is in its place, and in nothing that is shown. */
static void no_credential_is_shown(void)
{
    static const char json[] =
        "{\"base_url\": \"https://me:" CANARY "@api.example.com\", "
        "\"api_key\": \"" CANARY "\\n\"}";
    acall_client *client = client_at("http", "");
    acall_request request = asks("GET", "/leak?token=" CANARY);
    acall_response *response;
    acall_error *error = NULL;
    const void *body = NULL;
    size_t length = 0;
    char text[8000];

    tell("PUT", "/_standin/script/leak",
         "{\"replies\": [{\"status\": 400, \"body\": {\"status\": false, "
         "\"error_code\": 68300004, \"error_msg\": "
         "\"Bearer sk-" CANARY "\"}}]}",
         NULL, 0);
    response = send(client, &request);
    CHECK(acall_response_body(response, &body, &length) == ACALL_OK);
    CHECK(length > 50);
    CHECK(acall_response_record_json(response, text, sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strstr(text, "68300004") != NULL);
    acall_response_free(response);
    acall_client_free(client);

    /* Nor when the settings are refused. */
    CHECK(acall_client_from_json(json, strlen(json), NULL, &client, &error)
          == ACALL_E_CLIENT);
    CHECK(strstr(acall_error_message(error), CANARY) == NULL);
    CHECK(strstr(acall_error_path(error), CANARY) == NULL);
    acall_error_free(error);
    say("credentials in URL, reply and settings", "shown nowhere", 0);
}

/* A file up, a file down, and an error that stays out of the file. */
static void files_up_and_down(const char *folder)
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
    say("a file up, a file down, and an error", "the error is in no file", 0);
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
    standin_is_at(argv[1]);
    the_deadline_is_the_end();
    a_server_that_is_stopped();
    cancelling_wakes_at_once();
    no_more_memory_than_the_limit();
    a_disk_that_is_full(argv[2]);
    one_thread_fetches_the_token();
    tokens_that_end();
    a_quota_that_is_used_up();
    no_credential_is_shown();
    files_up_and_down(argv[2]);
    the_profile_knows_the_request();
    acall_client_free(control);
    return check_result();
}
