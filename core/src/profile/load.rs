//! From a JSON file to a profile. Every wrong value is reported by name, with
//! what was found and what is allowed; nothing is guessed, nothing is ignored.
//!
//! Sections are read one after the other, entries one by one: what is wrong in
//! one of them does not hide what is wrong in the next.

use std::sync::Arc;

use crate::Error;
use crate::Fault;
use crate::json::document::{Document, Node, Problem};
use crate::json::object::{Object, Result, each, integer, not_one_of, problem, string, wrong};
use crate::packed::EUREKA;
use crate::redact::Secrets;

use super::codes;
use super::envelope;
use super::finding::{Finding, Findings};
use super::headers::header_names;
use super::http::HttpTable;
use super::lint;
use super::messages;
use super::operations::{OperationHint, Requests};
use super::phrases::PatternReader;
use super::ranges::{Ranged, Ranges};
use super::requests;
use super::rules::Row;
use super::tables::{self, Lists, MAX_HTTP_RULES, status};
use super::texts::{bounded, host, id_text, secret_name, secret_prefix};
use super::{Profile, Redaction};

/// The version of the format that this loader reads.
const FORMAT: i64 = 1;
/// More than any API needs, and little enough to be read in a moment.
const MAX_BYTES: usize = 16 << 20;
/// As many entries as the list of operations may have: it is walked through.
const MAX_OPERATIONS: usize = 4096;

/// The sections that a profile can have.
const SECTIONS: &str = "$schema aftercall_profile name version title extends hosts envelope headers patterns codes families http veto faults bodies operations tasks redaction messages";

/// Loads `text`.
pub(super) fn load(text: &str) -> core::result::Result<Box<Profile>, Error> {
    let mut findings = Findings::default();
    let document = parse(text, &mut findings);
    let profile = document
        .as_ref()
        .and_then(|document| read(document, &mut findings));
    match (profile, findings.errors().next()) {
        (Some(profile), None) => Ok(profile),
        (_, problem) => {
            let at = problem.map_or(0, |problem| problem.at);
            Err(Error::profile(
                Document::line_and_column(text, at),
                document.map_or_else(String::new, |document| document.path_at(at)),
                problem.map_or_else(String::new, |problem| problem.message.clone()),
            ))
        }
    }
}

/// Everything that is to be said about `text`.
pub(super) fn check(text: &str) -> Vec<Finding> {
    let mut findings = Findings::default();
    let document = parse(text, &mut findings);
    if let Some(document) = &document
        && let Some(profile) = read(document, &mut findings)
        && let Ok(root) = Object::of(&document.root, None)
    {
        messages::warn_of_unknown_keys(&root, &profile.words, &mut findings);
    }
    findings.finish(text, document.as_ref())
}

fn parse<'t>(text: &'t str, findings: &mut Findings) -> Option<Document<'t>> {
    if text.len() > MAX_BYTES {
        let message = format!(
            "the profile has {} bytes, allowed are {MAX_BYTES}",
            text.len()
        );
        findings.error("invalid", Problem::new(0, message));
        return None;
    }
    match Document::parse(text) {
        Ok(document) => Some(document),
        Err(problem) => {
            findings.error("syntax", problem);
            None
        }
    }
}

/// Reads a document section by section into a profile that says nothing yet. It
/// is whole if nothing was found to be wrong.
fn read(document: &Document<'_>, findings: &mut Findings) -> Option<Box<Profile>> {
    // The built-in text is a constant, and a test loads it.
    let base = Document::parse(&EUREKA).ok()?;
    let root = findings.keep(Object::of(&document.root, Some(&base.root)))?;
    let mut profile = Profile::blank();
    let own = &mut *profile;
    findings.keep(format_of(&root));
    findings.allow(&root, SECTIONS);
    findings.put(
        &mut own.name,
        root.own("name").and_then(id_text).map(str::to_owned),
    );
    findings.put(&mut own.version, root.own_string_or_empty("version"));
    findings.put(&mut own.title, root.own_string_or_empty("title"));
    findings.keep(root.own_string_or_empty("$schema"));
    // Whatever is extended: its lists stand behind the profile's own.
    let extended = findings.keep(extended(&root, &base)).flatten();
    let extended = extended.as_ref();

    let mut patterns = PatternReader::default();
    for (object, is_own) in [(Some(&root), true), (extended, false)] {
        if let Some(node) = object.and_then(|object| object.own_optional("patterns")) {
            patterns.define(node, is_own, findings);
        }
    }
    envelope::read(&root, extended, own, findings);
    findings.put(&mut own.headers, header_names(&root));
    let code_places = codes::read(&root, extended, &mut patterns, own, findings);
    families(&root, extended, own, findings);
    let http_places = http(&root, extended, &mut patterns, own, findings);
    findings.put(&mut own.vetoes, vetoes(&root));
    findings.put(&mut own.faults, faults(&root, &base));
    bodies(&root, extended, own, findings);
    operations(&root, extended, own, findings);
    findings.put(&mut own.hosts, hosts(&root, extended));
    findings.keep(redaction(&root, extended, &mut own.redaction));
    own.words = messages::read(&root, &own.codes, findings);
    patterns.warn_of_unused(findings);
    lint::codes(&own.codes, &code_places, &own.fields, findings);
    lint::http(&own.http, &http_places, &own.vetoes, findings);
    Some(profile)
}

