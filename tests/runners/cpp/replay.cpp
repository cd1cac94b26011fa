// Replays conformance vectors through the C++ classes: each reply through
// aftercall::judge and through aftercall::explain_json, and both must agree;
// each call through aftercall::Call; each message through aftercall::message,
// each text through aftercall::redact and aftercall::one_line.

#include <aftercall.hpp>

#include <chrono>
#include <cstring>
#include <string>

#include "../c/calls.h"
#include "../c/words.h"

namespace {

using aftercall::Optional;
using aftercall::View;

// A case's memory lives until the next case; a std::string does not.
value kept(vector* vector, const char* bytes, std::size_t length) {
    char* copy = static_cast<char*>(arena_take(vector->arena, length + 1));
    if (length > 0) std::memcpy(copy, bytes, length);
    return value_bytes(copy, length);
}

value text(vector* vector, const Optional<std::string>& text) {
    return text ? kept(vector, text->data(), text->size()) : value_null();
}

value bytes(const Optional<View>& view) {
    return view ? value_bytes(view->data(), view->size()) : value_null();
}

template <class T> value number(const Optional<T>& number) {
    return number ? value_integer(*number) : value_null();
}

aftercall::Reply reply_of(const acall_reply& given) {
    aftercall::Reply reply =
        given.fault != ACALL_FAULT_NONE
            ? aftercall::Reply(static_cast<aftercall::Fault>(given.fault))
            : aftercall::Reply(given.http_status,
                               View(static_cast<const char*>(given.body), given.body_length));
    for (std::size_t i = 0; i < given.header_count; i++) {
        const acall_header& header = given.headers[i];
        reply.header(View(header.name, header.name_length),
                     View(header.value, header.value_length));
    }
    if (given.path_length > 0)
        reply.to_request(View(given.method, given.method_length),
                         View(given.path, given.path_length));
    return reply.expecting(static_cast<aftercall::Expect>(given.expect))
        .received_at_unix_ms(given.now_unix_ms);
}

aftercall::Profile profile_of(const vector* vector) {
    if (vector->built_in != nullptr) return aftercall::Profile::built_in(vector->built_in);
    return aftercall::Profile::from_json(
        View(vector->profile_json, vector->profile_json_length));
}

aftercall::Verdict judged(vector* vector, const aftercall::Profile& profile) {
    // The reply is a temporary on purpose: a verdict must not need it.
    return aftercall::judge(profile, reply_of(vector->reply));
}

answer answer_of(vector* vector, const aftercall::Verdict& verdict) {
    answer answer;
    value* of = answer.of;
    of[KEY_OUTCOME] = value_name(name(verdict.outcome()));
    of[KEY_CATEGORY] = value_name(name(verdict.category()));
    of[KEY_ADVICE] = value_name(name(verdict.advice()));
    of[KEY_EFFECT] = value_name(name(verdict.effect()));
    of[KEY_CODE] = number(verdict.code());
    of[KEY_CODE_TEXT] = text(vector, verdict.code_text());
    of[KEY_HTTP_STATUS] = number(verdict.http_status());
    of[KEY_MESSAGE] = text(vector, verdict.message());
    of[KEY_DATA] = bytes(verdict.data());
    of[KEY_CORRELATION_ID] = text(vector, verdict.correlation_id());
    of[KEY_AMOUNT] = text(vector, verdict.amount());
    of[KEY_SERVER_DELAY_MS] = verdict.server_delay()
        ? value_integer(verdict.server_delay()->count())
        : value_null();
    of[KEY_ALTERNATIVE] =
        verdict.alternative() ? value_name(name(*verdict.alternative())) : value_null();
    of[KEY_REPEAT] = verdict.repeat() ? value_name(name(*verdict.repeat())) : value_null();
    of[KEY_ANOMALIES] = value_integer(verdict.anomalies());
    of[KEY_ANOMALIES].kind = VALUE_SET;
    of[KEY_TASK] = verdict.task() ? value_name(name(*verdict.task())) : value_null();
    of[KEY_RULE] = value_bytes(verdict.rule().data(), verdict.rule().size());
    return answer;
}

bool explained(vector* vector, answer* answer) {
    const json* reply = vector->reply_json;
    std::string request = std::string("{\"profile\":\"") + vector->built_in + "\",";
    request.append(reply->raw + 1, reply->raw_length - 1);
    aftercall::Status status;
    const std::string verdict = aftercall::explain_json(request, &status);
    if (status != aftercall::Status::ok) {
        vector_fail(vector, aftercall::last_error().c_str());
        return false;
    }
    std::size_t where;
    const value copy = kept(vector, verdict.data(), verdict.size());
    const json* read = json_read(vector->arena, copy.bytes, copy.length, &where);
    if (read == nullptr) {
        vector_fail(vector, "explain_json wrote no JSON");
        return false;
    }
    return explanation_read(vector, read, answer) != 0;
}

value milliseconds(const Optional<std::chrono::milliseconds>& time) {
    return time ? value_integer(time->count()) : value_null();
}

bool is_ok(vector* vector, aftercall::Status status) {
    if (status != aftercall::Status::ok) vector_fail(vector, message(status));
    return status == aftercall::Status::ok;
}

aftercall::Operation operation_of(const plan* plan) {
    aftercall::Operation operation(static_cast<aftercall::OperationKind>(plan->kind));
    if (plan->flags & ACALL_CALL_CAN_REFRESH) operation.refreshable();
    if (plan->flags & ACALL_CALL_IDEMPOTENCY_KEY) operation.with_idempotency_key();
    if (plan->flags & ACALL_CALL_FIXED_DRAW)
        return operation.with_fixed_draw(static_cast<double>(plan->seed) / 9007199254740992.0);
    return operation.seeded(plan->seed);
}

step step_of(vector* vector, const aftercall::Decision& decision,
             const aftercall::Budget& budget) {
    step step;
    value* of = step.of;
    of[STEP_ACTION] = value_name(name(decision.action()));
    of[STEP_REASON] = decision.reason() == aftercall::Reason::none
        ? value_null()
        : value_name(name(decision.reason()));
    of[STEP_DELAY_MS] =
        decision.is_retry() ? value_integer(decision.delay().count()) : value_null();
    of[STEP_RETRY_AT_MS] = milliseconds(decision.retry_at());
    of[STEP_BUDGET] = number(decision.budget_tokens());
    const std::string line = decision.explain();
    const std::string json = decision.explain_json();
    of[STEP_LINE] = kept(vector, line.data(), line.size());
    of[STEP_JSON] = kept(vector, json.data(), json.size());
    if (line.empty() || json.empty()) vector_fail(vector, "nothing explains the decision");
    if (decision.budget_tokens().value_or(-1) != budget.tokens())
        vector_fail(vector, "the decision names other tokens");
    for (std::int32_t gate = 1; gate <= ACALL_REASON_BUDGET_EXHAUSTED; gate++) {
        const auto reason = static_cast<aftercall::Reason>(gate);
        if ((decision.gate(reason) == aftercall::GateState::stopped)
            != (reason == decision.reason()))
            vector_fail(vector, "a gate differs from the reason");
    }
    return step;
}

// One event: an attempt with its reply, or the end of the caller's patience.
aftercall::Decision play(vector* vector, const aftercall::Profile& profile, aftercall::Call& call,
                         const event& event, bool is_refreshing) {
    const aftercall::Call::Time at(event.at_ms);
    if (event.is_cancel) return call.cancel(at);
    if (is_refreshing) is_ok(vector, call.on_refreshed(at));
    is_ok(vector, call.before_attempt(at).status());
    return call.on_reply(aftercall::judge(profile, reply_of(event.reply)),
                         at + aftercall::Call::Time(event.took_ms));
}

bool play(vector* vector, const plan* plan, step* steps) {
    const aftercall::Profile profile = profile_of(vector);
    aftercall::Error error;
    const auto policy =
        aftercall::Policy::from_json(View(plan->policy, plan->policy_length), &error);
    if (!policy) {
        vector_fail(vector, error.message());
        return false;
    }
    aftercall::Budget budget(policy);
    if (budget && plan->tokens >= 0)
        budget = aftercall::Budget(static_cast<std::int32_t>(budget.capacity()), plan->tokens);
    aftercall::Call call(policy, budget, operation_of(plan), aftercall::Call::Time(0));
    if (!is_ok(vector, call.status())) return false;
    bool is_refreshing = false;
    for (std::size_t i = 0; i < plan->event_count; i++) {
        const aftercall::Decision decision =
            play(vector, profile, call, plan->events[i], is_refreshing);
        if (!is_ok(vector, decision.status())) return false;
        if (call.is_over() != decision.is_stop())
            vector_fail(vector, "only a stop ends a call");
        steps[i] = step_of(vector, decision, budget);
        is_refreshing = decision.is_refresh();
    }
    return true;
}

value text(vector* vector, const std::string& text) {
    return kept(vector, text.data(), text.size());
}

bool say(vector* vector, const question* question, wording* wording) {
    const aftercall::Profile profile = profile_of(vector);
    aftercall::MessageOptions options(View(question->languages, question->languages_length));
    options.role(static_cast<aftercall::Role>(question->role))
        .retry_delay(std::chrono::milliseconds(question->retry_delay_ms))
        .clock(question->now_unix_ms, question->utc_offset_minutes)
        .with_detail();
    const aftercall::Message message = question->is_of_category
        ? aftercall::message(profile, static_cast<aftercall::Category>(question->category),
                             options)
        : aftercall::message(profile, judged(vector, profile), options);
    if (!is_ok(vector, message.status())) return false;
    value* of = wording->of;
    of[WORD_TITLE] = text(vector, message.title());
    of[WORD_TEXT] = text(vector, message.text());
    of[WORD_ACTION] = message.action() ? value_name(name(*message.action())) : value_null();
    of[WORD_LANGUAGE] = text(vector, message.language());
    of[WORD_DETAIL] = text(vector, message.detail());
    return true;
}

} // namespace

