//! Raw pointers in, checked values out.
//!
//! A caller promises what C can promise: that a pointer which is not NULL
//! points to as much as its type or its length says, for the time of the call.
//! Everything else is checked here.

use core::mem::MaybeUninit;
use core::ptr::NonNull;
use core::{ptr, slice};

use crate::status::Status;

/// The bytes that a pointer and a length name. NULL is fine for none.
///
/// # Safety
///
/// `start` is NULL or points to `length` readable bytes that nobody changes
/// for as long as the slice lives.
pub(crate) unsafe fn bytes<'a>(start: *const u8, length: usize) -> Result<&'a [u8], Status> {
    if length > isize::MAX.unsigned_abs() {
        return Err(Status::Argument);
    }
    match NonNull::new(start.cast_mut()) {
        // SAFETY: not NULL, and the caller promises `length` readable bytes.
        Some(start) => Ok(unsafe { slice::from_raw_parts(start.as_ptr(), length) }),
        None if length == 0 => Ok(&[]),
        None => Err(Status::Null),
    }
}

/// The same, to be written to.
///
/// # Safety
///
/// `start` is NULL or points to `length` writable bytes that nobody else uses
/// for as long as the slice lives. They are zeroed: nobody need have set them.
#[cfg(feature = "client")]
pub(crate) unsafe fn bytes_mut<'a>(start: *mut u8, length: usize) -> Result<&'a mut [u8], Status> {
    if length > isize::MAX.unsigned_abs() {
        return Err(Status::Argument);
    }
    match NonNull::new(start) {
        Some(start) => {
            // SAFETY: not NULL, and the caller promises `length` writable bytes.
            unsafe { start.write_bytes(0, length) };
            // SAFETY: likewise, and now they are initialised.
            Ok(unsafe { slice::from_raw_parts_mut(start.as_ptr(), length) })
        }
        None if length == 0 => Ok(&mut []),
        None => Err(Status::Null),
    }
}

/// The elements that a pointer and a count name. NULL is fine for none.
///
/// # Safety
///
/// As for [`bytes`], in elements.
pub(crate) unsafe fn elements<'a, T>(start: *const T, count: usize) -> Result<&'a [T], Status> {
    if count > isize::MAX.unsigned_abs() / size_of::<T>() {
        return Err(Status::Argument);
    }
    if count == 0 {
        return Ok(&[]);
    }
    let start = checked(start)?;
    // SAFETY: not NULL and aligned, and the caller promises `count` elements.
    Ok(unsafe { slice::from_raw_parts(start.as_ptr(), count) })
}

/// A text that must be UTF-8.
///
/// # Safety
///
/// As for [`bytes`].
pub(crate) unsafe fn text<'a>(start: *const u8, length: usize) -> Result<&'a str, Status> {
    // SAFETY: the caller's promise is the same.
    let bytes = unsafe { bytes(start, length) }?;
    core::str::from_utf8(bytes).map_err(|_| Status::Utf8)
}

/// What a pointer points to.
///
/// # Safety
///
/// `pointer` is NULL or points to a valid `T` that nobody changes for as long
/// as the reference lives.
pub(crate) unsafe fn reference<'a, T>(pointer: *const T) -> Result<&'a T, Status> {
    let pointer = checked(pointer)?;
    // SAFETY: not NULL and aligned, and the caller promises a valid `T`.
    Ok(unsafe { pointer.as_ref() })
}

/// The same, to change it.
///
/// # Safety
///
/// `pointer` is NULL or points to a valid `T` that nobody else uses for as long
/// as the reference lives.
pub(crate) unsafe fn exclusive<'a, T>(pointer: *mut T) -> Result<&'a mut T, Status> {
    let mut pointer = checked(pointer.cast_const())?;
    // SAFETY: not NULL and aligned, and the caller promises a valid `T`.
    Ok(unsafe { pointer.as_mut() })
}

/// A place that a caller wants something written to.
#[derive(Clone, Copy)]
pub(crate) struct Place<T>(NonNull<T>);

impl<T> Place<T> {
    /// # Safety
    ///
    /// `pointer` is NULL or points to room for a `T` that is writable for as
    /// long as the place lives.
    pub(crate) unsafe fn new(pointer: *mut T) -> Result<Self, Status> {
        checked(pointer).map(Self)
    }

    /// The same, where NULL says that nobody wants it.
    ///
    /// # Safety
    ///
    /// As for [`new`](Self::new).
    pub(crate) unsafe fn optional(pointer: *mut T) -> Result<Option<Self>, Status> {
        if pointer.is_null() {
            return Ok(None);
        }
        // SAFETY: the caller's promise.
        unsafe { Self::new(pointer) }.map(Some)
    }

