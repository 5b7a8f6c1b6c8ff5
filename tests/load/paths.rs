//! Paths given: what they are called, which are the same, what is said of those that cannot be read.

use std::fs;
use std::path::Path;

use crate::tree::{Tree, failures, files, read};

#[test]
fn files_are_called_as_the_user_knows_them() {
    let tree = Tree::new();
    tree.service("a/b/x.yaml", "x").service("y.json", "y").service("here/z.yml", "z").file("w.txt", "kind: Service\n");
    assert_eq!(files(&tree.read(&[])), ["a/b/x.yaml: Service/x", "here/z.yml: Service/z", "y.json: Service/y"]);
    assert_eq!(files(&tree.read(&["./a//b/"])), ["a/b/x.yaml: Service/x"]);
    let absolute = tree.path().join("a");
    assert_eq!(files(&tree.read(&[absolute.to_str().unwrap()])), ["a/b/x.yaml: Service/x"]);
    let mut options = tree.options(&["../a", "../y.json"]);
    options.working_directory = tree.path().join("here");
    assert_eq!(files(&read(&options, b"")), ["../a/b/x.yaml: Service/x", "../y.json: Service/y"]);
    options.paths = vec![tree.path().join("y.json")];
    let shown = format!("{}/y.json: Service/y", tree.path().display());
    assert_eq!(files(&read(&options, b"")), [shown]);
}

#[test]
fn places_compare_across_the_paths_given() {
    let tree = Tree::new();
    tree.service("a/b/x.yaml", "x").service("c/y.yaml", "y");
    let input = tree.read(&["a", "c/y.yaml"]);
    let base = fs::canonicalize(tree.path()).unwrap();
    let depth = base.components().count() - 1;
    let [x, y] = &input.files[..] else { panic!("{:?}", files(&input)) };
    let tail = |place: &stslint::load::Place| place.directory[depth..].join("/");
    assert_eq!(
        (x.place.root, tail(&x.place).as_str(), x.place.root_depth, &*x.place.file_name),
        (0, "a/b", depth + 1, "x.yaml")
    );
    assert_eq!(
        (y.place.root, tail(&y.place).as_str(), y.place.root_depth, &*y.place.file_name),
        (1, "c", depth + 1, "y.yaml")
    );
    assert_eq!(x.place.directory[..depth], y.place.directory[..depth]);
}

#[test]
fn a_file_reached_twice_is_read_once() {
    let tree = Tree::new();
    tree.service("a/x.yaml", "x").service("a/b/y.yaml", "y").service(".h/z.yaml", "z").service("w.yaml", "w");
    let input = tree.read(&["a/b", ".", "a/../a", "./a", "w.yaml", "w.yaml", ".h"]);
    // Whatever is named outright comes first, then the first folder given that reaches the file.
    let read = ["a/b/y.yaml: Service/y", "a/x.yaml: Service/x", "w.yaml: Service/w", ".h/z.yaml: Service/z"];
    assert_eq!(files(&input), read);
    let roots: Vec<_> = input.files.iter().map(|file| file.place.root).collect();
    assert_eq!(roots, [0, 1, 4, 6]);
    assert_eq!((input.counts.files, input.counts.documents), (4, 4));
}

