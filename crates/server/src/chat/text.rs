//! Words for the screen. Whatever came from elsewhere is made harmless first: a terminal obeys what is written to it.

use std::collections::BTreeMap;

use chrono::{DateTime, Local, TimeZone, Timelike};
use hearth_protocol::{Attachment, Body, Event, Right, Role, RoomKind, UserId};

/// What people are called, as far as it was heard.
pub(super) type Names = BTreeMap<UserId, String>;

/// Makes a text from elsewhere safe to show: control characters, escape sequences, and the signs that turn or hide
/// the text around them become visible ones. Line breaks and tabs become spaces.
pub(crate) fn tame(text: &str) -> String {
    text.chars().map(tame_char).collect()
}

fn tame_char(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => ' ',
        // The pictures of the control characters.
        '\0'..='\u{1F}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{FFFD}'),
        '\u{7F}' => '\u{2421}',
        '\u{80}'..='\u{9F}' => '\u{FFFD}',
        // Bidi controls, line separators, zero width but the joiner that emoji need, tags.
        '\u{200B}'
        | '\u{200C}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}' => '\u{FFFD}',
        c => c,
    }
}

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Plain text.
    Plain,
    /// With colours.
    Colour,
}

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        match self {
            Style::Plain => text.to_owned(),
            Style::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    /// Of lesser weight: numbers, times, notes.
    pub(super) fn faint(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// Something went wrong.
    pub(super) fn alarm(self, text: &str) -> String {
        self.paint("31", text)
    }

    /// Where one is, what is new.
    pub(super) fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// A person's name: the same person always in the same colour.
    pub(super) fn name(self, user: UserId, name: &str) -> String {
        // Readable on light and dark grounds alike; red is kept for what went wrong.
        const COLOURS: [&str; 5] = ["32", "33", "34", "35", "36"];
        let sum: usize = user.0.as_bytes().iter().map(|b| usize::from(*b)).sum();
        self.paint(COLOURS[sum % COLOURS.len()], name)
    }
}

/// The time of day, as the clock on the wall has it.
pub(crate) fn time_of(at_ms: u64) -> String {
    let at: Option<DateTime<Local>> = i64::try_from(at_ms)
        .ok()
        .and_then(|ms| Local.timestamp_millis_opt(ms).single());
    at.map_or_else(|| "--:--".into(), |at| at.format("%H:%M").to_string())
}

/// The minute of the day, as the clock on the wall has it.
pub(super) fn minute_of_day(at_ms: u64) -> u16 {
    let at: Option<DateTime<Local>> = i64::try_from(at_ms)
        .ok()
        .and_then(|ms| Local.timestamp_millis_opt(ms).single());
    let minute = at.map_or(0, |at| at.hour() * 60 + at.minute());
    u16::try_from(minute).unwrap_or_default()
}

/// A moment that may be days ago, by the reader's calendar.
pub(crate) fn day_of(at_ms: u64) -> String {
    let at: Option<DateTime<Local>> = i64::try_from(at_ms)
        .ok()
        .and_then(|ms| Local.timestamp_millis_opt(ms).single());
    at.map_or_else(
        || "some day".into(),
        |at| at.format("%Y-%m-%d %H:%M").to_string(),
    )
}

/// What is known around an event.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around<'a> {
    /// What a reply answers.
    pub(super) quoted: Option<&'a Event>,
    /// The text that a message has now, if it was edited since.
    pub(super) current: Option<&'a str>,
    /// Whether it mentions who reads it.
    pub(super) to_me: bool,
}

