//! Judging allocates nothing, whatever the reply: a counting allocator says so.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use aftercall::{Expect, Fault, Profile, Reply, UnixTime, judge};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[expect(unsafe_code, reason = "an allocator is unsafe by its trait")]
// SAFETY: every call is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn the_counter_counts() {
    assert!(allocations(|| drop(std::hint::black_box(vec![1_u8]))) > 0);
}

#[test]
fn judging_allocates_nothing() {
    let profile = Profile::eureka();
    let page = format!(
        r#"{{"data":[{}"end"],"status":true,"error_code":0}}"#,
        r#"{"pn":"CN1","title":"电极\n","score":0.5},"#.repeat(5000)
    );
    let deep = "[".repeat(100_000);
    let bodies: &[&[u8]] = &[
        b"",
        br#"{"status":false,"error_code":67200002,"error_msg":"QPS limit"}"#,
        br#"{"status":false,"error_code":" 6.7200005e7 ","error_msg":"\u4f59\u989d"}"#,
        br#"{"st\u0061tus":false,"error_code":"OCR\u005fFAILED"}"#,
        br#"{"status":false,"error_msg":" \n QUOTA exceeds the LIMIT !\uff01 "}"#,
        b"{\"status\":false,\"error_msg\":\"caf\xE9 limit\",\"error_code\":67200000}",
        br#"{"status":false,"error_code":67200005,"data":["#,
        b"<!DOCTYPE html><html></html>",
        b"\x1F\x8B\x08",
        deep.as_bytes(),
        page.as_bytes(),
    ];
    let headers = [
        ("X-Correlation-Id", "c-1"),
        ("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"),
        ("Date", "Wed, 21 Oct 2026 07:27:30 GMT"),
    ];
    let now = Some(UnixTime::from_secs(1_792_567_670));
    for body in bodies {
        for http_status in [0, 200, 403, 429, 503, 998] {
            for expect in [Expect::Envelope, Expect::Raw] {
                let count = allocations(|| {
                    let reply = Reply::new(http_status, *body)
                        .with_headers(&headers)
                        .expecting(expect);
                    let verdict = judge(profile, &reply, now);
                    std::hint::black_box(&verdict);
                });
                assert_eq!(count, 0, "{http_status} {}", body.escape_ascii());
            }
        }
    }
    let faults = allocations(|| {
        for &fault in Fault::ALL {
            std::hint::black_box(&judge(profile, &Reply::fault(fault), now));
        }
    });
    assert_eq!(faults, 0);
}

#[test]
fn a_text_without_escapes_is_read_without_allocating() {
    let body = r#"{"status":false,"error_code":67200005,"error_msg":"余额不足"}"#;
    let verdict = judge(Profile::eureka(), &Reply::new(200, body), None);
    let count = allocations(|| {
        std::hint::black_box(verdict.message().map(|message| message.to_str().len()));
        std::hint::black_box(verdict.message().map(|message| message.chars().count()));
    });
    assert_eq!(count, 0);
}
