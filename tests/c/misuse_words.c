/*
 * The functions about messages and the scrubber, with arguments that no program
 * should pass; see misuse.c.
 */

#include <aftercall.h>

#include <stdint.h>
#include <string.h>

#include "check.h"

#define HUGE_SIZE ((size_t)-1)

static const char BODY[] =
    "{\"status\":false,\"error_code\":67200005,\"error_msg\":\"no \\u4f59\"}";

static acall_reply good_reply(void)
{
    acall_reply reply = ACALL_REPLY_INIT;

    reply.http_status = 200;
    reply.body = BODY;
    reply.body_length = strlen(BODY);
    return reply;
}

static acall_verdict good_verdict(void)
{
    acall_verdict verdict = ACALL_VERDICT_INIT;
    acall_reply reply = good_reply();

    CHECK(acall_judge(acall_profile_eureka(), &reply, &verdict) == ACALL_OK);
    return verdict;
}

typedef acall_status (*text_function)(const acall_profile *,
                                      const acall_verdict *,
                                      const acall_reply *,
                                      const acall_message_options *, int32_t,
                                      char *, size_t, size_t *);

/* Nothing is written but `needed`. */
static size_t refused(text_function text, const acall_profile *profile,
                      const acall_verdict *verdict, const acall_reply *reply,
                      const acall_message_options *options, int32_t part,
                      size_t capacity, acall_status expected)
{
    char buffer[64];
    char before[64];
    size_t needed = 99;

    memset(buffer, 0xA5, sizeof(buffer));
    memcpy(before, buffer, sizeof(buffer));
    CHECK(text(profile, verdict, reply, options, part, buffer, capacity,
               &needed)
          == expected);
    CHECK(memcmp(buffer, before, sizeof(buffer)) == 0);
    return needed;
}

static void texts_of(text_function text)
{
    const acall_profile *eureka = acall_profile_eureka();
    acall_verdict verdict = good_verdict();
    acall_verdict other = verdict;
    acall_reply reply = good_reply();
    acall_message_options options = ACALL_MESSAGE_OPTIONS_INIT;
    acall_message_options odd = ACALL_MESSAGE_OPTIONS_INIT;
    char buffer[400];
    size_t needed = 99;

#define REFUSED(p, v, r, o, part, expected) \
    CHECK(refused(text, p, v, r, o, part, 64, expected) == 0)
    REFUSED(NULL, &verdict, &reply, &options, 1, ACALL_E_NULL);
    REFUSED(eureka, NULL, &reply, &options, 1, ACALL_E_NULL);
    REFUSED(eureka, &verdict, &reply, &options, 0, ACALL_E_ARGUMENT);
    REFUSED(eureka, &verdict, &reply, &options, 5, ACALL_E_ARGUMENT);
    CHECK(text(eureka, &verdict, &reply, &options, 1, NULL, 64, &needed)
          == ACALL_E_NULL);
    CHECK(needed == 0);
    CHECK(refused(text, eureka, &verdict, &reply, &options, 1, HUGE_SIZE,
                  ACALL_E_ARGUMENT)
          == 0);

    /* A verdict that is none, or of another reply. */
    other.category = 17;
    REFUSED(eureka, &other, NULL, NULL, 1, ACALL_E_ARGUMENT);
    other.category = -1;
    REFUSED(eureka, &other, NULL, NULL, 1, ACALL_E_ARGUMENT);
    other = verdict;
    other.alternative = 17;
    REFUSED(eureka, &other, NULL, NULL, 1, ACALL_E_ARGUMENT);
    other = verdict;
    other.rule_length = -1;
    REFUSED(eureka, &other, NULL, NULL, 1, ACALL_E_ARGUMENT);
    other = verdict;
    other.struct_size = 7;
    REFUSED(eureka, &other, NULL, NULL, 1, ACALL_E_ABI_MISMATCH);
    reply.body_length = 20;
    REFUSED(eureka, &verdict, &reply, NULL, 4, ACALL_E_ARGUMENT);
    reply.flags = 1;
    REFUSED(eureka, &verdict, &reply, NULL, 4, ACALL_E_ARGUMENT);

    /* Options. */
    odd.role = 2;
    REFUSED(eureka, &verdict, NULL, &odd, 1, ACALL_E_ARGUMENT);
    odd = options;
    odd.retry_delay_ms = -1;
    REFUSED(eureka, &verdict, NULL, &odd, 1, ACALL_E_ARGUMENT);
    odd = options;
    odd.utc_offset_minutes = 1081;
    REFUSED(eureka, &verdict, NULL, &odd, 1, ACALL_E_ARGUMENT);
    odd.utc_offset_minutes = INT32_MIN;
    REFUSED(eureka, &verdict, NULL, &odd, 1, ACALL_E_ARGUMENT);
    odd = options;
    odd.reserved = 1;
    REFUSED(eureka, &verdict, NULL, &odd, 1, ACALL_E_ARGUMENT);
    odd = options;
    odd.languages_length = 2;
    REFUSED(eureka, &verdict, NULL, &odd, 1, ACALL_E_NULL);
    odd.languages = "de";
    odd.languages_length = HUGE_SIZE;
    REFUSED(eureka, &verdict, NULL, &odd, 1, ACALL_E_ARGUMENT);
    odd = options;
    odd.struct_size = 7;
    REFUSED(eureka, &verdict, NULL, &odd, 1, ACALL_E_ABI_MISMATCH);

    /* Languages that are none are English; so is nothing at all. */
    odd = options;
    odd.languages = "\xFF\xFE;;;";
    odd.languages_length = 5;
    CHECK(text(eureka, &verdict, NULL, &odd, ACALL_PART_LANGUAGE, buffer, 400,
               NULL)
          == ACALL_OK);
    CHECK(memcmp(buffer, "en", 2) == 0);
    CHECK(text(eureka, &verdict, NULL, NULL, ACALL_PART_LANGUAGE, buffer, 400,
               &needed)
          == ACALL_OK);
    CHECK(memcmp(buffer, "en", 2) == 0 && needed > 1);
}

