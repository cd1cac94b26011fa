//! TLS and proxies, against doors that have them.

mod standin;

use std::process::Command;
use std::time::{Duration, Instant};

use aftercall::client::{Client, Request};
use aftercall::retry::Reason;
use aftercall::{Effect, Fault};

use standin::Standin;

#[test]
fn tls_is_checked_against_the_callers_certificates_and_kept_alive() {
    let standin = Standin::start();
    let client = standin.client_at("https").build().unwrap();
    for _ in 0..5 {
        let response = client.send(&Request::get("/scene/page-100k")).unwrap();
        assert!(response.body().len() > 100_000);
    }
    let connections = standin.counts()["connections_by_door"]["https"].as_u64();
    assert_eq!(connections, Some(1));

    let pem = std::fs::read(standin.ca_file()).unwrap();
    let by_text = Client::builder(standin.door("https"))
        .ca_pem(pem)
        .build()
        .unwrap();
    by_text.send(&Request::get("/scene/page-1k")).unwrap();

    // The public authorities know nothing of this one.
    let public = Client::builder(standin.door("https")).build().unwrap();
    let failure = public.send(&Request::get("/scene/page-1k")).unwrap_err();
    assert_eq!(failure.fault(), Some(Fault::Tls));
    assert_eq!(failure.reason(), Reason::NotRetryable);
    assert!(
        failure.detail().contains("UnknownIssuer"),
        "{}",
        failure.detail()
    );
}

#[test]
fn tls_towards_a_server_without_it_is_a_fault_of_tls() {
    let standin = Standin::start();
    let https = standin.door("http").replace("http://", "https://");
    let client = Client::builder(&https).build().unwrap();
    let failure = client.send(&Request::get("/scene/page-1k")).unwrap_err();
    assert_eq!(failure.fault(), Some(Fault::Tls));
    assert_eq!(failure.verdict().effect(), Effect::NotSent);
}

