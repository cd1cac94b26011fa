//! Codes and their rules, found in constant time.

/// Codes and their rules, found by one multiplication and a look or two: as fast
/// for ten thousand codes as for thirty. A search in a sorted array took twice
/// the time on codes that change from call to call.
#[derive(Debug, Default)]
pub(crate) struct IntegerTable {
    /// A power of two of slots, at most half of them taken; a code stands in the
    /// first free one from its own.
    slots: Vec<Option<(i64, u32)>>,
    /// How many bits of a product are too many.
    shift: u32,
    rules: Vec<Vec<usize>>,
}

impl IntegerTable {
    pub(crate) fn new(codes: Vec<(i64, Vec<usize>)>) -> Self {
        let slots = (codes.len() * 2).next_power_of_two().max(2);
        let mut table = Self {
            slots: vec![None; slots],
            shift: u64::BITS - slots.trailing_zeros(),
            rules: Vec::new(),
        };
        for (code, rules) in codes {
            let entry = u32::try_from(table.rules.len()).ok().map(|at| (code, at));
            let mut slot = table.slot(code);
            while table.slots.get(slot).is_some_and(Option::is_some) {
                slot = table.behind(slot);
            }
            if let Some(free) = table.slots.get_mut(slot) {
                *free = entry;
            }
            table.rules.push(rules);
        }
        table
    }

    #[inline(always)]
    pub(crate) fn find(&self, code: i64) -> &[usize] {
        let mut slot = self.slot(code);
        while let Some(Some((other, at))) = self.slots.get(slot) {
            if *other == code {
                return self.rules.get(*at as usize).map_or(&[], Vec::as_slice);
            }
            slot = self.behind(slot);
        }
        &[]
    }

    /// The rules of every code.
    pub(crate) fn lists(&self) -> &[Vec<usize>] {
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
