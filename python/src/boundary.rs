//! Where a panic stops.
//!
//! A panic in a Rust extension reaches Python as a `BaseException` that no
//! `except Exception` catches: a worker that survives every bad reply would die
//! of it. None is known; should there be one, it is an `InternalError`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// Runs what may panic. Everything handed in is immutable, so nothing is left
/// half changed behind a panic.
pub(crate) fn guarded<T>(py: Python<'_>, body: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(result) => result,
        // What it carries is not shown: it was written by nobody who thought
        // of secrets.
        Err(_) => Err(internal_error(py)),
    }
}

#[cold]
fn internal_error(py: Python<'_>) -> PyErr {
    let error = py
        .import("aftercall.errors")
        .and_then(|errors| errors.getattr("InternalError"))
        .and_then(|class| class.call0());
    match error {
        Ok(error) => PyErr::from_value(error),
        Err(_) => PyRuntimeError::new_err("a fault in aftercall itself"),
    }
}

/// Panics, so that a test can see what becomes of it.
#[cfg(feature = "panic-probe")]
#[pyfunction(name = "_panic_probe")]
pub(crate) fn panic_probe(py: Python<'_>) -> PyResult<()> {
    guarded(py, || {
        let empty: Option<()> = std::hint::black_box(None);
        #[allow(clippy::unwrap_used, reason = "this is the panic that is asked for")]
        empty.unwrap();
        Ok(())
    })
}
