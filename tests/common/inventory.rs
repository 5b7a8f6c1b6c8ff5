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
