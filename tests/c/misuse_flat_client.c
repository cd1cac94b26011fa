/*
 * The client without structures, against a server of a few lines in a thread
 * of its own: what is sent, what comes, what is said of it; and every function
 * with arguments that no program should pass. misuse_client.c does the same with
 * structures.
 */

#define _POSIX_C_SOURCE 200809L

#include <aftercall.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

#define ROOM 8000

/* What the server saw last, and how often each thing was asked. */
static char seen[4000];
static int asked, polls;
static int door;

static const char data_body[] =
    "{\"status\":true,\"error_code\":0,\"data\":{\"name\":\"caf\xC3\xA9\"}}";
static const char balance_body[] =
    "{\"status\":false,\"error_code\":67200005,"
    "\"error_msg\":\"no money, Bearer CANARYCANARY\"}";
static const char bytes_body[] = "\xFF\x00\x01 raw";

static void answer(int connection)
{
    size_t length = 0;
    const char *body = balance_body;
    size_t body_length;
    char head[300];

    while (length < sizeof(seen) - 1) {
        ssize_t more =
            read(connection, seen + length, sizeof(seen) - 1 - length);
        const char *end, *announced;

        if (more <= 0)
            break;
        length += (size_t)more;
        seen[length] = 0;
        end = strstr(seen, "\r\n\r\n");
        announced = strstr(seen, "ontent-length: ");
        if (!announced)
            announced = strstr(seen, "ontent-Length: ");
        if (end
            && (!announced
                || length >= (size_t)(end + 4 - seen)
                        + (size_t)atoi(announced + 15)))
            break;
    }
    asked++;
    body_length = strlen(balance_body);
    if (strstr(seen, " /data")) {
        body = data_body;
        body_length = strlen(data_body);
    } else if (strstr(seen, " /bytes")) {
        body = bytes_body;
        body_length = sizeof(bytes_body) - 1;
    } else if (strstr(seen, "/report")) {
        body = polls++ == 0
            ? "{\"status\":true,\"data\":{\"status\":\"PENDING\"}}"
            : "{\"status\":true,\"data\":{\"status\":\"SUCCESS\"}}";
        body_length = strlen(body);
    }
    length = (size_t)sprintf(head,
                             "HTTP/1.1 200 OK\r\nContent-Length: %lu\r\n"
                             "X-Correlation-Id: c-1\r\nX-Odd: \xFF\r\n"
                             "Connection: close\r\n\r\n",
                             (unsigned long)body_length);
    CHECK(write(connection, head, length) == (ssize_t)length);
    CHECK(write(connection, body, body_length) == (ssize_t)body_length);
    close(connection);
}

static void *serve(void *unused)
{
    int connection;

    while ((connection = accept(door, NULL, NULL)) >= 0)
        answer(connection);
    return unused;
}

static int open_door(void)
{
    struct sockaddr_in address;
    socklen_t length = sizeof(address);

    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    door = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(door, (struct sockaddr *)&address, sizeof(address)) == 0);
    CHECK(listen(door, 8) == 0);
    CHECK(getsockname(door, (struct sockaddr *)&address, &length) == 0);
    return ntohs(address.sin_port);
}

static int64_t client_of(const char *json)
{
    int64_t client = -1;

    CHECK(acall_flat_client_from_json(json, -1, &client) == ACALL_OK);
    CHECK(client > 0);
    return client;
}

/* GET or POST, as the profile takes it. */
static int64_t sent(int64_t client, const char *path, const char *body)
{
    int64_t response = -1;

    CHECK(acall_flat_client_send(client, body ? "POST" : NULL, body ? -1 : 0,
                                 path, -1, "X-Own: 1\r\nAccept: a/b\n", -1,
                                 body, body ? -1 : 0, ACALL_FLAT_BY_PROFILE,
                                 ACALL_FLAT_BY_PROFILE, NULL, 0, 0, 0,
                                 &response)
          == ACALL_OK);
    CHECK(response > 0);
    return response;
}

static int64_t number(int64_t response, int32_t field)
{
    int64_t value = -2;

    CHECK(acall_flat_response_int(response, field, &value) == ACALL_OK);
    return value;
}

static int is_absent(int64_t response, int32_t field)
{
    int64_t value = -2;

    return acall_flat_response_int(response, field, &value) == ACALL_E_ABSENT
        && value == -2;
}

