//! A second reader of HTTP-dates, built on the `httpdate` crate.
//!
//! The crate is stricter than the promise: its weekdays must fit, its seconds
//! end at 59, its years begin with 1970. So each of these is put right before
//! it is asked, and its answer put back.

use std::time::UNIX_EPOCH;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const LONG_WEEKDAYS: [&str; 7] = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
];
const SECONDS_OF_400_YEARS: i64 = 146_097 * 86_400;
/// The 20th century's years but the first, and the 21st's: both as long.
const SECONDS_OF_A_CENTURY: i64 = 36_525 * 86_400;

/// Seconds since 1970 of a date with a year of four digits.
pub(crate) fn unix_seconds(value: &[u8]) -> Option<i64> {
    let text = core::str::from_utf8(value).ok()?;
    let (year_at, second_at) = match text.len() {
        29 => (12, 23),
        24 => (20, 17),
        _ => return None,
    };
    let year: i64 = digits(text.get(year_at..year_at + 4)?)?;
    // Five times the calendar's cycle, where weekdays repeat as well.
    let shift = if year < 1970 { 5 } else { 0 };
    let mut text = text.to_owned();
    text.replace_range(year_at..year_at + 4, &format!("{:04}", year + 400 * shift));
    let seconds = with_any_weekday(&text, second_at, &WEEKDAYS)?;
    Some(seconds - shift * SECONDS_OF_400_YEARS)
}

/// Seconds since 1970 of a date with a year of two digits, which stands for the
/// one from 1921 to 2020: what it is for a reader who lives in 1970.
pub(crate) fn rfc_850_in_1970(value: &[u8]) -> Option<i64> {
    let text = core::str::from_utf8(value).ok()?;
    let year_at = text.find(", ")? + ", 06-Nov-".len();
    let year = digits(text.get(year_at..year_at + 2)?)?;
    // The crate takes any byte here.
    if text.as_bytes().get(year_at + 2) != Some(&b' ') {
        return None;
    }
    let seconds = with_any_weekday(text, text.len().checked_sub(6)?, &LONG_WEEKDAYS)?;
    // 70 to 99 and 00 to 20 are the same for the crate; it reads 2021 to 2069.
    let is_later = (21..70).contains(&year);
    Some(seconds - i64::from(is_later) * SECONDS_OF_A_CENTURY)
}

/// Reads a date whose weekday is any of `weekdays` and whose second may be 60.
fn with_any_weekday(text: &str, second_at: usize, weekdays: &[&str]) -> Option<i64> {
    let weekday = weekdays.iter().find(|weekday| {
        text.strip_prefix(**weekday)
            .is_some_and(|rest| rest.starts_with([',', ' ']))
    })?;
    let mut text = text.to_owned();
    let is_leap_second = text.get(second_at..second_at + 2)? == "60";
    if is_leap_second {
        text.replace_range(second_at..second_at + 2, "59");
    }
    // The crate trims; a header's value is trimmed already, and of less.
    if text.trim() != text {
        return None;
    }
    let rest = text.split_off(weekday.len());
    let time = weekdays
        .iter()
        .find_map(|weekday| httpdate::parse_http_date(&format!("{weekday}{rest}")).ok())?;
    let since = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Some(i64::try_from(since).ok()? + i64::from(is_leap_second))
}

fn digits(text: &str) -> Option<i64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_crate_refuses_is_read_all_the_same() {
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Mon, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777)),
            ("Wed, 31 Dec 1969 23:59:59 GMT", Some(-1)),
            ("Sat, 01 Jan 0000 00:00:00 GMT", Some(-62_167_219_200)),
            ("Wed, 21 Oct 2026 07:27:60 GMT", Some(1_792_567_680)),
            ("Wed, 29 Feb 1900 08:49:37 GMT", None),
            ("Wed, 29 Feb 1900 08:49:37 GM\u{b}", None),
        ] {
            assert_eq!(unix_seconds(text.as_bytes()), expected, "{text}");
        }
        for (text, expected) in [
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Friday, 31-Dec-20 23:59:60 GMT", Some(1_609_459_200)),
            ("Monday, 01-Jan-21 00:00:00 GMT", Some(-1_546_300_800)),
            ("Monday, 30-Feb-21 00:00:00 GMT", None),
            ("Friday, 31-Dec-99&23:59:59 GMT", None),
        ] {
            assert_eq!(rfc_850_in_1970(text.as_bytes()), expected, "{text}");
        }
    }
}
