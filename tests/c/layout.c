/*
 * The layout of every structure of the C ABI, on a 64-bit target, as this
 * compiler sees the header. It compiles, or it does not. The same numbers
 * stand in ffi/src/layout.rs, for the library's own view.
 */

#include <aftercall.h>

#define LAYOUT_JOIN(a, b) a##b
#define LAYOUT_NAME(line) LAYOUT_JOIN(layout_, line)
#define ASSERT(is_true) \
    typedef char LAYOUT_NAME(__LINE__)[(is_true) ? 1 : -1]
#define SIZE(structure, size) ASSERT(sizeof(structure) == (size))
#define AT(structure, field, offset) \
    ASSERT(offsetof(structure, field) == (offset))

#if defined(__LP64__) || defined(_WIN64)

SIZE(acall_header, 32);
AT(acall_header, name, 0);
AT(acall_header, name_length, 8);
AT(acall_header, value, 16);
AT(acall_header, value_length, 24);

SIZE(acall_reply, 96);
AT(acall_reply, struct_size, 0);
AT(acall_reply, flags, 4);
AT(acall_reply, http_status, 8);
AT(acall_reply, fault, 12);
AT(acall_reply, expect, 16);
AT(acall_reply, reserved, 20);
AT(acall_reply, now_unix_ms, 24);
AT(acall_reply, body, 32);
AT(acall_reply, body_length, 40);
AT(acall_reply, headers, 48);
AT(acall_reply, header_count, 56);
AT(acall_reply, method, 64);
AT(acall_reply, method_length, 72);
AT(acall_reply, path, 80);
AT(acall_reply, path_length, 88);

SIZE(acall_message_options, 48);
AT(acall_message_options, struct_size, 0);
AT(acall_message_options, role, 4);
AT(acall_message_options, retry_delay_ms, 8);
AT(acall_message_options, now_unix_ms, 16);
AT(acall_message_options, utc_offset_minutes, 24);
AT(acall_message_options, reserved, 28);
AT(acall_message_options, languages, 32);
AT(acall_message_options, languages_length, 40);

SIZE(acall_verdict, 168);
AT(acall_verdict, struct_size, 0);
AT(acall_verdict, flags, 4);
AT(acall_verdict, outcome, 8);
AT(acall_verdict, category, 12);
AT(acall_verdict, advice, 16);
AT(acall_verdict, effect, 20);
AT(acall_verdict, alternative, 24);
AT(acall_verdict, repeat, 28);
AT(acall_verdict, http_status, 32);
AT(acall_verdict, anomalies, 36);
AT(acall_verdict, correlation_id_header, 40);
AT(acall_verdict, amount_header, 44);
AT(acall_verdict, code, 48);
AT(acall_verdict, server_delay_ms, 56);
AT(acall_verdict, data_offset, 64);
AT(acall_verdict, data_length, 72);
AT(acall_verdict, message_offset, 80);
AT(acall_verdict, message_length, 88);
AT(acall_verdict, code_text_offset, 96);
AT(acall_verdict, code_text_length, 104);
AT(acall_verdict, correlation_id_offset, 112);
AT(acall_verdict, correlation_id_length, 120);
AT(acall_verdict, amount_offset, 128);
AT(acall_verdict, amount_length, 136);
AT(acall_verdict, rule_length, 144);
AT(acall_verdict, rule, 152);
AT(acall_verdict, task, 160);
AT(acall_verdict, reserved, 164);

SIZE(acall_call_options, 56);
AT(acall_call_options, struct_size, 0);
AT(acall_call_options, flags, 4);
AT(acall_call_options, kind, 8);
AT(acall_call_options, reserved, 12);
AT(acall_call_options, seed, 16);
AT(acall_call_options, policy, 24);
AT(acall_call_options, budget, 32);
AT(acall_call_options, observer, 40);
AT(acall_call_options, userdata, 48);

SIZE(acall_call, 192);
AT(acall_call, opaque, 0);

SIZE(acall_attempt, 16);
AT(acall_attempt, struct_size, 0);
AT(acall_attempt, number, 4);
AT(acall_attempt, timeout_ms, 8);

SIZE(acall_decision, 144);
AT(acall_decision, struct_size, 0);
AT(acall_decision, action, 4);
AT(acall_decision, reason, 8);
AT(acall_decision, delay_source, 12);
AT(acall_decision, attempt, 16);
AT(acall_decision, reserved, 20);
AT(acall_decision, delay_ms, 24);
AT(acall_decision, retry_at_ms, 32);
AT(acall_decision, budget_tokens, 40);
AT(acall_decision, members, 48);
AT(acall_decision, counts, 72);
AT(acall_decision, times_ms, 96);

