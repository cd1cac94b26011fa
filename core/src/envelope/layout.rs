//! Where the value of each path is kept while a body is read.
//!
//! A body's top level is read once, by names. Paths that lead deeper are
//! followed afterwards, each container once, within the spans that were found:
//! no allocation, no recursion, and no time at all for a profile without them.

use crate::json::scan::{Kind, Scanner, Value};
use crate::order::sort;

use super::BYTE_ORDER_MARK;
use super::fields::{Found, MAX_NAMES};
use super::names::Names;
use super::path::{BodyPath, Step};

/// As many values as are kept beside those of flag, code, message and data:
/// other paths, and what paths lead through.
pub(crate) const MAX_MORE: usize = 32;

/// The paths of a profile, and the slot of each one's value. Slots below
/// [`MAX_NAMES`] are those of flag, code, message and data.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// The names at the top level, by their slots.
    pub(crate) names: Names,
    /// The same, for reading a body again.
    top: Container,
    /// What paths lead through, outer containers first.
    containers: Vec<Container>,
    /// Slots of the first kind whose values are wanted in the second, too.
    copies: Vec<(usize, usize)>,
}

/// An object or array that paths lead through.
#[derive(Debug, Default)]
struct Container {
    slot: usize,
    /// How many steps lead to it.
    depth: usize,
    inside: Vec<(Step, usize)>,
}

/// There are more paths than slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

impl Layout {
    /// Gives `first` the slots from 0 on, in their order; of `more`, returns
    /// the slot of each.
    pub(crate) fn new(
        first: Vec<BodyPath>,
        more: &[BodyPath],
    ) -> Result<(Self, Vec<usize>), TooMany> {
        let mut known: Vec<(Vec<Step>, usize)> = Vec::new();
        for path in first {
            known.push((path.steps, known.len()));
        }
        let mut next = MAX_NAMES;
        let mut copies = Vec::new();
        let mut slots = Vec::new();
        for path in more {
            let slot = slot_of(&path.steps, &mut known, &mut next);
            slots.push(if slot < MAX_NAMES {
                let copy = copies.iter().find(|(from, _)| *from == slot);
                let copy = copy.map(|(_, to)| *to).unwrap_or_else(|| take(&mut next));
                copies.push((slot, copy));
                copy
            } else {
                slot
            });
        }
        let containers = containers(&mut known, &mut next);
        if next > MAX_NAMES + MAX_MORE {
            return Err(TooMany);
        }
        let mut names = vec![String::new(); next];
        let mut inside = Vec::new();
        for (steps, slot) in known {
            if let ([Step::Name(name)], Some(place)) = (steps.as_slice(), names.get_mut(slot)) {
                place.clone_from(name);
                inside.push((Step::Name(name.clone()), slot));
            }
        }
        let layout = Self {
            top: Container {
                inside,
                ..Container::default()
            },
            names: Names::new(names),
            containers,
            copies,
        };
        Ok((layout, slots))
    }

    /// Whether reading a body needs [`More`].
    pub(crate) fn leads_deeper(&self) -> bool {
        !self.containers.is_empty()
    }

    /// Reads a body again that is a well-formed object.
    pub(crate) fn read(&self, body: &[u8], more: &mut More) {
        let mut scanner = Scanner::within(body, 0);
        if body.starts_with(BYTE_ORDER_MARK) {
            scanner.skip(BYTE_ORDER_MARK.len());
        }
        scanner.peek_token();
        let object = Value {
            kind: Kind::Object,
            start: scanner.at(),
            end: body.len(),
        };
        let mut found = Found::new(Some(more));
        self.top.read_object(object, &mut found, body);
        self.follow(&mut found, body);
    }

    /// Follows the paths into what was found at the top level.
    pub(crate) fn follow(&self, found: &mut Found<'_>, body: &[u8]) {
        for container in &self.containers {
            match found.at(container.slot) {
                Some(value) if value.kind == Kind::Object => {
                    container.read_object(value, found, body);
                }
                Some(value) if value.kind == Kind::Array => {
                    container.read_array(value, found, body);
                }
                _ => {}
            }
        }
        for &(from, to) in &self.copies {
            if let Some(value) = found.at(from) {
                found.put(to, value);
            }
        }
    }
}

fn take(next: &mut usize) -> usize {
    *next += 1;
    *next - 1
}

