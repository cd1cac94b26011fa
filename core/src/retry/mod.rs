//! From a verdict to a decision: is the request sent again, and when?
//!
//! In reading order:
//!
//! * `policy` says what one may ask for, `settings` checks it, `policy_json`
//!   reads and writes it, `overrides` changes the advice of single failures;
//! * `operation` is what is being done: the kind, and what it can bear;
//! * `call` is one call's state, and the gates in their order; `state` is the
//!   same without its policy, for those who keep that elsewhere;
//! * `replay_safety` says whether a repeat could do something twice;
//! * `backoff` computes waits exactly, with `multiplier`, `wide` and `random`;
//!   `backoffs` lists them;
//! * `budget` is what all calls of one credential may spend on repeats;
//! * `decision` is what comes out, `explanation` says why, gate by gate;
//! * `observer` sees every decision;
//! * `judged` and `words` are for bindings: a verdict as far as it matters here,
//!   and decisions and states as plain numbers.
//!
//! Nothing here sleeps, reads a clock or draws a number of its own: times are
//! arguments, in whole milliseconds of any monotonic clock, and randomness is a
//! seed. Deciding allocates nothing.

mod backoff;
mod backoffs;
pub(crate) mod budget;
mod call;
mod decision;
mod explanation;
mod facts;
mod judged;
mod multiplier;
mod observer;
mod operation;
mod overrides;
mod policy;
mod policy_json;
mod random;
mod replay_safety;
mod settings;
mod state;
mod wide;
mod words;

/// The atomics that `budget` counts with. A model checker puts its own here.
mod atomics {
    pub(super) use core::sync::atomic::{AtomicU32, Ordering};
}

pub use backoffs::Backoffs;
pub use budget::Budget;
pub use call::Call;
pub use decision::{Action, Attempt, Decision, DelaySource, Reason};
pub use explanation::{Explanation, Fact, Gate, GateState};
pub use judged::Judged;
pub use observer::{Observed, Observer};
pub use operation::Operation;
pub use overrides::Override;
pub use policy::{Jitter, OverCap, Policy, Preset, RetryMutations};
pub(crate) use policy_json::policy as policy_of;
pub use random::fresh_seed;
pub use settings::PolicyBuilder;
pub use state::{CallState, Terms};
pub use words::DecisionNumbers;