static int says(const char *what)
{
    char why[300];

    return acall_last_error(why, sizeof(why), NULL) == ACALL_OK
        && strncmp(why, what, strlen(what)) == 0;
}

static void a_success(int64_t client)
{
    int64_t response = sent(client, "/data?q=1", "{\"a\": 1}");
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    char text[100], field[16];
    int64_t value = 0;
    int32_t needed = 0;

    CHECK(strncmp(seen, "POST /data?q=1 HTTP/1.1\r\n", 25) == 0);
    CHECK(strstr(seen, "\r\n\r\n{\"a\": 1}") != NULL);
    CHECK(strstr(seen, "a/b\r\n") != NULL);
    CHECK(number(response, ACALL_FLAT_RESPONSE_IS_SUCCESS) == 1);
    CHECK(number(response, ACALL_FLAT_RESPONSE_REASON)
          == ACALL_REASON_SUCCESS);
    CHECK(number(response, ACALL_FLAT_RESPONSE_KIND) == ACALL_KIND_MUTATION);
    CHECK(is_absent(response, ACALL_FLAT_RESPONSE_POLLED));
    CHECK(is_absent(response, ACALL_FLAT_RESPONSE_FAULT));
    CHECK(is_absent(response, ACALL_FLAT_RESPONSE_RETRY_AFTER_MS));
    CHECK(number(response, ACALL_FLAT_RESPONSE_ATTEMPTS) == 1);
    CHECK(number(response, ACALL_FLAT_RESPONSE_TOOK_MS) >= 0);
    CHECK(number(response, ACALL_FLAT_RESPONSE_BODY_LENGTH)
          == (int64_t)strlen(data_body));
    CHECK(number(response, ACALL_FLAT_RESPONSE_DATA_LENGTH) == 16);
    CHECK(acall_flat_response_verdict(response, verdict, sizeof(verdict))
          == ACALL_OK);
    CHECK(acall_flat_verdict_int(verdict, ACALL_FLAT_CATEGORY, &value)
          == ACALL_OK);
    CHECK(value == ACALL_CATEGORY_SUCCESS);

    /* Exactly the bytes, and nothing behind them. */
    memset(text, '#', sizeof(text));
    CHECK(acall_flat_response_data(response, text, 16, &needed) == ACALL_OK);
    CHECK(needed == 16 && memcmp(text, "{\"name\":\"caf\xC3\xA9\"}#", 17) == 0);
    CHECK(acall_flat_response_data(response, text, 15, &needed)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed == 16);
    CHECK(acall_flat_response_body(response, NULL, 0, &needed)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed == (int32_t)strlen(data_body));
    CHECK(acall_flat_response_body(response, text, needed, NULL) == ACALL_OK);
    CHECK(memcmp(text, data_body, strlen(data_body)) == 0);
    /* Whole characters, then spaces. */
    CHECK(acall_flat_response_data_fixed(response, field, 13, &needed)
          == ACALL_OK);
    CHECK(needed == 16 && memcmp(field, "{\"name\":\"caf ", 13) == 0);
    CHECK(acall_flat_response_header(response, "x-CORRELATION-id", -1, text,
                                     5, &needed)
          == ACALL_OK);
    CHECK(needed == 3 && memcmp(text, "c-1", 3) == 0);
    CHECK(acall_flat_response_header(response, "x-odd", 5, text, 5, &needed)
          == ACALL_OK);
    CHECK(needed == 1 && text[0] == '\xFF');
    CHECK(acall_flat_response_header(response, "x-none", 6, text, 5, &needed)
          == ACALL_E_ABSENT);
    CHECK(acall_flat_response_text(response, ACALL_TEXT_CORRELATION_ID, text,
                                   sizeof(text), NULL)
          == ACALL_OK);
    CHECK(strcmp(text, "c-1") == 0);
    CHECK(acall_flat_response_text(response, ACALL_TEXT_CODE, text,
                                   sizeof(text), &needed)
          == ACALL_OK);
    CHECK(strcmp(text, "0") == 0);
    CHECK(acall_flat_response_text(response, ACALL_TEXT_AMOUNT, text,
                                   sizeof(text), &needed)
          == ACALL_E_ABSENT);
    CHECK(needed == 0);
    CHECK(acall_flat_response_message(response, ACALL_ROLE_USER, NULL, 0, 0, 0,
                                      ACALL_PART_TITLE, text, sizeof(text),
                                      NULL)
          == ACALL_E_ABSENT);
    CHECK(acall_flat_response_free(response) == ACALL_OK);

    /* Bytes that are no text. */
    CHECK(acall_flat_client_send(client, "GET", 3, "/bytes", 6, NULL, 0, NULL,
                                 0, ACALL_KIND_QUERY, ACALL_EXPECT_RAW, "k-1",
                                 3, 5000, 0, &response)
          == ACALL_OK);
    CHECK(strstr(seen, "dempotency-key: k-1\r\n") != NULL
          || strstr(seen, "dempotency-Key: k-1\r\n") != NULL);
    CHECK(acall_flat_response_data(response, text, sizeof(text), &needed)
          == ACALL_OK);
    CHECK(needed == 7 && memcmp(text, bytes_body, 7) == 0);
    CHECK(acall_flat_response_data_fixed(response, field, 6, NULL)
          == ACALL_OK);
    CHECK(memcmp(field, "\xEF\xBF\xBD\0\x01 ", 6) == 0);
    CHECK(acall_flat_response_free(response) == ACALL_OK);
}

