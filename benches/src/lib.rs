//! What reading a reply costs, beside the JSON libraries that can do the same
//! job.
//!
//! In reading order:
//!
//! * `random`, `records`, `bodies`: the replies, the same ones in every run;
//! * [`contenders`], with `derived` and `unchecked`: who reads them, and the
//!   check that all of them read the same;
//! * [`rounds`]: how time is taken;
//! * [`others`]: replies that only the judge can read; [`decisions`], [`messages`]: what
//!   comes after them;
//! * [`table`], [`machine`]: what is printed.
//!
//! Nothing here asserts a time: a slow machine is not a fault.

pub mod bodies;
pub mod contenders;
pub mod decisions;
mod derived;
pub mod machine;
pub mod messages;
pub mod others;
mod random;
mod records;
pub mod rounds;
pub mod table;
mod unchecked;
