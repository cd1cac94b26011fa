//! The lines of `logging.getLogger("aftercall")`: one for each decision.
//!
//! Whoever makes a call tells [`decided`] of every decision: the loops of
//! `retry::run` do, and `client::observer`. That of a call which succeeded at once
//! is no line; the core says which is, and how loud.
//! What is told is scrubbed by the core and on one line. While nobody listens it
//! costs one look at the logger's level.

use aftercall::retry::Decision;
use aftercall::{LogLevel, Noted};
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::record::dict_of;

/// `logging.DEBUG` and `logging.WARNING`.
const DEBUG: u8 = 10;
const WARNING: u8 = 30;

/// What `aftercall._logging` hands out.
struct Log {
    is_enabled_for: Py<PyAny>,
    write: Py<PyAny>,
}

/// Tells of what was decided about the attempt of this number; `noted` is made
/// only if somebody listens.
///
/// # Errors
///
/// What a handler raised, if it is nothing that `except Exception` catches; the
/// rest goes to `sys.unraisablehook`, because no call fails of its log.
pub(crate) fn decided(
    py: Python<'_>,
    number: u64,
    decision: &Decision,
    tell: impl FnOnce(&mut dyn FnMut(&Noted<'_>) -> PyResult<()>) -> PyResult<()>,
) -> PyResult<()> {
    let level = match decision.log_level(number) {
        None => return Ok(()),
        Some(LogLevel::Debug) => DEBUG,
        Some(LogLevel::Warning) => WARNING,
    };
    let told = log(py).and_then(|log| {
        if !log.is_enabled_for.bind(py).call1((level,))?.is_truthy()? {
            return Ok(());
        }
        tell(&mut |noted| {
            let attributes = dict_of(py, noted.attributes(number))?;
            log.write
                .call1(py, (level, noted.line(number), attributes))?;
            Ok(())
        })
    });
    match told {
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, None);
            Ok(())
        }
        told => told,
    }
}

fn log(py: Python<'_>) -> PyResult<&'static Log> {
    static LOG: PyOnceLock<Log> = PyOnceLock::new();
    LOG.get_or_try_init(py, || {
        let module = py.import(intern!(py, "aftercall._logging"))?;
        let logger = module.getattr(intern!(py, "logger"))?;
        Ok(Log {
            is_enabled_for: logger.getattr(intern!(py, "isEnabledFor"))?.unbind(),
            write: module.getattr(intern!(py, "write"))?.unbind(),
        })
    })
}
