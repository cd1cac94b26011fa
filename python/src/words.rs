//! Messages for people, and the scrubber.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use aftercall::{Category, MessageOptions, Remedy, Role, Subject};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString, PyTuple};

use crate::argument::{self, wrong_type};
use crate::boundary::guarded;
use crate::closed_set::{self, from_number, member};
use crate::profile;
use crate::verdict::Verdict;

/// A failure, or a success, in words for people. Made by message(); immutable.
///
/// Neither a code nor the server's own words are in title and text. str() is
/// both in one line.
///
/// >>> import aftercall
/// >>> verdict = aftercall.judge(200, None, b'{"status":false,"error_code":67200005}')
/// >>> words = aftercall.message(verdict)
/// >>> words
/// <Message 'Out of credit', action=contact_admin, language='en'>
/// >>> words.text
/// 'The account has no credit left, so the request was not carried out. Ask your administrator to top up the account.'
#[pyclass(frozen, module = "aftercall")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Message {
    title: Box<str>,
    text: Box<str>,
    action: Option<Remedy>,
    language: Box<str>,
    detail: Option<Box<str>>,
}

#[pymethods]
impl Message {
    #[classattr]
    fn __match_args__() -> (
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
    ) {
        ("title", "text", "action", "language", "detail")
    }

    /// A few words without a full stop: for a window's title or a heading.
    #[getter]
    fn title(&self) -> &str {
        &self.title
    }

    /// What happened, and what to do: one or two sentences in one line.
    #[getter]
    fn text(&self) -> &str {
        &self.text
    }

    /// What the person can do, a member of Remedy; None if there is nothing to
    /// be done.
    #[getter]
    fn action(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        Ok(self.action.map(|action| member(py, action)).transpose()?)
    }

    /// The language of title and text, as a BCP 47 tag such as "zh-Hant".
    #[getter]
    fn language(&self) -> &str {
        &self.language
    }

    /// One line of English for developers, with the code, the HTTP status, the
    /// correlation id and the server's own words, scrubbed; None unless it was
    /// asked for.
    #[getter]
    fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    fn __str__(&self) -> String {
        format!("{}: {}", self.title, self.text)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let title = PyString::new(py, &self.title).repr()?;
        let action = self.action.map_or("None", Remedy::name);
        Ok(format!(
            "<Message {title}, action={action}, language='{}'>",
            self.language
        ))
    }

    fn __eq__<'py>(&self, other: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
        let py = other.py();
        match other.cast::<Self>() {
            Ok(other) => PyBool::new(py, self == other.get()).to_owned().into_any(),
            Err(_) => py.NotImplemented().into_bound(py),
        }
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    fn __copy__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __deepcopy__<'py>(slf: Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        slf
    }

    #[allow(clippy::type_complexity, reason = "the state, as Python keeps it")]
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(
        Bound<'py, PyAny>,
        (&str, &str, Option<i32>, &str, Option<&str>),
    )> {
        let restore = py
            .import("aftercall._native")?
            .getattr("_restore_message")?;
        let state = (
            &*self.title,
            &*self.text,
            self.action.map(Remedy::number),
            &*self.language,
            self.detail.as_deref(),
        );
        Ok((restore, state))
    }
}

/// Makes a message out of a pickle.
#[pyfunction(name = "_restore_message")]
pub(crate) fn restore_message(
    title: String,
    text: String,
    action: Option<i32>,
    language: String,
    detail: Option<String>,
) -> PyResult<Message> {
    Ok(Message {
        title: title.into(),
        text: text.into(),
        action: action.map(from_number).transpose()?,
        language: language.into(),
        detail: detail.map(String::into_boxed_str),
    })
}

/// Say in words for people what a reply means and what to do.
///
/// *about* is a verdict, or a member of Category or its name; *profile* the one
/// that has the words, the verdict's own unless another is given. *language* is a BCP 47 tag, a list of them, the header
/// Accept-Language, or a POSIX locale such as "zh_CN.UTF-8": the first language
/// that there are texts for is taken, else English. *role* is a member of Role
/// or its name: "user" has an administrator, "owner" is one.
///
/// *retry_delay_ms* is when the next try makes sense, as a decision says; without
/// it the delay that the server named is used. With *now*, an aware datetime or
/// seconds since 1970, a time that is an hour or more away is named as the
/// person's clock will show it: in the datetime's own zone, or
/// *utc_offset_minutes* east of Greenwich. *detail* adds a line for developers.
///
/// >>> import aftercall
/// >>> aftercall.message("rate_limit", language="de-AT", retry_delay_ms=90_000).text
/// 'Die Anfragen kommen schneller, als der Dienst sie annimmt. Versuchen Sie es in etwa 2 Minuten erneut und machen Sie dann langsamer weiter.'
/// >>> aftercall.message("balance", language="zh-HK", role="owner").action
/// <Remedy.TOP_UP: 6>
#[pyfunction]
#[pyo3(
    signature = (
        about, *, language="", role=None, retry_delay_ms=None, now=None,
        utc_offset_minutes=None, detail=false, profile=None
    ),
    text_signature = "(about, *, language='', role='user', retry_delay_ms=None, now=None, utc_offset_minutes=None, detail=False, profile=None)"
)]
#[expect(clippy::too_many_arguments, reason = "each is a word in Python")]
pub(crate) fn message(
    py: Python<'_>,
    about: &Bound<'_, PyAny>,
    language: &str,
    role: Option<&Bound<'_, PyAny>>,
    retry_delay_ms: Option<&Bound<'_, PyAny>>,
    now: Option<&Bound<'_, PyAny>>,
    utc_offset_minutes: Option<i32>,
    detail: bool,
    profile: Option<&Bound<'_, PyAny>>,
) -> PyResult<Message> {
    guarded(py, || {
        let verdict = about.cast::<Verdict>().ok();
        let profile = match (profile, verdict) {
            (None, Some(verdict)) => verdict.get().known_profile(py),
            (given, _) => profile::argument(py, given)?,
        };
        let mut options = MessageOptions::new(language);
        if let Some(role) = role {
            options = options.with_role(closed_set::argument::<Role>("role", role)?);
        }
        if let Some(given) = retry_delay_ms.filter(|given| !given.is_none()) {
            options = options.with_retry_delay_ms(delay(given)?);
        }
        if let Some(given) = now {
            let offset = match utc_offset_minutes {
                Some(offset) => offset,
                None => own_offset(given)?,
            };
            if offset.unsigned_abs() > 1080 {
                let sentence =
                    format!("utc_offset_minutes: expected -1080 to 1080; found {offset}");
                return Err(PyValueError::new_err(sentence));
            }
            if let Some(now) = argument::now(given)? {
                options = options.with_clock(now, offset);
            }
        }
        if detail {
            options = options.with_detail();
        }
        let say = |subject: Subject<'_>| said(&aftercall::message(profile.core, subject, &options));
        if let Some(verdict) = verdict {
            return Ok(verdict.get().with_subject(py, say));
        }
        let category = closed_set::argument::<Category>("about", about).map_err(|error| {
            if error.is_instance_of::<PyTypeError>(py) {
                wrong_type(
                    "about",
                    "a Verdict, a member of Category or its name",
                    about,
                )
            } else {
                error
            }
        })?;
        Ok(say(Subject::from(category)))
    })
}

