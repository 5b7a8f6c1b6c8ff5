//! What is not read at all.

use crate::common::repository::Repository;
use crate::common::{json, stslint, write};
use crate::{FILE, WEB, folder, found, named};

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n\
                       spec: {clusterIP: None, selector: {app: web}}\n";

#[test]
fn what_is_excluded_is_not_read_be_it_named_outright() {
    let folder = folder(&[
        ("web.yaml", WEB),
        ("old/deep/cache.yaml", &named("cache")),
        ("x/a.example.yaml", &named("a")),
        (FILE, "exclude: [old, '*.example.yaml']\n"),
    ]);
    let run = |paths: &[&str]| found(folder.path(), paths, &["service-not-found"]);
    let only = ["service-not-found warning web.yaml:7"];
    assert_eq!(run(&[]), only);
    assert_eq!(run(&["web.yaml", "old/deep/cache.yaml", "x/a.example.yaml"]), only);
    let run = stslint(folder.path(), &["old/deep/cache.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("Left out by `exclude` in the configuration: 1 path."), "{}", run.stdout);
    let summary = &json(folder.path(), &[])["summary"];
    assert_eq!((&summary["files"], &summary["excluded"], &summary["ignored"]), (&1.into(), &2.into(), &0.into()));
    // The patterns begin in the file's folder, wherever the run does.
    assert_eq!(found(&folder.path().join("old"), &["--config", "../.stslint.yaml"], &[]), Vec::<String>::new());
    assert_eq!(stslint(&folder.path().join("x"), &["--config", "../.stslint.yaml", "."]).code, 0);
}

#[test]
fn what_is_excluded_joins_nothing() {
    let folder = folder(&[("web.yaml", WEB), ("old/service.yaml", SERVICE)]);
    assert_eq!(found(folder.path(), &[], &["service-not-found"]), Vec::<String>::new());
    write(folder.path(), &[(FILE, "exclude: [old]\n")]);
    assert_eq!(found(folder.path(), &[], &["service-not-found"]).len(), 1);
}

#[test]
fn what_is_excluded_is_not_compared_either() {
    let Some(repository) = Repository::new() else { return };
    let root = repository.folder();
    let text = "exclude: [old]\n";
    write(root, &[("web.yaml", WEB), ("old/cache.yaml", &named("cache")), ("old/b.yaml", &named("b")), (FILE, text)]);
    repository.git(&["add", "--all"]);
    repository.git(&["commit", "--quiet", "--message", "first"]);
    std::fs::remove_file(root.join("old/cache.yaml")).unwrap();
    write(root, &[("old/b.yaml", &named("b").replace("serviceName: web", "serviceName: other"))]);
    let changes = ["set-removed", "immutable-field-change"];
    assert_eq!(found(root, &["--isolated", "--base", "HEAD"], &changes).len(), 2);
    assert_eq!(found(root, &["--base", "HEAD"], &changes), Vec::<String>::new());
}
