//! URLs, as far as a client of one API needs them: a base, a path, a query.

use core::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

/// As long as most paths are with their queries, which then need no more room.
const USUAL_PATH: usize = 96;

/// The scheme, host, port and path that every request begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    pub(crate) is_https: bool,
    /// In lower case; an IPv6 address keeps its brackets.
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    /// `https://host:port`.
    origin: String,
    /// Without a slash at its end.
    prefix: String,
}

/// A request's URL, whole and as others may see it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Url {
    /// With the query, which may hold the client's id.
    pub(crate) whole: String,
    pub(crate) shown: Shown,
}

/// A URL without its query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    text: String,
    host: core::ops::Range<usize>,
    path: usize,
}

impl Shown {
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn host(&self) -> &str {
        self.text.get(self.host.clone()).unwrap_or_default()
    }

    pub(crate) fn path(&self) -> &str {
        self.text.get(self.path..).unwrap_or_default()
    }
}

impl BaseUrl {
    /// Reads a base URL. The error says what is allowed and what was found,
    /// and repeats no credential.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (is_https, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            _ => return Err("expected a URL that begins with https://, found none".to_owned()),
        };
        if let Some(mark) = rest.find(['?', '#']) {
            let found = if rest.get(mark..).is_some_and(|rest| rest.starts_with('?')) {
                "a query"
            } else {
                "a fragment"
            };
            return Err(format!(
                "expected scheme, host, port and path, found {found}"
            ));
        }
        let (authority, prefix) = match rest.find('/') {
            Some(slash) => rest.split_at_checked(slash).unwrap_or((rest, "")),
            None => (rest, ""),
        };
        if authority.contains('@') {
            return Err("expected no user and password before the host; give the credential by its own setting".to_owned());
        }
        let (host, port) = host_and_port(authority)?;
        let prefix = encoded_path(prefix.trim_end_matches('/'))?;
        let scheme = if is_https { "https" } else { "http" };
        let origin = match port {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        Ok(Self {
            is_https,
            host,
            port,
            origin,
            prefix,
        })
    }

    /// Whether the host is this machine, where nobody else listens.
    pub(crate) fn is_loopback(&self) -> bool {
        if self.host == "localhost" || self.host.ends_with(".localhost") {
            return true;
        }
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
            || bare
                .parse::<Ipv6Addr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// `https://host:port`.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The URL of a path on this base, with a query.
    ///
    /// The path begins with a slash and may bring a query of its own. What a
    /// URL cannot hold is percent-encoded; an escape that is there stays.
    pub(crate) fn join<'q>(
        &self,
        path: &str,
        query: impl Iterator<Item = (&'q str, &'q str)>,
    ) -> Result<Url, String> {
        if !path.starts_with('/') {
            return Err("expected a path that begins with \"/\"".to_owned());
        }
        if path.contains('#') {
            return Err("expected a path, found a fragment behind it".to_owned());
        }
        let (path, own_query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        let mut whole = String::with_capacity(self.origin.len() + self.prefix.len() + USUAL_PATH);
        whole.push_str(&self.origin);
        let scheme = if self.is_https { "https://" } else { "http://" };
        let mut shown = Shown {
            text: String::new(),
            host: scheme.len()..scheme.len() + self.host.len(),
            path: whole.len(),
        };
        whole.push_str(&self.prefix);
        encode(&mut whole, path, is_path)?;
        shown.text.clone_from(&whole);
        let mut mark = '?';
        if let Some(own_query) = own_query.filter(|query| !query.is_empty()) {
            whole.push(mark);
            encode(&mut whole, own_query, is_query)?;
            mark = '&';
        }
        for (name, value) in query {
            whole.push(mark);
            encode_all(&mut whole, name);
            whole.push('=');
            encode_all(&mut whole, value);
            mark = '&';
        }
        Ok(Url { whole, shown })
    }
}

/// Names and values as `application/x-www-form-urlencoded` has them, with
/// every special character escaped.
pub(crate) fn form<'f>(fields: impl Iterator<Item = (&'f str, &'f str)>) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        encode_all(&mut text, name);
        text.push('=');
        encode_all(&mut text, value);
    }
    text
}

/// A host in lower case and its port, if there is one; the error says what is
/// allowed.
pub(crate) fn host_and_port(authority: &str) -> Result<(String, Option<u16>), String> {
    let (host, port) = if authority.starts_with('[') {
        match authority.split_once(']') {
            Some((host, rest)) => (
                format!("{host}]"),
                rest.strip_prefix(':').or((!rest.is_empty()).then_some("?")),
            ),
            None => return Err("expected a host, found an open bracket".to_owned()),
        }
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host.to_owned(), Some(port)),
            None => (authority.to_owned(), None),
        }
    };
    let is_address = host.starts_with('[')
        && host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<Ipv6Addr>()
            .is_ok();
    let is_name = !host.is_empty()
        && host.len() <= 253
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    if !is_address && !is_name {
        return Err(
            "expected a host of ASCII letters, digits, dots and hyphens, or an address".to_owned(),
        );
    }
    let port = match port {
        None => None,
        Some(digits) => match digits.parse::<u16>() {
            Ok(port) if port > 0 && digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(port),
            _ => return Err("expected a port from 1 to 65535".to_owned()),
        },
    };
    Ok((host.to_ascii_lowercase(), port))
}

