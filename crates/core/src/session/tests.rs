//! What a session promises, without a socket.

use std::sync::Arc;

use hearth_protocol::{
    CloseCode, DeviceId, ErrorCode, Ordinal, Role, RoomId, RoomKind, RoomSnapshot, Scope, SendId,
    Seq, ServerFrame, User, UserId,
};
use uuid::Uuid;

use super::{Ask, AskId, Effect, Greeting, Listed, Machine, Notice, Reply, Scoped, Seed, V1};
use crate::{grant::Grant, refusal::Refusal};

const ROOM: RoomId = RoomId(Uuid::from_u128(1));

fn snapshot(head: u64) -> RoomSnapshot {
    RoomSnapshot {
        id: ROOM,
        name: "room1".into(),
        kind: RoomKind::Public,
        topic: String::new(),
        role: Role::Member,
        members: 2,
        peer: None,
        archived: false,
        slow_seconds: 0,
        rights: hearth_protocol::Rights::default(),
        avatar: None,
        description: String::new(),
        head: Seq(head),
        ordinal: Ordinal(head),
        mark: Seq(0),
        revision: 0,
        unread: head,
        mentioned: Vec::new(),
    }
}

/// The room with these heads, if any.
fn listed(heads: &[u64]) -> Listed {
    Listed {
        rooms: heads.iter().map(|head| snapshot(*head)).collect(),
        unloaded: Vec::new(),
    }
}

fn away() -> Refusal {
    Refusal::new(ErrorCode::Unavailable, "away")
}

/// The frame that says that the room could not be loaded.
fn unloaded() -> Effect {
    Effect::Write(Box::new(ServerFrame::Error {
        r#ref: None,
        room: Some(ROOM),
        id: None,
        code: ErrorCode::Unavailable,
        message: "away".into(),
        retry_after_ms: None,
    }))
}

struct Client(Box<dyn Machine>);

impl Client {
    fn v1() -> Self {
        Self(Box::new(Self::dialect()))
    }

    /// By a token that has all scopes, for that room alone.
    fn scoped() -> Self {
        let grant = Grant {
            scopes: Scope::ALL.to_vec(),
            rooms: vec![ROOM],
        };
        Self(Box::new(Scoped::new(Arc::new(grant), Self::dialect())))
    }

    fn dialect() -> V1 {
        let user = User {
            id: UserId(Uuid::from_u128(9)),
            name: "mara".into(),
            display: "Mara".into(),
        };
        let greeting = Greeting {
            user,
            node: "n1".into(),
            build: "1".into(),
        };
        V1::new(greeting, Box::new(|| 77))
    }

    fn seed() -> Self {
        let mut n = 0;
        let ids = move || {
            n += 1;
            SendId::new(format!("id-{n}")).unwrap()
        };
        Self(Box::new(Seed::new(
            DeviceId::new("d").unwrap(),
            Box::new(ids),
        )))
    }

    fn text(&mut self, text: &str) -> Vec<Effect> {
        let mut out = Vec::new();
        self.0.text(0, text, &mut out);
        out
    }

    fn reply(&mut self, ask: u64, reply: Reply) -> Vec<Effect> {
        let mut out = Vec::new();
        self.0.reply(AskId(ask), reply, &mut out);
        out
    }

    fn notice(&mut self, notice: Notice) -> Vec<Effect> {
        let mut out = Vec::new();
        self.0.notice(notice, &mut out);
        out
    }

