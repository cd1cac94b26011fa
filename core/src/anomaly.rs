//! Anomalies: what was odd about a reply, beside its verdict.

use core::fmt;

use crate::closed_set::closed_set;

closed_set! {
    /// One oddity of a reply.
    pub enum Anomaly {
        /// A field of the envelope was given twice; the last one counted.
        DuplicateField = 0 "duplicate_field",
        /// The flag has a value that is neither true nor false.
        OddFlag = 1 "odd_flag",
        /// The code is neither an integer nor a string.
        OddCode = 2 "odd_code",
        /// The body breaks off or is malformed after a proven failure.
        MalformedBody = 3 "malformed_body",
        /// Flag and code, or two flags, say opposite things.
        Contradiction = 4 "contradiction",
        /// There was no code; the message's wording decided.
        ByMessage = 5 "by_message",
        /// A string holds bytes that are not UTF-8.
        InvalidUtf8 = 6 "invalid_utf8",
        /// Brackets are nested deeper than 1,024 levels.
        TooDeep = 7 "too_deep",
    }
}

/// A set of [`Anomaly`] values.
///
/// ```
/// use aftercall::{Anomalies, Anomaly};
///
/// let odd: Anomalies = [Anomaly::OddFlag, Anomaly::TooDeep].into_iter().collect();
/// assert!(odd.contains(Anomaly::OddFlag));
/// assert_eq!(odd.bits(), 0b1000_0010);
/// assert_eq!(odd.to_string(), "odd_flag, too_deep");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Anomalies(u32);

impl Anomalies {
    /// No anomaly.
    pub const NONE: Self = Self(0);

    /// Adds one; adding it twice changes nothing.
    pub const fn insert(&mut self, anomaly: Anomaly) {
        self.0 |= Self::bit(anomaly);
    }

    /// Whether `anomaly` is in the set.
    #[must_use]
    pub const fn contains(self, anomaly: Anomaly) -> bool {
        self.0 & Self::bit(anomaly) != 0
    }

    /// Whether nothing was odd.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set as bits: bit `n` is the anomaly of number `n`.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The members, in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Anomaly> {
        Anomaly::ALL
            .iter()
            .copied()
            .filter(move |&anomaly| self.contains(anomaly))
    }

    const fn bit(anomaly: Anomaly) -> u32 {
        1 << anomaly as u32
    }
}

impl FromIterator<Anomaly> for Anomalies {
    fn from_iter<I: IntoIterator<Item = Anomaly>>(anomalies: I) -> Self {
        let mut set = Self::NONE;
        for anomaly in anomalies {
            set.insert(anomaly);
        }
        set
    }
}

/// The names, separated by commas; nothing for the empty set.
impl fmt::Display for Anomalies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, anomaly) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(anomaly.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Anomalies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
