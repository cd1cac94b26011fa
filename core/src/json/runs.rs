//! How far plain text, digits and UTF-8 sequences run.

use super::block::{BLOCK, HIGH_BITS, plain_bytes};

const LOW_BITS: u64 = u64::from_ne_bytes([0x01; 8]);

/// The high bits of the bytes of `word` that are no digits. The lowest mark is
/// exact; those behind it may be the work of a borrow or a carry.
#[inline(always)]
pub(crate) fn marks_of_no_digits(word: u64) -> u64 {
    let values = word.wrapping_sub(LOW_BITS * b'0' as u64);
    // Below '0' a byte borrows, above '9' it grows: both end above 0x7F.
    (values | values.wrapping_add(LOW_BITS * (0x80 - 10))) & HIGH_BITS
}

/// Where the digits end that begin at `start`.
#[inline(always)]
pub(crate) fn end_of_digits(text: &[u8], start: usize) -> usize {
    let mut at = start;
    // Eight digits are what a platform's codes have: their end is known by a
    // constant, and what stands behind need not wait for the count.
    while let Some(b'0'..=b'9') = text.get(at)
        && let Some(chunk) = text.get(at..).and_then(<[u8]>::first_chunk)
    {
        let marks = marks_of_no_digits(u64::from_le_bytes(*chunk));
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(b'0'..=b'9') = text.get(at) {
        at += 1;
    }
    at
}

/// Where the first byte from `start` on stands that ends or complicates a
/// string: a quote, a backslash, a control character, a byte marked by
/// `suspicious`, or the end.
#[inline(always)]
pub(crate) fn end_of_plain(text: &[u8], start: usize, suspicious: u64) -> usize {
    let mut at = start;
    while let Some(block) = text.get(at..).and_then(<[u8]>::first_chunk) {
        let plain = plain_bytes(block, 0, suspicious);
        if plain < BLOCK {
            return at + plain;
        }
        // By a constant, not by what was found: the next block need not wait.
        at += BLOCK;
    }
    let rest = text.get(at..).unwrap_or_default();
    // Less than a block is left: it is read back from the end of the text.
    if let Some(block) = text.last_chunk() {
        return at + plain_bytes(block, BLOCK - rest.len(), suspicious);
    }
    let is_plain = |byte: u8| match byte {
        b'"' | b'\\' | 0x00..0x20 => false,
        0x80.. => suspicious == 0,
        _ => true,
    };
    at + rest.iter().take_while(|&&byte| is_plain(byte)).count()
}

/// The length of the UTF-8 sequence of two to four bytes at the front, 0 if
/// there is none (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
#[inline]
pub(crate) fn multi_byte_length(text: &[u8]) -> usize {
    const fn is_continuation(byte: u8) -> bool {
        byte & 0xC0 == 0x80
    }
    match *text {
        [first @ 0xE0..=0xEF, second, third, ..] => {
            let in_range = match first {
                0xE0 => second >= 0xA0,
                0xED => second < 0xA0,
                _ => true,
            };
            if in_range && is_continuation(second) && is_continuation(third) {
                3
            } else {
                0
            }
        }
        [0xC2..=0xDF, second, ..] if is_continuation(second) => 2,
        [first @ 0xF0..=0xF4, second, third, fourth, ..] => {
            let in_range = match first {
                0xF0 => second >= 0x90,
                0xF4 => second < 0x90,
                _ => true,
            };
            if in_range
                && is_continuation(second)
                && is_continuation(third)
                && is_continuation(fourth)
            {
                4
            } else {
                0
            }
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_special_byte_is_found_at_every_offset() {
        for special in [b'"', b'\\', 0x00, 0x1F, 0x80, 0xFF] {
            for offset in 0..40 {
                for neighbour in [b' ', b'!', b'#', b'[', b']', b'~', 0x7F, b'a'] {
                    let mut text = [neighbour; 41];
                    text[offset] = special;
                    let found = end_of_plain(&text, 0, HIGH_BITS);
                    assert_eq!(found, offset, "{special:#x} beside {neighbour:#x}");
                }
            }
        }
        assert_eq!(end_of_plain(&[b'a'; 41], 0, HIGH_BITS), 41);
    }

    #[test]
    fn digits_end_at_the_first_byte_that_is_none() {
        for length in 0..20 {
            for byte in (0..=u8::MAX).filter(|byte| !byte.is_ascii_digit()) {
                for behind in [b'0', b'9', byte] {
                    let mut text = vec![b'7'; length];
                    text.extend([byte, behind, behind, behind, behind, behind, behind, behind]);
                    assert_eq!(end_of_digits(&text, 0), length, "{byte:#x}");
                }
            }
            assert_eq!(end_of_digits(&vec![b'0'; length], 0), length);
        }
    }

    #[test]
    fn high_bytes_hide_nothing_when_they_are_not_suspicious() {
        for special in [b'"', b'\\', 0x00, 0x1F] {
            for offset in 0..40 {
                for neighbour in 0x80..=0xFF {
                    let mut text = [neighbour; 41];
                    text[offset] = special;
                    assert_eq!(
                        end_of_plain(&text, 0, 0),
                        offset,
                        "{special:#x} {neighbour:#x}"
                    );
                }
            }
        }
        assert_eq!(end_of_plain(&[0xE4; 41], 0, 0), 41);
    }

    #[test]
    fn utf8_is_judged_as_the_standard_library_does() {
        // Every lead byte with continuation bytes on both sides of each limit.
        let edges = [
            0x00, 0x22, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF,
        ];
        for first in 0x80..=0xFF_u8 {
            for second in edges {
                for third in edges {
                    for fourth in edges {
                        let text = [first, second, third, fourth];
                        let expected = (2..=4)
                            .find(|&length| core::str::from_utf8(&text[..length]).is_ok())
                            .filter(|&length| {
                                core::str::from_utf8(&text[..length])
                                    .unwrap()
                                    .chars()
                                    .count()
                                    == 1
                            })
                            .unwrap_or(0);
                        assert_eq!(multi_byte_length(&text), expected, "{text:x?}");
                    }
                }
            }
        }
        assert_eq!(multi_byte_length("余".as_bytes()), 3);
        assert_eq!(multi_byte_length(&"余".as_bytes()[..2]), 0);
    }
}
