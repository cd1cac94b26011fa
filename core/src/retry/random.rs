//! The numbers that jitter is made of.
//!
//! `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number
//! generators", 2014): one word of state, the same sequence on every machine.
//! The top 53 bits of a word, divided by 2^53, are the draw `u` in [0, 1).

use core::hash::{BuildHasher as _, Hasher as _};
use std::hash::RandomState;

/// A draw, as an integer of this many parts: 2^53.
pub(super) const WHOLE: u64 = 1 << 53;

/// Where a call's draws come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Draws {
    Seeded(u64),
    /// The same draw for ever, for tests.
    Fixed(u64),
}

impl Draws {
    /// The next `u`, in parts of [`WHOLE`].
    pub(super) const fn draw(&mut self) -> u64 {
        match self {
            Self::Fixed(draw) => *draw,
            Self::Seeded(state) => {
                *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let mut word = *state;
                word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                (word ^ (word >> 31)) >> 11
            }
        }
    }

    /// `u` itself, limited to 0 to 1; what is no number is 0.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the product is a whole number from 0 to 2^53"
    )]
    pub(super) fn fixed(u: f64) -> Self {
        // 2^53 is a power of two: the product is exact.
        Self::Fixed((u.clamp(0.0, 1.0) * 9_007_199_254_740_992.0) as u64)
    }
}

/// A seed that no other call has, from the operating system's randomness.
///
/// The engine draws nothing itself, so that every decision can be repeated; a
/// host that has no seed of its own takes one from here. Calls with the same
/// seed wait equally long and come back together, which jitter is there to
/// prevent.
#[must_use]
pub fn fresh_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_splitmix64() {
        // The first words for seed 1234567, from the reference implementation.
        let mut draws = Draws::Seeded(1_234_567);
        for word in [
            6_457_827_717_110_365_317_u64, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ] {
            assert_eq!(draws.draw(), word >> 11);
        }
    }

    #[test]
    fn a_fixed_draw_is_exact_and_within_bounds() {
        for (u, draw) in [
            (0.0, 0),
            (0.5, WHOLE / 2),
            (1.0, WHOLE),
            (-1.0, 0),
            (7.0, WHOLE),
            (f64::NAN, 0),
        ] {
            assert_eq!(Draws::fixed(u).draw(), draw, "{u}");
        }
    }

    #[test]
    fn fresh_seeds_differ() {
        let seeds: std::collections::BTreeSet<u64> = (0..100).map(|_| fresh_seed()).collect();
        assert_eq!(seeds.len(), 100);
    }
}
