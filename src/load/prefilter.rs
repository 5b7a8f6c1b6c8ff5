//! Which documents are worth parsing, told from their bytes alone.
//!
//! It may say yes to a document that turns out to be of another kind, never no to one of a wanted kind.

use aho_corasick::AhoCorasick;
use memchr::memmem;

/// What becomes of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is parsed.
    Wanted,
    /// It is kept as text.
    Deferred(&'static str),
    /// It is passed over.
    Unwanted,
}

pub(super) struct Prefilter {
    kinds: &'static [&'static str],
    deferred: &'static [&'static str],
    /// Finds any of the names, wanted or deferred.
    any: Option<AhoCorasick>,
    /// Finds the wanted names that are not lists: a list is wanted only for what is in it.
    wanted: Option<AhoCorasick>,
}

impl Prefilter {
    pub(super) fn new(kinds: &'static [&'static str], deferred: &'static [&'static str]) -> Prefilter {
        let single = kinds.iter().filter(|kind| !kind.ends_with("List"));
        Prefilter {
            kinds,
            deferred,
            // Without an automaton (it cannot fail for so few names) everything counts as found.
            any: AhoCorasick::new(kinds.iter().chain(deferred)).ok(),
            wanted: AhoCorasick::new(single).ok(),
        }
    }

    /// Whether any document of a file is wanted or deferred; cheap for files that hold nothing of the kind.
    pub(super) fn is_of_interest(&self, bytes: &[u8]) -> bool {
        // UTF-16 hides the names from a search of bytes.
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return true;
        }
        if !self.any.as_ref().is_none_or(|any| any.is_match(bytes)) {
            return false;
        }
        let mut start = 0;
        for end in memmem::find_iter(bytes, b"\n---").map(|at| at + 1).chain([bytes.len()]) {
            if self.verdict(&bytes[start..end]) != Verdict::Unwanted {
                return true;
            }
            start = end;
        }
        false
    }

    /// What becomes of one document.
    pub(super) fn verdict(&self, document: &[u8]) -> Verdict {
        let mut verdict = Verdict::Unwanted;
        let mut has_kind = false;
        for at in memmem::find_iter(document, b"kind") {
            if !is_line_start(document, at) {
                continue;
            }
            let rest = &document[at + 4..];
            let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            if rest.get(blanks) != Some(&b':') {
                continue;
            }
            has_kind = true;
            match self.kind(&rest[blanks + 1..], document) {
                Verdict::Unwanted => {}
                wanted @ Verdict::Wanted => return wanted,
                deferred => verdict = deferred,
            }
        }
        if !has_kind && self.may_hide_kind(document) { Verdict::Wanted } else { verdict }
    }

    /// From the text behind a `kind:` in the first column.
    fn kind(&self, value: &[u8], document: &[u8]) -> Verdict {
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
        let length = value.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let name = &value[..length];
        if name.is_empty() || value.get(length) == Some(&b'\\') {
            // An alias, a tag, a block scalar, a template: whatever the document speaks of may be its kind.
            return if self.speaks_of_wanted(document) { Verdict::Wanted } else { Verdict::Unwanted };
        }
        if let Some(kind) = self.kinds.iter().find(|kind| kind.as_bytes() == name) {
            let empty_list = kind.ends_with("List") && !self.speaks_of_wanted(document);
            return if empty_list { Verdict::Unwanted } else { Verdict::Wanted };
        }
        match self.deferred.iter().find(|kind| kind.as_bytes() == name) {
            Some(kind) => Verdict::Deferred(kind),
            None => Verdict::Unwanted,
        }
    }

    fn speaks_of_wanted(&self, document: &[u8]) -> bool {
        self.wanted.as_ref().is_none_or(|wanted| wanted.is_match(document))
    }

    /// A document without `kind:` in the first column may still have a kind: JSON and flow style, a quoted key, an
    /// explicit key, a document that is indented as a whole, a kind that is merged in.
    fn may_hide_kind(&self, document: &[u8]) -> bool {
        let hidden = || {
            let quoted = [&b"\"kind\""[..], b"'kind'", b"<<", b"? "];
            quoted.iter().any(|form| memmem::find(document, form).is_some()) || first_content_is_indented(document)
        };
        memmem::find(document, b"kind").is_some() && self.speaks_of_wanted(document) && hidden()
    }
}

