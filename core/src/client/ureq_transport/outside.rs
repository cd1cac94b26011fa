//! What the caller names outside the API: a proxy, authorities of their own.

use core::fmt;

use ureq::tls::{PemItem, RootCerts, parse_pem};
use ureq::{Proxy, ProxyProtocol};

use crate::client::url::host_and_port;

/// A proxy, as far as it could be checked.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ProxyAddress(Proxy);

impl ProxyAddress {
    pub(super) fn proxy(&self) -> Proxy {
        self.0.clone()
    }

    /// Reads a proxy's URL; hosts that match `direct` are reached without it.
    ///
    /// The error says what is wrong, and nothing of the URL's credentials.
    pub(crate) fn parse(url: &str, direct: &[String]) -> Result<Self, String> {
        let proxy = Proxy::new(url).map_err(|_| {
            "expected a URL such as \"http://user:password@host:8080\", found no such URL"
                .to_owned()
        })?;
        let protocol = proxy.protocol();
        if !matches!(protocol, ProxyProtocol::Http | ProxyProtocol::Https) {
            return Err(format!(
                "expected http:// or https://, found a {protocol} proxy"
            ));
        }
        // ureq takes a port that is none for the usual one.
        host_and_port(authority(url))?;
        let mut builder = Proxy::builder(protocol)
            .host(proxy.host())
            .port(proxy.port());
        if let Some(username) = proxy.username() {
            builder = builder.username(username);
        }
        if let Some(password) = proxy.password() {
            builder = builder.password(password);
        }
        for host in direct {
            builder = builder.no_proxy(host);
            // As curl reads such a list: a name stands for its subdomains too.
            if host != "*" && !host.starts_with(['.', '*']) {
                builder = builder.no_proxy(&format!(".{host}"));
            }
        }
        let built = builder.build();
        built
            .map(Self)
            .map_err(|_| "expected a URL, found none".to_owned())
    }
}

/// Host and port of a URL, without the credentials before them.
fn authority(url: &str) -> &str {
    let behind_scheme = url.split_once("://").map_or(url, |(_, behind)| behind);
    let authority = behind_scheme.split('/').next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

/// Shows protocol, host and port.
impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(proxy) = self;
        write!(
            f,
            "{}://{}:{}",
            proxy.protocol(),
            proxy.host(),
            proxy.port()
        )
    }
}

/// The certificates that are trusted instead of the public ones.
#[derive(Clone)]
pub(crate) struct Roots(RootCerts);

impl Roots {
    pub(super) fn certificates(&self) -> RootCerts {
        self.0.clone()
    }

    /// Reads certificates in PEM form; the error says what is wrong.
    pub(crate) fn parse(pem: &[u8]) -> Result<Self, String> {
        let mut certificates = Vec::new();
        for item in parse_pem(pem) {
            match item {
                Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
                Ok(_) => {}
                Err(_) => return Err("expected certificates in PEM form, found broken PEM".into()),
            }
        }
        if certificates.is_empty() {
            return Err("expected certificates in PEM form, found none".into());
        }
        Ok(Self(RootCerts::new_with_certs(&certificates)))
    }
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Roots(own)")
    }
}
