//! What typed lines are taken for.

use hearth_protocol::Permalink;

use super::{help::COMMANDS, *};

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
    let attach = |file: &str, alt: &str, text: &str| Command::Attach {
        aim: Aim::default(),
        file: file.into(),
        alt: alt.into(),
        text: text.into(),
    };
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
            "/attach soup.png look at this",
            attach("soup.png", "", "look at this"),
        ),
        ("/attach \"my soup.png\"", attach("my soup.png", "", "")),
        (
            "/attach re:- in:#12 soup.png alt:\"a red soup\" in:13",
            Command::Attach {
                aim: Aim {
                    thread: Some(number(12)),
                    reply: Some(Message::Last),
                },
                file: "soup.png".into(),
                alt: "a red soup".into(),
                text: "in:13".into(),
            },
        ),
        ("/attach \"in:12\" re:x", attach("in:12", "", "re:x")),
        ("/save-file 12", Command::SaveFile(number(12), None)),
        (
            "/save-file - soup.png",
            Command::SaveFile(Message::Last, Some("soup.png".into())),
        ),
        (
            "/avatar me.jpg",
            Command::Avatar {
                of_room: false,
                file: Some("me.jpg".into()),
            },
        ),
        (
            "/room-avatar -",
            Command::Avatar {
                of_room: true,
                file: None,
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
        ("/edits -", Command::Edits(Message::Last)),
        ("/thread 12", Command::Thread(number(12), None)),
        (
            "/in 12 and so on",
            Command::In(number(12), "and so on".into()),
        ),
        ("/threads", Command::Threads { more: false }),
        ("/threads more", Command::Threads { more: true }),
        ("/thread 12 7", Command::Thread(number(12), Some(Seq(7)))),
        ("/first", Command::First),
        ("/logout", Command::LogOut),
        ("/delete-account", Command::DeleteAccount),
        ("/delete 4", Command::Delete(number(4))),
        ("/revoke all", Command::Revoke(Which::All)),
        (
            "/webhook name 2 Builds, all",
            Command::NameHook(2, "Builds, all".into()),
        ),
        ("/webhook resume 1", Command::ResumeHook(1)),
        (
            "/webhook out https://x.example/a message,edit",
            Command::WayOut(
                "https://x.example/a".into(),
                vec!["message".into(), "edit".into()],
            ),
        ),
        (
            "/save-avatar @mara mara.jpg",
            Command::SaveAvatar {
                of: Some("mara".into()),
                file: "mara.jpg".into(),
            },
        ),
        (
            "/save-avatar # \"the room.jpg\"",
            Command::SaveAvatar {
                of: None,
                file: "the room.jpg".into(),
            },
        ),
        (
            "/attach soup.png alt:\"a red soup\" look",
            attach("soup.png", "a red soup", "look"),
        ),
        ("/receipts", Command::Receipts),
        ("/receipts off", Command::TellReceipts { on: false }),
        (
            "/unfollow -",
            Command::Follow {
                message: Message::Last,
                on: false,
            },
        ),
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
        ("/webhooks", Command::Webhooks),
        ("/webhook in Build bot", Command::WayIn("Build bot".into())),
        (
            "/webhook out https://x.example/a",
            Command::WayOut("https://x.example/a".into(), Vec::new()),
        ),
        ("/unhook 1", Command::Unhook(1)),
        ("/bans", Command::Bans),
        ("/rename #New name", Command::Rename("New name".into())),
        ("/archive", Command::Archive { on: true }),
        ("/unarchive", Command::Archive { on: false }),
        ("/slow 30", Command::Slow { seconds: 30 }),
        ("/slow 30s", Command::Slow { seconds: 30 }),
        ("/rights", Command::Rights),
        (
            "/rights everyone member",
            Command::Right(Right::Everyone, Role::Member),
        ),
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
        ("/people @pri", Command::People("pri".into())),
        ("/people of the hill", Command::People("of the hill".into())),
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
        ("/his", Command::History(None)),
        (
            "/history 2026-01-31T18:30Z",
            Command::History(Some(1_769_884_200_000)),
        ),
        (
            "/search late in:hall \"tram lines\"",
            Command::Search("late in:hall \"tram lines\"".into()),
        ),
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
        Err("It is: /revoke NUMBER|others|all".into())
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
            | "[in:NUMBER] [re:NUMBER] [TEXT]"
            | "[CODE|off]"
            | "[on|off]"
            | "[all|mentions|none]"
            | "[22:00-07:00 ZONE|off]"
            | "[WORDS]"
            | "[more]"
            | "[online|away|dnd|[EMOJI] TEXT|-]"
            | "[2026-01-31]"
            | "[write|react|everyone|pin|invite|describe guest|member|moderator|owner]"
            | "[USES] [2h|7d]" => "",
            "30m|2h|7d|off" => "2h",
            "2h|18:30 [in:NUMBER] [re:NUMBER] [file:FILE [alt:WORDS]] TEXT" => "2h x",
            "status|emoji|zone|language|name TEXT" => "status x",
            "NUMBER" | "CODE" | "NUMBER [BEFORE]" => "1",
            "NUMBER 2h|18:30|- [TEXT]" => "1 2h",
            "NAME FILE" => "x y",
            "NUMBER TEXT" | "NUMBER EMOJI" | "NUMBER ROOM" | "NUMBER [FILE]" => "1 x",
            "NAME NAME ..." => "x y",
            "in NAME|out URL [KIND,KIND]|name NUMBER NAME|resume NUMBER" => "in x",
            "LINK" => "/rooms/0190b6a1-0000-7000-8000-000000000001/3",
            "NAME guest|member|moderator|owner" => "x owner",
            "NUMBER|others|all" => "others",
            "SECONDS" => "5",
            _ => "x",
        };
        assert!(understand(&format!("/{name} {rest}")).is_ok(), "{name}");
    }
    assert!(help().len() > COMMANDS.len());
}
