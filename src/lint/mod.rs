//! Runs the rules and turns what they say into a report.

mod baseline;
mod edit;
mod fingerprint;
mod help;
mod judged;
mod locate;
mod nameless;
mod narrow;
mod patched;
mod selection;
mod settle;
mod suppress;
mod written;

pub use baseline::{Baseline, Scope};
pub use fingerprint::of_file;
pub use narrow::{Before, narrow};
pub use selection::Selection;

use std::collections::BTreeMap;
use std::sync::Arc;

use settle::Settling;
use suppress::{Run, Silence, Silenced, Suppressions};

use crate::finding::{Finding, Report, Reported, RuleMeta, SetName, Summary, Suppressed};
use crate::load::Anchor;
use crate::model::{Changes, Class, Inventory, ObjectId};
use crate::rules::{ALL, Check, Context, Findings};

/// How a run is made, besides the rules that it has.
#[derive(Debug)]
pub struct Options<'a> {
    /// Whether what the user switched off is left out, by whatever means; everything is reported when not.
    pub ignores: bool,
    /// Whether part of what belongs together was not read: a suppression is not called unneeded then.
    pub partial: bool,
    /// What fingerprints call a file, by the name that it is shown by.
    pub names: Option<&'a Anchor>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { ignores: true, partial: false, names: None }
    }
}

/// Runs the selected rules over the head and reports what nobody switches off. The summary's figures about reading are
/// the caller's to fill in.
pub fn run(context: &Context<'_>, selection: &Selection, options: &Options<'_>) -> Report {
    run_with(context, selection, options, Vec::new())
}

/// The same with findings about files that never became a document.
pub fn run_with(context: &Context<'_>, selection: &Selection, options: &Options<'_>, unread: Vec<Reported>) -> Report {
    let mut suppressions = Suppressions::read(context.head);
    let mut settling = Settling::new(selection, options);
    unread.into_iter().for_each(|finding| settling.take(finding, &[], None));
    let state = Reporting { context, names: options.names };
    let keep = |settling: &mut Settling<'_>, meta, mut finding: Finding, silenced| {
        let mut take = |finding: Finding, silence| {
            let sets = settle::sets(context.head, &finding);
            settling.take(state.report(meta, finding), &sets, silence);
        };
        match silenced {
            Silenced::No => take(finding, None),
            Silenced::Whole(silence) => take(finding, Some(silence)),
            // What is reported whole is not told in parts.
            Silenced::Of(_) if !options.ignores => take(finding, None),
            Silenced::Of(sets) => {
                finding.sets.retain(|set| sets.iter().all(|(off, _)| off != set));
                for (set, silence) in sets {
                    take(Finding { sets: vec![set], ..finding.clone() }, Some(silence));
                }
                take(finding, None);
            }
        }
    };
    for (meta, finding, is_sure) in find_all(context, selection) {
        let silenced = suppressions.silences(context.head, meta.id, &finding);
        // What an overlay decides is not reported, and what is said about it is needed all the same.
        if is_sure {
            keep(&mut settling, meta, finding, silenced);
        } else {
            let sets = settle::sets(context.head, &finding);
            settling.meet(&state.report(meta, finding), &sets);
        }
    }
    let run = Run { selection, with_base: context.base.is_some(), partial: options.partial };
    for (meta, finding, silence) in suppressions.review(context.head, run) {
        keep(&mut settling, meta, finding, silence.map_or(Silenced::No, Silenced::Whole));
    }
    settling.finish(context);
    let Settling { found, suppressed, .. } = settling;
    let mut report = Report {
        findings: merge(found),
        sets: judged::sets(context),
        suppressed: merge_suppressed(suppressed),
        summary: Summary { sets: context.head.of_class(Class::Set).len(), ..Summary::default() },
    };
    report.sort();
    let suppressed = report.suppressed.iter_mut().map(|one| &mut one.finding);
    fingerprint::distinguish(report.findings.iter_mut().chain(suppressed));
    report
}

/// What the selected rules say of the head, with places still by name and proposals as data.
pub fn find(context: &Context<'_>, selection: &Selection) -> Vec<(&'static RuleMeta, Finding)> {
    let sure = find_all(context, selection).into_iter().filter(|(.., is_sure)| *is_sure);
    sure.map(|(meta, finding, _)| (meta, finding)).collect()
}

