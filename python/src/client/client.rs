//! The client: one object for all calls to one API with one credential.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use super::batch;
use super::request;
use super::response::{self, Response};
use super::session::Session;
use super::settings::{self, Carrier, Reading};
use super::signals;
use super::snapshot::Snapshot;
use crate::boundary::guarded;

/// Sends requests to one API with one credential, and repeats them as the
/// policy allows.
///
/// Make one and keep it; any number of threads may use it. They share
/// connections, tokens, the retry budget and the holds. Other threads run while
/// it sends and waits, and Ctrl-C ends both.
///
/// All times are milliseconds. What a setting may be is checked when the client
/// is made; a wrong one raises SettingsError, a ValueError, or TypeError.
///
/// =========================  ==========  =========================================
/// setting                    default     allowed
/// =========================  ==========  =========================================
/// base_url                               https://...; http:// to this machine
/// api_key                    None        sent as Authorization: Bearer ...
/// client_id, client_secret   None        both or neither, and no api_key then
/// token_path                 /oauth/token
/// policy                     Policy()    a Policy, or a dict of its settings
/// deadline_ms                180,000     1 to 86,400,000, for a whole call
/// attempt_timeout_ms         60,000      the same, for one attempt
/// connect_timeout_ms         5000        name, connection, proxy and TLS together
/// idle_timeout_ms            15,000      older connections are not used again
/// max_idle_connections       32          1 to 1024
/// max_body_bytes             64 MiB      on the wire and decoded
/// max_download_bytes         4 GiB
/// proxy, no_proxy            None        http://user:password@host:port; hosts
/// proxy_from_environment     False       read HTTPS_PROXY, ALL_PROXY, NO_PROXY
/// ca_file, ca_pem            None        trusted instead of the public ones
/// gzip                       True
/// user_agent                 aftercall/…
/// allow_plain_http           False       http:// to other machines
/// profile                    eureka      a Profile
/// budget                     its own     a Budget to share with other clients
/// observer                   None        told of every decision, or attempt
/// transport                  its own     see below
/// =========================  ==========  =========================================
///
/// *observer* is called with an Observed for every decision; or it is an object
/// whose on_decision() and on_attempt() are called with an Observed and an
/// Attempted. *transport* carries the bytes instead: a session of requests, a
/// client of httpx, a pool manager of urllib3, or a function that is given an
/// Outgoing and returns a response of one of them, or (status, headers, body).
///
/// >>> import aftercall
/// >>> with aftercall.Client("https://connect.zhihuiya.com", api_key="sk-1") as client:
/// ...     print(client)
/// <Client https://connect.zhihuiya.com, profile 'eureka'>
#[pyclass(frozen, weakref, module = "aftercall")]
pub(crate) struct Client {
    carrier: Carrier,
    state: Mutex<State>,
}

enum State {
    Open {
        client: aftercall::client::Client,
        reading: Reading,
        /// What it was made of. Gone when it is closed, or an observer that has
        /// the client would keep itself.
        keywords: Py<PyDict>,
        /// The process that made it.
        process: u32,
    },
    Closed,
}

/// A client of this process, or what to make one of after a fork.
enum Ours {
    Made(aftercall::client::Client, Reading),
    ToMake(Py<PyDict>),
}

impl Client {
    fn of(keywords: Bound<'_, PyDict>, carrier: Carrier) -> PyResult<Self> {
        let (client, reading) = settings::client(&keywords, carrier)?;
        Ok(Self {
            carrier,
            state: Mutex::new(State::Open {
                client,
                reading,
                keywords: keywords.unbind(),
                process: std::process::id(),
            }),
        })
    }

