//! What a caller wants done: a method, a path, and how far it may go.

use core::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::retry::Policy;
use crate::{Expect, OperationKind};

use super::body::Body;
use super::cancel::Cancel;

/// Methods that are meant however they are written.
const COMMON_METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// One request, to be sent as often as the policy allows.
///
/// It is checked when it is sent: what cannot be sent fails as the fault
/// `bad_request`, which says why. A request can be sent again, and clones are
/// cheap.
///
/// ```
/// use aftercall::client::{Body, Request};
/// use aftercall::{Expect, OperationKind};
///
/// let search = Request::post("/search/patent/query-search-patent/v2")
///     .body(Body::json(r#"{"query_text": "solar", "limit": 10}"#))
///     .kind(OperationKind::Query)
///     .deadline_ms(20_000);
/// let page = Request::get("/basic-patent-data/pdf-data").query("patent_id", "42").expect(Expect::Raw);
/// assert_eq!(format!("{page:?}"), "Request(GET /basic-patent-data/pdf-data)");
/// ```
#[derive(Clone)]
pub struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
    pub(crate) kind: Option<OperationKind>,
    pub(crate) expect: Option<Expect>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) policy: Option<Arc<Policy>>,
    pub(crate) deadline_ms: Option<u64>,
    pub(crate) attempt_timeout_ms: Option<u64>,
    pub(crate) max_body_bytes: Option<u64>,
    pub(crate) download: Option<PathBuf>,
    pub(crate) cancel: Option<Cancel>,
}

impl Request {
    /// Any method on a path of the API, such as `/search/patent`; or on a whole
    /// URL of another host, which then gets no credential.
    ///
    /// Methods are told apart by case; the common ones are sent in capitals
    /// however they are written, because no other is meant.
    #[must_use]
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        let is_meant = |common: &&str| common.eq_ignore_ascii_case(method);
        Self {
            method: COMMON_METHODS
                .into_iter()
                .find(is_meant)
                .unwrap_or(method)
                .to_owned(),
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Body::none(),
            kind: None,
            expect: None,
            idempotency_key: None,
            policy: None,
            deadline_ms: None,
            attempt_timeout_ms: None,
            max_body_bytes: None,
            download: None,
            cancel: None,
        }
    }

    /// A `GET`.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    /// A `POST`; without a body it sends an empty one.
    #[must_use]
    pub fn post(path: impl Into<String>) -> Self {
        Self::new("POST", path)
    }

    /// A `PUT`.
    #[must_use]
    pub fn put(path: impl Into<String>) -> Self {
        Self::new("PUT", path)
    }

    /// A `PATCH`.
    #[must_use]
    pub fn patch(path: impl Into<String>) -> Self {
        Self::new("PATCH", path)
    }

    /// A `DELETE`.
    #[must_use]
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new("DELETE", path)
    }

    /// Adds a parameter to the query; name and value are escaped.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds a header. Those that the client sets itself cannot be set.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// What is sent.
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// JSON text as the body.
    #[must_use]
    pub fn json(self, text: impl Into<String>) -> Self {
        self.body(Body::json(text))
    }

    /// What kind of operation it is. Unless this says it, the profile's path
    /// patterns do, and else the method: `GET`, `HEAD` and `OPTIONS` are
    /// queries, the rest mutations.
    #[must_use]
    pub const fn kind(mut self, kind: OperationKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// What is expected. Unless this says it, the profile does, and else it is
    /// [`Expect::Envelope`].
    #[must_use]
    pub const fn expect(mut self, expect: Expect) -> Self {
        self.expect = Some(expect);
        self
    }

    /// Sends this key with every attempt, as the header `Idempotency-Key`, so
    /// that a mutation may be repeated whose answer was lost. Only for
    /// operations whose server heeds it.
    #[must_use]
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// Another policy than the client's, its deadline and attempt timeout
    /// included where it has them.
    #[must_use]
    pub fn policy(mut self, policy: Arc<Policy>) -> Self {
        self.policy = Some(policy);
        self
    }

    /// How long the call may take in all, in milliseconds from 1: waits, look-ups
    /// and the last byte of the body included.
    #[must_use]
    pub const fn deadline_ms(mut self, deadline_ms: u64) -> Self {
        self.deadline_ms = Some(deadline_ms);
        self
    }

    /// How long one attempt may take, in milliseconds from 1.
    #[must_use]
    pub const fn attempt_timeout_ms(mut self, timeout_ms: u64) -> Self {
        self.attempt_timeout_ms = Some(timeout_ms);
        self
    }

    /// The largest body that is taken, in bytes, on the wire and decoded; of a
    /// download, the largest file.
    #[must_use]
    pub const fn max_body_bytes(mut self, bytes: u64) -> Self {
        self.max_body_bytes = Some(bytes);
        self
    }

    /// Writes what a success brings into a file, and expects
    /// [`Expect::Raw`]. What comes is written beside it and moved there when it
    /// is complete; a failure leaves the place as it was.
    #[must_use]
    pub fn download(mut self, path: impl Into<PathBuf>) -> Self {
        self.download = Some(path.into());
        self.expect = Some(Expect::Raw);
        self
    }

    /// Ends the call when `cancel` is used.
    #[must_use]
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = Some(cancel.clone());
        self
    }

    /// Whether the request has a handle that ends it.
    #[must_use]
    pub const fn has_cancel(&self) -> bool {
        self.cancel.is_some()
    }

    /// How long the call may take in all, if the request says so itself.
    #[must_use]
    pub const fn own_deadline_ms(&self) -> Option<u64> {
        self.deadline_ms
    }
}

/// Shows method and path, without the query.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.path.find(['?', '#']).unwrap_or(self.path.len());
        let path = self.path.get(..end).unwrap_or_default();
        // A whole URL may have a user and a password in it.
        let path = path.rsplit_once('@').map_or(path, |(_, path)| path);
        write!(f, "Request({} {path})", self.method)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_methods_are_sent_in_capitals_and_others_as_they_are() {
        for (given, sent) in [
            ("get", "GET"),
            ("Patch", "PATCH"),
            ("purge", "purge"),
            ("", ""),
        ] {
            assert_eq!(Request::new(given, "/a").method, sent);
        }
    }

    #[test]
    fn debug_shows_neither_query_nor_headers_nor_body() {
        let request = Request::post("https://user:canary@example.com/a?apikey=canary")
            .query("q", "canary")
            .header("x-note", "canary")
            .idempotency_key("canary")
            .json("\"canary\"");
        let shown = format!("{request:?}");
        assert_eq!(shown, "Request(POST example.com/a)");
    }
}
