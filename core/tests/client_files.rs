//! Files on their way up and down.

#![allow(clippy::print_stdout, reason = "what is left out is said")]

mod standin;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use aftercall::client::{Body, Client, Multipart, Request};
use aftercall::retry::Reason;
use aftercall::{Category, Fault, OperationKind};

use standin::Standin;

/// A folder of its own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("aftercall-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn names(&self) -> Vec<String> {
        fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn upload(path: &Path) -> Request {
    let form = Multipart::new().field("language", "en").file("file", path);
    Request::post("/upload?extension=pdf").body(Body::multipart(form))
}

#[test]
fn a_file_is_streamed_up_and_repeated_if_it_may_be() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    let folder = Folder::new("up");
    let content: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let pdf = folder.file("paper.pdf", &content);
    standin.script(
        "/upload",
        r#"[{"status": 503, "headers": {"Retry-After": "0"}, "body": ""}, {"pass": true}]"#,
    );
    let response = client.send(&upload(&pdf)).unwrap();
    assert_eq!(response.attempts().len(), 2);
    let text = String::from_utf8_lossy(response.body()).into_owned();
    assert!(
        text.contains("paper.pdf") && text.contains(&content.len().to_string()),
        "{text}"
    );

    // Whether a lost answer's upload was carried out, nobody knows.
    standin.script(
        "/upload",
        r#"[{"scene": "page-1k", "wire": {"kind": "closed", "phase": "response_head"}}]"#,
    );
    let failure = client.send(&upload(&pdf)).unwrap_err();
    assert_eq!(failure.reason(), Reason::UnsafeToReplay);
    assert_eq!(failure.attempts().len(), 1);
}

#[test]
fn a_file_that_is_refused_says_so() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    let folder = Folder::new("refused");
    let failure = client
        .send(&upload(&folder.file("notes.txt", b"no")))
        .unwrap_err();
    assert_eq!(failure.category(), Category::Upload);
    assert_eq!(failure.verdict().code(), Some(68_300_010));
}

/// Answers each connection once its head was read, and reads no body; then
/// closes its side of the connection, as RFC 9112, section 9.6, asks of a server
/// that does not want its answer to be lost, or keeps all of it.
fn impatient(listener: &TcpListener, closes: bool) {
    let mut kept = Vec::new();
    for stream in listener.incoming().take(1) {
        let mut stream = stream.unwrap();
        let mut head = [0; 4096];
        assert!(stream.read(&mut head).unwrap() > 0);
        let body = r#"{"status": false, "error_code": 68300010}"#;
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 413 Too Large\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        if closes {
            stream.shutdown(Shutdown::Write).unwrap();
        }
        kept.push(stream);
    }
    thread::sleep(Duration::from_millis(1500));
}

#[test]
fn an_answer_before_the_end_of_the_upload_is_heard() {
    for closes in [false, true] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let client = Client::builder(&url).build().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| impatient(&listener, closes));
            let body = Body::bytes("application/pdf", vec![7; 64 << 20]);
            let request = Request::post("/upload").body(body).deadline_ms(10_000);
            let started = Instant::now();
            let failure = client.send(&request).unwrap_err();
            assert_eq!(
                failure.verdict().http_status(),
                Some(413),
                "closes: {closes}, {failure}"
            );
            // While the server still holds the connection.
            assert!(started.elapsed() < Duration::from_millis(1200));
            assert_eq!(failure.verdict().code(), Some(68_300_010));
            assert_eq!(failure.attempts().len(), 1);
        });
    }
}

#[test]
fn a_stream_that_was_read_is_not_sent_again() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    standin.script(
        "/stream",
        r#"[{"status": 503, "headers": {"Retry-After": "0"}, "body": ""}]"#,
    );
    let body = Body::reader("text/plain", &b"only once"[..], 9);
    let request = Request::post("/stream")
        .body(body)
        .kind(OperationKind::Query);
    let failure = client.send(&request).unwrap_err();
    assert_eq!(failure.reason(), Reason::UnsafeToReplay);
    assert_eq!(failure.category(), Category::Server);
    assert_eq!(standin.count("POST /stream"), 1);
    assert_eq!(client.snapshot().budget, Some((500, 500)));
}

#[test]
fn a_stream_that_is_too_short_cannot_be_sent() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    let body = Body::reader("text/plain", &b"short"[..], 1_000_000);
    let failure = client.send(&Request::post("/echo").body(body)).unwrap_err();
    assert_eq!(failure.fault(), Some(Fault::BadRequest));
    assert_eq!(failure.detail(), "the body could not be read");
}

#[test]
fn bytes_a_form_and_json_arrive_as_they_are() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    for (body, length) in [
        (Body::json(r#"{"a": 1}"#), 8),
        (Body::form([("a", "1 2"), ("b", "\u{e4}")]), 16),
        (
            Body::bytes("application/octet-stream", vec![0; 100_000]),
            100_000,
        ),
        (Body::none(), 0),
    ] {
        client.send(&Request::post("/echo").body(body)).unwrap();
        let journal = standin.journal();
        let last = journal.last().unwrap();
        assert_eq!(last["body_bytes"], length, "{last}");
    }
}

#[test]
fn a_download_lands_in_its_place_and_a_failure_leaves_it_alone() {
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    let folder = Folder::new("down");
    let target = folder.0.join("page.pdf");
    for bytes in [0, 10, 100_000, 5_000_000] {
        let request = Request::get("/download")
            .query("bytes", bytes.to_string())
            .download(&target);
        let response = client.send(&request).unwrap();
        assert_eq!(response.downloaded_bytes(), Some(bytes));
        assert_eq!(response.data(), None);
        assert_eq!(fs::metadata(&target).unwrap().len(), bytes);
        assert_eq!(folder.names(), ["page.pdf"]);
    }
    fs::write(&target, "the old one").unwrap();
    standin.script(
        "/cut",
        r#"[{"scene": "page-1m", "wire": {"kind": "closed", "phase": "response_body"}}]"#,
    );
    for (request, category) in [
        (
            Request::get("/download?code=68300004"),
            Category::InvalidRequest,
        ),
        (Request::get("/scene/http-404"), Category::NotFound),
        (Request::get("/cut"), Category::Transport),
        (
            Request::get("/download?bytes=5000000").max_body_bytes(4_999_999),
            Category::Transport,
        ),
    ] {
        let failure = client.send(&request.download(&target)).unwrap_err();
        assert_eq!(failure.category(), category);
        assert_eq!(failure.body().is_empty(), category == Category::Transport);
        assert_eq!(folder.names(), ["page.pdf"]);
        assert_eq!(fs::read(&target).unwrap(), b"the old one");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_download_onto_a_full_disk_fails_and_is_not_repeated() {
    // A file system of one megabyte needs a privilege that a test may lack.
    let folder = Folder::new("full");
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
        .arg(&folder.0)
        .stderr(std::process::Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        println!("skipped: cannot mount a small file system here");
        return;
    }
    let standin = Standin::start();
    let client = standin.client().build().unwrap();
    let target = folder.0.join("page.pdf");
    let result = client.send(&Request::get("/download?bytes=5000000").download(target));
    let names = folder.names();
    let unmounted = std::process::Command::new("umount").arg(&folder.0).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    let failure = result.unwrap_err();
    assert_eq!(failure.reason(), Reason::NotRetryable);
    assert!(
        failure.detail().ends_with("no space left on device"),
        "{failure}"
    );
    assert!(names.is_empty(), "{names:?}");
    assert_eq!(standin.count("GET /download"), 1);
}
