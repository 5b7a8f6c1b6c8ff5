//! From paths to an inventory: wires the loader to the model.

use std::collections::HashSet;
use std::env;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use super::Failure;
use super::progress::Progress;
use super::rendered::{Renders, Sources, Wanted};
use crate::finding::{Location, Report, Reported, Severity, Skipped};
use crate::lint::{self, Selection};
use crate::load::{self, Anchor, SkipReason};
use crate::model::{self, Changes, Deferred, Inventory, Origin, Parsed, Unread};
use crate::rules;

/// What to read.
#[derive(Default)]
pub(super) struct Request<'a> {
    pub(super) paths: &'a [PathBuf],
    pub(super) stdin_filename: Option<&'a str>,
    pub(super) threads: Option<usize>,
    /// The revision of Git to compare with.
    pub(super) base: Option<&'a str>,
    /// What is to be rendered before it is judged.
    pub(super) render: Option<Wanted<'a>>,
    /// Read the index and not the paths, compared with `HEAD` unless a base is named.
    pub(super) staged: Option<&'a load::GitEnvironment>,
    /// Read the index although nothing in it changed.
    pub(super) reads_all: bool,
}

impl Request<'_> {
    /// How the loader is asked for it, with nothing left out.
    pub(super) fn options(&self) -> Result<load::Options, Failure> {
        let working_directory = env::current_dir()
            .map_err(|error| Failure::Usage(format!("the current folder cannot be read: {error}")))?;
        Ok(load::Options {
            paths: self.paths.to_vec(),
            stdin_filename: self.stdin_filename.map(str::to_owned),
            kinds: model::KINDS,
            deferred_kinds: model::DEFERRED_KINDS,
            json_patches: model::JSON_PATCH,
            is_slip: |kind| model::meant(kind).is_some(),
            threads: self.threads,
            working_directory,
            exclude: load::Exclude::default(),
            files_read: Arc::default(),
        })
    }
}

/// What was read.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) inventory: Inventory,
    /// The same paths at the revision to compare with.
    pub(super) base: Option<Inventory>,
    /// The commit of that revision; `None` where the paths lie in several repositories.
    pub(super) commit: Option<String>,
    /// What took the place of charts and kustomizations.
    pub(super) renders: Renders,
    /// The names of the files of the index that differ from the base, and of those that are gone.
    pub(super) changed: HashSet<String>,
    /// The names of all files of the index, where everything in it was asked for.
    pub(super) indexed: HashSet<String>,
    /// Nothing that is staged is ever read, and so nothing was.
    is_untouched: bool,
    counts: load::Counts,
    unread: Vec<load::Unread>,
    failures: Vec<load::Failure>,
    not_text: Vec<load::NotText>,
}

impl Loaded {
    /// Whether part of the input could not be read, so that findings may be missing.
    pub(super) fn is_partial(&self) -> bool {
        let is_broken =
            |placed: &model::Placed| placed.document.root().is_none() && !placed.document.problems.is_empty();
        !self.failures.is_empty()
            || !self.renders.failed.is_empty()
            || !self.not_text.is_empty()
            || self.inventory.documents().any(|(_, one)| is_broken(one))
    }
}

/// Reads everything. Fails when a path that was named cannot be read, when there is nothing to read at all, or when the
/// base cannot be read. What `exclude` leaves out is not read at all, be it named outright: pre-commit names files one
/// by one.
pub(super) fn read(
    request: &Request<'_>,
    exclude: load::Exclude,
    stdin: &mut dyn Read,
    progress: &Progress,
) -> Result<Loaded, Failure> {
    let options = load::Options { exclude, files_read: progress.files(), ..request.options()? };
    if let Some(wanted) = &request.render {
        wanted.check(&options, request.base)?;
    }
    let sources = Sources::below(&options.working_directory);
    let convert = |input: load::DocumentInput| sources.parsed(input.document, &input.place);
    if let Some(environment) = request.staged {
        return read_staged(request, &options, environment, &convert);
    }
    let mut input = load::read(&options, &convert, stdin);
    if let Some(failure) = input.failures.iter().find(|failure| failure.named) {
        return Err(Failure::Usage(format!("{}: {}", failure.path, failure.message)));
    }
    let only_stdin = !request.paths.is_empty() && request.paths.iter().all(|path| path.as_os_str() == "-");
    if only_stdin && input.counts.bytes == 0 {
        // A pipe whose writer failed must not pass for clean.
        return Err(Failure::Usage("nothing came from standard input".to_owned()));
    }
    if input.counts.files == 0 && input.not_text.is_empty() && input.counts.excluded == 0 {
        return Err(Failure::Usage(nothing_to_read(request, &input.failures, input.counts.ignored)));
    }
    let renders = request.render.map(|wanted| wanted.replace(&mut input, &options)).unwrap_or_default();
    let inventory = match request.base {
        // The base takes from it what is the same.
        Some(_) => inventory(&input, input.files.iter().flat_map(|file| file.documents.iter().cloned()).collect()),
        None => {
            let files = std::mem::take(&mut input.files);
            inventory(&input, files.into_iter().flat_map(|file| file.documents).collect())
        }
    };
    let mut failures = std::mem::take(&mut input.failures);
    let mut commit = None;
    let base = match request.base {
        Some(revision) => {
            let base = load::Base::open(&options, revision, &convert).map_err(base_error)?;
            commit = base.commit();
            let (base, failed) = read_base(base, revision, &input, &inventory).map_err(base_error)?;
            failures.extend(failed);
            Some(base)
        }
        None => None,
    };
    let load::Input { counts, unread, not_text, .. } = input;
    Ok(Loaded { inventory, base, commit, renders, counts, unread, failures, not_text, ..Loaded::default() })
}

