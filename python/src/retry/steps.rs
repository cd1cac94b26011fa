//! A call that is being made, for the loops that are written in Python.

use std::sync::{Mutex, MutexGuard};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

use super::attempt::Attempt;
use super::decision::Decision;
use super::meaning::Meaning;
use super::retrier::Retrier;
use super::run::{Ruling, Run, Terms};
use crate::argument::wrong_type;
use crate::verdict::Verdict;

/// A call that is being made; the loops of aftercall.retry go through it step by
/// step. One that is dropped while it waits pays its budget back.
#[pyclass(frozen, name = "_Steps", module = "aftercall._native")]
pub(crate) struct Steps {
    retrier: Py<Retrier>,
    run: Mutex<Run>,
}

impl Steps {
    fn terms(&self) -> Terms<'_> {
        self.retrier.get().terms()
    }

    /// Never waited for: whoever holds it may be waiting for the interpreter.
    fn run(&self) -> PyResult<MutexGuard<'_, Run>> {
        self.run.try_lock().map_err(|_| {
            PyRuntimeError::new_err("the attempts of one call are used in two places at once")
        })
    }
}

#[pymethods]
impl Steps {
    #[new]
    fn new(py: Python<'_>, retrier: Py<Retrier>) -> PyResult<Self> {
        let run = Mutex::new(Run::start(py, retrier.get().terms())?);
        Ok(Self { retrier, run })
    }

    /// An attempt goes out now.
    fn before_attempt(&self) -> PyResult<Attempt> {
        self.run()?.before_attempt(self.terms())
    }

    /// It brought a value, which may be a reply.
    fn on_value(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<Decision> {
        Ok(self.run()?.on_value(py, self.terms(), value)?.into())
    }

    /// It brought a reply that was judged.
    fn on_verdict(&self, py: Python<'_>, verdict: &Bound<'_, PyAny>) -> PyResult<Decision> {
        let Ok(verdict) = verdict.cast::<Verdict>() else {
            return Err(wrong_type("verdict", "a Verdict", verdict));
        };
        let meaning = Meaning::Reply(verdict.clone().unbind());
        Ok(self.run()?.on_meaning(py, self.terms(), meaning)?.into())
    }

    /// It raised. Returns None if the exception says nothing of a reply: then
    /// the call is over.
    fn on_error(&self, py: Python<'_>, error: &Bound<'_, PyAny>) -> PyResult<Option<Decision>> {
        let error = PyErr::from_value(error.clone());
        Ok(match self.run()?.on_error(py, self.terms(), error)? {
            Ruling::Decided(decision) => Some(decision.into()),
            Ruling::Passes(_) => None,
        })
    }

    /// Does what was decided, waiting in this thread; returns the decision with
    /// which the call stops, if it does.
    fn carry_out(
        &self,
        py: Python<'_>,
        decision: &Bound<'_, Decision>,
    ) -> PyResult<Option<Decision>> {
        let decision = *decision.get().core();
        let stop = self.run()?.carry_out(py, self.terms(), decision)?;
        Ok(stop.map(Decision::from))
    }

    /// The wait is over; returns the decision with which the call stops if it
    /// took too long.
    fn on_waited(&self, py: Python<'_>) -> PyResult<Option<Decision>> {
        Ok(self.run()?.on_waited(py, self.terms())?.map(Decision::from))
    }

    /// The new token is there.
    fn on_refreshed(&self, py: Python<'_>) -> PyResult<()> {
        self.run()?.on_refreshed(py)
    }

    /// There is no new token.
    fn on_refresh_failed(&self, py: Python<'_>) -> PyResult<Decision> {
        Ok(self.run()?.on_refresh_failed(py, self.terms())?.into())
    }

    /// The caller gives up. Does nothing if the call is over.
    fn cancel(&self, py: Python<'_>) -> PyResult<()> {
        self.run()?.cancel(py, self.terms())
    }

    /// The exception that a call which stopped like this raises.
    fn failure<'py>(
        &self,
        py: Python<'py>,
        stop: &Bound<'py, Decision>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let stop = *stop.get().core();
        if !stop.is_stop() {
            return Err(PyValueError::new_err("the call is not over"));
        }
        let error = self.run()?.failure(py, self.terms(), stop)?;
        Ok(error.into_value(py).into_bound(py).into_any())
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        let budget = self.retrier.get().terms().options.core_budget();
        if let Ok(run) = self.run.get_mut() {
            run.abandon(budget);
        }
    }
}
