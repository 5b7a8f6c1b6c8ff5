//! Where manifests spell out the names of Pods: `etcd-0.etcd`, `$(POD_NAME).etcd`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::pod_name::{Domain, Pod, PodName, pod_name_at};
use super::{Class, DocumentId, Inventory, Nearness, Origin, Placed, SetView};
use crate::yaml::{Node, Span};

/// All names found, and the documents that were parsed only to show them.
#[derive(Debug, Default)]
pub(super) struct Spelled {
    at: HashMap<Spot, HashMap<Domain, Vec<Spelling>>>,
    /// Numbered on from the documents of the inventory.
    quoted: Vec<Placed>,
}

/// Where a set looks: its own folder, and all that its kustomizations gather.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Spot {
    Folder(Vec<Box<str>>),
    Kustomization(usize),
}

/// One place.
#[derive(Clone, Debug)]
struct Spelling {
    document: DocumentId,
    span: Span,
    pod: Pod,
    /// As the name says, else that of the object which holds it.
    namespace: Option<String>,
    /// Whether it stands in a ConfigMap, whose text is read where it is mounted.
    in_config_map: bool,
}

/// A text to look through.
struct Text<'a> {
    document: DocumentId,
    placed: &'a Placed,
}

impl Inventory {
    /// The first place that spells the name of a Pod of this set with the domain of this Service: in its own document,
    /// else in one that lies together with it. Raw texts are searched, comments left out.
    pub fn spelled(&self, set: SetView<'_>, service: &str) -> Option<(DocumentId, Span)> {
        let spelled = self.all_spelled();
        let origin = self.origin_of(set.id());
        let own = set.object().document;
        let domains = domains(set, service);
        let spots = self.spots(origin);
        let here = spots.iter().filter_map(|spot| spelled.at.get(spot));
        let lists: Vec<(&Domain, &[Spelling])> = here
            .flat_map(|here| domains.iter().filter_map(|domain| Some((domain, here.get(domain)?.as_slice()))))
            .collect();
        let in_own = lists.iter().flat_map(|(_, list)| {
            let start = list.partition_point(|one| one.document < own);
            list[start..].iter().take_while(|one| one.document == own)
        });
        let mut in_own = in_own.filter(|one| self.is_spelled_for(one, set));
        // A variable of the set's containers means in a ConfigMap what it means in them, and nothing elsewhere.
        let is_near = |domain: &Domain, one: &Spelling| {
            (matches!(domain, Domain::Name(_)) || one.in_config_map) && self.is_spelled_for(one, set)
        };
        let near = || {
            let first = lists.iter().filter_map(|(domain, list)| list.iter().find(|one| is_near(domain, one)));
            first.min_by_key(|one| (one.document, one.span.start))
        };
        in_own.next().or_else(near).map(|one| (one.document, one.span))
    }

    /// Whether two documents were read from one folder, one file or one kustomization.
    pub fn documents_are_together(&self, a: DocumentId, b: DocumentId) -> bool {
        let nearness = self.scopes.nearness(&self.document(a).origin, &self.document(b).origin);
        nearness.is_some_and(Nearness::is_together)
    }

    fn is_spelled_for(&self, one: &Spelling, set: SetView<'_>) -> bool {
        let is_pod = match &one.pod {
            Pod::Of(name) => name == set.name(),
            // Which Pod a variable means is known in the set itself and in what it mounts.
            Pod::Variable => {
                one.document == set.object().document || (one.in_config_map && self.is_referred_to(one.document))
            }
        };
        let namespaces_meet = match (one.namespace.as_deref(), set.namespace()) {
            (Some(theirs), Some(ours)) => theirs == ours,
            _ => true,
        };
        is_pod && namespaces_meet && self.documents_are_together(one.document, set.object().document)
    }

    /// Whether a document is more than a text beside the objects.
    fn is_referred_to(&self, document: DocumentId) -> bool {
        (document.0 as usize) < self.document_count()
    }

    /// A document that was parsed for what it spells.
    pub(super) fn quoted(&self, number: usize) -> Option<&Placed> {
        self.spelled.get().and_then(|spelled| spelled.quoted.get(number))
    }

    fn all_spelled(&self) -> &Spelled {
        self.spelled.get_or_init(|| self.find_spelled())
    }

    fn spots(&self, origin: &Origin) -> Vec<Spot> {
        let gathered = self.scopes.of(origin).into_iter().flatten().map(|&number| Spot::Kustomization(number));
        std::iter::once(Spot::Folder(origin.directory.clone())).chain(gathered).collect()
    }

