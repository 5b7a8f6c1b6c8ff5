//! `--base auto`.

use serde_json::Value;

use crate::common::in_ci;
use crate::common::repository::{Repository, git_in};

fn set(storage: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  serviceName: db\n  selector: \
         {{matchLabels: {{app: db}}}}\n  template:\n    metadata: {{labels: {{app: db}}}}\n    spec: {{containers: [{{name: \
         db, image: db}}]}}\n  volumeClaimTemplates:\n    - metadata: {{name: data}}\n      spec:\n        accessModes: \
         [ReadWriteOnce]\n        resources: {{requests: {{storage: {storage}}}}}\n"
    )
}

/// A repository whose `change` grew the claims while `main` went on; the commit at which they parted.
fn parted() -> Option<(Repository, String)> {
    let repository = Repository::new()?;
    repository.write("db.yaml", &set("10Gi"));
    repository.commit();
    let parting = repository.git(&["rev-parse", "HEAD"]);
    repository.git(&["checkout", "--quiet", "-b", "change"]);
    repository.write("db.yaml", &set("20Gi"));
    repository.commit();
    repository.git(&["checkout", "--quiet", "main"]);
    // The tip of the target differs from the base: compared with it, there would be another finding.
    repository.write("other.yaml", &set("10Gi").replace("name: db}", "name: other}"));
    repository.commit();
    Some((repository, parting))
}

