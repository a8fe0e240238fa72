//! Who may do what, one rule after another.

use hearth_protocol::{Body, ErrorCode, Role, RoomKind, Seq, bounds};

use super::{Bench, answer, appended, create, invite, refusal, remove, send, text, user};
use crate::room::{Origin, RoomBounds, Ticket};

/// Users 0 (owner), 1 (moderator), 2 and 3 (members); 4 is out. Message 6 is the owner's, 7 of user 2, 8 is deleted.
fn room(kind: RoomKind) -> Bench {
    let sends = [
        send(0, 1, 0, create(kind)),
        send(0, 2, 1, invite(1)),
        send(0, 3, 2, invite(2)),
        send(0, 4, 3, invite(3)),
        send(0, 5, 4, role(1, Role::Moderator)),
        send(0, 6, 5, text("owner's")),
        send(2, 1, 6, text("member's")),
        send(2, 2, 7, text("deleted")),
        send(2, 3, 8, Body::Delete { target: Seq(8) }),
    ];
    Bench::with(&sends)
}

fn role(of: u8, role: Role) -> Body {
    Body::Role {
        user: user(of),
        role,
    }
}

fn edit(target: u64) -> Body {
    Body::Edit {
        target: Seq(target),
        text: "new".to_owned(),
    }
}

fn delete(target: u64) -> Body {
    Body::Delete {
        target: Seq(target),
    }
}

fn react(target: u64, emoji: &str) -> Body {
    Body::React {
        target: Seq(target),
        emoji: emoji.to_owned(),
        on: true,
    }
}

fn pin(target: u64) -> Body {
    Body::Pin {
        target: Seq(target),
        on: true,
    }
}

fn topic(topic: &str) -> Body {
    Body::Topic {
        topic: topic.to_owned(),
    }
}

/// `None`: appended.
fn judged(kind: RoomKind, by: u8, body: Body) -> Option<ErrorCode> {
    let mut bench = room(kind);
    let (ticket, effects) = bench.submit(send(by, 100, 9, body));
    match refusal(&effects, ticket) {
        Some(code) => Some(code),
        None => {
            assert!(
                appended(&effects).is_some(),
                "neither refused nor appended: {effects:?}"
            );
            None
        }
    }
}

fn in_public(by: u8, body: Body) -> Option<ErrorCode> {
    judged(RoomKind::Public, by, body)
}

#[test]
fn members_write_and_others_do_not() {
    assert_eq!(in_public(3, text("hello")), None);
    assert_eq!(in_public(4, text("hello")), Some(ErrorCode::NotMember));
    assert_eq!(in_public(3, text("")), Some(ErrorCode::BadRequest));
    let long = "x".repeat(bounds::TEXT_BYTES_MAX + 1);
    assert_eq!(in_public(3, text(&long)), Some(ErrorCode::TooLarge));
    let reply = |to| Body::reply("re", Some(Seq(to)));
    assert_eq!(in_public(3, reply(6)), None);
    assert_eq!(in_public(3, reply(0)), Some(ErrorCode::NotFound));
    assert_eq!(
        in_public(3, reply(99)),
        Some(ErrorCode::TooOld),
        "beyond the log's end"
    );
    assert_eq!(
        in_public(3, text("a").erased()),
        Some(ErrorCode::BadRequest)
    );
}

#[test]
fn messages_are_edited_by_their_sender_and_deleted_by_moderators_too() {
    assert_eq!(in_public(2, edit(7)), None);
    assert_eq!(in_public(0, edit(7)), Some(ErrorCode::Forbidden));
    assert_eq!(in_public(2, edit(8)), Some(ErrorCode::NotFound), "deleted");
    assert_eq!(
        in_public(0, edit(2)),
        Some(ErrorCode::NotFound),
        "no message"
    );
    assert_eq!(in_public(2, delete(7)), None);
    assert_eq!(in_public(1, delete(7)), None);
    assert_eq!(in_public(3, delete(7)), Some(ErrorCode::Forbidden));
    assert_eq!(in_public(2, delete(8)), Some(ErrorCode::NotFound));
    assert_eq!(in_public(3, react(7, "👍")), None);
    assert_eq!(in_public(3, react(8, "👍")), Some(ErrorCode::NotFound));
    assert_eq!(in_public(3, react(7, "")), Some(ErrorCode::BadRequest));
    for sign in ["+", "+1", "yes", "👍👍"] {
        let refused = in_public(3, react(7, sign));
        assert_eq!(refused, Some(ErrorCode::BadRequest), "{sign}");
    }
    // As it was put before there was that rule.
    let taken_back = Body::React {
        target: Seq(7),
        emoji: "+".to_owned(),
        on: false,
    };
    assert_eq!(in_public(3, taken_back), None);
    assert_eq!(
        in_public(3, react(7, &"+".repeat(65))),
        Some(ErrorCode::TooLarge)
    );
}