static void a_failure(int64_t client)
{
    int64_t response = sent(client, "/balance", NULL);
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    char text[ROOM], field[60];
    int64_t value = 0;
    int32_t needed = 0;

    CHECK(number(response, ACALL_FLAT_RESPONSE_IS_SUCCESS) == 0);
    CHECK(number(response, ACALL_FLAT_RESPONSE_REASON)
          == ACALL_REASON_NOT_RETRYABLE);
    CHECK(is_absent(response, ACALL_FLAT_RESPONSE_DATA_LENGTH));
    CHECK(acall_flat_response_verdict(response, verdict, sizeof(verdict))
          == ACALL_OK);
    CHECK(acall_flat_verdict_int(verdict, ACALL_FLAT_CATEGORY, &value)
          == ACALL_OK);
    CHECK(value == ACALL_CATEGORY_BALANCE);
    CHECK(acall_flat_verdict_int(verdict, ACALL_FLAT_CODE, &value)
          == ACALL_OK);
    CHECK(value == 67200005);
    CHECK(acall_flat_response_data(response, text, ROOM, &needed)
          == ACALL_E_ABSENT);
    CHECK(acall_flat_response_data_fixed(response, text, ROOM, &needed)
          == ACALL_E_ABSENT);
    CHECK(acall_flat_response_text(response, ACALL_TEXT_MESSAGE, text, ROOM,
                                   NULL)
          == ACALL_OK);
    CHECK(strcmp(text, "no money, Bearer CANARYCANARY") == 0);
    CHECK(acall_flat_response_text_fixed(response, ACALL_TEXT_RULE, field, 20,
                                         &needed)
          == ACALL_OK);
    CHECK(needed == 13 && memcmp(field, "code:67200005       ", 20) == 0);
    CHECK(acall_flat_response_text(response, ACALL_TEXT_RULE, text, ROOM,
                                   NULL)
          == ACALL_OK);
    CHECK(strcmp(text, "code:67200005") == 0);
    CHECK(acall_flat_response_message(response, ACALL_ROLE_OWNER, "de", -1, 0,
                                      0, ACALL_PART_TITLE, text, ROOM, NULL)
          == ACALL_OK);
    CHECK(strcmp(text, "Guthaben aufgebraucht") == 0);
    CHECK(acall_flat_response_message(response, ACALL_ROLE_OWNER, NULL, 0, 0,
                                      0, ACALL_PART_DETAIL, text, ROOM, NULL)
          == ACALL_OK);
    CHECK(strstr(text, "67200005") != NULL && strstr(text, "CANARY") == NULL);
    CHECK(acall_flat_response_message_fixed(response, ACALL_ROLE_USER, "en",
                                            2, 0, 0, ACALL_PART_LANGUAGE,
                                            field, 4, &needed)
          == ACALL_OK);
    CHECK(needed == 2 && memcmp(field, "en  ", 4) == 0);
    CHECK(acall_flat_response_summary(response, text, ROOM, NULL)
          == ACALL_OK);
    CHECK(strcmp(text, "balance: not_retryable (code:67200005, HTTP 200, "
                       "1 attempt)")
          == 0);
    CHECK(acall_flat_response_summary_fixed(response, field, 7, NULL)
          == ACALL_OK);
    CHECK(memcmp(field, "balance", 7) == 0);
    CHECK(acall_flat_response_record_json(response, text, ROOM, NULL)
          == ACALL_OK);
    CHECK(strstr(text, "67200005") != NULL && strstr(text, "CANARY") == NULL);
    CHECK(acall_flat_response_paragraph(response, text, ROOM, &needed)
          == ACALL_OK);
    CHECK(strstr(text, "67200005") != NULL && strstr(text, "CANARY") == NULL);
    CHECK(acall_flat_response_paragraph_fixed(response, field, 3, NULL)
          == ACALL_OK);
    CHECK(memcmp(field, "GET", 3) == 0);
    CHECK(acall_flat_response_free(response) == ACALL_OK);

    /* The balance is used up: the next is not sent, until it may. */
    response = sent(client, "/data", NULL);
    CHECK(number(response, ACALL_FLAT_RESPONSE_REASON)
          == ACALL_REASON_QUOTA_HOLD);
    CHECK(number(response, ACALL_FLAT_RESPONSE_ATTEMPTS) == 0);
    CHECK(number(response, ACALL_FLAT_RESPONSE_RETRY_AFTER_MS) > 200000);
    CHECK(number(response, ACALL_FLAT_RESPONSE_RETRY_AT_UNIX_MS)
          > INT64_C(1600000000000));
    CHECK(acall_flat_response_free(response) == ACALL_OK);
    CHECK(acall_flat_client_snapshot_json(client, text, ROOM, &needed)
          == ACALL_OK);
    CHECK(strstr(text, "\"category\":\"balance\"") != NULL);
    CHECK(acall_flat_client_clear_hold(client) == ACALL_OK);
    response = sent(client, "/data", NULL);
    CHECK(number(response, ACALL_FLAT_RESPONSE_IS_SUCCESS) == 1);
    CHECK(acall_flat_response_free(response) == ACALL_OK);
}

