//! Retries as Python sees them.
//!
//! In reading order:
//!
//! * `policy` is what one may ask for, `settings` how keywords become the JSON
//!   that the core checks;
//! * `budget`, `decision`, `attempt` and `observed` are the core's values;
//! * `call` is one call's state, for those who send and sleep themselves;
//! * `options` is what is said beside a policy, `retrier` a policy with it;
//! * `run` is a call that is being made, and the loop of `policy.call`; `steps`
//!   is the same for the loops that are written in Python, because they await;
//! * `meaning` says what a function's value or exception tells of its attempt;
//! * `clock` is the time since a call's start.
//!
//! Nothing is decided here: every gate, wait and token is the core's.

pub(crate) mod attempt;
pub(crate) mod budget;
mod call;
mod clock;
pub(crate) mod decision;
mod meaning;
pub(crate) mod observed;
mod options;
pub(crate) mod policy;
mod retrier;
pub(crate) mod run;
pub(crate) mod settings;
mod steps;

use pyo3::prelude::*;

/// Adds the classes to the module `aftercall._native`.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<policy::Policy>()?;
    module.add_class::<budget::Budget>()?;
    module.add_class::<call::Call>()?;
    module.add_class::<attempt::Attempt>()?;
    module.add_class::<attempt::AttemptRecord>()?;
    module.add_class::<decision::Decision>()?;
    module.add_class::<observed::Observed>()?;
    module.add_class::<retrier::Retrier>()?;
    module.add_class::<steps::Steps>()?;
    module.add_function(wrap_pyfunction!(decision::restore_decision, module)?)?;
    Ok(())
}
