//! Many files: the same answer whatever the number of threads.

use std::collections::HashSet;
use std::thread::ThreadId;

use stslint::load::{self, DocumentInput, Input};

use crate::tree::{Tree, files, read, service};

fn everything(input: &Input<String>) -> (Vec<String>, Vec<String>, Vec<String>, load::Counts) {
    let place = |source: &stslint::yaml::Source, start: u32| format!("{}:{start}", source.name());
    let unread = input.unread.iter().map(|one| place(&one.source, one.span.start)).collect();
    let deferred = input.deferred.iter().map(|one| place(&one.source, one.chunk.span.start)).collect();
    (files(input), unread, deferred, input.counts)
}

#[test]
fn threads_do_not_change_the_answer() {
    let tree = Tree::new();
    for number in 0..3000 {
        let path = format!("team{}/unit{}/f{number}.yaml", number % 7, number % 101);
        match number % 5 {
            0 => tree.file(path, format!("{}---\n{}", service("one"), service("two"))),
            1 => tree.file(path, "kind: Service\nx: {{ y }}\n---\nkind: ConfigMap\n"),
            2 => tree.file(path, "kind: ConfigMap\n---\nkind: Role\n---\nkind: Deployment\n"),
            3 => tree.service(path, "only"),
            _ => tree.file(path, "values: 1\n"),
        };
    }
    let paths = ["team3", ".", "team1/unit1/f1.yaml"];
    let with = |threads| {
        let mut options = tree.options(&paths);
        options.threads = threads;
        everything(&read(&options, b""))
    };
    let one = with(Some(1));
    assert_eq!(one.0.len(), 1200);
    assert_eq!((one.1.len(), one.2.len()), (600, 1800));
    assert_eq!((one.3.files, one.3.documents, one.3.unwanted_documents), (3000, 2400, 600));
    for threads in [Some(4), Some(4), Some(13), Some(0), None] {
        assert_eq!(with(threads), one, "{threads:?}");
    }
}

#[test]
fn many_named_files_are_read_by_several_threads() {
    let tree = Tree::new();
    let names: Vec<String> = (0..400).map(|number| format!("f{number:03}.yaml")).collect();
    for name in &names {
        tree.service(name, name);
    }
    let paths: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut options = tree.options(&paths);
    options.threads = Some(4);
    let convert = |input: DocumentInput| {
        // Slow enough for the others to get their share.
        std::thread::sleep(std::time::Duration::from_micros(200));
        (input.document.source.name().to_owned(), std::thread::current().id())
    };
    let input = load::read(&options, &convert, &mut std::io::empty());
    let read: Vec<_> = input.files.iter().flat_map(|file| &file.documents).collect();
    assert_eq!(read.iter().map(|(name, _)| name).collect::<Vec<_>>(), names.iter().collect::<Vec<_>>());
    let threads: HashSet<ThreadId> = read.iter().map(|(_, thread)| *thread).collect();
    assert!(threads.len() > 1, "one thread read everything");
}
