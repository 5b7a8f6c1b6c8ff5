//! From paths to documents: files, folders, standard input.
//!
//! The price of a run is the price of reading the tree: folders are walked in parallel, and a document that cannot be of
//! a wanted kind is passed over before it is parsed.

mod anchor;
mod bytes;
mod chart;
mod file;
mod folder;
mod gather;
mod git;
mod own;
mod pipe;
mod place;
mod prefilter;
pub mod render;
mod roots;
mod shape;
mod upwards;
mod walk;
mod watched;

use std::collections::HashSet;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::thread;

pub use anchor::Anchor;
pub use folder::{Named, Unreadable, read_folder};
pub use git::{
    Base, FoundBase, GitEnvironment, GitError, Staged, Wanted, find_base, fork_point, is_before_first_commit,
};
pub use own::read_file;
pub use place::{Place, components, display, normal};
pub use upwards::{OwnFile, find_upwards, folders_upwards, holds_all_of, is_folder, read_own};
pub use walk::is_manifest;
pub use watched::Watched;

use chart::Charts;
use file::Reader;
use gather::{Found, Gathered, Shared};
use prefilter::Prefilter;
use roots::Roots;

use crate::yaml::{Chunk, Document, Source, Span};

/// What to read, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files and folders, `-` for standard input; the working directory when empty.
    pub paths: Vec<PathBuf>,
    /// The name of what comes from standard input.
    pub stdin_filename: Option<String>,
    /// The kinds whose documents are parsed.
    pub kinds: &'static [&'static str],
    /// The kinds whose documents are kept as text.
    pub deferred_kinds: &'static [&'static str],
    /// What lists of JSON6902 operations, which have no kind, are called among the deferred.
    pub json_patches: &'static str,
    /// Whether a kind that is none of these is one of [`Options::kinds`] misspelt, and so worth parsing.
    pub is_slip: fn(&str) -> bool,
    /// How many threads; one a processor when `None`.
    pub threads: Option<usize>,
    /// The folder that paths are relative to.
    pub working_directory: PathBuf,
    /// Counts the files as they are read, for whoever wants to look on.
    pub files_read: Arc<AtomicUsize>,
    /// Whether a path, as given or absolute, is left out; the second argument says that it is a folder.
    pub exclude: Exclude,
}

/// What is left out.
#[derive(Clone, Default)]
pub struct Exclude(Option<Arc<Excluded>>);

type Excluded = dyn Fn(&Path, bool) -> bool + Send + Sync;

impl Exclude {
    /// Leaves out what the function says.
    pub fn new(is_excluded: impl Fn(&Path, bool) -> bool + Send + Sync + 'static) -> Exclude {
        Exclude(Some(Arc::new(is_excluded)))
    }

    fn holds(&self, path: &Path, is_folder: bool) -> bool {
        self.0.as_ref().is_some_and(|is_excluded| is_excluded(path, is_folder))
    }
}

impl fmt::Debug for Exclude {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Exclude").field(&self.0.is_some()).finish()
    }
}

/// A parsed document on its way to whoever knows kinds.
#[derive(Debug)]
pub struct DocumentInput {
    /// The document.
    pub document: Document,
    /// Where its file lies.
    pub place: Arc<Place>,
}

/// A file with something of interest in it.
#[derive(Debug)]
pub struct File<T> {
    /// Its text and name.
    pub source: Arc<Source>,
    /// Where it lies.
    pub place: Arc<Place>,
    /// What was made of its parsed documents, in order.
    pub documents: Vec<T>,
}

/// A document of a kind that is parsed only when somebody asks for it.
#[derive(Clone, Debug)]
pub struct Deferred {
    /// The file's text.
    pub source: Arc<Source>,
    /// Where the file lies.
    pub place: Arc<Place>,
    /// The document's part of the text.
    pub chunk: Chunk,
    /// One of [`Options::deferred_kinds`], or [`Options::json_patches`].
    pub kind: &'static str,
}

/// Why a document was recognised and not parsed into objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkipReason {
    /// A template of a Helm chart, before rendering.
    HelmTemplate,
    /// A template of another engine, such as Jinja.
    OtherTemplate,
    /// Values encrypted by sops.
    Sops,
}

/// A document that was recognised and is not judged.
#[derive(Clone, Debug)]
pub struct Unread {
    /// The file's text.
    pub source: Arc<Source>,
    /// Where the file lies.
    pub place: Arc<Place>,
    /// The document's bytes.
    pub span: Span,
    /// Why.
    pub reason: SkipReason,
}

/// A file that is no text, although its bytes speak of a wanted kind.
#[derive(Debug)]
pub struct NotText {
    /// Its text up to the first bad byte.
    pub source: Arc<Source>,
    /// The place behind that text.
    pub span: Span,
    /// What is wrong there.
    pub message: String,
}

/// A path that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// The path, as it is shown.
    pub path: String,
    /// Why.
    pub message: String,
    /// Whether the user named it, rather than the walk met it.
    pub named: bool,
}

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files that were read.
    pub files: usize,
    /// Files with a manifest's ending, and folders, that `.gitignore`, `.ignore` or a leading dot keep out, counted
    /// where the walk met them: what lies in such a folder is not counted again.
    pub ignored: usize,
    /// Files with a manifest's ending, and folders, that [`Options::exclude`] leaves out, counted alike.
    pub excluded: usize,
    /// Documents that were parsed.
    pub documents: usize,
    /// Documents that were passed over, being of no wanted kind.
    pub unwanted_documents: usize,
    /// Bytes read.
    pub bytes: u64,
}

