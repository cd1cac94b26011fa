//! Words for people: what happened, what to do, in their language.
//!
//! * this file: what is asked for, and the answer;
//! * `render`: from a verdict to the texts that fit it best.
//!
//! The texts are in `texts`. None shows a code or the server's own words unless
//! it was asked for.

mod render;

use std::borrow::Cow;

use crate::texts::Clock;
use crate::{Category, Remedy, Role, Text, UnixTime, Verdict};

pub use render::message;

/// A failure, or a success, in words for people.
///
/// Neither a code nor the server's own words are in the title and the text.
/// `Debug` and `Display` show them as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Message<'w> {
    pub(crate) title: Cow<'w, str>,
    pub(crate) text: Cow<'w, str>,
    pub(crate) action: Option<Remedy>,
    pub(crate) language: Cow<'w, str>,
    pub(crate) detail: Option<String>,
}

impl Message<'_> {
    /// A few words without a full stop: for a window's title or a heading.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What happened, and what to do: one or two sentences in one line.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the person can do; `None` if there is nothing to be done.
    #[must_use]
    pub const fn action(&self) -> Option<Remedy> {
        self.action
    }

    /// The language of title and text, as a BCP 47 tag: `en`, `zh-Hant`.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// One line of English for developers, with the code, the HTTP status, the
    /// correlation id and the server's own words, scrubbed by
    /// [`redact`](crate::redact). Only if it was asked for by
    /// [`MessageOptions::with_detail`].
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The same message, borrowing nothing.
    pub fn into_owned(self) -> Message<'static> {
        Message {
            title: Cow::Owned(self.title.into_owned()),
            text: Cow::Owned(self.text.into_owned()),
            language: Cow::Owned(self.language.into_owned()),
            ..self
        }
    }
}

/// Title and text in one line: `Out of credit: The account has …`.
impl core::fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}", self.title, self.text)
    }
}

/// For whom a message is, in which language, and what it may say.
///
/// ```
/// use aftercall::{MessageOptions, Role, UnixTime};
///
/// let options = MessageOptions::new("fr-CH, de;q=0.8")
///     .with_role(Role::Owner)
///     .with_retry_delay_ms(90_000)
///     .with_clock(UnixTime::from_secs(1_795_435_200), 60);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct MessageOptions<'o> {
    languages: &'o str,
    role: Role,
    retry_delay_ms: Option<u64>,
    clock: Option<Clock>,
    has_detail: bool,
}

impl<'o> MessageOptions<'o> {
    /// A message for a user, in the first of `languages` that there are texts
    /// for; see [`negotiate_language`](crate::negotiate_language) for what can be written there. English
    /// if it is empty.
    pub const fn new(languages: &'o str) -> Self {
        Self {
            languages,
            role: Role::User,
            retry_delay_ms: None,
            clock: None,
            has_detail: false,
        }
    }

    /// Speaks to somebody else than a user.
    pub const fn with_role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// When the next try makes sense, in milliseconds from now: a decision
    /// knows. Otherwise the delay that the server named is used, if it named
    /// one. 0, and more than 999 days, say nothing.
    pub const fn with_retry_delay_ms(mut self, retry_delay_ms: u64) -> Self {
        self.retry_delay_ms = Some(retry_delay_ms);
        self
    }

    /// Lets a time that is an hour or more away be named as the clock will show
    /// it, and not only as so many hours. `utc_offset_minutes` is that of the
    /// person's time zone, -1080 to 1080, east of Greenwich above 0; with any
    /// other the clock is not used.
    pub const fn with_clock(mut self, now: UnixTime, utc_offset_minutes: i32) -> Self {
        self.clock = Some(Clock {
            now,
            utc_offset_minutes,
        });
        self
    }

    /// Adds the line for developers, [`Message::detail`].
    pub const fn with_detail(mut self) -> Self {
        self.has_detail = true;
        self
    }
}

/// What a message is about: a verdict, or as much of one as was kept.
///
/// ```
/// use aftercall::{Category, MessageOptions, Profile, Subject, message};
///
/// // A category and a rule that a database has kept.
/// let subject = Subject::from(Category::Permission).with_rule("code:67200203");
/// let words = message(Profile::eureka(), subject, &MessageOptions::new("en"));
/// assert_eq!(words.title(), "Not part of the plan");
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Subject<'v> {
    category: Category,
    alternative: Option<Category>,
    rule: &'v str,
    server_delay_ms: Option<u64>,
    http_status: Option<i32>,
    code: Option<&'v Text<'v>>,
    message: Option<&'v Text<'v>>,
    correlation_id: Option<&'v Text<'v>>,
}

impl<'v> Subject<'v> {
    /// Adds the second category of an ambiguous failure.
    pub const fn with_alternative(mut self, alternative: Category) -> Self {
        self.alternative = Some(alternative);
        self
    }

    /// Adds the id of the rule that decided, which may have words of its own.
    pub const fn with_rule(mut self, rule: &'v str) -> Self {
        self.rule = rule;
        self
    }

    /// Adds the delay that the server named, in milliseconds.
    pub const fn with_server_delay_ms(mut self, server_delay_ms: u64) -> Self {
        self.server_delay_ms = Some(server_delay_ms);
        self
    }

    /// Adds the HTTP status, for [`Message::detail`] alone.
    pub const fn with_http_status(mut self, http_status: i32) -> Self {
        self.http_status = Some(http_status);
        self
    }

    /// Adds what the server said, for [`Message::detail`] alone: its code, its
    /// message, and the correlation id.
    pub const fn with_texts(
        mut self,
        code: Option<&'v Text<'v>>,
        message: Option<&'v Text<'v>>,
        correlation_id: Option<&'v Text<'v>>,
    ) -> Self {
        self.code = code;
        self.message = message;
        self.correlation_id = correlation_id;
        self
    }
}

impl From<Category> for Subject<'_> {
    fn from(category: Category) -> Self {
        Self {
            category,
            alternative: None,
            rule: "",
            server_delay_ms: None,
            http_status: None,
            code: None,
            message: None,
            correlation_id: None,
        }
    }
}

impl<'v> From<&'v Verdict<'v>> for Subject<'v> {
    fn from(verdict: &'v Verdict<'v>) -> Self {
        Self {
            category: verdict.category,
            alternative: verdict.alternative,
            rule: &verdict.rule,
            server_delay_ms: verdict.server_delay_ms,
            http_status: verdict.http_status,
            code: verdict.code_text.as_ref(),
            message: verdict.message.as_ref(),
            correlation_id: verdict.correlation_id.as_ref(),
        }
    }
}
