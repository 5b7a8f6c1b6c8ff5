//! The catalogue: what is known of stateful systems, each fact with its source, in `rules/systems/`.
//!
//! A set is identified by its image, its mode by what it is given (variables, arguments, ports, ConfigMaps), and a probe
//! by its form: all of it is declared in the files, none of it here. `rules/systems/README.md` documents the schema.

mod condition;
mod facts;
mod image;
mod members;
mod probe;
mod replication;
mod running;
mod settings;
mod shutdown;
mod system;

pub use condition::{Condition, Names, Pattern};
pub use facts::{
    Answer, Bootstrap, BootstrapBy, Candidate, Data, Form, Mode, Order, Origin, Peers, PeersBy, Port, ProbeFact,
    Tolerance, Verdict, Votes,
};
pub use image::{Image, Version};
pub use probe::Proposed;
pub use replication::Unreplicated;
pub use running::Running;
pub use settings::Found;
pub use shutdown::{Kept, Shutdown, Worth};
pub use system::{Fault, System};

use std::sync::LazyLock;

include!(concat!(env!("OUT_DIR"), "/systems.rs"));

/// All systems.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    systems: Vec<System>,
}

static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| {
    // A test keeps every file readable.
    let systems = FILES.iter().filter_map(|(name, text)| System::read(name, text).ok()).collect();
    Catalogue { systems }
});

impl Catalogue {
    /// The catalogue that is compiled in.
    pub fn built_in() -> &'static Catalogue {
        &BUILT_IN
    }

    /// Reads files, each by its name without the ending and its text, and says everything that is wrong with them.
    pub fn read<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Catalogue, Vec<Fault>> {
        let (mut systems, mut faults) = (Vec::new(), Vec::new());
        for (name, text) in files {
            match System::read(name, text) {
                Ok(system) => {
                    faults.extend(system.faults());
                    systems.push(system);
                }
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Catalogue { systems }) } else { Err(faults) }
    }

    /// Names and texts of the files that are compiled in.
    pub fn files() -> &'static [(&'static str, &'static str)] {
        FILES
    }

    /// All systems, by name.
    pub fn systems(&self) -> &[System] {
        &self.systems
    }
}
