//! Which brackets are open, without recursion and without the heap.

use super::scan::Stop;

/// Brackets are matched to this many levels.
pub(crate) const MAX_DEPTH: usize = 1024;

/// The brackets that are open, one bit each: set for an object.
pub(crate) struct OpenBrackets {
    bits: [u64; MAX_DEPTH / 64],
    /// Brackets open around the value that is being read.
    around: usize,
    depth: usize,
    pub(crate) in_object: bool,
}

impl OpenBrackets {
    pub(crate) fn new(around: usize) -> Self {
        Self {
            bits: [0; MAX_DEPTH / 64],
            around,
            depth: around,
            in_object: false,
        }
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, is_object: bool) -> Result<(), Stop> {
        // A level has a word as long as it is below `MAX_DEPTH`.
        let Some(word) = self.bits.get_mut(self.depth / 64) else {
            return Err(Stop::TooDeep);
        };
        let bit = 1 << (self.depth % 64);
        *word = if is_object { *word | bit } else { *word & !bit };
        self.depth += 1;
        self.in_object = is_object;
        Ok(())
    }

    /// Closes one bracket; says whether it was the outermost.
    #[inline(always)]
    pub(crate) fn pop(&mut self) -> bool {
        self.depth -= 1;
        if self.depth == self.around {
            return true;
        }
        let top = self.depth - 1;
        self.in_object = self
            .bits
            .get(top / 64)
            .is_some_and(|word| word & (1 << (top % 64)) != 0);
        false
    }
}
