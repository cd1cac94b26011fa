/*
 * What a request costs beside libcurl's easy handle, over kept connections to a
 * fast server on the same processor.
 *
 *     client [--rounds N] BASE_URL
 *
 * Both send the same headers and bring the body into memory; ours alone judges
 * it, and would repeat it. Contenders take turns in one run: medians of the
 * rounds, and medians of the ratios within each round. Processor time is the
 * client's own. Nothing here fails when it is slow: machines differ.
 */

#define _GNU_SOURCE

#include <aftercall.h>

#include <curl/curl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define MOST_ROUNDS 101
#define SECONDS 0.1
#define THREADS 8
/* What libcurl reads at once: its own choice, and what suits large bodies. */
#define ITS_BUFFER 16384L
#define LARGE_BUFFER 131072L

static const char *base_url;
static acall_client *client;
static CURL *easy;
static CURL *status;
static struct curl_slist *headers;

/* What one contender did in one round. */
struct round {
    double cpu_us; /* for one request */
    double rate;   /* requests in a second */
};

static void give_up(const char *why)
{
    fprintf(stderr, "client: %s\n", why);
    exit(1);
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double cpu(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static acall_client *new_client(void)
{
    char settings[300];
    acall_client *made = NULL;

    sprintf(settings, "{\"base_url\": \"%.200s\", \"api_key\": \"sk-1\"}",
            base_url);
    if (acall_client_from_json(settings, strlen(settings), NULL, &made, NULL))
        give_up("no client");
    return made;
}

static size_t by_aftercall_with(const acall_client *with, const char *path)
{
    acall_request request = ACALL_REQUEST_INIT;
    acall_response *response = NULL;
    const void *data = NULL;
    size_t length = 0;

    request.path = path;
    request.path_length = strlen(path);
    if (acall_client_send(with, &request, &response, NULL)
        || acall_response_data(response, &data, &length))
        give_up("a request failed");
    acall_response_free(response);
    return length;
}

static size_t by_aftercall(const char *path)
{
    return by_aftercall_with(client, path);
}

struct body {
    CURL *handle;
    char *start;
    size_t length, capacity;
};

static size_t take(char *piece, size_t size, size_t count, void *userdata)
{
    struct body *body = userdata;
    size_t length = size * count;

    if (body->length + length > body->capacity) {
        curl_off_t announced = 0;

        /* As much as the server says, as ours does. */
        curl_easy_getinfo(body->handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
                          &announced);
        body->capacity = 2 * (body->length + length);
        if (announced > (curl_off_t)body->capacity)
            body->capacity = (size_t)announced;
        body->start = realloc(body->start, body->capacity);
        if (!body->start)
            return 0;
    }
    memcpy(body->start + body->length, piece, length);
    body->length += length;
    return length;
}

static size_t by_curl(const char *path)
{
    struct body body = {easy, NULL, 0, 0};
    char url[300];
    long http_status = 0;

    snprintf(url, sizeof(url), "%s%s", base_url, path);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body);
    if (curl_easy_perform(easy) != CURLE_OK)
        give_up("libcurl failed");
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &http_status);
    if (http_status != 200)
        give_up("libcurl got another status");
    free(body.start);
    return body.length;
}

static CURL *new_easy(void)
{
    CURL *handle = curl_easy_init();

    if (!handle)
        give_up("no handle of libcurl");
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    return handle;
}

static struct round measured(size_t (*run)(const char *), const char *path)
{
    struct round round;
    double cpu_before = cpu();
    double started = now();
    double took;
    long count = 0;
    int i;

    do {
        for (i = 0; i < 10; i++)
            run(path);
        count += 10;
        took = now() - started;
    } while (took < SECONDS);
    round.cpu_us = (cpu() - cpu_before) / (double)count * 1e6;
    round.rate = (double)count / took;
    return round;
}

static int by_size(const void *one, const void *other)
{
    double left = *(const double *)one;
    double right = *(const double *)other;

    return (left > right) - (left < right);
}

static double median(double *numbers, int count)
{
    qsort(numbers, (size_t)count, sizeof(*numbers), by_size);
    return numbers[count / 2];
}

/* How many connections the server has accepted so far. */
static long accepted(void)
{
    struct body body = {status, NULL, 0, 0};
    char url[300];
    const char *line;
    long count = -1;

    snprintf(url, sizeof(url), "%s/status", base_url);
    curl_easy_setopt(status, CURLOPT_URL, url);
    curl_easy_setopt(status, CURLOPT_WRITEDATA, &body);
    if (curl_easy_perform(status) != CURLE_OK || take("", 1, 1, &body) != 1)
        give_up("the server does not count");
    line = strstr(body.start, "requests\n");
    if (line)
        count = atol(line + 9);
    free(body.start);
    return count;
}

struct job {
    const acall_client *client;
    double ends;
    long count;
};

static void *call_until(void *argument)
{
    struct job *job = argument;

    while (now() < job->ends) {
        by_aftercall_with(job->client, "/search");
        job->count++;
    }
    return NULL;
}

