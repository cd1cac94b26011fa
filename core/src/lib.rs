//! A program calls a business REST API. The reply is here: what does it mean,
//! and what now?
//!
//! [`judge`] reads a reply — any status, any headers, any bytes — and returns a
//! [`Verdict`]: success or failure, a [`Category`] that does not depend on the
//! API, an [`Advice`] whether sending again can help, the [`Effect`] it may have
//! had on the server, the exact data, and the id of the rule that decided.
//!
//! ```
//! use aftercall::{Advice, Category, Profile, Reply, judge};
//!
//! // HTTP says 200 OK. The API says something else.
//! let body = r#"{"status":false,"error_code":67200002,"error_msg":"Quota exceeds the limit!"}"#;
//! let verdict = judge(Profile::eureka(), &Reply::new(200, body), None);
//! assert!(!verdict.is_success());
//! assert_eq!(verdict.category(), Category::Quota);
//! assert_eq!(verdict.advice(), Advice::Hold);
//! ```
//!
//! # The way of a reply
//!
//! The rooms of this crate, in reading order; data flows from top to bottom and
//! never back:
//!
//! | room | what it does |
//! |---|---|
//! | `vocabulary`, `fault`, `anomaly` | the closed sets, with names and numbers for every language |
//! | `reply`, `headers`, `server_delay`, `http_date` | what an attempt brought |
//! | `json` | one scanner over untrusted bytes; text, numbers and documents on top of it |
//! | `envelope` | the fields of a body that count, and what they say |
//! | `texts` | what can be said to people, in eight languages |
//! | `profile`, `pattern` | everything particular to one API, as data |
//! | `judge`, `verdict` | the rules, in their order |
//! | [`retry`] | from a verdict to a decision: the gates, the waits, the budget |
//! | `words` | messages for people: which text fits a verdict |
//! | `redact` | the one scrubber of everything that is rendered |
//! | `record` | a call's attempts for support, without what is secret |
//! | `explain_json` | a reply as JSON in, its verdict as JSON out |
//! | `client` | with the feature `client`: sends, judges, decides, waits, sends again |
//!
//! # What it refuses to do
//!
//! Outside `client`: no clock, no randomness, no sleep, no I/O, no global state
//! but the parsed built-in profile. Nothing panics, recurses or allocates on a
//! reply's behalf, whatever its bytes are. `unsafe` is denied but for one call of
//! SSE2 code in `json/block.rs`, which takes no pointer; without features the one
//! dependency is `simdutf8`.

#![deny(
    clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice,
    clippy::unwrap_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice,
        clippy::unwrap_used
    )
)]

mod anomaly;
mod base64;
#[cfg(feature = "client")]
pub mod client;
mod closed_set;
mod envelope;
mod error;
mod explain_json;
mod fault;
mod headers;
mod http_date;
mod json;
mod judge;
mod lower_case;
mod nearest;
mod order;
mod packed;
mod parted;
mod pattern;
mod profile;
mod record;
mod redact;
mod reply;
pub mod retry;
mod server_delay;
mod texts;
mod time;
mod verdict;
mod vocabulary;
mod words;

pub use anomaly::{Anomalies, Anomaly};
pub use error::{Error, ErrorKind};
pub use explain_json::{explain_json, explain_json_by};
pub use fault::Fault;
pub use headers::Headers;
pub use json::text::{Chars, Text};
pub use judge::judge;
pub use profile::{CodeRule, Finding, OperationHint, Profile, Severity};
pub use record::{Attribute, Brought, LogLevel, Noted, Record};
pub use redact::{one_line, redact};
pub use reply::{Expect, Reply};
pub use texts::{LANGUAGES, Remedy, Role, negotiate_language};
pub use time::UnixTime;
pub use verdict::Verdict;
pub use vocabulary::{Advice, Category, Effect, OperationKind, Outcome, TaskState};
pub use words::{Message, MessageOptions, Subject, message};

/// The README's examples, as tests.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The retry guide's examples, as tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/RETRY.md")]
struct RetryGuide;

/// The guide to messages' examples, as tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/MESSAGES.md")]
struct MessagesGuide;

/// The guide to the client's examples, as tests.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../../docs/CLIENT.md")]
struct ClientGuide;
