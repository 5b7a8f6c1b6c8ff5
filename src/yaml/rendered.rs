//! What `helm template` says above each document of where it comes from.

/// The longest path that is taken for one.
const LONGEST: usize = 1_024;

const MARK: &str = "# Source: ";

/// The template that a comment names: `CHART/templates/…`, with `charts/SUBCHART/` between for what a dependency brings,
/// and `crds/` beside `templates/`. People write `# Source:` above copied manifests, too, and anybody can write anything
/// there, so what could not come from helm names nothing.
pub(super) fn template(comment: &str) -> Option<&str> {
    let path = comment.strip_prefix(MARK)?.trim();
    let is_sane = path.len() <= LONGEST && !path.contains(|c: char| c.is_control() || matches!(c, '\\' | ':'));
    let mut names = path.split('/');
    if !is_sane || path.split('/').any(|name| matches!(name, "" | "." | "..")) {
        return None;
    }
    names.next()?;
    loop {
        match names.next()? {
            "charts" => names.next()?,
            "templates" | "crds" => return names.next().map(|_| path),
            _ => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::template;

    #[test]
    fn only_what_helm_writes_is_a_template() {
        for path in ["a/templates/b.yaml", "a/charts/b/charts/c/templates/d/e f.yaml", "a/crds/b.yaml"] {
            assert_eq!(template(&format!("# Source: {path}\r")), Some(path));
        }
        for path in [
            "",
            "x.yaml",
            "/a/templates/b.yaml",
            "a/../templates/b.yaml",
            "../a/templates/b.yaml",
            "a/templates/../../../etc/passwd",
            "a/templates/./b.yaml",
            "a//templates/b.yaml",
            "a/templates",
            "a/templates/",
            "a/charts/templates/b.yaml",
            "a/src/templates/b.yaml",
            "a\\..\\templates/templates/b.yaml",
            "C:/templates/b.yaml",
            "https://x.example/templates/b.yaml",
            "a/templates/b\u{1b}[2J.yaml",
        ] {
            assert_eq!(template(&format!("# Source: {path}")), None, "{path:?}");
        }
        assert_eq!(template(&format!("# Source: a/templates/{}", "b".repeat(2_000))), None);
        assert_eq!(template("# from a/templates/b.yaml"), None);
    }
}
