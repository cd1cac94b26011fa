//! Words in a block of bytes of a caller, at any address, behind a mark.

use core::ffi::c_char;
use core::ptr::NonNull;

use crate::pointer;
use crate::status::Status;

const WORD: usize = size_of::<u64>();

/// What the blocks of one kind begin with: that they are, and of which form.
pub(super) type Mark = [u8; WORD];

/// The size in bytes of a block of so many words.
pub(super) const fn size(words: usize) -> usize {
    WORD + words * WORD
}

/// The words of a caller's block.
///
/// # Safety
///
/// `start` is NULL or points to a block that is as large as they are.
pub(super) unsafe fn read<const N: usize>(
    start: *const c_char,
    mark: Mark,
) -> Result<[u64; N], Status> {
    // SAFETY: the caller's promise.
    let found = unsafe { pointer::bytes(start.cast(), mark.len()) }?;
    if found != mark {
        return Err(Status::Argument);
    }
    // SAFETY: the caller's promise; a marked block is a whole one.
    let bytes = unsafe { pointer::bytes(start.cast(), size(N)) }?;
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(WORD).skip(1)) {
        *word = bytes.try_into().map_or(0, u64::from_ne_bytes);
    }
    Ok(words)
}

/// A caller's room for a block.
pub(super) struct Room<const N: usize> {
    start: NonNull<u8>,
    mark: Mark,
}

impl<const N: usize> Room<N> {
    /// # Safety
    ///
    /// `start` is NULL or points to `capacity` bytes that are writable for as
    /// long as the room is used.
    pub(super) unsafe fn new(
        start: *mut c_char,
        capacity: i32,
        mark: Mark,
    ) -> Result<Self, Status> {
        let start = NonNull::new(start.cast::<u8>()).ok_or(Status::Null)?;
        let capacity = usize::try_from(capacity).map_err(|_| Status::Argument)?;
        if capacity < size(N) {
            return Err(Status::BufferTooSmall);
        }
        Ok(Self { start, mark })
    }

    pub(super) fn write(self, words: [u64; N]) {
        self.place(0, self.mark);
        for (index, word) in words.into_iter().enumerate() {
            self.place(index + 1, word.to_ne_bytes());
        }
    }

    fn place(&self, index: usize, bytes: [u8; WORD]) {
        // SAFETY: `new` was promised room for the mark and N words.
        let to = unsafe { self.start.add(index * WORD) };
        // SAFETY: so this is writable, and our own bytes lie elsewhere.
        unsafe { to.copy_from_nonoverlapping(NonNull::from(&bytes).cast(), WORD) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_from_any_address_and_only_behind_their_mark() {
        let mut memory = [0xA5_u8; size(2) + 2];
        let odd = memory.as_mut_ptr().wrapping_add(1).cast();
        // SAFETY: one byte less than the memory has.
        let room = unsafe { Room::new(odd, 24, *b"acalltst") };
        room.unwrap().write([7, u64::MAX]);
        // SAFETY: the block is as large as was just written.
        unsafe {
            assert_eq!(read(odd, *b"acalltst"), Ok([7, u64::MAX]));
            assert_eq!(read::<2>(odd, *b"acallfv\x01"), Err(Status::Argument));
        }
        assert_eq!((memory[0], memory[25]), (0xA5, 0xA5));
    }

    #[test]
    fn room_that_is_too_small_is_refused() {
        let mut memory = [0; 24];
        for (capacity, expected) in [(-1, Status::Argument), (23, Status::BufferTooSmall)] {
            // SAFETY: refused before anything is written.
            let room = unsafe { Room::<2>::new(memory.as_mut_ptr(), capacity, [0; 8]) };
            assert_eq!(room.err(), Some(expected));
        }
    }
}
