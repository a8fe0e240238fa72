//! Whatever a frame holds, reading what was written gives it back; whatever text comes, reading it ends calmly.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use hearth_protocol::{
    Attachment, Body, ClientFrame, Decoded, Event, Everyone, FileId, Forward, InThread, Mentions,
    Ordinal, Right, Rights, Role, RoomId, RoomKind, RoomSnapshot, SendId, Seq, ServerFrame, UserId,
    bounds, decode_client, decode_server,
};
use proptest::prelude::*;
use uuid::Uuid;

fn room() -> impl Strategy<Value = RoomId> {
    any::<u128>().prop_map(|bits| RoomId(Uuid::from_u128(bits)))
}

fn user() -> impl Strategy<Value = UserId> {
    any::<u128>().prop_map(|bits| UserId(Uuid::from_u128(bits)))
}

fn seq() -> impl Strategy<Value = Seq> {
    any::<u64>().prop_map(Seq)
}

fn send_id() -> impl Strategy<Value = SendId> {
    "[A-Za-z0-9._:-]{1,64}".prop_map(|text| SendId::new(text).unwrap())
}

fn mentions() -> impl Strategy<Value = Mentions> {
    let everyone = prop_oneof![
        Just(None),
        Just(Some(Everyone::Here)),
        Just(Some(Everyone::Room))
    ];
    (proptest::collection::vec(user(), 0..4), everyone)
        .prop_map(|(users, everyone)| Mentions { users, everyone })
}

fn forward() -> impl Strategy<Value = Forward> {
    (room(), seq(), user(), any::<String>(), any::<u64>()).prop_map(
        |(room, seq, by, name, at_ms)| Forward {
            room,
            seq,
            by,
            name,
            at_ms,
        },
    )
}

fn attachment() -> impl Strategy<Value = Attachment> {
    let pixels = || any::<Option<u32>>();
    (
        any::<u128>(),
        any::<[String; 4]>(),
        any::<u64>(),
        pixels(),
        pixels(),
    )
        .prop_map(
            |(id, [name, kind, preview, alt], size, width, height)| Attachment {
                name,
                r#type: kind,
                size,
                width,
                height,
                preview,
                ..Attachment::of(FileId(Uuid::from_u128(id)), alt)
            },
        )
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![
        Just(Role::Guest),
        Just(Role::Member),
        Just(Role::Moderator),
        Just(Role::Owner)
    ]
}

fn rights() -> impl Strategy<Value = Rights> {
    proptest::collection::vec((proptest::sample::select(&Right::ALL), role()), 0..4)
        .prop_map(|lowest| Rights::of(RoomKind::Public, lowest))
}

fn body() -> impl Strategy<Value = Body> {
    prop_oneof![3 => whole(), 1 => whole().prop_map(|body| body.erased())]
}

