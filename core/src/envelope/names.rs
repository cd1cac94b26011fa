//! Which of a profile's field names a key is: asked for every key of every body.

use crate::json::text::RawText;

/// As long as a field name may be.
pub(crate) const MAX_NAME_LENGTH: usize = 64;

/// Field names, found by comparing words instead of bytes.
#[derive(Debug)]
pub(crate) struct Names {
    names: Vec<Box<str>>,
    /// Sorted by length; each name's ends and its index.
    sorted: Vec<(Ends, usize)>,
    /// Where the names of each length begin in `sorted`, and one entry more.
    by_length: Vec<usize>,
}

impl Names {
    /// Takes the names; their indices stay.
    pub(crate) fn new(names: Vec<String>) -> Self {
        let mut sorted: Vec<(usize, usize)> = names.iter().map(String::len).zip(0..).collect();
        sorted.sort_unstable();
        let by_length = (0..=MAX_NAME_LENGTH + 1)
            .map(|length| sorted.partition_point(|(other, _)| *other < length))
            .collect();
        let names: Vec<Box<str>> = names.into_iter().map(String::into_boxed_str).collect();
        let ends_of = |index: usize| {
            let name = names.get(index).map_or(&[][..], |name| name.as_bytes());
            (Ends::of(name), index)
        };
        Self {
            sorted: sorted
                .into_iter()
                .map(|(_, index)| ends_of(index))
                .collect(),
            by_length,
            names,
        }
    }

    /// The index of a key among the names, compared after unescaping.
    #[inline]
    pub(crate) fn index_of(&self, key: RawText<'_>) -> Option<usize> {
        if key.is_escaped {
            return self
                .names
                .iter()
                .position(|name| key.chars().eq(name.chars()));
        }
        let length = key.bytes.len();
        let alike = *self.by_length.get(length)?..*self.by_length.get(length + 1)?;
        let ends = Ends::of(key.bytes);
        self.sorted
            .get(alike)?
            .iter()
            .filter(|(other, _)| *other == ends)
            .map(|(_, index)| *index)
            .find(|&index| length <= Ends::WHOLE || self.is(index, key.bytes))
    }

    fn is(&self, index: usize, key: &[u8]) -> bool {
        self.names
            .get(index)
            .is_some_and(|name| name.as_bytes() == key)
    }
}

/// The first and the last bytes of a name, which overlap if it is short. Two
/// names of one length, at most [`WHOLE`](Self::WHOLE) bytes, are the same if
/// their ends are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ends(u64, u64);

impl Ends {
    const WHOLE: usize = 16;

    #[inline]
    fn of(name: &[u8]) -> Self {
        if let (Some(first), Some(last)) = (name.first_chunk::<8>(), name.last_chunk::<8>()) {
            return Self(u64::from_le_bytes(*first), u64::from_le_bytes(*last));
        }
        if let (Some(first), Some(last)) = (name.first_chunk::<4>(), name.last_chunk::<4>()) {
            let word = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
            return Self(word(first), word(last));
        }
        let word = name
            .iter()
            .fold(0, |word, &byte| word << 8 | u64::from(byte));
        Self(word, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_at_every_length() {
        let names: Vec<String> = (1..=16).map(|length| "n".repeat(4 * length)).collect();
        let known = Names::new(names.clone());
        let index_of = |key: &str| known.index_of(RawText::verbatim(key.as_bytes()));
        for (index, name) in names.iter().enumerate() {
            assert_eq!(index_of(name), Some(index));
            for place in 0..name.len() {
                let mut other = name.clone();
                other.replace_range(place..=place, "m");
                assert_eq!(index_of(&other), None, "{other}");
            }
        }
        for key in [
            "",
            "n",
            "nn",
            "nnn",
            "nnnnn",
            &"n".repeat(65),
            &"n".repeat(500),
        ] {
            assert_eq!(index_of(key), None, "{key}");
        }
    }
}