static void texts(void)
{
    const acall_profile *eureka = acall_profile_eureka();
    acall_verdict verdict = good_verdict();
    acall_verdict category = ACALL_VERDICT_INIT;
    acall_message_options options = ACALL_MESSAGE_OPTIONS_INIT;
    char buffer[64];
    size_t needed = 0;

    texts_of(acall_message);
    texts_of(acall_message_fixed);
    CHECK(refused(acall_message, eureka, &verdict, NULL, NULL,
                  ACALL_PART_TITLE, 13, ACALL_E_BUFFER_TOO_SMALL)
          == 14);
    CHECK(acall_message(eureka, &verdict, NULL, NULL, ACALL_PART_TITLE,
                             buffer, 14, &needed)
          == ACALL_OK);
    CHECK(strcmp(buffer, "Out of credit") == 0);
    /* Cut between characters, and padded. */
    options.languages = "zh-TW";
    options.languages_length = 5;
    CHECK(acall_message_fixed(eureka, &verdict, NULL, &options,
                                   ACALL_PART_TITLE, buffer, 8, &needed)
          == ACALL_OK);
    CHECK(memcmp(buffer, "\xE9\xA4\x98\xE9\xA1\x8D  ", 8) == 0);
    CHECK(needed == 12);
    category.category = ACALL_CATEGORY_RATE_LIMIT;
    CHECK(acall_message(eureka, &category, NULL, NULL, ACALL_PART_TITLE,
                             buffer, 64, NULL)
          == ACALL_OK);
    CHECK(strcmp(buffer, "Too many requests at once") == 0);
}

