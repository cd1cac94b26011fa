// aftercall's client for C++: send, and get a response, whether the call
// succeeded or not. Beside aftercall.hpp, which has everything else, and as it is:
// header-only, C++11 and up, without exceptions and RTTI. The library has the
// client unless it was built without the feature of that name.
//
//     #include <aftercall_client.hpp>
//     #include <iostream>
//
//     int main() {
//         using namespace aftercall;
//         const Client client = Client::from_json(R"({"base_url": "https://api.example.com"})");
//         const Response response = client.send(Request("GET", "/search").query("q", "solar"));
//         if (auto data = response.data()) std::cout.write(data->data(), data->size());
//         else std::cerr << response.paragraph() << '\n';
//     }
//
// A client and a Cancel may be used by many threads at once. A response owns its
// bytes and needs the client no more; what it hands out as a View, and its verdict,
// live as long as it does.

#ifndef AFTERCALL_CLIENT_HPP
#define AFTERCALL_CLIENT_HPP

#include "aftercall.hpp"

#if defined(_MSVC_LANG)
#define AFTERCALL_CPLUSPLUS _MSVC_LANG
#else
#define AFTERCALL_CPLUSPLUS __cplusplus
#endif

#if AFTERCALL_CPLUSPLUS >= 201703L
#define AFTERCALL_DIALECT cpp17
#define AFTERCALL_NODISCARD [[nodiscard]]
#else
#define AFTERCALL_DIALECT cpp11
#define AFTERCALL_NODISCARD
#endif

