//! What an HTTP status says where the body does not.

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
}

impl HttpTable {
    pub(crate) fn new(rules: Vec<HttpRule>) -> Self {
        let by_status = STATUSES.map(|status| {
            let mut is_open = true;
            let its = rules
                .iter()
                .enumerate()
                .filter(|(_, rule)| rule.statuses.contains(&status));
            its.take_while(|(_, rule)| core::mem::replace(&mut is_open, rule.when.is_some()))
                .map(|(index, _)| index)
                .collect()
        });
        Self {
            by_status: by_status.collect(),
            rules,
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
                id: http_rule_id(http_status),
            })
    }

    /// The rules that are ever tried.
    pub(crate) fn reachable(&self) -> impl Iterator<Item = usize> {
        self.by_status.iter().flatten().copied()
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

/// `http:300` to `http:599`, one behind the other, made by the compiler.
#[expect(clippy::indexing_slicing, reason = "indexed by the compiler alone")]
static HTTP_RULE_IDS: [u8; HTTP_RULE_ID_LENGTH * 300] = {
    let mut ids = [0; HTTP_RULE_ID_LENGTH * 300];
    let mut index = 0;
    while index < 300 {
        let status = index + 300;
        let digits = [status / 100, status / 10 % 10, status % 10];
        let id = [
            b'h',
            b't',
            b't',
            b'p',
            b':',
            ascii_digit(digits[0]),
            ascii_digit(digits[1]),
            ascii_digit(digits[2]),
        ];
        let mut byte = 0;
        while byte < HTTP_RULE_ID_LENGTH {
            ids[index * HTTP_RULE_ID_LENGTH + byte] = id[byte];
            byte += 1;
        }
        index += 1;
    }
    ids
};

const HTTP_RULE_ID_LENGTH: usize = "http:300".len();

#[expect(clippy::cast_possible_truncation, reason = "a digit is below 10")]
const fn ascii_digit(digit: usize) -> u8 {
    b'0' + digit as u8
}

fn http_rule_id(http_status: i32) -> &'static str {
    usize::try_from(http_status - 300)
        .ok()
        .and_then(|index| HTTP_RULE_IDS.get(index * HTTP_RULE_ID_LENGTH..))
        .and_then(|ids| ids.get(..HTTP_RULE_ID_LENGTH))
        .and_then(|id| core::str::from_utf8(id).ok())
        .unwrap_or("http")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_that_can_fail_has_its_id() {
        for status in 300..600 {
            assert_eq!(http_rule_id(status), format!("http:{status}"));
        }
        assert_eq!(http_rule_id(299), "http");
        assert_eq!(http_rule_id(600), "http");
        assert_eq!(http_rule_id(i32::MIN + 300), "http");
    }
}
