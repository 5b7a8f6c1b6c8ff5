//! What counts as evidence when objects are joined: spelled names, other Pods under a budget, Services far off, copies.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{json, of_rule, write};
use serde_json::Value;

fn check(files: &[(&str, String)]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    write(folder.path(), &files);
    json(folder.path(), &["--ignore", "budget-missing", "."])
}

/// A set of three with whatever its container has besides a name.
fn set(name: &str, service: &str, namespace: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}{namespace}}}\nspec:\n  serviceName: {service}\n  \
         replicas: 3\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    \
         spec:\n      containers:\n      - name: main\n        ports: [{{containerPort: 80}}]\n        \
         readinessProbe: {{tcpSocket: {{port: 80}}}}\n        {container}\n"
    )
}

/// A Service with a cluster IP: the rule about it says how much Pod names matter by its severity.
fn service(name: &str, namespace: &str, app: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}{namespace}}}\nspec:\n  selector: {{app: {app}}}\n  ports: \
         [{{port: 80}}]\n"
    )
}

fn headless(name: &str, app: &str) -> String {
    service(name, "", app).replace("spec:\n", "spec:\n  clusterIP: None\n")
}

fn budget(name: &str, app: &str, spec: &str) -> String {
    format!(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}}}\nspec:\n  {spec}\n  selector: \
         {{matchLabels: {{app: {app}}}}}\n"
    )
}

/// Whether names of the Pods of `web`, whose Service is called `domain`, count as spelled.
fn is_spelled(domain: &str, container: &str, other: &[(&str, String)]) -> bool {
    let all = [set("web", domain, "", container), service(domain, "", "web")].join("---\n");
    let mut files = vec![("all.yaml", all)];
    files.extend(other.iter().cloned());
    let found = of_rule(&check(&files), "service-not-headless");
    assert_eq!(found.len(), 1, "{container}");
    found[0].2 == "error"
}

fn config_map(namespace: &str, text: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: clients{namespace}}}\ndata:\n  config: |\n    {text}\n")
}

#[test]
fn images_and_paths_spell_no_names() {
    for container in [
        "image: registry.example/web-0.web:1",
        "image: web-0.web:1",
        "\"image\": \"web-0.web:1\"",
        "args: [--log=/var/log/web-0.web]",
        "args: [--data=/data/$(POD_NAME).web]",
        "args: [web-0.web.example.com]",
        "args: [other-0.web]",
        "args: [x.web-0.web]",
    ] {
        assert!(!is_spelled("web", container, &[]), "{container}");
    }
    assert!(!is_spelled("log", "args: [--file=/var/log/web-0.log]", &[]));
}

#[test]
fn names_composed_of_variables_count() {
    let env = |value: &str| format!("env: [{{name: SVC, value: web}}, {{name: HOST, value: \"{value}\"}}]");
    for value in [
        "web-0.web",
        "http://web-2.web:80,http://web-1.web.prod.svc",
        "$(POD_NAME).web",
        "${HOSTNAME}.web",
        "$(hostname -s).web",
        "$(hostname).web.$NS.svc",
        "web-$i.web",
        "$(POD_NAME).$(SVC)",
        "$(POD_NAME).$(SVC).$(NS).svc.cluster.local",
        "${HOSTNAME}.${SVC:-web}",
    ] {
        assert!(is_spelled("web", &env(value), &[]), "{value}");
    }
    assert!(!is_spelled("web", &env("$(POD_NAME).$(DOMAIN)"), &[]));
}

