/* The version of the header as text. */
#define ACALL_VERSION_STRING "@VERSION@"

/* Define ACALL_STATIC where the static library is linked on Windows. */
#ifndef ACALL_API
#if defined(_WIN32) && !defined(ACALL_STATIC)
#define ACALL_API __declspec(dllimport)
#else
#define ACALL_API
#endif
#endif

/* A reply, or a verdict, that says nothing yet. */
#define ACALL_REPLY_INIT \
    {sizeof(acall_reply), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#define ACALL_VERDICT_INIT \
    {sizeof(acall_verdict), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
     0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/* Options of a message for people that ask for nothing. */
#define ACALL_MESSAGE_OPTIONS_INIT \
    {sizeof(acall_message_options), 0, 0, 0, 0, 0, 0, 0}

/* The options of a call, and results of its events, that say nothing yet. */
#define ACALL_CALL_OPTIONS_INIT \
    {sizeof(acall_call_options), 0, 0, 0, 0, 0, 0, 0, 0}
#define ACALL_ATTEMPT_INIT {sizeof(acall_attempt), 0, 0}
#define ACALL_DECISION_INIT \
    {sizeof(acall_decision), 0, 0, 0, 0, 0, 0, 0, 0, \
     {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, \
     {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}}

/* A client's options, a request and so on that say nothing yet. */
#define ACALL_CLIENT_OPTIONS_INIT \
    {sizeof(acall_client_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#define ACALL_REQUEST_INIT \
    {sizeof(acall_request), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
     0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#define ACALL_POLL_OPTIONS_INIT {sizeof(acall_poll_options), 0, 0, 0, 0}
#define ACALL_ATTEMPTED_INIT \
    {sizeof(acall_attempted), 0, 0, 0, 0, 0, 0, 0, 0}

#ifdef __cplusplus
extern "C" {
#endif
