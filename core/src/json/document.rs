//! A small JSON document whose values know where they stand.
//!
//! For files that people write: profiles today, policies and messages next. A
//! wrong value is reported with its line, its column and its path, which is why
//! this is not `serde_json`: its values have no positions. Sizes are bounded,
//! because such a file may come from anywhere.

use core::ops::Range;

use super::number::Number;
use super::scan::{Kind, Scanner, Value as Scanned};
use super::text::{RawText, Text};
use crate::error::push_name;
use crate::order::sorted_places;
use crate::parted::parted_at_last;

/// Files of people are flat; deeper ones are refused.
const MAX_LEVEL: usize = 32;

/// As many values as a file may have. Each takes fifty bytes and more, where two
/// of text can stand for one.
const MAX_VALUES: usize = 1 << 21;

/// A parsed document.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) root: Node<'a>,
}

/// One value and its place in the text, quotes and brackets included.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) span: Range<usize>,
    pub(crate) value: Value<'a>,
}

/// What a node holds.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// As it is spelled.
    Number(&'a str),
    String(String),
    Array(Vec<Node<'a>>),
    Object(Vec<Member<'a>>),
}

/// One name and value of an object.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    pub(crate) name: String,
    pub(crate) name_span: Range<usize>,
    pub(crate) node: Node<'a>,
}

/// What is wrong, and at which byte. One pointer, so that whatever can fail hands
/// its result on in registers: 16 KB less of code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem(Box<Wrong>);

/// What a [`Problem`] says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) at: usize,
    pub(crate) message: String,
}

impl Problem {
    #[cold]
    #[inline(never)]
    pub(crate) fn new(at: usize, message: impl Into<String>) -> Self {
        Self(Box::new(Wrong {
            at,
            message: message.into(),
        }))
    }

    pub(crate) fn into_message(self) -> String {
        self.0.message
    }
}

impl core::ops::Deref for Problem {
    type Target = Wrong;

    fn deref(&self) -> &Wrong {
        &self.0
    }
}

impl Node<'_> {
    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, however it is spelled, if it fits signed 64 bits.
    pub(crate) fn as_integer(&self) -> Option<i64> {
        match &self.value {
            Value::Number(spelling) => {
                match Number::read(RawText::verbatim(spelling.as_bytes()).trimmed()) {
                    Number::Integer(integer) => Some(integer),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }
}

impl<'a> Node<'a> {
    pub(crate) fn as_array(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::Array(nodes) => Some(nodes),
            _ => None,
        }
    }

    pub(crate) fn as_object(&self) -> Option<&[Member<'a>]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// What the value is, without saying it.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }
}

impl<'a> Document<'a> {
    /// Parses all of `text`.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Problem> {
        let start = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
        let mut parser = Parser {
            text,
            scanner: Scanner::new(text.as_bytes()),
            values: 0,
        };
        parser.scanner.skip(start);
        let root = parser.node(0)?;
        match parser.scanner.peek_token() {
            None => Ok(Self { root }),
            Some(_) => Err(parser.problem("expected the end of the document")),
        }
    }

    /// Line and column of a byte, both from 1; columns count characters.
    pub(crate) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
        let before = text.get(..at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let last_line = parted_at_last(before, b'\n').map_or(before, |(_, line)| line);
        (line, last_line.chars().count() + 1)
    }

    /// The way from the root to the value at a byte: `codes[3].category`.
    pub(crate) fn path_at(&self, at: usize) -> String {
        let mut path = String::new();
        let mut node = &self.root;
        loop {
            let inner = match &node.value {
                Value::Object(members) => members
                    .get(members.partition_point(|member| member.node.span.end <= at))
                    .filter(|member| member.name_span.start <= at)
                    .map(|member| {
                        if !path.is_empty() {
                            path.push('.');
                        }
                        push_name(&mut path, &member.name);
                        &member.node
                    }),
                Value::Array(nodes) => {
                    let index = nodes.partition_point(|node| node.span.end <= at);
                    nodes
                        .get(index)
                        .filter(|node| node.span.start <= at)
                        .inspect(|_| path.push_str(&format!("[{index}]")))
                }
                _ => None,
            };
            match inner {
                Some(inner) => node = inner,
                None => return path,
            }
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    values: usize,
}

impl<'a> Parser<'a> {
    fn node(&mut self, level: usize) -> Result<Node<'a>, Problem> {
        if level > MAX_LEVEL {
            return Err(self.problem(format!("nested deeper than {MAX_LEVEL} levels")));
        }
        if self.values == MAX_VALUES {
            return Err(self.problem(format!("more than {MAX_VALUES} values")));
        }
        self.values += 1;
        let Some(first) = self.scanner.peek_token() else {
            return Err(self.problem("expected a value, found the end of the text"));
        };
        let start = self.scanner.at();
        let value = match first {
            b'{' => self.object(level)?,
            b'[' => self.array(level)?,
            _ => self.leaf()?,
        };
        Ok(Node {
            span: start..self.scanner.at(),
            value,
        })
    }

    fn object(&mut self, level: usize) -> Result<Value<'a>, Problem> {
        let mut members = Vec::new();
        self.take(b'{');
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            if self.scanner.peek_token() != Some(b'"') {
                return Err(self.problem("expected a name in double quotes"));
            }
            let start = self.scanner.at();
            let name = self.string()?;
            let name_span = start..self.scanner.at();
            if !self.take(b':') {
                return Err(self.problem("expected `:` behind the name"));
            }
            let node = self.node(level + 1)?;
            members.push(Member {
                name,
                name_span,
                node,
            });
            if self.take(b'}') {
                return distinct(members).map(Value::Object);
            }
            if !self.take(b',') {
                return Err(self.problem("expected `,` or `}`"));
            }
        }
    }

    fn array(&mut self, level: usize) -> Result<Value<'a>, Problem> {
        let mut nodes = Vec::new();
        self.take(b'[');
        if self.take(b']') {
            return Ok(Value::Array(nodes));
        }
        loop {
            nodes.push(self.node(level + 1)?);
            if self.take(b']') {
                return Ok(Value::Array(nodes));
            }
            if !self.take(b',') {
                return Err(self.problem("expected `,` or `]`"));
            }
        }
    }

    #[inline(never)]
    fn take(&mut self, token: u8) -> bool {
        self.scanner.take_token(token)
    }

    fn leaf(&mut self) -> Result<Value<'a>, Problem> {
        let scanned = self.scanned()?;
        Ok(match scanned.kind {
            Kind::Null => Value::Null,
            Kind::True => Value::Bool(true),
            Kind::False => Value::Bool(false),
            Kind::Plain | Kind::Escaped => Value::String(self.unescaped(scanned)),
            // A leaf begins with no bracket, so what is left is a number.
            Kind::Number | Kind::Array | Kind::Object => Value::Number(
                self.text
                    .get(scanned.start..scanned.end)
                    .unwrap_or_default(),
            ),
        })
    }

    fn string(&mut self) -> Result<String, Problem> {
        let scanned = self.scanned()?;
        Ok(self.unescaped(scanned))
    }

    fn scanned(&mut self) -> Result<Scanned, Problem> {
        self.scanner
            .value_apart(0)
            .map_err(|_| self.problem("expected a JSON value"))
    }

    fn unescaped(&self, string: Scanned) -> String {
        Text::from(string.text(self.text.as_bytes()))
            .to_str()
            .into_owned()
    }

    fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(self.scanner.at(), message)
    }
}

