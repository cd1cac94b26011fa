//! Whether a repeat could do, or charge for, something twice.

use crate::{Effect, OperationKind};

use super::{Judged, Operation, Policy, RetryMutations};

/// Whether a failed attempt may be followed by another one.
///
/// What was certainly not carried out may be sent again. What perhaps was may
/// be if it changes nothing, or if the server knows the repeat by its
/// idempotency key (the `Idempotency-Key` header field of the IETF draft).
pub(super) fn may_repeat(policy: &Policy, operation: &Operation, verdict: &Judged<'_>) -> bool {
    let was_not_carried_out = matches!(verdict.effect, Effect::NotSent | Effect::Rejected);
    let is_safe = match (operation.kind, policy.retry_mutations) {
        (OperationKind::Query | OperationKind::Auth, _) => true,
        (OperationKind::Mutation, RetryMutations::Never) => false,
        (OperationKind::Mutation, RetryMutations::Always) => true,
        (OperationKind::Mutation, RetryMutations::RejectedOnly) => {
            was_not_carried_out || operation.has_idempotency_key
        }
    };
    // A repeat that is safe may still be charged for.
    let is_paid_for =
        was_not_carried_out || policy.repeat_billed || is_marked(verdict.repeat, operation.kind);
    is_safe && is_paid_for
}

/// Whether the profile says that this kind may be repeated after this failure.
fn is_marked(repeat: Option<OperationKind>, kind: OperationKind) -> bool {
    repeat == Some(kind)
}
