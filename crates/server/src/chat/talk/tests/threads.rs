//! Threads: shown, written into, followed.

use super::*;

#[test]
fn a_thread_is_shown_written_into_and_followed_by_any_of_its_messages() {
    let mut table = Table::in_kitchen();
    let reply = Body::Message {
        text: "I do".into(),
        reply_to: None,
        mentions: None,
        forward: None,
        thread: Some(Box::new(InThread {
            root: Seq(11),
            by: user(2),
        })),
        attachments: Box::default(),
    };
    let root = event(11, 2, "a", says("who brings cake?"));
    let shown = table.events(1, vec![root.clone(), event(12, 3, "b", reply.clone())]);
    assert!(shown.contains("⤷ in the thread of #11"), "{shown}");
    // By a message in it.
    table.type_line("/in 12 me too");
    let (to, body) = sent(&table);
    assert_eq!(to, room(1));
    assert_eq!(body, Body::in_thread("me too", Seq(11)));
    table.type_line("/thread 12");
    let asked = |frame: &ClientFrame| match frame {
        ClientFrame::Thread { r#ref, root, .. } => Some((*r#ref, *root)),
        _ => None,
    };
    let (number, of) = table.written.iter().find_map(asked).unwrap();
    assert_eq!(of, Seq(11));
    let thread = Thread {
        room: room(1),
        root: of,
        message: Some(root),
        state: None,
        messages: 1,
        last: Seq(12),
        last_ms: 0,
        following: true,
        read: Seq(10),
        unread: vec![Seq(12)],
    };
    let shown = table.hear(ServerFrame::Thread {
        r#ref: number,
        thread: Box::new(thread.clone()),
        events: vec![event(12, 3, "b", reply)],
        states: Vec::new(),
        head: Seq(12),
        more_before: false,
        more_after: false,
    });
    assert!(
        shown.contains("#kitchen, thread #11 of user2: 1 message, 1 unread")
            && shown.contains("user3: I do"),
        "{shown}"
    );
    // It is read with that.
    let set = |table: &Table| {
        let set = |frame: &ClientFrame| match frame {
            ClientFrame::Set { own, .. } => Some(own.clone()),
            _ => None,
        };
        table.written.iter().rev().find_map(set).unwrap()
    };
    let read = Own::Read {
        room: room(1),
        root: of,
        seq: Seq(12),
        back: false,
        at: Seq::ZERO,
    };
    assert_eq!(set(&table), read);
    // It is set back where it was read, not the room.
    table.type_line("/unread 12");
    let back = Own::Read {
        room: room(1),
        root: of,
        seq: Seq(11),
        back: true,
        at: Seq::ZERO,
    };
    assert_eq!(set(&table), back);
    table.type_line("/thread 11 12");
    let before = |frame: &ClientFrame| match frame {
        ClientFrame::Thread { before, .. } => Some(*before),
        _ => None,
    };
    let asked_before = table.written.iter().rev().find_map(before);
    assert_eq!(asked_before, Some(Some(Seq(12))));
    table.type_line("/unfollow 11");
    assert!(matches!(set(&table), Own::Follow { on: Some(false), root, .. } if root == of));
    table.type_line("/threads");
    let asked = |frame: &ClientFrame| match frame {
        ClientFrame::Threads { r#ref, .. } => Some(*r#ref),
        _ => None,
    };
    let number = table.written.iter().rev().find_map(asked).unwrap();
    let shown = table.hear(ServerFrame::Threads {
        r#ref: number,
        threads: vec![thread],
        unread: 1,
        next: Some("further".into()),
    });
    assert!(shown.contains("1 unread who brings cake?"), "{shown}");
    assert!(shown.contains("/threads more"), "{shown}");
    table.type_line("/threads more");
    let after = |frame: &ClientFrame| match frame {
        ClientFrame::Threads { after, .. } => after.clone(),
        _ => None,
    };
    let after = table.written.iter().rev().find_map(after);
    assert_eq!(after.as_deref(), Some("further"));
}
