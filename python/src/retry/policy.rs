//! What a caller wants of retries.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use aftercall::Advice;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyTuple};

use super::budget::Budget;
use super::call::Call;
use super::options::{Options, Said};
use super::retrier::Retrier;
use super::run::{self, Terms};
use super::settings;
use crate::argument::{self, Given};
use crate::boundary::{Raising, guarded};
use crate::closed_set::member;

/// How often, how long and at what price failed attempts are repeated.
///
/// Immutable, and checked as a whole; any number of threads may use one. All
/// times are milliseconds.
///
/// ========================  ===============  =====================================
/// setting                   default          allowed
/// ========================  ===============  =====================================
/// max_attempts              4                1 to 100, the first send included
/// base_delay_ms             500              0 to 3,600,000, at most max_delay_ms
/// throttle_base_delay_ms    1000             the same
/// max_delay_ms              20,000           0 to 86,400,000
/// multiplier                2                1 to 10, with at most 16 decimals
/// jitter                    "equal"          none, full, equal, decorrelated
/// max_server_delay_ms       120,000          0 to 86,400,000
/// over_cap                  "give_up"        give_up, clamp
/// deadline_ms               None             from 1
/// attempt_timeout_ms        None             from 1
/// retry_mutations           "rejected_only"  never, rejected_only, always
/// repeat_billed             True             True, False
/// budget                    500, 14, 5       a dict of capacity, cost, throttle_cost; or False
/// overrides                 none             dicts of category, code, http_status, advice
/// ========================  ===============  =====================================
///
/// *preset* ("standard", "cost_averse", "none") fills what is left out. Words may
/// be members of their enums. A wrong value raises PolicyError, a ValueError, or
/// TypeError, and names the setting.
///
/// A policy makes calls: call(), call_async(), attempts(), or as a decorator. What
/// they need to know of an operation is said by using(); without a word it is a
/// mutation, which is repeated only after failures that prove that nothing was
/// done.
///
/// All calls of one policy share its budget, shared_budget.
///
/// >>> import aftercall
/// >>> policy = aftercall.Policy(max_attempts=3, jitter="full", deadline_ms=30_000)
/// >>> policy
/// Policy(max_attempts=3, jitter='full', deadline_ms=30000)
/// >>> policy.call(str.upper, "done")
/// 'DONE'
/// >>> aftercall.Policy(max_attempts=0)
/// Traceback (most recent call last):
///     ...
/// aftercall.PolicyError: max_attempts: expected an integer from 1 to 100, found 0
#[pyclass(frozen, weakref, module = "aftercall")]
pub(crate) struct Policy {
    policy: aftercall::retry::Policy,
    options: Options,
}

impl Policy {
    fn of(py: Python<'_>, policy: aftercall::retry::Policy) -> PyResult<Self> {
        let budget = policy
            .budget_capacity()
            .map(|capacity| Py::new(py, Budget::full(capacity)))
            .transpose()?;
        Ok(Self {
            policy,
            options: Options::with_budget(budget),
        })
    }

    pub(crate) fn core(&self) -> &aftercall::retry::Policy {
        &self.policy
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// A setting that has no getter in the core, from its JSON.
    fn read_back<'py>(&self, py: Python<'py>, setting: &str) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?
            .call_method1("loads", (self.policy.to_json(),))?
            .get_item(setting)
    }
}

