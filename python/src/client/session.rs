//! One call, step by step, for event loops.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use aftercall::client::{Incoming, Step, TransportFault};
use aftercall::{Fault, UnixTime};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

use super::plug::{self, Outgoing};
use super::request::Request;
use super::response::{self, Response};
use super::settings::Reading;
use super::signals;
use crate::closed_set;

/// One call that an event loop drives. Whatever is decided is decided here; the
/// loop sends and waits.
#[pyclass(frozen, name = "_Session", module = "aftercall._native")]
pub(crate) struct Session {
    client: aftercall::client::Client,
    reading: Reading,
    session: Mutex<Option<aftercall::client::Session<'static>>>,
}

impl Session {
    pub(super) fn begin(
        client: aftercall::client::Client,
        reading: Reading,
        request: &Request,
    ) -> PyResult<Self> {
        let request = request.core();
        if request.has_cancel() {
            return Err(PyValueError::new_err(
                "cancel: expected none for an AsyncClient; cancel the task",
            ));
        }
        let session = client.session(request.clone());
        Ok(Self {
            client,
            reading,
            session: Mutex::new(Some(session)),
        })
    }

    fn session(&self) -> MutexGuard<'_, Option<aftercall::client::Session<'static>>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands in what an exchange brought.
    fn hand_in(&self, result: Result<(), TransportFault>, reply: Incoming) {
        if let Some(session) = &mut *self.session() {
            session.received(result, reply, self.client.now_ms(), wall_clock());
        }
    }

    /// The same, from Python.
    fn handed_in(&self, result: Result<(), TransportFault>, reply: Incoming) -> PyResult<()> {
        signals::raising(|| self.hand_in(result, reply))
    }

    fn end(&self) -> PyResult<Result<aftercall::client::Response, aftercall::client::Failure>> {
        let session = self.session().take();
        session
            .map(aftercall::client::Session::finish)
            .ok_or_else(|| PyRuntimeError::new_err("this call was finished before"))
    }
}

#[pymethods]
impl Session {
    /// What to do next: ("send", 0), ("wait", ms), ("await_token", ms at most) or
    /// ("done", 0).
    fn next(&self) -> PyResult<(&'static str, u64)> {
        let step = signals::raising(|| {
            let mut session = self.session();
            session
                .as_mut()
                .map(|session| session.next(self.client.now_ms(), wall_clock()))
        });
        Ok(match step? {
            Some(Step::Send) => ("send", 0),
            Some(Step::Wait { delay_ms }) => ("wait", delay_ms),
            Some(Step::AwaitToken { at_most_ms }) => ("await_token", at_most_ms),
            _ => ("done", 0),
        })
    }

    /// What to send; None if it cannot be sent, which was then handed in.
    fn outgoing(&self, py: Python<'_>) -> PyResult<Option<Outgoing>> {
        let fault = {
            let session = self.session();
            let Some(sending) = session.as_ref().and_then(|session| session.sending()) else {
                return Ok(None);
            };
            let body = sending
                .body()
                .open()
                .and_then(|mut body| plug::whole(body.outgoing()));
            match body {
                Ok(body) => {
                    let parts = plug::Parts {
                        method: sending.method(),
                        url: sending.url(),
                        headers: sending.headers().collect(),
                        body,
                        timeout_ms: sending.timeout_ms(),
                        connect_timeout_ms: self.client.connect_timeout_ms(),
                        max_body_bytes: sending.largest_reply(),
                    };
                    return Outgoing::of(py, parts).map(Some);
                }
                Err(fault) => fault,
            }
        };
        self.handed_in(Err(fault), Incoming::new(0))?;
        Ok(None)
    }

    /// The exchange brought (status, headers, body).
    fn received(&self, told: &Bound<'_, PyAny>) -> PyResult<()> {
        let incoming = self
            .session()
            .as_ref()
            .and_then(|session| session.sending())
            .map(aftercall::client::Sending::incoming);
        match incoming {
            None => Ok(()),
            Some(Err(fault)) => self.handed_in(Err(fault), Incoming::new(0)),
            Some(Ok(mut reply)) => {
                let result = plug::take(told, &mut reply)?;
                self.handed_in(result, reply)
            }
        }
    }

    /// The exchange brought no complete reply.
    fn failed(&self, fault: &Bound<'_, PyAny>, detail: &str) -> PyResult<()> {
        let fault: Fault = closed_set::argument("fault", fault)?;
        self.handed_in(Err(TransportFault::new(fault, detail)), Incoming::new(0))
    }

    /// The caller gives up: the task was cancelled. Everything that the call
    /// holds is given back. Does nothing if it is over.
    fn cancel(&self) -> PyResult<()> {
        self.handed_in(Err(Fault::Cancelled.into()), Incoming::new(0))?;
        signals::raising(|| {
            if let Some(session) = &mut *self.session() {
                session.cancel(self.client.now_ms());
            }
        })?;
        self.abandon();
        Ok(())
    }

    /// The same without a word to anyone: the program has failed.
    fn abandon(&self) {
        let session = self.session().take();
        drop(session);
    }

    /// The response; raises what the call failed with.
    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Response>> {
        match self.end()? {
            Ok(response) => Response::success(py, &response, &self.reading),
            Err(failure) => Err(response::error(py, failure, &self.reading)?),
        }
    }

    /// The value of the response; raises what the call failed with.
    fn finish_value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.end()? {
            Ok(response) => response::value(py, &response),
            Err(failure) => Err(response::error(py, failure, &self.reading)?),
        }
    }
}

fn wall_clock() -> UnixTime {
    SystemTime::now().into()
}
