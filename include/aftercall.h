/*
 * aftercall: a program calls a business REST API. The reply is here: what
 * does it mean, and what now?
 *
 * Written from the library's source: change ffi/src, not this file.
 *
 *
 * AN EXAMPLE
 *
 *     #include <stdio.h>
 *     #include <string.h>
 *     #include <aftercall.h>
 *
 *     int main(void)
 *     {
 *         const char *body = "{\"status\":false,\"error_code\":67200005}";
 *         acall_reply reply = ACALL_REPLY_INIT;
 *         acall_verdict verdict = ACALL_VERDICT_INIT;
 *
 *         reply.http_status = 200;
 *         reply.body = body;
 *         reply.body_length = strlen(body);
 *         if (acall_judge(acall_profile_eureka(), &reply, &verdict))
 *             return 2;
 *         if (verdict.outcome == ACALL_OUTCOME_SUCCESS)
 *             return 0;
 *         printf("%s, %s\n", acall_category_name(verdict.category),
 *                acall_advice_name(verdict.advice));
 *         return 1;
 *     }
 *
 *
 * REPEATING
 *
 * acall_judge says what a reply means, acall_call_on_reply what follows from
 * it. For each operation: acall_call_begin; then acall_call_before_attempt,
 * send, judge, acall_call_on_reply, again and again while the decision's
 * action is ACALL_ACTION_RETRY (after decision.delay_ms) or _REFRESH (after
 * acall_call_on_refreshed). acall_decision_explain says why. Sleeping, sending
 * and the clock are the caller's. examples/c/retry.c is the whole loop.
 *
 *
 * SENDING
 *
 * With acall_client_from_json and acall_client_send the library does all that:
 * connections, tokens, waits, deadlines, holds. examples/c/client.c is a whole
 * program. A library that was built without its client has none of these
 * functions, though they are declared here.
 *
 *
 * TWO LAYERS
 *
 * The functions above work with structures and handles. The flat ones,
 * acall_flat_... and acall_explain_json, do the same with nothing but
 * int32_t, int64_t, text with a length, and buffers of the caller: for COBOL,
 * Fortran, old C and every language whose foreign calls dislike structures.
 *
 *
 * STATUS
 *
 * A function that can fail returns 0 (ACALL_OK) or a positive number
 * (ACALL_E_...). What it would have written is then left as it was, except
 * where "needed" tells the size of a buffer. A wrong argument is a status,
 * never a crash, as far as that can be seen: NULL, a misaligned pointer, a
 * negative or huge length, an unknown number or flag. A pointer that is not
 * NULL must point to as much as its type or its length says.
 *
 * OWNERSHIP
 *
 * Text goes in as a pointer and a length; it needs no NUL, and the library
 * keeps no pointer to it. Text comes out in a buffer of the caller, or
 * borrowed, and then the function says for how long. What has a _free
 * function is freed by it and nothing else; NULL is fine there.
 *
 * GROWTH
 *
 * A structure that begins with struct_size grows at its end. Set struct_size
 * to the sizeof of your header: a newer library leaves alone what you do not
 * have, and an older one refuses (ACALL_E_ABI_MISMATCH) what it would have to
 * ignore. Zero is the default of every field. Numbers are never reused, new
 * ones may come: have a default branch. Functions are added, not changed.
 * While the version is 0.x the shared library's name is libaftercall.so.0,
 * and a minor release may break all this, and says so.
 *
 * THREADS
 *
 * What is passed as a pointer to const may be used by any number of threads
 * at once, anything else by one at a time. A profile never changes. The
 * library has no state that needs setting up or tearing down, installs no
 * signal handler, and prints nothing. It starts no thread and reads no
 * environment, but for a client: that may look up a name in a short-lived
 * thread, and reads the proxy's variables if its settings say so.
 */

#ifndef AFTERCALL_H
#define AFTERCALL_H

#include <stddef.h>
#include <stdint.h>

/* The version of the header as text. */
#define ACALL_VERSION_STRING "0.1.0"

/* Define ACALL_STATIC where the static library is linked on Windows. */
#ifndef ACALL_API
#if defined(_WIN32) && !defined(ACALL_STATIC)
#define ACALL_API __declspec(dllimport)
#else
#define ACALL_API
#endif
#endif

