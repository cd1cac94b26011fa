//! What a caller wants done, from Python's words.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyList, PyMapping, PyString, PyTuple};

use super::cancel::Cancel;
use super::{content, settings};
use crate::argument::{self, is_integer, wrong_type};
use crate::closed_set;
use crate::retry::policy::Policy;

/// Everything that may be said of a request beside method, path and parameters.
const OPTIONS: [&str; 14] = [
    "json", "data", "files", "body", "headers", "kind", "expect", "idempotency_key", "policy",
    "deadline_ms", "attempt_timeout_ms", "max_body_bytes", "download", "cancel",
];

/// One request, to be sent as often as the policy allows: for send() and map().
///
/// *path* is one of the API, such as "/search/patent", or a whole URL of
/// another host, which then gets no credential. *params* are the parameters of
/// the query: a mapping or pairs; None is left out, a list is repeated.
///
/// The body is at most one of
///
/// - *json*: anything that JSON can say;
/// - *data*: a form, as a mapping or pairs;
/// - *files*: a multipart form; name by name the path of a file, which is
///   streamed, or (file name, content) or (file name, content, content type)
///   with content as bytes or a path; the fields of *data* come first;
/// - *body*: bytes or text, or the path of a file (a Path), which is streamed.
///
/// *headers* are sent besides. *kind* says what the operation does: "query",
/// "mutation" or "auth"; else the profile says it, else the method. *expect* is
/// "envelope" or "raw". *idempotency_key* is sent with every attempt, so that a
/// mutation may be repeated whose answer was lost. *policy*, *deadline_ms*,
/// *attempt_timeout_ms* and *max_body_bytes* stand in for the client's.
/// *download* is the path of a file that takes what a success brings; a failure
/// leaves it as it was. *cancel* is a Cancel.
///
/// >>> import aftercall
/// >>> aftercall.Request("POST", "/search/patent", json={"query_text": "solar"}, kind="query")
/// <Request POST /search/patent>
#[pyclass(frozen, weakref, module = "aftercall")]
pub(crate) struct Request {
    request: aftercall::client::Request,
}

impl Request {
    pub(super) const fn of(request: aftercall::client::Request) -> Self {
        Self { request }
    }

    pub(super) const fn core(&self) -> &aftercall::client::Request {
        &self.request
    }
}

#[pymethods]
impl Request {
    #[new]
    #[pyo3(
        signature = (method, path, /, params=None, **options),
        text_signature = "(method, path, /, params=None, **options)"
    )]
    fn new<'py>(
        method: &Bound<'py, PyAny>,
        path: &Bound<'py, PyAny>,
        params: Option<&Bound<'py, PyAny>>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Self> {
        of(self::method(method)?, path, params, options).map(Self::of)
    }

    fn __repr__(&self) -> String {
        let shown = format!("{:?}", self.request);
        let shown = shown.strip_prefix("Request(").unwrap_or(&shown);
        format!("<Request {}>", shown.strip_suffix(')').unwrap_or(shown))
    }

    /// A request is not pickled: it may hold secrets.
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a Request cannot be pickled: its parameters, headers and body may hold secrets",
        ))
    }
}

/// The name of a method.
pub(super) fn method<'a>(given: &'a Bound<'_, PyAny>) -> PyResult<&'a str> {
    match given.cast::<PyString>() {
        Ok(text) => argument::utf8("method", text),
        Err(_) => Err(wrong_type("method", "a str", given)),
    }
}

/// A request that was made before.
pub(super) fn argument<'a, 'py>(given: &'a Bound<'py, PyAny>) -> PyResult<&'a Bound<'py, Request>> {
    given
        .cast()
        .map_err(|_| wrong_type("request", "a Request", given))
}

/// The request of these words.
pub(super) fn of<'py>(
    method: &str,
    path: &Bound<'py, PyAny>,
    params: Option<&Bound<'py, PyAny>>,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<aftercall::client::Request> {
    let mut request = match path.cast::<PyString>() {
        Ok(text) => aftercall::client::Request::new(method, argument::utf8("path", text)?),
        Err(_) => return Err(wrong_type("path", "a str", path)),
    };
    if let Some(params) = params {
        for (name, value) in pairs("params", params)? {
            request = request.query(name, value);
        }
    }
    match options {
        Some(options) if !options.is_empty() => with_options(request, options),
        _ => Ok(request),
    }
}

