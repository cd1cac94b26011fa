//! Stopping others: after a failure that no further call can escape, none is
//! sent before it is over, and then one goes ahead.

use core::fmt;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Category, Verdict};

/// How long a hold lasts if nobody says when it ends.
const FIRST_MS: u64 = 5 * 60 * 1000;
/// What doubling ends at.
const LONGEST_MS: u64 = 60 * 60 * 1000;
/// A server's own word is believed for a day; then one call asks again.
const LONGEST_BY_SERVER_MS: u64 = 24 * 60 * 60 * 1000;

/// Keeps the holds of any number of scopes; a scope is a host and a credential.
///
/// The one that a client has is in its process, [`Holds`]. Another may share
/// holds between processes. Times are milliseconds of the caller's monotonic
/// clock; durations are what a shared store should keep.
pub trait HoldStore: Send + Sync {
    /// May a call of this scope go out now?
    ///
    /// `lease_ms` is how long a probe may take: if nothing is heard of it by
    /// then, another call may be the probe.
    fn admit(&self, scope: &str, lease_ms: u64, now_ms: u64) -> Admission;

    /// A call of this scope that was admitted in `epoch` has ended so.
    fn report(&self, scope: &str, epoch: u64, outcome: &HoldOutcome, now_ms: u64);

    /// Ends the scope's hold: there is a new credential, or somebody knows
    /// better. What calls report that were admitted before is ignored.
    fn clear(&self, scope: &str);

    /// What is known of a scope.
    fn state(&self, scope: &str, now_ms: u64) -> Option<HoldState>;
}

/// Whether a call may go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Nothing is in the way.
    Go {
        /// To be given back with the call's outcome.
        epoch: u64,
    },
    /// The hold is over, and this call alone finds out whether that is true.
    Probe {
        /// To be given back with the call's outcome.
        epoch: u64,
    },
    /// Not before this time.
    Held(HoldState),
}

/// A hold, as others may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldState {
    /// What the calls that are stopped would fail of.
    pub category: Category,
    /// The rule that judged the failure behind it.
    pub rule: String,
    /// In how many milliseconds it is over; 0 once a probe may go out.
    pub remaining_ms: u64,
    /// Whether a probe is under way.
    pub is_probing: bool,
}

/// How a call ended, as far as holds are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldOutcome {
    /// It succeeded: the scope is open.
    Passed,
    /// It failed of something that stops every call.
    Blocked {
        /// Of what.
        category: Category,
        /// The rule that judged it.
        rule: String,
        /// How long the server says it lasts.
        reset_ms: Option<u64>,
        /// Whether the call was the probe.
        was_probe: bool,
    },
    /// The probe told nothing: it failed of something else, or was given up.
    NoProof,
}

impl HoldOutcome {
    /// The outcome if `verdict` is of the kind that stops every call.
    pub(crate) fn of_failure(
        verdict: &Verdict<'_>,
        is_hold: Hold,
        was_probe: bool,
    ) -> Option<Self> {
        let stops_all = matches!(is_hold, Hold::Advised)
            || matches!(verdict.category, Category::Balance | Category::Account);
        stops_all.then(|| Self::Blocked {
            category: verdict.category,
            rule: verdict.rule().to_owned(),
            reset_ms: verdict.server_delay_ms,
            was_probe,
        })
    }
}

/// Whether the call's last decision was to stop others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    Advised,
    NotAdvised,
}

/// The holds of one process.
///
/// ```
/// use aftercall::Category;
/// use aftercall::client::{Admission, HoldOutcome, HoldStore, Holds};
///
/// let holds = Holds::new();
/// let blocked = HoldOutcome::Blocked {
///     category: Category::Quota,
///     rule: "code:67200002".to_owned(),
///     reset_ms: None,
///     was_probe: false,
/// };
/// holds.report("host and credential", 0, &blocked, 0);
/// assert!(matches!(holds.admit("host and credential", 60_000, 1), Admission::Held(_)));
/// // Five minutes later one call goes ahead, and only one.
/// let later_ms = 300_000;
/// assert!(matches!(holds.admit("host and credential", 60_000, later_ms), Admission::Probe { .. }));
/// assert!(matches!(holds.admit("host and credential", 60_000, later_ms), Admission::Held(_)));
/// ```
#[derive(Default)]
pub struct Holds {
    scopes: Mutex<HashMap<String, Scope>>,
}

#[derive(Debug, Default)]
struct Scope {
    epoch: u64,
    hold: Option<Held>,
}

