//! Phrases that messages may contain: named once, referred to by rules, or
//! written within one.

use std::sync::Arc;

use crate::json::document::{Node, Problem, Value};
use crate::json::object::{Object, Result, array, each, not_one_of, problem, wrong};
use crate::pattern::Patterns;

use super::finding::Findings;
use super::rules::{MAX_PATTERNS, Pattern};
use super::texts::{MAX_ID_LENGTH, phrase};

/// As many phrases as one pattern may have: each costs a look at a message.
const MAX_PHRASES: usize = 64;

/// The named patterns of a profile, and how many patterns there are.
#[derive(Debug, Default)]
pub(super) struct PatternReader<'d> {
    named: Vec<Named<'d>>,
    count: usize,
}

#[derive(Debug)]
struct Named<'d> {
    name: &'d str,
    pattern: Pattern,
    /// Where this profile defines it, if it does.
    own_at: Option<usize>,
    is_used: bool,
}

impl<'d> PatternReader<'d> {
    /// Takes a section of named patterns. A name that is there already stays
    /// what it is.
    pub(super) fn define(&mut self, node: &'d Node<'d>, is_own: bool, findings: &mut Findings) {
        let Some(section) = findings.keep(Object::of(node, None)) else {
            return;
        };
        for member in section.members {
            if findings.are_enough() {
                break;
            }
            if self.find(&member.name).is_some() {
                continue;
            }
            let is_name = !member.name.is_empty() && !member.name.contains(char::is_control);
            if !is_name || member.name.len() > MAX_ID_LENGTH {
                let message = format!(
                    "expected a name of 1 to {MAX_ID_LENGTH} bytes without control characters"
                );
                findings.error("invalid", Problem::new(member.name_span.start, message));
            } else if let Some(pattern) = findings.keep(self.phrases(&member.node)) {
                self.named.push(Named {
                    name: &member.name,
                    pattern,
                    own_at: is_own.then_some(member.name_span.start),
                    is_used: false,
                });
            }
        }
    }

    /// The pattern that a condition refers to, and its name if it has one.
    pub(super) fn read<'n>(&mut self, node: &'n Node<'n>) -> Result<(Pattern, Option<&'n str>)> {
        let Value::String(name) = &node.value else {
            if node.as_array().is_none() {
                return Err(wrong(node, "the name of a pattern, or an array of phrases"));
            }
            return Ok((self.phrases(node)?, None));
        };
        if let Some(named) = self.find(name) {
            named.is_used = true;
            return Ok((named.pattern.clone(), Some(name)));
        }
        let names: Vec<&str> = self.named.iter().map(|named| named.name).collect();
        Err(not_one_of(node, name, &names))
    }

    /// Warns of patterns that no rule refers to.
    pub(super) fn warn_of_unused(&self, findings: &mut Findings) {
        for named in self.named.iter().filter(|named| !named.is_used) {
            if let Some(at) = named.own_at {
                let message = format!("no rule asks for the pattern {:?}", named.name);
                findings.warn("unused", at, message);
            }
        }
    }

    fn find(&mut self, name: &str) -> Option<&mut Named<'d>> {
        self.named.iter_mut().find(|named| named.name == name)
    }

    fn phrases(&mut self, node: &Node<'_>) -> Result<Pattern> {
        let phrases = each(array(node)?, phrase)?;
        if phrases.is_empty() || phrases.len() > MAX_PHRASES {
            let allowed = format!("1 to {MAX_PHRASES} phrases");
            return Err(problem(
                node,
                format!("expected {allowed}, found {}", phrases.len()),
            ));
        }
        if self.count == MAX_PATTERNS {
            return Err(problem(
                node,
                format!("more than {MAX_PATTERNS} patterns in all"),
            ));
        }
        self.count += 1;
        Ok(Pattern {
            number: self.count - 1,
            phrases: Arc::new(Patterns::new(&phrases)),
        })
    }
}
