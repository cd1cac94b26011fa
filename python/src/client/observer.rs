//! Telling something written in Python of what a client does: the package's
//! logger, and the caller's observer.

use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;

use aftercall::Noted;
use aftercall::client::{CallObserver, Failure};
use aftercall::retry::{Decision, Observer};

use super::attempted::Attempted;
use super::settings::Reading;
use super::signals;
use crate::argument::wrong_type;
use crate::log;
use crate::retry::observed::Observed;
use crate::verdict::Verdict;

/// The logger; and a callable that is told every decision, or an object with
/// `on_decision`, `on_attempt` or both, if the caller gave one.
pub(super) struct PyObserver {
    on_decision: Option<Py<PyAny>>,
    on_attempt: Option<Py<PyAny>>,
    reading: Reading,
}

impl PyObserver {
    pub(super) fn of(given: Option<&Bound<'_, PyAny>>, reading: Reading) -> PyResult<Self> {
        let Some(given) = given else {
            return Ok(Self {
                on_decision: None,
                on_attempt: None,
                reading,
            });
        };
        let py = given.py();
        let method = |name| {
            let method = given.getattr_opt(name)?;
            PyResult::Ok(method.map(Bound::unbind))
        };
        let mut on_decision = method(intern!(py, "on_decision"))?;
        let on_attempt = method(intern!(py, "on_attempt"))?;
        if on_decision.is_none() && on_attempt.is_none() {
            if !given.is_callable() {
                let allowed = "a function, an object with on_decision or on_attempt, or None";
                return Err(wrong_type("observer", allowed, given));
            }
            on_decision = Some(given.clone().unbind());
        }
        Ok(Self {
            on_decision,
            on_attempt,
            reading,
        })
    }
}

impl Observer for PyObserver {
    fn on_decision(&self, told: &aftercall::retry::Observed<'_>) {
        let Some(on_decision) = &self.on_decision else {
            return;
        };
        Python::attach(|py| {
            tell(py, on_decision, || {
                let profile = self.reading.known(py);
                let verdict = told.verdict.map(|verdict| {
                    let verdict = Verdict::of(py, verdict, profile, None)?;
                    PyResult::Ok(verdict.unbind())
                });
                let observed = Observed::of(py, told, verdict.transpose()?)?;
                Ok(Bound::new(py, observed)?.into_any())
            });
        });
    }
}

impl CallObserver for PyObserver {
    fn on_attempt(&self, attempt: &aftercall::client::Attempted) {
        if let Some(on_attempt) = &self.on_attempt {
            Python::attach(|py| {
                tell(py, on_attempt, || {
                    Ok(Attempted::of(py, attempt, &self.reading)?.into_any())
                });
            });
        }
        write(attempt.number(), attempt.decision(), || attempt.noted());
    }

    fn on_stop(&self, failure: &Failure) {
        write(failure.last_attempt(), failure.decision(), || {
            failure.noted()
        });
    }
}

/// A line for those who listen to the package's logger.
fn write<'n>(attempt: u32, decision: &Decision, noted: impl FnOnce() -> Noted<'n>) {
    if decision.log_level(attempt.into()).is_none() {
        // Most calls: they need not wait for their turn in the interpreter.
        return;
    }
    Python::attach(|py| {
        let told = log::decided(py, attempt.into(), decision, |tell| tell(&noted()));
        if let Err(error) = told {
            signals::raise_later(error);
        }
    });
}

/// An exception of an observer is nobody's business but `sys.unraisablehook`'s;
/// what `except Exception` does not catch ends the call.
fn tell<'py>(
    py: Python<'py>,
    observer: &Py<PyAny>,
    news: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
) {
    match news().and_then(|news| observer.call1(py, (news,))) {
        Ok(_) => {}
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, Some(observer.bind(py)));
        }
        Err(error) => signals::raise_later(error),
    }
}
