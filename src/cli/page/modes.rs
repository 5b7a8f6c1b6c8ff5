//! What holds of the system as a cluster, and in each of its modes.

use std::fmt::Write as _;

use super::{Page, any, codes, flat};
use crate::systems::{Bootstrap, Mode, Order, Origin, Peers, Restart, Rollout, System, Unreplicated, Votes};

impl Page {
    /// What holds in every mode that says nothing else.
    pub(super) fn cluster(&mut self, system: &System) {
        let facts = (&system.votes, &system.peers, &system.bootstrap, &system.order);
        if facts.0.is_none() && facts.1.is_none() && facts.2.is_none() && facts.3.is_none() {
            return;
        }
        self.heading("As a cluster");
        self.line("In every mode that says nothing else:\n");
        self.facts(facts);
    }

    fn facts(
        &mut self,
        (votes, peers, bootstrap, order): (&Option<Votes>, &Option<Peers>, &Option<Bootstrap>, &Option<Order>),
    ) {
        if let Some(votes) = votes {
            let (who, tolerance) = (&votes.who, votes.tolerance.in_words());
            self.item(&format!("votes: {who}"), &votes.origin());
            self.item(&format!("may be lost: {tolerance}"), &Origin::default());
            if let Some(lost) = &votes.lost {
                self.item(&format!("of two: {lost}"), &Origin::default());
            }
            if !votes.others.is_empty() {
                self.item(&format!("vote as well: images {}", codes(&votes.others)), &Origin::default());
            }
            if votes.even_is_handled {
                self.item("one of an even number of voters is left out by the system itself", &Origin::default());
            }
        }
        if let Some(peers) = peers {
            self.item(&format!("find each other by {}", peers.by.in_words()), &peers.origin());
            if let Some(unresolved) = &peers.unresolved {
                self.item(unresolved, &Origin::default());
            }
        }
        if let Some(bootstrap) = bootstrap {
            self.item(&format!("may begin: {}", bootstrap.by.in_words()), &bootstrap.origin());
            if bootstrap.restart_waits {
                let text = "after all have stopped, a member that is alone waits for others before it serves";
                self.item(text, &Origin::default());
            }
            self.item(&format!("all at once: {}", bootstrap.says), &Origin::default());
            if let Some(advice) = &bootstrap.advice {
                self.item(&format!("to change: {advice}"), &Origin::default());
            }
        }
        if let Some(order) = order {
            let mut text = format!("start order: {}", order.verdict.in_words());
            if let Some(says) = &order.says {
                let _ = write!(text, ": {says}");
            }
            if let Some(by) = &order.shipped_by {
                let _ = write!(text, " ({by})");
            }
            self.item(&text, &order.origin());
        }
    }

    pub(super) fn modes(&mut self, system: &System) {
        self.heading("Modes");
        self.line("The first that fits counts.");
        for mode in &system.modes {
            self.mode(mode);
        }
    }

    fn mode(&mut self, mode: &Mode) {
        let title = mode.title.as_ref().map_or_else(String::new, |title| format!(" ({title})"));
        self.line(&format!("\n### {}\n", flat(&format!("{}{title}", mode.name))));
        let told = match (mode.when.is_empty(), mode.assumed) {
            (false, _) => format!("told by {}", any(&mode.when)),
            (true, true) => "assumed where nothing tells another mode: what would tell may not have been read".into(),
            (true, false) => "where nothing tells another mode".to_owned(),
        };
        self.item(&told, &mode.origin());
        let clustered = if mode.clustered { "several Pods form one cluster" } else { "each Pod stands alone" };
        self.item(clustered, &Origin::default());
        self.facts((&mode.votes, &mode.peers, &mode.bootstrap, &mode.order));
        if let Some(unreplicated) = &mode.unreplicated {
            self.unreplicated(unreplicated);
        }
        if let Some(restart) = &mode.restart {
            self.restart(restart);
        }
        if let Some(rollout) = &mode.rollout {
            self.rollout(rollout);
        }
    }

    fn restart(&mut self, fact: &Restart) {
        let mut text = format!("after a stop of all, under {}: stays down, {}", fact.under.in_words(), fact.because);
        if !fact.unless.is_empty() {
            let _ = write!(text, " (not with {})", any(&fact.unless));
        }
        self.item(&text, &fact.origin());
        if let Some(except) = &fact.except {
            self.item(&format!("but: {except}"), &Origin::default());
        }
        if !fact.makers.is_empty() {
            self.item(&format!("certain of the official images and of {}", codes(&fact.makers)), &Origin::default());
        }
        self.lines("to bring it back", &fact.runbook);
    }

    fn rollout(&mut self, fact: &Rollout) {
        let mut text = format!("updates: `OnDelete`, as {}: {}", fact.shipped_by, fact.says);
        if !fact.when.is_empty() {
            let _ = write!(text, " (with {})", any(&fact.when));
        }
        self.item(&text, &fact.origin());
        self.lines("by hand", &fact.runbook);
    }

    fn lines(&mut self, what: &str, lines: &[String]) {
        self.item(&format!("{what}:"), &Origin::default());
        for line in lines {
            self.line(&format!("  - `{}`", flat(line)));
        }
    }

    fn unreplicated(&mut self, fact: &Unreplicated) {
        let mut text = format!("several Pods are {}: {}", fact.are, fact.says);
        if !fact.when.is_empty() {
            let _ = write!(text, " (with {})", any(&fact.when));
        }
        self.item(&text, &fact.origin());
        self.item(&format!("to change: {}", fact.advice), &Origin::default());
        if fact.may_be_meant {
            self.item("that may be meant", &Origin::default());
        }
        if !fact.makers.is_empty() {
            self.item(&format!("certain of the official images and of {}", codes(&fact.makers)), &Origin::default());
        }
    }
}
