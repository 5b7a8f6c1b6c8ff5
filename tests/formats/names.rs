//! Files are called from the root of the repository, wherever the run happens and however they were named.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::{stslint, write};

const SET: &str =
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n  replicas: 1\n  replicas: 2\n";

/// The path in GitLab's report, and the same from the others.
fn path(here: &Path, arguments: &[&str]) -> String {
    let run = |format: &str| {
        let all = [arguments, &["--select", "duplicate-key", "--format", format, "--fail-on", "never"]].concat();
        let run = stslint(here, &all);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout
    };
    let issues: Value = serde_json::from_str(&run("gitlab")).unwrap();
    let path = issues[0]["location"]["path"].as_str().unwrap().to_owned();
    assert!(run("github").starts_with(&format!("::warning file={path},line=6,")), "{path}");
    assert!(run("markdown").contains(&format!("| `{path}:6` |")), "{path}");
    assert!(run("junit").contains(&format!("<testsuite name=\"{path}\"")), "{path}");
    let log: Value = serde_json::from_str(&run("sarif")).unwrap();
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    if path.starts_with('/') {
        assert_eq!(location["uri"].as_str().unwrap(), format!("file://{path}"));
        assert!(location["uriBaseId"].is_null());
    } else {
        assert_eq!(
            (location["uri"].as_str().unwrap(), location["uriBaseId"].as_str()),
            (path.as_str(), Some("%SRCROOT%"))
        );
    }
    path
}

#[test]
fn from_the_root_of_the_repository() {
    let holder = tempfile::tempdir().unwrap();
    let outer = fs::canonicalize(holder.path()).unwrap();
    let root = outer.join("repository");
    write(&root, &[("apps/db/set.yaml", SET), (".git/HEAD", "ref: refs/heads/main\n"), ("other/a", "")]);
    let absolute = root.join("apps/db/set.yaml");
    assert_eq!(path(&root, &["."]), "apps/db/set.yaml");
    assert_eq!(path(&root, &["apps/../apps/db/./set.yaml"]), "apps/db/set.yaml");
    assert_eq!(path(&root.join("apps"), &[]), "apps/db/set.yaml");
    assert_eq!(path(&root.join("other"), &["../apps"]), "apps/db/set.yaml");
    assert_eq!(path(&root.join("other"), &[absolute.to_str().unwrap()]), "apps/db/set.yaml");
    // From outside it is the repository of what was named.
    assert_eq!(path(&outer, &["repository/apps"]), "apps/db/set.yaml");
    assert_eq!(path(&outer, &[absolute.to_str().unwrap()]), "apps/db/set.yaml");
    // A file of another place has no path from the root.
    write(&outer, &[("elsewhere/set.yaml", SET)]);
    assert_eq!(path(&root, &["../elsewhere"]), outer.join("elsewhere/set.yaml").to_str().unwrap());
}

#[test]
fn without_a_repository_from_where_the_run_is() {
    let holder = tempfile::tempdir().unwrap();
    let outer = fs::canonicalize(holder.path()).unwrap();
    write(&outer, &[("here/db/set.yaml", SET)]);
    assert_eq!(path(&outer.join("here"), &["db"]), "db/set.yaml");
    assert_eq!(path(&outer.join("here"), &["../here/db/set.yaml"]), "db/set.yaml");
}

#[cfg(unix)]
#[test]
fn through_links() {
    let holder = tempfile::tempdir().unwrap();
    let outer = fs::canonicalize(holder.path()).unwrap();
    let root = outer.join("repository");
    write(&root, &[("apps/db/set.yaml", SET), (".git/HEAD", "")]);
    std::os::unix::fs::symlink(&root, outer.join("link")).unwrap();
    let through = outer.join("link/apps");
    assert_eq!(path(&root, &[through.to_str().unwrap()]), "apps/db/set.yaml");
}
