//! Rooms: entered, read, looked through, and what is told of them.

use hearth_protocol::Right;

use super::*;

#[test]
fn entering_shows_the_newest_page_and_then_what_came_meanwhile() {
    let mut table = Table::new();
    assert!(
        table
            .type_line("/join kitchen")
            .contains("— #kitchen (2 members)")
    );
    let number = table.asked();
    // Live, before the page: shown after it, once.
    assert_eq!(table.events(1, vec![event(11, 2, "b", says("live"))]), "");
    let state = MessageState {
        text: Some("as it stands".into()),
        edited: Some(Seq(10)),
        ..MessageState::unchanged(Seq(10))
    };
    let shown = table.page(
        number,
        vec![event(10, 2, "a", says("as it was"))],
        vec![state],
    );
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines.len(), 2, "{shown}");
    assert!(
        lines[0].ends_with("#10 user2: (edited) as it stands"),
        "{shown}"
    );
    assert!(lines[1].ends_with("#11 user2: live"), "{shown}");
    assert!(
        table
            .written
            .iter()
            .any(|f| matches!(f, ClientFrame::Mark { seq: Seq(11), .. }))
    );
}

#[test]
fn one_is_told_once_of_what_is_unread_elsewhere() {
    let mut table = Table::in_kitchen();
    assert_eq!(
        table.events(2, vec![event(11, 2, "a", says("x"))]),
        "· 1 unread in #garden."
    );
    assert_eq!(table.events(2, vec![event(12, 2, "b", says("y"))]), "");
    assert_eq!(table.prompt(), "#kitchen (2 unread elsewhere)> ");
    assert!(table.type_line("/rooms").contains("#garden 2 unread"));
    assert_eq!(
        table
            .events(1, vec![event(11, 2, "c", says("here"))])
            .lines()
            .count(),
        1
    );
}

#[test]
fn people_are_known_by_what_was_heard_of_them() {
    let mut table = Table::in_kitchen();
    assert!(
        table
            .type_line("/remove user2")
            .contains("not known here yet")
    );
    table.events(1, vec![event(11, 2, "a", says("x"))]);
    table.type_line("/remove USER2");
    table.hear(ServerFrame::Ack {
        room: room(1),
        id: table.sent(),
        seq: Seq(12),
    });
    table.type_line("/ban user2 1h too loud");
    let expected = [
        Body::Remove {
            user: user(2),
            reason: String::new(),
        },
        Body::Ban {
            user: user(2),
            reason: "too loud".into(),
            until_ms: Some(3_600_000),
        },
    ];
    assert_eq!(table.bodies(), expected);
}

