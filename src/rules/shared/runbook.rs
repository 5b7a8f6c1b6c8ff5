//! How a set gets from one state to another that the API server refuses to reach by an update.
//!
//! The procedures are those of kubernetes.io "Force Rollbacks" and of the tasks behind `--cascade=orphan`; what each step
//! does to Pods and claims was watched on a 1.37.1 control plane.

use k8s_openapi::api::apps::v1::StatefulSetPersistentVolumeClaimRetentionPolicy as RetentionPolicy;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;

use super::{Context, kubectl};
use crate::finding::{Finding, Proposal};
use crate::model::update::{FixedField, SetUpdate, TemplateChange};
use crate::model::{Governing, Operator, Quantity, Selector, SetView};

/// Steps as they are collected: a comment, then its commands.
#[derive(Default)]
struct Steps {
    lines: Vec<String>,
    count: usize,
}

impl Steps {
    fn step(&mut self, what: &str, commands: impl IntoIterator<Item = String>) {
        self.count += 1;
        self.lines.push(format!("# {}. {what}", self.count));
        self.lines.extend(commands);
    }
}

/// The state before and after, and what differs.
pub(in crate::rules) struct Runbook<'a> {
    pub(in crate::rules) base: SetView<'a>,
    pub(in crate::rules) head: SetView<'a>,
    pub(in crate::rules) update: &'a SetUpdate,
}

/// A claim template that asks for another size.
struct Resized<'a> {
    name: &'a str,
    size: &'a str,
    class: Option<&'a str>,
    grows: bool,
}

impl<'a> Runbook<'a> {
    /// Adds the steps to a finding.
    pub(in crate::rules) fn advise(&self, mut finding: Finding, context: &Context<'_>) -> Finding {
        for change in &self.update.templates {
            if let TemplateChange::Renamed { from, to, .. } = change {
                finding = finding.advise(format!(
                    "keep the name `{from}`: as `{to}` every Pod gets a new, empty volume, and its data stays behind in \
                     `{from}-{}-…`",
                    self.base.name()
                ));
            }
        }
        if !self.names_are_plain() || self.head.object().renamed {
            // Commands with names that a kustomization changes would be about other objects.
            return finding.advise(
                "delete the set with `--cascade=orphan`, which keeps its Pods and claims, and apply the new manifest",
            );
        }
        let (lead, steps) = self.steps(context);
        finding = finding.propose(lead, Proposal::Run { commands: steps.lines });
        match self.steps_for_data(context) {
            Some(steps) => finding.propose(
                "the claims that exist keep their volumes as they are. To move them too, after that, one Pod at a time \
                 and only while the data lives elsewhere as well (other members, a backup):",
                Proposal::Run { commands: steps.lines },
            ),
            None => finding,
        }
    }

    fn names_are_plain(&self) -> bool {
        let templates = self.claim_templates(self.base).iter().chain(self.claim_templates(self.head));
        let mut names = templates.map(|claim| claim.metadata.name.as_deref().unwrap_or_default());
        kubectl::is_plain(self.head.name())
            && self.head.namespace().is_none_or(kubectl::is_plain)
            && names.all(kubectl::is_plain)
    }

