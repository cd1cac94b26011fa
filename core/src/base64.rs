//! Base64 (RFC 4648, section 4) for bytes that are no text, in and out of JSON.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Padded base64 of any bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .chain([&0, &0])
            .take(3)
            .fold(0_u32, |group, &byte| group << 8 | u32::from(byte));
        for place in 0..4 {
            let is_padding = place > chunk.len();
            let sextet = (group >> (18 - 6 * place) & 0x3F) as usize;
            let letter = ALPHABET.get(sextet).filter(|_| !is_padding);
            text.push(char::from(letter.copied().unwrap_or(b'=')));
        }
    }
    text
}

/// The bytes of strictly padded base64, without white space; else nothing.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let last = text.len().saturating_sub(4);
    for (index, quad) in text.chunks(4).enumerate() {
        let padding = match quad {
            [.., b'=', b'='] => 2,
            [.., b'='] => 1,
            _ => 0,
        };
        if padding > 0 && index * 4 != last {
            return None;
        }
        let mut group = 0_u32;
        for &letter in quad.get(..4 - padding)? {
            group = group << 6 | sextet(letter)?;
        }
        group <<= 6 * padding;
        // Bits that padding cuts off must be zero: one text for each bytes.
        let [_, decoded @ ..] = group.to_be_bytes();
        let (kept, cut) = decoded.split_at_checked(3 - padding)?;
        if cut.iter().any(|&byte| byte != 0) {
            return None;
        }
        bytes.extend_from_slice(kept);
    }
    Some(bytes)
}

fn sextet(letter: u8) -> Option<u32> {
    let value = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648_hold_both_ways() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        let every_byte: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encode(&every_byte)), Some(every_byte));
    }

    #[test]
    fn anything_but_the_one_right_spelling_is_refused() {
        for text in [
            "Zg", "Zg=", "Zg=a", "Z===", "====", "Zh==", "Zm9=", "Zg==Zg==", "Zm 9", "Zm9-",
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
