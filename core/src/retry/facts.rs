//! The numbers that a decision was made from, kept so that it can be explained.

use crate::{Advice, Category, Effect, OperationKind};

use super::RetryMutations;

/// Everything the gates looked at. What was not reached has its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) category: Category,
    /// The advice that counted.
    pub(super) advice: Advice,
    /// What the verdict advised.
    pub(super) judged_advice: Advice,
    pub(super) effect: Effect,
    pub(super) repeat: Option<OperationKind>,
    pub(super) kind: OperationKind,
    pub(super) retry_mutations: RetryMutations,
    pub(super) is_overridden: bool,
    pub(super) has_idempotency_key: bool,
    pub(super) repeat_billed: bool,
    pub(super) can_refresh: bool,
    pub(super) has_refreshed: bool,
    pub(super) is_clamped: bool,
    /// Attempts that count, this one included: a refresh is none.
    pub(super) attempts: u32,
    pub(super) max_attempts: u32,
    pub(super) base_delay_ms: u32,
    pub(super) max_server_delay_ms: u32,
    pub(super) backoff_ms: u64,
    pub(super) server_delay_ms: Option<u64>,
    /// The wait that was considered.
    pub(super) delay_ms: u64,
    pub(super) elapsed_ms: u64,
    pub(super) deadline_ms: Option<u64>,
    /// What the repeat costs; for a success what was earned.
    pub(super) tokens_moved: u32,
    /// What the budget held afterwards; `None` without a budget.
    pub(super) tokens: Option<u32>,
}
