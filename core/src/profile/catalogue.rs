//! The catalogue of codes: which rules there are for a code, and which of them
//! applies.
//!
//! Nearly every rule is for one code and found by it in constant time. Rules for
//! ranges, patterns and anything are few; where a profile has some, they are
//! looked for as well, and of all that hold the first in the profile's order
//! decides.

use core::cell::Cell;

use crate::envelope::fields::{Code, Identity};
use crate::json::text::RawText;
use crate::order::{sort, sorted_places};
use crate::pattern::Wordings;

use super::integers::IntegerTable;
use super::ranges::{Ranged, Ranges, TooManyOverlaps};
use super::rules::{Circumstances, CodeName, CodeRule, Decided, LONGEST_CODE, Subject, hold};

/// As many rules as may be tried for one code.
pub(super) const MAX_RULES_PER_CODE: usize = 1024;

/// The catalogue of codes.
#[derive(Debug, Default)]
pub(crate) struct CodeTable {
    /// In the profile's order.
    rules: Vec<CodeRule>,
    /// Each code with its rules in the profile's order.
    integers: IntegerTable,
    words: WordTable,
    /// Rules that are not for one code, if there are any.
    wide: Option<Box<WideRules>>,
    wordings: Wordings,
    /// `message:N` and the rules of N; what `wordings` points at.
    messages: Vec<(String, Vec<usize>)>,
}

/// Why rules are no catalogue.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unfit {
    /// A wording stands for two codes: the rule that says so the second time,
    /// and which of its wordings it is.
    AmbiguousWording { rule: usize, wording: usize },
    /// Too many ranges overlap.
    TooManyOverlaps,
    /// More rules than [`MAX_RULES_PER_CODE`] may be tried for the code of this
    /// one.
    TooManyRules { rule: usize },
}

impl From<TooManyOverlaps> for Unfit {
    fn from(_: TooManyOverlaps) -> Self {
        Self::TooManyOverlaps
    }
}

impl CodeTable {
    pub(crate) fn new(rules: Vec<CodeRule>) -> Result<Self, Unfit> {
        let mut exact: Vec<(&CodeName, usize)> = Vec::new();
        let mut wide = WideBuilder::default();
        for (index, rule) in rules.iter().enumerate() {
            match &rule.subject {
                Subject::Code(name) => exact.push((name, index)),
                _ => wide.add(index, rule),
            }
        }
        sort(&mut exact, |one, other| one.0.cmp(other.0));
        let mut table = Self::default();
        let mut integers = Vec::new();
        let mut words = Vec::new();
        let mut wordings = Vec::new();
        let mut places = Vec::new();
        for alike in exact.chunk_by(|one, other| one.0 == other.0) {
            let Some((name, _)) = alike.first() else {
                continue;
            };
            let mut all = Vec::with_capacity(alike.len());
            for &(_, rule) in alike {
                all.push(rule);
                let of_rule = rules.get(rule).map_or(&[][..], |rule| &rule.wordings);
                for (wording, text) in of_rule.iter().enumerate() {
                    wordings.push((text.as_str(), table.messages.len()));
                    places.push(Unfit::AmbiguousWording { rule, wording });
                }
            }
            let indices = tried(&all, &rules)?;
            table
                .messages
                .push((format!("message:{name}"), indices.clone()));
            match name {
                CodeName::Integer(integer) => integers.push((*integer, indices)),
                CodeName::Word(word) => words.push((word.clone(), indices)),
            }
        }
        table.wordings = Wordings::new(&wordings).map_err(|index| {
            let place = places.get(index).copied();
            place.unwrap_or(Unfit::TooManyOverlaps)
        })?;
        table.integers = IntegerTable::new(integers);
        table.words = WordTable::new(words);
        table.wide = wide.build(&rules)?;
        table.rules = rules;
        Ok(table)
    }

    pub(crate) fn rules(&self) -> impl Iterator<Item = &CodeRule> {
        self.rules.iter()
    }

    /// Whether there are rules that need no code.
    pub(crate) fn has_rules_for_any_code(&self) -> bool {
        self.wide.as_ref().is_some_and(|wide| !wide.any.is_empty())
    }

