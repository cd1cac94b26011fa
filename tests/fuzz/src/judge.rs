//! Laws of every verdict, whatever the reply, and agreement with a second
//! reader of its body.

use std::ops::Range;

use aftercall::{Advice, Anomalies, Anomaly, Category, Effect, Expect, Outcome, Profile, Verdict};

use crate::exchange::{Api, Exchange};
use crate::opinion::{CodeKind, Flag, Form, Opinion, SPACES, is_json};
use crate::seen::Seen;

/// Any exchange gets a verdict that keeps the laws of verdicts; by the built-in
/// profile, the one that the second reader expects.
pub fn judge(input: &[u8]) {
    let exchange = Exchange::parse(input);
    check(&exchange);
    explained(&exchange);
    differential(exchange.body);
}

/// The verdict on a body under every kind of status is what a second reader,
/// built on `serde_json`, expects.
pub fn differential(body: &[u8]) {
    let opinion = Opinion::of(body);
    for http_status in [200, 0, 204, 400, 401, 700] {
        for expect in [Expect::Envelope, Expect::Raw] {
            let exchange = Exchange {
                expect,
                ..Exchange::of_body(http_status, body)
            };
            agree(&exchange, &Seen::of(&exchange.judge()), &opinion);
        }
    }
}

/// Judges an exchange and checks everything that holds for each.
pub(crate) fn check(exchange: &Exchange<'_>) -> Seen {
    let verdict = exchange.judge();
    let seen = Seen::of(&verdict);
    borrows(exchange, &verdict);
    assert_eq!(seen, Seen::of(&exchange.judge()), "judging is pure");
    assert_eq!(
        seen,
        Seen::of(&verdict.clone().into_owned()),
        "owned is borrowed"
    );
    laws(exchange, &seen);
    if exchange.api == Api::Eureka && exchange.fault.is_none() {
        agree(exchange, &seen, &Opinion::of(exchange.body));
    }
    seen
}

/// What a verdict hands out is a part of what it was made from, unmoved.
fn borrows(exchange: &Exchange<'_>, verdict: &Verdict<'_>) {
    let place = |part: &[u8]| -> Range<usize> {
        let start = part.as_ptr().addr();
        start..start + part.len()
    };
    let is_in = |part: &[u8], whole: &[u8]| {
        let (part, whole) = (place(part), place(whole));
        whole.start <= part.start && part.end <= whole.end
    };
    for text in [verdict.code_text(), verdict.message()]
        .into_iter()
        .flatten()
    {
        assert!(is_in(text.raw(), exchange.body), "a text of the body");
    }
    if let Some(data) = verdict.data() {
        assert!(is_in(data, exchange.body), "data of the body");
        if exchange.expect == Expect::Raw {
            assert_eq!(place(data), place(exchange.body), "the whole body");
        } else {
            assert!(is_json(&String::from_utf8_lossy(data)), "data is JSON");
        }
    }
    let of_headers = [verdict.correlation_id(), verdict.amount()];
    for text in of_headers.into_iter().flatten() {
        let is_value = |value: &[u8]| is_in(text.raw(), value);
        assert!(exchange.headers.iter().any(|(_, value)| is_value(value)));
        assert!(!text.is_escaped() && !text.raw().is_empty());
    }
}

/// What holds for every verdict, by whatever profile.
fn laws(exchange: &Exchange<'_>, seen: &Seen) {
    let is_open = matches!(exchange.http_status, 0 | 200..=299) && exchange.fault.is_none();
    let success = seen.is_success();
    assert_eq!(success, seen.category == Category::Success);
    assert_eq!(success, seen.rule == "success");
    assert_eq!(success, seen.effect == Effect::Done);
    assert_eq!(success, seen.outcome != Outcome::Failure);
    if success {
        assert!(is_open, "no success under {}", exchange.http_status);
        assert_eq!(seen.advice, Advice::Never);
        assert_eq!((seen.alternative, seen.repeat), (None, None));
    } else {
        assert_eq!(seen.data, None, "only a success has data");
    }

    let is_transient = matches!(seen.advice, Advice::Backoff | Advice::Throttle);
    let is_refused = exchange.api != Api::ByCode && matches!(exchange.http_status, 401 | 403);
    let says_no = exchange
        .header("x-should-retry")
        .is_some_and(|value| value.eq_ignore_ascii_case(b"false"));
    assert!(!(is_transient && (is_refused && exchange.fault.is_none() || says_no)));
    assert!(seen.server_delay_ms < Some(1 << 53));

    let is_family = |prefix: &str| seen.rule.starts_with(prefix);
    assert_eq!(
        is_family("message:"),
        seen.anomalies.contains(Anomaly::ByMessage)
    );
    if is_family("message:") {
        assert_eq!((seen.code, &seen.code_text), (None, &None));
        assert!(seen.message.is_some());
    }
    if is_family("code:") || is_family("family:") {
        assert!(seen.code_text.is_some());
    }
    if is_family("protocol:") {
        assert_eq!(
            (seen.category, seen.effect),
            (Category::Protocol, Effect::Unknown)
        );
        assert_eq!(seen.advice, Advice::Never);
    }
    if seen.rule == "unknown" {
        assert_eq!(
            (seen.category, seen.effect),
            (Category::Unknown, Effect::Unknown)
        );
        assert_eq!(seen.advice, Advice::Never);
    }

    assert_eq!(is_family("transport:"), exchange.fault.is_some());
    match exchange.fault {
        Some(fault) => {
            assert_eq!(seen.rule, format!("transport:{fault}"));
            assert_eq!(
                (seen.http_status, &seen.code_text, &seen.message),
                (None, &None, &None)
            );
            assert_eq!(seen.anomalies, Anomalies::NONE);
        }
        None => assert_eq!(seen.http_status, Some(exchange.http_status)),
    }
}

