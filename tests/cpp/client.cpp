// The C++ classes of the client: what they own, borrow, move and refuse. A
// transport in place of a network.

#include <aftercall_client.hpp>

#include <cstring>
#include <string>

#include "../c/check.h"

using namespace aftercall;

namespace {

const char settings[] = "{\"base_url\": \"https://api.example.com\", \"api_key\": \"sk-canary\","
                        " \"policy\": {\"base_delay_ms\": 1}}";

struct Scene {
    int http_status;
    std::string body;
    std::string sent;
    int lines;
};

acall_fault play(const acall_outgoing* outgoing, acall_exchange* exchange, void* userdata) {
    Scene& scene = *static_cast<Scene*>(userdata);
    scene.sent = std::string(outgoing->method) + ' ' + outgoing->url;
    if (outgoing->body) scene.sent += ' ';
    if (outgoing->body)
        scene.sent.append(static_cast<const char*>(outgoing->body),
                          static_cast<std::size_t>(outgoing->body_length));
    if (scene.http_status == 0) return ACALL_FAULT_TLS;
    acall_exchange_head(exchange, scene.http_status);
    acall_exchange_header(exchange, "X-Correlation-Id", 16, "c-1", 3);
    acall_exchange_body(exchange, scene.body.data(), scene.body.size());
    return ACALL_FAULT_NONE;
}

void write_down(acall_log_level, const char* line, std::size_t, void* userdata) {
    static_cast<Scene*>(userdata)->lines++;
    CHECK(std::strstr(line, "canary") == nullptr);
}

Client client_of(Scene& scene) {
    return Client::from_json(settings,
                             ClientOptions().transport(play, &scene).log(write_down, &scene));
}

void a_response_outlives_its_client() {
    Scene scene = {200, "{\"status\":true,\"data\":[1]}", "", 0};
    Client client = client_of(scene);
    Client moved(std::move(client));
    CHECK(!client && moved);
    Response response =
        moved.send(Request("POST", "/a").query("q", "x y").json("{}").kind(OperationKind::query));
    moved = Client::from_json("{}");
    CHECK(response.is_success() && response.status() == Status::ok);
    CHECK(response.data().has_value() && *response.data() == View("[1]"));
    CHECK(response.body() == View(scene.body));
    CHECK(*response.header("x-correlation-id") == View("c-1"));
    CHECK(!response.header("x-other").has_value());
    const Verdict verdict = response.verdict();
    CHECK(verdict.is_success() && *verdict.data() == View("[1]"));
    CHECK(*verdict.correlation_id() == "c-1");
    CHECK(response.decision().reason() == Reason::success);
    CHECK(response.kind() == OperationKind::query && response.attempts() == 1);
    CHECK(response.took().count() >= 0 && !response.retry_after().has_value());
    CHECK(response.summary() == "success: success (success, HTTP 200, 1 attempt)");
    CHECK(response.record_json().find("canary") == std::string::npos);
    CHECK(scene.sent.find("POST https://api.example.com/a?q=x") == 0);
    CHECK(scene.sent.find(" {}") == scene.sent.size() - 3 && scene.lines == 0);
    Response other(std::move(response));
    CHECK(!response && response.reason() == Reason::none && response.body().empty());
    CHECK(other);
}

void failures_say_what_they_are() {
    Scene scene = {0, "", "", 0};
    const Client client = client_of(scene);
    const Response fault = client.send(Request("GET", "/a"));
    CHECK(!fault && fault.reason() == Reason::not_retryable && !fault.data().has_value());
    CHECK(fault.verdict().rule() == View("transport:tls"));
    CHECK(fault.paragraph().find("transport") != std::string::npos);
    scene.http_status = 200;
    scene.body = "{\"status\":false,\"error_code\":67200005}";
    CHECK(client.send(Request("GET", "/a")).verdict().category() == Category::balance);
    scene.sent.clear();
    const Response held = client.send(Request("GET", "/a"));
    CHECK(held.reason() == Reason::quota_hold && scene.sent.empty());
    CHECK(held.retry_after().has_value() && held.attempts() == 0);
    CHECK(client.snapshot_json().find("\"category\":\"balance\"") != std::string::npos);
    client.clear_hold();
    client.forget_token();
    CHECK(client.snapshot_json().find("\"hold\":null") != std::string::npos);
    const Cancel cancel;
    cancel.cancel();
    CHECK(cancel.is_cancelled());
    CHECK(client.send(Request("GET", "/a").cancel(cancel)).reason() == Reason::cancelled);
}

void tasks_are_waited_for() {
    Scene scene = {200, "{\"status\":true,\"data\":{\"status\":\"SUCCESS\"}}", "", 0};
    const Client client = client_of(scene);
    const Request request("POST", "/ai/fto/report");
    const PollOptions brief = PollOptions()
                                  .first_delay(std::chrono::milliseconds(5))
                                  .max_delay(std::chrono::milliseconds(5))
                                  .deadline(std::chrono::seconds(60))
                                  .max_unknown(2);
    const Response done = client.poll(request);
    CHECK(done && done.polled() == Polled::succeeded && done.kind() == OperationKind::query);
    scene.body = "{\"status\":true,\"data\":{\"status\":\"PENDING\"}}";
    PollOptions late = PollOptions().deadline(std::chrono::seconds(4));
    late.first_delay(std::chrono::seconds(5));
    CHECK(client.poll(request, late).polled() == Polled::timed_out);
    scene.body = "{\"status\":true,\"data\":{\"status\":\"FAILED\"}}";
    CHECK(client.poll(request, brief).polled() == Polled::failed);
    scene.body = "{\"status\":true,\"data\":{}}";
    CHECK(client.poll(request, brief).polled() == Polled::unknown);
    scene.http_status = 0;
    const Response fault = client.poll(request, brief);
    CHECK(!fault && fault.polled() == Polled::none && fault.reason() == Reason::not_retryable);
    CHECK(client.poll(request, PollOptions().max_unknown(-1)).status() == Status::argument);
}

void what_is_empty_sends_nothing() {
    Error error;
    const Client none = Client::from_json("{\"base_url\": 1}", &error);
    CHECK(!none && error.status() == Status::client);
    CHECK(std::string(error.path()) == "base_url");
    CHECK(none.send(Request("GET", "/a")).status() == Status::null);
    CHECK(none.snapshot_json().empty());
    Scene scene = {200, "", "", 0};
    const Client client = client_of(scene);
    CHECK(client.send(Request("GET", "/a").deadline(std::chrono::milliseconds(-1))).status()
          == Status::argument);
    CHECK(scene.sent.empty());
}

} // namespace

int main() {
    a_response_outlives_its_client();
    failures_say_what_they_are();
    tasks_are_waited_for();
    what_is_empty_sends_nothing();
    return check_result();
}