static int32_t upload(int64_t client, const char *file, const char *field,
                      const char *fields, int32_t kind, int64_t *response)
{
    return acall_flat_client_upload(client, "/data", -1, file, file ? -1 : 1,
                                    field, -1, fields, -1, kind, 0, 0,
                                    response);
}

/* The whole of a small file, with a NUL behind it. */
static const char *content(const char *path)
{
    static char text[200];
    FILE *file = fopen(path, "rb");
    size_t length;

    if (!file)
        return "there is none";
    length = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[length] = 0;
    return text;
}

static void files(int64_t client)
{
    char name[] = "/tmp/aftercall-flat-XXXXXX";
    int64_t response = -1;
    int before;
    int file = mkstemp(name);

    CHECK(file >= 0 && write(file, "paper", 5) == 5 && close(file) == 0);
    CHECK(upload(client, name, "paper", "kind: pdf\r\nto: a: b\n",
                 ACALL_FLAT_BY_PROFILE, &response)
          == ACALL_OK);
    CHECK(number(response, ACALL_FLAT_RESPONSE_IS_SUCCESS) == 1);
    CHECK(is_absent(response, ACALL_FLAT_RESPONSE_DOWNLOADED_BYTES));
    CHECK(acall_flat_response_free(response) == ACALL_OK);
    CHECK(strncmp(seen, "POST /data HTTP/1.1\r\n", 21) == 0);
    CHECK(strstr(seen, "multipart/form-data") != NULL);
    CHECK(strstr(seen, "name=\"kind\"\r\n\r\npdf\r\n") != NULL);
    CHECK(strstr(seen, "name=\"to\"\r\n\r\na: b\r\n") != NULL);
    CHECK(strstr(seen, "name=\"paper\"; filename=\"aftercall-flat-") != NULL);
    CHECK(strstr(seen, "\r\n\r\npaper\r\n") != NULL);
    CHECK(upload(client, name, "", "", ACALL_KIND_QUERY, &response)
          == ACALL_OK);
    CHECK(number(response, ACALL_FLAT_RESPONSE_KIND) == ACALL_KIND_QUERY);
    CHECK(acall_flat_response_free(response) == ACALL_OK);
    CHECK(strstr(seen, "application/octet-stream") != NULL);
    CHECK(strstr(seen, "\r\n\r\npaper") != NULL);

    /* What a success brings is in the file, and nothing of a failure is. */
    CHECK(acall_flat_client_download(client, NULL, 0, "/bytes", -1, NULL, 0,
                                     NULL, 0, name, -1, ACALL_FLAT_BY_PROFILE,
                                     0, 0, &response)
          == ACALL_OK);
    CHECK(number(response, ACALL_FLAT_RESPONSE_IS_SUCCESS) == 1);
    CHECK(number(response, ACALL_FLAT_RESPONSE_DOWNLOADED_BYTES)
          == (int64_t)sizeof(bytes_body) - 1);
    CHECK(memcmp(content(name), bytes_body, sizeof(bytes_body)) == 0);
    CHECK(acall_flat_response_free(response) == ACALL_OK);
    CHECK(acall_flat_client_download(client, "GET", 3, "/balance", -1, NULL, 0,
                                     NULL, 0, name, -1, ACALL_KIND_QUERY, 0, 0,
                                     &response)
          == ACALL_OK);
    CHECK(number(response, ACALL_FLAT_RESPONSE_IS_SUCCESS) == 0);
    CHECK(is_absent(response, ACALL_FLAT_RESPONSE_DOWNLOADED_BYTES));
    CHECK(memcmp(content(name), bytes_body, sizeof(bytes_body)) == 0);
    CHECK(acall_flat_response_free(response) == ACALL_OK);
    CHECK(acall_flat_client_clear_hold(client) == ACALL_OK);
    CHECK(unlink(name) == 0);

    /* A file that is not there is a failure of which nothing was sent. */
    before = asked;
    CHECK(upload(client, name, "", "", ACALL_FLAT_BY_PROFILE, &response)
          == ACALL_OK);
    CHECK(number(response, ACALL_FLAT_RESPONSE_FAULT)
          == ACALL_FAULT_BAD_REQUEST);
    CHECK(acall_flat_response_free(response) == ACALL_OK);
    response = -1;
    CHECK(upload(client, name, "", "a: b", 0, &response) == ACALL_E_ARGUMENT);
    CHECK(says("fields: "));
    CHECK(upload(client, "", "", "", 0, &response) == ACALL_E_ARGUMENT);
    CHECK(says("file: "));
    CHECK(upload(client, NULL, "", "", 0, &response) == ACALL_E_NULL);
    CHECK(upload(client, "\xFF", "", "", 0, &response) == ACALL_E_UTF8);
    CHECK(upload(client, name, "\xFF", "", 0, &response) == ACALL_E_UTF8);
    CHECK(says("file_field: "));
    CHECK(upload(client, name, NULL, "", 0, &response) == ACALL_E_NULL);
    CHECK(upload(client, name, "", NULL, 0, &response) == ACALL_E_NULL);
    CHECK(upload(client, name, "", "", 9, &response) == ACALL_E_ARGUMENT);
    CHECK(says("kind: "));
    CHECK(upload(0, name, "", "", 0, &response) == ACALL_E_ARGUMENT);
    CHECK(says("client: "));
    CHECK(upload(client, name, "", "", 0, NULL) == ACALL_E_NULL);
    CHECK(acall_flat_client_upload(client, NULL, -1, name, -1, "", 0, "", 0, 0,
                                   0, 0, &response)
          == ACALL_E_NULL);
    CHECK(says("path: "));
    CHECK(acall_flat_client_upload(client, "/", 1, name, -2, "", 0, "", 0, 0,
                                   0, 0, &response)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_client_upload(client, "/", 1, name, -1, "", 0, "", 0, 0,
                                   -1, 0, &response)
          == ACALL_E_ARGUMENT);
    CHECK(says("deadline_ms: "));
    CHECK(acall_flat_client_upload(client, "/", 1, name, -1, "", 0, "", 0, 0,
                                   0, 77777, &response)
          == ACALL_E_ARGUMENT);
    CHECK(says("cancel: "));
#define DOWNLOAD(path, file, length, kind, deadline_ms, response) \
    acall_flat_client_download(client, NULL, 0, path, -1, NULL, 0, NULL, 0, \
                               file, length, kind, deadline_ms, 0, response)
    CHECK(DOWNLOAD("/", "", 0, 0, 0, &response) == ACALL_E_ARGUMENT);
    CHECK(says("file: "));
    CHECK(DOWNLOAD("/", NULL, 1, 0, 0, &response) == ACALL_E_NULL);
    CHECK(DOWNLOAD("/", name, -2, 0, 0, &response) == ACALL_E_ARGUMENT);
    CHECK(DOWNLOAD(NULL, name, -1, 0, 0, &response) == ACALL_E_NULL);
    CHECK(says("path: "));
    CHECK(DOWNLOAD("/", name, -1, 9, 0, &response) == ACALL_E_ARGUMENT);
    CHECK(DOWNLOAD("/", name, -1, 0, -1, &response) == ACALL_E_ARGUMENT);
    CHECK(DOWNLOAD("/", name, -1, 0, 0, NULL) == ACALL_E_NULL);
    CHECK(acall_flat_client_download(0, NULL, 0, "/", 1, NULL, 0, NULL, 0,
                                     name, -1, 0, 0, 0, &response)
          == ACALL_E_ARGUMENT);
    CHECK(response == -1 && asked == before);
}