    /// A v1 client that said hello with a position in one room, and is attached there.
    fn live() -> Self {
        let mut client = Self::v1();
        let hello =
            format!(r#"{{"type":"hello","device":"d","rooms":[{{"room":"{ROOM}","seq":3}}]}}"#);
        assert_eq!(client.text(&hello), [Effect::Ask(AskId(1), Ask::Rooms)]);
        let effects = client.reply(1, Reply::Rooms(Ok(listed(&[5]))));
        assert!(
            matches!(&effects[0], Effect::Write(frame) if matches!(**frame, ServerFrame::Welcome { now_ms: 77, .. }))
        );
        let attach = Ask::Attach {
            room: ROOM,
            from: Some(Seq(3)),
        };
        assert_eq!(
            effects[1..],
            [Effect::Ask(AskId(2), attach)],
            "the welcome comes first, then the replay"
        );
        assert_eq!(client.reply(2, Reply::Attached(Ok(()))), []);
        client
    }

    fn send(&mut self, id: &str) -> Vec<Effect> {
        self.send_text(id, "x")
    }

    fn send_text(&mut self, id: &str, text: &str) -> Vec<Effect> {
        self.text(&format!(
            r#"{{"type":"send","room":"{ROOM}","id":"{id}","after":5,"device":"d","n":1,"body":{{"kind":"message","text":"{text}"}}}}"#
        ))
    }
}

fn code(effects: &[Effect]) -> Vec<ErrorCode> {
    let code = |effect: &Effect| match effect {
        Effect::Write(frame) => match **frame {
            ServerFrame::Error { code, .. } => Some(code),
            _ => None,
        },
        _ => None,
    };
    effects.iter().filter_map(code).collect()
}

#[test]
fn the_first_frame_is_hello_or_the_socket_closes() {
    let effects = Client::v1().text(&format!(r#"{{"type":"typing","room":"{ROOM}"}}"#));
    assert_eq!(code(&effects), [ErrorCode::BadRequest]);
    assert_eq!(effects.last(), Some(&Effect::Close(CloseCode::Protocol)));
}

#[test]
fn a_ping_is_answered_at_any_time() {
    let pong = Effect::Write(Box::new(ServerFrame::Pong { r#ref: 4 }));
    assert_eq!(Client::v1().text(r#"{"type":"ping","ref":4}"#), [pong]);
}

#[test]
fn an_unknown_kind_is_answered_and_the_socket_lives_on() {
    let mut client = Client::live();
    assert_eq!(
        code(&client.text(r#"{"type":"dance","ref":1}"#)),
        [ErrorCode::UnknownKind]
    );
    assert_eq!(code(&client.text("{")), [ErrorCode::BadRequest]);
    assert!(matches!(client.send("a")[0], Effect::Ask(_, Ask::Send(_))));
}

#[test]
fn a_position_in_a_room_that_is_no_longer_the_users_is_answered_left() {
    let mut client = Client::v1();
    client.text(&format!(
        r#"{{"type":"hello","device":"d","rooms":[{{"room":"{ROOM}","seq":3}}]}}"#
    ));
    let effects = client.reply(1, Reply::Rooms(Ok(listed(&[]))));
    let left = ServerFrame::Left {
        room: ROOM,
        seq: Seq::ZERO,
        r#ref: None,
    };
    assert_eq!(effects[1], Effect::Write(Box::new(left)));
}

#[test]
fn one_send_of_a_room_is_in_flight_and_the_next_follows_its_ack() {
    let mut client = Client::live();
    assert!(matches!(
        client.send("a")[..],
        [Effect::Ask(AskId(3), Ask::Send(_))]
    ));
    assert_eq!(client.send("b"), []);
    let effects = client.reply(3, Reply::Sent(Ok(Seq(6))));
    let ack = ServerFrame::Ack {
        room: ROOM,
        id: SendId::new("a").unwrap(),
        seq: Seq(6),
    };
    assert_eq!(effects[0], Effect::Write(Box::new(ack)));
    assert!(
        matches!(&effects[1], Effect::Ask(AskId(4), Ask::Send(send)) if send.id.as_str() == "b")
    );
}

#[test]
fn long_sends_behind_one_stop_the_reading_before_they_are_many() {
    let mut client = Client::live();
    client.send("a");
    let mut sent = 0;
    while client.0.may_read() {
        sent += 1;
        client.send_text(&format!("b{sent}"), &"x".repeat(16 * 1024));
    }
    assert_eq!(sent, 2, "a few of the longest texts are enough");
    client.reply(3, Reply::Sent(Ok(Seq(6))));
    assert!(client.0.may_read(), "one of them goes: there is room");
    let doubtful = Refusal::new(ErrorCode::Doubtful, "?");
    client.reply(4, Reply::Sent(Err(doubtful)));
    for n in 0..2 {
        assert!(client.0.may_read(), "all that was refused has given way");
        client.send_text(&format!("c{n}"), &"x".repeat(16 * 1024));
    }
    assert!(client.0.may_read(), "one is in flight, one waits");
}

#[test]
fn sends_behind_a_doubtful_one_do_not_pass_it() {
    let mut client = Client::live();
    client.send("a");
    client.send("b");
    client.send("c");
    let doubtful = Refusal::new(ErrorCode::Doubtful, "?");
    let effects = client.reply(3, Reply::Sent(Err(doubtful)));
    assert_eq!(code(&effects), [ErrorCode::Doubtful; 3]);
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Ask(..)))
    );
}

#[test]
fn a_send_refused_for_good_lets_the_next_go() {
    let mut client = Client::live();
    client.send("a");
    client.send("b");
    let effects = client.reply(
        3,
        Reply::Sent(Err(Refusal::new(ErrorCode::Forbidden, "no"))),
    );
    assert!(matches!(effects[1], Effect::Ask(_, Ask::Send(_))));
}

#[test]
fn a_full_queue_stops_the_reading_until_something_is_done() {
    let mut client = Client::live();
    for n in 0..65 {
        assert!(client.0.may_read());
        client.send(&format!("{n}"));
    }
    assert!(!client.0.may_read());
    client.reply(3, Reply::Sent(Ok(Seq(6))));
    assert!(client.0.may_read());
}

#[test]
fn a_drain_lets_acknowledgements_out_first_and_takes_nothing_new() {
    let mut client = Client::live();
    client.send("a");
    assert_eq!(client.notice(Notice::Drain { after_ms: 9 }), []);
    assert_eq!(client.send("b"), []);
    let effects = client.reply(3, Reply::Sent(Ok(Seq(6))));
    assert!(
        matches!(&effects[0], Effect::Write(frame) if matches!(**frame, ServerFrame::Ack { .. }))
    );
    assert_eq!(
        effects[1],
        Effect::Write(Box::new(ServerFrame::Drain { after_ms: 9 }))
    );
    assert_eq!(effects[2..], [Effect::Close(CloseCode::Drain)]);
}

#[test]
fn a_room_that_cannot_be_loaded_is_named_before_the_welcome_and_comes_later() {
    let mut client = Client::v1();
    let hello = format!(r#"{{"type":"hello","device":"d","rooms":[{{"room":"{ROOM}","seq":3}}]}}"#);
    client.text(&hello);
    let mut listed = listed(&[]);
    listed.unloaded.push((ROOM, away()));
    let effects = client.reply(1, Reply::Rooms(Ok(listed)));
    assert_eq!(effects[..2], [unloaded(), Effect::Again(1_000)]);
    assert!(
        matches!(&effects[2..], [Effect::Write(frame)] if matches!(**frame, ServerFrame::Welcome { .. })),
        "it is not left, and the socket lives on: {effects:?}"
    );
    let look = |n| Effect::Ask(AskId(n), Ask::View(ROOM));
    assert_eq!(client.notice(Notice::Again), [look(2)]);
    let failed = Reply::Room(Err(away()));
    assert_eq!(client.reply(2, failed), [Effect::Again(2_000)], "told once");
    assert_eq!(client.notice(Notice::Again), [look(3)]);
    let effects = client.reply(3, Reply::Room(Ok((snapshot(5), Seq(1)))));
    assert!(
        matches!(&effects[0], Effect::Write(frame) if matches!(**frame, ServerFrame::Room { .. }))
    );
    let attach = Ask::Attach {
        room: ROOM,
        from: Some(Seq(3)),
    };
    assert_eq!(
        effects[1..],
        [Effect::Ask(AskId(4), attach)],
        "from where the client is"
    );
}

#[test]
fn a_room_that_could_not_be_loaded_and_is_no_longer_the_users_is_left() {
    let mut client = Client::v1();
    client.text(r#"{"type":"hello","device":"d"}"#);
    let mut listed = listed(&[]);
    listed.unloaded.push((ROOM, away()));
    client.reply(1, Reply::Rooms(Ok(listed)));
    client.notice(Notice::Again);
    let left = ServerFrame::Left {
        room: ROOM,
        seq: Seq::ZERO,
        r#ref: None,
    };
    assert_eq!(
        client.reply(2, not_member()),
        [Effect::Write(Box::new(left))]
    );
}

#[test]
fn a_room_that_cannot_be_attached_is_said_and_tried_again_from_the_same_position() {
    let mut client = Client::v1();
    client.text(r#"{"type":"hello","device":"d"}"#);
    client.reply(1, Reply::Rooms(Ok(listed(&[5]))));
    let effects = client.reply(2, Reply::Attached(Err(away())));
    assert_eq!(effects, [unloaded(), Effect::Again(1_000)]);
    client.notice(Notice::Again);
    let effects = client.reply(3, Reply::Room(Ok((snapshot(9), Seq(1)))));
    let attach = Ask::Attach {
        room: ROOM,
        from: Some(Seq(5)),
    };
    assert_eq!(effects[1..], [Effect::Ask(AskId(4), attach)]);
}

#[test]
fn the_seeds_greeting_comes_also_when_a_room_cannot_be_loaded() {
    let mut seed = Client::seed();
    seed.0.open(&mut Vec::new());
    let mut listed = listed(&[]);
    listed.unloaded.push((ROOM, away()));
    let effects = seed.reply(1, Reply::Rooms(Ok(listed)));
    assert_eq!(effects[0], Effect::Text("ok".into()));
    assert!(matches!(&effects[1], Effect::Text(text) if text.contains("could not be loaded")));
    assert_eq!(effects[2..], [Effect::Again(1_000)]);
    assert_eq!(
        seed.notice(Notice::Again),
        [Effect::Ask(AskId(2), Ask::View(ROOM))]
    );
    let attach = Ask::Attach {
        room: ROOM,
        from: Some(Seq(5)),
    };
    assert_eq!(
        seed.reply(2, Reply::Room(Ok((snapshot(5), Seq(1))))),
        [Effect::Ask(AskId(3), attach)]
    );
}

#[test]
fn a_room_that_turns_up_is_shown_once_and_again_after_it_was_gone() {
    let mut client = Client::live();
    assert_eq!(client.notice(Notice::RoomAdded(ROOM)), [], "it is known");
    // News of being let in again may have come before that of the removal, and then counted for nothing.
    assert_eq!(
        client.notice(Notice::RoomGone(ROOM)),
        [Effect::Ask(AskId(3), Ask::View(ROOM))]
    );
    assert_eq!(client.reply(3, not_member()), []);
    assert_eq!(
        client.notice(Notice::RoomAdded(ROOM)),
        [Effect::Ask(AskId(4), Ask::View(ROOM))]
    );
    let effects = client.reply(4, Reply::Room(Ok((snapshot(7), Seq(6)))));
    assert_eq!(
        effects[1],
        Effect::Ask(
            AskId(5),
            Ask::Attach {
                room: ROOM,
                from: Some(Seq(7))
            }
        )
    );
}

fn not_member() -> Reply {
    Reply::Room(Err(Refusal::new(ErrorCode::NotMember, "no")))
}

#[test]
fn a_room_that_turns_up_during_the_greeting_is_looked_at_after_it() {
    let mut client = Client::v1();
    client.text(r#"{"type":"hello","device":"d"}"#);
    assert_eq!(client.notice(Notice::RoomAdded(ROOM)), []);
    let effects = client.reply(1, Reply::Rooms(Ok(listed(&[]))));
    assert_eq!(
        effects.last(),
        Some(&Effect::Ask(AskId(2), Ask::View(ROOM)))
    );
    let mut seed = Client::seed();
    seed.0.open(&mut Vec::new());
    assert_eq!(seed.notice(Notice::RoomAdded(ROOM)), []);
    let effects = seed.reply(1, Reply::Rooms(Ok(listed(&[]))));
    assert_eq!(effects[0], Effect::Ask(AskId(2), Ask::View(ROOM)));
}

#[test]
fn who_is_turned_away_from_a_room_looks_whether_they_were_let_in_again() {
    let mut client = Client::v1();
    client.text(r#"{"type":"hello","device":"d"}"#);
    client.reply(1, Reply::Rooms(Ok(listed(&[5]))));
    assert_eq!(client.notice(Notice::RoomAdded(ROOM)), [], "taken for old");
    let refusal = Refusal::new(ErrorCode::NotMember, "no");
    let effects = client.reply(2, Reply::Attached(Err(refusal)));
    assert_eq!(
        effects.last(),
        Some(&Effect::Ask(AskId(3), Ask::View(ROOM)))
    );
}

#[test]
fn sends_to_ever_more_rooms_stop_the_reading() {
    let mut client = Client::live();
    for n in 0..64 {
        assert!(client.0.may_read());
        let room = RoomId(Uuid::from_u128(100 + n));
        client.text(&format!(
            r#"{{"type":"send","room":"{room}","id":"i{n}","after":0,"device":"d","n":1,"body":{{"kind":"message","text":"x"}}}}"#
        ));
    }
    assert!(!client.0.may_read());
}

#[test]
fn typing_is_passed_on_once_in_a_while_and_only_in_own_rooms() {
    let mut client = Client::live();
    let typing = |room: RoomId| format!(r#"{{"type":"typing","room":"{room}"}}"#);
    assert_eq!(client.text(&typing(ROOM)), [Effect::Typing(ROOM)]);
    assert_eq!(client.text(&typing(ROOM)), []);
    assert_eq!(client.text(&typing(RoomId(Uuid::from_u128(2)))), []);
}

fn seed_live() -> Client {
    let mut client = Client::seed();
    let mut out = Vec::new();
    client.0.open(&mut out);
    assert_eq!(out, [Effect::Ask(AskId(1), Ask::Rooms)]);
    let attach = Effect::Ask(
        AskId(2),
        Ask::Attach {
            room: ROOM,
            from: Some(Seq(5)),
        },
    );
    assert_eq!(client.reply(1, Reply::Rooms(Ok(listed(&[5])))), [attach]);
    assert_eq!(
        client.reply(2, Reply::Attached(Ok(()))),
        [Effect::Text("ok".into())]
    );
    client
}

#[test]
fn the_seeds_greeting_waits_until_nothing_sent_can_be_missed() {
    seed_live();
}

#[test]
fn a_seed_frame_is_found_its_room_and_sent_with_an_id_of_the_nodes() {
    let mut client = seed_live();
    let effects = client.text(r#"{"msg":"hi","is_group":true,"group_name":"room1"}"#);
    assert_eq!(effects, [Effect::Ask(AskId(3), Ask::Find("room1".into()))]);
    let effects = client.reply(3, Reply::Room(Ok((snapshot(5), Seq(1)))));
    let Effect::Ask(AskId(4), Ask::Send(send)) = &effects[0] else {
        panic!("{effects:?}")
    };
    assert_eq!((send.after, send.n, send.id.as_str()), (None, 1, "id-1"));
    assert_eq!(client.reply(4, Reply::Sent(Ok(Seq(6)))), []);
}

#[test]
fn seed_frames_go_one_after_the_other() {
    let mut client = seed_live();
    client.text(r#"{"msg":"1","receiver":"jonas"}"#);
    assert_eq!(client.text(r#"{"msg":"2","receiver":"jonas"}"#), []);
    client.reply(3, Reply::Room(Ok((snapshot(5), Seq(1)))));
    let effects = client.reply(4, Reply::Sent(Ok(Seq(6))));
    // Whose name is known is not looked up again.
    let [Effect::Ask(AskId(5), Ask::Send(send))] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(send.n, 2);
    let refusal = Refusal::new(ErrorCode::NotMember, "You are no member.");
    client.reply(5, Reply::Sent(Err(refusal)));
    assert_eq!(
        client.text(r#"{"msg":"3","receiver":"jonas"}"#),
        [Effect::Ask(AskId(6), Ask::Direct("jonas".into()))]
    );
}

#[test]
fn what_is_wrong_with_a_seed_frame_is_said_and_the_socket_lives_on() {
    let mut client = seed_live();
    assert_eq!(
        client.text(r#"["1","jonas",false,""]"#),
        [Effect::Text(
            r#"{"message":"Failed to send message"}"#.into()
        )]
    );
    assert_eq!(
        client.text("{"),
        [Effect::Text(
            r#"{"message":"Failed to send message"}"#.into()
        )]
    );
    let [Effect::Text(text)] = &client.text(r#"{"receiver":"jonas"}"#)[..] else {
        panic!()
    };
    assert!(text.contains(r#""field":"msg""#), "{text}");
    client.text(r#"{"msg":"1","receiver":"nobody"}"#);
    let unknown = Refusal::new(ErrorCode::NotFound, "There is no such user.");
    let effects = client.reply(3, Reply::Room(Err(unknown)));
    assert_eq!(
        effects,
        [Effect::Text(
            r#"{"field":"receiver","message":"There is no such user."}"#.into()
        )]
    );
    assert!(!client.text(r#"{"msg":"2","receiver":"jonas"}"#).is_empty());
}

#[test]
fn a_token_is_judged_by_the_frame_itself_whatever_else_stands_in_its_text() {
    let other = Uuid::from_u128(2);
    let hello = r#"{"type":"hello","device":"d","rooms":[]}"#;
    let outside = [
        format!(r#"{{"type":"history","ref":1,"room":"{other}"}}"#),
        format!(r#"{{"type":"history","ref":1,"room":"{other}","id":5}}"#),
        format!(r#"{{"type":"history","ref":1,"room":"{other}","id":"a","id":"b"}}"#),
        format!(r#"{{"type":"members","ref":1,"room":"{other}","id":{{}}}}"#),
        r#"{"type":"own","ref":1,"room":5}"#.to_owned(),
        r#"{"type":"set","ref":1,"room":5,"id":5,"own":{"kind":"draft","room":"00000000-0000-0000-0000-000000000001","text":"x"}}"#.to_owned(),
        r#"{"type":"create","ref":1,"room":5,"id":"a","name":"n"}"#.to_owned(),
    ];
    for text in outside {
        let mut client = Client::scoped();
        client.text(hello);
        client.reply(1, Reply::Rooms(Ok(listed(&[5]))));
        let effects = client.text(&text);
        assert!(
            matches!(&effects[..], [Effect::Write(frame)] if matches!(
                **frame,
                ServerFrame::Error { r#ref: Some(1), room: None, code: ErrorCode::Forbidden, .. }
            )),
            "{text}: {effects:?}"
        );
    }
    let doubled = format!(r#"{{"type":"history","ref":1,"room":"{ROOM}","room":"{other}"}}"#);
    let mut client = Client::scoped();
    client.text(hello);
    client.reply(1, Reply::Rooms(Ok(listed(&[5]))));
    let effects = client.text(&doubled);
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Ask(..))),
        "no frame at all: {effects:?}"
    );
}
