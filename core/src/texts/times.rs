//! When to try again, as people say it: in about 2 minutes, after 14:05.

use core::fmt::Write as _;

use crate::json::document::Node;
use crate::json::object::{Object, Result, array, each, problem, string, wrong};
use crate::time::date;

use super::Clock;
use super::template::{Template, plain};

const SECOND_MS: u64 = 1000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const MONTHS: usize = 12;
const DAY_MS: u64 = 24 * HOUR_MS;
/// What is further away is no time that anybody waits for.
const MOST_DAYS: u64 = 999;
/// A date without a year is clear for this long.
const DAYS_WITHOUT_YEAR: u64 = 300;
/// The offsets from UTC that RFC 5545 and all time zones stay within.
const MOST_OFFSET_MINUTES: u32 = 18 * 60;

/// How a language speaks of a time to come.
#[derive(Debug, Default)]
pub(crate) struct Times {
    seconds: Counted,
    minutes: Counted,
    hours: Counted,
    days: Counted,
    clock: Template,
    date: Template,
    day: Template,
    first_day: Option<Box<str>>,
    /// One for each of [`MONTHS`].
    months: Vec<Box<str>>,
}

/// The forms for one and for more. A language with a single form has it twice
/// in effect: in Chinese, Japanese and Korean nothing changes with the number.
#[derive(Debug, Default)]
struct Counted {
    one: Template,
    more: Option<Template>,
}

impl Counted {
    fn read(node: &Node<'_>) -> Result<Self> {
        const NAMES: &[&str] = &["n"];
        match array(node)? {
            [form] => Ok(Self {
                one: Template::read(form, NAMES, 1)?,
                more: None,
            }),
            [one, more] => Ok(Self {
                one: Template::read(one, NAMES, 0)?,
                more: Some(Template::read(more, NAMES, 1)?),
            }),
            _ => Err(wrong(node, "one form, or one for 1 and one for more")),
        }
    }

    fn write(&self, number: u64, text: &mut String) {
        let form = match &self.more {
            Some(more) if number != 1 => more,
            _ => &self.one,
        };
        form.write(text, &mut |_, text| push(text, format_args!("{number}")));
    }
}

impl Times {
    pub(crate) fn read(source: &Object<'_>) -> Result<Self> {
        let mut times = Self::default();
        let months = source.own("months")?;
        times.months = each(array(months)?, |month| plain(month).map(Box::from))?;
        for (name, counted) in [
            ("seconds", &mut times.seconds),
            ("minutes", &mut times.minutes),
            ("hours", &mut times.hours),
            ("days", &mut times.days),
        ] {
            *counted = Counted::read(source.own(name)?)?;
        }
        for (name, template, placeholders) in [
            ("clock", &mut times.clock, &["time", "zone"][..]),
            ("date", &mut times.date, &["day", "time", "zone"]),
            ("day", &mut times.day, &["month", "n"]),
        ] {
            *template = Template::read(source.own(name)?, placeholders, placeholders.len())?;
        }
        if let Some(node) = source.own_optional("first_day") {
            times.first_day = Some(string(node)?.into());
        }
        let count = times.months.len();
        if count != MONTHS {
            let message = format!("expected {MONTHS} months, found {count}");
            return Err(problem(months, message));
        }
        Ok(times)
    }

    /// Whether anything can be said of a delay.
    pub(crate) const fn can_say(delay_ms: u64) -> bool {
        delay_ms > 0 && delay_ms <= MOST_DAYS * DAY_MS
    }

    /// Writes when a delay is over. Rounded up, so that nobody comes too early.
    pub(crate) fn write(&self, delay_ms: u64, clock: Option<Clock>, text: &mut String) {
        let seconds = delay_ms.div_ceil(SECOND_MS);
        // Nobody waits for 37 seconds.
        let seconds = if seconds > 10 {
            seconds.div_ceil(5) * 5
        } else {
            seconds
        };
        let minutes = delay_ms.div_ceil(MINUTE_MS);
        let hours = delay_ms.div_ceil(HOUR_MS);
        if seconds < 60 {
            return self.seconds.write(seconds, text);
        }
        if minutes < 60 {
            return self.minutes.write(minutes, text);
        }
        if let Some(moment) = clock.and_then(|clock| Moment::new(clock, delay_ms)) {
            return self.write_moment(&moment, text);
        }
        if hours < 48 {
            return self.hours.write(hours, text);
        }
        self.days.write(delay_ms.div_ceil(DAY_MS), text);
    }

