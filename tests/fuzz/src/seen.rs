//! All that a verdict shows, as plain values that can be compared.

use aftercall::{Advice, Anomalies, Category, Effect, OperationKind, Outcome, Text, Verdict};

/// A verdict, seen through every accessor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) outcome: Outcome,
    pub(crate) category: Category,
    pub(crate) advice: Advice,
    pub(crate) effect: Effect,
    pub(crate) alternative: Option<Category>,
    pub(crate) repeat: Option<OperationKind>,
    pub(crate) code: Option<i64>,
    pub(crate) code_text: Option<String>,
    pub(crate) http_status: Option<i32>,
    pub(crate) message: Option<String>,
    pub(crate) data: Option<Vec<u8>>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) amount: Option<String>,
    pub(crate) server_delay_ms: Option<u64>,
    pub(crate) anomalies: Anomalies,
    pub(crate) rule: String,
}

impl Seen {
    pub(crate) fn of(verdict: &Verdict<'_>) -> Self {
        Self {
            outcome: verdict.outcome(),
            category: verdict.category(),
            advice: verdict.advice(),
            effect: verdict.effect(),
            alternative: verdict.alternative(),
            repeat: verdict.repeat(),
            code: verdict.code(),
            code_text: verdict.code_text().map(read),
            http_status: verdict.http_status(),
            message: verdict.message().map(read),
            data: verdict.data().map(<[u8]>::to_vec),
            correlation_id: verdict.correlation_id().map(read),
            amount: verdict.amount().map(read),
            server_delay_ms: verdict.server_delay_ms(),
            anomalies: verdict.anomalies(),
            rule: verdict.rule().to_owned(),
        }
    }

    pub(crate) fn is_success(&self) -> bool {
        self.outcome == Outcome::Success
    }
}

/// A text, which reads the same in every way there is to read it.
fn read(text: &Text<'_>) -> String {
    let whole = text.to_str().into_owned();
    assert_eq!(whole, text.chars().collect::<String>(), "chars");
    assert_eq!(whole, text.to_string(), "Display");
    assert_eq!(*text, *whole, "equality");
    whole
}
