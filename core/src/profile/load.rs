//! From a JSON file to a profile. Every wrong value is refused by name, with
//! what was found and what is allowed; nothing is guessed, nothing is ignored.

use crate::Error;
use crate::envelope::fields::{self, Fields, Flag, FlagValue, FlagValues};
use crate::envelope::names;
use crate::headers::{self, HeaderNames};
use crate::json::document::{Document, Node, Problem, Value};
use crate::json::object::{
    Object, Result, array, each, integer, not_one_of, problem, string, wrong,
};
use crate::server_delay::Form;

use super::tables::{codes, families, faults, http_rules, patterns, status, statuses_or_null};
use super::texts::id_text;
use super::{AbsentFlag, Profile};

/// The version of the format that this loader reads.
const FORMAT: i64 = 1;
/// More than any API needs, and little enough to be read in a moment.
const MAX_BYTES: usize = 16 << 20;

/// Loads `text`; what it leaves out of the common sections is that of
/// `defaults`, another profile's text.
pub(super) fn load(text: &str, defaults: &str) -> core::result::Result<Profile, Error> {
    let read = || {
        if text.len() > MAX_BYTES {
            let message = format!(
                "the profile has {} bytes, allowed are {MAX_BYTES}",
                text.len()
            );
            return Err((Problem::new(0, message), None));
        }
        let document = Document::parse(text).map_err(|problem| (problem, None))?;
        let defaults = Document::parse(defaults).map_err(|problem| (problem, None))?;
        match profile(&document, &defaults) {
            Ok(profile) => Ok(profile),
            Err(problem) => Err((problem, Some(document))),
        }
    };
    read().map_err(|(problem, document)| {
        Error::profile(
            Document::line_and_column(text, problem.at),
            document.map_or_else(String::new, |document| document.path_at(problem.at)),
            problem.message,
        )
    })
}

fn profile(document: &Document<'_>, defaults: &Document<'_>) -> Result<Profile> {
    let root = Object::of(&document.root, Some(&defaults.root))?;
    root.allow(&[
        "aftercall_profile", "name", "version", "title", "envelope", "headers", "patterns",
        "codes", "families", "http", "veto", "faults",
    ])?;
    let format = root.own("aftercall_profile")?;
    if integer(format)? != FORMAT {
        return Err(wrong(format, &format!("the format's number, {FORMAT}")));
    }
    let envelope = root.object("envelope")?;
    envelope.allow(&["flag", "code", "message", "data"])?;
    let flag = envelope.object("flag")?;
    flag.allow(&["names", "true", "false", "http_status", "absent"])?;
    let code = envelope.object("code")?;
    code.allow(&["names", "ok", "http_status"])?;
    let veto = root.object("veto")?;
    veto.allow(&["http"])?;
    let patterns = patterns(&root)?;

    // Filled in place: a profile in parts would be dropped in parts at every
    // error, and each of those ways out is code.
    let mut profile = Profile::blank();
    id_text(root.own("name")?)?.clone_into(&mut profile.name);
    profile.version = root.own_string_or_empty("version")?;
    profile.title = root.own_string_or_empty("title")?;
    profile.fields = fields(&envelope, &flag, &code)?;
    profile.absent_flag = absent_flag(flag.get("absent")?)?;
    profile.headers = header_names(&root)?;
    profile.codes = codes(&root, &patterns)?;
    profile.families = families(&root)?;
    profile.http = http_rules(&root, &patterns)?;
    profile.code_statuses = statuses_or_null(code.get("http_status")?)?;
    profile.vetoes = each(veto.get("http")?, status)?;
    profile.faults = faults(root.get("faults")?)?;
    Ok(profile)
}

fn fields(envelope: &Object<'_>, flag: &Object<'_>, code: &Object<'_>) -> Result<Fields> {
    let message = envelope.object("message")?;
    message.allow(&["names"])?;
    let data = envelope.object("data")?;
    data.allow(&["names"])?;
    let mut flag_values = FlagValues::new(statuses_or_null(flag.get("http_status")?)?);
    for (field, says) in [("true", Flag::True), ("false", Flag::False)] {
        for node in array(flag.get(field)?)? {
            if !flag_values.add(flag_value(node)?, says) {
                return Err(problem(node, "this value has a meaning already".to_owned()));
            }
        }
    }
    let ok_codes = each(code.get("ok")?, integer)?;
    let mut names = Vec::new();
    let mut ends = [0; 4];
    for (group, end) in [flag, code, &message, &data].into_iter().zip(&mut ends) {
        field_names(group, &mut names)?;
        *end = names.len();
    }
    let [flags, codes, messages, _] = ends;
    let names = names.into_iter().map(|(name, _)| name.to_owned()).collect();
    Ok(Fields::new(
        names,
        [flags, codes, messages],
        flag_values,
        ok_codes,
    ))
}

/// A name that has a role, and where this profile gives it, if it does.
type Name<'d> = (&'d str, Option<usize>);

