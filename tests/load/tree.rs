//! A throwaway folder, and what is read from it in a form that tests compare.

use std::fs;
use std::path::{Path, PathBuf};

use stslint::load::{self, DocumentInput, Input, Options};
use tempfile::TempDir;

pub(crate) const KINDS: &[&str] = &["StatefulSet", "Service", "Kustomization", "List"];
pub(crate) const DEFERRED: &[&str] = &["ConfigMap", "Deployment"];

/// A folder that is gone after the test.
pub(crate) struct Tree {
    folder: TempDir,
}

impl Tree {
    pub(crate) fn new() -> Tree {
        Tree { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, and the folders it lies in.
    pub(crate) fn file(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> &Tree {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Writes a file with a Service of this name.
    pub(crate) fn service(&self, path: impl AsRef<Path>, name: &str) -> &Tree {
        self.file(path, service(name))
    }

    pub(crate) fn options(&self, paths: &[&str]) -> Options {
        Options {
            paths: paths.iter().map(PathBuf::from).collect(),
            stdin_filename: None,
            kinds: KINDS,
            deferred_kinds: DEFERRED,
            json_patches: "patch",
            is_slip: |kind| kind.eq_ignore_ascii_case("Service"),
            threads: Some(2),
            working_directory: self.path().to_path_buf(),
        }
    }

    pub(crate) fn read(&self, paths: &[&str]) -> Input<String> {
        read(&self.options(paths), b"")
    }
}

pub(crate) fn service(name: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n")
}

/// Reads, and makes of every document the `kind/name` of its root.
pub(crate) fn read(options: &Options, stdin: &[u8]) -> Input<String> {
    let convert = |input: DocumentInput| {
        let Some(root) = input.document.root() else { return "nothing".to_owned() };
        let kind = root.get("kind").map_or("", |kind| kind.text());
        let name = root.get("metadata").and_then(|metadata| metadata.get("name"));
        format!("{kind}/{}", name.map_or("", |name| name.text()))
    };
    load::read(options, &convert, &mut &*stdin)
}

/// Every file as `name: documents`.
pub(crate) fn files(input: &Input<String>) -> Vec<String> {
    input.files.iter().map(|file| format!("{}: {}", file.source.name(), file.documents.join(" "))).collect()
}

/// Every failure as `path: message`, with a `!` where the user named the path.
pub(crate) fn failures(input: &Input<String>) -> Vec<String> {
    let mark = |named| if named { "!" } else { "" };
    input.failures.iter().map(|one| format!("{}: {}{}", one.path, one.message, mark(one.named))).collect()
}
