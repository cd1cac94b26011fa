//! What a call through the C ABI costs beside the same call in Rust.
//!
//! `cargo bench -p aftercall-ffi --bench abi -- PATH/libaftercall.so` loads the
//! real library at run time and judges the same replies through it and in Rust,
//! in turns, round after round. It prints the median of each, and of their
//! difference within a round, in nanoseconds for one reply; the last argument
//! `--at-most N` makes a larger difference on the error body a failure.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a program for people to read"
)]
#![allow(missing_docs, reason = "a program has no interface")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use aftercall::{Profile, Reply, judge};

const ROUNDS: usize = 401;
const CALLS: u32 = 20_000;

/// `acall_header`, as the header says.
#[repr(C)]
struct Header {
    name: *const c_char,
    name_length: usize,
    value: *const c_char,
    value_length: usize,
}

/// `acall_reply`, as the header says.
#[repr(C)]
struct CReply {
    struct_size: u32,
    flags: u32,
    http_status: i32,
    fault: i32,
    expect: i32,
    reserved: i32,
    now_unix_ms: i64,
    body: *const c_void,
    body_length: usize,
    headers: *const Header,
    header_count: usize,
    request: [usize; 4],
}

/// `acall_verdict`, as far as it matters here.
#[repr(C)]
struct CVerdict {
    struct_size: u32,
    flags: u32,
    outcome: i32,
    category: i32,
    rest: [u64; 19],
}

type Eureka = unsafe extern "C" fn() -> *const c_void;
type Judge = unsafe extern "C" fn(*const c_void, *const CReply, *mut CVerdict) -> i32;

unsafe extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}

const RTLD_NOW: c_int = 2;

fn find(library: *mut c_void, name: &CStr) -> *mut c_void {
    // SAFETY: the library is open and the name ends with a NUL.
    let found = unsafe { dlsym(library, name.as_ptr()) };
    assert!(!found.is_null(), "the library has no {name:?}");
    found
}

/// The row that a limit is for.
const LIMITED: &str = "error body";
const ERROR: &str = r#"{"status":false,"error_code":67200005,"error_msg":"Insufficient balance, call failed!","data":null}"#;
const HEADERS: [(&str, &str); 4] = [
    ("content-type", "application/json"),
    ("date", "Wed, 21 Oct 2026 07:28:00 GMT"),
    ("x-correlation-id", "6f1c0b9e-1f5e-4f6a-9a52-3f2a7a0a55b1"),
    ("x-openapi-amount", "1"),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let Some(path) = arguments.first() else {
        eprintln!("usage: abi PATH/libaftercall.so [--at-most NANOSECONDS]");
        return ExitCode::from(2);
    };
    let limit: Option<f64> = arguments
        .iter()
        .position(|argument| argument == "--at-most")
        .and_then(|index| arguments.get(index + 1)?.parse().ok());
    let library = CString::new(path.as_str()).unwrap();
    // SAFETY: the path ends with a NUL.
    let library = unsafe { dlopen(library.as_ptr(), RTLD_NOW) };
    assert!(!library.is_null(), "cannot load {path}");
    // SAFETY: the header gives this function this type.
    let eureka: Eureka = unsafe { std::mem::transmute(find(library, c"acall_profile_eureka")) };
    // SAFETY: the header gives this function this type.
    let c_judge: Judge = unsafe { std::mem::transmute(find(library, c"acall_judge")) };
    // SAFETY: the function asks for nothing.
    let c_profile = unsafe { eureka() };

    let success = format!(
        r#"{{"data":{{"patents":[{}]}},"status":true,"error_code":0}}"#,
        vec![r#"{"id":"0123456789","title":"A device"}"#; 25].join(",")
    );
    println!(
        "{:24} {:>9} {:>9} {:>9}",
        "ns for one reply", "Rust", "C ABI", "more"
    );
    let mut is_good = true;
    for (name, body, with_headers) in [
        (LIMITED, ERROR, false),
        ("error body, 4 headers", ERROR, true),
        ("success, 1 KB", success.as_str(), false),
    ] {
        let measured = measure(c_judge, c_profile, body, with_headers);
        println!(
            "{name:24} {:9.1} {:9.1} {:9.1}",
            measured.rust, measured.abi, measured.more
        );
        is_good &= limit.is_none_or(|limit| name != LIMITED || measured.more <= limit);
    }
    if is_good {
        return ExitCode::SUCCESS;
    }
    println!("the C ABI costs more than {} ns", limit.unwrap_or_default());
    ExitCode::FAILURE
}

struct Measured {
    rust: f64,
    abi: f64,
    more: f64,
}

fn measure(c_judge: Judge, c_profile: *const c_void, body: &str, with_headers: bool) -> Measured {
    let pairs: &[(&str, &str)] = if with_headers { &HEADERS } else { &[] };
    let headers: Vec<Header> = pairs
        .iter()
        .map(|(name, value)| Header {
            name: name.as_ptr().cast(),
            name_length: name.len(),
            value: value.as_ptr().cast(),
            value_length: value.len(),
        })
        .collect();
    let reply = CReply {
        struct_size: u32::try_from(size_of::<CReply>()).unwrap(),
        flags: 0,
        http_status: 200,
        fault: 0,
        expect: 0,
        reserved: 0,
        now_unix_ms: 0,
        body: body.as_ptr().cast(),
        body_length: body.len(),
        headers: headers.as_ptr(),
        header_count: headers.len(),
        request: [0; 4],
    };
    let by_abi = || {
        let mut verdict = CVerdict {
            struct_size: u32::try_from(size_of::<CVerdict>()).unwrap(),
            flags: 0,
            outcome: 0,
            category: 0,
            rest: [0; 19],
        };
        // SAFETY: the structures are as the header describes them.
        let status = unsafe {
            c_judge(
                black_box(c_profile),
                black_box(&raw const reply),
                &raw mut verdict,
            )
        };
        assert_eq!(status, 0);
        black_box(verdict.category)
    };
    let by_rust = || {
        // What the compiler knows of the headers, no program does.
        let pairs = black_box(pairs);
        let reply = Reply::new(200, black_box(body)).with_headers(&pairs);
        let verdict = judge(black_box(Profile::eureka()), &reply, None);
        black_box(verdict.category()).number()
    };
    assert_eq!(by_abi(), by_rust());

    let mut rounds: Vec<(f64, f64)> = (0..ROUNDS)
        .map(|round| {
            // Whoever goes first may find a colder machine: take turns.
            if round % 2 == 0 {
                let rust = time(by_rust);
                (rust, time(by_abi))
            } else {
                let abi = time(by_abi);
                (time(by_rust), abi)
            }
        })
        .collect();
    rounds.drain(..ROUNDS / 10);
    Measured {
        rust: median(rounds.iter().map(|round| round.0)),
        abi: median(rounds.iter().map(|round| round.1)),
        more: median(rounds.iter().map(|round| round.1 - round.0)),
    }
}

fn time(call: impl Fn() -> i32) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        black_box(call());
    }
    start.elapsed().as_nanos() as f64 / f64::from(CALLS)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
