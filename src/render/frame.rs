//! The frame of a finding: every place it names, file after file, then notes, help and where the page is.
//!
//! annotate-snippets draws it, because it puts a second file into the same frame and leaves our text alone; miette
//! wraps help, which breaks YAML, and prints a second file behind it. Two things it cannot know are put in
//! afterwards, at markers that no text of ours can hold, since control characters are made visible first: the true
//! line and column of an excerpt that was cut, and YAML at column 0, to be copied as it stands.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Renderer, Snippet};
use textwrap::core::display_width;

use super::excerpt::{self, Excerpt, Mark};
use super::{Style, human, link, visible};
use crate::finding::{HelpText, Location, Reported, Severity};

/// Places shown in one frame; a finding may have thousands.
const MOST_PLACES: usize = 24;
/// Begins and ends the number of an [`Insert`] in what annotate-snippets draws.
const MARKER: char = '\u{1}';

/// What replaces a marker.
enum Insert {
    /// The rest of the line and, where they do not fit, more lines: where an excerpt is.
    Place(Location, String),
    /// The rest of the line.
    Rest(String),
    /// The whole line: text at column 0 between empty lines.
    Block(String),
}

/// What a frame holds.
pub(super) struct Frame<'a> {
    pub(super) severity: Severity,
    pub(super) main: Option<&'a Location>,
    pub(super) related: &'a [Location],
    pub(super) notes: &'a [String],
    pub(super) help: &'a [HelpText],
    /// The rule whose page says more, and the page's address.
    pub(super) page: Option<(&'a str, &'a str)>,
}

impl<'a> From<&'a Reported> for Frame<'a> {
    fn from(finding: &'a Reported) -> Self {
        Frame {
            severity: finding.severity,
            main: finding.location.as_ref(),
            related: &finding.related,
            notes: &finding.notes,
            help: &finding.help,
            page: Some((finding.rule, &finding.url)),
        }
    }
}

/// Draws everything but the headline; ends with a line break.
pub(super) fn draw(finding: &Frame<'_>, style: &Style) -> String {
    let places: Vec<&Location> = finding.main.into_iter().chain(finding.related).collect();
    let (shown, more) = places.split_at(places.len().min(MOST_PLACES));
    let excerpts = excerpts(shown, finding.main.is_some(), style);
    // As many columns as annotate-snippets gives to line numbers.
    let digits = excerpts.iter().map(|(_, excerpt)| excerpt.last_line().to_string().len()).max().unwrap_or(0);

    let mut inserts = Vec::new();
    let mut group = Group::with_level(level(finding.severity));
    for (location, excerpt) in excerpts {
        let place = Insert::Place(location.clone(), human::place(location, style));
        group = group.element(snippet(excerpt, mark(&mut inserts, place)));
    }
    for element in messages(finding, more.len(), digits, style, &mut inserts) {
        group = group.element(element);
    }

    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let decor = if style.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
    // The excerpts fit already; a second trimming would cut at other places.
    let renderer = renderer.decor_style(decor).hyperlink(false).term_width(usize::from(u16::MAX));
    fill(&renderer.render(&[group]), &inserts, style)
}