fn format_of(root: &Object<'_>) -> Result<()> {
    let format = root.own("aftercall_profile")?;
    if integer(format)? != FORMAT {
        return Err(wrong(format, &format!("the format's number, {FORMAT}")));
    }
    Ok(())
}

/// The built-in profile whose lists stand behind the profile's own.
fn extended<'d>(root: &Object<'_>, base: &'d Document<'d>) -> Result<Option<Object<'d>>> {
    let Some(node) = root.own_optional("extends") else {
        return Ok(None);
    };
    let name = string(node)?;
    let base = Object::of(&base.root, None)?;
    let built_in = string(base.own("name")?)?;
    if name != built_in {
        return Err(not_one_of(node, name, &[built_in]));
    }
    Ok(Some(base))
}

#[inline(never)]
fn families(
    root: &Object<'_>,
    extended: Option<&Object<'_>>,
    profile: &mut Profile,
    findings: &mut Findings,
) {
    let lists = Lists::of(root, extended, "families", findings);
    let families = &mut profile.families;
    let mut places = Vec::new();
    let mut ranges = Vec::new();
    for node in lists.all() {
        if findings.are_enough() {
            break;
        }
        if let Some(family) = findings.keep(tables::family(node)) {
            ranges.push(Ranged {
                codes: family.codes.clone(),
                rule: families.rows.len(),
                is_final: true,
            });
            families.rows.push(family);
            places.push(node.span.start);
        }
    }
    // Final ranges share no segment, so that there is a place for each.
    families.table = Ranges::new(&ranges).unwrap_or_default();
    places.truncate(lists.own.len());
    lint::families(families, &places, findings);
}

/// Says where this profile has each of its own rules.
#[inline(never)]
fn http(
    root: &Object<'_>,
    extended: Option<&Object<'_>>,
    patterns: &mut PatternReader<'_>,
    profile: &mut Profile,
    findings: &mut Findings,
) -> Vec<usize> {
    // A profile's own table stands for itself, unless it extends another one.
    let inherited = match (extended, root.own_optional("http")) {
        (Some(object), _) => object.own("http").ok(),
        (None, None) => root.get("http").ok(),
        (None, Some(_)) => None,
    };
    let mut rules = Vec::new();
    let mut places = Vec::new();
    let lists = Lists::of(root, None, "http", findings);
    for node in lists.own {
        if findings.are_enough() {
            break;
        }
        findings.keep(tables::http_rules(node, patterns, &mut rules));
        if rules.len() > MAX_HTTP_RULES {
            let message = format!("more than {MAX_HTTP_RULES} statuses in all");
            findings.error("invalid", problem(node, message));
            return places;
        }
        places.resize(rules.len(), node.span.start);
    }
    for node in inherited.and_then(Node::as_array).unwrap_or_default() {
        findings.keep(tables::http_rules(node, patterns, &mut rules));
    }
    profile.http = HttpTable::new(rules);
    places
}

#[inline(never)]
fn bodies(
    root: &Object<'_>,
    extended: Option<&Object<'_>>,
    profile: &mut Profile,
    findings: &mut Findings,
) {
    for object in [Some(root), extended].into_iter().flatten() {
        if let Some(node) = object.own_optional("bodies") {
            findings.keep(tables::bodies(node, &mut profile.bodies));
        }
    }
}

fn vetoes(root: &Object<'_>) -> Result<Vec<i32>> {
    let veto = root.object("veto")?;
    veto.allow("http")?;
    each(bounded(veto.get("http")?)?, status)
}

/// One row for each fault: the profile's own, or that of the built-in one.
fn faults(root: &Object<'_>, base: &Document<'_>) -> Result<Vec<(Row, Box<str>)>> {
    let mut rows = vec![None; Fault::ALL.len()];
    if let Some(own) = root.own_optional("faults") {
        tables::fault_rows(own, &mut rows)?;
    }
    tables::fault_rows(Object::of(&base.root, None)?.own("faults")?, &mut rows)?;
    let mut faults = Vec::with_capacity(rows.len());
    for (row, fault) in rows.into_iter().flatten().zip(Fault::ALL) {
        faults.push((row, format!("transport:{fault}").into()));
    }
    Ok(faults)
}

