//! Typed objects: kubectl's idea of types, and every error at its place.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Secret, Service};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use stslint::yaml::{Decoded, Document, Source, split};

fn document(text: &str) -> Document {
    let source = Arc::new(Source::new("test.yaml", text));
    let document = Document::parse(&source, &split(source.text())[0]);
    assert_eq!(document.problems, [], "{text}");
    document
}

fn decode<T: DeserializeOwned>(text: &str) -> (Document, Decoded<T>) {
    let document = document(text);
    let decoded = document.decode(document.root().unwrap().id());
    (document, decoded)
}

/// What is decoded, the errors as `path: bytes`, and the bytes of what was ignored.
fn told<T>(document: &Document, decoded: &Decoded<T>) -> (Vec<String>, Vec<String>) {
    let slice = |node| document.source.slice(document.node(node).span()).to_owned();
    let errors = decoded.errors.iter().map(|error| format!("{}: {}", error.path, slice(error.node))).collect();
    (errors, decoded.unknown.iter().map(|field| slice(field.node)).collect())
}

fn set(spec: &str) -> String {
    format!("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n{spec}")
}

fn container(fields: &str) -> String {
    set(&format!("  template:\n    spec:\n      containers:\n      - name: a\n        {fields}\n"))
}

fn env(value: &str) -> String {
    container(&format!("env: [{{name: E, value: {value}}}]"))
}

fn volume(mode: &str) -> String {
    set(&format!("  template: {{spec: {{containers: [], volumes: [{{name: v, secret: {{defaultMode: {mode}}}}}]}}}}\n"))
}

/// Whether Go decodes the object (`encoding/json` into the API's types, after `sigs.k8s.io/yaml`), by what is decoded.
#[test]
fn types_fit_as_they_do_for_kubectl() {
    let first = |set: &StatefulSet| set.spec.template.spec.as_ref().unwrap().containers[0].clone();
    let spec = |set: &StatefulSet| set.spec.clone();
    // Strings.
    for (value, fits) in [
        ("5", false),
        ("1e3", false),
        ("true", false),
        ("yes", false),
        ("0755", false),
        ("[]", false),
        ("'5'", true),
        ("\"yes\"", true),
        ("abc", true),
        ("2024-01-31", true),
        ("12:30", true),
        ("!!str 5", true),
    ] {
        let (_, decoded) = decode::<StatefulSet>(&env(value));
        assert_eq!(decoded.errors.is_empty(), fits, "{value}");
        let text = first(&decoded.value.unwrap()).env.unwrap()[0].value.clone().unwrap();
        assert_eq!(text, value.trim_start_matches("!!str ").trim_matches(['\'', '"', '[', ']']), "{value}");
    }
    for (args, errors) in [("[8080]", 1), ("[on]", 1), ("['8080', a]", 0), ("[a, 1, 1.10]", 2)] {
        let (_, decoded) = decode::<StatefulSet>(&container(&format!("args: {args}")));
        assert_eq!(decoded.errors.len(), errors, "{args}");
        let commas = args.matches(',').count();
        assert_eq!(first(&decoded.value.unwrap()).args.unwrap().len(), 1 + commas, "{args}");
    }
    for (value, fits) in [("1.10", false), ("on", false), ("'on'", true), ("null", true), ("", true)] {
        let text = set(&format!("  template: {{metadata: {{labels: {{a: {value}}}}}}}\n"));
        assert_eq!(decode::<StatefulSet>(&text).1.errors.is_empty(), fits, "{value}");
    }
    // Whole numbers.
    for (value, mode) in [
        ("0755", Some(493)),
        ("0o755", Some(493)),
        ("1_000", Some(1_000)),
        ("3.0", Some(3)),
        ("1e2", Some(100)),
        ("\"3\"", None),
        ("3.5", None),
        ("3000000000", None),
        ("yes", None),
    ] {
        let (_, decoded) = decode::<StatefulSet>(&volume(value));
        assert_eq!(decoded.errors.is_empty(), mode.is_some(), "{value}");
        let volumes = spec(&decoded.value.unwrap()).template.spec.unwrap().volumes.unwrap();
        assert_eq!(volumes[0].secret.as_ref().unwrap().default_mode, mode, "{value}");
    }
    for (value, seconds) in [("1e2", Some(100)), ("9223372036854775808", None), ("9223372036854775807", Some(i64::MAX))]
    {
        let (_, decoded) =
            decode::<StatefulSet>(&set(&format!("  template: {{spec: {{terminationGracePeriodSeconds: {value}}}}}\n")));
        assert_eq!(decoded.errors.is_empty(), seconds.is_some(), "{value}");
        assert_eq!(spec(&decoded.value.unwrap()).template.spec.unwrap().termination_grace_period_seconds, seconds);
    }
    // Booleans.
    for (value, stdin) in
        [("yes", Some(true)), ("y", Some(true)), ("off", Some(false)), ("\"true\"", None), ("1", None)]
    {
        let (_, decoded) = decode::<StatefulSet>(&container(&format!("stdin: {value}")));
        assert_eq!(decoded.errors.is_empty(), stdin.is_some(), "{value}");
        assert_eq!(first(&decoded.value.unwrap()).stdin, stdin, "{value}");
    }
    // Nothing.
    for value in ["", "~", "null"] {
        let (_, decoded) = decode::<StatefulSet>(&set(&format!("  replicas: {value}\n  template: {value}\n")));
        assert_eq!((decoded.errors.len(), spec(&decoded.value.unwrap()).replicas), (0, None), "{value}");
    }
}

