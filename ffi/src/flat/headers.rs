//! A reply's headers as they came over the wire: one text, a line for each.

use aftercall::Headers;

/// Lines `Name: value`, each ended by CR LF or LF.
///
/// Lines without a colon (a status line, the empty line at the end) and
/// continuations of the line before (RFC 9112 has no place for them any more)
/// are passed over.
pub(crate) struct HeaderBlock<'a>(pub(crate) &'a [u8]);

impl Headers for HeaderBlock<'_> {
    fn visit<'h>(&'h self, each: &mut dyn FnMut(&'h [u8], &'h [u8])) {
        for line in self.0.split(|&byte| byte == b'\n') {
            if matches!(line.first(), None | Some(b' ' | b'\t')) {
                continue;
            }
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if let Some(colon) = line.iter().position(|&byte| byte == b':') {
                let (name, value) = line.split_at(colon);
                // The judge trims the value.
                each(name, value.get(1..).unwrap_or_default());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_names_and_values() {
        let block = HeaderBlock(
            b"HTTP/1.1 200 OK\r\nA: 1\r\nb:2:3\nC:\n folded: no\n: nameless\r\nlast: x\ry",
        );
        let mut seen = Vec::new();
        block.visit(&mut |name, value| {
            seen.push(format!("{}|{}", name.escape_ascii(), value.escape_ascii()));
        });
        assert_eq!(seen, ["A| 1", "b|2:3", "C|", "| nameless", "last| x\\ry"]);
    }
}