#[inline(never)]
fn operations(
    root: &Object<'_>,
    extended: Option<&Object<'_>>,
    profile: &mut Profile,
    findings: &mut Findings,
) {
    let lists = Lists::of(root, extended, "operations", findings);
    if let Some(node) = lists.own.get(MAX_OPERATIONS) {
        let message = format!("more than {MAX_OPERATIONS} operations");
        findings.error("invalid", problem(node, message));
        return;
    }
    let operations = &mut profile.operations.0;
    let mut places = Vec::new();
    for node in lists.all() {
        if findings.are_enough() {
            break;
        }
        if let Some(operation) = findings.keep(operation(node)) {
            operations.push(operation);
            places.push(node.span.start);
        }
    }
    places.truncate(lists.own.len());
    lint::operations(operations, &places, findings);
}

fn operation(node: &Node<'_>) -> Result<(Requests, OperationHint)> {
    let entry = Object::of(node, None)?;
    entry.allow("method path kind expect note source")?;
    entry.own_string_or_empty("note")?;
    entry.own_string_or_empty("source")?;
    entry.own("path")?;
    let expect = match entry.own_optional("expect") {
        Some(node) => crate::json::object::member(node)?,
        None => crate::Expect::Envelope,
    };
    let operation = OperationHint {
        kind: crate::json::object::member(entry.own("kind")?)?,
        expect,
    };
    Ok((requests::read(&entry)?, operation))
}

fn hosts(root: &Object<'_>, extended: Option<&Object<'_>>) -> Result<Vec<String>> {
    let own = root.own_optional("hosts");
    let inherited = || extended.and_then(|object| object.own_optional("hosts"));
    let Some(node) = own.or_else(inherited) else {
        return Ok(Vec::new());
    };
    each(bounded(node)?, host)
}

