//! Records of calls as handles.

use core::ffi::c_char;

use aftercall::retry::Decision;
use aftercall::{Brought, Category, MessageOptions, Noted, Profile, Record, Role, Text, UnixTime};

use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::pointer::{self, Place};
use crate::profile::{self, acall_profile};
use crate::reply::{Checked, acall_reply};
use crate::retry::decision::{self, acall_decision};
use crate::retry::judged::Said;
use crate::retry::milliseconds;
use crate::status::{Status, acall_status};
use crate::verdict::{
    ACALL_TEXT_CODE, ACALL_TEXT_CORRELATION_ID, ACALL_TEXT_MESSAGE, acall_text, acall_verdict,
};
use crate::words::{acall_role, present};

/// What support needs to know of a call, collected over its attempts, and
/// nothing that it must not know: no body, no query, no header but the
/// correlation id; what looks like a secret is removed when it is noted. It
/// holds at most a few hundred kilobytes however many attempts there are: the
/// first and the last are kept, those in the middle are counted.
#[derive(Debug)]
pub struct acall_record {
    _opaque: [u8; 0],
}

/// The record behind a handle, to look at.
///
/// # Safety
///
/// `handle` is NULL, or came from this file, and is neither freed nor noted in
/// for as long as the reference lives.
unsafe fn record<'a>(handle: *const acall_record) -> Result<&'a Record, Status> {
    // SAFETY: a handle is the address of a `Record`; the rest is promised.
    unsafe { pointer::reference(handle.cast()) }
}

/// A verdict in C, as far as a record keeps it.
pub(crate) struct Kept<'a> {
    pub(crate) said: Said,
    pub(crate) alternative: i32,
    pub(crate) rule: Option<Text<'a>>,
    pub(crate) code_text: Option<Text<'a>>,
    pub(crate) message: Option<Text<'a>>,
    pub(crate) correlation_id: Option<Text<'a>>,
}

impl<'a> Kept<'a> {
    /// What a verdict says, with the texts of its reply if that is given.
    fn of(verdict: &acall_verdict, reply: Option<&Checked<'a>>) -> Result<Self, Status> {
        let text = |which: acall_text| match reply {
            Some(reply) => present(verdict.text(which, reply)),
            None => Ok(None),
        };
        Ok(Self {
            said: Said::of(verdict),
            alternative: verdict.alternative,
            rule: present(verdict.rule_text())?,
            code_text: text(ACALL_TEXT_CODE)?,
            message: text(ACALL_TEXT_MESSAGE)?,
            correlation_id: text(ACALL_TEXT_CORRELATION_ID)?,
        })
    }
}

/// When an attempt began and ended, by the call's clock, the id that was sent
/// with it, empty for none, and its method and path.
pub(crate) struct Sent<'a> {
    pub(crate) started_ms: i64,
    pub(crate) ended_ms: i64,
    pub(crate) request_id: &'a str,
    pub(crate) request: Option<(&'a str, &'a str)>,
}

impl Sent<'_> {
    /// Notes an attempt; without a verdict only how the call went on.
    pub(crate) fn note(
        &self,
        record: &mut Record,
        kept: Option<&Kept<'_>>,
        decision: &Decision,
    ) -> Result<(), Status> {
        let started_ms = milliseconds(self.started_ms)?;
        let ended_ms = milliseconds(self.ended_ms)?;
        let mut noted = Noted::new(decision, started_ms, ended_ms);
        if !self.request_id.is_empty() {
            noted = noted.with_request_id(self.request_id);
        }
        if let Some((method, path)) = self.request {
            noted = noted.with_request(method, path);
        }
        let Some(kept) = kept else {
            record.note(&noted);
            return Ok(());
        };
        let judged = kept.said.judged(None)?;
        let alternative = Category::from_number(kept.alternative).ok_or(Status::Argument)?;
        let rule = kept.rule.as_ref().map(Text::to_str).unwrap_or_default();
        record.note(&noted.with_brought(Brought {
            outcome: judged.outcome,
            category: judged.category,
            alternative: Some(alternative).filter(|&second| second != Category::None),
            advice: judged.advice,
            effect: judged.effect,
            http_status: judged.http_status,
            code_text: kept.code_text.as_ref(),
            message: kept.message.as_ref(),
            correlation_id: kept.correlation_id.as_ref(),
            rule: &rule,
            server_delay_ms: judged.server_delay_ms,
        }));
        Ok(())
    }
}

/// A new record, of times that a caller gives.
pub(crate) fn begun(
    profile: &Profile,
    method: &str,
    url: &str,
    started_unix_ms: i64,
    started_ms: i64,
) -> Result<Record, Status> {
    let started = UnixTime::from_millis(started_unix_ms);
    let started_ms = milliseconds(started_ms)?;
    Ok(Record::new(profile, method, url, started, started_ms))
}

/// Problem details for whoever reads these languages in this role.
pub(crate) fn problem(
    record: &Record,
    profile: &Profile,
    languages: &[u8],
    role: acall_role,
) -> Result<String, Status> {
    // What is not UTF-8 names no language.
    let languages = core::str::from_utf8(languages).unwrap_or_default();
    let role = Role::from_number(role).ok_or(Status::Argument)?;
    let options = MessageOptions::new(languages).with_role(role);
    Ok(record.problem(profile, &options))
}

