/* A small reader of JSON text into a tree, for the runners of the vectors. */

#ifndef RUNNER_JSON_H
#define RUNNER_JSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Memory that is given back all at once. */
struct arena {
    struct arena_block *blocks;
};

void *arena_take(struct arena *arena, size_t size);
void arena_clear(struct arena *arena);

enum json_kind {
    JSON_NULL,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

/*
 * A value. raw is its text in the document; text is the content of a string
 * with its escapes undone (NULs and all), or a number's text. Members have a
 * name; first and next lead through arrays and objects.
 */
struct json {
    enum json_kind kind;
    const char *raw;
    size_t raw_length;
    const char *text;
    size_t length;
    const char *name;
    size_t name_length;
    struct json *first;
    struct json *next;
};

/* NULL if the text is not JSON; then *where is the offset of the mistake. */
struct json *json_read(struct arena *arena, const char *text, size_t length,
                       size_t *where);

/* The member of that name, or NULL. */
const struct json *json_member(const struct json *object, const char *name);

/* 1 if the value is a string that equals a NUL-terminated one. */
int json_is(const struct json *value, const char *text);

/* 1, and *integer, if the value is an integer that fits. */
int json_integer(const struct json *value, int64_t *integer);

/* Decodes padded base64. NULL if it is none. */
char *base64_decode(struct arena *arena, const char *text, size_t length,
                    size_t *decoded);

#ifdef __cplusplus
}
#endif

#endif