fn with_options(
    mut request: aftercall::client::Request,
    options: &Bound<'_, PyDict>,
) -> PyResult<aftercall::client::Request> {
    let mut parts = content::Parts::default();
    for (name, value) in options {
        let name = name.cast::<PyString>()?;
        let name = argument::utf8("options", name)?;
        if !OPTIONS.contains(&name) {
            return Err(unknown(name));
        }
        if value.is_none() && name != "json" {
            continue;
        }
        request = match name {
            "json" | "data" | "files" | "body" => {
                parts.set(name, value);
                request
            }
            "headers" => with_headers(request, &value)?,
            "kind" => request.kind(closed_set::argument("kind", &value)?),
            "expect" => request.expect(closed_set::argument("expect", &value)?),
            "idempotency_key" => match value.cast::<PyString>() {
                Ok(key) => request.idempotency_key(argument::utf8(name, key)?),
                Err(_) => return Err(wrong_type(name, "a str or None", &value)),
            },
            "policy" => request.policy(policy(&value)?),
            "deadline_ms" => request.deadline_ms(positive(name, &value)?),
            "attempt_timeout_ms" => request.attempt_timeout_ms(positive(name, &value)?),
            "max_body_bytes" => request.max_body_bytes(positive(name, &value)?),
            "download" => match value.extract::<PathBuf>() {
                Ok(path) => request.download(path),
                Err(_) => return Err(wrong_type(name, "a path or None", &value)),
            },
            _ => match value.cast::<Cancel>() {
                Ok(cancel) => request.cancel(cancel.get().core()),
                Err(_) => return Err(wrong_type(name, "a Cancel or None", &value)),
            },
        };
    }
    Ok(match parts.body()? {
        Some(body) => request.body(body),
        None => request,
    })
}

/// A policy, or the settings of one.
fn policy(given: &Bound<'_, PyAny>) -> PyResult<Arc<aftercall::retry::Policy>> {
    let made = match given.cast::<PyDict>() {
        Ok(settings) => given.py().get_type::<Policy>().call((), Some(settings))?,
        Err(_) => given.clone(),
    };
    match made.cast::<Policy>() {
        Ok(policy) => Ok(Arc::new(policy.get().core().clone())),
        Err(_) => Err(wrong_type("policy", settings::POLICY, given)),
    }
}

#[cold]
fn unknown(name: &str) -> PyErr {
    PyTypeError::new_err(format!(
        "unknown option \"{name}\", expected one of params, {}",
        OPTIONS.join(", ")
    ))
}

fn with_headers(
    mut request: aftercall::client::Request,
    given: &Bound<'_, PyAny>,
) -> PyResult<aftercall::client::Request> {
    for (name, value) in pairs("headers", given)? {
        request = request.header(name, value);
    }
    Ok(request)
}

/// Names and values, as text: of a mapping, or of pairs.
pub(super) fn pairs(argument: &str, given: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    each(argument, given, |name, value| {
        if let Ok(list) = value.cast::<PyList>() {
            for value in list {
                pairs.push((name.to_owned(), text(argument, name, &value)?));
            }
        } else if let Ok(tuple) = value.cast::<PyTuple>() {
            for value in tuple {
                pairs.push((name.to_owned(), text(argument, name, &value)?));
            }
        } else if !value.is_none() {
            pairs.push((name.to_owned(), text(argument, name, value)?));
        }
        Ok(())
    })?;
    Ok(pairs)
}

/// Calls `take` for each name and value.
pub(super) fn each(
    argument: &str,
    given: &Bound<'_, PyAny>,
    mut take: impl FnMut(&str, &Bound<'_, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    let allowed = "a mapping, or pairs of name and value";
    let mut named =
        |name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>| match name.cast::<PyString>() {
            Ok(name) => take(argument::utf8(argument, name)?, value),
            Err(_) => Err(wrong_type(argument, "names that are str", name)),
        };
    if let Ok(dict) = given.cast::<PyDict>() {
        for (name, value) in dict {
            named(&name, &value)?;
        }
        return Ok(());
    }
    if given.is_instance_of::<PyString>() {
        return Err(wrong_type(argument, allowed, given));
    }
    let pairs = match given.cast::<PyMapping>() {
        Ok(mapping) => mapping.items()?.into_any(),
        Err(_) => given.clone(),
    };
    let Ok(pairs) = pairs.try_iter() else {
        return Err(wrong_type(argument, allowed, given));
    };
    for pair in pairs {
        let Ok((name, value)) = pair?.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() else {
            return Err(wrong_type(argument, allowed, given));
        };
        named(&name, &value)?;
    }
    Ok(())
}

/// A value as it is written in a query or a form.
fn text(argument: &str, name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = value.cast::<PyString>() {
        return match text.to_str() {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(PyValueError::new_err(format!(
                "{argument}: expected text for {name:?}, found a str with lone surrogates"
            ))),
        };
    }
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok(if flag.is_true() { "true" } else { "false" }.to_owned());
    }
    if is_integer(value) || value.is_instance_of::<PyFloat>() {
        return Ok(value.str()?.to_string_lossy().into_owned());
    }
    let place = format!("{argument}[{name:?}]");
    Err(wrong_type(
        &place,
        "a str, a number, True or False, a list of these, or None",
        value,
    ))
}

fn positive(name: &str, given: &Bound<'_, PyAny>) -> PyResult<u64> {
    argument::integer(name, given, 1..=u64::MAX)
}
