//! Messages for people, and the scrubber.

use core::ffi::{CStr, c_char};
use core::ptr;

use aftercall::{
    Category, LANGUAGES, Message, MessageOptions, Profile, Remedy, Role, Subject, Text, UnixTime,
};

use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::name_set::NameSet;
use crate::pointer::{self, Place, Sized32};
use crate::profile::{self, acall_profile};
use crate::reply::{Checked, acall_reply};
use crate::status::{Status, acall_status};
use crate::verdict::{
    ACALL_TEXT_CODE, ACALL_TEXT_CORRELATION_ID, ACALL_TEXT_MESSAGE, ACALL_VERDICT_FAULT,
    acall_text, acall_verdict,
};

/// Whom a message speaks to.
pub type acall_role = i32;

/// Somebody who uses the program, and has an administrator.
pub const ACALL_ROLE_USER: acall_role = 0;
/// Whoever has the account with the API: can pay, renew, change keys.
pub const ACALL_ROLE_OWNER: acall_role = 1;

/// What a person can do, for a button or a link beside the message. In data it
/// is called the action of a message.
pub type acall_remedy = i32;

/// Nothing.
pub const ACALL_REMEDY_NONE: acall_remedy = 0;
/// Change what was entered.
pub const ACALL_REMEDY_FIX_INPUT: acall_remedy = 1;
/// Check a number, an id or an address.
pub const ACALL_REMEDY_CHECK_ID: acall_remedy = 2;
/// Sign in again, or renew the key.
pub const ACALL_REMEDY_SIGN_IN_AGAIN: acall_remedy = 3;
/// Ask the administrator.
pub const ACALL_REMEDY_CONTACT_ADMIN: acall_remedy = 4;
/// Renew the contract.
pub const ACALL_REMEDY_RENEW_CONTRACT: acall_remedy = 5;
/// Pay in.
pub const ACALL_REMEDY_TOP_UP: acall_remedy = 6;
/// Wait for a total to be renewed.
pub const ACALL_REMEDY_WAIT: acall_remedy = 7;
/// Go on, but not as fast.
pub const ACALL_REMEDY_SLOW_DOWN: acall_remedy = 8;
/// Choose another file.
pub const ACALL_REMEDY_CHOOSE_OTHER_FILE: acall_remedy = 9;
/// Try the same again, later.
pub const ACALL_REMEDY_RETRY_LATER: acall_remedy = 10;
/// Ask the support of the program or of the API.
pub const ACALL_REMEDY_CONTACT_SUPPORT: acall_remedy = 11;

/// Which part of a message.
pub type acall_message_part = i32;

/// A few words without a full stop: for a window's title or a heading.
pub const ACALL_PART_TITLE: acall_message_part = 1;
/// What happened, and what to do: one or two sentences in one line.
pub const ACALL_PART_TEXT: acall_message_part = 2;
/// The language of title and text, such as `zh-Hant`.
pub const ACALL_PART_LANGUAGE: acall_message_part = 3;
/// One line of English for developers, with the code, the HTTP status, the
/// correlation id and the server's own words, scrubbed.
pub const ACALL_PART_DETAIL: acall_message_part = 4;

/// For whom a message is, and in which language. Set every byte to zero, then
/// `struct_size`, then what you know; `ACALL_MESSAGE_OPTIONS_INIT` does the
/// first two. NULL in its place means a user who reads English.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_message_options {
    /// `sizeof(acall_message_options)`.
    pub struct_size: u32,
    /// `ACALL_ROLE_...`
    pub role: acall_role,
    /// When the next try makes sense, in milliseconds from now, as a decision
    /// says; 0 for what the server asked for, if it did.
    pub retry_delay_ms: i64,
    /// The wall clock in milliseconds since 1970, so that a time which is an
    /// hour or more away can be named as the clock will show it; 0 for none.
    pub now_unix_ms: i64,
    /// The person's time zone, in minutes east of Greenwich: -1080 to 1080.
    pub utc_offset_minutes: i32,
    /// Always 0.
    pub reserved: i32,
    /// The languages that are wanted: see `acall_negotiate_language`. NULL if
    /// `languages_length` is 0, which means English.
    pub languages: *const c_char,
    /// Its length in bytes.
    pub languages_length: usize,
}

