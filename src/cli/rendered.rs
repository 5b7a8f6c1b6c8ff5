//! `--render`: what the user's own helm and kustomize make of charts and kustomizations takes the place of what goes into
//! them. Also finds the files of templates that rendered text names.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::Failure;
use super::input::{inventory, origin};
use crate::finding::{Report, Reported};
use crate::load::render::{Job, Rendered, Renderer, Rendering, Templates, chart_around, charts};
use crate::load::{self, DocumentInput, Input, Options, Place, Text};
use crate::model::{self, Built, BuiltFrom, Inventory, Item, Leaf, Parsed, Version};
use crate::render::printable;
use crate::yaml::{Document, Written};

/// What the user asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// Values for all charts.
    pub(super) values: &'a [PathBuf],
    /// How long one program may run.
    pub(super) time: Duration,
    /// The version of the cluster.
    pub(super) version: Version,
    /// Whether to say what was run.
    pub(super) verbose: bool,
}

/// What was rendered.
#[derive(Debug, Default)]
pub(super) struct Renders {
    /// The charts by the names of their texts.
    charts: HashMap<String, PathBuf>,
    /// The names of all texts that were printed.
    texts: HashSet<String>,
    /// Names and words of what could not be rendered.
    pub(super) failed: Vec<(String, String)>,
}

impl Wanted<'_> {
    /// Refuses what it does not go together with.
    pub(super) fn check(&self, options: &Options, base: Option<&str>) -> Result<(), Failure> {
        if options.paths.iter().any(|path| path.as_os_str() == "-") {
            let message =
                "--render: what comes from standard input is rendered already; name the folder, or leave --render out";
            return Err(Failure::Usage(message.to_owned()));
        }
        if base.is_some() {
            let message = "--render: --base compares files as they are written, and nothing is rendered at another revision; render both and compare them, or leave one of the two out";
            return Err(Failure::Usage(message.to_owned()));
        }
        for path in self.values {
            if !options.working_directory.join(path).is_file() {
                return Err(Failure::Usage(format!("--values: {}: no such file", path.display())));
            }
        }
        Ok(())
    }

    /// Renders everything and puts it in the place of what went into it.
    pub(super) fn replace(&self, input: &mut Input<Parsed>, options: &Options) -> Renders {
        let raw = inventory(input, input.files.iter().flat_map(|file| file.documents.iter().cloned()).collect());
        let (leaves, fetching): (Vec<Leaf>, _) = raw.leaves().into_iter().partition(|leaf| leaf.fetched.is_empty());
        let rendering = Rendering {
            working_directory: options.working_directory.clone(),
            kubernetes_version: format!("{}.0", self.version),
            time: self.time,
            threads: options.threads.unwrap_or(usize::MAX),
        };
        let mut renders = Renders::default();
        for leaf in fetching {
            let name = rendering.name(&job_of(&leaf, input));
            renders.failed.push((name, format!("gathers `{}`, and --render opens no network", leaf.fetched[0])));
        }
        let mut jobs: Vec<Job> = leaves.iter().map(|leaf| job_of(leaf, input)).collect();
        jobs.extend(self.chart_jobs(input, options));
        if jobs.is_empty() && renders.failed.is_empty() {
            let chart = chart_around(&input.looked_at).map(|folder| {
                let name = load::display(&folder, &options.working_directory);
                format!("; these are templates of the chart `{name}`: name its folder")
            });
            say(&format!("note: --render found no chart and no kustomization to render{}", chart.unwrap_or_default()));
        }
        let done = rendering.run(jobs);
        if self.verbose {
            done.iter()
                .filter(|one| !one.command.is_empty())
                .for_each(|one| say(&format!("rendered: {}", one.command)));
        }
        let mut texts = Vec::new();
        let mut built = HashMap::new();
        let mut successful = Vec::new();
        for (number, one) in done.into_iter().enumerate() {
            let Rendered { job, name, text, .. } = one;
            let bytes = match text {
                Ok(bytes) => bytes,
                Err(words) => {
                    renders.failed.push((name, words));
                    continue;
                }
            };
            match leaves.get(number) {
                Some(leaf) => {
                    built.insert(name.clone(), Kustomized::new(&raw, leaf, &job.folder, options));
                    successful.push(leaf);
                }
                None => _ = renders.charts.insert(name.clone(), job.folder.clone()),
            }
            renders.texts.insert(name.clone());
            texts.push(Text { name, bytes, folder: job.folder });
        }
        let is_consumed = raw.consumed(successful.into_iter());
        let charts: HashSet<Vec<Box<str>>> = renders.charts.values().map(|folder| load::components(folder)).collect();
        let is_out = |place: &Place| is_template_of(&charts, &place.directory) || is_consumed(&origin(place));
        input.forget_texts(&is_out);
        // The texts stay, for what is found in them is shown there; the objects are those that were built.
        for file in input.files.iter_mut().filter(|file| is_out(&file.place)) {
            file.documents.iter_mut().for_each(|parsed| parsed.items.clear());
        }
        let sources = Sources::below(&options.working_directory);
        let convert = |DocumentInput { document, place }| {
            let name = document.source.name();
            match (built.get(name), renders.charts.get(name)) {
                (Some(kustomized), _) => kustomized.parsed(document, &place),
                (None, Some(chart)) => sources.of_chart(chart, document, &place),
                (None, None) => parsed(document, &place),
            }
        };
        input.append(load::read_texts(options, texts, &convert));
        renders.failed.sort();
        renders
    }

    fn chart_jobs(&self, input: &Input<Parsed>, options: &Options) -> Vec<Job> {
        let given: Vec<PathBuf> = self.values.iter().map(|path| options.working_directory.join(path)).collect();
        let jobs = charts(&input.looked_at).into_iter().flat_map(|chart| {
            let all = match (given.is_empty(), chart.values.is_empty()) {
                (false, _) => vec![given.clone()],
                (true, true) => vec![Vec::new()],
                (true, false) => chart.values.into_iter().map(|file| vec![file]).collect(),
            };
            all.into_iter().map(move |values| Job { folder: chart.folder.clone(), renderer: Renderer::Helm, values })
        });
        jobs.collect()
    }
}

