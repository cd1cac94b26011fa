//! The built-in transport: HTTP/1.1 by ureq, TLS by rustls; pool, proxies and
//! content-encoding are theirs, connections and every wait are ours.
//!
//! The only file that knows ureq. Its `unversioned` module may change in a
//! minor release, hence `~3.5`.
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

use core::fmt;
use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind, Read};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ureq::config::Config;
use ureq::http::uri::Scheme;
use ureq::http::{self, HeaderName, HeaderValue, Uri};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver as UreqResolver};
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout,
    RustlsConnector, Transport as UreqTransport,
};
use ureq::{Agent, Body, Error, Proxy, ProxyProtocol, SendBody, Timeout};

use crate::Fault;

use super::cancel::{Control, Stopped, Waking};
use super::incoming::{Incoming, ReadError};
use super::resolver::Resolver;
use super::socket::{Broken, Socket};
use super::transport::{Outgoing, OutgoingBody, Transport, TransportFault};

/// How much of heads, interim replies included, one attempt may read.
const MAX_HEAD_BYTES: u64 = 1 << 20;
/// The largest single head; ureq counts at most 128 headers in it.
const MAX_ONE_HEAD: usize = 256 << 10;
/// As many as ureq has room for.
const MAX_ADDRESSES: usize = 16;
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

/// A proxy, as far as it could be checked.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ProxyAddress(Proxy);

impl ProxyAddress {
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
            // The parent's connections are not closed here: TLS would say
            // good-bye in the parent's name.
            let inherited = core::mem::replace(&mut *owned, (process, agent(&self.settings)));
            core::mem::forget(inherited);
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
    if let Some(Roots(roots)) = &settings.roots {
        tls = tls.root_certs(roots.clone());
    }
    let config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .allow_non_standard_methods(true)
        .proxy(settings.proxy.clone().map(|ProxyAddress(proxy)| proxy))
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
    let resolver = Names(Arc::new(Resolver::default()));
    let connector =
        ().chain(ConnectProxyConnector::default())
            .chain(Dial(Arc::clone(&resolver.0)))
            .chain(RustlsConnector::default())
            .chain(Watch);
    Agent::with_parts(config, connector, resolver)
}

