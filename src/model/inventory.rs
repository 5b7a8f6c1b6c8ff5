//! All objects read, joined.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use super::budget::BudgetJoins;
use super::deferred::{config_maps, referred_config_maps};
use super::keys::Keys;
use super::overlay::Overlays;
use super::scope::Scopes;
use super::spelled::Spelled;
use super::unread::{Unread, Unreadable};
use super::workload::Workloads;
use super::{
    Deferred, DocumentId, Item, Object, ObjectId, Origin, Placed, ReadObject, SetView, SkippedItem, Typed,
    is_placeholder,
};
use crate::yaml::{Document, FieldPath, NodeId};

/// A document as it comes from the loader.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The parsed text.
    pub document: Arc<Document>,
    /// Where its file lies.
    pub origin: Arc<Origin>,
    /// What [`read`](super::read()) found in it.
    pub items: Vec<Item>,
}

/// All objects of one state, joined. Built once, then only asked.
#[derive(Debug, Default)]
pub struct Inventory {
    documents: Vec<Placed>,
    objects: Vec<Object>,
    skipped: Vec<(DocumentId, SkippedItem)>,
    unread: Vec<Unread>,
    pub(super) deferred: Vec<Deferred>,
    /// The names of ConfigMaps that some set refers to: these are no longer text alone.
    pub(super) config_maps_read: BTreeSet<String>,
    revision: Option<String>,
    /// For documents that were rendered: where their objects are written.
    written: HashMap<DocumentId, (DocumentId, NodeId)>,
    pub(super) by_name: HashMap<(Class, String), Vec<ObjectId>>,
    by_class: BTreeMap<Class, Vec<ObjectId>>,
    pub(super) sets_by_label: HashMap<(String, String), Vec<ObjectId>>,
    /// Sets whose Pods have labels that are filled in later.
    pub(super) sets_filled_in: Vec<ObjectId>,
    /// Services by the first label that their selector demands, and by those that overlays give it.
    pub(super) services_by_first_label: HashMap<(String, String), Vec<ObjectId>>,
    /// Which sets each budget selects; made when first asked for.
    pub(super) budget_joins: OnceLock<BudgetJoins>,
    /// The sets that each Service governs; made when first asked for.
    pub(super) sets_by_governing: OnceLock<HashMap<ObjectId, Vec<ObjectId>>>,
    pub(super) claims_by_name: BTreeMap<String, Vec<ObjectId>>,
    pub(super) autoscalers_by_target: HashMap<String, Vec<ObjectId>>,
    /// Services by the names that kustomizations give them.
    pub(super) services_renamed: HashMap<String, Vec<ObjectId>>,
    pub(super) scopes: Scopes,
    pub(super) spelled: OnceLock<Spelled>,
    /// The ConfigMaps of each set, and whether some were not read; made when first asked for.
    pub(super) config_maps_of: OnceLock<HashMap<ObjectId, (Vec<ObjectId>, bool)>>,
    /// Deferred workloads by their folder; made when first asked for.
    pub(super) workloads_by_folder: OnceLock<HashMap<Vec<Box<str>>, Vec<usize>>>,
    /// Workloads other than sets; read when first asked for.
    pub(super) workloads: OnceLock<Workloads>,
    pub(super) unreadable: OnceLock<Unreadable>,
    pub(super) keys: Keys,
}

/// Kinds as the joins know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// StatefulSet.
    Set,
    /// Service.
    Service,
    /// PodDisruptionBudget.
    Budget,
    /// PersistentVolumeClaim.
    Claim,
    /// PersistentVolume.
    Volume,
    /// StorageClass.
    StorageClass,
    /// HorizontalPodAutoscaler, ScaledObject.
    Autoscaler,
    /// ConfigMap.
    ConfigMap,
    /// Kustomization, Component.
    Kustomization,
}

impl Typed {
    /// The kind, for joins.
    pub fn class(&self) -> Class {
        match self {
            Typed::StatefulSet(_) => Class::Set,
            Typed::Service(_) => Class::Service,
            Typed::Budget(_) => Class::Budget,
            Typed::Claim(_) => Class::Claim,
            Typed::Volume(_) => Class::Volume,
            Typed::StorageClass(_) => Class::StorageClass,
            Typed::Autoscaler(_) => Class::Autoscaler,
            Typed::ConfigMap(_) => Class::ConfigMap,
            Typed::Kustomization(_) => Class::Kustomization,
        }
    }
}

