//! Giving up from another thread, and the limits that every wait looks at.

use core::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// No wait is longer than this without a look at the flags around it.
pub(crate) const SLICE: Duration = Duration::from_millis(100);

/// A handle that ends calls from any thread: their waits and their input and
/// output, at once.
///
/// Clones are the same handle. One handle may serve many calls, one after the
/// other or at the same time; once used it stays used, so that a call that
/// begins later ends before it sends anything.
///
/// ```
/// use aftercall::client::Cancel;
///
/// let cancel = Cancel::new();
/// let elsewhere = cancel.clone();
/// std::thread::spawn(move || elsewhere.cancel()).join().unwrap();
/// assert!(cancel.is_cancelled());
/// ```
#[derive(Clone, Default)]
pub struct Cancel(Arc<Shared>);

#[derive(Default)]
struct Shared {
    is_cancelled: AtomicBool,
    sleepers: Mutex<Sleepers>,
    woken: Condvar,
}

/// What has to be told about a cancellation besides the condition.
#[derive(Default)]
struct Sleepers {
    next: u64,
    wakers: Vec<(u64, Weak<dyn Wake>)>,
}

/// Something that blocks a thread and can be made to let go.
pub(crate) trait Wake: Send + Sync {
    fn wake(&self);
}

impl Cancel {
    /// A handle that nobody has used.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends every call that has this handle. To cancel twice is to cancel once.
    pub fn cancel(&self) {
        self.0.is_cancelled.store(true, Ordering::SeqCst);
        let wakers = core::mem::take(&mut self.sleepers().wakers);
        self.0.woken.notify_all();
        // Outside the lock: a socket is shut down here.
        for waker in wakers.iter().filter_map(|(_, waker)| waker.upgrade()) {
            waker.wake();
        }
    }

    /// Whether [`cancel`](Self::cancel) was called.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled.load(Ordering::SeqCst)
    }

    /// Wakes `sleeper` on cancellation for as long as the result lives; at
    /// once if it has happened already.
    pub(crate) fn wakes<W: Wake + 'static>(&self, sleeper: &Arc<W>) -> Waking {
        let mut sleepers = self.sleepers();
        let id = sleepers.next;
        sleepers.next += 1;
        let waker: Weak<W> = Arc::downgrade(sleeper);
        sleepers.wakers.push((id, waker));
        drop(sleepers);
        if self.is_cancelled() {
            sleeper.wake();
        }
        Waking {
            cancel: self.clone(),
            id,
        }
    }

    /// Sleeps for `duration`, or until cancelled.
    fn sleep(&self, duration: Duration) {
        let sleepers = self.sleepers();
        if !self.is_cancelled() {
            drop(self.0.woken.wait_timeout(sleepers, duration));
        }
    }

    fn sleepers(&self) -> MutexGuard<'_, Sleepers> {
        self.0
            .sleepers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancel")
            .field("is_cancelled", &self.is_cancelled())
            .finish()
    }
}

/// Keeps a sleeper known to a [`Cancel`].
pub(crate) struct Waking {
    cancel: Cancel,
    id: u64,
}

impl Drop for Waking {
    fn drop(&mut self) {
        self.cancel
            .sleepers()
            .wakers
            .retain(|(id, _)| *id != self.id);
    }
}

/// Asked at least every 100 ms while a call waits; `true` cancels the call.
///
/// For embedders whose host has signals of its own: Python runs its signal
/// handlers here.
pub type Interrupted = dyn Fn() -> bool + Send + Sync;

/// Why a wait ended before what it waited for came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The caller gave up.
    Cancelled,
    /// The time is over.
    TimedOut,
}

/// When an attempt has to end: its deadline, the caller's word, the host's.
///
/// A transport that waits for anything waits in slices of at most
/// [`slice`](Self::slice) and then asks [`check`](Self::check). Clones are
/// cheap and mean the same attempt.
#[derive(Clone)]
pub struct Control {
    pub(crate) deadline: Option<Instant>,
    pub(crate) connect_timeout: Duration,
    pub(crate) cancel: Option<Cancel>,
    pub(crate) interrupted: Option<Arc<Interrupted>>,
    pub(crate) max_body_bytes: u64,
}

impl Control {
    /// Until when the whole attempt may last, the last byte of the body
    /// included; `None` if nobody set a limit.
    #[must_use]
    pub const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// How long resolving, connecting, a proxy and TLS may take together.
    #[must_use]
    pub const fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// The largest reply that the caller takes, in bytes: on the wire and
    /// decoded.
    #[must_use]
    pub const fn max_body_bytes(&self) -> u64 {
        self.max_body_bytes
    }

