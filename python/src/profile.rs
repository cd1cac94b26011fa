//! Profiles, and how a wrong document is reported.

use std::sync::Arc;

use aftercall::Error;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyTuple};

use crate::argument::{self, wrong_type};
use crate::boundary::{Raising, guarded};
use crate::closed_set::member;
use crate::code_numbers::CodeNumbers;
use crate::words::rendered;

/// How one API speaks: the names of its fields, its codes, its tables.
///
/// Immutable; any number of threads may judge with one profile.
///
/// >>> import aftercall
/// >>> aftercall.Profile.built_in("eureka")
/// <Profile 'eureka'>
/// >>> mine = aftercall.Profile.from_json('''{
/// ...     "aftercall_profile": 1, "name": "mine",
/// ...     "codes": [{"code": 7, "category": "balance", "advice": "never", "effect": "rejected"}]
/// ... }''')
/// >>> aftercall.judge(200, None, '{"status": false, "code": 7}', profile=mine).category
/// <Category.BALANCE: 5>
#[pyclass(frozen, weakref, module = "aftercall")]
pub(crate) struct Profile {
    is: Is,
    codes: CodeNumbers,
}

/// A profile of the core, and what all its verdicts share in Python.
#[derive(Clone, Copy)]
pub(crate) struct Known<'p> {
    pub(crate) core: &'p aftercall::Profile,
    pub(crate) codes: &'p CodeNumbers,
    /// The object of one that is not built in.
    pub(crate) own: Option<&'p Py<Profile>>,
}

enum Is {
    BuiltIn(&'static aftercall::Profile),
    /// The text is kept for pickling.
    Own {
        profile: Arc<aftercall::Profile>,
        text: Box<str>,
    },
}

impl Profile {
    fn new(py: Python<'_>, is: Is) -> Self {
        let codes = CodeNumbers::of(py, is.core());
        Self { is, codes }
    }

    pub(crate) fn core(&self) -> &aftercall::Profile {
        self.is.core()
    }

    /// A profile that is no built-in one, to be kept by others too.
    pub(crate) fn own(&self) -> Option<Arc<aftercall::Profile>> {
        match &self.is {
            Is::BuiltIn(_) => None,
            Is::Own { profile, .. } => Some(Arc::clone(profile)),
        }
    }
}

impl<'p> Known<'p> {
    fn of(profile: &'p Py<Profile>) -> Self {
        let known = profile.get();
        Self {
            core: known.core(),
            codes: &known.codes,
            own: matches!(known.is, Is::Own { .. }).then_some(profile),
        }
    }
}

impl Is {
    fn core(&self) -> &aftercall::Profile {
        match self {
            Self::BuiltIn(profile) => profile,
            Self::Own { profile, .. } => profile,
        }
    }
}

#[pymethods]
impl Profile {
    /// The built-in profile of that name.
    ///
    /// >>> import aftercall
    /// >>> aftercall.Profile.built_in().title
    /// 'Eureka Open Platform REST API'
    #[staticmethod]
    #[pyo3(signature = (name="eureka"))]
    fn built_in(py: Python<'_>, name: &str) -> PyResult<Self> {
        guarded(py, || {
            let profile = aftercall::Profile::built_in(name);
            let is = profile.map(Is::BuiltIn).ok_or_else(|| {
                PyValueError::new_err(format!("name: expected eureka; found {name:?}"))
            })?;
            Ok(Self::new(py, is))
        })
    }

    /// Read a profile from JSON text, str or bytes.
    ///
    /// Raises ProfileError, a ValueError with line, column and path, for the
    /// first thing that is wrong.
    ///
    /// >>> import aftercall
    /// >>> aftercall.Profile.from_json('{"aftercall_profile": 1, "nmae": "x"}')
    /// Traceback (most recent call last):
    ///     ...
    /// aftercall.ProfileError: line 1, column 26: nmae: unknown field "nmae", did you mean "name"?
    #[staticmethod]
    #[pyo3(signature = (text, /))]
    fn from_json(py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
        guarded(py, || {
            let text = argument::text("text", text)?;
            let text = text.to_str()?;
            let profile =
                aftercall::Profile::from_json(text).map_err(|error| document_error(py, &error))?;
            let is = Is::Own {
                profile: Arc::new(profile),
                text: text.into(),
            };
            Ok(Self::new(py, is))
        })
    }

    /// Read a profile from a file; a wrong one raises as from_json() does.
    #[staticmethod]
    #[pyo3(signature = (path, /))]
    fn from_file(py: Python<'_>, path: std::path::PathBuf) -> PyResult<Self> {
        let bytes = std::fs::read(path)?;
        let bytes = pyo3::types::PyBytes::new(py, &bytes);
        Self::from_json(py, bytes.as_any())
    }

    /// The profile's name.
    #[getter]
    fn name(&self) -> &str {
        self.core().name()
    }

    /// The version of the profile's data.
    #[getter]
    fn version(&self) -> &str {
        self.core().version()
    }

