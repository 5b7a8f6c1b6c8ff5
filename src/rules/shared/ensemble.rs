//! The one consensus group that the Pods of a set form, where nobody else can vote in it.

use std::collections::HashMap;

use super::Context;
use crate::model::{Replicas, SetView};
use crate::systems::{Running, Tolerance, Votes};

/// A set whose Pods, and nobody else, vote in one group.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Ensemble<'a> {
    pub(in crate::rules) set: SetView<'a>,
    pub(in crate::rules) running: Running<'a>,
    pub(in crate::rules) votes: &'a Votes,
    /// How many vote.
    pub(in crate::rules) voters: i64,
}

impl Ensemble<'_> {
    /// How many have to agree.
    pub(in crate::rules) fn quorum(&self) -> i64 {
        self.voters / 2 + 1
    }

    /// How many may be lost.
    pub(in crate::rules) fn tolerance(&self) -> i64 {
        self.voters - self.quorum()
    }
}

/// The ensembles whose number of voters is beyond doubt and is `wanted`: it is written and nothing changes it, all members
/// that the configuration names are Pods of this set, and no other workload beside it runs the same system.
pub(in crate::rules) fn ensembles<'a>(context: &Context<'a>, wanted: fn(i64) -> bool) -> Vec<Ensemble<'a>> {
    let mut found = Vec::new();
    let mut by_system: HashMap<(&str, Option<&str>), Vec<SetView<'a>>> = HashMap::new();
    for set in context.head.sets() {
        let Some(running) = context.system(set) else { continue };
        by_system.entry((running.system().name(), set.namespace())).or_default().push(set);
        let Some(votes) = running.votes().filter(|votes| votes.tolerance == Tolerance::Majority) else { continue };
        let Replicas::Fixed(voters) = set.replicas() else { continue };
        if running.is_clustered() && !running.is_assumed() && wanted(voters) && !running.names_other_members(voters) {
            found.push(Ensemble { set, running, votes, voters });
        }
    }
    found.retain(|one| {
        let key = (one.running.system().name(), one.set.namespace());
        let others = by_system.get(&key).into_iter().flatten().filter(|other| other.id() != one.set.id());
        let document = one.set.object().document;
        let alone =
            others.into_iter().all(|other| !context.head.documents_are_together(document, other.object().document));
        alone && !context.head.workload_beside(one.set, &one.running.images_that_vote())
    });
    found
}
