//! What an attempt wants of its connection, what was seen there, and which
//! fault that was.

use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind, Read};
use std::rc::Rc;

use ureq::{Error, Timeout};

use crate::Fault;
use crate::client::cancel::{Control, Stopped, Waking};
use crate::client::download::words;
use crate::client::socket::{Broken, Socket};
use crate::client::transport::TransportFault;

/// How much of heads, interim replies included, one attempt may read.
const MAX_HEAD_BYTES: u64 = 1 << 20;

/// How far an attempt has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Resolving,
    Connecting,
    /// Between the look-up of a proxy and its tunnel.
    Tunnelling,
    Handshaking,
    Sending,
    Head,
    Body,
}

/// What an attempt wants of its connection, and what was seen there.
pub(super) struct Wire {
    pub(super) whole: Control,
    /// Until a connection stands.
    pub(super) connecting: Control,
    pub(super) phase: Cell<Phase>,
    pub(super) stopped: Cell<Option<Stopped>>,
    /// The first error of the socket.
    pub(super) lost: Cell<Option<ErrorKind>>,
    /// TLS ended without a good-bye.
    pub(super) was_cut: Cell<bool>,
    /// The other side has ended the connection.
    pub(super) has_ended: Cell<bool>,
    /// Bytes of the request that the kernel took.
    pub(super) sent: Cell<u64>,
    /// Bytes of the reply, as the layer above TLS sees them.
    pub(super) received: Cell<u64>,
    pub(super) may_receive: Cell<u64>,
    pub(super) is_too_large: Cell<bool>,
    /// The server answered, or left, before it had the whole request; the
    /// rest of it is not sent any more.
    pub(super) is_discarding: Cell<bool>,
    pub(super) has_no_source: Cell<bool>,
    pub(super) waking: RefCell<Option<Waking>>,
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<Wire>>> = const { RefCell::new(None) };
}

/// Makes a wire the thread's, and the one before afterwards: a body that is
/// read from another call's reply nests.
pub(super) struct Current(Option<Rc<Wire>>);

impl Current {
    pub(super) fn set(wire: &Rc<Wire>) -> Self {
        Self(CURRENT.with(|current| current.replace(Some(Rc::clone(wire)))))
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        let before = self.0.take();
        let ended = CURRENT.with(|current| current.replace(before));
        if let Some(wire) = ended {
            wire.waking.take();
        }
    }
}

/// The thread's attempt. Without one nobody waits for input or output.
pub(super) fn current() -> Result<Rc<Wire>, Error> {
    CURRENT
        .with(|current| current.borrow().clone())
        .ok_or(Error::ConnectionFailed)
}

impl Wire {
    pub(super) fn new(control: &Control) -> Self {
        Self {
            whole: control.clone(),
            connecting: control.within(control.connect_timeout()),
            phase: Cell::new(Phase::Resolving),
            stopped: Cell::new(None),
            lost: Cell::new(None),
            was_cut: Cell::new(false),
            has_ended: Cell::new(false),
            sent: Cell::new(0),
            received: Cell::new(0),
            may_receive: Cell::new(MAX_HEAD_BYTES),
            is_too_large: Cell::new(false),
            is_discarding: Cell::new(false),
            has_no_source: Cell::new(false),
            waking: RefCell::new(None),
        }
    }

    /// Which limit holds now.
    pub(super) fn control(&self) -> &Control {
        if self.phase.get() < Phase::Sending {
            &self.connecting
        } else {
            &self.whole
        }
    }

    pub(super) fn is_connecting(&self) -> bool {
        self.phase.get() < Phase::Sending
    }

    /// From here on, a cancellation shuts this socket down.
    pub(super) fn wakes(&self, socket: &Socket) {
        if let Some(cancel) = &self.whole.cancel {
            self.waking.replace(Some(cancel.wakes(socket.stream())));
        }
    }

    /// Counts the body from here.
    pub(super) fn limit_body(&self, bytes: u64) {
        self.received.set(0);
        self.may_receive.set(bytes);
    }

    /// Notes why a connection broke, in the form that ureq passes on.
    pub(super) fn broken(&self, broken: Broken) -> Error {
        match broken {
            Broken::Stopped(stopped) => {
                self.stopped.set(Some(stopped));
                Error::Timeout(Timeout::Global)
            }
            Broken::Io(error) => {
                if self.lost.get().is_none() {
                    self.lost.set(Some(error.kind()));
                }
                Error::Io(error)
            }
        }
    }

