//! Who is calling: a key that never changes, or tokens that are fetched, kept
//! and fetched again.
//!
//! A token is fetched by one call at a time, whoever needs it; the others wait
//! for that one, or go on with the token they have while it is valid. When it
//! ends is reckoned on this machine's monotonic clock from the moment at which
//! it was asked for: neither a wall clock nor the server's can move it.

use core::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::json::document::{Document, Node, Value};
use crate::json::number::Number;
use crate::retry::Decision;
use crate::{Profile, Verdict, one_line};

use super::secret::Secret;

/// A token is renewed this long before it ends, or in the last tenth of a life
/// that is short.
const MARGIN_MS: u64 = 60_000;
/// As much of a detail as is kept, in characters.
const LONGEST_DETAIL: usize = 500;
/// After a renewal that failed, the next one is tried this much later.
const RENEW_AGAIN_MS: u64 = 5000;

/// What a client calls with.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    /// Nothing.
    None,
    /// `Authorization: Bearer …`, for ever.
    Key(Secret),
    /// OAuth client credentials.
    Client { id: String, secret: Secret },
}

impl Credential {
    /// Words from outside as they may be shown: in one line, without this
    /// credential and without anything that looks like another.
    pub(crate) fn scrubbed(&self, profile: &Profile, text: &str) -> String {
        let secret = match self {
            Self::None => None,
            Self::Key(secret) | Self::Client { secret, .. } => Some(secret.reveal()),
        };
        let text = match secret {
            Some(secret) if text.contains(secret) => text.replace(secret, "REDACTED"),
            _ => text.to_owned(),
        };
        one_line(&profile.redact(&text))
            .chars()
            .take(LONGEST_DETAIL)
            .collect()
    }
}

/// A token that was got from the server.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) secret: Secret,
    /// Which of this client's tokens it is, from 1.
    pub(crate) generation: u64,
    /// From when on it is renewed, and until when it is sent; never without a
    /// time in the reply.
    renew_ms: Option<u64>,
    ends_ms: Option<u64>,
}

/// What a token reply says.
#[derive(Debug)]
pub(crate) struct Granted {
    secret: Secret,
    expires_in_ms: Option<u64>,
}

/// Why nobody got a token from a fetch.
#[derive(Clone)]
pub(crate) struct Refused {
    pub(crate) verdict: Verdict<'static>,
    pub(crate) decision: Decision,
    pub(crate) detail: String,
}

/// What a call that needs a token does now.
#[derive(Debug)]
pub(crate) enum Ask {
    /// Send with this one.
    Ready(Token),
    /// Fetch one; nobody else does.
    Fetch(Flight),
    /// Wait for the call that fetches one.
    Busy(Flight),
}

/// One fetch of a token, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flight(u64);

/// The tokens of one credential.
#[derive(Default)]
pub(crate) struct Tokens {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    flight: Option<Flight>,
    flights: u64,
    generations: u64,
    refused: Option<(Flight, Refused)>,
    failures: u64,
}

/// Counts and times of tokens, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenState {
    /// How many tokens were got so far.
    pub refreshes: u64,
    /// How many fetches got none.
    pub failures: u64,
    /// In how many milliseconds the present one ends, if that is known.
    pub expires_in_ms: Option<u64>,
    /// Whether one is being fetched.
    pub is_fetching: bool,
}

impl Tokens {
    /// Asks for a token that is newer than the one that was `rejected`.
    pub(crate) fn ask(&self, rejected: Option<u64>, now_ms: u64) -> Ask {
        let mut state = self.state();
        let usable = state.token.as_ref().filter(|token| {
            let is_newer = rejected.is_none_or(|rejected| token.generation > rejected);
            is_newer && token.ends_ms.is_none_or(|ends_ms| now_ms < ends_ms)
        });
        if let Some(token) = usable {
            let is_fresh = token.renew_ms.is_none_or(|renew_ms| now_ms < renew_ms);
            if is_fresh || state.flight.is_some() {
                return Ask::Ready(token.clone());
            }
        }
        match state.flight {
            Some(flight) => Ask::Busy(flight),
            None => {
                state.flights += 1;
                let flight = Flight(state.flights);
                state.flight = Some(flight);
                Ask::Fetch(flight)
            }
        }
    }

    /// A token that is still valid, though it should be renewed: better than
    /// none when none is to be had.
    pub(crate) fn fallback(&self, rejected: Option<u64>, now_ms: u64) -> Option<Token> {
        let state = self.state();
        let token = state.token.as_ref()?;
        let is_newer = rejected.is_none_or(|rejected| token.generation > rejected);
        let is_valid = token.ends_ms.is_none_or(|ends_ms| now_ms < ends_ms);
        (is_newer && is_valid).then(|| token.clone())
    }

