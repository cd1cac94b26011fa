//! Text from anywhere as a profile: refused with a place that is right, or
//! loaded and fit to judge by.

use aftercall::{Error, Expect, Profile, Reply, UnixTime};
use serde_json::value::RawValue;

use crate::opinion::{is_json, unescaped};
use crate::seen::Seen;

/// No text makes the loader panic; what it refuses, it refuses in a readable
/// way and at the right place; by what it accepts, replies can be judged.
pub fn profile(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    match Profile::from_json(&text) {
        Ok(profile) => {
            assert!(is_json(without_mark(&text)), "a profile is JSON");
            accepted(&profile);
        }
        Err(error) => {
            assert!(error.is_profile());
            refused(&text, &error);
        }
    }
    // The same reader of documents, behind another door.
    if let Err(error) = aftercall::explain_json(&text) {
        refused(&text, &error);
    }
}

fn accepted(profile: &Profile) {
    for rule in profile.codes() {
        let subject = rule.id().strip_prefix("code:");
        assert!(match subject {
            Some(subject) => subject.starts_with(&rule.code_text()),
            None => rule.id().starts_with("rule:") && rule.code_text().is_empty(),
        });
        assert!(rule.wordings().all(|wording| !wording.is_empty()));
    }
    for name in profile.secret_names() {
        for place in ["/?§=canary&b=1", "§: canary", "{\"§\":\"canary\"}"] {
            let planted = place.replace('§', name);
            let clean = profile.redact(&planted);
            assert!(
                !clean.ends_with("canary") && !clean.contains("canary\""),
                "{clean}"
            );
            assert!(!clean.contains("=canary&"), "{clean}");
        }
    }
    let headers = [
        ("retry-after", "7"),
        ("x-should-retry", "FALSE"),
        ("x-correlation-id", "c-1"),
        ("date", "Wed, 21 Oct 2026 07:28:00 GMT"),
    ];
    let bodies = [
        "",
        "{}",
        r#"{"status":true,"error_code":0,"data":[1]}"#,
        r#"{"status":false,"error_code":67200002,"error_msg":"Quota exceeds the limit!"}"#,
        r#"{"success":"fail","code":"x","message":"too fast"}"#,
        r#"{"status":500,"error_msg":"Bad request!"#,
    ];
    for body in bodies {
        for http_status in [0, 200, 403, 503, 700] {
            for expect in [Expect::Envelope, Expect::Raw] {
                let reply = Reply::new(http_status, body)
                    .with_headers(&headers)
                    .expecting(expect);
                let verdict = aftercall::judge(profile, &reply, Some(UnixTime::from_secs(0)));
                let seen = Seen::of(&verdict);
                assert!(!seen.is_success() || matches!(http_status, 0 | 200));
                assert!(seen.is_success() || seen.data.is_none());
            }
        }
    }
}

/// An error is one line; its place lies in the text and shows what it names.
fn refused(text: &str, error: &Error) {
    let shown = error.to_string();
    assert!(!shown.contains(char::is_control), "one line: {shown:?}");
    let at = offset(text, error.line(), error.column());
    let at = at.unwrap_or_else(|| panic!("no such place: {shown}"));
    if !is_json(without_mark(text)) {
        return;
    }
    let value = serde_json::Deserializer::from_str(&text[at..])
        .into_iter::<&RawValue>()
        .next();
    // Behind the last value stands nothing, and nothing is said about it.
    let Some(Ok(value)) = value else {
        panic!("no value at the place of: {shown}");
    };
    let raw = value.get();
    for (ending, first) in [
        ("found an array", '['),
        ("found an object", '{'),
        ("found null", 'n'),
        ("found true", 't'),
        ("found false", 'f'),
        (" is missing", '{'),
    ] {
        assert!(
            !shown.ends_with(ending) || raw.starts_with(first),
            "{shown}: {raw}"
        );
    }
    for ending in [" has a role already", " is given twice"] {
        if shown.ends_with(ending) {
            let named = format!("the field {:?}{ending}", unescaped(raw));
            assert!(shown.ends_with(&named), "{shown}: {raw}");
        }
    }
}

/// The byte at a line and a column, which count lines and characters from 1.
fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let start: usize = text
        .split_inclusive('\n')
        .chain([""])
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    if text[..start].matches('\n').count() + 1 != line {
        return None;
    }
    let rest = text[start..].split('\n').next()?;
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    ends.map(|at| start + at).nth(column.checked_sub(1)?)
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{FEFF}').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_where_people_count_it() {
        let text = "a\nü{\n";
        for (line, column, at) in [
            (1, 1, Some(0)),
            (1, 2, Some(1)),
            (1, 3, None),
            (2, 2, Some(4)),
            (3, 1, Some(6)),
            (4, 1, None),
            (0, 1, None),
        ] {
            assert_eq!(offset(text, line, column), at, "{line}, {column}");
        }
    }
}
