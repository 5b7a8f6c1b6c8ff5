//! What is passed over: suppressions in the manifests, and the findings of a baseline.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::files::{self, Target};
use crate::cli::Failure;
use crate::finding::{BaselineUse, Diagnostic, Location, Report};
use crate::lint::{Baseline, Scope, Selection};
use crate::load::{self, Anchor};
use crate::render::Style;
use crate::yaml::{Source, Span};

/// Longest baseline that is read, in bytes.
const LONGEST: u64 = 64 << 20;

#[derive(Debug, Args)]
pub(super) struct Adopting {
    /// Report everything: comments, annotations, entries of the configuration and the baseline have no effect.
    #[arg(long)]
    no_ignores: bool,
    /// Report and fail only on what this file of `--write-baseline` does not know. Default: what the configuration says.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all findings of this run to a file for `--baseline`, and exit with 0. Findings of files and rules that this
    /// run leaves out stay in it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "no_ignores", "staged", "context", "pre_commit"])]
    write_baseline: Option<PathBuf>,
}

/// The options once what they name has been read.
#[derive(Debug)]
pub(super) struct Adopted {
    /// Whether what the user switched off is left out.
    pub(super) ignores: bool,
    /// What fingerprints and baselines call a file.
    pub(super) names: Anchor,
    working_directory: PathBuf,
    known: Option<(PathBuf, Baseline)>,
    /// What to write, as it was named and as it is replaced, and what is there already.
    to_write: Option<(PathBuf, PathBuf, Baseline)>,
}

/// What this run reads, for which of its entries a baseline can be asked.
pub(super) struct Covered<'a> {
    pub(super) paths: &'a [PathBuf],
    pub(super) stdin_filename: Option<&'a str>,
    /// Whether charts and kustomizations were rendered.
    pub(super) renders: bool,
    /// Whether part of what belongs together was not read.
    pub(super) partial: bool,
}

impl Adopting {
    /// The baseline that is read.
    pub(super) fn baseline(&self) -> Option<&Path> {
        self.baseline.as_deref()
    }

    /// Reads the baseline, before anything else is read; `configured` is the one that the user's file names, for where none
    /// is given, and `style` how faults in it are shown.
    pub(super) fn adopt(
        &self,
        configured: Option<PathBuf>,
        paths: &[PathBuf],
        stdin_filename: Option<&str>,
        style: Style,
    ) -> Result<Adopted, Failure> {
        let working_directory = env::current_dir()
            .map_err(|error| Failure::Usage(format!("the current folder cannot be read: {error}")))?;
        let by = if self.baseline.is_some() { "--baseline" } else { "the configuration's baseline" };
        let configured = configured.filter(|_| self.write_baseline.is_none() && !self.no_ignores);
        let baseline = self.baseline.clone().or(configured);
        let known = match &baseline {
            Some(file) => {
                let baseline = read(file, by, style)?.ok_or_else(|| {
                    let file = file.display();
                    Failure::Usage(format!("{by} {file}: no such file; `--write-baseline {file}` writes it"))
                })?;
                Some((file.clone(), baseline))
            }
            None => None,
        };
        let to_write = match &self.write_baseline {
            Some(file) => {
                // What is no baseline is not overwritten.
                let old = read(file, "--write-baseline", style)?.unwrap_or_default();
                let target = match Target::of(file) {
                    Ok(Target::File(target)) => Ok(target),
                    Ok(_) => Err("it is no file".to_owned()),
                    Err(reason) => Err(reason),
                };
                let refuse = |reason| Failure::Usage(format!("--write-baseline {}: {reason}", file.display()));
                Some((file.clone(), target.map_err(refuse)?, old))
            }
            None => None,
        };
        let file = baseline.as_ref().or(self.write_baseline.as_ref());
        // A pipe lies nowhere.
        let file = file.filter(|file| file.is_file() || !file.exists());
        let folder = file.and_then(|file| file.parent()).unwrap_or(Path::new(""));
        let start = paths.iter().find(|path| path.as_os_str() != "-").map(PathBuf::as_path);
        let start = start.or(stdin_filename.map(Path::new)).unwrap_or(Path::new(""));
        let names = Anchor::of(start, folder, &working_directory);
        Ok(Adopted { ignores: !self.no_ignores, names, working_directory, known, to_write })
    }
}

