//! How long the Pods of a set have to stop, and how long their hooks sleep.

use k8s_openapi::api::core::v1::{Container, LifecycleHandler};

use super::words::SHELLS;
use crate::model::SetView;
use crate::yaml::FieldPath;

/// What the API server puts where nothing is written.
pub(in crate::rules) const DEFAULT: i64 = 30;

/// Where the time is written.
pub(in crate::rules) fn path() -> FieldPath {
    FieldPath::of("spec.template.spec.terminationGracePeriodSeconds")
}

/// What is written; `None` where nothing is, or nothing that can be read.
pub(in crate::rules) fn written(set: SetView<'_>) -> Option<i64> {
    set.pod_spec()?.termination_grace_period_seconds
}

/// The seconds that a container's `preStop` hook sleeps whatever happens, and where that is written; sleep in loops,
/// branches and the background is not counted.
pub(in crate::rules) fn slept(container: &Container) -> Option<(i64, FieldPath)> {
    let hook = container.lifecycle.as_ref()?.pre_stop.as_ref()?;
    let (seconds, field) = of_handler(hook)?;
    Some((seconds, FieldPath::of("lifecycle.preStop").join(&field))).filter(|(seconds, _)| *seconds > 0)
}

fn of_handler(hook: &LifecycleHandler) -> Option<(i64, FieldPath)> {
    if let Some(sleep) = &hook.sleep {
        return Some((sleep.seconds, FieldPath::of("sleep.seconds")));
    }
    let words = hook.exec.as_ref()?.command.as_ref()?;
    let base = |word: &String| word.rsplit('/').next().unwrap_or_default().to_owned();
    let path = FieldPath::of("exec.command");
    if base(words.first()?) == "sleep" {
        return Some((duration(words.get(1)?)?, path.index(1)));
    }
    let shell = words.iter().position(|word| SHELLS.contains(&base(word).as_str()))?;
    let is_option = |word: &String| word.starts_with('-') && word.ends_with('c');
    let option = words.iter().skip(shell + 1).position(is_option)? + shell + 1;
    let script = words.get(option + 1)?;
    Some((in_script(script), path.index(option + 1)))
}

/// The sum of what a script sleeps before anything in it decides where to go on.
fn in_script(script: &str) -> i64 {
    let mut total = 0;
    for statement in script.split(['\n', ';']).map(str::trim) {
        let first = statement.split_whitespace().next().unwrap_or_default();
        let decides = ["if", "while", "until", "for", "case", "exit", "exec", "return", "function", "trap"];
        let groups = statement.starts_with(['{', '(']) || statement.contains("()") || statement.contains("<<");
        if decides.contains(&first) || groups {
            break;
        }
        if statement.contains('|') || statement.ends_with('&') || statement.starts_with('#') {
            continue;
        }
        for command in statement.split("&&") {
            let mut words = command.split_whitespace();
            if words.next().is_some_and(|word| word.rsplit('/').next() == Some("sleep")) {
                total += words.next().and_then(duration).unwrap_or(0);
            }
        }
    }
    total
}

/// `10`, `0.5`, `2m`, `"30s"` in seconds, fractions left out.
fn duration(text: &str) -> Option<i64> {
    let text = text.trim_matches(['"', '\'']);
    let (number, factor) = match text.char_indices().last()? {
        (end, 's') => (&text[..end], 1),
        (end, 'm') => (&text[..end], 60),
        (end, 'h') => (&text[..end], 3600),
        _ => (text, 1),
    };
    let whole = number.split_once('.').map_or(number, |(whole, _)| whole);
    let all_digits = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    whole.parse::<i64>().ok().filter(|_| all_digits)?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::{duration, in_script};

    #[test]
    fn only_sleep_that_is_sure_counts() {
        assert_eq!(in_script("sleep 10; nginx -s quit; sleep 5"), 15);
        assert_eq!(in_script("nodetool drain && /bin/sleep 60"), 60);
        assert_eq!(in_script("sleep 5 && kill -SIGTERM $(pidof vault)"), 5);
        assert_eq!(in_script("wait_for() { sleep 9; }; wait_for"), 0);
        assert_eq!(in_script("while kill -0 1; do sleep 1; done"), 0);
        assert_eq!(in_script("sleep 3\nif [ -f x ]; then sleep 50; fi"), 3);
        assert_eq!(in_script("drain || sleep 50; sleep 20 &"), 0);
        assert_eq!(in_script("sleep $DELAY; sleep ${DELAY}"), 0);
        assert_eq!(in_script("# sleep 5\nsleep \"7\""), 7);
    }

    #[test]
    fn durations_are_read_as_sleep_reads_them() {
        assert_eq!(duration("10"), Some(10));
        assert_eq!(duration("0.5"), Some(0));
        assert_eq!(duration("2m"), Some(120));
        assert_eq!(duration("30s"), Some(30));
        assert_eq!(duration("$X"), None);
        assert_eq!(duration("infinity"), None);
        assert_eq!(duration(""), None);
        assert_eq!(duration("99999999999999999h"), None);
    }
}
