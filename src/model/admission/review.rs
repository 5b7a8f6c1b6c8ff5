//! Collects what is refused, and leaves out what nobody can know yet.

use std::collections::HashSet;

use super::{Refusal, RefusalKind};
use crate::model::{Inventory, Object, Version, is_placeholder};
use crate::yaml::{FieldPath, Node, Segment};

/// So much is told of one object, as of wrong types: a made-up list of faults costs no time beyond all reason.
const MOST: usize = crate::yaml::MAX_TYPE_ERRORS;

/// The review of one object.
pub(super) struct Review<'a> {
    pub(super) object: &'a Object,
    /// The object's root in its document.
    pub(super) root: Node<'a>,
    pub(super) version: Version,
    refusals: Vec<Refusal>,
}

impl<'a> Review<'a> {
    pub(super) fn new(inventory: &'a Inventory, object: &'a Object, version: Version) -> Review<'a> {
        let root = inventory.document_of(object.id).node(object.node);
        Review { object, root, version, refusals: Vec::new() }
    }

    pub(super) fn into_refusals(self) -> Vec<Refusal> {
        self.refusals
    }

    /// Whether nobody knows yet what a field says that others depend on: `text` is filled in later, or an overlay changes
    /// it, or it has the wrong type.
    pub(super) fn is_open(&self, path: &FieldPath, text: &str) -> bool {
        is_placeholder(text) || self.object.is_faulty(path)
    }

    /// A field that has to be there. `detail` may be empty, and so may `reason`, which then says that it is required.
    pub(super) fn required(&mut self, path: FieldPath, detail: &str, reason: &str) -> &mut Self {
        let reason = if reason.is_empty() { "required" } else { reason };
        self.push(path, RefusalKind::Required, detail.to_owned(), reason.to_owned(), Vec::new())
    }

    /// A value that is not of the form. `detail` is what the server says, `reason` the same in a few words.
    pub(super) fn invalid(
        &mut self,
        path: FieldPath,
        detail: impl Into<String>,
        reason: impl Into<String>,
    ) -> &mut Self {
        self.push(path, RefusalKind::Invalid, detail.into(), reason.into(), Vec::new())
    }

    /// A value that is none of those that the server knows.
    pub(super) fn unsupported(&mut self, path: FieldPath, supported: &[&'static str]) -> &mut Self {
        let quoted: Vec<String> = supported.iter().map(|word| format!("{word:?}")).collect();
        let detail = format!("supported values: {}", quoted.join(", "));
        let reason = match supported {
            [] => "not known".to_owned(),
            [one] => format!("only `{one}` will do"),
            [init @ .., last] if supported.len() <= 5 => {
                let init: Vec<String> = init.iter().map(|word| format!("`{word}`")).collect();
                format!("only {} or `{last}` will do", init.join(", "))
            }
            _ => "not one of the values that the server knows".to_owned(),
        };
        self.push(path, RefusalKind::Unsupported, detail, reason, supported.to_vec())
    }

    /// A value that occurs twice.
    pub(super) fn duplicate(&mut self, path: FieldPath, reason: impl Into<String>) -> &mut Self {
        self.push(path, RefusalKind::Duplicate, String::new(), reason.into(), Vec::new())
    }

    /// A field that may not be set here.
    pub(super) fn forbidden(
        &mut self,
        path: FieldPath,
        detail: impl Into<String>,
        reason: impl Into<String>,
    ) -> &mut Self {
        self.push(path, RefusalKind::Forbidden, detail.into(), reason.into(), Vec::new())
    }

    /// A value that names something that is not there.
    pub(super) fn not_found(&mut self, path: FieldPath, reason: impl Into<String>) -> &mut Self {
        self.push(path, RefusalKind::NotFound, String::new(), reason.into(), Vec::new())
    }

    /// A list that has too many items: the server says how many it may have.
    pub(super) fn too_many(&mut self, path: FieldPath, most: usize, reason: impl Into<String>) -> &mut Self {
        let detail = format!("must have at most {most} items");
        self.push(path, RefusalKind::TooMany, detail, reason.into(), Vec::new())
    }

    /// A value that is too long.
    pub(super) fn too_long(
        &mut self,
        path: FieldPath,
        detail: impl Into<String>,
        reason: impl Into<String>,
    ) -> &mut Self {
        self.push(path, RefusalKind::TooLong, detail.into(), reason.into(), Vec::new())
    }

    fn push(
        &mut self,
        path: FieldPath,
        kind: RefusalKind,
        detail: String,
        reason: String,
        supported: Vec<&'static str>,
    ) -> &mut Self {
        if self.refusals.len() < MOST && !self.is_unknowable(&path) {
            // From 1.34 on the server looks into the templates of a set (inferred from answers).
            let hits_pods = !self.version.is_at_least(34) && is_of_pods(&path);
            let named = path.to_string();
            self.refusals.push(Refusal { path, named, kind, detail, reason, supported, of_key: false, hits_pods });
        }
        self
    }

    /// The items of a list of which something was refused.
    pub(super) fn refused_items(&self, list: &FieldPath) -> HashSet<usize> {
        let item = |refusal: &Refusal| match refusal.path.segments().strip_prefix(list.segments())? {
            [Segment::Index(number), ..] => Some(*number),
            _ => None,
        };
        self.refusals.iter().filter_map(item).collect()
    }

    /// Says how the server spells the field of the refusal at this path, where it is not as the manifest does.
    pub(super) fn named(&mut self, path: &FieldPath, named: impl Into<String>) {
        if let Some(last) = self.refusals.last_mut().filter(|last| last.path == *path) {
            last.named = named.into();
        }
    }

    /// Says that the key at the end of this path is what is refused, not the value.
    pub(super) fn of_key(&mut self, path: &FieldPath) -> &mut Self {
        if let Some(last) = self.refusals.last_mut().filter(|last| last.path == *path) {
            last.of_key = true;
        }
        self
    }

    /// Says that servers of every version refuse the object itself for what stands at this path in a template.
    pub(super) fn of_every_version(&mut self, path: &FieldPath) {
        if let Some(last) = self.refusals.last_mut().filter(|last| last.path == *path) {
            last.hits_pods = false;
        }
    }

    /// The same for all that was refused since there were so many.
    pub(super) fn of_every_version_since(&mut self, count: usize) {
        for refusal in self.refusals.iter_mut().skip(count) {
            refusal.hits_pods = false;
        }
    }

    /// The values that would do in place of the one at this path, where the server names them in a text of its own.
    pub(super) fn instead(&mut self, path: &FieldPath, supported: &[&'static str]) {
        if let Some(last) = self.refusals.last_mut().filter(|last| last.path == *path) {
            last.supported = supported.to_vec();
        }
    }

    /// Whether no more is told of this object.
    pub(super) fn is_full(&self) -> bool {
        self.refusals.len() >= MOST
    }

    /// How much has been refused so far.
    pub(super) fn count(&self) -> usize {
        self.refusals.len()
    }

    /// The field of the refusal with this number.
    pub(super) fn path_of(&self, number: usize) -> Option<FieldPath> {
        self.refusals.get(number).map(|refusal| refusal.path.clone())
    }

    /// Says that the server spells what lies at `path` otherwise, for all that was refused since `count`.
    pub(super) fn spelled_since(&mut self, count: usize, path: &FieldPath, named: &str) {
        let written = path.to_string();
        for refusal in self.refusals.iter_mut().skip(count) {
            if let Some(rest) = refusal.named.strip_prefix(written.as_str()) {
                refusal.named = format!("{named}{rest}");
            }
        }
    }

    /// Whether nothing can be said of a field yet: its value, or what it lies in or holds, is filled in later, has the
    /// wrong type, or is changed by an overlay.
    pub(super) fn is_unknowable(&self, path: &FieldPath) -> bool {
        let segments = path.segments();
        if self.object.is_faulty(path) || self.object.lies_in_wrong_type(path) {
            return true;
        }
        let is_later = |node: Node<'_>| is_filled_in(node.text());
        let is_later_key = |segment: &Segment| matches!(segment, Segment::Key(key) if is_filled_in(key));
        segments.iter().any(is_later_key) || self.root.at(path).is_some_and(is_later)
    }
}

/// Whether a text is filled in later, be it by `envsubst` in its midst (`v-$VERSION`): hardly a form that the server asks
/// for has a `$` in it.
fn is_filled_in(text: &str) -> bool {
    let is_name = |rest: &str| rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    is_placeholder(text) || text.split('$').skip(1).any(is_name)
}

/// Whether a field is part of what Pods and claims are made from.
fn is_of_pods(path: &FieldPath) -> bool {
    let templates = [FieldPath::of("spec.template"), FieldPath::of("spec.volumeClaimTemplates")];
    templates.iter().any(|template| path.segments().starts_with(template.segments()))
}
