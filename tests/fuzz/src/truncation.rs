//! What the beginnings of a body may and may not prove.

use aftercall::Anomaly;

use crate::exchange::Exchange;
use crate::judge::differential;
use crate::opinion::SPACES;
use crate::seen::Seen;

/// Longer bodies have too many beginnings to be worth the time.
const LONGEST: usize = 300;

/// Cutting a body never makes a success of it, and what a cut body says of a
/// failure the rest can only add to.
pub fn truncation(body: &[u8]) {
    let body = &body[..body.len().min(LONGEST)];
    let verdicts: Vec<Seen> = (0..=body.len())
        .map(|end| Seen::of(&Exchange::of_body(200, &body[..end]).judge()))
        .collect();
    let Some((whole, beginnings)) = verdicts.split_last() else {
        return;
    };

    for (end, seen) in beginnings.iter().enumerate() {
        let rest = &body[end..];
        if seen.is_success() {
            let is_blank = rest.iter().all(|&byte| SPACES.contains(&char::from(byte)));
            assert_eq!(whole.is_success(), is_blank, "a success at {end}");
        }
        // The text of a code stands in the part that was read.
        if let Some(text) = &seen.code_text {
            let read = String::from_utf8_lossy(&body[..end]);
            assert!(
                read.contains(text.as_str()) || read.contains('\\'),
                "{text:?} at {end}"
            );
        }
    }

    // With a second flag or code the rest may overrule the beginning, as the
    // order of names or of repetition wants it.
    if names_once(body) {
        failures_last(&verdicts);
    }
    // One beginning of each body against the second reader: all would be slow.
    let end = body
        .iter()
        .fold(0, |sum: usize, &byte| sum * 31 % 65_521 + usize::from(byte));
    differential(&body[..end % (body.len() + 1)]);
}

/// A failure that a cut body proved is believed at every later cut, with the
/// same code and with no success at the end.
fn failures_last(verdicts: &[Seen]) {
    let is_proven = |seen: &Seen| seen.anomalies.contains(Anomaly::MalformedBody);
    let is_believed = |seen: &Seen| !seen.is_success() && !seen.rule.starts_with("protocol:");
    let first = verdicts
        .iter()
        .position(is_proven)
        .unwrap_or(verdicts.len());
    let mut code: Option<&String> = None;
    for (cut, seen) in verdicts.iter().enumerate().skip(first) {
        assert!(
            is_believed(seen),
            "{} at {cut}, believed since {first}",
            seen.rule
        );
        assert!(
            code.is_none() || code == seen.code_text.as_ref(),
            "at {cut}"
        );
        code = seen.code_text.as_ref();
    }
}

/// Whether each role has one name at most, as written without escapes.
fn names_once(body: &[u8]) -> bool {
    let count = |names: &[&str]| -> usize {
        let occurrences = |name: &str| {
            let name = format!("\"{name}\"");
            body.windows(name.len())
                .filter(|window| *window == name.as_bytes())
                .count()
        };
        names.iter().map(|name| occurrences(name)).sum()
    };
    !body.contains(&b'\\')
        && count(&["status", "success"]) <= 1
        && count(&["error_code", "errorCode", "code"]) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_counted_by_role() {
        assert!(names_once(br#"{"status":1,"code":0,"data":{"#));
        assert!(!names_once(br#"{"status":1,"success":0}"#));
        assert!(!names_once(br#"{"code":1,"code":0}"#));
        assert!(!names_once(br#"{"st\u0061tus":1}"#));
    }

    #[test]
    fn a_failure_that_is_taken_back_is_noticed() {
        let seen = |body: &[u8]| Seen::of(&Exchange::of_body(200, body).judge());
        let failure = seen(br#"{"code":5,"#);
        let success = seen(br#"{"code":0,"status":true}"#);
        failures_last(&[seen(b"{"), failure.clone(), failure.clone()]);
        let broken = std::panic::catch_unwind(|| failures_last(&[failure, success]));
        assert!(broken.is_err());
    }
}
