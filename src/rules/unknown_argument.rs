//! `unknown-argument`: a flag that the program does not have, and ends on.

use super::shared::flags::{Unknown, unknown};
use super::{Check, Context, Findings};
use crate::finding::{Finding, Group, Place, RuleMeta, Severity};
use crate::model::SetView;
use crate::nearest::nearest;
use crate::systems::Arguments;
use crate::yaml::FieldPath;

pub(super) const META: RuleMeta = RuleMeta {
    id: "unknown-argument",
    summary: "A system is started with a flag that it does not have, and ends at once",
    group: Group::Default,
    severities: &[Severity::Error],
};

pub(super) const CHECK: Check = Check::Set(check);

/// How many flags are proposed.
const MOST_LIKELY: usize = 3;

fn check(set: SetView<'_>, context: &Context<'_>, findings: &mut Findings) {
    let Some(running) = context.system(set) else { return };
    let Some(known) = running.arguments() else { return };
    let Some(container) = set.containers().get(running.container()) else { return };
    let path = FieldPath::of("spec.template.spec.containers").index(running.container());
    let lists = [("command", &container.command), ("args", &container.args)];
    if lists.iter().any(|(key, _)| set.object().is_faulty(&path.clone().key(*key))) {
        return;
    }
    let listed = |&(key, list): &(&'static str, &Option<Vec<String>>)| {
        let path = path.clone().key(key);
        (0..list.as_ref().map_or(0, Vec::len)).map(move |index| path.clone().index(index))
    };
    let paths: Vec<FieldPath> = lists.iter().flat_map(listed).collect();
    let words: Vec<&str> = lists.iter().flat_map(|(_, list)| list.iter().flatten()).map(String::as_str).collect();
    let own = &context.options.unknown_argument.flags;
    let mut unknown = unknown(&words, known);
    unknown.retain(|one| !own.iter().any(|flag| flag.fits(one.name)));
    let Some(first) = unknown.first() else { return };
    let place = |one: &Unknown<'_>| {
        let path = paths.get(one.word.position).cloned().unwrap_or_else(|| path.clone());
        Place::value(set.id(), path).within(one.word.range.clone())
    };
    let title = running.title();
    let message = format!("`{}` never starts: {title} has no flag `--{}` and ends at once", set.name(), first.name);
    let mut finding = Finding::new(Severity::Error, message, place(first), "no flag of this name").about(set.id());
    for other in &unknown[1..] {
        finding = finding.related(place(other), "nor of this one");
    }
    for one in &unknown {
        finding = finding.advise(advice(one, known, title));
    }
    let printed = known.prints.replace("{}", first.name);
    finding = finding.note(format!(
        "the program reads its flags before anything else; it prints `{printed}` and exits, and the kubelet starts it again \
         and again."
    ));
    findings.push(finding);
}

/// The flags that were most likely meant.
fn advice(one: &Unknown<'_>, known: &Arguments, title: &str) -> String {
    let name = one.name;
    let bare = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or(name);
    let all = || known.flags.iter().chain(&known.switches).map(String::as_str);
    let is_known = bare.len() < name.len() && all().any(|flag| flag == bare);
    let likely: Vec<&str> = match nearest(bare, all()).filter(|near| is_known || is_slip(bare, near)) {
        Some(near) => vec![near],
        None => sharing_words(bare, all()),
    };
    let likely: Vec<String> = likely.iter().map(|flag| format!("`--{flag}`")).collect();
    match likely.as_slice() {
        [] => format!("take `{}` out, or spell it as `{title} --help` does", one.word.text),
        [_] if is_known => format!("write the value behind a `=`: `--{bare}={}`", &name[bare.len() + 1..]),
        [only] => format!("instead of `--{name}`, {title} has {only}"),
        [most @ .., last] => format!("instead of `--{name}`, {title} has {} and {last}", most.join(", ")),
    }
}

/// Whether all words but one are the same, so that one name may be the other misspelt.
fn is_slip(name: &str, near: &str) -> bool {
    let count = name.split('-').count();
    let shared = near.split('-').filter(|word| name.split('-').any(|own| own == *word)).count();
    count == near.split('-').count() && shared + 1 >= count
}

/// The flags that share most words with the name, two at least.
fn sharing_words<'a>(name: &str, flags: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let words: Vec<&str> = name.split('-').collect();
    let shared = |flag: &str| flag.split('-').filter(|word| words.contains(word)).count();
    let is_stable = |flag: &&str| !flag.starts_with("experimental-") || name.starts_with("experimental-");
    let scored: Vec<(usize, &str)> =
        flags.filter(is_stable).map(|flag| (shared(flag), flag)).filter(|(score, _)| *score > 1).collect();
    let best = scored.iter().map(|(score, _)| *score).max().unwrap_or_default();
    let mut likely: Vec<&str> = scored.into_iter().filter(|(score, _)| *score == best).map(|(_, flag)| flag).collect();
    likely.sort_by_key(|flag| flag.len());
    likely.truncate(MOST_LIKELY);
    likely
}
