//! Replies as C programs describe them.

use core::ffi::{c_char, c_void};
use core::slice;

use aftercall::{Expect, Fault, Headers, Reply, UnixTime};

use crate::constants::{acall_expect, acall_fault};
use crate::pointer::{self, Sized32};
use crate::status::Status;

/// One header of a reply. Names are compared in any case, values may hold any
/// bytes; neither needs a NUL. A pointer may be NULL if its length is 0.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_header {
    /// The name.
    pub name: *const c_char,
    /// Its length in bytes.
    pub name_length: usize,
    /// The value.
    pub value: *const c_char,
    /// Its length in bytes.
    pub value_length: usize,
}

/// What one exchange brought. Set every byte to zero, then `struct_size`, then
/// what you have: zero is the harmless value of every field. `ACALL_REPLY_INIT`
/// does the first two. The library only reads it, and only during a call.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_reply {
    /// `sizeof(acall_reply)`.
    pub struct_size: u32,
    /// No flag is defined yet: 0.
    pub flags: u32,
    /// The HTTP status; 0 if it is not known: the body alone then decides.
    pub http_status: i32,
    /// `ACALL_FAULT_NONE`, or why there was no complete reply. After a fault
    /// `http_status` and `body` are not looked at; headers that came are.
    pub fault: acall_fault,
    /// What the call asked for: `ACALL_EXPECT_ENVELOPE` or `_RAW`.
    pub expect: acall_expect,
    /// Always 0.
    pub reserved: i32,
    /// The caller's wall clock in milliseconds since 1970, 0 for none. Only
    /// needed where a server names a date to wait for.
    pub now_unix_ms: i64,
    /// The body, after transfer- and content-encoding were undone: any bytes.
    /// NULL if `body_length` is 0.
    pub body: *const c_void,
    /// Its length in bytes.
    pub body_length: usize,
    /// The headers, in the order received. NULL if `header_count` is 0.
    pub headers: *const acall_header,
    /// How many there are.
    pub header_count: usize,
    /// The request's method, such as `GET`, if the profile is to know what was
    /// asked: for its tasks, and for rules that are for certain requests. UTF-8
    /// without a NUL; NULL if `method_length` is 0.
    pub method: *const c_char,
    /// Its length in bytes.
    pub method_length: usize,
    /// The request's path; a query behind it is not looked at. UTF-8 without a
    /// NUL; NULL if `path_length` is 0.
    pub path: *const c_char,
    /// Its length in bytes.
    pub path_length: usize,
}

// SAFETY: integers and pointers that may be NULL, the first is the size.
unsafe impl Sized32 for acall_reply {
    const FIRST_SIZE: usize = 24 + 8 + 4 * size_of::<(usize, usize)>();
}

/// A reply whose every pointer was checked.
pub(crate) struct Checked<'a> {
    pub(crate) reply: Exchange<'a>,
    pub(crate) headers: HeaderList<'a>,
    pub(crate) expect: Expect,
    pub(crate) now: Option<UnixTime>,
    /// Method and path.
    pub(crate) request: Option<(&'a str, &'a str)>,
}

pub(crate) enum Exchange<'a> {
    Complete { http_status: i32, body: &'a [u8] },
    Fault(Fault),
}

impl<'a> Checked<'a> {
    /// Checks a caller's reply.
    ///
    /// # Safety
    ///
    /// `reply` is NULL or points to as many bytes as its first field says; what
    /// its own pointers point to stays as it is for `'a`.
    #[inline]
    pub(crate) unsafe fn new(reply: *const acall_reply) -> Result<Self, Status> {
        // SAFETY: the caller's promise.
        let given = unsafe { pointer::read_options(reply) }?;
        if given.flags != 0 || given.reserved != 0 {
            return Err(Status::Argument);
        }
        let expect = Expect::from_number(given.expect).ok_or(Status::Argument)?;
        // SAFETY: the caller's promise.
        let body = unsafe { pointer::bytes(given.body.cast(), given.body_length) }?;
        // SAFETY: the caller's promise.
        let headers = unsafe { HeaderList::new(given.headers, given.header_count) }?;
        let request = if given.method_length == 0 && given.path_length == 0 {
            None
        } else {
            // SAFETY: the caller's promise.
            let method = unsafe { pointer::text(given.method.cast(), given.method_length) }?;
            // SAFETY: the caller's promise.
            let path = unsafe { pointer::text(given.path.cast(), given.path_length) }?;
            if method.is_empty() != path.is_empty() {
                return Err(Status::Argument);
            }
            Some((method, path))
        };
        Ok(Self {
            reply: Exchange::new(given.http_status, given.fault, body)?,
            headers,
            expect,
            now: now(given.now_unix_ms),
            request,
        })
    }

