//! Where the report goes, and how it is printed.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::files::{self, Target};
use super::format::Asked;
use super::paths;
use super::showing::Showing;
use crate::cli::Failure;
use crate::cli::terminal::{self, When};
use crate::finding::Report;
use crate::render::{self, Format, Paths, Setting, Style, markdown};

/// What GitHub takes as the summary of a step; it drops the whole of a longer one.
const MOST_SUMMARY_BYTES: usize = 1024 * 1024;

#[derive(Debug, Args)]
pub(super) struct Output {
    /// How to print the report, or write it: `--format sarif=report.sarif`. May be given several times.
    ///
    /// Without a file, or with `-`, the format goes to standard output; one at most. While all go to files, standard
    /// output still gets the report for people, unless `human` itself goes to a file. A file is written whole or not at
    /// all; one that is there is replaced when the run has come to its end. Formats for CI systems name files from the
    /// root of the repository. `github` also adds the Markdown report to the summary of the step, the file that
    /// GITHUB_STEP_SUMMARY names.
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "human", hide_default_value = true)]
    format: Vec<Asked>,
    /// Show notes in full, what each set was taken for, and where everything lies that was skipped.
    ///
    /// What explains a finding is then said with each of them; otherwise it is said once for each rule.
    #[arg(short, long)]
    verbose: bool,
    /// Colour the output.
    ///
    /// `auto` does on a terminal, unless NO_COLOR is set. In a pager: `--color always`, and `less -R`.
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    color: When,
    /// Draw with Unicode characters.
    ///
    /// `auto` does on a terminal whose locale is UTF-8.
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    unicode: When,
    /// Wrap at so many columns; 0 never wraps.
    ///
    /// Default: the terminal's width, else never.
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16))]
    width: Option<u16>,
    #[command(flatten)]
    showing: Showing,
}

/// Where each format goes, looked at before anything is read.
pub(super) struct Destinations {
    stdout: Option<Format>,
    files: Vec<(Format, PathBuf)>,
    streams: Vec<(Format, PathBuf)>,
    /// The summary of the step of a GitHub job.
    summary: Option<PathBuf>,
}

impl Destinations {
    /// Fails where a report would be written over the baseline.
    pub(super) fn spare(&self, baseline: &Path) -> Result<(), Failure> {
        let real = fs::canonicalize(baseline).unwrap_or_else(|_| files::real(baseline));
        match self.files.iter().any(|(_, path)| *path == real) {
            true => Err(Failure::Usage(format!("{} cannot be written: it is the baseline", baseline.display()))),
            false => Ok(()),
        }
    }

    /// Whether somebody wants files called from the root of the repository.
    fn name_from_root(&self) -> bool {
        let formats = self.files.iter().chain(&self.streams).map(|(format, _)| format).chain(&self.stdout);
        let plain = |format: &Format| matches!(format, Format::Human | Format::Json);
        self.summary.is_some() || formats.into_iter().any(|format| !plain(format))
    }
}

impl Output {
    /// How faults in the user's own files are shown on standard error.
    pub(super) fn error_style(&self) -> Style {
        terminal::error_style(self.color, self.unicode)
    }

    /// Whether everything is to be said.
    pub(super) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// The files that reports go to, by the names under which they are replaced.
    pub(super) fn own_files(&self) -> Vec<PathBuf> {
        let files = self.format.iter().filter_map(|asked| asked.file.as_deref());
        files.map(|file| fs::canonicalize(file).unwrap_or_else(|_| files::real(file))).collect()
    }

