//! Names that stand before a secret, and the beginnings of secrets that need no
//! name.

use super::secrets::Secrets;
use super::unit::{Unit, unit};

/// A name that ends like one of these has a secret value. Compared in folded
/// form: letters and digits alone, in lower case.
const ENDINGS: [&str; 25] = [
    "accesskey", "accesskeyid", "apikey", "assertion", "authkey", "authorization", "bearer",
    "cookie", "credential", "credentials", "jwt", "passphrase", "passwd", "password", "privatekey",
    "pwd", "qak", "secret", "secretkey", "sessionid", "sessionkey", "signature", "signingkey",
    "subscriptionkey", "token",
];

/// The last two characters of each: most words end in none of them, and are
/// looked at no further.
#[expect(clippy::indexing_slicing, reason = "indexed by the compiler alone")]
const LAST_TWO: [[u8; 2]; ENDINGS.len()] = {
    let mut last_two = [[0; 2]; ENDINGS.len()];
    let mut index = 0;
    while index < ENDINGS.len() {
        if let [.., one, other] = ENDINGS[index].as_bytes() {
            last_two[index] = [*one, *other];
        }
        index += 1;
    }
    last_two
};

/// Names that end like a secret's and are a place in a list.
const HARMLESS_ENDINGS: [&str; 3] = ["continuationtoken", "nexttoken", "pagetoken"];

/// Names of secrets in a URL's query; elsewhere they are ordinary words.
const IN_QUERY: [&str; 6] = ["ak", "auth", "key", "sig", "sign", "sk"];

/// Words that make a secret's name of a `key` that follows.
const QUALIFIERS: [&str; 6] = ["access", "api", "auth", "private", "secret", "signing"];

/// Names of headers whose value goes on to the end of the line.
const LINES: [&str; 4] = ["authorization", "cookie", "cookie2", "setcookie"];

/// How keys begin, and how many characters must follow: `sk-` of many APIs,
/// JSON Web Tokens, and the well-known forms of AWS, GitHub, GitLab, Google,
/// Slack and Stripe.
const BEGINNINGS: [(&str, usize); 16] = [
    ("sk-", 6),
    ("sk_live_", 6),
    ("sk_test_", 6),
    ("rk_live_", 6),
    ("eyJ", 14),
    ("AKIA", 12),
    ("ASIA", 12),
    ("AIza", 20),
    ("ghp_", 16),
    ("gho_", 16),
    ("ghs_", 16),
    ("github_pat_", 16),
    ("glpat-", 12),
    ("xoxb-", 8),
    ("xoxp-", 8),
    ("xapp-", 8),
];

/// The first characters of all of them.
const BEGINNERS: [char; 6] = ['s', 'e', 'A', 'r', 'g', 'x'];

/// As much of a name's end as has to be compared.
pub(super) const TAIL: usize = 24;

/// Which names stand before a secret: those of this file and a profile's.
#[derive(Clone, Copy)]
pub(super) struct Names<'n> {
    pub(super) more: &'n Secrets,
}

impl Names<'_> {
    /// Whether the value of this word is a secret. `before` is what stands
    /// before the word; `is_qualified` says that a word before it makes a name
    /// of `key`.
    pub(super) fn know(self, word: &Word, before: Option<Unit>, is_qualified: bool) -> bool {
        let name = word.folded();
        let ends_like = |ending: &str| name.ends_with(ending.as_bytes());
        let is_one_of = |names: &[&str]| names.iter().any(|one| one.as_bytes() == name);
        let is_in_query = || before.is_some_and(|before| matches!(before.char, '?' | '&'));
        let ends_like_a_secret = || {
            let could_be = name.last_chunk::<2>();
            could_be.is_some_and(|last_two| LAST_TWO.contains(last_two))
                && ENDINGS.iter().any(|ending| ends_like(ending))
                && !HARMLESS_ENDINGS.iter().any(|ending| ends_like(ending))
        };
        ends_like_a_secret()
            || self.more.names.iter().any(|ending| ends_like(ending))
            || (is_in_query() && is_one_of(&IN_QUERY))
            || (is_qualified && name == b"key")
    }
}

/// Letters, digits, `-`, `_` and `.` in a row, encoded or not.
pub(super) struct Word {
    start: usize,
    pub(super) end: usize,
    /// In characters.
    length: usize,
    pub(super) last: Option<Unit>,
    /// The last characters of the folded word.
    tail: [u8; TAIL],
    tail_length: usize,
    is_whole: bool,
}

impl Word {
    pub(super) fn read(text: &str, start: usize) -> Self {
        let mut word = Self {
            start,
            end: start,
            length: 0,
            last: None,
            tail: [0; TAIL],
            tail_length: 0,
            is_whole: true,
        };
        while let Some(next) = unit(text, word.end).filter(|next| next.is_of_word()) {
            word.end = next.end;
            word.length += 1;
            word.last = Some(next);
            if next.char.is_ascii_alphanumeric() {
                word.push(next.char.to_ascii_lowercase());
            }
        }
        word
    }

    fn push(&mut self, character: char) {
        if self.tail_length == TAIL {
            self.tail.rotate_left(1);
            self.tail_length -= 1;
            self.is_whole = false;
        }
        if let Some(place) = self.tail.get_mut(self.tail_length) {
            *place = u8::try_from(character).unwrap_or_default();
            self.tail_length += 1;
        }
    }

