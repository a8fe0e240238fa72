//! What the person sees, and what goes out, for what is typed and heard.

use hearth_protocol::{
    Ban, Body, ClientFrame, ErrorCode, Forward, Mentions, MessageState, NotifyLevel, Ordinal, Own,
    Pin, PresenceOf, Role, RoomKind, RoomSnapshot, ServerFrame, Status, User,
    client::{Settings, Step},
};

use super::*;
use crate::chat::own::Totp;

fn room(n: u128) -> RoomId {
    RoomId(Uuid::from_u128(n))
}

fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

fn snapshot(n: u128, name: &str, head: u64) -> RoomSnapshot {
    RoomSnapshot {
        id: room(n),
        name: name.into(),
        kind: RoomKind::Public,
        topic: String::new(),
        role: Role::Member,
        members: 2,
        peer: None,
        archived: false,
        slow_seconds: 0,
        description: String::new(),
        head: Seq(head),
        ordinal: Ordinal(head),
        mark: Seq(head),
        revision: 0,
        unread: 0,
        mentioned: Vec::new(),
    }
}

fn event(seq: u64, by: u128, id: &str, body: Body) -> Event {
    Event {
        seq: Seq(seq),
        ordinal: Ordinal(seq),
        at_ms: 0,
        by: user(by),
        name: format!("user{by}"),
        id: id.parse().unwrap(),
        body,
    }
}

fn says(text: &str) -> Body {
    Body::message(text)
}

/// A conversation with its machine, live, as `user1` in #kitchen and #garden.
struct Table {
    client: Client,
    talk: Talk,
    written: Vec<ClientFrame>,
}

impl Table {
    fn new() -> Self {
        let mut ids = 0;
        let ids = Box::new(move || {
            ids += 1;
            Uuid::from_u128(ids)
        });
        let mut settings = Settings::new("d".parse().unwrap(), 1);
        settings.follows_own = true;
        let mut table = Self {
            client: Client::new(settings),
            talk: Talk::new(Style::Plain, "http://hearth".into(), None, ids),
            written: Vec::new(),
        };
        table.client.start(0);
        table.client.opened(0);
        table.hear(ServerFrame::Welcome {
            build: "1".into(),
            node: "n".into(),
            user: User {
                id: user(1),
                name: "user1".into(),
                display: "User".into(),
            },
            now_ms: 0,
            rooms: vec![snapshot(1, "kitchen", 10), snapshot(2, "garden", 10)],
        });
        table
    }

    /// In #kitchen, with an empty page before.
    fn in_kitchen() -> Self {
        let mut table = Self::new();
        table.type_line("/join kitchen");
        let number = table.asked();
        table.page(number, Vec::new(), Vec::new());
        table.talk.take_lines();
        table
    }

    fn carry(&mut self, mut steps: Vec<Step>) {
        while !steps.is_empty() {
            let mut more = Vec::new();
            for step in steps {
                if let Step::Write(frame) = &step {
                    self.written.push(frame.clone());
                }
                more.extend(self.talk.see(&mut self.client, 0, step));
            }
            steps = more;
        }
    }

    fn hear(&mut self, frame: ServerFrame) -> String {
        let steps = self
            .client
            .heard(0, &serde_json::to_string(&frame).unwrap());
        self.carry(steps);
        self.talk.take_lines().join("\n")
    }

    fn events(&mut self, n: u128, events: Vec<Event>) -> String {
        self.hear(ServerFrame::Events {
            room: room(n),
            events,
        })
    }

    fn type_line(&mut self, line: &str) -> String {
        let steps = self.talk.typed(&mut self.client, 0, line);
        self.carry(steps);
        self.talk.take_lines().join("\n")
    }

