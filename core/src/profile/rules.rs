//! The rows of a profile and how the one that applies is found.

use core::fmt;
use core::ops::RangeInclusive;

use crate::envelope::fields::{Code, Identity};
use crate::json::text::RawText;
use crate::order::sorted_places;
use crate::pattern::{Patterns, Wordings};
use crate::{Advice, Category, Effect, OperationKind};

/// What a rule says of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) category: Category,
    pub(crate) advice: Advice,
    pub(crate) effect: Effect,
    pub(crate) alternative: Option<Category>,
    pub(crate) repeat: Option<OperationKind>,
}

/// A row, and the id of the rule it comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decided<'p> {
    pub(crate) row: Row,
    pub(crate) id: &'p str,
}

/// What a condition can look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances<'r> {
    /// The reply's own; 0 if not known.
    pub(crate) http_status: i32,
    pub(crate) message: Option<&'r RawText<'r>>,
    pub(crate) has_server_delay: bool,
}

/// What must hold beside the code or the status, all of it.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    /// The message contains one of these.
    pub(crate) message: Option<std::sync::Arc<Patterns>>,
    /// The reply's own status is one of these.
    pub(crate) http: Option<RangeInclusive<i32>>,
    /// The server named a delay, or did not.
    pub(crate) server_delay: Option<bool>,
}

impl Conditions {
    #[inline]
    fn hold(&self, around: &Circumstances<'_>) -> bool {
        let http = self
            .http
            .as_ref()
            .is_none_or(|statuses| statuses.contains(&around.http_status));
        let server_delay = self
            .server_delay
            .is_none_or(|wanted| wanted == around.has_server_delay);
        // The message last: it is the only one that takes time.
        http && server_delay
            && self.message.as_ref().is_none_or(|patterns| {
                around
                    .message
                    .is_some_and(|message| patterns.are_in(*message))
            })
    }
}

/// A code as a profile spells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CodeName {
    Integer(i64),
    Word(String),
}

impl fmt::Display for CodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => write!(f, "{integer}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// One row of a profile's catalogue of codes.
#[derive(Debug)]
pub struct CodeRule {
    pub(crate) code: CodeName,
    pub(crate) when: Conditions,
    pub(crate) row: Row,
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) wordings: Vec<String>,
}

impl CodeRule {
    /// The rule's id, as a verdict names it: `code:67200002+rate`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The code as text.
    #[must_use]
    pub fn code_text(&self) -> String {
        self.code.to_string()
    }

    /// What kind of failure it is.
    #[must_use]
    pub const fn category(&self) -> Category {
        self.row.category
    }

    /// Whether sending again can help.
    #[must_use]
    pub const fn advice(&self) -> Advice {
        self.row.advice
    }

    /// What may have happened on the server.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.row.effect
    }

    /// The second category, where the API's documentation is ambiguous.
    #[must_use]
    pub const fn alternative(&self) -> Option<Category> {
        self.row.alternative
    }

    /// Where the row comes from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Messages that stand for this code when a reply has none.
    pub fn wordings(&self) -> impl Iterator<Item = &str> {
        self.wordings.iter().map(String::as_str)
    }
}

/// The catalogue of codes.
#[derive(Debug, Default)]
pub(crate) struct CodeTable {
    /// In the profile's order.
    rules: Vec<CodeRule>,
    /// A group for each code.
    groups: Vec<Group>,
    /// The groups of codes that are integers.
    integers: IntegerTable,
    /// The other codes, sorted, and their groups.
    words: Vec<(String, usize)>,
    /// The groups of wordings.
    wordings: Wordings<usize>,
}

/// The rules of one code.
#[derive(Debug)]
struct Group {
    /// Their indices, in the profile's order.
    rules: Vec<usize>,
    /// `message:N`, where the code is N.
    message_id: String,
}

/// A wording that stands for two codes.
#[derive(Clone, Copy)]
pub(crate) struct AmbiguousWording {
    pub(crate) rule: usize,
    pub(crate) wording: usize,
}

impl CodeTable {
    pub(crate) fn new(rules: Vec<CodeRule>) -> Result<Self, AmbiguousWording> {
        let code = |rule: usize| rules.get(rule).map(|rule| &rule.code);
        let by_code = sorted_places(rules.len(), &|one, other| code(one).cmp(&code(other)));
        let mut table = Self {
            integers: IntegerTable::with_room_for(rules.len()),
            ..Self::default()
        };
        let mut wordings = Vec::new();
        let mut places = Vec::new();
        for indices in by_code.chunk_by(|&one, &other| code(one) == code(other)) {
            let group = table.groups.len();
            for &rule in indices {
                let of_rule = rules.get(rule).map_or(&[][..], |rule| &rule.wordings);
                for (wording, text) in of_rule.iter().enumerate() {
                    wordings.push((text.as_str(), group));
                    places.push(AmbiguousWording { rule, wording });
                }
            }
            let Some(name) = indices.first().and_then(|&rule| code(rule)) else {
                continue;
            };
            match name {
                CodeName::Integer(integer) => table.integers.insert(*integer, group),
                CodeName::Word(word) => table.words.push((word.clone(), group)),
            }
            table.groups.push(Group {
                rules: indices.to_vec(),
                message_id: format!("message:{name}"),
            });
        }
        match Wordings::new(&wordings) {
            Ok(wordings) => table.wordings = wordings,
            Err(index) => {
                let place = places.get(index).copied();
                return Err(place.unwrap_or(AmbiguousWording {
                    rule: 0,
                    wording: 0,
                }));
            }
        }
        table.rules = rules;
        Ok(table)
    }

