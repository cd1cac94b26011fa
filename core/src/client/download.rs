//! A success that goes into a file: written beside it, moved there when it is
//! complete.

use core::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use crate::Fault;

use super::random;
use super::transport::TransportFault;

/// A reply that is shorter stays in memory until it is judged: a failure under
/// HTTP 200 is a short text.
const JUDGED_IN_MEMORY: usize = 1 << 20;

/// The place where a download arrives.
///
/// Until [`settle`](Self::settle), what came is in a file of another name in
/// the same folder, which goes away with this value.
pub(crate) struct Landing {
    target: PathBuf,
    beside: PathBuf,
    file: Option<File>,
    max_bytes: u64,
    /// The beginning, until it is long enough to be a file.
    head: Vec<u8>,
    written: u64,
}

impl Landing {
    /// Makes the file beside the target, so that a folder that is not there or
    /// not ours is known before anything is sent.
    pub(crate) fn open(target: &Path, max_bytes: u64) -> Result<Self, TransportFault> {
        let cannot = |error: &io::Error| {
            TransportFault::new(
                Fault::BadRequest,
                format!("cannot write the file {target:?}: {}", words(error)),
            )
        };
        let name = target
            .file_name()
            .ok_or_else(|| cannot(&io::ErrorKind::InvalidFilename.into()))?;
        let mut beside_name = std::ffi::OsString::from(".");
        beside_name.push(name);
        beside_name.push(format!(".{:016x}.part", random::number()));
        let beside = target.with_file_name(beside_name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&beside)
            .map_err(|error| cannot(&error))?;
        Ok(Self {
            target: target.to_owned(),
            beside,
            file: Some(file),
            max_bytes,
            head: Vec::new(),
            written: 0,
        })
    }

    pub(crate) const fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    /// Takes the next piece.
    pub(crate) fn write(&mut self, piece: &[u8], limit: u64) -> Result<(), TransportFault> {
        self.written = self.written.saturating_add(piece.len() as u64);
        if self.written > limit {
            return Err(TransportFault::new(
                Fault::TooLarge,
                format!("the file is over the limit of {limit} bytes"),
            ));
        }
        if self.is_in_memory() {
            self.head.extend_from_slice(piece);
            return Ok(());
        }
        let head = core::mem::take(&mut self.head);
        self.put(&head)?;
        self.put(piece)
    }

    /// Forgets what came: another reply begins.
    pub(crate) fn start_over(&mut self) {
        if !self.is_in_memory() {
            // A file that cannot be emptied takes nothing more.
            self.file = self.file.take().and_then(|file| emptied(file).ok());
        }
        self.head.clear();
        self.written = 0;
    }

    /// What has to be judged: all of a short reply, nothing of a long one.
    pub(crate) fn judged(&self) -> &[u8] {
        &self.head
    }

    /// Moves the complete file to its place; returns its size.
    pub(crate) fn settle(mut self) -> Result<u64, TransportFault> {
        let head = core::mem::take(&mut self.head);
        self.put(&head)?;
        if let Some(file) = self.file.take() {
            // A full disk may show only now.
            file.sync_all().map_err(|error| self.full(&error))?;
        }
        fs::rename(&self.beside, &self.target).map_err(|error| self.full(&error))?;
        Ok(self.written)
    }

    const fn is_in_memory(&self) -> bool {
        self.written <= JUDGED_IN_MEMORY as u64
    }

    fn put(&mut self, piece: &[u8]) -> Result<(), TransportFault> {
        match &mut self.file {
            Some(file) => file.write_all(piece),
            None => Err(io::ErrorKind::NotSeekable.into()),
        }
        .map_err(|error| self.full(&error))
    }

    /// The reply is more than the caller's disk can take.
    fn full(&self, error: &io::Error) -> TransportFault {
        TransportFault::new(
            Fault::TooLarge,
            format!("cannot write the file {:?}: {}", self.target, words(error)),
        )
    }
}

fn emptied(mut file: File) -> io::Result<File> {
    file.set_len(0)?;
    file.rewind()?;
    Ok(file)
}

impl Drop for Landing {
    fn drop(&mut self) {
        // Gone already if it was moved.
        let _ = fs::remove_file(&self.beside);
    }
}

