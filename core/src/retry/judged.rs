//! What a decision needs to know of a verdict.

use crate::{Advice, Category, Effect, OperationKind, Outcome, Text, Verdict};

/// A verdict, as far as a decision looks at it.
///
/// For bindings and programs that keep verdicts in a form of their own:
/// [`CallState::on_judged`](super::CallState::on_judged) takes it. Whoever has a
/// [`Verdict`] gives that to [`on_reply`](super::CallState::on_reply).
///
/// ```
/// use aftercall::retry::Judged;
/// use aftercall::{Category, Profile, Reply, judge};
///
/// let verdict = judge(Profile::eureka(), &Reply::new(503, ""), None);
/// assert_eq!(Judged::from(&verdict).category, Category::Server);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Judged<'v> {
    /// Success or failure; what is no success is decided about as a failure.
    pub outcome: Outcome,
    /// What kind of failure it is.
    pub category: Category,
    /// Whether sending the same request again can help.
    pub advice: Advice,
    /// What may have happened on the server.
    pub effect: Effect,
    /// The kind of operation that the profile says may be repeated after this
    /// failure, though every repeat is charged.
    pub repeat: Option<OperationKind>,
    /// The reply's HTTP status; `None` after a fault.
    pub http_status: Option<i32>,
    /// The API's code, if it is an integer.
    pub code: Option<i64>,
    /// The code as received: only [`Override`](super::Override)s for codes that
    /// are words look at it.
    pub code_text: Option<&'v Text<'v>>,
    /// How long the server asks to wait.
    pub server_delay_ms: Option<u64>,
}

impl Judged<'_> {
    /// What is known of a call that ends without a reply.
    pub(super) const NOTHING: Self = Self {
        outcome: Outcome::None,
        category: Category::None,
        advice: Advice::Never,
        effect: Effect::Unknown,
        repeat: None,
        http_status: None,
        code: None,
        code_text: None,
        server_delay_ms: None,
    };
}

impl<'v> From<&'v Verdict<'_>> for Judged<'v> {
    fn from(verdict: &'v Verdict<'_>) -> Self {
        Self {
            outcome: verdict.outcome,
            category: verdict.category,
            advice: verdict.advice,
            effect: verdict.effect,
            repeat: verdict.repeat,
            http_status: verdict.http_status,
            code: verdict.code,
            code_text: verdict.code_text.as_ref(),
            server_delay_ms: verdict.server_delay_ms,
        }
    }
}
