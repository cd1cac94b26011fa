//! Decisions and states as plain numbers, for memory that is not Rust's.
//!
//! A binding may keep them in a structure or a record of its caller, where they
//! can be copied, overwritten or never written at all. So what is read back is
//! checked: any words whatever are a value that does no harm, or none.
//!
//! The form is for the library that wrote it: it may change in any version.

use crate::{Advice, Category, Effect, OperationKind};

use super::facts::Facts;
use super::random::{Draws, WHOLE};
use super::state::Phase;
use super::{Action, CallState, Decision, DelaySource, Operation, Reason, RetryMutations};

/// More repeats than any policy allows.
const TOO_MANY: u32 = 1000;

/// A decision as plain numbers: nothing but integers, in an order of the
/// library's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecisionNumbers {
    /// Members of closed sets and answers, one byte each. One store each is
    /// less work than packing them.
    pub members: [u8; 24],
    /// Counts.
    pub counts: [u32; 6],
    /// Times in milliseconds.
    pub times_ms: [u64; 6],
}

impl Decision {
    /// How many words a decision takes.
    pub const WORDS: usize = 3 + 6 + 6;

    /// The decision's numbers as words, all of one size.
    ///
    /// ```
    /// use aftercall::retry::{Call, Decision, Operation, Policy};
    /// use aftercall::OperationKind;
    ///
    /// let policy = Policy::default();
    /// let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0);
    /// let decision = call.cancel(20)?;
    /// assert_eq!(Decision::from_words(decision.to_words()), Some(decision));
    /// assert_eq!(Decision::from_words([0; Decision::WORDS]), None);
    /// # Ok::<(), aftercall::Error>(())
    /// ```
    #[must_use]
    pub fn to_words(&self) -> [u64; Self::WORDS] {
        let numbers = self.to_numbers();
        let (members, _) = numbers.members.as_chunks();
        let written = members
            .iter()
            .map(|bytes| u64::from_le_bytes(*bytes))
            .chain(numbers.counts.map(u64::from))
            .chain(numbers.times_ms);
        let mut words = [0; Self::WORDS];
        for (place, word) in words.iter_mut().zip(written) {
            *place = word;
        }
        words
    }

    /// The decision that these words are, if they are one.
    #[must_use]
    pub fn from_words(words: [u64; Self::WORDS]) -> Option<Self> {
        let mut numbers = DecisionNumbers {
            members: [0; 24],
            counts: [0; 6],
            times_ms: [0; 6],
        };
        let mut words = words.into_iter();
        let (members, _) = numbers.members.as_chunks_mut();
        for (bytes, word) in members.iter_mut().zip(&mut words) {
            *bytes = word.to_le_bytes();
        }
        for (count, word) in numbers.counts.iter_mut().zip(&mut words) {
            *count = u32::try_from(word).ok()?;
        }
        for (time_ms, word) in numbers.times_ms.iter_mut().zip(words) {
            *time_ms = word;
        }
        Self::from_numbers(&numbers)
    }