#[test]
fn a_public_room_is_joined_a_private_one_by_invitation() {
    assert_eq!(in_public(4, Body::Join), None);
    assert_eq!(
        judged(RoomKind::Private, 4, Body::Join),
        Some(ErrorCode::NotFound)
    );
    assert_eq!(judged(RoomKind::Private, 3, invite(4)), None);
    assert_eq!(in_public(4, invite(5)), Some(ErrorCode::NotMember));
    assert_eq!(in_public(3, Body::Leave), None);
    assert_eq!(in_public(4, Body::Leave), Some(ErrorCode::NotMember));
}

#[test]
fn the_last_owner_does_not_leave_others_also_not_in_one_batch() {
    let mut bench = room(RoomKind::Public);
    let (ticket, effects) = bench.submit(send(0, 100, 9, Body::Leave));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Busy));
    let (_, effects) = bench.submit(send(0, 101, 9, role(1, Role::Owner)));
    bench.append(&effects);
    let leaves = [(0, 1), (1, 2), (3, 3)].map(|(by, ticket)| {
        let leave = send(by, 200, 10, Body::Leave);
        (Ticket(100 + ticket), Origin::Here, leave)
    });
    let mut effects = Vec::new();
    let now = bench.now;
    bench.room.submit(now, now, leaves.into(), &mut effects);
    let (_, batch) = appended(&effects).unwrap();
    let by: Vec<_> = batch.iter().map(|entry| entry.event.by).collect();
    assert_eq!(by, [user(0), user(3)], "the other owner waits");
    let effects = bench.append(&effects);
    assert_eq!(refusal(&effects, Ticket(102)), Some(ErrorCode::Busy));
    // The same send is let in once there is another, and whoever is alone goes.
    let (_, effects) = bench.submit(send(1, 199, 10, role(2, Role::Owner)));
    bench.append(&effects);
    let (_, effects) = bench.submit(send(1, 200, 10, Body::Leave));
    bench.append(&effects);
    let (_, effects) = bench.submit(send(2, 100, 14, Body::Leave));
    assert!(appended(&effects).is_some());
}

#[test]
fn who_is_in_already_is_told_since_when() {
    for (by, body, since) in [(3, Body::Join, 4), (0, invite(3), 4), (0, invite(1), 5)] {
        let mut bench = room(RoomKind::Public);
        let (ticket, effects) = bench.submit(send(by, 100, 9, body));
        assert_eq!(answer(&effects, ticket), Some(Ok(Seq(since))));
        assert_eq!(appended(&effects), None);
    }
}

#[test]
fn a_refusal_stands_whatever_comes_after_it() {
    // A copy of the same send may be judged later elsewhere: it must be refused there as well.
    let cases = [
        (3, remove(2), send(0, 50, 9, role(3, Role::Moderator))),
        (3, topic("t"), send(0, 50, 9, role(3, Role::Owner))),
        (0, remove(4), send(0, 50, 9, invite(4))),
        (4, text("hello"), send(4, 50, 9, Body::Join)),
        (3, delete(7), send(0, 50, 9, role(3, Role::Moderator))),
    ];
    for (by, body, change) in cases {
        let mut bench = room(RoomKind::Public);
        let copy = send(by, 100, 9, body);
        let (ticket, effects) = bench.submit(copy.clone());
        assert!(refusal(&effects, ticket).is_some(), "{copy:?}");
        bench.store.put(change);
        bench.input(crate::room::Input::HeadSeen(Seq(10)));
        let (ticket, effects) = bench.submit(copy.clone());
        assert!(refusal(&effects, ticket).is_some(), "{copy:?}");
        assert_eq!(appended(&effects), None);
    }
}

