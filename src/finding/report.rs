//! What a run found, with every place looked up: the only thing a renderer sees.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Severity;
use crate::yaml::{Source, Span};

/// The outcome of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Sorted by file, place and rule.
    pub findings: Vec<Reported>,
    /// The StatefulSets that were judged, by file and place.
    pub sets: Vec<JudgedSet>,
    /// What the user switched off, sorted alike.
    pub suppressed: Vec<Suppressed>,
    /// What was read, skipped and found.
    pub summary: Summary,
}

/// A StatefulSet, and what it was taken for.
#[derive(Clone, Debug)]
pub struct JudgedSet {
    /// Which.
    pub set: SetName,
    /// Where it says its name.
    pub location: Location,
    /// The system that it runs; `None` where the catalogue knows none.
    pub runs: Option<Runs>,
    /// What told the system, or that there is none; `None` where nothing did.
    pub told_by: Option<ToldBy>,
}

/// A system in a mode.
#[derive(Clone, Debug)]
pub struct Runs {
    /// Its name in the catalogue.
    pub system: String,
    /// The mode's name there.
    pub mode: String,
    /// Whether the mode is only the likeliest one.
    pub is_assumed: bool,
    /// The place in the configuration that told the mode, where one did.
    pub evidence: Option<Location>,
}

/// What tells the system that a set runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldBy {
    /// The annotation on the set or its Pod template.
    Annotation,
    /// A container's image.
    Image,
}

impl ToldBy {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            ToldBy::Annotation => "annotation",
            ToldBy::Image => "image",
        }
    }
}

/// One finding, ready to be shown.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The rule's name, as in `service-not-headless`.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// The headline: who, what, so what. One sentence without a full stop.
    pub message: String,
    /// What to do now; most findings have one, alternatives say which fits when.
    pub help: Vec<HelpText>,
    /// The pieces of advice that are certain edits; alternatives, as in `help`.
    pub fixes: Vec<Fix>,
    /// The mechanism, and when it is fine to ignore.
    pub notes: Vec<String>,
    /// Where the rule's page is.
    pub url: String,
    /// The StatefulSets it is about, sorted.
    pub sets: Vec<SetName>,
    /// The files of these sets, and the kustomizations that gather them, by name, sorted: besides its places, the files
    /// whose change can be the reason for it.
    pub files: Vec<Arc<str>>,
    /// Names the finding from run to run, wherever its lines move: rule, file, object and field, and what is flagged
    /// there, as 32 hexadecimal digits. Two findings of a report never share one.
    pub fingerprint: String,
    /// The field at the main place with list items by their names, as in `spec.template.spec.containers[etcd].image`;
    /// empty where the place is no field.
    pub field: String,
    /// What of that field is not there: the main place is then the nearest one above it. Empty where all of it is there.
    pub missing: String,
    /// The object at the main place; `None` when the document could not be read as one.
    pub object: Option<ObjectName>,
    /// The main place; `None` for what has no file.
    pub location: Option<Location>,
    /// Further places, in the order in which they explain the finding; may lie in other files.
    pub related: Vec<Location>,
}

/// A finding that the user switched off.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Reported,
    /// By what.
    pub by: Means,
    /// Why, in the user's words; may be empty.
    pub reason: String,
    /// Where it is said; `None` for what has no place of its own.
    pub location: Option<Location>,
}

/// What switches a finding off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Means {
    /// A comment in a manifest.
    Comment,
    /// An annotation of an object.
    Annotation,
    /// An entry of the user's configuration.
    Configuration,
    /// It was there when the baseline was written.
    Baseline,
}

impl Means {
    /// All of them.
    pub const ALL: [Means; 4] = [Means::Comment, Means::Annotation, Means::Configuration, Means::Baseline];

    /// The word for it in reports for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Means::Comment => "comment",
            Means::Annotation => "annotation",
            Means::Configuration => "configuration",
            Means::Baseline => "baseline",
        }
    }
}

/// One piece of advice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HelpText {
    /// The sentence that says what to do and where.
    pub lead: String,
    /// YAML to paste, already indented for its destination, or commands to run; shown verbatim, never wrapped.
    pub block: Option<String>,
    /// What the block is written in.
    pub language: Option<Language>,
    /// The file that the block belongs to, or beside which a new object belongs.
    pub file: Option<String>,
    /// The field that the block sets, where it sets one.
    pub path: Option<String>,
}

/// A piece of advice as edits of files, where it can be made without a thought.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does, as in the advice.
    pub lead: String,
    /// What to replace, all of it together, in the order of the places; none overlap.
    pub edits: Vec<Edit>,
}

