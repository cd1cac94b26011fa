//! The names of headers that say something, as a profile gives them.

use crate::headers::{self, HeaderNames};
use crate::json::document::Node;
use crate::json::object::{Object, Result, array, not_one_of, problem, string, wrong};
use crate::server_delay::Form;

pub(super) fn header_names(root: &Object<'_>) -> Result<HeaderNames> {
    let section = root.object("headers")?;
    section.allow(&["correlation_id", "amount", "should_retry", "server_delay"])?;
    // `Date` and `Age` are always among the names.
    let mut room = headers::MAX_NAMES - 2;
    let mut name = |node: &Node<'_>| {
        let name = string(node)?;
        // A token, by RFC 9110, section 5.6.2.
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(wrong(node, "a header's name"));
        }
        if room == 0 {
            return Err(problem(
                section.node,
                format!("more than {} header names in all", headers::MAX_NAMES - 2),
            ));
        }
        room -= 1;
        Ok(name.to_owned())
    };
    let mut names = |field: &str| -> Result<Vec<String>> {
        array(section.get(field)?)?.iter().map(&mut name).collect()
    };
    let (ids, amounts, should_retry) = (
        names("correlation_id")?,
        names("amount")?,
        names("should_retry")?,
    );
    let mut delays = Vec::new();
    for node in array(section.get("server_delay")?)? {
        let entry = Object::of(node, None)?;
        entry.allow(&["name", "form"])?;
        delays.push((name(entry.get("name")?)?, delay_form(&entry)?));
    }
    Ok(HeaderNames::new(ids, amounts, should_retry, delays))
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
