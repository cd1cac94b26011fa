/*
 * Loads the library at run time, uses it in a thread, closes it, and again:
 * the thread ends, and its thread-local storage with it, after the library
 * was closed. The argument is the library's path.
 */

#include <aftercall.h>

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>

#include "check.h"

#define ROUNDS 50

typedef acall_status (*explain_function)(const char *, int32_t, char *,
                                         int32_t, int32_t *);
typedef int32_t (*compatible_function)(int32_t);

static explain_function explain;
static sem_t used;
static sem_t closed;

static void *use_and_outlive(void *argument)
{
    static const char reply[] = "{\"fault\":\"dns\"}";
    char verdict[2000];

    (void)argument;
    CHECK(explain(reply, -1, verdict, sizeof(verdict), NULL) == ACALL_OK);
    CHECK(strstr(verdict, "transport:dns") != NULL);
    CHECK(explain("no", -1, verdict, sizeof(verdict), NULL)
          == ACALL_E_REPLY_JSON);
    sem_post(&used);
    sem_wait(&closed);
    return NULL;
}

/* ISO C has no cast from an object pointer to a function pointer. */
static void find(void *library, const char *name, void *function)
{
    void *found = dlsym(library, name);

    CHECK(found != NULL);
    memcpy(function, &found, sizeof(found));
}

int main(int count, char **arguments)
{
    int i;

    if (count != 2)
        return 2;
    sem_init(&used, 0, 0);
    sem_init(&closed, 0, 0);
    for (i = 0; i < ROUNDS; i++) {
        void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
        compatible_function compatible;
        pthread_t thread;

        if (library == NULL) {
            printf("%s\n", dlerror());
            return 1;
        }
        find(library, "acall_abi_compatible", &compatible);
        find(library, "acall_explain_json", &explain);
        CHECK(compatible(ACALL_ABI_VERSION) == 1);
        CHECK(pthread_create(&thread, NULL, use_and_outlive, NULL) == 0);
        sem_wait(&used);
        CHECK(dlclose(library) == 0);
        sem_post(&closed);
        CHECK(pthread_join(thread, NULL) == 0);
    }
    return check_result();
}
