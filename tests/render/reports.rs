//! Reports to print: the examples of the diagnostics guide and their odd cousins.

use std::sync::Arc;

use stslint::finding::{
    HelpText, JudgedSet, Location, ObjectName, Report, Reported, Runs, SetName, Severity, Summary, ToldBy,
};
use stslint::render::{Paths, Setting, Style, human};
use stslint::yaml::{Source, Span};

pub(crate) const ETCD: &str = r#"apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: etcd-cluster
  namespace: production
spec:
  serviceName: etcd
  replicas: 3
  selector:
    matchLabels: {app: etcd}
  template:
    metadata:
      labels: {app: etcd}
    spec:
      containers:
        - name: etcd
          image: registry.k8s.io/etcd:3.6.4-0
          env:
            - name: POD_NAME
              valueFrom: {fieldRef: {fieldPath: metadata.name}}
            - name: ETCD_INITIAL_CLUSTER
              value: etcd-cluster-0=http://etcd-cluster-0.etcd:2380,etcd-cluster-1=http://etcd-cluster-1.etcd:2380,etcd-cluster-2=http://etcd-cluster-2.etcd:2380
"#;

pub(crate) const BUDGET: &str = "apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: crdb-budget
spec:
  selector:
    matchLabels: {app: crdb}
  minAvailable: 67%
";

pub(crate) const CRDB: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: crdb
spec:
  replicas: 3
  serviceName: crdb
";

const SERVICE: &str = "apiVersion: v1
kind: Service
metadata:
  name: etcd
  namespace: production
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector:
    app: etcd
  ports:
    - name: client
      port: 2379
    - name: peer
      port: 2380
";

/// A style for text without colour.
pub(crate) fn plain(width: Option<usize>) -> Style {
    Style { width, ..Style::default() }
}

/// A setting without a repository.
pub(crate) fn setting(style: Style) -> Setting {
    Setting { style, paths: Paths::default(), github: false }
}

