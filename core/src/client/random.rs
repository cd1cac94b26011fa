//! Numbers that nobody can guess, for ids, boundaries and the seeds of calls.
//!
//! The standard library seeds its hash maps from the system; hashing the clock,
//! the process and a counter with such a seed gives numbers that differ
//! between threads, processes and forks. No key is made of them.

use core::hash::{BuildHasher as _, Hasher as _};
use std::collections::hash_map::RandomState;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// A number that was not given out before.
pub(crate) fn number() -> u64 {
    let mut hasher = SEED.build_hasher();
    hasher.write_u64(COUNTER.fetch_add(1, Ordering::Relaxed));
    // A forked child has the same seed and counter, but not the same id.
    hasher.write_u32(std::process::id());
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    hasher.write_u128(now.as_nanos());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_number_comes_twice() {
        let numbers: HashSet<u64> = (0..10_000).map(|_| number()).collect();
        assert_eq!(numbers.len(), 10_000);
    }
}
