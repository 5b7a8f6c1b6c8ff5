//! Which documents are worth parsing, told from their bytes alone.
//!
//! It may say yes to a document that turns out to be of another kind, never no to one of a wanted kind. One exception,
//! for speed: a kind spelled with escapes (`"State\x66ulSet"`) in a document that has no name of interest in plain
//! letters.
//!
//! Every step is linear in the bytes, whatever they are. Looking for `kind` and not for the names first is what pays: a
//! large file speaks of Services or Pods somewhere in nearly every case, and its few `kind`s settle it.

use std::cell::OnceCell;

use aho_corasick::AhoCorasick;
use memchr::memmem;

use super::Options;
use super::shape::{Shape, is_key_in_other_clothes, shape};

/// What becomes of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is parsed.
    Wanted,
    /// It is kept as text.
    Deferred(&'static str),
    /// Its kind shows only when it is parsed.
    Hidden {
        /// Whether a wanted kind is among those that it may be, rather than deferred ones alone.
        wanted: bool,
    },
    /// It is passed over.
    Unwanted,
}

/// What a name is to us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Interest {
    Wanted,
    Deferred(&'static str),
    None,
}

pub(super) struct Prefilter {
    kinds: &'static [&'static str],
    deferred: &'static [&'static str],
    /// What JSON6902 patches are called.
    json_patch: &'static str,
    is_slip: fn(&str) -> bool,
    /// Finds any of the names, wanted or deferred.
    any: Option<AhoCorasick>,
    /// Finds the wanted names that are not lists: a list is wanted only for what is in it.
    wanted: Option<AhoCorasick>,
    /// Finds the deferred names that are not lists.
    single_deferred: Option<AhoCorasick>,
    kind: memmem::Finder<'static>,
    separator: memmem::Finder<'static>,
    operation: memmem::Finder<'static>,
}

impl Prefilter {
    pub(super) fn new(options: &Options) -> Prefilter {
        let (kinds, deferred) = (options.kinds, options.deferred_kinds);
        let single = kinds.iter().filter(|kind| !kind.ends_with("List"));
        Prefilter {
            kinds,
            deferred,
            json_patch: options.json_patches,
            is_slip: options.is_slip,
            // Without an automaton (it cannot fail for so few names) everything counts as found.
            any: AhoCorasick::new(kinds.iter().chain(deferred)).ok(),
            wanted: AhoCorasick::new(single).ok(),
            single_deferred: AhoCorasick::new(deferred.iter().filter(|kind| !kind.ends_with("List"))).ok(),
            kind: memmem::Finder::new("kind"),
            separator: memmem::Finder::new("\n---"),
            operation: memmem::Finder::new("op"),
        }
    }

