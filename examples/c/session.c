/*
 * A session with the API, and a table of what was sent, what came, what was
 * decided and why.
 *
 *     python3 tests/server/standin --port 8320 --script examples/session.json
 *     cc examples/c/session.c -laftercall -o session
 *     ./session http://127.0.0.1:8320 README.md
 *
 * The file is offered as an upload. session.rs and session.py make the same
 * calls and print the same table, whose columns are separated by tabs.
 */
#define _POSIX_C_SOURCE 199309L
#include <aftercall.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LENGTH_OF(text) (sizeof(text) - 1)

static void pause_ms(int64_t delay_ms)
{
    struct timespec delay;

    delay.tv_sec = (time_t)(delay_ms / 1000);
    delay.tv_nsec = (long)(delay_ms % 1000) * 1000000L;
    nanosleep(&delay, NULL);
}

static void print_came(const acall_attempted *attempted, const acall_verdict *verdict)
{
    if (attempted->fault != ACALL_FAULT_NONE) {
        printf("no reply: %s\t", acall_fault_name(attempted->fault));
        return;
    }
    printf("HTTP %d", (int)verdict->http_status);
    if (verdict->outcome != ACALL_OUTCOME_SUCCESS && verdict->flags & ACALL_VERDICT_HAS_CODE)
        printf(", code %ld", (long)verdict->code);
    else if (verdict->task != ACALL_TASK_NONE)
        printf(", task %s", acall_task_name(verdict->task));
    printf("\t");
}

static void print_decided(const acall_decision *decision)
{
    if (decision->action == ACALL_ACTION_RETRY)
        printf("again in %ld ms\t", (long)decision->delay_ms);
    else if (decision->action == ACALL_ACTION_REFRESH)
        printf("new token, then again\t");
    else
        printf("stop: %s\t", acall_reason_name(decision->reason));
}

static void print_why(const acall_verdict *verdict)
{
    if (verdict->outcome == ACALL_OUTCOME_SUCCESS)
        printf("success\n");
    else
        printf("%s, by %.*s: %s, %s\n", acall_category_name(verdict->category),
               (int)verdict->rule_length, verdict->rule, acall_advice_name(verdict->advice),
               acall_effect_name(verdict->effect));
}

/* One line for each attempt of a call, those for tokens included. */
static void print_attempts(const char *step, const acall_request *request,
                           const acall_response *response)
{
    int32_t index;

    for (index = 0; index < acall_response_attempts(response); index++) {
        acall_attempted attempted = ACALL_ATTEMPTED_INIT;
        acall_verdict verdict = ACALL_VERDICT_INIT;
        acall_decision decision = ACALL_DECISION_INIT;

        if (acall_response_attempt(response, index, &attempted, &verdict, &decision) != ACALL_OK)
            return;
        if (attempted.kind == ACALL_KIND_AUTH)
            printf("%s\tPOST /oauth/token\t", step);
        else
            printf("%s\t%.*s %.*s\t", step, (int)request->method_length, request->method,
                   (int)strcspn(request->path, "?"), request->path);
        print_came(&attempted, &verdict);
        print_decided(&decision);
        print_why(&verdict);
    }
    if (index == 0) { /* a hold has stopped it before its first attempt */
        acall_verdict verdict = ACALL_VERDICT_INIT;
        acall_decision decision = ACALL_DECISION_INIT;

        if (acall_response_verdict(response, &verdict) != ACALL_OK
            || acall_response_decision(response, &decision) != ACALL_OK)
            return;
        printf("%s\tnothing\t-\t", step);
        print_decided(&decision);
        printf("%s, by %.*s before\n", acall_category_name(verdict.category),
               (int)verdict.rule_length, verdict.rule);
    }
}

/* Makes a call and prints it. The response is NULL if it cannot even be tried. */
static acall_response *send_and_print(const char *step, const acall_client *client,
                                      const acall_request *request)
{
    acall_response *response = NULL;
    acall_error *error = NULL;

    if (acall_client_send(client, request, &response, &error) == ACALL_OK)
        print_attempts(step, request, response);
    else
        fprintf(stderr, "%s: %s\n", step, acall_error_message(error));
    acall_error_free(error);
    return response;
}

