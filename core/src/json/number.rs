//! Exact integers from any JSON spelling: `67200004`, `67200004.0`,
//! `6.7200004e7` are one number.
//!
//! No floating point is involved, so nothing is rounded and nothing overflows
//! silently, however long the digits or the exponent are.

/// What a text is, read as a JSON number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// An integer that fits signed 64 bits.
    Integer(i64),
    /// An integer that does not.
    TooLarge,
    /// A number with a fraction.
    Fraction,
    /// No number by JSON's grammar (RFC 8259, section 6).
    Malformed,
}

impl Number {
    /// Reads all of `characters`; anything beside the number makes it none.
    pub(crate) fn read(characters: impl Iterator<Item = char>) -> Self {
        spelled(characters).map_or(Self::Malformed, |spelling| {
            spelling
                .significand
                .scaled(spelling.exponent, spelling.is_negative)
        })
    }
}

/// A number without a sign as `significand × 10^power`, if it is one and its
/// significand fits 128 bits.
pub(crate) fn decimal(characters: impl Iterator<Item = char>) -> Option<(u128, i64)> {
    let Spelling {
        is_negative,
        significand,
        exponent,
    } = spelled(characters)?;
    (!is_negative && !significand.is_long)
        .then_some((significand.value, significand.power(exponent)))
}

/// A number from 0 to 1 as the nearest 64-bit float. The standard library's
/// `parse` says the same, with tables and code of 17 KB. Places behind the 21st
/// are cut off: no float needs as many to be written down.
pub(crate) fn unit(characters: impl Iterator<Item = char>) -> Option<f64> {
    const MOST_PLACES: u32 = 21;
    let (mut significand, power) = decimal(characters)?;
    if significand == 0 {
        return Some(0.0);
    }
    let mut places = u32::try_from(power.checked_neg()?).ok()?;
    while places > MOST_PLACES {
        significand /= 10;
        if significand == 0 {
            return Some(0.0);
        }
        places -= 1;
    }
    // 57 bits at least are left: those behind the float's 53 say how it is
    // rounded, and any rest is a bit among them.
    let shift = significand.leading_zeros().checked_sub(1)?;
    let (scaled, divisor) = (significand << shift, 10_u128.pow(places));
    let rest = u128::from(!scaled.is_multiple_of(divisor));
    let unit = ((scaled / divisor) | rest) as f64 / (1_u128 << shift) as f64;
    (unit <= 1.0).then_some(unit)
}

/// The parts of a number as they were written.
struct Spelling {
    is_negative: bool,
    significand: Significand,
    exponent: i64,
}

/// Reads by JSON's grammar.
fn spelled(characters: impl Iterator<Item = char>) -> Option<Spelling> {
    let mut characters = characters.peekable();
    let is_negative = characters.next_if_eq(&'-').is_some();
    let mut significand = Significand::default();

    if characters.next_if_eq(&'0').is_none() && !significand.integer_digits(&mut characters) {
        return None;
    }
    if characters.next_if_eq(&'.').is_some() && !significand.fraction_digits(&mut characters) {
        return None;
    }
    let mut exponent = 0;
    if characters.next_if(|c| matches!(c, 'e' | 'E')).is_some() {
        let falls = characters.next_if(|c| matches!(c, '+' | '-')) == Some('-');
        let magnitude = exponent_digits(&mut characters)?;
        exponent = if falls { -magnitude } else { magnitude };
    }
    characters.next().is_none().then_some(Spelling {
        is_negative,
        significand,
        exponent,
    })
}

/// The digits of a number without sign and exponent:
/// `value × 10^(zeros − places)`, where `value` does not end in a zero.
#[derive(Default)]
struct Significand {
    value: u128,
    /// A digit did not fit into `value`, which may be small all the same: zeros
    /// may stand before that digit.
    is_long: bool,
    /// Zeros read since the last digit that was not zero.
    zeros: i64,
    /// Digits read behind the point.
    places: i64,
}

impl Significand {
    /// Digits before the point; says whether there was one.
    fn integer_digits(
        &mut self,
        characters: &mut core::iter::Peekable<impl Iterator<Item = char>>,
    ) -> bool {
        let mut any = false;
        while let Some(digit) = next_digit(characters) {
            self.push(digit);
            any = true;
        }
        any
    }

    /// Digits behind the point; says whether there was one.
    fn fraction_digits(
        &mut self,
        characters: &mut core::iter::Peekable<impl Iterator<Item = char>>,
    ) -> bool {
        let mut any = false;
        while let Some(digit) = next_digit(characters) {
            self.push(digit);
            self.places += 1;
            any = true;
        }
        any
    }

    fn push(&mut self, digit: u32) {
        if digit == 0 {
            // Leading zeros of a fraction carry no digit to be shifted.
            if self.value != 0 || self.is_long {
                self.zeros += 1;
            }
            return;
        }
        let grown = u32::try_from(self.zeros + 1)
            .ok()
            .and_then(|digits| 10_u128.checked_pow(digits))
            .and_then(|shift| self.value.checked_mul(shift))
            .and_then(|value| value.checked_add(u128::from(digit)));
        match grown {
            Some(value) => self.value = value,
            None => self.is_long = true,
        }
        self.zeros = 0;
    }

