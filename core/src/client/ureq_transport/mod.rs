//! The built-in transport: HTTP/1.1 by ureq, TLS by rustls; pool, proxies and
//! content-encoding are theirs, connections and every wait are ours.
//!
//! The only folder that knows ureq. `links` are the parts of its chain that are
//! ours; they use its `unversioned` module, which may change in a minor release,
//! hence `~3.5`. `wire` is an attempt's notes and the faults in them; `outside`
//! is what the caller names: proxies, authorities.
//!
//! ureq hands its connectors and transports a timeout and nothing else, and
//! they live longer than an attempt. What an attempt wants of them — its
//! deadline, its cancellation — and what they saw — how far it came, what
//! broke — is therefore kept in a value of the thread, [`Wire`]: ureq works in
//! the calling thread from the first look-up to the last byte of the body.
//! Three things follow. ureq's own timeouts are off, and with them the thread
//! that it starts for each look-up. A socket's timeout is a slice of 100 ms
//! that is set once, not what is left of a deadline, set anew for each read.
//! And a fault is told from what was seen on the socket, not guessed from an
//! error's text.

mod links;
mod outside;
mod wire;

use core::fmt;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ureq::config::Config;
use ureq::http::{self, HeaderName, HeaderValue};
use ureq::tls::TlsConfig;
use ureq::{Agent, Body, Error, SendBody};

use super::cancel::Control;
use super::incoming::{Incoming, ReadError};
use super::transport::{Outgoing, OutgoingBody, Transport, TransportFault};

pub(super) use outside::{ProxyAddress, Roots};
use wire::{Current, Phase, Source, Wire};

/// The largest single head; ureq counts at most 128 headers in it.
const MAX_ONE_HEAD: usize = 256 << 10;
const INPUT_BUFFER: usize = 128 << 10;
const OUTPUT_BUFFER: usize = 64 << 10;

/// What a pool is made from; checked by the settings.
#[derive(Clone, Debug)]
pub(crate) struct PoolSettings {
    pub(crate) user_agent: String,
    pub(crate) idle_timeout: Duration,
    pub(crate) max_idle_connections: usize,
    pub(crate) proxy: Option<ProxyAddress>,
    pub(crate) roots: Option<Roots>,
    pub(crate) gzip: Gzip,
}

/// Whether compressed replies are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gzip {
    Asked,
    Refused,
}

/// The transport that a client has unless it is given another.
pub(crate) struct Pool {
    settings: PoolSettings,
    /// The process that the connections belong to. After a fork, the child's
    /// first request makes a pool of its own: two processes that read from one
    /// connection would get each other's answers.
    agent: Mutex<(u32, Agent)>,
}

impl Pool {
    pub(crate) fn new(settings: PoolSettings) -> Self {
        let agent = agent(&settings);
        Self {
            settings,
            agent: Mutex::new((std::process::id(), agent)),
        }
    }

    fn agent(&self) -> Agent {
        let mut owned = self.agent.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if owned.0 != process {
            // What was inherited is closed here and stays open in the parent.
            *owned = (process, agent(&self.settings));
        }
        owned.1.clone()
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pool").field(&self.settings).finish()
    }
}

fn agent(settings: &PoolSettings) -> Agent {
    let mut tls = TlsConfig::builder();
    if let Some(roots) = &settings.roots {
        tls = tls.root_certs(roots.certificates());
    }
    let config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .allow_non_standard_methods(true)
        .proxy(settings.proxy.as_ref().map(ProxyAddress::proxy))
        .tls_config(tls.build())
        .user_agent(settings.user_agent.clone())
        .accept_encoding(match settings.gzip {
            Gzip::Asked => "gzip",
            Gzip::Refused => "identity",
        })
        .input_buffer_size(INPUT_BUFFER)
        .output_buffer_size(OUTPUT_BUFFER)
        .max_response_header_size(MAX_ONE_HEAD)
        .max_idle_age(settings.idle_timeout)
        .max_idle_connections(settings.max_idle_connections)
        .max_idle_connections_per_host(settings.max_idle_connections)
        .build();
    links::agent(config)
}

impl Transport for Pool {
    fn exchange(
        &self,
        request: Outgoing<'_>,
        reply: &mut Incoming,
        control: &Control,
    ) -> Result<(), TransportFault> {
        let wire = Rc::new(Wire::new(control));
        if let Err(stopped) = control.glance() {
            return Err(wire.stop(stopped));
        }
        let agent = self.agent();
        let _current = Current::set(&wire);
        let received = match send(&agent, request, &wire) {
            Ok(received) => received,
            Err(error) => return Err(wire.fault(&error)),
        };
        receive(received, reply, &wire)
    }
}

/// Sends the request and waits for the head of the reply.
fn send(
    agent: &Agent,
    request: Outgoing<'_>,
    wire: &Rc<Wire>,
) -> Result<http::Response<Body>, Error> {
    let mut builder = http::Request::builder()
        .method(request.method)
        .uri(request.url);
    for (name, value) in request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(http::Error::from)?;
        let mut value = HeaderValue::from_str(value).map_err(http::Error::from)?;
        value.set_sensitive(name == http::header::AUTHORIZATION);
        builder = builder.header(name, value);
    }
    match request.body {
        OutgoingBody::None => agent.run(builder.body(())?),
        OutgoingBody::Bytes(bytes) => agent.run(builder.body(bytes)?),
        OutgoingBody::Stream { reader, length } => {
            let mut source = Source::new(reader, wire);
            let builder = builder.header(http::header::CONTENT_LENGTH, length);
            agent.run(builder.body(SendBody::from_reader(&mut source))?)
        }
    }
}

/// Reads the reply, judged by nobody yet.
fn receive(
    received: http::Response<Body>,
    reply: &mut Incoming,
    wire: &Wire,
) -> Result<(), TransportFault> {
    wire.phase.set(Phase::Body);
    let (head, body) = received.into_parts();
    reply.head(head.status.as_u16());
    for (name, value) in &head.headers {
        reply.header(name.as_str().as_bytes(), value.as_bytes());
    }
    let length = body.content_length();
    let is_delimited = length.is_some() || head.headers.contains_key("transfer-encoding");
    let limit = reply.limit();
    // An eighth for the framing of chunks; a stream that decodes to nothing
    // ends here too.
    let framing = limit / 8 + (64 << 10);
    wire.limit_body(limit.saturating_add(framing));
    if let Some(length) = length {
        reply.announce(length)?;
    }
    let mut reader = body.into_with_config().limit(u64::MAX).reader();
    match reply.read_from(&mut reader) {
        Ok(()) if is_delimited => Ok(()),
        // Only the end of the connection ended this body, so it must have been
        // a good one.
        Ok(()) => wire.ended_well(),
        Err(ReadError::Fault(fault)) => Err(fault),
        Err(ReadError::Source(error)) => Err(wire.fault(&Error::from(error))),
    }
}
