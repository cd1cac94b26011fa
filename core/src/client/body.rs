//! The body of a request: text, bytes, a form, a file, a multipart form.

use core::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::Fault;

use super::download::words;
use super::multipart::Multipart;
use super::transport::{OutgoingBody, TransportFault};
use super::url;

/// What a request sends.
///
/// A body is made once and read anew for every attempt: bytes are kept, files
/// are opened again. A [`reader`](Self::reader) can be read only once, so a
/// request that has begun to send it is not repeated. Clones share what they
/// hold.
///
/// ```
/// use aftercall::client::Body;
///
/// let json = Body::json(r#"{"query": "solar", "limit": 10}"#);
/// let form = Body::form([("grant_type", "client_credentials")]);
/// assert_eq!(format!("{form:?}"), "Body(application/x-www-form-urlencoded, 29 bytes)");
/// ```
#[derive(Clone)]
pub struct Body {
    content_type: Option<Arc<str>>,
    content: Content,
}

#[derive(Clone)]
enum Content {
    None,
    Bytes(Arc<[u8]>),
    File(Arc<Path>),
    Multipart(Arc<Multipart>),
    Reader(Arc<Once>),
}

/// A stream that can be taken once.
struct Once {
    reader: Mutex<Option<Box<dyn Read + Send>>>,
    length: u64,
}

impl Body {
    /// No body.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            content_type: None,
            content: Content::None,
        }
    }

    /// A body of no bytes, whose length is sent.
    pub(crate) fn empty() -> Self {
        Self {
            content_type: None,
            content: Content::Bytes(Arc::new([])),
        }
    }

    /// JSON text, as it is; it is not checked.
    #[must_use]
    pub fn json(text: impl Into<String>) -> Self {
        Self::bytes("application/json", text.into().into_bytes())
    }

    /// Any bytes, with their content type.
    #[must_use]
    pub fn bytes(content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            content_type: Some(content_type.into()),
            content: Content::Bytes(bytes.into().into()),
        }
    }

    /// Names and values as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn form<'f>(fields: impl IntoIterator<Item = (&'f str, &'f str)>) -> Self {
        let text = url::form(fields.into_iter());
        Self::bytes("application/x-www-form-urlencoded", text)
    }

    /// A file alone, streamed. It is opened for each attempt.
    #[must_use]
    pub fn file(content_type: &str, path: impl Into<PathBuf>) -> Self {
        Self {
            content_type: Some(content_type.into()),
            content: Content::File(path.into().into()),
        }
    }

    /// Fields and files, streamed.
    #[must_use]
    pub fn multipart(multipart: Multipart) -> Self {
        Self {
            content_type: Some(multipart.content_type().into()),
            content: Content::Multipart(Arc::new(multipart)),
        }
    }

    /// A stream of exactly `length` bytes, which cannot be read twice.
    #[must_use]
    pub fn reader(content_type: &str, reader: impl Read + Send + 'static, length: u64) -> Self {
        Self {
            content_type: Some(content_type.into()),
            content: Content::Reader(Arc::new(Once {
                reader: Mutex::new(Some(Box::new(reader))),
                length,
            })),
        }
    }

    /// The content type; none without a body.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// All of the body, if it is in memory.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::None => Some(&[]),
            Content::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Whether the request has no body at all.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        matches!(self.content, Content::None)
    }

    /// Opens the body for one attempt.
    ///
    /// # Errors
    ///
    /// [`Fault::BadRequest`]: a file cannot be read or is no regular file, or
    /// a stream was read before.
    pub fn open(&self) -> Result<OpenBody<'_>, TransportFault> {
        match &self.content {
            Content::None => Ok(OpenBody::None),
            Content::Bytes(bytes) => Ok(OpenBody::Bytes(bytes)),
            Content::File(path) => {
                let (file, length) = open_file(path)?;
                Ok(OpenBody::stream(file.take(length), length))
            }
            Content::Multipart(multipart) => {
                let (reader, length) = multipart.open()?;
                Ok(OpenBody::stream(reader, length))
            }
            Content::Reader(once) => {
                let reader = once.slot().take();
                let read_before =
                    || TransportFault::new(Fault::BadRequest, "the body was read before");
                reader
                    .map(|reader| OpenBody::stream(reader, once.length))
                    .ok_or_else(read_before)
            }
        }
    }

    /// Whether an attempt has used up what it would have to send again.
    pub(crate) fn is_spent(&self) -> bool {
        match &self.content {
            Content::Reader(once) => once.slot().is_none(),
            _ => false,
        }
    }
}