impl Transport for Pool {
    fn exchange(
        &self,
        request: Outgoing<'_>,
        reply: &mut Incoming,
        control: &Control,
    ) -> Result<(), TransportFault> {
        let wire = Rc::new(Wire::new(control));
        if let Err(stopped) = control.check() {
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
            let mut source = Source { reader, wire };
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

/// How far an attempt has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Resolving,
    Connecting,
    /// Between the look-up of a proxy and its tunnel.
    Tunnelling,
    Handshaking,
    Sending,
    Head,
    Body,
}

/// What an attempt wants of its connection, and what was seen there.
struct Wire {
    whole: Control,
    /// Until a connection stands.
    connecting: Control,
    phase: Cell<Phase>,
    stopped: Cell<Option<Stopped>>,
    /// The first error of the socket.
    lost: Cell<Option<ErrorKind>>,
    /// TLS ended without a good-bye.
    was_cut: Cell<bool>,
    /// The other side has ended the connection.
    has_ended: Cell<bool>,
    /// Bytes of the request that the kernel took.
    sent: Cell<u64>,
    /// Bytes of the reply, as the layer above TLS sees them.
    received: Cell<u64>,
    may_receive: Cell<u64>,
    is_too_large: Cell<bool>,
    /// The server answered, or left, before it had the whole request; the
    /// rest of it is not sent any more.
    is_discarding: Cell<bool>,
    has_no_source: Cell<bool>,
    waking: RefCell<Option<Waking>>,
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<Wire>>> = const { RefCell::new(None) };
}

/// Makes a wire the thread's, and the one before afterwards: a body that is
/// read from another call's reply nests.
struct Current(Option<Rc<Wire>>);

impl Current {
    fn set(wire: &Rc<Wire>) -> Self {
        Self(CURRENT.with(|current| current.replace(Some(Rc::clone(wire)))))
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        let before = self.0.take();
        let ended = CURRENT.with(|current| current.replace(before));
        if let Some(wire) = ended {
            wire.waking.take();
        }
    }
}

/// The thread's attempt. Without one nobody waits for input or output.
fn current() -> Result<Rc<Wire>, Error> {
    CURRENT
        .with(|current| current.borrow().clone())
        .ok_or(Error::ConnectionFailed)
}

impl Wire {
    fn new(control: &Control) -> Self {
        Self {
            whole: control.clone(),
            connecting: control.within(control.connect_timeout()),
            phase: Cell::new(Phase::Resolving),
            stopped: Cell::new(None),
            lost: Cell::new(None),
            was_cut: Cell::new(false),
            has_ended: Cell::new(false),
            sent: Cell::new(0),
            received: Cell::new(0),
            may_receive: Cell::new(MAX_HEAD_BYTES),
            is_too_large: Cell::new(false),
            is_discarding: Cell::new(false),
            has_no_source: Cell::new(false),
            waking: RefCell::new(None),
        }
    }

    /// Which limit holds now.
    fn control(&self) -> &Control {
        if self.phase.get() < Phase::Sending {
            &self.connecting
        } else {
            &self.whole
        }
    }

    fn is_connecting(&self) -> bool {
        self.phase.get() < Phase::Sending
    }

    /// From here on, a cancellation shuts this socket down.
    fn wakes(&self, socket: &Socket) {
        if let Some(cancel) = &self.whole.cancel {
            self.waking.replace(Some(cancel.wakes(socket.stream())));
        }
    }

    /// Counts the body from here.
    fn limit_body(&self, bytes: u64) {
        self.received.set(0);
        self.may_receive.set(bytes);
    }

    /// Notes why a connection broke, in the form that ureq passes on.
    fn broken(&self, broken: Broken) -> Error {
        match broken {
            Broken::Stopped(stopped) => {
                self.stopped.set(Some(stopped));
                Error::Timeout(Timeout::Global)
            }
            Broken::Io(error) => {
                if self.lost.get().is_none() {
                    self.lost.set(Some(error.kind()));
                }
                Error::Io(error)
            }
        }
    }

    /// The fault that an error of the HTTP library was.
    fn fault(&self, error: &Error) -> TransportFault {
        if let Some(stopped) = self.stopped.get() {
            return self.stop(stopped);
        }
        if self.has_no_source.get() {
            return TransportFault::new(Fault::BadRequest, "the body could not be read");
        }
        if self.is_too_large.get() {
            return TransportFault::new(Fault::TooLarge, "the reply is over the limit");
        }
        let detail = detail(error);
        if let (Some(kind), false) = (
            self.lost.get(),
            matches!(error, Error::Tls(_) | Error::Rustls(_)),
        ) {
            return TransportFault::new(self.lost(kind), detail);
        }
        let fault = match error {
            Error::HostNotFound if self.phase.get() == Phase::Tunnelling => Fault::Proxy,
            Error::HostNotFound => Fault::Dns,
            Error::ConnectProxyFailed(_) | Error::InvalidProxyUrl => Fault::Proxy,
            Error::ConnectionFailed => Fault::Connect,
            Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) | Error::TlsRequired => Fault::Tls,
            Error::LargeResponseHeader(..) => Fault::TooLarge,
            _ if has_too_many_headers(error) => Fault::TooLarge,
            Error::Decompress(..) if self.has_ended.get() => Fault::Truncated,
            Error::Decompress(..) => Fault::Decode,
            Error::Http(_) | Error::BadUri(_) | Error::BodyExceedsLimit(_) => Fault::BadRequest,
            Error::Io(error) => self.end(error.kind()),
            _ if self.phase.get() == Phase::Tunnelling => Fault::Proxy,
            // Broken framing: nobody knows where this reply ends.
            _ if self.phase.get() >= Phase::Head => Fault::Truncated,
            _ => Fault::BadRequest,
        };
        TransportFault::new(fault, detail)
    }

    /// The fault behind an error that the socket did not have.
    fn end(&self, kind: ErrorKind) -> Fault {
        match self.phase.get() {
            Phase::Resolving | Phase::Connecting => Fault::Connect,
            // What TLS says of itself is about certificates, in a tunnel too.
            Phase::Tunnelling if kind != ErrorKind::InvalidData => Fault::Proxy,
            Phase::Tunnelling | Phase::Handshaking => Fault::Tls,
            Phase::Sending | Phase::Head if kind == ErrorKind::UnexpectedEof => Fault::Closed,
            Phase::Sending | Phase::Head => Fault::Reset,
            Phase::Body => Fault::Truncated,
        }
    }

    /// The fault behind an error that the socket had.
    fn lost(&self, kind: ErrorKind) -> Fault {
        match self.phase.get() {
            Phase::Resolving => Fault::Dns,
            Phase::Tunnelling => Fault::Proxy,
            // A connection that breaks during the handshake says nothing about
            // certificates: the next one may hold.
            Phase::Connecting | Phase::Handshaking => Fault::Connect,
            // Not one byte of the request left this machine.
            Phase::Sending | Phase::Head if self.sent.get() == 0 => Fault::Connect,
            Phase::Sending | Phase::Head | Phase::Body => match kind {
                ErrorKind::UnexpectedEof => Fault::Closed,
                _ => Fault::Reset,
            },
        }
    }

    fn stop(&self, stopped: Stopped) -> TransportFault {
        let fault = match (stopped, self.phase.get()) {
            (Stopped::Cancelled, _) => Fault::Cancelled,
            (_, Phase::Resolving) if self.lost.get().is_none() => Fault::ConnectTimeout,
            (_, Phase::Resolving) => Fault::Dns,
            (_, Phase::Connecting | Phase::Handshaking) => Fault::ConnectTimeout,
            (_, Phase::Tunnelling) => Fault::Proxy,
            (_, Phase::Sending | Phase::Head | Phase::Body) => Fault::ReadTimeout,
        };
        fault.into()
    }

    /// Whether a body that the end of the connection ended is all of it.
    fn ended_well(&self) -> Result<(), TransportFault> {
        if let Some(stopped) = self.stopped.get() {
            return Err(self.stop(stopped));
        }
        if let Some(kind) = self.lost.get() {
            return Err(self.lost(kind).into());
        }
        match self.was_cut.get() {
            true => Err(Fault::Truncated.into()),
            false => Ok(()),
        }
    }
}

/// ureq keeps the type of this error to itself; a test would miss it.
fn has_too_many_headers(error: &Error) -> bool {
    match error {
        Error::Protocol(error) => error.to_string().ends_with("too many headers"),
        _ => false,
    }
}

/// What happened, for developers: nothing that could hold a URL or a header.
fn detail(error: &Error) -> String {
    match error {
        // What rustls says of a certificate.
        Error::Io(error) if error.kind() == ErrorKind::InvalidData => error.to_string(),
        Error::Io(error) => super::download::words(error),
        Error::Rustls(error) => error.to_string(),
        Error::Tls(text) => (*text).to_owned(),
        Error::ConnectProxyFailed(text) => text.clone(),
        Error::Decompress(..) => "the content-encoding could not be undone".to_owned(),
        Error::Protocol(_) if has_too_many_headers(error) => {
            "the reply has too many headers".to_owned()
        }
        Error::Protocol(_) => "the head or the framing of the reply is broken".to_owned(),
        Error::LargeResponseHeader(..) => "the head of the reply is too large".to_owned(),
        Error::Http(_) | Error::BadUri(_) => "the request cannot be sent".to_owned(),
        _ => String::new(),
    }
}

/// The request's body on its way out.
struct Source<'s> {
    reader: &'s mut dyn Read,
    wire: &'s Wire,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.wire.is_discarding.get() {
            // Nobody reads it any more; ureq wants its number of bytes.
            buffer.fill(0);
            return Ok(buffer.len());
        }
        match self.reader.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => self.read(buffer),
            Err(error) => {
                self.wire.has_no_source.set(true);
                Err(error)
            }
            Ok(0) if !buffer.is_empty() => {
                // Shorter than announced: the file was cut while it was read.
                self.wire.has_no_source.set(true);
                Err(ErrorKind::UnexpectedEof.into())
            }
            Ok(length) => Ok(length),
        }
    }
}

