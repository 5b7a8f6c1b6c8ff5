//! The user's file, `.stslint.yaml`: found or named, read, and what is wrong with it shown.

use std::env;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;

use super::Failure;
use super::own;
use crate::config::{Anchor, Config, Date, NAMES, Surroundings};
use crate::load::{self, Exclude, OwnFile};
use crate::render::Style;
use crate::yaml::Source;

#[derive(Debug, Args)]
pub(super) struct Configured {
    /// Take this file as the configuration, instead of the `.stslint.yaml` that is nearest upwards from the folder that
    /// holds all paths, up to the root of its repository.
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<PathBuf>,
    /// Take no configuration file.
    #[arg(long)]
    isolated: bool,
}

impl Configured {
    /// All files that can be or become the configuration of a run over what `options` names.
    pub(super) fn candidates(&self, options: &load::Options) -> Vec<PathBuf> {
        match &self.config {
            _ if self.isolated => Vec::new(),
            Some(path) => vec![path.clone()],
            None => load::folders_upwards(options)
                .iter()
                .flat_map(|folder| NAMES.iter().map(|name| folder.join(name)))
                .collect(),
        }
    }

    /// The configuration of a run over what `options` names; the default where there is no file. `style` is how faults in
    /// it are shown.
    pub(super) fn load(&self, options: &load::Options, style: Style) -> Result<Config, Failure> {
        let found = match &self.config {
            _ if self.isolated => None,
            Some(path) => Some(load::read_own(path, &options.working_directory).map_err(unreadable)?),
            None => load::find_upwards(&NAMES, options).map_err(unreadable)?,
        };
        let Some(file) = found else { return Ok(Config::default()) };
        read(file, &options.working_directory, style)
    }
}

fn unreadable(failed: load::Unreadable) -> Failure {
    Failure::Usage(format!("the configuration {} cannot be read: {}", failed.path, failed.reason))
}

fn read(file: OwnFile, working_directory: &Path, style: Style) -> Result<Config, Failure> {
    let anchor = Anchor::new(&file.folder, &file.real_folder, working_directory);
    let name = file.name.clone();
    let refuse = |faults| own::refuse(&format!("the configuration {name}"), faults, style);
    let source = match own::text(file.name, file.bytes) {
        Ok(source) => source,
        Err(fault) => return Err(refuse(vec![fault])),
    };
    let folder = |path: &str| load::is_folder(&file.folder.join(path));
    Config::read(&source, &Surroundings { anchor: &anchor, today: today()?, folder: &folder }).map_err(refuse)
}

/// The day in UTC, by the clock or, for runs that are to be repeated, by `SOURCE_DATE_EPOCH`
/// (<https://reproducible-builds.org/specs/source-date-epoch/>). The only clock that is read.
fn today() -> Result<Date, Failure> {
    let seconds = match env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => {
            let invalid = |_| Failure::Usage(format!("SOURCE_DATE_EPOCH is `{text}`, no number of seconds"));
            text.parse().map_err(invalid)?
        }
        _ => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
    };
    Ok(Date::of_seconds(seconds))
}

/// What the configuration leaves out.
pub(super) fn exclude(config: &Config) -> Exclude {
    if config.exclude.is_empty() {
        return Exclude::default();
    }
    let (anchor, paths) = (config.anchor.clone(), config.exclude.clone());
    Exclude::new(move |path, is_folder| anchor.relative(path).is_some_and(|path| paths.fits(&path, is_folder)))
}

/// The name of the file, where there is one.
pub(super) fn name(config: &Config) -> Option<String> {
    config.source.as_deref().map(|source: &Source| source.name().to_owned())
}

/// Whether the run reads all that the file speaks of.
pub(super) fn is_whole(config: &Config, options: &load::Options) -> bool {
    config.source.is_some() && load::holds_all_of(options, config.anchor.folder())
}

/// The folder with the user's own systems that the file names.
pub(super) fn systems(config: &Config) -> Option<PathBuf> {
    config.systems.as_ref().map(|folder| config.anchor.folder().join(folder))
}

/// The baseline that the file names.
pub(super) fn baseline(config: &Config) -> Option<PathBuf> {
    config.baseline.as_ref().map(|file| config.anchor.folder().join(file))
}
