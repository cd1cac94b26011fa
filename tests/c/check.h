/* One line for each thing that is not so; the exit code tells. */

#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static unsigned long check_count;
static unsigned long check_failures;

#define CHECK(is_true) \
    do { \
        check_count++; \
        if (!(is_true)) { \
            check_failures++; \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #is_true); \
        } \
    } while (0)

static int check_result(void)
{
    printf("%lu checks, %lu not so\n", check_count, check_failures);
    return check_count > 0 && check_failures == 0 ? 0 : 1;
}

#endif
