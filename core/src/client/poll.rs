//! Asking about a task until it has come to an end, without input or output.
//!
//! That a task is pending is no failure, so it is no retry: it has waits of its
//! own. A task that has failed is told in a successful reply; its state stands
//! in the data. Every family of the API's operations has other words for it.

use crate::json::document::{Document, Node, Value};
use crate::{Error, ErrorKind};

use super::random;

const DEFAULT_INTERVAL_MS: u64 = 2000;
const DEFAULT_MAX_INTERVAL_MS: u64 = 15_000;
/// Reports take up to ten minutes; the API's own tools wait for thirty.
const DEFAULT_DEADLINE_MS: u64 = 1_800_000;
const DEFAULT_MAX_UNKNOWN: u32 = 10;
const LONGEST_MS: u64 = 86_400_000;

const FIELDS: [&str; 6] = [
    "status", "task_status", "job_status", "state", "taskStatus", "jobStatus",
];

/// The API's words for states, and its numbers where it has numbers.
const PENDING: [&str; 15] = [
    "pending", "processing", "running", "queueing", "queued", "queuing", "waiting", "created",
    "submitted", "started", "in_progress", "in progress", "init", "0", "1",
];
const FINISHED: [&str; 9] = [
    "success", "succeed", "succeeded", "completed", "complete", "finished", "done", "length", "2",
];
const FAILED: [&str; 13] = [
    "failed", "fail", "failure", "error", "timeout", "timed_out", "cancel", "cancelled",
    "canceled", "not_found", "expired", "aborted", "3",
];

/// What is asked about one task.
///
/// Ask [`next`](Self::next) what to do; after [`PollStep::Ask`], hand in what
/// the reply brought with [`received`](Self::received). Waits begin with
/// `interval_ms`, grow by half each time up to `max_interval_ms`, and are spread
/// by a fifth in both directions, so that tasks begun together are not asked
/// about together. Times are milliseconds of any monotonic clock.
///
/// ```
/// use aftercall::client::{Poll, PollEnd, PollStep};
///
/// let mut poll = Poll::new(0);
/// assert_eq!(poll.next(0), PollStep::Ask);
/// poll.received(br#"{"task_id": 7, "status": "PROCESSING"}"#, b"", 100);
/// assert!(matches!(poll.next(100), PollStep::Wait { delay_ms: 1600..=2400 }));
/// assert_eq!(poll.next(2600), PollStep::Ask);
/// poll.received(br#"{"task_id": 7, "status": "SUCCESS"}"#, b"", 2700);
/// assert_eq!(poll.next(2700), PollStep::Done(PollEnd::Finished));
/// ```
#[derive(Clone, Debug)]
pub struct Poll {
    interval_ms: u64,
    max_interval_ms: u64,
    deadline_ms: u64,
    max_unknown: u32,
    state_field: Option<String>,
    words: Vec<(String, Meaning)>,
    started_ms: u64,
    due_ms: u64,
    seed: u64,
    unknown: u32,
    asked: u32,
    state: Option<String>,
    end: Option<PollEnd>,
}

/// What a state says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Pending,
    Finished,
    Failed,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PollStep {
    /// Ask about the task, and hand in the reply.
    Ask,
    /// Wait so long, then ask again.
    Wait {
        /// In milliseconds.
        delay_ms: u64,
    },
    /// It is over.
    Done(PollEnd),
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PollEnd {
    /// The task has done what it should.
    Finished,
    /// It has failed, or was given up.
    Failed,
    /// It was not over in time.
    TimedOut,
    /// It is in a state that nobody knows, and stays there.
    Unknown,
}

impl PollEnd {
    /// The name, as every language spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Unknown => "unknown",
        }
    }
}

impl Poll {
    /// Begins to ask about a task.
    #[must_use]
    pub fn new(now_ms: u64) -> Self {
        Self {
            interval_ms: DEFAULT_INTERVAL_MS,
            max_interval_ms: DEFAULT_MAX_INTERVAL_MS,
            deadline_ms: DEFAULT_DEADLINE_MS,
            max_unknown: DEFAULT_MAX_UNKNOWN,
            state_field: None,
            words: Vec::new(),
            started_ms: now_ms,
            due_ms: now_ms,
            seed: random::number(),
            unknown: 0,
            asked: 0,
            state: None,
            end: None,
        }
    }

