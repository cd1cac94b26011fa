//! What a client is made from: every setting by its name, checked before the
//! first request.

use core::fmt;
use core::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::retry::{Budget, Policy};
use crate::{Error, ErrorKind, Profile};

use super::auth::Credential;
use super::cancel::Interrupted;
use super::client::Client;
use super::hold::{HoldStore, Holds};
use super::observe::CallObserver;
use super::secret::Secret;
use super::settings_json;
use super::transport::Transport;
use super::ureq_transport::{Gzip, Pool, PoolSettings, ProxyAddress, Roots};
use super::url::BaseUrl;

const TIMEOUT_MS: RangeInclusive<u64> = 1..=86_400_000;
const BODY_BYTES: RangeInclusive<u64> = 1..=(1 << 40);
const CONNECTIONS: RangeInclusive<u64> = 1..=1024;

const DEFAULT_CONNECT_MS: u64 = 5000;
const DEFAULT_ATTEMPT_MS: u64 = 60_000;
const DEFAULT_DEADLINE_MS: u64 = 180_000;
const DEFAULT_IDLE_MS: u64 = 15_000;
const DEFAULT_BODY_BYTES: u64 = 64 << 20;
const DEFAULT_DOWNLOAD_BYTES: u64 = 4 << 30;
const DEFAULT_CONNECTIONS: u64 = 32;
const DEFAULT_TOKEN_PATH: &str = "/oauth/token";

/// A client's settings, not yet checked. [`build`](Self::build) checks them and
/// names the one that is wrong.
///
/// | setting | default | allowed |
/// |---|---|---|
/// | `base_url` | none | `https://…`; `http://` to this machine, or if allowed |
/// | `api_key` | none | visible ASCII; sent as `Authorization: Bearer …` |
/// | `client_id`, `client_secret` | none | both or neither, and no `api_key` beside them |
/// | `token_path` | `/oauth/token` | a path |
/// | `deadline_ms`, `attempt_timeout_ms` | 180,000, 60,000 | 1 to 86,400,000; those of the policy win |
/// | `connect_timeout_ms` | 5000 | 1 to 86,400,000; name, connection, proxy and TLS together |
/// | `idle_timeout_ms` | 15,000 | 1 to 86,400,000; older connections are not used again |
/// | `max_idle_connections` | 32 | 1 to 1024 |
/// | `max_body_bytes` | 67,108,864 | 1 to 2^40; on the wire and decoded |
/// | `max_download_bytes` | 4,294,967,296 | 1 to 2^40 |
/// | `proxy`, `no_proxy` | none | `http://user:password@host:port`; hosts that are reached without it |
/// | `proxy_from_environment` | no | then `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY` are read once |
/// | `ca_pem`, `ca_file` | the public ones | certificates in PEM form, trusted instead |
/// | `gzip` | yes | |
/// | `user_agent` | `aftercall/<version>` | visible ASCII |
#[must_use = "nothing is checked before `build`"]
pub struct ClientBuilder {
    pub(super) base_url: String,
    pub(super) api_key: Option<Secret>,
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<Secret>,
    pub(super) token_path: String,
    pub(super) allows_plain_http: bool,
    pub(super) profile: ProfileChoice,
    pub(super) policy: Policy,
    pub(super) deadline_ms: u64,
    pub(super) attempt_timeout_ms: u64,
    pub(super) connect_timeout_ms: u64,
    pub(super) idle_timeout_ms: u64,
    pub(super) max_idle_connections: u64,
    pub(super) max_body_bytes: u64,
    pub(super) max_download_bytes: u64,
    pub(super) proxy: Option<Secret>,
    pub(super) no_proxy: Vec<String>,
    pub(super) reads_proxy_from_environment: bool,
    pub(super) ca_pem: Option<Vec<u8>>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) has_gzip: bool,
    pub(super) user_agent: String,
    pub(super) transport: Option<Box<dyn Transport>>,
    pub(super) budget: Option<Arc<Budget>>,
    pub(super) holds: Option<Arc<dyn HoldStore>>,
    pub(super) observer: Option<Arc<dyn CallObserver>>,
    pub(super) interrupted: Option<Arc<Interrupted>>,
}

