//! Decisions and log lines on their way to C functions.

use core::ffi::{c_char, c_void};
use core::ptr;

use aftercall::client::{Attempted, CallObserver, Failure};
use aftercall::retry::{Decision, Observed, Observer};
use aftercall::{LogLevel, Noted};

use super::{Userdata, size32};
use crate::reply::HeaderList;
use crate::retry::call::{acall_observed, acall_observer};
use crate::retry::decision::acall_decision;
use crate::retry::or_none;
use crate::verdict::acall_verdict;

/// How much a line of the log matters.
pub type acall_log_level = i32;

/// For whoever looks: an attempt that is repeated, a call that succeeds at
/// last, one that its caller cancelled.
pub const ACALL_LOG_DEBUG: acall_log_level = 1;
/// For everybody: a call that has failed.
pub const ACALL_LOG_WARNING: acall_log_level = 2;

/// Is told one line for each decision, but none for a call that succeeds at
/// once: `length` bytes of UTF-8 with a NUL behind them, scrubbed, without a
/// query or a body, valid until it returns. Called in the threads that send, by
/// several at once. It must return: no `longjmp`, no exception.
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
    fn line<'n>(&self, decision: &Decision, attempt: u32, noted: impl FnOnce() -> Noted<'n>) {
        let Some(log) = self.log else {
            return;
        };
        let level = match decision.log_level(attempt.into()) {
            None => return,
            Some(LogLevel::Debug) => ACALL_LOG_DEBUG,
            Some(LogLevel::Warning) => ACALL_LOG_WARNING,
        };
        let line = noted().line(attempt.into());
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
    }
}

impl CallObserver for Told {
    fn on_attempt(&self, attempt: &Attempted) {
        self.line(attempt.decision(), attempt.number(), || attempt.noted());
    }

    fn on_stop(&self, failure: &Failure) {
        self.line(failure.decision(), failure.last_attempt(), || {
            failure.noted()
        });
    }
}