#[test]
fn missing_paths_are_failures_of_the_user() {
    let tree = Tree::new();
    tree.service("a.yaml", "a");
    let input = tree.read(&["a.yaml", "gone", "gone", "a.yaml/x", ""]);
    assert_eq!(files(&input), ["a.yaml: Service/a"]);
    let [empty, below, gone] = &failures(&input)[..] else { panic!("{:?}", input.failures) };
    assert_eq!((empty.as_str(), gone.as_str()), (".: an empty path names nothing!", "gone: no such file or folder!"));
    assert!(below.starts_with("a.yaml/x: ") && below.ends_with('!') && !below.contains("os error"), "{below}");
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::thread;

    use super::*;

    #[test]
    fn links_are_followed_when_named_and_only_then() {
        let tree = Tree::new();
        tree.service("real/x.yaml", "x").file("real/kustomization.yaml", "resources: []\n");
        symlink("real", tree.path().join("link")).unwrap();
        symlink("real/x.yaml", tree.path().join("x-link.yaml")).unwrap();
        symlink("..", tree.path().join("real/loop")).unwrap();
        symlink("gone", tree.path().join("dangling.yaml")).unwrap();
        assert_eq!(files(&tree.read(&["."])), ["real/kustomization.yaml: /", "real/x.yaml: Service/x"]);
        assert_eq!(files(&tree.read(&["link"])), ["link/kustomization.yaml: /", "link/x.yaml: Service/x"]);
        assert_eq!(files(&tree.read(&["x-link.yaml", "real/x.yaml"])), ["x-link.yaml: Service/x"]);
        assert_eq!(failures(&tree.read(&["dangling.yaml"])), ["dangling.yaml: no such file or folder!"]);
        let linked = tree.read(&["x-link.yaml"]);
        assert_eq!(&*linked.files[0].place.file_name, "x-link.yaml");
    }

    #[test]
    fn a_pipe_can_be_named() {
        let tree = Tree::new();
        tree.file("folder/x.yaml", "");
        let pipe = tree.path().join("folder/pipe.yaml");
        let status = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(status.success());
        // The walk must not wait for somebody to write.
        assert_eq!(tree.read(&["folder"]).counts.files, 1);
        let writer = thread::spawn(move || fs::write(pipe, "kind: Service\nmetadata: {name: p}\n"));
        assert_eq!(files(&tree.read(&["folder/pipe.yaml"])), ["folder/pipe.yaml: Service/p"]);
        writer.join().unwrap().unwrap();
    }

    #[test]
    fn what_has_no_end_is_not_read_for_ever() {
        let tree = Tree::new();
        let input = tree.read(&["/dev/zero"]);
        assert_eq!(failures(&input), ["/dev/zero: larger than 64 MiB, the most that stslint reads!"]);
    }

    #[test]
    fn what_may_not_be_read_is_told() {
        let tree = Tree::new();
        tree.service("a.yaml", "a").service("shut.yaml", "s").service("shut/b.yaml", "b");
        let set = |name: &str, mode| {
            fs::set_permissions(tree.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
        };
        set("shut.yaml", 0);
        set("shut", 0);
        let is_root = fs::read(tree.path().join("shut.yaml")).is_ok();
        let walked = tree.read(&["."]);
        let named = tree.read(&["shut.yaml", "shut"]);
        set("shut", 0o755);
        if is_root {
            return;
        }
        assert_eq!(files(&walked), ["a.yaml: Service/a"]);
        assert_eq!(failures(&walked), ["shut: permission denied", "shut.yaml: permission denied"]);
        assert_eq!(failures(&named), ["shut: permission denied!", "shut.yaml: permission denied!"]);
    }

    #[test]
    fn names_may_be_anything() {
        let tree = Tree::new();
        let names: [&[u8]; 6] = [
            b"a b.yaml",
            b"\x1b[31mred.yaml",
            b"new\nline.yaml",
            b"caf\xe9.yaml",
            b"-.yaml",
            "ü\u{202e}.yaml".as_bytes(),
        ];
        for name in names {
            tree.service(Path::new(OsStr::from_bytes(name)), "x");
        }
        tree.service(Path::new(OsStr::from_bytes(b"\xff/\xff.yaml")), "x");
        let input = tree.read(&["."]);
        assert_eq!(input.files.len(), names.len() + 1);
        assert_eq!(input.failures, []);
        assert!(input.files.iter().any(|file| file.source.name() == "caf\u{fffd}.yaml"));
        assert!(input.files.iter().any(|file| file.source.name() == "new\nline.yaml"));
    }
}