/// A profile, built in or the caller's.
#[derive(Clone, Debug)]
pub(crate) enum ProfileChoice {
    BuiltIn(&'static Profile),
    Own(Arc<Profile>),
}

impl ProfileChoice {
    pub(crate) fn profile(&self) -> &Profile {
        match self {
            Self::BuiltIn(profile) => profile,
            Self::Own(profile) => profile,
        }
    }
}

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
    pub(super) fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            api_key: None,
            client_id: None,
            client_secret: None,
            token_path: DEFAULT_TOKEN_PATH.to_owned(),
            allows_plain_http: false,
            profile: ProfileChoice::BuiltIn(Profile::eureka()),
            policy: Policy::default(),
            deadline_ms: DEFAULT_DEADLINE_MS,
            attempt_timeout_ms: DEFAULT_ATTEMPT_MS,
            connect_timeout_ms: DEFAULT_CONNECT_MS,
            idle_timeout_ms: DEFAULT_IDLE_MS,
            max_idle_connections: DEFAULT_CONNECTIONS,
            max_body_bytes: DEFAULT_BODY_BYTES,
            max_download_bytes: DEFAULT_DOWNLOAD_BYTES,
            proxy: None,
            no_proxy: Vec::new(),
            reads_proxy_from_environment: false,
            ca_pem: None,
            ca_file: None,
            has_gzip: true,
            user_agent: concat!("aftercall/", env!("CARGO_PKG_VERSION")).to_owned(),
            transport: None,
            budget: None,
            holds: None,
            observer: None,
            interrupted: None,
        }
    }

    /// Reads the settings of the table above from a JSON object; `policy` is a
    /// policy's JSON, `profile` the name of a built-in profile. `null` leaves a
    /// setting out.
    ///
    /// ```
    /// use aftercall::client::ClientBuilder;
    ///
    /// let text = r#"{"base_url": "https://api.example.com", "api_key": "sk-1", "deadline_ms": 30000}"#;
    /// let client = ClientBuilder::from_json(text)?.build()?;
    /// # Ok::<(), aftercall::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An [`Error`] with line, column and path; it repeats no credential.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        settings_json::read(text)
    }

    /// A key that does not change.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(Secret::new(key.into()));
        self
    }

    /// OAuth client credentials: tokens are fetched and renewed as needed, and
    /// every call carries `?apikey=<id>` as the API demands.
    pub fn client_credentials(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self.client_secret = Some(Secret::new(secret.into()));
        self
    }

    /// Where tokens are fetched.
    pub fn token_path(mut self, path: impl Into<String>) -> Self {
        self.token_path = path.into();
        self
    }

    /// Sends the credential over an unencrypted connection to another machine.
    pub const fn allow_plain_http(mut self) -> Self {
        self.allows_plain_http = true;
        self
    }

    /// How the API speaks; the built-in profile `eureka` unless this says
    /// otherwise.
    pub fn profile(mut self, profile: Arc<Profile>) -> Self {
        self.profile = ProfileChoice::Own(profile);
        self
    }

    /// When failed attempts are repeated. Its deadline and attempt timeout, where
    /// it has them, are used instead of this builder's.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// How long a call may take in all.
    pub const fn deadline_ms(mut self, deadline_ms: u64) -> Self {
        self.deadline_ms = deadline_ms;
        self
    }

    /// How long one attempt may take.
    pub const fn attempt_timeout_ms(mut self, timeout_ms: u64) -> Self {
        self.attempt_timeout_ms = timeout_ms;
        self
    }

    /// How long it may take until a connection stands: name, TCP, proxy and TLS
    /// together.
    pub const fn connect_timeout_ms(mut self, timeout_ms: u64) -> Self {
        self.connect_timeout_ms = timeout_ms;
        self
    }

    /// How long a connection is kept without use.
    pub const fn idle_timeout_ms(mut self, timeout_ms: u64) -> Self {
        self.idle_timeout_ms = timeout_ms;
        self
    }

    /// How many connections are kept without use.
    pub const fn max_idle_connections(mut self, connections: u64) -> Self {
        self.max_idle_connections = connections;
        self
    }

    /// The largest body that is taken into memory, on the wire and decoded.
    pub const fn max_body_bytes(mut self, bytes: u64) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// The largest file that is downloaded.
    pub const fn max_download_bytes(mut self, bytes: u64) -> Self {
        self.max_download_bytes = bytes;
        self
    }

    /// Goes through an HTTP proxy.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(Secret::new(url.into()));
        self
    }

    /// A host that is reached without the proxy; `.example.com` is every host
    /// below it, `*` every host.
    pub fn no_proxy(mut self, host: impl Into<String>) -> Self {
        self.no_proxy.push(host.into());
        self
    }

    /// Reads `HTTPS_PROXY` (`http_proxy` for a plain base URL), else
    /// `ALL_PROXY`, and `NO_PROXY`, when the client is built. A `proxy` that is
    /// set wins.
    pub const fn proxy_from_environment(mut self) -> Self {
        self.reads_proxy_from_environment = true;
        self
    }

    /// Certificates in PEM form that are trusted instead of the public ones.
    pub fn ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.ca_pem = Some(pem.into());
        self
    }

    /// A file of such certificates, read when the client is built.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// Asks for uncompressed replies.
    pub const fn without_gzip(mut self) -> Self {
        self.has_gzip = false;
        self
    }

    /// The header `User-Agent`.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Something else that carries the bytes. Proxies, certificates, gzip and
    /// the pool are then its business.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// A budget that is shared with other clients of the same host and
    /// credential, instead of one of this client's own.
    pub fn budget(mut self, budget: Arc<Budget>) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Where holds are kept, instead of in this client.
    pub fn holds(mut self, holds: Arc<dyn HoldStore>) -> Self {
        self.holds = Some(holds);
        self
    }

    /// Who is told of attempts and decisions.
    pub fn observer(mut self, observer: Arc<dyn CallObserver>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Asked at least every 100 ms while a call waits; `true` cancels the call.
    pub fn interrupted(mut self, asked: Arc<Interrupted>) -> Self {
        self.interrupted = Some(asked);
        self
    }

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
                let why =
                    |error| format!("cannot read {path:?}: {}", super::download::words(&error));
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

/// Shows no credential.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").finish_non_exhaustive()
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
