//! The core's way through a list, for loops that are written in Python.

use std::sync::{Mutex, MutexGuard, PoisonError};

use aftercall::client::PagesEnd;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::argument;

/// Which page is next, and whether the list is over.
#[pyclass(frozen, name = "_Pager", module = "aftercall._native")]
pub(crate) struct Pager {
    pages: Mutex<aftercall::client::Pager>,
}

impl Pager {
    fn pages(&self) -> MutexGuard<'_, aftercall::client::Pager> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Pager {
    #[new]
    #[pyo3(signature = (limit, offset, window))]
    fn new(
        limit: &Bound<'_, PyAny>,
        offset: &Bound<'_, PyAny>,
        window: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let number = |name, given| argument::integer(name, given, 0..=u64::MAX);
        let (limit, offset) = (number("limit", limit)?, number("offset", offset)?);
        let window = window.map(|window| number("window", window)).transpose()?;
        let mut pages = aftercall::client::Pager::new(limit)
            .map_err(|error| PyValueError::new_err(error.to_string()))?
            .offset(offset);
        if let Some(window) = window {
            pages = pages.window(window);
        }
        Ok(Self {
            pages: Mutex::new(pages),
        })
    }

    /// (offset, limit) of the next page; None if there is none.
    fn next_page(&self) -> Option<(u64, u64)> {
        let page = self.pages().next_page()?;
        Some((page.offset, page.limit))
    }

    /// Takes the data of a page; returns the field that has its items, None if
    /// the data itself is the list or has none.
    fn received(&self, data: Option<&Bound<'_, PyAny>>) -> PyResult<Option<String>> {
        let mut copy = None;
        let bytes = match data {
            Some(data) => Some(argument::body(data, &mut copy)?.as_bytes()),
            None => None,
        };
        let mut pages = self.pages();
        pages.received(bytes);
        Ok(pages.list().map(str::to_owned))
    }

    /// The page could not be got.
    fn failed(&self) {
        self.pages().failed();
    }

    /// How many items come before the next page.
    #[getter]
    fn passed(&self) -> u64 {
        self.pages().passed()
    }

    /// How many items the list has, if the server said so.
    #[getter]
    fn total(&self) -> Option<u64> {
        self.pages().total()
    }

    /// Why there is no further page; None while there may be one.
    #[getter]
    fn end(&self) -> Option<&'static str> {
        self.pages().end().map(|end| match end {
            PagesEnd::Complete => "complete",
            PagesEnd::Window => "window",
            PagesEnd::Failed => "failed",
            _ => "uncountable",
        })
    }
}