    /// The first wait, 1 to 86,400,000 ms, and the longest one.
    ///
    /// # Errors
    ///
    /// An [`Error`] that names what is out of range.
    pub fn interval_ms(mut self, first_ms: u64, longest_ms: u64) -> Result<Self, Error> {
        in_range("interval_ms", first_ms, LONGEST_MS)?;
        in_range("max_interval_ms", longest_ms, LONGEST_MS)?;
        if longest_ms < first_ms {
            return Err(wrong(
                "max_interval_ms",
                format!("expected at least interval_ms, {first_ms}, found {longest_ms}"),
            ));
        }
        self.interval_ms = first_ms;
        self.max_interval_ms = longest_ms;
        Ok(self)
    }

    /// How long it may take in all, 1 to 86,400,000 ms.
    ///
    /// # Errors
    ///
    /// An [`Error`] if it is out of range.
    pub fn deadline_ms(mut self, deadline_ms: u64) -> Result<Self, Error> {
        in_range("deadline_ms", deadline_ms, LONGEST_MS)?;
        self.deadline_ms = deadline_ms;
        Ok(self)
    }

    /// How often in a row a state that nobody knows is taken for a pending one.
    #[must_use]
    pub const fn max_unknown(mut self, polls: u32) -> Self {
        self.max_unknown = polls;
        self
    }

    /// The field of the data that has the state.
    #[must_use]
    pub fn state_field(mut self, name: impl Into<String>) -> Self {
        self.state_field = Some(name.into());
        self
    }

    /// A further word for a pending task; its case does not matter.
    #[must_use]
    pub fn pending(self, state: &str) -> Self {
        self.word(state, Meaning::Pending)
    }

    /// A further word for a task that has done what it should.
    #[must_use]
    pub fn finished(self, state: &str) -> Self {
        self.word(state, Meaning::Finished)
    }

    /// A further word for a task that has failed.
    #[must_use]
    pub fn failed(self, state: &str) -> Self {
        self.word(state, Meaning::Failed)
    }