#[test]
fn names_in_other_manifests_of_the_scope_count() {
    let spelled = |name: &'static str, text: String| is_spelled("web", "image: a:1", &[(name, text)]);
    assert!(spelled("clients.yaml", config_map("", "hosts = web-0.web:80, web-1.web:80")));
    // Whose name a variable holds is known where the set itself reads the text.
    let own = config_map("", "me=$(hostname).$SVC").replace("data:\n", "data:\n  e: SVC=web\n");
    assert!(!spelled("clients.yaml", own.clone()));
    assert!(is_spelled("web", "envFrom: [{configMapRef: {name: clients}}]", &[("clients.yaml", own)]));
    let json = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"x":"a\nweb-0.web\n"}}"#;
    assert!(spelled("clients.json", json.to_owned()));
    let client = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      \
                  containers:\n      - name: api\n        env: [{name: DB, value: \"tcp://web-0.web:80\"}]\n";
    assert!(spelled("api.yaml", client.to_owned()));
    // Elsewhere, or of another namespace by its own word.
    assert!(!spelled("other/clients.yaml", config_map("", "hosts = web-0.web")));
    // A name that is broken off, a comment.
    assert!(!spelled("clients.yaml", config_map("", "# web-0.web")));
    assert!(!spelled("clients.yaml", config_map("", "file = web-0.web_old")));
}

#[test]
fn names_of_another_namespace_do_not_count() {
    let severity = |green: &str, other: Option<String>| {
        let container = format!("args: [\"{green}\"]");
        let mut files = vec![(
            "all.yaml",
            [
                set("web", "web", ", namespace: blue", "image: a:1"),
                service("web", ", namespace: blue", "web"),
                set("web", "web", ", namespace: green", &container),
                headless("web", "web").replace("name: web", "name: web, namespace: green"),
            ]
            .join("---\n"),
        )];
        files.extend(other.map(|text| ("clients.yaml", text)));
        let found = of_rule(&check(&files), "service-not-headless");
        assert_eq!(found.len(), 1, "{green}");
        found[0].2.clone()
    };
    assert_eq!(severity("web-0.web", None), "warning");
    assert_eq!(severity("web-0.web.green.svc", None), "warning");
    assert_eq!(severity("web-0.web.blue.svc", None), "error");
    assert_eq!(severity("", Some(config_map(", namespace: green", "web-0.web"))), "warning");
    assert_eq!(severity("", Some(config_map(", namespace: blue", "web-0.web"))), "error");
}

/// Whether the budget over `app: db` is said to block, with a set of three and something else.
fn blocks(spec: &str, other: &[(&str, String)]) -> bool {
    let all = [set("db", "db", "", "image: a:1"), headless("db", "db"), budget("db", "db", spec)].join("---\n");
    let mut files = vec![("all.yaml", all)];
    files.extend(other.iter().cloned());
    !of_rule(&check(&files), "budget-blocks-eviction").is_empty()
}

fn workload(api_version: &str, kind: &str, replicas: i64) -> String {
    format!(
        "{{\"apiVersion\": \"{api_version}\", \"kind\": \"{kind}\", \"metadata\": {{\"name\": \"api\"}}, \"spec\": \
         {{\"replicas\": {replicas}, \"selector\": {{\"matchLabels\": {{\"app\": \"db\"}}}}, \"template\": {{\"metadata\": \
         {{\"labels\": {{\"app\": \"db\"}}}}, \"spec\": {{\"containers\": []}}}}}}}}"
    )
}

fn list(items: &[String]) -> String {
    format!("{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{}]}}", items.join(", "))
}

#[test]
fn pods_of_workloads_in_lists_and_json_count_for_a_budget() {
    assert!(blocks("minAvailable: 3", &[]));
    for (api_version, kind) in
        [("apps/v1", "Deployment"), ("apps/v1", "ReplicaSet"), ("argoproj.io/v1alpha1", "Rollout")]
    {
        let one = workload(api_version, kind, 2);
        let block = format!("apiVersion: v1\nkind: List\nitems:\n- {one}\n");
        for (name, text) in
            [("api.json", one.clone()), ("api.json", list(std::slice::from_ref(&one))), ("api.yaml", block)]
        {
            assert!(!blocks("minAvailable: 3", &[(name, text.clone())]), "{kind} in {name}");
            assert!(blocks("minAvailable: 5", &[(name, text)]), "{kind} in {name}");
        }
    }
    // In one list with the set's own Service, and in a folder beside.
    let mixed = list(&[workload("apps/v1", "Deployment", 2), r#"{"apiVersion":"v1","kind":"Service"}"#.to_owned()]);
    assert!(!blocks("minAvailable: 3", &[("api.json", mixed)]));
    assert!(blocks("minAvailable: 3", &[("far/api.json", workload("apps/v1", "Deployment", 2))]));
    // What another object owns is counted with its owner.
    let owned = workload("apps/v1", "ReplicaSet", 2).replace(
        "\"name\": \"api\"",
        "\"name\": \"api\", \"ownerReferences\": [{\"kind\": \"Deployment\", \"name\": \"api\"}]",
    );
    assert!(blocks("minAvailable: 3", &[("api.json", owned)]));
}

#[test]
fn workloads_in_sibling_folders_count_where_the_sets_do() {
    let files = |api: &'static str| {
        [
            ("sets/db.yaml", [set("db", "db", "", "image: a:1"), headless("db", "db")].join("---\n")),
            ("budgets/db.yaml", budget("db", "db", "minAvailable: 3")),
            (api, workload("apps/v1", "Deployment", 2)),
        ]
    };
    assert!(of_rule(&check(&files("deployments/api.json")), "budget-blocks-eviction").is_empty());
}

#[test]
fn a_deployment_with_an_autoscaler_leaves_the_sum_open() {
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: api}\nspec:\n  minReplicas: 2\n  \
                  maxReplicas: 9\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}\n";
    let idle = workload("apps/v1", "Deployment", 0);
    assert!(blocks("minAvailable: 3", &[("api.json", idle.clone())]));
    assert!(!blocks("minAvailable: 3", &[("api.json", idle.clone()), ("scaler.yaml", scaler.to_owned())]));
    assert!(blocks("maxUnavailable: 0", &[("api.json", idle), ("scaler.yaml", scaler.to_owned())]));
}