#[test]
fn a_body_is_cut_by_tls_without_a_good_bye_and_by_faults_as_without_it() {
    let standin = Standin::start();
    let client = standin.client_at("https").build().unwrap();
    for (wire, fault) in [
        (r#"{"kind":"truncated"}"#, Fault::Truncated),
        (
            r#"{"kind":"closed","phase":"response_head"}"#,
            Fault::Closed,
        ),
        (r#"{"kind":"reset","phase":"response_body"}"#, Fault::Reset),
    ] {
        standin.script(
            "/cut",
            &format!(r#"[{{"scene": "page-10k", "wire": {wire}}}]"#),
        );
        let failure = client.send(&Request::post("/cut")).unwrap_err();
        assert_eq!(failure.fault(), Some(fault), "{wire}: {failure}");
    }
}

#[test]
fn a_handshake_that_is_silent_ends_in_the_time_for_connecting() {
    let standin = Standin::start();
    standin.control("PUT", "/_standin/door/https", r#"["silent"]"#);
    let client = standin
        .client_at("https")
        .connect_timeout_ms(300)
        .build()
        .unwrap();
    let started = Instant::now();
    let response = client.send(&Request::post("/scene/page-1k")).unwrap();
    assert!(started.elapsed() >= Duration::from_millis(300));
    let faults: Vec<Option<Fault>> = response
        .attempts()
        .iter()
        .map(aftercall::client::Attempted::fault)
        .collect();
    assert_eq!(faults, [Some(Fault::ConnectTimeout), None]);
}

#[test]
fn a_handshake_that_is_reset_was_not_sent_and_may_be_repeated() {
    let standin = Standin::start();
    standin.control("PUT", "/_standin/door/https", r#"["reset"]"#);
    let client = standin.client_at("https").build().unwrap();
    let response = client.send(&Request::post("/scene/page-1k")).unwrap();
    let faults: Vec<Option<Fault>> = response
        .attempts()
        .iter()
        .map(aftercall::client::Attempted::fault)
        .collect();
    assert_eq!(faults, [Some(Fault::Connect), None]);
}

#[test]
fn a_proxy_leads_to_both_kinds_of_doors() {
    let standin = Standin::start();
    let proxy = standin.door("proxy").to_owned();
    for door in ["http", "https"] {
        let client = standin
            .client_at(door)
            .proxy(proxy.as_str())
            .build()
            .unwrap();
        for _ in 0..3 {
            client.send(&Request::get("/scene/page-1k")).unwrap();
        }
    }
    let through = standin.counts()["connections_by_door"]["proxy"].as_u64();
    assert_eq!(through, Some(2));
}

#[test]
fn a_proxy_that_wants_a_password_gets_it_and_nothing_shows_it() {
    let standin = Standin::start();
    let door = standin.door("proxy_auth").to_owned();
    let with_password = door.replace("http://", "http://proxy:proxy-secret@");
    let client = standin
        .client_at("https")
        .proxy(with_password.as_str())
        .build()
        .unwrap();
    client.send(&Request::get("/scene/page-1k")).unwrap();

    let canary = door.replace("http://", "http://proxy:canary@");
    for refused in [
        door.as_str(),
        canary.as_str(),
        standin.door("proxy_refusing"),
        standin.door("refused"),
    ] {
        let client = standin.client_at("https").proxy(refused).build().unwrap();
        let failure = client.send(&Request::post("/scene/page-1k")).unwrap_err();
        assert_eq!(failure.fault(), Some(Fault::Proxy), "{failure}");
        assert_eq!(failure.verdict().effect(), Effect::NotSent);
        assert_eq!(failure.reason(), Reason::AttemptsExhausted);
        assert!(!format!("{failure} {failure:?} {client:?}").contains("canary"));
    }
}

#[test]
fn a_host_that_is_listed_is_reached_without_the_proxy() {
    let standin = Standin::start();
    let client = standin
        .client_at("https")
        .proxy(standin.door("refused"))
        .no_proxy("127.0.0.1")
        .build()
        .unwrap();
    client.send(&Request::get("/scene/page-1k")).unwrap();
}

/// Child of the test below: the environment of a process is set from outside.
#[test]
fn the_environment_is_read_only_when_asked() {
    let Ok(base_url) = std::env::var("AFTERCALL_TEST_BASE_URL") else {
        let standin = Standin::start();
        let itself = std::env::current_exe().unwrap();
        let child = Command::new(itself)
            .args(["--exact", "the_environment_is_read_only_when_asked"])
            .env("AFTERCALL_TEST_BASE_URL", standin.door("http"))
            .env("http_proxy", standin.door("proxy_refusing"))
            .env_remove("no_proxy")
            .env_remove("NO_PROXY")
            .output()
            .unwrap();
        assert!(
            child.status.success(),
            "{}",
            String::from_utf8_lossy(&child.stdout)
        );
        return;
    };
    let request = Request::get("/scene/page-1k").deadline_ms(5000);
    let plain = Client::builder(&base_url).build().unwrap();
    plain.send(&request).unwrap();
    let asked = Client::builder(&base_url)
        .proxy_from_environment()
        .build()
        .unwrap();
    assert_eq!(
        asked.send(&request).unwrap_err().fault(),
        Some(Fault::Proxy)
    );
    let listed = Client::builder(&base_url)
        .proxy_from_environment()
        .no_proxy("*")
        .build()
        .unwrap();
    listed.send(&request).unwrap();
}

#[test]
#[cfg(unix)]
fn a_server_that_is_stopped_ends_no_call_late() {
    let standin = Standin::start();
    let client = standin.client().attempt_timeout_ms(400).build().unwrap();
    client.send(&Request::get("/scene/page-1k")).unwrap();
    let signal = |name: &str| {
        let pid = standin.pid().to_string();
        assert!(
            Command::new("kill")
                .args([name, &pid])
                .status()
                .unwrap()
                .success()
        );
    };
    signal("-STOP");
    let started = Instant::now();
    let failure = client.send(&Request::post("/scene/page-1k").deadline_ms(1000));
    let took = started.elapsed();
    signal("-CONT");
    assert_eq!(failure.unwrap_err().fault(), Some(Fault::ReadTimeout));
    assert!(took < Duration::from_millis(1500), "{took:?}");
}
