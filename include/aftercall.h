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
 * library starts no thread, has no state that needs setting up or tearing
 * down, reads no environment, installs no signal handler, and prints nothing.
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
#define ACALL_REPLY_INIT {sizeof(acall_reply), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#define ACALL_VERDICT_INIT \
    {sizeof(acall_verdict), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
     0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

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

/*
 * What was wrong with a document, and where. Made by the library, freed with
 * acall_error_free; never changes, so any number of threads may read it.
 */
typedef struct acall_error acall_error;

/*
 * Everything that is particular to one API: the names of its fields, its
 * codes, its tables. Never changes, so any number of threads may use it at
 * once. Built-in ones live for ever; the others until acall_profile_free.
 */
typedef struct acall_profile acall_profile;

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
    /* The correlation id, within its header's value. */
    int64_t correlation_id_offset;
    /* Its length in bytes. */
    int64_t correlation_id_length;
    /* The amount, within its header's value. */
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
} acall_verdict;

/* Which text of a verdict. */
typedef int32_t acall_text;

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
 * Judges a reply that is written as JSON, and writes the verdict as JSON to
 * buffer, with a NUL behind it.
 *
 * The reply is an object with http_status (0 if not known), headers (an
 * array of [name, value]), body (text) or body_base64 (bytes),
 * expect_kind (envelope or raw) and now_unix (seconds); or with a
 * fault instead of status and body. profile names a built-in profile,
 * eureka if it is left out. Only status and body, or the fault, are required.
 * json_length is -1 if a NUL ends the text.
 *
 * The verdict is an object with outcome, category, advice, effect,
 * code, code_text, http_status, message, data (or data_base64 if it
 * is not UTF-8), correlation_id, amount, server_delay_ms, alternative,
 * anomalies and rule; later versions may add fields.
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
