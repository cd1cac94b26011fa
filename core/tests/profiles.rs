//! Profiles made to be slow, to be large, or to contradict themselves: refused
//! with a sentence, or read in time that grows with their text.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use aftercall::{Category, Profile, Reply, Severity, TaskState, judge};

const ROW: &str = r#""category": "quota", "advice": "hold", "effect": "rejected""#;

fn profile(sections: &str) -> String {
    format!(r#"{{"aftercall_profile": 1, "name": "x", {sections}}}"#)
}

fn loaded(sections: &str) -> Profile {
    Profile::from_json(&profile(sections)).unwrap()
}

fn refusal(sections: &str) -> String {
    Profile::from_json(&profile(sections))
        .unwrap_err()
        .to_string()
}

/// Entries with a number each, in an array.
fn array(count: usize, entry: impl Fn(usize) -> String) -> String {
    let entries: Vec<String> = (0..count).map(entry).collect();
    format!("[{}]", entries.join(","))
}

fn rule_of<'a>(profile: &'a Profile, reply: &Reply<'a>) -> String {
    judge(profile, reply, None).rule().to_owned()
}

/// Far more than any machine needs, and far less than anything quadratic would.
fn in_time<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    result
}

#[test]
fn what_is_too_much_is_refused_with_a_sentence() {
    let code = |n: usize| format!(r#"{{"code": {n}, {ROW}}}"#);
    for (sections, message) in [
        (
            format!(r#""codes": {}"#, array(1_000_000, code)),
            "bytes, allowed are 16777216",
        ),
        (
            format!(
                r#""codes": {}"#,
                array(1025, |n| format!(
                    r#"{{"code": 1, "when": {{"http": {}}}, "label": "l{n}", {ROW}}}"#,
                    200 + n % 400
                ))
            ),
            "codes[1024]: there are 1024 rules for this code already",
        ),
        (
            format!(
                r#""codes": {}"#,
                array(3000, |n| format!(
                    r#"{{"range": {{"from": {n}, "to": {}}}, "when": {{"http": 500}}, {ROW}}}"#,
                    10_000 - n
                ))
            ),
            "so many ranges overlap that no table of them can be made",
        ),
        (
            format!(
                r#""codes": {}"#,
                array(65, |n| format!(
                    r#"{{"code": {n}, "when": {{"message": ["p"]}}, "label": "l", {ROW}}}"#
                ))
            ),
            "more than 64 patterns in all",
        ),
        (
            format!(
                r#""http": {}"#,
                array(1025, |_| format!(r#"{{"status": 500, {ROW}}}"#))
            ),
            "more than 1024 statuses in all",
        ),
        (
            format!(
                r#""operations": {}"#,
                array(4097, |n| format!(r#"{{"path": "/{n}", "kind": "query"}}"#))
            ),
            "more than 4096 operations",
        ),
        (
            format!(r#""title": {}"#, "[".repeat(100)),
            "nested deeper than 32 levels",
        ),
        (
            format!(
                r#""envelope": {{"correlation_id": {{"names": {}}}}}"#,
                array(33, |n| format!(r#""n{n}""#))
            ),
            "more than 32 paths beside flag, code, message and data",
        ),
        (
            format!(
                r#""envelope": {{"correlation_id": {{"names": {}}}}}"#,
                array(20, |n| format!(r#""a{n}.b""#))
            ),
            "with what they lead through",
        ),
        (
            format!(
                r#""codes": [{{"code": {}, {ROW}}}]"#,
                array(300_000, |n| n.to_string())
            ),
            "codes[0].code: more than 262144 rules in all",
        ),
        (
            format!(r#""codes": {}"#, array(2_100_000, |_| "0".to_owned())),
            "more than 2097152 values",
        ),
        (
            format!(
                r#""envelope": {{"flag": {{"true": {}}}}}"#,
                array(10_000, |n| format!("\"t{n}\""))
            ),
            "envelope.flag.true: expected at most 256 values, found 10000",
        ),
        (
            format!(
                r#""envelope": {{"code": {{"ok": {}}}}}"#,
                array(257, |n| n.to_string())
            ),
            "envelope.code.ok: expected at most 256 values, found 257",
        ),
        (
            format!(
                r#""tasks": [{{"names": ["a"], "failed": {}}}]"#,
                array(10_000, |n| format!("\"t{n}\""))
            ),
            "tasks[0].failed: expected at most 256 values, found 10000",
        ),
        (
            format!(
                r#""codes": [{{"code": 1, "when": {{"sub_code": {}}}, {ROW}}}]"#,
                array(257, |n| n.to_string())
            ),
            "codes[0].when.sub_code: expected at most 256 values, found 257",
        ),
        (
            format!(
                r#""codes": [{{"code": 1, "when": {{"sub_code": {}}}, {ROW}}}]"#,
                array(60, |n| n.to_string())
            ),
            "conditions as long as these need a label beside `when`, for the rule's id",
        ),
        (
            format!(
                r#""messages": {{{}}}"#,
                (0..257)
                    .map(|n| format!(r#""aa-x{n}": {{}}"#))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
            "messages: expected at most 256 languages, found 257",
        ),
        (
            format!(
                r#""codes": {}"#,
                array(1025, |n| format!(
                    r#"{{"range": {{"from": 1, "to": 9}}, "when": {{"http": {}}}, "label": "l{n}", {ROW}}}"#,
                    200 + n % 400
                ))
            ),
            "allowed are 1024 for one code",
        ),
        // They would stand before every word, or before none.
        (
            r#""redaction": {"names": ["pin", "--"]}"#.to_owned(),
            "redaction.names[1]: expected 1 to 64 of ASCII letters, digits, -, _ and ., not of marks alone",
        ),
        (
            r#""redaction": {"prefixes": ["$key"]}"#.to_owned(),
            "redaction.prefixes[0]: expected 1 to 64 of ASCII letters, digits, -, _ and .",
        ),
    ] {
        let refusal = in_time(|| refusal(&sections));
        assert!(refusal.contains(message), "{refusal}");
    }
}

#[test]
fn what_is_large_is_read_and_checked_in_time() {
    for sections in [
        format!(
            r#""codes": {}"#,
            array(150_000, |n| format!(r#"{{"code": {n}, {ROW}}}"#))
        ),
        format!(
            r#""codes": {}"#,
            array(100_000, |n| format!(
                r#"{{"code": "W{n}", {ROW}, "wordings": ["w{n}"]}}"#
            ))
        ),
        format!(
            r#""codes": {}"#,
            array(100_000, |n| format!(
                r#"{{"range": {{"from": {n}, "to": {}}}, {ROW}}}"#,
                200_000 - n
            ))
        ),
        format!(
            r#""codes": {}"#,
            array(100_000, |n| format!(r#"{{"glob": "{n}.*", {ROW}}}"#))
        ),
        format!(
            r#""families": {}"#,
            array(100_000, |n| format!(
                r#"{{"family": "f", "from": {n}, "to": {}, {ROW}}}"#,
                n + 50
            ))
        ),
        // Each of these is wrong, and only so many are told.
        format!(
            r#""codes": {}"#,
            array(100_000, |n| format!(r#"{{"code": {n}}}"#))
        ),
        format!(r#""codes": {}"#, array(500_000, |_| "1".to_owned())),
        (0..500_000)
            .map(|n| format!(r#""a{n}": 1"#))
            .collect::<Vec<_>>()
            .join(","),
        // A name that is none, compared with as many as there can be.
        format!(
            r#""patterns": {{{}}}, "codes": {}"#,
            (0..64)
                .map(|n| format!(r#""{}{n}": ["x"]"#, "p".repeat(62)))
                .collect::<Vec<_>>()
                .join(","),
            array(50_000, |n| format!(
                r#"{{"code": {n}, "when": {{"message": "{}"}}, {ROW}}}"#,
                "q".repeat(64)
            ))
        ),
        // Patterns that every code has to be compared with.
        format!(
            r#""codes": {}"#,
            array(100_000, |n| match n {
                0..20_000 => format!(r#"{{"glob": "{}*x{n}y", {ROW}}}"#, "a".repeat(1 + n / 1000)),
                _ => format!(r#"{{"code": "{}{n}", {ROW}}}"#, "a".repeat(30)),
            })
        ),
    ] {
        let text = profile(&sections);
        let findings = in_time(|| Profile::check(&text));
        assert!(findings.len() <= 1000);
        let has_errors = findings
            .iter()
            .any(|finding| finding.severity() == Severity::Error);
        assert_eq!(Profile::from_json(&text).is_err(), has_errors);
    }
}

#[test]
fn ten_thousand_rules_of_each_kind_are_told_apart() {
    let mut rules = String::new();
    for n in 0..10_000 {
        let _ = write!(rules, r#"{{"code": {n}, {ROW}}},"#);
        let _ = write!(rules, r#"{{"code": "W{n}", {ROW}}},"#);
        let (from, to) = (100_000 + 10 * n, 100_004 + 10 * n);
        let _ = write!(
            rules,
            r#"{{"range": {{"from": {from}, "to": {to}}}, {ROW}}},"#
        );
    }
    let profile = loaded(&format!(r#""codes": [{}]"#, rules.trim_end_matches(',')));
    let judged = |code: &str| {
        let body = format!(r#"{{"status":false,"code":{code}}}"#);
        rule_of(&profile, &Reply::new(200, &body))
    };
    for n in (1..10_000).step_by(97) {
        assert_eq!(judged(&n.to_string()), format!("code:{n}"));
        assert_eq!(judged(&format!("\"W{n}\"")), format!("code:W{n}"));
        let (from, to) = (100_000 + 10 * n, 100_004 + 10 * n);
        assert_eq!(judged(&to.to_string()), format!("code:{from}..{to}"));
        assert_eq!(judged(&(to + 1).to_string()), "unknown");
    }
    assert_eq!(judged("\"W10000\""), "unknown");
}

#[test]
fn the_first_rule_that_holds_decides_whatever_its_kind() {
    let profile = loaded(
        r#""envelope": {"sub_code": {"names": ["sub"]}}, "codes": [
            {"when": {"path": "/free/**", "method": "GET"}, "label": "free", "category": "permission", "advice": "never", "effect": "rejected"},
            {"range": {"from": 1, "to": 9}, "when": {"sub_code": ["a.*", 7]}, "label": "sub", "category": "balance", "advice": "never", "effect": "rejected"},
            {"code": 5, "category": "upload", "advice": "never", "effect": "rejected"},
            {"glob": "E*", "when": {"message": ["busy"]}, "label": "busy", "category": "server", "advice": "backoff", "effect": "unknown"},
            {"code": "E1", "category": "account", "advice": "never", "effect": "rejected"},
            {"glob": "E?", "category": "not_found", "advice": "never", "effect": "rejected"},
            {"range": {"from": 1, "to": 99}, "category": "quota", "advice": "hold", "effect": "rejected"}
        ]"#,
    );
    let judged = |code: &str, more: &str, path: &str| {
        let body = format!(r#"{{"status":false,"code":{code}{more}}}"#);
        rule_of(&profile, &Reply::new(200, &body).with_request("GET", path))
    };
    for (code, more, path, rule) in [
        ("5", "", "/x", "code:5"),
        ("5", r#","sub":"a.b""#, "/x", "code:1..9+sub"),
        ("5", r#","sub":7"#, "/x", "code:1..9+sub"),
        ("5", r#","sub":"b""#, "/x", "code:5"),
        ("6", "", "/x", "code:1..99"),
        ("5", r#","sub":7"#, "/free/x?y", "rule:free"),
        ("\"E1\"", "", "/x", "code:E1"),
        ("\"E1\"", r#","message":"Busy!""#, "/x", "code:E*+busy"),
        ("\"E2\"", "", "/x", "code:E?"),
        ("\"E22\"", "", "/x", "unknown"),
        ("100", "", "/x", "unknown"),
        ("null", "", "/free", "rule:free"),
        ("0", "", "/free", "rule:free"),
    ] {
        assert_eq!(judged(code, more, path), rule, "{code} {more} {path}");
    }
}

#[test]
fn contradictions_are_settled_as_the_profile_says() {
    for (policy, true_and_failing, false_and_ok) in [
        ("failure", false, false),
        ("flag", true, false),
        ("code", false, true),
    ] {
        let profile = loaded(&format!(r#""envelope": {{"contradiction": "{policy}"}}"#));
        let succeeds = |body: &str| {
            let verdict = judge(&profile, &Reply::new(200, body), None);
            assert!(verdict.anomalies().to_string().contains("contradiction"));
            verdict.is_success()
        };
        assert_eq!(succeeds(r#"{"status":true,"code":7}"#), true_and_failing);
        assert_eq!(succeeds(r#"{"status":false,"code":0}"#), false_and_ok);
        // What counts more may stand where the body breaks off.
        let broken =
            |body: &'static str| judge(&profile, &Reply::new(200, body), None).rule() == "unknown";
        assert_eq!(broken(r#"{"status":false,"#), policy != "code");
        assert_eq!(broken(r#"{"code":7,"#), policy != "flag");
    }
}

#[test]
fn bodies_that_are_no_envelope_mean_what_the_profile_says() {
    let profile = loaded(
        r#""bodies": {"empty": "success", "not_object": "success", "event_stream": "success",
            "xml": {"category": "upstream", "advice": "backoff", "effect": "unknown"}}"#,
    );
    let verdict = |http_status: i32, body: &'static str| {
        let verdict = judge(&profile, &Reply::new(http_status, body), None).into_owned();
        let data = verdict
            .data()
            .map(|data| String::from_utf8_lossy(data).into_owned());
        (verdict.rule().to_owned(), data)
    };
    assert_eq!(verdict(200, ""), ("success".into(), None));
    assert_eq!(verdict(201, "[1]"), ("success".into(), Some("[1]".into())));
    assert_eq!(
        verdict(200, "data: 1\n\n"),
        ("success".into(), Some("data: 1\n\n".into()))
    );
    assert_eq!(verdict(200, "<?xml?><E/>"), ("protocol:xml".into(), None));
    assert_eq!(verdict(200, "<html>"), ("protocol:html".into(), None));
    assert_eq!(verdict(200, "oops"), ("protocol:not_json".into(), None));
    // A status that is not known stands in for nothing, and a failed one decides.
    assert_eq!(verdict(0, "[1]"), ("protocol:not_object".into(), None));
    assert_eq!(verdict(500, "[1]"), ("http:500".into(), None));
}

#[test]
fn a_profile_that_extends_another_stands_before_it() {
    let ours = loaded(
        r#""extends": "eureka", "codes": [
            {"code": 67200005, "when": {"http": 402}, "category": "account", "advice": "never", "effect": "rejected"},
            {"code": 1, "category": "upload", "advice": "never", "effect": "rejected", "wordings": ["Bad request!"]}
        ], "operations": [{"path": "/search/*", "kind": "mutation"}]"#,
    );
    let judged = |http_status: i32, body: &str| {
        judge(&ours, &Reply::new(http_status, body), None).category()
    };
    let balance = r#"{"status":false,"error_code":67200005}"#;
    assert_eq!(judged(402, balance), Category::Account);
    assert_eq!(judged(200, balance), Category::Balance);
    assert_eq!(
        judged(200, r#"{"status":false,"error_msg":"bad request"}"#),
        Category::Upload
    );
    assert_eq!(judged(503, ""), Category::Server);
    assert_eq!(
        ours.operation("POST", "/search/x").kind().name(),
        "mutation"
    );
    assert_eq!(ours.operation("POST", "/search/x/y").kind().name(), "query");
    assert_eq!(ours.codes().count(), Profile::eureka().codes().count() + 2);
    let body = r#"{"status":true,"data":{"status":"FAIL"}}"#;
    let reply = Reply::new(200, body).with_request("POST", "/ai/fto/report");
    assert_eq!(judge(&ours, &reply, None).task(), Some(TaskState::Failed));
}

#[test]
fn what_probably_is_not_meant_is_told() {
    let row = |row: &str| profile(&format!(r#""codes": [{{"code": 1, {row}}}]"#));
    for (text, lint) in [
        (
            row(r#""category": "server", "advice": "refresh_auth", "effect": "unknown""#),
            "unsafe_repeat",
        ),
        (
            row(
                r#""category": "server", "advice": "backoff", "effect": "unknown", "repeat": "mutation""#,
            ),
            "unsafe_repeat",
        ),
        (
            row(
                r#""category": "server", "advice": "never", "effect": "unknown", "repeat": "query""#,
            ),
            "no_meaning",
        ),
        (
            row(
                r#""category": "server", "alternative": "server", "advice": "never", "effect": "unknown""#,
            ),
            "no_meaning",
        ),
        (
            profile(&format!(r#""codes": [{{"code": 0, {ROW}}}]"#)),
            "ok_code",
        ),
        (
            profile(&format!(
                r#""codes": [{{"code": 1, {ROW}}}, {{"code": 1, {ROW}}}]"#
            )),
            "unreachable",
        ),
        (
            profile(&format!(
                r#""codes": [{{"range": {{"from": 1, "to": 9}}, {ROW}}}, {{"code": 3, {ROW}}}]"#
            )),
            "unreachable",
        ),
        (
            profile(&format!(
                r#""codes": [{{"glob": "A*", {ROW}}}, {{"glob": "AB?", {ROW}}}]"#
            )),
            "unreachable",
        ),
        (
            profile(&format!(
                r#""codes": [{{"glob": "A*", {ROW}}}, {{"code": "AB", {ROW}}}]"#
            )),
            "unreachable",
        ),
        (
            profile(&format!(
                r#""codes": [{{"code": 1, "when": {{"http": 500}}, {ROW}}}, {{"code": 1, "when": {{"http": 500}}, {ROW}}}]"#
            )),
            "unreachable",
        ),
        (
            profile(&format!(
                r#""http": [{{"status": "5xx", {ROW}}}, {{"status": 503, {ROW}}}]"#
            )),
            "unreachable",
        ),
        (
            profile(
                r#""http": [{"status": 403, "category": "server", "advice": "backoff", "effect": "rejected"}]"#,
            ),
            "vetoed",
        ),
        (
            profile(&format!(
                r#""families": [{{"family": "a", "from": 1, "to": 9, {ROW}}}, {{"family": "b", "from": 5, "to": 12, {ROW}}}]"#
            )),
            "overlapping",
        ),
        (
            profile(&format!(
                r#""families": [{{"family": "a", "from": 1, "to": 9, {ROW}}}, {{"family": "b", "from": 5, "to": 6, {ROW}}}]"#
            )),
            "unreachable",
        ),
        (profile(r#""patterns": {"p": ["x"]}"#), "unused"),
        (
            profile(
                r#""operations": [{"path": "/x", "kind": "query"}, {"path": "/x", "kind": "auth"}]"#,
            ),
            "unreachable",
        ),
    ] {
        let findings = Profile::check(&text);
        let lints: Vec<&str> = findings.iter().map(aftercall::Finding::lint).collect();
        assert_eq!(lints, [lint], "{text}: {findings:?}");
        assert_eq!(findings[0].severity(), Severity::Warning);
        assert!(Profile::from_json(&text).is_ok());
    }
}
