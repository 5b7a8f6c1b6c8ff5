//! What in the manifests switches findings off: comments and annotations.

mod annotation;
mod comment;
mod unused;

use std::collections::HashMap;
use std::sync::Arc;

use annotation::Says;
pub(super) use unused::Run;

use super::locate;
use crate::finding::{Finding, Location, Means, Place, State, Target};
use crate::model::{DocumentId, Inventory, ObjectId};
use crate::yaml::{FieldPath, Source, Span};

/// What switches a finding off, and why.
#[derive(Clone, Debug)]
pub(super) struct Silence {
    pub(super) by: Means,
    /// The user's words; may be empty.
    pub(super) reason: String,
    /// Where it is said.
    pub(super) location: Option<Location>,
}

/// Of which sets a finding is switched off.
#[derive(Debug)]
pub(super) enum Silenced {
    /// Of none.
    No,
    /// Altogether.
    Whole(Silence),
    /// Of these of its sets; of others it remains.
    Of(Vec<(ObjectId, Silence)>),
}

/// Everything in the manifests that switches something off, or means to.
#[derive(Debug, Default)]
pub(super) struct Suppressions {
    all: Vec<Suppression>,
    /// Comments by the file, which is known by where its text lies, and by the line that they speak for.
    by_line: HashMap<*const Source, HashMap<usize, Vec<usize>>>,
    /// Annotations by the object that carries them.
    by_object: HashMap<ObjectId, Vec<usize>>,
}

#[derive(Debug)]
struct Suppression {
    by: Means,
    place: Said,
    /// The names of rules, each with its bytes, and whether it has switched something off.
    rules: Vec<(String, Span, bool)>,
    reason: String,
}

/// Where a suppression is said.
#[derive(Debug)]
enum Said {
    Comment {
        document: DocumentId,
        span: Span,
        line: usize,
    },
    Annotation {
        object: ObjectId,
        path: FieldPath,
        key: Span,
    },
    /// A key of ours that is not read; the rest of the key.
    Unread {
        object: ObjectId,
        path: FieldPath,
        rest: String,
    },
    /// In a kustomization.
    Overlay,
}

impl Suppressions {
    pub(super) fn read(inventory: &Inventory) -> Suppressions {
        let mut found = Suppressions::default();
        for one in comment::all(inventory) {
            let file = Arc::as_ptr(&inventory.document(one.document).document.source);
            let number = found.all.len();
            found.by_line.entry(file).or_default().entry(one.line).or_default().push(number);
            found.all.push(Suppression {
                by: Means::Comment,
                place: Said::Comment { document: one.document, span: one.span, line: one.line },
                rules: one.rules.into_iter().map(|(name, span)| (name, span, false)).collect(),
                reason: one.reason,
            });
        }
        for one in annotation::all(inventory) {
            let object = one.object;
            let (place, rules) = match (one.key, one.says) {
                (Some((path, key)), Says::Ignore(rule)) => {
                    (Said::Annotation { object, path, key }, vec![(rule, key, false)])
                }
                (Some((path, _)), Says::Unread(rest)) => (Said::Unread { object, path, rest }, Vec::new()),
                (None, Says::Ignore(rule)) => (Said::Overlay, vec![(rule, Span::default(), false)]),
                (None, Says::Unread(_)) => continue,
            };
            found.by_object.entry(object).or_default().push(found.all.len());
            found.all.push(Suppression { by: Means::Annotation, place, rules, reason: one.reason });
        }
        found
    }

    /// Of which sets a finding is switched off: altogether by a comment at one of its places, or above the object that
    /// holds the main place, or by that object's annotation; of a set by what stands above or on that set.
    ///
    /// All that fit are asked, so that each of them counts as used.
    pub(super) fn silences(&mut self, inventory: &Inventory, rule: &str, finding: &Finding) -> Silenced {
        if self.all.is_empty() {
            return Silenced::No;
        }
        let places = std::iter::once(&finding.place).chain(finding.related.iter().map(|(place, _)| place));
        let mut whole = None;
        for place in places.filter(|place| place.state == State::Head) {
            let comment = self.at_place(inventory, rule, place);
            whole = whole.or(comment);
        }
        // What is at the base carries the base's numbers.
        if let Some(holder) = holder(inventory, &finding.place) {
            let said = self.on_object(inventory, rule, holder);
            whole = whole.or(said);
        }
        let mut of_sets: Vec<(ObjectId, Silence)> = Vec::new();
        for &set in &finding.sets {
            let said = self.on_object(inventory, rule, set);
            of_sets.extend(said.map(|silence| (set, silence)));
        }
        match (whole, of_sets.first()) {
            (Some(silence), _) => Silenced::Whole(silence),
            (None, None) => Silenced::No,
            (None, Some((_, silence))) if of_sets.len() == finding.sets.len() => Silenced::Whole(silence.clone()),
            (None, Some(_)) => Silenced::Of(of_sets),
        }
    }

    fn at_place(&mut self, inventory: &Inventory, rule: &str, place: &Place) -> Option<Silence> {
        let (document, span) = match &place.target {
            Target::Text { document, span } => (*document, Some(*span)),
            Target::Field { object, .. } => (inventory.object(*object).document, locate::span_of(inventory, place)),
        };
        self.at_offset(inventory, rule, document, span?.start)
    }

    /// By a comment above an object, or by its annotation.
    fn on_object(&mut self, inventory: &Inventory, rule: &str, id: ObjectId) -> Option<Silence> {
        let object = inventory.object(id);
        let start = inventory.document(object.document).node(object.node).span().start;
        let comment = self.at_offset(inventory, rule, object.document, start);
        let numbers = self.by_object.get(&id).cloned().unwrap_or_default();
        let annotation = self.use_all(inventory, rule, &numbers);
        comment.or(annotation)
    }

    fn at_offset(&mut self, inventory: &Inventory, rule: &str, document: DocumentId, offset: u32) -> Option<Silence> {
        let source = &inventory.document(document).document.source;
        let lines = self.by_line.get(&Arc::as_ptr(source))?;
        let numbers = lines.get(&source.position(offset as usize).line)?.clone();
        self.use_all(inventory, rule, &numbers)
    }

    /// Marks a rule's name in these suppressions as used; the first that has it is what switches off.
    fn use_all(&mut self, inventory: &Inventory, rule: &str, numbers: &[usize]) -> Option<Silence> {
        let mut silent = None;
        for &number in numbers {
            let one = &mut self.all[number];
            let mut is_meant = false;
            for (_, _, used) in one.rules.iter_mut().filter(|(name, _, _)| name == rule) {
                *used = true;
                is_meant = true;
            }
            if is_meant && silent.is_none() {
                silent =
                    Some(Silence { by: one.by, reason: one.reason.clone(), location: one.place.location(inventory) });
            }
        }
        silent
    }
}

impl Said {
    fn location(&self, inventory: &Inventory) -> Option<Location> {
        let (document, span) = match self {
            Said::Comment { document, span, .. } => (*document, *span),
            Said::Annotation { object, key, .. } => (inventory.object(*object).document, *key),
            Said::Unread { .. } | Said::Overlay => return None,
        };
        Some(locate::location(inventory, document, span, ""))
    }
}

/// The object of the head that holds a place.
fn holder(inventory: &Inventory, place: &Place) -> Option<ObjectId> {
    match (&place.target, place.state) {
        (_, State::Base) => None,
        (Target::Field { object, .. }, State::Head) => Some(*object),
        (Target::Text { document, span }, State::Head) => {
            locate::holder(inventory, *document, *span).map(|object| object.id)
        }
    }
}
