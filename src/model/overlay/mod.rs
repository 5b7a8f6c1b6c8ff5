//! What kustomizations change in the objects that they gather: which fields, and to what where it can be read.
//!
//! A base is judged as it is written. Of a field that an overlay in the input changes, nothing is claimed.

mod affix;
mod annotations;
mod images;
mod json_patch;
mod labels;
mod replacement;
mod strategic;
mod target;
mod touch;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

pub use labels::LabelChange;
pub use replacement::Replacement;
pub use target::Target;

pub(super) use target::Identity;
pub(super) use touch::{Touch, is_holder};

use super::scope::{FileKey, Scopes, file_key};
use super::{Deferred, Item, Kustomization, Origin, Parsed, ReadObject, SkipReason, Typed};
use crate::yaml::{Document, FieldPath, Node, NodeId, NodeKind, Source, split};

/// An entry of `patches` and its kin.
#[derive(Clone, Debug)]
pub struct Patch {
    /// What it is laid over; without one a strategic merge patch names it itself.
    pub target: Option<Target>,
    /// Where it stands.
    pub text: PatchText,
}

/// Where a patch stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatchText {
    /// In a file.
    File(String),
    /// In the kustomization itself.
    Inline(String),
}

/// An object with more changes than this is changed as a whole.
const MAX_TOUCHES: usize = 4_096;

/// What is changed in one object.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed {
    pub(super) touches: Vec<Touch>,
    /// The other names that it has once kustomizations are done with it.
    pub(super) names: Vec<String>,
    /// Whether exactly one kustomization that nobody includes gathers it: what is changed is changed for certain.
    pub(super) once: bool,
}

/// Everything that is changed, by the number of the kustomization that changes it.
#[derive(Debug, Default)]
pub(super) struct Overlays {
    all: Vec<Compiled>,
    /// Fragments that no kustomization lists, by folder, kind and name.
    stray: HashMap<Named, Vec<(Arc<Document>, NodeId)>>,
}

/// Folder, kind and name.
type Named = (Vec<Box<str>>, String, String);

#[derive(Debug)]
struct Compiled {
    kustomization: Kustomization,
    patches: Vec<(Target, Effect)>,
    /// Numbers of the patches for exactly this name.
    by_name: HashMap<String, Vec<usize>>,
    /// Numbers of the others.
    unnamed: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Effect {
    Merge(Arc<Document>),
    Operations(Arc<Document>),
    Delete,
    /// What it changes is not known: its file was not read, or is broken.
    Unread,
}

impl Overlays {
    pub(super) fn build(parsed: &[Parsed], deferred: &[Deferred], scopes: &Scopes) -> Overlays {
        let mut overlays = Overlays::default();
        let mut files: HashMap<FileKey, Vec<Arc<Document>>> = HashMap::new();
        let key = |origin: &Origin| (origin.directory.clone(), origin.file_name.clone());
        let mut kustomizations = Vec::new();
        for one in parsed {
            let is_patch = scopes.is_patch(&one.origin);
            if is_patch {
                files.entry(key(&one.origin)).or_default().push(one.document.clone());
            }
            for item in &one.items {
                match item {
                    Item::Object(object) => {
                        if let Typed::Kustomization(kustomization) = &object.typed {
                            kustomizations.push((one.origin.as_ref(), kustomization));
                        }
                    }
                    Item::Skipped(skipped) if !is_patch && skipped.reason == SkipReason::KustomizePatch => {
                        let named = (one.origin.directory.clone(), skipped.kind.clone(), skipped.name.clone());
                        overlays.stray.entry(named).or_default().push((one.document.clone(), skipped.node));
                    }
                    Item::Skipped(_) => {}
                }
            }
        }
        if kustomizations.is_empty() {
            return overlays;
        }
        for one in deferred.iter().filter(|one| scopes.is_patch(&one.origin)) {
            files.entry(key(&one.origin)).or_default().push(Arc::new(one.parse()));
        }
        overlays.all = kustomizations.into_iter().map(|(origin, one)| Compiled::new(origin, one, &files)).collect();
        overlays
    }