    /// The power of ten behind `value`.
    const fn power(&self, exponent: i64) -> i64 {
        exponent
            .saturating_add(self.zeros)
            .saturating_sub(self.places)
    }

    fn scaled(&self, exponent: i64, negative: bool) -> Number {
        if self.value == 0 && !self.is_long {
            return Number::Integer(0);
        }
        let power = self.power(exponent);
        if power < 0 {
            return Number::Fraction;
        }
        let magnitude = u32::try_from(power)
            .ok()
            .filter(|_| !self.is_long)
            .and_then(|power| 10_u128.checked_pow(power))
            .and_then(|shift| self.value.checked_mul(shift))
            .and_then(|magnitude| i128::try_from(magnitude).ok());
        magnitude
            .map(|magnitude| if negative { -magnitude } else { magnitude })
            .and_then(|integer| i64::try_from(integer).ok())
            .map_or(Number::TooLarge, Number::Integer)
    }
}

/// The digits of an exponent, saturating far beyond any power that matters.
fn exponent_digits(
    characters: &mut core::iter::Peekable<impl Iterator<Item = char>>,
) -> Option<i64> {
    const FAR: i64 = i64::MAX / 4;
    let mut magnitude = i64::from(next_digit(characters)?);
    while let Some(digit) = next_digit(characters) {
        magnitude = magnitude
            .saturating_mul(10)
            .saturating_add(i64::from(digit))
            .min(FAR);
    }
    Some(magnitude)
}

fn next_digit(characters: &mut core::iter::Peekable<impl Iterator<Item = char>>) -> Option<u32> {
    characters
        .next_if(char::is_ascii_digit)
        .and_then(|digit| digit.to_digit(10))
}

#[cfg(test)]
mod tests {
    use super::Number::{self, Fraction, Integer, Malformed, TooLarge};
    use super::unit;

    #[test]
    fn a_unit_is_the_float_that_the_standard_library_reads() {
        let mut word = 0x9E37_79B9_7F4A_7C15_u64;
        for digits in 1..=21 {
            for _ in 0..500 {
                let mut spelling = String::from("0.");
                for _ in 0..digits {
                    word = word.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
                    spelling.push(char::from(b'0' + u8::try_from((word >> 40) % 10).unwrap()));
                }
                let found = unit(spelling.chars());
                assert_eq!(found, spelling.parse().ok(), "{spelling}");
            }
        }
        for spelling in [
            "0", "0.0", "1", "1.0", "1e0", "0e9", "10e-1", "2.5e-7", "1E-19",
        ] {
            assert_eq!(unit(spelling.chars()), spelling.parse().ok(), "{spelling}");
        }
        for spelling in ["-1", "1.0000001", "2", "1e1", "7e99", "", "x", ".5"] {
            assert_eq!(unit(spelling.chars()), None, "{spelling}");
        }
        assert_eq!(unit("3e-400".chars()), Some(0.0));
        assert_eq!(unit("0.500000000000000000000009".chars()), Some(0.5));
    }

    fn read(text: &str) -> Number {
        Number::read(text.chars())
    }

    #[test]
    fn every_spelling_of_an_integer_is_that_integer() {
        for text in [
            "67200004",
            "67200004.0",
            "67200004.000",
            "6.7200004e7",
            "6.7200004E+7",
            "672000040e-1",
            "0.67200004e8",
            "6720000400000000000000000000000000000000000000000000e-44",
            "0.0000000000000000000000000000000000000000067200004e49",
        ] {
            assert_eq!(read(text), Integer(67_200_004), "{text}");
        }
        assert_eq!(read("-1"), Integer(-1));
        assert_eq!(read("1000"), Integer(1000));
        assert_eq!(read("100.50e2"), Integer(10_050));
    }

    #[test]
    fn zero_has_many_spellings() {
        for text in [
            "0", "-0", "0.0", "0e5", "-0.000e-99", "0e999999999999999999999999",
        ] {
            assert_eq!(read(text), Integer(0), "{text}");
        }
    }

    #[test]
    fn the_limits_of_64_bits_hold() {
        assert_eq!(read("9223372036854775807"), Integer(i64::MAX));
        assert_eq!(read("9223372036854775808"), TooLarge);
        assert_eq!(read("-9223372036854775808"), Integer(i64::MIN));
        assert_eq!(read("-9223372036854775809"), TooLarge);
        assert_eq!(read("6e999"), TooLarge);
        assert_eq!(read("2e88888888888888888888"), TooLarge);
        assert_eq!(read(&"9".repeat(100)), TooLarge);
        assert_eq!(read(&format!("5{}1", "0".repeat(50))), TooLarge);
        assert_eq!(read(&format!("5{}1e-51", "0".repeat(50))), Fraction);
    }

    #[test]
    fn a_fraction_is_no_integer_however_small() {
        for text in [
            "1.5", "15e-1", "1e-1", "2e-88888888888888888888", "0.1e0", "-0.5",
        ] {
            assert_eq!(read(text), Fraction, "{text}");
        }
        assert_eq!(read(&format!("{}.1", "9".repeat(60))), Fraction);
    }

    #[test]
    fn what_json_does_not_call_a_number_is_none() {
        for text in [
            "", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "1_000", "0x10", "1 ", " 1", "١",
            "1e5x", "--1", "Infinity", "NaN",
        ] {
            assert_eq!(read(text), Malformed, "{text}");
        }
    }
}
