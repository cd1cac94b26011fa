//! Comparing messages: what people would call the same words.
//!
//! A folded message has no capitals, no white space around it, and none of the
//! exclamation marks and spaces at its end. Folding allocates nothing, so it
//! can be done to a message of any size.

use crate::json::text::{Chars, RawText};
use crate::lower_case::lower_case;
use crate::order::sort;

/// The characters of a message, folded.
pub(crate) fn folded(text: RawText<'_>) -> LowerCase<'_> {
    // First white space is taken off the end, then marks and spaces.
    let mut end = text.chars();
    // Behind the last character that a mark before the end does not cross.
    let mut barrier = text.chars();
    let mut rest = text.chars();
    while let Some(character) = rest.step() {
        match character {
            ' ' => {}
            '!' | '！' => end = barrier.clone(),
            '\t' | '\n' | '\r' => barrier = rest.clone(),
            _ => {
                end = rest.clone();
                barrier = rest.clone();
            }
        }
    }
    let mut characters = text.chars().until(&end);
    let mut behind = characters.clone();
    while let Some(' ' | '\t' | '\n' | '\r') = behind.next() {
        characters = behind.clone();
    }
    LowerCase::of(characters)
}

/// The lower-case forms of characters: one of each, or rarely two.
#[derive(Clone, Debug)]
pub(crate) struct LowerCase<'t> {
    characters: Chars<'t>,
    second: Option<char>,
}

impl<'t> LowerCase<'t> {
    const fn of(characters: Chars<'t>) -> Self {
        Self {
            characters,
            second: None,
        }
    }
}

impl Iterator for LowerCase<'_> {
    type Item = char;

    #[inline(always)]
    fn next(&mut self) -> Option<char> {
        if let Some(second) = self.second.take() {
            return Some(second);
        }
        match self.characters.step()? {
            ascii @ '\0'..='\x7F' => Some(ascii.to_ascii_lowercase()),
            // Han and kana have no case, and a search takes a while to say so.
            caseless @ '\u{3000}'..='\u{9FFF}' => Some(caseless),
            character => {
                let (first, second) = lower_case(character);
                self.second = second;
                Some(first)
            }
        }
    }
}

/// Several words or phrases, of which a folded message contains one or none.
#[derive(Debug)]
pub(crate) struct Patterns {
    phrases: Vec<Phrase>,
    /// The ASCII bytes with which a phrase can begin, in both cases.
    first_bytes: [bool; 256],
}

impl Patterns {
    /// Takes the phrases as written; they are folded here, and none is empty
    /// then.
    pub(crate) fn new(phrases: &[&str]) -> Self {
        let phrases: Vec<Phrase> = phrases.iter().map(|phrase| Phrase::new(phrase)).collect();
        let mut first_bytes = [false; 256];
        for (byte, is_first) in (0..=u8::MAX).zip(&mut first_bytes) {
            let folded = char::from(byte.to_ascii_lowercase());
            *is_first = byte.is_ascii()
                && phrases
                    .iter()
                    .any(|phrase| phrase.characters.first() == Some(&folded));
        }
        Self {
            phrases,
            first_bytes,
        }
    }

    /// Whether the folded message contains one of them.
    ///
    /// What folding takes off a message's ends, a folded phrase neither begins
    /// nor ends with; so the message itself can be searched, ends and all.
    #[inline(never)]
    pub(crate) fn are_in(&self, message: RawText<'_>) -> bool {
        if !message.is_escaped && message.bytes.is_ascii() {
            self.are_in_ascii(message.bytes)
        } else {
            self.are_in_characters(message)
        }
    }

    fn are_in_characters(&self, message: RawText<'_>) -> bool {
        self.phrases
            .chunks(AT_ONCE)
            .any(|phrases| any_is_in(phrases, message))
    }

    /// The same over bytes that are characters: the usual case, and faster. A
    /// message that makes this way slow is searched in the other one.
    fn are_in_ascii(&self, message: &[u8]) -> bool {
        let mut patience = 256 + 4 * message.len();
        let mut rest = message;
        while let Some((&first, behind)) = rest.split_first() {
            if self.first_bytes.get(usize::from(first)) == Some(&true) {
                for phrase in &self.phrases {
                    let fitting = phrase.fitting_in_ascii(rest);
                    if fitting == phrase.characters.len() {
                        return true;
                    }
                    patience = patience.saturating_sub(fitting + 1);
                }
            }
            if patience == 0 {
                return self.are_in_characters(RawText::verbatim(message));
            }
            rest = behind;
        }
        false
    }
}

