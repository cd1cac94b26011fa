//! Text with places that are filled in later.

use crate::json::document::Node;
use crate::json::object::{Result, problem, string, wrong};
use crate::nearest::suggestion;

/// A text, cut at its placeholders when it was read.
#[derive(Debug, Default)]
pub(crate) struct Template {
    /// Text, and behind it the number of the placeholder that follows.
    pieces: Vec<(Box<str>, Option<usize>)>,
}

impl Template {
    /// Reads a text in which `{name}` stands for each of `names`. The first
    /// `required` of them must be there.
    pub(crate) fn read(node: &Node<'_>, names: &[&str], required: usize) -> Result<Self> {
        let text = plain(node)?;
        let mut pieces = Vec::new();
        let mut used = vec![false; names.len()];
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((name, behind)) = behind.split_once('}') else {
                return Err(wrong(node, "a `}` for each `{`"));
            };
            let Some(place) = names.iter().position(|known| *known == name) else {
                let message = format!(
                    "unknown placeholder {name:?}, allowed are {}{}",
                    names.join(", "),
                    suggestion(name, names)
                );
                return Err(problem(node, message));
            };
            if let Some(used) = used.get_mut(place) {
                *used = true;
            }
            pieces.push((before.into(), Some(place)));
            rest = behind;
        }
        pieces.push((rest.into(), None));
        let missing = names.iter().zip(&used).take(required);
        if let Some((name, _)) = missing.into_iter().find(|(_, used)| !**used) {
            return Err(problem(
                node,
                format!("the placeholder {{{name}}} is missing"),
            ));
        }
        Ok(Self { pieces })
    }

    /// Writes the text; `fill` writes what stands for the placeholder of a
    /// number.
    pub(crate) fn write(&self, text: &mut String, fill: &mut dyn FnMut(usize, &mut String)) {
        for (piece, placeholder) in &self.pieces {
            text.push_str(piece);
            if let Some(placeholder) = placeholder {
                fill(*placeholder, text);
            }
        }
    }
}

/// A text that can be shown: not empty, not long, in one line.
pub(crate) fn plain<'d>(node: &'d Node<'_>) -> Result<&'d str> {
    const LONGEST: usize = 1000;
    let text = string(node)?;
    let is_clean = matches!(crate::one_line(text), std::borrow::Cow::Borrowed(_));
    if text.trim().is_empty() || text.len() > LONGEST || !is_clean {
        let allowed = format!("a text of 1 to {LONGEST} bytes in one line");
        return Err(wrong(node, &allowed));
    }
    Ok(text)
}
