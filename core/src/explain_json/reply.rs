//! A reply as conformance vectors spell it.

use std::borrow::Cow;

use crate::base64;
use crate::json::document::{Node, Problem};
use crate::json::object::{Object, Result, each, member};
use crate::{Expect, Fault, Reply, UnixTime};

/// The fields that a reply can have.
const FIELDS: &str = "http_status headers body body_base64 expect_kind now_unix fault method path";

/// A reply read from JSON.
#[derive(Default)]
pub(super) struct GivenReply<'d> {
    http_status: Option<i32>,
    headers: Vec<(&'d str, &'d str)>,
    body: Option<Cow<'d, [u8]>>,
    has_two_bodies: bool,
    fault: Option<Fault>,
    expect: Option<Expect>,
    pub(super) now: Option<UnixTime>,
    method: Option<&'d str>,
    path: Option<&'d str>,
}

impl<'d> GivenReply<'d> {
    /// A reply that stands for itself.
    pub(super) fn read(node: &'d Node<'d>) -> Result<Self> {
        let object = Object::of(node, None)?;
        object.allow(FIELDS)?;
        let mut reply = Self::default();
        for field in object.members {
            reply.take(&field.name, &field.node)?;
        }
        reply.check(node)?;
        Ok(reply)
    }

    /// Takes a field, if it is one of a reply's.
    pub(super) fn take(&mut self, name: &str, node: &'d Node<'d>) -> Result<bool> {
        match name {
            "method" => self.method = Some(text(node)?),
            "path" => self.path = Some(text(node)?),
            "http_status" => {
                let status = node.as_integer();
                let status = status.and_then(|status| i32::try_from(status).ok());
                let allowed = "an integer, 0 if the status is not known";
                self.http_status = Some(status.ok_or_else(|| expected(node, allowed))?);
            }
            "headers" => self.headers = headers(node)?,
            "body" => self.take_body(text(node)?.as_bytes().into()),
            "body_base64" => {
                let body = base64::decode(text(node)?);
                let allowed = "padded base64 without white space";
                self.take_body(body.ok_or_else(|| expected(node, allowed))?.into());
            }
            "expect_kind" => self.expect = Some(member(node)?),
            "now_unix" if node.is_null() => self.now = None,
            "now_unix" => {
                let seconds = node.as_integer();
                let seconds = seconds.ok_or_else(|| expected(node, "whole seconds since 1970"))?;
                self.now = Some(UnixTime::from_secs(seconds));
            }
            "fault" => self.fault = Some(member(node)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn take_body(&mut self, body: Cow<'d, [u8]>) {
        self.has_two_bodies |= self.body.is_some();
        self.body = Some(body);
    }

    /// Whether the fields go together; `node` is what they stand in.
    pub(super) fn check(&self, node: &Node<'_>) -> Result<()> {
        let is_reply = self.http_status.is_some() || self.body.is_some();
        let is_complete = self.http_status.is_some() && self.body.is_some();
        let message = if self.has_two_bodies {
            "expected body or body_base64, found both"
        } else if self.method.is_some() != self.path.is_some() {
            "expected method and path together, found one of them"
        } else if self.fault.is_some() && is_reply {
            "expected a fault or a reply, found both"
        } else if self.fault.is_none() && !is_complete {
            "expected http_status and body (or body_base64), or a fault"
        } else {
            return Ok(());
        };
        Err(Problem::new(node.span.start, message))
    }

    pub(super) fn borrow(&self) -> Reply<'_> {
        let body = self.body.as_deref().unwrap_or_default();
        let reply = match self.fault {
            Some(fault) => Reply::fault(fault),
            None => Reply::new(self.http_status.unwrap_or_default(), body),
        };
        let expect = self.expect.unwrap_or(Expect::Envelope);
        let reply = reply.with_headers(&self.headers).expecting(expect);
        match self.request() {
            Some((method, path)) => reply.with_request(method, path),
            None => reply,
        }
    }

    /// Method and path of what was asked.
    pub(super) fn request(&self) -> Option<(&'d str, &'d str)> {
        self.method.zip(self.path)
    }
}

fn headers<'d>(node: &'d Node<'d>) -> Result<Vec<(&'d str, &'d str)>> {
    let pairs = node.as_array();
    let pairs = pairs.ok_or_else(|| expected(node, "an array of [name, value] pairs"))?;
    each(pairs, |pair| match pair.as_array() {
        Some([name, value]) => Ok((text(name)?, text(value)?)),
        _ => Err(expected(pair, "a [name, value] pair")),
    })
}

fn text<'d>(node: &'d Node<'_>) -> Result<&'d str> {
    node.as_str().ok_or_else(|| expected(node, "a string"))
}

/// What was expected. What was found is not repeated: it may be anybody's
/// secret.
pub(super) fn expected(node: &Node<'_>, allowed: &str) -> Problem {
    Problem::new(
        node.span.start,
        format!("expected {allowed}, found {}", node.kind()),
    )
}
