//! What must hold for any bytes at all, as functions that panic where it does
//! not.
//!
//! The same functions run under libFuzzer (`targets/`), over committed inputs
//! and over random variations of them (`tests/replay.rs`). In reading order:
//!
//! * `exchange`: how an input spells a reply;
//! * `seen`: all that a verdict shows, to be compared;
//! * `opinion`: a slow second reader of bodies, built on `serde_json`;
//! * `judge`: laws of every verdict, and agreement with the second reader;
//! * `truncation`: what the beginnings of a body may and may not prove;
//! * `headers`, `dates`: ids and delays against a second reader, `httpdate`;
//! * `profile`: text from anywhere as a profile;
//! * `redact`: secrets in text from anywhere.
//!
//! Nothing here knows the core's inside: an input either breaks a promise of
//! the public interface or it does not.

mod dates;
mod exchange;
mod headers;
mod judge;
mod opinion;
mod profile;
mod redact;
mod seen;
mod truncation;

pub use exchange::{Api, Exchange};
pub use headers::headers;
pub use judge::{differential, judge};
pub use profile::profile;
pub use redact::redact;
pub use truncation::truncation;

/// A property: it panics if the input breaks it.
pub type Property = fn(&[u8]);

/// Every property, under the name of its target and its folders.
pub const PROPERTIES: [(&str, Property); 5] = [
    ("judge", judge),
    ("truncation", truncation),
    ("profile", profile),
    ("headers", headers),
    ("redact", redact),
];
