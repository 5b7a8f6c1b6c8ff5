//! What is said of suppressions themselves: those that switch nothing off, and those that do not say why.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Said, Silence, Suppression, Suppressions};
use crate::finding::{Finding, Place, RuleMeta, Severity};
use crate::lint::selection::{Selection, nearest_rule};
use crate::model::{Class, Inventory};
use crate::nearest::nearest;
use crate::rules::{self, Check};
use crate::yaml::Source;

/// The rule about suppressions that switch nothing off.
const UNUSED: &str = "unused-suppression";

/// The rule about suppressions that do not say why.
const REASONLESS: &str = "suppression-without-reason";

/// What a run knows of itself.
#[derive(Clone, Copy, Debug)]
pub(in crate::lint) struct Run<'a> {
    /// The rules that ran.
    pub(in crate::lint) selection: &'a Selection,
    /// Whether there was a base, without which rules about changes find nothing.
    pub(in crate::lint) with_base: bool,
    /// Whether part of what belongs together was not read: what is not needed now may be needed then.
    pub(in crate::lint) partial: bool,
}

/// What is said of a suppression, and what switches that off.
pub(in crate::lint) type Reviewed = (&'static RuleMeta, Finding, Option<Silence>);

impl Suppressions {
    /// What is to be said of the suppressions once all other findings have been asked.
    pub(in crate::lint) fn review(&mut self, inventory: &Inventory, run: Run<'_>) -> Vec<Reviewed> {
        self.share_use(inventory);
        let undecided = Undecided::of(inventory);
        // Those of the two rules here come last: until then nobody knows whether they are needed.
        let mut said = Vec::new();
        for is_last in [false, true] {
            for number in 0..self.all.len() {
                let concerns = |name: &str| [UNUSED, REASONLESS].contains(&name) == is_last;
                let (mut found, is_counted) = self.all[number].complain(inventory, run, &undecided, concerns);
                // Once, and only where nothing worse is said.
                if self.all[number].rules.iter().any(|(name, _, _)| concerns(name)) && !is_counted {
                    found.extend(self.all[number].without_reason(inventory, is_last));
                }
                for (rule, finding) in found {
                    let Some(rule) = rules::find(rule).filter(|rule| run.selection.includes(rule.meta)) else {
                        continue;
                    };
                    // It does not vouch for itself.
                    let is_own = is_last && rule.meta.id == UNUSED;
                    let silence = if is_own { None } else { self.silence_of(inventory, number, rule.meta.id) };
                    said.push((rule.meta, finding, silence));
                }
            }
        }
        said
    }

    /// An annotation that several objects have by a YAML alias is of use when it is to one of them.
    fn share_use(&mut self, inventory: &Inventory) {
        let key = |one: &Suppression| match (&one.place, one.rules.first()) {
            (Said::Annotation { object, key, .. }, Some((_, _, used))) => {
                Some((inventory.object(*object).document, *key, *used))
            }
            _ => None,
        };
        let all: Vec<_> = self.all.iter().map(key).collect();
        let used: HashSet<_> =
            all.iter().flatten().filter(|(.., used)| *used).map(|(id, key, _)| (*id, *key)).collect();
        for (one, key) in self.all.iter_mut().zip(all) {
            if key.is_some_and(|(id, key, _)| used.contains(&(id, key))) {
                one.rules.iter_mut().for_each(|(_, _, used)| *used = true);
            }
        }
    }

    /// What switches off what is said of a suppression: one at the same place, or on the same object.
    fn silence_of(&mut self, inventory: &Inventory, number: usize, rule: &str) -> Option<Silence> {
        let numbers = match &self.all[number].place {
            Said::Comment { document, line, .. } => {
                let file = Arc::as_ptr(&inventory.document(*document).document.source);
                self.by_line.get(&file).and_then(|lines| lines.get(line)).cloned()
            }
            Said::Annotation { object, .. } | Said::Unread { object, .. } => self.by_object.get(object).cloned(),
            Said::Overlay => None,
        };
        self.use_all(inventory, rule, &numbers.unwrap_or_default())
    }
}

impl Suppression {
    /// What is wrong with it, by rule, and whether that is all there is to say.
    fn complain(
        &self,
        inventory: &Inventory,
        run: Run<'_>,
        undecided: &Undecided,
        concerns: impl Fn(&str) -> bool,
    ) -> (Vec<(&'static str, Finding)>, bool) {
        let mut found = Vec::new();
        let what = match &self.place {
            Said::Overlay => return (found, true),
            Said::Comment { .. } => "comment",
            Said::Annotation { .. } | Said::Unread { .. } => "annotation",
        };
        if self.rules.is_empty() && concerns("") {
            found.extend(self.names_nothing(inventory));
        }
        for (index, (name, _, used)) in self.rules.iter().enumerate().filter(|(_, (name, _, _))| concerns(name)) {
            let Some(place) = self.place_of(index) else { continue };
            let finding = match rules::find(name) {
                None => {
                    let message = format!("this {what} switches nothing off: no rule is called `{name}`");
                    let finding = Finding::new(Severity::Warning, message, place, "no rule of this name");
                    match nearest_rule(name) {
                        Some(nearest) if what == "annotation" => {
                            finding.advise(format!("write `stslint/ignore-{nearest}`, if that is meant"))
                        }
                        Some(nearest) => finding.advise(format!("write `{nearest}`, if that is meant")),
                        None => finding.advise("`stslint rules` lists the names"),
                    }
                }
                Some(rule) => {
                    let ran =
                        run.selection.includes(rule.meta) && (run.with_base || !matches!(rule.check, Check::Change(_)));
                    if *used || !ran || run.partial || undecided.holds(inventory, &self.place) {
                        continue;
                    }
                    let message = format!("`{name}` finds nothing here that this {what} could switch off");
                    let finding = Finding::new(Severity::Note, message, place, "not needed any more");
                    finding.advise("remove it, so that it hides nothing later")
                }
            };
            found.push((UNUSED, self.about(inventory, finding)));
        }
        let is_all = !found.is_empty();
        (found, is_all)
    }

    fn names_nothing(&self, inventory: &Inventory) -> Option<(&'static str, Finding)> {
        let finding = match &self.place {
            Said::Comment { document, span, .. } => {
                let message = "this comment switches nothing off: it names no rule in brackets";
                let place = Place::text(*document, *span);
                Finding::new(Severity::Warning, message, place, "no rule is named")
                    .advise("name the rule: `# stslint: ignore[RULE] reason`")
            }
            Said::Unread { object, path, rest } => {
                let message = format!("this annotation says nothing: stslint reads no `stslint/{rest}`");
                let place = Place::key(*object, path.clone());
                let finding = Finding::new(Severity::Warning, message, place, "not read");
                let known: Vec<String> = rules::ALL.iter().map(|rule| format!("ignore-{}", rule.meta.id)).collect();
                match nearest(rest, known.iter().map(String::as_str).chain(["system"])) {
                    Some(nearest) => finding.advise(format!("write `stslint/{nearest}`, if that is meant")),
                    None => finding.advise("a rule is switched off by `stslint/ignore-RULE: reason`"),
                }
            }
            Said::Annotation { .. } | Said::Overlay => return None,
        };
        Some((UNUSED, self.about(inventory, finding)))
    }

    fn without_reason(&self, inventory: &Inventory, is_last: bool) -> Option<(&'static str, Finding)> {
        let is_ours = |name: &str| [UNUSED, REASONLESS].contains(&name);
        // Said with the first of its names that is reviewed.
        let is_said = is_last && self.rules.iter().any(|(name, _, _)| !is_ours(name));
        if !self.reason.is_empty() || is_said {
            return None;
        }
        let (what, place, advice) = match &self.place {
            Said::Comment { document, span, .. } => (
                "comment",
                Place::text(*document, *span),
                "say why, behind the bracket: `# stslint: ignore[RULE] reason`",
            ),
            Said::Annotation { object, path, .. } => {
                ("annotation", Place::key(*object, path.clone()), "say why, as its value")
            }
            Said::Unread { .. } | Said::Overlay => return None,
        };
        let names: Vec<String> = self.rules.iter().map(|(name, _, _)| format!("`{name}`")).collect();
        let message = format!("this {what} switches {} off and does not say why", names.join(", "));
        let finding = Finding::new(Severity::Note, message, place, "no reason is given").advise(advice);
        Some((REASONLESS, self.about(inventory, finding)))
    }

    /// The place of one of its names.
    fn place_of(&self, index: usize) -> Option<Place> {
        match &self.place {
            Said::Comment { document, .. } => self.rules.get(index).map(|(_, span, _)| Place::text(*document, *span)),
            Said::Annotation { object, path, .. } | Said::Unread { object, path, .. } => {
                Some(Place::key(*object, path.clone()))
            }
            Said::Overlay => None,
        }
    }

    /// A set's own annotation is about that set.
    fn about(&self, inventory: &Inventory, finding: Finding) -> Finding {
        match &self.place {
            Said::Annotation { object, .. } | Said::Unread { object, .. }
                if inventory.object(*object).typed.class() == Class::Set =>
            {
                finding.about(*object)
            }
            _ => finding,
        }
    }
}

/// Where the objects stand whose fields overlays decide: much is not said of them that may be true of what is built.
#[derive(Debug, Default)]
struct Undecided {
    /// By file, the lines that each of them fills, in order.
    lines: HashMap<*const Source, Vec<(usize, usize)>>,
}

impl Undecided {
    fn of(inventory: &Inventory) -> Undecided {
        let mut found = Undecided::default();
        for object in inventory.objects().iter().filter(|object| object.has_patched_fields()) {
            let document = &inventory.document(object.document).document;
            let range = document.node(object.node).span().range();
            let line = |offset: usize| document.source.position(offset).line;
            let lines = (line(range.start), line(range.end));
            found.lines.entry(Arc::as_ptr(&document.source)).or_default().push(lines);
        }
        found.lines.values_mut().for_each(|lines| lines.sort_unstable());
        found
    }

    fn holds(&self, inventory: &Inventory, place: &Said) -> bool {
        match place {
            Said::Comment { document, line, .. } => {
                let file = Arc::as_ptr(&inventory.document(*document).document.source);
                let lines = self.lines.get(&file).map(Vec::as_slice).unwrap_or_default();
                let before = lines.partition_point(|(start, _)| start <= line);
                before.checked_sub(1).is_some_and(|last| *line <= lines[last].1)
            }
            Said::Annotation { object, .. } | Said::Unread { object, .. } => {
                inventory.object(*object).has_patched_fields()
            }
            Said::Overlay => true,
        }
    }
}
