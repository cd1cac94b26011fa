/*
 * Every function of the client with arguments that no program should pass, and
 * a transport in C that answers as it was told: what it is shown, what it may
 * say, and what comes of it. Nothing here needs a network.
 */

#include <aftercall.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define HUGE_SIZE ((size_t)-1)

static const char settings[] =
    "{\"base_url\": \"https://api.example.com/v1\", \"api_key\": \"sk-canary\","
    " \"policy\": {\"base_delay_ms\": 1, \"jitter\": \"none\"}}";

/* What a transport of a test does, and what it saw. */
struct scene {
    int32_t http_status;
    const char *body;
    acall_fault fault;
    const char *detail;
    int sends;
    int reads;
    int decisions;
    int lines;
    acall_log_level level;
    int32_t interrupted;
    acall_status stopped;
    char sent[200];
    char url[200];
    char line[2000];
};

static acall_fault play(const acall_outgoing *outgoing,
                        acall_exchange *exchange, void *userdata)
{
    struct scene *scene = (struct scene *)userdata;
    char piece[7];
    size_t length = 0;
    size_t total = 0;
    size_t i;
    int has_key = 0;

    scene->sends++;
    CHECK(outgoing->struct_size >= sizeof(acall_outgoing));
    CHECK(outgoing->timeout_ms > 0 && outgoing->connect_timeout_ms == 5000);
    CHECK(strlen(outgoing->method) == outgoing->method_length);
    CHECK(strlen(outgoing->url) == outgoing->url_length);
    CHECK(outgoing->url_length < sizeof(scene->url));
    strcpy(scene->url, outgoing->url);
    for (i = 0; i < outgoing->header_count; i++) {
        const acall_header *header = &outgoing->headers[i];

        CHECK(strlen(header->name) == header->name_length);
        CHECK(strlen(header->value) == header->value_length);
        if (strcmp(header->value, "Bearer sk-canary") == 0)
            has_key = 1;
    }
    CHECK(has_key);
    CHECK((outgoing->body == NULL)
          == (outgoing->body_length == 0
              || (outgoing->flags & ACALL_OUTGOING_STREAM) != 0));
    do {
        CHECK(acall_exchange_read(exchange, piece, sizeof(piece), &length)
              == ACALL_OK);
        if (total + length < sizeof(scene->sent))
            memcpy(scene->sent + total, piece, length);
        total += length;
        scene->reads++;
    } while (length > 0);
    CHECK((int64_t)total == outgoing->body_length);
    scene->sent[total < sizeof(scene->sent) ? total : 0] = 0;
    if (scene->interrupted) {
        scene->stopped = acall_exchange_check(exchange);
        return ACALL_FAULT_READ_TIMEOUT;
    }
    CHECK(acall_exchange_check(exchange) == ACALL_OK);
    if (scene->detail)
        CHECK(acall_exchange_detail(exchange, scene->detail,
                                    strlen(scene->detail))
              == ACALL_OK);
    if (scene->http_status == 0)
        return scene->fault;
    CHECK(acall_exchange_head(exchange, 103) == ACALL_OK);
    CHECK(acall_exchange_header(exchange, "X-Early", 7, "1", 1) == ACALL_OK);
    CHECK(acall_exchange_head(exchange, scene->http_status) == ACALL_OK);
    CHECK(acall_exchange_header(exchange, "X-Correlation-Id", 16, " c-1 ", 5)
          == ACALL_OK);
    scene->stopped =
        acall_exchange_body(exchange, scene->body, strlen(scene->body));

    /* Wrong arguments leave the exchange as it is. */
    CHECK(acall_exchange_head(exchange, 99) == ACALL_E_ARGUMENT);
    CHECK(acall_exchange_head(exchange, 1000) == ACALL_E_ARGUMENT);
    CHECK(acall_exchange_head(exchange, -1) == ACALL_E_ARGUMENT);
    CHECK(acall_exchange_header(exchange, NULL, 1, "", 0) == ACALL_E_NULL);
    CHECK(acall_exchange_header(exchange, "a", 1, NULL, 1) == ACALL_E_NULL);
    CHECK(acall_exchange_body(exchange, NULL, 1) == ACALL_E_NULL);
    CHECK(acall_exchange_body(exchange, "", HUGE_SIZE) == ACALL_E_ARGUMENT);
    CHECK(acall_exchange_read(exchange, NULL, 1, &length) == ACALL_E_NULL);
    CHECK(acall_exchange_read(exchange, piece, 1, NULL) == ACALL_E_NULL);
    CHECK(acall_exchange_detail(exchange, NULL, 1) == ACALL_E_NULL);
    CHECK(acall_exchange_detail(exchange, "\xFF", 1) == ACALL_E_UTF8);
    return scene->fault;
}

static void observe(const acall_observed *observed, void *userdata)
{
    struct scene *scene = (struct scene *)userdata;

    scene->decisions++;
    CHECK(observed->struct_size >= sizeof(acall_observed));
    CHECK(observed->decision->struct_size >= sizeof(acall_decision));
    CHECK(observed->decision->action != ACALL_ACTION_NONE);
    if (observed->verdict) {
        CHECK(observed->verdict->outcome != ACALL_OUTCOME_NONE);
        CHECK(observed->verdict->data_offset == -1);
    }
}

