#include "json.h"

#include <stdlib.h>
#include <string.h>

/* Deeper than any vector file, and shallow enough for the stack. */
#define DEEPEST 64
#define BLOCK_SIZE ((size_t)1 << 20)

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    double bytes[1];
};

void *arena_take(struct arena *arena, size_t size)
{
    struct arena_block *block = arena->blocks;
    void *taken;

    size = (size + 15) / 16 * 16;
    if (block == NULL || block->size - block->used < size) {
        size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

        block = (struct arena_block *)malloc(sizeof(*block) + room);
        if (block == NULL)
            abort();
        block->next = arena->blocks;
        block->used = 0;
        block->size = room;
        arena->blocks = block;
    }
    taken = (char *)block->bytes + block->used;
    block->used += size;
    return taken;
}

/* The last block is kept: the next case needs as much. */
void arena_clear(struct arena *arena)
{
    while (arena->blocks != NULL && arena->blocks->next != NULL) {
        struct arena_block *block = arena->blocks;

        arena->blocks = block->next;
        free(block);
    }
    if (arena->blocks != NULL)
        arena->blocks->used = 0;
}

struct reader {
    struct arena *arena;
    const char *start;
    const char *at;
    const char *end;
};

static struct json *read_value(struct reader *reader, int depth);

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL
           && *reader->at != '\0')
        reader->at++;
}

static int take(struct reader *reader, char byte)
{
    if (reader->at == reader->end || *reader->at != byte)
        return 0;
    reader->at++;
    return 1;
}

static int hex4(struct reader *reader, unsigned long *unit)
{
    static const char digits[] = "0123456789abcdef";
    int i;

    if (reader->end - reader->at < 4)
        return 0;
    *unit = 0;
    for (i = 0; i < 4; i++) {
        char digit = *reader->at++;
        const char *found;

        if (digit >= 'A' && digit <= 'F')
            digit = (char)(digit - 'A' + 'a');
        found = digit == '\0' ? NULL : strchr(digits, digit);
        if (found == NULL)
            return 0;
        *unit = *unit * 16 + (unsigned long)(found - digits);
    }
    return 1;
}