    fn asked(&self) -> u64 {
        let numbers = self.written.iter().rev().find_map(|frame| match frame {
            ClientFrame::History { r#ref, .. } | ClientFrame::Members { r#ref, .. } => Some(*r#ref),
            _ => None,
        });
        numbers.unwrap()
    }

    fn page(&mut self, r#ref: u64, events: Vec<Event>, states: Vec<MessageState>) -> String {
        self.hear(ServerFrame::History {
            r#ref,
            room: room(1),
            events,
            states,
            head: Seq(10),
            more_before: true,
            more_after: false,
        })
    }

    fn bodies(&self) -> Vec<Body> {
        let sends = self.written.iter().filter_map(|frame| match frame {
            ClientFrame::Send { body, .. } => Some(body.clone()),
            _ => None,
        });
        sends.collect()
    }

    /// The id of the last send.
    fn sent(&self) -> SendId {
        let sends = self.written.iter().rev().find_map(|frame| match frame {
            ClientFrame::Send { id, .. } => Some(id.clone()),
            _ => None,
        });
        sends.unwrap()
    }

    fn refuse(&mut self, id: u128, code: ErrorCode) -> String {
        self.hear(ServerFrame::Error {
            r#ref: None,
            room: Some(room(1)),
            id: Some(SendId::from_uuid(Uuid::from_u128(id))),
            code,
            message: "Because.".into(),
            retry_after_ms: None,
        })
    }

    /// The prompt, once it has settled.
    fn prompt(&mut self) -> String {
        self.talk.prompt(&self.client, 0);
        self.talk.prompt(&self.client, WAITING_MS)
    }
}

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
        seq: Seq(10),
        text: Some("as it stands".into()),
        edited: Some(Seq(10)),
        deleted: None,
        reactions: Vec::new(),
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
fn what_is_said_goes_out_and_shows_when_it_is_stored() {
    let mut table = Table::in_kitchen();
    assert_eq!(table.type_line("hello"), "");
    assert_eq!(table.bodies(), [says("hello")]);
    assert_eq!(table.prompt(), "#kitchen (1 waiting)> ");
    let id = Uuid::from_u128(1).to_string();
    let shown = table.events(1, vec![event(11, 1, &id, says("hello"))]);
    assert!(shown.ends_with("#11 user1: hello"), "{shown}");
    assert_eq!(table.prompt(), "#kitchen> ");
}

#[test]
fn a_refused_message_is_kept_until_it_is_sent_again_or_dropped() {
    let mut table = Table::in_kitchen();
    table.type_line("hello");
    let told = table.refuse(1, ErrorCode::NotMember);
    assert!(told.starts_with("! Not sent: “hello”. Because."), "{told}");
    assert_eq!(table.prompt(), "#kitchen (1 not sent)> ");
    table.type_line("/retry");
    assert_eq!(table.bodies(), [says("hello"), says("hello")]);
    let told = table.refuse(2, ErrorCode::TooOld);
    assert!(
        told.contains("cannot be told any more whether “hello” arrived"),
        "{told}"
    );
    assert!(table.type_line("/drop").contains("1 given up"));
    assert_eq!(table.prompt(), "#kitchen> ");
}

#[test]
fn a_held_message_is_told_once() {
    let mut table = Table::in_kitchen();
    table.type_line("hello");
    assert!(
        table
            .refuse(1, ErrorCode::Busy)
            .starts_with("· Not stored yet: Because.")
    );
    assert_eq!(table.refuse(1, ErrorCode::Busy), "");
}

#[test]
fn messages_are_pointed_at_by_number_or_as_the_last() {
    let mut table = Table::in_kitchen();
    let heard = vec![
        event(11, 1, "mine", says("a")),
        event(12, 2, "theirs", says("b")),
    ];
    table.events(1, heard);
    table.type_line("/edit - better");
    let edited = Body::Edit {
        target: Seq(11),
        text: "better".into(),
    };
    assert_eq!(table.bodies(), [edited]);
    table.hear(ServerFrame::Ack {
        room: room(1),
        id: SendId::from_uuid(Uuid::from_u128(1)),
        seq: Seq(13),
    });
    table.type_line("/react - 👍");
    let reacted = Body::React {
        target: Seq(12),
        emoji: "👍".into(),
        on: true,
    };
    assert_eq!(table.bodies().last(), Some(&reacted));
    assert!(
        table
            .type_line("/delete x")
            .contains("It is: /delete NUMBER")
    );
}

#[test]
fn what_waits_shows_only_if_it_waits_long() {
    let mut table = Table::in_kitchen();
    table.type_line("hello");
    assert_eq!(table.talk.prompt(&table.client, 0), "#kitchen> ");
    assert_eq!(
        table.talk.prompt(&table.client, WAITING_MS),
        "#kitchen (1 waiting)> "
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
        ],
    );
    for words in [
        "renamed the room: bistro",
        "one message in 30 s",
        "archived the room",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
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

fn sent(table: &Table) -> (RoomId, Body) {
    let sent = table.written.iter().rev().find_map(|frame| match frame {
        ClientFrame::Send { room, body, .. } => Some((*room, body.clone())),
        _ => None,
    });
    sent.unwrap()
}

#[test]
fn a_typed_name_is_a_mention_and_one_of_the_own_name_is_shown_as_such() {
    let mut table = Table::in_kitchen();
    table.events(1, vec![event(11, 2, "a", says("hello"))]);
    table.type_line("@user2: and @room");
    let (_, body) = sent(&table);
    assert!(
        body.mentions(user(2)) && !body.mentions(user(3)),
        "{body:?}"
    );
    let calling = |users: &[u128]| Body::Message {
        text: "you".into(),
        reply_to: None,
        mentions: Some(Box::new(Mentions {
            users: users.iter().map(|n| user(*n)).collect(),
            everyone: None,
        })),
        forward: None,
    };
    let shown = table.events(1, vec![event(12, 2, "b", calling(&[1]))]);
    assert!(shown.contains("user2: (to you) you"), "{shown}");
    let shown = table.events(1, vec![event(13, 2, "c", calling(&[3]))]);
    assert!(!shown.contains("(to you)"), "{shown}");
    // Elsewhere it is told once, and again for a mention.
    let told = |table: &mut Table, seq, body| {
        table.events(2, vec![event(seq, 2, &format!("g{seq}"), body)])
    };
    let first = told(&mut table, 11, says("hello"));
    assert!(first.contains("1 unread in #garden."), "{first}");
    assert_eq!(told(&mut table, 12, says("hello")), "");
    let called = told(&mut table, 13, calling(&[1]));
    assert!(
        called.contains("3 unread in #garden, 1 to you."),
        "{called}"
    );
    assert_eq!(told(&mut table, 14, calling(&[2])), "");
    let rooms = table.type_line("/rooms");
    assert!(rooms.contains("#garden 4 unread, 1 to you"), "{rooms}");
}

#[test]
fn messages_are_pinned_copied_and_linked_to_by_their_numbers() {
    let mut table = Table::in_kitchen();
    table.events(1, vec![event(11, 2, "a", says("soup"))]);
    table.type_line("/pin -");
    let target = Seq(11);
    assert_eq!(sent(&table), (room(1), Body::Pin { target, on: true }));
    table.type_line("/pins");
    let asked = |frame: &ClientFrame| match frame {
        ClientFrame::Pins { r#ref, .. } => Some(*r#ref),
        _ => None,
    };
    let number = table.written.iter().find_map(asked).unwrap();
    let shown = table.hear(ServerFrame::Pins {
        r#ref: number,
        room: room(1),
        pins: vec![Pin {
            message: event(11, 2, "a", says("soup")),
            by: user(2),
            at_ms: 0,
        }],
        states: Vec::new(),
    });
    assert!(shown.contains("#11 user2: soup"), "{shown}");

    let link = table.type_line("/link 11");
    assert!(
        link.ends_with(&format!("http://hearth/rooms/{}/11", room(1))),
        "{link}"
    );
    table.type_line(&format!("/open {}", link.trim()));
    let number = table.asked();
    let shown = table.page(number, vec![event(11, 2, "a", says("soup"))], Vec::new());
    assert!(
        shown.contains("around #11") && shown.contains("soup"),
        "{shown}"
    );

    table.type_line("/forward 11 #garden");
    let (to, body) = sent(&table);
    let Body::Message {
        text,
        forward: Some(of),
        ..
    } = body
    else {
        panic!("{body:?}")
    };
    assert_eq!(
        (to, text.as_str(), of.room, of.seq),
        (room(2), "", room(1), target)
    );
    let nowhere = table.type_line("/forward 11 #cellar");
    assert!(nowhere.contains("You are in no room #cellar."), "{nowhere}");
    let copied = Body::Message {
        text: "soup".into(),
        reply_to: None,
        mentions: None,
        forward: Some(Box::new(Forward {
            name: "user2".into(),
            ..*of
        })),
    };
    let shown = table.events(1, vec![event(12, 3, "f", copied)]);
    assert!(
        shown.contains("⇒ what user2 wrote") && shown.contains("user3: soup"),
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
    };
    let number = table.asked();
    table.hear(ServerFrame::Members {
        r#ref: number,
        room: room(1),
        members: vec![member(1), member(2), member(3)],
        next: None,
    });
    let of = |n, status| PresenceOf {
        user: user(n),
        status,
    };
    let users = vec![
        of(1, Status::Online),
        of(2, Status::Away),
        of(3, Status::Offline),
    ];
    let shown = table.hear(ServerFrame::Presence { users });
    assert_eq!(shown, "Here now: user1, user2 (away)");
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
fn sessions_are_listed_and_ended_by_their_numbers() {
    let mut table = Table::new();
    let refused = table.type_line("/revoke 1");
    assert!(refused.contains("/sessions shows them"), "{refused}");
    assert_eq!(table.talk.take_calls(), []);

    table.type_line("/sessions");
    assert_eq!(table.talk.take_calls(), [Call::Sessions]);
    let session = |id: &str, name: &str, current: bool| {
        serde_json::json!({
            "id": id, "device_name": name, "address": "10.0.0.7", "created_ms": 1, "used_ms": 86_400_000,
            "until_ms": 2, "current": current,
        })
    };
    let answer = serde_json::json!({
        "sessions": [session("a", "hearth chat", true), session("b", "evil\u{1b}[2J", false)],
    });
    table
        .talk
        .called(&table.client, &Call::Sessions, Ok((200, answer)));
    let shown = table.talk.take_lines();
    assert!(
        shown[0].contains("1  hearth chat (here)  10.0.0.7, last used 1970-01-0"),
        "{shown:?}"
    );
    assert!(
        shown[1].contains("2  evil") && !shown[1].contains('\u{1b}'),
        "{shown:?}"
    );

    table.type_line("/revoke 2");
    table.type_line("/revoke others");
    assert!(table.type_line("/revoke 3").contains("no such session"));
    table.type_line("/password");
    let calls = table.talk.take_calls();
    assert_eq!(
        calls,
        [Call::End("b".into()), Call::EndOthers, Call::Password]
    );

    let said = |status, message: &str| Ok((status, serde_json::json!({ "message": message })));
    table
        .talk
        .called(&table.client, &Call::Password, said(403, "Wrong."));
    assert_eq!(table.talk.take_lines(), ["! Not done. Wrong."]);
    table
        .talk
        .called(&table.client, &Call::EndOthers, Err("no way".into()));
    assert_eq!(table.talk.take_lines(), ["! Not done: no way."]);
    table.talk.called(
        &table.client,
        &Call::End("b".into()),
        Ok((204, serde_json::Value::Null)),
    );
    assert!(table.talk.take_lines()[0].contains("It has ended"));
}

#[test]
fn what_is_the_persons_own_is_kept_and_gone_by() {
    let mut table = Table::new();
    let own_asked = table.written.iter().find_map(|frame| match frame {
        ClientFrame::Own { r#ref, .. } => Some(*r#ref),
        _ => None,
    });
    let own = |r#ref, version, own| ServerFrame::Own {
        r#ref,
        version,
        own,
    };
    let draft = |text: &str| Own::Draft {
        room: room(1),
        text: text.into(),
        reply_to: None,
    };
    let hidden = Own::Hidden {
        room: room(1),
        seq: Seq(10),
        on: true,
    };
    table.hear(own(own_asked, 1, vec![draft("half a"), hidden]));
    table.type_line("/join kitchen");
    let number = table.asked();
    let page = vec![event(10, 2, "a", says("not for me"))];
    assert_eq!(table.page(number, page, Vec::new()), "· Draft: half a");

    // What was set goes out, and is told when it is kept.
    table.type_line("/mute 1h");
    let set = |frame: &ClientFrame| match frame {
        ClientFrame::Set { r#ref, own } => Some((*r#ref, own.clone())),
        _ => None,
    };
    let (number, muted) = table.written.iter().rev().find_map(set).unwrap();
    let expected = Own::Notify {
        room: room(1),
        level: NotifyLevel::All,
        muted_until_ms: Some(3_600_000),
    };
    assert_eq!(muted, expected);
    let told = table.hear(ServerFrame::Done { r#ref: number });
    assert!(told.contains("muted, on all your devices"), "{told}");

    // A draft that is said is cleared.
    table.type_line("half a");
    let (_, cleared) = table.written.iter().rev().find_map(set).unwrap();
    assert_eq!(cleared, draft(""));

    // Whoever is blocked is not shown, and a room of mentions tells of nothing else.
    let blocked = Own::Blocked {
        user: user(3),
        on: true,
    };
    let mentions = Own::Notify {
        room: room(2),
        level: NotifyLevel::Mentions,
        muted_until_ms: None,
    };
    table.hear(own(None, 2, vec![blocked]));
    table.hear(own(None, 3, vec![mentions]));
    assert_eq!(table.events(1, vec![event(11, 3, "b", says("x"))]), "");
    assert_eq!(table.events(2, vec![event(11, 2, "c", says("x"))]), "");
    assert_eq!(table.events(2, vec![event(12, 2, "d", says("@User1"))]), "");
    let mention = Body::Message {
        text: "look".into(),
        reply_to: None,
        mentions: Some(Box::new(Mentions {
            users: vec![user(1)],
            everyone: None,
        })),
        forward: None,
    };
    let told = table.events(2, vec![event(13, 2, "e", mention)]);
    assert_eq!(told, "· user2 names you in #garden.");
    assert!(table.type_line("/blocked").contains("user3"));
}

#[test]
fn saved_messages_are_listed_as_they_stand() {
    let mut table = Table::new();
    table.type_line("/saved");
    assert_eq!(table.talk.take_calls(), [Call::Saved]);
    let seen = event(7, 2, "a", says("as it was"));
    let answer = serde_json::json!({ "saved": [
        { "room": room(1), "seq": 7, "event": seen, "state": { "seq": 7, "text": "as it stands" } },
        { "room": room(9), "seq": 3 },
    ]});
    table
        .talk
        .called(&table.client, &Call::Saved, Ok((200, answer)));
    let shown = table.talk.take_lines().join("\n");
    for words in ["— #kitchen", "(edited) as it stands", "#3 cannot be shown"] {
        assert!(shown.contains(words), "{shown}");
    }
}

#[test]
fn profiles_are_asked_for_and_shown_without_harm() {
    let mut table = Table::new();
    table.type_line("/profile @eve");
    table.type_line("/about emoji -");
    let asked = Call::Profile(Some("eve".into()));
    let calls = table.talk.take_calls();
    assert_eq!(calls, [asked, Call::About("status_emoji", String::new())]);
    let answer = serde_json::json!({
        "name": "eve", "display": "Eve\u{1b}[2J", "status_text": "at sea", "zone": "Europe/Lisbon",
    });
    table
        .talk
        .called(&table.client, &calls[0], Ok((200, answer)));
    let shown = table.talk.take_lines().join("\n");
    assert!(
        shown.starts_with("  eve (Eve") && shown.ends_with("at sea  Europe/Lisbon"),
        "{shown}"
    );
    assert!(!shown.contains('\u{1b}'));
}

#[test]
fn a_second_factor_is_begun_confirmed_and_ended_and_its_codes_are_shown_once() {
    let mut table = Table::new();
    for line in ["/totp", "/totp 123456", "/totp off"] {
        table.type_line(line);
    }
    let calls = table.talk.take_calls();
    let confirm = Totp::Confirm("123456".into());
    let expected = [Totp::Begin, confirm, Totp::Off].map(Call::Totp);
    assert_eq!(calls, expected);
    let answers = [
        serde_json::json!({ "secret": "GEZDGNBV", "url": "otpauth://totp/x" }),
        serde_json::json!({ "recovery_codes": ["AAAA-BBBB", "CCCC-DDDD"] }),
        serde_json::Value::Null,
    ];
    let mut shown = String::new();
    for (call, answer) in calls.iter().zip(answers) {
        table.talk.called(&table.client, call, Ok((200, answer)));
        shown.push_str(&table.talk.take_lines().join("\n"));
    }
    for words in [
        "GEZDGNBV",
        "otpauth:",
        "CCCC-DDDD",
        "needs no code any more",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}