/// Reads the index. Where nothing changed that is ever read, it is left at that.
fn read_staged(
    request: &Request<'_>,
    options: &load::Options,
    environment: &load::GitEnvironment,
    convert: &(dyn Fn(load::DocumentInput) -> Parsed + Sync),
) -> Result<Loaded, Failure> {
    let staged = load::Staged::open(options, environment).map_err(staged_error)?;
    let base = load::Base::of_staged(options, request.base, &staged, convert).map_err(staged_error)?;
    let changed = match &base {
        Some(base) => base.staged_changes().map_err(staged_error)?,
        None => staged.names(options),
    };
    if changed.is_empty() && !request.reads_all {
        return Ok(Loaded { is_untouched: true, ..Loaded::default() });
    }
    let mut input = staged.read(options, convert).map_err(staged_error)?;
    let head = inventory(&input, input.files.iter().flat_map(|file| file.documents.iter().cloned()).collect());
    let mut failures = std::mem::take(&mut input.failures);
    let (mut before, mut commit) = (None, None);
    if let Some(base) = base {
        let revision = request.base.unwrap_or("HEAD");
        commit = base.commit();
        let (found, failed) = read_base(base, revision, &input, &head).map_err(staged_error)?;
        failures.extend(failed);
        before = Some(found);
    }
    let load::Input { counts, unread, not_text, .. } = input;
    let indexed = if request.reads_all { staged.names(options) } else { HashSet::new() };
    Ok(Loaded {
        inventory: head,
        base: before,
        commit,
        changed,
        indexed,
        counts,
        unread,
        failures,
        not_text,
        ..Loaded::default()
    })
}

fn base_error(error: load::GitError) -> Failure {
    Failure::Usage(format!("--base: {error}"))
}

fn staged_error(error: load::GitError) -> Failure {
    Failure::Usage(format!("--staged: {error}"))
}

/// The base, with what may have moved here from elsewhere, and what of it could not be read.
fn read_base(
    mut base: load::Base<'_, Parsed>,
    revision: &str,
    now: &load::Input<Parsed>,
    head: &Inventory,
) -> Result<(Inventory, Vec<load::Failure>), load::GitError> {
    let mut input = base.read(now)?;
    let all = |input: &load::Input<Parsed>| {
        let parsed = input.files.iter().flat_map(|file| file.documents.iter().cloned()).collect();
        inventory(input, parsed).at_revision(revision)
    };
    let mut found = all(&input);
    if Changes::between(&found, head).has_new() {
        let gone = base.read_gone(now)?;
        if gone.counts.files > 0 {
            input.append(gone);
            found = all(&input);
        }
    }
    let mut failures = std::mem::take(&mut input.failures);
    let fail = |name: &str, message: &str| load::Failure {
        path: format!("{name} at {revision}"),
        message: message.to_owned(),
        named: false,
    };
    failures.extend(input.not_text.iter().map(|file| fail(file.source.name(), &file.message)));
    // Broken at the base only: what is broken now as well is a finding.
    for (_, placed) in found.documents().filter(|(_, placed)| placed.document.root().is_none()) {
        if let Some(problem) = placed.document.problems.first() {
            failures.push(fail(placed.document.source.name(), &problem.message));
        }
    }
    Ok((found, failures))
}

pub(super) fn inventory(input: &load::Input<Parsed>, parsed: Vec<Parsed>) -> Inventory {
    let deferred = input.deferred.iter().map(|one| Deferred {
        source: one.source.clone(),
        chunk: one.chunk,
        origin: Arc::new(origin(&one.place)),
        kind: one.kind,
    });
    let texts = input.unread.iter().map(|unread| Unread {
        origin: Arc::new(origin(&unread.place)),
        text: unread.source.slice(unread.span).to_owned(),
    });
    Inventory::build(parsed, deferred.collect(), texts.collect())
}

