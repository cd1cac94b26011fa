//! What a reply means, as Python sees it. One long room: without its feature
//! `multiple-pymethods` pyo3 wants all methods of a class in one `impl`.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use aftercall::retry::Judged;
use aftercall::{
    Advice, Anomalies, Anomaly, Brought, Category, Effect, OperationKind, Outcome, Subject,
    TaskState, Text,
};
use pyo3::IntoPyObjectExt as _;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFrozenSet, PyMemoryView, PySlice};

use crate::boundary::Raising;
use crate::closed_set::{from_number, member};
use crate::decoding::decoded;
use crate::profile::{self, Known, Profile};
use crate::text::{TextAt, place};

/// A failure with a larger body does not keep it for the sake of its texts.
const KEPT_FAILURE: usize = 4096;

/// What a reply means. Made by judge() and judge_fault(); immutable.
///
/// A failure's data cannot be read: data() and data_bytes raise the exception
/// of its category. So the status field is checked first, by construction.
///
/// The repr shows nothing that the server wrote. The attributes message,
/// code_text, correlation_id and amount are exact, as received.
///
/// >>> import aftercall
/// >>> verdict = aftercall.judge(200, None, b'{"status":true,"error_code":0,"data":{"id":7}}')
/// >>> verdict
/// <Verdict success, http_status=200, code=0, rule='success'>
/// >>> verdict.data()
/// {'id': 7}
/// >>> match verdict:
/// ...     case aftercall.Verdict(category=aftercall.Category.SUCCESS):
/// ...         print("done")
/// done
#[pyclass(frozen, module = "aftercall")]
pub(crate) struct Verdict {
    /// What kind of failure it is.
    #[pyo3(get, name = "category")]
    category_member: Py<PyAny>,
    /// The API's code, if it is an integer of 64 bits.
    #[pyo3(get, name = "code")]
    code_number: Py<PyAny>,
    decided: Decided,
    rule: Rule,
    code_text: TextAt,
    message: TextAt,
    /// Where the data is in the body.
    data: Option<(usize, usize)>,
    /// The caller's own bytes, if something of them may be read later.
    body: Option<Py<PyBytes>>,
    /// Most verdicts have none.
    kept: Option<Box<KeptTexts>>,
    /// The profile that judged, if it is not the built-in one.
    profile: Option<Py<Profile>>,
}

/// Everything about a verdict that is a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Decided {
    outcome: Outcome,
    category: Category,
    advice: Advice,
    effect: Effect,
    alternative: Option<Category>,
    repeat: Option<OperationKind>,
    task: Option<TaskState>,
    anomalies: Anomalies,
    http_status: Option<i32>,
    code: Option<i64>,
    server_delay_ms: Option<u64>,
}

/// Texts that are not in a body, or in one that is not kept.
#[derive(Default)]
struct KeptTexts {
    code_text: Option<Box<str>>,
    message: Option<Box<str>>,
    correlation_id: Option<Box<str>>,
    amount: Option<Box<str>>,
    /// The correlation id as it may be shown, of a verdict that was pickled
    /// without its profile.
    clean_id: Option<Box<str>>,
}

impl KeptTexts {
    /// The texts of a verdict that are to be kept; most have none.
    #[inline]
    fn of(
        verdict: &aftercall::Verdict<'_>,
        code_text: TextAt,
        message: TextAt,
    ) -> Option<Box<Self>> {
        let code_text = verdict.code_text().filter(|_| code_text == TextAt::KEPT);
        let message = verdict.message().filter(|_| message == TextAt::KEPT);
        let texts = [
            code_text,
            message,
            verdict.correlation_id(),
            verdict.amount(),
        ];
        if texts.iter().all(Option::is_none) {
            return None;
        }
        let [code_text, message, correlation_id, amount] =
            texts.map(|text| text.map(|text| text.to_str().into()));
        Some(Box::new(Self {
            code_text,
            message,
            correlation_id,
            amount,
            clean_id: None,
        }))
    }
}

