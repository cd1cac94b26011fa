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
static_assert(!std::is_copy_constructible<Policy>::value, "a policy has one owner");
static_assert(!std::is_copy_constructible<Budget>::value, "a budget has one owner");
static_assert(std::is_nothrow_move_constructible<Budget>::value, "and moves");
static_assert(!std::is_move_constructible<Call>::value, "a call stays where it is");
static_assert(!std::is_copy_constructible<Record>::value, "a record has one owner");
static_assert(std::is_nothrow_move_constructible<Record>::value, "and moves");
static_assert(std::is_copy_assignable<Decision>::value, "a decision is a value");

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

static const Call::Time start(1000);

static void a_call_decides_and_explains() {
    Error error;
    const Policy policy =
        Policy::from_json("{\"jitter\": \"none\", \"deadline_ms\": 9000}", &error);
    CHECK(policy && !error);
    const Budget budget(policy);
    CHECK(budget && budget.tokens() == 500 && budget.capacity() == 500);
    Call call(policy, budget, Operation(OperationKind::query).refreshable(), start);
    CHECK(call.status() == Status::ok && call.attempts() == 0);
    const Attempt first = call.before_attempt(start);
    CHECK(first && first.number() == 1 && first.resend_count() == 0);
    CHECK(first.timeout()->count() == 9000);
    const Attempt second = call.before_attempt(start);
    CHECK(!second && second.status() == Status::out_of_turn && !second.timeout());

    Decision decision = call.on_reply(judge(Reply(401, "")), start);
    CHECK(decision.is_refresh() && decision.gate(Reason::deadline) == GateState::passed);
    CHECK(decision.gate(Reason::budget_exhausted) == GateState::skipped);
    CHECK(call.on_refreshed(start) == Status::ok);
    CHECK(call.before_attempt(start).number() == 2);
    decision = call.on_reply(judge(Reply(503, "").header("retry-after", "2")), start);
    CHECK(decision.is_retry() && decision.action() == Action::retry);
    CHECK(decision.delay().count() == 2000 && decision.delay_source() == DelaySource::server);
    CHECK(decision.attempt() == 2 && *decision.budget_tokens() == 486 && !decision.retry_at());
    CHECK(decision.explain().find("retry after 2000 ms (server)") == 0);
    CHECK(decision.explain_json().find("\"delay_ms\":2000") != std::string::npos);
    const Decision kept = decision;
    decision = call.on_reply(judge(Reply(200, body)), start);
    CHECK(decision.status() == Status::out_of_turn && decision.action() == Action::none);
    CHECK(!decision.budget_tokens() && !decision.retry_at() && decision.explain().empty());
    decision = call.cancel(start);
    CHECK(decision.is_stop() && decision.reason() == Reason::cancelled && call.is_over());
    CHECK(budget.tokens() == 500 && kept.explain_json().size() > 500);
    CHECK(call.expire(start).status() == Status::out_of_turn);
}

static void a_call_that_is_destroyed_pays_back() {
    const Policy policy;
    const Budget budget(20, 14);
    {
        Call call(policy, budget, Operation(OperationKind::query).seeded(7), start);
        call.before_attempt(start);
        CHECK(call.on_reply(judge(Reply(503, "")), start).is_retry());
        CHECK(budget.tokens() == 0);
    }
    CHECK(budget.tokens() == 14);
    Call late(policy, Operation(OperationKind::mutation), start);
    CHECK(late.expire(start).reason() == Reason::deadline);
    Call denied(policy, Operation(OperationKind::query).refreshable(), start);
    denied.before_attempt(start);
    CHECK(denied.on_reply(judge(Reply(401, "")), start).is_refresh());
    CHECK(denied.on_refresh_failed(start).reason() == Reason::auth_failed);
}

static void see(const acall_observed* observed, void* count) {
    if (observed->verdict && observed->decision) ++*static_cast<int*>(count);
}

static void what_is_empty_begins_nothing() {
    Policy gone(Preset::none);
    const Policy here = std::move(gone);
    CHECK(here && !gone && gone.to_json().empty());
    CHECK(here.to_json().find("\"max_attempts\":1,") != std::string::npos);
    CHECK(!Policy::from_json("{\"jitter\": 1}"));
    Call none(gone, Operation(OperationKind::query), start);
    CHECK(none.status() == Status::null && none.attempts() == -1 && !none.is_over());
    CHECK(none.before_attempt(start).status() == Status::no_call);
    Call early(here, Operation(OperationKind::query), Call::Time(-1));
    CHECK(early.status() == Status::argument);
    CHECK(!Budget(0) && Budget(0).tokens() == -1);
    int count = 0;
    Call seen(here, Operation(OperationKind::query).observed_by(see, &count), Call::now());
    seen.before_attempt(Call::now());
    CHECK(seen.on_reply(judge(Reply(503, "")), Call::now()).reason()
          == Reason::attempts_exhausted);
    CHECK(count == 1);
    // Words of codes come with the verdict, its reply is gone.
    const Policy words = Policy::from_json(
        "{\"overrides\": [{\"code\": \"BUSY\", \"advice\": \"hold\"}]}");
    Call call(words, Operation(OperationKind::query).with_fixed_draw(0.5), start);
    call.before_attempt(start);
    const std::string text = "{\"status\":false,\"error_code\":\" BUSY \"}";
    const Verdict verdict = judge(Reply(503, text));
    CHECK(call.on_reply(verdict, start).reason() == Reason::quota_hold);
    CHECK(std::string(name(Jitter::decorrelated)) == "decorrelated");
    CHECK(std::string(name(OverCap::clamp)) == "clamp");
    CHECK(std::string(name(RetryMutations::always)) == "always");
    CHECK(std::string(name(Preset::cost_averse)) == "cost_averse");
    CHECK(std::string(name(Action::none)).empty());
}

