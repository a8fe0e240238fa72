//! Reading IRC logs: `[HH:MM] <nick> text`, `[HH:MM] * nick action`, `=== nick … has joined`, and what else people's
//! logs hold. Never fails: a line that says nothing that could be replayed is counted by what it is.

use hearth_protocol::bounds::TEXT_BYTES_MAX;

/// The longest nick that is one; longer is a line that only looks like a message.
const NICK_CHARS_MAX: usize = 64;

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// Somebody says something.
    Say { nick: String, text: String },
    /// Somebody comes in.
    Join { nick: String },
    /// Somebody goes: parts, quits, is put out.
    Leave { nick: String },
    /// Somebody goes on under another nick.
    Rename { from: String, to: String },
}

/// What a file held beside its lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Messages without a text.
    pub(super) blank: usize,
    /// Messages longer than the protocol's bound: cut there.
    pub(super) cut: usize,
    /// Lines of the system's own (modes, notices).
    pub(super) system: usize,
    /// Lines of no known form.
    pub(super) odd: usize,
    /// Lines that are not UTF-8: what could not be read stands as U+FFFD.
    pub(super) not_utf8: usize,
}

/// Reads a file's bytes, of whatever kind.
pub(super) fn read(bytes: &[u8]) -> (Vec<Line>, Tally) {
    let mut tally = Tally::default();
    let mut lines = Vec::new();
    for raw in bytes.split(|b| *b == b'\n') {
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        if raw.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let text = String::from_utf8_lossy(raw);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            tally.not_utf8 += 1;
        }
        if let Some(line) = read_line(&text, &mut tally) {
            lines.push(line);
        }
    }
    (lines, tally)
}

fn read_line(line: &str, tally: &mut Tally) -> Option<Line> {
    let rest = strip_time(line.trim_start_matches('\u{FEFF}').trim_start());
    if let Some(said) = rest.strip_prefix('<') {
        let message = said.split_once('>').and_then(|(nick, text)| {
            // A member's sign of rank belongs to the room, not to the nick.
            let nick = nick_of(nick.trim().trim_start_matches(['@', '+', '%', '&', '~']))?;
            Some((nick, text.strip_prefix(' ').unwrap_or(text)))
        });
        return say(message.map(|(nick, text)| (nick, text.to_owned())), tally);
    }
    for mark in ["===", "***", "-!-", "-->", "<--"] {
        if let Some(said) = rest.strip_prefix(mark) {
            let line = system(said.trim_start());
            if line.is_none() {
                tally.system += 1;
            }
            return line;
        }
    }
    // A notice to the room: `-nick:#room- text`.
    if let Some((head, text)) = rest
        .strip_prefix('-')
        .and_then(|said| said.split_once("- "))
        && let Some((nick, _)) = head.split_once(":#")
    {
        return say(nick_of(nick).map(|nick| (nick, text.to_owned())), tally);
    }
    let action = rest.strip_prefix("* ").and_then(|said| {
        let (nick, text) = said.split_once(' ').unwrap_or((said, ""));
        Some((nick_of(nick)?, text))
    });
    let action = action.map(|(nick, text)| {
        let text = if text.trim().is_empty() {
            String::new()
        } else {
            format!("* {nick} {text}")
        };
        (nick, text)
    });
    say(action, tally)
}

/// A message, if it is one and says something.
fn say(message: Option<(String, String)>, tally: &mut Tally) -> Option<Line> {
    let Some((nick, mut text)) = message else {
        tally.odd += 1;
        return None;
    };
    if text.trim().is_empty() {
        tally.blank += 1;
        return None;
    }
    if text.len() > TEXT_BYTES_MAX {
        tally.cut += 1;
        let end = (0..=TEXT_BYTES_MAX)
            .rev()
            .find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or_default());
    }
    Some(Line::Say { nick, text })
}

/// What the system says of somebody: `nick [user@host] has joined #room`.
fn system(said: &str) -> Option<Line> {
    let who = |before: &str| {
        let before = before.trim_end();
        let host = [(" [", ']'), (" (", ')')]
            .into_iter()
            .filter(|(_, close)| before.ends_with(*close))
            .find_map(|(open, _)| before.rfind(open));
        nick_of(&before[..host.unwrap_or(before.len())])
    };
    if let Some((before, after)) = said.split_once(" is now known as ") {
        let to = nick_of(after)?;
        return Some(Line::Rename {
            from: who(before)?,
            to,
        });
    }
    if let Some((before, _)) = said.split_once(" has joined") {
        return Some(Line::Join { nick: who(before)? });
    }
    let gone = [" has left", " has quit", " was kicked"];
    let (before, _) = gone.iter().find_map(|word| said.split_once(word))?;
    Some(Line::Leave { nick: who(before)? })
}

