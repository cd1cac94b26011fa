//! The names of headers that say something, as a profile gives them.

use crate::headers::{self, HeaderNames};
use crate::json::document::Node;
use crate::json::object::{Object, Result, array, not_one_of, problem, string, wrong};
use crate::server_delay::Form;

/// As many names as a profile may have: `Date` and `Age` are always among them.
const ROOM: usize = headers::MAX_NAMES - 2;

pub(super) fn header_names(root: &Object<'_>) -> Result<HeaderNames> {
    let section = root.object("headers")?;
    section.allow("correlation_id amount should_retry server_delay")?;
    let mut names = Vec::new();
    let mut ends = [0; 3];
    for (field, end) in ["correlation_id", "amount", "should_retry"]
        .into_iter()
        .zip(&mut ends)
    {
        for node in array(section.get(field)?)? {
            add(node, &section, &mut names)?;
        }
        *end = names.len();
    }
    let mut delays = Vec::new();
    for node in array(section.get("server_delay")?)? {
        let entry = Object::of(node, None)?;
        entry.allow("name form")?;
        add(entry.get("name")?, &section, &mut names)?;
        delays.push(delay_form(&entry)?);
    }
    Ok(HeaderNames::new(names, ends, delays))
}

fn add(node: &Node<'_>, section: &Object<'_>, names: &mut Vec<String>) -> Result<()> {
    let name = string(node)?;
    // A token, by RFC 9110, section 5.6.2.
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(wrong(node, "a header's name"));
    }
    if names.len() == ROOM {
        let message = format!("more than {ROOM} header names in all");
        return Err(problem(section.node, message));
    }
    names.push(name.to_owned());
    Ok(())
}

/// The field `form` of a header or field that names a delay.
pub(super) fn delay_form(entry: &Object<'_>) -> Result<Form> {
    let node = entry.own("form")?;
    let name = string(node)?;
    let known = Form::ALL.iter().find(|(known, _)| *known == name);
    known.map(|(_, form)| *form).ok_or_else(|| {
        let names = Form::ALL.map(|(known, _)| known);
        not_one_of(node, name, &names)
    })
}
