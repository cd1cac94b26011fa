//! A C function that carries the bytes: libcurl, an embedder's own stack.

use core::cell::RefCell;
use core::ffi::{c_char, c_void};
use std::ffi::CString;
use std::io::Read;

use aftercall::Fault;
use aftercall::client::{Control, Incoming, Outgoing, OutgoingBody, Transport, TransportFault};

use super::{Userdata, size32};
use crate::boundary::boundary;
use crate::constants::acall_fault;
use crate::pointer::{self, Place};
use crate::reply::acall_header;
use crate::retry::or_none;
use crate::status::{Status, acall_status};

/// The request has a body, perhaps an empty one.
pub const ACALL_OUTGOING_HAS_BODY: u32 = 1;
/// The body is a stream: `body` is NULL, and `acall_exchange_read` brings it.
pub const ACALL_OUTGOING_STREAM: u32 = 2;

/// One request, ready to be sent as it is. A NUL follows each of its texts.
/// Everything is valid until the transport returns. It holds credentials.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_outgoing {
    /// The size of the library's own structure, so that it can grow.
    pub struct_size: u32,
    /// `ACALL_OUTGOING_...`, added up.
    pub flags: u32,
    /// `GET`, `POST` and so on.
    pub method: *const c_char,
    /// Its length in bytes.
    pub method_length: usize,
    /// The whole URL with its query.
    pub url: *const c_char,
    /// Its length in bytes.
    pub url_length: usize,
    /// Every header but `Host`, `Content-Length` and `Accept-Encoding`.
    pub headers: *const acall_header,
    /// How many there are.
    pub header_count: usize,
    /// All of the body; NULL if there is none, and for a stream.
    pub body: *const c_void,
    /// How many bytes the body has, that of a stream too.
    pub body_length: i64,
    /// How long the exchange may take in milliseconds, the last byte included;
    /// -1 for no limit.
    pub timeout_ms: i64,
    /// How long it may take until a connection stands, in milliseconds.
    pub connect_timeout_ms: i64,
    /// How many bytes of body the caller takes.
    pub max_body_bytes: i64,
}

/// What a transport fills with the reply. It exists until the transport
/// returns, for the thread that was called.
#[derive(Debug)]
pub struct acall_exchange {
    _opaque: [u8; 0],
}

/// Sends one request once, follows no redirect, and puts the reply into
/// `exchange`: `acall_exchange_head`, then `acall_exchange_header` for each
/// header, then `acall_exchange_body` for each piece of the body, after
/// transfer- and content-encoding were undone.
///
/// Returns `ACALL_FAULT_NONE` for a complete reply, or what happened instead.
/// The right fault matters: it says whether anything was sent, and whether to
/// repeat a request that may have been carried out depends on it. While it
/// waits it asks `acall_exchange_check` at least every 100 ms. Called in the
/// threads that send, by several at once. It must return: no `longjmp`, no
/// exception.
pub type acall_transport = Option<
    unsafe extern "C" fn(
        outgoing: *const acall_outgoing,
        exchange: *mut acall_exchange,
        userdata: *mut c_void,
    ) -> acall_fault,
>;

/// What is behind `acall_exchange`. Cells, for a transport holds its address.
struct Live<'a> {
    incoming: RefCell<&'a mut Incoming>,
    body: RefCell<&'a mut dyn Read>,
    control: &'a Control,
    /// Why it has to end, whatever the transport says.
    stopped: RefCell<Option<TransportFault>>,
    detail: RefCell<String>,
}

impl Live<'_> {
    fn stop(&self, fault: impl Into<TransportFault>) -> Status {
        self.stopped.borrow_mut().get_or_insert(fault.into());
        Status::Stopped
    }
}

/// # Safety
///
/// `exchange` is NULL, or was given to a transport that has not returned.
unsafe fn live<'a>(exchange: *const acall_exchange) -> Result<&'a Live<'a>, Status> {
    // SAFETY: a handle is the address of a `Live`; the rest is promised.
    unsafe { pointer::reference(exchange.cast()) }
}

