//! A look at a file whose types are right: does each name, pattern, date and folder lead somewhere?

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::anchor::Paths;
use super::date::Date;
use super::file::{File, Ignore, Levels};
use super::ignored::{Entry, Named};
use super::level::Level;
use super::names::{GROUPS, is_group, resolve};
use super::policy::{Exception, Policy, Scope};
use super::read::{Config, Surroundings};
use crate::model::{DEFERRED_KINDS, KINDS, Pattern, Version};
use crate::nearest::nearest;
use crate::rules::{ExternalService, Options};
use crate::systems::Fault;
use crate::yaml::{Document, FieldPath, Located, NodeId, NodeKind, Span};

/// How many faults are kept; a hostile file can have millions.
const MOST_FAULTS: usize = 200;

/// How many patterns for paths the file may have, aliases followed: each is compiled.
const MOST_PATTERNS: usize = 5_000;

/// How many overrides, and how many `ignore` entries: each is asked for each finding.
const MOST_ENTRIES: usize = 10_000;

/// The state of one look at a file.
pub(super) struct Review<'a> {
    document: &'a Document,
    root: NodeId,
    faults: Vec<Fault>,
    /// Where something is wrong already: one place, one fault.
    faulty: BTreeSet<Span>,
    patterns: usize,
}

impl<'a> Review<'a> {
    /// With what is known to be wrong.
    pub(super) fn new(document: &'a Document, root: NodeId, mut faults: Vec<Fault>) -> Review<'a> {
        faults.truncate(MOST_FAULTS);
        let faulty = faults.iter().map(|fault| fault.span).collect();
        Review { document, root, faults, faulty, patterns: 0 }
    }

    /// Everything that is wrong, in the order of the text.
    pub(super) fn into_faults(mut self) -> Vec<Fault> {
        self.faults.sort_by_key(|fault| fault.span);
        self.faults
    }

    /// What the file says, as far as it is right.
    pub(super) fn config(&mut self, file: &File, surroundings: &Surroundings<'_>, empty: Config) -> Config {
        let levels = self.levels(&FieldPath::of("rules"), &file.rules);
        let mut overrides = Vec::new();
        let at = FieldPath::of("overrides");
        if self.is_short(&at, file.overrides.len(), "overrides") {
            for (index, one) in file.overrides.iter().enumerate() {
                let at = at.clone().index(index);
                let scope = self.scope(&at, &one.paths, &one.kinds, &one.namespaces, &one.names);
                if scope.is_empty() && one.paths.is_empty() {
                    let message = "this override says nowhere where it counts";
                    let help = "give `paths`, `kinds`, `namespaces` or `names`, or say it in `rules` for everything";
                    self.say(&at, message, help);
                }
                self.wants(&at, "rules");
                let levels = self.levels(&at.key("rules"), &one.rules);
                overrides.push(Exception { scope, levels });
            }
        }
        let at = FieldPath::of("ignore");
        let mut ignore = Vec::new();
        if self.is_short(&at, file.ignore.len(), "entries") {
            let entries = file.ignore.iter().enumerate();
            ignore.extend(entries.map(|(index, one)| self.entry(&at.clone().index(index), one, surroundings.today)));
        }
        let version = file.kubernetes_version.as_ref().and_then(|_| self.version());
        let exclude = self.paths(&FieldPath::of("exclude"), &file.exclude);
        let systems = file.systems.clone().filter(|folder| self.is_folder(folder, surroundings));
        let mut options = file.options.clone();
        self.options(&options);
        options.external_services = self.external_services(&file.external_services);
        let anchor = surroundings.anchor.clone();
        let policy = Policy { anchor, levels, overrides, ignore };
        Config {
            version,
            fail_on: file.fail_on,
            exclude,
            systems,
            baseline: file.baseline.clone(),
            options,
            policy,
            ..empty
        }
    }

    fn version(&mut self) -> Option<Version> {
        let at = FieldPath::of("kubernetes-version");
        let text = self.document.node(self.root).at(&at)?.text().to_owned();
        let version = Version::from_str(&text);
        version.map_err(|known| self.say(&at, format!("`{text}` is no version that is known"), known)).ok()
    }

    fn is_folder(&mut self, folder: &str, surroundings: &Surroundings<'_>) -> bool {
        let outcome = (surroundings.folder)(folder);
        if let Err(reason) = &outcome {
            let help = "the path begins in the folder of this file";
            self.say(&FieldPath::of("systems"), format!("`{folder}` cannot be read: {reason}"), help);
        }
        outcome.is_ok()
    }

    /// The types allow a zero that means nothing.
    fn options(&mut self, options: &Options) {
        let at = FieldPath::of("options");
        if options.budget_missing.replicas < 2 {
            let help = "a budget over one Pod protects nothing: 2 is the least";
            self.say(&at.clone().key("budget-missing").key("replicas"), "at least 2 are expected here", help);
        }
        if options.grace_period_short.most_seconds == Some(0) {
            let at = at.key("grace-period-short").key("most-seconds");
            self.say(&at, "at least 1 is expected here", "leave it out where there is no limit");
        }
    }

    fn external_services(&mut self, names: &[String]) -> Vec<ExternalService> {
        let at = FieldPath::of("external-services");
        let mut services = Vec::new();
        for (index, text) in names.iter().enumerate() {
            let (namespace, name) = match text.split_once('/') {
                Some((namespace, name)) => (Some(namespace), name),
                None => (None, text.as_str()),
            };
            let is_name = |text: &str| !text.is_empty() && !text.contains(['/', '.', ' ', ':']);
            if !is_name(name) || !namespace.is_none_or(is_name) {
                let help = "write NAMESPACE/NAME, or NAME for any namespace";
                self.say(&at.clone().index(index), format!("`{text}` names no Service"), help);
            }
            services.push(ExternalService { namespace: namespace.map(Pattern::new), name: Pattern::new(name) });
        }
        services
    }

    /// The levels of rules: those of groups first, the widest before all.
    fn levels(&mut self, at: &FieldPath, written: &Levels) -> BTreeMap<&'static str, Level> {
        let mut levels = BTreeMap::new();
        for (group, level) in GROUPS.iter().filter_map(|(group, _)| Some((*group, (*written.get(*group)?)?))) {
            levels.extend(resolve(group).unwrap_or_default().into_iter().map(|rule| (rule, level)));
        }
        for (name, level) in written.iter().filter(|(name, _)| !is_group(name)) {
            if self.is_full() {
                break;
            }
            match resolve(name) {
                Ok(rules) => levels.extend(rules.into_iter().filter_map(|rule| Some((rule, (*level)?)))),
                Err(unknown) => {
                    let span = self.place(&at.clone().key(name.clone()), true);
                    self.unknown(span, name, unknown.nearest);
                }
            }
        }
        levels
    }

