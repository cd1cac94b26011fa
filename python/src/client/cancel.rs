//! Giving up from another thread.

use pyo3::prelude::*;

/// Ends calls from any thread: their waits and their input and output, at once.
///
/// One may serve many calls. Once used it stays used: a call that begins later
/// ends before it sends anything. Such a call raises CallCancelledError.
///
/// >>> import aftercall
/// >>> cancel = aftercall.Cancel()
/// >>> cancel.is_cancelled
/// False
/// >>> cancel.cancel()  # from wherever you like
/// >>> cancel
/// <Cancel, cancelled>
#[pyclass(frozen, weakref, module = "aftercall")]
pub(crate) struct Cancel {
    cancel: aftercall::client::Cancel,
}

impl Cancel {
    pub(super) const fn core(&self) -> &aftercall::client::Cancel {
        &self.cancel
    }
}

#[pymethods]
impl Cancel {
    #[new]
    fn new() -> Self {
        Self {
            cancel: aftercall::client::Cancel::new(),
        }
    }

    /// End every call that has this handle. To cancel twice is to cancel once.
    fn cancel(&self, py: Python<'_>) {
        py.detach(|| self.cancel.cancel());
    }

    /// Whether cancel() was called.
    #[getter]
    fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    fn __repr__(&self) -> &'static str {
        match self.cancel.is_cancelled() {
            true => "<Cancel, cancelled>",
            false => "<Cancel>",
        }
    }
}
