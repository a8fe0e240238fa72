//! The report: one HTML file to look at. It promises to need nothing beside itself (no script, no style, no font, no
//! picture from anywhere), to be readable in the dark and to who cannot see, and to show no byte of the history as
//! anything but text.

mod chart;

use self::chart::{Band, Scale, Series};
use crate::verdict::{Fault, Judgement, Second, Tally, Verdict};

/// Parts of a cluster that have a colour of their own; a fault's class begins with one.
const PARTS: [&str; 5] = ["server", "redis", "cassandra", "nginx", "client"];
/// A line of the history is shown up to here; the file has all of it.
const SHOWN_CHARS: usize = 600;

/// Draws the report of a judgement.
pub(crate) fn draw(judgement: &Judgement) -> String {
    let begin = &judgement.begin;
    let tally = &judgement.tally;
    let broken = judgement.verdicts.values().filter(|v| !v.held()).count();
    let (class, verdict) = match broken {
        0 => ("good", "Everything held.".to_owned()),
        1 => ("bad", "One promise was broken.".to_owned()),
        n => ("bad", format!("{n} promises were broken.")),
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Hearth drill, seed {seed}: {verdict}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n\
         <h1>Hearth drill: <span class=\"{class}\">{verdict}</span></h1>\n\
         <p>{acknowledged} sends acknowledged, {shown} events shown to people, {faults} faults.</p>\n",
        seed = begin.seed,
        style = include_str!("style.css"),
        acknowledged = grouped(tally.acknowledged),
        shown = grouped(tally.shown),
        faults = judgement.faults.len(),
    );
    page.push_str(&verdicts(judgement));
    page.push_str(&pictures(judgement));
    page.push_str(&faults(&judgement.faults));
    page.push_str(&numbers(tally));
    page.push_str(&format!(
        "<h2>The run</h2>\n<dl><dt>Cluster</dt><dd>{}</dd><dt>Began</dt><dd>{}</dd><dt>Lasted</dt><dd>{}</dd>\
         <dt>Seed</dt><dd>{}</dd><dt>Again with</dt><dd><code>{}</code></dd>\
         <dt>Judged again with</dt><dd><code>hearth-drill verify</code> and this folder</dd>\
         <dt>Drill</dt><dd>{}</dd></dl>\n</main>\n</body>\n</html>\n",
        escape(&begin.cluster),
        escape(&begin.wall),
        chart::clock(judgement.ended_us as f64 / 1e6),
        begin.seed,
        escape(&begin.command),
        escape(&begin.version),
    ));
    page
}

fn verdicts(judgement: &Judgement) -> String {
    let mut text = String::from(
        "<h2>Verdicts</h2>\n<div class=\"wide\"><table><thead><tr><th scope=\"col\">Promise</th><th scope=\"col\">\
         What it says</th><th scope=\"col\">Verdict</th><th scope=\"col\" class=\"n\">Looked at</th></tr></thead><tbody>\n",
    );
    for (promise, verdict) in &judgement.verdicts {
        let word = match verdict.wrong {
            0 => "<span class=\"good\">✓ held</span>".to_owned(),
            n => format!("<span class=\"bad\">✗ broken {n} times</span>"),
        };
        text.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{word}</td><td class=\"n\">{}</td></tr>\n",
            promise.name(),
            promise.sentence(),
            grouped(verdict.judged),
        ));
    }
    text.push_str("</tbody></table></div>\n");
    for (promise, verdict) in &judgement.verdicts {
        if !verdict.held() {
            text.push_str(&format!(
                "<h2>{}: the first that broke it</h2>\n",
                promise.name()
            ));
            text.push_str(&offences(judgement, verdict));
        }
    }
    text
}

fn offences(judgement: &Judgement, verdict: &Verdict) -> String {
    let mut text = String::new();
    for offence in &verdict.offences {
        text.push_str(&format!("<div class=\"offence\">{}", escape(&offence.text)));
        for at in &offence.lines {
            let line = judgement.evidence.get(at).map_or("", String::as_str);
            let line: String = line.chars().take(SHOWN_CHARS).collect();
            text.push_str(&format!("<code>line {at}: {}</code>", escape(&line)));
        }
        text.push_str("</div>\n");
    }
    let more = verdict.wrong - verdict.offences.len() as u64;
    if more > 0 {
        text.push_str(&format!("<p>And {} more.</p>\n", grouped(more)));
    }
    text
}

