//! A call's attempts, collected for support.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use aftercall::{Attribute, MessageOptions, Noted, Role, UnixTime};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::argument::{self, is_integer, wrong_type};
use crate::boundary::guarded;
use crate::profile::{self, Profile};
use crate::retry::decision::Decision;
use crate::verdict::Verdict;

/// A call's attempts, collected for support.
///
/// *method* and *url* say where the request went; of the URL only scheme, host,
/// port and path are kept. *profile* is the one that the replies were judged
/// with. *started* is the wall clock when the call began, as seconds since 1970
/// or a datetime with a time zone; now, if it is left out. *started_ms* is the
/// same moment by the call's own clock, from which note() has its times.
///
/// A record holds no body, no query and no header but ids; what the server said
/// is scrubbed and cut when it is noted. However many attempts there are, it
/// keeps the first and the last and counts the others. Any number of threads may
/// use one. It can be copied but not pickled: send what to_json() returns.
///
/// >>> import aftercall
/// >>> policy = aftercall.Policy()
/// >>> record = aftercall.Record("GET", "https://me:pw@api.example.com/patents?apikey=5f3c", started=1795435200)
/// >>> call = policy.new_call(kind="query")
/// >>> attempt = call.before_attempt(0)
/// >>> verdict = aftercall.judge(404, {"x-correlation-id": "c-1"}, b"")
/// >>> record.note(call.on_reply(verdict, 120), 0, 120, verdict)
/// >>> record
/// <Record GET https://api.example.com/patents, 1 attempt in 120 ms>
/// >>> print(record.paragraph())
/// GET https://api.example.com/patents failed: not_found (HTTP 404). 1 attempt in 120 ms ...
#[pyclass(frozen, module = "aftercall")]
pub(crate) struct Record {
    record: Mutex<aftercall::Record>,
    /// Its words are those of problem details.
    profile: Option<Py<Profile>>,
}

impl Record {
    /// A record that somebody else collected: the client's.
    pub(crate) fn of(record: aftercall::Record, profile: Option<Py<Profile>>) -> Self {
        Self {
            record: Mutex::new(record),
            profile,
        }
    }

    /// Nothing that is done with it can leave it half changed.
    fn core(&self) -> MutexGuard<'_, aftercall::Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Record {
    #[new]
    #[pyo3(signature = (method, url, *, profile=None, started=None, started_ms=None))]
    #[pyo3(text_signature = "(method, url, *, profile=None, started=None, started_ms=0)")]
    fn new(
        py: Python<'_>,
        method: &Bound<'_, PyAny>,
        url: &Bound<'_, PyAny>,
        profile: Option<&Bound<'_, PyAny>>,
        started: Option<&Bound<'_, PyAny>>,
        started_ms: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        guarded(py, || {
            let method = text("method", method)?;
            let url = text("url", url)?;
            let core = profile::argument(py, profile).map_err(PyErr::from)?.core;
            let started = match started {
                Some(started) => argument::wall_clock("started", started)?,
                None => UnixTime::from(SystemTime::now()),
            };
            let started_ms = started_ms.map_or(Ok(0), |given| milliseconds("started_ms", given))?;
            let record = aftercall::Record::new(core, &method, &url, started, started_ms);
            let profile = profile.and_then(|profile| profile.cast::<Profile>().ok());
            Ok(Self {
                record: Mutex::new(record),
                profile: profile.map(|profile| profile.clone().unbind()),
            })
        })
    }

