//! Exceptions to the advice of verdicts, for callers who know better.

use crate::json::text::RawText;
use crate::profile::CodeName;
use crate::{Advice, Category};

use super::Judged;

/// "A failure like this gets that advice."
///
/// Everything that is said of the failure must hold; an override that says
/// nothing of it holds for every failure. Overrides look at failures only, come
/// after the vetoes of the profile, and never make a repeat safe.
///
/// ```
/// use aftercall::{Advice, Category};
/// use aftercall::retry::{Override, Policy};
///
/// let patient = Policy::builder()
///     .advise(Override::with(Advice::Never).category(Category::Server).http_status(500))
///     .advise(Override::with(Advice::Throttle).category(Category::Server))
///     .build()?;
/// assert_eq!(patient.overrides().len(), 2);
/// # Ok::<(), aftercall::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    pub(super) category: Option<Category>,
    pub(super) code: Option<CodeName>,
    pub(super) http_status: Option<i32>,
    pub(super) advice: Advice,
}

impl Override {
    /// The advice that failures like this get.
    #[must_use]
    pub const fn with(advice: Advice) -> Self {
        Self {
            category: None,
            code: None,
            http_status: None,
            advice,
        }
    }

    /// Only failures of this category.
    #[must_use]
    pub const fn category(mut self, category: Category) -> Self {
        self.category = Some(category);
        self
    }

    /// Only failures with this code.
    #[must_use]
    pub fn code(mut self, code: i64) -> Self {
        self.code = Some(CodeName::Integer(code));
        self
    }

    /// Only failures with this code, which is a word; compared trimmed and with
    /// case.
    #[must_use]
    pub fn code_word(mut self, code: impl Into<String>) -> Self {
        self.code = Some(CodeName::Word(code.into()));
        self
    }

    /// Only failures under this HTTP status.
    #[must_use]
    pub const fn http_status(mut self, http_status: i32) -> Self {
        self.http_status = Some(http_status);
        self
    }

    pub(super) const fn looks_for_a_word(&self) -> bool {
        matches!(self.code, Some(CodeName::Word(_)))
    }

    pub(super) fn matches(&self, verdict: &Judged<'_>) -> bool {
        self.category
            .is_none_or(|category| category == verdict.category)
            && self
                .http_status
                .is_none_or(|http_status| Some(http_status) == verdict.http_status)
            && self.code.as_ref().is_none_or(|code| is_code(code, verdict))
    }
}

fn is_code(code: &CodeName, verdict: &Judged<'_>) -> bool {
    match code {
        CodeName::Integer(integer) => verdict.code == Some(*integer),
        CodeName::Word(word) => {
            verdict.code.is_none()
                && verdict.code_text.is_some_and(|text| {
                    let raw = RawText {
                        bytes: text.raw(),
                        is_escaped: text.is_escaped(),
                    };
                    raw.trimmed().eq(word.chars())
                })
        }
    }
}
