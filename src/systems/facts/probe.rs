//! What common probes answer.

use super::*;
use crate::yaml::FieldPath;

fact! {
    /// What a common probe answers.
    ProbeFact {
        /// What it asks for, as a clause: `needs a leader`.
        says: String,
        /// The forms it has in manifests.
        is: Vec<Form>,
        /// Only in these modes.
        #[serde(default)]
        modes: Vec<ModeName>,
        /// Only from this version on, the version included.
        from: Option<Bound>,
        /// Only before this version.
        before: Option<Bound>,
        /// What it answers in a member that waits for others: at the first start, or after all have stopped.
        alone: Answer,
        /// Whether it fails in every member that is alone, one that may begin by itself included.
        #[serde(default)]
        needs_others: bool,
        /// What it answers in a member that runs and has lost the others.
        quorum_lost: Option<Answer>,
    }
}

/// What a probe answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It succeeds.
    Passes,
    /// It fails.
    Fails,
    /// Nobody has shown it: never held against a set, and proposed only where all members start at once.
    Unknown,
}

impl Reviewed for Answer {}

impl Answer {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Answer::Passes => "passes",
            Answer::Fails => "fails",
            Answer::Unknown => "unknown",
        }
    }
}

/// One form of a probe.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Form {
    /// `httpGet`.
    Http {
        /// One of the file's ports; any port when left out.
        port: Option<PortName>,
        /// Matches the whole path, query included; any path when left out.
        path: Option<Pattern>,
    },
    /// `tcpSocket`.
    Tcp {
        /// One of the file's ports.
        port: PortName,
    },
    /// `exec`: found in the words, joined by blanks, and in scripts from ConfigMaps that they name.
    Command(Pattern),
}

impl Reviewed for Form {
    fn review(&self, at: &FieldPath, review: &mut Review<'_>) {
        match self {
            Form::Http { port, path } => {
                let at = at.clone().key("http");
                port.review(&at.clone().key("port"), review);
                path.review(&at.key("path"), review);
            }
            Form::Tcp { port } => port.review(&at.clone().key("tcp").key("port"), review),
            Form::Command(pattern) => pattern.review(&at.clone().key("command"), review),
        }
    }
}