/// Refuses a name that is given twice: which of the two was meant?
fn distinct(members: Vec<Member<'_>>) -> Result<Vec<Member<'_>>, Problem> {
    let name = |place: usize| members.get(place).map(|member| &member.name);
    let places = sorted_places(members.len(), &|one, other| name(one).cmp(&name(other)));
    for (&place, &next) in places.iter().zip(places.iter().skip(1)) {
        if name(place) == name(next)
            && let Some(member) = members.get(next)
        {
            return Err(Problem::new(
                member.name_span.start,
                format!("the field {:?} is given twice", member.name),
            ));
        }
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_places() {
        let text = "{\"a\": [1, {\"b\": \"x\\n\"}],\n \"c\": null}";
        let document = Document::parse(text).unwrap();
        let Value::Object(members) = &document.root.value else {
            panic!("an object was written")
        };
        assert_eq!(members[1].name, "c");
        assert_eq!(&text[members[1].node.span.clone()], "null");
        let at = text.find("\"x").unwrap();
        assert_eq!(document.path_at(at), "a[1].b");
        assert_eq!(
            Document::line_and_column(text, members[1].name_span.start),
            (2, 2)
        );
    }

    #[test]
    fn a_syntax_error_says_where_and_what() {
        for (text, at, message) in [
            ("", 0, "expected a value, found the end of the text"),
            ("{\"a\" 1}", 5, "expected `:` behind the name"),
            ("{\"a\": 1 \"b\"}", 8, "expected `,` or `}`"),
            ("{a: 1}", 1, "expected a name in double quotes"),
            ("[1 2]", 3, "expected `,` or `]`"),
            ("[1, tru]", 4, "expected a JSON value"),
            ("{} {}", 3, "expected the end of the document"),
            (
                "{\"a\": {\"b\": 1, \"b\": 2}}", 15, "the field \"b\" is given twice",
            ),
        ] {
            assert_eq!(
                Document::parse(text).unwrap_err(),
                Problem::new(at, message),
                "{text}"
            );
        }
    }

    #[test]
    fn deep_documents_are_refused() {
        let deep = "[".repeat(100_000);
        let problem = Document::parse(&deep).unwrap_err();
        assert!(problem.message.contains("deeper than 32"));
    }
}
