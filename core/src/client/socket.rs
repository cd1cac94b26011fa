//! A TCP connection whose every wait ends in time: with the deadline, with a
//! cancellation, with an interruption of the host.
//!
//! The standard library has no connect that can be cancelled and no look at a
//! socket that does not wait; both are one safe call of `rustix`.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::sockopt::socket_error;
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, connect, recv, socket_with};

use super::cancel::{Control, SLICE, Stopped, Wake};

/// Why input or output came to an end.
#[derive(Debug)]
pub(crate) enum Broken {
    Stopped(Stopped),
    Io(io::Error),
}

impl From<Stopped> for Broken {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Errno> for Broken {
    fn from(error: Errno) -> Self {
        Self::Io(error.into())
    }
}

/// A connection. Reads and writes look at a [`Control`] every 100 ms.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: Arc<Stream>,
    /// What the kernel was told last, to tell it only what is new.
    read_slice: Duration,
    write_slice: Duration,
}

/// The part of a socket that a cancelling thread may touch.
#[derive(Debug)]
pub(crate) struct Stream(TcpStream);

impl Wake for Stream {
    fn wake(&self) {
        // It may be closed already, which is as good.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

impl Socket {
    /// Connects to the first address that answers.
    ///
    /// Each address but the last has half of the time that is left.
    pub(crate) fn connect(addresses: &[SocketAddr], control: &Control) -> Result<Self, Broken> {
        let mut last = Broken::Io(ErrorKind::AddrNotAvailable.into());
        for (index, address) in addresses.iter().enumerate() {
            control.check()?;
            let share = match control.remaining() {
                Some(left) if index + 1 < addresses.len() => control.within(left / 2),
                _ => control.clone(),
            };
            match connect_one(address, &share) {
                Ok(stream) => return Self::new(stream),
                Err(Broken::Stopped(Stopped::Cancelled)) => return Err(Stopped::Cancelled.into()),
                Err(broken) => last = broken,
            }
        }
        Err(last)
    }

    fn new(stream: TcpStream) -> Result<Self, Broken> {
        // A request and its answer: nothing is won by waiting for more.
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SLICE))?;
        stream.set_write_timeout(Some(SLICE))?;
        Ok(Self {
            stream: Arc::new(Stream(stream)),
            read_slice: SLICE,
            write_slice: SLICE,
        })
    }

    /// What a cancellation has to wake.
    pub(crate) const fn stream(&self) -> &Arc<Stream> {
        &self.stream
    }

    /// Waits for bytes; 0 is the end.
    pub(crate) fn read(&mut self, buffer: &mut [u8], control: &Control) -> Result<usize, Broken> {
        loop {
            let slice = granted(control)?;
            if slice != self.read_slice {
                self.stream.0.set_read_timeout(Some(slice))?;
                self.read_slice = slice;
            }
            match (&self.stream.0).read(buffer) {
                Err(error) if is_a_pause(&error) => control.check()?,
                Ok(0) => {
                    // A cancellation shuts the socket down, which reads as its
                    // end.
                    return match control.check() {
                        Err(Stopped::Cancelled) => Err(Stopped::Cancelled.into()),
                        _ => Ok(0),
                    };
                }
                result => return self.settled(result, control),
            }
        }
    }

    /// Writes some of `bytes`; nothing if the other side has begun to answer
    /// or does not take any before the slice is over.
    pub(crate) fn write(&mut self, bytes: &[u8], control: &Control) -> Result<usize, Broken> {
        let slice = granted(control)?;
        if slice != self.write_slice {
            self.stream.0.set_write_timeout(Some(slice))?;
            self.write_slice = slice;
        }
        match (&self.stream.0).write(bytes) {
            Err(error) if is_a_pause(&error) => {
                control.check()?;
                Ok(0)
            }
            result => self.settled(result, control),
        }
    }

    /// Whether bytes, or the end, can be read without waiting.
    pub(crate) fn has_input(&self) -> bool {
        !self.is_quiet()
    }

    /// Whether the connection is open and the server has said nothing: the
    /// state in which alone it may carry another request.
    pub(crate) fn is_quiet(&self) -> bool {
        let mut byte = [0_u8; 1];
        let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        recv(&self.stream.0, &mut byte[..], flags) == Err(Errno::AGAIN)
    }

    /// What was asked for and granted after all, unless it failed because the
    /// call was cancelled.
    fn settled(&self, result: io::Result<usize>, control: &Control) -> Result<usize, Broken> {
        result.map_err(|error| match control.check() {
            Err(Stopped::Cancelled) => Stopped::Cancelled.into(),
            _ => Broken::Io(error),
        })
    }
}

/// The slice that may be waited for now.
fn granted(control: &Control) -> Result<Duration, Stopped> {
    let slice = control.slice();
    // The kernel counts in microseconds and takes zero for "for ever".
    if slice < Duration::from_micros(1) {
        return Err(Stopped::TimedOut);
    }
    Ok(slice)
}

/// Nothing happened in this slice: neither an answer nor an error. A signal
/// ends a slice early, so that the host is asked at once.
fn is_a_pause(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}

/// Connects without blocking and waits in slices: the standard library's
/// `connect_timeout` could not be cancelled.
fn connect_one(address: &SocketAddr, control: &Control) -> Result<TcpStream, Broken> {
    let family = match address {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(family, SocketType::STREAM, flags, None)?;
    match connect(&socket, address) {
        Ok(()) => {}
        Err(Errno::INPROGRESS | Errno::INTR) => {
            let mut polled = [PollFd::new(&socket, PollFlags::OUT)];
            loop {
                control.check()?;
                let slice = Timespec::try_from(control.slice()).ok();
                match poll(&mut polled, slice.as_ref()) {
                    Ok(0) | Err(Errno::INTR) => {}
                    Ok(_) => break,
                    Err(error) => return Err(error.into()),
                }
            }
            socket_error(&socket)??;
        }
        Err(error) => return Err(error.into()),
    }
    let stream = TcpStream::from(socket);
    stream.set_nonblocking(false)?;
    Ok(stream)
}
