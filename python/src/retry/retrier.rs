//! A policy, with what is said about the operations that are called.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use super::options::{Options, Said};
use super::policy::Policy;
use super::run::{self, Terms};
use crate::argument::Given;
use crate::boundary::guarded;

/// A policy, with what is said about the operations that are called. Made by
/// Policy.using(); immutable, and any number of threads may use one.
///
/// >>> import aftercall
/// >>> queries = aftercall.Policy(max_attempts=3).using(kind="query")
/// >>> @queries
/// ... def read(path):
/// ...     return f"what is in {path}"
/// >>> read("a file")
/// 'what is in a file'
#[pyclass(frozen, weakref, module = "aftercall")]
pub(crate) struct Retrier {
    policy: Py<Policy>,
    options: Options,
}

impl Retrier {
    pub(crate) fn new(policy: Py<Policy>, options: Options) -> Self {
        Self { policy, options }
    }

    /// A policy with nothing said.
    pub(crate) fn plain(policy: Bound<'_, Policy>) -> PyResult<Bound<'_, Self>> {
        let py = policy.py();
        let options = policy.get().options().and(py, &Said::default())?;
        Bound::new(py, Self::new(policy.unbind(), options))
    }

    pub(crate) fn terms(&self) -> Terms<'_> {
        Terms {
            policy: self.policy.get().core(),
            options: &self.options,
        }
    }
}

#[pymethods]
impl Retrier {
    /// The policy.
    #[getter]
    fn policy(&self, py: Python<'_>) -> Py<Policy> {
        self.policy.clone_ref(py)
    }

    /// Say more; what is left out stays as it is. See Policy.using().
    #[pyo3(
        signature = (
            *, kind=Given::Missing, expect=Given::Missing, profile=Given::Missing,
            idempotency_key=Given::Missing, budget=Given::Missing, refresh=Given::Missing,
            observer=Given::Missing, sleep=Given::Missing, clock=Given::Missing, seed=Given::Missing,
            unit_random=Given::Missing,
        ),
        text_signature = "($self, *, kind=..., expect=..., profile=..., idempotency_key=..., budget=..., refresh=..., observer=..., sleep=..., clock=..., seed=..., unit_random=...)"
    )]
    #[allow(clippy::too_many_arguments, reason = "all of them are named")]
    fn using<'py>(
        &self,
        py: Python<'py>,
        kind: Given<'py>,
        expect: Given<'py>,
        profile: Given<'py>,
        idempotency_key: Given<'py>,
        budget: Given<'py>,
        refresh: Given<'py>,
        observer: Given<'py>,
        sleep: Given<'py>,
        clock: Given<'py>,
        seed: Given<'py>,
        unit_random: Given<'py>,
    ) -> PyResult<Self> {
        let said = Said {
            kind,
            expect,
            profile,
            idempotency_key,
            budget,
            refresh,
            observer,
            sleep,
            clock,
            seed,
            unit_random,
        };
        Ok(Self {
            policy: self.policy.clone_ref(py),
            options: self.options.and(py, &said)?,
        })
    }

    /// Call a function until it succeeds or the call must stop. See
    /// Policy.call().
    #[pyo3(signature = (function, /, *arguments, **keywords))]
    fn call<'py>(
        &self,
        py: Python<'py>,
        function: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyTuple>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || {
            run::call(self.terms(), function, arguments, keywords)
        })
    }

    /// The same for a coroutine function, to be awaited. See
    /// Policy.call_async().
    #[pyo3(signature = (function, /, *arguments, **keywords))]
    pub(crate) fn call_async<'py>(
        slf: Bound<'py, Self>,
        function: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyTuple>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        py.import(intern!(py, "aftercall.retry"))?.call_method1(
            intern!(py, "call_async"),
            (slf, function, arguments, keywords),
        )
    }

    /// The attempts of one call, for a loop. See Policy.attempts().
    pub(crate) fn attempts(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyAny>> {
        let py = slf.py();
        py.import(intern!(py, "aftercall.retry"))?
            .call_method1(intern!(py, "Attempts"), (slf,))
    }

    /// Make a function, or a coroutine function, that retries.
    #[pyo3(signature = (function, /))]
    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        function: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        decorated(slf.as_any(), function)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let policy = self.policy.bind(py).repr()?;
        Ok(format!(
            "<Retrier of a {} with {}>",
            self.options.kind(),
            policy.to_string_lossy()
        ))
    }

    /// How a reply is awaited and read; the loops in Python ask.
    #[getter]
    fn _reading<'py>(
        &self,
        py: Python<'py>,
    ) -> (&'static str, Option<Py<crate::profile::Profile>>) {
        let profile = self.options.profile.as_ref();
        (
            self.options.expect.name(),
            profile.map(|profile| profile.clone_ref(py)),
        )
    }

    /// What waits in the loops that are written in Python.
    #[getter]
    fn _sleep(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.options.sleep.as_ref().map(|sleep| sleep.clone_ref(py))
    }

    /// What gets a new token in the loops that are written in Python.
    #[getter]
    fn _refresh(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        let refresh = self.options.refresh.as_ref();
        refresh.map(|refresh| refresh.clone_ref(py))
    }
}

/// The function that retries; which kind of function it is, is looked at in
/// Python.
pub(crate) fn decorated<'py>(
    by: &Bound<'py, PyAny>,
    function: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = by.py();
    py.import(intern!(py, "aftercall.retry"))?
        .call_method1(intern!(py, "decorated"), (by, function))
}
