//! Which language somebody asked for.
//!
//! BCP 47 tags are looked up as RFC 4647, section 3.4, does it, with one thing
//! more: Chinese without a script has that of its region, and traditional and
//! simplified characters never stand in for each other.

use super::built_in;

/// The languages of the built-in texts.
///
/// ```
/// assert!(aftercall::LANGUAGES.contains(&"zh-Hant"));
/// ```
pub const LANGUAGES: [&str; 8] = ["en", "zh-Hans", "zh-Hant", "ja", "ko", "de", "fr", "es"];

/// As many wishes as are looked at. Browsers send five or six.
const MOST: usize = 16;

/// The built-in language that fits best what somebody asks for, English if none
/// does.
///
/// `preferences` may be a tag of BCP 47 (`zh-HK`), a list of them, the header
/// `Accept-Language` with its weights, a POSIX locale (`zh_CN.UTF-8`, `C`), or
/// a list of those in the form of `LANGUAGE`. Whatever else stands there is
/// passed over; nothing is an error.
///
/// ```
/// use aftercall::negotiate_language;
///
/// assert_eq!(negotiate_language("de-AT"), "de");
/// assert_eq!(negotiate_language("zh_TW.UTF-8"), "zh-Hant");
/// assert_eq!(negotiate_language("zh"), "zh-Hans");
/// assert_eq!(negotiate_language("nl, fr;q=0.5, es;q=0.8"), "es");
/// assert_eq!(negotiate_language("C"), "en");
/// ```
#[must_use]
pub fn negotiate_language(preferences: &str) -> &'static str {
    wishes(preferences)
        .find_map(|wish| built_in::find(wish).map(|(language, _)| language))
        .unwrap_or(LANGUAGES[0])
}

/// A language, with the script and the region if they are named or implied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locale<'t> {
    language: &'t str,
    script: Option<&'t str>,
    region: Option<&'t str>,
}

impl<'t> Locale<'t> {
    /// Reads a tag, or a POSIX locale. `None` if it names no language.
    pub(crate) fn parse(tag: &'t str) -> Option<Self> {
        let (tag, _) = cut(tag, |byte| matches!(byte, b'.' | b'@'));
        let (language, mut rest) = part(Some(tag.trim()))?;
        if !is_word(language) {
            return None;
        }
        if is_any(Some(language), "c posix") {
            return Some(Self {
                language: LANGUAGES[0],
                script: None,
                region: None,
            });
        }
        let mut locale = Self {
            language: Some(language).filter(|language| (2..=8).contains(&language.len()))?,
            script: None,
            region: None,
        };
        let mut dialect = None;
        while let Some((part, behind)) = part(rest) {
            rest = behind;
            let is_region = (part.len() == 2 && is_word(part))
                || (part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()));
            match part.len() {
                3 if is_word(part) && dialect.is_none() => dialect = Some(part),
                4 if is_word(part) && locale.script.is_none() => locale.script = Some(part),
                _ if is_region && locale.region.is_none() => locale.region = Some(part),
                // Variants and extensions change nothing here.
                _ => break,
            }
        }
        Some(locale.with_chinese_script(dialect))
    }

    /// One of [`LANGUAGES`]: a language of two letters, and a script or nothing.
    pub(crate) fn built_in(tag: &'t str) -> Self {
        let (language, script) = tag.split_at_checked(2).unwrap_or((tag, ""));
        Self {
            language,
            script: script.get(1..),
            region: None,
        }
    }

    /// Chinese, by any of its names, has a script.
    fn with_chinese_script(mut self, dialect: Option<&str>) -> Self {
        let names = [Some(self.language), dialect];
        if !is_any(names[0], "zh zho chi cmn yue wuu nan hak") {
            return self;
        }
        self.language = "zh";
        if self.script.is_none() {
            let is_written_traditionally = names
                .into_iter()
                .any(|name| is_any(name, "cht yue nan hak"))
                && !is_any(self.region, "cn sg my");
            let is_traditional = is_written_traditionally || is_any(self.region, "tw hk mo");
            self.script = Some(if is_traditional { "Hant" } else { "Hans" });
        }
        self
    }

    /// Whether texts in `other` are texts that were asked for.
    pub(crate) fn accepts(self, other: Locale<'_>) -> bool {
        let agree = |one: Option<&str>, other: Option<&str>| match (one, other) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            _ => true,
        };
        self.language.eq_ignore_ascii_case(other.language) && agree(self.script, other.script)
    }

    /// Whether the regions are the same, or both are left open.
    pub(crate) fn is_of_region_of(self, other: Locale<'_>) -> bool {
        match (self.region, other.region) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
            (None, None) => true,
            _ => false,
        }
    }
}

/// What is asked for, the most wanted first; of the same weight, the first.
pub(crate) fn wishes(preferences: &str) -> impl Iterator<Item = Locale<'_>> {
    let mut weights = [0; MOST];
    for (place, element) in weights.iter_mut().zip(elements(preferences)) {
        *place = weight(element);
    }
    core::iter::from_fn(move || {
        loop {
            let (index, weight) = weights
                .iter_mut()
                .enumerate()
                .rev()
                .max_by_key(|(_, weight)| **weight)?;
            if core::mem::take(weight) == 0 {
                return None;
            }
            let tag = elements(preferences).nth(index)?.split(';').next()?;
            if let Some(locale) = Locale::parse(tag) {
                return Some(locale);
            }
        }
    })
}

fn elements(preferences: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(preferences);
    core::iter::from_fn(move || {
        let (element, behind) = cut(rest?, |byte| matches!(byte, b',' | b':'));
        rest = behind;
        Some(element)
    })
}

