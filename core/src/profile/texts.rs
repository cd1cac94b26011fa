//! The texts of a profile that must be something in particular.

use crate::json::document::Node;
use crate::json::object::{Result, each, string, wrong};
use crate::json::text::RawText;

/// As long as a part of a rule's id may be.
pub(super) const MAX_ID_LENGTH: usize = 128;

/// A text that becomes part of a rule's id, which is written into logs.
pub(super) fn id_text<'d>(node: &'d Node<'_>) -> Result<&'d str> {
    let text = string(node)?;
    if !is_id(text) {
        let allowed = format!("1 to {MAX_ID_LENGTH} bytes without control characters");
        return Err(wrong(node, &allowed));
    }
    Ok(text)
}

pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_ID_LENGTH && !text.contains(char::is_control)
}

/// Texts of which something is left after folding.
pub(super) fn phrases<'d>(node: &'d Node<'d>) -> Result<Vec<&'d str>> {
    each(node, |node| {
        let phrase = string(node)?;
        let text = RawText::verbatim(phrase.as_bytes());
        if crate::pattern::folded(text).next().is_none() {
            return Err(wrong(node, "a text with more than spaces and marks"));
        }
        Ok(phrase)
    })
}