// SAFETY: integers and a pointer that may be NULL, the first is the size.
unsafe impl Sized32 for acall_message_options {
    const FIRST_SIZE: usize = 32 + 2 * size_of::<usize>();
}

/// What a caller may ask for, as integers and bytes.
pub(crate) struct Asked<'a> {
    pub(crate) role: i32,
    pub(crate) languages: &'a [u8],
    pub(crate) retry_delay_ms: i64,
    pub(crate) now_unix_ms: i64,
    pub(crate) utc_offset_minutes: i32,
}

impl<'a> Asked<'a> {
    const NOTHING: Self = Self {
        role: ACALL_ROLE_USER,
        languages: &[],
        retry_delay_ms: 0,
        now_unix_ms: 0,
        utc_offset_minutes: 0,
    };

    /// Reads a caller's options.
    ///
    /// # Safety
    ///
    /// `options` is NULL or points to as many bytes as its first field says;
    /// its languages stay as they are for `'a`.
    unsafe fn read(options: *const acall_message_options) -> Result<Self, Status> {
        if options.is_null() {
            return Ok(Self::NOTHING);
        }
        // SAFETY: not NULL, and the rest is the caller's promise.
        let given = unsafe { pointer::read_options(options) }?;
        if given.reserved != 0 {
            return Err(Status::Argument);
        }
        Ok(Self {
            role: given.role,
            // SAFETY: the caller's promise.
            languages: unsafe { pointer::bytes(given.languages.cast(), given.languages_length) }?,
            retry_delay_ms: given.retry_delay_ms,
            now_unix_ms: given.now_unix_ms,
            utc_offset_minutes: given.utc_offset_minutes,
        })
    }

    /// The options of a part of a message.
    #[cfg(feature = "client")]
    pub(crate) fn options_of(
        &self,
        part: acall_message_part,
    ) -> Result<MessageOptions<'a>, Status> {
        let options = self.options()?;
        Ok(match part {
            ACALL_PART_DETAIL => options.with_detail(),
            _ => options,
        })
    }

    fn options(&self) -> Result<MessageOptions<'a>, Status> {
        // What is not UTF-8 names no language.
        let languages = core::str::from_utf8(self.languages).unwrap_or_default();
        let role = Role::from_number(self.role).ok_or(Status::Argument)?;
        let delay_ms = u64::try_from(self.retry_delay_ms).map_err(|_| Status::Argument)?;
        if self.utc_offset_minutes.unsigned_abs() > 1080 {
            return Err(Status::Argument);
        }
        let mut options = MessageOptions::new(languages).with_role(role);
        if delay_ms > 0 {
            options = options.with_retry_delay_ms(delay_ms);
        }
        if self.now_unix_ms != 0 {
            let now = UnixTime::from_millis(self.now_unix_ms);
            options = options.with_clock(now, self.utc_offset_minutes);
        }
        Ok(options)
    }
}

/// What a message is about, put together from a verdict in C.
pub(crate) struct Told<'a> {
    pub(crate) category: i32,
    pub(crate) alternative: i32,
    pub(crate) rule: Option<Text<'a>>,
    pub(crate) server_delay_ms: i64,
    pub(crate) http_status: Option<i32>,
    pub(crate) code: Option<Text<'a>>,
    pub(crate) message: Option<Text<'a>>,
    pub(crate) correlation_id: Option<Text<'a>>,
}

impl Told<'_> {
    /// Says it, in the words of a profile.
    pub(crate) fn say<'p>(
        &self,
        profile: &'p Profile,
        asked: &Asked<'_>,
        part: acall_message_part,
    ) -> Result<Message<'p>, Status> {
        let category = Category::from_number(self.category).ok_or(Status::Argument)?;
        let alternative = Category::from_number(self.alternative).ok_or(Status::Argument)?;
        let rule = self.rule.as_ref().map(Text::to_str).unwrap_or_default();
        let mut options = asked.options()?;
        if part == ACALL_PART_DETAIL {
            options = options.with_detail();
        }
        let mut subject = Subject::from(category).with_rule(&rule).with_texts(
            self.code.as_ref(),
            self.message.as_ref(),
            self.correlation_id.as_ref(),
        );
        if alternative != Category::None {
            subject = subject.with_alternative(alternative);
        }
        if let Ok(delay_ms) = u64::try_from(self.server_delay_ms) {
            subject = subject.with_server_delay_ms(delay_ms);
        }
        if let Some(http_status) = self.http_status {
            subject = subject.with_http_status(http_status);
        }
        Ok(aftercall::message(profile, subject, &options))
    }
}

