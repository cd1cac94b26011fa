//! The links of ureq's chain that are ours: names, connections, a watch above
//! TLS. The only file that uses ureq's `unversioned` module.

use core::fmt;
use std::io::ErrorKind;
use std::sync::Arc;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::uri::Scheme;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver as UreqResolver};
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout,
    RustlsConnector, Transport as UreqTransport,
};
use ureq::{Agent, Error};

use crate::client::resolver::Resolver;
use crate::client::socket::{Broken, Socket};

use super::wire::{Phase, current};

/// As many as ureq has room for.
const MAX_ADDRESSES: usize = 16;

/// An agent whose connections are ours.
pub(super) fn agent(config: Config) -> Agent {
    let names = Names(Arc::new(Resolver::default()));
    let chain =
        ().chain(ConnectProxyConnector::default())
            .chain(Dial(Arc::clone(&names.0)))
            .chain(RustlsConnector::default())
            .chain(Watch);
    Agent::with_parts(config, chain, names)
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
