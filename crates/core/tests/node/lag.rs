//! Nodes that are behind: what they may not say before the store has said so too.

use std::time::Duration;

use hearth_core::{
    local::Loss,
    port::Log,
    session::{NewSend, Window},
};
use hearth_protocol::{Body, ErrorCode, RoomId, SendId, Seq, User};

use crate::kit::*;

/// A send of which the node fills in the position and the device, as the specification's frames and plain HTTP have it.
fn plain(room: RoomId, id: &str, body: Body) -> NewSend {
    NewSend {
        room,
        id: SendId::new(id).unwrap(),
        after: None,
        device: None,
        n: 0,
        body,
    }
}

/// A [`pair`] whose nodes both know jonas's entry, and do not hear each other any more.
async fn deaf() -> (Cluster, [hearth_core::node::Node; 2], [User; 2], RoomId) {
    let pair = pair().await;
    settle().await;
    let (cluster, [a, b], ..) = &pair;
    cluster.net.cut(a.name(), b.name(), Loss::Silent);
    pair
}

#[tokio::test(start_paused = true)]
async fn who_came_in_elsewhere_is_a_member_on_a_node_that_is_behind() {
    let (_cluster, [a, b], [mara, _], room) = deaf().await;
    let lena = user(&a, "lena").await;
    join(&a, &lena, room).await;
    let page = b.history(&lena, room, Window::Newest, 10).await.unwrap();
    assert_eq!(page.head, Seq(3));
    let ines = user(&a, "ines").await;
    join(&a, &ines, room).await;
    let sent = b.send(&ines, plain(room, "i1", message("hello"))).await;
    assert_eq!(sent.unwrap().seq, Seq(5));
    let nora = user(&a, "nora").await;
    join(&a, &nora, room).await;
    b.mark(&nora, room, Seq(6), false).await.unwrap();
    let theo = user(&a, "theo").await;
    join(&a, &theo, room).await;
    b.find_room_of(&theo, "room1").await.unwrap();
    b.leave_room(&theo, room).await.unwrap();
    let out = b
        .send(&theo, plain(room, "t1", message("still here?")))
        .await;
    assert_eq!(out.unwrap_err().refusal.code, ErrorCode::NotMember);
    let _ = mara;
}

#[tokio::test(start_paused = true)]
async fn a_send_without_a_position_is_not_judged_from_an_end_that_is_too_old() {
    let (_cluster, [a, b], [mara, jonas], room) = deaf().await;
    let out = removed(jonas.id);
    a.send(&mara, plain(room, "m1", out)).await.unwrap();
    join(&a, &jonas, room).await;
    let sent = b
        .send(&jonas, plain(room, "j1", message("back again")))
        .await;
    let sent = sent.expect("they are a member, and were when they wrote it");
    assert_eq!((sent.seq, sent.after), (Seq(5), Seq(4)));
    // With a position of the client's own it stands as it is: composed before the removal.
    let mut early = plain(room, "j2", message("before"));
    early.after = Some(Seq(2));
    let unsent = b.send(&jonas, early).await.unwrap_err();
    assert_eq!(unsent.refusal.code, ErrorCode::NotMember);
    assert_eq!(unsent.after, Some(Seq(2)));
}

#[tokio::test(start_paused = true)]
async fn a_send_that_was_never_tried_names_no_position_to_repeat() {
    let (cluster, [_, b], [_, jonas], _) = deaf().await;
    cluster.store.set_away(true);
    let cold = RoomId(uuid::Uuid::from_u128(7));
    let unsent = b.send(&jonas, plain(cold, "j1", message("hello"))).await;
    let unsent = unsent.unwrap_err();
    assert_eq!(unsent.refusal.code, ErrorCode::Unavailable);
    assert_eq!(unsent.after, None);
}

#[tokio::test(start_paused = true)]
async fn a_room_with_a_full_inbox_still_hears_who_writes_it() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let mara = user(&a, "mara").await;
    let mut tried = 0;
    let (room, theirs) = loop {
        let before = b.rooms_warm();
        let room = public_room(&a, &mara, &format!("room{tried}")).await;
        if b.rooms_warm() == before {
            break (room, before); // this one is written by a
        }
        tried += 1;
    };
    // More than an inbox holds, with no turn for the room in between.
    let mut asks: Vec<_> = (0..1_100)
        .map(|_| Box::pin(a.history(&mara, room, Window::Newest, 1)))
        .collect();
    let all_asked = std::future::poll_fn(|cx| {
        for ask in &mut asks {
            assert!(ask.as_mut().poll(cx).is_pending());
        }
        std::task::Poll::Ready(())
    });
    tokio::task::unconstrained(all_asked).await;
    a.drain(60_000);
    for ask in asks {
        ask.await.unwrap();
    }
    a.send(&mara, plain(room, "m1", message("hello")))
        .await
        .unwrap();
    assert_eq!(b.rooms_warm(), theirs + 1, "it was handed over");
}

