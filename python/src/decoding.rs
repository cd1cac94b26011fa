//! From a reply's data to Python objects: here is said which decoder may have it.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// From as many digits on a number can be an integer beyond 64 bits, which not
/// every decoder keeps.
const LONG_NUMBER: usize = 19;

/// The objects that `bytes` stand for, which Python sees as `data`.
pub(crate) fn decoded<'py>(
    py: Python<'py>,
    data: &Bound<'py, PyAny>,
    bytes: &[u8],
) -> PyResult<Bound<'py, PyAny>> {
    static DECODE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static DECODE_EXACTLY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let (decoder, name) = if has_long_number(bytes) {
        (&DECODE_EXACTLY, "decode_exactly")
    } else {
        (&DECODE, "decode")
    };
    decoder
        .import(py, "aftercall._decoding", name)?
        .call1((data,))
}

/// Whether as many digits follow each other. Those of a fraction or in a string
/// only cost the faster way.
fn has_long_number(bytes: &[u8]) -> bool {
    // One digit of so many stands at a multiple of their number: no other byte
    // has to be looked at.
    let mut at = LONG_NUMBER - 1;
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii_digit() {
            let (before, behind) = bytes.split_at(at);
            let is_digit = |byte: &&u8| byte.is_ascii_digit();
            let digits = before.iter().rev().take_while(is_digit).count()
                + behind.iter().take_while(is_digit).count();
            if digits >= LONG_NUMBER {
                return true;
            }
        }
        at += LONG_NUMBER;
    }
    false
}
