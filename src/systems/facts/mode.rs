//! The ways in which a system can be run.

use super::*;

fact! {
    /// One way in which a system can be run.
    Mode {
        /// Its name, unique in the file.
        name: String,
        /// The system's name in this mode, where it differs.
        title: Option<String>,
        /// By what it is recognised: any of these; the last mode has none.
        #[serde(default)]
        when: Vec<Condition>,
        /// Whether it is only the likeliest, since what would tell was not read.
        #[serde(default)]
        assumed: bool,
        /// Whether several Pods of it form one cluster.
        clustered: bool,
        /// Who votes, where the file's own `votes` do not say it.
        votes: Option<Votes>,
        /// How members find each other, where the file's own `peers` do not say it.
        peers: Option<Peers>,
        /// Who may begin, where the file's own `bootstrap` does not say it.
        bootstrap: Option<Bootstrap>,
        /// What the order of starts means, where the file's own `order` does not say it.
        order: Option<Order>,
        /// What several Pods are, where nothing replicates between them.
        unreplicated: Option<Unreplicated>,
        /// That it does not come back by itself after all members have stopped together.
        restart: Option<Restart>,
        /// That its makers want its Pods replaced by hand.
        rollout: Option<Rollout>,
    }
}
