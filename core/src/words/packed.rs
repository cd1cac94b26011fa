//! The texts as they lie in the library: packed by `build.rs`, one line for each
//! language.
//!
//! A byte below 128 says how many bytes stand for themselves behind it, less
//! one. Any other says how many bytes to copy, less 132, and the two behind it
//! how far back they stand, the lower one first.

use std::sync::LazyLock;

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.packed"));

/// All of them, unpacked when somebody first asks for a text.
static LINES: LazyLock<String> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the texts are a constant, and a test reads them all"
    )]
    unpacked(PACKED).expect("the packed texts are sound")
});

/// The JSON of the language of that number.
pub(super) fn line(index: usize) -> &'static str {
    LINES.lines().nth(index).unwrap_or_default()
}

fn unpacked(packed: &[u8]) -> Option<String> {
    const SHORTEST_MATCH: usize = 4;
    let mut bytes = Vec::new();
    let mut rest = packed;
    while let [first, behind @ ..] = rest {
        let count = usize::from(*first & 0x7F);
        if *first < 0x80 {
            let (literals, behind) = behind.split_at_checked(count + 1)?;
            bytes.extend_from_slice(literals);
            rest = behind;
        } else {
            let ([low, high], behind) = behind.split_first_chunk()?;
            let distance = usize::from(u16::from_le_bytes([*low, *high]));
            let start = bytes.len().checked_sub(distance)?;
            // One by one: a copy may run into what it writes.
            for place in start..start + count + SHORTEST_MATCH {
                bytes.push(*bytes.get(place)?);
            }
            rest = behind;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::LANGUAGES;

    #[test]
    fn what_was_packed_is_what_the_files_say() {
        assert_eq!(LINES.lines().count(), LANGUAGES.len());
        for (index, language) in LANGUAGES.into_iter().enumerate() {
            let path = format!("{}/words/{language}.json", env!("CARGO_MANIFEST_DIR"));
            let file = std::fs::read(path).unwrap();
            let expected: serde_json::Value = serde_json::from_slice(&file).unwrap();
            let packed: serde_json::Value = serde_json::from_str(line(index)).unwrap();
            assert_eq!(packed, expected, "{language}");
        }
        assert!(PACKED.len() * 3 < LINES.len(), "{}", PACKED.len());
    }

    #[test]
    fn what_is_not_sound_is_refused() {
        assert_eq!(unpacked(b"\x02abc\x80\x03\x00").as_deref(), Some("abcabca"));
        for packed in [
            &b"\x02ab"[..],
            b"\x80\x01\x00",
            b"\x00a\x80\x02\x00",
            b"\x00a\x80\x01",
            b"\x00a\x80\x00\x00",
            b"\x00\xFF",
        ] {
            assert_eq!(unpacked(packed), None, "{packed:?}");
        }
    }
}
