//! From a reply to a verdict: the rules, in their order.
//!
//! 1. a transport fault has its row;
//! 2. a reply that proves success is a success;
//! 3. else the code decides, where there is one that the profile knows;
//! 4. else the message, where there is no code at all;
//! 5. else the HTTP status, the reply's own or the one its body repeats;
//! 6. else the family of the code;
//! 7. else nobody knows, and nothing is repeated.
//!
//! Afterwards come the vetoes. The judge holds no code number, no field name
//! and no wording: those are the profile's.

use core::cell::Cell;
use std::borrow::Cow;

use crate::envelope::fields::{Contradiction, Flag, Identity};
use crate::envelope::layout::More;
use crate::envelope::{self, Envelope, Form, Reading, sniff};
use crate::headers::{HeaderNames, HeaderNotes};
use crate::profile::{AbsentFlag, BodyForm, BodyRule, Circumstances, Decided, Row};
use crate::reply::Exchange;
use crate::{
    Advice, Anomalies, Anomaly, Category, Effect, Expect, Outcome, Profile, Reply, TaskState, Text,
    UnixTime, Verdict,
};

/// Judges one reply.
///
/// `now` is the caller's wall clock. It is looked at only if the server names a
/// date to wait for and says no time of its own; without it such a date is
/// ignored.
///
/// Judging is a pure function of its arguments. It never fails, allocates
/// nothing, does not recurse, and takes time in proportion to the reply's size,
/// whatever its bytes are. Any number of threads may judge with one profile.
///
/// ```
/// use aftercall::{Advice, Profile, Reply, judge};
/// use std::time::SystemTime;
///
/// let headers = [("Retry-After", "7")];
/// let reply = Reply::new(503, "<html>busy</html>").with_headers(&headers);
/// let verdict = judge(Profile::eureka(), &reply, Some(SystemTime::now().into()));
/// assert_eq!(verdict.advice(), Advice::Backoff);
/// assert_eq!(verdict.server_delay_ms(), Some(7000));
/// assert_eq!(verdict.rule(), "http:503");
/// ```
pub fn judge<'a>(profile: &'a Profile, reply: &Reply<'a>, now: Option<UnixTime>) -> Verdict<'a> {
    let (http_status, headers, body) = match reply.exchange {
        Exchange::Fault { headers, .. } => (None, headers, &[][..]),
        Exchange::Complete {
            http_status,
            headers,
            body,
        } => (Some(http_status), headers, body),
    };
    let mut storage;
    let mut more = None;
    if profile.fields.needs_more {
        storage = More::default();
        more = Some(&mut storage);
    }
    let mut reading = envelope::read(&profile.fields, body, more.as_deref_mut());
    settle(&mut reading, profile, more.as_deref_mut());
    let mut case = Case {
        profile,
        notes: profile.headers.read(headers, now),
        http_status,
        standing: http_status.map_or(Standing::Senseless, Standing::of),
        body,
        reading: &mut reading,
        more: more.as_deref(),
        reply,
        now,
    };
    let judgement = match reply.exchange {
        Exchange::Fault { fault, .. } => Err(profile.by_fault(fault).unwrap_or(UNKNOWN)),
        Exchange::Complete { .. } => case.judge(reply.expect),
    };
    case.verdict(judgement)
}

/// What a status can mean before anything else is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// 2xx, or not known: the body decides.
    Open,
    /// 300 to 599: a failure whatever the body says.
    Failed,
    /// No status to judge by.
    Senseless,
}

impl Standing {
    const fn of(http_status: i32) -> Self {
        match http_status {
            0 | 200..=299 => Self::Open,
            300..=599 => Self::Failed,
            _ => Self::Senseless,
        }
    }
}

/// Forgets what is not believed of a body.
fn settle(reading: &mut Reading<'_>, profile: &Profile, more: Option<&mut More>) {
    // A broken body can prove a failure, never a success.
    let is_believed = match reading.form {
        Form::Object => true,
        Form::BrokenObject => proves_failure(&reading.envelope, profile),
        Form::Empty | Form::OtherJson | Form::NotJson => false,
    };
    if !is_believed {
        reading.envelope = Envelope::default();
        if let Some(more) = more {
            more.clear();
        }
    } else if !reading.envelope.says_anything() && profile.absent_flag != AbsentFlag::Http {
        // What is no envelope has no odd fields either.
        reading.envelope.anomalies = Anomalies::NONE;
    }
    if reading.is_too_deep {
        reading.envelope.anomalies.insert(Anomaly::TooDeep);
    }
}

