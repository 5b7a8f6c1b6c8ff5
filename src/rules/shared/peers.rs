//! Pods that a set's configuration names, and whose they are.

use std::ops::RangeInclusive;

use super::{Context, wording};
use crate::finding::Place;
use crate::model::{Governing, PodReference, Replicas, Selected, SetView, is_placeholder};
use crate::systems::Setting;
use crate::yaml::FieldPath;

/// Whose Pod a name is.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) enum Owner<'a> {
    /// One of this set, as far as the set's name goes.
    Set(SetView<'a>),
    /// No set of this name was read.
    Unread,
    /// Several sets have the name, or one that lies elsewhere.
    Unsure,
}

/// A name of a Pod with its place.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Named<'t> {
    pub(in crate::rules) setting: &'t Setting,
    pub(in crate::rules) reference: PodReference,
}

impl Named<'_> {
    /// The Pod's name, as written.
    pub(in crate::rules) fn pod(&self) -> &str {
        &self.setting.text[self.reference.pod.clone()]
    }

    /// The Pod's name with that of the Service, as written.
    pub(in crate::rules) fn name(&self) -> &str {
        &self.setting.text[self.reference.range()]
    }

    /// Where it stands.
    pub(in crate::rules) fn place(&self) -> Place {
        Place::value(self.setting.object, self.setting.path.clone()).within(self.reference.range())
    }
}

/// The set whose Pods a name in the configuration of `reader` means.
pub(in crate::rules) fn owner<'a>(reader: SetView<'a>, reference: &PodReference, context: &Context<'a>) -> Owner<'a> {
    let all = context.head.sets_named(&reference.set);
    let namespace = reference.namespace.as_deref().or(reader.namespace());
    let is_meant = |set: &SetView<'_>| {
        let agrees = match (namespace, set.namespace()) {
            (Some(meant), Some(own)) => meant == own,
            _ => true,
        };
        agrees && context.head.documents_are_together(reader.object().document, set.object().document)
    };
    // A set that is there twice, as two values of a chart render it, means its own Pods each time.
    if reference.set == reader.name() && is_meant(&reader) {
        return Owner::Set(reader);
    }
    let mut meant = all.iter().filter_map(|&id| context.head.set(id)).filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(set), None) => Owner::Set(set),
        (Some(_), Some(_)) => Owner::Unsure,
        // The namespace that is written may be wrong.
        (None, _) if reference.set == reader.name() => Owner::Set(reader),
        (None, _) if all.is_empty() => Owner::Unread,
        (None, _) => Owner::Unsure,
    }
}

/// Whether the set's own name is what its Pods will be called by.
pub(in crate::rules) fn is_named_for_sure(set: SetView<'_>) -> bool {
    !set.name().is_empty() && !is_placeholder(set.name()) && !set.object().is_patched(&FieldPath::of("metadata.name"))
}

/// The ordinals that the Pods have; `None` where an overlay or an autoscaler tells.
pub(in crate::rules) fn ordinals(set: SetView<'_>) -> Option<RangeInclusive<i64>> {
    let sure = !set.object().is_faulty(&FieldPath::of("spec.ordinals"));
    let first = set.first_ordinal();
    match set.replicas() {
        Replicas::Fixed(count @ 1..=1_000) if sure => Some(first..=first.saturating_add(count - 1)),
        _ => None,
    }
}

/// The Service under which the Pods have their names, where it is there and does its work; what is wrong with it is said
/// by the rules about Services.
pub(in crate::rules) fn domain<'a>(set: SetView<'a>, context: &Context<'a>) -> Option<&'a str> {
    let Governing::Service(service) = context.head.governing_service(set) else { return None };
    let picks_all = set.selected_by(&service.selector()) == Selected::All;
    set.service_name().filter(|_| picks_all && service.is_headless())
}

/// Whether a proposal can write a value anew: one of the set itself, short, and in one line.
pub(in crate::rules) fn is_rewritable(setting: &Setting, set: SetView<'_>) -> bool {
    setting.object == set.id() && setting.text.len() <= 2_000 && !setting.text.trim_end().contains('\n')
}

/// `` `etcd-0` ... `etcd-2` ``; by the set's name where their number is not known.
pub(in crate::rules) fn pods_of(set: SetView<'_>) -> String {
    match ordinals(set) {
        Some(ordinals) if ordinals.start() == ordinals.end() => format!("`{}-{}`", set.name(), ordinals.start()),
        Some(ordinals) => format!("`{0}-{1}` ... `{0}-{2}`", set.name(), ordinals.start(), ordinals.end()),
        None => format!("`{}-{}` and on", set.name(), set.first_ordinal()),
    }
}

/// How many Pods, and which.
pub(in crate::rules) fn pods(set: SetView<'_>) -> String {
    match ordinals(set) {
        Some(ordinals) if ordinals.start() == ordinals.end() => format!("only `{}-{}`", set.name(), ordinals.start()),
        Some(ordinals) => format!("{}, {}", wording::pods(ordinals.end() - ordinals.start() + 1), pods_of(set)),
        None => pods_of(set),
    }
}
