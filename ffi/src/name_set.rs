//! The names of a closed set, both ways: one text and one search for all sets.
//!
//! The names are the core's, which a test compares; they stand here once more
//! because C wants a NUL behind each. One text for a set, as a table of pointers
//! would cost 40 bytes more for each name, those to relocate it included.

use core::ffi::c_char;
use core::ptr;

use crate::pointer::{self, Place};
use crate::status::Status;

/// Names in the order of their numbers.
pub(crate) struct NameSet {
    /// The number of the first.
    first: i32,
    /// Each with the NUL that ends it.
    text: &'static [u8],
}

impl NameSet {
    /// Takes the number of the first name, and the names with a NUL behind each.
    pub(crate) const fn new(first: i32, text: &'static [u8]) -> Self {
        Self { first, text }
    }

    /// The name of a number, or NULL.
    pub(crate) fn name(&self, number: i32) -> *const c_char {
        number
            .checked_sub(self.first)
            .and_then(|index| self.each().nth(usize::try_from(index).ok()?))
            .map_or(ptr::null(), |name| name.as_ptr().cast())
    }

    /// Writes the number of a name, if the set has it.
    ///
    /// # Safety
    ///
    /// `name` is NULL or points to `length` readable bytes, `number` is NULL or
    /// writable.
    pub(crate) unsafe fn number(
        &self,
        name: *const c_char,
        length: usize,
        number: *mut i32,
    ) -> Result<(), Status> {
        // SAFETY: the caller's promise.
        let place = unsafe { Place::new(number) }?;
        // SAFETY: the caller's promise.
        let name = unsafe { pointer::bytes(name.cast(), length) }?;
        place.write(self.find(name).ok_or(Status::Absent)?);
        Ok(())
    }

    /// The number of a name, if the set has it.
    pub(crate) fn find(&self, name: &[u8]) -> Option<i32> {
        for (number, known) in (self.first..).zip(self.each()) {
            if known.strip_suffix(b"\0") == Some(name) {
                return Some(number);
            }
        }
        None
    }

    fn each(&self) -> impl Iterator<Item = &'static [u8]> {
        self.text.split_inclusive(|&byte| byte == 0)
    }
}