fn proves_failure(envelope: &Envelope<'_>, profile: &Profile) -> bool {
    envelope.proves_failure(profile.fields.contradiction)
}

/// Everything that is known about a reply while it is judged.
struct Case<'c, 'a> {
    profile: &'a Profile,
    notes: HeaderNotes<'a>,
    /// `None` after a transport fault.
    http_status: Option<i32>,
    standing: Standing,
    body: &'a [u8],
    /// The body, with those of its fields that are believed.
    reading: &'c mut Reading<'a>,
    /// What else the body says, where the profile asks for more.
    more: Option<&'c More>,
    reply: &'c Reply<'a>,
    now: Option<UnixTime>,
}

/// What a success says, or what decided that it is none.
type Judgement<'a> = Result<Success<'a>, Decided<'a>>;

#[derive(Default)]
struct Success<'a> {
    data: Option<&'a [u8]>,
    task: Option<TaskState>,
}

impl<'a> Success<'a> {
    const fn with(data: Option<&'a [u8]>) -> Self {
        Self { data, task: None }
    }
}

impl<'a> Case<'_, 'a> {
    fn judge(&mut self, expect: Expect) -> Judgement<'a> {
        let is_open = self.standing == Standing::Open;
        if is_open && expect == Expect::Raw && !self.is_plain_failure() {
            self.forget_envelope();
            return Ok(Success::with(Some(self.body)));
        }
        if self.profile.extras.are_any {
            self.add_extras();
        }
        if is_open {
            if self.is_success() {
                return Ok(self.object_success());
            }
            if !matches!(self.reading.form, Form::Object | Form::BrokenObject) {
                return self.by_form(self.form_of_no_envelope());
            }
            if let Some(id) = self.protocol_failure() {
                return Err(protocol(id));
            }
        }
        let is_senseless = self.standing == Standing::Senseless;
        if is_senseless && !proves_failure(&self.reading.envelope, self.profile) {
            return Err(protocol("protocol:http_status"));
        }
        Err(self.decide())
    }

    /// Whether a body that need not be an envelope is a failure envelope all
    /// the same: plainly, because a file may have fields of these names.
    #[inline(never)]
    fn is_plain_failure(&self) -> bool {
        let envelope = &self.reading.envelope;
        let Some(code) = &envelope.code else {
            return false;
        };
        self.reading.form == Form::Object
            && (envelope.has_false_flag || (!code.is_ok && self.profile.knows(code)))
    }

    /// A file's fields are nobody's envelope.
    fn forget_envelope(&mut self) {
        self.reading.envelope = Envelope::default();
        if self.reading.is_too_deep {
            self.reading.envelope.anomalies.insert(Anomaly::TooDeep);
        }
    }

    fn is_success(&self) -> bool {
        let envelope = &self.reading.envelope;
        let code = envelope.code.as_ref();
        match self.reading.form {
            Form::Object => {
                let flag_agrees = match envelope.flag {
                    Some(_) if self.profile.fields.contradiction != Contradiction::Failure => {
                        return self.is_success_by_policy();
                    }
                    Some(flag) => flag == Flag::True,
                    None => self.stands_in_for_a_flag(),
                };
                flag_agrees && code.is_none_or(|code| code.is_ok)
            }
            Form::Empty => matches!(self.http_status, Some(204 | 205)),
            _ => false,
        }
    }

    /// The same where one of flag and code outweighs the other.
    #[cold]
    fn is_success_by_policy(&self) -> bool {
        let envelope = &self.reading.envelope;
        let by_flag = envelope.flag == Some(Flag::True);
        match (self.profile.fields.contradiction, &envelope.code) {
            (Contradiction::Code, Some(code)) => code.is_ok,
            _ => by_flag,
        }
    }

    /// Whether the profile takes something else for a true flag.
    fn stands_in_for_a_flag(&self) -> bool {
        match self.profile.absent_flag {
            AbsentFlag::Failure => false,
            AbsentFlag::Code => {
                self.reading.envelope.code.is_some() || self.profile.is_ok_without_code
            }
            // A status that is not known stands in for nothing.
            AbsentFlag::Http => self.http_status != Some(0),
        }
    }

    /// What a body is that is no object.
    #[cold]
    fn form_of_no_envelope(&self) -> BodyForm {
        match self.reading.form {
            Form::Empty => BodyForm::Empty,
            Form::NotJson => self.form_of_no_json(),
            _ => BodyForm::NotObject,
        }
    }

    fn form_of_no_json(&self) -> BodyForm {
        let is_told_apart = |form| self.profile.by_form(form).is_some();
        match self.body {
            body if sniff::is_html(body) => BodyForm::Html,
            body if sniff::is_compressed(body) => BodyForm::Compressed,
            body if is_told_apart(BodyForm::Xml) && sniff::is_xml(body) => BodyForm::Xml,
            body if is_told_apart(BodyForm::EventStream) && sniff::is_event_stream(body) => {
                BodyForm::EventStream
            }
            _ => BodyForm::NotJson,
        }
    }

    /// What the profile says of such a body, or that it is none of this API's.
    fn by_form(&self, form: BodyForm) -> Judgement<'a> {
        let id = form.rule_id();
        match self.profile.by_form(form) {
            // A status that is not known stands in for nothing.
            Some(BodyRule::Success) if self.http_status != Some(0) => {
                let data = Some(self.body).filter(|_| form != BodyForm::Empty);
                Ok(Success::with(data))
            }
            Some(BodyRule::Failure(row)) => Err(Decided { row, id }),
            _ => Err(protocol(id)),
        }
    }

    /// Why an object under an open status is none of this API's.
    fn protocol_failure(&self) -> Option<&'static str> {
        let envelope = &self.reading.envelope;
        let id = match self.reading.form {
            Form::BrokenObject if proves_failure(envelope, self.profile) => return None,
            Form::BrokenObject => "protocol:malformed",
            _ if envelope.flag.is_some() => return None,
            _ => match (&envelope.code, &envelope.message) {
                (Some(code), _) if code.is_ok => "protocol:no_flag",
                (None, None) => "protocol:no_envelope",
                _ => return None,
            },
        };
        Some(id)
    }

    /// The first rule that applies to a failure.
    fn decide(&mut self) -> Decided<'a> {
        let profile = self.profile;
        let envelope = &self.reading.envelope;
        let code = envelope.code.as_ref();
        let failing = code.filter(|code| !code.is_ok);
        let around = Circumstances {
            http_status: self.http_status.unwrap_or(0),
            message: envelope.message.as_ref(),
            has_server_delay: self.notes.server_delay_ms.is_some(),
            sub_code: self
                .more
                .and_then(|more| profile.extras.sub_code(&profile.fields, more, self.body)),
            request: &self.reply.request,
            searched: Cell::default(),
        };
        if let Some(decided) = profile.by_code(failing, &around) {
            return decided;
        }
        if let (None, Some(message)) = (code, around.message)
            && let Some(decided) = profile.by_message(*message, &around)
        {
            self.reading.envelope.anomalies.insert(Anomaly::ByMessage);
            return decided;
        }
        if let Some(http_status) = self.status_to_judge_by()
            && let Some(decided) = profile.by_http_status(http_status, &around)
        {
            return decided;
        }
        let code = self.reading.envelope.code.as_ref();
        code.filter(|code| !code.is_ok)
            .and_then(|code| profile.by_family(code))
            .unwrap_or(UNKNOWN)
    }

    /// The reply's own status, or where that is open the one its body repeats.
    fn status_to_judge_by(&self) -> Option<i32> {
        let envelope = &self.reading.envelope;
        match (self.standing, &envelope.code, envelope.flag) {
            (Standing::Senseless, _, _) => None,
            (Standing::Failed, _, _) => self.http_status,
            (Standing::Open, Some(code), _) => self.profile.status_of(code).filter(|_| !code.is_ok),
            (Standing::Open, None, Some(Flag::HttpStatus(status))) => Some(status),
            (Standing::Open, None, _) => None,
        }
    }

    /// A success whose body is an object, or nothing at all.
    #[inline(never)]
    fn object_success(&self) -> Success<'a> {
        let is_object = self.reading.form == Form::Object;
        let mut data = self.reading.envelope.data;
        if data.is_none() && is_object && self.profile.is_body_the_data {
            data = Some(envelope::object_alone(self.body));
        }
        let tasks = self.profile.tasks.as_ref().filter(|_| is_object);
        let task = tasks.and_then(|tasks| tasks.state(self.body, self.reply.request.as_ref()));
        Success { data, task }
    }

    /// A caller that was refused does not hammer, whatever the rule says.
    fn vetoed(&self, mut decided: Decided<'a>) -> Decided<'a> {
        let is_vetoed = || {
            let by_status = |http_status| self.profile.vetoes(http_status);
            self.notes.refuses_retry || self.http_status.is_some_and(by_status)
        };
        if matches!(decided.row.advice, Advice::Backoff | Advice::Throttle) && is_vetoed() {
            decided.row.advice = Advice::Never;
        }
        decided
    }

    /// Adds what the body says of an id, an amount and a delay, where the headers
    /// say nothing.
    #[cold]
    #[inline(never)]
    fn add_extras(&mut self) {
        let extras = &self.profile.extras;
        let notes = &mut self.notes;
        let (Exchange::Complete { headers, .. } | Exchange::Fault { headers, .. }) =
            self.reply.exchange;
        if let Some(more) = self.more {
            let body = self.body;
            notes.amount = notes.amount.or_else(|| extras.amount(more, body));
            notes.correlation_id = notes
                .correlation_id
                .or_else(|| extras.correlation_id(more, body));
            notes.server_delay_ms = notes.server_delay_ms.or_else(|| {
                extras.server_delay_ms(more, body, &HeaderNames::clock(headers, self.now))
            });
        }
        let message = self.reading.envelope.message;
        let in_message = || message.and_then(|message| extras.id_in(message));
        notes.correlation_id = notes.correlation_id.or_else(in_message);
    }

    /// The one place where a verdict is made: it is large.
    fn verdict(&self, judgement: Judgement<'a>) -> Verdict<'a> {
        let (outcome, decided, Success { data, task }) = match judgement {
            Ok(success) => (Outcome::Success, SUCCESS, success),
            Err(decided) => {
                let decided = self.vetoed(decided);
                (Outcome::Failure, decided, Success::default())
            }
        };
        let envelope = &self.reading.envelope;
        let code = envelope.code.as_ref();
        Verdict {
            outcome,
            category: decided.row.category,
            advice: decided.row.advice,
            effect: decided.row.effect,
            alternative: decided.row.alternative,
            repeat: decided.row.repeat,
            anomalies: envelope.anomalies,
            http_status: self.http_status,
            code: code.and_then(|code| match code.identity {
                Identity::Integer(integer) => Some(integer),
                _ => None,
            }),
            server_delay_ms: self.notes.server_delay_ms,
            code_text: code.map(|code| code.text.into()),
            message: envelope.message.map(Text::from),
            correlation_id: self.notes.correlation_id.map(Text::from),
            amount: self.notes.amount.map(Text::from),
            task,
            data: data.map(Cow::Borrowed),
            rule: Cow::Borrowed(decided.id),
        }
    }
}

const SUCCESS: Decided<'static> = Decided {
    row: Row {
        category: Category::Success,
        advice: Advice::Never,
        effect: Effect::Done,
        alternative: None,
        repeat: None,
    },
    id: "success",
};

/// A failure that nothing explains is not repeated.
const UNKNOWN: Decided<'static> = Decided {
    row: Row {
        category: Category::Unknown,
        advice: Advice::Never,
        effect: Effect::Unknown,
        alternative: None,
        repeat: None,
    },
    id: "unknown",
};

/// A reply that is not this API's.
const fn protocol(id: &'static str) -> Decided<'static> {
    Decided {
        row: Row {
            category: Category::Protocol,
            ..UNKNOWN.row
        },
        id,
    }
}
