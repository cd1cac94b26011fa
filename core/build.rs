//! Makes two tables for the library, each a fraction of what it is made from.
//!
//! * The texts of `words/` and the built-in profile, packed by `build/pack.rs`: as
//!   files they are 109 KB, packed less than a fifth. `src/packed.rs` undoes it.
//! * The runs of capital letters of `src/lower_case.rs`.

#[path = "build/pack.rs"]
mod pack;

use std::path::Path;
use std::{env, fs};

use pack::packed;

/// In the order of `LANGUAGES`, which a test compares; related ones together
/// would save nothing more.
const LANGUAGES: [&str; 8] = ["en", "zh-Hans", "zh-Hant", "ja", "ko", "de", "fr", "es"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=words");
    println!("cargo::rerun-if-changed=profiles/eureka.json");
    let mut lines = String::new();
    for language in LANGUAGES.into_iter().chain(["rules"]) {
        lines.push_str(&json(&format!("words/{language}.json")));
        lines.push('\n');
    }
    write("words.packed", &packed(lines.as_bytes()));
    let eureka = json("profiles/eureka.json");
    write("eureka.packed", &packed(eureka.as_bytes()));
    write("lower_case.rs", capitals().as_bytes());
}

fn write(name: &str, bytes: &[u8]) {
    let folder = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&folder).join(name), bytes).expect("OUT_DIR can be written to");
}

/// An array of runs of capitals that have one small letter each: the first, the
/// last, the step between two, and how far away the small letters are.
fn capitals() -> String {
    let mut runs: Vec<(u32, u32, u32, i64)> = Vec::new();
    for capital in '\0'..=char::MAX {
        let mut small = capital.to_lowercase();
        let (Some(one), None) = (small.next(), small.next()) else {
            continue;
        };
        let (code, distance) = (
            u32::from(capital),
            i64::from(u32::from(one)) - i64::from(u32::from(capital)),
        );
        if distance == 0 {
            continue;
        }
        match runs.last_mut() {
            Some((first, last, step, same))
                if *same == distance
                    && (code - *last == *step || (first == last && code - *last <= 2)) =>
            {
                *step = code - *last;
                *last = code;
            }
            _ => runs.push((code, code, 1, distance)),
        }
    }
    let mut array = String::from("[");
    for (first, last, step, distance) in runs {
        array += &format!(
            "Run {{ first: {}, length: {}, plane_step: {}, distance: {} }},\n",
            first & 0xFFFF,
            last - first,
            first >> 16 << 4 | step,
            distance & 0xFFFF
        );
    }
    array + "]"
}

/// A file's JSON without the white space between its tokens, which is one line.
fn json(path: &str) -> String {
    let json = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut is_string = false;
    let mut is_escaped = false;
    let is_kept = |character: &char| {
        if is_string {
            is_string = *character != '"' || is_escaped;
            is_escaped = *character == '\\' && !is_escaped;
            return true;
        }
        is_string = *character == '"';
        !character.is_ascii_whitespace()
    };
    json.chars().filter(is_kept).collect()
}
