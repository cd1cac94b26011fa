//! `include/aftercall.h` is what this crate's source says.
//!
//! `UPDATE_HEADER=1 cargo test -p aftercall-ffi --test header` writes it.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn generated() -> String {
    let ffi = Path::new(env!("CARGO_MANIFEST_DIR"));
    let part = |name: &str| fs::read_to_string(ffi.join("abi").join(name)).unwrap();
    let mut config = cbindgen::Config::from_file(ffi.join("cbindgen.toml")).unwrap();
    config.header = Some(part("prologue.h").trim_end().to_owned());
    let declare = part("declare.h").replace("@VERSION@", env!("CARGO_PKG_VERSION"));
    config.after_includes = Some(format!("\n{}", declare.trim_end()));
    config.trailer = Some(part("epilogue.h").trim_end().to_owned());
    let mut text = Vec::new();
    cbindgen::Builder::new()
        .with_crate(ffi)
        .with_config(config)
        .generate()
        .unwrap()
        .write(&mut text);
    set(&String::from_utf8(text).unwrap())
}

/// Sets comments as C programmers do: one line where one is enough, no
/// Markdown, and the constants of one set close together.
fn set(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut lines = text.lines().map(str::trim_end);
    while let Some(line) = lines.next() {
        let indent = " ".repeat(line.len() - line.trim_start().len());
        if line.trim() != "/*" || text.starts_with(line) && out.is_empty() {
            out.push(line.to_owned());
            continue;
        }
        let body: Vec<String> = lines
            .by_ref()
            .take_while(|line| line.trim() != "*/")
            .map(|line| line.trim().replace('`', ""))
            .collect();
        match body.as_slice() {
            [one] if indent.len() + one.len() + 6 <= WIDTH => {
                out.push(format!("{indent}/* {one} */"));
            }
            _ => {
                out.push(format!("{indent}/*"));
                out.extend(
                    body.iter()
                        .map(|line| format!("{indent} * {line}").trim_end().to_owned()),
                );
                out.push(format!("{indent} */"));
            }
        }
    }
    let is_define = |line: &str| line.starts_with("#define ACALL_");
    let set_of = |line: &str| line.split('_').nth(1).map(str::to_owned);
    let mut index = 1;
    let mut previous: Option<String> = None;
    while index + 1 < out.len() {
        if is_define(&out[index - 1]) {
            previous = set_of(&out[index - 1]);
        }
        let next = out[index..]
            .iter()
            .find(|line| is_define(line))
            .and_then(|line| set_of(line));
        if out[index].is_empty()
            && is_define(&out[index - 1])
            && out[index + 1].starts_with("/* ")
            && out.get(index + 2).is_some_and(|line| is_define(line))
            && next == previous
        {
            out.remove(index);
        } else {
            index += 1;
        }
    }
    out.join("\n") + "\n"
}

const WIDTH: usize = 79;

#[test]
fn the_header_is_what_the_source_says() {
    let path = root().join("include/aftercall.h");
    let generated = generated();
    if std::env::var_os("UPDATE_HEADER").is_some() {
        fs::write(&path, &generated).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let difference = committed
        .lines()
        .zip(generated.lines())
        .position(|(committed, generated)| committed != generated);
    assert!(
        committed == generated,
        "include/aftercall.h differs from the source at line {}; \
         UPDATE_HEADER=1 cargo test -p aftercall-ffi --test header writes it",
        difference.map_or_else(
            || committed.lines().count().min(generated.lines().count()) + 1,
            |line| line + 1
        ),
    );
}

#[test]
fn the_header_is_narrow_and_plain() {
    for (index, line) in generated().lines().enumerate() {
        let line_number = index + 1;
        assert!(
            line.len() <= 79,
            "line {line_number} is longer than 79: {line}"
        );
        assert!(line.is_ascii(), "line {line_number} is not ASCII: {line}");
        assert!(
            !line.contains("//"),
            "line {line_number} has a C++ comment: {line}"
        );
        assert!(!line.contains('\t'), "line {line_number} has a tab: {line}");
    }
}
