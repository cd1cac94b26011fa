//! A defect on purpose, in a build that nobody ships: `--cfg aftercall_test_panic`.

use crate::boundary::boundary;
use crate::status::acall_status;

/// Panics.
#[unsafe(no_mangle)]
pub extern "C" fn acall_test_panic() -> acall_status {
    boundary!({ panic!("a defect on purpose") })
}
