//! The functions that Python calls.

use std::mem::ManuallyDrop;

use aftercall::{Expect, Fault, Reply, UnixTime};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::argument::{self, Given};
use crate::boundary::{Raising, guarded};
use crate::closed_set;
use crate::headers::PyHeaders;
use crate::profile::{self, Known, document_error};
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
/// the Eureka Open Platform is used without. *request* is a pair of the request's
/// method and path: profiles with tasks, or with rules for certain requests,
/// look at it.
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
        request=None,
    ),
    text_signature = "(http_status, headers=None, body=None, *, expect='envelope', now=None, profile=None, request=None)"
)]
#[allow(
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
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
    request: Option<&Bound<'py, PyAny>>,
) -> Raising<Bound<'py, Verdict>> {
    guarded(py, || {
        let expect = expected(expect)?;
        let profile = profile::argument(py, profile)?;
        let Some(body) = body else {
            if headers.is_none() && !argument::is_integer(http_status) {
                return judge_response(http_status, expect, now, profile, request);
            }
            return Err(PyTypeError::new_err(
                "body: missing; judge() takes http_status, headers and body, or a response object alone",
            )
            .into());
        };
        let http_status = argument::http_status(http_status)?;
        let headers = headers.map(PyHeaders::of).transpose()?;
        let mut copy = None;
        let parts = Parts {
            http_status,
            headers: headers.as_ref(),
            body: argument::body(body, &mut copy)?,
            request: request.map(argument::request).transpose()?,
        };
        parts.judge(py, expect, clock(&now)?, profile)
    })
}

#[cold]
fn judge_response<'py>(
    response: &Bound<'py, PyAny>,
    expect: Expect,
    now: Given<'py>,
    profile: Known<'_>,
    request: Option<&Bound<'py, PyAny>>,
) -> Raising<Bound<'py, Verdict>> {
    let py = response.py();
    let now = match now {
        Given::Missing => Given::Is(py.import("time")?.call_method0("time")?),
        given @ Given::Is(_) => given,
    };
    let now = clock(&now)?;
    // Which libraries' objects are known, and how they are taken apart, is
    // written in Python.
    let (http_status, headers, body): (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>) =
        py.import(intern!(py, "aftercall._responses"))?
            .call_method1(intern!(py, "parts_of"), (response,))?
            .extract()?;
    let http_status = argument::http_status(&http_status)?;
    let headers = (!headers.is_none()).then(|| PyHeaders::of(&headers));
    let headers = headers.transpose()?;
    let mut copy = None;
    let parts = Parts {
        http_status,
        headers: headers.as_ref(),
        body: argument::body(&body, &mut copy)?,
        request: request.map(argument::request).transpose()?,
    };
    parts.judge(py, expect, now, profile)
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
) -> Raising<Bound<'py, Verdict>> {
    guarded(py, || {
        let fault: Fault = closed_set::argument("fault", fault)?;
        let headers = headers.map(PyHeaders::of).transpose()?;
        let profile = profile::argument(py, profile)?;
        let now = now.map_or(Ok(None), argument::now)?;
        let mut reply = Reply::fault(fault);
        if let Some(headers) = &headers {
            reply = reply.with_headers(headers);
        }
        let verdict = aftercall::judge(profile.core, &reply, now);
        Verdict::of(py, &verdict, profile, None)
    })
}

/// Judge a reply that is written as JSON; the verdict comes back as JSON.
///
/// The reply is an object with http_status and body (or body_base64), or with a
/// fault; headers (an array of pairs), expect_kind, now_unix, method and path,
/// and profile (the name of a built-in one) may be added. Another *profile* may
/// be given beside the text. Raises DocumentError, a ValueError
/// with line and column, if the text is no such object; a reply's body is never
/// an error.
///
/// >>> import aftercall
/// >>> reply = '{"http_status": 0, "body": "{\\"status\\":false,\\"error_code\\":67200002}"}'
/// >>> '"category":"quota"' in aftercall.explain_json(reply)
/// True
#[pyfunction]
#[pyo3(signature = (text, /, *, profile=None))]
pub(crate) fn explain_json(
    py: Python<'_>,
    text: &Bound<'_, PyAny>,
    profile: Option<&Bound<'_, PyAny>>,
) -> Raising<String> {
    guarded(py, || {
        let text = argument::text("text", text)?;
        let text = text.to_str()?;
        let explained = if profile.is_some() {
            aftercall::explain_json_by(profile::argument(py, profile)?.core, text)
        } else {
            aftercall::explain_json(text)
        };
        Ok(explained.map_err(|error| document_error(py, &error))?)
    })
}

/// A reply's parts, while it is judged.
struct Parts<'b, 'py> {
    http_status: i32,
    headers: Option<&'b PyHeaders>,
    body: &'b Bound<'py, PyBytes>,
    request: Option<argument::Request>,
}

impl<'py> Parts<'_, 'py> {
    fn judge(
        &self,
        py: Python<'py>,
        expect: Expect,
        now: Option<UnixTime>,
        profile: Known<'_>,
    ) -> Raising<Bound<'py, Verdict>> {
        let bytes = self.body.as_bytes();
        if bytes.len() >= DETACH_FROM {
            return self.judge_detached(py, expect, now, profile);
        }
        let reply = reply(self.http_status, self.headers, bytes, expect);
        let reply = asked(reply, self.request.as_ref());
        // Fresh from the judge it borrows everything: nothing is to be dropped,
        // and to look for it takes 1 % of the time.
        let verdict = ManuallyDrop::new(aftercall::judge(profile.core, &reply, now));
        Verdict::of(py, &verdict, profile, Some((self.body, bytes)))
    }

    #[cold]
    fn judge_detached(
        &self,
        py: Python<'py>,
        expect: Expect,
        now: Option<UnixTime>,
        profile: Known<'_>,
    ) -> Raising<Bound<'py, Verdict>> {
        let bytes = self.body.as_bytes();
        let (http_status, headers, request) =
            (self.http_status, self.headers, self.request.as_ref());
        let core = profile.core;
        let verdict = py.detach(|| {
            let reply = asked(reply(http_status, headers, bytes, expect), request);
            aftercall::judge(core, &reply, now)
        });
        Verdict::of(py, &verdict, profile, Some((self.body, bytes)))
    }
}

#[inline]
fn reply<'r>(
    http_status: i32,
    headers: Option<&'r PyHeaders>,
    body: &'r [u8],
    expect: Expect,
) -> Reply<'r> {
    let reply = Reply::new(http_status, body).expecting(expect);
    match headers {
        Some(headers) => reply.with_headers(headers),
        None => reply,
    }
}

#[inline]
fn asked<'r>(reply: Reply<'r>, request: Option<&'r argument::Request>) -> Reply<'r> {
    match request {
        Some((method, path)) => reply.with_request(method, path),
        None => reply,
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
