//! The body of a request, from Python's words.

use std::path::PathBuf;

use aftercall::client::{Body, Multipart};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple};

use super::request::{each, pairs};
use crate::argument::{self, wrong_type};

const ANY_BYTES: &str = "application/octet-stream";

/// What was said of a body.
#[derive(Default)]
pub(super) struct Parts<'py> {
    json: Option<Bound<'py, PyAny>>,
    data: Option<Bound<'py, PyAny>>,
    files: Option<Bound<'py, PyAny>>,
    body: Option<Bound<'py, PyAny>>,
}

impl<'py> Parts<'py> {
    pub(super) fn set(&mut self, name: &str, value: Bound<'py, PyAny>) {
        let place = match name {
            "json" => &mut self.json,
            "data" => &mut self.data,
            "files" => &mut self.files,
            _ => &mut self.body,
        };
        *place = Some(value);
    }

    /// The body that was meant, if there is one.
    pub(super) fn body(self) -> PyResult<Option<Body>> {
        match (self.json, self.data, self.files, self.body) {
            (None, None, None, None) => Ok(None),
            (Some(json), None, None, None) => of_json(&json).map(Some),
            (None, Some(data), None, None) => {
                let fields = form("data", &data)?;
                let fields = fields
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()));
                Ok(Some(Body::form(fields)))
            }
            (None, data, Some(files), None) => multipart(data.as_ref(), &files).map(Some),
            (None, None, None, Some(body)) => of_bytes(&body).map(Some),
            _ => Err(PyTypeError::new_err(
                "expected one body; found several of json, data, files and body (only data and files go together)",
            )),
        }
    }
}

fn of_json(value: &Bound<'_, PyAny>) -> PyResult<Body> {
    let py = value.py();
    let encoded = py
        .import(intern!(py, "aftercall._encoding"))?
        .call_method1(intern!(py, "encode"), (value,))?;
    let bytes = encoded.cast::<PyBytes>()?;
    Ok(Body::bytes("application/json", bytes.as_bytes()))
}

fn form(argument: &str, given: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    if given.is_instance_of::<PyBytes>() || given.is_instance_of::<PyString>() {
        let allowed =
            "a mapping or pairs, which are sent as a form (bytes and text are given as body)";
        return Err(wrong_type(argument, allowed, given));
    }
    pairs(argument, given)
}

fn of_bytes(given: &Bound<'_, PyAny>) -> PyResult<Body> {
    if let Some(path) = path(given)? {
        return Ok(Body::file(ANY_BYTES, path));
    }
    let content_type = match given.is_instance_of::<PyString>() {
        true => "text/plain; charset=utf-8",
        false => ANY_BYTES,
    };
    let mut copy = None;
    let Ok(bytes) = argument::body(given, &mut copy) else {
        let allowed = "bytes, bytearray, memoryview, str or a path";
        return Err(wrong_type("body", allowed, given));
    };
    Ok(Body::bytes(content_type, bytes.as_bytes()))
}

fn multipart(data: Option<&Bound<'_, PyAny>>, files: &Bound<'_, PyAny>) -> PyResult<Body> {
    let mut whole = Multipart::new();
    if let Some(data) = data {
        for (name, value) in form("data", data)? {
            whole = whole.field(&name, &value);
        }
    }
    let mut all = Some(whole);
    each("files", files, |name, value| {
        if let Some(whole) = all.take() {
            all = Some(with_file(whole, name, value)?);
        }
        Ok(())
    })?;
    Ok(Body::multipart(all.unwrap_or_default()))
}

fn with_file(whole: Multipart, name: &str, value: &Bound<'_, PyAny>) -> PyResult<Multipart> {
    let Ok(tuple) = value.cast::<PyTuple>() else {
        return match of_path(value)? {
            Some(path) => Ok(whole.file(name, path)),
            None => Err(wrong_file(name, value)),
        };
    };
    let (file_name, content, content_type) = match tuple.len() {
        2 => {
            let (file_name, content) = tuple.extract::<(String, Bound<'_, PyAny>)>()?;
            (file_name, content, None)
        }
        3 => {
            let (file_name, content, content_type) =
                tuple.extract::<(String, Bound<'_, PyAny>, String)>()?;
            (file_name, content, Some(content_type))
        }
        _ => return Err(wrong_file(name, value)),
    };
    let content_type = content_type
        .unwrap_or_else(|| aftercall::client::Multipart::content_type_of(&file_name).to_owned());
    if content_type.contains(['\r', '\n']) {
        return Err(PyValueError::new_err(format!(
            "files[{name:?}]: expected a content type, found a line break in it"
        )));
    }
    if let Some(path) = of_path(&content)? {
        return Ok(whole.file_as(name, path, &file_name, &content_type));
    }
    let mut copy = None;
    match argument::body(&content, &mut copy) {
        Ok(bytes) => Ok(whole.bytes_as(name, bytes.as_bytes(), &file_name, &content_type)),
        Err(_) => Err(wrong_file(name, &content)),
    }
}

#[cold]
fn wrong_file(name: &str, found: &Bound<'_, PyAny>) -> PyErr {
    let allowed = "the path of a file, or (file name, bytes or path), or these and a content type";
    wrong_type(&format!("files[{name:?}]"), allowed, found)
}

/// A path, also if it is text.
fn of_path(given: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    match given.is_instance_of::<PyString>() {
        true => given.extract().map(Some),
        false => path(given),
    }
}

/// An object that says by its type that it is a path.
fn path(given: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    let is_path = given.hasattr(intern!(given.py(), "__fspath__"))?;
    is_path.then(|| given.extract()).transpose()
}
