//! The functions that Python calls.

use aftercall::{Expect, Fault, Reply, UnixTime};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::argument::{self, Given};
use crate::boundary::guarded;
use crate::closed_set;
use crate::headers::PyHeaders;
use crate::profile::{self, document_error};
use crate::verdict::Verdict;

/// From this size on, other Python threads run while a body is judged. Below
/// it, handing the interpreter over and waiting to get it back costs more than
/// the judging.
const DETACH_FROM: usize = 1 << 16;

/// Judge one reply: what it means, and whether sending again can help.
///
/// Called with status, headers and body, or with the response object of
/// requests, httpx, urllib3 or http.client alone; a body that was not read yet
/// is then read.
///
/// *http_status* is an integer, 0 if it is not known. *headers* are a mapping,
/// (name, value) pairs of str or bytes, or None. *body* is bytes (never
/// copied), bytearray, memoryview or str: what arrived after transfer- and
/// content-encoding were undone.
///
/// *expect* is "envelope", or "raw" for a download: any 2xx is then a success,
/// unless the body is plainly a failure. *now* is the wall clock, as seconds
/// since 1970 or a datetime with a time zone. It is looked at only if the
/// server names a date to wait for without saying its own time; None means that
/// there is no clock. Left out it is None, but for a response object, which has
/// just arrived, it is time.time(). *profile* is a Profile; the built-in one of
/// the Eureka Open Platform is used without.
///
/// Any bytes give a verdict. Only wrong arguments raise: TypeError or
/// ValueError, with the name of the argument.
///
/// >>> import aftercall
/// >>> body = b'{"status":false,"error_code":67200005,"error_msg":"Insufficient balance"}'
/// >>> verdict = aftercall.judge(200, None, body)
/// >>> verdict.category, verdict.advice
/// (<Category.BALANCE: 5>, <Advice.NEVER: 0>)
/// >>> aftercall.judge(503, {"Retry-After": "7"}, "<html>busy</html>").retry_after
/// 7.0
#[pyfunction]
#[pyo3(
    signature = (
        http_status, headers=None, body=None, *, expect=None, now=Given::Missing, profile=None,
    ),
    text_signature = "(http_status, headers=None, body=None, *, expect='envelope', now=None, profile=None)"
)]
#[allow(
    clippy::needless_pass_by_value,
    reason = "this is how arguments arrive from Python"
)]
pub(crate) fn judge<'py>(
    py: Python<'py>,
    http_status: &Bound<'py, PyAny>,
    headers: Option<&Bound<'py, PyAny>>,
    body: Option<&Bound<'py, PyAny>>,
    expect: Option<&Bound<'py, PyAny>>,
    now: Given<'py>,
    profile: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, Verdict>> {
    guarded(py, || {
        let expect = expected(expect)?;
        let profile = profile::argument(profile)?;
        let parts = match body {
            Some(body) => Parts {
                http_status: argument::http_status(http_status)?,
                headers: PyHeaders::read(headers)?,
                body: argument::body(body)?,
            },
            None if headers.is_none() && !argument::is_integer(http_status) => {
                return judge_response(http_status, expect, now, profile);
            }
            None => {
                return Err(PyTypeError::new_err(
                    "body: missing; judge() takes http_status, headers and body, or a response object alone",
                ));
            }
        };
        parts.judge(py, expect, clock(&now)?, profile)
    })
}

#[cold]
fn judge_response<'py>(
    response: &Bound<'py, PyAny>,
    expect: Expect,
    now: Given<'py>,
    profile: &aftercall::Profile,
) -> PyResult<Bound<'py, Verdict>> {
    let py = response.py();
    let now = match now {
        Given::Missing => Given::Is(py.import("time")?.call_method0("time")?),
        given @ Given::Is(_) => given,
    };
    let now = clock(&now)?;
    Parts::of_response(response)?.judge(py, expect, now, profile)
}

