//! The client as Python sees it.
//!
//! In reading order:
//!
//! * `client` is the object, `settings` what its keywords become;
//! * `request` and `content` are what goes in, `response` and `attempted` what
//!   comes out, as a value or as an exception;
//! * `signals` is Ctrl-C, and whatever else is raised while the interpreter is
//!   left to others; `cancel` gives up from another thread;
//! * `plug` lets something written in Python carry the bytes, `observer` tells
//!   something written in Python, `snapshot` is what a client has;
//! * `batch` sends many requests; `session` is one call step by step, for event
//!   loops; `pages` and `poll` are the core's, for loops that are written in
//!   Python.
//!
//! Nothing is decided here: the core sends, judges, decides and waits.

mod attempted;
mod batch;
mod cancel;
#[allow(
    clippy::module_inception,
    reason = "the client is what the folder is about"
)]
mod client;
mod content;
mod observer;
mod pages;
mod plug;
mod poll;
mod request;
mod response;
mod session;
mod settings;
mod signals;
mod snapshot;

use pyo3::prelude::*;

/// Adds the classes to the module `aftercall._native`.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<client::Client>()?;
    module.add_class::<request::Request>()?;
    module.add_class::<response::Response>()?;
    module.add_class::<attempted::Attempted>()?;
    module.add_class::<cancel::Cancel>()?;
    module.add_class::<batch::Progress>()?;
    module.add_class::<plug::Outgoing>()?;
    module.add_class::<snapshot::Snapshot>()?;
    module.add_class::<snapshot::HoldState>()?;
    module.add_class::<snapshot::TokenState>()?;
    module.add_class::<session::Session>()?;
    module.add_class::<pages::Pager>()?;
    module.add_class::<poll::Poller>()?;
    module.add_function(wrap_pyfunction!(attempted::restore_attempted, module)?)?;
    Ok(())
}
