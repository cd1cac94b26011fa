//! One attempt of a client's call.

use aftercall::{Fault, OperationKind, UnixTime};
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDict, PyTuple, PyTzInfo};

use super::settings::Reading;
use crate::boundary::Raising;
use crate::closed_set::{from_number, member};
use crate::retry::attempt::AttemptRecord;
use crate::retry::decision::Decision;
use crate::verdict::Verdict;

/// One attempt of a client's call: what was sent, what came, what was decided.
///
/// Its number counts the exchanges of its kind from 1: attempts of the call and
/// attempts for a token are counted apart.
#[pyclass(frozen, extends = AttemptRecord, module = "aftercall")]
pub(crate) struct Attempted {
    kind: OperationKind,
    /// The method.
    #[pyo3(get)]
    method: String,
    /// The host.
    #[pyo3(get)]
    host: String,
    /// The path, without its query.
    #[pyo3(get)]
    path: String,
    /// Where it went: without user and query, and scrubbed.
    #[pyo3(get)]
    url: String,
    /// What was sent as X-Request-Id.
    #[pyo3(get)]
    request_id: String,
    started: UnixTime,
    fault: Option<Fault>,
    /// What stood in the way, in words for developers; may be empty.
    #[pyo3(get)]
    detail: String,
}

impl Attempted {
    pub(super) fn of<'py>(
        py: Python<'py>,
        attempt: &aftercall::client::Attempted,
        reading: &Reading,
    ) -> PyResult<Bound<'py, Self>> {
        let verdict = Verdict::of(py, attempt.verdict(), reading.known(py), None)?;
        let record = AttemptRecord::new(
            attempt.number(),
            verdict.unbind(),
            Py::new(py, Decision::from(*attempt.decision()))?,
            attempt.started_ms(),
            attempt.took_ms(),
        );
        let own = Self {
            kind: attempt.kind(),
            method: attempt.method().to_owned(),
            host: attempt.host().to_owned(),
            path: attempt.path().to_owned(),
            url: attempt.url().to_owned(),
            request_id: attempt.request_id().to_owned(),
            started: attempt.started(),
            fault: attempt.fault(),
            detail: attempt.detail().to_owned(),
        };
        Bound::new(py, PyClassInitializer::from(record).add_subclass(own))
    }

    /// The attempts of a call, in their order.
    pub(super) fn all<'py>(
        py: Python<'py>,
        attempts: &[aftercall::client::Attempted],
        reading: &Reading,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let attempts = attempts
            .iter()
            .map(|attempt| Self::of(py, attempt, reading));
        PyTuple::new(py, attempts.collect::<PyResult<Vec<_>>>()?)
    }
}

#[pymethods]
impl Attempted {
    /// What it was for; AUTH for a token.
    #[getter]
    fn kind(&self, py: Python<'_>) -> Raising<Py<PyAny>> {
        member(py, self.kind)
    }

    /// When it began: a datetime in UTC.
    #[getter]
    fn started<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        datetime(py, self.started)
    }

    /// The transport fault, if no complete reply came.
    #[getter]
    fn fault(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        Ok(match self.fault {
            Some(fault) => Some(member(py, fault)?),
            None => None,
        })
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (own, base) = (slf.get(), slf.as_super().get());
        Ok(format!("<Attempted {} {}: {}>", own.method, own.path, {
            base.shown(slf.py())?
        }))
    }

    #[allow(clippy::type_complexity, reason = "this is what pickle asks for")]
    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyAny>, Bound<'py, PyDict>))> {
        let py = slf.py();
        let (own, base) = (slf.get(), slf.as_super());
        let state = PyDict::new(py);
        state.set_item("kind", own.kind.number())?;
        state.set_item("method", &own.method)?;
        state.set_item("host", &own.host)?;
        state.set_item("path", &own.path)?;
        state.set_item("url", &own.url)?;
        state.set_item("request_id", &own.request_id)?;
        state.set_item("started", own.started.as_millis())?;
        state.set_item("fault", own.fault.map(Fault::number))?;
        state.set_item("detail", &own.detail)?;
        let record = base.get().fields(py)?;
        let restore = py
            .import("aftercall._native")?
            .getattr("_restore_attempted")?;
        Ok((restore, (record.into_any(), state)))
    }
}

/// Makes an attempt out of a pickle.
#[pyfunction(name = "_restore_attempted")]
pub(crate) fn restore_attempted<'py>(
    record: (u32, Py<Verdict>, Py<Decision>, u64, u64),
    state: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, Attempted>> {
    let py = state.py();
    let field = |name: &str| state.as_any().get_item(name);
    let (number, verdict, decision, started_ms, duration_ms) = record;
    let own = Attempted {
        kind: from_number(field("kind")?.extract()?)?,
        method: field("method")?.extract()?,
        host: field("host")?.extract()?,
        path: field("path")?.extract()?,
        url: field("url")?.extract()?,
        request_id: field("request_id")?.extract()?,
        started: UnixTime::from_millis(field("started")?.extract()?),
        fault: field("fault")?
            .extract::<Option<i32>>()?
            .map(from_number)
            .transpose()?,
        detail: field("detail")?.extract()?,
    };
    let record = AttemptRecord::new(number, verdict, decision, started_ms, duration_ms);
    Bound::new(py, PyClassInitializer::from(record).add_subclass(own))
}

/// A point in time as Python has it, in UTC.
pub(super) fn datetime(py: Python<'_>, at: UnixTime) -> PyResult<Bound<'_, PyAny>> {
    #[allow(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
    let seconds = at.as_millis() as f64 / 1000.0;
    let utc = PyTzInfo::utc(py)?.to_owned();
    PyDateTime::from_timestamp(py, seconds, Some(&utc)).map(Bound::into_any)
}
