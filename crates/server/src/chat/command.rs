//! What a person types: a line to say, or a command. Pure: text in, meaning out.

mod help;
mod meaning;
#[cfg(test)]
mod tests;

use chrono::{Local, TimeZone};
use hearth_core::date::when;
use hearth_protocol::{Right, Role, RoomKind, Seq};

pub(super) use self::{
    help::help,
    meaning::{Aim, Command, Message, Which},
};

use self::help::COMMANDS;
use super::own::mine;

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

/// A file's name, in quotes where it has blanks, and what follows it.
pub(super) fn file_and_text(rest: &str) -> Option<(String, String)> {
    let (file, text) = match rest.strip_prefix('"') {
        Some(rest) => rest.split_once('"')?,
        None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
    };
    (!file.is_empty()).then(|| (file.to_owned(), text.trim().to_owned()))
}

/// A file's name, the words for who does not see it (`alt:WORDS`), and what follows them.
pub(super) fn described_file_and_text(rest: &str) -> Option<(String, String, String)> {
    let (file, text) = file_and_text(rest)?;
    let (alt, text) = match text.strip_prefix("alt:") {
        Some(rest) => file_and_text(rest)?,
        None => (String::new(), text),
    };
    Some((file, alt, text))
}

/// Where a message is to go (`in:NUMBER`, `re:NUMBER`), and what follows that. What is no number there is a text.
pub(super) fn aim(mut rest: &str) -> (Aim, &str) {
    let mut aim = Aim::default();
    loop {
        let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let (at, number) = match word.split_once(':') {
            Some(("in", number)) => (&mut aim.thread, number),
            Some(("re", number)) => (&mut aim.reply, number),
            _ => return (aim, rest),
        };
        match message(number, Message::Last) {
            Some(message) if at.is_none() => *at = Some(message),
            _ => return (aim, rest),
        }
        rest = after.trim_start();
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
        "people" => Command::People(some(rest.trim_start_matches('@'))?),
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
        "history" => Command::History(match rest {
            "" => None,
            date => Some(when(date, local_offset_min(date))?.from_ms),
        }),
        "search" => Command::Search(some(rest)?),
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
        "edits" => Command::Edits(any(rest)?),
        "first" => Command::First,
        "thread" => match two() {
            Some((of, before)) => Command::Thread(any(of)?, Some(number(before)?)),
            None => Command::Thread(any(rest)?, None),
        },
        "in" => Command::In(any(two()?.0)?, some(two()?.1)?),
        "threads" => Command::Threads { more: more(rest)? },
        "receipts" => match rest {
            "" => Command::Receipts,
            "on" | "off" => Command::TellReceipts { on: rest == "on" },
            _ => return None,
        },
        "follow" | "unfollow" => Command::Follow {
            message: any(rest)?,
            on: name == "follow",
        },
        "forward" => Command::Forward(any(two()?.0)?, some(two()?.1)?),
        "attach" => {
            let (aim, rest) = aim(rest);
            let (file, alt, text) = described_file_and_text(rest)?;
            Command::Attach {
                aim,
                file,
                alt,
                text,
            }
        }
        "save-file" => match two() {
            Some((of, file)) => Command::SaveFile(any(of)?, Some(file_and_text(file)?.0)),
            None => Command::SaveFile(any(rest)?, None),
        },
        "avatar" | "room-avatar" => Command::Avatar {
            of_room: name == "room-avatar",
            file: match rest {
                "-" => None,
                rest => Some(file_and_text(rest)?.0),
            },
        },
        "save-avatar" => {
            let (of, file) = two()?;
            let of = match of.trim_start_matches('@') {
                "#" => None,
                name => Some(some(name)?),
            };
            let (file, _) = file_and_text(file)?;
            Command::SaveAvatar { of, file }
        }
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
        "withdraw" => Command::Withdraw(place(rest)?),
        "accept" => Command::Accept(some(rest)?),
        "webhooks" => Command::Webhooks,
        "webhook" => match two()? {
            ("in", name) => Command::WayIn(some(name)?),
            ("out", out) => {
                let (url, kinds) = out.split_once(char::is_whitespace).unwrap_or((out, ""));
                let kinds = kinds.split([',', ' ']).filter(|kind| !kind.is_empty());
                Command::WayOut(some(url)?, kinds.map(str::to_owned).collect())
            }
            ("name", of) => {
                let (of, name) = of.split_once(char::is_whitespace)?;
                Command::NameHook(place(of)?, some(name.trim())?)
            }
            ("resume", of) => Command::ResumeHook(place(of)?),
            _ => return None,
        },
        "unhook" => Command::Unhook(place(rest)?),
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
            Command::Role(name.trim_start_matches('@').to_owned(), role_named(role)?)
        }
        "rights" if rest.is_empty() => Command::Rights,
        "rights" => {
            let (word, role) = two()?;
            let right = Right::ALL
                .into_iter()
                .find(|right| right.as_str() == word)?;
            Command::Right(right, role_named(role)?)
        }
        "sessions" => Command::Sessions,
        "revoke" => Command::Revoke(match rest {
            "others" => Which::Others,
            "all" => Which::All,
            number => Which::Number(place(number)?),
        }),
        "logout" => Command::LogOut,
        "delete-account" => Command::DeleteAccount,
        "password" => Command::Password,
        "retry" => Command::Retry,
        "drop" => Command::Drop,
        "quit" => Command::Quit,
        name => Command::Mine(mine(name, rest)?),
    })
}

/// By how many minutes the clock here is ahead of UTC, at noon of a day or now.
pub(super) fn local_offset_min(date: &str) -> i32 {
    let noon = when(&format!("{}T12:00", date.get(..10).unwrap_or(date)), 0);
    let noon = noon.and_then(|noon| i64::try_from(noon.from_ms).ok());
    let then = noon.and_then(|ms| Local.timestamp_millis_opt(ms).single());
    then.unwrap_or_else(Local::now).offset().local_minus_utc() / 60
}

fn role_named(word: &str) -> Option<Role> {
    Some(match word {
        "guest" => Role::Guest,
        "member" => Role::Member,
        "moderator" => Role::Moderator,
        "owner" => Role::Owner,
        _ => return None,
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

/// A place in a list that was shown, from 1.
pub(super) fn place(text: &str) -> Option<usize> {
    text.parse().ok().filter(|n| *n > 0)
}

/// Whether the next page is asked for, or the first.
pub(super) fn more(rest: &str) -> Option<bool> {
    match rest {
        "" => Some(false),
        "more" => Some(true),
        _ => None,
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

fn number(text: &str) -> Option<Seq> {
    let number = text.trim_start_matches('#').parse().ok()?;
    (number > 0).then_some(Seq(number))
}

pub(super) fn message(text: &str, last: Message) -> Option<Message> {
    if text == "-" {
        return Some(last);
    }
    number(text).map(Message::Number)
}
