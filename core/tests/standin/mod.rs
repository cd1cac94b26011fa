//! The stand-in server for the client's tests: started here, told what to play
//! over its control door, asked what it received.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(unreachable_pub, reason = "a module of tests, not of a library")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use aftercall::client::{Client, ClientBuilder};
use aftercall::retry::{Jitter, Policy};
use serde_json::Value;

/// A running stand-in; it ends with this value.
pub struct Standin {
    process: Child,
    doors: Value,
}

impl Standin {
    pub fn start() -> Self {
        let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let program: PathBuf = [
            env!("CARGO_MANIFEST_DIR"),
            "..",
            "tests",
            "server",
            "standin",
        ]
        .iter()
        .collect();
        let mut process = Command::new(python)
            .arg(program)
            .args(["--json", "--exit-with-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python 3.11 or newer; PYTHON names it");
        let mut line = String::new();
        let output = process.stdout.take().expect("its output is piped");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("the stand-in says where it is");
        Self {
            process,
            doors: serde_json::from_str(&line).expect("one line of JSON"),
        }
    }

    /// The URL of a door.
    pub fn door(&self, name: &str) -> &str {
        self.doors[name].as_str().expect("a door of that name")
    }

    pub fn ca_file(&self) -> &str {
        self.door("ca_file")
    }

    pub fn pid(&self) -> u64 {
        self.doors["pid"].as_u64().expect("a process")
    }

    /// A client of a door that waits briefly and without chance.
    pub fn client_at(&self, door: &str) -> ClientBuilder {
        let policy = Policy::builder()
            .max_attempts(3)
            .base_delay_ms(1)
            .throttle_base_delay_ms(1)
            .jitter(Jitter::None)
            .build()
            .unwrap();
        Client::builder(self.door(door))
            .policy(policy)
            .ca_file(self.ca_file())
            .deadline_ms(20_000)
            .attempt_timeout_ms(2000)
    }

    pub fn client(&self) -> ClientBuilder {
        self.client_at("http")
    }

    /// What `path` answers from now on: a JSON array of replies.
    pub fn script(&self, path: &str, replies: &str) {
        let body = format!(r#"{{"replies": {replies}}}"#);
        self.control("PUT", &format!("/_standin/script{path}"), &body);
    }

    /// Who may call from now on.
    pub fn auth(&self, body: &str) {
        self.control("PUT", "/_standin/auth", body);
    }

    pub fn counts(&self) -> Value {
        self.control("GET", "/_standin/counts", "")
    }

    /// How many requests a method and path got.
    pub fn count(&self, what: &str) -> u64 {
        self.counts()["by_path"][what].as_u64().unwrap_or(0)
    }

    pub fn journal(&self) -> Vec<Value> {
        let journal = self.control("GET", "/journal", "");
        journal["requests"].as_array().cloned().unwrap_or_default()
    }

    /// A request to the control door, by hand.
    pub fn control(&self, method: &str, path: &str, body: &str) -> Value {
        let authority = self.door("control").trim_start_matches("http://");
        let mut stream = TcpStream::connect(authority).expect("the control door is open");
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
        .expect("the control door listens");
        let mut reply = String::new();
        stream
            .read_to_string(&mut reply)
            .expect("the control door answers");
        let (head, body) = reply.split_once("\r\n\r\n").expect("a head and a body");
        let is_ok = head.starts_with("HTTP/1.1 2");
        assert!(is_ok, "{method} {path}: {head}\n{body}");
        serde_json::from_str(body).unwrap_or(Value::Null)
    }
}

impl Drop for Standin {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