static void call(const char *step, const acall_client *client, const acall_request *request)
{
    acall_response_free(send_and_print(step, client, request));
}

/* Asks about a task until it is finished; its state, as the profile reads it.
 * acall_client_poll does the same, at a better pace, for those who need not
 * print every poll. */
static acall_task wait_for_task(const char *step, const acall_client *client,
                                const acall_request *request)
{
    acall_task task = ACALL_TASK_PENDING;
    int polls;

    for (polls = 0; polls < 100 && task == ACALL_TASK_PENDING; polls++) {
        acall_verdict verdict = ACALL_VERDICT_INIT;
        acall_response *response;

        if (polls > 0)
            pause_ms(50);
        response = send_and_print(step, client, request);
        if (acall_response_verdict(response, &verdict) != ACALL_OK)
            return ACALL_TASK_NONE;
        task = verdict.task;
        acall_response_free(response);
    }
    return task;
}

static acall_request post(const char *path, const char *json)
{
    acall_request request = ACALL_REQUEST_INIT;

    request.method = "POST";
    request.method_length = LENGTH_OF("POST");
    request.path = path;
    request.path_length = strlen(path);
    request.body = json;
    request.body_length = json ? strlen(json) : 0;
    return request;
}

static acall_request get(const char *path)
{
    acall_request request = post(path, NULL);

    request.method = "GET";
    request.method_length = LENGTH_OF("GET");
    return request;
}

static void session(const acall_client *client, const char *file)
{
    acall_request request;
    acall_response *used_up;

    /* The first call fetches a token. A search is a query, which the profile
     * knows: it may be asked again whatever happens. */
    request = post("/search/patent", "{\"query_text\":\"solar\"}");
    call("search", client, &request);

    /* A paid task whose answer is lost: perhaps it was started. Not again, unless
     * the server can tell that it is the same. */
    request = post("/ai/fto/submit", "{\"text\":\"a panel\"}");
    call("start a task", client, &request);
    request.idempotency_key = "panel-1";
    request.idempotency_key_length = LENGTH_OF("panel-1");
    call("with a key", client, &request);

    /* Pending is no failure. In the meantime the token ends. */
    request = post("/ai/fto/report", "{\"task_id\":\"42\"}");
    wait_for_task("wait for it", client, &request);

    /* The server asks for half a minute and the call has a second: a wait that
     * cannot end in time is not begun. */
    request = get("/company/profile");
    request.deadline_ms = 1000;
    call("in a second", client, &request);

    /* A file that the API refuses will be refused again. */
    request = post("/upload?extension=pdf", NULL);
    request.file = file;
    request.file_length = strlen(file);
    request.file_field = "file";
    request.file_field_length = LENGTH_OF("file");
    call("upload", client, &request);

    /* A quota that is used up stops every call of this credential, until it is
     * over. */
    request = get("/insights/trend");
    used_up = send_and_print("quota", client, &request);
    request = post("/search/patent", "{\"query_text\":\"wind\"}");
    call("meanwhile", client, &request);
    if (acall_response_retry_after_ms(used_up) > 0)
        pause_ms(acall_response_retry_after_ms(used_up));
    acall_response_free(used_up);
    request = get("/insights/trend");
    call("afterwards", client, &request);
}

int main(int argc, char **argv)
{
    acall_client *client; /* one for an API and a credential, for all threads */
    acall_error *error;
    char settings[1000];

    if (argc != 3) {
        fprintf(stderr, "usage: session BASE_URL FILE\n");
        return 2;
    }
    sprintf(settings,
            "{\"base_url\": \"%.200s\", \"client_id\": \"standin\","
            " \"client_secret\": \"standin-secret\","
            " \"policy\": {\"base_delay_ms\": 50, \"jitter\": \"none\"}}",
            argv[1]);
    if (acall_client_from_json(settings, strlen(settings), NULL, &client, &error) != ACALL_OK) {
        fprintf(stderr, "%s\n", acall_error_message(error));
        acall_error_free(error);
        return 2;
    }
    session(client, argv[2]);
    acall_client_free(client);
    return 0;
}
