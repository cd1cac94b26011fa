//! The tables of a profile: codes, families, HTTP statuses, faults. Each row is
//! read with its conditions, and refused if it says what no failure can be.

use core::ops::RangeInclusive;
use std::sync::Arc;

use crate::json::document::{Node, Problem, Value};
use crate::json::number::Number;
use crate::json::object::{
    Object, Result, array, boolean, integer, member, not_one_of, one_or_each, problem, string,
    wrong,
};
use crate::json::text::RawText;
use crate::pattern::Patterns;
use crate::{Advice, Category, Effect, Fault, OperationKind};

use super::rules::{CodeName, CodeRule, CodeTable, Conditions, Family, HttpRule, Row};
use super::texts::{MAX_ID_LENGTH, id_text, is_id, phrases};

/// As many phrases as one pattern may have: each costs a look at a message.
const MAX_PHRASES: usize = 64;

/// Patterns by name, for conditions to refer to.
pub(super) type NamedPatterns<'d> = Vec<(&'d str, Arc<Patterns>)>;

pub(super) fn patterns<'d>(root: &Object<'d>) -> Result<NamedPatterns<'d>> {
    let mut patterns = Vec::new();
    let Some(node) = root.own_optional("patterns") else {
        return Ok(patterns);
    };
    for member in Object::of(node, None)?.members {
        let phrases = phrases(&member.node)?;
        if phrases.is_empty() || phrases.len() > MAX_PHRASES {
            return Err(problem(
                &member.node,
                format!(
                    "expected 1 to {MAX_PHRASES} phrases, found {}",
                    phrases.len()
                ),
            ));
        }
        if !is_id(&member.name) {
            let message =
                format!("expected a name of 1 to {MAX_ID_LENGTH} bytes without control characters");
            return Err(Problem::new(member.name_span.start, message));
        }
        patterns.push((member.name.as_str(), Arc::new(Patterns::new(phrases))));
    }
    Ok(patterns)
}

pub(super) fn codes(root: &Object<'_>, patterns: &NamedPatterns<'_>) -> Result<CodeTable> {
    let Some(node) = root.own_optional("codes") else {
        return Ok(CodeTable::default());
    };
    let entries = array(node)?;
    let mut rules = Vec::with_capacity(entries.len());
    for node in entries {
        rules.push(code_rule(node, patterns)?);
    }
    CodeTable::new(rules).map_err(|ambiguous| {
        let wording = entries
            .get(ambiguous.rule)
            .and_then(|entry| Object::of(entry, None).ok())
            .and_then(|entry| entry.own_optional("wordings"))
            .and_then(|wordings| array(wordings).ok())
            .and_then(|wordings| wordings.get(ambiguous.wording))
            .unwrap_or(node);
        problem(
            wording,
            "this wording, folded, stands for a code already".to_owned(),
        )
    })
}

fn code_rule(node: &Node<'_>, patterns: &NamedPatterns<'_>) -> Result<CodeRule> {
    let entry = Object::of(node, None)?;
    entry.allow(&[
        "code", "when", "label", "category", "advice", "effect", "alternative", "repeat", "source",
        "wordings",
    ])?;
    let code = code_name(entry.get("code")?)?;
    let (when, default_label) = conditions(&entry, patterns)?;
    let label = match entry.own_optional("label") {
        Some(label) => Some(id_text(label)?.to_owned()),
        None => default_label,
    };
    let id = match label {
        Some(label) => format!("code:{code}+{label}"),
        None => format!("code:{code}"),
    };
    let wordings = match entry.own_optional("wordings") {
        Some(wordings) => phrases(wordings)?,
        None => Vec::new(),
    };
    Ok(CodeRule {
        code,
        when,
        row: row(&entry)?,
        id,
        source: entry.own_string_or_empty("source")?,
        wordings: wordings.into_iter().map(str::to_owned).collect(),
    })
}

fn code_name(node: &Node<'_>) -> Result<CodeName> {
    let allowed = "an integer of signed 64 bits, or a string that is no number";
    match &node.value {
        Value::Number(_) => integer(node)
            .map(CodeName::Integer)
            .map_err(|_| wrong(node, allowed)),
        Value::String(word) => {
            let trimmed = word.trim_matches([' ', '\t', '\n', '\r']);
            let text = RawText::verbatim(word.as_bytes());
            let is_number = Number::read(text.trimmed()) != Number::Malformed;
            if trimmed.is_empty() || is_number || trimmed != word {
                return Err(wrong(node, allowed));
            }
            id_text(node)?;
            Ok(CodeName::Word(word.clone()))
        }
        _ => Err(wrong(node, allowed)),
    }
}

/// Conditions, and the label that says so in a rule's id.
fn conditions(
    entry: &Object<'_>,
    patterns: &NamedPatterns<'_>,
) -> Result<(Conditions, Option<String>)> {
    let Some(node) = entry.own_optional("when") else {
        return Ok((Conditions::default(), None));
    };
    let when = Object::of(node, None)?;
    when.allow(&["message", "http", "server_delay"])?;
    let mut conditions = Conditions::default();
    let mut labels = Vec::new();
    if let Some(node) = when.own_optional("message") {
        let name = string(node)?;
        let Some((_, found)) = patterns.iter().find(|(known, _)| *known == name) else {
            let names: Vec<&str> = patterns.iter().map(|(known, _)| *known).collect();
            return Err(not_one_of(node, name, &names));
        };
        conditions.message = Some(Arc::clone(found));
        labels.push(name.to_owned());
    }
    if let Some(node) = when.own_optional("http") {
        conditions.http = Some(status_or_class(node)?);
        labels.push(match &node.value {
            Value::String(class) => class.clone(),
            _ => integer(node)?.to_string(),
        });
    }
    if let Some(node) = when.own_optional("server_delay") {
        let wanted = boolean(node)?;
        conditions.server_delay = Some(wanted);
        labels.push(if wanted { "delay" } else { "no_delay" }.to_owned());
    }
    if labels.is_empty() {
        return Err(wrong(node, "at least one of message, http, server_delay"));
    }
    Ok((conditions, Some(labels.join("+"))))
}

