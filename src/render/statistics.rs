//! How often each rule spoke, as a table.

use std::io;

use super::Style;
use super::human::{paint, severity_style};
use crate::finding::Report;

/// Writes the table; nothing where nothing was found.
///
/// # Errors
///
/// What `out` returns.
pub(super) fn render(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let rows = report.statistics();
    if rows.is_empty() {
        return Ok(());
    }
    let width = rows.iter().map(|row| row.rule.len()).max().unwrap_or(0).max("rule".len());
    writeln!(out, "count  severity  {:width$}  sets  files", "rule")?;
    for row in rows {
        let severity = paint(style, severity_style(row.severity), row.severity.as_str());
        let pad = " ".repeat("severity".len() - row.severity.as_str().len());
        writeln!(out, "{:5}  {severity}{pad}  {:width$}  {:4}  {:5}", row.count, row.rule, row.sets, row.files)?;
    }
    writeln!(out)
}
