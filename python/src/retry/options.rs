//! What is said beside a policy about the operations that are called.

use aftercall::retry::{Operation, fresh_seed};
use aftercall::{Expect, OperationKind};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyString};

use super::budget::Budget;
use crate::argument::{Given, is_integer, wrong_type};
use crate::closed_set;
use crate::profile::Profile;

/// Everything that may be said, as it is said: what is missing stays as it was.
pub(crate) struct Said<'py> {
    pub(crate) kind: Given<'py>,
    pub(crate) expect: Given<'py>,
    pub(crate) profile: Given<'py>,
    pub(crate) idempotency_key: Given<'py>,
    pub(crate) budget: Given<'py>,
    pub(crate) refresh: Given<'py>,
    pub(crate) observer: Given<'py>,
    pub(crate) sleep: Given<'py>,
    pub(crate) clock: Given<'py>,
    pub(crate) seed: Given<'py>,
    pub(crate) unit_random: Given<'py>,
}

impl Default for Said<'_> {
    fn default() -> Self {
        Self {
            kind: Given::Missing,
            expect: Given::Missing,
            profile: Given::Missing,
            idempotency_key: Given::Missing,
            budget: Given::Missing,
            refresh: Given::Missing,
            observer: Given::Missing,
            sleep: Given::Missing,
            clock: Given::Missing,
            seed: Given::Missing,
            unit_random: Given::Missing,
        }
    }
}

/// The same, checked.
pub(crate) struct Options {
    kind: OperationKind,
    has_idempotency_key: bool,
    draws: Draws,
    /// The words that are given to judge().
    pub(crate) expect: Expect,
    pub(crate) profile: Option<Py<Profile>>,
    pub(crate) budget: Option<Py<Budget>>,
    pub(crate) refresh: Option<Py<PyAny>>,
    pub(crate) observer: Option<Py<PyAny>>,
    pub(crate) sleep: Option<Py<PyAny>>,
    pub(crate) clock: Option<Py<PyAny>>,
}

#[derive(Clone, Copy)]
enum Draws {
    Fresh,
    Seeded(u64),
    Fixed(f64),
}

impl Options {
    pub(crate) const fn with_budget(budget: Option<Py<Budget>>) -> Self {
        Self {
            kind: OperationKind::Mutation,
            has_idempotency_key: false,
            draws: Draws::Fresh,
            expect: Expect::Envelope,
            profile: None,
            budget,
            refresh: None,
            observer: None,
            sleep: None,
            clock: None,
        }
    }

