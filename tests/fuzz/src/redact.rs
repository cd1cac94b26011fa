//! Secrets in text of any kind.

use std::fmt::Write as _;
use std::sync::LazyLock;

use aftercall::{Profile, one_line};

/// An API with names of its own for secrets.
static SHOP: LazyLock<Profile> = LazyLock::new(|| {
    Profile::from_json(
        r#"{"aftercall_profile": 1, "name": "shop",
            "redaction": {"names": ["Member-PIN", "nip"], "prefixes": ["shop."]}}"#,
    )
    .expect("a profile")
});

/// Places of a secret that hold whatever the secret is made of, as it is
/// percent-encoded where it stands for `§`.
const PLACES: [&str; 6] = [
    "https://host/path?apikey=§&page=2",
    "https://me:§@host/path",
    "grant_type=client_credentials&client_secret=§",
    "{\"a\":1,\"token\":\"§\",\"b\":[]}",
    "Authorization: Bearer §",
    "password = '§'",
];

/// The same for the secrets of one API.
const PLACES_OF_SHOP: [&str; 5] = [
    "https://host/path?member_pin=§&page=2",
    "user[nip]=§&page=2",
    "{\"a\":1,\"memberPin\":\"§\",\"b\":[]}",
    "X-Member-Pin: §",
    "nip = '§'",
];

/// Any text is scrubbed: to a fixed point, to one line, to a length in
/// proportion, and without the secret that was planted.
pub fn redact(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let clean = aftercall::redact(&text);
    assert_eq!(aftercall::redact(&clean), clean, "{text}");
    assert!(clean.len() <= text.len() * 20, "{text}");

    let line = one_line(&clean);
    assert!(!line.contains(char::is_control), "{text}");
    assert_eq!(one_line(&line), line, "{text}");

    // The mark is not at the secret's end, so that a cut is noticed.
    let mut secret = String::from("canary");
    for byte in input {
        let _ = write!(secret, "%{byte:02x}");
    }
    secret.push_str("canary");
    for place in PLACES {
        let planted = place.replace('§', &secret);
        let clean = aftercall::redact(&planted);
        assert!(!clean.contains("canary"), "{planted}\n{clean}");
    }
    for place in PLACES_OF_SHOP.iter().chain(&PLACES) {
        let planted = place.replace('§', &secret);
        let clean = SHOP.redact(&planted);
        assert!(!clean.contains("canary"), "{planted}\n{clean}");
        assert_eq!(SHOP.redact(&clean), clean, "{planted}");
    }
    let clean = SHOP.redact(&text);
    assert_eq!(SHOP.redact(&clean), clean, "{text}");
    let id = SHOP.clean_id(&text);
    assert!(id.len() <= 128 * 8, "{text}");
    assert!(id.bytes().all(|byte| byte.is_ascii_graphic()), "{text}");
}
