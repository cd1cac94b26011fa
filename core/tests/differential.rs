//! The reader against `serde_json`, over generated and mutated bodies.
//!
//! The oracle is slow and obvious: it parses the top level into a list, looks
//! fields up by name, and knows the rules of the flag and the code in their
//! simplest form. It is asked only about bodies that it can be sure of.

use aftercall::{Outcome, Profile, Reply, judge};
use proptest::prelude::*;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of a top-level object, in order, duplicates kept.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> serde::Deserialize<'a> for Members<'a> {
    fn deserialize<D: serde::Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'a> Visitor<'a> for Collect {
            type Value = Members<'a>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Members<'a>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

impl<'a> Members<'a> {
    /// The first of `names` whose last value is not `null`.
    fn first_of(&self, names: &[&str]) -> Option<&'a str> {
        names
            .iter()
            .filter_map(|name| self.last(name))
            .find(|raw| *raw != "null")
    }

    fn last(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().rev().find(|(key, _)| key == name)?;
        Some(found.1.get())
    }
}

fn text_of(raw: &str) -> String {
    serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned())
}

fn scalars() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,3})?",
        "\\PC{0,40}".prop_map(|text| serde_json::to_string(&text).unwrap()),
        "([a-z ]|\\\\u[0-7][0-9a-fA-F]{3}|\\\\[nrtbf\"\\\\/]){0,12}"
            .prop_map(|text| format!("\"{text}\"")),
    ]
}

fn spaces() -> impl Strategy<Value = String> {
    prop_oneof![3 => Just(String::new()), 1 => "[ \t\r\n]{1,9}"]
}

fn values() -> impl Strategy<Value = String> {
    scalars().prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            (prop::collection::vec((inner.clone(), spaces()), 0..8)).prop_map(|values| {
                let values: Vec<String> = values
                    .into_iter()
                    .map(|(value, space)| format!("{space}{value}{space}"))
                    .collect();
                format!("[{}]", values.join(","))
            }),
            prop::collection::vec(("[a-z]{0,6}", inner, spaces()), 0..8).prop_map(|members| {
                let members: Vec<String> = members
                    .into_iter()
                    .map(|(key, value, space)| format!("{space}\"{key}\"{space}:{space}{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

const FLAGS: [&str; 2] = ["status", "success"];
const CODES: [&str; 3] = ["error_code", "errorCode", "code"];
const MESSAGES: [&str; 6] = [
    "error_msg", "error_message", "errorMsg", "errorMessage", "message", "msg",
];

fn keys() -> impl Strategy<Value = String> {
    let ours: Vec<&str> = [&FLAGS[..], &CODES, &MESSAGES, &["data"]].concat();
    prop_oneof![
        4 => prop::sample::select(ours.clone()).prop_map(|key| format!("\"{key}\"")),
        1 => prop::sample::select(ours).prop_map(|key| {
            let escaped: String = key.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
            format!("\"{escaped}\"")
        }),
        1 => "[a-z]{0,9}".prop_map(|key| format!("\"{key}\"")),
    ]
}

fn bodies() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        3 => scalars(),
        2 => values(),
        2 => prop::sample::select(vec![
            "true", "false", "1", "0", "\"OK\"", "\"failed\"", "67200005", "68300008", "\"67200003\"",
            "404", "500",
        ])
        .prop_map(str::to_owned),
    ];
    (prop::collection::vec((keys(), value), 0..8), spaces()).prop_map(|(members, space)| {
        let members: Vec<String> = members
            .into_iter()
            .map(|(key, value)| format!("{space}{key}:{space}{value}"))
            .collect();
        format!("{space}{{{}{space}}}{space}", members.join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// What `serde_json` takes for an object is read as that object.
    #[test]
    fn well_formed_bodies_are_read_alike(body in bodies()) {
        let members: Members<'_> = serde_json::from_str(&body).unwrap();
        let verdict = judge(Profile::eureka(), &Reply::new(200, &body), None);

        prop_assert_ne!(verdict.rule(), "protocol:malformed");
        let message = members.first_of(&MESSAGES).map(text_of);
        let code = members.first_of(&CODES);
        let is_blank = |raw: &str| raw.starts_with('"') && text_of(raw).trim_matches([' ', '\t', '\n', '\r']).is_empty();
        let code_text = code.filter(|raw| !is_blank(raw)).map(text_of);
        prop_assert_eq!(verdict.message().map(ToString::to_string), message);
        prop_assert_eq!(verdict.code_text().map(ToString::to_string), code_text);
        if let Some(integer) = code.and_then(|raw| raw.parse::<i64>().ok()) {
            prop_assert_eq!(verdict.code(), Some(integer));
        }
        if verdict.outcome() == Outcome::Success {
            let data = members.last("data").map(str::as_bytes);
            prop_assert_eq!(verdict.data(), data);
        } else {
            prop_assert_eq!(verdict.data(), None);
        }
    }

    /// One byte changed, cut or added: both readers see the same bodies as
    /// well-formed. Invalid UTF-8 is compared after replacement, because inside
    /// a string it is no syntax error here.
    #[test]
    fn mutated_bodies_are_refused_alike(
        body in bodies(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        how in 0..3_u8,
    ) {
        let mut body = body.into_bytes();
        let place = place.index(body.len());
        match how {
            0 => body[place] = byte,
            1 => body.truncate(place),
            _ => body.insert(place, byte),
        }
        let text = String::from_utf8_lossy(&body);
        let is_object = serde_json::from_str::<&RawValue>(&text)
            .is_ok_and(|raw| raw.get().starts_with('{'));
        let verdict = judge(Profile::eureka(), &Reply::new(200, &body), None);
        let malformed = matches!(
            verdict.rule(),
            "protocol:malformed" | "protocol:not_json" | "protocol:empty" | "protocol:not_object" | "protocol:html"
        ) || verdict.anomalies().contains(aftercall::Anomaly::MalformedBody);
        prop_assert_eq!(malformed, !is_object, "{}", body.escape_ascii());
    }

    /// Judging is a pure function, and an owned verdict is the same verdict.
    #[test]
    fn any_bytes_give_one_verdict(body in any::<Vec<u8>>(), http_status in any::<i32>()) {
        let reply = Reply::new(http_status, &body);
        let first = judge(Profile::eureka(), &reply, None);
        let second = judge(Profile::eureka(), &reply, None).into_owned();
        prop_assert_eq!(format!("{first:?}"), format!("{second:?}"));
        prop_assert_eq!(first.data(), second.data());
        prop_assert_eq!(first.message(), second.message());
    }
}
