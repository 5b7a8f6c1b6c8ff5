//! Recognises templates: of Helm charts, and of other engines.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::yaml::{Document, Node, NodeKind};

/// Remembers which folders lie in a chart's `templates/`.
#[derive(Debug, Default)]
pub(super) struct Charts {
    known: Mutex<HashMap<PathBuf, bool>>,
    /// The folders that hold a `Chart.yaml`, where the disk is not to be asked.
    listed: Option<HashSet<PathBuf>>,
}

impl Charts {
    /// Charts in these folders, whatever lies on disk.
    pub(super) fn among(folders: HashSet<PathBuf>) -> Charts {
        Charts { known: Mutex::default(), listed: Some(folders) }
    }

    /// Whether a folder is a chart's `templates`, or lies below one: a folder of that name beside a `Chart.yaml`.
    pub(super) fn holds_templates(&self, folder: &Path) -> bool {
        if let Ok(known) = self.known.lock()
            && let Some(&answer) = known.get(folder)
        {
            return answer;
        }
        let is_templates = |folder: &Path| {
            folder.file_name().is_some_and(|name| name == "templates")
                && folder.parent().is_some_and(|chart| match &self.listed {
                    Some(listed) => listed.contains(chart),
                    None => chart.join("Chart.yaml").is_file() || chart.join("Chart.yml").is_file(),
                })
        };
        let answer = folder.ancestors().any(is_templates);
        if let Ok(mut known) = self.known.lock() {
            known.insert(folder.to_path_buf(), answer);
        }
        answer
    }
}

/// Whether a document's text shows that it is a template: it speaks of `{{` outside comments and is no YAML, or `{{`
/// stands bare where YAML wants a value. Rendered manifests that hold `{{` inside strings (alert rules do) are none.
pub(super) fn is_template(document: &Document) -> bool {
    let text = document.source.slice(document.span);
    if memchr::memmem::find(text.as_bytes(), b"{{").is_none() {
        return false;
    }
    match document.root() {
        Some(root) => has_bare_braces(root, 0),
        None => text.lines().any(|line| without_quotes(without_comment(line)).contains("{{")),
    }
}

/// Whether a document that is no YAML has the statements of another template engine: `{% … %}` (Jinja), `<% … %>` (ERB).
pub(super) fn is_other_template(document: &Document) -> bool {
    let text = document.source.slice(document.span);
    let begins = |line: &str| line.trim_start().starts_with("{%") || line.trim_start().starts_with("<%");
    document.root().is_none() && text.lines().any(begins)
}

/// A line without what stands between quotes: there `{{` may be part of a string. Quotes that are not closed stay.
fn without_quotes(line: &str) -> String {
    let mut rest = line;
    let mut bare = String::with_capacity(line.len());
    while let Some(open) = rest.find(['"', '\'']) {
        let quote = &rest[open..=open];
        let Some(close) = rest[open + 1..].find(quote) else { break };
        bare.push_str(&rest[..open]);
        rest = &rest[open + close + 2..];
    }
    bare + rest
}

/// A line up to what YAML takes for a comment. A `#` inside quotes counts as one, too: good enough for a text that is no
/// YAML.
fn without_comment(line: &str) -> &str {
    let starts = |(at, _): &(usize, &str)| *at == 0 || line[..*at].ends_with([' ', '\t']);
    line.match_indices('#').find(starts).map_or(line, |(at, _)| &line[..at])
}

fn has_bare_braces(node: Node<'_>, depth: u32) -> bool {
    // Deeper than any document is read; only a guard.
    if depth > 1_000 {
        return false;
    }
    match node.kind() {
        NodeKind::Mapping => {
            let text = node.document().source.slice(node.span());
            (node.is_flow() && text.starts_with("{{"))
                || node.entries().into_iter().any(|(_, value)| has_bare_braces(value, depth + 1))
        }
        NodeKind::Sequence => node.items().any(|item| has_bare_braces(item, depth + 1)),
        _ => false,
    }
}
