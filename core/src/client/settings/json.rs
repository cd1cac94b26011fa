//! A client's settings as JSON, for languages and files: the same names, the
//! same checks.

use crate::json::document::{Document, Node, Problem};
use crate::json::object::{self, Object, Result};
use crate::retry::policy_of;
use crate::{Error, ErrorKind, Profile, redact};

use crate::client::secret::Secret;

use super::{ClientBuilder, ProfileChoice};

const FIELDS: [&str; 21] = [
    "base_url", "api_key", "client_id", "client_secret", "token_path", "allow_plain_http",
    "profile", "policy", "deadline_ms", "attempt_timeout_ms", "connect_timeout_ms",
    "idle_timeout_ms", "max_idle_connections", "max_body_bytes", "max_download_bytes", "proxy",
    "no_proxy", "proxy_from_environment", "ca_pem", "ca_file", "gzip",
];
const ALSO: &str = "user_agent";

/// Certificates are the largest part of settings.
const MAX_BYTES: usize = 4 << 20;

pub(super) fn read(text: &str) -> core::result::Result<ClientBuilder, Error> {
    if text.len() > MAX_BYTES {
        let message = format!("settings of {} bytes, allowed are {MAX_BYTES}", text.len());
        return Err(Error::unplaced(ErrorKind::Client, String::new(), message));
    }
    let document = Document::parse(text).map_err(|problem| error(text, None, problem))?;
    settings(&document.root).map_err(|problem| error(text, Some(&document), problem))
}

/// What a slip of the pen has put in the wrong place may be a credential, so the
/// error is scrubbed besides.
fn error(text: &str, document: Option<&Document<'_>>, problem: Problem) -> Error {
    let path = document.map_or_else(String::new, |document| document.path_at(problem.at));
    Error::placed(
        ErrorKind::Client,
        Document::line_and_column(text, problem.at),
        redact(&path).into_owned(),
        redact(&problem.into_message()).into_owned(),
    )
}

fn settings(root: &Node<'_>) -> Result<ClientBuilder> {
    let given = Object::of(root, None)?;
    let names: Vec<&str> = FIELDS.into_iter().chain([ALSO]).collect();
    given.allow(&names.join(" "))?;
    let mut builder = ClientBuilder::new(&secret(given.own("base_url")?)?);
    builder.api_key = secret_of(&given, "api_key")?;
    builder.client_id = secret_of(&given, "client_id")?.map(|id| id.reveal().to_owned());
    builder.client_secret = secret_of(&given, "client_secret")?;
    builder.proxy = secret_of(&given, "proxy")?;
    text_of(&given, "token_path", &mut builder.token_path)?;
    text_of(&given, ALSO, &mut builder.user_agent)?;
    for (name, number) in [
        ("deadline_ms", &mut builder.deadline_ms),
        ("attempt_timeout_ms", &mut builder.attempt_timeout_ms),
        ("connect_timeout_ms", &mut builder.connect_timeout_ms),
        ("idle_timeout_ms", &mut builder.idle_timeout_ms),
        ("max_idle_connections", &mut builder.max_idle_connections),
        ("max_body_bytes", &mut builder.max_body_bytes),
        ("max_download_bytes", &mut builder.max_download_bytes),
    ] {
        if let Some(node) = present(&given, name) {
            *number = u64::try_from(object::integer(node)?)
                .map_err(|_| object::wrong(node, "a positive integer"))?;
        }
    }
    for (name, flag) in [
        ("allow_plain_http", &mut builder.allows_plain_http),
        (
            "proxy_from_environment",
            &mut builder.reads_proxy_from_environment,
        ),
        ("gzip", &mut builder.has_gzip),
    ] {
        if let Some(node) = present(&given, name) {
            *flag = object::boolean(node)?;
        }
    }
    if let Some(node) = present(&given, "profile") {
        let name = object::string(node)?;
        let profile = Profile::built_in(name)
            .ok_or_else(|| object::not_one_of(node, name, &[Profile::eureka().name()]))?;
        builder.profile = ProfileChoice::BuiltIn(profile);
    }
    if let Some(node) = present(&given, "policy") {
        builder.policy = policy_of(node)?;
    }
    if let Some(node) = present(&given, "no_proxy") {
        // It may be a proxy's URL that was put here, with its password.
        let hosts = node.as_array().ok_or_else(|| found(node, "an array"))?;
        for host in hosts {
            builder.no_proxy.push(secret(host)?);
        }
    }
    if let Some(node) = present(&given, "ca_pem") {
        builder.ca_pem = Some(object::string(node)?.as_bytes().to_vec());
    }
    if let Some(node) = present(&given, "ca_file") {
        builder.ca_file = Some(object::string(node)?.into());
    }
    Ok(builder)
}

