//! The one function that everything else is about.

use crate::boundary::boundary;
use crate::pointer::SizedPlace;
use crate::profile::{self, acall_profile};
use crate::reply::{Checked, acall_reply};
use crate::status::acall_status;
use crate::verdict::acall_verdict;

/// Judges one reply: what does it mean, and what now?
///
/// `verdict` belongs to the caller and is written only on success, from its
/// beginning to its `struct_size`. The library keeps no pointer to `reply` and
/// changes nothing of it; after its first use it allocates nothing. It takes
/// time in proportion to the reply's size, whatever its bytes are: no body is
/// an error. Any number of threads may judge with one profile.
///
/// Errors: `ACALL_E_NULL`, `ACALL_E_ARGUMENT` (an unknown fault, expectation or
/// flag, an impossible length), `ACALL_E_ABI_MISMATCH`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_judge(
    profile: *const acall_profile,
    reply: *const acall_reply,
    verdict: *mut acall_verdict,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a profile that is not freed.
        let profile = unsafe { profile::profile(profile) }?;
        // SAFETY: the caller passes NULL or a reply that nobody changes.
        let reply = unsafe { Checked::new(reply) }?;
        // SAFETY: the caller passes NULL or a verdict as large as it says.
        let place = unsafe { SizedPlace::new(verdict) }?;
        let judged = aftercall::judge(profile, &reply.borrow(), reply.now);
        place.write(acall_verdict::new(&judged, reply.body(), &reply.headers));
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use aftercall::{Profile, Reply};

    #[test]
    fn a_verdicts_rule_lives_as_long_as_the_profile() {
        // The C verdict keeps the pointer when the Rust verdict is gone: it must
        // point to what two verdicts of one reply share.
        let judged =
            |body: &'static str| aftercall::judge(Profile::eureka(), &Reply::new(200, body), None);
        for body in [
            r#"{"status":false,"error_code":67200005}"#,
            r#"{"status":false,"error_code":503}"#,
            r#"{"status":false,"error_code":67299999}"#,
            r#"{"status":false,"error_msg":"Quota exceeds the limit!"}"#,
            r#"{"status":true}"#,
            "",
        ] {
            let (one, other) = (judged(body), judged(body));
            assert_eq!(one.rule().as_ptr(), other.rule().as_ptr(), "{body}");
        }
    }
}