    /// Whether any document of a file is wanted or deferred; cheap for files that hold nothing of the kind.
    pub(super) fn is_of_interest(&self, bytes: &[u8]) -> bool {
        // UTF-16 hides the names from a search of bytes; plain letters are themselves and a zero there.
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            let letters: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != 0).collect();
            return found(self.any.as_ref(), &letters);
        }
        let mut start = 0;
        for end in self.separator.find_iter(bytes).map(|at| at + 1).chain([bytes.len()]) {
            if self.verdict(&bytes[start..end]) != Verdict::Unwanted {
                return true;
            }
            start = end;
        }
        false
    }

    /// What becomes of one document. The line of its separator may stand before it.
    pub(super) fn verdict(&self, document: &[u8]) -> Verdict {
        let names = Names { prefilter: self, document, any: OnceCell::new(), wanted: OnceCell::new() };
        let mut top = None;
        for at in self.kind.find_iter(document) {
            let rest = &document[at + KIND.len()..];
            if !is_line_start(document, at) {
                continue;
            }
            let Some(value) = plain_key_value(rest) else { continue };
            // Of several, the last one counts; that is for the parser to see and to say.
            match (names.verdict(value), top) {
                (Verdict::Wanted, _) => return Verdict::Wanted,
                (Verdict::Unwanted, Some(_)) => {}
                (verdict, _) => top = Some(verdict),
            }
        }
        match top {
            Some(verdict) => verdict,
            None if shape(document) == Shape::List => {
                if self.is_json_patch(document) {
                    Verdict::Deferred(self.json_patch)
                } else {
                    Verdict::Unwanted
                }
            }
            None if names.any() => self.hidden(&names),
            None => Verdict::Unwanted,
        }
    }

    /// Whether a list may be one of JSON6902 operations: somewhere in it, `op` is a key with one of their names.
    fn is_json_patch(&self, document: &[u8]) -> bool {
        self.operation.find_iter(document).any(|at| {
            let before = document[..at].last();
            let Some(value) = any_key_value(&document[at + 2..]) else { return false };
            let value = value.trim_ascii_start();
            let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
            before.is_none_or(|byte| !byte.is_ascii_alphanumeric())
                && OPERATIONS.iter().any(|name| value.starts_with(name.as_bytes()))
        })
    }

    /// A document without `kind:` in the first column may still have a kind: JSON and flow style, a quoted key, an
    /// explicit key, a document that is indented as a whole, a kind that is merged in.
    fn hidden(&self, names: &Names<'_>) -> Verdict {
        let document = names.document;
        let shape = shape(document);
        let anywhere = match shape {
            Shape::Nothing | Shape::List => return Verdict::Unwanted,
            // With an `apiVersion` and no kind beside it, the kind may be indented by mistake: then nothing parses.
            Shape::Block => has_key(document, b"<<") || has_key(document, b"apiVersion:"),
            Shape::Other => true,
        };
        let mut hidden = Verdict::Unwanted;
        for at in self.kind.find_iter(document) {
            if !anywhere && !is_key_in_other_clothes(document, at) {
                continue;
            }
            let Some(value) = any_key_value(&document[at + KIND.len()..]) else { continue };
            match names.verdict(value) {
                Verdict::Wanted | Verdict::Hidden { wanted: true } => return Verdict::Hidden { wanted: true },
                Verdict::Deferred(_) | Verdict::Hidden { wanted: false } => hidden = Verdict::Hidden { wanted: false },
                Verdict::Unwanted => {}
            }
        }
        hidden
    }

    fn interest(&self, name: &[u8]) -> Interest {
        if self.kinds.iter().any(|kind| kind.as_bytes() == name) {
            return Interest::Wanted;
        }
        if let Some(kind) = self.deferred.iter().find(|kind| kind.as_bytes() == name) {
            return Interest::Deferred(kind);
        }
        let is_slip = std::str::from_utf8(name).is_ok_and(self.is_slip);
        if is_slip { Interest::Wanted } else { Interest::None }
    }

    /// What becomes of a document whose kind the parser has told.
    pub(super) fn verdict_of_kind(&self, kind: &str) -> Verdict {
        match self.interest(kind.as_bytes()) {
            Interest::Wanted => Verdict::Wanted,
            Interest::Deferred(kind) => Verdict::Deferred(kind),
            Interest::None => Verdict::Unwanted,
        }
    }
}

const KIND: &[u8] = b"kind";

const OPERATIONS: [&str; 6] = ["add", "replace", "remove", "move", "copy", "test"];

fn found(names: Option<&AhoCorasick>, bytes: &[u8]) -> bool {
    names.is_none_or(|names| names.is_match(bytes))
}

/// The names in a document, looked for once and only if somebody asks.
struct Names<'b> {
    prefilter: &'b Prefilter,
    document: &'b [u8],
    any: OnceCell<bool>,
    wanted: OnceCell<bool>,
}