    /// The record of a call that has failed, from the exception that it raised.
    ///
    /// For any exception that a policy's loop or a client raised, whatever its
    /// class; an AftercallError has the same as its method record(). One that
    /// no loop raised has one attempt. *profile* and *started* are known from
    /// the loop; give them to say something else.
    ///
    /// >>> import aftercall
    /// >>> def lost():
    /// ...     raise ConnectionResetError
    /// >>> try:
    /// ...     aftercall.Policy().call(lost)
    /// ... except ConnectionResetError as error:
    /// ...     print(aftercall.Record.from_error(error, "POST", "https://api.example.com/orders?token=5f3c"))
    /// POST https://api.example.com/orders failed: transport (no reply: reset). 1 attempt in ...
    #[staticmethod]
    #[pyo3(signature = (error, /, method=None, url=None, *, profile=None, started=None))]
    fn from_error<'py>(
        error: &Bound<'py, PyAny>,
        method: Option<&Bound<'py, PyAny>>,
        url: Option<&Bound<'py, PyAny>>,
        profile: Option<&Bound<'py, PyAny>>,
        started: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = error.py();
        py.import(intern!(py, "aftercall._records"))?.call_method1(
            intern!(py, "of_error"),
            (error, method, url, profile, started),
        )
    }

    /// Add an attempt and what was decided about it.
    ///
    /// Times are milliseconds of the call's own clock. Without a *verdict* no
    /// attempt is added, only how the call went on: a wait that was cancelled,
    /// for example. *request_id* is what was sent as the request's id; *request*
    /// is (method, path) where they are not the call's own: a request for a
    /// token.
    #[pyo3(
        signature = (decision, started_ms, ended_ms, verdict=None, request_id=None, request=None)
    )]
    #[allow(clippy::too_many_arguments, reason = "Python's callers name them")]
    fn note(
        &self,
        py: Python<'_>,
        decision: &Bound<'_, PyAny>,
        started_ms: &Bound<'_, PyAny>,
        ended_ms: &Bound<'_, PyAny>,
        verdict: Option<&Bound<'_, PyAny>>,
        request_id: Option<&Bound<'_, PyAny>>,
        request: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        guarded(py, || {
            let Ok(decision) = decision.cast::<Decision>() else {
                return Err(wrong_type("decision", "a Decision", decision));
            };
            let started_ms = milliseconds("started_ms", started_ms)?;
            let ended_ms = milliseconds("ended_ms", ended_ms)?;
            let request_id = request_id.map(|id| text("request_id", id)).transpose()?;
            let request = request.map(request_of).transpose()?;
            let mut noted = Noted::new(decision.get().core(), started_ms, ended_ms);
            if let Some(id) = &request_id {
                noted = noted.with_request_id(id);
            }
            if let Some((method, path)) = &request {
                noted = noted.with_request(method, path);
            }
            match verdict.map(|verdict| (verdict, verdict.cast::<Verdict>())) {
                None => self.core().note(&noted),
                Some((_, Ok(verdict))) => verdict
                    .get()
                    .with_brought(py, |brought| self.core().note(&noted.with_brought(brought))),
                Some((given, Err(_))) => {
                    return Err(wrong_type("verdict", "a Verdict or None", given));
                }
            }
            Ok(())
        })
    }

    /// The request's method.
    #[getter]
    fn method(&self) -> String {
        self.core().method().to_owned()
    }

    /// Where the request went: without user, query and fragment, and scrubbed.
    #[getter]
    fn url(&self) -> String {
        self.core().url()
    }

    /// How many attempts were noted, those that were dropped included.
    #[getter]
    fn attempts(&self) -> u64 {
        self.core().attempts()
    }

    /// How long the call took, from its start to what was noted last, in
    /// milliseconds.
    #[getter]
    fn duration_ms(&self) -> u64 {
        self.core().duration_ms()
    }

    /// When the server would have the request again: a datetime in UTC. None if
    /// it did not say, or if the call was not stopped.
    #[getter]
    fn retry_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let retry_at = self.core().retry_at();
        retry_at.map(|at| datetime(py, at)).transpose()
    }

    /// The record as one JSON document of at most 256 KiB, by the schema
    /// core/schema/record.json.
    fn to_json(&self) -> String {
        self.core().to_json()
    }

    /// The same as a dict.
    fn as_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        parsed(py, &self.to_json())
    }

    /// The record as one paragraph of English, to paste into a ticket. str()
    /// returns the same.
    fn paragraph(&self) -> String {
        self.core().paragraph()
    }

    /// The failure as problem details (RFC 9457), for a service that passes it
    /// on to its own callers: a dict. The status is its status.
    ///
    /// Title and detail are words for people in the first of *languages* that
    /// there are texts for: a list as in Accept-Language, or a locale's name.
    /// *role* is "user", or "owner" for whoever has the account with the API.
    /// *retry_delay_ms* says when another try makes sense; without it what the
    /// server named is said. *now*, seconds since 1970 or a datetime with a time
    /// zone, lets a time of day be named, as a clock shows it that is
    /// *utc_offset_minutes* east of Greenwich.
    ///
    /// >>> import aftercall
    /// >>> try:
    /// ...     aftercall.judge(404, None, b"").raise_for_failure()
    /// ... except aftercall.AftercallError as error:
    /// ...     problem = error.record("GET", "https://api.example.com/patents").problem("en")
    /// >>> problem["type"], problem["status"]
    /// ('urn:aftercall:problem:not_found', 404)
    #[pyo3(
        signature = (languages="", *, role="user", retry_delay_ms=None, now=None, utc_offset_minutes=0)
    )]
    fn problem<'py>(
        &self,
        py: Python<'py>,
        languages: &str,
        role: &str,
        retry_delay_ms: Option<u64>,
        now: Option<&Bound<'py, PyAny>>,
        utc_offset_minutes: i32,
    ) -> PyResult<Bound<'py, PyAny>> {
        let json =
            self.problem_json(py, languages, role, retry_delay_ms, now, utc_offset_minutes)?;
        parsed(py, &json)
    }

    /// The same as JSON text; its media type is application/problem+json.
    #[pyo3(
        signature = (languages="", *, role="user", retry_delay_ms=None, now=None, utc_offset_minutes=0)
    )]
    fn problem_json(
        &self,
        py: Python<'_>,
        languages: &str,
        role: &str,
        retry_delay_ms: Option<u64>,
        now: Option<&Bound<'_, PyAny>>,
        utc_offset_minutes: i32,
    ) -> PyResult<String> {
        guarded(py, || {
            let role = Role::from_name(role).ok_or_else(|| {
                PyValueError::new_err(format!("role: expected user or owner; found {role:?}"))
            })?;
            let mut options = MessageOptions::new(languages).with_role(role);
            if let Some(retry_delay_ms) = retry_delay_ms {
                options = options.with_retry_delay_ms(retry_delay_ms);
            }
            if let Some(now) = now.map_or(Ok(None), argument::now)? {
                options = options.with_clock(now, utc_offset_minutes);
            }
            let core = profile::known(py, self.profile.as_ref()).core;
            Ok(self.core().problem(core, &options))
        })
    }

    /// The last attempt as attributes by OpenTelemetry's names, for the span or
    /// the log of whoever has one: a dict of str, int and lists of str.
    ///
    /// >>> import aftercall
    /// >>> aftercall.Record("GET", "https://api.example.com/patents").attributes()["url.full"]
    /// 'https://api.example.com/patents'
    fn attributes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dict_of(py, self.core().attributes())
    }

    fn __str__(&self) -> String {
        self.paragraph()
    }

    fn __repr__(&self) -> String {
        let record = self.core();
        let attempts = match record.attempts() {
            1 => "1 attempt".to_owned(),
            count => format!("{count} attempts"),
        };
        format!(
            "<Record {} {}, {attempts} in {} ms>",
            record.method(),
            record.url(),
            record.duration_ms()
        )
    }

    fn __copy__(&self, py: Python<'_>) -> Self {
        Self {
            record: Mutex::new(self.core().clone()),
            profile: self.profile.as_ref().map(|profile| profile.clone_ref(py)),
        }
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> Self {
        self.__copy__(py)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a Record cannot be pickled; send what its to_json() returns",
        ))
    }
}

