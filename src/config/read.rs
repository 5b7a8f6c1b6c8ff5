//! From the text to the configuration, or to everything that is wrong with it.

use std::sync::Arc;

use super::anchor::{Anchor, Paths};
use super::date::Date;
use super::file::{FailOn, File};
use super::policy::Policy;
use super::review::Review;
use crate::model::Version;
use crate::rules::Options;
use crate::systems::Fault;
use crate::yaml::{Document, Source, Span, split};

/// What the file depends on.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Where its paths begin.
    pub anchor: &'a Anchor,
    /// The day of the run.
    pub today: Date,
    /// Whether a folder, from the file's folder on, can be read; the reason where not.
    pub folder: &'a dyn Fn(&str) -> Result<(), String>,
}

/// The user's wishes; the default is those of somebody who has none.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file; `None` where there is none.
    pub source: Option<Arc<Source>>,
    /// Where its paths begin.
    pub anchor: Anchor,
    /// The Kubernetes version that is meant.
    pub version: Option<Version>,
    /// What makes the exit code 1.
    pub fail_on: Option<FailOn>,
    /// What is not read.
    pub exclude: Paths,
    /// The folder with one's own systems, from the file's folder on.
    pub systems: Option<String>,
    /// The baseline, from the file's folder on.
    pub baseline: Option<String>,
    /// The options of rules.
    pub options: Options,
    /// Levels, overrides, `ignore` entries.
    pub policy: Policy,
}

impl Config {
    /// Reads the file. One that holds nothing but comments wishes for nothing.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the text.
    pub fn read(source: &Arc<Source>, surroundings: &Surroundings<'_>) -> Result<Config, Vec<Fault>> {
        let chunks = split(source.text());
        let mut documents = chunks.iter().map(|chunk| Document::parse(source, chunk));
        let holds = |document: &Document| document.root().is_some() || !document.problems.is_empty();
        let empty = Config { source: Some(source.clone()), anchor: surroundings.anchor.clone(), ..Config::default() };
        let Some(document) = documents.find(holds) else { return Ok(empty) };
        let mut faults: Vec<Fault> =
            document.problems.iter().map(|problem| Fault::of_problem(source, problem)).collect();
        if let Some(other) = documents.find(holds) {
            let start = other.root().map_or(other.span.start as usize, |root| root.span().start as usize);
            let message = "a second document begins here".to_owned();
            let help = "the configuration is one document".to_owned();
            faults.push(Fault { source: source.clone(), span: Span::new(start, start), message, help });
        }
        let Some(root) = document.root() else { return Err(faults) };
        let decoded = document.decode::<File>(root.id());
        faults.extend(decoded.errors.into_iter().map(|error| Fault::of_type(&document, error)));
        // What was decoded is looked at even so: all that is wrong is said at once.
        let file = decoded.value.unwrap_or_default();
        let mut review = Review::new(&document, root.id(), faults);
        let config = review.config(&file, surroundings, empty);
        let faults = review.into_faults();
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }
}
