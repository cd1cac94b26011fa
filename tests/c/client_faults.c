/*
 * Every accident of the wire, through the client in C, against the stand-in:
 * what it was, what it proves about the server, what was decided, how often
 * the server was asked, and how long it took. Prints the table.
 *
 *     client_faults '{"http": "http://127.0.0.1:...", ...}'
 *
 * The argument is the line that the stand-in says with --json.
 */

#include "standin.h"

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
    LOST("reset before the body is read",
         "{\"kind\":\"reset\",\"phase\":\"request_head\"}", RESET),
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
    FINAL("interim replies without an end",
          "{\"kind\":\"interim\",\"count\":1000000}", TOO_LARGE),
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

    printf("%-31s %-13s %-9s %-19s %5s  %-18s %5s %7s\n", "what happens",
           "fault", "effect", "query", "sends", "mutation", "sends", "ms");
    for (i = 0; i < sizeof(accidents) / sizeof(accidents[0]); i++) {
        const struct accident *accident = &accidents[i];
        int is_slow = accident->fault == ACALL_FAULT_READ_TIMEOUT;
        acall_client *client =
            client_at(accident->door, is_slow ? ", \"attempt_timeout_ms\": 300"
                                              : ", \"attempt_timeout_ms\": 4000");
        char path[40], what[60];
        long started = now_ms();
        int sends = accident->query_sends + accident->mutation_sends;

        sprintf(path, "/fault/%lu", (unsigned long)i);
        sprintf(what, "GET %s", path);
        if (accident->wire)
            script(path, "page-10k", accident->wire);
        CHECK(ends_as(accident, client, path, ACALL_KIND_QUERY));
        CHECK(ends_as(accident, client, path, ACALL_KIND_MUTATION));
        acall_client_free(client);
        /* Nothing was sent more often than was decided. */
        CHECK(counted(what) == (accident->wire ? sends : 0));
        printf("%-31s %-13s %-9s %-19s %5d  %-18s %5d %7ld\n", accident->name,
               acall_fault_name(accident->fault),
               acall_effect_name(accident->effect),
               acall_reason_name(accident->query), accident->query_sends,
               acall_reason_name(accident->mutation),
               accident->mutation_sends, now_ms() - started);
    }
    CHECK(counted("requests_after_desync") == 0);
}

/* What is odd but complete is a reply. */
static void oddities(void)
{
    static const char *const wires[] = {
        "\"gzip\"",
        "\"chunked\"",
        "{\"kind\":\"chunked\",\"chunk_bytes\":1}",
        "\"until_close\"",
        "{\"kind\":\"interim\"}",
        "{\"kind\":\"drip\",\"part_bytes\":500,\"pause_ms\":5}",
    };
    acall_client *client = client_at("http", "");
    size_t i;

    for (i = 0; i < sizeof(wires) / sizeof(wires[0]); i++) {
        acall_request request;
        acall_response *response;
        const void *data = NULL;
        size_t length = 0;
        long started = now_ms();
        char path[40];

        sprintf(path, "/odd/%lu", (unsigned long)i);
        script(path, "page-10k", wires[i]);
        request = asks("GET", path);
        response = send(client, &request);
        CHECK(acall_response_data(response, &data, &length) == ACALL_OK);
        CHECK(length > 9000 && acall_response_attempts(response) == 1);
        acall_response_free(response);
        say(wires[i], "success", now_ms() - started);
    }
    acall_client_free(client);
}

/* After a second response, or a body longer than was said, the connection is
 * not used again, and nobody gets another's answer. */
static void spoiled_connections(void)
{
    static const char *const wires[] = {
        "\"smuggled\"",
        "{\"kind\":\"short_length\",\"missing_bytes\":16}",
    };
    acall_client *client = client_at("http", "");
    size_t i;
    int n;

    for (i = 0; i < 2; i++) {
        acall_request request;
        long started = now_ms();
        char path[40];

        sprintf(path, "/spoiled/%lu", (unsigned long)i);
        script(path, "page-1k", wires[i]);
        request = asks("GET", path);
        acall_response_free(send(client, &request));
        for (n = 0; n < 3; n++) {
            acall_response *response;
            const void *body = NULL;
            size_t length = 0;

            request = asks("GET", "/scene/page-10k");
            response = send(client, &request);
            CHECK(acall_response_is_success(response) == 1);
            CHECK(acall_response_body(response, &body, &length) == ACALL_OK);
            CHECK(length > 9000);
            acall_response_free(response);
        }
        say(wires[i], "the connection is not used again",
            now_ms() - started);
    }
    CHECK(counted("requests_after_desync") == 0);
    acall_client_free(client);
}

/* A POST to a place where nothing can be asked: what became of it is told. */
static void no_way_in(const char *where, acall_fault one, acall_fault other,
                      acall_effect effect)
{
    acall_client *client = client_with(
        where, "\"api_key\": \"sk-" CANARY "\"",
        ", \"attempt_timeout_ms\": 400, \"connect_timeout_ms\": 2000");
    acall_request request = asks("POST", "/scene/page-1k");
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_reply reply = ACALL_REPLY_INIT;
    long started = now_ms();
    acall_response *response;

    request.deadline_ms = 3000;
    response = send(client, &request);
    CHECK(acall_response_verdict(response, &verdict) == ACALL_OK);
    CHECK(acall_response_reply(response, &reply) == ACALL_OK);
    CHECK(reply.fault == one || reply.fault == other);
    CHECK(verdict.effect == effect);
    CHECK(effect == ACALL_EFFECT_NOT_SENT
          || acall_response_attempts(response) == 1);
    CHECK(now_ms() - started < 3500);
    say(where, acall_fault_name(reply.fault), now_ms() - started);
    acall_response_free(response);
    acall_client_free(client);
}

static void doors_that_are_shut(void)
{
    char where[1000];

    strcpy(where, door("reset"));
    no_way_in(where, ACALL_FAULT_RESET, ACALL_FAULT_RESET,
              ACALL_EFFECT_UNKNOWN);
    /* Which of the two it is, the kernel decides. */
    strcpy(where, door("closed"));
    no_way_in(where, ACALL_FAULT_CLOSED, ACALL_FAULT_RESET,
              ACALL_EFFECT_UNKNOWN);
    strcpy(where, door("silent"));
    no_way_in(where, ACALL_FAULT_READ_TIMEOUT, ACALL_FAULT_READ_TIMEOUT,
              ACALL_EFFECT_UNKNOWN);
    no_way_in("https://nowhere.invalid", ACALL_FAULT_DNS, ACALL_FAULT_DNS,
              ACALL_EFFECT_NOT_SENT);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    standin_is_at(argv[1]);
    matrix();
    oddities();
    spoiled_connections();
    doors_that_are_shut();
    acall_client_free(control);
    return check_result();
}
