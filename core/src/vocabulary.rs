//! The words a verdict is made of: outcome, category, advice, effect, and the
//! kind of an operation.

use crate::closed_set::closed_set;

closed_set! {
    /// Whether the call got what it asked for.
    pub enum Outcome {
        /// Nothing was judged yet. A zeroed verdict says this, never success.
        None = 0 "none",
        /// The reply proves that the operation was carried out.
        Success = 1 "success",
        /// Anything else.
        Failure = 2 "failure",
    }
}

closed_set! {
    /// What went wrong, in terms that do not depend on the API.
    pub enum Category {
        /// Nothing was judged yet.
        None = 0 "none",
        /// Nothing went wrong.
        Success = 1 "success",
        /// The key or token is missing, wrong or expired.
        Authentication = 2 "authentication",
        /// The caller is known but may not do this.
        Permission = 3 "permission",
        /// The contract or the client behind the credential has expired.
        Account = 4 "account",
        /// There is no money left on the account.
        Balance = 5 "balance",
        /// A total is used up: of a period, of a package, of the platform.
        Quota = 6 "quota",
        /// Too fast just now; slower calls would be served.
        RateLimit = 7 "rate_limit",
        /// The request itself is wrong and will be refused again.
        InvalidRequest = 8 "invalid_request",
        /// The uploaded file was refused.
        Upload = 9 "upload",
        /// No such endpoint or resource.
        NotFound = 10 "not_found",
        /// A service behind the API failed.
        Upstream = 11 "upstream",
        /// The API itself is busy, down or broken.
        Server = 12 "server",
        /// No complete reply arrived.
        Transport = 13 "transport",
        /// A reply arrived that is not this API's.
        Protocol = 14 "protocol",
        /// A failure that nothing explains.
        Unknown = 15 "unknown",
        /// The caller gave up.
        Cancelled = 16 "cancelled",
    }
}

closed_set! {
    /// Whether sending the same request again can help, from the reply alone.
    ///
    /// Advice looks at the failure, not at the operation: whether a repeat is
    /// *safe* is another question, answered from [`Effect`].
    pub enum Advice {
        /// The same request will fail again.
        Never = 0 "never",
        /// The failure is transient: wait, longer each time, and repeat.
        Backoff = 1 "backoff",
        /// Transient, but the server asked for less: start with longer waits.
        Throttle = 2 "throttle",
        /// Get a new token, then send once more.
        RefreshAuth = 3 "refresh_auth",
        /// Nothing will succeed before a reset: stop, and stop others.
        Hold = 4 "hold",
    }
}

closed_set! {
    /// What may have happened on the server.
    pub enum Effect {
        /// Perhaps something, perhaps nothing.
        Unknown = 0 "unknown",
        /// The request never reached the API.
        NotSent = 1 "not_sent",
        /// The API refused the request before doing any work.
        Rejected = 2 "rejected",
        /// The work was done.
        Done = 3 "done",
    }
}

closed_set! {
    /// What an operation does, which decides whether it may be repeated blindly.
    pub enum OperationKind {
        /// Creates, changes, uploads or starts a paid task.
        Mutation = 0 "mutation",
        /// Reads; harmless to repeat.
        Query = 1 "query",
        /// Asks for a token.
        Auth = 2 "auth",
    }
}

closed_set! {
    /// How a task stands that a successful reply tells of: the call succeeded,
    /// the work behind it may not have.
    ///
    /// Number 0 is left for "no task".
    pub enum TaskState {
        /// Not finished: ask again later. This is no failure and no retry.
        Pending = 1 "pending",
        /// Finished; the result is there.
        Succeeded = 2 "succeeded",
        /// Finished without a result. Asking again changes nothing.
        Failed = 3 "failed",
        /// A word that the profile does not know.
        Unknown = 4 "unknown",
    }
}

impl Category {
    /// The gRPC status code of the same meaning, by its number in
    /// `google.rpc.Code`.
    ///
    /// Quota, rate and balance share `RESOURCE_EXHAUSTED`: gRPC has one code
    /// for all three.
    ///
    /// ```
    /// assert_eq!(aftercall::Category::NotFound.grpc_code(), 5);
    /// ```
    #[must_use]
    pub const fn grpc_code(self) -> i32 {
        self.mapping().0
    }

    /// The HTTP status with which a service passes this failure on to its own
    /// callers.
    ///
    /// A failure of *our* credential, contract or balance is not the fault of
    /// whoever called us, so it leaves as a 5xx, never as 401 or 402.
    ///
    /// ```
    /// use aftercall::Category;
    ///
    /// assert_eq!(Category::InvalidRequest.suggested_http_status(), 400);
    /// assert_eq!(Category::Balance.suggested_http_status(), 503);
    /// ```
    #[must_use]
    pub const fn suggested_http_status(self) -> u16 {
        self.mapping().1
    }

    /// The `type` member of RFC 9457 problem details for this category: a URN,
    /// because a `type` is an identifier first and must not depend on a host.
    ///
    /// ```
    /// assert_eq!(aftercall::Category::Quota.problem_type(), "urn:aftercall:problem:quota");
    /// ```
    #[must_use]
    pub const fn problem_type(self) -> &'static str {
        self.mapping().2
    }

    /// gRPC code, HTTP status and RFC 9457 type, one row for each category.
    const fn mapping(self) -> (i32, u16, &'static str) {
        match self {
            Self::None => (2, 500, "about:blank"),
            Self::Success => (0, 200, "about:blank"),
            Self::Authentication => (16, 502, "urn:aftercall:problem:authentication"),
            Self::Permission => (7, 502, "urn:aftercall:problem:permission"),
            Self::Account => (9, 503, "urn:aftercall:problem:account"),
            Self::Balance => (8, 503, "urn:aftercall:problem:balance"),
            Self::Quota => (8, 503, "urn:aftercall:problem:quota"),
            Self::RateLimit => (8, 429, "urn:aftercall:problem:rate_limit"),
            Self::InvalidRequest => (3, 400, "urn:aftercall:problem:invalid_request"),
            Self::Upload => (3, 422, "urn:aftercall:problem:upload"),
            Self::NotFound => (5, 404, "urn:aftercall:problem:not_found"),
            Self::Upstream => (14, 502, "urn:aftercall:problem:upstream"),
            Self::Server => (14, 503, "urn:aftercall:problem:server"),
            Self::Transport => (14, 504, "urn:aftercall:problem:transport"),
            Self::Protocol => (13, 502, "urn:aftercall:problem:protocol"),
            Self::Unknown => (2, 502, "urn:aftercall:problem:unknown"),
            Self::Cancelled => (1, 499, "urn:aftercall:problem:cancelled"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Category;

    #[test]
    fn only_success_maps_to_ok() {
        for &category in Category::ALL {
            let success = category == Category::Success;
            assert_eq!(category.grpc_code() == 0, success, "{category}");
            assert_eq!(
                category.suggested_http_status() == 200,
                success,
                "{category}"
            );
        }
    }

    #[test]
    fn a_problem_type_names_its_category() {
        for &category in Category::ALL {
            let expected = match category {
                Category::None | Category::Success => "about:blank".to_owned(),
                _ => format!("urn:aftercall:problem:{category}"),
            };
            assert_eq!(category.problem_type(), expected);
        }
    }
}
