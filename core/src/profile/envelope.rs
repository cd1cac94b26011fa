//! The section `envelope`: where flag, code, message and data stand, what their
//! values mean, and what else a body says.

use core::ops::Range;

use crate::TaskState;
use crate::envelope::fields::{self, Contradiction, Fields, Flag, FlagValue, FlagValues, Parts};
use crate::envelope::layout::{Layout, MAX_MORE};
use crate::envelope::path::{self, BodyPath};
use crate::json::document::{Node, Problem, Value};
use crate::json::object::{Object, Result, array, each, problem, string, word_of, wrong};
use crate::server_delay::Form;

use super::extras::{TaskRule, Tasks};
use super::finding::Findings;
use super::headers::delay_form;
use super::operations::Requests;
use super::requests;
use super::tables::{Lists, ok_codes, statuses_or_null};
use super::texts::{bounded, id_mark};
use super::{AbsentFlag, Profile};

/// As many marks before an id as a profile may have.
const MAX_MARKS: usize = 16;

#[inline(never)]
pub(super) fn read(
    root: &Object<'_>,
    extended: Option<&Object<'_>>,
    profile: &mut Profile,
    findings: &mut Findings,
) {
    let lists = Lists::of(root, extended, "tasks", findings);
    let mut more = MorePaths::default();
    let mut tasks = Vec::new();
    for node in lists.all() {
        if findings.are_enough() {
            break;
        }
        if let Some(task) = findings.keep(task(node, &mut more)) {
            tasks.push(task);
        }
    }
    if !tasks.is_empty() {
        profile.tasks = placed(tasks, &more);
        if profile.tasks.is_none() {
            findings.error("invalid", problem(root.node, too_many()));
        }
    }
    findings.keep(section(root, profile));
}

fn too_many() -> String {
    format!(
        "more than {MAX_MORE} paths beside flag, code, message and data, with what they lead through"
    )
}

/// The tasks, once there is a slot for each of their paths.
fn placed(tasks: Vec<Task>, more: &MorePaths) -> Option<Box<Tasks>> {
    let (layout, slots) = Layout::new(Vec::new(), &more.paths).ok()?;
    let mut rules = Vec::with_capacity(tasks.len());
    for task in tasks {
        rules.push(TaskRule {
            requests: task.requests,
            slots: slots.get(task.paths).unwrap_or_default().to_vec(),
            states: task.states,
        });
    }
    Some(Box::new(Tasks { rules, layout }))
}

#[inline(never)]
fn section(root: &Object<'_>, profile: &mut Profile) -> Result<()> {
    let mut more = MorePaths::default();
    let envelope = root.object("envelope")?;
    envelope.allow(
        "flag code message data contradiction sub_code correlation_id amount server_delay",
    )?;
    let flag = envelope.object("flag")?;
    flag.allow("names true false http_status absent")?;
    let code = envelope.object("code")?;
    code.allow("names ok http_status absent")?;
    let message = envelope.object("message")?;
    message.allow("names id_after")?;
    let data = envelope.object("data")?;
    data.allow("names absent")?;

    let mut seen = Vec::new();
    let mut parts = Parts::default();
    for (part, paths) in [
        (&flag, &mut parts.flags),
        (&code, &mut parts.codes),
        (&message, &mut parts.messages),
        (&data, &mut parts.data),
    ] {
        field_paths(part, &mut seen, paths)?;
    }
    let mut flag_values = FlagValues::default();
    for (field, says) in [("true", Flag::True), ("false", Flag::False)] {
        for node in bounded(flag.get(field)?)? {
            if !flag_values.add(flag_value(node)?, says) {
                return Err(has_meaning(node));
            }
        }
    }

    flag_values.statuses = statuses_or_null(flag.get("http_status")?)?;

    let sub_codes = more.names_of(&envelope, "sub_code")?;
    let correlation_ids = more.names_of(&envelope, "correlation_id")?;
    let amounts = more.names_of(&envelope, "amount")?;
    let delays = delays(&envelope, &mut more)?;
    let (fields, slots) = Fields::new(
        parts,
        &more.paths,
        flag_values,
        ok_codes(code.get("ok")?)?,
        contradiction(&envelope)?,
    )
    .map_err(|_| problem(envelope.node, too_many()))?;
    profile.fields = fields;
    profile.absent_flag = absent_flag(flag.get("absent")?)?;
    profile.is_ok_without_code = choice(&code, "absent", "unknown ok")? == 1;
    profile.is_body_the_data = choice(&data, "absent", "nothing body")? == 1;
    profile.code_statuses = statuses_or_null(code.get("http_status")?)?;
    let slots = |range: Range<usize>| slots.get(range).unwrap_or_default().to_vec();
    let extras = &mut profile.extras;
    extras.sub_codes = slots(sub_codes);
    extras.correlation_ids = slots(correlation_ids);
    extras.amounts = slots(amounts);
    for (index, form) in delays {
        for slot in slots(index..index + 1) {
            extras.delays.push((slot, form));
        }
    }
    extras.id_marks = id_marks(&message)?;
    extras.are_any = !extras.correlation_ids.is_empty()
        || !extras.amounts.is_empty()
        || !extras.delays.is_empty()
        || !extras.id_marks.is_empty();
    Ok(())
}

