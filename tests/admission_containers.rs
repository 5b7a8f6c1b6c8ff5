//! What the server refuses of containers, against answers of kube-apiserver 1.37.1 to dry runs
//! (testdata/truth/containers.jsonl: a Pod template's spec, and the fields of its containers that were refused), and
//! where nothing may be said.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::inventory::inventory;
use common::leaves;
use common::records::lines;
use serde_json::{Value, json};
use stslint::model::Version;
use stslint::model::admission::refusals;

const SPEC: &str = "spec.template.spec.";

fn set(pod: &Value) -> Value {
    let volume = json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}});
    let mut pod = pod.clone();
    let own = pod.as_object_mut().unwrap();
    own.entry("containers").or_insert_with(|| json!([{"name": "web", "image": "web"}]));
    own.entry("volumes").or_insert_with(|| {
        json!([
            {"name": "empty", "emptyDir": {}},
            {"name": "cm", "configMap": {"name": "cm"}},
            {"name": "pvc", "persistentVolumeClaim": {"claimName": "x"}},
            {"name": "eph", "ephemeral": {"volumeClaimTemplate": {"spec": volume.clone()}}},
            {"name": "none"},
        ])
    });
    json!({
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "web"},
        "spec": {
            "serviceName": "web",
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod},
            "volumeClaimTemplates": [
                {"metadata": {"name": "data"}, "spec": volume.clone()},
                {"metadata": {"name": "cm2"}, "spec": volume},
            ],
        },
    })
}

/// The fields of containers that are refused, as the server names them.
fn refused(text: &str, version: Version) -> BTreeSet<String> {
    let head = inventory(&[("manifest.yaml".to_owned(), text.to_owned())]);
    let objects = head.documents().flat_map(|(id, _)| head.objects_of(id));
    let named = objects.flat_map(|object| refusals(&head, object, version)).map(|refusal| refusal.named);
    let named = named.filter_map(|named| named.strip_prefix(SPEC).map(str::to_owned));
    let is_ours = |named: &String| {
        ["containers", "initContainers", "ephemeralContainers["].iter().any(|list| named.starts_with(list))
    };
    named.filter(is_ours).collect()
}

fn of(pod: &Value, version: u8) -> Vec<String> {
    refused(&set(pod).to_string(), Version::minor(version).unwrap()).into_iter().collect()
}

