//! A set of three members with its headless Service, and what the rules about starting say of it.

/// A set of three members with its headless Service.
#[derive(Clone, Default)]
pub struct Manifest {
    pub image: &'static str,
    pub parallel: bool,
    /// Whether the Service publishes names only when a Pod is ready.
    pub names_when_ready: bool,
    pub one: bool,
    /// Further fields of the container, each `key: flow value`.
    pub fields: Vec<String>,
    /// Further Pod fields, and further documents.
    pub pod: &'static str,
    pub more: &'static str,
}

impl Manifest {
    pub fn of(image: &'static str, fields: &[&str]) -> Manifest {
        Manifest { image, fields: fields.iter().map(|&field| field.to_owned()).collect(), ..Manifest::default() }
    }

    pub fn with(&self, field: &str) -> Manifest {
        let mut more = self.clone();
        more.fields.push(field.to_owned());
        more
    }

    pub fn readiness(&self, probe: &str) -> Manifest {
        self.with(&format!("readinessProbe: {probe}"))
    }

    pub fn parallel(&self) -> Manifest {
        Manifest { parallel: true, ..self.clone() }
    }

    pub fn names_when_ready(&self) -> Manifest {
        Manifest { names_when_ready: true, ..self.clone() }
    }

    pub fn text(&self) -> String {
        let policy = if self.parallel { "Parallel" } else { "OrderedReady" };
        let replicas = if self.one { 1 } else { 3 };
        let publish = !self.names_when_ready;
        let mut text = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: db-peers}}\nspec: {{clusterIP: None, \
             publishNotReadyAddresses: {publish}, selector: {{app: db}}, ports: [{{name: any, port: 80}}]}}\n---\n\
             apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  serviceName: db-peers\n  \
             replicas: {replicas}\n  podManagementPolicy: {policy}\n  selector: {{matchLabels: {{app: db}}}}\n  \
             template:\n    metadata: {{labels: {{app: db}}}}\n    spec:\n{}      containers:\n        - name: main\n          \
             image: {}\n",
            self.pod, self.image
        );
        for field in &self.fields {
            text.push_str(&format!("          {}\n", field.replace('\n', "\n          ")));
        }
        text + self.more
    }

    /// The readiness probe that is proposed, on one line; `None` where there is only advice in words.
    pub fn proposed(&self) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        crate::common::write(folder.path(), &[("all.yaml", &self.text())]);
        let report = crate::common::json(folder.path(), &["--select", "readiness-probe-missing"]);
        let findings = report["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 1, "{}", self.text());
        let block = findings[0]["help"][0]["block"].as_str()?;
        Some(block.split_whitespace().skip(1).collect::<Vec<_>>().join(" "))
    }

    /// What the three rules about starting say, as `severity rule`.
    pub fn said(&self) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        crate::common::write(folder.path(), &[("all.yaml", &self.text())]);
        let rules = "parallel-quorum-bootstrap,bootstrap-deadlock,liveness-kills-bootstrap,\
                     liveness-needs-quorum,full-restart-deadlock,invalid-manifest";
        let report = crate::common::json(folder.path(), &["--select", rules]);
        assert_eq!(report["summary"]["sets"], 1, "{}", self.text());
        let mut said: Vec<String> = crate::common::places(&report)
            .into_iter()
            .map(|(rule, severity, ..)| format!("{severity} {rule}"))
            .collect();
        said.sort();
        said
    }
}

pub const NOTE: &str = "note parallel-quorum-bootstrap";
pub const RISKY: &str = "warning parallel-quorum-bootstrap";
pub const DANGEROUS: &str = "error parallel-quorum-bootstrap";
pub const DEADLOCK: &str = "error bootstrap-deadlock";
pub const RESTART_DEADLOCK: &str = "warning full-restart-deadlock";
pub const ASSUMED_DEADLOCK: &str = "warning bootstrap-deadlock";

#[track_caller]
pub fn says(manifest: &Manifest, expected: &[&str]) {
    assert_eq!(manifest.said(), expected, "{}", manifest.text());
}

/// A member that is alone: probes that never succeed there, and probes that do.
#[track_caller]
pub fn deadlocks(set: &Manifest, waiting: &[&str], answering: &[&str]) {
    for probe in waiting {
        says(&set.readiness(probe), &[DEADLOCK]);
        says(&set.with(&format!("startupProbe: {probe}")), &[DEADLOCK]);
        says(&set.readiness(probe).names_when_ready(), &[DEADLOCK]);
        says(&set.readiness(probe).parallel(), &[NOTE]);
    }
    for probe in answering {
        says(&set.readiness(probe), &[]);
        says(&set.readiness(probe).names_when_ready(), &[]);
        says(&set.readiness(probe).parallel(), &[NOTE]);
        says(&set.readiness(probe).parallel().names_when_ready(), &[NOTE]);
    }
}

pub fn shell(script: &str) -> String {
    format!("{{exec: {{command: [sh, -c, '{script}']}}}}")
}