fn job_of(leaf: &Leaf, input: &Input<Parsed>) -> Job {
    // The folder as the walk knows it: its names alone are text, and not every path is.
    let is_own = |path: &&PathBuf| {
        path.file_name().is_some_and(|name| *name == *leaf.file_name)
            && path.parent().is_some_and(|folder| load::components(folder) == leaf.directory)
    };
    let folder = input.looked_at.iter().find(is_own).and_then(|path| path.parent()).map(Path::to_path_buf);
    Job { folder: folder.unwrap_or_default(), renderer: Renderer::Kustomize, values: Vec::new() }
}

/// Writes a line to standard error; nothing is left to do when it is closed.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{}", printable(text));
}

impl Renders {
    /// Whether this is the name of a text that a program printed.
    pub(super) fn printed(&self, name: &str) -> bool {
        self.texts.contains(name)
    }

    /// Says what was not rendered, and what the programs said.
    pub(super) fn complain(&self) {
        for (name, words) in &self.failed {
            // A folder's name may hold a line break.
            let name = name.replace('\n', "\\n");
            let mut text = format!("error: `{name}` was not rendered, and what it would print was not judged:");
            told(words).iter().for_each(|line| text.push_str(&format!("\n    {line}")));
            if let Some(help) = help(&name, words) {
                text.push_str(&format!("\n  help: {help}"));
            }
            say(&text);
        }
    }

    /// Adds to the report what was not rendered, and says once what several values of a chart show.
    pub(super) fn complete(&self, report: &mut Report) {
        for (name, words) in &self.failed {
            let first = told(words).first().copied().unwrap_or_default();
            report.summary.unreadable.push((name.clone(), first.to_owned()));
        }
        let chart_of = |finding: &Reported| self.charts.get(finding.location.as_ref()?.source.name());
        // A comment that only some values need is needed.
        let is_unused = |finding: &Reported| finding.rule == "unused-suppression";
        let of_text = |finding: &Reported| finding.location.as_ref().and_then(|place| place.rendered_from.clone());
        let mut unused: HashMap<(String, Option<String>), usize> = HashMap::new();
        for finding in report.findings.iter().filter(|finding| is_unused(finding)) {
            *unused.entry((finding.message.clone(), of_text(finding))).or_default() += 1;
        }
        let renders = |chart: &PathBuf| self.charts.values().filter(|other| *other == chart).count();
        let mut told = HashSet::new();
        report.findings.retain(|finding| {
            let Some((chart, location)) = chart_of(finding).zip(finding.location.as_ref()) else { return true };
            if is_unused(finding) && unused[&(finding.message.clone(), of_text(finding))] < renders(chart) {
                return false;
            }
            let object = finding.object.as_ref().map(|object| (object.kind.clone(), object.name.clone()));
            let what = (finding.message.clone(), finding.field.clone(), location.label.clone());
            told.insert((chart, finding.rule, object, what))
        });
    }
}

/// The lines of what a program said that tell why it failed: kustomize warns of old fields, too, each time anew.
fn told(words: &str) -> Vec<&str> {
    let lines = words.lines().filter(|line| !line.trim().is_empty());
    let told: Vec<&str> = lines.clone().filter(|line| !line.starts_with("# Warning:")).collect();
    if told.is_empty() { lines.collect() } else { told }
}

