// aftercall for C++: the reply is here: what does it mean, and what now?
//
// One file, so that it can be copied: header-only, over the C ABI in
// aftercall.h; link with libaftercall. C++11 and up; throws nothing and needs
// neither exceptions nor RTTI (where memory runs out, std::string does what it
// does).
//
//     #include <aftercall.hpp>
//     #include <iostream>
//
//     int main() {
//         auto verdict = aftercall::judge({200, R"({"status":false,"error_code":67200005})"});
//         if (verdict.is_success()) return 0;
//         std::cout << aftercall::name(verdict.category()) << '\n';  // balance
//     }
//
// What a Reply is made from, it only borrows: body and headers must live as
// long as the reply, and as long as verdicts made from it. A verdict made with
// a profile of your own borrows its rule() from that profile. Every class may
// be used by many threads at once as long as nobody changes or moves it.
//
// From C++17 on, View is std::string_view and Optional is std::optional;
// before, small substitutes of the same use stand in, in a namespace of their
// own, so that both may be linked into one program.

#ifndef AFTERCALL_HPP
#define AFTERCALL_HPP

#include "aftercall.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

// MSVC leaves __cplusplus at 1997 unless asked.
#if defined(_MSVC_LANG)
#define AFTERCALL_CPLUSPLUS _MSVC_LANG
#else
#define AFTERCALL_CPLUSPLUS __cplusplus
#endif

#if AFTERCALL_CPLUSPLUS >= 201703L
#include <optional>
#include <string_view>
#define AFTERCALL_DIALECT cpp17
#define AFTERCALL_NODISCARD [[nodiscard]]
#else
#define AFTERCALL_DIALECT cpp11
#define AFTERCALL_NODISCARD
#endif

