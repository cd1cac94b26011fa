//! Secrets planted wherever they can travel, in whatever they can be encoded.

use std::time::{Duration, Instant};

use aftercall::{one_line, redact};
use proptest::prelude::*;

/// Where a secret stands, in the place of `§`.
const PLACES: &[&str] = &[
    "Bearer §",
    "authorization: Bearer §",
    "Authorization: Basic §",
    "AUTHORIZATION: Digest username=\"me\", response=\"§\"",
    "-H 'Authorization: Bearer §' https://host/",
    "\u{1b}[31mBearer §\u{1b}[0m",
    "\u{1b}[1;32msk-§\u{1b}[0m",
    "a line\nBearer §\nanother",
    "Cookie: a=b; session=§; theme=dark",
    "Set-Cookie: sid=§; Path=/; HttpOnly",
    "X-Api-Key: §",
    "https://host/path?apikey=§&page=2",
    "https://host/path?page=2&client_secret=§#top",
    "https://host/path?key=§",
    "https://host/?X-Amz-Algorithm=AWS4&X-Amz-Credential=§&X-Amz-Expires=60",
    "https://host/?X-Amz-Signature=§",
    "https://host/?X-Amz-Security-Token=§&b=1",
    "https://host/?AWSAccessKeyId=§&Expires=1",
    "https://host/?OSSAccessKeyId=§&Signature=§",
    "https://host/?q-ak=§&q-signature=§",
    "https://host/?sv=2020&sig=§&se=1",
    "https://host/?sign=§",
    "https://user:§@host/path",
    "https://§@host/path",
    "https://§:x@host/path",
    "redis://:§@host:6379/0",
    "https://token:§@host/path",
    "proxy user:§@host:8080",
    "grant_type=client_credentials&client_id=me&client_secret=§",
    "{\"token\":\"§\"}",
    "{\"access_token\" : \"§\", \"expires_in\": 1799}",
    "{\"a\":{\"clientSecret\":\"§\"},\"b\":[1]}",
    "{\n  \"password\":\n    \"§\"\n}",
    "{\"token\":[\"§\",\"§\"],\"a\":1}",
    "{\"credentials\":{\"id\":\"§\",\"more\":{\"x\":\"§\"}}}",
    "[[\"authorization\",\"Token §\"],[\"accept\",\"*/*\"]]",
    "{'apikey': '§', 'page': 2}",
    "{'token': b'§'}",
    "Login { password: Some(\"§\") }",
    "<login><password>§</password></login>",
    "api key: §",
    "API-Key = §",
    "invalid token: §",
    "token \"§\" is not valid",
    "apikey: \"§",
    "password=§",
    "headers = {\"x-auth-token\" => \"§\"}",
    "data[token]=§&data[id]=5",
    "token[]=§",
    "密钥 apikey：§",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE§\n-----END RSA PRIVATE KEY-----",
    "private_key: -----BEGIN PRIVATE KEY-----\n§",
];

/// Secrets that are known by their beginning, alone in a sentence.
const KEYS: &[&str] = &[
    "sk-§", "sk_live_§", "AKIA§", "ghp_§", "xoxb-§", "eyJhbGciOi.§.sig", "bot123456789:AA§",
];

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

fn json_with_slashes(text: &str) -> String {
    json(text)
        .replace('/', "\\/")
        .replace('&', "\\u0026")
        .replace('=', "\\u003d")
}

type Encoding = fn(&str) -> String;

fn every_way() -> Vec<(&'static str, Encoding)> {
    vec![
        ("as it is", |text| text.to_owned()),
        ("percent-encoded", percent),
        ("percent-encoded twice", |text| percent(&percent(text))),
        ("in JSON", json),
        ("in JSON in JSON", |text| json(&json(text))),
        ("in JSON in JSON in JSON", |text| json(&json(&json(text)))),
        ("in JSON with escaped slashes", json_with_slashes),
        ("percent-encoded JSON", |text| percent(&json(text))),
        ("JSON of a percent-encoded text", |text| {
            json(&percent(text))
        }),
        ("in a URL of a URL", |text| {
            format!("https://host/?next={}&page=2", percent(text))
        }),
        ("in an error of the API", |text| {
            format!(
                "{{\"status\":false,\"error_msg\":\"cannot serve {}\"}}",
                json(text)
            )
        }),
    ]
}

