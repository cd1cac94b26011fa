//! Other languages judge the same replies.
//!
//! A program is given one file. Each line of it is a reply, as JSON in the form
//! of the conformance vectors; for each it prints a line with category, advice,
//! effect and rule, separated by tabs.

use std::process::Command;
use std::time::SystemTime;

use aftercall::{UnixTime, Verdict};
use base64::Engine as _;
use serde_json::{Value, json};

use crate::fetch::Received;

/// One language and its verdicts.
pub(crate) struct Language {
    name: String,
    verdicts: Vec<String>,
}

impl Language {
    /// Has a program judge all replies.
    pub(crate) fn judge(
        name: &str,
        program: &str,
        received: &[Received],
        now: SystemTime,
    ) -> Result<Self, String> {
        let file = std::env::temp_dir().join(format!("aftercall-demo-{}", std::process::id()));
        let lines: Vec<String> = received
            .iter()
            .map(|received| as_json(received, now).to_string())
            .collect();
        std::fs::write(&file, lines.join("\n") + "\n")
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        let output = Command::new(program)
            .arg(&file)
            .output()
            .map_err(|error| format!("cannot run {program}: {error}"));
        let _ = std::fs::remove_file(&file);
        let output = output?;
        if !output.status.success() {
            let reason = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{name} failed: {}", reason.trim()));
        }
        Ok(Self {
            name: name.to_owned(),
            verdicts: String::from_utf8_lossy(&output.stdout)
                .lines()
                .map(str::to_owned)
                .collect(),
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether the language came to the same verdict on a reply.
    pub(crate) fn agrees(&self, index: usize, verdict: &Verdict<'_>) -> bool {
        let expected = format!(
            "{}\t{}\t{}\t{}",
            verdict.category(),
            verdict.advice(),
            verdict.effect(),
            verdict.rule()
        );
        self.verdicts.get(index) == Some(&expected)
    }
}

fn as_json(received: &Received, now: SystemTime) -> Value {
    match received {
        Received::Fault(fault) => json!({"fault": fault.name()}),
        Received::Complete {
            http_status,
            headers,
            body,
        } => {
            let headers: Vec<(&str, String)> = headers
                .iter()
                .map(|(name, value)| {
                    (
                        name.as_str(),
                        String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    )
                })
                .collect();
            json!({
                "http_status": http_status,
                "headers": headers,
                "body_base64": base64::engine::general_purpose::STANDARD.encode(body),
                "now_unix": UnixTime::from(now).as_secs(),
            })
        }
    }
}