namespace aftercall {
inline namespace AFTERCALL_DIALECT {

/// Ends calls from any thread. Moves, does not copy.
class Cancel {
public:
    Cancel() noexcept : cancel_(nullptr) { acall_cancel_new(&cancel_); }
    Cancel(Cancel&& other) noexcept : cancel_(other.cancel_) { other.cancel_ = nullptr; }
    Cancel& operator=(Cancel&& other) noexcept {
        std::swap(cancel_, other.cancel_);
        return *this;
    }
    Cancel(const Cancel&) = delete;
    Cancel& operator=(const Cancel&) = delete;
    ~Cancel() { acall_cancel_free(cancel_); }

    /// Ends every call that has this handle, and those that begin later.
    void cancel() const noexcept { acall_cancel_cancel(cancel_); }
    bool is_cancelled() const noexcept { return acall_cancel_is_cancelled(cancel_) == 1; }
    /// The handle of the C ABI; NULL if it was moved from.
    const acall_cancel* get() const noexcept { return cancel_; }

private:
    acall_cancel* cancel_;
};

/// What a caller wants done. It owns its texts; copies, and may be sent again.
/// A policy and a Cancel are borrowed: they must live as long as the request.
class Request {
public:
    /// Any method on a path of the API, or on a whole URL of another host.
    Request(View method, View path)
        : method_(string(method)), path_(string(path)), has_body_(false), flags_(0), kind_(0),
          expect_(0), deadline_ms_(0), attempt_timeout_ms_(0), max_body_bytes_(0),
          policy_(nullptr), cancel_(nullptr) {}

    /// Adds a parameter to the query; name and value are escaped.
    Request& query(View name, View value) { return add(query_, name, value); }
    /// Adds a header.
    Request& header(View name, View value) { return add(headers_, name, value); }
    /// Adds a field of a form.
    Request& field(View name, View value) { return add(fields_, name, value); }
    /// JSON text as the body; it is not checked.
    Request& json(View text) { return body("application/json", text); }
    /// Any bytes as the body.
    Request& body(View content_type, View bytes) {
        content_type_ = string(content_type);
        body_ = string(bytes);
        has_body_ = true;
        return *this;
    }
    /// A file as the body, streamed; opened for each attempt.
    Request& file(View content_type, View path) {
        content_type_ = string(content_type);
        file_ = string(path);
        return *this;
    }
    /// A file as a field of a multipart form.
    Request& file_field(View name, View path) {
        file_field_ = string(name);
        file_ = string(path);
        return *this;
    }
    /// Writes what a success brings into a file.
    Request& download(View path) {
        download_ = string(path);
        return *this;
    }
    /// What kind of operation it is; else the profile or the method says it.
    Request& kind(OperationKind kind) noexcept {
        flags_ |= static_cast<std::uint32_t>(ACALL_REQUEST_HAS_KIND);
        kind_ = detail::number_of(kind);
        return *this;
    }
    /// What is expected; else the profile says it.
    Request& expect(Expect expect) noexcept {
        flags_ |= static_cast<std::uint32_t>(ACALL_REQUEST_HAS_EXPECT);
        expect_ = detail::number_of(expect);
        return *this;
    }
    /// Sent with every attempt, so that a lost mutation may be repeated.
    Request& idempotency_key(View key) {
        idempotency_key_ = string(key);
        return *this;
    }
    /// How long the call may take in all; 0 is the client's.
    Request& deadline(std::chrono::milliseconds deadline) noexcept {
        deadline_ms_ = deadline.count();
        return *this;
    }
    /// How long an attempt may take; 0 is the client's.
    Request& attempt_timeout(std::chrono::milliseconds timeout) noexcept {
        attempt_timeout_ms_ = timeout.count();
        return *this;
    }
    /// The largest body that is taken, in bytes; 0 is the client's.
    Request& max_body_bytes(std::int64_t bytes) noexcept {
        max_body_bytes_ = bytes;
        return *this;
    }
    /// Another policy than the client's.
    Request& policy(const Policy& policy) noexcept {
        policy_ = policy.get();
        return *this;
    }
    /// Ends the call when `cancel` is used.
    Request& cancel(const Cancel& cancel) noexcept {
        cancel_ = cancel.get();
        return *this;
    }

private:
    friend class Client;
    using Pairs = std::vector<std::pair<std::string, std::string>>;

    static std::string string(View view) { return std::string(view.data(), view.size()); }

    Request& add(Pairs& pairs, View name, View value) {
        pairs.emplace_back(string(name), string(value));
        return *this;
    }

    static std::vector<acall_header> seen(const Pairs& pairs) {
        std::vector<acall_header> headers;
        headers.reserve(pairs.size());
        for (const auto& pair : pairs) {
            headers.push_back(acall_header{pair.first.data(), pair.first.size(),
                                           pair.second.data(), pair.second.size()});
        }
        return headers;
    }

    /// The request as the C ABI takes it, for the time of a call.
    struct Seen {
        explicit Seen(const Request& request)
            : query(seen(request.query_)), headers(seen(request.headers_)),
              fields(seen(request.fields_)), given(detail::sized<acall_request>()) {
            given.flags = request.flags_;
            given.method = request.method_.data();
            given.method_length = request.method_.size();
            given.path = request.path_.data();
            given.path_length = request.path_.size();
            given.query = query.data();
            given.query_count = query.size();
            given.headers = headers.data();
            given.header_count = headers.size();
            if (request.has_body_) {
                given.body = request.body_.data();
                given.body_length = request.body_.size();
            }
            given.content_type = request.content_type_.data();
            given.content_type_length = request.content_type_.size();
            given.file = request.file_.data();
            given.file_length = request.file_.size();
            given.file_field = request.file_field_.data();
            given.file_field_length = request.file_field_.size();
            given.fields = fields.data();
            given.field_count = fields.size();
            given.download = request.download_.data();
            given.download_length = request.download_.size();
            given.idempotency_key = request.idempotency_key_.data();
            given.idempotency_key_length = request.idempotency_key_.size();
            given.kind = request.kind_;
            given.expect = request.expect_;
            given.deadline_ms = request.deadline_ms_;
            given.attempt_timeout_ms = request.attempt_timeout_ms_;
            given.max_body_bytes = request.max_body_bytes_;
            given.policy = request.policy_;
            given.cancel = request.cancel_;
        }

        std::vector<acall_header> query, headers, fields;
        acall_request given;
    };

    std::string method_, path_, body_, content_type_, file_, file_field_, download_;
    std::string idempotency_key_;
    Pairs query_, headers_, fields_;
    bool has_body_;
    std::uint32_t flags_;
    std::int32_t kind_, expect_;
    std::int64_t deadline_ms_, attempt_timeout_ms_, max_body_bytes_;
    const acall_policy* policy_;
    const acall_cancel* cancel_;
};

/// How the wait for a task ended.
enum class Polled : std::int32_t {
    none = ACALL_POLLED_NONE, ///< there was none, or its last poll brought no success
    succeeded = ACALL_POLLED_SUCCEEDED,
    failed = ACALL_POLLED_FAILED,
    unknown = ACALL_POLLED_UNKNOWN,
    timed_out = ACALL_POLLED_TIMED_OUT,
};

/// How a task is waited for; what is not set, or 0, is as in acall_poll_options.
class PollOptions {
public:
    PollOptions() noexcept : options_(detail::sized<acall_poll_options>()) {}

    /// Before the second poll; each wait after it is half as long again.
    PollOptions& first_delay(std::chrono::milliseconds delay) noexcept {
        options_.first_delay_ms = delay.count();
        return *this;
    }
    /// The longest wait between two polls.
    PollOptions& max_delay(std::chrono::milliseconds delay) noexcept {
        options_.max_delay_ms = delay.count();
        return *this;
    }
    /// How long to wait for the task in all.
    PollOptions& deadline(std::chrono::milliseconds deadline) noexcept {
        options_.deadline_ms = deadline.count();
        return *this;
    }
    /// How many polls in a row may tell nothing that is understood.
    PollOptions& max_unknown(std::int32_t polls) noexcept {
        options_.max_unknown = polls;
        return *this;
    }

private:
    friend class Client;
    acall_poll_options options_;
};

/// How a call ended. Moves, does not copy. An empty one (moved from, or of a
/// request that was refused) is no success, and its reason is Reason::none.
class Response {
public:
    Response(Response&& other) noexcept : response_(other.response_), status_(other.status_) {
        other.response_ = nullptr;
    }
    Response& operator=(Response&& other) noexcept {
        std::swap(response_, other.response_);
        std::swap(status_, other.status_);
        return *this;
    }
    Response(const Response&) = delete;
    Response& operator=(const Response&) = delete;
    ~Response() { acall_response_free(response_); }

    /// Why there is none: an empty client, or a number that is in no set.
    Status status() const noexcept { return status_; }
    /// Whether the call succeeded.
    explicit operator bool() const noexcept { return is_success(); }
    bool is_success() const noexcept { return acall_response_is_success(response_) == 1; }
    /// Why the call was over.
    Reason reason() const noexcept {
        return static_cast<Reason>(acall_response_reason(response_));
    }
    /// How the wait for a task ended, after Client::poll.
    Polled polled() const noexcept {
        return static_cast<Polled>(acall_response_polled(response_));
    }
    /// The API's data, exactly as received; only of a success.
    Optional<View> data() const { return borrowed(acall_response_data); }
    /// The whole body, decoded.
    View body() const { return borrowed(acall_response_body).value_or(View()); }
    /// The first value of a header; its name in any case.
    Optional<View> header(View name) const {
        const void* start = nullptr;
        std::size_t length = 0;
        if (acall_response_header(response_, name.data(), name.size(), &start, &length)
            != ACALL_OK)
            return Optional<View>();
        return View(static_cast<const char*>(start), length);
    }
    /// What the last reply meant; it borrows from this response.
    Verdict verdict() const noexcept {
        acall_verdict verdict = detail::sized<acall_verdict>();
        acall_reply reply = detail::sized<acall_reply>();
        if (acall_response_verdict(response_, &verdict) != ACALL_OK
            || acall_response_reply(response_, &reply) != ACALL_OK)
            return Verdict();
        return Verdict(verdict, reply);
    }
    /// The last decision.
    Decision decision() const noexcept {
        Decision decision;
        decision.status_ =
            static_cast<Status>(acall_response_decision(response_, &decision.decision_));
        return decision;
    }
    /// What kind of operation the call was.
    OperationKind kind() const noexcept {
        return static_cast<OperationKind>(acall_response_kind(response_));
    }
    /// How many attempts were made, those for tokens included; -1 if empty.
    int attempts() const noexcept { return acall_response_attempts(response_); }
    /// How long the call took.
    std::chrono::milliseconds took() const noexcept {
        return std::chrono::milliseconds(acall_response_took_ms(response_));
    }
    /// How long from the call's end until it is worth trying again.
    Optional<std::chrono::milliseconds> retry_after() const {
        const std::int64_t after_ms = acall_response_retry_after_ms(response_);
        return after_ms < 0
            ? Optional<std::chrono::milliseconds>()
            : Optional<std::chrono::milliseconds>(std::chrono::milliseconds(after_ms));
    }
    /// How many bytes went into the download's file; -1 if there is none.
    std::int64_t downloaded_bytes() const noexcept {
        return acall_response_downloaded_bytes(response_);
    }
    /// How the call ended, in one line without secrets.
    std::string summary() const { return text(acall_response_summary); }
    /// The record of the call for support, as JSON.
    std::string record_json() const { return text(acall_response_record_json); }
    /// The record as one paragraph, to paste into a ticket.
    std::string paragraph() const { return text(acall_response_paragraph); }
    /// The handle of the C ABI; NULL if empty.
    const acall_response* get() const noexcept { return response_; }

private:
    friend class Client;

    Response() noexcept : response_(nullptr), status_(Status::null) {}

    Optional<View> borrowed(acall_status (*lend)(const acall_response*, const void**,
                                                 std::size_t*)) const {
        const void* start = nullptr;
        std::size_t length = 0;
        if (lend(response_, &start, &length) != ACALL_OK) return Optional<View>();
        return View(static_cast<const char*>(start), length);
    }

    std::string text(acall_status (*write)(const acall_response*, char*, std::size_t,
                                           std::size_t*)) const {
        const acall_response* response = response_;
        return detail::written(
            [response, write](char* buffer, std::size_t size, std::size_t* needed) {
                return write(response, buffer, size, needed);
            });
    }

    acall_response* response_;
    Status status_;
};

/// What a client is made from besides its settings. Functions must not throw;
/// they and their userdata must outlive the client.
class ClientOptions {
public:
    ClientOptions() noexcept : options_(detail::sized<acall_client_options>()) {}

    ClientOptions& profile(const Profile& profile) noexcept {
        options_.profile = profile.get();
        return *this;
    }
    ClientOptions& policy(const Policy& policy) noexcept {
        options_.policy = policy.get();
        return *this;
    }
    /// A budget that other clients of the same host and credential share.
    ClientOptions& budget(const Budget& budget) noexcept {
        options_.budget = budget.get();
        return *this;
    }
    /// What carries the bytes.
    ClientOptions& transport(acall_transport function, void* userdata) noexcept {
        options_.transport = function;
        options_.transport_userdata = userdata;
        return *this;
    }
    /// Told of every decision.
    ClientOptions& observed_by(acall_observer observer, void* userdata) noexcept {
        options_.observer = observer;
        options_.observer_userdata = userdata;
        return *this;
    }
    /// Told a line for every decision.
    ClientOptions& log(acall_log function, void* userdata) noexcept {
        options_.log = function;
        options_.log_userdata = userdata;
        return *this;
    }
    /// Asked while a call waits; not 0 cancels it.
    ClientOptions& interrupted(acall_interrupted asked, void* userdata) noexcept {
        options_.interrupted = asked;
        options_.interrupted_userdata = userdata;
        return *this;
    }

private:
    friend class Client;
    acall_client_options options_;
};

/// Sends requests to one API with one credential, and repeats them as its policy
/// allows. Make one and keep it. Moves, does not copy. An empty one (moved from,
/// or refused) sends nothing.
class Client {
public:
    /// Makes a client from settings in JSON, as acall_client_from_json names them.
    /// Empty if they are refused; `error`, if given, then says why.
    static Client from_json(View json, Error* error = nullptr) noexcept {
        return from_json(json, ClientOptions(), error);
    }
    static Client from_json(View json, const ClientOptions& options,
                            Error* error = nullptr) noexcept {
        Client client;
        Error refusal;
        acall_client_from_json(json.data(), json.size(), &options.options_, &client.client_,
                               &refusal.error_);
        if (error) *error = std::move(refusal);
        return client;
    }

    Client(Client&& other) noexcept : client_(other.client_) { other.client_ = nullptr; }
    Client& operator=(Client&& other) noexcept {
        std::swap(client_, other.client_);
        return *this;
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { acall_client_free(client_); }

    /// Whether there is a client.
    explicit operator bool() const noexcept { return client_ != nullptr; }

    /// Sends a request and waits for the end of the call.
    AFTERCALL_NODISCARD Response send(const Request& request) const {
        const Request::Seen seen(request);
        Response response;
        response.status_ = static_cast<Status>(
            acall_client_send(client_, &seen.given, &response.response_, nullptr));
        return response;
    }

    /// Asks about a task until it is finished, by the profile's words; what came is
    /// the last poll's response, and its polled() says how the wait ended.
    AFTERCALL_NODISCARD Response poll(const Request& request,
                                      const PollOptions& options = PollOptions()) const {
        const Request::Seen seen(request);
        Response response;
        response.status_ = static_cast<Status>(acall_client_poll(
            client_, &seen.given, &options.options_, &response.response_, nullptr));
        return response;
    }

    /// Ends the hold of the client's credential.
    void clear_hold() const noexcept { acall_client_clear_hold(client_); }
    /// Forgets the access token, so that the next call fetches another.
    void forget_token() const noexcept { acall_client_forget_token(client_); }
    /// What the client has at this moment, as JSON; empty if there is none.
    std::string snapshot_json() const {
        const acall_client* client = client_;
        return detail::written([client](char* buffer, std::size_t size, std::size_t* needed) {
            return acall_client_snapshot_json(client, buffer, size, needed);
        });
    }
    /// The handle of the C ABI; NULL if empty.
    const acall_client* get() const noexcept { return client_; }

private:
    Client() noexcept : client_(nullptr) {}

    acall_client* client_;
};

} // namespace AFTERCALL_DIALECT
} // namespace aftercall

#undef AFTERCALL_CPLUSPLUS
#undef AFTERCALL_DIALECT
#undef AFTERCALL_NODISCARD

#endif
