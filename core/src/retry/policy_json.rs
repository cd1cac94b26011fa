//! Policies as JSON: read with positions, written in full.

use crate::closed_set::ClosedSet;
use crate::json::document::{Document, Node, Problem, Value};
use crate::json::number::Number;
use crate::json::object::{self, Object, Result};
use crate::json::text::RawText;
use crate::json::write::{ArrayWriter, ObjectWriter};
use crate::profile::CodeName;
use crate::{Error, ErrorKind};

use super::settings::{Given, MAX_OVERRIDES, Wrong};
use super::{Override, Policy, PolicyBuilder};

const FIELDS: &str = "preset max_attempts base_delay_ms throttle_base_delay_ms max_delay_ms \
    multiplier jitter max_server_delay_ms over_cap deadline_ms attempt_timeout_ms \
    retry_mutations repeat_billed budget overrides";

/// As much as a policy may have; a thousand overrides take a tenth of it.
const MAX_BYTES: usize = 1 << 20;

pub(super) fn read(text: &str) -> core::result::Result<Policy, Error> {
    if text.len() > MAX_BYTES {
        let message = format!("a policy of {} bytes, allowed are {MAX_BYTES}", text.len());
        return Err(Error::unplaced(ErrorKind::Policy, String::new(), message));
    }
    let document = Document::parse(text).map_err(|problem| error(text, None, problem))?;
    policy(&document.root).map_err(|problem| error(text, Some(&document), problem))
}

fn error(text: &str, document: Option<&Document<'_>>, problem: Problem) -> Error {
    Error::placed(
        ErrorKind::Policy,
        Document::line_and_column(text, problem.at),
        document.map_or_else(String::new, |document| document.path_at(problem.at)),
        problem.into_message(),
    )
}

/// Reads a policy that is part of a document.
pub(crate) fn policy(node: &Node<'_>) -> Result<Policy> {
    let settings = Object::of(node, None)?;
    settings.allow(FIELDS)?;
    let mut builder = PolicyBuilder::default();
    word(&settings, "preset", &mut builder.preset)?;
    integer(&settings, "max_attempts", &mut builder.max_attempts)?;
    integer(&settings, "base_delay_ms", &mut builder.base_delay_ms)?;
    integer(
        &settings, "throttle_base_delay_ms", &mut builder.throttle_base_delay_ms,
    )?;
    integer(&settings, "max_delay_ms", &mut builder.max_delay_ms)?;
    number(&settings, "multiplier", &mut builder.multiplier)?;
    word(&settings, "jitter", &mut builder.jitter)?;
    integer(
        &settings, "max_server_delay_ms", &mut builder.max_server_delay_ms,
    )?;
    word(&settings, "over_cap", &mut builder.over_cap)?;
    integer_or_null(&settings, "deadline_ms", &mut builder.deadline_ms)?;
    integer_or_null(
        &settings, "attempt_timeout_ms", &mut builder.attempt_timeout_ms,
    )?;
    word(&settings, "retry_mutations", &mut builder.retry_mutations)?;
    if let Some(node) = settings.own_optional("repeat_billed") {
        builder.repeat_billed = Some(object::boolean(node)?);
    }
    if let Some(node) = settings.own_optional("budget") {
        budget(&mut builder, node)?;
    }
    if let Some(node) = settings.own_optional("overrides") {
        let entries = object::array(node)?;
        if entries.len() > MAX_OVERRIDES {
            let allowed = format!("at most {MAX_OVERRIDES} entries");
            return Err(object::wrong(node, &allowed));
        }
        builder.overrides = object::each(entries, exception)?;
    }
    builder.check().map_err(|wrong| place(node, &wrong))
}

fn budget(builder: &mut PolicyBuilder, node: &Node<'_>) -> Result<()> {
    match &node.value {
        Value::Bool(false) => builder.has_no_budget = true,
        Value::Object(_) => {
            let costs = Object::of(node, None)?;
            costs.allow("capacity cost throttle_cost")?;
            integer(&costs, "capacity", &mut builder.capacity)?;
            integer(&costs, "cost", &mut builder.cost)?;
            integer(&costs, "throttle_cost", &mut builder.throttle_cost)?;
        }
        _ => return Err(object::wrong(node, "an object or false")),
    }
    Ok(())
}

fn exception(node: &Node<'_>) -> Result<Override> {
    let entry = Object::of(node, None)?;
    entry.allow("category code http_status advice")?;
    let mut exception = Override::with(object::member(entry.own("advice")?)?);
    word(&entry, "category", &mut exception.category)?;
    if let Some(node) = entry.own_optional("code") {
        exception.code = Some(code(node)?);
    }
    if let Some(node) = entry.own_optional("http_status") {
        let http_status = object::integer(node)?;
        let allowed = "an integer from 0 to 999";
        exception.http_status =
            Some(i32::try_from(http_status).map_err(|_| object::wrong(node, allowed))?);
    }
    Ok(exception)
}