    pub(crate) fn borrow(&'a self) -> Reply<'a> {
        // No headers are nothing to look through.
        let headers = Some(&self.headers).filter(|headers| !headers.0.is_empty());
        let reply = self.reply.with(headers, self.expect);
        match self.request {
            Some((method, path)) => reply.with_request(method, path),
            None => reply,
        }
    }

    pub(crate) fn body(&self) -> &'a [u8] {
        self.reply.body()
    }
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(http_status: i32, fault: i32, body: &'a [u8]) -> Result<Self, Status> {
        if fault == 0 {
            return Ok(Self::Complete { http_status, body });
        }
        let fault = Fault::from_number(fault).ok_or(Status::Argument)?;
        Ok(Self::Fault(fault))
    }

    #[inline]
    pub(crate) fn with(&self, headers: Option<&'a impl Headers>, expect: Expect) -> Reply<'a> {
        let reply = match *self {
            Self::Complete { http_status, body } => Reply::new(http_status, body),
            Self::Fault(fault) => Reply::fault(fault),
        };
        let reply = match headers {
            Some(headers) => reply.with_headers(headers),
            None => reply,
        };
        reply.expecting(expect)
    }

    /// Nothing after a fault: no verdict points into it.
    pub(crate) const fn body(&self) -> &'a [u8] {
        match *self {
            Self::Complete { body, .. } => body,
            Self::Fault(_) => &[],
        }
    }
}

/// 0 is no clock: nobody's is in 1970.
pub(crate) fn now(unix_ms: i64) -> Option<UnixTime> {
    (unix_ms != 0).then(|| UnixTime::from_millis(unix_ms))
}

/// Headers whose every pointer was checked.
pub(crate) struct HeaderList<'a>(&'a [acall_header]);

impl<'a> HeaderList<'a> {
    /// # Safety
    ///
    /// `start` is NULL or points to `count` headers, whose own pointers are
    /// NULL or point to as many bytes as they say; all unchanged for `'a`.
    unsafe fn new(start: *const acall_header, count: usize) -> Result<Self, Status> {
        // SAFETY: the caller's promise.
        let list = unsafe { pointer::elements(start, count) }?;
        for header in list {
            // SAFETY: the caller's promise.
            unsafe { pointer::bytes(header.name.cast(), header.name_length) }?;
            // SAFETY: the caller's promise.
            unsafe { pointer::bytes(header.value.cast(), header.value_length) }?;
        }
        Ok(Self(list))
    }

    /// Headers of our own, or none.
    #[cfg(feature = "client")]
    pub(crate) const fn own(list: &'a [acall_header]) -> Self {
        Self(list)
    }

    /// The value of one of them.
    #[inline(always)]
    pub(crate) fn value(&self, index: usize) -> Option<&'a [u8]> {
        let header = self.0.get(index)?;
        Some(part(header.value, header.value_length))
    }
}

/// A name or value of a header that `HeaderList::new` has checked.
#[inline]
fn part<'a>(start: *const c_char, length: usize) -> &'a [u8] {
    if start.is_null() {
        return &[];
    }
    // SAFETY: not NULL; `HeaderList::new` was promised so many bytes, and has
    // refused what no slice can be.
    unsafe { slice::from_raw_parts(start.cast(), length) }
}

impl Headers for HeaderList<'_> {
    fn visit<'h>(&'h self, each: &mut dyn FnMut(&'h [u8], &'h [u8])) {
        for header in self.0 {
            each(
                part(header.name, header.name_length),
                part(header.value, header.value_length),
            );
        }
    }
}
