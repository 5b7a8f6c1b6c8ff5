//! Collects `src/rules/*.rs` and `rules/*.md` into `rules::ALL`: a rule without a page does not compile, nor a page
//! without a rule. The catalogue's files are collected beside them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> Result<(), String> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| error.to_string())?);
    for folder in ["src/rules", "rules", "rules/systems"] {
        println!("cargo:rerun-if-changed={folder}");
    }
    fs::write(out.join("rules.rs"), rules(&root)?).map_err(|error| error.to_string())?;
    fs::write(out.join("systems.rs"), systems(&root)?).map_err(|error| error.to_string())
}

/// The modules of all rules and the list of them, sorted by name.
fn rules(root: &Path) -> Result<String, String> {
    let code = names(&root.join("src/rules"), "rs")?;
    let pages = names(&root.join("rules"), "md")?;
    let rules: Vec<String> = code.iter().filter(|name| *name != "mod").map(|name| name.replace('_', "-")).collect();
    for rule in &rules {
        if !pages.contains(rule) {
            return Err(format!("rule {rule} has no page: write rules/{rule}.md"));
        }
    }
    for page in &pages {
        if !rules.contains(page) {
            let module = page.replace('-', "_");
            return Err(format!("page rules/{page}.md has no rule: write src/rules/{module}.rs"));
        }
    }
    let mut modules = String::new();
    let mut list = String::from("/// All rules, sorted by name.\npub static ALL: &[Rule] = &[\n");
    for rule in &rules {
        let module = rule.replace('-', "_");
        let file = root.join(format!("src/rules/{module}.rs"));
        let page = root.join(format!("rules/{rule}.md"));
        write!(modules, "#[path = {file:?}]\nmod {module};\n").map_err(|error| error.to_string())?;
        let entry = format!("Rule {{ meta: &{module}::META, check: {module}::CHECK, page: include_str!({page:?}) }},");
        writeln!(list, "    {entry}").map_err(|error| error.to_string())?;
    }
    Ok(format!("{modules}\n{list}];\n"))
}

/// The texts of the catalogue, sorted by name.
fn systems(root: &Path) -> Result<String, String> {
    let mut list =
        String::from("/// Name and text of every file of the catalogue.\nstatic FILES: &[(&str, &str)] = &[\n");
    for name in names(&root.join("rules/systems"), "yaml")? {
        let file = root.join(format!("rules/systems/{name}.yaml"));
        writeln!(list, "    ({name:?}, include_str!({file:?})),").map_err(|error| error.to_string())?;
    }
    list.push_str("];\n");
    Ok(list)
}

/// The names, without the ending, of a folder's files.
fn names(folder: &Path, extension: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    for entry in entries.map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry.path();
        let name = path.file_stem().and_then(|name| name.to_str());
        if path.extension().is_some_and(|ending| ending == extension)
            && let Some(name) = name
            && name != "README"
        {
            found.push(name.to_owned());
        }
    }
    found.sort();
    Ok(found)
}