#[test]
fn a_part_of_a_scaled_set_is_counted_over_its_range() {
    let says = |min: i64, max: i64, label: &str, spec: &str| {
        let scaler = format!(
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: db}}\nspec:\n  minReplicas: {min}\n  \
             maxReplicas: {max}\n  scaleTargetRef: {{apiVersion: apps/v1, kind: StatefulSet, name: db}}\n"
        );
        let budget = budget("db", "db", spec).replace("app: db}", &format!("{label}}}"));
        let all = [set("db", "db", "", "image: a:1"), headless("db", "db"), budget, scaler].join("---\n");
        !of_rule(&check(&[("all.yaml", all)]), "budget-blocks-eviction").is_empty()
    };
    let first = "statefulset.kubernetes.io/pod-name: db-0";
    // One Pod of two at least: the whole set is expected, one is selected.
    assert!(says(2, 9, first, "maxUnavailable: 1"));
    // With one Pod the first is all there is, with nine it is a part: nobody knows.
    assert!(!says(1, 9, first, "maxUnavailable: 1"));
    // The eighth Pod, which three written replicas do not have, may be there.
    assert!(!says(2, 9, "apps.kubernetes.io/pod-index: \"7\"", "minAvailable: 1"));
    assert!(says(8, 9, "apps.kubernetes.io/pod-index: \"7\"", "minAvailable: 1"));
}

/// The rules that speak, with the file they speak in.
fn said(report: &Value) -> Vec<(String, String)> {
    common::places(report).into_iter().map(|(rule, _, file, _)| (rule, file)).collect()
}

#[test]
fn a_service_far_off_that_selects_other_pods_governs_nothing() {
    let set = || set("db", "db", "", "image: a:1");
    let not_found = vec![("service-not-found".to_owned(), "apps/a/set.yaml".to_owned())];
    for other in [
        service("db", "", "orders"),
        headless("db", "orders"),
        "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {type: ExternalName, externalName: db.example.com}\n".to_owned(),
        "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{port: 80}]}\n".to_owned(),
    ] {
        let report = check(&[("apps/a/set.yaml", set()), ("apps/z/service.yaml", other)]);
        assert_eq!(said(&report), not_found);
        let finding = &report["findings"][0];
        assert_eq!(finding["severity"], "warning");
        assert_eq!(finding["related"][0]["file"], "apps/z/service.yaml", "{finding:#}");
        let message = finding["message"].as_str().unwrap();
        assert!(!message.contains("not among the manifests read"), "{message}");
    }
    // One that selects these Pods is the set's, however far it lies and whatever lies nearer.
    let meant = [
        ("apps/a/set.yaml", set()),
        ("apps/z/service.yaml", headless("db", "orders")),
        ("platform/services/db.yaml", headless("db", "db")),
    ];
    assert_eq!(said(&check(&meant)), Vec::new());
    // In its own folder a Service of the right name is the set's, and misses its Pods.
    let beside = [("apps/a/set.yaml", set()), ("apps/a/service.yaml", headless("db", "orders"))];
    assert_eq!(said(&check(&beside)), [("service-selector-mismatch".to_owned(), "apps/a/service.yaml".to_owned())]);
}

