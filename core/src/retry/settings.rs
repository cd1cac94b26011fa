//! Putting a policy together, and refusing what no policy can be.

use core::fmt;
use core::ops::RangeInclusive;

use crate::{Error, ErrorKind};

use super::multiplier::Multiplier;
use super::policy::Costs;
use super::{Jitter, OverCap, Override, Policy, Preset, RetryMutations};

pub(super) const MAX_OVERRIDES: usize = 1000;

const ATTEMPTS: RangeInclusive<u32> = 1..=100;
const BASE_DELAY: RangeInclusive<u32> = 0..=3_600_000;
const DELAY: RangeInclusive<u32> = 0..=86_400_000;
const CAPACITY: RangeInclusive<u32> = 1..=1_000_000;
const HTTP_STATUS: RangeInclusive<u32> = 0..=999;

/// The settings of a policy, not yet checked. What is left out comes from the
/// preset.
///
/// Setters take any number; [`build`](Self::build) says what is wrong with it.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is checked before `build`"]
pub struct PolicyBuilder {
    pub(super) preset: Option<Preset>,
    pub(super) max_attempts: Option<Given>,
    pub(super) base_delay_ms: Option<Given>,
    pub(super) throttle_base_delay_ms: Option<Given>,
    pub(super) max_delay_ms: Option<Given>,
    /// As it is spelled.
    pub(super) multiplier: Option<String>,
    pub(super) jitter: Option<Jitter>,
    pub(super) max_server_delay_ms: Option<Given>,
    pub(super) over_cap: Option<OverCap>,
    pub(super) deadline_ms: Option<Given>,
    pub(super) attempt_timeout_ms: Option<Given>,
    pub(super) retry_mutations: Option<RetryMutations>,
    pub(super) repeat_billed: Option<bool>,
    pub(super) has_no_budget: bool,
    pub(super) capacity: Option<Given>,
    pub(super) cost: Option<Given>,
    pub(super) throttle_cost: Option<Given>,
    pub(super) overrides: Vec<Override>,
}

/// A number as it was given: with a sign, or as large as one without can be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    is_negative: bool,
    magnitude: u64,
}

impl From<u64> for Given {
    fn from(magnitude: u64) -> Self {
        Self {
            is_negative: false,
            magnitude,
        }
    }
}

impl From<i64> for Given {
    fn from(number: i64) -> Self {
        Self {
            is_negative: number < 0,
            magnitude: number.unsigned_abs(),
        }
    }
}

impl Given {
    fn positive_or_zero(self) -> Option<u64> {
        (!self.is_negative).then_some(self.magnitude)
    }
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_negative { "-" } else { "" })?;
        self.magnitude.fmt(f)
    }
}

/// What is wrong with which setting. In a box, so that results are small.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) field: String,
    pub(super) message: String,
}

impl PolicyBuilder {
    /// What fills the settings that are left out.
    pub const fn preset(mut self, preset: Preset) -> Self {
        self.preset = Some(preset);
        self
    }