pub(crate) fn text(report: &Report, style: &Style) -> String {
    let mut out = Vec::new();
    human::render(report, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The `nth` place (from 0) where `needle` stands in the source.
pub(crate) fn nth(source: &Arc<Source>, needle: &str, nth: usize, label: &str) -> Location {
    let start = source.text().match_indices(needle).nth(nth).unwrap().0;
    at(source, start, start + needle.len(), label)
}

pub(crate) fn find(source: &Arc<Source>, needle: &str, label: &str) -> Location {
    nth(source, needle, 0, label)
}

pub(crate) fn at(source: &Arc<Source>, start: usize, end: usize, label: &str) -> Location {
    Location {
        source: Arc::clone(source),
        span: Span::new(start, end),
        label: label.to_owned(),
        revision: None,
        rendered_from: None,
    }
}

pub(crate) fn source(name: &str, text: &str) -> Arc<Source> {
    Arc::new(Source::new(name, text))
}

/// A finding with a message and places, the first of which is the main one.
pub(crate) fn finding(severity: Severity, rule: &'static str, message: &str, places: Vec<Location>) -> Reported {
    let mut places = places.into_iter();
    Reported {
        rule,
        severity,
        message: message.to_owned(),
        help: Vec::new(),
        notes: Vec::new(),
        url: format!("https://stslint.dev/rules/{rule}"),
        fingerprint: "0123456789abcdef0123456789abcdef".to_owned(),
        field: String::new(),
        missing: String::new(),
        sets: vec![SetName { namespace: None, name: "web".to_owned() }],
        fixes: Vec::new(),
        files: Vec::new(),
        object: None,
        location: places.next(),
        related: places.collect(),
    }
}

pub(crate) fn report(findings: Vec<Reported>) -> Report {
    Report { findings, summary: Summary { files: 2, documents: 3, sets: 1, ..Summary::default() }, ..Report::default() }
}

pub(crate) fn help(lead: &str, block: Option<&str>) -> HelpText {
    HelpText { lead: lead.to_owned(), block: block.map(str::to_owned), ..HelpText::default() }
}

/// One file, two places, YAML to paste.
pub(crate) fn missing_service() -> Reported {
    let etcd = source("ordering.yaml", ETCD);
    Reported {
        help: vec![help("create it beside the set:", Some(SERVICE))],
        notes: vec![
            "nothing checks `serviceName` when the set is applied; the Pods start and cannot \
             resolve each other. If it lives elsewhere, add its folder to the paths."
                .to_owned(),
        ],
        sets: vec![SetName { namespace: Some("production".to_owned()), name: "etcd-cluster".to_owned() }],
        fixes: Vec::new(),
        files: Vec::new(),
        object: Some(ObjectName {
            api_version: "apps/v1".to_owned(),
            kind: "StatefulSet".to_owned(),
            namespace: Some("production".to_owned()),
            name: "etcd-cluster".to_owned(),
        }),
        ..finding(
            Severity::Warning,
            "service-not-found",
            "Service `etcd`, which governs `etcd-cluster`, was not among the manifests read: \
             without it the members cannot find each other",
            vec![
                nth(&etcd, "etcd", 1, "no Service of this name in namespace `production`"),
                find(&etcd, "ETCD_INITIAL_CLUSTER", "and the members look for each other by those names"),
            ],
        )
    }
}

/// Two files in one frame.
pub(crate) fn blocking_budget() -> Reported {
    let budget = source("deploy/budget.yaml", BUDGET);
    let crdb = source("deploy/statefulsets/crdb.yaml", CRDB);
    Reported {
        help: vec![help("let one member go at a time:", Some("  maxUnavailable: 1"))],
        ..finding(
            Severity::Error,
            "budget-blocks-eviction",
            "`crdb-budget` never lets a Pod of `crdb` be evicted: every node drain will wait for \
             ever",
            vec![
                find(&budget, "67%", "67 % of 3 is 2.01; Kubernetes rounds up to 3"),
                find(&crdb, "3", "all 3 must stay"),
            ],
        )
    }
}

/// The same file at two revisions, commands to run, help without a block.
pub(crate) fn grown_template() -> Reported {
    let head = source("postgres.yaml", &CRDB.replace("replicas: 3", "storage: 100Gi"));
    let base = source("postgres.yaml", &CRDB.replace("replicas: 3", "storage: 50Gi"));
    let mut was = find(&base, "50Gi", "was 50Gi");
    was.revision = Some("main".to_owned());
    let mut is = find(&head, "100Gi", "is 100Gi");
    is.rendered_from = Some("chart/templates/postgres.yaml".to_owned());
    Reported {
        help: vec![
            help(
                "the volumes can grow without losing data; in this order:",
                Some(
                    "kubectl -n production patch pvc data-postgres-0 --patch-file grow.yaml\n\
                     kubectl -n production delete statefulset postgres --cascade=orphan\n\
                     kubectl apply -f postgres.yaml\n",
                ),
            ),
            help("or leave the template as it was: it is used only for new claims", None),
        ],
        ..finding(
            Severity::Error,
            "claim-template-changed",
            "`postgres` cannot be updated: the API server refuses any change of \
             volumeClaimTemplates",
            vec![is, was],
        )
    }
}

pub(crate) fn note() -> Reported {
    let etcd = source("ordering.yaml", ETCD);
    Reported {
        notes: vec!["safe here: the member list is static".to_owned()],
        ..finding(
            Severity::Note,
            "parallel-quorum-bootstrap",
            "`etcd-cluster` starts its 3 members at once (`Parallel`), as Bitnami's own chart does",
            vec![find(&etcd, "replicas: 3", "three at once")],
        )
    }
}

/// Short and long spans over several lines.
pub(crate) fn many_lines() -> Reported {
    let etcd = source("ordering.yaml", ETCD);
    let text = etcd.text();
    let template = text.find("template:").unwrap();
    let selector = text.find("selector:").unwrap();
    let labels = text[selector..].find("  template").unwrap() + selector;
    finding(
        Severity::Error,
        "selector-mismatch",
        "`etcd-cluster` is refused by the API server: its selector does not match its template",
        vec![
            at(&etcd, selector, labels, "selects `app: etcd`"),
            at(&etcd, template, text.len(), "this template has other labels"),
        ],
    )
}

/// Several places on one line, and a label that has to hang.
pub(crate) fn crowded_line() -> Reported {
    let etcd = source("ordering.yaml", ETCD);
    finding(
        Severity::Warning,
        "advertised-names-differ",
        "`etcd-cluster` advertises names that nothing resolves",
        vec![
            find(&etcd, "etcd-cluster-1.etcd", "no Service publishes this name"),
            find(&etcd, "etcd-cluster-2.etcd", "nor this one"),
            find(&etcd, "etcd-cluster-0.etcd", "nor the name of the first member"),
        ],
    )
}

/// Sets and what they were taken for: a mode that something told, a guess, none by the set's own word, nothing known.
pub(crate) fn report_of_sets() -> Report {
    let source = source("all.yaml", "name: db\nset: a,b,c\nname: log\nname: x\nname:\n");
    let set = |name: &str, location, runs, told_by| JudgedSet {
        set: SetName { namespace: Some("production".to_owned()).filter(|_| name == "db"), name: name.to_owned() },
        location,
        runs,
        told_by,
    };
    let runs = |system: &str, mode: &str, is_assumed, evidence| {
        Some(Runs { system: system.to_owned(), mode: mode.to_owned(), is_assumed, evidence })
    };
    let evidence = Some(find(&source, "a,b,c", ""));
    let sets = vec![
        set("db", find(&source, "db", ""), runs("etcd", "static list", false, evidence), Some(ToldBy::Image)),
        set("log", find(&source, "log", ""), runs("kafka", "list not read", true, None), Some(ToldBy::Annotation)),
        set("x\u{1b}", nth(&source, "x", 0, ""), None, Some(ToldBy::Annotation)),
        set("", at(&source, 41, 41, ""), None, None),
    ];
    Report { sets, summary: Summary { files: 1, documents: 4, sets: 4, ..Summary::default() }, ..Report::default() }
}
