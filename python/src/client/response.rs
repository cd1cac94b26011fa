//! How a call ended: a value, a response, or an exception.

use aftercall::client::HeaderBlock;
use aftercall::retry::Reason;
use aftercall::{Expect, OperationKind, UnixTime};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

use super::attempted::{Attempted, datetime};
use super::settings::Reading;
use crate::boundary::Raising;
use crate::closed_set::member;
use crate::decoding::decoded;
use crate::record::Record;
use crate::retry::decision::Decision;
use crate::retry::run::note;
use crate::verdict::Verdict;

/// The last reply of a call. Made by Client.send(); immutable.
///
/// An exception that a call raises has one too, as `response`: there the data
/// cannot be read, and the body is as much of it as came.
#[pyclass(frozen, weakref, module = "aftercall")]
pub(crate) struct Response {
    verdict: Py<Verdict>,
    http_status: u16,
    headers: HeaderBlock,
    body: Py<PyBytes>,
    downloaded_bytes: Option<u64>,
    attempts: Py<PyTuple>,
    kind: OperationKind,
    started: UnixTime,
    took_ms: u64,
}

impl Response {
    pub(super) fn success<'py>(
        py: Python<'py>,
        response: &aftercall::client::Response,
        reading: &Reading,
    ) -> PyResult<Bound<'py, Self>> {
        let body = PyBytes::new(py, response.body());
        let profile = reading.known(py);
        let verdict = response.verdict();
        let own = Self {
            verdict: Verdict::of(py, &verdict, profile, Some((&body, response.body())))?.unbind(),
            http_status: response.http_status(),
            headers: response.headers().clone(),
            downloaded_bytes: response.downloaded_bytes(),
            attempts: Attempted::all(py, response.attempts(), reading)?.unbind(),
            kind: response.kind(),
            started: response.started(),
            took_ms: response.took_ms(),
            body: body.unbind(),
        };
        Bound::new(py, own)
    }

    fn failure<'py>(
        py: Python<'py>,
        failure: &aftercall::client::Failure,
        verdict: Py<Verdict>,
        attempts: Py<PyTuple>,
    ) -> PyResult<Bound<'py, Self>> {
        let http_status = failure.verdict().http_status();
        let own = Self {
            verdict,
            http_status: http_status
                .and_then(|http_status| u16::try_from(http_status).ok())
                .unwrap_or_default(),
            headers: failure.headers().clone(),
            downloaded_bytes: None,
            attempts,
            kind: failure.kind(),
            started: failure.started(),
            took_ms: failure.took_ms(),
            body: PyBytes::new(py, failure.body()).unbind(),
        };
        Bound::new(py, own)
    }
}

/// What a call returns: the data decoded, the bytes of what was expected raw, or
/// how many bytes went into a file.
pub(super) fn value<'py>(
    py: Python<'py>,
    response: &aftercall::client::Response,
) -> PyResult<Bound<'py, PyAny>> {
    if let Some(bytes) = response.downloaded_bytes() {
        return Ok(bytes.into_pyobject(py)?.into_any());
    }
    let Some(data) = response.data() else {
        return Ok(py.None().into_bound(py));
    };
    let bytes = PyBytes::new(py, data);
    if response.expected() == Expect::Raw {
        return Ok(bytes.into_any());
    }
    decoded(py, &bytes, data)
}

/// The exception of a failure, with everything that is known of the call.
#[cold]
#[allow(
    clippy::needless_pass_by_value,
    reason = "a failure is an exception from here on"
)]
pub(super) fn error(
    py: Python<'_>,
    failure: aftercall::client::Failure,
    reading: &Reading,
) -> PyResult<PyErr> {
    let verdict = Verdict::of(py, failure.verdict(), reading.known(py), None)?;
    let error = Verdict::error(&verdict)?;
    let attempts = Attempted::all(py, failure.attempts(), reading)?;
    let value = error.value(py);
    value.setattr(intern!(py, "attempts"), &attempts)?;
    let reason: Reason = failure.reason();
    value.setattr(intern!(py, "reason"), member(py, reason)?)?;
    let decision = Decision::from(*failure.decision());
    value.setattr(intern!(py, "decision"), Py::new(py, decision)?)?;
    if let Some(retry_at) = failure.retry_at() {
        value.setattr(intern!(py, "retry_at"), datetime(py, retry_at)?)?;
    }
    value.setattr(intern!(py, "detail"), failure.detail())?;
    let record = Record::of(failure.record(), reading.profile(py));
    value.setattr(intern!(py, "_record"), Py::new(py, record)?)?;
    let response = Response::failure(py, &failure, verdict.unbind(), attempts.unbind())?;
    value.setattr(intern!(py, "response"), response)?;
    let note = note(
        failure.attempts().len(),
        failure.took_ms(),
        failure.decision(),
    );
    value.call_method1(intern!(py, "add_note"), (note,))?;
    Ok(error)
}