/// Takes times and dates off the front: tokens of digits and the signs that stand between them.
fn strip_time(line: &str) -> &str {
    let mut rest = line;
    loop {
        let (token, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let is_time = token.contains(|c: char| c.is_ascii_digit())
            && token
                .chars()
                .all(|c| c.is_ascii_digit() || "[]():-/.,T+Z".contains(c));
        if !is_time || after.is_empty() {
            return rest;
        }
        rest = after.trim_start();
    }
}

/// A nick: one word. Some logs have a space after each `]` in it, which is taken out.
fn nick_of(text: &str) -> Option<String> {
    let text = text.trim().replace("] ", "]");
    let fits = (1..=NICK_CHARS_MAX).contains(&text.chars().count());
    let is_one = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    (fits && is_one).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> (Option<Line>, Tally) {
        let (mut lines, tally) = read(line.as_bytes());
        assert!(lines.len() <= 1);
        (lines.pop(), tally)
    }

    fn says(line: &str) -> (String, String) {
        match one(line).0 {
            Some(Line::Say { nick, text }) => (nick, text),
            other => panic!("{line:?}: {other:?}"),
        }
    }

    #[test]
    fn messages_and_actions() {
        let pair = |nick: &str, text: &str| (nick.to_owned(), text.to_owned());
        assert_eq!(says("[11:22] <guzu> on 606"), pair("guzu", "on 606"));
        assert_eq!(
            says("[08:10] <PlusMinus>   two  spaces "),
            pair("PlusMinus", "  two  spaces ")
        );
        assert_eq!(
            says("[11:22] <a|b`_[x]> <c> hi > there"),
            pair("a|b`_[x]", "<c> hi > there")
        );
        assert_eq!(says("[11:22] * guzu waves"), pair("guzu", "* guzu waves"));
        assert_eq!(says("<@op> no time"), pair("op", "no time"));
        assert_eq!(
            says("2026-01-02 11:22:33 < +nick> text"),
            pair("nick", "text")
        );
        assert_eq!(says("11:22:33 <n> 12:30 it is"), pair("n", "12:30 it is"));
        assert_eq!(
            says("[11:22] <n> \u{2}bold\u{2}\u{8}"),
            pair("n", "\u{2}bold\u{2}\u{8}")
        );
    }

    #[test]
    fn comings_and_goings() {
        let line = |text| one(text).0;
        let nick = || "burns".to_owned();
        assert_eq!(
            line("=== burns [n=burns@85-124]  has joined #ubuntu"),
            Some(Line::Join { nick: nick() })
        );
        assert_eq!(
            line("=== burns [n=b@x]  has left #ubuntu [\"bye\"]"),
            Some(Line::Leave { nick: nick() })
        );
        assert_eq!(
            line("*** burns (b@x) has quit (Ping timeout)"),
            Some(Line::Leave { nick: nick() })
        );
        assert_eq!(
            line("=== burns was kicked off #ubuntu by op"),
            Some(Line::Leave { nick: nick() })
        );
        let spaced = Some(Line::Join {
            nick: "[cc]smart".into(),
        });
        assert_eq!(
            line("=== [cc] smart [n=[cc] smar@gw.x.com]  has joined #ubuntu"),
            spaced
        );
        assert_eq!(
            line("=== burns is now known as burns_"),
            Some(Line::Rename {
                from: nick(),
                to: "burns_".into()
            })
        );
    }

    #[test]
    fn the_system_s_own_lines_are_counted_and_not_replayed() {
        for text in [
            "=== mode/#ubuntu [-oo rob mdz]  by ChanServ",
            "=== happy hannukah to all",
            "===",
            "=== x",
        ] {
            let (line, tally) = one(text);
            assert_eq!((line, tally.system), (None, 1), "{text}");
        }
    }

    #[test]
    fn odd_lines_are_counted_and_do_no_harm() {
        let odd = [
            "no form at all",
            "[11:22]",
            "[11:22] <> nobody",
            "[11:22] <never closed",
            "* ",
            "<a b> two words",
            "\u{0}\u{1}\u{2}",
            "[[[[",
            "<",
            ">",
            "[11:22] *nospace",
            "12345",
        ];
        for text in odd {
            let (line, tally) = one(text);
            assert_eq!((line, tally.odd), (None, 1), "{text:?}");
        }
        let long = format!("<{}> x", "n".repeat(65));
        assert_eq!(one(&long).1.odd, 1);
    }

    #[test]
    fn empty_files_and_empty_lines_hold_nothing() {
        for bytes in [&b""[..], b"\n\n\r\n   \n\t"] {
            assert_eq!(read(bytes), (Vec::new(), Tally::default()));
        }
    }

    #[test]
    fn messages_without_a_text_are_counted() {
        for text in [
            "[11:22] <a>",
            "[11:22] <a>  ",
            "[11:22] * a",
            "[11:22] * a ",
        ] {
            assert_eq!(one(text).1.blank, 1, "{text:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_kept_as_far_as_they_can_be_read() {
        let (lines, tally) = read(b"[11:22] <caf\xe9> na\xefve\r\n[11:23] <b> ok\n");
        assert_eq!(tally.not_utf8, 1);
        assert_eq!(lines.len(), 2);
        let Line::Say { nick, text } = &lines[0] else {
            panic!("{lines:?}");
        };
        assert_eq!(
            (nick.as_str(), text.as_str()),
            ("caf\u{FFFD}", "na\u{FFFD}ve")
        );
    }

    #[test]
    fn huge_lines_are_cut_at_the_bound_between_characters() {
        let (lines, tally) = read(format!("<a> x{}", "ü".repeat(40_000)).as_bytes());
        assert_eq!(tally.cut, 1);
        let Line::Say { text, .. } = &lines[0] else {
            panic!("{lines:?}");
        };
        // One byte and then pairs: the bound falls into the middle of a pair.
        assert_eq!(text.len(), TEXT_BYTES_MAX - 1);
    }

    #[test]
    fn the_logs_that_come_with_the_project_are_understood() {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/irc");
        let (mut said, mut joined, mut odd) = (0, 0, 0);
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "log") {
                let (lines, tally) = read(&std::fs::read(path).unwrap());
                said += lines
                    .iter()
                    .filter(|l| matches!(l, Line::Say { .. }))
                    .count();
                joined += lines
                    .iter()
                    .filter(|l| matches!(l, Line::Join { .. }))
                    .count();
                odd += tally.odd;
            }
        }
        assert_eq!((said, joined, odd), (35_020, 3_090, 0));
    }
}
