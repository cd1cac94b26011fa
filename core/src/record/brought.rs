//! What a record keeps of a verdict.

use crate::{Advice, Category, Effect, Outcome, Text, Verdict};

/// A verdict, as far as a record keeps it.
///
/// For bindings and programs that keep verdicts in a form of their own:
/// [`Noted::with_brought`](super::Noted::with_brought) takes it. Whoever has a
/// [`Verdict`] gives that to [`Noted::with_verdict`](super::Noted::with_verdict).
///
/// ```
/// use aftercall::{Brought, Profile, Reply, judge};
///
/// let verdict = judge(Profile::eureka(), &Reply::new(503, ""), None);
/// assert_eq!(Brought::from(&verdict).rule, "http:503");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Brought<'v> {
    /// Success or failure.
    pub outcome: Outcome,
    /// What kind of failure it is.
    pub category: Category,
    /// A second category, where the API's own documentation is ambiguous.
    pub alternative: Option<Category>,
    /// Whether sending the same request again can help.
    pub advice: Advice,
    /// What may have happened on the server.
    pub effect: Effect,
    /// The reply's HTTP status; `None` after a fault.
    pub http_status: Option<i32>,
    /// The code as received.
    pub code_text: Option<&'v Text<'v>>,
    /// The server's own words, as received.
    pub message: Option<&'v Text<'v>>,
    /// The id under which support finds the call, as received.
    pub correlation_id: Option<&'v Text<'v>>,
    /// The id of the rule that decided.
    pub rule: &'v str,
    /// How long the server asks to wait.
    pub server_delay_ms: Option<u64>,
}

impl<'v> From<&'v Verdict<'v>> for Brought<'v> {
    fn from(verdict: &'v Verdict<'v>) -> Self {
        Self {
            outcome: verdict.outcome,
            category: verdict.category,
            alternative: verdict.alternative,
            advice: verdict.advice,
            effect: verdict.effect,
            http_status: verdict.http_status,
            code_text: verdict.code_text.as_ref(),
            message: verdict.message.as_ref(),
            correlation_id: verdict.correlation_id.as_ref(),
            rule: &verdict.rule,
            server_delay_ms: verdict.server_delay_ms,
        }
    }
}
