//! How a set gets from one state to another that the API server refuses to reach by an update.
//!
//! The procedures are those of kubernetes.io "Force Rollbacks" and of the tasks behind `--cascade=orphan`; what each step
//! does to Pods and claims was watched on a 1.37.1 control plane.

use k8s_openapi::api::core::v1::PersistentVolumeClaim;

use super::{Context, kubectl};
use crate::finding::{Finding, Proposal};
use crate::model::update::{FixedField, SetUpdate, TemplateChange};
use crate::model::{Operator, Quantity, Selector, SetView};

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
        if !self.names_are_plain() {
            return finding.advise(
                "delete the set with `--cascade=orphan`, which keeps its Pods and claims, and apply the new manifest",
            );
        }
        let (lead, steps) = self.steps(context);
        finding = finding.propose(lead, Proposal::Run { commands: steps.lines });
        match self.steps_for_data() {
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
            steps.step(
                &format!("see that Service {service} is there: the Pods' new names live below it"),
                [format!("{kubectl} get service {service}")],
            );
        }
        steps.step(
            "remove the set alone; its Pods keep running and its claims stay, but a Pod that is lost now is not replaced",
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
            () if self.template_changes() => {
                "the set adopts the Pods and replaces them one by one, by its update strategy"
            }
            () => "the set adopts the Pods; none restarts",
        };
        let apply = kubectl::apply(context.head, self.head.object());
        steps.step(&format!("apply the new manifest: {adopts}"), [apply]);
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
                    the new set stays at 0 Pods without a word";
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
        if renews_claims {
            let ordinals = kubectl::ordinals(self.base);
            steps.step(
                "delete every old Pod by hand, from the lowest up, and wait until it is ready again before the next; a \
                 higher one that is lost before its turn does not come back",
                kubectl::each(
                    kubectl,
                    "pod",
                    name,
                    ordinals.as_ref(),
                    &format!(
                        "{kubectl} delete pod {{}} && {kubectl} wait pod/{{}} --for=condition=Ready --timeout=10m"
                    ),
                ),
            );
        } else if self.update.fields.contains(&FixedField::ServiceName) && !self.template_changes() {
            steps.step(
                "restart the Pods, one by one: each keeps its old host name and domain until it is re-created",
                [format!("{kubectl} rollout restart statefulset {name}")],
            );
        }
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

    /// What it takes to bring data to volumes of another kind: another class, a smaller size, another access mode.
    fn steps_for_data(&self) -> Option<Steps> {
        let other_volume = |change: &&TemplateChange| match change {
            TemplateChange::Changed { name, paths, .. } => {
                let is_spec = |path: &crate::yaml::FieldPath| path.to_string().starts_with("spec");
                let is_size = |path: &crate::yaml::FieldPath| path.to_string() == "spec.resources.requests.storage";
                let shrinks = self.resized().iter().any(|claim| claim.name == name && !claim.grows);
                paths.iter().any(|path| is_spec(path) && (!is_size(path) || shrinks))
            }
            _ => false,
        };
        let change = self.update.templates.iter().find(other_volume)?;
        let TemplateChange::Changed { name: template, .. } = change else { return None };
        let kubectl = kubectl::kubectl(self.head.namespace());
        let name = self.head.name();
        let first = self.base.first_ordinal();
        let (claim, pod) = (format!("{template}-{name}-{first}"), format!("{name}-{first}"));
        let mut steps = Steps::default();
        steps.step(
            "keep the old volume when its claim goes",
            [format!(
                "kubectl patch pv $({kubectl} get pvc {claim} -o jsonpath='{{.spec.volumeName}}') -p \
                 '{{\"spec\":{{\"persistentVolumeReclaimPolicy\":\"Retain\"}}}}'"
            )],
        );
        steps.step(
            "delete claim and Pod: the Pod comes back on a new, EMPTY volume",
            [format!("{kubectl} delete pvc {claim} --wait=false"), format!("{kubectl} delete pod {pod}")],
        );
        steps.step("wait until its data is complete again, then go on with the next ordinal", []);
        Some(steps)
    }
}

fn size(claim: &PersistentVolumeClaim) -> Option<&str> {
    let request = claim.spec.as_ref()?.resources.as_ref()?.requests.as_ref()?.get("storage")?;
    Some(request.0.as_str())
}
