//! Scheduled messages, over two nodes: sent when they are due, once, whatever is killed between which steps; and what
//! cannot be sent is told.

use std::time::Duration;

use hearth_core::{
    clock::Clock,
    node::Node,
    port::{RecordKind, Records},
    session::NewSend,
};
use hearth_protocol::{
    Body, ErrorCode, Own, OwnKind, RoomId, ScheduledId, ScheduledState, SendId, Seq, ServerFrame,
    User,
};
use uuid::Uuid;

use crate::kit::*;

const MINUTE: Duration = Duration::from_secs(60);

fn later(n: u128, room: RoomId, at_ms: u64, text: &str) -> Own {
    Own::Scheduled {
        id: ScheduledId(Uuid::from_u128(n)),
        room,
        at_ms,
        text: text.into(),
        reply_to: None,
        mentions: None,
        thread: None,
        attachments: Box::default(),
        state: ScheduledState::Waiting,
        reason: String::new(),
    }
}

/// When something is due that is scheduled for so long from now.
fn at(cluster: &Cluster, ahead: Duration) -> u64 {
    cluster.clock.wall_ms() + u64::try_from(ahead.as_millis()).unwrap()
}

/// The texts of a room's messages.
async fn texts(node: &Node, by: &User, room: RoomId) -> Vec<String> {
    let window = hearth_core::session::Window::Newest;
    let page = node.history(by, room, window, 200).await.unwrap();
    let text = |event: hearth_protocol::Event| match event.body {
        Body::Message { text, .. } => Some(text),
        _ => None,
    };
    page.events.into_iter().filter_map(text).collect()
}

/// How what is scheduled stands, with why not.
async fn states(node: &Node, by: &User) -> Vec<(ScheduledState, String)> {
    let (_, own) = node.own(by.id, &[OwnKind::Scheduled]).await.unwrap();
    let state = |own| match own {
        Own::Scheduled { state, reason, .. } => (state, reason),
        other => panic!("{other:?}"),
    };
    own.into_iter().map(state).collect()
}

/// The buckets in which something is left.
async fn buckets(cluster: &Cluster) -> usize {
    let left = cluster.store.records(RecordKind::Due, None, 100).await;
    left.unwrap().len()
}

async fn scheduling_pair() -> (Cluster, [Node; 2], [User; 2], RoomId) {
    let pair = pair().await;
    pair.1.iter().for_each(Node::begin_scheduled);
    pair
}

