//! `unknown-field`: a field that no API server knows, or none of the version that is meant.

use super::shared::wording;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::{Object, UnservedField};
use crate::yaml::{FieldPath, Segment};

pub(super) const META: RuleMeta = RuleMeta {
    id: "unknown-field",
    summary: "A field is misspelt, indented wrongly or too new for the server: it is refused, or dropped without a word",
    group: Group::Default,
    severities: &[Severity::Error],
};

/// How many more places one finding points at: nobody reads more.
const MOST_PLACES: usize = 9;

pub(super) const CHECK: Check = Check::Object(check);

fn check(object: &Object, context: &Context<'_>, findings: &mut Findings) {
    let root = context.head.document_of(object.id).node(object.node);
    let mut groups: Vec<(Vec<String>, Vec<UnservedField>)> = Vec::new();
    for field in object.fields_unknown_to(root, context.version) {
        let words = words(&field);
        match groups.iter_mut().find(|(known, _)| *known == words) {
            Some((_, same)) => same.push(field),
            None => groups.push((words, vec![field])),
        }
    }
    for (_, same) in &groups {
        let Some((first, more)) = same.split_first() else { continue };
        findings.push(finding(object, first, more, context));
    }
}

/// What one slip has in common wherever it was made: the path without positions, and in a selector all of its labels.
fn words(field: &UnservedField) -> Vec<String> {
    let keys = field.path.segments().iter().filter_map(|segment| match segment {
        Segment::Key(key) => Some(key.to_string()),
        Segment::Index(_) => None,
    });
    let mut keys: Vec<String> = keys.collect();
    if matches!(keys.as_slice(), [.., parent, _] if parent == "selector") {
        keys.pop();
    }
    keys
}

fn finding(object: &Object, field: &UnservedField, more: &[UnservedField], context: &Context<'_>) -> Finding {
    let name = wording::object(object);
    let (path, version) = (&field.path, context.version);
    let (fact, label) = match field.since {
        None => (format!("there is no field `{path}`"), "no such field".to_owned()),
        Some(since) => (
            format!("there is no field `{path}` before 1.{since}"),
            format!("1.{since} is the first version that has it"),
        ),
    };
    let message = format!("the API server refuses {name}: {fact}");
    let place = |field: &UnservedField| Place::key(object.id, field.path.clone());
    let mut finding = Finding::new(Severity::Error, message, place(field), label);
    if context.head.set(object.id).is_some() {
        finding = finding.about(object.id);
    }
    for same in more.iter().take(MOST_PLACES) {
        finding = finding.related(place(same), "nor here");
    }
    if more.len() > MOST_PLACES {
        finding = finding.note(format!("and in {} more places.", more.len() - MOST_PLACES));
    }
    if let Some(meant) = &field.meant {
        finding = finding.advise(advice(path, meant, object, context));
    } else if let Some(advice) = instead(object, path) {
        finding = finding.advise(advice);
    }
    finding.note(format!(
        "{version} answers `strict decoding error: unknown field \"{path}\"`, since kubectl asks for strict reading. A \
         client that does not ask loses the field without a word, and with it what it says."
    ))
}

/// What to do about a field of which we know what it means.
fn advice(path: &FieldPath, meant: &FieldPath, object: &Object, context: &Context<'_>) -> String {
    let root = context.head.document_of(object.id).node(object.node);
    let key = |path: &FieldPath| match path.segments().last() {
        Some(Segment::Key(key)) => key.to_string(),
        _ => path.to_string(),
    };
    let is_beside = path.parent() == meant.parent();
    match (root.at(meant).is_some(), is_beside) {
        (true, _) => format!("remove it: `{meant}` is there as well"),
        (false, true) => format!("write `{}`", key(meant)),
        (false, false) => format!("move it to `{meant}`"),
    }
}

/// What does what a field of another kind does, or what its name promises.
fn instead(object: &Object, path: &FieldPath) -> Option<&'static str> {
    Some(match (object.kind.as_str(), path.to_string().as_str()) {
        ("Service", "spec.headless") => "write `clusterIP: None`: that makes a Service headless",
        ("StatefulSet", "spec.paused") => {
            "Deployments have it; to hold an update of a set back, raise `updateStrategy.rollingUpdate.partition`"
        }
        ("StatefulSet", "spec.progressDeadlineSeconds") => "remove it: Deployments have it, a set waits without an end",
        ("HorizontalPodAutoscaler", "spec.targetCPUUtilizationPercentage") => {
            "autoscaling/v2 has it as a metric: `metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, \
             averageUtilization: 80}}}]`, with your number"
        }
        _ => return None,
    })
}
