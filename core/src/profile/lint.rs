//! What a profile probably does not mean to say.
//!
//! A warning never keeps a profile from loading. Rules of a profile that is
//! extended are not warned of: to stand behind others is what they are for.

use core::cell::Cell;
use core::cmp::Ordering;
use std::sync::Arc;

use crate::envelope::fields::Fields;
use crate::order::{sort, sorted_places};
use crate::{Advice, Effect, OperationKind};

use super::Families;
use super::catalogue::{CodeTable, mark_all};
use super::finding::Findings;
use super::http::HttpTable;
use super::operations::{OperationHint, Requests};
use super::rules::{CodeName, CodeRule, Row, Subject};

/// As many patterns as are looked at to find rules that never apply. Whoever
/// writes a file by hand comes nowhere near it.
const PATIENCE: usize = 1 << 24;

/// Warns of the catalogue's own rules; `places` has one place for each.
pub(super) fn codes(table: &CodeTable, places: &[usize], fields: &Fields, findings: &mut Findings) {
    let reachable = table.reachable();
    let is_repeated = repeated_rules(table, places.len());
    let patience = Cell::new(PATIENCE);
    for (index, (rule, &at)) in table.rules().zip(places).enumerate() {
        if rule.when.is_some() && is_repeated.get(index) == Some(&true) {
            let message = format!("the same conditions of {} stand above already", name(rule));
            findings.warn("unreachable", at, message);
        } else if !reachable.get(index).copied().unwrap_or(true)
            || table.is_shadowed(index, &patience)
        {
            let message = format!(
                "this rule never applies: an earlier one decides about {} in every case",
                name(rule)
            );
            findings.warn("unreachable", at, message);
        }
        let is_ok = match &rule.subject {
            Subject::Code(CodeName::Integer(integer)) => fields.is_ok_integer(*integer),
            Subject::Code(CodeName::Word(word)) => fields.is_ok_word(word),
            _ => false,
        };
        if is_ok {
            let message = format!("{} is an OK code: no failure has it", name(rule));
            findings.warn("ok_code", at, message);
        }
        row(rule.row, at, findings);
    }
}

/// Which of the rules have subject and conditions of one before.
fn repeated_rules(table: &CodeTable, count: usize) -> Vec<bool> {
    let mut subjects: Vec<(usize, &CodeRule, String)> = Vec::new();
    for (index, rule) in table.rules().take(count).enumerate() {
        if rule.when.is_some() {
            subjects.push((index, rule, rule.subject.signature()));
        }
    }
    // Of one entry all rules have the same conditions, and few others are for
    // the same code: what they say is seldom compared.
    let order = |one: &CodeRule, other: &CodeRule| match (&one.when, &other.when) {
        (Some(one), Some(other)) if !Arc::ptr_eq(one, other) => one.order(other),
        _ => Ordering::Equal,
    };
    sort(&mut subjects, |(_, one, subject), (_, other, its)| {
        subject.cmp(its).then_with(|| order(one, other))
    });
    let mut is_repeated = vec![false; count];
    for pair in subjects.windows(2) {
        let [(_, one, subject), (index, other, its)] = pair else {
            continue;
        };
        let is_same = subject == its && order(one, other).is_eq();
        if let Some(place) = is_repeated.get_mut(*index) {
            *place = is_same;
        }
    }
    is_repeated
}

/// Which of the things stand there before.
fn repeated<T: Ord>(things: &[T]) -> Vec<bool> {
    let order = sorted_places(things.len(), &|one, other| {
        things.get(one).cmp(&things.get(other))
    });
    let mut is_repeated = vec![false; things.len()];
    for (one, other) in order.iter().zip(order.iter().skip(1)) {
        if let Some(place) = is_repeated.get_mut(*other) {
            *place = things.get(*one) == things.get(*other);
        }
    }
    is_repeated
}

fn name(rule: &CodeRule) -> String {
    match &rule.subject {
        Subject::Any => "any code".to_owned(),
        Subject::Range(_) => format!("codes {}", rule.code_text()),
        Subject::Glob(..) => format!("codes like {:?}", rule.code_text()),
        Subject::Code(_) => format!("code {}", rule.code_text()),
    }
}

