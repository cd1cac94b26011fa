//! Settings after their check, and the check.

use core::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use crate::client::auth::Credential;
use crate::client::cancel::Interrupted;
use crate::client::client::Client;
use crate::client::download::words;
use crate::client::hold::{HoldStore, Holds};
use crate::client::observe::CallObserver;
use crate::client::secret::Secret;
use crate::client::ureq_transport::{Gzip, Pool, PoolSettings, ProxyAddress, Roots};
use crate::client::url::BaseUrl;
use crate::retry::{Budget, Policy};
use crate::{Error, ErrorKind};

use super::{ClientBuilder, ProfileChoice};

const TIMEOUT_MS: RangeInclusive<u64> = 1..=86_400_000;
const BODY_BYTES: RangeInclusive<u64> = 1..=(1 << 40);
const CONNECTIONS: RangeInclusive<u64> = 1..=1024;

/// What was checked.
pub(crate) struct Settings {
    pub(crate) base: BaseUrl,
    pub(crate) credential: Credential,
    pub(crate) token_path: String,
    pub(crate) profile: ProfileChoice,
    /// With the deadline and the attempt timeout in it.
    pub(crate) policy: Arc<Policy>,
    pub(crate) connect_timeout: Duration,
    pub(crate) max_body_bytes: u64,
    pub(crate) max_download_bytes: u64,
    pub(crate) user_agent: String,
    pub(crate) budget: Option<Arc<Budget>>,
    pub(crate) holds: Arc<dyn HoldStore>,
    pub(crate) observer: Option<Arc<dyn CallObserver>>,
    pub(crate) interrupted: Option<Arc<Interrupted>>,
}

impl ClientBuilder {
    /// Checks everything and makes the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// An [`Error`] that names the setting, what was found and what is allowed;
    /// it repeats no credential.
    pub fn build(mut self) -> Result<Client, Error> {
        let base = self.base()?;
        let credential = self.credential()?;
        base.join(&self.token_path, core::iter::empty())
            .map_err(|message| wrong("token_path", message))?;
        for (name, value, allowed) in [
            ("deadline_ms", self.deadline_ms, TIMEOUT_MS),
            ("attempt_timeout_ms", self.attempt_timeout_ms, TIMEOUT_MS),
            ("connect_timeout_ms", self.connect_timeout_ms, TIMEOUT_MS),
            ("idle_timeout_ms", self.idle_timeout_ms, TIMEOUT_MS),
            (
                "max_idle_connections", self.max_idle_connections, CONNECTIONS,
            ),
            ("max_body_bytes", self.max_body_bytes, BODY_BYTES),
            ("max_download_bytes", self.max_download_bytes, BODY_BYTES),
        ] {
            in_range(name, value, &allowed)?;
        }
        if self.user_agent.is_empty() || !is_header_value(&self.user_agent) {
            return Err(wrong("user_agent", "expected visible ASCII characters"));
        }
        let transport = match self.transport.take() {
            Some(transport) => transport,
            None => Box::new(Pool::new(self.pool(&base)?)),
        };
        let policy = self.policy.limited(
            self.policy.deadline_ms().or(Some(self.deadline_ms)),
            self.policy
                .attempt_timeout_ms()
                .or(Some(self.attempt_timeout_ms)),
        );
        let budget = self
            .budget
            .or_else(|| policy.budget_capacity().map(Budget::new).map(Arc::new))
            .filter(|_| policy.budget_capacity().is_some());
        let settings = Settings {
            base,
            credential,
            token_path: self.token_path,
            profile: self.profile,
            policy: Arc::new(policy),
            connect_timeout: Duration::from_millis(self.connect_timeout_ms),
            max_body_bytes: self.max_body_bytes,
            max_download_bytes: self.max_download_bytes,
            user_agent: self.user_agent,
            budget,
            holds: self.holds.unwrap_or_else(|| Arc::new(Holds::new())),
            observer: self.observer,
            interrupted: self.interrupted,
        };
        Ok(Client::with(settings, transport))
    }

    fn base(&self) -> Result<BaseUrl, Error> {
        let base = BaseUrl::parse(&self.base_url).map_err(|message| wrong("base_url", message))?;
        if !base.is_https && !base.is_loopback() && !self.allows_plain_http {
            let message = "expected https://, found http:// to another machine, which shows the \
                           credential to everyone on the way; allow_plain_http permits it";
            return Err(wrong("base_url", message));
        }
        Ok(base)
    }