impl Verdict {
    /// Keeps a verdict of the core; `body` is what it was made from.
    #[inline]
    pub(crate) fn of<'py>(
        py: Python<'py>,
        verdict: &aftercall::Verdict<'_>,
        profile: Known<'_>,
        body: Option<(&Bound<'py, PyBytes>, &[u8])>,
    ) -> Raising<Bound<'py, Self>> {
        let bytes = body.map_or(&[][..], |(_, bytes)| bytes);
        let is_needed = verdict.data().is_some()
            || (bytes.len() <= KEPT_FAILURE
                && (verdict.code_text().is_some() || verdict.message().is_some()));
        let kept_body = if is_needed { bytes } else { &[] };
        let code_text = TextAt::inside(verdict.code_text(), kept_body);
        let message = TextAt::inside(verdict.message(), kept_body);
        let kept = Self {
            category_member: member(py, verdict.category())?,
            code_number: match verdict.code() {
                Some(code) => profile.codes.get(py, code),
                None => py.None(),
            },
            decided: Decided {
                outcome: verdict.outcome(),
                category: verdict.category(),
                advice: verdict.advice(),
                effect: verdict.effect(),
                alternative: verdict.alternative(),
                repeat: verdict.repeat(),
                task: verdict.task(),
                anomalies: verdict.anomalies(),
                http_status: verdict.http_status(),
                code: verdict.code(),
                server_delay_ms: verdict.server_delay_ms(),
            },
            rule: Rule::from(verdict.rule()),
            code_text,
            message,
            data: verdict.data().and_then(|data| place(data, bytes)),
            body: body
                .filter(|_| is_needed)
                .map(|(body, _)| body.clone().unbind()),
            kept: KeptTexts::of(verdict, code_text, message),
            profile: profile.own.map(|own| own.clone_ref(py)),
        };
        Ok(Bound::new(py, kept)?)
    }

    fn bytes<'v>(&'v self, py: Python<'v>) -> &'v [u8] {
        self.body
            .as_ref()
            .map_or(&[], |body| body.bind(py).as_bytes())
    }

    /// The data, if there is any to give out.
    fn data_slice<'v>(&'v self, py: Python<'v>) -> Option<&'v [u8]> {
        let (start, end) = self.data?;
        self.bytes(py).get(start..end)
    }

    fn is_same(&self, other: &Self, py: Python<'_>) -> bool {
        self.decided == other.decided
            && self.rule == other.rule
            && self.correlation_id() == other.correlation_id()
            && self.amount() == other.amount()
            && self.code_text(py) == other.code_text(py)
            && self.message(py) == other.message(py)
            && self.data_slice(py) == other.data_slice(py)
    }
}

