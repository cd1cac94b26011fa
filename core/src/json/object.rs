//! Reading the objects of a file that people write: what is asked for must be
//! there and be of the right kind, what is there must have been asked for.

use crate::closed_set::ClosedSet;
use crate::error::push_name;
use crate::nearest::suggestion;

use super::document::{Member, Node, Problem, Value};

pub(crate) type Result<T> = core::result::Result<T, Problem>;

/// An object that is being read, with the one to ask for what it leaves out.
pub(crate) struct Object<'d> {
    pub(crate) node: &'d Node<'d>,
    pub(crate) members: &'d [Member<'d>],
    defaults: Option<&'d Node<'d>>,
}

impl<'d> Object<'d> {
    pub(crate) fn of(node: &'d Node<'d>, defaults: Option<&'d Node<'d>>) -> Result<Self> {
        let members = node.as_object().ok_or_else(|| wrong(node, "an object"))?;
        Ok(Self {
            node,
            members,
            defaults,
        })
    }

    /// Refuses a field that is not in `names`.
    pub(crate) fn allow(&self, names: &[&str]) -> Result<()> {
        self.unknown(names).next().map_or(Ok(()), Err)
    }

    /// What is to be said of the fields that are not in `names`.
    pub(crate) fn unknown(&self, names: &[&str]) -> impl Iterator<Item = Problem> {
        let unknown = self
            .members
            .iter()
            .filter(|member| !names.contains(&member.name.as_str()));
        unknown.map(|member| {
            let message = format!(
                "unknown field {:?}{}",
                member.name,
                suggestion(&member.name, names)
            );
            Problem::new(member.name_span.start, message)
        })
    }

    /// The object's own value of a field.
    pub(crate) fn own_optional(&self, field: &str) -> Option<&'d Node<'d>> {
        self.members
            .iter()
            .find(|member| member.name == field)
            .map(|member| &member.node)
    }

    pub(crate) fn own(&self, field: &str) -> Result<&'d Node<'d>> {
        self.own_optional(field)
            .ok_or_else(|| problem(self.node, format!("the field {field:?} is missing")))
    }

    pub(crate) fn own_string_or_empty(&self, field: &str) -> Result<String> {
        self.own_optional(field)
            .map_or(Ok(String::new()), |node| string(node).map(str::to_owned))
    }

    /// The value of a field, or the default's.
    pub(crate) fn get(&self, field: &str) -> Result<&'d Node<'d>> {
        self.own_optional(field)
            .or_else(|| self.default_of(field))
            .map_or_else(|| self.own(field), Ok)
    }

    pub(crate) fn object(&self, field: &str) -> Result<Object<'d>> {
        Object::of(self.get(field)?, self.default_of(field))
    }

    /// Whether the value of a field is inherited.
    pub(crate) fn is_default(&self, field: &str, node: &Node<'_>) -> bool {
        self.default_of(field)
            .is_some_and(|default| core::ptr::eq(default, node))
    }

    fn default_of(&self, field: &str) -> Option<&'d Node<'d>> {
        self.defaults?
            .as_object()?
            .iter()
            .find(|member| member.name == field)
            .map(|member| &member.node)
    }
}

pub(crate) fn array<'d>(node: &'d Node<'d>) -> Result<&'d [Node<'d>]> {
    node.as_array().ok_or_else(|| wrong(node, "an array"))
}

/// A value alone, or each of an array's.
pub(crate) fn one_or_each<'d>(node: &'d Node<'d>) -> &'d [Node<'d>] {
    match &node.value {
        Value::Array(nodes) => nodes,
        _ => core::slice::from_ref(node),
    }
}

pub(crate) fn string<'d>(node: &'d Node<'_>) -> Result<&'d str> {
    node.as_str().ok_or_else(|| wrong(node, "a string"))
}

pub(crate) fn boolean(node: &Node<'_>) -> Result<bool> {
    match node.value {
        Value::Bool(boolean) => Ok(boolean),
        _ => Err(wrong(node, "true or false")),
    }
}

pub(crate) fn integer(node: &Node<'_>) -> Result<i64> {
    node.as_integer()
        .ok_or_else(|| wrong(node, "an integer of signed 64 bits"))
}

/// A member of a closed set, by its name.
pub(crate) fn member<T: ClosedSet>(node: &Node<'_>) -> Result<T> {
    let name = string(node)?;
    T::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = T::ALL.iter().map(|member| member.name()).collect();
        not_one_of(node, name, &names)
    })
}

pub(crate) fn problem(node: &Node<'_>, message: String) -> Problem {
    Problem::new(node.span.start, message)
}

pub(crate) fn wrong(node: &Node<'_>, allowed: &str) -> Problem {
    let found = match &node.value {
        Value::Bool(boolean) => boolean.to_string(),
        Value::Number(spelling) => shortened(spelling),
        Value::String(text) => format!("the string {:?}", shortened(text)),
        _ => node.kind().to_owned(),
    };
    problem(node, format!("expected {allowed}, found {found}"))
}

pub(crate) fn not_one_of(node: &Node<'_>, found: &str, names: &[&str]) -> Problem {
    let mut allowed = String::new();
    for name in names {
        allowed.push_str(if allowed.is_empty() { "one of " } else { ", " });
        push_name(&mut allowed, name);
    }
    if allowed.is_empty() {
        allowed.push_str("nothing, as none is defined");
    }
    problem(
        node,
        format!(
            "expected {allowed}, found {:?}{}",
            shortened(found),
            suggestion(found, names)
        ),
    )
}

/// As much of a value as an error should repeat.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
