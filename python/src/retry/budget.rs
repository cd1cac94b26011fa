//! What all calls of one credential may spend on repeats.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::argument::{is_integer, wrong_type};

/// A bucket of tokens, shared by all calls of one host and credential.
///
/// Repeats take tokens, successes bring them back. While a server is down it
/// empties, and calls fail after their first attempt instead of multiplying
/// the load. Any number of threads may use one. *capacity* is how many tokens
/// there can be, 1 to 1,000,000; *tokens* how many are in it at the start, at
/// most the capacity, which it is if it is left out.
///
/// Every Policy has one of its own, which all its calls share; give one to
/// using() or new_call() where several policies call the same host.
///
/// >>> import aftercall
/// >>> aftercall.Budget(500)
/// Budget(500, tokens=500)
#[pyclass(frozen, weakref, module = "aftercall")]
pub(crate) struct Budget {
    // In memory of its own: it is aligned to a cache line, which Python's
    // objects are not.
    budget: Arc<aftercall::retry::Budget>,
}

impl Budget {
    pub(crate) fn full(capacity: u32) -> Self {
        Self {
            budget: Arc::new(aftercall::retry::Budget::new(capacity)),
        }
    }

    pub(crate) fn core(&self) -> &aftercall::retry::Budget {
        &self.budget
    }

    /// The same tokens, for a client.
    pub(crate) fn shared(&self) -> Arc<aftercall::retry::Budget> {
        Arc::clone(&self.budget)
    }
}

#[pymethods]
impl Budget {
    #[new]
    #[pyo3(
        signature = (capacity=None, tokens=None),
        text_signature = "(capacity=500, tokens=None)"
    )]
    fn new(
        capacity: Option<&Bound<'_, PyAny>>,
        tokens: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let capacity = match capacity {
            Some(given) => counted("capacity", given, 1, 1_000_000)?,
            None => 500,
        };
        let tokens = match tokens {
            Some(given) => counted("tokens", given, 0, u32::MAX)?,
            None => capacity,
        };
        Ok(Self {
            budget: Arc::new(aftercall::retry::Budget::with_tokens(capacity, tokens)),
        })
    }

    /// How many tokens there are now.
    #[getter]
    fn tokens(&self) -> u32 {
        self.budget.tokens()
    }

    /// How many tokens there can be.
    #[getter]
    fn capacity(&self) -> u32 {
        self.budget.capacity()
    }

    fn __repr__(&self) -> String {
        format!("Budget({}, tokens={})", self.capacity(), self.tokens())
    }
}

/// A number of tokens within bounds.
fn counted(argument: &str, given: &Bound<'_, PyAny>, least: u32, most: u32) -> PyResult<u32> {
    if !is_integer(given) {
        return Err(wrong_type(argument, "an integer", given));
    }
    match given.extract() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(PyValueError::new_err(format!(
            "{argument}: expected an integer from {least} to {most}, found {}",
            given.str()?.to_string_lossy()
        ))),
    }
}
