//! Which requests a rule, an operation or a task is for.

use crate::json::document::Node;
use crate::json::object::{Object, Result, problem, string, wrong};

use super::glob::{self, PathGlob};
use super::operations::Requests;
use super::texts::at_least_one;

/// As many paths as one entry may have.
const MAX_PATHS: usize = 64;

/// The fields `method` and `path` of an entry, each one value or several.
pub(super) fn read(entry: &Object<'_>) -> Result<Requests> {
    let mut requests = Requests::default();
    if let Some(node) = entry.own_optional("method") {
        for node in at_least_one(node)? {
            requests.methods.push(method(node)?);
        }
    }
    if let Some(node) = entry.own_optional("path") {
        let nodes = at_least_one(node)?;
        if nodes.len() > MAX_PATHS {
            return Err(problem(
                node,
                format!("expected at most {MAX_PATHS} paths, found {}", nodes.len()),
            ));
        }
        for node in nodes {
            requests.paths.push(path(node)?);
        }
    }
    Ok(requests)
}

fn method(node: &Node<'_>) -> Result<String> {
    let method = string(node)?;
    let is_method = |byte: u8| byte.is_ascii_uppercase() || byte == b'-';
    if method.is_empty() || method.len() > 32 || !method.bytes().all(is_method) {
        return Err(wrong(node, "a method in capitals, such as GET"));
    }
    Ok(method.to_owned())
}

fn path(node: &Node<'_>) -> Result<PathGlob> {
    let pattern = string(node)?;
    PathGlob::parse(pattern)
        .filter(|_| pattern.len() <= glob::MAX_LENGTH && !pattern.contains(char::is_control))
        .ok_or_else(|| wrong(node, PathGlob::ALLOWED))
}
