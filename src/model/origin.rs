//! Where a document lies, and how near two documents lie to each other.

use std::path::{Component, Path};

/// The place of a file among the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Which of the paths given it was reached by.
    pub root: usize,
    /// The components of its folder, from the file system's root; empty for standard input.
    pub directory: Vec<Box<str>>,
    /// How many of these components belong to the path that was given.
    pub root_depth: usize,
    /// The file's own name.
    pub file_name: Box<str>,
}

impl Origin {
    /// Whether it was reached by none of the paths given.
    pub fn is_elsewhere(&self) -> bool {
        self.root == usize::MAX
    }

    /// How many folders both have in common, counted from the file system's root.
    pub fn common_depth(&self, other: &Origin) -> usize {
        self.directory.iter().zip(&other.directory).take_while(|(a, b)| a == b).count()
    }

    /// The folder that a relative path leads to from here; `None` when it leaves the file system.
    ///
    /// Only names are looked at: nothing on disk is asked.
    pub fn resolve(&self, relative: &str) -> Option<Vec<Box<str>>> {
        let mut components = self.directory.clone();
        for component in Path::new(relative).components() {
            match component {
                Component::Normal(name) => components.push(name.to_str()?.into()),
                Component::ParentDir => {
                    components.pop()?;
                }
                Component::CurDir => {}
                Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        Some(components)
    }
}

/// How near two documents lie; a greater one is nearer.
///
/// design.md 8: same document stream, then same folder (or gathered by one kustomization, which is as good), then
/// by the depth of the lowest folder that holds both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nearness(u32);

impl Nearness {
    /// The same file, or the same stream on standard input.
    pub const SAME_FILE: Nearness = Nearness(u32::MAX);

    /// Both lie in one folder of this depth, or one kustomization of that folder gathers both.
    pub fn gathered(depth: usize) -> Nearness {
        Nearness(2 * depth as u32 + 1)
    }

    /// The lowest folder that holds both has this depth.
    pub fn apart(depth: usize) -> Nearness {
        Nearness(2 * depth as u32)
    }

    /// Whether both lie in one folder, one file or one kustomization, rather than in folders beside each other.
    pub fn is_together(self) -> bool {
        self.0 % 2 == 1
    }

    /// By folders alone.
    pub fn between(a: &Origin, b: &Origin) -> Nearness {
        let common = a.common_depth(b);
        if common == a.directory.len() && common == b.directory.len() {
            if a.file_name == b.file_name { Nearness::SAME_FILE } else { Nearness::gathered(common) }
        } else {
            Nearness::apart(common)
        }
    }
}
