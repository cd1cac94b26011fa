//! Budgets as numbers.

use std::sync::Arc;

use aftercall::retry::Budget;

use super::handles::Handles;
use super::last_error::Complaint;
use super::policy;
use crate::boundary::boundary;
use crate::pointer;
use crate::retry::budget::counted;
use crate::status::{Status, acall_status};

static BUDGETS: Handles<Budget> = Handles::new();

/// The budget of a number; 0 is none.
pub(super) fn budget(number: i64) -> Result<Option<Arc<Budget>>, Status> {
    match number {
        0 => Ok(None),
        _ => BUDGETS.find(number).map(Some),
    }
}

/// Makes a budget of `capacity` tokens at most (1 or more), of which `tokens`
/// are there now, but never more than fit; -1 for all.
///
/// `*budget` is set on success to a number that stands for the budget, in any
/// thread, until `acall_flat_budget_free`. Errors, with details from
/// `acall_last_error`: `ACALL_E_ARGUMENT`, `_NULL`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_budget_new(
    capacity: i32,
    tokens: i32,
    budget: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { pointer::Place::new(budget) }.map_err(Complaint::about("budget"))?;
        let made = counted(capacity, tokens).map_err(Complaint::about("capacity or tokens"))?;
        place.write(BUDGETS.keep(made));
        Ok(())
    })
}

/// Makes the budget that a policy wants, full; `*budget` is set to 0 if it wants
/// none. Otherwise like `acall_flat_budget_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_budget_of_policy(
    policy: i64,
    budget: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { pointer::Place::new(budget) }.map_err(Complaint::about("budget"))?;
        let policy = policy::policy(policy).map_err(Complaint::about("policy"))?;
        let made = policy.budget_capacity().map(Budget::new);
        place.write(made.map_or(0, |made| BUDGETS.keep(made)));
        Ok(())
    })
}

/// How many tokens a budget holds now. `*tokens` is written only on success.
/// Any thread. Errors, with details from `acall_last_error`: `ACALL_E_ARGUMENT`
/// (no such budget), `_NULL`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_budget_tokens(budget: i64, tokens: *mut i64) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { pointer::Place::new(tokens) }.map_err(Complaint::about("tokens"))?;
        let budget = BUDGETS.find(budget).map_err(Complaint::about("budget"))?;
        place.write(budget.tokens().into());
        Ok(())
    })
}

/// Frees a budget; its number is never given again. Calls that are under way
/// with it cannot go on. Any thread. Errors, with details from
/// `acall_last_error`: `ACALL_E_ARGUMENT` (no such budget). Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_flat_budget_free(budget: i64) -> acall_status {
    boundary!(flat, {
        BUDGETS.free(budget).map_err(Complaint::about("budget"))
    })
}
