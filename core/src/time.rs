//! A point in time as the library's callers hand it in. Nothing in here looks
//! at a clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01T00:00:00Z; negative before.
///
/// ```
/// use aftercall::UnixTime;
///
/// assert_eq!(UnixTime::from_secs(1_795_435_200).as_millis(), 1_795_435_200_000);
/// let now = UnixTime::from(std::time::SystemTime::now());
/// assert!(now > UnixTime::from_secs(0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(i64);

impl UnixTime {
    /// From whole seconds; saturates.
    #[must_use]
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// From milliseconds.
    #[must_use]
    pub const fn from_millis(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// The milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The whole seconds, rounded down.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The time so much later; saturates.
    #[must_use]
    pub fn after_ms(self, milliseconds: u64) -> Self {
        let milliseconds = i64::try_from(milliseconds).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(milliseconds))
    }

    /// The time as RFC 3339 writes it, in UTC with milliseconds; years from 0 to
    /// 9999, beyond which it stands still.
    ///
    /// ```
    /// use aftercall::UnixTime;
    ///
    /// let time = UnixTime::from_millis(1_795_435_200_042);
    /// assert_eq!(time.to_rfc3339(), "2026-11-23T12:00:00.042Z");
    /// ```
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        /// 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z.
        const YEARS: (i64, i64) = (-62_167_219_200_000, 253_402_300_799_999);
        let milliseconds = self.0.clamp(YEARS.0, YEARS.1);
        let (year, month, day) = date(milliseconds.div_euclid(86_400_000));
        let of_day = milliseconds.rem_euclid(86_400_000);
        format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
            of_day / 3_600_000,
            of_day / 60_000 % 60,
            of_day / 1000 % 60,
            of_day % 1000
        )
    }
}

/// Year, month and day of a day since 1970-01-01, in the Gregorian calendar:
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013.
pub(crate) const fn date(days: i64) -> (i64, i64, i64) {
    // Years begin in March, so that a leap day is the last one.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

impl From<SystemTime> for UnixTime {
    fn from(time: SystemTime) -> Self {
        let milliseconds = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |before| -before)
            }
        };
        Self(milliseconds)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_before_1970_are_negative() {
        let before = UNIX_EPOCH - Duration::from_millis(1500);
        assert_eq!(UnixTime::from(before).as_millis(), -1500);
        assert_eq!(UnixTime::from(before).as_secs(), -2);
    }

    #[test]
    fn days_before_and_after_1970_have_their_months() {
        for (days, expected) in [
            (0, (1, 1)),
            (-1, (12, 31)),
            (58, (2, 28)),
            (59, (3, 1)),
            (789, (2, 29)),
            (11_016, (2, 29)),
            (20_781, (11, 24)),
        ] {
            let (_, month, day) = date(days);
            assert_eq!((month, day), expected, "{days}");
        }
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (milliseconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
            (i64::MAX, "9999-12-31T23:59:59.999Z"),
            (i64::MIN, "0000-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(UnixTime::from_millis(milliseconds).to_rfc3339(), text);
        }
        // Every day of four centuries is the day after the one before.
        let mut before = date(-719_528);
        for day in -719_527..=0 {
            let after = date(day);
            let follows = after.2 == before.2 + 1 || after.2 == 1 && before.2 >= 28;
            assert!(follows && after > before, "{before:?} {after:?}");
            before = after;
        }
    }

    #[test]
    fn seconds_saturate() {
        assert_eq!(UnixTime::from_secs(i64::MAX).as_millis(), i64::MAX);
        assert_eq!(UnixTime::from_secs(i64::MIN).as_millis(), i64::MIN);
    }
}
