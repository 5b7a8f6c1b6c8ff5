//! Edits in a real repository, judged against the commit before.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::repository::Repository;

const SET: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: ledger
spec:
  serviceName: ledger
  replicas: 3
  selector:
    matchLabels: {app: ledger, tier: data}
  template:
    metadata:
      labels: {app: ledger, tier: data}
    spec:
      containers:
        - name: ledger
          image: registry.example/ledger:4
          readinessProbe: {tcpSocket: {port: 7000}}
          volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        storageClassName: standard
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: 1Gi}}
";

const REST: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: ledger
spec:
  clusterIP: None
  selector: {app: ledger}
  ports: [{name: api, port: 7000}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: archive
spec:
  storageClassName: standard
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 10Gi}}
";

type Found = Vec<(String, String, String, u64)>;

/// What is found after an edit of the two files, each judged against the commit before.
fn after(edit: impl Fn(&str, &str) -> (String, String)) -> Option<Found> {
    let repository = Repository::new()?;
    repository.write("app/set.yaml", SET);
    repository.write("app/rest.yaml", REST);
    repository.commit();
    let (set, rest) = edit(SET, REST);
    repository.write("app/set.yaml", &set);
    repository.write("app/rest.yaml", &rest);
    repository.commit();
    Some(repository.compared("HEAD~1", &["app"]))
}

fn edited(from: &str, to: &str) -> Option<Found> {
    assert!(SET.contains(from) || REST.contains(from), "{from}");
    after(|set, rest| (set.replace(from, to), rest.replace(from, to)))
}

fn one(rule: &str, severity: &str, file: &str, line: u64) -> Found {
    vec![(rule.to_owned(), severity.to_owned(), file.to_owned(), line)]
}

#[test]
fn another_storage_class_is_refused() {
    let Some(found) = edited("storageClassName: standard", "storageClassName: fast") else { return };
    let mut expected = one("immutable-claim-change", "error", "app/rest.yaml", 15);
    expected.extend(one("immutable-field-change", "error", "app/set.yaml", 22));
    assert_eq!(found, expected);
}

#[test]
fn a_smaller_claim_is_refused() {
    let Some(found) = edited("storage: 10Gi", "storage: 5Gi") else { return };
    assert_eq!(found, one("immutable-claim-change", "error", "app/rest.yaml", 17));
}

#[test]
fn a_larger_claim_depends_on_the_cluster() {
    let Some(found) = edited("storage: 10Gi", "storage: 20Gi") else { return };
    assert_eq!(found, one("immutable-claim-change", "note", "app/rest.yaml", 17));
}

#[test]
fn a_renamed_service_is_refused_where_the_set_names_it() {
    let rename = |text: &str| {
        text.replace("serviceName: ledger", "serviceName: ledger-headless")
            .replace("kind: Service\nmetadata:\n  name: ledger", "kind: Service\nmetadata:\n  name: ledger-headless")
    };
    let Some(found) = after(|set, rest| (rename(set), rename(rest))) else { return };
    assert_eq!(found, one("immutable-field-change", "error", "app/set.yaml", 6));
}

#[test]
fn other_spellings_are_no_change() {
    let edits = [
        ("{app: ledger, tier: data}", "{tier: data, app: ledger}"),
        ("storage: 1Gi", "storage: 1024Mi"),
        ("storage: 10Gi", "storage: \"10737418240\""),
        ("  serviceName: ledger\n", "  # by this name its Pods are found\n  serviceName: \"ledger\"\n"),
        ("  serviceName: ledger\n", "  podManagementPolicy: OrderedReady\n  serviceName: ledger\n"),
        ("image: registry.example/ledger:4", "image: registry.example/ledger:5"),
        ("replicas: 3", "replicas: 5"),
    ];
    for (from, to) in edits {
        let Some(found) = edited(from, to) else { return };
        assert_eq!(found, [], "{from} -> {to}");
    }
}

