//! From what the API server refuses of an object by itself to findings.

use std::collections::HashMap;

use super::{mend, wording};
use crate::finding::{Finding, Place, Severity};
use crate::model::admission::{Refusal, RefusalKind, is_waived, refusals};
use crate::model::{Object, ObjectId};
use crate::rules::{Context, Findings};
use crate::yaml::{FieldPath, Node, NodeKind, Segment};

/// Reports what the server refuses of an object: one finding a field, however often the answer names it.
pub(in crate::rules) fn report(
    object: &Object,
    about: Option<ObjectId>,
    context: &Context<'_>,
    findings: &mut Findings,
) {
    report_except(|_| false, object, about, context, findings);
}

/// The same without what the server lets pass where the base has the object already.
pub(in crate::rules) fn report_changed(object: &Object, context: &Context<'_>, findings: &mut Findings) {
    let class = object.typed.class();
    let base = context.base.into_iter().flat_map(|base| base.of_class(class).iter().map(|&id| base.object(id)));
    let is_same = |before: &&Object| before.name == object.name && before.namespace == object.namespace;
    let before: Vec<&Object> = base.filter(is_same).collect();
    let is_said = |refusal: &Refusal| before.iter().any(|before| is_waived(before, object, refusal, context.version));
    report_except(is_said, object, None, context, findings);
}

/// The same without what another rule says better.
pub(in crate::rules) fn report_except(
    is_said: impl Fn(&Refusal) -> bool,
    object: &Object,
    about: Option<ObjectId>,
    context: &Context<'_>,
    findings: &mut Findings,
) {
    let mut all = refusals(context.head, object, context.version);
    all.retain(|refusal| !is_said(refusal));
    let mut by_field: HashMap<&FieldPath, Vec<&Refusal>> = HashMap::new();
    for refusal in &all {
        by_field.entry(&refusal.path).or_default().push(refusal);
    }
    for refusal in &all {
        // In the server's order, at the first of each field.
        let Some(same) = by_field.remove(&refusal.path) else { continue };
        let mut finding = headed(object, refusal, context);
        if let Some(set) = about {
            finding = finding.about(set);
        }
        let text = node(object, refusal, context).map(Node::text);
        finding = mend::advise(finding, object, refusal, text, context);
        for one in same {
            finding = finding.note(answer(one, context));
        }
        findings.push(finding);
    }
}

fn headed(object: &Object, refusal: &Refusal, context: &Context<'_>) -> Finding {
    let name = wording::object(object);
    let (path, written) = (&refusal.path, written(object, refusal, context));
    let fact = match (refusal.kind, written) {
        _ if refusal.of_key => format!("`{}` has the key `{}`", path.parent().unwrap_or_default(), key(refusal)),
        (RefusalKind::Required, _) => match node(object, refusal, context).map(Node::kind) {
            None => format!("`{path}` is missing"),
            // Something is there, and not what matters.
            Some(NodeKind::Mapping) if refusal.reason != "required" => {
                format!("`{path}` is not complete: {}", refusal.reason)
            }
            Some(_) => format!("`{path}` is empty"),
        },
        (RefusalKind::Invalid | RefusalKind::Unsupported, Some(value)) => format!("`{path}` is `{value}`"),
        (RefusalKind::Invalid | RefusalKind::Unsupported, None) => format!("`{path}` is not valid: {}", refusal.reason),
        (RefusalKind::Duplicate, Some(value)) => format!("`{path}` is `{value}` for the second time"),
        (RefusalKind::Duplicate, None) => format!("`{path}` is there for the second time"),
        (RefusalKind::Forbidden, _) => format!("`{path}` may not be set here"),
        (RefusalKind::NotFound, Some(value)) => format!("`{path}` names `{value}`, which is not there"),
        (RefusalKind::NotFound, None) => format!("`{path}` names something that is not there"),
        (RefusalKind::TooLong, _) => format!("`{path}` is too long"),
        (RefusalKind::TooMany, _) => format!("`{path}` has too many items"),
    };
    let message = match refusal.hits_pods {
        false => format!("the API server refuses {name}: {fact}"),
        true => format!("{name} is accepted and gets no Pods: {fact}"),
    };
    // A mapping or a list is shown by its key, wherever its content stands.
    let node = node(object, refusal, context);
    let is_held = node.is_some_and(|node| matches!(node.kind(), NodeKind::Mapping | NodeKind::Sequence));
    let place = match path.segments().last() {
        Some(Segment::Key(_)) if is_held || refusal.of_key => Place::key(object.id, path.clone()),
        _ => Place::value(object.id, path.clone()),
    };
    Finding::new(Severity::Error, message, place, refusal.reason.clone())
}

fn node<'c>(object: &Object, refusal: &Refusal, context: &Context<'c>) -> Option<Node<'c>> {
    context.head.document_of(object.id).node(object.node).at(&refusal.path)
}

/// The key at the end of the path.
fn key(refusal: &Refusal) -> &str {
    match refusal.path.segments().last() {
        Some(Segment::Key(key)) => key,
        _ => "",
    }
}

/// The value as written, where it is short enough for a headline.
fn written(object: &Object, refusal: &Refusal, context: &Context<'_>) -> Option<String> {
    const LONGEST: usize = 40;
    let node = node(object, refusal, context)?;
    let text = node.text();
    let is_short = !text.is_empty() && text.chars().count() <= LONGEST;
    // Where the blanks at its ends or the quotes of a number are the fault, they are to be seen.
    let is_text = node.as_str().is_some() && (text.trim() != text || text.bytes().all(|byte| byte.is_ascii_digit()));
    is_short.then(|| if is_text { format!("\"{text}\"") } else { text.to_owned() })
}

/// Whether the server refuses what stands at a path or in it: then that is the news, and no other rule tells it again.
pub(in crate::rules) fn is_refused(object: &Object, path: &FieldPath, context: &Context<'_>) -> bool {
    let mut all = refusals(context.head, object, context.version).into_iter();
    all.any(|refusal| refusal.path.segments().starts_with(path.segments()))
}

pub(in crate::rules) fn answer(refusal: &Refusal, context: &Context<'_>) -> String {
    let (version, named, kind) = (context.version, &refusal.named, refusal.kind.words());
    let detail = if refusal.detail.is_empty() { String::new() } else { format!(": …: {}", refusal.detail) };
    match refusal.hits_pods {
        false => format!("{version} answers `{named}: {kind}{detail}`"),
        true => format!("1.34 and newer answer `{named}: {kind}{detail}` at once; {version} finds out with each Pod"),
    }
}
