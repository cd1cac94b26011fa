//! A policy's waits by themselves: for a look, and for loops of other kinds.

use crate::Advice;

use super::backoff::Backoff;
use super::random::Draws;
use super::{Jitter, Policy};

/// The waits that a policy takes one after the other, in milliseconds, as long
/// as the server asks for none of its own. It never ends: attempts, deadline and
/// budget are a [`Call`](super::Call)'s business.
///
/// ```
/// use aftercall::Advice;
/// use aftercall::retry::{Jitter, Policy};
///
/// let policy = Policy::builder().jitter(Jitter::None).build()?;
/// let waits: Vec<u64> = policy.backoffs(Advice::Backoff, 7).take(4).collect();
/// assert_eq!(waits, [500, 1000, 2000, 4000]);
/// # Ok::<(), aftercall::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Backoffs {
    backoff: Backoff,
    draws: Draws,
    index: u32,
    previous_ms: u64,
}

impl Policy {
    /// The waits after failures of one advice ([`Throttle`](Advice::Throttle)
    /// has a base of its own), with the jitter of a seed. A call of that seed
    /// takes the same ones.
    #[must_use]
    pub const fn backoffs(&self, advice: Advice, seed: u64) -> Backoffs {
        Backoffs {
            backoff: self.backoff_after(advice),
            draws: Draws::Seeded(seed),
            index: 0,
            previous_ms: 0,
        }
    }
}

impl Iterator for Backoffs {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let u = match self.backoff.jitter {
            Jitter::None => 0,
            _ => self.draws.draw(),
        };
        let wait_ms = self.backoff.wait_ms(self.index, self.previous_ms, u);
        // A policy's last retry is its 99th; what comes later waits as long.
        self.index = (self.index + 1).min(98);
        self.previous_ms = wait_ms;
        Some(wait_ms)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, None)
    }
}