#[pymethods]
impl Verdict {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
    ) = (
        "category", "code", "advice", "effect", "http_status", "rule",
    );

    /// Success or failure.
    #[getter]
    fn outcome(&self, py: Python<'_>) -> Raising<Py<PyAny>> {
        member(py, self.decided.outcome)
    }

    /// Whether the reply proves that the operation was carried out.
    #[getter]
    fn is_success(&self) -> bool {
        self.decided.outcome == Outcome::Success
    }

    /// Whether sending the same request again can help.
    #[getter]
    fn advice(&self, py: Python<'_>) -> Raising<Py<PyAny>> {
        member(py, self.decided.advice)
    }

    /// What may have happened on the server.
    #[getter]
    fn effect(&self, py: Python<'_>) -> Raising<Py<PyAny>> {
        member(py, self.decided.effect)
    }

    /// A second category, where the API's own documentation is ambiguous.
    #[getter]
    fn alternative(&self, py: Python<'_>) -> Raising<Option<Py<PyAny>>> {
        self.decided
            .alternative
            .map(|category| member(py, category))
            .transpose()
    }

    /// The kind of operation that the API says may be repeated after this
    /// failure, even where every repeat is charged.
    #[getter]
    fn repeat(&self, py: Python<'_>) -> Raising<Option<Py<PyAny>>> {
        self.decided.repeat.map(|kind| member(py, kind)).transpose()
    }

    /// How the task stands that a success tells of: a member of TaskState, None
    /// if it tells of none. Only a judge that was told the request knows tasks
    /// of the built-in profile.
    ///
    /// >>> import aftercall
    /// >>> body = b'{"status":true,"data":{"status":"RUNNING"}}'
    /// >>> aftercall.judge(200, None, body, request=("POST", "/ai/fto/report")).task
    /// <TaskState.PENDING: 1>
    #[getter]
    fn task(&self, py: Python<'_>) -> Raising<Option<Py<PyAny>>> {
        self.decided.task.map(|task| member(py, task)).transpose()
    }

    /// The code as received: the untrimmed string, or the JSON of anything else.
    #[getter]
    fn code_text<'v>(&'v self, py: Python<'v>) -> Option<Cow<'v, str>> {
        let kept = self
            .kept
            .as_ref()
            .and_then(|kept| kept.code_text.as_deref());
        self.code_text.read(self.bytes(py), kept)
    }

    /// The reply's HTTP status: 0 if it was not known, None after a transport
    /// fault.
    #[getter]
    fn http_status(&self) -> Option<i32> {
        self.decided.http_status
    }

    /// The server's own words: for developers, not for end users. They may hold
    /// anything, secrets included.
    #[getter]
    fn message<'v>(&'v self, py: Python<'v>) -> Option<Cow<'v, str>> {
        let kept = self.kept.as_ref().and_then(|kept| kept.message.as_deref());
        self.message.read(self.bytes(py), kept)
    }

    /// The id under which support finds this call, as received.
    #[getter]
    fn correlation_id(&self) -> Option<&str> {
        self.kept.as_ref()?.correlation_id.as_deref()
    }

    /// The amount charged, as received. None means unknown, not free.
    #[getter]
    fn amount(&self) -> Option<&str> {
        self.kept.as_ref()?.amount.as_deref()
    }

    /// How long the server asks to wait, in milliseconds.
    #[getter]
    fn server_delay_ms(&self) -> Option<u64> {
        self.decided.server_delay_ms
    }

    /// How long the server asks to wait, in seconds.
    #[getter]
    fn retry_after(&self) -> Option<f64> {
        // At most 2^53 - 1, so that a float has every millisecond.
        #[allow(clippy::cast_precision_loss, reason = "bounded by the core")]
        self.decided
            .server_delay_ms
            .map(|delay| delay as f64 / 1000.0)
    }

    /// What was odd about the reply.
    #[getter]
    fn anomalies<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyFrozenSet>> {
        let members = self
            .decided
            .anomalies
            .iter()
            .map(|anomaly| member(py, anomaly));
        PyFrozenSet::new(py, members.collect::<Raising<Vec<_>>>()?)
    }

    /// The id of the rule that decided, such as "code:67200005", "http:503" or
    /// "protocol:html". Ids are stable.
    #[getter]
    fn rule(&self) -> Cow<'_, str> {
        self.rule.text()
    }

    /// The data of a success, exactly as received: a memoryview of the caller's
    /// own bytes, None if there was none. A null is b"null".
    ///
    /// Raises the exception of the category on a failure.
    ///
    /// >>> import aftercall
    /// >>> verdict = aftercall.judge(200, None, b'{"status":true,"data":[1e2, 10]}')
    /// >>> bytes(verdict.data_bytes)
    /// b'[1e2, 10]'
    #[getter]
    fn data_bytes<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let verdict = Self::succeeded(slf)?;
        let (Some((start, end)), Some(body)) = (verdict.data, &verdict.body) else {
            return Ok(None);
        };
        let view = PyMemoryView::from(body.bind(slf.py()).as_any())?;
        // By its type: `PySlice::new` of pyo3 0.30 forgets the integers it makes.
        let range = slf.py().get_type::<PySlice>().call1((start, end))?;
        view.get_item(range).map(Some)
    }

    /// The data of a success, decoded from JSON; None if there was none.
    ///
    /// Integers keep every digit. orjson or msgspec is used where one is
    /// installed, else json. Whether data was absent or null, data_bytes tells.
    ///
    /// Raises the exception of the category on a failure, and ValueError for
    /// data that is not JSON, such as a download.
    ///
    /// >>> import aftercall
    /// >>> aftercall.judge(200, None, b'{"status":true,"data":18446744073709551616}').data()
    /// 18446744073709551616
    fn data<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let Some(data) = Self::data_bytes(slf)? else {
            return Ok(py.None().into_bound(py));
        };
        let bytes = slf.get().data_slice(py).unwrap_or_default();
        decoded(py, &data, bytes)
    }

    /// Return the verdict itself on success, raise the exception of its
    /// category on a failure.
    ///
    /// >>> import aftercall
    /// >>> aftercall.judge(404, None, b"").raise_for_failure()
    /// Traceback (most recent call last):
    ///     ...
    /// aftercall.NotFoundError: not_found: http_status=404, rule='http:404'
    fn raise_for_failure<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        Self::succeeded(slf)?;
        Ok(slf.clone())
    }

    /// The correlation id as it may be shown: scrubbed, as the profile that
    /// judged says, printable, and not long.
    #[getter(_clean_id)]
    fn clean_id(&self, py: Python<'_>) -> Option<String> {
        let kept = self.kept.as_ref()?;
        if let Some(clean_id) = &kept.clean_id {
            return Some(clean_id.to_string());
        }
        let id = kept.correlation_id.as_ref()?;
        Some(self.known_profile(py).core.clean_id(id))
    }

    /// The profile that judged, if it is not the built-in one.
    #[getter(_profile)]
    fn own_profile(&self, py: Python<'_>) -> Option<Py<Profile>> {
        self.profile.as_ref().map(|own| own.clone_ref(py))
    }

    fn __repr__(&self) -> String {
        let mut shown = format!("<Verdict {}", self.decided.outcome);
        if self.decided.outcome == Outcome::Failure {
            shown += &format!(
                " {}, advice={}, effect={}",
                self.decided.category, self.decided.advice, self.decided.effect
            );
        }
        if let Some(http_status) = self.decided.http_status {
            shown += &format!(", http_status={http_status}");
        }
        if let Some(code) = self.decided.code {
            shown += &format!(", code={code}");
        }
        shown += &format!(", rule='{}'", self.rule.text().escape_default());
        if let Some(delay) = self.retry_after() {
            shown += &format!(", retry_after={delay:?}");
        }
        shown + ">"
    }

    fn __eq__<'py>(&self, other: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
        let py = other.py();
        match other.cast::<Self>() {
            Ok(other) => PyBool::new(py, self.is_same(other.get(), py))
                .to_owned()
                .into_any(),
            Err(_) => py.NotImplemented().into_bound(py),
        }
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.decided, &self.rule, self.correlation_id()).hash(&mut hasher);
        hasher.finish()
    }

    fn __copy__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __deepcopy__<'py>(slf: Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        slf
    }

    /// What of a body is neither text of the verdict nor data is not pickled.
    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyDict>,))> {
        let py = slf.py();
        let verdict = slf.get();
        let decided = &verdict.decided;
        let state = PyDict::new(py);
        state.set_item("outcome", decided.outcome.number())?;
        state.set_item("category", decided.category.number())?;
        state.set_item("advice", decided.advice.number())?;
        state.set_item("effect", decided.effect.number())?;
        state.set_item("alternative", decided.alternative.map(Category::number))?;
        state.set_item("repeat", decided.repeat.map(OperationKind::number))?;
        state.set_item("task", decided.task.map(TaskState::number))?;
        let anomalies: Vec<i32> = decided.anomalies.iter().map(Anomaly::number).collect();
        state.set_item("anomalies", anomalies)?;
        state.set_item("http_status", decided.http_status)?;
        state.set_item("code", decided.code)?;
        state.set_item("server_delay_ms", decided.server_delay_ms)?;
        state.set_item("code_text", verdict.code_text(py))?;
        state.set_item("message", verdict.message(py))?;
        state.set_item("correlation_id", verdict.correlation_id())?;
        state.set_item("clean_id", verdict.clean_id(py))?;
        state.set_item("amount", verdict.amount())?;
        state.set_item("rule", verdict.rule.text())?;
        state.set_item(
            "data",
            verdict.data_slice(py).map(|data| PyBytes::new(py, data)),
        )?;
        let restore = py
            .import("aftercall._native")?
            .getattr("_restore_verdict")?;
        Ok((restore, (state,)))
    }
}

