//! What a person types: a line to say, or a command. Pure: text in, meaning out.

use hearth_protocol::{Permalink, Role, RoomKind, Seq};

use super::own::{Mine, mine};

/// What a typed line means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// Say it in the current room.
    Say(String),
    /// Nothing was typed.
    Nothing,
    Help,
    Rooms,
    /// Public rooms: those with these words, or all.
    Find(String),
    /// Go to a room of one's own, or enter it first.
    Join(String),
    Create {
        name: String,
        kind: RoomKind,
    },
    Leave,
    Direct(String),
    /// A group with these people.
    Group(Vec<String>),
    /// Those with this name, or all.
    Members(String),
    History,
    Edit(Message, String),
    Delete(Message),
    React {
        message: Message,
        emoji: String,
        on: bool,
    },
    Pin {
        message: Message,
        on: bool,
    },
    Pins,
    /// Copy a message into another room of one's own.
    Forward(Message, String),
    /// Show a message's link.
    Link(Message),
    /// Show the messages around the one that a link leads to.
    Open(Permalink),
    Reply(Message, String),
    Invite(String),
    /// An invitation link: for so many, for so long.
    Invitation {
        uses: u32,
        ms: Option<u64>,
    },
    Invitations,
    /// Withdraw the one with this number in the list, from 1.
    Withdraw(usize),
    /// Enter by an invitation's code.
    Accept(String),
    Remove {
        name: String,
        reason: String,
    },
    Ban {
        name: String,
        /// Until so long from now; without it, until it is lifted.
        ms: Option<u64>,
        reason: String,
    },
    Unban(String),
    Bans,
    Rename(String),
    Archive {
        on: bool,
    },
    Slow {
        seconds: u32,
    },
    Role(String, Role),
    /// Change the topic, or show it.
    Topic(Option<String>),
    /// Change the description, or show it.
    Describe(Option<String>),
    Who,
    /// Where one is logged in.
    Sessions,
    /// End sessions.
    Revoke(Which),
    /// Change the password.
    Password,
    /// Everything from here is unread again.
    Unread(Message),
    /// Something of one's own.
    Mine(Mine),
    /// Try everything that waits now, and send what failed anew.
    Retry,
    /// Give up what failed and what waits.
    Drop,
    Quit,
}

/// Which sessions to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// The one with this number in the list, from 1.
    Number(usize),
    /// All but this one.
    Others,
}

/// A message, as a person points at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message {
    /// By its number.
    Number(Seq),
    /// One's own last.
    OwnLast,
    /// The last of anybody.
    Last,
}

