//! A look at a file whose types are right: does each fact say where it comes from, does each pattern compile, does each
//! name lead somewhere?

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Probe;

use super::condition::{MOST_PATTERNS, Pattern};
use super::fault::Fault;
use super::{Origin, System};
use crate::nearest::nearest;
use crate::yaml::{Document, FieldPath, Located, NodeId, NodeKind};

/// How many faults of one file are kept; a hostile file can have millions.
const MOST_FAULTS: usize = 200;

/// How many modes a system may have: each is compared with each.
const MOST_MODES: usize = 100;

/// Whether facts have to say where they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sourcing {
    /// Each fact, as in the catalogue that everybody gets.
    Required,
    /// None: who writes down what runs at home needs no address for it.
    Optional,
}

/// What a review looks at. Most values are right once their type is.
pub(super) trait Reviewed {
    /// Says what is wrong with the value at this place.
    fn review(&self, _at: &FieldPath, _review: &mut Review<'_>) {}
}

impl Reviewed for String {}
impl Reviewed for bool {}
impl Reviewed for u16 {}
impl Reviewed for i64 {}

impl<T: Reviewed> Reviewed for Option<T> {
    fn review(&self, at: &FieldPath, review: &mut Review<'_>) {
        self.iter().for_each(|value| value.review(at, review));
    }
}

impl<T: Reviewed> Reviewed for Vec<T> {
    fn review(&self, at: &FieldPath, review: &mut Review<'_>) {
        self.iter().enumerate().for_each(|(index, value)| value.review(&at.clone().index(index), review));
    }
}

impl<T: Reviewed> Reviewed for BTreeMap<String, T> {
    fn review(&self, at: &FieldPath, review: &mut Review<'_>) {
        self.iter().for_each(|(key, value)| value.review(&at.clone().key(key.clone()), review));
    }
}

/// The state of one look at a file.
pub(super) struct Review<'a> {
    document: &'a Document,
    root: NodeId,
    system: &'a System,
    sourcing: Sourcing,
    patterns: usize,
    faults: Vec<Fault>,
}

impl<'a> Review<'a> {
    /// Everything that is wrong with a file.
    pub(super) fn of(document: &'a Document, root: NodeId, system: &'a System, sourcing: Sourcing) -> Vec<Fault> {
        let mut review = Review { document, root, system, sourcing, patterns: 0, faults: Vec::new() };
        system.review(&FieldPath::root(), &mut review);
        review.modes();
        let mut faults = review.faults;
        faults.sort_by_key(|fault| fault.span);
        faults
    }

    fn locate(&self, at: &FieldPath) -> (NodeId, Option<crate::yaml::Span>) {
        match self.document.locate(self.root, at) {
            Located::Exact { key, node, .. } | Located::Nearest { key, node, .. } => (node, key),
        }
    }

    /// Something wrong with a value.
    pub(super) fn value(&mut self, at: &FieldPath, message: impl Into<String>, help: impl Into<String>) {
        let (node, _) = self.locate(at);
        self.push(Fault::first_line(self.document.node(node)), message.into(), help.into());
    }

    /// Something wrong with a field as a whole, said at its key.
    fn field(&mut self, at: &FieldPath, message: impl Into<String>, help: impl Into<String>) {
        let (node, key) = self.locate(at);
        self.push(key.unwrap_or_else(|| Fault::first_line(self.document.node(node))), message.into(), help.into());
    }

    fn push(&mut self, span: crate::yaml::Span, message: String, help: String) {
        if self.faults.len() >= MOST_FAULTS {
            return;
        }
        self.faults.push(Fault { source: self.document.source.clone(), span, message, help });
    }

    /// Whether a fact says where it comes from.
    pub(super) fn origin(&mut self, at: &FieldPath, origin: &Origin) {
        if self.sourcing == Sourcing::Required && origin.source.is_empty() && origin.measured.is_empty() {
            let what = if at.segments().is_empty() { "the file".to_owned() } else { format!("`{at}`") };
            self.field(at, format!("{what} has neither `source` nor `measured`"), "say where the fact comes from");
        }
    }

    /// Whether a pattern compiles.
    pub(super) fn pattern(&mut self, at: &FieldPath, pattern: &Pattern) {
        self.patterns += 1;
        if self.patterns > MOST_PATTERNS {
            if self.patterns == MOST_PATTERNS + 1 {
                self.value(at, format!("this is the file's pattern number {}", self.patterns), "leave some out");
            }
            return;
        }
        if let Some(reason) = pattern.fault() {
            self.value(at, format!("this is no valid pattern: {reason}"), "");
        }
    }

    /// Whether one of the file's modes has this name.
    pub(super) fn is_mode(&mut self, at: &FieldPath, name: &str) {
        let system = self.system;
        if !system.modes.iter().take(MOST_MODES).any(|mode| mode.name == name) {
            self.is_not_among(at, name, system.modes.iter().map(|mode| mode.name.as_str()), "mode");
        }
    }

    /// Whether one of the file's ports has this name.
    pub(super) fn is_port(&mut self, at: &FieldPath, name: &str) {
        let system = self.system;
        if !system.ports.contains_key(name) {
            self.is_not_among(at, name, system.ports.keys().map(String::as_str), "port");
        }
    }

