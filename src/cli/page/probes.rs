//! What probes of the system answer, and which are proposed.

use std::fmt::Write as _;

use super::{Page, any, codes, flat, versions};
use crate::systems::{Answer, Candidate, ClusterWide, Origin, ProbeFact, Refused, System, Unreachable};

impl Page {
    pub(super) fn probes(&mut self, system: &System) {
        if system.probes.is_empty() {
            return;
        }
        self.heading("What probes answer");
        self.line("Alone: in a member that waits for others. The first that is recognised counts.");
        for probe in &system.probes {
            self.line("");
            let (text, answers) = (probe_in_words(probe), answers(probe));
            self.item(&text, &probe.origin());
            self.line(&format!("  - {answers}"));
            for form in &probe.is {
                self.line(&format!("  - {}", flat(&form.in_words())));
            }
        }
    }

    pub(super) fn cluster_wide(&mut self, facts: &[ClusterWide]) {
        if facts.is_empty() {
            return;
        }
        self.heading("Probes that fail in every member at once");
        for fact in facts {
            let mut text = format!("when {}", fact.fails_when);
            text.push_str(&versions(fact.from.as_deref(), fact.before.as_deref()));
            if !fact.modes.is_empty() {
                let _ = write!(text, ", in {}", codes(&fact.modes));
            }
            if fact.serves_nothing {
                text.push_str("; the members serve nothing then anyway");
            }
            self.item(&text, &fact.origin());
            for form in &fact.is {
                self.line(&format!("  - {}", flat(&form.in_words())));
            }
        }
    }

    pub(super) fn unreachable(&mut self, facts: &[Unreachable]) {
        if facts.is_empty() {
            return;
        }
        self.heading("Where the kubelet cannot ask");
        for fact in facts {
            self.item(&format!("{}, with {}", fact.says, any(&fact.when)), &fact.origin());
            self.item(&format!("to change: {}", fact.advice), &Origin::default());
        }
    }

    pub(super) fn refused(&mut self, facts: &[Refused]) {
        if facts.is_empty() {
            return;
        }
        self.heading("Probes that cannot pass");
        for fact in facts {
            let mut text = format!("{}{}", fact.says, versions(fact.from.as_deref(), fact.before.as_deref()));
            if !fact.makers.is_empty() {
                let _ = write!(text, ", in {}", codes(&fact.makers));
            }
            if !fact.when.is_empty() {
                let _ = write!(text, ", with {}", any(&fact.when));
            }
            if !fact.unless.is_empty() {
                let _ = write!(text, ", unless {}", any(&fact.unless));
            }
            self.item(&text, &fact.origin());
            self.item(&format!("to change: {}", fact.advice), &Origin::default());
            for form in &fact.is {
                self.line(&format!("  - {}", flat(&form.in_words())));
            }
        }
    }

    pub(super) fn proposals(&mut self, heading: &str, candidates: &[Candidate]) {
        if candidates.is_empty() {
            return;
        }
        self.heading(heading);
        self.line("The first that fits the set counts.");
        for candidate in candidates {
            self.line("");
            let probe: &serde_json::Value = &candidate.probe;
            let mut text = format!("`{probe}`{}", versions(candidate.from.as_deref(), candidate.before.as_deref()));
            if !candidate.modes.is_empty() {
                let _ = write!(text, ", in {}", codes(&candidate.modes));
            }
            if !candidate.when.is_empty() {
                let _ = write!(text, ", with {}", any(&candidate.when));
            }
            self.item(&text, &candidate.origin());
            if let Some(says) = &candidate.says {
                self.line(&format!("  - {}", flat(says)));
            }
        }
    }
}

fn probe_in_words(probe: &ProbeFact) -> String {
    let mut text = format!("{}{}", probe.says, versions(probe.from.as_deref(), probe.before.as_deref()));
    if !probe.modes.is_empty() {
        let _ = write!(text, ", in {}", codes(&probe.modes));
    }
    text
}

fn answers(probe: &ProbeFact) -> String {
    let mut text = format!("alone: {}", probe.alone.as_str());
    if probe.needs_others {
        text.push_str(", even in a member that may begin by itself");
    }
    if let Some(lost) = probe.quorum_lost.map(Answer::as_str) {
        let _ = write!(text, "; quorum lost: {lost}");
    }
    text
}
