//! Texts of at most 16 bytes, as two integers: compared and hashed at once.

use super::block::{BLOCK, words};

/// A short text; zeros fill it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Short(u64, u64);

impl Short {
    /// The first `length` bytes of a block.
    #[inline(always)]
    pub(crate) fn beginning(block: &[u8; BLOCK], length: usize) -> Self {
        let (first, second) = words(block);
        let (of_first, of_second) = MASKS.get(length).copied().unwrap_or((u64::MAX, u64::MAX));
        Self(first & of_first, second & of_second)
    }

    /// Nothing if the text is longer, or holds the byte that fills up.
    pub(crate) fn of(text: &[u8]) -> Option<Self> {
        let mut block = [0; BLOCK];
        block.get_mut(..text.len())?.copy_from_slice(text);
        (!text.contains(&0)).then_some(Self::beginning(&block, BLOCK))
    }

    /// Fibonacci hashing: the upper bits are the good ones.
    #[inline(always)]
    pub(crate) fn hash(self) -> u64 {
        (self.0 ^ self.1.rotate_left(27)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

/// For each length the bits that belong to it, in both words.
const MASKS: [(u64, u64); BLOCK] = {
    let mut masks = [(0, 0); BLOCK];
    let mut length = 0;
    while length < BLOCK {
        #[expect(clippy::indexing_slicing, reason = "indexed by the compiler alone")]
        {
            masks[length] = if length < 8 {
                ((1 << (8 * length)) - 1, 0)
            } else {
                (u64::MAX, (1 << (8 * (length - 8))) - 1)
            };
        }
        length += 1;
    }
    masks
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_block_is_the_text_of_that_length() {
        let block = b"error_message___";
        for length in 0..=BLOCK {
            let short = Short::beginning(block, length);
            assert_eq!(Short::of(&block[..length]), Some(short), "{length}");
        }
    }

    #[test]
    fn what_is_no_short_text_is_none() {
        assert_eq!(Short::of(b"error_description"), None);
        assert_eq!(Short::of(b"a\0"), None);
    }
}