fn nothing_to_read(request: &Request<'_>, failures: &[load::Failure], ignored: usize) -> String {
    let paths: Vec<String> = request.paths.iter().map(|path| path.display().to_string()).collect();
    let place = if paths.is_empty() { "the current folder".to_owned() } else { paths.join(", ") };
    if ignored > 0 {
        return format!(
            "{place}: no file to read; .gitignore, .ignore or a leading dot keep out {ignored} files or folders"
        );
    }
    let unreadable = failures.first().map_or_else(String::new, |one| format!("; {}: {}", one.path, one.message));
    format!("no .yaml, .yml or .json file to read in {place}{unreadable}")
}

pub(super) fn origin(place: &load::Place) -> Origin {
    Origin {
        root: place.root,
        directory: place.directory.clone(),
        root_depth: place.root_depth,
        file_name: place.file_name.clone(),
    }
}

/// Adds to a report what only the reading knows: figures, and what was skipped. Of what was not judged, only that is named
/// which lies in a wanted file.
pub(super) fn complete(report: &mut Report, loaded: &Loaded, is_wanted: &dyn Fn(&str) -> bool) {
    let summary = &mut report.summary;
    summary.untouched = loaded.is_untouched;
    summary.files = loaded.counts.files;
    summary.documents = loaded.counts.documents;
    summary.ignored = loaded.counts.ignored;
    summary.excluded = loaded.counts.excluded;
    for unread in loaded.unread.iter().filter(|unread| is_wanted(unread.source.name())) {
        let reason = match unread.reason {
            SkipReason::HelmTemplate => "Helm template",
            SkipReason::OtherTemplate => "template of another engine than Helm's",
            SkipReason::Sops => "sops-encrypted document",
        };
        let with_set = unread.source.slice(unread.span).contains("StatefulSet");
        let line = unread.source.position(unread.span.start as usize).line;
        add(summary.skipped.entry(reason).or_default(), with_set, format!("{}:{line}", unread.source.name()));
    }
    for (document, skipped) in loaded.inventory.skipped() {
        let document = &loaded.inventory.document(*document).document;
        if !is_wanted(document.source.name()) {
            continue;
        }
        let line = document.source.position(document.node(skipped.node).span().start as usize).line;
        let place = format!("{}:{line}", document.source.name());
        add(summary.skipped.entry(skipped.reason.as_str()).or_default(), skipped.with_set, place);
    }
    let at_base = loaded.base.as_ref().and_then(Inventory::revision).map(|revision| format!(" at {revision}"));
    let lies_elsewhere = |failure: &&load::Failure| {
        let name = at_base.as_ref().and_then(|suffix| failure.path.strip_suffix(suffix.as_str()));
        name.is_some_and(|name| !is_wanted(name))
    };
    for failure in loaded.failures.iter().filter(|failure| !lies_elsewhere(failure)) {
        summary.unreadable.push((failure.path.clone(), failure.message.clone()));
    }
    loaded.renders.complete(report);
}

/// The findings about files that are no text.
pub(super) fn not_text_findings(loaded: &Loaded, selection: &Selection, names: &Anchor) -> Vec<Reported> {
    let rule = rules::find("invalid-manifest").filter(|rule| selection.includes(rule.meta));
    rule.into_iter().flat_map(|rule| loaded.not_text.iter().map(|file| not_text(rule, file, names))).collect()
}

/// The finding for a file that is no text: it never becomes a document that a rule could look at.
fn not_text(rule: &rules::Rule, file: &load::NotText, names: &Anchor) -> Reported {
    let message = format!("{} cannot be read as text, and nothing in it was judged", file.source.name());
    Reported {
        rule: rule.meta.id,
        severity: Severity::Error,
        message,
        help: Vec::new(),
        notes: vec!["manifests are UTF-8, or UTF-16 with a byte order mark.".to_owned()],
        url: rule.meta.url(),
        fingerprint: lint::of_file(rule.meta.id, &names.name(file.source.name())),
        field: String::new(),
        missing: String::new(),
        sets: Vec::new(),
        fixes: Vec::new(),
        files: Vec::new(),
        object: None,
        location: Some(Location {
            source: file.source.clone(),
            span: file.span,
            label: file.message.clone(),
            revision: None,
            rendered_from: None,
        }),
        related: Vec::new(),
    }
}

fn add(skipped: &mut Skipped, with_set: bool, place: String) {
    skipped.count += 1;
    skipped.with_set += usize::from(with_set);
    skipped.places.push(place);
}