static void write_down(acall_log_level level, const char *line, size_t length,
                       void *userdata)
{
    struct scene *scene = (struct scene *)userdata;

    scene->lines++;
    scene->level = level;
    CHECK(strlen(line) == length && length < sizeof(scene->line));
    CHECK(strstr(line, "canary") == NULL);
    strcpy(scene->line, line);
}

static int32_t ask(void *userdata)
{
    return ((struct scene *)userdata)->interrupted;
}

static acall_client *client_of(struct scene *scene)
{
    acall_client_options options = ACALL_CLIENT_OPTIONS_INIT;
    acall_client *client = NULL;
    acall_error *error = (acall_error *)scene;

    options.transport = play;
    options.transport_userdata = scene;
    options.observer = observe;
    options.observer_userdata = scene;
    options.log = write_down;
    options.log_userdata = scene;
    options.interrupted = ask;
    options.interrupted_userdata = scene;
    CHECK(acall_client_from_json(settings, strlen(settings), &options, &client,
                                 &error)
          == ACALL_OK);
    CHECK(error == NULL);
    return client;
}

static acall_request get(const char *path)
{
    acall_request request = ACALL_REQUEST_INIT;

    request.path = path;
    request.path_length = strlen(path);
    return request;
}

static void settings_that_are_wrong(void)
{
    static const char bad[] = "{\"base_url\": \"https://h\", \"api_key\": 7}";
    acall_client_options options = ACALL_CLIENT_OPTIONS_INIT;
    acall_client *client = NULL;
    acall_error *error = NULL;
    double memory[60] = {0};
    char *odd = (char *)memory + 1;

#define REFUSED(status, about, json, length, given, place) \
    CHECK(acall_client_from_json(json, length, given, place, &error) \
          == status); \
    CHECK(acall_error_status(error) == status); \
    CHECK(strstr(acall_error_message(error), about) != NULL); \
    acall_error_free(error)
    REFUSED(ACALL_E_NULL, "client: ", settings, strlen(settings), NULL, NULL);
    REFUSED(ACALL_E_NULL, "json: ", NULL, 1, NULL, &client);
    REFUSED(ACALL_E_ARGUMENT, "json: ", settings, HUGE_SIZE, NULL, &client);
    REFUSED(ACALL_E_UTF8, "json: ", "\xFF", 1, NULL, &client);
    REFUSED(ACALL_E_CLIENT, "base_url", "{}", 2, NULL, &client);
    REFUSED(ACALL_E_CLIENT, "https", "{\"base_url\": \"ftp://h\"}", 23, NULL,
            &client);
    REFUSED(ACALL_E_CLIENT, "api_key", bad, strlen(bad), NULL, &client);
    options.struct_size = 8;
    REFUSED(ACALL_E_ABI_MISMATCH, "options: ", settings, strlen(settings),
            &options, &client);
    options.struct_size = sizeof(options);
    options.flags = 1;
    REFUSED(ACALL_E_ARGUMENT, "options: ", settings, strlen(settings),
            &options, &client);
    options.flags = 0;
    options.profile = (const acall_profile *)odd;
    REFUSED(ACALL_E_ARGUMENT, "options: ", settings, strlen(settings),
            &options, &client);
    options.profile = NULL;
    options.policy = (const acall_policy *)odd;
    REFUSED(ACALL_E_ARGUMENT, "options: ", settings, strlen(settings),
            &options, &client);
    options.policy = NULL;
    options.budget = (const acall_budget *)odd;
    REFUSED(ACALL_E_ARGUMENT, "options: ", settings, strlen(settings),
            &options, &client);
    REFUSED(ACALL_E_ARGUMENT, "options: ", settings, strlen(settings),
            (const acall_client_options *)odd, &client);
    CHECK(client == NULL);
    CHECK(acall_client_from_json(settings, strlen(settings), NULL, &client,
                                 (acall_error **)odd)
          == ACALL_E_ARGUMENT);
    CHECK(client == NULL);
    acall_client_free(NULL);
}

