//! From a host's name to its addresses: literal addresses at once, known names
//! from memory, others by one short-lived thread, so that the deadline holds.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{io, thread};

use super::cancel::Control;
use super::socket::Broken;

/// How long an answer of the system is believed. Short, because the system's
/// own time to live is not told.
const TIME_TO_LIVE: Duration = Duration::from_secs(30);
/// A client speaks to a handful of hosts.
const MOST_NAMES: usize = 64;

/// Names and what they were resolved to.
#[derive(Debug, Default)]
pub(crate) struct Resolver {
    known: Mutex<Vec<Known>>,
}

#[derive(Debug)]
struct Known {
    host: Box<str>,
    port: u16,
    addresses: Vec<SocketAddr>,
    since: Instant,
}

impl Resolver {
    /// The addresses of a host, at least one.
    pub(crate) fn resolve(
        &self,
        host: &str,
        port: u16,
        control: &Control,
    ) -> Result<Vec<SocketAddr>, Broken> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        if let Some(addresses) = self.recall(host, port) {
            return Ok(addresses);
        }
        let addresses = look_up(host, port, control)?;
        self.remember(host, port, &addresses);
        Ok(addresses)
    }

    /// Forgets what a name was resolved to: nobody answered there.
    pub(crate) fn forget(&self, host: &str, port: u16) {
        self.known().retain(|known| !known.is(host, port));
    }

    fn recall(&self, host: &str, port: u16) -> Option<Vec<SocketAddr>> {
        self.known()
            .iter()
            .find(|known| known.is(host, port) && known.since.elapsed() < TIME_TO_LIVE)
            .map(|known| known.addresses.clone())
    }

    fn remember(&self, host: &str, port: u16, addresses: &[SocketAddr]) {
        let mut known = self.known();
        known.retain(|known| !known.is(host, port) && known.since.elapsed() < TIME_TO_LIVE);
        if known.len() >= MOST_NAMES {
            known.remove(0);
        }
        known.push(Known {
            host: host.into(),
            port,
            addresses: addresses.to_vec(),
            since: Instant::now(),
        });
    }

    fn known(&self) -> MutexGuard<'_, Vec<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn is(&self, host: &str, port: u16) -> bool {
        self.port == port && self.host.eq_ignore_ascii_case(host)
    }
}

/// Asks the system, which answers when it likes: in a thread that is left
/// alone when the time is over.
fn look_up(host: &str, port: u16, control: &Control) -> Result<Vec<SocketAddr>, Broken> {
    let (answer, answers) = mpsc::sync_channel(1);
    let name = host.to_owned();
    thread::Builder::new()
        .name("aftercall-resolve".to_owned())
        .spawn(move || {
            let addresses = (name.as_str(), port).to_socket_addrs();
            let _ = answer.send(addresses.map(Iterator::collect::<Vec<_>>));
        })?;
    loop {
        match answers.recv_timeout(control.slice()) {
            Ok(Ok(addresses)) if !addresses.is_empty() => return Ok(addresses),
            Ok(Ok(_)) | Err(RecvTimeoutError::Disconnected) => {
                return Err(io::Error::from(io::ErrorKind::NotFound).into());
            }
            Ok(Err(error)) => return Err(error.into()),
            Err(RecvTimeoutError::Timeout) => control.check()?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(limit: Duration) -> Control {
        Control {
            deadline: Some(Instant::now() + limit),
            connect_timeout: limit,
            cancel: None,
            interrupted: None,
            max_body_bytes: 0,
        }
    }

    #[test]
    fn a_literal_address_needs_no_system() {
        let resolver = Resolver::default();
        let no_time = control(Duration::ZERO);
        for (host, expected) in [("127.0.0.1", "127.0.0.1:80"), ("[::1]", "[::1]:80")] {
            let found = resolver.resolve(host, 80, &no_time).unwrap();
            assert_eq!(found, [expected.parse().unwrap()]);
        }
        assert!(resolver.known().is_empty());
    }

    #[test]
    fn a_name_is_looked_up_once_until_it_is_forgotten() {
        let resolver = Resolver::default();
        let found = resolver
            .resolve("localhost", 80, &control(Duration::from_secs(5)))
            .unwrap();
        assert!(found.iter().all(|address| address.ip().is_loopback()));
        // From memory: there is no time to ask anybody.
        let again = resolver.resolve("LOCALHOST", 80, &control(Duration::ZERO));
        assert_eq!(again.unwrap(), found);
        resolver.forget("localhost", 80);
        assert_eq!(resolver.recall("localhost", 80), None);
    }

    #[test]
    fn memory_is_bounded() {
        let resolver = Resolver::default();
        for number in 0..MOST_NAMES + 10 {
            resolver.remember(&format!("host-{number}"), 80, &[]);
        }
        assert_eq!(resolver.known().len(), MOST_NAMES);
    }

    #[test]
    fn a_name_that_does_not_exist_is_an_error() {
        let found =
            Resolver::default().resolve("nowhere.invalid", 80, &control(Duration::from_secs(5)));
        assert!(found.is_err());
    }
}
