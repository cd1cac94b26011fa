/*
 * The suites "words" and "redact": what is said to people, and what is scrubbed
 * from what is said. Reading the cases, comparing, and telling; saying is each
 * language's own.
 */

#ifndef RUNNER_WORDS_H
#define RUNNER_WORDS_H

#include "vectors.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What vectors can expect of a message. */
enum word_key {
    WORD_TITLE,
    WORD_TEXT,
    WORD_ACTION,
    WORD_LANGUAGE,
    WORD_DETAIL,
    WORD_COUNT
};

/* A message, as one of the library's doors gave it. */
struct wording {
    struct value of[WORD_COUNT];
};

/* One case of the suite "words". It is about a category alone, or about what
   the vector's reply means. */
struct question {
    int is_of_category;
    acall_category category;
    acall_role role;
    const char *languages;
    size_t languages_length;
    int64_t retry_delay_ms;
    int64_t now_unix_ms;
    int32_t utc_offset_minutes;
};

/* Says it through one or several doors and compares them. 0 if it failed, and
   said so. */
typedef int (*say_case)(struct vector *vector,
                        const struct question *question,
                        struct wording *wording);

/* Scrubs a text, and makes a line of what is left. 0 as above. */
typedef int (*scrub_case)(struct vector *vector, const struct json *text,
                          struct value *clean, struct value *line);

void words_replay(struct vector *vector, const struct json *item,
                  say_case say);
void redact_replay(struct vector *vector, const struct json *item,
                   scrub_case scrub);

/* Compares two doors' messages with each other. */
void wordings_agree(struct vector *vector, const struct wording *wording,
                    const char *other_name, const struct wording *other);

#ifdef __cplusplus
}
#endif

#endif
