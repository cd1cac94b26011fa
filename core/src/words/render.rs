//! From a verdict to the texts that fit it best.

use core::fmt::Write as _;
use std::borrow::Cow;

use crate::texts::locale::{self, LANGUAGES, Locale};
use crate::texts::table::{Entry, Key, Table};
use crate::texts::times::Times;
use crate::texts::{Words, built_in};
use crate::{Profile, Text, one_line};

use super::{Message, MessageOptions, Subject};

/// Says in words for people what a reply means and what to do.
///
/// `about` is a verdict, a [`Category`](crate::Category), or a [`Subject`] put together from what
/// was kept; `profile` is the one that judged. The words are those for the code
/// if it has its own, else for the category; in the first language of the
/// options for which there are any, else English.
///
/// It never fails. Pure, and quick: one allocation for the text.
///
/// ```
/// use aftercall::{Remedy, MessageOptions, Profile, Reply, Role, judge, message};
///
/// let body = r#"{"status":false,"error_code":67200005,"error_msg":"Insufficient balance"}"#;
/// let verdict = judge(Profile::eureka(), &Reply::new(200, body), None);
///
/// let words = message(Profile::eureka(), &verdict, &MessageOptions::new("en-GB"));
/// assert_eq!(words.title(), "Out of credit");
/// assert_eq!(words.action(), Some(Remedy::ContactAdmin));
///
/// let options = MessageOptions::new("zh-CN").with_role(Role::Owner);
/// let words = message(Profile::eureka(), &verdict, &options);
/// assert_eq!(words.text(), "账户余额不足，请求未执行。请充值后重试。");
/// assert_eq!(words.action(), Some(Remedy::TopUp));
/// assert_eq!(words.language(), "zh-Hans");
/// ```
pub fn message<'p, 'v>(
    profile: &'p Profile,
    about: impl Into<Subject<'v>>,
    options: &MessageOptions<'_>,
) -> Message<'p> {
    say(profile, &about.into(), options)
}

fn say<'p>(
    profile: &'p Profile,
    subject: &Subject<'_>,
    options: &MessageOptions<'_>,
) -> Message<'p> {
    let Some((table, entry)) = find(&profile.words, subject, options.languages) else {
        // English has words for every category, as a test makes sure.
        return Message::default();
    };
    let advice = entry.advice(options.role);
    let delay_ms = options
        .retry_delay_ms
        .or(subject.server_delay_ms)
        .filter(|delay_ms| Times::can_say(*delay_ms));
    let text = match (&advice.then, &advice.then_at, table.times(), delay_ms) {
        (_, Some(then_at), Some(times), Some(delay_ms)) => {
            let mut text = begun(table, entry);
            then_at.write(&mut text, &mut |_, text| {
                times.write(delay_ms, options.clock, text);
            });
            Cow::Owned(text)
        }
        (Some(then), ..) => {
            let mut text = begun(table, entry);
            text.push_str(then);
            Cow::Owned(text)
        }
        (None, ..) => Cow::Borrowed(&*entry.text),
    };
    Message {
        title: Cow::Borrowed(&entry.title),
        text,
        action: advice.action,
        language: Cow::Borrowed(table.language()),
        detail: options.has_detail.then(|| detail(profile, subject)),
    }
}

/// The first sentence, with room for the second.
fn begun(table: &Table, entry: &Entry) -> String {
    const ROOM: usize = 200;
    let mut text = String::with_capacity(entry.text.len() + ROOM);
    text.push_str(&entry.text);
    text.push_str(table.space());
    text
}

/// The best entry: the language first, then the closest key, then a profile's
/// before the built-in one.
fn find<'p>(
    words: &'p Words,
    subject: &Subject<'_>,
    languages: &str,
) -> Option<(&'p Table, &'p Entry)> {
    let keys = keys(words, subject);
    let english = Locale::parse(LANGUAGES[0]);
    for wish in locale::wishes(languages).chain(english) {
        let found = find_in(words, wish, &keys);
        if found.is_some() {
            return found;
        }
    }
    None
}

