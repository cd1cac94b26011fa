//! The tables of a profile: codes, families, HTTP statuses, faults. Each row is
//! read with its conditions, and refused if it says what no failure can be.

use core::ops::RangeInclusive;
use std::sync::Arc;

use crate::json::document::{Node, Value};
use crate::json::number::Number;
use crate::json::object::{
    Object, Result, array, boolean, each, integer, member, one_or_each, problem, string, word_of,
    wrong,
};
use crate::{Advice, Category, Effect, Fault, OperationKind};

use super::bodies::{BodyForm, BodyRule, BodyRules};
use super::finding::Findings;
use super::glob::Glob;
use super::http::{HttpRule, STATUSES};
use super::phrases::PatternReader;
use super::rules::{CodeName, CodeRule, Conditions, Family, RareConditions, Row, Subject};
use super::texts::{MAX_ID_LENGTH, at_least_one, bounded, glob_text, id_text, message_key, phrase};

/// A list of a profile and, where it extends another one, that one's behind it.
pub(super) struct Lists<'d> {
    pub(super) own: Vec<&'d Node<'d>>,
    pub(super) inherited: Vec<&'d Node<'d>>,
}

impl<'d> Lists<'d> {
    /// The entries of a section; what is no array is reported.
    pub(super) fn of(
        root: &Object<'d>,
        base: Option<&Object<'d>>,
        section: &str,
        findings: &mut Findings,
    ) -> Self {
        let mut entries = |object: &Object<'d>| {
            let nodes = object.own_optional(section).map(array);
            let nodes = nodes.and_then(|nodes| findings.keep(nodes));
            nodes.unwrap_or_default().iter().collect()
        };
        Self {
            own: entries(root),
            inherited: base.map(entries).unwrap_or_default(),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &'d Node<'d>> {
        self.own.iter().chain(&self.inherited).copied()
    }
}

/// As many rules as a profile may have: each takes some 300 bytes, and an entry
/// that lists its codes takes two or three for each.
pub(super) const MAX_RULES: usize = 1 << 18;
/// As many lines as the table of HTTP statuses may have: a class of statuses has
/// a place for each of them.
pub(super) const MAX_HTTP_RULES: usize = 1024;

/// The fields of every row behind others.
macro_rules! with_row {
    ($own:literal) => {
        concat!($own, "category advice effect alternative repeat note")
    };
}

/// The rules of one entry: one for each of its codes.
pub(super) fn code_rules(
    node: &Node<'_>,
    patterns: &mut PatternReader<'_>,
    rules: &mut Vec<CodeRule>,
) -> Result<()> {
    let entry = Object::of(node, None)?;
    entry.allow(with_row!(
        "code range glob when label source wordings message "
    ))?;
    let subjects = subjects(&entry)?;
    let (when, default_label) = conditions(&entry, patterns)?;
    let label = match entry.own_optional("label") {
        Some(label) => Some(id_text(label)?.to_owned()),
        None => default_label,
    };
    if label
        .as_ref()
        .is_some_and(|label| label.len() > MAX_ID_LENGTH)
    {
        let message = "conditions as long as these need a label beside `when`, for the rule's id";
        return Err(problem(node, message.to_owned()));
    }
    let source: Arc<str> = entry.own_string_or_empty("source")?.into();
    let wordings = wordings(&entry, &subjects)?;
    let message = match entry.own_optional("message") {
        Some(node) => Some(message_key(node)?.into()),
        None => None,
    };
    let row = row(&entry)?;
    if subjects == [Subject::Any] && when.is_none() {
        return Err(problem(
            node,
            "expected code, range, glob or when, found none of them".to_owned(),
        ));
    }
    for subject in subjects {
        let id = match (&subject, &label) {
            (Subject::Any, label) => format!("rule:{}", label.as_deref().unwrap_or_default()),
            (subject, Some(label)) => format!("code:{subject}+{label}"),
            (subject, None) => format!("code:{subject}"),
        };
        rules.push(CodeRule {
            subject,
            when: when.clone(),
            row,
            id,
            source: source.clone(),
            wordings: wordings.clone(),
            message: message.clone(),
        });
    }
    Ok(())
}

fn subjects(entry: &Object<'_>) -> Result<Vec<Subject>> {
    let mut given = "";
    for field in ["code", "range", "glob"] {
        if entry.own_optional(field).is_none() {
            continue;
        }
        if !given.is_empty() {
            let message =
                format!("expected one of code, range and glob, found {given} and {field}");
            return Err(problem(entry.node, message));
        }
        given = field;
    }
    if let Some(node) = entry.own_optional("code") {
        let names = one_or_each(node);
        if names.is_empty() {
            return Err(wrong(node, "at least one code"));
        }
        if names.len() > MAX_RULES {
            return Err(problem(node, format!("more than {MAX_RULES} rules in all")));
        }
        return each(names, |name| code_name(name).map(Subject::Code));
    }
    if let Some(node) = entry.own_optional("range") {
        return Ok(vec![Subject::Range(code_range(node)?)]);
    }
    if let Some(node) = entry.own_optional("glob") {
        let pattern = glob_text(node)?;
        return Ok(vec![Subject::Glob(Glob::new(pattern), pattern.to_owned())]);
    }
    Ok(vec![Subject::Any])
}

fn code_name(node: &Node<'_>) -> Result<CodeName> {
    let allowed = "an integer of signed 64 bits, or a string that is no number";
    match &node.value {
        Value::Number(_) => integer(node)
            .map(CodeName::Integer)
            .map_err(|_| wrong(node, allowed)),
        Value::String(word) => {
            let trimmed = word.trim_matches([' ', '\t', '\n', '\r']);
            let is_number = Number::read(trimmed.chars()) != Number::Malformed;
            if trimmed.is_empty() || is_number || trimmed != word {
                return Err(wrong(node, allowed));
            }
            id_text(node)?;
            Ok(CodeName::Word(word.clone()))
        }
        _ => Err(wrong(node, allowed)),
    }
}

/// Codes that are no failure.
pub(super) fn ok_codes(node: &Node<'_>) -> Result<crate::envelope::fields::OkCodes> {
    let mut codes = crate::envelope::fields::OkCodes::default();
    for node in bounded(node)? {
        match code_name(node)? {
            CodeName::Integer(integer) => codes.integers.push(integer),
            CodeName::Word(word) => codes.words.push(word),
        }
    }
    Ok(codes)
}

fn code_range(node: &Node<'_>) -> Result<RangeInclusive<i64>> {
    let range = Object::of(node, None)?;
    range.allow("from to")?;
    let codes = integer(range.own("from")?)?..=integer(range.own("to")?)?;
    if codes.is_empty() {
        return Err(wrong(range.own("to")?, "a code not below `from`"));
    }
    Ok(codes)
}

fn wordings(entry: &Object<'_>, subjects: &[Subject]) -> Result<Vec<String>> {
    let Some(node) = entry.own_optional("wordings") else {
        return Ok(Vec::new());
    };
    if !matches!(subjects, [Subject::Code(_)]) {
        let message = "wordings stand for one code, and this rule is not for one code";
        return Err(problem(node, message.to_owned()));
    }
    each(array(node)?, |node| phrase(node).map(str::to_owned))
}

/// Conditions, and the label that says so in a rule's id.
fn conditions(
    entry: &Object<'_>,
    patterns: &mut PatternReader<'_>,
) -> Result<(Option<Arc<Conditions>>, Option<String>)> {
    let Some(node) = entry.own_optional("when") else {
        return Ok((None, None));
    };
    let when = Object::of(node, None)?;
    when.allow("message http server_delay sub_code method path")?;
    let mut conditions = Conditions::default();
    let mut rare = RareConditions::default();
    let mut labels = Labels(String::new());
    if let Some(node) = when.own_optional("message") {
        let (pattern, label) = patterns.read(node)?;
        if label.is_none() && entry.own_optional("label").is_none() {
            let message = "phrases without a name need a label beside `when`, for the rule's id";
            return Err(problem(node, message.to_owned()));
        }
        conditions.message = Some(pattern);
        if let Some(label) = label {
            labels.add(label);
        }
    }
    if let Some(node) = when.own_optional("sub_code") {
        for node in at_least_one(node)? {
            let subject = sub_code(node)?;
            labels.add(&subject.to_string());
            rare.sub_codes.push(subject);
        }
    }
    if let Some(node) = when.own_optional("http") {
        for node in at_least_one(node)? {
            conditions.http.push(status_or_class(node)?);
            match &node.value {
                Value::String(class) => labels.add(class),
                _ => labels.add(&integer(node)?.to_string()),
            }
        }
    }
    if let Some(node) = when.own_optional("server_delay") {
        let wanted = boolean(node)?;
        conditions.server_delay = Some(wanted);
        labels.add(if wanted { "delay" } else { "no_delay" });
    }
    rare.requests = super::requests::read(&when)?;
    for method in &rare.requests.methods {
        labels.add(method);
    }
    if let Some(node) = when.own_optional("path") {
        for path in one_or_each(node) {
            labels.add(string(path)?);
        }
    }
    if labels.0.is_empty() && conditions.message.is_none() {
        let allowed = "at least one of message, http, server_delay, sub_code, method, path";
        return Err(wrong(node, allowed));
    }
    if !(rare.sub_codes.is_empty() && rare.requests.are_all()) {
        conditions.rare = Some(Box::new(rare));
    }
    Ok((Some(Arc::new(conditions)), Some(labels.0)))
}

/// What conditions are called in a rule's id, with a plus between two. None of them
/// is empty.
struct Labels(String);

impl Labels {
    #[inline(never)]
    fn add(&mut self, label: &str) {
        if !self.0.is_empty() {
            self.0.push('+');
        }
        self.0.push_str(label);
    }
}

fn sub_code(node: &Node<'_>) -> Result<Subject> {
    match &node.value {
        Value::Object(_) => code_range(node).map(Subject::Range),
        Value::String(pattern) if pattern.contains(['*', '?']) => {
            let pattern = glob_text(node)?;
            Ok(Subject::Glob(Glob::new(pattern), pattern.to_owned()))
        }
        _ => code_name(node).map(Subject::Code),
    }
}

/// What a failure is like. Nothing that a success says can be said of it.
fn row(entry: &Object<'_>) -> Result<Row> {
    let optional = |field: &str| entry.own_optional(field);
    entry.own_string_or_empty("note")?;
    let category = entry.get("category")?;
    if let Category::None | Category::Success = member(category)? {
        return Err(wrong(category, "the category of a failure"));
    }
    let effect = entry.get("effect")?;
    if member::<Effect>(effect)? == Effect::Done {
        return Err(wrong(effect, "the effect of a failure"));
    }
    Ok(Row {
        category: member(category)?,
        advice: member::<Advice>(entry.get("advice")?)?,
        effect: member::<Effect>(effect)?,
        alternative: optional("alternative")
            .map(member::<Category>)
            .transpose()?,
        repeat: optional("repeat")
            .map(member::<OperationKind>)
            .transpose()?,
    })
}

pub(super) fn family(node: &Node<'_>) -> Result<Family> {
    let entry = Object::of(node, None)?;
    entry.allow(with_row!("family from to "))?;
    let codes = integer(entry.get("from")?)?..=integer(entry.get("to")?)?;
    if codes.is_empty() {
        return Err(wrong(entry.get("to")?, "a code not below `from`"));
    }
    Ok(Family {
        codes,
        row: row(&entry)?,
        id: format!("family:{}", id_text(entry.get("family")?)?),
    })
}

/// The lines of one entry: one for each of its statuses.
pub(super) fn http_rules(
    node: &Node<'_>,
    patterns: &mut PatternReader<'_>,
    rules: &mut Vec<HttpRule>,
) -> Result<()> {
    let entry = Object::of(node, None)?;
    entry.allow(with_row!("status when source "))?;
    entry.own_string_or_empty("source")?;
    let one_or_more = entry.get("status")?;
    match one_or_each(one_or_more).len() {
        0 => return Err(wrong(one_or_more, "at least one status")),
        1..=MAX_HTTP_RULES => {}
        _ => {
            let message = format!("more than {MAX_HTTP_RULES} statuses in all");
            return Err(problem(one_or_more, message));
        }
    }
    // An HTTP rule's id is its status: nothing is labelled.
    let when = match entry.own_optional("when") {
        Some(_) => conditions(&entry, patterns)?.0,
        None => None,
    };
    let row = row(&entry)?;
    for statuses in one_or_each(one_or_more) {
        rules.push(HttpRule {
            statuses: status_or_class(statuses)?,
            when: when.clone(),
            row,
        });
    }
    Ok(())
}

/// Rows of faults; one row for each fault, over both lists.
pub(super) fn fault_rows(node: &Node<'_>, rows: &mut [Option<Row>]) -> Result<()> {
    let mut own = vec![false; rows.len()];
    for entry in array(node)? {
        let object = Object::of(entry, None)?;
        object.allow("fault category advice effect alternative note")?;
        let row = row(&object)?;
        for name in one_or_each(object.get("fault")?) {
            let fault: Fault = member(name)?;
            let index = Fault::ALL.iter().position(|known| *known == fault);
            let Some(index) = index else { continue };
            if own
                .get_mut(index)
                .is_some_and(|own| core::mem::replace(own, true))
            {
                return Err(problem(
                    name,
                    format!("the fault {fault} has a row already"),
                ));
            }
            if let Some(place) = rows.get_mut(index) {
                *place = place.or(Some(row));
            }
        }
    }
    Ok(())
}

/// What bodies that are no envelope mean, by their form.
pub(super) fn bodies(node: &Node<'_>, rules: &mut BodyRules) -> Result<()> {
    let section = Object::of(node, None)?;
    section.allow(BodyForm::NAMES)?;
    for form in BodyForm::ALL {
        let Some(node) = section.own_optional(form.name()) else {
            continue;
        };
        let rule = match &node.value {
            Value::String(word) if word == "success" => BodyRule::Success,
            Value::Object(_) => {
                let entry = Object::of(node, None)?;
                entry.allow(with_row!(""))?;
                BodyRule::Failure(row(&entry)?)
            }
            _ => {
                return Err(wrong(
                    node,
                    "\"success\", or a row with category, advice and effect",
                ));
            }
        };
        rules.set(form, rule);
    }
    Ok(())
}

/// A status, or a class of them such as `5xx`.
pub(super) fn status_or_class(node: &Node<'_>) -> Result<RangeInclusive<i32>> {
    if let Value::String(_) = &node.value {
        return Ok(match word_of(node, "3xx 4xx 5xx")? {
            0 => 300..=399,
            1 => 400..=499,
            _ => 500..=599,
        });
    }
    let status = status(node)?;
    Ok(status..=status)
}

pub(super) fn status(node: &Node<'_>) -> Result<i32> {
    integer(node)
        .ok()
        .and_then(|status| i32::try_from(status).ok())
        .filter(|status| STATUSES.contains(status))
        .ok_or_else(|| wrong(node, "an HTTP status from 200 to 599"))
}

pub(super) fn statuses_or_null(node: &Node<'_>) -> Result<Option<RangeInclusive<i32>>> {
    if node.is_null() {
        return Ok(None);
    }
    let range = Object::of(node, None)?;
    range.allow("from to")?;
    let statuses = status(range.get("from")?)?..=status(range.get("to")?)?;
    if statuses.is_empty() {
        return Err(wrong(range.get("to")?, "a status not below `from`"));
    }
    Ok(Some(statuses))
}