#[test]
fn a_room_shows_what_was_set_in_it() {
    let right = |right, role| Body::Right { right, role };
    let mut table = Table::in_kitchen();
    let shown = table.events(
        1,
        vec![
            event(
                11,
                2,
                "a",
                Body::Rename {
                    name: "bistro".into(),
                },
            ),
            event(12, 2, "b", Body::Slow { seconds: 30 }),
            event(13, 2, "c", Body::Archive { on: true }),
            event(14, 2, "d", right(Right::Pin, Role::Owner)),
            event(15, 2, "e", right(Right::Write, Role::Guest)),
        ],
    );
    for words in [
        "renamed the room: bistro",
        "one message in 30 s",
        "archived the room",
        "lets owners alone pin messages",
        "lets everybody write here",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let shown = table.type_line("/rights");
    assert!(
        shown.contains("pin       owners alone may pin messages"),
        "{shown}"
    );
    assert!(
        shown.contains("invite    members, moderators and owners may bring people in"),
        "{shown}"
    );
    table.type_line("/rights invite moderator");
    assert_eq!(
        table.bodies().pop(),
        Some(right(Right::Invite, Role::Moderator))
    );
    assert_eq!(table.talk.prompt(&table.client, 0), "#bistro> ");
    table.type_line("/bans");
    let asked = |frame: &ClientFrame| match frame {
        ClientFrame::Bans { r#ref, .. } => Some(*r#ref),
        _ => None,
    };
    let number = table.written.iter().find_map(asked).unwrap();
    let ban = Ban {
        user: user(3),
        name: "eve".into(),
        by: user(2),
        at_ms: 0,
        until_ms: None,
        reason: "spam\u{1b}".into(),
    };
    let shown = table.hear(ServerFrame::Bans {
        r#ref: number,
        room: room(1),
        bans: vec![ban],
        next: None,
    });
    assert!(
        shown.contains("eve: spam") && !shown.contains('\u{1b}'),
        "{shown}"
    );
}

#[test]
fn who_is_here_is_asked_once_and_nobody_is_watched_further() {
    let mut table = Table::in_kitchen();
    table.type_line("/who");
    let member = |n: u128| Member {
        user: user(n),
        name: format!("user{n}"),
        role: Role::Member,
        bot: false,
    };
    let number = table.asked();
    table.hear(ServerFrame::Members {
        r#ref: number,
        room: room(1),
        members: vec![member(1), member(2), member(3)],
        next: None,
    });
    let of = |n, status| PresenceOf {
        seen_ms: (status == Status::Offline).then_some(86_400_000),
        user: user(n),
        status,
        profile: None,
    };
    let users = vec![
        of(1, Status::Online),
        of(2, Status::Away),
        of(3, Status::Offline),
    ];
    let shown = table.hear(ServerFrame::Presence { users });
    let (here, last) = shown.split_once('\n').unwrap();
    assert_eq!(here, "Here now: user1, user2 (away)");
    assert!(
        last.starts_with("  user3 was here last 1970-01-0"),
        "{last}"
    );
    let last = table.written.last().unwrap();
    assert!(matches!(last, ClientFrame::Presence { watch, .. } if watch.is_empty()));
    assert!(!table.talk.is_waiting(&table.client));
}

#[test]
fn a_lost_connection_is_told_once_and_counted_down() {
    let mut table = Table::in_kitchen();
    let steps = table.client.closed(0, End::Cut);
    table.carry(steps);
    let told = table.talk.take_lines().join("\n");
    assert!(
        told.starts_with("! No connection: it broke. What you send is kept"),
        "{told}"
    );
    let prompt = table.talk.prompt(&table.client, 0);
    assert!(prompt.starts_with("#kitchen (back in "), "{prompt}");
    let at = table.client.deadline().unwrap();
    let steps = table.client.tick(at);
    table.carry(steps);
    let steps = table.client.closed(at, End::Cut);
    table.carry(steps);
    assert!(table.talk.take_lines().is_empty());
}

#[test]
fn what_was_missed_is_said_and_can_be_paged_to() {
    let mut table = Table::in_kitchen();
    let told = table.hear(ServerFrame::Gap {
        room: room(1),
        from: Seq(11),
        to: Seq(500),
    });
    assert!(
        told.contains("You missed #11 to #500 of #kitchen."),
        "{told}"
    );
    table.type_line("/history");
    let asked = table.written.last().unwrap();
    assert!(
        matches!(
            asked,
            ClientFrame::History {
                before: Some(Seq(501)),
                ..
            }
        ),
        "{asked:?}"
    );
}

#[test]
fn without_a_room_one_is_told_what_to_do() {
    let mut table = Table::new();
    assert!(table.type_line("hello").contains("You are in no room."));
    assert!(table.bodies().is_empty());
}

#[test]
fn messages_are_found_by_their_words_page_after_page_but_for_hidden_ones() {
    let mut table = Table::in_kitchen();
    table.type_line("/search soup");
    let asked = |table: &Table| {
        let mut frames = table.written.iter().rev();
        frames.find_map(|frame| match frame {
            ClientFrame::Search {
                r#ref, q, cursor, ..
            } => Some((*r#ref, q.clone(), cursor.clone())),
            _ => None,
        })
    };
    let (number, q, cursor) = asked(&table).unwrap();
    assert_eq!((q.as_str(), cursor), ("soup", None));
    let hit = |seq: u64| Hit {
        seq: Seq(seq),
        at_ms: 0,
        by: user(2),
        name: "user2".into(),
        excerpt: format!("the soup\nof {seq}"),
        before: 5,
        after: 0,
        marks: vec![(4, 8)],
    };
    let found = |number, of: u128, seqs: &[u64], next: Option<&str>| ServerFrame::Found {
        r#ref: number,
        rooms: vec![RoomHits {
            room: room(of),
            count: 7,
            at_least: true,
            hits: seqs.iter().copied().map(hit).collect(),
            next: Some("3".into()),
        }],
        next: next.map(str::to_owned),
    };
    let shown = table.hear(found(number, 1, &[11, 9], Some("further")));
    assert!(shown.contains("7 or more"), "{shown}");
    assert!(
        shown.contains("#11") && shown.contains("user2: …the soup of 11"),
        "{shown}"
    );
    let (number, q, cursor) = asked(&table).unwrap();
    assert_eq!((q.as_str(), cursor.as_deref()), ("soup", Some("further")));
    let shown = table.hear(found(number, 2, &[4], None));
    assert!(shown.contains("#4") && shown.contains("in part"), "{shown}");
}

#[test]
fn the_first_unread_is_marked_and_gone_to_page_after_page() {
    let mut table = Table::new();
    // Told of while the person was elsewhere: three of them.
    for (seq, id) in [(11, "a"), (12, "b"), (13, "c")] {
        table.events(1, vec![event(seq, 2, id, says("news"))]);
    }
    assert!(table.type_line("/first").contains("You are in no room."));
    table.type_line("/join kitchen");
    let number = table.asked();
    let page = vec![
        event(10, 2, "z", says("old")),
        event(11, 2, "a", says("news")),
    ];
    let shown = table.page(number, page, Vec::new());
    let lines: Vec<_> = shown.lines().collect();
    assert!(lines[0].ends_with("old"), "{shown}");
    assert_eq!(lines[1], "— unread from here", "{shown}");
    assert_eq!(shown.matches("unread from here").count(), 1, "{shown}");
    table.type_line("/first");
    let after = |table: &Table| match table
        .written
        .iter()
        .rev()
        .find(|frame| matches!(frame, ClientFrame::History { .. }))
    {
        Some(ClientFrame::History { after, .. }) => *after,
        _ => None,
    };
    assert_eq!(after(&table), Some(Seq(10)));
    let number = table.asked();
    let shown = table.page(number, vec![event(11, 2, "a", says("news"))], Vec::new());
    assert!(shown.starts_with("— #kitchen, #11 to #11"), "{shown}");
    table.type_line("/first");
    assert_eq!(after(&table), Some(Seq(11)));
    // Where nothing was unread there is nothing to go to.
    table.type_line("/join garden");
    assert!(
        table
            .type_line("/first")
            .contains("Nothing here was unread")
    );
}

#[test]
fn what_is_unread_further_up_than_is_shown_is_said() {
    let mut table = Table::new();
    for (seq, id) in [(11, "a"), (12, "b")] {
        table.events(1, vec![event(seq, 2, id, says("news"))]);
    }
    table.type_line("/join kitchen");
    let number = table.asked();
    let shown = table.page(number, vec![event(12, 2, "b", says("news"))], Vec::new());
    assert!(
        shown.starts_with("· There is more that is unread, before this: /first"),
        "{shown}"
    );
    assert!(!shown.contains("unread from here"), "{shown}");
}

#[test]
fn typing_is_told_while_keys_are_struck_and_shown_in_the_prompt() {
    let mut table = Table::new();
    let steps = table.talk.keyed(&mut table.client, 0);
    assert!(steps.is_empty(), "in no room nobody is told");
    let mut table = Table::in_kitchen();
    for now_ms in [0, 100] {
        let steps = table.talk.keyed(&mut table.client, now_ms);
        table.carry(steps);
    }
    let typing =
        |frame: &&ClientFrame| matches!(frame, ClientFrame::Typing { room: of } if *of == room(1));
    assert_eq!(
        table.written.iter().filter(typing).count(),
        1,
        "once in a while is enough"
    );
    table.hear(ServerFrame::Typing {
        room: room(1),
        user: user(2),
        name: "user2".into(),
    });
    assert_eq!(
        table.talk.prompt(&table.client, 0),
        "#kitchen (user2 is writing)> "
    );
    assert_eq!(table.talk.prompt(&table.client, 4_001), "#kitchen> ");
}
