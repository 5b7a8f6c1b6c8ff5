//! `stslint init` and `stslint config`.

use crate::common::repository::Repository;
use crate::common::{stslint, write};
use crate::schema::to_json;
use crate::{FILE, WEB, folder};

fn read(folder: &std::path::Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn it_writes_once() {
    let folder = folder(&[("web.yaml", WEB)]);
    let run = stslint(folder.path(), &["init"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "Wrote .stslint.yaml.\n"));
    // It changes nothing by itself.
    let before = stslint(folder.path(), &["check", "--isolated"]).stdout;
    let after = stslint(folder.path(), &[]).stdout;
    assert_eq!(after.replace("Configuration: .stslint.yaml.\n", ""), before);

    write(folder.path(), &[(FILE, "fail-on: never\n")]);
    let again = stslint(folder.path(), &["init"]);
    assert_eq!((again.code, again.stdout.as_str()), (2, ""));
    assert_eq!(again.stderr, "error: .stslint.yaml exists; `--force` overwrites it\n");
    assert_eq!(read(folder.path(), FILE), "fail-on: never\n");
    let pieces = stslint(folder.path(), &["init", "--github"]);
    assert_eq!(pieces.stdout, "Kept .stslint.yaml.\nWrote .github/workflows/stslint.yml.\n");
    assert_eq!(read(folder.path(), FILE), "fail-on: never\n");
    assert_eq!(stslint(folder.path(), &["init", "--force"]).code, 0);
    assert!(read(folder.path(), FILE).starts_with("# yaml-language-server"));
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 3, "nothing but the file itself is left behind");
}

#[test]
fn pieces_are_written_where_they_belong() {
    let Some(repository) = Repository::new() else { return };
    let root = repository.folder();
    write(root, &[("deep/web.yaml", WEB)]);
    let run = stslint(&root.join("deep"), &["init", "--pre-commit", "--github", "--gitlab"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let hook = to_json(&read(root, ".pre-commit-config.yaml"));
    assert_eq!(hook["repos"][0]["repo"], "https://github.com/stslint/stslint");
    assert_eq!(hook["repos"][0]["rev"], concat!("v", env!("CARGO_PKG_VERSION")));
    assert_eq!(hook["repos"][0]["hooks"][0]["id"], "stslint");
    let workflow = to_json(&read(root, ".github/workflows/stslint.yml"));
    assert_eq!(workflow["jobs"]["stslint"]["steps"][1]["uses"], "stslint/stslint@v0");
    assert_eq!(workflow["permissions"], serde_json::json!({"contents": "read"}));
    let job = to_json(&read(root, ".gitlab-ci.yml"));
    let template = "https://raw.githubusercontent.com/stslint/stslint/v0/templates/stslint.yml";
    assert_eq!(job["include"][0]["remote"], template);
    assert!(read(root, FILE).starts_with("# yaml-language-server"));
    assert!(!root.join("deep/.stslint.yaml").exists());
}

#[test]
fn files_of_others_are_shown_what_to_add() {
    let own = "repos:\n  - repo: local\n    hooks: []\n";
    let folder = folder(&[(".pre-commit-config.yaml", own), (".gitlab-ci.yml", "stages: [test]\n")]);
    let run = stslint(folder.path(), &["init", "--pre-commit", "--gitlab", "--force"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains(".pre-commit-config.yaml exists; add this to it:\n\n  - repo: https://github.com/stslint/")
    );
    assert!(run.stdout.contains(".gitlab-ci.yml exists; add this to it:\n\ninclude:\n"), "{}", run.stdout);
    assert_eq!(read(folder.path(), ".pre-commit-config.yaml"), own);
    // What is shown fits behind what is there.
    let shown = run.stdout.split("add this to it:\n\n").nth(1).unwrap().split("\n\n").next().unwrap();
    assert_eq!(to_json(&format!("{own}{shown}\n"))["repos"].as_array().unwrap().len(), 2);
}

#[test]
fn what_cannot_be_written_is_said() {
    let folder = folder(&[("web.yaml", WEB)]);
    let run = stslint(folder.path(), &["init", "nowhere"]);
    assert_eq!((run.code, run.stderr.as_str()), (2, "error: nowhere: no such folder\n"));
    let run = stslint(folder.path(), &["init", "web.yaml"]);
    assert_eq!(run.code, 2);
    #[cfg(unix)]
    {
        // Never through a link, not even one that leads nowhere.
        std::os::unix::fs::symlink("elsewhere.yaml", folder.path().join(FILE)).unwrap();
        assert_eq!(stslint(folder.path(), &["init"]).code, 2);
        assert_eq!(stslint(folder.path(), &["init", "--force"]).code, 0);
        assert!(!folder.path().join("elsewhere.yaml").exists());
    }
}

#[test]
fn config_shows_what_applies() {
    let text = "fail-on: error\nrules: {pedantic: on, budget-missing: off}\n\
                overrides: [{paths: a, rules: {budget-missing: on}}]\n";
    let folder = folder(&[("web.yaml", WEB), (FILE, text)]);
    let run = stslint(folder.path(), &["config"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let line = |start: &str| {
        let line = run.stdout.lines().find(|line| line.starts_with(start)).unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("Configuration"), "Configuration: .stslint.yaml");
    assert_eq!(line("fail-on"), "fail-on error the file");
    assert_eq!(line("kubernetes-version"), "kubernetes-version 1.37 default");
    assert_eq!(line("budget-missing"), "budget-missing off (on by an override) the file");
    assert_eq!(line("service-not-found"), "service-not-found on default");
    assert!(stslint(folder.path(), &["config", "--isolated"]).stdout.starts_with("Configuration: none found\n"));
}
