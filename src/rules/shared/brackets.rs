//! `[ "$x" = y]`: a test that a shell refuses, because its `]` is not a word of its own.

use std::ops::Range;

/// A test without a `]` of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) struct Slip {
    /// Where in the script: from the bracket to the end of the command.
    pub(in crate::rules) range: Range<usize>,
    /// What the script does with it.
    pub(in crate::rules) use_: Use,
}

/// What a script does with the test's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Use {
    /// It decides the script: last command, or followed by nothing but `|| exit 1`.
    Decides,
    /// The condition of an `if`.
    Condition,
    /// Anything else.
    Other,
}

/// The first such test in a script.
pub(in crate::rules) fn slip(script: &str) -> Option<Slip> {
    let commands = commands(script)?;
    commands.iter().enumerate().find_map(|(position, command)| {
        let keyword =
            |word: &str| matches!(word, "if" | "elif" | "while" | "until" | "!" | "then" | "else" | "do" | "{");
        let mut words = command.words.iter().map(|range| &script[range.clone()]).enumerate();
        let (at, _) = words.find(|(_, word)| !keyword(word))?;
        let test = &command.words[at..];
        let (first, last) = (&script[test[0].clone()], &script[test[test.len() - 1].clone()]);
        if first != "[" || test.len() < 3 || last == "]" || !last.ends_with(']') || last.contains('[') {
            return None;
        }
        let before: Vec<&str> = command.words[..at].iter().map(|range| &script[range.clone()]).collect();
        let rest = script[command.end..].trim();
        let open =
            commands[..=position].iter().flat_map(|one| &one.words).filter(|word| &script[(*word).clone()] == "if");
        let use_ = match before.as_slice() {
            ["if"] | ["elif"] => Use::Condition,
            // Nothing else has decided before, and nothing after it does.
            [] if (rest.is_empty() || rest == "|| exit 1")
                && open.count() == 0
                && is_plain(script, &commands[..position]) =>
            {
                Use::Decides
            }
            _ => Use::Other,
        };
        Some(Slip { range: test[0].start..test[test.len() - 1].end, use_ })
    })
}

/// Whether nothing among these commands ends the script or leads around what follows.
fn is_plain(script: &str, commands: &[Command]) -> bool {
    commands.iter().all(|command| {
        let first = command.words.first().map(|range| &script[range.clone()]);
        !matches!(first, Some("exit" | "if" | "case" | "while" | "until" | "for" | "{" | "trap" | "exec" | "return"))
            && !command.is_joined
    })
}

/// One simple command: its words, where it ends, and whether `&&`, `||` or `|` follows.
struct Command {
    words: Vec<Range<usize>>,
    end: usize,
    is_joined: bool,
}

/// The commands of a script; `None` where it is not simple enough to be sure: here documents, comments, open quotes.
fn commands(script: &str) -> Option<Vec<Command>> {
    if script.contains("<<") || script.contains('#') || script.contains("\\\n") {
        return None;
    }
    let bytes = script.as_bytes();
    let (mut all, mut words) = (Vec::new(), Vec::new());
    let (mut at, mut start) = (0, None);
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' => {
                words.extend(start.take().map(|start| start..at));
                at += 1;
            }
            b'\n' | b';' | b'|' | b'&' | b'(' | b')' => {
                words.extend(start.take().map(|start: usize| start..at));
                let is_joined = matches!(bytes[at], b'|' | b'&');
                all.push(Command { words: std::mem::take(&mut words), end: at, is_joined });
                at += 1;
                while at < bytes.len() && is_joined && matches!(bytes[at], b'|' | b'&') {
                    at += 1;
                }
            }
            _ => {
                start.get_or_insert(at);
                at = past(bytes, at)?;
            }
        }
    }
    words.extend(start.take().map(|start| start..at));
    all.push(Command { words, end: at, is_joined: false });
    all.retain(|command| !command.words.is_empty());
    Some(all)
}

/// The end of the part of a word that begins here: one character, or all that a quote holds together.
fn past(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes[at] {
        b'\\' => (at + 1 < bytes.len()).then_some(at + 2),
        b'\'' => Some(at + 2 + bytes[at + 1..].iter().position(|byte| *byte == b'\'')?),
        b'`' => Some(at + 2 + bytes[at + 1..].iter().position(|byte| *byte == b'`')?),
        b'"' => {
            let mut at = at + 1;
            while *bytes.get(at)? != b'"' {
                at = match bytes[at] {
                    b'\\' | b'`' | b'$' => past(bytes, at)?,
                    _ => at + 1,
                };
            }
            Some(at + 1)
        }
        b'$' if matches!(bytes.get(at + 1), Some(b'(' | b'{')) => {
            let close = if bytes[at + 1] == b'(' { b')' } else { b'}' };
            let mut at = at + 2;
            while *bytes.get(at)? != close {
                at = if bytes[at] == b'(' { nested(bytes, at)? } else { past(bytes, at)? };
            }
            Some(at + 1)
        }
        _ => Some(at + 1),
    }
}

/// The end of a pair of parentheses.
fn nested(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    while *bytes.get(at)? != b')' {
        at = if bytes[at] == b'(' { nested(bytes, at)? } else { past(bytes, at)? };
    }
    Some(at + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Use, slip};

    #[test]
    fn a_bracket_that_sticks_to_its_word() {
        for (script, found, use_) in [
            ("[ \"$(redis-cli ping)\" = \"PONG\"]", "[ \"$(redis-cli ping)\" = \"PONG\"]", Use::Decides),
            ("x=$(redis-cli ping); [ $x = PONG] || exit 1", "[ $x = PONG]", Use::Decides),
            ("if [ \"$x\" != \"PONG\"]; then exit 1; fi", "[ \"$x\" != \"PONG\"]", Use::Condition),
            ("a\nif [ `b` -eq 0]\nthen\n exit 1\nfi\n", "[ `b` -eq 0]", Use::Condition),
            ("[ -f /x] && check", "[ -f /x]", Use::Other),
            ("if a; then [ b = c]; fi", "[ b = c]", Use::Other),
            ("a && [ b = c]", "[ b = c]", Use::Other),
        ] {
            let slip = slip(script).unwrap();
            assert_eq!((&script[slip.range], slip.use_), (found, use_), "{script}");
        }
    }

    #[test]
    fn tests_that_are_right_or_not_certain() {
        for script in [
            "[ \"$x\" != \"PONG\" ]",
            "[[ $x == y]]",
            "[ \"${a[0]}\" = b ] && [ a ]",
            "[ \"$(echo ])\" = x ]",
            "ls file[0-9]",
            "echo [ a b]",
            "[ a = file[0-9] ]",
            "# [ a = b]\ntrue",
            "cat <<EOF\n[ a = b]\nEOF",
            "grep '[ a b]' file",
            "[ 'open",
            "[ \"$(a",
            "$(((((",
            "[",
            "",
            "\\",
        ] {
            assert_eq!(slip(script), None, "{script}");
        }
    }
}
