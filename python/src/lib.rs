//! The native half of the Python package `aftercall`.

use pyo3::prelude::*;

/// The module `aftercall._native`: so far, its version.
#[pymodule(gil_used = false)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))
}