/// How much one element of `Accept-Language` is wanted, in thousandths.
fn weight(element: &str) -> u16 {
    element
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.trim().strip_prefix(['q', 'Q']))
        .find_map(|rest| rest.trim_start().strip_prefix('='))
        .map_or(1000, |weight| thousandths(weight.trim()))
}

/// A weight of RFC 9110, section 12.4.2. What is none counts as full.
fn thousandths(weight: &str) -> u16 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let is_weight = matches!(whole, "0" | "1")
        && fraction.len() <= 3
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !is_weight || whole == "1" {
        return 1000;
    }
    let digits = fraction.bytes().chain(*b"000").take(3);
    digits.fold(0, |number, digit| number * 10 + u16::from(digit - b'0'))
}

fn is_word(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether a word, in any case, is one of those in a text in lower case.
fn is_any(word: Option<&str>, of: &str) -> bool {
    let Some(word) = word else {
        return false;
    };
    let mut rest = Some(of);
    while let Some(names) = rest {
        let (name, behind) = cut(names, |byte| byte == b' ');
        if name.len() == word.len() && name.eq_ignore_ascii_case(word) {
            return true;
        }
        rest = behind;
    }
    false
}

/// The first part of what is left of a tag, and what stands behind it.
fn part(rest: Option<&str>) -> Option<(&str, Option<&str>)> {
    Some(cut(rest?, |byte| matches!(byte, b'-' | b'_')))
}

/// What stands before the first ASCII byte of some kind, and what behind it, if
/// there is one. By bytes: a search for characters takes four times as long, and
/// every message for people comes through here.
#[inline(always)]
fn cut(text: &str, is_it: impl Fn(u8) -> bool) -> (&str, Option<&str>) {
    let mut end = 0;
    for byte in text.bytes() {
        if is_it(byte) {
            break;
        }
        end += 1;
    }
    let (before, behind) = text.split_at_checked(end).unwrap_or((text, ""));
    (before, behind.get(1..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_has_the_script_of_its_region_and_no_other() {
        for (tag, language) in [
            ("zh", "zh-Hans"),
            ("zh-CN", "zh-Hans"),
            ("zh-SG", "zh-Hans"),
            ("zh_CN.GB18030", "zh-Hans"),
            ("zh-TW", "zh-Hant"),
            ("zh-HK", "zh-Hant"),
            ("zh-MO", "zh-Hant"),
            ("zh_HK.UTF-8", "zh-Hant"),
            ("zh_TW.Big5@radical", "zh-Hant"),
            ("ZH-hant-cn", "zh-Hant"),
            ("zh-Hant", "zh-Hant"),
            ("zh-Hans-HK", "zh-Hans"),
            ("zh-CHT", "zh-Hant"),
            ("zh-CHS", "zh-Hans"),
            ("zh-yue", "zh-Hant"),
            ("yue-HK", "zh-Hant"),
            ("yue-CN", "zh-Hans"),
            ("cmn-Hant-TW", "zh-Hant"),
            ("zh-cmn-Hans-CN", "zh-Hans"),
            ("zh-Latn-pinyin", "en"),
        ] {
            assert_eq!(negotiate_language(tag), language, "{tag}");
        }
    }

    #[test]
    fn every_form_of_a_wish_is_read() {
        for (preferences, language) in [
            ("de-AT", "de"),
            ("de_DE.UTF-8@euro", "de"),
            ("DE", "de"),
            ("es-419", "es"),
            ("fr-CA-x-private", "fr"),
            ("de-DE-u-co-phonebk", "de"),
            ("ja-Jpan-JP", "ja"),
            ("en-GB", "en"),
            ("C", "en"),
            ("POSIX", "en"),
            ("C.UTF-8", "en"),
            ("ko,en;q=0.9", "ko"),
            ("nl;q=1, fr;q=0.5, es;q=0.8", "es"),
            ("fr;q=0.5,de;q=0.50,es;q=0.499", "fr"),
            ("de;q=0, fr;q=0.1", "fr"),
            ("*, fr;q=0.1", "fr"),
            ("fr ; q = 0.3 , de ; Q=0.4", "de"),
            ("nl:pt_BR:ko", "ko"),
            ("C:de", "en"),
            (" fr ", "fr"),
        ] {
            assert_eq!(negotiate_language(preferences), language, "{preferences}");
        }
    }

    #[test]
    fn what_means_nothing_is_english() {
        let long = "x".repeat(100_000);
        let many = "nl,".repeat(100_000);
        for preferences in [
            "", " ", "*", "xx", "x", "12", "-", "_", ",,,", ";q=1", "de1", "deutschland", "日本語",
            "i-default", "\u{0}", "q=0.5", "nl;q=0.5;q", &long, &many,
        ] {
            assert_eq!(negotiate_language(preferences), "en", "{preferences:.20}");
        }
        assert_eq!(negotiate_language("fr;q=abc"), "fr");
        assert_eq!(negotiate_language("de;q=2;x=1"), "de");
    }

    #[test]
    fn every_built_in_language_is_its_own_wish() {
        for language in LANGUAGES {
            assert_eq!(negotiate_language(language), language);
            let parsed = Locale::parse(language).unwrap();
            let built_in = Locale::built_in(language);
            assert_eq!(format!("{built_in:?}"), format!("{parsed:?}"));
            assert_eq!(negotiate_language(&language.to_uppercase()), language);
            assert_eq!(negotiate_language(&language.replace('-', "_")), language);
        }
    }
}