static void tasks_and_cancelling(int64_t client)
{
    int64_t response = -1, cancel = -1;
    int before;

    CHECK(acall_flat_client_poll(client, "POST", -1, "/ai/fto/report", -1,
                                 NULL, 0, "{}", 2, ACALL_FLAT_BY_PROFILE,
                                 ACALL_FLAT_BY_PROFILE, 5, 5, 5000, 3, 0,
                                 &response)
          == ACALL_OK);
    CHECK(polls == 2);
    CHECK(number(response, ACALL_FLAT_RESPONSE_POLLED)
          == ACALL_POLLED_SUCCEEDED);
    CHECK(acall_flat_response_free(response) == ACALL_OK);

    before = asked;
    CHECK(acall_flat_cancel_new(&cancel) == ACALL_OK);
    CHECK(acall_flat_cancel_cancel(cancel) == ACALL_OK);
    CHECK(acall_flat_client_send(client, "GET", 3, "/data", 5, NULL, 0, NULL,
                                 0, ACALL_FLAT_BY_PROFILE,
                                 ACALL_FLAT_BY_PROFILE, NULL, 0, 0, cancel,
                                 &response)
          == ACALL_OK);
    CHECK(number(response, ACALL_FLAT_RESPONSE_REASON)
          == ACALL_REASON_CANCELLED);
    CHECK(number(response, ACALL_FLAT_RESPONSE_FAULT)
          == ACALL_FAULT_CANCELLED);
    CHECK(asked == before);
    CHECK(acall_flat_response_free(response) == ACALL_OK);
    CHECK(acall_flat_cancel_free(cancel) == ACALL_OK);
    CHECK(acall_flat_cancel_free(cancel) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_cancel_cancel(cancel) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_cancel_cancel(0) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_cancel_new(NULL) == ACALL_E_NULL);
}

