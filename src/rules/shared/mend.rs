//! What to do about a value that the API server refuses, where one next step is plain.

use k8s_openapi::api::core::v1::PodSpec;
use serde_json::json;

use super::service_name;
use crate::finding::{Finding, Proposal};
use crate::model::admission::{Refusal, RefusalKind};
use crate::model::{Object, SetView, Typed};
use crate::nearest;
use crate::rules::Context;
use crate::yaml::{FieldPath, Segment};

/// Adds the next step, if there is a plain one. `written` is the text that is refused.
pub(super) fn advise(
    finding: Finding,
    object: &Object,
    refusal: &Refusal,
    written: Option<&str>,
    context: &Context<'_>,
) -> Finding {
    let set = context.head.set(object.id);
    let path = refusal.path.to_string();
    let last = match refusal.path.segments().last() {
        Some(Segment::Key(key)) => &**key,
        _ => "",
    };
    if let Some(word) = meant(refusal, last, written) {
        return finding.advise(format!("write `{word}`"));
    }
    match (set, path.as_str()) {
        (Some(set), "spec.serviceName") => return finding_for_service_name(finding, set, context),
        (Some(set), "spec.selector") => return with_selector(finding, set),
        _ => {}
    }
    // What is no name anyway may hold line ends, which help keeps.
    let written = written.filter(|text| !text.chars().any(char::is_control));
    let step = match (last, refusal.kind) {
        ("name", RefusalKind::NotFound) => written.and_then(|name| volume(object, &refusal.path, name)),
        ("readinessProbe" | "livenessProbe" | "startupProbe", RefusalKind::Required) => {
            Some("add what it does: `exec`, `httpGet`, `tcpSocket` or `grpc`".to_owned())
        }
        ("postStart" | "preStop", RefusalKind::Required) => {
            Some("add what it does: `exec`, `httpGet` or `sleep`".to_owned())
        }
        ("exec" | "httpGet" | "tcpSocket" | "grpc" | "sleep", RefusalKind::Forbidden) => Some("keep one".to_owned()),
        ("port" | "targetPort" | "minAvailable" | "maxUnavailable" | "partition", RefusalKind::Invalid) => {
            written.and_then(|text| number(last, text).or_else(|| port(object, &refusal.path, text)))
        }
        ("clusterIP", _) if written.is_some_and(|text| text.eq_ignore_ascii_case("None") && text != "None") => {
            Some("write `None`, with a capital letter: that makes a Service headless".to_owned())
        }
        ("type", _) if object.kind == "Service" && written.is_some_and(|text| text.eq_ignore_ascii_case("headless")) => {
            Some("remove it and write `clusterIP: None`: that makes a Service headless".to_owned())
        }
        ("type", _) if path == "spec.updateStrategy.type" && written == Some("Recreate") => Some(
            "`RollingUpdate` replaces one Pod after another, `OnDelete` each that somebody deletes; `Recreate` is of Deployments"
                .to_owned(),
        ),
        _ => None,
    };
    match step {
        Some(step) => finding.advise(step),
        None => finding,
    }
}

/// The one of the values that would do which is most like the one that is written, or the only one.
fn meant(refusal: &Refusal, key: &str, written: Option<&str>) -> Option<&'static str> {
    if let [only] = refusal.supported.as_slice() {
        return Some(only);
    }
    let written = if refusal.of_key { key } else { written? };
    let in_other_letters = refusal.supported.iter().find(|word| word.eq_ignore_ascii_case(written.trim()));
    in_other_letters.copied().or_else(|| nearest::nearest(written, refusal.supported.iter().copied()))
}

fn finding_for_service_name(finding: Finding, set: SetView<'_>, context: &Context<'_>) -> Finding {
    let selecting = context.head.services_selecting(set).into_iter().find(|service| service.is_headless());
    let selecting = selecting.map(|service| service.object().name.clone());
    let name = selecting
        .filter(|name| service_name::is_valid(name, context.version))
        .or_else(|| service_name::nearest_valid(set.service_name()?, context.version));
    match name {
        Some(name) => finding.propose(
            "name a headless Service that selects these Pods, as it is called in its namespace:",
            Proposal::Set { object: set.id(), path: FieldPath::of("spec.serviceName"), value: json!(name) },
        ),
        None => finding.advise("name a headless Service that selects these Pods, as it is called in its namespace"),
    }
}

