//! What a reply's headers say: ids, the amount charged, how long to wait.
//!
//! Which names say it is the profile's data; `Date` and `Age` alone are HTTP's
//! own (RFC 9110 and RFC 9111).

use crate::UnixTime;
use crate::json::scan::is_space;
use crate::json::text::RawText;
use crate::server_delay::{self, Clock, Form};

/// The headers of a reply, in whatever collection they are.
///
/// Implemented for arrays, slices and vectors of pairs, and with the feature
/// `http` for `http::HeaderMap`. Names are compared in any case; values are
/// bytes, because HTTP promises no more.
pub trait Headers {
    /// Shows every header to `each`, in the order received.
    fn visit<'h>(&'h self, each: &mut dyn FnMut(&'h [u8], &'h [u8]));
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Headers for &[(N, V)] {
    fn visit<'h>(&'h self, each: &mut dyn FnMut(&'h [u8], &'h [u8])) {
        for (name, value) in *self {
            each(name.as_ref(), value.as_ref());
        }
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>, const COUNT: usize> Headers for [(N, V); COUNT] {
    fn visit<'h>(&'h self, each: &mut dyn FnMut(&'h [u8], &'h [u8])) {
        for (name, value) in self {
            each(name.as_ref(), value.as_ref());
        }
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Headers for Vec<(N, V)> {
    fn visit<'h>(&'h self, each: &mut dyn FnMut(&'h [u8], &'h [u8])) {
        for (name, value) in self {
            each(name.as_ref(), value.as_ref());
        }
    }
}

#[cfg(feature = "http")]
impl Headers for http::HeaderMap {
    fn visit<'h>(&'h self, each: &mut dyn FnMut(&'h [u8], &'h [u8])) {
        for (name, value) in self {
            each(name.as_str().as_bytes(), value.as_bytes());
        }
    }
}

/// As many header names as a profile may ask for.
pub(crate) const MAX_NAMES: usize = 16;

/// The names a profile gives to what headers can say, in order of preference.
#[derive(Debug, Default)]
pub(crate) struct HeaderNames {
    /// All names, grouped: ids, amounts, refusals, delays, `date`, `age`.
    names: Vec<Box<str>>,
    /// Bit `n` is set if a name of `n` bytes is among them.
    lengths: u64,
    correlation_ids: usize,
    amounts: usize,
    should_retry: usize,
    delays: Vec<Form>,
}

impl HeaderNames {
    /// Takes the names in the order of preference within each group.
    pub(crate) fn new(
        correlation_ids: Vec<String>,
        amounts: Vec<String>,
        should_retry: Vec<String>,
        delays: Vec<(String, Form)>,
    ) -> Self {
        let mut built = Self {
            correlation_ids: correlation_ids.len(),
            amounts: amounts.len(),
            should_retry: should_retry.len(),
            delays: delays.iter().map(|(_, form)| *form).collect(),
            ..Self::default()
        };
        let own = ["date".to_owned(), "age".to_owned()];
        built.names = correlation_ids
            .into_iter()
            .chain(amounts)
            .chain(should_retry)
            .chain(delays.into_iter().map(|(name, _)| name))
            .chain(own)
            .map(String::into_boxed_str)
            .collect();
        built.lengths = built
            .names
            .iter()
            .fold(0, |lengths, name| lengths | length_bit(name.len()));
        built
    }

