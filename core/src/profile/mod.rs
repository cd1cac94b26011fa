//! Profiles: everything that is particular to one API, as data.
//!
//! Read in this order:
//!
//! * this file: what a profile is and how the judge asks it;
//! * `rules`: rows, their conditions, and the tables that find them;
//! * `load`: from a JSON file to a profile, with an error for every wrong value;
//! * `tables`: its rows;
//! * `texts`: ids and phrases.
//!
//! The built-in profile goes through the same door as a user's file.

mod load;
mod rules;
mod tables;
mod texts;

use core::fmt;
use std::sync::LazyLock;

use crate::envelope::fields::{Code, Fields};
use crate::headers::HeaderNames;
use crate::json::text::RawText;
use crate::words::{self, Words};
use crate::{Error, Fault};

pub use rules::CodeRule;
pub(crate) use rules::{Circumstances, CodeName, Decided, Row};
use rules::{CodeTable, Family, HttpRule};

/// The text of the built-in profile.
const EUREKA: &str = include_str!("../../profiles/eureka.json");

/// Boxed, as a static of that size would be empty room in every library's file.
static BUILT_IN: LazyLock<Box<Profile>> = LazyLock::new(|| {
    #[expect(clippy::panic, reason = "the text is a constant, and a test loads it")]
    match Profile::from_json(EUREKA) {
        Ok(profile) => Box::new(Profile {
            words: words::built_in::eureka(),
            ..profile
        }),
        Err(error) => panic!("the built-in profile is refused: {error}"),
    }
});

/// How one API speaks: the names of its fields, its codes, its tables.
///
/// A profile is immutable and may be shared by any number of threads.
///
/// ```
/// use aftercall::{Category, Profile};
///
/// let profile = Profile::eureka();
/// assert_eq!(profile.name(), "eureka");
/// let balance = profile.codes().find(|rule| rule.id() == "code:67200005").unwrap();
/// assert_eq!(balance.category(), Category::Balance);
/// ```
pub struct Profile {
    name: String,
    version: String,
    title: String,
    pub(crate) fields: Fields,
    pub(crate) absent_flag: AbsentFlag,
    pub(crate) headers: HeaderNames,
    codes: CodeTable,
    families: Vec<Family>,
    http: Vec<HttpRule>,
    /// Failing codes that are read as HTTP statuses.
    code_statuses: Option<core::ops::RangeInclusive<i32>>,
    /// Statuses under which nothing transient is repeated.
    vetoes: Vec<i32>,
    /// One row for each fault, in the order of their numbers.
    faults: Vec<(Row, String)>,
    /// What its rules are called in messages for people.
    pub(crate) words: Words,
}

/// What the absence of a flag means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AbsentFlag {
    /// Success needs a true flag.
    Failure,
    /// An OK code stands in for it.
    Code,
    /// A 2xx status stands in for it.
    Http,
}

impl Profile {
    /// The built-in profile of the Eureka Open Platform REST API, parsed at its
    /// first use.
    #[must_use]
    pub fn eureka() -> &'static Self {
        &BUILT_IN
    }

    /// The built-in profile of that name.
    ///
    /// ```
    /// use aftercall::Profile;
    ///
    /// assert!(Profile::built_in("eureka").is_some());
    /// assert!(Profile::built_in("unheard-of").is_none());
    /// ```
    #[must_use]
    pub fn built_in(name: &str) -> Option<&'static Self> {
        Some(Self::eureka()).filter(|profile| profile.name() == name)
    }

    /// Reads a profile from JSON text of at most 16 MiB.
    ///
    /// Sections `envelope`, `headers`, `http`, `veto` and `faults` that are left
    /// out, in whole or in part, are those of the built-in profile; codes and
    /// families are never inherited. The format's number is 1 and may still
    /// change before version 1.0 of the library.
    ///
    /// # Errors
    ///
    /// An [`Error`] that names line, column and field for the first thing that
    /// is not JSON, unknown, missing, given twice or out of range.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        load::load(text, EUREKA)
    }

    /// A profile that says nothing yet: what the loader fills.
    fn blank() -> Self {
        Self {
            name: String::new(),
            version: String::new(),
            title: String::new(),
            fields: Fields::default(),
            absent_flag: AbsentFlag::Failure,
            headers: HeaderNames::default(),
            codes: CodeTable::default(),
            families: Vec::new(),
            http: Vec::new(),
            code_statuses: None,
            vetoes: Vec::new(),
            faults: Vec::new(),
            words: Words::default(),
        }
    }

    /// The profile's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version of the profile's data.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The API's name, for people.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The catalogue of codes, in the order in which rules are tried.
    pub fn codes(&self) -> impl Iterator<Item = &CodeRule> {
        self.codes.rules()
    }

    pub(crate) fn by_code(
        &self,
        code: &Code<'_>,
        around: &Circumstances<'_>,
    ) -> Option<Decided<'_>> {
        self.codes.by_code(code, around)
    }

    pub(crate) fn by_message(
        &self,
        message: RawText<'_>,
        around: &Circumstances<'_>,
    ) -> Option<Decided<'_>> {
        self.codes.by_message(message, around)
    }

    pub(crate) fn by_http_status(
        &self,
        http_status: i32,
        around: &Circumstances<'_>,
    ) -> Option<Decided<'_>> {
        rules::by_http_status(&self.http, http_status, around)
    }

    pub(crate) fn by_family(&self, code: &Code<'_>) -> Option<Decided<'_>> {
        rules::by_family(&self.families, code)
    }

    pub(crate) fn by_fault(&self, fault: Fault) -> Option<Decided<'_>> {
        let index = usize::try_from(fault.number() - 1).ok()?;
        let (row, id) = self.faults.get(index)?;
        Some(Decided { row: *row, id })
    }

    /// Whether the profile has anything of its own to say about a code.
    pub(crate) fn knows(&self, code: &Code<'_>) -> bool {
        self.codes.knows(code) || self.by_family(code).is_some()
    }

    /// The HTTP status that a failing code stands for, if it is one.
    pub(crate) fn status_of(&self, code: &Code<'_>) -> Option<i32> {
        rules::status_of(code, self.code_statuses.as_ref()?)
    }

    pub(crate) fn vetoes(&self, http_status: i32) -> bool {
        self.vetoes.contains(&http_status)
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("codes", &self.codes.rules().count())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_profile_loads_through_the_common_door() {
        let profile = Profile::from_json(EUREKA).unwrap();
        assert_eq!(profile.name(), "eureka");
        assert_eq!(profile.codes().count(), 35);
    }
}
