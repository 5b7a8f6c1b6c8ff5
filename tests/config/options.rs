//! Options of rules, external Services, the version, one's own systems.

use crate::common::{stslint, write};
use crate::{FILE, WEB, folder, found, with};

#[test]
fn a_budget_is_wanted_from_so_many_pods_on() {
    let rule = ["budget-missing"];
    assert_eq!(with("options: {budget-missing: {replicas: 3}}", &rule).len(), 1);
    assert_eq!(with("options: {budget-missing: {replicas: 4}}", &rule).len(), 0);
}

#[test]
fn services_that_live_elsewhere_are_known() {
    for (services, left) in [
        ("shop/web", 0),
        ("[other/web, web]", 0),
        ("shop/*", 0),
        ("'*/web'", 0),
        ("other/web", 1),
        ("shop/we", 1),
        ("[]", 1),
    ] {
        let found = with(&format!("external-services: {services}\n"), &["service-not-found"]);
        assert_eq!(found.len(), left, "{services}");
    }
    // A set without a namespace may be applied to any.
    let folder =
        folder(&[("web.yaml", &WEB.replace("  namespace: shop\n", "")), (FILE, "external-services: shop/web")]);
    assert_eq!(found(folder.path(), &[], &["service-not-found"]), Vec::<String>::new());
}

#[test]
fn no_more_time_is_asked_for_than_the_cluster_gives() {
    let etcd = WEB.replace("registry.example/web:1", "postgres:17").replace(
        "      containers:",
        "      terminationGracePeriodSeconds: 5\n      volumes: [{name: data, persistentVolumeClaim: {claimName: x}}]\n      containers:",
    );
    let folder = folder(&[("db.yaml", &etcd)]);
    let block = || {
        let report = crate::common::json(folder.path(), &["--select", "grace-period-short"]);
        report["findings"][0]["help"][0]["block"].as_str().map(str::to_owned)
    };
    let asked = block().unwrap();
    write(folder.path(), &[(FILE, "options: {grace-period-short: {most-seconds: 20}}")]);
    let capped = block().unwrap();
    assert!(capped.contains("terminationGracePeriodSeconds: 20") && !asked.contains(": 20"), "{asked}\n{capped}");
    write(folder.path(), &[(FILE, "options: {grace-period-short: {most-seconds: 5}}")]);
    assert_eq!(block(), None);
}

#[test]
fn classes_may_delete_and_builds_may_have_flags() {
    let page = |rule: &str| std::fs::read_to_string(format!("{}/rules/{rule}.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for (rule, option) in [("reclaim-policy-delete", "classes: ['*']"), ("unknown-argument", "flags: ['*']")] {
        let page = page(rule);
        let example = page.split("```yaml bad").nth(1).unwrap().split("```").next().unwrap();
        let example = example.split_once('\n').unwrap().1;
        let folder = folder(&[("x.yaml", example)]);
        let run = || found(folder.path(), &["--select", rule], &[]).len();
        assert!(run() > 0, "{rule}");
        write(folder.path(), &[(FILE, &format!("options: {{{rule}: {{{option}}}}}\n"))]);
        assert_eq!(run(), 0, "{rule}");
    }
}

#[test]
fn the_version_can_be_written_with_and_without_quotes() {
    let folder = folder(&[("web.yaml", &WEB.replace("serviceName: web", "serviceName: 1web"))]);
    let message = |arguments: &[&str]| {
        let report = crate::common::json(folder.path(), arguments);
        let findings = report["findings"].as_array().unwrap().clone();
        let mut labels = findings.iter().map(|one| one["location"]["label"].as_str().unwrap().to_owned());
        labels.any(|label| label.contains("a letter first"))
    };
    for (text, is_old) in [("", false), ("\"1.35\"", true), ("1.35", true), ("v1.35.2", true), ("1.36", false)] {
        write(folder.path(), &[(FILE, &format!("kubernetes-version: {text}\n"))]);
        assert_eq!(message(&[]), is_old, "{text}");
    }
    write(folder.path(), &[(FILE, "kubernetes-version: 1.36\n")]);
    assert!(message(&["--kubernetes-version", "1.35"]));
}

#[test]
fn ones_own_systems_lie_beside_the_file() {
    let own = "title: Ledger\nimages: [web]\nmodes: [{name: plain, clustered: false}]\n";
    let folder = folder(&[
        (
            "a/web.yaml",
            &WEB.replace("name: web\n  namespace", "name: web\n  annotations: {stslint/system: ledger}\n  namespace"),
        ),
        ("tools/systems/ledger.yaml", own),
    ]);
    let run = |arguments: &[&str]| found(folder.path(), arguments, &["unknown-system"]).len();
    assert_eq!(run(&["a"]), 1);
    write(folder.path(), &[("a/.stslint.yaml", "systems: ../tools/systems\n")]);
    assert_eq!(run(&["a"]), 0);
    let listed = stslint(&folder.path().join("a"), &["systems"]).stdout;
    assert!(listed.contains("tools/systems/ledger.yaml"), "{listed}");
    write(folder.path(), &[("tools/systems/ledger.yaml", "titel: Ledger\n"), ("other/x.yaml", own)]);
    let bad = stslint(folder.path(), &["a"]);
    assert_eq!((bad.code, bad.stdout.as_str()), (2, ""));
    assert!(bad.stderr.contains("did you mean `title`?"), "{}", bad.stderr);
    assert_eq!(run(&["--systems", "other", "a"]), 1);
}
