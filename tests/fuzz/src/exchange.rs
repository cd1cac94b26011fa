//! How an input spells a reply: a line of words, headers, an empty line, the
//! body. Close to HTTP, so that people can read a crash and a dictionary helps.
//!
//! ```text
//! 200 raw now=1795435200000
//! x-correlation-id: c-1
//!
//! {"status":true}
//! ```

use std::sync::LazyLock;

use aftercall::{Expect, Fault, Profile, Reply, UnixTime, Verdict};

/// The profile that an exchange is judged by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Api {
    /// The built-in profile.
    #[default]
    Eureka,
    /// A profile where an OK code stands in for the flag.
    ByCode,
    /// A profile where a 2xx stands in for the flag.
    ByHttp,
}

/// One reply and the circumstances of its judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange<'i> {
    /// The profile to judge by.
    pub api: Api,
    /// Any number; what is no number is 200.
    pub http_status: i32,
    /// The transport fault in place of status and body.
    pub fault: Option<Fault>,
    /// What the caller asked for.
    pub expect: Expect,
    /// The caller's clock.
    pub now: Option<UnixTime>,
    /// Names and values, not trimmed.
    pub headers: Vec<(&'i [u8], &'i [u8])>,
    /// The body.
    pub body: &'i [u8],
}

impl<'i> Exchange<'i> {
    /// An exchange that is nothing but a body under a status.
    #[must_use]
    pub fn of_body(http_status: i32, body: &'i [u8]) -> Self {
        Self {
            api: Api::Eureka,
            http_status,
            fault: None,
            expect: Expect::Envelope,
            now: None,
            headers: Vec::new(),
            body,
        }
    }

    /// Reads any bytes; what makes no sense is left out.
    #[must_use]
    pub fn parse(input: &'i [u8]) -> Self {
        let (line, rest) = split_once(input, b"\n").unwrap_or((input, b""));
        let (block, body) = match rest.strip_prefix(b"\n") {
            Some(body) => (&b""[..], body),
            None => split_once(rest, b"\n\n").unwrap_or((b"", rest)),
        };
        let mut exchange = Self::of_body(200, body);
        for word in line.split(|&byte| byte == b' ') {
            if let Ok(word) = core::str::from_utf8(word) {
                exchange.take(word);
            }
        }
        exchange.headers = block
            .split(|&byte| byte == b'\n')
            .filter_map(|line| split_once(line, b":"))
            .collect();
        exchange
    }

    fn take(&mut self, word: &str) {
        match word.split_once('=') {
            None if word == "raw" => self.expect = Expect::Raw,
            None => self.http_status = word.parse().unwrap_or(self.http_status),
            Some(("now", milliseconds)) => {
                self.now = milliseconds.parse().ok().map(UnixTime::from_millis);
            }
            Some(("fault", name)) => self.fault = Fault::from_name(name),
            Some(("api", "code")) => self.api = Api::ByCode,
            Some(("api", "http")) => self.api = Api::ByHttp,
            Some(_) => {}
        }
    }

    /// The bytes that [`parse`](Self::parse) reads as this exchange.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.http_status.to_string().into_bytes();
        if self.expect == Expect::Raw {
            bytes.extend_from_slice(b" raw");
        }
        if let Some(now) = self.now {
            bytes.extend_from_slice(format!(" now={}", now.as_millis()).as_bytes());
        }
        if let Some(fault) = self.fault {
            bytes.extend_from_slice(format!(" fault={fault}").as_bytes());
        }
        match self.api {
            Api::Eureka => {}
            Api::ByCode => bytes.extend_from_slice(b" api=code"),
            Api::ByHttp => bytes.extend_from_slice(b" api=http"),
        }
        bytes.push(b'\n');
        for (name, value) in &self.headers {
            bytes.extend_from_slice(&[name, &b":"[..], value, b"\n"].concat());
        }
        bytes.push(b'\n');
        bytes.extend_from_slice(self.body);
        bytes
    }

    /// The profile to judge by.
    #[must_use]
    pub fn profile(&self) -> &'static Profile {
        match self.api {
            Api::Eureka => Profile::eureka(),
            Api::ByCode => &BY_CODE,
            Api::ByHttp => &BY_HTTP,
        }
    }

    /// The verdict.
    pub fn judge(&self) -> Verdict<'_> {
        let reply = match self.fault {
            Some(fault) => Reply::fault(fault),
            None => Reply::new(self.http_status, self.body),
        };
        let reply = reply.with_headers(&self.headers).expecting(self.expect);
        aftercall::judge(self.profile(), &reply, self.now)
    }

    /// The first value of a header that is not empty, trimmed.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'i [u8]> {
        self.headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| trimmed(value))
            .find(|value| !value.is_empty())
    }
}