#[tokio::test(start_paused = true)]
async fn a_message_is_sent_when_it_is_due_once_and_its_devices_are_told() {
    let (cluster, [a, b], [mara, jonas], room) = scheduling_pair().await;
    let phone = Client::hello(&b, &mara, &[]).await;
    phone.say(r#"{"type":"own","ref":1}"#).await;
    let due = at(&cluster, 3 * MINUTE);
    let own = later(1, room, due, "good morning");
    a.set_own(mara.id, own.clone()).await.unwrap();
    a.set_own(mara.id, own.clone()).await.unwrap();
    assert_eq!(buckets(&cluster).await, 1);
    phone
        .until("the word of it", |frames| {
            frames.iter().any(|frame| {
                matches!(frame, ServerFrame::Own { r#ref: None, own: told, .. } if told[..] == [own.clone()])
            })
        })
        .await;
    tokio::time::sleep(Duration::from_millis(due - 1 - cluster.clock.wall_ms())).await;
    assert!(texts(&a, &jonas, room).await.is_empty());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(texts(&a, &jonas, room).await, ["good morning"]);
    phone
        .until("the word that it is gone", |frames| {
            frames.iter().any(|frame| match frame {
                ServerFrame::Own {
                    r#ref: None, own, ..
                } => own.iter().any(Own::is_nothing),
                _ => false,
            })
        })
        .await;
    tokio::time::sleep(5 * MINUTE).await;
    assert_eq!(texts(&b, &jonas, room).await, ["good morning"]);
    assert!(states(&b, &mara).await.is_empty());
    assert_eq!(buckets(&cluster).await, 0);
    // Its sender is its user, and its id the send's.
    let page = a.history(&jonas, room, hearth_core::session::Window::Newest, 1);
    let sent = page.await.unwrap().events.remove(0);
    assert_eq!(
        (sent.by, sent.id),
        (mara.id, SendId::from_uuid(Uuid::from_u128(1)))
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_changed_goes_at_its_new_time_and_what_is_cancelled_never() {
    let (cluster, [a, b], [mara, _], room) = scheduling_pair().await;
    let (soon, late) = (at(&cluster, 2 * MINUTE), at(&cluster, 10 * MINUTE));
    for (n, text) in [(1, "changed"), (2, "cancelled"), (3, "sooner")] {
        let due = if n == 3 { late } else { soon };
        a.set_own(mara.id, later(n, room, due, text)).await.unwrap();
    }
    b.set_own(mara.id, later(1, room, late, "changed to this"))
        .await
        .unwrap();
    b.set_own(mara.id, later(2, room, 0, "")).await.unwrap();
    let seq = b
        .send_scheduled(mara.id, ScheduledId(Uuid::from_u128(3)))
        .await;
    assert_eq!(seq.unwrap(), Seq(3));
    tokio::time::sleep(5 * MINUTE).await;
    assert_eq!(texts(&a, &mara, room).await, ["sooner"]);
    tokio::time::sleep(6 * MINUTE).await;
    assert_eq!(texts(&a, &mara, room).await, ["sooner", "changed to this"]);
    let again = a
        .send_scheduled(mara.id, ScheduledId(Uuid::from_u128(3)))
        .await;
    assert_eq!(again.unwrap_err().code, ErrorCode::NotFound);
    tokio::time::sleep(3 * MINUTE).await;
    assert_eq!(buckets(&cluster).await, 0);
}

/// The node that does it ends after every number of writes that there can be, and another goes on.
#[tokio::test(start_paused = true)]
async fn a_node_that_ends_between_any_two_steps_neither_loses_nor_doubles_a_message() {
    let (mut unsent, mut unsettled) = (0, 0);
    for writes in 0..10 {
        let (cluster, [a, b], [mara, jonas], room) = pair().await;
        let due = at(&cluster, 2 * MINUTE);
        let own = later(1, room, due, "once");
        b.set_own(mara.id, own).await.unwrap();
        a.begin_scheduled();
        tokio::time::sleep(2 * MINUTE - Duration::from_millis(100)).await;
        cluster.store.set_writes_left(Some(writes));
        tokio::time::sleep(Duration::from_secs(30)).await;
        a.crash();
        cluster.store.set_writes_left(None);
        cluster.store.set_away(false);
        tokio::time::sleep(Duration::from_secs(10)).await;
        match (
            texts(&b, &jonas, room).await.len(),
            states(&b, &mara).await.len(),
        ) {
            (0, 1) => unsent += 1,
            (1, 1) => unsettled += 1,
            (1, 0) => {}
            other => panic!("after {writes} writes: {other:?}"),
        }
        let c = cluster.node("c");
        c.begin_scheduled();
        tokio::time::sleep(5 * MINUTE).await;
        let sent = texts(&c, &jonas, room).await;
        assert_eq!(sent, ["once"], "after {writes} writes");
        assert!(states(&c, &mara).await.is_empty(), "after {writes} writes");
        assert_eq!(buckets(&cluster).await, 0, "after {writes} writes");
    }
    assert!(unsent > 1 && unsettled > 0, "{unsent}, {unsettled}");
}

#[tokio::test(start_paused = true)]
async fn an_append_of_which_nothing_is_known_is_tried_again_and_comes_to_one_message() {
    use hearth_core::testing::Fault;
    for fault in [
        Fault::UnknownApplied,
        Fault::UnknownNotApplied,
        Fault::Away,
        Fault::LostApplied,
    ] {
        let (cluster, [a, _b], [mara, jonas], room) = pair().await;
        let due = at(&cluster, 2 * MINUTE);
        a.set_own(mara.id, later(1, room, due, "once"))
            .await
            .unwrap();
        a.begin_scheduled();
        tokio::time::sleep(2 * MINUTE - Duration::from_secs(1)).await;
        cluster.store.fail_next_append(fault);
        tokio::time::sleep(10 * MINUTE).await;
        assert_eq!(texts(&a, &jonas, room).await, ["once"], "{fault:?}");
        assert!(states(&a, &mara).await.is_empty(), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_nodes_that_try_at_once_come_to_one_message() {
    let (cluster, [a, b], [mara, jonas], room) = scheduling_pair().await;
    // Neither hears the other: both take themselves for the writer.
    cluster
        .net
        .cut(a.name(), b.name(), hearth_core::local::Loss::Silent);
    cluster
        .net
        .cut(b.name(), a.name(), hearth_core::local::Loss::Silent);
    settle().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    cluster.store.set_record_pause(Duration::from_millis(20));
    for n in 1..=6 {
        let due = at(&cluster, 2 * MINUTE);
        a.set_own(mara.id, later(n, room, due, &format!("m{n}")))
            .await
            .unwrap();
    }
    tokio::time::sleep(10 * MINUTE).await;
    let mut sent = texts(&a, &jonas, room).await;
    sent.sort();
    assert_eq!(sent, ["m1", "m2", "m3", "m4", "m5", "m6"]);
    assert!(states(&b, &mara).await.is_empty());
    assert_eq!(buckets(&cluster).await, 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_due_while_no_node_ran_is_sent_late() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    a.begin_scheduled();
    for (n, hours) in [(1, 1), (2, 30)] {
        let due = at(&cluster, hours * 60 * MINUTE);
        a.set_own(mara.id, later(n, room, due, &format!("m{n}")))
            .await
            .unwrap();
    }
    tokio::time::sleep(10 * MINUTE).await;
    a.crash();
    b.crash();
    tokio::time::sleep(48 * 60 * MINUTE).await;
    let c = cluster.node("c");
    c.begin_scheduled();
    tokio::time::sleep(2 * MINUTE).await;
    let mut sent = texts(&c, &jonas, room).await;
    sent.sort();
    assert_eq!(sent, ["m1", "m2"]);
    tokio::time::sleep(2 * MINUTE).await;
    assert_eq!(buckets(&cluster).await, 0);
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_written_any_more_is_told_and_kept() {
    let (cluster, [a, b], [mara, jonas], room) = scheduling_pair().await;
    let due = at(&cluster, 2 * MINUTE);
    b.set_own(jonas.id, later(1, room, due, "from outside"))
        .await
        .unwrap();
    let nowhere = RoomId(Uuid::from_u128(99));
    let refused = b.set_own(jonas.id, later(2, nowhere, due, "t")).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotFound);
    let remove = NewSend {
        room,
        id: SendId::new("out").unwrap(),
        after: None,
        device: None,
        n: 0,
        body: removed(jonas.id),
    };
    a.send(&mara, remove).await.unwrap();
    tokio::time::sleep(4 * MINUTE).await;
    assert!(texts(&a, &mara, room).await.is_empty());
    let found = states(&a, &jonas).await;
    assert_eq!(found[0].0, ScheduledState::Failed);
    assert!(!found[0].1.is_empty());
    // It stays until they decide: cancelled, it is gone; let in again, it can be set anew.
    a.join_room(&jonas, &hearth_core::session::RoomRef::Id(room))
        .await
        .unwrap();
    let due = at(&cluster, 2 * MINUTE);
    b.set_own(jonas.id, later(1, room, due, "from inside"))
        .await
        .unwrap();
    tokio::time::sleep(4 * MINUTE).await;
    assert_eq!(texts(&a, &mara, room).await, ["from inside"]);
    assert!(states(&a, &jonas).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn slow_mode_puts_a_message_off_and_a_store_that_is_away_for_long_makes_it_doubtful() {
    let (cluster, [a, _b], [mara, jonas], room) = scheduling_pair().await;
    let slow = NewSend {
        room,
        id: SendId::new("slow").unwrap(),
        after: None,
        device: None,
        n: 0,
        body: Body::Slow { seconds: 600 },
    };
    a.send(&mara, slow).await.unwrap();
    let due = at(&cluster, 2 * MINUTE);
    for n in 1..=2 {
        a.set_own(jonas.id, later(n, room, due, &format!("m{n}")))
            .await
            .unwrap();
    }
    tokio::time::sleep(5 * MINUTE).await;
    assert_eq!(texts(&a, &mara, room).await.len(), 1);
    assert_eq!(states(&a, &jonas).await[0].0, ScheduledState::Sending);
    tokio::time::sleep(15 * MINUTE).await;
    assert_eq!(texts(&a, &mara, room).await.len(), 2);
    assert!(states(&a, &jonas).await.is_empty());

    let due = at(&cluster, 2 * MINUTE);
    a.set_own(mara.id, later(3, room, due, "m3")).await.unwrap();
    // It comes as far as having written down from where it is tried, and no further.
    tokio::time::sleep(2 * MINUTE - Duration::from_secs(1)).await;
    cluster.store.set_append_pause(Duration::from_secs(3_600));
    tokio::time::sleep(2 * MINUTE).await;
    assert_eq!(states(&a, &mara).await[0].0, ScheduledState::Sending);
    cluster.store.set_away(true);
    tokio::time::sleep(25 * 60 * MINUTE).await;
    cluster.store.set_append_pause(Duration::ZERO);
    cluster.store.set_away(false);
    tokio::time::sleep(20 * MINUTE).await;
    let found = states(&a, &mara).await;
    assert_eq!(found[0].0, ScheduledState::Doubtful, "{found:?}");
}