    /// The core's client, of this process.
    pub(super) fn core(&self, py: Python<'_>) -> PyResult<(aftercall::client::Client, Reading)> {
        let keywords = match self.of_this_process(py)? {
            Ours::Made(client, reading) => return Ok((client, reading)),
            Ours::ToMake(keywords) => keywords,
        };
        // After a fork the connections are the parent's, and its locks may be held
        // by threads that are not here: they are left alone. Nothing is locked
        // while another is made: what was said may run code in Python, and that
        // leaves the interpreter to others.
        let made = settings::client(keywords.bind(py), self.carrier)?;
        if let State::Open {
            client,
            reading,
            process,
            ..
        } = &mut *self.state()
            && *process != std::process::id()
        {
            std::mem::forget(std::mem::replace(client, made.0.clone()));
            *reading = made.1.clone();
            *process = std::process::id();
        }
        // Another thread may have been faster.
        Ok(match self.of_this_process(py)? {
            Ours::Made(client, reading) => (client, reading),
            Ours::ToMake(_) => made,
        })
    }

    /// What is open. The lock is held for no longer than this, and never while the
    /// interpreter is left to others: so no fork finds it locked.
    fn of_this_process(&self, py: Python<'_>) -> PyResult<Ours> {
        match &*self.state() {
            State::Closed => Err(PyRuntimeError::new_err("the client is closed")),
            State::Open {
                client,
                reading,
                process,
                ..
            } if *process == std::process::id() => Ok(Ours::Made(client.clone(), reading.clone())),
            State::Open { keywords, .. } => Ok(Ours::ToMake(keywords.clone_ref(py))),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request; raises what it fails with.
    fn sent<T>(
        &self,
        py: Python<'_>,
        request: &aftercall::client::Request,
        take: impl FnOnce(aftercall::client::Response, &Reading) -> PyResult<T>,
    ) -> PyResult<T> {
        let (client, reading) = self.core(py)?;
        match signals::detached(py, || client.send(request))? {
            Ok(response) => take(response, &reading),
            Err(failure) => Err(response::error(py, failure, &reading)?),
        }
    }

    fn value<'py>(
        &self,
        py: Python<'py>,
        method: &str,
        path: &Bound<'py, PyAny>,
        params: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || {
            let request = request::of(method, path, params, options)?;
            self.sent(py, &request, |response, _| response::value(py, &response))
        })
    }
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(
        signature = (base_url, **settings),
        text_signature = "(base_url, *, api_key=None, client_id=None, client_secret=None, token_path='/oauth/token', policy=None, deadline_ms=180000, attempt_timeout_ms=60000, connect_timeout_ms=5000, idle_timeout_ms=15000, max_idle_connections=32, max_body_bytes=67108864, max_download_bytes=4294967296, proxy=None, no_proxy=(), proxy_from_environment=False, ca_file=None, ca_pem=None, gzip=True, user_agent=None, allow_plain_http=False, profile=None, budget=None, observer=None, transport=None)"
    )]
    fn new(
        py: Python<'_>,
        base_url: &Bound<'_, PyAny>,
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        guarded(py, || {
            Self::of(keywords(py, base_url, settings)?, Carrier::Sync)
        })
    }

    /// A client whose calls an event loop drives; AsyncClient has one.
    #[staticmethod]
    fn _for_event_loop(
        py: Python<'_>,
        base_url: &Bound<'_, PyAny>,
        settings: &Bound<'_, PyDict>,
    ) -> PyResult<Self> {
        guarded(py, || {
            Self::of(keywords(py, base_url, Some(settings))?, Carrier::EventLoop)
        })
    }

    /// A call that an event loop drives.
    fn _session(&self, py: Python<'_>, request: &Bound<'_, PyAny>) -> PyResult<Session> {
        let request = request::argument(request)?;
        let (client, reading) = self.core(py)?;
        Session::begin(client, reading, request.get())
    }

    /// GET a path of the API; return its data, decoded.
    ///
    /// *params* are the parameters of the query: a mapping or pairs. A value of
    /// None is left out, a list is repeated, True and False are "true" and
    /// "false". Everything else that may be said is said with Request. With
    /// expect="raw" the data is bytes; with *download* it is the number of bytes
    /// that went into the file.
    ///
    /// Raises the exception of the failure's category, with `verdict`,
    /// `reason`, `attempts`, `retry_at`, `response` and what the server named
    /// for support, `correlation_id`.
    #[pyo3(
        signature = (path, /, params=None, **options),
        text_signature = "($self, path, /, params=None, **options)"
    )]
    fn get<'py>(
        &self,
        py: Python<'py>,
        path: &Bound<'py, PyAny>,
        params: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.value(py, "GET", path, params, options)
    }

    /// POST to a path of the API; return its data, decoded. See get().
    ///
    /// The body is one of *json* (anything that JSON can say), *data* (a form),
    /// *files* (a multipart form, with the fields of *data*), and *body* (bytes,
    /// text, or the path of a file that is streamed).
    #[pyo3(
        signature = (path, /, params=None, **options),
        text_signature = "($self, path, /, params=None, **options)"
    )]
    fn post<'py>(
        &self,
        py: Python<'py>,
        path: &Bound<'py, PyAny>,
        params: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.value(py, "POST", path, params, options)
    }

    /// PUT to a path of the API; return its data, decoded. See post().
    #[pyo3(
        signature = (path, /, params=None, **options),
        text_signature = "($self, path, /, params=None, **options)"
    )]
    fn put<'py>(
        &self,
        py: Python<'py>,
        path: &Bound<'py, PyAny>,
        params: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.value(py, "PUT", path, params, options)
    }

    /// PATCH a path of the API; return its data, decoded. See post().
    #[pyo3(
        signature = (path, /, params=None, **options),
        text_signature = "($self, path, /, params=None, **options)"
    )]
    fn patch<'py>(
        &self,
        py: Python<'py>,
        path: &Bound<'py, PyAny>,
        params: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.value(py, "PATCH", path, params, options)
    }

    /// DELETE a path of the API; return its data, decoded. See get().
    #[pyo3(
        signature = (path, /, params=None, **options),
        text_signature = "($self, path, /, params=None, **options)"
    )]
    fn delete<'py>(
        &self,
        py: Python<'py>,
        path: &Bound<'py, PyAny>,
        params: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.value(py, "DELETE", path, params, options)
    }

    /// Any method on a path of the API; return its data, decoded. See post().
    #[pyo3(
        signature = (method, path, /, params=None, **options),
        text_signature = "($self, method, path, /, params=None, **options)"
    )]
    fn request<'py>(
        &self,
        py: Python<'py>,
        method: &Bound<'py, PyAny>,
        path: &Bound<'py, PyAny>,
        params: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.value(py, request::method(method)?, path, params, options)
    }

    /// Send a Request; return the whole Response. Raises as get() does.
    fn send<'py>(
        &self,
        py: Python<'py>,
        request: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Response>> {
        guarded(py, || {
            let request = request::argument(request)?;
            self.sent(py, request.get().core(), |response, reading| {
                Response::success(py, &response, reading)
            })
        })
    }

    /// Send many requests, at most *concurrency* at once, each in a thread.
    ///
    /// Returns their results in the requests' order: a Response, or the
    /// exception that the request failed with, as a value. All share the
    /// client's budget and its hold: once a quota or the balance is used up,
    /// the rest fails at once and is not sent.
    ///
    /// *progress* is called with a Progress after each request, in the thread
    /// that called map(); or it is True, for a bar of tqdm or rich, whichever is
    /// installed. *cancel* ends all of it. Ctrl-C does, too, and is raised, as is
    /// what a transport raises that is no failure of a request.
    #[pyo3(
        signature = (requests, /, *, concurrency=None, progress=None, cancel=None),
        text_signature = "($self, requests, /, *, concurrency=8, progress=None, cancel=None)"
    )]
    fn map<'py>(
        &self,
        py: Python<'py>,
        requests: &Bound<'py, PyAny>,
        concurrency: Option<&Bound<'py, PyAny>>,
        progress: Option<&Bound<'py, PyAny>>,
        cancel: Option<&Bound<'py, super::cancel::Cancel>>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let (client, reading) = self.core(py)?;
        batch::map(&client, &reading, requests, concurrency, progress, cancel)
    }

    /// Go through a list of the API page by page. See Pages.
    #[pyo3(
        signature = (path, /, params=None, **options),
        text_signature = "($self, path, /, params=None, **options)"
    )]
    fn pages<'py>(
        slf: &Bound<'py, Self>,
        path: &Bound<'py, PyAny>,
        params: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        py.import(intern!(py, "aftercall.pages"))?
            .getattr(intern!(py, "Pages"))?
            .call((slf, path, params), options)
    }

    /// Ask about a task of the API until it has come to an end; return the data
    /// of the last reply, decoded.
    ///
    /// That a task is pending is no failure and no retry: it is asked again
    /// after *first_delay_ms* (2000), then after half as long again, up to
    /// *max_delay_ms* (15,000), with jitter, for *deadline_ms* (30 minutes) in
    /// all. The profile knows what a state means; or *state_of* is called with
    /// each Response and returns a TaskState, its name, or None. What nobody
    /// understands is taken for pending, but not *max_unknown* (10) times in a
    /// row. All other options are those of Request; the method is GET without a
    /// body, else POST, or *method*.
    ///
    /// Raises TaskError if the task failed, was not over in time, or is in a
    /// state that nobody knows; and whatever get() raises.
    #[pyo3(
        signature = (path, /, params=None, **options),
        text_signature = "($self, path, /, params=None, **options)"
    )]
    fn poll<'py>(
        slf: &Bound<'py, Self>,
        path: &Bound<'py, PyAny>,
        params: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        py.import(intern!(py, "aftercall.tasks"))?
            .getattr(intern!(py, "poll"))?
            .call((slf, path, params), options)
    }

    /// What the client has at this moment, for metrics.
    fn snapshot(&self, py: Python<'_>) -> PyResult<Snapshot> {
        Snapshot::of(py, &self.core(py)?.0.snapshot())
    }

    /// End the hold of this credential: the balance was topped up, or you know
    /// better for another reason.
    fn clear_hold(&self, py: Python<'_>) -> PyResult<()> {
        self.core(py)?.0.clear_hold();
        Ok(())
    }

    /// Forget the access token, so that the next call fetches another.
    fn forget_token(&self, py: Python<'_>) -> PyResult<()> {
        self.core(py)?.0.forget_token();
        Ok(())
    }

    /// Close the connections. Calls under way end as they would; later ones
    /// raise RuntimeError.
    fn close(&self, py: Python<'_>) {
        let before = std::mem::replace(&mut *self.state(), State::Closed);
        match before {
            State::Open {
                client, process, ..
            } if process != std::process::id() => std::mem::forget(client),
            State::Open { client, .. } => py.detach(|| drop(client)),
            State::Closed => {}
        }
    }

    const fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_error))]
    fn __exit__(&self, py: Python<'_>, _error: &Bound<'_, PyTuple>) {
        self.close(py);
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        match &*self.state() {
            State::Closed => Ok("<Client, closed>".to_owned()),
            State::Open {
                client, reading, ..
            } => Ok(format!(
                "<Client {}, profile '{}'>",
                client.origin(),
                reading.known(py).core.name().escape_default()
            )),
        }
    }

    /// A client is not pickled: connections and credentials do not travel.
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a Client cannot be pickled: it holds connections and a credential; make one where it is used",
        ))
    }
}

/// Everything that was said, under its names.
fn keywords<'py>(
    py: Python<'py>,
    base_url: &Bound<'py, PyAny>,
    settings: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let keywords = match settings {
        Some(settings) => settings.copy()?,
        None => PyDict::new(py),
    };
    keywords.set_item("base_url", base_url)?;
    Ok(keywords)
}
