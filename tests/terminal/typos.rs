//! Names that were meant.

use crate::common::{stslint, write};

fn said(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("sytems", "")]);
    let run = stslint(folder.path(), arguments);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
    run.stderr
}

#[test]
fn a_misspelt_command_is_proposed() {
    assert!(said(&["chekc"]).contains("did you mean `stslint check`?"));
    assert!(said(&["expalin", "service-not-found"]).contains("did you mean `stslint explain`?"));
    assert!(said(&["rule"]).contains("did you mean `stslint rules`?"));
    // Paths are paths.
    for arguments in [&["check", "chekc"][..], &["./chekc"], &["chekc.yaml"], &["manifests"], &["sets"]] {
        let said = said(arguments);
        assert!(said.contains("no such file or folder") && !said.contains("did you mean"), "{said}");
    }
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("sytems", "a: 1\n")]);
    assert_eq!(stslint(folder.path(), &["sytems"]).code, 0);
}

#[test]
fn a_misspelt_name_is_proposed_wherever_names_are_taken() {
    let cases = [
        (&["explain", "duplicate-keys"][..], "did you mean `duplicate-key`?"),
        (&["explain", "pedantic"], "`pedantic` is a group of rules"),
        (&["explain", "etcd"], "`stslint systems etcd` shows it"),
        (&["systems", "ectd"], "did you mean `etcd`?"),
        (&["--select", "pedantc"], "did you mean `pedantic`?"),
        (&["--ignore", "defualt"], "did you mean `default`?"),
        (&["--fail-on", "eror"], "'error'"),
        (&["--selct", "all"], "'--select'"),
    ];
    for (arguments, proposed) in cases {
        let said = said(arguments);
        assert!(said.contains(proposed), "{arguments:?}: {said}");
    }
}
