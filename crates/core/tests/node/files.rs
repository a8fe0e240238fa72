//! Files over two nodes: uploaded part by part, brought along by messages, counted, and gone with them, also where
//! something breaks off in between.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::future::join_all;
use hearth_core::{
    clock::Clock,
    files::{FileBounds, Stage, StoredFile},
    node::{AvatarPictures, Measured, Node, Unsent},
    session::{NewSend, RoomRef, Window},
    testing::MemoryFiles,
};
use hearth_protocol::{
    Attachment, Body, ErrorCode, FileId, Forward, Own, RoomId, RoomKind, RoomName, ScheduledId,
    ScheduledState, SendId, Seq, User, UserId,
    bounds::{ATTACHMENTS_MAX, CHUNK_BYTES, UPLOADS_MAX},
};
use uuid::Uuid;

use crate::kit::*;

const DAY: Duration = Duration::from_secs(25 * 60 * 60);

fn key(text: &str) -> SendId {
    SendId::new(text).unwrap()
}

/// [`pair`], with a place for files that both have.
async fn pair_within(
    bounds: FileBounds,
) -> (Cluster, [Node; 2], [User; 2], RoomId, Arc<MemoryFiles>) {
    let (cluster, nodes, users, room) = pair().await;
    let files = Arc::new(MemoryFiles::default());
    for node in &nodes {
        node.keep_files(files.clone(), bounds);
    }
    (cluster, nodes, users, room, files)
}

async fn with_files() -> (Cluster, [Node; 2], [User; 2], RoomId, Arc<MemoryFiles>) {
    pair_within(FileBounds::default()).await
}

/// Of this length, whole.
async fn upload(node: &Node, by: &User, room: RoomId, name: &str, len: usize) -> FileId {
    let begun = node
        .begin_upload(by, &key(name), room, name, len as u64)
        .await;
    let id = begun.unwrap().id;
    let bytes = Bytes::from(vec![7; len]);
    for at in (0..len).step_by(CHUNK_BYTES) {
        let part = bytes.slice(at..len.min(at + CHUNK_BYTES));
        node.add_part(by, id, at as u64, &part).await.unwrap();
    }
    let measured = Measured {
        r#type: "image/png".into(),
        pixels: Some((40, 30)),
        preview: "AAAA".into(),
        thumb: Bytes::from_static(b"small"),
    };
    let file = node.finish_upload(by, id, &measured).await.unwrap();
    assert_eq!(file.stage, Stage::Whole);
    id
}

fn with(text: &str, files: &[FileId]) -> Body {
    Body::Message {
        text: text.into(),
        reply_to: None,
        mentions: None,
        forward: None,
        attachments: files.iter().map(|id| Attachment::of(*id, "soup")).collect(),
        thread: None,
    }
}

async fn say(
    node: &Node,
    by: &User,
    room: RoomId,
    id: &str,
    after: Option<u64>,
    body: Body,
) -> Result<Seq, ErrorCode> {
    let new = NewSend {
        room,
        id: key(id),
        after: after.map(Seq),
        device: None,
        n: 0,
        body,
    };
    let sent = node.send(by, new).await;
    sent.map(|sent| sent.seq)
        .map_err(|unsent: Unsent| unsent.refusal.code)
}

async fn delete(node: &Node, by: &User, room: RoomId, id: &str, target: Seq) -> Seq {
    let body = Body::Delete { target };
    say(node, by, room, id, None, body).await.unwrap()
}

async fn shown(node: &Node, by: &User, room: RoomId, seq: Seq) -> Vec<Attachment> {
    let page = node
        .history(by, room, Window::Around(seq), 1)
        .await
        .unwrap();
    page.events[0].body.attachments().to_vec()
}

/// What is still to be had for uploads of this user into this room: a file of so many bytes fits, one more byte does not.
async fn fits(node: &Node, by: &User, room: RoomId, bytes: u64) -> bool {
    let name = format!("probe-{bytes}");
    match node.begin_upload(by, &key(&name), room, &name, bytes).await {
        Ok(file) => {
            node.remove_upload(by, file.id).await.unwrap();
            true
        }
        Err(refusal) => {
            assert_eq!(refusal.code, ErrorCode::Full, "{refusal}");
            false
        }
    }
}

