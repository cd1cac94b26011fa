//! Arguments from Python: what is accepted, and the sentence about what is not.
//!
//! Every sentence names the argument, what is allowed, and what was found; of
//! the thing found only its type, because a body or a header may be a secret.

use core::ops::RangeInclusive;

use aftercall::UnixTime;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyFloat, PyInt, PyMemoryView, PyString};

use crate::boundary::{Raised, Raising};

/// An argument that may be left out, where `None` says something else.
pub(crate) enum Given<'py> {
    Missing,
    Is(Bound<'py, PyAny>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Given<'py> {
    type Error = std::convert::Infallible;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Self::Error> {
        Ok(Self::Is(object.to_owned()))
    }
}

/// The `TypeError` about one argument.
#[cold]
pub(crate) fn wrong_type(argument: &str, allowed: &str, found: &Bound<'_, PyAny>) -> PyErr {
    let found = found
        .get_type()
        .qualname()
        .map_or_else(|_| "something else".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{argument}: expected {allowed}; found {found}"))
}

/// Whether the object is an integer; `True` is none.
pub(crate) fn is_integer(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyInt>() && !object.is_instance_of::<PyBool>()
}

/// A `str` as UTF-8. The exception about one that has none would hold all of it.
pub(crate) fn utf8<'a>(argument: &str, given: &'a Bound<'_, PyString>) -> PyResult<&'a str> {
    given.to_str().map_err(|_| {
        PyValueError::new_err(format!(
            "{argument}: expected text, found a str with lone surrogates"
        ))
    })
}

/// An integer in a range; both its ends are in it.
pub(crate) fn integer(
    argument: &str,
    given: &Bound<'_, PyAny>,
    allowed: RangeInclusive<u64>,
) -> PyResult<u64> {
    if !is_integer(given) {
        return Err(wrong_type(argument, "an integer", given));
    }
    let (least, most) = (allowed.start(), allowed.end());
    match given.extract::<u64>() {
        Ok(number) if allowed.contains(&number) => Ok(number),
        _ => {
            let found = given.str()?;
            let found = found.to_string_lossy();
            let range = match *most {
                u64::MAX => format!("from {least}"),
                _ => format!("from {least} to {most}"),
            };
            Err(PyValueError::new_err(format!(
                "{argument}: expected an integer {range}, found {found}"
            )))
        }
    }
}

/// An HTTP status: any integer of 32 bits, because what comes out of a log is
/// judged and not refused.
#[inline]
pub(crate) fn http_status(given: &Bound<'_, PyAny>) -> Raising<i32> {
    match given.extract() {
        Ok(http_status) if !given.is_exact_instance_of::<PyBool>() => Ok(http_status),
        Ok(_) => Err(wrong_status(given, None)),
        Err(error) => Err(wrong_status(given, Some(&error))),
    }
}

#[cold]
fn wrong_status(given: &Bound<'_, PyAny>, error: Option<&PyErr>) -> Raised {
    let is_too_large = |error: &PyErr| error.is_instance_of::<PyOverflowError>(given.py());
    if error.is_some_and(is_too_large) {
        let sentence = "http_status: expected an integer of 32 bits; found a larger one";
        return PyValueError::new_err(sentence).into();
    }
    let allowed = "an integer, 0 if the status is not known";
    wrong_type("http_status", allowed, given).into()
}

/// A body as bytes: the caller's own, or a `copy` of what can change or has
/// another form.
#[inline]
pub(crate) fn body<'b, 'py>(
    given: &'b Bound<'py, PyAny>,
    copy: &'b mut Option<Bound<'py, PyBytes>>,
) -> Raising<&'b Bound<'py, PyBytes>> {
    match given.cast::<PyBytes>() {
        Ok(bytes) => Ok(bytes),
        Err(_) => Ok(copy.insert(copied_body(given)?)),
    }
}

#[cold]
fn copied_body<'py>(given: &Bound<'py, PyAny>) -> Raising<Bound<'py, PyBytes>> {
    let py = given.py();
    if let Ok(text) = given.cast::<PyString>() {
        return match text.to_str() {
            Ok(text) => Ok(PyBytes::new(py, text.as_bytes())),
            Err(_) => Err(PyValueError::new_err(
                "body: this str has lone surrogates and so no UTF-8 form; give the bytes that were received",
            ).into()),
        };
    }
    if given.is_instance_of::<PyByteArray>() || given.is_instance_of::<PyMemoryView>() {
        let copy = py.get_type::<PyBytes>().call1((given,))?;
        return Ok(copy.cast_into().map_err(PyErr::from)?);
    }
    let allowed = "bytes, bytearray, memoryview or str";
    Err(wrong_type("body", allowed, given).into())
}