fn report(folder: &std::path::Path, variables: &[(&str, &str)], base: &str) -> Value {
    let arguments =
        ["--select", "immutable-field-change", "--base", base, "--format", "json", "--fail-on", "never", "."];
    let run = in_ci(folder, variables, &arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn refused(folder: &std::path::Path, variables: &[(&str, &str)]) -> String {
    let run = in_ci(folder, variables, &["--base", "auto", "."]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    run.stderr
}

fn found_as(report: &Value) -> &str {
    report["summary"]["base"]["found_as"].as_str().unwrap()
}

#[test]
fn in_a_clone_the_default_branch_of_origin_decides() {
    let Some((repository, parting)) = parted() else { return };
    let clone = repository.beside("clone");
    git_in(repository.folder(), &["clone", "--quiet", ".", clone.to_str().unwrap()]);
    git_in(&clone, &["checkout", "--quiet", "change"]);
    let report = report(&clone, &[], "auto");
    assert_eq!(report["summary"]["base"]["commit"], parting.as_str());
    assert_eq!(report["summary"]["base"]["revision"], &parting[..12]);
    assert_eq!(found_as(&report), "the merge base of HEAD and origin/main, the default branch");
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{report}");
    let run = in_ci(&clone, &[], &["--base", "auto", "."]);
    let words =
        format!("Compared with {}, the merge base of HEAD and origin/main, the default branch.", &parting[..12]);
    assert!(run.stdout.contains(&words), "{}", run.stdout);
    git_in(&clone, &["checkout", "--quiet", "main"]);
    let on_main = self::report(&clone, &[], "auto");
    assert!(found_as(&on_main).ends_with(", which is HEAD itself"), "{on_main}");
}

#[test]
fn without_anything_to_go_by_it_says_what_to_do() {
    let Some((repository, _)) = parted() else { return };
    let words = refused(repository.folder(), &[]);
    assert!(words.contains("`git remote set-head origin --auto`") && words.contains("`--base REVISION`"), "{words}");
    let words = refused(&std::env::temp_dir(), &[]);
    assert!(words.contains("lies in no Git repository"), "{words}");
}

/// What actions/checkout leaves: a merge of the change into its target, detached.
#[test]
fn on_github_the_merge_that_is_checked_out_knows_its_base() {
    let Some((repository, parting)) = parted() else { return };
    let tip = repository.git(&["rev-parse", "main"]);
    repository.git(&["checkout", "--quiet", "--detach", "main"]);
    repository.git(&["merge", "--quiet", "--no-ff", "--no-edit", "change"]);
    let merge = repository.git(&["rev-parse", "HEAD"]);
    repository.git(&["update-ref", "refs/pull/7/merge", &merge]);
    let variables = [("GITHUB_BASE_REF", "main"), ("GITHUB_REF", "refs/pull/7/merge"), ("GITHUB_SHA", merge.as_str())];
    let report = report(repository.folder(), &variables, "auto");
    assert_eq!(report["summary"]["base"]["commit"], tip.as_str());
    assert_eq!(found_as(&report), "the first parent of HEAD, which merges the change into it (GITHUB_SHA)");
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{report}");

    // fetch-depth: 2 is enough, 1 is not.
    let url = format!("file://{}", repository.folder().display());
    for (depth, enough) in [("2", true), ("1", false)] {
        let clone = repository.beside(&format!("depth-{depth}"));
        std::fs::create_dir(&clone).unwrap();
        git_in(&clone, &["init", "--quiet"]);
        git_in(&clone, &["fetch", "--quiet", "--depth", depth, &url, "refs/pull/7/merge"]);
        git_in(&clone, &["checkout", "--quiet", "--detach", "FETCH_HEAD"]);
        if enough {
            assert_eq!(self::report(&clone, &variables, "auto")["summary"]["base"]["commit"], tip.as_str());
        } else {
            let words = refused(&clone, &variables);
            assert!(words.contains("`fetch-depth: 2`"), "{words}");
        }
    }

    // The change itself is checked out: where it parted from the target decides, not the target's tip.
    repository.git(&["checkout", "--quiet", "change"]);
    let report = self::report(repository.folder(), &variables, "auto");
    assert_eq!(report["summary"]["base"]["commit"], parting.as_str());
    assert_eq!(found_as(&report), "the merge base of HEAD and main (GITHUB_BASE_REF)");
    let missing = refused(repository.folder(), &[("GITHUB_BASE_REF", "release/1.0")]);
    assert!(missing.contains("`git fetch origin release/1.0`"), "{missing}");
    for odd in ["main~1", "@{-1}", "..", "a b", "-x", "HEAD^{tree}"] {
        let words = refused(repository.folder(), &[("GITHUB_BASE_REF", odd)]);
        assert!(words.contains("this clone has no such branch"), "{odd}: {words}");
    }
}

#[test]
fn on_gitlab_the_commit_is_named() {
    let Some((repository, parting)) = parted() else { return };
    let tip = repository.git(&["rev-parse", "main"]);
    repository.git(&["checkout", "--quiet", "change"]);
    let of = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", parting.as_str()), ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "")];
    let report = report(repository.folder(), &of, "auto");
    assert_eq!(report["summary"]["base"]["commit"], parting.as_str());
    assert_eq!(found_as(&report), "the commit that the change began at (CI_MERGE_REQUEST_DIFF_BASE_SHA)");
    let merged = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", parting.as_str()), ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", &tip)];
    assert_eq!(self::report(repository.folder(), &merged, "auto")["summary"]["base"]["commit"], tip.as_str());
    let odd = refused(repository.folder(), &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", "main")]);
    assert!(odd.contains("`main` is not the whole name of a commit"), "{odd}");
}

#[test]
fn a_shallow_clone_says_how_to_deepen_it() {
    let Some((repository, parting)) = parted() else { return };
    repository.git(&["checkout", "--quiet", "change"]);
    let clone = repository.beside("shallow");
    let url = format!("file://{}", repository.folder().display());
    git_in(
        repository.folder(),
        &["clone", "--quiet", "--depth", "1", "--no-single-branch", &url, clone.to_str().unwrap()],
    );
    for variables in [&[("GITHUB_BASE_REF", "main")][..], &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", parting.as_str())]] {
        let words = refused(&clone, variables);
        assert!(words.contains("the clone is shallow") && words.contains("`fetch-depth: 0`"), "{words}");
        assert!(words.contains("`GIT_DEPTH: 0`") && words.contains("`git fetch --unshallow`"), "{words}");
    }
    git_in(&clone, &["fetch", "--quiet", "--unshallow"]);
    let report = report(&clone, &[("GITHUB_BASE_REF", "main")], "auto");
    assert_eq!(report["summary"]["base"]["commit"], parting.as_str());
}

#[test]
fn unrelated_histories_have_no_base() {
    let Some((repository, _)) = parted() else { return };
    repository.git(&["checkout", "--quiet", "--orphan", "alone"]);
    repository.commit();
    let words = refused(repository.folder(), &[("GITHUB_BASE_REF", "main")]);
    assert!(words.contains("HEAD and main have no commit in common"), "{words}");
}

#[test]
fn a_base_that_was_named_is_in_the_summary_too() {
    let Some((repository, parting)) = parted() else { return };
    let report = report(repository.folder(), &[], "change~1");
    assert_eq!(report["summary"]["base"]["revision"], "change~1");
    assert_eq!(report["summary"]["base"]["commit"], parting.as_str());
    assert!(report["summary"]["base"]["found_as"].is_null());
    let run = in_ci(repository.folder(), &[], &["--base", "change~1", "."]);
    assert!(run.stdout.contains(&format!("Compared with change~1 (commit {}).", &parting[..12])), "{}", run.stdout);
}