impl Once {
    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Box<dyn Read + Send>>> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that is being sent.
pub enum OpenBody<'b> {
    /// There is none.
    None,
    /// All of it.
    Bytes(&'b [u8]),
    /// A stream of exactly so many bytes.
    Stream(Box<dyn Read + Send>, u64),
}

impl OpenBody<'_> {
    fn stream(reader: impl Read + Send + 'static, length: u64) -> Self {
        Self::Stream(Box::new(reader), length)
    }

    /// The body as a transport takes it.
    pub fn outgoing(&mut self) -> OutgoingBody<'_> {
        match self {
            Self::None => OutgoingBody::None,
            Self::Bytes(bytes) => OutgoingBody::Bytes(bytes),
            Self::Stream(reader, length) => OutgoingBody::Stream {
                reader,
                length: *length,
            },
        }
    }
}

/// Shows the size.
impl fmt::Debug for OpenBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("OpenBody(none)"),
            Self::Bytes(bytes) => write!(f, "OpenBody(<{} bytes>)", bytes.len()),
            Self::Stream(_, length) => write!(f, "OpenBody(<{length} bytes>)"),
        }
    }
}

/// Opens a regular file, whose length is known and which can be read again.
pub(crate) fn open_file(path: &Path) -> Result<(File, u64), TransportFault> {
    let cannot = |why: &str| {
        TransportFault::new(
            Fault::BadRequest,
            format!("cannot read the file {path:?}: {why}"),
        )
    };
    // To open a named pipe would wait for whoever writes to it.
    let kind = std::fs::metadata(path).map_err(|error| cannot(&words(&error)))?;
    if !kind.is_file() {
        return Err(cannot("it is no regular file"));
    }
    let file = File::open(path).map_err(|error| cannot(&words(&error)))?;
    let length = file
        .metadata()
        .map_err(|error| cannot(&words(&error)))?
        .len();
    Ok((file, length))
}

impl Default for Body {
    fn default() -> Self {
        Self::none()
    }
}

/// Shows content type and size, where the size is known.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content_type = self.content_type().unwrap_or("none");
        match &self.content {
            Content::None => f.write_str("Body(none)"),
            Content::Bytes(bytes) => write!(f, "Body({content_type}, {} bytes)", bytes.len()),
            Content::Reader(once) => write!(f, "Body({content_type}, {} bytes)", once.length),
            Content::File(_) | Content::Multipart(_) => write!(f, "Body({content_type})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &Body) -> Result<Vec<u8>, TransportFault> {
        match body.open()? {
            OpenBody::None => Ok(Vec::new()),
            OpenBody::Bytes(bytes) => Ok(bytes.to_vec()),
            OpenBody::Stream(mut reader, length) => {
                let mut bytes = Vec::new();
                reader.read_to_end(&mut bytes).unwrap();
                assert_eq!(bytes.len() as u64, length);
                Ok(bytes)
            }
        }
    }

    #[test]
    fn what_can_be_read_again_is_and_a_stream_is_not() {
        let path = std::env::temp_dir().join(format!("aftercall-body-{}", std::process::id()));
        std::fs::write(&path, "from a file").unwrap();
        for (body, expected) in [
            (Body::none(), ""),
            (Body::json("{}"), "{}"),
            (Body::file("text/plain", &path), "from a file"),
        ] {
            for _ in 0..2 {
                assert_eq!(read(&body).unwrap(), expected.as_bytes());
                assert!(!body.is_spent());
            }
        }
        std::fs::remove_file(path).unwrap();
        let stream = Body::reader("text/plain", &b"once"[..], 4);
        assert!(!stream.is_spent());
        assert_eq!(read(&stream).unwrap(), b"once");
        assert!(stream.is_spent());
        assert_eq!(read(&stream).unwrap_err().fault(), Fault::BadRequest);
    }

    #[test]
    fn a_file_that_cannot_be_sent_is_named() {
        for (path, why) in [
            ("/nowhere/x", "no such file or directory"),
            ("/", "it is no regular file"),
        ] {
            let fault = read(&Body::file("text/plain", path)).unwrap_err();
            assert_eq!(fault.fault(), Fault::BadRequest);
            assert_eq!(
                fault.detail(),
                format!("cannot read the file {path:?}: {why}")
            );
        }
    }

    #[test]
    fn debug_shows_no_content() {
        for body in [
            Body::json("\"canary\""),
            Body::form([("canary", "canary")]),
            Body::reader("text/plain", &b"canary"[..], 6),
        ] {
            assert!(!format!("{body:?} {:?}", body.open().unwrap()).contains("canary"));
        }
    }
}
