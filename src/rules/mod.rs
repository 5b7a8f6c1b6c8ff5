//! What a rule is, and all that a rule may see.
//!
//! A rule is one file of this folder and one page of the same name in `rules/`; `build.rs` collects both into [`ALL`].

mod shared;

pub use shared::{Case, Context, Dependence, ExternalService, Findings, Options};

use crate::finding::RuleMeta;
use crate::model::{BudgetView, Change, DocumentId, Object, Placed, ServiceView, SetView};

/// A rule: its name, its logic, its page.
pub struct Rule {
    /// Name, group, severities.
    pub meta: &'static RuleMeta,
    /// What it looks at.
    pub check: Check,
    /// Its page, as Markdown.
    pub page: &'static str,
}

/// What a rule looks at. A rule is pure and cannot fail: it gets its subject, the context, and a place for findings.
#[derive(Clone, Copy)]
pub enum Check {
    /// Each StatefulSet.
    Set(fn(SetView<'_>, &Context<'_>, &mut Findings)),
    /// Each budget.
    Budget(fn(BudgetView<'_>, &Context<'_>, &mut Findings)),
    /// Each Service.
    Service(fn(ServiceView<'_>, &Context<'_>, &mut Findings)),
    /// Each PersistentVolumeClaim.
    Claim(fn(&Object, &Context<'_>, &mut Findings)),
    /// Each object, whatever its kind.
    Object(fn(&Object, &Context<'_>, &mut Findings)),
    /// Each document, whatever it holds.
    Document(fn(DocumentId, &Placed, &Context<'_>, &mut Findings)),
    /// Each object that is in base and head, or in one of them, where there is a base.
    Change(fn(Change<'_>, &Context<'_>, &mut Findings)),
    /// All objects at once.
    Inventory(fn(&Context<'_>, &mut Findings)),
    /// Nothing by itself: the engine says it when it knows what the other rules have found.
    Engine,
}

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The rule of this name.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.meta.id == id)
}
