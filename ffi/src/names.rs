//! Names of the closed sets, both ways, and what a category maps to.

use core::ffi::{CStr, c_char};
use core::ptr;

use aftercall::{
    Advice, Anomaly, Category, Effect, Expect, Fault, OperationKind, Outcome, TaskState,
};

use crate::boundary::boundary;
use crate::constants::{
    acall_advice, acall_category, acall_effect, acall_expect, acall_fault, acall_operation_kind,
    acall_outcome, acall_task,
};
use crate::pointer::{self, Place};
use crate::status::{Status, acall_status};

const OUTCOMES: [&CStr; 3] = [c"none", c"success", c"failure"];
const CATEGORIES: [&CStr; 17] = [
    c"none", c"success", c"authentication", c"permission", c"account", c"balance", c"quota",
    c"rate_limit", c"invalid_request", c"upload", c"not_found", c"upstream", c"server",
    c"transport", c"protocol", c"unknown", c"cancelled",
];
const ADVICES: [&CStr; 5] = [c"never", c"backoff", c"throttle", c"refresh_auth", c"hold"];
const EFFECTS: [&CStr; 4] = [c"unknown", c"not_sent", c"rejected", c"done"];
const OPERATION_KINDS: [&CStr; 3] = [c"mutation", c"query", c"auth"];
const EXPECTATIONS: [&CStr; 2] = [c"envelope", c"raw"];
const FAULTS: [&CStr; 13] = [
    c"dns", c"connect", c"connect_timeout", c"proxy", c"tls", c"read_timeout", c"reset", c"closed",
    c"truncated", c"decode", c"too_large", c"bad_request", c"cancelled",
];
const TASKS: [&CStr; 4] = [c"pending", c"succeeded", c"failed", c"unknown"];
const ANOMALIES: [&CStr; 8] = [
    c"duplicate_field", c"odd_flag", c"odd_code", c"malformed_body", c"contradiction",
    c"by_message", c"invalid_utf8", c"too_deep",
];
const PROBLEM_TYPES: [&CStr; 17] = [
    c"about:blank", c"about:blank", c"urn:aftercall:problem:authentication",
    c"urn:aftercall:problem:permission", c"urn:aftercall:problem:account",
    c"urn:aftercall:problem:balance", c"urn:aftercall:problem:quota",
    c"urn:aftercall:problem:rate_limit", c"urn:aftercall:problem:invalid_request",
    c"urn:aftercall:problem:upload", c"urn:aftercall:problem:not_found",
    c"urn:aftercall:problem:upstream", c"urn:aftercall:problem:server",
    c"urn:aftercall:problem:transport", c"urn:aftercall:problem:protocol",
    c"urn:aftercall:problem:unknown", c"urn:aftercall:problem:cancelled",
];

/// The name at `index`, or NULL.
pub(crate) fn name(names: &[&'static CStr], index: Option<u32>) -> *const c_char {
    index
        .and_then(|index| names.get(usize::try_from(index).ok()?))
        .map_or(ptr::null(), |name| name.as_ptr())
}

/// Writes the number of the member that has a name.
///
/// # Safety
///
/// `text` is NULL or points to `length` readable bytes, `number` is NULL or
/// writable.
pub(crate) unsafe fn number<T: Copy>(
    text: *const c_char,
    length: usize,
    number: *mut T,
    find: impl FnOnce(&str) -> Option<T>,
) -> Result<(), Status> {
    // SAFETY: the caller's promise.
    let place = unsafe { Place::new(number) }?;
    // SAFETY: the caller's promise.
    let text = unsafe { pointer::bytes(text.cast(), length) }?;
    let text = core::str::from_utf8(text).map_err(|_| Status::Absent)?;
    place.write(find(text).ok_or(Status::Absent)?);
    Ok(())
}

/// The name of an outcome, such as `"success"`: the one that data files and
/// every language use. Static, NUL-terminated; NULL for a number that is none,
/// so check it before you print it. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_outcome_name(outcome: acall_outcome) -> *const c_char {
    boundary!(ptr::null(), {
        name(&OUTCOMES, u32::try_from(outcome).ok())
    })
}