fn redaction(
    root: &Object<'_>,
    extended: Option<&Object<'_>>,
    redaction: &mut Redaction,
) -> Result<()> {
    for object in [Some(root), extended].into_iter().flatten() {
        let Some(node) = object.own_optional("redaction") else {
            continue;
        };
        let section = Object::of(node, None)?;
        section.allow("names prefixes")?;
        if let Some(node) = section.own_optional("names") {
            for node in bounded(node)? {
                redaction.names.push(secret_name(node)?);
            }
        }
        if let Some(node) = section.own_optional("prefixes") {
            for node in bounded(node)? {
                redaction.prefixes.push(secret_prefix(node)?);
            }
        }
    }
    redaction.secrets = Arc::new(Secrets::new(&redaction.names, &redaction.prefixes));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::document::Value;
    use crate::profile::AbsentFlag;

    fn refused(text: &str) -> String {
        match load(text) {
            Ok(profile) => panic!("{profile:?} was not refused"),
            Err(error) => error.to_string(),
        }
    }

    fn with_code(entry: &str) -> String {
        format!(r#"{{"aftercall_profile": 1, "name": "x", "codes": [{entry}]}}"#)
    }

    #[test]
    fn a_profile_of_two_lines_has_the_common_sections() {
        let profile = load(r#"{"aftercall_profile": 1, "name": "x"}"#).unwrap();
        assert_eq!(profile.codes().count(), 0);
        assert_eq!(
            profile.http.rules().count(),
            Profile::eureka().http.rules().count()
        );
        assert_eq!(profile.faults.len(), Fault::ALL.len());
    }

    #[test]
    fn a_section_may_be_given_in_part() {
        let text = r#"{"aftercall_profile": 1, "name": "x",
            "envelope": {"code": {"names": ["errcode"]}, "flag": {"names": []}}}"#;
        let profile = load(text).unwrap();
        let body = br#"{"errcode":0}"#;
        let reading = crate::envelope::read(&profile.fields, body, None);
        assert!(reading.envelope.code.is_some_and(|code| code.is_ok));
        assert_eq!(profile.absent_flag, AbsentFlag::Failure);
    }

    #[test]
    fn every_wrong_value_is_refused_by_name() {
        for (text, message) in [
            (
                "",
                "line 1, column 1: expected a value, found the end of the text",
            ),
            ("[]", "line 1, column 1: expected an object, found an array"),
            (
                "{}",
                "line 1, column 1: the field \"aftercall_profile\" is missing",
            ),
            (
                r#"{"aftercall_profile": 2, "name": "x"}"#,
                "line 1, column 23: aftercall_profile: expected the format's number, 1, found 2",
            ),
            (
                "{\"aftercall_profile\": 1,\n \"name\": 5}",
                "line 2, column 10: name: expected a string, found 5",
            ),
            (
                r#"{"aftercall_profile": 1, "name": "x", "name": "y"}"#,
                "line 1, column 39: the field \"name\" is given twice",
            ),
            (
                r#"{"aftercall_profile": 1, "name": ""}"#,
                "line 1, column 34: name: expected 1 to 128 bytes without control characters, found the string \"\"",
            ),
            (
                r#"{"aftercall_profile": 1, "name": "x", "patterns": {"p": []}}"#,
                "line 1, column 57: patterns.p: expected 1 to 64 phrases, found 0",
            ),
            (
                r#"{"aftercall_profile": 1, "name": "x", "http": [{"status": []}]}"#,
                "line 1, column 59: http[0].status: expected at least one status, found an array",
            ),
            (
                r#"{"aftercall_profile": 1, "name": "x", "headers": {"amount": ["x id"]}}"#,
                "line 1, column 62: headers.amount[0]: expected a header's name, found the string \"x id\"",
            ),
            (
                r#"{"aftercall_profile": 1, "name": "x", "envelope": {"flag": {"true": [true, true]}}}"#,
                "line 1, column 76: envelope.flag.true[1]: this value has a meaning already",
            ),
            (
                r#"{"aftercall_profile": 1, "name": "x", "veto": {"http": [700]}}"#,
                "line 1, column 57: veto.http[0]: expected an HTTP status from 200 to 599, found 700",
            ),
            (
                r#"{"aftercall_profile": 1, "name": "x", "envelope": {"data": {"names": ["code"]}}}"#,
                "line 1, column 71: envelope.data.names[0]: the field \"code\" has a role already",
            ),
        ] {
            assert_eq!(refused(text), message);
        }
        for (entry, message) in [
            (
                r#"{"code": 1, "category": "quotta", "advice": "never", "effect": "unknown"}"#,
                "found \"quotta\", did you mean \"quota\"?",
            ),
            (
                r#"{"code": 1.5}"#,
                "codes[0].code: expected an integer of signed 64 bits, or",
            ),
            (
                r#"{"code": "12"}"#,
                "codes[0].code: expected an integer of signed 64 bits, or",
            ),
            (
                r#"{"code": " A"}"#,
                "codes[0].code: expected an integer of signed 64 bits, or",
            ),
            (
                r#"{"code": 1, "when": {}}"#, "expected at least one of message, http",
            ),
            (
                r#"{"code": 1, "when": {"message": "limit"}}"#,
                "expected nothing, as none is defined, found \"limit\"",
            ),
            (
                r#"{"code": 1, "when": {"http": "9xx"}}"#,
                "one of 3xx, 4xx, 5xx, found \"9xx\"",
            ),
            (
                r#"{"code": "a\nb"}"#,
                "codes[0].code: expected 1 to 128 bytes without control characters, found",
            ),
            (
                r#"{"code": 1, "label": ""}"#,
                "codes[0].label: expected 1 to 128 bytes without control characters, found",
            ),
            (
                r#"{"code": 1, "category": "success", "advice": "never", "effect": "unknown"}"#,
                "codes[0].category: expected the category of a failure, found the string \"success\"",
            ),
            (
                r#"{"code": 1, "category": "quota", "advice": "never", "effect": "done"}"#,
                "codes[0].effect: expected the effect of a failure, found the string \"done\"",
            ),
            (
                r#"{"code": 1, "wordings": [" !"]}"#,
                "more than spaces and marks, found the string",
            ),
            (
                r#"{"code": 1, "category": "quota", "advice": "hold", "effect": "unknown", "wordings": ["a", "A!"]}"#,
                "codes[0].wordings[1]: this wording, folded, stands for a code already",
            ),
        ] {
            let refused = refused(&with_code(entry));
            assert!(refused.contains(message), "{refused}");
        }
    }

    #[test]
    fn every_field_of_the_built_in_profile_is_read() {
        // Each value in turn becomes an object with an unknown field, which no
        // reader takes: a section that nobody reads would be noticed here.
        let document = Document::parse(&EUREKA).unwrap();
        let mut spans = Vec::new();
        leaves(&document.root, &mut spans);
        assert!(spans.len() > 200);
        for span in spans {
            let text = format!(
                "{}{{\"?\": 1}}{}",
                &EUREKA[..span.start],
                &EUREKA[span.end..]
            );
            assert!(load(&text).is_err(), "{}", &EUREKA[span]);
        }
    }

    fn leaves(node: &Node<'_>, spans: &mut Vec<core::ops::Range<usize>>) {
        match &node.value {
            Value::Object(members) => members
                .iter()
                .for_each(|member| leaves(&member.node, spans)),
            Value::Array(nodes) => nodes.iter().for_each(|node| leaves(node, spans)),
            _ => spans.push(node.span.clone()),
        }
    }

    #[test]
    fn too_large_a_profile_is_refused_before_it_is_read() {
        let message = refused(&" ".repeat(MAX_BYTES + 1));
        assert!(message.contains("bytes, allowed are"), "{message}");
    }
}
