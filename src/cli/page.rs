//! One system of the catalogue, like a page.

use std::fmt::Write as _;

use crate::render::printable;
use crate::systems::{
    Answer, Bootstrap, Candidate, ClusterWide, Condition, Data, Entry, Mode, Order, Origin, Peers, ProbeFact, Refused,
    Restart, Rollout, System, Unreachable, Unreplicated, Votes,
};

/// The page, as Markdown.
pub(super) fn of(entry: &Entry) -> String {
    let mut page = Page { text: String::new(), sources: Vec::new() };
    page.head(entry);
    let system = &entry.system;
    page.cluster(system);
    page.modes(system);
    page.member_lists(system);
    page.early_clients(system);
    page.data(system);
    page.ports(system);
    page.probes(system);
    page.cluster_wide(&system.cluster_wide);
    page.refused(&system.refused);
    page.unreachable(&system.unreachable);
    page.proposals("Readiness probes to propose", &system.readiness);
    page.proposals("Liveness probes to propose", &system.liveness);
    page.arguments(system);
    page.list_sources();
    page.text
}

/// A text from the catalogue on one line, with what a terminal would act upon made visible.
pub(super) fn flat(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

struct Page {
    text: String,
    /// Each source once, in the order in which it is cited.
    sources: Vec<String>,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.line(&format!("\n## {text}\n"));
    }

    /// ` (measured on 3.7.3) [1] [2]`; nothing for what says nothing.
    fn cite(&mut self, origin: &Origin) -> String {
        let mut text = String::new();
        if !origin.measured.is_empty() {
            // Writing into a String cannot fail.
            let _ = write!(text, " (measured on {})", flat(&origin.measured.join(", ")));
        }
        for source in &origin.source {
            let known = self.sources.iter().position(|one| one == source).unwrap_or_else(|| {
                self.sources.push(source.clone());
                self.sources.len() - 1
            });
            let _ = write!(text, " [{}]", known + 1);
        }
        text
    }

    fn item(&mut self, text: &str, origin: &Origin) {
        let cited = self.cite(origin);
        self.line(&format!("- {}{cited}", flat(text)));
    }

    fn head(&mut self, entry: &Entry) {
        let system = &entry.system;
        self.line(&format!("# {}\n", flat(&system.title)));
        let images: Vec<String> = system.images.iter().map(|image| format!("`{image}`")).collect();
        let cited = self.cite(&system.origin());
        self.line(&format!("Images whose last segments are exactly {}{cited}", flat(&images.join(", "))));
        if !system.also.is_empty() {
            self.line(&format!("\nAlso containers with {}", any(&system.also)));
        }
        if !system.except.is_empty() {
            self.line(&format!("\nNot containers with {}", any(&system.except)));
        }
        let whose = if entry.is_own { "your own" } else { "built in" };
        let annotation = format!("`stslint/system: {}`", system.name());
        self.line(&format!(
            "\nFile: {} ({whose}). On a set, the annotation {annotation} says that it is this system.",
            { flat(entry.source.name()) }
        ));
    }

    /// What holds in every mode that says nothing else.
    fn cluster(&mut self, system: &System) {
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

    fn modes(&mut self, system: &System) {
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

    fn early_clients(&mut self, system: &System) {
        if let Some(fact) = &system.early_clients {
            self.heading("Clients of members that are not ready");
            self.item(&fact.says, &fact.origin());
        }
    }

    fn member_lists(&mut self, system: &System) {
        if system.member_lists.is_empty() {
            return;
        }
        self.heading("Lists of members");
        self.line("The first that fits and is found counts.\n");
        for list in &system.member_lists {
            let patterns: Vec<&str> = list.found_by.iter().map(|pattern| pattern.as_str()).collect();
            let mut text = format!("{}, found by {}", list.names.in_words(), codes(&patterns));
            if !list.modes.is_empty() {
                let _ = write!(text, ", in {}", codes(&list.modes));
            }
            if !list.member_named_by.is_empty() {
                let _ = write!(text, "; a member is named by {}", codes(&list.member_named_by));
            }
            if let Some(unlisted) = &list.unlisted {
                let _ = write!(text, "; {unlisted}");
            }
            self.item(&text, &list.origin());
        }
    }

    fn data(&mut self, system: &System) {
        if system.data.is_empty() {
            return;
        }
        self.heading("Data directories");
        self.line("The first that fits counts.\n");
        for data in &system.data {
            let text = directory(data);
            self.item(&text, &data.origin());
        }
        for fact in &system.lost_found {
            let mut text = format!("with a `lost+found` in it: {}", fact.says);
            text.push_str(&versions(fact.from.as_deref(), fact.before.as_deref()));
            if !fact.when.is_empty() {
                let _ = write!(text, ", with {}", any(&fact.when));
            }
            self.item(&text, &fact.origin());
        }
    }

    fn ports(&mut self, system: &System) {
        if system.ports.is_empty() {
            return;
        }
        self.heading("Ports");
        for (name, port) in &system.ports {
            let number = port.number.map_or_else(|| "only where configured".to_owned(), |number| number.to_string());
            let mut text = format!("`{name}`: {number}");
            if !port.names.is_empty() {
                let _ = write!(text, ", called {}", codes(&port.names));
            }
            let set_by: Vec<&str> = port.set_by.iter().map(|pattern| pattern.as_str()).collect();
            if !set_by.is_empty() {
                let _ = write!(text, ", set by {}", codes(&set_by));
            }
            self.item(&text, &port.origin());
        }
    }

    fn probes(&mut self, system: &System) {
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

    fn cluster_wide(&mut self, facts: &[ClusterWide]) {
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

    fn unreachable(&mut self, facts: &[Unreachable]) {
        if facts.is_empty() {
            return;
        }
        self.heading("Where the kubelet cannot ask");
        for fact in facts {
            self.item(&format!("{}, with {}", fact.says, any(&fact.when)), &fact.origin());
            self.item(&format!("to change: {}", fact.advice), &Origin::default());
        }
    }

    fn refused(&mut self, facts: &[Refused]) {
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

    fn proposals(&mut self, heading: &str, candidates: &[Candidate]) {
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

    fn arguments(&mut self, system: &System) {
        let Some(known) = &system.arguments else { return };
        self.heading("Flags");
        let bounds = versions(known.from.as_deref(), known.before.as_deref());
        self.item(&format!("`{}` ends on any other{bounds}", known.program), &known.origin());
        self.item(&format!("with a value: {}", codes(&known.flags)), &Origin::default());
        self.item(&format!("alone: {}", codes(&known.switches)), &Origin::default());
    }

    fn list_sources(&mut self) {
        if self.sources.is_empty() {
            return;
        }
        self.heading("Sources");
        for (index, source) in std::mem::take(&mut self.sources).iter().enumerate() {
            self.line(&format!("[{}] {}", index + 1, flat(source)));
        }
    }
}

/// Conditions of which one has to hold.
fn any(conditions: &[Condition]) -> String {
    flat(&conditions.iter().map(Condition::in_words).collect::<Vec<_>>().join("; or "))
}

fn codes(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

fn versions(from: Option<&str>, before: Option<&str>) -> String {
    let mut text = from.map_or_else(String::new, |from| format!(", from {from} on"));
    if let Some(before) = before {
        let _ = write!(text, ", before {before}");
    }
    text
}

fn directory(data: &Data) -> String {
    let mut text = format!("`{}`{}", data.directory, versions(data.from.as_deref(), data.before.as_deref()));
    if !data.when.is_empty() {
        let _ = write!(text, ", with {}", any(&data.when));
    }
    if !data.set_by.is_empty() {
        let _ = write!(text, ", unless set by {}", codes(&data.set_by));
    }
    if let Some(mount) = &data.mount {
        let _ = write!(text, "; volumes are mounted at `{mount}`");
    }
    if !data.declares.is_empty() {
        let _ = write!(text, "; the image declares {} as volumes", codes(&data.declares));
    }
    if let Some(beside) = &data.beside {
        let _ = write!(text, "; {beside}");
    }
    text
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
