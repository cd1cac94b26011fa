//! A call that is being made, and the loop of `policy.call`.

use core::fmt::Write as _;
use std::time::SystemTime;

use aftercall::retry::{Action, CallState, Decision, Gate, GateState, Reason};
use aftercall::{Noted, UnixTime};
use pyo3::exceptions::{PyException, PyRuntimeError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use super::attempt::{Attempt, AttemptRecord, seconds};
use super::clock::Clock;
use super::meaning::Meaning;
use super::observed::Notes;
use super::options::Options;
use crate::log;
use crate::verdict::Verdict;

/// What a call is made by.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'l> {
    pub(crate) policy: &'l aftercall::retry::Policy,
    pub(crate) options: &'l Options,
}

/// A call that is being made.
pub(crate) struct Run {
    state: CallState,
    clock: Clock,
    number: u32,
    sent_ms: u64,
    now_ms: u64,
    /// The attempts that were no success.
    log: Vec<Entry>,
    last: Option<Last>,
}

/// An attempt that is over.
struct Entry {
    number: u32,
    sent_ms: u64,
    ended_ms: u64,
    meaning: Meaning,
    decision: Decision,
}

/// What a call fails with if it stops now.
enum Last {
    Error(PyErr),
    Verdict(Py<Verdict>),
}

/// What becomes of an exception.
pub(crate) enum Ruling {
    Decided(Decision),
    /// It says nothing of a reply: the call is over, and it is raised as it is.
    Passes(PyErr),
}

/// Calls a function until it succeeds or the call must stop.
pub(crate) fn call<'py>(
    terms: Terms<'_>,
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = function.py();
    let mut run = Run::start(py, terms)?;
    loop {
        run.before_attempt(terms)?;
        let decision = match function.call(arguments, keywords) {
            Ok(value) => {
                let decision = run.on_value(py, terms, &value)?;
                if decision.reason() == Some(Reason::Success) {
                    return Ok(value);
                }
                decision
            }
            Err(error) => match run.on_error(py, terms, error)? {
                Ruling::Decided(decision) => decision,
                Ruling::Passes(error) => return Err(error),
            },
        };
        if let Some(stop) = run.carry_out(py, terms, decision)? {
            return Err(run.failure(py, terms, stop)?);
        }
    }
}

impl Run {
    #[inline]
    pub(crate) fn start(py: Python<'_>, terms: Terms<'_>) -> PyResult<Self> {
        let can_refresh = terms.options.refresh.is_some();
        Ok(Self {
            state: CallState::new(terms.options.operation(can_refresh), 0),
            clock: Clock::start(py, terms.options.clock.as_ref())?,
            number: 0,
            sent_ms: 0,
            now_ms: 0,
            log: Vec::new(),
            last: None,
        })
    }

    #[inline]
    pub(crate) fn before_attempt(&mut self, terms: Terms<'_>) -> PyResult<Attempt> {
        let attempt = self
            .state
            .before_attempt(terms.core(None), self.now_ms)
            .map_err(|error| out_of_turn(&error))?;
        self.number = attempt.number;
        self.sent_ms = self.now_ms;
        Ok(attempt.into())
    }

    /// The function returned.
    #[inline]
    pub(crate) fn on_value(
        &mut self,
        py: Python<'_>,
        terms: Terms<'_>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<Decision> {
        let meaning = Meaning::of_value(value, terms.options)?;
        self.on_meaning(py, terms, meaning)
    }