fn assert_gone(text: &str, secret: &str, place: &str) {
    let clean = redact(text);
    assert!(!clean.contains(secret), "{place}\n  {text}\n  {clean}");
    assert_eq!(redact(&clean), clean, "{place}: {text}");
    let line = one_line(&clean);
    assert!(!line.contains(secret), "{place}: {line}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_secret_is_found_in_every_place_and_encoding(secret in "[A-Za-z0-9][A-Za-z0-9_-]{20,40}[A-Za-z0-9]1a") {
        for place in PLACES.iter().chain(KEYS) {
            for (way, encode) in every_way() {
                let text = encode(&place.replace('§', &secret));
                let around = format!("before the call\n{text}\nbehind it");
                assert_gone(&text, &secret, way);
                assert_gone(&around, &secret, way);
            }
        }
    }

}

proptest! {
    #[test]
    fn a_secret_of_any_characters_is_found_where_it_is_quoted(secret in "[ -~]{1,30}") {
        // What is encoded never ends what holds it.
        let marked = format!("CANARY1{secret}CANARY2");
        let body = serde_json::json!({"a": 1, "token": marked, "z": [marked.len()]}).to_string();
        let url = format!("https://host/?apikey={}&page=2", percent(&marked));
        let nested = serde_json::json!({"url": url, "body": body}).to_string();
        for text in [&body, &url, &nested, &percent(&nested), &percent(&body), &json(&nested)] {
            let clean = redact(text);
            assert!(!clean.contains("CANARY"), "{text}\n{clean}");
        }
    }

    #[test]
    fn scrubbing_twice_is_scrubbing_once(pieces in prop::collection::vec(piece(), 0..14)) {
        let text = pieces.concat();
        let once = redact(&text);
        prop_assert_eq!(redact(&once), once.clone(), "{}", text);
        let line = one_line(&once);
        prop_assert_eq!(one_line(&line), line.clone());
        prop_assert!(!line.contains(char::is_control));
    }

    #[test]
    fn any_text_is_scrubbed_without_a_panic(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        let once = redact(&text);
        prop_assert_eq!(redact(&once), once.clone());
        let lossy = String::from_utf8_lossy(&bytes);
        let once = redact(&lossy);
        prop_assert_eq!(redact(&once), once.clone());
    }
}

/// What the scrubber looks at, in any order.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "token", "apikey", "api", "key", "password", "Authorization", "Cookie", "Bearer", "Basic",
        "sk-abcdef1", "eyJhbGciOiJIUzI1NiJ9", "value", "a1b2c3d4e5f6a7b8c9", "https://", "user",
        "null", "-----BEGIN", "-----END", "REDACTED", "bot123456:", "余",
    ];
    let marks = [
        "\"", "'", "`", "\\", "\\\"", "\\\\", "%22", "%3D", "%2522", "%26", "&", "&quot;", "=",
        ":", "：", "@", "/", "//", "?", "#", ",", ";", "<", ">", "(", ")", "[", "]", "{", "}", " ",
        "\n", "\r\n", "\t", "\\n", "\\u0022", "-", "_", ".", "+", "|", "%", "b'", "\u{0}",
    ];
    let words = words.map(str::to_owned).to_vec();
    let marks = marks.map(str::to_owned).to_vec();
    prop_oneof![
        prop::sample::select(words.clone()),
        prop::sample::select(marks.clone()),
        prop::sample::select(marks.clone()),
        (prop::sample::select(words), prop::sample::select(marks))
            .prop_map(|(word, mark)| word + &mark),
    ]
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        "Quota exceeds the limit!",
        "Access token expired or authentication error!",
        "apikey not Pass and call failed!",
        "The apikey does not match the passed bearerToken",
        "apikey auth error!",
        "Analytic basic access error!",
        "Basic authentication is not supported.",
        "The bearer token has expired.",
        "Please check if the required apikey in the query parameter has been transmitted!",
        "Invalid parameter: limit must be at most 1000",
        "{\"status\":false,\"error_code\":67200005,\"error_msg\":\"Insufficient balance\",\"data\":null}",
        "{\"token\":null,\"next_token\":\"abc\",\"total_tokens\":7}",
        "{\"token_type\":\"BearerToken\",\"expires_in\":1799,\"status\":\"approved\"}",
        "GET https://connect.example.com/search/patent?offset=10&limit=5 at 10:15:00",
        "task-force disk-based risk-averse sk-SK ask-me",
        "mail to someone@example.com",
        "a key: the one on the left",
        "%E4%BD%99%E9%A2%9D 100% of %s",
        "C:\\temp\\new \\u0041",
        "余额不足，请充值！",
        "",
    ] {
        assert_eq!(redact(text), text);
        assert!(matches!(redact(text), std::borrow::Cow::Borrowed(_)));
    }
}

