//! What is the person's own.

use super::*;

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
        at_ms: None,
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

    // One of a thread is that thread's, is shown with it, and is cleared by what is said in it.
    table.type_line("/draft in:10 re:10 half b");
    let (_, kept) = table.written.iter().rev().find_map(set).unwrap();
    let in_thread = |text: &str, reply_to| Own::ThreadDraft {
        room: room(1),
        root: Seq(10),
        text: text.into(),
        reply_to,
        at_ms: None,
    };
    assert_eq!(kept, in_thread("half b", Some(Seq(10))));
    table.hear(own(None, 2, vec![kept]));
    let shown = table.type_line("/draft in:10");
    assert_eq!(shown, "· Draft (answers #10): half b");
    assert_eq!(table.type_line("/draft"), "· Draft: half a");
    let none = table.type_line("/draft in:11");
    assert!(none.contains("There is no draft here."), "{none}");
    table.type_line("/in 10 half b");
    let (_, cleared) = table.written.iter().rev().find_map(set).unwrap();
    assert_eq!(cleared, in_thread("", None));

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
    table.hear(own(None, 3, vec![blocked]));
    table.hear(own(None, 4, vec![mentions]));
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
        attachments: Box::default(),
        thread: None,
    };
    let told = table.events(2, vec![event(13, 2, "e", mention)]);
    assert_eq!(told, "· user2 names you in #garden.");
    assert!(table.type_line("/blocked").contains("user3"));
}

#[test]
fn what_is_to_be_sent_later_is_set_listed_changed_sent_at_once_and_cancelled_and_a_failure_is_told()
{
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
    table.hear(own(own_asked, 1, Vec::new()));
    table.type_line("/join kitchen");
    table.type_line("/later 2h tea is ready");
    let set = |frame: &ClientFrame| match frame {
        ClientFrame::Set { own, .. } => Some(own.clone()),
        _ => None,
    };
    let mut later = table.written.iter().rev().find_map(set).unwrap();
    let Own::Scheduled { at_ms, text, .. } = &later else {
        panic!("{later:?}");
    };
    assert_eq!((*at_ms, text.as_str()), (7_200_000, "tea is ready"));
    table.hear(own(None, 2, vec![later.clone()]));
    let listed = table.type_line("/scheduled");
    assert!(
        listed.contains("1. ") && listed.contains("#kitchen: tea is ready"),
        "{listed}"
    );
    table.type_line("/later 3h in:5 re:6 and cake");
    let Some(Own::Scheduled {
        thread,
        reply_to,
        text,
        ..
    }) = table.written.iter().rev().find_map(set)
    else {
        panic!("nothing was set");
    };
    assert_eq!((thread, reply_to), (Some(Seq(5)), Some(Seq(6))));
    assert_eq!(text, "and cake");
    // It is changed as far as it is said, and sent at once by a call.
    table.type_line("/reschedule 1 3h");
    let Some(Own::Scheduled { at_ms, text, .. }) = table.written.iter().rev().find_map(set) else {
        panic!("nothing was set");
    };
    assert_eq!((at_ms, text.as_str()), (10_800_000, "tea is ready"));
    table.type_line("/reschedule 1 - @user1, coffee is ready");
    let changed = table.written.iter().rev().find_map(set).unwrap();
    let Own::Scheduled {
        id,
        at_ms,
        text,
        mentions,
        ..
    } = changed
    else {
        panic!("{changed:?}");
    };
    assert_eq!(
        (at_ms, text.as_str()),
        (7_200_000, "@user1, coffee is ready")
    );
    assert_eq!(mentions.unwrap().users, [user(1)]);
    table.type_line("/send-now 1");
    assert_eq!(table.talk.take_calls(), [Call::SendNow(id)]);
    if let Own::Scheduled { state, reason, .. } = &mut later {
        *state = ScheduledState::Failed;
        *reason = "The room is archived.".into();
    }
    let told = table.hear(own(None, 3, vec![later]));
    assert!(
        told.contains("#kitchen") && told.contains("The room is archived."),
        "{told}"
    );
    assert!(
        table
            .type_line("/unschedule 2")
            .contains("none of that number")
    );
    table.type_line("/unschedule 1");
    let cancelled = table.written.iter().rev().find_map(set).unwrap();
    assert!(cancelled.is_nothing());
}

#[test]
fn saved_messages_are_listed_as_they_stand() {
    let mut table = Table::new();
    table.type_line("/saved");
    assert_eq!(table.talk.take_calls(), [Call::Saved(None)]);
    let seen = event(7, 2, "a", says("as it was"));
    let answer = serde_json::json!({ "saved": [
        { "room": room(1), "seq": 7, "event": seen, "state": { "seq": 7, "text": "as it stands" } },
        { "room": room(9), "seq": 3 },
    ], "next": 41 });
    table
        .talk
        .called(&table.client, &Call::Saved(None), Ok((200, answer)));
    let shown = table.talk.take_lines().join("\n");
    for words in [
        "— #kitchen",
        "(edited) as it stands",
        "#3 cannot be shown",
        "/saved more",
    ] {
        assert!(shown.contains(words), "{shown}");
    }
    table.type_line("/saved more");
    assert_eq!(table.talk.take_calls(), [Call::Saved(Some(41))]);
    assert!(
        table
            .type_line("/saved more")
            .contains("There are no more.")
    );
}

#[test]
fn notifications_are_asked_for_and_listed_with_why() {
    let mut table = Table::new();
    table.type_line("/notifications");
    assert_eq!(table.talk.take_calls(), [Call::Notifications]);
    let answer = serde_json::json!([
        { "room": room(1), "seq": 7, "name": "mara\u{7}", "why": "mention", "at_ms": 0 },
        { "reason": "Time" },
    ]);
    let called = (&Call::Notifications, Ok((200, answer)));
    table.talk.called(&table.client, called.0, called.1);
    let shown = table.talk.take_lines().join("\n");
    assert!(shown.contains("#kitchen #7 mara"), "{shown}");
    assert!(
        shown.contains("mentions you") && !shown.contains('\u{7}'),
        "{shown}"
    );
    let none = serde_json::json!([{ "reason": "Time" }]);
    table
        .talk
        .called(&table.client, &Call::Notifications, Ok((200, none)));
    let shown = table.talk.take_lines().join("\n");
    assert!(shown.contains("Nothing that you have not read"), "{shown}");
}
