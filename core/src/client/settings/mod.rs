//! What a client is made from: every setting by its name, checked before the
//! first request.

mod checked;
mod json;

use core::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::client::cancel::Interrupted;
use crate::client::hold::HoldStore;
use crate::client::observe::CallObserver;
use crate::client::secret::Secret;
use crate::client::transport::Transport;
use crate::retry::{Budget, Policy};
use crate::{Error, Profile};

pub(super) use checked::{Settings, is_header_value};

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
        json::read(text)
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
}

/// Shows no credential.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").finish_non_exhaustive()
    }
}
