//! The core's way through a list, for loops that are written in Python.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::argument;

/// Which page is next, and whether the list is over.
#[pyclass(frozen, name = "_Pages", module = "aftercall._native")]
pub(crate) struct Pages {
    pages: Mutex<aftercall::client::Pages>,
}

impl Pages {
    fn pages(&self) -> MutexGuard<'_, aftercall::client::Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Pages {
    #[new]
    #[pyo3(signature = (limit, offset, reach))]
    fn new(limit: u64, offset: u64, reach: u64) -> PyResult<Self> {
        let pages = aftercall::client::Pages::new(limit)
            .and_then(|pages| pages.reach(reach))
            .map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Self {
            pages: Mutex::new(pages.starting_at(offset)),
        })
    }

    /// (offset, limit) of the next page; None if there is none.
    #[getter]
    fn next_page(&self) -> Option<(u64, u64)> {
        let page = self.pages().next_page()?;
        Some((page.offset, page.limit))
    }

    /// Takes the data of a page; returns how many entries it has, and the field
    /// that has them, if the data itself is not the list.
    fn received(&self, data: Option<&Bound<'_, PyAny>>) -> PyResult<(u64, Option<String>)> {
        let mut copy = None;
        let bytes = match data {
            Some(data) => argument::body(data, &mut copy)?.as_bytes(),
            None => &[],
        };
        let entries = self
            .pages()
            .received(bytes)
            .map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok((entries.count, entries.field))
    }

    /// How many entries the list has, if the server said so.
    #[getter]
    fn total(&self) -> Option<u64> {
        self.pages().total()
    }

    /// Whether there is more than the server gives out.
    #[getter]
    fn is_cut(&self) -> bool {
        self.pages().is_cut()
    }
}