    pub(crate) fn write(self, value: T) {
        // SAFETY: `new` was promised a writable place, and checked alignment.
        unsafe { self.0.as_ptr().write(value) }
    }
}

#[inline(always)]
fn checked<T>(pointer: *const T) -> Result<NonNull<T>, Status> {
    let pointer = NonNull::new(pointer.cast_mut()).ok_or(Status::Null)?;
    if pointer.is_aligned() {
        Ok(pointer)
    } else {
        Err(Status::Argument)
    }
}

/// A structure that begins with its own size, so that it can grow.
///
/// # Safety
///
/// The type is `repr(C)`, begins with a `u32`, and is valid, and harmless, with
/// every byte zero.
pub(crate) unsafe trait Sized32: Copy {
    /// The size of the structure's first version: nobody has a shorter one.
    const FIRST_SIZE: usize;

    fn zeroed() -> Self {
        // SAFETY: the trait's promise is that all zeros are valid.
        unsafe { MaybeUninit::zeroed().assume_init() }
    }
}

/// More than any structure of this library will ever have. A larger size is
/// no size at all but memory that nobody has set.
const LARGEST_SIZE: usize = 4096;

/// Reads the size that a structure claims to have.
///
/// # Safety
///
/// `structure` is NULL or points to a structure whose size was set.
#[inline(always)]
unsafe fn claimed_size<T: Sized32>(structure: *const T) -> Result<usize, Status> {
    let structure = checked(structure)?;
    // SAFETY: not NULL, aligned, and a `Sized32` begins with a `u32`.
    let size = unsafe { structure.cast::<u32>().read() };
    match usize::try_from(size) {
        Ok(size) if size >= T::FIRST_SIZE && size <= LARGEST_SIZE => Ok(size),
        _ => Err(Status::AbiMismatch),
    }
}

/// Copies what a caller's structure says. Fields that it is too old to have
/// are zero.
///
/// # Safety
///
/// `structure` is NULL, or points to as many bytes as its first field says.
#[inline]
pub(crate) unsafe fn read_sized<T: Sized32>(structure: *const T) -> Result<T, Status> {
    // SAFETY: the caller's promise.
    let size = unsafe { claimed_size(structure) }?;
    if size >= size_of::<T>() {
        // SAFETY: at least a whole `T` is there, and aligned.
        return Ok(unsafe { structure.read() });
    }
    let mut known = T::zeroed();
    // SAFETY: `size` bytes are readable, and fewer than `known` has.
    unsafe { ptr::copy_nonoverlapping(structure.cast::<u8>(), (&raw mut known).cast(), size) };
    Ok(known)
}

/// Looks at a caller's structure where it is; `room` takes one that is too old
/// to have every field.
///
/// # Safety
///
/// As for [`read_sized`]; nobody changes it for as long as the reference lives.
#[inline]
pub(crate) unsafe fn see_sized<T: Sized32>(
    structure: *const T,
    room: &mut Option<T>,
) -> Result<&T, Status> {
    // SAFETY: the caller's promise.
    let size = unsafe { claimed_size(structure) }?;
    if size >= size_of::<T>() {
        // SAFETY: at least a whole `T` is there, and aligned.
        return Ok(unsafe { &*structure });
    }
    // SAFETY: the caller's promise.
    Ok(room.insert(unsafe { read_sized(structure) }?))
}

/// Like [`read_sized`], for options: what this library does not know must not
/// be set, because it would be ignored.
///
/// # Safety
///
/// As for [`read_sized`].
#[inline]
pub(crate) unsafe fn read_options<T: Sized32>(structure: *const T) -> Result<T, Status> {
    // SAFETY: the caller's promise.
    let size = unsafe { claimed_size(structure) }?;
    if size > size_of::<T>() {
        // SAFETY: `size` bytes are there, and so is what is behind a `T`.
        let unknown = unsafe { structure.add(1) };
        // SAFETY: the same bytes, up to the claimed size.
        let unknown = unsafe { bytes(unknown.cast(), size - size_of::<T>()) }?;
        if unknown.iter().any(|&byte| byte != 0) {
            return Err(Status::AbiMismatch);
        }
    }
    // SAFETY: the caller's promise.
    unsafe { read_sized(structure) }
}

/// A caller's structure that a result is to be written to.
pub(crate) struct SizedPlace<T> {
    start: *mut T,
    size: usize,
}

