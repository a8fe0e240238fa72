//! Messages by their words, on a cluster.

use std::{collections::BTreeMap, time::Duration};

use hearth_core::{
    limit::Rate,
    local::Loss,
    log::{Entry, Head},
    node::{Bounds, Node},
    port::{Freshness, Log},
    search::{INDEX_SHARDS, Query, SEGMENT_EVENTS},
    session::{NewSend, SearchFor, SearchPage, Window},
};
use hearth_protocol::{
    Body, DeviceId, ErrorCode, Event, Hit, RoomHits, RoomId, RoomKind, RoomName, SendId, Seq, User,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use crate::kit::*;

async fn page(node: &Node, by: &User, q: &str, room: Option<RoomId>) -> SearchPage {
    let asked = SearchFor {
        q: q.into(),
        room,
        ..SearchFor::default()
    };
    node.search(by, asked).await.unwrap()
}

/// All that is found in a room, by as many pages as it takes.
async fn all(node: &Node, by: &User, q: &str, room: RoomId) -> Vec<Hit> {
    let (mut all, mut cursor) = (Vec::new(), None);
    for _ in 0..200 {
        let asked = SearchFor {
            q: q.into(),
            room: Some(room),
            cursor,
            limit: Some(50),
            ..SearchFor::default()
        };
        let page = node.search(by, asked).await.unwrap();
        let [of] = <[RoomHits; 1]>::try_from(page.rooms).unwrap();
        assert!(of.count >= of.hits.len() && (of.next.is_some() || !of.at_least));
        all.extend(of.hits);
        cursor = of.next;
        if cursor.is_none() {
            let seqs: Vec<_> = all.iter().map(|hit| hit.seq).collect();
            assert!(
                seqs.is_sorted_by(|a, b| a > b),
                "the newest first: {seqs:?}"
            );
            return all;
        }
    }
    panic!("it never comes to its end");
}

async fn seqs(node: &Node, by: &User, q: &str, room: RoomId) -> Vec<u64> {
    let hits = all(node, by, q, room).await;
    hits.into_iter().map(|hit| hit.seq.0).collect()
}

async fn refused(node: &Node, by: &User, q: &str, room: Option<RoomId>) -> ErrorCode {
    let asked = SearchFor {
        q: q.into(),
        room,
        ..SearchFor::default()
    };
    node.search(by, asked).await.unwrap_err().code
}

async fn send(node: &Node, by: &User, room: RoomId, body: Body) -> u64 {
    let new = NewSend {
        room,
        id: SendId::from_uuid(Uuid::now_v7()),
        after: None,
        device: None,
        n: 0,
        body,
    };
    node.send(by, new).await.unwrap().seq.0
}

async fn say(node: &Node, by: &User, room: RoomId, text: &str) -> u64 {
    send(node, by, room, message(text)).await
}

/// Long enough for a projection.
async fn projected() {
    tokio::time::sleep(Duration::from_secs(5)).await;
}

/// Adds events to a log behind the nodes' backs, as if a node had that is gone; a second apart.
async fn write(cluster: &Cluster, room: RoomId, by: &User, bodies: Vec<Body>) {
    let head = cluster.store.head(room, Seq::ZERO, Freshness::Serial);
    let mut head: Head = head.await.unwrap();
    let mut bodies = bodies.into_iter().peekable();
    while bodies.peek().is_some() {
        let mut batch = Vec::new();
        let from = head;
        for body in bodies.by_ref().take(cluster.store.batch_max(from.seq)) {
            head.seq = head.seq.next();
            if body.is_message() {
                head.ordinal = head.ordinal.next();
            }
            batch.push(Entry {
                event: Event {
                    seq: head.seq,
                    ordinal: head.ordinal,
                    at_ms: 1_800_000_000_000 + head.seq.0 * 1_000,
                    by: by.id,
                    name: by.name.clone(),
                    id: SendId::from_uuid(Uuid::now_v7()),
                    body,
                },
                device: DeviceId::new("gone").unwrap(),
                n: head.seq.0,
            });
        }
        cluster.store.append(room, from, &batch).await.unwrap();
    }
}

/// `count` messages, each with its own number among its words, every hundredth about a tram.
fn chatter(from: u64, count: u64) -> Vec<Body> {
    let text = |n: u64| match n % 100 {
        0 => format!("n{n} the trams are late"),
        _ => format!("n{n} nothing new"),
    };
    (from..from + count).map(|n| message(&text(n))).collect()
}

/// What the index of a room holds, as text as far as it is one.
async fn index(cluster: &Cluster, room: RoomId, segment: u64) -> Vec<String> {
    let mut rows = Vec::new();
    for shard in 0..INDEX_SHARDS {
        let found = cluster.store.index_rows(room, shard, segment, segment);
        let found = found.await.unwrap().into_iter();
        rows.extend(found.map(|row| String::from_utf8_lossy(&row.words).into_owned()));
    }
    rows
}

#[tokio::test(start_paused = true)]
async fn messages_are_found_as_they_stand_by_their_words_and_by_filters() {
    let (_cluster, [a, b], [mara, jonas], room) = pair().await;
    let tram = say(&a, &mara, room, "The Trams are late").await;
    let link = say(&b, &jonas, room, "see https://tram.example").await;
    let cjk = say(&a, &mara, room, "今日は東京料理クラブです").await;
    let reply = send(&b, &jonas, room, Body::reply("why late?", Some(Seq(tram)))).await;
    let edited = say(&a, &mara, room, "old words").await;
    let gone = say(&a, &mara, room, "a tram that was deleted").await;
    let edit = Body::Edit {
        target: Seq(edited),
        text: "new words of a tram".into(),
    };
    send(&a, &mara, room, edit).await;
    send(&a, &mara, room, Body::Delete { target: Seq(gone) }).await;
    let react = Body::React {
        target: Seq(link),
        emoji: "🚋".into(),
        on: true,
    };
    send(&a, &mara, room, react).await;
    for round in ["before its projection", "after it"] {
        for node in [&a, &b] {
            for (q, expected) in [
                ("tram", &[edited, link, tram][..]),
                ("LATE", &[reply, tram]),
                ("\"tram\"", &[edited, link]),
                ("tram -new", &[link, tram]),
                ("old", &[]),
                ("deleted", &[]),
                ("料理", &[cjk]),
                ("京", &[cjk]),
                ("late from:jonas", &[reply]),
                ("from:me late", &[tram]),
                ("has:link", &[link]),
                ("has:reply", &[reply]),
                ("has:reaction", &[link]),
                ("has:reaction from:mara", &[]),
            ] {
                assert_eq!(seqs(node, &mara, q, room).await, expected, "{q} {round}");
            }
        }
        projected().await;
    }
    let hits = all(&b, &jonas, "tram new", room).await;
    let hit = &hits[0];
    assert_eq!(
        (hit.seq.0, hit.by, hit.name.as_str()),
        (edited, mara.id, "mara")
    );
    assert_eq!(
        (hit.excerpt.as_str(), hit.before, hit.after),
        ("new words of a tram", 0, 0)
    );
    assert_eq!(hit.marks, [(0, 3), (15, 19)]);

    // In all of one's own rooms, each with what was found there.
    let den = RoomName::new("our den").unwrap();
    let den = b.create_room(&jonas, SendId::new("den").unwrap(), &den, RoomKind::Private);
    let den = den.await.unwrap().id;
    let there = say(&b, &jonas, den, "no tram comes here").await;
    let found = page(&b, &jonas, "tram", None).await;
    let counts: BTreeMap<_, _> = found.rooms.iter().map(|of| (of.room, of.count)).collect();
    assert_eq!(counts, [(room, 3), (den, 1)].into());
    assert_eq!(found.next, None);
    assert_eq!(page(&b, &mara, "tram", None).await.rooms.len(), 1);
    let named = page(&b, &jonas, "in:\"our den\" tram", None).await;
    assert_eq!(
        (named.rooms.len(), named.rooms[0].hits[0].seq.0),
        (1, there)
    );

    for (by, q, of, code) in [
        (&mara, "tram", Some(den), ErrorCode::NotMember),
        (&mara, "in:\"our den\" tram", None, ErrorCode::NotMember),
        (&mara, "in:nowhere tram", None, ErrorCode::NotFound),
        (
            &mara,
            "tram",
            Some(RoomId(Uuid::now_v7())),
            ErrorCode::NotFound,
        ),
        (&mara, "from:nobody", None, ErrorCode::NotFound),
        (&mara, "in:room1 tram", Some(room), ErrorCode::BadRequest),
        (&mara, "has:wings", None, ErrorCode::BadRequest),
    ] {
        assert_eq!(refused(&a, by, q, of).await, code, "{q}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_acknowledged_on_any_node_is_found_at_once_and_by_members_alone() {
    let (cluster, [a, b], [mara, jonas], room) = pair().await;
    // Nothing is heard between the nodes: only the store knows.
    cluster.net.cut(a.name(), b.name(), Loss::Silent);
    let word = say(&a, &mara, room, "the password of the day is xylophone").await;
    assert_eq!(seqs(&b, &jonas, "xylophone", room).await, [word]);
    send(&a, &mara, room, removed(jonas.id)).await;
    assert_eq!(
        refused(&b, &jonas, "xylophone", Some(room)).await,
        ErrorCode::NotMember
    );
    assert_eq!(page(&b, &jonas, "xylophone", None).await.rooms, []);
}

#[tokio::test(start_paused = true)]
async fn a_long_room_is_looked_through_in_bounded_pages_and_is_cheap_once_it_has_an_index() {
    let cluster = Cluster::new();
    let node = cluster.node("a");
    settle().await;
    let mara = user(&node, "mara").await;
    let room = public_room(&node, &mara, "long").await;
    const COUNT: u64 = 10_000;
    write(&cluster, room, &mara, chatter(1, COUNT)).await;
    say(&node, &mara, room, "the last tram").await;
    projected().await;
    // The first event is the room's beginning.
    let mut trams: Vec<u64> = (1..=COUNT)
        .filter(|n| n % 100 == 0)
        .map(|n| n + 1)
        .collect();
    trams.push(COUNT + 2);
    trams.reverse();

    let calls = || cluster.store.calls().answered;
    let before = calls();
    let first = page(&node, &mara, "tram", Some(room)).await;
    let first_cost = calls() - before;
    assert!(
        first_cost <= 200,
        "a page of a room without an index: {first_cost} calls"
    );
    assert_eq!(
        (first.rooms[0].hits.len(), first.rooms[0].at_least),
        (20, true)
    );
    assert_eq!(seqs(&node, &mara, "tram", room).await, trams);
    assert_eq!(
        seqs(&node, &mara, "tram", room).await,
        trams,
        "by the index"
    );

    // One word that stands once, ten thousand events down.
    let before = calls();
    let found = page(&node, &mara, "n7", Some(room)).await;
    let cost = calls() - before;
    assert!(cost <= 40, "with an index: {cost} calls");
    let of = &found.rooms[0];
    assert_eq!(
        (of.count, of.at_least),
        (1_111, false),
        "every word that begins with n7"
    );
    let before = calls();
    let found = page(&node, &mara, "\"n7\"", Some(room)).await;
    let cost = calls() - before;
    assert!(cost <= 30, "with an index: {cost} calls");
    let of = &found.rooms[0];
    assert_eq!((of.count, of.at_least, of.hits[0].seq.0), (1, false, 8));

    // By date: the events lie a second apart.
    let at = |n: u64| 1_800_000_000_000 + (n + 1) * 1_000;
    assert_eq!(at(4_000), 1_800_004_001_000);
    let day = "tram after:2027-01-15T09:06:41Z before:2027-01-15T09:10:01Z";
    assert_eq!(seqs(&node, &mara, day, room).await, [4_101, 4_001]);
    let before = calls();
    let history = node
        .history(&mara, room, Window::At(at(4_000)), 10)
        .await
        .unwrap();
    let cost = calls() - before;
    assert!(cost <= 40, "a page by its date: {cost} calls");
    let first = history.events.iter().find(|event| event.at_ms >= at(4_000));
    assert_eq!(first.unwrap().seq.0, 4_001);
    assert_eq!(history.events[0].seq.0, 3_996, "and what stands before it");
    let none = node
        .history(&mara, room, Window::At(u64::MAX), 10)
        .await
        .unwrap();
    assert_eq!(none.events.last().unwrap().seq, none.head, "the newest");
    let begin = node.history(&mara, room, Window::At(0), 10).await.unwrap();
    assert_eq!(begin.events[0].seq.0, 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_deleted_or_edited_leaves_no_word_in_the_index_also_in_a_race() {
    let cluster = Cluster::new();
    let (a, b) = (cluster.node("a"), cluster.node("b"));
    settle().await;
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "long").await;
    let (secret, slip) = (100, 200);
    let mut bodies = chatter(1, SEGMENT_EVENTS + 50);
    bodies[secret as usize - 2] = message("my secretword");
    bodies[slip as usize - 2] = message("a slipword of mine");
    write(&cluster, room, &mara, bodies).await;
    projected().await;
    assert_eq!(seqs(&a, &mara, "secretword", room).await, [secret]);
    let stale = index(&cluster, room, 0).await;
    assert!(
        stale.iter().any(|row| row.contains("secretword")),
        "it has an index"
    );
    // As a node would that has read the log before what comes now.
    let old_head = cluster
        .store
        .head(room, Seq::ZERO, Freshness::Serial)
        .await
        .unwrap();
    let mut old_rows = Vec::new();
    for shard in 0..INDEX_SHARDS {
        let rows = cluster.store.index_rows(room, shard, 0, 0).await.unwrap();
        old_rows.push(rows[0].words.clone());
    }

    send(
        &b,
        &mara,
        room,
        Body::Delete {
            target: Seq(secret),
        },
    )
    .await;
    let edit = Body::Edit {
        target: Seq(slip),
        text: "a better one".into(),
    };
    send(&b, &mara, room, edit).await;
    for node in [&a, &b] {
        assert_eq!(
            seqs(node, &mara, "secretword", room).await,
            [0; 0],
            "at once"
        );
        assert_eq!(seqs(node, &mara, "slipword", room).await, [0; 0]);
        assert_eq!(
            seqs(node, &mara, "better", room).await,
            [slip],
            "before there is a row"
        );
    }
    projected().await;
    // The rows are gone, or made anew by a search behind the deletion's checkpoint.
    let is_clean = async || {
        let rows = index(&cluster, room, 0).await;
        let has = |word: &str| rows.iter().any(|row| row.contains(word));
        !has("secretword") && !has("slipword")
    };
    assert!(is_clean().await, "the words are gone");
    cluster
        .store
        .put_index(room, 0, old_head.seq, &old_rows)
        .await
        .unwrap();
    assert!(is_clean().await, "and stay gone");
    for node in [&a, &b] {
        assert_eq!(seqs(node, &mara, "better", room).await, [slip]);
        assert_eq!(seqs(node, &mara, "secretword", room).await, [0; 0]);
    }
    let anew = index(&cluster, room, 0).await;
    let has = |word: &str| anew.iter().any(|row| row.contains(word));
    assert!(has("better") && !has("secretword") && !has("slipword"));
    cluster
        .store
        .put_index(room, 0, old_head.seq, &old_rows)
        .await
        .unwrap();
    assert_eq!(index(&cluster, room, 0).await, anew);
}

#[tokio::test(start_paused = true)]
async fn of_many_rooms_a_request_looks_at_some_and_says_where_to_go_on() {
    let cluster = Cluster::new();
    let node = cluster.node("a");
    settle().await;
    let mara = user(&node, "mara").await;
    let mut rooms = Vec::new();
    for n in 0..20 {
        let room = public_room(&node, &mara, &format!("room{n}")).await;
        say(
            &node,
            &mara,
            room,
            if n % 3 == 0 { "a tram" } else { "nothing" },
        )
        .await;
        rooms.push(room);
    }
    let look = async || {
        let (mut found, mut cursor, mut pages) = (Vec::new(), None, 0);
        loop {
            let before = cluster.store.calls().answered;
            let asked = SearchFor {
                q: "tram".into(),
                cursor,
                ..SearchFor::default()
            };
            let page = node.search(&mara, asked).await.unwrap();
            let cost = cluster.store.calls().answered - before;
            assert!(cost <= 60, "{cost} calls");
            found.extend(
                page.rooms
                    .into_iter()
                    .map(|of| (of.room, of.count, of.at_least)),
            );
            (cursor, pages) = (page.next, pages + 1);
            if cursor.is_none() {
                return (found, pages);
            }
        }
    };
    let fits = rooms.iter().step_by(3);
    let mut expected: Vec<_> = fits.map(|room| (*room, 1, false)).collect();
    expected.sort();
    assert_eq!(look().await, (expected.clone(), 3));
    // One that cannot be read is named, and holds up no other.
    cluster.store.set_broken(expected[0].0, true);
    expected[0] = (expected[0].0, 0, true);
    assert_eq!(look().await, (expected, 3));
}

/// Random rooms, searched while they are written, edited and deleted in: what is found is what a look through the log as it
/// stands gives, with and without an index.
#[tokio::test(start_paused = true)]
async fn random_rooms_are_searched_as_their_logs_stand() {
    for seed in 1..=4 {
        let mut chance = StdRng::seed_from_u64(seed);
        let cluster = Cluster::new();
        let nodes = [cluster.node("a"), cluster.node("b")];
        settle().await;
        let mara = user(&nodes[0], "mara").await;
        let room = public_room(&nodes[0], &mara, "random").await;
        let words = ["tram", "trams", "late", "bus", "東京", "京都", "é", "no"];
        let text = |chance: &mut StdRng| {
            let count = chance.random_range(1..4);
            let some = (0..count).map(|_| words[chance.random_range(0..words.len())]);
            some.collect::<Vec<_>>().join(" ")
        };
        // What each message says now, by its number.
        let mut stands: BTreeMap<u64, String> = BTreeMap::new();
        let mut head = 1;
        for round in 0..12 {
            let node = &nodes[chance.random_range(0..2)];
            if round % 3 == 0 {
                let texts: Vec<_> = (0..700).map(|_| text(&mut chance)).collect();
                let bodies = texts.iter().map(|text| message(text)).collect();
                write(&cluster, room, &mara, bodies).await;
                stands.extend((head + 1..).zip(texts));
                head += 700;
            }
            for _ in 0..chance.random_range(0..6) {
                let target = *stands
                    .keys()
                    .nth(chance.random_range(0..stands.len()))
                    .unwrap();
                if chance.random_bool(0.5) {
                    let text = text(&mut chance);
                    stands.insert(target, text.clone());
                    let target = Seq(target);
                    head = send(node, &mara, room, Body::Edit { target, text }).await;
                } else {
                    stands.remove(&target);
                    let target = Seq(target);
                    head = send(node, &mara, room, Body::Delete { target }).await;
                }
            }
            if chance.random_bool(0.3) {
                projected().await;
            }
            let q = [
                "tram late",
                "\"tram\"",
                "京",
                "東京 -bus",
                "\"late bus\"",
                "é no",
            ];
            let q = q[chance.random_range(0..q.len())];
            let query = Query::parse(q, 0).unwrap();
            let fits = stands
                .iter()
                .rev()
                .filter(|(_, text)| query.fits(text).is_some());
            let expected: Vec<u64> = fits.map(|(seq, _)| *seq).collect();
            let node = &nodes[chance.random_range(0..2)];
            let found = seqs(node, &mara, q, room).await;
            assert_eq!(found, expected, "seed {seed}, round {round}, {q}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_search_counts_as_several_requests() {
    let cluster = Cluster::new();
    let mut bounds = Bounds::default();
    bounds.limits.user_requests = Rate {
        per_minute: 60,
        burst: 4,
    };
    let node = cluster.node_within("a", bounds);
    settle().await;
    let mara = user(&node, "mara").await;
    assert_eq!(
        page(&node, &mara, "tram", None).await,
        SearchPage::default()
    );
    assert_eq!(refused(&node, &mara, "tram", None).await, ErrorCode::Busy);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(
        page(&node, &mara, "tram", None).await,
        SearchPage::default()
    );
}
