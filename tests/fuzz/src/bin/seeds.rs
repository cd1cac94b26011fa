//! Writes the committed seeds anew, from the conformance vectors and the
//! built-in profile: `cargo run -p aftercall-fuzz --bin fuzz-seeds`.
//!
//! Of all vectors that are judged alike it keeps the shortest, so the seeds are
//! few, small and different. What no vector is about is written out below.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use aftercall::{Expect, Fault, UnixTime};
use aftercall_fuzz::Exchange;
use serde_json::{Value, json};

/// No seed is longer: libFuzzer mutates short inputs best.
const LONGEST: usize = 4000;
const LONGEST_CUT: usize = 300;

/// Exchanges judged by other profiles than the built-in one.
const OTHER_APIS: [&str; 10] = [
    "200 api=code\n\n{\"rc\":200,\"result\":[1]}",
    "200 api=code\n\n{\"\\u72b6\\u6001\":\"y\",\"rc\":-7,\"data\":null}",
    "0 api=code\n\n{\"ok\":-1,\"rc\":0}",
    "200 api=code\nretry-after: 7\n\n{\"rc\":7,\"reason\":\"an ananas\"}",
    "503 api=code\nretry-after: soon\n\n{\"error_code\":\"\\u00c9CHEC\"}",
    "200 api=code\n\n{\"reason\":\"\u{130}STANBUL!\"}",
    "403 api=code\n\n{\"rc\":-1}",
    "200 api=http\n\n{}",
    "200 api=http\n\n{\"error_code\":\"slow\"}",
    "404 api=http\nretry-after-ms: 1\n\n{\"error_msg\":\"bad request\"}",
];

/// Bodies at edges that few vectors are about, under 200.
const EDGES: [&[u8]; 28] = [
    br#"{"statua":true,"status_":true,"error_c0de":5,"errorMessag_":"a","erroR_message":"b"}"#,
    br#"{"status":false,"msg":"a","errorMsg":"b","error_msg":null,"datA":1,"dat":2}"#,
    br#"{"status":true,"success":false,"error_code":0}"#,
    br#"{"status":0,"success":"OK"}"#,
    br#"{"status":[],"success":" Fail\n"}"#,
    br#"{"status":599,"error_code":0,"success":0}"#,
    br#"{"status":null,"success":1,"data":null}"#,
    br#"{"error_code":null,"errorCode":null,"code":5,"status":false}"#,
    br#"{"error_code":" ","code":5,"status":false}"#,
    br#"{"code":5,"error_code":0,"status":true}"#,
    br#"{"code":999999999999999999,"status":false}"#,
    br#"{"code":9223372036854775807,"status":false}"#,
    br#"{"code":9223372036854775808,"status":false}"#,
    br#"{"code":-9223372036854775808,"status":false}"#,
    br#"{"code":99999999999999999999,"status":false}"#,
    br#"{"code":672000050000000000000000000000000000000000000000e-40,"status":false}"#,
    br#"{"code":0.00000000000000000000000000000000000067200005e44,"status":false}"#,
    br#"{"code":"-0.0E99999999999999999999","status":true}"#,
    br#"{"code":1e-99999999999999999999,"status":true}"#,
    br#"{"code":" FILE_TOO_LARGE\t","status":false}"#,
    br#"{"status":false,"status":true,"data":1,"d\u0061ta":[2]}"#,
    br#"{"status":false,"msg":"\ud83d\n\udc00\ud83d\ude00\ud83d"}"#,
    b"{\"status\":false,\"msg\":\"\xED\xA0\x80 \xF4\x90\x80\x80 \xE0\x9F\x80 \xC1\x80 \xE4\xBD\"}",
    b"{\"status\":false,\"msg\":\"\xED\x9F\xBF \xF4\x8F\xBF\xBF \xE0\xA0\x80 \xC2\x80 \x7F\"}",
    b"\xEF\xBB\xBF {\"status\":true,\"data\":\"\xFF\"}",
    b"\xEF\xBB\xBF\xEF\xBB\xBF{}",
    b"{\"status\":true}\x0B",
    b"\x28\xB5\x2F\xFD",
];

