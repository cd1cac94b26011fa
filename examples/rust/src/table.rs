//! The tables that a person reads.

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use aftercall::{Advice, Outcome, Verdict};

use crate::fetch::Received;
use crate::languages::Language;
use crate::standin::Scene;

/// One reply and what it means.
pub(crate) struct Line<'l> {
    pub(crate) scene: &'l Scene,
    pub(crate) received: &'l Received,
    pub(crate) verdict: &'l Verdict<'l>,
    pub(crate) time: Duration,
    pub(crate) agreements: Vec<bool>,
}

/// Lines of fixed columns.
pub(crate) struct Table<'l> {
    others: &'l [Language],
    style: Style,
}

/// Colours, if a terminal shows them.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    colours: bool,
}

const TITLE_WIDTH: usize = 44;

impl<'l> Table<'l> {
    pub(crate) fn new(others: &'l [Language]) -> Self {
        Self {
            others,
            style: Style::of_output(),
        }
    }

    pub(crate) fn title(&self, title: &str) {
        say(&format!("\n{}\n", self.style.bold(title)));
        let mut head = format!(
            "{:<TITLE_WIDTH$}  {:>7}  {:>9}  {:<15}  {:<12}  {:<8}  {:<24}  {:>8}",
            "what came", "HTTP", "bytes", "category", "advice", "effect", "decided by", "time",
        );
        for other in self.others {
            head.push_str("  ");
            head.push_str(other.name());
        }
        say(&self.style.dim(&head));
    }

    pub(crate) fn line(&self, line: &Line<'_>) {
        let verdict = line.verdict;
        let category = format!("{:<15}", verdict.category().name());
        let advice = format!("{:<12}", verdict.advice().name());
        let http = match line.received {
            Received::Complete { http_status, .. } => http_status.to_string(),
            Received::Fault(_) => "-".to_owned(),
        };
        let mut text = format!(
            "{:<TITLE_WIDTH$}  {http:>7}  {:>9}  {}  {}  {:<8}  {:<24}  {:>8}",
            shortened(&line.scene.title),
            line.received.body().len(),
            self.style.paint(
                match verdict.outcome() {
                    Outcome::Success => "32",
                    _ => "31",
                },
                &category
            ),
            self.style.paint(
                match verdict.advice() {
                    Advice::Never => "0",
                    Advice::Hold => "35",
                    _ => "33",
                },
                &advice
            ),
            verdict.effect().name(),
            verdict.rule(),
            time(line.time),
        );
        for (other, agrees) in self.others.iter().zip(&line.agreements) {
            let mark = if *agrees { "=" } else { "differs" };
            text.push_str(&format!("  {mark:<width$}", width = other.name().len()));
        }
        say(&text);
    }

    pub(crate) fn end(&self) {
        say("");
    }
}

impl Style {
    pub(crate) fn of_output() -> Self {
        Self {
            colours: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    fn paint(self, colour: &str, text: &str) -> String {
        if self.colours {
            format!("\x1b[{colour}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Lines of columns as wide as what is in them; the first line is their head.
pub(crate) fn columns(lines: &[Vec<String>], style: Style) {
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    for (index, line) in lines.iter().enumerate() {
        let cells: Vec<String> = line
            .iter()
            .enumerate()
            .map(|(column, cell)| format!("{cell:<width$}", width = width(column)))
            .collect();
        let text = cells.join("  ");
        match index {
            0 => say(&style.dim(text.trim_end())),
            _ => say(text.trim_end()),
        }
    }
}

/// Names as one says them: `Rust, C and Python`.
pub(crate) fn list(names: &[&str]) -> String {
    match names {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => names.concat(),
    }
}

/// A duration with three digits and the unit that suits it.
pub(crate) fn time(time: Duration) -> String {
    let nanoseconds = time.as_nanos();
    match nanoseconds {
        0..1000 => format!("{nanoseconds} ns"),
        1000..1_000_000 => format!("{:.1} µs", time.as_secs_f64() * 1e6),
        _ => format!("{:.1} ms", time.as_secs_f64() * 1e3),
    }
}

pub(crate) fn say(line: &str) {
    // A reader that has gone away, such as `head`, is no error.
    let _ = writeln!(std::io::stdout(), "{line}");
}

pub(crate) fn say_error(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn shortened(title: &str) -> String {
    if title.chars().count() <= TITLE_WIDTH {
        return title.to_owned();
    }
    let kept: String = title.chars().take(TITLE_WIDTH - 1).collect();
    format!("{}…", kept.trim_end())
}
