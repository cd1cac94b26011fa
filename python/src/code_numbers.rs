//! The codes of a profile as Python's integers, made once: the code of a verdict
//! is nearly always one of them.

use pyo3::prelude::*;
use pyo3::types::PyInt;

/// The integers of a profile's codes.
pub(crate) struct CodeNumbers {
    /// A power of two of slots, at most half of them taken; a code stands in the
    /// first free one from its own.
    slots: Box<[Option<Known>]>,
}

/// A code, and the same as an integer of Python.
type Known = (i64, Py<PyAny>);

impl CodeNumbers {
    pub(crate) fn of(py: Python<'_>, profile: &aftercall::Profile) -> Self {
        let mut codes: Vec<i64> = profile
            .codes()
            .filter_map(|rule| rule.code_text().parse().ok())
            .collect();
        codes.sort_unstable();
        codes.dedup();
        let slots = (2 * codes.len()).next_power_of_two().max(2);
        let mut numbers = Self {
            slots: (0..slots).map(|_| None).collect(),
        };
        for code in codes {
            let slot = numbers.slot_of(code);
            if let Some(free @ None) = numbers.slots.get_mut(slot) {
                *free = Some((code, new(py, code)));
            }
        }
        numbers
    }

    /// The code as an integer of Python.
    #[inline]
    pub(crate) fn get(&self, py: Python<'_>, code: i64) -> Py<PyAny> {
        match self.slots.get(self.slot_of(code)) {
            Some(Some((_, number))) => number.clone_ref(py),
            _ => new(py, code),
        }
    }

    /// Where the code stands, or would.
    #[inline]
    fn slot_of(&self, code: i64) -> usize {
        let last = self.slots.len() - 1;
        // Fibonacci hashing; codes of one platform differ in their lowest digits.
        let product = code.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut slot = usize::try_from(product >> 32).unwrap_or_default() & last;
        while let Some(Some((other, _))) = self.slots.get(slot) {
            if *other == code {
                break;
            }
            slot = (slot + 1) & last;
        }
        slot
    }
}

fn new(py: Python<'_>, code: i64) -> Py<PyAny> {
    PyInt::new(py, code).into_any().unbind()
}