/// Name, what follows it, what it does: for `/help` and for the check of what was typed.
const COMMANDS: &[(&str, &str, &str)] = &[
    ("help", "", "this list"),
    ("rooms", "", "your rooms, with what is unread"),
    (
        "find",
        "[WORDS]",
        "public rooms, by words of their names, topics and descriptions",
    ),
    (
        "join",
        "ROOM",
        "go to a room; you enter it if you are not in it",
    ),
    (
        "create",
        "ROOM [private|broadcast]",
        "make a room; where it is broadcast, few write",
    ),
    ("leave", "", "leave this room"),
    ("direct", "NAME", "talk to one person"),
    ("group", "NAME NAME ...", "talk to a few people"),
    (
        "members",
        "[WORDS]",
        "who belongs to this room, or whose name begins so",
    ),
    ("who", "", "who of them is here now"),
    ("history", "", "a page further back, and again for the next"),
    (
        "reply",
        "NUMBER TEXT",
        "answer a message; - is the last one",
    ),
    (
        "edit",
        "NUMBER TEXT",
        "change a message of yours; - is your last one",
    ),
    ("delete", "NUMBER", "delete a message; - is your last one"),
    (
        "react",
        "NUMBER EMOJI",
        "put a reaction on a message; - is the last one",
    ),
    ("unreact", "NUMBER EMOJI", "take it back"),
    ("pin", "NUMBER", "pin a message; - is the last one"),
    ("unpin", "NUMBER", "take its pin off"),
    ("pins", "", "the pinned messages of this room"),
    (
        "forward",
        "NUMBER ROOM",
        "copy a message into another room; - is the last one",
    ),
    ("link", "NUMBER", "a link to a message; - is the last one"),
    ("open", "LINK", "show the messages around a link's"),
    (
        "unread",
        "NUMBER",
        "make everything from a message on unread again",
    ),
    (
        "topic",
        "[TEXT]",
        "show the topic, or change it; - for none",
    ),
    (
        "describe",
        "[TEXT]",
        "show what this room is for, or say it; - for none",
    ),
    ("invite", "NAME", "bring somebody into this room"),
    (
        "invitation",
        "[USES] [2h|7d]",
        "make an invitation link into this room: for one, for a week",
    ),
    ("invitations", "", "the invitation links of this room"),
    (
        "withdraw",
        "NUMBER",
        "withdraw one by its number in /invitations",
    ),
    ("accept", "CODE", "enter a room by an invitation link"),
    (
        "remove",
        "NAME [REASON]",
        "put somebody out of this room; they may come back",
    ),
    (
        "ban",
        "NAME [30m|2h|7d] [REASON]",
        "put or keep somebody out, for so long or until it is lifted",
    ),
    ("unban", "NAME", "lift somebody's ban"),
    ("bans", "", "who is banned from this room"),
    (
        "role",
        "NAME guest|member|moderator|owner",
        "say what somebody may do",
    ),
    ("sessions", "", "where you are logged in"),
    (
        "revoke",
        "NUMBER|others",
        "log a session out by its number in /sessions, or all others",
    ),
    (
        "password",
        "",
        "change your password; you are asked for the old and the new one",
    ),
    (
        "totp",
        "[CODE|off]",
        "a code of your phone beside the password: begin, confirm it by a CODE, or end it",
    ),
    (
        "rename",
        "NEW NAME",
        "rename this room; its old name leads here as well",
    ),
    (
        "slow",
        "SECONDS",
        "slow mode: how long each waits between two messages; 0 ends it",
    ),
    (
        "archive",
        "",
        "close this room for writing; it stays readable",
    ),
    ("unarchive", "", "open it again"),
    (
        "notify",
        "[all|mentions|none]",
        "show of what in this room you are told, or change it",
    ),
    (
        "mute",
        "30m|2h|7d|off",
        "be told of nothing in this room for so long",
    ),
    (
        "dnd",
        "[22:00-07:00 ZONE|off]",
        "hours in which you are told of nothing; ZONE as Europe/Berlin",
    ),
    (
        "draft",
        "[TEXT]",
        "show this room's draft, or keep one; - clears it",
    ),
    (
        "save",
        "NUMBER",
        "keep a message to come back to; - is the last one",
    ),
    ("unsave", "NUMBER", "do not keep it any more"),
    ("saved", "", "what you have saved"),
    (
        "hide",
        "NUMBER",
        "hide a message from yourself; - is the last one",
    ),
    ("unhide", "NUMBER", "show it to yourself again"),
    (
        "block",
        "NAME",
        "see nothing more of somebody, and let them open no direct room with you",
    ),
    ("unblock", "NAME", "take that back"),
    ("blocked", "", "whom you have blocked"),
    (
        "profile",
        "[NAME]",
        "what somebody, or you, say of yourselves",
    ),
    (
        "about",
        "status|emoji|zone|language TEXT",
        "say it of yourself, for others to see; - takes it back",
    ),
    (
        "retry",
        "",
        "try now what waits, and send again what failed",
    ),
    ("drop", "", "give up what waits and what failed"),
    ("quit", "", "leave for today (Ctrl-D does too)"),
];

/// Understands a line.
///
/// # Errors
/// A sentence for the person.
pub(super) fn understand(line: &str) -> Result<Command, String> {
    let line = line.trim_end_matches(['\r', '\n']);
    if line.trim().is_empty() {
        return Ok(Command::Nothing);
    }
    // `//` at the beginning says a text that begins with one.
    if let Some(text) = line.strip_prefix("//") {
        return Ok(Command::Say(format!("/{text}")));
    }
    let Some(typed) = line.strip_prefix('/') else {
        return Ok(Command::Say(line.to_owned()));
    };
    let (word, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let name = full_name(&word.to_lowercase())?;
    let rest = rest.trim();
    command(name, rest).ok_or_else(|| {
        let follows = COMMANDS.iter().find(|c| c.0 == name).map_or("", |c| c.1);
        format!("It is: /{name} {follows}")
    })
}

/// The whole name of a command of which enough was typed to know it.
fn full_name(typed: &str) -> Result<&'static str, String> {
    let mut fits = COMMANDS
        .iter()
        .map(|c| c.0)
        .filter(|name| name.starts_with(typed));
    let exact = COMMANDS.iter().map(|c| c.0).find(|name| *name == typed);
    match (exact, fits.next(), fits.next()) {
        (Some(name), _, _) | (None, Some(name), None) if !typed.is_empty() => Ok(name),
        (None, Some(a), Some(b)) if !typed.is_empty() => {
            Err(format!("/{typed} may be /{a} or /{b}."))
        }
        _ => Err(format!(
            "There is no /{typed}. /help shows what there is; // says a text that begins with /."
        )),
    }
}