    /// Reads a reply's headers, if there are any.
    #[inline]
    pub(crate) fn read<'a>(
        &self,
        headers: Option<&'a dyn Headers>,
        now: Option<UnixTime>,
    ) -> HeaderNotes<'a> {
        match headers {
            Some(headers) => self.read_all(headers, now),
            None => HeaderNotes::default(),
        }
    }

    /// Reads headers in one pass.
    fn read_all<'a>(&self, headers: &'a dyn Headers, now: Option<UnixTime>) -> HeaderNotes<'a> {
        let mut values = [None; MAX_NAMES];
        headers.visit(&mut |name, value| {
            if length_bit(name.len()) & self.lengths != 0 {
                self.note(name, value, &mut values);
            }
        });
        let mut values = values.into_iter();
        let correlation_id = values
            .by_ref()
            .take(self.correlation_ids)
            .fold(None, Option::or);
        let amount = values.by_ref().take(self.amounts).fold(None, Option::or);
        let should_retry = values
            .by_ref()
            .take(self.should_retry)
            .fold(None, Option::or);
        let mut delays = [None; MAX_NAMES];
        for (delay, value) in delays
            .iter_mut()
            .zip(values.by_ref().take(self.delays.len()))
        {
            *delay = value;
        }
        let clock = Clock {
            date: values.next().flatten(),
            has_age: values.next().flatten().is_some(),
            now,
        };
        HeaderNotes {
            correlation_id: correlation_id.map(RawText::verbatim),
            amount: amount.map(RawText::verbatim),
            refuses_retry: should_retry
                .is_some_and(|value: &[u8]| value.eq_ignore_ascii_case(b"false")),
            server_delay_ms: delays
                .iter()
                .zip(&self.delays)
                .find_map(|(value, form)| server_delay::read((*value)?, *form, &clock)),
        }
    }

    /// What dates in a body are measured against.
    #[cold]
    pub(crate) fn clock<'a>(headers: Option<&'a dyn Headers>, now: Option<UnixTime>) -> Clock<'a> {
        let mut clock = Clock {
            date: None,
            has_age: false,
            now,
        };
        if let Some(headers) = headers {
            headers.visit(&mut |name, value| {
                let value = trimmed(value);
                if clock.date.is_none() && name.eq_ignore_ascii_case(b"date") {
                    clock.date = Some(value).filter(|value| !value.is_empty());
                }
                clock.has_age |= name.eq_ignore_ascii_case(b"age") && !value.is_empty();
            });
        }
        clock
    }

    /// Keeps a value under each of our names that it has, if it is the first
    /// one there that is not empty.
    fn note<'a>(&self, name: &[u8], value: &'a [u8], values: &mut [Option<&'a [u8]>; MAX_NAMES]) {
        for (own, kept) in self.names.iter().zip(values) {
            if kept.is_none() && own.as_bytes().eq_ignore_ascii_case(name) {
                *kept = Some(trimmed(value)).filter(|value| !value.is_empty());
            }
        }
    }
}

/// What was found in a reply's headers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HeaderNotes<'a> {
    pub(crate) correlation_id: Option<RawText<'a>>,
    pub(crate) amount: Option<RawText<'a>>,
    pub(crate) server_delay_ms: Option<u64>,
    pub(crate) refuses_retry: bool,
}

/// The longest names share a bit: rare, and decided by comparison anyway.
fn length_bit(length: usize) -> u64 {
    1 << length.min(63)
}

fn trimmed(value: &[u8]) -> &[u8] {
    let start = value
        .iter()
        .position(|&byte| !is_space(byte))
        .unwrap_or(value.len());
    let end = value
        .iter()
        .rposition(|&byte| !is_space(byte))
        .map_or(start, |last| last + 1);
    value.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> HeaderNames {
        HeaderNames::new(
            vec!["x-first".into(), "x-second".into()],
            vec!["x-cost".into()],
            vec!["x-again".into()],
            vec![("x-wait-ms".into(), Form::Milliseconds)],
        )
    }

    #[test]
    fn the_preferred_name_wins_wherever_it_stands() {
        let headers = [("X-Second", "b"), ("x-FIRST", " "), ("x-first", "\ta ")];
        let notes = names().read(Some(&headers), None);
        assert_eq!(notes.correlation_id.map(|id| id.bytes), Some(&b"a"[..]));
        assert!(notes.amount.is_none());
    }

    #[test]
    fn every_collection_of_pairs_will_do() {
        let pairs = vec![(b"x-cost".to_vec(), b"2".to_vec())];
        let slice = &pairs[..];
        let amount = |headers| {
            let notes = names().read(headers, None);
            notes.amount.map(|amount| amount.bytes)
        };
        assert_eq!(amount(Some(&pairs)), Some(&b"2"[..]));
        assert_eq!(amount(Some(&slice)), Some(&b"2"[..]));
        assert_eq!(amount(None), None);
    }

    #[test]
    fn only_the_word_false_refuses_a_retry() {
        for (value, refuses) in [
            ("false", true),
            (" FALSE ", true),
            ("no", false),
            ("0", false),
            ("true", false),
        ] {
            let headers = [("x-again", value)];
            assert_eq!(names().read(Some(&headers), None).refuses_retry, refuses);
        }
    }
}
