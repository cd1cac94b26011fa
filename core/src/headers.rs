//! What a reply's headers say: ids, the amount charged, how long to wait.
//!
//! Which names say it is the profile's data; `Date` and `Age` alone are HTTP's
//! own (RFC 9110 and RFC 9111).

use core::ops::Range;

use crate::UnixTime;
use crate::json::scan::trimmed;
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
    names: Vec<String>,
    /// The mark of each name.
    marks: Vec<u32>,
    /// Where the first three groups end.
    ends: [usize; 3],
    delays: Vec<Form>,
}

impl HeaderNames {
    /// Takes the names, grouped as they are here and in order of preference
    /// within each group, where the groups of ids, amounts and refusals end, and
    /// the forms of the delays.
    pub(crate) fn new(mut names: Vec<String>, ends: [usize; 3], delays: Vec<Form>) -> Self {
        names.push("date".to_owned());
        names.push("age".to_owned());
        let mut marks = Vec::with_capacity(names.len());
        for name in &names {
            marks.push(mark(name.as_bytes()));
        }
        Self {
            names,
            marks,
            ends,
            delays,
        }
    }

    /// Reads a reply's headers in one pass.
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

    fn read_all<'a>(&self, headers: &'a dyn Headers, now: Option<UnixTime>) -> HeaderNotes<'a> {
        let mut values = [None; MAX_NAMES];
        headers.visit(&mut |name, value| {
            let mark = mark(name);
            for (index, own) in self.marks.iter().enumerate() {
                if *own == mark {
                    self.note(index, name, value, &mut values);
                }
            }
        });
        let [ids, amounts, refusals] = self.ends;
        let first = |group: Range<usize>| values.get(group)?.iter().find_map(|value| *value);
        let one = |index: usize| *values.get(index)?;
        let delays = refusals + self.delays.len();
        let clock = Clock {
            date: one(delays),
            has_age: one(delays + 1).is_some(),
            now,
        };
        HeaderNotes {
            correlation_id: first(0..ids).map(RawText::verbatim),
            amount: first(ids..amounts).map(RawText::verbatim),
            refuses_retry: first(amounts..refusals)
                .is_some_and(|value| value.eq_ignore_ascii_case(b"false")),
            server_delay_ms: (refusals..delays)
                .zip(&self.delays)
                .find_map(|(index, form)| server_delay::read(one(index)?, *form, &clock)),
        }
    }

    /// What dates in a body are measured against.
    #[cold]
    #[inline(never)]
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

    /// Keeps a value under one of our names if it has that name, and is the
    /// first one there that is not empty. Apart, as few headers come here: what
    /// it needs would be prepared for each of them.
    #[inline(never)]
    fn note<'a>(
        &self,
        index: usize,
        name: &[u8],
        value: &'a [u8],
        values: &mut [Option<&'a [u8]>; MAX_NAMES],
    ) {
        if let (Some(own), Some(kept @ None)) = (self.names.get(index), values.get_mut(index))
            && is_same_name(own.as_bytes(), name)
        {
            *kept = Some(trimmed(value)).filter(|value| !value.is_empty());
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

/// A name's length and its ends, in lower case where they are letters: names
/// with different marks are different, and few headers have one of ours.
#[inline]
fn mark(name: &[u8]) -> u32 {
    let end = |byte: Option<&u8>| byte.map_or(0, |byte| byte | 0x20);
    let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
    let [high, low] = length.to_be_bytes();
    u32::from_be_bytes([high, low, end(name.first()), end(name.last())])
}

/// Whether two names are the same in any case, eight bytes at a time.
fn is_same_name(one: &[u8], other: &[u8]) -> bool {
    let (words, rest) = one.as_chunks::<8>();
    let (other_words, other_rest) = other.as_chunks::<8>();
    let is_same = |(one, other): (&[u8; 8], &[u8; 8])| {
        lower_case(u64::from_le_bytes(*one)) == lower_case(u64::from_le_bytes(*other))
    };
    one.len() == other.len()
        && words.iter().zip(other_words).all(is_same)
        && match (one.last_chunk(), other.last_chunk()) {
            (Some(end), Some(other_end)) => is_same((end, other_end)),
            _ => rest.eq_ignore_ascii_case(other_rest),
        }
}

/// Eight ASCII bytes in lower case; other bytes stay as they are.
fn lower_case(word: u64) -> u64 {
    const LOW_BITS: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH_BITS: u64 = LOW_BITS * 0x80;
    let values = word & !HIGH_BITS;
    // The high bit of a sum says whether a byte is at least that letter.
    let from_a = values + LOW_BITS * (0x80 - b'A' as u64);
    let behind_z = values + LOW_BITS * (0x7F - b'Z' as u64);
    let capitals = from_a & !behind_z & !word & HIGH_BITS;
    word | capitals >> 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_the_standard_library_compares_them() {
        for length in [1, 7, 8, 9, 16, 21] {
            let name: Vec<u8> = (b'A'..).take(length).collect();
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut other = name.to_ascii_lowercase();
                    other[place] = byte;
                    let expected = name.eq_ignore_ascii_case(&other);
                    assert_eq!(is_same_name(&name, &other), expected, "{other:?}");
                    assert!(!expected || mark(&name) == mark(&other));
                }
            }
            assert!(!is_same_name(&name, &name[1..]));
        }
        for byte in 0..=u8::MAX {
            let lower = u64::from(byte.to_ascii_lowercase());
            assert_eq!(lower_case(u64::from(byte)), lower);
        }
    }

    fn names() -> HeaderNames {
        let names = ["x-first", "x-second", "x-cost", "x-again", "x-wait-ms"];
        let names = names.map(str::to_owned).to_vec();
        HeaderNames::new(names, [2, 3, 4], vec![Form::Milliseconds])
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
