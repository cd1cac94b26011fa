//! Reading the section `codes`, a profile's own and an inherited one.

use crate::json::object::{Object, array, problem};
use crate::json::text::RawText;
use crate::order::sort;
use crate::pattern::folded;

use super::Profile;
use super::catalogue::{CodeTable, Unfit};
use super::finding::Findings;
use super::phrases::PatternReader;
use super::rules::CodeRule;
use super::tables::{Lists, MAX_RULES, code_rules};

/// Reads the catalogue; says where this profile has each of its own rules.
#[inline(never)]
pub(super) fn read(
    root: &Object<'_>,
    extended: Option<&Object<'_>>,
    patterns: &mut PatternReader<'_>,
    profile: &mut Profile,
    findings: &mut Findings,
) -> Vec<usize> {
    let lists = Lists::of(root, extended, "codes", findings);
    let mut rules: Vec<CodeRule> = Vec::new();
    let mut nodes = Vec::new();
    for node in &lists.own {
        if findings.are_enough() {
            break;
        }
        findings.keep(code_rules(node, patterns, &mut rules));
        if rules.len() > MAX_RULES {
            let message = format!("more than {MAX_RULES} rules in all");
            findings.error("invalid", problem(node, message));
            return Vec::new();
        }
        nodes.resize(rules.len(), *node);
    }
    let own_count = rules.len();
    for node in &lists.inherited {
        findings.keep(code_rules(node, patterns, &mut rules));
    }
    forget_overridden_wordings(&mut rules, own_count);
    let refusal = match CodeTable::new(rules) {
        Ok(table) => {
            profile.codes = table;
            return nodes.iter().map(|node| node.span.start).collect();
        }
        Err(refusal) => refusal,
    };
    let (at, message) = match refusal {
        Unfit::AmbiguousWording { rule, wording } => {
            let entry = nodes.get(rule).and_then(|node| Object::of(node, None).ok());
            let wordings = entry.and_then(|entry| entry.own_optional("wordings"));
            let wording = wordings
                .and_then(|wordings| array(wordings).ok())
                .and_then(|wordings| wordings.get(wording));
            let message = "this wording, folded, stands for a code already".to_owned();
            (wording, message)
        }
        Unfit::TooManyOverlaps => (
            root.own_optional("codes"),
            "so many ranges overlap that no table of them can be made: allowed are 1024 for one code, and a million places in all".to_owned(),
        ),
        Unfit::TooManyRules { rule } => (
            nodes.get(rule).copied(),
            "there are 1024 rules for this code already".to_owned(),
        ),
    };
    findings.error("invalid", problem(at.unwrap_or(root.node), message));
    Vec::new()
}

/// What the profile says of a wording stands before what it inherits.
fn forget_overridden_wordings(rules: &mut [CodeRule], own_count: usize) {
    let (own, inherited) = rules.split_at_mut(own_count);
    let mut wordings = Vec::new();
    for rule in own {
        wordings.extend(rule.wordings.iter().map(fold));
    }
    if wordings.is_empty() {
        return;
    }
    sort(&mut wordings, String::cmp);
    for rule in inherited {
        rule.wordings
            .retain(|wording| wordings.binary_search(&fold(wording)).is_err());
    }
}

#[inline(never)]
fn fold(wording: &String) -> String {
    folded(RawText::verbatim(wording.as_bytes())).collect()
}