fn pictures(judgement: &Judgement) -> String {
    let seconds = &judgement.seconds;
    let length = judgement.ended_us as f64 / 1e6;
    let bands = || -> Vec<Band> {
        let faults = judgement.faults.iter().zip(1..);
        faults
            .map(|(fault, number)| Band {
                class: part(&fault.class).to_owned(),
                label: format!("{number}: {} on {}", fault.class, fault.target),
                from_s: fault.began as f64 / 1e6,
                to_s: fault.healed.map_or(length, |healed| healed as f64 / 1e6),
            })
            .collect()
    };
    let counts = |of: fn(&Second) -> u64| seconds.iter().map(|s| Some(of(s) as f64)).collect();
    let times = |of: fn(&Second) -> u64| {
        let values = seconds.iter().map(|s| Some(of(s) as f64));
        values.map(|us| us.filter(|us| *us > 0.0)).collect()
    };
    let series = |name, class, values| Series {
        name,
        class,
        values,
    };
    let mut text =
        String::from("<h2>Over time</h2>\n<p class=\"soft\">Bands are faults, by part: ");
    for part in PARTS {
        text.push_str(&format!("{} {part}; ", dot(part)));
    }
    text.push_str(&format!("{} other.</p>\n", dot("other")));
    let pictures = [
        (
            "acknowledged",
            "Sends in a second",
            Scale::Linear,
            vec![
                series("acknowledged", "one", counts(|s| s.acknowledged)),
                series("in doubt", "two", counts(|s| s.unknown)),
            ],
        ),
        (
            "ack",
            "From the first try to the acknowledgement",
            Scale::Times,
            vec![
                series("median", "one", times(|s| s.ack_p50_us)),
                series("99 of 100", "two", times(|s| s.ack_p99_us)),
            ],
        ),
        (
            "shown",
            "Events shown to people in a second",
            Scale::Linear,
            vec![series("shown", "one", counts(|s| s.shown))],
        ),
        (
            "delivery",
            "From composing to the reader's screen",
            Scale::Times,
            vec![
                series("median", "one", times(|s| s.shown_p50_us)),
                series("99 of 100", "two", times(|s| s.shown_p99_us)),
            ],
        ),
    ];
    for (id, title, scale, series) in pictures {
        text.push_str(&chart::draw(id, title, scale, length, &series, &bands()));
    }
    text
}

fn faults(faults: &[Fault]) -> String {
    if faults.is_empty() {
        return String::from("<h2>Faults</h2>\n<p>None were made.</p>\n");
    }
    let mut text = String::from(
        "<h2>Faults, and what was felt of them</h2>\n<div class=\"wide\"><table><thead><tr>\
         <th scope=\"col\" class=\"n\">No.</th><th scope=\"col\">Fault</th><th scope=\"col\">On</th>\
         <th scope=\"col\" class=\"n\">At</th><th scope=\"col\" class=\"n\">For</th><th scope=\"col\">What bit</th>\
         </tr></thead><tbody>\n",
    );
    for (fault, number) in faults.iter().zip(1..) {
        let bits: Vec<String> = fault
            .bits
            .iter()
            .map(|(what, n)| format!("{} ({n})", escape(what)))
            .collect();
        let lasted = fault.healed.map_or("to the end".to_owned(), |healed| {
            chart::time(healed.saturating_sub(fault.began) as f64)
        });
        text.push_str(&format!(
            "<tr><td class=\"n\">{number}</td><td>{} {}</td><td>{}</td><td class=\"n\">{}</td>\
             <td class=\"n\">{lasted}</td><td>{}</td></tr>\n",
            dot(part(&fault.class)),
            escape(&fault.class),
            escape(&fault.target),
            chart::clock(fault.began as f64 / 1e6),
            if bits.is_empty() {
                "nothing was seen of it".to_owned()
            } else {
                bits.join("; ")
            },
        ));
    }
    text.push_str("</tbody></table></div>\n");
    text
}

