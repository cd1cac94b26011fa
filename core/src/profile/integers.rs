//! Codes and their rules, found in constant time.

/// Codes and their rules, found by one multiplication and a look or two: as fast
/// for ten thousand codes as for thirty. A search in a sorted array took twice
/// the time on codes that change from call to call.
#[derive(Debug, Default)]
pub(crate) struct IntegerTable {
    /// A power of two of slots, at most half of them taken; a code stands in the
    /// first free one from its own.
    slots: Vec<Slot>,
    /// How many bits of a product are too many.
    shift: u32,
    /// Those of one code stand together.
    rules: Vec<usize>,
}

/// A code and where its rules are; free if it has none.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    code: i64,
    first: u32,
    count: u32,
}

impl IntegerTable {
    /// Takes codes, each with one rule or more.
    pub(crate) fn new(codes: Vec<(i64, Vec<usize>)>) -> Self {
        let slots = (codes.len() * 2).next_power_of_two().max(2);
        let mut table = Self {
            slots: vec![Slot::default(); slots],
            shift: u64::BITS - slots.trailing_zeros(),
            rules: Vec::new(),
        };
        for (code, rules) in codes {
            let number = |number: usize| u32::try_from(number).unwrap_or_default();
            let entry = Slot {
                code,
                first: number(table.rules.len()),
                count: number(rules.len()),
            };
            let mut slot = table.slot(code);
            while table.slots.get(slot).is_some_and(|slot| slot.count > 0) {
                slot = table.behind(slot);
            }
            if let Some(free) = table.slots.get_mut(slot) {
                *free = entry;
            }
            table.rules.extend(rules);
        }
        table
    }

    #[inline(always)]
    pub(crate) fn find(&self, code: i64) -> &[usize] {
        let mut slot = self.slot(code);
        while let Some(taken) = self.slots.get(slot).filter(|slot| slot.count > 0) {
            if taken.code == code {
                let rules = self.rules.get(taken.first as usize..);
                return rules
                    .and_then(|rules| rules.get(..taken.count as usize))
                    .unwrap_or_default();
            }
            slot = self.behind(slot);
        }
        &[]
    }

    /// Every rule of every code.
    pub(crate) fn rules(&self) -> &[usize] {
        &self.rules
    }

    /// Fibonacci hashing: the upper bits of the product, as many as it takes.
    #[inline(always)]
    fn slot(&self, code: i64) -> usize {
        let product = code.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        usize::try_from(product >> self.shift).unwrap_or_default()
    }

    #[inline(always)]
    fn behind(&self, slot: usize) -> usize {
        (slot + 1) & self.slots.len().wrapping_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_a_large_table_is_found_and_no_other() {
        let codes: Vec<i64> = (0..10_000).map(|n| n * n * 37 - 5_000_000).collect();
        let mut sorted = codes.clone();
        sorted.dedup();
        let table = IntegerTable::new(sorted.iter().copied().zip((0..).map(|n| vec![n])).collect());
        for (index, code) in sorted.iter().enumerate() {
            assert_eq!(table.find(*code), [index]);
            assert_eq!(table.find(code + 1), [0_usize; 0]);
        }
        assert_eq!(IntegerTable::new(Vec::new()).find(0), [0_usize; 0]);
        assert_eq!(IntegerTable::default().find(0), [0_usize; 0]);
    }
}