    fn entry(&mut self, at: &FieldPath, written: &Ignore, today: Date) -> Entry {
        self.wants(at, "rules");
        self.wants(at, "reason");
        let names = at.clone().key("rules");
        let mut rules = Vec::new();
        for (index, name) in written.rules.iter().enumerate() {
            if self.is_full() {
                break;
            }
            let span = self.place(&names.clone().index(index), false);
            match resolve(name) {
                Ok(means) => rules.push(Named { name: name.clone(), span, means, is_group: is_group(name) }),
                Err(unknown) => self.unknown(span, name, unknown.nearest),
            }
        }
        if written.rules.is_empty() && self.has(&names) {
            self.say(&names, "no rule is named here", "name the rules that are to be silent here, or `all`");
        }
        if written.reason.trim().is_empty() && self.has(&at.clone().key("reason")) {
            self.say(&at.clone().key("reason"), "the reason is empty", "say why, for those who come after you");
        }
        let until = at.clone().key("until");
        let date = written.until.as_deref().and_then(|text| match text.parse::<Date>() {
            Ok(date) => Some((date, self.place(&until, false))),
            Err(reason) => {
                self.say(&until, format!("`{text}` is no date"), reason);
                None
            }
        });
        Entry {
            source: self.document.source.clone(),
            rules,
            scope: self.scope(at, &written.paths, &written.kinds, &written.namespaces, &written.names),
            fields: self.patterns(&at.clone().key("fields"), &written.fields),
            reason: written.reason.trim().to_owned(),
            is_over: date.is_some_and(|(date, _)| date < today),
            until: date,
        }
    }