fn said(message: &aftercall::Message<'_>) -> Message {
    Message {
        title: message.title().into(),
        text: message.text().into(),
        action: message.action(),
        language: message.language().into(),
        detail: message.detail().map(Into::into),
    }
}

fn delay(given: &Bound<'_, PyAny>) -> PyResult<u64> {
    if !argument::is_integer(given) {
        return Err(wrong_type(
            "retry_delay_ms", "an integer of milliseconds", given,
        ));
    }
    given.extract().map_err(|_| {
        PyValueError::new_err("retry_delay_ms: expected 0 or more milliseconds, of 64 bits")
    })
}

/// The offset that an aware datetime has itself.
fn own_offset(now: &Bound<'_, PyAny>) -> PyResult<i32> {
    let py = now.py();
    let Ok(utc_offset) = now.getattr(intern!(py, "utcoffset")) else {
        return Ok(0);
    };
    let offset = utc_offset.call0()?;
    if offset.is_none() {
        return Ok(0);
    }
    let seconds: f64 = offset
        .call_method0(intern!(py, "total_seconds"))?
        .extract()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a datetime's offset is less than a day"
    )]
    Ok((seconds / 60.0) as i32)
}

/// The language, of those with texts, that fits best what somebody asks for.
///
/// *preferences* is a BCP 47 tag, a list of them, the header Accept-Language
/// with its weights, or a POSIX locale. Nothing is an error; English if none
/// fits.
///
/// >>> import aftercall
/// >>> aftercall.negotiate_language("zh_TW.UTF-8")
/// 'zh-Hant'
/// >>> aftercall.negotiate_language("nl, fr;q=0.5, es;q=0.8")
/// 'es'
#[pyfunction]
#[pyo3(signature = (preferences, /))]
pub(crate) fn negotiate_language(py: Python<'_>, preferences: &str) -> PyResult<&'static str> {
    guarded(py, || Ok(aftercall::negotiate_language(preferences)))
}

/// The text without what looks like a secret, which becomes REDACTED.
///
/// Values of names such as apikey, token or password in URLs, forms, JSON and
/// headers; bearer tokens; keys such as sk-...; user:password@; signatures of
/// URLs; also percent-encoded and escaped. Takes time in proportion to the text.
///
/// >>> import aftercall
/// >>> aftercall.redact("https://me:pw@host/?apikey=5f3c&page=2")
/// 'https://REDACTED:REDACTED@host/?apikey=REDACTED&page=2'
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn redact<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    rendered(text, aftercall::redact)
}

/// The text so that it stays in one line of a log or a terminal.
///
/// Line breaks become a space; other control characters, marks of writing
/// direction and characters that cannot be seen become U+FFFD. Redact first.
///
/// >>> import aftercall
/// >>> aftercall.one_line("busy\r\nERROR forged")
/// 'busy ERROR forged'
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn one_line<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    rendered(text, aftercall::one_line)
}

/// The same object if nothing had to be replaced. A lone surrogate, which no
/// UTF-8 has, becomes U+FFFD.
pub(crate) fn rendered<'py>(
    text: &Bound<'py, PyString>,
    render: impl Fn(&str) -> Cow<'_, str>,
) -> PyResult<Bound<'py, PyString>> {
    let py = text.py();
    guarded(py, || {
        let given = text.to_string_lossy();
        let is_exact = matches!(given, Cow::Borrowed(_)) && text.to_str().is_ok();
        match render(&given) {
            Cow::Borrowed(_) if is_exact => Ok(text.clone()),
            rendered => Ok(PyString::new(py, &rendered)),
        }
    })
}

/// Adds what this file has to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add(
        "LANGUAGES",
        PyTuple::new(module.py(), aftercall::LANGUAGES)?,
    )?;
    module.add_class::<Message>()?;
    module.add_function(wrap_pyfunction!(message, module)?)?;
    module.add_function(wrap_pyfunction!(negotiate_language, module)?)?;
    module.add_function(wrap_pyfunction!(one_line, module)?)?;
    module.add_function(wrap_pyfunction!(redact, module)?)?;
    module.add_function(wrap_pyfunction!(restore_message, module)?)?;
    Ok(())
}
