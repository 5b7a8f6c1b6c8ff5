//! Lines in the log of a CI system, which reads commands out of it.
//!
//! GitHub's runner obeys a line that begins with `::` and, in its older notation, `##[…]` anywhere in a line; Azure
//! Pipelines obeys `##vso[…]`, TeamCity `##teamcity[…]`. A manifest that quotes one must not be obeyed.

use std::borrow::Cow;

use super::Format;

/// A report with nothing in it that a log takes for a command: the first character of one becomes its escape, in text
/// for people as control characters do, in JSON and XML so that it is read back as the character. GitHub's own format
/// stays as it is.
pub fn defuse(format: Format, text: &str) -> Cow<'_, str> {
    match format {
        Format::Github => Cow::Borrowed(text),
        // A line of JSON begins with a bracket or a quote.
        Format::Json | Format::Sarif | Format::Gitlab => escape(text, "\\u003a", "\\u0023"),
        Format::Junit => escape(text, "&#58;", "&#35;"),
        Format::Human | Format::Markdown => plain(text),
    }
}

/// The same for a line of text.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    escape(text, "\\x3a", "\\x23")
}

fn escape<'a>(text: &'a str, colon: &str, hash: &str) -> Cow<'a, str> {
    let commands = |line: &str| is_command(line.trim_start()) || old_commands(line).next().is_some();
    if !text.split('\n').any(commands) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let start = line.len() - line.trim_start().len();
        let mut from = 0;
        if is_command(&line[start..]) {
            safe.push_str(&line[..start]);
            safe.push_str(colon);
            from = start + 1;
        }
        for at in old_commands(line).filter(|at| *at >= from).collect::<Vec<_>>() {
            safe.push_str(&line[from..at]);
            safe.push_str(hash);
            from = at + 1;
        }
        safe.push_str(&line[from..]);
    }
    Cow::Owned(safe)
}

/// Whether the runner looks for a command here. `::: ` begins the second place of a finding: it would be a command called
/// `:`, and there is none.
fn is_command(line: &str) -> bool {
    line.starts_with("::") && !line.starts_with("::: ")
}

/// Where `##`, letters and `[` stand in a line.
fn old_commands(line: &str) -> impl Iterator<Item = usize> {
    line.match_indices('[').filter_map(|(end, _)| {
        let before = line[..end].trim_end_matches(|c: char| c.is_ascii_alphabetic());
        before.ends_with("##").then(|| before.len() - 2)
    })
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn commands_are_read_and_not_obeyed() {
        let cases = [
            ("a: ::b\n", "a: ::b\n"),
            ("# # [x]", "# # [x]"),
            ("::error::x", "\\x3a:error::x"),
            (" \t::stop-commands::x\n::y", " \t\\x3a:stop-commands::x\n\\x3a:y"),
            ("a ##[add-mask]b ##vso[task.x]", "a \\x23#[add-mask]b \\x23#vso[task.x]"),
            ("###[x", "#\\x23#[x"),
            ("::##[x", "\\x3a:\\x23#[x"),
            ("  ::: a.yaml:1:2\n", "  ::: a.yaml:1:2\n"),
            (":::error::x", "\\x3a::error::x"),
        ];
        for (text, safe) in cases {
            assert_eq!(plain(text), safe);
            assert_eq!(plain(safe), safe);
        }
    }
}