#[pymethods]
impl Response {
    /// What the reply meant.
    #[getter]
    fn verdict(&self, py: Python<'_>) -> Py<Verdict> {
        self.verdict.clone_ref(py)
    }

    /// The data, decoded from JSON; None if there was none. See Verdict.data().
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.verdict.bind(py).call_method0(intern!(py, "data"))
    }

    /// The data, exactly as received; None if there was none, or if it went into
    /// a file. See Verdict.data_bytes.
    #[getter]
    fn data_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.verdict.bind(py).getattr(intern!(py, "data_bytes"))
    }

    /// The HTTP status; 0 if no reply came.
    #[getter]
    const fn http_status(&self) -> u16 {
        self.http_status
    }

    /// Every header as (name, value), in the order received.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let pairs = self
            .headers
            .iter()
            .map(|(name, value)| (header_text(py, name), header_text(py, value)));
        PyList::new(py, pairs.collect::<Vec<_>>())
    }

    /// The first value of a header, its name in any case; None without one.
    #[pyo3(signature = (name, /))]
    fn header<'py>(&self, py: Python<'py>, name: &str) -> Option<Bound<'py, PyString>> {
        self.headers.get(name).map(|value| header_text(py, value))
    }

    /// The whole body, decoded.
    #[getter]
    fn body(&self, py: Python<'_>) -> Py<PyBytes> {
        self.body.clone_ref(py)
    }

    /// How many bytes went into the file; None if there is none.
    #[getter]
    const fn downloaded_bytes(&self) -> Option<u64> {
        self.downloaded_bytes
    }

    /// Every attempt, those for tokens included, in their order.
    #[getter]
    fn attempts(&self, py: Python<'_>) -> Py<PyTuple> {
        self.attempts.clone_ref(py)
    }

    /// The id under which support finds this call, as received.
    #[getter]
    fn correlation_id<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.verdict.bind(py).getattr(intern!(py, "correlation_id"))
    }

    /// What kind of operation the call was.
    #[getter]
    fn kind(&self, py: Python<'_>) -> Raising<Py<PyAny>> {
        member(py, self.kind)
    }

    /// When the call began: a datetime in UTC.
    #[getter]
    fn started<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        datetime(py, self.started)
    }

    /// How long it took, in milliseconds.
    #[getter]
    const fn took_ms(&self) -> u64 {
        self.took_ms
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let bytes = self.body.bind(py).as_bytes().len();
        let attempts = match self.attempts.bind(py).len() {
            1 => "1 attempt".to_owned(),
            count => format!("{count} attempts"),
        };
        Ok(format!(
            "<Response {}, body of {bytes} bytes, {attempts} in {} ms>",
            self.verdict.bind(py).repr()?.to_string_lossy(),
            self.took_ms
        ))
    }

    /// A response is not pickled: its body and headers may hold secrets.
    fn __reduce__(&self) -> PyResult<()> {
        Err(pyo3::exceptions::PyTypeError::new_err(
            "a Response cannot be pickled: its body and headers may hold secrets; pickle its verdict or data",
        ))
    }
}

/// UTF-8, else a character for each byte.
fn header_text<'py>(py: Python<'py>, bytes: &[u8]) -> Bound<'py, PyString> {
    match core::str::from_utf8(bytes) {
        Ok(text) => PyString::new(py, text),
        Err(_) => {
            let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
            PyString::new(py, &text)
        }
    }
}
