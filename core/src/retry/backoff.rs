//! How long to wait, computed exactly and rounded down once.
//!
//! The cap comes before the jitter, so that waits at the cap are spread as
//! well. The formulas are those of "Exponential Backoff And Jitter" (AWS
//! Architecture Blog, 2015) and its simulator.

use super::multiplier::Multiplier;
use super::policy::Jitter;
use super::random::WHOLE;
use super::wide::Wide;

/// What a backoff is computed from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    pub(super) base_ms: u32,
    pub(super) max_ms: u32,
    pub(super) multiplier: Multiplier,
    pub(super) jitter: Jitter,
}

impl Backoff {
    /// The wait before retry `index` (0 for the first), with the draw `u` in
    /// parts of [`WHOLE`]. `previous_ms` is the backoff computed last.
    #[inline]
    pub(super) fn wait_ms(&self, index: u32, previous_ms: u64, u: u64) -> u64 {
        match self.jitter {
            Jitter::None => self.grown(index, 1, 0),
            Jitter::Full => self.grown(index, u, 53),
            Jitter::Equal => self.grown(index, WHOLE + u, 54),
            Jitter::Decorrelated => {
                let base = u64::from(self.base_ms);
                let span = previous_ms.max(base).saturating_mul(3) - base;
                (base + part(span, u)).min(u64::from(self.max_ms))
            }
        }
    }

    /// `min(max, base × multiplier^index) × share / 2^shift`, rounded down.
    fn grown(&self, index: u32, share: u64, shift: u32) -> u64 {
        match self.without_fractions(index) {
            Some(wait) => scaled(wait, share, shift),
            None => self.with_fractions(index, share, shift),
        }
    }

    /// The capped wait before the jitter, if it is a whole number for certain.
    fn without_fractions(&self, index: u32) -> Option<u64> {
        if self.multiplier.denominator != 1 && index != 0 && self.base_ms != 0 {
            return None;
        }
        let wait = self
            .multiplier
            .numerator
            .checked_pow(index)
            .and_then(|power| power.checked_mul(u64::from(self.base_ms)));
        let max = u64::from(self.max_ms);
        // What overflows is beyond every cap; nothing grown stays nothing.
        Some(if self.base_ms == 0 {
            0
        } else {
            wait.map_or(max, |wait| wait.min(max))
        })
    }

    #[cold]
    fn with_fractions(&self, index: u32, share: u64, shift: u32) -> u64 {
        let Multiplier {
            numerator,
            denominator,
        } = self.multiplier;
        let max = u64::from(self.max_ms);
        let above = Wide::new(u64::from(self.base_ms)).times_power(numerator, index);
        let below = Wide::new(1).times_power(denominator, index);
        if above >= below.clone().times(max) {
            return scaled(max, share, shift);
        }
        above
            .times(share)
            .quotient_up_to(&below.times(1 << shift), max)
    }
}

/// The wait where the server asked for `server_ms`: never shorter, and a little
/// longer by chance, so that those who were told the same do not return at the
/// same moment.
pub(super) fn after_server_ms(server_ms: u64, jitter: Jitter, max_ms: u32, u: u64) -> u64 {
    if jitter == Jitter::None {
        return server_ms;
    }
    // u × min(server/10, max), rounded down once: the tenth may be a fraction.
    let tenths = u128::from(server_ms).min(u128::from(max_ms) * 10);
    let extra = tenths * u128::from(u) / (10 * u128::from(WHOLE));
    server_ms.saturating_add(u64::try_from(extra).unwrap_or(u64::MAX))
}

/// `span × u`, rounded down.
fn part(span: u64, u: u64) -> u64 {
    scaled(span, u, 53)
}

