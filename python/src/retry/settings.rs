//! From Python's keywords to the JSON that the core reads, and back from the
//! core's sentences to Python's exceptions.
//!
//! So a setting has the same name, the same range and the same sentence about
//! what is wrong with it in every language, whether it came from a file or not.

use core::fmt::Write as _;

use aftercall::Error;
use aftercall::retry::Policy;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::argument::{is_integer, wrong_type};

/// Deeper than any setting.
const MOST_LEVELS: usize = 4;

/// The policy of these keywords.
pub(super) fn policy(py: Python<'_>, settings: Option<&Bound<'_, PyDict>>) -> PyResult<Policy> {
    let Some(settings) = settings else {
        return Ok(Policy::default());
    };
    let mut json = String::new();
    write_object(&mut json, "", settings, 0)?;
    Policy::from_json(&json).map_err(|error| refused(py, &error, settings))
}

/// The policy of a JSON text.
pub(super) fn policy_of_json(py: Python<'_>, text: &str) -> PyResult<Policy> {
    Policy::from_json(text).map_err(|error| {
        let place = (error.line(), error.column());
        policy_error(py, &error.to_string(), place, error.path())
    })
}

/// The exception about a keyword. The place in a JSON text that nobody wrote is
/// left out.
#[cold]
fn refused(py: Python<'_>, error: &Error, settings: &Bound<'_, PyDict>) -> PyErr {
    let told = error.to_string();
    let place = format!("line {}, column {}: ", error.line(), error.column());
    let sentence = told.strip_prefix(&place).unwrap_or(&told);
    let path = error.path();
    let keyword = path.split(['.', '[']).next().unwrap_or_default();
    match settings.get_item(keyword) {
        Ok(Some(given)) if !path.is_empty() && !is_right_type(keyword, &given) => {
            PyTypeError::new_err(sentence.to_owned())
        }
        _ => policy_error(py, sentence, (0, 0), path),
    }
}

fn policy_error(py: Python<'_>, text: &str, (line, column): (usize, usize), path: &str) -> PyErr {
    py.import("aftercall.errors")
        .and_then(|errors| {
            errors
                .getattr("PolicyError")?
                .call1((text, line, column, path))
        })
        .map_or_else(|error| error, PyErr::from_value)
}

/// Whether a setting can have values of this type; no setting is unknown to
/// everything.
fn is_right_type(setting: &str, given: &Bound<'_, PyAny>) -> bool {
    match setting {
        "preset" | "jitter" | "over_cap" | "retry_mutations" => {
            given.is_instance_of::<PyString>() || name_of(given).is_some()
        }
        "multiplier" => is_integer(given) || given.is_instance_of::<PyFloat>(),
        "deadline_ms" | "attempt_timeout_ms" => is_integer(given) || given.is_none(),
        "repeat_billed" => given.is_instance_of::<PyBool>(),
        "budget" => given.is_instance_of::<PyDict>() || given.is_instance_of::<PyBool>(),
        "overrides" => given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>(),
        name if name.starts_with("max_") || name.ends_with("_ms") => is_integer(given),
        _ => false,
    }
}

pub(crate) fn write_object(
    json: &mut String,
    path: &str,
    members: &Bound<'_, PyDict>,
    level: usize,
) -> PyResult<()> {
    json.push('{');
    for (index, (name, value)) in members.iter().enumerate() {
        let Ok(name) = name.cast::<PyString>() else {
            return Err(wrong_type(path, "names that are str", &name));
        };
        if index > 0 {
            json.push(',');
        }
        write_string(json, path, name)?;
        json.push(':');
        let name = name.to_str()?;
        let inner = match path {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        write_value(json, &inner, &value, level + 1)?;
    }
    json.push('}');
    Ok(())
}

fn write_value(
    json: &mut String,
    path: &str,
    value: &Bound<'_, PyAny>,
    level: usize,
) -> PyResult<()> {
    if level > MOST_LEVELS {
        return Err(PyValueError::new_err(format!(
            "{path}: expected no further levels of settings"
        )));
    }
    if value.is_none() {
        json.push_str("null");
    } else if let Ok(flag) = value.cast::<PyBool>() {
        json.push_str(if flag.is_true() { "true" } else { "false" });
    } else if let Ok(text) = value.cast::<PyString>() {
        write_string(json, path, text)?;
    } else if let Some(name) = name_of(value) {
        write_string(json, path, &name)?;
    } else if value.is_instance_of::<PyInt>() {
        write_integer(json, path, value)?;
    } else if let Ok(number) = value.cast::<PyFloat>() {
        if !number.value().is_finite() {
            return Err(no_json_number(path, &number.repr()?.to_string_lossy()));
        }
        json.push_str(&number.repr()?.to_string_lossy());
    } else if let Ok(members) = value.cast::<PyDict>() {
        write_object(json, path, members, level)?;
    } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        json.push('[');
        for (index, entry) in value.try_iter()?.enumerate() {
            if index > 0 {
                json.push(',');
            }
            write_value(json, &format!("{path}[{index}]"), &entry?, level + 1)?;
        }
        json.push(']');
    } else {
        return Err(wrong_type(path, "what JSON can say", value));
    }
    Ok(())
}

/// Python refuses to write integers of thousands of digits.
fn write_integer(json: &mut String, path: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let digits = value.call_method0(intern!(value.py(), "__repr__"));
    match digits {
        Ok(digits) => json.push_str(&digits.str()?.to_string_lossy()),
        Err(_) => return Err(no_json_number(path, "one of thousands of digits")),
    }
    Ok(())
}

/// The exception about a number that JSON cannot say: no setting can be it.
#[cold]
fn no_json_number(path: &str, found: &str) -> PyErr {
    let allowed = match path {
        "multiplier" => "a number from 1 to 10 with at most 16 decimals",
        _ => "an integer of signed 64 bits",
    };
    PyValueError::new_err(format!("{path}: expected {allowed}, found {found}"))
}

/// The name of a member of an enum, as data files spell it.
fn name_of<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, PyString>> {
    if value.is_exact_instance_of::<PyInt>() || !value.is_instance_of::<PyInt>() {
        return None;
    }
    value.getattr(intern!(value.py(), "_name_")).ok()?;
    value.str().ok()
}

fn write_string(json: &mut String, path: &str, text: &Bound<'_, PyString>) -> PyResult<()> {
    let Ok(text) = text.to_str() else {
        return Err(PyValueError::new_err(format!(
            "{path}: expected text, found a str with lone surrogates"
        )));
    };
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                json.push('\\');
                json.push(character);
            }
            '\0'..='\x1F' => {
                let _ = write!(json, "\\u{:04x}", u32::from(character));
            }
            _ => json.push(character),
        }
    }
    json.push('"');
    Ok(())
}
