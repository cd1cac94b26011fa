//! The languages that are always there, read when somebody first asks for them.

use std::sync::LazyLock;

use crate::json::document::Document;
use crate::packed;

use super::Words;
use super::locale::{LANGUAGES, Locale};
use super::table::Table;

/// The texts of a language, read once.
macro_rules! language {
    ($index:literal) => {
        LazyLock::new(|| read($index))
    };
}

/// In the order of [`LANGUAGES`].
static TABLES: [LazyLock<Table>; LANGUAGES.len()] = [
    language!(0),
    language!(1),
    language!(2),
    language!(3),
    language!(4),
    language!(5),
    language!(6),
    language!(7),
];

/// The words of rules that every API has: faults, and some statuses.
static COMMON: LazyLock<Words> =
    LazyLock::new(|| Words::new(keys(line(LANGUAGES.len())), Vec::new()));

pub(crate) fn common() -> &'static Words {
    &COMMON
}

/// The language that has words for everything.
#[inline(always)]
pub(crate) fn english() -> &'static Table {
    &TABLES[0]
}

/// Rules and their keys.
fn keys(text: &str) -> Vec<(Box<str>, Box<str>)> {
    let document = document(text);
    let mut keys = Vec::new();
    for member in document.root.as_object().unwrap_or_default() {
        if let Some(key) = member.node.as_str() {
            keys.push((member.name.as_str().into(), key.into()));
        }
    }
    keys
}

fn read(index: usize) -> Table {
    let language = LANGUAGES.get(index).copied().unwrap_or_default();
    let document = document(line(index));
    packed::sound(Table::read(language, 0, &document.root).ok())
}

fn line(index: usize) -> &'static str {
    packed::WORDS.lines().nth(index).unwrap_or_default()
}

fn document(text: &str) -> Document<'_> {
    packed::sound(Document::parse(text).ok())
}

/// The built-in language that was asked for, and its texts.
pub(crate) fn find(wish: Locale<'_>) -> Option<(&'static str, &'static LazyLock<Table>)> {
    LANGUAGES
        .into_iter()
        .zip(&TABLES)
        .find(|(language, _)| wish.accepts(Locale::built_in(language)))
}

/// The texts of exactly that language.
#[cfg(test)]
pub(crate) fn table(language: &str) -> Option<&'static Table> {
    let place = LANGUAGES.iter().position(|known| *known == language)?;
    TABLES.get(place).map(|table| &**table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;
    use crate::texts::table::Key;
    use crate::{Category, Profile, Remedy};

    fn tables() -> impl Iterator<Item = &'static Table> {
        LANGUAGES.into_iter().filter_map(table)
    }

    #[test]
    fn every_language_says_the_same_things() {
        let keys: Vec<&str> = english().keys().collect();
        for table in tables() {
            assert_eq!(
                table.keys().collect::<Vec<_>>(),
                keys,
                "{}",
                table.language()
            );
            assert!(table.times().is_some());
            for &key in &keys {
                for role in [Role::User, Role::Owner] {
                    let ours = table.find(Key::of(key)).unwrap().advice(role);
                    let english = english().find(Key::of(key)).unwrap().advice(role);
                    assert_eq!(ours.action, english.action, "{} {key}", table.language());
                    assert_eq!(ours.then.is_some(), english.then.is_some());
                    assert_eq!(ours.then_at.is_some(), english.then_at.is_some());
                }
            }
        }
    }

    #[test]
    fn every_category_has_its_words_and_only_good_news_has_nothing_to_do() {
        for table in tables() {
            for category in Category::ALL {
                let entry = table.find(Key::of(category.name())).unwrap();
                let action = entry.advice(Role::User).action;
                let is_news = matches!(category, Category::None | Category::Success);
                assert_eq!(action.is_none(), is_news, "{category}");
                assert_eq!(entry.advice(Role::User).then.is_none(), is_news);
            }
        }
    }

    #[test]
    fn every_action_is_used() {
        for action in Remedy::ALL {
            let is_used = english().keys().any(|key| {
                let entry = english().find(Key::of(key)).unwrap();
                [Role::User, Role::Owner]
                    .iter()
                    .any(|role| entry.advice(*role).action == Some(*action))
            });
            assert!(is_used, "{action}");
        }
    }

    #[test]
    fn every_key_of_the_built_in_profile_has_words_and_every_word_a_use() {
        let words = &Profile::eureka().words;
        let all = || words.keys().chain(common().keys());
        let rules = |(rule, _): &(&str, &str)| rule.starts_with("code:");
        assert_eq!(words.keys().filter(rules).count(), 17);
        for (rule, key) in all() {
            assert!(english().find(Key::of(key)).is_some(), "{rule}: {key}");
        }
        for key in english().keys() {
            let is_category = key
                .split('+')
                .all(|name| Category::from_name(name).is_some());
            assert!(is_category || all().any(|(_, used)| used == key), "{key}");
        }
    }

    /// The entries of the files, as another reader sees them.
    fn entries() -> Vec<(&'static str, String, serde_json::Value)> {
        let mut entries = Vec::new();
        for language in LANGUAGES {
            let path = format!("{}/words/{language}.json", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap();
            let file: serde_json::Map<_, _> = serde_json::from_str(&text).unwrap();
            let file = file.into_iter().filter(|(key, _)| key != "times");
            entries.extend(file.map(|(key, entry)| (language, key, entry)));
        }
        entries
    }

    #[test]
    fn every_text_says_whether_a_native_speaker_has_read_it() {
        for (language, key, entry) in entries() {
            assert!(entry["reviewed"].is_boolean(), "{language} {key}");
        }
    }

    #[test]
    fn no_text_shouts_or_blames_or_speaks_of_codes() {
        const BAD: [&str; 19] = [
            "!", "！", "¡", "HTTP", "JSON", "API", "code", "Code", "error", "Error", "Fehler",
            "erreur", "代码", "代碼", "错误", "錯誤", "エラー", "오류", "  ",
        ];
        for (language, key, entry) in entries() {
            let owner = &entry["owner"];
            for (name, text) in [
                ("title", &entry["title"]),
                ("text", &entry["text"]),
                ("then", &entry["then"]),
                ("then", &entry["then_at"]),
                ("then", &owner["then"]),
                ("then", &owner["then_at"]),
            ] {
                let Some(text) = text.as_str() else {
                    continue;
                };
                let sentences = text.matches(['.', '。']).count();
                let ends = text.ends_with(['.', '。']);
                let expected = if name == "title" { 0 } else { 1 };
                assert_eq!(
                    (sentences, ends),
                    (expected, expected == 1),
                    "{language} {key}: {text}"
                );
                let bad = BAD.iter().find(|bad| text.contains(**bad));
                assert_eq!(bad, None, "{language} {key}: {text}");
            }
        }
    }
}
