//! What can be said to people, by language and key: data, read and looked up.
//!
//! * this file: what an entry may ask of a person, and a profile's own texts;
//! * `table`: the texts of one language, read from JSON;
//! * `template`: a text with a place to fill;
//! * `built_in`: the eight languages that are always there, packed;
//! * `times`: when to try again, as people say it;
//! * `locale`: which language somebody asked for.
//!
//! The built-in ones are `core/words/<language>.json`. An entry stands under a
//! *key*: the name of a category, two of them for an ambiguous failure
//! (`permission+quota`), or a word of its own such as `file_too_large`. A
//! profile says which of its rules have such a word ([`Words::new`]), and may
//! bring tables of its own, which come before the built-in ones. The door for
//! them is [`table::Table::read`]: it takes the tag of a language and the JSON
//! object of its entries as a node of `crate::json::document`, and refuses what
//! is wrong at its place.
//!
//! This room knows no verdict and no profile: `words` chooses what is said.

pub(crate) mod built_in;
pub(crate) mod locale;
pub(crate) mod table;
mod template;
pub(crate) mod times;

use crate::UnixTime;
use crate::closed_set::closed_set;
use crate::order::sort;

pub use locale::{LANGUAGES, negotiate_language};

use table::{Key, Table};

closed_set! {
    /// Whom a message speaks to.
    #[derive(Default)]
    pub enum Role {
        /// Somebody who uses the program, and has an administrator.
        #[default]
        User = 0 "user",
        /// Whoever has the account with the API: can pay, renew, change keys.
        Owner = 1 "owner",
    }
}

closed_set! {
    /// What a person can do, for a button or a link beside the message.
    ///
    /// Number 0 is left for "nothing", which Rust says with `Option`. In data it
    /// is called the `action` of a message; a decision has another one.
    pub enum Remedy {
        /// Change what was entered.
        FixInput = 1 "fix_input",
        /// Check a number, an id or an address.
        CheckId = 2 "check_id",
        /// Sign in again, or renew the key.
        SignInAgain = 3 "sign_in_again",
        /// Ask the administrator.
        ContactAdmin = 4 "contact_admin",
        /// Renew the contract.
        RenewContract = 5 "renew_contract",
        /// Pay in.
        TopUp = 6 "top_up",
        /// Wait for a total to be renewed.
        Wait = 7 "wait",
        /// Go on, but not as fast.
        SlowDown = 8 "slow_down",
        /// Choose another file.
        ChooseOtherFile = 9 "choose_other_file",
        /// Try the same again, later.
        RetryLater = 10 "retry_later",
        /// Ask the support of the program or of the API.
        ContactSupport = 11 "contact_support",
    }
}

/// What a clock on the person's wall shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) now: UnixTime,
    pub(crate) utc_offset_minutes: i32,
}

/// A profile's own words.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// Rules that have a key, by their id. Sorted, each once.
    keys: Vec<(Box<str>, Box<str>)>,
    /// Texts that come before the built-in ones.
    tables: Vec<Table>,
}

impl Words {
    pub(crate) fn new(mut keys: Vec<(Box<str>, Box<str>)>, tables: Vec<Table>) -> Self {
        sort(&mut keys, Ord::cmp);
        Self { keys, tables }
    }

    /// The texts of one language each.
    pub(crate) fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The rules that have a key of their own, and their keys.
    #[cfg(test)]
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.keys.iter().map(|(rule, key)| (&**rule, &**key))
    }

    /// Whether there are texts under that key, here or built in.
    pub(crate) fn have(&self, key: &str) -> bool {
        let key = Key::of(key);
        let is_own = self.tables.iter().any(|table| table.find(key).is_some());
        is_own || built_in::english().find(key).is_some()
    }

    /// The keys of the built-in texts, and of those here, as far as `most`.
    pub(crate) fn known_keys(&self, most: usize) -> Vec<&str> {
        let mut known = Vec::new();
        for table in core::iter::once(built_in::english()).chain(&self.tables) {
            for key in table.keys() {
                if known.len() == most {
                    return known;
                }
                known.push(key);
            }
        }
        known
    }

    pub(crate) fn key_of(&self, rule: Key<'_>) -> Option<&str> {
        let place = self
            .keys
            .binary_search_by(|(known, _)| rule.order(known))
            .ok()?;
        self.keys.get(place).map(|(_, key)| &**key)
    }
}