/// The number of the outcome that has a name of `length` bytes; names are
/// compared exactly. Any thread. Errors: `ACALL_E_ABSENT` for a name that is
/// none, `_NULL`, `_ARGUMENT`; then `*outcome` stays as it is. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_outcome_from_name(
    name: *const c_char,
    length: usize,
    outcome: *mut acall_outcome,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe {
            number(name, length, outcome, |name| {
                Outcome::from_name(name).map(Outcome::number)
            })
        }
    })
}

/// The name of a category, such as `"rate_limit"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_category_name(category: acall_category) -> *const c_char {
    boundary!(ptr::null(), {
        name(&CATEGORIES, u32::try_from(category).ok())
    })
}

/// The number of a category; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_category_from_name(
    name: *const c_char,
    length: usize,
    category: *mut acall_category,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe {
            number(name, length, category, |name| {
                Category::from_name(name).map(Category::number)
            })
        }
    })
}

/// The name of an advice, such as `"backoff"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_advice_name(advice: acall_advice) -> *const c_char {
    boundary!(ptr::null(), { name(&ADVICES, u32::try_from(advice).ok()) })
}

/// The number of an advice; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_advice_from_name(
    name: *const c_char,
    length: usize,
    advice: *mut acall_advice,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe {
            number(name, length, advice, |name| {
                Advice::from_name(name).map(Advice::number)
            })
        }
    })
}

/// The name of an effect, such as `"not_sent"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_effect_name(effect: acall_effect) -> *const c_char {
    boundary!(ptr::null(), { name(&EFFECTS, u32::try_from(effect).ok()) })
}

/// The number of an effect; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_effect_from_name(
    name: *const c_char,
    length: usize,
    effect: *mut acall_effect,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe {
            number(name, length, effect, |name| {
                Effect::from_name(name).map(Effect::number)
            })
        }
    })
}

/// The name of an operation kind, such as `"mutation"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_operation_kind_name(kind: acall_operation_kind) -> *const c_char {
    boundary!(ptr::null(), {
        name(&OPERATION_KINDS, u32::try_from(kind).ok())
    })
}

/// The number of an operation kind; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_operation_kind_from_name(
    name: *const c_char,
    length: usize,
    kind: *mut acall_operation_kind,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe {
            number(name, length, kind, |name| {
                OperationKind::from_name(name).map(OperationKind::number)
            })
        }
    })
}

/// The name of an expectation, such as `"raw"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_expect_name(expect: acall_expect) -> *const c_char {
    boundary!(ptr::null(), {
        name(&EXPECTATIONS, u32::try_from(expect).ok())
    })
}

/// The number of an expectation; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_expect_from_name(
    name: *const c_char,
    length: usize,
    expect: *mut acall_expect,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe {
            number(name, length, expect, |name| {
                Expect::from_name(name).map(Expect::number)
            })
        }
    })
}

/// The name of a fault, such as `"read_timeout"`; NULL for `ACALL_FAULT_NONE`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_fault_name(fault: acall_fault) -> *const c_char {
    boundary!(ptr::null(), {
        name(
            &FAULTS,
            u32::try_from(fault)
                .ok()
                .and_then(|number| number.checked_sub(1)),
        )
    })
}

/// The number of a fault; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_fault_from_name(
    name: *const c_char,
    length: usize,
    fault: *mut acall_fault,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe {
            number(name, length, fault, |name| {
                Fault::from_name(name).map(Fault::number)
            })
        }
    })
}

/// The name of a task's state, such as `"pending"`; NULL for `ACALL_TASK_NONE`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_task_name(task: acall_task) -> *const c_char {
    boundary!(ptr::null(), {
        name(
            &TASKS,
            u32::try_from(task)
                .ok()
                .and_then(|number| number.checked_sub(1)),
        )
    })
}

/// The number of a task's state; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_task_from_name(
    name: *const c_char,
    length: usize,
    task: *mut acall_task,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe {
            number(name, length, task, |name| {
                TaskState::from_name(name).map(TaskState::number)
            })
        }
    })
}

/// The name of one anomaly, given as its bit, such as
/// `ACALL_ANOMALY_TOO_DEEP`; NULL for no bit, several, or an unknown one.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_anomaly_name(anomaly: u32) -> *const c_char {
    boundary!(ptr::null(), {
        let bit = anomaly.is_power_of_two().then(|| anomaly.trailing_zeros());
        name(&ANOMALIES, bit)
    })
}

