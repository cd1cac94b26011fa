//! The rows of a profile and what must hold for them.

use core::cell::Cell;
use core::cmp::Ordering;
use core::fmt;
use core::ops::RangeInclusive;
use std::sync::Arc;

use crate::envelope::fields::{Code, Identity};
use crate::json::text::RawText;
use crate::pattern::Patterns;
use crate::reply::Request;
use crate::{Advice, Category, Effect, OperationKind};

use super::glob::{Glob, RequestPath};
use super::operations::Requests;

/// What a rule says of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) category: Category,
    pub(crate) advice: Advice,
    pub(crate) effect: Effect,
    pub(crate) alternative: Option<Category>,
    pub(crate) repeat: Option<OperationKind>,
}

/// A row, and the id of the rule it comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decided<'p> {
    pub(crate) row: Row,
    pub(crate) id: &'p str,
}

/// What a condition can look at.
#[derive(Debug)]
pub(crate) struct Circumstances<'r> {
    /// The reply's own; 0 if not known.
    pub(crate) http_status: i32,
    pub(crate) message: Option<&'r RawText<'r>>,
    pub(crate) has_server_delay: bool,
    pub(crate) sub_code: Option<Code<'r>>,
    pub(crate) request: &'r Option<Request<'r>>,
    /// Patterns that the message was searched for, and those it contains.
    pub(crate) searched: Cell<Searched>,
}

/// One bit for each of a profile's patterns: however many rules ask for one,
/// a message is searched for it once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Searched {
    done: u64,
    found: u64,
}

/// As many patterns as a profile may have, those written within rules included.
pub(crate) const MAX_PATTERNS: usize = 64;

impl Circumstances<'_> {
    #[inline(never)]
    fn message_contains(&self, pattern: &Pattern) -> bool {
        let Some(message) = self.message else {
            return false;
        };
        let searched = self.searched.get();
        let bit = 1 << pattern.number;
        if searched.done & bit != 0 {
            return searched.found & bit != 0;
        }
        let is_found = pattern.phrases.are_in(*message);
        self.searched.set(Searched {
            done: searched.done | bit,
            found: searched.found | if is_found { bit } else { 0 },
        });
        is_found
    }
}

/// Phrases that a message may contain.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// Below [`MAX_PATTERNS`], another for each pattern of a profile.
    pub(crate) number: usize,
    pub(crate) phrases: Arc<Patterns>,
}

/// What must hold beside the code or the status, all of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    /// The message contains one of these.
    pub(crate) message: Option<Pattern>,
    /// The reply's own status is among these.
    pub(crate) http: Vec<RangeInclusive<i32>>,
    /// The server named a delay, or did not.
    pub(crate) server_delay: Option<bool>,
    /// What few rules ask for.
    pub(crate) rare: Option<Box<RareConditions>>,
}

/// Conditions that few rules have.
#[derive(Clone, Debug, Default)]
pub(crate) struct RareConditions {
    /// The second-level code is one of these.
    pub(crate) sub_codes: Vec<Subject>,
    /// The request is one of these.
    pub(crate) requests: Requests,
}

impl Conditions {
    fn hold(&self, around: &Circumstances<'_>) -> bool {
        let among = |statuses: &RangeInclusive<i32>| statuses.contains(&around.http_status);
        let http = self.http.is_empty() || self.http.iter().any(among);
        let server_delay = self
            .server_delay
            .is_none_or(|wanted| wanted == around.has_server_delay);
        // The message last: it is what takes time.
        http && server_delay
            && self.rare.as_ref().is_none_or(|rare| rare.hold(around))
            && self
                .message
                .as_ref()
                .is_none_or(|pattern| around.message_contains(pattern))
    }

    /// Some order, in which only the same conditions are equal.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let texts = self.signature().cmp(&other.signature());
        texts.then_with(|| self.requests().cmp(&other.requests()))
    }

    fn requests(&self) -> Option<&Requests> {
        self.rare.as_ref().map(|rare| &rare.requests)
    }

    /// The same text for the same conditions, but for the requests.
    fn signature(&self) -> String {
        let mut text = String::new();
        if let Some(pattern) = &self.message {
            text += &format!("m{}", pattern.number);
        }
        for statuses in &self.http {
            text += &format!("h{}-{}", statuses.start(), statuses.end());
        }
        match self.server_delay {
            Some(true) => text.push('d'),
            Some(false) => text.push('n'),
            None => {}
        }
        for subject in self.rare.iter().flat_map(|rare| &rare.sub_codes) {
            let subject = subject.signature();
            text += &format!("s{}:{subject}", subject.len());
        }
        text
    }
}