/// The excerpts in the order of the frame: the file of the main place first, then files as they are first named.
fn excerpts<'l>(places: &[&'l Location], has_main: bool, style: &Style) -> Vec<(&'l Location, Excerpt)> {
    let mut files: Vec<Vec<(usize, &'l Location)>> = Vec::new();
    for (index, location) in places.iter().enumerate() {
        let same =
            |file: &&mut Vec<(usize, &'l Location)>| file.first().is_some_and(|(_, other)| same_file(other, location));
        match files.iter_mut().find(same) {
            Some(file) => file.push((index, location)),
            None => files.push(vec![(index, location)]),
        }
    }
    let digits = places
        .iter()
        .map(|location| excerpt::last_line(&location.source, location.span).to_string().len())
        .max()
        .unwrap_or(0);
    let mut out = Vec::new();
    for file in files {
        let Some((_, first)) = file.first() else {
            continue;
        };
        let marks: Vec<Mark> = file
            .iter()
            .map(|(index, location)| Mark {
                span: location.span,
                label: &location.label,
                primary: has_main && *index == 0,
            })
            .collect();
        for excerpt in excerpt::cut(&first.source, &marks, digits, style) {
            // The arrow names the place that comes first in the finding, which need not be the topmost.
            let place = file.get(excerpt.first_mark).map_or(*first, |(_, location)| *location);
            out.push((place, excerpt));
        }
    }
    out
}

fn same_file(one: &Location, other: &Location) -> bool {
    one.source.name() == other.source.name()
        && one.revision == other.revision
        && one.rendered_from == other.rendered_from
        && one.source.text().len() == other.source.text().len()
}

fn snippet(excerpt: Excerpt, path: String) -> Snippet<'static, Annotation<'static>> {
    let annotations = excerpt.annotations.into_iter().map(|annotation| {
        let kind = if annotation.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(annotation.range).label(Some(annotation.label).filter(|label| !label.is_empty()))
    });
    Snippet::source(excerpt.text).line_start(excerpt.first_line).path(path).annotations(annotations)
}

/// Notes, help and the page, each hanging from the frame.
fn messages(
    finding: &Frame<'_>,
    more: usize,
    digits: usize,
    style: &Style,
    inserts: &mut Vec<Insert>,
) -> Vec<Element<'static>> {
    // ` = note: ` behind the line numbers; `note`, `help` and `page` are of one length.
    let columns = style.columns().map(|columns| columns.saturating_sub(digits + " = note: ".len()).max(20));
    let mut out = Vec::new();
    if more > 0 {
        let places = if more == 1 { "place" } else { "places" };
        let text = format!("and {more} more {places}; `--format json` lists them all");
        out.push(Level::NOTE.message(human::prose(&text, columns, style)).into());
    }
    for note in finding.notes {
        out.push(Level::NOTE.message(human::prose(note, columns, style)).into());
    }
    for help in finding.help {
        let mut text = human::prose(&help.lead, columns, style);
        if let Some(block) = &help.block {
            let block = visible::block(block, style.unicode).trim_end().to_owned();
            text.push('\n');
            text.push_str(&mark(inserts, Insert::Block(block)));
        }
        out.push(Level::HELP.message(text).into());
    }
    // The page is in the program: reading it needs no network. Its address is in the JSON.
    if let Some((rule, url)) = finding.page {
        let page = link::to(link::page(url, style), &format!("stslint explain {rule}"));
        out.push(Level::INFO.with_name("page").message(mark(inserts, Insert::Rest(page))).into());
    }
    out
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

fn mark(inserts: &mut Vec<Insert>, insert: Insert) -> String {
    inserts.push(insert);
    format!("{MARKER}{}{MARKER}", inserts.len() - 1)
}

/// Puts the inserts where their markers are.
fn fill(drawn: &str, inserts: &[Insert], style: &Style) -> String {
    let mut out = String::with_capacity(drawn.len() + 256);
    let mut lines = drawn.lines().peekable();
    while let Some(line) = lines.next() {
        let mut parts = line.splitn(3, MARKER);
        let before = parts.next().unwrap_or_default();
        match parts.next().and_then(|number| number.parse().ok()).and_then(|number: usize| inserts.get(number)) {
            Some(Insert::Place(location, place)) => {
                // Behind a place comes a line that holds nothing but the frame's edge.
                let edge = lines.peek().copied().unwrap_or_default().trim_end_matches(' ');
                put_place(before, edge, location, place, style, &mut out);
            }
            Some(Insert::Rest(rest)) => {
                out.push_str(before);
                out.push_str(rest);
            }
            Some(Insert::Block(block)) => {
                out.push('\n');
                out.push_str(block);
                out.push('\n');
            }
            None => out.push_str(before.trim_end_matches(' ')),
        }
        out.push('\n');
    }
    out
}

/// Writes a place behind its arrow; what does not fit hangs below, behind the frame's edge.
fn put_place(arrow: &str, edge: &str, location: &Location, place: &str, style: &Style, out: &mut String) {
    let taken = display_width(arrow);
    let columns = style.columns().map(|columns| columns.saturating_sub(taken).max(1));
    for (index, line) in human::wrap(place, columns, "").iter().enumerate() {
        if index == 0 {
            out.push_str(arrow);
            out.push_str(&human::linked_place(location, line, style));
        } else {
            out.push('\n');
            out.push_str(edge);
            out.push_str(&" ".repeat(taken.saturating_sub(display_width(edge))));
            out.push_str(line);
        }
    }
}
