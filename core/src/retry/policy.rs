//! What a caller wants of retries: immutable, checked once.

use crate::closed_set::closed_set;
use crate::{Advice, Error};

use super::backoff::Backoff;
use super::multiplier::Multiplier;
use super::{Judged, Override, PolicyBuilder, policy_json};

closed_set! {
    /// How chance spreads the waits of many callers.
    pub enum Jitter {
        /// Not at all: everyone who failed together comes back together.
        None = 0 "none",
        /// Anything from nothing to the whole backoff.
        Full = 1 "full",
        /// At least half of the backoff.
        Equal = 2 "equal",
        /// Up to three times the previous backoff.
        Decorrelated = 3 "decorrelated",
    }
}

closed_set! {
    /// What happens if a server asks for a longer wait than is allowed.
    pub enum OverCap {
        /// Stop, and say when it would have been time.
        GiveUp = 0 "give_up",
        /// Wait as long as is allowed, and come back earlier than asked.
        Clamp = 1 "clamp",
    }
}

closed_set! {
    /// Which mutations may be repeated.
    pub enum RetryMutations {
        /// None, whatever is known of the failed attempt.
        Never = 0 "never",
        /// Those that were certainly not carried out, and those with an
        /// idempotency key.
        RejectedOnly = 1 "rejected_only",
        /// All: something may be done twice.
        Always = 2 "always",
    }
}

closed_set! {
    /// A policy to start from.
    pub enum Preset {
        /// The defaults.
        Standard = 0 "standard",
        /// Repeats nothing that may be charged twice.
        CostAverse = 1 "cost_averse",
        /// One attempt.
        None = 2 "none",
    }
}

/// How often, how long and at what price failed attempts are repeated.
///
/// Immutable and checked as a whole, so that a decision never meets a senseless
/// number; one policy serves any number of threads. All times are milliseconds.
///
/// | setting | default | allowed |
/// |---|---|---|
/// | `max_attempts` | 4 | 1 to 100, the first send included |
/// | `base_delay_ms`, `throttle_base_delay_ms` | 500, 1000 | 0 to 3,600,000, at most `max_delay_ms` |
/// | `max_delay_ms` | 20,000 | 0 to 86,400,000 |
/// | `multiplier` | 2 | 1 to 10, with at most 16 decimals |
/// | `jitter` | `equal` | `none`, `full`, `equal`, `decorrelated` |
/// | `max_server_delay_ms` | 120,000 | 0 to 86,400,000 |
/// | `over_cap` | `give_up` | `give_up`, `clamp` |
/// | `deadline_ms`, `attempt_timeout_ms` | none | from 1 |
/// | `retry_mutations` | `rejected_only` | `never`, `rejected_only`, `always` |
/// | `repeat_billed` | true | true, false |
/// | `budget` | 500, cost 14, throttle cost 5 | capacity 1 to 1,000,000, costs 1 to the capacity; or none |
/// | `overrides` | none | advice for single categories, codes and statuses |
///
/// ```
/// use aftercall::retry::{Jitter, Policy};
///
/// let policy = Policy::builder().max_attempts(3).jitter(Jitter::Full).deadline_ms(30_000).build()?;
/// assert_eq!(policy.max_attempts(), 3);
///
/// let same = Policy::from_json(r#"{"max_attempts": 3, "jitter": "full", "deadline_ms": 30000}"#)?;
/// assert_eq!(same, policy);
///
/// let error = Policy::builder().max_attempts(0).build().unwrap_err();
/// assert_eq!(error.to_string(), "max_attempts: expected an integer from 1 to 100, found 0");
/// # Ok::<(), aftercall::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(super) preset: Preset,
    pub(super) max_attempts: u32,
    pub(super) base_delay_ms: u32,
    pub(super) throttle_base_delay_ms: u32,
    pub(super) max_delay_ms: u32,
    pub(super) multiplier: Multiplier,
    pub(super) jitter: Jitter,
    pub(super) max_server_delay_ms: u32,
    pub(super) over_cap: OverCap,
    pub(super) deadline_ms: Option<u64>,
    pub(super) attempt_timeout_ms: Option<u64>,
    pub(super) retry_mutations: RetryMutations,
    pub(super) repeat_billed: bool,
    pub(super) budget: Option<Costs>,
    pub(super) overrides: Vec<Override>,
}

/// What a budget holds and what repeats cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Costs {
    pub(super) capacity: u32,
    pub(super) cost: u32,
    pub(super) throttle_cost: u32,
}