static void requests_that_are_wrong(const acall_client *client)
{
    static const acall_header bad_pair = {NULL, 1, "", 0};
    acall_response *response = NULL;
    acall_error *error = NULL;
    acall_request request = get("/a");
    double memory[60] = {0};
    const char *odd = (const char *)memory + 1;

    CHECK(acall_client_send(NULL, &request, &response, &error)
          == ACALL_E_NULL);
    CHECK(strcmp(acall_error_path(error), "client") == 0);
    acall_error_free(error);
    CHECK(acall_client_send((const acall_client *)odd, &request, &response,
                            NULL)
          == ACALL_E_ARGUMENT);
    CHECK(acall_client_send(client, NULL, &response, NULL) == ACALL_E_NULL);
    CHECK(acall_client_send(client, &request, NULL, NULL) == ACALL_E_NULL);
    CHECK(acall_client_send(client, (const acall_request *)odd, &response,
                            NULL)
          == ACALL_E_ARGUMENT);

#define WRONG(field, status, value, about) \
    request = get("/a"); \
    request.field = value; \
    CHECK(acall_client_send(client, &request, &response, &error) == status); \
    CHECK(strcmp(acall_error_path(error), about) == 0); \
    acall_error_free(error)
    WRONG(struct_size, ACALL_E_ABI_MISMATCH, 8, "request");
    WRONG(flags, ACALL_E_ARGUMENT, 4, "flags");
    WRONG(method_length, ACALL_E_NULL, 1, "method");
    WRONG(path_length, ACALL_E_ARGUMENT, HUGE_SIZE, "path");
    WRONG(path, ACALL_E_UTF8, "\xFF\xFF", "path");
    WRONG(query_count, ACALL_E_NULL, 1, "query");
    WRONG(header_count, ACALL_E_ARGUMENT, HUGE_SIZE, "headers");
    WRONG(body_length, ACALL_E_NULL, 1, "body");
    WRONG(content_type_length, ACALL_E_NULL, 1, "content_type");
    WRONG(file_length, ACALL_E_NULL, 1, "file");
    WRONG(file_field_length, ACALL_E_NULL, 1, "file_field");
    WRONG(field_count, ACALL_E_NULL, 1, "fields");
    WRONG(download_length, ACALL_E_NULL, 1, "download");
    WRONG(idempotency_key_length, ACALL_E_NULL, 1, "idempotency_key");
    WRONG(kind, ACALL_E_ARGUMENT, ACALL_KIND_QUERY, "kind");
    WRONG(expect, ACALL_E_ARGUMENT, 2, "expect");
    WRONG(deadline_ms, ACALL_E_ARGUMENT, -1, "deadline_ms");
    WRONG(attempt_timeout_ms, ACALL_E_ARGUMENT, -1, "attempt_timeout_ms");
    WRONG(max_body_bytes, ACALL_E_ARGUMENT, INT64_MIN, "max_body_bytes");
    WRONG(policy, ACALL_E_ARGUMENT, (const acall_policy *)odd, "policy");
    WRONG(cancel, ACALL_E_ARGUMENT, (const acall_cancel *)odd, "cancel");

    request = get("/a");
    request.query = &bad_pair;
    request.query_count = 1;
    CHECK(acall_client_send(client, &request, &response, NULL)
          == ACALL_E_NULL);
    request = get("/a");
    request.kind = 3;
    request.flags = ACALL_REQUEST_HAS_KIND;
    CHECK(acall_client_send(client, &request, &response, NULL)
          == ACALL_E_ARGUMENT);
    /* Two bodies, or what belongs to none. */
    request = get("/a");
    request.body = request.file = "/x";
    request.body_length = request.file_length = 2;
    CHECK(acall_client_send(client, &request, &response, NULL)
          == ACALL_E_ARGUMENT);
    request = get("/a");
    request.file_field = "file";
    request.file_field_length = 4;
    CHECK(acall_client_send(client, &request, &response, NULL)
          == ACALL_E_ARGUMENT);
    request = get("/a");
    request.content_type = "text/plain";
    request.content_type_length = 10;
    CHECK(acall_client_send(client, &request, &response, NULL)
          == ACALL_E_ARGUMENT);
    CHECK(response == NULL);
}

static void clients_that_are_none(const acall_client *client)
{
    double memory[2] = {0, 0};
    const acall_client *odd = (const acall_client *)((char *)memory + 1);
    char buffer[1000];
    size_t needed = 99;

    CHECK(acall_client_clear_hold(NULL) == ACALL_E_NULL);
    CHECK(acall_client_clear_hold(odd) == ACALL_E_ARGUMENT);
    CHECK(acall_client_clear_hold(client) == ACALL_OK);
    CHECK(acall_client_forget_token(NULL) == ACALL_E_NULL);
    CHECK(acall_client_forget_token(odd) == ACALL_E_ARGUMENT);
    CHECK(acall_client_forget_token(client) == ACALL_OK);
    CHECK(acall_client_snapshot_json(NULL, buffer, 1000, &needed)
          == ACALL_E_NULL);
    CHECK(needed == 0);
    CHECK(acall_client_snapshot_json(client, NULL, 1, &needed)
          == ACALL_E_NULL);
    CHECK(acall_client_snapshot_json(client, buffer, 9, &needed)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed > 9);
    CHECK(acall_client_snapshot_json(client, buffer, needed, NULL)
          == ACALL_OK);
    CHECK(strstr(buffer, "\"calls_under_way\":0") != NULL);
    CHECK(strstr(buffer, "canary") == NULL);
}

static void exchanges_that_are_none(void)
{
    double memory[2] = {0, 0};
    acall_exchange *odd = (acall_exchange *)((char *)memory + 1);
    size_t length = 99;
    char buffer[4];

    CHECK(acall_exchange_head(NULL, 200) == ACALL_E_NULL);
    CHECK(acall_exchange_head(odd, 200) == ACALL_E_ARGUMENT);
    CHECK(acall_exchange_header(NULL, "a", 1, "b", 1) == ACALL_E_NULL);
    CHECK(acall_exchange_body(NULL, "a", 1) == ACALL_E_NULL);
    CHECK(acall_exchange_read(NULL, buffer, 4, &length) == ACALL_E_NULL);
    CHECK(acall_exchange_check(NULL) == ACALL_E_NULL);
    CHECK(acall_exchange_detail(NULL, "a", 1) == ACALL_E_NULL);
    CHECK(length == 99);
}