#[test]
fn an_invitation_from_before_a_removal_does_not_undo_it() {
    let mut bench = room(RoomKind::Public);
    bench.store.put(send(1, 50, 9, remove(3)));
    bench.input(crate::room::Input::HeadSeen(Seq(10)));
    let (ticket, effects) = bench.submit(send(0, 100, 9, invite(3)));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Forbidden));
    let (_, effects) = bench.submit(send(0, 101, 10, invite(3)));
    assert!(appended(&effects).is_some(), "who has seen the removal may");
}

#[test]
fn what_was_not_heard_of_here_is_looked_up_before_a_refusal() {
    let mut bench = Bench::new(RoomBounds::default());
    bench.load();
    bench.store.put(send(0, 1, 0, create(RoomKind::Public)));
    let (_, effects) = bench.submit(send(1, 1, 0, Body::Join));
    assert!(
        appended(&effects).is_some(),
        "the room began on another node"
    );
    let mut bench = room(RoomKind::Public);
    bench.store.put(send(4, 1, 9, Body::Join));
    let (ticket, effects) = bench.submit(send(0, 100, 9, remove(4)));
    let code = refusal(&effects, ticket);
    assert_eq!(
        code,
        Some(ErrorCode::Forbidden),
        "they came in since: look again"
    );
}

#[test]
fn members_are_removed_by_who_stands_above_them() {
    assert_eq!(in_public(0, remove(1)), None);
    assert_eq!(in_public(1, remove(2)), None);
    assert_eq!(in_public(1, remove(0)), Some(ErrorCode::Forbidden));
    assert_eq!(in_public(2, remove(3)), Some(ErrorCode::Forbidden));
    assert_eq!(in_public(0, remove(4)), Some(ErrorCode::NotFound));
    assert_eq!(in_public(0, remove(0)), Some(ErrorCode::BadRequest));
}

#[test]
fn owners_give_roles_and_moderators_change_the_topic() {
    assert_eq!(in_public(0, role(3, Role::Owner)), None);
    assert_eq!(
        in_public(0, role(0, Role::Member)),
        Some(ErrorCode::Forbidden)
    );
    assert_eq!(
        in_public(1, role(3, Role::Moderator)),
        Some(ErrorCode::Forbidden)
    );
    assert_eq!(
        in_public(0, role(4, Role::Member)),
        Some(ErrorCode::NotFound)
    );
    assert_eq!(in_public(1, topic("t")), None);
    assert_eq!(in_public(2, topic("t")), Some(ErrorCode::Forbidden));
    let long = "ü".repeat(bounds::TOPIC_CHARS_MAX);
    assert_eq!(in_public(0, topic(&long)), None);
    assert_eq!(
        in_public(0, topic(&format!("{long}x"))),
        Some(ErrorCode::TooLarge)
    );
}

#[test]
fn a_room_begins_once() {
    let mut bench = room(RoomKind::Public);
    let (ticket, effects) = bench.submit(send(4, 1, 0, create(RoomKind::Public)));
    assert_eq!(refusal(&effects, ticket), Some(ErrorCode::Taken));
    let (ticket, effects) = bench.submit(send(0, 1, 0, create(RoomKind::Public)));
    assert_eq!(
        answer(&effects, ticket),
        Some(Ok(Seq(1))),
        "the same send again"
    );
}

#[test]
fn a_room_begins_with_a_legal_name() {
    let begin = |body: Body| {
        let mut bench = Bench::new(RoomBounds::default());
        let (ticket, effects) = bench.submit(send(0, 1, 0, body));
        (refusal(&effects, ticket), appended(&effects).is_some())
    };
    assert_eq!(begin(create(RoomKind::Private)), (None, true));
    let named = |title: &str, room_kind, with: &[u8]| Body::Create {
        title: title.to_owned(),
        room_kind,
        with: with.iter().map(|n| (user(*n), "name".to_owned())).collect(),
    };
    let bad = (Some(ErrorCode::BadRequest), false);
    assert_eq!(begin(named("", RoomKind::Public, &[])), bad);
    assert_eq!(begin(named(&"x".repeat(26), RoomKind::Public, &[])), bad);
    assert_eq!(begin(named("room", RoomKind::Public, &[1])), bad);
    assert_eq!(begin(named("room", RoomKind::Direct, &[1])), bad);
    assert_eq!(
        begin(named("", RoomKind::Direct, &[0])),
        bad,
        "with themselves twice"
    );
    assert_eq!(begin(named("", RoomKind::Direct, &[1])), (None, true));
    let nowhere = begin(text("no room here"));
    assert_eq!(nowhere, (Some(ErrorCode::NotFound), false));
}

