//! Probes that the system refuses.

use k8s_openapi::api::core::v1::{Container, Probe};

use super::Running;
use super::condition::any_holds;
use super::facts::{Form, Refused};

/// Why a probe cannot pass.
#[derive(Clone, Copy, Debug)]
pub struct Refusal<'a> {
    /// The fact.
    pub fact: &'a Refused,
    /// Whether the probe fails; what cannot even be started neither passes nor fails.
    pub fails: bool,
}

impl<'a> Running<'a> {
    /// Why a probe of the container that runs the system cannot pass; `None` where that is not certain.
    pub fn refuses(&self, probe: &Probe, container: &Container) -> Option<Refusal<'a>> {
        // What is allowed may be written in what was not read; what another image brings along is not known at all.
        if !self.settings.all_read {
            return None;
        }
        self.system.refused.iter().find_map(|fact| {
            let is_known =
                if fact.makers.is_empty() { self.is_official_image() } else { self.is_image_of(&fact.makers) };
            let concerns = is_known
                && self.concerns(&[] as &[&str], fact.from.as_deref(), fact.before.as_deref())
                && (fact.when.is_empty() || any_holds(&fact.when, &self.settings))
                && !any_holds(&fact.unless, &self.settings);
            let form = fact.is.iter().find(|form| concerns && self.has_form(probe, container, form))?;
            Some(Refusal { fact, fails: !(fact.missing_program && is_program(form, probe)) })
        })
    }
}

/// Whether what the form finds is the program that the probe runs, not one that a shell runs for it.
fn is_program(form: &Form, probe: &Probe) -> bool {
    let Form::Command(pattern) = form else { return false };
    let command = probe.exec.as_ref().and_then(|exec| exec.command.as_ref()).map(|words| words.join(" "));
    let found = command.as_deref().zip(pattern.regex()).and_then(|(command, regex)| regex.find(command));
    found.is_some_and(|found| found.start() == 0)
}