/// Begins a record of a call that starts now: at `started_unix_ms` by the wall
/// clock, in milliseconds since 1970, and at `started_ms` by the call's own
/// clock. `profile` is the one that judges.
///
/// `method` and `url` are UTF-8. Of the URL only scheme, host, port and path are
/// kept, and what looks like a secret in the path is removed: user, password,
/// query and fragment never get in. The library keeps no pointer.
///
/// `*record` is set on success and belongs to the caller, who frees it with
/// `acall_record_free`. Any thread. Errors: `ACALL_E_NULL`, `_ARGUMENT` (also a
/// negative `started_ms`), `_UTF8`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_record_new(
    profile: *const acall_profile,
    method: *const c_char,
    method_length: usize,
    url: *const c_char,
    url_length: usize,
    started_unix_ms: i64,
    started_ms: i64,
    record: *mut *mut acall_record,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(record) }?;
        // SAFETY: the caller passes NULL or a profile that is not freed.
        let profile = unsafe { profile::profile(profile) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let method = unsafe { pointer::text(method.cast(), method_length) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let url = unsafe { pointer::text(url.cast(), url_length) }?;
        let made = begun(profile, method, url, started_unix_ms, started_ms)?;
        place.write(Box::into_raw(Box::new(made)).cast());
        Ok(())
    })
}

/// Adds an attempt: its verdict, and what was decided about it.
///
/// `verdict` is one that `acall_judge` wrote and `reply` the reply that it was
/// made from; NULL for that, and the record has none of the server's texts.
/// Without a verdict, if that is NULL, no attempt is noted, only how the call
/// went on: a wait that was cancelled, for example. Then `reply` is not looked
/// at. `decision` is one that an event of the call wrote.
///
/// `reply->method` and `reply->path`, where they are given, say where the
/// request went: the record tells it if that was not where it says itself, as
/// of a request for a token. Scrubbed, and without a query.
///
/// `started_ms` and `ended_ms` are when the attempt began and ended by the call's
/// clock. `request_id` is the id that was sent with it, UTF-8; NULL and 0 for
/// none. The library keeps no pointer. One thread at a time.
///
/// Errors, then nothing is noted: `ACALL_E_NULL`, `_ARGUMENT` (also a negative
/// time, a verdict that nothing was judged into or that is another reply's,
/// where that shows, a decision that nothing was decided into), `_UTF8`,
/// `_ABI_MISMATCH`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_record_note(
    record: *mut acall_record,
    reply: *const acall_reply,
    verdict: *const acall_verdict,
    decision: *const acall_decision,
    started_ms: i64,
    ended_ms: i64,
    request_id: *const c_char,
    request_id_length: usize,
) -> acall_status {
    boundary!({
        // SAFETY: a handle is the address of a `Record`, which the caller lets
        // nobody else use.
        let record = unsafe { pointer::exclusive(record.cast::<Record>()) }?;
        // SAFETY: the caller passes NULL or a decision as large as it says.
        let decision = unsafe { decision::read(decision) }?;
        let mut sent = Sent {
            started_ms,
            ended_ms,
            // SAFETY: the caller passes NULL or a readable text.
            request_id: unsafe { pointer::text(request_id.cast(), request_id_length) }?,
            request: None,
        };
        if verdict.is_null() {
            return sent.note(record, None, &decision);
        }
        // SAFETY: not NULL, and a verdict as large as it says.
        let verdict = unsafe { pointer::read_sized(verdict) }?;
        let reply = if reply.is_null() {
            None
        } else {
            // SAFETY: not NULL, and a reply that nobody changes.
            Some(unsafe { Checked::new(reply) }?)
        };
        let kept = Kept::of(&verdict, reply.as_ref())?;
        sent.request = reply.as_ref().and_then(|reply| reply.request);
        sent.note(record, Some(&kept), &decision)
    })
}

/// A record, and where something of it is wanted.
///
/// # Safety
///
/// As for [`Buffer::new`] and [`record`].
unsafe fn both<'a>(
    record: *const acall_record,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> Result<(Buffer<usize>, &'a Record), Status> {
    // SAFETY: the caller's promise.
    let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
    // SAFETY: the caller's promise.
    let record = unsafe { self::record(record) }?;
    Ok((buffer, record))
}

/// Writes the record to `buffer` as one JSON document of at most 256 KiB, in
/// UTF-8 with a NUL behind it: `started`, `method`, `host`, `path`,
/// `attempts_made`, `reason` and others, and `attempts`, an array with an object
/// for each that was kept. Later versions may add fields.
///
/// `*needed` is set to the size that the buffer must have, the NUL included,
/// also if `buffer` is NULL and `capacity` 0; `needed` may be NULL. Any thread,
/// as long as nobody notes.
///
/// Errors: `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`,
/// `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_record_json(
    record: *const acall_record,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a buffer as large as it says and a
        // record that nobody changes.
        let (buffer, record) = unsafe { both(record, buffer, capacity, needed) }?;
        buffer.fill(&Text::verbatim(record.to_json().as_bytes()))
    })
}

