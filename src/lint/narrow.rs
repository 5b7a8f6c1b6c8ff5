//! Reports only what a change can be the reason for.

use std::collections::HashMap;
use std::sync::Arc;

use crate::finding::{Report, Reported, Severity};
use crate::model::Inventory;
use crate::yaml::Source;

/// The state before a change: what was found in it, and its texts.
#[derive(Debug, Default)]
pub struct Before {
    severities: HashMap<String, Severity>,
    texts: HashMap<Arc<str>, Arc<Source>>,
}

impl Before {
    /// Remembers a state and the report on it.
    pub fn new(state: &Inventory, report: &Report) -> Before {
        let severities = report.findings.iter().map(|finding| (finding.fingerprint.clone(), finding.severity));
        let sources = state.documents().map(|(_, placed)| &placed.document.source);
        let texts = sources.map(|source| (Arc::from(source.name()), source.clone()));
        Before { severities: severities.collect(), texts: texts.collect() }
    }

    /// Whether a finding was not there before, or weighed less.
    fn lacks(&self, finding: &Reported) -> bool {
        self.severities.get(&finding.fingerprint).is_none_or(|&severity| severity < finding.severity)
    }

    /// Whether the main place of a finding lies in a file that is now as it was, or is gone.
    fn is_untouched(&self, finding: &Reported) -> bool {
        finding.location.as_ref().is_none_or(|location| {
            let before = self.texts.get(location.source.name());
            location.revision.is_some() || before.is_some_and(|source| source.text() == location.source.text())
        })
    }
}

/// Keeps the findings that lie in a chosen file, by one of their places (or the template that it was rendered from) or by the manifest or a kustomization of one of
/// their sets, and those in untouched files that the state before did not have: a Service that is deleted is missed by a
/// set in a file that did not change. What lies in a file that changed and was not chosen is not wanted. The others are
/// counted.
pub fn narrow(report: &mut Report, is_chosen: &dyn Fn(&str) -> bool, before: Option<&Before>) {
    let touches = |finding: &Reported| {
        let all = finding.location.iter().chain(&finding.related);
        let places = all.flat_map(|place| place.rendered_from.as_deref().into_iter().chain([place.source.name()]));
        places.chain(finding.files.iter().map(|name| &**name)).any(is_chosen)
    };
    let keeps = |finding: &Reported| {
        touches(finding) || before.is_some_and(|before| before.lacks(finding) && before.is_untouched(finding))
    };
    let (all, mut any_new) = (report.findings.len(), before.is_none());
    report.findings.retain(|finding| {
        let kept = keeps(finding);
        any_new |= !kept && before.is_some_and(|before| before.lacks(finding));
        kept
    });
    report.summary.elsewhere = all - report.findings.len();
    report.summary.elsewhere_is_old = !any_new;
    report.suppressed.retain(|one| touches(&one.finding));
}
