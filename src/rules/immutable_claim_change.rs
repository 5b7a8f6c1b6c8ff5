//! `immutable-claim-change`: an update of a claim that the API server refuses, always or depending on the cluster.

use k8s_openapi::api::core::v1::PersistentVolumeClaim;

use super::shared::was::{was, with_base};
use super::shared::wording;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::update::{BETA_CLASS, ClaimAnswer, Possible, possible_claim_answers};
use crate::model::{Change, Object, Typed};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "immutable-claim-change",
    summary: "A field of an existing PersistentVolumeClaim changes that the API server does not let change",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Change(check);

const STORAGE: &str = "spec.resources.requests.storage";

fn check(change: Change<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Change::Kept { base, head } = change else { return };
    let (Typed::Claim(before), Typed::Claim(after)) = (&base.typed, &head.typed) else { return };
    if !base.type_errors.is_empty() || !head.type_errors.is_empty() {
        return;
    }
    // What is refused although nothing changed was there before.
    let beta_class = |claim: &PersistentVolumeClaim| claim.metadata.annotations.as_ref()?.get(BETA_CLASS).cloned();
    if before.spec == after.spec && beta_class(before) == beta_class(after) {
        return;
    }
    let class = class(before).or_else(|| class(after));
    let expandable = match class {
        Some("") => Some(false),
        Some(class) => context.allows_expansion(class),
        None => None,
    };
    let possible = possible_claim_answers(before, after, expandable, context.version);
    if possible.iter().any(|one| !one.answers.is_empty()) {
        let judged = Judged { base, head, class, knows_class: expandable.is_some(), possible };
        findings.push(judged.finding(context));
    }
}

fn class(claim: &PersistentVolumeClaim) -> Option<&str> {
    claim.spec.as_ref()?.storage_class_name.as_deref()
}

/// A claim with the answers in all states that it may be in.
struct Judged<'a> {
    base: &'a Object,
    head: &'a Object,
    class: Option<&'a str>,
    knows_class: bool,
    possible: Vec<Possible>,
}

/// What a finding says: how much it weighs, what it is about, in words.
struct Verdict {
    severity: Severity,
    paths: Vec<FieldPath>,
    message: String,
    help: String,
    note: Option<String>,
}

