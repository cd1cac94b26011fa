//! The core's way of asking about a task, for loops that are written in Python.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use aftercall::client::PollStep;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::argument;

/// When to ask about a task again, and whether it is over. The clock is the
/// monotonic one.
#[pyclass(frozen, name = "_Poll", module = "aftercall._native")]
pub(crate) struct Poll {
    poll: Mutex<aftercall::client::Poll>,
    born: Instant,
}

impl Poll {
    fn poll(&self) -> MutexGuard<'_, aftercall::client::Poll> {
        self.poll.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[pymethods]
impl Poll {
    #[new]
    #[allow(
        clippy::too_many_arguments,
        clippy::needless_pass_by_value,
        reason = "this is how arguments arrive from Python"
    )]
    fn new(
        interval_ms: u64,
        max_interval_ms: u64,
        deadline_ms: u64,
        max_unknown: u32,
        state_field: Option<String>,
        pending: Vec<String>,
        finished: Vec<String>,
        failed: Vec<String>,
    ) -> PyResult<Self> {
        let mut poll = aftercall::client::Poll::new(0)
            .interval_ms(interval_ms, max_interval_ms)
            .and_then(|poll| poll.deadline_ms(deadline_ms))
            .map_err(|error| PyValueError::new_err(error.to_string()))?
            .max_unknown(max_unknown);
        if let Some(name) = state_field {
            poll = poll.state_field(name);
        }
        for state in &pending {
            poll = poll.pending(state);
        }
        for state in &finished {
            poll = poll.finished(state);
        }
        for state in &failed {
            poll = poll.failed(state);
        }
        Ok(Self {
            poll: Mutex::new(poll),
            born: Instant::now(),
        })
    }

    /// What to do next: ("ask", ms that are left), ("wait", ms), or how it ended:
    /// ("finished", 0), ("failed", 0), ("timed_out", 0) or ("unknown", 0).
    fn next(&self) -> (&'static str, u64) {
        let now_ms = self.now_ms();
        let mut poll = self.poll();
        match poll.next(now_ms) {
            PollStep::Ask => ("ask", poll.left_ms(now_ms).max(1)),
            PollStep::Wait { delay_ms } => ("wait", delay_ms),
            PollStep::Done(end) => (end.name(), 0),
            _ => ("unknown", 0),
        }
    }

    /// Takes a reply's data and its whole body.
    fn received(
        &self,
        data: Option<&Bound<'_, PyAny>>,
        body: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let (mut copy, mut body_copy) = (None, None);
        let data = match data {
            Some(data) => argument::body(data, &mut copy)?.as_bytes(),
            None => &[],
        };
        let body = argument::body(body, &mut body_copy)?.as_bytes();
        self.poll().received(data, body, self.now_ms());
        Ok(())
    }

    /// The task's last state, as the server spells it.
    #[getter]
    fn state(&self) -> Option<String> {
        self.poll().state().map(str::to_owned)
    }

    /// How often the task was asked about.
    #[getter]
    fn asked(&self) -> u32 {
        self.poll().asked()
    }
}
