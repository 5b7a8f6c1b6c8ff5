//! The examples in the help texts. A test runs each of them.

/// Where the short help leads.
pub(super) const MORE: &str = "`--help` says more, with examples.";

pub(super) const CHECK: &str = "\
Examples:
  stslint check                            everything below the current folder
  stslint deploy/ extra/service.yaml       these paths
  helm template chart/ | stslint check -   standard input
  stslint check --base main deploy/        what would the API server refuse of this change?
  stslint check --fail-on error --format json deploy/
  stslint check --select service-not-found,duplicate-key deploy/
  stslint check --staged                   what is about to be committed
  stslint check --format sarif=report.sarif deploy/
  stslint check --statistics deploy/       how often each rule speaks
  stslint check --watch deploy/            again on every save
  stslint --color always deploy/ | less -R
  stslint explain service-not-headless     the page of a rule

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 stslint could not do its work.";

pub(super) const EXPLAIN: &str = "\
Examples:
  stslint explain service-not-headless
  stslint explain service-not-headless | less";

pub(super) const CONFIG: &str = "\
Examples:
  stslint config                         what applies here, and from which file
  stslint config deploy/                 what applies to these paths
  stslint config --schema > schema.json  for an editor";

pub(super) const INIT: &str = "\
Examples:
  stslint init                           a commented .stslint.yaml
  stslint init --pre-commit --github     also what runs it in pre-commit and GitHub Actions";

pub(super) const RULES: &str = "\
Examples:
  stslint rules                     a list to read
  stslint rules --format json       for programs
  stslint rules --format markdown   a table with links to the pages";

pub(super) const SYSTEMS: &str = "\
Examples:
  stslint systems                                      all of them
  stslint systems etcd                                 one, like a page
  stslint systems etcd --format yaml > own/etcd.yaml   its file, to change
  stslint check --systems own/ deploy/                 judge with your own
  stslint systems --schema > schema.json               what a file may hold, for an editor

A set says itself what it runs with the annotation `stslint/system: NAME`, `NAME/MODE` or `none`.";

pub(super) const COMPLETIONS: &str = "\
Examples:
  stslint completions bash > ~/.local/share/bash-completion/completions/stslint
  stslint completions zsh > ~/.zfunc/_stslint               with ~/.zfunc in fpath
  stslint completions fish > ~/.config/fish/completions/stslint.fish
  stslint completions powershell >> $PROFILE                in PowerShell
  stslint completions elvish >> ~/.config/elvish/rc.elv";

pub(super) const MAN: &str = "\
Examples:
  stslint man | man -l -                        read it now
  stslint man check                             the page of one command
  stslint man --out ~/.local/share/man/man1     for `man stslint` and `man stslint-check`";
