//! Runs the rules and turns what they say into a report.

mod fingerprint;
mod help;
mod locate;
mod narrow;
mod patched;
mod selection;
mod suppress;

pub use fingerprint::of_file;
pub use narrow::{Before, narrow};
pub use selection::{Selection, UnknownRule, nearest_rule};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::{Finding, Report, Reported, RuleMeta, SetName, Summary, Suppressed};
use crate::model::{Changes, Class, Inventory, ObjectId};
use crate::rules::{self, ALL, Check, Context, Findings};

/// The rule that speaks of the comments themselves.
const UNUSED: &str = "unused-suppression";

/// Runs the selected rules over the head and reports what no comment switches off. The summary's figures about reading
/// are the caller's to fill in.
pub fn run(context: &Context<'_>, selection: &Selection) -> Report {
    let mut comments = suppress::Suppressions::read(context.head);
    let mut found = Vec::new();
    let mut suppressed = Vec::new();
    for (meta, finding) in find(context, selection) {
        match comments.silences(context.head, meta.id, &finding) {
            Some(silence) => suppressed.push((report(context, meta, finding), silence)),
            None => found.push(report(context, meta, finding)),
        }
    }
    if let Some(rule) = rules::find(UNUSED).filter(|rule| selection.includes(rule.meta)) {
        let unused = comments.unused(selection, context.base.is_some());
        found.extend(unused.into_iter().map(|finding| report(context, rule.meta, finding)));
    }
    let suppressed = suppressed.into_iter().map(|(finding, silence)| Suppressed {
        finding,
        by: silence.by,
        reason: silence.reason,
        location: silence.location,
    });
    let mut report = Report {
        findings: merge(found),
        suppressed: suppressed.collect(),
        summary: Summary { sets: context.head.of_class(Class::Set).len(), ..Summary::default() },
    };
    report.sort();
    let suppressed = report.suppressed.iter_mut().map(|one| &mut one.finding);
    fingerprint::distinguish(report.findings.iter_mut().chain(suppressed));
    report
}

/// What the selected rules say of the head, with places still by name and proposals as data.
pub fn find(context: &Context<'_>, selection: &Selection) -> Vec<(&'static RuleMeta, Finding)> {
    let mut found = Vec::new();
    let changes = context.base.map(|base| Changes::between(base, context.head)).unwrap_or_default();
    for rule in ALL.iter().filter(|rule| selection.includes(rule.meta)) {
        let mut findings = Findings::default();
        apply(rule.check, context, &changes, &mut findings);
        let findings = findings.into_vec().into_iter();
        let sure = findings.filter(|finding| !patched::rests_on_patched(context, finding));
        found.extend(sure.map(|finding| (rule.meta, finding)));
    }
    found
}

fn apply(check: Check, context: &Context<'_>, changes: &Changes, findings: &mut Findings) {
    let head = context.head;
    match check {
        Check::Set(check) => head.sets().for_each(|set| check(set, context, findings)),
        Check::Budget(check) => {
            let budgets = head.of_class(Class::Budget).iter().filter_map(|&id| head.budget(id));
            budgets.for_each(|budget| check(budget, context, findings));
        }
        Check::Service(check) => {
            let services = head.of_class(Class::Service).iter().filter_map(|&id| head.service(id));
            services.for_each(|service| check(service, context, findings));
        }
        Check::Claim(check) => {
            head.of_class(Class::Claim).iter().for_each(|&id| check(head.object(id), context, findings));
        }
        Check::Document(check) => head.documents().for_each(|(id, placed)| check(id, placed, context, findings)),
        Check::Change(check) => {
            let all = context.base.into_iter().flat_map(|base| changes.iter(base, head));
            all.for_each(|change| check(change, context, findings));
        }
        Check::Inventory(check) => check(context, findings),
        Check::Engine => {}
    }
}

fn report(context: &Context<'_>, meta: &RuleMeta, finding: Finding) -> Reported {
    let mut sets: Vec<SetName> = finding.sets.iter().map(|&id| set_name(context.head, id)).collect();
    sets.sort();
    sets.dedup();
    let mut files: Vec<Arc<str>> = finding.sets.iter().flat_map(|&id| files_of(context.head, id)).collect();
    files.sort();
    files.dedup();
    let object = locate::object_name(context, &finding.place);
    let state = locate::state(context, finding.place.state).unwrap_or(context.head);
    let related = finding.related.iter().filter_map(|(place, label)| locate::locate(context, place, label));
    Reported {
        rule: meta.id,
        severity: finding.severity,
        fingerprint: fingerprint::of(state, meta.id, &finding, object.as_ref()),
        field: fingerprint::field(state, &finding.place),
        object,
        location: locate::locate(context, &finding.place, &finding.label),
        related: related.collect(),
        help: finding.help.iter().flat_map(|help| help::texts(context.head, help)).collect(),
        message: finding.message,
        notes: finding.notes,
        url: meta.url(),
        sets,
        files,
    }
}

/// The file of a set, and the kustomizations that build it.
fn files_of(inventory: &Inventory, id: ObjectId) -> impl Iterator<Item = Arc<str>> {
    let all = std::iter::once(id).chain(inventory.kustomizations_of(id));
    all.map(|id| Arc::from(inventory.document_of(id).document.source.name()))
}

fn set_name(inventory: &Inventory, id: ObjectId) -> SetName {
    let object = inventory.object(id);
    SetName { namespace: object.namespace.clone(), name: object.name.clone() }
}

/// Puts findings of one rule with one place together, lists all the sets concerned, and sorts.
fn merge(found: Vec<Reported>) -> Vec<Reported> {
    let mut merged: BTreeMap<_, Reported> = BTreeMap::new();
    for finding in found {
        let place = finding
            .location
            .as_ref()
            .map(|location| (location.source.name().to_owned(), location.span, location.revision.clone()));
        // Findings without a place have only their words to tell them apart.
        let words = if place.is_none() { finding.message.clone() } else { String::new() };
        match merged.entry((place, finding.rule, words)) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(finding);
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => absorb(entry.get_mut(), finding),
        }
    }
    merged.into_values().collect()
}

/// Adds what a second finding at the same place says beyond the first; the heavier one keeps the word.
fn absorb(first: &mut Reported, mut second: Reported) {
    if second.severity > first.severity {
        std::mem::swap(first, &mut second);
    }
    first.sets.append(&mut second.sets);
    first.sets.sort();
    first.sets.dedup();
    first.files.append(&mut second.files);
    first.files.sort();
    first.files.dedup();
    for location in second.related {
        let same = |known: &crate::finding::Location| {
            known.span == location.span
                && known.source.name() == location.source.name()
                && known.label == location.label
        };
        if !first.related.iter().any(same) {
            first.related.push(location);
        }
    }
}
