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
    #[inline(never)]
    pub(crate) fn of(node: &'d Node<'d>, defaults: Option<&'d Node<'d>>) -> Result<Self> {
        let members = node.as_object().ok_or_else(|| match node.as_str() {
            // It may be all of a document in quotes once more, its secrets included.
            Some(_) => problem(node, "expected an object, found a string".to_owned()),
            None => wrong(node, "an object"),
        })?;
        Ok(Self {
            node,
            members,
            defaults,
        })
    }

    /// Refuses a field that is not among `names`, which stand in one text with a
    /// space between two: in an array each would need two words and a relocation,
    /// 6 KB for all of them.
    pub(crate) fn allow(&self, names: &str) -> Result<()> {
        for member in self.members {
            allowed(member, names)?;
        }
        Ok(())
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

/// Says that a member is not among `names`, as in [`Object::allow`].
pub(crate) fn allowed(member: &Member<'_>, names: &str) -> Result<()> {
    let name = member.name.as_str();
    if names.split(' ').any(|known| known == name) {
        return Ok(());
    }
    let names: Vec<&str> = names.split(' ').collect();
    let message = format!("unknown field {name:?}{}", suggestion(name, &names));
    Err(Problem::new(member.name_span.start, message))
}

#[inline(never)]
pub(crate) fn array<'d>(node: &'d Node<'d>) -> Result<&'d [Node<'d>]> {
    node.as_array().ok_or_else(|| wrong(node, "an array"))
}

/// What `read` makes of each value. Not generic over what reads: a `collect`
/// into a `Result` would compile it twice.
pub(crate) fn each<'d, T>(
    nodes: &'d [Node<'d>],
    read: fn(&'d Node<'d>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut values = Vec::with_capacity(nodes.len());
    for node in nodes {
        values.push(read(node)?);
    }
    Ok(values)
}

/// A value alone, or each of an array's.
pub(crate) fn one_or_each<'d>(node: &'d Node<'d>) -> &'d [Node<'d>] {
    match &node.value {
        Value::Array(nodes) => nodes,
        _ => core::slice::from_ref(node),
    }
}

#[inline(never)]
pub(crate) fn string<'d>(node: &'d Node<'_>) -> Result<&'d str> {
    node.as_str().ok_or_else(|| wrong(node, "a string"))
}

#[inline(never)]
pub(crate) fn boolean(node: &Node<'_>) -> Result<bool> {
    match node.value {
        Value::Bool(boolean) => Ok(boolean),
        _ => Err(wrong(node, "true or false")),
    }
}

#[inline(never)]
pub(crate) fn integer(node: &Node<'_>) -> Result<i64> {
    node.as_integer()
        .ok_or_else(|| wrong(node, "an integer of signed 64 bits"))
}

/// A member of a closed set, by its name.
pub(crate) fn member<T: ClosedSet>(node: &Node<'_>) -> Result<T> {
    let place = place_of(node, |place| T::ALL.get(place).map(|member| member.name()))?;
    let member = T::ALL.get(place).copied();
    member.ok_or_else(|| wrong(node, "a name"))
}

/// Which of some names a value is; compiled once for all sets.
#[inline(never)]
fn place_of(node: &Node<'_>, name_at: fn(usize) -> Option<&'static str>) -> Result<usize> {
    let name = string(node)?;
    let mut names = Vec::new();
    while let Some(known) = name_at(names.len()) {
        if known == name {
            return Ok(names.len());
        }
        names.push(known);
    }
    Err(not_one_of(node, name, &names))
}

/// Which of `words` a value is, which stand in one text as in [`Object::allow`].
pub(crate) fn word_of(node: &Node<'_>, words: &str) -> Result<usize> {
    let word = string(node)?;
    let words: Vec<&str> = words.split(' ').collect();
    let place = words.iter().position(|known| *known == word);
    place.ok_or_else(|| not_one_of(node, word, &words))
}

#[cold]
#[inline(never)]
pub(crate) fn problem(node: &Node<'_>, message: String) -> Problem {
    Problem::new(node.span.start, message)
}

#[cold]
#[inline(never)]
pub(crate) fn wrong(node: &Node<'_>, allowed: &str) -> Problem {
    let found = match &node.value {
        Value::Bool(boolean) => boolean.to_string(),
        Value::Number(spelling) => shortened(spelling),
        Value::String(text) => format!("the string {:?}", shortened(text)),
        _ => node.kind().to_owned(),
    };
    problem(node, format!("expected {allowed}, found {found}"))
}

#[cold]
#[inline(never)]
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