    fn write_moment(&self, moment: &Moment, text: &mut String) {
        if moment.is_today {
            self.clock
                .write(text, &mut |placeholder, text| match placeholder {
                    0 => moment.write_time(text),
                    _ => moment.write_zone(text),
                });
            return;
        }
        self.date
            .write(text, &mut |placeholder, text| match placeholder {
                0 => self.write_day(moment, text),
                1 => moment.write_time(text),
                _ => moment.write_zone(text),
            });
    }

    fn write_day(&self, moment: &Moment, text: &mut String) {
        let month = usize::try_from(moment.month - 1)
            .ok()
            .and_then(|month| self.months.get(month));
        self.day.write(
            text,
            &mut |placeholder, text| match (placeholder, &self.first_day) {
                (0, _) => text.push_str(month.map_or("", |month| month)),
                (_, Some(first)) if moment.day == 1 => text.push_str(first),
                _ => push(text, format_args!("{}", moment.day)),
            },
        );
    }
}

/// A minute on the person's clock.
struct Moment {
    month: i64,
    day: i64,
    minute_of_day: i64,
    utc_offset_minutes: i32,
    is_today: bool,
}

impl Moment {
    /// `None` if that clock cannot be believed, or the time is too far away.
    fn new(clock: Clock, delay_ms: u64) -> Option<Self> {
        const MINUTES_OF_DAY: i64 = 24 * 60;
        let offset = clock.utc_offset_minutes;
        if offset.unsigned_abs() > MOST_OFFSET_MINUTES || delay_ms > DAYS_WITHOUT_YEAR * DAY_MS {
            return None;
        }
        let now_ms = clock.now.as_millis();
        let then_ms = now_ms.checked_add(i64::try_from(delay_ms).ok()?)?;
        let minute_ms = i64::try_from(MINUTE_MS).ok()?;
        let then = then_ms.div_euclid(minute_ms)
            + i64::from(then_ms.rem_euclid(minute_ms) > 0)
            + i64::from(offset);
        let now = now_ms.div_euclid(minute_ms) + i64::from(offset);
        let (_, month, day) = date(then.div_euclid(MINUTES_OF_DAY));
        Some(Self {
            month,
            day,
            minute_of_day: then.rem_euclid(MINUTES_OF_DAY),
            utc_offset_minutes: offset,
            is_today: then.div_euclid(MINUTES_OF_DAY) == now.div_euclid(MINUTES_OF_DAY),
        })
    }

    fn write_time(&self, text: &mut String) {
        let (hour, minute) = (self.minute_of_day / 60, self.minute_of_day % 60);
        push(text, format_args!("{hour:02}:{minute:02}"));
    }

    /// `UTC`, `UTC+8`, `UTC-3:30`.
    fn write_zone(&self, text: &mut String) {
        text.push_str("UTC");
        let offset = self.utc_offset_minutes.unsigned_abs();
        let (hours, minutes) = (offset / 60, offset % 60);
        let sign = if self.utc_offset_minutes < 0 {
            '-'
        } else {
            '+'
        };
        if offset > 0 {
            push(text, format_args!("{sign}{hours}"));
        }
        if minutes > 0 {
            push(text, format_args!(":{minutes:02}"));
        }
    }
}

