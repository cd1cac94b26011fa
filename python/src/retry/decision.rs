//! What to do next in a call, and why.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use aftercall::retry::Action;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBool;

use crate::boundary::Raising;
use crate::closed_set::member;

/// What to do next in a call, and why. Made by a Call; immutable.
///
/// >>> import aftercall
/// >>> call = aftercall.Policy(jitter="none").new_call(kind="query")
/// >>> attempt = call.before_attempt(0)
/// >>> decision = call.on_reply(aftercall.judge(503, None, b""), 120)
/// >>> decision
/// <Decision retry after 500 ms (backoff)>
/// >>> decision.action, decision.delay_ms
/// (<Action.RETRY: 1>, 500)
/// >>> [gate.reason.name for gate in decision.gates if gate.state is aftercall.GateState.PASSED][-1]
/// 'BUDGET_EXHAUSTED'
#[pyclass(frozen, module = "aftercall")]
pub(crate) struct Decision {
    decision: aftercall::retry::Decision,
}

impl Decision {
    pub(crate) fn core(&self) -> &aftercall::retry::Decision {
        &self.decision
    }
}

impl From<aftercall::retry::Decision> for Decision {
    fn from(decision: aftercall::retry::Decision) -> Self {
        Self { decision }
    }
}

#[pymethods]
impl Decision {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str, &'static str) =
        ("action", "reason", "delay_ms", "retry_at_ms");

    /// What to do.
    #[getter]
    fn action(&self, py: Python<'_>) -> Raising<Py<PyAny>> {
        member(py, self.decision.action())
    }

    /// Why the call is over; None if it is not.
    #[getter]
    fn reason(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        Ok(match self.decision.reason() {
            Some(reason) => Some(member(py, reason)?),
            None => None,
        })
    }

    /// How long to wait before sending again, in milliseconds; 0 unless the
    /// action is RETRY.
    #[getter]
    fn delay_ms(&self) -> u64 {
        self.decision.delay_ms()
    }

    /// The same in seconds, as time.sleep() takes them.
    #[getter]
    fn delay(&self) -> f64 {
        super::attempt::seconds(self.decision.delay_ms())
    }

    /// Where the delay comes from; None unless the action is RETRY.
    #[getter]
    fn delay_source(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        Ok(match self.decision.action() {
            Action::Retry => Some(member(py, self.decision.delay_source())?),
            _ => None,
        })
    }

    /// When the server would have the request again, in milliseconds of the
    /// call's clock: for every stop after a failure that said so.
    #[getter]
    fn retry_at_ms(&self) -> Option<u64> {
        self.decision.retry_at_ms()
    }

    /// How many tokens the budget holds after this decision; None without one.
    #[getter]
    fn budget_tokens(&self) -> Option<u32> {
        self.decision.budget_tokens()
    }

    /// Whether the call is over.
    #[getter]
    fn is_stop(&self) -> bool {
        self.decision.is_stop()
    }

    /// Why this was decided, as one line of English: every gate in its order,
    /// with its numbers.
    #[getter]
    fn explanation(&self) -> String {
        self.decision.explanation().to_string()
    }

    /// Why this was decided, as data: every gate in its order.
    #[getter]
    fn gates<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import(intern!(py, "aftercall.retry"))?
            .call_method1(intern!(py, "gates_of"), (self.to_json(),))
    }

    /// The decision and its gates as JSON.
    fn to_json(&self) -> String {
        self.decision.explanation().to_json()
    }

    fn __repr__(&self) -> String {
        let line = self.explanation();
        format!("<Decision {}>", line.split(';').next().unwrap_or_default())
    }

    fn __eq__<'py>(&self, other: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
        let py = other.py();
        match other.cast::<Self>() {
            Ok(other) => PyBool::new(py, self.decision == other.get().decision)
                .to_owned()
                .into_any(),
            Err(_) => py.NotImplemented().into_bound(py),
        }
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.decision.to_words().hash(&mut hasher);
        hasher.finish()
    }

    fn __copy__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __deepcopy__<'py>(slf: Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        slf
    }

    #[allow(clippy::type_complexity, reason = "this is what pickle asks for")]
    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, (&'static str, Vec<u64>))> {
        let restore = slf
            .py()
            .import("aftercall._native")?
            .getattr("_restore_decision")?;
        let words = slf.get().decision.to_words().to_vec();
        Ok((restore, (env!("CARGO_PKG_VERSION"), words)))
    }
}

/// Makes a decision out of a pickle of this version.
#[pyfunction(name = "_restore_decision")]
#[allow(
    clippy::needless_pass_by_value,
    reason = "this is how arguments arrive from Python"
)]
pub(crate) fn restore_decision(version: &str, words: Vec<u64>) -> PyResult<Decision> {
    let decision = <[u64; aftercall::retry::Decision::WORDS]>::try_from(words)
        .ok()
        .filter(|_| version == env!("CARGO_PKG_VERSION"))
        .and_then(aftercall::retry::Decision::from_words);
    match decision {
        Some(decision) => Ok(decision.into()),
        None => Err(PyValueError::new_err(format!(
            "this is no Decision that aftercall {} has pickled",
            env!("CARGO_PKG_VERSION")
        ))),
    }
}