    fn scope(
        &mut self,
        at: &FieldPath,
        paths: &[String],
        kinds: &[Pattern],
        namespaces: &[Pattern],
        names: &[Pattern],
    ) -> Scope {
        let known = || KINDS.iter().chain(DEFERRED_KINDS).copied();
        for (index, kind) in kinds.iter().enumerate().filter(|(_, kind)| !known().any(|known| kind.fits(known))) {
            let help = match nearest(kind.as_str(), known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "only kinds that StatefulSets depend on are read".to_owned(),
            };
            let message = format!("stslint reads no object of kind `{}`", kind.as_str());
            self.say(&at.clone().key("kinds").index(index), message, help);
        }
        Scope {
            paths: self.paths(&at.clone().key("paths"), paths),
            kinds: self.patterns(&at.clone().key("kinds"), kinds),
            namespaces: self.patterns(&at.clone().key("namespaces"), namespaces),
            names: self.patterns(&at.clone().key("names"), names),
        }
    }

    fn patterns(&mut self, at: &FieldPath, patterns: &[Pattern]) -> Vec<Pattern> {
        for (index, _) in patterns.iter().enumerate().filter(|(_, pattern)| pattern.as_str().is_empty()) {
            self.say(&at.clone().index(index), "this fits nothing", "leave it out, or write `*` for anything");
        }
        patterns.to_vec()
    }

    fn paths(&mut self, at: &FieldPath, patterns: &[String]) -> Paths {
        self.patterns += patterns.len();
        if self.patterns > MOST_PATTERNS {
            self.say(at, format!("there are more than {MOST_PATTERNS} patterns for paths"), "leave some out");
            return Paths::default();
        }
        let (paths, faults) = Paths::read(patterns);
        for (index, reason) in faults {
            let pattern = patterns.get(index).map_or("", String::as_str);
            let message = format!("`{pattern}` is no pattern for paths: {reason}");
            self.say(&at.clone().index(index), message, "patterns are those of .gitignore, from this file's folder on");
        }
        paths
    }

    /// Whether nothing more that is wrong would be kept: looking for the nearest name, and for its place, takes long.
    fn is_full(&self) -> bool {
        self.faults.len() >= MOST_FAULTS
    }

    fn has(&self, at: &FieldPath) -> bool {
        self.document.node(self.root).at(at).is_some_and(|node| node.kind() != NodeKind::Null)
    }

    /// Says that a key is missing, in words that name it: two may be missing in one place.
    fn wants(&mut self, at: &FieldPath, key: &str) {
        if !self.has(&at.clone().key(key.to_owned())) {
            let span = self.place(at, false);
            let (source, help) = (self.document.source.clone(), String::new());
            if !self.is_full() {
                self.faults.push(Fault { source, span, message: format!("`{key}` is missing here"), help });
            }
        }
    }

    fn is_short(&mut self, at: &FieldPath, length: usize, what: &str) -> bool {
        if length > MOST_ENTRIES {
            self.say(at, format!("there are more than {MOST_ENTRIES} {what}"), "leave some out");
        }
        length <= MOST_ENTRIES
    }

    fn unknown(&mut self, span: Span, name: &str, near: Option<&str>) {
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`stslint rules` lists the names; groups are `default`, `pedantic` and `all`".to_owned(),
        };
        self.push(span, format!("no rule or group is called `{name}`"), help);
    }

    /// The bytes of a value, or of its key.
    fn place(&self, at: &FieldPath, key: bool) -> Span {
        let (of_key, node) = match self.document.locate(self.root, at) {
            Located::Exact { key, node, .. } | Located::Nearest { key, node, .. } => (key, node),
        };
        let value = Fault::first_line(self.document.node(node));
        of_key.filter(|_| key || value.is_empty()).unwrap_or(value)
    }

    fn say(&mut self, at: &FieldPath, message: impl Into<String>, help: impl Into<String>) {
        let span = self.place(at, false);
        self.push(span, message.into(), help.into());
    }

    fn push(&mut self, span: Span, message: String, help: String) {
        if !self.is_full() && self.faulty.insert(span) {
            self.faults.push(Fault { source: self.document.source.clone(), span, message, help });
        }
    }
}