    /// The decision as numbers.
    ///
    /// ```
    /// use aftercall::retry::{Call, Decision, Operation, Policy};
    /// use aftercall::{OperationKind, Profile, Reply, judge};
    ///
    /// let policy = Policy::default();
    /// let mut call = Call::new(&policy, None, Operation::new(OperationKind::Query), 0);
    /// call.before_attempt(0)?;
    /// let decision = call.on_reply(&judge(Profile::eureka(), &Reply::new(503, ""), None), 20)?;
    /// let mut numbers = decision.to_numbers();
    /// assert_eq!(Decision::from_numbers(&numbers), Some(decision));
    /// numbers.members = [255; 24];
    /// assert_eq!(Decision::from_numbers(&numbers), None);
    /// # Ok::<(), aftercall::Error>(())
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn to_numbers(&self) -> DecisionNumbers {
        let facts = &self.facts;
        DecisionNumbers {
            members: [
                self.action as u8,
                self.reason.map_or(0, |reason| reason as u8),
                self.delay_source as u8,
                facts.category as u8,
                facts.advice as u8,
                facts.judged_advice as u8,
                facts.effect as u8,
                // 0 is a kind, and must not be taken for none.
                facts.repeat.map_or(0, |kind| kind as u8 + 1),
                facts.kind as u8,
                facts.retry_mutations as u8,
                facts.is_overridden.into(),
                facts.has_idempotency_key.into(),
                facts.repeat_billed.into(),
                facts.can_refresh.into(),
                facts.has_refreshed.into(),
                facts.is_clamped.into(),
                self.retry_at_ms.is_some().into(),
                facts.server_delay_ms.is_some().into(),
                facts.deadline_ms.is_some().into(),
                facts.tokens.is_some().into(),
                0,
                0,
                0,
                0,
            ],
            counts: [
                facts.attempts,
                facts.max_attempts,
                facts.base_delay_ms,
                facts.max_server_delay_ms,
                facts.tokens_moved,
                facts.tokens.unwrap_or(0),
            ],
            times_ms: [
                facts.backoff_ms,
                facts.delay_ms,
                facts.elapsed_ms,
                facts.server_delay_ms.unwrap_or(0),
                facts.deadline_ms.unwrap_or(0),
                self.retry_at_ms.unwrap_or(0),
            ],
        }
    }

    /// The decision that these numbers are, if they are one.
    #[must_use]
    pub fn from_numbers(numbers: &DecisionNumbers) -> Option<Self> {
        let [
            action,
            reason,
            delay_source,
            category,
            advice,
            judged,
            effect,
            repeat,
            kind,
            mutations,
            overridden,
            key,
            billed,
            refresh,
            refreshed,
            clamped,
            retry_at,
            server_delay,
            deadline,
            has_tokens,
            0,
            0,
            0,
            0,
        ] = numbers.members
        else {
            return None;
        };
        let [
            attempts,
            max_attempts,
            base_delay_ms,
            max_server_delay_ms,
            tokens_moved,
            tokens,
        ] = numbers.counts;
        let [
            backoff_ms,
            delay_ms,
            elapsed_ms,
            server_delay_ms,
            deadline_ms,
            retry_at_ms,
        ] = numbers.times_ms;
        Some(Self {
            action: Action::from_number(action.into())?,
            reason: match reason {
                0 => None,
                number => Some(Reason::from_number(number.into())?),
            },
            delay_source: DelaySource::from_number(delay_source.into())?,
            retry_at_ms: answer(retry_at)?.then_some(retry_at_ms),
            facts: Facts {
                category: Category::from_number(category.into())?,
                advice: Advice::from_number(advice.into())?,
                judged_advice: Advice::from_number(judged.into())?,
                effect: Effect::from_number(effect.into())?,
                repeat: match repeat {
                    0 => None,
                    number => Some(OperationKind::from_number(i32::from(number) - 1)?),
                },
                kind: OperationKind::from_number(kind.into())?,
                retry_mutations: RetryMutations::from_number(mutations.into())?,
                is_overridden: answer(overridden)?,
                has_idempotency_key: answer(key)?,
                repeat_billed: answer(billed)?,
                can_refresh: answer(refresh)?,
                has_refreshed: answer(refreshed)?,
                is_clamped: answer(clamped)?,
                attempts,
                max_attempts,
                base_delay_ms,
                max_server_delay_ms,
                backoff_ms,
                server_delay_ms: answer(server_delay)?.then_some(server_delay_ms),
                delay_ms,
                elapsed_ms,
                deadline_ms: answer(deadline)?.then_some(deadline_ms),
                tokens_moved,
                tokens: answer(has_tokens)?.then_some(tokens),
            },
        })
    }
}

impl CallState {
    /// How many words a state takes.
    pub const WORDS: usize = 7;

