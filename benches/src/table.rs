//! Tables in Markdown that are readable as they are.

use core::fmt;

/// Rows of cells under a head.
#[derive(Debug)]
pub struct Table {
    lines: Vec<Vec<String>>,
}

impl Table {
    /// A table with its column names.
    pub fn new(head: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            lines: vec![head.into_iter().map(Into::into).collect()],
        }
    }

    /// Adds a row.
    pub fn push(&mut self, cells: Vec<String>) {
        self.lines.push(cells);
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, line) in self.lines.iter().enumerate() {
            for (column, cell) in line.iter().enumerate() {
                let width = self.width(column);
                match column {
                    0 => write!(f, "| {cell:<width$} |")?,
                    _ => write!(f, " {cell:>width$} |")?,
                }
            }
            writeln!(f)?;
            if index == 0 {
                for column in 0..line.len() {
                    let dashes = "-".repeat(self.width(column));
                    match column {
                        0 => write!(f, "| {dashes} |")?,
                        _ => write!(f, " {}: |", dashes.get(1..).unwrap_or_default())?,
                    }
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

/// A duration with three significant digits.
#[must_use]
pub fn duration(ns: f64) -> String {
    let (value, unit) = match ns {
        ..1e3 => (ns, "ns"),
        ..1e6 => (ns / 1e3, "µs"),
        _ => (ns / 1e6, "ms"),
    };
    let decimals = match value {
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(["body", "µ"]);
        table.push(vec!["x".into(), "12".into()]);
        let expected = "| body |  µ |\n| ---- | -: |\n| x    | 12 |\n";
        assert_eq!(table.to_string(), expected);
    }

    #[test]
    fn durations_have_three_digits() {
        assert_eq!(duration(8.123), "8.12 ns");
        assert_eq!(duration(81.23), "81.2 ns");
        assert_eq!(duration(8_123.0), "8.12 µs");
        assert_eq!(duration(812_345_678.0), "812 ms");
    }
}
