//! The layout of every structure of the C ABI, on a 64-bit target. The same
//! numbers stand in tests/c/layout.c, for the C compiler's view of the header.

use core::mem::offset_of;

#[cfg(feature = "client")]
use crate::client::{
    poll::acall_poll_options, request::acall_request, response::acall_attempted,
    settings::acall_client_options, transport::acall_outgoing,
};
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

#[cfg(feature = "client")]
layout!(acall_client_options, 96, {
    struct_size: 0,
    flags: 4,
    profile: 8,
    policy: 16,
    budget: 24,
    transport: 32,
    transport_userdata: 40,
    observer: 48,
    observer_userdata: 56,
    log: 64,
    log_userdata: 72,
    interrupted: 80,
    interrupted_userdata: 88,
});

#[cfg(feature = "client")]
layout!(acall_request, 232, {
    struct_size: 0,
    flags: 4,
    method: 8,
    method_length: 16,
    path: 24,
    path_length: 32,
    query: 40,
    query_count: 48,
    headers: 56,
    header_count: 64,
    body: 72,
    body_length: 80,
    content_type: 88,
    content_type_length: 96,
    file: 104,
    file_length: 112,
    file_field: 120,
    file_field_length: 128,
    fields: 136,
    field_count: 144,
    download: 152,
    download_length: 160,
    idempotency_key: 168,
    idempotency_key_length: 176,
    kind: 184,
    expect: 188,
    deadline_ms: 192,
    attempt_timeout_ms: 200,
    max_body_bytes: 208,
    policy: 216,
    cancel: 224,
});

#[cfg(feature = "client")]
layout!(acall_poll_options, 32, {
    struct_size: 0,
    max_unknown: 4,
    first_delay_ms: 8,
    max_delay_ms: 16,
    deadline_ms: 24,
});

#[cfg(feature = "client")]
layout!(acall_attempted, 56, {
    struct_size: 0,
    number: 4,
    kind: 8,
    fault: 12,
    started_unix_ms: 16,
    started_ms: 24,
    took_ms: 32,
    request_id: 40,
    request_id_length: 48,
});

#[cfg(feature = "client")]
layout!(acall_outgoing, 96, {
    struct_size: 0,
    flags: 4,
    method: 8,
    method_length: 16,
    url: 24,
    url_length: 32,
    headers: 40,
    header_count: 48,
    body: 56,
    body_length: 64,
    timeout_ms: 72,
    connect_timeout_ms: 80,
    max_body_bytes: 88,
});

// Nobody's header is older than the first, whose structures were these.
const _: () = assert!(<acall_reply as Sized32>::FIRST_SIZE == 96);
const _: () = assert!(<acall_verdict as Sized32>::FIRST_SIZE == 168);
const _: () = assert!(<acall_call_options as Sized32>::FIRST_SIZE == 56);
const _: () = assert!(<acall_attempt as Sized32>::FIRST_SIZE == 16);
const _: () = assert!(<acall_decision as Sized32>::FIRST_SIZE == 144);
#[cfg(feature = "client")]
const _: () = assert!(<acall_client_options as Sized32>::FIRST_SIZE == 96);
#[cfg(feature = "client")]
const _: () = assert!(<acall_request as Sized32>::FIRST_SIZE == 232);
#[cfg(feature = "client")]
const _: () = assert!(<acall_poll_options as Sized32>::FIRST_SIZE == 32);
#[cfg(feature = "client")]
const _: () = assert!(<acall_attempted as Sized32>::FIRST_SIZE == 56);