static void people_are_told_in_their_language() {
    const Verdict verdict =
        judge({200, "{\"status\":false,\"error_code\":67200005,\"msg\":\"token=abc\"}"});
    Message words = message(verdict);
    CHECK(words.status() == Status::ok && words.title() == "Out of credit");
    CHECK(words.action() && *words.action() == Remedy::contact_admin);
    CHECK(words.language() == "en" && words.detail().empty());
    words = message(verdict, MessageOptions("fr-CH, de").role(Role::owner).with_detail());
    CHECK(words.language() == "fr" && *words.action() == Remedy::top_up);
    CHECK(words.detail()
          == "balance, code 67200005, HTTP 200, rule code:67200005: token=REDACTED");
    words = message(Category::rate_limit,
                    MessageOptions("ja").retry_delay(std::chrono::minutes(2)));
    CHECK(words.text().find("\xE7\xB4\x84" "2") != std::string::npos);
    const Verdict done = judge({200, "{\"status\":true}"});
    CHECK(!message(done).action() && message(done).title() == "Done");
    // What cannot be said is not said.
    CHECK(message(static_cast<Category>(99)).status() == Status::argument);
    Profile moved = Profile::eureka();
    const Profile empty = Profile::from_json("[]");
    CHECK(message(empty, verdict).status() == Status::null);
    CHECK(message(moved, Category::quota).title() == "Allowance used up");
    CHECK(std::string(negotiate_language("zh_TW.UTF-8")) == "zh-Hant");
    CHECK(std::string(name(Remedy::slow_down)) == "slow_down");
    CHECK(std::string(name(Role::owner)) == "owner");
}

static void secrets_are_scrubbed() {
    CHECK(redact("https://me:pw@host/?apikey=abc")
          == "https://REDACTED:REDACTED@host/?apikey=REDACTED");
    const Profile shop = Profile::from_json(
        "{\"aftercall_profile\":1,\"name\":\"shop\",\"redaction\":{\"names\":[\"pin\"]}}");
    CHECK(shop.redact("/orders?pin=4711&apikey=5") == "/orders?pin=REDACTED&apikey=REDACTED");
    CHECK(redact("/orders?pin=4711") == "/orders?pin=4711");
    CHECK(redact("").empty() && one_line(View()).empty());
    CHECK(one_line("a\r\nb") == "a b");
    const std::string lines(5000, '\n');
    CHECK(one_line(lines) == " " && redact(lines) == lines);
}

static void a_record_tells_support() {
    const Policy policy;
    Call call(policy, Operation(OperationKind::query).with_fixed_draw(0.5), start);
    Record first(Profile::eureka(), "GET", "https://me:CANARY@a.example/b?apikey=CANARY",
                 Record::Time(1795435200000), start);
    CHECK(first && first.get());
    call.before_attempt(start);
    const Call::Time end = start + Call::Time(20);
    // The reply is gone when the verdict is noted.
    const Verdict verdict = judge_a_temporary();
    const Decision decision = call.on_reply(verdict, end);
    CHECK(decision.is_stop());
    CHECK(first.note(verdict, decision, start, end, "r-1") == Status::ok);
    CHECK(first.note(decision, end, end) == Status::ok);
    CHECK(first.note(verdict, Decision(), start, end) == Status::argument);
    CHECK(first.note(verdict, decision, Record::Time(-1), end) == Status::argument);

    Record record = std::move(first);
    CHECK(record && !first && first.note(decision, start, end) == Status::null);
    CHECK(first.to_json().empty() && first.paragraph().empty());
    CHECK(first.problem(Profile::eureka()).empty() && first.attributes_json().empty());
    const std::string json = record.to_json();
    CHECK(json.find("\"attempts_made\":1,") != std::string::npos);
    CHECK(json.find("\"request_id\":\"r-1\"") != std::string::npos);
    CHECK(json.find("\"correlation_id\":\"c-1\"") != std::string::npos);
    CHECK(json.find("no \xE4\xBD\x99") != std::string::npos);
    CHECK(record.paragraph().find("GET https://a.example/b failed: permission") == 0);
    CHECK(record.problem(Profile::eureka()).find("\"category\":\"permission\"")
          != std::string::npos);
    CHECK(record.problem(Profile::eureka(), "zh-CN") != record.problem(Profile::eureka()));
    CHECK(record.problem(Profile::eureka(), "", Role::owner) != record.problem(Profile::eureka()));
    CHECK(record.problem(Profile::eureka(), "", static_cast<Role>(2)).empty());
    CHECK(record.attributes_json().find("\"error.type\":\"permission\"") != std::string::npos);
    CHECK((json + record.paragraph() + record.attributes_json()).find("CANARY")
          == std::string::npos);
    CHECK(!Record(Profile::eureka(), "\xFF", "", start, start));
}

int main() {
    a_record_tells_support();
    a_call_decides_and_explains();
    a_call_that_is_destroyed_pays_back();
    what_is_empty_begins_nothing();
    a_verdict_outlives_its_reply();
    success_has_data();
    a_fault_has_no_status();
    nothing_was_judged_yet();
    profiles_come_from_anywhere();
    json_goes_in_and_out();
    people_are_told_in_their_language();
    secrets_are_scrubbed();
    names_are_those_of_every_language();
    return check_result();
}
