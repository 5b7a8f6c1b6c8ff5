//! What kustomize says in a rendered object of where it comes from.
//!
//! Source: kubernetes-sigs/kustomize `api/resource/origin.go`, `api/internal/utils/annotations.go`.

use std::sync::Arc;

use crate::yaml::{Document, Node, Source, split};

/// The annotation that `buildMetadata: [originAnnotations]` adds.
const ORIGIN: &str = "config.kubernetes.io/origin";

/// The longest annotation that is read; real ones stay far below.
const LONGEST: usize = 4_096;

/// Where kustomize took an object from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltFrom {
    /// The file that holds the object, or the kustomization whose generator makes it: relative to the kustomization that
    /// was built, or to the repository. Only its beginning may be `..`.
    pub path: String,
    /// The repository and the revision in it, of what was fetched.
    pub repository: Option<(String, Option<String>)>,
}

impl BuiltFrom {
    /// What the origin annotation of a document says; `None` where there is none or it says what kustomize never does.
    pub fn read(document: &Document) -> Option<BuiltFrom> {
        let root = document.root()?;
        let text = root.get("metadata")?.get("annotations")?.get(ORIGIN)?.as_str()?;
        if text.len() > LONGEST {
            return None;
        }
        let source = Arc::new(Source::new(ORIGIN, text));
        let inner = Document::parse(&source, split(source.text()).first()?);
        let inner = inner.root()?;
        let field = |key: &str| inner.get(key).and_then(Node::as_str);
        let path = field("path").or_else(|| field("configuredIn")).filter(|path| is_sane(path))?;
        let repository = match field("repo") {
            None => None,
            Some(name) if is_plain(name) => Some((name.to_owned(), field("ref").map(str::to_owned))),
            Some(_) => return None,
        };
        let is_ref_plain = repository.iter().flat_map(|(_, revision)| revision).all(|revision| is_plain(revision));
        is_ref_plain.then(|| BuiltFrom { path: path.to_owned(), repository })
    }

    /// As text: a path, or for what was fetched an address in kustomize's own notation.
    pub fn text(&self) -> String {
        match &self.repository {
            None => self.path.clone(),
            Some((name, None)) => format!("{name}//{}", self.path),
            Some((name, Some(revision))) => format!("{name}//{}?ref={revision}", self.path),
        }
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}

/// A relative path that leads upwards at its beginning only.
fn is_sane(path: &str) -> bool {
    let mut below = path.split('/').skip_while(|name| *name == "..").peekable();
    below.peek().is_some()
        && !path.contains(|c: char| c.is_control() || matches!(c, '\\' | ':'))
        && below.all(|name| !matches!(name, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::BuiltFrom;
    use crate::yaml::{Document, Source, split};

    fn read(lines: &[&str]) -> Option<String> {
        let head = "kind: A\nmetadata:\n  annotations:\n    config.kubernetes.io/origin: |\n";
        let body: String = lines.iter().map(|line| format!("      {line}\n")).collect();
        let source = Arc::new(Source::new("a", head.to_owned() + &body));
        let document = Document::parse(&source, &split(source.text())[0]);
        BuiltFrom::read(&document).map(|found| found.text())
    }

    #[test]
    fn what_kustomize_writes_is_read_and_nothing_else() {
        assert_eq!(read(&["path: ../../base/a.yaml"]).as_deref(), Some("../../base/a.yaml"));
        let generated = ["configuredIn: ../kustomization.yaml", "configuredBy:", "  kind: ConfigMapGenerator"];
        assert_eq!(read(&generated).as_deref(), Some("../kustomization.yaml"));
        let remote = ["path: a/b.yaml", "repo: https://x.example/y", "ref: v1.2"];
        assert_eq!(read(&remote).as_deref(), Some("https://x.example/y//a/b.yaml?ref=v1.2"));
        for hostile in [
            "path: /etc/passwd",
            "path: a/../../b.yaml",
            "path: ..",
            "path: \"\"",
            "path: \"a\\e[2J\"",
            "path: C:\\\\a",
            "path: [a]",
            "a: [",
            "",
        ] {
            assert_eq!(read(&[hostile]), None, "{hostile}");
        }
        assert_eq!(read(&["path: a.yaml", "repo: \"x\\ny\""]), None);
        assert_eq!(read(&["path: a.yaml", "repo: x", "ref: \"\\e\""]), None);
        assert_eq!(read(&[&format!("path: {}", "a".repeat(5_000))]), None);
    }
}