    fn is_not_among<'n>(&mut self, at: &FieldPath, name: &str, names: impl Iterator<Item = &'n str>, what: &str) {
        if self.faults.len() >= MOST_FAULTS {
            return;
        }
        let names: Vec<&str> = names.take(MOST_MODES).collect();
        let help = match nearest(name, names.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None if names.is_empty() => format!("the file has no {what}s"),
            None => format!("the file's {what}s are {}", list(&names)),
        };
        self.value(at, format!("no {what} is called `{name}`"), help);
    }

    /// Whether a value is a Kubernetes probe but for its ports, and these are the file's.
    pub(super) fn probe(&mut self, at: &FieldPath) {
        let (node, _) = self.locate(at);
        let decoded = self.document.decode::<Probe>(node);
        let faults = decoded.errors.into_iter().map(|error| Fault::of_type(self.document, error));
        self.faults.extend(faults.collect::<Vec<_>>());
        for unknown in decoded.unknown {
            let field = unknown.path;
            self.field(&at.clone().join(&field), format!("a probe has no field `{field}`"), "");
        }
        for place in ["httpGet.port", "tcpSocket.port"] {
            let path = at.clone().join(&FieldPath::of(place));
            if let Located::Exact { node, .. } = self.document.locate(self.root, &path)
                && let Some(name) = self.document.node(node).as_str()
            {
                self.is_port(&path, name);
            }
        }
    }

    /// Whether the modes can all be told and say what is needed.
    fn modes(&mut self) {
        let (system, path) = (self.system, FieldPath::of("modes"));
        if system.modes.len() > MOST_MODES {
            self.field(&path, format!("a system has at most {MOST_MODES} modes"), "");
            return;
        }
        for (index, mode) in system.modes.iter().enumerate() {
            let at = path.clone().index(index);
            let name = at.clone().key("name");
            if system.modes[..index].iter().any(|other| other.name == mode.name) {
                self.value(&name, format!("two modes are called `{}`", mode.name), "");
            }
            if mode.when.is_empty() && index + 1 < system.modes.len() {
                let message = format!("mode `{}` hides those after it: it has no `when`", mode.name);
                self.value(&name, message, "move it to the end, or say by what it is told");
            }
            let lacking = [
                ("votes", mode.votes.is_some() || system.votes.is_some()),
                ("peers", mode.peers.is_some() || system.peers.is_some()),
                ("bootstrap", mode.bootstrap.is_some() || system.bootstrap.is_some()),
                ("order", mode.order.is_some() || system.order.is_some()),
            ];
            let lacking: Vec<&str> = lacking.iter().filter(|(_, is_there)| !is_there).map(|(key, _)| *key).collect();
            if mode.clustered && !lacking.is_empty() {
                let message = format!("mode `{}` is clustered and lacks {}", mode.name, list(&lacking));
                self.value(&name, message, "a clustered mode has them itself or takes those of the file");
            }
        }
        match system.modes.last() {
            None => self.field(&path, "a system has at least one mode", ""),
            Some(last) if !last.when.is_empty() => {
                let at = path.index(system.modes.len() - 1).key("when");
                let message = "no mode is left for sets that say nothing: the last one has a `when`";
                self.field(&at, message, "leave its `when` out, or add a mode without one");
            }
            Some(_) => {}
        }
    }
}

/// Values that are written down without a value. To Kubernetes these are not there; here they are half a thought.
pub(super) fn empty_values(document: &Document, root: NodeId) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut open = vec![document.node(root)];
    while let Some(node) = open.pop() {
        for (key, value) in node.entries() {
            if value.kind() == NodeKind::Null {
                let message = format!("`{}` has no value", key.text());
                let (source, help) = (document.source.clone(), "give it one, or leave the key out".to_owned());
                faults.push(Fault { source, span: key.span(), message, help });
            } else if !value.is_alias() {
                open.push(value);
            }
        }
        open.extend(node.items().filter(|item| !item.is_alias()));
    }
    faults
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use super::*;
    use crate::yaml::Source;

    /// What is wrong with a file whose facts have to say where they come from.
    fn said(text: &str) -> Vec<String> {
        let source = Arc::new(Source::new("x.yaml", text));
        let faults = System::read("x", &source, Sourcing::Required).err().unwrap_or_default();
        faults.iter().map(Fault::in_one_line).collect()
    }

    #[test]
    fn each_built_in_fact_says_where_it_comes_from() {
        let good = "title: X\nsource: here\nimages: [x]\nports: {a: {number: 1, measured: '2'}}\nmodes:\n  - {name: plain, clustered: false, source: here}\n";
        assert_eq!(said(good), Vec::<String>::new());
        for (change, expected) in [
            ("source: here\nimages", "x.yaml:1:1: the file has neither `source` nor `measured`"),
            (", source: here", "x.yaml:6:5: `modes[0]` has neither `source` nor `measured`"),
            (", measured: '2'", "x.yaml:4:9: `ports.a` has neither `source` nor `measured`"),
        ] {
            let kept = if change.ends_with("images") { "images" } else { "" };
            let found = said(&good.replacen(change, kept, 1));
            assert_eq!(found, [expected.to_owned()], "{change}");
        }
    }
}
