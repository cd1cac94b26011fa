//! What an attempt brought: an HTTP reply, or a transport fault.

use core::fmt;

use crate::closed_set::closed_set;
use crate::{Fault, Headers};

closed_set! {
    /// What the caller asked for.
    pub enum Expect {
        /// The API's envelope around the data: nearly every operation.
        Envelope = 0 "envelope",
        /// The bytes themselves: a download, a stream, an operation without an
        /// envelope. Any 2xx is then a success, unless the body is a plain
        /// failure envelope.
        Raw = 1 "raw",
    }
}

/// One reply, borrowed from whoever received it.
///
/// The body is whatever arrived after transfer- and content-encoding were
/// undone. It is never trusted: any bytes of any length are judged.
///
/// ```
/// use aftercall::{Expect, Fault, Reply};
///
/// let headers = [("x-correlation-id", "c-1"), ("retry-after", "7")];
/// let reply = Reply::new(503, "").with_headers(&headers);
///
/// let download = Reply::new(200, b"%PDF-1.4").expecting(Expect::Raw);
/// let pasted = Reply::new(0, r#"{"status":false}"#); // status not known
/// let nothing = Reply::fault(Fault::ReadTimeout);
/// ```
#[derive(Clone, Copy)]
pub struct Reply<'a> {
    pub(crate) exchange: Exchange<'a>,
    pub(crate) expect: Expect,
    pub(crate) request: Option<Request<'a>>,
}

/// What was asked, as far as a profile may look at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
}

#[derive(Clone, Copy)]
pub(crate) enum Exchange<'a> {
    Complete {
        http_status: i32,
        headers: Option<&'a dyn Headers>,
        body: &'a [u8],
    },
    Fault {
        fault: Fault,
        headers: Option<&'a dyn Headers>,
    },
}

impl<'a> Reply<'a> {
    /// A complete reply. An `http_status` of 0 means that it is not known: the
    /// body alone decides.
    pub fn new(http_status: impl Into<i32>, body: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self {
            exchange: Exchange::Complete {
                http_status: http_status.into(),
                headers: None,
                body: body.as_ref(),
            },
            expect: Expect::Envelope,
            request: None,
        }
    }

    /// No complete reply came. Headers that did come can be added: their ids
    /// are worth as much as any.
    #[must_use]
    pub const fn fault(fault: Fault) -> Self {
        Self {
            exchange: Exchange::Fault {
                fault,
                headers: None,
            },
            expect: Expect::Envelope,
            request: None,
        }
    }

    /// Adds the reply's headers.
    #[must_use]
    pub fn with_headers(mut self, with: &'a impl Headers) -> Self {
        match &mut self.exchange {
            Exchange::Complete { headers, .. } | Exchange::Fault { headers, .. } => {
                *headers = Some(with);
            }
        }
        self
    }

    /// Says what the caller asked for; [`Expect::Envelope`] otherwise.
    #[must_use]
    pub const fn expecting(mut self, expect: Expect) -> Self {
        self.expect = expect;
        self
    }

    /// Says what was asked: the method, and the path without the query (which is
    /// not looked at if it is there). Only profiles with rules, operations or
    /// tasks for certain paths look at it.
    ///
    /// ```
    /// use aftercall::{Profile, Reply, TaskState, judge};
    ///
    /// let body = r#"{"status":true,"error_code":0,"data":{"status":"RUNNING"}}"#;
    /// let reply = Reply::new(200, body).with_request("POST", "/ai/fto/report");
    /// let verdict = judge(Profile::eureka(), &reply, None);
    /// assert!(verdict.is_success());
    /// assert_eq!(verdict.task(), Some(TaskState::Pending));
    /// ```
    #[must_use]
    pub const fn with_request(mut self, method: &'a str, path: &'a str) -> Self {
        self.request = Some(Request { method, path });
        self
    }
}

/// A response of the `http` crate, with whatever body type holds bytes.
///
/// ```
/// use aftercall::{Outcome, Profile, Reply, judge};
///
/// let response = http::Response::builder()
///     .status(200)
///     .header("X-Correlation-Id", "c-1")
///     .body(r#"{"status":true,"error_code":0,"data":[1]}"#)
///     .unwrap();
/// let verdict = judge(Profile::eureka(), &Reply::from(&response), None);
/// assert_eq!(verdict.outcome(), Outcome::Success);
/// assert_eq!(verdict.correlation_id().unwrap().to_str(), "c-1");
/// ```
#[cfg(feature = "http")]
impl<'a, B: AsRef<[u8]>> From<&'a http::Response<B>> for Reply<'a> {
    fn from(response: &'a http::Response<B>) -> Self {
        Self::new(response.status().as_u16(), response.body()).with_headers(response.headers())
    }
}

/// Shows status and size; bodies and headers may hold secrets.
impl fmt::Debug for Reply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut reply = f.debug_struct("Reply");
        match self.exchange {
            Exchange::Complete {
                http_status, body, ..
            } => reply
                .field("http_status", &http_status)
                .field("body", &format_args!("<{} bytes>", body.len())),
            Exchange::Fault { fault, .. } => reply.field("fault", &fault),
        };
        reply.field("expect", &self.expect).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_body_nor_headers() {
        let headers = [("authorization", "Bearer sk-secret")];
        let reply = Reply::new(200, "sk-secret").with_headers(&headers);
        let shown = format!("{reply:?}");
        assert!(!shown.contains("secret"), "{shown}");
        assert!(shown.contains("<9 bytes>"), "{shown}");
    }
}
