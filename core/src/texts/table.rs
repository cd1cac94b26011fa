//! The texts of one language, read from JSON.

use core::cmp::Ordering;

use crate::json::document::{Node, Problem};
use crate::json::object::{Object, Result, boolean, member, wrong};
use crate::order::sort;

use super::locale::Locale;
use super::template::{Template, plain};
use super::times::Times;
use super::{Remedy, Role};

/// As long as a key may be.
const MAX_KEY_LENGTH: usize = 128;

/// The texts of one language, by their keys.
#[derive(Debug)]
pub(crate) struct Table {
    language: Box<str>,
    /// What stands between two sentences: nothing in Chinese and Japanese.
    space: Box<str>,
    times: Option<Box<Times>>,
    /// Sorted by their keys.
    entries: Vec<(Box<str>, Entry)>,
}

/// What to look up.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key<'k> {
    Whole(&'k str),
    /// Pieces that need not be put together for it.
    Pieces([&'k str; 3]),
}

impl<'k> Key<'k> {
    pub(crate) const fn of(key: &'k str) -> Self {
        Self::Whole(key)
    }

    /// How a known key stands to this one.
    pub(crate) fn order(self, known: &str) -> Ordering {
        match self {
            Self::Whole(key) => known.cmp(key),
            Self::Pieces(pieces) => known.bytes().cmp(pieces.into_iter().flat_map(str::bytes)),
        }
    }
}

/// What is said of one thing.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) title: Box<str>,
    pub(crate) text: Box<str>,
    user: Advice,
    owner: Option<Advice>,
}

/// What somebody can do about it.
#[derive(Debug)]
pub(crate) struct Advice {
    pub(crate) action: Option<Remedy>,
    pub(crate) then: Option<Box<str>>,
    /// The same where it is known when; its placeholder is filled with that.
    pub(crate) then_at: Option<Template>,
}

impl Table {
    /// Reads the texts of a language: an object of entries by their keys.
    ///
    /// An entry has a `title`, a `text` that says what happened, and may have an
    /// `action`; `then`, a sentence that says what to do; `then_at`, the same
    /// with `{when}` in it, for when a time is known; `owner`, an object with
    /// those three for that role; and `reviewed`, whether a native speaker has
    /// read it. Among the entries there may be `times`, which says how the
    /// language speaks of a time to come: without it, no time is named.
    ///
    /// `language` is the tag, and `place` where it is written.
    pub(crate) fn read(language: &str, place: usize, node: &Node<'_>) -> Result<Self> {
        const LONGEST_TAG: usize = 35;
        let is_tag = |character: char| character.is_ascii_alphanumeric() || character == '-';
        if Locale::parse(language).is_none()
            || language.len() > LONGEST_TAG
            || !language.chars().all(is_tag)
        {
            let message = format!("expected a language tag such as pt-BR, found {language:?}");
            return Err(Problem::new(place, message));
        }
        let mut table = Self {
            language: language.into(),
            space: " ".into(),
            times: None,
            entries: Vec::new(),
        };
        for member in Object::of(node, None)?.members {
            if member.name == "times" {
                table.read_times(&member.node)?;
                continue;
            }
            let is_key = |byte: u8| byte.is_ascii_graphic();
            if member.name.is_empty()
                || member.name.len() > MAX_KEY_LENGTH
                || !member.name.bytes().all(is_key)
            {
                let message =
                    format!("expected a key of 1 to {MAX_KEY_LENGTH} printable ASCII characters");
                return Err(Problem::new(member.name_span.start, message));
            }
            let entry = Entry::read(&member.node)?;
            table.entries.push((member.name.as_str().into(), entry));
        }
        sort(&mut table.entries, |(one, _), (other, _)| one.cmp(other));
        Ok(table)
    }

    fn read_times(&mut self, node: &Node<'_>) -> Result<()> {
        let times = Object::of(node, None)?;
        times.allow("space seconds minutes hours days clock date day first_day months")?;
        let space = times.own("space")?;
        self.space = space
            .as_str()
            .filter(|text| matches!(*text, "" | " "))
            .ok_or_else(|| wrong(space, "a space or nothing"))?
            .into();
        self.times = Some(Box::new(Times::read(&times)?));
        Ok(())
    }

    pub(crate) fn language(&self) -> &str {
        &self.language
    }

    pub(crate) fn space(&self) -> &str {
        &self.space
    }

    pub(crate) fn times(&self) -> Option<&Times> {
        self.times.as_deref()
    }

    pub(crate) fn find(&self, key: Key<'_>) -> Option<&Entry> {
        let place = self
            .entries
            .binary_search_by(|(known, _)| key.order(known))
            .ok()?;
        self.entries.get(place).map(|(_, entry)| entry)
    }

    /// The keys that there are texts for.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(key, _)| &**key)
    }
}

