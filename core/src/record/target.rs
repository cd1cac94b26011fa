//! Where a request went: method, scheme, host, port and path.

use core::fmt;

use crate::parted::{parted, parted_at_last};
use crate::redact::{Secrets, one_line};

const LONGEST_METHOD: usize = 32;
const LONGEST_HOST: usize = 255;
const LONGEST_PATH: usize = 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) method: String,
    /// In lower case; empty if the URL has none.
    pub(super) scheme: String,
    pub(super) host: String,
    pub(super) port: Option<u16>,
    pub(super) path: String,
}

impl Target {
    /// Reads a URL as RFC 3986 divides it. What is no URL is a path.
    pub(super) fn new(method: &str, url: &str, secrets: &Secrets) -> Self {
        let url = url.trim();
        let url = url.split(['?', '#']).next().unwrap_or_default();
        let (scheme, rest) = parted(url, "://")
            .filter(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            .unwrap_or_default();
        let (authority, path) = if scheme.is_empty() {
            ("", url)
        } else {
            rest.find('/').map_or((rest, "/"), |slash| {
                rest.split_at_checked(slash).unwrap_or_default()
            })
        };
        // Whoever has an `@` in a password has it before the last one.
        let host = parted_at_last(authority, b'@').map_or(authority, |(_, host)| host);
        let (host, port) = split_port(host);
        Self {
            method: token(method),
            scheme: scheme.to_ascii_lowercase(),
            host: visible(host, LONGEST_HOST).to_ascii_lowercase(),
            port,
            path: shortened(&one_line(&secrets.redact(path)), LONGEST_PATH),
        }
    }

    /// Without user, query and fragment.
    pub(super) fn url(&self) -> String {
        if self.scheme.is_empty() {
            return self.path.clone();
        }
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}{}", self.scheme, self.host, self.path)
    }

    /// Whether the same was asked for; a path alone is at any host.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let is_there = self.host.is_empty() || (&self.host, self.port) == (&other.host, other.port);
        is_there && (&self.method, &self.path) == (&other.method, &other.path)
    }

    /// The port, also where the scheme implies it.
    pub(super) fn effective_port(&self) -> Option<u16> {
        self.port.or(match &*self.scheme {
            "https" => Some(443),
            "http" => Some(80),
            _ => None,
        })
    }
}

/// Method and path.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// `host:port`; an IPv6 address keeps its brackets.
fn split_port(authority: &str) -> (&str, Option<u16>) {
    match parted_at_last(authority, b':') {
        Some((host, port)) if !port.contains(']') && !port.is_empty() => (host, port.parse().ok()),
        Some((host, "")) => (host, None),
        _ => (authority, None),
    }
}

/// A method is a token of RFC 9110, section 5.6.2.
fn token(method: &str) -> String {
    visible(method, LONGEST_METHOD)
}

fn visible(text: &str, longest: usize) -> String {
    text.chars()
        .filter(char::is_ascii_graphic)
        .take(longest)
        .collect()
}

/// The beginning of a text, with a mark where it was cut.
pub(super) fn shortened(text: &str, longest: usize) -> String {
    match beyond(text, longest) {
        Some(end) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Where a text is longer than so many characters.
pub(super) fn beyond(text: &str, longest: usize) -> Option<usize> {
    // No character is less than a byte.
    if text.len() <= longest {
        return None;
    }
    text.char_indices().nth(longest).map(|(end, _)| end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(method: &str, url: &str) -> Target {
        Target::new(method, url, &Secrets::default())
    }

    #[test]
    fn a_url_leaves_its_secrets_behind() {
        let target = target(
            "GET",
            "HTTPS://me:p@ss@API.example.com:8443/v1/search?apikey=5f3c#top",
        );
        assert_eq!(target.url(), "https://api.example.com:8443/v1/search");
        assert_eq!(target.effective_port(), Some(8443));
    }

    #[test]
    fn every_text_is_a_target() {
        for (url, expected) in [
            ("https://host", "https://host/"),
            ("http://[::1]:80/a", "http://[::1]:80/a"),
            ("http://[::1]/a", "http://[::1]/a"),
            ("http://host:/a", "http://host/a"),
            ("http://host:99999/a", "http://host/a"),
            ("/search?x=1", "/search"),
            ("", ""),
            ("://", "://"),
            ("http://", "http:///"),
        ] {
            assert_eq!(target("GET", url).url(), expected, "{url}");
        }
        let long = format!("https://h/{}", "x".repeat(100_000));
        assert!(target("GET", &long).url().len() < 2000);
        assert_eq!(target("GE\r\nT", "/").method, "GET");
        assert!(!target("GET", "/a\r\nX-Evil: 1").url().contains('\n'));
    }
}
