//! Writing JSON: objects of text and numbers, nothing that could fail.

use core::fmt::Write as _;

/// Builds one JSON object, field by field.
#[derive(Debug)]
pub(crate) struct ObjectWriter {
    text: String,
}

impl ObjectWriter {
    pub(crate) fn new() -> Self {
        Self {
            text: String::from("{"),
        }
    }

    /// A string.
    pub(crate) fn string(&mut self, name: &str, value: &str) {
        self.name(name);
        quote(&mut self.text, value);
    }

    /// A string, or `null`.
    pub(crate) fn optional_string(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.string(name, value),
            None => self.json(name, "null"),
        }
    }

    /// A number.
    pub(crate) fn number(&mut self, name: &str, value: impl core::fmt::Display) {
        self.name(name);
        // Writing to a `String` never fails.
        let _ = write!(self.text, "{value}");
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, name: &str, value: bool) {
        self.json(name, if value { "true" } else { "false" });
    }

    /// A number, or `null`.
    pub(crate) fn optional_number(&mut self, name: &str, value: Option<impl core::fmt::Display>) {
        match value {
            Some(value) => self.number(name, value),
            None => self.json(name, "null"),
        }
    }

    /// The finished object.
    pub(crate) fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }

    /// A value that is written already.
    pub(crate) fn json(&mut self, name: &str, json: &str) {
        self.name(name);
        self.text.push_str(json);
    }

    fn name(&mut self, name: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        quote(&mut self.text, name);
        self.text.push(':');
    }
}

/// Builds one JSON array, value by value.
#[derive(Debug)]
pub(crate) struct ArrayWriter {
    text: String,
}

impl ArrayWriter {
    pub(crate) fn new() -> Self {
        Self {
            text: String::from("["),
        }
    }

    /// A string.
    pub(crate) fn string(&mut self, value: &str) {
        self.json("");
        quote(&mut self.text, value);
    }

    /// A value that is written already.
    pub(crate) fn json(&mut self, json: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        self.text.push_str(json);
    }

    /// The finished array.
    pub(crate) fn finish(mut self) -> String {
        self.text.push(']');
        self.text
    }
}

/// A JSON string: only what RFC 8259, section 7, demands is escaped. Copied as a
/// whole if that is nothing: a tenth of the instructions of a walk.
fn quote(text: &mut String, value: &str) {
    let is_special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    text.push('"');
    // Every byte is looked at, so that many are at once.
    if !value
        .bytes()
        .fold(false, |any, byte| any | is_special(byte))
    {
        text.push_str(value);
        text.push('"');
        return;
    }
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            control if control < ' ' => {
                let _ = write!(text, "\\u{:04x}", u32::from(control));
            }
            other => text.push(other),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let nasty: String = (0_u32..0x300).filter_map(char::from_u32).collect();
        let mut writer = ObjectWriter::new();
        writer.string(&nasty, &nasty);
        writer.optional_string("none", None);
        writer.optional_number("number", Some(i64::MIN));
        let mut names = ArrayWriter::new();
        names.string("a");
        names.string("b\"");
        writer.json("names", &names.finish());
        let value: serde_json::Value = serde_json::from_str(&writer.finish()).unwrap();
        assert_eq!(value[&nasty], *nasty);
        assert!(value["none"].is_null());
        assert_eq!(value["number"], i64::MIN);
        assert_eq!(value["names"], serde_json::json!(["a", "b\""]));
    }

    #[test]
    fn an_empty_object_is_one() {
        assert_eq!(ObjectWriter::new().finish(), "{}");
    }
}
