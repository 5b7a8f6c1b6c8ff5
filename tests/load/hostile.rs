//! Nothing in the input ends the run, or makes it last.

use stslint::load::{self, DocumentInput};

use crate::tree::{Tree, failures, files, service};

#[test]
fn bytes_that_would_take_a_square_of_steps_for_ever_come_to_an_end() {
    const MANY: usize = 1 << 20;
    let repeated = |unit: &str| unit.repeat(MANY / unit.len());
    let texts = [
        format!("x: Deployment\n{}", repeated("kind: *\n")),
        format!("x: Deployment\n{}", repeated("kind: List\n")),
        format!("x: Service\n{}", repeated("kind: \"\n")),
        format!("x: Service # {}", repeated("kind ")),
        format!("x: Service # {}", repeated("kind")),
        format!("x: Service\ny: {}", repeated("\"kind\"")),
        format!("# Service\n{{{}", repeated("\"kind\" \n\n: ")),
        format!("x: Deployment\nkind:{}", repeated(" \n")),
        format!("# Deployment\n{}", repeated("---\n")),
        format!("# Deployment\n{}", repeated("--- #\nkind\n")),
        format!("# Deployment\n{}", repeated("\r")),
    ];
    for (number, text) in texts.iter().enumerate() {
        let tree = Tree::new();
        tree.file("a.yaml", text);
        assert_eq!(tree.read(&["."]).counts.files, 1, "text {number}");
    }
}

#[test]
fn files_beyond_the_limit_are_told() {
    let tree = Tree::new();
    tree.service("a.yaml", "a");
    let file = std::fs::File::create(tree.path().join("big.yaml")).unwrap();
    // Sparse: it takes no room on the disk.
    file.set_len((64 << 20) + 1).unwrap();
    let input = tree.read(&["."]);
    assert_eq!(files(&input), ["a.yaml: Service/a"]);
    assert_eq!(failures(&input), ["big.yaml: larger than 64 MiB, the most that stslint reads"]);
    assert_eq!(input.counts.files, 1);
    file.set_len(64 << 20).unwrap();
    assert_eq!(tree.read(&["."]).counts.bytes, (64 << 20) + service("a").len() as u64);
}

#[test]
fn deep_folders_are_walked() {
    let tree = Tree::new();
    let folder = "d/".repeat(900);
    tree.service(format!("{folder}x.yaml"), "x");
    let input = tree.read(&["."]);
    assert_eq!(files(&input), [format!("{folder}x.yaml: Service/x")]);
    assert_eq!(input.files[0].place.directory.len(), input.files[0].place.root_depth + 900);
}

#[test]
fn templates_nested_deep_are_still_recognised_safely() {
    let tree = Tree::new();
    tree.file("a.yaml", format!("kind: Service\nx: {}{{{{ y }}}}{}\n", "[".repeat(200), "]".repeat(200)));
    tree.file("b.yaml", format!("kind: Service\nx: {}\n# {{{{\n", "[".repeat(100_000)));
    let mut bomb = "kind: Service\na0: &a0 [\"{{\"]\n".to_owned();
    for level in 1..30 {
        let used = format!("*a{}, ", level - 1).repeat(9);
        bomb.push_str(&format!("a{level}: &a{level} [{used}]\n"));
    }
    tree.file("c.yaml", bomb);
    let input = tree.read(&["."]);
    assert_eq!(input.files.len() + input.unread.len(), 3);
}

#[test]
fn a_fault_in_one_file_costs_no_other() {
    let tree = Tree::new();
    tree.service("a.yaml", "a").service("b.yaml", "boom").service("c.yaml", "c");
    let convert = |input: DocumentInput| {
        let text = input.document.source.text().to_owned();
        assert!(!text.contains("boom"), "this panic is part of the test");
        text
    };
    for paths in [&["."][..], &["a.yaml", "b.yaml", "c.yaml"]] {
        let input = load::read(&tree.options(paths), &convert, &mut std::io::empty());
        let texts: Vec<_> = input.files.iter().flat_map(|file| &file.documents).collect();
        assert_eq!(texts, [&service("a"), &service("c")]);
        assert_eq!(input.failures.len(), 1);
        assert_eq!((input.failures[0].path.as_str(), input.failures[0].named), ("b.yaml", false));
    }
}
