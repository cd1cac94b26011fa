//! The properties without a fuzzer: over every input that is kept, and over
//! thousands of random variations of the seeds, the same ones each time.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aftercall_fuzz::{PROPERTIES, Property};

const VARIATIONS_OF_EACH_SEED: usize = 250;
/// A fuzzer's corpus grows without limit, the patience of people does not.
const CORPUS_TIME: Duration = Duration::from_secs(3);

#[test]
fn every_property_holds_for_every_seed() {
    let mut inputs = Vec::new();
    for (name, _) in PROPERTIES {
        let seeds = inputs_in(&home().join("seeds").join(name));
        assert!(!seeds.is_empty(), "{name} has no seeds");
        inputs.extend(seeds);
    }
    for input in &inputs {
        for (name, property) in PROPERTIES {
            hold(name, property, input);
        }
    }
}

#[test]
fn what_was_wrong_once_stays_right() {
    for (name, property) in PROPERTIES {
        for input in inputs_in(&home().join("regressions").join(name)) {
            hold(name, property, &input);
        }
    }
}

#[test]
fn every_property_holds_for_the_local_corpus() {
    for (name, property) in PROPERTIES {
        let start = Instant::now();
        for input in inputs_in(&home().join("corpus").join(name)) {
            hold(name, property, &input);
            if start.elapsed() > CORPUS_TIME {
                break;
            }
        }
    }
}

#[test]
fn every_property_holds_for_variations_of_the_seeds() {
    let words = dictionary();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for (name, property) in PROPERTIES {
        let seeds = inputs_in(&home().join("seeds").join(name));
        for seed in &seeds {
            for _ in 0..VARIATIONS_OF_EACH_SEED {
                let mut input = seed.clone();
                for _ in 0..=random.below(4) {
                    vary(&mut input, &seeds, &words, &mut random);
                }
                hold(name, property, &input);
            }
        }
    }
}

/// Runs a property; keeps the input and says where if it does not hold.
fn hold(name: &str, property: Property, input: &[u8]) {
    let Err(panic) = catch_unwind(AssertUnwindSafe(|| property(input))) else {
        return;
    };
    let folder = home().join("artifacts");
    let path = folder.join(format!("{name}-{:016x}", hash(input)));
    let kept = fs::create_dir_all(&folder).and_then(|()| fs::write(&path, input));
    let message = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_default();
    panic!(
        "{name} does not hold: {message}\ninput: {}\nkept: {kept:?} as {}",
        input.escape_ascii(),
        path.display(),
    );
}

/// One change at one place.
fn vary(input: &mut Vec<u8>, seeds: &[Vec<u8>], words: &[Vec<u8>], random: &mut Random) {
    let at = random.below(input.len() + 1);
    let end = at + random.below(input.len() - at + 1).min(16);
    match random.below(8) {
        0 => input.truncate(at),
        1 => drop(input.drain(at..end)),
        2 => {
            let part = input[at..end].to_vec();
            drop(input.splice(at..at, part));
        }
        3 => {
            let other = &seeds[random.below(seeds.len())];
            input.truncate(at);
            input.extend_from_slice(&other[random.below(other.len() + 1)..]);
        }
        4 => drop(input.splice(at..at, random.next().to_le_bytes().into_iter().take(1))),
        5 if at < input.len() => input[at] ^= 1 << random.below(8),
        6 => drop(input.splice(at..end, words[random.below(words.len())].clone())),
        _ => drop(input.splice(at..at, words[random.below(words.len())].clone())),
    }
}

/// The words of the dictionary that libFuzzer uses: one in quotes on a line,
/// with `\\`, `\"` and `\xNN`.
fn dictionary() -> Vec<Vec<u8>> {
    let text = fs::read_to_string(home().join("dictionary")).expect("the dictionary is there");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| word(line).unwrap_or_else(|| panic!("no word: {line}")))
        .collect()
}

fn word(line: &str) -> Option<Vec<u8>> {
    let mut rest = line.strip_prefix('"')?.strip_suffix('"')?;
    let mut word = Vec::new();
    while let Some((before, escape)) = rest.split_once('\\') {
        word.extend_from_slice(before.as_bytes());
        let (byte, length) = match escape.as_bytes() {
            [itself @ (b'\\' | b'"'), ..] => (*itself, 1),
            [b'x', ..] => (u8::from_str_radix(escape.get(1..3)?, 16).ok()?, 3),
            _ => return None,
        };
        word.push(byte);
        rest = &escape[length..];
    }
    word.extend_from_slice(rest.as_bytes());
    Some(word)
}

/// The files of a folder, in the order of their names; none if it is not there.
fn inputs_in(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    // A fuzzer that runs meanwhile takes away what it has shortened.
    paths
        .iter()
        .filter_map(|path| fs::read(path).ok())
        .collect()
}

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// FNV-1a, for a file's name.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// Xorshift64 with a multiplication (Vigna, "An experimental exploration of
/// Marsaglia's xorshift generators"): good enough to choose places.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        let high = self.next() >> 32;
        usize::try_from(high).unwrap_or_default() % limit
    }
}

#[test]
fn the_dictionarys_escapes_are_undone() {
    assert_eq!(word(r#""a\\\"\x0a""#), Some(b"a\\\"\n".to_vec()));
    assert_eq!(word(r#""\n""#), None);
    assert_eq!(word("bare"), None);
}
