//! `stslint completions`, asked of the shells themselves where they are installed.

use crate::common::stslint;
use crate::shell::{has, run};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

#[test]
fn every_shell_has_its_script() {
    let empty = tempfile::tempdir().unwrap();
    for shell in SHELLS {
        let script = stslint(empty.path(), &["completions", shell]);
        assert_eq!((script.code, script.stderr.as_str()), (0, ""), "{shell}");
        for word in ["explain", "fail-on", "completions"] {
            assert!(script.stdout.contains(word), "{shell} knows no {word}");
        }
    }
    let unknown = stslint(empty.path(), &["completions", "bahs"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("bash, "), "{}", unknown.stderr);
}

#[test]
fn a_name_in_a_script_is_no_command() {
    // What rules are about holds `$(NAME)`, which a shell would run.
    let empty = tempfile::tempdir().unwrap();
    for shell in SHELLS {
        let script = stslint(empty.path(), &["completions", shell]).stdout;
        assert!(!script.contains("$(NAME)") && !script.contains("$(POD_NAME)"), "{shell}");
    }
}

/// What bash offers for the last word of a line.
fn bash(line: &str) -> Vec<String> {
    let empty = tempfile::tempdir().unwrap();
    let words: Vec<String> = line.split(' ').map(|word| format!("'{word}'")).collect();
    let last = words.len() - 1;
    let script = format!(
        "source <(stslint completions bash)
         COMP_WORDS=({words}); COMP_CWORD={last}; COMPREPLY=()
         _stslint stslint {current} {previous}
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words = words.join(" "),
        current = words[last],
        previous = words[last - 1],
    );
    let offered = run("bash", empty.path(), &script);
    assert_eq!(offered.stderr, "", "{line}");
    offered.stdout.lines().filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_rules_and_systems() {
    if !has("bash") {
        eprintln!("skipped: bash is not installed");
        return;
    }
    assert_eq!(bash("stslint expl"), ["explain"]);
    assert_eq!(bash("stslint explain service-not-"), ["service-not-found", "service-not-headless"]);
    assert_eq!(bash("stslint check --select duplicate"), ["duplicate-key"]);
    assert_eq!(bash("stslint --ignore ped"), ["pedantic"]);
    assert_eq!(bash("stslint systems etc"), ["etcd"]);
    assert_eq!(bash("stslint check --fail-on ne"), ["never"]);
    assert_eq!(bash("stslint completions po"), ["powershell"]);
    assert!(bash("stslint check --").contains(&"--base".to_owned()));
    // Files are left to the shell.
    assert_eq!(bash("stslint deploy/"), Vec::<String>::new());
}

#[test]
fn fish_completes_rules_and_systems() {
    if !has("fish") {
        eprintln!("skipped: fish is not installed");
        return;
    }
    let empty = tempfile::tempdir().unwrap();
    let offered = |line: &str| {
        let script = format!("stslint completions fish | source; complete -C '{line}'");
        let offered = run("fish", empty.path(), &script);
        assert_eq!(offered.stderr, "", "{line}");
        offered.stdout.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(offered("stslint explain service-not-"), ["service-not-found", "service-not-headless"]);
    assert_eq!(offered("stslint check --select duplicate"), ["duplicate-key"]);
    assert_eq!(offered("stslint systems etc"), ["etcd"]);
    assert_eq!(offered("stslint expl"), ["explain"]);
}

#[test]
fn zsh_takes_its_script() {
    if !has("zsh") {
        eprintln!("skipped: zsh is not installed");
        return;
    }
    let empty = tempfile::tempdir().unwrap();
    let taken = run("zsh", empty.path(), "stslint completions zsh > _stslint && zsh -n _stslint");
    assert_eq!((taken.code, taken.stderr.as_str()), (0, ""));
    let script = std::fs::read_to_string(empty.path().join("_stslint")).unwrap();
    let rules = script.lines().find(|line| line.contains("--select=")).unwrap();
    assert!(rules.contains("service-not-found") && rules.contains("pedantic"), "{rules}");
}