static void what_is_wrong(int64_t client)
{
    char odd[sizeof(int64_t) * 2];
    int64_t response = -1;
    int64_t *crooked = (int64_t *)(void *)(odd + 1 + (uintptr_t)odd % 2);
    int before = asked;
    char text[50];

    CHECK(acall_flat_client_from_json("{}", 2, NULL) == ACALL_E_NULL);
    CHECK(acall_flat_client_from_json(NULL, -1, &response) == ACALL_E_NULL);
    CHECK(acall_flat_client_from_json("{}", -2, &response)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_client_from_json("\xFF", 1, &response) == ACALL_E_UTF8);
    CHECK(acall_flat_client_from_json("{}", 2, crooked) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_client_from_json("{}", 2, &response) == ACALL_E_CLIENT);
    CHECK(acall_last_error(text, sizeof(text), NULL)
          == ACALL_E_BUFFER_TOO_SMALL
          || strstr(text, "base_url") != NULL);

#define REFUSED(status, about, client, method, ml, path, pl, headers, hl, \
                body, bl, kind, expect, key, kl, deadline, cancel, place) \
    CHECK(acall_flat_client_send(client, method, ml, path, pl, headers, hl, \
                                 body, bl, kind, expect, key, kl, deadline, \
                                 cancel, place) \
          == status); \
    CHECK(says(about))
    REFUSED(ACALL_E_ARGUMENT, "client: ", 0, "", 0, "/", 1, "", 0, "", 0, 0,
            0, "", 0, 0, 0, &response);
    REFUSED(ACALL_E_ARGUMENT, "client: ", client + 99, "", 0, "/", 1, "", 0,
            "", 0, 0, 0, "", 0, 0, 0, &response);
    REFUSED(ACALL_E_NULL, "method: ", client, NULL, 1, "/", 1, "", 0, "", 0,
            0, 0, "", 0, 0, 0, &response);
    REFUSED(ACALL_E_ARGUMENT, "path: ", client, "", 0, "/", -2, "", 0, "", 0,
            0, 0, "", 0, 0, 0, &response);
    REFUSED(ACALL_E_UTF8, "path: ", client, "", 0, "\xFF", 1, "", 0, "", 0, 0,
            0, "", 0, 0, 0, &response);
    REFUSED(ACALL_E_UTF8, "headers: ", client, "", 0, "/", 1, "\xFF", 1, "",
            0, 0, 0, "", 0, 0, 0, &response);
    REFUSED(ACALL_E_NULL, "body: ", client, "", 0, "/", 1, "", 0, NULL, -1, 0,
            0, "", 0, 0, 0, &response);
    REFUSED(ACALL_E_ARGUMENT, "kind: ", client, "", 0, "/", 1, "", 0, "", 0,
            3, 0, "", 0, 0, 0, &response);
    REFUSED(ACALL_E_ARGUMENT, "kind: ", client, "", 0, "/", 1, "", 0, "", 0,
            -2, 0, "", 0, 0, 0, &response);
    REFUSED(ACALL_E_ARGUMENT, "expect: ", client, "", 0, "/", 1, "", 0, "", 0,
            0, 2, "", 0, 0, 0, &response);
    REFUSED(ACALL_E_NULL, "idempotency_key: ", client, "", 0, "/", 1, "", 0,
            "", 0, 0, 0, NULL, 1, 0, 0, &response);
    REFUSED(ACALL_E_ARGUMENT, "deadline_ms: ", client, "", 0, "/", 1, "", 0,
            "", 0, 0, 0, "", 0, -1, 0, &response);
    REFUSED(ACALL_E_ARGUMENT, "cancel: ", client, "", 0, "/", 1, "", 0, "", 0,
            0, 0, "", 0, 0, 77777, &response);
    REFUSED(ACALL_E_NULL, "response: ", client, "", 0, "/", 1, "", 0, "", 0,
            0, 0, "", 0, 0, 0, NULL);
    REFUSED(ACALL_E_ARGUMENT, "response: ", client, "", 0, "/", 1, "", 0, "",
            0, 0, 0, "", 0, 0, 0, crooked);
    CHECK(acall_flat_client_poll(client, "", 0, "/", 1, "", 0, "", 0, 0, 0, -1,
                                 0, 0, 0, 0, &response)
          == ACALL_E_ARGUMENT);
    CHECK(says("first_delay_ms: "));
    CHECK(acall_flat_client_poll(client, "", 0, "/", 1, "", 0, "", 0, 0, 0, 0,
                                 0, 0, -1, 0, &response)
          == ACALL_E_ARGUMENT);
    CHECK(says("max_unknown: "));
    CHECK(acall_flat_client_poll(0, "", 0, "/", 1, "", 0, "", 0, 0, 0, 0, 0, 0,
                                 0, 0, &response)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_client_poll(client, "", 0, "/", 1, "", 0, "", 0, 0, 0, 0,
                                 0, 0, 0, 0, NULL)
          == ACALL_E_NULL);
    CHECK(response == -1 && asked == before);
    CHECK(acall_flat_client_clear_hold(0) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_client_snapshot_json(0, text, 50, NULL)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_client_snapshot_json(client, NULL, 1, NULL)
          == ACALL_E_NULL);
    CHECK(acall_flat_client_snapshot_json(client, text, 3, NULL)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(acall_flat_client_free(0) == ACALL_E_ARGUMENT);
}