static void remedies(void)
{
    const acall_profile *eureka = acall_profile_eureka();
    acall_verdict verdict = good_verdict();
    acall_message_options options = ACALL_MESSAGE_OPTIONS_INIT;
    acall_remedy remedy = 77;
    acall_role role = 77;

    CHECK(acall_message_remedy(eureka, &verdict, &options, NULL)
          == ACALL_E_NULL);
    CHECK(acall_message_remedy(NULL, &verdict, &options, &remedy)
          == ACALL_E_NULL);
    CHECK(acall_message_remedy(eureka, NULL, &options, &remedy)
          == ACALL_E_NULL);
    options.role = -1;
    CHECK(acall_message_remedy(eureka, &verdict, &options, &remedy)
          == ACALL_E_ARGUMENT);
    CHECK(remedy == 77);
    CHECK(acall_message_remedy(eureka, &verdict, NULL, &remedy) == ACALL_OK);
    CHECK(remedy == ACALL_REMEDY_CONTACT_ADMIN);
    options.role = ACALL_ROLE_OWNER;
    CHECK(acall_message_remedy(eureka, &verdict, &options, &remedy)
          == ACALL_OK);
    CHECK(remedy == ACALL_REMEDY_TOP_UP);

    CHECK(acall_remedy_name(0) == NULL && acall_remedy_name(12) == NULL);
    CHECK(strcmp(acall_remedy_name(remedy), "top_up") == 0);
    CHECK(acall_remedy_from_name(NULL, 3, &remedy) == ACALL_E_NULL);
    CHECK(acall_remedy_from_name("wait", 4, NULL) == ACALL_E_NULL);
    CHECK(acall_remedy_from_name("wail", 4, &remedy) == ACALL_E_ABSENT);
    CHECK(acall_remedy_from_name("wait", 4, &remedy) == ACALL_OK);
    CHECK(remedy == ACALL_REMEDY_WAIT);
    CHECK(acall_role_name(-1) == NULL && acall_role_name(2) == NULL);
    CHECK(strcmp(acall_role_name(ACALL_ROLE_OWNER), "owner") == 0);
    CHECK(acall_role_from_name(NULL, 3, &role) == ACALL_E_NULL);
    CHECK(acall_role_from_name("user", 4, NULL) == ACALL_E_NULL);
    CHECK(acall_role_from_name("USER", 4, &role) == ACALL_E_ABSENT);
    CHECK(role == 77);
    CHECK(acall_role_from_name("user", 4, &role) == ACALL_OK && role == 0);
}

static void languages(void)
{
    CHECK(strcmp(acall_negotiate_language(NULL, 0), "en") == 0);
    CHECK(strcmp(acall_negotiate_language(NULL, 5), "en") == 0);
    CHECK(strcmp(acall_negotiate_language("de", HUGE_SIZE), "en") == 0);
    CHECK(strcmp(acall_negotiate_language("\xFF", 1), "en") == 0);
    CHECK(strcmp(acall_negotiate_language("zh_HK.UTF-8", 11), "zh-Hant") == 0);
    CHECK(strcmp(acall_negotiate_language("zh_HK.UTF-8", 2), "zh-Hans") == 0);
}

typedef acall_status (*clean_function)(const char *, size_t, char *, size_t,
                                       size_t *);
typedef acall_status (*flat_clean_function)(const char *, int32_t, char *,
                                            int32_t, int32_t *);