    /// The time that is left.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// How long to wait at most before the next [`check`](Self::check); never
    /// zero while time is left.
    #[must_use]
    pub fn slice(&self) -> Duration {
        self.remaining().map_or(SLICE, |left| left.min(SLICE))
    }

    /// Whether to go on.
    ///
    /// # Errors
    ///
    /// [`Stopped::Cancelled`] or [`Stopped::TimedOut`].
    pub fn check(&self) -> Result<(), Stopped> {
        if self.interrupted.as_ref().is_some_and(|asked| asked()) {
            return Err(Stopped::Cancelled);
        }
        self.glance()
    }

    /// Whether to begin: the same without asking the host, which may cost a
    /// lock that others wait for.
    pub(crate) fn glance(&self) -> Result<(), Stopped> {
        if self.cancel.as_ref().is_some_and(Cancel::is_cancelled) {
            return Err(Stopped::Cancelled);
        }
        match self.remaining() {
            Some(Duration::ZERO) => Err(Stopped::TimedOut),
            _ => Ok(()),
        }
    }

    /// The same control with an earlier deadline.
    pub(crate) fn within(&self, duration: Duration) -> Self {
        let earlier = Instant::now().checked_add(duration);
        Self {
            deadline: match (self.deadline, earlier) {
                (Some(deadline), Some(earlier)) => Some(deadline.min(earlier)),
                (deadline, earlier) => deadline.or(earlier),
            },
            ..self.clone()
        }
    }

    /// Waits until the deadline, which is then no failure.
    pub(crate) fn sleep(&self) -> Result<(), Stopped> {
        loop {
            match self.check() {
                Ok(()) => self.rest(),
                Err(Stopped::TimedOut) => return Ok(()),
                Err(Stopped::Cancelled) => return Err(Stopped::Cancelled),
            }
        }
    }

    /// One slice of a wait.
    fn rest(&self) {
        let whole = self.remaining().unwrap_or(SLICE);
        let slice = match self.interrupted {
            Some(_) => whole.min(SLICE),
            None => whole,
        };
        match &self.cancel {
            Some(cancel) => cancel.sleep(slice),
            None => std::thread::sleep(slice),
        }
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("remaining", &self.remaining())
            .field("connect_timeout", &self.connect_timeout)
            .field("cancel", &self.cancel)
            .field("max_body_bytes", &self.max_body_bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::thread;

    use super::*;

    #[derive(Default)]
    struct Sleeper(AtomicUsize);

    impl Wake for Sleeper {
        fn wake(&self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn control(deadline: Duration) -> Control {
        Control {
            deadline: Some(Instant::now() + deadline),
            connect_timeout: Duration::from_secs(5),
            cancel: None,
            interrupted: None,
            max_body_bytes: 0,
        }
    }

    #[test]
    fn who_sleeps_while_a_handle_is_used_is_woken_once() {
        let (cancel, sleeper) = (Cancel::new(), Arc::new(Sleeper::default()));
        let waking = cancel.wakes(&sleeper);
        cancel.cancel();
        cancel.cancel();
        drop(waking);
        assert_eq!(sleeper.0.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn who_comes_late_is_woken_at_once_and_who_left_never() {
        let (cancel, left) = (Cancel::new(), Arc::new(Sleeper::default()));
        drop(cancel.wakes(&left));
        cancel.cancel();
        assert_eq!(left.0.load(Ordering::SeqCst), 0);
        let late = Arc::new(Sleeper::default());
        let _waking = cancel.wakes(&late);
        assert_eq!(late.0.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_cancelled_wait_ends_long_before_its_time() {
        let cancel = Cancel::new();
        let control = Control {
            cancel: Some(cancel.clone()),
            ..control(Duration::from_secs(60))
        };
        let started = Instant::now();
        let waiting = thread::spawn(move || control.sleep());
        cancel.cancel();
        assert_eq!(waiting.join().unwrap(), Err(Stopped::Cancelled));
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn the_host_is_asked_while_a_call_waits() {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let control = Control {
            interrupted: Some(Arc::new(move || {
                counter.fetch_add(1, Ordering::SeqCst) == 2
            })),
            ..control(Duration::from_secs(60))
        };
        assert_eq!(control.sleep(), Err(Stopped::Cancelled));
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn a_wait_that_is_over_is_no_failure_but_a_deadline_is() {
        let control = control(Duration::ZERO);
        assert_eq!(control.sleep(), Ok(()));
        assert_eq!(control.check(), Err(Stopped::TimedOut));
        assert_eq!(control.within(Duration::MAX).deadline, control.deadline);
    }
}