fn numbers(tally: &Tally) -> String {
    let numbers = [
        ("Users", tally.users),
        ("Rooms", tally.rooms),
        ("Sockets opened", tally.sockets),
        ("Events in the logs", tally.events),
        ("Sends", tally.sends),
        ("Acknowledged", tally.acknowledged),
        ("Tried again with the same id", tally.resends),
        ("Acknowledged after a doubt", tally.recognised),
        ("Tries with an unknown outcome", tally.unknown),
        ("Refused for good", tally.refused),
        ("No answer came, and the log has it", tally.found),
        ("No answer came, and the log has it not", tally.absent),
        ("Events heard on sockets", tally.heard),
        ("Events shown on screens", tally.shown),
        ("Gaps told", tally.gaps),
        ("Holes that clients mended", tally.holes),
        ("Pages of history", tally.pages),
        ("Descriptions of rooms", tally.snapshots),
        ("Lines of this history", tally.lines),
    ];
    let mut text = String::from("<h2>Numbers</h2>\n<table class=\"numbers\"><tbody>\n");
    for (what, n) in numbers {
        text.push_str(&format!(
            "<tr><th scope=\"row\">{what}</th><td class=\"n\">{}</td></tr>\n",
            grouped(n)
        ));
    }
    text.push_str("</tbody></table>\n");
    text
}

/// The part of a cluster to which a class of faults belongs.
fn part(class: &str) -> &'static str {
    let first = class.split(['-', '_', ' ']).next().unwrap_or_default();
    let known = PARTS.iter().find(|part| **part == first);
    known.copied().unwrap_or("other")
}

fn dot(part: &str) -> String {
    format!(
        "<svg class=\"dot\" viewBox=\"0 0 8 8\" aria-hidden=\"true\"><rect class=\"{part}\" width=\"8\" height=\"8\"/></svg>"
    )
}

/// A number by thousands.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A text that is nothing but text, in an element or an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Begin, FORMAT, Limits, Line, Record};

    fn page() -> String {
        let begin = Begin {
            format: FORMAT,
            seed: 3,
            version: "0".into(),
            cluster: "<script>alert(1)</script>".into(),
            command: "hearth-drill check --seed 3".into(),
            wall: "today".into(),
            faults: vec!["redis-flush".into()],
            each_bites: false,
            nodes: vec!["a".into()],
            limits: Limits::default(),
        };
        let records = [
            Record::Begin(begin),
            Record::Fault {
                f: 0,
                class: "server-kill".into(),
                target: "\"a\" & b".into(),
                outage: false,
                heals_us: 1,
                leaves: None,
            },
        ];
        let lines: Vec<Line> = (0..)
            .zip(records)
            .map(|(t, record)| Line { t, record })
            .collect();
        let judgement = crate::verdict::judge(|| Ok(lines.clone().into_iter().map(Ok)));
        draw(&judgement.expect("a history"))
    }

    #[test]
    fn it_needs_nothing_beside_itself() {
        let page = page();
        for word in [
            "<script", "http:", "https:", "src=", "<link", "@import", "url(",
        ] {
            assert!(!page.contains(word), "{word}");
        }
    }

    #[test]
    fn what_the_history_says_is_nothing_but_text() {
        let page = page();
        assert!(page.contains("&lt;script&gt;alert(1)"));
        assert!(page.contains("&quot;a&quot; &amp; b"));
    }

    #[test]
    fn it_shows_what_was_broken_and_how_to_repeat_it() {
        let page = page();
        assert!(page.contains("promises were broken"));
        assert!(page.contains("redis-flush was asked for and never done"));
        assert!(page.contains("hearth-drill check --seed 3"));
        // Each picture has a name and a sentence for who cannot see it.
        let pictures = page.matches("role=\"img\"").count();
        assert_eq!(pictures, 4);
        assert_eq!(page.matches("<desc").count(), pictures);
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(123), "123");
    }
}