fn encoded_path(path: &str) -> Result<String, String> {
    let mut text = String::with_capacity(path.len());
    encode(&mut text, path, is_path)?;
    Ok(text)
}

/// Keeps what is allowed and escapes that are there; escapes the rest.
fn encode(text: &mut String, part: &str, is_allowed: fn(u8) -> bool) -> Result<(), String> {
    let bytes = part.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        if byte < b' ' || byte == 0x7F {
            return Err("expected a path, found a control character in it".to_owned());
        }
        let is_escape = byte == b'%'
            && matches!(bytes.get(at + 1..at + 3), Some([high, low]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
        if is_escape || (byte != b'%' && is_allowed(byte)) {
            text.push(char::from(byte));
        } else {
            escape(text, byte);
        }
    }
    Ok(())
}

/// Escapes everything but the unreserved characters of RFC 3986.
fn encode_all(text: &mut String, part: &str) {
    for byte in part.bytes() {
        if is_unreserved(byte) {
            text.push(char::from(byte));
        } else {
            escape(text, byte);
        }
    }
}

fn escape(text: &mut String, byte: u8) {
    // Writing to a `String` never fails.
    let _ = write!(text, "%{byte:02X}");
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// RFC 3986, section 3.3.
fn is_path(byte: u8) -> bool {
    is_unreserved(byte) || b"!$&'()*+,;=:@/".contains(&byte)
}

/// RFC 3986, section 3.4.
fn is_query(byte: u8) -> bool {
    is_path(byte) || byte == b'?'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, path: &str, query: &[(&str, &str)]) -> String {
        let base = BaseUrl::parse(base).unwrap();
        base.join(path, query.iter().copied()).unwrap().whole
    }

    #[test]
    fn a_base_is_scheme_host_port_and_path() {
        let base = BaseUrl::parse("HTTPS://API.Example.com:8443/v1/").unwrap();
        assert_eq!(base.origin(), "https://api.example.com:8443");
        let shown = base.join("/a?q=canary", [].into_iter()).unwrap().shown;
        assert_eq!((shown.host(), shown.path()), ("api.example.com", "/v1/a"));
        assert_eq!(shown.as_str(), "https://api.example.com:8443/v1/a");
        assert_eq!(BaseUrl::parse("http://[::1]:80").unwrap().host, "[::1]");
    }

    #[test]
    fn what_is_no_base_is_refused_without_repeating_it() {
        for wrong in [
            "", "example.com", "ftp://example.com", "https://", "https://user:canary@example.com",
            "https://example.com?apikey=canary", "https://example.com/#canary", "https://a b",
            "https://example.com:0", "https://example.com:65536", "https://example.com:+80",
            "https://[::1", "https://[::1]x", "https://[canary]", "https://ex\u{e4}mple.com",
        ] {
            let error = BaseUrl::parse(wrong).unwrap_err();
            assert!(
                error.starts_with("expected") && !error.contains("canary"),
                "{wrong}: {error}"
            );
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for (host, is_loopback) in [
            ("localhost", true),
            ("api.localhost", true),
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("[::1]", true),
            ("localhost.example.com", false),
            ("notlocalhost", false),
            ("10.0.0.1", false),
            ("[::2]", false),
            ("0.0.0.0", false),
            ("127.0.0.1.example.com", false),
        ] {
            let base = BaseUrl::parse(&format!("http://{host}")).unwrap();
            assert_eq!(base.is_loopback(), is_loopback, "{host}");
        }
    }

    #[test]
    fn what_a_url_cannot_hold_is_escaped_once() {
        let base = "https://h";
        assert_eq!(joined(base, "/a b/\u{e4}", &[]), "https://h/a%20b/%C3%A4");
        assert_eq!(joined(base, "/a%20b/100%", &[]), "https://h/a%20b/100%25");
        assert_eq!(
            joined(base, "/a?x=1", &[("y", "a&b=c+d")]),
            "https://h/a?x=1&y=a%26b%3Dc%2Bd"
        );
        assert_eq!(
            joined(base, "/a?", &[("\u{4e2d}", "")]),
            "https://h/a?%E4%B8%AD="
        );
    }

    #[test]
    fn a_path_cannot_leave_its_place() {
        let base = BaseUrl::parse("https://h").unwrap();
        for wrong in [
            "", "a", "//x\r\nHost: y", "/a#b", "https://other/a", "/a\u{7f}",
        ] {
            assert!(base.join(wrong, [].into_iter()).is_err(), "{wrong:?}");
        }
        // Two slashes are a path of this host, not another host.
        assert_eq!(joined("https://h", "//other/a", &[]), "https://h//other/a");
    }

    #[test]
    fn a_form_escapes_everything() {
        let fields = [("grant_type", "client_credentials"), ("a b", "\u{e4}&=")];
        assert_eq!(
            form(fields.into_iter()),
            "grant_type=client_credentials&a%20b=%C3%A4%26%3D"
        );
    }
}
