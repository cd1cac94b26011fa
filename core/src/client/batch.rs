//! Many requests at once: results in order, failures as values.

use core::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::cancel::Cancel;
use super::client::Client;
use super::request::Request;
use super::response::{Failure, Response};

/// How a batch is sent.
///
/// ```no_run
/// use aftercall::client::{BatchOptions, Client, Request};
///
/// # let client = Client::builder("https://connect.zhihuiya.com").api_key("sk-1").build()?;
/// let requests: Vec<Request> = ["CN1", "CN2", "CN3"]
///     .map(|id| Request::get("/basic-patent-data/claim-data").query("patent_number", id))
///     .into();
/// let options = BatchOptions::new(2).progress(|done| println!("{} of {}", done.ended, done.total));
/// for result in client.map(&requests, &options) {
///     println!("{}", result.map_or_else(|failure| failure.to_string(), |_| "ok".to_owned()));
/// }
/// # Ok::<(), aftercall::Error>(())
/// ```
#[must_use]
pub struct BatchOptions<'o> {
    concurrency: usize,
    cancel: Option<Cancel>,
    progress: Option<Box<Told<'o>>>,
}

type Told<'o> = dyn Fn(&Progress) + Send + Sync + 'o;

/// How far a batch has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Which request has just ended, from 0.
    pub index: usize,
    /// Whether it succeeded.
    pub is_success: bool,
    /// How many have ended.
    pub ended: usize,
    /// How many of them failed.
    pub failed: usize,
    /// How many there are.
    pub total: usize,
}

impl<'o> BatchOptions<'o> {
    /// At most so many requests at once, each in a thread; 0 counts as 1.
    pub fn new(concurrency: usize) -> Self {
        Self {
            concurrency: concurrency.max(1),
            cancel: None,
            progress: None,
        }
    }

    /// Ends every call of the batch, and those that would follow. The handles
    /// of single requests are not looked at then.
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = Some(cancel.clone());
        self
    }

    /// Told after every request, by one thread at a time.
    pub fn progress(mut self, told: impl Fn(&Progress) + Send + Sync + 'o) -> Self {
        self.progress = Some(Box::new(told));
        self
    }
}

impl fmt::Debug for BatchOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchOptions")
            .field("concurrency", &self.concurrency)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}

/// What has ended so far, in the order in which it did.
#[derive(Default)]
struct Ended {
    results: Vec<(usize, Result<Response, Failure>)>,
    failed: usize,
}

impl Client {
    /// Sends many requests; returns their results in the requests' order.
    ///
    /// All share the client's budget and its hold: once a quota or the balance
    /// is used up, the rest fails at once with `quota_hold` and is not sent.
    /// Blocks until all have ended. Up to `concurrency` threads live as long.
    #[must_use]
    pub fn map(
        &self,
        requests: &[Request],
        options: &BatchOptions<'_>,
    ) -> Vec<Result<Response, Failure>> {
        let next = AtomicUsize::new(0);
        let ended = Mutex::new(Ended::default());
        let work = || {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(request) = requests.get(index) else {
                    return;
                };
                let cancel = options.cancel.as_ref().or(request.cancel.as_ref());
                let result = self.send_with(request, cancel);
                let mut ended = ended.lock().unwrap_or_else(PoisonError::into_inner);
                let is_success = result.is_ok();
                ended.failed += usize::from(!is_success);
                ended.results.push((index, result));
                if let Some(told) = &options.progress {
                    told(&Progress {
                        index,
                        is_success,
                        ended: ended.results.len(),
                        failed: ended.failed,
                        total: requests.len(),
                    });
                }
            }
        };
        thread::scope(|scope| {
            // This thread works too.
            for _ in 1..options.concurrency.min(requests.len()) {
                if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
        let Ended { mut results, .. } = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_unstable_by_key(|(index, _)| *index);
        results.into_iter().map(|(_, result)| result).collect()
    }
}
