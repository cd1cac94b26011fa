//! Waiting for a task: asking how it stands until it is finished.
//!
//! A task that is not finished is neither a failure nor a retry. Polls have a
//! pace of their own, and an end.

use crate::retry::Reason;
use crate::{OperationKind, TaskState};

use super::client::Client;
use super::random;
use super::request::Request;
use super::response::{Failure, Response};

/// How a task is waited for. Times are milliseconds.
///
/// ```
/// use aftercall::client::PollOptions;
///
/// let patient = PollOptions { deadline_ms: 3_600_000, ..PollOptions::default() };
/// assert_eq!(patient.first_delay_ms, 2000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollOptions {
    /// Before the second poll; each wait after it is half as long again. At least 1.
    pub first_delay_ms: u64,
    /// The longest wait between two polls. At least 1.
    pub max_delay_ms: u64,
    /// How long to wait for the task in all.
    pub deadline_ms: u64,
    /// How many polls in a row may tell nothing that is understood.
    pub max_unknown: u32,
}

/// Two seconds, then longer, up to fifteen; half an hour in all.
impl Default for PollOptions {
    fn default() -> Self {
        Self {
            first_delay_ms: 2000,
            max_delay_ms: 15_000,
            deadline_ms: 1_800_000,
            max_unknown: 10,
        }
    }
}

/// How the wait for a task ended. The response is that of the last poll.
#[derive(Debug)]
#[non_exhaustive]
pub enum Polled {
    /// The task is finished, and its result is there.
    Succeeded(Response),
    /// The task is finished without a result.
    Failed(Response),
    /// The API's words for it are not understood.
    Unknown(Response),
    /// It was not finished in time. It may go on.
    TimedOut(Response),
}

impl Polled {
    /// The response of the last poll.
    #[must_use]
    pub fn into_response(self) -> Response {
        match self {
            Self::Succeeded(response)
            | Self::Failed(response)
            | Self::Unknown(response)
            | Self::TimedOut(response) => response,
        }
    }

    /// The name of this end, as in data: `succeeded`, `failed`, `unknown` or
    /// `timed_out`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Succeeded(_) => "succeeded",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
            Self::TimedOut(_) => "timed_out",
        }
    }
}

/// What to do after a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PollStep {
    /// Wait so long, then ask again.
    Wait {
        /// In milliseconds.
        delay_ms: u64,
    },
    /// The task is finished, and its result is there.
    Succeeded,
    /// The task is finished without a result.
    Failed,
    /// The API's words for it are not understood.
    Unknown,
    /// It was not finished in time.
    TimedOut,
}

/// The pace of polls, without polling: for event loops and other languages.
///
/// ```
/// use aftercall::TaskState;
/// use aftercall::client::{PollOptions, PollStep, Poller};
///
/// let mut poller = Poller::new(PollOptions::default(), 7, 0);
/// let PollStep::Wait { delay_ms } = poller.saw(Some(TaskState::Pending), None, 100) else {
///     panic!("a task that is pending is waited for");
/// };
/// assert!((1500..=2000).contains(&delay_ms));
/// assert_eq!(poller.saw(Some(TaskState::Succeeded), None, 2100), PollStep::Succeeded);
/// ```
#[derive(Clone, Debug)]
pub struct Poller {
    options: PollOptions,
    seed: u64,
    started_ms: u64,
    delay_ms: u64,
    unknown: u32,
}

impl Poller {
    /// A wait that begins now, on any monotonic clock. Give each its own seed:
    /// tasks that were started together are then not asked about together.
    #[must_use]
    pub const fn new(options: PollOptions, seed: u64, now_ms: u64) -> Self {
        Self {
            delay_ms: options.first_delay_ms,
            options,
            seed,
            started_ms: now_ms,
            unknown: 0,
        }
    }

    /// A poll has ended: how the task stands, if the reply told it, and how long
    /// the server asks to wait, if it did.
    #[must_use]
    pub fn saw(
        &mut self,
        state: Option<TaskState>,
        server_delay_ms: Option<u64>,
        now_ms: u64,
    ) -> PollStep {
        match state {
            Some(TaskState::Succeeded) => return PollStep::Succeeded,
            Some(TaskState::Failed) => return PollStep::Failed,
            Some(TaskState::Pending) => self.unknown = 0,
            // A new word may mean that it goes on; it cannot mean so for ever.
            _ => {
                self.unknown = self.unknown.saturating_add(1);
                if self.unknown >= self.options.max_unknown {
                    return PollStep::Unknown;
                }
            }
        }
        let delay_ms = self.next_delay_ms().max(server_delay_ms.unwrap_or(0));
        let ends_ms = now_ms.saturating_add(delay_ms);
        if ends_ms.saturating_sub(self.started_ms) >= self.options.deadline_ms {
            return PollStep::TimedOut;
        }
        PollStep::Wait { delay_ms }
    }