/// `value × share / 2^shift`, rounded down.
fn scaled(value: u64, share: u64, shift: u32) -> u64 {
    u64::try_from((u128::from(value) * u128::from(share)) >> shift).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn backoff(multiplier: &str, jitter: Jitter) -> Backoff {
        Backoff {
            base_ms: 500,
            max_ms: 20_000,
            multiplier: Multiplier::parse(multiplier).unwrap(),
            jitter,
        }
    }

    fn waits(backoff: &Backoff, u: u64) -> Vec<u64> {
        (0..8).map(|index| backoff.wait_ms(index, 0, u)).collect()
    }

    #[test]
    fn waits_double_up_to_the_cap() {
        let expected = [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000];
        assert_eq!(waits(&backoff("2", Jitter::None), 0), expected);
        assert_eq!(waits(&backoff("2", Jitter::Full), WHOLE), expected);
        assert_eq!(waits(&backoff("2", Jitter::Equal), WHOLE), expected);
        let halves: Vec<u64> = expected.iter().map(|wait| wait / 2).collect();
        assert_eq!(waits(&backoff("2", Jitter::Equal), 0), halves);
        assert_eq!(waits(&backoff("2", Jitter::Full), 0), [0; 8]);
    }

    #[test]
    fn decimal_multipliers_are_exact() {
        // In binary fractions 500 × 1.2 is a little below 600.
        let expected = [500, 600, 720, 864, 1036, 1244, 1492, 1791];
        assert_eq!(waits(&backoff("1.2", Jitter::None), 0), expected);
        let expected = [500, 550, 605, 665, 732, 805, 885, 974];
        assert_eq!(waits(&backoff("1.1", Jitter::None), 0), expected);
    }

    #[test]
    fn every_limit_is_survived() {
        for multiplier in ["1", "10", "1.0000000000000001", "9.9999999999999999", "1.5"] {
            let Some(multiplier) = Multiplier::parse(multiplier) else {
                panic!("{multiplier}")
            };
            for base_ms in [0, 1, 3_600_000] {
                for index in [0, 1, 50, 98] {
                    for jitter in Jitter::ALL {
                        let backoff = Backoff {
                            base_ms,
                            max_ms: 86_400_000,
                            multiplier,
                            jitter: *jitter,
                        };
                        let wait = backoff.wait_ms(index, u64::MAX, WHOLE);
                        assert!(wait <= 86_400_000);
                        assert!(base_ms != 0 || *jitter == Jitter::Decorrelated || wait == 0);
                    }
                }
            }
        }
    }

    #[test]
    fn a_servers_delay_is_only_ever_lengthened() {
        assert_eq!(after_server_ms(7000, Jitter::None, 20_000, WHOLE), 7000);
        assert_eq!(after_server_ms(7000, Jitter::Full, 20_000, 0), 7000);
        assert_eq!(after_server_ms(7000, Jitter::Full, 20_000, WHOLE), 7700);
        assert_eq!(after_server_ms(7005, Jitter::Full, 20_000, WHOLE), 7705);
        assert_eq!(
            after_server_ms(1_000_000, Jitter::Full, 20_000, WHOLE),
            1_020_000
        );
        assert_eq!(
            after_server_ms(u64::MAX, Jitter::Full, 20_000, WHOLE),
            u64::MAX
        );
    }

    proptest! {
        #[test]
        fn both_ways_to_compute_agree(
            base_ms in 0_u32..=3_600_000,
            max_ms in 0_u32..=86_400_000,
            numerator in 1_u64..=10,
            index in 0_u32..=98,
            u in 0..=WHOLE,
        ) {
            let multiplier = Multiplier { numerator, denominator: 1 };
            for (share, shift) in [(1, 0), (u, 53), (WHOLE + u, 54)] {
                let backoff = Backoff { base_ms, max_ms, multiplier, jitter: Jitter::None };
                prop_assert_eq!(
                    backoff.grown(index, share, shift),
                    backoff.with_fractions(index, share, shift)
                );
            }
        }

        #[test]
        fn waits_without_jitter_never_fall(
            base_ms in 0_u32..=3_600_000,
            max_ms in 0_u32..=86_400_000,
            thousandths in 1000_u64..=10_000,
        ) {
            let multiplier = Multiplier::parse(&format!("{thousandths}e-3")).unwrap();
            let backoff = Backoff { base_ms, max_ms, multiplier, jitter: Jitter::None };
            let waits: Vec<u64> = (0..99).map(|index| backoff.wait_ms(index, 0, 0)).collect();
            prop_assert!(waits.is_sorted(), "{:?}", waits);
            prop_assert!(waits.iter().all(|wait| *wait <= u64::from(max_ms)));
        }
    }
}
