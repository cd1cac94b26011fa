//! Packs what `src/packed.rs` unpacks, and which says how it is coded.

use std::collections::HashMap;

const SHORTEST_MATCH: usize = 4;
/// How many earlier places are looked at for a match.
const PATIENCE: usize = 256;

/// What comes next of a text.
#[derive(Clone, Copy)]
enum Step {
    Literal(u8),
    Match { length: usize, distance: usize },
}

pub(crate) fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::default();
    let mut chances = Chances::EVEN;
    let mut at = 0;
    for step in steps(text) {
        let kind = match text[..at] {
            [.., one, other] => one >> 6 << 2 | other >> 6,
            _ => 0,
        };
        let of_byte = &mut chances.bytes[usize::from(kind)];
        match step {
            Step::Literal(byte) => {
                encoder.bit(&mut of_byte[0], false);
                encoder.tree(of_byte, usize::from(byte));
                at += 1;
            }
            Step::Match { length, distance } => {
                encoder.bit(&mut of_byte[0], true);
                encoder.number(&mut chances.runs, length);
                encoder.number(&mut chances.distances, distance);
                at += length;
            }
        }
    }
    let [low, middle, high, 0, ..] = text.len().to_le_bytes() else {
        panic!("more than 16 MB");
    };
    [&[low, middle, high], &encoder.finish()[..]].concat()
}

/// The cheapest way through a text, found from its end, by a guess at what each
/// step will cost in bits.
fn steps(text: &[u8]) -> Vec<Step> {
    const LITERAL: usize = 6;
    const MATCH: usize = 7;
    let cost_of_match = |length: usize, distance: usize| {
        MATCH + length.ilog2() as usize + distance.ilog2() as usize
    };
    let matches = matches(text);
    let mut costs = vec![0; text.len() + 1];
    let mut best: Vec<Step> = text.iter().map(|&byte| Step::Literal(byte)).collect();
    for at in (0..text.len()).rev() {
        costs[at] = LITERAL + costs[at + 1];
        for &(length, distance) in &matches[at] {
            let cost = cost_of_match(length, distance) + costs[at + length];
            if cost < costs[at] {
                costs[at] = cost;
                best[at] = Step::Match { length, distance };
            }
        }
    }
    let mut steps = Vec::new();
    let mut at = 0;
    while let Some(&step) = best.get(at) {
        steps.push(step);
        at += match step {
            Step::Literal(_) => 1,
            Step::Match { length, .. } => length,
        };
    }
    steps
}

/// For each place, each length of a match there, with the least distance.
fn matches(text: &[u8]) -> Vec<Vec<(usize, usize)>> {
    let mut places: HashMap<&[u8], Vec<usize>> = HashMap::new();
    let mut matches = vec![Vec::new(); text.len()];
    for (at, start) in text.windows(SHORTEST_MATCH).enumerate() {
        let earlier = places.entry(start).or_default();
        let mut longest = SHORTEST_MATCH - 1;
        for &place in earlier.iter().rev().take(PATIENCE) {
            let pairs = text[place..].iter().zip(&text[at..]);
            let length = pairs.take_while(|(one, other)| one == other).count();
            matches[at].extend((longest + 1..=length).map(|length| (length, at - place)));
            longest = longest.max(length);
        }
        earlier.push(at);
    }
    matches
}

/// The chance of a zero, in parts of 65,536, for every bit that is coded.
struct Chances {
    bytes: [[u16; 256]; 16],
    runs: Number,
    distances: Number,
}

type Number = [[u16; 32]; 32];

impl Chances {
    const EVEN: Self = Self {
        bytes: [[1 << 15; 256]; 16],
        runs: [[1 << 15; 32]; 32],
        distances: [[1 << 15; 32]; 32],
    };
}

struct Encoder {
    done: Vec<u8>,
    low: u64,
    range: u32,
}

impl Default for Encoder {
    fn default() -> Self {
        Self {
            done: Vec::new(),
            low: 0,
            range: u32::MAX,
        }
    }
}

impl Encoder {
    fn bit(&mut self, chance: &mut u16, bit: bool) {
        let bound = (self.range >> 16) * u32::from(*chance);
        if bit {
            self.low += u64::from(bound);
            self.range -= bound;
            *chance -= *chance >> 4;
        } else {
            self.range = bound;
            *chance += (u16::MAX - *chance) >> 4;
        }
        if self.low > u64::from(u32::MAX) {
            self.carry();
        }
        while self.range < 1 << 24 {
            self.shift();
            self.range <<= 8;
        }
    }

    /// From the highest bit down; what is above it chooses its chance.
    fn tree(&mut self, chances: &mut [u16], value: usize) {
        let mut node = 1;
        for place in (0..chances.len().ilog2()).rev() {
            let bit = value >> place & 1;
            self.bit(&mut chances[node], bit == 1);
            node = 2 * node + bit;
        }
    }

    fn number(&mut self, chances: &mut Number, number: usize) {
        let bits = number.ilog2() as usize;
        self.tree(&mut chances[0], bits);
        let mut known: usize = 1;
        for place in (0..bits).rev() {
            let bit = number >> place & 1;
            self.bit(&mut chances[bits][known.min(31)], bit == 1);
            known = 2 * known + bit;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        for _ in 0..4 {
            self.shift();
        }
        self.done
    }

    fn carry(&mut self) {
        self.low -= 1 << 32;
        for byte in self.done.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
    }

    fn shift(&mut self) {
        let [.., first, a, b, c] = self.low.to_be_bytes();
        self.done.push(first);
        self.low = u64::from(u32::from_be_bytes([a, b, c, 0]));
    }
}