impl Inventory {
    /// Joins what was read. The order of `parsed` decides the order of everything that is listed.
    pub fn build(mut parsed: Vec<Parsed>, deferred: Vec<Deferred>, unread: Vec<Unread>) -> Inventory {
        let config_maps_read = config_map_names(&parsed);
        parsed.extend(config_maps(&deferred, &config_maps_read));
        let scopes = Scopes::build(&parsed);
        let overlays = Overlays::build(&parsed, &deferred, &scopes);
        let mut inventory = Inventory { unread, deferred, scopes, config_maps_read, ..Inventory::default() };
        for one in parsed {
            let document = DocumentId(inventory.documents.len() as u32);
            if one.document.root().is_none() && !one.document.problems.is_empty() {
                let text = one.document.source.slice(one.document.span).to_owned();
                inventory.unread.push(Unread { origin: one.origin.clone(), text });
            }
            let is_patch = inventory.scopes.is_patch(&one.origin);
            inventory.documents.push(Placed { document: one.document, origin: one.origin });
            for item in one.items {
                match item {
                    Item::Object(read) if is_patch => inventory.skip(document, read.into_patch()),
                    Item::Object(read) => inventory.add(document, *read, &overlays),
                    Item::Skipped(skipped) => inventory.skip(document, skipped),
                }
            }
        }
        inventory.written = written(&inventory.documents);
        inventory.index();
        inventory.keys = Keys::build(&inventory);
        inventory
    }

    fn add(&mut self, document: DocumentId, mut read: ReadObject, overlays: &Overlays) {
        let placed = &self.documents[document.0 as usize];
        let origin = &placed.origin;
        let kustomized = self.scopes.namespace_of(origin).map(str::to_owned);
        let changed = overlays.changes(&self.scopes, origin, &read, placed.node(read.node));
        overlays.apply_images(&self.scopes, origin, &mut read.typed);
        let id = ObjectId(self.objects.len() as u32);
        let renamed = changed.names.iter().any(|name| *name != read.name);
        let built_names = changed.names.clone();
        if let Typed::Service(_) = &read.typed {
            changed.names.into_iter().for_each(|name| self.services_renamed.entry(name).or_default().push(id));
        }
        self.objects.push(Object {
            id,
            document,
            node: read.node,
            api_version: read.api_version,
            kind: read.kind,
            name: read.name,
            namespace: kustomized.or(read.namespace),
            typed: read.typed,
            type_errors: read.type_errors,
            unknown_fields: read.unknown_fields,
            touches: changed.touches,
            built_names,
            built_once: changed.once,
            renamed,
            doubts: OnceLock::new(),
        });
    }

    fn skip(&mut self, document: DocumentId, skipped: SkippedItem) {
        self.skipped.push((document, skipped));
    }

    fn index(&mut self) {
        for object in &self.objects {
            let class = object.typed.class();
            self.by_class.entry(class).or_default().push(object.id);
            self.by_name.entry((class, object.name.clone())).or_default().push(object.id);
            match &object.typed {
                Typed::StatefulSet(set) => {
                    let metadata = set.spec.template.metadata.as_ref();
                    let labels = metadata.and_then(|metadata| metadata.labels.as_ref());
                    for (key, value) in labels.into_iter().flatten() {
                        self.sets_by_label.entry((key.clone(), value.clone())).or_default().push(object.id);
                    }
                    let path = FieldPath::of("spec.template.metadata.labels");
                    if object.is_patched(&path) || labels.into_iter().flatten().any(|(_, value)| is_placeholder(value))
                    {
                        self.sets_filled_in.push(object.id);
                    }
                    for pair in object.labels_to_come(&path) {
                        self.sets_by_label.entry(pair).or_default().push(object.id);
                    }
                }
                Typed::Autoscaler(autoscaler) if !autoscaler.target_name.is_empty() => {
                    self.autoscalers_by_target.entry(autoscaler.target_name.clone()).or_default().push(object.id);
                }
                Typed::Service(service) => {
                    let selector = service.spec.as_ref().and_then(|spec| spec.selector.as_ref());
                    if let Some((key, value)) = selector.and_then(|selector| selector.first_key_value()) {
                        let pair = (key.clone(), value.clone());
                        self.services_by_first_label.entry(pair).or_default().push(object.id);
                    }
                    for pair in object.labels_to_come(&FieldPath::of("spec.selector")) {
                        let services = self.services_by_first_label.entry(pair).or_default();
                        if services.last() != Some(&object.id) {
                            services.push(object.id);
                        }
                    }
                }
                Typed::Claim(_) => self.claims_by_name.entry(object.name.clone()).or_default().push(object.id),
                _ => {}
            }
        }
    }