/// A code, in any spelling in which a reply may bring it.
fn code(node: &Node<'_>) -> Result<CodeName> {
    let found = match &node.value {
        Value::String(text) => {
            let word = text.trim_matches([' ', '\t', '\n', '\r']);
            match Number::read(RawText::verbatim(word.as_bytes()).trimmed()) {
                Number::Integer(integer) => Some(CodeName::Integer(integer)),
                Number::Malformed if !word.is_empty() => Some(CodeName::Word(word.to_owned())),
                _ => None,
            }
        }
        _ => node.as_integer().map(CodeName::Integer),
    };
    found.ok_or_else(|| object::wrong(node, "an integer of signed 64 bits or a word"))
}

// Readers of one setting each put it where it belongs: what fails in a register
// takes less code than a value on the stack that may be one.

fn word<T: ClosedSet>(settings: &Object<'_>, field: &str, place: &mut Option<T>) -> Result<()> {
    if let Some(node) = settings.own_optional(field) {
        *place = Some(object::member(node)?);
    }
    Ok(())
}

#[inline(never)]
fn integer(settings: &Object<'_>, field: &str, place: &mut Option<Given>) -> Result<()> {
    if let Some(node) = settings.own_optional(field) {
        *place = Some(object::integer(node)?.into());
    }
    Ok(())
}

fn integer_or_null(settings: &Object<'_>, field: &str, place: &mut Option<Given>) -> Result<()> {
    if settings.own_optional(field).is_some_and(Node::is_null) {
        return Ok(());
    }
    integer(settings, field, place)
}

fn number(settings: &Object<'_>, field: &str, place: &mut Option<String>) -> Result<()> {
    let Some(node) = settings.own_optional(field) else {
        return Ok(());
    };
    let Value::Number(spelling) = node.value else {
        return Err(object::wrong(node, "a number"));
    };
    *place = Some(spelling.to_owned());
    Ok(())
}

/// Finds the value that is wrong, or for a default that clashes with one that
/// was given, the object that lacks it.
fn place(root: &Node<'_>, wrong: &Wrong) -> Problem {
    let mut node = root;
    let mut missing = String::new();
    for part in wrong.field.split(['.', '[']) {
        let inner = match part.strip_suffix(']') {
            Some(index) => index
                .parse()
                .ok()
                .and_then(|index: usize| node.as_array()?.get(index)),
            None => node
                .as_object()
                .and_then(|members| members.iter().find(|member| member.name == part))
                .map(|member| &member.node),
        };
        match inner {
            Some(inner) => node = inner,
            None => missing = format!("{part}, which is left out: "),
        }
    }
    object::problem(node, missing + &wrong.message)
}

pub(super) fn write(policy: &Policy) -> String {
    let mut json = ObjectWriter::new();
    json.string("preset", policy.preset.name());
    json.number("max_attempts", policy.max_attempts);
    json.number("base_delay_ms", policy.base_delay_ms);
    json.number("throttle_base_delay_ms", policy.throttle_base_delay_ms);
    json.number("max_delay_ms", policy.max_delay_ms);
    json.number("multiplier", policy.multiplier);
    json.string("jitter", policy.jitter.name());
    json.number("max_server_delay_ms", policy.max_server_delay_ms);
    json.string("over_cap", policy.over_cap.name());
    json.optional_number("deadline_ms", policy.deadline_ms);
    json.optional_number("attempt_timeout_ms", policy.attempt_timeout_ms);
    json.string("retry_mutations", policy.retry_mutations.name());
    json.boolean("repeat_billed", policy.repeat_billed);
    match policy.budget {
        None => json.boolean("budget", false),
        Some(costs) => {
            let mut inner = ObjectWriter::new();
            inner.number("capacity", costs.capacity);
            inner.number("cost", costs.cost);
            inner.number("throttle_cost", costs.throttle_cost);
            json.json("budget", &inner.finish());
        }
    }
    let mut overrides = ArrayWriter::new();
    for exception in &policy.overrides {
        overrides.json(&written(exception));
    }
    json.json("overrides", &overrides.finish());
    json.finish()
}