/* A number that was never given, one that was freed, and one that is right. */
static void responses_that_are_none(int64_t client)
{
    int64_t gone = sent(client, "/balance", NULL);
    int64_t response, value = -2;
    char text[ROOM];
    int32_t needed = 0;
    int i;

    CHECK(acall_flat_client_clear_hold(client) == ACALL_OK);
    response = sent(client, "/balance", NULL);
    CHECK(response > gone);
    CHECK(acall_flat_response_free(gone) == ACALL_OK);
    for (i = 0; i < 2; i++) {
        int64_t none = i ? gone : 0;

        CHECK(acall_flat_response_free(none) == ACALL_E_ARGUMENT);
        CHECK(acall_flat_response_int(none, 0, &value) == ACALL_E_ARGUMENT);
        CHECK(acall_flat_response_verdict(none, text, ROOM)
              == ACALL_E_ARGUMENT);
#define NONE(function) \
    needed = 99; \
    CHECK(function(none, text, ROOM, &needed) == ACALL_E_ARGUMENT); \
    CHECK(needed == 0); \
    CHECK(function(response, NULL, 1, &needed) == ACALL_E_NULL); \
    CHECK(function(response, text, -1, &needed) == ACALL_E_ARGUMENT)
        NONE(acall_flat_response_body);
        NONE(acall_flat_response_data);
        NONE(acall_flat_response_data_fixed);
        NONE(acall_flat_response_summary);
        NONE(acall_flat_response_summary_fixed);
        NONE(acall_flat_response_record_json);
        NONE(acall_flat_response_paragraph);
        NONE(acall_flat_response_paragraph_fixed);
        CHECK(acall_flat_response_text(none, 1, text, ROOM, NULL)
              == ACALL_E_ARGUMENT);
        CHECK(acall_flat_response_text_fixed(none, 1, text, ROOM, NULL)
              == ACALL_E_ARGUMENT);
        CHECK(acall_flat_response_header(none, "a", 1, text, ROOM, NULL)
              == ACALL_E_ARGUMENT);
        CHECK(acall_flat_response_message(none, 0, "", 0, 0, 0, 1, text, ROOM,
                                          NULL)
              == ACALL_E_ARGUMENT);
        CHECK(acall_flat_response_message_fixed(none, 0, "", 0, 0, 0, 1, text,
                                                ROOM, NULL)
              == ACALL_E_ARGUMENT);
    }
    CHECK(acall_flat_response_int(response, 0, NULL) == ACALL_E_NULL);
    CHECK(acall_flat_response_int(response, 12, &value) == ACALL_E_ARGUMENT);
    CHECK(acall_flat_response_int(response, -1, &value) == ACALL_E_ARGUMENT);
    CHECK(value == -2);
    CHECK(acall_flat_response_verdict(response, NULL, 1) == ACALL_E_NULL);
    CHECK(acall_flat_response_verdict(response, text,
                                      ACALL_FLAT_VERDICT_SIZE - 1)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(acall_flat_response_text(response, 99, text, ROOM, NULL)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_response_header(response, NULL, 1, text, ROOM, NULL)
          == ACALL_E_NULL);
    CHECK(acall_flat_response_header(response, "\xFF", 1, text, ROOM, NULL)
          == ACALL_E_UTF8);
    CHECK(acall_flat_response_message(response, 9, "", 0, 0, 0, 1, text, ROOM,
                                      NULL)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_response_message(response, 0, "", 0, 0, 0, 9, text, ROOM,
                                      NULL)
          == ACALL_E_ARGUMENT);
    CHECK(acall_flat_response_message(response, 0, NULL, 1, 0, 0, 1, text,
                                      ROOM, NULL)
          == ACALL_E_NULL);
    CHECK(acall_flat_response_message(response, 0, "", 0, 0, 9999, 1, text,
                                      ROOM, NULL)
          == ACALL_E_ARGUMENT);
    /* A response needs its client no more. */
    CHECK(acall_flat_client_free(client) == ACALL_OK);
    CHECK(acall_flat_client_free(client) == ACALL_E_ARGUMENT);
    CHECK(number(response, ACALL_FLAT_RESPONSE_IS_SUCCESS) == 0);
    CHECK(acall_flat_response_free(response) == ACALL_OK);
}

int main(void)
{
    pthread_t thread;
    char settings[300];
    int64_t client;

    sprintf(settings,
            "{\"base_url\": \"http://127.0.0.1:%d\", \"api_key\": "
            "\"sk-canary\", \"policy\": {\"base_delay_ms\": 1}}",
            open_door());
    CHECK(pthread_create(&thread, NULL, serve, NULL) == 0);
    client = client_of(settings);
    a_success(client);
    a_failure(client);
    files(client);
    tasks_and_cancelling(client);
    what_is_wrong(client);
    responses_that_are_none(client);
    shutdown(door, SHUT_RDWR);
    CHECK(pthread_join(thread, NULL) == 0);
    close(door);
    return check_result();
}
