//! Retry budgets as handles.

use std::sync::Arc;

use aftercall::retry::Budget;

use super::policy::{self, acall_policy};
use crate::boundary::boundary;
use crate::pointer::{self, Place};
use crate::status::{Status, acall_status};

/// What all calls of one host and credential may spend on repeats. It counts
/// without locks: pointers to it are pointers to `const` because any number of
/// threads, and calls, may use it at once.
#[derive(Debug)]
pub struct acall_budget {
    _opaque: [u8; 0],
}

/// The budget behind a handle.
///
/// # Safety
///
/// `handle` is NULL, or came from this file and is not freed for as long as
/// the reference lives.
pub(crate) unsafe fn budget<'a>(handle: *const acall_budget) -> Result<&'a Budget, Status> {
    // SAFETY: a handle is the address of a `Budget`; the rest is promised.
    unsafe { pointer::reference(handle.cast()) }
}

/// The same, to be kept.
///
/// # Safety
///
/// As for [`budget`].
#[cfg(feature = "client")]
pub(crate) unsafe fn kept(handle: *const acall_budget) -> Result<Arc<Budget>, Status> {
    // SAFETY: the caller's promise.
    let given = unsafe { budget(handle) }?;
    // SAFETY: every budget is counted; here is one more owner.
    unsafe { Arc::increment_strong_count(given) };
    // SAFETY: that owner is this one.
    Ok(unsafe { Arc::from_raw(given) })
}

/// A budget of so many tokens at most and now; -1 for as many as it can hold.
/// What does not fit is not there.
pub(crate) fn counted(capacity: i32, tokens: i32) -> Result<Budget, Status> {
    let capacity = u32::try_from(capacity).map_err(|_| Status::Argument)?;
    let tokens = match tokens {
        -1 => capacity,
        _ => u32::try_from(tokens).map_err(|_| Status::Argument)?,
    };
    if capacity == 0 {
        return Err(Status::Argument);
    }
    Ok(Budget::with_tokens(capacity, tokens))
}

/// Makes a budget of `capacity` tokens at most (1 or more), of which `tokens`
/// are there now, but never more than fit; -1 for all.
///
/// `*budget` is set on success and belongs to the caller, who frees it with
/// `acall_budget_free`. Any thread. Errors: `ACALL_E_ARGUMENT`, `_NULL`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_budget_new(
    capacity: i32,
    tokens: i32,
    budget: *mut *mut acall_budget,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(budget) }?;
        let made = counted(capacity, tokens)?;
        place.write(Arc::into_raw(Arc::new(made)).cast_mut().cast());
        Ok(())
    })
}

/// Makes the budget that a policy wants, full. `policy` is NULL for the
/// standard one.
///
/// `*budget` is set on success: to NULL if the policy wants none, which is what
/// `acall_call_options` takes for none. Otherwise like `acall_budget_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_budget_of_policy(
    policy: *const acall_policy,
    budget: *mut *mut acall_budget,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(budget) }?;
        // SAFETY: the caller passes NULL or a policy that is not freed.
        let policy = unsafe { policy::or_standard(policy) }?;
        let made = policy.budget_capacity().map(Budget::new);
        place.write(made.map_or(core::ptr::null_mut(), |made| {
            Arc::into_raw(Arc::new(made)).cast_mut().cast()
        }));
        Ok(())
    })
}

/// How many tokens a budget holds now; -1 if `budget` is NULL. Any thread.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_budget_tokens(budget: *const acall_budget) -> i64 {
    boundary!(-1, {
        // SAFETY: the caller passes NULL or a budget that is not freed.
        unsafe { self::budget(budget) }.map_or(-1, |budget| budget.tokens().into())
    })
}

/// How many tokens a budget can hold; otherwise like `acall_budget_tokens`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_budget_capacity(budget: *const acall_budget) -> i64 {
    boundary!(-1, {
        // SAFETY: the caller passes NULL or a budget that is not freed.
        unsafe { self::budget(budget) }.map_or(-1, |budget| budget.capacity().into())
    })
}

/// Frees a budget. NULL is fine. No other thread and no call may still use it.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_budget_free(budget: *mut acall_budget) {
    boundary!((), {
        let budget = budget.cast::<Budget>();
        if !budget.is_null() && budget.is_aligned() {
            // SAFETY: the caller hands back what this file once handed out.
            drop(unsafe { Arc::from_raw(budget.cast_const()) });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    static_assertions::assert_impl_all!(Budget: Send, Sync);

    #[test]
    fn a_budget_holds_at_least_one_token_and_never_more_than_it_can() {
        let held = |capacity, tokens| counted(capacity, tokens).map(|budget| budget.tokens());
        assert_eq!(held(500, -1), Ok(500));
        assert_eq!(held(500, 0), Ok(0));
        assert_eq!(held(i32::MAX, i32::MAX), Ok(i32::MAX.unsigned_abs()));
        assert_eq!(held(5, 6), Ok(5));
        for (capacity, tokens) in [(0, 0), (-1, -1), (5, -2), (i32::MIN, 0)] {
            assert_eq!(held(capacity, tokens), Err(Status::Argument));
        }
    }
}
