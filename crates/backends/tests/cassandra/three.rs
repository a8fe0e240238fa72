//! Three nodes: the suite while one of them dies, and appends whose answer does not come.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use hearth_backends::cassandra::{Cassandra, Options, Weight, check, migrate};
use hearth_core::{
    conformance,
    log::{Entry, Head},
    port::{Appended, Freshness, Log, Store, StoreHealth},
};
use hearth_protocol::{RoomId, Seq};

use crate::place::{Place, THREE, head, message, named, room, until};

const BUCKET: u64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn three_nodes_keep_every_promise_of_the_port_also_while_one_dies() {
    let test = "three_nodes_keep_every_promise_of_the_port_also_while_one_dies";
    let Some(place) = Place::three_to_stop(test) else {
        return;
    };
    let _alone = THREE.lock().await;
    let store = place.store(BUCKET).await;
    conformance::store::run(store.clone(), Some(BUCKET)).await;

    // A second run, in whose midst a node is killed; a third begins without it.
    let mark = room();
    let second = tokio::spawn(conformance::store::run(store.clone(), Some(BUCKET)));
    // Some of the suite has run once a writer beside it has done so many appends.
    for seq in 1..=40 {
        assert_eq!(
            store
                .append(mark, head(seq - 1), &[message(seq)])
                .await
                .unwrap(),
            Appended::Applied
        );
    }
    assert!(!second.is_finished());
    let down = place.kill(3).await;
    second.await.unwrap();
    conformance::store::run(store, Some(BUCKET)).await;
    down.up().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_starts_while_a_node_is_down() {
    let Some(place) = Place::three_to_stop("a_server_starts_while_a_node_is_down") else {
        return;
    };
    let _alone = THREE.lock().await;
    let options = place.options(BUCKET);
    migrate(&options).await.unwrap();
    let down = place.kill(2).await;
    let again = migrate(&options).await.unwrap();
    assert!(again.applied.is_empty());
    let store = Cassandra::connect(&options).await.unwrap();
    store.ready().await.unwrap();
    let room = room();
    for seq in 1..=20 {
        write(&store, room, head(seq - 1), &[message(seq)]).await;
    }
    let findings = check(&options).await;
    assert!(
        findings
            .iter()
            .any(|f| f.weight == Weight::Risk && f.what.contains("reached")),
        "{findings:?}"
    );
    down.up().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_dies_is_told_of_and_so_is_its_return() {
    let Some(place) = Place::three_to_stop("a_node_that_dies_is_told_of_and_so_is_its_return")
    else {
        return;
    };
    let _alone = THREE.lock().await;
    let store = place.store(BUCKET).await;
    let room = room();
    write(&store, room, head(0), &[message(1)]).await;
    let down_of = || {
        let StoreHealth::Servers {
            servers, requests, ..
        } = Store::health(&*store)
        else {
            panic!("Cassandra is servers");
        };
        assert_eq!(servers.len(), 3, "{servers:?}");
        assert!(requests.is_some(), "a write was timed");
        servers
            .iter()
            .filter(|server| server.down.is_some())
            .count()
    };
    until("all are reached", || async { down_of() == 0 }).await;
    let down = place.kill(3).await;
    until("one is down", || async { down_of() == 1 }).await;
    down.up().await;
    until("all are reached again", || async { down_of() == 0 }).await;
}

/// Writers go on while two of three nodes hang and come back, over and over. Appends of unknown outcome are judged
/// as the rules say: a serial read, each event by its own id, then again if it is not there.
#[tokio::test(flavor = "multi_thread")]
async fn an_append_of_unknown_outcome_is_found_once_or_written_once() {
    let test = "an_append_of_unknown_outcome_is_found_once_or_written_once";
    let Some(place) = Place::three_to_stop(test) else {
        return;
    };
    let _alone = THREE.lock().await;
    let options = Options {
        request: Duration::from_millis(1_500),
        ..place.options(BUCKET)
    };
    migrate(&options).await.unwrap();
    let store = Arc::new(Cassandra::connect(&options).await.unwrap());
    let stop = Arc::new(AtomicBool::new(false));
    let unknown = Arc::new(AtomicU64::new(0));
    let room = room();
    let writers: Vec<_> = (0..3)
        .map(|writer| {
            let (store, stop, unknown) = (store.clone(), stop.clone(), unknown.clone());
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                let (mut known, mut count) = (Head::EMPTY, 0);
                while !stop.load(Ordering::Relaxed) {
                    count += 1;
                    let id = format!("w{writer}-{count}");
                    let seq = send(&store, room, &mut known, &id, &unknown).await;
                    acknowledged.push((seq, id));
                }
                acknowledged
            })
        })
        .collect();
    for (first, second) in [(1, 2), (2, 3), (3, 1)] {
        let before = unknown.load(Ordering::Relaxed);
        // Now and then no append is under way at that moment.
        while unknown.load(Ordering::Relaxed) == before {
            let one = place.pause(first).await;
            let other = place.pause(second).await;
            tokio::time::sleep(options.request * 2).await;
            other.up().await;
            one.up().await;
            until("the nodes are back", || async {
                store.ready().await.is_ok()
            })
            .await;
        }
    }
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged: Vec<(Seq, String)> = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    let log = whole(&store, room).await;
    for (seq, id) in &acknowledged {
        let entry = &log[usize::try_from(seq.0).unwrap() - 1];
        assert_eq!(entry.event.id.as_str(), id, "acknowledged at {seq}");
    }
    let mut ids: Vec<&str> = log.iter().map(|entry| entry.event.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), log.len(), "a message stands twice");
    assert_eq!(
        ids.len(),
        acknowledged.len(),
        "a message nobody sent, or one lost"
    );
}

