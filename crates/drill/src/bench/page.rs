//! The figures as one page that needs nothing beside itself.

use std::fmt::Write;

use super::row::Row;
use crate::report::escape;

/// Bars are drawn up to twice a goal.
const WIDTH: f64 = 240.0;

/// Draws it.
pub(super) fn draw(rows: &[Row]) -> String {
    let held = rows.iter().filter(|row| row.holds).count();
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Hearth bench: {held} of {count} goals met</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n\
         <h1>Hearth bench: {held} of {count} goals met</h1>\n<div class=\"wide\"><table><thead><tr>",
        count = rows.len(),
        style = include_str!("../report/style.css"),
    );
    for head in [
        "",
        "n",
        "What",
        "Value",
        "Floor",
        "Ratio",
        "Goal",
        "Beside the goal",
    ] {
        // Writing to a String does not fail.
        let _ = write!(page, "<th scope=\"col\">{head}</th>");
    }
    page.push_str("</tr></thead><tbody>\n");
    for row in rows {
        page.push_str("<tr>");
        for cell in row.cells() {
            let _ = write!(page, "<td>{}</td>", escape(&cell));
        }
        let part = row.ratio.unwrap_or(row.value) / row.goal;
        let _ = writeln!(
            page,
            "<td><svg viewBox=\"0 0 {WIDTH} 16\" width=\"{WIDTH}\" height=\"16\" role=\"img\" aria-label=\"{part:.2} times the goal\">\
             <rect width=\"{bar:.0}\" height=\"16\" fill=\"currentColor\" opacity=\"0.4\"/>\
             <line x1=\"{goal}\" x2=\"{goal}\" y2=\"16\" stroke=\"currentColor\" stroke-width=\"2\"/></svg></td></tr>",
            bar = (part / 2.0).min(1.0) * WIDTH,
            goal = WIDTH / 2.0,
        );
    }
    page.push_str("</tbody></table></div>\n</main>\n</body>\n</html>\n");
    page
}
