//! Which folders are charts that can be rendered by themselves.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::load::bytes::read_file;
use crate::yaml::{Document, Node, Source, split};

const CHART_FILE: &str = "Chart.yaml";

/// A chart that is no part of another one and no library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Its folder.
    pub folder: PathBuf,
    /// The values that chart-testing would try it with, one file after the other: `ci/*-values.yaml`.
    pub values: Vec<PathBuf>,
}

/// The charts whose `Chart.yaml` is among these files, by their paths. What lies in another chart's `charts/` belongs to
/// that one and is rendered with it.
pub fn charts(files: &HashSet<PathBuf>) -> Vec<Chart> {
    let is_chart_file = |path: &&PathBuf| path.file_name().is_some_and(|name| name == CHART_FILE);
    let folders = files.iter().filter(is_chart_file).filter_map(|path| path.parent());
    let folders: HashSet<&Path> = folders.collect();
    let is_part = |folder: &Path| {
        folder.ancestors().skip(1).any(|above| {
            above.file_name().is_some_and(|name| name == "charts")
                && above.parent().is_some_and(|chart| folders.contains(chart))
        })
    };
    let whole = folders.iter().filter(|folder| !is_part(folder) && !is_library(folder));
    let mut charts: Vec<Chart> =
        whole.map(|folder| Chart { folder: folder.to_path_buf(), values: values(folder) }).collect();
    charts.sort_by(|a, b| a.folder.cmp(&b.folder));
    charts
}

/// The chart that one of these files is a template of, where the chart itself is not among them; the first by its path.
pub fn chart_around(files: &HashSet<PathBuf>) -> Option<PathBuf> {
    let folders: HashSet<&Path> = files.iter().filter_map(|path| path.parent()).collect();
    let above = |folder: &Path| {
        let templates = folder.ancestors().find(|path| path.file_name().is_some_and(|name| name == "templates"));
        templates.and_then(Path::parent).filter(|chart| chart.join(CHART_FILE).is_file()).map(Path::to_path_buf)
    };
    folders.into_iter().filter_map(above).min()
}

/// A chart that only lends its templates to others; helm refuses to render it.
fn is_library(folder: &Path) -> bool {
    field(&folder.join(CHART_FILE), "type").is_some_and(|kind| kind == "library")
}

/// A string in a file of YAML.
fn field(path: &Path, key: &str) -> Option<String> {
    // A pipe that somebody put there would never end.
    if !fs::metadata(path).is_ok_and(|data| data.is_file()) {
        return None;
    }
    let mut bytes = Vec::new();
    let length = read_file(path, &mut bytes).ok()?;
    bytes.truncate(length);
    let source = Arc::new(Source::from_bytes(CHART_FILE, bytes).ok()?);
    let document = Document::parse(&source, split(source.text()).first()?);
    document.root()?.get(key).and_then(Node::as_str).map(str::to_owned)
}

fn values(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder.join("ci")) else { return Vec::new() };
    let is_values = |path: &PathBuf| {
        path.is_file() && path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("-values.yaml"))
    };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_values).collect();
    found.sort();
    found
}

/// Finds the files that `helm template` names below the working directory.
#[derive(Debug)]
pub struct Templates {
    working_directory: PathBuf,
    /// By the chart's name: its folder, where there is one.
    charts: HashMap<String, Option<PathBuf>>,
}

impl Templates {
    /// For paths below this folder.
    pub fn below(working_directory: PathBuf) -> Templates {
        Templates { working_directory, charts: HashMap::new() }
    }

    /// The file of a template, as [`Document::rendered_from`] names it: in a folder that is called as the chart is,
    /// here or in `charts/`, or in the working directory itself, where a `Chart.yaml` says that this is the chart.
    pub fn file(&mut self, template: &str) -> Option<PathBuf> {
        let (name, below) = template.split_once('/')?;
        let here = &self.working_directory;
        let chart = self.charts.entry(name.to_owned()).or_insert_with(|| {
            let mut folders = [here.join(name), here.join("charts").join(name), here.clone()].into_iter();
            folders.find(|folder| field(&folder.join(CHART_FILE), "name").as_deref() == Some(name))
        });
        Some(chart.as_ref()?.join(below)).filter(|path| path.is_file())
    }
}