static char *put_utf8(char *out, unsigned long point)
{
    if (point < 0x80) {
        *out++ = (char)point;
    } else if (point < 0x800) {
        *out++ = (char)(0xC0 | (point >> 6));
        *out++ = (char)(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        *out++ = (char)(0xE0 | (point >> 12));
        *out++ = (char)(0x80 | ((point >> 6) & 0x3F));
        *out++ = (char)(0x80 | (point & 0x3F));
    } else {
        *out++ = (char)(0xF0 | (point >> 18));
        *out++ = (char)(0x80 | ((point >> 12) & 0x3F));
        *out++ = (char)(0x80 | ((point >> 6) & 0x3F));
        *out++ = (char)(0x80 | (point & 0x3F));
    }
    return out;
}

/* Reads behind "\u": one character, or both halves of a pair. */
static int read_code_point(struct reader *reader, unsigned long *point)
{
    unsigned long low;

    if (!hex4(reader, point))
        return 0;
    if (*point < 0xD800 || *point > 0xDFFF)
        return 1;
    if (*point > 0xDBFF || !take(reader, '\\') || !take(reader, 'u')
        || !hex4(reader, &low) || low < 0xDC00 || low > 0xDFFF)
        return 0;
    *point = 0x10000 + ((*point - 0xD800) << 10) + (low - 0xDC00);
    return 1;
}

/* Reads behind the opening quote. */
static int read_string(struct reader *reader, const char **text,
                       size_t *length)
{
    const char *start = reader->at;
    const char *scan = start;
    char *out;

    while (scan < reader->end && *scan != '"')
        scan += *scan == '\\' && scan + 1 < reader->end ? 2 : 1;
    if (scan >= reader->end)
        return 0;
    out = (char *)arena_take(reader->arena, (size_t)(scan - start) + 1);
    *text = out;
    while (*reader->at != '"') {
        static const char names[] = "\"\\/bfnrt";
        static const char meanings[] = "\"\\/\b\f\n\r\t";
        unsigned long point;
        const char *name;

        if ((unsigned char)*reader->at < 0x20)
            return 0;
        if (*reader->at != '\\') {
            *out++ = *reader->at++;
            continue;
        }
        reader->at++;
        if (take(reader, 'u')) {
            if (!read_code_point(reader, &point))
                return 0;
            out = put_utf8(out, point);
            continue;
        }
        name = *reader->at == '\0' ? NULL : strchr(names, *reader->at);
        if (name == NULL)
            return 0;
        *out++ = meanings[name - names];
        reader->at++;
    }
    reader->at++;
    *out = '\0';
    *length = (size_t)(out - *text);
    return 1;
}

static int read_members(struct reader *reader, struct json *parent, int depth)
{
    int is_object = parent->kind == JSON_OBJECT;
    char close = is_object ? '}' : ']';
    struct json **link = &parent->first;

    skip_space(reader);
    if (take(reader, close))
        return 1;
    for (;;) {
        const char *name = NULL;
        size_t name_length = 0;

        skip_space(reader);
        if (is_object) {
            if (!take(reader, '"')
                || !read_string(reader, &name, &name_length))
                return 0;
            skip_space(reader);
            if (!take(reader, ':'))
                return 0;
        }
        *link = read_value(reader, depth + 1);
        if (*link == NULL)
            return 0;
        (*link)->name = name;
        (*link)->name_length = name_length;
        link = &(*link)->next;
        skip_space(reader);
        if (take(reader, close))
            return 1;
        if (!take(reader, ','))
            return 0;
    }
}

static int read_word(struct reader *reader, const char *word)
{
    size_t length = strlen(word);

    if ((size_t)(reader->end - reader->at) < length
        || memcmp(reader->at, word, length) != 0)
        return 0;
    reader->at += length;
    return 1;
}

static struct json *read_value(struct reader *reader, int depth)
{
    struct json *value;
    int is_good = 0;

    skip_space(reader);
    if (reader->at == reader->end || depth > DEEPEST)
        return NULL;
    value = (struct json *)arena_take(reader->arena, sizeof(*value));
    memset(value, 0, sizeof(*value));
    value->raw = reader->at;
    switch (*reader->at) {
    case 'n':
        value->kind = JSON_NULL;
        is_good = read_word(reader, "null");
        break;
    case 't':
        value->kind = JSON_TRUE;
        is_good = read_word(reader, "true");
        break;
    case 'f':
        value->kind = JSON_FALSE;
        is_good = read_word(reader, "false");
        break;
    case '"':
        reader->at++;
        value->kind = JSON_STRING;
        is_good = read_string(reader, &value->text, &value->length);
        break;
    case '{':
    case '[':
        value->kind = *reader->at++ == '{' ? JSON_OBJECT : JSON_ARRAY;
        is_good = read_members(reader, value, depth);
        break;
    default:
        value->kind = JSON_NUMBER;
        value->text = reader->at;
        while (reader->at < reader->end && *reader->at != '\0'
               && strchr("+-.0123456789eE", *reader->at) != NULL)
            reader->at++;
        value->length = (size_t)(reader->at - value->text);
        is_good = value->length > 0;
        break;
    }
    value->raw_length = (size_t)(reader->at - value->raw);
    return is_good ? value : NULL;
}

struct json *json_read(struct arena *arena, const char *text, size_t length,
                       size_t *where)
{
    struct reader reader;
    struct json *value;

    reader.arena = arena;
    reader.start = text;
    reader.at = text;
    reader.end = text + length;
    value = read_value(&reader, 0);
    if (value != NULL) {
        skip_space(&reader);
        if (reader.at != reader.end)
            value = NULL;
    }
    *where = (size_t)(reader.at - reader.start);
    return value;
}

const struct json *json_member(const struct json *object, const char *name)
{
    const struct json *member;

    for (member = object->first; member != NULL; member = member->next)
        if (member->name_length == strlen(name)
            && memcmp(member->name, name, member->name_length) == 0)
            return member;
    return NULL;
}

int json_is(const struct json *value, const char *text)
{
    return value != NULL && value->kind == JSON_STRING
        && value->length == strlen(text)
        && memcmp(value->text, text, value->length) == 0;
}

int json_integer(const struct json *value, int64_t *integer)
{
    size_t i;
    uint64_t sum = 0;
    uint64_t limit = (uint64_t)INT64_MAX;
    int is_negative;

    if (value == NULL || value->kind != JSON_NUMBER)
        return 0;
    is_negative = value->text[0] == '-';
    if (is_negative)
        limit++;
    if (value->length == (size_t)is_negative)
        return 0;
    for (i = (size_t)is_negative; i < value->length; i++) {
        unsigned digit = (unsigned)(value->text[i] - '0');

        if (digit > 9 || sum > (limit - digit) / 10)
            return 0;
        sum = sum * 10 + digit;
    }
    *integer = (int64_t)(is_negative ? 0 - sum : sum);
    return 1;
}

char *base64_decode(struct arena *arena, const char *text, size_t length,
                    size_t *decoded)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = (char *)arena_take(arena, length / 4 * 3 + 1);
    size_t i;
    size_t j;

    *decoded = 0;
    if (length % 4 != 0)
        return NULL;
    for (i = 0; i < length; i += 4) {
        unsigned long bits = 0;
        size_t padding = 0;

        for (j = 0; j < 4; j++) {
            char byte = text[i + j];
            const char *digit = byte == '\0' ? NULL : strchr(digits, byte);

            if (byte == '=' && i + 4 == length && j >= 2)
                padding++;
            else if (digit == NULL || padding > 0)
                return NULL;
            bits = bits * 64 + (digit == NULL
                                    ? 0UL
                                    : (unsigned long)(digit - digits));
        }
        for (j = 0; j < 3 - padding; j++)
            out[(*decoded)++] = (char)((bits >> (16 - 8 * j)) & 0xFF);
    }
    return out;
}
