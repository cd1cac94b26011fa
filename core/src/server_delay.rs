//! How long the server asks to be left alone.
//!
//! The headers that may say so, and in which form, are the profile's data. The
//! first one that can be read decides; what cannot be read is ignored.

use crate::UnixTime;
use crate::http_date;

/// Delays saturate here: the largest integer that every JSON reader keeps.
const MAX_DELAY_MS: u64 = (1 << 53) - 1;

/// How a header or a field of the body spells a delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Digits: milliseconds.
    Milliseconds,
    /// Digits, with or without a fraction: seconds.
    Seconds,
    /// Digits: seconds; or an HTTP-date (RFC 9110, section 10.2.3).
    SecondsOrDate,
    /// An HTTP-date.
    Date,
    /// Digits, with or without a fraction: a time in seconds since 1970.
    EpochSeconds,
    /// Digits: a time in milliseconds since 1970.
    EpochMilliseconds,
}

impl Form {
    /// Every form, by the name that profiles use.
    pub(crate) const ALL: [(&'static str, Self); 6] = [
        ("milliseconds", Self::Milliseconds),
        ("seconds", Self::Seconds),
        ("seconds_or_date", Self::SecondsOrDate),
        ("date", Self::Date),
        ("epoch_seconds", Self::EpochSeconds),
        ("epoch_milliseconds", Self::EpochMilliseconds),
    ];
}

/// What a date is measured against: the reply's own `Date` if it can be trusted,
/// else the caller's wall clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock<'a> {
    pub(crate) date: Option<&'a [u8]>,
    /// A reply with an `Age` was stored by a cache: its `Date` is old.
    pub(crate) has_age: bool,
    pub(crate) now: Option<UnixTime>,
}

impl Clock<'_> {
    fn read(&self) -> Option<UnixTime> {
        self.date
            .filter(|_| !self.has_age)
            .and_then(|date| http_date::parse(date, self.now))
            .or(self.now)
    }
}

/// Milliseconds to wait, from one value.
pub(crate) fn read(value: &[u8], form: Form, clock: &Clock<'_>) -> Option<u64> {
    match form {
        Form::Milliseconds => digits(value).map(|delay| delay.min(MAX_DELAY_MS)),
        Form::Seconds => milliseconds(value),
        Form::SecondsOrDate => match digits(value) {
            Some(delay) => Some(delay.saturating_mul(1000).min(MAX_DELAY_MS)),
            None => until(value, clock.read()?),
        },
        Form::Date => until(value, clock.read()?),
        Form::EpochSeconds => remaining(milliseconds(value)?, clock.read()?),
        Form::EpochMilliseconds => remaining(digits(value)?, clock.read()?),
    }
}

/// Seconds with or without a fraction, as milliseconds: rounded up, because who
/// comes too early is refused again.
fn milliseconds(value: &[u8]) -> Option<u64> {
    let point = value.iter().position(|&byte| byte == b'.');
    let (whole, fraction) = match point {
        Some(point) => (value.get(..point)?, value.get(point + 1..)?),
        None => (value, &b"0"[..]),
    };
    let whole = digits(whole)?.saturating_mul(1000);
    digits(fraction)?;
    let thousandths = fraction
        .iter()
        .chain(b"000")
        .take(3)
        .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    let rest = fraction.iter().skip(3).any(|digit| *digit != b'0');
    let delay = whole.saturating_add(thousandths + u64::from(rest));
    Some(delay.min(MAX_DELAY_MS))
}

/// Milliseconds until a time since 1970; a time in the past is no wait.
fn remaining(time_ms: u64, clock: UnixTime) -> Option<u64> {
    let time_ms = i64::try_from(time_ms).unwrap_or(i64::MAX);
    let wait = time_ms.saturating_sub(clock.as_millis());
    Some(u64::try_from(wait).unwrap_or(0).min(MAX_DELAY_MS))
}

/// `1*DIGIT`, saturating.
fn digits(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(number.saturating_mul(10).saturating_add(digit))
    })
}