/// Warns of a row that sends a mutation again which may have been carried out,
/// or says what nobody will look at.
fn row(row: Row, at: usize, findings: &mut Findings) {
    let is_known = row.effect != Effect::Unknown;
    let is_repeated = matches!(row.advice, Advice::Backoff | Advice::Throttle);
    if !is_known && row.advice == Advice::RefreshAuth {
        let message = "refresh_auth sends the request again, whatever it is: with the effect \
                       unknown a mutation may be carried out twice (rejected, if the API \
                       refused it before any work)";
        findings.warn("unsafe_repeat", at, message);
    }
    if !is_known && is_repeated && row.repeat == Some(OperationKind::Mutation) {
        let message = "with the effect unknown, repeat: mutation lets a mutation be carried out \
                       twice; repeat: query is for questions alone";
        findings.warn("unsafe_repeat", at, message);
    }
    if row.repeat.is_some() && !is_repeated {
        let message = format!("repeat has no meaning beside the advice {}", row.advice);
        findings.warn("no_meaning", at, message);
    }
    if row.alternative == Some(row.category) {
        findings.warn("no_meaning", at, "the alternative is the category itself");
    }
}

/// Warns of the own lines of the table of HTTP statuses.
pub(super) fn http(table: &HttpTable, places: &[usize], vetoes: &[i32], findings: &mut Findings) {
    let mut reachable = vec![false; places.len()];
    mark_all(&mut reachable, table.lists());
    // One entry may have several statuses: it is unreachable if all of them are.
    let mut entry: Option<(usize, bool)> = None;
    let unreachable = |entry: Option<(usize, bool)>, findings: &mut Findings| {
        if let Some((at, false)) = entry {
            let message = "this line never applies: earlier ones decide in every case";
            findings.warn("unreachable", at, message);
        }
    };
    for ((rule, &at), is_reachable) in table.rules().zip(places).zip(reachable) {
        match &mut entry {
            Some((last, is_any)) if *last == at => *is_any |= is_reachable,
            _ => {
                unreachable(entry, findings);
                entry = Some((at, is_reachable));
                row(rule.row, at, findings);
            }
        }
        let is_single = rule.statuses.start() == rule.statuses.end();
        let is_vetoed = is_single && vetoes.contains(rule.statuses.start());
        if is_vetoed && matches!(rule.row.advice, Advice::Backoff | Advice::Throttle) {
            let message = format!(
                "nothing is repeated under a vetoed status: {} means never here",
                rule.row.advice
            );
            findings.warn("vetoed", at, message);
        }
    }
    unreachable(entry, findings);
}

/// Warns of the own families.
pub(super) fn families(families: &Families, places: &[usize], findings: &mut Findings) {
    let mut reachable = vec![false; families.rows.len()];
    mark_all(&mut reachable, families.table.lists());
    let codes = |index: usize| families.rows.get(index).map(|family| family.codes.clone());
    let start = |index: usize| codes(index).map(|codes| *codes.start());
    let own = sorted_places(places.len(), &|one, other| start(one).cmp(&start(other)));
    let own = own
        .into_iter()
        .filter_map(|index| Some((index, *places.get(index)?)));
    // In the order of their first codes, each overlaps if it begins before the
    // largest end so far.
    let mut widest: Option<(usize, i64)> = None;
    for (index, at) in own {
        let Some((codes, family)) = codes(index).zip(families.rows.get(index)) else {
            continue;
        };
        row(family.row, at, findings);
        if reachable.get(index) == Some(&false) {
            let message = format!(
                "{} never applies: all its codes are others' already",
                family.id
            );
            findings.warn("unreachable", at, message);
        } else if let Some((other, end)) = widest
            && *codes.start() <= end
            && let Some(other) = families.rows.get(other)
        {
            let message = format!(
                "{} and {} overlap: the first of them decides",
                family.id, other.id
            );
            findings.warn("overlapping", at, message);
        }
        if widest.is_none_or(|(_, end)| end < *codes.end()) {
            widest = Some((index, *codes.end()));
        }
    }
}

/// Warns of the own operations.
pub(super) fn operations(
    operations: &[(Requests, OperationHint)],
    places: &[usize],
    findings: &mut Findings,
) {
    let mut requests = Vec::with_capacity(operations.len());
    for (its, _) in operations {
        requests.push(its);
    }
    for (is_repeated, &at) in repeated(&requests).into_iter().zip(places) {
        if is_repeated {
            let message = "the same method and path stand above already";
            findings.warn("unreachable", at, message);
        }
    }
}
