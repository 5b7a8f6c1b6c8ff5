//! `pods-refused`: a set that the API server takes, and whose Pods it refuses.

use super::shared::refused;
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::{Replicas, SetView, is_placeholder};
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "pods-refused",
    summary: "The set is accepted and its Pods are refused: a name too long for their labels, blanks around an image",
    group: Group::Default,
    severities: &[Severity::Error, Severity::Warning],
};

pub(super) const CHECK: Check = Check::Set(check);

/// The longest label value, and the longest hostname.
const LONGEST: usize = 63;
/// The most digits of a revision's hash: a 32-bit number, written in decimal.
const HASH: usize = 10;

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let name = set.name();
    let path = FieldPath::of("metadata.name");
    let is_known = !set.object().renamed && !is_placeholder(name) && !set.object().is_faulty(&path);
    let is_long = name.len() <= LONGEST && name.len() + 1 + HASH > LONGEST;
    // A name that is too long for a set, or no name at all, is refused itself.
    if is_long && is_known && !refused::is_refused(set.object(), &path, context) {
        findings.push(name_too_long(set, name));
    }
    images(set, findings);
}

fn name_too_long(set: SetView<'_>, name: &str) -> Finding {
    let length = name.len();
    let place = Place::value(set.id(), FieldPath::of("metadata.name"));
    let first = set.first_ordinal();
    let last = match set.replicas() {
        Replicas::Fixed(count) => first.saturating_add(count.max(1) - 1),
        Replicas::Scaled { max, .. } => first.saturating_add(max.unwrap_or(1).max(1) - 1),
        Replicas::Unknown => first,
    };
    let room = LONGEST - length;
    let label = format!("{length} characters; 52 are always short enough");
    // Behind the name stand `-` and the ordinal.
    let fits = |ordinal: i64| ordinal.to_string().len() < room;
    let new = |severity, message| {
        Finding::new(severity, message, place, label).about(set.id()).advise(
            "give it a name of at most 52 characters; the name of a set that exists cannot be changed, and a new set has \
             claims of its own",
        )
    };
    let hostname = format!(
        "a Pod's name is its hostname and the value of a label, which have at most {LONGEST} characters: {length} of the set, \
         1, and the digits of the ordinal. Events of the set say `FailedCreate`, naming `spec.hostname`."
    );
    if !fits(first) {
        let message =
            format!("the API server takes `{name}` and refuses all of its Pods: no hostname is as long as theirs");
        return new(Severity::Error, message).note(hostname);
    }
    // Whether a hash of so many digits fits behind the dash.
    let (severity, share) = match room - 1 {
        9 => (Severity::Warning, "77 % of all"),
        8 => (Severity::Warning, "98 % of all"),
        _ => (Severity::Error, "nearly all"),
    };
    let message = format!(
        "the API server takes `{name}` and, for {share} templates, refuses its Pods: their revision does not fit a label"
    );
    let finding = new(severity, message).note(format!(
        "each Pod has the label `controller-revision-hash` with the set's name, `-` and a hash of the template, mostly of \
         {HASH} digits, and a label's value has at most {LONGEST} characters. What works today can be refused after the next \
         edit: events of the set say `FailedCreate`, and a rolling update stops with a Pod gone."
    ));
    if fits(last) { finding } else { finding.note(format!("`{name}-{last}` is refused in any case: {hostname}")) }
}

fn images(set: SetView<'_>, findings: &mut Findings) {
    let Some(pod) = set.spec().template.spec.as_ref() else { return };
    let lists = [("containers", Some(&pod.containers)), ("initContainers", pod.init_containers.as_ref())];
    for (list, containers) in lists {
        for (number, container) in containers.into_iter().flatten().enumerate() {
            let image = container.image.as_deref().unwrap_or_default();
            let path = FieldPath::of("spec.template.spec").key(list).index(number).key("image");
            if image.trim() == image || image.trim().is_empty() || set.object().is_faulty(&path) {
                continue;
            }
            let name = image.trim();
            let message = format!(
                "the API server takes `{}` and refuses all of its Pods: the image `{name}` has blanks around it",
                set.name()
            );
            let place = Place::value(set.id(), path);
            let mut finding =
                Finding::new(Severity::Error, message, place, "blanks belong to the name").about(set.id());
            // Help keeps line ends, and no image has any.
            if !name.chars().any(char::is_control) {
                finding = finding.advise(format!("write `{name}`"));
            }
            findings.push(finding.note(
                "only a Pod's image is looked at for blanks, not a template's: the set's events say `FailedCreate`, \
                 `must not have leading or trailing whitespace`.",
            ));
        }
    }
}