impl fmt::Debug for Landing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Landing")
            .field("written", &self.written)
            .finish_non_exhaustive()
    }
}

/// What the system says, without its number.
pub(crate) fn words(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(_) => {
            let text = error.to_string();
            match text.rsplit_once(" (os error") {
                Some((words, _)) => words.to_lowercase(),
                None => text,
            }
        }
        None => error.kind().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::incoming::Incoming;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("aftercall-{name}-{:x}", random::number()));
        fs::create_dir(&folder).unwrap();
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_complete_file_takes_its_place_and_leaves_nothing_beside() {
        let folder = folder("complete");
        let target = folder.join("page.pdf");
        fs::write(&target, "the old one").unwrap();
        for length in [0, 3, JUDGED_IN_MEMORY, JUDGED_IN_MEMORY + 1, 3 << 20] {
            let bytes: Vec<u8> = (0..length)
                .map(|at| u8::try_from(at % 251).unwrap())
                .collect();
            let mut landing = Landing::open(&target, u64::MAX).unwrap();
            for piece in bytes.chunks(65_536) {
                landing.write(piece, u64::MAX).unwrap();
            }
            assert_eq!(names(&folder).len(), 2);
            assert_eq!(landing.settle().unwrap(), length as u64);
            assert!(fs::read(&target).unwrap() == bytes);
            assert_eq!(names(&folder), ["page.pdf"]);
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_came_before_another_head_is_in_no_file() {
        let folder = folder("twice");
        let target = folder.join("page.pdf");
        for length in [0, 3, JUDGED_IN_MEMORY + 1] {
            let landing = Landing::open(&target, u64::MAX).unwrap();
            let mut reply = Incoming::into_file(9, landing);
            for piece in [vec![b'a'; length], vec![b'b'; JUDGED_IN_MEMORY + 2]] {
                reply.head(200);
                reply.body(&piece).unwrap();
            }
            let (.., landing) = reply.into_parts();
            assert_eq!(
                landing.unwrap().settle().unwrap(),
                JUDGED_IN_MEMORY as u64 + 2
            );
            let kept = fs::read(&target).unwrap();
            assert!(kept == vec![b'b'; JUDGED_IN_MEMORY + 2]);
        }
        let mut landing = Landing::open(&target, u64::MAX).unwrap();
        let length = JUDGED_IN_MEMORY + 1;
        landing.write(&vec![b'a'; length], u64::MAX).unwrap();
        // What only reads cannot be emptied.
        landing.file = Some(File::open(&target).unwrap());
        landing.start_over();
        assert!(landing.settle().is_err());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_not_settled_is_gone_and_the_old_file_stays() {
        let folder = folder("dropped");
        let target = folder.join("page.pdf");
        fs::write(&target, "the old one").unwrap();
        let mut landing = Landing::open(&target, 4).unwrap();
        landing.write(b"1234", 4).unwrap();
        let fault = landing.write(b"5", 4).unwrap_err();
        assert_eq!(fault.fault(), Fault::TooLarge);
        drop(landing);
        assert_eq!(names(&folder), ["page.pdf"]);
        assert_eq!(fs::read(&target).unwrap(), b"the old one");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_that_is_not_there_is_known_before_anything_is_sent() {
        let fault = Landing::open(Path::new("/nowhere/at/all/page.pdf"), 9).unwrap_err();
        assert_eq!(fault.fault(), Fault::BadRequest);
        assert_eq!(
            fault.detail(),
            "cannot write the file \"/nowhere/at/all/page.pdf\": no such file or directory"
        );
        assert!(Landing::open(Path::new("/"), 9).is_err());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_an_error() {
        let mut landing =
            Landing::open(&std::env::temp_dir().join("never-there"), 1 << 30).unwrap();
        landing.file = Some(OpenOptions::new().write(true).open("/dev/full").unwrap());
        let fault = landing
            .write(&vec![0; JUDGED_IN_MEMORY + 1], 1 << 30)
            .unwrap_err();
        assert_eq!(fault.fault(), Fault::TooLarge);
        assert!(
            fault.detail().ends_with("no space left on device"),
            "{fault}"
        );
    }
}