    /// The same waits every time.
    #[must_use]
    pub const fn seeded(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What to do now.
    pub fn next(&mut self, now_ms: u64) -> PollStep {
        if let Some(end) = self.end {
            return PollStep::Done(end);
        }
        let ends_ms = self.started_ms.saturating_add(self.deadline_ms);
        // A wait that would not end before the deadline is not begun.
        if now_ms >= ends_ms || self.due_ms >= ends_ms {
            self.end = Some(PollEnd::TimedOut);
            return PollStep::Done(PollEnd::TimedOut);
        }
        match self.due_ms.saturating_sub(now_ms) {
            0 => PollStep::Ask,
            delay_ms => PollStep::Wait { delay_ms },
        }
    }

    /// What a successful reply brought: its data, and its whole body, where some
    /// operations have the state beside the data. Absent data is given as
    /// nothing.
    pub fn received(&mut self, data: &[u8], body: &[u8], now_ms: u64) {
        if self.end.is_some() {
            return;
        }
        self.state = self.state_in(data, body);
        self.asked = self.asked.saturating_add(1);
        let meaning = self.state.as_deref().and_then(|state| self.meaning(state));
        match meaning {
            Some(Meaning::Finished) => self.end = Some(PollEnd::Finished),
            Some(Meaning::Failed) => self.end = Some(PollEnd::Failed),
            Some(Meaning::Pending) => self.unknown = 0,
            None if self.unknown >= self.max_unknown => self.end = Some(PollEnd::Unknown),
            None => self.unknown += 1,
        }
        self.due_ms = now_ms.saturating_add(self.wait_ms());
    }

    /// The time that is left, which no single question may exceed.
    #[must_use]
    pub const fn left_ms(&self, now_ms: u64) -> u64 {
        let ends_ms = self.started_ms.saturating_add(self.deadline_ms);
        ends_ms.saturating_sub(now_ms)
    }

    /// The task's last state, as the server spells it; `None` if none was found.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// How often the task was asked about.
    #[must_use]
    pub const fn asked(&self) -> u32 {
        self.asked
    }

    fn word(mut self, state: &str, meaning: Meaning) -> Self {
        self.words.push((folded(state), meaning));
        self
    }

    fn meaning(&self, state: &str) -> Option<Meaning> {
        let state = folded(state);
        // The caller's words come first.
        let own = self.words.iter().rfind(|(word, _)| *word == state);
        if let Some((_, meaning)) = own {
            return Some(*meaning);
        }
        [
            (&PENDING[..], Meaning::Pending),
            (&FINISHED[..], Meaning::Finished),
            (&FAILED[..], Meaning::Failed),
        ]
        .into_iter()
        .find_map(|(words, meaning)| words.contains(&state.as_str()).then_some(meaning))
    }

    /// The state in the data, else beside it; there `status` is the envelope's
    /// own flag.
    fn state_in(&self, data: &[u8], body: &[u8]) -> Option<String> {
        let own = self.state_field.as_deref();
        let names = || own.into_iter().chain(FIELDS);
        find(data, names()).or_else(|| find(body, names().filter(|name| *name != "status")))
    }

    /// The next wait: after `n` questions `interval × 1.5^(n-1)`, at most the
    /// longest, and between 0.8 and 1.2 of that.
    fn wait_ms(&mut self) -> u64 {
        let mut wait_ms = self.interval_ms;
        for _ in 1..self.asked {
            if wait_ms >= self.max_interval_ms {
                break;
            }
            wait_ms = wait_ms.saturating_add(wait_ms / 2).max(wait_ms + 1);
        }
        let wait_ms = wait_ms.min(self.max_interval_ms);
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let spread_ms = wait_ms / 5;
        let drawn = crate::retry::mixed(self.seed) % (2 * spread_ms + 1);
        (wait_ms - spread_ms + drawn).max(1)
    }
}

/// The first of these fields that is a text or a number.
fn find<'n>(json: &[u8], names: impl Iterator<Item = &'n str>) -> Option<String> {
    let text = String::from_utf8_lossy(json);
    let document = Document::parse(&text).ok()?;
    let members = document.root.as_object()?;
    let mut names = names;
    names.find_map(|name| {
        let member = members.iter().find(|member| member.name == name)?;
        spelled(&member.node)
    })
}

fn spelled(node: &Node<'_>) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) => node.as_integer().map(|state| state.to_string()),
        _ => None,
    }
}

fn folded(state: &str) -> String {
    state.trim().to_ascii_lowercase()
}

fn in_range(name: &str, found: u64, most: u64) -> Result<(), Error> {
    if (1..=most).contains(&found) {
        return Ok(());
    }
    Err(wrong(
        name,
        format!("expected an integer from 1 to {most}, found {found}"),
    ))
}

