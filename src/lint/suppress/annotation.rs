//! Annotations that switch findings off: `stslint/ignore-RULE: reason`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{Inventory, Object, ObjectId, Typed};
use crate::yaml::{FieldPath, Node, Source, Span};

/// What the key of every annotation for stslint begins with.
const OURS: &str = "stslint/";

/// What follows when it switches a rule off.
const IGNORE: &str = "ignore-";

/// What may follow besides.
const OTHERS: &[&str] = &["system"];

/// One annotation of ours.
#[derive(Debug)]
pub(super) struct Annotation {
    pub(super) object: ObjectId,
    /// The field and the bytes of its key, where the object itself carries it; `None` when a kustomization adds it.
    pub(super) key: Option<(FieldPath, Span)>,
    /// What the key says.
    pub(super) says: Says,
    /// The value.
    pub(super) reason: String,
}

/// What a key says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// This rule is off.
    Ignore(String),
    /// Something that is not read; the rest of the key.
    Unread(String),
}

/// The annotations of all objects that switch something off, or mean to.
pub(super) fn all(inventory: &Inventory) -> Vec<Annotation> {
    // A text is searched once, however many objects are in it. JSON may write the slash as `\/`.
    let mut files: HashMap<*const Source, bool> = HashMap::new();
    let mut found = Vec::new();
    for object in inventory.objects() {
        let document = &inventory.document(object.document).document;
        let is_candidate = files
            .entry(Arc::as_ptr(&document.source))
            .or_insert_with(|| ["stslint/", "stslint\\/"].iter().any(|ours| document.source.text().contains(ours)));
        for path in places(object) {
            if *is_candidate {
                written(object.id, document.node(object.node), &path, &mut found);
            }
            let given = object.annotations_to_come(&path).into_iter();
            let added = given.filter_map(|(key, reason)| {
                let says = says(&key).filter(|says| matches!(says, Says::Ignore(_)))?;
                Some(Annotation { object: object.id, key: None, says, reason })
            });
            found.extend(added);
        }
    }
    found
}

/// Where an object carries annotations.
fn places(object: &Object) -> Vec<FieldPath> {
    let own = FieldPath::of("metadata.annotations");
    match object.typed {
        Typed::StatefulSet(_) => vec![own, FieldPath::of("spec.template.metadata.annotations")],
        _ => vec![own],
    }
}

fn written(object: ObjectId, root: Node<'_>, annotations: &FieldPath, found: &mut Vec<Annotation>) {
    for (key, value) in root.at(annotations).map(Node::entries).unwrap_or_default() {
        let Some(name) = key.key_text() else { continue };
        let Some(says) = says(&name) else { continue };
        // Null, and what is no text, is no reason; `invalid-manifest` speaks of the type.
        let reason = value.as_str().unwrap_or_default().trim().to_owned();
        let path = annotations.clone().key(name.into_owned());
        found.push(Annotation { object, key: Some((path, key.span())), says, reason });
    }
}

fn says(key: &str) -> Option<Says> {
    let rest = key.strip_prefix(OURS)?;
    match rest.strip_prefix(IGNORE) {
        Some(rule) => Some(Says::Ignore(rule.to_owned())),
        None => (!OTHERS.contains(&rest)).then(|| Says::Unread(rest.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::{IGNORE, Says, says};
    use crate::rules::ALL;

    #[test]
    fn reads_keys() {
        assert_eq!(says("stslint/ignore-a-b"), Some(Says::Ignore("a-b".to_owned())));
        assert_eq!(says("stslint/ignore"), Some(Says::Unread("ignore".to_owned())));
        for other in ["stslint/system", "ignore-a", "other/ignore-a", "stslint"] {
            assert_eq!(says(other), None, "{other}");
        }
    }

    #[test]
    fn kubernetes_takes_a_key_for_every_rule() {
        // A key's name has at most 63 of these characters, and begins and ends with a letter or digit.
        for rule in ALL {
            let name = format!("{IGNORE}{}", rule.meta.id);
            assert!(name.len() <= 63, "{name}");
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{name}");
            assert!(name.ends_with(|last: char| last.is_ascii_alphanumeric()), "{name}");
        }
    }
}
