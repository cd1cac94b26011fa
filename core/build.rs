//! Makes two tables for the library, each a fraction of what it is made from.
//!
//! * The texts of `words/` and the built-in profile, packed: as files they are
//!   109 KB, packed a quarter of that. `src/packed.rs` undoes it and says how.
//! * The runs of capital letters of `src/lower_case.rs`.

use std::collections::HashMap;
use std::path::Path;
use std::{env, fs};

/// In the order of `LANGUAGES`, which a test compares; related ones together
/// would save nothing more.
const LANGUAGES: [&str; 8] = ["en", "zh-Hans", "zh-Hant", "ja", "ko", "de", "fr", "es"];

const SHORTEST_MATCH: usize = 4;
const LONGEST_MATCH: usize = SHORTEST_MATCH + 127;
const LONGEST_LITERAL: usize = 128;
/// How many earlier places are looked at for a match.
const PATIENCE: usize = 64;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=words");
    println!("cargo::rerun-if-changed=profiles/eureka.json");
    let mut lines = String::new();
    for language in LANGUAGES {
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
            "Run {{ first: {first}, length: {}, step: {step}, distance: {distance} }},\n",
            last - first
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

/// Runs of literal bytes, and copies of what was there before.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut places: HashMap<&[u8], Vec<usize>> = HashMap::new();
    let mut literal = 0;
    let mut at = 0;
    while at < bytes.len() {
        let (length, distance) = longest_match(bytes, at, &places);
        let (next_length, _) = longest_match(bytes, at + 1, &places);
        let is_match = length >= SHORTEST_MATCH && next_length <= length + 1;
        let step = if is_match { length } else { 1 };
        if is_match {
            push_literals(&mut packed, &bytes[literal..at]);
            packed.push(0x80 | u8::try_from(length - SHORTEST_MATCH).expect("at most 127"));
            packed.extend(distance.to_le_bytes());
            literal = at + length;
        }
        for place in at..at + step {
            if let Some(start) = bytes.get(place..place + SHORTEST_MATCH) {
                places.entry(start).or_default().push(place);
            }
        }
        at += step;
    }
    push_literals(&mut packed, &bytes[literal..]);
    packed
}

fn push_literals(packed: &mut Vec<u8>, literals: &[u8]) {
    for run in literals.chunks(LONGEST_LITERAL) {
        packed.push(u8::try_from(run.len() - 1).expect("at most 127"));
        packed.extend(run);
    }
}

/// Length and distance of the longest earlier run of the same bytes.
fn longest_match(bytes: &[u8], at: usize, places: &HashMap<&[u8], Vec<usize>>) -> (usize, u16) {
    let earlier = bytes
        .get(at..at + SHORTEST_MATCH)
        .and_then(|start| places.get(start))
        .map_or(&[][..], Vec::as_slice);
    let mut best = (0, 0);
    for &place in earlier.iter().rev().take(PATIENCE) {
        let Ok(distance) = u16::try_from(at - place) else {
            break;
        };
        let pairs = bytes[place..].iter().zip(&bytes[at..]);
        let length = pairs
            .take(LONGEST_MATCH)
            .take_while(|(one, other)| one == other)
            .count();
        if length > best.0 {
            best = (length, distance);
        }
    }
    best
}
