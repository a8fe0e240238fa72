//! What is a user's own, over two nodes: told to all devices, found again when the word of it was lost, and gone by.

use std::time::Duration;

use hearth_core::{
    local::Loss,
    node::{Node, SavedMessage},
    session::NewSend,
};
use hearth_protocol::{
    Body, ErrorCode, NotifyLevel, Own, OwnKind, RoomId, RoomKind, RoomName, SendId, Seq,
    ServerFrame, User, UserId, bounds,
};
use uuid::Uuid;

use crate::kit::*;

fn draft(room: u128, text: &str) -> Own {
    Own::Draft {
        room: RoomId(Uuid::from_u128(room)),
        text: text.into(),
        reply_to: None,
        at_ms: None,
    }
}

fn thread_draft(room: RoomId, root: u64, text: &str) -> Own {
    Own::ThreadDraft {
        room,
        root: Seq(root),
        text: text.into(),
        reply_to: None,
        at_ms: None,
    }
}

/// Without when its drafts were set, which each of them says.
fn timeless(mut own: Vec<Own>) -> Vec<Own> {
    for one in &mut own {
        let is_set = !one.is_nothing();
        if let Own::Draft { at_ms, .. } | Own::ThreadDraft { at_ms, .. } = one {
            assert_eq!(at_ms.take().is_some(), is_set);
        }
    }
    own
}