/* A reply, or a verdict, that says nothing yet. */
#define ACALL_REPLY_INIT \
    {sizeof(acall_reply), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#define ACALL_VERDICT_INIT \
    {sizeof(acall_verdict), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
     0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/* Options of a message for people that ask for nothing. */
#define ACALL_MESSAGE_OPTIONS_INIT \
    {sizeof(acall_message_options), 0, 0, 0, 0, 0, 0, 0}

/* The options of a call, and results of its events, that say nothing yet. */
#define ACALL_CALL_OPTIONS_INIT \
    {sizeof(acall_call_options), 0, 0, 0, 0, 0, 0, 0, 0}
#define ACALL_ATTEMPT_INIT {sizeof(acall_attempt), 0, 0}
#define ACALL_DECISION_INIT \
    {sizeof(acall_decision), 0, 0, 0, 0, 0, 0, 0, 0, \
     {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, \
     {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}}

/* A client's options, a request and so on that say nothing yet. */
#define ACALL_CLIENT_OPTIONS_INIT \
    {sizeof(acall_client_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#define ACALL_REQUEST_INIT \
    {sizeof(acall_request), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
     0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#define ACALL_POLL_OPTIONS_INIT {sizeof(acall_poll_options), 0, 0, 0, 0}
#define ACALL_ATTEMPTED_INIT \
    {sizeof(acall_attempted), 0, 0, 0, 0, 0, 0, 0, 0}

#ifdef __cplusplus
extern "C" {
#endif

/* Major version of the header. */
#define ACALL_VERSION_MAJOR 0
/* Minor version of the header. */
#define ACALL_VERSION_MINOR 1
/* Patch version of the header. */
#define ACALL_VERSION_PATCH 0
/* Major * 1000000 + minor * 1000 + patch. */
#define ACALL_VERSION_NUMBER 1000

/*
 * The number of the C ABI that this header describes. It grows by one with
 * each release that adds to the ABI.
 */
#define ACALL_ABI_VERSION 1

/* A field of the envelope was given twice; the last one counted. */
#define ACALL_ANOMALY_DUPLICATE_FIELD 1
/* The flag has a value that is neither true nor false. */
#define ACALL_ANOMALY_ODD_FLAG 2
/* The code is neither an integer nor a string. */
#define ACALL_ANOMALY_ODD_CODE 4
/* The body breaks off or is malformed after a proven failure. */
#define ACALL_ANOMALY_MALFORMED_BODY 8
/* Flag and code, or two flags, say opposite things. */
#define ACALL_ANOMALY_CONTRADICTION 16
/* There was no code; the message's wording decided. */
#define ACALL_ANOMALY_BY_MESSAGE 32
/* A string holds bytes that are not UTF-8. */
#define ACALL_ANOMALY_INVALID_UTF8 64
/* Brackets are nested deeper than 1,024 levels. */
#define ACALL_ANOMALY_TOO_DEEP 128

/*
 * code holds the API's code. Without this flag the API gave none, or none
 * that is an integer.
 */
#define ACALL_VERDICT_HAS_CODE 1
/* The bytes of code_text hold JSON escapes; acall_verdict_text undoes them. */
#define ACALL_VERDICT_CODE_TEXT_ESCAPED 2
/* The bytes of message hold JSON escapes; acall_verdict_text undoes them. */
#define ACALL_VERDICT_MESSAGE_ESCAPED 4
/* There was a transport fault, so no HTTP status. */
#define ACALL_VERDICT_FAULT 8
/* The correlation id stands in the body, and its offset counts from there. */
#define ACALL_VERDICT_CORRELATION_ID_IN_BODY 16
/* The bytes of the correlation id hold JSON escapes. */
#define ACALL_VERDICT_CORRELATION_ID_ESCAPED 32
/* The amount stands in the body, and its offset counts from there. */
#define ACALL_VERDICT_AMOUNT_IN_BODY 64
/* The bytes of the amount hold JSON escapes. */
#define ACALL_VERDICT_AMOUNT_ESCAPED 128

/* A new token can be got during the call. */
#define ACALL_CALL_CAN_REFRESH 1

/*
 * Every attempt carries the same idempotency key, so the server knows a
 * repeat for what it is.
 */
#define ACALL_CALL_IDEMPOTENCY_KEY 2

/*
 * seed is the seed of the call's jitter. Without this flag the call gets one
 * of its own from acall_fresh_seed: calls with the same seed wait equally
 * long.
 */
#define ACALL_CALL_SEEDED 4
/* Every draw of the jitter is seed / 2^53, for tests: seed is at most 2^53. */
#define ACALL_CALL_FIXED_DRAW 8

/* The request has a body, perhaps an empty one. */
#define ACALL_OUTGOING_HAS_BODY 1
/* The body is a stream: body is NULL, and acall_exchange_read brings it. */
#define ACALL_OUTGOING_STREAM 2

/*
 * kind says what the operation does. Without this flag the profile's path
 * patterns do, and else the method: GET, HEAD and OPTIONS are queries, the
 * rest mutations.
 */
#define ACALL_REQUEST_HAS_KIND 1

/*
 * expect says what is expected, ACALL_EXPECT_ENVELOPE too. Without this flag
 * that zero leaves it to the profile, and else to an envelope.
 */
#define ACALL_REQUEST_HAS_EXPECT 2

/* The size of a flat verdict in bytes. */
#define ACALL_FLAT_VERDICT_SIZE 384
/* ACALL_VERDICT_..., added up. */
#define ACALL_FLAT_FLAGS 0
/* ACALL_OUTCOME_... */
#define ACALL_FLAT_OUTCOME 1
/* ACALL_CATEGORY_... */
#define ACALL_FLAT_CATEGORY 2
/* ACALL_ADVICE_... */
#define ACALL_FLAT_ADVICE 3
/* ACALL_EFFECT_... */
#define ACALL_FLAT_EFFECT 4
/* ACALL_CATEGORY_..., absent where there is no second category. */
#define ACALL_FLAT_ALTERNATIVE 5
/* ACALL_KIND_..., absent where no kind may be repeated. */
#define ACALL_FLAT_REPEAT 6
/* The HTTP status as given, absent after a fault. */
#define ACALL_FLAT_HTTP_STATUS 7
/* ACALL_ANOMALY_..., added up. */
#define ACALL_FLAT_ANOMALIES 8
/* The API's code, absent where it is no integer. */
#define ACALL_FLAT_CODE 9

/*
 * How long the server asks to wait, in milliseconds; absent where it does not.
 */
#define ACALL_FLAT_SERVER_DELAY_MS 10
/* Where the data begins in the body, from 0; absent where there is none. */
#define ACALL_FLAT_DATA_OFFSET 11
/* The length of the data in bytes; absent where there is none. */
#define ACALL_FLAT_DATA_LENGTH 12
/* ACALL_TASK_..., absent where a reply tells of no task. */
#define ACALL_FLAT_TASK 13
/* The size of a flat call in bytes. */
#define ACALL_FLAT_CALL_SIZE 80
/* The size of a flat decision in bytes. */
#define ACALL_FLAT_DECISION_SIZE 136
/* ACALL_ACTION_... */
#define ACALL_FLAT_DECISION_ACTION 0
/* ACALL_REASON_..., absent where the call is not over. */
#define ACALL_FLAT_DECISION_REASON 1
/* ACALL_DELAY_SOURCE_..., absent where there is no delay. */
#define ACALL_FLAT_DECISION_DELAY_SOURCE 2
/* How long to wait in milliseconds, absent where there is no delay. */
#define ACALL_FLAT_DECISION_DELAY_MS 3

/*
 * When the server would have the request again, absent where it does not say.
 */
#define ACALL_FLAT_DECISION_RETRY_AT_MS 4
/* How many tokens the budget holds, absent where there is none. */
#define ACALL_FLAT_DECISION_BUDGET_TOKENS 5
/* The number of the attempt that was decided about; 0 if there was none. */
#define ACALL_FLAT_DECISION_ATTEMPT 6
/* In place of a kind or of what is expected: the profile says it. */
#define ACALL_FLAT_BY_PROFILE -1
/* Whether the call succeeded: 1 or 0. */
#define ACALL_FLAT_RESPONSE_IS_SUCCESS 0
/* ACALL_REASON_...: why the call was over. */
#define ACALL_FLAT_RESPONSE_REASON 1
/* ACALL_KIND_...: what kind of operation it was. */
#define ACALL_FLAT_RESPONSE_KIND 2
/* ACALL_POLLED_..., absent where no wait for a task has ended. */
#define ACALL_FLAT_RESPONSE_POLLED 3
/* ACALL_FAULT_..., absent where a complete reply came. */
#define ACALL_FLAT_RESPONSE_FAULT 4
/* How many attempts were made, those for tokens included. */
#define ACALL_FLAT_RESPONSE_ATTEMPTS 5
/* How long the call took in milliseconds. */
#define ACALL_FLAT_RESPONSE_TOOK_MS 6

/*
 * In how many milliseconds from the call's end it is worth trying again,
 * absent where nobody said so.
 */
#define ACALL_FLAT_RESPONSE_RETRY_AFTER_MS 7
/* The same as a time, in milliseconds since 1970. */
#define ACALL_FLAT_RESPONSE_RETRY_AT_UNIX_MS 8
/* The length of the body in bytes. */
#define ACALL_FLAT_RESPONSE_BODY_LENGTH 9
/* The length of the data in bytes, absent where there is none. */
#define ACALL_FLAT_RESPONSE_DATA_LENGTH 10
/* How many bytes a download wrote to its file, absent where it wrote none. */
#define ACALL_FLAT_RESPONSE_DOWNLOADED_BYTES 11

/*
 * What all calls of one host and credential may spend on repeats. It counts
 * without locks: pointers to it are pointers to const because any number of
 * threads, and calls, may use it at once.
 */
typedef struct acall_budget acall_budget;

/*
 * Ends calls from any thread: their waits and their input and output, at
 * once. One handle may serve many calls; once used it stays used, so that a
 * call which begins later ends before it sends anything. Pointers to it are
 * pointers to const because any number of threads may use it at once.
 */
typedef struct acall_cancel acall_cancel;

/*
 * Sends requests to one API with one credential, and repeats them as its
 * policy allows. Make one and keep it: its calls share connections, tokens,
 * the retry budget and the hold. Pointers to it are pointers to const
 * because any number of threads may send at once.
 */
typedef struct acall_client acall_client;

/*
 * What was wrong with a document, and where. Made by the library, freed with
 * acall_error_free; never changes, so any number of threads may read it.
 */
typedef struct acall_error acall_error;

/*
 * What a transport fills with the reply. It exists until the transport
 * returns, for the thread that was called.
 */
typedef struct acall_exchange acall_exchange;

/*
 * How often, how long and at what price failed attempts are repeated. Checked
 * as a whole when it is made, and never changes, so any number of threads may
 * use it at once. Presets live for ever; the others until acall_policy_free.
 *
 * The settings, as JSON names them, with their defaults: preset standard;
 * max_attempts 4 (1 to 100, the first send included); base_delay_ms 500,
 * throttle_base_delay_ms 1000 (0 to 3600000, at most max_delay_ms);
 * max_delay_ms 20000 (at most 86400000); multiplier 2 (1 to 10);
 * jitter equal; max_server_delay_ms 120000 (at most 86400000);
 * over_cap give_up; deadline_ms, attempt_timeout_ms null (1 or more);
 * retry_mutations rejected_only; repeat_billed true; budget {capacity
 * 500 (1 to 1000000), cost 14, throttle_cost 5 (1 to the capacity)} or
 * false; overrides, an array of {category, code, http_status,
 * advice}.
 */
typedef struct acall_policy acall_policy;

/*
 * Everything that is particular to one API: the names of its fields, its
 * codes, its tables. Never changes, so any number of threads may use it at
 * once. Built-in ones live for ever; the others until acall_profile_free.
 */
typedef struct acall_profile acall_profile;

/*
 * What support needs to know of a call, collected over its attempts, and
 * nothing that it must not know: no body, no query, no header but the
 * correlation id; what looks like a secret is removed when it is noted. It
 * holds at most a few hundred kilobytes however many attempts there are: the
 * first and the last are kept, those in the middle are counted.
 */
typedef struct acall_record acall_record;

/*
 * How a call ended, a success or a failure, with what came last and every
 * attempt. It owns its bytes, needs the client no more and never changes, so
 * any number of threads may read it. Made by acall_client_send and
 * acall_client_poll, freed with acall_response_free; what is borrowed from
 * it is valid until then.
 */
typedef struct acall_response acall_response;

/*
 * What a function answers: ACALL_OK, or the reason why nothing was done.
 * Numbers are never reused. Later versions may add some: treat an unknown
 * one as a failure.
 */
typedef int32_t acall_status;

/*
 * Why an exchange ended without a complete reply, or 0. What each fault means
 * for a repeat is the profile's data; what it proves about the request is
 * said here.
 */
typedef int32_t acall_fault;

/* What the caller asked for. */
typedef int32_t acall_expect;

/*
 * One header of a reply. Names are compared in any case, values may hold any
 * bytes; neither needs a NUL. A pointer may be NULL if its length is 0.
 */
typedef struct acall_header {
    /* The name. */
    const char *name;
    /* Its length in bytes. */
    size_t name_length;
    /* The value. */
    const char *value;
    /* Its length in bytes. */
    size_t value_length;
} acall_header;

/*
 * What one exchange brought. Set every byte to zero, then struct_size, then
 * what you have: zero is the harmless value of every field. ACALL_REPLY_INIT
 * does the first two. The library only reads it, and only during a call.
 */
typedef struct acall_reply {
    /* sizeof(acall_reply). */
    uint32_t struct_size;
    /* No flag is defined yet: 0. */
    uint32_t flags;
    /* The HTTP status; 0 if it is not known: the body alone then decides. */
    int32_t http_status;
    /*
     * ACALL_FAULT_NONE, or why there was no complete reply. After a fault
     * http_status and body are not looked at; headers that came are.
     */
    acall_fault fault;
    /* What the call asked for: ACALL_EXPECT_ENVELOPE or _RAW. */
    acall_expect expect;
    /* Always 0. */
    int32_t reserved;
    /*
     * The caller's wall clock in milliseconds since 1970, 0 for none. Only
     * needed where a server names a date to wait for.
     */
    int64_t now_unix_ms;
    /*
     * The body, after transfer- and content-encoding were undone: any bytes.
     * NULL if body_length is 0.
     */
    const void *body;
    /* Its length in bytes. */
    size_t body_length;
    /* The headers, in the order received. NULL if header_count is 0. */
    const struct acall_header *headers;
    /* How many there are. */
    size_t header_count;
    /*
     * The request's method, such as GET, if the profile is to know what was
     * asked: for its tasks, and for rules that are for certain requests. UTF-8
     * without a NUL; NULL if method_length is 0.
     */
    const char *method;
    /* Its length in bytes. */
    size_t method_length;
    /*
     * The request's path; a query behind it is not looked at. UTF-8 without a
     * NUL; NULL if path_length is 0.
     */
    const char *path;
    /* Its length in bytes. */
    size_t path_length;
} acall_reply;

/* Whether the call got what it asked for. */
typedef int32_t acall_outcome;

/* What went wrong, in terms that do not depend on the API. */
typedef int32_t acall_category;

/*
 * Whether sending the same request again can help, from the reply alone.
 *
 * Advice looks at the failure, not at the operation: whether a repeat is safe
 * is another question, answered from the effect.
 */
typedef int32_t acall_advice;

/* What may have happened on the server. */
typedef int32_t acall_effect;

/* What an operation does, which decides whether it may be repeated blindly. */
typedef int32_t acall_operation_kind;

/*
 * How a task stands that a successful reply tells of, or 0: the call
 * succeeded, the work behind it may not have.
 */
typedef int32_t acall_task;

/*
 * What a reply means. It belongs to the caller and owns nothing: copy it,
 * keep it, forget it. Set struct_size before the call (ACALL_VERDICT_INIT
 * does). A zeroed verdict says neither success nor failure.
 *
 * Offsets count from the first byte of the reply's body, or of a header's
 * value, and are -1 where there is nothing; they mean something only together
 * with that reply. rule points into the profile that judged.
 */
typedef struct acall_verdict {
    /* sizeof(acall_verdict). */
    uint32_t struct_size;
    /* ACALL_VERDICT_..., added up. Ignore bits that you do not know. */
    uint32_t flags;
    /* Success or failure. */
    acall_outcome outcome;
    /* What kind of failure it is. */
    acall_category category;
    /* Whether sending the same request again can help. */
    acall_advice advice;
    /* What may have happened on the server. */
    acall_effect effect;
    /*
     * A second category where the API's own documentation is ambiguous, else
     * ACALL_CATEGORY_NONE.
     */
    acall_category alternative;
    /*
     * The kind of operation that the API says may be repeated after this
     * failure, though every repeat is charged; else -1.
     */
    acall_operation_kind repeat;
    /* The reply's HTTP status as given; -1 after a fault. */
    int32_t http_status;
    /* ACALL_ANOMALY_..., added up: what was odd about the reply. */
    uint32_t anomalies;
    /* The header that holds the correlation id, by its index; else -1. */
    int32_t correlation_id_header;
    /* The header that holds the amount charged, by its index; else -1. */
    int32_t amount_header;
    /* The API's code, if ACALL_VERDICT_HAS_CODE is set. */
    int64_t code;
    /* How long the server asks to wait, in milliseconds; else -1. */
    int64_t server_delay_ms;
    /*
     * The data, exactly as received. Only a success has data, and not every
     * one: absent, null and empty are three different answers.
     */
    int64_t data_offset;
    /* Its length in bytes. */
    int64_t data_length;
    /* The server's message, for developers and logs. */
    int64_t message_offset;
    /* Its length in bytes. */
    int64_t message_length;
    /* The code as received. */
    int64_t code_text_offset;
    /* Its length in bytes. */
    int64_t code_text_length;
    /*
     * The correlation id, within its header's value, or within the body if
     * ACALL_VERDICT_CORRELATION_ID_IN_BODY is set.
     */
    int64_t correlation_id_offset;
    /* Its length in bytes. */
    int64_t correlation_id_length;
    /*
     * The amount, within its header's value, or within the body if
     * ACALL_VERDICT_AMOUNT_IN_BODY is set.
     */
    int64_t amount_offset;
    /* Its length in bytes. */
    int64_t amount_length;
    /* The length of rule in bytes. */
    int64_t rule_length;
    /*
     * The id of the rule that decided, such as code:67200005, http:503 or
     * protocol:html. Ids are stable. No NUL follows. Valid for as long as
     * the profile that judged.
     */
    const char *rule;
    /* How the task stands that a success tells of. */
    acall_task task;
    /* Always 0. */
    int32_t reserved;
} acall_verdict;

/* Which text of a verdict. */
typedef int32_t acall_text;

/* Whom a message speaks to. */
typedef int32_t acall_role;

/*
 * For whom a message is, and in which language. Set every byte to zero, then
 * struct_size, then what you know; ACALL_MESSAGE_OPTIONS_INIT does the
 * first two. NULL in its place means a user who reads English.
 */
typedef struct acall_message_options {
    /* sizeof(acall_message_options). */
    uint32_t struct_size;
    /* ACALL_ROLE_... */
    acall_role role;
    /*
     * When the next try makes sense, in milliseconds from now, as a decision
     * says; 0 for what the server asked for, if it did.
     */
    int64_t retry_delay_ms;
    /*
     * The wall clock in milliseconds since 1970, so that a time which is an
     * hour or more away can be named as the clock will show it; 0 for none.
     */
    int64_t now_unix_ms;
    /* The person's time zone, in minutes east of Greenwich: -1080 to 1080. */
    int32_t utc_offset_minutes;
    /* Always 0. */
    int32_t reserved;
    /*
     * The languages that are wanted: see acall_negotiate_language. NULL if
     * languages_length is 0, which means English.
     */
    const char *languages;
    /* Its length in bytes. */
    size_t languages_length;
} acall_message_options;

/* Which part of a message. */
typedef int32_t acall_message_part;

/*
 * What a person can do, for a button or a link beside the message. In data it
 * is called the action of a message.
 */
typedef int32_t acall_remedy;

/* A policy to start from. */
typedef int32_t acall_preset;

/* What to do next. */
typedef int32_t acall_action;

/*
 * Why a call is over: the first that applies, in this order. Each is also the
 * name of the gate that stops with it.
 */
typedef int32_t acall_reason;

/* Where a delay comes from. */
typedef int32_t acall_delay_source;

/*
 * What to do next in a call. It belongs to the caller and owns nothing: copy
 * it, keep it, forget it. Set struct_size before the call
 * (ACALL_DECISION_INIT does). A zeroed decision says nothing.
 */
typedef struct acall_decision {
    /* sizeof(acall_decision). */
    uint32_t struct_size;
    /* What to do. */
    acall_action action;
    /* Why the call is over; ACALL_REASON_NONE if it is not. */
    acall_reason reason;
    /* Where the delay comes from. */
    acall_delay_source delay_source;
    /*
     * The number of the attempt that was decided about, from 1; 0 if the call
     * was over before its first.
     */
    int32_t attempt;
    /* Always 0. */
    int32_t reserved;
    /*
     * How long to wait before sending again, in milliseconds; 0 unless the
     * action is ACALL_ACTION_RETRY.
     */
    int64_t delay_ms;
    /*
     * When the server would have the request again, in milliseconds of the
     * call's clock, after a stop; else -1.
     */
    int64_t retry_at_ms;
    /* How many tokens the budget holds after this decision; -1 without one. */
    int64_t budget_tokens;
    /*
     * What the gates looked at, for acall_decision_explain and the others.
     * What the numbers mean is nobody's business but the library's.
     */
    uint8_t members[24];
    /* Likewise. */
    uint32_t counts[6];
    /* Likewise. */
    uint64_t times_ms[6];
} acall_decision;

/* What a gate of a decision did. */
typedef int32_t acall_gate_state;

/*
 * One logical operation that is attempted until it succeeds or must stop. The
 * memory is the caller's, anywhere, of the same size in every version; it
 * needs nothing freed. acall_call_begin makes it a call: at that address
 * alone, for a copy would pay back what it never paid. One thread at a time.
 */
typedef struct acall_call {
    /* What is in it is nobody's business but the library's. */
    uint64_t opaque[24];
} acall_call;

/* What an observer is told. */
typedef struct acall_observed {
    /* The size of the library's own structure, so that it can grow. */
    uint32_t struct_size;
    /*
     * The number of the attempt that was decided about, from 1; 0 if the call
     * was over before its first.
     */
    int32_t attempt;
    /* When, in milliseconds of the call's clock. */
    int64_t now_ms;
    /*
     * The verdict as it was given to acall_call_on_reply; NULL if the call
     * ended without one. From a client it has no places (-1): there is no
     * body to look into yet.
     */
    const struct acall_verdict *verdict;
    /* What was decided, of the library's own size. */
    const struct acall_decision *decision;
} acall_observed;

/*
 * Sees every decision of a call, in the thread that decides, after the
 * decision was made and written. What it is shown is valid until it returns.
 * It must return: no longjmp, no exception. It may call the library.
 */
typedef void (*acall_observer)(const struct acall_observed *observed,
                               void *userdata);

/*
 * What a call is to be decided by. Set every byte to zero, then struct_size,
 * then what you have: ACALL_CALL_OPTIONS_INIT does the first two. The library
 * reads it in acall_call_begin only; what it points to must outlive the call.
 */
typedef struct acall_call_options {
    /* sizeof(acall_call_options). */
    uint32_t struct_size;
    /* ACALL_CALL_..., added up. */
    uint32_t flags;
    /* What the operation does: ACALL_KIND_MUTATION unless you know better. */
    acall_operation_kind kind;
    /* Always 0. */
    int32_t reserved;
    /* See ACALL_CALL_SEEDED and ACALL_CALL_FIXED_DRAW; else 0. */
    uint64_t seed;
    /* NULL for the standard policy. */
    const struct acall_policy *policy;
    /*
     * What repeats are paid from: the same for all calls of one host and
     * credential. NULL for none; then nothing stops many calls from repeating
     * against a server that is down.
     */
    const struct acall_budget *budget;
    /* Told of every decision; NULL for nobody. */
    acall_observer observer;
    /* Passed to the observer as it is. */
    void *userdata;
} acall_call_options;

/*
 * One attempt that may be sent now. Set struct_size before the call
 * (ACALL_ATTEMPT_INIT does).
 */
typedef struct acall_attempt {
    /* sizeof(acall_attempt). */
    uint32_t struct_size;
    /*
     * Which exchange of the call it is, from 1; a resend after a refresh
     * counts as one.
     */
    int32_t number;
    /*
     * How long it may take in milliseconds: the policy's attempt timeout or
     * what is left until the deadline, whichever is less. 0 means that no time
     * is left, -1 that there is no limit.
     */
    int64_t timeout_ms;
} acall_attempt;

/* How chance spreads the waits of many callers. */
typedef int32_t acall_jitter;

/* What happens if a server asks for a longer wait than is allowed. */
typedef int32_t acall_over_cap;

/* Which mutations may be repeated. */
typedef int32_t acall_retry_mutations;

/*
 * One request, ready to be sent as it is. A NUL follows each of its texts.
 * Everything is valid until the transport returns. It holds credentials.
 */
typedef struct acall_outgoing {
    /* The size of the library's own structure, so that it can grow. */
    uint32_t struct_size;
    /* ACALL_OUTGOING_..., added up. */
    uint32_t flags;
    /* GET, POST and so on. */
    const char *method;
    /* Its length in bytes. */
    size_t method_length;
    /* The whole URL with its query. */
    const char *url;
    /* Its length in bytes. */
    size_t url_length;
    /* Every header but Host, Content-Length and Accept-Encoding. */
    const struct acall_header *headers;
    /* How many there are. */
    size_t header_count;
    /* All of the body; NULL if there is none, and for a stream. */
    const void *body;
    /* How many bytes the body has, that of a stream too. */
    int64_t body_length;
    /*
     * How long the exchange may take in milliseconds, the last byte included;
     * -1 for no limit.
     */
    int64_t timeout_ms;
    /* How long it may take until a connection stands, in milliseconds. */
    int64_t connect_timeout_ms;
    /* How many bytes of body the caller takes. */
    int64_t max_body_bytes;
} acall_outgoing;

/*
 * Sends one request once, follows no redirect, and puts the reply into
 * exchange: acall_exchange_head, then acall_exchange_header for each
 * header, then acall_exchange_body for each piece of the body, after
 * transfer- and content-encoding were undone.
 *
 * Returns ACALL_FAULT_NONE for a complete reply, or what happened instead.
 * The right fault matters: it says whether anything was sent, and whether to
 * repeat a request that may have been carried out depends on it. While it
 * waits it asks acall_exchange_check at least every 100 ms. Called in the
 * threads that send, by several at once. It must return: no longjmp, no
 * exception.
 */
typedef acall_fault (*acall_transport)(const struct acall_outgoing *outgoing,
                                       struct acall_exchange *exchange,
                                       void *userdata);

/* How much a line of the log matters. */
typedef int32_t acall_log_level;

/*
 * Is told one line for each decision, but none for a call that succeeds at
 * once: length bytes of UTF-8 with a NUL behind them, scrubbed, without a
 * query or a body, valid until it returns. Called in the threads that send, by
 * several at once. It must return: no longjmp, no exception.
 */
typedef void (*acall_log)(acall_log_level level,
                          const char *line,
                          size_t length,
                          void *userdata);

/*
 * Asked at least every 100 ms while a call waits: not 0 cancels the call. For
 * programs whose signal handlers set a flag. Called in the threads that send,
 * by several at once. It must return: no longjmp, no exception.
 */
typedef int32_t (*acall_interrupted)(void *userdata);

/*
 * What a client is made from, besides its settings. Set every byte to zero,
 * then struct_size, then what you have: ACALL_CLIENT_OPTIONS_INIT does
 * the first two. The library reads it in acall_client_from_json only. What
 * profile, policy and budget point to may be freed afterwards; the
 * functions and their userdata must outlive the client.
 */
typedef struct acall_client_options {
    /* sizeof(acall_client_options). */
    uint32_t struct_size;
    /* No flag is defined yet: 0. */
    uint32_t flags;
    /* How the API speaks; NULL for what the settings say. */
    const struct acall_profile *profile;
    /* When attempts are repeated; NULL for what the settings say. */
    const struct acall_policy *policy;
    /*
     * A budget that other clients of the same host and credential share; NULL
     * for one of the client's own.
     */
    const struct acall_budget *budget;
    /* What carries the bytes; NULL for what is built in. */
    acall_transport transport;
    /* Passed to the transport as it is. */
    void *transport_userdata;
    /* Told of every decision; NULL for nobody. */
    acall_observer observer;
    /* Passed to the observer as it is. */
    void *observer_userdata;
    /* Told a line for every decision; NULL for nobody. */
    acall_log log;
    /* Passed to the log as it is. */
    void *log_userdata;
    /* Asked while a call waits; NULL for nobody. */
    acall_interrupted interrupted;
    /* Passed to the above as it is. */
    void *interrupted_userdata;
} acall_client_options;

/*
 * What a caller wants done. Set every byte to zero, then struct_size, then
 * what you have: zero is the default of every field, and ACALL_REQUEST_INIT
 * does the first two. The library only reads it, and only during a call.
 * Texts are UTF-8 and need no NUL; their pointers may be NULL if their
 * lengths are 0.
 *
 * There is one body at most: body; or fields alone, sent as a form; or file
 * alone, streamed as it is; or file with file_field, sent with fields as
 * multipart/form-data.
 */
typedef struct acall_request {
    /* sizeof(acall_request). */
    uint32_t struct_size;
    /* ACALL_REQUEST_..., added up. */
    uint32_t flags;
    /* The method; GET if there is none. */
    const char *method;
    /* Its length in bytes. */
    size_t method_length;
    /*
     * A path of the API, such as /search/patent, perhaps with a query; or a
     * whole URL of another host, which then gets no credential.
     */
    const char *path;
    /* Its length in bytes. */
    size_t path_length;
    /* Parameters that are escaped and added to the query. */
    const struct acall_header *query;
    /* How many there are. */
    size_t query_count;
    /* Headers; those that the client sets itself cannot be set. */
    const struct acall_header *headers;
    /* How many there are. */
    size_t header_count;
    /* A body of any bytes; not NULL with length 0 for an empty one. */
    const void *body;
    /* Its length in bytes. */
    size_t body_length;
    /*
     * What body or file is; application/json and
     * application/octet-stream if this says nothing.
     */
    const char *content_type;
    /* Its length in bytes. */
    size_t content_type_length;
    /* The path of a file to send; it is opened for each attempt. */
    const char *file;
    /* Its length in bytes. */
    size_t file_length;
    /* The name of the form's field that the file is. */
    const char *file_field;
    /* Its length in bytes. */
    size_t file_field_length;
    /* Fields of a form. */
    const struct acall_header *fields;
    /* How many there are. */
    size_t field_count;
    /*
     * The path of a file to write a success to, which implies
     * ACALL_EXPECT_RAW. It is written beside it and moved there when it is
     * complete.
     */
    const char *download;
    /* Its length in bytes. */
    size_t download_length;
    /*
     * Sent with every attempt, so that a mutation may be repeated whose
     * answer was lost. Only where the server heeds it.
     */
    const char *idempotency_key;
    /* Its length in bytes. */
    size_t idempotency_key_length;
    /* What the operation does, with ACALL_REQUEST_HAS_KIND; else 0. */
    acall_operation_kind kind;
    /*
     * What is expected: ACALL_EXPECT_RAW, or with ACALL_REQUEST_HAS_EXPECT
     * also ACALL_EXPECT_ENVELOPE.
     */
    acall_expect expect;
    /*
     * How long the call may take in all, in milliseconds; 0 for the client's.
     */
    int64_t deadline_ms;
    /* How long an attempt may take, in milliseconds; 0 for the client's. */
    int64_t attempt_timeout_ms;
    /*
     * How many bytes of body are taken, on the wire and decoded; of a
     * download, how many in its file; 0 for the client's.
     */
    int64_t max_body_bytes;
    /* When attempts are repeated; NULL for the client's. */
    const struct acall_policy *policy;
    /* Ends the call when it is used; NULL for none. */
    const struct acall_cancel *cancel;
} acall_request;

/*
 * How a task is waited for. Set every byte to zero, then struct_size, then
 * what you have: zero is the default of every field, and
 * ACALL_POLL_OPTIONS_INIT does the first two.
 */
typedef struct acall_poll_options {
    /* sizeof(acall_poll_options). */
    uint32_t struct_size;
    /*
     * How many polls in a row may tell nothing that is understood; 0 for 10.
     */
    int32_t max_unknown;
    /*
     * Before the second poll, in milliseconds; 0 for 2000. Each wait after it
     * is half as long again, and up to a quarter shorter by chance.
     */
    int64_t first_delay_ms;
    /* The longest wait between two polls, in milliseconds; 0 for 15000. */
    int64_t max_delay_ms;
    /* How long to wait for the task in all, in milliseconds; 0 for 1800000. */
    int64_t deadline_ms;
} acall_poll_options;

/* How the wait for a task ended. */
typedef int32_t acall_polled;

/*
 * One attempt of a call. Set struct_size before the call
 * (ACALL_ATTEMPTED_INIT does).
 */
typedef struct acall_attempted {
    /* sizeof(acall_attempted). */
    uint32_t struct_size;
    /*
     * Which exchange of its kind it was, from 1: attempts of the call and
     * attempts for a token are counted apart.
     */
    int32_t number;
    /* What it was for; ACALL_KIND_AUTH for a token. */
    acall_operation_kind kind;
    /* ACALL_FAULT_NONE, or why there was no complete reply. */
    acall_fault fault;
    /* When it began, in milliseconds since 1970. */
    int64_t started_unix_ms;
    /* When it began, in milliseconds from the call's start. */
    int64_t started_ms;
    /* How long it took in milliseconds. */
    int64_t took_ms;
    /*
     * What was sent as X-Request-Id, without a NUL; borrowed from the
     * response.
     */
    const char *request_id;
    /* Its length in bytes. */
    size_t request_id_length;
} acall_attempted;

/* Done. */
#define ACALL_OK 0

/* A pointer that must not be NULL is NULL. */
#define ACALL_E_NULL 1

/*
 * An argument is out of its range: a negative or huge length, an unknown
 * number or flag, a misaligned pointer, a verdict of another reply.
 */
#define ACALL_E_ARGUMENT 2
/* A text that must be UTF-8 is not. Bodies and headers may hold any bytes. */
#define ACALL_E_UTF8 3
/* The buffer is too small; *needed says how large it must be. */
#define ACALL_E_BUFFER_TOO_SMALL 4

/*
 * struct_size is not one that this library knows, or a field that only a
 * newer library knows is set.
 */
#define ACALL_E_ABI_MISMATCH 5
/* A defect of the library; the process and other calls are not affected. */
#define ACALL_E_PANIC 6
/* What was asked for is not there. */
#define ACALL_E_ABSENT 7
/* The profile is not JSON, or says something that no profile can say. */
#define ACALL_E_PROFILE 100
/* No built-in profile has that name. */
#define ACALL_E_PROFILE_UNKNOWN 101
/* The reply written as JSON is not JSON, or no reply. */
#define ACALL_E_REPLY_JSON 200
/* The policy is not JSON, or wants something that is not allowed. */
#define ACALL_E_POLICY 300

/*
 * An event of a call that does not fit where the call stands: an attempt is
 * under way, or none is, or the call is over.
 */
#define ACALL_E_OUT_OF_TURN 301
/* No call was begun in this memory, or it was copied or moved since. */
#define ACALL_E_NO_CALL 302
/* A client's settings are not JSON, or say something that is not allowed. */
#define ACALL_E_CLIENT 400

/*
 * An exchange is to end now: it was cancelled, its time is over, or its reply
 * is over the limit. A transport returns at once.
 */
#define ACALL_E_STOPPED 401

/* Nothing was judged yet. A zeroed verdict says this, never success. */
#define ACALL_OUTCOME_NONE 0
/* The reply proves that the operation was carried out. */
#define ACALL_OUTCOME_SUCCESS 1
/* Anything else. */
#define ACALL_OUTCOME_FAILURE 2

/* Nothing was judged yet. */
#define ACALL_CATEGORY_NONE 0
/* Nothing went wrong. */
#define ACALL_CATEGORY_SUCCESS 1
/* The key or token is missing, wrong or expired. */
#define ACALL_CATEGORY_AUTHENTICATION 2
/* The caller is known but may not do this. */
#define ACALL_CATEGORY_PERMISSION 3
/* The contract or the client behind the credential has expired. */
#define ACALL_CATEGORY_ACCOUNT 4
/* There is no money left on the account. */
#define ACALL_CATEGORY_BALANCE 5
/* A total is used up: of a period, of a package, of the platform. */
#define ACALL_CATEGORY_QUOTA 6
/* Too fast just now; slower calls would be served. */
#define ACALL_CATEGORY_RATE_LIMIT 7
/* The request itself is wrong and will be refused again. */
#define ACALL_CATEGORY_INVALID_REQUEST 8
/* The uploaded file was refused. */
#define ACALL_CATEGORY_UPLOAD 9
/* No such endpoint or resource. */
#define ACALL_CATEGORY_NOT_FOUND 10
/* A service behind the API failed. */
#define ACALL_CATEGORY_UPSTREAM 11
/* The API itself is busy, down or broken. */
#define ACALL_CATEGORY_SERVER 12
/* No complete reply arrived. */
#define ACALL_CATEGORY_TRANSPORT 13
/* A reply arrived that is not this API's. */
#define ACALL_CATEGORY_PROTOCOL 14
/* A failure that nothing explains. */
#define ACALL_CATEGORY_UNKNOWN 15
/* The caller gave up. */
#define ACALL_CATEGORY_CANCELLED 16

/* The same request will fail again. */
#define ACALL_ADVICE_NEVER 0
/* The failure is transient: wait, longer each time, and repeat. */
#define ACALL_ADVICE_BACKOFF 1
/* Transient, but the server asked for less: start with longer waits. */
#define ACALL_ADVICE_THROTTLE 2
/* Get a new token, then send once more. */
#define ACALL_ADVICE_REFRESH_AUTH 3
/* Nothing will succeed before a reset: stop, and stop others. */
#define ACALL_ADVICE_HOLD 4

/* Perhaps something, perhaps nothing. */
#define ACALL_EFFECT_UNKNOWN 0
/* The request never reached the API. */
#define ACALL_EFFECT_NOT_SENT 1
/* The API refused the request before doing any work. */
#define ACALL_EFFECT_REJECTED 2
/* The work was done. */
#define ACALL_EFFECT_DONE 3

/* Creates, changes, uploads or starts a paid task. */
#define ACALL_KIND_MUTATION 0
/* Reads; harmless to repeat. */
#define ACALL_KIND_QUERY 1
/* Asks for a token. */
#define ACALL_KIND_AUTH 2

/* The API's envelope around the data: nearly every operation. */
#define ACALL_EXPECT_ENVELOPE 0

/*
 * The bytes themselves: a download, a stream, an operation without an
 * envelope. Any 2xx is then a success, unless the body is a plain
 * failure envelope.
 */
#define ACALL_EXPECT_RAW 1

/* A complete reply: there was no fault. */
#define ACALL_FAULT_NONE 0
/* The host's name could not be resolved. Nothing was sent. */
#define ACALL_FAULT_DNS 1
/* No connection: refused, unreachable. Nothing was sent. */
#define ACALL_FAULT_CONNECT 2
/* No connection in time. Nothing was sent. */
#define ACALL_FAULT_CONNECT_TIMEOUT 3
/* The proxy refused or failed before a tunnel stood. Nothing was sent. */
#define ACALL_FAULT_PROXY 4
/* Certificate or handshake failed. Nothing was sent. */
#define ACALL_FAULT_TLS 5
/* The request went out; no complete reply came in time. */
#define ACALL_FAULT_READ_TIMEOUT 6
/* The connection was reset after the request began to go out. */
#define ACALL_FAULT_RESET 7
/* The connection was closed before a complete reply. */
#define ACALL_FAULT_CLOSED 8
/* Fewer bytes than announced, or broken chunking. */
#define ACALL_FAULT_TRUNCATED 9
/* The content-encoding could not be undone. */
#define ACALL_FAULT_DECODE 10
/* The reply is larger than the caller's limit. */
#define ACALL_FAULT_TOO_LARGE 11
/* The URL, a header or the body cannot be sent. Nothing was sent. */
#define ACALL_FAULT_BAD_REQUEST 12
/* The caller cancelled the exchange. */
#define ACALL_FAULT_CANCELLED 13

/* The reply tells of no task, as far as the profile knows. */
#define ACALL_TASK_NONE 0
/* Not finished: ask again later. This is no failure and no retry. */
#define ACALL_TASK_PENDING 1
/* Finished; the result is there. */
#define ACALL_TASK_SUCCEEDED 2
/* Finished without a result. Asking again changes nothing. */
#define ACALL_TASK_FAILED 3
/* A word that the profile does not know. */
#define ACALL_TASK_UNKNOWN 4

/* The server's own words: for developers and logs, not for end users. */
#define ACALL_TEXT_MESSAGE 1
/* The code as received, also where it is no integer. */
#define ACALL_TEXT_CODE 2
/* The id under which support finds the call. */
#define ACALL_TEXT_CORRELATION_ID 3
/* The amount charged. Absent means unknown, not free. */
#define ACALL_TEXT_AMOUNT 4
/* The id of the rule that decided. */
#define ACALL_TEXT_RULE 5

/* Somebody who uses the program, and has an administrator. */
#define ACALL_ROLE_USER 0
/* Whoever has the account with the API: can pay, renew, change keys. */
#define ACALL_ROLE_OWNER 1

/* Nothing. */
#define ACALL_REMEDY_NONE 0
/* Change what was entered. */
#define ACALL_REMEDY_FIX_INPUT 1
/* Check a number, an id or an address. */
#define ACALL_REMEDY_CHECK_ID 2
/* Sign in again, or renew the key. */
#define ACALL_REMEDY_SIGN_IN_AGAIN 3
/* Ask the administrator. */
#define ACALL_REMEDY_CONTACT_ADMIN 4
/* Renew the contract. */
#define ACALL_REMEDY_RENEW_CONTRACT 5
/* Pay in. */
#define ACALL_REMEDY_TOP_UP 6
/* Wait for a total to be renewed. */
#define ACALL_REMEDY_WAIT 7
/* Go on, but not as fast. */
#define ACALL_REMEDY_SLOW_DOWN 8
/* Choose another file. */
#define ACALL_REMEDY_CHOOSE_OTHER_FILE 9
/* Try the same again, later. */
#define ACALL_REMEDY_RETRY_LATER 10
/* Ask the support of the program or of the API. */
#define ACALL_REMEDY_CONTACT_SUPPORT 11

/* A few words without a full stop: for a window's title or a heading. */
#define ACALL_PART_TITLE 1
/* What happened, and what to do: one or two sentences in one line. */
#define ACALL_PART_TEXT 2
/* The language of title and text, such as zh-Hant. */
#define ACALL_PART_LANGUAGE 3

/*
 * One line of English for developers, with the code, the HTTP status, the
 * correlation id and the server's own words, scrubbed.
 */
#define ACALL_PART_DETAIL 4

/* Nothing was decided yet. A zeroed decision says this. */
#define ACALL_ACTION_NONE 0
/* Wait, then send again. */
#define ACALL_ACTION_RETRY 1
/* Get a new token, then send again. */
#define ACALL_ACTION_REFRESH 2
/* The call is over. */
#define ACALL_ACTION_STOP 3

/* The call is not over. */
#define ACALL_REASON_NONE 0
/* It succeeded. */
#define ACALL_REASON_SUCCESS 1
/* The caller gave up. */
#define ACALL_REASON_CANCELLED 2
/* Sending the same again cannot help. */
#define ACALL_REASON_NOT_RETRYABLE 3
/* There is no new token to be had, or it was refused as well. */
#define ACALL_REASON_AUTH_FAILED 4
/* Nothing will succeed before a reset. */
#define ACALL_REASON_QUOTA_HOLD 5
/* A repeat might do, or charge for, something twice. */
#define ACALL_REASON_UNSAFE_TO_REPLAY 6
/* All attempts are used up. */
#define ACALL_REASON_ATTEMPTS_EXHAUSTED 7
/* The server asks for a longer wait than is allowed. */
#define ACALL_REASON_SERVER_DELAY_TOO_LONG 8
/* The wait would not end before the deadline. */
#define ACALL_REASON_DEADLINE 9
/* Too many repeats have failed lately. */
#define ACALL_REASON_BUDGET_EXHAUSTED 10

/* The policy's backoff. */
#define ACALL_DELAY_SOURCE_BACKOFF 0
/* The server asked for it. */
#define ACALL_DELAY_SOURCE_SERVER 1

/* It was not asked: an earlier one decided. */
#define ACALL_GATE_STATE_NOT_REACHED 0
/* It let the call go on. */
#define ACALL_GATE_STATE_PASSED 1
/* It stopped the call. */
#define ACALL_GATE_STATE_STOPPED 2
/* It has nothing to say about a refresh. */
#define ACALL_GATE_STATE_SKIPPED 3

/* The defaults. */
#define ACALL_PRESET_STANDARD 0
/* Repeats nothing that may be charged twice. */
#define ACALL_PRESET_COST_AVERSE 1
/* One attempt. */
#define ACALL_PRESET_NONE 2

/* Not at all: everyone who failed together comes back together. */
#define ACALL_JITTER_NONE 0
/* Anything from nothing to the whole backoff. */
#define ACALL_JITTER_FULL 1
/* At least half of the backoff. */
#define ACALL_JITTER_EQUAL 2
/* Up to three times the previous backoff. */
#define ACALL_JITTER_DECORRELATED 3

/* Stop, and say when it would have been time. */
#define ACALL_OVER_CAP_GIVE_UP 0
/* Wait as long as is allowed, and come back earlier than asked. */
#define ACALL_OVER_CAP_CLAMP 1

/* None, whatever is known of the failed attempt. */
#define ACALL_RETRY_MUTATIONS_NEVER 0

/*
 * Those that were certainly not carried out, and those with an
 * idempotency key.
 */
#define ACALL_RETRY_MUTATIONS_REJECTED_ONLY 1
/* All: something may be done twice. */
#define ACALL_RETRY_MUTATIONS_ALWAYS 2

/*
 * For whoever looks: an attempt that is repeated, a call that succeeds at
 * last, one that its caller cancelled.
 */
#define ACALL_LOG_DEBUG 1
/* For everybody: a call that has failed. */
#define ACALL_LOG_WARNING 2

/* There was none, or its last poll brought no success. */
#define ACALL_POLLED_NONE 0
/* The task is finished, and its result is there. */
#define ACALL_POLLED_SUCCEEDED 1
/* The task is finished without a result. */
#define ACALL_POLLED_FAILED 2
/* The API's words for it are not understood. */
#define ACALL_POLLED_UNKNOWN 3
/* It was not finished in time. It may go on. */
#define ACALL_POLLED_TIMED_OUT 4

/*
 * The library's version, such as "0.1.0". Static, NUL-terminated, never
 * NULL. Any thread. Since 0.1.
 */
ACALL_API
const char *acall_version_string(void);

/*
 * The library's version as ACALL_VERSION_NUMBER counts it. Any thread.
 * Since 0.1.
 */
ACALL_API
int32_t acall_version_number(void);

/* The number of the library's ABI. Any thread. Since 0.1. */
ACALL_API
int32_t acall_abi_version(void);

/*
 * Whether a program that was compiled with a header of this ABI runs with
 * this library: 1 or 0. Call it as acall_abi_compatible(ACALL_ABI_VERSION),
 * once, if the library is loaded at run time. Any thread. Since 0.1.
 */
ACALL_API
int32_t acall_abi_compatible(int32_t header_abi);

/*
 * The name of a status, such as "ACALL_E_NULL"; NULL for a number that is
 * none. Static, NUL-terminated. Any thread. Since 0.1.
 */
ACALL_API
const char *acall_status_name(acall_status status);

/*
 * What a status means, in English, as a clause without a full stop; NULL for
 * a number that is none. Static, NUL-terminated. Any thread. Since 0.1.
 */
ACALL_API
const char *acall_status_message(acall_status status);

/*
 * Judges one reply: what does it mean, and what now?
 *
 * verdict belongs to the caller and is written only on success, from its
 * beginning to its struct_size. The library keeps no pointer to reply and
 * changes nothing of it; after its first use it allocates nothing. It takes
 * time in proportion to the reply's size, whatever its bytes are: no body is
 * an error. Any number of threads may judge with one profile.
 *
 * Errors: ACALL_E_NULL, ACALL_E_ARGUMENT (an unknown fault, expectation or
 * flag, an impossible length), ACALL_E_ABI_MISMATCH. Since 0.1.
 */
ACALL_API
acall_status acall_judge(const struct acall_profile *profile,
                         const struct acall_reply *reply,
                         struct acall_verdict *verdict);

/*
 * The built-in profile of the Eureka Open Platform REST API. Never NULL,
 * never to be freed. Any thread. Since 0.1.
 */
ACALL_API
const struct acall_profile *acall_profile_eureka(void);

/*
 * Finds a built-in profile by its name: name_length bytes, without a NUL.
 *
 * *profile is set to it on success; it is never to be freed. Any thread.
 * Errors: ACALL_E_PROFILE_UNKNOWN, _NULL, _ARGUMENT, _UTF8. Since 0.1.
 */
ACALL_API
acall_status acall_profile_builtin(const char *name,
                                   size_t name_length,
                                   const struct acall_profile **profile);

/*
 * Reads a profile from JSON: json_length bytes, at most 16 MiB, without a
 * NUL. The library keeps no pointer to them.
 *
 * *profile is set on success and belongs to the caller, who frees it with
 * acall_profile_free. error may be NULL; else *error is set to NULL on
 * success, and otherwise to what was wrong and where, which the caller frees
 * with acall_error_free. Any thread. Errors: ACALL_E_PROFILE, _NULL,
 * _ARGUMENT, _UTF8. Since 0.1.
 */
ACALL_API
acall_status acall_profile_from_json(const char *json,
                                     size_t json_length,
                                     struct acall_profile **profile,
                                     struct acall_error **error);

/*
 * Says what is wrong with the JSON of a profile, and what is odd: every error
 * and every warning, in the order of the text, at most 1000 of them.
 *
 * Writes a JSON array to buffer, with a NUL behind it: objects with
 * severity (error or warning), lint (syntax, invalid, or the name
 * of a warning), line and column from 1, path and message. [] if
 * there is nothing to say; without errors acall_profile_from_json reads the
 * text. *needed is set to the size that the buffer must have, the NUL
 * included, also if buffer is NULL and capacity 0; needed may be NULL.
 * Any thread. Errors: ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL,
 * _ARGUMENT, _UTF8. Since 0.1.
 */
ACALL_API
acall_status acall_profile_check(const char *json,
                                 size_t json_length,
                                 char *buffer,
                                 size_t capacity,
                                 size_t *needed);

/*
 * What a profile knows of the operation behind a method and a path: its kind,
 * and what its reply is. What it does not list is a query if the method is
 * GET, HEAD or OPTIONS, else a mutation, and has an envelope.
 *
 * method and path are UTF-8 without a NUL; a query behind the path is not
 * looked at. *kind and *expect are set on success; either may be NULL. Any
 * thread. Errors: ACALL_E_NULL, _ARGUMENT, _UTF8. Since 0.1.
 */
ACALL_API
acall_status acall_profile_operation(const struct acall_profile *profile,
                                     const char *method,
                                     size_t method_length,
                                     const char *path,
                                     size_t path_length,
                                     acall_operation_kind *kind,
                                     acall_expect *expect);

/*
 * Whether the profile's API is served from a host, which may have a port: 1,
 * else 0. Any thread. *is_for_host is set on success. Errors: ACALL_E_NULL,
 * _ARGUMENT, _UTF8. Since 0.1.
 */
ACALL_API
acall_status acall_profile_is_for_host(const struct acall_profile *profile,
                                       const char *host,
                                       size_t host_length,
                                       int32_t *is_for_host);

/*
 * Frees a profile that acall_profile_from_json made, with the rule texts of
 * every verdict made by it. NULL and built-in profiles are left alone. No
 * other thread may still use it. Since 0.1.
 */
ACALL_API
void acall_profile_free(struct acall_profile *profile);

/*
 * The profile's name, such as eureka.
 *
 * *text and *length are set on success. UTF-8 without a NUL, valid for as
 * long as the profile. Any thread. Errors: ACALL_E_NULL, _ARGUMENT.
 * Since 0.1.
 */
ACALL_API
acall_status acall_profile_name(const struct acall_profile *profile,
                                const char **text,
                                size_t *length);

/* The version of the profile's data; otherwise like acall_profile_name. */
ACALL_API
acall_status acall_profile_version(const struct acall_profile *profile,
                                   const char **text,
                                   size_t *length);

/*
 * Writes one of a verdict's texts to buffer, as UTF-8 with a NUL behind it:
 * JSON escapes are undone, bytes that are not UTF-8 become U+FFFD.
 *
 * verdict and reply are those of one acall_judge. which is one of
 * ACALL_TEXT_.... *needed is set to the size that the buffer must have,
 * the NUL included, also if buffer is NULL and capacity 0; to 0 if there is
 * no text. needed may be NULL. The text may hold NULs of its own: its length
 * is *needed - 1. Any thread, as long as nobody changes the three.
 *
 * Errors: ACALL_E_BUFFER_TOO_SMALL (nothing is written), _ABSENT, _NULL,
 * _ARGUMENT (also for a verdict of another reply, where that shows, and a
 * buffer that overlaps with the reply), _ABI_MISMATCH. Since 0.1.
 */
ACALL_API
acall_status acall_verdict_text(const struct acall_verdict *verdict,
                                const struct acall_reply *reply,
                                acall_text which,
                                char *buffer,
                                size_t capacity,
                                size_t *needed);

/*
 * Fills a field of a fixed width with one of a verdict's texts: as many whole
 * characters as fit, then spaces, no NUL.
 *
 * *needed is set to the length of the whole text: if it is more than
 * capacity, the field holds only its beginning. Otherwise, and in its errors
 * but ACALL_E_BUFFER_TOO_SMALL, like acall_verdict_text.
 */
ACALL_API
acall_status acall_verdict_text_fixed(const struct acall_verdict *verdict,
                                      const struct acall_reply *reply,
                                      acall_text which,
                                      char *buffer,
                                      size_t capacity,
                                      size_t *needed);

/*
 * The name of an outcome, such as "success": the one that data files and
 * every language use. Static, NUL-terminated; NULL for a number that is none,
 * so check it before you print it. Any thread. Since 0.1.
 */
ACALL_API
const char *acall_outcome_name(acall_outcome outcome);

/*
 * The number of the outcome that has a name of length bytes; names are
 * compared exactly. Any thread. Errors: ACALL_E_ABSENT for a name that is
 * none, _NULL, _ARGUMENT; then *outcome stays as it is. Since 0.1.
 */
ACALL_API
acall_status acall_outcome_from_name(const char *name,
                                     size_t length,
                                     acall_outcome *outcome);

/*
 * The name of a category, such as "rate_limit".
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_category_name(acall_category category);

/* The number of a category; like acall_outcome_from_name. */
ACALL_API
acall_status acall_category_from_name(const char *name,
                                      size_t length,
                                      acall_category *category);

/*
 * The name of an advice, such as "backoff".
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_advice_name(acall_advice advice);

/* The number of an advice; like acall_outcome_from_name. */
ACALL_API
acall_status acall_advice_from_name(const char *name,
                                    size_t length,
                                    acall_advice *advice);

/*
 * The name of an effect, such as "not_sent".
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_effect_name(acall_effect effect);

/* The number of an effect; like acall_outcome_from_name. */
ACALL_API
acall_status acall_effect_from_name(const char *name,
                                    size_t length,
                                    acall_effect *effect);

/*
 * The name of an operation kind, such as "mutation".
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_operation_kind_name(acall_operation_kind kind);

/* The number of an operation kind; like acall_outcome_from_name. */
ACALL_API
acall_status acall_operation_kind_from_name(const char *name,
                                            size_t length,
                                            acall_operation_kind *kind);

/*
 * The name of an expectation, such as "raw".
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_expect_name(acall_expect expect);

/* The number of an expectation; like acall_outcome_from_name. */
ACALL_API
acall_status acall_expect_from_name(const char *name,
                                    size_t length,
                                    acall_expect *expect);

/*
 * The name of a fault, such as "read_timeout"; NULL for ACALL_FAULT_NONE.
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_fault_name(acall_fault fault);

/* The number of a fault; like acall_outcome_from_name. */
ACALL_API
acall_status acall_fault_from_name(const char *name,
                                   size_t length,
                                   acall_fault *fault);

/*
 * The name of a task's state, such as "pending"; NULL for ACALL_TASK_NONE.
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_task_name(acall_task task);

/* The number of a task's state; like acall_outcome_from_name. */
ACALL_API
acall_status acall_task_from_name(const char *name,
                                  size_t length,
                                  acall_task *task);

/*
 * The name of one anomaly, given as its bit, such as
 * ACALL_ANOMALY_TOO_DEEP; NULL for no bit, several, or an unknown one.
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_anomaly_name(uint32_t anomaly);

/* The bit of an anomaly; like acall_outcome_from_name. */
ACALL_API
acall_status acall_anomaly_from_name(const char *name,
                                     size_t length,
                                     uint32_t *anomaly);

/*
 * The gRPC status code of a category, by its number in google.rpc.Code: 0 is
 * OK; -1 for a number that is no category. Any thread. Since 0.1.
 */
ACALL_API
int32_t acall_category_grpc_code(acall_category category);

/*
 * The HTTP status with which a service passes such a failure on to its own
 * callers; -1 for a number that is no category. Any thread. Since 0.1.
 */
ACALL_API
int32_t acall_category_http_status(acall_category category);

/*
 * The type of RFC 9457 problem details for a category, such as
 * "urn:aftercall:problem:quota". Static, NUL-terminated; NULL for a number
 * that is no category. Any thread. Since 0.1.
 */
ACALL_API
const char *acall_category_problem_type(acall_category category);

/*
 * Writes one part of the message for people to buffer, as UTF-8 with a NUL
 * behind it: what the reply means to whoever sits in front of the program, and
 * what to do. Neither a code nor the server's own words are in the title and
 * the text.
 *
 * profile and verdict are those of acall_judge; a zeroed verdict of which
 * only struct_size and category are set will do. reply is only looked at
 * for ACALL_PART_DETAIL, and may be NULL even then: without it the detail has
 * none of the server's texts. options may be NULL. part is one of
 * ACALL_PART_....
 *
 * *needed is set to the size that the buffer must have, the NUL included,
 * also if buffer is NULL and capacity 0; needed may be NULL. The library
 * keeps no pointer. Any thread.
 *
 * Errors: ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL, _ARGUMENT
 * (a role, a category, a part, a delay below 0, an offset from UTC beyond 1080
 * minutes), _ABI_MISMATCH. Since 0.1.
 */
ACALL_API
acall_status acall_message(const struct acall_profile *profile,
                           const struct acall_verdict *verdict,
                           const struct acall_reply *reply,
                           const struct acall_message_options *options,
                           acall_message_part part,
                           char *buffer,
                           size_t capacity,
                           size_t *needed);

/*
 * Fills a field of a fixed width with one part of the message for people: as
 * many whole characters as fit, then spaces, no NUL.
 *
 * *needed is set to the length of the whole text: if it is more than
 * capacity, the field holds only its beginning. Otherwise, and in its errors
 * but ACALL_E_BUFFER_TOO_SMALL, like acall_message.
 */
ACALL_API
acall_status acall_message_fixed(const struct acall_profile *profile,
                                 const struct acall_verdict *verdict,
                                 const struct acall_reply *reply,
                                 const struct acall_message_options *options,
                                 acall_message_part part,
                                 char *buffer,
                                 size_t capacity,
                                 size_t *needed);

/*
 * What a person can do: *remedy is set to one of ACALL_REMEDY_..., on
 * success only. The arguments and errors are those of acall_message.
 * Any thread. Since 0.1.
 */
ACALL_API
acall_status acall_message_remedy(const struct acall_profile *profile,
                                  const struct acall_verdict *verdict,
                                  const struct acall_message_options *options,
                                  acall_remedy *remedy);

/*
 * The built-in language that fits best what somebody asks for, such as
 * "zh-Hant"; "en" if none does, so never NULL. Static, NUL-terminated.
 *
 * preferences may be a BCP 47 tag (zh-HK), a list of them, the header
 * Accept-Language with its weights, a POSIX locale (zh_CN.UTF-8, C), or a
 * list of those as LANGUAGE has it. Whatever else stands there is passed
 * over. The library reads neither the environment nor the locale of the
 * process: pass them. Any thread. Since 0.1.
 */
ACALL_API
const char *acall_negotiate_language(const char *preferences,
                                     size_t length);

/*
 * Writes a text to buffer in which everything that looks like a secret is
 * replaced by REDACTED, with a NUL behind it: values of names such as
 * apikey, token or password in URLs, forms, JSON and headers, bearer
 * tokens, keys such as sk-..., user:password@, signatures of URLs; also
 * percent-encoded and escaped. Bytes that are not UTF-8 become U+FFFD.
 *
 * *needed is set to the size that the buffer must have, the NUL included;
 * needed may be NULL. The buffer may be the text itself. Time in proportion
 * to length, whatever the text is. Any thread. Errors:
 * ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL, _ARGUMENT.
 * Since 0.1.
 */
ACALL_API
acall_status acall_redact(const char *text,
                          size_t length,
                          char *buffer,
                          size_t capacity,
                          size_t *needed);

/*
 * The same, with what an API calls its secrets: the names and beginnings
 * that its profile has in redaction. Records and messages that are made by
 * a profile are scrubbed so. Otherwise like acall_redact.
 */
ACALL_API
acall_status acall_profile_redact(const struct acall_profile *profile,
                                  const char *text,
                                  size_t length,
                                  char *buffer,
                                  size_t capacity,
                                  size_t *needed);

/*
 * Writes a text to buffer so that it stays in one line of a log or a
 * terminal, with a NUL behind it: line breaks become a space; other control
 * characters, marks of writing direction and characters that cannot be seen
 * become U+FFFD. Scrub first, then make it one line. Otherwise like
 * acall_redact.
 */
ACALL_API
acall_status acall_one_line(const char *text,
                            size_t length,
                            char *buffer,
                            size_t capacity,
                            size_t *needed);

/*
 * The name of a role, such as "owner".
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_role_name(acall_role role);

/* The number of a role; like acall_outcome_from_name. */
ACALL_API
acall_status acall_role_from_name(const char *name,
                                  size_t length,
                                  acall_role *role);

/*
 * The name of what a person can do, such as "top_up"; NULL for
 * ACALL_REMEDY_NONE. Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_remedy_name(acall_remedy remedy);

/* The number of what a person can do; like acall_outcome_from_name. */
ACALL_API
acall_status acall_remedy_from_name(const char *name,
                                    size_t length,
                                    acall_remedy *remedy);

/*
 * The policy of a preset: *policy is set to it on success, and it is never
 * to be freed. Any thread. Errors: ACALL_E_ARGUMENT for a number that is no
 * preset, _NULL. Since 0.1.
 */
ACALL_API
acall_status acall_policy_preset(acall_preset preset,
                                 const struct acall_policy **policy);

/*
 * Reads a policy from JSON: json_length bytes, at most 1 MiB, without a NUL.
 * The library keeps no pointer to them. A preset in it fills what it leaves
 * out; {} is the standard policy.
 *
 * *policy is set on success and belongs to the caller, who frees it with
 * acall_policy_free. error may be NULL; else *error is set to NULL on
 * success, and otherwise to what was wrong and where, what was found and what
 * is allowed, which the caller frees with acall_error_free. Any thread.
 * Errors: ACALL_E_POLICY, _NULL, _ARGUMENT, _UTF8. Since 0.1.
 */
ACALL_API
acall_status acall_policy_from_json(const char *json,
                                    size_t json_length,
                                    struct acall_policy **policy,
                                    struct acall_error **error);

/*
 * Writes a policy to buffer as JSON, every setting written out, with a NUL
 * behind it. *needed is set to the size that the buffer must have, the NUL
 * included, also if buffer is NULL and capacity 0; needed may be NULL.
 * Any thread. Errors: ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL,
 * _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_policy_to_json(const struct acall_policy *policy,
                                  char *buffer,
                                  size_t capacity,
                                  size_t *needed);

/*
 * Frees a policy that acall_policy_from_json made. NULL and presets are left
 * alone. No other thread and no call may still use it. Since 0.1.
 */
ACALL_API
void acall_policy_free(struct acall_policy *policy);

/*
 * Makes a budget of capacity tokens at most (1 or more), of which tokens
 * are there now, but never more than fit; -1 for all.
 *
 * *budget is set on success and belongs to the caller, who frees it with
 * acall_budget_free. Any thread. Errors: ACALL_E_ARGUMENT, _NULL.
 * Since 0.1.
 */
ACALL_API
acall_status acall_budget_new(int32_t capacity,
                              int32_t tokens,
                              struct acall_budget **budget);

/*
 * Makes the budget that a policy wants, full. policy is NULL for the
 * standard one.
 *
 * *budget is set on success: to NULL if the policy wants none, which is what
 * acall_call_options takes for none. Otherwise like acall_budget_new.
 */
ACALL_API
acall_status acall_budget_of_policy(const struct acall_policy *policy,
                                    struct acall_budget **budget);

/*
 * How many tokens a budget holds now; -1 if budget is NULL. Any thread.
 * Since 0.1.
 */
ACALL_API
int64_t acall_budget_tokens(const struct acall_budget *budget);

/* How many tokens a budget can hold; otherwise like acall_budget_tokens. */
ACALL_API
int64_t acall_budget_capacity(const struct acall_budget *budget);

/*
 * Frees a budget. NULL is fine. No other thread and no call may still use it.
 * Since 0.1.
 */
ACALL_API
void acall_budget_free(struct acall_budget *budget);

/*
 * Says why this was decided, in one line of English: every gate in its order,
 * with the numbers it looked at, and which were not reached. For logs and
 * developers; there is nothing of the server's own words in it.
 *
 * buffer gets the text as UTF-8 with a NUL behind it. *needed is set to the
 * size that the buffer must have, the NUL included, also if buffer is NULL
 * and capacity 0; needed may be NULL. No decision needs more than 1,000
 * bytes. Any thread.
 *
 * Errors: ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL,
 * _ARGUMENT (nothing was decided into it), _ABI_MISMATCH. Since 0.1.
 */
ACALL_API
acall_status acall_decision_explain(const struct acall_decision *decision,
                                    char *buffer,
                                    size_t capacity,
                                    size_t *needed);

/*
 * The same as data: a JSON object with action, reason, delay_ms,
 * delay_source, retry_at_ms, budget, and gates, an array with an object
 * for each gate: gate, state and the numbers it looked at. Later versions
 * may add fields. No decision needs more than 2,000 bytes. Otherwise like
 * acall_decision_explain.
 */
ACALL_API
acall_status acall_decision_explain_json(const struct acall_decision *decision,
                                         char *buffer,
                                         size_t capacity,
                                         size_t *needed);

/*
 * What one gate of a decision did: the gate that stops with the reason gate.
 * *state is written only on success. Any thread. Errors: ACALL_E_ARGUMENT
 * (no such gate, or nothing was decided), _NULL, _ABI_MISMATCH. Since 0.1.
 */
ACALL_API
acall_status acall_decision_gate(const struct acall_decision *decision,
                                 acall_reason gate,
                                 acall_gate_state *state);

/*
 * A seed that no other call has, from the operating system's randomness.
 * Any thread. Since 0.1.
 */
ACALL_API
uint64_t acall_fresh_seed(void);

/*
 * Begins a call, which starts now. now_ms is the time in milliseconds of any
 * monotonic clock, 0 or more, the same clock for all events of the call; one
 * that runs backwards is taken to stand still.
 *
 * call is memory of the caller, of any content: an earlier call in it must be
 * over or abandoned, or what it paid for a wait is lost. It stays where it is
 * until the call is over. options is only read now; its policy and its budget
 * must outlive the call. Nothing is allocated.
 *
 * Errors: ACALL_E_NULL, _ARGUMENT (an unknown kind or flag, a seed without
 * its flag, a negative time), _ABI_MISMATCH; then *call stays as it is.
 * Since 0.1.
 */
ACALL_API
acall_status acall_call_begin(struct acall_call *call,
                              const struct acall_call_options *options,
                              int64_t now_ms);

/*
 * An attempt goes out now: the first, or the next after a wait or a refresh.
 * attempt belongs to the caller and is written only on success. Allocates
 * nothing.
 *
 * Errors, then nothing changes: ACALL_E_OUT_OF_TURN (an attempt is under way,
 * a new token is awaited, the call is over), _NO_CALL (none was begun in this
 * memory, or it was moved), _NULL, _ARGUMENT (a negative time),
 * _ABI_MISMATCH. So it is for all events. Since 0.1.
 */
ACALL_API
acall_status acall_call_before_attempt(struct acall_call *call,
                                       int64_t now_ms,
                                       struct acall_attempt *attempt);

/*
 * The attempt's reply was judged: what now? decision belongs to the caller
 * and is written only on success; the observer, if there is one, is told then.
 *
 * verdict is one that acall_judge wrote. reply is the reply that it was
 * made from, or NULL: it is looked at only if the policy has overrides for
 * codes that are words, and then NULL is refused for a verdict with such a
 * code. Allocates nothing.
 *
 * Errors: as acall_call_before_attempt; ACALL_E_ARGUMENT also for a
 * verdict that nothing was judged into. Out of turn: no attempt is under way.
 * Since 0.1.
 */
ACALL_API
acall_status acall_call_on_reply(struct acall_call *call,
                                 const struct acall_verdict *verdict,
                                 const struct acall_reply *reply,
                                 int64_t now_ms,
                                 struct acall_decision *decision);

/*
 * The new token that was asked for is there: the next attempt may go out.
 * Errors: as acall_call_before_attempt. Out of turn: no new token was asked
 * for. Since 0.1.
 */
ACALL_API
acall_status acall_call_on_refreshed(struct acall_call *call,
                                     int64_t now_ms);

/*
 * There is no new token to be had: the call stops with
 * ACALL_REASON_AUTH_FAILED. Otherwise like acall_call_on_refreshed;
 * decision as in acall_call_on_reply.
 */
ACALL_API
acall_status acall_call_on_refresh_failed(struct acall_call *call,
                                          int64_t now_ms,
                                          struct acall_decision *decision);

/*
 * The caller gives up: the call stops with ACALL_REASON_CANCELLED. A wait
 * that was paid for and not used is paid back. Errors: as
 * acall_call_before_attempt. Out of turn: the call is over. Since 0.1.
 */
ACALL_API
acall_status acall_call_cancel(struct acall_call *call,
                               int64_t now_ms,
                               struct acall_decision *decision);

/*
 * The deadline came before the next attempt could be sent, as after a wait
 * that took longer than it should: the call stops with
 * ACALL_REASON_DEADLINE, and the wait is paid back. Errors: as
 * acall_call_before_attempt. Out of turn: an attempt is under way, or the
 * call is over. Since 0.1.
 */
ACALL_API
acall_status acall_call_expire(struct acall_call *call,
                               int64_t now_ms,
                               struct acall_decision *decision);

/*
 * Ends a call of which no more is to be heard, without telling anyone: a wait
 * that was paid for and not used is paid back. Nothing happens to a call that
 * is over. Errors: ACALL_E_NO_CALL, _NULL, _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_call_abandon(struct acall_call *call);

/*
 * How many attempts were begun; -1 if no call was begun in this memory.
 * Since 0.1.
 */
ACALL_API
int32_t acall_call_attempts(const struct acall_call *call);

/*
 * Whether the terminal decision was made, or the call abandoned: 1 or 0; -1 if
 * no call was begun in this memory. Since 0.1.
 */
ACALL_API
int32_t acall_call_is_over(const struct acall_call *call);

/*
 * The name of an action, such as "retry"; NULL for
 * ACALL_ACTION_NONE.
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_action_name(acall_action action);

/* The number of an action; like acall_outcome_from_name. */
ACALL_API
acall_status acall_action_from_name(const char *name,
                                    size_t length,
                                    acall_action *action);

/*
 * The name of a reason, such as "unsafe_to_replay"; NULL for
 * ACALL_REASON_NONE.
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_reason_name(acall_reason reason);

/* The number of a reason; like acall_outcome_from_name. */
ACALL_API
acall_status acall_reason_from_name(const char *name,
                                    size_t length,
                                    acall_reason *reason);

/*
 * The name of a delay's source, such as "server".
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_delay_source_name(acall_delay_source delay_source);

/* The number of a delay's source; like acall_outcome_from_name. */
ACALL_API
acall_status acall_delay_source_from_name(const char *name,
                                          size_t length,
                                          acall_delay_source *delay_source);

/*
 * The name of a gate's state, such as "passed".
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_gate_state_name(acall_gate_state gate_state);

/* The number of a gate's state; like acall_outcome_from_name. */
ACALL_API
acall_status acall_gate_state_from_name(const char *name,
                                        size_t length,
                                        acall_gate_state *gate_state);

/*
 * The name of a preset, such as "cost_averse".
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_preset_name(acall_preset preset);

/* The number of a preset; like acall_outcome_from_name. */
ACALL_API
acall_status acall_preset_from_name(const char *name,
                                    size_t length,
                                    acall_preset *preset);

/*
 * The name of a jitter, such as "equal".
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_jitter_name(acall_jitter jitter);

/* The number of a jitter; like acall_outcome_from_name. */
ACALL_API
acall_status acall_jitter_from_name(const char *name,
                                    size_t length,
                                    acall_jitter *jitter);

/*
 * The name of what happens over the cap, such as "give_up".
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_over_cap_name(acall_over_cap over_cap);

/* The number of what happens over the cap; like acall_outcome_from_name. */
ACALL_API
acall_status acall_over_cap_from_name(const char *name,
                                      size_t length,
                                      acall_over_cap *over_cap);

/*
 * The name of which mutations are repeated, such as "rejected_only".
 * Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_retry_mutations_name(acall_retry_mutations mutations);

/* The number of which mutations are repeated; like acall_outcome_from_name. */
ACALL_API
acall_status acall_retry_mutations_from_name(const char *name,
                                             size_t length,
                                             acall_retry_mutations *mutations);

/*
 * Begins a record of a call that starts now: at started_unix_ms by the wall
 * clock, in milliseconds since 1970, and at started_ms by the call's own
 * clock. profile is the one that judges.
 *
 * method and url are UTF-8. Of the URL only scheme, host, port and path are
 * kept, and what looks like a secret in the path is removed: user, password,
 * query and fragment never get in. The library keeps no pointer.
 *
 * *record is set on success and belongs to the caller, who frees it with
 * acall_record_free. Any thread. Errors: ACALL_E_NULL, _ARGUMENT (also a
 * negative started_ms), _UTF8. Since 0.1.
 */
ACALL_API
acall_status acall_record_new(const struct acall_profile *profile,
                              const char *method,
                              size_t method_length,
                              const char *url,
                              size_t url_length,
                              int64_t started_unix_ms,
                              int64_t started_ms,
                              struct acall_record **record);

/*
 * Adds an attempt: its verdict, and what was decided about it.
 *
 * verdict is one that acall_judge wrote and reply the reply that it was
 * made from; NULL for that, and the record has none of the server's texts.
 * Without a verdict, if that is NULL, no attempt is noted, only how the call
 * went on: a wait that was cancelled, for example. Then reply is not looked
 * at. decision is one that an event of the call wrote.
 *
 * reply->method and reply->path, where they are given, say where the
 * request went: the record tells it if that was not where it says itself, as
 * of a request for a token. Scrubbed, and without a query.
 *
 * started_ms and ended_ms are when the attempt began and ended by the call's
 * clock. request_id is the id that was sent with it, UTF-8; NULL and 0 for
 * none. The library keeps no pointer. One thread at a time.
 *
 * Errors, then nothing is noted: ACALL_E_NULL, _ARGUMENT (also a negative
 * time, a verdict that nothing was judged into or that is another reply's,
 * where that shows, a decision that nothing was decided into), _UTF8,
 * _ABI_MISMATCH. Since 0.1.
 */
ACALL_API
acall_status acall_record_note(struct acall_record *record,
                               const struct acall_reply *reply,
                               const struct acall_verdict *verdict,
                               const struct acall_decision *decision,
                               int64_t started_ms,
                               int64_t ended_ms,
                               const char *request_id,
                               size_t request_id_length);

/*
 * Writes the record to buffer as one JSON document of at most 256 KiB, in
 * UTF-8 with a NUL behind it: started, method, host, path,
 * attempts_made, reason and others, and attempts, an array with an object
 * for each that was kept. Later versions may add fields.
 *
 * *needed is set to the size that the buffer must have, the NUL included,
 * also if buffer is NULL and capacity 0; needed may be NULL. Any thread,
 * as long as nobody notes.
 *
 * Errors: ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL,
 * _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_record_json(const struct acall_record *record,
                               char *buffer,
                               size_t capacity,
                               size_t *needed);

/*
 * Writes the record as one paragraph of English in one line, to paste into a
 * ticket. Otherwise like acall_record_json.
 */
ACALL_API
acall_status acall_record_paragraph(const struct acall_record *record,
                                    char *buffer,
                                    size_t capacity,
                                    size_t *needed);

/*
 * Writes the failure as problem details (RFC 9457), for a service that passes
 * it on to its own callers; the media type is application/problem+json, and
 * the member status a suggestion.
 *
 * profile is the one that judged; title and detail are its words for people.
 * languages is what acall_negotiate_language understands; NULL and 0 for
 * English.
 * role is one of ACALL_ROLE_.... Otherwise like acall_record_json;
 * ACALL_E_ARGUMENT also for a role that is none.
 */
ACALL_API
acall_status acall_record_problem_json(const struct acall_record *record,
                                       const struct acall_profile *profile,
                                       const char *languages,
                                       size_t languages_length,
                                       acall_role role,
                                       char *buffer,
                                       size_t capacity,
                                       size_t *needed);

/*
 * Writes the last attempt as a JSON object of attributes by OpenTelemetry's
 * names, such as http.response.status_code and error.type, for whoever has
 * a span or a log record: texts, whole numbers, and arrays of texts. Otherwise
 * like acall_record_json.
 */
ACALL_API
acall_status acall_record_attributes_json(const struct acall_record *record,
                                          char *buffer,
                                          size_t capacity,
                                          size_t *needed);

/*
 * Frees a record. NULL is fine. No other thread may still use it. Since 0.1.
 */
ACALL_API
void acall_record_free(struct acall_record *record);

/*
 * The status that came with the error; ACALL_OK if error is NULL. Any
 * thread. Since 0.1.
 */
ACALL_API
acall_status acall_error_status(const struct acall_error *error);

/*
 * One line that says what was wrong and where, for developers. UTF-8,
 * NUL-terminated, never NULL (empty if error is), valid until the error is
 * freed. Any thread. Since 0.1.
 */
ACALL_API
const char *acall_error_message(const struct acall_error *error);

/*
 * The way to the wrong value in the document, such as codes[3].category;
 * empty for the document itself. Otherwise like acall_error_message.
 */
ACALL_API
const char *acall_error_path(const struct acall_error *error);

/*
 * The line of the wrong value, from 1; 0 if the error is about no line or
 * error is NULL. Any thread. Since 0.1.
 */
ACALL_API
int64_t acall_error_line(const struct acall_error *error);

/*
 * The column of the wrong value in characters, from 1; otherwise like
 * acall_error_line.
 */
ACALL_API
int64_t acall_error_column(const struct acall_error *error);

/*
 * Frees an error. NULL is fine. No other thread may still read it. Since 0.1.
 */
ACALL_API
void acall_error_free(struct acall_error *error);

/*
 * Makes a handle that nobody has used. *cancel is set on success and belongs
 * to the caller, who frees it with acall_cancel_free. Any thread. Errors:
 * ACALL_E_NULL, _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_cancel_new(struct acall_cancel **cancel);

/*
 * Ends every call that has this handle: they stop with
 * ACALL_REASON_CANCELLED. To cancel twice is to cancel once. Any thread; not
 * from a signal handler. Errors: ACALL_E_NULL, _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_cancel_cancel(const struct acall_cancel *cancel);

/*
 * Whether the handle was used: 1 or 0; -1 if cancel is NULL. Any thread.
 * Since 0.1.
 */
ACALL_API
int32_t acall_cancel_is_cancelled(const struct acall_cancel *cancel);

/*
 * Frees a handle. NULL is fine. Calls that have it go on, and nobody can
 * cancel them any more. No other thread may still use it. Since 0.1.
 */
ACALL_API
void acall_cancel_free(struct acall_cancel *cancel);

/*
 * The status line came: 100 to 999. What came before is forgotten: it was
 * interim. Errors: ACALL_E_NULL, _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_exchange_head(struct acall_exchange *exchange,
                                 int32_t http_status);

/*
 * One header came; name and value are copied, and may hold any bytes. Errors:
 * ACALL_E_NULL, _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_exchange_header(struct acall_exchange *exchange,
                                   const char *name,
                                   size_t name_length,
                                   const char *value,
                                   size_t value_length);

/*
 * The next piece of the body came; it is copied, or written to the download's
 * file. Errors: ACALL_E_STOPPED (the body is over the limit, or a file cannot
 * take it: the transport returns, with whatever), _NULL, _ARGUMENT.
 * Since 0.1.
 */
ACALL_API
acall_status acall_exchange_body(struct acall_exchange *exchange,
                                 const void *piece,
                                 size_t piece_length);

/*
 * Reads on in the request's body: at most capacity bytes into buffer.
 * *length is set on success; 0 is the end. Errors: ACALL_E_STOPPED (a file
 * cannot be read: the transport returns, with whatever), _NULL, _ARGUMENT.
 * Since 0.1.
 */
ACALL_API
acall_status acall_exchange_read(struct acall_exchange *exchange,
                                 void *buffer,
                                 size_t capacity,
                                 size_t *length);

/*
 * Whether to go on waiting: ACALL_OK, or ACALL_E_STOPPED if the call was
 * cancelled or its time is over; then the transport returns, with whatever.
 * Errors: ACALL_E_NULL, _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_exchange_check(struct acall_exchange *exchange);

/*
 * A few words about the fault that the transport is going to return, for
 * developers: no secret, no body, no query. Errors: ACALL_E_NULL,
 * _ARGUMENT, _UTF8. Since 0.1.
 */
ACALL_API
acall_status acall_exchange_detail(struct acall_exchange *exchange,
                                   const char *text,
                                   size_t text_length);

/*
 * Makes a client from settings in JSON: json_length bytes, at most 4 MiB,
 * without a NUL. The library keeps no pointer to them. options may be NULL.
 *
 * The settings, with their defaults: base_url (needed; https, or http to
 * this machine); api_key, or client_id and client_secret; token_path
 * /oauth/token; allow_plain_http false; profile eureka; policy, a
 * policy's JSON; deadline_ms 180000; attempt_timeout_ms 60000;
 * connect_timeout_ms 5000; idle_timeout_ms 15000; max_idle_connections 32;
 * max_body_bytes 67108864; max_download_bytes 4294967296; proxy,
 * no_proxy, proxy_from_environment false; ca_pem or ca_file; gzip
 * true; user_agent.
 *
 * *client is set on success and belongs to the caller, who frees it with
 * acall_client_free. error may be NULL; else *error is set to NULL on
 * success, and otherwise to what was wrong and where, without any credential,
 * which the caller frees with acall_error_free. Nothing is sent. Any thread.
 * Errors: ACALL_E_CLIENT, _NULL, _ARGUMENT, _UTF8, _ABI_MISMATCH.
 * Since 0.1.
 */
ACALL_API
acall_status acall_client_from_json(const char *json,
                                    size_t json_length,
                                    const struct acall_client_options *options,
                                    struct acall_client **client,
                                    struct acall_error **error);

/*
 * Sends a request and waits for the end of the call: a success, or a failure
 * that nothing more can be done about. Blocks the calling thread for no
 * longer than the deadline.
 *
 * *response is set on success and belongs to the caller, who frees it with
 * acall_response_free. ACALL_OK says only that there is one: whether the
 * call succeeded is acall_response_is_success. What cannot be sent is a
 * failure too, of the fault ACALL_FAULT_BAD_REQUEST. request is only read.
 *
 * error may be NULL; else *error is set to NULL on success, and otherwise to
 * which argument was wrong, which the caller frees with acall_error_free. Any
 * number of threads at once. Errors: ACALL_E_NULL, _ARGUMENT, _UTF8,
 * _ABI_MISMATCH. Since 0.1.
 */
ACALL_API
acall_status acall_client_send(const struct acall_client *client,
                               const struct acall_request *request,
                               struct acall_response **response,
                               struct acall_error **error);

/*
 * Asks about a task until it is finished, by the profile's words for how tasks
 * stand: a task that is pending is asked about again, after growing waits with
 * some chance in them. Each poll is a call like that of acall_client_send, a
 * query unless the request says otherwise, and none goes on when the wait is
 * over. options may be NULL. Blocks the calling thread; the request's
 * cancel ends it, in its waits too.
 *
 * *response is that of the last poll, and acall_response_polled says how
 * the wait ended. Otherwise like acall_client_send.
 */
ACALL_API
acall_status acall_client_poll(const struct acall_client *client,
                               const struct acall_request *request,
                               const struct acall_poll_options *options,
                               struct acall_response **response,
                               struct acall_error **error);

/*
 * Ends the hold of the client's credential: the balance was topped up, or
 * somebody knows better for another reason. Any thread. Errors: ACALL_E_NULL,
 * _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_client_clear_hold(const struct acall_client *client);

/*
 * Forgets the access token, so that the next call fetches another. Otherwise
 * like acall_client_clear_hold.
 */
ACALL_API
acall_status acall_client_forget_token(const struct acall_client *client);

/*
 * Writes what the client has at this moment, for metrics, as a JSON object:
 * calls_under_way, calls_ended, attempts, budget, hold and token,
 * the last three objects or null. Later versions may add fields.
 *
 * buffer gets it with a NUL behind it. *needed is set to the size that the
 * buffer must have, the NUL included, also if buffer is NULL and capacity
 * 0; needed may be NULL. 1,000 bytes are enough. Any thread. Errors:
 * ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL, _ARGUMENT.
 * Since 0.1.
 */
ACALL_API
acall_status acall_client_snapshot_json(const struct acall_client *client,
                                        char *buffer,
                                        size_t capacity,
                                        size_t *needed);

/*
 * Frees a client. NULL is fine. Its responses stay. No other thread may still
 * use it, and none of its callbacks may free it. Since 0.1.
 */
ACALL_API
void acall_client_free(struct acall_client *client);

/*
 * The name of a wait's end, such as "succeeded"; NULL for
 * ACALL_POLLED_NONE. Otherwise like acall_outcome_name.
 */
ACALL_API
const char *acall_polled_name(acall_polled polled);

/* The number of a wait's end; like acall_outcome_from_name. */
ACALL_API
acall_status acall_polled_from_name(const char *name,
                                    size_t length,
                                    acall_polled *polled);

/*
 * Whether the call succeeded: 1 or 0; -1 if response is NULL. Any thread.
 * Since 0.1.
 */
ACALL_API
int32_t acall_response_is_success(const struct acall_response *response);

/*
 * Why the call was over; ACALL_REASON_NONE if response is NULL. Any thread.
 * Since 0.1.
 */
ACALL_API
acall_reason acall_response_reason(const struct acall_response *response);

/*
 * What kind of operation the call was; -1 if response is NULL. Any thread.
 * Since 0.1.
 */
ACALL_API
int32_t acall_response_kind(const struct acall_response *response);

/*
 * How the wait for a task ended: ACALL_POLLED_...; ACALL_POLLED_NONE after
 * acall_client_send, and if the last poll brought no success. Any thread.
 * Since 0.1.
 */
ACALL_API
acall_polled acall_response_polled(const struct acall_response *response);

/*
 * How many attempts were made, those for tokens included; -1 if response is
 * NULL. Any thread. Since 0.1.
 */
ACALL_API
int32_t acall_response_attempts(const struct acall_response *response);

/*
 * How long the call took in milliseconds; -1 if response is NULL. Any thread.
 * Since 0.1.
 */
ACALL_API
int64_t acall_response_took_ms(const struct acall_response *response);

/*
 * In how many milliseconds from the call's end it is worth trying again; -1
 * if nobody said so, or response is NULL. Any thread. Since 0.1.
 */
ACALL_API
int64_t acall_response_retry_after_ms(const struct acall_response *response);

/*
 * When it is worth trying again, in milliseconds since 1970 by the clock at
 * the call's start; otherwise like acall_response_retry_after_ms.
 */
ACALL_API
int64_t acall_response_retry_at_unix_ms(const struct acall_response *response);

/*
 * How many bytes went into the download's file; -1 if there is none, or
 * response is NULL. Any thread. Since 0.1.
 */
ACALL_API
int64_t acall_response_downloaded_bytes(const struct acall_response *response);

/*
 * What the last reply meant; of a call that was stopped before it sent
 * anything, what it would have failed of. verdict belongs to the caller and
 * is written only on success. Its places are those of acall_response_body
 * and of the headers of acall_response_reply; its rule is borrowed from
 * the response. Any thread. Errors: ACALL_E_NULL, _ARGUMENT,
 * _ABI_MISMATCH. Since 0.1.
 */
ACALL_API
acall_status acall_response_verdict(const struct acall_response *response,
                                    struct acall_verdict *verdict);

/*
 * The last decision. decision belongs to the caller and is written only on
 * success. Any thread. Errors: ACALL_E_NULL, _ARGUMENT, _ABI_MISMATCH.
 * Since 0.1.
 */
ACALL_API
acall_status acall_response_decision(const struct acall_response *response,
                                     struct acall_decision *decision);

/*
 * The last reply as acall_verdict_text takes it, with every header. reply
 * belongs to the caller and is written only on success; what it points to is
 * borrowed from the response. Any thread. Errors: ACALL_E_NULL, _ARGUMENT,
 * _ABI_MISMATCH. Since 0.1.
 */
ACALL_API
acall_status acall_response_reply(const struct acall_response *response,
                                  struct acall_reply *reply);

/*
 * The API's data, exactly as received; a success has it, and not every one: a
 * download's is in its file. *data and *length are set on success and
 * borrowed from the response; no NUL follows. Any thread. Errors:
 * ACALL_E_ABSENT, _NULL, _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_response_data(const struct acall_response *response,
                                 const void **data,
                                 size_t *length);

/*
 * The whole body, decoded; of a failure as far as it came, and never for end
 * users. It may be empty. Otherwise like acall_response_data.
 */
ACALL_API
acall_status acall_response_body(const struct acall_response *response,
                                 const void **body,
                                 size_t *length);

/*
 * The first value of a header of the last reply; its name in any case. It may
 * hold any bytes. Otherwise like acall_response_data.
 */
ACALL_API
acall_status acall_response_header(const struct acall_response *response,
                                   const char *name,
                                   size_t name_length,
                                   const void **value,
                                   size_t *length);

/*
 * One attempt, by its index from 0, those for tokens included. attempted,
 * verdict and decision belong to the caller and are written only on
 * success; the last two may be NULL. The verdict has no places (-1): only the
 * last reply is kept; its rule is borrowed from the response. Any thread.
 * Errors: ACALL_E_ABSENT (no such attempt), _NULL, _ARGUMENT,
 * _ABI_MISMATCH. Since 0.1.
 */
ACALL_API
acall_status acall_response_attempt(const struct acall_response *response,
                                    int32_t index,
                                    struct acall_attempted *attempted,
                                    struct acall_verdict *verdict,
                                    struct acall_decision *decision);

/*
 * Says in one line of English how the call ended, such as
 * quota: quota_hold (code:67200002, HTTP 200, 1 attempt): for logs and
 * developers, without a secret or anything that the server wrote.
 *
 * buffer gets it as UTF-8 with a NUL behind it. *needed is set to the size
 * that the buffer must have, the NUL included, also if buffer is NULL and
 * capacity 0; needed may be NULL. Any thread. Errors:
 * ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL, _ARGUMENT.
 * Since 0.1.
 */
ACALL_API
acall_status acall_response_summary(const struct acall_response *response,
                                    char *buffer,
                                    size_t capacity,
                                    size_t *needed);

/*
 * The record of the call for support, as one JSON document of at most 256
 * KiB: every attempt, without secrets. Otherwise like
 * acall_response_summary.
 */
ACALL_API
acall_status acall_response_record_json(const struct acall_response *response,
                                        char *buffer,
                                        size_t capacity,
                                        size_t *needed);

/*
 * The record as one paragraph of English, to paste into a ticket. Otherwise
 * like acall_response_summary.
 */
ACALL_API
acall_status acall_response_paragraph(const struct acall_response *response,
                                      char *buffer,
                                      size_t capacity,
                                      size_t *needed);

/*
 * Frees a response, with everything that was borrowed from it. NULL is fine.
 * No other thread may still use it. Since 0.1.
 */
ACALL_API
void acall_response_free(struct acall_response *response);

/*
 * Judges one reply, in integers and strings.
 *
 * profile is the name of a built-in profile, or NULL with length 0 for
 * eureka. http_status is 0 if it is not known, fault is 0 or
 * ACALL_FAULT_..., expect is 0 or ACALL_EXPECT_..., now_unix_ms is the
 * wall clock or 0. headers is one text with a line Name: value for each
 * header, ended by CR LF or LF: those of the last reply alone, if there were
 * redirects. A length of -1 means that a NUL ends the text. NULL with length 0
 * is fine for headers and body.
 *
 * verdict is a block of at least ACALL_FLAT_VERDICT_SIZE bytes that belongs
 * to the caller, at any address; it is written only on success, holds no
 * pointer, may be copied and kept, and is read with acall_flat_verdict_int
 * and acall_flat_verdict_text. Any thread.
 *
 * Errors, with details from acall_last_error: ACALL_E_NULL, _ARGUMENT,
 * _UTF8 (the profile's name), _BUFFER_TOO_SMALL (the block),
 * ACALL_E_PROFILE_UNKNOWN. Since 0.1.
 */
ACALL_API
acall_status acall_flat_judge(const char *profile,
                              int32_t profile_length,
                              int32_t http_status,
                              int32_t fault,
                              int32_t expect,
                              int64_t now_unix_ms,
                              const char *headers,
                              int32_t headers_length,
                              const char *body,
                              int32_t body_length,
                              char *verdict,
                              int32_t verdict_capacity);

/*
 * Judges one reply to a known request. A profile may know how the tasks stand
 * that certain requests ask for, and have rules for certain requests.
 *
 * method, such as GET, and path, such as /search/patent, say what
 * was asked, both or neither; a query behind the path is not looked at. A
 * length of -1 means that a NUL ends the text. Everything else is as in
 * acall_flat_judge; how a task stands, acall_flat_verdict_int tells.
 *
 * Errors, with details from acall_last_error: those of acall_flat_judge;
 * ACALL_E_ARGUMENT also for one of method and path without the other, _UTF8
 * also for these. Since 0.1.
 */
ACALL_API
acall_status acall_flat_judge_request(const char *profile,
                                      int32_t profile_length,
                                      const char *method,
                                      int32_t method_length,
                                      const char *path,
                                      int32_t path_length,
                                      int32_t http_status,
                                      int32_t fault,
                                      int32_t expect,
                                      int64_t now_unix_ms,
                                      const char *headers,
                                      int32_t headers_length,
                                      const char *body,
                                      int32_t body_length,
                                      char *verdict,
                                      int32_t verdict_capacity);

/*
 * One number of a flat verdict: field is one of ACALL_FLAT_.... *value is
 * written only on success. Any thread. Errors: ACALL_E_ABSENT,
 * ACALL_E_ARGUMENT (no such field, or no verdict in the block: nothing was
 * judged into it), _NULL. Since 0.1.
 */
ACALL_API
acall_status acall_flat_verdict_int(const char *verdict,
                                    int32_t field,
                                    int64_t *value);

/*
 * Writes one of a flat verdict's texts to buffer, as UTF-8 with a NUL behind
 * it. which is one of ACALL_TEXT_...; headers and body are those that were
 * judged. *needed is set to the size that the buffer must have, the NUL
 * included, or to 0 if there is no text; needed may be NULL. Any thread.
 *
 * Errors, with details from acall_last_error: ACALL_E_ABSENT,
 * ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL, _ARGUMENT (also
 * for a verdict of another reply, where that shows). Since 0.1.
 */
ACALL_API
acall_status acall_flat_verdict_text(const char *verdict,
                                     int32_t which,
                                     const char *headers,
                                     int32_t headers_length,
                                     const char *body,
                                     int32_t body_length,
                                     char *buffer,
                                     int32_t capacity,
                                     int32_t *needed);

/*
 * Fills a field of a fixed width, such as a COBOL PIC X(n), with one of a
 * flat verdict's texts: as many whole characters as fit, then spaces, no NUL.
 * *needed is set to the length of the whole text. Otherwise, and in its
 * errors but ACALL_E_BUFFER_TOO_SMALL, like acall_flat_verdict_text.
 */
ACALL_API
acall_status acall_flat_verdict_text_fixed(const char *verdict,
                                           int32_t which,
                                           const char *headers,
                                           int32_t headers_length,
                                           const char *body,
                                           int32_t body_length,
                                           char *buffer,
                                           int32_t capacity,
                                           int32_t *needed);

/*
 * Writes one part of the message for people to buffer, as UTF-8 with a NUL
 * behind it: part is one of ACALL_PART_..., verdict a block that
 * acall_flat_judge has filled, profile the name that it was given.
 *
 * headers and body are those that were judged; without them (NULL and 0)
 * ACALL_PART_DETAIL has none of the server's texts. role is one of
 * ACALL_ROLE_..., languages what acall_negotiate_language understands,
 * NULL and 0 for English. retry_delay_ms is when the next try makes sense, 0
 * for what the server asked for; now_unix_ms the wall clock or 0, and
 * utc_offset_minutes the person's time zone. A length of -1 means that a NUL
 * ends the text.
 *
 * *needed is set to the size that the buffer must have, the NUL included;
 * needed may be NULL. Any thread. Errors, with details from
 * acall_last_error: those of acall_message, and
 * ACALL_E_PROFILE_UNKNOWN. Since 0.1.
 */
ACALL_API
acall_status acall_flat_message(const char *profile,
                                int32_t profile_length,
                                const char *verdict,
                                const char *headers,
                                int32_t headers_length,
                                const char *body,
                                int32_t body_length,
                                acall_role role,
                                const char *languages,
                                int32_t languages_length,
                                int64_t retry_delay_ms,
                                int64_t now_unix_ms,
                                int32_t utc_offset_minutes,
                                acall_message_part part,
                                char *buffer,
                                int32_t capacity,
                                int32_t *needed);

/*
 * Fills a field of a fixed width, such as a COBOL PIC X(n), with one part of
 * the message for people: as many whole characters as fit, then spaces, no
 * NUL. *needed is set to the length of the whole text. Otherwise, and in its
 * errors but ACALL_E_BUFFER_TOO_SMALL, like acall_flat_message.
 */
ACALL_API
acall_status acall_flat_message_fixed(const char *profile,
                                      int32_t profile_length,
                                      const char *verdict,
                                      const char *headers,
                                      int32_t headers_length,
                                      const char *body,
                                      int32_t body_length,
                                      acall_role role,
                                      const char *languages,
                                      int32_t languages_length,
                                      int64_t retry_delay_ms,
                                      int64_t now_unix_ms,
                                      int32_t utc_offset_minutes,
                                      acall_message_part part,
                                      char *buffer,
                                      int32_t capacity,
                                      int32_t *needed);

/*
 * What a person can do: *remedy is set to one of ACALL_REMEDY_..., on
 * success only. Arguments and errors are those of acall_flat_message.
 * Any thread. Since 0.1.
 */
ACALL_API
acall_status acall_flat_message_remedy(const char *profile,
                                       int32_t profile_length,
                                       const char *verdict,
                                       acall_role role,
                                       acall_remedy *remedy);

/*
 * Writes a text to buffer without what looks like a secret: acall_redact
 * with flat lengths, and with details from acall_last_error. text_length is
 * -1 if a NUL ends the text. Since 0.1.
 */
ACALL_API
acall_status acall_flat_redact(const char *text,
                               int32_t text_length,
                               char *buffer,
                               int32_t capacity,
                               int32_t *needed);

/*
 * Writes a text to buffer so that it stays in one line: acall_one_line
 * with flat lengths. Otherwise like acall_flat_redact.
 */
ACALL_API
acall_status acall_flat_one_line(const char *text,
                                 int32_t text_length,
                                 char *buffer,
                                 int32_t capacity,
                                 int32_t *needed);

/*
 * Judges a reply that is written as JSON, decides what to do next, and says it
 * in words; writes all three as JSON to buffer, with a NUL behind it.
 *
 * The reply is an object with http_status (0 if not known), headers (an
 * array of [name, value]), body (text) or body_base64 (bytes),
 * expect_kind (envelope or raw) and now_unix (seconds); or with a
 * fault instead of status and body; method and path together say what was
 * asked. profile names a built-in profile,
 * eureka if it is left out. Only status and body, or the fault, are required.
 * json_length is -1 if a NUL ends the text.
 *
 * Beside these fields there may be languages, a text such as de-AT, en
 * or an array of tags, and role, user or owner, for the words; and
 * call, an object that says what the reply belongs to: policy, as
 * acall_policy_from_json reads it; kind (mutation, query or auth);
 * can_refresh and idempotency_key, true or false; seed (64 bits, as a
 * text or a number) or unit_random (0 to 1) for the jitter; budget, the
 * tokens at the start; at_ms, when this attempt was sent by a clock that
 * is 0 when the call starts, and took_ms; and events, the attempts
 * before it, each an object with at_ms, took_ms and reply. Nothing is
 * kept from one call of this function to the next. Without call, or
 * without one of its fields, it is the first attempt under the default
 * policy with a full budget and the seed 0, of the kind that the profile
 * knows for method and path, else a mutation, sent at once or when the
 * wait before it is over.
 *
 * The answer has the verdict's fields: outcome, category, advice,
 * effect, code, code_text, http_status, message, data (or
 * data_base64 if it is not UTF-8), correlation_id, amount,
 * server_delay_ms, alternative, repeat, anomalies, rule and
 * task. Then decision, an object with action (retry, refresh or
 * stop), reason (null unless it is stop), delay_ms (null unless it
 * is retry), retry_at_ms, budget (the tokens after it, null without
 * one) and explanation, one line; and words with title, text,
 * action and language. Later versions may add fields. 4096 bytes and the
 * reply's own texts are room enough.
 *
 * *needed is set to the size that the buffer must have, the NUL included;
 * needed may be NULL. The library keeps no pointer. Any thread. Errors, with
 * details from acall_last_error: ACALL_E_REPLY_JSON,
 * ACALL_E_BUFFER_TOO_SMALL (nothing is written), _UTF8, _NULL,
 * _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_explain_json(const char *json,
                                int32_t json_length,
                                char *buffer,
                                int32_t capacity,
                                int32_t *needed);

/*
 * Reads a policy from JSON, as acall_policy_from_json does; the length is -1
 * if a NUL ends the text.
 *
 * *policy is set on success to a number that stands for the policy, in any
 * thread, until acall_flat_policy_free. 0 is always the standard policy.
 * Errors, with details from acall_last_error: ACALL_E_POLICY, _NULL,
 * _ARGUMENT, _UTF8. Since 0.1.
 */
ACALL_API
acall_status acall_flat_policy_from_json(const char *json,
                                         int32_t json_length,
                                         int64_t *policy);

/*
 * Writes a policy as JSON, as acall_policy_to_json does. Errors, with details
 * from acall_last_error: ACALL_E_BUFFER_TOO_SMALL (nothing is written),
 * _ARGUMENT (no such policy), _NULL. Since 0.1.
 */
ACALL_API
acall_status acall_flat_policy_to_json(int64_t policy,
                                       char *buffer,
                                       int32_t capacity,
                                       int32_t *needed);

/*
 * Frees a policy; its number is never given again. Calls that are under way
 * with it cannot go on. Any thread. Errors, with details from
 * acall_last_error: ACALL_E_ARGUMENT (no such policy; 0 is not freed).
 * Since 0.1.
 */
ACALL_API
acall_status acall_flat_policy_free(int64_t policy);

/*
 * Makes a budget of capacity tokens at most (1 or more), of which tokens
 * are there now, but never more than fit; -1 for all.
 *
 * *budget is set on success to a number that stands for the budget, in any
 * thread, until acall_flat_budget_free. Errors, with details from
 * acall_last_error: ACALL_E_ARGUMENT, _NULL. Since 0.1.
 */
ACALL_API
acall_status acall_flat_budget_new(int32_t capacity,
                                   int32_t tokens,
                                   int64_t *budget);

/*
 * Makes the budget that a policy wants, full; *budget is set to 0 if it wants
 * none. Otherwise like acall_flat_budget_new.
 */
ACALL_API
acall_status acall_flat_budget_of_policy(int64_t policy,
                                         int64_t *budget);

/*
 * How many tokens a budget holds now. *tokens is written only on success.
 * Any thread. Errors, with details from acall_last_error: ACALL_E_ARGUMENT
 * (no such budget), _NULL. Since 0.1.
 */
ACALL_API
acall_status acall_flat_budget_tokens(int64_t budget,
                                      int64_t *tokens);

/*
 * Frees a budget; its number is never given again. Calls that are under way
 * with it cannot go on. Any thread. Errors, with details from
 * acall_last_error: ACALL_E_ARGUMENT (no such budget). Since 0.1.
 */
ACALL_API
acall_status acall_flat_budget_free(int64_t budget);

/*
 * Writes a seed that no other call has to *seed, as acall_fresh_seed
 * returns it. Any thread. Errors: ACALL_E_NULL, _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_flat_fresh_seed(int64_t *seed);

/*
 * Begins a call, as acall_call_begin does, in integers. policy and budget
 * are numbers of acall_flat_policy_from_json and acall_flat_budget_new, or
 * 0 for the standard policy and for no budget. flags are ACALL_CALL_...,
 * added up; seed is 0 without its flag.
 *
 * call is a block of at least ACALL_FLAT_CALL_SIZE bytes that belongs to the
 * caller, at any address; it is written only on success and holds no pointer.
 * It may be moved; but of two copies only one may be used, for both would pay
 * back the same wait. One thread at a time.
 *
 * Errors, with details from acall_last_error: ACALL_E_NULL, _ARGUMENT,
 * _BUFFER_TOO_SMALL (the block). Since 0.1.
 */
ACALL_API
acall_status acall_flat_call_begin(int64_t policy,
                                   int64_t budget,
                                   int32_t kind,
                                   int32_t flags,
                                   int64_t seed,
                                   int64_t now_ms,
                                   char *call,
                                   int32_t call_capacity);

/*
 * An attempt goes out now, as in acall_call_before_attempt: its number, and
 * how long it may take in milliseconds, -1 for no limit. Both are written only
 * on success.
 *
 * Errors, then nothing changes, with details from acall_last_error:
 * ACALL_E_OUT_OF_TURN, _NO_CALL (none was begun in this block), _NULL,
 * _ARGUMENT (a negative time, or a policy or budget that was freed). So it is
 * for all events. Since 0.1.
 */
ACALL_API
acall_status acall_flat_call_before_attempt(char *call,
                                            int64_t now_ms,
                                            int32_t *number,
                                            int64_t *timeout_ms);

/*
 * The attempt's reply was judged: what now? verdict is a block that
 * acall_flat_judge wrote. body is the body that was judged; it is looked at
 * only if the policy has overrides for codes that are words, else NULL with
 * length 0 will do.
 *
 * decision is a block of at least ACALL_FLAT_DECISION_SIZE bytes that
 * belongs to the caller, at any address; it is written only on success, holds
 * no pointer, may be copied and kept, and is read with
 * acall_flat_decision_int. Errors: as acall_flat_call_before_attempt;
 * ACALL_E_BUFFER_TOO_SMALL (the block of the decision). Since 0.1.
 */
ACALL_API
acall_status acall_flat_call_on_reply(char *call,
                                      const char *verdict,
                                      const char *body,
                                      int32_t body_length,
                                      int64_t now_ms,
                                      char *decision,
                                      int32_t decision_capacity);

/*
 * The new token that was asked for is there: the next attempt may go out.
 * Errors: as acall_flat_call_before_attempt. Since 0.1.
 */
ACALL_API
acall_status acall_flat_call_on_refreshed(char *call,
                                          int64_t now_ms);

/*
 * There is no new token to be had: the call stops. decision and errors as in
 * acall_flat_call_on_reply. Since 0.1.
 */
ACALL_API
acall_status acall_flat_call_on_refresh_failed(char *call,
                                               int64_t now_ms,
                                               char *decision,
                                               int32_t decision_capacity);

/*
 * The caller gives up: the call stops, and a wait that was paid for is paid
 * back. Otherwise like acall_flat_call_on_refresh_failed.
 */
ACALL_API
acall_status acall_flat_call_cancel(char *call,
                                    int64_t now_ms,
                                    char *decision,
                                    int32_t decision_capacity);

/*
 * The deadline came before the next attempt could be sent, as in
 * acall_call_expire. Otherwise like acall_flat_call_on_refresh_failed.
 */
ACALL_API
acall_status acall_flat_call_expire(char *call,
                                    int64_t now_ms,
                                    char *decision,
                                    int32_t decision_capacity);

/*
 * Ends a call of which no more is to be heard: a wait that was paid for and
 * not used is paid back. Nothing happens to a call that is over. Errors, with
 * details from acall_last_error: ACALL_E_NO_CALL, _NULL, _ARGUMENT.
 * Since 0.1.
 */
ACALL_API
acall_status acall_flat_call_abandon(char *call);

/*
 * One number of a flat decision: field is one of ACALL_FLAT_DECISION_....
 * *value is written only on success. Any thread. Errors: ACALL_E_ABSENT,
 * ACALL_E_ARGUMENT (no such field, or no decision in the block), _NULL.
 * Since 0.1.
 */
ACALL_API
acall_status acall_flat_decision_int(const char *decision,
                                     int32_t field,
                                     int64_t *value);

/*
 * Says why this was decided, as acall_decision_explain does. Errors, with
 * details from acall_last_error: ACALL_E_BUFFER_TOO_SMALL (nothing is
 * written), _NULL, _ARGUMENT. Any thread. Since 0.1.
 */
ACALL_API
acall_status acall_flat_decision_explain(const char *decision,
                                         char *buffer,
                                         int32_t capacity,
                                         int32_t *needed);

/*
 * Fills a field of a fixed width with the same: as much as fits, then spaces,
 * no NUL. *needed is set to the length of the whole text. Otherwise, and in
 * its errors but ACALL_E_BUFFER_TOO_SMALL, like acall_flat_decision_explain.
 */
ACALL_API
acall_status acall_flat_decision_explain_fixed(const char *decision,
                                               char *buffer,
                                               int32_t capacity,
                                               int32_t *needed);

/*
 * Writes the explanation as data, as acall_decision_explain_json does; in its
 * errors like acall_flat_decision_explain.
 */
ACALL_API
acall_status acall_flat_decision_explain_json(const char *decision,
                                              char *buffer,
                                              int32_t capacity,
                                              int32_t *needed);

/*
 * Begins a record, as acall_record_new does; profile is the name of a
 * built-in profile as in acall_flat_judge. A length is -1 if a NUL ends the
 * text.
 *
 * *record is set on success to a number that stands for the record, in any
 * thread, until acall_flat_record_free. Errors, with details from
 * acall_last_error: ACALL_E_PROFILE_UNKNOWN, _NULL, _ARGUMENT (also a
 * negative started_ms), _UTF8. Since 0.1.
 */
ACALL_API
acall_status acall_flat_record_new(const char *profile,
                                   int32_t profile_length,
                                   const char *method,
                                   int32_t method_length,
                                   const char *url,
                                   int32_t url_length,
                                   int64_t started_unix_ms,
                                   int64_t started_ms,
                                   int64_t *record);

/*
 * Adds an attempt, as acall_record_note does. verdict and decision are
 * blocks that acall_flat_judge and an event of the call have filled; headers
 * and body are those that were judged, and without them (NULL and 0) the
 * record has none of the server's texts. verdict is NULL where nothing came:
 * then no attempt is noted, only how the call went on.
 *
 * Any thread. Errors, then nothing is noted, with details from
 * acall_last_error: ACALL_E_NULL, _ARGUMENT (also no such record),
 * _UTF8. Since 0.1.
 */
ACALL_API
acall_status acall_flat_record_note(int64_t record,
                                    const char *verdict,
                                    const char *headers,
                                    int32_t headers_length,
                                    const char *body,
                                    int32_t body_length,
                                    const char *decision,
                                    int64_t started_ms,
                                    int64_t ended_ms,
                                    const char *request_id,
                                    int32_t request_id_length);

/*
 * Adds an attempt, as acall_flat_record_note does, and says where its
 * request went: method and path are told by the record if they are not
 * its own, as of a request for a token, and scrubbed. Both or neither; a
 * length is -1 if a NUL ends the text.
 *
 * Errors, then nothing is noted, with details from acall_last_error: those of
 * acall_flat_record_note; ACALL_E_ARGUMENT also for one of method and path
 * without the other. Since 0.1.
 */
ACALL_API
acall_status acall_flat_record_note_request(int64_t record,
                                            const char *method,
                                            int32_t method_length,
                                            const char *path,
                                            int32_t path_length,
                                            const char *verdict,
                                            const char *headers,
                                            int32_t headers_length,
                                            const char *body,
                                            int32_t body_length,
                                            const char *decision,
                                            int64_t started_ms,
                                            int64_t ended_ms,
                                            const char *request_id,
                                            int32_t request_id_length);

/*
 * Writes a record as one JSON document, as acall_record_json does. Any
 * thread. Errors, with details from acall_last_error:
 * ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL, _ARGUMENT (also no
 * such record). Since 0.1.
 */
ACALL_API
acall_status acall_flat_record_json(int64_t record,
                                    char *buffer,
                                    int32_t capacity,
                                    int32_t *needed);

/*
 * Writes a record as one paragraph, as acall_record_paragraph does. Otherwise
 * like acall_flat_record_json.
 */
ACALL_API
acall_status acall_flat_record_paragraph(int64_t record,
                                         char *buffer,
                                         int32_t capacity,
                                         int32_t *needed);

/*
 * Fills a field of a fixed width with the same paragraph: as many whole
 * characters as fit, then spaces, no NUL. *needed is set to the length of the
 * whole text. Otherwise, and in its errors but ACALL_E_BUFFER_TOO_SMALL, like
 * acall_flat_record_json.
 */
ACALL_API
acall_status acall_flat_record_paragraph_fixed(int64_t record,
                                               char *buffer,
                                               int32_t capacity,
                                               int32_t *needed);

/*
 * Writes the failure as problem details, as acall_record_problem_json does;
 * profile is the name that acall_flat_record_new was given. A length is -1
 * if a NUL ends the text. Otherwise like acall_flat_record_json, and in its
 * errors ACALL_E_PROFILE_UNKNOWN.
 */
ACALL_API
acall_status acall_flat_record_problem_json(int64_t record,
                                            const char *profile,
                                            int32_t profile_length,
                                            const char *languages,
                                            int32_t languages_length,
                                            acall_role role,
                                            char *buffer,
                                            int32_t capacity,
                                            int32_t *needed);

/*
 * Writes the last attempt as attributes, as acall_record_attributes_json
 * does. Otherwise like acall_flat_record_json.
 */
ACALL_API
acall_status acall_flat_record_attributes_json(int64_t record,
                                               char *buffer,
                                               int32_t capacity,
                                               int32_t *needed);

/*
 * Frees a record; its number is never given again. Any thread. Errors, with
 * details from acall_last_error: ACALL_E_ARGUMENT (no such record).
 * Since 0.1.
 */
ACALL_API
acall_status acall_flat_record_free(int64_t record);

/*
 * Makes a client from settings in JSON, as acall_client_from_json does and
 * names them; the length is -1 if a NUL ends the text.
 *
 * *client is set on success to a number that stands for the client, in any
 * thread, until acall_flat_client_free. Nothing is sent. Errors, with details
 * from acall_last_error: ACALL_E_CLIENT, _NULL, _ARGUMENT, _UTF8.
 * Since 0.1.
 */
ACALL_API
acall_status acall_flat_client_from_json(const char *json,
                                         int32_t json_length,
                                         int64_t *client);

/*
 * Sends a request and waits for the end of the call, as acall_client_send
 * does. Blocks the calling thread for no longer than the deadline.
 *
 * method is GET if it is empty; path may have a query, sent as it is.
 * headers is one text with a line Name: value for each header, ended by CR
 * LF or LF; NULL with length 0 is fine for none. A body of length 0 is none;
 * it is JSON unless a header Content-Type says otherwise. kind is one of
 * ACALL_KIND_... and expect one of ACALL_EXPECT_..., or
 * ACALL_FLAT_BY_PROFILE. idempotency_key may be empty, deadline_ms is 0 for
 * the client's, cancel is 0 or a number of acall_flat_cancel_new. A length of
 * -1 means that a NUL ends the text.
 *
 * *response is set on success to a number that stands for the response, in
 * any thread, until acall_flat_response_free. ACALL_OK says only that there
 * is one: whether the call succeeded is ACALL_FLAT_RESPONSE_IS_SUCCESS. Any
 * number of threads at once. Errors, with details from acall_last_error:
 * ACALL_E_NULL, _ARGUMENT (also no such client), _UTF8. Since 0.1.
 */
ACALL_API
acall_status acall_flat_client_send(int64_t client,
                                    const char *method,
                                    int32_t method_length,
                                    const char *path,
                                    int32_t path_length,
                                    const char *headers,
                                    int32_t headers_length,
                                    const char *body,
                                    int32_t body_length,
                                    int32_t kind,
                                    int32_t expect,
                                    const char *idempotency_key,
                                    int32_t idempotency_key_length,
                                    int64_t deadline_ms,
                                    int64_t cancel,
                                    int64_t *response);

/*
 * Asks about a task until it is finished, as acall_client_poll does; the four
 * numbers of its pace are those of acall_poll_options, of which 0 is the
 * default. *response is that of the last poll, and
 * ACALL_FLAT_RESPONSE_POLLED says how the wait ended. Otherwise like
 * acall_flat_client_send.
 */
ACALL_API
acall_status acall_flat_client_poll(int64_t client,
                                    const char *method,
                                    int32_t method_length,
                                    const char *path,
                                    int32_t path_length,
                                    const char *headers,
                                    int32_t headers_length,
                                    const char *body,
                                    int32_t body_length,
                                    int32_t kind,
                                    int32_t expect,
                                    int64_t first_delay_ms,
                                    int64_t max_delay_ms,
                                    int64_t deadline_ms,
                                    int32_t max_unknown,
                                    int64_t cancel,
                                    int64_t *response);

/*
 * Ends the hold of a client's credential, as acall_client_clear_hold does.
 * Any thread. Errors, with details from acall_last_error: ACALL_E_ARGUMENT
 * (no such client). Since 0.1.
 */
ACALL_API
acall_status acall_flat_client_clear_hold(int64_t client);

/*
 * Writes what a client has at this moment, as acall_client_snapshot_json
 * does. Any thread. Errors, with details from acall_last_error:
 * ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL, _ARGUMENT (also no
 * such client). Since 0.1.
 */
ACALL_API
acall_status acall_flat_client_snapshot_json(int64_t client,
                                             char *buffer,
                                             int32_t capacity,
                                             int32_t *needed);

/*
 * Frees a client; its number is never given again. Calls that are under way
 * go on, and responses stay. Any thread. Errors, with details from
 * acall_last_error: ACALL_E_ARGUMENT (no such client). Since 0.1.
 */
ACALL_API
acall_status acall_flat_client_free(int64_t client);

/*
 * Makes what ends calls from any thread, as acall_cancel_new does. *cancel
 * is set on success to a number that stands for it until
 * acall_flat_cancel_free. Any thread. Errors, with details from
 * acall_last_error: ACALL_E_NULL, _ARGUMENT. Since 0.1.
 */
ACALL_API
acall_status acall_flat_cancel_new(int64_t *cancel);

/*
 * Ends every call that has this number, and those that begin later with it.
 * Any thread. Errors, with details from acall_last_error: ACALL_E_ARGUMENT
 * (no such number). Since 0.1.
 */
ACALL_API
acall_status acall_flat_cancel_cancel(int64_t cancel);

/*
 * Frees a number of acall_flat_cancel_new, which is never given again. Calls
 * that have it go on. Otherwise like acall_flat_cancel_cancel.
 */
ACALL_API
acall_status acall_flat_cancel_free(int64_t cancel);

/*
 * Sends a file with POST and waits for the end of the call; the file is
 * streamed, and opened again for each attempt.
 *
 * file is its path. With a file_field it is that field of a form
 * (multipart/form-data), behind those of fields: one text with a line
 * Name: value for each, ended by CR LF or LF. With an empty one it is the body
 * (application/octet-stream), and fields must be empty. A file that cannot be
 * read is a failure with the fault bad_request, and nothing was sent.
 * Otherwise like acall_flat_client_send.
 */
ACALL_API
acall_status acall_flat_client_upload(int64_t client,
                                      const char *path,
                                      int32_t path_length,
                                      const char *file,
                                      int32_t file_length,
                                      const char *file_field,
                                      int32_t file_field_length,
                                      const char *fields,
                                      int32_t fields_length,
                                      int32_t kind,
                                      int64_t deadline_ms,
                                      int64_t cancel,
                                      int64_t *response);

/*
 * Sends a request and writes what a success brings to a file; the number
 * ACALL_FLAT_RESPONSE_DOWNLOADED_BYTES says how much that was.
 *
 * file is its path. It is written beside it and moved there when it is
 * complete: after a failure the file is what it was. Otherwise like
 * acall_flat_client_send.
 */
ACALL_API
acall_status acall_flat_client_download(int64_t client,
                                        const char *method,
                                        int32_t method_length,
                                        const char *path,
                                        int32_t path_length,
                                        const char *headers,
                                        int32_t headers_length,
                                        const char *body,
                                        int32_t body_length,
                                        const char *file,
                                        int32_t file_length,
                                        int32_t kind,
                                        int64_t deadline_ms,
                                        int64_t cancel,
                                        int64_t *response);

/*
 * One number of a response: field is one of ACALL_FLAT_RESPONSE_....
 * *value is written only on success. Any thread. Errors, with details from
 * acall_last_error: ACALL_E_ABSENT, _ARGUMENT (no such response or field),
 * _NULL. Since 0.1.
 */
ACALL_API
acall_status acall_flat_response_int(int64_t response,
                                     int32_t field,
                                     int64_t *value);

/*
 * Copies what the last reply meant into a block of at least
 * ACALL_FLAT_VERDICT_SIZE bytes, which is read with acall_flat_verdict_int:
 * outcome, category, advice, code and so on. The texts are with
 * acall_flat_response_text. Any thread. Errors, with details from
 * acall_last_error: ACALL_E_BUFFER_TOO_SMALL, _NULL, _ARGUMENT (also no
 * such response). Since 0.1.
 */
ACALL_API
acall_status acall_flat_response_verdict(int64_t response,
                                         char *verdict,
                                         int32_t verdict_capacity);

/*
 * Writes one of the last reply's texts to buffer, as UTF-8 with a NUL behind
 * it: which is one of ACALL_TEXT_.... They are the server's own words, and
 * not for end users. *needed is set to the size that the buffer must have, the
 * NUL included, or to 0 if there is no text; needed may be NULL. Any thread.
 *
 * Errors, with details from acall_last_error: ACALL_E_ABSENT,
 * ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL, _ARGUMENT (also no
 * such response). Since 0.1.
 */
ACALL_API
acall_status acall_flat_response_text(int64_t response,
                                      acall_text which,
                                      char *buffer,
                                      int32_t capacity,
                                      int32_t *needed);

/*
 * Fills a field of a fixed width with the same text: as many whole characters
 * as fit, then spaces, no NUL. *needed is set to the length of the whole text.
 * Otherwise, and in its errors but ACALL_E_BUFFER_TOO_SMALL, like
 * acall_flat_response_text.
 */
ACALL_API
acall_status acall_flat_response_text_fixed(int64_t response,
                                            acall_text which,
                                            char *buffer,
                                            int32_t capacity,
                                            int32_t *needed);

/*
 * Copies the whole body, decoded, into buffer: exactly its bytes, and no NUL
 * behind them; of a failure as far as it came, and never for end users.
 * *needed is set to their number, also if buffer is NULL and capacity 0;
 * needed may be NULL. Any thread. Errors, with details from
 * acall_last_error: ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL,
 * _ARGUMENT (also no such response). Since 0.1.
 */
ACALL_API
acall_status acall_flat_response_body(int64_t response,
                                      char *buffer,
                                      int32_t capacity,
                                      int32_t *needed);

/*
 * Copies the API's data, exactly as received. Otherwise like
 * acall_flat_response_body, and in its errors ACALL_E_ABSENT: there is none.
 */
ACALL_API
acall_status acall_flat_response_data(int64_t response,
                                      char *buffer,
                                      int32_t capacity,
                                      int32_t *needed);

/*
 * Fills a field of a fixed width with the API's data: as many whole characters
 * as fit, then spaces, no NUL; what is not UTF-8 is shown as U+FFFD. *needed
 * is set to the length of the whole text. Otherwise, and in its errors but
 * ACALL_E_BUFFER_TOO_SMALL, like acall_flat_response_data.
 */
ACALL_API
acall_status acall_flat_response_data_fixed(int64_t response,
                                            char *buffer,
                                            int32_t capacity,
                                            int32_t *needed);

/*
 * Copies the first value of a header of the last reply; its name in any case,
 * its length -1 if a NUL ends it. Otherwise like acall_flat_response_data.
 */
ACALL_API
acall_status acall_flat_response_header(int64_t response,
                                        const char *name,
                                        int32_t name_length,
                                        char *buffer,
                                        int32_t capacity,
                                        int32_t *needed);

/*
 * Writes one part of the failure in words for people to buffer, as UTF-8 with
 * a NUL behind it, in the profile's words: part is one of ACALL_PART_...,
 * role one of ACALL_ROLE_..., languages what acall_negotiate_language
 * understands, NULL and 0 for English. now_unix_ms is the wall clock or 0, and
 * utc_offset_minutes the person's time zone. When to try again is the
 * response's own. A length of -1 means that a NUL ends the text.
 *
 * *needed is set to the size that the buffer must have, the NUL included;
 * needed may be NULL. Any thread. Errors, with details from
 * acall_last_error: ACALL_E_ABSENT (the call succeeded),
 * ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL, _ARGUMENT (also no
 * such response). Since 0.1.
 */
ACALL_API
acall_status acall_flat_response_message(int64_t response,
                                         acall_role role,
                                         const char *languages,
                                         int32_t languages_length,
                                         int64_t now_unix_ms,
                                         int32_t utc_offset_minutes,
                                         acall_message_part part,
                                         char *buffer,
                                         int32_t capacity,
                                         int32_t *needed);

/*
 * Fills a field of a fixed width with the same: as many whole characters as
 * fit, then spaces, no NUL. *needed is set to the length of the whole text.
 * Otherwise, and in its errors but ACALL_E_BUFFER_TOO_SMALL, like
 * acall_flat_response_message.
 */
ACALL_API
acall_status acall_flat_response_message_fixed(int64_t response,
                                               acall_role role,
                                               const char *languages,
                                               int32_t languages_length,
                                               int64_t now_unix_ms,
                                               int32_t utc_offset_minutes,
                                               acall_message_part part,
                                               char *buffer,
                                               int32_t capacity,
                                               int32_t *needed);

/*
 * Says in one line of English how the call ended, as acall_response_summary
 * does. Any thread. Errors, with details from acall_last_error:
 * ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL, _ARGUMENT (also no
 * such response). Since 0.1.
 */
ACALL_API
acall_status acall_flat_response_summary(int64_t response,
                                         char *buffer,
                                         int32_t capacity,
                                         int32_t *needed);

/*
 * Fills a field of a fixed width with the same line: as many whole characters
 * as fit, then spaces, no NUL. *needed is set to the length of the whole text.
 * Otherwise, and in its errors but ACALL_E_BUFFER_TOO_SMALL, like
 * acall_flat_response_summary.
 */
ACALL_API
acall_status acall_flat_response_summary_fixed(int64_t response,
                                               char *buffer,
                                               int32_t capacity,
                                               int32_t *needed);

/*
 * Writes the record of the call for support as one JSON document, as
 * acall_response_record_json does. Otherwise like
 * acall_flat_response_summary.
 */
ACALL_API
acall_status acall_flat_response_record_json(int64_t response,
                                             char *buffer,
                                             int32_t capacity,
                                             int32_t *needed);

/*
 * Writes the record as one paragraph, to paste into a ticket. Otherwise like
 * acall_flat_response_summary.
 */
ACALL_API
acall_status acall_flat_response_paragraph(int64_t response,
                                           char *buffer,
                                           int32_t capacity,
                                           int32_t *needed);

/*
 * Fills a field of a fixed width with the same paragraph. Otherwise like
 * acall_flat_response_summary_fixed.
 */
ACALL_API
acall_status acall_flat_response_paragraph_fixed(int64_t response,
                                                 char *buffer,
                                                 int32_t capacity,
                                                 int32_t *needed);

/*
 * Frees a response; its number is never given again. Any thread. Errors, with
 * details from acall_last_error: ACALL_E_ARGUMENT (no such response). Since
 * 0.1.
 */
ACALL_API
acall_status acall_flat_response_free(int64_t response);

/*
 * Says what was wrong with this thread's last call of the flat layer that
 * failed: one line of UTF-8 with a NUL behind it, for developers. After a call
 * that succeeded it still speaks of the last failure.
 *
 * *needed is set to the size that the buffer must have, the NUL included;
 * needed may be NULL. Errors: ACALL_E_ABSENT if nothing failed yet,
 * ACALL_E_BUFFER_TOO_SMALL (nothing is written), _NULL, _ARGUMENT.
 * Since 0.1.
 */
ACALL_API
acall_status acall_last_error(char *buffer,
                              int32_t capacity,
                              int32_t *needed);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* AFTERCALL_H */