SIZE(acall_observed, 32);
AT(acall_observed, struct_size, 0);
AT(acall_observed, attempt, 4);
AT(acall_observed, now_ms, 8);
AT(acall_observed, verdict, 16);
AT(acall_observed, decision, 24);

SIZE(acall_client_options, 96);
AT(acall_client_options, struct_size, 0);
AT(acall_client_options, flags, 4);
AT(acall_client_options, profile, 8);
AT(acall_client_options, policy, 16);
AT(acall_client_options, budget, 24);
AT(acall_client_options, transport, 32);
AT(acall_client_options, transport_userdata, 40);
AT(acall_client_options, observer, 48);
AT(acall_client_options, observer_userdata, 56);
AT(acall_client_options, log, 64);
AT(acall_client_options, log_userdata, 72);
AT(acall_client_options, interrupted, 80);
AT(acall_client_options, interrupted_userdata, 88);

SIZE(acall_request, 232);
AT(acall_request, struct_size, 0);
AT(acall_request, flags, 4);
AT(acall_request, method, 8);
AT(acall_request, method_length, 16);
AT(acall_request, path, 24);
AT(acall_request, path_length, 32);
AT(acall_request, query, 40);
AT(acall_request, query_count, 48);
AT(acall_request, headers, 56);
AT(acall_request, header_count, 64);
AT(acall_request, body, 72);
AT(acall_request, body_length, 80);
AT(acall_request, content_type, 88);
AT(acall_request, content_type_length, 96);
AT(acall_request, file, 104);
AT(acall_request, file_length, 112);
AT(acall_request, file_field, 120);
AT(acall_request, file_field_length, 128);
AT(acall_request, fields, 136);
AT(acall_request, field_count, 144);
AT(acall_request, download, 152);
AT(acall_request, download_length, 160);
AT(acall_request, idempotency_key, 168);
AT(acall_request, idempotency_key_length, 176);
AT(acall_request, kind, 184);
AT(acall_request, expect, 188);
AT(acall_request, deadline_ms, 192);
AT(acall_request, attempt_timeout_ms, 200);
AT(acall_request, max_body_bytes, 208);
AT(acall_request, policy, 216);
AT(acall_request, cancel, 224);

SIZE(acall_poll_options, 32);
AT(acall_poll_options, struct_size, 0);
AT(acall_poll_options, max_unknown, 4);
AT(acall_poll_options, first_delay_ms, 8);
AT(acall_poll_options, max_delay_ms, 16);
AT(acall_poll_options, deadline_ms, 24);

SIZE(acall_attempted, 56);
AT(acall_attempted, struct_size, 0);
AT(acall_attempted, number, 4);
AT(acall_attempted, kind, 8);
AT(acall_attempted, fault, 12);
AT(acall_attempted, started_unix_ms, 16);
AT(acall_attempted, started_ms, 24);
AT(acall_attempted, took_ms, 32);
AT(acall_attempted, request_id, 40);
AT(acall_attempted, request_id_length, 48);

SIZE(acall_outgoing, 96);
AT(acall_outgoing, struct_size, 0);
AT(acall_outgoing, flags, 4);
AT(acall_outgoing, method, 8);
AT(acall_outgoing, method_length, 16);
AT(acall_outgoing, url, 24);
AT(acall_outgoing, url_length, 32);
AT(acall_outgoing, headers, 40);
AT(acall_outgoing, header_count, 48);
AT(acall_outgoing, body, 56);
AT(acall_outgoing, body_length, 64);
AT(acall_outgoing, timeout_ms, 72);
AT(acall_outgoing, connect_timeout_ms, 80);
AT(acall_outgoing, max_body_bytes, 88);

#endif

/* Every number of the ABI has 32 bits, whatever the compiler's enums have. */
ASSERT(sizeof(acall_status) == 4);
ASSERT(sizeof(acall_category) == 4);
ASSERT(sizeof(acall_text) == 4);
ASSERT(sizeof(acall_reason) == 4);
ASSERT(sizeof(acall_log_level) == 4);

/* Zeroed is neither a success nor anything else that was judged. */
ASSERT(ACALL_OUTCOME_NONE == 0);
ASSERT(ACALL_OUTCOME_SUCCESS != 0);

/* Zeroed is neither a decision to go on nor one to stop. */
ASSERT(ACALL_ACTION_NONE == 0);
ASSERT(ACALL_REASON_NONE == 0);

/* A file needs something to export, and so does a linker. */
int layout_is_asserted(void);
int layout_is_asserted(void)
{
    return 1;
}
