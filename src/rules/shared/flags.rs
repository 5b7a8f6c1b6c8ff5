//! The flags of a program's command line, read as Go's `flag` package reads them.
//!
//! Source: golang/go `src/flag/flag.go` (`parseOne`): one dash or two, `=` or a word of its own for the value, and the
//! first word that is neither ends the flags.

use std::ops::Range;

use super::words::SHELLS;
use crate::systems::Arguments;

/// A word of a command line: which of the container's words holds it, and where in that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) struct Word<'a> {
    pub(in crate::rules) position: usize,
    pub(in crate::rules) range: Range<usize>,
    pub(in crate::rules) text: &'a str,
}

/// A flag that the program does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) struct Unknown<'a> {
    /// The whole word.
    pub(in crate::rules) word: Word<'a>,
    /// The name as the program reads it, without dashes and value.
    pub(in crate::rules) name: &'a str,
}

/// The flags among these words, command and arguments of a container, that the program does not have; none where
/// somebody else reads the words.
pub(in crate::rules) fn unknown<'a>(words: &[&'a str], known: &Arguments) -> Vec<Unknown<'a>> {
    let Some(line) = line(words, known) else { return Vec::new() };
    if line.first().is_some_and(|first| known.commands.iter().any(|command| command == first.text)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut rest = line.into_iter().peekable();
    while let Some(word) = rest.next() {
        let Some(flag) = word.text.strip_prefix('-').map(|flag| flag.strip_prefix('-').unwrap_or(flag)) else { break };
        let (name, has_value) = flag.split_once('=').map_or((flag, false), |(name, _)| (name, true));
        // A name that is filled in later, and what is no flag at all.
        if name.is_empty() || name.starts_with('-') || name.contains(['$', '{', '}', '<', '>', '"', '\'']) {
            break;
        }
        let is = |names: &[String]| names.iter().any(|known| known == name);
        let takes_value = is(&known.flags);
        if !takes_value && !is(&known.switches) {
            found.push(Unknown { word, name });
            rest.next_if(|next| !has_value && !next.text.starts_with('-'));
        } else if takes_value && !has_value {
            rest.next();
        }
    }
    found
}

/// What follows the program in the words, or in a script whose line with the program is plain.
fn line<'a>(words: &[&'a str], known: &Arguments) -> Option<Vec<Word<'a>>> {
    let (first, rest) = words.split_first()?;
    let is_program = |word: &str| base(word) == known.program;
    if is_program(first) {
        let word = |(at, text): (usize, &&'a str)| Word { position: at + 1, range: 0..text.len(), text };
        return Some(rest.iter().enumerate().map(word).collect());
    }
    if !SHELLS.contains(&base(first)) {
        return None;
    }
    let at = words.iter().position(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))? + 1;
    let script = words.get(at)?;
    in_script(script, is_program).map(|found| {
        let word = |range: Range<usize>| Word { position: at, text: &script[range.clone()], range };
        found.into_iter().map(word).collect()
    })
}

fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// The words behind the program in the only line that starts it, as far as they are plain.
fn in_script(script: &str, is_program: impl Fn(&str) -> bool) -> Option<Vec<Range<usize>>> {
    // A document that the script writes, or words that it puts together, are not read.
    if script.contains("<<") || script.contains('`') {
        return None;
    }
    let mut lines = Vec::new();
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for text in script.split_inclusive('\n') {
        let trimmed = text.trim_end();
        let goes_on = trimmed.ends_with('\\');
        let body = trimmed.strip_suffix('\\').unwrap_or(trimmed);
        for word in body.split_whitespace() {
            let at = start + (word.as_ptr() as usize - text.as_ptr() as usize);
            words.push(at..at + word.len());
        }
        start += text.len();
        if !goes_on {
            lines.push(std::mem::take(&mut words));
        }
    }
    lines.push(words);
    let mut started = lines.into_iter().filter_map(|mut line| {
        let text = |at: usize| line.get(at).map(|range| &script[range.clone()]);
        let program = usize::from(text(0) == Some("exec"));
        text(program).is_some_and(&is_program).then(|| line.split_off(program + 1))
    });
    let line = started.next().filter(|_| started.next().is_none())?;
    let is_plain = |range: &Range<usize>| {
        let word = &script[range.clone()];
        let whole = |quote: char| word.matches(quote).count().is_multiple_of(2);
        !word.contains([';', '|', '&', '<', '>', '(', ')', '#']) && whole('"') && whole('\'')
    };
    Some(line.into_iter().take_while(is_plain).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::systems::Catalogue;

    fn names(words: &[&str]) -> Vec<String> {
        let etcd = Catalogue::built_in().systems().find(|system| system.name() == "etcd").unwrap();
        let found = unknown(words, etcd.arguments.as_ref().unwrap());
        found.iter().map(|one| one.name.to_owned()).collect()
    }

    #[test]
    fn words_are_read_as_the_program_reads_them() {
        assert_eq!(names(&["/usr/local/bin/etcd", "--name=a", "--listen-x:1", "-data-dir", "-x"]), ["listen-x:1"]);
        assert_eq!(names(&["etcd", "--auto-tls", "--naem", "a", "-nmae=b"]), ["naem", "nmae"]);
        for words in [
            &["etcd", "--name", "--naem", "--data-dir=/d"][..],
            &["etcd", "rest", "--naem"],
            &["etcd", "--", "--naem"],
            &["etcd", "grpc-proxy", "start", "--endpoints=x"],
            &["etcd", "gateway", "--x"],
            &["etcd", "--$(FLAG)=x", "--naem"],
            &["/run.sh", "--naem"],
            &["--naem"],
            &[],
        ] {
            assert!(names(words).is_empty(), "{words:?}");
        }
    }

    #[test]
    fn scripts_are_read_where_they_are_plain() {
        assert_eq!(
            names(&["sh", "-ec", "set -x\nexec etcd --name ${HOSTNAME} \\\n  --naem=b \\\n  --debug\n"]),
            ["naem"]
        );
        for script in [
            "echo etcd --naem",
            "etcd --name a $FLAGS --naem",
            "etcd --name a | tee --append",
            "etcd --name $(hostname -f) --naem",
            "etcd --version\netcd --naem=b",
            "cat <<EOF > run\netcd --naem=b\nEOF",
            "etcd --name=\"a b\" --naem",
            "# etcd --naem",
        ] {
            assert!(names(&["/bin/sh", "-c", script]).is_empty(), "{script}");
        }
        assert!(names(&["python3", "-c", "etcd --naem"]).is_empty());
    }
}