#[test]
fn a_file_that_moved_is_compared() {
    let Some(repository) = Repository::new() else { return };
    repository.write("app/set.yaml", SET);
    repository.write("app/rest.yaml", REST);
    repository.commit();
    repository.remove("app/set.yaml");
    repository.write("app/sets/ledger.yaml", SET);
    repository.commit();
    assert_eq!(repository.compared("HEAD~1", &["app"]), []);
    repository.write("app/sets/ledger.yaml", &SET.replace("storage: 1Gi", "storage: 2Gi"));
    repository.commit();
    let expected = one("immutable-field-change", "error", "app/sets/ledger.yaml", 24);
    assert_eq!(repository.compared("HEAD~2", &["app"]), expected);
    // Only the new place is named: the old one lies elsewhere in the repository.
    assert_eq!(repository.compared("HEAD~2", &["app/sets"]), expected);
    assert_eq!(repository.compared("HEAD~2", &["app/sets/ledger.yaml"]), expected);
}

#[test]
fn a_set_that_moved_between_files_is_compared() {
    let Some(repository) = Repository::new() else { return };
    repository.write("all.yaml", &format!("{REST}---\n{SET}"));
    repository.commit();
    repository.write("all.yaml", REST);
    repository.write("set.yaml", &SET.replace("serviceName: ledger", "serviceName: other"));
    repository.commit();
    assert_eq!(repository.compared("HEAD~1", &[]), one("immutable-field-change", "error", "set.yaml", 6));
}

#[test]
fn installations_in_folders_beside_each_other_do_not_meet() {
    let Some(repository) = Repository::new() else { return };
    for folder in ["dev", "prod"] {
        repository
            .write(&format!("{folder}/set.yaml"), &SET.replace("1Gi", if folder == "dev" { "1Gi" } else { "9Gi" }));
    }
    repository.commit();
    repository.write("dev/set.yaml", &SET.replace("ledger:4", "ledger:5"));
    repository.commit();
    assert_eq!(repository.compared("HEAD~1", &[]), []);
    // A third one is new, and no copy of either.
    repository.write("test/set.yaml", &SET.replace("1Gi", "5Gi"));
    repository.commit();
    assert_eq!(repository.compared("HEAD~1", &[]), []);
}

#[test]
fn sets_that_go_and_come_are_told_apart() {
    let Some(repository) = Repository::new() else { return };
    repository.write("set.yaml", SET);
    repository.write("rest.yaml", REST);
    repository.commit();
    repository.write("set.yaml", &SET.replace("name: ledger\nspec", "name: ledger-db\nspec"));
    repository.commit();
    assert_eq!(repository.compared("HEAD~1", &[]), one("set-renamed", "warning", "set.yaml", 4));
    repository.remove("set.yaml");
    repository.commit();
    assert_eq!(repository.compared("HEAD~2", &[]), one("set-removed", "note", "set.yaml@HEAD~2", 4));
    // New, and against a state where there was nothing.
    repository.write("set.yaml", SET);
    assert_eq!(repository.compared("HEAD", &[]), []);
}

#[test]
fn a_set_that_may_stand_in_a_broken_file_is_not_gone() {
    let Some(repository) = Repository::new() else { return };
    repository.write("set.yaml", SET);
    repository.write("rest.yaml", REST);
    repository.commit();
    repository.write("set.yaml", &SET.replace("spec:\n  serviceName", "spec: {\n  serviceName"));
    assert_eq!(repository.compared("HEAD", &[]), []);
}

#[test]
fn a_base_that_does_not_parse_is_said_and_the_rest_judged() {
    let Some(repository) = Repository::new() else { return };
    repository.write("set.yaml", &SET.replace("spec:\n  serviceName", "spec: {\n  serviceName"));
    repository.write("rest.yaml", REST);
    repository.commit();
    repository.write("set.yaml", &SET.replace("1Gi", "2Gi"));
    repository.write("rest.yaml", &REST.replace("10Gi", "5Gi"));
    assert_eq!(repository.compared("HEAD", &[]), one("immutable-claim-change", "error", "rest.yaml", 17));
    let run = repository.stslint(&["check", "--base", "HEAD", "--select", "immutable-field-change"]);
    assert!(run.stdout.contains("set.yaml at HEAD"), "{}", run.stdout);
}