#[test]
fn a_direct_room_keeps_its_two() {
    let direct = Body::Create {
        title: String::new(),
        room_kind: RoomKind::Direct,
        with: vec![(user(1), "user1".to_owned())],
    };
    let sends = [send(0, 1, 0, direct), send(1, 1, 1, text("mine"))];
    for (by, body, expected) in [
        (0, text("hello"), None),
        (1, edit(2), None),
        (2, Body::Join, Some(ErrorCode::NotFound)),
        (0, invite(2), Some(ErrorCode::Forbidden)),
        (0, remove(1), Some(ErrorCode::Forbidden)),
        (1, Body::Leave, Some(ErrorCode::Forbidden)),
        (0, role(1, Role::Owner), Some(ErrorCode::Forbidden)),
        (0, topic("t"), Some(ErrorCode::Forbidden)),
        (0, delete(2), Some(ErrorCode::Forbidden)),
        (0, pin(2), None),
        (1, pin(2), None),
    ] {
        let mut bench = Bench::with(&sends);
        let (ticket, effects) = bench.submit(send(by, 100, 2, body.clone()));
        assert_eq!(refusal(&effects, ticket), expected, "{body:?}");
        assert_eq!(appended(&effects).is_some(), expected.is_none(), "{body:?}");
    }
    let bench = Bench::with(&sends);
    let view = bench.room.view(user(0)).unwrap();
    assert_eq!(view.peer, Some((user(1), "user1".to_owned())));
    assert_eq!(bench.room.name_of(user(1)), Some("user1"));
}

#[test]
fn members_are_listed_in_pages() {
    let bench = room(RoomKind::Public);
    let all = bench.room.members_after(None, 10);
    assert_eq!(all.len(), 4);
    assert_eq!(all[1].role, Role::Moderator);
    let rest = bench.room.members_after(Some(all[1].user), 1);
    assert_eq!(rest, all[2..3]);
    assert_eq!(bench.room.member(user(4)), None);
}

#[test]
fn a_message_with_files_needs_no_text_and_brings_only_those_that_are_known() {
    let file = |n: u128, size: u64| hearth_protocol::Attachment {
        size,
        ..hearth_protocol::Attachment::of(hearth_protocol::FileId(uuid::Uuid::from_u128(n)), "x")
    };
    let with = |text: &str, files: Vec<hearth_protocol::Attachment>| Body::Message {
        text: text.to_owned(),
        reply_to: None,
        mentions: None,
        forward: None,
        attachments: files.into(),
        thread: None,
    };
    assert_eq!(in_public(3, with("", vec![file(1, 5)])), None);
    assert_eq!(
        in_public(3, with("look", vec![file(1, 5), file(2, 5)])),
        None
    );
    let unknown = with("look", vec![file(1, 5), file(2, 0)]);
    assert_eq!(in_public(3, unknown), Some(ErrorCode::NotFound));
    let many = with("", vec![file(1, 5); bounds::ATTACHMENTS_MAX + 1]);
    assert_eq!(in_public(3, many), Some(ErrorCode::TooLarge));
    let mut long = file(1, 5);
    long.alt = "x".repeat(bounds::ALT_CHARS_MAX + 1);
    assert_eq!(
        in_public(3, with("", vec![long])),
        Some(ErrorCode::TooLarge)
    );
    let text = "x".repeat(bounds::TEXT_BYTES_MAX + 1);
    let text = with(&text, vec![file(1, 5)]);
    assert_eq!(in_public(3, text), Some(ErrorCode::TooLarge));
}
