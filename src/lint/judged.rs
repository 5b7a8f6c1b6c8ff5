//! What each set was taken for.

use super::{locate, set_name};
use crate::finding::{JudgedSet, Location, Place, Runs, ToldBy};
use crate::model::SetView;
use crate::rules::Context;
use crate::systems::{Found, Meaning};
use crate::yaml::FieldPath;

/// All sets of the head, by file and place.
pub(super) fn sets(context: &Context<'_>) -> Vec<JudgedSet> {
    let mut sets: Vec<JudgedSet> = context.head.sets().filter_map(|set| judged(set, context)).collect();
    let order = |one: &JudgedSet| (one.location.source.name().to_owned(), one.location.span);
    sets.sort_by_cached_key(order);
    sets
}

fn judged(set: SetView<'_>, context: &Context<'_>) -> Option<JudgedSet> {
    let name = Place::value(set.id(), FieldPath::of("metadata.name"));
    let declared = context.catalogue.declared(set).map(|declared| declared.meaning);
    let is_declared = !matches!(declared, None | Some(Meaning::UnknownSystem { .. }));
    let runs = context.system(set).map(|running| Runs {
        system: running.system().name().to_owned(),
        mode: running.mode().name.clone(),
        is_assumed: running.is_assumed(),
        evidence: running.told().and_then(|told| evidence(told, context)),
    });
    let told_by = match (is_declared, &runs) {
        (true, _) => Some(ToldBy::Annotation),
        (false, Some(_)) => Some(ToldBy::Image),
        (false, None) => None,
    };
    let location = locate::locate(context, &name, "")?;
    Some(JudgedSet { set: set_name(context.head, set.id()), location, runs, told_by })
}

fn evidence(told: &Found, context: &Context<'_>) -> Option<Location> {
    let place = Place::value(told.object, told.path.clone());
    let place = match &told.range {
        Some(range) => place.within(range.clone()),
        None => place,
    };
    locate::locate(context, &place, "")
}
