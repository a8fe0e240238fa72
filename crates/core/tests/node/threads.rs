//! Threads on a cluster: what is unread in them is a function of the log and of what their user has said.

use hearth_core::{
    node::Node,
    session::{NewSend, Window},
};
use hearth_protocol::{
    Body, ErrorCode, InThread, Mentions, Own, RoomId, SendId, Seq, ServerFrame, Thread,
    ThreadLength, User, bounds::THREAD_UNREAD_COUNTED_MAX,
};

use crate::kit::*;

async fn say(node: &Node, by: &User, room: RoomId, id: &str, body: Body) -> Result<Seq, ErrorCode> {
    let new = NewSend {
        room,
        id: SendId::new(id).unwrap(),
        after: None,
        device: None,
        n: 0,
        body,
    };
    let sent = node.send(by, new).await;
    sent.map(|sent| sent.seq)
        .map_err(|unsent| unsent.refusal.code)
}

fn into(root: Seq) -> Body {
    Body::in_thread("in a thread", root)
}

fn naming(root: Seq, user: &User) -> Body {
    Body::Message {
        text: "called".into(),
        reply_to: None,
        mentions: Some(Box::new(Mentions {
            users: vec![user.id],
            everyone: None,
        })),
        forward: None,
        thread: Some(Box::new(InThread::at(root))),
        attachments: Box::default(),
    }
}

async fn threads(node: &Node, of: &User) -> Vec<Thread> {
    node.threads(of, None, 50).await.unwrap().threads
}

fn read(room: RoomId, root: Seq, seq: u64, back: bool) -> Own {
    Own::Read {
        room,
        root,
        seq: Seq(seq),
        back,
        at: Seq::ZERO,
    }
}

fn follow(room: RoomId, root: Seq, on: Option<bool>) -> Own {
    Own::Follow {
        room,
        root,
        on,
        since: Seq::ZERO,
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_said_in_a_thread_is_unread_there_and_moves_nobodys_mark_in_the_room() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    let root = say(&a, &mara, room, "root", message("root")).await.unwrap();
    at_a.until_seq(root.0).await;
    let first = say(&b, &jonas, room, "t1", into(root)).await.unwrap();
    let second = say(&b, &jonas, room, "t2", naming(root, &mara)).await;
    let second = second.unwrap();
    at_a.until_seq(second.0).await;
    // Gathered marks are written by then.
    settle().await;
    let rooms = a.rooms(&mara).await.unwrap();
    assert_eq!((rooms[0].ordinal.0, rooms[0].unread), (1, 0));
    assert_eq!(rooms[0].mentioned, [second], "a mention is one anywhere");
    let rooms = b.rooms(&jonas).await.unwrap();
    assert_eq!((rooms[0].mark, rooms[0].unread), (Seq::ZERO, 1));
    for node in [&a, &b] {
        let list = node.threads(&mara, None, 50).await.unwrap();
        assert_eq!((list.unread, &list.next), (1, &None));
        let thread = &list.threads[0];
        assert_eq!((thread.room, thread.root), (room, root));
        assert_eq!(thread.message.as_ref().unwrap().body, message("root"));
        assert_eq!(thread.unread, [first, second]);
        assert_eq!((thread.messages, thread.last), (2, second));
        let own = &threads(node, &jonas).await[0];
        assert!(own.following && own.unread.is_empty());
    }
    let delete = Body::Delete { target: first };
    say(&b, &jonas, room, "d", delete).await.unwrap();
    settle().await;
    assert_eq!(threads(&a, &mara).await[0].unread, [second]);
}

#[tokio::test(start_paused = true)]
async fn what_a_page_of_history_says_of_threads_and_edits_is_as_it_stands() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let root = say(&a, &mara, room, "root", message("root")).await.unwrap();
    let plain = say(&a, &mara, room, "plain", message("x")).await.unwrap();
    let first = say(&b, &jonas, room, "t1", into(root)).await.unwrap();
    let second = say(&b, &jonas, room, "t2", into(root)).await.unwrap();
    let text = "better".to_owned();
    let edit = Body::Edit {
        target: plain,
        text,
    };
    let edit = say(&a, &mara, room, "e", edit).await.unwrap();
    settle().await;
    let page = a.history(&mara, room, Window::Newest, 50).await.unwrap();
    let at = |seq: Seq| {
        page.events
            .iter()
            .find(|event| event.seq == seq)
            .unwrap()
            .at_ms
    };
    let (edited_ms, last_ms) = (at(edit), at(second));
    // Also of a page on which neither the edit nor the thread is.
    for node in [&a, &b] {
        let page = node
            .history(&mara, room, Window::Around(root), 2)
            .await
            .unwrap();
        assert!(page.events.iter().all(|event| event.seq < first));
        let state = |seq: Seq| page.states.iter().find(|state| state.seq == seq).unwrap();
        let length = ThreadLength {
            messages: 2,
            last: second,
            last_ms,
            as_of: page.head,
        };
        assert_eq!(state(root).thread, Some(length));
        assert_eq!(
            page.states.len(),
            1 + usize::from(page.events.last().unwrap().seq == plain)
        );
    }
    let page = b
        .history(&mara, room, Window::Around(plain), 1)
        .await
        .unwrap();
    assert_eq!(page.states.len(), 1);
    assert_eq!(page.states[0].edited_ms, Some(edited_ms));
    assert_eq!(page.states[0].thread, None);
    // What is deleted is not counted, and a thread of nothing is not told.
    for target in [first, second] {
        let id = format!("d{target}");
        say(&b, &jonas, room, &id, Body::Delete { target })
            .await
            .unwrap();
    }
    settle().await;
    let page = b
        .history(&mara, room, Window::Around(root), 1)
        .await
        .unwrap();
    assert!(page.states.is_empty(), "{:?}", page.states);
}