/// An event as the lines in which it is shown.
pub(super) fn event_lines(
    style: Style,
    event: &Event,
    around: Around<'_>,
    names: &Names,
) -> Vec<String> {
    let head = style.faint(&format!(
        "{} {:>4}",
        time_of(event.at_ms),
        format!("#{}", event.seq)
    ));
    if let Body::Message {
        text,
        reply_to,
        forward,
        attachments,
        thread,
        ..
    } = &event.body
    {
        let mut lines = Vec::new();
        if let Some(of) = thread {
            let into = format!("⤷ in the thread of #{}", of.root);
            lines.push(format!("{INDENT}{}", style.faint(&into)));
        }
        if let Some(target) = reply_to {
            let quote = around
                .quoted
                .map(|quoted| format!("{}: {}", tame(&quoted.name), excerpt(quoted)));
            let quote = format!("↳ #{target} {}", quote.unwrap_or_default());
            lines.push(format!("{INDENT}{}", style.faint(quote.trim_end())));
        }
        if let Some(of) = forward {
            let copied = format!("⇒ what {} wrote, {}", tame(&of.name), day_of(of.at_ms));
            lines.push(format!("{INDENT}{}", style.faint(&copied)));
        }
        let mut parts = around.current.unwrap_or(text).split('\n').map(tame);
        let bot = if event.by.is_bot() { " [bot]" } else { "" };
        let name = style.name(event.by, &format!("{}{bot}:", tame(&event.name)));
        let edited = if around.current.is_some() {
            style.faint(" (edited)")
        } else {
            String::new()
        };
        let to_me = match around.to_me {
            true => style.strong(" (to you)"),
            false => String::new(),
        };
        lines.push(format!(
            "{head} {name}{to_me}{edited} {}",
            parts.next().unwrap_or_default()
        ));
        lines.extend(parts.map(|part| format!("{INDENT}{part}")));
        let files = attachments.iter().map(file_line);
        lines.extend(files.map(|file| format!("{INDENT}{}", style.faint(&file))));
        return lines;
    }
    vec![format!(
        "{head} {}",
        style.faint(&format!("· {}", note(event, names)))
    )]
}

/// What a message brings along, in a line.
fn file_line(file: &Attachment) -> String {
    let size = match file.size {
        size @ 0..1_000 => format!("{size} bytes"),
        size @ 1_000..1_000_000 => format!("{} kB", size.div_ceil(1_000)),
        size => format!("{}.{} MB", size / 1_000_000, size / 100_000 % 10),
    };
    let pixels = file.width.zip(file.height);
    let pixels = pixels.map(|(width, height)| format!(", {width}×{height}"));
    let alt = match file.alt.as_str() {
        "" => String::new(),
        alt => format!(": {}", tame(alt)),
    };
    let name = tame(&file.name);
    format!("⎙ {name} ({size}{}){alt}", pixels.unwrap_or_default())
}

/// As wide as the time and the number before a message.
const INDENT: &str = "           ";

/// What happened, other than a message.
fn note(event: &Event, names: &Names) -> String {
    let name = tame(&event.name);
    let called = |user: &UserId| {
        names
            .get(user)
            .map_or_else(|| "somebody".to_owned(), |name| tame(name))
    };
    match &event.body {
        Body::Create { .. } => format!("{name} made this room"),
        Body::Edit { target, text } => format!("{name} edited #{target}: {}", tame(text)),
        Body::Delete { target } => format!("{name} deleted #{target}"),
        Body::React {
            target,
            emoji,
            on: true,
        } => format!("{name} put {} on #{target}", tame(emoji)),
        Body::React {
            target,
            emoji,
            on: false,
        } => format!("{name} took {} off #{target}", tame(emoji)),
        Body::Pin { target, on: true } => format!("{name} pinned #{target}"),
        Body::Pin { target, on: false } => format!("{name} took the pin off #{target}"),
        Body::Join => format!("{name} came in"),
        Body::Leave => format!("{name} left"),
        Body::Invite {
            user_name,
            accepted: true,
            ..
        } => format!("{} came in by an invitation of {name}'s", tame(user_name)),
        Body::Invite { user_name, .. } => format!("{name} brought {} in", tame(user_name)),
        Body::Remove { user, reason } => format!("{name} put {} out{}", called(user), why(reason)),
        Body::Ban {
            user,
            reason,
            until_ms,
        } => format!(
            "{name} banned {}{}{}",
            called(user),
            until(*until_ms),
            why(reason)
        ),
        Body::Unban { user } => format!("{name} lifted the ban of {}", called(user)),
        Body::Role { user, role } => format!("{name} made {} {}", called(user), role_word(*role)),
        Body::Topic { topic } if topic.is_empty() => format!("{name} took the topic away"),
        Body::Topic { topic } => format!("{name} set the topic: {}", tame(topic)),
        Body::Description { description } if description.is_empty() => {
            format!("{name} took the description away")
        }
        Body::Description { description } => {
            format!("{name} described the room: {}", tame(description))
        }
        Body::Rename { name: new } => format!("{name} renamed the room: {}", tame(new)),
        Body::Archive { on: true } => format!("{name} archived the room: it can only be read now"),
        Body::Archive { on: false } => format!("{name} opened the room again"),
        Body::Avatar { avatar: Some(_) } => format!("{name} changed the room's picture"),
        Body::Avatar { avatar: None } => format!("{name} took the room's picture away"),
        Body::Slow { seconds: 0 } => format!("{name} ended slow mode"),
        Body::Slow { seconds } => format!("{name} set slow mode: one message in {seconds} s"),
        Body::Right { right, role } => {
            format!(
                "{name} lets {} {}",
                role_and_above(*role),
                right_does(*right)
            )
        }
        Body::Erased { .. } | Body::Message { .. } => match event.body.edits() {
            Some(target) => format!("{name} edited #{target}, which is deleted"),
            None => "deleted".to_owned(),
        },
    }
}

