//! The user's file, through the front door: where it is found, what it changes, what is said of every fault in it.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../common/mod.rs"]
mod common;

mod exclude;
mod faults;
mod found;
mod ignore;
mod init;
mod levels;
mod options;
mod schema;

use std::path::Path;

use common::{Run, write};
use tempfile::TempDir;

/// A set whose Service is missing (a warning), and whose Pods no budget protects (a note).
pub const WEB: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
  namespace: shop
spec:
  serviceName: web
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: registry.example/web:1
          ports: [{containerPort: 80}]
          readinessProbe: {tcpSocket: {port: 80}}
";

pub const FILE: &str = ".stslint.yaml";

pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    folder
}

/// A set like [`WEB`] with another name.
pub fn named(name: &str) -> String {
    WEB.replace("name: web\n  namespace", &format!("name: {name}\n  namespace"))
}

/// The findings of a run as `rule severity file:line`, without those of the other rules where some are named.
pub fn found(folder: &Path, arguments: &[&str], rules: &[&str]) -> Vec<String> {
    let report = common::json(folder, arguments);
    let all = common::places(&report).into_iter().filter(|(rule, ..)| rules.is_empty() || rules.contains(&&**rule));
    all.map(|(rule, severity, file, line)| format!("{rule} {severity} {file}:{line}")).collect()
}

/// The findings with a configuration over [`WEB`].
pub fn with(config: &str, rules: &[&str]) -> Vec<String> {
    let folder = folder(&[("web.yaml", WEB), (FILE, config)]);
    found(folder.path(), &[], rules)
}

/// Runs the built program on some day.
pub fn on(day: &str, folder: &Path, arguments: &[&str]) -> Run {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_stslint"));
    command.current_dir(folder).args(arguments).env_remove("NO_COLOR").env("SOURCE_DATE_EPOCH", day);
    let output = command.output().unwrap();
    Run {
        code: output.status.code().expect("ended by itself"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
