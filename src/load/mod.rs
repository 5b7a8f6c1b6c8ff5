//! Temporary stand-in.
#![allow(missing_docs)]
use crate::yaml;
use std::{io::Read, path::PathBuf, sync::Arc};
pub struct Options {
    pub paths: Vec<PathBuf>,
    pub stdin_filename: Option<String>,
    pub kinds: &'static [&'static str],
    pub deferred_kinds: &'static [&'static str],
    pub threads: Option<usize>,
    pub working_directory: PathBuf,
}
pub struct Place {
    pub root: usize,
    pub directory: Vec<Box<str>>,
    pub root_depth: usize,
    pub file_name: Box<str>,
}
pub struct File<T> {
    pub source: Arc<yaml::Source>,
    pub place: Arc<Place>,
    pub documents: Vec<T>,
    pub unwanted_documents: usize,
}
#[derive(Clone, Copy)]
pub enum SkipReason {
    HelmTemplate,
    Sops,
}
pub struct Unread {
    pub source: Arc<yaml::Source>,
    pub place: Arc<Place>,
    pub span: yaml::Span,
    pub reason: SkipReason,
}
pub struct Failure {
    pub path: String,
    pub message: String,
    pub named: bool,
    pub offset: Option<usize>,
}
pub struct Input<T> {
    pub files: Vec<File<T>>,
    pub unread: Vec<Unread>,
    pub failures: Vec<Failure>,
    pub counts: Counts,
    pub deferred: Vec<Deferred>,
}
#[derive(Default)]
pub struct Counts {
    pub files: usize,
    pub files_ignored: usize,
    pub documents: usize,
    pub unwanted_documents: usize,
    pub bytes: u64,
}
pub struct Deferred {
    pub source: Arc<yaml::Source>,
    pub place: Arc<Place>,
    pub chunk: yaml::Chunk,
    pub kind: &'static str,
}
pub struct DocumentInput {
    pub document: yaml::Document,
    pub place: Arc<Place>,
}
pub fn read<T: Send>(o: &Options, convert: &(dyn Fn(DocumentInput) -> T + Sync), _stdin: &mut dyn Read) -> Input<T> {
    let mut input =
        Input { files: vec![], unread: vec![], failures: vec![], counts: Counts::default(), deferred: vec![] };
    let paths = if o.paths.is_empty() { vec![PathBuf::from(".")] } else { o.paths.clone() };
    for (root, p) in paths.iter().enumerate() {
        let mut files: Vec<PathBuf> = ignore::WalkBuilder::new(p)
            .build()
            .filter_map(|e| e.ok())
            .filter(|e| e.file_type().is_some_and(|t| t.is_file()))
            .map(|e| e.into_path())
            .collect();
        files.sort();
        for f in files {
            if !f.extension().is_some_and(|e| e == "yaml" || e == "yml" || e == "json") {
                continue;
            }
            let abs = f.canonicalize().unwrap();
            let place = Arc::new(Place {
                root,
                directory: abs
                    .parent()
                    .unwrap()
                    .components()
                    .filter_map(|c| match c {
                        std::path::Component::Normal(n) => Some(n.to_string_lossy().into()),
                        _ => None,
                    })
                    .collect(),
                root_depth: 0,
                file_name: abs.file_name().unwrap().to_string_lossy().into(),
            });
            let Ok(text) = std::fs::read_to_string(&f) else { continue };
            let source = Arc::new(yaml::Source::new(f.to_string_lossy().trim_start_matches("./"), text));
            input.counts.files += 1;
            let mut documents = vec![];
            for c in yaml::split(source.text()) {
                let d = yaml::Document::parse(&source, &c);
                input.counts.documents += 1;
                if d.problems.len() > 0 && source.slice(c.span).contains("{{") {
                    input.unread.push(Unread {
                        source: source.clone(),
                        place: place.clone(),
                        span: c.span,
                        reason: SkipReason::HelmTemplate,
                    });
                    continue;
                }
                documents.push(convert(DocumentInput { document: d, place: place.clone() }));
            }
            input.files.push(File { source, place, documents, unwanted_documents: 0 });
        }
    }
    input
}