#[tokio::test(start_paused = true)]
async fn who_has_a_part_in_a_thread_follows_it_until_they_say_otherwise() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let ines = user(&a, "ines").await;
    join(&a, &ines, room).await;
    let root = say(&a, &mara, room, "root", message("root")).await.unwrap();
    say(&b, &jonas, room, "t1", into(root)).await.unwrap();
    settle().await;
    assert!(threads(&a, &ines).await.is_empty());
    // By hand: what was said before is nothing to catch up with.
    a.set_own(ines.id, follow(room, root, Some(true)))
        .await
        .unwrap();
    assert_eq!(threads(&b, &ines).await[0].unread, []);
    let second = say(&b, &jonas, room, "t2", into(root)).await.unwrap();
    settle().await;
    assert_eq!(threads(&a, &ines).await[0].unread, [second]);
    a.set_own(ines.id, follow(room, root, Some(false)))
        .await
        .unwrap();
    assert!(threads(&b, &ines).await.is_empty());
    // What is chosen stands before what goes by itself.
    let third = say(&b, &jonas, room, "t3", naming(root, &ines)).await;
    let third = third.unwrap();
    settle().await;
    assert!(threads(&a, &ines).await.is_empty());
    a.set_own(ines.id, follow(room, root, None)).await.unwrap();
    assert_eq!(threads(&a, &ines).await[0].unread, [third]);
    // Whoever is put out has none of it, and a node that has just come up knows the same.
    a.leave_room(&ines, room).await.unwrap();
    settle().await;
    let fresh = cluster.node("c");
    settle().await;
    for node in [&a, &fresh] {
        assert!(threads(node, &ines).await.is_empty());
        let page = node.thread(&ines, room, root, Window::Newest, 50).await;
        assert_eq!(page.unwrap_err().code, ErrorCode::NotMember);
        assert_eq!(threads(node, &mara).await[0].unread.len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_thread_is_read_on_all_devices_and_set_back() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let root = say(&a, &mara, room, "root", message("root")).await.unwrap();
    let mut seqs = Vec::new();
    for n in 0..4 {
        let seq = say(&b, &jonas, room, &format!("t{n}"), into(root)).await;
        seqs.push(seq.unwrap());
    }
    settle().await;
    let device = Client::hello(&b, &mara, &[]).await;
    device.say(r#"{"type":"own","ref":1}"#).await;
    let unread = async |node: &Node| threads(node, &mara).await[0].unread.clone();
    a.set_own(mara.id, read(room, root, seqs[1].0, false))
        .await
        .unwrap();
    device
        .until("the mark", |frames| {
            frames.iter().any(|frame| {
                matches!(frame, ServerFrame::Own { r#ref: None, own, .. }
                if own[..] == [read(room, root, seqs[1].0, false)])
            })
        })
        .await;
    assert_eq!(unread(&b).await, seqs[2..]);
    // A lower one is no fault, and changes nothing; one above the end is the end.
    b.set_own(mara.id, read(room, root, seqs[0].0, false))
        .await
        .unwrap();
    assert_eq!(unread(&a).await, seqs[2..]);
    b.set_own(mara.id, read(room, root, 1_000, false))
        .await
        .unwrap();
    assert_eq!(unread(&a).await, []);
    let late = say(&a, &jonas, room, "late", into(root)).await.unwrap();
    settle().await;
    assert_eq!(unread(&b).await, [late], "the end was the end of then");
    a.set_own(mara.id, read(room, root, seqs[2].0, true))
        .await
        .unwrap();
    assert_eq!(unread(&b).await, [seqs[3], late]);
    // What one writes then is read up to again.
    say(&a, &mara, room, "own", into(root)).await.unwrap();
    settle().await;
    assert_eq!(unread(&b).await, []);
    let stranger = user(&a, "ines").await;
    for own in [read(room, root, 4, false), follow(room, root, Some(true))] {
        let refused = a.set_own(stranger.id, own).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotMember);
    }
}

#[tokio::test(start_paused = true)]
async fn a_thread_has_pages_in_both_directions_however_far_apart_its_messages_lie() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let root = say(&a, &mara, room, "root", message("root")).await.unwrap();
    let mut seqs = Vec::new();
    for n in 0..30 {
        let seq = say(&a, &mara, room, &format!("t{n}"), into(root)).await;
        seqs.push(seq.unwrap());
        for m in 0..(n % 4) * 5 {
            let id = format!("m{n}-{m}");
            say(&a, &mara, room, &id, message("aside")).await.unwrap();
        }
    }
    let react = Body::React {
        target: seqs[3],
        emoji: "🎉".into(),
        on: true,
    };
    say(&b, &jonas, room, "r", react).await.unwrap();
    let edit = Body::Edit {
        target: root,
        text: "the root".into(),
    };
    say(&a, &mara, room, "e", edit).await.unwrap();
    let delete = Body::Delete { target: seqs[5] };
    say(&a, &mara, room, "d", delete).await.unwrap();
    settle().await;
    let fresh = cluster.node("c");
    settle().await;
    for node in [&a, &b, &fresh] {
        let page = async |window, limit| {
            let page = node.thread(&jonas, room, root, window, limit);
            page.await.unwrap()
        };
        let newest = page(Window::Newest, 7).await;
        let of = |page: &hearth_core::session::ThreadPage| -> Vec<Seq> {
            page.events.iter().map(|event| event.seq).collect()
        };
        assert_eq!(of(&newest), seqs[23..]);
        assert!(newest.more_before && !newest.more_after);
        let state = newest.thread.state.clone().unwrap();
        assert_eq!(state.text.as_deref(), Some("the root"));
        assert_eq!(newest.thread.messages, 29);
        let mut back = of(&newest);
        while back.len() < 30 {
            let before = page(Window::Before(back[0]), 7).await;
            assert_eq!(before.more_before, before.events[0].seq != seqs[0]);
            assert!(before.more_after);
            back.splice(0..0, of(&before));
        }
        assert_eq!(back, seqs);
        let mut on = Vec::new();
        let mut states = Vec::new();
        loop {
            let after = on.last().copied().unwrap_or(Seq::ZERO);
            let next = page(Window::After(after), 8).await;
            on.extend(of(&next));
            states.extend(next.states.clone());
            if !next.more_after {
                break;
            }
        }
        assert_eq!(on, seqs);
        assert_eq!(states.len(), 2, "{states:?}");
        assert_eq!(states[0].reactions[0].users, [jonas.id]);
        assert!(states[1].deleted.is_some());
        let whole = page(Window::Newest, 200).await;
        assert!(whole.events[5].body.is_erased());
        // Where none can begin there is none.
        for nowhere in [Seq::ZERO, Seq(1), seqs[0], Seq(9_999), Seq(u64::MAX)] {
            let refused = node.thread(&jonas, room, nowhere, Window::Newest, 7).await;
            assert_eq!(refused.unwrap_err().code, ErrorCode::NotFound, "{nowhere}");
        }
        let late = page(Window::After(Seq(u64::MAX)), 7).await;
        assert!(late.events.is_empty() && !late.more_after);
        let begins = node
            .thread(&jonas, room, Seq(seqs[3].0 + 1), Window::Newest, 7)
            .await;
        let begins = begins.unwrap();
        assert_eq!((begins.events.len(), begins.thread.messages), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn threads_are_listed_over_all_rooms_by_pages_with_the_one_written_in_last_first() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let other = public_room(&a, &mara, "room2").await;
    join(&b, &jonas, other).await;
    let mut roots = Vec::new();
    for n in 0..12 {
        let at = [room, other][n % 2];
        let root = say(&a, &mara, at, &format!("root{n}"), message("root")).await;
        roots.push((at, root.unwrap()));
    }
    for (n, (at, root)) in roots.iter().enumerate() {
        say(&b, &jonas, *at, &format!("t{n}"), into(*root))
            .await
            .unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    // The first one comes to the front.
    say(&b, &jonas, room, "again", into(roots[0].1))
        .await
        .unwrap();
    settle().await;
    let mut expected: Vec<_> = roots[1..].iter().rev().copied().collect();
    expected.insert(0, roots[0]);
    for limit in [5, 12, 50] {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let list = a.threads(&mara, after.as_deref(), limit).await.unwrap();
            assert_eq!(list.unread, 12);
            assert!(list.threads.len() <= limit);
            all.extend(list.threads.iter().map(|of| (of.room, of.root)));
            after = list.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(all, expected, "limit {limit}");
    }
    let refused = a.threads(&mara, Some("yesterday"), 5).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::BadRequest);
}

#[tokio::test(start_paused = true)]
async fn a_long_thread_counts_its_newest_and_says_no_more() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let root = say(&a, &mara, room, "root", message("root")).await.unwrap();
    for n in 0..THREAD_UNREAD_COUNTED_MAX + 20 {
        say(&a, &jonas, room, &format!("t{n}"), into(root))
            .await
            .unwrap();
    }
    settle().await;
    let thread = &threads(&b, &mara).await[0];
    assert_eq!(thread.unread.len(), THREAD_UNREAD_COUNTED_MAX);
    assert_eq!(thread.unread.last(), Some(&thread.last));
    assert_eq!(thread.messages, THREAD_UNREAD_COUNTED_MAX as u64 + 20);
}
