//! Headers of Python: mappings and pairs, of `str` and `bytes`.

use aftercall::Headers;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};

use crate::argument::wrong_type;

const ALLOWED: &str = "a mapping, (name, value) pairs of str or bytes, or None";

/// Names and values one behind the other, in the order of the caller's
/// collection.
///
/// They are copied: a few hundred bytes in one piece are cheaper than two
/// Python references for each header, and they can leave the interpreter.
#[derive(Default)]
pub(crate) struct PyHeaders {
    bytes: Vec<u8>,
    /// Where each name and each value ends.
    ends: Vec<(usize, usize)>,
}

impl PyHeaders {
    /// Reads what is not `None`.
    pub(crate) fn of(given: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut headers = Self::default();
        if let Ok(dict) = given.cast_exact::<PyDict>() {
            // Most headers are shorter than this, so it is one allocation.
            headers.bytes.reserve(64 * dict.len());
            headers.ends.reserve(dict.len());
            for (name, value) in dict {
                headers.add(&name, &value)?;
            }
            return Ok(headers);
        }
        if given.is_instance_of::<PyString>() || given.is_instance_of::<PyBytes>() {
            return Err(wrong_type("headers", ALLOWED, given));
        }
        let pairs = match given.getattr_opt(intern!(given.py(), "items"))? {
            Some(items) => items.call0()?,
            None => given.clone(),
        };
        let Ok(pairs) = pairs.try_iter() else {
            return Err(wrong_type("headers", ALLOWED, given));
        };
        for (index, pair) in pairs.enumerate() {
            let pair = pair?;
            let (name, value) = match pair.cast_exact::<PyTuple>() {
                Ok(tuple) if tuple.len() == 2 => (tuple.get_item(0)?, tuple.get_item(1)?),
                _ => other_pair(&pair).ok_or_else(|| {
                    let place = format!("headers[{index}]");
                    wrong_type(&place, "a (name, value) pair", &pair)
                })?,
            };
            headers.add(&name, &value)?;
        }
        Ok(headers)
    }

    #[inline]
    fn add(&mut self, name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let start = self.bytes.len();
        if !self.append(name)? {
            return Err(wrong_type("headers", "names of str or bytes", name));
        }
        let name_end = self.bytes.len();
        if !self.append(value)? {
            let name = self.bytes.get(start..).unwrap_or_default();
            let place = format!("headers: the value of {:?}", String::from_utf8_lossy(name));
            return Err(wrong_type(&place, "str or bytes", value));
        }
        self.ends.push((name_end, self.bytes.len()));
        Ok(())
    }

    /// Appends a name or a value; says whether it was one.
    #[inline]
    fn append(&mut self, field: &Bound<'_, PyAny>) -> PyResult<bool> {
        if let Ok(text) = field.cast::<PyString>() {
            match text.to_str() {
                Ok(text) => self.bytes.extend_from_slice(text.as_bytes()),
                Err(_) => self.bytes.extend_from_slice(&escaped(text)?),
            }
        } else if let Ok(bytes) = field.cast::<PyBytes>() {
            self.bytes.extend_from_slice(bytes.as_bytes());
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

impl Headers for PyHeaders {
    fn visit<'h>(&'h self, each: &mut dyn FnMut(&'h [u8], &'h [u8])) {
        let mut start = 0;
        for &(name_end, end) in &self.ends {
            let name = self.bytes.get(start..name_end).unwrap_or_default();
            let value = self.bytes.get(name_end..end).unwrap_or_default();
            each(name, value);
            start = end;
        }
    }
}

/// A list of two, or whatever else is a pair.
fn other_pair<'py>(pair: &Bound<'py, PyAny>) -> Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    if pair.is_instance_of::<PyString>() || pair.is_instance_of::<PyBytes>() {
        return None;
    }
    match pair.len().ok()? {
        2 => Some((pair.get_item(0).ok()?, pair.get_item(1).ok()?)),
        _ => None,
    }
}

/// The bytes of a text that a library decoded with surrogates for what is not
/// UTF-8.
#[cold]
fn escaped(text: &Bound<'_, PyString>) -> PyResult<Vec<u8>> {
    match text.call_method1("encode", ("utf-8", "surrogateescape")) {
        Ok(bytes) => bytes.extract(),
        Err(_) => Err(PyValueError::new_err(
            "headers: a str has lone surrogates and so no UTF-8 form; give bytes",
        )),
    }
}
