//! The closed sets as numbers: literals, because the header is written from
//! them; a test compares each with the core's.

/// Whether the call got what it asked for.
pub type acall_outcome = i32;

/// Nothing was judged yet. A zeroed verdict says this, never success.
pub const ACALL_OUTCOME_NONE: acall_outcome = 0;
/// The reply proves that the operation was carried out.
pub const ACALL_OUTCOME_SUCCESS: acall_outcome = 1;
/// Anything else.
pub const ACALL_OUTCOME_FAILURE: acall_outcome = 2;

/// What went wrong, in terms that do not depend on the API.
pub type acall_category = i32;

/// Nothing was judged yet.
pub const ACALL_CATEGORY_NONE: acall_category = 0;
/// Nothing went wrong.
pub const ACALL_CATEGORY_SUCCESS: acall_category = 1;
/// The key or token is missing, wrong or expired.
pub const ACALL_CATEGORY_AUTHENTICATION: acall_category = 2;
/// The caller is known but may not do this.
pub const ACALL_CATEGORY_PERMISSION: acall_category = 3;
/// The contract or the client behind the credential has expired.
pub const ACALL_CATEGORY_ACCOUNT: acall_category = 4;
/// There is no money left on the account.
pub const ACALL_CATEGORY_BALANCE: acall_category = 5;
/// A total is used up: of a period, of a package, of the platform.
pub const ACALL_CATEGORY_QUOTA: acall_category = 6;
/// Too fast just now; slower calls would be served.
pub const ACALL_CATEGORY_RATE_LIMIT: acall_category = 7;
/// The request itself is wrong and will be refused again.
pub const ACALL_CATEGORY_INVALID_REQUEST: acall_category = 8;
/// The uploaded file was refused.
pub const ACALL_CATEGORY_UPLOAD: acall_category = 9;
/// No such endpoint or resource.
pub const ACALL_CATEGORY_NOT_FOUND: acall_category = 10;
/// A service behind the API failed.
pub const ACALL_CATEGORY_UPSTREAM: acall_category = 11;
/// The API itself is busy, down or broken.
pub const ACALL_CATEGORY_SERVER: acall_category = 12;
/// No complete reply arrived.
pub const ACALL_CATEGORY_TRANSPORT: acall_category = 13;
/// A reply arrived that is not this API's.
pub const ACALL_CATEGORY_PROTOCOL: acall_category = 14;
/// A failure that nothing explains.
pub const ACALL_CATEGORY_UNKNOWN: acall_category = 15;
/// The caller gave up.
pub const ACALL_CATEGORY_CANCELLED: acall_category = 16;

/// Whether sending the same request again can help, from the reply alone.
///
/// Advice looks at the failure, not at the operation: whether a repeat is safe
/// is another question, answered from the effect.
pub type acall_advice = i32;

/// The same request will fail again.
pub const ACALL_ADVICE_NEVER: acall_advice = 0;
/// The failure is transient: wait, longer each time, and repeat.
pub const ACALL_ADVICE_BACKOFF: acall_advice = 1;
/// Transient, but the server asked for less: start with longer waits.
pub const ACALL_ADVICE_THROTTLE: acall_advice = 2;
/// Get a new token, then send once more.
pub const ACALL_ADVICE_REFRESH_AUTH: acall_advice = 3;
/// Nothing will succeed before a reset: stop, and stop others.
pub const ACALL_ADVICE_HOLD: acall_advice = 4;

/// What may have happened on the server.
pub type acall_effect = i32;

/// Perhaps something, perhaps nothing.
pub const ACALL_EFFECT_UNKNOWN: acall_effect = 0;
/// The request never reached the API.
pub const ACALL_EFFECT_NOT_SENT: acall_effect = 1;
/// The API refused the request before doing any work.
pub const ACALL_EFFECT_REJECTED: acall_effect = 2;
/// The work was done.
pub const ACALL_EFFECT_DONE: acall_effect = 3;

/// What an operation does, which decides whether it may be repeated blindly.
pub type acall_operation_kind = i32;

/// Creates, changes, uploads or starts a paid task.
pub const ACALL_KIND_MUTATION: acall_operation_kind = 0;
/// Reads; harmless to repeat.
pub const ACALL_KIND_QUERY: acall_operation_kind = 1;
/// Asks for a token.
pub const ACALL_KIND_AUTH: acall_operation_kind = 2;

/// What the caller asked for.
pub type acall_expect = i32;

/// The API's envelope around the data: nearly every operation.
pub const ACALL_EXPECT_ENVELOPE: acall_expect = 0;
/// The bytes themselves: a download, a stream, an operation without an
/// envelope. Any 2xx is then a success, unless the body is a plain
/// failure envelope.
pub const ACALL_EXPECT_RAW: acall_expect = 1;

/// Why an exchange ended without a complete reply, or 0. What each fault means
/// for a repeat is the profile's data; what it proves about the request is
/// said here.
pub type acall_fault = i32;

