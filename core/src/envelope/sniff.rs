//! What a body is that is not JSON: enough to tell a gateway's page from noise.

use crate::json::scan::is_space;

use super::BYTE_ORDER_MARK;

/// How far into a page its tag is looked for.
const WINDOW: usize = 512;

const PAGE_TAGS: [&[u8]; 4] = [b"<!doctype html", b"<html", b"<head", b"<body"];

const COMPRESSED: [&[u8]; 2] = [
    b"\x1F\x8B",         // gzip, RFC 1952
    b"\x28\xB5\x2F\xFD", // zstd, RFC 8878
];

/// Whether the body is an HTML page.
pub(crate) fn is_html(body: &[u8]) -> bool {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let start = body.iter().take_while(|&&byte| is_space(byte)).count();
    let page = body.get(start..).unwrap_or_default();
    let head = page.get(..WINDOW).unwrap_or(page);
    head.first() == Some(&b'<')
        && PAGE_TAGS.iter().any(|tag| {
            head.windows(tag.len())
                .any(|window| window.eq_ignore_ascii_case(tag))
        })
}

/// Whether the body is still compressed.
pub(crate) fn is_compressed(body: &[u8]) -> bool {
    COMPRESSED.iter().any(|magic| body.starts_with(magic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_with_a_bracket_and_names_itself_early() {
        assert!(is_html(b" \n<!DOCTYPE html><p>"));
        assert!(is_html(b"\xEF\xBB\xBF<P>\n<BODY>"));
        assert!(!is_html(b"see <html>"));
        assert!(!is_html(b"<?xml version='1.0'?>"));
        assert!(!is_html(b""));
    }

    #[test]
    fn the_tag_stands_whole_within_the_window() {
        let page = |before: usize| [b"<".as_slice(), &vec![b'!'; before - 1], b"<html>"].concat();
        assert!(is_html(&page(WINDOW - 5)));
        assert!(!is_html(&page(WINDOW - 4)));
        let shifted = [vec![b' '; 5000], page(WINDOW - 5)].concat();
        assert!(is_html(&shifted));
    }

    #[test]
    fn magic_numbers_need_all_their_bytes() {
        assert!(is_compressed(b"\x1F\x8B\x08"));
        assert!(is_compressed(b"\x28\xB5\x2F\xFD"));
        assert!(!is_compressed(b"\x28\xB5\x2F"));
        assert!(!is_compressed(b"\x1F"));
    }
}
