//! Replies that only the judge can read, and bodies made to take long.

use core::hint::black_box;

use aftercall::{Fault, Profile, Reply, UnixTime, judge};

use crate::bodies;
use crate::rounds::{Plan, Task, Timing, interleaved};

/// A reply and what it costs.
#[derive(Debug)]
pub struct Other {
    /// What it is.
    pub name: &'static str,
    /// The size of its body.
    pub bytes: usize,
    /// Its time; ratios refer to the first one in the list.
    pub timing: Timing,
}

struct Case {
    name: &'static str,
    reply: Reply<'static>,
    bytes: usize,
    /// The rule that must decide, so that a fast wrong answer does not count.
    rule: &'static str,
}

impl Case {
    fn new(name: &'static str, http_status: i32, body: Vec<u8>, rule: &'static str) -> Self {
        let body = body.leak();
        Self {
            name,
            reply: Reply::new(http_status, &*body),
            bytes: body.len(),
            rule,
        }
    }
}

/// Times all of them.
///
/// # Errors
///
/// The name of a case that another rule decided than should.
pub fn measure(plan: Plan) -> Result<Vec<Other>, &'static str> {
    // The largest takes tens of milliseconds.
    let plan = Plan {
        rounds: plan.rounds.min(25),
        ..plan
    };
    let cases = cases();
    for case in &cases {
        if judge(Profile::eureka(), &case.reply, Some(NOW)).rule() != case.rule {
            return Err(case.name);
        }
    }
    let tasks = cases.iter().map(|case| Task {
        pass: Box::new(|| {
            let verdict = judge(Profile::eureka(), black_box(&case.reply), Some(NOW));
            black_box(&verdict);
        }),
        calls: 1,
    });
    let timings = interleaved(tasks.collect(), plan);
    let others = cases.iter().zip(timings).map(|(case, timing)| Other {
        name: case.name,
        bytes: case.bytes,
        timing,
    });
    Ok(others.chain(profiles(plan)).collect())
}

/// The same error bodies by the built-in profile, by one of 30 rules that was
/// loaded, and by one of 10,000; the code is another one every time. Last, codes
/// from all over the 10,000, so that the table is not in the nearest cache.
fn profiles(plan: Plan) -> Vec<Other> {
    const CODES: usize = 30;
    let loaded = |rules: usize| {
        let rules: Vec<String> = (0..rules)
            .map(|rule| {
                let code = 67_200_000 + rule;
                format!(
                    r#"{{"code": {code}, "category": "quota", "advice": "hold", "effect": "rejected"}}"#
                )
            })
            .collect();
        let text = format!(
            r#"{{"aftercall_profile": 1, "name": "rules", "codes": [{}]}}"#,
            rules.join(",")
        );
        Profile::from_json(&text).map(|profile| &*Box::leak(Box::new(profile)))
    };
    let (Ok(few), Ok(many)) = (loaded(CODES), loaded(10_000)) else {
        return Vec::new();
    };
    let body = |code: usize| {
        let code = 67_200_000 + code;
        format!(r#"{{"status":false,"error_code":{code},"data":null}}"#)
    };
    let bodies: Vec<String> = (0..CODES).map(body).collect();
    let spread: Vec<String> = (0..1_000).map(|n| body(n * 7_919 % 10_000)).collect();
    let profiles = [
        (
            "error bodies, by the built-in profile",
            Profile::eureka(),
            &bodies,
        ),
        ("the same, by a file of 30 rules", few, &bodies),
        ("the same, by a file of 10,000 rules", many, &bodies),
        ("1,000 codes, by a file of 30 rules", few, &spread),
        ("1,000 codes, by a file of 10,000 rules", many, &spread),
    ];
    let tasks = profiles.iter().map(|(_, profile, bodies)| Task {
        pass: Box::new(|| {
            for body in *bodies {
                let verdict = judge(profile, &Reply::new(200, black_box(body)), None);
                black_box(&verdict);
            }
        }),
        calls: bodies.len(),
    });
    let timings = interleaved(tasks.collect(), plan);
    let others = profiles
        .iter()
        .zip(timings)
        .map(|((name, _, _), timing)| Other {
            name,
            bytes: bodies.first().map_or(0, String::len),
            timing,
        });
    others.collect()
}

const NOW: UnixTime = UnixTime::from_secs(1_795_435_200);

fn cases() -> Vec<Case> {
    const RETRY_AFTER: [(&str, &str); 2] = [
        ("Date", "Mon, 23 Nov 2026 08:00:00 GMT"),
        ("Retry-After", "Mon, 23 Nov 2026 08:00:30 GMT"),
    ];
    let html = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
        <center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n\
        </body>\r\n</html>\r\n";
    let page = |megabytes: usize| bodies::page(megabytes * 1_000_000);
    let mut dated = Case::new("503 with dates to wait for", 503, Vec::new(), "http:503");
    dated.reply = dated.reply.with_headers(&RETRY_AFTER);
    vec![
        Case {
            name: "transport fault",
            reply: Reply::fault(Fault::ReadTimeout),
            bytes: 0,
            rule: "transport:read_timeout",
        },
        Case::new("HTML page under 502", 502, html.to_vec(), "http:502"),
        dated,
        Case::new("1,000 nested arrays", 200, nested(1_000), "success"),
        Case::new(
            "100,000 nested arrays, refused at level 1,024",
            200,
            nested(100_000),
            "protocol:malformed",
        ),
        Case::new("1 MB page", 200, page(1), "success"),
        Case::new("8 MB page", 200, page(8), "success"),
        Case::new("64 MB page", 200, page(64), "success"),
        Case::new(
            "64 MB of `[`, refused at level 1,024",
            200,
            vec![b'['; 64_000_000],
            "protocol:not_json",
        ),
    ]
}

/// An envelope whose data is that deep.
fn nested(depth: usize) -> Vec<u8> {
    let (open, close) = ("[".repeat(depth), "]".repeat(depth));
    format!(r#"{{"status":true,"error_code":0,"data":{open}{close}}}"#).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_is_decided_by_its_rule() {
        for case in cases() {
            let verdict = judge(Profile::eureka(), &case.reply, Some(NOW));
            assert_eq!(verdict.rule(), case.rule, "{}", case.name);
        }
    }
}