/// One part of a message, as a text to be written.
pub(crate) fn part_of<'m>(
    message: &'m Message<'_>,
    part: acall_message_part,
) -> Result<Text<'m>, Status> {
    let text = match part {
        ACALL_PART_TITLE => message.title(),
        ACALL_PART_TEXT => message.text(),
        ACALL_PART_LANGUAGE => message.language(),
        ACALL_PART_DETAIL => message.detail().unwrap_or_default(),
        _ => return Err(Status::Argument),
    };
    Ok(Text::verbatim(text.as_bytes()))
}

/// What a verdict tells, with the texts of its reply if that is given.
fn told<'a>(verdict: &acall_verdict, reply: Option<&Checked<'a>>) -> Result<Told<'a>, Status> {
    let text = |which: acall_text| match reply {
        Some(reply) => present(verdict.text(which, reply)),
        None => Ok(None),
    };
    let is_fault = verdict.flags & ACALL_VERDICT_FAULT != 0;
    Ok(Told {
        category: verdict.category,
        alternative: verdict.alternative,
        rule: present(verdict.rule_text())?,
        server_delay_ms: verdict.server_delay_ms,
        http_status: (!is_fault).then_some(verdict.http_status),
        code: text(ACALL_TEXT_CODE)?,
        message: text(ACALL_TEXT_MESSAGE)?,
        correlation_id: text(ACALL_TEXT_CORRELATION_ID)?,
    })
}

/// A text that may be absent.
pub(crate) fn present(text: Result<Text<'_>, Status>) -> Result<Option<Text<'_>>, Status> {
    match text {
        Ok(text) => Ok(Some(text)),
        Err(Status::Absent) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Reads the arguments that all functions about messages have, and says it.
///
/// # Safety
///
/// Each pointer is NULL or points to what its type says, as large as it says,
/// and unchanged for the time of the call; the profile for `'p`.
unsafe fn say<'p>(
    profile: *const acall_profile,
    verdict: *const acall_verdict,
    reply: *const acall_reply,
    options: *const acall_message_options,
    part: acall_message_part,
) -> Result<Message<'p>, Status> {
    // SAFETY: the caller passes NULL or a profile that is not freed.
    let profile = unsafe { profile::profile(profile) }?;
    // SAFETY: the caller passes NULL or a verdict as large as it says.
    let verdict = unsafe { pointer::read_sized(verdict) }?;
    let reply = if reply.is_null() {
        None
    } else {
        // SAFETY: not NULL, and a reply that nobody changes.
        Some(unsafe { Checked::new(reply) }?)
    };
    // SAFETY: the caller passes NULL or options as large as they say.
    let asked = unsafe { Asked::read(options) }?;
    told(&verdict, reply.as_ref())?.say(profile, &asked, part)
}

/// Writes one part of the message for people to `buffer`, as UTF-8 with a NUL
/// behind it: what the reply means to whoever sits in front of the program, and
/// what to do. Neither a code nor the server's own words are in the title and
/// the text.
///
/// `profile` and `verdict` are those of `acall_judge`; a zeroed verdict of which
/// only `struct_size` and `category` are set will do. `reply` is only looked at
/// for `ACALL_PART_DETAIL`, and may be NULL even then: without it the detail has
/// none of the server's texts. `options` may be NULL. `part` is one of
/// `ACALL_PART_...`.
///
/// `*needed` is set to the size that the buffer must have, the NUL included,
/// also if `buffer` is NULL and `capacity` 0; `needed` may be NULL. The library
/// keeps no pointer. Any thread.
///
/// Errors: `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`, `_ARGUMENT`
/// (a role, a category, a part, a delay below 0, an offset from UTC beyond 1080
/// minutes), `_ABI_MISMATCH`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_message(
    profile: *const acall_profile,
    verdict: *const acall_verdict,
    reply: *const acall_reply,
    options: *const acall_message_options,
    part: acall_message_part,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        // SAFETY: the caller's promise is passed on.
        let message = unsafe { say(profile, verdict, reply, options, part) }?;
        buffer.fill(&part_of(&message, part)?)
    })
}

