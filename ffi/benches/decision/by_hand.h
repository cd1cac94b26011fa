/*
 * The retry engine's decision as a good C programmer would write it for one
 * program: the same gates in the same order, the same arithmetic, a budget
 * that threads share, and every fact recorded. No argument is checked, no
 * defect is caught, and the caller's structures are this file's own.
 */

#ifndef BY_HAND_H
#define BY_HAND_H

#include <aftercall.h>

#include <stdatomic.h>
#include <stdbool.h>

/* One way to override advice; the bench has none, the loop is there. */
struct hand_override {
    acall_category category;
    int64_t code;
    int32_t http_status;
    acall_advice advice;
};

struct hand_policy {
    uint32_t max_attempts;
    uint32_t base_delay_ms;
    uint32_t throttle_base_delay_ms;
    uint32_t max_delay_ms;
    uint64_t multiplier;
    acall_jitter jitter;
    uint32_t max_server_delay_ms;
    acall_over_cap over_cap;
    int64_t deadline_ms;
    int64_t attempt_timeout_ms;
    acall_retry_mutations retry_mutations;
    bool repeat_billed;
    uint32_t cost;
    uint32_t throttle_cost;
    const struct hand_override *overrides;
    size_t override_count;
};

struct hand_budget {
    _Alignas(64) atomic_uint tokens;
    uint32_t capacity;
};

enum hand_phase { NEW, SENT, WAITING, REFRESHING, REFRESHED, ENDED };

struct hand_call {
    const struct hand_policy *policy;
    struct hand_budget *budget;
    acall_operation_kind kind;
    bool can_refresh;
    bool has_idempotency_key;
    bool has_refreshed;
    enum hand_phase phase;
    uint64_t seed;
    int64_t started_ms;
    int64_t latest_ms;
    uint32_t sent;
    uint32_t retries;
    uint32_t last_cost;
    uint64_t previous_ms;
};

struct hand_attempt {
    int32_t number;
    int64_t timeout_ms;
};

struct hand_decision {
    acall_action action;
    acall_reason reason;
    acall_delay_source delay_source;
    int32_t attempt;
    int64_t delay_ms;
    int64_t retry_at_ms;
    int64_t budget_tokens;
    /* What the gates looked at. */
    acall_category category;
    acall_advice advice;
    acall_advice judged_advice;
    acall_effect effect;
    acall_operation_kind repeat;
    acall_operation_kind kind;
    acall_retry_mutations retry_mutations;
    bool is_overridden;
    bool has_idempotency_key;
    bool repeat_billed;
    bool can_refresh;
    bool has_refreshed;
    bool is_clamped;
    uint32_t attempts;
    uint32_t max_attempts;
    uint32_t base_delay_ms;
    uint32_t max_server_delay_ms;
    uint64_t backoff_ms;
    int64_t server_delay_ms;
    uint64_t considered_ms;
    int64_t elapsed_ms;
    int64_t deadline_ms;
    uint32_t tokens_moved;
};

void hand_begin(struct hand_call *call, const struct hand_policy *policy,
                struct hand_budget *budget, acall_operation_kind kind,
                uint64_t seed, int64_t now_ms);
int hand_before_attempt(struct hand_call *call, int64_t now_ms,
                        struct hand_attempt *attempt);
int hand_on_reply(struct hand_call *call, const acall_verdict *verdict,
                  int64_t now_ms, struct hand_decision *decision);

#endif
