//! The replies that are read: error bodies, and pages of a search.
//!
//! A row is a set of bodies of one kind. The short kinds have several, so that
//! a processor cannot learn one of them by heart.

use aftercall::Profile;
use serde_json::{Value, json};

use crate::random::Random;
use crate::records;

const SEED: u64 = 0x5EED;

/// Bodies of one kind.
#[derive(Debug)]
pub struct Row {
    /// What they are.
    pub name: &'static str,
    /// At least one.
    pub bodies: Vec<Vec<u8>>,
}

impl Row {
    /// The mean size of a body in bytes.
    #[must_use]
    pub fn mean_bytes(&self) -> usize {
        self.bodies.iter().map(Vec::len).sum::<usize>() / self.bodies.len()
    }

    /// The share of bytes above 0x7F, in percent.
    #[must_use]
    pub fn percent_beyond_ascii(&self) -> usize {
        let beyond = self.bodies.iter().flatten().filter(|byte| !byte.is_ascii());
        beyond.count() * 100 / self.bodies.iter().map(Vec::len).sum::<usize>()
    }
}

/// All rows, the same in every run.
#[must_use]
pub fn rows() -> Vec<Row> {
    let errors = |name, write: fn(i64, &str) -> String| Row {
        name,
        bodies: catalogue()
            .iter()
            .map(|(code, wording)| write(*code, wording).into_bytes())
            .collect(),
    };
    let pages = |name, count, bytes, write: fn(&Value) -> String| Row {
        name,
        bodies: (0..count)
            .map(|number| {
                let page = records::page(&mut Random::new(SEED + number), bytes);
                write(&page).into_bytes()
            })
            .collect(),
    };
    vec![
        errors("error, flag first", |code, wording| {
            format!(
                r#"{{"status":false,"error_code":{code},"error_msg":{}}}"#,
                json!(wording)
            )
        }),
        errors("error, `data:null` first", |code, wording| {
            format!(
                r#"{{"data":null,"status":false,"error_code":{code},"error_msg":{}}}"#,
                json!(wording)
            )
        }),
        errors("error, code as string", |code, wording| {
            format!(
                r#"{{"status":false,"error_code":"{code}","error_msg":{}}}"#,
                json!(wording)
            )
        }),
        errors("error, message with escapes", |code, wording| {
            let message = ascii(&json!(format!("{wording}\n\"查询\": 余额不足 / 😀")).to_string());
            format!(r#"{{"status":false,"error_code":{code},"error_msg":{message}}}"#)
        }),
        pages("1 KB page", 32, 1_000, data_first),
        pages("10 KB page", 8, 10_000, data_first),
        pages("10 KB page, pretty", 8, 7_000, pretty),
        pages("100 KB page", 1, 100_000, data_first),
        pages("1 MB page, data first", 1, 1_000_000, data_first),
        pages("1 MB page, data last", 1, 1_000_000, data_last),
        pages("1 MB page, pretty", 1, 700_000, pretty),
        pages(r"1 MB page, \uXXXX escapes", 1, 800_000, |page| {
            ascii(&data_first(page))
        }),
    ]
}

/// A page of about `bytes` with the data first.
#[must_use]
pub fn page(bytes: usize) -> Vec<u8> {
    data_first(&records::page(&mut Random::new(SEED), bytes)).into_bytes()
}

/// Codes and what the API says with them: those whose code alone decides.
fn catalogue() -> Vec<(i64, String)> {
    Profile::eureka()
        .codes()
        .filter(|rule| !rule.id().contains('+'))
        .filter_map(|rule| {
            let code = rule.code_text().parse().ok()?;
            let wording = rule.wordings().next()?;
            Some((code, wording.to_owned()))
        })
        .collect()
}

fn data_first(data: &Value) -> String {
    format!(r#"{{"data":{data},"status":true,"error_code":0}}"#)
}

fn data_last(data: &Value) -> String {
    format!(r#"{{"status":true,"error_code":0,"data":{data}}}"#)
}

fn pretty(data: &Value) -> String {
    format!(
        "{:#}",
        json!({"status": true, "error_code": 0, "data": data})
    )
}

/// The same JSON with every character beyond ASCII as an escape.
fn ascii(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len() * 2);
    for character in json.chars() {
        if character.is_ascii() {
            escaped.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_is_json_and_its_row_says_how_large() {
        for row in rows() {
            for body in &row.bodies {
                assert!(
                    serde_json::from_slice::<Value>(body).is_ok(),
                    "{}",
                    row.name
                );
            }
            let nominal = match row.name.split_once(' ') {
                Some((number, "KB page" | "KB page, pretty")) => {
                    number.parse::<usize>().unwrap() * 1_000
                }
                Some(("1", _)) => 1_000_000,
                _ => 150,
            };
            let actual = row.mean_bytes();
            assert!(
                (nominal / 2..nominal * 3 / 2).contains(&actual),
                "{}: {actual}",
                row.name
            );
        }
    }
}