impl Names<'_> {
    fn any(&self) -> bool {
        *self.any.get_or_init(|| found(self.prefilter.any.as_ref(), self.document))
    }

    fn any_wanted(&self) -> bool {
        *self.wanted.get_or_init(|| found(self.prefilter.wanted.as_ref(), self.document))
    }

    /// Of a list in which nothing wanted is named.
    fn list(&self) -> Verdict {
        let list = self.prefilter.deferred.iter().find(|kind| **kind == "List");
        match (list, &self.prefilter.single_deferred) {
            (Some(list), Some(names)) if names.is_match(self.document) => Verdict::Deferred(list),
            _ => Verdict::Unwanted,
        }
    }

    /// From the text behind a `kind:`.
    fn verdict(&self, value: &[u8]) -> Verdict {
        let value = value.trim_ascii_start();
        let quoted = value.strip_prefix(b"\"").or(value.strip_prefix(b"'"));
        let value = quoted.unwrap_or(value);
        let length = value.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let (name, rest) = value.split_at(length);
        if name.is_empty() || matches!(rest.first(), Some(b'\\' | b'{' | b'$')) {
            // An alias, a tag, a block scalar, a template: whatever the document speaks of may be its kind.
            let wanted = self.any_wanted();
            return if wanted || self.any() { Verdict::Hidden { wanted } } else { Verdict::Unwanted };
        }
        match self.prefilter.interest(name) {
            // Of a list without anything wanted the deferred ones in it may be asked for.
            Interest::Wanted if name.ends_with(b"List") && !self.any_wanted() => self.list(),
            Interest::Wanted => Verdict::Wanted,
            Interest::Deferred(kind) => Verdict::Deferred(kind),
            Interest::None => Verdict::Unwanted,
        }
    }
}

/// Whether a line of the document begins with this.
fn has_key(document: &[u8], key: &[u8]) -> bool {
    memmem::find_iter(document, key).any(|at| is_line_start(document, at))
}

/// The text behind the colon of a plain key in block style, given what follows the key.
fn plain_key_value(rest: &[u8]) -> Option<&[u8]> {
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let value = rest.get(blanks..)?.strip_prefix(b":")?;
    value.first().is_none_or(u8::is_ascii_whitespace).then_some(value)
}

/// The text behind the colon of a key in any style.
fn any_key_value(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
    rest.trim_ascii_start().strip_prefix(b":")
}