    pub(crate) fn knows(&self, code: &Code<'_>) -> bool {
        !self.indices(code).is_empty()
            || self
                .wide
                .as_ref()
                .is_some_and(|wide| wide.knows(code, self))
    }

    /// The first rule that holds for a failing code, or for none.
    pub(crate) fn by_code(
        &self,
        code: Option<&Code<'_>>,
        around: &Circumstances<'_>,
    ) -> Option<Decided<'_>> {
        let indices = code.map_or(&[][..], |code| self.indices(code));
        let rule = match &self.wide {
            None => self.first_rule_that_holds(indices, around)?,
            Some(wide) => {
                let first = indices
                    .iter()
                    .copied()
                    .find(|index| self.holds(*index, around));
                let first = wide.first_that_holds(code, around, self, first);
                self.rules.get(first?)?
            }
        };
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
        let (id, indices) = self.messages.get(self.wordings.find(message)?)?;
        let rule = self.first_rule_that_holds(indices, around)?;
        Some(Decided { row: rule.row, id })
    }

    /// The rules that are ever tried for some code.
    pub(crate) fn reachable(&self) -> Vec<bool> {
        let mut reachable = vec![false; self.rules.len()];
        mark(&mut reachable, self.integers.rules());
        mark(&mut reachable, self.words.codes.rules());
        if let Some(wide) = &self.wide {
            mark_all(&mut reachable, wide.ranges.lists());
            for (_, rules) in &wide.globs.by_prefix {
                mark(&mut reachable, rules);
            }
            mark(&mut reachable, &wide.any);
        }
        reachable
    }

    /// Whether an earlier rule for a range or a pattern decides in every case.
    /// Each pattern that has to be looked at costs some of the `patience`;
    /// without any left the answer is no.
    pub(crate) fn is_shadowed(&self, index: usize, patience: &Cell<usize>) -> bool {
        let (Some(rule), Some(wide)) = (self.rules.get(index), &self.wide) else {
            return false;
        };
        let is_final = |other: &usize| {
            let Some(left) = patience.get().checked_sub(1) else {
                return false;
            };
            patience.set(left);
            *other < index
                && self
                    .rules
                    .get(*other)
                    .is_some_and(|other| other.when.is_none())
        };
        let prefix: String;
        let text = match &rule.subject {
            Subject::Code(CodeName::Integer(integer)) => {
                return wide.ranges.find(*integer).iter().any(is_final);
            }
            Subject::Code(CodeName::Word(word)) => word,
            Subject::Glob(glob, _) => {
                prefix = glob.literal_prefix().collect();
                &prefix
            }
            Subject::Range(_) | Subject::Any => return false,
        };
        let code = Code {
            identity: Identity::Word,
            is_ok: false,
            text: RawText::verbatim(text.as_bytes()),
        };
        let is_wider = |other: usize| match &rule.subject {
            Subject::Glob(glob, _) => match self.rules.get(other).map(|rule| &rule.subject) {
                Some(Subject::Glob(other, _)) => other.is_prefix() || other == glob,
                _ => false,
            },
            _ => self.is_for(other, &code),
        };
        wide.globs.any_candidates(&code, &mut |others| {
            let mut others = others.iter();
            others.any(|other| is_final(other) && is_wider(*other))
        })
    }

    /// The rules for one code that is this one.
    #[inline(always)]
    fn indices(&self, code: &Code<'_>) -> &[usize] {
        match code.identity {
            Identity::Integer(integer) => self.integers.find(integer),
            Identity::Word => self.words.find(code.text),
            Identity::Nothing => &[],
        }
    }

    #[inline(always)]
    fn first_rule_that_holds(
        &self,
        indices: &[usize],
        around: &Circumstances<'_>,
    ) -> Option<&CodeRule> {
        for &index in indices {
            let rule = self.rules.get(index)?;
            if hold(rule.when.as_deref(), around) {
                return Some(rule);
            }
        }
        None
    }

    fn holds(&self, index: usize, around: &Circumstances<'_>) -> bool {
        self.rules
            .get(index)
            .is_some_and(|rule| hold(rule.when.as_deref(), around))
    }
}

/// Marks the rules of every list as reachable.
pub(super) fn mark_all(reachable: &mut [bool], lists: &[Vec<usize>]) {
    for rules in lists {
        mark(reachable, rules);
    }
}