/// Milliseconds until an HTTP-date; a date in the past is no wait.
fn until(value: &[u8], clock: UnixTime) -> Option<u64> {
    let date = http_date::parse(value, Some(clock))?;
    let wait = date.as_millis().saturating_sub(clock.as_millis());
    Some(u64::try_from(wait).unwrap_or(0).min(MAX_DELAY_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_CLOCK: Clock<'static> = Clock {
        date: None,
        has_age: false,
        now: None,
    };

    #[test]
    fn seconds_and_milliseconds_are_digits_only() {
        assert_eq!(read(b"7", Form::SecondsOrDate, &NO_CLOCK), Some(7000));
        assert_eq!(read(b"0", Form::SecondsOrDate, &NO_CLOCK), Some(0));
        assert_eq!(read(b"1500", Form::Milliseconds, &NO_CLOCK), Some(1500));
        for text in ["", "-1", "+1", "1.5", "1 2", "0x1", "soon", "\u{661}"] {
            let bytes = text.as_bytes();
            assert_eq!(read(bytes, Form::SecondsOrDate, &NO_CLOCK), None, "{text}");
            assert_eq!(read(bytes, Form::Milliseconds, &NO_CLOCK), None, "{text}");
        }
    }

    #[test]
    fn seconds_may_have_a_fraction_and_are_rounded_up() {
        for (text, delay) in [
            ("34", Some(34_000)),
            ("1.5", Some(1500)),
            ("0.0001", Some(1)),
            ("0.25", Some(250)),
            ("1.0000", Some(1000)),
            ("1.", None),
            (".5", None),
            ("1e3", None),
            ("-1", None),
            ("1.5.2", None),
        ] {
            let read = read(text.as_bytes(), Form::Seconds, &NO_CLOCK);
            assert_eq!(read, delay, "{text}");
        }
    }

    #[test]
    fn a_time_since_1970_needs_a_clock() {
        let clock = Clock {
            now: Some(UnixTime::from_millis(1_700_000_000_250)),
            ..NO_CLOCK
        };
        for (text, form, delay) in [
            (&b"1700000002"[..], Form::EpochSeconds, Some(1750)),
            (b"1700000000.3", Form::EpochSeconds, Some(50)),
            (b"1700000000750", Form::EpochMilliseconds, Some(500)),
            (b"1", Form::EpochMilliseconds, Some(0)),
            (b"soon", Form::EpochSeconds, None),
            (
                b"99999999999999999999",
                Form::EpochSeconds,
                Some(MAX_DELAY_MS - 1_700_000_000_250),
            ),
        ] {
            assert_eq!(read(text, form, &clock), delay, "{}", text.escape_ascii());
            assert_eq!(read(text, form, &NO_CLOCK), None);
        }
        assert_eq!(read(b"7", Form::Date, &clock), None);
    }

    #[test]
    fn delays_saturate() {
        let long = b"999999999999999999999999999999";
        assert_eq!(
            read(long, Form::SecondsOrDate, &NO_CLOCK),
            Some(MAX_DELAY_MS)
        );
        assert_eq!(
            read(long, Form::Milliseconds, &NO_CLOCK),
            Some(MAX_DELAY_MS)
        );
    }

    #[test]
    fn a_date_needs_a_clock_and_keeps_its_milliseconds() {
        let date = b"Wed, 21 Oct 2026 07:28:00 GMT";
        assert_eq!(read(date, Form::SecondsOrDate, &NO_CLOCK), None);
        let clock = Clock {
            now: Some(UnixTime::from_millis(1_792_567_679_250)),
            ..NO_CLOCK
        };
        assert_eq!(read(date, Form::SecondsOrDate, &clock), Some(750));
    }

    #[test]
    fn a_date_in_the_past_means_no_wait() {
        let clock = Clock {
            now: Some(UnixTime::from_millis(i64::MAX)),
            ..NO_CLOCK
        };
        let date = b"Wed, 21 Oct 2026 07:28:00 GMT";
        assert_eq!(read(date, Form::SecondsOrDate, &clock), Some(0));
    }

    #[test]
    fn the_replys_own_date_is_not_believed_beside_an_age() {
        let clock = Clock {
            date: Some(b"Wed, 21 Oct 2026 07:27:30 GMT"),
            has_age: false,
            now: Some(UnixTime::from_secs(0)),
        };
        let date = b"Wed, 21 Oct 2026 07:28:00 GMT";
        assert_eq!(read(date, Form::SecondsOrDate, &clock), Some(30_000));
        let stored = Clock {
            has_age: true,
            now: None,
            ..clock
        };
        assert_eq!(read(date, Form::SecondsOrDate, &stored), None);
    }
}
