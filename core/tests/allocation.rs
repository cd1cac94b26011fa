//! Judging allocates nothing, whatever the reply, a message for people is one
//! allocation, and a profile takes memory that grows with its text: a counting
//! allocator says so.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use aftercall::{
    Expect, Fault, LANGUAGES, MessageOptions, Profile, Reply, UnixTime, judge, message, one_line,
    redact,
};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static LIVE_BYTES: Cell<usize> = const { Cell::new(0) };
    static PEAK_BYTES: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[expect(unsafe_code, reason = "an allocator is unsafe by its trait")]
// SAFETY: every call is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        let live = LIVE_BYTES.with(Cell::get).wrapping_add(layout.size());
        LIVE_BYTES.with(|bytes| bytes.set(live));
        PEAK_BYTES.with(|peak| peak.set(peak.get().max(live)));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // What another thread took may be given back here.
        LIVE_BYTES.with(|bytes| bytes.set(bytes.get().saturating_sub(layout.size())));
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

/// How many bytes were in use at once, at most, beyond those from before.
fn peak_bytes(work: impl FnOnce()) -> usize {
    let before = LIVE_BYTES.with(Cell::get);
    PEAK_BYTES.with(|peak| peak.set(before));
    work();
    PEAK_BYTES.with(Cell::get) - before
}