/// What the selected rules say, and whether no overlay changes what it rests on.
fn find_all(context: &Context<'_>, selection: &Selection) -> Vec<(&'static RuleMeta, Finding, bool)> {
    let mut found = Vec::new();
    let changes = context.base.map(|base| Changes::between(base, context.head)).unwrap_or_default();
    for rule in ALL.iter().filter(|rule| selection.includes(rule.meta)) {
        let mut findings = Findings::default();
        apply(rule.check, context, &changes, &mut findings);
        found.extend(findings.into_vec().into_iter().map(|finding| {
            let is_sure = !patched::rests_on_patched(context, &finding);
            (rule.meta, finding, is_sure)
        }));
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
        Check::Object(check) => {
            let all = head.documents().flat_map(|(id, _)| head.objects_of(id));
            all.for_each(|object| check(object, context, findings));
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

/// What findings become reports with.
struct Reporting<'a> {
    context: &'a Context<'a>,
    names: Option<&'a Anchor>,
}

impl Reporting<'_> {
    fn report(&self, meta: &RuleMeta, finding: Finding) -> Reported {
        let context = self.context;
        let mut sets: Vec<SetName> = finding.sets.iter().map(|&id| set_name(context.head, id)).collect();
        sets.sort();
        sets.dedup();
        let mut files: Vec<Arc<str>> = finding.sets.iter().flat_map(|&id| files_of(context.head, id)).collect();
        files.sort();
        files.dedup();
        let object = locate::object_name(context, &finding.place);
        let state = locate::state(context, finding.place.state).unwrap_or(context.head);
        let related = finding.related.iter().filter_map(|(place, label)| locate::locate(context, place, label));
        let reported = Reported {
            rule: meta.id,
            severity: finding.severity,
            fingerprint: fingerprint::of(state, self.names, meta.id, &finding, object.as_ref()),
            field: fingerprint::field(state, &finding.place),
            missing: locate::missing(state, &finding.place),
            object,
            location: locate::locate(context, &finding.place, &finding.label),
            related: related.collect(),
            help: finding.help.iter().flat_map(|help| help::texts(context.head, help)).collect(),
            fixes: finding.help.iter().filter_map(|help| edit::fix(context.head, help)).collect(),
            message: finding.message,
            notes: finding.notes.into_iter().chain(written::note(state, &finding.place)).collect(),
            url: meta.url(),
            sets,
            files,
        };
        nameless::in_words(reported)
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

/// Puts what one suppression switches off together, as findings are.
fn merge_suppressed(suppressed: Vec<(Reported, Silence)>) -> Vec<Suppressed> {
    let mut groups: Vec<(Silence, Vec<Reported>)> = Vec::new();
    let mut numbers = std::collections::HashMap::new();
    for (finding, silence) in suppressed {
        let place = silence.location.as_ref().map(|location| (location.source.name().to_owned(), location.span));
        let number = *numbers.entry((silence.by, place, silence.reason.clone())).or_insert(groups.len());
        if number == groups.len() {
            groups.push((silence, Vec::new()));
        }
        groups[number].1.push(finding);
    }
    let of_group = |(silence, found): (Silence, Vec<Reported>)| {
        let Silence { by, reason, location } = silence;
        let off = move |finding| Suppressed { finding, by, reason: reason.clone(), location: location.clone() };
        merge(found).into_iter().map(off)
    };
    groups.into_iter().flat_map(of_group).collect()
}

/// Puts findings of one rule with one place together, lists all the sets concerned, and sorts.
fn merge(found: Vec<Reported>) -> Vec<Reported> {
    let mut merged: BTreeMap<_, Reported> = BTreeMap::new();
    for finding in found {
        let place = finding
            .location
            .as_ref()
            .map(|location| (location.source.name().to_owned(), location.span, location.revision.clone()));
        // Findings without a place have only their words to tell them apart, and two things may be missing in one place.
        let words = if place.is_none() { finding.message.clone() } else { finding.missing.clone() };
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
    written::join(&mut first.notes, &second.notes);
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
