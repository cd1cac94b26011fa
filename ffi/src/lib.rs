//! The C ABI of `aftercall`, version 0.x.
//!
//! Read in this order:
//!
//! * `status`, `constants`, `version`: numbers that never change their meaning;
//! * `boundary`: what every exported body is wrapped in, so that no panic leaves;
//! * `pointer`, `buffer`: the only places that read and write through raw
//!   pointers, and check them;
//! * `name_set`: the names of closed sets, with the NUL that C wants;
//! * `profile`, `error`, `reply`, `verdict`, `judge`, `names`: the handle layer;
//! * `words`: messages for people, and the scrubber;
//! * `retry`: the engine's policies, budgets, calls and decisions, likewise;
//! * `record`: what support needs to know of a call;
//! * `client`: the client, if the library has one (feature `client`);
//! * `flat`: the same work in integers, strings and caller's buffers, with
//!   `explain` for those who would rather pass JSON.
//!
//! The documentation comments are those of the C header, which a test writes
//! from this crate; so they speak to C programmers.
//!
//! It refuses to decide anything: what a reply means, and what follows from it,
//! is the core's business.

#![allow(
    non_camel_case_types,
    reason = "types are named as C programmers see them"
)]
// The signatures are a contract, the safety section of each is its C comment.
#![allow(clippy::missing_safety_doc)]

// The order of the header; rustfmt sorts only within a group.
mod boundary;
mod buffer;
mod name_set;
mod pointer;

pub mod version;

pub mod status;

pub mod constants;

pub mod judge;

pub mod profile;

pub mod reply;

pub mod verdict;

pub mod names;

pub mod words;

pub mod retry;

pub mod record;

pub mod error;

#[cfg(feature = "client")]
pub mod client;

pub mod flat;

#[cfg(all(test, target_pointer_width = "64"))]
mod layout;

#[cfg(aftercall_test_panic)]
mod test_panic;