/// A transport that was given as a C function.
pub(crate) struct Plug {
    pub(crate) function: unsafe extern "C" fn(
        *const acall_outgoing,
        *mut acall_exchange,
        *mut c_void,
    ) -> acall_fault,
    pub(crate) userdata: Userdata,
}

impl Transport for Plug {
    fn exchange(
        &self,
        request: Outgoing<'_>,
        reply: &mut Incoming,
        control: &Control,
    ) -> Result<(), TransportFault> {
        let texts = Texts::of(&request)?;
        let (flags, length) = match &request.body {
            OutgoingBody::None => (0, 0),
            OutgoingBody::Bytes(bytes) => (ACALL_OUTGOING_HAS_BODY, bytes.len() as u64),
            OutgoingBody::Stream { length, .. } => {
                (ACALL_OUTGOING_HAS_BODY | ACALL_OUTGOING_STREAM, *length)
            }
        };
        let mut whole: &[u8] = match &request.body {
            OutgoingBody::Bytes(bytes) => bytes,
            _ => &[],
        };
        let start = if whole.is_empty() {
            core::ptr::null()
        } else {
            whole.as_ptr()
        };
        let headers = texts.headers();
        let limit_ms = control
            .remaining()
            .map(|left| u64::try_from(left.as_millis()).unwrap_or(u64::MAX));
        let connect_ms = u64::try_from(control.connect_timeout().as_millis()).ok();
        let outgoing = acall_outgoing {
            struct_size: size32::<acall_outgoing>(),
            flags,
            method: texts.method.as_ptr(),
            method_length: texts.method.count_bytes(),
            url: texts.url.as_ptr(),
            url_length: texts.url.count_bytes(),
            headers: headers.as_ptr(),
            header_count: headers.len(),
            body: start.cast(),
            body_length: or_none(Some(length)),
            timeout_ms: or_none(limit_ms),
            connect_timeout_ms: or_none(connect_ms),
            max_body_bytes: or_none(Some(control.max_body_bytes())),
        };
        let body: &mut dyn Read = match request.body {
            OutgoingBody::Stream { reader, .. } => reader,
            _ => &mut whole,
        };
        let live = Live {
            incoming: RefCell::new(reply),
            body: RefCell::new(body),
            control,
            stopped: RefCell::new(None),
            detail: RefCell::new(String::new()),
        };
        let exchange = (&raw const live).cast::<acall_exchange>().cast_mut();
        // SAFETY: the caller gave a function of this type, which returns; all
        // that it is shown lives until then.
        let fault =
            unsafe { (self.function)(&raw const outgoing, exchange, self.userdata.pointer()) };
        if let Some(stopped) = live.stopped.take() {
            return Err(stopped);
        }
        match fault {
            0 => Ok(()),
            number => Err(match Fault::from_number(number) {
                Some(fault) => TransportFault::new(fault, live.detail.take()),
                // The one that promises nothing.
                None => TransportFault::new(
                    Fault::Closed,
                    format!("the transport returned {number}, which is no fault"),
                ),
            }),
        }
    }
}

/// A request's texts with a NUL behind each.
struct Texts {
    method: CString,
    url: CString,
    headers: Vec<(CString, CString)>,
}

impl Texts {
    fn of(request: &Outgoing<'_>) -> Result<Self, TransportFault> {
        let text = |text: &str| {
            CString::new(text)
                .map_err(|_| TransportFault::new(Fault::BadRequest, "a NUL in the request"))
        };
        Ok(Self {
            method: text(request.method)?,
            url: text(request.url)?,
            headers: request
                .headers
                .iter()
                .map(|(name, value)| Ok((text(name)?, text(value)?)))
                .collect::<Result<_, TransportFault>>()?,
        })
    }