    /// What is changed in an object of a file.
    pub(super) fn changes(&self, scopes: &Scopes, origin: &Origin, object: &ReadObject, root: Node<'_>) -> Changed {
        let mut changed = Changed::default();
        if !self.stray.is_empty() {
            let named = (origin.directory.clone(), object.kind.clone(), object.name.clone());
            for (document, node) in self.stray.get(&named).into_iter().flatten() {
                strategic::merge(document.node(*node), root, &mut changed.touches);
            }
        }
        let Some(gatherers) = scopes.of(origin) else { return changed };
        let at_work: BTreeSet<usize> =
            gatherers.iter().flat_map(|&number| scopes.at_work_in(number)).copied().collect();
        let by_depth = scopes.inner_first(&at_work);
        let names = affix::names(&object.name, by_depth.iter().map(|&number| &self.all[number].kustomization));
        let namespaces: Vec<&str> =
            object.namespace.as_deref().into_iter().chain(scopes.namespace_of(origin)).collect();
        let mut labels = labels::of(root);
        for &number in &at_work {
            labels.extend(self.all[number].kustomization.labels.iter().flat_map(|change| change.pairs.iter().cloned()));
        }
        let (api_version, kind) = (&object.api_version, &object.kind);
        let identity = Identity { api_version, kind, names: &names, namespaces: &namespaces, labels: &labels };
        let mut given = Vec::new();
        let mut deleted_by = BTreeSet::new();
        for &number in &by_depth {
            let compiled = &self.all[number];
            if scopes.own[number].changes_unread {
                changed.touches.push(Touch::unknown(FieldPath::root()));
            }
            for (_, effect) in compiled.patches_of(&identity) {
                match effect {
                    Effect::Merge(document) => {
                        document.root().into_iter().for_each(|one| strategic::merge(one, root, &mut changed.touches));
                    }
                    Effect::Operations(document) => {
                        let patch = document.root();
                        patch.into_iter().for_each(|one| json_patch::apply(one, root, &mut changed.touches));
                        given.extend(patch.and_then(json_patch::new_name).map(str::to_owned));
                    }
                    Effect::Delete => {
                        deleted_by.insert(number);
                    }
                    Effect::Unread => changed.touches.push(Touch::unknown(FieldPath::root())),
                }
            }
            compiled.fields(&identity, object, root, &mut changed.touches);
        }
        let outermost = scopes.outermost(gatherers);
        let is_deleted = |top: &usize| {
            let mut below = deleted_by.iter();
            below.any(|&number| scopes.works_under(number, *top))
        };
        if changed.touches.len() > MAX_TOUCHES || (!outermost.is_empty() && outermost.iter().all(is_deleted)) {
            changed.touches = vec![Touch::unknown(FieldPath::root())];
        }
        changed.once = outermost.len() == 1;
        changed.names = names.into_iter().skip(1).chain(given).collect();
        changed
    }

