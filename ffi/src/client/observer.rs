//! Decisions and log lines on their way to C functions.

use core::ffi::{c_char, c_void};
use core::ptr;

use aftercall::client::{Attempted, CallObserver};
use aftercall::retry::{Action, Decision, Observed, Observer, Reason};

use super::{Userdata, size32};
use crate::reply::HeaderList;
use crate::retry::call::{acall_observed, acall_observer};
use crate::retry::decision::acall_decision;
use crate::retry::or_none;
use crate::verdict::acall_verdict;

/// How much a line of the log matters.
pub type acall_log_level = i32;

/// A call failed for good.
pub const ACALL_LOG_ERROR: acall_log_level = 1;
/// An attempt failed, and there will be another.
pub const ACALL_LOG_WARNING: acall_log_level = 2;
/// A call succeeded.
pub const ACALL_LOG_INFO: acall_log_level = 3;

/// Is told one line for each decision: `length` bytes of UTF-8 with a NUL behind
/// them, without a secret, a query, a body or words of the server, valid until
/// it returns. Called in the threads that send, by several at once. It must
/// return: no `longjmp`, no exception.
pub type acall_log = Option<
    unsafe extern "C" fn(
        level: acall_log_level,
        line: *const c_char,
        length: usize,
        userdata: *mut c_void,
    ),
>;

/// Who wants to be told of a client's decisions, in C.
pub(crate) struct Told {
    pub(crate) observer: acall_observer,
    pub(crate) observer_userdata: Userdata,
    pub(crate) log: acall_log,
    pub(crate) log_userdata: Userdata,
}

impl Told {
    fn line(&self, decision: &Decision, line: String) {
        let Some(log) = self.log else {
            return;
        };
        let level = match (decision.action(), decision.reason()) {
            (_, Some(Reason::Success)) => ACALL_LOG_INFO,
            (Action::Stop, _) => ACALL_LOG_ERROR,
            _ => ACALL_LOG_WARNING,
        };
        let length = line.len();
        let line = line + "\0";
        // SAFETY: the caller gave a function of this type, which returns.
        unsafe {
            log(
                level,
                line.as_ptr().cast(),
                length,
                self.log_userdata.pointer(),
            )
        };
    }
}

impl Observer for Told {
    fn on_decision(&self, observed: &Observed<'_>) {
        if let Some(observer) = self.observer {
            let verdict = observed.verdict.map(|verdict| acall_verdict {
                struct_size: size32::<acall_verdict>(),
                ..acall_verdict::new(verdict, &[], &HeaderList::own(&[]))
            });
            let decision = acall_decision {
                struct_size: size32::<acall_decision>(),
                ..acall_decision::of_attempt(observed.decision, observed.attempt)
            };
            let shown = acall_observed {
                struct_size: size32::<acall_observed>(),
                attempt: i32::try_from(observed.attempt).unwrap_or(i32::MAX),
                now_ms: or_none(Some(observed.now_ms)),
                verdict: verdict.as_ref().map_or(ptr::null(), ptr::from_ref),
                decision: &raw const decision,
            };
            // SAFETY: the caller gave a function of this type, which returns.
            unsafe { observer(&raw const shown, self.observer_userdata.pointer()) };
        }
        // A decision about an attempt is told with the attempt.
        if observed.verdict.is_none() {
            let line = format!("between attempts; {}", observed.decision.explanation());
            self.line(observed.decision, line);
        }
    }
}

impl CallObserver for Told {
    fn on_attempt(&self, attempt: &Attempted) {
        if self.log.is_some() {
            self.line(attempt.decision(), attempt.to_string());
        }
    }
}
