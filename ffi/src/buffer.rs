//! Text into a buffer that belongs to the caller.
//!
//! Two forms. The whole text and a NUL behind it, or nothing: then `needed`
//! says how large the buffer must be. Or, for languages with fields of a fixed
//! width, as much as fits, cut between characters and padded with spaces.

use core::ffi::c_char;
use core::ptr::NonNull;

use aftercall::Text;

use crate::pointer::Place;
use crate::status::Status;

/// The integers that count bytes: `size_t`, and `int32_t` in the flat layer.
pub(crate) trait Length: Copy {
    /// `None` if negative.
    fn to_usize(self) -> Option<usize>;

    /// Saturates.
    fn from_usize(length: usize) -> Self;
}

impl Length for usize {
    fn to_usize(self) -> Option<usize> {
        Some(self).filter(|&length| length <= isize::MAX.unsigned_abs())
    }

    fn from_usize(length: usize) -> Self {
        length
    }
}

impl Length for i32 {
    fn to_usize(self) -> Option<usize> {
        usize::try_from(self).ok()
    }

    fn from_usize(length: usize) -> Self {
        Self::try_from(length).unwrap_or(Self::MAX)
    }
}

/// A caller's buffer, and where its needed size goes.
pub(crate) struct Buffer<L> {
    start: Option<NonNull<u8>>,
    capacity: usize,
    needed: Option<Place<L>>,
}

impl<L: Length> Buffer<L> {
    /// Checks the three arguments and writes 0 to `needed`. `needed` may be
    /// NULL; the buffer too, if its capacity is 0.
    ///
    /// # Safety
    ///
    /// `start` is NULL or points to `capacity` writable bytes, `needed` is NULL
    /// or writable; both for as long as the buffer lives.
    #[inline(never)]
    pub(crate) unsafe fn new(
        start: *mut c_char,
        capacity: L,
        needed: *mut L,
    ) -> Result<Self, Status> {
        let needed = if needed.is_null() {
            None
        } else {
            // SAFETY: the caller's promise.
            Some(unsafe { Place::new(needed) }?)
        };
        if let Some(needed) = needed {
            needed.write(L::from_usize(0));
        }
        let start = NonNull::new(start.cast::<u8>());
        let capacity = capacity.to_usize().ok_or(Status::Argument)?;
        if start.is_none() && capacity > 0 {
            return Err(Status::Null);
        }
        Ok(Self {
            start,
            capacity,
            needed,
        })
    }

    /// Writes the whole text and a NUL, or nothing. `needed` is the number of
    /// bytes of both.
    pub(crate) fn fill(self, text: &Text<'_>) -> Result<(), Status> {
        let length = length(text);
        let with_nul = length.saturating_add(1);
        self.say(with_nul);
        let start = self.start.filter(|_| self.capacity >= with_nul);
        let start = start.ok_or(Status::BufferTooSmall)?;
        self.refuse_overlap(text)?;
        write(text, start, length);
        // SAFETY: the capacity is at least one more than the length.
        unsafe { start.add(length).write(0) };
        Ok(())
    }

    /// Fills the buffer with as many whole characters as fit, then spaces.
    /// `needed` is the number of bytes of the whole text.
    pub(crate) fn fill_fixed(self, text: &Text<'_>) -> Result<(), Status> {
        self.say(length(text));
        self.refuse_overlap(text)?;
        if let Some(start) = self.start {
            let written = write(text, start, self.capacity);
            // SAFETY: no more was written than the capacity.
            let rest = unsafe { start.add(written) };
            // SAFETY: and this is what is left of it.
            unsafe { rest.write_bytes(b' ', self.capacity - written) };
        }
        Ok(())
    }

    /// Copies the bytes and nothing behind them, or nothing. `needed` is their
    /// number.
    #[cfg(feature = "client")]
    pub(crate) fn copy(self, bytes: &[u8]) -> Result<(), Status> {
        self.say(bytes.len());
        if self.capacity < bytes.len() {
            return Err(Status::BufferTooSmall);
        }
        if let Some(start) = self.start {
            let length = bytes.len();
            // SAFETY: there is room for the bytes, which are our own copy.
            unsafe { start.copy_from_nonoverlapping(NonNull::from(bytes).cast(), length) };
        }
        Ok(())
    }

    fn say(&self, needed: usize) {
        if let Some(place) = self.needed {
            place.write(L::from_usize(needed));
        }
    }

    /// A text cannot be unescaped onto itself.
    fn refuse_overlap(&self, text: &Text<'_>) -> Result<(), Status> {
        let Some(start) = self.start else {
            return Ok(());
        };
        let text = text.raw().as_ptr_range();
        let start = start.as_ptr().cast_const();
        let end = start.wrapping_add(self.capacity);
        if text.start < end && start < text.end {
            return Err(Status::Argument);
        }
        Ok(())
    }
}