    /// How many attempts a call may make, the first included: 1 to 100.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(u64::from(attempts).into());
        self
    }

    /// The first backoff after a transient failure: up to an hour, and no
    /// longer than the longest.
    pub fn base_delay_ms(mut self, delay_ms: u64) -> Self {
        self.base_delay_ms = Some(delay_ms.into());
        self
    }

    /// The first backoff after being told to slow down: up to an hour, and no
    /// longer than the longest.
    pub fn throttle_base_delay_ms(mut self, delay_ms: u64) -> Self {
        self.throttle_base_delay_ms = Some(delay_ms.into());
        self
    }

    /// The longest backoff: up to a day.
    pub fn max_delay_ms(mut self, delay_ms: u64) -> Self {
        self.max_delay_ms = Some(delay_ms.into());
        self
    }

    /// How much longer each backoff is than the one before: 1 to 10. The
    /// number counts as its shortest decimal: 1.1 is eleven tenths.
    pub fn multiplier(mut self, multiplier: f64) -> Self {
        self.multiplier = Some(format!("{multiplier}"));
        self
    }

    /// How chance spreads the waits.
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = Some(jitter);
        self
    }

    /// The longest wait that a server may ask for: up to a day.
    pub fn max_server_delay_ms(mut self, delay_ms: u64) -> Self {
        self.max_server_delay_ms = Some(delay_ms.into());
        self
    }

    /// What happens if it asks for more.
    pub const fn over_cap(mut self, over_cap: OverCap) -> Self {
        self.over_cap = Some(over_cap);
        self
    }

    /// How long a call may take in all, waits included: from 1.
    pub fn deadline_ms(mut self, deadline_ms: u64) -> Self {
        self.deadline_ms = Some(deadline_ms.into());
        self
    }

    /// How long one attempt may take: from 1.
    pub fn attempt_timeout_ms(mut self, timeout_ms: u64) -> Self {
        self.attempt_timeout_ms = Some(timeout_ms.into());
        self
    }

    /// Which mutations may be repeated.
    pub const fn retry_mutations(mut self, mutations: RetryMutations) -> Self {
        self.retry_mutations = Some(mutations);
        self
    }

    /// Whether an attempt that may have been charged for is repeated.
    pub const fn repeat_billed(mut self, repeat: bool) -> Self {
        self.repeat_billed = Some(repeat);
        self
    }

    /// How many tokens a budget holds: 1 to 1,000,000.
    pub fn budget_capacity(mut self, tokens: u32) -> Self {
        self.capacity = Some(u64::from(tokens).into());
        self
    }

    /// What a repeat of a transient failure costs: 1 to the capacity.
    pub fn budget_cost(mut self, tokens: u32) -> Self {
        self.cost = Some(u64::from(tokens).into());
        self
    }

    /// What a repeat after being told to slow down costs: 1 to the capacity.
    pub fn budget_throttle_cost(mut self, tokens: u32) -> Self {
        self.throttle_cost = Some(u64::from(tokens).into());
        self
    }

    /// Repeats are not limited by a budget.
    pub const fn without_budget(mut self) -> Self {
        self.has_no_budget = true;
        self
    }

    /// Adds an exception to the advice of verdicts; the first that matches
    /// counts.
    pub fn advise(mut self, exception: Override) -> Self {
        self.overrides.push(exception);
        self
    }

    /// The policy, if every setting is allowed.
    ///
    /// # Errors
    ///
    /// An [`Error`] that names the setting, what was found and what is allowed.
    pub fn build(self) -> Result<Policy, Error> {
        self.check()
            .map_err(|wrong| Error::unplaced(ErrorKind::Policy, wrong.field, wrong.message))
    }

    pub(super) fn check(self) -> Result<Policy, Box<Wrong>> {
        let preset = self.preset.unwrap_or(Preset::Standard);
        let default = Policy::from(preset);
        let max_delay_ms = ranged(
            "max_delay_ms", self.max_delay_ms, default.max_delay_ms, DELAY,
        )?;
        let base = |field, given, default| {
            let delay_ms = ranged(field, given, default, BASE_DELAY)?;
            at_most(field, delay_ms, "max_delay_ms", max_delay_ms)
        };
        Ok(Policy {
            preset,
            max_attempts: ranged(
                "max_attempts", self.max_attempts, default.max_attempts, ATTEMPTS,
            )?,
            base_delay_ms: base("base_delay_ms", self.base_delay_ms, default.base_delay_ms)?,
            throttle_base_delay_ms: base(
                "throttle_base_delay_ms", self.throttle_base_delay_ms,
                default.throttle_base_delay_ms,
            )?,
            max_delay_ms,
            multiplier: multiplier(self.multiplier, default.multiplier)?,
            jitter: self.jitter.unwrap_or(default.jitter),
            max_server_delay_ms: ranged(
                "max_server_delay_ms", self.max_server_delay_ms, default.max_server_delay_ms, DELAY,
            )?,
            over_cap: self.over_cap.unwrap_or(default.over_cap),
            deadline_ms: positive("deadline_ms", self.deadline_ms)?,
            attempt_timeout_ms: positive("attempt_timeout_ms", self.attempt_timeout_ms)?,
            retry_mutations: self.retry_mutations.unwrap_or(default.retry_mutations),
            repeat_billed: self.repeat_billed.unwrap_or(default.repeat_billed),
            budget: if self.has_no_budget {
                None
            } else {
                costs(self.capacity, self.cost, self.throttle_cost, default.budget)?
            },
            overrides: overrides(self.overrides)?,
        })
    }
}

fn costs(
    capacity: Option<Given>,
    cost: Option<Given>,
    throttle_cost: Option<Given>,
    default: Option<Costs>,
) -> Result<Option<Costs>, Box<Wrong>> {
    let Some(default) = default else {
        return Ok(None);
    };
    let capacity = ranged("budget.capacity", capacity, default.capacity, CAPACITY)?;
    let price = |field, given, default| {
        let tokens = ranged(field, given, default, CAPACITY)?;
        at_most(field, tokens, "budget.capacity", capacity)
    };
    Ok(Some(Costs {
        capacity,
        cost: price("budget.cost", cost, default.cost)?,
        throttle_cost: price("budget.throttle_cost", throttle_cost, default.throttle_cost)?,
    }))
}

fn overrides(overrides: Vec<Override>) -> Result<Vec<Override>, Box<Wrong>> {
    if overrides.len() > MAX_OVERRIDES {
        return Err(wrong(
            "overrides".to_owned(),
            &format!("at most {MAX_OVERRIDES}"),
            &overrides.len(),
        ));
    }
    for (index, exception) in overrides.iter().enumerate() {
        if let Some(http_status) = exception.http_status {
            let field = format!("overrides[{index}].http_status");
            within(&field, i64::from(http_status).into(), HTTP_STATUS)?;
        }
    }
    Ok(overrides)
}

