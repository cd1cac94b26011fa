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
    let page = text_of(body);
    let head = page.get(..WINDOW).unwrap_or(page);
    head.first() == Some(&b'<')
        && PAGE_TAGS.iter().any(|tag| {
            head.windows(tag.len())
                .any(|window| window.eq_ignore_ascii_case(tag))
        })
}

/// Whether the body is XML, which an HTML page is not.
pub(crate) fn is_xml(body: &[u8]) -> bool {
    match text_of(body) {
        [b'<', b'?' | b'!', ..] => !is_html(body),
        [b'<', first, ..] => first.is_ascii_alphabetic() && !is_html(body),
        _ => false,
    }
}

/// The fields that a line of an event stream can begin with (WHATWG HTML,
/// section 9.2.6).
const EVENT_FIELDS: [&[u8]; 5] = [b"data:", b"event:", b"id:", b"retry:", b":"];

/// Whether the body is a stream of server-sent events.
pub(crate) fn is_event_stream(body: &[u8]) -> bool {
    let text = text_of(body);
    EVENT_FIELDS.iter().any(|field| text.starts_with(field))
}

/// The body behind a byte order mark and white space.
fn text_of(body: &[u8]) -> &[u8] {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let start = body.iter().take_while(|&&byte| is_space(byte)).count();
    body.get(start..).unwrap_or_default()
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
    fn xml_and_event_streams_are_known_by_their_first_bytes() {
        assert!(is_xml(b"<?xml version='1.0'?><Error/>"));
        assert!(is_xml(b"\xEF\xBB\xBF\n<Error>"));
        assert!(!is_xml(b"<html><p>"));
        assert!(!is_xml(b"< 5"));
        assert!(!is_xml(b"xml"));
        assert!(is_event_stream(b"data: {}\n\n"));
        assert!(is_event_stream(b": ping\n"));
        assert!(!is_event_stream(b"database"));
        assert!(!is_event_stream(b""));
    }

    #[test]
    fn magic_numbers_need_all_their_bytes() {
        assert!(is_compressed(b"\x1F\x8B\x08"));
        assert!(is_compressed(b"\x28\xB5\x2F\xFD"));
        assert!(!is_compressed(b"\x28\xB5\x2F"));
        assert!(!is_compressed(b"\x1F"));
    }
}