/// Paths beside those of the four parts, in the order of their slots.
#[derive(Default)]
struct MorePaths {
    paths: Vec<BodyPath>,
}

impl MorePaths {
    fn add(&mut self, node: &Node<'_>) -> Result<usize> {
        if self.paths.len() == MAX_MORE {
            let message = format!("more than {MAX_MORE} paths beside flag, code, message and data");
            return Err(problem(node, message));
        }
        self.paths.push(body_path(node)?);
        Ok(self.paths.len() - 1)
    }

    fn list(&mut self, node: &Node<'_>) -> Result<Range<usize>> {
        let start = self.paths.len();
        for node in array(node)? {
            self.add(node)?;
        }
        Ok(start..self.paths.len())
    }

    /// The paths of a part that may be left out.
    fn names_of(&mut self, envelope: &Object<'_>, part: &str) -> Result<Range<usize>> {
        let Some(node) = envelope.own_optional(part) else {
            return Ok(0..0);
        };
        let part = Object::of(node, None)?;
        part.allow("names")?;
        self.list(part.own("names")?)
    }
}

fn delays(envelope: &Object<'_>, more: &mut MorePaths) -> Result<Vec<(usize, Form)>> {
    let Some(node) = envelope.own_optional("server_delay") else {
        return Ok(Vec::new());
    };
    let mut delays = Vec::new();
    for node in array(node)? {
        let entry = Object::of(node, None)?;
        entry.allow("name form")?;
        delays.push((more.add(entry.own("name")?)?, delay_form(&entry)?));
    }
    Ok(delays)
}

/// An entry of `tasks` whose paths have no slots yet.
struct Task {
    requests: Requests,
    paths: Range<usize>,
    states: Vec<(TaskState, Vec<FlagValue>)>,
}

fn task(node: &Node<'_>, more: &mut MorePaths) -> Result<Task> {
    let entry = Object::of(node, None)?;
    entry.allow("method path names pending succeeded failed note source")?;
    entry.own_string_or_empty("note")?;
    entry.own_string_or_empty("source")?;
    let mut states = Vec::new();
    let mut known: Vec<FlagValue> = Vec::new();
    for state in [TaskState::Pending, TaskState::Succeeded, TaskState::Failed] {
        if let Some(node) = entry.own_optional(state.name()) {
            let values = flag_values(node, &known)?;
            known.extend_from_slice(&values);
            states.push((state, values));
        }
    }
    if states.is_empty() {
        return Err(wrong(node, "at least one of pending, succeeded, failed"));
    }
    let names = entry.own("names")?;
    let paths = more.list(names)?;
    if paths.is_empty() {
        return Err(wrong(names, "at least one path"));
    }
    Ok(Task {
        requests: requests::read(&entry)?,
        paths,
        states,
    })
}