/// Without the JSON white space around it.
fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..]
    | [rest @ .., b' ' | b'\t' | b'\n' | b'\r'] = value
    {
        value = rest;
    }
    value
}

fn split_once<'b>(bytes: &'b [u8], separator: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes
        .windows(separator.len())
        .position(|window| window == separator)?;
    Some((&bytes[..at], &bytes[at + separator.len()..]))
}

/// Few fields, of other names; a code is enough for a success.
static BY_CODE: LazyLock<Profile> = LazyLock::new(|| {
    Profile::from_json(
        r#"{"aftercall_profile": 1, "name": "by-code",
            "envelope": {
                "flag": {"names": ["ok", "\u72b6\u6001"], "true": ["Y"], "false": ["N", -1],
                         "http_status": null, "absent": "code"},
                "code": {"names": ["error_code", "rc"], "ok": [0, 200, -7], "http_status": null},
                "message": {"names": ["reason"]},
                "data": {"names": ["result", "data"]}},
            "headers": {"correlation_id": [], "server_delay": [
                {"name": "retry-after", "form": "milliseconds"},
                {"name": "Retry-After", "form": "seconds_or_date"}]},
            "patterns": {"slow": ["too fast", "ananas", "\u8fc7\u5feb!"]},
            "codes": [
                {"code": 7, "when": {"message": "slow", "server_delay": true},
                 "category": "rate_limit", "advice": "throttle", "effect": "rejected"},
                {"code": 7, "when": {"http": "5xx"}, "category": "server", "advice": "backoff",
                 "effect": "unknown", "wordings": ["Ananas!"]},
                {"code": "\u00c9CHEC", "category": "upload", "advice": "never",
                 "effect": "rejected", "repeat": "auth", "wordings": ["\u0130stanbul"]}],
            "families": [{"family": "below", "from": -9223372036854775808, "to": -1,
                          "category": "quota", "advice": "hold", "effect": "rejected"}],
            "veto": {"http": []}}"#,
    )
    .expect("the profile is valid")
});

/// No flag and no code at all: HTTP alone decides, unless a message is known.
static BY_HTTP: LazyLock<Profile> = LazyLock::new(|| {
    Profile::from_json(
        r#"{"aftercall_profile": 1, "name": "by-http",
            "envelope": {
                "flag": {"names": [], "absent": "http"},
                "code": {"names": ["error_code"], "ok": []},
                "message": {"names": ["error_msg"]},
                "data": {"names": []}},
            "codes": [{"code": "slow", "when": {"server_delay": false}, "category": "server",
                       "advice": "backoff", "effect": "not_sent", "wordings": ["Bad request!"]}],
            "http": [{"status": [404, "5xx"], "when": {"server_delay": true},
                      "category": "not_found", "advice": "throttle", "effect": "unknown"}]}"#,
    )
    .expect("the profile is valid")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let exchange = Exchange {
            api: Api::ByHttp,
            http_status: -1,
            fault: Some(Fault::Tls),
            expect: Expect::Raw,
            now: Some(UnixTime::from_millis(-5)),
            headers: vec![(b"a", b" b:c"), (b"", b"\xFF")],
            body: b"\n\nx: y\n\n",
        };
        assert_eq!(Exchange::parse(&exchange.to_bytes()), exchange);
        let bare = Exchange::of_body(200, b"\n");
        assert_eq!(Exchange::parse(&bare.to_bytes()), bare);
    }

    #[test]
    fn any_bytes_are_an_exchange() {
        assert_eq!(Exchange::parse(b""), Exchange::of_body(200, b""));
        assert_eq!(Exchange::parse(b"?\n{}"), Exchange::of_body(200, b"{}"));
        assert_eq!(Exchange::parse(b"0\nno colon\n\n{}").body, b"{}");
    }

    #[test]
    fn a_header_is_its_first_value_that_is_not_empty() {
        let exchange = Exchange::parse(b"200\nAge: \t\nage:\t7 \nage: 8\n\n");
        assert_eq!(exchange.header("age"), Some(&b"7"[..]));
        assert_eq!(exchange.header("date"), None);
    }
}
