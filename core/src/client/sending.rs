//! One exchange as it goes out: URL, headers, limits.

use core::fmt;
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use crate::base64;
use crate::retry::{Attempt, Policy};
use crate::{Expect, OperationKind, UnixTime};

use super::auth::Credential;
use super::body::Body;
use super::download::Landing;
use super::header_block::HeaderBlock;
use super::incoming::Incoming;
use super::request::Request;
use super::secret::Secret;
use super::settings::{Settings, is_header_value};
use super::transport::TransportFault;
use super::url::{BaseUrl, Shown, Url};

/// A token reply is short.
const MAX_TOKEN_REPLY: u64 = 1 << 20;

/// The headers that are the client's or the transport's own.
const RESERVED: [&str; 10] = [
    "host", "content-length", "transfer-encoding", "connection", "accept-encoding",
    "authorization", "te", "trailer", "upgrade", "expect",
];

static TOKEN_FORM: LazyLock<Body> =
    LazyLock::new(|| Body::form([("grant_type", "client_credentials")]));

/// What is sent now, and how long and how large its reply may be.
pub struct Sending {
    pub(super) method: String,
    url: String,
    pub(super) shown: Shown,
    headers: Vec<(Cow<'static, str>, String)>,
    body: Body,
    pub(super) number: u32,
    pub(super) request_id: String,
    pub(super) started: UnixTime,
    pub(super) started_ms: u64,
    timeout_ms: Option<u64>,
    max_body_bytes: u64,
    download: Option<(PathBuf, u64)>,
}

/// What distinguishes one attempt from the next.
pub(super) struct Stamp<'s> {
    pub(super) request_id: &'s str,
    pub(super) attempt: Attempt,
    pub(super) expect: Expect,
    pub(super) now_ms: u64,
    pub(super) now: UnixTime,
}

impl Sending {
    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The whole URL. Its query may hold `apikey=<client id>`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Every header that a transport does not set itself; the credential is
    /// among them.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_str()))
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// How long the exchange may take, the last byte of the body included, in
    /// milliseconds.
    #[must_use]
    pub const fn timeout_ms(&self) -> Option<u64> {
        self.timeout_ms
    }

    /// The largest body that is taken into memory.
    #[must_use]
    pub const fn max_body_bytes(&self) -> u64 {
        self.max_body_bytes
    }

    /// The largest body of a success: what goes into a file may be larger.
    #[must_use]
    pub fn largest_reply(&self) -> u64 {
        let file = self.download.as_ref().map(|(_, max_bytes)| *max_bytes);
        file.map_or(self.max_body_bytes, |bytes| bytes.max(self.max_body_bytes))
    }

    /// What takes the reply.
    ///
    /// # Errors
    ///
    /// [`Fault::BadRequest`](crate::Fault::BadRequest) if the file of a
    /// download cannot be written.
    pub fn incoming(&self) -> Result<Incoming, TransportFault> {
        match &self.download {
            None => Ok(Incoming::new(self.max_body_bytes)),
            Some((path, max_bytes)) => {
                let landing = Landing::open(path, *max_bytes)?;
                Ok(Incoming::into_file(self.max_body_bytes, landing))
            }
        }
    }

    /// An attempt of the caller's request, and why it cannot be sent if it
    /// cannot.
    pub(super) fn request(
        settings: &Settings,
        request: &Request,
        token: Option<&Secret>,
        stamp: &Stamp<'_>,
    ) -> (Self, Result<(), String>) {
        let mut sending = Self::blank(request, stamp);
        let filled = sending.fill(settings, request, token, stamp);
        (sending, filled)
    }

    /// An attempt to fetch a token.
    pub(super) fn token_request(settings: &Settings, stamp: &Stamp<'_>) -> Self {
        let request = Request::post(settings.token_path.as_str()).body(TOKEN_FORM.clone());
        let mut sending = Self::blank(&request, stamp);
        sending.max_body_bytes = MAX_TOKEN_REPLY.min(settings.max_body_bytes);
        // The settings were checked with this very path.
        if let Ok(url) = settings
            .base
            .join(&settings.token_path, core::iter::empty())
        {
            sending.set_url(url);
        }
        if let Credential::Client { id, secret } = &settings.credential {
            let pair = format!("{id}:{}", secret.reveal());
            let basic = format!("Basic {}", base64::encode(pair.as_bytes()));
            sending.set("authorization", basic);
        }
        sending.set("accept", "application/json");
        sending.set_common(settings, stamp);
        sending
    }

