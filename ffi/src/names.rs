//! Names of the closed sets, both ways, and what a category maps to.

use core::ffi::c_char;
use core::ptr;

use aftercall::Category;

use crate::boundary::boundary;
use crate::constants::{
    acall_advice, acall_category, acall_effect, acall_expect, acall_fault, acall_operation_kind,
    acall_outcome, acall_task,
};
use crate::name_set::NameSet;
use crate::pointer::{self, Place};
use crate::status::{Status, acall_status};

const OUTCOMES: NameSet = NameSet::new(0, b"none\0success\0failure\0");
const CATEGORIES: NameSet = NameSet::new(
    0,
    b"\
        none\0success\0authentication\0permission\0account\0balance\0quota\0rate_limit\0\
        invalid_request\0upload\0not_found\0upstream\0server\0transport\0protocol\0unknown\0\
        cancelled\0",
);
const ADVICES: NameSet = NameSet::new(0, b"never\0backoff\0throttle\0refresh_auth\0hold\0");
const EFFECTS: NameSet = NameSet::new(0, b"unknown\0not_sent\0rejected\0done\0");
const OPERATION_KINDS: NameSet = NameSet::new(0, b"mutation\0query\0auth\0");
const EXPECTATIONS: NameSet = NameSet::new(0, b"envelope\0raw\0");
const FAULTS: NameSet = NameSet::new(
    1,
    b"\
        dns\0connect\0connect_timeout\0proxy\0tls\0read_timeout\0reset\0closed\0truncated\0decode\0\
        too_large\0bad_request\0cancelled\0",
);
const TASKS: NameSet = NameSet::new(1, b"pending\0succeeded\0failed\0unknown\0");
const ANOMALIES: NameSet = NameSet::new(
    0,
    b"\
        duplicate_field\0odd_flag\0odd_code\0malformed_body\0contradiction\0by_message\0\
        invalid_utf8\0too_deep\0",
);
const PROBLEM_TYPES: NameSet = NameSet::new(
    0,
    b"\
        about:blank\0about:blank\0urn:aftercall:problem:authentication\0\
        urn:aftercall:problem:permission\0urn:aftercall:problem:account\0\
        urn:aftercall:problem:balance\0urn:aftercall:problem:quota\0\
        urn:aftercall:problem:rate_limit\0urn:aftercall:problem:invalid_request\0\
        urn:aftercall:problem:upload\0urn:aftercall:problem:not_found\0\
        urn:aftercall:problem:upstream\0urn:aftercall:problem:server\0\
        urn:aftercall:problem:transport\0urn:aftercall:problem:protocol\0\
        urn:aftercall:problem:unknown\0urn:aftercall:problem:cancelled\0",
);

/// The name of an outcome, such as `"success"`: the one that data files and
/// every language use. Static, NUL-terminated; NULL for a number that is none,
/// so check it before you print it. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_outcome_name(outcome: acall_outcome) -> *const c_char {
    boundary!(ptr::null(), { OUTCOMES.name(outcome) })
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
        unsafe { OUTCOMES.number(name, length, outcome) }
    })
}

/// The name of a category, such as `"rate_limit"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_category_name(category: acall_category) -> *const c_char {
    boundary!(ptr::null(), { CATEGORIES.name(category) })
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
        unsafe { CATEGORIES.number(name, length, category) }
    })
}

/// The name of an advice, such as `"backoff"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_advice_name(advice: acall_advice) -> *const c_char {
    boundary!(ptr::null(), { ADVICES.name(advice) })
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
        unsafe { ADVICES.number(name, length, advice) }
    })
}

/// The name of an effect, such as `"not_sent"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_effect_name(effect: acall_effect) -> *const c_char {
    boundary!(ptr::null(), { EFFECTS.name(effect) })
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
        unsafe { EFFECTS.number(name, length, effect) }
    })
}

/// The name of an operation kind, such as `"mutation"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_operation_kind_name(kind: acall_operation_kind) -> *const c_char {
    boundary!(ptr::null(), { OPERATION_KINDS.name(kind) })
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
        unsafe { OPERATION_KINDS.number(name, length, kind) }
    })
}

/// The name of an expectation, such as `"raw"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_expect_name(expect: acall_expect) -> *const c_char {
    boundary!(ptr::null(), { EXPECTATIONS.name(expect) })
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
        unsafe { EXPECTATIONS.number(name, length, expect) }
    })
}

/// The name of a fault, such as `"read_timeout"`; NULL for `ACALL_FAULT_NONE`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_fault_name(fault: acall_fault) -> *const c_char {
    boundary!(ptr::null(), { FAULTS.name(fault) })
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
        unsafe { FAULTS.number(name, length, fault) }
    })
}

/// The name of a task's state, such as `"pending"`; NULL for `ACALL_TASK_NONE`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_task_name(task: acall_task) -> *const c_char {
    boundary!(ptr::null(), { TASKS.name(task) })
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
        unsafe { TASKS.number(name, length, task) }
    })
}

/// The name of one anomaly, given as its bit, such as
/// `ACALL_ANOMALY_TOO_DEEP`; NULL for no bit, several, or an unknown one.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_anomaly_name(anomaly: u32) -> *const c_char {
    boundary!(ptr::null(), {
        if anomaly.is_power_of_two() {
            ANOMALIES.name(anomaly.trailing_zeros().cast_signed())
        } else {
            ptr::null()
        }
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
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(anomaly) }?;
        // SAFETY: the caller passes NULL or a readable name.
        let name = unsafe { pointer::bytes(name.cast(), length) }?;
        let bit = ANOMALIES.find(name).ok_or(Status::Absent)?;
        place.write(1 << bit);
        Ok(())
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
    boundary!(ptr::null(), { PROBLEM_TYPES.name(category) })
}

#[cfg(test)]
pub(crate) mod tests {
    use core::ffi::CStr;

    use aftercall::{Advice, Anomaly, Effect, Expect, Fault, OperationKind, Outcome, TaskState};

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
            let name = anomaly.name();
            assert_eq!(text(acall_anomaly_name(bit)), Some(name));
            let mut found = 0;
            // SAFETY: the name has that length, the place is ours.
            let status = unsafe {
                acall_anomaly_from_name(name.as_ptr().cast(), name.len(), &raw mut found)
            };
            assert_eq!((status, found), (0, bit));
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
