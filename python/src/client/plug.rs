//! Something written in Python that carries the bytes.

use aftercall::client::{Control, Incoming, OutgoingBody, Transport, TransportFault};
use aftercall::{Fault, Headers as _};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use super::signals;
use crate::argument;
use crate::closed_set::from_number;
use crate::headers::PyHeaders;

/// One request, ready to be sent by a transport. Its URL and headers hold
/// credentials, so the repr shows neither.
///
/// A transport sends it once, as it is, and follows no redirect. It ends within
/// *timeout_ms*, returns a response (of requests, httpx or urllib3), or
/// (status, headers, body) with the body after transfer- and content-encoding
/// were undone, and raises what its library raises. It need not take more than
/// *max_body_bytes* of body.
#[pyclass(frozen, get_all, module = "aftercall")]
pub(crate) struct Outgoing {
    /// GET, POST and so on.
    method: String,
    /// The whole URL with its query.
    url: String,
    /// Every header but Host, Content-Length and Accept-Encoding, as (name,
    /// value).
    headers: Py<PyList>,
    /// The body; None if there is none at all.
    body: Option<Py<PyBytes>>,
    /// How long the exchange may take in all, in milliseconds; None without a
    /// limit.
    timeout_ms: Option<u64>,
    /// How long it may take until a connection stands, in milliseconds.
    connect_timeout_ms: u64,
    /// The largest body that is taken, in bytes.
    max_body_bytes: u64,
}

#[pymethods]
impl Outgoing {
    fn __repr__(&self, py: Python<'_>) -> String {
        let size = |body: &Py<PyBytes>| body.bind(py).as_bytes().len();
        format!(
            "<Outgoing {}, body of {} bytes>",
            self.method,
            self.body.as_ref().map_or(0, size)
        )
    }
}

/// What an [`Outgoing`] is made of.
pub(super) struct Parts<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    pub(super) headers: Vec<(&'a str, &'a str)>,
    pub(super) body: Option<Vec<u8>>,
    pub(super) timeout_ms: Option<u64>,
    pub(super) connect_timeout_ms: u64,
    pub(super) max_body_bytes: u64,
}

impl Outgoing {
    pub(super) fn of(py: Python<'_>, parts: Parts<'_>) -> PyResult<Self> {
        Ok(Self {
            method: parts.method.to_owned(),
            url: parts.url.to_owned(),
            headers: PyList::new(py, parts.headers)?.unbind(),
            body: parts.body.map(|body| PyBytes::new(py, &body).unbind()),
            timeout_ms: parts.timeout_ms,
            connect_timeout_ms: parts.connect_timeout_ms,
            max_body_bytes: parts.max_body_bytes,
        })
    }
}

/// Carries the bytes by calling what `aftercall._transports` makes of a session,
/// a client or a function.
pub(super) struct PyTransport {
    exchange: Py<PyAny>,
}

impl PyTransport {
    pub(super) fn of(given: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = given.py();
        let exchange = py
            .import(intern!(py, "aftercall._transports"))?
            .call_method1(intern!(py, "adapted"), (given,))?;
        Ok(Self {
            exchange: exchange.unbind(),
        })
    }
}

impl Transport for PyTransport {
    fn exchange(
        &self,
        request: aftercall::client::Outgoing<'_>,
        reply: &mut Incoming,
        control: &Control,
    ) -> Result<(), TransportFault> {
        let body = whole(request.body)?;
        let milliseconds = |duration: core::time::Duration| {
            u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
        };
        let parts = Parts {
            method: request.method,
            url: request.url,
            headers: request.headers.to_vec(),
            body,
            timeout_ms: control.remaining().map(milliseconds),
            connect_timeout_ms: milliseconds(control.connect_timeout()),
            max_body_bytes: control.max_body_bytes(),
        };
        Python::attach(|py| {
            let told = Outgoing::of(py, parts)
                .and_then(|outgoing| self.exchange.bind(py).call1((outgoing,)));
            match told {
                Ok(told) => match take(&told, reply) {
                    Ok(taken) => taken,
                    Err(raised) => Err(passed_on(raised)),
                },
                Err(raised) => match fault_of(py, &raised) {
                    Ok(Some(fault)) => Err(fault),
                    Ok(None) => Err(passed_on(raised)),
                    Err(raised) => Err(passed_on(raised)),
                },
            }
        })
    }
}

/// All of a body; a stream is read into memory, for a transport may send it as
/// it likes.
pub(super) fn whole(body: OutgoingBody<'_>) -> Result<Option<Vec<u8>>, TransportFault> {
    match body {
        OutgoingBody::None => Ok(None),
        OutgoingBody::Bytes(bytes) => Ok(Some(bytes.to_vec())),
        OutgoingBody::Stream { reader, length } => {
            let mut bytes = Vec::new();
            let read = reader.read_to_end(&mut bytes);
            if read.is_err() || bytes.len() as u64 != length {
                let why = "the body could not be read to its end";
                return Err(TransportFault::new(Fault::BadRequest, why));
            }
            Ok(Some(bytes))
        }
    }
}

/// Puts status, headers and body into the reply.
pub(super) fn take(
    told: &Bound<'_, PyAny>,
    reply: &mut Incoming,
) -> PyResult<Result<(), TransportFault>> {
    let (http_status, headers, body): (Bound<'_, PyAny>, Bound<'_, PyAny>, Bound<'_, PyAny>) =
        told.cast::<PyTuple>()?.extract()?;
    let http_status = argument::http_status(&http_status)?;
    let Ok(http_status) = u16::try_from(http_status) else {
        let why = "the transport brought a status that is none";
        return Ok(Err(TransportFault::new(Fault::Closed, why)));
    };
    reply.head(http_status);
    if !headers.is_none() {
        PyHeaders::of(&headers)?.visit(&mut |name, value| reply.header(name, value));
    }
    let mut copy = None;
    let body = argument::body(&body, &mut copy)?;
    Ok(reply.body(body.as_bytes()))
}

/// The fault that an exception of a library is; `None` if it is none.
pub(super) fn fault_of(py: Python<'_>, raised: &PyErr) -> PyResult<Option<TransportFault>> {
    let told: Option<(i32, String)> = py
        .import(intern!(py, "aftercall._transports"))?
        .call_method1(intern!(py, "fault_of"), (raised.value(py),))?
        .extract()?;
    told.map(|(number, detail)| Ok(TransportFault::new(from_number(number)?, detail)))
        .transpose()
}

/// What is no fault of a transport is raised when the call is back.
fn passed_on(raised: PyErr) -> TransportFault {
    signals::raise_later(raised);
    Fault::Cancelled.into()
}
