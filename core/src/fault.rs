//! Transport faults: what can happen instead of a complete reply.

use crate::closed_set::closed_set;

closed_set! {
    /// Why an exchange ended without a complete reply.
    ///
    /// Number 0 is left for "no fault". What each fault means for a repeat is
    /// the profile's data; what it proves about the request is said here.
    pub enum Fault {
        /// The host's name could not be resolved. Nothing was sent.
        Dns = 1 "dns",
        /// No connection: refused, unreachable. Nothing was sent.
        Connect = 2 "connect",
        /// No connection in time. Nothing was sent.
        ConnectTimeout = 3 "connect_timeout",
        /// The proxy refused or failed before a tunnel stood. Nothing was sent.
        Proxy = 4 "proxy",
        /// Certificate or handshake failed. Nothing was sent.
        Tls = 5 "tls",
        /// The request went out; no complete reply came in time.
        ReadTimeout = 6 "read_timeout",
        /// The connection was reset after the request began to go out.
        Reset = 7 "reset",
        /// The connection was closed before a complete reply.
        Closed = 8 "closed",
        /// Fewer bytes than announced, or broken chunking.
        Truncated = 9 "truncated",
        /// The content-encoding could not be undone.
        Decode = 10 "decode",
        /// The reply is larger than the caller's limit.
        TooLarge = 11 "too_large",
        /// The URL, a header or the body cannot be sent. Nothing was sent.
        BadRequest = 12 "bad_request",
        /// The caller cancelled the exchange.
        Cancelled = 13 "cancelled",
    }
}
