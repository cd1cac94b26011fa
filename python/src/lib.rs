//! The native half of the Python package `aftercall`.
//!
//! Read in this order:
//!
//! * `judge`: the functions that Python calls;
//! * `verdict`, `text`: what they return, with texts decoded when somebody reads;
//! * `profile`: profiles, and how a wrong one is reported;
//! * `argument`, `headers`: from Python objects to a reply, borrowed where that
//!   is possible;
//! * `retry`: policies, decisions, and the loop that makes a call;
//! * `client`: sends, judges, decides, waits, sends again;
//! * `words`: messages for people, and the scrubber;
//! * `record`: a call's attempts for support; `log`: the lines of Python's logging;
//! * `closed_set`, `code_numbers`: the members of Python's enums and the integers
//!   of codes, made once from the core's tables;
//! * `boundary`: a panic becomes an exception that `except Exception` catches.
//!
//! Nothing is decided here. What a reply means is the core's business; how a
//! response object of some library is read, and which exception a category has,
//! is written in Python beside this crate.

#![forbid(unsafe_code)]
#![allow(
    clippy::doc_markdown,
    reason = "what is written of a function is its docstring in Python"
)]

mod argument;
mod boundary;
mod client;
mod closed_set;
mod code_numbers;
mod decoding;
mod headers;
mod judge;
mod log;
mod profile;
mod record;
mod retry;
mod text;
mod verdict;
mod words;

use pyo3::prelude::*;

/// The module `aftercall._native`.
///
/// It needs no interpreter lock of its own: everything in it is immutable.
#[pymodule(gil_used = false)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<verdict::Verdict>()?;
    module.add_class::<profile::Profile>()?;
    module.add_class::<record::Record>()?;
    module.add_function(wrap_pyfunction!(judge::judge, module)?)?;
    module.add_function(wrap_pyfunction!(judge::judge_fault, module)?)?;
    module.add_function(wrap_pyfunction!(judge::explain_json, module)?)?;
    module.add_function(wrap_pyfunction!(profile::check_profile, module)?)?;
    module.add_function(wrap_pyfunction!(verdict::restore_verdict, module)?)?;
    module.add_function(wrap_pyfunction!(closed_set::closed_sets, module)?)?;
    module.add_function(wrap_pyfunction!(closed_set::category_mapping, module)?)?;
    retry::add_to(module)?;
    client::add_to(module)?;
    words::add_to(module)?;
    #[cfg(feature = "panic-probe")]
    module.setattr(
        "_panic_probe",
        wrap_pyfunction!(boundary::panic_probe, module)?,
    )?;
    Ok(())
}
