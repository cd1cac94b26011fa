//! Integers as wide as the longest exact backoff: 6,144 bits, on the stack.
//!
//! A multiplier has at most 17 digits, is raised to the 98th power at most, and
//! meets a base below 2^22 and a fraction of 54 bits: that is 5,617 bits.

const LIMBS: usize = 96;

/// An integer without sign, least significant limb first.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Wide {
    limbs: [u64; LIMBS],
    /// Limbs from here on are zero.
    used: usize,
}

impl Wide {
    pub(super) fn new(value: u64) -> Self {
        let mut wide = Self {
            limbs: [0; LIMBS],
            used: 1,
        };
        if let Some(lowest) = wide.limbs.first_mut() {
            *lowest = value;
        }
        wide
    }

    /// `self × factor`; what would not fit is cut off at the top.
    pub(super) fn times(mut self, factor: u64) -> Self {
        let mut carry = 0_u128;
        for limb in self.limbs.iter_mut().take(self.used) {
            let product = u128::from(*limb) * u128::from(factor) + carry;
            (*limb, carry) = (low_half(product), product >> 64);
        }
        if carry != 0
            && let Some(next) = self.limbs.get_mut(self.used)
        {
            *next = low_half(carry);
            self.used += 1;
        }
        self
    }

    pub(super) fn times_power(self, factor: u64, exponent: u32) -> Self {
        (0..exponent).fold(self, |product, _| product.times(factor))
    }

    /// The largest `q` up to `limit` with `q × divisor ≤ self`.
    pub(super) fn quotient_up_to(&self, divisor: &Self, limit: u64) -> u64 {
        let (mut low, mut high) = (0, limit);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if divisor.clone().times(middle) <= *self {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        low
    }
}

impl PartialOrd for Wide {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        let differing = self
            .limbs
            .iter()
            .rev()
            .zip(other.limbs.iter().rev())
            .map(|(own, others)| own.cmp(others))
            .find(|order| order.is_ne());
        Some(differing.unwrap_or(core::cmp::Ordering::Equal))
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the upper half is the carry"
)]
const fn low_half(product: u128) -> u64 {
    product as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_carry_into_the_next_limb() {
        let square = Wide::new(u64::MAX).times(u64::MAX);
        let expected = u128::from(u64::MAX) * u128::from(u64::MAX);
        assert_eq!(square.limbs[0], low_half(expected));
        assert_eq!(square.limbs[1], low_half(expected >> 64));
        assert_eq!(square.used, 2);
    }

    #[test]
    fn a_quotient_is_rounded_down_and_limited() {
        let power = Wide::new(1).times_power(10, 60);
        let divisor = Wide::new(1).times_power(10, 57);
        assert_eq!(power.quotient_up_to(&divisor, 10_000), 1000);
        assert_eq!(power.quotient_up_to(&divisor, 999), 999);
        assert_eq!(power.quotient_up_to(&divisor.clone().times(3), 10_000), 333);
        assert_eq!(Wide::new(0).quotient_up_to(&divisor, 5), 0);
    }

    #[test]
    fn the_longest_backoff_fits() {
        let digits = 99_999_999_999_999_999; // 17 digits
        let longest = Wide::new(3_600_000).times_power(digits, 98).times(1 << 54);
        assert!(longest.used < LIMBS, "{}", longest.used);
    }
}
