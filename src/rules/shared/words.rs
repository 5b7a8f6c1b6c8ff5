//! The words of a command: which of them a shell reads as a script.

/// Who reads a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Kind {
    /// The program, as it is.
    Plain,
    /// A shell, as a script or as its argument.
    Script,
    /// Nobody knows: an interpreter of something else, or an entry point that was not seen.
    Unsure,
}

/// Programs that read a script after `-c`.
pub(in crate::rules) const SHELLS: &[&str] = &["sh", "bash", "ash", "dash", "zsh", "ksh"];
const INTERPRETERS: &[&str] =
    &["python", "python2", "python3", "perl", "ruby", "node", "php", "pwsh", "awk", "make", "eval"];

/// The last part of a path.
fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// Who reads each word: from a shell on, the shell; what follows `-c` without one, or spans lines, is a script of
/// somebody unknown.
pub(in crate::rules) fn kinds(words: &[&str]) -> Vec<Kind> {
    let (mut reader, mut script_follows) = (Kind::Plain, false);
    let mut kinds = Vec::new();
    for word in words {
        let first = word.split_whitespace().next().unwrap_or_default();
        if reader == Kind::Plain {
            if SHELLS.contains(&base(first)) {
                reader = Kind::Script;
            } else if INTERPRETERS.contains(&base(first)) {
                reader = Kind::Unsure;
            }
        }
        let hidden = reader == Kind::Plain && (script_follows || word.trim_end().contains('\n'));
        kinds.push(if hidden { Kind::Unsure } else { reader });
        script_follows = word
            .strip_prefix('-')
            .is_some_and(|option| option.ends_with('c') && option.bytes().all(|byte| byte.is_ascii_lowercase()));
    }
    kinds
}

/// Whether a shell that reads this script runs what stands in the parentheses at this byte: it is not quoted, in a
/// comment or in a document that the script writes, and the script makes no function of that name.
pub(in crate::rules) fn is_run(script: &str, name: &str, at: usize) -> bool {
    let before = &script[..at];
    let line = before.rsplit('\n').next().unwrap_or(before);
    let quoted = before.matches('\'').count() % 2 == 1;
    let commented = line.trim_start().starts_with('#') || line.contains(" #");
    let escaped = before.ends_with('\\');
    let made = script.contains(&format!("{name}()")) || script.contains(&format!("{name} ()"));
    let made = made || script.contains(&format!("function {name}")) || script.contains(&format!("alias {name}="));
    !quoted && !commented && !escaped && !made && !before.contains("<<")
}

#[cfg(test)]
mod tests {
    use super::{Kind, is_run, kinds};

    #[test]
    fn shells_are_told_from_programs() {
        assert_eq!(kinds(&["/usr/local/bin/etcd", "--name=$(A)"]), [Kind::Plain, Kind::Plain]);
        assert_eq!(kinds(&["/bin/sh", "-c", "exec etcd"]), [Kind::Script; 3]);
        assert_eq!(kinds(&["tini", "--", "bash", "-ec", "x"])[3..], [Kind::Script, Kind::Script]);
        assert_eq!(kinds(&["-c", "exec etcd", "--name"]), [Kind::Plain, Kind::Unsure, Kind::Plain]);
        assert_eq!(kinds(&["run", "a\nb"]), [Kind::Plain, Kind::Unsure]);
        assert_eq!(kinds(&["python3", "-c", "x"])[2], Kind::Unsure);
    }

    #[test]
    fn what_a_shell_runs() {
        let runs = |script: &str| is_run(script, "POD_NAME", script.find("$(").unwrap_or_default());
        assert!(runs("exec etcd --name=$(POD_NAME)"));
        assert!(runs("exec etcd --name=\"$(POD_NAME)\""));
        assert!(!runs("sed 's/X/$(POD_NAME)/' f"));
        assert!(!runs("echo \\$(POD_NAME)"));
        assert!(!runs("# name: $(POD_NAME)"));
        assert!(!runs("cat <<EOF > f\n$(POD_NAME)\nEOF"));
        assert!(!runs("POD_NAME() { hostname; }; echo $(POD_NAME)"));
    }
}