static void cleaning_of(clean_function clean, flat_clean_function flat_clean)
{
    char buffer[16];
    size_t needed = 99;
    int32_t flat_needed = 99;

    memset(buffer, 0xA5, sizeof(buffer));
    CHECK(clean(NULL, 3, buffer, 16, &needed) == ACALL_E_NULL);
    CHECK(needed == 0);
    CHECK(clean("a", HUGE_SIZE, buffer, 16, &needed) == ACALL_E_ARGUMENT);
    CHECK(clean("a", 1, NULL, 16, &needed) == ACALL_E_NULL);
    CHECK(clean("a", 1, buffer, HUGE_SIZE, &needed) == ACALL_E_ARGUMENT);
    CHECK(clean("abc", 3, buffer, 3, &needed) == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed == 4 && (unsigned char)buffer[0] == 0xA5);
    CHECK(flat_clean(NULL, -1, buffer, 16, &flat_needed) == ACALL_E_NULL);
    CHECK(flat_clean("a", -2, buffer, 16, &flat_needed) == ACALL_E_ARGUMENT);
    CHECK(flat_clean("a", 1, NULL, 16, &flat_needed) == ACALL_E_NULL);
    CHECK(flat_clean("a", 1, buffer, -1, &flat_needed) == ACALL_E_ARGUMENT);
    CHECK(flat_needed == 0);
    CHECK(flat_clean("abc", -1, buffer, 3, &flat_needed)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(flat_needed == 4 && (unsigned char)buffer[0] == 0xA5);
    CHECK(clean(NULL, 0, buffer, 16, NULL) == ACALL_OK && buffer[0] == '\0');
    CHECK(clean("\xFF", 1, buffer, 16, &needed) == ACALL_OK);
    CHECK(strcmp(buffer, "\xEF\xBF\xBD") == 0 && needed == 4);
}

static acall_status built_in_redact(const char *text, size_t length,
                                    char *buffer, size_t capacity,
                                    size_t *needed)
{
    return acall_profile_redact(acall_profile_eureka(), text, length, buffer,
                                capacity, needed);
}

static void cleaning_by_a_profile(void)
{
    static const char json[] = "{\"aftercall_profile\":1,\"name\":\"shop\","
                               "\"redaction\":{\"names\":[\"pin\"]}}";
    static const char text[] = "X-Member-Pin: 4711";
    acall_profile *profile = NULL;
    char buffer[40];
    size_t needed = 99;

    CHECK(acall_profile_from_json(json, strlen(json), &profile, NULL)
          == ACALL_OK);
    CHECK(acall_profile_redact(profile, text, strlen(text), buffer, 40,
                               &needed)
          == ACALL_OK);
    CHECK(strcmp(buffer, "X-Member-Pin: REDACTED") == 0);
    CHECK(needed == strlen(buffer) + 1);
    CHECK(acall_redact(text, strlen(text), buffer, 40, NULL) == ACALL_OK);
    CHECK(strcmp(buffer, text) == 0);
    CHECK(acall_profile_redact(NULL, text, 1, buffer, 40, &needed)
          == ACALL_E_NULL);
    CHECK(needed == 0 && strcmp(buffer, text) == 0);
    acall_profile_free(profile);
}

static void cleaning(void)
{
    char buffer[32] = "token=abc";

    cleaning_of(acall_redact, acall_flat_redact);
    cleaning_of(built_in_redact, acall_flat_redact);
    cleaning_by_a_profile();
    cleaning_of(acall_one_line, acall_flat_one_line);
    /* Where the text is. */
    CHECK(acall_redact(buffer, 9, buffer, 32, NULL) == ACALL_OK);
    CHECK(strcmp(buffer, "token=REDACTED") == 0);
    CHECK(acall_flat_one_line("a\r\nb", -1, buffer, 32, NULL) == ACALL_OK);
    CHECK(strcmp(buffer, "a b") == 0);
}

typedef acall_status (*flat_text_function)(
    const char *, int32_t, const char *, const char *, int32_t, const char *,
    int32_t, int32_t, const char *, int32_t, int64_t, int64_t, int32_t,
    int32_t, char *, int32_t, int32_t *);

static void flat_texts_of(flat_text_function text, const char *verdict)
{
    char spaces[ACALL_FLAT_VERDICT_SIZE];
    char buffer[400];
    int32_t needed = 99;

    memset(spaces, ' ', sizeof(spaces));
    memset(buffer, 0xA5, sizeof(buffer));
#define FLAT(profile, pl, v, h, hl, b, bl, role, l, ll, delay, offset, part, \
             buf, cap, expected) \
    CHECK(text(profile, pl, v, h, hl, b, bl, role, l, ll, delay, 0, offset, \
               part, buf, cap, &needed) \
          == (expected)); \
    CHECK((unsigned char)buffer[0] == 0xA5 && needed == 0)
    FLAT(NULL, 3, verdict, NULL, 0, NULL, 0, 0, NULL, 0, 0, 0, 1, buffer, 400,
         ACALL_E_NULL);
    FLAT("nobody", -1, verdict, NULL, 0, NULL, 0, 0, NULL, 0, 0, 0, 1, buffer,
         400, ACALL_E_PROFILE_UNKNOWN);
    FLAT("\xFF", 1, verdict, NULL, 0, NULL, 0, 0, NULL, 0, 0, 0, 1, buffer,
         400, ACALL_E_UTF8);
    FLAT("", 0, NULL, NULL, 0, NULL, 0, 0, NULL, 0, 0, 0, 1, buffer, 400,
         ACALL_E_NULL);
    FLAT("", 0, spaces, NULL, 0, NULL, 0, 0, NULL, 0, 0, 0, 1, buffer, 400,
         ACALL_E_ARGUMENT);
    FLAT("", 0, verdict, NULL, 3, NULL, 0, 0, NULL, 0, 0, 0, 1, buffer, 400,
         ACALL_E_NULL);
    FLAT("", 0, verdict, NULL, 0, BODY, -2, 0, NULL, 0, 0, 0, 1, buffer, 400,
         ACALL_E_ARGUMENT);
    FLAT("", 0, verdict, NULL, 0, BODY, 9, 0, NULL, 0, 0, 0, 4, buffer, 400,
         ACALL_E_ARGUMENT);
    FLAT("", 0, verdict, NULL, 0, NULL, 0, 2, NULL, 0, 0, 0, 1, buffer, 400,
         ACALL_E_ARGUMENT);
    FLAT("", 0, verdict, NULL, 0, NULL, 0, 0, NULL, -1, 0, 0, 1, buffer, 400,
         ACALL_E_NULL);
    FLAT("", 0, verdict, NULL, 0, NULL, 0, 0, "de", -3, 0, 0, 1, buffer, 400,
         ACALL_E_ARGUMENT);
    FLAT("", 0, verdict, NULL, 0, NULL, 0, 0, NULL, 0, -1, 0, 1, buffer, 400,
         ACALL_E_ARGUMENT);
    FLAT("", 0, verdict, NULL, 0, NULL, 0, 0, NULL, 0, 0, -1081, 1, buffer,
         400, ACALL_E_ARGUMENT);
    FLAT("", 0, verdict, NULL, 0, NULL, 0, 0, NULL, 0, 0, 0, 0, buffer, 400,
         ACALL_E_ARGUMENT);
    FLAT("", 0, verdict, NULL, 0, NULL, 0, 0, NULL, 0, 0, 0, 1, NULL, 400,
         ACALL_E_NULL);
    FLAT("", 0, verdict, NULL, 0, NULL, 0, 0, NULL, 0, 0, 0, 1, buffer, -1,
         ACALL_E_ARGUMENT);
    CHECK(text("", 0, verdict, NULL, 0, BODY, -1, 1, "de", -1, 0, 0, 0,
               ACALL_PART_TEXT, buffer, 400, NULL)
          == ACALL_OK);
}

