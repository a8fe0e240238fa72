//! The directory of public rooms, on a cluster.

use std::{collections::BTreeSet, time::Duration};

use hearth_core::{
    node::{Node, PublicRoom},
    port::{Cell, Log, RoomSettings},
};
use hearth_protocol::{Body, ErrorCode, RoomId, RoomKind, RoomName, SendId, Seq, User};
use uuid::Uuid;

use crate::kit::*;

async fn found(node: &Node, by: &User, sought: &str) -> Vec<PublicRoom> {
    let (rooms, next) = node.directory(by, sought, None, 50).await.unwrap();
    assert_eq!(next, None);
    rooms
}

async fn names(node: &Node, by: &User, sought: &str) -> Vec<String> {
    let rooms = found(node, by, sought).await;
    rooms.into_iter().map(|room| room.name).collect()
}

/// Long enough for a projection.
async fn projected() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn public_rooms_are_found_by_the_beginnings_of_their_words() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    let topic = Body::Topic {
        topic: "Züge und Fahrpläne".into(),
    };
    at_a.send(room, "topic", 2, 1, &topic).await;
    let description = Body::Description {
        description: "Alles über 東京 und seine Bahnen".into(),
    };
    at_a.send(room, "description", 2, 2, &description).await;
    at_a.acked("description").await;
    let other = public_room(&b, &jonas, "zoo").await;
    let den = RoomName::new("zuerich").unwrap();
    let id = SendId::new("den").unwrap();
    b.create_room(&jonas, id, &den, RoomKind::Private)
        .await
        .unwrap();
    b.direct_room(&jonas, "mara").await.unwrap();
    projected().await;

    for sought in ["zug", "ZÜGE fahr", "room1", "東京", "京", "bahnen room"] {
        for node in [&a, &b] {
            assert_eq!(names(node, &mara, sought).await, ["room1"], "{sought}");
        }
    }
    for sought in ["ahrplan", "zug zoo", "zuerich", "jonas", "!"] {
        assert_eq!(names(&a, &mara, sought).await, [""; 0], "{sought}");
    }
    let all = found(&a, &mara, "").await;
    assert_eq!(
        all.iter().map(|room| room.id).collect::<Vec<_>>(),
        [room, other]
    );
    assert_eq!((all[0].joined, all[0].members), (true, 2));
    assert_eq!((all[1].joined, all[1].members), (false, 1));
    assert_eq!(all[0].topic, "Züge und Fahrpläne");
    a.leave_room(&mara, room).await.unwrap();
    assert!(!found(&a, &mara, "room1").await[0].joined, "at once");
}

#[tokio::test(start_paused = true)]
async fn what_was_renamed_or_archived_is_not_shown_as_it_was() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    let at_a = Client::hello(&a, &mara, &[]).await;
    projected().await;
    assert_eq!(names(&b, &jonas, "room1").await, ["room1"]);
    let name = RoomName::new("Harbour").unwrap();
    a.rename_room(&mara, room, &name).await.unwrap();
    projected().await;
    assert_eq!(names(&b, &jonas, "harb").await, ["Harbour"]);
    assert_eq!(names(&b, &jonas, "room1").await, [""; 0]);
    let left = cluster.store.listed("room1", None, 10).await.unwrap();
    assert_eq!(left, [], "and the row is gone once somebody has met it");

    at_a.send(room, "archive", 3, 1, &Body::Archive { on: true })
        .await;
    at_a.acked("archive").await;
    projected().await;
    for sought in ["harb", ""] {
        assert_eq!(names(&b, &jonas, sought).await, [""; 0], "{sought:?}");
    }
    at_a.send(room, "open", 4, 2, &Body::Archive { on: false })
        .await;
    at_a.acked("open").await;
    projected().await;
    for sought in ["harb", ""] {
        assert_eq!(names(&b, &jonas, sought).await, ["Harbour"], "{sought:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_room_whose_server_died_before_its_projection_is_listed_by_the_next_event() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let (mara, jonas) = (user(&a, "mara").await, user(&b, "jonas").await);
    let room = public_room(&a, &mara, "harbour").await;
    cluster.net.take_away(a.name());
    a.crash();
    projected().await;
    assert_eq!(names(&b, &jonas, "harbour").await, [""; 0]);
    join(&b, &jonas, room).await;
    projected().await;
    assert_eq!(names(&b, &jonas, "harbour").await, ["harbour"]);
}

/// A room as it stands in the store alone.
async fn put(cluster: &Cluster, n: u32, name: &str, topic: &str) {
    let cell = Cell::Room {
        seq: Seq(1),
        name: name.into(),
        kind: RoomKind::Public,
        topic: topic.into(),
        members: 1,
        settings: RoomSettings::default(),
    };
    let room = RoomId(Uuid::from_u128(u128::from(n)));
    cluster.store.project(room, &[cell]).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn pages_show_every_room_once_and_cost_the_same_among_a_hundred_thousand() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    settle().await;
    let mara = user(&a, "mara").await;
    for n in 0..100_000 {
        // Two words of each begin with `ro`, and one in a thousand is of its own kind.
        let topic = if n % 1_000 == 0 {
            "rose garden"
        } else {
            "plain"
        };
        put(&cluster, n, &format!("room {n}"), topic).await;
    }
    for (sought, expected, limit) in [
        ("rose", 100, 7),
        ("gard ro", 100, 50),
        ("room 1234", 11, 50),
    ] {
        let (mut seen, mut after, mut pages) = (BTreeSet::new(), None::<String>, 0);
        loop {
            let before = cluster.store.calls().answered;
            let page = a.directory(&mara, sought, after.as_deref(), limit).await;
            let (rooms, next) = page.unwrap();
            let calls = cluster.store.calls().answered - before;
            assert!(calls <= 102, "{calls} calls for a page of {sought:?}");
            assert!(rooms.len() <= limit);
            for room in rooms {
                assert!(seen.insert(room.id), "{} came twice", room.name);
            }
            pages += 1;
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), expected, "{sought:?}");
        assert!(pages <= 16, "{pages} pages for {sought:?}");
    }
    let (first, next) = a.directory(&mara, "", None, 50).await.unwrap();
    assert_eq!((first.len(), next.is_some()), (50, true));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_looked_for_is_refused_with_the_reason() {
    let (_cluster, [a, _b], [mara, _jonas], _room) = pair().await;
    let long = "x".repeat(101);
    let refusal = a.directory(&mara, &long, None, 10).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::TooLarge);
    for after in ["", "x", "x.y"] {
        let refusal = a.directory(&mara, "", Some(after), 10).await.unwrap_err();
        assert_eq!(refusal.code, ErrorCode::BadRequest, "{after:?}");
    }
}
