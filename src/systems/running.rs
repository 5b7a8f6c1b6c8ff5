//! A system as one set runs it.

use std::sync::Arc;

use super::annotation::Meaning;
use super::condition::{any_holds, first_holding};
use super::facts::{Bootstrap, Candidate, Mode, Order, Peers, Votes};
use super::image::Version;
use super::settings::{Found, Settings};
use super::{Catalogue, System};
use crate::model::SetView;

/// A system as one set runs it: which, in which container, in which mode.
#[derive(Clone, Debug)]
pub struct Running<'a> {
    pub(super) system: &'a System,
    pub(super) mode: &'a Mode,
    /// Shared: rules take what runs along with them.
    pub(super) settings: Arc<Settings<'a>>,
    container: usize,
    told: Option<Found>,
    /// Whether the set itself says the mode.
    is_meant: bool,
}

impl Catalogue {
    /// The system that a set runs: the one that the set itself says; else by the image of its first container that runs
    /// one, exactly, so that `etcd-operator` is no etcd; then by what the set is given, the mode.
    pub fn identify<'a>(&'a self, set: SetView<'a>) -> Option<Running<'a>> {
        let has_claims = set.containers().iter().any(|container| set.mounts_claim(container));
        let (meant, mode) = match self.declared(set).map(|declared| declared.meaning) {
            None => (None, None),
            Some(Meaning::System(system) | Meaning::UnknownMode { system, .. }) => (Some(system), None),
            Some(Meaning::Mode(system, mode)) => (Some(system), Some(mode)),
            Some(Meaning::None | Meaning::UnknownSystem { .. }) => return None,
        };
        let by_image = set.containers().iter().enumerate().find_map(|(position, container)| {
            // Where claims are mounted, a container without one is a sidecar: a cache, a backup, an exporter.
            if has_claims && !set.mounts_claim(container) {
                return None;
            }
            let image = super::image::Image::read(container.image.as_deref()?);
            let is_meant = |system: &&System| meant.is_none_or(|meant| std::ptr::eq(meant, *system));
            let mut candidates = self.systems().filter(is_meant).filter(|system| system.may_be(image)).peekable();
            candidates.peek()?;
            let settings = Settings::read(set, position)?;
            let system = candidates.find(|system| system.is_run_by(&settings))?;
            Some((system, position, settings))
        });
        let (system, container, settings) = match (by_image, meant) {
            (Some(found), _) => found,
            (None, None) => return None,
            (None, Some(system)) => {
                let position = set.main_container()?;
                let mut settings = Settings::read(set, position)?;
                // An image of another name may count its versions its own way.
                settings.version = None;
                (system, position, settings)
            }
        };
        let is_meant = mode.is_some();
        let (mode, told) = match mode {
            // The set's word for it: nothing in the configuration has told it.
            Some(mode) => (mode, None),
            None => system.mode_of(&settings)?,
        };
        Some(Running { system, mode, settings: Arc::new(settings), container, told, is_meant })
    }
}

impl System {
    fn may_be(&self, image: super::image::Image<'_>) -> bool {
        let in_list = || self.images.iter().any(|name| image.is(name));
        in_list() || self.also.iter().any(|one| one.image.as_deref().is_some_and(|name| image.is(name)))
    }

    fn is_run_by(&self, settings: &Settings<'_>) -> bool {
        let in_list = self.images.iter().any(|name| settings.image.is(name));
        (in_list && !any_holds(&self.except, settings)) || any_holds(&self.also, settings)
    }

    fn mode_of(&self, settings: &Settings<'_>) -> Option<(&Mode, Option<Found>)> {
        self.modes.iter().find_map(|mode| {
            if mode.when.is_empty() {
                return Some((mode, None));
            }
            first_holding(&mode.when, settings).map(|told| (mode, told))
        })
    }
}

impl<'a> Running<'a> {
    /// The system.
    pub fn system(&self) -> &'a System {
        self.system
    }

    /// The mode.
    pub fn mode(&self) -> &'a Mode {
        self.mode
    }

    /// The name as its makers write it, in this mode.
    pub fn title(&self) -> &'a str {
        self.mode.title.as_deref().unwrap_or(&self.system.title)
    }

    /// The position of the container that runs it.
    pub fn container(&self) -> usize {
        self.container
    }

    /// Whether the Pods of this set form one cluster, whose members find each other: not one Pod, and no mode in which
    /// each stands alone.
    pub fn is_clustered(&self) -> bool {
        self.mode.clustered && self.settings.set.has_several_pods()
    }

    /// Whether the mode is only the likeliest one: what would tell may not have been read, or overlays change it, and the
    /// set does not say it either.
    pub fn is_assumed(&self) -> bool {
        !self.is_meant && (self.mode.assumed || self.settings.set.settings_are_patched())
    }

    /// The place in the configuration that told the mode.
    pub fn told(&self) -> Option<&Found> {
        self.told.as_ref()
    }

    /// Who votes.
    pub fn votes(&self) -> Option<&'a Votes> {
        self.mode.votes.as_ref().or(self.system.votes.as_ref())
    }

    /// How members find each other.
    pub fn peers(&self) -> Option<&'a Peers> {
        self.mode.peers.as_ref().or(self.system.peers.as_ref())
    }

    /// Who may start the cluster.
    pub fn bootstrap(&self) -> Option<&'a Bootstrap> {
        self.mode.bootstrap.as_ref().or(self.system.bootstrap.as_ref())
    }

    /// What the order of starts means.
    pub fn order(&self) -> Option<&'a Order> {
        self.mode.order.as_ref().or(self.system.order.as_ref())
    }

    /// Whether a fact for some modes and versions is one for this set.
    pub(super) fn concerns<N: AsRef<str>>(&self, modes: &[N], from: Option<&str>, before: Option<&str>) -> bool {
        let bound = |bound: Option<&str>, holds: fn(Version, Version) -> bool| match bound {
            None => true,
            Some(bound) => match (self.settings.version, Version::read(bound)) {
                (Some(version), Some(bound)) => holds(version, bound),
                _ => false,
            },
        };
        (modes.is_empty() || modes.iter().any(|mode| mode.as_ref() == self.mode.name))
            && bound(from, |version, bound| version >= bound)
            && bound(before, |version, bound| version < bound)
    }

    /// Whether a probe may be proposed for this set at all.
    pub(super) fn admits(&self, candidate: &Candidate) -> bool {
        self.concerns(&candidate.modes, candidate.from.as_deref(), candidate.before.as_deref())
            && (candidate.when.is_empty() || any_holds(&candidate.when, &self.settings))
    }
}
