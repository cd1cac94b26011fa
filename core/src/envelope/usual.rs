//! The fields that most bodies have, in the order that most servers write them.

use core::ops::Range;

use crate::json::scan::Scanner;
use crate::json::usual::UsualKey;

use super::names::Names;

/// Where the order of the parts begins: with the flag, if there is one.
pub(super) const FIRST_PLACE: usize = 0;

/// The first names of flag, code, message and data, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct UsualFields(Vec<UsualField>);

/// One of them, and its slot.
#[derive(Debug)]
pub(super) struct UsualField {
    key: UsualKey,
    pub(super) slot: usize,
    /// The place of the one that is expected next.
    pub(super) next: usize,
}

impl UsualFields {
    /// Takes the slots of each part; a name below the top level, or one that cannot
    /// be compared at once, is left out.
    pub(super) fn new(names: &Names, parts: [Range<usize>; 4]) -> Self {
        let mut usual = Vec::new();
        for slot in parts.into_iter().filter_map(|mut part| part.next()) {
            let name = names.at(slot).filter(|name| !name.is_empty());
            if let Some(key) = name.and_then(UsualKey::of) {
                let next = usual.len() + 1;
                usual.push(UsualField { key, slot, next });
            }
        }
        if let Some(last) = usual.last_mut() {
            last.next = FIRST_PLACE;
        }
        Self(usual)
    }

    /// Passes the key that is expected in a place. A body may also begin with its
    /// data, which is the last of them.
    #[inline(always)]
    pub(super) fn take(&self, scanner: &mut Scanner<'_>, place: usize) -> Option<&UsualField> {
        let mut is_there = |usual: &&UsualField| scanner.take_usual(&usual.key);
        let expected = self.0.get(place).filter(&mut is_there);
        match expected {
            None if place == FIRST_PLACE => self.0.last().filter(is_there),
            _ => expected,
        }
    }

    /// The place behind a field that was found: that of the next part.
    #[inline(always)]
    pub(super) fn place_behind(&self, slot: usize) -> usize {
        let is_behind = |usual: &UsualField| usual.slot > slot;
        self.0.iter().position(is_behind).unwrap_or(FIRST_PLACE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> UsualFields {
        let names = ["status", "error_code", "", "a name of many letters", "data"];
        let names = Names::new(names.map(str::to_owned).to_vec());
        UsualFields::new(&names, [0..1, 1..2, 2..4, 4..5])
    }

    #[test]
    fn each_is_expected_behind_the_one_before() {
        let usual = usual();
        let text = br#""data":"status":"error_code":"data":"status":                "#;
        let mut scanner = Scanner::new(text);
        let mut place = FIRST_PLACE;
        let mut slots = Vec::new();
        while let Some(field) = usual.take(&mut scanner, place) {
            place = field.next;
            slots.push(field.slot);
        }
        assert_eq!(slots, [4, 0, 1, 4, 0]);
    }

    #[test]
    fn behind_a_field_comes_the_next_part() {
        let usual = usual();
        let places = [0, 1, 2, 3, 4, 40].map(|slot| usual.place_behind(slot));
        assert_eq!(places, [1, 2, 2, 2, 0, 0]);
    }
}
