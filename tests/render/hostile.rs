//! Nothing that a report holds may panic, take long or reach the terminal raw.

use stslint::finding::{HelpText, Severity};
use stslint::render::Style;

use crate::reports::{at, finding, plain, report, source, text};

/// A small generator of the same numbers on each run (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (most.max(1) as u64)).unwrap()
    }

    fn text(&mut self, most: usize) -> String {
        const PIECES: [&str; 26] = [
            "a",
            "b: ",
            "- ",
            " ",
            "   ",
            "\n",
            "\n",
            "\r\n",
            "\r",
            "\t",
            "é",
            "名",
            "👩‍👩‍👧",
            "e\u{301}",
            "\u{1b}[2J",
            "\u{0}",
            "\u{7f}",
            "\u{9b}",
            "\u{202e}",
            "\u{feff}",
            "\u{2028}",
            "\u{200d}",
            "\u{1}0\u{1}",
            "|",
            "#",
            "\u{e0041}",
        ];
        let len = self.below(most);
        (0..len).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }
}

/// Whether a character moves the cursor or turns text around; line breaks are ours.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[test]
fn no_text_and_no_span_panics_or_escapes() {
    let mut numbers = Numbers(0x5dee_ce66_d1ce_4e5b);
    for round in 0..3_000 {
        let files: Vec<_> = (0..1 + numbers.below(3)).map(|_| source(&numbers.text(6), &numbers.text(120))).collect();
        let places = (0..numbers.below(7))
            .map(|_| {
                let file = &files[numbers.below(files.len())];
                // Any bytes: inside characters, beyond the end, backwards.
                let len = file.text().len() + 3;
                let start = numbers.below(len);
                let end = if numbers.below(3) == 0 { start } else { numbers.below(len) };
                let mut place = at(file, start, end, &numbers.text(20));
                place.revision = (numbers.below(4) == 0).then(|| numbers.text(4));
                place.rendered_from = (numbers.below(4) == 0).then(|| numbers.text(4));
                place
            })
            .collect();
        let severity = Severity::ALL[numbers.below(3)];
        let mut reported = finding(severity, "any-rule", &numbers.text(40), places);
        reported.notes = vec![numbers.text(40)];
        reported.help = vec![HelpText {
            lead: numbers.text(20),
            block: Some(numbers.text(20).replace('\t', " ")),
            ..HelpText::default()
        }];
        let style = Style {
            width: [None, Some(0), Some(41), Some(60), Some(80)][numbers.below(5)],
            color: false,
            unicode: numbers.below(2) == 0,
            verbose: numbers.below(2) == 0,
            ..Style::default()
        };
        let shown = text(&report(vec![reported]), &style);
        let bad = shown.chars().find(|c| acts(*c));
        assert_eq!(bad, None, "round {round}: {shown:?}");
    }
}

#[test]
fn escapes_are_only_our_own_colours() {
    let hostile = source("a.yaml", "name: \u{1b}[31mred\n");
    let reported = finding(Severity::Error, "any-rule", "\u{1b}]0;title\u{7}", vec![at(&hostile, 6, 11, "\u{1b}c")]);
    let style = Style { width: Some(80), color: true, unicode: true, ..Style::default() };
    let shown = text(&report(vec![reported]), &style);
    for escape in shown.split('\u{1b}').skip(1) {
        let (code, _) = escape.split_once('m').unwrap();
        assert!(code.starts_with('['), "not a colour: {escape:?}");
        assert!(code[1..].chars().all(|c| c.is_ascii_digit() || c == ';'), "not a colour: {escape:?}");
    }
    assert!(!shown.contains('\u{7}'));
}

#[test]
fn lines_keep_to_the_width() {
    use crate::reports::{blocking_budget, crowded_line, grown_template, many_lines, missing_service};
    for finding in [blocking_budget(), crowded_line(), grown_template(), many_lines(), missing_service()] {
        for columns in [60, 80, 100] {
            let blocks: Vec<String> = finding
                .help
                .iter()
                .filter_map(|help| help.block.clone())
                .flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>())
                .collect();
            for unicode in [false, true] {
                let style = Style { unicode, ..plain(Some(columns)) };
                let shown = text(&report(vec![finding.clone()]), &style);
                for line in shown.lines() {
                    // Places and pages are there to be clicked and blocks to be copied: never broken.
                    let whole = line.contains(".yaml") || line.contains("https://") || line.contains("Found");
                    let fits = textwrap::core::display_width(line) <= columns;
                    assert!(fits || whole || blocks.iter().any(|block| block == line), "{columns}: {line}");
                }
            }
        }
    }
}

#[test]
fn blocks_are_never_wrapped_or_indented() {
    let block = format!("key: |\n  {}\n    deeper:   spaced\n", "word ".repeat(60).trim_end());
    let mut reported = crate::reports::missing_service();
    reported.help = vec![HelpText { lead: "paste:".to_owned(), block: Some(block.clone()), ..HelpText::default() }];
    for width in [Some(40), Some(80), None] {
        let shown = text(&report(vec![reported.clone()]), &plain(width));
        assert!(shown.contains(&format!("\n\n{block}\n")), "{shown}");
    }
}

#[test]
fn huge_inputs_become_short_texts() {
    let line = format!("{{{}}}", "\"key\":\"value\",".repeat(150_000));
    let one = source("dump.json", &line);
    let nothing = source("nothing.yaml", &"\u{301}".repeat(1_000_000));
    let places = (0..5_000).map(|index| at(&one, index * 400, index * 400 + 5, "here")).collect();
    for width in [Some(80), None] {
        let many =
            finding(Severity::Error, "any-rule", &"x".repeat(1_000_000), vec![at(&one, 1_000_000, 2_000_000, "y")]);
        let thin = finding(Severity::Error, "any-rule", "no columns", vec![at(&nothing, 600_000, 600_002, "z")]);
        let label = finding(Severity::Error, "any-rule", "long label", vec![at(&one, 1, 4, &"z ".repeat(500_000))]);
        for reported in [many, thin, label] {
            let shown = text(&report(vec![reported]), &plain(width));
            assert!(shown.len() < 20_000, "{} bytes", shown.len());
        }
    }
    let shown = text(&report(vec![finding(Severity::Error, "any-rule", "many places", places)]), &plain(Some(80)));
    assert!(shown.contains("and 4976 more places"), "{shown}");
}
