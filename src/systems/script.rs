//! What a script's exit code says when one of its commands fails.

use regex::Regex;

/// How often a script has to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Until it has succeeded; afterwards a marker file may say so.
    AtFirst,
    /// Each time that the script runs.
    EachTime,
}

/// Whether the script fails when the command that the expression finds fails: nothing before it ends the script well,
/// nothing decides whether it is asked at all, and nothing after it makes good what it said.
pub(super) fn depends_on(script: &str, command: &Regex, asked: Asked) -> bool {
    let Some(found) = command.find(script) else { return false };
    let (before, after) = (&script[..found.start()], &script[found.end()..]);
    !before.contains("exit 0")
        && is_always_asked(before, after, command, asked)
        && !has_other_ways(script)
        && !is_blind(before, &script[found.start()..])
        && !is_sent_away(before, &script[found.start()..])
}

/// Whether the command is a `curl` that takes any answer for a good one: without `--fail`, and nobody reads its output.
fn is_blind(before: &str, from_match: &str) -> bool {
    let start = before.rfind([';', '\n', '|', '&', '(', '`', '{']).map_or(0, |at| at + 1);
    let is_read = before[..start].ends_with(['(', '`']);
    let command = |rest: &str| rest.find([';', '\n', '|', ')', '`']).unwrap_or(rest.len());
    let end = command(from_match);
    let (head, tail) = (&before[start..], &from_match[..end]);
    let piped = from_match[end..].starts_with('|') && !from_match[end..].starts_with("||");
    let words: Vec<&str> = head.split_whitespace().chain(tail.split_whitespace()).collect();
    let Some(curl) = words.iter().position(|word| word.trim_matches(['"', '\'']).rsplit('/').next() == Some("curl"))
    else {
        return false;
    };
    let fails = |word: &&str| {
        let short = word.strip_prefix('-').filter(|letters| letters.chars().all(|c| c.is_ascii_alphabetic()));
        word.starts_with("--fail") || short.is_some_and(|letters| letters.contains('f'))
    };
    // What variables hold is not read.
    let options_unknown = words[curl..].iter().any(|word| word.starts_with(['$', '"']) && !word.contains('/'));
    !is_read && !piped && !options_unknown && !words[curl..].iter().any(fails)
}

/// Whether a shell reads the `&` of an address without quotes as "in the background", which always succeeds.
fn is_sent_away(before: &str, from_match: &str) -> bool {
    let start = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let end = from_match.find(char::is_whitespace).unwrap_or(from_match.len());
    let (head, tail) = (&before[start..], &from_match[..end]);
    let program = before.split_whitespace().next().and_then(|word| word.rsplit('/').next()).unwrap_or_default();
    let is_shell = before.starts_with("#!") || ["sh", "bash", "ash", "dash"].contains(&program);
    let sends = tail
        .match_indices('&')
        .any(|(at, _)| !tail[at + 1..].starts_with(['&', '>']) && !tail[..at].ends_with(['&', '>', '\\']));
    is_shell && sends && !head.contains(['"', '\'']) && !tail.contains(['"', '\''])
}

/// Whether the command stands in no branch, in both branches, or in one that the script's own marker file closes.
fn is_always_asked(before: &str, after: &str, command: &Regex, asked: Asked) -> bool {
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
            let once = asked == Asked::AtFirst
                && ["! -f", "! -e"].iter().any(|test| before[start..].contains(test))
                && after.contains("touch ");
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
        depends_on(script, &Regex::new("check").unwrap(), Asked::AtFirst)
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
    fn a_marker_file_lets_a_script_ask_but_once() {
        let each_time = |script: &str| depends_on(script, &Regex::new("check").unwrap(), Asked::EachTime);
        assert!(!each_time("if [ ! -f /tmp/seen ]; then\n check || exit 1\n touch /tmp/seen\nfi"));
        assert!(each_time("check || exit 1\ntouch /tmp/seen"));
        assert!(each_time("if [ -n \"$TLS\" ]; then check --tls; else check; fi"));
    }

    #[test]
    fn what_curl_was_answered_has_to_be_looked_at() {
        for script in [
            "curl -sf http://localhost/check",
            "sh -c curl --fail -s http://localhost/check",
            "curl --silent --fail-with-body http://localhost/check",
            "curl -s http://localhost/check | grep -q green",
            "[ \"$(curl -s http://localhost/check)\" = ok ]",
            "answer=`curl -s http://localhost/check`; [ \"$answer\" = ok ]",
            "curl -s $OPTIONS http://localhost/check",
            "wget -qO- http://localhost/check",
            "sh -c curl -sf 'http://localhost/check?a=1&b=2'",
            "curl -sf http://localhost/check?a=1&b=2",
        ] {
            assert!(depends(script), "{script}");
        }
        for script in [
            "curl http://localhost/check",
            "/usr/bin/curl -s http://localhost/check",
            "sh -c curl -s -o /dev/null http://localhost/check",
            "set -e; curl -s http://localhost/check; echo well",
            "sh -c curl -sf http://localhost/check?a=1&b=2",
        ] {
            assert!(!depends(script), "{script}");
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