fn id_marks(message: &Object<'_>) -> Result<Vec<String>> {
    let Some(node) = message.own_optional("id_after") else {
        return Ok(Vec::new());
    };
    let marks = array(node)?;
    if marks.len() > MAX_MARKS {
        let found = marks.len();
        return Err(problem(
            node,
            format!("expected at most {MAX_MARKS} texts, found {found}"),
        ));
    }
    each(marks, id_mark)
}

/// A path that has a role, and where this profile gives it, if it does.
type Seen = (BodyPath, Option<usize>);

/// Paths of one role; a path has one role, and there is a limit to all.
/// Names that are inherited have no place in this profile: a conflict with them
/// is reported where the profile's own names are.
fn field_paths(part: &Object<'_>, seen: &mut Vec<Seen>, paths: &mut Vec<BodyPath>) -> Result<()> {
    let names = part.get("names")?;
    let is_default = part.is_default("names", names);
    for node in array(names)? {
        let own = (!is_default).then_some(node.span.start);
        let name = string(node)?;
        let path = body_path(node)?;
        if let Some((_, earlier)) = seen.iter().find(|(earlier, _)| *earlier == path) {
            return Err(Problem::new(
                own.or(*earlier).unwrap_or_default(),
                format!("the field {name:?} has a role already"),
            ));
        }
        if seen.len() == fields::MAX_NAMES {
            let last = seen.iter().rev().find_map(|(_, own)| *own);
            return Err(Problem::new(
                own.or(last).unwrap_or_default(),
                format!("more than {} field names in all", fields::MAX_NAMES),
            ));
        }
        seen.push((path.clone(), own));
        paths.push(path);
    }
    Ok(())
}

fn body_path(node: &Node<'_>) -> Result<BodyPath> {
    BodyPath::parse(string(node)?).ok_or_else(|| wrong(node, path::ALLOWED))
}

/// The values of a flag that say one thing; `others` say the opposite.
fn flag_values(node: &Node<'_>, others: &[FlagValue]) -> Result<Vec<FlagValue>> {
    let mut values = Vec::new();
    for node in bounded(node)? {
        let value = flag_value(node)?;
        if values.contains(&value) || others.contains(&value) {
            return Err(has_meaning(node));
        }
        values.push(value);
    }
    Ok(values)
}

fn has_meaning(node: &Node<'_>) -> Problem {
    problem(node, "this value has a meaning already".to_owned())
}

fn flag_value(node: &Node<'_>) -> Result<FlagValue> {
    match &node.value {
        Value::Bool(literal) => Ok(FlagValue::Literal(*literal)),
        Value::Number(spelling) => Ok(FlagValue::Number((*spelling).to_owned())),
        Value::String(word) => {
            let word = word.trim_matches([' ', '\t', '\n', '\r']);
            if word.is_empty() {
                return Err(wrong(node, "a word"));
            }
            Ok(FlagValue::Word(word.to_ascii_lowercase()))
        }
        _ => Err(wrong(node, "true, false, a number or a string")),
    }
}

fn absent_flag(node: &Node<'_>) -> Result<AbsentFlag> {
    Ok(match word_of(node, "failure code http")? {
        0 => AbsentFlag::Failure,
        1 => AbsentFlag::Code,
        _ => AbsentFlag::Http,
    })
}

fn contradiction(envelope: &Object<'_>) -> Result<Contradiction> {
    let choice = choice(envelope, "contradiction", "failure flag code")?;
    Ok(match choice {
        1 => Contradiction::Flag,
        2 => Contradiction::Code,
        _ => Contradiction::Failure,
    })
}

/// Which of the words a field says; the first one if it is left out.
fn choice(object: &Object<'_>, field: &str, words: &str) -> Result<usize> {
    match object.own_optional(field) {
        Some(node) => word_of(node, words),
        None => Ok(0),
    }
}