#[test]
fn copies_of_a_service_may_differ_in_labels_and_annotations() {
    let copy = service("db", ", labels: {a: b}, annotations: {team: x}", "db");
    let files =
        [("set.yaml", set("db", "db", "", "image: a:1")), ("one.yaml", service("db", "", "db")), ("two.yaml", copy)];
    assert_eq!(said(&check(&files)), [("service-not-headless".to_owned(), "one.yaml".to_owned())]);
    let turned = "spec:\n  ports: [{name: a, port: 80}]\n  selector: {app: db}\nkind: Service\nmetadata: {name: db}\n\
                  apiVersion: v1\n";
    let files = [
        ("set.yaml", set("db", "db", "", "image: a:1")),
        ("one.yaml", service("db", "", "db").replace("{port: 80}", "{port: 80, name: a}")),
        ("two.yaml", turned.to_owned()),
    ];
    assert_eq!(said(&check(&files)), [("service-not-headless".to_owned(), "one.yaml".to_owned())]);
}

/// The rules that speak of a set with no Service beside it, in `app/`, and of something else.
fn lonely(other: &[(&str, &str)]) -> Vec<String> {
    let mut files = vec![("app/set.yaml", set("scan", "trivy", "", "image: a:1"))];
    files.extend(other.iter().map(|&(name, text)| (name, text.to_owned())));
    said(&check(&files)).into_iter().map(|(rule, _)| rule).filter(|rule| rule.starts_with("service")).collect()
}

#[test]
fn only_an_unread_service_of_the_sets_own_place_may_be_the_one_that_is_missed() {
    let not_found = ["service-not-found"];
    let broken = "apiVersion: v1\nkind: Service\nmetadata: {name: trivy\n";
    let json = "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"trivy\"\n";
    let named = "apiVersion: v1\nkind: Service\nmetadata: {name: trivy}\nspec:\n  type: {{ .Values.type }}\n";
    let template = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n";
    for text in [broken, named, template] {
        assert_eq!(lonely(&[("app/other.yaml", text)]), Vec::<String>::new(), "{text}");
        assert_eq!(lonely(&[("far/x/other.yaml", text)]), not_found, "{text}");
    }
    assert_eq!(lonely(&[("app/other.json", json)]), Vec::<String>::new());
    for text in [
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: trivy\n",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: trivy\n  labels: {a: {{ .Release.Name }}}\n",
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: trivy\n# of a Service\n",
    ] {
        assert_eq!(lonely(&[("app/other.yaml", text)]), not_found, "{text}");
    }
    let both = ("kustomization.yaml", "resources: [app/set.yaml, far/x/other.yaml]\n");
    assert_eq!(lonely(&[("far/x/other.yaml", broken), both]), Vec::<String>::new());
    let apart = ("kustomization.yaml", "resources: [app/set.yaml]\n");
    assert_eq!(lonely(&[("far/x/other.yaml", broken), apart]), not_found);
}

#[test]
fn an_autoscaler_that_could_not_be_read_leaves_the_replicas_open() {
    let scaler = |kind: &str, name: &str, min: &str| {
        format!(
            "apiVersion: a/v2\nkind: {kind}\nmetadata:\n  name: scaler\nspec:\n  minReplicas: {min}\n  scaleTargetRef:\n    \
             kind: StatefulSet\n    name: {name}\n"
        )
    };
    for kind in ["HorizontalPodAutoscaler", "ScaledObject"] {
        for min in ["{{ .Values.min }}", "[3"] {
            let (own, other) = (scaler(kind, "db", min), scaler(kind, "db-2", min));
            assert!(!blocks("minAvailable: 3", &[("scaler.yaml", own.clone())]), "{own}");
            assert!(blocks("minAvailable: 3", &[("far/scaler.yaml", own.clone())]), "{own}");
            assert!(blocks("minAvailable: 3", &[("scaler.yaml", other)]), "{own}");
            let text =
                [set("db", "db", "", "image: a:1"), headless("db", "db"), budget("db", "db", "minAvailable: 3"), own];
            let report = check(&[("all.yaml", text.join("---\n"))]);
            assert!(of_rule(&report, "budget-blocks-eviction").is_empty(), "{report:#}");
        }
    }
    assert!(blocks("minAvailable: 3", &[("scaler.yaml", scaler("Deployment", "db", "[3"))]));
}

/// The headline and the rest of what one rule says of these files.
fn told(rule: &str, text: String) -> (String, String) {
    let report = check(&[("all.yaml", text)]);
    let found = report["findings"].as_array().unwrap().iter().find(|one| one["rule"] == rule);
    found.map_or_else(Default::default, |one| (one["message"].as_str().unwrap().to_owned(), one.to_string()))
}