fn slot_of(steps: &[Step], known: &mut Vec<(Vec<Step>, usize)>, next: &mut usize) -> usize {
    if let Some((_, slot)) = known.iter().find(|(path, _)| path == steps) {
        return *slot;
    }
    let slot = take(next);
    known.push((steps.to_vec(), slot));
    slot
}

/// Everything that a path leads through, each with a slot of its own.
fn containers(known: &mut Vec<(Vec<Step>, usize)>, next: &mut usize) -> Vec<Container> {
    let mut containers: Vec<Container> = Vec::new();
    let mut index = 0;
    // The list grows while it is walked over: containers are paths, too.
    while let Some((path, inner)) = known.get(index).cloned() {
        index += 1;
        let Some((last, outer)) = path.split_last().filter(|(_, outer)| !outer.is_empty()) else {
            continue;
        };
        let slot = slot_of(outer, known, next);
        let mut known_ones = containers.iter_mut();
        match known_ones.find(|container| container.slot == slot) {
            Some(container) => container.inside.push((last.clone(), inner)),
            None => containers.push(Container {
                slot,
                depth: outer.len(),
                inside: vec![(last.clone(), inner)],
            }),
        }
    }
    sort(&mut containers, |one, other| one.depth.cmp(&other.depth));
    containers
}

impl Container {
    /// Keeps the members that are asked for; of two of one name, the last. The
    /// object is well-formed: it was read before.
    fn read_object(&self, object: Value, found: &mut Found<'_>, body: &[u8]) {
        let mut scanner = Scanner::within(body, object.start);
        scanner.take_token(b'{');
        if scanner.take_token(b'}') {
            return;
        }
        while let Some((key, value)) = member(&mut scanner) {
            let is_it = |(step, _): &&(Step, usize)| matches!(step, Step::Name(name) if is(key, name, body));
            if let Some((_, slot)) = self.inside.iter().find(is_it) {
                found.put(*slot, value);
            }
            if !scanner.take_token(b',') {
                return;
            }
        }
    }

    /// Keeps the elements that are asked for, and reads no further.
    fn read_array(&self, array: Value, found: &mut Found<'_>, body: &[u8]) {
        let mut scanner = Scanner::within(body, array.start);
        scanner.take_token(b'[');
        let places = self.inside.iter().filter_map(|(step, _)| match step {
            Step::Index(index) => Some(*index),
            Step::Name(_) => None,
        });
        let Some(last) = places.max().filter(|_| scanner.peek_token() != Some(b']')) else {
            return;
        };
        for index in 0..=last {
            let Some(value) = element(&mut scanner) else {
                return;
            };
            let is_it = |(step, _): &&(Step, usize)| *step == Step::Index(index);
            if let Some((_, slot)) = self.inside.iter().find(is_it) {
                found.put(*slot, value);
            }
            if !scanner.take_token(b',') {
                return;
            }
        }
    }
}

#[inline(never)]
fn member(scanner: &mut Scanner<'_>) -> Option<(Value, Value)> {
    let key = element(scanner)?;
    scanner.take_token(b':');
    Some((key, element(scanner)?))
}

fn element(scanner: &mut Scanner<'_>) -> Option<Value> {
    scanner.value_apart(1).ok()
}

fn is(key: Value, name: &str, body: &[u8]) -> bool {
    let key = key.text(body);
    if key.is_escaped {
        key.chars().eq(name.chars())
    } else {
        key.bytes == name.as_bytes()
    }
}

/// Values beside those of flag, code, message and data.
#[derive(Debug)]
pub(crate) struct More {
    given: u32,
    values: [Value; MAX_MORE],
}

impl Default for More {
    fn default() -> Self {
        Self {
            given: 0,
            values: [Value::NOTHING; MAX_MORE],
        }
    }
}

impl More {
    /// Keeps a value; returns whether there was one in its slot.
    pub(super) fn put(&mut self, index: usize, value: Value) -> bool {
        let Some(place) = self.values.get_mut(index) else {
            return false;
        };
        *place = value;
        let bit = 1 << index;
        let was_given = self.given & bit != 0;
        self.given |= bit;
        was_given
    }

    /// The value in a slot; `null` is none.
    pub(crate) fn value(&self, slot: usize) -> Option<Value> {
        let index = slot.checked_sub(MAX_NAMES)?;
        self.values
            .get(index)
            .copied()
            .filter(|value| self.given >> index & 1 == 1 && value.kind != Kind::Null)
    }

    /// Forgets everything: what was read is not believed.
    pub(crate) fn clear(&mut self) {
        self.given = 0;
    }
}
