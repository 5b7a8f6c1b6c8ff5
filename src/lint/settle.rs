//! What the user's file makes of each finding: nothing, one of another weight, or one that is switched off.

use super::Options;
use super::fingerprint;
use super::selection::Selection;
use super::suppress::{Silence, UNUSED};
use crate::config::{Hit, Idle, Idleness, Run, Subject, Tally};
use crate::finding::{Finding, HelpText, Location, Means, Reported, Severity};
use crate::load::Anchor;
use crate::model::Inventory;
use crate::rules::{self, Check, Context};
use crate::yaml::{Source, Span};

/// Findings on their way into the report.
pub(super) struct Settling<'a> {
    selection: &'a Selection,
    options: &'a Options<'a>,
    tally: Tally,
    pub(super) found: Vec<Reported>,
    pub(super) suppressed: Vec<(Reported, Silence)>,
}

impl<'a> Settling<'a> {
    pub(super) fn new(selection: &'a Selection, options: &'a Options<'a>) -> Settling<'a> {
        let tally = selection.policy().tally();
        Settling { selection, options, tally, found: Vec::new(), suppressed: Vec::new() }
    }

    /// Takes a finding about some sets, which something in the manifests may have switched off.
    pub(super) fn take(&mut self, mut finding: Reported, sets: &[Subject<'_>], silence: Option<Silence>) {
        let subjects = subjects(&finding, sets);
        // Asked in any case: an entry that fits is used, whatever else silences the finding.
        let hit = self.selection.policy().ignores(&mut self.tally, finding.rule, &finding.field, &subjects);
        let silence = silence.or_else(|| hit.map(|hit| of_hit(&hit))).filter(|_| self.options.ignores);
        let level = self.selection.level(finding.rule, &subjects);
        let Some(severity) = level.apply(finding.severity) else { return };
        finding.severity = severity;
        match silence {
            Some(silence) => self.suppressed.push((finding, silence)),
            None => self.found.push(finding),
        }
    }

    /// Takes note of a finding that is not reported: entries that fit it are needed all the same.
    pub(super) fn meet(&mut self, finding: &Reported, sets: &[Subject<'_>]) {
        let subjects = subjects(finding, sets);
        self.selection.policy().ignores(&mut self.tally, finding.rule, &finding.field, &subjects);
    }

    /// Says which entries of the file do nothing.
    pub(super) fn finish(&mut self, context: &Context<'_>) {
        let Some(rule) = rules::find(UNUSED).filter(|rule| self.selection.includes(rule.meta)) else { return };
        let documents = context.head.documents().map(|(_, placed)| &placed.document);
        let files = documents.flat_map(|one| [Some(one.source.name()), one.rendered_from.as_deref()]);
        let files: Vec<&str> = files.flatten().collect();
        let ran = |name: &'static str| {
            let could = |rule: &rules::Rule| context.base.is_some() || !matches!(rule.check, Check::Change(_));
            rules::find(name).is_some_and(|rule| self.selection.includes(rule.meta) && could(rule))
        };
        let run = Run {
            is_whole: self.selection.is_whole(),
            is_partial: self.options.partial,
            files: &files,
            ran: &ran,
            is_choice: self.selection.is_choice(),
        };
        let idle = self.selection.policy().idle(&self.tally, &run);
        for finding in idle.iter().map(|idle| said(rule, idle, self.options.names)).collect::<Vec<_>>() {
            self.take(finding, &[], None);
        }
    }
}

fn of_hit(hit: &Hit<'_>) -> Silence {
    let location = Some(location(hit.source, hit.span, ""));
    Silence { by: Means::Configuration, reason: hit.reason.to_owned(), location }
}

fn location(source: &std::sync::Arc<Source>, span: Span, label: &str) -> Location {
    Location { source: source.clone(), span, label: label.to_owned(), revision: None, rendered_from: None }
}

/// The finding for an entry that does nothing. It lies in no manifest, so it is never a rule's [`Finding`].
fn said(rule: &rules::Rule, idle: &Idle<'_>, names: Option<&Anchor>) -> Reported {
    let file = idle.source.name();
    let file = names.map_or(file.into(), |names| names.name(file));
    let name = idle.name;
    let (severity, message, label, help) = match idle.why {
        Idleness::Unneeded => (
            Severity::Note,
            format!("`{name}` finds nothing that this entry could switch off"),
            "not needed any more",
            "remove it, so that it hides nothing later",
        ),
        Idleness::Over(date) => (
            Severity::Warning,
            format!("this entry counted until {date}: what `{name}` finds there is reported again"),
            "over",
            "mend what is reported, or give the entry another day",
        ),
    };
    let text = format!("{name} {}", idle.source.slice(idle.source.line_span(line(idle))).trim());
    Reported {
        rule: rule.meta.id,
        severity,
        message,
        help: vec![HelpText { lead: help.to_owned(), ..HelpText::default() }],
        notes: Vec::new(),
        url: rule.meta.url(),
        sets: Vec::new(),
        fixes: Vec::new(),
        files: Vec::new(),
        fingerprint: fingerprint::of_text(rule.meta.id, &file, &text),
        field: String::new(),
        missing: String::new(),
        object: None,
        location: Some(location(idle.source, idle.span, label)),
        related: Vec::new(),
    }
}

fn line(idle: &Idle<'_>) -> usize {
    idle.source.position(idle.span.start as usize).line
}

/// What a finding is about: the object at its place, or the file where there is none, and its sets. What was rendered is
/// about the template, too.
fn subjects<'a>(finding: &'a Reported, sets: &[Subject<'a>]) -> Vec<Subject<'a>> {
    let location = finding.location.as_ref();
    let template = location.and_then(|location| location.rendered_from.as_deref());
    let place = |file| match &finding.object {
        Some(object) => Subject {
            file,
            kind: &object.kind,
            namespace: object.namespace.as_deref().unwrap_or_default(),
            name: &object.name,
        },
        None => Subject { file, ..Subject::default() },
    };
    let file = location.map_or("", |location| location.source.name());
    let files = std::iter::once(file).chain(template);
    files.map(place).chain(sets.iter().copied()).collect()
}

/// The sets that a finding is about.
pub(super) fn sets<'a>(head: &'a Inventory, finding: &Finding) -> Vec<Subject<'a>> {
    let sets = finding.sets.iter().map(|&id| head.object(id));
    let subjects = |object: &'a crate::model::Object| {
        let document = &head.document(object.document).document;
        let files = std::iter::once(document.source.name()).chain(document.rendered_from.as_deref());
        files.map(|file| Subject {
            file,
            kind: &object.kind,
            namespace: object.namespace.as_deref().unwrap_or_default(),
            name: &object.name,
        })
    };
    sets.flat_map(subjects).collect()
}
