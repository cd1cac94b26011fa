//! Telling a Python callable of decisions.

use core::cell::Cell;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;

use super::decision::Decision;
use crate::verdict::Verdict;

/// What an observer sees of one decision.
///
/// An observer is any callable that takes one. It is told in the thread that
/// decides, after the decision is made, and cannot change it: an exception that
/// it raises goes to sys.unraisablehook.
///
/// >>> import aftercall
/// >>> seen = []
/// >>> policy = aftercall.Policy().using(observer=seen.append)
/// >>> policy.call(lambda: "done")
/// 'done'
/// >>> seen
/// [<Observed attempt 1 at 0 ms: stop: success>]
#[pyclass(frozen, module = "aftercall")]
pub(crate) struct Observed {
    /// The number of the attempt that was decided about, from 1; 0 if the call
    /// was over before its first.
    #[pyo3(get)]
    attempt: u32,
    /// What its reply meant; None if the call ended without one, or if a
    /// function returned something that is no reply.
    #[pyo3(get)]
    verdict: Option<Py<Verdict>>,
    /// What was decided.
    #[pyo3(get)]
    decision: Py<Decision>,
    /// When, in milliseconds of the call's clock.
    #[pyo3(get)]
    now_ms: u64,
}

impl Observed {
    /// What a client's observer is told.
    pub(crate) fn of(
        py: Python<'_>,
        told: &aftercall::retry::Observed<'_>,
        verdict: Option<Py<Verdict>>,
    ) -> PyResult<Self> {
        Ok(Self {
            attempt: told.attempt,
            verdict,
            decision: Py::new(py, Decision::from(*told.decision))?,
            now_ms: told.now_ms,
        })
    }
}

#[pymethods]
impl Observed {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str, &'static str) =
        ("attempt", "verdict", "decision", "now_ms");

    fn __repr__(&self) -> String {
        let line = self.decision.get().core().explanation().to_string();
        format!(
            "<Observed attempt {} at {} ms: {}>",
            self.attempt,
            self.now_ms,
            line.split(';').next().unwrap_or_default()
        )
    }
}

/// Notes what the core tells, so that Python hears of it when nothing is locked.
#[derive(Default)]
pub(crate) struct Notes(Cell<Option<(u32, u64)>>);

impl aftercall::retry::Observer for Notes {
    fn on_decision(&self, observed: &aftercall::retry::Observed<'_>) {
        self.0.set(Some((observed.attempt, observed.now_ms)));
    }
}

impl Notes {
    /// Passes on what was noted.
    ///
    /// # Errors
    ///
    /// What the observer raised, if it is nothing that `except Exception`
    /// catches: Ctrl-C, for one.
    pub(crate) fn tell(
        &self,
        py: Python<'_>,
        observer: &Py<PyAny>,
        verdict: Option<Py<Verdict>>,
        decision: aftercall::retry::Decision,
    ) -> PyResult<()> {
        let Some((attempt, now_ms)) = self.0.take() else {
            return Ok(());
        };
        let observed = Observed {
            attempt,
            verdict,
            decision: Py::new(py, Decision::from(decision))?,
            now_ms,
        };
        match observer.call1(py, (observed,)) {
            Ok(_) => Ok(()),
            Err(error) if error.is_instance_of::<PyException>(py) => {
                error.write_unraisable(py, Some(observer.bind(py)));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}
