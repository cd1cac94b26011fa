//! One exchange over the wire, as a reply that can be judged.

use std::io::ErrorKind;
use std::time::Duration;

use aftercall::{Fault, Reply};
use ureq::http::HeaderMap;
use ureq::{Agent, Error, Timeout};

/// What an exchange brought.
pub(crate) enum Received {
    Complete {
        http_status: u16,
        headers: HeaderMap,
        body: Vec<u8>,
    },
    Fault(Fault),
}

impl Received {
    pub(crate) fn reply(&self) -> Reply<'_> {
        match self {
            Self::Complete {
                http_status,
                headers,
                body,
            } => Reply::new(*http_status, body).with_headers(headers),
            Self::Fault(fault) => Reply::fault(*fault),
        }
    }

    pub(crate) fn body(&self) -> &[u8] {
        match self {
            Self::Complete { body, .. } => body,
            Self::Fault(_) => &[],
        }
    }

    pub(crate) fn is_ok_by_http(&self) -> bool {
        matches!(
            self,
            Self::Complete {
                http_status: 200..=299,
                ..
            }
        )
    }

    pub(crate) fn is_unreachable(&self) -> bool {
        matches!(self, Self::Fault(Fault::Connect | Fault::ConnectTimeout))
    }
}

/// An agent that judges nothing itself and follows no redirect.
pub(crate) fn agent(patience: Duration) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_recv_body(Some(patience))
        .timeout_recv_response(Some(patience * 10))
        .build()
        .new_agent()
}

pub(crate) fn get(agent: &Agent, url: &str) -> Received {
    let response = match agent.get(url).call() {
        Ok(response) => response,
        Err(error) => return Received::Fault(fault(&error, Fault::Closed)),
    };
    let (head, mut body) = response.into_parts();
    match body.with_config().limit(64 << 20).read_to_vec() {
        Ok(body) => Received::Complete {
            http_status: head.status.as_u16(),
            headers: head.headers,
            body,
        },
        Err(error) => Received::Fault(fault(&error, Fault::Truncated)),
    }
}

/// The fault that an error of the HTTP library is; `early_end` is what it means
/// here that the connection was closed.
fn fault(error: &Error, early_end: Fault) -> Fault {
    match error {
        Error::HostNotFound => Fault::Dns,
        Error::ConnectionFailed => Fault::Connect,
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => Fault::ConnectTimeout,
        Error::Timeout(_) => Fault::ReadTimeout,
        Error::Decompress(..) => Fault::Decode,
        Error::BodyExceedsLimit(_) => Fault::TooLarge,
        Error::BadUri(_) | Error::Http(_) => Fault::BadRequest,
        Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused => Fault::Connect,
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Fault::Reset,
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Fault::ReadTimeout,
            _ => early_end,
        },
        _ => early_end,
    }
}
