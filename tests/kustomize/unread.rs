//! What a kustomization changes by means that were not read may be anything.

use super::{is_silent, overlaid, without_probe};

#[test]
fn a_transformer_may_change_everything() {
    let base = without_probe();
    let transformer = "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\ntarget: {kind: StatefulSet}\npatch: |-\n  - {op: add, path: /spec/template/spec/containers/0/readinessProbe, value: {tcpSocket: {port: 80}}}\n";
    let file = [("overlay/probe.yaml", transformer)];
    assert!(is_silent(&base, "transformers: [probe.yaml]\n", &file));
    let inline: String = transformer.lines().map(|line| format!("  {line}\n")).collect();
    assert!(is_silent(&base, &format!("transformers:\n- |-\n{inline}"), &[]));
    // Validators change nothing, and an empty list neither.
    for harmless in ["transformers: []\n", "validators: [check.yaml]\n", "configurations: [names.yaml]\n"] {
        assert_eq!(overlaid(&base, harmless, &[]), ["readiness-probe-missing"], "{harmless}");
    }
}

#[test]
fn a_component_that_was_not_read_may_change_everything() {
    let base = without_probe();
    assert!(is_silent(&base, "components: [\"https://example.com/x//probe?ref=v1\"]\n", &[]));
    assert!(is_silent(&base, "components: [../../elsewhere]\n", &[]));
    let outer = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncomponents: [../../elsewhere]\n";
    assert!(is_silent(&base, "components: [../outer]\n", &[("outer/kustomization.yaml", outer)]));
    // What is gathered beside the base leaves it alone.
    assert_eq!(overlaid(&base, "bases: [../../elsewhere]\n", &[]), ["readiness-probe-missing"]);
}

#[test]
fn a_patch_in_a_file_that_is_never_read_may_change_everything() {
    let base = without_probe();
    for list in ["patchesStrategicMerge: [probe.patch]\n", "patches: [{path: probe.patch}]\n"] {
        assert!(is_silent(&base, list, &[("overlay/probe.patch", "kind: StatefulSet\n")]), "{list}");
    }
    // One for another kind was read and passed over.
    let other = [("overlay/role.yaml", "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: db}\n")];
    assert_eq!(overlaid(&base, "patches: [{path: role.yaml}]\n", &other), ["readiness-probe-missing"]);
}

#[test]
fn replacements_in_a_file_may_change_everything() {
    let base = without_probe();
    let file = [("overlay/fill.yaml", "source: {kind: ConfigMap, name: x}\ntargets: []\n")];
    assert!(is_silent(&base, "replacements: [{path: fill.yaml}]\n", &file));
}
