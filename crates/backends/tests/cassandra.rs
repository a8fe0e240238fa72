//! The Cassandra adapter against real nodes.
//!
//! `HEARTH_TEST_CASSANDRA` names one node (`host:port`). A test whose variable is missing says `SKIPPED` and passes;
//! under `CI=true` it fails instead.
#![cfg(feature = "cassandra")]

mod cassandra_support;

use cassandra_support::{Place, entry, head, message};
use std::sync::Arc;

use hearth_core::{
    conformance,
    log::Head,
    port::{Appended, Freshness, Log},
};
use hearth_protocol::{RoomId, Seq};

#[tokio::test(flavor = "multi_thread")]
async fn an_append_is_read_back() {
    let Some(place) = Place::one("an_append_is_read_back") else {
        return;
    };
    let store = place.store(4).await;
    let room = RoomId(uuid::Uuid::now_v7());
    let mut at = Head::EMPTY;
    for seq in 1..=10 {
        let next = head(seq, seq);
        let outcome = store.append(room, at, &[entry(seq, seq)]).await.unwrap();
        assert_eq!(outcome, Appended::Applied, "{seq}");
        at = next;
    }
    for freshness in [Freshness::Quorum, Freshness::Serial] {
        let page = store
            .read(room, Seq(1), Seq(100), 100, freshness)
            .await
            .unwrap();
        let read: Vec<u64> = page.entries.iter().map(|e| e.seq().0).collect();
        assert_eq!(read, (1..=10).collect::<Vec<_>>());
        assert_eq!(page.head, at);
        assert_eq!(page.entries[4], message(5, 5));
        for hint in [0, 1, 4, 5, 8, 10, 12, 500] {
            assert_eq!(store.head(room, Seq(hint), freshness).await.unwrap(), at);
        }
    }
    assert_eq!(
        store
            .append(room, head(7, 7), &[entry(8, 8)])
            .await
            .unwrap(),
        Appended::Lost(head(8, 8))
    );
    assert_eq!(
        store
            .append(room, head(12, 12), &[entry(13, 13)])
            .await
            .unwrap(),
        Appended::Lost(head(10, 10))
    );
}

/// Events in a bucket for the suite, which rolls over several.
const BUCKET: u64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn one_node_keeps_every_promise_of_the_port() {
    let Some(place) = Place::one("one_node_keeps_every_promise_of_the_port") else {
        return;
    };
    let store = Arc::new(place.store(BUCKET).await);
    conformance::store::run(store, Some(BUCKET)).await;
}