#[test]
fn the_version_decides_what_is_refused_and_how_it_is_said() {
    let Some(repository) = Repository::new() else { return };
    repository.write("set.yaml", SET);
    repository.commit();
    repository.write("set.yaml", &SET.replace("  replicas: 3\n", "  replicas: 3\n  revisionHistoryLimit: 3\n"));
    let at = |version: &str| {
        let arguments =
            ["check", "--base", "HEAD", "--kubernetes-version", version, "--select", "immutable-field-change"];
        repository.stslint(&arguments)
    };
    assert_eq!((at("1.32").code, at("1.33").code, at("1.37").code), (1, 0, 0));
    repository.write("set.yaml", &SET.replace("serviceName: ledger", "serviceName: other"));
    let unwrapped = |version: &str| at(version).stdout;
    assert!(unwrapped("1.32").contains("'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and"));
    assert!(
        unwrapped("1.36").contains("'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy'")
    );
    assert!(unwrapped("1.37").contains("spec.serviceName: Invalid value: …: field is immutable"));
    assert_eq!(at("1.31").code, 2);
}

#[test]
fn the_steps_carry_the_sets_own_names() {
    let Some(repository) = Repository::new() else { return };
    repository.write("my sets/ledger.yaml", SET);
    repository.commit();
    repository.write("my sets/ledger.yaml", &SET.replace("1Gi", "2Gi"));
    let run = repository.stslint(&["check", "--base", "HEAD", "--select", "immutable-field-change"]);
    let steps = [
        "kubectl patch pvc data-ledger-0 -p '{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"2Gi\"}}}}'",
        "kubectl patch pvc data-ledger-2",
        "kubectl delete statefulset ledger --cascade=orphan",
        "kubectl apply -f 'my sets/ledger.yaml'",
    ];
    let mut rest = run.stdout.as_str();
    for step in steps {
        let at = rest.find(step).unwrap_or_else(|| panic!("{step} is not where it belongs in\n{}", run.stdout));
        rest = &rest[at..];
    }
    // A name that is no name stays out of every command.
    let hostile = "ledger; touch x #";
    let named =
        |size: &str| SET.replace("name: ledger\nspec", &format!("name: '{hostile}'\nspec")).replace("1Gi", size);
    repository.write("my sets/ledger.yaml", &named("1Gi"));
    repository.commit();
    repository.write("my sets/ledger.yaml", &named("2Gi"));
    let run = repository.stslint(&["check", "--base", "HEAD", "--select", "immutable-field-change"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(!run.stdout.contains("kubectl"), "{}", run.stdout);
}

/// The steps for getting from one state of the set to another.
fn steps(before: impl Fn(&str) -> String, after: impl Fn(&str) -> String) -> Option<String> {
    let repository = Repository::new()?;
    repository.write("set.yaml", &before(SET));
    repository.commit();
    repository.write("set.yaml", &after(&before(SET)));
    Some(repository.stslint(&["check", "--base", "HEAD", "--select", "immutable-field-change"]).stdout)
}

fn grown(text: &str) -> String {
    text.replace("1Gi", "2Gi")
}

#[test]
fn the_steps_keep_the_number_of_pods() {
    // An autoscaler, or a hand, decides: the new set would start with one.
    let Some(said) = steps(|set| set.replace("  replicas: 3\n", ""), grown) else { return };
    let number = said.find("get statefulset ledger -o jsonpath='{.spec.replicas}'").unwrap();
    assert!(number < said.find("--cascade=orphan").unwrap(), "{said}");
    assert!(said.contains("here 1"), "{said}");
    assert!(said.contains("grep -E '^data-ledger-[0-9]+$'"), "{said}");
    // A smaller number takes Pods away, and by the policy their data.
    let policy = "  replicas: 3\n  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n";
    let fewer = |set: &str| grown(set).replace("replicas: 3", "replicas: 2");
    let said = steps(|set| set.replace("  replicas: 3\n", policy), fewer).unwrap();
    assert!(
        said.contains("removes the Pods outside of ledger-0 to ledger-1, and their claims with the data"),
        "{said}"
    );
    assert!(!said.contains("none restarts"), "{said}");
}

#[test]
fn the_steps_say_what_deletes_claims() {
    let policy = "  replicas: 3\n  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n";
    let Some(said) = steps(|set| set.replace("  replicas: 3\n", policy), grown) else { return };
    assert!(said.contains("whenDeleted is Delete"), "{said}");
}

#[test]
fn pods_that_no_update_reaches_are_deleted_by_hand() {
    let renamed = |set: &str| set.replace("serviceName: ledger", "serviceName: other");
    let on_delete = |set: &str| set.replace("  replicas: 3\n", "  replicas: 3\n  updateStrategy: {type: OnDelete}\n");
    let Some(said) = steps(on_delete, renamed) else { return };
    assert!(!said.contains("rollout restart"), "{said}");
    let line = "kubectl delete pod ledger-0 && until kubectl wait pod/ledger-0 --for=condition=Ready --timeout=1m; do sleep 2; done";
    assert!(said.contains(line), "{said}");
    let said = steps(ToString::to_string, renamed).unwrap();
    assert!(said.contains("rollout restart statefulset ledger"), "{said}");
    assert!(said.contains("keep Service ledger until the last one is done"), "{said}");
}

#[test]
fn volumes_that_cannot_grow_are_moved() {
    let class = "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: standard}\nprovisioner: x.example/y\n";
    let two = |set: &str| {
        let template = &set[set.find("    - metadata: {name: data}").unwrap()..];
        format!("{set}{}{class}", template.replace("name: data", "name: wal"))
    };
    let Some(said) = steps(two, grown) else { return };
    assert!(!said.contains("patch pvc"), "{said}");
    assert!(said.contains("kubectl delete pvc data-ledger-0 wal-ledger-0 --wait=false"), "{said}");
}

#[test]
fn a_claim_meets_every_check_of_the_server() {
    let claim = |spec: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: archive}}\nspec: {{accessModes: [ReadWriteOnce], {spec}}}\n"
        )
    };
    let said = |before: &str, after: &str| {
        let repository = Repository::new()?;
        repository.write("claim.yaml", &claim(before));
        repository.commit();
        repository.write("claim.yaml", &claim(after));
        let run = repository.stslint(&["check", "--base", "HEAD", "--verbose", "--select", "immutable-claim-change"]);
        Some((run.code, run.stdout))
    };
    let size = "resources: {requests: {storage: 1Gi}}";
    let Some((code, text)) = said(size, &format!("{size}, volumeMode: Block")) else { return };
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("`volumeMode: Invalid value: …: field is immutable`"), "{text}");
    // The server drops a source that it does not know, and the name of a volume that is written empty is one.
    let unknown = format!("{size}, dataSource: {{kind: Backup, name: a}}");
    assert_eq!(said(size, &unknown).unwrap().0, 0);
    let (_, text) = said(size, &format!("{size}, volumeName: ''")).unwrap();
    assert!(text.contains("once it is bound"), "{text}");
    // A class that comes with the growth is another class than none.
    let larger = "resources: {requests: {storage: 2Gi}}, storageClassName: fast";
    let (_, text) = said(size, larger).unwrap();
    assert!(text.contains("only dynamically provisioned pvc can be resized"), "{text}");
}