/// Values of `Retry-After` at edges, read from far in the past.
const DELAYS: [&str; 19] = [
    "9007199254740", "9007199254741", "18446744073709552", "18446744073709551616",
    "18446744073709551615", "99999999999999999999", "Tue, 29 Feb 2000 12:00:00 GMT",
    "Wed, 29 Feb 1900 12:00:00 GMT", "Mon, 01 Mar 2100 00:00:00 GMT",
    "Mon, 29 Feb 2100 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:60 GMT",
    "Sat, 01 Jan 0000 00:00:00 GMT", "Fri, 31 Apr 2026 00:00:00 GMT",
    "Fri, 31 Dec 2026 24:00:00 GMT", "Tuesday, 29-Feb-00 12:00:00 GMT",
    "Friday, 01-Mar-68 00:00:00 GMT", "Friday, 31-Dec-20 23:59:59 GMT", "Tue Feb 29 12:00:60 2000",
    "Thu Mar  1 00:00:00 1900",
];

/// Profiles, right and wrong, for what the built-in one does not show.
const PROFILES: [&str; 8] = [
    r#"{"aftercall_profile": 1, "name": "x"}"#,
    r#"{"aftercall_profile": 1, "name": "x", "patterns": {"p": ["a", "\u00c9!"]}, "codes": [{"code": "W", "when": {"message": "p", "http": "5xx", "server_delay": true}, "label": "l", "category": "quota", "alternative": "server", "advice": "hold", "effect": "done", "repeat": "auth", "source": "s", "wordings": ["w"]}]}"#,
    r#"{"aftercall_profile": 1, "name": "x", "envelope": {"flag": {"names": ["f"], "true": ["Y", 1.0], "false": [], "http_status": null, "absent": "http"}, "code": {"ok": [0, -1], "http_status": {"from": 300, "to": 299}}}}"#,
    r#"{"aftercall_profile": 1, "name": "x", "families": [{"family": "1", "from": -9223372036854775808, "to": 9223372036854775807, "category": "quota", "advice": "hold", "effect": "rejected"}], "veto": {"http": [200, 599]}}"#,
    r#"{"aftercall_profile": 1, "name": "x", "http": [{"status": [404, "5xx"], "when": {"server_delay": false}, "category": "server", "advice": "backoff", "effect": "unknown"}]}"#,
    r#"{"aftercall_profile": 1, "name": "x", "codes": [{"code": 1, "category": "qouta", "advice": "never", "effect": "unknown"}]}"#,
    r#"{"aftercall_profile": 2, "name": "x", "name": "y"}"#,
    r#"{"http_status": 200, "headers": [["a", "b"]], "body": "{}", "expect_kind": "raw", "now_unix": 1}"#,
];

