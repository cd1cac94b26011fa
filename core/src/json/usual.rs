//! A key as nearly every body spells it, so that it is found by one comparison.
//!
//! Where a key ends is otherwise told by its bytes, and whatever stands behind it
//! has to wait for them. The end of a key that was expected is known before they
//! have come: the processor reads on, and looks back later whether it was right.

use super::block::{BLOCK, words};

/// The quotes, the name and the colon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UsualKey {
    text: (u64, u64),
    mask: (u64, u64),
    length: usize,
}

impl UsualKey {
    /// Nothing if the name is too long for one comparison, or has to be escaped.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        if !name.bytes().all(is_plain) {
            return None;
        }
        let key = format!("\"{name}\":");
        let (mut text, mut mask) = ([0; BLOCK], [0; BLOCK]);
        text.get_mut(..key.len())?.copy_from_slice(key.as_bytes());
        mask.get_mut(..key.len())?.fill(0xFF);
        Some(Self {
            text: words(&text),
            mask: words(&mask),
            length: key.len(),
        })
    }

    /// The key's length, if it stands at the beginning of `text`.
    #[inline(always)]
    pub(crate) fn length_in(&self, text: &[u8]) -> Option<usize> {
        let (low, high) = words(text.first_chunk()?);
        let other = ((low ^ self.text.0) & self.mask.0) | ((high ^ self.text.1) & self.mask.1);
        (other == 0).then_some(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_where_it_stands_and_nowhere_else() {
        for name in ["", "a", "status", "error_message"] {
            let key = UsualKey::of(name).unwrap();
            let whole = format!("\"{name}\":");
            let text = format!("{whole}{}", " ".repeat(BLOCK));
            assert_eq!(key.length_in(text.as_bytes()), Some(whole.len()));
            for place in 0..whole.len() {
                let mut other = text.clone().into_bytes();
                other[place] ^= 1;
                assert_eq!(key.length_in(&other), None, "{name} {place}");
            }
        }
        // Too near the end of a text to be compared at once.
        assert_eq!(UsualKey::of("a").unwrap().length_in(b"\"a\":1}"), None);
    }

    #[test]
    fn what_cannot_be_compared_at_once_is_none() {
        for name in ["error_message_", "a\"", "a\\", "\n", "é"] {
            assert!(UsualKey::of(name).is_none(), "{name}");
        }
    }
}
