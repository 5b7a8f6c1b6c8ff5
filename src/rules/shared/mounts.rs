//! What a container mounts, and what of it outlives the Pod.

use k8s_openapi::api::core::v1::{Container, Volume, VolumeMount};

use crate::model::SetView;
use crate::yaml::FieldPath;

/// What becomes of a volume when its Pod is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Lasting {
    /// A claim template of the set, by its position.
    Template(usize),
    /// It stays: a claim of its own, a network volume, a directory of the node.
    Stays,
    /// It goes: `emptyDir` and ephemeral claims, each by its position among the volumes.
    Goes(usize),
    /// It is made of what Kubernetes holds: ConfigMaps, Secrets, fields of the Pod, images.
    Made,
}

/// One mount.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct Mounted<'a> {
    pub(in crate::rules) position: usize,
    pub(in crate::rules) mount: &'a VolumeMount,
    pub(in crate::rules) lasting: Lasting,
}

impl Mounted<'_> {
    /// Where, without a slash at the end.
    pub(in crate::rules) fn path(&self) -> &str {
        self.mount.mount_path.trim_end_matches('/')
    }

    /// Whether what is written there is there for the next Pod.
    pub(in crate::rules) fn stays(&self) -> bool {
        matches!(self.lasting, Lasting::Template(_) | Lasting::Stays)
    }

    /// Whether the volume's own root is mounted, not a directory in it.
    pub(in crate::rules) fn is_root(&self) -> bool {
        let given = |path: &Option<String>| path.as_deref().is_some_and(|path| !path.is_empty() && path != ".");
        !given(&self.mount.sub_path) && !given(&self.mount.sub_path_expr)
    }

    /// The field.
    pub(in crate::rules) fn field(&self, container: usize) -> FieldPath {
        container_path(container).key("volumeMounts").index(self.position)
    }
}

/// The path of a container.
pub(in crate::rules) fn container_path(container: usize) -> FieldPath {
    FieldPath::of("spec.template.spec.containers").index(container)
}

/// What a container mounts; `None` where some of it is not known.
pub(in crate::rules) fn of<'a>(set: SetView<'a>, container: usize) -> Option<Vec<Mounted<'a>>> {
    let unsound = |path: FieldPath| set.object().is_faulty(&path);
    let one = set.containers().get(container)?;
    if unsound(FieldPath::of("spec.volumeClaimTemplates"))
        || unsound(FieldPath::of("spec.template.spec.volumes"))
        || unsound(container_path(container).key("volumeMounts"))
        || one.volume_devices.as_ref().is_some_and(|devices| !devices.is_empty())
    {
        return None;
    }
    let mounts = one.volume_mounts.iter().flatten().enumerate();
    mounts.map(|(position, mount)| Some(Mounted { position, mount, lasting: lasting(set, &mount.name)? })).collect()
}

fn lasting(set: SetView<'_>, name: &str) -> Option<Lasting> {
    let templates = set.spec().volume_claim_templates.iter().flatten();
    if let Some(position) = templates.into_iter().position(|claim| claim.metadata.name.as_deref() == Some(name)) {
        return Some(Lasting::Template(position));
    }
    let volumes = set.pod_spec()?.volumes.as_deref().unwrap_or_default();
    let position = volumes.iter().position(|volume| volume.name == name)?;
    let volume = &volumes[position];
    let is_made = volume.config_map.is_some()
        || volume.secret.is_some()
        || volume.projected.is_some()
        || volume.downward_api.is_some()
        || volume.image.is_some()
        || volume.git_repo.is_some();
    Some(match volume {
        _ if is_made => Lasting::Made,
        // A volume that names no kind is an `emptyDir`.
        Volume { empty_dir: Some(_), .. } | Volume { ephemeral: Some(_), .. } => Lasting::Goes(position),
        _ if *volume == (Volume { name: volume.name.clone(), ..Volume::default() }) => Lasting::Goes(position),
        _ => Lasting::Stays,
    })
}

/// The claim templates that no container of the Pod mounts, by position and name.
pub(in crate::rules) fn unused_templates(set: SetView<'_>) -> Vec<(usize, &str)> {
    let Some(spec) = set.pod_spec() else { return Vec::new() };
    let uses = |container: &Container, name: &str| {
        container.volume_mounts.iter().flatten().any(|mount| mount.name == name)
            || container.volume_devices.iter().flatten().any(|device| device.name == name)
    };
    let is_used = |name: &str| {
        spec.containers.iter().chain(spec.init_containers.iter().flatten()).any(|container| uses(container, name))
    };
    let templates = set.spec().volume_claim_templates.iter().flatten().enumerate();
    let named = templates.filter_map(|(position, claim)| Some((position, claim.metadata.name.as_deref()?)));
    named.filter(|(_, name)| !is_used(name)).collect()
}

/// Whether a directory is another one or lies in it.
pub(in crate::rules) fn is_within(directory: &str, other: &str) -> bool {
    directory.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The mount that a directory lies in: the nearest one at or above it.
pub(in crate::rules) fn covering<'m, 'a>(mounts: &'m [Mounted<'a>], directory: &str) -> Option<&'m Mounted<'a>> {
    let above = mounts.iter().filter(|mounted| is_within(directory, mounted.path()));
    above.max_by_key(|mounted| mounted.path().len())
}
