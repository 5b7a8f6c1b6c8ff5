//! What standard output can show.

use std::env;
use std::io::{self, IsTerminal};

use clap::ValueEnum;

use crate::render::Style;

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
            let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
            stream.is_terminal() && !refused && !dumb
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

/// How something is shown on standard error.
pub(super) fn error_style(color: When, unicode: When) -> Style {
    let stream = io::stderr();
    let width = terminal_size::terminal_size_of(&stream).map(|(width, _)| usize::from(width.0));
    Style { width, color: color_on(&stream, color), unicode: unicode_on(&stream, unicode), verbose: false }
}

/// The terminal's width in columns; `None` when standard output is no terminal.
pub(super) fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(width.0).max(40))
}
