//! Every exported function's body stands inside the boundary that no panic
//! crosses, and the list of exports is the one that was agreed on.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Name and body of every exported function of the crate's source.
fn exports() -> Vec<(String, String)> {
    let mut exports = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // A defect on purpose is no export: nobody ships it.
            if path.file_name().is_some_and(|name| name == "test_panic.rs") {
                continue;
            }
            let text = fs::read_to_string(path).unwrap();
            for (start, _) in text.match_indices("no_mangle") {
                exports.push(function(&text[start..]));
            }
        }
    }
    exports
}

/// The first function of a text: its name, and the first line of its body.
fn function(text: &str) -> (String, String) {
    let (_, after) = text.split_once("fn ").unwrap();
    let name = after.split('(').next().unwrap();
    let (_, body) = after.split_once("{\n").unwrap();
    let first = body.lines().find(|line| !line.trim().starts_with("//"));
    (name.to_owned(), first.unwrap().trim().to_owned())
}

#[test]
fn every_export_stands_inside_the_boundary() {
    let exports = exports();
    assert!(
        exports.len() > 30,
        "the search finds too little: {exports:?}"
    );
    for (name, body) in exports {
        assert!(name.starts_with("acall_"), "{name}");
        assert!(body.starts_with("boundary!("), "{name} begins with {body}");
    }
}

#[test]
fn the_list_of_exports_is_the_one_in_symbols_txt() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("abi/symbols.txt");
    let agreed = fs::read_to_string(path).unwrap();
    let agreed: BTreeSet<&str> = agreed.lines().collect();
    let exports = exports();
    let exports: BTreeSet<&str> = exports.iter().map(|(name, _)| name.as_str()).collect();
    let difference: Vec<_> = exports.symmetric_difference(&agreed).collect();
    assert!(
        difference.is_empty(),
        "ffi/abi/symbols.txt and the source differ in {difference:?}"
    );
}
