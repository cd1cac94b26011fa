//! The client: one object for all calls to one API with one credential, and
//! the loop that sends, waits and sends again.

use core::fmt;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crate::{Fault, UnixTime};

use super::auth::{Credential, Tokens};
use super::cancel::{Cancel, Control, Stopped};
use super::incoming::Incoming;
use super::observe::Snapshot;
use super::request::Request;
use super::response::{Failure, Response};
use super::sending::{self, Sending};
use super::session::{Session, Step};
use super::settings::{ClientBuilder, Settings};
use super::transport::{Outgoing, Transport, TransportFault};

/// Sends requests to one API with one credential, and repeats them as the
/// policy allows.
///
/// Cheap to clone, and shared by any number of threads: they share connections,
/// tokens, the retry budget and the holds. Make one and keep it.
///
/// ```no_run
/// use aftercall::client::{Client, Request};
///
/// let client = Client::builder("https://connect.zhihuiya.com")
///     .client_credentials("id", "secret")
///     .deadline_ms(30_000)
///     .build()?;
/// match client.send(&Request::get("/search/patent/stats").query("q", "solar")) {
///     Ok(response) => println!("{} bytes of data", response.data().unwrap_or_default().len()),
///     Err(failure) => println!("{failure}; {} attempts", failure.attempts().len()),
/// }
/// # Ok::<(), aftercall::Error>(())
/// ```
#[derive(Clone)]
pub struct Client(Arc<Core>);

/// What all calls share.
pub(crate) struct Core {
    pub(crate) settings: Settings,
    transport: Box<dyn Transport>,
    pub(crate) tokens: Tokens,
    pub(crate) counters: Counters,
    /// Host and credential, by a name that tells neither.
    pub(crate) scope: String,
    /// The origin of the client's clock.
    born: Instant,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) under_way: AtomicU64,
    pub(crate) ended: AtomicU64,
    pub(crate) attempts: AtomicU64,
}

impl Client {
    /// A client to be put together setting by setting, for the API at this URL.
    pub fn builder(base_url: &str) -> ClientBuilder {
        ClientBuilder::new(base_url)
    }

    pub(super) fn with(settings: Settings, transport: Box<dyn Transport>) -> Self {
        Self(Arc::new(Core {
            scope: scope(&settings),
            settings,
            transport,
            tokens: Tokens::default(),
            counters: Counters::default(),
            born: Instant::now(),
        }))
    }

    /// Sends a request and waits for its end: a success, or a failure that
    /// nothing more can be done about.
    ///
    /// Blocks the calling thread, for no longer than the deadline.
    ///
    /// # Errors
    ///
    /// A [`Failure`] with the last verdict, the reason and every attempt.
    pub fn send(&self, request: &Request) -> Result<Response, Failure> {
        self.send_with(request, request.cancel.as_ref())
    }

    /// The same, ended by another handle than the request's own.
    pub(super) fn send_with(
        &self,
        request: &Request,
        cancel: Option<&Cancel>,
    ) -> Result<Response, Failure> {
        let core = &self.0;
        // The clocks are read after whatever takes time.
        let (mut now_ms, mut now) = core.clocks();
        let mut session = Session::new(Arc::clone(core), Cow::Borrowed(request), now_ms, now);
        loop {
            match session.next(now_ms, now) {
                Step::Send => {
                    let Some(sending) = session.sending() else {
                        break;
                    };
                    let (result, reply) = core.exchange(sending, cancel);
                    (now_ms, now) = core.clocks();
                    session.received(result, reply, now_ms, now);
                }
                Step::Wait { delay_ms } => {
                    let paused = self.pause(delay_ms, cancel);
                    (now_ms, now) = core.clocks();
                    if paused == Err(Stopped::Cancelled) {
                        session.cancel(now_ms);
                    }
                }
                Step::AwaitToken { at_most_ms } => {
                    if let Some(flight) = session.awaited() {
                        core.tokens.wait(flight, Duration::from_millis(at_most_ms));
                    }
                    (now_ms, now) = core.clocks();
                    let control = core.control(None, 0, cancel);
                    if control.check() == Err(Stopped::Cancelled) {
                        session.cancel(now_ms);
                    }
                }
                Step::Done => break,
            }
        }
        session.finish()
    }

    /// Waits, unless cancelled or interrupted.
    pub(super) fn pause(&self, delay_ms: u64, cancel: Option<&Cancel>) -> Result<(), Stopped> {
        self.0.control(Some(delay_ms), 0, cancel).sleep()
    }