fn push(text: &mut String, value: core::fmt::Arguments<'_>) {
    // Writing to a `String` never fails.
    let _ = text.write_fmt(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixTime;
    use crate::texts::built_in;

    fn said(language: &str, delay_ms: u64, clock: Option<Clock>) -> String {
        let mut text = String::new();
        let table = built_in::table(language).unwrap();
        table.times().unwrap().write(delay_ms, clock, &mut text);
        text
    }

    const fn clock(seconds: i64, utc_offset_minutes: i32) -> Option<Clock> {
        Some(Clock {
            now: UnixTime::from_secs(seconds),
            utc_offset_minutes,
        })
    }

    #[test]
    fn delays_are_rounded_up_to_what_people_say() {
        for (delay_ms, expected) in [
            (1, "in about 1 second"),
            (1001, "in about 2 seconds"),
            (10_000, "in about 10 seconds"),
            (10_001, "in about 15 seconds"),
            (55_000, "in about 55 seconds"),
            (55_001, "in about 1 minute"),
            (60_000, "in about 1 minute"),
            (60_001, "in about 2 minutes"),
            (59 * MINUTE_MS, "in about 59 minutes"),
            (59 * MINUTE_MS + 1, "in about 1 hour"),
            (HOUR_MS + 1, "in about 2 hours"),
            (47 * HOUR_MS, "in about 47 hours"),
            (47 * HOUR_MS + 1, "in about 2 days"),
            (MOST_DAYS * DAY_MS, "in about 999 days"),
        ] {
            assert_eq!(said("en", delay_ms, None), expected);
        }
        assert!(!Times::can_say(0));
        assert!(Times::can_say(MOST_DAYS * DAY_MS));
        assert!(!Times::can_say(MOST_DAYS * DAY_MS + 1));
    }

    #[test]
    fn numbers_have_the_right_form_in_every_language() {
        for (language, one, two) in [
            ("en", "in about 1 minute", "in about 2 minutes"),
            ("zh-Hans", "在约 1 分钟后", "在约 2 分钟后"),
            ("zh-Hant", "在約 1 分鐘後", "在約 2 分鐘後"),
            ("ja", "約1分後に", "約2分後に"),
            ("ko", "약 1분 후에", "약 2분 후에"),
            ("de", "in etwa einer Minute", "in etwa 2 Minuten"),
            ("fr", "dans environ une minute", "dans environ 2 minutes"),
            ("es", "dentro de un minuto", "dentro de unos 2 minutos"),
        ] {
            assert_eq!(said(language, MINUTE_MS, None), one);
            assert_eq!(said(language, 2 * MINUTE_MS, None), two);
        }
    }

    #[test]
    fn an_hour_and_more_is_a_time_on_the_persons_clock() {
        // 2026-11-24T12:00:00Z
        const NOON: i64 = 1_795_521_600;
        let two_hours = 2 * HOUR_MS;
        for (language, same_day, next_day) in [
            (
                "en", "after 22:00 (UTC+8)", "after November 25, 08:00 (UTC+8)",
            ),
            (
                "zh-Hans",
                "在 22:00（UTC+8）之后",
                "在 11 月 25 日 08:00（UTC+8）之后",
            ),
            (
                "zh-Hant",
                "在 22:00（UTC+8）之後",
                "在 11 月 25 日 08:00（UTC+8）之後",
            ),
            (
                "ja", "22:00（UTC+8）以降に", "11月25日 08:00（UTC+8）以降に",
            ),
            ("ko", "22:00(UTC+8) 이후에", "11월 25일 08:00(UTC+8) 이후에"),
            (
                "de",
                "ab 22:00 Uhr (UTC+8)",
                "ab dem 25. November, 08:00 Uhr (UTC+8),",
            ),
            (
                "fr", "après 22:00 (UTC+8)", "après le 25 novembre à 08:00 (UTC+8)",
            ),
            (
                "es",
                "a partir de las 22:00 (UTC+8)",
                "a partir del 25 de noviembre a las 08:00 (UTC+8)",
            ),
        ] {
            assert_eq!(said(language, two_hours, clock(NOON, 480)), same_day);
            assert_eq!(said(language, 12 * HOUR_MS, clock(NOON, 480)), next_day);
        }
        assert_eq!(
            said("en", two_hours + 1, clock(NOON, 0)),
            "after 14:01 (UTC)"
        );
        assert_eq!(
            said("en", two_hours, clock(NOON, -210)),
            "after 10:30 (UTC-3:30)"
        );
        assert_eq!(said("en", MINUTE_MS, clock(NOON, 0)), "in about 1 minute");
        let to_december = 7 * DAY_MS;
        assert_eq!(
            said("fr", to_december, clock(NOON, 60)),
            "après le 1er décembre à 13:00 (UTC+1)"
        );
    }

    #[test]
    fn a_clock_that_cannot_be_believed_is_not_used() {
        let hours = "in about 2 hours";
        assert_eq!(said("en", 2 * HOUR_MS, clock(0, 1081)), hours);
        assert_eq!(said("en", 2 * HOUR_MS, clock(0, i32::MIN)), hours);
        assert_eq!(said("en", 2 * HOUR_MS, clock(i64::MAX, 0)), hours);
        assert_eq!(said("en", 301 * DAY_MS, clock(0, 0)), "in about 301 days");
        // The year 292 million before Christ has evenings, too.
        assert!(said("en", 2 * HOUR_MS, clock(i64::MIN, -1080)).starts_with("after "));
    }
}
