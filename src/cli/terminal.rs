//! What standard output can show.

use std::env;
use std::io::{self, IsTerminal};
use std::sync::OnceLock;

use clap::ValueEnum;

use crate::render::{Links, Style};

/// Whether to do something that depends on the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// When the terminal can.
    Auto,
    /// Even into a file.
    Always,
    /// Never.
    Never,
}

/// Whether to colour. `NO_COLOR` (<https://no-color.org>) and a dumb terminal say no to `auto`.
pub(super) fn color(when: When) -> bool {
    color_on(&io::stdout(), when)
}

fn color_on(stream: &dyn IsTerminal, when: When) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => {
            let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            stream.is_terminal() && !refused && !is_dumb()
        }
    }
}

/// Whether to draw with Unicode characters: in a terminal whose locale is UTF-8.
pub(super) fn unicode(when: When) -> bool {
    unicode_on(&io::stdout(), when)
}

fn unicode_on(stream: &dyn IsTerminal, when: When) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => {
            let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
            let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default();
            let locale = locale.to_ascii_lowercase();
            stream.is_terminal() && (locale.ends_with("utf-8") || locale.ends_with("utf8"))
        }
    }
}

/// Which hyperlinks standard output gets.
pub(super) fn links(when: When) -> Links {
    let is_remote = ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| env::var_os(name).is_some());
    let (pages, files) = match when {
        When::Always => (true, true),
        When::Never => (false, false),
        When::Auto => {
            let can = io::stdout().is_terminal() && !is_dumb() && supports_hyperlinks::supports_hyperlinks();
            // The files lie on this machine, the terminal on another.
            (can, can && !is_remote)
        }
    };
    Links { pages, files: if files { folder() } else { None } }
}

/// The address of the working directory, found once.
fn folder() -> Option<&'static str> {
    static FOLDER: OnceLock<Option<String>> = OnceLock::new();
    let found = || env::current_dir().ok()?.to_str().map(Links::folder);
    FOLDER.get_or_init(found).as_deref()
}

/// Whether the terminal knows no escape sequences.
pub(super) fn is_dumb() -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// How something is shown on standard error.
pub(super) fn error_style(color: When, unicode: When) -> Style {
    let stream = io::stderr();
    let width = terminal_size::terminal_size_of(&stream).map(|(width, _)| usize::from(width.0));
    Style { width, color: color_on(&stream, color), unicode: unicode_on(&stream, unicode), ..Style::default() }
}

/// The terminal's width in columns; `None` when standard output is no terminal.
pub(super) fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(width.0).max(40))
}