fn wrong(name: &str, message: String) -> Error {
    Error::unplaced(ErrorKind::Client, name.to_owned(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks until the end, each reply having the next state; the last stays.
    fn run(mut poll: Poll, states: &[&str]) -> (PollEnd, Vec<u64>) {
        let (mut now_ms, mut asked, mut waits) = (0, 0, Vec::new());
        loop {
            match poll.next(now_ms) {
                PollStep::Ask => {
                    let state = states[asked.min(states.len() - 1)];
                    asked += 1;
                    poll.received(format!("{{\"status\":{state}}}").as_bytes(), b"", now_ms);
                }
                PollStep::Wait { delay_ms } => {
                    waits.push(delay_ms);
                    now_ms += delay_ms;
                }
                PollStep::Done(end) => return (end, waits),
            }
        }
    }

    #[test]
    fn every_vocabulary_of_the_api_is_known() {
        for state in ["\"PENDING\"", "\"Processing\"", "\"QUEUEING\"", "\"RUNNING\"", "1", "0"] {
            let states = [state, "\"SUCCESS\""];
            assert_eq!(run(Poll::new(0), &states).0, PollEnd::Finished, "{state}");
            assert_eq!(run(Poll::new(0), &states).1.len(), 1, "{state}");
        }
        for state in ["\"SUCCEED\"", "\"COMPLETED\"", "\"finished\"", "2", "\"2\"", "2.0"] {
            assert_eq!(run(Poll::new(0), &[state]), (PollEnd::Finished, vec![]));
        }
        for state in ["\"FAIL\"", "\"FAILED\"", "\"NOT_FOUND\"", "\"TIMEOUT\"", "3"] {
            assert_eq!(run(Poll::new(0), &[state]), (PollEnd::Failed, vec![]));
        }
    }

    #[test]
    fn waits_grow_to_their_limit_and_end_before_the_deadline() {
        let poll = Poll::new(0).interval_ms(1000, 4000).unwrap();
        let (end, waits) = run(poll.deadline_ms(60_000).unwrap(), &["\"PENDING\""]);
        assert_eq!(end, PollEnd::TimedOut);
        assert!(waits.iter().sum::<u64>() < 60_000);
        for (index, wait_ms) in waits.into_iter().enumerate() {
            let plain = [1000, 1500, 2250, 3375, 4000][index.min(4)];
            assert!((plain - plain / 5..=plain + plain / 5).contains(&wait_ms), "{wait_ms}");
        }
    }

    #[test]
    fn an_unknown_state_neither_fails_at_once_nor_is_asked_for_ever() {
        let (end, waits) = run(Poll::new(0), &["\"MELTING\""]);
        assert_eq!((end, waits.len()), (PollEnd::Unknown, 10));
        let (end, waits) = run(Poll::new(0), &["\"MELTING\"", "\"SUCCESS\""]);
        assert_eq!((end, waits.len()), (PollEnd::Finished, 1));
        let poll = Poll::new(0).pending("melting").max_unknown(0);
        let (end, _) = run(poll, &["\"MELTING\"", "\"SUCCESS\""]);
        assert_eq!(end, PollEnd::Finished);
        // The caller's word counts more than the API's.
        assert_eq!(run(Poll::new(0).failed("done"), &["\"DONE\""]).0, PollEnd::Failed);
    }

    #[test]
    fn a_state_is_found_beside_the_data_but_the_flag_is_none() {
        for (data, body, state) in [
            (r#"{"job_status":"RUNNING"}"#, "", Some("RUNNING")),
            ("\"text\"", r#"{"status":true,"job_status":"DONE"}"#, Some("DONE")),
            ("", r#"{"status":"success"}"#, None),
            ("[]", "[", None),
            (r#"{"status":{"x":1},"state":7}"#, "", Some("7")),
        ] {
            let mut poll = Poll::new(0);
            poll.received(data.as_bytes(), body.as_bytes(), 0);
            assert_eq!(poll.state(), state, "{data} {body}");
        }
        let mut poll = Poll::new(0).state_field("phase");
        poll.received(br#"{"status":"x","phase":"done"}"#, b"", 0);
        assert_eq!(poll.state(), Some("done"));
        assert_eq!(poll.next(0), PollStep::Done(PollEnd::Finished));
    }

    #[test]
    fn settings_are_checked_by_name_and_times_do_not_overflow() {
        assert!(Poll::new(0).interval_ms(0, 1).is_err());
        let error = Poll::new(0).interval_ms(5, 4).unwrap_err();
        assert!(error.to_string().starts_with("max_interval_ms: "), "{error}");
        assert!(Poll::new(0).deadline_ms(86_400_001).is_err());
        let mut poll = Poll::new(u64::MAX - 1);
        assert!(matches!(poll.next(u64::MAX - 1), PollStep::Ask));
        poll.received(b"", b"", u64::MAX);
        assert_eq!(poll.next(u64::MAX), PollStep::Done(PollEnd::TimedOut));
        assert_eq!(poll.left_ms(u64::MAX), 0);
    }
}
