//! One attempt of a call: before it is sent, and when it is over.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::decision::Decision;
use crate::verdict::Verdict;

/// One attempt that may be sent now.
///
/// *number* counts the exchanges of the call from 1; a resend after a refresh
/// counts as one. *timeout_ms* says how long it may take: the policy's attempt
/// timeout or what is left until the deadline, whichever is less; None without
/// either.
///
/// >>> import aftercall
/// >>> call = aftercall.Policy(attempt_timeout_ms=2500).new_call()
/// >>> call.before_attempt(0)
/// Attempt(1, timeout_ms=2500)
#[pyclass(frozen, eq, hash, module = "aftercall")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Attempt {
    /// Which exchange of the call it is, from 1.
    #[pyo3(get)]
    number: u32,
    /// How long it may take, in milliseconds; 0 means that no time is left.
    #[pyo3(get)]
    timeout_ms: Option<u64>,
}

impl From<aftercall::retry::Attempt> for Attempt {
    fn from(attempt: aftercall::retry::Attempt) -> Self {
        Self {
            number: attempt.number,
            timeout_ms: attempt.timeout_ms,
        }
    }
}

#[pymethods]
impl Attempt {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("number", "timeout_ms");

    #[new]
    #[pyo3(signature = (number, timeout_ms=None))]
    fn new(number: u32, timeout_ms: Option<u64>) -> Self {
        Self { number, timeout_ms }
    }

    /// How long it may take, in seconds, as timeouts of Python's libraries are.
    #[getter]
    fn timeout(&self) -> Option<f64> {
        self.timeout_ms.map(seconds)
    }

    /// How many exchanges came before it; OpenTelemetry's
    /// `http.request.resend_count`.
    #[getter]
    fn resend_count(&self) -> u32 {
        self.number.saturating_sub(1)
    }

    fn __repr__(&self) -> String {
        let timeout_ms = shown(self.timeout_ms);
        format!("Attempt({}, timeout_ms={timeout_ms})", self.number)
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let attempt = slf.get();
        let arguments = (attempt.number, attempt.timeout_ms).into_pyobject(slf.py())?;
        Ok((slf.get_type().into_any(), arguments))
    }
}

/// One attempt that is over: what came of it, and what was decided.
///
/// What a call raises has a tuple of them, one for each attempt, as `attempts`.
///
/// >>> import aftercall
/// >>> def fail():
/// ...     raise ConnectionRefusedError
/// >>> try:
/// ...     aftercall.Policy(preset="none").call(fail)
/// ... except ConnectionRefusedError as error:
/// ...     for attempt in error.attempts:
/// ...         print(attempt.number, attempt.verdict.rule, attempt.decision.reason)
/// 1 transport:connect attempts_exhausted
#[pyclass(frozen, subclass, module = "aftercall")]
pub(crate) struct AttemptRecord {
    /// Which exchange of the call it was, from 1.
    #[pyo3(get)]
    number: u32,
    /// What it brought.
    #[pyo3(get)]
    verdict: Py<Verdict>,
    /// What was decided about it.
    #[pyo3(get)]
    decision: Py<Decision>,
    /// When it was sent, in milliseconds from the start of the call.
    #[pyo3(get)]
    started_ms: u64,
    /// How long it took, in milliseconds.
    #[pyo3(get)]
    duration_ms: u64,
}

#[pymethods]
impl AttemptRecord {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
    ) = ("number", "verdict", "decision", "started_ms", "duration_ms");

    #[new]
    pub(crate) fn new(
        number: u32,
        verdict: Py<Verdict>,
        decision: Py<Decision>,
        started_ms: u64,
        duration_ms: u64,
    ) -> Self {
        Self {
            number,
            verdict,
            decision,
            started_ms,
            duration_ms,
        }
    }

    /// How long was waited after it, in milliseconds; 0 unless it was repeated.
    #[getter]
    fn delay_ms(&self) -> u64 {
        self.decision.get().core().delay_ms()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<AttemptRecord {}>", self.shown(py)?))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let Ok(other) = other.cast::<Self>() else {
            return Ok(py.NotImplemented());
        };
        let other = other.get();
        let is_same = self.numbers() == other.numbers()
            && self.decision.get().core() == other.decision.get().core()
            && self.verdict.bind(py).eq(other.verdict.bind(py))?;
        Ok(is_same.into_pyobject(py)?.to_owned().into_any().unbind())
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<u64> {
        let mut hasher = DefaultHasher::new();
        (self.numbers(), self.verdict.bind(py).hash()?).hash(&mut hasher);
        Ok(hasher.finish())
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        Ok((slf.get_type().into_any(), slf.get().fields(slf.py())?))
    }
}

impl AttemptRecord {
    /// What makes another one like it.
    pub(crate) fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (
            self.number,
            self.verdict.clone_ref(py),
            self.decision.clone_ref(py),
            self.started_ms,
            self.duration_ms,
        )
            .into_pyobject(py)
    }

    /// What happened, in one line.
    pub(crate) fn shown(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "{} at {} ms, took {} ms: {}; {}",
            self.number,
            self.started_ms,
            self.duration_ms,
            self.verdict.bind(py).repr()?.to_string_lossy(),
            self.decision.bind(py).repr()?.to_string_lossy(),
        ))
    }

    fn numbers(&self) -> (u32, u64, u64) {
        (self.number, self.started_ms, self.duration_ms)
    }
}

/// Milliseconds as Python's seconds.
#[allow(
    clippy::cast_precision_loss,
    reason = "exact to the millisecond for 285,000 years"
)]
pub(crate) fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1000.0
}

/// A number that may be absent, as Python writes it.
pub(super) fn shown(number: Option<impl ToString>) -> String {
    number.map_or_else(|| "None".to_owned(), |number| number.to_string())
}