/// Whether a position begins a line, byte order mark and separator aside.
fn is_line_start(document: &[u8], at: usize) -> bool {
    match document[..at].last() {
        None | Some(b'\n' | b'\r') => true,
        // `\u{feff}kind:` begins a file.
        Some(_) => document[..at].ends_with(b"\xef\xbb\xbf"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, Prefilter, Verdict};

    const KINDS: &[&str] = &["StatefulSet", "Service", "List"];
    const DEFERRED: &[&str] = &["ConfigMap"];
    const PATCH: &str = "a patch";

    fn options() -> Options {
        Options {
            paths: Vec::new(),
            stdin_filename: None,
            kinds: KINDS,
            deferred_kinds: DEFERRED,
            json_patches: PATCH,
            is_slip: |kind| kind.eq_ignore_ascii_case("Service"),
            threads: None,
            working_directory: std::path::PathBuf::new(),
        }
    }

    fn verdict(text: &str) -> Verdict {
        let prefilter = Prefilter::new(&options());
        let verdict = prefilter.verdict(text.as_bytes());
        assert_eq!(prefilter.is_of_interest(text.as_bytes()), verdict != Verdict::Unwanted, "{text:?}");
        verdict
    }

    #[test]
    fn a_plain_kind_in_the_first_column_decides() {
        let wanted = [
            "kind: StatefulSet\n",
            "apiVersion: v1\r\nkind: Service\r\n",
            "\u{feff}kind: Service",
            "kind : Service\n",
            "kind: service\n",
            "kind: \"Service\" # c\n",
            "kind: 'Service'\n",
            "kind:\n  Service\n",
            "kind: List\nitems:\n- kind: Service\n",
            "kind: Deployment\nkind: Service\n",
            "kind: ConfigMap\nkind: Service\n",
            "kind: Service\nkind: Deployment\n",
            "---\nkind: Service\n",
            "--- # c\nkind: Service\n",
        ];
        for text in wanted {
            assert_eq!(verdict(text), Verdict::Wanted, "{text:?}");
        }
        assert_eq!(verdict("kind: ConfigMap\n"), Verdict::Deferred("ConfigMap"));
        assert_eq!(verdict("kind: Role\nkind: ConfigMap\n"), Verdict::Deferred("ConfigMap"));
    }

    #[test]
    fn a_kind_that_bytes_cannot_tell_is_left_to_the_parser() {
        let hidden = [
            "\"kind\": Service\n",
            "a: 1\n'kind' : Service\n",
            "a: 1\n!!str kind: Service\n",
            "a: 1\n&key kind: Service\n",
            "{\"kind\":\"Service\"}",
            "{kind: Service, a: 1}",
            "\n\n# c\n{\n  \"a\": {\"kind\": \"Role\"},\n  \"kind\" :\n \"Service\"}",
            "# c\n\n  kind: Service\n  spec: {}\n",
            "---\n  kind: Service\n",
            "? kind\n: Service\n",
            "? \"kind\"\n: Service\n",
            "a: &k Service\nkind: *k\n",
            "kind: >-\n  Service\n",
            "kind: !!str Service\n",
            "kind: \"Ser\\u0076ice\" # Service\n",
            "x: &x {kind: Service}\n<<: *x\n",
            "<<: &x {kind: Service}\n",
            "--- {kind: Service}\n",
            "--- kind: Service\n",
            " {kind: Service}\n",
            "&anchor\nx: {kind: Service}\n",
            "kind: {{ .Values.kind | default \"StatefulSet\" }}\n",
            "{{- if .Values.on }}\n  kind: StatefulSet\n",
            "apiVersion: apps/v1\n kind: StatefulSet\n",
            "apiVersion: apps/v1\n# c\n   kind: StatefulSet\nmetadata:\n  name: x\n",
            "metadata:\n  name: x\n  kind: Service\napiVersion: v1\n",
        ];
        for text in hidden {
            assert_eq!(verdict(text), Verdict::Hidden { wanted: true }, "{text:?}");
        }
        assert_eq!(verdict("{\"kind\": \"ConfigMap\"}"), Verdict::Hidden { wanted: false });
    }

    #[test]
    fn lists_of_operations_are_kept() {
        let patches = [
            "- op: replace\n  path: /spec/replicas\n  value: 3\n",
            "# c\n- path: /spec\n  \"op\" : 'remove'\n",
            "[{\"path\": \"/spec\", \"op\":\"add\", \"value\": {\"kind\": \"Service\"}}]",
        ];
        for text in patches {
            assert_eq!(verdict(text), Verdict::Deferred(PATCH), "{text:?}");
        }
    }

    #[test]
    fn other_documents_are_passed_over() {
        let unwanted = [
            "",
            "---\n# Service\n",
            "kind: Deployment\nspec: {x: StatefulSet}\n",
            "a:\n  kind: Service\n",
            "apiVersion: v2\nkinds:\n- kind: Role\n# a Service\n",
            "a: \"no kind: Service\"\n",
            "kind: List\nitems:\n- kind: Deployment\n",
            "kind: ServiceMonitor\n",
            "kind:Service\nx: 1\n",
            "kinds: Service\n",
            "kind: *role\n",
            "# kind: Service\nkind: Role\n",
            "replicas: 3 # Service\n",
            "- kind: Service\n",
            "- stop: add\n- op: eration\n",
            "- hosts: all\n  tasks:\n  - k8s: {definition: {kind: Service}}\n",
            "[{\"kind\": \"Service\"}]",
            "{\"panels\": [{\"title\": \"Service\", \"kind\": \"graph\"}]}",
            "question: is it? yes\nkinds: [Service]\n",
        ];
        for text in unwanted {
            assert_eq!(verdict(text), Verdict::Unwanted, "{text:?}");
        }
        let prefilter = Prefilter::new(&options());
        assert!(prefilter.is_of_interest(b"kind: Role\n---\nkind: Service\n"));
        assert!(!prefilter.is_of_interest(b"kind: Role\n---\nkind: ServiceMonitor\n"));
    }
}
