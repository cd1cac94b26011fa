//! What an HTTP status says where the body does not.

use core::fmt::Write as _;
use core::ops::RangeInclusive;
use std::sync::Arc;

use crate::envelope::fields::{Code, Identity};

use super::rules::{Circumstances, Conditions, Decided, Row, hold};

/// Statuses that a row may have.
pub(crate) const STATUSES: RangeInclusive<i32> = 200..=599;

/// One line of the table of HTTP statuses.
#[derive(Debug)]
pub(crate) struct HttpRule {
    pub(crate) statuses: RangeInclusive<i32>,
    pub(crate) when: Option<Arc<Conditions>>,
    pub(crate) row: Row,
}

/// The lines of a profile, found by status.
#[derive(Debug, Default)]
pub(crate) struct HttpTable {
    rules: Vec<HttpRule>,
    /// For each of [`STATUSES`] its rules in their order, up to the first one
    /// that asks for nothing else.
    by_status: Vec<Vec<usize>>,
    /// The ids of all rules. Made here, as in the library they would have 2 KB.
    ids: String,
}

impl HttpTable {
    pub(crate) fn new(rules: Vec<HttpRule>) -> Self {
        let mut by_status = Vec::with_capacity(STATUSES.count());
        for status in STATUSES {
            let mut its = Vec::new();
            for (index, rule) in rules.iter().enumerate() {
                if rule.statuses.contains(&status) {
                    its.push(index);
                    if rule.when.is_none() {
                        break;
                    }
                }
            }
            by_status.push(its);
        }
        Self {
            by_status,
            rules,
            ids: all_ids(),
        }
    }

    pub(crate) fn find(&self, http_status: i32, around: &Circumstances<'_>) -> Option<Decided<'_>> {
        let place = usize::try_from(http_status.checked_sub(*STATUSES.start())?).ok()?;
        self.by_status
            .get(place)?
            .iter()
            .filter_map(|&index| self.rules.get(index))
            .find(|rule| hold(rule.when.as_deref(), around))
            .map(|rule| Decided {
                row: rule.row,
                id: id_in(&self.ids, http_status),
            })
    }

    /// The rules of every status.
    pub(crate) fn lists(&self) -> &[Vec<usize>] {
        &self.by_status
    }

    pub(crate) fn rules(&self) -> impl Iterator<Item = &HttpRule> {
        self.rules.iter()
    }
}

/// The failing code as an HTTP status, if it lies among `statuses`.
pub(crate) fn status_of(code: &Code<'_>, statuses: &RangeInclusive<i32>) -> Option<i32> {
    match code.identity {
        Identity::Integer(integer) => i32::try_from(integer)
            .ok()
            .filter(|status| statuses.contains(status)),
        _ => None,
    }
}

const ID_LENGTH: usize = "http:300".len();

/// `http:300` to `http:599`, one behind the other.
fn all_ids() -> String {
    let mut ids = String::with_capacity(300 * ID_LENGTH);
    for status in 300..600 {
        // Writing to a `String` never fails.
        let _ = write!(ids, "http:{status}");
    }
    ids
}

fn id_in(ids: &str, http_status: i32) -> &str {
    usize::try_from(http_status - 300)
        .ok()
        .and_then(|index| ids.get(index * ID_LENGTH..(index + 1) * ID_LENGTH))
        .unwrap_or("http")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_that_can_fail_has_its_id() {
        let ids = all_ids();
        for status in 300..600 {
            assert_eq!(id_in(&ids, status), format!("http:{status}"));
        }
        assert_eq!(id_in(&ids, 299), "http");
        assert_eq!(id_in(&ids, 600), "http");
        assert_eq!(id_in(&ids, i32::MIN + 300), "http");
    }
}