    fn credential(&self) -> Result<Credential, Error> {
        let allowed = "expected visible ASCII characters";
        let check = |name, secret: &Secret| match secret.fault() {
            Some(fault) => Err(wrong(name, format!("{allowed}, {fault}"))),
            None => Ok(()),
        };
        match (&self.api_key, &self.client_id, &self.client_secret) {
            (None, None, None) => Ok(Credential::None),
            (Some(key), None, None) => {
                check("api_key", key)?;
                Ok(Credential::Key(key.clone()))
            }
            (None, Some(id), Some(secret)) => {
                check("client_id", &Secret::new(id.as_str()))?;
                if id.contains(':') {
                    // HTTP Basic (RFC 7617) ends the user's name there.
                    return Err(wrong("client_id", "expected no colon in it, found one"));
                }
                check("client_secret", secret)?;
                Ok(Credential::Client {
                    id: id.clone(),
                    secret: secret.clone(),
                })
            }
            (None, Some(_), None) => Err(wrong("client_secret", "missing beside client_id")),
            (None, None, Some(_)) => Err(wrong("client_id", "missing beside client_secret")),
            (Some(_), ..) => Err(wrong(
                "api_key",
                "expected either a key or client credentials, found both",
            )),
        }
    }

    fn pool(&self, base: &BaseUrl) -> Result<PoolSettings, Error> {
        Ok(PoolSettings {
            user_agent: self.user_agent.clone(),
            idle_timeout: Duration::from_millis(self.idle_timeout_ms),
            max_idle_connections: usize::try_from(self.max_idle_connections).unwrap_or(1),
            proxy: self.proxy_address(base)?,
            roots: self.roots()?,
            gzip: if self.has_gzip {
                Gzip::Asked
            } else {
                Gzip::Refused
            },
        })
    }