static void cancels(void)
{
    double memory[2] = {0, 0};
    const acall_cancel *odd = (const acall_cancel *)((char *)memory + 1);
    acall_cancel *cancel = NULL;

    CHECK(acall_cancel_new(NULL) == ACALL_E_NULL);
    CHECK(acall_cancel_cancel(NULL) == ACALL_E_NULL);
    CHECK(acall_cancel_cancel(odd) == ACALL_E_ARGUMENT);
    CHECK(acall_cancel_is_cancelled(NULL) == -1);
    CHECK(acall_cancel_is_cancelled(odd) == -1);
    CHECK(acall_cancel_new(&cancel) == ACALL_OK);
    CHECK(acall_cancel_is_cancelled(cancel) == 0);
    CHECK(acall_cancel_cancel(cancel) == ACALL_OK);
    CHECK(acall_cancel_cancel(cancel) == ACALL_OK);
    CHECK(acall_cancel_is_cancelled(cancel) == 1);
    acall_cancel_free(cancel);
    acall_cancel_free(NULL);
}

static void responses_that_are_none(const acall_response *response)
{
    double memory[2] = {0, 0};
    const acall_response *odd = (const acall_response *)((char *)memory + 1);
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_decision decision = ACALL_DECISION_INIT;
    acall_attempted attempted = ACALL_ATTEMPTED_INIT;
    acall_reply reply = ACALL_REPLY_INIT;
    const void *bytes = NULL;
    size_t length = 99;
    char buffer[4000];

    CHECK(acall_response_is_success(NULL) == -1);
    CHECK(acall_response_is_success(odd) == -1);
    CHECK(acall_response_reason(NULL) == ACALL_REASON_NONE);
    CHECK(acall_response_kind(NULL) == -1);
    CHECK(acall_response_polled(NULL) == ACALL_POLLED_NONE);
    CHECK(acall_response_polled(odd) == ACALL_POLLED_NONE);
    CHECK(acall_response_attempts(NULL) == -1);
    CHECK(acall_response_took_ms(NULL) == -1);
    CHECK(acall_response_retry_after_ms(NULL) == -1);
    CHECK(acall_response_retry_at_unix_ms(NULL) == -1);
    CHECK(acall_response_downloaded_bytes(NULL) == -1);
    CHECK(acall_response_verdict(NULL, &verdict) == ACALL_E_NULL);
    CHECK(acall_response_verdict(odd, &verdict) == ACALL_E_ARGUMENT);
    CHECK(acall_response_verdict(response, NULL) == ACALL_E_NULL);
    verdict.struct_size = 3;
    CHECK(acall_response_verdict(response, &verdict) == ACALL_E_ABI_MISMATCH);
    CHECK(verdict.outcome == ACALL_OUTCOME_NONE);
    CHECK(acall_response_decision(NULL, &decision) == ACALL_E_NULL);
    CHECK(acall_response_decision(response, NULL) == ACALL_E_NULL);
    CHECK(decision.action == ACALL_ACTION_NONE);
    CHECK(acall_response_reply(NULL, &reply) == ACALL_E_NULL);
    CHECK(acall_response_reply(response, NULL) == ACALL_E_NULL);
    CHECK(reply.body == NULL);
    CHECK(acall_response_data(NULL, &bytes, &length) == ACALL_E_NULL);
    CHECK(acall_response_data(response, NULL, &length) == ACALL_E_NULL);
    CHECK(acall_response_data(response, &bytes, NULL) == ACALL_E_NULL);
    CHECK(acall_response_body(NULL, &bytes, &length) == ACALL_E_NULL);
    CHECK(acall_response_header(NULL, "a", 1, &bytes, &length)
          == ACALL_E_NULL);
    CHECK(acall_response_header(response, NULL, 1, &bytes, &length)
          == ACALL_E_NULL);
    CHECK(acall_response_header(response, "x-early", 7, &bytes, &length)
          == ACALL_E_ABSENT);
    CHECK(acall_response_header(response, "\xFF", 1, &bytes, &length)
          == ACALL_E_UTF8);
    CHECK(bytes == NULL && length == 99);
    CHECK(acall_response_attempt(NULL, 0, &attempted, NULL, NULL)
          == ACALL_E_NULL);
    CHECK(acall_response_attempt(response, 0, NULL, NULL, NULL)
          == ACALL_E_NULL);
    CHECK(acall_response_attempt(response, -1, &attempted, NULL, NULL)
          == ACALL_E_ABSENT);
    CHECK(acall_response_attempt(response, 99, &attempted, NULL, NULL)
          == ACALL_E_ABSENT);
    CHECK(acall_response_attempt(response, 0, &attempted, &verdict, NULL)
          == ACALL_E_ABI_MISMATCH);
    CHECK(attempted.number == 0);
#define TEXT(name) \
    length = 99; \
    CHECK(name(NULL, buffer, sizeof(buffer), &length) == ACALL_E_NULL); \
    CHECK(length == 0); \
    CHECK(name(response, NULL, 1, &length) == ACALL_E_NULL); \
    CHECK(name(response, buffer, 5, &length) == ACALL_E_BUFFER_TOO_SMALL); \
    CHECK(length > 5 && length <= sizeof(buffer)); \
    CHECK(name(response, buffer, length, NULL) == ACALL_OK); \
    CHECK(strstr(buffer, "canary") == NULL)
    TEXT(acall_response_summary);
    TEXT(acall_response_record_json);
    TEXT(acall_response_paragraph);
    acall_response_free(NULL);
}