/// A complete reply: there was no fault.
pub const ACALL_FAULT_NONE: acall_fault = 0;
/// The host's name could not be resolved. Nothing was sent.
pub const ACALL_FAULT_DNS: acall_fault = 1;
/// No connection: refused, unreachable. Nothing was sent.
pub const ACALL_FAULT_CONNECT: acall_fault = 2;
/// No connection in time. Nothing was sent.
pub const ACALL_FAULT_CONNECT_TIMEOUT: acall_fault = 3;
/// The proxy refused or failed before a tunnel stood. Nothing was sent.
pub const ACALL_FAULT_PROXY: acall_fault = 4;
/// Certificate or handshake failed. Nothing was sent.
pub const ACALL_FAULT_TLS: acall_fault = 5;
/// The request went out; no complete reply came in time.
pub const ACALL_FAULT_READ_TIMEOUT: acall_fault = 6;
/// The connection was reset after the request began to go out.
pub const ACALL_FAULT_RESET: acall_fault = 7;
/// The connection was closed before a complete reply.
pub const ACALL_FAULT_CLOSED: acall_fault = 8;
/// Fewer bytes than announced, or broken chunking.
pub const ACALL_FAULT_TRUNCATED: acall_fault = 9;
/// The content-encoding could not be undone.
pub const ACALL_FAULT_DECODE: acall_fault = 10;
/// The reply is larger than the caller's limit.
pub const ACALL_FAULT_TOO_LARGE: acall_fault = 11;
/// The URL, a header or the body cannot be sent. Nothing was sent.
pub const ACALL_FAULT_BAD_REQUEST: acall_fault = 12;
/// The caller cancelled the exchange.
pub const ACALL_FAULT_CANCELLED: acall_fault = 13;

/// How a task stands that a successful reply tells of, or 0: the call
/// succeeded, the work behind it may not have.
pub type acall_task = i32;

/// The reply tells of no task, as far as the profile knows.
pub const ACALL_TASK_NONE: acall_task = 0;
/// Not finished: ask again later. This is no failure and no retry.
pub const ACALL_TASK_PENDING: acall_task = 1;
/// Finished; the result is there.
pub const ACALL_TASK_SUCCEEDED: acall_task = 2;
/// Finished without a result. Asking again changes nothing.
pub const ACALL_TASK_FAILED: acall_task = 3;
/// A word that the profile does not know.
pub const ACALL_TASK_UNKNOWN: acall_task = 4;

/// A field of the envelope was given twice; the last one counted.
pub const ACALL_ANOMALY_DUPLICATE_FIELD: u32 = 1;
/// The flag has a value that is neither true nor false.
pub const ACALL_ANOMALY_ODD_FLAG: u32 = 2;
/// The code is neither an integer nor a string.
pub const ACALL_ANOMALY_ODD_CODE: u32 = 4;
/// The body breaks off or is malformed after a proven failure.
pub const ACALL_ANOMALY_MALFORMED_BODY: u32 = 8;
/// Flag and code, or two flags, say opposite things.
pub const ACALL_ANOMALY_CONTRADICTION: u32 = 16;
/// There was no code; the message's wording decided.
pub const ACALL_ANOMALY_BY_MESSAGE: u32 = 32;
/// A string holds bytes that are not UTF-8.
pub const ACALL_ANOMALY_INVALID_UTF8: u32 = 64;
/// Brackets are nested deeper than 1,024 levels.
pub const ACALL_ANOMALY_TOO_DEEP: u32 = 128;

/// Every constant of a file, as its text says: names without their prefix.
#[cfg(test)]
pub(crate) fn written(source: &str) -> Vec<(String, u32)> {
    source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ACALL_"))
        .map(|line| {
            let (name, rest) = line.split_once(": ").unwrap();
            let (_, number) = rest.split_once(" = ").unwrap();
            let number = number.trim_end_matches(';').parse().unwrap();
            (name.to_owned(), number)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use aftercall::{
        Advice, Anomaly, Category, Effect, Expect, Fault, OperationKind, Outcome, TaskState,
    };

    use super::written;

    #[test]
    fn every_constant_is_the_cores_number_and_none_is_missing() {
        let mut core: Vec<(String, u32)> = Vec::new();
        macro_rules! add {
            ($name:literal, $set:ident, $value:expr) => {
                for &member in $set::ALL {
                    let value: fn(i32) -> i32 = $value;
                    let value = u32::try_from(value(member.number())).unwrap();
                    let name = format!(concat!($name, "_{}"), member.name().to_uppercase());
                    core.push((name, value));
                }
            };
        }
        add!("OUTCOME", Outcome, |number| number);
        add!("CATEGORY", Category, |number| number);
        add!("ADVICE", Advice, |number| number);
        add!("EFFECT", Effect, |number| number);
        add!("KIND", OperationKind, |number| number);
        add!("EXPECT", Expect, |number| number);
        core.push(("FAULT_NONE".to_owned(), 0));
        add!("FAULT", Fault, |number| number);
        core.push(("TASK_NONE".to_owned(), 0));
        add!("TASK", TaskState, |number| number);
        add!("ANOMALY", Anomaly, |number| 1 << number);
        assert_eq!(written(include_str!("constants.rs")), core);
    }
}
