//! What a patch is laid over: by kind, name, namespace and labels.
//!
//! Source: kubernetes-sigs/kustomize `api/types/selector.go`: every text is a regular expression for the whole of what
//! it is compared with.

use std::collections::BTreeSet;

use regex::{Regex, RegexBuilder};

use crate::yaml::Node;

/// A text that is compared with the whole of another.
#[derive(Clone, Debug)]
enum Pattern {
    Any,
    Exactly(String),
    Like(Regex),
    /// No valid expression: kustomize refuses it.
    Nothing,
}

impl Pattern {
    fn read(target: Node<'_>, key: &str) -> Pattern {
        let text = target.get(key).and_then(Node::as_str).unwrap_or_default();
        if text.is_empty() {
            Pattern::Any
        } else if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/')) {
            Pattern::Exactly(text.to_owned())
        } else {
            // Manifests are not trusted: an expression may not grow beyond this.
            let built = RegexBuilder::new(&format!("^(?:{text})$")).size_limit(1 << 18).build();
            built.map_or(Pattern::Nothing, Pattern::Like)
        }
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Pattern::Any => true,
            Pattern::Exactly(own) => own == text,
            Pattern::Like(own) => own.is_match(text),
            Pattern::Nothing => false,
        }
    }
}

/// `target` of a patch, or the identity that a strategic merge patch writes itself.
#[derive(Clone, Debug)]
pub struct Target {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    /// Labels that the object must have; conditions of other forms are taken for fulfilled.
    labels: Vec<(String, String)>,
}

/// What an object is known by while kustomizations are at work.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) struct Identity<'a> {
    pub(in crate::model) api_version: &'a str,
    pub(in crate::model) kind: &'a str,
    /// As written, and with what kustomizations put around it.
    pub(in crate::model) names: &'a [String],
    /// As written, and as kustomizations set it.
    pub(in crate::model) namespaces: &'a [&'a str],
    /// As written, and those that kustomizations add.
    pub(in crate::model) labels: &'a BTreeSet<(String, String)>,
}

impl Target {
    /// Reads `target` or `select`.
    pub fn read(target: Node<'_>) -> Target {
        let selector = target.get("labelSelector").and_then(Node::as_str).unwrap_or_default();
        Target {
            group: Pattern::read(target, "group"),
            version: Pattern::read(target, "version"),
            kind: Pattern::read(target, "kind"),
            name: Pattern::read(target, "name"),
            namespace: Pattern::read(target, "namespace"),
            labels: selector.split(',').filter_map(equality).collect(),
        }
    }

    /// The object that a strategic merge patch names; `None` where it names none.
    pub(super) fn of_patch(root: Node<'_>) -> Option<Target> {
        let exactly = |text: &str| if text.is_empty() { Pattern::Any } else { Pattern::Exactly(text.to_owned()) };
        let text = |node: Option<Node<'_>>, key: &str| {
            node.and_then(|node| node.get(key)).and_then(Node::as_str).unwrap_or_default().to_owned()
        };
        let metadata = root.get("metadata");
        let (kind, name) = (text(Some(root), "kind"), text(metadata, "name"));
        if kind.is_empty() || name.is_empty() {
            return None;
        }
        let api_version = text(Some(root), "apiVersion");
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", &api_version));
        Some(Target {
            group: exactly(group),
            version: exactly(version),
            kind: exactly(&kind),
            name: exactly(&name),
            namespace: exactly(&text(metadata, "namespace")),
            labels: Vec::new(),
        })
    }

    /// The only name that it fits, where it is one and not an expression.
    pub(super) fn exact_name(&self) -> Option<&str> {
        match &self.name {
            Pattern::Exactly(name) => Some(name),
            _ => None,
        }
    }

    /// Whether it says a kind that this is: then something is meant for just such objects.
    pub(super) fn names_kind(&self) -> bool {
        !matches!(self.kind, Pattern::Any)
    }

    /// Whether an object is meant.
    pub(super) fn matches(&self, object: &Identity<'_>) -> bool {
        let (group, version) = object.api_version.rsplit_once('/').unwrap_or(("", object.api_version));
        let in_namespace = |names: &[&str]| names.is_empty() || names.iter().any(|name| self.namespace.matches(name));
        self.kind.matches(object.kind)
            && self.group.matches(group)
            && self.version.matches(version)
            && object.names.iter().any(|name| self.name.matches(name))
            && in_namespace(object.namespaces)
            && self.labels.iter().all(|label| object.labels.contains(label))
    }
}

/// `a=b` or `a==b`.
fn equality(condition: &str) -> Option<(String, String)> {
    let (key, value) = condition.split_once('=')?;
    let (key, value) = (key.trim(), value.trim_start_matches('=').trim());
    let is_plain =
        |text: &str| !text.contains(|character: char| character.is_whitespace() || "!()".contains(character));
    (!key.is_empty() && is_plain(key) && is_plain(value)).then(|| (key.to_owned(), value.to_owned()))
}
