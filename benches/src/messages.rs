//! What it costs to say something to people, and to scrub what is said.

use core::hint::black_box;

use aftercall::{MessageOptions, Profile, Reply, UnixTime, judge, message, one_line, redact};

use crate::rounds::{Plan, Task, Timing, interleaved};

const QUOTA: &str =
    r#"{"status":false,"error_code":67200007,"error_msg":"Exceeded the call limit, call failed!"}"#;
const CLEAN: &str =
    "GET https://connect.example.com/search/patent?limit=100 said: Quota exceeds the limit!";
const SECRETS: &str = "GET https://me:pw@connect.example.com/search/patent?apikey=0123456789abcdef said: \
    {\"token\":\"0123456789abcdef\",\"expires_in\":1799}";

/// Messages in two languages, for a code and for a category, and two lines of a
/// log.
#[must_use]
pub fn all(plan: Plan) -> Vec<(&'static str, Timing)> {
    let say = |http_status: i32, body: &'static str, languages: &'static str| {
        let verdict = judge(Profile::eureka(), &Reply::new(http_status, body), None);
        let options = MessageOptions::new(languages)
            .with_retry_delay_ms(7_200_000)
            .with_clock(UnixTime::from_secs(1_795_435_200), 480);
        task(move || {
            let words = message(Profile::eureka(), black_box(&verdict), &options);
            black_box(&words);
        })
    };
    let scrub = |text: &'static str| {
        task(move || {
            black_box(one_line(&redact(black_box(text))).len());
        })
    };
    let named = vec![
        ("a message: a code, \"zh-CN\"", say(200, QUOTA, "zh-CN")),
        (
            "a message: a code, \"nl, fr-CH, fr;q=0.9, de;q=0.8\"",
            say(200, QUOTA, "nl, fr-CH, fr;q=0.9, de;q=0.8"),
        ),
        ("a message: HTTP 503, \"en\"", say(503, "", "en")),
        ("scrubbing 86 bytes without a secret", scrub(CLEAN)),
        ("scrubbing 127 bytes with three", scrub(SECRETS)),
    ];
    let (names, tasks): (Vec<_>, Vec<_>) = named.into_iter().unzip();
    names.into_iter().zip(interleaved(tasks, plan)).collect()
}

fn task(mut pass: impl FnMut() + 'static) -> Task<'static> {
    // The first message in a language reads its texts.
    pass();
    Task {
        pass: Box::new(pass),
        calls: 1,
    }
}