/// What the client was told of its own: by which request, up to which version, and what.
fn told(client: &Client) -> Vec<(Option<u64>, u64, Vec<Own>)> {
    let own = |frame| match frame {
        ServerFrame::Own {
            r#ref,
            version,
            own,
        } => Some((r#ref, version, timeless(own))),
        _ => None,
    };
    client.frames().into_iter().filter_map(own).collect()
}

/// A device that follows what is its user's own.
async fn device(node: &Node, user: &User) -> Client {
    let client = Client::hello(node, user, &[]).await;
    client.say(r#"{"type":"own","ref":1}"#).await;
    client
        .until("what is one's own", |frames| {
            frames
                .iter()
                .any(|frame| matches!(frame, ServerFrame::Own { .. }))
        })
        .await;
    client
}

async fn until_told(client: &Client, of: u64) {
    client
        .until(&format!("version {of}"), |frames| {
            frames
                .iter()
                .any(|frame| matches!(frame, ServerFrame::Own { version, .. } if *version == of))
        })
        .await;
}

async fn say(node: &Node, by: &User, room: RoomId, id: &str) -> Seq {
    let send = NewSend {
        room,
        id: SendId::new(id).unwrap(),
        after: None,
        device: None,
        n: 0,
        body: message(id),
    };
    node.send(by, send).await.unwrap().seq
}

#[tokio::test(start_paused = true)]
async fn a_change_is_told_to_every_device_once_and_is_there_after_a_reconnect() {
    let (_cluster, [a, b], [mara, jonas], _) = pair().await;
    let (laptop, phone) = (device(&a, &mara).await, device(&b, &mara).await);
    // One that never asked, and another's.
    let (plain, other) = (
        Client::hello(&b, &mara, &[]).await,
        device(&b, &jonas).await,
    );
    let set = serde_json::to_string(&draft(1, "half")).unwrap();
    laptop
        .say(&format!(r#"{{"type":"set","ref":2,"own":{set}}}"#))
        .await;
    until_told(&laptop, 1).await;
    until_told(&phone, 1).await;
    b.set_own(mara.id, draft(1, "whole")).await.unwrap();
    until_told(&laptop, 2).await;
    until_told(&phone, 2).await;
    settle().await;
    let expected = [
        (Some(1), 0, vec![]),
        (None, 1, vec![draft(1, "half")]),
        (None, 2, vec![draft(1, "whole")]),
    ];
    assert_eq!(told(&laptop), expected);
    assert_eq!(told(&phone), expected);
    assert!(told(&plain).is_empty());
    assert_eq!(told(&other), [(Some(1), 0, vec![])]);
    assert!(
        laptop
            .frames()
            .iter()
            .any(|frame| matches!(frame, ServerFrame::Done { r#ref: 2 }))
    );
    let back = device(&a, &mara).await;
    assert_eq!(told(&back), [(Some(1), 2, vec![draft(1, "whole")])]);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_which_no_word_came_is_found_within_a_round() {
    let (cluster, [a, b], [mara, _], _) = pair().await;
    let phone = device(&b, &mara).await;
    settle().await;
    cluster.net.cut(a.name(), b.name(), Loss::Silent);
    a.set_own(mara.id, draft(1, "half")).await.unwrap();
    assert_eq!(told(&phone).len(), 1);
    let began = tokio::time::Instant::now();
    until_told(&phone, 1).await;
    assert!(began.elapsed() <= Duration::from_secs(31));
    // The bare word of it: the client asks.
    assert_eq!(told(&phone)[1], (None, 1, vec![]));
    phone
        .say(r#"{"type":"own","ref":2,"kinds":["draft"]}"#)
        .await;
    phone
        .until("the answer", |frames| {
            frames
                .iter()
                .any(|frame| matches!(frame, ServerFrame::Own { r#ref: Some(2), .. }))
        })
        .await;
    assert_eq!(told(&phone)[2], (Some(2), 1, vec![draft(1, "half")]));
    // And is told no second time.
    tokio::time::sleep(Duration::from_secs(90)).await;
    assert_eq!(told(&phone).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn of_changes_at_the_same_time_none_is_lost() {
    let (cluster, [a, b], [mara, _], _) = pair().await;
    cluster.store.set_record_pause(Duration::from_millis(5));
    let changes = (1..=6).map(|n| {
        let node = if n % 2 == 0 { &a } else { &b };
        node.set_own(mara.id, draft(n, "text"))
    });
    for done in futures_util::future::join_all(changes).await {
        done.unwrap();
    }
    let (version, own) = a.own(mara.id, &[]).await.unwrap();
    let expected: Vec<_> = (1..=6).map(|n| draft(n, "text")).collect();
    assert_eq!((version, timeless(own)), (6, expected));
}

#[tokio::test(start_paused = true)]
async fn what_is_ones_own_is_bounded_in_bytes_and_can_always_be_made_less() {
    let (_cluster, [a, _], [mara, _], room) = pair().await;
    let text = "x".repeat(bounds::TEXT_BYTES_MAX);
    let draft = |root: u64, text: &str| thread_draft(room, root, text);
    let mut taken = 0;
    let full = loop {
        match a.set_own(mara.id, draft(taken + 1, &text)).await {
            Ok(()) => taken += 1,
            Err(refusal) => break refusal,
        }
    };
    assert_eq!(full.code, ErrorCode::Full);
    assert_eq!(
        taken as usize,
        bounds::OWN_BYTES_MAX / bounds::TEXT_BYTES_MAX - 1
    );
    a.set_own(mara.id, draft(1, "short")).await.unwrap();
    a.set_own(mara.id, draft(taken + 1, &text)).await.unwrap();
    let level = Own::Notify {
        room,
        level: NotifyLevel::None,
        muted_until_ms: None,
    };
    a.set_own(mara.id, level.clone()).await.unwrap();
    let (_, levels) = a.own(mara.id, &[OwnKind::Notify]).await.unwrap();
    assert_eq!(levels, [level]);
}

#[tokio::test(start_paused = true)]
async fn a_threads_draft_is_told_to_all_devices_and_goes_with_its_room() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let (laptop, phone) = (device(&a, &mara).await, device(&b, &mara).await);
    let mine = thread_draft(room, 1, "half");
    a.set_own(mara.id, mine.clone()).await.unwrap();
    for device in [&laptop, &phone] {
        until_told(device, 1).await;
    }
    let in_room = Own::Draft {
        room,
        text: "else".into(),
        reply_to: None,
        at_ms: None,
    };
    b.set_own(mara.id, in_room.clone()).await.unwrap();
    b.set_own(jonas.id, mine.clone()).await.unwrap();
    let before = thread_draft(room, 1, "");
    for device in [&laptop, &phone] {
        until_told(device, 2).await;
    }
    // Nothing is left of either when she leaves, and his stays.
    a.leave_room(&mara, room).await.unwrap();
    for device in [&laptop, &phone] {
        until_told(device, 3).await;
        let gone = Own::Draft {
            room,
            text: String::new(),
            reply_to: None,
            at_ms: None,
        };
        let expected = [
            (None, 1, vec![mine.clone()]),
            (None, 2, vec![in_room.clone()]),
            (None, 3, vec![gone, before.clone()]),
        ];
        assert_eq!(told(device)[1..], expected);
    }
    assert_eq!(b.own(mara.id, &[]).await.unwrap(), (3, vec![]));
    let (_, his) = a.own(jonas.id, &[]).await.unwrap();
    assert_eq!(timeless(his), [mine]);
}

#[tokio::test(start_paused = true)]
async fn of_too_many_drafts_those_in_rooms_of_others_give_way_and_no_others() {
    let (_cluster, [a, b], [mara, _], room) = pair().await;
    let max = bounds::DRAFTS_MAX as u64;
    for root in 1..max - 1 {
        a.set_own(mara.id, thread_draft(room, root, "t"))
            .await
            .unwrap();
    }
    // In rooms of which she is no member, if they are there.
    for room in [7, 8] {
        a.set_own(mara.id, draft(room, "t")).await.unwrap();
    }
    b.set_own(mara.id, thread_draft(room, max - 1, "t"))
        .await
        .unwrap();
    let (version, _) = a.own(mara.id, &[]).await.unwrap();
    assert_eq!(version, max + 2, "both went at once");
    b.set_own(mara.id, thread_draft(room, max, "t"))
        .await
        .unwrap();
    let (_, own) = a.own(mara.id, &[]).await.unwrap();
    let all: Vec<_> = (1..=max)
        .map(|root| thread_draft(room, root, "t"))
        .collect();
    assert_eq!(timeless(own), all);
    let full = a.set_own(mara.id, thread_draft(room, max + 1, "t")).await;
    assert_eq!(full.unwrap_err().code, ErrorCode::Full);
    assert_eq!(timeless(b.own(mara.id, &[]).await.unwrap().1), all);
}

#[tokio::test(start_paused = true)]
async fn saved_messages_come_in_pages_and_are_shown_as_long_as_one_may_see_them() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let mut seqs = Vec::new();
    for n in 0..5 {
        let seq = say(&a, &mara, room, &format!("m{n}")).await;
        let saved = Own::Saved {
            room,
            seq,
            on: true,
        };
        b.set_own(jonas.id, saved).await.unwrap();
        seqs.push(seq);
    }
    let of = |page: &[SavedMessage]| -> Vec<Seq> { page.iter().map(|saved| saved.seq).collect() };
    let (first, next) = b.saved(&jonas, None, 3).await.unwrap();
    assert_eq!(of(&first), [seqs[4], seqs[3], seqs[2]]);
    assert_eq!(first[0].event.as_ref().unwrap().body, message("m4"));
    let (last, end) = b.saved(&jonas, next, 3).await.unwrap();
    assert_eq!((of(&last), end), (vec![seqs[1], seqs[0]], None));

    a.leave_room(&jonas, room).await.unwrap();
    let (page, _) = b.saved(&jonas, None, 50).await.unwrap();
    assert_eq!(page.len(), 5);
    assert!(page.iter().all(|saved| saved.event.is_none()));
    // Nor is shown what is in nobody's room.
    let nowhere = Own::Saved {
        room: RoomId(Uuid::from_u128(9)),
        seq: Seq(1),
        on: true,
    };
    b.set_own(jonas.id, nowhere).await.unwrap();
    let (page, _) = b.saved(&jonas, None, 1).await.unwrap();
    assert_eq!(page[0].event, None);
}

#[tokio::test(start_paused = true)]
async fn who_is_blocked_opens_no_direct_room_and_is_not_told_why() {
    let (_cluster, [a, b], [mara, jonas], _) = pair().await;
    let eve = user(&a, "eve").await;
    let block = |user: UserId, on| Own::Blocked { user, on };
    let (before, _) = b.direct_room(&eve, "jonas").await.unwrap();
    for blocker in [&mara, &jonas] {
        a.set_own(blocker.id, block(eve.id, true)).await.unwrap();
    }
    let refused = b.direct_room(&eve, "mara").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Full);
    assert!(!refused.message.contains("block"), "{refused}");
    // The room that is there stays, and whoever blocks may open one.
    let (same, _) = b.direct_room(&eve, "jonas").await.unwrap();
    assert_eq!(same.id, before.id);
    let (opened, _) = a.direct_room(&mara, "eve").await.unwrap();
    assert_eq!(b.direct_room(&eve, "mara").await.unwrap().0.id, opened.id);
    // Who was blocked and is not any more may, as may everybody else.
    let noa = user(&b, "noa").await;
    a.set_own(noa.id, block(eve.id, true)).await.unwrap();
    assert!(a.direct_room(&jonas, "noa").await.is_ok());
    assert!(b.direct_room(&eve, "noa").await.is_err());
    a.set_own(noa.id, block(eve.id, false)).await.unwrap();
    assert!(b.direct_room(&eve, "noa").await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_is_blocked_brings_one_into_no_room() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let (mara, eve) = (user(&a, "mara").await, user(&b, "eve").await);
    let block = |on| Own::Blocked { user: eve.id, on };
    a.set_own(mara.id, block(true)).await.unwrap();
    let mut made = Vec::new();
    for kind in [RoomKind::Public, RoomKind::Private, RoomKind::Broadcast] {
        let name = format!("{kind:?}");
        let (id, name) = (SendId::new(&*name).unwrap(), RoomName::new(&*name).unwrap());
        made.push(b.create_room(&eve, id, &name, kind).await.unwrap().id);
    }
    let invite = async |id: String, room| {
        let body = Body::Invite {
            user: mara.id,
            user_name: String::new(),
            accepted: false,
        };
        let send = NewSend {
            room,
            id: SendId::new(id).unwrap(),
            after: None,
            device: None,
            n: 0,
            body,
        };
        b.send(&eve, send).await.map_err(|unsent| unsent.refusal)
    };
    for (n, room) in made.iter().enumerate() {
        let refused = invite(format!("one{n}"), *room).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Full);
        assert!(!refused.message.contains("block"), "{refused}");
    }
    // By her own will she comes in, and by the invitation of whom she has not blocked any more.
    join(&a, &mara, made[0]).await;
    a.set_own(mara.id, block(false)).await.unwrap();
    invite("two".into(), made[1]).await.unwrap();
}