/// A folded phrase and its Knuth-Morris-Pratt table, so that a search takes
/// linear time over characters that come one by one.
#[derive(Debug)]
struct Phrase {
    characters: Vec<char>,
    /// How much of the phrase still fits if the next character does not.
    fallback: Vec<usize>,
}

impl Phrase {
    fn new(phrase: &str) -> Self {
        let characters: Vec<char> = folded(RawText::verbatim(phrase.as_bytes())).collect();
        let mut fallback = vec![0; characters.len()];
        let mut matched = 0;
        for (index, &character) in characters.iter().enumerate().skip(1) {
            matched = step(&characters, &fallback, matched, character);
            if let Some(entry) = fallback.get_mut(index) {
                *entry = matched;
            }
        }
        Self {
            characters,
            fallback,
        }
    }

    /// How much of the phrase stands at the front of ASCII text, in any case.
    fn fitting_in_ascii(&self, text: &[u8]) -> usize {
        let is_same =
            |byte: &u8, character: &char| char::from(byte.to_ascii_lowercase()) == *character;
        // Most that are tried begin otherwise.
        if !matches!((text, &*self.characters), ([byte, ..], [character, ..]) if is_same(byte, character))
        {
            return 0;
        }
        text.iter()
            .zip(&self.characters)
            .take_while(|(byte, character)| is_same(byte, character))
            .count()
    }
}

/// As many phrases as are searched for in one pass.
const AT_ONCE: usize = 16;

/// Whether a message contains one of a few phrases, in one pass.
fn any_is_in(phrases: &[Phrase], message: RawText<'_>) -> bool {
    let mut matched = [0; AT_ONCE];
    LowerCase::of(message.chars()).any(|character| {
        phrases.iter().zip(&mut matched).any(|(phrase, matched)| {
            *matched = step(&phrase.characters, &phrase.fallback, *matched, character);
            *matched == phrase.characters.len()
        })
    })
}

/// How much of `phrase` fits after one more character.
fn step(phrase: &[char], fallback: &[usize], mut matched: usize, character: char) -> usize {
    loop {
        if phrase.get(matched) == Some(&character) {
            return matched + 1;
        }
        match matched.checked_sub(1).and_then(|last| fallback.get(last)) {
            Some(&shorter) => matched = shorter,
            None => return 0,
        }
    }
}

/// Whole messages and what each of them stands for, found by their folded form.
#[derive(Debug, Default)]
pub(crate) struct Wordings {
    /// Sorted by hash; equal hashes are told apart by comparison.
    entries: Vec<(u64, Vec<char>, usize)>,
}

impl Wordings {
    /// Takes wordings and the numbers of what they stand for; fails with the
    /// index of a wording that, folded, stands there already.
    pub(crate) fn new(wordings: &[(&str, usize)]) -> Result<Self, usize> {
        let mut entries = Vec::with_capacity(wordings.len());
        for (index, (wording, _)) in wordings.iter().enumerate() {
            let text = folded(RawText::verbatim(wording.as_bytes()));
            entries.push((hash(text.clone()), text.collect(), index));
        }
        sort(&mut entries, Ord::cmp);
        for (entry, next) in entries.iter().zip(entries.iter().skip(1)) {
            if entry.1 == next.1 {
                return Err(next.2);
            }
        }
        for (_, _, index) in &mut entries {
            if let Some((_, meaning)) = wordings.get(*index) {
                *index = *meaning;
            }
        }
        Ok(Self { entries })
    }

    /// What a message stands for.
    pub(crate) fn find(&self, message: RawText<'_>) -> Option<usize> {
        let message = folded(message);
        let hash = hash(message.clone());
        let first = self.entries.partition_point(|entry| entry.0 < hash);
        self.entries
            .get(first..)?
            .iter()
            .take_while(|entry| entry.0 == hash)
            .find(|entry| entry.1.iter().copied().eq(message.clone()))
            .map(|entry| entry.2)
    }
}