/// Writes the record as one paragraph of English in one line, to paste into a
/// ticket. Otherwise like `acall_record_json`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_record_paragraph(
    record: *const acall_record,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a buffer as large as it says and a
        // record that nobody changes.
        let (buffer, record) = unsafe { both(record, buffer, capacity, needed) }?;
        buffer.fill(&Text::verbatim(record.paragraph().as_bytes()))
    })
}

/// Writes the failure as problem details (RFC 9457), for a service that passes
/// it on to its own callers; the media type is `application/problem+json`, and
/// the member `status` a suggestion.
///
/// `profile` is the one that judged; title and detail are its words for people.
/// `languages` is what `acall_negotiate_language` understands; NULL and 0 for
/// English.
/// `role` is one of `ACALL_ROLE_...`. Otherwise like `acall_record_json`;
/// `ACALL_E_ARGUMENT` also for a role that is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_record_problem_json(
    record: *const acall_record,
    profile: *const acall_profile,
    languages: *const c_char,
    languages_length: usize,
    role: acall_role,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a buffer as large as it says and a
        // record that nobody changes.
        let (buffer, record) = unsafe { both(record, buffer, capacity, needed) }?;
        // SAFETY: the caller passes NULL or a profile that is not freed.
        let profile = unsafe { profile::profile(profile) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let languages = unsafe { pointer::bytes(languages.cast(), languages_length) }?;
        let problem = problem(record, profile, languages, role)?;
        buffer.fill(&Text::verbatim(problem.as_bytes()))
    })
}

/// Writes the last attempt as a JSON object of attributes by OpenTelemetry's
/// names, such as `http.response.status_code` and `error.type`, for whoever has
/// a span or a log record: texts, whole numbers, and arrays of texts. Otherwise
/// like `acall_record_json`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_record_attributes_json(
    record: *const acall_record,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a buffer as large as it says and a
        // record that nobody changes.
        let (buffer, record) = unsafe { both(record, buffer, capacity, needed) }?;
        buffer.fill(&Text::verbatim(record.attributes_json().as_bytes()))
    })
}

/// Frees a record. NULL is fine. No other thread may still use it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_record_free(record: *mut acall_record) {
    boundary!((), {
        let record = record.cast::<Record>();
        if !record.is_null() && record.is_aligned() {
            // SAFETY: the caller hands back what this file once handed out.
            drop(unsafe { Box::from_raw(record) });
        }
    });
}

#[cfg(test)]
mod tests {
    use aftercall::retry::{Call, Operation, Policy};
    use aftercall::{OperationKind, Reply, judge};

    use super::*;
    use crate::pointer::Sized32;

    static_assertions::assert_impl_all!(Record: Send, Sync);

    const BODY: &[u8] = br#"{"status":false,"error_code":67200004,"error_msg":"no \u4f59"}"#;

    #[test]
    fn a_record_by_way_of_c_is_that_of_the_core() {
        let url = "https://a.example/b";
        let policy = Policy::default();
        let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0);
        call.before_attempt(0).unwrap();
        let verdict = judge(Profile::eureka(), &Reply::new(200, BODY), None);
        let decision = call.on_reply(&verdict, 20).unwrap();
        let reply = acall_reply {
            struct_size: u32::try_from(size_of::<acall_reply>()).unwrap(),
            http_status: 200,
            body: BODY.as_ptr().cast(),
            body_length: BODY.len(),
            ..acall_reply::zeroed()
        };
        // SAFETY: the reply is whole, and its body outlives it.
        let checked = unsafe { Checked::new(&raw const reply) }.unwrap();
        let again = judge(Profile::eureka(), &checked.borrow(), None);
        let in_c = acall_verdict::new(&again, BODY, &checked.headers);
        let sent = Sent {
            started_ms: 0,
            ended_ms: 20,
            request_id: "r-1",
            request: None,
        };
        let mut by_c = begun(Profile::eureka(), "GET", url, 7, 0).unwrap();
        let kept = Kept::of(&in_c, Some(&checked)).unwrap();
        sent.note(&mut by_c, Some(&kept), &decision).unwrap();
        let started = UnixTime::from_millis(7);
        let mut by_core = Record::new(Profile::eureka(), "GET", url, started, 0);
        let noted = Noted::new(&decision, 0, 20).with_request_id("r-1");
        by_core.note(&noted.with_verdict(&verdict));
        assert_eq!(by_c.to_json(), by_core.to_json());
        assert!(by_c.to_json().contains("no 余"), "{}", by_c.to_json());
        for role in [0, 1] {
            let problem = problem(&by_c, Profile::eureka(), b"zh-HK", role).unwrap();
            let options = MessageOptions::new("zh-HK").with_role(Role::from_number(role).unwrap());
            assert_eq!(problem, by_core.problem(Profile::eureka(), &options));
        }
        assert_eq!(
            problem(&by_c, Profile::eureka(), b"", 2),
            Err(Status::Argument)
        );
    }
}
