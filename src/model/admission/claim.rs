//! Claims and claim templates (`pkg/apis/core/validation/validation.go`, ValidatePersistentVolumeClaim and
//! ValidatePersistentVolumeClaimSpec).

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec};

use super::forms::{flawed, flawed_as};
use super::name::{Flaw, label_flaws, subdomain_flaws};
use super::review::Review;
use super::{metadata, selector};
use crate::model::{Quantity, is_placeholder};
use crate::yaml::FieldPath;

const ACCESS_MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", ONCE_POD];
const ONCE_POD: &str = "ReadWriteOncePod";
/// How `kubectl get` prints them.
const SHORT: [(&str, &str); 4] =
    [("RWO", "ReadWriteOnce"), ("ROX", "ReadOnlyMany"), ("RWX", "ReadWriteMany"), ("RWOP", ONCE_POD)];
const CLAIM: &str = "PersistentVolumeClaim";

pub(super) fn review(claim: &PersistentVolumeClaim, review: &mut Review<'_>) {
    metadata::review(&claim.metadata, &FieldPath::of("metadata"), subdomain_flaws, review);
    let nothing = PersistentVolumeClaimSpec::default();
    review_claim_spec(claim.spec.as_ref().unwrap_or(&nothing), &FieldPath::of("spec"), review);
}

/// What stands below `spec` of a claim template, which is validated as it is written.
pub(super) fn review_spec(spec: &PersistentVolumeClaimSpec, path: &FieldPath, review: &mut Review<'_>) {
    review_as(spec, path, false, review);
}

/// What stands below `spec` of a claim: the server drops and copies fields before it looks at them.
pub(super) fn review_claim_spec(spec: &PersistentVolumeClaimSpec, path: &FieldPath, review: &mut Review<'_>) {
    review_as(spec, path, true, review);
}

fn review_as(spec: &PersistentVolumeClaimSpec, path: &FieldPath, is_claim: bool, review: &mut Review<'_>) {
    review_access(spec.access_modes.as_deref().unwrap_or_default(), &path.clone().key("accessModes"), review);
    if let Some(selector) = &spec.selector {
        selector::review(selector, &path.clone().key("selector"), review);
    }
    review_storage(spec, path, review);
    review_class(spec.storage_class_name.as_deref(), &path.clone().key("storageClassName"), review);
    if !matches!(spec.volume_mode.as_deref(), None | Some("Block" | "Filesystem")) {
        review.unsupported(path.clone().key("volumeMode"), &["Block", "Filesystem"]);
    }
    review_sources(spec, path, is_claim, review);
    // Until 1.33 the field is dropped (the gate VolumeAttributesClass, on from 1.34).
    if review.version.is_at_least(34) {
        let place = path.clone().key("volumeAttributesClassName");
        review_class(spec.volume_attributes_class_name.as_deref(), &place, review);
    }
}

fn review_access(modes: &[String], path: &FieldPath, review: &mut Review<'_>) {
    if modes.is_empty() {
        review.required(path.clone(), "at least 1 access mode is required", "");
    }
    for (number, mode) in modes.iter().enumerate() {
        if !ACCESS_MODES.contains(&mode.as_str()) {
            let place = path.clone().index(number);
            review.unsupported(place.clone(), &ACCESS_MODES).named(&place, path.to_string());
            if let Some((_, long)) = SHORT.iter().find(|(short, _)| short == mode) {
                review.instead(&place, &[long]);
            }
        }
    }
    let once_pod = modes.iter().position(|mode| mode == ONCE_POD);
    let has_other = modes.iter().any(|mode| mode != ONCE_POD && ACCESS_MODES.contains(&mode.as_str()));
    let is_known = (0..modes.len()).all(|number| !review.is_unknowable(&path.clone().index(number)));
    if let Some(number) = once_pod.filter(|_| has_other && is_known) {
        let place = path.clone().index(number);
        let detail = "may not use ReadWriteOncePod with other access modes";
        review.forbidden(place.clone(), detail, "only by itself").named(&place, path.to_string());
    }
}

fn review_storage(spec: &PersistentVolumeClaimSpec, path: &FieldPath, review: &mut Review<'_>) {
    let place = path.clone().join(&FieldPath::of("resources.requests.storage"));
    let named = format!("{path}.resources[storage]");
    let requests = spec.resources.as_ref().and_then(|resources| resources.requests.as_ref());
    match requests.and_then(|requests| requests.get("storage")) {
        None => {
            review.required(place.clone(), "", "a claim asks for storage").named(&place, named);
        }
        // Without a text it is null, which is 0 here. What is no quantity is refused before anything is validated.
        Some(quantity) => {
            let is_positive = Quantity::parse(&quantity.0).map(|quantity| quantity.stored().is_positive());
            if is_positive == Some(false) || (quantity.0.is_empty() && !review.root.at(&place).is_some_and(is_text)) {
                review.invalid(place.clone(), "must be greater than zero", "not more than 0").named(&place, named);
            }
        }
    }
}

