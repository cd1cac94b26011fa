//! What the command line can ask for.

use std::path::PathBuf;

use aftercall_benches::rounds::Plan;

const USAGE: &str = "usage: bench [--quick] [--filter TEXT] [--json FILE]";

pub(crate) struct Arguments {
    pub(crate) plan: Plan,
    pub(crate) json: Option<PathBuf>,
    filter: Option<String>,
}

impl Arguments {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self {
            plan: Plan::FULL,
            json: None,
            filter: None,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let missing = || format!("{argument} needs a value\n{USAGE}");
                arguments.next().ok_or_else(missing)
            };
            match argument.as_str() {
                "--quick" => parsed.plan = Plan::QUICK,
                "--filter" => parsed.filter = Some(value()?),
                "--json" => parsed.json = Some(value()?.into()),
                _ => return Err(format!("{argument}: no such argument\n{USAGE}")),
            }
        }
        Ok(parsed)
    }

    /// Whether a row of this name is to be measured.
    pub(crate) fn wants(&self, name: &str) -> bool {
        let filter = self.filter.as_ref();
        filter.is_none_or(|filter| name.contains(filter.as_str()))
    }
}