    /// The end of the word in folded form, which is all of a short one.
    fn folded(&self) -> &[u8] {
        self.tail.get(..self.tail_length).unwrap_or_default()
    }

    pub(super) fn ends_like(&self, folded: &str) -> bool {
        self.folded().ends_with(folded.as_bytes())
    }

    pub(super) fn is_one_of(&self, folded: &[&str]) -> bool {
        self.is_whole && folded.iter().any(|one| one.as_bytes() == self.folded())
    }

    /// Whether a `key` behind this word is a secret's name.
    pub(super) fn qualifies(&self) -> bool {
        self.is_one_of(&QUALIFIERS)
    }

    /// Whether it names a header whose whole line is secret.
    pub(super) fn is_line(&self) -> bool {
        let name = self.folded();
        LINES.iter().any(|line| name.ends_with(line.as_bytes()))
    }

    /// Where in the word a secret begins that goes on to the word's end.
    /// Behind a backslash the first letter may be that of an escape such as
    /// `\n`.
    pub(super) fn secret(&self, text: &str, is_escape: bool, more: &Secrets) -> Option<usize> {
        let mut at = self.start;
        let mut index = 0;
        let mut can_begin = true;
        let mut is_number = true;
        while let Some(next) = unit(text, at).filter(|next| next.end <= self.end) {
            let length = self.length - index;
            let is_known = can_begin
                && BEGINNERS.contains(&next.char)
                && begins_secret(text, at, length, BEGINNINGS.into_iter());
            let is_of_profile = can_begin
                && more.begins_with(next.char)
                && begins_secret(text, at, length, more.beginnings());
            if is_known || is_of_profile {
                return Some(at);
            }
            // Behind numbers and a letter, which may end a terminal's escape.
            let is_behind_number = is_number && index > 0 && next.char.is_ascii_alphabetic();
            is_number = is_number && next.char.is_ascii_digit();
            can_begin = matches!(next.char, '-' | '_' | '.')
                || (is_escape && index == 0)
                || is_behind_number;
            at = next.end;
            index += 1;
        }
        None
    }

    /// The end of a bot's token, `bot12345678:…`, as it stands in the path of a
    /// URL, if that is what begins here.
    pub(super) fn bot_token(&self, text: &str) -> Option<usize> {
        const SHORTEST: usize = 24;
        let name = self.folded();
        let digits = name.strip_prefix(b"bot").unwrap_or(name);
        let is_id = self.is_whole && digits.len() >= 6 && digits.iter().all(u8::is_ascii_digit);
        let colon = unit(text, self.end).filter(|next| is_id && next.char == ':')?;
        let secret = Self::read(text, colon.end);
        (secret.length >= SHORTEST).then_some(secret.end)
    }

    /// Whether it looks like a key and not like a word of a sentence.
    pub(super) fn is_random(&self, text: &str) -> bool {
        const SHORTEST: usize = 16;
        let word = text.get(self.start..self.end).unwrap_or_default();
        self.length >= SHORTEST
            && word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
    }
}

fn begins_secret<'b>(
    text: &str,
    start: usize,
    length: usize,
    mut beginnings: impl Iterator<Item = (&'b str, usize)>,
) -> bool {
    beginnings.any(|(beginning, more)| {
        let mut at = start;
        length >= beginning.len() + more
            && beginning.chars().all(|expected| {
                let next = unit(text, at);
                at = next.map_or(at, |next| next.end);
                next.is_some_and(|next| next.char == expected)
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_known(name: &str) -> bool {
        let more = &Secrets::default();
        Names { more }.know(&Word::read(name, 0), None, false)
    }

    #[test]
    fn names_of_secrets_are_known_in_any_spelling() {
        for name in [
            "apikey", "api_key", "API-Key", "x-api-key", "client_secret", "clientSecret",
            "refresh_token", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token",
            "AWSAccessKeyId", "OSSAccessKeyId", "q-ak", "q-signature", "Proxy-Authorization",
            "Set-Cookie", "api%5Fkey", r"api\u005fkey", "%61pikey", "Ocp-Apim-Subscription-Key",
        ] {
            assert!(is_known(name), "{name}");
        }
    }

    #[test]
    fn ordinary_names_are_not() {
        for name in [
            "key", "keyword", "status", "token_type", "tokens", "max_tokens", "next_token",
            "pageToken", "secretary", "sign", "author", "expires_in", "x-correlation-id", "",
        ] {
            assert!(!is_known(name), "{name}");
        }
    }

    #[test]
    fn every_beginning_begins_with_a_beginner() {
        for (beginning, _) in BEGINNINGS {
            assert!(
                BEGINNERS.contains(&beginning.chars().next().unwrap()),
                "{beginning}"
            );
        }
    }

    #[test]
    fn every_ending_fits_the_tail() {
        let all = ENDINGS.iter().chain(&HARMLESS_ENDINGS).chain(&IN_QUERY);
        for ending in all.chain(&LINES).chain(&QUALIFIERS) {
            assert!(ending.len() < TAIL, "{ending}");
        }
    }
}