    fn proxy_address(&self, base: &BaseUrl) -> Result<Option<ProxyAddress>, Error> {
        if let Some(url) = &self.proxy {
            return ProxyAddress::parse(url.reveal(), &self.no_proxy)
                .map(Some)
                .map_err(|message| wrong("proxy", message));
        }
        if !self.reads_proxy_from_environment {
            return Ok(None);
        }
        // `HTTP_PROXY` in capitals can be set by a web server's visitor
        // (CVE-2016-5385).
        let names: Vec<&str> = if base.is_https {
            vec!["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        } else {
            vec!["http_proxy", "all_proxy", "ALL_PROXY"]
        };
        let found = names.into_iter().find_map(|name| {
            let url = std::env::var(name).ok().filter(|url| !url.is_empty())?;
            Some((name, url))
        });
        let Some((name, url)) = found else {
            return Ok(None);
        };
        let mut direct = self.no_proxy.clone();
        let listed = std::env::var("no_proxy").or_else(|_| std::env::var("NO_PROXY"));
        let listed = listed.unwrap_or_default();
        direct.extend(
            listed
                .split(',')
                .map(str::trim)
                .filter(|host| !host.is_empty())
                .map(str::to_owned),
        );
        ProxyAddress::parse(&url, &direct)
            .map(Some)
            .map_err(|message| wrong("proxy_from_environment", format!("{name}: {message}")))
    }

    fn roots(&self) -> Result<Option<Roots>, Error> {
        let (name, pem) = match (&self.ca_pem, &self.ca_file) {
            (None, None) => return Ok(None),
            (Some(pem), None) => ("ca_pem", pem.clone()),
            (None, Some(path)) => {
                let read = std::fs::read(path);
                let why = |error| format!("cannot read {path:?}: {}", words(&error));
                (
                    "ca_file",
                    read.map_err(|error| wrong("ca_file", why(error)))?,
                )
            }
            (Some(_), Some(_)) => {
                return Err(wrong("ca_file", "expected ca_pem or ca_file, found both"));
            }
        };
        Roots::parse(&pem)
            .map(Some)
            .map_err(|message| wrong(name, message))
    }
}

/// Whether a text can be the value of a header that we send.
pub(crate) fn is_header_value(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_graphic() || byte == b' ' || byte == b'\t';
    text.bytes().all(is_allowed) && text.trim_matches([' ', '\t']).len() == text.len()
}

fn in_range(name: &str, value: u64, allowed: &RangeInclusive<u64>) -> Result<(), Error> {
    if allowed.contains(&value) {
        return Ok(());
    }
    let (from, to) = (allowed.start(), allowed.end());
    Err(wrong(
        name,
        format!("expected an integer from {from} to {to}, found {value}"),
    ))
}

fn wrong(name: &str, message: impl Into<String>) -> Error {
    Error::unplaced(ErrorKind::Client, name.to_owned(), message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(builder: ClientBuilder) -> String {
        let error = builder.build().unwrap_err();
        assert!(error.is_client());
        error.to_string()
    }

    fn https() -> ClientBuilder {
        ClientBuilder::new("https://api.example.com")
    }

    #[test]
    fn plain_http_leaves_this_machine_only_if_that_is_allowed() {
        for base_url in [
            "https://a.example", "http://localhost:1", "http://127.0.0.1", "http://[::1]",
        ] {
            assert!(ClientBuilder::new(base_url).build().is_ok(), "{base_url}");
        }
        let error = refused(ClientBuilder::new("http://a.example"));
        assert!(
            error.starts_with("base_url: expected https://, found http://"),
            "{error}"
        );
        assert!(
            ClientBuilder::new("http://a.example")
                .allow_plain_http()
                .build()
                .is_ok()
        );
    }

    #[test]
    fn every_wrong_setting_is_named_and_no_credential_repeated() {
        for (builder, name) in [
            (ClientBuilder::new("https://u:canary@a.example"), "base_url"),
            (https().api_key("canary canary"), "api_key"),
            (https().api_key("None"), "api_key"),
            (https().api_key(""), "api_key"),
            (
                https().api_key("canary").client_credentials("i", "canary"),
                "api_key",
            ),
            (https().client_credentials("i:canary", "s"), "client_id"),
            (https().client_credentials("i", "canary\n"), "client_secret"),
            (
                https().client_credentials("i", "s").token_path("oauth"),
                "token_path",
            ),
            (https().deadline_ms(0), "deadline_ms"),
            (https().attempt_timeout_ms(u64::MAX), "attempt_timeout_ms"),
            (https().connect_timeout_ms(0), "connect_timeout_ms"),
            (https().idle_timeout_ms(0), "idle_timeout_ms"),
            (https().max_idle_connections(0), "max_idle_connections"),
            (https().max_body_bytes(0), "max_body_bytes"),
            (https().max_download_bytes(0), "max_download_bytes"),
            (https().user_agent("a\r\nb"), "user_agent"),
            (https().proxy("socks5://canary@h"), "proxy"),
            (https().proxy("http://"), "proxy"),
            (https().proxy("http://u:canary@h:99999"), "proxy"),
            (https().proxy("http://u:canary@h:0/"), "proxy"),
            (https().ca_pem("canary"), "ca_pem"),
            (https().ca_file("/nowhere/ca.pem"), "ca_file"),
        ] {
            let error = refused(builder);
            assert!(error.starts_with(&format!("{name}: ")), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn half_a_credential_is_none() {
        let mut builder = https();
        builder.client_id = Some("i".to_owned());
        assert_eq!(refused(builder), "client_secret: missing beside client_id");
        let mut builder = https();
        builder.client_secret = Some(Secret::new("s"));
        assert_eq!(refused(builder), "client_id: missing beside client_secret");
    }

    #[test]
    fn the_limits_of_the_policy_win() {
        let policy = Policy::builder().deadline_ms(7).build().unwrap();
        let client = https()
            .policy(policy)
            .attempt_timeout_ms(9)
            .build()
            .unwrap();
        let policy = &client.settings().policy;
        assert_eq!(policy.deadline_ms(), Some(7));
        assert_eq!(policy.attempt_timeout_ms(), Some(9));
    }

    #[test]
    fn debug_shows_no_credential() {
        let builder = https()
            .client_credentials("canary", "canary")
            .proxy("http://u:canary@h:1");
        let shown = format!("{builder:?}");
        let shown = format!("{shown}{:?}", builder.build().unwrap());
        assert!(!shown.contains("canary"), "{shown}");
    }
}
