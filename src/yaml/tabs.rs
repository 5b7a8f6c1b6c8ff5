//! Tabs where YAML 1.1 allows none.
//!
//! granit reads a tab as a blank in most places. go-yaml refuses it where a key could begin: at the start of a line
//! outside of brackets, and behind a `-` or `?`. `goyaml.v2/scannerc.go` (`yaml_parser_scan_to_next_token`,
//! `yaml_parser_scan_plain_scalar`).

use std::ops::Range;

/// The first tab between two tokens that kubectl refuses, outside of brackets.
///
/// `after_plain` is the column of the collection in which a plain scalar stands right before; its scan takes in what is
/// indented more.
pub(super) fn refused(bytes: &[u8], gap: Range<usize>, after_plain: Option<usize>) -> Option<usize> {
    let mut line = line_start(bytes, gap.start);
    let mut key_possible = gap.start == 0;
    let mut plain = after_plain;
    let mut at = gap.start;
    while at < gap.end {
        let byte = *bytes.get(at)?;
        if let (Some(_), false) = (plain, matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
            plain = None;
        }
        match byte {
            b' ' => {}
            b'\n' | b'\r' => {
                key_possible = true;
                line = at + 1;
            }
            b'\t' => {
                let refused = match plain {
                    Some(column) => key_possible && at - line <= column,
                    None => key_possible,
                };
                if refused {
                    return Some(at);
                }
            }
            b'#' => {
                let rest = bytes.get(at..)?;
                at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                continue;
            }
            b'-' | b'?' => key_possible = true,
            _ => key_possible = false,
        }
        at += 1;
    }
    None
}

/// The column, from 0, of an offset.
pub(super) fn column(bytes: &[u8], at: usize) -> usize {
    at - line_start(bytes, at)
}

fn line_start(bytes: &[u8], at: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', bytes.get(..at).unwrap_or_default()).map_or(0, |before| before + 1)
}