/// The text, if its bytes are what it says.
fn plain<'t>(text: &'t Text<'_>) -> Option<&'t str> {
    if text.is_escaped() {
        return None;
    }
    core::str::from_utf8(text.raw()).ok()
}

fn length(text: &Text<'_>) -> usize {
    plain(text).map_or_else(|| text.chars().map(char::len_utf8).sum(), str::len)
}

/// Writes as many whole characters as fit into `room` bytes; returns how many
/// bytes those were.
fn write(text: &Text<'_>, start: NonNull<u8>, room: usize) -> usize {
    if let Some(plain) = plain(text) {
        let mut length = room.min(plain.len());
        while !plain.is_char_boundary(length) {
            length -= 1;
        }
        // SAFETY: `start` has `room` bytes, does not overlap with the text
        // (`refuse_overlap`), and `length` is at most either's.
        unsafe { start.copy_from_nonoverlapping(NonNull::from(plain.as_bytes()).cast(), length) };
        return length;
    }
    let mut written = 0;
    for character in text.chars() {
        let mut encoded = [0; 4];
        let encoded = character.encode_utf8(&mut encoded).as_bytes();
        if room - written < encoded.len() {
            break;
        }
        // SAFETY: `written` is at most `room`.
        let next = unsafe { start.add(written) };
        // SAFETY: there is room for the character, and it is our own copy.
        unsafe { next.copy_from_nonoverlapping(NonNull::from(encoded).cast(), encoded.len()) };
        written += encoded.len();
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &Text<'_>, capacity: i32) -> (Result<(), Status>, [u8; 8], i32) {
        let mut bytes = [b'#'; 8];
        let mut needed = -1;
        // SAFETY: no test claims more than 8 bytes.
        let buffer = unsafe { Buffer::new(bytes.as_mut_ptr().cast(), capacity, &raw mut needed) };
        let result = buffer.and_then(|buffer| buffer.fill(text));
        (result, bytes, needed)
    }

    fn fixed(text: &Text<'_>, capacity: usize) -> ([u8; 8], usize) {
        let mut bytes = [b'#'; 8];
        let mut needed = 0;
        // SAFETY: no test claims more than 8 bytes.
        let buffer = unsafe { Buffer::new(bytes.as_mut_ptr().cast(), capacity, &raw mut needed) };
        buffer.unwrap().fill_fixed(text).unwrap();
        (bytes, needed)
    }

    #[test]
    fn the_whole_text_or_nothing() {
        let text = Text::verbatim(b"abc");
        assert_eq!(filled(&text, 4), (Ok(()), *b"abc\0####", 4));
        assert_eq!(
            filled(&text, 3),
            (Err(Status::BufferTooSmall), *b"########", 4)
        );
        assert_eq!(
            filled(&text, 0),
            (Err(Status::BufferTooSmall), *b"########", 4)
        );
        assert_eq!(filled(&text, -1), (Err(Status::Argument), *b"########", 0));
        assert_eq!(filled(&Text::verbatim(b""), 1), (Ok(()), *b"\0#######", 1));
    }

    #[test]
    fn escapes_and_broken_bytes_are_counted_as_they_are_written() {
        let text = Text::escaped(br"\u4f59\n");
        assert_eq!(filled(&text, 5).0, Ok(()));
        assert_eq!(filled(&text, 5).1, *b"\xE4\xBD\x99\n\0###");
        let broken = Text::verbatim(b"\xFF\xFF");
        assert_eq!(
            filled(&broken, 7),
            (Ok(()), *b"\xEF\xBF\xBD\xEF\xBF\xBD\0#", 7)
        );
    }

    #[test]
    fn a_fixed_field_is_cut_between_characters_and_padded() {
        for text in [
            Text::verbatim("a余b".as_bytes()),
            Text::escaped(br"a\u4f59b"),
        ] {
            assert_eq!(fixed(&text, 8), (*b"a\xE4\xBD\x99b   ", 5));
            assert_eq!(fixed(&text, 4), (*b"a\xE4\xBD\x99####", 5));
            assert_eq!(fixed(&text, 3), (*b"a  #####", 5));
            assert_eq!(fixed(&text, 0), (*b"########", 5));
        }
    }

    #[test]
    fn a_text_is_not_unescaped_onto_itself() {
        let mut bytes = *br"\n\n\n\n";
        let start = bytes.as_mut_ptr();
        let mut needed = 0;
        // SAFETY: the buffer overlaps with the text, which is refused.
        let (buffer, text) = unsafe {
            let buffer = Buffer::new(start.wrapping_add(4).cast(), 4_usize, &raw mut needed);
            (
                buffer.unwrap(),
                Text::escaped(core::slice::from_raw_parts(start, 6)),
            )
        };
        assert_eq!(buffer.fill_fixed(&text), Err(Status::Argument));
    }
}
