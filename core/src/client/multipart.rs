//! `multipart/form-data` (RFC 7578), streamed: files are read as they are sent.

use core::fmt;
use std::collections::VecDeque;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;

use super::body::open_file;
use super::random;
use super::transport::TransportFault;

/// Fields and files of a form.
///
/// ```no_run
/// use aftercall::client::{Body, Multipart, Request};
///
/// let form = Multipart::new().field("language", "en").file("file", "paper.pdf");
/// let upload = Request::post("/rd-llm/v1/documents/parse").body(Body::multipart(form));
/// ```
pub struct Multipart {
    boundary: String,
    parts: Vec<Part>,
}

struct Part {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    content: Content,
}

enum Content {
    Bytes(Vec<u8>),
    File(PathBuf),
}

impl Multipart {
    /// An empty form with a boundary that nobody can guess.
    #[must_use]
    pub fn new() -> Self {
        Self {
            boundary: format!(
                "aftercall-{:016x}{:016x}",
                random::number(),
                random::number()
            ),
            parts: Vec::new(),
        }
    }

    /// Adds a field.
    #[must_use]
    pub fn field(self, name: &str, value: &str) -> Self {
        self.part(Part {
            name: name.to_owned(),
            file_name: None,
            content_type: None,
            content: Content::Bytes(value.as_bytes().to_vec()),
        })
    }

    /// Adds a file under its own name; the content type follows its extension,
    /// `application/octet-stream` if that is not known.
    #[must_use]
    pub fn file(self, name: &str, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let file_name = path
            .file_name()
            .map(|file_name| file_name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let content_type = Self::content_type_of(&file_name);
        self.file_as(name, path, &file_name, content_type)
    }

    /// Adds a file under another name, with its content type.
    #[must_use]
    pub fn file_as(
        self,
        name: &str,
        path: impl Into<PathBuf>,
        file_name: &str,
        content_type: &str,
    ) -> Self {
        self.part(Part {
            name: name.to_owned(),
            file_name: Some(file_name.to_owned()),
            content_type: Some(content_type.to_owned()),
            content: Content::File(path.into()),
        })
    }

    /// Adds bytes as if they were a file.
    #[must_use]
    pub fn bytes_as(
        self,
        name: &str,
        bytes: impl Into<Vec<u8>>,
        file_name: &str,
        content_type: &str,
    ) -> Self {
        self.part(Part {
            name: name.to_owned(),
            file_name: Some(file_name.to_owned()),
            content_type: Some(content_type.to_owned()),
            content: Content::Bytes(bytes.into()),
        })
    }

    /// The content type that [`file`](Self::file) gives to a file of this name.
    #[must_use]
    pub fn content_type_of(file_name: &str) -> &'static str {
        content_type_by(file_name)
    }

    fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// Opens every file; returns the whole form as a stream, and its length.
    pub(crate) fn open(&self) -> Result<(Box<dyn Read + Send>, u64), TransportFault> {
        let mut pieces = Pieces::default();
        for part in &self.parts {
            let head = part.head(&self.boundary).into_bytes();
            let size = head.len() as u64;
            pieces.add(Cursor::new(head), size);
            match &part.content {
                Content::Bytes(bytes) => {
                    pieces.add(Cursor::new(bytes.clone()), bytes.len() as u64);
                }
                Content::File(path) => {
                    let (file, size) = open_file(path)?;
                    // As long as it was when the length was counted.
                    pieces.add(file.take(size), size);
                }
            }
            pieces.add(&b"\r\n"[..], 2);
        }
        let end = format!("--{}--\r\n", self.boundary).into_bytes();
        let size = end.len() as u64;
        pieces.add(Cursor::new(end), size);
        let length = pieces.length;
        Ok((Box::new(pieces), length))
    }
}

/// Streams, one after the other.
#[derive(Default)]
struct Pieces {
    rest: VecDeque<Box<dyn Read + Send>>,
    length: u64,
}

impl Pieces {
    fn add(&mut self, piece: impl Read + Send + 'static, length: u64) {
        self.rest.push_back(Box::new(piece));
        self.length = self.length.saturating_add(length);
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(piece) = self.rest.front_mut() {
            match piece.read(buffer)? {
                0 if !buffer.is_empty() => drop(self.rest.pop_front()),
                length => return Ok(length),
            }
        }
        Ok(0)
    }
}

impl Default for Multipart {
    fn default() -> Self {
        Self::new()
    }
}

impl Part {
    fn head(&self, boundary: &str) -> String {
        let mut head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"",
            quoted(&self.name)
        );
        if let Some(file_name) = &self.file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        if let Some(content_type) = &self.content_type {
            let one_line: String = content_type
                .chars()
                .filter(|character| !character.is_control())
                .collect();
            head.push_str(&format!("\r\nContent-Type: {one_line}"));
        }
        head.push_str("\r\n\r\n");
        head
    }
}

/// A name between quotes, as browsers write it (WHATWG HTML, "multipart/form-data
/// encoding algorithm"): three characters escaped, the rest as UTF-8.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// What the API's uploads take; others say so themselves.
fn content_type_by(file_name: &str) -> &'static str {
    let extension = file_name
        .rsplit_once('.')
        .map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "tif" | "tiff" => "image/tiff",
        "txt" => "text/plain",
        "csv" => "text/csv",
        "html" | "htm" => "text/html",
        "xml" => "application/xml",
        "json" => "application/json",
        "zip" => "application/zip",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _ => "application/octet-stream",
    }
}

/// Shows how many parts there are.
impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Multipart(<{} parts>)", self.parts.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(form: &Multipart) -> String {
        let (mut reader, length) = form.open().unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text.len() as u64, length);
        text.replace(&form.boundary, "B")
    }

    #[test]
    fn a_form_is_its_parts_between_boundaries() {
        let form = Multipart::new()
            .field("language", "en")
            .bytes_as("file", *b"%PDF", "a \"b\"\r\n.pdf", "application/pdf");
        assert_eq!(
            text(&form),
            "--B\r\nContent-Disposition: form-data; name=\"language\"\r\n\r\nen\r\n\
             --B\r\nContent-Disposition: form-data; name=\"file\"; \
             filename=\"a %22b%22%0D%0A.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n\
             --B--\r\n"
        );
        // For another attempt: the same again.
        assert_eq!(text(&form), text(&form));
        assert_eq!(text(&Multipart::new()), "--B--\r\n");
    }

    #[test]
    fn a_file_is_streamed_under_its_name() {
        let path = std::env::temp_dir().join(format!("aftercall-part-{}.PDF", std::process::id()));
        std::fs::write(&path, "%PDF-1.4").unwrap();
        let form = Multipart::new().file("file", &path);
        let text = text(&form);
        assert!(
            text.contains(".PDF\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\r\n"),
            "{text}"
        );
        std::fs::remove_file(path).unwrap();
        assert!(form.open().is_err());
    }

    #[test]
    fn no_two_forms_share_a_boundary() {
        assert_ne!(Multipart::new().boundary, Multipart::new().boundary);
    }
}