    /// The function brought this.
    #[inline]
    pub(crate) fn on_meaning(
        &mut self,
        py: Python<'_>,
        terms: Terms<'_>,
        meaning: Meaning,
    ) -> PyResult<Decision> {
        // Nobody sees when a plain value came, so nobody need look at the clock.
        if !matches!(meaning, Meaning::Done) || terms.options.observer.is_some() {
            self.now_ms = self.clock.now_ms(py)?;
        }
        let now_ms = self.now_ms;
        let notes = terms.notes();
        let decision = meaning
            .with_judged(py, terms.options, |judged| {
                self.state
                    .on_judged(terms.core(notes.as_ref()), judged, now_ms)
            })
            .map_err(|error| out_of_turn(&error))?;
        if let (Some(notes), Some(observer)) = (&notes, &terms.options.observer) {
            let verdict = meaning.verdict(py, terms.options)?;
            notes.tell(py, observer, verdict, decision)?;
        }
        if decision.reason() == Some(Reason::Success) {
            // Only a call that was in trouble is worth a line.
            if !self.log.is_empty() {
                self.tell_log(py, terms, &meaning, &decision)?;
            }
        } else {
            self.tell_log(py, terms, &meaning, &decision)?;
            if let Meaning::Reply(verdict) = &meaning {
                self.last = Some(Last::Verdict(verdict.clone_ref(py)));
            }
            self.log.push(Entry {
                number: self.number,
                sent_ms: self.sent_ms,
                ended_ms: self.now_ms.max(self.sent_ms),
                meaning,
                decision,
            });
        }
        Ok(decision)
    }

    /// The function raised.
    pub(crate) fn on_error(
        &mut self,
        py: Python<'_>,
        terms: Terms<'_>,
        error: PyErr,
    ) -> PyResult<Ruling> {
        if !error.is_instance_of::<PyException>(py) {
            // Ctrl-C, a cancelled task, the end of the program.
            self.cancel(py, terms)?;
            return Ok(Ruling::Passes(error));
        }
        let Some(meaning) = Meaning::of_error(error.value(py), terms.options)? else {
            self.state.abandon(terms.options.core_budget());
            return Ok(Ruling::Passes(error));
        };
        let decision = self.on_meaning(py, terms, meaning)?;
        if decision.reason() == Some(Reason::Success) {
            // Whoever raises a success wants it raised.
            return Ok(Ruling::Passes(error));
        }
        self.last = Some(Last::Error(error));
        Ok(Ruling::Decided(decision))
    }

    /// The caller gives up; what was paid for a wait is paid back.
    pub(crate) fn cancel(&mut self, py: Python<'_>, terms: Terms<'_>) -> PyResult<()> {
        if self.state.is_over() {
            return Ok(());
        }
        // The clock may be what gave up.
        self.now_ms = self.clock.now_ms(py).unwrap_or(self.now_ms);
        let now_ms = self.now_ms;
        self.end(py, terms, |state, terms| state.cancel(terms, now_ms))
            .map(drop)
    }

    /// Pays back a wait that nobody will use, without telling anyone.
    pub(crate) fn abandon(&mut self, budget: Option<&aftercall::retry::Budget>) {
        self.state.abandon(budget);
    }

    /// A wait is over. Says how the call stops if it took too long.
    pub(crate) fn on_waited(
        &mut self,
        py: Python<'_>,
        terms: Terms<'_>,
    ) -> PyResult<Option<Decision>> {
        match self.clock.now_ms(py) {
            Ok(now_ms) => self.now_ms = now_ms,
            Err(error) => {
                self.cancel(py, terms)?;
                return Err(error);
            }
        }
        let now_ms = self.now_ms;
        let is_late = |deadline_ms| now_ms >= deadline_ms;
        if terms.policy.deadline_ms().is_some_and(is_late) {
            let stop = self.end(py, terms, |state, terms| state.expire(terms, now_ms))?;
            return Ok(Some(stop));
        }
        Ok(None)
    }

    /// The new token that was asked for is there.
    pub(crate) fn on_refreshed(&mut self, py: Python<'_>) -> PyResult<()> {
        self.now_ms = self.clock.now_ms(py)?;
        self.state
            .on_refreshed(self.now_ms)
            .map_err(|error| out_of_turn(&error))
    }

    /// There is no new token: says how the call stops.
    pub(crate) fn on_refresh_failed(
        &mut self,
        py: Python<'_>,
        terms: Terms<'_>,
    ) -> PyResult<Decision> {
        self.now_ms = self.clock.now_ms(py)?;
        let now_ms = self.now_ms;
        self.end(py, terms, |state, terms| {
            state.on_refresh_failed(terms, now_ms)
        })
    }