namespace aftercall {
inline namespace AFTERCALL_DIALECT {

#if AFTERCALL_CPLUSPLUS >= 201703L

using View = std::string_view;
template <class T> using Optional = std::optional<T>;

#else

/// Bytes that belong to somebody else.
class View {
public:
    View() noexcept : data_(""), size_(0) {}
    View(const char* data, std::size_t size) noexcept : data_(data), size_(size) {}
    View(const char* text) noexcept : data_(text), size_(std::strlen(text)) {}
    View(const std::string& text) noexcept : data_(text.data()), size_(text.size()) {}

    const char* data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    const char* begin() const noexcept { return data_; }
    const char* end() const noexcept { return data_ + size_; }
    explicit operator std::string() const { return std::string(data_, size_); }

    friend bool operator==(View left, View right) noexcept {
        return left.size_ == right.size_
            && (left.size_ == 0 || std::memcmp(left.data_, right.data_, left.size_) == 0);
    }
    friend bool operator!=(View left, View right) noexcept { return !(left == right); }

private:
    const char* data_;
    std::size_t size_;
};

/// A value, or none.
template <class T> class Optional {
public:
    Optional() : value_(), has_value_(false) {}
    Optional(T value) : value_(std::move(value)), has_value_(true) {}

    bool has_value() const noexcept { return has_value_; }
    explicit operator bool() const noexcept { return has_value_; }
    const T& operator*() const noexcept { return value_; }
    const T* operator->() const noexcept { return &value_; }
    T value_or(T other) const { return has_value_ ? value_ : std::move(other); }

    friend bool operator==(const Optional& left, const Optional& right) {
        return left.has_value_ == right.has_value_
            && (!left.has_value_ || left.value_ == right.value_);
    }
    friend bool operator!=(const Optional& left, const Optional& right) {
        return !(left == right);
    }

private:
    T value_;
    bool has_value_;
};

#endif

// The closed sets, with the numbers of the C ABI. A newer library may say a
// number that is not listed here: have a default branch.

/// Whether the call got what it asked for.
enum class Outcome : std::int32_t {
    none = ACALL_OUTCOME_NONE,
    success = ACALL_OUTCOME_SUCCESS,
    failure = ACALL_OUTCOME_FAILURE
};

/// What went wrong, in terms that do not depend on the API.
enum class Category : std::int32_t {
    none = ACALL_CATEGORY_NONE,
    success = ACALL_CATEGORY_SUCCESS,
    authentication = ACALL_CATEGORY_AUTHENTICATION,
    permission = ACALL_CATEGORY_PERMISSION,
    account = ACALL_CATEGORY_ACCOUNT,
    balance = ACALL_CATEGORY_BALANCE,
    quota = ACALL_CATEGORY_QUOTA,
    rate_limit = ACALL_CATEGORY_RATE_LIMIT,
    invalid_request = ACALL_CATEGORY_INVALID_REQUEST,
    upload = ACALL_CATEGORY_UPLOAD,
    not_found = ACALL_CATEGORY_NOT_FOUND,
    upstream = ACALL_CATEGORY_UPSTREAM,
    server = ACALL_CATEGORY_SERVER,
    transport = ACALL_CATEGORY_TRANSPORT,
    protocol = ACALL_CATEGORY_PROTOCOL,
    unknown = ACALL_CATEGORY_UNKNOWN,
    cancelled = ACALL_CATEGORY_CANCELLED
};

/// Whether sending the same request again can help, from the reply alone.
enum class Advice : std::int32_t {
    never = ACALL_ADVICE_NEVER,
    backoff = ACALL_ADVICE_BACKOFF,
    throttle = ACALL_ADVICE_THROTTLE,
    refresh_auth = ACALL_ADVICE_REFRESH_AUTH,
    hold = ACALL_ADVICE_HOLD
};

/// What may have happened on the server.
enum class Effect : std::int32_t {
    unknown = ACALL_EFFECT_UNKNOWN,
    not_sent = ACALL_EFFECT_NOT_SENT,
    rejected = ACALL_EFFECT_REJECTED,
    done = ACALL_EFFECT_DONE
};

/// What an operation does, which decides whether it may be repeated blindly.
enum class OperationKind : std::int32_t {
    mutation = ACALL_KIND_MUTATION,
    query = ACALL_KIND_QUERY,
    auth = ACALL_KIND_AUTH
};

/// What the caller asked for.
enum class Expect : std::int32_t {
    envelope = ACALL_EXPECT_ENVELOPE,
    raw = ACALL_EXPECT_RAW
};

/// Why an exchange ended without a complete reply.
enum class Fault : std::int32_t {
    none = ACALL_FAULT_NONE,
    dns = ACALL_FAULT_DNS,
    connect = ACALL_FAULT_CONNECT,
    connect_timeout = ACALL_FAULT_CONNECT_TIMEOUT,
    proxy = ACALL_FAULT_PROXY,
    tls = ACALL_FAULT_TLS,
    read_timeout = ACALL_FAULT_READ_TIMEOUT,
    reset = ACALL_FAULT_RESET,
    closed = ACALL_FAULT_CLOSED,
    truncated = ACALL_FAULT_TRUNCATED,
    decode = ACALL_FAULT_DECODE,
    too_large = ACALL_FAULT_TOO_LARGE,
    bad_request = ACALL_FAULT_BAD_REQUEST,
    cancelled = ACALL_FAULT_CANCELLED
};

/// How a task stands that a successful reply tells of.
enum class TaskState : std::int32_t {
    none = ACALL_TASK_NONE,
    pending = ACALL_TASK_PENDING,
    succeeded = ACALL_TASK_SUCCEEDED,
    failed = ACALL_TASK_FAILED,
    unknown = ACALL_TASK_UNKNOWN
};

/// What was odd about a reply; one bit each.
enum class Anomaly : std::uint32_t {
    duplicate_field = ACALL_ANOMALY_DUPLICATE_FIELD,
    odd_flag = ACALL_ANOMALY_ODD_FLAG,
    odd_code = ACALL_ANOMALY_ODD_CODE,
    malformed_body = ACALL_ANOMALY_MALFORMED_BODY,
    contradiction = ACALL_ANOMALY_CONTRADICTION,
    by_message = ACALL_ANOMALY_BY_MESSAGE,
    invalid_utf8 = ACALL_ANOMALY_INVALID_UTF8,
    too_deep = ACALL_ANOMALY_TOO_DEEP
};

/// What to do next in a call.
enum class Action : std::int32_t {
    none = ACALL_ACTION_NONE,
    retry = ACALL_ACTION_RETRY,
    refresh = ACALL_ACTION_REFRESH,
    stop = ACALL_ACTION_STOP
};

/// Why a call is over; each is also the name of the gate that stops with it.
enum class Reason : std::int32_t {
    none = ACALL_REASON_NONE,
    success = ACALL_REASON_SUCCESS,
    cancelled = ACALL_REASON_CANCELLED,
    not_retryable = ACALL_REASON_NOT_RETRYABLE,
    auth_failed = ACALL_REASON_AUTH_FAILED,
    quota_hold = ACALL_REASON_QUOTA_HOLD,
    unsafe_to_replay = ACALL_REASON_UNSAFE_TO_REPLAY,
    attempts_exhausted = ACALL_REASON_ATTEMPTS_EXHAUSTED,
    server_delay_too_long = ACALL_REASON_SERVER_DELAY_TOO_LONG,
    deadline = ACALL_REASON_DEADLINE,
    budget_exhausted = ACALL_REASON_BUDGET_EXHAUSTED
};

/// Where a delay comes from.
enum class DelaySource : std::int32_t {
    backoff = ACALL_DELAY_SOURCE_BACKOFF,
    server = ACALL_DELAY_SOURCE_SERVER
};

/// What a gate of a decision did.
enum class GateState : std::int32_t {
    not_reached = ACALL_GATE_STATE_NOT_REACHED,
    passed = ACALL_GATE_STATE_PASSED,
    stopped = ACALL_GATE_STATE_STOPPED,
    skipped = ACALL_GATE_STATE_SKIPPED
};

/// A policy to start from.
enum class Preset : std::int32_t {
    standard = ACALL_PRESET_STANDARD,
    cost_averse = ACALL_PRESET_COST_AVERSE,
    none = ACALL_PRESET_NONE
};

/// How chance spreads the waits of many callers.
enum class Jitter : std::int32_t {
    none = ACALL_JITTER_NONE,
    full = ACALL_JITTER_FULL,
    equal = ACALL_JITTER_EQUAL,
    decorrelated = ACALL_JITTER_DECORRELATED
};

/// What happens if a server asks for a longer wait than is allowed.
enum class OverCap : std::int32_t {
    give_up = ACALL_OVER_CAP_GIVE_UP,
    clamp = ACALL_OVER_CAP_CLAMP
};

/// Which mutations may be repeated.
enum class RetryMutations : std::int32_t {
    never = ACALL_RETRY_MUTATIONS_NEVER,
    rejected_only = ACALL_RETRY_MUTATIONS_REJECTED_ONLY,
    always = ACALL_RETRY_MUTATIONS_ALWAYS
};

/// Whom a message speaks to.
enum class Role : std::int32_t { user = ACALL_ROLE_USER, owner = ACALL_ROLE_OWNER };

/// What a person can do, for a button or a link beside the message.
enum class Remedy : std::int32_t {
    fix_input = ACALL_REMEDY_FIX_INPUT,
    check_id = ACALL_REMEDY_CHECK_ID,
    sign_in_again = ACALL_REMEDY_SIGN_IN_AGAIN,
    contact_admin = ACALL_REMEDY_CONTACT_ADMIN,
    renew_contract = ACALL_REMEDY_RENEW_CONTRACT,
    top_up = ACALL_REMEDY_TOP_UP,
    wait = ACALL_REMEDY_WAIT,
    slow_down = ACALL_REMEDY_SLOW_DOWN,
    choose_other_file = ACALL_REMEDY_CHOOSE_OTHER_FILE,
    retry_later = ACALL_REMEDY_RETRY_LATER,
    contact_support = ACALL_REMEDY_CONTACT_SUPPORT
};

/// What the library's functions answer.
enum class Status : std::int32_t {
    ok = ACALL_OK,
    null = ACALL_E_NULL,
    argument = ACALL_E_ARGUMENT,
    utf8 = ACALL_E_UTF8,
    buffer_too_small = ACALL_E_BUFFER_TOO_SMALL,
    abi_mismatch = ACALL_E_ABI_MISMATCH,
    panic = ACALL_E_PANIC,
    absent = ACALL_E_ABSENT,
    profile = ACALL_E_PROFILE,
    profile_unknown = ACALL_E_PROFILE_UNKNOWN,
    reply_json = ACALL_E_REPLY_JSON,
    policy = ACALL_E_POLICY,
    out_of_turn = ACALL_E_OUT_OF_TURN,
    no_call = ACALL_E_NO_CALL,
    client = ACALL_E_CLIENT,
    stopped = ACALL_E_STOPPED
};

namespace detail {

inline const char* or_empty(const char* text) noexcept { return text ? text : ""; }

template <class T> acall_status number_of(T value) noexcept {
    return static_cast<std::int32_t>(value);
}

/// A structure of the C ABI that says nothing yet.
template <class T> T sized() noexcept {
    T structure = T();
    structure.struct_size = static_cast<std::uint32_t>(sizeof(T));
    return structure;
}

} // namespace detail

// The name that data files and every language use; "" for a number that this
// library does not know. Static and NUL-terminated.

inline const char* name(Outcome value) noexcept {
    return detail::or_empty(acall_outcome_name(detail::number_of(value)));
}
inline const char* name(Category value) noexcept {
    return detail::or_empty(acall_category_name(detail::number_of(value)));
}
inline const char* name(Advice value) noexcept {
    return detail::or_empty(acall_advice_name(detail::number_of(value)));
}
inline const char* name(Effect value) noexcept {
    return detail::or_empty(acall_effect_name(detail::number_of(value)));
}
inline const char* name(OperationKind value) noexcept {
    return detail::or_empty(acall_operation_kind_name(detail::number_of(value)));
}
inline const char* name(Expect value) noexcept {
    return detail::or_empty(acall_expect_name(detail::number_of(value)));
}
inline const char* name(Fault value) noexcept {
    return detail::or_empty(acall_fault_name(detail::number_of(value)));
}
inline const char* name(TaskState value) noexcept {
    return detail::or_empty(acall_task_name(detail::number_of(value)));
}
inline const char* name(Anomaly value) noexcept {
    return detail::or_empty(acall_anomaly_name(static_cast<std::uint32_t>(value)));
}
inline const char* name(Action value) noexcept {
    return detail::or_empty(acall_action_name(detail::number_of(value)));
}
inline const char* name(Reason value) noexcept {
    return detail::or_empty(acall_reason_name(detail::number_of(value)));
}
inline const char* name(DelaySource value) noexcept {
    return detail::or_empty(acall_delay_source_name(detail::number_of(value)));
}
inline const char* name(GateState value) noexcept {
    return detail::or_empty(acall_gate_state_name(detail::number_of(value)));
}
inline const char* name(Preset value) noexcept {
    return detail::or_empty(acall_preset_name(detail::number_of(value)));
}
inline const char* name(Jitter value) noexcept {
    return detail::or_empty(acall_jitter_name(detail::number_of(value)));
}
inline const char* name(OverCap value) noexcept {
    return detail::or_empty(acall_over_cap_name(detail::number_of(value)));
}
inline const char* name(RetryMutations value) noexcept {
    return detail::or_empty(acall_retry_mutations_name(detail::number_of(value)));
}
inline const char* name(Role value) noexcept {
    return detail::or_empty(acall_role_name(detail::number_of(value)));
}
inline const char* name(Remedy value) noexcept {
    return detail::or_empty(acall_remedy_name(detail::number_of(value)));
}
inline const char* name(Status value) noexcept {
    return detail::or_empty(acall_status_name(detail::number_of(value)));
}

/// What a status means, in English.
inline const char* message(Status value) noexcept {
    return detail::or_empty(acall_status_message(detail::number_of(value)));
}

/// The number of a category in google.rpc.Code.
inline int grpc_code(Category value) noexcept {
    return acall_category_grpc_code(detail::number_of(value));
}
/// The HTTP status with which a service passes such a failure on.
inline int suggested_http_status(Category value) noexcept {
    return acall_category_http_status(detail::number_of(value));
}
/// The `type` of RFC 9457 problem details.
inline const char* problem_type(Category value) noexcept {
    return detail::or_empty(acall_category_problem_type(detail::number_of(value)));
}

/// The library's version, and whether it serves programs built with this
/// header.
inline const char* version() noexcept { return acall_version_string(); }
inline bool is_compatible() noexcept { return acall_abi_compatible(ACALL_ABI_VERSION) == 1; }

/// What was wrong with a document, and where. Owns it; moves, does not copy.
class Error {
public:
    Error() noexcept : error_(nullptr) {}
    Error(Error&& other) noexcept : error_(other.error_) { other.error_ = nullptr; }
    Error& operator=(Error&& other) noexcept {
        std::swap(error_, other.error_);
        return *this;
    }
    Error(const Error&) = delete;
    Error& operator=(const Error&) = delete;
    ~Error() { acall_error_free(error_); }

    /// Whether there was an error.
    explicit operator bool() const noexcept { return error_ != nullptr; }
    Status status() const noexcept { return static_cast<Status>(acall_error_status(error_)); }
    /// One line for developers; valid as long as the error.
    const char* message() const noexcept { return acall_error_message(error_); }
    /// The way to the wrong value, such as codes[3].category.
    const char* path() const noexcept { return acall_error_path(error_); }
    /// From 1; 0 if the error is about no line.
    std::int64_t line() const noexcept { return acall_error_line(error_); }
    /// In characters, from 1.
    std::int64_t column() const noexcept { return acall_error_column(error_); }

private:
    friend class Client;
    friend class Policy;
    friend class Profile;
    acall_error* error_;
};

/// Everything that is particular to one API. Owns what it read; moves, does
/// not copy. A profile that is empty (moved from, or not found) judges nothing.
class Profile {
public:
    /// The built-in profile of the Eureka Open Platform REST API.
    static Profile eureka() noexcept { return Profile(acall_profile_eureka(), nullptr); }

    /// The built-in profile of that name, or an empty one.
    static Profile built_in(View name) noexcept {
        const acall_profile* found = nullptr;
        acall_profile_builtin(name.data(), name.size(), &found);
        return Profile(found, nullptr);
    }

    /// Reads a profile from JSON. Empty if it is refused; `error`, if given,
    /// then says why.
    static Profile from_json(View json, Error* error = nullptr) noexcept {
        acall_profile* read = nullptr;
        Error refusal;
        acall_profile_from_json(json.data(), json.size(), &read, &refusal.error_);
        if (error) *error = std::move(refusal);
        return Profile(read, read);
    }

    Profile(Profile&& other) noexcept : profile_(other.profile_), owned_(other.owned_) {
        other.profile_ = nullptr;
        other.owned_ = nullptr;
    }
    Profile& operator=(Profile&& other) noexcept {
        std::swap(profile_, other.profile_);
        std::swap(owned_, other.owned_);
        return *this;
    }
    Profile(const Profile&) = delete;
    Profile& operator=(const Profile&) = delete;
    ~Profile() { acall_profile_free(owned_); }

    /// What is wrong with the JSON of a profile, and what is odd: a JSON array
    /// of findings, as acall_profile_check describes it; empty if the text is
    /// not UTF-8.
    static std::string check(View json) {
        std::size_t needed = 0;
        acall_profile_check(json.data(), json.size(), nullptr, 0, &needed);
        if (needed == 0) return std::string();
        std::string findings(needed, '\0');
        acall_profile_check(json.data(), json.size(), &findings[0], needed, nullptr);
        findings.resize(needed - 1);
        return findings;
    }

    /// Whether there is a profile.
    explicit operator bool() const noexcept { return profile_ != nullptr; }
    /// The kind of the operation behind a method and a path; a mutation if
    /// nothing is known.
    OperationKind operation_kind(View method, View path) const noexcept {
        return static_cast<OperationKind>(operation(method, path).first);
    }
    /// What the reply of that operation is.
    Expect operation_expect(View method, View path) const noexcept {
        return static_cast<Expect>(operation(method, path).second);
    }
    /// Whether the API is served from that host, which may have a port.
    bool is_for_host(View host) const noexcept {
        std::int32_t answer = 0;
        acall_profile_is_for_host(profile_, host.data(), host.size(), &answer);
        return answer == 1;
    }
    /// The text without what looks like a secret, as redact() has it, and
    /// without what this API calls its secrets.
    AFTERCALL_NODISCARD inline std::string redact(View text) const;
    /// Valid as long as the profile.
    View name() const noexcept { return part(acall_profile_name); }
    /// The version of the profile's data; valid as long as the profile.
    View version() const noexcept { return part(acall_profile_version); }
    /// The handle of the C ABI; NULL if empty.
    const acall_profile* get() const noexcept { return profile_; }

private:
    Profile(const acall_profile* profile, acall_profile* owned) noexcept
        : profile_(profile), owned_(owned) {}

    std::pair<std::int32_t, std::int32_t> operation(View method, View path) const noexcept {
        std::pair<std::int32_t, std::int32_t> hint(ACALL_KIND_MUTATION, ACALL_EXPECT_ENVELOPE);
        acall_profile_operation(profile_, method.data(), method.size(), path.data(),
                                path.size(), &hint.first, &hint.second);
        return hint;
    }

    View part(acall_status (*read)(const acall_profile*, const char**, std::size_t*))
        const noexcept {
        const char* text = "";
        std::size_t length = 0;
        read(profile_, &text, &length);
        return View(text, length);
    }

    const acall_profile* profile_;
    acall_profile* owned_;
};

/// What one exchange brought. Borrows body and headers.
class Reply {
public:
    /// A complete reply; an http_status of 0 means that it is not known.
    Reply(int http_status, View body) noexcept : reply_(detail::sized<acall_reply>()) {
        reply_.http_status = http_status;
        reply_.body = body.data();
        reply_.body_length = body.size();
    }

    /// No complete reply came.
    explicit Reply(Fault fault) noexcept : reply_(detail::sized<acall_reply>()) {
        reply_.fault = detail::number_of(fault);
    }

    /// Adds one header; names count in any case.
    Reply& header(View name, View value) {
        acall_header header = acall_header();
        header.name = name.data();
        header.name_length = name.size();
        header.value = value.data();
        header.value_length = value.size();
        headers_.push_back(header);
        return *this;
    }

    /// Adds the headers of any collection of pairs of texts.
    template <class Pairs> Reply& headers(const Pairs& pairs) {
        for (const auto& pair : pairs) header(pair.first, pair.second);
        return *this;
    }

    /// Says what the call asked for: an envelope, unless told otherwise.
    Reply& expecting(Expect expect) noexcept {
        reply_.expect = detail::number_of(expect);
        return *this;
    }

    /// Says what was asked: the method, and the path without the query. Only
    /// profiles with tasks, or rules for certain requests, look at it.
    Reply& to_request(View method, View path) noexcept {
        reply_.method = method.data();
        reply_.method_length = method.size();
        reply_.path = path.data();
        reply_.path_length = path.size();
        return *this;
    }

    /// The wall clock; needed only where a server names a date to wait for.
    Reply& received_at(std::chrono::system_clock::time_point now) noexcept {
        return received_at_unix_ms(
            std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
    }
    /// The same in milliseconds since 1970; 0 is no clock.
    Reply& received_at_unix_ms(std::int64_t now) noexcept {
        reply_.now_unix_ms = now;
        return *this;
    }

private:
    friend class Verdict;

    /// As the C ABI wants it; valid until the reply changes.
    acall_reply get() const noexcept {
        acall_reply reply = reply_;
        reply.headers = headers_.data();
        reply.header_count = headers_.size();
        return reply;
    }

    acall_reply reply_;
    std::vector<acall_header> headers_;
};

/// What a reply means. Borrows the bytes that the reply borrowed.
class Verdict {
public:
    /// Says neither success nor failure.
    Verdict() noexcept
        : verdict_(detail::sized<acall_verdict>()), body_(nullptr), body_length_(0),
          headers_(), status_(Status::ok) {}

    Verdict(const Profile& profile, const Reply& reply) noexcept : Verdict() {
        const acall_reply given = reply.get();
        acall_verdict judged = detail::sized<acall_verdict>();
        status_ = static_cast<Status>(acall_judge(profile.get(), &given, &judged));
        if (status_ == Status::ok) keep(judged, given);
    }

    /// Why nothing was judged: an empty profile, or a number that is in no set.
    Status status() const noexcept { return status_; }

    Outcome outcome() const noexcept { return static_cast<Outcome>(verdict_.outcome); }
    bool is_success() const noexcept { return verdict_.outcome == ACALL_OUTCOME_SUCCESS; }
    Category category() const noexcept { return static_cast<Category>(verdict_.category); }
    Advice advice() const noexcept { return static_cast<Advice>(verdict_.advice); }
    Effect effect() const noexcept { return static_cast<Effect>(verdict_.effect); }

    /// A second category where the API's own documentation is ambiguous.
    Optional<Category> alternative() const {
        return optional<Category>(verdict_.alternative != ACALL_CATEGORY_NONE,
                                  verdict_.alternative);
    }
    /// The kind of operation that the API says may be repeated after this.
    Optional<OperationKind> repeat() const {
        return optional<OperationKind>(is_judged() && verdict_.repeat >= 0, verdict_.repeat);
    }
    /// How the task stands that a success tells of.
    Optional<TaskState> task() const {
        return optional<TaskState>(verdict_.task != ACALL_TASK_NONE, verdict_.task);
    }
    /// The API's code, if it is an integer.
    Optional<std::int64_t> code() const {
        return optional<std::int64_t>(has(ACALL_VERDICT_HAS_CODE), verdict_.code);
    }
    /// As given; none after a fault.
    Optional<int> http_status() const {
        return optional<int>(is_judged() && !has(ACALL_VERDICT_FAULT), verdict_.http_status);
    }
    /// How long the server asks to wait.
    Optional<std::chrono::milliseconds> server_delay() const {
        return optional<std::chrono::milliseconds>(is_judged() && verdict_.server_delay_ms >= 0,
                                                   verdict_.server_delay_ms);
    }

    /// The data, exactly as received; only a success has data. Borrowed from
    /// the body.
    Optional<View> data() const {
        return bytes(verdict_.data_offset, verdict_.data_length);
    }
    /// The server's own words, as text: for developers and logs.
    Optional<std::string> message() const { return text(ACALL_TEXT_MESSAGE); }
    /// The same as received, before escapes are undone. Borrowed from the body.
    Optional<View> raw_message() const {
        return bytes(verdict_.message_offset, verdict_.message_length);
    }
    /// The code as received, also where it is no integer.
    Optional<std::string> code_text() const { return text(ACALL_TEXT_CODE); }
    /// The id under which support finds the call.
    Optional<std::string> correlation_id() const { return text(ACALL_TEXT_CORRELATION_ID); }
    /// The amount charged. Absent means unknown, not free.
    Optional<std::string> amount() const { return text(ACALL_TEXT_AMOUNT); }
    /// The id of the rule that decided, such as code:67200005. Borrowed from
    /// the profile.
    View rule() const noexcept {
        return verdict_.rule
            ? View(verdict_.rule, static_cast<std::size_t>(verdict_.rule_length))
            : View();
    }

    /// Whether something was odd about the reply.
    bool has(Anomaly anomaly) const noexcept {
        return (verdict_.anomalies & static_cast<std::uint32_t>(anomaly)) != 0;
    }
    /// Every oddity, as bits.
    std::uint32_t anomalies() const noexcept { return verdict_.anomalies; }

    /// The structure of the C ABI; its header indices are this object's own.
    const acall_verdict& get() const noexcept { return verdict_; }

private:
    friend class Call;
    friend class Message;
    friend class Record;
    friend class Response;

    Verdict(const acall_verdict& judged, const acall_reply& given) noexcept : Verdict() {
        keep(judged, given);
    }

    void keep(const acall_verdict& judged, const acall_reply& given) noexcept {
        verdict_ = judged;
        if (given.fault == ACALL_FAULT_NONE) {
            body_ = static_cast<const char*>(given.body);
            body_length_ = given.body_length;
        }
        // The reply's list of headers may be gone before their texts are.
        keep(given, verdict_.correlation_id_header, 0);
        keep(given, verdict_.amount_header, 1);
    }

    bool is_judged() const noexcept { return verdict_.outcome != ACALL_OUTCOME_NONE; }
    bool has(std::uint32_t flag) const noexcept { return (verdict_.flags & flag) != 0; }

    template <class T, class N> static Optional<T> optional(bool has_value, N value) {
        return has_value ? Optional<T>(static_cast<T>(value)) : Optional<T>();
    }

    void keep(const acall_reply& given, std::int32_t& index, std::int32_t place) noexcept {
        if (index < 0) return;
        headers_[place] = given.headers[index];
        index = place;
    }

    Optional<View> bytes(std::int64_t offset, std::int64_t length) const {
        if (!is_judged() || offset < 0) return Optional<View>();
        return View(body_ + offset, static_cast<std::size_t>(length));
    }

    /// As much of the reply as the texts are in.
    acall_reply reply() const noexcept {
        acall_reply reply = detail::sized<acall_reply>();
        reply.body = body_;
        reply.body_length = body_length_;
        reply.headers = headers_;
        reply.header_count = 2;
        return reply;
    }

    Optional<std::string> text(acall_text which) const {
        if (!is_judged()) return Optional<std::string>();
        const acall_reply reply = this->reply();
        std::size_t needed = 0;
        acall_verdict_text(&verdict_, &reply, which, nullptr, 0, &needed);
        if (needed == 0) return Optional<std::string>();
        std::string text(needed, '\0');
        acall_verdict_text(&verdict_, &reply, which, &text[0], needed, nullptr);
        text.resize(needed - 1);
        return text;
    }

    acall_verdict verdict_;
    const char* body_;
    std::size_t body_length_;
    /// Those of the correlation id and of the amount.
    acall_header headers_[2];
    Status status_;
};

/// Judges one reply of the Eureka Open Platform REST API.
AFTERCALL_NODISCARD inline Verdict judge(const Reply& reply) noexcept {
    return Verdict(Profile::eureka(), reply);
}

/// Judges one reply of the API that a profile describes.
AFTERCALL_NODISCARD inline Verdict judge(const Profile& profile, const Reply& reply) noexcept {
    return Verdict(profile, reply);
}

namespace detail {

/// A text that `write(buffer, capacity, needed)` writes; empty if it fails.
template <class Write> std::string written(Write write) {
    std::string text(1000, '\0');
    std::size_t needed = 0;
    acall_status answer;
    do {
        answer = write(&text[0], text.size(), &needed);
        text.resize(needed > 0 ? needed : 1);
    } while (answer == ACALL_E_BUFFER_TOO_SMALL);
    text.pop_back();
    return answer == ACALL_OK ? text : std::string();
}

} // namespace detail

/// For whom a message is, in which language, and what it may say. Borrows the
/// languages.
class MessageOptions {
public:
    /// A message for a user, in the first of `languages` that there are texts
    /// for: see negotiate_language(). English if it is empty.
    MessageOptions(View languages = View()) noexcept
        : options_(detail::sized<acall_message_options>()), has_detail_(false) {
        options_.languages = languages.data();
        options_.languages_length = languages.size();
    }

    /// Speaks to somebody else than a user.
    MessageOptions& role(Role role) noexcept {
        options_.role = detail::number_of(role);
        return *this;
    }
    /// When the next try makes sense, as a decision says; otherwise the delay
    /// that the server named is used, if it named one.
    MessageOptions& retry_delay(std::chrono::milliseconds delay) noexcept {
        options_.retry_delay_ms = delay.count();
        return *this;
    }
    /// Lets a time that is an hour or more away be named as the person's clock
    /// will show it. The offset from UTC is in minutes, east above 0.
    MessageOptions& clock(std::int64_t now_unix_ms, int utc_offset_minutes) noexcept {
        options_.now_unix_ms = now_unix_ms;
        options_.utc_offset_minutes = utc_offset_minutes;
        return *this;
    }
    /// Adds the line for developers, Message::detail().
    MessageOptions& with_detail() noexcept {
        has_detail_ = true;
        return *this;
    }

    const acall_message_options& get() const noexcept { return options_; }
    bool has_detail() const noexcept { return has_detail_; }

private:
    acall_message_options options_;
    bool has_detail_;
};

/// A failure, or a success, in words for people. Neither a code nor the
/// server's own words are in the title and the text.
class Message {
public:
    Message(const Profile& profile, const Verdict& verdict, const MessageOptions& options) {
        const acall_reply reply = verdict.reply();
        say(profile.get(), verdict.get(), verdict.is_judged() ? &reply : nullptr, options);
    }
    Message(const Profile& profile, Category category, const MessageOptions& options) {
        acall_verdict verdict = detail::sized<acall_verdict>();
        verdict.category = detail::number_of(category);
        say(profile.get(), verdict, nullptr, options);
    }

    /// Why nothing is said: an empty profile, or a number that is in no set.
    Status status() const noexcept { return status_; }
    /// A few words without a full stop: for a heading.
    const std::string& title() const noexcept { return title_; }
    /// What happened, and what to do: one or two sentences in one line.
    const std::string& text() const noexcept { return text_; }
    /// What the person can do; none if there is nothing to be done.
    Optional<Remedy> action() const {
        return remedy_ == ACALL_REMEDY_NONE ? Optional<Remedy>()
                                            : Optional<Remedy>(static_cast<Remedy>(remedy_));
    }
    /// The language of title and text, such as zh-Hant.
    const std::string& language() const noexcept { return language_; }
    /// One line of English for developers, with the code and the server's own
    /// words, scrubbed; empty unless the options asked for it.
    const std::string& detail() const noexcept { return detail_; }

private:
    void say(const acall_profile* profile, const acall_verdict& verdict, const acall_reply* reply,
             const MessageOptions& options) {
        remedy_ = ACALL_REMEDY_NONE;
        status_ = static_cast<Status>(
            acall_message_remedy(profile, &verdict, &options.get(), &remedy_));
        if (status_ != Status::ok) return;
        const auto part = [&](acall_message_part which) {
            return detail::written([&](char* buffer, std::size_t capacity, std::size_t* needed) {
                return acall_message(profile, &verdict, reply, &options.get(), which, buffer,
                                          capacity, needed);
            });
        };
        title_ = part(ACALL_PART_TITLE);
        text_ = part(ACALL_PART_TEXT);
        language_ = part(ACALL_PART_LANGUAGE);
        if (options.has_detail()) detail_ = part(ACALL_PART_DETAIL);
    }

    std::string title_;
    std::string text_;
    std::string language_;
    std::string detail_;
    acall_remedy remedy_;
    Status status_;
};

/// Says in words for people what a reply of the Eureka Open Platform REST API
/// means, and what to do.
AFTERCALL_NODISCARD inline Message message(const Verdict& verdict,
                                           const MessageOptions& options = MessageOptions()) {
    return Message(Profile::eureka(), verdict, options);
}
/// The same for a category alone.
AFTERCALL_NODISCARD inline Message message(Category category,
                                           const MessageOptions& options = MessageOptions()) {
    return Message(Profile::eureka(), category, options);
}
/// The same in the words of another profile: the one that judged.
AFTERCALL_NODISCARD inline Message message(const Profile& profile, const Verdict& verdict,
                                           const MessageOptions& options = MessageOptions()) {
    return Message(profile, verdict, options);
}
AFTERCALL_NODISCARD inline Message message(const Profile& profile, Category category,
                                           const MessageOptions& options = MessageOptions()) {
    return Message(profile, category, options);
}

/// The language, of those with texts, that fits best what somebody asks for: a
/// BCP 47 tag, a list, Accept-Language, or a POSIX locale. "en" if none does.
inline const char* negotiate_language(View preferences) noexcept {
    return acall_negotiate_language(preferences.data(), preferences.size());
}

/// The text without what looks like a secret.
AFTERCALL_NODISCARD inline std::string redact(View text) {
    return detail::written([text](char* buffer, std::size_t capacity, std::size_t* needed) {
        return acall_redact(text.data(), text.size(), buffer, capacity, needed);
    });
}

inline std::string Profile::redact(View text) const {
    const acall_profile* profile = profile_;
    return detail::written([=](char* buffer, std::size_t capacity, std::size_t* needed) {
        return acall_profile_redact(profile, text.data(), text.size(), buffer, capacity, needed);
    });
}

/// The text so that it stays in one line of a log or a terminal. Scrub first.
AFTERCALL_NODISCARD inline std::string one_line(View text) {
    return detail::written([text](char* buffer, std::size_t capacity, std::size_t* needed) {
        return acall_one_line(text.data(), text.size(), buffer, capacity, needed);
    });
}

/// How often, how long and at what price failed attempts are repeated. Owns
/// what it read; moves, does not copy. An empty one (moved from, or refused)
/// is none: a call that is begun with it says so.
class Policy {
public:
    /// The standard policy.
    Policy() noexcept : Policy(Preset::standard) {}

    /// The policy of a preset.
    explicit Policy(Preset preset) noexcept : policy_(nullptr), owned_(nullptr) {
        acall_policy_preset(detail::number_of(preset), &policy_);
    }

    /// Reads a policy from JSON. Empty if it is refused; `error`, if given,
    /// then says why.
    static Policy from_json(View json, Error* error = nullptr) noexcept {
        acall_policy* read = nullptr;
        Error refusal;
        acall_policy_from_json(json.data(), json.size(), &read, &refusal.error_);
        if (error) *error = std::move(refusal);
        return Policy(read);
    }

    Policy(Policy&& other) noexcept : policy_(other.policy_), owned_(other.owned_) {
        other.policy_ = nullptr;
        other.owned_ = nullptr;
    }
    Policy& operator=(Policy&& other) noexcept {
        std::swap(policy_, other.policy_);
        std::swap(owned_, other.owned_);
        return *this;
    }
    Policy(const Policy&) = delete;
    Policy& operator=(const Policy&) = delete;
    ~Policy() { acall_policy_free(owned_); }

    /// Whether there is a policy.
    explicit operator bool() const noexcept { return policy_ != nullptr; }
    /// Every setting written out; empty if there is no policy.
    std::string to_json() const {
        const acall_policy* policy = policy_;
        return detail::written([policy](char* buffer, std::size_t size, std::size_t* needed) {
            return acall_policy_to_json(policy, buffer, size, needed);
        });
    }
    /// The handle of the C ABI; NULL if empty.
    const acall_policy* get() const noexcept { return policy_; }

private:
    explicit Policy(acall_policy* owned) noexcept : policy_(owned), owned_(owned) {}

    const acall_policy* policy_;
    acall_policy* owned_;
};

/// What all calls of one host and credential may spend on repeats. Any number
/// of threads and calls may use it at once. Moves, does not copy; it must not
/// move while a call uses it. An empty one limits nothing.
class Budget {
public:
    /// A full budget; empty if it can hold nothing.
    explicit Budget(std::int32_t capacity) noexcept : Budget(capacity, -1) {}
    /// A budget that holds so many tokens now.
    Budget(std::int32_t capacity, std::int32_t tokens) noexcept : budget_(nullptr) {
        acall_budget_new(capacity, tokens, &budget_);
    }
    /// The budget that a policy wants; empty if it wants none.
    explicit Budget(const Policy& policy) noexcept : budget_(nullptr) {
        if (policy) acall_budget_of_policy(policy.get(), &budget_);
    }

    Budget(Budget&& other) noexcept : budget_(other.budget_) { other.budget_ = nullptr; }
    Budget& operator=(Budget&& other) noexcept {
        std::swap(budget_, other.budget_);
        return *this;
    }
    Budget(const Budget&) = delete;
    Budget& operator=(const Budget&) = delete;
    ~Budget() { acall_budget_free(budget_); }

    /// Whether there is a budget.
    explicit operator bool() const noexcept { return budget_ != nullptr; }
    /// How many tokens there are now; -1 if there is no budget.
    std::int64_t tokens() const noexcept { return acall_budget_tokens(budget_); }
    /// How many there can be; -1 if there is no budget.
    std::int64_t capacity() const noexcept { return acall_budget_capacity(budget_); }
    /// The handle of the C ABI; NULL if empty.
    const acall_budget* get() const noexcept { return budget_; }

private:
    acall_budget* budget_;
};

/// What to do next in a call, and why. A value: copy it, keep it.
class Decision {
public:
    /// Says nothing.
    Decision() noexcept : decision_(detail::sized<acall_decision>()), status_(Status::ok) {}

    /// Why nothing was decided: the event was out of turn, or the call was
    /// begun with an empty policy.
    Status status() const noexcept { return status_; }

    Action action() const noexcept { return static_cast<Action>(decision_.action); }
    /// Whether to wait delay(), then send again.
    bool is_retry() const noexcept { return decision_.action == ACALL_ACTION_RETRY; }
    /// Whether to get a new token, then send again.
    bool is_refresh() const noexcept { return decision_.action == ACALL_ACTION_REFRESH; }
    /// Whether the call is over.
    bool is_stop() const noexcept { return decision_.action == ACALL_ACTION_STOP; }
    /// Why the call is over; Reason::none if it is not.
    Reason reason() const noexcept { return static_cast<Reason>(decision_.reason); }

    /// How long to wait before sending again; nothing unless it is a retry.
    std::chrono::milliseconds delay() const noexcept {
        return std::chrono::milliseconds(decision_.delay_ms);
    }
    /// Where the delay comes from.
    DelaySource delay_source() const noexcept {
        return static_cast<DelaySource>(decision_.delay_source);
    }
    /// When the server would have the request again, on the call's clock.
    Optional<std::chrono::milliseconds> retry_at() const {
        return decision_.action != ACALL_ACTION_NONE && decision_.retry_at_ms >= 0
            ? Optional<std::chrono::milliseconds>(
                  std::chrono::milliseconds(decision_.retry_at_ms))
            : Optional<std::chrono::milliseconds>();
    }
    /// How many tokens the budget holds after this decision.
    Optional<std::int64_t> budget_tokens() const {
        return decision_.action != ACALL_ACTION_NONE && decision_.budget_tokens >= 0
            ? Optional<std::int64_t>(decision_.budget_tokens)
            : Optional<std::int64_t>();
    }
    /// The attempt that was decided about, from 1.
    int attempt() const noexcept { return decision_.attempt; }

    /// What the gate that stops with this reason did.
    GateState gate(Reason reason) const noexcept {
        acall_gate_state state = ACALL_GATE_STATE_NOT_REACHED;
        acall_decision_gate(&decision_, detail::number_of(reason), &state);
        return static_cast<GateState>(state);
    }
    /// Why this was decided: every gate with its numbers, in one line.
    std::string explain() const {
        const acall_decision* decision = &decision_;
        return detail::written([decision](char* buffer, std::size_t size, std::size_t* needed) {
            return acall_decision_explain(decision, buffer, size, needed);
        });
    }
    /// The same as a JSON object.
    std::string explain_json() const {
        const acall_decision* decision = &decision_;
        return detail::written([decision](char* buffer, std::size_t size, std::size_t* needed) {
            return acall_decision_explain_json(decision, buffer, size, needed);
        });
    }
    /// The structure of the C ABI.
    const acall_decision& get() const noexcept { return decision_; }

private:
    friend class Call;
    friend class Response;
    acall_decision decision_;
    Status status_;
};

/// One attempt that may be sent now.
class Attempt {
public:
    /// Why none may: the event was out of turn.
    Status status() const noexcept { return status_; }
    explicit operator bool() const noexcept { return status_ == Status::ok; }
    /// Which exchange of the call it is, from 1.
    int number() const noexcept { return attempt_.number; }
    /// How many came before it.
    int resend_count() const noexcept { return attempt_.number > 0 ? attempt_.number - 1 : 0; }
    /// How long it may take; none for no limit, 0 if no time is left.
    Optional<std::chrono::milliseconds> timeout() const {
        return attempt_.number > 0 && attempt_.timeout_ms >= 0
            ? Optional<std::chrono::milliseconds>(std::chrono::milliseconds(attempt_.timeout_ms))
            : Optional<std::chrono::milliseconds>();
    }

private:
    friend class Call;
    Attempt() noexcept : attempt_(detail::sized<acall_attempt>()), status_(Status::ok) {}
    acall_attempt attempt_;
    Status status_;
};

/// A seed that no other call has, from the operating system's randomness.
inline std::uint64_t fresh_seed() noexcept { return acall_fresh_seed(); }

/// What is being done, as far as a decision has to know, and by what it is
/// decided. Borrows the budget and whatever the observer is given.
class Operation {
public:
    /// Without an idempotency key, with nothing that could get a new token, and
    /// with a seed of its own.
    explicit Operation(OperationKind kind) noexcept
        : options_(detail::sized<acall_call_options>()) {
        options_.kind = detail::number_of(kind);
    }

    /// A new token can be got during the call.
    Operation& refreshable() noexcept { return with(ACALL_CALL_CAN_REFRESH); }
    /// Every attempt carries the same idempotency key.
    Operation& with_idempotency_key() noexcept { return with(ACALL_CALL_IDEMPOTENCY_KEY); }
    /// The seed of the call's jitter; calls with the same wait equally long.
    Operation& seeded(std::uint64_t seed) noexcept {
        options_.seed = seed;
        options_.flags &= ~static_cast<std::uint32_t>(ACALL_CALL_FIXED_DRAW);
        return with(ACALL_CALL_SEEDED);
    }
    /// Every draw of the jitter is u, from 0 to 1: for tests.
    Operation& with_fixed_draw(double u) noexcept {
        options_.seed = static_cast<std::uint64_t>((u > 0 ? u < 1 ? u : 1 : 0)
                                                   * 9007199254740992.0);
        options_.flags &= ~static_cast<std::uint32_t>(ACALL_CALL_SEEDED);
        return with(ACALL_CALL_FIXED_DRAW);
    }
    /// Tells `observer` of every decision; it must not throw.
    Operation& observed_by(acall_observer observer, void* userdata) noexcept {
        options_.observer = observer;
        options_.userdata = userdata;
        return *this;
    }

private:
    friend class Call;

    Operation& with(std::uint32_t flag) noexcept {
        options_.flags |= flag;
        return *this;
    }

    acall_call_options options_;
};

/// One operation that is attempted until it succeeds or must stop. Borrows
/// policy and budget. Neither copies nor moves: a copy would pay back what it
/// never paid. A call that is destroyed while it waits pays its budget back.
///
/// Times are those of any monotonic clock, such as std::chrono::steady_clock,
/// since its beginning; the same clock for all events.
class Call {
public:
    using Time = std::chrono::milliseconds;

    /// A call that starts now. Give all calls of one host and credential the
    /// same budget.
    Call(const Policy& policy, const Budget& budget, const Operation& operation,
         Time now) noexcept
        : Call(policy, budget.get(), operation, now) {}
    /// A call whose repeats nothing limits but its policy.
    Call(const Policy& policy, const Operation& operation, Time now) noexcept
        : Call(policy, nullptr, operation, now) {}

    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call() { acall_call_abandon(&call_); }

    /// What steady_clock shows, as the events want it.
    static Time now() noexcept {
        return std::chrono::duration_cast<Time>(
            std::chrono::steady_clock::now().time_since_epoch());
    }

    /// Why the call was not begun: an empty policy, or a negative time.
    Status status() const noexcept { return status_; }

    /// An attempt goes out now.
    Attempt before_attempt(Time now) noexcept {
        Attempt attempt;
        attempt.status_ = answer(acall_call_before_attempt(&call_, now.count(),
                                                           &attempt.attempt_));
        return attempt;
    }
    /// The attempt's reply was judged: what now?
    AFTERCALL_NODISCARD Decision on_reply(const Verdict& verdict, Time now) noexcept {
        Decision decision;
        const acall_reply reply = verdict.reply();
        decision.status_ = answer(acall_call_on_reply(&call_, &verdict.get(), &reply, now.count(),
                                                      &decision.decision_));
        return decision;
    }
    /// The new token that was asked for is there.
    Status on_refreshed(Time now) noexcept {
        return answer(acall_call_on_refreshed(&call_, now.count()));
    }
    /// There is no new token to be had: the call stops.
    Decision on_refresh_failed(Time now) noexcept {
        return ended(acall_call_on_refresh_failed, now);
    }
    /// The caller gives up: the call stops, and an unused wait is paid back.
    Decision cancel(Time now) noexcept { return ended(acall_call_cancel, now); }
    /// The deadline came before the next attempt could be sent: the call stops.
    Decision expire(Time now) noexcept { return ended(acall_call_expire, now); }

    /// How many attempts were begun; -1 if the call was not.
    int attempts() const noexcept { return acall_call_attempts(&call_); }
    /// Whether the terminal decision was made.
    bool is_over() const noexcept { return acall_call_is_over(&call_) == 1; }

private:
    Call(const Policy& policy, const acall_budget* budget, const Operation& operation,
         Time now) noexcept
        : call_(), status_(Status::null) {
        acall_call_options options = operation.options_;
        options.policy = policy.get();
        options.budget = budget;
        // NULL would be the standard policy, which nobody asked for.
        if (policy) status_ = answer(acall_call_begin(&call_, &options, now.count()));
    }

    static Status answer(acall_status status) noexcept { return static_cast<Status>(status); }

    Decision ended(acall_status (*event)(acall_call*, std::int64_t, acall_decision*),
                   Time now) noexcept {
        Decision decision;
        decision.status_ = answer(event(&call_, now.count(), &decision.decision_));
        return decision;
    }

    acall_call call_;
    Status status_;
};

/// What support needs to know of a call, collected over its attempts, and
/// nothing that it must not know: neither bodies nor queries, and what looks
/// like a secret is removed when it is noted. Moves, does not copy. An empty one
/// (moved from, or never begun) notes nothing and says nothing.
class Record {
public:
    using Time = std::chrono::milliseconds;

    /// A record of a call that starts now: at `started_unix` by the wall clock,
    /// since 1970, at `started` by the call's own clock. The profile is the one
    /// that judges. Empty if the profile is, a text is not UTF-8, or `started`
    /// is negative.
    Record(const Profile& profile, View method, View url, Time started_unix,
           Time started) noexcept
        : record_(nullptr) {
        acall_record_new(profile.get(), method.data(), method.size(), url.data(), url.size(),
                         started_unix.count(), started.count(), &record_);
    }
    Record(Record&& other) noexcept : record_(other.record_) { other.record_ = nullptr; }
    Record& operator=(Record&& other) noexcept {
        std::swap(record_, other.record_);
        return *this;
    }
    Record(const Record&) = delete;
    Record& operator=(const Record&) = delete;
    ~Record() { acall_record_free(record_); }

    /// Whether there is a record.
    explicit operator bool() const noexcept { return record_ != nullptr; }

    /// Adds an attempt that began and ended at these times of the call's clock,
    /// and was sent with this id, if it had one. If it is refused, nothing is
    /// noted: a verdict that nothing was judged into, a decision that says
    /// nothing, a negative time.
    Status note(const Verdict& verdict, const Decision& decision, Time started, Time ended,
                View request_id = View()) noexcept {
        const acall_reply reply = verdict.reply();
        return noted(&reply, &verdict.get(), decision, started, ended, request_id);
    }
    /// Adds how the call went on without an attempt: a wait that was cancelled.
    Status note(const Decision& decision, Time started, Time ended) noexcept {
        return noted(nullptr, nullptr, decision, started, ended, View());
    }

    /// One JSON document of at most 256 KiB.
    std::string to_json() const { return said(acall_record_json); }
    /// One paragraph of English in one line, to paste into a ticket.
    std::string paragraph() const { return said(acall_record_paragraph); }
    /// Problem details (RFC 9457) as JSON, in the words of the profile that
    /// judged: see Message for languages and role.
    std::string problem(const Profile& profile, View languages = View(),
                        Role role = Role::user) const {
        return detail::written([&](char* buffer, std::size_t size, std::size_t* needed) {
            return acall_record_problem_json(record_, profile.get(), languages.data(),
                                             languages.size(), detail::number_of(role),
                                             buffer, size, needed);
        });
    }
    /// The last attempt as attributes by OpenTelemetry's names, as a JSON object.
    std::string attributes_json() const { return said(acall_record_attributes_json); }

    /// The handle of the C ABI; NULL if empty.
    const acall_record* get() const noexcept { return record_; }

private:
    Status noted(const acall_reply* reply, const acall_verdict* verdict, const Decision& decision,
                 Time started, Time ended, View request_id) noexcept {
        return static_cast<Status>(
            acall_record_note(record_, reply, verdict, &decision.get(), started.count(),
                              ended.count(), request_id.data(), request_id.size()));
    }

    std::string said(acall_status (*say)(const acall_record*, char*, std::size_t,
                                         std::size_t*)) const {
        const acall_record* record = record_;
        return detail::written([=](char* buffer, std::size_t size, std::size_t* needed) {
            return say(record, buffer, size, needed);
        });
    }

    acall_record* record_;
};

/// Judges a reply that is written as JSON, decides, and says it in words, as
/// acall_explain_json does; returns all three as JSON, or an empty text: then
/// `status`, if given, says why, and last_error() in words.
AFTERCALL_NODISCARD inline std::string explain_json(View reply, Status* status = nullptr) {
    std::string verdict;
    std::int32_t needed = 0;
    acall_status answer = ACALL_E_ARGUMENT;
    if (reply.size() <= 0x7FFFFFFF) {
        const std::int32_t length = static_cast<std::int32_t>(reply.size());
        // Most answers are shorter than this; the loop takes the others.
        verdict.resize(reply.size() / 2 + 2048);
        do {
            answer = acall_explain_json(reply.data(), length, &verdict[0],
                                        static_cast<std::int32_t>(verdict.size()), &needed);
            verdict.resize(needed > 0 ? static_cast<std::size_t>(needed) : 1);
        } while (answer == ACALL_E_BUFFER_TOO_SMALL);
        verdict.pop_back();
    }
    if (answer != ACALL_OK) verdict.clear();
    if (status) *status = static_cast<Status>(answer);
    return verdict;
}

/// What was wrong with this thread's last explain_json() that failed.
AFTERCALL_NODISCARD inline std::string last_error() {
    std::int32_t needed = 0;
    acall_last_error(nullptr, 0, &needed);
    if (needed <= 0) return std::string();
    std::string text(static_cast<std::size_t>(needed), '\0');
    acall_last_error(&text[0], needed, nullptr);
    text.pop_back();
    return text;
}

} // namespace AFTERCALL_DIALECT
} // namespace aftercall

#undef AFTERCALL_CPLUSPLUS
#undef AFTERCALL_DIALECT
#undef AFTERCALL_NODISCARD

#endif
