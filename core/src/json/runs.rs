//! How far plain text, digits and UTF-8 sequences run: eight bytes at a time, in
//! plain integer arithmetic. Code for special instructions would stand behind
//! these functions.

const LOW_BITS: u64 = u64::from_ne_bytes([0x01; 8]);
pub(crate) const HIGH_BITS: u64 = u64::from_ne_bytes([0x80; 8]);

/// The high bits of the bytes of `word` that are no digits. The lowest mark is
/// exact; those behind it may be the work of a borrow or a carry.
#[inline]
pub(crate) fn marks_of_no_digits(word: u64) -> u64 {
    let values = word.wrapping_sub(LOW_BITS * b'0' as u64);
    // Below '0' a byte borrows, above '9' it grows: both end above 0x7F.
    (values | values.wrapping_add(LOW_BITS * (0x80 - 10))) & HIGH_BITS
}

/// How many digits stand at the front.
#[inline]
pub(crate) fn digit_run(text: &[u8]) -> usize {
    let mut passed = 0;
    let mut rest = text;
    while let Some((chunk, behind)) = rest.split_first_chunk::<8>() {
        let marks = marks_of_no_digits(u64::from_le_bytes(*chunk));
        if marks != 0 {
            return passed + (marks.trailing_zeros() / 8) as usize;
        }
        passed += 8;
        rest = behind;
    }
    passed + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The high bits of the bytes of `word` that end or complicate a string.
///
/// Mycroft's test for a byte below a limit, three times. A borrow can only mark
/// bytes *behind* a true mark, so the lowest mark is exact.
#[inline]
pub(crate) fn special_bytes(word: u64, suspicious: u64) -> u64 {
    let quote = word ^ (LOW_BITS * b'"' as u64);
    let backslash = word ^ (LOW_BITS * b'\\' as u64);
    let below = quote.wrapping_sub(LOW_BITS)
        | backslash.wrapping_sub(LOW_BITS)
        | word.wrapping_sub(LOW_BITS * 0x20);
    // The tests are exact for bytes below 0x80 alone.
    below & !word & HIGH_BITS | word & suspicious
}

/// How many bytes pass before one that ends or complicates a string: a quote, a
/// backslash, a control character, a byte marked by `suspicious`, or the end.
#[inline]
pub(crate) fn plain_run(text: &[u8], suspicious: u64) -> usize {
    let mut passed = 0;
    let mut rest = text;
    while let Some((chunk, behind)) = rest.split_first_chunk::<8>() {
        let marks = special_bytes(u64::from_le_bytes(*chunk), suspicious);
        if marks != 0 {
            return passed + (marks.trailing_zeros() / 8) as usize;
        }
        passed += 8;
        rest = behind;
    }
    let is_plain = |byte: u8| match byte {
        b'"' | b'\\' | 0x00..0x20 => false,
        0x80.. => suspicious == 0,
        _ => true,
    };
    passed + rest.iter().take_while(|&&byte| is_plain(byte)).count()
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
                    let found = plain_run(&text, HIGH_BITS);
                    assert_eq!(found, offset, "{special:#x} beside {neighbour:#x}");
                }
            }
        }
        assert_eq!(plain_run(&[b'a'; 41], HIGH_BITS), 41);
    }

    #[test]
    fn digits_end_at_the_first_byte_that_is_none() {
        for length in 0..20 {
            for byte in (0..=u8::MAX).filter(|byte| !byte.is_ascii_digit()) {
                for behind in [b'0', b'9', byte] {
                    let mut text = vec![b'7'; length];
                    text.extend([byte, behind, behind, behind, behind, behind, behind, behind]);
                    assert_eq!(digit_run(&text), length, "{byte:#x}");
                }
            }
            assert_eq!(digit_run(&vec![b'0'; length]), length);
        }
    }

    #[test]
    fn high_bytes_hide_nothing_when_they_are_not_suspicious() {
        for special in [b'"', b'\\', 0x00, 0x1F] {
            for offset in 0..40 {
                for neighbour in 0x80..=0xFF {
                    let mut text = [neighbour; 41];
                    text[offset] = special;
                    assert_eq!(plain_run(&text, 0), offset, "{special:#x} {neighbour:#x}");
                }
            }
        }
        assert_eq!(plain_run(&[0xE4; 41], 0), 41);
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