fn whole() -> impl Strategy<Value = Body> {
    let text = || any::<String>();
    prop_oneof![
        (
            text(),
            proptest::option::of(seq()),
            proptest::option::of(mentions()),
            proptest::option::of(forward()),
            proptest::collection::vec(attachment(), 0..3),
            proptest::option::of((seq(), user()))
        )
            .prop_map(|(text, reply_to, mentions, forward, attachments, thread)| {
                Body::Message {
                    text,
                    reply_to,
                    mentions: mentions.map(Box::new),
                    forward: forward.map(Box::new),
                    attachments: attachments.into(),
                    thread: thread.map(|(root, by)| Box::new(InThread { root, by })),
                }
            }),
        (seq(), text()).prop_map(|(target, text)| Body::Edit { target, text }),
        seq().prop_map(|target| Body::Delete { target }),
        (seq(), text(), any::<bool>()).prop_map(|(target, emoji, on)| Body::React {
            target,
            emoji,
            on
        }),
        (seq(), any::<bool>()).prop_map(|(target, on)| Body::Pin { target, on }),
        (user(), text(), any::<bool>()).prop_map(|(user, user_name, accepted)| Body::Invite {
            user,
            user_name,
            accepted,
        }),
        (user(), text()).prop_map(|(user, reason)| Body::Remove { user, reason }),
        (user(), text(), any::<Option<u64>>()).prop_map(|(user, reason, until_ms)| Body::Ban {
            user,
            reason,
            until_ms,
        }),
        user().prop_map(|user| Body::Unban { user }),
        text().prop_map(|name| Body::Rename { name }),
        any::<bool>().prop_map(|on| Body::Archive { on }),
        any::<u32>().prop_map(|seconds| Body::Slow { seconds }),
        (proptest::sample::select(&Right::ALL), role())
            .prop_map(|(right, role)| Body::Right { right, role }),
        user().prop_map(|user| Body::Role {
            user,
            role: Role::Moderator
        }),
        text().prop_map(|topic| Body::Topic { topic }),
        text().prop_map(|description| Body::Description { description }),
        any::<Option<u128>>().prop_map(|id| Body::Avatar {
            avatar: id.map(|id| FileId(Uuid::from_u128(id)))
        }),
        (text(), proptest::collection::vec((user(), text()), 0..3)).prop_map(|(title, with)| {
            Body::Create {
                title,
                room_kind: RoomKind::Direct,
                with,
            }
        }),
        Just(Body::Join),
        Just(Body::Leave),
        Just(Body::Erased { was: None }),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    (
        seq(),
        any::<u64>(),
        any::<u64>(),
        user(),
        any::<String>(),
        send_id(),
        body(),
    )
        .prop_map(|(seq, ordinal, at_ms, by, name, id, body)| Event {
            seq,
            ordinal: Ordinal(ordinal),
            at_ms,
            by,
            name,
            id,
            body,
        })
}

proptest! {
    #[test]
    fn a_send_comes_back_as_it_was(room in room(), id in send_id(), after in seq(), n in any::<u64>(), body in body()) {
        let device = "d-1".parse().unwrap();
        let frame = ClientFrame::Send { room, id, after, device, n, body };
        let text = serde_json::to_string(&frame).unwrap();
        prop_assert_eq!(decode_client(&text), Decoded::Frame(Box::new(frame)));
    }

    #[test]
    fn a_run_of_events_comes_back_as_it_was(room in room(), events in proptest::collection::vec(event(), 0..8)) {
        let frame = ServerFrame::Events { room, events };
        let text = serde_json::to_string(&frame).unwrap();
        prop_assert_eq!(decode_server(&text), Decoded::Frame(Box::new(frame)));
    }

    #[test]
    fn any_text_is_read_without_harm(text in any::<String>()) {
        // No frame is that short of structure; what counts is that it ends.
        prop_assert!(!matches!(decode_client(&text), Decoded::Frame(_)));
        prop_assert!(!matches!(decode_server(&text), Decoded::Frame(_)));
    }

    #[test]
    fn the_longest_text_fits_a_frame_however_it_is_escaped(letter in any::<char>()) {
        let width = letter.len_utf8();
        let text: String = std::iter::repeat_n(letter, bounds::TEXT_BYTES_MAX / width).collect();
        let frame = ClientFrame::Send {
            room: RoomId(Uuid::max()),
            id: SendId::new("i".repeat(bounds::SEND_ID_BYTES_MAX)).unwrap(),
            after: Seq(u64::MAX),
            device: "d".repeat(bounds::DEVICE_ID_BYTES_MAX).parse().unwrap(),
            n: u64::MAX,
            body: Body::Message {
                text,
                reply_to: Some(Seq(u64::MAX)),
                mentions: Some(Box::new(Mentions {
                    users: vec![UserId(Uuid::max()); bounds::MENTIONED_USERS_MAX],
                    everyone: Some(Everyone::Here),
                })),
                forward: Some(Box::new(Forward {
                    room: RoomId(Uuid::max()),
                    seq: Seq(u64::MAX),
                    by: UserId(Uuid::max()),
                    name: "n".repeat(bounds::USER_NAME_CHARS_MAX),
                    at_ms: u64::MAX,
                })),
                attachments: vec![
                    Attachment::of(FileId(Uuid::max()), "\u{1}".repeat(bounds::ALT_CHARS_MAX));
                    bounds::ATTACHMENTS_MAX
                ]
                .into(),
                thread: Some(Box::new(InThread {
                    root: Seq(u64::MAX),
                    by: UserId(Uuid::max()),
                })),
            },
        };
        prop_assert!(serde_json::to_string(&frame).unwrap().len() <= bounds::CLIENT_FRAME_BYTES_MAX);
    }
}

fn snapshot() -> impl Strategy<Value = RoomSnapshot> {
    let kind = proptest::sample::select(&RoomKind::ALL[..]);
    // Often what is left out.
    let number = || prop_oneof![Just(0), any::<u64>()];
    (
        room(),
        any::<String>(),
        (kind, role(), rights(), proptest::option::of(user())),
        [number(), number(), number(), number(), number(), number()],
    )
        .prop_map(|(id, name, (kind, role, rights, peer), numbers)| {
            let [members, head, ordinal, mark, revision, unread] = numbers;
            RoomSnapshot {
                id,
                topic: name.clone(),
                description: name.clone(),
                name,
                kind,
                role,
                members,
                peer,
                archived: members % 2 == 1,
                slow_seconds: (head % 3_601) as u32,
                rights,
                avatar: None,
                head: Seq(head),
                ordinal: Ordinal(ordinal),
                mark: Seq(mark),
                revision,
                unread,
                mentioned: (unread % 4..4).map(Seq).collect(),
            }
        })
}

proptest! {
    #[test]
    fn a_room_comes_back_as_it_was(room in snapshot()) {
        let frame = ServerFrame::Room { r#ref: None, room };
        let text = serde_json::to_string(&frame).unwrap();
        prop_assert_eq!(decode_server(&text), Decoded::Frame(Box::new(frame)));
    }
}

/// Bytes of one room in a `welcome`, and of as many as one can be in.
fn bytes(room: &RoomSnapshot) -> (usize, usize) {
    let one = serde_json::to_string(room).unwrap().len() + 1;
    (one, one * bounds::ROOMS_PER_USER_MAX)
}

#[test]
fn a_welcome_with_all_rooms_that_one_can_be_in_is_small() {
    let quiet = RoomSnapshot {
        id: RoomId(Uuid::max()),
        name: "twelve bytes".into(),
        kind: RoomKind::Public,
        topic: String::new(),
        description: String::new(),
        role: Role::Member,
        members: 2,
        peer: None,
        archived: false,
        slow_seconds: 0,
        rights: Rights::default(),
        avatar: None,
        head: Seq(2),
        ordinal: Ordinal(0),
        mark: Seq(0),
        revision: 0,
        unread: 0,
        mentioned: Vec::new(),
    };
    assert!(bytes(&quiet).1 <= 50 * 1024, "{:?}", bytes(&quiet));
    let read = RoomSnapshot {
        members: 12,
        head: Seq(1_234),
        ordinal: Ordinal(1_200),
        mark: Seq(1_234),
        ..quiet
    };
    assert!(bytes(&read).1 <= 60 * 1024, "{:?}", bytes(&read));
}