    /// Where everything goes; fails where something cannot be written. `read` are the paths that are read.
    pub(super) fn destinations(&self, read: &[PathBuf]) -> Result<Destinations, Failure> {
        let mut found = Destinations { stdout: None, files: Vec::new(), streams: Vec::new(), summary: None };
        let step = env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty());
        for Asked { format, file } in &self.format {
            if let (Some(step), Some(file)) = (&step, file)
                && *format == Format::Markdown
                && files::same(file, step)
            {
                found.summary = Some(summary(step)?);
                continue;
            }
            match file.as_deref().map_or(Ok(Target::Stdout), |file| target(file, read))? {
                Target::Stdout => {
                    if let Some(other) = found.stdout.replace(*format) {
                        let (other, format) = (other.as_str(), format.as_str());
                        return Err(Failure::Usage(format!(
                            "`--format {other}` and `--format {format}` both go to standard output; one needs a \
                             file: `--format {format}=FILE`"
                        )));
                    }
                }
                Target::File(path) => {
                    if found.files.iter().any(|(_, other)| *other == path) {
                        return Err(Failure::Usage(format!("two formats go to {}", path.display())));
                    }
                    found.files.push((*format, path));
                }
                Target::Stream(path) => found.streams.push((*format, path)),
            }
        }
        let asked = |format| self.format.iter().any(|asked| asked.format == format);
        if let Some(step) = step.filter(|_| asked(Format::Github) && found.summary.is_none()) {
            found.summary = Some(summary(&step)?);
        }
        if found.stdout.is_none() && !asked(Format::Human) {
            found.stdout = Some(Format::Human);
        }
        Ok(found)
    }

    /// Writes the report everywhere: files first, so that a reader of standard output who leaves takes nothing from them.
    /// `is_text` tells of a name in the report whether it is that of a text that lies in no file.
    pub(super) fn write(
        &self,
        report: &Report,
        destinations: &Destinations,
        read: &[PathBuf],
        is_text: &dyn Fn(&str) -> bool,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let setting = Setting {
            style: self.style(destinations),
            paths: if destinations.name_from_root() { paths::of(report, read, is_text) } else { Paths::default() },
            github: is_set("GITHUB_ACTIONS"),
        };
        let render = |format: Format, style: Style| {
            let mut bytes = Vec::new();
            let setting = Setting { style, ..setting.clone() };
            format.render(report, &setting, &mut bytes).map(|()| bytes)
        };
        let mut whole = Vec::new();
        for (format, path) in &destinations.files {
            whole.push((path.as_path(), render(*format, self.file_style())?));
        }
        files::replace(&whole).map_err(Failure::Usage)?;
        if let Some(path) = &destinations.summary {
            let before = fs::metadata(path).map_or(0, |metadata| usize::try_from(metadata.len()).unwrap_or(usize::MAX));
            let text = markdown::within(report, &setting, MOST_SUMMARY_BYTES.saturating_sub(before));
            files::append(path, text.as_bytes()).map_err(Failure::Usage)?;
        }
        match destinations.stdout {
            Some(format) if reads_commands() => {
                let text = render(format, setting.style)?;
                out.write_all(render::defuse(format, &String::from_utf8_lossy(&text)).as_bytes())?;
            }
            Some(format) => format.render(report, &setting, out)?,
            None => {}
        }
        out.flush()?;
        for (format, path) in &destinations.streams {
            files::append(path, &render(*format, self.file_style())?).map_err(Failure::Usage)?;
        }
        Ok(())
    }

    fn style(&self, destinations: &Destinations) -> Style {
        if destinations.stdout != Some(Format::Human) {
            return self.file_style();
        }
        let width = match self.width {
            Some(0) => None,
            Some(width) => Some(usize::from(width)),
            None => terminal::width(),
        };
        self.showing.complete(Style {
            width,
            color: terminal::color(self.color),
            unicode: terminal::unicode(self.unicode),
            verbose: self.verbose,
            ..Style::default()
        })
    }

    /// A file is no terminal, whatever standard output is.
    fn file_style(&self) -> Style {
        Style {
            width: self.width.filter(|width| *width > 0).map(usize::from),
            color: self.color == When::Always,
            unicode: self.unicode == When::Always,
            verbose: self.verbose,
            ..Style::default()
        }
    }
}

fn target(file: &Path, read: &[PathBuf]) -> Result<Target, Failure> {
    if read.iter().any(|path| path.is_file() && files::same(path, file.as_os_str())) {
        return Err(Failure::Usage(format!("{} cannot be written: it is read as well", file.display())));
    }
    Target::of(file).map_err(|reason| Failure::Usage(format!("{} cannot be written: {reason}", file.display())))
}

/// The summary of the step. The runner makes the file; anything that is no file is refused.
fn summary(path: &OsString) -> Result<PathBuf, Failure> {
    let path = PathBuf::from(path);
    let refuse = |reason: &str| {
        Failure::Usage(format!("{}, which GITHUB_STEP_SUMMARY names, cannot be written: {reason}", path.display()))
    };
    match fs::OpenOptions::new().append(true).open(&path) {
        Ok(_) => Ok(path),
        Err(error) => Err(refuse(&error.to_string())),
    }
}

/// Whether standard output is the log of a CI system that obeys what it reads there.
fn reads_commands() -> bool {
    ["GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"].into_iter().any(is_set)
}

fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty() && value != "false")
}