#[test]
fn a_name_that_no_service_can_have_is_not_proposed() {
    for (name, valid) in [("web.ns.svc", "web"), ("Web_X", "web-x")] {
        // The server refuses it as well, which is the heavier news.
        assert_eq!(told("service-not-found", set("web", name, "", "image: a:1")).0, "");
        let (message, all) = told("invalid-set", set("web", name, "", "image: a:1"));
        assert!(message.contains("the API server refuses"), "{all}");
        assert!(all.contains(&format!("serviceName: {valid}")) && !all.contains("kind: Service"), "{all}");
    }
    assert!(told("service-not-found", set("web", "0db", "", "image: a:1")).1.contains("name: 0db"));
    let long = "a".repeat(70);
    let (_, all) = told("service-name-missing", set(&long, "\"\"", "", "image: a:1"));
    assert!(all.contains(&format!("serviceName: {}\\n", &long[..63])) || all.contains(&long[..63]), "{all}");
    assert!(!all.contains(&format!("serviceName: {}", &long[..64])), "{all}");
}

#[test]
fn a_set_without_a_name_is_named_in_words() {
    for name in ["", "${NAME}"] {
        let text = set("web", "db", "", "image: a:1").replace("{name: web}", &format!("{{name: \"{name}\"}}"));
        let (message, all) = told("service-not-found", text);
        assert!(message.contains("governs this set,"), "{name}: {all}");
    }
    let etcd = "image: quay.io/coreos/etcd:v3.5.15\n        env: [{name: ETCD_INITIAL_CLUSTER, value: 'a-0=http://a-0.db:2380'}]";
    let text = set("web", "db", "", etcd).replace("{name: web}", "{name: \"\"}");
    let report = check(&[("all.yaml", text)]);
    let all = report["findings"].to_string();
    assert!(report["findings"].as_array().unwrap().len() > 2 && !all.contains("``") && !all.contains("`-0"), "{all}");
}

#[test]
fn a_service_that_picks_a_pod_beyond_the_set_picks_none() {
    let says = |label: &str| {
        let service = headless("web", "web").replace("app: web}", &format!("app: web, {label}}}"));
        told("service-selector-mismatch", [set("web", "web", "", "image: a:1"), service].join("---\n")).1
    };
    for label in ["statefulset.kubernetes.io/pod-name: web-7", "apps.kubernetes.io/pod-index: \"3\""] {
        let all = says(label);
        assert!(all.contains("selects none of its Pods") && all.contains("`web-0` to `web-2`"), "{label}: {all}");
    }
    assert_eq!(says("statefulset.kubernetes.io/pod-name: web-2"), "");
    assert_eq!(says("apps.kubernetes.io/pod-index: \"0\""), "");
}

#[test]
fn sets_of_one_file_that_share_what_was_found_keep_their_own_namespaces() {
    let count = 300;
    let sets = (0..count).map(|number| set(&format!("db-{number}"), "svc", "", "image: a:1"));
    let services = (0..count).map(|number| headless("svc", "db").replace("80", &(number + 1).to_string()));
    let all: Vec<String> = sets.chain(services).collect();
    let report = check(&[("all.yaml", all.join("---\n"))]);
    assert!(said(&report).iter().all(|(rule, _)| !rule.starts_with("service")));
    // One of several namespaces finds its own.
    let mut all = vec![service("svc", ", namespace: a", "x"), headless("svc", "x").replace("svc", "svc, namespace: b")];
    all.extend(["a", "b", "a", "b"].iter().zip(0..).map(|(namespace, number)| {
        set(&format!("db-{number}"), "svc", &format!(", namespace: {namespace}"), "image: a:1")
            .replace("app: db-", "n: db-")
    }));
    let all: Vec<String> = all.into_iter().map(|text| text.replace("labels: {n", "labels: {app: x, n")).collect();
    let found = of_rule(&check(&[("all.yaml", all.join("---\n"))]), "service-not-headless");
    assert_eq!(found, [("all.yaml".to_owned(), 3, "warning".to_owned())]);
}

#[test]
fn a_small_none_is_no_cluster_ip() {
    let own = service("web", "", "web").replace("spec:", "spec:\n  clusterIP: none");
    let report = check(&[("all.yaml", [set("web", "web", "", "image: web:1"), own].join("---\n"))]);
    // The server takes it for an address and refuses it: one cause, one finding.
    assert!(of_rule(&report, "service-not-headless").is_empty());
    let found = report["findings"].as_array().unwrap().iter().find(|one| one["rule"] == "invalid-service").unwrap();
    assert!(found["help"][0]["text"].as_str().unwrap().starts_with("write `None`, with a capital letter"), "{found:#}");
}