    /// A fetch brought a token that was asked for at `asked_ms`.
    pub(crate) fn granted(&self, flight: Flight, granted: Granted, asked_ms: u64) -> Token {
        let mut state = self.state();
        state.generations += 1;
        let margin_ms = |lasts_ms: u64| MARGIN_MS.min(lasts_ms / 10);
        let lasts_ms = granted.expires_in_ms;
        let token = Token {
            secret: granted.secret,
            generation: state.generations,
            renew_ms: lasts_ms
                .map(|lasts_ms| asked_ms.saturating_add(lasts_ms - margin_ms(lasts_ms))),
            ends_ms: lasts_ms.map(|lasts_ms| asked_ms.saturating_add(lasts_ms)),
        };
        state.token = Some(token.clone());
        self.end(state, flight);
        token
    }

    /// A fetch ended without one, for a reason that holds for whoever waits.
    pub(crate) fn refused(&self, flight: Flight, refused: Refused, now_ms: u64) {
        let mut state = self.state();
        state.failures += 1;
        // Who has a token that is still valid need not ask again at once.
        if let Some(renew_ms) = state
            .token
            .as_mut()
            .and_then(|token| token.renew_ms.as_mut())
        {
            *renew_ms = (*renew_ms).max(now_ms.saturating_add(RENEW_AGAIN_MS));
        }
        state.refused = Some((flight, refused));
        self.end(state, flight);
    }

    /// A fetch was given up: somebody else may try.
    pub(crate) fn abandoned(&self, flight: Flight) {
        self.end(self.state(), flight);
    }

    /// Why a fetch that somebody waited for brought nothing, if it is over and
    /// brought nothing.
    pub(crate) fn refusal(&self, flight: Flight) -> Option<Refused> {
        let state = self.state();
        let (failed, refused) = state.refused.as_ref()?;
        (*failed == flight).then(|| refused.clone())
    }

    /// Waits until a fetch is over, or for so long.
    pub(crate) fn wait(&self, flight: Flight, at_most: Duration) {
        let state = self.state();
        let is_on = |state: &mut State| state.flight == Some(flight);
        drop(self.changed.wait_timeout_while(state, at_most, is_on));
    }

    /// Forgets the present token: the credential has changed.
    pub(crate) fn forget(&self) {
        self.state().token = None;
    }

    pub(crate) fn snapshot(&self, now_ms: u64) -> TokenState {
        let state = self.state();
        let ends_ms = state.token.as_ref().and_then(|token| token.ends_ms);
        TokenState {
            refreshes: state.generations,
            failures: state.failures,
            expires_in_ms: ends_ms.map(|ends_ms| ends_ms.saturating_sub(now_ms)),
            is_fetching: state.flight.is_some(),
        }
    }

    fn end(&self, mut state: MutexGuard<'_, State>, flight: Flight) {
        if state.flight == Some(flight) {
            state.flight = None;
        }
        drop(state);
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows no token.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Tokens")
            .field("generations", &state.generations)
            .field("failures", &state.failures)
            .finish_non_exhaustive()
    }
}

impl Granted {
    /// Reads a token reply: `token` or `access_token`, and `expires_in` in
    /// seconds, at the top or inside `data`. The error says what is missing.
    pub(crate) fn read(body: &[u8]) -> Result<Self, &'static str> {
        const NOT_THERE: &str = "the reply has no token";
        let text = core::str::from_utf8(body).map_err(|_| NOT_THERE)?;
        let document = Document::parse(text).map_err(|_| NOT_THERE)?;
        let places = [Some(&document.root), field(&document.root, "data")];
        let (place, secret) = places
            .into_iter()
            .flatten()
            .find_map(|place| {
                let token = ["token", "access_token"]
                    .into_iter()
                    .find_map(|name| field(place, name)?.as_str())?;
                Some((place, Secret::new(token)))
            })
            .ok_or(NOT_THERE)?;
        if secret.fault().is_some() {
            return Err("the reply's token cannot be sent in a header");
        }
        Ok(Self {
            secret,
            expires_in_ms: field(place, "expires_in").and_then(milliseconds),
        })
    }
}

fn field<'n, 'a>(node: &'n Node<'a>, name: &str) -> Option<&'n Node<'a>> {
    node.as_object()?
        .iter()
        .find(|member| member.name == name)
        .map(|member| &member.node)
}

