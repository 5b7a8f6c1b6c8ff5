//! What is built: the kustomizations that no other one includes, what goes into each, and where what comes out of it is
//! written.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::scope::{FileKey, Own};
use super::{BuiltFrom, Class, Inventory, Object, ObjectId, Origin, ReadObject};

/// The names by which kustomize finds its own files.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A kustomization that is built by itself: no component, and no other one among those read includes it.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// The components of its folder.
    pub directory: Vec<Box<str>>,
    /// The name of its file.
    pub file_name: Box<str>,
    /// What it gathers by address, by itself or through others.
    pub fetched: Vec<String>,
    number: usize,
}

impl Inventory {
    /// The kustomizations that are built by themselves, in the order of the input.
    pub fn leaves(&self) -> Vec<Leaf> {
        let own = self.scopes.own.iter().enumerate();
        let built = own.filter(|(number, own)| {
            self.scopes.is_outermost(*number) && !own.is_component && FILE_NAMES.contains(&&*own.file.1)
        });
        let mut seen = HashSet::new();
        // Two files of one folder are for kustomize to refuse, once.
        let leaves = built.filter(|(_, own)| seen.insert(own.file.0.clone()));
        leaves
            .map(|(number, own)| Leaf {
                directory: own.file.0.clone(),
                file_name: own.file.1.clone(),
                fetched: self
                    .at_work_under(number)
                    .flat_map(|own| own.remote.iter().filter(|one| is_address(one)))
                    .cloned()
                    .collect(),
                number,
            })
            .collect()
    }

    /// What goes into some kustomizations: the files that they gather, the patches, and their own files.
    pub fn consumed<'l>(&self, leaves: impl Iterator<Item = &'l Leaf>) -> impl Fn(&Origin) -> bool {
        let leaves: Vec<usize> = leaves.map(|leaf| leaf.number).collect();
        let mut files: HashSet<FileKey> = HashSet::new();
        for &leaf in &leaves {
            for own in self.at_work_under(leaf) {
                files.insert(own.file.clone());
                files.extend(own.patches.iter().cloned());
            }
        }
        move |origin| {
            let key = (origin.directory.clone(), origin.file_name.clone());
            files.contains(&key) || self.scopes.of(origin).is_some_and(|by| leaves.iter().any(|leaf| by.contains(leaf)))
        }
    }

    /// The objects that go into a kustomization, to be found by what becomes of them.
    pub fn built_by(&self, leaf: &Leaf) -> Built<'_> {
        let mut by_name: HashMap<(&str, &str), Vec<ObjectId>> = HashMap::new();
        for object in self.objects().iter().filter(|object| object.typed.class() != Class::Kustomization) {
            if self.scopes.of(&self.document_of(object.id).origin).is_some_and(|by| by.contains(&leaf.number)) {
                let names: HashSet<&str> =
                    object.built_names.iter().chain([&object.name]).map(String::as_str).collect();
                for name in names {
                    by_name.entry((&object.kind, name)).or_default().push(object.id);
                }
            }
        }
        let namespaces = self.scopes.namespaces_under(leaf.number).map(str::to_owned).collect();
        Built { inventory: self, directory: leaf.directory.clone(), namespaces, by_name }
    }

    /// A kustomization and all that it includes.
    fn at_work_under(&self, leaf: usize) -> impl Iterator<Item = &Own> {
        let own = self.scopes.own.iter().enumerate();
        own.filter(move |(number, _)| self.scopes.works_under(*number, leaf)).map(|(_, own)| own)
    }
}

/// What goes into one kustomization.
#[derive(Debug)]
pub struct Built<'i> {
    inventory: &'i Inventory,
    directory: Vec<Box<str>>,
    /// What kustomizations set.
    namespaces: HashSet<String>,
    by_name: HashMap<(&'i str, &'i str), Vec<ObjectId>>,
}

impl<'i> Built<'i> {
    /// The one object that can have become this one; `None` where several can, or none that was read. `from` is where
    /// kustomize says that it took it from.
    pub fn origin_of(&self, built: &ReadObject, from: Option<&BuiltFrom>) -> Option<&'i Object> {
        let file = match from {
            Some(BuiltFrom { repository: Some(_), .. }) => return None,
            Some(from) => Some(resolve(&self.directory, &from.path)?),
            None => None,
        };
        let objects = self
            .by_name
            .get(&(built.kind.as_str(), built.name.as_str()))
            .into_iter()
            .flatten()
            .map(|&id| self.inventory.object(id));
        let mut fitting = objects.filter(|object| {
            let origin = &self.inventory.document_of(object.id).origin;
            let is_there = |(folder, name): &FileKey| *folder == origin.directory && *name == origin.file_name;
            // An object of another namespace may come from what was not read.
            let is_moved = || built.namespace.as_ref().is_some_and(|name| self.namespaces.contains(name));
            object.api_version == built.api_version
                && (object.namespace == built.namespace || is_moved())
                && file.as_ref().is_none_or(is_there)
        });
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }
}

/// The file that a relative path leads to from a folder.
fn resolve(directory: &[Box<str>], path: &str) -> Option<FileKey> {
    let origin = Origin { directory: directory.to_vec(), ..Origin::default() };
    let mut components = origin.resolve(path)?;
    let name = components.pop()?;
    Path::new(path).file_name().map(|_| (components, name))
}

/// Whether what a kustomization gathers would be fetched; charts and generators are kustomize's to refuse.
fn is_address(remote: &str) -> bool {
    !["helmCharts", "helmChartInflationGenerator", "generators"].contains(&remote)
}
