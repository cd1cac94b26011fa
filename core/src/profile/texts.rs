//! The texts of a profile that must be something in particular.

use crate::json::document::Node;
use crate::json::object::{Result, array, one_or_each, problem, string, wrong};
use crate::json::text::RawText;
use crate::redact::{is_a_beginning, is_a_name};

/// As long as a part of a rule's id may be.
pub(super) const MAX_ID_LENGTH: usize = 128;

/// As long as what tells of a secret may be.
const MAX_SECRET_LENGTH: usize = 64;

/// As many texts, values or conditions as one list of a profile may have: they
/// are walked through, one after the other.
const MAX_LISTED: usize = 256;

/// The values of a list, which is short.
pub(super) fn bounded<'d>(node: &'d Node<'d>) -> Result<&'d [Node<'d>]> {
    short(node, array(node)?)
}

/// A value alone or each of a short list's, of which there is one.
pub(super) fn at_least_one<'d>(node: &'d Node<'d>) -> Result<&'d [Node<'d>]> {
    let nodes = one_or_each(node);
    if nodes.is_empty() {
        return Err(wrong(node, "at least one value"));
    }
    short(node, nodes)
}

fn short<'d>(node: &'d Node<'d>, nodes: &'d [Node<'d>]) -> Result<&'d [Node<'d>]> {
    if nodes.len() > MAX_LISTED {
        let found = nodes.len();
        let message = format!("expected at most {MAX_LISTED} values, found {found}");
        return Err(problem(node, message));
    }
    Ok(nodes)
}

/// A text that becomes part of a rule's id, which is written into logs.
pub(super) fn id_text<'d>(node: &'d Node<'_>) -> Result<&'d str> {
    let text = string(node)?;
    if text.is_empty() || text.len() > MAX_ID_LENGTH || text.contains(char::is_control) {
        let allowed = format!("1 to {MAX_ID_LENGTH} bytes without control characters");
        return Err(wrong(node, &allowed));
    }
    Ok(text)
}

/// A text of which something is left after folding.
pub(super) fn phrase<'d>(node: &'d Node<'_>) -> Result<&'d str> {
    let phrase = string(node)?;
    let text = RawText::verbatim(phrase.as_bytes());
    if crate::pattern::folded(text).next().is_none() {
        return Err(wrong(node, "a text with more than spaces and marks"));
    }
    Ok(phrase)
}

/// The key of texts for people.
pub(super) fn message_key<'d>(node: &'d Node<'_>) -> Result<&'d str> {
    let key = string(node)?;
    let is_key = |byte: u8| byte.is_ascii_graphic();
    if key.is_empty() || key.len() > MAX_ID_LENGTH || !key.bytes().all(is_key) {
        let allowed = format!("a key of 1 to {MAX_ID_LENGTH} printable ASCII characters");
        return Err(wrong(node, &allowed));
    }
    Ok(key)
}

/// A pattern of string codes: a text with gaps.
pub(super) fn glob_text<'d>(node: &'d Node<'_>) -> Result<&'d str> {
    let pattern = id_text(node)?;
    if !pattern.contains(['*', '?']) {
        return Err(wrong(
            node,
            "a pattern with * or ?, or `code` instead of `glob`",
        ));
    }
    Ok(pattern)
}

/// A host's name, or all below one: `*.example.com`.
pub(super) fn host(node: &Node<'_>) -> Result<String> {
    let text = string(node)?;
    let name = text.strip_prefix("*.").unwrap_or(text);
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if name.len() > 253 || !name.split('.').all(is_label) {
        return Err(wrong(
            node,
            "a host's name, such as api.example.com or *.example.com",
        ));
    }
    Ok(text.to_ascii_lowercase())
}

/// The name of a field that holds a secret.
pub(super) fn secret_name(node: &Node<'_>) -> Result<String> {
    let text = string(node)?;
    if text.len() > MAX_SECRET_LENGTH || !is_a_name(text) {
        let allowed = "1 to 64 of ASCII letters, digits, -, _ and ., not of marks alone";
        return Err(wrong(node, allowed));
    }
    Ok(text.to_owned())
}

/// What secrets begin with.
pub(super) fn secret_prefix(node: &Node<'_>) -> Result<String> {
    let text = string(node)?;
    if text.len() > MAX_SECRET_LENGTH || !is_a_beginning(text) {
        return Err(wrong(node, "1 to 64 of ASCII letters, digits, -, _ and ."));
    }
    Ok(text.to_owned())
}

/// What stands before an id in a message: ASCII, so that it is found in the
/// message as received, escapes and all.
pub(super) fn id_mark(node: &Node<'_>) -> Result<String> {
    let text = string(node)?;
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) && !b"\"\\/".contains(&byte);
    if !(1..=64).contains(&text.len()) || !text.bytes().all(is_plain) {
        let allowed = "1 to 64 printable ASCII characters without quotes and slashes";
        return Err(wrong(node, allowed));
    }
    Ok(text.to_owned())
}