fn is_text(node: crate::yaml::Node<'_>) -> bool {
    node.as_str().is_some()
}

fn review_class(name: Option<&str>, path: &FieldPath, review: &mut Review<'_>) {
    flawed(path, name.filter(|name| !name.is_empty()).map(subdomain_flaws).unwrap_or_default(), review);
}

/// What a claim is filled from: `dataSource` or `dataSourceRef`, with the field that says it.
#[derive(Clone, Copy, PartialEq)]
struct Source<'s> {
    key: &'static str,
    api_group: Option<&'s str>,
    kind: &'s str,
    name: &'s str,
    namespace: Option<&'s str>,
}

impl Source<'_> {
    fn is_of_older_kind(&self) -> bool {
        let group = self.api_group.unwrap_or_default();
        (group, self.kind) == ("", CLAIM) || (group, self.kind) == ("snapshot.storage.k8s.io", "VolumeSnapshot")
    }

    fn says_the_same(&self, other: &Source<'_>) -> bool {
        (self.api_group, self.kind, self.name) == (other.api_group, other.kind, other.name)
    }

    fn has_placeholder(&self) -> bool {
        let texts = [self.api_group, Some(self.kind), Some(self.name), self.namespace];
        texts.into_iter().flatten().any(is_placeholder)
    }
}

fn review_sources(spec: &PersistentVolumeClaimSpec, path: &FieldPath, is_claim: bool, review: &mut Review<'_>) {
    let mut old = spec.data_source.as_ref().map(|source| Source {
        key: "dataSource",
        api_group: source.api_group.as_deref(),
        kind: &source.kind,
        name: &source.name,
        namespace: None,
    });
    let mut new = spec.data_source_ref.as_ref().map(|source| Source {
        key: "dataSourceRef",
        api_group: source.api_group.as_deref(),
        kind: &source.kind,
        name: &source.name,
        namespace: source.namespace.as_deref().filter(|namespace| !namespace.is_empty()),
    });
    if is_claim {
        // A source in another namespace needs the gate CrossNamespaceVolumeDataSource, which is off.
        new = new.filter(|new| new.namespace.is_none());
        if new.is_none() {
            old = old.filter(Source::is_of_older_kind);
        }
        // One stands for both.
        (old, new) = (old.or(new), new.or(old));
    }
    for (source, named) in [(old, "dataSource"), (new, "dataSourceRef")] {
        if let Some(source) = source {
            review_source(source, path, named, review);
        }
    }
    let (Some(old), Some(new)) = (old, new) else { return };
    if old.has_placeholder() || new.has_placeholder() {
        return;
    }
    let place = path.clone().key("dataSource");
    if new.namespace.is_some() {
        let detail = "may not be specified when dataSourceRef.namespace is specified";
        review.invalid(place.clone(), detail, "not beside a source in another namespace");
        review.named(&place, path.to_string());
    } else if !old.says_the_same(&new) {
        review.invalid(place.clone(), "must match dataSourceRef", "another source than `dataSourceRef`");
        review.named(&place, path.to_string());
    }
}

/// validateDataSource and validateDataSourceRef; `named` is the field that the server speaks of.
fn review_source(source: Source<'_>, path: &FieldPath, named: &str, review: &mut Review<'_>) {
    let (path, named) = (path.clone().key(source.key), format!("{path}.{named}"));
    for (key, value) in [("name", source.name), ("kind", source.kind)] {
        if value.is_empty() {
            let place = path.clone().key(key);
            review.required(place.clone(), "", "").named(&place, format!("{named}.{key}"));
        }
    }
    let mut refuse = |key: &'static str, flaws: Vec<Flaw>| {
        flawed_as(&path.clone().key(key), &format!("{named}.{key}"), flaws, review);
    };
    let group = source.api_group.unwrap_or_default();
    if !group.is_empty() {
        refuse("apiGroup", subdomain_flaws(group));
    }
    if let Some(namespace) = source.namespace {
        refuse("namespace", label_flaws(namespace));
    }
    if group.is_empty() && source.kind != CLAIM && !is_placeholder(source.kind) {
        let detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
        let place = path.key("kind");
        review.invalid(place.clone(), detail, "without `apiGroup` only `PersistentVolumeClaim` will do");
        review.named(&place, named);
    }
}
