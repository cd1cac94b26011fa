//! The functions that Python calls.

use std::mem;

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
        let profile = profile::argument(py, profile)?;
        // Nearly every call says no more than these three.
        if let (Some(body), None, Given::Missing, None) = (body, expect, &now, request) {
            return judge_parts(py, http_status, headers, body, &Options::NONE, profile);
        }
        let options = Options::read(expect, &now, request)?;
        judge_with(py, http_status, headers, body, options, profile)
    })
}

/// Judges whatever is not just a status, headers and a body.
#[cold]
fn judge_with<'py>(
    py: Python<'py>,
    http_status: &Bound<'py, PyAny>,
    headers: Option<&Bound<'py, PyAny>>,
    body: Option<&Bound<'py, PyAny>>,
    mut options: Options,
    profile: Known<'_>,
) -> Raising<Bound<'py, Verdict>> {
    if let Some(body) = body {
        return judge_parts(py, http_status, headers, body, &options, profile);
    }
    if headers.is_some() || argument::is_integer(http_status) {
        return Err(PyTypeError::new_err(
            "body: missing; judge() takes http_status, headers and body, or a response object alone",
        )
        .into());
    }
    if !options.is_clock_given {
        // The response has just arrived.
        let now = py.import("time")?.call_method0("time")?;
        options.now = argument::now(&now)?;
    }
    // Which libraries' objects are known, and how they are taken apart, is
    // written in Python.
    let (http_status, headers, body): (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>) =
        py.import(intern!(py, "aftercall._responses"))?
            .call_method1(intern!(py, "parts_of"), (http_status,))?
            .extract()?;
    let headers = Some(&headers).filter(|headers| !headers.is_none());
    judge_parts(py, &http_status, headers, &body, &options, profile)
}

#[inline(always)]
fn judge_parts<'py>(
    py: Python<'py>,
    http_status: &Bound<'py, PyAny>,
    headers: Option<&Bound<'py, PyAny>>,
    body: &Bound<'py, PyAny>,
    options: &Options,
    profile: Known<'_>,
) -> Raising<Bound<'py, Verdict>> {
    let http_status = argument::http_status(http_status)?;
    let headers = headers.map(PyHeaders::of).transpose()?;
    let mut copy = None;
    let parts = Parts {
        http_status,
        headers: headers.as_ref(),
        body: argument::body(body, &mut copy)?,
        options,
    };
    parts.judge(py, profile)
}

/// What may be said beside a reply's parts.
struct Options {
    expect: Expect,
    now: Option<UnixTime>,
    /// `now` may also have been said to be unknown.
    is_clock_given: bool,
    request: Option<argument::Request>,
}

impl Options {
    const NONE: Self = Self {
        expect: Expect::Envelope,
        now: None,
        is_clock_given: false,
        request: None,
    };

    #[cold]
    fn read(
        expect: Option<&Bound<'_, PyAny>>,
        now: &Given<'_>,
        request: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Ok(Self {
            expect: match expect {
                Some(expect) => closed_set::argument("expect", expect)?,
                None => Expect::Envelope,
            },
            now: match now {
                Given::Is(now) => argument::now(now)?,
                Given::Missing => None,
            },
            is_clock_given: matches!(now, Given::Is(_)),
            request: request.map(argument::request).transpose()?,
        })
    }
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

/// Judge a reply that is written as JSON, decide what to do next, and say it in
/// words; all three come back as JSON.
///
/// The reply is an object with http_status and body (or body_base64), or with a
/// fault; headers (an array of pairs), expect_kind, now_unix, method and path,
/// and profile (the name of a built-in one) may be added. Another *profile* may
/// be given beside the text.
///
/// languages (a text, or an array of tags) and role ("user" or "owner") are for
/// the words. call is an object that says what the reply belongs to: policy,
/// kind, can_refresh, idempotency_key, seed or unit_random, budget, at_ms,
/// took_ms, and events, the attempts before it, each with at_ms, took_ms and
/// reply. What is left out is that of a first attempt under the default policy;
/// the kind is then what the profile knows of method and path, else mutation.
///
/// The answer has the verdict's fields, and decision (action, reason, delay_ms,
/// retry_at_ms, budget, explanation) and words (title, text, action, language).
/// Raises DocumentError, a ValueError with line and column, if the text is no
/// such object; a reply's body is never an error.
///
/// >>> import aftercall
/// >>> reply = '{"http_status": 0, "body": "{\\"status\\":false,\\"error_code\\":67200002}"}'
/// >>> '"category":"quota"' in aftercall.explain_json(reply)
/// True
/// >>> import json
/// >>> asked = {"http_status": 503, "body": "", "call": {"kind": "query", "policy": {"jitter": "none"}}}
/// >>> decision = json.loads(aftercall.explain_json(json.dumps(asked)))["decision"]
/// >>> decision["action"], decision["delay_ms"]
/// ('retry', 500)
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
    options: &'b Options,
}

impl<'py> Parts<'_, 'py> {
    #[inline(always)]
    fn judge(&self, py: Python<'py>, profile: Known<'_>) -> Raising<Bound<'py, Verdict>> {
        let bytes = self.body.as_bytes();
        if bytes.len() >= DETACH_FROM {
            return self.judge_detached(py, profile);
        }
        let reply = reply(self.http_status, self.headers, bytes, self.options);
        let verdict = aftercall::judge(profile.core, &reply, self.options.now);
        let kept = Verdict::of(py, &verdict, profile, Some((self.body, bytes)));
        // Fresh from the judge it borrows everything: nothing is to be dropped,
        // and to look for it takes 1 % of the time.
        mem::forget(verdict);
        kept
    }

    #[cold]
    fn judge_detached(&self, py: Python<'py>, profile: Known<'_>) -> Raising<Bound<'py, Verdict>> {
        let bytes = self.body.as_bytes();
        let (http_status, headers, options) = (self.http_status, self.headers, self.options);
        let core = profile.core;
        let verdict = py.detach(|| {
            let reply = reply(http_status, headers, bytes, options);
            aftercall::judge(core, &reply, options.now)
        });
        Verdict::of(py, &verdict, profile, Some((self.body, bytes)))
    }
}

#[inline(always)]
fn reply<'r>(
    http_status: i32,
    headers: Option<&'r PyHeaders>,
    body: &'r [u8],
    options: &'r Options,
) -> Reply<'r> {
    let mut reply = Reply::new(http_status, body).expecting(options.expect);
    if let Some(headers) = headers {
        reply = reply.with_headers(headers);
    }
    if let Some((method, path)) = &options.request {
        reply = reply.with_request(method, path);
    }
    reply
}