static void flat_texts(void)
{
    char verdict[ACALL_FLAT_VERDICT_SIZE];
    char buffer[20];
    int32_t needed = 0;
    acall_remedy remedy = 77;

    CHECK(acall_flat_judge("", 0, 200, 0, 0, 0, NULL, 0, BODY, -1, verdict,
                           ACALL_FLAT_VERDICT_SIZE)
          == ACALL_OK);
    flat_texts_of(acall_flat_message, verdict);
    flat_texts_of(acall_flat_message_fixed, verdict);
    CHECK(acall_flat_message("", 0, verdict, NULL, 0, NULL, 0, 0, NULL,
                                  0, 0, 0, 0, ACALL_PART_TITLE, buffer, 13,
                                  &needed)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed == 14);
    CHECK(acall_flat_message_fixed("", 0, verdict, NULL, 0, NULL, 0, 0,
                                        NULL, 0, 0, 0, 0, ACALL_PART_TITLE,
                                        buffer, 20, &needed)
          == ACALL_OK);
    CHECK(memcmp(buffer, "Out of credit       ", 20) == 0 && needed == 13);
    /* Without the reply a line for developers has less to say. */
    CHECK(acall_flat_message("", 0, verdict, NULL, 0, NULL, 0, 0, NULL,
                                  0, 0, 0, 0, ACALL_PART_DETAIL, NULL, 0,
                                  &needed)
          == ACALL_E_BUFFER_TOO_SMALL);
    CHECK(needed == (int32_t)sizeof("balance, HTTP 200, rule code:67200005"));

    CHECK(acall_flat_message_remedy("", 0, verdict, 0, NULL) == ACALL_E_NULL);
    CHECK(acall_flat_message_remedy("", 0, NULL, 0, &remedy) == ACALL_E_NULL);
    CHECK(acall_flat_message_remedy(NULL, 1, verdict, 0, &remedy)
          == ACALL_E_NULL);
    CHECK(acall_flat_message_remedy("", 0, verdict, 2, &remedy)
          == ACALL_E_ARGUMENT);
    CHECK(remedy == 77);
    CHECK(acall_flat_message_remedy("", 0, verdict, 1, &remedy) == ACALL_OK);
    CHECK(remedy == ACALL_REMEDY_TOP_UP);
}

int main(void)
{
    texts();
    remedies();
    languages();
    cleaning();
    flat_texts();
    return check_result();
}