impl RareConditions {
    fn hold(&self, around: &Circumstances<'_>) -> bool {
        self.sub_code_holds(around) && self.request_holds(around)
    }

    fn sub_code_holds(&self, around: &Circumstances<'_>) -> bool {
        self.sub_codes.is_empty()
            || around.sub_code.as_ref().is_some_and(|code| {
                let mut sub_codes = self.sub_codes.iter();
                sub_codes.any(|subject| subject.is(code))
            })
    }

    /// Of a request that is not known nothing holds.
    fn request_holds(&self, around: &Circumstances<'_>) -> bool {
        self.requests.are_all()
            || around.request.as_ref().is_some_and(|request| {
                self.requests
                    .include(request.method, RequestPath::of(request.path))
            })
    }
}

/// Whether conditions hold, where there are any.
#[inline(always)]
pub(crate) fn hold(when: Option<&Conditions>, around: &Circumstances<'_>) -> bool {
    match when {
        None => true,
        Some(when) => when.hold(around),
    }
}

/// A code as a profile spells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CodeName {
    Integer(i64),
    Word(String),
}

impl fmt::Display for CodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => write!(f, "{integer}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// The codes that a rule is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Code(CodeName),
    Range(RangeInclusive<i64>),
    /// String codes that fit the pattern, and the pattern as written.
    Glob(Glob, String),
    /// Whatever the code is, also none.
    Any,
}

/// Longer codes fit no glob: nobody's code is as long, but anybody's reply may
/// be.
pub(crate) const LONGEST_CODE: usize = 1024;

impl Subject {
    pub(crate) fn is(&self, code: &Code<'_>) -> bool {
        match (self, code.identity) {
            (Self::Any, _) => true,
            (Self::Code(CodeName::Integer(own)), Identity::Integer(integer)) => *own == integer,
            (Self::Code(CodeName::Word(own)), Identity::Word) => {
                code.text.trimmed().eq(own.chars())
            }
            (Self::Range(range), Identity::Integer(integer)) => range.contains(&integer),
            (Self::Glob(glob, _), Identity::Word) => {
                code.text.bytes.len() <= LONGEST_CODE && glob.matches(code.text.trimmed())
            }
            _ => false,
        }
    }
}

impl Subject {
    /// The same text for the same subject.
    pub(crate) fn signature(&self) -> String {
        let kind = match self {
            Self::Code(CodeName::Integer(_)) => 'i',
            Self::Code(CodeName::Word(_)) => 'w',
            Self::Range(_) => 'r',
            Self::Glob(..) => 'g',
            Self::Any => 'a',
        };
        format!("{kind}{self}")
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(name) => name.fmt(f),
            Self::Range(range) => write!(f, "{}..{}", range.start(), range.end()),
            Self::Glob(_, pattern) => f.write_str(pattern),
            Self::Any => Ok(()),
        }
    }
}

/// One row of a profile's catalogue of codes.
#[derive(Debug)]
pub struct CodeRule {
    pub(crate) subject: Subject,
    /// Shared by the codes of one entry, as `source` is.
    pub(crate) when: Option<Arc<Conditions>>,
    pub(crate) row: Row,
    pub(crate) id: String,
    pub(crate) source: Arc<str>,
    pub(crate) wordings: Vec<String>,
    /// What the rule is called in messages for people.
    pub(crate) message: Option<Box<str>>,
}

impl CodeRule {
    /// The rule's id, as a verdict names it: `code:67200002+rate`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The code as text: `67200002`, `40000..49999` for a range, `VAS.*` for a
    /// pattern, nothing for a rule that is for any code.
    #[must_use]
    pub fn code_text(&self) -> String {
        self.subject.to_string()
    }

    /// What kind of failure it is.
    #[must_use]
    pub const fn category(&self) -> Category {
        self.row.category
    }

    /// Whether sending again can help.
    #[must_use]
    pub const fn advice(&self) -> Advice {
        self.row.advice
    }

    /// What may have happened on the server.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.row.effect
    }

    /// The second category, where the API's documentation is ambiguous.
    #[must_use]
    pub const fn alternative(&self) -> Option<Category> {
        self.row.alternative
    }

    /// Where the row comes from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The key of the rule's own texts for people, if it has some.
    #[must_use]
    pub fn message_key(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Messages that stand for this code when a reply has none.
    pub fn wordings(&self) -> impl Iterator<Item = &str> {
        self.wordings.iter().map(String::as_str)
    }
}

/// A range of codes of which only the range is known.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) codes: RangeInclusive<i64>,
    pub(crate) row: Row,
    pub(crate) id: String,
}
