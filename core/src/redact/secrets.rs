//! What one API calls its secrets, and how they begin: a profile's own, beside
//! what everybody's look like.

use std::borrow::Cow;

use super::Walk;
use super::line::printable_id;
use super::names::{Names, TAIL, Word};
use super::unit::is_of_word;

/// As many characters must follow the beginning of a secret.
const SHORTEST_REST: usize = 6;

/// Names and beginnings that the scrubber does not know by itself.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    /// In folded form, as much of their end as is compared.
    pub(super) names: Vec<Box<str>>,
    pub(super) beginnings: Vec<Box<str>>,
}

pub(super) static NONE: Secrets = Secrets {
    names: Vec::new(),
    beginnings: Vec::new(),
};

impl Secrets {
    /// Those of nobody.
    pub(crate) fn none() -> &'static Self {
        &NONE
    }

    /// Takes names and beginnings as a profile has them, and leaves out those
    /// that are known in any case, so that they cost nothing.
    pub(crate) fn new(names: &[String], beginnings: &[String]) -> Self {
        let mut secrets = Self::default();
        for name in names {
            if !is_known(name) {
                secrets.names.push(folded(name));
            }
        }
        for beginning in beginnings {
            let secret = format!("{beginning}{}", "x".repeat(SHORTEST_REST));
            if Word::read(&secret, 0).secret(&secret, false, &NONE) != Some(0) {
                secrets.beginnings.push(beginning.as_str().into());
            }
        }
        secrets
    }

    /// Replaces what looks like a secret, these included.
    pub(crate) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut walk = Walk::new(text, Names { more: self });
        walk.over_the_text();
        walk.result()
    }

    /// An id from outside as the library writes it: without secrets, its
    /// printable ASCII characters, at most 128.
    pub(crate) fn clean_id(&self, id: &str) -> String {
        let scrubbed = self.redact(id);
        let printable = printable_id(scrubbed.chars());
        if printable == scrubbed {
            return printable;
        }
        // What was left out may have stood in the middle of a name.
        self.redact(&printable).into_owned()
    }

    pub(super) fn begins_with(&self, character: char) -> bool {
        self.beginnings
            .iter()
            .any(|beginning| beginning.starts_with(character))
    }

    pub(super) fn beginnings(&self) -> impl Iterator<Item = (&str, usize)> {
        let beginnings = self.beginnings.iter();
        beginnings.map(|beginning| (&**beginning, SHORTEST_REST))
    }
}

/// Whether a text can be a name as words of a text are: one of them, of which
/// something is left when it is folded.
pub(crate) fn is_a_name(text: &str) -> bool {
    is_a_beginning(text) && !folded(text).is_empty()
}

/// Whether a text can begin a secret: it consists of what secrets consist of.
pub(crate) fn is_a_beginning(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_of_word)
}

fn is_known(name: &str) -> bool {
    Names { more: &NONE }.know(&Word::read(name, 0), None, false)
}

/// A name as words of a text are compared with it: its letters and digits in
/// lower case, and not more of its end than is kept of a word.
fn folded(name: &str) -> Box<str> {
    let folded: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_lowercase())
        .collect();
    let start = folded.len().saturating_sub(TAIL);
    folded.get(start..).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(names: &[&str], beginnings: &[&str]) -> Secrets {
        let owned = |texts: &[&str]| -> Vec<String> {
            texts.iter().map(|text| (*text).to_owned()).collect()
        };
        Secrets::new(&owned(names), &owned(beginnings))
    }

    #[test]
    fn a_name_is_found_wherever_names_are() {
        let ours = secrets(&["Member-PIN", "nip"], &[]);
        for text in [
            "https://host/?memberPin=§&page=2",
            "https://host/?a=1&member%5Fpin=§",
            "X-Member-Pin: §",
            "{\"member_pin\":\"§\",\"page\":2}",
            "{\"a\":\"{\\\"memberPin\\\":\\\"§\\\"}\"}",
            "user[nip]=§&page=2",
            "{'nip': '§'}",
            "<memberPin>§</memberPin>",
        ] {
            let planted = text.replace('§', "4711-canary");
            let scrubbed = ours.redact(&planted);
            assert!(!scrubbed.contains("canary"), "{scrubbed}");
            assert_eq!(ours.redact(&scrubbed), *scrubbed);
            assert!(NONE.redact(&planted).contains("canary"), "{planted}");
        }
    }

    #[test]
    fn a_name_longer_than_what_is_compared_is_found_by_its_end() {
        let name = "the_very_long_name_of_a_secret_of_this_interface_number_seven";
        let ours = secrets(&[name], &[]);
        assert_eq!(
            ours.redact(&format!("{name}=canary&page=2")),
            format!("{name}=REDACTED&page=2")
        );
    }

    #[test]
    fn a_beginning_is_found_in_the_middle_of_a_text() {
        let ours = secrets(&[], &["shop.", "pk_"]);
        assert_eq!(
            ours.redact("no shop.canary1, no pk_canary2"),
            "no REDACTED, no REDACTED"
        );
        assert_eq!(
            ours.redact("shop.five5 workshop.canary1"),
            "shop.five5 workshop.canary1"
        );
    }

    #[test]
    fn an_id_hides_no_secret_behind_what_is_left_out() {
        let ours = secrets(&["pin"], &[]);
        for (id, expected) in [
            ("c-1", "c-1"),
            ("c-1 pin=4711", "c-1pin=REDACTED"),
            ("p\u{0}in=4711", "pin=REDACTED"),
            ("Bearer 4711", "BearerREDACTED"),
            ("api\u{7f}key:4711", "apikey:REDACTED"),
        ] {
            assert_eq!(ours.clean_id(id), expected);
        }
        assert_eq!(ours.clean_id(&"x".repeat(500)).len(), 128);
    }

    #[test]
    fn what_is_known_anyway_is_not_looked_for_twice() {
        let ours = secrets(
            &["apikey", "X-Auth-Token", "page_token"],
            &["sk-", "xoxb-", "s"],
        );
        assert_eq!(ours.names, ["pagetoken".into()]);
        // Of the second fewer characters are asked than everybody asks.
        assert_eq!(ours.beginnings, ["xoxb-".into(), "s".into()]);
    }

    #[test]
    fn only_what_can_be_told_from_other_words_is_a_name() {
        assert!(is_a_name("a") && is_a_name("X-Member_pin.2"));
        assert!(!is_a_name("--") && !is_a_name("pin[]") && !is_a_name(""));
        assert!(is_a_beginning("xoxe.") && !is_a_beginning("$") && !is_a_beginning(""));
    }
}
