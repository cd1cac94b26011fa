//! The layout of every structure of the C ABI, on a 64-bit target. The same
//! numbers stand in tests/c/layout.c, for the C compiler's view of the header.

use core::mem::offset_of;

use crate::pointer::Sized32;
use crate::reply::{acall_header, acall_reply};
use crate::retry::call::{acall_attempt, acall_call, acall_call_options, acall_observed};
use crate::retry::decision::acall_decision;
use crate::verdict::acall_verdict;
use crate::words::acall_message_options;

macro_rules! layout {
    ($structure:ident, $size:literal, { $($field:ident: $offset:literal,)+ }) => {
        const _: () = assert!(size_of::<$structure>() == $size);
        $(const _: () = assert!(offset_of!($structure, $field) == $offset);)+
        // A field that is missing here does not compile.
        const _: fn($structure) = |structure| {
            let $structure { $($field: _,)+ } = structure;
        };
    };
}

layout!(acall_header, 32, {
    name: 0,
    name_length: 8,
    value: 16,
    value_length: 24,
});

layout!(acall_reply, 96, {
    struct_size: 0,
    flags: 4,
    http_status: 8,
    fault: 12,
    expect: 16,
    reserved: 20,
    now_unix_ms: 24,
    body: 32,
    body_length: 40,
    headers: 48,
    header_count: 56,
    method: 64,
    method_length: 72,
    path: 80,
    path_length: 88,
});

layout!(acall_message_options, 48, {
    struct_size: 0,
    role: 4,
    retry_delay_ms: 8,
    now_unix_ms: 16,
    utc_offset_minutes: 24,
    reserved: 28,
    languages: 32,
    languages_length: 40,
});

layout!(acall_verdict, 168, {
    struct_size: 0,
    flags: 4,
    outcome: 8,
    category: 12,
    advice: 16,
    effect: 20,
    alternative: 24,
    repeat: 28,
    http_status: 32,
    anomalies: 36,
    correlation_id_header: 40,
    amount_header: 44,
    code: 48,
    server_delay_ms: 56,
    data_offset: 64,
    data_length: 72,
    message_offset: 80,
    message_length: 88,
    code_text_offset: 96,
    code_text_length: 104,
    correlation_id_offset: 112,
    correlation_id_length: 120,
    amount_offset: 128,
    amount_length: 136,
    rule_length: 144,
    rule: 152,
    task: 160,
    reserved: 164,
});

layout!(acall_call_options, 56, {
    struct_size: 0,
    flags: 4,
    kind: 8,
    reserved: 12,
    seed: 16,
    policy: 24,
    budget: 32,
    observer: 40,
    userdata: 48,
});

layout!(acall_call, 192, {
    opaque: 0,
});

layout!(acall_attempt, 16, {
    struct_size: 0,
    number: 4,
    timeout_ms: 8,
});

layout!(acall_decision, 144, {
    struct_size: 0,
    action: 4,
    reason: 8,
    delay_source: 12,
    attempt: 16,
    reserved: 20,
    delay_ms: 24,
    retry_at_ms: 32,
    budget_tokens: 40,
    members: 48,
    counts: 72,
    times_ms: 96,
});

layout!(acall_observed, 32, {
    struct_size: 0,
    attempt: 4,
    now_ms: 8,
    verdict: 16,
    decision: 24,
});

// Nobody's header is older than the first, whose structures were these.
const _: () = assert!(<acall_reply as Sized32>::FIRST_SIZE == 96);
const _: () = assert!(<acall_verdict as Sized32>::FIRST_SIZE == 168);
const _: () = assert!(<acall_call_options as Sized32>::FIRST_SIZE == 56);
const _: () = assert!(<acall_attempt as Sized32>::FIRST_SIZE == 16);
const _: () = assert!(<acall_decision as Sized32>::FIRST_SIZE == 144);
