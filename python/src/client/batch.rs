//! Many requests at once.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use aftercall::client::{BatchOptions, Failure};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBool;

use super::cancel::Cancel;
use super::request::Request;
use super::response::{self, Response};
use super::settings::Reading;
use super::signals;
use crate::argument::{self, wrong_type};

/// How many requests are sent at once unless the caller says it.
const CONCURRENCY: u64 = 8;

/// How long the calling thread waits before it looks for signals.
const SLICE: Duration = Duration::from_millis(50);

/// How far a batch has come.
#[pyclass(frozen, get_all, module = "aftercall")]
pub(crate) struct Progress {
    /// Which request has just ended, from 0.
    index: usize,
    /// Whether it succeeded.
    is_success: bool,
    /// How many have ended.
    ended: usize,
    /// How many of them failed.
    failed: usize,
    /// How many there are.
    total: usize,
}

#[pymethods]
impl Progress {
    #[new]
    const fn new(
        index: usize,
        is_success: bool,
        ended: usize,
        failed: usize,
        total: usize,
    ) -> Self {
        Self {
            index,
            is_success,
            ended,
            failed,
            total,
        }
    }

    fn __repr__(&self) -> String {
        format!(
            "<Progress {} of {}, {} failed>",
            self.ended, self.total, self.failed
        )
    }
}

type Results = Vec<Result<aftercall::client::Response, Failure>>;

/// Sends the requests from threads of their own, while this one tells of
/// progress and looks for signals.
pub(super) fn map<'py>(
    client: &aftercall::client::Client,
    reading: &Reading,
    requests: &Bound<'py, PyAny>,
    concurrency: Option<&Bound<'py, PyAny>>,
    progress: Option<&Bound<'py, PyAny>>,
    cancel: Option<&Bound<'py, Cancel>>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = requests.py();
    let concurrency = concurrency.map_or(Ok(CONCURRENCY), |given| {
        argument::integer("concurrency", given, 1..=u32::MAX.into())
    })?;
    let concurrency = usize::try_from(concurrency).unwrap_or(usize::MAX);
    let mut all = Vec::new();
    let Ok(requests) = requests.try_iter() else {
        return Err(wrong_type("requests", "Requests, in an iterable", requests));
    };
    for (index, request) in requests.enumerate() {
        let request = request?;
        match request.cast::<Request>() {
            Ok(request) => all.push(request.get().core().clone()),
            Err(_) => {
                let place = format!("requests[{index}]");
                return Err(wrong_type(&place, "a Request", &request));
            }
        }
    }
    let told = bar(py, progress, all.len())?;
    let cancel = cancel.map_or_else(aftercall::client::Cancel::new, |cancel| {
        cancel.get().core().clone()
    });
    let (news, heard) = channel();
    let (client, handle) = (client.clone(), cancel.clone());
    let working = thread::spawn(move || {
        let options = BatchOptions::new(concurrency).cancel(&handle);
        let options = options.progress(|progress| {
            // Told in the thread that has made the call.
            let told = match signals::raised() {
                Some(raised) => {
                    handle.cancel();
                    Err(raised)
                }
                None => Ok(*progress),
            };
            // Who no longer listens has cancelled all of it.
            let _ = news.send(told);
        });
        client.map(&all, &options)
    });
    let listened = listen(py, &Mutex::new(heard), told.as_ref());
    if listened.is_err() {
        // What was raised ends all of it.
        cancel.cancel();
    }
    let results: Results = py
        .detach(|| working.join())
        .map_err(|_| crate::boundary::internal_error(py))?;
    close(py, told.as_ref())?;
    listened?;
    results
        .into_iter()
        .map(|result| match result {
            Ok(response) => Ok(Response::success(py, &response, reading)?.into_any()),
            Err(failure) => {
                let error = response::error(py, failure, reading)?;
                Ok(error.into_value(py).into_bound(py).into_any())
            }
        })
        .collect()
}

/// What is heard of a batch: a request has ended, or something was raised that is
/// no failure of one.
type News = PyResult<aftercall::client::Progress>;

/// Tells of every request until the last one has ended.
fn listen(
    py: Python<'_>,
    heard: &Mutex<Receiver<News>>,
    told: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    loop {
        let next = py.detach(|| {
            let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.recv_timeout(SLICE)
        });
        py.check_signals()?;
        match next {
            Ok(news) => {
                let progress = news?;
                if let Some(told) = told {
                    told.call1((Progress {
                        index: progress.index,
                        is_success: progress.is_success,
                        ended: progress.ended,
                        failed: progress.failed,
                        total: progress.total,
                    },))?;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

/// What is called after each request.
fn bar<'py>(
    py: Python<'py>,
    progress: Option<&Bound<'py, PyAny>>,
    total: usize,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Some(progress) = progress.filter(|progress| !progress.is_none()) else {
        return Ok(None);
    };
    if let Ok(flag) = progress.cast::<PyBool>() {
        if !flag.is_true() {
            return Ok(None);
        }
        let bar = py
            .import(intern!(py, "aftercall._progress"))?
            .call_method1(intern!(py, "bar"), (total,))?;
        return Ok(Some(bar));
    }
    if progress.is_callable() {
        return Ok(Some(progress.clone()));
    }
    let allowed = "a function, True, False or None";
    Err(wrong_type("progress", allowed, progress))
}

/// Ends the line of a bar of ours.
fn close(py: Python<'_>, told: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    let close = told.map(|told| told.getattr_opt(intern!(py, "close_bar")));
    if let Some(Some(close)) = close.transpose()? {
        close.call0()?;
    }
    Ok(())
}
