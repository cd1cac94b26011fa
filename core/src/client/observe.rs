//! Seeing what a client does, and what it has: for logs, metrics and records.

use crate::retry::Observer;

use super::auth::TokenState;
use super::hold::HoldState;
use super::response::Attempted;

/// Sees every attempt, verdict and decision of a client's calls.
///
/// Attempts are told here, decisions as the retry engine's
/// [`Observer::on_decision`]; first the decision about an attempt, then the
/// attempt with it. Both are told in the thread that makes the call, which
/// waits for them.
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
