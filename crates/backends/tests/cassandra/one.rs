//! One node: the port's suite, and how buckets follow each other.

use hearth_backends::cassandra::{Cassandra, Options, migrate};
use hearth_core::{
    conformance,
    log::Head,
    port::{Appended, Freshness, Log},
};
use hearth_protocol::{Body, Seq, bounds::TEXT_BYTES_MAX};

use crate::{
    place::{Place, head, message, room, until},
    relay::Relay,
};

/// Events in a bucket for the suite, which rolls over several.
const BUCKET: u64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn one_node_keeps_every_promise_of_the_port() {
    let Some(place) = Place::one("one_node_keeps_every_promise_of_the_port") else {
        return;
    };
    conformance::store::run(place.store(BUCKET).await, Some(BUCKET)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_is_begun_only_when_the_last_one_is_full() {
    let Some(place) = Place::one("a_bucket_is_begun_only_when_the_last_one_is_full") else {
        return;
    };
    let store = place.store(4).await;
    let room = room();
    for seq in 1..=6 {
        let outcome = store.append(room, head(seq - 1), &[message(seq)]).await;
        assert_eq!(outcome.unwrap(), Appended::Applied, "{seq}");
    }
    // Who believes in a head that is not there yet must not open the bucket after it.
    let early = store.append(room, head(8), &[message(9)]).await.unwrap();
    assert_eq!(early, Appended::Lost(head(6)));
    // Nor one in a bucket far beyond.
    let far = store.append(room, head(41), &[message(42)]).await.unwrap();
    assert_eq!(far, Appended::Lost(head(6)));
    // Who is behind by a bucket learns how far the old one goes, and reads on from there.
    let late = store.append(room, head(3), &[message(4)]).await.unwrap();
    assert_eq!(late, Appended::Lost(head(4)));
    let page = store.read(room, Seq(1), Seq(99), 99, Freshness::Serial);
    let read: Vec<u64> = page
        .await
        .unwrap()
        .entries
        .iter()
        .map(|e| e.seq().0)
        .collect();
    assert_eq!(read, [1, 2, 3, 4, 5, 6]);
}

/// The bound of a batch is of entries; this is what it comes to in bytes, as JSON at its worst (six for one).
#[tokio::test(flavor = "multi_thread")]
async fn the_largest_batch_of_the_longest_texts_fits() {
    let Some(place) = Place::one("the_largest_batch_of_the_longest_texts_fits") else {
        return;
    };
    let store = place.store(4_000).await;
    let room = room();
    let count = store.batch_max(Seq::ZERO) as u64;
    let text = "\u{1}".repeat(TEXT_BYTES_MAX);
    let batch: Vec<_> = (1..=count)
        .map(|seq| {
            let mut entry = message(seq);
            entry.event.body = Body::message(text.clone());
            entry
        })
        .collect();
    let outcome = store.append(room, Head::EMPTY, &batch).await.unwrap();
    // Slow nodes may not say so in time; what must not be is a refusal.
    assert!(
        matches!(outcome, Appended::Applied | Appended::Unknown(_)),
        "{outcome:?}"
    );
    until("the batch is there", || async {
        match store.append(room, Head::EMPTY, &batch).await.unwrap() {
            Appended::Lost(seen) => seen == head(count),
            Appended::Applied | Appended::Unknown(_) => false,
        }
    })
    .await;
    let mut read = Vec::new();
    while read.len() < batch.len() {
        let from = Seq(read.len() as u64 + 1);
        let page = store.read(room, from, Seq(count), 200, Freshness::Quorum);
        let page = page.await.unwrap();
        assert!(!page.entries.is_empty(), "nothing from {from}");
        read.extend(page.entries);
    }
    assert_eq!(read, batch);
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_beside_a_writer_loses_nothing_of_either() {
    let Some(place) = Place::one("erasing_beside_a_writer_loses_nothing_of_either") else {
        return;
    };
    let store = place.store(64).await;
    let room = room();
    let last = 40;
    let writer = async {
        for seq in 1..=last {
            // Alone in writing: a lost race is an own success that was not heard of.
            until("an append is there", || async {
                match store.append(room, head(seq - 1), &[message(seq)]).await {
                    Ok(Appended::Applied) => true,
                    Ok(Appended::Lost(seen)) => seen == head(seq),
                    Ok(Appended::Unknown(_)) | Err(_) => false,
                }
            })
            .await;
        }
    };
    // All that is there, from the first on, again and again.
    let eraser = async {
        let mut erased = Seq::ZERO;
        while erased < Seq(last / 2) {
            let seen = store.head(room, erased, Freshness::Serial).await.unwrap();
            let to = seen.seq.min(Seq(last / 2));
            if store.erase(room, Seq(1), to).await.is_ok() {
                erased = to;
            }
        }
    };
    tokio::join!(writer, eraser);
    let page = store.read(room, Seq(1), Seq(99), 99, Freshness::Serial);
    let page = page.await.unwrap();
    assert_eq!(page.head, head(last));
    let expected: Vec<_> = (1..=last)
        .map(|seq| {
            let mut entry = message(seq);
            if seq <= last / 2 {
                entry.event.body = entry.event.body.erased();
            }
            entry
        })
        .collect();
    assert_eq!(page.entries, expected);
}

/// Where a server takes up a store, one lost connection is no reason to give up, whatever was being asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_breaks_off_while_the_store_is_opened_is_asked_from_the_beginning() {
    let test = "a_node_that_breaks_off_while_the_store_is_opened_is_asked_from_the_beginning";
    let Some(place) = Place::one(test) else {
        return;
    };
    let options = place.options(8);
    migrate(&options).await.unwrap();
    let mut broken = 0;
    for breaks_at in (1..).step_by(7) {
        let relay = Relay::to(place.nodes[0].clone(), breaks_at).await;
        let through = Options {
            nodes: vec![relay.address.to_string()],
            ..options.clone()
        };
        let opened = Cassandra::connect(&through).await;
        assert!(opened.is_ok(), "at request {breaks_at}: {:?}", opened.err());
        if !relay.has_broken(breaks_at) {
            break;
        }
        broken += 1;
    }
    assert!(broken > 5, "only {broken} requests open a store");
}
