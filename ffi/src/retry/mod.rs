//! From a verdict to a decision, as C programs ask for it.
//!
//! * `constants`, `names`: the closed sets of the engine;
//! * `policy`, `budget`: handles that calls and threads share;
//! * `call`: one call's state, in memory of its caller, and its events;
//! * `decision`: what to do next, and why;
//! * `judged`: a C verdict, as far as a decision looks at it.

use crate::status::Status;

pub mod constants;

pub mod policy;

pub mod budget;

pub mod decision;

pub mod call;

pub mod names;

pub(crate) mod judged;

/// A caller's time. No monotonic clock shows less than nothing.
pub(crate) fn milliseconds(time_ms: i64) -> Result<u64, Status> {
    u64::try_from(time_ms).map_err(|_| Status::Argument)
}

/// Events fail for one reason only.
pub(crate) fn out_of_turn(_: aftercall::Error) -> Status {
    Status::OutOfTurn
}

/// A time for a caller, -1 if there is none.
pub(crate) fn or_none(time_ms: Option<u64>) -> i64 {
    time_ms.map_or(-1, |time_ms| i64::try_from(time_ms).unwrap_or(i64::MAX))
}
