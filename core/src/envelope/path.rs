//! Paths into a body: where a value stands that is not at the top level.
//!
//! `error.code`, `errors[0].message`, `["odd.key"].x`: names, separated by dots,
//! and places in arrays. The first step is a name at the top level.

use crate::parted::parted;

use super::names::MAX_NAME_LENGTH;

/// As many steps as a path may have.
const MAX_STEPS: usize = 8;

/// As far into an array as a path may lead.
const MAX_INDEX: usize = 255;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The member of that name, of an object.
    Name(String),
    /// The element at that place, from 0, of an array.
    Index(usize),
}

/// A path: at least one step, the first of which is a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BodyPath {
    pub(crate) steps: Vec<Step>,
}

/// What a path must be, for whoever wrote one that is none.
pub(crate) const ALLOWED: &str = "names of 1 to 64 bytes separated by dots, and places such as [0]";

impl BodyPath {
    /// Reads a path as profiles spell it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (step, behind) = match rest.strip_prefix('[') {
                Some(inside) => bracketed(inside)?,
                None => bare_name(rest)?,
            };
            let is_fit = match &step {
                Step::Name(name) => (1..=MAX_NAME_LENGTH).contains(&name.len()),
                Step::Index(index) => *index <= MAX_INDEX && !steps.is_empty(),
            };
            if !is_fit || steps.len() == MAX_STEPS {
                return None;
            }
            steps.push(step);
            rest = match behind.strip_prefix('.') {
                // A dot leads to a name.
                Some("") => return None,
                Some(next) if next.starts_with('[') => return None,
                Some(next) => next,
                None if behind.is_empty() || behind.starts_with('[') => behind,
                None => return None,
            };
        }
        (!steps.is_empty()).then_some(Self { steps })
    }
}

/// The place or the quoted name in brackets, and what follows them.
fn bracketed(inside: &str) -> Option<(Step, &str)> {
    if let Some(quoted) = inside.strip_prefix('"') {
        let (name, behind) = parted(quoted, "\"]")?;
        return Some((Step::Name(name.to_owned()), behind));
    }
    let (digits, behind) = inside.split_once(']')?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let index = digits.parse().ok().filter(|_| is_plain)?;
    Some((Step::Index(index), behind))
}

fn bare_name(rest: &str) -> Option<(Step, &str)> {
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let (name, behind) = rest.split_at_checked(end)?;
    let is_plain = !name.contains([']', '"']);
    is_plain.then(|| (Step::Name(name.to_owned()), behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Step {
        Step::Name(text.to_owned())
    }

    #[test]
    fn paths_are_names_dots_and_places() {
        for (text, steps) in [
            ("data", vec![name("data")]),
            ("error.code", vec![name("error"), name("code")]),
            (
                "errors[0].message",
                vec![name("errors"), Step::Index(0), name("message")],
            ),
            ("a[1][2]", vec![name("a"), Step::Index(1), Step::Index(2)]),
            ("[\"a.b[\"].c", vec![name("a.b["), name("c")]),
            ("a[\"x y\"]", vec![name("a"), name("x y")]),
            ("余额", vec![name("余额")]),
        ] {
            assert_eq!(BodyPath::parse(text), Some(BodyPath { steps }), "{text}");
        }
    }

    #[test]
    fn what_is_no_path_is_none() {
        for text in [
            "", ".", "a.", ".a", "a..b", "a.[0]", "[0]", "[0].a", "a[", "a[]", "a[-1]", "a[+1]",
            "a[x]", "a]", "a[0]b", "a[256]", "a[99999999999999999999]", "[\"\"]", "[\"a", "a\"b",
            "a.b.c.d.e.f.g.h.i",
        ] {
            assert_eq!(BodyPath::parse(text), None, "{text}");
        }
        assert_eq!(BodyPath::parse(&"n".repeat(65)), None);
    }
}
