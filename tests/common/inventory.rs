//! Inventories from texts, without files.

use std::sync::Arc;

use stslint::model::{self, Inventory, Origin, Parsed};
use stslint::yaml::{Document, Source, split};

/// What is read from these files (name and text), which lie in one folder.
pub fn inventory(files: &[(String, String)]) -> Inventory {
    let mut parsed = Vec::new();
    for (name, text) in files {
        let source = Arc::new(Source::new(name.clone(), text.clone()));
        let origin = Arc::new(Origin { file_name: name.as_str().into(), ..Origin::default() });
        for chunk in split(source.text()) {
            let document = Arc::new(Document::parse(&source, &chunk));
            let items = model::read(&document, name);
            parsed.push(Parsed { document, origin: origin.clone(), items });
        }
    }
    Inventory::build(parsed, Vec::new(), Vec::new())
}

/// A set of three Pods called `db`, whose one container has this image and these fields.
pub fn three_of(image: &str, fields: &str) -> Inventory {
    let text = format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  replicas: 3\n  serviceName: db\n  \
         selector: {{matchLabels: {{app: db}}}}\n  template:\n    metadata: {{labels: {{app: db}}}}\n    spec:\n      \
         containers:\n        - name: main\n          image: {image}\n          {fields}\n"
    );
    inventory(&[("db.yaml".to_owned(), text)])
}
