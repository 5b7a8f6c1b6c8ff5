//! Hyperlinks for terminals (OSC 8): the text stays the same bytes, with escapes around it.
//!
//! An address is built of bytes that cannot end the escape sequence: everything in a file's name but letters, digits and
//! a few signs is percent-encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Style;
use crate::finding::Location;
use crate::load::render::is_printed;

/// What stays as it is in the path of an address.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b':');

/// Which hyperlinks are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Whether rules lead to their pages.
    pub pages: bool,
    /// The address of the folder that file names are relative to, as of [`Links::folder`]; places lead nowhere without.
    pub files: Option<&'static str>,
}

impl Links {
    /// The address of a folder, given by its absolute path.
    pub fn folder(path: &str) -> String {
        let path = path.replace('\\', "/");
        let slash = if path.starts_with('/') { "" } else { "/" };
        format!("file://{slash}{}/", utf8_percent_encode(path.trim_end_matches('/'), PATH))
    }
}

/// A text that leads somewhere.
pub(super) fn to(address: Option<&str>, text: &str) -> String {
    match address {
        Some(address) if !text.is_empty() => format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
        _ => text.to_owned(),
    }
}

/// The address of a rule's page.
pub(super) fn page<'u>(url: &'u str, style: &Style) -> Option<&'u str> {
    // Whatever an address is made of, it must not end the sequence.
    Some(url).filter(|url| style.links.pages && url.bytes().all(|byte| byte.is_ascii_graphic()))
}

/// The address of a place, with its line. What was read from a pipe or at a revision of Git has none, nor has what a
/// program printed.
pub(super) fn place(location: &Location, line: usize, style: &Style) -> Option<String> {
    let folder = style.links.files?;
    let name = location.source.name();
    // A name that is no Unicode was made readable, and is nobody's any more.
    if location.revision.is_some() || name == "<stdin>" || is_printed(name) || name.contains('\u{fffd}') {
        return None;
    }
    let name = name.replace('\\', "/");
    let base = if name.starts_with('/') { "file://" } else { folder };
    Some(format!("{base}{}#{line}", utf8_percent_encode(&name, PATH)))
}
