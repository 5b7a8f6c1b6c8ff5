//! Images as they are found: `testdata/images/<system>.txt` says of each which system it runs, or that it runs none.
//!
//! A line is `image -> system`, `image -> system/mode` or `image -> none`; fields of the container, as YAML of one line
//! each, may follow the image behind `|`: `redis:7 | args: [--sentinel] -> redis/…`. `#` begins a comment.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::sync::Arc;

use stslint::model::{self, Inventory, Origin, Parsed};
use stslint::systems::Catalogue;
use stslint::yaml::{Document, Source, split};

/// The system and mode that a container with this image and these fields is taken for, in a set of three.
fn identified(image: &str, fields: &[&str]) -> Option<(String, String)> {
    let mut text = format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  replicas: 3\n  serviceName: db\n  \
         selector: {{matchLabels: {{app: db}}}}\n  template:\n    metadata: {{labels: {{app: db}}}}\n    spec:\n      \
         containers:\n        - name: main\n          image: \"{image}\"\n"
    );
    for field in fields {
        text.push_str(&format!("          {field}\n"));
    }
    let source = Arc::new(Source::new("db.yaml", text.clone()));
    let document = Document::parse(&source, &split(source.text())[0]);
    assert!(document.problems.is_empty(), "{text}");
    let items = model::read(&document, "db.yaml");
    let parsed = Parsed { document: Arc::new(document), origin: Arc::new(Origin::default()), items };
    let inventory = Inventory::build(vec![parsed], Vec::new(), Vec::new());
    let set = inventory.sets().next().unwrap();
    let running = Catalogue::built_in().identify(set)?;
    Some((running.system().name().to_owned(), running.mode().name.clone()))
}

#[test]
fn images_in_the_wild_are_told_apart() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/images");
    let mut wrong = Vec::new();
    let mut lines = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            lines += 1;
            let place = format!("{}:{}", path.display(), number + 1);
            let (left, expected) = line.rsplit_once(" -> ").unwrap_or_else(|| panic!("{place}: no ` -> `"));
            let mut parts = left.split(" | ").map(str::trim);
            let image = parts.next().unwrap_or_default();
            let found = identified(image, &parts.collect::<Vec<_>>());
            let found = match (&found, expected.contains('/')) {
                (None, _) => "none".to_owned(),
                (Some((system, _)), false) => system.clone(),
                (Some((system, mode)), true) => format!("{system}/{mode}"),
            };
            if found != expected {
                wrong.push(format!("{place}: {left} is {found}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(lines > 0);
}

/// What is listed as an image of a system is at least found by its plain name.
#[test]
fn every_listed_image_finds_its_system() {
    for system in Catalogue::built_in().systems() {
        for image in &system.images {
            let found = identified(&format!("registry.example:5000/mirror/{image}@sha256:0f3c"), &[]);
            assert_eq!(found.map(|(name, _)| name).as_deref(), Some(system.name()), "{image}");
        }
    }
}
