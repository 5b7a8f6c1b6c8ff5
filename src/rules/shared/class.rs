//! The StorageClasses of a set's claims, and what becomes of a volume when its claim is gone.

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use k8s_openapi::api::storage::v1::StorageClass;

use super::Context;
use crate::model::{Class, Object, SetView, Typed};
use crate::systems::{Kept, Running, Worth};

/// A StorageClass among the manifests.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct ClassView<'a> {
    pub(in crate::rules) object: &'a Object,
    class: &'a StorageClass,
}

impl<'a> ClassView<'a> {
    /// Whether a volume that it makes goes with its claim; the API server's default is that it does.
    pub(in crate::rules) fn deletes(self) -> bool {
        self.class.reclaim_policy.as_deref().is_none_or(|policy| policy == "Delete")
    }

    /// Who makes its volumes.
    pub(in crate::rules) fn provisioner(self) -> &'a str {
        &self.class.provisioner
    }

    /// The file system that it asks for.
    pub(in crate::rules) fn file_system(self) -> Option<&'a str> {
        let parameters = self.class.parameters.as_ref()?;
        ["csi.storage.k8s.io/fstype", "fsType"].iter().find_map(|key| parameters.get(*key)).map(String::as_str)
    }

    /// Whether its volumes are directories of something larger: a node's disk or a file server.
    pub(in crate::rules) fn shares_directories(self) -> bool {
        let parts = ["nfs", "efs", "local-path", "hostpath", "host-path", "cephfs", "file.csi", "filestore", "smb"];
        parts.iter().any(|part| self.class.provisioner.contains(part))
    }

    /// Whether it makes volumes at all: the policy of one that somebody else made is its own.
    pub(in crate::rules) fn provisions(self) -> bool {
        self.class.provisioner != "kubernetes.io/no-provisioner"
    }
}

/// The classes that were read, in the order of the input.
pub(in crate::rules) fn all<'a>(context: &Context<'a>) -> impl Iterator<Item = ClassView<'a>> {
    let head = context.head;
    head.of_class(Class::StorageClass).iter().filter_map(move |&id| {
        let object = head.object(id);
        match &object.typed {
            Typed::StorageClass(class) => Some(ClassView { object, class }),
            _ => None,
        }
    })
}

/// The class of this name; `None` where it was not read, or is read twice and differently.
pub(in crate::rules) fn named<'a>(name: &str, context: &Context<'a>) -> Option<ClassView<'a>> {
    let mut found = all(context).filter(|class| class.object.name == name);
    let first = found.next()?;
    let same = |other: ClassView<'_>| other.deletes() == first.deletes() && other.provisions() == first.provisions();
    found.all(same).then_some(first)
}

/// The claim templates that a known system keeps data on, each with its position, and what the data is; `None` where
/// the system is not known, or what it keeps can be had again.
pub(in crate::rules) fn data_claims<'a>(
    set: SetView<'a>,
    running: &Running<'a>,
) -> Option<(&'a Worth, Vec<(usize, &'a PersistentVolumeClaim)>)> {
    let worth = running.worth().filter(|worth| worth.is == Kept::Data)?;
    let container = set.containers().get(running.container())?;
    let is_mounted = |claim: &PersistentVolumeClaim| {
        let mounts = container.volume_mounts.iter().flatten();
        mounts.into_iter().any(|mount| claim.metadata.name.as_deref() == Some(mount.name.as_str()))
    };
    let templates = set.spec().volume_claim_templates.iter().flatten().enumerate();
    let mounted: Vec<_> = templates.filter(|(_, claim)| is_mounted(claim)).collect();
    (!mounted.is_empty()).then_some((worth, mounted))
}