    /// Sets the images of a set as its only overlay leaves them. Where overlays differ, no tag is known.
    pub(super) fn apply_images(&self, scopes: &Scopes, origin: &Origin, typed: &mut Typed) {
        let (Typed::StatefulSet(set), Some(gatherers)) = (typed, scopes.of(origin)) else { return };
        let Some(spec) = set.spec.template.spec.as_mut() else { return };
        let at_work: BTreeSet<usize> =
            gatherers.iter().flat_map(|&number| scopes.at_work_in(number)).copied().collect();
        let by_depth = scopes.inner_first(&at_work);
        let images: Vec<_> = by_depth.iter().flat_map(|&number| &self.all[number].kustomization.images).collect();
        if images.is_empty() {
            return;
        }
        let once = scopes.outermost(gatherers).len() == 1;
        for container in spec.containers.iter_mut().chain(spec.init_containers.iter_mut().flatten()) {
            if let Some(image) = container.image.as_mut() {
                images::apply(&images, once, image);
            }
        }
    }
}

impl Compiled {
    fn new(origin: &Origin, kustomization: &Kustomization, files: &HashMap<FileKey, Vec<Arc<Document>>>) -> Compiled {
        let mut patches = Vec::new();
        for patch in &kustomization.patches {
            let documents = match &patch.text {
                PatchText::File(path) => {
                    file_key(origin, path).and_then(|key| files.get(&key)).cloned().unwrap_or_default()
                }
                PatchText::Inline(text) => {
                    let source = Arc::new(Source::new("patch", text.as_str()));
                    split(source.text()).iter().map(|chunk| Arc::new(Document::parse(&source, chunk))).collect()
                }
            };
            let read: Vec<_> = documents.into_iter().flat_map(|document| effects(patch, document)).collect();
            match &patch.target {
                // Without a target nobody knows whom it is for.
                Some(target) if read.is_empty() && target.names_kind() => {
                    patches.push((target.clone(), Effect::Unread))
                }
                _ => patches.extend(read),
            }
        }
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut unnamed = Vec::new();
        for (number, (target, _)) in patches.iter().enumerate() {
            match target.exact_name() {
                Some(name) => by_name.entry(name.to_owned()).or_default().push(number),
                None => unnamed.push(number),
            }
        }
        Compiled { kustomization: kustomization.clone(), patches, by_name, unnamed }
    }

    fn patches_of<'s>(&'s self, identity: &'s Identity<'s>) -> impl Iterator<Item = &'s (Target, Effect)> {
        let named = identity.names.iter().filter_map(|name| self.by_name.get(name)).flatten();
        let all = named.chain(&self.unnamed).map(|&number| &self.patches[number]);
        all.filter(|(target, _)| target.matches(identity))
    }

    /// What the fields of a kustomization change that are no patches.
    fn fields(&self, identity: &Identity<'_>, object: &ReadObject, root: Node<'_>, touches: &mut Vec<Touch>) {
        let kustomization = &self.kustomization;
        for change in &kustomization.labels {
            change.touches(&object.typed, root, touches);
        }
        annotations::touches(&kustomization.annotations, &object.typed, root, touches);
        if let Typed::StatefulSet(_) = &object.typed {
            let path = FieldPath::of("spec.replicas");
            let written = root.at(&path).map(Node::text);
            let own = kustomization.replicas.iter().filter(|(name, _)| identity.names.contains(name));
            let values = own.map(|(_, count)| count.map(|count| count.to_string()));
            let new = values.filter(|value| value.is_none() || value.as_deref() != written);
            touches.extend(new.map(|value| Touch { path: path.clone(), value, shared: false }));
            images::touches(&kustomization.images, root, touches);
        }
        for replacement in kustomization.replacements.iter().filter(|one| one.target.matches(identity)) {
            replacement.touches(root, touches);
        }
    }
}

/// What one document of a patch does, and to whom.
fn effects(patch: &Patch, document: Arc<Document>) -> Option<(Target, Effect)> {
    let root = document.root()?;
    if json_patch::is_json_patch(root) {
        let target = patch.target.clone()?;
        return Some((target, Effect::Operations(document)));
    }
    if root.kind() != NodeKind::Mapping {
        return None;
    }
    let target = patch.target.clone().or_else(|| Target::of_patch(root))?;
    let is_deletion = root.get("$patch").is_some_and(|node| node.text() == "delete");
    Some((target, if is_deletion { Effect::Delete } else { Effect::Merge(document) }))
}

/// Whether two scalars are written alike.
fn same_scalar(a: Node<'_>, b: Node<'_>) -> bool {
    let is_scalar = |node: Node<'_>| !matches!(node.kind(), NodeKind::Mapping | NodeKind::Sequence);
    is_scalar(a) && is_scalar(b) && a.text() == b.text()
}

/// Whether a scalar reads so.
fn same_text(node: Node<'_>, text: &str) -> bool {
    !matches!(node.kind(), NodeKind::Mapping | NodeKind::Sequence) && node.text() == text
}