    fn blank(request: &Request, stamp: &Stamp<'_>) -> Self {
        Self {
            method: request.method.clone(),
            url: String::new(),
            shown: Shown::default(),
            headers: Vec::with_capacity(8 + request.headers.len()),
            body: match request.body.is_none() && takes_a_body(&request.method) {
                // Without a length a server may wait for a body.
                true => Body::empty(),
                false => request.body.clone(),
            },
            number: stamp.attempt.number,
            request_id: stamp.request_id.to_owned(),
            started: stamp.now,
            started_ms: stamp.now_ms,
            timeout_ms: stamp.attempt.timeout_ms,
            max_body_bytes: 0,
            download: None,
        }
    }

    fn fill(
        &mut self,
        settings: &Settings,
        request: &Request,
        token: Option<&Secret>,
        stamp: &Stamp<'_>,
    ) -> Result<(), String> {
        let own = |bytes: u64| request.max_body_bytes.unwrap_or(bytes);
        self.max_body_bytes = match request.download {
            Some(_) => settings.max_body_bytes,
            None => own(settings.max_body_bytes),
        };
        self.download = request
            .download
            .clone()
            .map(|path| (path, own(settings.max_download_bytes)));
        let target = Target::of(settings, request);
        self.set_url(target.url(settings, request)?);
        if !is_token(&request.method) {
            return Err("the method is no method".to_owned());
        }
        for (name, value) in &request.headers {
            check_header(settings, name, value)?;
            self.set(name.clone(), value.as_str());
        }
        if let Some(key) = &request.idempotency_key {
            if key.is_empty() || !is_header_value(key) {
                return Err("the idempotency key has to be visible ASCII".to_owned());
            }
            self.set("idempotency-key", key.as_str());
        }
        if !target.is_foreign() {
            let bearer = match &settings.credential {
                Credential::Key(key) => Some(key),
                Credential::Client { .. } => token,
                Credential::None => None,
            };
            if let Some(bearer) = bearer {
                self.set("authorization", format!("Bearer {}", bearer.reveal()));
            }
        }
        self.set_default(
            "accept",
            match stamp.expect {
                Expect::Envelope => "application/json",
                Expect::Raw => "*/*",
            },
        );
        self.set_common(settings, stamp);
        Ok(())
    }

    fn set_url(&mut self, url: Url) {
        self.url = url.whole;
        self.shown = url.shown;
    }

    /// What every attempt carries.
    fn set_common(&mut self, settings: &Settings, stamp: &Stamp<'_>) {
        if let Some(content_type) = self.body.content_type().map(str::to_owned) {
            self.set_default("content-type", &content_type);
        }
        self.set_default("user-agent", &settings.user_agent);
        self.set_default("x-request-id", stamp.request_id);
        self.set("x-resend-count", stamp.attempt.resend_count().to_string());
    }

    fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        self.headers.push((name.into(), value.into()));
    }

    /// The caller's own word wins.
    fn set_default(&mut self, name: &'static str, value: &str) {
        let is_set = |(own, _): &(Cow<'static, str>, String)| own.eq_ignore_ascii_case(name);
        if !self.headers.iter().any(is_set) {
            self.set(name, value);
        }
    }
}

/// Shows method, host and path.
impl fmt::Debug for Sending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending")
            .field("method", &self.method)
            .field("url", &self.shown.as_str())
            .field("body", &self.body)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// Where a request goes.
enum Target<'r> {
    /// The API itself.
    Path(&'r str),
    /// A whole URL, of this host or another.
    Whole {
        base: Result<BaseUrl, String>,
        rest: &'r str,
        is_foreign: bool,
    },
}

impl<'r> Target<'r> {
    fn of(settings: &Settings, request: &'r Request) -> Self {
        let path = request.path.as_str();
        let whole = match path.starts_with('/') {
            true => None,
            false => path.split_once("://"),
        };
        let Some((scheme, rest)) = whole.filter(|(scheme, _)| !scheme.contains('/')) else {
            return Self::Path(path);
        };
        let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let start = scheme.len() + 3 + authority;
        let (origin, rest) = path.split_at_checked(start).unwrap_or((path, ""));
        let base = BaseUrl::parse(origin);
        let is_foreign = base
            .as_ref()
            .map_or(true, |base| base.origin() != settings.base.origin());
        Self::Whole {
            base,
            rest,
            is_foreign,
        }
    }

    const fn is_foreign(&self) -> bool {
        matches!(
            self,
            Self::Whole {
                is_foreign: true,
                ..
            }
        )
    }