#[derive(Debug)]
struct Held {
    category: Category,
    rule: String,
    until_ms: u64,
    /// How long it lasts this time; the next failed probe doubles it.
    lasts_ms: u64,
    /// Until when the probe under way may take.
    probe_until_ms: Option<u64>,
}

impl Holds {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn scopes(&self) -> MutexGuard<'_, HashMap<String, Scope>> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HoldStore for Holds {
    fn admit(&self, scope: &str, lease_ms: u64, now_ms: u64) -> Admission {
        let mut scopes = self.scopes();
        let Some(scope) = scopes.get_mut(scope) else {
            return Admission::Go { epoch: 0 };
        };
        let epoch = scope.epoch;
        let Some(held) = &mut scope.hold else {
            return Admission::Go { epoch };
        };
        let is_over = now_ms >= held.until_ms;
        let is_probing = held
            .probe_until_ms
            .is_some_and(|until_ms| now_ms < until_ms);
        if is_over && !is_probing {
            held.probe_until_ms = Some(now_ms.saturating_add(lease_ms.max(1)));
            return Admission::Probe { epoch };
        }
        Admission::Held(held.state(now_ms))
    }

    fn report(&self, scope: &str, epoch: u64, outcome: &HoldOutcome, now_ms: u64) {
        let mut scopes = self.scopes();
        // While nothing is held, a success is nobody's news.
        if *outcome == HoldOutcome::Passed && !scopes.contains_key(scope) {
            return;
        }
        let scope = scopes.entry(scope.to_owned()).or_default();
        if scope.epoch != epoch {
            return;
        }
        match outcome {
            HoldOutcome::Passed => scope.hold = None,
            HoldOutcome::NoProof => {
                if let Some(held) = &mut scope.hold {
                    held.probe_until_ms = None;
                }
            }
            HoldOutcome::Blocked {
                category,
                rule,
                reset_ms,
                was_probe,
            } => {
                let before = scope.hold.as_ref();
                let lasts_ms = match before {
                    Some(held) if *was_probe => held.lasts_ms.saturating_mul(2).min(LONGEST_MS),
                    Some(held) => held.lasts_ms,
                    None => FIRST_MS,
                };
                let waits_ms = reset_ms.map_or(lasts_ms, |reset| reset.min(LONGEST_BY_SERVER_MS));
                let until_ms = now_ms.saturating_add(waits_ms);
                scope.hold = Some(Held {
                    category: *category,
                    rule: rule.clone(),
                    // Late news of the same hold never shorten it.
                    until_ms: before.map_or(until_ms, |held| until_ms.max(held.until_ms)),
                    lasts_ms,
                    probe_until_ms: before
                        .filter(|_| !*was_probe)
                        .and_then(|held| held.probe_until_ms),
                });
            }
        }
    }

    fn clear(&self, scope: &str) {
        let mut scopes = self.scopes();
        let scope = scopes.entry(scope.to_owned()).or_default();
        scope.epoch += 1;
        scope.hold = None;
    }

    fn state(&self, scope: &str, now_ms: u64) -> Option<HoldState> {
        let scopes = self.scopes();
        let held = scopes.get(scope)?.hold.as_ref()?;
        Some(held.state(now_ms))
    }
}

impl Held {
    fn state(&self, now_ms: u64) -> HoldState {
        // While a probe is under way, nothing is known before it is back.
        let until_ms = match self.probe_until_ms {
            Some(probe_ms) if now_ms >= self.until_ms => probe_ms,
            _ => self.until_ms,
        };
        HoldState {
            category: self.category,
            rule: self.rule.clone(),
            remaining_ms: until_ms.saturating_sub(now_ms),
            is_probing: self.probe_until_ms.is_some_and(|until| now_ms < until),
        }
    }
}