/// Whether a position begins a line, byte order mark and separator aside.
fn is_line_start(document: &[u8], at: usize) -> bool {
    let before = &document[..at];
    match before.last() {
        None => true,
        Some(b'\n' | b'\r') => true,
        // `--- kind: X` is refused by kubectl but read by us; `\u{feff}kind:` begins a file.
        Some(b' ' | b'\t') => before.trim_ascii_end().ends_with(b"---"),
        Some(_) => before.ends_with(b"\xef\xbb\xbf"),
    }
}

/// Whether the first line that holds anything begins with a blank or opens a flow collection.
fn first_content_is_indented(document: &[u8]) -> bool {
    for line in document.split(|byte| *byte == b'\n') {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let content = line.trim_ascii();
        if content.is_empty() || content.starts_with(b"#") || content.starts_with(b"---") && content.len() == 3 {
            continue;
        }
        return line.first().is_some_and(|first| first.is_ascii_whitespace())
            || content.starts_with(b"{")
            || content.starts_with(b"---");
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Prefilter, Verdict};

    const KINDS: &[&str] = &["StatefulSet", "Service", "List"];
    const DEFERRED: &[&str] = &["ConfigMap"];

    #[test]
    fn tells_wanted_documents_from_their_bytes() {
        let prefilter = Prefilter::new(KINDS, DEFERRED);
        let wanted = [
            "kind: StatefulSet\n",
            "apiVersion: v1\r\nkind: Service\r\n",
            "\u{feff}kind: Service",
            "kind : Service\n",
            "kind: \"Service\" # c\n",
            "kind: 'Service'\n",
            "\"kind\": Service\n",
            "{\"kind\":\"Service\"}",
            "# c\n\n  kind: Service\n  spec: {}\n",
            "? kind\n: Service\n",
            "a: &k Service\nkind: *k\n",
            "kind:\n  Service\n",
            "kind: >-\n  Service\n",
            "kind: !!str Service\n",
            "kind: \"Ser\\u0076ice\" # Service\n",
            "x: &x {kind: Service}\n<<: *x\n",
            "kind: List\nitems:\n- kind: Service\n",
            "--- {kind: Service}\n",
            "--- kind: Service\n",
            "kind: Deployment\nkind: Service\n",
            "kind: {{ .Values.kind | default \"StatefulSet\" }}\n",
        ];
        for text in wanted {
            assert_eq!(prefilter.verdict(text.as_bytes()), Verdict::Wanted, "{text:?}");
            assert!(prefilter.is_of_interest(text.as_bytes()), "{text:?}");
        }
        let unwanted = [
            "",
            "kind: Deployment\nspec: {x: StatefulSet}\n",
            "a:\n  kind: Service\n",
            "kind: List\nitems:\n- kind: Deployment\n",
            "kind: ServiceMonitor\n",
            "# kind: Service\nkind: Role\n",
            "replicas: 3 # Service\n",
        ];
        for text in unwanted {
            assert_eq!(prefilter.verdict(text.as_bytes()), Verdict::Unwanted, "{text:?}");
        }
        assert_eq!(prefilter.verdict(b"kind: ConfigMap\n"), Verdict::Deferred("ConfigMap"));
        assert!(prefilter.is_of_interest(b"kind: Role\n---\nkind: Service\n"));
        assert!(!prefilter.is_of_interest(b"kind: Role\n---\nkind: ServiceMonitor\n"));
    }
}