    fn claim_templates(&self, set: SetView<'a>) -> &'a [PersistentVolumeClaim] {
        set.spec().volume_claim_templates.as_deref().unwrap_or_default()
    }

    fn steps(&self, context: &Context<'_>) -> (String, Steps) {
        let name = self.head.name();
        let kubectl = kubectl::kubectl(self.head.namespace());
        let mut steps = Steps::default();
        let resized = self.resized();
        let mut grow = false;
        for claim in resized.iter().filter(|claim| claim.grows && self.can_grow(claim, context) != Some(false)) {
            grow = true;
            self.grow(claim, context, &mut steps);
        }
        let fields = &self.update.fields;
        if fields.contains(&FixedField::ServiceName)
            && let Some(service) = self.head.service_name().filter(|service| kubectl::is_plain(service))
        {
            // One that comes with the set's own file is made when that is applied, before any Pod needs it.
            let governing = context.head.governing_service(self.head);
            let comes_along = matches!(governing, Governing::Service(found) if
                context.head.document_of(found.object().id).document.source.name()
                    == context.head.document_of(self.head.id()).document.source.name());
            if !comes_along {
                let make = match governing {
                    Governing::Service(found) => kubectl::apply(context.head, found.object()),
                    _ => format!("{kubectl} get service {service}"),
                };
                steps.step(
                    &format!("Service {service} has to be there first: the Pods' new names live below it"),
                    [make],
                );
            }
        }
        self.keep_number(&kubectl, &mut steps);
        let claims = match self.deletes_claims(|policy| policy.when_deleted.as_deref()) {
            true => " (without --cascade=orphan they go with the set: whenDeleted is Delete)",
            false => "",
        };
        steps.step(
            &format!(
                "remove the set alone; its Pods keep running and its claims stay{claims}, but a Pod that is lost now is \
                 not replaced"
            ),
            [format!("{kubectl} delete statefulset {name} --cascade=orphan")],
        );
        if fields.contains(&FixedField::Selector) {
            self.relabel(&kubectl, &mut steps);
        }
        let renews_claims = self.adds_templates();
        let adopts = match () {
            () if renews_claims => {
                "the set adopts the Pods, and cannot go on with any of them: they lack the new volume"
            }
            () if self.template_changes() && self.waits_for_deletion() => {
                "the set adopts the Pods; by its update strategy some keep the old template until they are deleted"
            }
            () if self.template_changes() => {
                "the set adopts the Pods and replaces them one by one, by its update strategy"
            }
            () if self.scales().is_some() => "the set adopts the Pods",
            () => "the set adopts the Pods; none restarts",
        };
        let scales = self.scales().map(|words| format!("; {words}")).unwrap_or_default();
        let apply = kubectl::apply(context.head, self.head.object());
        steps.step(&format!("apply the new manifest: {adopts}{scales}"), [apply]);
        self.restart(&kubectl, renews_claims, &mut steps);
        let lead = match () {
            () if grow => "the volumes can grow without losing data; in this order:".to_owned(),
            () if renews_claims => format!("every Pod of `{name}` has to be re-created for it; in this order:"),
            () => "it takes a new set around the same Pods; in this order:".to_owned(),
        };
        (lead, steps)
    }

    fn resized(&self) -> Vec<Resized<'a>> {
        let mut found = Vec::new();
        for change in &self.update.templates {
            let TemplateChange::Changed { before, after, .. } = change else { continue };
            let (old, new) = (&self.claim_templates(self.base)[*before], &self.claim_templates(self.head)[*after]);
            let (Some(from), Some(to)) = (size(old), size(new)) else { continue };
            let (Some(old_size), Some(new_size)) = (Quantity::parse(from), Quantity::parse(to)) else { continue };
            if old_size != new_size {
                let class = old.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref());
                let name = new.metadata.name.as_deref().unwrap_or_default();
                found.push(Resized { name, size: to.trim(), class, grows: new_size > old_size });
            }
        }
        found
    }

    /// Whether the class lets volumes grow; `None` where that is not known.
    fn can_grow(&self, claim: &Resized<'_>, context: &Context<'_>) -> Option<bool> {
        match claim.class {
            Some("") => Some(false),
            Some(class) => context.allows_expansion(class),
            None => None,
        }
    }

    fn grow(&self, claim: &Resized<'_>, context: &Context<'_>, steps: &mut Steps) {
        let kubectl = kubectl::kubectl(self.head.namespace());
        let Resized { name, size, .. } = claim;
        let prefix = format!("{name}-{}", self.head.name());
        let ordinals = kubectl::ordinals(self.base);
        let condition = match (claim.class, self.can_grow(claim, context)) {
            (Some(class), Some(true)) => format!("class {class} allows expansion"),
            (Some(class), _) if kubectl::is_plain(class) => {
                format!("refused unless class {class} says allowVolumeExpansion: true")
            }
            _ => "refused unless their class says allowVolumeExpansion: true".to_owned(),
        };
        let patch = format!(r#"{{"spec":{{"resources":{{"requests":{{"storage":"{size}"}}}}}}}}"#);
        steps.step(
            &format!("grow the claims; {condition}"),
            kubectl::each(
                &kubectl,
                "pvc",
                &prefix,
                ordinals.as_ref(),
                &format!("{kubectl} patch pvc {{}} -p '{patch}'"),
            ),
        );
        steps.step(
            &format!("wait until CAPACITY of each says {size} or more (some drivers need the Pod restarted for it)"),
            [format!("{kubectl} get pvc --watch | grep {prefix}-")],
        );
    }

    /// Gives the running Pods the labels that the new selector asks for: a set adopts only what it selects.
    fn relabel(&self, kubectl: &str, steps: &mut Steps) {
        let old = self.base.template_labels();
        let new = self.head.template_labels();
        let selector = Selector::of_labels(Some(&self.head.spec().selector));
        if selector.matches(old) {
            return;
        }
        let asked = selector.requirements().iter().filter_map(|requirement| {
            let value = new.get(&requirement.key)?;
            let differs = old.get(&requirement.key) != Some(value);
            let fits = matches!(requirement.operator, Operator::In(_) | Operator::Exists);
            (differs && fits).then(|| (requirement.key.clone(), value.clone()))
        });
        let asked: Vec<(String, String)> = asked.collect();
        let plain =
            |(key, value): &(String, String)| kubectl::is_plain(key) && (value.is_empty() || kubectl::is_plain(value));
        let what = "give the Pods the labels that the new selector asks for; otherwise they keep their names occupied and \
                    the new set stays at 0 Pods without a word. Whatever still selects old values (a Service, a budget) \
                    loses the Pods here";
        if asked.is_empty() || !asked.iter().all(plain) {
            return steps.step(what, ["# (kubectl label pod …)".to_owned()]);
        }
        let labels: Vec<String> = asked.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let command = format!("{kubectl} label pod {{}} --overwrite {}", labels.join(" "));
        let ordinals = kubectl::ordinals(self.base);
        steps.step(what, kubectl::each(kubectl, "pod", self.base.name(), ordinals.as_ref(), &command));
    }

    fn restart(&self, kubectl: &str, renews_claims: bool, steps: &mut Steps) {
        let name = self.head.name();
        let old_service = self.base.service_name().filter(|service| kubectl::is_plain(service));
        let old_service = old_service
            .map(|service| format!("; keep Service {service} until the last one is done"))
            .unwrap_or_default();
        let new_service = self.update.fields.contains(&FixedField::ServiceName);
        if renews_claims {
            self.delete_each(
                kubectl,
                "delete every old Pod by hand, from the lowest up, and wait until it is ready again before the next; a \
                 higher one that is lost before its turn does not come back",
                steps,
            );
        } else if new_service && self.waits_for_deletion() {
            self.delete_each(
                kubectl,
                &format!(
                    "delete the Pods one by one: each keeps its old host name and domain until it is re-created\
                     {old_service}"
                ),
                steps,
            );
        } else if new_service && !self.template_changes() {
            steps.step(
                &format!(
                    "restart the Pods, one by one: each keeps its old host name and domain until it is re-created, and from \
                     then on it is found by the new one only: whatever names the members (peer lists, seeds, clients) has \
                     to change with it{old_service}"
                ),
                [format!("{kubectl} rollout restart statefulset {name}")],
            );
        }
    }

    /// Deletes Pod after Pod. Right after its deletion there is no Pod to wait for, and one that does not become ready
    /// must not let the next one go: hence a loop, and no time limit.
    fn delete_each(&self, kubectl: &str, what: &str, steps: &mut Steps) {
        let command = format!(
            "{kubectl} delete pod {{}} && until {kubectl} wait pod/{{}} --for=condition=Ready --timeout=1m; do sleep 2; done"
        );
        let ordinals = kubectl::ordinals(self.base);
        steps.step(what, kubectl::each(kubectl, "pod", self.head.name(), ordinals.as_ref(), &command));
    }

    /// A new set starts with the number of its manifest, whatever an autoscaler or a hand had made of the old one.
    fn keep_number(&self, kubectl: &str, steps: &mut Steps) {
        let written = self.head.spec().replicas;
        if kubectl::ordinals(self.head).is_some() {
            return;
        }
        let claims = match self.deletes_claims(|policy| policy.when_scaled.as_deref()) {
            true => " and their claims, with the data (whenScaled is Delete)",
            false => "",
        };
        let number = written.unwrap_or(1);
        steps.step(
            &format!(
                "write the number that runs now into spec.replicas of the manifest: a new set starts with what is \
                 written there, here {number}, and a smaller one removes Pods{claims}"
            ),
            [format!("{kubectl} get statefulset {} -o jsonpath='{{.spec.replicas}}'", self.base.name())],
        );
    }

    /// What else the apply does, when the number of Pods changes with it.
    fn scales(&self) -> Option<String> {
        let (before, after) = (kubectl::ordinals(self.base)?, kubectl::ordinals(self.head)?);
        if before == after {
            return None;
        }
        let is_gone = |ordinal: &i64| !after.contains(ordinal);
        if !before.clone().any(|ordinal| is_gone(&ordinal)) {
            return Some(format!("then it adds Pods, up to {} of them", after.end - after.start));
        }
        let claims = match self.deletes_claims(|policy| policy.when_scaled.as_deref()) {
            true => ", and their claims with the data (whenScaled is Delete)",
            false => "",
        };
        if after.is_empty() {
            return Some(format!("then it removes all Pods{claims}"));
        }
        Some(format!(
            "then it removes the Pods outside of {}-{} to {}-{}{claims}",
            self.head.name(),
            after.start,
            self.head.name(),
            after.end - 1
        ))
    }

    /// Whether claims go by this part of the retention policy, before or after.
    fn deletes_claims(&self, part: impl Fn(&RetentionPolicy) -> Option<&str>) -> bool {
        let deletes = |set: SetView<'_>| {
            set.spec().persistent_volume_claim_retention_policy.as_ref().and_then(&part) == Some("Delete")
        };
        let has_claims = !self.claim_templates(self.base).is_empty();
        has_claims && (deletes(self.base) || deletes(self.head))
    }

    /// Whether an update leaves Pods as they are: `OnDelete`, or a partition.
    fn waits_for_deletion(&self) -> bool {
        self.head.spec().update_strategy.as_ref().is_some_and(|strategy| {
            let partition = strategy.rolling_update.as_ref().and_then(|rolling| rolling.partition);
            strategy.type_.as_deref() == Some("OnDelete") || partition.is_some_and(|partition| partition > 0)
        })
    }

    /// Whether Pods that run lack a volume that the new manifest gives them.
    fn adds_templates(&self) -> bool {
        let adds =
            |change: &TemplateChange| matches!(change, TemplateChange::Added { .. } | TemplateChange::Renamed { .. });
        self.update.templates.iter().any(adds)
    }

    fn template_changes(&self) -> bool {
        self.base.spec().template != self.head.spec().template
    }

    /// What it takes to bring data to volumes of another kind: another class, another access mode, a size that the
    /// volumes there cannot take.
    fn steps_for_data(&self, context: &Context<'_>) -> Option<Steps> {
        let resized = self.resized();
        let other_volume = |change: &TemplateChange| match change {
            TemplateChange::Changed { name, paths, .. } => {
                let is_spec = |path: &crate::yaml::FieldPath| path.to_string().starts_with("spec");
                let is_size = |path: &crate::yaml::FieldPath| path.to_string() == "spec.resources.requests.storage";
                let cannot = |claim: &&Resized<'_>| !claim.grows || self.can_grow(claim, context) == Some(false);
                let stays = resized.iter().filter(|claim| claim.name == name).any(|claim| cannot(&claim));
                let moves = paths.iter().any(|path| is_spec(path) && (!is_size(path) || stays));
                moves.then(|| name.clone())
            }
            _ => None,
        };
        let templates: Vec<String> = self.update.templates.iter().filter_map(other_volume).collect();
        if templates.is_empty() {
            return None;
        }
        let kubectl = kubectl::kubectl(self.head.namespace());
        let pod = format!("{}-{}", self.head.name(), self.base.first_ordinal());
        let claims: Vec<String> = templates.iter().map(|template| format!("{template}-{pod}")).collect();
        let mut steps = Steps::default();
        steps.step(
            "keep the old volume when its claim goes",
            claims.iter().map(|claim| {
                format!(
                    "kubectl patch pv $({kubectl} get pvc {claim} -o jsonpath='{{.spec.volumeName}}') -p \
                     '{{\"spec\":{{\"persistentVolumeReclaimPolicy\":\"Retain\"}}}}'"
                )
            }),
        );
        steps.step(
            "only when that said `patched`: delete claim and Pod; the Pod comes back on a new, EMPTY volume",
            [format!("{kubectl} delete pvc {} --wait=false", claims.join(" ")), format!("{kubectl} delete pod {pod}")],
        );
        steps.step("wait until its data is complete again, then go on with the next ordinal", []);
        Some(steps)
    }
}

fn size(claim: &PersistentVolumeClaim) -> Option<&str> {
    let request = claim.spec.as_ref()?.resources.as_ref()?.requests.as_ref()?.get("storage")?;
    Some(request.0.as_str())
}
