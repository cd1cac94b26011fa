//! What a function's value or exception tells of its attempt.
//!
//! Values and exceptions of HTTP libraries are known by their shape, which is
//! looked at in Python. Here are the ways that need no look: plain values, and
//! types of exceptions that were met before.

use aftercall::retry::Judged;
use aftercall::{Advice, Brought, Category, Effect, Fault, Outcome, Reply};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use super::options::Options;
use crate::closed_set;
use crate::profile;
use crate::verdict::Verdict;

/// What an attempt brought.
pub(crate) enum Meaning {
    /// A value that is no reply: the function did what it was asked.
    Done,
    Reply(Py<Verdict>),
    Fault(Fault),
}

impl Meaning {
    /// What a function's value means.
    #[inline]
    pub(crate) fn of_value(value: &Bound<'_, PyAny>, options: &Options) -> PyResult<Self> {
        if is_plain(value) {
            return Ok(Self::Done);
        }
        if let Ok(verdict) = value.cast_exact::<Verdict>() {
            return Ok(Self::Reply(verdict.clone().unbind()));
        }
        Self::of_object(value, options)
    }

    /// What an exception means; `None` if it says nothing of a reply.
    pub(crate) fn of_error(error: &Bound<'_, PyAny>, options: &Options) -> PyResult<Option<Self>> {
        let py = error.py();
        match of_type(error)? {
            OfType::Nothing => return Ok(None),
            OfType::Fault(fault) => return Ok(Some(Self::Fault(fault))),
            OfType::Verdict => {
                let verdict = error.getattr(intern!(py, "verdict"))?;
                let verdict = verdict.cast_exact::<Verdict>().ok();
                return Ok(verdict.map(|verdict| Self::Reply(verdict.clone().unbind())));
            }
            OfType::Ask => {}
        }
        let told = py.import(intern!(py, "aftercall._faults"))?.call_method1(
            intern!(py, "judged"),
            (error, options.expect.name(), &options.profile),
        )?;
        if told.is_none() {
            return Ok(None);
        }
        Ok(Some(match told.cast_exact::<Verdict>() {
            Ok(verdict) => Self::Reply(verdict.clone().unbind()),
            Err(_) => Self::Fault(closed_set::from_number(told.extract()?)?),
        }))
    }

    /// Gives the core what it looks at.
    #[inline]
    pub(crate) fn with_judged<T>(
        &self,
        py: Python<'_>,
        options: &Options,
        decide: impl FnOnce(&Judged<'_>) -> T,
    ) -> T {
        match self {
            Self::Done => decide(&Judged {
                outcome: Outcome::Success,
                category: Category::Success,
                advice: Advice::Never,
                effect: Effect::Done,
                repeat: None,
                http_status: None,
                code: None,
                code_text: None,
                server_delay_ms: None,
            }),
            Self::Reply(verdict) => verdict.get().with_judged(py, decide),
            Self::Fault(fault) => {
                let reply = Reply::fault(*fault);
                let verdict = aftercall::judge(options.core_profile(), &reply, None);
                decide(&Judged::from(&verdict))
            }
        }
    }

    /// Gives a record what it keeps: nothing of a value that is no reply.
    pub(crate) fn with_brought<T>(
        &self,
        py: Python<'_>,
        options: &Options,
        note: impl FnOnce(Option<Brought<'_>>) -> T,
    ) -> T {
        match self {
            Self::Done => note(None),
            Self::Reply(verdict) => verdict
                .get()
                .with_brought(py, |brought| note(Some(brought))),
            Self::Fault(fault) => {
                let reply = Reply::fault(*fault);
                let verdict = aftercall::judge(options.core_profile(), &reply, None);
                note(Some(Brought::from(&verdict)))
            }
        }
    }

    /// The profile that judged it.
    pub(crate) fn profile<'m>(
        &'m self,
        py: Python<'m>,
        options: &'m Options,
    ) -> &'m aftercall::Profile {
        match self {
            Self::Reply(verdict) => verdict.get().known_profile(py).core,
            Self::Done | Self::Fault(_) => options.core_profile(),
        }
    }

    /// The verdict, made if it is not there yet.
    pub(crate) fn verdict(
        &self,
        py: Python<'_>,
        options: &Options,
    ) -> PyResult<Option<Py<Verdict>>> {
        match self {
            Self::Done => Ok(None),
            Self::Reply(verdict) => Ok(Some(verdict.clone_ref(py))),
            Self::Fault(fault) => {
                let reply = Reply::fault(*fault);
                let profile = profile::known(py, options.profile.as_ref());
                let verdict = aftercall::judge(profile.core, &reply, None);
                Ok(Some(Verdict::of(py, &verdict, profile, None)?.unbind()))
            }
        }
    }

    #[cold]
    fn of_object(value: &Bound<'_, PyAny>, options: &Options) -> PyResult<Self> {
        let py = value.py();
        if value.get_type().name()? == "coroutine" {
            value.call_method0("close")?;
            return Err(PyTypeError::new_err(
                "function: expected one that returns its value; found a coroutine function, use call_async()",
            ));
        }
        let has = |name| PyResult::Ok(value.getattr_opt(name)?.is_some());
        if !has(intern!(py, "status_code"))? && !has(intern!(py, "status"))? {
            return Ok(Self::Done);
        }
        let verdict = py
            .import(intern!(py, "aftercall._responses"))?
            .call_method1(
                intern!(py, "judged_if_response"),
                (value, options.expect.name(), &options.profile),
            )?;
        Ok(match verdict.cast_exact::<Verdict>() {
            Ok(verdict) => Self::Reply(verdict.clone().unbind()),
            Err(_) => Self::Done,
        })
    }
}

/// Whether a value is of a type that no reply is of.
#[inline]
fn is_plain(value: &Bound<'_, PyAny>) -> bool {
    value.is_none()
        || value.is_exact_instance_of::<PyDict>()
        || value.is_exact_instance_of::<PyList>()
        || value.is_exact_instance_of::<PyString>()
        || value.is_exact_instance_of::<PyInt>()
        || value.is_exact_instance_of::<PyBytes>()
        || value.is_exact_instance_of::<PyTuple>()
        || value.is_exact_instance_of::<PyBool>()
        || value.is_exact_instance_of::<PyFloat>()
}

/// What is known of an exception by its type.
enum OfType {
    Nothing,
    Fault(Fault),
    /// It is of this package, and has a verdict or says nothing.
    Verdict,
    /// It depends on what is inside.
    Ask,
}

/// As many types as are remembered. Programs have a handful; one that makes a
/// class for each exception must not be held on to.
const MOST_TYPES: usize = 256;

fn of_type(error: &Bound<'_, PyAny>) -> PyResult<OfType> {
    static KNOWN: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let py = error.py();
    let known = KNOWN.get_or_init(py, || PyDict::new(py).unbind()).bind(py);
    let kind = error.get_type();
    let number = match known.get_item(&kind)? {
        Some(number) => number,
        None => {
            let number = py
                .import(intern!(py, "aftercall._faults"))?
                .call_method1(intern!(py, "of_type"), (&kind,))?;
            if known.len() >= MOST_TYPES {
                known.clear();
            }
            known.set_item(&kind, &number)?;
            number
        }
    };
    Ok(match number.extract::<i32>()? {
        0 => OfType::Nothing,
        -1 => OfType::Ask,
        -2 => OfType::Verdict,
        fault => OfType::Fault(closed_set::from_number(fault)?),
    })
}