#[test]
fn the_counter_counts() {
    assert!(peak_bytes(|| drop(std::hint::black_box(vec![1_u8; 1000]))) >= 1000);
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

#[test]
fn deciding_allocates_nothing() {
    use aftercall::OperationKind;
    use aftercall::retry::{Budget, Call, Operation, Policy};

    let overrides = r#"{"overrides": [{"code": "X", "advice": "never"}], "multiplier": 1.1}"#;
    let policies = [Policy::default(), Policy::from_json(overrides).unwrap()];
    let headers = [("retry-after", "1")];
    let verdicts = [
        judge(
            Profile::eureka(),
            &Reply::new(503, "").with_headers(&headers),
            None,
        ),
        judge(Profile::eureka(), &Reply::new(401, ""), None),
        judge(
            Profile::eureka(),
            &Reply::new(500, r#"{"status":false,"code":"\u0058"}"#),
            None,
        ),
        judge(Profile::eureka(), &Reply::fault(Fault::Reset), None),
    ];
    let budget = Budget::new(500);
    for policy in &policies {
        for verdict in &verdicts {
            let count = allocations(|| {
                let operation = Operation::new(OperationKind::Query).refreshable();
                let mut call = Call::new(policy, Some(&budget), operation, 0);
                let mut is_refreshing = false;
                for now_ms in [0, 100_000] {
                    if !call.is_over() {
                        if is_refreshing {
                            call.on_refreshed(now_ms).unwrap();
                        }
                        call.before_attempt(now_ms).unwrap();
                        let decision = call.on_reply(verdict, now_ms).unwrap();
                        is_refreshing = decision.action() == aftercall::retry::Action::Refresh;
                        let explanation = decision.explanation();
                        let gates = explanation.gates();
                        let facts: usize = gates.map(|gate| gate.facts().count()).sum();
                        assert!(facts > 0);
                    }
                }
            });
            assert_eq!(count, 0);
        }
        let waits = policy.backoffs(aftercall::Advice::Backoff, 7).take(98);
        assert_eq!(allocations(|| assert!(waits.last().is_some())), 0);
    }
}

#[test]
fn a_message_for_people_is_one_allocation() {
    let body = r#"{"status":false,"error_code":67200007,"error_msg":"sk-1"}"#;
    let verdict = judge(Profile::eureka(), &Reply::new(200, body), None);
    for language in LANGUAGES {
        let options = MessageOptions::new(language)
            .with_retry_delay_ms(7_200_000)
            .with_clock(UnixTime::from_secs(1_792_567_670), 480);
        let say = || {
            let words = message(Profile::eureka(), &verdict, &options);
            std::hint::black_box(&words);
        };
        // The first one reads the language.
        say();
        assert_eq!(allocations(say), 1, "{language}");
    }
}

#[test]
fn a_text_without_secrets_is_scrubbed_without_allocating() {
    let text = "GET https://host/path?page=2 Quota exceeds the limit! 余额不足";
    let count = allocations(|| {
        std::hint::black_box(one_line(&redact(text)).len());
    });
    assert_eq!(count, 0);
}

/// An array of so many entries, with a number each.
fn array(count: usize, entry: &dyn Fn(usize) -> String) -> String {
    let entries: Vec<String> = (0..count).map(entry).collect();
    format!("[{}]", entries.join(","))
}

#[test]
fn a_profile_takes_steps_and_memory_in_proportion_to_its_text() {
    const ROW: &str = r#""category": "quota", "advice": "hold", "effect": "rejected""#;
    let codes = |entries: String| format!(r#""codes": {entries}"#);
    let number = |n: usize| n.to_string();
    // Text that many rules share, and that grows with their number.
    let shared = |count: usize, field: &str| {
        let codes = array(count, &number);
        format!(r#""codes": [{{"code": {codes}, {field}, {ROW}}}]"#)
    };
    type Sections<'s> = &'s dyn Fn(usize) -> String;
    let kinds: [(&str, Sections<'_>); 8] = [
        ("codes", &|count| {
            codes(array(count, &|n| format!(r#"{{"code": {n}, {ROW}}}"#)))
        }),
        ("words with wordings", &|count| {
            codes(array(count, &|n| {
                format!(r#"{{"code": "W{n}", {ROW}, "wordings": ["w{n}"]}}"#)
            }))
        }),
        ("ranges", &|count| {
            codes(array(count, &|n| {
                format!(
                    r#"{{"range": {{"from": {n}, "to": {}}}, {ROW}}}"#,
                    2 * count - n
                )
            }))
        }),
        ("patterns of codes", &|count| {
            codes(array(count, &|n| format!(r#"{{"glob": "{n}.*", {ROW}}}"#)))
        }),
        ("a source of many codes", &|count| {
            shared(count, &format!(r#""source": "{}""#, "s".repeat(20 * count)))
        }),
        ("conditions of many codes", &|count| {
            let sub_codes = array(256, &number);
            shared(
                count,
                &format!(r#""label": "l", "when": {{"sub_code": {sub_codes}}}"#),
            )
        }),
        ("unknown fields", &|count| {
            let fields: Vec<String> = (0..count).map(|n| format!(r#""a{n}": 1"#)).collect();
            fields.join(",")
        }),
        ("wrong rules", &|count| {
            codes(array(count, &|n| {
                format!(r#"{{"code": {n}, "category": "quotta"}}"#)
            }))
        }),
    ];
    // So many that there are enough findings in both.
    let (few, many) = (4_000, 16_000);
    for (kind, sections) in kinds {
        let measured = |count: usize| {
            let sections = sections(count);
            let text = format!(r#"{{"aftercall_profile": 1, "name": "x", {sections}}}"#);
            let mut steps = 0;
            let bytes = peak_bytes(|| {
                steps = allocations(|| {
                    let loaded = Profile::from_json(&text);
                    let findings = Profile::check(&text);
                    assert_eq!(
                        loaded.is_ok(),
                        findings.iter().all(|one| one.lint() != "invalid")
                    );
                });
            });
            (text.len(), steps, bytes)
        };
        let (text, steps, bytes) = measured(few);
        let (larger, more_steps, more_bytes) = measured(many);
        // Four times as much; something that grew with the square would be 16.
        let allowed = 6 * larger / (4 * text).max(1);
        assert!(
            more_steps <= allowed * steps,
            "{kind}: {steps} {more_steps}"
        );
        assert!(
            more_bytes <= allowed * bytes,
            "{kind}: {bytes} {more_bytes}"
        );
    }
}
