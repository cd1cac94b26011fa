//! The form that every closed set of the library has: a name and a number for
//! each member, fixed for ever.
//!
//! Members are numbered in the order in which they are written, new ones are
//! only appended, and number 0 is the harmless one: what a zeroed structure on
//! the other side of a language boundary would say.

/// A set of named, numbered members that is known completely.
pub(crate) trait ClosedSet: Copy + Sized + 'static {
    /// Every member, in the order of their numbers.
    const ALL: &'static [Self];

    /// The member's name, as data files and other languages spell it.
    fn name(self) -> &'static str;
}

macro_rules! closed_set {
    (
        $(#[$attribute:meta])*
        pub enum $set:ident {
            $(
                $(#[$member_attribute:meta])*
                $member:ident = $number:literal $name:literal,
            )+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum $set {
            $(
                $(#[$member_attribute])*
                $member = $number,
            )+
        }

        impl $set {
            /// Every member, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The name that data files and every language use.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$member => $name,)+
                }
            }

            /// The number that every language uses; it never changes.
            #[must_use]
            pub const fn number(self) -> i32 {
                self as i32
            }

            /// The member of that name; names are compared exactly.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$member),)+
                    _ => None,
                }
            }

            /// The member of that number.
            #[must_use]
            pub const fn from_number(number: i32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$member),)+
                    _ => None,
                }
            }
        }

        impl core::fmt::Display for $set {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.name())
            }
        }

        impl $crate::closed_set::ClosedSet for $set {
            const ALL: &'static [Self] = $set::ALL;

            fn name(self) -> &'static str {
                $set::name(self)
            }
        }
    };
}

pub(crate) use closed_set;

#[cfg(test)]
mod tests {
    use crate::{
        Advice, Anomaly, Category, Effect, Expect, Fault, OperationKind, Outcome, Remedy, Role,
        Severity, TaskState,
    };

    fn numbered_and_named<T: super::ClosedSet + PartialEq + core::fmt::Debug>(
        first: i32,
        number: fn(T) -> i32,
        from_number: fn(i32) -> Option<T>,
        from_name: fn(&str) -> Option<T>,
    ) {
        for (index, &member) in T::ALL.iter().enumerate() {
            assert_eq!(number(member), first + i32::try_from(index).unwrap());
            assert_eq!(from_number(number(member)), Some(member));
            assert_eq!(from_name(member.name()), Some(member));
        }
        assert_eq!(from_number(-1), None);
        assert_eq!(from_name("no such name"), None);
        assert_eq!(
            from_number(first + i32::try_from(T::ALL.len()).unwrap()),
            None
        );
    }

    #[test]
    fn every_set_counts_without_a_gap_and_knows_its_names() {
        numbered_and_named(0, Outcome::number, Outcome::from_number, Outcome::from_name);
        numbered_and_named(
            0,
            Category::number,
            Category::from_number,
            Category::from_name,
        );
        numbered_and_named(0, Advice::number, Advice::from_number, Advice::from_name);
        numbered_and_named(0, Effect::number, Effect::from_number, Effect::from_name);
        numbered_and_named(
            0,
            OperationKind::number,
            OperationKind::from_number,
            OperationKind::from_name,
        );
        numbered_and_named(0, Expect::number, Expect::from_number, Expect::from_name);
        numbered_and_named(0, Anomaly::number, Anomaly::from_number, Anomaly::from_name);
        numbered_and_named(0, Role::number, Role::from_number, Role::from_name);
        // 0 is "nothing to do", which Rust says with `Option`.
        numbered_and_named(1, Remedy::number, Remedy::from_number, Remedy::from_name);
        // 0 is "no fault", which Rust says with `Option`.
        numbered_and_named(1, Fault::number, Fault::from_number, Fault::from_name);
        // 0 is "no task".
        numbered_and_named(
            1,
            TaskState::number,
            TaskState::from_number,
            TaskState::from_name,
        );
        numbered_and_named(
            0,
            Severity::number,
            Severity::from_number,
            Severity::from_name,
        );
    }

    #[test]
    fn number_zero_is_the_harmless_member() {
        assert_eq!(Outcome::from_number(0), Some(Outcome::None));
        assert_eq!(Category::from_number(0), Some(Category::None));
        assert_eq!(Advice::from_number(0), Some(Advice::Never));
        assert_eq!(Effect::from_number(0), Some(Effect::Unknown));
        assert_eq!(OperationKind::from_number(0), Some(OperationKind::Mutation));
        assert_eq!(Role::from_number(0), Some(Role::User));
        assert_eq!(Remedy::from_number(0), None);
        assert_eq!(Fault::from_number(0), None);
    }
}