/// Texts with secrets, in the encodings that the scrubber looks through.
const TEXTS: [&str; 24] = [
    "GET https://me:pw@host:8080/v1?apikey=abc%26d&page=2#top",
    "https://host/?next=https%3A%2F%2Fme%3Apw%40h%2F%3Fapikey%3Da%2526b%26page%3D2",
    "Authorization: Basic bWU6cHc=\r\nAccept: */*",
    "-H 'Cookie: a=b; session=c' -H \"X-Api-Key: abc\"",
    "{\"token\":\"a\\\"b\",\"c\":[1],\"password\":null,\"next_token\":\"d\"}",
    r#"{"body":"{\"token\":\"abc\",\"x\":1}","headers":"Authorization: Bearer abc\r\nA: b"}"#,
    r#"{"a":"{\"b\":\"{\\\"secret\\\":\\\"abc\\\"}\"}"}"#,
    "%7B%5C%22token%5C%22%3A%5C%22abc%5C%22%7D",
    "{'token': b'abc', 'n': None} Some(\"abc\") Login { password: Some(\"abc\") }",
    "<token>abc</token><a b=\"c\">&quot;apikey&quot;:&quot;abc&quot;</a>",
    "[[\"authorization\",\"Token abc\"],(\"x-api-key\", 'abc')]",
    "Incorrect API key provided: sk-abcdef123456. Bearer abc, basic access error!",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln AKIAABCDEFGHIJKLMNOP bot123456789:AAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- token=-----BEGIN",
    "https://host/?X-Amz-Credential=a%2Fb&X-Amz-Signature=c&Signature=d&sig=e&sign=f&q-ak=g&key=h",
    "redis://:pw@host mail someone@example.com https://tok@host //a:b@c@d",
    "token \"abc\" token 'abc token a1b2c3d4e5f6a7b8c9 token[]=a data[token]=b token[0]=c",
    "apikey：abc 密钥 token => \"abc\" token := abc token = Bearer \"abc\"",
    "C:\\temp\\token=abc \\nsk-abcdef123 \\u0026apikey=abc\\u0026b=1 https:\\/\\/a:b@c",
    "api key: abc (token: {\"a\": [\"b\", 'c']}) it's a token's life",
    "\u{1b}[2J\u{202e}\r\n\u{2028}\u{0}\u{feff}",
    "Basic Basic:token@ Bearer+abc Bearer%20abc basic Authentication",
    "REDACTED:REDACTED@ token=REDACTED Bearer REDACTED",
    "Quota exceeds the limit! 余额不足，请充值！",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let vectors = fs::read(home.join("../vectors/judge.json"))?;
    let vectors: Value = serde_json::from_slice(&vectors)?;
    let replies: Vec<OwnedReply> = vectors["cases"]
        .as_array()
        .ok_or("the vectors have no cases")?
        .iter()
        .map(|case| OwnedReply::read(&case["reply"]).ok_or_else(|| case["name"].to_string()))
        .collect::<Result<_, _>>()?;

    let mut judge = judged_alike(&replies);
    judge.extend(OTHER_APIS.map(|text| text.as_bytes().to_vec()));
    judge.extend(EDGES.map(|body| Exchange::of_body(200, body).to_bytes()));
    for body in deep().into_iter().chain(pages()) {
        judge.push(Exchange::of_body(200, &body).to_bytes());
    }
    let truncation = judge
        .iter()
        .map(|seed| Exchange::parse(seed).body.to_vec())
        .filter(|body| body.starts_with(b"{") && body.len() <= LONGEST_CUT);

    write(&home.join("seeds/truncation"), truncation)?;
    let mut headers = delayed_alike(&replies);
    headers.extend(DELAYS.map(|value| format!("503 now=0\nRetry-After: {value}\n\n").into_bytes()));
    write(&home.join("seeds/headers"), headers)?;
    write(&home.join("seeds/profile"), profiles(home)?)?;
    write(&home.join("seeds/judge"), judge)?;
    let texts = TEXTS.map(|text| text.as_bytes().to_vec());
    write(&home.join("seeds/redact"), texts.to_vec())?;
    Ok(())
}

/// Replaces the folder's seeds; each is named by its number.
fn write(folder: &Path, seeds: impl IntoIterator<Item = Vec<u8>>) -> std::io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut seeds: Vec<Vec<u8>> = seeds.into_iter().collect();
    seeds.sort();
    seeds.dedup();
    for (number, seed) in seeds.iter().enumerate() {
        let path: PathBuf = folder.join(format!("{number:02}"));
        fs::write(path, seed)?;
    }
    Ok(())
}

/// The shortest of all that are judged alike.
fn judged_alike(replies: &[OwnedReply]) -> Vec<Vec<u8>> {
    let mut kept: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for reply in replies {
        let exchange = reply.exchange();
        let verdict = exchange.judge();
        // One code is like another, and so are statuses, faults and protocols;
        // how a rule was found is not.
        let (rule, name) = verdict.rule().split_once(':').unwrap_or_default();
        let condition = name.split_once('+').map(|(_, condition)| condition);
        let kind = format!(
            "{rule} {condition:?} {:?} {:?} {:?}",
            verdict.anomalies(),
            verdict.advice(),
            exchange.expect,
        );
        keep_shortest(&mut kept, kind, exchange.to_bytes());
    }
    kept.into_values().collect()
}