    /// The state as numbers. Like the state itself they stand for what was paid:
    /// of two copies only one may be used.
    ///
    /// ```
    /// use aftercall::OperationKind;
    /// use aftercall::retry::{CallState, Operation};
    ///
    /// let state = CallState::new(Operation::new(OperationKind::Query), 7);
    /// let same = CallState::from_words(state.to_words()).unwrap();
    /// assert_eq!(same.to_words(), state.to_words());
    /// assert!(CallState::from_words([u64::MAX; CallState::WORDS]).is_none());
    /// ```
    #[must_use]
    pub fn to_words(&self) -> [u64; Self::WORDS] {
        let operation = &self.operation;
        let (draws, is_fixed) = match operation.draws {
            Draws::Seeded(state) => (state, false),
            Draws::Fixed(draw) => (draw, true),
        };
        let members = [
            self.phase as u8,
            operation.kind as u8,
            operation.can_refresh.into(),
            operation.has_idempotency_key.into(),
            self.has_refreshed.into(),
            is_fixed.into(),
            0,
            0,
        ];
        [
            u64::from_le_bytes(members),
            u64::from(self.sent) | u64::from(self.retries) << 32,
            self.last_cost.into(),
            draws,
            self.started_ms,
            self.latest_ms,
            self.previous_ms,
        ]
    }

    /// The state that these numbers are, if they are one.
    #[must_use]
    pub fn from_words(words: [u64; Self::WORDS]) -> Option<Self> {
        let [
            members,
            counts,
            last_cost,
            draws,
            started_ms,
            latest_ms,
            previous_ms,
        ] = words;
        let [phase, kind, refresh, key, refreshed, fixed, 0, 0] = members.to_le_bytes() else {
            return None;
        };
        let is_fixed = answer(fixed)?;
        let sent = u32::try_from(counts & u64::from(u32::MAX)).ok()?;
        let retries = u32::try_from(counts >> 32).ok()?;
        let is_possible =
            latest_ms >= started_ms && retries < TOO_MANY && (!is_fixed || draws <= WHOLE);
        is_possible.then_some(())?;
        Some(Self {
            operation: Operation {
                kind: OperationKind::from_number(kind.into())?,
                can_refresh: answer(refresh)?,
                has_idempotency_key: answer(key)?,
                draws: if is_fixed {
                    Draws::Fixed(draws)
                } else {
                    Draws::Seeded(draws)
                },
            },
            phase: Phase::from_number(phase)?,
            has_refreshed: answer(refreshed)?,
            started_ms,
            latest_ms,
            sent,
            retries,
            last_cost: u32::try_from(last_cost).ok()?,
            previous_ms,
        })
    }
}