/// Names, resolved by our own resolver.
struct Names(Arc<Resolver>);

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names")
    }
}

impl UreqResolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let wire = current()?;
        if config.proxy().is_some_and(|proxy| proxy.uri() == uri) {
            wire.phase.set(Phase::Tunnelling);
        }
        let (host, port) = host_and_port(uri).ok_or(Error::HostNotFound)?;
        let addresses = match self.0.resolve(host, port, &wire.connecting) {
            Ok(addresses) => addresses,
            Err(Broken::Stopped(stopped)) => {
                wire.lost.set(Some(ErrorKind::TimedOut));
                return Err(wire.broken(stopped.into()));
            }
            Err(Broken::Io(_)) => return Err(Error::HostNotFound),
        };
        let mut resolved = self.empty();
        for address in addresses.into_iter().take(MAX_ADDRESSES) {
            resolved.push(address);
        }
        Ok(resolved)
    }
}

fn host_and_port(uri: &Uri) -> Option<(&str, u16)> {
    let default = if uri.scheme() == Some(&Scheme::HTTPS) {
        443
    } else {
        80
    };
    Some((uri.host()?, uri.port_u16().unwrap_or(default)))
}

/// Opens connections whose every wait can be ended.
struct Dial(Arc<Resolver>);

impl fmt::Debug for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dial")
    }
}