#[test]
fn every_error_is_told_once_at_its_place_and_the_rest_is_decoded() {
    let text = set(
        "  replicas: three # one\n  serviceName: 5\n  minReadySeconds: 2.5\n  bogus: {a: [1]}\n  template:\n    spec:\n      \
         nodeSelector: [a]\n      containers:\n      - name: a\n        env:\n        - {name: A, value: 5}\n        - {name: \
         B, value: yes}\n        livenessProbe: {httpGet: {port: yes, paht: /}}\n        readinessProbe: {httpGet: {port: \
         99999999999}}\n      -\n      - name: c\n        securityContext: x\n        resources: {limits: {cpu: [], memory: \
         1Gi}}\n",
    );
    let (document, decoded) = decode::<StatefulSet>(&text);
    let (errors, unknown) = told(&document, &decoded);
    let expected = [
        "spec.replicas: three",
        "spec.serviceName: 5",
        "spec.minReadySeconds: 2.5",
        "spec.template.spec.nodeSelector: [a]",
        "spec.template.spec.containers[0].env[0].value: 5",
        "spec.template.spec.containers[0].env[1].value: yes",
        "spec.template.spec.containers[0].livenessProbe.httpGet.port: yes",
        "spec.template.spec.containers[0].readinessProbe.httpGet.port: 99999999999",
        "spec.template.spec.containers[2].securityContext: x",
        "spec.template.spec.containers[2].resources.limits.cpu: []",
    ];
    assert_eq!(errors, expected);
    assert_eq!(unknown, ["{a: [1]}", "/"]);
    assert_eq!(decoded.unknown[1].path.to_string(), "spec.template.spec.containers[0].livenessProbe.httpGet.paht");

    let spec = decoded.value.unwrap().spec;
    assert_eq!((spec.replicas, spec.service_name.as_deref(), spec.min_ready_seconds), (None, Some("5"), None));
    let pod = spec.template.spec.unwrap();
    assert_eq!(pod.node_selector, None);
    let names: Vec<_> = pod.containers.iter().map(|container| container.name.as_str()).collect();
    assert_eq!(names, ["a", "", "c"]);
    assert_eq!(pod.containers[0].env.as_ref().unwrap()[1].value.as_deref(), Some("yes"));
    let port = &pod.containers[0].readiness_probe.as_ref().unwrap().http_get.as_ref().unwrap().port;
    assert_eq!(*port, IntOrString::String("99999999999".into()));
    assert_eq!(pod.containers[2].security_context, None);
    assert_eq!(pod.containers[2].resources.as_ref().unwrap().limits.as_ref().unwrap()["memory"].0, "1Gi");
}

#[test]
fn messages_name_what_is_expected_and_what_is_there() {
    let message = |text: &str| decode::<StatefulSet>(text).1.errors[0].message.clone();
    assert_eq!(message(&env("5")), "a string is expected here, this is a number");
    assert_eq!(message(&env("yes")), "a string is expected here, this is a boolean");
    assert_eq!(message(&set("  replicas: '3'\n")), "a whole number is expected here, this is a string");
    assert_eq!(message(&set("  replicas: 3.5\n")), "a whole number is expected here, this is `3.5`");
    assert_eq!(
        message(&set("  replicas: 3000000000\n")),
        "a 32-bit whole number is expected here, this is `3000000000`"
    );
    assert_eq!(message(&set("  template: [a]\n")), "a mapping is expected here, this is a list");
    let version = "apiVersion: apps/v1beta1\nkind: StatefulSet\n";
    assert_eq!(message(version), "`apps/v1` is expected here, this is `apps/v1beta1`");
    let port = "livenessProbe: {httpGet: {port: yes}}";
    assert_eq!(message(&container(port)), "a whole number or a string is expected here, this is a boolean");
}