/// FNV-1a over code points. Only a first guess: nothing depends on its quality.
#[inline(always)]
fn hash(characters: LowerCase<'_>) -> u64 {
    characters.fold(0xCBF2_9CE4_8422_2325, |hash, character| {
        (hash ^ u64::from(character)).wrapping_mul(0x0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(text: &str) -> String {
        folded(RawText::verbatim(text.as_bytes())).collect()
    }

    #[test]
    fn folding_takes_off_case_space_and_marks() {
        for (text, expected) in [
            ("Bad request!", "bad request"),
            (
                " \n QUOTA exceeds the LIMIT !！ ! ", "quota exceeds the limit",
            ),
            ("余额不足！", "余额不足"),
            ("ÉCHEC", "échec"),
            ("!", ""),
            ("", ""),
            (" \t", ""),
            ("!wow! no", "!wow! no"),
            ("a\n", "a"),
            ("a!\n", "a"),
            ("a\n!", "a\n"),
            ("a!\n!", "a!\n"),
            ("a \n ! ", "a \n"),
        ] {
            assert_eq!(fold(text), expected, "{text:?}");
        }
    }

    #[test]
    fn folding_strips_what_the_standard_library_would() {
        let alphabet = ['a', ' ', '!', '！', '\n', '\t'];
        for number in 0..alphabet.len().pow(6) {
            let text: String = (0..6)
                .scan(number, |rest, _| {
                    let character = alphabet[*rest % alphabet.len()];
                    *rest /= alphabet.len();
                    Some(character)
                })
                .collect();
            let expected = text
                .trim_matches([' ', '\t', '\n', '\r'])
                .trim_end_matches(['!', '！', ' ']);
            assert_eq!(fold(&text), expected, "{text:?}");
        }
    }

    #[test]
    fn phrases_are_found_in_any_case_and_any_script() {
        let patterns = Patterns::new(&["Too Fast", "次数上限", "ananas!"]);
        for text in [
            "You are TOO FAST!", "too too fast", "调用次数上限已满", "anananas", "é too fast",
        ] {
            assert!(
                patterns.are_in(RawText::verbatim(text.as_bytes())),
                "{text}"
            );
        }
        for text in ["", "too  fast", "toofast", "次数 上限", "anana", "too fas"] {
            assert!(
                !patterns.are_in(RawText::verbatim(text.as_bytes())),
                "{text}"
            );
        }
    }

    #[test]
    fn both_searches_agree() {
        let patterns = Patterns::new(&["aab", "aba"]);
        for number in 0_u32..1 << 10 {
            let text: String = (0..10)
                .map(|bit| if number >> bit & 1 == 1 { 'A' } else { 'b' })
                .collect();
            let text = RawText::verbatim(text.as_bytes());
            let slow = any_is_in(&patterns.phrases, text);
            assert_eq!(patterns.are_in(text), slow);
        }
    }

    #[test]
    fn a_message_made_to_be_slow_takes_linear_time() {
        // Comparing at every place would take 10^10 steps.
        let phrase = "a".repeat(100_000) + "b";
        let patterns = Patterns::new(&[&phrase]);
        let hostile = "a".repeat(200_000);
        assert!(!patterns.are_in(RawText::verbatim(hostile.as_bytes())));
        let found = hostile + "B";
        assert!(patterns.are_in(RawText::verbatim(found.as_bytes())));
    }

    #[test]
    fn more_phrases_than_fit_into_one_pass_are_all_searched_for() {
        let phrases: Vec<String> = (0..40).map(|n| format!("词{n}。")).collect();
        let borrowed: Vec<&str> = phrases.iter().map(String::as_str).collect();
        let patterns = Patterns::new(&borrowed);
        for phrase in &phrases {
            let text = format!("a{phrase}b");
            assert!(
                patterns.are_in(RawText::verbatim(text.as_bytes())),
                "{text}"
            );
        }
        assert!(!patterns.are_in(RawText::verbatim("词40。".as_bytes())));
    }

    #[test]
    fn wordings_are_found_by_their_folded_form() {
        let all = [("Bad request!", 1), ("Path Not Found", 2)];
        let wordings = Wordings::new(&all).unwrap();
        let twice = [all[0], all[1], ("BAD REQUEST", 3)];
        assert_eq!(Wordings::new(&twice).unwrap_err(), 2);
        let find = |text: &str| wordings.find(RawText::verbatim(text.as_bytes()));
        assert_eq!(find(" bad request！ "), Some(1));
        assert_eq!(find("path not found!"), Some(2));
        assert_eq!(find("path not found: /x"), None);
        assert_eq!(find(""), None);
    }
}