impl<In: UreqTransport> Connector<In> for Dial {
    type Out = Either<In, Connection>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let wire = current()?;
        if let Some(tunnel) = chained {
            wire.phase.set(Phase::Handshaking);
            return Ok(Some(Either::A(tunnel)));
        }
        let leads_to_a_proxy = wire.phase.get() == Phase::Tunnelling;
        if !leads_to_a_proxy {
            wire.phase.set(Phase::Connecting);
        }
        let socket = match Socket::connect(&details.addrs, &wire.connecting) {
            Ok(socket) => socket,
            Err(broken) => {
                if let Some((host, port)) = host_and_port(details.uri) {
                    self.0.forget(host, port);
                }
                return Err(wire.broken(broken));
            }
        };
        wire.wakes(&socket);
        if !leads_to_a_proxy {
            wire.phase.set(Phase::Handshaking);
        }
        Ok(Some(Either::B(Connection {
            socket,
            buffers: LazyBuffers::new(
                details.config.input_buffer_size(),
                details.config.output_buffer_size(),
            ),
        })))
    }
}

/// A TCP connection as ureq sees it.
struct Connection {
    socket: Socket,
    buffers: LazyBuffers,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

impl UreqTransport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
        let wire = current()?;
        let mut rest = self.buffers.output().get(..amount).unwrap_or_default();
        while !rest.is_empty() && !wire.is_discarding.get() {
            match self.socket.write(rest, wire.control()) {
                Ok(0) => wire
                    .is_discarding
                    .set(!wire.is_connecting() && self.socket.has_input()),
                Ok(length) => {
                    if !wire.is_connecting() {
                        wire.sent.set(wire.sent.get() + length as u64);
                    }
                    rest = rest.get(length..).unwrap_or_default();
                }
                // A server may answer and leave before it has the whole
                // request. Its answer is worth reading.
                Err(Broken::Io(error)) if wire.sent.get() > 0 => {
                    wire.broken(Broken::Io(error));
                    wire.is_discarding.set(true);
                }
                Err(broken) => return Err(wire.broken(broken)),
            }
        }
        Ok(())
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
        let wire = current()?;
        let read = self
            .socket
            .read(self.buffers.input_append_buf(), wire.control());
        let length = read.map_err(|broken| wire.broken(broken))?;
        if length == 0 {
            wire.has_ended.set(true);
        }
        self.buffers.input_appended(length);
        Ok(length > 0)
    }

    /// ureq asks twice: before it takes a connection from the pool, where a
    /// look at the socket tells whether the server has left or has spoken out
    /// of turn; and before it puts one back, where this attempt's own notes
    /// tell as much without a system call.
    fn is_open(&mut self) -> bool {
        let Ok(wire) = current() else {
            return false;
        };
        if wire.is_connecting() {
            let is_quiet = self.socket.is_quiet();
            if is_quiet {
                wire.wakes(&self.socket);
            }
            return is_quiet;
        }
        wire.stopped.get().is_none()
            && wire.lost.get().is_none()
            && !wire.has_ended.get()
            && !wire.is_discarding.get()
    }
}

/// The last link of the chain, above TLS.
#[derive(Debug)]
struct Watch;

impl<In: UreqTransport> Connector<In> for Watch {
    type Out = Watched<In>;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let is_tunnel = current()?.phase.get() == Phase::Tunnelling;
        Ok(chained.map(|inner| Watched { inner, is_tunnel }))
    }
}

/// A connection that notes how far the attempt came and how much it read.
#[derive(Debug)]
struct Watched<In> {
    inner: In,
    /// It leads to a proxy: what goes over it is not yet the request.
    is_tunnel: bool,
}

impl<In: UreqTransport> UreqTransport for Watched<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if !self.is_tunnel {
            let wire = current()?;
            if wire.is_connecting() {
                wire.phase.set(Phase::Sending);
            }
        }
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        if self.is_tunnel {
            return self.inner.await_input(timeout);
        }
        let wire = current()?;
        if wire.phase.get() == Phase::Sending {
            wire.phase.set(Phase::Head);
        }
        let before = self.inner.buffers().input().len();
        let result = self.inner.await_input(timeout);
        let after = self.inner.buffers().input().len();
        let received = wire.received.get() + after.saturating_sub(before) as u64;
        wire.received.set(received);
        match &result {
            Ok(true) if received > wire.may_receive.get() => {
                wire.is_too_large.set(true);
                Err(Error::BodyExceedsLimit(received))
            }
            // rustls: the connection ended, and nobody had said good-bye.
            Err(Error::Io(error)) if error.kind() == ErrorKind::UnexpectedEof => {
                wire.was_cut.set(true);
                result
            }
            _ => result,
        }
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}