#[pymethods]
impl Policy {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(
            py,
            [
                "preset", "max_attempts", "base_delay_ms", "throttle_base_delay_ms",
                "max_delay_ms", "multiplier", "jitter", "max_server_delay_ms", "over_cap",
                "deadline_ms", "attempt_timeout_ms", "retry_mutations", "repeat_billed", "budget",
                "overrides",
            ],
        )
    }

    #[new]
    #[pyo3(
        signature = (**settings),
        text_signature = "(*, preset='standard', max_attempts=4, base_delay_ms=500, throttle_base_delay_ms=1000, max_delay_ms=20000, multiplier=2, jitter='equal', max_server_delay_ms=120000, over_cap='give_up', deadline_ms=None, attempt_timeout_ms=None, retry_mutations='rejected_only', repeat_billed=True, budget=..., overrides=())"
    )]
    fn new(py: Python<'_>, settings: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        guarded(py, || Self::of(py, settings::policy(py, settings)?))
    }

    /// Read a policy from JSON text, str or bytes: an object with the settings.
    ///
    /// Raises PolicyError, a ValueError with line, column and path, for the
    /// first thing that is wrong; unknown and repeated settings are wrong too.
    ///
    /// >>> import aftercall
    /// >>> aftercall.Policy.from_json('{"max_attempts": 3, "jitter": "none"}')
    /// Policy(max_attempts=3, jitter='none')
    #[staticmethod]
    #[pyo3(signature = (text, /))]
    fn from_json(py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
        guarded(py, || {
            let text = argument::text("text", text)?;
            Self::of(py, settings::policy_of_json(py, text.to_str()?)?)
        })
    }

    /// The policy as JSON, every setting written out.
    fn to_json(&self) -> String {
        self.policy.to_json()
    }

    /// The preset that filled what was left out.
    #[getter]
    fn preset(&self, py: Python<'_>) -> Raising<Py<PyAny>> {
        member(py, self.policy.preset())
    }

    /// How many attempts a call may make, the first included.
    #[getter]
    fn max_attempts(&self) -> u32 {
        self.policy.max_attempts()
    }

    /// The first backoff after a transient failure.
    #[getter]
    fn base_delay_ms(&self) -> u32 {
        self.policy.base_delay_ms()
    }

    /// The first backoff after being told to slow down.
    #[getter]
    fn throttle_base_delay_ms(&self) -> u32 {
        self.policy.throttle_base_delay_ms()
    }

    /// The longest backoff.
    #[getter]
    fn max_delay_ms(&self) -> u32 {
        self.policy.max_delay_ms()
    }

    /// How much longer each backoff is than the one before.
    #[getter]
    fn multiplier(&self) -> f64 {
        self.policy.multiplier()
    }

    /// How chance spreads the waits.
    #[getter]
    fn jitter(&self, py: Python<'_>) -> Raising<Py<PyAny>> {
        member(py, self.policy.jitter())
    }

    /// The longest wait that a server may ask for.
    #[getter]
    fn max_server_delay_ms(&self) -> u32 {
        self.policy.max_server_delay_ms()
    }

    /// What happens if it asks for more.
    #[getter]
    fn over_cap(&self, py: Python<'_>) -> Raising<Py<PyAny>> {
        member(py, self.policy.over_cap())
    }

    /// How long a call may take in all, waits included.
    #[getter]
    fn deadline_ms(&self) -> Option<u64> {
        self.policy.deadline_ms()
    }

    /// How long one attempt may take.
    #[getter]
    fn attempt_timeout_ms(&self) -> Option<u64> {
        self.policy.attempt_timeout_ms()
    }

    /// Which mutations may be repeated.
    #[getter]
    fn retry_mutations(&self, py: Python<'_>) -> Raising<Py<PyAny>> {
        member(py, self.policy.retry_mutations())
    }

    /// Whether an attempt that may have been charged for is repeated.
    #[getter]
    fn repeat_billed(&self) -> bool {
        self.policy.repeat_billed()
    }

    /// What a budget holds and what repeats cost: a dict of capacity, cost and
    /// throttle_cost; False if repeats are not limited by one.
    #[getter]
    fn budget<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Some(capacity) = self.policy.budget_capacity() else {
            return Ok(PyBool::new(py, false).to_owned().into_any());
        };
        let budget = PyDict::new(py);
        budget.set_item("capacity", capacity)?;
        budget.set_item("cost", self.policy.cost_of(Advice::Backoff))?;
        budget.set_item("throttle_cost", self.policy.cost_of(Advice::Throttle))?;
        Ok(budget.into_any())
    }

    /// The exceptions to the advice of verdicts, in their order.
    #[getter]
    fn overrides<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let overrides = self.read_back(py, "overrides")?;
        PyTuple::new(py, overrides.try_iter()?.collect::<PyResult<Vec<_>>>()?)
    }

    /// The budget that all calls of this policy share unless they are given
    /// another; None if repeats are not limited by one.
    #[getter]
    fn shared_budget(&self, py: Python<'_>) -> Option<Py<Budget>> {
        self.options
            .budget
            .as_ref()
            .map(|budget| budget.clone_ref(py))
    }

    /// Say more about the operations that are called, and get an object with
    /// call(), call_async(), attempts() and the decorator.
    ///
    /// *kind* is what an operation does: "mutation", "query" or "auth". *expect*
    /// is what its replies should be, "envelope" or "raw", *profile* how they
    /// are read. *idempotency_key* is the key that every attempt carries, or
    /// True; only that there is one counts. *budget* is a Budget to share
    /// instead of the policy's own, or None to have none. *refresh* gets a new
    /// token; it is called without arguments, at most once in a call, and
    /// raises if there is none. *observer* is called with an Observed for every
    /// decision.
    ///
    /// *sleep* takes seconds, time.sleep() or asyncio.sleep() without it;
    /// *clock* returns seconds and must not jump, as time.monotonic(). *seed*
    /// (0 to 2**64-1) makes the jitter of every call the same, *unit_random*
    /// (0 to 1) every draw: for tests.
    ///
    /// >>> import aftercall
    /// >>> queries = aftercall.Policy(max_attempts=3).using(kind="query")
    /// >>> queries.call(str.upper, "done")
    /// 'DONE'
    #[pyo3(
        signature = (
            *, kind=Given::Missing, expect=Given::Missing, profile=Given::Missing,
            idempotency_key=Given::Missing, budget=Given::Missing, refresh=Given::Missing,
            observer=Given::Missing, sleep=Given::Missing, clock=Given::Missing, seed=Given::Missing,
            unit_random=Given::Missing,
        ),
        text_signature = "($self, *, kind='mutation', expect='envelope', profile=None, idempotency_key=None, budget=..., refresh=None, observer=None, sleep=None, clock=None, seed=None, unit_random=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "all of them are named")]
    fn using<'py>(
        slf: Bound<'py, Self>,
        kind: Given<'py>,
        expect: Given<'py>,
        profile: Given<'py>,
        idempotency_key: Given<'py>,
        budget: Given<'py>,
        refresh: Given<'py>,
        observer: Given<'py>,
        sleep: Given<'py>,
        clock: Given<'py>,
        seed: Given<'py>,
        unit_random: Given<'py>,
    ) -> PyResult<Retrier> {
        let py = slf.py();
        let said = Said {
            kind,
            expect,
            profile,
            idempotency_key,
            budget,
            refresh,
            observer,
            sleep,
            clock,
            seed,
            unit_random,
        };
        let options = slf.get().options.and(py, &said)?;
        Ok(Retrier::new(slf.unbind(), options))
    }

    /// Begin a call whose attempts you send, and whose waits you sleep,
    /// yourself.
    ///
    /// Times are milliseconds of any monotonic clock; the call starts at
    /// *now_ms*. *can_refresh* says that a new token can be got during the
    /// call; the other arguments are those of using().
    ///
    /// >>> import aftercall
    /// >>> call = aftercall.Policy(jitter="none").new_call(kind="query")
    /// >>> call.before_attempt(0)
    /// Attempt(1, timeout_ms=None)
    /// >>> call.on_reply(aftercall.judge(503, None, b""), 40)
    /// <Decision retry after 500 ms (backoff)>
    #[pyo3(
        signature = (
            *, kind=Given::Missing, can_refresh=false, idempotency_key=Given::Missing,
            budget=Given::Missing, seed=Given::Missing, unit_random=Given::Missing,
            observer=Given::Missing, now_ms=None,
        ),
        text_signature = "($self, *, kind='mutation', can_refresh=False, idempotency_key=None, budget=..., seed=None, unit_random=None, observer=None, now_ms=0)"
    )]
    #[allow(clippy::too_many_arguments, reason = "all of them are named")]
    fn new_call<'py>(
        slf: Bound<'py, Self>,
        kind: Given<'py>,
        can_refresh: bool,
        idempotency_key: Given<'py>,
        budget: Given<'py>,
        seed: Given<'py>,
        unit_random: Given<'py>,
        observer: Given<'py>,
        now_ms: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Call> {
        let py = slf.py();
        let said = Said {
            kind,
            idempotency_key,
            budget,
            seed,
            unit_random,
            observer,
            ..Said::default()
        };
        let options = slf.get().options.and(py, &said)?;
        Call::begin(slf.unbind(), options, can_refresh, now_ms)
    }

    /// Call *function* with these arguments, again and again, until it succeeds
    /// or the call must stop.
    ///
    /// What it returns or raises is judged. A success returns the function's own
    /// value. When the call stops, the last exception is raised as it was, or
    /// that of the last verdict's category; it has the attempts as `attempts`,
    /// and a note that says how many there were, how long they took and why no
    /// other follows. An exception that says nothing about a reply passes
    /// through.
    ///
    /// >>> import aftercall
    /// >>> replies = [503, 200]
    /// >>> def ask():
    /// ...     return aftercall.judge(replies.pop(0), None, b'{"status":true,"data":[1]}')
    /// >>> query = aftercall.Policy().using(kind="query", sleep=lambda seconds: None)
    /// >>> query.call(ask).data()
    /// [1]
    #[pyo3(signature = (function, /, *arguments, **keywords))]
    fn call<'py>(
        &self,
        py: Python<'py>,
        function: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyTuple>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let terms = Terms {
            policy: &self.policy,
            options: &self.options,
        };
        guarded(py, || run::call(terms, function, arguments, keywords))
    }

    /// The same for a coroutine function, to be awaited.
    ///
    /// What must be awaited to be read, such as a response of aiohttp, is
    /// awaited. An attempt that takes longer than it may is cancelled, which
    /// counts as a timeout while reading. A cancelled task stops at once, and a
    /// wait that it was in is paid back.
    #[pyo3(signature = (function, /, *arguments, **keywords))]
    fn call_async<'py>(
        slf: Bound<'py, Self>,
        function: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyTuple>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Retrier::call_async(Retrier::plain(slf)?, function, arguments, keywords)
    }

    /// The attempts of one call, for a loop.
    ///
    /// >>> import aftercall
    /// >>> replies = [503, 200]
    /// >>> query = aftercall.Policy().using(kind="query", sleep=lambda seconds: None)
    /// >>> for attempt in query.attempts():
    /// ...     with attempt:
    /// ...         verdict = attempt.judge(replies.pop(0), None, b'{"status":true}')
    /// >>> attempt.number, verdict.is_success
    /// (2, True)
    fn attempts(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyAny>> {
        Retrier::attempts(Retrier::plain(slf)?)
    }

    /// Make a function, or a coroutine function, that retries.
    ///
    /// >>> import aftercall
    /// >>> @aftercall.Policy(max_attempts=3)
    /// ... def greet(name):
    /// ...     return f"hello {name}"
    /// >>> greet("you")
    /// 'hello you'
    #[pyo3(signature = (function, /))]
    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        function: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        super::retrier::decorated(slf.as_any(), function)
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py()
            .import("aftercall.retry")?
            .call_method1("shown", (slf,))
    }

    fn __eq__<'py>(&self, other: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
        let py = other.py();
        match other.cast::<Self>() {
            Ok(other) => PyBool::new(py, self.policy == other.get().policy)
                .to_owned()
                .into_any(),
            Err(_) => py.NotImplemented().into_bound(py),
        }
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.policy.to_json().hash(&mut hasher);
        hasher.finish()
    }

    fn __copy__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __deepcopy__<'py>(slf: Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        slf
    }

    /// What comes out of a pickle has a budget of its own, which is full.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let constructor = slf.get_type().getattr("from_json")?;
        Ok((constructor, (slf.get().to_json(),)))
    }
}
