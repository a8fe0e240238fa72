//! One node: the port's suite, and how buckets follow each other.

use hearth_core::{
    conformance,
    port::{Appended, Freshness, Log},
};
use hearth_protocol::Seq;

use crate::place::{Place, head, message, room};

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