fn command(name: &str, rest: &str) -> Option<Command> {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let two = || {
        rest.split_once(char::is_whitespace)
            .map(|(a, b)| (a, b.trim()))
    };
    let own = |text| message(text, Message::OwnLast);
    let any = |text| message(text, Message::Last);
    Some(match name {
        "help" => Command::Help,
        "rooms" => Command::Rooms,
        "find" => Command::Find(rest.to_owned()),
        "join" => Command::Join(some(rest.trim_start_matches('#'))?),
        "create" => {
            let (name, kind) = match rest.rsplit_once(char::is_whitespace) {
                Some((name, "private")) => (name.trim(), RoomKind::Private),
                Some((name, "broadcast")) => (name.trim(), RoomKind::Broadcast),
                _ => (rest, RoomKind::Public),
            };
            Command::Create {
                name: some(name)?,
                kind,
            }
        }
        "leave" => Command::Leave,
        "direct" => Command::Direct(some(rest.trim_start_matches('@'))?),
        "group" => {
            let names = rest.split([' ', ',']).filter(|name| !name.is_empty());
            let names: Vec<_> = names
                .map(|name| name.trim_start_matches('@').to_owned())
                .collect();
            Command::Group((names.len() >= 2).then_some(names)?)
        }
        "members" => Command::Members(rest.trim_start_matches('@').to_owned()),
        "who" => Command::Who,
        "history" => Command::History,
        "reply" => Command::Reply(any(two()?.0)?, some(two()?.1)?),
        "edit" => Command::Edit(own(two()?.0)?, some(two()?.1)?),
        "delete" => Command::Delete(own(rest)?),
        "react" | "unreact" => Command::React {
            message: any(two()?.0)?,
            emoji: some(two()?.1)?,
            on: name == "react",
        },
        "pin" | "unpin" => Command::Pin {
            message: any(rest)?,
            on: name == "pin",
        },
        "pins" => Command::Pins,
        "forward" => Command::Forward(any(two()?.0)?, some(two()?.1)?),
        "link" => Command::Link(any(rest)?),
        "open" => Command::Open(rest.parse().ok()?),
        "unread" => Command::Unread(any(rest)?),
        "topic" => Command::Topic(shown_or_set(rest)),
        "describe" => Command::Describe(shown_or_set(rest)),
        "invite" => Command::Invite(some(rest.trim_start_matches('@'))?),
        "invitation" => {
            let mut words = rest.split_whitespace().peekable();
            let uses = words.peek().and_then(|word| word.parse().ok());
            if uses.is_some() {
                words.next();
            }
            let ms = match words.next() {
                Some(word) => Some(duration_ms(word)?),
                None => None,
            };
            let uses = uses.unwrap_or(1);
            words
                .next()
                .is_none()
                .then_some(Command::Invitation { uses, ms })?
        }
        "invitations" => Command::Invitations,
        "withdraw" => Command::Withdraw(rest.parse().ok().filter(|n| *n > 0)?),
        "accept" => Command::Accept(some(rest)?),
        "remove" => {
            let (name, reason) = named(rest)?;
            Command::Remove { name, reason }
        }
        "ban" => {
            let (name, rest) = named(rest)?;
            let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((&rest, ""));
            let (ms, reason) = match duration_ms(word) {
                Some(ms) => (Some(ms), after.trim()),
                None => (None, rest.as_str()),
            };
            Command::Ban {
                name,
                ms,
                reason: reason.to_owned(),
            }
        }
        "unban" => Command::Unban(some(rest.trim_start_matches('@'))?),
        "bans" => Command::Bans,
        "rename" => Command::Rename(some(rest.trim_start_matches('#'))?),
        "archive" | "unarchive" => Command::Archive {
            on: name == "archive",
        },
        "slow" => Command::Slow {
            seconds: rest.trim_end_matches('s').trim().parse().ok()?,
        },
        "role" => {
            let (name, role) = two()?;
            let role = match role {
                "guest" => Role::Guest,
                "member" => Role::Member,
                "moderator" => Role::Moderator,
                "owner" => Role::Owner,
                _ => return None,
            };
            Command::Role(name.trim_start_matches('@').to_owned(), role)
        }
        "sessions" => Command::Sessions,
        "revoke" => Command::Revoke(match rest {
            "others" => Which::Others,
            number => Which::Number(number.parse().ok().filter(|n| *n > 0)?),
        }),
        "password" => Command::Password,
        "retry" => Command::Retry,
        "drop" => Command::Drop,
        "quit" => Command::Quit,
        name => Command::Mine(mine(name, rest)?),
    })
}

