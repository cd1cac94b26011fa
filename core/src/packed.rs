//! Texts as they lie in the library, packed by `build/pack.rs`: the words for
//! people, one line for each language and one for rules, and the built-in profile.
//!
//! Bytes stand for themselves, or runs of them are copied from before; which it
//! is, the bytes, the runs' lengths and how far back they stand are coded bit by
//! bit, each for as much as its chance is worth, which is learnt on the way. This
//! is what LZMA does, with fewer cases. In front is the text's length, in three
//! bytes, the lowest first.
//!
//! Whatever is coded, the code ends at zero with the last byte: a text that is not
//! sound ends elsewhere.

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

fn text(packed: &[u8]) -> String {
    sound(unpacked(packed))
}

/// What was made of a constant. An error is dropped before: a panic that could show
/// one would bring 3 KB of code that prints it.
#[expect(
    clippy::expect_used,
    reason = "what is built in is constant, and tests read it all"
)]
pub(crate) fn sound<T>(made: Option<T>) -> T {
    made.expect("what is built in is sound")
}

fn unpacked(packed: &[u8]) -> Option<String> {
    let ([low, middle, high], code) = packed.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes([*low, *middle, *high, 0])).ok()?;
    let mut decoder = Decoder::new(code)?;
    let mut chances = Chances::EVEN;
    let mut bytes = vec![0; length];
    let mut at = 0;
    while at < length && decoder.missing == 0 {
        // In UTF-8 the two highest bits of two bytes tell much of the next.
        let kind = match *bytes.get(..at)? {
            [.., one, other] => usize::from(one >> 6 << 2 | other >> 6),
            _ => 0,
        };
        let of_byte = chances.bytes.get_mut(kind)?;
        if decoder.bit(of_byte.first_mut()?) == 0 {
            let [byte, ..] = decoder.tree(of_byte).to_le_bytes();
            *bytes.get_mut(at)? = byte;
            at += 1;
        } else {
            let run = decoder.number(&mut chances.runs)?;
            let distance = decoder.number(&mut chances.distances)?;
            // One by one: a run may go on into what it writes.
            for _ in 0..run {
                *bytes.get_mut(at)? = *bytes.get(at.checked_sub(distance)?)?;
                at += 1;
            }
        }
    }
    if !decoder.rest.is_empty() || decoder.missing != 0 || decoder.code != 0 {
        return None;
    }
    String::from_utf8(bytes).ok()
}

/// The chance that a bit is a zero, in parts of 65,536, with its highest bit
/// turned over: at first it is even, and then a zero.
type Chance = u16;

struct Chances {
    /// The first of each says whether a byte follows, the others are for its bits.
    bytes: [[Chance; 256]; 16],
    runs: Number,
    distances: Number,
}

impl Chances {
    const EVEN: Self = Self {
        bytes: [[0; 256]; 16],
        runs: [[0; 32]; 32],
        distances: [[0; 32]; 32],
    };
}

/// For a number from 1 on: first how many bits it has behind its highest, then
/// these, of which those far down share one chance.
type Number = [[Chance; 32]; 32];

/// Reads bits out of a number that they have narrowed a range down to.
struct Decoder<'p> {
    rest: &'p [u8],
    /// Bytes that were asked for when there were none left.
    missing: u32,
    /// How far the number is above the range's lower end.
    code: u32,
    range: u32,
}

impl<'p> Decoder<'p> {
    fn new(code: &'p [u8]) -> Option<Self> {
        let (first, rest) = code.split_first_chunk()?;
        Some(Self {
            rest,
            missing: 0,
            code: u32::from_be_bytes(*first),
            range: u32::MAX,
        })
    }

    #[inline(never)]
    fn bit(&mut self, chance: &mut Chance) -> usize {
        const EVEN: u16 = 1 << 15;
        let zero = *chance ^ EVEN;
        let bound = (self.range >> 16) * u32::from(zero);
        let bit = usize::from(self.code >= bound);
        if bit == 0 {
            self.range = bound;
            *chance = (zero + ((u16::MAX - zero) >> 4)) ^ EVEN;
        } else {
            self.code -= bound;
            self.range -= bound;
            *chance = (zero - (zero >> 4)) ^ EVEN;
        }
        while self.range < 1 << 24 {
            self.range <<= 8;
            self.code <<= 8;
            match self.rest {
                [first, rest @ ..] => {
                    self.code |= u32::from(*first);
                    self.rest = rest;
                }
                [] => self.missing += 1,
            }
        }
        bit
    }

    /// As many bits as choose one of the places of `chances`, the highest first,
    /// behind a one; the bits so far are each one's own place.
    fn tree(&mut self, chances: &mut [Chance]) -> usize {
        let mut node = 1;
        while let Some(chance) = chances.get_mut(node) {
            node = 2 * node + self.bit(chance);
        }
        node
    }

    fn number(&mut self, chances: &mut Number) -> Option<usize> {
        let bits = self.tree(chances.first_mut()?) - 32;
        let below = chances.get_mut(bits)?;
        let mut number = 1;
        for _ in 0..bits {
            number = 2 * number + self.bit(below.get_mut(number.min(31))?);
        }
        Some(number)
    }
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
        let files: Vec<&str> = LANGUAGES.into_iter().chain(["rules"]).collect();
        assert_eq!(WORDS.lines().count(), files.len());
        for (text, file) in WORDS.lines().zip(files) {
            check(text, &format!("words/{file}"));
        }
        check(&EUREKA, "profiles/eureka");
        assert!(packed!("words").len() * 5 < WORDS.len());
        assert!(packed!("eureka").len() * 4 < EUREKA.len());
    }

    #[test]
    fn what_is_not_sound_is_refused() {
        let sound = &packed!("eureka")[..];
        assert!(unpacked(sound).is_some());
        for end in 0..sound.len() {
            assert_eq!(unpacked(&sound[..end]), None, "cut at {end}");
        }
        assert_eq!(unpacked(&[sound, b"\0"].concat()), None);
        for place in 0..sound.len() {
            for bit in 0..8 {
                let mut changed = sound.to_vec();
                changed[place] ^= 1 << bit;
                assert_eq!(unpacked(&changed), None, "bit {bit} of byte {place}");
            }
        }
    }

    #[test]
    fn what_is_no_packed_text_at_all_ends() {
        for byte in [0x00, 0x55, 0xAA, 0xFF] {
            assert_eq!(unpacked(&[byte; 1000]), None, "{byte}");
        }
        assert_eq!(unpacked(&[0; 7]).as_deref(), Some(""));
    }
}
