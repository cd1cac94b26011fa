//! Ranges of integers and what stands for each: found by one search in a sorted
//! array, however many ranges there are.

use core::ops::RangeInclusive;

use crate::order::sort;

use super::catalogue::MAX_RULES_PER_CODE;

/// As many places as all segments together may have: where thousands of
/// ranges overlap, there could be millions.
const MAX_PLACES: usize = 1 << 20;

/// Numbers of rules, by the integers that they are for.
#[derive(Debug, Default)]
pub(crate) struct Ranges {
    /// Where each segment begins. The first begins at the smallest integer.
    starts: Vec<i64>,
    /// The rules of each segment in their order.
    rules: Vec<Vec<usize>>,
}

/// A range and the number of its rule.
#[derive(Clone, Debug)]
pub(crate) struct Ranged {
    pub(crate) codes: RangeInclusive<i64>,
    pub(crate) rule: usize,
    /// The rule asks for nothing else: those behind it are never tried.
    pub(crate) is_final: bool,
}

/// So many ranges overlap that the table would be out of proportion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyOverlaps;

impl Ranges {
    /// Takes ranges in the order of their rules.
    pub(crate) fn new(ranges: &[Ranged]) -> Result<Self, TooManyOverlaps> {
        if ranges.is_empty() {
            return Ok(Self::default());
        }
        let mut starts = vec![i64::MIN];
        for range in ranges {
            starts.push(*range.codes.start());
            if let Some(behind) = range.codes.end().checked_add(1) {
                starts.push(behind);
            }
        }
        sort(&mut starts, i64::cmp);
        starts.dedup();
        // A segment that a final rule has closed takes no more; `next_open`
        // leads past the closed ones, so that they are not walked over again.
        let mut rules = vec![Vec::new(); starts.len()];
        let mut next_open: Vec<usize> = (0..=starts.len()).collect();
        let mut places = 0;
        for range in ranges {
            let first = starts.partition_point(|start| start < range.codes.start());
            let end = starts.partition_point(|start| start <= range.codes.end());
            let mut segment = open_from(&mut next_open, first);
            while segment < end {
                if let Some(rules) = rules.get_mut(segment) {
                    rules.push(range.rule);
                    places += 1;
                    if rules.len() > MAX_RULES_PER_CODE {
                        return Err(TooManyOverlaps);
                    }
                }
                if range.is_final
                    && let Some(next) = next_open.get_mut(segment)
                {
                    *next = segment + 1;
                }
                segment = open_from(&mut next_open, segment + 1);
            }
            if places > MAX_PLACES {
                return Err(TooManyOverlaps);
            }
        }
        Ok(Self { starts, rules })
    }

    /// The rules for an integer, in their order.
    #[inline]
    pub(crate) fn find(&self, code: i64) -> &[usize] {
        self.starts
            .partition_point(|start| *start <= code)
            .checked_sub(1)
            .and_then(|segment| self.rules.get(segment))
            .map_or(&[], Vec::as_slice)
    }

    /// The rules of every segment.
    pub(crate) fn lists(&self) -> &[Vec<usize>] {
        &self.rules
    }
}

/// The first open segment from `segment` on; shortens the way for the next.
fn open_from(next_open: &mut [usize], segment: usize) -> usize {
    let mut open = segment;
    while let Some(&next) = next_open.get(open)
        && next != open
    {
        open = next;
    }
    let mut at = segment;
    while at < open {
        match next_open.get_mut(at) {
            Some(next) => at = core::mem::replace(next, open),
            None => break,
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(given: &[(i64, i64, bool)]) -> Vec<Ranged> {
        given
            .iter()
            .enumerate()
            .map(|(rule, &(from, to, is_final))| Ranged {
                codes: from..=to,
                rule,
                is_final,
            })
            .collect()
    }

    #[test]
    fn the_first_ranges_come_first_and_final_ones_last() {
        let table = Ranges::new(&ranges(&[
            (10, 20, false),
            (15, 30, true),
            (12, 18, true),
            (25, 40, true),
        ]))
        .unwrap();
        for (code, rules) in [
            (9, &[][..]),
            (10, &[0]),
            (12, &[0, 2]),
            (14, &[0, 2]),
            (15, &[0, 1]),
            (20, &[0, 1]),
            (21, &[1]),
            (30, &[1]),
            (31, &[3]),
            (40, &[3]),
            (41, &[]),
            (i64::MIN, &[]),
            (i64::MAX, &[]),
        ] {
            assert_eq!(table.find(code), rules, "{code}");
        }
        assert_eq!(Ranges::default().find(0), [0_usize; 0]);
    }

    #[test]
    fn every_lookup_is_that_of_a_walk_over_all_ranges() {
        let mut seed = 7_u64;
        let mut random = |below: i64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            i64::try_from(seed >> 33).unwrap() % below
        };
        for _ in 0..200 {
            let given: Vec<_> = (0..8)
                .map(|_| {
                    let from = random(30);
                    (from, from + random(12), random(2) == 0)
                })
                .collect();
            let list = ranges(&given);
            let table = Ranges::new(&list).unwrap();
            for code in -1..45 {
                let mut expected = Vec::new();
                for range in list.iter().filter(|range| range.codes.contains(&code)) {
                    expected.push(range.rule);
                    if range.is_final {
                        break;
                    }
                }
                assert_eq!(table.find(code), expected, "{given:?} {code}");
            }
        }
    }

    #[test]
    fn the_ends_of_all_integers_are_in_reach() {
        let table = Ranges::new(&ranges(&[(i64::MIN, -5, true), (5, i64::MAX, true)])).unwrap();
        assert_eq!(table.find(i64::MIN), [0]);
        assert_eq!(table.find(0), [0_usize; 0]);
        assert_eq!(table.find(i64::MAX), [1]);
    }

    #[test]
    fn too_many_overlaps_are_refused_and_many_shadowed_ones_are_quick() {
        let nested: Vec<_> = (0..4000).map(|n| (n, 10_000 - n, false)).collect();
        assert!(Ranges::new(&ranges(&nested)).is_err());
        let shadowed: Vec<_> = (0..100_000).map(|n| (0, 200_000 - n, true)).collect();
        assert!(Ranges::new(&ranges(&shadowed)).is_ok());
    }
}
