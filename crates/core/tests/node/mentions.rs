//! Mentions on a cluster: what is listed beside `unread` is a function of the log and the read mark.

use hearth_core::{
    log::Entry,
    node::Node,
    port::{Freshness, Log},
    session::{NewSend, RoomRef},
};
use hearth_protocol::{Body, Everyone, Mentions, RoomId, SendId, Seq, ServerFrame, User, UserId};

use crate::kit::*;

fn calling(users: &[&User], everyone: Option<Everyone>) -> Body {
    let users = users.iter().map(|user| user.id).collect();
    Body::Message {
        text: "called".into(),
        reply_to: None,
        mentions: Some(Box::new(Mentions { users, everyone })),
        forward: None,
        attachments: Box::default(),
        thread: None,
    }
}

async fn say(node: &Node, by: &User, room: RoomId, id: &str, body: Body) -> Option<Seq> {
    let new = NewSend {
        room,
        id: SendId::new(id).unwrap(),
        after: None,
        device: None,
        n: 0,
        body,
    };
    node.send(by, new).await.ok().map(|sent| sent.seq)
}

async fn log_of(cluster: &Cluster, room: RoomId) -> Vec<Entry> {
    let store = &cluster.store;
    let page = store.read(room, Seq(1), Seq(u64::MAX), 10_000, Freshness::Serial);
    page.await.unwrap().entries
}

/// From the log alone: messages after a mark that mention somebody who was in then and since.
fn recount(log: &[Entry], of: UserId, mark: Seq) -> Vec<Seq> {
    let mut found = Vec::new();
    for entry in log {
        let by = entry.event.by;
        match &entry.event.body {
            Body::Join | Body::Leave if by == of => found.clear(),
            Body::Delete { target } => found.retain(|seq| seq != target),
            body if by != of && body.mentions(of) => found.push(entry.seq()),
            _ => {}
        }
    }
    found.retain(|seq| *seq > mark);
    found
}

#[tokio::test(start_paused = true)]
async fn mentions_are_told_with_what_is_unread_and_are_gone_when_they_are_read() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let at_b = Client::hello(&b, &jonas, &[]).await;
    let first = say(&a, &mara, room, "m1", calling(&[&jonas], None)).await;
    let second = say(&a, &mara, room, "m2", calling(&[], Some(Everyone::Here))).await;
    let (first, second) = (first.unwrap(), second.unwrap());
    at_b.until_seq(second.0).await;
    let listed = async |node: &Node| node.rooms(&jonas).await.unwrap()[0].mentioned.clone();
    assert_eq!(listed(&b).await, [first, second]);
    b.mark(&jonas, room, first, false).await.unwrap();
    at_b.until("the mark", |frames| {
        frames.iter().any(|frame| {
            matches!(frame, ServerFrame::Mark { mentioned, unread: 1, .. } if *mentioned == [second])
        })
    })
    .await;
    b.mark(&jonas, room, second, false).await.unwrap();
    assert_eq!(listed(&b).await, []);
    b.mark(&jonas, room, Seq(2), true).await.unwrap();
    assert_eq!(listed(&b).await, [first, second]);
    let delete = Body::Delete { target: first };
    let deleted = say(&a, &mara, room, "d1", delete).await.unwrap();
    at_b.until_seq(deleted.0).await;
    assert_eq!(listed(&b).await, [second]);
    // The own ones are nobody's.
    assert_eq!(a.rooms(&mara).await.unwrap()[0].mentioned, []);
}

#[tokio::test(start_paused = true)]
async fn a_list_of_rooms_reads_nothing_for_mentions() {
    let (cluster, [a, _], [mara, jonas], room) = pair().await;
    say(&a, &mara, room, "m1", calling(&[&jonas], None))
        .await
        .unwrap();
    a.rooms(&jonas).await.unwrap();
    let before = cluster.store.calls().answered;
    assert_eq!(a.rooms(&jonas).await.unwrap()[0].mentioned, [Seq(3)]);
    assert_eq!(
        cluster.store.calls().answered - before,
        2,
        "rooms and marks"
    );
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_every_node_counts_mentions_as_the_log_says() {
    for seed in 1..5_u64 {
        let (cluster, [a, b], [mara, jonas], room) = pair().await;
        let ines = user(&a, "ines").await;
        join(&a, &ines, room).await;
        let people = [&mara, &jonas, &ines];
        let mut state = seed;
        let mut chance = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        for n in 0..120 {
            let node = [&a, &b][chance(2) as usize];
            let by = people[chance(3) as usize];
            let one = people[chance(3) as usize];
            let head = node.rooms(&mara).await.unwrap()[0].head;
            let at = Seq(1 + chance(head.0));
            let id = format!("s{n}");
            match chance(12) {
                0..=3 => drop(say(node, by, room, &id, calling(&[one], None)).await),
                4 => {
                    let everyone = Some(Everyone::Room);
                    say(node, &mara, room, &id, calling(&[], everyone)).await;
                }
                5 | 6 => drop(say(node, by, room, &id, Body::Delete { target: at }).await),
                7 => {
                    let text = "other words".into();
                    say(node, by, room, &id, Body::Edit { target: at, text }).await;
                }
                8 | 9 => drop(node.mark(by, room, at, chance(2) == 0).await),
                10 if by.id != mara.id => drop(node.leave_room(by, room).await),
                _ => drop(node.join_room(by, &RoomRef::Id(room)).await),
            }
            if chance(6) == 0 {
                settle().await;
            }
            // One that has just come up knows the room by its projection.
            let fresh = (n % 12 == 11).then(|| {
                let name = char::from(b'c' + (n / 12) as u8);
                cluster.node(&name.to_string())
            });
            let log = log_of(&cluster, room).await;
            for node in [Some(&a), Some(&b), fresh.as_ref()].into_iter().flatten() {
                for of in people {
                    let Ok((told, _)) = node.room_snapshot(of, room).await else {
                        continue;
                    };
                    let so_far = &log[..usize::try_from(told.head.0).unwrap().min(log.len())];
                    let expected = recount(so_far, of.id, told.mark);
                    assert_eq!(
                        told.mentioned, expected,
                        "seed {seed}, step {n}, {}",
                        of.name
                    );
                }
            }
        }
    }
}