async fn is_left(node: &Node, by: &User, room: RoomId, bytes: u64) {
    assert!(fits(node, by, room, bytes).await, "{bytes} are left");
    assert!(!fits(node, by, room, bytes + 1).await, "and no more");
}

async fn until_empty(files: &MemoryFiles) {
    for _ in 0..100 {
        if files.names().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("left: {:?}", files.names());
}

#[tokio::test(start_paused = true)]
async fn an_upload_goes_on_at_another_node_and_the_file_is_its_members_alone() {
    let (_cluster, [a, b], [mara, jonas], room, _) = with_files().await;
    let eve = user(&a, "eve").await;
    let size = CHUNK_BYTES as u64 * 2 + 5;
    let begin = |node: Node, by: User| async move {
        node.begin_upload(&by, &key("k"), room, "../soup.png", size)
            .await
    };
    let file = begin(a.clone(), mara.clone()).await.unwrap();
    assert_eq!((file.name.as_str(), file.received()), ("soup.png", 0));
    assert_eq!(
        begin(b.clone(), mara.clone()).await.unwrap().id,
        file.id,
        "the same key"
    );
    assert_ne!(
        begin(b.clone(), jonas.clone()).await.unwrap().id,
        file.id,
        "another's"
    );
    assert_eq!(
        begin(b.clone(), eve.clone()).await.unwrap_err().code,
        ErrorCode::NotMember
    );

    let whole = Bytes::from((0..size).map(|n| (n % 251) as u8).collect::<Vec<_>>());
    let part = |n: usize| whole.slice(n * CHUNK_BYTES..whole.len().min((n + 1) * CHUNK_BYTES));
    let put = |node: Node, offset: u64, bytes: Bytes| {
        let mara = mara.clone();
        async move { node.add_part(&mara, file.id, offset, &bytes).await }
    };
    let mib = CHUNK_BYTES as u64;
    assert_eq!(put(a.clone(), 0, part(0)).await.unwrap().received(), mib);
    assert_eq!(
        put(b.clone(), 0, part(0)).await.unwrap().received(),
        mib,
        "again"
    );
    let later = put(b.clone(), 2 * mib, part(2)).await.unwrap_err();
    assert_eq!(later.code, ErrorCode::OutOfOrder);
    let short = put(b.clone(), mib, part(2)).await.unwrap_err();
    assert_eq!(short.code, ErrorCode::BadRequest);
    let unfinished = a.finish_upload(&mara, file.id, &Measured::default()).await;
    assert_eq!(unfinished.unwrap_err().code, ErrorCode::OutOfOrder);
    put(b.clone(), mib, part(1)).await.unwrap();
    // Two at once put the last: it is there once.
    let both = tokio::join!(
        put(a.clone(), 2 * mib, part(2)),
        put(b.clone(), 2 * mib, part(2))
    );
    assert_eq!(
        (both.0.unwrap().received(), both.1.unwrap().received()),
        (size, size)
    );
    assert_eq!(
        a.file_for(&jonas, file.id).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    a.finish_upload(&mara, file.id, &Measured::default())
        .await
        .unwrap();
    assert_eq!(
        b.file_for(&jonas, file.id).await.unwrap_err().code,
        ErrorCode::NotFound,
        "nobody's until it is sent"
    );
    let seq = say(&a, &mara, room, "m", None, with("", &[file.id]))
        .await
        .unwrap();

    let read = b.file_for(&jonas, file.id).await.unwrap();
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < size {
        let piece = b
            .read_file(&read, bytes.len() as u64, 300_000)
            .await
            .unwrap();
        assert!(piece.len() <= 300_000);
        bytes.extend_from_slice(&piece);
    }
    assert_eq!(bytes, whole);
    assert_eq!(shown(&b, &jonas, room, seq).await[0].id, file.id);
    assert_eq!(
        b.file_for(&eve, file.id).await.unwrap_err().code,
        ErrorCode::NotMember
    );
    say(&a, &mara, room, "r", None, removed(jonas.id))
        .await
        .unwrap();
    assert_eq!(
        b.file_for(&jonas, file.id).await.unwrap_err().code,
        ErrorCode::NotMember
    );
}

#[tokio::test(start_paused = true)]
async fn of_a_file_the_log_has_the_servers_word_and_only_the_senders_own_uploads_for_the_room() {
    let (_cluster, [a, b], [mara, jonas], room, _) = with_files().await;
    let other = public_room(&a, &mara, "room2").await;
    let (mine, his, elsewhere) = (
        upload(&a, &mara, room, "mine", 10).await,
        upload(&a, &jonas, room, "his", 10).await,
        upload(&a, &mara, other, "elsewhere", 10).await,
    );
    let open = a
        .begin_upload(&mara, &key("open"), room, "open", 10)
        .await
        .unwrap()
        .id;
    let nothing = FileId(Uuid::from_u128(1));
    for (id, wrong) in [("1", his), ("2", elsewhere), ("3", open), ("4", nothing)] {
        let sent = say(&a, &mara, room, id, None, with("x", &[mine, wrong])).await;
        assert_eq!(sent, Err(ErrorCode::NotFound), "{id}");
    }
    let twice = say(&a, &mara, room, "5", None, with("x", &[mine, mine])).await;
    assert_eq!(twice, Err(ErrorCode::NotFound));
    let many = say(
        &a,
        &mara,
        room,
        "6",
        None,
        with("x", &[mine; ATTACHMENTS_MAX + 1]),
    )
    .await;
    assert_eq!(many, Err(ErrorCode::TooLarge));
    // What a client makes up counts for nothing; and what was refused can be sent.
    let made_up = Attachment {
        name: "invoice.exe".into(),
        r#type: "text/html".into(),
        size: 1,
        width: Some(9),
        ..Attachment::of(mine, "the soup")
    };
    let Body::Message { text, .. } = with("", &[]) else {
        panic!("a message")
    };
    let body = Body::Message {
        text,
        reply_to: None,
        mentions: None,
        forward: None,
        attachments: Box::new([made_up]),
        thread: None,
    };
    let seq = say(&a, &mara, room, "7", None, body).await.unwrap();
    let expected = Attachment {
        name: "mine".into(),
        r#type: "image/png".into(),
        size: 10,
        width: Some(40),
        height: Some(30),
        preview: "AAAA".into(),
        ..Attachment::of(mine, "the soup")
    };
    assert_eq!(shown(&b, &jonas, room, seq).await, [expected]);
    let again = say(&a, &mara, room, "8", None, with("x", &[mine])).await;
    assert_eq!(again, Err(ErrorCode::NotFound), "it is a message's already");
    assert_eq!(
        a.remove_upload(&mara, mine).await.unwrap_err().code,
        ErrorCode::Forbidden
    );
}

#[tokio::test(start_paused = true)]
async fn a_resent_message_keeps_its_number_and_its_file_on_every_node() {
    let (_cluster, [a, b], [mara, _], room, _) = with_files().await;
    let file = upload(&a, &mara, room, "f", 10).await;
    let first = say(&a, &mara, room, "m", Some(2), with("", &[file]))
        .await
        .unwrap();
    let again = say(&b, &mara, room, "m", Some(2), with("", &[file]))
        .await
        .unwrap();
    assert_eq!(first, again);
    assert!(b.file_for(&mara, file).await.is_ok());
    // Also when it is deleted meanwhile.
    delete(&a, &mara, room, "d", first).await;
    let late = say(&b, &mara, room, "m", Some(2), with("", &[file]))
        .await
        .unwrap();
    assert_eq!(first, late);
    assert_eq!(
        b.file_for(&mara, file).await.unwrap_err().code,
        ErrorCode::NotFound
    );
}

#[tokio::test(start_paused = true)]
async fn a_file_goes_with_its_message_and_what_it_took_is_free_again() {
    let bounds = FileBounds {
        user_bytes_max: 100,
        ..FileBounds::default()
    };
    let (_cluster, [a, b], [mara, jonas], room, files) = pair_within(bounds).await;
    let file = upload(&a, &mara, room, "f", 60).await;
    let seq = say(&a, &mara, room, "m", None, with("", &[file]))
        .await
        .unwrap();
    is_left(&b, &mara, room, 40).await;
    let refused = say(&b, &jonas, room, "d0", None, Body::Delete { target: seq }).await;
    assert_eq!(refused, Err(ErrorCode::Forbidden));
    assert!(
        b.file_for(&jonas, file).await.is_ok(),
        "nothing was deleted"
    );
    // A send is known by its id: this one is a message, whatever the same id says later.
    let said = say(&b, &jonas, room, "d1", None, message("x")).await;
    let again = say(
        &b,
        &jonas,
        room,
        "d1",
        Some(seq.0),
        Body::Delete { target: seq },
    )
    .await;
    assert_eq!(again, said);
    assert!(
        b.file_for(&jonas, file).await.is_ok(),
        "nothing was deleted"
    );
    delete(&b, &mara, room, "d", seq).await;
    for (node, by) in [(&a, &jonas), (&b, &mara)] {
        let read = node.file_for(by, file).await;
        assert_eq!(read.unwrap_err().code, ErrorCode::NotFound);
    }
    until_empty(&files).await;
    is_left(&a, &mara, room, 100).await;
}

#[tokio::test(start_paused = true)]
async fn where_the_place_is_away_a_deleted_file_is_shown_to_nobody_and_the_sweep_removes_it() {
    let bounds = FileBounds {
        user_bytes_max: 100,
        room_bytes_max: 100,
        ..FileBounds::default()
    };
    let (_cluster, [a, b], [mara, jonas], room, files) = pair_within(bounds).await;
    let file = upload(&a, &mara, room, "f", 60).await;
    let seq = say(&a, &mara, room, "m", None, with("", &[file]))
        .await
        .unwrap();
    files.set_away(true);
    delete(&a, &mara, room, "d", seq).await;
    settle().await;
    assert_eq!(
        b.file_for(&jonas, file).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    files.set_away(false);
    is_left(&b, &mara, room, 40).await;
    assert_eq!(b.sweep_files().await.unwrap(), 0, "it may be under way");
    tokio::time::advance(Duration::from_secs(2 * 60 * 60)).await;
    let swept = b.sweep_files().await.unwrap() + a.sweep_files().await.unwrap();
    assert!(swept <= 1, "by one of them, or by the sweep of the hour");
    until_empty(&files).await;
    is_left(&b, &mara, room, 100).await;
    is_left(&b, &jonas, room, 100).await;
}

#[tokio::test(start_paused = true)]
async fn neither_a_user_nor_a_room_has_more_than_they_may_however_many_come_at_once() {
    let bounds = FileBounds {
        file_bytes_max: 50,
        user_bytes_max: 100,
        room_bytes_max: 130,
    };
    let (_cluster, [a, b], [mara, jonas], room, _) = pair_within(bounds).await;
    let large = a
        .begin_upload(&mara, &key("l"), room, "l", 51)
        .await
        .unwrap_err();
    assert_eq!(large.code, ErrorCode::TooLarge);
    let empty = a
        .begin_upload(&mara, &key("e"), room, "e", 0)
        .await
        .unwrap_err();
    assert_eq!(empty.code, ErrorCode::BadRequest);
    let begins = (0..12).map(|n| {
        let node = [&a, &b][n % 2].clone();
        let by = [&mara, &jonas][n / 6].clone();
        async move {
            let name = format!("f{n}");
            node.begin_upload(&by, &key(&name), room, &name, 30).await
        }
    });
    let begun: Vec<StoredFile> = join_all(begins).await.into_iter().flatten().collect();
    let of = |user: UserId| begun.iter().filter(|file| file.by == user).count();
    assert_eq!(begun.len(), 4, "the room has place for four");
    assert!(of(mara.id) <= 3 && of(jonas.id) <= 3);
    // What was refused took nothing.
    for file in &begun {
        let by = if file.by == mara.id { &mara } else { &jonas };
        b.remove_upload(by, file.id).await.unwrap();
    }
    assert!(fits(&a, &mara, room, 50).await);
    let other = public_room(&a, &mara, "room2").await;
    for n in 0..2 {
        let name = format!("g{n}");
        a.begin_upload(&mara, &key(&name), other, &name, 50)
            .await
            .unwrap();
    }
    let full = b
        .begin_upload(&mara, &key("h"), room, "h", 1)
        .await
        .unwrap_err();
    assert_eq!(full.code, ErrorCode::Full, "{full}");
}

#[tokio::test(start_paused = true)]
async fn nobody_begins_more_uploads_than_can_be_gone_on_with() {
    let (_cluster, [a, _], [mara, _], room, _) = with_files().await;
    for n in 0..UPLOADS_MAX {
        let name = format!("f{n}");
        a.begin_upload(&mara, &key(&name), room, &name, 1)
            .await
            .unwrap();
    }
    let many = a
        .begin_upload(&mara, &key("x"), room, "x", 1)
        .await
        .unwrap_err();
    assert_eq!(many.code, ErrorCode::Full);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_sends_is_removed_after_a_day_and_what_was_sent_stays() {
    let bounds = FileBounds {
        user_bytes_max: 100,
        ..FileBounds::default()
    };
    let (_cluster, [a, b], [mara, jonas], room, files) = pair_within(bounds).await;
    let sent = upload(&a, &mara, room, "sent", 10).await;
    upload(&a, &mara, room, "whole", 20).await;
    let open = a
        .begin_upload(&mara, &key("open"), room, "open", 30)
        .await
        .unwrap();
    a.add_part(&mara, open.id, 0, &Bytes::from(vec![1; 30]))
        .await
        .unwrap();
    say(&a, &mara, room, "m", None, with("", &[sent]))
        .await
        .unwrap();
    is_left(&b, &mara, room, 40).await;
    tokio::time::advance(DAY).await;
    b.sweep_files().await.unwrap();
    settle().await;
    b.sweep_files().await.unwrap();
    assert_eq!(
        b.upload(&mara, open.id).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    assert!(b.file_for(&jonas, sent).await.is_ok());
    assert!(
        files
            .names()
            .iter()
            .all(|name| name.contains(&sent.to_string()))
    );
    is_left(&b, &mara, room, 90).await;
}

/// A send and a deletion are cut off after each number of calls of the store; the sweep ends what was begun.
#[tokio::test(start_paused = true)]
async fn wherever_a_node_dies_a_stored_message_keeps_its_file_and_no_other_file_stays() {
    const PAUSE: Duration = Duration::from_millis(10);
    let bounds = FileBounds {
        user_bytes_max: 1_000,
        ..FileBounds::default()
    };
    let (cluster, [a, b], [mara, jonas], room, files) = pair_within(bounds).await;
    let mut uploads = Vec::new();
    let mut after = 2;
    for calls in 0..16_u32 {
        let (kept, gone) = (format!("kept{calls}"), format!("gone{calls}"));
        let (kept_file, gone_file) = (
            upload(&a, &mara, room, &kept, 10).await,
            upload(&a, &mara, room, &gone, 10).await,
        );
        let body = with("", &[gone_file]);
        let target = say(&a, &mara, room, &gone, None, body).await.unwrap();
        let cut = PAUSE * calls + PAUSE / 2;
        cluster.store.set_record_pause(PAUSE);
        let id = format!("d{calls}");
        let deletion = delete(&a, &mara, room, &id, target);
        let _ = tokio::time::timeout(cut, deletion).await;
        let sent = say(&a, &mara, room, &kept, Some(after), with("", &[kept_file]));
        let _ = tokio::time::timeout(cut, sent).await;
        cluster.store.set_record_pause(Duration::ZERO);
        settle().await;
        after = a.room_snapshot(&mara, room).await.unwrap().0.head.0;
        uploads.extend([kept_file, gone_file]);
    }
    tokio::time::advance(DAY).await;
    settle().await;
    b.sweep_files().await.unwrap();
    let mut page = b.history(&jonas, room, Window::Newest, 200).await.unwrap();
    page.events
        .retain(|event| !event.body.attachments().is_empty());
    let stored: Vec<FileId> = page
        .events
        .iter()
        .map(|e| e.body.attachments()[0].id)
        .collect();
    assert!(!stored.is_empty() && stored.len() < uploads.len());
    for id in uploads {
        let is_there = b.file_for(&jonas, id).await.is_ok();
        assert_eq!(is_there, stored.contains(&id), "{id}");
    }
    let folders: std::collections::BTreeSet<String> = files
        .names()
        .iter()
        .map(|name| name.split('/').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(folders.len(), stored.len(), "{folders:?}");
    is_left(&b, &mara, room, 1_000 - 10 * stored.len() as u64).await;
}

#[tokio::test(start_paused = true)]
async fn a_forward_brings_a_copy_that_outlives_the_first_and_is_its_own_rooms() {
    let (_cluster, [a, b], [mara, jonas], room, files) = with_files().await;
    let eve = user(&a, "eve").await;
    let name = RoomName::new("den").unwrap();
    let made = a.create_room(&jonas, key("den"), &name, RoomKind::Public);
    let den = made.await.unwrap().id;
    join(&a, &eve, den).await;
    let first = upload(&a, &mara, room, "f", 30).await;
    let seq = say(&a, &mara, room, "m", None, with("look", &[first]))
        .await
        .unwrap();
    let forward = |text: &str| Body::Message {
        text: text.into(),
        reply_to: None,
        mentions: None,
        forward: Some(Box::new(Forward {
            room,
            seq,
            by: UserId(Uuid::nil()),
            name: String::new(),
            at_ms: 0,
        })),
        attachments: Box::default(),
        thread: None,
    };
    let copied = say(&b, &jonas, den, "fw", Some(1), forward(""))
        .await
        .unwrap();
    let again = say(&a, &jonas, den, "fw", Some(1), forward(""))
        .await
        .unwrap();
    assert_eq!(copied, again);
    let copy = shown(&a, &eve, den, copied).await;
    assert_eq!(
        (copy.len(), copy[0].name.as_str(), copy[0].size),
        (1, "f", 30)
    );
    assert_ne!(copy[0].id, first);
    let file = a.file_for(&eve, copy[0].id).await.unwrap();
    assert_eq!(a.read_file(&file, 0, 100).await.unwrap().len(), 30);
    assert_eq!(a.read_thumb(&file).await.unwrap(), "small");
    assert_eq!(
        a.file_for(&eve, first).await.unwrap_err().code,
        ErrorCode::NotMember
    );
    delete(&a, &mara, room, "d", seq).await;
    settle().await;
    assert!(b.file_for(&eve, copy[0].id).await.is_ok());
    delete(&a, &jonas, den, "d2", copied).await;
    until_empty(&files).await;
}

fn picture(of: &'static [u8]) -> AvatarPictures {
    AvatarPictures {
        r#type: "image/png".into(),
        sides: [Bytes::from_static(of), Bytes::from_static(b"small")],
    }
}

#[tokio::test(start_paused = true)]
async fn an_avatar_that_is_over_is_removed_and_a_rooms_is_an_event_of_its_log() {
    let (_cluster, [a, b], [mara, jonas], room, files) = with_files().await;
    let first = a.set_avatar(&mara, picture(b"first")).await.unwrap();
    assert_eq!(
        b.account_of(mara.id).await.unwrap().unwrap().avatar,
        Some(first)
    );
    let read = b.read_avatar(first, 256).await.unwrap();
    assert_eq!(read, ("image/png".to_owned(), Bytes::from_static(b"first")));
    assert_eq!(b.read_avatar(first, 64).await.unwrap().1, "small");
    assert_eq!(
        b.read_avatar(first, 65).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    let second = b.set_avatar(&mara, picture(b"second")).await.unwrap();
    assert_eq!(
        a.read_avatar(first, 64).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    assert_eq!(a.read_avatar(second, 256).await.unwrap().1, "second");

    let at_b = Client::hello(&b, &jonas, &[(room, 2)]).await;
    let no = b
        .set_room_avatar(&jonas, room, picture(b"no"))
        .await
        .unwrap_err();
    assert_eq!(no.code, ErrorCode::Forbidden);
    let (snapshot, _) = a
        .set_room_avatar(&mara, room, picture(b"room"))
        .await
        .unwrap();
    let shown = snapshot.avatar.unwrap();
    at_b.until_seq(3).await;
    assert_eq!(
        at_b.events()[0].body,
        Body::Avatar {
            avatar: Some(shown)
        }
    );
    assert_eq!(b.read_avatar(shown, 256).await.unwrap().1, "room");
    let made_up = Body::Avatar {
        avatar: Some(second),
    };
    assert_eq!(
        say(&a, &mara, room, "x", None, made_up).await,
        Err(ErrorCode::BadRequest)
    );

    // Both stay as long as they are shown, and go when they are not.
    tokio::time::advance(DAY).await;
    settle().await;
    b.sweep_files().await.unwrap();
    assert_eq!(files.names().len(), 4);
    let (snapshot, _) = a.take_room_avatar(&mara, room).await.unwrap();
    assert_eq!(snapshot.avatar, None);
    a.take_avatar(mara.id).await.unwrap();
    until_empty(&files).await;
    let none = b.room_snapshot(&jonas, room).await.unwrap().0;
    assert_eq!(none.avatar, None);
    b.join_room(&mara, &RoomRef::Id(room)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn without_a_place_there_are_no_files_and_messages_go_on() {
    let (_cluster, [a, _], [mara, _], room) = pair().await;
    assert_eq!(a.file_bounds(), None);
    let off = a
        .begin_upload(&mara, &key("k"), room, "f", 1)
        .await
        .unwrap_err();
    assert_eq!(off.code, ErrorCode::Unavailable);
    let made_up = Attachment {
        size: 5,
        ..Attachment::of(FileId(Uuid::from_u128(1)), "")
    };
    let body = Body::Message {
        text: "x".into(),
        reply_to: None,
        mentions: None,
        forward: None,
        attachments: Box::new([made_up]),
        thread: None,
    };
    assert_eq!(
        say(&a, &mara, room, "m", None, body).await,
        Err(ErrorCode::NotFound)
    );
    let seq = say(&a, &mara, room, "n", None, message("hi"))
        .await
        .unwrap();
    delete(&a, &mara, room, "d", seq).await;
}

#[tokio::test(start_paused = true)]
async fn a_message_for_later_brings_its_files_into_its_thread_and_says_if_they_are_gone() {
    let (cluster, [a, b], [mara, jonas], room, _) = with_files().await;
    a.begin_scheduled();
    b.begin_scheduled();
    let root = say(&a, &mara, room, "root", None, message("root"))
        .await
        .unwrap();
    let (stays, goes) = (
        upload(&a, &mara, room, "stays", 10).await,
        upload(&b, &mara, room, "goes", 10).await,
    );
    let ahead = u64::try_from((DAY + DAY).as_millis()).unwrap();
    let at_ms = cluster.clock.wall_ms() + ahead;
    let later = |n: u128, file: FileId| Own::Scheduled {
        id: ScheduledId(Uuid::from_u128(n)),
        room,
        at_ms,
        text: String::new(),
        reply_to: None,
        mentions: None,
        thread: Some(root),
        attachments: [Attachment::of(file, "a soup")].into(),
        state: ScheduledState::Waiting,
        reason: String::new(),
    };
    a.set_own(mara.id, later(1, stays)).await.unwrap();
    b.set_own(mara.id, later(2, goes)).await.unwrap();
    for of in [FileId(Uuid::from_u128(9)), stays] {
        let refused = a.set_own(jonas.id, later(3, of)).await.unwrap_err();
        assert_eq!(
            refused.code,
            ErrorCode::NotFound,
            "somebody else's, or none"
        );
    }
    // One of this message's sends has it, and not the one that is to be.
    let has = upload(&a, &mara, room, "has", 10).await;
    let id = format!("{}.1", Uuid::from_u128(4));
    let body = with("tried", &[has]);
    say(&a, &mara, room, &id, None, body).await.unwrap();
    let refused = a.set_own(mara.id, later(4, has)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    a.remove_upload(&mara, goes).await.unwrap();
    // Nobody has used it for a day, and it stays.
    tokio::time::sleep(DAY).await;
    a.sweep_files().await.unwrap();
    tokio::time::sleep(DAY + Duration::from_secs(10)).await;
    let page = b.history(&mara, room, Window::Newest, 10).await.unwrap();
    let last = page.events.last().unwrap();
    assert_eq!(last.body.thread().map(|thread| thread.root), Some(root));
    let brought = last.body.attachments();
    assert_eq!(brought.len(), 1, "{last:?}");
    assert_eq!((brought[0].id, brought[0].alt.as_str()), (stays, "a soup"));
    assert!(brought[0].is_known());
    let (_, left) = b.scheduled(mara.id).await.unwrap();
    let [
        Own::Scheduled {
            id, state, reason, ..
        },
    ] = &left[..]
    else {
        panic!("{left:?}");
    };
    assert_eq!((id.0, state), (Uuid::from_u128(2), &ScheduledState::Failed));
    assert!(reason.contains("upload"), "{reason}");
}