fn find_in<'p>(
    words: &'p Words,
    wish: Locale<'_>,
    keys: &[Option<Key<'_>>],
) -> Option<(&'p Table, &'p Entry)> {
    let built_in = built_in::find(wish).map(|(_, table)| &**table);
    for key in keys.iter().flatten() {
        let mut best = None;
        for table in words.tables() {
            let language = Locale::parse(table.language()).filter(|it| wish.accepts(*it));
            if let (Some(language), Some(entry)) = (language, table.find(*key)) {
                if wish.is_of_region_of(language) {
                    return Some((table, entry));
                }
                best = best.or(Some((table, entry)));
            }
        }
        let last = || Some((built_in?, built_in?.find(*key)?));
        if let Some(best) = best.or_else(last) {
            return Some(best);
        }
    }
    None
}

/// What an entry may stand under, the closest first.
fn keys<'k>(words: &'k Words, subject: &Subject<'k>) -> [Option<Key<'k>>; 5] {
    let rule = Some(subject.rule).filter(|rule| !rule.is_empty());
    let rule = rule.map(Key::of);
    // What a wording stands for is said of the code.
    let code = subject
        .rule
        .strip_prefix("message:")
        .map(|code| Key::Pieces(["code:", code, ""]));
    let own = [rule, code].into_iter().flatten().find_map(|rule| {
        words
            .key_of(rule)
            .or_else(|| built_in::common().key_of(rule))
    });
    let category = subject.category.name();
    let pair = subject
        .alternative
        .map(|alternative| Key::Pieces([category, "+", alternative.name()]));
    [own.map(Key::of), rule, code, pair, Some(Key::of(category))]
}

/// One line for developers.
fn detail(profile: &Profile, subject: &Subject<'_>) -> String {
    const LONGEST_CODE: usize = 64;
    const LONGEST_MESSAGE: usize = 400;
    let mut line = String::from(subject.category.name());
    let mut add = |name: &str, value: &dyn core::fmt::Display| {
        // Writing to a `String` never fails.
        let _ = write!(line, ", {name} {value}");
    };
    if let Some(code) = subject.code {
        add("code", &clean(profile, code, LONGEST_CODE));
    }
    if let Some(http_status) = subject.http_status.filter(|status| *status != 0) {
        add("HTTP", &http_status);
    }
    if !subject.rule.is_empty() {
        add("rule", &one_line(&profile.redact(subject.rule)));
    }
    if let Some(id) = subject.correlation_id {
        let id = profile.clean_id(&id.to_str());
        if !id.is_empty() {
            add("correlation id", &id);
        }
    }
    if let Some(message) = subject.message {
        line.push_str(": ");
        line.push_str(&clean(profile, message, LONGEST_MESSAGE));
    }
    line
}

