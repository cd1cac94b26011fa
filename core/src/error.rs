//! What can be wrong with a document or a caller. Judging itself never fails.

use core::fmt;

/// What is wrong with something that a person or a program wrote, and where; or
/// with an event that came out of turn.
///
/// The text names the place, what was found and what is allowed:
///
/// ```
/// use aftercall::Profile;
///
/// let error = Profile::from_json(r#"{"aftercall_profile": 1, "nmae": "x"}"#).unwrap_err();
/// assert!(error.is_profile());
/// assert_eq!((error.line(), error.column()), (1, 26));
/// assert_eq!(
///     error.to_string(),
///     "line 1, column 26: nmae: unknown field \"nmae\", did you mean \"name\"?",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    line: usize,
    column: usize,
    path: String,
    message: String,
}

/// What an [`Error`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A profile is not JSON, or says something that no profile can say.
    Profile,
    /// A reply written as JSON is not JSON, or no reply.
    Reply,
    /// A retry policy is not JSON, or wants something that is not allowed.
    Policy,
    /// An event of a call came out of turn.
    OutOfTurn,
    /// A client's setting is missing, or wants something that is not allowed.
    Client,
}

impl Error {
    pub(crate) const fn placed(
        kind: ErrorKind,
        place: (usize, usize),
        path: String,
        message: String,
    ) -> Self {
        Self::new(kind, place, path, message)
    }

    /// What is wrong was not read from a text.
    pub(crate) const fn unplaced(kind: ErrorKind, path: String, message: String) -> Self {
        Self::new(kind, (0, 0), path, message)
    }

    pub(crate) fn out_of_turn(event: &str, found: &str) -> Self {
        let message = format!("{event} is out of turn: {found}");
        Self::unplaced(ErrorKind::OutOfTurn, String::new(), message)
    }

    pub(crate) fn profile(place: (usize, usize), path: String, message: String) -> Self {
        Self::new(ErrorKind::Profile, place, path, message)
    }

    pub(crate) fn reply(place: (usize, usize), path: String, message: String) -> Self {
        Self::new(ErrorKind::Reply, place, path, message)
    }

    const fn new(
        kind: ErrorKind,
        (line, column): (usize, usize),
        path: String,
        message: String,
    ) -> Self {
        Self {
            kind,
            line,
            column,
            path,
            message,
        }
    }

    /// What the error is about.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether a profile is wrong.
    #[must_use]
    pub const fn is_profile(&self) -> bool {
        matches!(self.kind, ErrorKind::Profile)
    }

    /// Whether a reply written as JSON is wrong.
    #[must_use]
    pub const fn is_reply(&self) -> bool {
        matches!(self.kind, ErrorKind::Reply)
    }

    /// Whether a retry policy is wrong.
    #[must_use]
    pub const fn is_policy(&self) -> bool {
        matches!(self.kind, ErrorKind::Policy)
    }

    /// Whether an event of a call came out of turn.
    #[must_use]
    pub const fn is_out_of_turn(&self) -> bool {
        matches!(self.kind, ErrorKind::OutOfTurn)
    }

    /// Whether a client's setting is wrong.
    #[must_use]
    pub const fn is_client(&self) -> bool {
        matches!(self.kind, ErrorKind::Client)
    }

    /// The line of the wrong value, from 1; 0 if it was not read from a text.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column of the wrong value in characters, from 1; 0 likewise.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }

    /// The way to the wrong value, such as `codes[3].category`; empty for the
    /// document itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line != 0 {
            write!(f, "line {}, column {}: ", self.line, self.column)?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Adds a name that a document gives, with what cannot be printed escaped.
pub(crate) fn push_name(text: &mut String, name: &str) {
    for character in name.escape_debug() {
        text.push(character);
    }
}