/// Fills a field of a fixed width with one part of the message for people: as
/// many whole characters as fit, then spaces, no NUL.
///
/// `*needed` is set to the length of the whole text: if it is more than
/// `capacity`, the field holds only its beginning. Otherwise, and in its errors
/// but `ACALL_E_BUFFER_TOO_SMALL`, like `acall_message`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_message_fixed(
    profile: *const acall_profile,
    verdict: *const acall_verdict,
    reply: *const acall_reply,
    options: *const acall_message_options,
    part: acall_message_part,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        // SAFETY: the caller's promise is passed on.
        let message = unsafe { say(profile, verdict, reply, options, part) }?;
        buffer.fill_fixed(&part_of(&message, part)?)
    })
}

/// What a person can do: `*remedy` is set to one of `ACALL_REMEDY_...`, on
/// success only. The arguments and errors are those of `acall_message`.
/// Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_message_remedy(
    profile: *const acall_profile,
    verdict: *const acall_verdict,
    options: *const acall_message_options,
    remedy: *mut acall_remedy,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(remedy) }?;
        // SAFETY: the caller's promise is passed on.
        let message = unsafe { say(profile, verdict, ptr::null(), options, 0) }?;
        place.write(message.action().map_or(ACALL_REMEDY_NONE, Remedy::number));
        Ok(())
    })
}

const LANGUAGE_NAMES: [&CStr; LANGUAGES.len()] = [
    c"en", c"zh-Hans", c"zh-Hant", c"ja", c"ko", c"de", c"fr", c"es",
];

/// The built-in language that fits best what somebody asks for, such as
/// `"zh-Hant"`; `"en"` if none does, so never NULL. Static, NUL-terminated.
///
/// `preferences` may be a BCP 47 tag (`zh-HK`), a list of them, the header
/// Accept-Language with its weights, a POSIX locale (`zh_CN.UTF-8`, `C`), or a
/// list of those as `LANGUAGE` has it. Whatever else stands there is passed
/// over. The library reads neither the environment nor the locale of the
/// process: pass them. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_negotiate_language(
    preferences: *const c_char,
    length: usize,
) -> *const c_char {
    boundary!(LANGUAGE_NAMES[0].as_ptr(), {
        // SAFETY: the caller passes NULL or a readable text.
        let preferences = unsafe { pointer::text(preferences.cast(), length) };
        let language = aftercall::negotiate_language(preferences.unwrap_or_default());
        let index = LANGUAGES.iter().position(|known| *known == language);
        LANGUAGE_NAMES[index.unwrap_or_default()].as_ptr()
    })
}

/// Writes a text to `buffer` in which everything that looks like a secret is
/// replaced by `REDACTED`, with a NUL behind it: values of names such as
/// `apikey`, `token` or `password` in URLs, forms, JSON and headers, bearer
/// tokens, keys such as `sk-...`, `user:password@`, signatures of URLs; also
/// percent-encoded and escaped. Bytes that are not UTF-8 become U+FFFD.
///
/// `*needed` is set to the size that the buffer must have, the NUL included;
/// `needed` may be NULL. The buffer may be the text itself. Time in proportion
/// to `length`, whatever the text is. Any thread. Errors:
/// `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`, `_ARGUMENT`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_redact(
    text: *const c_char,
    length: usize,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let text = unsafe { pointer::bytes(text.cast(), length) }?;
        buffer.fill(&Text::verbatim(redacted(text).as_bytes()))
    })
}