    /// The next question about a task, for those who send it themselves: a query,
    /// whatever the method, unless the request says otherwise; and over when the
    /// wait is.
    #[must_use]
    pub fn question(&self, client: &Client, request: &Request, now_ms: u64) -> Request {
        let own_ms = client.deadline_ms(request).unwrap_or(u64::MAX);
        let mut question = request.clone();
        question.kind.get_or_insert(OperationKind::Query);
        question.deadline_ms = Some(self.left_ms(now_ms).min(own_ms));
        question
    }

    /// Whether a question that stopped now for this reason, after so long, had to
    /// because the wait is over: then it is no failure of its own.
    #[must_use]
    pub fn was_cut_short(
        &self,
        client: &Client,
        request: &Request,
        (reason, took_ms): (Reason, u64),
        now_ms: u64,
    ) -> bool {
        let own_ms = client.deadline_ms(request).unwrap_or(u64::MAX);
        let left_ms = self.left_ms(now_ms.saturating_sub(took_ms));
        reason == Reason::Deadline && left_ms <= own_ms
    }

    fn left_ms(&self, now_ms: u64) -> u64 {
        let gone_ms = now_ms.saturating_sub(self.started_ms);
        self.options.deadline_ms.saturating_sub(gone_ms).max(1)
    }

    /// The wait that is due, up to a quarter shorter by chance.
    fn next_delay_ms(&mut self) -> u64 {
        // Half of the shortest wait is none.
        let whole_ms = self.delay_ms.min(self.options.max_delay_ms).max(1);
        self.delay_ms = whole_ms.saturating_add((whole_ms / 2).max(1));
        // Knuth's generator; its upper half is good enough for a pace.
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        whole_ms - (self.seed >> 32) % (whole_ms / 4 + 1)
    }
}

impl Client {
    /// Asks about a task until it is finished, by the profile's words for how
    /// tasks stand.
    ///
    /// Each poll is a call of its own with the client's policy, so transient
    /// failures are repeated in it, and none goes on when the wait is over. To ask
    /// is a query, whatever the method, unless the request says otherwise. Ended
    /// by the request's [`Cancel`](super::Cancel), in its waits too.
    ///
    /// ```no_run
    /// use aftercall::client::{Client, PollOptions, Polled, Request};
    ///
    /// # let client = Client::builder("https://connect.zhihuiya.com").api_key("sk-1").build()?;
    /// let report = Request::post("/ai/fto/report").json(r#"{"task_id": "42"}"#);
    /// match client.poll(&report, PollOptions::default())? {
    ///     Polled::Succeeded(response) => println!("{} bytes", response.body().len()),
    ///     other => println!("no report: {other:?}"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The failure of a poll that brought no success; but not of one that was
    /// under way when the wait was over, unless it was the first.
    pub fn poll(&self, request: &Request, options: PollOptions) -> Result<Polled, Failure> {
        self.poll_by(request, options, |response| response.verdict().task())
    }

