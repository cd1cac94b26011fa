//! From Python's keywords to a client of the core.
//!
//! What JSON can say goes through the JSON that the core reads, so that a
//! setting has the same name, range and sentence in every language; objects are
//! handed over beside it.

use std::sync::Arc;

use aftercall::Error;
use aftercall::client::ClientBuilder;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PyString, PyTuple};

use super::observer::PyObserver;
use super::plug::PyTransport;
use super::signals;
use crate::argument::{self, is_integer, wrong_type};
use crate::profile::{self, Known, Profile};
use crate::retry::budget::Budget;
use crate::retry::policy::Policy;
use crate::retry::settings::write_object;

/// How replies are read, for whoever shows their verdicts to Python.
#[derive(Clone)]
pub(super) struct Reading(Arc<Option<Py<Profile>>>);

impl Reading {
    pub(super) fn known<'p>(&'p self, py: Python<'p>) -> Known<'p> {
        profile::known(py, self.0.as_ref().as_ref())
    }

    /// The caller's own profile.
    pub(super) fn profile(&self, py: Python<'_>) -> Option<Py<Profile>> {
        let profile = self.0.as_ref().as_ref();
        profile.map(|profile| profile.clone_ref(py))
    }
}

/// Who carries the bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    /// The core, or the keyword `transport`.
    Sync,
    /// An event loop: `transport` is its business.
    EventLoop,
}

/// The client of these keywords, and how it reads.
pub(super) fn client(
    keywords: &Bound<'_, PyDict>,
    carrier: Carrier,
) -> PyResult<(aftercall::client::Client, Reading)> {
    let py = keywords.py();
    let words = keywords.copy()?;
    let take = |name: &str| {
        let given = words.get_item(name)?.filter(|given| !given.is_none());
        if given.is_some() {
            words.del_item(name)?;
        }
        PyResult::Ok(given)
    };
    let observer = take("observer")?;
    let transport = take("transport")?;
    let budget = take("budget")?;
    // A policy or a profile may also be said in the words of JSON.
    let own_policy = object::<Policy>(&words, "policy")?;
    let own_profile = object::<Profile>(&words, "profile")?;
    right_types(&words)?;
    plain_text(&words)?;
    let mut json = String::new();
    write_object(&mut json, "", &words, 0)?;
    let mut builder = ClientBuilder::from_json(&json).map_err(|error| refused(py, &error))?;
    if let Some(policy) = own_policy {
        builder = builder.policy(policy.get().core().clone());
    }
    let reading = Reading(Arc::new(own_profile.map(Bound::unbind)));
    if let Some(own) = reading
        .0
        .as_ref()
        .as_ref()
        .and_then(|profile| profile.get().own())
    {
        builder = builder.profile(own);
    }
    if let Some(budget) = budget {
        let Ok(budget) = budget.cast::<Budget>() else {
            return Err(wrong_type("budget", "a Budget or None", &budget));
        };
        builder = builder.budget(budget.get().shared());
    }
    let observer = PyObserver::of(observer.as_ref(), reading.clone())?;
    builder = builder.observer(Arc::new(observer));
    match (carrier, transport) {
        (Carrier::Sync, Some(transport)) => {
            builder = builder.transport(PyTransport::of(&transport)?);
        }
        (Carrier::Sync, None) | (Carrier::EventLoop, _) => {}
    }
    if carrier == Carrier::Sync {
        builder = builder.interrupted(Arc::new(signals::interrupted));
    }
    let client = builder.build().map_err(|error| refused(py, &error))?;
    Ok((client, reading))
}

/// Takes a keyword out if it is an object of our own.
fn object<'py, T: pyo3::PyClass>(
    words: &Bound<'py, PyDict>,
    name: &str,
) -> PyResult<Option<Bound<'py, T>>> {
    let given = words.get_item(name)?;
    let object = given.and_then(|given| given.cast_into::<T>().ok());
    if object.is_some() {
        words.del_item(name)?;
    }
    Ok(object)
}

/// What may stand where a policy is wanted.
pub(super) const POLICY: &str = "a Policy, a dict of its settings, or None";

/// Refuses what has another type than the keyword's, in Python's words.
fn right_types(words: &Bound<'_, PyDict>) -> PyResult<()> {
    for (name, given) in words {
        let name = argument::utf8("settings", name.cast::<PyString>()?)?;
        let is_text = given.is_instance_of::<PyString>();
        let (is_right, allowed) = match name {
            "base_url" => (is_text, "a str"),
            _ if given.is_none() => continue,
            "api_key" | "client_id" | "client_secret" | "token_path" | "proxy" | "user_agent" => {
                (is_text, "a str or None")
            }
            "ca_pem" => (
                is_text || given.is_instance_of::<PyBytes>(),
                "a str, bytes or None",
            ),
            "policy" => (given.is_instance_of::<PyDict>(), POLICY),
            "profile" => (is_text, "a Profile, the name of one, or None"),
            "gzip" | "allow_plain_http" | "proxy_from_environment" => {
                (given.is_instance_of::<PyBool>(), "True or False")
            }
            _ if name.starts_with("max_") || name.ends_with("_ms") => {
                (is_integer(&given), "an integer")
            }
            "no_proxy" => {
                let is_list = given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>();
                (is_list, "a list of hosts")
            }
            _ => continue,
        };
        if !is_right {
            return Err(wrong_type(name, allowed, &given));
        }
    }
    Ok(())
}

/// Paths and certificates as text.
fn plain_text(words: &Bound<'_, PyDict>) -> PyResult<()> {
    let py = words.py();
    if let Some(given) = words.get_item("ca_file")?.filter(|path| !path.is_none()) {
        let Ok(path) = py.import("os")?.call_method1("fspath", (&given,)) else {
            return Err(wrong_type("ca_file", "a path or None", &given));
        };
        words.set_item("ca_file", path)?;
    }
    if let Some(pem) = words.get_item("ca_pem")?
        && let Ok(bytes) = pem.cast::<PyBytes>()
    {
        let text = PyString::from_bytes(py, bytes.as_bytes())?;
        words.set_item("ca_pem", text)?;
    }
    Ok(())
}

/// The exception about a keyword. The place in a JSON text that nobody wrote is
/// left out.
#[cold]
fn refused(py: Python<'_>, error: &Error) -> PyErr {
    let told = error.to_string();
    let place = format!("line {}, column {}: ", error.line(), error.column());
    let sentence = told.strip_prefix(&place).unwrap_or(&told);
    let path = error.path();
    if sentence.contains("unknown field") {
        return PyTypeError::new_err(sentence.replace("unknown field", "unknown keyword"));
    }
    settings_error(py, sentence, path).unwrap_or_else(|error| error)
}

fn settings_error(py: Python<'_>, sentence: &str, path: &str) -> PyResult<PyErr> {
    let class = py
        .import(intern!(py, "aftercall.errors"))?
        .getattr(intern!(py, "SettingsError"))?;
    Ok(PyErr::from_value(class.call1((sentence, 0, 0, path))?))
}
