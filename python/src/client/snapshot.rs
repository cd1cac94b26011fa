//! What a client has at one moment, for metrics.

use pyo3::prelude::*;

use crate::closed_set::member;

/// What a client has at one moment. Made by Client.snapshot().
#[pyclass(frozen, get_all, module = "aftercall")]
pub(crate) struct Snapshot {
    /// Calls that are under way.
    calls_under_way: u64,
    /// Calls that have ended, by any way.
    calls_ended: u64,
    /// Attempts sent, those for tokens included.
    attempts: u64,
    /// Tokens in the retry budget; None without a budget.
    budget_tokens: Option<u32>,
    /// How many there can be; None without a budget.
    budget_capacity: Option<u32>,
    /// The hold that stops calls; None if nothing is held.
    hold: Option<Py<HoldState>>,
    /// The access tokens; None without client credentials.
    token: Option<Py<TokenState>>,
}

/// What stops every call of a credential.
#[pyclass(frozen, get_all, module = "aftercall")]
pub(crate) struct HoldState {
    /// What the calls that are stopped would fail of.
    category: Py<PyAny>,
    /// The rule that judged the failure behind it.
    rule: String,
    /// In how many milliseconds it is over; 0 once a probe may go out.
    remaining_ms: u64,
    /// Whether a probe is under way.
    is_probing: bool,
}

/// Counts and times of access tokens.
#[pyclass(frozen, get_all, module = "aftercall")]
pub(crate) struct TokenState {
    /// How many tokens were got so far.
    refreshes: u64,
    /// How many fetches got none.
    failures: u64,
    /// In how many milliseconds the present one ends, if that is known.
    expires_in_ms: Option<u64>,
    /// Whether one is being fetched.
    is_fetching: bool,
}

impl Snapshot {
    pub(super) fn of(py: Python<'_>, of: &aftercall::client::Snapshot) -> PyResult<Self> {
        let hold = of.hold.as_ref().map(|hold| {
            let state = HoldState {
                category: member(py, hold.category)?,
                rule: hold.rule.clone(),
                remaining_ms: hold.remaining_ms,
                is_probing: hold.is_probing,
            };
            Py::new(py, state)
        });
        let token = of.token.as_ref().map(|token| {
            let state = TokenState {
                refreshes: token.refreshes,
                failures: token.failures,
                expires_in_ms: token.expires_in_ms,
                is_fetching: token.is_fetching,
            };
            Py::new(py, state)
        });
        Ok(Self {
            calls_under_way: of.calls_under_way,
            calls_ended: of.calls_ended,
            attempts: of.attempts,
            budget_tokens: of.budget.map(|(tokens, _)| tokens),
            budget_capacity: of.budget.map(|(_, capacity)| capacity),
            hold: hold.transpose()?,
            token: token.transpose()?,
        })
    }
}

#[pymethods]
impl Snapshot {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let shown = |part: Option<&Bound<'_, PyAny>>| match part {
            Some(part) => PyResult::Ok(part.repr()?.to_string_lossy().into_owned()),
            None => Ok("None".to_owned()),
        };
        let hold = self.hold.as_ref().map(|hold| hold.bind(py).as_any());
        let token = self.token.as_ref().map(|token| token.bind(py).as_any());
        Ok(format!(
            "<Snapshot calls_under_way={}, calls_ended={}, attempts={}, budget_tokens={}, hold={}, token={}>",
            self.calls_under_way,
            self.calls_ended,
            self.attempts,
            self.budget_tokens
                .map_or_else(|| "None".to_owned(), |tokens| tokens.to_string()),
            shown(hold)?,
            shown(token)?,
        ))
    }
}

#[pymethods]
impl HoldState {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "<HoldState {}, rule='{}', remaining_ms={}>",
            self.category.bind(py).str()?.to_string_lossy(),
            self.rule.escape_default(),
            self.remaining_ms
        ))
    }
}

#[pymethods]
impl TokenState {
    fn __repr__(&self) -> String {
        let expires_in_ms = self
            .expires_in_ms
            .map_or_else(|| "None".to_owned(), |left| left.to_string());
        format!(
            "<TokenState refreshes={}, failures={}, expires_in_ms={expires_in_ms}>",
            self.refreshes, self.failures
        )
    }
}
