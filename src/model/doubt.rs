//! Fields of an object of which nothing may be concluded, looked up by path: rules and admission ask this of nearly every
//! field, and a manifest may have a thousand faults.

use std::collections::HashSet;

use super::Object;
use super::overlay::is_holder;
use crate::yaml::{FieldPath, Segment};

type Paths = HashSet<Vec<Segment>>;

/// What the faults of an object, and the overlays that change it, leave open.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubts {
    /// The fields whose value has the wrong type.
    wrong: Paths,
    /// These, the fields that a misspelt one was most likely meant to be, and all that they lie in.
    holds_wrong: Paths,
    /// The fields that overlays change, labels that selectors and Pods get alike aside.
    changed: Paths,
    /// All that these lie in.
    holds_changed: Paths,
}

impl Doubts {
    fn of(object: &Object) -> Doubts {
        let mut doubts = Doubts::default();
        for error in &object.type_errors {
            let path = error.path.segments();
            doubts.wrong.insert(path.to_vec());
            doubts.holds_wrong.extend((0..=path.len()).map(|length| path[..length].to_vec()));
        }
        for meant in object.fields_meant() {
            let path = meant.segments();
            doubts.holds_wrong.extend((0..=path.len()).map(|length| path[..length].to_vec()));
        }
        for touch in object.touches.iter().filter(|touch| !touch.shared) {
            let path = touch.path.segments();
            doubts.changed.insert(path.to_vec());
            doubts.holds_changed.extend((0..path.len()).map(|length| path[..length].to_vec()));
        }
        doubts
    }
}

impl Object {
    fn doubts(&self) -> &Doubts {
        self.doubts.get_or_init(|| Doubts::of(self))
    }

    /// Whether nothing may be concluded from the value at this path, or from its absence: it, or something below it, has
    /// the wrong type or is misspelt, or an overlay in the input changes it.
    pub fn is_faulty(&self, path: &FieldPath) -> bool {
        self.has_wrong_type(path) || self.is_patched(path)
    }

    /// Whether the value at this path, or anything below it, has the wrong type, or stands under a misspelt key.
    pub(super) fn has_wrong_type(&self, path: &FieldPath) -> bool {
        self.doubts().holds_wrong.contains(path.segments())
    }

    /// Whether something that the value at this path lies in has the wrong type, or the value itself.
    pub(super) fn lies_in_wrong_type(&self, path: &FieldPath) -> bool {
        is_within(path.segments(), &self.doubts().wrong)
    }

    /// Whether a kustomization in the input changes this field: itself, what it lies in, or what lies in it. Of a field
    /// that only holds others (`spec`, labels, a list of containers) a change of one of them is no change.
    ///
    /// A label that selectors and Pods get alike changes nothing between them, and is none here.
    pub fn is_patched(&self, path: &FieldPath) -> bool {
        let path = path.segments();
        let doubts = self.doubts();
        is_within(path, &doubts.changed) || (doubts.holds_changed.contains(path) && !is_holder(path))
    }
}

/// Whether a path is one of these or leads on from one.
fn is_within(path: &[Segment], paths: &Paths) -> bool {
    !paths.is_empty() && (0..=path.len()).any(|length| paths.contains(&path[..length]))
}
