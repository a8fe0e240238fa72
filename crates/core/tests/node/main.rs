//! Nodes of one process over an in-memory store and an in-process bus: what users of a cluster are promised, with the
//! faults of the bus. Real sockets, stores and buses are the server's and the adapters' tests.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod accounts;
mod bots;
mod canary;
mod counts;
mod crowd;
mod directory;
mod edits;
mod fence;
mod files;
mod flight;
mod invitations;
mod kit;
mod lag;
mod limits;
mod logins;
mod mail;
mod members;
mod mentions;
mod notifications;
mod once;
mod overload;
mod own;
mod people;
mod presence;
mod push;
mod receipts;
mod recount;
mod rooms;
mod scheduled;
mod search;
mod second;
mod sweep;
mod threads;
mod warm;
mod webhooks;

use std::time::Duration;

use hearth_core::{
    local::Loss,
    node::Node,
    session::{Dialect, Window},
    testing::Fault,
};
use hearth_protocol::{
    Body, CloseCode, ErrorCode, Role, RoomId, RoomKind, RoomName, SendId, Seq, ServerFrame,
    UserName,
};
use kit::*;

#[tokio::test(start_paused = true)]
async fn a_message_reaches_members_on_every_node_once_and_in_order() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    for n in 1..=20 {
        at_a.send(room, &format!("m{n}"), 2, n, &message("from a"))
            .await;
        at_b.send(room, &format!("j{n}"), 2, n, &message("from b"))
            .await;
    }
    at_a.until_seq(42).await;
    at_b.until_seq(42).await;
    assert_eq!(at_a.seqs(), (3..=42).collect::<Vec<_>>());
    assert_eq!(at_a.events(), at_b.events(), "all see the same log");
    for n in 1..=20 {
        let seq = at_a.acked(&format!("m{n}")).await;
        assert_eq!(at_a.events()[seq as usize - 3].id.as_str(), format!("m{n}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_resend_on_another_node_keeps_its_first_seq() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "room1").await;
    let first = Client::hello(&a, &mara, &[]).await;
    first.send(room, "m1", 1, 1, &message("hi")).await;
    let seq = first.acked("m1").await;
    drop(first);
    let second = Client::hello(&b, &mara, &[(room, 1)]).await;
    second.send(room, "m1", 1, 1, &message("hi")).await;
    assert_eq!(second.acked("m1").await, seq);
    second.until_seq(2).await;
    assert_eq!(second.seqs(), [2], "shown once");
}

#[tokio::test(start_paused = true)]
async fn a_lost_hint_is_repaired_without_the_user_doing_anything() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    settle().await;
    cluster.net.cut(a.name(), b.name(), Loss::Silent);
    at_a.send(room, "m1", 2, 1, &message("unheard")).await;
    at_a.acked("m1").await;
    at_b.until_seq(3).await;
    cluster.net.restore(a.name(), b.name());
    at_a.send(room, "m2", 3, 2, &message("heard")).await;
    at_b.until_seq(4).await;
    assert_eq!(at_b.seqs(), [3, 4]);
}

#[tokio::test(start_paused = true)]
async fn sends_go_on_while_the_bus_is_away() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    cluster.net.take_away(a.name());
    cluster.net.take_away(b.name());
    for n in 1..=10 {
        at_a.send(room, &format!("m{n}"), 2, n, &message("from a"))
            .await;
        at_b.send(room, &format!("j{n}"), 2, n, &message("from b"))
            .await;
    }
    at_a.until_seq(22).await;
    at_b.until_seq(22).await;
    cluster.net.give_back(a.name());
    cluster.net.give_back(b.name());
    at_a.send(room, "m11", 2, 11, &message("again")).await;
    at_b.until_seq(23).await;
    assert_eq!(at_b.seqs(), (3..=23).collect::<Vec<_>>());
    assert_eq!(at_a.events(), at_b.events());
}