/// Shows how many scopes there are; their names hold credentials' hashes.
impl fmt::Debug for Holds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Holds(<{} scopes>)", self.scopes().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: u64 = 60_000;

    fn blocked(reset_ms: Option<u64>, was_probe: bool) -> HoldOutcome {
        HoldOutcome::Blocked {
            category: Category::Balance,
            rule: "code:1".to_owned(),
            reset_ms,
            was_probe,
        }
    }

    fn remaining_ms(holds: &Holds, now_ms: u64) -> Option<u64> {
        match holds.admit("s", MINUTE_MS, now_ms) {
            Admission::Held(state) => Some(state.remaining_ms),
            _ => None,
        }
    }

    #[test]
    fn other_scopes_and_successes_are_not_held() {
        let holds = Holds::new();
        holds.report("s", 0, &HoldOutcome::Passed, 0);
        assert!(holds.scopes().is_empty());
        holds.report("s", 0, &blocked(None, false), 0);
        assert_eq!(holds.admit("t", 1, 0), Admission::Go { epoch: 0 });
        assert_eq!(remaining_ms(&holds, 0), Some(5 * MINUTE_MS));
    }

    #[test]
    fn each_failed_probe_doubles_the_wait_up_to_an_hour() {
        let holds = Holds::new();
        let mut now_ms = 0;
        holds.report("s", 0, &blocked(None, false), now_ms);
        for minutes in [5, 10, 20, 40, 60, 60] {
            assert_eq!(remaining_ms(&holds, now_ms), Some(minutes * MINUTE_MS));
            now_ms += minutes * MINUTE_MS;
            assert_eq!(
                holds.admit("s", MINUTE_MS, now_ms),
                Admission::Probe { epoch: 0 }
            );
            holds.report("s", 0, &blocked(None, true), now_ms);
        }
    }

    #[test]
    fn one_probe_goes_ahead_and_its_success_opens_the_scope() {
        let holds = Holds::new();
        holds.report("s", 0, &blocked(None, false), 0);
        let over_ms = 5 * MINUTE_MS;
        assert_eq!(remaining_ms(&holds, over_ms - 1), Some(1));
        assert_eq!(
            holds.admit("s", MINUTE_MS, over_ms),
            Admission::Probe { epoch: 0 }
        );
        assert_eq!(remaining_ms(&holds, over_ms), Some(MINUTE_MS));
        assert!(holds.state("s", over_ms).unwrap().is_probing);
        holds.report("s", 0, &HoldOutcome::Passed, over_ms + 5);
        assert_eq!(holds.admit("s", 1, over_ms + 5), Admission::Go { epoch: 0 });
    }

    #[test]
    fn a_probe_that_proves_nothing_or_is_lost_makes_room_for_the_next() {
        let holds = Holds::new();
        holds.report("s", 0, &blocked(None, false), 0);
        let over_ms = 5 * MINUTE_MS;
        assert_eq!(
            holds.admit("s", MINUTE_MS, over_ms),
            Admission::Probe { epoch: 0 }
        );
        holds.report("s", 0, &HoldOutcome::NoProof, over_ms + 5);
        assert_eq!(
            holds.admit("s", MINUTE_MS, over_ms + 5),
            Admission::Probe { epoch: 0 }
        );
        // Nothing is heard of this one.
        let later_ms = over_ms + 5 + MINUTE_MS;
        assert_eq!(remaining_ms(&holds, later_ms - 1), Some(1));
        assert_eq!(
            holds.admit("s", MINUTE_MS, later_ms),
            Admission::Probe { epoch: 0 }
        );
    }

    #[test]
    fn the_servers_word_counts_and_late_news_shorten_nothing() {
        let holds = Holds::new();
        holds.report("s", 0, &blocked(Some(2 * 60 * MINUTE_MS), false), 0);
        holds.report("s", 0, &blocked(Some(1), false), 10);
        assert_eq!(remaining_ms(&holds, 10), Some(120 * MINUTE_MS - 10));
        holds.report("s", 0, &blocked(Some(u64::MAX), false), 10);
        assert_eq!(remaining_ms(&holds, 10), Some(LONGEST_BY_SERVER_MS));
    }

    #[test]
    fn a_word_from_the_caller_opens_the_scope_and_old_news_are_ignored() {
        let holds = Holds::new();
        holds.report("s", 0, &blocked(None, false), 0);
        holds.clear("s");
        assert_eq!(holds.admit("s", 1, 0), Admission::Go { epoch: 1 });
        holds.report("s", 0, &blocked(None, false), 0);
        assert_eq!(holds.admit("s", 1, 0), Admission::Go { epoch: 1 });
    }

    #[test]
    fn times_at_the_end_of_the_clock_do_not_overflow() {
        let holds = Holds::new();
        holds.report("s", 0, &blocked(Some(u64::MAX), false), u64::MAX);
        assert!(matches!(
            holds.admit("s", u64::MAX, u64::MAX),
            Admission::Probe { .. }
        ));
        holds.report("s", 0, &blocked(None, true), u64::MAX);
        assert!(holds.state("s", 0).is_some());
    }
}