/// What can be done about what a program said.
fn help(name: &str, words: &str) -> Option<String> {
    let says = |part: &str| words.contains(part);
    if says("helm dependency build") {
        let chart = name.strip_prefix("helm template ")?.split(" --values ").next()?;
        return Some(format!("fetch them first: helm dependency build {chart}"));
    }
    if says("not on the PATH") {
        return Some("install it, or name only paths that need no rendering".to_owned());
    }
    if says("--enable-helm") {
        return Some(format!("render it yourself: {} --enable-helm | stslint check -", name));
    }
    if says("opens no network") || says("127.0.0.1:9") || says("transport '") {
        return Some(format!("--render opens no network; render it yourself: {name} | stslint check -"));
    }
    None
}

/// Says of documents where they come from.
#[derive(Debug)]
pub(super) struct Sources {
    templates: Mutex<Templates>,
    working_directory: PathBuf,
}

impl Sources {
    /// For files below this folder.
    pub(super) fn below(working_directory: &Path) -> Sources {
        let templates = Mutex::new(Templates::below(working_directory.to_path_buf()));
        Sources { templates, working_directory: working_directory.to_path_buf() }
    }

    /// What is in a document; one that helm or kustomize has rendered says where it is from.
    pub(super) fn parsed(&self, mut document: Document, place: &Place) -> Parsed {
        document.rendered_from = match document.rendered_from.take() {
            Some(template) => {
                let file = self.templates.lock().ok().and_then(|mut templates| templates.file(&template));
                Some(file.map_or(template, |file| load::display(&file, &self.working_directory)))
            }
            None => BuiltFrom::read(&document).map(|from| from.text()),
        };
        parsed(document, place)
    }

    /// The same for what was rendered of a chart in this folder.
    fn of_chart(&self, chart: &Path, mut document: Document, place: &Place) -> Parsed {
        document.rendered_from = document.rendered_from.map(|template| {
            // What lies in an archive has no file.
            let file = template.split_once('/').map(|(_, below)| chart.join(below)).filter(|path| path.is_file());
            file.map_or(template, |file| load::display(&file, &self.working_directory))
        });
        parsed(document, place)
    }
}

fn parsed(document: Document, place: &Place) -> Parsed {
    let items = model::read(&document, &place.file_name);
    Parsed { document: Arc::new(document), origin: Arc::new(origin(place)), items }
}

/// What is known of the objects that one kustomization makes.
struct Kustomized<'i> {
    inventory: &'i Inventory,
    built: Built<'i>,
    folder: PathBuf,
    /// Its own file, as it is shown.
    own: String,
    working_directory: &'i Path,
}

impl<'i> Kustomized<'i> {
    fn new(inventory: &'i Inventory, leaf: &Leaf, folder: &Path, options: &'i Options) -> Kustomized<'i> {
        let own = load::display(&folder.join(&*leaf.file_name), &options.working_directory);
        let built = inventory.built_by(leaf);
        Kustomized {
            inventory,
            built,
            folder: folder.to_path_buf(),
            own,
            working_directory: &options.working_directory,
        }
    }

    /// A document with the place that it comes from, as far as it is certain; the kustomization itself at least.
    fn parsed(&self, mut document: Document, place: &Place) -> Parsed {
        let items = model::read(&document, &place.file_name);
        let from = BuiltFrom::read(&document);
        let objects: Vec<_> = items.iter().filter_map(Item::as_object).collect();
        let written = match objects.as_slice() {
            [one] => self.built.origin_of(one, from.as_ref()),
            _ => None,
        };
        document.rendered_from = Some(match (written, &from) {
            (Some(object), _) => self.inventory.document_of(object.id).document.source.name().to_owned(),
            (None, Some(from)) => self.file(from).unwrap_or_else(|| from.text()),
            (None, None) => self.own.clone(),
        });
        document.written = written.map(|object| Written {
            document: self.inventory.document_of(object.id).document.clone(),
            node: object.node,
        });
        Parsed { document: Arc::new(document), origin: Arc::new(origin(place)), items }
    }

    /// The file that kustomize names, where there is one.
    fn file(&self, from: &BuiltFrom) -> Option<String> {
        if from.repository.is_some() {
            return None;
        }
        let mut path = self.folder.clone();
        for name in from.path.split('/') {
            match name {
                ".." => _ = path.pop(),
                name => path.push(name),
            }
        }
        path.is_file().then(|| load::display(&path, self.working_directory))
    }
}

/// Whether a folder holds templates of one of these charts or of what they depend on.
fn is_template_of(charts: &HashSet<Vec<Box<str>>>, directory: &[Box<str>]) -> bool {
    (0..directory.len()).filter(|&depth| charts.contains(&directory[..depth])).any(|depth| {
        let mut below = directory[depth..].iter().map(|name| &**name);
        loop {
            match below.next() {
                Some("templates") => return true,
                Some("charts") => _ = below.next(),
                _ => return false,
            }
        }
    })
}
