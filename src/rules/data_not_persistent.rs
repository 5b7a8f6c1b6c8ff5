//! `data-not-persistent`: data that goes with its Pod.

use serde_json::{Value, json};

use super::shared::grace;
use super::shared::mounts::{self, Lasting, Mounted, container_path, covering, is_within};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::systems::{Data, Directory, Found, Kept, Running, Worth};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "data-not-persistent",
    summary: "A system's data lies on no volume that outlives its Pod",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
};

pub(super) const CHECK: Check = Check::Set(check);

/// Everything that is known of one set.
struct Judged<'a> {
    set: SetView<'a>,
    running: &'a Running<'a>,
    worth: &'a Worth,
    mounts: Vec<Mounted<'a>>,
    directory: Directory<'a>,
}

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(running) = context.system(set) else { return };
    let Some(worth) = running.worth().filter(|worth| worth.is == Kept::Data) else { return };
    let Some(directory) = running.data_directory() else { return };
    let Some(mounts) = mounts::of(set, running.container()) else { return };
    if matches!(directory, Directory::Nowhere) || set.settings_are_patched() {
        return;
    }
    let judged = Judged { set, running: &running, worth, mounts, directory };
    let finding = if judged.mounts.iter().any(Mounted::stays) { judged.beside() } else { judged.without() };
    if let Some(finding) = finding {
        findings.push(finding.about(set.id()));
    }
}