/// Nothing shows it, `-` takes it away, anything else is it.
fn shown_or_set(rest: &str) -> Option<String> {
    match rest {
        "" => None,
        "-" => Some(String::new()),
        text => Some(text.to_owned()),
    }
}

/// Somebody, and what is said of them.
fn named(rest: &str) -> Option<(String, String)> {
    let (name, said) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let name = name.trim_start_matches('@');
    (!name.is_empty()).then(|| (name.to_owned(), said.trim().to_owned()))
}

/// `90m`, `2h`, `7d`.
pub(super) fn duration_ms(word: &str) -> Option<u64> {
    let unit_ms = match word.chars().next_back()? {
        'm' => 60_000,
        'h' => 3_600_000,
        'd' => 86_400_000,
        _ => return None,
    };
    let count: u64 = word[..word.len() - 1].parse().ok()?;
    count.checked_mul(unit_ms).filter(|ms| *ms > 0)
}

pub(super) fn message(text: &str, last: Message) -> Option<Message> {
    if text == "-" {
        return Some(last);
    }
    let number = text.trim_start_matches('#').parse().ok()?;
    (number > 0).then_some(Message::Number(Seq(number)))
}

/// The lines of `/help`.
pub(super) fn help() -> Vec<String> {
    let widest = COMMANDS
        .iter()
        .map(|(name, follows, _)| name.len() + follows.len() + 2)
        .max();
    let width = widest.unwrap_or(0);
    let mut lines: Vec<String> = COMMANDS
        .iter()
        .map(|(name, follows, does)| {
            let left = format!("/{name} {follows}");
            format!("  {left:width$}  {does}")
        })
        .collect();
    lines.push(
        "  Anything else is said in the current room. The first letters of a command are enough."
            .into(),
    );
    lines.push("  Each message has its number before it: that is what NUMBER means.".into());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_said_and_a_double_slash_begins_with_one() {
        assert_eq!(
            understand("hello /world"),
            Ok(Command::Say("hello /world".into()))
        );
        assert_eq!(
            understand("//etc/hosts"),
            Ok(Command::Say("/etc/hosts".into()))
        );
        assert_eq!(
            understand("  kept  \r\n"),
            Ok(Command::Say("  kept  ".into()))
        );
        assert_eq!(understand("   "), Ok(Command::Nothing));
    }

    #[test]
    fn commands_are_understood() {
        let number = |n| Message::Number(Seq(n));
        let cases = [
            ("/join #My room", Command::Join("My room".into())),
            (
                "/create Board of 4 private",
                Command::Create {
                    name: "Board of 4".into(),
                    kind: RoomKind::Private,
                },
            ),
            (
                "/create private",
                Command::Create {
                    name: "private".into(),
                    kind: RoomKind::Public,
                },
            ),
            ("/direct @priya", Command::Direct("priya".into())),
            (
                "/group @priya, jonas",
                Command::Group(vec!["priya".into(), "jonas".into()]),
            ),
            (
                "/create News broadcast",
                Command::Create {
                    name: "News".into(),
                    kind: RoomKind::Broadcast,
                },
            ),
            (
                "/edit - better  words",
                Command::Edit(Message::OwnLast, "better  words".into()),
            ),
            ("/edit 12 x", Command::Edit(number(12), "x".into())),
            ("/reply #7 yes", Command::Reply(number(7), "yes".into())),
            ("/delete -", Command::Delete(Message::OwnLast)),
            (
                "/react - 👍",
                Command::React {
                    message: Message::Last,
                    emoji: "👍".into(),
                    on: true,
                },
            ),
            (
                "/unreact 3 👍",
                Command::React {
                    message: number(3),
                    emoji: "👍".into(),
                    on: false,
                },
            ),
            (
                "/role priya owner",
                Command::Role("priya".into(), Role::Owner),
            ),
            (
                "/role @priya guest",
                Command::Role("priya".into(), Role::Guest),
            ),
            (
                "/remove @priya too  loud",
                Command::Remove {
                    name: "priya".into(),
                    reason: "too  loud".into(),
                },
            ),
            (
                "/ban priya 2h spam and more",
                Command::Ban {
                    name: "priya".into(),
                    ms: Some(7_200_000),
                    reason: "spam and more".into(),
                },
            ),
            (
                "/ban priya 2hours",
                Command::Ban {
                    name: "priya".into(),
                    ms: None,
                    reason: "2hours".into(),
                },
            ),
            (
                "/pin -",
                Command::Pin {
                    message: Message::Last,
                    on: true,
                },
            ),
            (
                "/unpin #3",
                Command::Pin {
                    message: number(3),
                    on: false,
                },
            ),
            ("/pins", Command::Pins),
            (
                "/forward 3 #My room",
                Command::Forward(number(3), "#My room".into()),
            ),
            ("/link -", Command::Link(Message::Last)),
            (
                "/open https://chat.example/rooms/0190b6a1-0000-7000-8000-000000000001/3",
                Command::Open(Permalink {
                    room: "0190b6a1-0000-7000-8000-000000000001".parse().unwrap(),
                    seq: Seq(3),
                }),
            ),
            ("/invitation", Command::Invitation { uses: 1, ms: None }),
            (
                "/invitation 20 2h",
                Command::Invitation {
                    uses: 20,
                    ms: Some(7_200_000),
                },
            ),
            (
                "/invitation 7d",
                Command::Invitation {
                    uses: 1,
                    ms: Some(604_800_000),
                },
            ),
            ("/withdraw 2", Command::Withdraw(2)),
            ("/accept 00ff", Command::Accept("00ff".into())),
            ("/bans", Command::Bans),
            ("/rename #New name", Command::Rename("New name".into())),
            ("/archive", Command::Archive { on: true }),
            ("/unarchive", Command::Archive { on: false }),
            ("/slow 30", Command::Slow { seconds: 30 }),
            ("/slow 30s", Command::Slow { seconds: 30 }),
            ("/topic", Command::Topic(None)),
            ("/topic -", Command::Topic(Some(String::new()))),
            (
                "/topic Trains, and when",
                Command::Topic(Some("Trains, and when".into())),
            ),
            ("/members", Command::Members(String::new())),
            ("/members @pri", Command::Members("pri".into())),
            ("/find", Command::Find(String::new())),
            ("/find tram lines", Command::Find("tram lines".into())),
            ("/describe", Command::Describe(None)),
            ("/describe -", Command::Describe(Some(String::new()))),
            (
                "/describe All about trains",
                Command::Describe(Some("All about trains".into())),
            ),
            ("/unread 4", Command::Unread(number(4))),
            ("/sessions", Command::Sessions),
            ("/revoke 2", Command::Revoke(Which::Number(2))),
            ("/revoke others", Command::Revoke(Which::Others)),
            ("/password", Command::Password),
            ("/Q", Command::Quit),
            ("/his", Command::History),
        ];
        for (line, expected) in cases {
            assert_eq!(understand(line), Ok(expected), "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_is_answered_with_what_would_be() {
        assert_eq!(
            understand("/edit 12"),
            Err("It is: /edit NUMBER TEXT".into())
        );
        assert_eq!(understand("/delete 0"), Err("It is: /delete NUMBER".into()));
        assert_eq!(
            understand("/revoke 0"),
            Err("It is: /revoke NUMBER|others".into())
        );
        assert_eq!(
            understand("/role priya king"),
            Err("It is: /role NAME guest|member|moderator|owner".into())
        );
        assert_eq!(
            understand("/re 1 x"),
            Err("/re may be /reply or /react.".into())
        );
        assert!(
            understand("/dance")
                .unwrap_err()
                .starts_with("There is no /dance.")
        );
        assert!(understand("/ x").is_err());
    }

    #[test]
    fn every_command_of_the_help_is_understood() {
        for (name, follows, _) in COMMANDS {
            let rest = match *follows {
                ""
                | "[TEXT]"
                | "[CODE|off]"
                | "[all|mentions|none]"
                | "[22:00-07:00 ZONE|off]"
                | "[WORDS]"
                | "[USES] [2h|7d]" => "",
                "30m|2h|7d|off" => "2h",
                "status|emoji|zone|language TEXT" => "status x",
                "NUMBER" | "CODE" => "1",
                "NUMBER TEXT" | "NUMBER EMOJI" | "NUMBER ROOM" => "1 x",
                "NAME NAME ..." => "x y",
                "LINK" => "/rooms/0190b6a1-0000-7000-8000-000000000001/3",
                "NAME guest|member|moderator|owner" => "x owner",
                "NUMBER|others" => "others",
                "SECONDS" => "5",
                _ => "x",
            };
            assert!(understand(&format!("/{name} {rest}")).is_ok(), "{name}");
        }
        assert!(help().len() > COMMANDS.len());
    }
}
