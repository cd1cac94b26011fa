//! What an API's operations do, by method and path.

use crate::{Expect, OperationKind};

use super::glob::{PathGlob, RequestPath};

/// What is known of an operation before it is called.
///
/// ```
/// use aftercall::{OperationKind, Profile};
///
/// let search = Profile::eureka().operation("POST", "/search/patent/query-search-patent/v2");
/// assert_eq!(search.kind(), OperationKind::Query);
/// let create = Profile::eureka().operation("GET", "/patent-alert/create");
/// assert_eq!(create.kind(), OperationKind::Mutation);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationHint {
    pub(crate) kind: OperationKind,
    pub(crate) expect: Expect,
}

impl OperationHint {
    /// Whether it may be repeated blindly.
    #[must_use]
    pub const fn kind(self) -> OperationKind {
        self.kind
    }

    /// Whether its reply is an envelope, or a file or a stream.
    #[must_use]
    pub const fn expect(self) -> Expect {
        self.expect
    }
}

/// Requests by their methods and paths; an empty list stands for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Requests {
    pub(crate) methods: Vec<String>,
    pub(crate) paths: Vec<PathGlob>,
}

impl Requests {
    pub(crate) fn are_all(&self) -> bool {
        self.methods.is_empty() && self.paths.is_empty()
    }

    pub(crate) fn include(&self, method: &str, path: RequestPath<'_>) -> bool {
        let is_method = |own: &String| own.eq_ignore_ascii_case(method);
        (self.methods.is_empty() || self.methods.iter().any(is_method))
            && (self.paths.is_empty() || self.paths.iter().any(|own| own.matches(path)))
    }
}

/// Operations in the profile's order.
#[derive(Debug, Default)]
pub(crate) struct Operations(pub(crate) Vec<(Requests, OperationHint)>);

impl Operations {
    /// The first entry for a request. Without one the method has to do: GET,
    /// HEAD and OPTIONS are safe by RFC 9110, section 9.2.1.
    pub(crate) fn find(&self, method: &str, path: &str) -> OperationHint {
        let path = RequestPath::of(path);
        let mut operations = self.0.iter();
        match operations.find(|(requests, _)| requests.include(method, path)) {
            Some((_, operation)) => *operation,
            None => OperationHint {
                kind: by_method(method),
                expect: Expect::Envelope,
            },
        }
    }
}

fn by_method(method: &str) -> OperationKind {
    let is_safe = ["GET", "HEAD", "OPTIONS"]
        .iter()
        .any(|safe| safe.eq_ignore_ascii_case(method));
    if is_safe {
        OperationKind::Query
    } else {
        OperationKind::Mutation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_entry_the_method_decides() {
        let none = Operations::default();
        for (method, kind) in [
            ("GET", OperationKind::Query),
            ("head", OperationKind::Query),
            ("OPTIONS", OperationKind::Query),
            ("POST", OperationKind::Mutation),
            ("DELETE", OperationKind::Mutation),
            ("", OperationKind::Mutation),
        ] {
            assert_eq!(none.find(method, "/x").kind(), kind, "{method}");
        }
        assert_eq!(none.find("GET", "/x").expect().name(), "envelope");
    }
}
