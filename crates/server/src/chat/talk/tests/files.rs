//! Files of messages.

use super::*;

#[test]
fn files_are_shown_in_lines_kept_by_their_numbers_and_sent() {
    let mut table = Table::in_kitchen();
    let file = |n: u128, name: &str| Attachment {
        name: name.into(),
        size: 2_400_000,
        width: Some(40),
        height: Some(30),
        ..Attachment::of(FileId(Uuid::from_u128(n)), "the soup")
    };
    let with = |files: Vec<Attachment>| Body::Message {
        text: "look".into(),
        reply_to: None,
        mentions: None,
        forward: None,
        attachments: files.into(),
        thread: None,
    };
    let both = vec![file(1, "soup.png"), file(2, "../etc/passwd")];
    let shown = table.events(1, vec![event(11, 2, "a", with(both))]);
    assert!(shown.contains("user2: look"), "{shown}");
    assert!(
        shown.contains("\u{2399} soup.png (2.4 MB, 40\u{d7}30): the soup"),
        "{shown}"
    );
    table.type_line("/save-file 11");
    let id = |n| FileId(Uuid::from_u128(n));
    let kept = vec![(id(1), "soup.png".to_owned()), (id(2), "passwd".to_owned())];
    assert_eq!(table.talk.take_calls(), [Call::SaveFiles(kept)]);
    let two = table.type_line("/save-file 11 x.png");
    assert!(two.contains("has 2 files"), "{two}");
    let none = table.type_line("/save-file 5");
    assert!(none.contains("#5 has no file"), "{none}");
    table.type_line("/attach soup.png for you");
    let calls = table.talk.take_calls();
    let attach = Call::Attach {
        room: room(1),
        file: "soup.png".into(),
        alt: String::new(),
        message: Box::new(says("for you")),
        at_ms: None,
    };
    assert_eq!(calls, [attach]);
    // Into a thread, and as an answer, at once or later.
    let Body::Message { text, .. } = says("for you") else {
        panic!("no message");
    };
    let aimed = Body::Message {
        text,
        reply_to: Some(Seq(11)),
        mentions: None,
        forward: None,
        attachments: Box::default(),
        thread: Some(Box::new(InThread::at(Seq(5)))),
    };
    let attach = |at_ms| Call::Attach {
        room: room(1),
        file: "soup.png".into(),
        alt: "a red soup".into(),
        message: Box::new(aimed.clone()),
        at_ms,
    };
    let rest = "in:5 re:- {}soup.png alt:\"a red soup\" for you";
    table.type_line(&format!("/attach {}", rest.replace("{}", "")));
    assert_eq!(table.talk.take_calls(), [attach(None)]);
    table.type_line(&format!("/later 2h {}", rest.replace("{}", "file:")));
    assert_eq!(table.talk.take_calls(), [attach(Some(7_200_000))]);
    let nowhere = Table::new().type_line("/attach re:- soup.png");
    assert!(nowhere.contains("You are in no room"), "{nowhere}");
}

#[test]
fn pictures_of_people_and_rooms_are_kept_in_files() {
    let mut table = Table::in_kitchen();
    table.type_line("/save-avatar mara mara.jpg");
    let of = AvatarOf::User("mara".into());
    let file = "mara.jpg".to_owned();
    assert_eq!(table.talk.take_calls(), [Call::SaveAvatar { of, file }]);
    let none = table.type_line("/save-avatar # kitchen.jpg");
    assert!(none.contains("This room has no picture."), "{none}");
    let avatar = Some(FileId(Uuid::from_u128(9)));
    table.hear(ServerFrame::Room {
        r#ref: None,
        room: RoomSnapshot {
            avatar,
            ..snapshot(1, "kitchen", 10)
        },
    });
    table.type_line("/save-avatar # kitchen.jpg");
    let of = AvatarOf::File(FileId(Uuid::from_u128(9)));
    let file = "kitchen.jpg".to_owned();
    assert_eq!(table.talk.take_calls(), [Call::SaveAvatar { of, file }]);
}
