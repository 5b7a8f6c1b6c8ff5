//! Values that envsubst, Flux or a template fill in later.

use super::{rules, with};

#[test]
fn what_is_filled_in_later_is_no_mismatch() {
    for value in ["${APP}", "$(APP)", "db-${ENV}", "'{{ .app }}'", "$APP"] {
        let quoted = if value.starts_with('\'') { value.to_owned() } else { format!("\"{value}\"") };
        let selector = with("  selector: {app: db}\n", &format!("  selector: {{app: {quoted}}}\n"));
        assert_eq!(rules(&[("all.yaml", &selector)]), Vec::<String>::new(), "{value}");
        let labels = with("      labels: {app: db}\n", &format!("      labels: {{app: {quoted}}}\n"))
            .replace("    matchLabels: {app: db}\n", &format!("    matchLabels: {{app: {quoted}}}\n"));
        assert_eq!(rules(&[("all.yaml", &labels)]), Vec::<String>::new(), "{value}");
        let named = with("serviceName: db", &format!("serviceName: {quoted}"));
        assert_eq!(rules(&[("all.yaml", &named)]), Vec::<String>::new(), "{value}");
    }
}

#[test]
fn a_placeholder_elsewhere_excuses_no_mismatch() {
    let both = with("  selector: {app: db}\n", "  selector: {app: other, env: \"${ENV}\"}\n");
    assert_eq!(rules(&[("all.yaml", &both)]), ["service-selector-mismatch"]);
    let alike = super::GOOD.replace("app: db", "app: \"${APP}\"").replace("maxUnavailable: 1", "minAvailable: 3");
    assert_eq!(rules(&[("all.yaml", &alike)]), ["budget-blocks-eviction"]);
}