impl Judged<'_> {
    fn finding(&self, context: &Context<'_>) -> Finding {
        let verdict = self.verdict();
        let label = |path: &FieldPath| {
            let default = (path.to_string() == "spec.volumeMode").then_some("Filesystem");
            was(context, self.base, path, default)
        };
        let first = verdict.paths.first().cloned().unwrap_or_else(|| FieldPath::of("spec"));
        let place = Place::value(self.head.id, first.clone());
        let finding = Finding::new(verdict.severity, verdict.message, place, label(&first));
        let mut finding = with_base(finding, context, self.base, first);
        for path in verdict.paths.iter().skip(1) {
            finding = finding.related(Place::value(self.head.id, path.clone()), label(path));
            finding = with_base(finding, context, self.base, path.clone());
        }
        let mut texts: Vec<String> = Vec::new();
        for one in self.possible.iter().filter(|one| !one.answers.is_empty()) {
            let answers: Vec<String> =
                one.answers.iter().map(|answer| format!("`{}`", answer.text(&self.head.name))).collect();
            let text = answers.join(" and ");
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        finding = finding.advise(verdict.help).note(format!("{} answers {}", context.version, texts.join(" or ")));
        match verdict.note {
            Some(note) => finding.note(note),
            None => finding,
        }
    }

    fn verdict(&self) -> Verdict {
        let name = &self.head.name;
        let new_claim = "write a new claim under another name and copy the data, or go back to what it was".to_owned();
        let always = self.always_immutable();
        if !always.is_empty() {
            let names: Vec<String> = always.iter().map(ToString::to_string).collect();
            let names: Vec<&str> = names.iter().map(|name| name.trim_start_matches("spec.")).collect();
            return Verdict {
                severity: Severity::Error,
                message: format!(
                    "claim `{name}` cannot be updated: the API server refuses any change of {}",
                    wording::list(&names)
                ),
                paths: always,
                help: new_claim,
                note: None,
            };
        }
        if self.in_all(|answer| *answer == ClaimAnswer::BetaClassImmutable) {
            let path = FieldPath::of("metadata.annotations").key(BETA_CLASS);
            return Verdict {
                severity: Severity::Error,
                message: format!("claim `{name}` cannot be updated: the annotation that names its class is fixed"),
                paths: vec![path],
                help: new_claim,
                note: None,
            };
        }
        if self.pending_paths().iter().any(|path| path.to_string() == STORAGE) {
            return self.resized();
        }
        self.depends()
    }

    /// The claim asks for another size.
    fn resized(&self) -> Verdict {
        let name = &self.head.name;
        let paths = vec![FieldPath::of(STORAGE)];
        let class = self.class.map_or_else(|| "its class".to_owned(), |class| format!("class `{class}`"));
        if self.possible.iter().any(|one| one.answers.contains(&ClaimAnswer::Shrinks)) {
            return Verdict {
                severity: Severity::Error,
                message: format!("claim `{name}` cannot shrink: the API server refuses to go below what it has"),
                paths,
                help: "leave the size; a smaller volume is a new claim, with the data copied to it".to_owned(),
                note: Some(
                    "the one exception takes back a growth that is not done: down to more than `status.capacity` of a \
                     bound claim."
                        .to_owned(),
                ),
            };
        }
        let bound = self.possible.iter().filter(|one| one.state.bound);
        let (mut refused, mut allowed) = (false, false);
        for one in bound {
            refused |= !one.answers.is_empty();
            allowed |= one.answers.is_empty();
        }
        if !allowed {
            let why = if self.class == Some("") {
                "it has no class".to_owned()
            } else {
                format!("{class} does not allow it")
            };
            return Verdict {
                severity: Severity::Error,
                message: format!("claim `{name}` cannot grow: {why}"),
                paths,
                help: "set `allowVolumeExpansion: true` on the class first, if its driver can expand volumes"
                    .to_owned(),
                note: None,
            };
        }
        let condition = if refused {
            format!("once it is bound, and only if {class} allows expansion")
        } else {
            "once it is bound".to_owned()
        };
        let widen = "no StorageClass of that name was among the manifests read".to_owned();
        Verdict {
            severity: Severity::Note,
            message: format!("claim `{name}` can grow {condition}"),
            paths,
            help: "nothing to do if that is so; a volume never shrinks again".to_owned(),
            note: (self.class.is_some_and(|class| !class.is_empty()) && !self.knows_class).then_some(widen),
        }
    }

    /// Something whose answer depends on what only the cluster knows.
    fn depends(&self) -> Verdict {
        let name = &self.head.name;
        let answers = || self.possible.iter().flat_map(|one| &one.answers);
        if answers().any(|answer| matches!(answer, ClaimAnswer::AttributesClassRemoved { .. })) {
            return Verdict {
                severity: Severity::Warning,
                message: format!("claim `{name}` cannot give up its class of volume attributes once that is in force"),
                paths: vec![FieldPath::of("spec.volumeAttributesClassName")],
                help: "name another VolumeAttributesClass instead".to_owned(),
                note: None,
            };
        }
        let paths = answers().find_map(|answer| match answer {
            ClaimAnswer::SpecImmutable(paths) => Some(paths.clone()),
            _ => None,
        });
        let paths = paths.unwrap_or_default();
        let by_default_class = self.possible.iter().any(|one| one.has_default_class && !one.answers.is_empty())
            && self.possible.iter().all(|one| one.has_default_class || one.answers.is_empty());
        if by_default_class {
            return Verdict {
                severity: Severity::Warning,
                message: format!(
                    "claim `{name}` cannot be given a class if the cluster has given it another, its default class"
                ),
                paths,
                help: format!(
                    "see which it has: kubectl get pvc {name}; a class that is filled in can only be repeated"
                ),
                note: Some("a claim that has no class yet, bound or not, may be given any.".to_owned()),
            };
        }
        let pending = self.possible.iter().any(|one| !one.state.bound && !one.answers.is_empty());
        let when = if pending { "as long as it is pending" } else { "once it is bound" };
        let names: Vec<String> = paths.iter().map(ToString::to_string).collect();
        let names: Vec<&str> = names.iter().map(|name| name.trim_start_matches("spec.")).collect();
        Verdict {
            severity: if pending { Severity::Note } else { Severity::Warning },
            message: format!(
                "claim `{name}` cannot be updated {when}: the API server then refuses another {}",
                wording::list(&names)
            ),
            paths,
            help: "see its state with `kubectl get pvc`".to_owned(),
            note: None,
        }
    }

    fn pending_paths(&self) -> Vec<FieldPath> {
        let pending = self.possible.iter().filter(|one| !one.state.bound).flat_map(|one| &one.answers);
        let paths = pending.filter_map(|answer| match answer {
            ClaimAnswer::SpecImmutable(paths) => Some(paths.clone()),
            _ => None,
        });
        paths.flatten().collect()
    }

    fn in_all(&self, test: impl Fn(&ClaimAnswer) -> bool) -> bool {
        self.possible.iter().all(|one| one.answers.iter().any(&test))
    }

    /// The fields that may not change in any state.
    fn always_immutable(&self) -> Vec<FieldPath> {
        let mut common: Option<Vec<FieldPath>> = None;
        for one in &self.possible {
            let paths = one.answers.iter().find_map(|answer| match answer {
                ClaimAnswer::SpecImmutable(paths) => Some(paths.clone()),
                _ => None,
            });
            let paths = paths.unwrap_or_default();
            common = Some(match common {
                Some(mut common) => {
                    common.retain(|path| paths.contains(path));
                    common
                }
                None => paths,
            });
        }
        // The server writes a data source twice; the manifest writes it once.
        let mut common = common.unwrap_or_default();
        let path = |path: &FieldPath| path.to_string();
        if common
            .iter()
            .any(|one| path(one).starts_with("spec.dataSource") && !path(one).starts_with("spec.dataSourceRef"))
        {
            common.retain(|one| !path(one).starts_with("spec.dataSourceRef"));
        }
        common
    }
}