#[test]
fn answers_of_a_server() {
    let (mut answers, mut faults, mut wrong) = (0, 0, Vec::new());
    for record in lines("truth/containers.jsonl") {
        let expected = record["refused"].as_array().unwrap().iter();
        let expected: BTreeSet<String> = expected.map(|path| path.as_str().unwrap().to_owned()).collect();
        let found = refused(&set(&record["pod"]).to_string(), Version::NEWEST);
        answers += 1;
        faults += usize::from(!expected.is_empty());
        if found != expected {
            wrong.push(format!("{}\n  server {expected:?}\n  we {found:?}", record["pod"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {answers} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(faults > 600, "only {faults} refusals");
}

/// A Pod that uses nearly every field, and is accepted.
fn rich() -> Value {
    let probe = json!({
        "httpGet": {"port": "http", "path": "/", "scheme": "HTTP", "httpHeaders": [{"name": "A", "value": "b"}]},
        "initialDelaySeconds": 1, "timeoutSeconds": 1, "periodSeconds": 1, "successThreshold": 1, "failureThreshold": 1,
        "terminationGracePeriodSeconds": 5,
    });
    let container = |name: &str| {
        json!({
            "name": name, "image": "web:1", "imagePullPolicy": "Always", "terminationMessagePolicy": "File",
            "ports": [
                {"name": "http", "containerPort": 80, "hostPort": 80, "protocol": "TCP", "hostIP": "10.0.0.1"},
                {"name": "peer", "containerPort": 81, "hostPort": 81},
            ],
            "env": [
                {"name": "A", "value": "x"},
                {"name": "B", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.labels['app']"}}},
                {"name": "C", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1m"}}},
                {"name": "D", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
                {"name": "E", "valueFrom": {"fileKeyRef": {"volumeName": "empty", "path": "p", "key": "K"}}},
            ],
            "envFrom": [{"prefix": "P", "configMapRef": {"name": "c"}}],
            "volumeMounts": [
                {"name": "data", "mountPath": "/data", "subPath": "x", "mountPropagation": "None"},
                {"name": "cm", "mountPath": "/cm", "readOnly": true, "recursiveReadOnly": "Enabled"},
            ],
            "volumeDevices": [{"name": "cm2", "devicePath": "/dev/x"}],
            "livenessProbe": probe.clone(),
            "lifecycle": {"preStop": {"sleep": {"seconds": 5}}, "postStart": {"exec": {"command": ["x"]}}},
            "resources": {
                "requests": {"cpu": "1", "memory": "1Gi", "nvidia.com/gpu": "1", "hugepages-2Mi": "4Mi"},
                "limits": {"cpu": "2", "memory": "2Gi", "nvidia.com/gpu": "1", "hugepages-2Mi": "4Mi"},
                "claims": [{"name": "gpu", "request": "one"}, {"name": "gpu", "request": "two"}],
            },
            "resizePolicy": [
                {"resourceName": "cpu", "restartPolicy": "NotRequired"},
                {"resourceName": "memory", "restartPolicy": "RestartContainer"},
            ],
            "restartPolicy": "Always",
            "restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [1]}}],
            "securityContext": {
                "runAsUser": 1, "runAsGroup": 1, "procMount": "Default", "allowPrivilegeEscalation": false,
                "privileged": false, "capabilities": {"add": ["SYS_TIME"]},
                "seccompProfile": {"type": "Localhost", "localhostProfile": "x"},
                "appArmorProfile": {"type": "Localhost", "localhostProfile": "x"},
            },
        })
    };
    let mut sidecar = container("sidecar");
    sidecar["ports"] = json!([]);
    json!({
        "containers": [container("web"), {"name": "other", "image": "x"}],
        "initContainers": [sidecar],
        "hostNetwork": true,
        "resourceClaims": [{"name": "gpu", "resourceClaimName": "x"}],
        "terminationGracePeriodSeconds": 30,
        "os": {"name": "linux"},
    })
}

#[test]
fn nothing_is_said_of_what_is_filled_in_later() {
    let whole = set(&rich());
    assert_eq!(refused(&whole.to_string(), Version::NEWEST), BTreeSet::new());
    let paths: Vec<String> = leaves(&whole["spec"]).into_iter().map(|leaf| format!("/spec{leaf}")).collect();
    assert!(paths.len() > 120, "{}", paths.len());
    for version in [34, 37].map(|minor| Version::minor(minor).unwrap()) {
        let of_version = refused(&whole.to_string(), version);
        for (path, placeholder) in paths.iter().flat_map(|path| [(path, "${VALUE}"), (path, "{{ value }}")]) {
            let mut set = whole.clone();
            *set.pointer_mut(path).unwrap() = json!(placeholder);
            let refused = refused(&set.to_string(), version);
            assert!(refused.is_subset(&of_version), "{version}: {path}: {placeholder}: {refused:?}");
        }
    }
}

#[test]
fn versions() {
    let rules = json!([{"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [1]}}]);
    let container = |more: Value| {
        let mut container = json!({"name": "web", "image": "web"});
        container.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        container
    };
    let with_rules = container(json!({"restartPolicy": "Always", "restartPolicyRules": rules}));
    let pod = json!({"containers": [with_rules]});
    assert_eq!(of(&pod, 33), ["containers[0].restartPolicy"]);
    assert_eq!(of(&pod, 34), [""; 0]);
    assert_eq!(of(&pod, 35), ["containers[0].restartPolicyRules[0].action"]);
    assert_eq!(of(&pod, 36), [""; 0]);
    let pod = json!({"initContainers": [container(json!({"name": "x", "restartPolicy": "OnFailure"}))]});
    assert_eq!(of(&pod, 33), ["initContainers[0].restartPolicy"]);
    assert_eq!(of(&pod, 34), [""; 0]);
    assert_eq!(of(&pod, 35), [""; 0]);
    let pod = json!({"initContainers": [container(json!({"name": "x", "restartPolicy": "Always", "restartPolicyRules": rules}))]});
    assert_eq!(of(&pod, 34), [""; 0]);
    assert_eq!(of(&pod, 35), ["initContainers[0].restartPolicyRules"]);
    assert_eq!(of(&pod, 36), [""; 0]);
    let file = json!({"fileKeyRef": {"volumeName": "cm", "path": "p", "key": "K"}});
    let pod = json!({"containers": [container(json!({"env": [{"name": "A", "valueFrom": file}]}))]});
    assert_eq!(of(&pod, 34), ["containers[0].env[0].valueFrom"]);
    assert_eq!(of(&pod, 35), ["containers[0].env[0].valueFrom.fileKeyRef.volumeName"]);
    let pod = json!({"containers": [container(json!({"resources": {"claims": [{"name": "gpu"}]}}))]});
    assert_eq!(of(&pod, 33), [""; 0]);
    assert_eq!(of(&pod, 34), ["containers[0].resources.claims[0]"]);
    let pod =
        json!({"containers": [container(json!({"resizePolicy": [{"resourceName": "disk", "restartPolicy": "x"}]}))]});
    assert_eq!(of(&pod, 32), [""; 0]);
    assert_eq!(of(&pod, 33), ["containers[0].resizePolicy"]);
    let pod = json!({"containers": [container(json!({"lifecycle": {"preStop": {"sleep": {"seconds": 0}}}}))]});
    assert_eq!(of(&pod, 32), ["containers[0].lifecycle.preStop.sleep"]);
    assert_eq!(of(&pod, 33), [""; 0]);
}

/// Findings on a set that a kustomization patches.
fn patched(pod: &Value, patch: &Value) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let patch = json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "web"}, "spec": {"template": {"spec": patch}},
    });
    let kustomization = json!({"resources": ["set.yaml"], "patches": [{"path": "patch.yaml"}]});
    for (name, value) in [("set.yaml", set(pod)), ("patch.yaml", patch), ("kustomization.yaml", kustomization)] {
        fs::write(folder.path().join(name), value.to_string()).unwrap();
    }
    let report = common::json(folder.path(), &[]);
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == "invalid-set");
    findings.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_an_overlay_mends_is_not_said() {
    let web = |more: Value| {
        let mut container = json!({"name": "web", "image": "web"});
        container.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"containers": [container]})
    };
    let named = |more: Value| {
        let mut container = json!({"name": "web"});
        container.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"containers": [container]})
    };
    let mount = web(json!({"volumeMounts": [{"name": "late", "mountPath": "/x"}]}));
    let port = |host: u16| json!({"containerPort": host, "hostPort": 80});
    let ports = web(json!({"ports": [port(80), port(81)]}));
    let probe = web(json!({"livenessProbe": {"exec": {"command": ["x"]}, "tcpSocket": {"port": 80}}}));
    let empty = web(json!({"livenessProbe": {"periodSeconds": 5}}));
    let memory = web(json!({"resources": {"requests": {"memory": "2Gi"}, "limits": {"memory": "1Gi"}}}));
    let host = web(json!({"ports": [port(81)]}));
    let mut host_network = host.clone();
    host_network["hostNetwork"] = json!(true);
    let cases = [
        (mount, json!({"volumes": [{"name": "late", "emptyDir": {}}]})),
        (ports, named(json!({"ports": [{"containerPort": 80, "hostPort": 90}]}))),
        (probe, named(json!({"livenessProbe": {"exec": null}}))),
        (empty, named(json!({"livenessProbe": {"tcpSocket": {"port": 80}}}))),
        (memory, named(json!({"resources": {"limits": {"memory": "4Gi"}}}))),
        (host_network, json!({"hostNetwork": false})),
        (json!({"containers": []}), json!({"containers": [{"name": "web", "image": "web"}]})),
        (json!({"containers": [{"name": "web"}]}), named(json!({"image": "web"}))),
    ];
    for (pod, patch) in &cases {
        assert_eq!(patched(pod, patch), [""; 0], "{pod} {patch}");
        assert_ne!(patched(pod, &json!({"hostname": "x"})), [""; 0], "{pod}");
    }
}
