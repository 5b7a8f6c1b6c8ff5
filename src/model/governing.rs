//! The governing Service of a set, or why there is none.

use std::collections::HashMap;

use k8s_openapi::api::core::v1::{Service, ServiceSpec};

use super::{
    Class, Inventory, Labels, Nearness, Object, ObjectId, Operator, Pick, Replicas, Requirement, Selector, SetView,
    Typed, is_placeholder,
};
use crate::yaml::{FieldPath, Node, Presence};

/// A Service with its object at hand.
#[derive(Clone, Copy, Debug)]
pub struct ServiceView<'a> {
    object: &'a Object,
    service: &'a Service,
}

/// What `spec.serviceName` leads to.
#[derive(Clone, Debug)]
pub enum Governing<'a> {
    /// A Service of this name, whatever its own faults.
    Service(ServiceView<'a>),
    /// No name is given: the field is absent, null or empty.
    Unnamed(Presence),
    /// Services of this name exist in other namespaces only; one of them.
    OtherNamespace(ServiceView<'a>),
    /// A Service of this name was read, but neither in the set's folder nor in its kustomization, and it selects none
    /// of its Pods: another application's, as far as anybody can tell.
    FarOff(ServiceView<'a>),
    /// No Service of this name was read.
    NotRead,
    /// Nothing can be said: several Services of this name lie equally near and differ, the one that fits could not be
    /// read, or it belongs to another set.
    Unsure,
}

/// How a selector and the labels of a set's Pods disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The label's key.
    pub key: String,
    /// The values that the selector admits; none where it asks for something else than a value.
    pub wanted: Vec<String>,
    /// The value that the Pods have.
    pub found: Option<String>,
}

/// How many Pods of a set a selector picks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selected {
    /// No Pod.
    None,
    /// Some of them: so many.
    Some(i64),
    /// Every Pod.
    All,
    /// It depends on a label whose value only the controller knows.
    Unsure,
}

impl<'a> ServiceView<'a> {
    pub(super) fn new(object: &'a Object) -> Option<ServiceView<'a>> {
        match &object.typed {
            Typed::Service(service) => Some(ServiceView { object, service }),
            _ => None,
        }
    }

    /// The object behind it.
    pub fn object(self) -> &'a Object {
        self.object
    }

    /// The typed spec.
    pub fn spec(self) -> Option<&'a ServiceSpec> {
        self.service.spec.as_ref()
    }

    /// Whether `clusterIP` is `None`, the string.
    pub fn is_headless(self) -> bool {
        let spec = self.spec();
        let first = spec.and_then(|spec| spec.cluster_ips.as_ref()).and_then(|ips| ips.first());
        spec.and_then(|spec| spec.cluster_ip.as_ref()).or(first).is_some_and(|ip| ip == "None")
    }

    /// Whether it is only an alias of a DNS name: its selector is ignored and it has no endpoints.
    pub fn is_external_name(self) -> bool {
        self.spec().and_then(|spec| spec.type_.as_deref()) == Some("ExternalName")
    }

    /// Whether Pods are published before they are ready; the annotation is the field's dead predecessor.
    pub fn publishes_not_ready(self) -> bool {
        self.spec().and_then(|spec| spec.publish_not_ready_addresses).unwrap_or(false)
    }

    /// One of its annotations.
    pub fn annotation(self, name: &str) -> Option<&'a str> {
        self.service.metadata.annotations.as_ref()?.get(name).map(String::as_str)
    }

    /// Its selector, unsure where an overlay changes it.
    pub fn selector(self) -> Selector {
        if self.is_external_name() {
            return Selector::Nothing;
        }
        let written = Selector::of_service(self.spec().and_then(|spec| spec.selector.as_ref()));
        self.object.changed_selector(written, &FieldPath::of("spec.selector"))
    }
}