    /// What the caller gets: the last exception, or that of the last verdict,
    /// with its attempts.
    #[cold]
    pub(crate) fn failure(
        &mut self,
        py: Python<'_>,
        terms: Terms<'_>,
        stop: Decision,
    ) -> PyResult<PyErr> {
        let error = match self.last.take() {
            Some(Last::Error(error)) => error,
            Some(Last::Verdict(verdict)) => Verdict::error(verdict.bind(py))?,
            None => PyRuntimeError::new_err("a call without an attempt has failed"),
        };
        let attempts = self.records(py, terms)?;
        let value = error.value(py);
        // An exception that lets nothing be added is raised all the same.
        let _ = value.setattr(intern!(py, "attempts"), attempts);
        let _ = value.setattr(intern!(py, "_told"), self.told(py, terms, stop)?);
        let _ = value.call_method1(
            intern!(py, "add_note"),
            (note(self.number as usize, self.now_ms, &stop),),
        );
        Ok(error)
    }

    /// Does what was decided. Says how the call stops if it does.
    pub(crate) fn carry_out(
        &mut self,
        py: Python<'_>,
        terms: Terms<'_>,
        decision: Decision,
    ) -> PyResult<Option<Decision>> {
        match decision.action() {
            Action::Retry => {
                if let Err(error) = sleep(py, terms.options, decision.delay_ms()) {
                    self.cancel(py, terms)?;
                    return Err(error);
                }
                self.on_waited(py, terms)
            }
            Action::Refresh => self.refresh(py, terms),
            _ => Ok(Some(decision)),
        }
    }

    fn refresh(&mut self, py: Python<'_>, terms: Terms<'_>) -> PyResult<Option<Decision>> {
        let Some(refresh) = &terms.options.refresh else {
            return self.on_refresh_failed(py, terms).map(Some);
        };
        match refresh.call0(py) {
            Ok(told) => {
                refuse_awaitable(told.bind(py), "refresh")?;
                self.on_refreshed(py)?;
                Ok(None)
            }
            Err(error) if error.is_instance_of::<PyException>(py) => {
                if let Some(Last::Error(last)) = &self.last {
                    last.set_cause(py, Some(error));
                } else if let Some(Last::Verdict(verdict)) = &self.last {
                    let last = Verdict::error(verdict.bind(py))?;
                    last.set_cause(py, Some(error));
                    self.last = Some(Last::Error(last));
                }
                self.on_refresh_failed(py, terms).map(Some)
            }
            Err(error) => {
                self.cancel(py, terms)?;
                Err(error)
            }
        }
    }

    /// A line for those who listen to the package's logger.
    #[cold]
    fn tell_log(
        &self,
        py: Python<'_>,
        terms: Terms<'_>,
        meaning: &Meaning,
        decision: &Decision,
    ) -> PyResult<()> {
        let noted = Noted::new(decision, self.sent_ms, self.now_ms)
            .with_profile(meaning.profile(py, terms.options));
        log::decided(py, self.number.into(), decision, |tell| {
            meaning.with_brought(py, terms.options, |brought| match brought {
                Some(brought) => tell(&noted.with_brought(brought)),
                None => tell(&noted),
            })
        })
    }

    /// An event that ends the call without a reply.
    fn end(
        &mut self,
        py: Python<'_>,
        terms: Terms<'_>,
        event: impl FnOnce(
            &mut CallState,
            aftercall::retry::Terms<'_>,
        ) -> Result<Decision, aftercall::Error>,
    ) -> PyResult<Decision> {
        let notes = terms.notes();
        let decision = event(&mut self.state, terms.core(notes.as_ref()))
            .map_err(|error| out_of_turn(&error))?;
        if let (Some(notes), Some(observer)) = (&notes, &terms.options.observer) {
            notes.tell(py, observer, None, decision)?;
        }
        self.tell_log(py, terms, &Meaning::Done, &decision)?;
        Ok(decision)
    }