/// Judge a transport fault: what happened instead of a complete reply.
///
/// *fault* is a member of Fault or its name. *headers* that did come may be
/// given: an id of the server is worth as much as ever.
///
/// >>> import aftercall
/// >>> verdict = aftercall.judge_fault("read_timeout")
/// >>> verdict.advice, verdict.effect  # perhaps it was done
/// (<Advice.BACKOFF: 1>, <Effect.UNKNOWN: 0>)
#[pyfunction]
#[pyo3(
    signature = (fault, headers=None, *, now=None, profile=None),
    text_signature = "(fault, headers=None, *, now=None, profile=None)"
)]
pub(crate) fn judge_fault<'py>(
    py: Python<'py>,
    fault: &Bound<'py, PyAny>,
    headers: Option<&Bound<'py, PyAny>>,
    now: Option<&Bound<'py, PyAny>>,
    profile: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, Verdict>> {
    guarded(py, || {
        let fault: Fault = closed_set::argument("fault", fault)?;
        let headers = PyHeaders::read(headers)?;
        let profile = profile::argument(profile)?;
        let now = now.map_or(Ok(None), argument::now)?;
        let reply = Reply::fault(fault).with_headers(&headers);
        let verdict = aftercall::judge(profile, &reply, now);
        Verdict::of(py, &verdict, None)
    })
}

/// Judge a reply that is written as JSON; the verdict comes back as JSON.
///
/// The reply is an object with http_status and body (or body_base64), or with a
/// fault; headers (an array of pairs), expect_kind, now_unix and profile (the
/// name of a built-in one) may be added. Raises DocumentError, a ValueError
/// with line and column, if the text is no such object; a reply's body is never
/// an error.
///
/// >>> import aftercall
/// >>> reply = '{"http_status": 0, "body": "{\\"status\\":false,\\"error_code\\":67200002}"}'
/// >>> '"category":"quota"' in aftercall.explain_json(reply)
/// True
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn explain_json(py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<String> {
    guarded(py, || {
        let text = argument::text("text", text)?;
        aftercall::explain_json(text.to_str()?).map_err(|error| document_error(py, &error))
    })
}

/// A reply's parts, held while it is judged.
struct Parts<'py> {
    http_status: i32,
    headers: PyHeaders,
    body: Bound<'py, PyBytes>,
}

impl<'py> Parts<'py> {
    /// Takes a response object apart; which libraries' objects are known, and
    /// how they are read, is written in Python.
    fn of_response(response: &Bound<'py, PyAny>) -> PyResult<Self> {
        let py = response.py();
        let (http_status, headers, body): (
            Bound<'py, PyAny>,
            Bound<'py, PyAny>,
            Bound<'py, PyAny>,
        ) = py
            .import(intern!(py, "aftercall._responses"))?
            .call_method1(intern!(py, "parts_of"), (response,))?
            .extract()?;
        Ok(Self {
            http_status: argument::http_status(&http_status)?,
            headers: PyHeaders::read(Some(&headers))?,
            body: argument::body(&body)?,
        })
    }

    fn judge(
        self,
        py: Python<'py>,
        expect: Expect,
        now: Option<UnixTime>,
        profile: &aftercall::Profile,
    ) -> PyResult<Bound<'py, Verdict>> {
        let body = self.body.as_bytes();
        if body.len() >= DETACH_FROM {
            return self.judge_detached(py, expect, now, profile);
        }
        let mut reply = Reply::new(self.http_status, body).expecting(expect);
        if !self.headers.is_empty() {
            reply = reply.with_headers(&self.headers);
        }
        let verdict = aftercall::judge(profile, &reply, now);
        Verdict::of(py, &verdict, Some(&self.body))
    }

    #[cold]
    fn judge_detached(
        &self,
        py: Python<'py>,
        expect: Expect,
        now: Option<UnixTime>,
        profile: &aftercall::Profile,
    ) -> PyResult<Bound<'py, Verdict>> {
        let body = self.body.as_bytes();
        let http_status = self.http_status;
        let headers = &self.headers;
        let verdict = py.detach(|| {
            let reply = Reply::new(http_status, body)
                .with_headers(headers)
                .expecting(expect);
            aftercall::judge(profile, &reply, now)
        });
        Verdict::of(py, &verdict, Some(&self.body))
    }
}

fn expected(given: Option<&Bound<'_, PyAny>>) -> PyResult<Expect> {
    given.map_or(Ok(Expect::Envelope), |given| {
        closed_set::argument("expect", given)
    })
}

fn clock(given: &Given<'_>) -> PyResult<Option<UnixTime>> {
    match given {
        Given::Missing => Ok(None),
        Given::Is(given) => argument::now(given),
    }
}