/// A reason, if there is one.
pub(super) fn why(reason: &str) -> String {
    match reason {
        "" => String::new(),
        reason => format!(": {}", tame(reason)),
    }
}

/// When a ban ends, as the clock and the calendar on the wall have it.
pub(super) fn until(until_ms: Option<u64>) -> String {
    let Some(until_ms) = until_ms else {
        return String::new();
    };
    let at: Option<DateTime<Local>> = i64::try_from(until_ms)
        .ok()
        .and_then(|ms| Local.timestamp_millis_opt(ms).single());
    at.map_or_else(
        || " for longer than calendars reach".to_owned(),
        |at| format!(" until {}", at.format("%Y-%m-%d %H:%M")),
    )
}

/// A role in a sentence.
pub(super) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Guest => "a guest",
        Role::Member => "a member",
        Role::Moderator => "a moderator",
        Role::Owner => "an owner",
    }
}

/// Those who have a right from a role on.
pub(super) fn role_and_above(role: Role) -> &'static str {
    match role {
        Role::Guest => "everybody",
        Role::Member => "members, moderators and owners",
        Role::Moderator => "moderators and owners",
        Role::Owner => "owners alone",
    }
}

/// What somebody does by a right.
pub(super) fn right_does(right: Right) -> &'static str {
    match right {
        Right::Write => "write here",
        Right::React => "put reactions on messages",
        Right::Everyone => "mention everyone",
        Right::Pin => "pin messages",
        Right::Invite => "bring people in",
        Right::Describe => "change the room's name, topic, description and picture",
    }
}

/// How many of what is unread mention the person.
pub(super) fn to_you(mentions: u64) -> String {
    match mentions {
        0 => String::new(),
        mentions => format!(", {mentions} to you"),
    }
}

/// The beginning of a message.
pub(super) fn excerpt(event: &Event) -> String {
    let Body::Message { text, .. } = &event.body else {
        return String::new();
    };
    let tamed = tame(text);
    let mut short: String = tamed.chars().take(60).collect();
    if short.len() < tamed.len() {
        short.push('…');
    }
    short
}

