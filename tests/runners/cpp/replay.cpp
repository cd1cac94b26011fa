// Replays conformance vectors through the C++ classes: each case through
// aftercall::judge and through aftercall::explain_json, and both must agree.

#include <aftercall.hpp>

#include <cstring>
#include <string>

#include "../c/vectors.h"

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

aftercall::Reply reply_of(const vector* vector) {
    const acall_reply& given = vector->reply;
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
    return aftercall::judge(profile, reply_of(vector));
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
    of[KEY_ANOMALIES] = value_integer(verdict.anomalies());
    of[KEY_ANOMALIES].kind = VALUE_SET;
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
    return answer_read(vector, read, answer) != 0;
}

} // namespace

extern "C" {
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

int main(int count, char** arguments) { return replay(count, arguments, judge_case_cpp); }
