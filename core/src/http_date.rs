//! The three forms of an HTTP-date (RFC 9110, section 5.6.7), read strictly.
//!
//! Written here and not taken from a crate because the rules differ: the
//! weekday is not checked against the date, second 60 is the next second, and a
//! two-digit year is read against the caller's clock instead of the machine's.

use crate::UnixTime;

/// Reads an HTTP-date; `clock` decides the century of a two-digit year.
///
/// Without a clock, two-digit years are read as POSIX `strptime` does: 69 to 99
/// are 1969 to 1999, 00 to 68 are 2000 to 2068.
pub(crate) fn parse(text: &[u8], clock: Option<UnixTime>) -> Option<UnixTime> {
    let mut reader = Reader { rest: text };
    let date = imf_fixdate(&mut reader.clone())
        .or_else(|| rfc_850(&mut reader.clone(), clock))
        .or_else(|| asctime(&mut reader))?;
    date.to_unix_time()
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn imf_fixdate(reader: &mut Reader<'_>) -> Option<DateTime> {
    reader.one_of(&WEEKDAYS)?;
    reader.literal(b", ")?;
    let day = reader.digits(2)?;
    reader.literal(b" ")?;
    let month = reader.one_of(&MONTHS)? + 1;
    reader.literal(b" ")?;
    let year = reader.digits(4)?;
    reader.literal(b" ")?;
    let seconds = reader.time_of_day()?;
    reader.literal(b" GMT")?;
    reader.end()?;
    Some(DateTime {
        year,
        month,
        day,
        seconds,
    })
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`
fn rfc_850(reader: &mut Reader<'_>, clock: Option<UnixTime>) -> Option<DateTime> {
    reader.one_of(&LONG_WEEKDAYS)?;
    reader.literal(b", ")?;
    let day = reader.digits(2)?;
    reader.literal(b"-")?;
    let month = reader.one_of(&MONTHS)? + 1;
    reader.literal(b"-")?;
    let year = full_year(reader.digits(2)?, clock);
    reader.literal(b" ")?;
    let seconds = reader.time_of_day()?;
    reader.literal(b" GMT")?;
    reader.end()?;
    Some(DateTime {
        year,
        month,
        day,
        seconds,
    })
}

/// `Sun Nov  6 08:49:37 1994`
fn asctime(reader: &mut Reader<'_>) -> Option<DateTime> {
    reader.one_of(&WEEKDAYS)?;
    reader.literal(b" ")?;
    let month = reader.one_of(&MONTHS)? + 1;
    reader.literal(b" ")?;
    let day = match reader.literal(b" ") {
        Some(()) => reader.digits(1)?,
        None => reader.digits(2)?,
    };
    reader.literal(b" ")?;
    let seconds = reader.time_of_day()?;
    reader.literal(b" ")?;
    let year = reader.digits(4)?;
    reader.end()?;
    Some(DateTime {
        year,
        month,
        day,
        seconds,
    })
}

/// The latest year with these last two digits that is at most 50 calendar years
/// ahead of the clock.
fn full_year(two_digits: i64, clock: Option<UnixTime>) -> i64 {
    let last = clock.map_or(2068, |clock| year_of(clock) + 50);
    last - (last - two_digits).rem_euclid(100)
}

const WEEKDAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
const LONG_WEEKDAYS: [&[u8]; 7] = [
    b"Monday", b"Tuesday", b"Wednesday", b"Thursday", b"Friday", b"Saturday", b"Sunday",
];
const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// A date of the Gregorian calendar and the second of its day, which is 86,400
/// for a leap second at its end.
struct DateTime {
    year: i64,
    month: i64,
    day: i64,
    seconds: i64,
}

impl DateTime {
    fn to_unix_time(&self) -> Option<UnixTime> {
        if self.day < 1 || self.day > days_in_month(self.year, self.month) {
            return None;
        }
        let days = days_from_civil(self.year, self.month, self.day);
        Some(UnixTime::from_secs(days * 86_400 + self.seconds))
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01, by Howard Hinnant's `days_from_civil`.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The calendar year of a point in time, by Howard Hinnant's `civil_from_days`.
fn year_of(time: UnixTime) -> i64 {
    let days = time.as_secs().div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // The era's years begin in March: its last two months are in the next year.
    let is_january_or_february = day_of_year >= 306;
    year_of_era + era * 400 + i64::from(is_january_or_february)
}

#[derive(Clone)]
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn literal(&mut self, expected: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    /// The index of the word that comes next.
    fn one_of(&mut self, words: &[&[u8]]) -> Option<i64> {
        let index = words.iter().position(|word| self.rest.starts_with(word))?;
        self.literal(words.get(index)?)?;
        i64::try_from(index).ok()
    }

    /// Exactly `count` digits.
    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        let mut number = 0;
        for digit in digits {
            number = number * 10 + i64::from(digit.is_ascii_digit().then(|| digit - b'0')?);
        }
        self.rest = rest;
        Some(number)
    }

    /// `08:49:37` as seconds since midnight.
    fn time_of_day(&mut self) -> Option<i64> {
        let hour = self.digits(2)?;
        self.literal(b":")?;
        let minute = self.digits(2)?;
        self.literal(b":")?;
        let second = self.digits(2)?;
        (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second)
    }

    fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str, clock: Option<i64>) -> Option<i64> {
        parse(text.as_bytes(), clock.map(UnixTime::from_secs)).map(UnixTime::as_secs)
    }

    #[test]
    fn the_three_forms_of_rfc_9110_are_one_moment() {
        let moment = Some(784_111_777);
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT", None), moment);
        assert_eq!(seconds("Sunday, 06-Nov-94 08:49:37 GMT", None), moment);
        assert_eq!(seconds("Sun Nov  6 08:49:37 1994", None), moment);
    }

    #[test]
    fn known_moments_come_out() {
        for (text, expected) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
            ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
            ("Sat, 01 Jan 0000 00:00:00 GMT", -62_167_219_200),
            ("Wed, 21 Oct 2026 07:27:60 GMT", 1_792_567_680),
        ] {
            assert_eq!(seconds(text, None), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_weekday_need_not_fit() {
        assert_eq!(
            seconds("Mon, 06 Nov 1994 08:49:37 GMT", None),
            Some(784_111_777)
        );
    }

    #[test]
    fn anything_but_the_exact_form_is_no_date() {
        for text in [
            "", "soon", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37 gmt", "sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
            "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
            "Wed, 29 Feb 1900 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
            " Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT",
            "Sun Nov 6 08:49:37 1994", "Sun Nov  6 08:49:37 1994 GMT", "Sun Nov 16 08:49:37 94",
            "Sun, +6 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(seconds(text, None), None, "{text}");
        }
    }

    #[test]
    fn two_digit_years_lie_at_most_50_years_ahead() {
        // 2026-10-21
        let clock = Some(1_792_567_680);
        let year = |two: u32| {
            let text = format!("Friday, 31-Dec-{two:02} 23:59:59 GMT");
            parse(text.as_bytes(), clock.map(UnixTime::from_secs)).map(year_of)
        };
        assert_eq!(year(26), Some(2026));
        assert_eq!(year(76), Some(2076));
        assert_eq!(year(77), Some(1977));
        assert_eq!(year(99), Some(1999));
    }

    #[test]
    fn the_year_turns_at_midnight() {
        for year in [1600, 1899, 1900, 1970, 1999, 2000, 2026, 2100, 2400] {
            let first = UnixTime::from_secs(days_from_civil(year, 1, 1) * 86_400);
            let before = UnixTime::from_secs(first.as_secs() - 1);
            assert_eq!(year_of(first), year);
            assert_eq!(year_of(before), year - 1);
        }
    }
}