/// Everything that was read, in an order that does not depend on the number of threads.
#[derive(Debug)]
pub struct Input<T> {
    /// Files with something of interest.
    pub files: Vec<File<T>>,
    /// Documents kept as text.
    pub deferred: Vec<Deferred>,
    /// Documents recognised and not judged.
    pub unread: Vec<Unread>,
    /// Files that are no text.
    pub not_text: Vec<NotText>,
    /// Paths that could not be read.
    pub failures: Vec<Failure>,
    /// All files that were read, with or without anything of interest in them; links resolved.
    pub looked_at: HashSet<PathBuf>,
    /// Figures.
    pub counts: Counts,
}

impl<T> Input<T> {
    /// Adds what was read elsewhere.
    pub fn append(&mut self, mut other: Input<T>) {
        self.files.append(&mut other.files);
        self.deferred.append(&mut other.deferred);
        self.unread.append(&mut other.unread);
        self.not_text.append(&mut other.not_text);
        self.failures.append(&mut other.failures);
        self.looked_at.extend(other.looked_at);
        self.counts.files += other.counts.files;
        self.counts.excluded += other.counts.excluded;
        self.counts.documents += other.counts.documents;
        self.counts.unwanted_documents += other.counts.unwanted_documents;
        self.counts.bytes += other.counts.bytes;
    }

    /// Forgets the templates in some files and what was kept there as text, by their places.
    pub fn forget_texts(&mut self, is_forgotten: &dyn Fn(&Place) -> bool) {
        let unread = self.unread.len();
        self.unread.retain(|one| !is_forgotten(&one.place));
        self.deferred.retain(|one| !is_forgotten(&one.place));
        self.counts.documents -= unread - self.unread.len();
    }
}

/// Reads everything. `convert` is called once for every parsed document, in the threads that read.
pub fn read<T: Send>(
    options: &Options,
    convert: &(dyn Fn(DocumentInput) -> T + Sync),
    stdin: &mut dyn Read,
) -> Input<T> {
    let roots = Roots::resolve(options);
    // The walker takes no more than twelve on its own either; the disk has no more to give.
    let processors = || thread::available_parallelism().map_or(1, |count| count.get().min(12));
    let shared = Shared {
        reader: Reader::new(options, Charts::default(), convert),
        working_directory: &options.working_directory,
        files_read: &options.files_read,
        exclude: &options.exclude,
        threads: options.threads.filter(|&count| count > 0).unwrap_or_else(processors),
        gathered: Mutex::default(),
    };
    let mut gathered = walk::walk(shared, &roots, stdin);
    gathered.failures.extend(roots.failures);
    let ignored = gathered.present.saturating_sub(gathered.given);
    assemble(gathered, ignored)
}

/// A text that a program made of what lies in a folder.
#[derive(Clone, Debug)]
pub struct Text {
    /// How it is shown.
    pub name: String,
    /// The text.
    pub bytes: Vec<u8>,
    /// The folder, links resolved.
    pub folder: PathBuf,
}

/// Reads texts that programs made, as if each were a file in its folder.
pub fn read_texts<T>(options: &Options, texts: Vec<Text>, convert: &(dyn Fn(DocumentInput) -> T + Sync)) -> Input<T> {
    let roots = Roots::resolve(options);
    let reader = Reader {
        prefilter: Prefilter::new(options),
        // A chart's folder may be called as one of templates is; what was rendered is none.
        charts: Charts::among(HashSet::new()),
        convert,
    };
    let mut gathered = Gathered::default();
    for (number, text) in texts.into_iter().enumerate() {
        gathered.counts.bytes += text.bytes.len() as u64;
        let place = roots.place_of(&text.folder, &text.name);
        let content = reader.read(&text.bytes, text.name, place, &text.folder);
        gathered.files.push(Found { key: (number, PathBuf::new()), content });
    }
    assemble(gathered, 0)
}

/// Puts what was found in any order into its own order.
fn assemble<T>(mut gathered: Gathered<T>, ignored: usize) -> Input<T> {
    gathered.files.sort_by(|a, b| a.key.cmp(&b.key));
    gathered.failures.sort();
    gathered.failures.dedup();
    let mut input = Input {
        files: Vec::new(),
        deferred: Vec::new(),
        unread: Vec::new(),
        not_text: Vec::new(),
        failures: gathered.failures,
        counts: Counts { ignored, ..gathered.counts },
        looked_at: gathered.looked_at.into_iter().collect(),
    };
    for content in gathered.files.into_iter().map(|found| found.content) {
        input.counts.documents += content.documents.len() + content.unread.len();
        input.counts.unwanted_documents += content.unwanted_documents;
        input.deferred.extend(content.deferred);
        input.unread.extend(content.unread);
        input.not_text.extend(content.not_text);
        if let Some((source, place)) = content.source {
            input.files.push(File { source, place, documents: content.documents });
        }
    }
    input
}
