//! The client: sends a request, judges the reply, decides, waits, sends again.
//!
//! In reading order:
//!
//! * `client` is the object and the loop; `settings` is what it is made from,
//!   `request` and `response` are what goes in and comes out, `attempted` what was
//!   done in between;
//! * `session` is one call as a state machine, without input or output: what
//!   happens next is decided there alone; `sending` is one exchange as it goes
//!   out, with `url`, `body` and `multipart`;
//! * `auth` keeps tokens, `hold` stops others, `observe` tells of all this;
//! * `transport` is what carries the bytes, as a plug; `incoming` takes what it
//!   brings, `download` puts it into a file;
//! * `ureq_transport` is the built-in one, the only file that knows ureq;
//!   `socket` and `resolver` under it end every wait in time, by `cancel`;
//! * `batch` sends many requests at once, `pages` reads a list page by page,
//!   `poll` waits for a task.
//!
//! This is the only room with a network, a clock and threads: at most one
//! short-lived thread for a name look-up that is not cached, and those of a
//! batch. It reads the environment only when asked for proxies.

mod attempted;
mod auth;
mod batch;
mod body;
mod cancel;
#[allow(
    clippy::module_inception,
    reason = "the client is what the folder is about"
)]
mod client;
mod download;
mod header_block;
mod hold;
mod incoming;
mod multipart;
mod observe;
mod pages;
mod poll;
mod random;
mod request;
mod resolver;
mod response;
mod secret;
mod sending;
mod session;
mod settings;
mod socket;
mod transport;
mod ureq_transport;
mod url;

pub use attempted::Attempted;
pub use auth::TokenState;
pub use batch::{BatchOptions, Progress};
pub use body::{Body, OpenBody};
pub use cancel::{Cancel, Control, Interrupted, Stopped};
pub use client::Client;
pub use header_block::HeaderBlock;
pub use hold::{Admission, HoldOutcome, HoldState, HoldStore, Holds};
pub use incoming::Incoming;
pub use multipart::Multipart;
pub use observe::{CallObserver, Snapshot};
pub use pages::{Page, Pager, Pages, PagesEnd};
pub use poll::{PollOptions, PollStep, Polled, Poller};
pub use request::Request;
pub use response::{Failure, Response};
pub use sending::Sending;
pub use session::{Session, Step};
pub use settings::ClientBuilder;
pub use transport::{Outgoing, OutgoingBody, Transport, TransportFault};