/// The verdict is the one that the second reader expects.
fn agree(exchange: &Exchange<'_>, seen: &Seen, opinion: &Opinion) {
    let is_open = matches!(exchange.http_status, 0 | 200..=299);
    if is_open && exchange.expect == Expect::Raw && !is_plain_failure(opinion) {
        assert!(seen.is_success(), "any body will do");
        assert_eq!((&seen.code_text, &seen.message), (&None, &None));
        let deep = opinion.anomalies.contains(Anomaly::TooDeep);
        let expected = deep.then_some(Anomaly::TooDeep).into_iter().collect();
        assert_eq!(seen.anomalies, expected);
        return;
    }

    let is_no_content = matches!(exchange.http_status, 204 | 205) && opinion.form == Form::Empty;
    let success = is_open && (opinion.proves_success() || is_no_content);
    assert_eq!(seen.is_success(), success, "{opinion:?}");
    if success {
        let data = seen.data.as_deref().map(String::from_utf8_lossy);
        assert_eq!(data.as_deref(), opinion.data.as_deref());
    }

    let code = opinion.code.as_ref();
    let integer = code.and_then(|code| match code.kind {
        CodeKind::Integer(integer) => Some(integer),
        _ => None,
    });
    assert_eq!(seen.code, integer);
    assert_eq!(seen.code_text.as_ref(), code.map(|code| &code.text));
    assert_eq!(seen.message, opinion.message);
    let by_message = seen.anomalies.contains(Anomaly::ByMessage);
    let expected: Anomalies = opinion
        .anomalies
        .iter()
        .chain(by_message.then_some(Anomaly::ByMessage))
        .collect();
    assert_eq!(seen.anomalies, expected);

    rule(exchange, seen, opinion, is_open);
}

/// A failure envelope where none was asked for.
fn is_plain_failure(opinion: &Opinion) -> bool {
    let Some(code) = &opinion.code else {
        return false;
    };
    opinion.form == Form::Object && (opinion.has_false_flag || (!code.is_ok() && is_known(code)))
}

/// Whether the catalogue or a family has the code.
fn is_known(code: &crate::opinion::Code) -> bool {
    let name = match code.kind {
        CodeKind::Integer(67_200_000..=67_299_999 | 68_300_000..=68_399_999) => return true,
        CodeKind::Integer(integer) => integer.to_string(),
        CodeKind::Word => code.text.trim_matches(SPACES).to_owned(),
        CodeKind::TooLarge | CodeKind::Odd => return false,
    };
    Profile::eureka()
        .codes()
        .any(|rule| rule.code_text() == name)
}

/// The rule's id fits what is known about the reply.
fn rule(exchange: &Exchange<'_>, seen: &Seen, opinion: &Opinion, is_open: bool) {
    let status = exchange.http_status;
    let is_senseless = !is_open && !(300..600).contains(&status);
    if seen.is_success() {
        return;
    }
    let expected = if is_senseless && !opinion.proves_failure() {
        Some("protocol:http_status")
    } else if is_open {
        protocol(exchange.body, opinion)
    } else {
        None
    };
    if let Some(expected) = expected {
        assert_eq!(seen.rule, expected);
        return;
    }
    let (kind, name) = seen.rule.split_once(':').unwrap_or((&seen.rule, ""));
    let failing = opinion.code.as_ref().filter(|code| !code.is_ok());
    match kind {
        "code" => {
            let failing = failing.expect("a code rule needs a failing code");
            let known = match failing.kind {
                CodeKind::Integer(integer) => integer.to_string(),
                _ => failing.text.trim_matches(SPACES).to_owned(),
            };
            assert_eq!(name.split('+').next(), Some(&*known));
        }
        "message" => assert_eq!(opinion.code, None),
        "http" => {
            let from_body = failing.and(seen.code).or(match opinion.flag {
                Some(Flag::HttpStatus(status)) => Some(i64::from(status)),
                _ => None,
            });
            let own = i64::from(status);
            let expected = if is_open { from_body } else { Some(own) };
            assert_eq!(name.parse().ok(), expected.filter(|_| !is_senseless));
        }
        "family" => assert_eq!(seen.code.map(|code| code / 100_000), name.parse().ok()),
        _ => assert_eq!(seen.rule, "unknown"),
    }
    let is_known = failing.is_some_and(is_known);
    assert!(
        !is_known || matches!(kind, "code" | "family" | "http"),
        "{}",
        seen.rule
    );
}