/// The bit of an anomaly; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_anomaly_from_name(
    name: *const c_char,
    length: usize,
    anomaly: *mut u32,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe {
            number(name, length, anomaly, |name| {
                Anomaly::from_name(name).map(|anomaly| 1 << anomaly.number())
            })
        }
    })
}

/// The gRPC status code of a category, by its number in `google.rpc.Code`: 0 is
/// OK; -1 for a number that is no category. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_category_grpc_code(category: acall_category) -> i32 {
    boundary!(-1, {
        Category::from_number(category).map_or(-1, Category::grpc_code)
    })
}

/// The HTTP status with which a service passes such a failure on to its own
/// callers; -1 for a number that is no category. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_category_http_status(category: acall_category) -> i32 {
    boundary!(-1, {
        Category::from_number(category)
            .map_or(-1, |category| category.suggested_http_status().into())
    })
}

/// The `type` of RFC 9457 problem details for a category, such as
/// `"urn:aftercall:problem:quota"`. Static, NUL-terminated; NULL for a number
/// that is no category. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_category_problem_type(category: acall_category) -> *const c_char {
    boundary!(ptr::null(), {
        name(&PROBLEM_TYPES, u32::try_from(category).ok())
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn text(name: *const c_char) -> Option<&'static str> {
        // SAFETY: every name is static and NUL-terminated.
        (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_str().unwrap())
    }

    pub(crate) type FromName = unsafe extern "C" fn(*const c_char, usize, *mut i32) -> acall_status;

    pub(crate) fn number_of(from_name: FromName, name: &str) -> (acall_status, i32) {
        let mut number = -7;
        // SAFETY: the name has that length, the place is ours.
        let status = unsafe { from_name(name.as_ptr().cast(), name.len(), &raw mut number) };
        (status, number)
    }

    /// Names of a set lead to its numbers and back, and there are no others.
    macro_rules! check_names {
        ($set:ident, $name:ident, $from_name:ident) => {
            let first = $set::ALL[0].number();
            let end = first + i32::try_from($set::ALL.len()).unwrap();
            for number in [-1, first - 1, end, i32::MIN, i32::MAX] {
                assert_eq!($crate::names::tests::text($name(number)), None);
            }
            for &member in $set::ALL {
                let (name, number) = (member.name(), member.number());
                assert_eq!($crate::names::tests::text($name(number)), Some(name));
                let found = $crate::names::tests::number_of($from_name, name);
                assert_eq!(found, (0, number));
            }
        };
    }

    pub(crate) use check_names;

    #[test]
    fn every_name_is_the_cores_and_leads_back_to_its_number() {
        check_names!(Outcome, acall_outcome_name, acall_outcome_from_name);
        check_names!(Category, acall_category_name, acall_category_from_name);
        check_names!(Advice, acall_advice_name, acall_advice_from_name);
        check_names!(Effect, acall_effect_name, acall_effect_from_name);
        check_names!(
            OperationKind, acall_operation_kind_name, acall_operation_kind_from_name
        );
        check_names!(Expect, acall_expect_name, acall_expect_from_name);
        check_names!(Fault, acall_fault_name, acall_fault_from_name);
        check_names!(TaskState, acall_task_name, acall_task_from_name);
    }

    #[test]
    fn an_anomaly_is_named_by_its_bit() {
        for &anomaly in Anomaly::ALL {
            let bit = 1 << anomaly.number();
            assert_eq!(text(acall_anomaly_name(bit)), Some(anomaly.name()));
        }
        for bits in [0, 3, 1 << Anomaly::ALL.len(), u32::MAX] {
            assert_eq!(text(acall_anomaly_name(bits)), None);
        }
    }

    #[test]
    fn every_category_maps_as_in_the_core() {
        for &category in Category::ALL {
            let number = category.number();
            assert_eq!(acall_category_grpc_code(number), category.grpc_code());
            assert_eq!(
                acall_category_http_status(number),
                i32::from(category.suggested_http_status())
            );
            assert_eq!(
                text(acall_category_problem_type(number)),
                Some(category.problem_type())
            );
        }
        assert_eq!(acall_category_grpc_code(99), -1);
        assert_eq!(acall_category_http_status(-1), -1);
        assert_eq!(text(acall_category_problem_type(99)), None);
    }
}