/// The same, with what an API calls its secrets: the names and beginnings
/// that its profile has in `redaction`. Records and messages that are made by
/// a profile are scrubbed so. Otherwise like `acall_redact`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_profile_redact(
    profile: *const acall_profile,
    text: *const c_char,
    length: usize,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        // SAFETY: the caller passes NULL or a profile that is not freed.
        let profile = unsafe { profile::profile(profile) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let text = unsafe { pointer::bytes(text.cast(), length) }?;
        let text = String::from_utf8_lossy(text);
        buffer.fill(&Text::verbatim(profile.redact(&text).as_bytes()))
    })
}

/// Writes a text to `buffer` so that it stays in one line of a log or a
/// terminal, with a NUL behind it: line breaks become a space; other control
/// characters, marks of writing direction and characters that cannot be seen
/// become U+FFFD. Scrub first, then make it one line. Otherwise like
/// `acall_redact`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_one_line(
    text: *const c_char,
    length: usize,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let text = unsafe { pointer::bytes(text.cast(), length) }?;
        buffer.fill(&Text::verbatim(in_one_line(text).as_bytes()))
    })
}

/// A copy, so that the buffer may be where the text is.
pub(crate) fn redacted(text: &[u8]) -> String {
    aftercall::redact(&String::from_utf8_lossy(text)).into_owned()
}

pub(crate) fn in_one_line(text: &[u8]) -> String {
    aftercall::one_line(&String::from_utf8_lossy(text)).into_owned()
}

const ROLES: NameSet = NameSet::new(0, b"user\0owner\0");
const REMEDIES: NameSet = NameSet::new(
    1,
    b"\
        fix_input\0check_id\0sign_in_again\0contact_admin\0renew_contract\0top_up\0\
        wait\0slow_down\0choose_other_file\0retry_later\0contact_support\0",
);

/// The name of a role, such as `"owner"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_role_name(role: acall_role) -> *const c_char {
    boundary!(ptr::null(), { ROLES.name(role) })
}

/// The number of a role; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_role_from_name(
    name: *const c_char,
    length: usize,
    role: *mut acall_role,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe { ROLES.number(name, length, role) }
    })
}

/// The name of what a person can do, such as `"top_up"`; NULL for
/// `ACALL_REMEDY_NONE`. Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_remedy_name(remedy: acall_remedy) -> *const c_char {
    boundary!(ptr::null(), { REMEDIES.name(remedy) })
}

/// The number of what a person can do; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_remedy_from_name(
    name: *const c_char,
    length: usize,
    remedy: *mut acall_remedy,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe { REMEDIES.number(name, length, remedy) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constants::written;

    #[test]
    fn every_constant_is_the_cores_number_and_none_is_missing() {
        let mut core: Vec<(String, u32)> = Vec::new();
        for role in Role::ALL {
            let name = format!("ROLE_{}", role.name().to_uppercase());
            core.push((name, u32::try_from(role.number()).unwrap()));
        }
        core.push(("REMEDY_NONE".to_owned(), 0));
        for remedy in Remedy::ALL {
            let name = format!("REMEDY_{}", remedy.name().to_uppercase());
            core.push((name, u32::try_from(remedy.number()).unwrap()));
        }
        let ours = written(include_str!("words.rs"));
        let parts = |(name, _): &(String, u32)| !name.starts_with("PART_");
        assert_eq!(ours.into_iter().filter(parts).collect::<Vec<_>>(), core);
    }

    #[test]
    fn every_name_is_the_cores() {
        let text = |name: *const c_char| {
            // SAFETY: every name is static and NUL-terminated.
            (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_str().unwrap())
        };
        for role in Role::ALL {
            assert_eq!(text(acall_role_name(role.number())), Some(role.name()));
        }
        for remedy in Remedy::ALL {
            assert_eq!(
                text(acall_remedy_name(remedy.number())),
                Some(remedy.name())
            );
        }
        for number in [-1, 0, 12] {
            assert_eq!(text(acall_remedy_name(number)), None);
        }
        assert_eq!(text(acall_role_name(2)), None);
        for language in LANGUAGES {
            // SAFETY: the language has that length.
            let found =
                unsafe { acall_negotiate_language(language.as_ptr().cast(), language.len()) };
            assert_eq!(text(found), Some(language));
        }
    }
}