/// Method and path of a request.
pub(crate) type Request = (String, String);

/// A request: a pair of method and path.
#[cold]
pub(crate) fn request(given: &Bound<'_, PyAny>) -> PyResult<Request> {
    given
        .extract()
        .map_err(|_| wrong_type("request", "a pair of method and path", given))
}

/// A document's text: `str`, or UTF-8 in bytes.
pub(crate) fn text<'py>(
    argument: &str,
    given: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyString>> {
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(text.clone());
    }
    let Ok(bytes) = given.cast::<PyBytes>() else {
        return Err(wrong_type(argument, "str or bytes", given));
    };
    match core::str::from_utf8(bytes.as_bytes()) {
        Ok(text) => Ok(PyString::new(given.py(), text)),
        Err(error) => Err(PyValueError::new_err(format!(
            "{argument}: expected UTF-8; found another byte at offset {}",
            error.valid_up_to()
        ))),
    }
}

/// The wall clock, or None where there is no clock.
pub(crate) fn now(given: &Bound<'_, PyAny>) -> PyResult<Option<UnixTime>> {
    if given.is_none() {
        return Ok(None);
    }
    wall_clock("now", given).map(Some)
}

/// A wall clock: seconds since 1970, or a datetime that knows its time zone.
pub(crate) fn wall_clock(argument: &str, given: &Bound<'_, PyAny>) -> PyResult<UnixTime> {
    let py = given.py();
    if is_integer(given) {
        return match given.extract() {
            Ok(seconds) => Ok(UnixTime::from_secs(seconds)),
            Err(_) => Err(out_of_range(argument)),
        };
    }
    if let Ok(seconds) = given.cast::<PyFloat>() {
        return milliseconds(argument, seconds.value());
    }
    // A datetime, by what it can do: `datetime` itself need not be imported.
    let offset = given.getattr_opt(intern!(py, "utcoffset"))?;
    let timestamp = given.getattr_opt(intern!(py, "timestamp"))?;
    let (Some(offset), Some(timestamp)) = (offset, timestamp) else {
        let allowed = "seconds since 1970 as int or float, a datetime with a time zone, or None";
        return Err(wrong_type(argument, allowed, given));
    };
    if offset.call0()?.is_none() {
        return Err(PyValueError::new_err(format!(
            "{argument}: expected a datetime with a time zone, such as datetime.now(UTC); found one without"
        )));
    }
    milliseconds(argument, timestamp.call0()?.extract()?)
}

/// Rounded to milliseconds: 0.1 is no binary fraction, and 100 ms is meant.
fn milliseconds(argument: &str, seconds: f64) -> PyResult<UnixTime> {
    let milliseconds = (seconds * 1000.0).round();
    // 2^53: beyond it a float does not know its milliseconds.
    if milliseconds.is_nan() || milliseconds.abs() > 9_007_199_254_740_992.0 {
        return Err(out_of_range(argument));
    }
    #[allow(clippy::cast_possible_truncation, reason = "checked above")]
    Ok(UnixTime::from_millis(milliseconds as i64))
}

fn out_of_range(argument: &str) -> PyErr {
    PyValueError::new_err(format!(
        "{argument}: expected seconds since 1970; found a number that is no such time"
    ))
}