fn multiplier(spelling: Option<String>, default: Multiplier) -> Result<Multiplier, Box<Wrong>> {
    let Some(spelling) = spelling else {
        return Ok(default);
    };
    Multiplier::parse(&spelling).ok_or_else(|| {
        let allowed = "a number from 1 to 10 with at most 16 decimals";
        wrong("multiplier".to_owned(), allowed, &spelling)
    })
}

fn ranged(
    field: &str,
    given: Option<Given>,
    default: u32,
    allowed: RangeInclusive<u32>,
) -> Result<u32, Box<Wrong>> {
    match given {
        Some(given) => within(field, given, allowed),
        None => Ok(default),
    }
}

#[inline(never)]
fn within(field: &str, given: Given, allowed: RangeInclusive<u32>) -> Result<u32, Box<Wrong>> {
    let number = given.positive_or_zero();
    let number = number.and_then(|number| u32::try_from(number).ok());
    if let Some(number) = number.filter(|number| allowed.contains(number)) {
        return Ok(number);
    }
    let (first, last) = allowed.into_inner();
    let allowed = format!("an integer from {first} to {last}");
    Err(wrong(field.to_owned(), &allowed, &given))
}

fn at_most(field: &str, given: u32, other: &str, limit: u32) -> Result<u32, Box<Wrong>> {
    if given <= limit {
        return Ok(given);
    }
    let allowed = format!("at most {other}, which is {limit}");
    Err(wrong(field.to_owned(), &allowed, &given))
}

fn positive(field: &str, given: Option<Given>) -> Result<Option<u64>, Box<Wrong>> {
    let Some(given) = given else {
        return Ok(None);
    };
    given
        .positive_or_zero()
        .filter(|milliseconds| *milliseconds > 0)
        .map(Some)
        .ok_or_else(|| wrong(field.to_owned(), "an integer from 1", &given))
}

#[cold]
#[inline(never)]
fn wrong(field: String, allowed: &str, found: &dyn fmt::Display) -> Box<Wrong> {
    Box::new(Wrong {
        field,
        message: format!("expected {allowed}, found {found}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Advice;

    fn refused(builder: PolicyBuilder) -> String {
        match builder.build() {
            Ok(policy) => panic!("{policy:?} was not refused"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn presets_fill_what_is_left_out() {
        let policy = Policy::builder().build().unwrap();
        assert_eq!(policy, Policy::default());
        assert_eq!(policy.max_attempts(), 4);
        assert_eq!(policy.budget_capacity(), Some(500));
        assert_eq!(policy.cost_of(Advice::Backoff), 14);
        assert_eq!(policy.cost_of(Advice::Throttle), 5);
        let averse = Policy::builder()
            .preset(Preset::CostAverse)
            .build()
            .unwrap();
        assert!(!averse.repeat_billed());
        let none = Policy::builder().preset(Preset::None);
        assert_eq!(none.clone().build().unwrap().max_attempts(), 1);
        assert_eq!(none.max_attempts(3).build().unwrap().max_attempts(), 3);
    }

    #[test]
    fn every_wrong_setting_is_refused_by_name() {
        for (builder, message) in [
            (
                Policy::builder().max_attempts(101),
                "max_attempts: expected an integer from 1 to 100, found 101",
            ),
            (
                Policy::builder().max_delay_ms(u64::MAX),
                "max_delay_ms: expected an integer from 0 to 86400000, found 18446744073709551615",
            ),
            (
                Policy::builder().max_delay_ms(400),
                "base_delay_ms: expected at most max_delay_ms, which is 400, found 500",
            ),
            (
                Policy::builder().throttle_base_delay_ms(20_001),
                "throttle_base_delay_ms: expected at most max_delay_ms, which is 20000, found 20001",
            ),
            (
                Policy::builder().multiplier(0.5),
                "multiplier: expected a number from 1 to 10 with at most 16 decimals, found 0.5",
            ),
            (
                Policy::builder().multiplier(f64::NAN),
                "multiplier: expected a number from 1 to 10 with at most 16 decimals, found NaN",
            ),
            (
                Policy::builder().multiplier(f64::INFINITY),
                "multiplier: expected a number from 1 to 10 with at most 16 decimals, found inf",
            ),
            (
                Policy::builder().deadline_ms(0),
                "deadline_ms: expected an integer from 1, found 0",
            ),
            (
                Policy::builder().attempt_timeout_ms(0),
                "attempt_timeout_ms: expected an integer from 1, found 0",
            ),
            (
                Policy::builder().budget_capacity(0),
                "budget.capacity: expected an integer from 1 to 1000000, found 0",
            ),
            (
                Policy::builder().budget_capacity(10),
                "budget.cost: expected at most budget.capacity, which is 10, found 14",
            ),
            (
                Policy::builder().budget_throttle_cost(0),
                "budget.throttle_cost: expected an integer from 1 to 1000000, found 0",
            ),
            (
                Policy::builder().advise(Override::with(Advice::Never).http_status(1000)),
                "overrides[0].http_status: expected an integer from 0 to 999, found 1000",
            ),
        ] {
            assert_eq!(refused(builder), message);
        }
    }
}
