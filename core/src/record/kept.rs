//! A bounded list: the first entries and the last ones.

use std::collections::VecDeque;

use super::entry::Entry;

const FIRST: usize = 40;
const LAST: usize = 60;

#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    first: Vec<Entry>,
    last: VecDeque<Entry>,
    count: u64,
}

impl Kept {
    pub(super) fn push(&mut self, entry: impl FnOnce(u64) -> Entry) {
        self.count += 1;
        let entry = entry(self.count);
        if self.first.len() < FIRST {
            self.first.push(entry);
            return;
        }
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(entry);
    }

    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// The latest entry.
    pub(super) fn latest(&self) -> Option<&Entry> {
        self.last.back().or_else(|| self.first.last())
    }

    /// All that is kept, in order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.first.iter().chain(&self.last)
    }
}
