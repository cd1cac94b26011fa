//! Which of a profile's field names a key is: asked for every key of every body.

use crate::json::short::Short;
use crate::json::text::RawText;

use super::fields::MAX_NAMES;
use super::layout::MAX_MORE;

/// As long as a field name may be.
pub(crate) const MAX_NAME_LENGTH: usize = 64;

/// At most a quarter of the slots are taken by flag, code, message and data:
/// nearly every look is the last. However many other names there are, some
/// slots stay free.
const SLOTS: usize = 4 * MAX_NAMES;

const _: () = assert!(SLOTS > MAX_NAMES + MAX_MORE);

/// Field names, the short ones found by one multiplication and a look or two.
#[derive(Debug)]
pub(crate) struct Names {
    names: Vec<String>,
    /// A name stands in the first free slot from its own.
    short: [Option<(Short, usize)>; SLOTS],
}

impl Default for Names {
    fn default() -> Self {
        Self {
            names: Vec::new(),
            short: [None; SLOTS],
        }
    }
}

impl Names {
    /// Takes the names; their indices stay. An empty name is a place that no key
    /// has.
    pub(crate) fn new(names: Vec<String>) -> Self {
        let mut short = [None; SLOTS];
        for (name, index) in names.iter().zip(0..) {
            let Some(name) = Short::of(name.as_bytes()).filter(|_| !name.is_empty()) else {
                continue;
            };
            let from = slot(name);
            let mut slots = (from..from + SLOTS).map(|slot| slot % SLOTS);
            let is_free = |slot: &usize| matches!(short.get(*slot), Some(None));
            if let Some(free) = slots.find(is_free).and_then(|slot| short.get_mut(slot)) {
                *free = Some((name, index));
            }
        }
        Self { names, short }
    }

    /// The name at an index.
    pub(crate) fn at(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(String::as_str)
    }

    /// The index of a plain key among the names.
    #[inline(always)]
    pub(crate) fn index_of_short(&self, key: Short) -> Option<usize> {
        let mut slot = slot(key);
        loop {
            let (name, index) = (*self.short.get(slot)?)?;
            if name == key {
                return Some(index);
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// The index of any key among the names, compared after unescaping.
    #[inline(never)]
    pub(crate) fn index_of(&self, key: RawText<'_>) -> Option<usize> {
        // A short key that stands at a body's end, for example.
        if !key.is_escaped
            && let Some(short) = Short::of(key.bytes)
        {
            return self.index_of_short(short);
        }
        self.names.iter().position(|name| {
            if key.is_escaped {
                key.chars().eq(name.chars())
            } else {
                key.bytes == name.as_bytes()
            }
        })
    }
}

#[inline(always)]
fn slot(name: Short) -> usize {
    let upper = name.hash() >> (u64::BITS - SLOTS.trailing_zeros());
    usize::try_from(upper).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_at_every_length() {
        let names: Vec<String> = (1..=16).map(|length| "n".repeat(4 * length)).collect();
        let known = Names::new(names.clone());
        let index_of = |key: &str| {
            let index = known.index_of(RawText::verbatim(key.as_bytes()));
            if let Some(short) = Short::of(key.as_bytes()) {
                assert_eq!(known.index_of_short(short), index, "{key}");
            }
            index
        };
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
