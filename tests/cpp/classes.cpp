// The C++ classes: ownership, moves, temporaries, and what an empty one does.

#include <aftercall.hpp>

#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "../c/check.h"

using namespace aftercall;

static_assert(!std::is_copy_constructible<Profile>::value, "a profile has one owner");
static_assert(std::is_nothrow_move_constructible<Profile>::value, "and moves");
static_assert(!std::is_copy_constructible<Error>::value, "an error has one owner");
static_assert(std::is_copy_constructible<Verdict>::value, "a verdict is a value");

static const char body[] =
    "{\"status\":false,\"error_code\":67200004,\"error_msg\":\"no \\u4f59\"}";

// Every temporary is gone when the verdict is read.
static Verdict judge_a_temporary() {
    std::vector<std::pair<const char*, const char*>> headers;
    headers.push_back(std::make_pair("X-Correlation-Id", " c-1 "));
    headers.push_back(std::make_pair("x-openapi-amount", "2"));
    headers.push_back(std::make_pair("retry-after", "7"));
    return judge(Reply(200, body).headers(headers));
}

static void a_verdict_outlives_its_reply() {
    const Verdict verdict = judge_a_temporary();
    CHECK(verdict.status() == Status::ok);
    CHECK(verdict.outcome() == Outcome::failure && !verdict.is_success());
    CHECK(verdict.category() == Category::permission);
    CHECK(*verdict.alternative() == Category::quota);
    CHECK(!verdict.repeat());
    CHECK(verdict.advice() == Advice::never && verdict.effect() == Effect::rejected);
    CHECK(*verdict.code() == 67200004 && *verdict.code_text() == "67200004");
    CHECK(*verdict.http_status() == 200);
    CHECK(*verdict.message() == "no \xE4\xBD\x99");
    CHECK(*verdict.raw_message() == View("no \\u4f59"));
    CHECK(*verdict.correlation_id() == "c-1" && *verdict.amount() == "2");
    CHECK(verdict.server_delay()->count() == 7000);
    CHECK(!verdict.data() && verdict.anomalies() == 0);
    CHECK(!verdict.has(Anomaly::too_deep));
    CHECK(verdict.rule() == View("code:67200004"));

    const Verdict copy = verdict;
    CHECK(*copy.message() == *verdict.message());
}

static void success_has_data() {
    const std::string text = "{\"data\":[1],\"status\":true,\"error_code\":0}";
    const Verdict verdict = judge(Reply(200, text));
    CHECK(verdict.is_success() && *verdict.data() == View("[1]"));
    CHECK(!verdict.message() && !verdict.correlation_id());
    const Verdict raw = judge(Reply(200, View("\0x", 2)).expecting(Expect::raw));
    CHECK(raw.is_success() && raw.data()->size() == 2);
    const Verdict empty = judge(Reply(200, View()).expecting(Expect::raw));
    CHECK(empty.is_success() && empty.data() && empty.data()->size() == 0);
}

static void a_fault_has_no_status() {
    const Verdict verdict = judge(Reply(Fault::connect).header("x-request-id", "r"));
    CHECK(verdict.category() == Category::transport);
    CHECK(verdict.effect() == Effect::not_sent && !verdict.http_status());
    CHECK(*verdict.correlation_id() == "r" && !verdict.message());
    CHECK(judge(Reply(static_cast<Fault>(99))).status() == Status::argument);
}

static void nothing_was_judged_yet() {
    const Verdict verdict;
    CHECK(verdict.outcome() == Outcome::none && !verdict.is_success());
    CHECK(!verdict.code() && !verdict.http_status() && !verdict.data());
    CHECK(!verdict.message() && verdict.rule() == View(""));
    Profile gone = Profile::eureka();
    const Profile here = std::move(gone);
    CHECK(here && !gone);
    CHECK(judge(gone, Reply(200, body)).status() == Status::null);
    CHECK(gone.name() == View(""));
}

static void profiles_come_from_anywhere() {
    CHECK(Profile::built_in("eureka").name() == View("eureka"));
    CHECK(!Profile::built_in("nobody"));
    Error error;
    CHECK(!Profile::from_json("{\"aftercall_profile\": 1, \"nmae\": 1}", &error));
    CHECK(error && error.status() == Status::profile);
    CHECK(error.line() == 1 && error.column() > 1);
    CHECK(std::string(error.path()) == "nmae");
    CHECK(std::string(error.message()).find("name") != std::string::npos);
    CHECK(!Profile::from_json("[]"));
    Error moved = std::move(error);
    CHECK(moved && !error && error.status() == Status::ok);
    Profile profile = Profile::from_json(
        "{\"aftercall_profile\": 1, \"name\": \"x\", \"version\": \"2\", \"title\": \"X\", "
        "\"codes\": [{\"code\": 7, \"category\": \"balance\", \"advice\": \"never\", "
        "\"effect\": \"rejected\", \"source\": \"guide\"}]}",
        &error);
    if (!profile) printf("%s\n", error.message());
    CHECK(profile && !error && profile.version() == View("2"));
    const Verdict verdict = judge(profile, Reply(200, "{\"status\":false,\"code\":7}"));
    CHECK(verdict.category() == Category::balance && verdict.rule() == View("code:7"));
    profile = Profile::eureka();
    CHECK(profile.name() == View("eureka"));
}

static void json_goes_in_and_out() {
    Status status = Status::panic;
    CHECK(explain_json("{\"fault\":\"dns\"}", &status).find("transport:dns")
          != std::string::npos);
    CHECK(status == Status::ok);
    // Far longer than the first guess at its size.
    std::string reply = "{\"http_status\":200,\"body\":\"{\\\"status\\\":false,\\\"msg\\\":\\\"";
    for (int i = 0; i < 3000; i++) reply += "\\\\n";
    reply += "\\\"}\"}";
    CHECK(explain_json(reply).size() > 6000);
    CHECK(explain_json("{", &status).empty() && status == Status::reply_json);
    CHECK(last_error().find("line 1") == 0);
}

static void names_are_those_of_every_language() {
    CHECK(std::string(name(Category::rate_limit)) == "rate_limit");
    CHECK(std::string(name(Anomaly::odd_flag)) == "odd_flag");
    CHECK(std::string(name(static_cast<Advice>(77))).empty());
    CHECK(std::string(name(Status::absent)) == "ACALL_E_ABSENT");
    CHECK(grpc_code(Category::not_found) == 5);
    CHECK(suggested_http_status(Category::rate_limit) == 429);
    CHECK(std::string(problem_type(Category::quota)) == "urn:aftercall:problem:quota");
    CHECK(is_compatible() && std::string(version()) == ACALL_VERSION_STRING);
}

int main() {
    a_verdict_outlives_its_reply();
    success_has_data();
    a_fault_has_no_status();
    nothing_was_judged_yet();
    profiles_come_from_anywhere();
    json_goes_in_and_out();
    names_are_those_of_every_language();
    return check_result();
}
