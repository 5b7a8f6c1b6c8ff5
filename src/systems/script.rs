//! What a script's exit code says when one of its commands fails.

use regex::Regex;

/// Whether the script fails when the command that the expression finds fails: nothing before it ends the script well,
/// nothing decides whether it is asked at all, and nothing after it makes good what it said.
pub(super) fn depends_on(script: &str, command: &Regex) -> bool {
    let Some(found) = command.find(script) else { return false };
    let (before, after) = (&script[..found.start()], &script[found.end()..]);
    !before.contains("exit 0") && is_always_asked(before, after, command) && !has_other_ways(script)
}

/// Whether the command stands in no branch, in both branches, or in one that the script's own marker file closes.
fn is_always_asked(before: &str, after: &str, command: &Regex) -> bool {
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (at, word) in words(before) {
        match word {
            "if" => open.push((at, word)),
            "then" | "elif" | "else" => {
                if let Some(last) = open.last_mut() {
                    last.1 = word;
                }
            }
            "fi" => drop(open.pop()),
            _ => {}
        }
    }
    open.iter().all(|&(start, state)| match state {
        // The condition itself.
        "if" | "elif" => true,
        "then" => {
            let once = ["! -f", "! -e"].iter().any(|test| before[start..].contains(test)) && after.contains("touch ");
            let other = words(after).find(|(_, word)| *word == "else").map(|(at, _)| &after[at..]);
            once || other.is_some_and(|other| command.is_match(other))
        }
        _ => false,
    })
}

fn words(script: &str) -> impl Iterator<Item = (usize, &str)> {
    let ends = |next: char| next.is_whitespace() || next == ';';
    script.split(ends).map(move |word| (word.as_ptr() as usize - script.as_ptr() as usize, word))
}

/// Whether it can succeed although one of its commands fails: `a || b`, `a; true`.
fn has_other_ways(script: &str) -> bool {
    let failing = ["exit 1", "exit 2", "exit 255", "exit $?", "false", "return 1", "(exit 1"];
    let fails = |rest: &str| {
        let line = rest.lines().next().unwrap_or_default();
        let block = line.starts_with(['{', '(']).then(|| rest.split(['}', ')']).next().unwrap_or_default());
        failing.iter().any(|one| line.starts_with(one) || block.is_some_and(|block| block.contains(one)))
    };
    let alternatives = script.match_indices("||").map(|(at, _)| (&script[..at], script[at + 2..].trim_start()));
    if alternatives.into_iter().any(|(one, other)| !fails(other) && !test_the_same(one, other)) {
        return true;
    }
    let end = script.trim_end().trim_end_matches(';').trim_end();
    let ends_well = ["true", "exit 0", ":"].iter().any(|last| {
        let rest = end.strip_suffix(last).map(|rest| rest.trim_end_matches([' ', '\t']));
        rest.is_some_and(|rest| rest.ends_with([';', '\n']))
    });
    let gives_up = script.contains("set -e") || failing.iter().any(|one| script.contains(one));
    ends_well && !gives_up
}

/// Whether both sides of an `||` look at one variable: `[ $mode = leader ] || [ $mode = follower ]`.
fn test_the_same(one: &str, other: &str) -> bool {
    let line = one.lines().next_back().unwrap_or_default();
    let tested = |test: &str| {
        let test = test.trim_start().strip_prefix('[')?;
        let name: String =
            test.split_once('$')?.1.trim_start_matches('{').chars().take_while(|c| is_name(*c)).collect();
        (!name.is_empty()).then_some(name)
    };
    let last = line.rsplit("||").next().unwrap_or_default();
    tested(last).is_some_and(|name| tested(other) == Some(name))
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[track_caller]
    fn depends(script: &str) -> bool {
        depends_on(script, &Regex::new("check").unwrap())
    }

    #[test]
    fn plain_commands_decide() {
        for script in [
            "check",
            "check && echo well",
            "check || exit 1",
            "check || { log no; exit 1; }",
            "if check; then exit 0; else exit 1; fi",
            "if [ -n \"$TLS\" ]; then check --tls; else check; fi",
            "set -e\ncheck\nexit 0",
            "if [ ! -f /tmp/seen ]; then\n check || exit 1\n touch /tmp/seen\nfi",
            "if [ a ]; then b; fi\ncheck",
            "mode=$(check)\n[ \"$mode\" = leader ] || [ \"$mode\" = follower ]",
        ] {
            assert!(depends(script), "{script}");
        }
    }

    #[test]
    fn other_ways_to_succeed_are_seen() {
        for script in [
            "nothing",
            "check || true",
            "check; exit 0",
            "check\nexit 0\n",
            "check\ntrue",
            "[ -f /tmp/early ] || check",
            "mode=$(check)\n[ \"$mode\" = leader ] || [ -f \"$early\" ]",
            "if [ ! -f /data/old ]; then exit 0; fi\ncheck",
            "if [ -f /data/joined ]; then\n  check\nfi",
            "if [ a ]; then b; else check; fi",
        ] {
            assert!(!depends(script), "{script}");
        }
    }
}