impl Inventory {
    /// A Service by its number; `None` when the object is of another kind.
    pub fn service(&self, id: ObjectId) -> Option<ServiceView<'_>> {
        ServiceView::new(self.object(id))
    }

    /// What `spec.serviceName` leads to.
    pub fn governing_service(&self, set: SetView<'_>) -> Governing<'_> {
        let path = FieldPath::of("spec.serviceName");
        if set.object().is_faulty(&path) {
            return Governing::Unsure;
        }
        let Some(name) = set.service_name() else { return Governing::Unnamed(set.presence(&path)) };
        if is_placeholder(name) {
            return Governing::Unsure;
        }
        // Of those that lie far off only one that selects these Pods can be meant: every application has its own `db`.
        let is_meant = |id: ObjectId, near: Nearness| {
            let selects = |service: ServiceView<'_>| set.selected_by(&service.selector()) != Selected::None;
            near.is_together() || self.service(id).is_some_and(selects)
        };
        match self.nearest(set.id(), Class::Service, name, is_meant) {
            // Every overlay that builds the Service takes it out or puts something else in its place.
            Pick::One(id) if self.object(id).is_patched(&FieldPath::root()) => Governing::Unsure,
            Pick::One(id) => self.service(id).map_or(Governing::Unsure, Governing::Service),
            Pick::Unsure(_) => Governing::Unsure,
            Pick::None if self.service_may_be_unread(set.id(), name) => Governing::Unsure,
            // A prefix or a patch gives a Service this name.
            Pick::None if self.is_renamed_to(set.id(), name) => Governing::Unsure,
            Pick::None => self.service_elsewhere(set, name),
        }
    }

    fn is_renamed_to(&self, set: ObjectId, name: &str) -> bool {
        let renamed = self.services_renamed.get(name).map_or(&[][..], Vec::as_slice);
        renamed.iter().any(|&id| self.is_together(id, set))
    }

    /// A Service of this name that is not the set's own, as a hint.
    fn service_elsewhere(&self, set: SetView<'_>, name: &str) -> Governing<'_> {
        let other_namespace = |id: &&ObjectId| {
            let other = &self.object(**id).namespace;
            let own = &set.object().namespace;
            other != own && other.is_some() && own.is_some() && self.is_together(**id, set.id())
        };
        let other = self.services_named(name).iter().find(other_namespace).and_then(|&id| self.service(id));
        if let Some(other) = other {
            return Governing::OtherNamespace(other);
        }
        match self.nearest(set.id(), Class::Service, name, |_, _| true) {
            Pick::One(id) | Pick::Unsure(id) => self.service(id).map_or(Governing::NotRead, Governing::FarOff),
            Pick::None => Governing::NotRead,
        }
    }

    /// The sets that a Service governs, in the order of the input.
    pub fn sets_governed_by(&self, service: ObjectId) -> impl Iterator<Item = SetView<'_>> {
        let by_service = self.sets_by_governing.get_or_init(|| {
            let mut by_service: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
            for set in self.sets() {
                if let Governing::Service(service) = self.governing_service(set) {
                    by_service.entry(service.object().id).or_default().push(set.id());
                }
            }
            by_service
        });
        by_service.get(&service).into_iter().flatten().filter_map(|&id| self.set(id))
    }

    /// The Services of this name, in the order of the input.
    pub fn services_named(&self, name: &str) -> &[ObjectId] {
        self.by_name.get(&(Class::Service, name.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// The Services that select Pods of this set and lie together with it, nearest first.
    pub fn services_selecting(&self, set: SetView<'_>) -> Vec<ServiceView<'_>> {
        let services = self.services_by_label(set.template_labels());
        let mut found: Vec<_> = self
            .among_neighbours(set.id(), Class::Service, &services)
            .into_iter()
            .filter(|&id| self.is_together(id, set.id()))
            .filter(|&id| !self.joined(id, vec![(set.id(), ())]).is_empty())
            .filter_map(|id| Some((self.nearness(id, set.id())?, self.service(id)?)))
            .filter(|(_, service)| !matches!(set.selected_by(&service.selector()), Selected::None))
            .collect();
        found.sort_by_key(|(near, service)| (std::cmp::Reverse(*near), service.object().id));
        found.into_iter().map(|(_, service)| service).collect()
    }

    fn services_by_label(&self, labels: &Labels) -> Vec<ObjectId> {
        let mut found: Vec<ObjectId> = Vec::new();
        for (key, value) in labels {
            let pair = (key.clone(), value.clone());
            found.extend(self.services_by_first_label.get(&pair).into_iter().flatten());
        }
        found.sort();
        found
    }
}

impl SetView<'_> {
    /// How many of the set's Pods a selector picks, the labels that the controller adds included.
    ///
    /// Source: kubernetes/kubernetes `pkg/controller/statefulset/stateful_set_utils.go` (pod-name, pod-index,
    /// controller-revision-hash).
    pub fn selected_by(self, selector: &Selector) -> Selected {
        let Selector::All(requirements) = selector else { return Selected::None };
        let mut unsure = false;
        let mut by_pod = Vec::new();
        for requirement in requirements {
            match requirement.key.as_str() {
                POD_NAME | POD_INDEX => by_pod.push(requirement),
                REVISION => match requirement.operator {
                    Operator::Exists => {}
                    Operator::DoesNotExist | Operator::Unknown(_) => return Selected::None,
                    Operator::In(_) | Operator::NotIn(_) | Operator::Given { .. } | Operator::Unsure => unsure = true,
                },
                _ => match self.meets(requirement) {
                    Some(true) => {}
                    Some(false) => return Selected::None,
                    None => unsure = true,
                },
            }
        }
        if unsure {
            return Selected::Unsure;
        }
        if by_pod.is_empty() {
            return Selected::All;
        }
        let picked_of = |replicas: i64| {
            let first = self.first_ordinal();
            let picked = |ordinal: &i64| {
                let (index, name) = (ordinal.to_string(), format!("{}-{ordinal}", self.name()));
                by_pod.iter().all(|one| one.matches(Some(if one.key == POD_NAME { &name } else { &index })))
            };
            match (first..first.saturating_add(replicas)).filter(picked).count() as i64 {
                0 => Selected::None,
                count if count == replicas => Selected::All,
                count => Selected::Some(count),
            }
        };
        // A selector names Pods one by one; sets larger than this are not told apart.
        const MOST: i64 = 10_000;
        match self.replicas() {
            Replicas::Fixed(replicas) if replicas <= MOST => picked_of(replicas),
            Replicas::Fixed(_) | Replicas::Unknown => Selected::Unsure,
            // What the selector picks of the fewest and of the most it picks of any number between.
            Replicas::Scaled { min, max, .. } => {
                let fewest = picked_of(min.unwrap_or(1).clamp(1, MOST));
                let most = picked_of(max.unwrap_or(MOST).clamp(1, MOST));
                if fewest == most { fewest } else { Selected::Unsure }
            }
        }
    }

    /// Whether the Pods meet a condition; `None` when nobody can tell yet: what is compared is filled in later, or changed
    /// by an overlay. A label that selectors and Pods get alike leaves those together that are together, and joins others.
    fn meets(self, requirement: &Requirement) -> Option<bool> {
        let own = self.template_labels().get(&requirement.key);
        let is_filled_in = own.is_some_and(|value| is_placeholder(value)) || requirement.has_placeholder();
        let path = FieldPath::of("spec.template.metadata.labels").key(requirement.key.clone());
        let given = self.object().given(&path);
        if given.is_none() && self.object().touches.iter().any(|touch| touch.concerns(&path)) {
            return None;
        }
        let (values, given_always) = given.unwrap_or_default();
        if let Operator::Given { written, given, always } = &requirement.operator {
            let is_given = given == &values;
            let is_either = own.is_some_and(|own| own == written || given.contains(own));
            return match own {
                Some(own) if own == written => is_given.then_some(true),
                Some(own) if values.is_empty() && *always && given.contains(own) => Some(true),
                _ if is_given && *always && given_always => Some(true),
                _ if is_either || is_filled_in || !values.is_empty() => None,
                _ => Some(false),
            };
        }
        let matches = requirement.matches(own.map(String::as_str));
        if requirement.operator == Operator::Unsure || (!matches && is_filled_in) {
            return None;
        }
        match values.as_slice() {
            _ if matches => Some(true),
            [] => Some(false),
            [only] if given_always && requirement.matches(Some(only)) => Some(true),
            _ => None,
        }
    }

    /// The labels of the Pods that a selector misses them by, in the selector's order; empty when it picks any.
    pub fn mismatches(self, selector: &Selector) -> Vec<Mismatch> {
        let template = self.template_labels();
        let differs = |requirement: &&super::Requirement| {
            !matches!(requirement.key.as_str(), POD_NAME | POD_INDEX | REVISION)
                && !requirement.matches(template.get(&requirement.key).map(String::as_str))
        };
        let mismatch = |requirement: &super::Requirement| Mismatch {
            key: requirement.key.clone(),
            wanted: match &requirement.operator {
                Operator::In(values) => values.clone(),
                _ => Vec::new(),
            },
            found: template.get(&requirement.key).cloned(),
        };
        selector.requirements().iter().filter(differs).map(mismatch).collect()
    }

    /// Whether the set's own selector misses the labels of its template, for sure: no server takes such a set.
    pub fn misses_itself(self) -> bool {
        // A template that could not be read has no labels here.
        let paths = ["spec.selector", "spec.template", "spec.template.metadata", "spec.template.metadata.labels"];
        let paths = paths.map(FieldPath::of);
        !paths.iter().any(|path| self.object().is_faulty(path))
            && self.selected_by(&Selector::of_labels(Some(&self.spec().selector))) == Selected::None
    }

    /// The node of a field, as written.
    pub fn node_at(&self, path: &FieldPath) -> Option<Node<'_>> {
        self.root().at(path)
    }
}

/// Label with the Pod's name, set by the controller.
pub const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";
/// Label with the Pod's ordinal, set by the controller from 1.28 on.
pub const POD_INDEX: &str = "apps.kubernetes.io/pod-index";
/// Label with the revision's name, set by the controller.
pub const REVISION: &str = "controller-revision-hash";
