//! A C verdict, as far as a decision looks at it.

use aftercall::retry::{CallState, Decision, Judged, Policy, Terms};
use aftercall::{Advice, Category, Effect, OperationKind, Outcome, Text};

use crate::reply::{Checked, acall_reply};
use crate::status::Status;
use crate::verdict::{ACALL_TEXT_CODE, ACALL_VERDICT_FAULT, ACALL_VERDICT_HAS_CODE, acall_verdict};

/// What now? Compiled once for those who have time: `acall_call_on_reply` has a
/// copy of its own, of 2 KB, which saves it 300 instructions.
#[inline(never)]
pub(crate) fn decide(
    state: &mut CallState,
    terms: Terms<'_>,
    judged: &Judged<'_>,
    now_ms: u64,
) -> Result<Decision, aftercall::Error> {
    state.on_judged(terms, judged, now_ms)
}

/// What a verdict says in numbers that nobody has checked.
pub(crate) struct Said {
    pub(crate) flags: u32,
    pub(crate) outcome: i32,
    pub(crate) category: i32,
    pub(crate) advice: i32,
    pub(crate) effect: i32,
    pub(crate) repeat: i32,
    pub(crate) http_status: i32,
    pub(crate) code: i64,
    pub(crate) server_delay_ms: i64,
}

impl Said {
    #[inline(always)]
    pub(crate) const fn of(verdict: &acall_verdict) -> Self {
        Self {
            flags: verdict.flags,
            outcome: verdict.outcome,
            category: verdict.category,
            advice: verdict.advice,
            effect: verdict.effect,
            repeat: verdict.repeat,
            http_status: verdict.http_status,
            code: verdict.code,
            server_delay_ms: verdict.server_delay_ms,
        }
    }

    const fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// Whether a policy needs the text of the code besides the numbers.
    #[inline(always)]
    pub(crate) fn lacks_word(&self, policy: &Policy) -> bool {
        policy.looks_for_words() && !self.has(ACALL_VERDICT_HAS_CODE)
    }

    /// Checks each number; what nothing was judged into is no verdict.
    #[inline(always)]
    pub(crate) fn judged<'v>(&self, code_text: Option<&'v Text<'v>>) -> Result<Judged<'v>, Status> {
        self.members(code_text).ok_or(Status::Argument)
    }

    #[inline(always)]
    fn members<'v>(&self, code_text: Option<&'v Text<'v>>) -> Option<Judged<'v>> {
        Some(Judged {
            outcome: Outcome::from_number(self.outcome)
                .filter(|&outcome| outcome != Outcome::None)?,
            category: Category::from_number(self.category)?,
            advice: Advice::from_number(self.advice)?,
            effect: Effect::from_number(self.effect)?,
            repeat: match self.repeat {
                -1 => None,
                kind => Some(OperationKind::from_number(kind)?),
            },
            http_status: (!self.has(ACALL_VERDICT_FAULT)).then_some(self.http_status),
            code: self.has(ACALL_VERDICT_HAS_CODE).then_some(self.code),
            code_text,
            server_delay_ms: match self.server_delay_ms {
                -1 => None,
                delay_ms => Some(u64::try_from(delay_ms).ok()?),
            },
        })
    }
}

/// The text of a verdict's code, if it has one: out of the reply.
///
/// # Safety
///
/// As for [`Checked::new`].
pub(crate) unsafe fn code_text<'a>(
    verdict: &acall_verdict,
    reply: *const acall_reply,
) -> Result<Option<Text<'a>>, Status> {
    if verdict.code_text_offset == -1 {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    let reply = unsafe { Checked::new(reply) }?;
    verdict.text(ACALL_TEXT_CODE, &reply).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILURE: Said = Said {
        flags: 0,
        outcome: 2,
        category: 12,
        advice: 1,
        effect: 0,
        repeat: -1,
        http_status: 503,
        code: 7,
        server_delay_ms: -1,
    };

    #[test]
    fn numbers_become_members() {
        let judged = FAILURE.judged(None).unwrap();
        assert_eq!(judged.category, Category::Server);
        assert_eq!((judged.http_status, judged.code), (Some(503), None));
        assert_eq!((judged.repeat, judged.server_delay_ms), (None, None));
        let flags = ACALL_VERDICT_FAULT | ACALL_VERDICT_HAS_CODE;
        let judged = Said {
            flags,
            repeat: 1,
            server_delay_ms: 0,
            ..FAILURE
        };
        let judged = judged.judged(None).unwrap();
        assert_eq!((judged.http_status, judged.code), (None, Some(7)));
        assert_eq!(judged.repeat, Some(OperationKind::Query));
        assert_eq!(judged.server_delay_ms, Some(0));
    }

    #[test]
    fn a_number_that_is_in_no_set_is_refused() {
        for wrong in [
            Said {
                outcome: 0,
                ..FAILURE
            },
            Said {
                outcome: 3,
                ..FAILURE
            },
            Said {
                category: -1,
                ..FAILURE
            },
            Said {
                advice: 5,
                ..FAILURE
            },
            Said {
                effect: 4,
                ..FAILURE
            },
            Said {
                repeat: 3,
                ..FAILURE
            },
            Said {
                repeat: -2,
                ..FAILURE
            },
            Said {
                server_delay_ms: -2,
                ..FAILURE
            },
        ] {
            assert_eq!(wrong.judged(None).err(), Some(Status::Argument));
        }
    }
}