    fn headers(&self) -> Vec<acall_header> {
        self.headers
            .iter()
            .map(|(name, value)| acall_header {
                name: name.as_ptr(),
                name_length: name.count_bytes(),
                value: value.as_ptr(),
                value_length: value.count_bytes(),
            })
            .collect()
    }
}

/// The status line came: 100 to 999. What came before is forgotten: it was
/// interim. Errors: `ACALL_E_NULL`, `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_exchange_head(
    exchange: *mut acall_exchange,
    http_status: i32,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or what its transport was given.
        let live = unsafe { live(exchange) }?;
        let http_status = u16::try_from(http_status)
            .ok()
            .filter(|status| (100..=999).contains(status))
            .ok_or(Status::Argument)?;
        live.incoming.borrow_mut().head(http_status);
        Ok(())
    })
}

/// One header came; name and value are copied, and may hold any bytes. Errors:
/// `ACALL_E_NULL`, `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_exchange_header(
    exchange: *mut acall_exchange,
    name: *const c_char,
    name_length: usize,
    value: *const c_char,
    value_length: usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or what its transport was given.
        let live = unsafe { live(exchange) }?;
        // SAFETY: the caller passes NULL or a readable name.
        let name = unsafe { pointer::bytes(name.cast(), name_length) }?;
        // SAFETY: the caller passes NULL or a readable value.
        let value = unsafe { pointer::bytes(value.cast(), value_length) }?;
        live.incoming.borrow_mut().header(name, value);
        Ok(())
    })
}

/// The next piece of the body came; it is copied, or written to the download's
/// file. Errors: `ACALL_E_STOPPED` (the body is over the limit, or a file cannot
/// take it: the transport returns, with whatever), `_NULL`, `_ARGUMENT`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_exchange_body(
    exchange: *mut acall_exchange,
    piece: *const c_void,
    piece_length: usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or what its transport was given.
        let live = unsafe { live(exchange) }?;
        // SAFETY: the caller passes NULL or a readable piece.
        let piece = unsafe { pointer::bytes(piece.cast(), piece_length) }?;
        let taken = live.incoming.borrow_mut().body(piece);
        taken.map_err(|fault| live.stop(fault))
    })
}

/// Reads on in the request's body: at most `capacity` bytes into `buffer`.
/// `*length` is set on success; 0 is the end. Errors: `ACALL_E_STOPPED` (a file
/// cannot be read: the transport returns, with whatever), `_NULL`, `_ARGUMENT`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_exchange_read(
    exchange: *mut acall_exchange,
    buffer: *mut c_void,
    capacity: usize,
    length: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or what its transport was given.
        let live = unsafe { live(exchange) }?;
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(length) }?;
        // SAFETY: the caller passes NULL or a writable buffer.
        let buffer = unsafe { pointer::bytes_mut(buffer.cast(), capacity) }?;
        let read = live.body.borrow_mut().read(buffer);
        place.write(read.map_err(|_| {
            live.stop(TransportFault::new(
                Fault::BadRequest,
                "the body cannot be read",
            ))
        })?);
        Ok(())
    })
}

/// Whether to go on waiting: `ACALL_OK`, or `ACALL_E_STOPPED` if the call was
/// cancelled or its time is over; then the transport returns, with whatever.
/// Errors: `ACALL_E_NULL`, `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_exchange_check(exchange: *mut acall_exchange) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or what its transport was given.
        let live = unsafe { live(exchange) }?;
        live.control.check().map_err(|stopped| live.stop(stopped))
    })
}

/// A few words about the fault that the transport is going to return, for
/// developers: no secret, no body, no query. Errors: `ACALL_E_NULL`,
/// `_ARGUMENT`, `_UTF8`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_exchange_detail(
    exchange: *mut acall_exchange,
    text: *const c_char,
    text_length: usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or what its transport was given.
        let live = unsafe { live(exchange) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let text = unsafe { pointer::text(text.cast(), text_length) }?;
        text.clone_into(&mut live.detail.borrow_mut());
        Ok(())
    })
}