    /// An object by its number.
    pub fn object(&self, id: ObjectId) -> &Object {
        &self.objects[id.0 as usize]
    }

    /// A document by its number.
    pub fn document(&self, id: DocumentId) -> &Placed {
        let number = id.0 as usize;
        // What was parsed for its text alone is counted on from the others.
        let quoted = number.checked_sub(self.documents.len()).and_then(|number| self.quoted(number));
        quoted.unwrap_or_else(|| &self.documents[number])
    }

    /// How many documents there are.
    pub(super) fn document_count(&self) -> usize {
        self.documents.len()
    }

    /// The document that holds an object.
    pub fn document_of(&self, id: ObjectId) -> &Placed {
        self.document(self.object(id).document)
    }

    /// Where an object's file lies.
    pub fn origin_of(&self, id: ObjectId) -> &Origin {
        &self.document_of(id).origin
    }

    /// The objects of one document, in its order.
    pub fn objects_of(&self, document: DocumentId) -> impl Iterator<Item = &Object> {
        // Objects are numbered in the order of their documents.
        let start = self.objects.partition_point(|object| object.document < document);
        self.objects[start..].iter().take_while(move |object| object.document == document)
    }

    /// The revision that was read, when this is the base; `None` for what lies on disk.
    pub fn revision(&self) -> Option<&str> {
        self.revision.as_deref()
    }

    /// The same as the state at a revision, by the name that the user gave it.
    #[must_use]
    pub fn at_revision(mut self, revision: impl Into<String>) -> Inventory {
        self.revision = Some(revision.into());
        self
    }

    /// All objects, in the order of the input.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// The document of some file, and the object's root in it, that a rendered document was made of.
    pub fn written(&self, id: DocumentId) -> Option<(DocumentId, NodeId)> {
        self.written.get(&id).copied()
    }

    /// All documents, in the order of the input.
    pub fn documents(&self) -> impl Iterator<Item = (DocumentId, &Placed)> {
        self.documents.iter().enumerate().map(|(number, placed)| (DocumentId(number as u32), placed))
    }

    /// What was recognised and not judged.
    pub fn skipped(&self) -> &[(DocumentId, SkippedItem)] {
        &self.skipped
    }

    /// Texts that could not be read as objects.
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// The objects of a kind, in the order of the input.
    pub fn of_class(&self, class: Class) -> &[ObjectId] {
        self.by_class.get(&class).map_or(&[], Vec::as_slice)
    }

    /// The StatefulSets.
    pub fn sets(&self) -> impl Iterator<Item = SetView<'_>> {
        self.of_class(Class::Set).iter().filter_map(|&id| self.set(id))
    }

    /// A StatefulSet by its number; `None` when the object is of another kind.
    pub fn set(&self, id: ObjectId) -> Option<SetView<'_>> {
        SetView::new(self, id)
    }
}

/// Finds the documents that others say they were rendered from.
fn written(documents: &[Placed]) -> HashMap<DocumentId, (DocumentId, NodeId)> {
    if documents.iter().all(|placed| placed.document.written.is_none()) {
        return HashMap::new();
    }
    let numbered = || documents.iter().zip(0..).map(|(placed, number)| (placed, DocumentId(number)));
    let by_text: HashMap<_, _> = numbered().map(|(placed, id)| (Arc::as_ptr(&placed.document), id)).collect();
    let found = numbered().filter_map(|(placed, id)| {
        let written = placed.document.written.as_ref()?;
        Some((id, (*by_text.get(&Arc::as_ptr(&written.document))?, written.node)))
    });
    found.collect()
}

/// The ConfigMaps that some set refers to.
fn config_map_names(parsed: &[Parsed]) -> BTreeSet<String> {
    let sets = parsed.iter().flat_map(|one| &one.items).filter_map(|item| match item {
        Item::Object(read) => match &read.typed {
            Typed::StatefulSet(set) => set.spec.template.spec.as_ref(),
            _ => None,
        },
        Item::Skipped(_) => None,
    });
    sets.flat_map(referred_config_maps).collect()
}