/// Bytes of a file, and what stands there instead.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The file.
    pub source: Arc<Source>,
    /// What goes; empty where something is only added.
    pub span: Span,
    /// What comes.
    pub text: String,
}

/// What a block is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// YAML.
    Yaml,
    /// JSON, which fits where the manifest is JSON, or YAML in flow style.
    Json,
    /// Commands for a shell.
    Shell,
}

impl Language {
    /// The word, as after the fence of a code block.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::Yaml => "yaml",
            Language::Json => "json",
            Language::Shell => "sh",
        }
    }
}

/// A StatefulSet by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetName {
    /// `metadata.namespace`, where the manifest or its kustomization says one.
    pub namespace: Option<String>,
    /// `metadata.name`.
    pub name: String,
}

/// An object by type and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName {
    /// `apiVersion` as written.
    pub api_version: String,
    /// `kind` as written.
    pub kind: String,
    /// The namespace, where one is known.
    pub namespace: Option<String>,
    /// `metadata.name`; empty when the manifest has none.
    pub name: String,
}

/// A place in a text, with what is true there.
#[derive(Clone, Debug)]
pub struct Location {
    /// The file's text and name.
    pub source: Arc<Source>,
    /// The exact bytes.
    pub span: Span,
    /// What is true at these bytes; may be empty.
    pub label: String,
    /// The revision the text was read at, when it is the base; `None` at head.
    pub revision: Option<String>,
    /// The template that the document was rendered from, when the text says so.
    pub rendered_from: Option<String>,
}

/// The figures of a run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Documents that were parsed.
    pub documents: usize,
    /// StatefulSets that were judged.
    pub sets: usize,
    /// What was recognised and not judged: reason, then how often. Reasons are words such as `Helm template`.
    pub skipped: BTreeMap<&'static str, Skipped>,
    /// Files and folders that ignore files or a leading dot keep out.
    pub ignored: usize,
    /// Files and folders that the user's configuration leaves out.
    pub excluded: usize,
    /// The user's configuration, where there is one.
    pub configuration: Option<String>,
    /// Something was skipped that `--render` would judge.
    pub renders_more: bool,
    /// Nothing that is read has changed, so nothing was judged.
    pub untouched: bool,
    /// Findings that lie elsewhere than where a report was asked for.
    pub elsewhere: usize,
    /// All of those were there before the change, as far as that was compared.
    pub elsewhere_is_old: bool,
    /// Files and folders that could not be read, with the reason; their absence may hide findings.
    pub unreadable: Vec<(String, String)>,
    /// The baseline, where there is one.
    pub baseline: Option<BaselineUse>,
    /// What it was compared with, where there is a base.
    pub compared: Option<Compared>,
}

/// What a baseline was to a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineUse {
    /// The file, as it was given.
    pub file: String,
    /// How many findings it holds.
    pub entries: usize,
    /// How many of them do not occur any more, as far as this run can tell.
    pub gone: usize,
    /// Whether this run wrote it.
    pub written: bool,
}

/// The base of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The revision as places in the base name it.
    pub revision: String,
    /// Its commit in full; `None` where the paths lie in several repositories.
    pub commit: Option<String>,
    /// How it was found, where the user did not name it: `the merge base of HEAD and origin/main`.
    pub found_as: Option<String>,
}

impl Compared {
    /// `main (commit 0123456789ab)`, or `0123456789ab, the merge base of HEAD and origin/main`.
    pub fn in_words(&self) -> String {
        let short = self.commit.as_ref().map(|commit| commit.get(..12).unwrap_or(commit));
        match (&self.found_as, short) {
            (Some(found_as), _) => format!("{}, {found_as}", self.revision),
            (None, Some(short)) if !short.starts_with(&self.revision) => format!("{} (commit {short})", self.revision),
            (None, _) => self.revision.clone(),
        }
    }
}

/// How often one reason to skip occurred.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// How many documents (or files, where the reason is about files).
    pub count: usize,
    /// How many of them speak of a StatefulSet.
    pub with_set: usize,
    /// Where they are, as `file:line`, for `--verbose`.
    pub places: Vec<String>,
}

impl Report {
    /// Adds a finding at its place in the order.
    pub fn insert(&mut self, finding: Reported) {
        let at = self.findings.partition_point(|other| order(other) <= order(&finding));
        self.findings.insert(at, finding);
    }

    /// Puts what the user switched off into the order of the findings.
    pub fn sort(&mut self) {
        self.suppressed.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)).then(a.by.cmp(&b.by)));
    }

    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// What findings are sorted by: file, place, rule; those without a place come first.
fn order(finding: &Reported) -> (Option<(&str, Span)>, &'static str) {
    let place = finding.location.as_ref().map(|location| (location.source.name(), location.span));
    (place, finding.rule)
}
