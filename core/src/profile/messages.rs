//! Reading the section `messages`, and which rules have texts of their own.

use std::borrow::Cow;

use crate::Category;
use crate::json::document::Node;
use crate::json::object::{Object, problem};
use crate::nearest::suggestion;
use crate::order::sort;
use crate::texts::Words;
use crate::texts::table::Table;

use super::catalogue::CodeTable;
use super::finding::Findings;

/// As many languages as a profile may have: a message looks at each.
const MAX_LANGUAGES: usize = 256;

/// The texts for people. What is extended brings no texts, only the keys of its
/// rules.
pub(super) fn read(root: &Object<'_>, codes: &CodeTable, findings: &mut Findings) -> Words {
    let mut tables = Vec::new();
    let section = root.own_optional("messages");
    if let Some(section) = section.and_then(|node| findings.keep(Object::of(node, None))) {
        if section.members.len() > MAX_LANGUAGES {
            let found = section.members.len();
            let message = format!("expected at most {MAX_LANGUAGES} languages, found {found}");
            findings.error("invalid", problem(section.node, message));
            return Words::default();
        }
        for member in section.members {
            let table = Table::read(&member.name, member.name_span.start, &member.node);
            if let Some(table) = findings.keep(table) {
                tables.push(table);
            }
        }
    }
    Words::new(keys(codes), tables)
}

/// A rule's id, what its row says, and the key of its texts.
type Keyed<'c> = (Cow<'c, str>, Category, Option<&'c str>);

/// The rules that have texts of their own, by their ids, also where a wording
/// has decided. Sorted.
///
/// Of several rules of one id the first decides; it has the key of one behind
/// it if that is of the same category. Whoever extends a profile to give other
/// advice keeps its texts, and whoever gives a code another meaning does not.
fn keys(codes: &CodeTable) -> Vec<(Box<str>, Box<str>)> {
    if codes.rules().all(|rule| rule.message.is_none()) {
        return Vec::new();
    }
    let mut keyed: Vec<Keyed<'_>> = Vec::new();
    for rule in codes.rules() {
        let (category, key) = (rule.category(), rule.message_key());
        keyed.push((rule.id().into(), category, key));
        if !rule.wordings.is_empty() {
            let id = format!("message:{}", rule.code_text());
            keyed.push((id.into(), category, key));
        }
    }
    sort(&mut keyed, |(one, ..), (other, ..)| one.cmp(other));
    let mut keys = Vec::new();
    for alike in keyed.chunk_by(|(one, ..), (other, ..)| one == other) {
        let Some((id, category, _)) = alike.first() else {
            continue;
        };
        let same = alike.iter().filter(|(_, own, _)| own == category);
        if let Some(key) = same.into_iter().find_map(|(_, _, key)| *key) {
            keys.push((id.as_ref().into(), key.into()));
        }
    }
    keys
}

/// As many keys as a misspelled one is compared with.
const MOST_COMPARED: usize = 1024;

/// Warns of the own rules whose key no texts stand under, in any language.
///
/// For whoever checks a profile: loading one does not unpack the built-in
/// texts.
pub(super) fn warn_of_unknown_keys(root: &Object<'_>, words: &Words, findings: &mut Findings) {
    let entries = root.own_optional("codes").and_then(Node::as_array);
    for entry in entries.unwrap_or_default() {
        let entry = Object::of(entry, None).ok();
        let Some(node) = entry.and_then(|entry| entry.own_optional("message")) else {
            continue;
        };
        let Some(key) = node.as_str().filter(|key| !words.have(key)) else {
            continue;
        };
        if findings.are_full() {
            return;
        }
        let known = words.known_keys(MOST_COMPARED);
        let message = format!(
            "there are no texts under the key {key:?}, so that those of the category are shown{}",
            suggestion(key, &known)
        );
        findings.warn("unknown_message", node.span.start, message);
    }
}

#[cfg(test)]
mod tests {
    use crate::{MessageOptions, Profile, Reply, judge, message};

    fn title(codes: &str) -> String {
        let profile = format!(
            r#"{{"aftercall_profile": 1, "name": "x", "extends": "eureka", "codes": [{codes}]}}"#
        );
        let profile = Profile::from_json(&profile).unwrap();
        let body = r#"{"status":false,"error_code":67200203}"#;
        let verdict = judge(&profile, &Reply::new(200, body), None);
        let words = message(&profile, &verdict, &MessageOptions::new("en"));
        words.title().to_owned()
    }

    #[test]
    fn texts_of_what_is_extended_stay_as_long_as_the_meaning_does() {
        assert_eq!(title(""), "Not part of the plan");
        for (row, expected) in [
            (r#""category": "permission""#, "Not part of the plan"),
            (r#""category": "quota""#, "Allowance used up"),
            (
                r#""category": "permission", "message": "wrong_host""#,
                "Access key not valid here",
            ),
        ] {
            let rule =
                format!(r#"{{"code": 67200203, {row}, "advice": "hold", "effect": "rejected"}}"#);
            assert_eq!(title(&rule), expected, "{row}");
        }
    }

    #[test]
    fn a_key_without_texts_is_warned_of_with_the_nearest_one() {
        let found = |key: &str| -> Vec<String> {
            let profile = format!(
                r#"{{"aftercall_profile": 1, "name": "x",
                    "messages": {{"pt-BR": {{"coins": {{"title": "a", "text": "b."}}}}}},
                    "codes": [{{"code": 1, "category": "balance", "advice": "never",
                        "effect": "rejected", "message": "{key}"}}]}}"#
            );
            let findings = Profile::check(&profile);
            findings.iter().map(ToString::to_string).collect()
        };
        for known in ["coins", "wrong_host", "permission+quota", "balance"] {
            assert_eq!(found(known), [""; 0], "{known}");
        }
        let message = |key: &str, nearest: &str| {
            format!(
                "line 4, column 58: codes[0].message: warning: there are no texts under the key \
                 \"{key}\", so that those of the category are shown{nearest} [unknown_message]"
            )
        };
        for (key, nearest) in [
            ("wrong_hosts", ", did you mean \"wrong_host\"?"),
            ("coin", ", did you mean \"coins\"?"),
            ("teapot", ""),
        ] {
            assert_eq!(found(key), [message(key, nearest)]);
        }
    }

    #[test]
    fn of_two_rules_of_one_id_the_first_decides() {
        let rule = |row: &str| {
            format!(r#"{{"code": 67200203, {row}, "advice": "never", "effect": "rejected"}}"#)
        };
        let first = rule(r#""category": "permission", "message": "wrong_host""#);
        let second = rule(r#""category": "permission", "message": "busy""#);
        assert_eq!(
            title(&format!("{first}, {second}")),
            "Access key not valid here"
        );
    }
}