/* Requests in a second of so many threads with one client. */
static double rate_of(const acall_client *with, int threads)
{
    pthread_t ids[THREADS];
    struct job jobs[THREADS];
    double started = now();
    long count = 0;
    int i;

    for (i = 0; i < threads; i++) {
        jobs[i].client = with;
        jobs[i].ends = started + SECONDS;
        jobs[i].count = 0;
        if (pthread_create(&ids[i], NULL, call_until, &jobs[i]))
            give_up("no thread");
    }
    for (i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        count += jobs[i].count;
    }
    return (double)count / (now() - started);
}

static void say(const char *what, double cpu_own, double cpu_other,
                double cpu_ratio, double rate_own, double rate_other,
                double rate_ratio)
{
    printf("%-24s%8.1f%10.1f%9.2fx%12.0f%10.0f%9.2fx\n", what, cpu_own,
           cpu_other, cpu_ratio, rate_own, rate_other, rate_ratio);
}

/* Each round has new connections: how well one goes with the server's steps is
 * chance, and lasts as long as the connection. */
static void compare(const char *what, const char *path, long buffer,
                    int rounds)
{
    double cpu_us[2][MOST_ROUNDS], rates[2][MOST_ROUNDS];
    double cpu_ratio[MOST_ROUNDS], rate_ratio[MOST_ROUNDS];
    int last = rounds - 1;
    int i;

    for (i = 0; i < rounds; i++) {
        struct round own, other;

        client = new_client();
        own = measured(by_aftercall, path);
        acall_client_free(client);
        easy = new_easy();
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 60000L);
        curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, buffer);
        other = measured(by_curl, path);
        curl_easy_cleanup(easy);
        cpu_us[0][i] = own.cpu_us;
        cpu_us[1][i] = other.cpu_us;
        rates[0][i] = own.rate;
        rates[1][i] = other.rate;
        cpu_ratio[i] = own.cpu_us / other.cpu_us;
        rate_ratio[i] = own.rate / other.rate;
    }
    say(what, median(cpu_us[0], rounds), median(cpu_us[1], rounds),
        median(cpu_ratio, rounds), median(rates[0], rounds),
        median(rates[1], rounds), median(rate_ratio, rounds));
    /* They are sorted by now. */
    say("  best rounds", cpu_us[0][0], cpu_us[1][0], cpu_us[0][0] / cpu_us[1][0],
        rates[0][last], rates[1][last], rates[0][last] / rates[1][last]);
}

static void threads(int rounds)
{
    double one[MOST_ROUNDS], all[MOST_ROUNDS], ratio[MOST_ROUNDS];
    acall_client *shared = new_client();
    long before = accepted();
    int i;

    for (i = 0; i < rounds; i++) {
        one[i] = rate_of(shared, 1);
        all[i] = rate_of(shared, THREADS);
        ratio[i] = all[i] / one[i];
    }
    printf("\n%d threads with one client: %.0f requests in a second, %.2fx of "
           "one thread's %.0f; %ld connections\n",
           THREADS, median(all, rounds), median(ratio, rounds),
           median(one, rounds), accepted() - before);
    acall_client_free(shared);
}

int main(int argc, char **argv)
{
    int rounds = 25;

    /* Whether freed memory goes back to the system is chance, and more costly
     * than a request: nobody's goes back. */
    mallopt(M_MMAP_THRESHOLD, 1 << 26);
    mallopt(M_TRIM_THRESHOLD, 1 << 28);
    if (argc == 4 && strcmp(argv[1], "--rounds") == 0) {
        rounds = atoi(argv[2]);
        argv += 2;
        argc -= 2;
    }
    if (argc != 2 || rounds < 1 || rounds > MOST_ROUNDS)
        give_up("usage: client [--rounds N] BASE_URL");
    base_url = argv[1];
    status = new_easy();
    /* What ours sends: the same work for the server. */
    headers = curl_slist_append(headers, "Authorization: Bearer sk-1");
    headers = curl_slist_append(headers, "Accept: application/json");
    headers = curl_slist_append(headers, "User-Agent: aftercall/0.1.0");
    headers = curl_slist_append(headers, "X-Request-Id: 0123456789abcdef-1");
    headers = curl_slist_append(headers, "X-Resend-Count: 0");

    printf("%d rounds of %.1f s each; libcurl %s\n", rounds, SECONDS,
           curl_version_info(CURLVERSION_NOW)->version);
    printf("%-24s%8s%10s%10s%12s%10s%10s\n", "", "CPU us", "libcurl", "ratio",
           "per second", "libcurl", "ratio");
    compare("a small reply", "/search", ITS_BUFFER, rounds);
    compare("1 MB of text", "/text", ITS_BUFFER, rounds);
    compare("libcurl reads 128 KB", "/text", LARGE_BUFFER, rounds);
    compare("1 MB, a third Chinese", "/page", ITS_BUFFER, rounds);
    threads(rounds);
    curl_slist_free_all(headers);
    curl_easy_cleanup(status);
    return 0;
}