/// Why a body under an open status is none of this API's.
fn protocol(body: &[u8], opinion: &Opinion) -> Option<&'static str> {
    match opinion.form {
        Form::Empty => Some("protocol:empty"),
        Form::OtherJson => Some("protocol:not_object"),
        Form::NotJson if is_html(body) => Some("protocol:html"),
        Form::NotJson if body.starts_with(b"\x1F\x8B") => Some("protocol:compressed"),
        Form::NotJson if body.starts_with(b"\x28\xB5\x2F\xFD") => Some("protocol:compressed"),
        Form::NotJson => Some("protocol:not_json"),
        Form::BrokenObject if opinion.proves_failure() => None,
        Form::BrokenObject => Some("protocol:malformed"),
        Form::Object if opinion.is_no_envelope() => Some("protocol:no_envelope"),
        Form::Object if opinion.flag.is_none() => opinion
            .code
            .as_ref()
            .filter(|code| code.is_ok())
            .map(|_| "protocol:no_flag"),
        Form::Object => None,
    }
}

fn is_html(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let text: String = body.iter().copied().map(char::from).collect();
    let page: String = text.trim_start_matches(SPACES).chars().take(512).collect();
    let page = page.to_ascii_lowercase();
    let tags = ["<!doctype html", "<html", "<head", "<body"];
    page.starts_with('<') && tags.iter().any(|tag| page.contains(tag))
}

/// The exchange written as JSON has the same verdict, written as JSON.
fn explained(exchange: &Exchange<'_>) {
    let texts: Option<Vec<(&str, &str)>> = exchange
        .headers
        .iter()
        .map(|(name, value)| {
            let name = core::str::from_utf8(name).ok()?;
            Some((name, core::str::from_utf8(value).ok()?))
        })
        .collect();
    let (Some(headers), Api::Eureka) = (texts, exchange.api) else {
        return;
    };
    let is_whole = |now: aftercall::UnixTime| now.as_millis() % 1000 == 0;
    if !exchange.now.is_none_or(is_whole) {
        return;
    }
    let mut reply = serde_json::json!({
        "headers": headers,
        "expect_kind": exchange.expect.name(),
        "now_unix": exchange.now.map(aftercall::UnixTime::as_secs),
    });
    match (exchange.fault, core::str::from_utf8(exchange.body)) {
        (Some(fault), _) => reply["fault"] = fault.name().into(),
        (None, Ok(body)) => {
            reply["http_status"] = exchange.http_status.into();
            reply["body"] = body.into();
        }
        (None, Err(_)) => return,
    }
    let written = aftercall::explain_json(&reply.to_string()).expect("a reply in order");
    let written: serde_json::Value = serde_json::from_str(&written).expect("JSON");
    let seen = Seen::of(&exchange.judge());
    assert_eq!(written["outcome"], seen.outcome.name());
    assert_eq!(written["rule"], *seen.rule);
    assert_eq!(written["code"].as_i64(), seen.code);
    assert_eq!(written["code_text"].as_str(), seen.code_text.as_deref());
    assert_eq!(written["message"].as_str(), seen.message.as_deref());
    assert_eq!(
        written["correlation_id"].as_str(),
        seen.correlation_id.as_deref()
    );
    assert_eq!(written["server_delay_ms"].as_u64(), seen.server_delay_ms);
    assert_eq!(
        written["data"].as_str().map(str::as_bytes),
        seen.data.as_deref()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_that_breaks_a_law_is_noticed() {
        let exchange = Exchange::of_body(200, br#"{"status":false}"#);
        let honest = check(&exchange);
        let lies = [
            Seen {
                outcome: Outcome::Success,
                ..honest.clone()
            },
            Seen {
                data: Some(Vec::new()),
                ..honest.clone()
            },
            Seen {
                effect: Effect::Done,
                ..honest.clone()
            },
            Seen {
                server_delay_ms: Some(1 << 53),
                ..honest.clone()
            },
            Seen {
                http_status: Some(201),
                ..honest
            },
        ];
        for lie in lies {
            let broken = std::panic::catch_unwind(|| laws(&exchange, &lie));
            assert!(broken.is_err(), "{lie:?}");
        }
    }

    #[test]
    fn texts_of_a_verdict_are_borrowed() {
        let body = br#"{"status":false,"error_code":"7"}"#;
        let exchange = Exchange::of_body(200, body);
        let verdict = exchange.judge();
        borrows(&exchange, &verdict);
        assert_eq!(
            verdict.code_text().map(aftercall::Text::raw),
            Some(&b"7"[..])
        );
        let elsewhere = Exchange::of_body(200, b"");
        let broken = std::panic::catch_unwind(|| borrows(&elsewhere, &verdict));
        assert!(broken.is_err());
    }
}
