//! From what an exchange brought to what it was.

use core::ops::Range;

use crate::client::header_block::HeaderBlock;
use crate::client::incoming::Incoming;
use crate::client::sending::redirect_in_words;
use crate::client::settings::Settings;
use crate::client::transport::TransportFault;
use crate::{Expect, Fault, Reply, UnixTime, Verdict, judge};

/// What an exchange asked for, as the profile knows it.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) expect: Expect,
}

/// What a reply was, cut loose from its bytes.
pub(super) struct Judged {
    pub(super) verdict: Verdict<'static>,
    pub(super) data: Option<Range<usize>>,
    pub(super) fault: Option<Fault>,
    pub(super) detail: String,
    pub(super) http_status: u16,
    pub(super) headers: HeaderBlock,
    pub(super) body: Vec<u8>,
    pub(super) downloaded_bytes: Option<u64>,
}

impl Judged {
    /// Nothing came but this.
    pub(super) const fn of_fault(verdict: Verdict<'static>, fault: Option<Fault>) -> Self {
        Self {
            verdict,
            data: None,
            fault,
            detail: String::new(),
            http_status: 0,
            headers: HeaderBlock::new(),
            body: Vec::new(),
            downloaded_bytes: None,
        }
    }

    /// Judges what came, and puts a complete file in its place.
    pub(super) fn of_exchange(
        settings: &Settings,
        asked: Asked<'_>,
        result: Result<(), TransportFault>,
        reply: Incoming,
        now: UnixTime,
    ) -> Self {
        let profile = settings.profile.profile();
        let (http_status, headers, mut body, landing) = reply.into_parts();
        let mut fault = result.err();
        if fault.is_none() && http_status.is_none() {
            fault = Some(TransportFault::new(
                Fault::Closed,
                "the transport brought no status",
            ));
        }
        let mut judged = Self {
            http_status: http_status.unwrap_or_default(),
            ..Self::of_fault(Verdict::unjudged(), None)
        };
        if fault.is_none() {
            let lands = landing.is_some() && matches!(http_status, Some(200..=299));
            let shown = match &landing {
                Some(landing) if lands => landing.judged(),
                _ => &body[..],
            };
            let reply = Reply::new(judged.http_status, shown)
                .with_headers(&headers)
                .expecting(asked.expect)
                .with_request(asked.method, asked.path);
            let verdict = judge(profile, &reply, Some(now));
            judged.data = verdict
                .data()
                .filter(|_| !lands)
                .map(|data| range_within(shown, data));
            judged.verdict = verdict.without_data();
            if let Some(landing) = landing.filter(|_| lands) {
                if judged.verdict.is_success() {
                    match landing.settle() {
                        Ok(bytes) => judged.downloaded_bytes = Some(bytes),
                        Err(full) => fault = Some(full),
                    }
                } else {
                    body = landing.judged().to_vec();
                }
            }
            judged.detail = redirect_in_words(judged.http_status, &headers);
        }
        if let Some(fault) = fault {
            let reply = Reply::fault(fault.fault())
                .with_headers(&headers)
                .with_request(asked.method, asked.path);
            judged.verdict = judge(profile, &reply, Some(now)).into_owned();
            judged.fault = Some(fault.fault());
            judged.detail = settings.credential.scrubbed(profile, fault.detail());
        }
        judged.headers = headers;
        judged.body = body;
        judged
    }
}

/// Where a part of `whole` lies in it.
fn range_within(whole: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    start..start + part.len()
}
