//! What is known of a rule besides its logic.

use super::Severity;

/// A rule's name and page.
#[derive(Clone, Copy, Debug)]
pub struct RuleMeta {
    /// Names the bad pattern, as in `service-not-headless`.
    pub id: &'static str,
    /// What it flags, in one line; the page says it at length.
    pub summary: &'static str,
    /// Whether it is on unless asked for.
    pub group: Group,
    /// The severities it can speak with, heaviest first.
    pub severities: &'static [Severity],
}

/// A group of rules that is switched on and off together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// On by default.
    Default,
    /// Off unless asked for.
    Pedantic,
}

impl Group {
    /// The word for `--select` and `--ignore`.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Default => "default",
            Group::Pedantic => "pedantic",
        }
    }
}

impl RuleMeta {
    /// Where the rule's page is on the web.
    pub fn url(&self) -> String {
        format!("{REPOSITORY}/blob/main/rules/{}.md", self.id)
    }
}

/// Where the project lives.
pub const REPOSITORY: &str = "https://github.com/stslint/stslint";