    /// The same, with the caller's own reading of how the task stands.
    ///
    /// # Errors
    ///
    /// The failure of a poll that brought no success.
    pub fn poll_by(
        &self,
        request: &Request,
        options: PollOptions,
        state_of: impl Fn(&Response) -> Option<TaskState>,
    ) -> Result<Polled, Failure> {
        let mut poller = Poller::new(options, random::number(), self.now_ms());
        let mut last = None;
        loop {
            let response = match self.send(&poller.question(self, request, self.now_ms())) {
                Ok(response) => response,
                Err(failure) => {
                    let end = (failure.reason(), failure.took_ms());
                    return match last {
                        Some(last) if poller.was_cut_short(self, request, end, self.now_ms()) => {
                            Ok(Polled::TimedOut(last))
                        }
                        _ => Err(failure),
                    };
                }
            };
            let server_delay_ms = response.verdict().server_delay_ms();
            match poller.saw(state_of(&response), server_delay_ms, self.now_ms()) {
                PollStep::Succeeded => return Ok(Polled::Succeeded(response)),
                PollStep::Failed => return Ok(Polled::Failed(response)),
                PollStep::Unknown => return Ok(Polled::Unknown(response)),
                PollStep::TimedOut => return Ok(Polled::TimedOut(response)),
                PollStep::Wait { delay_ms } => {
                    if self.pause(delay_ms, request.cancel.as_ref()).is_err() {
                        // A call that is over before it began fails so.
                        let question = poller.question(self, request, self.now_ms());
                        return self.session(question).finish().map(Polled::Unknown);
                    }
                    last = Some(response);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: PollOptions = PollOptions {
        first_delay_ms: 1000,
        max_delay_ms: 3000,
        deadline_ms: 60_000,
        max_unknown: 3,
    };

    fn wait(poller: &mut Poller, state: Option<TaskState>, now_ms: u64) -> u64 {
        match poller.saw(state, None, now_ms) {
            PollStep::Wait { delay_ms } => delay_ms,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn waits_grow_to_their_cap_and_chance_makes_them_shorter() {
        let mut shortest = u64::MAX;
        for seed in 0..50 {
            let mut poller = Poller::new(OPTIONS, seed, 0);
            for whole_ms in [1000, 1500, 2250, 3000, 3000] {
                let delay_ms = wait(&mut poller, Some(TaskState::Pending), 0);
                assert!(
                    (whole_ms * 3 / 4..=whole_ms).contains(&delay_ms),
                    "{delay_ms}"
                );
                shortest = shortest.min(delay_ms);
            }
        }
        assert!(shortest < 800, "{shortest}");
    }

    #[test]
    fn a_wait_that_would_end_too_late_is_not_begun() {
        let mut poller = Poller::new(OPTIONS, 1, 500);
        assert!(wait(&mut poller, Some(TaskState::Pending), 58_000) > 0);
        assert_eq!(
            poller.saw(Some(TaskState::Pending), None, 60_400),
            PollStep::TimedOut
        );
        let mut asked = Poller::new(OPTIONS, 1, 0);
        assert_eq!(
            asked.saw(Some(TaskState::Pending), Some(7000), 0),
            PollStep::Wait { delay_ms: 7000 }
        );
        assert_eq!(
            asked.saw(Some(TaskState::Pending), Some(u64::MAX), 0),
            PollStep::TimedOut
        );
    }

    #[test]
    fn waits_grow_from_the_shortest_and_none_is_no_wait() {
        for (first_delay_ms, max_delay_ms) in [(0, 3000), (1, 3000), (0, 0), (1000, 0)] {
            let options = PollOptions {
                first_delay_ms,
                max_delay_ms,
                ..OPTIONS
            };
            let mut poller = Poller::new(options, 7, 0);
            let waits: Vec<u64> = (0..40)
                .map(|_| wait(&mut poller, Some(TaskState::Pending), 0))
                .collect();
            assert!(waits.iter().all(|&delay_ms| delay_ms > 0), "{waits:?}");
            let longest_ms = max_delay_ms.max(1);
            assert!(waits[39] >= longest_ms * 3 / 4, "{waits:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_neither_the_end_nor_endless() {
        let mut poller = Poller::new(OPTIONS, 1, 0);
        for state in [
            None,
            Some(TaskState::Unknown),
            Some(TaskState::Pending),
            None,
            None,
        ] {
            wait(&mut poller, state, 0);
        }
        assert_eq!(
            poller.saw(Some(TaskState::Unknown), None, 0),
            PollStep::Unknown
        );
        assert_eq!(
            poller.saw(Some(TaskState::Failed), None, 0),
            PollStep::Failed
        );
    }

    #[test]
    fn a_question_ends_with_the_wait_and_with_its_own_deadline() {
        let client = Client::builder("http://127.0.0.1:1").build().unwrap();
        let poller = Poller::new(OPTIONS, 1, 1000);
        let request = Request::post("/jobs/42");
        for (own_ms, now_ms, expected_ms) in [
            (None, 1000, 60_000),
            (None, 60_900, 100),
            (None, 61_000, 1),
            (None, 0, 60_000),
            (Some(70), 60_900, 70),
            (Some(90_000), 1000, 60_000),
        ] {
            let mut request = request.clone();
            request.deadline_ms = own_ms;
            let question = poller.question(&client, &request, now_ms);
            assert_eq!(
                question.deadline_ms,
                Some(expected_ms),
                "{own_ms:?} {now_ms}"
            );
            assert_eq!(question.kind, Some(OperationKind::Query));
        }
        let patient = PollOptions {
            deadline_ms: 1_800_000,
            ..OPTIONS
        };
        let question = Poller::new(patient, 1, 0).question(&client, &request, 0);
        assert_eq!(question.deadline_ms, Some(180_000), "the client's own");
    }
}
