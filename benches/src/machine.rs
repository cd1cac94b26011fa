//! Where a table was measured: without this it means nothing.

use std::fmt;
use std::process::Command;

use serde::Serialize;

/// Processor, compiler and build.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    cpu: String,
    threads: usize,
    rustc: String,
    /// The vector instructions that the whole binary may use; `sonic-rs` chooses
    /// its code by them.
    target: String,
    optimised: bool,
}

impl Machine {
    /// Asks the system; what it does not tell is "unknown".
    #[must_use]
    pub fn here() -> Self {
        let vectors = [
            ("avx512f", cfg!(target_feature = "avx512f")),
            ("avx2", cfg!(target_feature = "avx2")),
            ("sse2", cfg!(target_feature = "sse2")),
            ("neon", cfg!(target_feature = "neon")),
        ];
        let best = vectors.iter().find(|(_, built_in)| *built_in);
        let vectors = best.map_or("no vectors", |(name, _)| name);
        Self {
            cpu: cpu().unwrap_or_else(unknown),
            threads: std::thread::available_parallelism().map_or(0, usize::from),
            rustc: rustc().unwrap_or_else(unknown),
            target: format!("{}, {vectors}", std::env::consts::ARCH),
            optimised: !cfg!(debug_assertions),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            cpu,
            threads,
            rustc,
            target,
            optimised,
        } = self;
        let build = if *optimised {
            ""
        } else {
            "; NOT OPTIMISED, run it with --release"
        };
        write!(
            f,
            "{cpu}, {threads} threads; {rustc}; built for {target}{build}"
        )
    }
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn cpu() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn rustc() -> Option<String> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler).arg("--version").output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    Some(version.trim().to_owned()).filter(|version| !version.is_empty())
}