#[tokio::test(start_paused = true)]
async fn whoever_is_removed_sees_nothing_that_comes_after_and_cannot_write() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    at_a.send(room, "out", 2, 1, &removed(jonas.id)).await;
    at_a.send(room, "secret", 2, 2, &message("now that he is gone"))
        .await;
    at_a.acked("secret").await;
    at_b.until("to be told", |frames| {
        frames
            .iter()
            .any(|frame| matches!(frame, ServerFrame::Left { seq: Seq(3), .. }))
    })
    .await;
    at_b.send(room, "late", 2, 1, &message("am I still here?"))
        .await;
    at_b.until("a refusal", |frames| {
        frames.iter().any(|frame| {
            matches!(
                frame,
                ServerFrame::Error {
                    code: ErrorCode::NotMember,
                    ..
                }
            )
        })
    })
    .await;
    settle().await;
    assert_eq!(at_b.seqs(), [3], "up to and with the removal");
    assert!(
        !at_b
            .texts()
            .iter()
            .any(|text| text.contains("now that he is gone"))
    );
}

#[tokio::test(start_paused = true)]
async fn an_invitation_shows_the_room_on_the_invited_ones_node() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let (mara, jonas) = (user(&a, "mara").await, user(&b, "jonas").await);
    let room = public_room(&a, &mara, "room1").await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    let mut known = 1;
    for round in 1..=2u64 {
        let invite = Body::Invite {
            user: jonas.id,
            user_name: String::new(),
            accepted: false,
        };
        at_a.send(room, &format!("in{round}"), known, 10 * round, &invite)
            .await;
        let seq = at_a.acked(&format!("in{round}")).await;
        at_b.until("the room", |frames| {
            frames
                .iter()
                .filter(|frame| matches!(frame, ServerFrame::Room { .. }))
                .count() as u64
                == round
        })
        .await;
        at_a.send(
            room,
            &format!("hi{round}"),
            seq,
            10 * round + 1,
            &message("welcome"),
        )
        .await;
        at_b.until_seq(seq + 1).await;
        at_a.send(
            room,
            &format!("out{round}"),
            seq,
            10 * round + 2,
            &removed(jonas.id),
        )
        .await;
        known = at_a.acked(&format!("out{round}")).await;
        at_b.until("the end", |frames| {
            frames
                .iter()
                .filter(|frame| matches!(frame, ServerFrame::Left { .. }))
                .count() as u64
                == round
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_resume_gets_what_was_missed_and_a_long_absence_an_explicit_gap() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let (mara, jonas) = (user(&a, "mara").await, user(&a, "jonas").await);
    let room = public_room(&a, &mara, "room1").await;
    join(&a, &jonas, room).await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    for n in 1..=1_200 {
        at_a.send(room, &format!("m{n}"), 2, n, &message("x")).await;
    }
    at_a.until_seq(1_202).await;
    let resumed = Client::hello(&a, &jonas, &[(room, 700)]).await;
    resumed.until_seq(1_202).await;
    assert_eq!(resumed.seqs(), (701..=1_202).collect::<Vec<_>>());
    let far = Client::hello(&a, &jonas, &[(room, 2)]).await;
    far.until_seq(1_202).await;
    let gap = far.frames().into_iter().find_map(|frame| match frame {
        ServerFrame::Gap { from, to, .. } => Some((from.0, to.0)),
        _ => None,
    });
    let (from, to) = gap.expect("a gap is told");
    assert_eq!(from, 3);
    assert_eq!(far.seqs(), (to + 1..=1_202).collect::<Vec<_>>());
    let ahead = Client::hello(&a, &jonas, &[(room, 9_999)]).await;
    ahead
        .until("a reset", |frames| {
            frames.iter().any(|frame| {
                matches!(
                    frame,
                    ServerFrame::Reset {
                        head: Seq(1_202),
                        ..
                    }
                )
            })
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn history_shows_messages_as_they_stand_now() {
    use hearth_core::session::Window;
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "room1").await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    for n in 1..=300 {
        at_a.send(room, &format!("m{n}"), 1, n, &message(&format!("text {n}")))
            .await;
    }
    at_a.acked("m300").await;
    let edit = Body::Edit {
        target: Seq(2),
        text: "edited".into(),
    };
    let delete = Body::Delete { target: Seq(3) };
    let react = Body::React {
        target: Seq(4),
        emoji: "👍".into(),
        on: true,
    };
    for (n, body) in (301..).zip([edit, delete, react]) {
        at_a.send(room, &format!("c{n}"), 1, n, &body).await;
        at_a.acked(&format!("c{n}")).await;
    }
    for _ in 0..2 {
        let page = a
            .history(&mara, room, Window::After(Seq(0)), 10)
            .await
            .unwrap();
        assert_eq!(page.events.len(), 10);
        assert_eq!(
            (page.more_before, page.more_after, page.head),
            (false, true, Seq(304))
        );
        assert_eq!(page.states.len(), 3);
        assert_eq!(page.states[0].text.as_deref(), Some("edited"));
        assert_eq!(
            (page.states[1].deleted, &page.events[2].body),
            (Some(Seq(303)), &message("").erased())
        );
        assert_eq!(page.states[2].reactions[0].users, [mara.id]);
        let newest = a.history(&mara, room, Window::Newest, 50).await.unwrap();
        assert_eq!(newest.events.last().unwrap().seq, Seq(304));
        assert!(newest.states.is_empty() && newest.more_before && !newest.more_after);
        // The second time with the projection moved up by a checkpoint: the same page.
        tokio::time::sleep(Duration::from_secs(120)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn unread_is_exact_and_a_set_back_holds() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let (mara, jonas) = (user(&a, "mara").await, user(&a, "jonas").await);
    let room = public_room(&a, &mara, "room1").await;
    join(&a, &jonas, room).await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    for n in 1..=5 {
        at_a.send(room, &format!("m{n}"), 2, n, &message("x")).await;
    }
    at_a.acked("m5").await;
    assert_eq!(a.rooms(&jonas).await.unwrap()[0].unread, 5);
    a.mark(&jonas, room, Seq(7), false).await.unwrap();
    assert_eq!(a.rooms(&jonas).await.unwrap()[0].unread, 0);
    a.mark(&jonas, room, Seq(4), false).await.unwrap();
    assert_eq!(
        a.rooms(&jonas).await.unwrap()[0].unread,
        0,
        "a lower mark counts only when it is meant"
    );
    a.mark(&jonas, room, Seq(4), true).await.unwrap();
    assert_eq!(a.rooms(&jonas).await.unwrap()[0].unread, 3);
    settle().await;
    assert_eq!(
        a.rooms(&mara).await.unwrap()[0].unread,
        0,
        "one's own messages are read"
    );
}

#[tokio::test(start_paused = true)]
async fn the_mark_of_a_message_is_set_also_after_the_store_was_away() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "room1").await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    at_a.send(room, "m1", 1, 1, &message("x")).await;
    at_a.acked("m1").await;
    cluster.store.set_away(true);
    settle().await;
    cluster.store.set_away(false);
    assert_eq!(a.rooms(&mara).await.unwrap()[0].unread, 1);
    settle().await;
    assert_eq!(a.rooms(&mara).await.unwrap()[0].unread, 0);
}

#[tokio::test(start_paused = true)]
async fn a_room_that_cannot_be_loaded_holds_up_no_other() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let mara = user(&a, "mara").await;
    let whole = public_room(&a, &mara, "room1").await;
    let broken = public_room(&a, &mara, "room2").await;
    // Both cool down, so that they have to be loaded.
    tokio::time::sleep(Duration::from_secs(300)).await;
    cluster.store.set_broken(broken, true);
    let at_b = Client::hello(&b, &mara, &[(whole, 1), (broken, 0)]).await;
    let of_broken = |frames: &[ServerFrame]| {
        frames.iter().any(|frame| match frame {
            ServerFrame::Error { room, id, .. } => *room == Some(broken) && id.is_none(),
            _ => false,
        })
    };
    assert!(of_broken(&at_b.frames()));
    at_b.send(whole, "m1", 1, 1, &message("still here")).await;
    at_b.acked("m1").await;
    assert_eq!(
        b.rooms(&mara).await.unwrap_err().code,
        ErrorCode::Unavailable,
        "who asks for all is not given a part"
    );
    tokio::time::sleep(Duration::from_secs(60)).await;
    cluster.store.set_broken(broken, false);
    at_b.until("the other room", |frames| {
        frames
            .iter()
            .any(|frame| matches!(frame, ServerFrame::Room { room, .. } if room.id == broken))
    })
    .await;
    at_b.until("what was missed there", |frames| {
        frames.iter().any(
            |frame| matches!(frame, ServerFrame::Events { room, events } if *room == broken && events[0].seq == Seq(1)),
        )
    })
    .await;
    assert_eq!(at_b.inbox.0.lock().unwrap().1, None, "the same connection");
}

#[tokio::test(start_paused = true)]
async fn a_room_whose_only_owner_leaves_has_another_first() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let (mara, jonas) = (user(&a, "mara").await, user(&a, "jonas").await);
    let (lena, theo) = (user(&a, "lena").await, user(&a, "theo").await);
    let room = public_room(&a, &mara, "room1").await;
    for user in [&jonas, &lena, &theo] {
        join(&a, user, room).await;
    }
    let at_a = Client::hello(&a, &mara, &[]).await;
    for (n, user) in [(1, &lena), (2, &theo)] {
        let role = Body::Role {
            user: user.id,
            role: Role::Moderator,
        };
        at_a.send(room, &format!("r{n}"), 4, n, &role).await;
    }
    at_a.acked("r2").await;
    a.leave_room(&mara, room).await.unwrap();
    let page = a.history(&jonas, room, Window::Newest, 2).await.unwrap();
    let bodies: Vec<_> = page.events.iter().map(|e| (e.by, e.body.clone())).collect();
    let owner = Body::Role {
        user: lena.id,
        role: Role::Owner,
    };
    assert_eq!(bodies, [(mara.id, owner), (mara.id, Body::Leave)]);
    // A member who is no owner goes without a word, and so does the last of all.
    a.leave_room(&theo, room).await.unwrap();
    a.leave_room(&jonas, room).await.unwrap();
    a.leave_room(&lena, room).await.unwrap();
    join(&a, &mara, room).await;
    let page = a.history(&mara, room, Window::Newest, 4).await.unwrap();
    let bodies: Vec<_> = page.events.iter().map(|e| &e.body).collect();
    assert_eq!(
        bodies,
        [&Body::Leave, &Body::Leave, &Body::Leave, &Body::Join]
    );
}

#[tokio::test(start_paused = true)]
async fn owners_who_leave_at_once_leave_an_owner() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let mara = user(&a, "mara").await;
    let (jonas, lena) = (user(&b, "jonas").await, user(&b, "lena").await);
    let mut rooms = Vec::new();
    for n in 0..8 {
        let room = public_room(&a, &mara, &format!("room{n}")).await;
        join(&b, &jonas, room).await;
        join(&b, &lena, room).await;
        let at_a = Client::hello(&a, &mara, &[]).await;
        let role = Body::Role {
            user: jonas.id,
            role: Role::Owner,
        };
        at_a.send(room, &format!("r{n}"), 3, 1 + n, &role).await;
        at_a.acked(&format!("r{n}")).await;
        settle().await;
        // On two nodes, where neither hears the other, and on one.
        if n >= 4 {
            cluster.net.cut(a.name(), b.name(), Loss::Silent);
        }
        let by = if n < 6 { &a } else { &b };
        let (first, second) = tokio::join!(by.leave_room(&mara, room), b.leave_room(&jonas, room));
        first.unwrap();
        second.unwrap();
        cluster.net.restore(a.name(), b.name());
        rooms.push(room);
    }
    let c = cluster.node("c");
    settle().await;
    for room in rooms {
        let (left, _) = c.members(&lena, room, None, 10).await.unwrap();
        let left: Vec<_> = left.iter().map(|m| (m.user, m.role)).collect();
        assert_eq!(left, [(lena.id, Role::Owner)]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_is_said_and_nothing_is_acknowledged() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "room1").await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    cluster.store.set_away(true);
    at_a.send(room, "m1", 1, 1, &message("x")).await;
    at_a.until("an honest error", |frames| {
        frames.iter().any(|frame| {
            matches!(
                frame,
                ServerFrame::Error {
                    code: ErrorCode::Unavailable | ErrorCode::Doubtful,
                    ..
                }
            )
        })
    })
    .await;
    assert_eq!(ack(&at_a.frames(), "m1"), None);
    cluster.store.set_away(false);
    at_a.send(room, "m1", 1, 1, &message("x")).await;
    assert_eq!(at_a.acked("m1").await, 2);
}

#[tokio::test(start_paused = true)]
async fn an_append_of_unknown_outcome_is_neither_lost_nor_doubled() {
    for fault in [Fault::UnknownApplied, Fault::UnknownNotApplied] {
        let cluster = Cluster::new();
        let a = cluster.node("a");
        settle().await;
        let mara = user(&a, "mara").await;
        let room = public_room(&a, &mara, "room1").await;
        let at_a = Client::hello(&a, &mara, &[]).await;
        cluster.store.fail_next_append(fault);
        at_a.send(room, "m1", 1, 1, &message("x")).await;
        assert_eq!(at_a.acked("m1").await, 2);
        at_a.until_seq(2).await;
        assert_eq!(at_a.seqs(), [2]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_direct_room_is_one_for_each_pair() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let (mara, jonas) = (user(&a, "mara").await, user(&b, "jonas").await);
    let (by_name, by_id) = (jonas.name.clone(), mara.id.to_string());
    let (one, other) = tokio::join!(
        a.direct_room(&mara, &by_name),
        b.direct_room(&jonas, &by_id)
    );
    let (one, other) = (one.unwrap().0, other.unwrap().0);
    assert_eq!(one.id, other.id);
    assert_eq!((one.name.as_str(), other.name.as_str()), ("jonas", "mara"));
    assert_eq!(one.members, 2);
}

#[tokio::test(start_paused = true)]
async fn a_taken_name_is_refused_and_the_same_request_again_is_the_same_room() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let (mara, jonas) = (user(&a, "mara").await, user(&b, "jonas").await);
    let again = user_taken(&b, "MARA").await;
    assert_eq!(again, ErrorCode::Taken);
    // The installation's own.
    assert_eq!(user_taken(&b, "Hearth").await, ErrorCode::Taken);
    // What looks like one that is there, in either direction.
    for alike in ["rnara", "j0nas", "J0NAS"] {
        assert_eq!(user_taken(&b, alike).await, ErrorCode::Taken, "{alike}");
    }
    user(&a, "wi11").await;
    assert_eq!(user_taken(&b, "will").await, ErrorCode::Taken);
    assert_eq!(user_taken(&b, "m\u{430}rek").await, ErrorCode::BadRequest);
    assert!(
        b.account("will").await.unwrap().is_none(),
        "nobody is called so"
    );
    let room = public_room(&a, &mara, "room1").await;
    assert_eq!(public_room(&b, &mara, "room1").await, room);
    let id = SendId::new("other").unwrap();
    let taken = b
        .create_room(
            &jonas,
            id,
            &RoomName::new("Room1").unwrap(),
            RoomKind::Public,
        )
        .await;
    assert_eq!(taken.unwrap_err().code, ErrorCode::Taken);
}

async fn user_taken(node: &Node, name: &str) -> ErrorCode {
    node.create_account(&UserName::new(name).unwrap(), None, None)
        .await
        .unwrap_err()
        .code
}

#[tokio::test(start_paused = true)]
async fn the_seeds_frames_are_events_in_the_same_logs() {
    let (_cluster, [a, b], [mara, jonas], _) = pair().await;
    let (at_a, at_b) = (
        Client::connect(&a, &mara, Dialect::Seed),
        Client::connect(&b, &jonas, Dialect::Seed),
    );
    let v1 = Client::hello(&b, &jonas, &[]).await;
    wait(|| at_a.texts() == ["ok"] && at_b.texts() == ["ok"]).await;
    at_a.say(r#"{"msg":"hi","is_group":true,"group_name":"room1"}"#)
        .await;
    wait(|| at_a.texts().len() == 2 && at_b.texts().len() == 2).await;
    assert_eq!(
        at_a.texts()[1],
        at_b.texts()[1],
        "to all members, the sender too"
    );
    let frame: serde_json::Value = serde_json::from_str(&at_a.texts()[1]).unwrap();
    assert_eq!(
        (&frame["msg"], &frame["sender"], &frame["group_name"]),
        (&"hi".into(), &"mara".into(), &"room1".into())
    );
    v1.until_seq(3).await;
    at_a.say(r#"{"msg":"psst","receiver":"jonas","is_group":false}"#)
        .await;
    wait(|| at_b.texts().len() == 3).await;
    let frame: serde_json::Value = serde_json::from_str(&at_b.texts()[2]).unwrap();
    assert_eq!(
        (&frame["msg"], &frame["receiver"], &frame["is_group"]),
        (&"psst".into(), &"jonas".into(), &false.into())
    );
    settle().await;
    assert_eq!(
        at_a.texts().len(),
        2,
        "a private frame goes to the receiver only"
    );
}

async fn wait(holds: impl Fn() -> bool) {
    for _ in 0..6_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited for a minute");
}

#[tokio::test(start_paused = true)]
async fn a_drained_node_lets_its_sessions_go_and_its_rooms_to_the_others() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "room1").await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    at_a.send(room, "m1", 1, 1, &message("x")).await;
    a.drain(1_000);
    at_a.until("the drain", |frames| {
        frames
            .iter()
            .any(|frame| matches!(frame, ServerFrame::Drain { .. }))
    })
    .await;
    assert_eq!(at_a.inbox.0.lock().unwrap().1, Some(CloseCode::Drain));
    a.stop().await;
    let at_b = Client::hello(&b, &mara, &[(room, 1)]).await;
    at_b.send(room, "m1", 1, 1, &message("x")).await;
    assert_eq!(at_b.acked("m1").await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_room_cools_down_when_nobody_uses_it_and_warms_up_again() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "room1").await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(a.rooms_warm(), 1, "somebody reads it");
    drop(at_a);
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(a.rooms_warm(), 0);
    let at_a = Client::hello(&a, &mara, &[]).await;
    at_a.send(room, "m1", 1, 1, &message("x")).await;
    assert_eq!(at_a.acked("m1").await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_send_in_a_warm_room_costs_one_append_and_no_read() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    settle().await;
    let before = cluster.store.calls();
    for n in 1..=5 {
        at_a.send(room, &format!("m{n}"), 2, n, &message("x")).await;
        at_a.acked(&format!("m{n}")).await;
        at_b.until_seq(2 + n).await;
    }
    let after = cluster.store.calls();
    assert_eq!(after.appends - before.appends, 5);
    assert_eq!(after.reads - before.reads, 0);
}

#[tokio::test(start_paused = true)]
async fn sends_of_one_moment_share_an_append() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "room1").await;
    let mut clients = Vec::new();
    for _ in 0..8 {
        clients.push(Client::hello(&a, &mara, &[]).await);
    }
    settle().await;
    let before = cluster.store.calls();
    for (n, client) in (1..).zip(&clients) {
        client
            .send(room, &format!("m{n}"), 1, n, &message("x"))
            .await;
    }
    for (n, client) in (1..).zip(&clients) {
        client.acked(&format!("m{n}")).await;
    }
    let after = cluster.store.calls();
    assert_eq!(after.appends - before.appends, 1);
}

#[tokio::test(start_paused = true)]
async fn a_room_that_nobody_made_belongs_to_whoever_joins_first() {
    use hearth_protocol::Role;
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let room = public_room(&a, &hearth_core::node::system_user(), "room1").await;
    let (mara, jonas) = (user(&a, "mara").await, user(&a, "jonas").await);
    join(&a, &mara, room).await;
    join(&a, &jonas, room).await;
    for _ in 0..2 {
        let (members, _) = a.members(&mara, room, None, 10).await.unwrap();
        let mut roles: Vec<_> = members
            .iter()
            .map(|member| (member.name.as_str(), member.role))
            .collect();
        roles.sort();
        assert_eq!(roles, [("jonas", Role::Member), ("mara", Role::Owner)]);
        // The second time from the projection.
        tokio::time::sleep(Duration::from_secs(300)).await;
        assert_eq!(a.rooms_warm(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn rooms_that_do_not_exist_take_no_place_for_long() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let mara = user(&a, "mara").await;
    for n in 1..=50 {
        let room = RoomId(uuid::Uuid::from_u128(n));
        assert!(a.room_snapshot(&mara, room).await.is_err());
    }
    assert_eq!(a.rooms_warm(), 50);
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(a.rooms_warm(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_new_role_refuses_no_message_that_was_composed_before_it() {
    use hearth_protocol::Role;
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let (mara, jonas) = (user(&a, "mara").await, user(&a, "jonas").await);
    let room = public_room(&a, &mara, "room1").await;
    join(&a, &jonas, room).await;
    let (owner, member) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&a, &jonas, &[]).await,
    );
    let promote = Body::Role {
        user: jonas.id,
        role: Role::Moderator,
    };
    owner.send(room, "role", 2, 1, &promote).await;
    owner.acked("role").await;
    member.send(room, "m1", 2, 1, &message("before")).await;
    assert_eq!(member.acked("m1").await, 4);
    // From the projection, which does not tell a new role from an entry: the log does.
    drop((owner, member));
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(a.rooms_warm(), 0);
    let member = Client::hello(&a, &jonas, &[]).await;
    member.send(room, "m2", 2, 2, &message("before, too")).await;
    assert_eq!(member.acked("m2").await, 5);
}

#[tokio::test(start_paused = true)]
async fn a_user_makes_no_more_rooms_than_one_can_be_in() {
    use hearth_protocol::bounds::ROOMS_PER_USER_MAX;
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let mara = user(&a, "mara").await;
    let make = |n: usize| {
        let (a, mara) = (a.clone(), mara.clone());
        async move {
            let (id, name) = (
                SendId::new(format!("id-{n}")).unwrap(),
                RoomName::new(format!("room{n}")).unwrap(),
            );
            a.create_room(&mara, id, &name, RoomKind::Public).await
        }
    };
    let first = make(0).await.unwrap();
    for n in 1..ROOMS_PER_USER_MAX {
        make(n).await.unwrap();
    }
    assert_eq!(make(9_999).await.unwrap_err().code, ErrorCode::Full);
    assert_eq!(make(0).await.unwrap().id, first.id, "the same again");
    a.leave_room(&mara, first.id).await.unwrap();
    make(9_999).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_page_around_the_largest_number_is_empty() {
    use hearth_core::session::Window;
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "room1").await;
    let page = a
        .history(&mara, room, Window::Around(Seq(u64::MAX)), 50)
        .await
        .unwrap();
    assert_eq!(page.events, []);
}
