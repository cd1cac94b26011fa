//! The time since a call's start, in whole milliseconds.

use std::time::Instant;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::argument::wrong_type;

/// A monotonic clock that was started.
pub(crate) enum Clock {
    System(Instant),
    /// The caller's: a function that returns seconds.
    Given {
        seconds: Py<PyAny>,
        start: f64,
    },
}

impl Clock {
    #[inline]
    pub(crate) fn start(py: Python<'_>, given: Option<&Py<PyAny>>) -> PyResult<Self> {
        Ok(match given {
            None => Self::System(Instant::now()),
            Some(seconds) => Self::Given {
                start: read(seconds.bind(py))?,
                seconds: seconds.clone_ref(py),
            },
        })
    }

    /// What a clock that runs backwards means is the core's business; before
    /// its start it stands still.
    pub(crate) fn now_ms(&self, py: Python<'_>) -> PyResult<u64> {
        match self {
            Self::System(start) => {
                Ok(u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX))
            }
            Self::Given { seconds, start } => {
                // Rounded: 0.1 is no binary fraction, and 100 ms is meant.
                let milliseconds = ((read(seconds.bind(py))? - start) * 1000.0).round();
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "it saturates, as is wanted"
                )]
                Ok(milliseconds as u64)
            }
        }
    }
}

fn read(seconds: &Bound<'_, PyAny>) -> PyResult<f64> {
    let told = seconds.call0()?;
    match told.extract::<f64>() {
        Ok(seconds) if seconds.is_finite() => Ok(seconds),
        Ok(_) => Err(PyValueError::new_err(
            "clock: expected a function that returns seconds; it returned no finite number",
        )),
        Err(_) => Err(wrong_type(
            "clock", "a function that returns seconds", &told,
        )),
    }
}
