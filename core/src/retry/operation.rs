//! What is being done, as far as a decision has to know.

use crate::OperationKind;

use super::random::Draws;

/// One logical operation: its kind, and what it can bear.
///
/// ```
/// use aftercall::OperationKind;
/// use aftercall::retry::Operation;
///
/// let upload = Operation::new(OperationKind::Mutation).with_idempotency_key().seeded(7);
/// assert_eq!(upload.kind(), OperationKind::Mutation);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pub(super) kind: OperationKind,
    pub(super) can_refresh: bool,
    pub(super) has_idempotency_key: bool,
    pub(super) draws: Draws,
}

impl Operation {
    /// An operation of this kind, without a key, with nothing that could get a
    /// new token, and with seed 0.
    #[must_use]
    pub const fn new(kind: OperationKind) -> Self {
        Self {
            kind,
            can_refresh: false,
            has_idempotency_key: false,
            draws: Draws::Seeded(0),
        }
    }

    /// A new token can be got during the call.
    #[must_use]
    pub const fn refreshable(mut self) -> Self {
        self.can_refresh = true;
        self
    }

    /// Every attempt carries the same idempotency key, so the server knows a
    /// repeat for what it is.
    #[must_use]
    pub const fn with_idempotency_key(mut self) -> Self {
        self.has_idempotency_key = true;
        self
    }

    /// The seed of the call's jitter. Give every call its own, as
    /// [`fresh_seed`](super::fresh_seed) does: calls with the same seed wait
    /// equally long.
    #[must_use]
    pub const fn seeded(mut self, seed: u64) -> Self {
        self.draws = Draws::Seeded(seed);
        self
    }

    /// Every draw of the jitter is `u`, from 0 to 1: for tests.
    #[must_use]
    pub fn with_fixed_draw(mut self, u: f64) -> Self {
        self.draws = Draws::fixed(u);
        self
    }

    /// What kind of operation it is.
    #[must_use]
    pub const fn kind(&self) -> OperationKind {
        self.kind
    }
}
