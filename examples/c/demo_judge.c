/*
 * Judges the replies of a file, one JSON object to a line, as conformance
 * vectors spell a reply. Prints a line for each: category, advice, effect and
 * rule, between tabs; or "refused" and why.
 */

#include <aftercall.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text of a field of a verdict in JSON: the library writes no spaces. */
static void print_field(const char *verdict, const char *name, char end)
{
    char key[40];
    const char *at;

    sprintf(key, "\"%s\":\"", name);
    at = strstr(verdict, key);
    if (at != NULL)
        for (at += strlen(key); *at != '"' && *at != '\0'; at++)
            putchar(*at);
    putchar(end);
}

static void judge_line(const char *line, size_t length)
{
    int32_t needed = 0;
    char *verdict;
    char reason[400] = "";
    acall_status status =
        acall_explain_json(line, (int32_t)length, NULL, 0, &needed);

    if (status != ACALL_E_BUFFER_TOO_SMALL
        || (verdict = (char *)malloc((size_t)needed)) == NULL) {
        acall_last_error(reason, sizeof(reason), NULL);
        printf("refused\t%s\n", reason);
        return;
    }
    acall_explain_json(line, (int32_t)length, verdict, needed, NULL);
    print_field(verdict, "category", '\t');
    print_field(verdict, "advice", '\t');
    print_field(verdict, "effect", '\t');
    /* A message may hold such a text too, but there its quotes are escaped. */
    print_field(verdict, "rule", '\n');
    free(verdict);
}

int main(int count, char **arguments)
{
    FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
    char *line = NULL;
    size_t room = 0;
    size_t length = 0;
    int byte;

    if (file == NULL) {
        fprintf(stderr, "usage: demo_judge FILE\n");
        return 2;
    }
    do {
        byte = getc(file);
        if (byte == '\n' || byte == EOF) {
            if (length > 0)
                judge_line(line, length);
            length = 0;
            continue;
        }
        if (length == room) {
            char *longer = (char *)realloc(line, room = room * 2 + 1000);

            if (longer == NULL)
                return 2;
            line = longer;
        }
        line[length++] = (char)byte;
    } while (byte != EOF);
    free(line);
    fclose(file);
    return 0;
}