#[test]
fn an_alias_is_where_the_error_is() {
    let (document, decoded) = decode::<StatefulSet>(&set("  x: &five 5\n  serviceName: *five\n"));
    assert_eq!(told(&document, &decoded), (vec!["spec.serviceName: *five".into()], vec!["5".into()]));
    // A mapping that is used twice is wrong once.
    let shared = set("  template:\n    spec:\n      initContainers: [&c {name: 1}]\n      containers: [*c, *c]\n");
    let (document, decoded) = decode::<StatefulSet>(&shared);
    assert_eq!(told(&document, &decoded).0, ["spec.template.spec.initContainers[0].name: 1"]);
    assert_eq!(decoded.value.unwrap().spec.template.spec.unwrap().containers.len(), 2);
}

#[test]
fn merged_fields_and_the_last_of_several_are_decoded() {
    let text = "x: &x {type: ClusterIP, clusterIP: None}\nspec: {<<: *x, type: NodePort, type: LoadBalancer}\n";
    let source = Arc::new(Source::new("test.yaml", text));
    let document = Document::parse(&source, &split(source.text())[0]);
    let spec = document.decode::<Service>(document.root().unwrap().id()).value.unwrap().spec.unwrap();
    assert_eq!((spec.type_.as_deref(), spec.cluster_ip.as_deref()), (Some("LoadBalancer"), Some("None")));
}

#[test]
fn an_object_of_another_kind_or_no_object_is_nothing() {
    for text in
        ["[]\n", "5\n", "text\n", "kind: Service\napiVersion: v1\n", "kind: StatefulSet\napiVersion: apps/v1beta1\n"]
    {
        let (document, decoded) = decode::<StatefulSet>(text);
        let [error] = decoded.errors.as_slice() else { panic!("{text}: {:?}", decoded.errors) };
        assert!(decoded.value.is_none(), "{text}");
        assert_eq!(error.node, document.root().unwrap().id(), "{text}");
        assert_eq!(error.path.to_string(), "", "{text}");
    }
}

#[test]
fn what_a_type_refuses_by_itself_is_placed_too() {
    let text = "data: {a: aGk=, b: '###', c: 5}\nmetadata: {creationTimestamp: yesterday, name: db}\n";
    let (document, decoded) = decode::<Secret>(text);
    assert_eq!(told(&document, &decoded).0, ["data.b: '###'", "data.c: 5", "metadata.creationTimestamp: yesterday"]);
    let secret = decoded.value.unwrap();
    assert_eq!(secret.data.unwrap()["a"].0, b"hi");
    assert_eq!((secret.metadata.creation_timestamp, secret.metadata.name.as_deref()), (None, Some("db")));
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Config {
    mode: Mode,
    #[serde(default)]
    levels: BTreeMap<u8, Level>,
    #[serde(default)]
    rules: Vec<Rule>,
    ratio: Option<f64>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Fast,
    Custom { threads: usize },
    Level(Level),
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Level {
    Low,
    High,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Rule {
    Name(String),
    Full { name: String, tuple: (u8, char) },
}

#[test]
fn types_of_ones_own_work() {
    let (_, decoded) = decode::<Config>(
        "mode: {custom: {threads: 0x10}}\nlevels: {1: low, 2: high}\nrules: [a, {name: b, tuple: [7, é]}]\nratio: 1\n",
    );
    assert_eq!(decoded.errors, []);
    let config = decoded.value.unwrap();
    assert_eq!(config.mode, Mode::Custom { threads: 16 });
    assert_eq!(config.levels, BTreeMap::from([(1, Level::Low), (2, Level::High)]));
    assert_eq!(config.rules, [Rule::Name("a".into()), Rule::Full { name: "b".into(), tuple: (7, 'é') }]);
    assert_eq!(config.ratio, Some(1.0));
    assert_eq!(decode::<Config>("mode: fast\n").1.value.unwrap().mode, Mode::Fast);
    assert_eq!(decode::<Config>("mode: {level: high}\n").1.value.unwrap().mode, Mode::Level(Level::High));
}

#[test]
fn types_of_ones_own_say_what_is_wrong() {
    let (document, decoded) = decode::<Config>("mode: fast\nmoed: fast\nratio: much\n");
    assert_eq!(told(&document, &decoded).0, ["moed: moed", "ratio: much"]);
    assert!(
        decoded.errors[0].message.starts_with("there is no field `moed` here, only `mode`"),
        "{:?}",
        decoded.errors
    );
    assert_eq!(decoded.value.unwrap().mode, Mode::Fast);

    let (document, decoded) = decode::<Config>("levels: {1: middle}\nmode: slow\n");
    assert_eq!(told(&document, &decoded).0, ["levels.1: middle", "mode: slow"]);
    assert_eq!(decoded.errors[1].message, "one of `fast`, `custom`, `level` is expected here, this is `slow`");
    assert!(decoded.value.is_none());

    let (_, decoded) = decode::<Config>("ratio: 2\n");
    assert_eq!((decoded.value, decoded.errors[0].message.as_str()), (None, "`mode` is missing here"));
}