    /// One pass over all texts for all governing Services.
    fn find_spelled(&self) -> Spelled {
        let mut found = Spelled::default();
        let services: HashSet<&str> = self.sets().filter_map(|set| set.service_name()).collect();
        if services.is_empty() {
            return found;
        }
        for (document, placed) in self.documents() {
            let text = Text { document, placed };
            for name in names_in(placed.document.source.slice(placed.document.span), &services) {
                let span = text.span(&name);
                let holder = self.objects_of(document).find(|object| {
                    let own = placed.node(object.node).span();
                    own.start <= span.start && span.end <= own.end
                });
                let namespace = holder.and_then(|object| object.namespace.as_deref());
                let in_config_map = holder.is_some_and(|object| object.typed.class() == Class::ConfigMap);
                self.note(&mut found, &text, name, namespace, in_config_map, &services);
            }
        }
        let homes: HashSet<&[Box<str>]> = self.sets().map(|set| &*self.origin_of(set.id()).directory).collect();
        for deferred in &self.deferred {
            let beside_a_set = homes.contains(&*deferred.origin.directory);
            if !beside_a_set && self.scopes.of(&deferred.origin).is_none() {
                continue;
            }
            let names = names_in(deferred.text(), &services);
            if names.is_empty() {
                continue;
            }
            // What is broken or was read already, because a set refers to it, is not quoted.
            let document = deferred.parse();
            let Some(root) = document.root() else { continue };
            let metadata = root.get("metadata");
            let name = metadata.and_then(|metadata| metadata.get("name")).map_or("", Node::text);
            if deferred.kind == "ConfigMap" && self.config_maps_read.contains(name) {
                continue;
            }
            let own = metadata.and_then(|metadata| metadata.get("namespace")).and_then(Node::as_str);
            let namespace = self.scopes.namespace_of(&deferred.origin).or(own).map(str::to_owned);
            let number = DocumentId((self.document_count() + found.quoted.len()) as u32);
            let placed = Placed { document: Arc::new(document), origin: deferred.origin.clone() };
            let text = Text { document: number, placed: &placed };
            for name in names {
                let in_config_map = deferred.kind == "ConfigMap";
                self.note(&mut found, &text, name, namespace.as_deref(), in_config_map, &services);
            }
            found.quoted.push(placed);
        }
        found
    }

    fn note(
        &self,
        found: &mut Spelled,
        text: &Text<'_>,
        name: PodName,
        holder: Option<&str>,
        in_config_map: bool,
        services: &HashSet<&str>,
    ) {
        let span = text.span(&name);
        let namespace = name.namespace.or_else(|| holder.map(str::to_owned));
        let spelling = Spelling { document: text.document, span, pod: name.pod, namespace, in_config_map };
        let mut domains = Vec::new();
        if let Domain::Variable(variable) = &name.domain {
            let values = text.values_of(variable);
            domains.extend(values.into_iter().filter(|value| services.contains(value.as_str())).map(Domain::Name));
        }
        domains.push(name.domain);
        for spot in self.spots(&text.placed.origin) {
            let here = found.at.entry(spot).or_default();
            for domain in &domains {
                here.entry(domain.clone()).or_default().push(spelling.clone());
            }
        }
    }
}

/// The Service's name, and the variables of the set's containers that hold it.
fn domains(set: SetView<'_>, service: &str) -> Vec<Domain> {
    let spec = set.pod_spec();
    let containers =
        spec.into_iter().flat_map(|spec| spec.containers.iter().chain(spec.init_containers.iter().flatten()));
    let env = containers.flat_map(|container| container.env.iter().flatten());
    let holds = env.filter(|one| one.value.as_deref() == Some(service));
    let mut names: Vec<&str> = holds.map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let variables = names.into_iter().map(|name| Domain::Variable(name.to_owned()));
    std::iter::once(Domain::Name(service.to_owned())).chain(variables).collect()
}

/// The names that some of these Services may complete.
fn names_in(text: &str, services: &HashSet<&str>) -> Vec<PodName> {
    let dots = memchr::memchr_iter(b'.', text.as_bytes());
    let names = dots.filter(|&dot| {
        let rest = &text.as_bytes()[dot + 1..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
        rest.first() == Some(&b'$') || text.get(dot + 1..dot + 1 + length).is_some_and(|name| services.contains(name))
    });
    names.filter_map(|dot| pod_name_at(text, dot)).collect()
}

impl Text<'_> {
    fn span(&self, name: &PodName) -> Span {
        let base = self.placed.document.span.start as usize;
        Span::new(base + name.start, base + name.end)
    }

    /// What a variable holds by the text itself: entries of `env`, assignments of a script.
    fn values_of(&self, variable: &str) -> Vec<String> {
        let document = &self.placed.document;
        let mut values = Vec::new();
        if let Some(root) = document.root() {
            env_values(root, variable, &mut values);
        }
        let text = document.source.slice(document.span);
        for (at, assigned) in text.match_indices(&format!("{variable}=")) {
            let is_whole = !text[..at].ends_with(|one: char| one.is_ascii_alphanumeric() || one == '_');
            let value = text[at + assigned.len()..].trim_start_matches(['"', '\'']);
            let length = value.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
            if is_whole && length > 0 {
                values.push(value[..length].to_owned());
            }
        }
        values
    }
}

/// So many nodes are looked at for the value of a variable; merge keys may repeat without end.
const MOST_NODES: usize = 100_000;

/// The values of `{name: VARIABLE, value: …}` anywhere below; what is merely repeated by an alias is passed over.
fn env_values(node: Node<'_>, variable: &str, values: &mut Vec<String>) {
    let mut pending = vec![node];
    for _ in 0..MOST_NODES {
        let Some(node) = pending.pop() else { return };
        if node.is_alias() {
            continue;
        }
        if node.get("name").is_some_and(|name| name.text() == variable)
            && let Some(value) = node.get("value").and_then(Node::as_str)
        {
            values.push(value.to_owned());
        }
        pending.extend(node.items());
        pending.extend(node.entries().into_iter().map(|(_, value)| value));
    }
}
