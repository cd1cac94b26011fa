//! Which of sixteen bytes ends or complicates a string: a quote, a backslash, a
//! control character, or what the caller thinks suspicious above 0x7F.
//!
//! On x86-64 by SSE2, which belongs to every such processor; elsewhere in plain
//! integer arithmetic. A test compares the two on every byte in every place.

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use portable::plain_bytes;
#[cfg(target_arch = "x86_64")]
pub(crate) use sse2::plain_bytes;

/// As many bytes as are looked at together.
pub(crate) const BLOCK: usize = 16;

/// The high bit of each byte of a word.
pub(crate) const HIGH_BITS: u64 = u64::from_ne_bytes([0x80; 8]);

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "one block, which says why it is sound")]
mod sse2 {
    use core::arch::x86_64::{
        _mm_and_si128, _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128,
        _mm_set_epi64x, _mm_set1_epi8, _mm_set1_epi64x,
    };

    use super::BLOCK;

    /// How many plain bytes stand in a block from byte `from` on, before one that
    /// is special or the end. `suspicious` is [`HIGH_BITS`](super::HIGH_BITS) if
    /// bytes above 0x7F are special, else 0.
    #[inline(always)]
    pub(crate) fn plain_bytes(block: &[u8; BLOCK], from: usize, suspicious: u64) -> usize {
        let (low, high) = super::words(block);
        // SAFETY: SSE2 belongs to x86-64 itself.
        let special = unsafe {
            // The compiler makes one load of this.
            let block = _mm_set_epi64x(high.cast_signed(), low.cast_signed());
            let is = |byte: u8| _mm_cmpeq_epi8(block, _mm_set1_epi8(byte.cast_signed()));
            let is_control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
            let is_suspicious = _mm_and_si128(block, _mm_set1_epi64x(suspicious.cast_signed()));
            _mm_movemask_epi8(_mm_or_si128(
                _mm_or_si128(is(b'"'), is(b'\\')),
                _mm_or_si128(is_control, is_suspicious),
            ))
        };
        let marks = special | 1 << BLOCK;
        (marks >> from).trailing_zeros() as usize
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable {
    use super::{BLOCK, HIGH_BITS};

    const LOW_BITS: u64 = u64::from_ne_bytes([0x01; 8]);

    /// The same as by SSE2.
    #[inline(always)]
    pub(crate) fn plain_bytes(block: &[u8; BLOCK], from: usize, suspicious: u64) -> usize {
        let (mut low, mut high) = super::words(block);
        let (words, bytes) = (from / 8, from % 8);
        if words > 0 {
            (low, high) = (high, 0);
        }
        if bytes > 0 {
            low = low >> (8 * bytes) | high << (64 - 8 * bytes);
            high >>= 8 * bytes;
        }
        // The zeros that came in are control characters, and so the end.
        let marks = special_bytes(low, suspicious);
        let plain = if marks != 0 {
            marks.trailing_zeros() / 8
        } else {
            8 + special_bytes(high, suspicious).trailing_zeros() / 8
        };
        plain as usize
    }

    /// The high bits of the bytes of `word` that are special.
    ///
    /// Mycroft's test for a byte below a limit, three times. A borrow can only
    /// mark bytes *behind* a true mark, so the lowest mark is exact.
    fn special_bytes(word: u64, suspicious: u64) -> u64 {
        let quote = word ^ (LOW_BITS * b'"' as u64);
        let backslash = word ^ (LOW_BITS * b'\\' as u64);
        let below = quote.wrapping_sub(LOW_BITS)
            | backslash.wrapping_sub(LOW_BITS)
            | word.wrapping_sub(LOW_BITS * 0x20);
        // The tests are exact for bytes below 0x80 alone.
        below & !word & HIGH_BITS | word & suspicious
    }
}

/// The two halves of a block, its first byte the lowest.
#[inline(always)]
pub(crate) fn words(block: &[u8; BLOCK]) -> (u64, u64) {
    let both = u128::from_le_bytes(*block);
    #[allow(clippy::cast_possible_truncation, reason = "both halves are taken")]
    let halves = (both as u64, (both >> 64) as u64);
    halves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_special_byte_is_found_wherever_one_begins_to_look() {
        for plain_bytes in [plain_bytes, portable::plain_bytes] {
            for special in 0..=u8::MAX {
                for neighbour in [b'!', b'#', b'[', b']', 0x20, 0x7F, b'a'] {
                    for place in 0..BLOCK {
                        let mut block = [neighbour; BLOCK];
                        block[place] = special;
                        for from in 0..BLOCK {
                            for suspicious in [0, HIGH_BITS] {
                                let is_special = match special {
                                    b'"' | b'\\' | 0..0x20 => true,
                                    0x80.. => suspicious != 0,
                                    _ => false,
                                };
                                let found = is_special && place >= from;
                                let end = if found { place } else { BLOCK };
                                let plain = plain_bytes(&block, from, suspicious);
                                assert_eq!(plain, end - from, "{block:x?} from {from}");
                            }
                        }
                    }
                }
            }
        }
    }
}
