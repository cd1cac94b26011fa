//! JSON, as far as this library needs it: one scanner that checks and finds the
//! ends of things, and readers of what it found.
//!
//! * `scan` walks the text once: strings, numbers, literals, whole values; with
//!   `runs`, its steps over many bytes, `block`, sixteen of them at once, and
//!   `brackets`, its memory;
//! * `short` is a key in two words, `usual` one that is expected;
//! * `hex` reads the digits of an escape;
//! * `text` is a string as received; it is unescaped only when asked for.
//! * `number` turns any JSON spelling of an integer into that integer.
//! * `document` is a small tree with positions, for profiles and policies;
//! * `object` reads its objects field by field and refuses what is wrong;
//! * `write` goes the other way.
//!
//! Nothing here knows what an envelope is.

mod block;
mod brackets;
pub(crate) mod document;
mod hex;
pub(crate) mod number;
pub(crate) mod object;
pub(crate) mod runs;
pub(crate) mod scan;
pub(crate) mod short;
pub(crate) mod text;
pub(crate) mod usual;
pub(crate) mod write;
