//! The closed sets as Python's enums.
//!
//! The classes are made in `aftercall/enums.py` from the tables that
//! [`closed_sets`] hands out; here their members are kept by number, so that
//! reading a verdict's category makes no object.

use aftercall::retry::{
    Action, DelaySource, GateState, Jitter, OverCap, Preset, Reason, RetryMutations,
};
use aftercall::{
    Advice, Anomaly, Category, Effect, Expect, Fault, OperationKind, Outcome, Remedy, Role,
    TaskState,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyType};

use crate::argument::wrong_type;
use crate::boundary::Raising;

/// A closed set of the core.
pub(crate) trait ClosedSet: Copy + 'static {
    /// The name of the set, which is the name of the enum.
    const SET: &'static str;
    const ALL: &'static [Self];

    fn number(self) -> i32;
    fn name(self) -> &'static str;
    fn from_number(number: i32) -> Option<Self>;
    fn from_name(name: &str) -> Option<Self>;
    fn members() -> &'static PyOnceLock<Members>;
}

/// The enum of a set and its members, by their numbers.
pub(crate) struct Members {
    class: Py<PyType>,
    by_number: Vec<Option<Py<PyAny>>>,
}

macro_rules! closed_sets {
    ($($set:ident),+) => {
        $(
            impl ClosedSet for $set {
                const SET: &'static str = stringify!($set);
                const ALL: &'static [Self] = $set::ALL;

                fn number(self) -> i32 {
                    $set::number(self)
                }

                fn name(self) -> &'static str {
                    $set::name(self)
                }

                fn from_number(number: i32) -> Option<Self> {
                    $set::from_number(number)
                }

                fn from_name(name: &str) -> Option<Self> {
                    $set::from_name(name)
                }

                fn members() -> &'static PyOnceLock<Members> {
                    static MEMBERS: PyOnceLock<Members> = PyOnceLock::new();
                    &MEMBERS
                }
            }
        )+

        /// The names and numbers of every closed set, as the core has them.
        #[pyfunction(name = "_closed_sets")]
        pub(crate) fn closed_sets(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
            let sets = PyDict::new(py);
            $(sets.set_item($set::SET, table::<$set>())?;)+
            Ok(sets)
        }
    };
}

closed_sets!(
    Outcome, Category, Advice, Effect, OperationKind, TaskState, Fault, Anomaly, Expect, Action,
    Reason, DelaySource, GateState, Jitter, OverCap, RetryMutations, Preset, Role, Remedy
);

/// What a category is elsewhere: gRPC code, HTTP status, RFC 9457 type.
#[pyfunction(name = "_category_mapping")]
pub(crate) fn category_mapping(number: i32) -> PyResult<(i32, u16, &'static str)> {
    let category = Category::from_number(number)
        .ok_or_else(|| PyValueError::new_err(format!("number: there is no category {number}")))?;
    Ok((
        category.grpc_code(),
        category.suggested_http_status(),
        category.problem_type(),
    ))
}

/// The member of Python's enum.
#[inline]
pub(crate) fn member<S: ClosedSet>(py: Python<'_>, of: S) -> Raising<Py<PyAny>> {
    let members = match S::members().get(py) {
        Some(members) => members,
        None => members::<S>(py)?,
    };
    let index = usize::try_from(of.number()).unwrap_or(usize::MAX);
    match members.by_number.get(index) {
        Some(Some(member)) => Ok(member.clone_ref(py)),
        _ => Ok(members.class.call1(py, (of.number(),))?),
    }
}

/// Reads an argument that is a member or a member's name.
pub(crate) fn argument<S: ClosedSet>(argument: &str, given: &Bound<'_, PyAny>) -> PyResult<S> {
    let py = given.py();
    let found = if let Ok(name) = given.cast::<PyString>() {
        S::from_name(name.to_str().unwrap_or_default())
    } else if given.is_instance(members::<S>(py)?.class.bind(py))? {
        S::from_number(given.extract()?)
    } else {
        let allowed = format!("a member of {} or its name", S::SET);
        return Err(wrong_type(argument, &allowed, given));
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = S::ALL.iter().map(|&member| member.name()).collect();
        let allowed = names.join(", ");
        // The repr of a str, so that what was meant is seen with its quotes.
        match given.repr() {
            Ok(repr) => PyValueError::new_err(format!(
                "{argument}: expected one of {allowed}; found {}",
                shortened(&repr.to_string_lossy())
            )),
            Err(error) => error,
        }
    })
}

/// Reads a number out of a pickle.
pub(crate) fn from_number<S: ClosedSet>(number: i32) -> PyResult<S> {
    S::from_number(number).ok_or_else(|| {
        PyValueError::new_err(format!(
            "{number} is no {} that this version of aftercall knows",
            S::SET
        ))
    })
}

fn table<S: ClosedSet>() -> Vec<(String, i32)> {
    S::ALL
        .iter()
        .map(|&member| (member.name().to_ascii_uppercase(), member.number()))
        .collect()
}

fn members<S: ClosedSet>(py: Python<'_>) -> PyResult<&'static Members> {
    S::members().get_or_try_init(py, || {
        let class = py
            .import("aftercall.enums")?
            .getattr(S::SET)?
            .cast_into::<PyType>()
            .map_err(|_| PyTypeError::new_err("aftercall.enums was changed"))?;
        let mut by_number = Vec::new();
        for &member in S::ALL {
            let index = usize::try_from(member.number()).unwrap_or_default();
            while by_number.len() <= index {
                by_number.push(None);
            }
            if let Some(place) = by_number.get_mut(index) {
                *place = Some(class.call1((member.number(),))?.unbind());
            }
        }
        Ok(Members {
            class: class.unbind(),
            by_number,
        })
    })
}

/// A caller's word, for a message: bounded.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
