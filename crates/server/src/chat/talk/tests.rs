//! What the person sees, and what goes out, for what is typed and heard.

use hearth_protocol::{
    Ban, Body, ClientFrame, ErrorCode, MessageState, Ordinal, PresenceOf, Role, RoomKind,
    RoomSnapshot, ServerFrame, Status, User,
    client::{Settings, Step},
};

use super::*;

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
    Body::Message {
        text: text.into(),
        reply_to: None,
    }
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
        let mut table = Self {
            client: Client::new(Settings::new("d".parse().unwrap(), 1)),
            talk: Talk::new(Style::Plain, None, ids),
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
    table.talk.called(&Call::Sessions, Ok((200, answer)));
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
    table.talk.called(&Call::Password, said(403, "Wrong."));
    assert_eq!(table.talk.take_lines(), ["! Not done. Wrong."]);
    table.talk.called(&Call::EndOthers, Err("no way".into()));
    assert_eq!(table.talk.take_lines(), ["! Not done: no way."]);
    table
        .talk
        .called(&Call::End("b".into()), Ok((204, serde_json::Value::Null)));
    assert!(table.talk.take_lines()[0].contains("It has ended"));
}
