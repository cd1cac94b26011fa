//! The shipped `budget.rs`, with loom's atomics in place of the processor's:
//! every interleaving of its threads is run.

use loom::sync::Arc;
use loom::thread;

mod atomics {
    pub(super) use loom::sync::atomic::{AtomicU32, Ordering};
}

#[path = "../../../core/src/retry/budget.rs"]
#[expect(
    unreachable_pub,
    dead_code,
    reason = "the file is public where it ships"
)]
mod budget;

use budget::Budget;

#[test]
fn tokens_are_taken_whole_and_by_one() {
    loom::model(|| {
        let budget = Arc::new(Budget::with_tokens(100, 30));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let budget = Arc::clone(&budget);
                thread::spawn(move || budget.take(14).is_ok())
            })
            .collect();
        let own = budget.take(14).is_ok();
        let others = threads.into_iter().map(|thread| thread.join().unwrap());
        let taken = others.chain([own]).filter(|taken| *taken).count();
        assert_eq!(taken, 2);
        assert_eq!(budget.tokens(), 2);
    });
}

#[test]
fn what_is_taken_and_given_back_adds_up() {
    loom::model(|| {
        let budget = Arc::new(Budget::with_tokens(100, 20));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let budget = Arc::clone(&budget);
                thread::spawn(move || {
                    if budget.take(14).is_ok() {
                        budget.give_back(14);
                    }
                    assert!(budget.tokens() <= 100);
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(budget.tokens(), 20);
    });
}

#[test]
fn there_is_never_more_than_the_capacity() {
    loom::model(|| {
        let budget = Arc::new(Budget::with_tokens(10, 9));
        let giver = {
            let budget = Arc::clone(&budget);
            thread::spawn(move || assert!(budget.give_back(5) <= 10))
        };
        let taken = budget.take(3).is_ok();
        assert!(budget.give_back(1) <= 10);
        giver.join().unwrap();
        assert!(taken);
        // 9 − 3 + 5 + 1 is more than fits, unless all was taken before.
        assert!((8..=10).contains(&budget.tokens()));
    });
}
