//! Seeing every decision: for logs, metrics and records.

use crate::Verdict;

use super::Decision;

/// Sees every decision of the calls it was given to.
///
/// It is told in the thread that decides, after the decision is made, and
/// cannot change it.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// use aftercall::retry::{Call, Observed, Observer, Operation, Policy};
/// use aftercall::{OperationKind, Profile, Reply, judge};
///
/// #[derive(Default)]
/// struct Stops(AtomicU32);
///
/// impl Observer for Stops {
///     fn on_decision(&self, observed: &Observed<'_>) {
///         if observed.decision.is_stop() {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
///
/// let (policy, stops) = (Policy::default(), Stops::default());
/// let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0).observed_by(&stops);
/// call.before_attempt(0)?;
/// let verdict = judge(Profile::eureka(), &Reply::new(404, ""), None);
/// let _ = call.on_reply(&verdict, 40)?;
/// assert_eq!(stops.0.load(Ordering::Relaxed), 1);
/// # Ok::<(), aftercall::Error>(())
/// ```
pub trait Observer {
    /// A decision was made.
    fn on_decision(&self, observed: &Observed<'_>);
}

/// What an [`Observer`] sees.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Observed<'o> {
    /// The number of the attempt that was decided about, from 1; 0 if the call
    /// was over before its first.
    pub attempt: u32,
    /// When, in milliseconds of the call's clock.
    pub now_ms: u64,
    /// What its reply meant; `None` if the call ended without one, or if all
    /// that was given is what was [`Judged`](super::Judged).
    pub verdict: Option<&'o Verdict<'o>>,
    /// What was decided.
    pub decision: &'o Decision,
}