impl Verdict {
    /// The verdict, or the exception that its category has.
    fn succeeded<'v>(slf: &'v Bound<'_, Self>) -> PyResult<&'v Self> {
        let verdict = slf.get();
        if verdict.decided.outcome == Outcome::Success {
            return Ok(verdict);
        }
        Err(Self::error(slf)?)
    }

    /// The profile that judged, or the built-in one.
    pub(crate) fn known_profile<'v>(&'v self, py: Python<'v>) -> Known<'v> {
        profile::known(py, self.profile.as_ref())
    }

    /// The exception that a failure's category has.
    pub(crate) fn error(slf: &Bound<'_, Self>) -> PyResult<PyErr> {
        let py = slf.py();
        let error = py
            .import(intern!(py, "aftercall.errors"))?
            .call_method1(intern!(py, "error_of"), (slf,))?;
        Ok(PyErr::from_value(error))
    }

    /// Gives the words for people what they are about.
    pub(crate) fn with_subject<T>(&self, py: Python<'_>, say: impl FnOnce(Subject<'_>) -> T) -> T {
        let decided = &self.decided;
        let (code, message) = (self.code_text(py), self.message(py));
        let code = code.as_ref().map(|text| Text::verbatim(text.as_bytes()));
        let message = message.as_ref().map(|text| Text::verbatim(text.as_bytes()));
        let id = self.correlation_id().map(str::as_bytes).map(Text::verbatim);
        let rule = self.rule.text();
        let mut subject = Subject::from(decided.category).with_rule(&rule).with_texts(
            code.as_ref(),
            message.as_ref(),
            id.as_ref(),
        );
        if let Some(alternative) = decided.alternative {
            subject = subject.with_alternative(alternative);
        }
        if let Some(server_delay_ms) = decided.server_delay_ms {
            subject = subject.with_server_delay_ms(server_delay_ms);
        }
        if let Some(http_status) = decided.http_status {
            subject = subject.with_http_status(http_status);
        }
        say(subject)
    }

    /// Gives the retry engine what it looks at.
    #[inline]
    pub(crate) fn with_judged<T>(
        &self,
        py: Python<'_>,
        decide: impl FnOnce(&Judged<'_>) -> T,
    ) -> T {
        // Only a code that is a word is asked for by its text.
        let code_text = match self.decided.code {
            None => self.code_text(py),
            Some(_) => None,
        };
        let code_text = code_text
            .as_ref()
            .map(|text| Text::verbatim(text.as_bytes()));
        let decided = &self.decided;
        decide(&Judged {
            outcome: decided.outcome,
            category: decided.category,
            advice: decided.advice,
            effect: decided.effect,
            repeat: decided.repeat,
            http_status: decided.http_status,
            code: decided.code,
            code_text: code_text.as_ref(),
            server_delay_ms: decided.server_delay_ms,
        })
    }
}

