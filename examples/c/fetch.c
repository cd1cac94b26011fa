/*
 * Fetches a URL with libcurl and judges what comes back: a reply, or the
 * fault that came instead of one.
 *
 *     cc fetch.c $(pkg-config --cflags --libs aftercall libcurl) -o fetch
 *     ./fetch http://127.0.0.1:8320/scene/code-67200005
 *
 * Prints category, advice, effect and rule, then message, correlation id and
 * data where there are any. The exit code is 0 for a success.
 */

#include <aftercall.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Bytes that arrive in pieces. */
struct bytes {
    char *start;
    size_t length;
};

static size_t append(struct bytes *bytes, const char *piece, size_t length)
{
    char *longer = (char *)realloc(bytes->start, bytes->length + length + 1);

    if (longer == NULL)
        return 0;
    memcpy(longer + bytes->length, piece, length);
    bytes->start = longer;
    bytes->length += length;
    return length;
}

static size_t on_body(char *piece, size_t size, size_t count, void *body)
{
    return append((struct bytes *)body, piece, size * count);
}

static size_t on_header(char *line, size_t size, size_t count, void *headers)
{
    struct bytes *block = (struct bytes *)headers;

    /* A status line begins a reply: what came before was a redirect. */
    if (size * count > 5 && memcmp(line, "HTTP/", 5) == 0)
        block->length = 0;
    return append(block, line, size * count);
}

static int32_t fault_of(CURL *curl, CURLcode code)
{
    double connected = 0;

    switch (code) {
    case CURLE_OK:
        return ACALL_FAULT_NONE;
    case CURLE_COULDNT_RESOLVE_HOST:
        return ACALL_FAULT_DNS;
    case CURLE_COULDNT_CONNECT:
        return ACALL_FAULT_CONNECT;
    case CURLE_COULDNT_RESOLVE_PROXY:
        return ACALL_FAULT_PROXY;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        return ACALL_FAULT_TLS;
    case CURLE_OPERATION_TIMEDOUT:
        /* The request goes out when the connection stands, TLS included. */
        curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME, &connected);
        return connected > 0 ? ACALL_FAULT_READ_TIMEOUT
                             : ACALL_FAULT_CONNECT_TIMEOUT;
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return ACALL_FAULT_RESET;
    case CURLE_PARTIAL_FILE:
        return ACALL_FAULT_TRUNCATED;
    case CURLE_BAD_CONTENT_ENCODING:
        return ACALL_FAULT_DECODE;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return ACALL_FAULT_BAD_REQUEST;
    default:
        return ACALL_FAULT_CLOSED;
    }
}

static void print_text(const char *verdict, int32_t which, const char *label,
                       const struct bytes *headers, const struct bytes *body)
{
    char text[2000];

    if (acall_flat_verdict_text(verdict, which, headers->start,
                                (int32_t)headers->length, body->start,
                                (int32_t)body->length, text, sizeof(text),
                                NULL)
        == ACALL_OK)
        printf("%s: %s\n", label, text);
}

static int print_verdict(const char *verdict, const struct bytes *headers,
                         const struct bytes *body)
{
    int64_t outcome = 0;
    int64_t category = 0;
    int64_t advice = 0;
    int64_t effect = 0;
    int64_t offset;
    int64_t length;

    acall_flat_verdict_int(verdict, ACALL_FLAT_OUTCOME, &outcome);
    acall_flat_verdict_int(verdict, ACALL_FLAT_CATEGORY, &category);
    acall_flat_verdict_int(verdict, ACALL_FLAT_ADVICE, &advice);
    acall_flat_verdict_int(verdict, ACALL_FLAT_EFFECT, &effect);
    printf("category: %s\nadvice: %s\neffect: %s\n",
           acall_category_name((int32_t)category),
           acall_advice_name((int32_t)advice),
           acall_effect_name((int32_t)effect));
    print_text(verdict, ACALL_TEXT_RULE, "rule", headers, body);
    print_text(verdict, ACALL_TEXT_MESSAGE, "message", headers, body);
    print_text(verdict, ACALL_TEXT_CORRELATION_ID, "correlation id", headers,
               body);
    if (acall_flat_verdict_int(verdict, ACALL_FLAT_DATA_OFFSET, &offset)
            == ACALL_OK
        && acall_flat_verdict_int(verdict, ACALL_FLAT_DATA_LENGTH, &length)
            == ACALL_OK)
        printf("data: %.*s\n", (int)length, body->start + offset);
    return outcome == ACALL_OUTCOME_SUCCESS ? 0 : 1;
}

int main(int count, char **arguments)
{
    struct bytes headers = {NULL, 0};
    struct bytes body = {NULL, 0};
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    long http_status = 0;
    int result = 2;
    CURL *curl;
    CURLcode code;

    if (count != 2) {
        fprintf(stderr, "usage: fetch URL\n");
        return 2;
    }
    curl = curl_easy_init();
    if (curl == NULL)
        return 2;
    curl_easy_setopt(curl, CURLOPT_URL, arguments[1]);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 5L);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, (void *)&body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, (void *)&headers);
    code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
    if (acall_flat_judge("eureka", -1, (int32_t)http_status, fault_of(curl, code),
                         ACALL_EXPECT_ENVELOPE, (int64_t)time(NULL) * 1000,
                         headers.start, (int32_t)headers.length, body.start,
                         (int32_t)body.length, verdict,
                         ACALL_FLAT_VERDICT_SIZE)
        == ACALL_OK)
        result = print_verdict(verdict, &headers, &body);
    curl_easy_cleanup(curl);
    free(headers.start);
    free(body.start);
    return result;
}