static void a_success(void)
{
    static const char body[] =
        "{\"status\":true,\"error_code\":0,\"data\":{\"n\":9007199254740993}}";
    acall_header pair[1];
    struct scene scene;
    acall_client *client;
    acall_request request = get("/search");
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_decision decision = ACALL_DECISION_INIT;
    acall_attempted attempted = ACALL_ATTEMPTED_INIT;
    acall_reply reply = ACALL_REPLY_INIT;
    acall_response *response = NULL;
    const void *bytes = NULL;
    size_t length = 0;
    char text[200];

    memset(&scene, 0, sizeof(scene));
    scene.http_status = 200;
    scene.body = body;
    client = client_of(&scene);
    settings_that_are_wrong();
    requests_that_are_wrong(client);
    clients_that_are_none(client);
    exchanges_that_are_none();
    CHECK(scene.sends == 0);

    pair[0].name = "q";
    pair[0].name_length = 1;
    pair[0].value = "a b&c";
    pair[0].value_length = 5;
    request.method = "POST";
    request.method_length = 4;
    request.query = pair;
    request.query_count = 1;
    request.body = "{\"a\": 1}";
    request.body_length = 8;
    request.kind = ACALL_KIND_QUERY;
    request.flags = ACALL_REQUEST_HAS_KIND;
    CHECK(acall_client_send(client, &request, &response, NULL) == ACALL_OK);
    /* A response needs its client no more. */
    acall_client_free(client);
    /* What succeeds at once is no news. */
    CHECK(scene.sends == 1 && scene.decisions == 1 && scene.lines == 0);
    CHECK(acall_response_polled(response) == ACALL_POLLED_NONE);
    CHECK(strcmp(scene.sent, "{\"a\": 1}") == 0);
    CHECK(strcmp(scene.url, "https://api.example.com/v1/search?q=a+b%26c") == 0
          || strcmp(scene.url,
                    "https://api.example.com/v1/search?q=a%20b%26c")
              == 0);
    CHECK(acall_response_is_success(response) == 1);
    CHECK(acall_response_reason(response) == ACALL_REASON_SUCCESS);
    CHECK(acall_response_kind(response) == ACALL_KIND_QUERY);
    CHECK(acall_response_attempts(response) == 1);
    CHECK(acall_response_took_ms(response) >= 0);
    CHECK(acall_response_retry_after_ms(response) == -1);
    CHECK(acall_response_retry_at_unix_ms(response) == -1);
    CHECK(acall_response_downloaded_bytes(response) == -1);
    CHECK(acall_response_data(response, &bytes, &length) == ACALL_OK);
    CHECK(length == 22 && memcmp(bytes, "{\"n\":9007199254740993}", 22) == 0);
    CHECK(acall_response_body(response, &bytes, &length) == ACALL_OK);
    CHECK(length == strlen(body) && memcmp(bytes, body, length) == 0);
    CHECK(acall_response_header(response, "x-correlation-ID", 16, &bytes,
                                &length)
          == ACALL_OK);
    CHECK(length == 5 && memcmp(bytes, " c-1 ", 5) == 0);
    CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
    CHECK(verdict.outcome == ACALL_OUTCOME_SUCCESS);
    CHECK(verdict.data_length == 22 && verdict.http_status == 200);
    CHECK(memcmp(body + verdict.data_offset, "{\"n\":", 5) == 0);
    CHECK(acall_response_reply(response, &reply) == ACALL_OK);
    CHECK(reply.header_count == 1 && reply.body_length == strlen(body));
    CHECK(acall_verdict_text(&verdict, &reply, ACALL_TEXT_CORRELATION_ID, text,
                             sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strcmp(text, "c-1") == 0);
    CHECK(acall_verdict_text(&verdict, &reply, ACALL_TEXT_RULE, text,
                             sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strcmp(text, "success") == 0);
    CHECK(acall_response_decision(response, &decision) == ACALL_OK);
    CHECK(decision.reason == ACALL_REASON_SUCCESS && decision.attempt == 1);
    CHECK(acall_response_attempt(response, 0, &attempted, &verdict, &decision)
          == ACALL_OK);
    CHECK(attempted.number == 1 && attempted.kind == ACALL_KIND_QUERY);
    CHECK(attempted.request_id_length > 10 && attempted.started_unix_ms > 0);
    CHECK(verdict.data_offset == -1);
    CHECK(acall_response_summary(response, text, sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strcmp(text, "success: success (success, HTTP 200, 1 attempt)")
          == 0);
    responses_that_are_none(response);
    acall_response_free(response);
}

/* Sends once to a transport that plays `scene`; checks how it ended. */
static acall_response *failed(struct scene *scene, acall_request *request,
                              acall_category category, acall_reason reason,
                              int sends)
{
    acall_client *client = client_of(scene);
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_response *response = NULL;
    const void *bytes = NULL;
    size_t length = 0;

    scene->sends = scene->lines = 0;
    CHECK(acall_client_send(client, request, &response, NULL) == ACALL_OK);
    acall_client_free(client);
    CHECK(acall_response_is_success(response) == 0);
    CHECK(acall_response_reason(response) == reason);
    CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
    CHECK(verdict.category == category);
    CHECK(acall_response_data(response, &bytes, &length) == ACALL_E_ABSENT);
    /* An attempt that could not begin is one too. */
    CHECK(scene->sends == sends);
    CHECK(acall_response_attempts(response) == (sends > 0 ? sends : 1));
    if (sends > 0) {
        CHECK(scene->lines == sends);
        CHECK(scene->level
              == (reason == ACALL_REASON_CANCELLED ? ACALL_LOG_DEBUG
                                                   : ACALL_LOG_WARNING));
    }
    return response;
}

static void failures(void)
{
    static const char quota[] =
        "{\"status\":false,\"error_code\":67200002,"
        "\"error_msg\":\"Quota \\u00e9 Bearer canary\"}";
    struct scene scene;
    acall_request request = get("/search");
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_reply reply = ACALL_REPLY_INIT;
    acall_response *response;
    acall_cancel *cancel = NULL;
    char text[300];

    memset(&scene, 0, sizeof(scene));
    scene.http_status = 200;
    scene.body = quota;
    response = failed(&scene, &request, ACALL_CATEGORY_QUOTA,
                      ACALL_REASON_QUOTA_HOLD, 1);
    CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
    CHECK(acall_response_reply(response, &reply) == ACALL_OK);
    CHECK(acall_verdict_text(&verdict, &reply, ACALL_TEXT_MESSAGE, text,
                             sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strcmp(text, "Quota \xC3\xA9 Bearer canary") == 0);
    responses_that_are_none(response);
    acall_response_free(response);

    /* The lines are those of every language. */
    CHECK(strcmp(scene.line,
                 "attempt 1 failed: quota (code 67200002, HTTP 200), \"Quota "
                 "\xC3\xA9 Bearer REDACTED\"; stop: quota_hold; "
                 "correlation id c-1; GET /v1/search")
          == 0);

    /* A fault, in its own words; whatever is no fault promises nothing. */
    scene.http_status = 0;
    scene.fault = ACALL_FAULT_TLS;
    scene.detail = "expired; sk-canary";
    response = failed(&scene, &request, ACALL_CATEGORY_TRANSPORT,
                      ACALL_REASON_NOT_RETRYABLE, 1);
    CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
    CHECK(verdict.effect == ACALL_EFFECT_NOT_SENT);
    CHECK((verdict.flags & ACALL_VERDICT_FAULT) != 0);
    CHECK(acall_response_reply(response, &reply) == ACALL_OK);
    CHECK(reply.fault == ACALL_FAULT_TLS && reply.header_count == 0);
    CHECK(acall_response_summary(response, text, sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strstr(text, "): expired; ") != NULL);
    CHECK(strstr(text, "canary") == NULL);
    acall_response_free(response);
    scene.detail = NULL;
    for (scene.fault = -1; scene.fault < 100; scene.fault += 99 + 2) {
        request.flags = ACALL_REQUEST_HAS_KIND;
        response = failed(&scene, &request, ACALL_CATEGORY_TRANSPORT,
                          ACALL_REASON_UNSAFE_TO_REPLAY, 1);
        acall_response_free(response);
    }
    request.flags = 0;

    /* "Complete", but nothing came. */
    scene.fault = ACALL_FAULT_NONE;
    response = failed(&scene, &request, ACALL_CATEGORY_TRANSPORT,
                      ACALL_REASON_ATTEMPTS_EXHAUSTED, 4);
    CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
    CHECK(verdict.effect == ACALL_EFFECT_UNKNOWN);
    acall_response_free(response);

    /* More than is taken, whatever the transport says. */
    scene.http_status = 200;
    scene.body = quota;
    request.max_body_bytes = 10;
    response = failed(&scene, &request, ACALL_CATEGORY_TRANSPORT,
                      ACALL_REASON_NOT_RETRYABLE, 1);
    CHECK(scene.stopped == ACALL_E_STOPPED);
    CHECK(acall_response_reply(response, &reply) == ACALL_OK);
    CHECK(reply.fault == ACALL_FAULT_TOO_LARGE);
    acall_response_free(response);
    request.max_body_bytes = 0;

    /* The host has something better to do. */
    scene.interrupted = 1;
    response = failed(&scene, &request, ACALL_CATEGORY_CANCELLED,
                      ACALL_REASON_CANCELLED, 1);
    CHECK(scene.stopped == ACALL_E_STOPPED);
    acall_response_free(response);
    scene.interrupted = 0;

    /* Cancelled before it began: nothing is sent. */
    CHECK(acall_cancel_new(&cancel) == ACALL_OK);
    request.cancel = cancel;
    CHECK(acall_cancel_cancel(cancel) == ACALL_OK);
    response = failed(&scene, &request, ACALL_CATEGORY_CANCELLED,
                      ACALL_REASON_CANCELLED, 0);
    CHECK(scene.lines == 1 && scene.level == ACALL_LOG_DEBUG);
    CHECK(strcmp(scene.line, "attempt 1 failed: cancelled (no reply: "
                             "cancelled); stop: cancelled; GET "
                             "/v1/search")
          == 0);
    acall_response_free(response);
    acall_cancel_free(cancel);

    /* What cannot be sent is a failure too, and says so. */
    request = get("no/slash");
    response = failed(&scene, &request, ACALL_CATEGORY_TRANSPORT,
                      ACALL_REASON_NOT_RETRYABLE, 0);
    acall_response_free(response);
}

static void holds_and_what_is_shared(void)
{
    static const char balance[] = "{\"status\":false,\"error_code\":67200005}";
    acall_client_options options = ACALL_CLIENT_OPTIONS_INIT;
    acall_policy *policy = NULL;
    acall_budget *budget = NULL;
    acall_client *client = NULL;
    acall_request request = get("/a");
    acall_response *response = NULL;
    acall_verdict verdict = ACALL_VERDICT_INIT;
    struct scene scene;
    int i;

    memset(&scene, 0, sizeof(scene));
    scene.http_status = 200;
    scene.body = balance;
    options.transport = play;
    options.transport_userdata = &scene;
    CHECK(acall_policy_from_json("{\"max_attempts\":2,\"base_delay_ms\":1}",
                                 36, &policy, NULL)
          == ACALL_OK);
    CHECK(acall_budget_new(500, 30, &budget) == ACALL_OK);
    options.policy = policy;
    options.budget = budget;
    options.profile = acall_profile_eureka();
    CHECK(acall_client_from_json(settings, strlen(settings), &options, &client,
                                 NULL)
          == ACALL_OK);
    acall_policy_free(policy);

    /* The first uses up the balance; the next is not sent, until it may. */
    for (i = 0; i < 3; i++) {
        if (i == 2)
            CHECK(acall_client_clear_hold(client) == ACALL_OK);
        CHECK(acall_client_send(client, &request, &response, NULL)
              == ACALL_OK);
        CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
        CHECK(verdict.category == ACALL_CATEGORY_BALANCE);
        CHECK(verdict.rule_length == 13
              && memcmp(verdict.rule, "code:67200005", 13) == 0);
        if (i == 1) {
            CHECK(acall_response_reason(response) == ACALL_REASON_QUOTA_HOLD);
            CHECK(acall_response_retry_after_ms(response) > 200000);
            CHECK(acall_response_retry_at_unix_ms(response) > 1600000000000);
        }
        CHECK(scene.sends == (i == 2 ? 2 : 1));
        acall_response_free(response);
    }
    CHECK(acall_client_clear_hold(client) == ACALL_OK);
    scene.http_status = 503;
    scene.body = "";
    scene.sends = 0;
    CHECK(acall_client_send(client, &request, &response, NULL) == ACALL_OK);
    CHECK(acall_response_reason(response) == ACALL_REASON_ATTEMPTS_EXHAUSTED);
    CHECK(scene.sends == 2);
    CHECK(acall_budget_tokens(budget) == 16);
    acall_response_free(response);
    acall_budget_free(budget);
    acall_client_free(client);
}

/* What a task's transport says, poll after poll. */
struct task {
    const char *const *bodies;
    int polls;
};

static acall_fault tell_state(const acall_outgoing *outgoing,
                              acall_exchange *exchange, void *userdata)
{
    struct task *task = (struct task *)userdata;
    const char *body = task->bodies[task->polls];

    if (task->bodies[task->polls + 1])
        task->polls++;
    CHECK(outgoing->timeout_ms >= 0 && outgoing->timeout_ms <= 180000);
    if (!*body)
        return ACALL_FAULT_TLS;
    CHECK(acall_exchange_head(exchange, 200) == ACALL_OK);
    CHECK(acall_exchange_body(exchange, body, strlen(body)) == ACALL_OK);
    return ACALL_FAULT_NONE;
}

#define TASK(state) \
    "{\"status\":true,\"error_code\":0,\"data\":{\"status\":\"" state \
    "\"}}"

static void tasks(void)
{
    static const char *const ends[][5] = {
        {TASK("PENDING"), TASK("RUNNING"), TASK("SUCCESS"), NULL, NULL},
        {TASK("PENDING"), TASK("FAILED"), NULL, NULL, NULL},
        {TASK("WHAT"), TASK("PENDING"), TASK("WHAT"), TASK("NOW"), NULL},
        {TASK("PENDING"), NULL, NULL, NULL, NULL},
        {TASK("PENDING"), "", NULL, NULL, NULL},
    };
    static const acall_polled expected[] = {
        ACALL_POLLED_SUCCEEDED, ACALL_POLLED_FAILED, ACALL_POLLED_UNKNOWN,
        ACALL_POLLED_TIMED_OUT, ACALL_POLLED_NONE,
    };
    static const char *const names[] = {"succeeded", "failed", "unknown",
                                        "timed_out"};
    acall_client_options options = ACALL_CLIENT_OPTIONS_INIT;
    acall_poll_options pace = ACALL_POLL_OPTIONS_INIT;
    acall_client *client = NULL;
    acall_request request = get("/ai/fto/report");
    acall_response *response = NULL;
    acall_error *error = NULL;
    acall_cancel *cancel = NULL;
    acall_polled polled = 99;
    struct task task;
    double memory[60] = {0};
    size_t i;

    options.transport = tell_state;
    options.transport_userdata = &task;
    CHECK(acall_client_from_json(settings, strlen(settings), &options, &client,
                                 NULL)
          == ACALL_OK);
    pace.max_unknown = 2;
    for (i = 0; i < 5; i++) {
        /* The second poll would come too late, or at once. */
        int is_late = expected[i] == ACALL_POLLED_TIMED_OUT;

        pace.first_delay_ms = pace.max_delay_ms = is_late ? 5000 : 5;
        pace.deadline_ms = is_late ? 4000 : 60000;
        task.bodies = ends[i];
        task.polls = 0;
        CHECK(acall_client_poll(client, &request, &pace, &response, NULL)
              == ACALL_OK);
        CHECK(acall_response_polled(response) == expected[i]);
        CHECK(acall_response_is_success(response) == (i < 4));
        /* The response is that of the last poll alone. */
        CHECK(acall_response_attempts(response) == 1);
        acall_response_free(response);
        response = NULL;
    }

    /* Cancelled in a wait that would be long. */
    task.bodies = ends[3];
    CHECK(acall_cancel_new(&cancel) == ACALL_OK);
    CHECK(acall_cancel_cancel(cancel) == ACALL_OK);
    request.cancel = cancel;
    CHECK(acall_client_poll(client, &request, NULL, &response, NULL)
          == ACALL_OK);
    CHECK(acall_response_reason(response) == ACALL_REASON_CANCELLED);
    CHECK(acall_response_polled(response) == ACALL_POLLED_NONE);
    acall_response_free(response);
    acall_cancel_free(cancel);
    response = NULL;

    request = get("/ai/fto/report");
    CHECK(acall_client_poll(NULL, &request, &pace, &response, NULL)
          == ACALL_E_NULL);
    CHECK(acall_client_poll(client, NULL, &pace, &response, NULL)
          == ACALL_E_NULL);
    CHECK(acall_client_poll(client, &request, &pace, NULL, NULL)
          == ACALL_E_NULL);
    CHECK(acall_client_poll(client, &request,
                            (const acall_poll_options *)((char *)memory + 1),
                            &response, NULL)
          == ACALL_E_ARGUMENT);
#define WRONG_PACE(field, status, about) \
    pace.field = -pace.field; \
    CHECK(acall_client_poll(client, &request, &pace, &response, &error) \
          == status); \
    CHECK(strcmp(acall_error_path(error), about) == 0); \
    acall_error_free(error); \
    pace.field = -pace.field
    WRONG_PACE(first_delay_ms, ACALL_E_ARGUMENT, "first_delay_ms");
    WRONG_PACE(max_delay_ms, ACALL_E_ARGUMENT, "max_delay_ms");
    WRONG_PACE(deadline_ms, ACALL_E_ARGUMENT, "deadline_ms");
    WRONG_PACE(max_unknown, ACALL_E_ARGUMENT, "max_unknown");
    pace.struct_size = 8;
    CHECK(acall_client_poll(client, &request, &pace, &response, &error)
          == ACALL_E_ABI_MISMATCH);
    CHECK(strcmp(acall_error_path(error), "options") == 0);
    acall_error_free(error);
    CHECK(response == NULL);
    acall_client_free(client);

    for (i = 0; i < 4; i++) {
        CHECK(strcmp(acall_polled_name((acall_polled)i + 1), names[i]) == 0);
        CHECK(acall_polled_from_name(names[i], strlen(names[i]), &polled)
              == ACALL_OK);
        CHECK(polled == (acall_polled)i + 1);
    }
    CHECK(acall_polled_name(0) == NULL && acall_polled_name(5) == NULL);
    CHECK(acall_polled_from_name("pending", 7, &polled) == ACALL_E_ABSENT);
    CHECK(acall_polled_from_name(NULL, 1, &polled) == ACALL_E_NULL);
    CHECK(acall_polled_from_name("failed", 6, NULL) == ACALL_E_NULL);
    CHECK(polled == 4);
}

/* A profile of one's own is kept by the client, and by its responses. */
static void a_profile_of_ones_own(void)
{
    static const char json[] =
        "{\"aftercall_profile\": 1, \"name\": \"x\", \"version\": \"2\", "
        "\"title\": \"X\", \"codes\": [{\"code\": 7, \"category\": "
        "\"upload\", \"advice\": \"never\", \"effect\": \"rejected\", "
        "\"source\": \"guide\"}]}";
    acall_client_options options = ACALL_CLIENT_OPTIONS_INIT;
    acall_profile *profile = NULL;
    acall_client *client = NULL;
    acall_request request = get("/a");
    acall_response *response = NULL;
    acall_verdict verdict = ACALL_VERDICT_INIT;
    struct scene scene;

    memset(&scene, 0, sizeof(scene));
    scene.http_status = 200;
    scene.body = "{\"status\":false,\"code\":7}";
    CHECK(acall_profile_from_json(json, strlen(json), &profile, NULL)
          == ACALL_OK);
    options.profile = profile;
    options.transport = play;
    options.transport_userdata = &scene;
    CHECK(acall_client_from_json(settings, strlen(settings), &options, &client,
                                 NULL)
          == ACALL_OK);
    acall_profile_free(profile);
    CHECK(acall_client_send(client, &request, &response, NULL) == ACALL_OK);
    acall_client_free(client);
    CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
    CHECK(verdict.category == ACALL_CATEGORY_UPLOAD && verdict.code == 7);
    CHECK(verdict.code_text_offset == 23 && verdict.code_text_length == 1);
    CHECK(verdict.rule_length == 6 && memcmp(verdict.rule, "code:7", 6) == 0);
    acall_response_free(response);
}

int main(void)
{
    cancels();
    a_profile_of_ones_own();
    a_success();
    failures();
    holds_and_what_is_shared();
    tasks();
    return check_result();
}
