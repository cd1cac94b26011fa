//! Profiles: everything that is particular to one API, as data.
//!
//! Read in this order:
//!
//! * this file: what a profile is and how the judge asks it;
//! * `rules`: rows and their conditions; `catalogue`, `integers`, `ranges` and
//!   `http`: the tables that find the row that applies;
//! * `extras`, `bodies`, `operations`: what else a body says, what bodies are
//!   that are no envelope, and what requests are for;
//! * `load`: from a JSON file to a profile, section by section: `envelope`,
//!   `headers`, `codes`, `tables`, `messages`, `phrases`, `requests`, `texts`, `glob`;
//! * `finding` and `lint`: what is to be said about a file.
//!
//! The built-in profile goes through the same door as a user's file.

mod bodies;
mod catalogue;
mod codes;
mod envelope;
mod extras;
mod finding;
mod glob;
mod headers;
mod http;
mod integers;
mod lint;
mod load;
mod messages;
mod operations;
mod phrases;
mod ranges;
mod requests;
mod rules;
mod tables;
mod texts;

use core::fmt;
use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use crate::envelope::fields::{Code, Fields, Identity};
use crate::headers::HeaderNames;
use crate::json::text::RawText;
use crate::packed::{EUREKA, sound};
use crate::redact::Secrets;
use crate::texts::Words;
use crate::{Error, Fault};

use bodies::BodyRules;
pub(crate) use bodies::{BodyForm, BodyRule};
use catalogue::CodeTable;
use extras::{Extras, Tasks};
pub use finding::{Finding, Severity};
use http::HttpTable;
pub use operations::OperationHint;
use operations::Operations;
use ranges::Ranges;
pub use rules::CodeRule;
use rules::Family;
pub(crate) use rules::{Circumstances, CodeName, Decided, Row};

/// On the heap: a place for it in the library would be 5 KB of its file.
static BUILT_IN: LazyLock<Box<Profile>> = LazyLock::new(|| sound(load::load(&EUREKA).ok()));

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
    hosts: Vec<String>,
    pub(crate) fields: Fields,
    pub(crate) absent_flag: AbsentFlag,
    /// An object without a code says what one with an OK code says.
    pub(crate) is_ok_without_code: bool,
    /// Without a field for it, the whole body is a success's data.
    pub(crate) is_body_the_data: bool,
    pub(crate) extras: Extras,
    /// In a box of its own, as few APIs have any.
    pub(crate) tasks: Option<Box<Tasks>>,
    pub(crate) headers: HeaderNames,
    codes: CodeTable,
    families: Families,
    http: HttpTable,
    /// Failing codes that are read as HTTP statuses.
    code_statuses: Option<core::ops::RangeInclusive<i32>>,
    /// Statuses under which nothing transient is repeated.
    vetoes: Vec<i32>,
    /// One row for each fault, in the order of their numbers.
    faults: Vec<(Row, Box<str>)>,
    bodies: BodyRules,
    operations: Operations,
    redaction: Redaction,
    /// What its rules are called in messages for people.
    pub(crate) words: Words,
}

/// Ranges of codes of which only the range is known.
#[derive(Debug, Default)]
struct Families {
    rows: Vec<Family>,
    table: Ranges,
}