impl Verdict {
    /// Gives a record what it keeps.
    pub(crate) fn with_brought<T>(&self, py: Python<'_>, note: impl FnOnce(Brought<'_>) -> T) -> T {
        let (code_text, message) = (self.code_text(py), self.message(py));
        let code_text = code_text.as_deref().map(verbatim);
        let message = message.as_deref().map(verbatim);
        let correlation_id = self.correlation_id().map(verbatim);
        let decided = &self.decided;
        note(Brought {
            outcome: decided.outcome,
            category: decided.category,
            alternative: decided.alternative,
            advice: decided.advice,
            effect: decided.effect,
            http_status: decided.http_status,
            code_text: code_text.as_ref(),
            message: message.as_ref(),
            correlation_id: correlation_id.as_ref(),
            rule: &self.rule.text(),
            server_delay_ms: decided.server_delay_ms,
        })
    }
}

fn verbatim(text: &str) -> Text<'_> {
    Text::verbatim(text.as_bytes())
}

/// Makes a verdict out of a pickle.
#[pyfunction(name = "_restore_verdict")]
pub(crate) fn restore_verdict(state: &Bound<'_, PyDict>) -> PyResult<Verdict> {
    let py = state.py();
    let field = |name: &str| state.as_any().get_item(name);
    let number = |name: &str| field(name)?.extract::<i32>();
    let optional = |name: &str| field(name)?.extract::<Option<i32>>();
    let text = |name: &str| {
        let text = field(name)?.extract::<Option<String>>()?;
        PyResult::Ok(text.map(String::into_boxed_str))
    };
    let anomalies: Vec<i32> = field("anomalies")?.extract()?;
    let data: Option<Bound<'_, PyBytes>> = field("data")?.extract()?;
    let decided = Decided {
        outcome: from_number(number("outcome")?)?,
        category: from_number(number("category")?)?,
        advice: from_number(number("advice")?)?,
        effect: from_number(number("effect")?)?,
        alternative: optional("alternative")?.map(from_number).transpose()?,
        repeat: optional("repeat")?.map(from_number).transpose()?,
        task: optional("task")?.map(from_number).transpose()?,
        anomalies: anomalies
            .into_iter()
            .map(from_number::<Anomaly>)
            .collect::<PyResult<_>>()?,
        http_status: optional("http_status")?,
        code: field("code")?.extract()?,
        server_delay_ms: field("server_delay_ms")?.extract()?,
    };
    let kept = KeptTexts {
        code_text: text("code_text")?,
        message: text("message")?,
        correlation_id: text("correlation_id")?,
        amount: text("amount")?,
        clean_id: text("clean_id")?,
    };
    let at = |text: &Option<Box<str>>| text.as_ref().map_or(TextAt::ABSENT, |_| TextAt::KEPT);
    Ok(Verdict {
        category_member: member(py, decided.category)?,
        code_number: decided.code.into_py_any(py)?,
        decided,
        rule: Rule::from(&*text("rule")?.unwrap_or_default()),
        code_text: at(&kept.code_text),
        message: at(&kept.message),
        data: data.as_ref().map(|data| (0, data.as_bytes().len())),
        body: data.map(Bound::unbind),
        kept: Some(Box::new(kept)),
        profile: None,
    })
}