    /// The fault that an error of the HTTP library was.
    pub(super) fn fault(&self, error: &Error) -> TransportFault {
        if let Some(stopped) = self.stopped.get() {
            return self.stop(stopped);
        }
        if self.has_no_source.get() {
            return TransportFault::new(Fault::BadRequest, "the body could not be read");
        }
        if self.is_too_large.get() {
            return TransportFault::new(Fault::TooLarge, "the reply is over the limit");
        }
        let detail = detail(error);
        if let (Some(kind), false) = (
            self.lost.get(),
            matches!(error, Error::Tls(_) | Error::Rustls(_)),
        ) {
            return TransportFault::new(self.lost(kind), detail);
        }
        let fault = match error {
            Error::HostNotFound if self.phase.get() == Phase::Tunnelling => Fault::Proxy,
            Error::HostNotFound => Fault::Dns,
            Error::ConnectProxyFailed(_) | Error::InvalidProxyUrl => Fault::Proxy,
            Error::ConnectionFailed => Fault::Connect,
            Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) | Error::TlsRequired => Fault::Tls,
            Error::LargeResponseHeader(..) => Fault::TooLarge,
            _ if has_too_many_headers(error) => Fault::TooLarge,
            Error::Decompress(..) if self.has_ended.get() => Fault::Truncated,
            Error::Decompress(..) => Fault::Decode,
            Error::Http(_) | Error::BadUri(_) | Error::BodyExceedsLimit(_) => Fault::BadRequest,
            Error::Io(error) => self.end(error.kind()),
            _ if self.phase.get() == Phase::Tunnelling => Fault::Proxy,
            // Broken framing: nobody knows where this reply ends.
            _ if self.phase.get() >= Phase::Head => Fault::Truncated,
            _ => Fault::BadRequest,
        };
        TransportFault::new(fault, detail)
    }

    /// The fault behind an error that the socket did not have.
    fn end(&self, kind: ErrorKind) -> Fault {
        match self.phase.get() {
            Phase::Resolving | Phase::Connecting => Fault::Connect,
            // What TLS says of itself is about certificates, in a tunnel too.
            Phase::Tunnelling if kind != ErrorKind::InvalidData => Fault::Proxy,
            Phase::Tunnelling | Phase::Handshaking => Fault::Tls,
            Phase::Sending | Phase::Head if kind == ErrorKind::UnexpectedEof => Fault::Closed,
            Phase::Sending | Phase::Head => Fault::Reset,
            Phase::Body => Fault::Truncated,
        }
    }

    /// The fault behind an error that the socket had.
    fn lost(&self, kind: ErrorKind) -> Fault {
        match self.phase.get() {
            Phase::Resolving => Fault::Dns,
            Phase::Tunnelling => Fault::Proxy,
            // A connection that breaks during the handshake says nothing about
            // certificates: the next one may hold.
            Phase::Connecting | Phase::Handshaking => Fault::Connect,
            // Not one byte of the request left this machine.
            Phase::Sending | Phase::Head if self.sent.get() == 0 => Fault::Connect,
            Phase::Sending | Phase::Head | Phase::Body => match kind {
                ErrorKind::UnexpectedEof => Fault::Closed,
                _ => Fault::Reset,
            },
        }
    }

    pub(super) fn stop(&self, stopped: Stopped) -> TransportFault {
        let fault = match (stopped, self.phase.get()) {
            (Stopped::Cancelled, _) => Fault::Cancelled,
            (_, Phase::Resolving) if self.lost.get().is_none() => Fault::ConnectTimeout,
            (_, Phase::Resolving) => Fault::Dns,
            (_, Phase::Connecting | Phase::Handshaking) => Fault::ConnectTimeout,
            (_, Phase::Tunnelling) => Fault::Proxy,
            (_, Phase::Sending | Phase::Head | Phase::Body) => Fault::ReadTimeout,
        };
        fault.into()
    }

    /// Whether a body that the end of the connection ended is all of it.
    pub(super) fn ended_well(&self) -> Result<(), TransportFault> {
        if let Some(stopped) = self.stopped.get() {
            return Err(self.stop(stopped));
        }
        if let Some(kind) = self.lost.get() {
            return Err(self.lost(kind).into());
        }
        match self.was_cut.get() {
            true => Err(Fault::Truncated.into()),
            false => Ok(()),
        }
    }
}

/// ureq keeps the type of this error to itself; a test would miss it.
fn has_too_many_headers(error: &Error) -> bool {
    match error {
        Error::Protocol(error) => error.to_string().ends_with("too many headers"),
        _ => false,
    }
}

/// What happened, for developers: nothing that could hold a URL or a header.
fn detail(error: &Error) -> String {
    match error {
        // What rustls says of a certificate.
        Error::Io(error) if error.kind() == ErrorKind::InvalidData => error.to_string(),
        Error::Io(error) => words(error),
        Error::Rustls(error) => error.to_string(),
        Error::Tls(text) => (*text).to_owned(),
        Error::ConnectProxyFailed(text) => text.clone(),
        Error::Decompress(..) => "the content-encoding could not be undone".to_owned(),
        Error::Protocol(_) if has_too_many_headers(error) => {
            "the reply has too many headers".to_owned()
        }
        Error::Protocol(_) => "the head or the framing of the reply is broken".to_owned(),
        Error::LargeResponseHeader(..) => "the head of the reply is too large".to_owned(),
        Error::Http(_) | Error::BadUri(_) => "the request cannot be sent".to_owned(),
        _ => String::new(),
    }
}

/// The request's body on its way out.
pub(super) struct Source<'s> {
    reader: &'s mut dyn Read,
    wire: &'s Wire,
}

impl<'s> Source<'s> {
    pub(super) fn new(reader: &'s mut dyn Read, wire: &'s Wire) -> Self {
        Self { reader, wire }
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.wire.is_discarding.get() {
            // Nobody reads it any more; ureq wants its number of bytes.
            buffer.fill(0);
            return Ok(buffer.len());
        }
        match self.reader.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => self.read(buffer),
            Err(error) => {
                self.wire.has_no_source.set(true);
                Err(error)
            }
            Ok(0) if !buffer.is_empty() => {
                // Shorter than announced: the file was cut while it was read.
                self.wire.has_no_source.set(true);
                Err(ErrorKind::UnexpectedEof.into())
            }
            Ok(length) => Ok(length),
        }
    }
}
