//! How much longer each wait is than the one before, as an exact fraction.
//!
//! `1.1` is eleven tenths, and not the nearest binary fraction: a wait of 500
//! ms, twice multiplied, is 605 ms in every language.

use core::fmt;

use crate::json::number;

/// A factor from 1 to 10, as a fraction in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Multiplier {
    pub(super) numerator: u64,
    pub(super) denominator: u64,
}

/// As many decimals as a 64-bit float needs to be written down exactly enough
/// to be read back.
const MAX_DECIMALS: u32 = 16;

impl Multiplier {
    pub(super) const TWO: Self = Self {
        numerator: 2,
        denominator: 1,
    };

    /// Reads any JSON spelling of a number.
    pub(super) fn parse(spelling: &str) -> Option<Self> {
        let (significand, power) = number::decimal(spelling.chars())?;
        let (numerator, denominator) = match u32::try_from(power) {
            Ok(power) => (significand.checked_mul(10_u128.checked_pow(power)?)?, 1),
            Err(_) => {
                let decimals = u32::try_from(power.unsigned_abs()).ok()?;
                (decimals <= MAX_DECIMALS).then_some(())?;
                (significand, 10_u64.checked_pow(decimals)?)
            }
        };
        let numerator = u64::try_from(numerator).ok()?;
        let is_allowed =
            numerator >= denominator && u128::from(numerator) <= u128::from(denominator) * 10;
        is_allowed.then(|| Self::reduced(numerator, denominator))
    }

    fn reduced(numerator: u64, denominator: u64) -> Self {
        let (mut divisor, mut rest) = (numerator, denominator);
        while rest != 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        Self {
            numerator: numerator / divisor,
            denominator: denominator / divisor,
        }
    }
}

/// The shortest decimal: `1.5`, `2`.
impl fmt::Display for Multiplier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.numerator / self.denominator)?;
        let mut rest = self.numerator % self.denominator;
        if rest != 0 {
            f.write_str(".")?;
        }
        // The denominator divides a power of ten, so this ends.
        while rest != 0 {
            let shifted = u128::from(rest) * 10;
            let denominator = u128::from(self.denominator);
            let digit = u64::try_from(shifted / denominator).unwrap_or(0);
            write!(f, "{digit}")?;
            rest = u64::try_from(shifted % denominator).unwrap_or(0);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_the_same_fraction() {
        for spelling in ["1.5", "15e-1", "0.15e1", "1.50000"] {
            let multiplier = Multiplier::parse(spelling).unwrap();
            assert_eq!((multiplier.numerator, multiplier.denominator), (3, 2));
            assert_eq!(multiplier.to_string(), "1.5");
        }
        assert_eq!(Multiplier::parse("2"), Some(Multiplier::TWO));
        assert_eq!(Multiplier::parse("2.0"), Some(Multiplier::TWO));
        assert_eq!(
            Multiplier::parse("1.4142135623730951").unwrap().to_string(),
            "1.4142135623730951"
        );
    }

    #[test]
    fn only_one_to_ten_with_sixteen_decimals_is_a_multiplier() {
        assert!(Multiplier::parse("1").is_some());
        assert!(Multiplier::parse("10").is_some());
        assert!(Multiplier::parse("1e1").is_some());
        for spelling in [
            "0",
            "0.9999999999999999",
            "10.1",
            "10.000000000000001",
            "-2",
            "1e400",
            "1e-400",
            "1.00000000000000001",
            "99999999999999999999999999999999999999999",
            "NaN",
            "inf",
            "",
        ] {
            assert_eq!(Multiplier::parse(spelling), None, "{spelling}");
        }
    }
}