    pub(crate) fn rules(&self) -> impl Iterator<Item = &CodeRule> {
        self.rules.iter()
    }

    pub(crate) fn knows(&self, code: &Code<'_>) -> bool {
        self.group(code).is_some()
    }

    pub(crate) fn by_code(
        &self,
        code: &Code<'_>,
        around: &Circumstances<'_>,
    ) -> Option<Decided<'_>> {
        let rule = self.first_that_holds(self.group(code)?, around)?;
        Some(Decided {
            row: rule.row,
            id: &rule.id,
        })
    }

    pub(crate) fn by_message(
        &self,
        message: RawText<'_>,
        around: &Circumstances<'_>,
    ) -> Option<Decided<'_>> {
        let group = self.groups.get(self.wordings.find(message)?)?;
        let rule = self.first_that_holds(group, around)?;
        Some(Decided {
            row: rule.row,
            id: &group.message_id,
        })
    }

    /// The rules of a code.
    #[inline]
    fn group(&self, code: &Code<'_>) -> Option<&Group> {
        let group = match code.identity {
            Identity::Integer(integer) => self.integers.find(integer)?,
            Identity::Word => self.group_of_word(code.text)?,
            Identity::Nothing => return None,
        };
        self.groups.get(group)
    }

    /// Apart, so that integers are looked for where they stand.
    #[inline(never)]
    fn group_of_word(&self, code: RawText<'_>) -> Option<usize> {
        let code = code.trimmed();
        let place = self
            .words
            .binary_search_by(|(word, _)| word.chars().cmp(code.clone()))
            .ok()?;
        self.words.get(place).map(|(_, group)| *group)
    }

    #[inline]
    fn first_that_holds(&self, group: &Group, around: &Circumstances<'_>) -> Option<&CodeRule> {
        for &index in &group.rules {
            let rule = self.rules.get(index)?;
            if rule.when.hold(around) {
                return Some(rule);
            }
        }
        None
    }
}

/// Codes and what belongs to them, found by one multiplication and a look or two: as fast
/// for ten thousand codes as for thirty. A search in a sorted array took twice
/// the time on codes that change from call to call.
#[derive(Debug, Default)]
struct IntegerTable {
    /// A power of two of slots, at most half of them taken; a code stands in the
    /// first free one from its own.
    slots: Vec<Option<(i64, usize)>>,
    /// How many bits of a product are too many.
    shift: u32,
}

impl IntegerTable {
    fn with_room_for(codes: usize) -> Self {
        let slots = (codes * 2).next_power_of_two().max(2);
        Self {
            slots: vec![None; slots],
            shift: u64::BITS - slots.trailing_zeros(),
        }
    }

    /// Adds a code that is not there yet.
    fn insert(&mut self, code: i64, group: usize) {
        let mut slot = self.slot(code);
        while self.slots.get(slot).is_some_and(Option::is_some) {
            slot = self.behind(slot);
        }
        if let Some(free) = self.slots.get_mut(slot) {
            *free = Some((code, group));
        }
    }

    #[inline]
    fn find(&self, code: i64) -> Option<usize> {
        let mut slot = self.slot(code);
        while let Some(Some((other, group))) = self.slots.get(slot) {
            if *other == code {
                return Some(*group);
            }
            slot = self.behind(slot);
        }
        None
    }

    /// Fibonacci hashing: the upper bits of the product, as many as it takes.
    #[inline]
    fn slot(&self, code: i64) -> usize {
        let product = code.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        usize::try_from(product >> self.shift).unwrap_or_default()
    }

    #[inline]
    fn behind(&self, slot: usize) -> usize {
        (slot + 1) & self.slots.len().wrapping_sub(1)
    }
}

/// A range of codes of which only the range is known.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) codes: RangeInclusive<i64>,
    pub(crate) row: Row,
    pub(crate) id: String,
}

pub(crate) fn by_family<'p>(families: &'p [Family], code: &Code<'_>) -> Option<Decided<'p>> {
    let Identity::Integer(integer) = code.identity else {
        return None;
    };
    families
        .iter()
        .find(|family| family.codes.contains(&integer))
        .map(|family| Decided {
            row: family.row,
            id: &family.id,
        })
}

/// One line of the table of HTTP statuses.
#[derive(Debug)]
pub(crate) struct HttpRule {
    pub(crate) statuses: RangeInclusive<i32>,
    pub(crate) when: Conditions,
    pub(crate) row: Row,
}

pub(crate) fn by_http_status<'p>(
    rules: &'p [HttpRule],
    http_status: i32,
    around: &Circumstances<'_>,
) -> Option<Decided<'p>> {
    rules
        .iter()
        .find(|rule| rule.statuses.contains(&http_status) && rule.when.hold(around))
        .map(|rule| Decided {
            row: rule.row,
            id: http_rule_id(http_status),
        })
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
    fn every_code_of_a_large_table_is_found_and_no_other() {
        let codes: Vec<i64> = (0..10_000).map(|n| n * n * 37 - 5_000_000).collect();
        let mut sorted = codes.clone();
        sorted.dedup();
        let mut table = IntegerTable::with_room_for(sorted.len());
        for (index, code) in sorted.iter().enumerate() {
            table.insert(*code, index);
        }
        for (index, code) in sorted.iter().enumerate() {
            assert_eq!(table.find(*code), Some(index));
            assert_eq!(table.find(code + 1), None);
        }
        assert_eq!(IntegerTable::with_room_for(0).find(0), None);
        assert_eq!(IntegerTable::default().find(0), None);
    }

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