/// Adds the field names of one role to those that have one; a name has one role,
/// and there is a limit to all. Names that are inherited have no place in this
/// profile: a conflict with them is reported where the profile's own names are.
fn field_names<'d>(group: &Object<'d>, names: &mut Vec<Name<'d>>) -> Result<()> {
    let list = group.get("names")?;
    let is_default = group.is_default("names", list);
    for node in array(list)? {
        let own = (!is_default).then_some(node.span.start);
        let name = string(node)?;
        if name.is_empty() || name.len() > names::MAX_NAME_LENGTH {
            let allowed = format!("a name of 1 to {} bytes", names::MAX_NAME_LENGTH);
            return Err(wrong(node, &allowed));
        }
        if let Some((_, earlier)) = names.iter().find(|(earlier, _)| *earlier == name) {
            return Err(Problem::new(
                own.or(*earlier).unwrap_or_default(),
                format!("the field {name:?} has a role already"),
            ));
        }
        if names.len() == fields::MAX_NAMES {
            let last = names.iter().rev().find_map(|(_, own)| *own);
            return Err(Problem::new(
                own.or(last).unwrap_or_default(),
                format!("more than {} field names in all", fields::MAX_NAMES),
            ));
        }
        names.push((name, own));
    }
    Ok(())
}

fn flag_value(node: &Node<'_>) -> Result<FlagValue> {
    match &node.value {
        Value::Bool(literal) => Ok(FlagValue::Literal(*literal)),
        Value::Number(spelling) => Ok(FlagValue::Number((*spelling).to_owned())),
        Value::String(word) => {
            let word = word.trim_matches([' ', '\t', '\n', '\r']);
            if word.is_empty() {
                return Err(wrong(node, "a word"));
            }
            Ok(FlagValue::Word(word.to_ascii_lowercase()))
        }
        _ => Err(wrong(node, "true, false, a number or a string")),
    }
}

fn absent_flag(node: &Node<'_>) -> Result<AbsentFlag> {
    match string(node)? {
        "failure" => Ok(AbsentFlag::Failure),
        "code" => Ok(AbsentFlag::Code),
        "http" => Ok(AbsentFlag::Http),
        other => Err(not_one_of(node, other, &["failure", "code", "http"])),
    }
}

fn header_names(root: &Object<'_>) -> Result<HeaderNames> {
    let section = root.object("headers")?;
    section.allow(&["correlation_id", "amount", "should_retry", "server_delay"])?;
    let mut names = Vec::new();
    let mut ends = [0; 3];
    let groups = ["correlation_id", "amount", "should_retry"];
    for (group, end) in groups.into_iter().zip(&mut ends) {
        for node in array(section.get(group)?)? {
            header_name(node, &section, &mut names)?;
        }
        *end = names.len();
    }
    let mut forms = Vec::new();
    for node in array(section.get("server_delay")?)? {
        let entry = Object::of(node, None)?;
        entry.allow(&["name", "form"])?;
        let form = entry.get("form")?;
        forms.push(match string(form)? {
            "milliseconds" => Form::Milliseconds,
            "seconds_or_date" => Form::SecondsOrDate,
            other => {
                return Err(not_one_of(
                    form,
                    other,
                    &["milliseconds", "seconds_or_date"],
                ));
            }
        });
        header_name(entry.get("name")?, &section, &mut names)?;
    }
    Ok(HeaderNames::new(names, ends, forms))
}

fn header_name(node: &Node<'_>, section: &Object<'_>, names: &mut Vec<String>) -> Result<()> {
    // `Date` and `Age` are always among the names.
    const ROOM: usize = headers::MAX_NAMES - 2;
    let name = string(node)?;
    // A token, by RFC 9110, section 5.6.2.
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(wrong(node, "a header's name"));
    }
    if names.len() == ROOM {
        let message = format!("more than {ROOM} header names in all");
        return Err(problem(section.node, message));
    }
    names.push(name.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;
    use crate::profile::EUREKA;

    fn refused(text: &str) -> String {
        match load(text, EUREKA) {
            Ok(profile) => panic!("{profile:?} was not refused"),
            Err(error) => error.to_string(),
        }
    }

    fn with_code(entry: &str) -> String {
        format!(r#"{{"aftercall_profile": 1, "name": "x", "codes": [{entry}]}}"#)
    }

    #[test]
    fn a_profile_of_two_lines_has_the_common_sections() {
        let profile = load(r#"{"aftercall_profile": 1, "name": "x"}"#, EUREKA).unwrap();
        assert_eq!(profile.codes().count(), 0);
        assert_eq!(profile.http.len(), Profile::eureka().http.len());
        assert_eq!(profile.faults.len(), Fault::ALL.len());
    }

    #[test]
    fn a_section_may_be_given_in_part() {
        let text = r#"{"aftercall_profile": 1, "name": "x",
            "envelope": {"code": {"names": ["errcode"]}, "flag": {"names": []}}}"#;
        let profile = load(text, EUREKA).unwrap();
        let body = br#"{"errcode":0}"#;
        let reading = crate::envelope::read(&profile.fields, body);
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
        let document = Document::parse(EUREKA).unwrap();
        let mut spans = Vec::new();
        leaves(&document.root, &mut spans);
        assert!(spans.len() > 200);
        for span in spans {
            let text = format!(
                "{}{{\"?\": 1}}{}",
                &EUREKA[..span.start],
                &EUREKA[span.end..]
            );
            assert!(load(&text, EUREKA).is_err(), "{}", &EUREKA[span]);
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
