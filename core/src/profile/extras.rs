//! What a body may say beside flag, code, message and data: a second code, ids,
//! the amount charged, a delay, how a task stands.

use crate::TaskState;
use crate::envelope::fields::{Code, Fields, FlagValue};
use crate::envelope::layout::{Layout, More};
use crate::json::scan::Value;
use crate::json::text::RawText;
use crate::reply::Request;
use crate::server_delay::{self, Clock, Form};

use super::glob::RequestPath;
use super::operations::Requests;

/// The slots of what a profile asks for, each list in order of preference.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    pub(crate) sub_codes: Vec<usize>,
    pub(crate) correlation_ids: Vec<usize>,
    pub(crate) amounts: Vec<usize>,
    pub(crate) delays: Vec<(usize, Form)>,
    /// What stands before an id in a message.
    pub(crate) id_marks: Vec<String>,
    /// There is an id, an amount or a delay to look for in a body.
    pub(crate) are_any: bool,
}

/// Where a task's state stands, and what its words say.
#[derive(Debug)]
pub(crate) struct TaskRule {
    pub(crate) requests: Requests,
    pub(crate) slots: Vec<usize>,
    pub(crate) states: Vec<(TaskState, Vec<FlagValue>)>,
}

/// The tasks of a profile. A body is read again for them, because few replies
/// tell of one, and those are short.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    pub(crate) rules: Vec<TaskRule>,
    pub(crate) layout: Layout,
}

impl Tasks {
    /// How the task stands that a success tells of, whose body is an object.
    pub(crate) fn state(&self, body: &[u8], request: Option<&Request<'_>>) -> Option<TaskState> {
        let request = request.map(|request| (request.method, RequestPath::of(request.path)));
        let is_for = |rule: &&TaskRule| {
            rule.requests.are_all()
                || request.is_some_and(|(method, path)| rule.requests.include(method, path))
        };
        let mut rules = self.rules.iter().filter(is_for).peekable();
        rules.peek()?;
        let mut more = More::default();
        self.layout.read(body, &mut more);
        rules.find_map(|rule| rule.state(&more, body))
    }
}

impl TaskRule {
    fn state(&self, more: &More, body: &[u8]) -> Option<TaskState> {
        let value = first(&self.slots, more)?;
        let says = |(_, words): &&(TaskState, Vec<FlagValue>)| {
            words.iter().any(|word| word.is(value, body))
        };
        let state = self.states.iter().find(says);
        Some(state.map_or(TaskState::Unknown, |(state, _)| *state))
    }
}

impl Extras {
    pub(crate) fn sub_code<'a>(
        &self,
        fields: &Fields,
        more: &More,
        body: &'a [u8],
    ) -> Option<Code<'a>> {
        fields.sub_code(first(&self.sub_codes, more)?, body)
    }

    pub(crate) fn correlation_id<'a>(&self, more: &More, body: &'a [u8]) -> Option<RawText<'a>> {
        text(&self.correlation_ids, more, body)
    }

    pub(crate) fn amount<'a>(&self, more: &More, body: &'a [u8]) -> Option<RawText<'a>> {
        text(&self.amounts, more, body)
    }

    pub(crate) fn server_delay_ms(
        &self,
        more: &More,
        body: &[u8],
        clock: &Clock<'_>,
    ) -> Option<u64> {
        self.delays.iter().find_map(|(slot, form)| {
            let text = more.value(*slot)?.text(body);
            // Nothing that a delay is spelled with has to be escaped.
            server_delay::read(text.bytes.trim_ascii(), *form, clock)
        })
    }

    /// The id that follows one of the profile's marks in a message: letters,
    /// digits, `-`, `_`, `.` and `:`.
    pub(crate) fn id_in<'a>(&self, message: RawText<'a>) -> Option<RawText<'a>> {
        self.id_marks
            .iter()
            .find_map(|mark| id_after(mark.as_bytes(), message.bytes))
            .map(RawText::verbatim)
    }
}

/// As long as an id may be.
const LONGEST_ID: usize = 128;

/// As far as a message is searched for an id.
const LONGEST_SEARCH: usize = 64 << 10;

fn id_after<'a>(mark: &[u8], message: &'a [u8]) -> Option<&'a [u8]> {
    let message = message.get(..LONGEST_SEARCH).unwrap_or(message);
    let is_of_an_id = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    message
        .windows(mark.len())
        .enumerate()
        .find_map(|(at, window)| {
            if !window.eq_ignore_ascii_case(mark) {
                return None;
            }
            let rest = message.get(at + mark.len()..)?;
            let length = rest
                .iter()
                .take(LONGEST_ID)
                .take_while(|byte| is_of_an_id(byte))
                .count();
            // A full stop ends the sentence.
            let id = rest
                .get(..length)?
                .strip_suffix(b".")
                .or_else(|| rest.get(..length))?;
            (!id.is_empty()).then_some(id)
        })
}

fn first(slots: &[usize], more: &More) -> Option<Value> {
    slots.iter().find_map(|slot| more.value(*slot))
}

/// The first value that is a string or a number, and not blank.
fn text<'a>(slots: &[usize], more: &More, body: &'a [u8]) -> Option<RawText<'a>> {
    slots
        .iter()
        .filter_map(|slot| more.value(*slot))
        .filter(|value| value.is_scalar())
        .map(|value| value.text(body))
        .find(|text| text.trimmed().next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_follows_its_mark() {
        for (message, id) in [
            ("invalid credential rid: 5f3e-1a.", Some("5f3e-1a")),
            ("RID: 1 rid: 2", Some("1")),
            ("rid: , rid: x", Some("x")),
            ("rid: ", None),
            ("grid", None),
            ("", None),
        ] {
            let found = id_after(b"rid: ", message.as_bytes());
            assert_eq!(found, id.map(str::as_bytes), "{message}");
        }
        let long = format!("rid: {}", "a".repeat(500));
        assert_eq!(
            id_after(b"rid: ", long.as_bytes()).unwrap().len(),
            LONGEST_ID
        );
    }
}