/// Attributes as a dict.
pub(crate) fn dict_of<'py>(
    py: Python<'py>,
    attributes: Vec<(&'static str, Attribute)>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in attributes {
        match value {
            Attribute::Text(text) => dict.set_item(name, text)?,
            Attribute::Number(number) => dict.set_item(name, number)?,
            Attribute::Texts(texts) => dict.set_item(name, texts)?,
            // A kind of value that a later core may have is left out.
            _ => {}
        }
    }
    Ok(dict)
}

fn parsed<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import(intern!(py, "json"))?
        .call_method1(intern!(py, "loads"), (json,))
}

fn text(argument: &str, given: &Bound<'_, PyAny>) -> PyResult<String> {
    match given.cast::<PyString>() {
        // A URL or an id with lone surrogates is noted without them.
        Ok(text) => Ok(text.to_string_lossy().into_owned()),
        Err(_) => Err(wrong_type(argument, "a str", given)),
    }
}

fn request_of(given: &Bound<'_, PyAny>) -> PyResult<(String, String)> {
    let parts = given
        .cast::<PyTuple>()
        .ok()
        .filter(|parts| parts.len() == 2);
    let Some(parts) = parts else {
        return Err(wrong_type("request", "a tuple (method, path)", given));
    };
    Ok((
        text("request", &parts.get_item(0)?)?,
        text("request", &parts.get_item(1)?)?,
    ))
}

fn milliseconds(argument: &str, given: &Bound<'_, PyAny>) -> PyResult<u64> {
    if !is_integer(given) {
        return Err(wrong_type(argument, "an integer", given));
    }
    given.extract().map_err(|error: PyErr| {
        if error.is_instance_of::<PyOverflowError>(given.py()) {
            return PyValueError::new_err(format!(
                "{argument}: expected an integer from 0 to 18446744073709551615; found one outside"
            ));
        }
        error
    })
}

/// A datetime in UTC, which knows the years from 1 to 9999.
fn datetime(py: Python<'_>, time: UnixTime) -> PyResult<Bound<'_, PyAny>> {
    const YEARS: (i64, i64) = (-62_135_596_800_000, 253_402_300_799_999);
    let milliseconds = time.as_millis().clamp(YEARS.0, YEARS.1);
    let module = py.import(intern!(py, "datetime"))?;
    let utc = module.getattr(intern!(py, "UTC"))?;
    let epoch = module
        .getattr(intern!(py, "datetime"))?
        .call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
    let after = PyDict::new(py);
    after.set_item("milliseconds", milliseconds)?;
    let delta = module.getattr(intern!(py, "timedelta"))?;
    epoch.add(delta.call((), Some(&after))?)
}