extern "C" {
static int say_cpp(vector* vector, const question* question, wording* wording) {
    return say(vector, question, wording) ? 1 : 0;
}

static int scrub_cpp(vector* vector, const json* given, value* clean, value* line) {
    const std::string scrubbed = aftercall::redact(View(given->text, given->length));
    *clean = text(vector, scrubbed);
    *line = text(vector, aftercall::one_line(scrubbed));
    return 1;
}

static int play_call_cpp(vector* vector, const plan* plan, step* steps) {
    return play(vector, plan, steps) ? 1 : 0;
}

static void judge_case_cpp(vector* vector) {
    const aftercall::Profile profile = profile_of(vector);
    const aftercall::Verdict verdict = judged(vector, profile);
    if (verdict.status() != aftercall::Status::ok) {
        vector_fail(vector, message(verdict.status()));
        return;
    }
    const answer answer = answer_of(vector, verdict);
    vector_expect(vector, &answer);
    // JSON names built-in profiles alone.
    ::answer other;
    if (vector->built_in != nullptr && explained(vector, &other)) vector_agree(vector, &answer, "explain_json", &other);
}
}

int main(int count, char** arguments) {
    const players players = {judge_case_cpp, play_call_cpp, say_cpp, scrub_cpp};
    return replay(count, arguments, &players);
}