impl Judged<'_> {
    /// The container mounts something that stays, and data may lie elsewhere.
    fn beside(&self) -> Option<Finding> {
        let Directory::At { paths, fact, set_by } = &self.directory else { return None };
        let staying: Vec<&Mounted<'_>> = self.mounts.iter().filter(|mounted| mounted.stays()).collect();
        // The Pods are told of the mount: what they are told may well move the data there.
        if set_by.is_none() && staying.iter().any(|mounted| self.running.mentions(mounted.path())) {
            return None;
        }
        let lost = paths.iter().find(|path| {
            let covered =
                covering(&self.mounts, path).is_some_and(Mounted::stays) && self.declared(path, fact).is_none();
            !covered && !staying.iter().any(|mounted| is_within(mounted.path(), path))
        })?;
        let cover = covering(&self.mounts, lost);
        match (cover.map(|mounted| mounted.lasting), self.declared(lost, fact)) {
            (Some(Lasting::Made), _) => None,
            (Some(Lasting::Goes(volume)), _) => Some(self.on_empty_dir(cover?, volume, Some(lost))),
            (_, declared) => self.claim_beside(&staying, lost, declared, fact, set_by.as_ref()),
        }
    }

    /// The directory that the image declares as a volume between a directory and the mount above it.
    fn declared<'f>(&self, path: &str, fact: &'f Data) -> Option<&'f str> {
        let mounted = covering(&self.mounts, path).map_or(0, |mounted| mounted.path().len());
        let mut declared = fact.declares.iter().map(String::as_str);
        declared.find(|declared| is_within(path, declared) && declared.len() > mounted)
    }

    fn claim_beside(
        &self,
        staying: &[&Mounted<'_>],
        directory: &str,
        declared: Option<&str>,
        fact: &Data,
        set_by: Option<&Found>,
    ) -> Option<Finding> {
        let position = self.running.container();
        let is_claimed = |mounted: &&&Mounted<'_>| matches!(mounted.lasting, Lasting::Template(_));
        let mounted = staying.iter().find(is_claimed)?;
        let (set, what) = (self.set.name(), &self.worth.what);
        let (claim, at) = (&mounted.mount.name, mounted.path());
        let message = format!(
            "`{set}` loses {what} with each Pod: claim `{claim}` is mounted at `{at}`, the data is written to `{directory}`"
        );
        let field = mounted.field(position).key("mountPath");
        let label = match declared {
            Some(_) if is_within(directory, at) => "a volume of the image's own covers the data directory below this",
            _ => "the data is not written below this",
        };
        let mut finding = Finding::new(Severity::Error, message, Place::value(self.set.id(), field.clone()), label);
        if let Some(found) = set_by {
            finding = finding.related(place(found), "it is written here");
        }
        // The only claim: mounted where the data is, and below a root where that matters.
        let mount = if set_by.is_some() { Some(directory.to_owned()) } else { self.running.mount_for(fact) };
        if let (Some(mount), [only]) = (mount, staying) {
            let mut changes = vec![self.set_field(field, json!(mount))];
            if mount == directory && self.running.lost_found().is_some() && only.is_root() {
                changes.push(self.set_field(only.field(position).key("subPath"), json!("data")));
            }
            finding = finding.propose_all("mount the claim where the data is:", changes);
        }
        finding = match declared {
            Some(declared) => finding.note(format!(
                "the image declares `{declared}` as a volume: unless something is mounted exactly there, the runtime puts an \
                 anonymous volume over it, which goes with the container, also below a claim."
            )),
            None => finding.note(
                "what lies outside of mounts is in the container's own layer: it is gone when the container is started anew, \
                 also on the same node.",
            ),
        };
        Some(match &fact.beside {
            Some(beside) => finding.note(format!("{beside}.")),
            None => finding,
        })
    }

    /// The container mounts nothing that stays.
    fn without(&self) -> Option<Finding> {
        let others = (0..self.set.containers().len()).filter(|&other| other != self.running.container());
        for other in others {
            if mounts::of(self.set, other).is_none_or(|mounts| mounts.iter().any(Mounted::stays)) {
                return None;
            }
        }
        if let Some((position, name)) = mounts::unused_templates(self.set).first().copied() {
            return Some(self.unmounted(position, name));
        }
        let path = match &self.directory {
            Directory::At { paths, .. } => paths.first().map(String::as_str),
            _ => None,
        };
        match path.and_then(|path| covering(&self.mounts, path)) {
            Some(mounted) => match mounted.lasting {
                Lasting::Goes(volume) => Some(self.on_empty_dir(mounted, volume, path)),
                _ => None,
            },
            None if path.is_none() && self.mounts.iter().any(|mounted| matches!(mounted.lasting, Lasting::Goes(_))) => {
                let mut going = self.mounts.iter().filter_map(|mounted| match mounted.lasting {
                    Lasting::Goes(volume) => Some((mounted, volume)),
                    _ => None,
                });
                let (mounted, volume) = going.next()?;
                // One of several, or one for something else: which holds the data is not known.
                going.next().is_none().then(|| self.on_empty_dir(mounted, volume, None))
            }
            None => Some(self.on_nothing(path)),
        }
    }

    fn unmounted(&self, template: usize, name: &str) -> Finding {
        let (set, what) = (self.set.name(), &self.worth.what);
        let message = format!("`{set}` loses {what} with each Pod: its claim `{name}` is mounted in no container");
        let path = FieldPath::of("spec.volumeClaimTemplates").index(template).key("metadata").key("name");
        let finding =
            Finding::new(Severity::Error, message, Place::value(self.set.id(), path), "no container mounts it");
        match self.mount(name) {
            Some(changes) => finding.propose_all("mount it where the data is:", changes),
            None => finding.advise(format!("mount `{name}` at the directory that {} writes to", self.running.title())),
        }
        .note("each Pod gets the claim and its volume all the same, and nothing is ever written to it.")
    }

    fn on_nothing(&self, path: Option<&str>) -> Finding {
        let (set, what) = (self.set.name(), &self.worth.what);
        let at = path.map_or_else(String::new, |path| format!(" in `{path}`"));
        let message =
            format!("`{set}` keeps {what}{at} on no volume: they are gone whenever a container is started anew");
        let place = Place::value(self.set.id(), container_path(self.running.container()).key("name"));
        let finding = Finding::new(self.weight(), message, place, "mounts nothing that outlives it");
        let name = "data";
        let is_taken = self.mounts.iter().any(|mounted| mounted.mount.name == name)
            || self.set.pod_spec().is_some_and(|spec| spec.volumes.iter().flatten().any(|volume| volume.name == name));
        let finding = match self.mount(name).filter(|_| !is_taken && self.has_no_templates()) {
            Some(mut changes) => {
                changes.push(self.template(name));
                finding.propose_all("give each Pod a claim:", changes)
            }
            None => finding.advise("give each Pod a claim by `volumeClaimTemplates`, mounted where the data is"),
        };
        finding.note("fine for a system that is filled anew at every start, as in tests.")
    }

    fn on_empty_dir(&self, mounted: &Mounted<'_>, volume: usize, path: Option<&str>) -> Finding {
        let (set, what, name) = (self.set.name(), &self.worth.what, &mounted.mount.name);
        let path = path.unwrap_or(mounted.path());
        let volumes = FieldPath::of("spec.template.spec.volumes");
        let spec = self.set.pod_spec().and_then(|spec| spec.volumes.as_deref()?.get(volume));
        let empty = spec.and_then(|volume| volume.empty_dir.as_ref());
        let (kind, lost) = match empty.map(|empty| empty.medium.as_deref()) {
            Some(Some("Memory")) => {
                ("memory", "gone whenever a Pod is evicted, moved or deleted, or its node restarts")
            }
            Some(_) => ("an `emptyDir`", "gone whenever a Pod is evicted, moved or deleted"),
            None => ("an ephemeral volume", "gone whenever a Pod is evicted, moved or deleted"),
        };
        let message = format!("`{set}` keeps {what} in `{path}` on {kind}: they are {lost}");
        let place = Place::key(self.set.id(), volumes.clone().index(volume));
        let at = mounted.field(self.running.container()).key("mountPath");
        let finding = Finding::new(self.weight(), message, place, "it goes with its Pod")
            .related(Place::value(self.set.id(), at), "the data is written here");
        let finding = if self.has_no_templates() {
            let lead = format!("instead of the volume `{name}`, have a claim of that name:");
            let mut changes = vec![self.without_volume(volumes, volume), self.template(name)];
            changes.extend(self.time_to_stop());
            if self.running.lost_found().is_some() && mounted.is_root() {
                let field = mounted.field(self.running.container()).key("subPath");
                changes.push(self.set_field(field, json!("data")));
            }
            finding.propose_all(lead, changes)
        } else {
            finding.advise(format!("put a claim of the name `{name}` among the `volumeClaimTemplates` in its place"))
        };
        finding.note(
            "an `emptyDir` outlives containers, not Pods: a drain, an eviction for memory or disk and every update replace \
             Pods. Fine where the members copy everything from others and never stop together, and in tests.",
        )
    }

    /// What was written out may be meant; several members lose more than one toy.
    fn weight(&self) -> Severity {
        if self.set.has_several_pods() { Severity::Warning } else { Severity::Note }
    }

    fn has_no_templates(&self) -> bool {
        self.set.spec().volume_claim_templates.as_ref().is_none_or(Vec::is_empty)
    }

    /// Mounts a volume where the data is.
    fn mount(&self, name: &str) -> Option<Vec<Proposal>> {
        let Directory::At { paths, fact, set_by } = &self.directory else { return None };
        let [directory] = paths.as_slice() else { return None };
        let path = if set_by.is_some() { directory.clone() } else { self.running.mount_for(fact)? };
        let is_below_root = path != *directory || self.running.lost_found().is_none();
        let mount = match is_below_root {
            true => json!({"name": name, "mountPath": path}),
            false => json!({"name": name, "mountPath": path, "subPath": "data"}),
        };
        let mut all: Vec<Value> = Vec::new();
        for mounted in &self.mounts {
            all.push(serde_json::to_value(mounted.mount).ok()?);
        }
        all.push(mount);
        let at = container_path(self.running.container()).key("volumeMounts");
        let mut changes = vec![self.set_field(at, Value::Array(all))];
        changes.extend(self.time_to_stop());
        Some(changes)
    }

    /// With data to keep comes the time to close it.
    fn time_to_stop(&self) -> Option<Proposal> {
        let needed = self.running.shutdown()?.seconds;
        let slept =
            self.set.containers().iter().filter_map(grace::slept).map(|(seconds, _)| seconds).max().unwrap_or(0);
        let needed = needed.saturating_add(slept);
        let given = grace::written(self.set).unwrap_or(grace::DEFAULT);
        (given < needed).then(|| self.set_field(grace::path(), json!(needed)))
    }

    /// Takes a volume out; what is left of an empty list is no field.
    fn without_volume(&self, path: FieldPath, position: usize) -> Proposal {
        let volumes = self.set.pod_spec().and_then(|spec| spec.volumes.as_deref()).unwrap_or_default();
        let others = volumes.iter().enumerate().filter(|(other, _)| *other != position);
        let others: Vec<Value> = others.filter_map(|(_, volume)| serde_json::to_value(volume).ok()).collect();
        match others.is_empty() {
            true => Proposal::Remove { object: self.set.id(), path },
            false => self.set_field(path, Value::Array(others)),
        }
    }

    fn template(&self, name: &str) -> Proposal {
        let claim = json!([{
            "metadata": {"name": name},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}},
        }]);
        self.set_field(FieldPath::of("spec.volumeClaimTemplates"), claim)
    }

    fn set_field(&self, path: FieldPath, value: Value) -> Proposal {
        Proposal::Set { object: self.set.id(), path, value }
    }
}

fn place(found: &Found) -> Place {
    let place = Place::value(found.object, found.path.clone());
    match &found.range {
        Some(range) => place.within(range.clone()),
        None => place,
    }
}
