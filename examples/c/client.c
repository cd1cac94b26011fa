/* A call through the client: client BASE_URL; the API's key is in API_KEY. */
#include <aftercall.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    acall_request request = ACALL_REQUEST_INIT;
    acall_client *client; /* one for an API and a key, for all threads */
    acall_response *response;
    acall_error *error;
    const void *data;
    size_t length;
    char settings[1000], why[1000];
    int is_success;

    if (argc != 2 || !getenv("API_KEY"))
        return 2;
    sprintf(settings, "{\"base_url\": \"%.200s\", \"api_key\": \"%.200s\", \"deadline_ms\": 30000}",
            argv[1], getenv("API_KEY"));
    if (acall_client_from_json(settings, strlen(settings), NULL, &client, &error) != ACALL_OK) {
        fprintf(stderr, "%s\n", acall_error_message(error));
        acall_error_free(error);
        return 2;
    }
    request.path = "/pages?limit=1";
    request.path_length = strlen(request.path);
    if (acall_client_send(client, &request, &response, NULL) != ACALL_OK)
        return 2;
    is_success = acall_response_is_success(response);
    if (acall_response_data(response, &data, &length) == ACALL_OK)
        printf("%.*s\n", (int)length, (const char *)data);
    else if (acall_response_paragraph(response, why, sizeof(why), NULL) == ACALL_OK)
        printf("%s\n", why); /* for support */
    acall_response_free(response);
    acall_client_free(client);
    return is_success ? 0 : 1;
}
