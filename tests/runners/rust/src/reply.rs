//! A reply as vectors spell it.

use aftercall::{Expect, Fault, Reply, UnixTime};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

use crate::fields::Fields;

/// A case's reply, with its bytes decoded.
pub(crate) struct OwnedReply {
    http_status: i32,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    fault: Option<Fault>,
    expect: Expect,
    pub(crate) now: Option<UnixTime>,
    request: Option<(String, String)>,
}

impl OwnedReply {
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        let mut fields = Fields::of("reply", value)?;
        let fault = match fields.optional_string("fault")? {
            Some(name) => {
                Some(Fault::from_name(name).ok_or_else(|| format!("fault: unknown {name:?}"))?)
            }
            None => None,
        };
        let expect = match fields.optional_string("expect_kind")? {
            Some(name) => {
                Expect::from_name(name).ok_or_else(|| format!("expect_kind: unknown {name:?}"))?
            }
            None => Expect::Envelope,
        };
        let now = match fields.optional("now_unix") {
            Some(Value::Null) | None => None,
            Some(now) => {
                Some(UnixTime::from_secs(now.as_i64().ok_or_else(|| {
                    format!("now_unix: expected seconds, got {now}")
                })?))
            }
        };
        let method = fields.optional_string("method")?.map(str::to_owned);
        let path = fields.optional_string("path")?.map(str::to_owned);
        if method.is_some() != path.is_some() {
            return Err("method and path: expected both or none".to_owned());
        }
        let headers = match fields.optional("headers") {
            Some(headers) => serde_json::from_value(headers.clone())
                .map_err(|error| format!("headers: {error}"))?,
            None => Vec::new(),
        };
        let mut http_status = 0;
        let mut body = Vec::new();
        if fault.is_none() {
            let status = fields.required("http_status")?;
            http_status = status
                .as_i64()
                .and_then(|status| i32::try_from(status).ok())
                .ok_or_else(|| format!("http_status: expected an integer, got {status}"))?;
            body = match fields.optional_string("body_base64")? {
                Some(encoded) => BASE64
                    .decode(encoded)
                    .map_err(|error| format!("body_base64: {error}"))?,
                None => fields.string("body")?.as_bytes().to_vec(),
            };
        }
        fields.finish()?;
        Ok(Self {
            http_status,
            headers,
            body,
            fault,
            expect,
            now,
            request: method.zip(path),
        })
    }

    pub(crate) fn borrow(&self) -> Reply<'_> {
        let reply = match self.fault {
            Some(fault) => Reply::fault(fault),
            None => Reply::new(self.http_status, &self.body),
        };
        let reply = reply.with_headers(&self.headers).expecting(self.expect);
        match &self.request {
            Some((method, path)) => reply.with_request(method, path),
            None => reply,
        }
    }
}
