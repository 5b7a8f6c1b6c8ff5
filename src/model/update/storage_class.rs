//! Updates of a StorageClass (`pkg/apis/storage/validation/validation.go`, ValidateStorageClassUpdate).

use k8s_openapi::api::storage::v1::StorageClass;

use crate::model::Version;

/// A field of a class that cannot be updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClassField {
    /// `parameters`.
    Parameters,
    /// `provisioner`.
    Provisioner,
    /// `reclaimPolicy`.
    ReclaimPolicy,
    /// `volumeBindingMode`.
    VolumeBindingMode,
}

impl ClassField {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            ClassField::Parameters => "parameters",
            ClassField::Provisioner => "provisioner",
            ClassField::ReclaimPolicy => "reclaimPolicy",
            ClassField::VolumeBindingMode => "volumeBindingMode",
        }
    }

    /// What the server of this version says.
    pub fn answer(self, version: Version) -> String {
        let name = self.name();
        if version.is_at_least(36) || self == ClassField::VolumeBindingMode {
            return format!("{name}: Invalid value: …: field is immutable");
        }
        format!("{name}: Forbidden: updates to {name} are forbidden.")
    }
}

/// The fields that the server of this version refuses to change.
pub fn answer_storage_class(base: &StorageClass, head: &StorageClass, version: Version) -> Vec<ClassField> {
    let mut fields = Vec::new();
    let text = |value: &Option<String>, default: &str| {
        value.clone().filter(|value| !value.is_empty()).unwrap_or_else(|| default.to_owned())
    };
    let (before, after) = (base.parameters.clone().unwrap_or_default(), head.parameters.clone().unwrap_or_default());
    // Up to 1.35 an empty map that is written is not the nothing that is stored.
    let is_new_and_empty =
        base.parameters.is_none() && head.parameters.as_ref().is_some_and(|parameters| parameters.is_empty());
    if before != after || (is_new_and_empty && !version.is_at_least(36)) {
        fields.push(ClassField::Parameters);
    }
    if base.provisioner != head.provisioner {
        fields.push(ClassField::Provisioner);
    }
    if text(&base.reclaim_policy, "Delete") != text(&head.reclaim_policy, "Delete") {
        fields.push(ClassField::ReclaimPolicy);
    }
    if text(&base.volume_binding_mode, "Immediate") != text(&head.volume_binding_mode, "Immediate") {
        fields.push(ClassField::VolumeBindingMode);
    }
    fields
}
