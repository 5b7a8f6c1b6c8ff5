//! Help texts: every example in them is run.

use std::path::Path;
use std::process::Command;

use crate::common::repository::Repository;
use crate::common::{stslint, write};
use crate::live::Live;
use crate::shell::run;
use crate::watch::set;

/// The names of all commands, and the program without one.
fn commands(folder: &Path) -> Vec<String> {
    let help = stslint(folder, &["--help"]).stdout;
    let listed = help.split("Commands:\n").nth(1).unwrap().lines().take_while(|line| !line.is_empty());
    let names = listed.filter(|line| !line.starts_with("   ")).map(|line| line.split_whitespace().next().unwrap());
    names.filter(|name| *name != "help").map(str::to_owned).chain([String::new()]).collect()
}

fn help(folder: &Path, command: &str, flag: &str) -> String {
    let arguments: Vec<&str> = [command, flag].into_iter().filter(|word| !word.is_empty()).collect();
    let run = stslint(folder, &arguments);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{command} {flag}");
    run.stdout
}

/// The lines of the examples, without what is said about them.
fn examples(help: &str) -> Vec<String> {
    let Some((_, behind)) = help.split_once("\nExamples:\n") else { return Vec::new() };
    let lines = behind.lines().take_while(|line| line.starts_with("  "));
    lines.map(|line| line.trim().split("  ").next().unwrap().to_owned()).collect()
}

/// A folder in which the examples make sense: a repository, and the programs that they pipe into or from.
fn sandbox() -> Option<Repository> {
    let repository = Repository::new()?;
    let (web, chart) = (set("web"), set("chart"));
    write(
        repository.folder(),
        &[
            ("deploy/web.yaml", web.as_str()),
            (
                "extra/service.yaml",
                "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: None, selector: {app: web}}\n",
            ),
            ("chart/rendered", chart.as_str()),
            ("bin/helm", "#!/bin/sh\ncat chart/rendered\n"),
            ("bin/less", "#!/bin/sh\ncat\n"),
            ("bin/man", "#!/bin/sh\ncat\n"),
            (".zfunc/x", ""),
            (".local/share/bash-completion/completions/x", ""),
            (".config/fish/completions/x", ""),
            (".config/elvish/rc.elv", ""),
        ],
    );
    std::fs::create_dir(repository.folder().join("own")).unwrap();
    repository.commit();
    Some(repository)
}

#[cfg(unix)]
#[test]
fn every_example_works() {
    let Some(sandbox) = sandbox() else { return };
    let folder = sandbox.folder();
    let mut seen = 0;
    for command in commands(folder) {
        let examples = examples(&help(folder, &command, "--help"));
        assert!(!examples.is_empty(), "`{command}` has no examples");
        for example in examples {
            seen += 1;
            assert!(example.contains("stslint"), "{example}");
            let script = format!("chmod +x bin/*; PATH=$PWD/bin:$PATH PROFILE=$PWD/profile; {example}");
            if example.contains("--watch") {
                let live = Live::start(Command::new("sh").args(["-c", &format!("exec {example}")]), folder);
                live.until("the first wait", |live| live.stderr().contains("Watching for changes"));
                assert!(live.stdout().contains("StatefulSet"), "{example}: {}", live.stderr());
                continue;
            }
            let run = run("sh", folder, &script);
            assert!([0, 1].contains(&run.code), "{example}: {} {}", run.code, run.stderr);
            assert!(!run.stderr.contains("error"), "{example}: {}", run.stderr);
        }
    }
    assert!(seen > 20, "only {seen} examples were seen: is the test still reading them?");
}

#[test]
fn the_short_help_is_short_and_leads_to_the_long_one() {
    let empty = tempfile::tempdir().unwrap();
    for command in commands(empty.path()) {
        let (short, long) = (help(empty.path(), &command, "-h"), help(empty.path(), &command, "--help"));
        assert!(short.lines().count() < long.lines().count(), "{command}");
        assert!(!short.contains("Examples:") && short.contains("--help"), "{command}: {short}");
    }
}

#[test]
fn options_stand_under_headings_in_the_order_of_a_run() {
    let empty = tempfile::tempdir().unwrap();
    for command in ["", "check"] {
        let help = help(empty.path(), command, "-h");
        let at = |word: &str| help.find(&format!("\n{word}:\n")).unwrap_or_else(|| panic!("no {word}: {help}"));
        assert!(at("Input") < at("Rules") && at("Rules") < at("Output"), "{help}");
        let place = |option: &str| help.find(&format!(" {option}")).unwrap_or_else(|| panic!("no {option}: {help}"));
        for (option, heading, next) in [
            ("--base", "Input", "Rules"),
            ("--watch", "Input", "Rules"),
            ("--select", "Rules", "Output"),
            ("--systems", "Rules", "Output"),
            ("--format", "Output", "Options"),
            ("--hyperlinks", "Output", "Options"),
        ] {
            assert!(at(heading) < place(option), "{option} does not stand below {heading}: {help}");
            assert!(next == "Options" || place(option) < at(next), "{option} stands below {next}: {help}");
        }
    }
}
