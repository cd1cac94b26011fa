/*
 * Conformance vectors: reading their files, comparing, and telling. What a
 * file says that nobody here knows is a failure: a vector must never pass
 * because nobody looked at it.
 */

#ifndef RUNNER_VECTORS_H
#define RUNNER_VECTORS_H

#include <aftercall.h>

#include "json.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What vectors can expect of a verdict. */
enum key {
    KEY_OUTCOME,
    KEY_CATEGORY,
    KEY_ADVICE,
    KEY_EFFECT,
    KEY_CODE,
    KEY_CODE_TEXT,
    KEY_HTTP_STATUS,
    KEY_MESSAGE,
    KEY_DATA,
    KEY_CORRELATION_ID,
    KEY_AMOUNT,
    KEY_SERVER_DELAY_MS,
    KEY_ALTERNATIVE,
    KEY_REPEAT,
    KEY_ANOMALIES,
    KEY_RULE,
    KEY_TASK,
    KEY_COUNT
};

enum value_kind { VALUE_NULL, VALUE_INTEGER, VALUE_SET, VALUE_BYTES };

/* A set is an integer of its members' bits. */
struct value {
    enum value_kind kind;
    int64_t integer;
    const char *bytes;
    size_t length;
};

/* A whole verdict, as one of the library's doors gave it. */
struct answer {
    struct value of[KEY_COUNT];
};

/* One case. Everything lives until the next one. */
struct vector {
    const char *name;
    size_t name_length;
    /* The file's profile, and its name if it is built in, else NULL. */
    const acall_profile *profile;
    const char *built_in;
    /* The text of a profile that is not built in. */
    const char *profile_json;
    size_t profile_json_length;
    acall_reply reply;
    /* The reply's JSON text. */
    const struct json *reply_json;
    const struct json *expect;
    struct arena *arena;
    int failures;
};

/* Values, made from what the library says. */
struct value value_null(void);
struct value value_integer(int64_t integer);
struct value value_bytes(const char *bytes, size_t length);
/* A name that the library knows; NULL is an empty text. */
struct value value_name(const char *name);

int value_is_same(const struct value *left, const struct value *right);
void value_print(const struct value *value);

/* Says that something is wrong with a case. */
void vector_fail(struct vector *vector, const char *reason);
/* Begins such a line, for those who print what is wrong themselves. */
void vector_failure(struct vector *vector);
/* Says that nobody here knows a member. */
void vector_unknown(struct vector *vector, const struct json *member,
                    const char *place);
/* Fails for a member that is not among the names; they end with NULL. */
int vector_known(struct vector *vector, const struct json *object,
                 const char *place, ...);
/* Reads a reply into the vector. 0 if it is wrong, and that was said. */
int vector_read_reply(struct vector *vector, const struct json *reply);
/* Compares an answer with what the case expects. */
void vector_expect(struct vector *vector, const struct answer *answer);
/* Compares two answers with each other. */
void vector_agree(struct vector *vector, const struct answer *answer,
                  const char *other_name, const struct answer *other);
/* Reads the expected values that an object has; what is missing is null. */
int answer_read(struct vector *vector, const struct json *object,
                struct answer *answer);

/* Reads the verdict that explain_json wrote, with a decision and words, which
   are objects. */
int explanation_read(struct vector *vector, const struct json *object,
                     struct answer *answer);

/* Judges a case through every door; ends with vector_expect or _fail. */
typedef void (*judge_case)(struct vector *vector);

/* Plays a case of the suite "retry" likewise; see calls.h. */
struct plan;
struct step;

/* Says, and scrubs, the cases of the suites "words" and "redact"; see
   words.h. */
struct question;
struct wording;

/* What a language does with the cases of each suite. */
struct players {
    judge_case judge;
    int (*play)(struct vector *vector, const struct plan *plan,
                struct step *steps);
    int (*say)(struct vector *vector, const struct question *question,
               struct wording *wording);
    int (*scrub)(struct vector *vector, const struct json *text,
                 struct value *clean, struct value *line);
};

/* The whole program: arguments are files, the result is the exit code. */
int replay(int count, char **arguments, const struct players *players);

#ifdef __cplusplus
}
#endif

#endif
