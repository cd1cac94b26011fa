//! Seeing what a client does, and what it has: for logs, metrics and records.

use crate::json::write::ObjectWriter;
use crate::retry::Observer;

use super::attempted::Attempted;
use super::auth::TokenState;
use super::hold::HoldState;
use super::response::Failure;

/// Sees every attempt, verdict and decision of a client's calls.
///
/// Attempts are told here, decisions as the retry engine's
/// [`Observer::on_decision`]; first the decision about an attempt, then the
/// attempt with it. All are told in the thread that makes the call, which
/// waits for them. They may use the client; but a call that they make while a
/// fetch of a token fails waits for that fetch, until its own deadline.
///
/// ```
/// use aftercall::client::{Attempted, CallObserver};
/// use aftercall::retry::{Observed, Observer};
///
/// struct Log;
///
/// impl Observer for Log {
///     fn on_decision(&self, observed: &Observed<'_>) {
///         println!("attempt {}: {}", observed.attempt, observed.decision.explanation());
///     }
/// }
///
/// impl CallObserver for Log {
///     fn on_attempt(&self, attempt: &Attempted) {
///         println!("{} {}: {}", attempt.method(), attempt.path(), attempt.verdict().rule());
///     }
/// }
/// ```
pub trait CallObserver: Observer + Send + Sync {
    /// An attempt has ended and was decided about.
    fn on_attempt(&self, attempt: &Attempted) {
        let _ = attempt;
    }

    /// A call has stopped between two attempts or before its first: it was held
    /// or cancelled, out of time or without a token. The decision was told
    /// before; one about an attempt comes with the attempt.
    fn on_stop(&self, failure: &Failure) {
        let _ = failure;
    }
}

/// What a client has at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// Calls that are under way.
    pub calls_under_way: u64,
    /// Calls that have ended, by any way.
    pub calls_ended: u64,
    /// Attempts sent, those for tokens included.
    pub attempts: u64,
    /// Tokens in the retry budget, and how many there can be; `None` without a
    /// budget.
    pub budget: Option<(u32, u32)>,
    /// The hold that stops calls, if there is one.
    pub hold: Option<HoldState>,
    /// The access tokens; `None` without client credentials.
    pub token: Option<TokenState>,
}

impl Snapshot {
    /// The same as a JSON object, with these names; what is not there is `null`.
    ///
    /// ```
    /// use aftercall::client::Client;
    ///
    /// let client = Client::builder("https://api.example.com").build()?;
    /// assert_eq!(
    ///     client.snapshot().to_json(),
    ///     r#"{"calls_under_way":0,"calls_ended":0,"attempts":0,"budget":{"tokens":500,"capacity":500},"hold":null,"token":null}"#,
    /// );
    /// # Ok::<(), aftercall::Error>(())
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut object = ObjectWriter::new();
        object.number("calls_under_way", self.calls_under_way);
        object.number("calls_ended", self.calls_ended);
        object.number("attempts", self.attempts);
        object.json("budget", &or_null(self.budget, budget_json));
        object.json("hold", &or_null(self.hold.as_ref(), hold_json));
        object.json("token", &or_null(self.token.as_ref(), token_json));
        object.finish()
    }
}

fn or_null<T>(value: Option<T>, json: fn(T) -> String) -> String {
    value.map_or_else(|| "null".to_owned(), json)
}

fn budget_json((tokens, capacity): (u32, u32)) -> String {
    let mut object = ObjectWriter::new();
    object.number("tokens", tokens);
    object.number("capacity", capacity);
    object.finish()
}

fn hold_json(hold: &HoldState) -> String {
    let mut object = ObjectWriter::new();
    object.string("category", hold.category.name());
    object.string("rule", &hold.rule);
    object.number("remaining_ms", hold.remaining_ms);
    object.boolean("is_probing", hold.is_probing);
    object.finish()
}

fn token_json(token: &TokenState) -> String {
    let mut object = ObjectWriter::new();
    object.number("refreshes", token.refreshes);
    object.number("failures", token.failures);
    object.optional_number("expires_in_ms", token.expires_in_ms);
    object.boolean("is_fetching", token.is_fetching);
    object.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Category;

    #[test]
    fn a_snapshot_is_written_with_its_own_names() {
        let snapshot = Snapshot {
            calls_under_way: 1,
            calls_ended: 2,
            attempts: 3,
            budget: None,
            hold: Some(HoldState {
                category: Category::Quota,
                rule: "code:67200002".to_owned(),
                remaining_ms: 9,
                is_probing: false,
            }),
            token: Some(TokenState {
                refreshes: 4,
                failures: 5,
                expires_in_ms: None,
                is_fetching: true,
            }),
        };
        assert_eq!(
            snapshot.to_json(),
            r#"{"calls_under_way":1,"calls_ended":2,"attempts":3,"budget":null,"hold":{"category":"quota","rule":"code:67200002","remaining_ms":9,"is_probing":false},"token":{"refreshes":4,"failures":5,"expires_in_ms":null,"is_fetching":true}}"#
        );
    }
}
