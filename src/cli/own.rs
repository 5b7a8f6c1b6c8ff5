//! The user's own systems: from `--systems DIR` to a catalogue.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::Failure;
use crate::finding::{Diagnostic, Location};
use crate::load::{self, Named};
use crate::render::Style;
use crate::systems::{self, Catalogue, Fault};
use crate::yaml::{Source, Span};

#[derive(Debug, Args)]
pub(super) struct Own {
    /// A folder with systems of your own.
    ///
    /// One NAME.yaml each (`stslint systems --schema`); the name of a system that stslint knows replaces it whole.
    #[arg(long, value_name = "DIR")]
    systems: Option<PathBuf>,
}

impl Own {
    /// Whether there is such a folder.
    pub(super) fn is_given(&self) -> bool {
        self.systems.is_some()
    }

    /// The folder.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.systems.as_deref()
    }

    /// The catalogue with what the folder holds; `configured` is the one that the user's file names, for where none is
    /// given, and `style` how faults are shown.
    pub(super) fn catalogue(
        &self,
        configured: Option<PathBuf>,
        style: Style,
    ) -> Result<Cow<'static, Catalogue>, Failure> {
        let built_in = Catalogue::built_in();
        let by = if self.is_given() { "--systems" } else { "the configuration" };
        let Some(folder) = &self.systems.clone().or(configured) else { return Ok(Cow::Borrowed(built_in)) };
        let files = load::read_folder(folder)
            .map_err(|unreadable| Failure::Usage(format!("{}: {}", unreadable.path, unreadable.reason)))?;
        if files.is_empty() {
            return Err(Failure::Usage(format!("no NAME.yaml in {}, which {by} names", folder.display())));
        }
        let (mut read, mut faults) = (Vec::new(), Vec::new());
        for file in files {
            match source(file)? {
                Ok(named) => read.push(named),
                Err(fault) => faults.push(fault),
            }
        }
        match built_in.with_own(&read) {
            Ok(catalogue) if faults.is_empty() => return Ok(Cow::Owned(catalogue)),
            Ok(_) => {}
            Err(found) => faults.extend(found),
        }
        Err(refuse(&format!("the systems in {}", folder.display()), faults, style))
    }
}

/// A file's name and text; a fault where it is no text.
fn source(file: Named) -> Result<Result<(String, Arc<Source>), Fault>, Failure> {
    if !systems::is_name(&file.name) {
        let path = file.path;
        let reason = "a system's name has lower-case letters, digits and dashes, and is not `none`";
        return Err(Failure::Usage(format!("{path}: {reason}")));
    }
    Ok(text(file.path, file.bytes).map(|source| (file.name, source)))
}

/// The text of a file that was written for stslint; a fault where it is none.
pub(super) fn text(name: String, bytes: Vec<u8>) -> Result<Arc<Source>, Fault> {
    let copy = bytes.clone();
    Source::from_bytes(name.as_str(), bytes).map(Arc::new).map_err(|error| {
        // What stands before the first bad byte is text, unless it is UTF-16, where nothing can be shown.
        let before = copy.get(..error.offset).and_then(|before| std::str::from_utf8(before).ok());
        let source = Arc::new(Source::new(name, before.unwrap_or_default()));
        let span = Span::new(source.text().len(), source.text().len());
        Fault { source, span, message: error.message, help: "save the file as UTF-8".to_owned() }
    })
}

/// What ends a run because of faults in what the user wrote for stslint.
pub(super) fn refuse(what: &str, mut faults: Vec<Fault>, style: Style) -> Failure {
    faults.sort_by(|a, b| (a.source.name(), a.span).cmp(&(b.source.name(), b.span)));
    let count = faults.len();
    let sum = if count == 1 { "1 fault".to_owned() } else { format!("{count} faults") };
    let message = format!("{what} cannot be used: {sum}");
    let diagnostics = faults.into_iter().map(|fault| Diagnostic {
        message: fault.message,
        location: Location {
            source: fault.source,
            span: fault.span,
            label: String::new(),
            revision: None,
            rendered_from: None,
        },
        help: Some(fault.help).filter(|help| !help.is_empty()),
    });
    Failure::Diagnosed { diagnostics: diagnostics.collect(), message, style }
}
