//! Messages: said, refused, kept, pointed at, pinned, copied.

use super::*;

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
        attachments: Box::default(),
        thread: None,
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
        attachments: Box::default(),
        thread: None,
    };
    let shown = table.events(1, vec![event(12, 3, "f", copied)]);
    assert!(
        shown.contains("⇒ what user2 wrote") && shown.contains("user3: soup"),
        "{shown}"
    );
}
