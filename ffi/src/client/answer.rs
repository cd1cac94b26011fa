//! How a call ended, for both layers: a response and a failure are one answer.

use aftercall::client::{Attempted, Failure, HeaderBlock, Polled, Response};
use aftercall::retry::{Decision, Reason};
use aftercall::{Expect, Fault, Message, MessageOptions, OperationKind, Record, UnixTime, Verdict};

use super::poll::{ACALL_POLLED_NONE, acall_polled, number_of};
use super::response::acall_response;
use crate::reply::{HeaderList, acall_header};
use crate::verdict::acall_verdict;

/// What is behind a handle of the one layer and a number of the other.
pub(crate) struct Answer {
    ended: Result<Response, Failure>,
    polled: acall_polled,
    /// Views of the reply's headers, which lie in `ended`.
    pub(super) headers: Vec<acall_header>,
}

// SAFETY: the pointers among the headers point into `ended`, which never changes.
unsafe impl Send for Answer {}

// SAFETY: likewise.
unsafe impl Sync for Answer {}

impl Answer {
    pub(crate) fn of_poll(ended: Result<Polled, Failure>) -> Self {
        match ended {
            Ok(polled) => Self {
                polled: number_of(&polled),
                ..Self::of(Ok(polled.into_response()))
            },
            Err(failure) => Self::of(Err(failure)),
        }
    }

    pub(crate) fn of(ended: Result<Response, Failure>) -> Self {
        // A block of headers keeps its bytes on the heap: moving it moves none.
        let headers = block(&ended)
            .iter()
            .map(|(name, value)| acall_header {
                name: name.as_ptr().cast(),
                name_length: name.len(),
                value: value.as_ptr().cast(),
                value_length: value.len(),
            })
            .collect();
        Self {
            ended,
            polled: ACALL_POLLED_NONE,
            headers,
        }
    }

    pub(crate) fn hand_out(self) -> *mut acall_response {
        Box::into_raw(Box::new(self)).cast()
    }

    pub(crate) const fn is_success(&self) -> bool {
        self.ended.is_ok()
    }

    pub(crate) fn reason(&self) -> Reason {
        match &self.ended {
            Ok(_) => Reason::Success,
            Err(failure) => failure.reason(),
        }
    }

    pub(crate) fn body(&self) -> &[u8] {
        match &self.ended {
            Ok(response) => response.body(),
            Err(failure) => failure.body(),
        }
    }

    pub(crate) fn data(&self) -> Option<&[u8]> {
        self.ended.as_ref().ok()?.data()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        block(&self.ended).get(name)
    }

    pub(crate) fn attempts(&self) -> &[Attempted] {
        match &self.ended {
            Ok(response) => response.attempts(),
            Err(failure) => failure.attempts(),
        }
    }

    pub(crate) const fn kind(&self) -> OperationKind {
        match &self.ended {
            Ok(response) => response.kind(),
            Err(failure) => failure.kind(),
        }
    }

    pub(crate) const fn took_ms(&self) -> u64 {
        match &self.ended {
            Ok(response) => response.took_ms(),
            Err(failure) => failure.took_ms(),
        }
    }

    pub(crate) fn retry_after_ms(&self) -> Option<u64> {
        self.ended.as_ref().err()?.retry_after_ms()
    }

    pub(crate) fn retry_at(&self) -> Option<UnixTime> {
        self.ended.as_ref().err()?.retry_at()
    }

    pub(crate) fn downloaded_bytes(&self) -> Option<u64> {
        self.ended.as_ref().ok()?.downloaded_bytes()
    }

    pub(crate) fn record(&self) -> Record {
        match &self.ended {
            Ok(response) => response.record(),
            Err(failure) => failure.record(),
        }
    }

    pub(crate) fn summary(&self) -> String {
        match &self.ended {
            Ok(response) => response.to_string(),
            Err(failure) => failure.to_string(),
        }
    }

    pub(crate) const fn polled(&self) -> acall_polled {
        self.polled
    }

    /// The failure in words for people; a success needs none.
    pub(crate) fn message(&self, options: &MessageOptions<'_>) -> Option<Message<'_>> {
        let failure = self.ended.as_ref().err()?;
        Some(failure.message(options))
    }

    pub(crate) fn fault(&self) -> Option<Fault> {
        self.ended.as_ref().err()?.fault()
    }

    pub(super) fn verdict(&self) -> Verdict<'_> {
        match &self.ended {
            Ok(response) => response.verdict(),
            Err(failure) => failure.verdict().clone(),
        }
    }

    pub(crate) fn decision(&self) -> Option<&Decision> {
        match &self.ended {
            Ok(response) => response.attempts().last().map(Attempted::decision),
            Err(failure) => Some(failure.decision()),
        }
    }

    /// The last exchange of the call that sent something, 0 if none did.
    pub(crate) fn last_number(&self) -> u32 {
        self.attempts()
            .iter()
            .rev()
            .find(|attempt| attempt.kind() == self.kind())
            .map_or(0, Attempted::number)
    }

    /// What a verdict in C may point into: nothing after a fault.
    pub(crate) fn judged_body(&self) -> &[u8] {
        if self.fault().is_some() {
            return &[];
        }
        self.body()
    }

    /// The verdict with the places of its texts.
    pub(crate) fn in_place(&self) -> Verdict<'_> {
        match &self.ended {
            Ok(response) => response.verdict_in_place(),
            Err(failure) => failure.verdict_in_place(),
        }
    }

    pub(super) const fn expected(&self) -> Expect {
        match &self.ended {
            Ok(response) => response.expected(),
            Err(failure) => failure.expected(),
        }
    }

    pub(super) fn c_verdict(&self) -> acall_verdict {
        let headers = HeaderList::own(&self.headers);
        acall_verdict {
            // The response keeps it, unlike what was judged just now.
            rule: self.rule().as_ptr().cast(),
            ..acall_verdict::new(&self.in_place(), self.judged_body(), &headers)
        }
    }

    /// The id of the rule, for as long as the response lives.
    pub(super) fn rule(&self) -> &str {
        match &self.ended {
            Ok(response) => response
                .attempts()
                .last()
                .map_or("", |last| last.verdict().rule()),
            Err(failure) => failure.verdict().rule(),
        }
    }
}

fn block(ended: &Result<Response, Failure>) -> &HeaderBlock {
    match ended {
        Ok(response) => response.headers(),
        Err(failure) => failure.headers(),
    }
}
