//! Starting the stand-in and asking it what it can play.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::fetch::{self, Received};

/// One reply that the stand-in can play.
pub(crate) struct Scene {
    pub(crate) name: String,
    pub(crate) title: String,
    path: String,
}

/// A running stand-in; it ends with this value.
pub(crate) struct Standin {
    process: Child,
    base_url: String,
    agent: ureq::Agent,
}

impl Standin {
    /// Starts one; `script` is a file that says how it begins.
    pub(crate) fn start(script: Option<&Path>) -> Result<Self, String> {
        let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let program: PathBuf = [
            env!("CARGO_MANIFEST_DIR"),
            "..",
            "..",
            "tests",
            "server",
            "standin",
        ]
        .iter()
        .collect();
        let mut process = Command::new(&python)
            .arg(program)
            .args(["--port", "0", "--exit-with-stdin"])
            .args(script.into_iter().flat_map(|script| [Path::new("--script"), script]))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| {
                format!("cannot start the stand-in with {python} ({error}); Python 3.11 or newer is needed, PYTHON names it")
            })?;
        let mut ready = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output)
                .read_line(&mut ready)
                .map_err(|error| format!("the stand-in did not start: {error}"))?;
        }
        let Some((_, base_url)) = ready.trim().split_once(" on ") else {
            return Err("the stand-in did not start; its reason is above".to_owned());
        };
        Ok(Self {
            base_url: base_url.to_owned(),
            process,
            agent: fetch::agent(Duration::from_millis(700)),
        })
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Everything it can play, in its order.
    pub(crate) fn scenes(&self) -> Result<Vec<Scene>, String> {
        let received = fetch::get(&self.agent, &format!("{}/scenes", self.base_url));
        let list: Value = serde_json::from_slice(received.body())
            .map_err(|error| format!("the stand-in's list of scenes cannot be read: {error}"))?;
        let text = |scene: &Value, field: &str| scene[field].as_str().map(str::to_owned);
        list.as_array()
            .into_iter()
            .flatten()
            .map(|scene| {
                Some(Scene {
                    name: text(scene, "name")?,
                    title: text(scene, "title")?,
                    path: text(scene, "path")?,
                })
            })
            .collect::<Option<_>>()
            .ok_or_else(|| "the stand-in's list of scenes has another form".to_owned())
    }

    /// What it was asked so far.
    pub(crate) fn counts(&self) -> Result<Value, String> {
        let received = fetch::get(&self.agent, &format!("{}/_standin/counts", self.base_url));
        serde_json::from_slice(received.body())
            .map_err(|error| format!("the stand-in's counts cannot be read: {error}"))
    }

    pub(crate) fn fetch(&self, scene: &Scene) -> Result<Received, String> {
        let received = fetch::get(&self.agent, &format!("{}{}", self.base_url, scene.path));
        match received.is_unreachable() {
            true => Err(format!("the stand-in at {} does not answer", self.base_url)),
            false => Ok(received),
        }
    }
}

impl Drop for Standin {
    fn drop(&mut self) {
        // Its standard input closes with the process handle, which it takes as
        // the word to leave; waiting keeps no zombie.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
