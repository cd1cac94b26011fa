//! A reply while it arrives: bounded, in memory or on its way into a file.

use core::fmt;
use std::io::Read;

use crate::{Fault, Headers};

use super::download::Landing;
use super::header_block::HeaderBlock;
use super::transport::TransportFault;

/// So much is reserved at once on a server's word; more grows as it comes.
const RESERVED_ON_TRUST: u64 = 16 << 20;

/// What a transport has brought so far.
///
/// A transport calls [`head`](Self::head) once, [`header`](Self::header) for
/// each header, then [`body`](Self::body) for each piece of the decoded body.
/// The caller's limit is kept here, whatever the transport is.
pub struct Incoming {
    http_status: Option<u16>,
    headers: HeaderBlock,
    body: Vec<u8>,
    landing: Option<Landing>,
    max_body_bytes: u64,
}

impl Incoming {
    /// Nothing yet. At most `max_body_bytes` of body are taken into memory.
    #[must_use]
    pub fn new(max_body_bytes: u64) -> Self {
        Self {
            http_status: None,
            headers: HeaderBlock::new(),
            body: Vec::new(),
            landing: None,
            max_body_bytes,
        }
    }

    /// The same, with a success going into a file.
    pub(crate) fn into_file(max_body_bytes: u64, landing: Landing) -> Self {
        Self {
            landing: Some(landing),
            ..Self::new(max_body_bytes)
        }
    }

    /// The status line. What came before is forgotten: it was interim.
    pub fn head(&mut self, http_status: u16) {
        self.http_status = Some(http_status);
        self.headers = HeaderBlock::new();
        self.body.clear();
        if let Some(landing) = &mut self.landing {
            landing.start_over();
        }
    }

    /// One header.
    pub fn header(&mut self, name: &[u8], value: &[u8]) {
        self.headers.push(name, value);
    }

    /// How many bytes the decoded body will have, if that is known.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] if that is over the limit.
    pub fn announce(&mut self, length: u64) -> Result<(), TransportFault> {
        let limit = self.limit();
        if length > limit {
            return Err(too_large(limit));
        }
        if !self.goes_into_a_file() {
            let reserved = usize::try_from(length.min(RESERVED_ON_TRUST)).unwrap_or_default();
            self.body.reserve_exact(reserved);
        }
        Ok(())
    }

    /// The next piece of the decoded body.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] if the body is over the limit, or if a file cannot
    /// take it.
    pub fn body(&mut self, piece: &[u8]) -> Result<(), TransportFault> {
        let limit = self.limit();
        match &mut self.landing {
            Some(landing) if is_success(self.http_status) => landing.write(piece, limit),
            _ => {
                if self.body.len() as u64 + piece.len() as u64 > limit {
                    return Err(too_large(limit));
                }
                self.body.extend_from_slice(piece);
                Ok(())
            }
        }
    }

    /// All of a body, into memory without another copy where it stays there.
    pub(crate) fn read_from(&mut self, reader: &mut dyn Read) -> Result<(), ReadError> {
        if self.goes_into_a_file() {
            let mut piece = vec![0; 64 << 10];
            loop {
                match reader.read(&mut piece)? {
                    0 => return Ok(()),
                    length => self.body(piece.get(..length).unwrap_or_default())?,
                }
            }
        }
        let limit = self.limit();
        reader
            .take(limit.saturating_add(1))
            .read_to_end(&mut self.body)?;
        if self.body.len() as u64 > limit {
            return Err(too_large(limit).into());
        }
        Ok(())
    }

    /// The status, once it came.
    #[must_use]
    pub const fn http_status(&self) -> Option<u16> {
        self.http_status
    }

    /// The headers that came.
    #[must_use]
    pub const fn headers(&self) -> &HeaderBlock {
        &self.headers
    }

    /// What came, taken apart: status, headers, body, file.
    pub(crate) fn into_parts(self) -> (Option<u16>, HeaderBlock, Vec<u8>, Option<Landing>) {
        (self.http_status, self.headers, self.body, self.landing)
    }

    const fn goes_into_a_file(&self) -> bool {
        self.landing.is_some() && is_success(self.http_status)
    }

    /// The limit that holds for this reply's body.
    pub(crate) fn limit(&self) -> u64 {
        match &self.landing {
            Some(landing) if is_success(self.http_status) => landing.max_bytes(),
            _ => self.max_body_bytes,
        }
    }
}

/// An error body never lands in a file.
const fn is_success(http_status: Option<u16>) -> bool {
    matches!(http_status, Some(200..=299))
}

fn too_large(limit: u64) -> TransportFault {
    TransportFault::new(
        Fault::TooLarge,
        format!("the body is over the limit of {limit} bytes"),
    )
}

/// Why a body could not be read: the way it came, or the place it went to.
#[derive(Debug)]
pub(crate) enum ReadError {
    Source(std::io::Error),
    Fault(TransportFault),
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        Self::Source(error)
    }
}

impl From<TransportFault> for ReadError {
    fn from(fault: TransportFault) -> Self {
        Self::Fault(fault)
    }
}

impl Headers for Incoming {
    fn visit<'h>(&'h self, each: &mut dyn FnMut(&'h [u8], &'h [u8])) {
        self.headers.visit(each);
    }
}

/// Shows status and sizes.
impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("http_status", &self.http_status)
            .field("headers", &self.headers)
            .field("body", &format_args!("<{} bytes>", self.body.len()))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_at_the_limit_is_taken_and_one_byte_more_is_not() {
        for length in [4, 5] {
            let mut in_pieces = Incoming::new(4);
            in_pieces.head(200);
            let pieces = (0..length).try_for_each(|_| in_pieces.body(b"x"));
            let mut at_once = Incoming::new(4);
            let whole = at_once.read_from(&mut &vec![b'x'; length][..]);
            assert_eq!(pieces.is_ok(), length == 4);
            assert_eq!(whole.is_ok(), length == 4);
            assert_eq!(
                Incoming::new(4).announce(length as u64).is_ok(),
                length == 4
            );
        }
    }

    #[test]
    fn a_server_that_announces_much_gets_little_memory_for_it() {
        let mut incoming = Incoming::new(u64::MAX);
        incoming.announce(u64::MAX).unwrap();
        assert!(incoming.body.capacity() as u64 <= RESERVED_ON_TRUST * 2);
    }

    #[test]
    fn an_interim_reply_leaves_nothing_behind() {
        let mut incoming = Incoming::new(9);
        incoming.head(103);
        incoming.header(b"link", b"x");
        incoming.head(200);
        assert!(incoming.headers().is_empty());
        assert_eq!(incoming.http_status(), Some(200));
    }
}