impl Policy {
    /// A policy to be put together setting by setting.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder::default()
    }

    /// Reads a policy from a JSON object with the settings above; `preset`
    /// (`standard`, `cost_averse`, `none`) fills those that are left out.
    ///
    /// # Errors
    ///
    /// An [`Error`] with line, column and path that says what was found and
    /// what is allowed; unknown and repeated settings are errors too.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        policy_json::read(text)
    }

    /// The policy as JSON, every setting written out.
    #[must_use]
    pub fn to_json(&self) -> String {
        policy_json::write(self)
    }

    /// The preset that filled what was left out.
    #[must_use]
    pub const fn preset(&self) -> Preset {
        self.preset
    }

    /// How many attempts a call may make, the first included.
    #[must_use]
    pub const fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// The first backoff after a transient failure.
    #[must_use]
    pub const fn base_delay_ms(&self) -> u32 {
        self.base_delay_ms
    }

    /// The first backoff after being told to slow down.
    #[must_use]
    pub const fn throttle_base_delay_ms(&self) -> u32 {
        self.throttle_base_delay_ms
    }

    /// The longest backoff.
    #[must_use]
    pub const fn max_delay_ms(&self) -> u32 {
        self.max_delay_ms
    }

    /// How much longer each backoff is than the one before.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "read for display only")]
    pub const fn multiplier(&self) -> f64 {
        self.multiplier.numerator as f64 / self.multiplier.denominator as f64
    }

    /// How chance spreads the waits.
    #[must_use]
    pub const fn jitter(&self) -> Jitter {
        self.jitter
    }

    /// The longest wait that a server may ask for.
    #[must_use]
    pub const fn max_server_delay_ms(&self) -> u32 {
        self.max_server_delay_ms
    }

    /// What happens if it asks for more.
    #[must_use]
    pub const fn over_cap(&self) -> OverCap {
        self.over_cap
    }

    /// How long a call may take in all, waits included.
    #[must_use]
    pub const fn deadline_ms(&self) -> Option<u64> {
        self.deadline_ms
    }

    /// How long one attempt may take.
    #[must_use]
    pub const fn attempt_timeout_ms(&self) -> Option<u64> {
        self.attempt_timeout_ms
    }

    /// Which mutations may be repeated.
    #[must_use]
    pub const fn retry_mutations(&self) -> RetryMutations {
        self.retry_mutations
    }

    /// Whether an attempt that may have been charged for is repeated.
    #[must_use]
    pub const fn repeat_billed(&self) -> bool {
        self.repeat_billed
    }

    /// How many tokens a budget holds; `None` if repeats are not limited by one.
    #[must_use]
    pub const fn budget_capacity(&self) -> Option<u32> {
        match self.budget {
            Some(costs) => Some(costs.capacity),
            None => None,
        }
    }

    /// What a repeat after `advice` takes from the budget.
    #[must_use]
    #[inline(always)]
    pub const fn cost_of(&self, advice: Advice) -> u32 {
        match (self.budget, advice) {
            (Some(costs), Advice::Throttle) => costs.throttle_cost,
            (Some(costs), Advice::Backoff) => costs.cost,
            _ => 0,
        }
    }

    /// The same policy with other limits of time.
    #[cfg(feature = "client")]
    pub(crate) fn limited(
        &self,
        deadline_ms: Option<u64>,
        attempt_timeout_ms: Option<u64>,
    ) -> Self {
        Self {
            deadline_ms,
            attempt_timeout_ms,
            ..self.clone()
        }
    }

    /// The exceptions to the advice of verdicts, in their order.
    #[must_use]
    pub fn overrides(&self) -> &[Override] {
        &self.overrides
    }

    /// Whether an override looks for a code that is a word, so that a decision
    /// needs the text of the code.
    #[must_use]
    #[inline(always)]
    pub fn looks_for_words(&self) -> bool {
        self.overrides.iter().any(Override::looks_for_a_word)
    }

    /// The advice that counts, and whether an override gave it.
    #[inline(always)]
    pub(super) fn advice_for(&self, verdict: &Judged<'_>) -> (Advice, bool) {
        if self.overrides.is_empty() {
            return (verdict.advice, false);
        }
        self.overridden(*verdict)
    }

    /// By value, so that a verdict that nobody overrides need not be in memory.
    #[inline(never)]
    fn overridden(&self, verdict: Judged<'_>) -> (Advice, bool) {
        self.overrides
            .iter()
            .find(|exception| exception.matches(&verdict))
            .map_or((verdict.advice, false), |exception| {
                (exception.advice, true)
            })
    }

    /// What the backoff after `advice` is computed from.
    pub(super) const fn backoff_after(&self, advice: Advice) -> Backoff {
        Backoff {
            base_ms: match advice {
                Advice::Throttle => self.throttle_base_delay_ms,
                _ => self.base_delay_ms,
            },
            max_ms: self.max_delay_ms,
            multiplier: self.multiplier,
            jitter: self.jitter,
        }
    }
}

/// The preset [`Standard`](Preset::Standard).
impl Default for Policy {
    fn default() -> Self {
        Preset::Standard.into()
    }
}

impl From<Preset> for Policy {
    fn from(preset: Preset) -> Self {
        Self {
            preset,
            max_attempts: match preset {
                Preset::None => 1,
                Preset::Standard | Preset::CostAverse => 4,
            },
            base_delay_ms: 500,
            throttle_base_delay_ms: 1000,
            max_delay_ms: 20_000,
            multiplier: Multiplier::TWO,
            jitter: Jitter::Equal,
            max_server_delay_ms: 120_000,
            over_cap: OverCap::GiveUp,
            deadline_ms: None,
            attempt_timeout_ms: None,
            retry_mutations: RetryMutations::RejectedOnly,
            repeat_billed: preset != Preset::CostAverse,
            budget: Some(Costs {
                capacity: 500,
                cost: 14,
                throttle_cost: 5,
            }),
            overrides: Vec::new(),
        }
    }
}
