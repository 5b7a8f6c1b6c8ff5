//! What ignore files and leading dots keep out.

use crate::tree::{Tree, files};

#[test]
fn ignore_files_hold_without_a_repository() {
    let tree = Tree::new();
    tree.file(".gitignore", "out/\n*.tmp.yaml\n!keep.tmp.yaml\n").file(".ignore", "/private.yaml\n");
    tree.service("a.yaml", "a").service("b.tmp.yaml", "b").service("keep.tmp.yaml", "k").service("private.yaml", "p");
    tree.service("out/c.yaml", "c").service("out/d.yaml", "d").service("sub/private.yaml", "q");
    tree.file("sub/.gitignore", "e.yaml\n").service("sub/e.yaml", "e").file("notes.txt", "x");
    let input = tree.read(&["."]);
    assert_eq!(files(&input), ["a.yaml: Service/a", "keep.tmp.yaml: Service/k", "sub/private.yaml: Service/q"]);
    // b.tmp.yaml, private.yaml, the folder out, sub/e.yaml.
    assert_eq!(input.counts.ignored, 4);
    assert_eq!(input.failures, []);
}

#[test]
fn a_folders_parents_have_a_say_too() {
    let tree = Tree::new();
    tree.file(".gitignore", "*.gen.yaml\n").service("a/x.gen.yaml", "x").service("a/y.yaml", "y");
    assert_eq!(files(&tree.read(&["a"])), ["a/y.yaml: Service/y"]);
}

#[test]
fn hidden_files_are_left_out_and_counted() {
    let tree = Tree::new();
    tree.service(".hidden.yaml", "h").service(".github/w.yaml", "w").service(".git/x.yaml", "g").service("a.yaml", "a");
    let input = tree.read(&["."]);
    assert_eq!(files(&input), ["a.yaml: Service/a"]);
    assert_eq!(input.counts.ignored, 2);
}

#[test]
fn what_is_named_outright_is_read() {
    let tree = Tree::new();
    tree.file(".gitignore", "secret.yaml\nout/\n");
    tree.service("secret.yaml", "s")
        .service(".hidden/h.yaml", "h")
        .service("out/o.yaml", "o")
        .service("plain.txt", "t");
    let input = tree.read(&["secret.yaml", ".hidden", "out", "plain.txt"]);
    let read = ["secret.yaml: Service/s", ".hidden/h.yaml: Service/h", "out/o.yaml: Service/o", "plain.txt: Service/t"];
    assert_eq!(files(&input), read);
}

#[test]
fn a_repositorys_exclude_file_holds() {
    let tree = Tree::new();
    tree.service("a.yaml", "a").service("b.yaml", "b").file(".git/info/exclude", "b.yaml\n");
    let input = tree.read(&["."]);
    assert_eq!(files(&input), ["a.yaml: Service/a"]);
    assert_eq!(input.counts.ignored, 1);
}

#[test]
fn the_users_own_ignore_file_has_no_say() {
    let tree = Tree::new();
    tree.file("home/git/ignore", "b.yaml\n").service("here/a.yaml", "a").service("here/b.yaml", "b");
    // Its place comes from the environment, which belongs to a process of its own.
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_stslint"));
    command.current_dir(tree.path().join("here")).args(["check", "--format", "json", "."]);
    command.env("HOME", tree.path()).env("XDG_CONFIG_HOME", tree.path().join("home"));
    let report: serde_json::Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    assert_eq!(report["summary"]["files"], 2);
    assert_eq!(report["summary"]["ignored"], 0);
}

#[test]
fn a_broken_ignore_file_costs_nothing() {
    let tree = Tree::new();
    tree.file(".gitignore", "[z-a].yaml\n{\n\u{0}\nb.yaml\n").service("a.yaml", "a").service("sub/b.yaml", "b");
    let input = tree.read(&["sub", "."]);
    assert_eq!(files(&input), ["a.yaml: Service/a"]);
    assert_eq!(input.failures, []);
}