/// The shortest of all with the same header names, status and kind of delay.
fn delayed_alike(replies: &[OwnedReply]) -> Vec<Vec<u8>> {
    let mut kept: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for reply in replies.iter().filter(|reply| !reply.headers.is_empty()) {
        let exchange = Exchange {
            body: b"",
            ..reply.exchange()
        };
        let values: Vec<String> = reply
            .headers
            .iter()
            .map(|(name, value)| {
                // Dates and numbers are alike if they have the same shape.
                let shape = value.replace(|c: char| c.is_ascii_digit(), "0");
                format!("{name} {}", shape.replace("00", "0"))
            })
            .collect();
        let delay = exchange.judge().server_delay_ms().map(u64::count_ones);
        let kind = format!("{values:?} {delay:?} {}", exchange.now.is_some());
        keep_shortest(&mut kept, kind, exchange.to_bytes());
    }
    kept.into_values().collect()
}

fn keep_shortest(kept: &mut BTreeMap<String, Vec<u8>>, kind: String, seed: Vec<u8>) {
    if seed.len() > LONGEST {
        return;
    }
    let place = kept.entry(kind).or_insert_with(|| seed.clone());
    if seed.len() < place.len() {
        *place = seed;
    }
}

/// Brackets to the last level that is followed, and one more.
fn deep() -> [Vec<u8>; 2] {
    [1023, 1024].map(|levels| {
        let mut body = br#"{"status":false,"data":"#.to_vec();
        body.extend(vec![b'['; levels]);
        body.extend(vec![b']'; levels]);
        body.push(b'}');
        body
    })
}

/// A page whose tag just ends where it is still looked for, and one byte later.
fn pages() -> [Vec<u8>; 2] {
    [505, 506].map(|filler| [b"\n<", &vec![b'-'; filler][..], b"<bOdy>"].concat())
}

/// The built-in profile in parts, and the profiles above.
fn profiles(home: &Path) -> Result<Vec<Vec<u8>>, Box<dyn std::error::Error>> {
    let text = fs::read(home.join("../../core/profiles/eureka.json"))?;
    let whole: Value = serde_json::from_slice(&text)?;
    let part = |section: &str, value: &Value| {
        let mut part = json!({"aftercall_profile": 1, "name": "x", section: value});
        if section == "codes" {
            part["patterns"] = whole["patterns"].clone();
        }
        part.to_string().into_bytes()
    };
    let mut seeds: Vec<Vec<u8>> = PROFILES.map(|text| text.as_bytes().to_vec()).into();
    for section in ["envelope", "headers", "families", "http", "veto", "faults"] {
        seeds.push(part(section, &whole[section]));
    }
    let codes = whole["codes"]
        .as_array()
        .ok_or("the profile has no codes")?;
    for codes in codes.chunks(12) {
        seeds.push(part("codes", &codes.into()));
    }
    Ok(seeds)
}

/// A vector's reply, with its bytes decoded.
struct OwnedReply {
    http_status: i32,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    fault: Option<Fault>,
    expect: Expect,
    now: Option<UnixTime>,
}

impl OwnedReply {
    fn read(reply: &Value) -> Option<Self> {
        let status = reply["http_status"].as_i64().unwrap_or(0);
        let body = match reply["body_base64"].as_str() {
            Some(encoded) => decoded(encoded)?,
            None => reply["body"].as_str().unwrap_or_default().into(),
        };
        let headers = match reply.get("headers") {
            Some(headers) => serde_json::from_value(headers.clone()).ok()?,
            None => Vec::new(),
        };
        Some(Self {
            http_status: i32::try_from(status).ok()?,
            headers,
            body,
            fault: reply["fault"].as_str().and_then(Fault::from_name),
            expect: match reply["expect_kind"].as_str() {
                Some(name) => Expect::from_name(name)?,
                None => Expect::Envelope,
            },
            now: reply["now_unix"].as_i64().map(UnixTime::from_secs),
        })
    }

    fn exchange(&self) -> Exchange<'_> {
        Exchange {
            fault: self.fault,
            expect: self.expect,
            now: self.now,
            headers: self
                .headers
                .iter()
                .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
                .collect(),
            ..Exchange::of_body(self.http_status, &self.body)
        }
    }
}

/// Base64 with padding.
fn decoded(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = 0_u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    for character in text.trim_end_matches('=').bytes() {
        let value = ALPHABET.iter().position(|&known| known == character)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).ok()?);
        }
    }
    Some(bytes)
}