    fn url(&self, settings: &Settings, request: &Request) -> Result<Url, String> {
        let id = match &settings.credential {
            Credential::Client { id, .. } if !self.is_foreign() => Some(("apikey", id.as_str())),
            _ => None,
        };
        let query = request
            .query
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(id);
        let url = match self {
            Self::Path(path) => settings.base.join(path, query),
            Self::Whole { base, rest, .. } => {
                let base = base
                    .as_ref()
                    .map_err(|message| format!("the URL: {message}"))?;
                if !base.is_https && !base.is_loopback() && settings.base.is_https {
                    return Err("the URL: expected https://, found http://".to_owned());
                }
                let rest = if rest.starts_with('/') {
                    (*rest).to_owned()
                } else {
                    format!("/{rest}")
                };
                base.join(&rest, query)
            }
        }
        .map_err(|message| format!("the path: {message}"))?;
        let secret = match &settings.credential {
            Credential::Key(secret) | Credential::Client { secret, .. } => Some(secret),
            Credential::None => None,
        };
        if secret.is_some_and(|secret| url.whole.contains(secret.reveal())) {
            return Err("the credential is in the URL, where logs would show it".to_owned());
        }
        Ok(url)
    }
}

/// Where a request goes, as others may see it; nothing if that is no URL.
pub(super) fn shown(settings: &Settings, request: &Request) -> Shown {
    Target::of(settings, request)
        .url(settings, request)
        .map_or_else(|_| Shown::default(), |url| url.shown)
}

/// Whether a request goes to another host than the API's.
pub(super) fn is_foreign(settings: &Settings, request: &Request) -> bool {
    Target::of(settings, request).is_foreign()
}

/// What is asked for: the caller's word, else what the profile knows of the
/// path, else the method's. Of another host's paths the profile knows nothing.
pub(super) fn operation(settings: &Settings, request: &Request) -> (OperationKind, Expect) {
    let path = api_path(settings, request);
    let known = settings.profile.profile().operation(&request.method, path);
    (
        request.kind.unwrap_or(known.kind()),
        request.expect.unwrap_or(known.expect()),
    )
}

/// The path of a request as the profile knows it; empty for another host.
pub(super) fn api_path<'r>(settings: &Settings, request: &'r Request) -> &'r str {
    let path = match Target::of(settings, request) {
        Target::Path(path) => path,
        Target::Whole {
            is_foreign: false,
            rest,
            ..
        } => rest,
        Target::Whole { .. } => "",
    };
    path.split(['?', '#']).next().unwrap_or_default()
}

/// The policy that holds for a request, its deadline included.
pub(super) fn policy(settings: &Settings, request: &Request) -> Arc<Policy> {
    let policy = request.policy.as_ref().unwrap_or(&settings.policy);
    let deadline_ms = request
        .deadline_ms
        .or(policy.deadline_ms())
        .or(settings.policy.deadline_ms());
    let timeout_ms = request
        .attempt_timeout_ms
        .or(policy.attempt_timeout_ms())
        .or(settings.policy.attempt_timeout_ms());
    if deadline_ms == policy.deadline_ms() && timeout_ms == policy.attempt_timeout_ms() {
        return Arc::clone(policy);
    }
    Arc::new(policy.limited(deadline_ms, timeout_ms))
}

/// A redirect is not followed: it would carry the credential to wherever the
/// server says.
pub(super) fn redirect_in_words(http_status: u16, headers: &HeaderBlock) -> String {
    if !matches!(http_status, 300..=399) || http_status == 304 {
        return String::new();
    }
    let location = headers
        .get("location")
        .and_then(|value| core::str::from_utf8(value).ok());
    let to = location.and_then(|location| {
        let (scheme, rest) = location.split_once("://")?;
        let origin = rest.split(['/', '?', '#']).next()?;
        BaseUrl::parse(&format!("{scheme}://{origin}")).ok()
    });
    match to {
        Some(base) => format!(
            "the server redirects to {}, which is not followed",
            base.origin()
        ),
        None => "the server redirects, which is not followed".to_owned(),
    }
}

fn takes_a_body(method: &str) -> bool {
    matches!(method, "POST" | "PUT" | "PATCH")
}

/// RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

fn check_header(settings: &Settings, name: &str, value: &str) -> Result<(), String> {
    if !is_token(name) {
        return Err("a header's name is no name".to_owned());
    }
    let is_authorization = name.eq_ignore_ascii_case("authorization");
    let is_ours = RESERVED
        .iter()
        .any(|reserved| name.eq_ignore_ascii_case(reserved));
    if is_ours && !(is_authorization && matches!(settings.credential, Credential::None)) {
        return Err(format!("the header {name:?} is set by the client"));
    }
    if !is_header_value(value) {
        return Err(format!(
            "the header {name:?} has a value that is not visible ASCII"
        ));
    }
    Ok(())
}
