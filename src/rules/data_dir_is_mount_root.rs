//! `data-dir-is-mount-root`: a data directory in which the file system has put something already.

use serde_json::json;

use super::shared::class;
use super::shared::mounts::{self, Lasting, covering};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, Proposal, RuleMeta, Severity};
use crate::model::SetView;
use crate::systems::Directory;

pub(super) const META: RuleMeta = RuleMeta {
    id: "data-dir-is-mount-root",
    summary: "A system that stumbles over `lost+found` keeps its data in the root of a volume",
    group: Group::Default,
    severities: &[Severity::Warning],
};

pub(super) const CHECK: Check = Check::Set(check);

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(running) = context.system(set) else { return };
    let Some(fact) = running.lost_found() else { return };
    let Some(Directory::At { paths, set_by, .. }) = running.data_directory() else { return };
    let Some(mounts) = mounts::of(set, running.container()) else { return };
    if set.settings_are_patched() {
        return;
    }
    let at_root = paths.iter().find_map(|path| {
        let mounted = covering(&mounts, path).filter(|mounted| mounted.path() == path && mounted.is_root())?;
        let Lasting::Template(template) = mounted.lasting else { return None };
        (!has_no_lost_found(set, template, context)).then_some((path, mounted))
    });
    let Some((path, mounted)) = at_root else { return };
    let (name, title) = (set.name(), running.title());
    let message = format!(
        "`{name}` keeps the data of {title} in the root of claim `{}`: on ext4 a `lost+found` lies there, and {}",
        mounted.mount.name, fact.says
    );
    let field = mounted.field(running.container());
    let mut finding = Finding::new(
        Severity::Warning,
        message,
        Place::value(set.id(), field.clone().key("mountPath")),
        format!("the volume's root is `{path}`"),
    )
    .about(set.id());
    if let Some(found) = set_by {
        finding = finding.related(Place::value(found.object, found.path), "the data directory");
    }
    let change = Proposal::Set { object: set.id(), path: field.key("subPath"), value: json!("data") };
    findings.push(
        finding.propose("before there is data on it, mount a directory of the volume:", change).note(
            "mkfs makes `lost+found` on ext4, which most drivers for block storage choose unless the class says otherwise; xfs, \
             NFS and directories of a node have none, and there it is fine. On a volume that holds data already a `subPath` \
             hides it: leave it as it is.",
        ),
    );
}

/// Whether the class of the claim was read and makes volumes of another file system.
fn has_no_lost_found(set: SetView<'_>, template: usize, context: &Context<'_>) -> bool {
    let claim = set.spec().volume_claim_templates.as_ref().and_then(|claims| claims.get(template));
    let name = claim.and_then(|claim| claim.spec.as_ref()?.storage_class_name.as_deref());
    let Some(class) = name.and_then(|name| class::named(name, context)) else { return false };
    class.file_system().is_some_and(|kind| !kind.starts_with("ext")) || class.shares_directories()
}