fn written(exception: &Override) -> String {
    let mut json = ObjectWriter::new();
    if let Some(category) = exception.category {
        json.string("category", category.name());
    }
    match &exception.code {
        None => {}
        Some(CodeName::Integer(code)) => json.number("code", code),
        Some(CodeName::Word(code)) => json.string("code", code),
    }
    if let Some(http_status) = exception.http_status {
        json.number("http_status", http_status);
    }
    json.string("advice", exception.advice.name());
    json.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        match Policy::from_json(text) {
            Ok(policy) => panic!("{policy:?} was not refused"),
            Err(error) => {
                assert!(error.is_policy());
                error.to_string()
            }
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for text in [
            "{}",
            r#"{"preset": "cost_averse", "multiplier": 1.5, "budget": false}"#,
            r#"{"preset": "none", "max_attempts": 7, "deadline_ms": 9223372036854775807,
                "budget": {"capacity": 1000}, "jitter": "decorrelated", "overrides": [
                {"category": "server", "http_status": 500, "advice": "never"},
                {"code": 67200005, "advice": "backoff"},
                {"code": "INTERNAL_ERROR", "advice": "throttle"}, {"advice": "hold"}]}"#,
        ] {
            let policy = Policy::from_json(text).unwrap();
            assert_eq!(Policy::from_json(&policy.to_json()).unwrap(), policy);
        }
    }

    #[test]
    fn a_code_is_read_as_replies_are() {
        let code = |spelling: &str| {
            let text = format!(r#"{{"overrides": [{{"code": {spelling}, "advice": "never"}}]}}"#);
            Policy::from_json(&text).unwrap().overrides[0].code.clone()
        };
        for spelling in [
            "67200004", "6.7200004e7", r#""67200004""#, r#"" 67200004 ""#,
        ] {
            assert_eq!(code(spelling), Some(CodeName::Integer(67_200_004)));
        }
        assert_eq!(code(r#"" A ""#), Some(CodeName::Word("A".to_owned())));
    }

    #[test]
    fn every_wrong_value_is_refused_with_its_place() {
        for (text, message) in [
            ("[]", "line 1, column 1: expected an object, found an array"),
            (
                r#"{"max_atempts": 3}"#,
                "line 1, column 2: max_atempts: unknown field \"max_atempts\", did you mean \"max_attempts\"?",
            ),
            (
                r#"{"jitter": "none", "jitter": "full"}"#,
                "line 1, column 20: the field \"jitter\" is given twice",
            ),
            (
                r#"{"jitter": "ful"}"#,
                "line 1, column 12: jitter: expected one of none, full, equal, decorrelated, found \"ful\", did you mean \"full\"?",
            ),
            (
                "{\n  \"max_attempts\": 0}",
                "line 2, column 19: max_attempts: expected an integer from 1 to 100, found 0",
            ),
            (
                r#"{"max_attempts": 1.5}"#,
                "line 1, column 18: max_attempts: expected an integer of signed 64 bits, found 1.5",
            ),
            (
                r#"{"max_attempts": 1e400}"#,
                "line 1, column 18: max_attempts: expected an integer of signed 64 bits, found 1e400",
            ),
            (
                r#"{"max_attempts": NaN}"#,
                "line 1, column 18: expected a JSON value",
            ),
            (
                r#"{"max_attempts": null}"#,
                "line 1, column 18: max_attempts: expected an integer of signed 64 bits, found null",
            ),
            (
                r#"{"multiplier": 1e400}"#,
                "line 1, column 16: multiplier: expected a number from 1 to 10 with at most 16 decimals, found 1e400",
            ),
            (
                r#"{"multiplier": "2"}"#,
                "line 1, column 16: multiplier: expected a number, found the string \"2\"",
            ),
            (
                r#"{"deadline_ms": -5}"#,
                "line 1, column 17: deadline_ms: expected an integer from 1, found -5",
            ),
            (
                r#"{"max_delay_ms": 400}"#,
                "line 1, column 1: base_delay_ms, which is left out: expected at most max_delay_ms, which is 400, found 500",
            ),
            (
                r#"{"budget": true}"#,
                "line 1, column 12: budget: expected an object or false, found true",
            ),
            (
                r#"{"budget": {"capacity": 4}}"#,
                "line 1, column 12: budget: cost, which is left out: expected at most budget.capacity, which is 4, found 14",
            ),
            (
                r#"{"budget": {"capacity": 4, "cost": 5}}"#,
                "line 1, column 36: budget.cost: expected at most budget.capacity, which is 4, found 5",
            ),
            (
                r#"{"overrides": [{"category": "server"}]}"#,
                "line 1, column 16: overrides[0]: the field \"advice\" is missing",
            ),
            (
                r#"{"overrides": [{"advice": "never"}, {"http_status": 1000, "advice": "never"}]}"#,
                "line 1, column 53: overrides[1].http_status: expected an integer from 0 to 999, found 1000",
            ),
            (
                r#"{"overrides": [{"code": 1.5, "advice": "never"}]}"#,
                "line 1, column 25: overrides[0].code: expected an integer of signed 64 bits or a word, found 1.5",
            ),
        ] {
            assert_eq!(refused(text), message);
        }
        let long = format!("{{{}}}", " ".repeat(MAX_BYTES));
        assert!(refused(&long).contains("bytes, allowed are"));
    }
}