/// What no record and no log may show.
#[derive(Debug, Default)]
struct Redaction {
    /// Names of headers, parameters and fields.
    names: Vec<String>,
    /// What secrets begin with.
    prefixes: Vec<String>,
    /// The same for the scrubber; records take it along.
    secrets: Arc<Secrets>,
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
    /// A profile that says nothing yet.
    fn blank() -> Box<Self> {
        Box::new(Self {
            name: String::new(),
            version: String::new(),
            title: String::new(),
            hosts: Vec::new(),
            fields: Fields::default(),
            absent_flag: AbsentFlag::Failure,
            is_ok_without_code: false,
            is_body_the_data: false,
            extras: Extras::default(),
            tasks: None,
            headers: HeaderNames::default(),
            codes: CodeTable::default(),
            families: Families::default(),
            http: HttpTable::default(),
            code_statuses: None,
            vetoes: Vec::new(),
            faults: Vec::new(),
            bodies: BodyRules::default(),
            operations: Operations::default(),
            redaction: Redaction::default(),
            words: Words::default(),
        })
    }

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
    /// other lists are inherited only with `"extends": "eureka"`, and stand
    /// behind the profile's own then. `docs/PROFILES.md` describes the format,
    /// `core/schema/profile.json` has it as a JSON Schema. The format's number is
    /// 1 and may still change before version 1.0 of the library.
    ///
    /// # Errors
    ///
    /// An [`Error`] that names line, column and field for the first thing that
    /// is not JSON, unknown, missing, given twice or out of range;
    /// [`check`](Self::check) tells all of them.
    ///
    /// ```
    /// use aftercall::{Category, Profile, Reply, judge};
    ///
    /// let ours = Profile::from_json(r#"{
    ///     "aftercall_profile": 1, "name": "ours", "extends": "eureka",
    ///     "codes": [{"code": 68300011, "category": "not_found", "advice": "never", "effect": "rejected"}]
    /// }"#)?;
    /// let judged = |body| judge(&ours, &Reply::new(200, body), None).category();
    /// assert_eq!(judged(r#"{"status":false,"error_code":68300011}"#), Category::NotFound);
    /// assert_eq!(judged(r#"{"status":false,"error_code":67200005}"#), Category::Balance);
    /// # Ok::<(), aftercall::Error>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        load::load(text).map(|profile| *profile)
    }

    /// The same for several owners, as `libaftercall` has them.
    #[doc(hidden)]
    #[inline(never)]
    pub fn shared_from_json(text: &str) -> Result<Arc<Self>, Error> {
        load::load(text).map(Arc::from)
    }

    /// One owner less. Because it is here, what frees a profile is compiled once,
    /// and not once more where the last owner is: 2 KB.
    #[doc(hidden)]
    #[inline(never)]
    pub fn release(shared: Arc<Self>) {
        drop(shared);
    }

    /// Says what is wrong with the text of a profile, and what is odd: every
    /// error and every warning with line, column and path, in the order of the
    /// text, at most 1,000 of them. Without errors the text loads.
    ///
    /// ```
    /// use aftercall::Profile;
    ///
    /// let text = "{\"aftercall_profile\": 1, \"nmae\": \"x\",\n \"veto\": {\"http\": [42]}}";
    /// let findings: Vec<String> = Profile::check(text).iter().map(ToString::to_string).collect();
    /// assert_eq!(findings, [
    ///     "line 1, column 1: error: the field \"name\" is missing [invalid]",
    ///     "line 1, column 26: nmae: error: unknown field \"nmae\", did you mean \"name\"? [invalid]",
    ///     "line 2, column 20: veto.http[0]: error: expected an HTTP status from 200 to 599, found 42 [invalid]",
    /// ]);
    /// ```
    #[must_use]
    pub fn check(text: &str) -> Vec<Finding> {
        load::check(text)
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

    /// The hosts that the API is served from; `*.example.com` stands for all
    /// below one. Nobody guesses a profile from a reply: this is for whoever
    /// has several and knows the URL.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().map(String::as_str)
    }

    /// Whether the API is served from that host, which may have a port.
    ///
    /// ```
    /// use aftercall::Profile;
    ///
    /// assert!(Profile::eureka().is_for_host("connect.patsnap.com:443"));
    /// assert!(!Profile::eureka().is_for_host("example.com"));
    /// ```
    #[must_use]
    pub fn is_for_host(&self, host: &str) -> bool {
        let host = host.split(':').next().unwrap_or_default();
        let host = host.trim_end_matches('.');
        self.hosts.iter().any(|own| match own.strip_prefix('*') {
            Some(domain) => host
                .len()
                .checked_sub(domain.len())
                .filter(|before| *before > 0)
                .and_then(|before| host.get(before..))
                .is_some_and(|end| end.eq_ignore_ascii_case(domain)),
            None => host.eq_ignore_ascii_case(own),
        })
    }

    /// What is known of the operation behind a method and a path: the first
    /// entry of the profile that is for it, else `GET`, `HEAD` and `OPTIONS` are
    /// queries and the rest mutations, and the reply is an envelope. A query
    /// string is not looked at.
    #[must_use]
    pub fn operation(&self, method: &str, path: &str) -> OperationHint {
        self.operations.find(method, path)
    }

    /// Names of headers, parameters and fields whose values are secrets, beside
    /// those that always are. A name that ends like one of them is one, too.
    pub fn secret_names(&self) -> impl Iterator<Item = &str> {
        self.redaction.names.iter().map(String::as_str)
    }

    /// What secrets of this API begin with, such as `sk-`; six characters or
    /// more follow.
    pub fn secret_prefixes(&self) -> impl Iterator<Item = &str> {
        self.redaction.prefixes.iter().map(String::as_str)
    }

    /// Replaces what looks like a secret in a text by `REDACTED`, as
    /// [`redact`](crate::redact) does, and what this API calls its secrets.
    /// Records, log lines and messages that are made by a profile go through
    /// here.
    ///
    /// ```
    /// use aftercall::{Profile, redact};
    ///
    /// let shop = Profile::from_json(
    ///     r#"{"aftercall_profile": 1, "name": "shop", "redaction": {"names": ["pin"]}}"#,
    /// )?;
    /// assert_eq!(redact("/orders?pin=4711&page=2"), "/orders?pin=4711&page=2");
    /// assert_eq!(shop.redact("/orders?pin=4711&page=2"), "/orders?pin=REDACTED&page=2");
    /// # Ok::<(), aftercall::Error>(())
    /// ```
    #[must_use]
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.redaction.secrets.redact(text)
    }

    /// An id from outside, such as a correlation id, as the library shows it:
    /// scrubbed, its printable ASCII characters, at most 128.
    ///
    /// ```
    /// use aftercall::Profile;
    ///
    /// assert_eq!(Profile::eureka().clean_id("c-1\r\n\u{1b}[2J"), "c-1[2J");
    /// assert_eq!(Profile::eureka().clean_id("apikey=5f3c"), "apikey=REDACTED");
    /// ```
    #[must_use]
    pub fn clean_id(&self, id: &str) -> String {
        self.redaction.secrets.clean_id(id)
    }

    pub(crate) fn secrets(&self) -> &Arc<Secrets> {
        &self.redaction.secrets
    }

    /// The catalogue of codes, in the order in which rules are tried.
    pub fn codes(&self) -> impl Iterator<Item = &CodeRule> {
        self.codes.rules()
    }

    pub(crate) fn by_code(
        &self,
        code: Option<&Code<'_>>,
        around: &Circumstances<'_>,
    ) -> Option<Decided<'_>> {
        if code.is_none() && !self.codes.has_rules_for_any_code() {
            return None;
        }
        self.codes.by_code(code, around)
    }

    #[inline(never)]
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
        self.http.find(http_status, around)
    }

    pub(crate) fn by_family(&self, code: &Code<'_>) -> Option<Decided<'_>> {
        let Identity::Integer(integer) = code.identity else {
            return None;
        };
        let index = self.families.table.find(integer).first()?;
        self.families.rows.get(*index).map(|family| Decided {
            row: family.row,
            id: &family.id,
        })
    }

    pub(crate) fn by_fault(&self, fault: Fault) -> Option<Decided<'_>> {
        let index = usize::try_from(fault.number() - 1).ok()?;
        let (row, id) = self.faults.get(index)?;
        Some(Decided { row: *row, id })
    }

    /// Whether the profile has anything of its own to say about a code.
    #[inline(never)]
    pub(crate) fn knows(&self, code: &Code<'_>) -> bool {
        self.codes.knows(code) || self.by_family(code).is_some()
    }

    /// The HTTP status that a failing code stands for, if it is one.
    pub(crate) fn status_of(&self, code: &Code<'_>) -> Option<i32> {
        http::status_of(code, self.code_statuses.as_ref()?)
    }

    pub(crate) fn by_form(&self, form: BodyForm) -> Option<BodyRule> {
        self.bodies.of(form)
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
        let profile = Profile::from_json(&EUREKA).unwrap();
        assert_eq!(profile.name(), "eureka");
        assert_eq!(profile.codes().count(), 35);
    }
}
