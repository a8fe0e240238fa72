//! Commands about what is the person's own: what they are told, drafts, saved and hidden messages, whom they block.

use hearth_protocol::{NotifyLevel, QuietHours, Status};

use super::command::{
    Aim, Message, aim, described_file_and_text, duration_ms, message, more, place,
};

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mine {
    /// Of what in this room to be told; without a level, show it.
    Notify(Option<NotifyLevel>),
    /// Of nothing in this room for so long; `None`: of everything again.
    Mute(Option<u64>),
    /// Hours in which to be told of nothing.
    Dnd(Dnd),
    /// Keep this as the draft of the room or of a thread, an empty one to clear it; without a text, show it.
    Draft {
        aim: Aim,
        text: Option<String>,
    },
    Save {
        message: Message,
        on: bool,
    },
    /// What is saved, or the next page of it.
    Saved {
        more: bool,
    },
    /// Of what one is to be told and has not read.
    Notifications,
    Hide {
        message: Message,
        on: bool,
    },
    Block {
        name: String,
        on: bool,
    },
    Blocked,
    /// Send a text here later, perhaps with a file and words for who does not see it.
    Later {
        when: When,
        aim: Aim,
        file: Option<String>,
        alt: String,
        text: String,
    },
    /// What is to be sent later.
    Scheduled,
    /// Cancel the one with this number in the list, from 1.
    Unschedule(usize),
    /// Change the one with this number: when it is sent, if that is said, and its text, if there is one.
    Reschedule {
        number: usize,
        when: Option<When>,
        text: String,
    },
    /// Send the one with this number at once.
    SendNow(usize),
    /// What somebody says of themselves; without a name, what one says oneself.
    Profile(Option<String>),
    /// Say something of oneself: the field, and its text, empty to take it back.
    About(&'static str, String),
    /// How one is; without it, show what others see.
    Status(Option<HowOneIs>),
    /// The browsers that are told of messages.
    Push,
    /// Tell the one with this number in the list no more.
    Unpush(usize),
    /// The second factor of the account.
    Totp(Totp),
    /// Its mail address.
    Mail(Mail),
}

/// What to do about the mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mail {
    Show,
    /// Have a link sent to an address.
    Set(String),
    /// By the link that was sent, or the token in it.
    Confirm(String),
    Off,
}

/// How somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HowOneIs {
    /// On this device, as long as it is connected.
    Here(Status),
    /// What they are doing, as an emoji and a text; empty to take it back.
    Doing { emoji: String, text: String },
}

/// When something is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// So long from now.
    In(u64),
    /// At this minute of the day, today or tomorrow.
    At(u16),
}

/// What to do about the second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Totp {
    Begin,
    /// By a code that the device shows.
    Confirm(String),
    Off,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Dnd {
    Show,
    Off,
    Hours(QuietHours),
}