/// A setting of `null` is left out.
fn present<'d>(given: &Object<'d>, name: &str) -> Option<&'d Node<'d>> {
    given.own_optional(name).filter(|node| !node.is_null())
}

fn text_of(given: &Object<'_>, name: &str, text: &mut String) -> Result<()> {
    if let Some(node) = present(given, name) {
        object::string(node)?.clone_into(text);
    }
    Ok(())
}

fn secret_of(given: &Object<'_>, name: &str) -> Result<Option<Secret>> {
    let node = present(given, name);
    node.map(|node| secret(node).map(Secret::new)).transpose()
}

/// A string that no error repeats, not even if it is no string.
fn secret(node: &Node<'_>) -> Result<String> {
    let text = node.as_str().map(str::to_owned);
    text.ok_or_else(|| found(node, "a string"))
}

/// What was expected, and the kind of what was found.
fn found(node: &Node<'_>, allowed: &str) -> Problem {
    object::problem(node, format!("expected {allowed}, found {}", node.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_its_name() {
        let text = r#"{
            "base_url": "http://api.example.com", "client_id": "i", "client_secret": "s",
            "token_path": "/t", "allow_plain_http": true, "profile": "eureka",
            "policy": {"max_attempts": 2}, "deadline_ms": 1000, "attempt_timeout_ms": 500,
            "connect_timeout_ms": 100, "idle_timeout_ms": 50, "max_idle_connections": 3,
            "max_body_bytes": 10, "max_download_bytes": 20, "proxy": "http://h:1",
            "no_proxy": [".example.com"], "proxy_from_environment": false, "ca_pem": null,
            "gzip": false, "user_agent": "mine/1", "api_key": null, "ca_file": null
        }"#;
        let builder = read(text).unwrap();
        assert_eq!(builder.max_body_bytes, 10);
        assert!(!builder.has_gzip);
        let client = builder.build().unwrap();
        let settings = client.settings();
        assert_eq!(settings.policy.max_attempts(), 2);
        assert_eq!(settings.policy.deadline_ms(), Some(1000));
        assert_eq!(settings.token_path, "/t");
        assert_eq!(settings.user_agent, "mine/1");
        assert_eq!(text.matches(':').count() - 4, FIELDS.len() + 1);
    }

    #[test]
    fn what_is_wrong_is_placed_and_no_credential_repeated() {
        for (text, expected) in [
            ("", "line 1, column 1: "),
            ("[]", "line 1, column 1: expected an object, found an array"),
            (
                r#""{\"api_key\": \"99887766\"}""#,
                "line 1, column 1: expected an object, found a string",
            ),
            ("{}", "line 1, column 1: the field \"base_url\" is missing"),
            (
                r#"{"base_url": "https://h", "dedline_ms": 1}"#,
                "line 1, column 27: dedline_ms: unknown field \"dedline_ms\", did you mean \"deadline_ms\"?",
            ),
            (
                r#"{"base_url": "https://h", "api_key": 99887766}"#,
                "line 1, column 38: api_key: expected a string, found a number",
            ),
            (
                r#"{"base_url": "https://h", "no_proxy": "http://u:99887766@h"}"#,
                "line 1, column 39: no_proxy: expected an array, found a string",
            ),
            (
                r#"{"base_url": "https://h", "prohttp://u:99887766@h": 1}"#,
                "line 1, column 27: prohttp://REDACTED:REDACTED@h: unknown field \"prohttp://REDACTED:REDACTED@h\"",
            ),
            (
                r#"{"base_url": "https://h", "gzip": "sk-99887766"}"#,
                "line 1, column 35: gzip: expected true or false, found the string \"REDACTED\"",
            ),
            (
                r#"{"base_url": "https://h", "deadline_ms": "1s"}"#,
                "line 1, column 42: deadline_ms: expected an integer of signed 64 bits, found the string \"1s\"",
            ),
            (
                r#"{"base_url": "https://h", "deadline_ms": -1}"#,
                "line 1, column 42: deadline_ms: expected a positive integer, found -1",
            ),
            (
                r#"{"base_url": "https://h", "policy": {"jitter": "ful"}}"#,
                "line 1, column 48: policy.jitter: expected one of none, full, equal, decorrelated, found \"ful\", did you mean \"full\"?",
            ),
            (
                r#"{"base_url": "https://h", "profile": "other"}"#,
                "line 1, column 38: profile: expected one of eureka, found \"other\"",
            ),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
            assert!(!error.contains("99887766"));
        }
    }
}
