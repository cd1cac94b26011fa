//! What carries the bytes: ours, or a plug.
//!
//! A transport sends one request and brings one reply. It judges nothing,
//! repeats nothing and follows no redirect; everything else is the loop's.

use core::fmt;
use std::io::Read;

use crate::Fault;

use super::cancel::{Control, Stopped};
use super::incoming::Incoming;

/// Carries one request to the server and one reply back.
///
/// Shared by all threads that use a client. An implementation
///
/// * sends the request once, as it is, and follows no redirect;
/// * undoes transfer- and content-encoding (or asks for none);
/// * ends by [`Control::deadline`] and looks at [`Control::check`] at least
///   every 100 ms while it waits;
/// * says with the right [`Fault`] whether anything was sent: a repeat of what
///   may have been carried out depends on it.
///
/// ```
/// use aftercall::client::{Client, Control, Incoming, Outgoing, Request, Transport, TransportFault};
///
/// /// Answers everything with the same page.
/// struct Echo;
///
/// impl Transport for Echo {
///     fn exchange(
///         &self,
///         request: Outgoing<'_>,
///         reply: &mut Incoming,
///         _control: &Control,
///     ) -> Result<(), TransportFault> {
///         reply.head(200);
///         reply.header(b"x-correlation-id", request.method.as_bytes());
///         reply.body(br#"{"status":true,"error_code":0,"data":[1,2]}"#)
///     }
/// }
///
/// let client = Client::builder("https://api.example.com").api_key("sk-1").transport(Echo).build()?;
/// let response = client.send(&Request::get("/search"))?;
/// assert_eq!(response.data(), Some(&b"[1,2]"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Transport: Send + Sync {
    /// Sends `request` and puts what comes into `reply`.
    ///
    /// # Errors
    ///
    /// The fault that stood in the way of a complete reply. What came before
    /// it may stay in `reply`: headers have ids that are worth keeping.
    fn exchange(
        &self,
        request: Outgoing<'_>,
        reply: &mut Incoming,
        control: &Control,
    ) -> Result<(), TransportFault>;
}

/// One request, ready to be sent.
pub struct Outgoing<'a> {
    /// `GET`, `POST`, …; a token of RFC 9110.
    pub method: &'a str,
    /// The whole URL with its query. It may hold `apikey=<client id>`.
    pub url: &'a str,
    /// Every header but `Host`, `Content-Length` and `Accept-Encoding`; values
    /// are visible ASCII. They hold the credential.
    pub headers: &'a [(&'a str, &'a str)],
    /// What follows the headers.
    pub body: OutgoingBody<'a>,
}

/// The body of a request.
pub enum OutgoingBody<'a> {
    /// None at all, as with `GET`.
    None,
    /// All of it, perhaps empty.
    Bytes(&'a [u8]),
    /// A stream of exactly `length` bytes.
    Stream {
        /// Where it comes from. An error of its own is [`Fault::BadRequest`].
        reader: &'a mut dyn Read,
        /// How many bytes come.
        length: u64,
    },
}

impl OutgoingBody<'_> {
    /// How many bytes are to be sent.
    #[must_use]
    pub const fn length(&self) -> u64 {
        match self {
            Self::None => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Stream { length, .. } => *length,
        }
    }
}

/// Shows the method and the body's size; URL and headers hold credentials.
impl fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("method", &self.method)
            .field("headers", &format_args!("<{} headers>", self.headers.len()))
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// Shows the size alone.
impl fmt::Debug for OutgoingBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Bytes(_) | Self::Stream { .. } => write!(f, "<{} bytes>", self.length()),
        }
    }
}

/// Why no complete reply came.
///
/// ```
/// use aftercall::Fault;
/// use aftercall::client::TransportFault;
///
/// let plain = TransportFault::from(Fault::Dns);
/// assert_eq!(plain.to_string(), "dns");
/// let detailed = TransportFault::new(Fault::Tls, "the certificate has expired");
/// assert_eq!(detailed.to_string(), "tls: the certificate has expired");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportFault {
    fault: Fault,
    detail: String,
}

impl TransportFault {
    /// A fault with a few words for developers: no secret, no body, no query.
    #[must_use]
    pub fn new(fault: Fault, detail: impl Into<String>) -> Self {
        Self {
            fault,
            detail: detail.into(),
        }
    }

    /// What happened, as every language numbers it.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
    }

    /// What happened, in words; may be empty.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl From<Fault> for TransportFault {
    fn from(fault: Fault) -> Self {
        Self::new(fault, "")
    }
}

/// Stopped after the request began to go out.
impl From<Stopped> for TransportFault {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Cancelled => Fault::Cancelled.into(),
            Stopped::TimedOut => Fault::ReadTimeout.into(),
        }
    }
}

impl fmt::Display for TransportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.detail.as_str() {
            "" => fmt::Display::fmt(&self.fault, f),
            detail => write!(f, "{}: {detail}", self.fault),
        }
    }
}

impl std::error::Error for TransportFault {}
