//! Bodies that are no envelope, under a status that leaves it to the body.

use super::rules::Row;

/// What a body is instead of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyForm {
    /// Nothing but white space.
    Empty,
    /// An HTML page.
    Html,
    /// XML.
    Xml,
    /// Server-sent events.
    EventStream,
    /// Still compressed.
    Compressed,
    /// Anything else that is not JSON.
    NotJson,
    /// JSON, but no object.
    NotObject,
}

/// What a body of one form means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum BodyRule {
    Success,
    Failure(Row),
}

/// What bodies mean, as far as the profile says so.
#[derive(Debug, Default)]
pub(crate) struct BodyRules([Option<BodyRule>; BodyForm::ALL.len()]);

impl BodyRules {
    /// Says what a form means, unless that was said before.
    pub(crate) fn set(&mut self, form: BodyForm, rule: BodyRule) {
        if let Some(place) = self.0.get_mut(form as usize) {
            *place = place.or(Some(rule));
        }
    }

    pub(crate) fn of(&self, form: BodyForm) -> Option<BodyRule> {
        self.0.get(form as usize).copied().flatten()
    }
}

impl BodyForm {
    pub(crate) const ALL: [Self; 7] = [
        Self::Empty,
        Self::Html,
        Self::Xml,
        Self::EventStream,
        Self::Compressed,
        Self::NotJson,
        Self::NotObject,
    ];

    /// What profiles call them.
    pub(crate) const NAMES: &str = "empty html xml event_stream compressed not_json not_object";

    /// The id of the rule for bodies of this form.
    pub(crate) const fn rule_id(self) -> &'static str {
        match self {
            Self::Empty => "protocol:empty",
            Self::Html => "protocol:html",
            Self::Xml => "protocol:xml",
            Self::EventStream => "protocol:event_stream",
            Self::Compressed => "protocol:compressed",
            Self::NotJson => "protocol:not_json",
            Self::NotObject => "protocol:not_object",
        }
    }

    /// The name that profiles use.
    pub(crate) fn name(self) -> &'static str {
        let id = self.rule_id();
        id.strip_prefix("protocol:").unwrap_or(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_among_the_names() {
        let names = BodyForm::ALL.map(BodyForm::name);
        assert_eq!(names.join(" "), BodyForm::NAMES);
    }
}
