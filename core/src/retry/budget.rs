//! What all calls of one credential may spend on repeats.
//!
//! A token bucket without a clock: repeats take tokens, successes bring them
//! back. While most calls succeed it is full and nobody notices it; when a
//! server is down it empties, and calls fail after their first attempt instead
//! of multiplying the load (AWS SDKs, "Retry behavior"; gRPC proposal A6).
//!
//! This file knows nothing but its atomics, so that a model checker can run it
//! as it stands.

use super::atomics::{AtomicU32, Ordering};

/// A bucket of tokens, shared by all calls of one host and credential.
///
/// Any number of threads may use it at once. There are never fewer than 0 nor
/// more than `capacity` tokens in it.
///
/// ```
/// use aftercall::retry::Budget;
///
/// let budget = Budget::new(500);
/// assert_eq!(budget.tokens(), 500);
/// ```
#[derive(Debug)]
#[repr(align(64))] // what else is written must not share its cache line
pub struct Budget {
    tokens: AtomicU32,
    capacity: u32,
}

impl Budget {
    /// A full budget.
    #[must_use]
    pub fn new(capacity: u32) -> Self {
        Self::with_tokens(capacity, capacity)
    }

    /// A budget with so many tokens, at most the capacity.
    #[must_use]
    pub fn with_tokens(capacity: u32, tokens: u32) -> Self {
        Self {
            tokens: AtomicU32::new(tokens.min(capacity)),
            capacity,
        }
    }

    /// How many tokens there are now.
    #[must_use]
    pub fn tokens(&self) -> u32 {
        self.tokens.load(Ordering::Relaxed)
    }

    /// How many tokens there can be.
    #[must_use]
    pub const fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Takes all of `cost`, or nothing. `Ok` and `Err` say how many tokens there
    /// are then.
    pub(crate) fn take(&self, cost: u32) -> Result<u32, u32> {
        self.change(|tokens| tokens.checked_sub(cost))
    }

    /// Gives tokens back; what does not fit is gone.
    pub(crate) fn give_back(&self, tokens: u32) -> u32 {
        let given = self.change(|present| {
            let after = present.saturating_add(tokens).min(self.capacity);
            // A full bucket is the usual case, and needs no write.
            (after != present).then_some(after)
        });
        given.unwrap_or_else(|unchanged| unchanged)
    }

    /// The tokens carry nothing but their number, so no ordering is needed.
    fn change(&self, next: impl Fn(u32) -> Option<u32>) -> Result<u32, u32> {
        let mut present = self.tokens.load(Ordering::Relaxed);
        loop {
            let Some(after) = next(present) else {
                return Err(present);
            };
            match self.tokens.compare_exchange_weak(
                present,
                after,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(after),
                Err(other) => present = other,
            }
        }
    }
}
