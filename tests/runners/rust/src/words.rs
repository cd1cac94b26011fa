//! The suites `words`, one message for people, and `redact`, one text without
//! its secrets.

use aftercall::{
    Category, Message, MessageOptions, Profile, Remedy, Role, Subject, UnixTime, one_line, redact,
};
use serde_json::{Value, json};

use crate::fields::Fields;
use crate::reply::OwnedReply;

/// Says one case; says which of the expected values differ.
pub(crate) fn case(profile: &Profile, case: &Value) -> Result<Vec<String>, String> {
    let mut fields = Fields::of("the case", case)?;
    fields.string("name")?;
    for comment in ["source", "note"] {
        fields.optional(comment);
    }
    let about = About::read(&mut fields)?;
    let options = options(&mut fields)?;
    let expected = fields.required("expect")?;
    fields.finish()?;

    let message = about.message(profile, &options).into_owned();
    compare(expected, |key| value_of(&message, key))
}

/// Scrubs one case; likewise.
pub(crate) fn redact_case(_: &Profile, case: &Value) -> Result<Vec<String>, String> {
    let mut fields = Fields::of("the case", case)?;
    fields.string("name")?;
    for comment in ["source", "note"] {
        fields.optional(comment);
    }
    let text = redact(fields.string("text")?);
    let expected = fields.required("expect")?;
    fields.finish()?;
    compare(expected, |key| match key {
        "text" => Some(json!(text)),
        "line" => Some(json!(one_line(&text))),
        _ => None,
    })
}

/// What a message is about.
enum About {
    Category(Category),
    Reply(OwnedReply),
}

impl About {
    fn read(fields: &mut Fields<'_>) -> Result<Self, String> {
        let category = fields.optional_string("category")?;
        let code = fields.optional("code");
        let reply = fields.optional("reply");
        match (category, code, reply) {
            (Some(name), None, None) => Category::from_name(name)
                .map(Self::Category)
                .ok_or_else(|| format!("category: unknown {name:?}")),
            (None, Some(code), None) => {
                let body = format!(r#"{{"status":false,"error_code":{code}}}"#);
                OwnedReply::read(&json!({"http_status": 200, "body": body})).map(Self::Reply)
            }
            (None, None, Some(reply)) => OwnedReply::read(reply).map(Self::Reply),
            _ => Err("a case needs a category, a code or a reply".to_owned()),
        }
    }

    fn message<'p>(&self, profile: &'p Profile, options: &MessageOptions<'_>) -> Message<'p> {
        match self {
            Self::Category(category) => aftercall::message(profile, *category, options),
            Self::Reply(reply) => {
                let verdict = aftercall::judge(profile, &reply.borrow(), reply.now);
                aftercall::message(profile, Subject::from(&verdict), options)
            }
        }
    }
}

fn options<'v>(fields: &mut Fields<'v>) -> Result<MessageOptions<'v>, String> {
    let role = fields.string("role")?;
    let role = Role::from_name(role).ok_or_else(|| format!("role: unknown {role:?}"))?;
    let mut options = MessageOptions::new(fields.string("language")?)
        .with_role(role)
        .with_detail();
    if let Some(delay) = fields.optional("retry_delay_ms") {
        let delay = delay.as_u64().ok_or("retry_delay_ms: expected a number")?;
        options = options.with_retry_delay_ms(delay);
    }
    let now = fields.optional("now_unix").and_then(Value::as_i64);
    let offset = fields
        .optional("utc_offset_minutes")
        .and_then(Value::as_i64);
    if let Some(now) = now {
        let offset = i32::try_from(offset.unwrap_or(0)).map_err(|error| error.to_string())?;
        options = options.with_clock(UnixTime::from_secs(now), offset);
    }
    Ok(options)
}

fn value_of(message: &Message<'_>, key: &str) -> Option<Value> {
    Some(match key {
        "title" => json!(message.title()),
        "text" => json!(message.text()),
        "action" => json!(message.action().map(Remedy::name)),
        "language" => json!(message.language()),
        "detail" => json!(message.detail()),
        _ => return None,
    })
}

fn compare(
    expected: &Value,
    value_of: impl Fn(&str) -> Option<Value>,
) -> Result<Vec<String>, String> {
    let expected = expected.as_object().ok_or("expect: expected an object")?;
    let mut differences = Vec::new();
    for (key, wanted) in expected {
        let got =
            value_of(key).ok_or_else(|| format!("expect: {key:?} is not known to this runner"))?;
        if got != *wanted {
            differences.push(format!("{key}: expected {wanted} got {got}"));
        }
    }
    Ok(differences)
}
