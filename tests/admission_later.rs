//! Nothing is refused of what is filled in later, or of what an overlay in the input changes.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::inventory::inventory;
use stslint::model::Version;
use stslint::model::admission::refusals;

fn refused(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<(String, String)> = files.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect();
    let head = inventory(&files);
    let objects = head.documents().flat_map(|(id, _)| head.objects_of(id));
    objects.flat_map(|object| refusals(&head, object, Version::NEWEST)).map(|refusal| refusal.named).collect()
}

const LATER: &str = r#"apiVersion: apps/v1
kind: StatefulSet
metadata: {name: "${NAME}", labels: {a: "{{ .x }}", "${K}": "b b"}, finalizers: ["${F}"]}
spec:
  serviceName: "${SVC}_x"
  podManagementPolicy: "${POLICY}"
  updateStrategy: {type: "${TYPE}", rollingUpdate: {maxUnavailable: "${MOST}"}}
  selector: {matchLabels: {app: "${APP}"}}
  template:
    metadata:
      labels: {app: ledger, "${K}": "x y"}
      annotations: {"controller.kubernetes.io/pod-deletion-cost": "${COST}"}
    spec: {restartPolicy: "${R}", containers: [{name: ledger, image: ledger}]}
  volumeClaimTemplates:
    - metadata: {name: "${DATA}"}
      spec:
        accessModes: ["${MODE}", ReadWriteOncePod]
        storageClassName: "${CLASS}"
        resources: {requests: {storage: "${SIZE}"}}
        dataSource: {kind: "${KIND}", name: "${FROM}"}
"#;

const OVERLAID: &str = r#"apiVersion: apps/v1
kind: StatefulSet
metadata: {name: -ledger}
spec:
  podManagementPolicy: parallel
  template:
    metadata: {labels: {tier: ledger}}
    spec: {restartPolicy: Never, containers: [{name: ledger, image: ledger}]}
  volumeClaimTemplates:
    - metadata: {name: ledger_data}
      spec: {resources: {requests: {storage: 1Gi}}}
"#;

const OVERLAY: &str = r#"resources: [set.yaml]
namePrefix: the
commonLabels: {tier: back}
patches:
  - target: {kind: StatefulSet}
    patch: |
      - {op: replace, path: /spec/podManagementPolicy, value: Parallel}
      - {op: replace, path: /spec/template/spec/restartPolicy, value: Always}
      - {op: replace, path: /spec/volumeClaimTemplates/0/metadata/name, value: data}
      - {op: add, path: /spec/volumeClaimTemplates/0/spec/accessModes, value: [ReadWriteOnce]}
"#;

#[test]
fn what_is_filled_in_later_is_not_refused() {
    assert_eq!(refused(&[("set.yaml", LATER)]), Vec::<String>::new());
}

/// A name, a selector and an access mode that an overlay gives, words that it replaces.
#[test]
fn what_an_overlay_mends_is_not_refused() {
    assert!(refused(&[("set.yaml", OVERLAID)]).len() > 5);
    assert_eq!(refused(&[("kustomization.yaml", OVERLAY), ("set.yaml", OVERLAID)]), Vec::<String>::new());
}