    /// These, but for what is said.
    pub(crate) fn and(&self, py: Python<'_>, said: &Said<'_>) -> PyResult<Self> {
        let function = |argument, given: &Given<'_>, now: &Option<Py<PyAny>>| match given {
            Given::Missing => Ok(now.as_ref().map(|now| now.clone_ref(py))),
            Given::Is(given) if given.is_none() => Ok(None),
            Given::Is(given) if given.is_callable() => Ok(Some(given.clone().unbind())),
            Given::Is(given) => Err(wrong_type(argument, "a function or None", given)),
        };
        Ok(Self {
            kind: match &said.kind {
                Given::Missing => self.kind,
                Given::Is(kind) => closed_set::argument("kind", kind)?,
            },
            has_idempotency_key: match &said.idempotency_key {
                Given::Missing => self.has_idempotency_key,
                Given::Is(key) => has_key(key)?,
            },
            draws: self.draws(said)?,
            expect: match &said.expect {
                Given::Missing => self.expect,
                Given::Is(expect) => closed_set::argument("expect", expect)?,
            },
            profile: instance(
                "profile", "a Profile or None", &said.profile, &self.profile, py,
            )?,
            budget: match &said.budget {
                // As a policy says it.
                Given::Is(given)
                    if given.cast::<PyBool>().is_ok_and(|budget| !budget.is_true()) =>
                {
                    None
                }
                given => instance("budget", "a Budget or None", given, &self.budget, py)?,
            },
            refresh: function("refresh", &said.refresh, &self.refresh)?,
            observer: function("observer", &said.observer, &self.observer)?,
            sleep: function("sleep", &said.sleep, &self.sleep)?,
            clock: function("clock", &said.clock, &self.clock)?,
        })
    }

    /// The operation of one call.
    #[inline]
    pub(crate) fn operation(&self, can_refresh: bool) -> Operation {
        let mut operation = Operation::new(self.kind);
        if can_refresh {
            operation = operation.refreshable();
        }
        if self.has_idempotency_key {
            operation = operation.with_idempotency_key();
        }
        match self.draws {
            Draws::Fresh => operation.seeded(fresh_seed()),
            Draws::Seeded(seed) => operation.seeded(seed),
            Draws::Fixed(u) => operation.with_fixed_draw(u),
        }
    }

    pub(crate) fn core_budget(&self) -> Option<&aftercall::retry::Budget> {
        self.budget.as_ref().map(|budget| budget.get().core())
    }

    pub(crate) fn core_profile(&self) -> &aftercall::Profile {
        match &self.profile {
            Some(profile) => profile.get().core(),
            None => aftercall::Profile::eureka(),
        }
    }

    pub(crate) const fn kind(&self) -> OperationKind {
        self.kind
    }

    fn draws(&self, said: &Said<'_>) -> PyResult<Draws> {
        let seeded = match &said.seed {
            Given::Missing => self.draws,
            Given::Is(seed) if seed.is_none() => Draws::Fresh,
            Given::Is(given) => Draws::Seeded(seed(given)?),
        };
        match &said.unit_random {
            Given::Missing => Ok(seeded),
            Given::Is(u) if u.is_none() => Ok(match seeded {
                Draws::Fixed(_) => Draws::Fresh,
                seeded => seeded,
            }),
            Given::Is(u) => fixed(u).map(Draws::Fixed),
        }
    }
}

fn instance<T>(
    argument: &str,
    allowed: &str,
    given: &Given<'_>,
    now: &Option<Py<T>>,
    py: Python<'_>,
) -> PyResult<Option<Py<T>>>
where
    T: pyo3::PyClass,
{
    match given {
        Given::Missing => Ok(now.as_ref().map(|now| now.clone_ref(py))),
        Given::Is(given) if given.is_none() => Ok(None),
        Given::Is(given) => match given.cast::<T>() {
            Ok(instance) => Ok(Some(instance.clone().unbind())),
            Err(_) => Err(wrong_type(argument, allowed, given)),
        },
    }
}

/// Whether there is a key. It is not kept: it may be as good as a password.
fn has_key(given: &Bound<'_, PyAny>) -> PyResult<bool> {
    if given.is_none() {
        return Ok(false);
    }
    if let Ok(flag) = given.cast::<PyBool>() {
        return Ok(flag.is_true());
    }
    match given.cast::<PyString>() {
        Ok(key) if key.is_empty()? => Err(PyValueError::new_err(
            "idempotency_key: expected a key; found an empty str",
        )),
        Ok(_) => Ok(true),
        Err(_) => Err(wrong_type(
            "idempotency_key", "a str, a bool or None", given,
        )),
    }
}

fn seed(given: &Bound<'_, PyAny>) -> PyResult<u64> {
    if !is_integer(given) {
        return Err(wrong_type("seed", "an integer or None", given));
    }
    given.extract().map_err(|_| {
        PyValueError::new_err(
            "seed: expected an integer from 0 to 18446744073709551615; found one outside",
        )
    })
}

fn fixed(given: &Bound<'_, PyAny>) -> PyResult<f64> {
    if !is_integer(given) && !given.is_instance_of::<PyFloat>() {
        return Err(wrong_type("unit_random", "a number or None", given));
    }
    match given.extract::<f64>() {
        Ok(u) if (0.0..=1.0).contains(&u) => Ok(u),
        _ => Err(PyValueError::new_err(
            "unit_random: expected a number from 0 to 1; found one outside",
        )),
    }
}
