//! Packs the texts of `words/` for the library: as files they are 98 KB, packed
//! a quarter of that. `src/words/packed.rs` undoes it and says how.

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
    let mut lines = String::new();
    for language in LANGUAGES {
        let path = format!("words/{language}.json");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        lines.push_str(&without_blanks(&text));
        lines.push('\n');
    }
    let folder = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(
        Path::new(&folder).join("words.packed"),
        packed(lines.as_bytes()),
    )
    .expect("OUT_DIR can be written to");
}

/// JSON without the white space between its tokens, which is one line.
fn without_blanks(json: &str) -> String {
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