/// What a failure is like. Nothing that a success says can be said of it.
fn row(entry: &Object<'_>) -> Result<Row> {
    let optional = |field: &str| entry.own_optional(field);
    let category = entry.get("category")?;
    if let Category::None | Category::Success = member(category)? {
        return Err(wrong(category, "the category of a failure"));
    }
    let effect = entry.get("effect")?;
    if member::<Effect>(effect)? == Effect::Done {
        return Err(wrong(effect, "the effect of a failure"));
    }
    Ok(Row {
        category: member(entry.get("category")?)?,
        advice: member::<Advice>(entry.get("advice")?)?,
        effect: member::<Effect>(entry.get("effect")?)?,
        alternative: optional("alternative")
            .map(member::<Category>)
            .transpose()?,
        repeat: optional("repeat")
            .map(member::<OperationKind>)
            .transpose()?,
    })
}

pub(super) fn families(root: &Object<'_>) -> Result<Vec<Family>> {
    let mut families = Vec::new();
    let Some(node) = root.own_optional("families") else {
        return Ok(families);
    };
    for node in array(node)? {
        let entry = Object::of(node, None)?;
        entry.allow(&[
            "family", "from", "to", "category", "advice", "effect", "alternative", "repeat",
        ])?;
        let codes = integer(entry.get("from")?)?..=integer(entry.get("to")?)?;
        if codes.is_empty() {
            return Err(wrong(entry.get("to")?, "a code not below `from`"));
        }
        families.push(Family {
            codes,
            row: row(&entry)?,
            id: format!("family:{}", id_text(entry.get("family")?)?),
        });
    }
    Ok(families)
}

pub(super) fn http_rules(root: &Object<'_>, patterns: &NamedPatterns<'_>) -> Result<Vec<HttpRule>> {
    let mut rules = Vec::new();
    for node in array(root.get("http")?)? {
        let entry = Object::of(node, None)?;
        entry.allow(&[
            "status", "when", "category", "advice", "effect", "alternative", "repeat",
        ])?;
        let one_or_more = entry.get("status")?;
        if one_or_each(one_or_more).is_empty() {
            return Err(wrong(one_or_more, "at least one status"));
        }
        for statuses in one_or_each(one_or_more) {
            rules.push(HttpRule {
                statuses: status_or_class(statuses)?,
                when: conditions(&entry, patterns)?.0,
                row: row(&entry)?,
            });
        }
    }
    Ok(rules)
}

/// One row for each fault: all of them, each once.
pub(super) fn faults(node: &Node<'_>) -> Result<Vec<(Row, String)>> {
    let mut rows: Vec<Option<Row>> = vec![None; Fault::ALL.len()];
    for entry in array(node)? {
        let object = Object::of(entry, None)?;
        object.allow(&["fault", "category", "advice", "effect", "alternative"])?;
        let row = row(&object)?;
        for name in one_or_each(object.get("fault")?) {
            let fault: Fault = member(name)?;
            let place = Fault::ALL.iter().zip(&mut rows);
            let mut place = place.filter(|(known, _)| **known == fault);
            if place
                .next()
                .is_some_and(|(_, place)| place.replace(row).is_some())
            {
                return Err(problem(
                    name,
                    format!("the fault {fault} has a row already"),
                ));
            }
        }
    }
    let mut table = Vec::with_capacity(rows.len());
    for (row, fault) in rows.into_iter().zip(Fault::ALL) {
        let row = row.ok_or_else(|| problem(node, format!("no row for the fault {fault}")))?;
        table.push((row, format!("transport:{fault}")));
    }
    Ok(table)
}

/// A status, or a class of them such as `5xx`.
pub(super) fn status_or_class(node: &Node<'_>) -> Result<RangeInclusive<i32>> {
    if let Value::String(class) = &node.value {
        return match class.as_str() {
            "3xx" => Ok(300..=399),
            "4xx" => Ok(400..=499),
            "5xx" => Ok(500..=599),
            other => Err(not_one_of(node, other, &["3xx", "4xx", "5xx"])),
        };
    }
    let status = status(node)?;
    Ok(status..=status)
}

pub(super) fn status(node: &Node<'_>) -> Result<i32> {
    integer(node)
        .ok()
        .and_then(|status| i32::try_from(status).ok())
        .filter(|status| (200..=599).contains(status))
        .ok_or_else(|| wrong(node, "an HTTP status from 200 to 599"))
}

pub(super) fn statuses_or_null(node: &Node<'_>) -> Result<Option<RangeInclusive<i32>>> {
    if node.is_null() {
        return Ok(None);
    }
    let range = Object::of(node, None)?;
    range.allow(&["from", "to"])?;
    let statuses = status(range.get("from")?)?..=status(range.get("to")?)?;
    if statuses.is_empty() {
        return Err(wrong(range.get("to")?, "a status not below `from`"));
    }
    Ok(Some(statuses))
}