fn mark(reachable: &mut [bool], rules: &[usize]) {
    for &rule in rules {
        if let Some(place) = reachable.get_mut(rule) {
            *place = true;
        }
    }
}

/// The rules of one code as far as they are ever tried: up to the first that
/// asks for nothing else.
fn tried(all: &[usize], rules: &[CodeRule]) -> Result<Vec<usize>, Unfit> {
    let is_final = |index: &usize| rules.get(*index).is_some_and(|rule| rule.when.is_none());
    let end = all
        .iter()
        .position(is_final)
        .map_or(all.len(), |last| last + 1);
    if let Some(&rule) = all
        .get(MAX_RULES_PER_CODE)
        .filter(|_| end > MAX_RULES_PER_CODE)
    {
        return Err(Unfit::TooManyRules { rule });
    }
    Ok(all.get(..end).unwrap_or_default().to_vec())
}

/// String codes, found by a hash of their characters: an escaped code is read
/// character by character anyway.
#[derive(Debug, Default)]
struct WordTable {
    by_hash: IntegerTable,
    words: Vec<String>,
    /// By the numbers of the words.
    codes: IntegerTable,
}

impl WordTable {
    fn new(words: Vec<(String, Vec<usize>)>) -> Self {
        let mut table = Self::default();
        let mut hashes = Vec::new();
        let mut codes = Vec::new();
        for (word, rules) in words {
            hashes.push(hash(word.chars()));
            codes.push((i64::try_from(codes.len()).unwrap_or_default(), rules));
            table.words.push(word);
        }
        let hash_of = |number: usize| hashes.get(number).copied().unwrap_or_default();
        let by_hash = sorted_places(hashes.len(), &|one, other| {
            hash_of(one).cmp(&hash_of(other))
        });
        let mut alike = Vec::new();
        for numbers in by_hash.chunk_by(|&one, &other| hash_of(one) == hash_of(other)) {
            if let Some(&first) = numbers.first() {
                alike.push((hash_of(first), numbers.to_vec()));
            }
        }
        table.by_hash = IntegerTable::new(alike);
        table.codes = IntegerTable::new(codes);
        table
    }

    fn find(&self, text: RawText<'_>) -> &[usize] {
        if self.words.is_empty() {
            return &[];
        }
        let is_it = |number: &&usize| {
            let word = self.words.get(**number);
            word.is_some_and(|word| text.trimmed().eq(word.chars()))
        };
        let number = self.by_hash.find(hash(text.trimmed())).iter().find(is_it);
        number
            .and_then(|number| i64::try_from(*number).ok())
            .map_or(&[], |number| self.codes.find(number))
    }
}

/// FNV-1a over code points, of which only so many that no reply takes long.
fn hash(characters: impl Iterator<Item = char>) -> i64 {
    let hash = characters
        .take(LONGEST_CODE)
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, character| {
            (hash ^ u64::from(character)).wrapping_mul(0x0100_0000_01B3)
        });
    hash.cast_signed()
}

/// Rules for ranges, patterns and anything.
#[derive(Debug)]
struct WideRules {
    ranges: Ranges,
    globs: Globs,
    any: Vec<usize>,
}

#[derive(Default)]
struct WideBuilder {
    ranges: Vec<Ranged>,
    globs: Vec<usize>,
    any: Vec<usize>,
}

impl WideBuilder {
    fn add(&mut self, index: usize, rule: &CodeRule) {
        match &rule.subject {
            Subject::Range(codes) => self.ranges.push(Ranged {
                codes: codes.clone(),
                rule: index,
                is_final: rule.when.is_none(),
            }),
            Subject::Glob(..) => self.globs.push(index),
            Subject::Any | Subject::Code(_) => self.any.push(index),
        }
    }

    fn build(self, rules: &[CodeRule]) -> Result<Option<Box<WideRules>>, Unfit> {
        if self.ranges.is_empty() && self.globs.is_empty() && self.any.is_empty() {
            return Ok(None);
        }
        Ok(Some(Box::new(WideRules {
            ranges: Ranges::new(&self.ranges)?,
            globs: Globs::new(&self.globs, rules)?,
            any: tried(&self.any, rules)?,
        })))
    }
}