#[test]
fn commands_are_about_what_a_kustomization_builds() {
    let Some(repository) = Repository::new() else { return };
    repository.write("app/set.yaml", SET);
    repository.write("app/rest.yaml", REST);
    repository.write("app/kustomization.yaml", "resources: [set.yaml, rest.yaml]\n");
    repository.commit();
    repository.write("app/set.yaml", &SET.replace("1Gi", "2Gi"));
    let said = |repository: &Repository| {
        let report = common::json(repository.folder(), &["--base", "HEAD", "--select", "immutable-field-change"]);
        let help = report["findings"][0]["help"].as_array().unwrap().iter();
        help.map(|help| format!("{} {}", help["text"], help["block"])).collect::<Vec<_>>().join("\n")
    };
    // What is applied is what the kustomization builds, not the file.
    let plain = said(&repository);
    assert!(plain.contains("patch pvc data-ledger-0") && plain.contains("kubectl apply -k"), "{plain}");
    assert!(!plain.contains("apply -f"), "{plain}");
    // Under another name, the commands would be about other claims.
    repository.write("app/kustomization.yaml", "namePrefix: eu-\nresources: [set.yaml, rest.yaml]\n");
    let renamed = said(&repository);
    assert!(renamed.contains("--cascade=orphan") && !renamed.contains("data-ledger-0"), "{renamed}");
}
