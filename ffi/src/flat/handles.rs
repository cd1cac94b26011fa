//! Numbers for callers who cannot keep a pointer.
//!
//! A number is given once and never again: one that was freed, or never given,
//! is refused, whatever a program does with it.

use std::sync::{Arc, PoisonError, RwLock};

use crate::status::Status;

/// Everything that was given a number and not freed yet.
pub(super) struct Handles<T> {
    kept: RwLock<Kept<T>>,
}

struct Kept<T> {
    last: i64,
    /// In the order of their numbers: new ones come last.
    entries: Vec<(i64, Arc<T>)>,
}

impl<T> Kept<T> {
    fn place(&self, number: i64) -> Result<usize, Status> {
        self.entries
            .binary_search_by_key(&number, |entry| entry.0)
            .map_err(|_| Status::Argument)
    }
}

impl<T> Handles<T> {
    pub(super) const fn new() -> Self {
        Self {
            kept: RwLock::new(Kept {
                last: 0,
                entries: Vec::new(),
            }),
        }
    }

    /// Keeps an entry; its number is 1 or more.
    pub(super) fn keep(&self, entry: T) -> i64 {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.last += 1;
        let number = kept.last;
        kept.entries.push((number, Arc::new(entry)));
        number
    }

    pub(super) fn find(&self, number: i64) -> Result<Arc<T>, Status> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let (_, entry) = &kept.entries[kept.place(number)?];
        Ok(Arc::clone(entry))
    }

    /// Whoever has found the entry may still use it.
    pub(super) fn free(&self, number: i64) -> Result<(), Status> {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let place = kept.place(number)?;
        kept.entries.remove(place);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_never_given_again() {
        let handles = Handles::new();
        let (one, two) = (handles.keep('a'), handles.keep('b'));
        assert_eq!(handles.free(two), Ok(()));
        let three = handles.keep('c');
        assert!(0 < one && one < two && two < three);
        assert_eq!(handles.find(three).as_deref(), Ok(&'c'));
        assert_eq!(handles.find(one).as_deref(), Ok(&'a'));
        for number in [0, -1, two, three + 1, i64::MAX] {
            assert_eq!(handles.find(number), Err(Status::Argument));
            assert_eq!(handles.free(number), Err(Status::Argument));
        }
    }
}