impl WideRules {
    /// The first rule that holds, if it comes before `first`.
    fn first_that_holds(
        &self,
        code: Option<&Code<'_>>,
        around: &Circumstances<'_>,
        table: &CodeTable,
        first: Option<usize>,
    ) -> Option<usize> {
        let mut first = first.unwrap_or(usize::MAX);
        let mut look = |indices: &[usize], code: Option<&Code<'_>>| {
            let before = indices.iter().copied().take_while(|index| *index < first);
            let fits = |index: &usize| {
                code.is_none_or(|code| table.is_for(*index, code)) && table.holds(*index, around)
            };
            first = before.into_iter().find(fits).unwrap_or(first);
        };
        match code.map(|code| (code, code.identity)) {
            Some((_, Identity::Integer(integer))) => look(self.ranges.find(integer), None),
            Some((code, Identity::Word)) => {
                self.globs.any_candidates(code, &mut |indices| {
                    look(indices, Some(code));
                    false
                });
            }
            _ => {}
        }
        look(&self.any, None);
        (first != usize::MAX).then_some(first)
    }

    fn knows(&self, code: &Code<'_>, table: &CodeTable) -> bool {
        match code.identity {
            Identity::Integer(integer) => !self.ranges.find(integer).is_empty(),
            Identity::Word => self.globs.any_candidates(code, &mut |indices| {
                indices.iter().any(|index| table.is_for(*index, code))
            }),
            Identity::Nothing => false,
        }
    }
}

impl CodeTable {
    fn is_for(&self, index: usize, code: &Code<'_>) -> bool {
        self.rules
            .get(index)
            .is_some_and(|rule| rule.subject.is(code))
    }
}

/// Patterns of string codes, by what stands before their first gap: a code is
/// compared with those alone that begin as it does.
#[derive(Debug, Default)]
struct Globs {
    /// Sorted.
    by_prefix: Vec<(String, Vec<usize>)>,
    /// The lengths of the prefixes, in bytes.
    lengths: Vec<usize>,
}

impl Globs {
    fn new(indices: &[usize], rules: &[CodeRule]) -> Result<Self, Unfit> {
        let mut globs = Self::default();
        let mut prefixes: Vec<(String, usize)> = Vec::new();
        for &index in indices {
            if let Some(Subject::Glob(glob, _)) = rules.get(index).map(|rule| &rule.subject) {
                prefixes.push((glob.literal_prefix().collect(), index));
            }
        }
        sort(&mut prefixes, |one, other| one.0.cmp(&other.0));
        for (prefix, rule) in prefixes {
            if let Err(place) = globs.lengths.binary_search(&prefix.len()) {
                globs.lengths.insert(place, prefix.len());
            }
            match globs.by_prefix.last_mut() {
                Some((last, rules)) if *last == prefix => {
                    rules.push(rule);
                    if rules.len() > MAX_RULES_PER_CODE {
                        return Err(Unfit::TooManyRules { rule });
                    }
                }
                _ => globs.by_prefix.push((prefix, vec![rule])),
            }
        }
        Ok(globs)
    }

    /// Whether `look` says yes to rules that a code may be for: there is one list
    /// for each length of prefix.
    #[inline(never)]
    fn any_candidates(&self, code: &Code<'_>, look: &mut dyn FnMut(&[usize]) -> bool) -> bool {
        let mut text = [0; super::glob::MAX_LENGTH];
        let mut length = 0;
        for character in code.text.trimmed() {
            let end = length + character.len_utf8();
            let Some(place) = text.get_mut(length..end) else {
                break;
            };
            character.encode_utf8(place);
            length = end;
        }
        for &prefix in self.lengths.iter().take_while(|prefix| **prefix <= length) {
            let prefix = text.get(..prefix).unwrap_or_default();
            let is_it = |(known, _): &(String, Vec<usize>)| known.as_bytes().cmp(prefix);
            let rules = self.by_prefix.binary_search_by(is_it).ok();
            if let Some((_, rules)) = rules.and_then(|place| self.by_prefix.get(place))
                && look(rules)
            {
                return true;
            }
        }
        false
    }
}