    /// The API's name, for people.
    #[getter]
    fn title(&self) -> &str {
        self.core().title()
    }

    /// The hosts that the API is served from; "*.example.com" stands for all
    /// below one.
    #[getter]
    fn hosts(&self) -> Vec<&str> {
        self.core().hosts().collect()
    }

    /// Whether the API is served from that host, which may have a port.
    ///
    /// >>> import aftercall
    /// >>> aftercall.Profile.built_in().is_for_host("connect.patsnap.com")
    /// True
    fn is_for_host(&self, host: &str) -> bool {
        self.core().is_for_host(host)
    }

    /// The kind of the operation behind a method and a path, and what its reply
    /// is: a query if the method is GET, HEAD or OPTIONS, else a mutation, with
    /// an envelope, unless the profile knows better.
    ///
    /// >>> import aftercall
    /// >>> aftercall.Profile.built_in().operation("GET", "/patent-alert/create")
    /// (<OperationKind.MUTATION: 0>, <Expect.ENVELOPE: 0>)
    fn operation(
        &self,
        py: Python<'_>,
        method: &str,
        path: &str,
    ) -> Raising<(Py<PyAny>, Py<PyAny>)> {
        let hint = self.core().operation(method, path);
        Ok((member(py, hint.kind())?, member(py, hint.expect())?))
    }

    /// The text without what looks like a secret, as redact() has it, and
    /// without what this API calls its secrets.
    ///
    /// >>> import aftercall
    /// >>> shop = aftercall.Profile.from_json(
    /// ...     '{"aftercall_profile": 1, "name": "shop", "redaction": {"names": ["pin"]}}')
    /// >>> shop.redact("/orders?pin=4711&page=2")
    /// '/orders?pin=REDACTED&page=2'
    #[pyo3(signature = (text, /))]
    fn redact<'py>(&self, text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
        rendered(text, |text| self.core().redact(text))
    }

    fn __repr__(&self) -> String {
        format!("<Profile '{}'>", self.name().escape_default())
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let py = slf.py();
        let (constructor, argument) = match &slf.get().is {
            Is::BuiltIn(profile) => ("built_in", profile.name()),
            Is::Own { text, .. } => ("from_json", &**text),
        };
        let constructor = slf.get_type().getattr(constructor)?;
        Ok((constructor, PyTuple::new(py, [argument])?))
    }

    fn __copy__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __deepcopy__<'py>(slf: Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        slf
    }
}

/// The profile to judge with.
#[inline]
pub(crate) fn argument<'g>(
    py: Python<'g>,
    given: Option<&'g Bound<'_, PyAny>>,
) -> Raising<Known<'g>> {
    match given.map(|given| (given, given.cast::<Profile>())) {
        None => Ok(built_in(py)),
        Some((_, Ok(profile))) => Ok(Known::of(profile.as_unbound())),
        Some((given, Err(_))) => Err(wrong_type("profile", "a Profile or None", given).into()),
    }
}

/// A profile that was accepted, or the built-in one.
#[inline]
pub(crate) fn known<'p>(py: Python<'p>, accepted: Option<&'p Py<Profile>>) -> Known<'p> {
    accepted.map_or_else(|| built_in(py), Known::of)
}

#[inline]
fn built_in(py: Python<'_>) -> Known<'_> {
    static BUILT_IN: PyOnceLock<(&aftercall::Profile, CodeNumbers)> = PyOnceLock::new();
    let (core, codes) = BUILT_IN.get_or_init(py, || {
        let core = aftercall::Profile::eureka();
        (core, CodeNumbers::of(py, core))
    });
    Known {
        core,
        codes,
        own: None,
    }
}

/// The exception for a document that is wrong.
#[cold]
pub(crate) fn document_error(py: Python<'_>, error: &Error) -> PyErr {
    let class = if error.is_profile() {
        "ProfileError"
    } else {
        "DocumentError"
    };
    let arguments = (
        error.to_string(),
        error.line(),
        error.column(),
        error.path(),
    );
    py.import("aftercall.errors")
        .and_then(|errors| errors.getattr(class)?.call1(arguments))
        .map_or_else(|error| error, PyErr::from_value)
}

/// What is to be said about a profile's text: severity, lint, line, column, path
/// and message of each finding.
#[pyfunction(name = "_check_profile")]
#[pyo3(signature = (text, /))]
pub(crate) fn check_profile(py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Vec<Found>> {
    guarded(py, || {
        let text = argument::text("text", text)?;
        let findings = aftercall::Profile::check(text.to_str()?);
        Ok(findings.iter().map(found).collect())
    })
}

type Found = (&'static str, &'static str, usize, usize, String, String);

fn found(finding: &aftercall::Finding) -> Found {
    (
        finding.severity().name(),
        finding.lint(),
        finding.line(),
        finding.column(),
        finding.path().to_owned(),
        finding.message().to_owned(),
    )
}
