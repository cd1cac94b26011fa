//! One call's state, for those who send and sleep themselves.

use std::sync::{Mutex, PoisonError};

use aftercall::retry::{CallState, Terms};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::attempt::Attempt;
use super::decision::Decision;
use super::observed::Notes;
use super::options::Options;
use super::policy::Policy;
use crate::argument::{is_integer, wrong_type};
use crate::verdict::Verdict;

/// One logical operation that is attempted until it succeeds or must stop.
/// Made by Policy.new_call().
///
/// Before every attempt ask before_attempt(), give every verdict to on_reply()
/// and do what it says. Sleeping and sending are yours, so it works with
/// threads, event loops and tests alike. Times are whole milliseconds of any
/// monotonic clock; one that runs backwards is taken to stand still.
///
/// An event out of turn raises ValueError, and nothing changes. A call that is
/// dropped while it waits pays its budget back.
///
/// >>> import aftercall
/// >>> call = aftercall.Policy(jitter="none").new_call(kind="query")
/// >>> for now_ms in (0, 600):
/// ...     attempt = call.before_attempt(now_ms)
/// ...     print(call.on_reply(aftercall.judge(503, None, b""), now_ms + 20))
/// <Decision retry after 500 ms (backoff)>
/// <Decision retry after 1000 ms (backoff)>
/// >>> call.cancel(700).budget_tokens  # one repeat is paid for, the other given back
/// 486
#[pyclass(frozen, weakref, module = "aftercall")]
pub(crate) struct Call {
    policy: Py<Policy>,
    options: Options,
    state: Mutex<CallState>,
}

impl Call {
    pub(crate) fn begin(
        policy: Py<Policy>,
        options: Options,
        can_refresh: bool,
        now_ms: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let now_ms = now_ms.map_or(Ok(0), milliseconds)?;
        let state = CallState::new(options.operation(can_refresh), now_ms);
        Ok(Self {
            policy,
            options,
            state: Mutex::new(state),
        })
    }

    /// An event that is decided about. The observer is told when the state is no
    /// longer locked: it may ask the call something.
    fn decide(
        &self,
        py: Python<'_>,
        verdict: Option<&Bound<'_, Verdict>>,
        event: impl FnOnce(
            &mut CallState,
            Terms<'_>,
        ) -> Result<aftercall::retry::Decision, aftercall::Error>,
    ) -> PyResult<Decision> {
        let notes = Notes::default();
        let mut terms = self.terms();
        if self.options.observer.is_some() {
            terms.observer = Some(&notes);
        }
        let decision = self.with_state(|state| event(state, terms))?;
        if let Some(observer) = &self.options.observer {
            let verdict = verdict.map(|verdict| verdict.clone().unbind());
            notes.tell(py, observer, verdict, decision)?;
        }
        Ok(decision.into())
    }

    fn terms(&self) -> Terms<'_> {
        Terms {
            policy: self.policy.get().core(),
            budget: self.options.core_budget(),
            observer: None,
        }
    }

    fn with_state<T>(
        &self,
        event: impl FnOnce(&mut CallState) -> Result<T, aftercall::Error>,
    ) -> PyResult<T> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        event(&mut state).map_err(|error| PyValueError::new_err(error.to_string()))
    }
}

#[pymethods]
impl Call {
    /// An attempt goes out now: its number, and how long it may take.
    #[pyo3(signature = (now_ms, /))]
    fn before_attempt(&self, now_ms: &Bound<'_, PyAny>) -> PyResult<Attempt> {
        let now_ms = milliseconds(now_ms)?;
        let attempt = self.with_state(|state| state.before_attempt(self.terms(), now_ms))?;
        Ok(attempt.into())
    }

    /// The attempt's reply was judged: what now?
    #[pyo3(signature = (verdict, now_ms, /))]
    fn on_reply(
        &self,
        verdict: &Bound<'_, PyAny>,
        now_ms: &Bound<'_, PyAny>,
    ) -> PyResult<Decision> {
        let now_ms = milliseconds(now_ms)?;
        let Ok(verdict) = verdict.cast::<Verdict>() else {
            return Err(wrong_type("verdict", "a Verdict", verdict));
        };
        let py = verdict.py();
        self.decide(py, Some(verdict), |state, terms| {
            verdict
                .get()
                .with_judged(py, |judged| state.on_judged(terms, judged, now_ms))
        })
    }

    /// The new token that was asked for is there.
    #[pyo3(signature = (now_ms, /))]
    fn on_refreshed(&self, now_ms: &Bound<'_, PyAny>) -> PyResult<()> {
        let now_ms = milliseconds(now_ms)?;
        self.with_state(|state| state.on_refreshed(now_ms))
    }

    /// There is no new token to be had: the call stops with auth_failed.
    #[pyo3(signature = (now_ms, /))]
    fn on_refresh_failed(&self, now_ms: &Bound<'_, PyAny>) -> PyResult<Decision> {
        let at_ms = milliseconds(now_ms)?;
        self.decide(now_ms.py(), None, |state, terms| {
            state.on_refresh_failed(terms, at_ms)
        })
    }

    /// The caller gives up: the call stops with cancelled. A wait that was paid
    /// for and not used is paid back.
    #[pyo3(signature = (now_ms, /))]
    fn cancel(&self, now_ms: &Bound<'_, PyAny>) -> PyResult<Decision> {
        let at_ms = milliseconds(now_ms)?;
        self.decide(now_ms.py(), None, |state, terms| state.cancel(terms, at_ms))
    }

    /// The deadline came before the next attempt could be sent: the call stops
    /// with deadline.
    #[pyo3(signature = (now_ms, /))]
    fn expire(&self, now_ms: &Bound<'_, PyAny>) -> PyResult<Decision> {
        let at_ms = milliseconds(now_ms)?;
        self.decide(now_ms.py(), None, |state, terms| state.expire(terms, at_ms))
    }

    /// How many attempts were begun.
    #[getter]
    fn attempts(&self) -> PyResult<u32> {
        self.with_state(|state| Ok(state.attempts()))
    }

    /// Whether the terminal decision was made.
    #[getter]
    fn is_over(&self) -> PyResult<bool> {
        self.with_state(|state| Ok(state.is_over()))
    }

    /// What it is decided by.
    #[getter]
    fn policy(&self, py: Python<'_>) -> Py<Policy> {
        self.policy.clone_ref(py)
    }

    fn __repr__(&self) -> PyResult<String> {
        let (attempts, is_over) =
            self.with_state(|state| Ok((state.attempts(), state.is_over())))?;
        let kind = self.options.kind();
        let over = if is_over { ", over" } else { "" };
        Ok(format!("<Call of a {kind}, {attempts} attempts{over}>"))
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let budget = self.options.budget.as_ref();
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        state.abandon(budget.map(|budget| budget.get().core()));
    }
}

/// A time on the call's clock.
#[inline]
fn milliseconds(given: &Bound<'_, PyAny>) -> PyResult<u64> {
    if !is_integer(given) {
        return Err(wrong_type(
            "now_ms",
            "an integer, in milliseconds of a monotonic clock",
            given,
        ));
    }
    given.extract().map_err(|_| {
        PyValueError::new_err(
            "now_ms: expected an integer from 0 to 18446744073709551615; found one outside",
        )
    })
}