#[tokio::test(start_paused = true)]
async fn whoever_is_out_sees_no_later_change_on_a_node_that_is_behind() {
    let (cluster, [a, b], [mara, jonas], room) = deaf().await;
    let sent = b
        .send(&jonas, plain(room, "j1", message("as it was")))
        .await;
    assert_eq!(sent.unwrap().seq, Seq(3));
    let out = removed(jonas.id);
    a.send(&mara, plain(room, "m1", out)).await.unwrap();
    let later = Body::Delete { target: Seq(3) };
    a.send(&mara, plain(room, "m2", later)).await.unwrap();
    while cluster.store.projected(room).await.unwrap().seq < Seq(5) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let page = b.history(&jonas, room, Window::Newest, 10).await;
    assert_eq!(page.unwrap_err().code, ErrorCode::NotMember);
}

#[tokio::test(start_paused = true)]
async fn the_newest_page_ends_at_the_end_that_it_tells_on_a_node_that_is_behind() {
    let (cluster, [a, b], [mara, jonas], room) = deaf().await;
    let first = Seq(3);
    a.send(&mara, plain(room, "m1", message("as it was")))
        .await
        .unwrap();
    while b
        .history(&jonas, room, Window::Newest, 2)
        .await
        .unwrap()
        .head
        < first
    {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let edit = Body::Edit {
        target: first,
        text: "as it is".to_owned(),
    };
    a.send(&mara, plain(room, "m2", edit)).await.unwrap();
    for n in 3..6 {
        let id = format!("m{n}");
        let sent = a.send(&mara, plain(room, &id, message("and more"))).await;
        sent.unwrap();
    }
    while cluster.store.projected(room).await.unwrap().seq < Seq(4) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let page = b.history(&jonas, room, Window::Newest, 2).await.unwrap();
    let seqs: Vec<Seq> = page.events.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, [Seq(page.head.0 - 1), page.head]);
    assert!(!page.more_after && page.more_before);
}

#[tokio::test(start_paused = true)]
async fn a_mark_above_what_the_node_has_heard_of_is_no_lie() {
    let (_cluster, [a, b], [mara, jonas], room) = deaf().await;
    for n in 3..=6 {
        let id = format!("m{n}");
        let sent = a.send(&mara, plain(room, &id, message("read at a"))).await;
        assert_eq!(sent.unwrap().seq, Seq(n));
    }
    // Jonas has read all of it at the other node.
    let mark = b.mark(&jonas, room, Seq(6), false).await.unwrap();
    assert_eq!(mark.seq, Seq(6));
    // Above the log's own end it is one.
    let mark = b.mark(&jonas, room, Seq(9), false).await.unwrap();
    assert_eq!(mark.seq, Seq(6));
}

#[tokio::test(start_paused = true)]
async fn a_page_does_not_end_where_a_plain_read_shows_nothing_yet() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let at_b = Client::hello(&b, &jonas, &[]).await;
    for n in 3..=5 {
        let id = format!("m{n}");
        a.send(&mara, plain(room, &id, message("seen")))
            .await
            .unwrap();
    }
    at_b.until_seq(5).await;
    cluster.store.hide_from(room, Seq(4));
    let page = b.history(&jonas, room, Window::After(Seq(2)), 10).await;
    let page = page.unwrap();
    let seqs: Vec<u64> = page.events.iter().map(|event| event.seq.0).collect();
    assert_eq!(seqs, [3, 4, 5], "all that its reader has been shown");
    assert!(!page.more_after);
}

#[tokio::test(start_paused = true)]
async fn who_only_reads_is_as_soon_up_to_date_however_long_the_bus_is_away() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let (at_a, at_b) = (
        Client::hello(&a, &mara, &[]).await,
        Client::hello(&b, &jonas, &[]).await,
    );
    settle().await;
    cluster.net.take_away(a.name());
    cluster.net.take_away(b.name());
    for n in 1..=12 {
        let id = format!("m{n}");
        at_a.send(room, &id, 2, n, &message("unheard")).await;
        let seq = at_a.acked(&id).await;
        let acked = tokio::time::Instant::now();
        at_b.until_seq(seq).await;
        let waited = acked.elapsed();
        assert!(waited < Duration::from_secs(7), "event {seq}: {waited:?}");
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
}
