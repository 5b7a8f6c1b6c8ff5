//! Charts and kustomizations as their own programs render them. The only place that runs a program, and only when the
//! user asked for it.

mod charts;
mod program;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

pub use charts::{Chart, Templates, chart_around, charts};

use super::gather::lock;
use super::place::display;

/// An address at which nobody listens: the proxy of programs that are to open no connection.
const NOBODY: &str = "http://127.0.0.1:9";

/// Renderers that run at the same time; each takes several processors itself.
const MOST_AT_ONCE: usize = 4;

/// How the names of what was rendered begin; a folder follows.
pub(super) const NAMES: [&str; 2] = [HELM, KUSTOMIZE];
const HELM: &str = "helm template ";
const KUSTOMIZE: &str = "kustomize build ";
/// What stands between the folder and each file with values.
pub(super) const VALUES: &str = " --values ";

/// Whether this is the name of a text that a program printed, and so of no file.
pub fn is_printed(name: &str) -> bool {
    NAMES.iter().any(|begin| name.starts_with(begin))
}

/// What a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Renderer {
    /// A chart.
    Helm,
    /// A kustomization.
    Kustomize,
}

impl Renderer {
    /// Its programs, the preferred one first, with what goes before the folder.
    fn programs(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Renderer::Helm => &[("helm", &["template"])],
            Renderer::Kustomize => &[("kustomize", &["build"]), ("kubectl", &["kustomize"])],
        }
    }

    /// What is said when none of its programs is there.
    fn missing(self) -> String {
        let names: Vec<String> = self.programs().iter().map(|(name, _)| format!("`{name}`")).collect();
        match names.as_slice() {
            [one] => format!("{one} is not on the PATH"),
            several => format!("neither {} is on the PATH", several.join(" nor ")),
        }
    }
}

/// One thing to render.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Job {
    /// The folder, from the file system's root.
    pub folder: PathBuf,
    /// What it holds.
    pub renderer: Renderer,
    /// Files with values for a chart.
    pub values: Vec<PathBuf>,
}

/// How to render.
#[derive(Clone, Debug)]
pub struct Rendering {
    /// The folder that programs run in and that paths are relative to.
    pub working_directory: PathBuf,
    /// The version of Kubernetes that charts ask for, as `1.37.0`.
    pub kubernetes_version: String,
    /// How long one program may run.
    pub time: Duration,
    /// How many programs at once, at most.
    pub threads: usize,
}

/// What came of a job.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// What was asked for.
    pub job: Job,
    /// How it is shown: the short command that gives the same text, whichever program was used.
    pub name: String,
    /// The command as it was run; empty where none was.
    pub command: String,
    /// The text, or what the program said instead, or what is said of it.
    pub text: Result<Vec<u8>, String>,
}

impl Rendering {
    /// Runs all jobs, some at the same time; answers in their order.
    pub fn run(&self, jobs: Vec<Job>) -> Vec<Rendered> {
        let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(jobs.len())));
        let work = || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = jobs.get(number) else { return };
                let rendered = self.one(job);
                lock(&done).push((number, rendered));
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.threads.min(MOST_AT_ONCE).min(jobs.len()) {
                scope.spawn(work);
            }
            work();
        });
        let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        done.sort_by_key(|(number, _)| *number);
        done.into_iter().map(|(_, rendered)| rendered).collect()
    }

    /// How a job is shown.
    pub fn name(&self, job: &Job) -> String {
        let folder = display(&job.folder, &self.working_directory);
        let mut name = match job.renderer {
            Renderer::Helm => format!("{HELM}{folder}"),
            Renderer::Kustomize => format!("{KUSTOMIZE}{folder}"),
        };
        for values in &job.values {
            name.push_str(&format!("{VALUES}{}", display(values, &self.working_directory)));
        }
        name
    }

    fn one(&self, job: &Job) -> Rendered {
        let name = self.name(job);
        let programs = job.renderer.programs().iter();
        let Some((path, before)) = programs.clone().find_map(|(name, before)| Some((program::find(name)?, before)))
        else {
            let text = Err(job.renderer.missing());
            return Rendered { job: job.clone(), name, command: String::new(), text };
        };
        let arguments = self.arguments(job, before);
        let words = std::iter::once(path.as_os_str()).chain(arguments.iter().map(OsString::as_os_str));
        let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
        let mut command = Command::new(&path);
        command.args(&arguments).current_dir(&self.working_directory);
        offline(&mut command);
        let text = program::run(&mut command, self.time);
        Rendered { job: job.clone(), name, command: words.join(" "), text }
    }

    /// What follows the program. Nothing in a manifest becomes an option: paths begin with `./` or `/`, a file of values
    /// is one word with its option.
    fn arguments(&self, job: &Job, before: &[&str]) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = before.iter().map(OsString::from).collect();
        arguments.push(self.path(&job.folder));
        if job.renderer == Renderer::Helm {
            // Otherwise the namespace is that of the cluster which somebody's kubeconfig points at.
            arguments.push("--namespace=default".into());
            arguments.push(format!("--kube-version={}", self.kubernetes_version).into());
            for values in &job.values {
                let mut argument = OsString::from("--values=");
                argument.push(self.path(values));
                arguments.push(argument);
            }
        }
        arguments
    }

    fn path(&self, path: &Path) -> OsString {
        match path.strip_prefix(&self.working_directory) {
            Ok(below) => Path::new(".").join(below).into_os_string(),
            Err(_) => path.as_os_str().to_owned(),
        }
    }
}

/// Keeps the network shut: a kustomization may name addresses, and a chart's schema may, too. Go's HTTP client goes by
/// the proxy, git by the protocols it may speak.
fn offline(command: &mut Command) {
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
        command.env(name, NOBODY);
    }
    command.env_remove("NO_PROXY").env_remove("no_proxy");
    command.env("GIT_ALLOW_PROTOCOL", "none").env("GIT_TERMINAL_PROMPT", "0");
}
