//! Texts as they lie in the library, packed by `build.rs`: the words for people,
//! one line for each language, and the built-in profile.
//!
//! A byte below 128 says how many bytes stand for themselves behind it, less
//! one. Any other says how many bytes to copy, less 132, and the two behind it
//! how far back they stand, the lower one first.

use std::sync::LazyLock;

macro_rules! packed {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".packed"))
    };
}

/// The texts of all languages, unpacked when somebody first asks for one.
pub(crate) static WORDS: LazyLock<String> = LazyLock::new(|| text(packed!("words")));

/// The built-in profile: 11 KB as a file, 4 packed.
pub(crate) static EUREKA: LazyLock<String> = LazyLock::new(|| text(packed!("eureka")));

#[expect(
    clippy::expect_used,
    reason = "the texts are constants, and a test reads them all"
)]
fn text(packed: &[u8]) -> String {
    unpacked(packed).expect("the packed texts are sound")
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
    use crate::texts::LANGUAGES;

    #[test]
    fn what_was_packed_is_what_the_files_say() {
        let check = |text: &str, file: &str| {
            let path = format!("{}/{file}.json", env!("CARGO_MANIFEST_DIR"));
            let file = std::fs::read(path).unwrap();
            let expected: serde_json::Value = serde_json::from_slice(&file).unwrap();
            let packed: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(packed, expected, "{text:.40}");
        };
        assert_eq!(WORDS.lines().count(), LANGUAGES.len());
        for (text, language) in WORDS.lines().zip(LANGUAGES) {
            check(text, &format!("words/{language}"));
        }
        check(&EUREKA, "profiles/eureka");
        assert!(packed!("words").len() * 3 < WORDS.len());
        assert!(packed!("eureka").len() * 5 < EUREKA.len() * 2);
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
