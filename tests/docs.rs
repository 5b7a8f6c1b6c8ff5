//! Pages lead where they say.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name)).into();
    for folder in ["docs", "rules", "rules/systems"] {
        let files = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        pages.extend(files.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    pages
}

#[test]
fn every_link_to_a_file_leads_to_one() {
    let mut seen = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for rest in text.split("](").skip(1) {
            let target = rest.split([')', '#']).next().unwrap();
            if target.is_empty() || target.contains("://") || target.contains(['\n', ' ']) {
                continue;
            }
            seen += 1;
            let file = page.parent().unwrap().join(target);
            assert!(file.exists(), "{} leads to {target}, which is not there", page.display());
        }
    }
    assert!(seen > 40, "only {seen} links were seen");
}

#[test]
fn every_page_of_the_docs_is_linked_from_the_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let docs = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut seen = 0;
    for name in docs {
        seen += 1;
        let name = name.to_str().unwrap().to_owned();
        assert!(readme.contains(&format!("](docs/{name})")), "README.md does not lead to docs/{name}");
    }
    assert!(seen > 3);
}