/// The id of a rule: nearly always short, and then it needs no memory of its own.
///
/// In words, because what is copied byte by byte and then moved as a whole makes
/// the processor wait.
#[derive(PartialEq, Eq, Hash)]
enum Rule {
    Short { length: u8, words: [u64; 3] },
    Long(Box<str>),
}

impl Rule {
    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Short { length, words } => {
                let bytes = words.map(u64::to_le_bytes);
                let bytes = bytes.as_flattened().get(..usize::from(*length));
                Cow::Owned(String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned())
            }
            Self::Long(rule) => Cow::Borrowed(rule),
        }
    }
}

impl From<&str> for Rule {
    #[inline(always)]
    fn from(rule: &str) -> Self {
        let mut words = [0; 3];
        let mut rest = rule.as_bytes();
        for word in &mut words {
            let Some((eight, behind)) = rest.split_first_chunk() else {
                *word = last_word(rule.as_bytes(), rest);
                rest = &[];
                break;
            };
            *word = u64::from_le_bytes(*eight);
            rest = behind;
        }
        match u8::try_from(rule.len()) {
            Ok(length) if rest.is_empty() => Self::Short { length, words },
            _ => Self::Long(rule.into()),
        }
    }
}

/// The rest of a text, less than eight bytes, as a word.
#[inline(always)]
fn last_word(text: &[u8], rest: &[u8]) -> u64 {
    match text.last_chunk() {
        // Read back from the end, so that it is one step.
        Some(eight) if !rest.is_empty() => u64::from_le_bytes(*eight) >> (64 - 8 * rest.len()),
        _ => rest
            .iter()
            .rfold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}