/// Understands what follows the name of such a command.
pub(super) fn mine(name: &str, rest: &str) -> Option<Mine> {
    let any = |text| message(text, Message::Last);
    Some(match name {
        "notify" => Mine::Notify(match rest {
            "" => None,
            "all" => Some(NotifyLevel::All),
            "mentions" => Some(NotifyLevel::Mentions),
            "none" => Some(NotifyLevel::None),
            _ => return None,
        }),
        "mute" => Mine::Mute(match rest {
            "off" => None,
            long => Some(duration_ms(long)?),
        }),
        "dnd" => Mine::Dnd(match rest {
            "" => Dnd::Show,
            "off" => Dnd::Off,
            hours => Dnd::Hours(quiet_hours(hours)?),
        }),
        "draft" => {
            let (aim, rest) = aim(rest);
            let text = match rest {
                "" => None,
                "-" => Some(String::new()),
                text => Some(text.to_owned()),
            };
            Mine::Draft { aim, text }
        }
        "save" | "unsave" => Mine::Save {
            message: any(rest)?,
            on: name == "save",
        },
        "saved" => Mine::Saved { more: more(rest)? },
        "notifications" => Mine::Notifications,
        "hide" | "unhide" => Mine::Hide {
            message: any(rest)?,
            on: name == "hide",
        },
        "block" | "unblock" => {
            let person = rest.trim_start_matches('@');
            Mine::Block {
                name: (!person.is_empty()).then(|| person.to_owned())?,
                on: name == "block",
            }
        }
        "blocked" => Mine::Blocked,
        "later" => {
            let (time, rest) = rest.split_once(char::is_whitespace)?;
            let (aim, rest) = aim(rest.trim());
            let (file, alt, text) = match rest.strip_prefix("file:") {
                Some(rest) => {
                    let (file, alt, text) = described_file_and_text(rest)?;
                    (Some(file), alt, text)
                }
                None => (None, String::new(), rest.to_owned()),
            };
            // Something is to be sent.
            (file.is_some() || !text.is_empty()).then_some(())?;
            Mine::Later {
                when: when(time)?,
                aim,
                file,
                alt,
                text,
            }
        }
        "scheduled" => Mine::Scheduled,
        "unschedule" => Mine::Unschedule(place(rest)?),
        "reschedule" => {
            let (number, rest) = rest.split_once(char::is_whitespace)?;
            let rest = rest.trim();
            let (time, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let when = match time {
                "-" => None,
                time => Some(when(time)?),
            };
            let text = text.trim().to_owned();
            // Something is to change.
            (when.is_some() || !text.is_empty()).then_some(())?;
            let number = place(number)?;
            Mine::Reschedule { number, when, text }
        }
        "send-now" => Mine::SendNow(place(rest)?),
        "status" => Mine::Status(how_one_is(rest)),
        "push" => Mine::Push,
        "unpush" => Mine::Unpush(place(rest)?),
        "totp" => Mine::Totp(match rest {
            "" => Totp::Begin,
            "off" => Totp::Off,
            code => Totp::Confirm(code.to_owned()),
        }),
        "mail" => Mine::Mail(match rest {
            "" => Mail::Show,
            "off" => Mail::Off,
            address if address.contains('@') => Mail::Set(address.to_owned()),
            link => Mail::Confirm(link.to_owned()),
        }),
        "profile" => Mine::Profile(match rest.trim_start_matches('@') {
            "" => None,
            name => Some(name.to_owned()),
        }),
        "about" => {
            let (field, text) = rest.split_once(char::is_whitespace)?;
            let field = match field {
                "status" => "status_text",
                "emoji" => "status_emoji",
                "zone" => "zone",
                "language" => "language",
                "name" => "display",
                _ => return None,
            };
            let text = text.trim();
            Mine::About(field, if text == "-" { "" } else { text }.to_owned())
        }
        _ => return None,
    })
}

/// `2h`, or `18:30`.
fn when(time: &str) -> Option<When> {
    let long = duration_ms(time).map(When::In);
    long.or_else(|| minute(time).map(When::At))
}

/// Nothing asks; a word for it, or what one is doing.
fn how_one_is(rest: &str) -> Option<HowOneIs> {
    let doing = |emoji: &str, text: &str| HowOneIs::Doing {
        emoji: emoji.to_owned(),
        text: text.to_owned(),
    };
    Some(match rest {
        "" => return None,
        "online" => HowOneIs::Here(Status::Online),
        "away" => HowOneIs::Here(Status::Away),
        "dnd" => HowOneIs::Here(Status::DoNotDisturb),
        "-" => doing("", ""),
        rest => {
            let (first, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let is_word = |c: char| c.is_ascii() || c.is_alphanumeric();
            match first.contains(is_word) {
                true => doing("", rest),
                false => doing(first, text.trim()),
            }
        }
    })
}

/// `22:00-07:00 Europe/Berlin`.
fn quiet_hours(text: &str) -> Option<QuietHours> {
    let (hours, zone) = text.split_once(char::is_whitespace)?;
    let (from, to) = hours.split_once('-')?;
    Some(QuietHours {
        from_min: minute(from)?,
        to_min: minute(to)?,
        zone: zone.trim().to_owned(),
    })
}

/// `07:30`, as minutes after midnight.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// The hours, as they are typed.
pub(super) fn hours_text(hours: &QuietHours) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let (from, to) = (clock(hours.from_min), clock(hours.to_min));
    format!("{from}-{to} {}", hours.zone)
}

#[cfg(test)]
mod tests {
    use hearth_protocol::Seq;

    use super::*;

    #[test]
    fn commands_about_ones_own_are_understood() {
        let hours = QuietHours {
            from_min: 1_320,
            to_min: 450,
            zone: "Europe/Berlin".into(),
        };
        let typed = "22:00-07:30 Europe/Berlin";
        assert_eq!(hours_text(&hours), typed);
        let last = Message::Last;
        let number = |of: u64| Message::Number(Seq(of));
        let into = |thread: Option<u64>| Aim {
            thread: thread.map(number),
            reply: None,
        };
        let later = |when, thread: Option<u64>, file: Option<&str>, text: &str| Mine::Later {
            when,
            aim: into(thread),
            file: file.map(str::to_owned),
            alt: String::new(),
            text: text.to_owned(),
        };
        let draft = |thread: Option<u64>, text: Option<&str>| Mine::Draft {
            aim: into(thread),
            text: text.map(str::to_owned),
        };
        let cases = [
            ("notify", "", Mine::Notify(None)),
            (
                "notify",
                "mentions",
                Mine::Notify(Some(NotifyLevel::Mentions)),
            ),
            ("mute", "2h", Mine::Mute(Some(7_200_000))),
            ("mute", "off", Mine::Mute(None)),
            ("dnd", typed, Mine::Dnd(Dnd::Hours(hours))),
            ("dnd", "off", Mine::Dnd(Dnd::Off)),
            ("draft", "", draft(None, None)),
            ("draft", "-", draft(None, Some(""))),
            ("draft", "to be", draft(None, Some("to be"))),
            ("draft", "in:12", draft(Some(12), None)),
            ("draft", "in:12 -", draft(Some(12), Some(""))),
            ("draft", "in:12 to be", draft(Some(12), Some("to be"))),
            ("draft", "in: to be", draft(None, Some("in: to be"))),
            (
                "later",
                "2h re:- in:12 file:soup.png alt:\"a red soup\" look",
                Mine::Later {
                    when: When::In(7_200_000),
                    aim: Aim {
                        thread: Some(number(12)),
                        reply: Some(last),
                    },
                    file: Some("soup.png".into()),
                    alt: "a red soup".into(),
                    text: "look".into(),
                },
            ),
            (
                "later",
                "2h tea is  ready",
                later(When::In(7_200_000), None, None, "tea is  ready"),
            ),
            (
                "later",
                "18:30 in:the meantime",
                later(When::At(1_110), None, None, "in:the meantime"),
            ),
            (
                "later",
                "18:30 in:12 home",
                later(When::At(1_110), Some(12), None, "home"),
            ),
            (
                "later",
                "18:30 in:12 file:\"the soup.png\" look",
                later(When::At(1_110), Some(12), Some("the soup.png"), "look"),
            ),
            (
                "later",
                "18:30 file:soup.png",
                later(When::At(1_110), None, Some("soup.png"), ""),
            ),
            ("unschedule", "2", Mine::Unschedule(2)),
            (
                "reschedule",
                "2 18:30",
                Mine::Reschedule {
                    number: 2,
                    when: Some(When::At(1_110)),
                    text: String::new(),
                },
            ),
            (
                "reschedule",
                "2 - tea is  cold",
                Mine::Reschedule {
                    number: 2,
                    when: None,
                    text: "tea is  cold".into(),
                },
            ),
            ("send-now", "3", Mine::SendNow(3)),
            ("saved", "more", Mine::Saved { more: true }),
            ("unpush", "1", Mine::Unpush(1)),
            (
                "save",
                "-",
                Mine::Save {
                    message: last,
                    on: true,
                },
            ),
            (
                "unhide",
                "-",
                Mine::Hide {
                    message: last,
                    on: false,
                },
            ),
            (
                "block",
                "@eve",
                Mine::Block {
                    name: "eve".into(),
                    on: true,
                },
            ),
        ];
        for (name, rest, expected) in cases {
            assert_eq!(mine(name, rest), Some(expected), "/{name} {rest}");
        }
        let about = |field, text: &str| Some(Mine::About(field, text.into()));
        assert_eq!(
            mine("about", "status at sea"),
            about("status_text", "at sea")
        );
        assert_eq!(mine("about", "zone -"), about("zone", ""));
        assert_eq!(mine("about", "name Ann B."), about("display", "Ann B."));
        let doing = |emoji: &str, text: &str| {
            Some(Mine::Status(Some(HowOneIs::Doing {
                emoji: emoji.into(),
                text: text.into(),
            })))
        };
        let here = |status| Some(Mine::Status(Some(HowOneIs::Here(status))));
        assert_eq!(mine("status", ""), Some(Mine::Status(None)));
        assert_eq!(mine("status", "dnd"), here(Status::DoNotDisturb));
        assert_eq!(mine("status", "away"), here(Status::Away));
        assert_eq!(
            mine("status", "🌱 in the garden"),
            doing("🌱", "in the garden")
        );
        assert_eq!(mine("status", "🌱"), doing("🌱", ""));
        assert_eq!(
            mine("status", "away from it all"),
            doing("", "away from it all")
        );
        assert_eq!(mine("status", "-"), doing("", ""));
        assert_eq!(
            mine("profile", "@eve"),
            Some(Mine::Profile(Some("eve".into())))
        );
        let totp = |rest| mine("totp", rest);
        assert_eq!(totp(""), Some(Mine::Totp(Totp::Begin)));
        assert_eq!(totp("off"), Some(Mine::Totp(Totp::Off)));
        assert_eq!(
            totp("123 456"),
            Some(Mine::Totp(Totp::Confirm("123 456".into())))
        );
        let mail = |rest| mine("mail", rest);
        assert_eq!(mail(""), Some(Mine::Mail(Mail::Show)));
        assert_eq!(mail("off"), Some(Mine::Mail(Mail::Off)));
        let address = "ann@example.org";
        assert_eq!(mail(address), Some(Mine::Mail(Mail::Set(address.into()))));
        let link = "https://chat.example.org/#mail=0123";
        assert_eq!(mail(link), Some(Mine::Mail(Mail::Confirm(link.into()))));
        for (name, rest) in [
            ("about", "age 7"),
            ("notify", "loud"),
            ("mute", ""),
            ("dnd", "24:00-07:00 UTC"),
            ("dnd", "22:00-07:00"),
            ("save", ""),
            ("block", "@"),
            ("later", "2h"),
            ("later", "2h in:12"),
            ("later", "soon tea"),
            ("unschedule", "0"),
            ("reschedule", "1"),
            ("reschedule", "1 -"),
            ("reschedule", "0 2h"),
            ("reschedule", "1 soon"),
            ("send-now", ""),
            ("saved", "less"),
        ] {
            assert_eq!(mine(name, rest), None, "/{name} {rest}");
        }
    }
}