/// Yes or no; any other byte is neither.
const fn answer(byte: u8) -> Option<bool> {
    match byte {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::retry::{Budget, Jitter, Judged, Policy, Terms};
    use crate::{Fault, Profile, Reply, judge};

    /// A call that goes wrong in turn, and each of its decisions.
    fn played(policy: &Policy, operation: Operation, now_ms: u64) -> (CallState, Vec<Decision>) {
        let budget = Budget::new(20);
        let terms = Terms {
            policy,
            budget: Some(&budget),
            observer: None,
        };
        let slow = [("retry-after", "2")];
        let mut state = CallState::new(operation, now_ms);
        let mut decisions = Vec::new();
        for reply in [
            Reply::new(401, ""),
            Reply::new(503, "").with_headers(&slow),
            Reply::fault(Fault::ReadTimeout),
        ] {
            if state.before_attempt(terms, now_ms).is_err() {
                break;
            }
            let verdict = judge(Profile::eureka(), &reply, None);
            let judged = Judged::from(&verdict);
            let decision = state.on_judged(terms, &judged, now_ms + 40).unwrap();
            decisions.push(decision);
            if decision.action() == Action::Refresh {
                state.on_refreshed(now_ms + 50).unwrap();
            }
        }
        (state, decisions)
    }

    #[test]
    fn every_decision_and_state_comes_back_as_it_was() {
        let policy = Policy::builder()
            .jitter(Jitter::Full)
            .deadline_ms(60_000)
            .build()
            .unwrap();
        for (operation, actions) in [
            (Operation::new(OperationKind::Mutation), vec![Action::Stop]),
            (
                Operation::new(OperationKind::Query)
                    .refreshable()
                    .seeded(u64::MAX),
                vec![Action::Refresh, Action::Retry, Action::Stop],
            ),
            (
                Operation::new(OperationKind::Mutation)
                    .refreshable()
                    .with_idempotency_key()
                    .with_fixed_draw(1.0),
                vec![Action::Refresh, Action::Retry, Action::Stop],
            ),
        ] {
            let (state, decisions) = played(&policy, operation, 1 << 40);
            for decision in &decisions {
                assert_eq!(
                    Decision::from_numbers(&decision.to_numbers()),
                    Some(*decision)
                );
                assert_eq!(Decision::from_words(decision.to_words()), Some(*decision));
            }
            let decided: Vec<_> = decisions.iter().map(Decision::action).collect();
            assert_eq!(decided, actions);
            let same = CallState::from_words(state.to_words()).unwrap();
            assert_eq!(format!("{same:?}"), format!("{state:?}"));
        }
    }

    #[test]
    fn a_state_that_cannot_be_is_none() {
        let good = CallState::new(Operation::new(OperationKind::Query), 5).to_words();
        for (index, word) in [
            (0, 6),          // no such phase
            (0, 3 << 8),     // no such kind
            (0, 2 << 16),    // neither yes nor no
            (0, 1 << 48),    // nothing is there
            (1, 1000 << 32), // more repeats than any policy allows
            (2, 1 << 32),    // more than any repeat costs
            (5, 4),          // before the start
        ] {
            let mut words = good;
            words[index] = word;
            assert!(CallState::from_words(words).is_none(), "{index}: {word}");
        }
        let fixed = Operation::new(OperationKind::Query).with_fixed_draw(1.0);
        let mut words = CallState::new(fixed, 5).to_words();
        assert!(CallState::from_words(words).is_some());
        words[3] += 1;
        assert!(CallState::from_words(words).is_none());
    }

    proptest! {
        #[test]
        fn any_words_are_a_value_that_does_no_harm_or_none(
            members in proptest::array::uniform24(0_u8..3),
            counts: [u32; 6],
            times_ms: [u64; 6],
            state in proptest::array::uniform7(small_or_any()),
            now_ms: u64,
        ) {
            let mut members = members;
            members[20..].fill(0);
            let numbers = DecisionNumbers { members, counts, times_ms };
            if let Some(decision) = Decision::from_numbers(&numbers) {
                prop_assert!(!decision.explanation().to_string().is_empty());
                prop_assert!(decision.explanation().to_json().contains("gates"));
                prop_assert_eq!(Decision::from_numbers(&decision.to_numbers()), Some(decision));
            }
            let policy = Policy::default();
            let budget = Budget::new(7);
            let terms = Terms { policy: &policy, budget: Some(&budget), observer: None };
            if let Some(mut state) = CallState::from_words(state) {
                prop_assert!(CallState::from_words(state.to_words()).is_some());
                let _ = state.on_refreshed(now_ms);
                let _ = state.before_attempt(terms, now_ms);
                let verdict = judge(Profile::eureka(), &Reply::new(503, ""), None);
                let _ = state.on_reply(terms, &verdict, now_ms);
                let _ = state.cancel(terms, now_ms);
                prop_assert!(state.is_over());
                prop_assert!(budget.tokens() <= 7);
            }
        }
    }

    fn small_or_any() -> impl Strategy<Value = u64> {
        prop_oneof![
            0_u64..4,
            0_u64..0x0202_0202_0206,
            any::<u64>(),
            Just(u64::MAX)
        ]
    }
}