/// Sends one message as a server does, until it is known where it stands. `known`: the head up to which the sender
/// has seen all.
async fn send(
    store: &Cassandra,
    room: RoomId,
    known: &mut Head,
    id: &str,
    unknown: &AtomicU64,
) -> Seq {
    loop {
        let entry = named(known.seq.0 + 1, id);
        match store
            .append(room, *known, std::slice::from_ref(&entry))
            .await
        {
            Ok(Appended::Applied) => {
                *known = head(entry.seq().0);
                return entry.seq();
            }
            Ok(Appended::Lost(_)) => {}
            Ok(Appended::Unknown(_)) => {
                unknown.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
        // What has come since, up to the end, serially: is it there?
        let mut found = None;
        loop {
            let (from, to) = (known.seq.next(), Seq(u64::MAX));
            let page = store.read(room, from, to, 200, Freshness::Serial).await;
            let Ok(page) = page else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let same = |entry: &&Entry| entry.event.id.as_str() == id;
            found = found.or(page.entries.iter().find(same).map(Entry::seq));
            match page.entries.last() {
                Some(last) => *known = head(last.seq().0),
                None if page.head.seq == known.seq => break,
                None => {}
            }
        }
        if let Some(seq) = found {
            return seq;
        }
    }
}

/// Appends with no other writer in the room, whatever the outcomes in between.
async fn write(store: &Cassandra, room: RoomId, expect: Head, batch: &[Entry]) {
    loop {
        match store.append(room, expect, batch).await {
            Ok(Appended::Applied) => return,
            Ok(Appended::Lost(seen)) => {
                assert!(seen.seq > expect.seq, "lost to {seen:?}");
                return;
            }
            Ok(Appended::Unknown(_)) | Err(_) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

async fn whole(store: &Cassandra, room: RoomId) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    loop {
        let from = Seq(all.len() as u64 + 1);
        let page = store
            .read(room, from, Seq(u64::MAX), 200, Freshness::Serial)
            .await
            .unwrap();
        for entry in &page.entries {
            assert_eq!(entry.seq().0, all.len() as u64 + 1, "a hole");
            all.push(entry.clone());
        }
        if page.entries.is_empty() {
            assert_eq!(page.head.seq.0, all.len() as u64);
            return all;
        }
    }
}