    /// The deadline that holds for a request.
    pub(super) fn deadline_ms(&self, request: &Request) -> Option<u64> {
        sending::policy(&self.0.settings, request).deadline_ms()
    }

    /// A call that the caller drives: see [`Session`].
    #[must_use]
    pub fn session(&self, request: Request) -> Session<'static> {
        let (now_ms, now) = self.0.clocks();
        Session::new(Arc::clone(&self.0), Cow::Owned(request), now_ms, now)
    }

    /// The client's monotonic clock, in milliseconds since it was made.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.0.now_ms()
    }

    /// Where the API is: scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.settings.base.origin().to_owned()
    }

    /// How long it may take until a connection stands, in milliseconds.
    #[must_use]
    pub fn connect_timeout_ms(&self) -> u64 {
        let timeout = self.0.settings.connect_timeout;
        u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX)
    }

    /// Ends the hold of this credential: the balance was topped up, or somebody
    /// knows better for another reason.
    pub fn clear_hold(&self) {
        self.0.settings.holds.clear(&self.0.scope);
    }

    /// Forgets the access token, so that the next call fetches another.
    pub fn forget_token(&self) {
        self.0.tokens.forget();
    }

    /// What the client has at this moment, for metrics.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let core = &self.0;
        let now_ms = core.now_ms();
        let settings = &core.settings;
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Snapshot {
            calls_under_way: count(&core.counters.under_way),
            calls_ended: count(&core.counters.ended),
            attempts: count(&core.counters.attempts),
            budget: settings
                .budget
                .as_ref()
                .map(|budget| (budget.tokens(), budget.capacity())),
            hold: settings.holds.state(&core.scope, now_ms),
            token: matches!(settings.credential, Credential::Client { .. })
                .then(|| core.tokens.snapshot(now_ms)),
        }
    }

    #[cfg(test)]
    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }
}

impl Core {
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The client's clock and the wall clock.
    fn clocks(&self) -> (u64, UnixTime) {
        (self.now_ms(), wall_clock())
    }

    /// One exchange, from an open body to a complete reply or a fault.
    fn exchange(
        &self,
        sending: &Sending,
        cancel: Option<&Cancel>,
    ) -> (Result<(), TransportFault>, Incoming) {
        let mut reply = match sending.incoming() {
            Ok(reply) => reply,
            Err(fault) => return (Err(fault), Incoming::new(0)),
        };
        let control = self.control(sending.timeout_ms(), sending.max_body_bytes(), cancel);
        // Before a body that can be read only once is opened.
        if control.glance() == Err(Stopped::Cancelled) {
            return (Err(Fault::Cancelled.into()), reply);
        }
        let mut body = match sending.body().open() {
            Ok(body) => body,
            Err(fault) => return (Err(fault), reply),
        };
        let headers: Vec<(&str, &str)> = sending.headers().collect();
        let outgoing = Outgoing {
            method: sending.method(),
            url: sending.url(),
            headers: &headers,
            body: body.outgoing(),
        };
        let result = self.transport.exchange(outgoing, &mut reply, &control);
        (result, reply)
    }

    fn control(
        &self,
        limit_ms: Option<u64>,
        max_body_bytes: u64,
        cancel: Option<&Cancel>,
    ) -> Control {
        let limit = limit_ms.map(Duration::from_millis);
        Control {
            deadline: limit.and_then(|limit| Instant::now().checked_add(limit)),
            connect_timeout: self.settings.connect_timeout,
            cancel: cancel.cloned(),
            interrupted: self.settings.interrupted.clone(),
            max_body_bytes,
        }
    }
}

/// Shows the host, and no credential.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.settings.base.origin())
            .field("profile", &self.0.settings.profile.profile().name())
            .finish_non_exhaustive()
    }
}

fn wall_clock() -> UnixTime {
    SystemTime::now().into()
}

/// A name for host and credential that tells neither: a store outside may show
/// its keys to anyone.
fn scope(settings: &Settings) -> String {
    use core::hash::{Hash as _, Hasher as _};
    let mut hasher = std::hash::DefaultHasher::new();
    settings.base.origin().hash(&mut hasher);
    match &settings.credential {
        Credential::None => 0_u8.hash(&mut hasher),
        Credential::Key(key) => key.reveal().hash(&mut hasher),
        Credential::Client { id, .. } => id.hash(&mut hasher),
    }
    format!("{:016x}", hasher.finish())
}