impl Entry {
    fn read(node: &Node<'_>) -> Result<Self> {
        let entry = Object::of(node, None)?;
        entry.allow("title text then then_at action owner reviewed")?;
        if let Some(reviewed) = entry.own_optional("reviewed") {
            boolean(reviewed)?;
        }
        let owner = match entry.own_optional("owner") {
            Some(node) => {
                let owner = Object::of(node, None)?;
                owner.allow("then then_at action")?;
                Some(Advice::read(&owner)?)
            }
            None => None,
        };
        Ok(Self {
            title: plain(entry.own("title")?)?.into(),
            text: plain(entry.own("text")?)?.into(),
            user: Advice::read(&entry)?,
            owner,
        })
    }

    pub(crate) fn advice(&self, role: Role) -> &Advice {
        match role {
            Role::User => &self.user,
            Role::Owner => self.owner.as_ref().unwrap_or(&self.user),
        }
    }
}

impl Advice {
    fn read(entry: &Object<'_>) -> Result<Self> {
        Ok(Self {
            action: entry.own_optional("action").map(member).transpose()?,
            then: match entry.own_optional("then") {
                Some(node) => Some(plain(node)?.into()),
                None => None,
            },
            then_at: match entry.own_optional("then_at") {
                Some(node) => Some(Template::read(node, &["when"], 1)?),
                None => None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::document::Document;

    fn refused(language: &str, text: &str) -> String {
        let document = Document::parse(text).unwrap();
        let problem = Table::read(language, 0, &document.root).unwrap_err();
        format!("{}: {}", document.path_at(problem.at), problem.message)
    }

    #[test]
    fn what_is_wrong_is_refused_at_its_place() {
        for (text, message) in [
            (r#"[]"#, ": expected an object, found an array"),
            (r#"{"quota": 5}"#, "quota: expected an object, found 5"),
            (
                r#"{"quota": {"title": "a"}}"#, "quota: the field \"text\" is missing",
            ),
            (
                r#"{"quota": {"titel": "a"}}"#,
                "quota.titel: unknown field \"titel\", did you mean \"title\"?",
            ),
            (
                r#"{"quota": {"title": "a\nb", "text": "c"}}"#,
                "quota.title: expected a text of 1 to 1000 bytes in one line, found the string \"a\\nb\"",
            ),
            (
                r#"{"quota": {"title": "a", "text": "b", "action": "top-up"}}"#,
                "quota.action: expected one of fix_input, check_id, sign_in_again, contact_admin, renew_contract, top_up, wait, slow_down, choose_other_file, retry_later, contact_support, found \"top-up\", did you mean \"top_up\"?",
            ),
            (
                r#"{"quota": {"title": "a", "text": "b", "then_at": "Try {wen}."}}"#,
                "quota.then_at: unknown placeholder \"wen\", allowed are when, did you mean \"when\"?",
            ),
            (
                r#"{"quota": {"title": "a", "text": "b", "owner": {"then_at": "Try."}}}"#,
                "quota.owner.then_at: the placeholder {when} is missing",
            ),
            (
                r#"{"quota": {"title": "a", "text": "b", "then_at": "Try {when."}}"#,
                "quota.then_at: expected a `}` for each `{`, found the string \"Try {when.\"",
            ),
            (
                r#"{"quota": {"title": "a", "text": "b", "reviewed": "no"}}"#,
                "quota.reviewed: expected true or false, found the string \"no\"",
            ),
            (
                r#"{"a b": {}}"#,
                "a b: expected a key of 1 to 128 printable ASCII characters",
            ),
            (r#"{"times": {}}"#, "times: the field \"space\" is missing"),
            (
                r#"{"times": {"space": "-"}}"#,
                "times.space: expected a space or nothing, found the string \"-\"",
            ),
            (
                r#"{"times": {"space": "", "months": []}}"#,
                "times: the field \"seconds\" is missing",
            ),
        ] {
            assert_eq!(refused("en", text), message);
        }
        let message = ": expected a language tag such as pt-BR, found \"";
        for tag in ["", "e", "x", "deutschland", "pt BR", "pt_BR", "pt-BR.UTF-8"] {
            assert!(refused(tag, "{}").starts_with(message), "{tag}");
        }
    }

    #[test]
    fn an_entry_without_an_owner_speaks_to_everybody() {
        let text = r#"{"quota": {"title": "a", "text": "b", "then": "c", "action": "wait"}}"#;
        let document = Document::parse(text).unwrap();
        let table = Table::read("pt-BR", 0, &document.root).unwrap();
        let entry = table.find(Key::of("quota")).unwrap();
        for role in [Role::User, Role::Owner] {
            let advice = entry.advice(role);
            assert_eq!(advice.action, Some(Remedy::Wait));
            assert_eq!(advice.then.as_deref(), Some("c"));
        }
        assert_eq!(table.keys().collect::<Vec<_>>(), ["quota"]);
        assert!(table.find(Key::of("balance")).is_none());
    }
}