impl<T: Sized32> SizedPlace<T> {
    /// # Safety
    ///
    /// `structure` is NULL, or points to as many writable bytes as its first
    /// field says, for as long as the place lives.
    #[inline(always)]
    pub(crate) unsafe fn new(structure: *mut T) -> Result<Self, Status> {
        // SAFETY: the caller's promise.
        let size = unsafe { claimed_size(structure) }?;
        Ok(Self {
            start: structure,
            size,
        })
    }

    pub(crate) const fn start(&self) -> *const T {
        self.start
    }

    /// Writes as much of a value as the caller's version has, and zeros to what
    /// only a newer version has. The size stays the caller's.
    #[inline]
    pub(crate) fn write(self, value: T) {
        let claimed = u32::try_from(self.size).unwrap_or_default();
        let known = self.size.min(size_of::<T>());
        // Where nobody has a shorter one the value is never copied from memory,
        // so the compiler need not put it there first.
        if T::FIRST_SIZE == size_of::<T>() || known == size_of::<T>() {
            // SAFETY: `new` was promised that much room, and checked alignment.
            unsafe { self.start.write(value) };
        } else {
            let value = (&raw const value).cast::<u8>();
            // SAFETY: `known` bytes are writable there and readable here.
            unsafe { ptr::copy_nonoverlapping(value, self.start.cast(), known) };
        }
        if self.size > known {
            // SAFETY: `known` bytes are within the promised room.
            let unknown = unsafe { self.start.cast::<u8>().add(known) };
            // SAFETY: and the rest of it is behind them.
            unsafe { unknown.write_bytes(0, self.size - known) };
        }
        // SAFETY: a `Sized32` begins with its size.
        unsafe { self.start.cast::<u32>().write(claimed) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    #[repr(C)]
    struct Grown {
        struct_size: u32,
        old: u32,
        new: u32,
    }

    // SAFETY: three integers, the first of which is the size.
    unsafe impl Sized32 for Grown {
        const FIRST_SIZE: usize = 8;
    }

    fn options(words: &[u32]) -> Result<Grown, Status> {
        // SAFETY: no test claims more bytes than it has words.
        unsafe { read_options(words.as_ptr().cast()) }
    }

    #[test]
    fn a_structure_of_an_older_header_reads_as_if_new_fields_were_zero() {
        let expected = Grown {
            struct_size: 8,
            old: 1,
            new: 0,
        };
        assert_eq!(options(&[8, 1, 77]), Ok(expected));
        assert_eq!(options(&[12, 1, 77]).map(|grown| grown.new), Ok(77));
    }

    #[test]
    fn a_field_that_only_a_newer_library_knows_must_be_zero() {
        assert!(options(&[16, 1, 2, 0]).is_ok());
        assert_eq!(options(&[16, 1, 2, 1]), Err(Status::AbiMismatch));
    }

    #[test]
    fn a_size_that_cannot_be_is_refused() {
        for size in [0, 7, 4097, u32::MAX] {
            assert_eq!(options(&[size, 1, 2, 0]), Err(Status::AbiMismatch));
        }
    }

    #[test]
    fn a_result_fills_what_the_caller_has_and_no_more() {
        let result = Grown {
            struct_size: 0,
            old: 1,
            new: 2,
        };
        for (size, expected) in [
            (8, [8, 1, 9, 9, 9]),
            (12, [12, 1, 2, 9, 9]),
            (16, [16, 1, 2, 0, 9]),
        ] {
            let mut words = [size, 9, 9, 9, 9];
            // SAFETY: no size is more than the five words have.
            let place = unsafe { SizedPlace::<Grown>::new(words.as_mut_ptr().cast()) };
            place.unwrap().write(result);
            assert_eq!(words, expected);
        }
    }

    #[test]
    fn null_misaligned_and_endless_are_refused() {
        let word = 0_u64;
        let odd = (&raw const word).cast::<u8>().wrapping_add(1);
        // SAFETY: refused before anything is read.
        unsafe {
            assert_eq!(reference::<u32>(ptr::null()), Err(Status::Null));
            assert_eq!(reference::<u32>(odd.cast()), Err(Status::Argument));
            assert_eq!(bytes(ptr::null(), 1), Err(Status::Null));
            assert_eq!(bytes(ptr::null(), 0), Ok(&[][..]));
            assert_eq!(bytes(odd, usize::MAX), Err(Status::Argument));
            assert_eq!(
                elements::<u64>(&raw const word, usize::MAX / 16 + 1),
                Err(Status::Argument)
            );
            assert_eq!(elements::<u64>(ptr::null(), 1), Err(Status::Null));
        }
    }
}