impl Adopted {
    /// Takes out of the report what the baseline knows, or writes one; whether the run writes one and so does not fail.
    pub(super) fn apply(
        &self,
        report: &mut Report,
        selection: &Selection,
        covered: &Covered<'_>,
    ) -> Result<bool, Failure> {
        let covers = |name: &str| self.covers(name, covered);
        let scope = Scope { names: &self.names, selection, covers: &covers, partial: covered.partial };
        let used = |file: &Path, baseline: &Baseline, gone, written| BaselineUse {
            file: file.display().to_string(),
            entries: baseline.len(),
            gone,
            written,
        };
        if let Some((file, target, old)) = &self.to_write {
            let baseline = Baseline::of(report, &self.names).keep(old, &scope);
            files::replace(&[(target, baseline.write().into_bytes())])
                .map_err(|reason| Failure::Usage(format!("--write-baseline: {reason}")))?;
            baseline.hide(report, &scope);
            report.summary.baseline = Some(used(file, &baseline, 0, true));
            return Ok(true);
        }
        if let Some((file, baseline)) = self.known.as_ref().filter(|_| self.ignores) {
            let gone = baseline.hide(report, &scope);
            report.summary.baseline = Some(used(file, baseline, gone, false));
        }
        Ok(false)
    }

    /// The baseline that is read or written, as it was named.
    pub(super) fn file(&self) -> Option<&Path> {
        let read = self.known.as_ref().map(|(file, _)| file);
        read.or(self.to_write.as_ref().map(|(file, ..)| file)).map(PathBuf::as_path)
    }

    /// Whether a file of this name is among what was to be read, were it there.
    fn covers(&self, name: &str, covered: &Covered<'_>) -> bool {
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        let Some(file) = self.names.path(name) else { return covered.paths.iter().any(is_stdin) };
        if Anchor::is_printed(name) && !covered.renders {
            return false;
        }
        let here = [PathBuf::from(".")];
        let paths = if covered.paths.is_empty() { &here } else { covered.paths };
        paths.iter().any(|path| {
            let path = match (is_stdin(path), covered.stdin_filename) {
                (false, _) => path.clone(),
                (true, Some(name)) => PathBuf::from(name),
                (true, None) => return false,
            };
            let shown = self.names.name(&path.to_string_lossy()).into_owned();
            let is_below = |folder: &Path| file.starts_with(folder);
            self.names.path(&shown).is_some_and(|path| is_below(&path))
                || self.working_directory.join(path).canonicalize().is_ok_and(|path| is_below(&path))
        })
    }
}

/// A baseline of a file; `None` where there is none.
fn read(file: &Path, option: &str, style: Style) -> Result<Option<Baseline>, Failure> {
    let shown = file.display().to_string();
    if std::fs::symlink_metadata(file).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let bytes =
        load::read_file(file, LONGEST).map_err(|reason| Failure::Usage(format!("{option} {shown}: {reason}")))?;
    let refuse = |diagnostic: Diagnostic| Failure::Diagnosed {
        diagnostics: vec![diagnostic],
        message: format!("{option} {shown}: this baseline cannot be used"),
        style,
    };
    let source = match Source::from_bytes(shown.as_str(), bytes.clone()) {
        Ok(source) => Arc::new(source),
        Err(error) => {
            let before = bytes.get(..error.offset).and_then(|before| std::str::from_utf8(before).ok());
            let source = Arc::new(Source::new(shown.as_str(), before.unwrap_or_default()));
            let span = Span::new(source.text().len(), source.text().len());
            let location = Location { source, span, label: String::new(), revision: None, rendered_from: None };
            let help = Some("a baseline is UTF-8 text".to_owned());
            return Err(refuse(Diagnostic { message: error.message, location, help }));
        }
    };
    Baseline::read(&source).map(Some).map_err(|diagnostic| refuse(*diagnostic))
}