/// What a server wrote, as it may stand in a line of ours. Scrubbed before it is
/// cut: half a secret looks like none.
fn clean(profile: &Profile, text: &Text<'_>, longest: usize) -> String {
    let text = text.to_str();
    let clean = profile.redact(&text);
    let line = one_line(&clean);
    let mut characters = line.chars();
    let mut cut: String = characters.by_ref().take(longest).collect();
    if characters.next().is_some() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::document::Document;
    use crate::{Category, Fault, Remedy, Reply, Role, UnixTime, judge};

    fn said(profile: &Profile, body: &str, options: &MessageOptions<'_>) -> Message<'static> {
        let verdict = judge(profile, &Reply::new(200, body), None);
        message(profile, &verdict, options).into_owned()
    }

    fn failure(code: &str) -> String {
        format!(r#"{{"status":false,"error_code":{code},"error_msg":"sk-canary1234 {code}"}}"#)
    }

    fn eureka(code: &str, options: &MessageOptions<'_>) -> Message<'static> {
        said(Profile::eureka(), &failure(code), options)
    }

    /// A profile with one code and words of its own.
    fn with_words(keys: &[(&str, &str)], tables: &[(&str, &str)]) -> Profile {
        let mut profile = Profile::from_json(
            r#"{"aftercall_profile": 1, "name": "x", "codes": [{"code": 1, "category": "quota",
                "advice": "hold", "effect": "rejected", "wordings": ["used up"]}]}"#,
        )
        .unwrap();
        let keys = keys
            .iter()
            .map(|(rule, key)| ((*rule).into(), (*key).into()));
        let tables = tables.iter().map(|(language, text)| {
            let document = Document::parse(text).unwrap();
            Table::read(language, 0, &document.root).unwrap()
        });
        profile.words = Words::new(keys.collect(), tables.collect());
        profile
    }

    #[test]
    fn rate_and_quota_read_differently() {
        let options = MessageOptions::new("en");
        let quota = eureka("67200002", &options);
        let rate = said(
            Profile::eureka(),
            r#"{"status":false,"error_code":67200002,"error_msg":"QPS"}"#,
            &options,
        );
        assert_eq!(quota.title(), "Allowance used up");
        assert_eq!(quota.action(), Some(Remedy::Wait));
        assert_eq!(rate.title(), "Too many requests at once");
        assert_eq!(rate.action(), Some(Remedy::SlowDown));
    }

    #[test]
    fn codes_have_their_own_words() {
        let options = MessageOptions::new("en");
        for (code, title) in [
            ("67200001", "Service limit reached"),
            ("67200004", "Not available"),
            ("67200005", "Out of credit"),
            ("67200006", "Access has ended"),
            ("67200007", "Request limit reached"),
            ("67200008", "Access key missing"),
            ("67200009", "Sign-in does not match"),
            ("67200101", "Address not found"),
            ("67200202", "Access key not valid here"),
            ("67200203", "Not part of the plan"),
            ("68300004", "The request needs a change"),
            ("68300008", "Service not available"),
            ("68300010", "File not accepted"),
            ("\"FILE_TOO_LARGE\"", "File too large"),
            ("67299999", "That did not work"),
        ] {
            let body = format!(r#"{{"status":false,"error_code":{code}}}"#);
            let shown = said(Profile::eureka(), &body, &options);
            assert_eq!(shown.title(), title, "{code}");
        }
        // A wording without its code says the same.
        let body = r#"{"status":false,"error_msg":"apikey auth error!"}"#;
        let shown = said(Profile::eureka(), body, &options);
        assert_eq!(shown.title(), "Access key not valid here");
    }

    #[test]
    fn faults_and_statuses_have_their_own_words() {
        let options = MessageOptions::new("en");
        let title = |reply: &Reply<'_>| {
            let verdict = judge(Profile::eureka(), reply, None);
            let shown = message(Profile::eureka(), &verdict, &options);
            shown.title().to_owned()
        };
        assert_eq!(title(&Reply::fault(Fault::Dns)), "No connection");
        assert_eq!(title(&Reply::fault(Fault::ReadTimeout)), "No answer");
        assert_eq!(title(&Reply::fault(Fault::Tls)), "No secure connection");
        assert_eq!(title(&Reply::new(413, "")), "File too large");
        assert_eq!(title(&Reply::new(511, "")), "Stopped by the network");
        assert_eq!(title(&Reply::new(403, "")), "Not available");
        // A profile with its own codes has these all the same.
        let profile = Profile::from_json(r#"{"aftercall_profile": 1, "name": "x"}"#).unwrap();
        let verdict = judge(&profile, &Reply::fault(Fault::Dns), None);
        let shown = message(&profile, &verdict, &options);
        assert_eq!(shown.title(), "No connection");
    }

    #[test]
    fn neither_a_code_nor_the_servers_words_are_shown_unless_asked_for() {
        for language in LANGUAGES {
            for role in [Role::User, Role::Owner] {
                let options = MessageOptions::new(language).with_role(role);
                for code in Profile::eureka().codes() {
                    let code = code.code_text();
                    let shown = eureka(&format!("\"{code}\""), &options);
                    let all = format!("{shown} {shown:?}");
                    assert!(!all.contains(&code), "{all}");
                    assert!(!all.contains("canary"), "{all}");
                    assert_eq!(shown.detail(), None);
                }
            }
        }
    }

    #[test]
    fn the_line_for_developers_has_both_and_no_secret() {
        let body = r#"{"status":false,"error_code":67200202,"error_msg":"bad apikey: canary1234\r\n\u001b[2J余"}"#;
        let headers = [("x-correlation-id", "c-1\t\u{7f}-2")];
        let reply = Reply::new(200, body).with_headers(&headers);
        let verdict = judge(Profile::eureka(), &reply, None);
        let options = MessageOptions::new("ja").with_detail();
        let shown = message(Profile::eureka(), &verdict, &options);
        assert_eq!(
            shown.detail().unwrap(),
            "authentication, code 67200202, HTTP 200, rule code:67200202, \
             correlation id c-1-2: bad apikey: REDACTED \u{FFFD}[2J余"
        );
        let long = format!(r#"{{"status":false,"error_msg":"{}"}}"#, "余".repeat(5000));
        let shown = said(Profile::eureka(), &long, &options);
        let detail = shown.detail().unwrap();
        assert!(detail.ends_with('…'), "{detail}");
        assert!(detail.chars().count() < 500, "{detail}");
    }

    #[test]
    fn a_time_is_named_if_it_is_known() {
        let headers = [("retry-after", "90")];
        let reply = Reply::new(503, "").with_headers(&headers);
        let verdict = judge(Profile::eureka(), &reply, None);
        let said = |options: &MessageOptions<'_>| {
            let shown = message(Profile::eureka(), &verdict, options);
            shown.text().to_owned()
        };
        let options = MessageOptions::new("en");
        let begin = "The service cannot answer at the moment. Try again ";
        assert_eq!(said(&options), format!("{begin}in about 2 minutes."));
        let options = options.with_retry_delay_ms(7_200_000);
        assert_eq!(said(&options), format!("{begin}in about 2 hours."));
        let clock = options.with_clock(UnixTime::from_secs(0), 480);
        assert_eq!(said(&clock), format!("{begin}after 10:00 (UTC+8)."));
        for nothing in [0, u64::MAX] {
            let options = options.with_retry_delay_ms(nothing);
            assert_eq!(said(&options), format!("{begin}later."));
        }
    }

    #[test]
    fn a_profile_overrides_and_adds() {
        let profile = with_words(
            &[("code:1", "coins")],
            &[
                (
                    "en",
                    r#"{"coins": {"title": "No coins", "text": "Insert a coin.", "action": "top_up"}}"#,
                ),
                (
                    "de",
                    r#"{"quota": {"title": "Kontingent", "text": "Alles weg."}}"#,
                ),
                (
                    "pt-BR",
                    r#"{"quota": {"title": "Cota", "text": "Cota esgotada.", "then": "Tente depois.", "then_at": "Tente {when}."}}"#,
                ),
            ],
        );
        let title = |languages: &str| {
            let options = MessageOptions::new(languages);
            let shown = said(&profile, &failure("1"), &options);
            format!("{}: {}", shown.language(), shown.title())
        };
        assert_eq!(title("en"), "en: No coins");
        assert_eq!(title("de"), "de: Kontingent");
        assert_eq!(title("fr"), "fr: Quota épuisé");
        assert_eq!(title("pt-PT"), "pt-BR: Cota");
        assert_eq!(title("nl"), "en: No coins");
        // What has no `times` names no time.
        let options = MessageOptions::new("pt").with_retry_delay_ms(1000);
        let shown = said(&profile, &failure("1"), &options);
        assert_eq!(shown.text(), "Cota esgotada. Tente depois.");
        // A language without any words for it is not spoken.
        let shown = said(&profile, r#"{"status":false,"error_msg":"x"}"#, &options);
        assert_eq!(shown.language(), "en");
        // The wording of a code leads to the same words.
        let by_message = r#"{"status":false,"error_msg":"Used up!"}"#;
        let shown = said(&profile, by_message, &MessageOptions::new("en"));
        assert_eq!(shown.title(), "No coins");
    }

    #[test]
    fn a_table_of_the_region_comes_before_one_of_another() {
        let profile = with_words(
            &[],
            &[
                ("pt-BR", r#"{"quota": {"title": "Cota", "text": "a"}}"#),
                ("pt-PT", r#"{"quota": {"title": "Quota", "text": "b"}}"#),
            ],
        );
        for (languages, title) in [("pt-PT", "Quota"), ("pt_BR.UTF-8", "Cota"), ("pt", "Cota")] {
            let shown = said(&profile, &failure("1"), &MessageOptions::new(languages));
            assert_eq!(shown.title(), title);
        }
    }

    #[test]
    fn every_category_can_be_said_without_a_verdict() {
        for language in LANGUAGES {
            for category in Category::ALL {
                let options = MessageOptions::new(language).with_role(Role::Owner);
                let shown = message(Profile::eureka(), *category, &options);
                assert_eq!(shown.language(), language);
                assert!(!shown.text().is_empty());
            }
        }
    }
}