/// A selector for the labels that the Pods have.
fn with_selector(finding: Finding, set: SetView<'_>) -> Finding {
    let selector = &set.spec().selector;
    let says_something = selector.match_labels.as_ref().is_some_and(|labels| !labels.is_empty())
        || selector.match_expressions.as_ref().is_some_and(|all| !all.is_empty());
    let labels = set.spec().template.metadata.as_ref().and_then(|metadata| metadata.labels.as_ref());
    match labels.filter(|labels| !labels.is_empty() && !says_something) {
        Some(labels) => finding.propose(
            "select the Pods by labels that never change, since a selector is fixed; of those they have:",
            Proposal::Set {
                object: set.id(),
                path: FieldPath::of("spec.selector"),
                value: json!({ "matchLabels": labels }),
            },
        ),
        None => finding,
    }
}

/// The volume that a mount means.
fn volume(object: &Object, path: &FieldPath, name: &str) -> Option<String> {
    let is_mount =
        |segment: &Segment| matches!(segment, Segment::Key(key) if matches!(&**key, "volumeMounts" | "volumeDevices"));
    let Typed::StatefulSet(set) = &object.typed else { return None };
    if !path.segments().iter().any(is_mount) {
        return None;
    }
    let pod: &PodSpec = set.spec.template.spec.as_ref()?;
    let volumes = pod.volumes.iter().flatten().map(|volume| volume.name.as_str());
    let templates = set.spec.volume_claim_templates.iter().flatten();
    let names: Vec<&str> = volumes.chain(templates.filter_map(|claim| claim.metadata.name.as_deref())).collect();
    let names: Vec<&str> = names.into_iter().filter(|name| !name.chars().any(char::is_control)).collect();
    let in_other_letters = names.iter().copied().find(|known| known.eq_ignore_ascii_case(name));
    let meant =
        in_other_letters.or_else(|| nearest::nearest(name, names.iter().copied())).filter(|known| *known != name);
    Some(match (meant, names.as_slice()) {
        (Some(meant), _) => format!("write `{meant}`, or add a volume or a claim template `{name}`"),
        (None, [only]) if !only.is_empty() => {
            format!("write `{only}`, the only volume that there is, or add a volume or a claim template `{name}`")
        }
        _ => format!("add a volume or a claim template `{name}`, or remove the mount"),
    })
}

/// The port that a probe means by a name that no port can have.
fn port(object: &Object, path: &FieldPath, name: &str) -> Option<String> {
    let Typed::StatefulSet(set) = &object.typed else { return None };
    let [_, _, _, Segment::Key(list), Segment::Index(index), ..] = path.segments() else { return None };
    let pod = set.spec.template.spec.as_ref()?;
    let containers = if &**list == "containers" { &pod.containers } else { pod.init_containers.as_ref()? };
    let ports = containers.get(*index)?.ports.iter().flatten();
    let names = ports.filter_map(|port| port.name.as_deref());
    let names: Vec<&str> = names.filter(|name| !name.chars().any(char::is_control)).collect();
    let meant = nearest::nearest(name, names.iter().copied()).or(match names.as_slice() {
        [only] => Some(*only),
        _ => None,
    });
    meant.filter(|meant| *meant != name).map(|meant| format!("write `{meant}`, as the port is called"))
}

/// What a number or a percentage in the wrong clothes means.
fn number(key: &str, text: &str) -> Option<String> {
    let bare = text.trim();
    let is_number = |text: &str| !text.is_empty() && text.len() < 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_share = !matches!(key, "port" | "targetPort");
    if is_share && let Some(share) = bare.strip_suffix('%').map(str::trim) {
        let fits = is_number(share) && share.parse::<u32>().is_ok_and(|share| share <= 100);
        return (fits && text != format!("{share}%")).then(|| format!("write `{share}%`"));
    }
    (is_number(bare) && bare != "0").then(|| match is_share {
        true => format!("write `{bare}` without quotes for a number of Pods, `{bare}%` for a share of them"),
        false => format!("write `{bare}` without quotes: a text of digits is taken for a port's name"),
    })
}