/// A positive number of seconds, in whatever spelling; else nothing is known.
fn milliseconds(node: &Node<'_>) -> Option<u64> {
    let seconds = match &node.value {
        Value::String(text) => match Number::read(text.trim().chars()) {
            Number::Integer(seconds) => seconds,
            _ => return None,
        },
        _ => node.as_integer()?,
    };
    let seconds = u64::try_from(seconds).ok().filter(|&seconds| seconds > 0)?;
    Some(seconds.saturating_mul(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(tokens: &Tokens, expires_in_ms: Option<u64>, now_ms: u64) -> Token {
        let Ask::Fetch(flight) = tokens.ask(None, now_ms) else {
            panic!("a token is there already");
        };
        let granted = Granted {
            secret: Secret::new("t"),
            expires_in_ms,
        };
        tokens.granted(flight, granted, now_ms)
    }

    #[test]
    fn one_call_fetches_and_the_others_wait_for_it() {
        let tokens = Tokens::default();
        let Ask::Fetch(flight) = tokens.ask(None, 0) else {
            panic!();
        };
        assert!(matches!(tokens.ask(None, 0), Ask::Busy(busy) if busy == flight));
        tokens.abandoned(flight);
        assert!(matches!(tokens.ask(None, 0), Ask::Fetch(next) if next != flight));
    }

    #[test]
    fn a_rejected_token_is_fetched_once_however_many_it_was_rejected_for() {
        let tokens = Tokens::default();
        let first = granted(&tokens, None, 0);
        let Ask::Fetch(flight) = tokens.ask(Some(first.generation), 0) else {
            panic!();
        };
        let granted = Granted {
            secret: Secret::new("u"),
            expires_in_ms: None,
        };
        tokens.granted(flight, granted, 0);
        // Another call had the first one rejected as well.
        assert!(matches!(
            tokens.ask(Some(first.generation), 0),
            Ask::Ready(token) if token.generation == 2
        ));
    }

    #[test]
    fn a_token_is_renewed_before_it_ends_and_sent_meanwhile() {
        let tokens = Tokens::default();
        granted(&tokens, Some(1_799_000), 1000);
        let renew_ms = 1000 + 1_799_000 - MARGIN_MS;
        assert!(matches!(tokens.ask(None, renew_ms - 1), Ask::Ready(_)));
        assert!(matches!(tokens.ask(None, renew_ms), Ask::Fetch(_)));
        // While one call fetches, the others send what is valid.
        assert!(matches!(tokens.ask(None, renew_ms), Ask::Ready(_)));
        assert!(tokens.fallback(None, renew_ms).is_some());
        let ends_ms = 1000 + 1_799_000;
        assert!(matches!(tokens.ask(None, ends_ms), Ask::Busy(_)));
        assert!(tokens.fallback(None, ends_ms).is_none());
    }

    #[test]
    fn a_short_life_has_a_short_margin_and_no_time_means_until_rejected() {
        let short = Tokens::default();
        granted(&short, Some(1000), 0);
        assert!(matches!(short.ask(None, 899), Ask::Ready(_)));
        assert!(matches!(short.ask(None, 900), Ask::Fetch(_)));
        let endless = Tokens::default();
        granted(&endless, None, 0);
        assert!(matches!(endless.ask(None, u64::MAX), Ask::Ready(_)));
    }

    #[test]
    fn a_token_reply_is_read_in_its_spellings() {
        for (body, token, expires_in_ms) in [
            (
                r#"{"token":"t","token_type":"BearerToken","expires_in":1799,"status":"approved"}"#,
                "t",
                Some(1_799_000),
            ),
            (
                r#"{"access_token":"t","expires_in":"1799"}"#,
                "t",
                Some(1_799_000),
            ),
            (
                r#"{"status":true,"data":{"token":"t","expires_in":1.799e3}}"#,
                "t",
                Some(1_799_000),
            ),
            (r#"{"token":"t"}"#, "t", None),
            (r#"{"token":"t","expires_in":0}"#, "t", None),
            (r#"{"token":"t","expires_in":-5}"#, "t", None),
            (r#"{"token":"t","expires_in":"soon"}"#, "t", None),
            (
                r#"{"token":"t","expires_in":9223372036854775807}"#,
                "t",
                Some(u64::MAX),
            ),
        ] {
            let granted = Granted::read(body.as_bytes()).unwrap();
            assert_eq!(granted.secret.reveal(), token, "{body}");
            assert_eq!(granted.expires_in_ms, expires_in_ms, "{body}");
        }
    }

    #[test]
    fn a_reply_without_a_token_is_an_error_and_not_bearer_none() {
        for body in [
            "", "{}", "[]", "null", "\"token\"", r#"{"token":null}"#, r#"{"token":""}"#,
            r#"{"token":"None"}"#, r#"{"token":7}"#, r#"{"token":"a\r\nx: y"}"#,
            r#"{"data":{"tokens":"t"}}"#, "{\"token\":\"\u{e4}\"}", "<html>",
        ] {
            assert!(Granted::read(body.as_bytes()).is_err(), "{body}");
        }
        assert!(Granted::read(b"\xFF").is_err());
    }

    #[test]
    fn words_from_outside_are_shown_without_secrets() {
        let key = Credential::Key(Secret::new("canary"));
        let shown = key.scrubbed(
            Profile::eureka(),
            "refused canary\r\nat ?apikey=other&x=1 Bearer abcdef",
        );
        assert!(
            !shown.contains("canary") && !shown.contains("other"),
            "{shown}"
        );
        assert!(
            !shown.contains("abcdef") && !shown.contains('\n'),
            "{shown}"
        );
        assert_eq!(
            key.scrubbed(Profile::eureka(), &"x".repeat(9999)).len(),
            LONGEST_DETAIL
        );
    }

    #[test]
    fn nothing_shows_a_token() {
        let tokens = Tokens::default();
        let Ask::Fetch(flight) = tokens.ask(None, 0) else {
            panic!();
        };
        let granted = Granted::read(br#"{"token":"canary"}"#).unwrap();
        let shown = format!("{granted:?}");
        let token = tokens.granted(flight, granted, 0);
        let shown = format!("{shown}{token:?}{tokens:?}{:?}", tokens.ask(None, 0));
        assert!(!shown.contains("canary"), "{shown}");
    }
}
