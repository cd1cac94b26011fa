//! Ids, amounts and delays: what headers say, read a second time.

use aftercall::{Profile, Reply, UnixTime};

use crate::dates::{rfc_850_in_1970, unix_seconds};
use crate::exchange::{Api, Exchange};

const MAX_DELAY_MS: u64 = (1 << 53) - 1;
/// The first moment of the year 0: no date of four digits is in its past.
const YEAR_0: i64 = -62_167_219_200;

/// Headers of any values never panic, and say what a second reader reads in
/// them.
pub fn headers(input: &[u8]) {
    let mut exchange = Exchange::parse(input);
    exchange.api = Api::Eureka;
    let verdict = exchange.judge();

    let first_of = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| exchange.header(name))
            .map(|value| String::from_utf8_lossy(value).into_owned())
    };
    assert_eq!(
        verdict.correlation_id().map(ToString::to_string),
        first_of(&["x-correlation-id", "x-request-id", "x-trace-id"])
    );
    assert_eq!(
        verdict.amount().map(ToString::to_string),
        first_of(&["x-openapi-amount"])
    );

    assert!(verdict.server_delay_ms() <= Some(MAX_DELAY_MS));
    if let Some(expected) = delay(&exchange) {
        assert_eq!(verdict.server_delay_ms(), expected);
    }
    for name in ["retry-after", "date", "age", "retry-after-ms"] {
        if let Some(value) = exchange.header(name) {
            date(value);
        }
    }
}

/// The delay, if a second reader can tell.
fn delay(exchange: &Exchange<'_>) -> Option<Option<u64>> {
    let milliseconds = exchange.header("retry-after-ms").and_then(digits);
    if milliseconds.is_some() {
        return Some(milliseconds.map(|delay| delay.min(MAX_DELAY_MS)));
    }
    let Some(value) = exchange.header("retry-after") else {
        return Some(None);
    };
    if let Some(seconds) = digits(value) {
        return Some(Some(seconds.saturating_mul(1000).min(MAX_DELAY_MS)));
    }
    let own_date = exchange
        .header("date")
        .filter(|_| exchange.header("age").is_none());
    // Which century a year of two digits is in depends on the clock.
    if value.contains(&b'-') || own_date.is_some_and(|date| date.contains(&b'-')) {
        return None;
    }
    let own_clock = own_date
        .and_then(unix_seconds)
        .map(|seconds| seconds * 1000);
    let clock = own_clock.or(exchange.now.map(UnixTime::as_millis));
    let (Some(date), Some(clock)) = (unix_seconds(value), clock) else {
        return Some(None);
    };
    let wait = i128::from(date) * 1000 - i128::from(clock);
    let wait = wait.clamp(0, i128::from(MAX_DELAY_MS));
    Some(u64::try_from(wait).ok())
}

/// One value as a date, seen from a clock that has all dates before it.
fn date(value: &[u8]) {
    if digits(value).is_some() {
        return;
    }
    let seen_from = |clock: i64| {
        let headers = [("Retry-After", value)];
        let reply = Reply::new(503, b"").with_headers(&headers);
        aftercall::judge(Profile::eureka(), &reply, Some(UnixTime::from_secs(clock)))
            .server_delay_ms()
    };
    let is_rfc_850 = value.contains(&b'-');
    let (clock, expected) = if is_rfc_850 {
        (0, rfc_850_in_1970(value))
    } else {
        (YEAR_0, unix_seconds(value))
    };
    let wait = |seconds: i64| u64::try_from(seconds - clock).unwrap_or(0) * 1000;
    assert_eq!(
        seen_from(clock),
        expected.map(wait),
        "{}",
        value.escape_ascii()
    );
}

/// `1*DIGIT`, saturating.
fn digits(value: &[u8]) -> Option<u64> {
    let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let text = core::str::from_utf8(value).ok().filter(|_| is_number)?;
    Some(text.parse().unwrap_or(u64::MAX))
}
