//! The core's pace of asking about a task, for loops that are written in Python.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use aftercall::TaskState;
use aftercall::client::{PollOptions, PollStep};
use aftercall::retry::fresh_seed;
use pyo3::prelude::*;

use super::client::Client;
use super::request::Request;
use crate::{argument, closed_set};

/// When to ask about a task again, and whether it is over.
#[pyclass(frozen, name = "_Poller", module = "aftercall._native")]
pub(crate) struct Poller {
    poller: Mutex<aftercall::client::Poller>,
    born: Instant,
}

impl Poller {
    fn poller(&self) -> MutexGuard<'_, aftercall::client::Poller> {
        self.poller.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[pymethods]
impl Poller {
    #[new]
    fn new(
        first_delay_ms: &Bound<'_, PyAny>,
        max_delay_ms: &Bound<'_, PyAny>,
        deadline_ms: &Bound<'_, PyAny>,
        max_unknown: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let number = argument::integer;
        let max_unknown = number("max_unknown", max_unknown, 0..=u32::MAX.into())?;
        let options = PollOptions {
            first_delay_ms: number("first_delay_ms", first_delay_ms, 1..=u64::MAX)?,
            max_delay_ms: number("max_delay_ms", max_delay_ms, 1..=u64::MAX)?,
            deadline_ms: number("deadline_ms", deadline_ms, 0..=u64::MAX)?,
            max_unknown: u32::try_from(max_unknown).unwrap_or(u32::MAX),
        };
        Ok(Self {
            poller: Mutex::new(aftercall::client::Poller::new(options, fresh_seed(), 0)),
            born: Instant::now(),
        })
    }

    /// The next question, which may not take longer than all of them.
    fn question(&self, py: Python<'_>, client: &Client, request: &Request) -> PyResult<Request> {
        let (client, _) = client.core(py)?;
        let question = self
            .poller()
            .question(&client, request.core(), self.now_ms());
        Ok(Request::of(question))
    }

    /// Whether a question that stopped just now, for this reason and after so
    /// long, had to because the wait is over.
    fn was_cut_short(
        &self,
        py: Python<'_>,
        client: &Client,
        request: &Request,
        reason: &Bound<'_, PyAny>,
        took_ms: u64,
    ) -> PyResult<bool> {
        let (client, _) = client.core(py)?;
        let end = (closed_set::argument("reason", reason)?, took_ms);
        let now_ms = self.now_ms();
        Ok(self
            .poller()
            .was_cut_short(&client, request.core(), end, now_ms))
    }

    /// What to do after a poll: ("wait", ms), ("succeeded", 0), ("failed", 0),
    /// ("unknown", 0) or ("timed_out", 0).
    fn saw(
        &self,
        state: Option<&Bound<'_, PyAny>>,
        server_delay_ms: Option<u64>,
    ) -> PyResult<(&'static str, u64)> {
        let state: Option<TaskState> = state
            .map(|state| closed_set::argument("state_of", state))
            .transpose()?;
        Ok(
            match self.poller().saw(state, server_delay_ms, self.now_ms()) {
                PollStep::Wait { delay_ms } => ("wait", delay_ms),
                PollStep::Succeeded => ("succeeded", 0),
                PollStep::Failed => ("failed", 0),
                PollStep::TimedOut => ("timed_out", 0),
                _ => ("unknown", 0),
            },
        )
    }
}
