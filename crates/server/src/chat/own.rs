//! Commands about what is the person's own: what they are told, drafts, saved and hidden messages, whom they block.

use hearth_protocol::{NotifyLevel, QuietHours};

use super::command::{Message, duration_ms, message};

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mine {
    /// Of what in this room to be told; without a level, show it.
    Notify(Option<NotifyLevel>),
    /// Of nothing in this room for so long; `None`: of everything again.
    Mute(Option<u64>),
    /// Hours in which to be told of nothing.
    Dnd(Dnd),
    /// Keep this as the room's draft, an empty one to clear it; without a text, show it.
    Draft(Option<String>),
    Save {
        message: Message,
        on: bool,
    },
    Saved,
    Hide {
        message: Message,
        on: bool,
    },
    Block {
        name: String,
        on: bool,
    },
    Blocked,
    /// What somebody says of themselves; without a name, what one says oneself.
    Profile(Option<String>),
    /// Say something of oneself: the field, and its text, empty to take it back.
    About(&'static str, String),
    /// The second factor of the account.
    Totp(Totp),
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
        "draft" => Mine::Draft(match rest {
            "" => None,
            "-" => Some(String::new()),
            text => Some(text.to_owned()),
        }),
        "save" | "unsave" => Mine::Save {
            message: any(rest)?,
            on: name == "save",
        },
        "saved" => Mine::Saved,
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
        "totp" => Mine::Totp(match rest {
            "" => Totp::Begin,
            "off" => Totp::Off,
            code => Totp::Confirm(code.to_owned()),
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
                _ => return None,
            };
            let text = text.trim();
            Mine::About(field, if text == "-" { "" } else { text }.to_owned())
        }
        _ => return None,
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
            ("draft", "-", Mine::Draft(Some(String::new()))),
            ("draft", "to be", Mine::Draft(Some("to be".into()))),
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
        for (name, rest) in [
            ("about", "age 7"),
            ("notify", "loud"),
            ("mute", ""),
            ("dnd", "24:00-07:00 UTC"),
            ("dnd", "22:00-07:00"),
            ("save", ""),
            ("block", "@"),
        ] {
            assert_eq!(mine(name, rest), None, "/{name} {rest}");
        }
    }
}
