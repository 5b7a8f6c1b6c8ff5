//! Where the file is looked for.

use crate::common::repository::Repository;
use crate::common::{stslint, with_stdin, write};
use crate::{FILE, WEB, folder, found};

const OFF: &str = "rules: {service-not-found: off, budget-missing: off}\n";
const RULES: &[&str] = &["service-not-found", "budget-missing"];

#[test]
fn the_nearest_file_up_to_the_root_of_the_repository_counts() {
    let Some(repository) = Repository::new() else { return };
    let root = repository.folder();
    write(root, &[("a/b/web.yaml", WEB), ("c/web.yaml", WEB), (FILE, OFF)]);
    // Beyond the root nothing is looked for.
    write(root.parent().unwrap(), &[(FILE, "this is no configuration")]);
    for paths in [&[][..], &["a"], &["a/b/web.yaml"], &["a/b", "c/web.yaml"], &["./a/../c"]] {
        assert_eq!(found(root, paths, &[]), Vec::<String>::new(), "{paths:?}");
    }
    assert_eq!(found(&root.join("a/b"), &[], &[]), Vec::<String>::new());
    assert_eq!(found(&root.join("a"), &["../c"], &[]), Vec::<String>::new());
    assert_eq!(found(root.parent().unwrap(), &["repository"], &[]), Vec::<String>::new());

    // A nearer one replaces it whole, for runs over what lies there.
    write(root, &[("a/.stslint.yml", "rules: {budget-missing: off}\n")]);
    assert_eq!(found(root, &["a"], RULES), ["service-not-found warning a/b/web.yaml:7"]);
    assert_eq!(found(root, &["a", "c"], RULES), Vec::<String>::new());
}

#[test]
fn outside_a_repository_it_is_the_current_folder_or_that_of_the_paths() {
    let outer = folder(&[("here/a/web.yaml", WEB), ("there/web.yaml", WEB), (FILE, "this is no configuration")]);
    let here = outer.path().join("here");
    write(&here, &[(FILE, OFF)]);
    assert_eq!(found(&here, &["a/web.yaml"], &[]), Vec::<String>::new());
    // What lies elsewhere is another project.
    assert_eq!(found(&here, &["../there"], &["service-not-found"]), ["service-not-found warning ../there/web.yaml:7"]);
    write(outer.path(), &[("there/.stslint.yaml", OFF)]);
    assert_eq!(found(&here, &["../there"], &[]), Vec::<String>::new());
}

#[test]
fn standard_input_lies_where_its_name_says_or_here() {
    let outer = folder(&[("a/.stslint.yaml", OFF), (FILE, "rules: {service-not-found: error}\n")]);
    let run = |arguments: &[&str]| with_stdin(outer.path(), arguments, WEB.as_bytes());
    assert!(run(&["-"]).stdout.contains("error[service-not-found]"));
    assert_eq!(run(&["-", "--stdin-filename", "a/web.yaml"]).code, 0);
}

#[test]
fn a_file_can_be_named_or_left_out() {
    let outer = folder(&[("web.yaml", WEB), ("x/other.yaml", "rules: {all: off}\n"), (FILE, OFF)]);
    let at = outer.path();
    assert_eq!(found(at, &["--isolated", "web.yaml"], RULES).len(), 2);
    assert_eq!(found(at, &["--config", "x/other.yaml", "web.yaml"], &[]), Vec::<String>::new());
    assert_eq!(stslint(at, &["--config", "x/other.yaml", "--isolated"]).code, 2);
    let missing = stslint(at, &["--config", "nowhere.yaml"]);
    assert_eq!((missing.code, missing.stdout.as_str()), (2, ""));
    assert_eq!(missing.stderr, "error: the configuration nowhere.yaml cannot be read: no such file or folder\n");
}

#[test]
fn the_report_names_the_file() {
    let outer = folder(&[("web.yaml", WEB), (FILE, "fail-on: never\n")]);
    let run = stslint(outer.path(), &[]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("\nConfiguration: .stslint.yaml.\n"), "{}", run.stdout);
    let report = crate::common::json(outer.path(), &[]);
    assert_eq!(report["summary"]["configuration"], FILE);
    assert_eq!(crate::common::json(outer.path(), &["--isolated"])["summary"]["configuration"], serde_json::Value::Null);
    // It is no manifest, and none that is kept out.
    assert_eq!(report["summary"]["ignored"], 0);
}

#[test]
fn what_cannot_be_read_ends_the_run() {
    let outer = folder(&[("web.yaml", WEB), (".stslint.yaml/x", ""), ("two/web.yaml", WEB)]);
    let at = outer.path();
    let refused = |arguments: &[&str]| {
        let run = stslint(at, arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        run.stderr
    };
    assert_eq!(refused(&["."]), "error: the configuration .stslint.yaml cannot be read: is a folder\n");
    write(at, &[("two/.stslint.yaml", ""), ("two/.stslint.yml", "")]);
    let both = "error: the configuration two/.stslint.yaml cannot be read: two/.stslint.yml lies beside it: keep one\n";
    assert_eq!(refused(&["two"]), both);
    std::fs::write(at.join("large.yaml"), vec![b'#'; (1 << 20) + 1]).unwrap();
    assert!(refused(&["--config", "large.yaml"]).ends_with("larger than 1 MiB, the most that is read here\n"));
    std::fs::write(at.join("binary.yaml"), b"rules: {}\n\xff\xfe\x00").unwrap();
    assert!(refused(&["--config", "binary.yaml"]).contains("save the file as UTF-8"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", at.join("two/.stslint.yaml.link")).unwrap();
        std::fs::remove_file(at.join("two/.stslint.yml")).unwrap();
        std::fs::remove_file(at.join("two/.stslint.yaml")).unwrap();
        std::fs::rename(at.join("two/.stslint.yaml.link"), at.join("two/.stslint.yaml")).unwrap();
        assert!(refused(&["two"]).ends_with("two/.stslint.yaml cannot be read: no such file or folder\n"));
    }
}

#[test]
fn a_file_of_comments_wishes_for_nothing() {
    for text in ["", "# nothing\n", "---\n# nothing\n", "rules:\n#  all: off\nignore:\n", "{}", "\u{feff}# bom\n"] {
        let outer = folder(&[("web.yaml", WEB), (FILE, text)]);
        assert_eq!(found(outer.path(), &[], RULES).len(), 2, "{text:?}");
    }
}
