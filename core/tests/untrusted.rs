//! Bodies that nobody should send: a verdict every time, and never a success
//! that was not proven.

use aftercall::{Anomaly, Expect, Fault, Outcome, Profile, Reply, UnixTime, Verdict, judge};

fn judged(body: &[u8]) -> Verdict<'static> {
    judge(Profile::eureka(), &Reply::new(200, body), None).into_owned()
}

#[test]
fn a_hundred_thousand_brackets_are_only_odd() {
    for bracket in ["[", "{\"a\":", "]", "}", "[{\"a\":"] {
        let body = bracket.repeat(100_000);
        let verdict = judged(body.as_bytes());
        assert_eq!(verdict.outcome(), Outcome::Failure);
        let opens = bracket.contains(['[', '{']);
        assert_eq!(verdict.anomalies().contains(Anomaly::TooDeep), opens);
    }
}

#[test]
fn sixty_four_megabytes_are_judged_where_they_lie() {
    const SIZE: usize = 64 << 20;
    for (filling, closes) in [
        ("a", true),
        ("\\u4f59", true),
        ("余", true),
        ("\u{0}", false),
    ] {
        let mut body = String::from(r#"{"status":true,"error_code":0,"data":""#);
        body.push_str(&filling.repeat(SIZE / filling.len()));
        body.push_str("\"}");
        let verdict = judge(Profile::eureka(), &Reply::new(200, &body), None);
        assert_eq!(verdict.is_success(), closes, "{filling:?}");
        assert_eq!(
            verdict.data().map(<[u8]>::len),
            closes.then(|| body.len() - 38),
            "{filling:?}"
        );
    }
    let numbers = format!("{{\"status\":false,\"error_code\":{}}}", "1".repeat(SIZE));
    assert_eq!(judged(numbers.as_bytes()).code(), None);
    let blank = " ".repeat(SIZE);
    assert_eq!(judged(blank.as_bytes()).rule(), "protocol:empty");
    let message = format!("{{\"status\":false,\"msg\":\"{}\"}}", "! ".repeat(SIZE / 2));
    assert_eq!(judged(message.as_bytes()).rule(), "unknown");
    let flags = r#""status":false,"#.repeat(SIZE / 16);
    let verdict = judged(format!("{{{flags}\"error_code\":67200005}}").as_bytes());
    assert!(verdict.anomalies().contains(Anomaly::DuplicateField));
    assert_eq!(verdict.rule(), "code:67200005");
}

/// Every byte at which a body can be cut.
fn cuts(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    (0..body.len()).map(|end| &body[..end])
}

#[test]
fn a_success_that_is_cut_is_never_a_success() {
    for body in [
        r#"{"data":{"results":[{"pn":"US1","title":"a\n余"}]},"status":true,"error_code":0}"#,
        r#"{"status":true,"error_code":0,"error_msg":"success","data":[1,2.5e3,null]}"#,
        "\u{FEFF} { \"status\" : 1 , \"data\" : \"x\" }",
    ] {
        assert!(judged(body.as_bytes()).is_success());
        for cut in cuts(body.as_bytes()) {
            let verdict = judged(cut);
            assert!(!verdict.is_success(), "{}", cut.escape_ascii());
            assert!(
                verdict.rule().starts_with("protocol:"),
                "{}",
                verdict.rule()
            );
            assert_eq!(verdict.data(), None);
        }
    }
}

#[test]
fn a_failure_that_is_cut_is_known_as_soon_as_its_flag_is() {
    let body = br#"{"status":false,"error_code":67200005,"error_msg":"Insufficient balance"}"#;
    for cut in cuts(body) {
        let verdict = judged(cut);
        let expected = match cut.len() {
            0 => "protocol:empty",
            1..15 => "protocol:malformed",
            15..38 => "unknown",
            _ => "code:67200005",
        };
        assert_eq!(verdict.rule(), expected, "{}", cut.escape_ascii());
    }
}

#[test]
fn every_single_byte_in_every_place_gives_a_verdict() {
    let body = br#"{"status":true,"error_code":0,"data":{"a":[1,"b"]}}"#;
    let (mut successes, mut failures) = (0, 0);
    for place in 0..body.len() {
        for byte in 0..=u8::MAX {
            let mut mutated = body.to_vec();
            mutated[place] = byte;
            let verdict = judged(&mutated);
            // A success that is proven is JSON, apart from what strings hold.
            if verdict.is_success() {
                let text = String::from_utf8_lossy(&mutated);
                let value: serde_json::Value = serde_json::from_str(&text).unwrap();
                assert_eq!(value["status"], true);
                successes += 1;
            } else {
                failures += 1;
            }
        }
    }
    assert!(
        successes > 1000 && failures > 5000,
        "{successes} {failures}"
    );
}

#[test]
fn any_status_and_any_clock_will_do() {
    let headers = [("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")];
    for http_status in [i32::MIN, -1, 0, 1, 199, 299, 300, 599, 600, i32::MAX] {
        for now in [i64::MIN, -1, 0, i64::MAX] {
            for expect in [Expect::Envelope, Expect::Raw] {
                let reply = Reply::new(http_status, "\u{0}")
                    .with_headers(&headers)
                    .expecting(expect);
                let verdict = judge(Profile::eureka(), &reply, Some(UnixTime::from_millis(now)));
                assert_eq!(verdict.http_status(), Some(http_status));
                assert!(
                    verdict
                        .server_delay_ms()
                        .is_some_and(|delay| delay < 1 << 53)
                );
            }
        }
    }
}

#[test]
fn any_bytes_are_a_header() {
    let headers: Vec<(Vec<u8>, Vec<u8>)> = (0..=u8::MAX)
        .flat_map(|byte| {
            [
                (b"retry-after".to_vec(), vec![byte; 300]),
                (vec![byte; usize::from(byte)], vec![byte]),
                (b"x-correlation-id".to_vec(), vec![byte]),
            ]
        })
        .collect();
    let reply = Reply::new(200, "").with_headers(&headers);
    let verdict = judge(Profile::eureka(), &reply, None);
    assert_eq!(verdict.correlation_id().unwrap().raw(), [0]);
}

#[test]
fn nothing_the_server_wrote_shows_in_a_debug_form() {
    const CANARY: &str = "sk-canary0canary0canary0";
    let body = format!(
        r#"{{"status":false,"error_code":"{CANARY}","error_msg":"{CANARY}","data":"{CANARY}"}}"#
    );
    let headers = [
        ("x-correlation-id", CANARY),
        ("x-openapi-amount", CANARY),
        ("authorization", CANARY),
    ];
    for http_status in [200, 500, 998] {
        for expect in [Expect::Envelope, Expect::Raw] {
            let reply = Reply::new(http_status, &body)
                .with_headers(&headers)
                .expecting(expect);
            let verdict = judge(Profile::eureka(), &reply, None);
            assert!(!format!("{verdict:?}").contains("canary"), "{verdict:?}");
            assert!(!format!("{reply:?}").contains("canary"), "{reply:?}");
        }
    }
    let fault = Reply::fault(Fault::Tls).with_headers(&headers);
    let verdict = judge(Profile::eureka(), &fault, None);
    assert!(!format!("{fault:?} {verdict:?}").contains("canary"));
}