/// A room's name as it is written: `#room`, `@person` for a direct one, `@person, person` for a group.
pub(super) fn room_name(kind: RoomKind, name: &str) -> String {
    let sign = if kind.is_named() { '#' } else { '@' };
    format!("{sign}{}", tame(name))
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{FileId, Forward, Ordinal, RoomId, Seq};
    use uuid::Uuid;

    use super::*;

    fn event(body: Body) -> Event {
        Event {
            seq: Seq(42),
            ordinal: Ordinal(1),
            at_ms: 0,
            by: UserId(Uuid::from_u128(5)),
            name: "priya".into(),
            id: "a".parse().unwrap(),
            body,
        }
    }

    fn lines_of(event: &Event, quoted: Option<&Event>, current: Option<&str>) -> Vec<String> {
        event_lines(
            Style::Plain,
            event,
            Around {
                quoted,
                current,
                to_me: false,
            },
            &Names::new(),
        )
    }

    fn message(text: &str, reply_to: Option<u64>) -> Event {
        event(Body::reply(text, reply_to.map(Seq)))
    }

    #[test]
    fn hostile_text_cannot_reach_the_terminal() {
        let hostile = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{8}\u{202E}txt\u{2066}\u{200B}\r\n\u{7f}\u{E0041}";
        let tamed = tame(hostile);
        assert!(!tamed.chars().any(|c| c.is_control()), "{tamed:?}");
        assert!(!tamed.contains(['\u{202E}', '\u{2066}', '\u{200B}', '\u{E0041}']));
        assert!(tamed.contains("␛[2J␛]0;owned␇"));
        // What people write is left alone.
        assert_eq!(tame("žluť 👩‍💻 שלום"), "žluť 👩‍💻 שלום");
        let by_name = Event {
            name: "\u{1b}[31mroot".into(),
            ..message("\u{1b}c\n\u{1b}c", None)
        };
        for line in lines_of(&by_name, None, None) {
            assert!(!line.contains('\u{1b}'), "{line:?}");
        }
    }

    #[test]
    fn no_body_brings_control_characters_to_the_screen() {
        let evil = || "\u{1b}]52;c;evil\u{7}".to_owned();
        let user = UserId(Uuid::nil());
        let target = Seq(1);
        let bodies = [
            Body::reply(evil(), Some(target)),
            Body::Message {
                text: evil(),
                reply_to: None,
                mentions: None,
                forward: Some(Box::new(Forward {
                    room: RoomId(Uuid::nil()),
                    seq: target,
                    by: user,
                    name: evil(),
                    at_ms: u64::MAX,
                })),
                attachments: Box::new([Attachment {
                    name: evil(),
                    ..Attachment::of(FileId(Uuid::nil()), evil())
                }]),
                thread: None,
            },
            Body::Edit {
                target,
                text: evil(),
            },
            Body::React {
                target,
                emoji: evil(),
                on: true,
            },
            Body::React {
                target,
                emoji: evil(),
                on: false,
            },
            Body::Invite {
                user,
                user_name: evil(),
                accepted: false,
            },
            Body::Remove {
                user,
                reason: evil(),
            },
            Body::Ban {
                user,
                reason: evil(),
                until_ms: Some(u64::MAX),
            },
            Body::Unban { user },
            Body::Rename { name: evil() },
            Body::Archive { on: true },
            Body::Slow { seconds: 5 },
            Body::Right {
                right: Right::Pin,
                role: Role::Member,
            },
            Body::Avatar { avatar: None },
            Body::Role {
                user,
                role: Role::Owner,
            },
            Body::Topic { topic: evil() },
            Body::Description {
                description: evil(),
            },
            Body::Create {
                title: evil(),
                room_kind: RoomKind::Public,
                with: vec![(user, evil())],
            },
        ];
        for body in bodies {
            let quoted = message(&evil(), None);
            let event = event(body);
            let names = Names::from([(user, evil())]);
            let current = evil();
            let around = Around {
                quoted: Some(&quoted),
                current: Some(&current),
                to_me: true,
            };
            let lines = event_lines(Style::Plain, &event, around, &names);
            assert!(!lines.concat().chars().any(char::is_control), "{lines:?}");
        }
        assert!(
            !room_name(RoomKind::Public, &evil())
                .chars()
                .any(char::is_control)
        );
    }

    #[test]
    fn a_message_shows_its_number_its_speaker_and_all_its_lines() {
        let lines = lines_of(&message("one\ntwo", None), None, None);
        assert_eq!(lines.len(), 2);
        assert!(
            lines[0].ends_with(" #42 priya: one") && lines[1].ends_with("two"),
            "{lines:?}"
        );
        let edited = lines_of(&message("one", None), None, Some("new"));
        assert!(edited[0].ends_with("priya: (edited) new"), "{edited:?}");
    }

    #[test]
    fn a_reply_quotes_what_it_answers() {
        let quoted = message(&"long ".repeat(40), None);
        let lines = lines_of(&message("yes", Some(7)), Some(&quoted), None);
        assert!(
            lines[0].contains("↳ #7 priya: long") && lines[0].ends_with('…'),
            "{lines:?}"
        );
    }

    #[test]
    fn colours_are_only_there_if_wanted() {
        let event = message("one", None);
        assert!(!lines_of(&event, None, None).concat().contains('\u{1b}'));
        let painted = event_lines(Style::Colour, &event, Around::default(), &Names::new());
        assert!(painted.concat().contains('\u{1b}'));
    }
}