    /// What a record of the call needs to know beside the attempts.
    fn told<'py>(
        &self,
        py: Python<'py>,
        terms: Terms<'_>,
        stop: Decision,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let now = UnixTime::from(SystemTime::now());
        let elapsed = UnixTime::from_millis(0).after_ms(self.now_ms);
        #[allow(
            clippy::cast_precision_loss,
            reason = "exact to the millisecond for 285,000 years"
        )]
        let started = now.as_millis().saturating_sub(elapsed.as_millis()) as f64 / 1000.0;
        let stop = Py::new(py, super::decision::Decision::from(stop))?;
        (started, &terms.options.profile, stop, self.now_ms).into_pyobject(py)
    }

    fn records<'py>(&mut self, py: Python<'py>, terms: Terms<'_>) -> PyResult<Bound<'py, PyTuple>> {
        let mut records = Vec::new();
        for entry in self.log.drain(..) {
            let Some(verdict) = entry.meaning.verdict(py, terms.options)? else {
                continue;
            };
            let decision = Py::new(py, super::decision::Decision::from(entry.decision))?;
            let duration_ms = entry.ended_ms - entry.sent_ms;
            let record =
                AttemptRecord::new(entry.number, verdict, decision, entry.sent_ms, duration_ms);
            records.push(Py::new(py, record)?);
        }
        PyTuple::new(py, records)
    }
}

/// How many attempts there were, how long they took, and why no other follows.
/// Numbers and words of closed sets: no secret is among them. Times are those of
/// the call's own clock.
pub(crate) fn note(attempts: usize, now_ms: u64, stop: &Decision) -> String {
    let attempts = match attempts {
        1 => "1 attempt".to_owned(),
        number => format!("{number} attempts"),
    };
    let mut note = format!("{attempts} in {:.1} s", seconds(now_ms));
    if let Some(reason) = stop.reason() {
        let _ = write!(note, "; stopped: {reason}");
    }
    let gate = stop
        .explanation()
        .gates()
        .find(|gate| gate.state() == GateState::Stopped);
    let mut separator = " (";
    for (name, fact) in gate.iter().flat_map(Gate::facts) {
        let _ = write!(note, "{separator}{name} {fact}");
        separator = ", ";
    }
    if separator == ", " {
        note.push(')');
    }
    if let Some(retry_at_ms) = stop.retry_at_ms() {
        let from_now = seconds(retry_at_ms.saturating_sub(now_ms));
        let _ = write!(note, "; worth another try in {from_now:.1} s");
    }
    note
}

impl<'l> Terms<'l> {
    #[inline]
    pub(crate) fn core(self, notes: Option<&'l Notes>) -> aftercall::retry::Terms<'l> {
        aftercall::retry::Terms {
            policy: self.policy,
            budget: self.options.core_budget(),
            observer: notes.map(|notes| notes as &dyn aftercall::retry::Observer),
        }
    }

    fn notes(self) -> Option<Notes> {
        self.options.observer.as_ref().map(|_| Notes::default())
    }
}

/// Waits. Without a function of the caller's it is time.sleep(), which a signal
/// ends at once.
fn sleep(py: Python<'_>, options: &Options, delay_ms: u64) -> PyResult<()> {
    let delay = seconds(delay_ms);
    let told = match &options.sleep {
        Some(sleep) => sleep.bind(py).call1((delay,))?,
        None => py
            .import(intern!(py, "time"))?
            .call_method1(intern!(py, "sleep"), (delay,))?,
    };
    refuse_awaitable(&told, "sleep")
}

/// What must be awaited and is not would never be done.
fn refuse_awaitable(told: &Bound<'_, PyAny>, argument: &str) -> PyResult<()> {
    if told.is_none() || told.getattr_opt(intern!(told.py(), "__await__"))?.is_none() {
        return Ok(());
    }
    if told.hasattr(intern!(told.py(), "close"))? {
        told.call_method0(intern!(told.py(), "close"))?;
    }
    Err(PyTypeError::new_err(format!(
        "{argument}: expected a function that returns when it is done; found a coroutine function, use call_async()"
    )))
}

#[cold]
fn out_of_turn(error: &aftercall::Error) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}