#[test]
fn a_secret_on_a_page_is_found() {
    for text in [
        "<pre>{&quot;token&quot;:&quot;canary&quot;,&quot;a&quot;:1}</pre>",
        "<pre>{&#34;token&#34;:&#34;canary&#34;}</pre>",
        "<a href=\"https://host/?a=1&amp;apikey=canary&amp;b=2\">here</a>",
        "<input type=\"hidden\" token='canary'>",
    ] {
        assert_gone(text, "canary", "a page");
    }
}

#[test]
fn what_stands_around_a_secret_stays() {
    for (text, clean) in [
        (
            "{\"token\":\"abc\",\"a\":\"b\"}", "{\"token\":\"REDACTED\",\"a\":\"b\"}",
        ),
        (
            "{\"signature\":123,\"a\":\"b\"}", "{\"signature\":REDACTED,\"a\":\"b\"}",
        ),
        (
            "{\"url\":\"https://h/?apikey=abc\",\"code\":5}",
            "{\"url\":\"https://h/?apikey=REDACTED\",\"code\":5}",
        ),
        (
            "{\"token\":\"a\\\"b\",\"c\":1}", "{\"token\":\"REDACTED\",\"c\":1}",
        ),
        (
            "next=https%3A%2F%2Fh%2F%3Fapikey%3Da%2526b%26page%3D2&x=1",
            "next=https%3A%2F%2Fh%2F%3Fapikey%3DREDACTED%26page%3D2&x=1",
        ),
        ("apikey=a%26b&page=2", "apikey=REDACTED&page=2"),
        (
            "Authorization: Bearer abc\r\nAccept: */*",
            "Authorization: REDACTED\r\nAccept: */*",
        ),
        (
            "https://user:pa@ss@host:8080/a@b?c=d",
            "https://REDACTED:REDACTED@host:8080/a@b?c=d",
        ),
        (
            "<token>abc</token><id>5</id>", "<token>REDACTED</token><id>5</id>",
        ),
        (
            "url='https://h/?apikey=abc', page=2",
            "url='https://h/?apikey=REDACTED', page=2",
        ),
    ] {
        assert_eq!(redact(text), clean);
    }
}

#[test]
fn time_grows_with_the_length_and_no_faster() {
    let hostile = [
        "token ", "token=", "token:", "\"token\":", "token \"", "token '", "a:b@", "//a@",
        "Bearer ", "Basic ", "\\", "\\\"", "%25", "-----BEGIN ", "sk-", "api key ", "//token:",
        "token[", "(", "token:(", "b'", "&", "&quot;", "Cookie: ", "eyJ", "-", "bot123456:",
        "token\t\t\t\t", "=",
    ];
    let time = |text: &str| {
        let start = Instant::now();
        let length = redact(text).len();
        assert!(length <= text.len() * 20);
        start.elapsed()
    };
    for piece in hostile {
        let long = piece.repeat((1 << 20) / piece.len());
        // A square of a million would take minutes.
        let took = time(&long);
        assert!(took < Duration::from_secs(5), "{piece:?}: {took:?}");
    }
}
