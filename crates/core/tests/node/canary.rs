//! Readiness by canaries: which nodes say that clients should be sent elsewhere, how soon, and when they return.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use hearth_core::{clock::Clock, local::Loss, node::Node};

use crate::kit::{Cluster, PausedClock, settle};

async fn three() -> (Cluster, [Node; 3]) {
    let cluster = Cluster::new();
    let nodes = ["a", "b", "c"].map(|name| cluster.node(name));
    seconds(20).await;
    (cluster, nodes)
}

async fn seconds(count: u64) {
    tokio::time::sleep(Duration::from_secs(count)).await;
}

async fn ready(nodes: &[Node]) -> Vec<bool> {
    let mut ready = Vec::new();
    for node in nodes {
        ready.push(node.ready().await.is_ok());
    }
    ready
}

/// Asks each tenth of a second: for as long as `ms`, all of these must be so.
async fn stays(nodes: &[Node], expected: &[bool], ms: u64) {
    for at in 0..ms / 100 {
        assert_eq!(ready(nodes).await, expected, "after {at} tenths");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Seconds, in tenths, until it is so.
async fn until(nodes: &[Node], expected: &[bool]) -> u64 {
    for at in 0..600 {
        if ready(nodes).await == expected {
            return at;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it never became {expected:?}: {:?}", ready(nodes).await);
}

#[tokio::test(start_paused = true)]
async fn a_deaf_node_leaves_within_ten_seconds_and_returns_by_itself() {
    let (cluster, nodes) = three().await;
    let [a, b, c] = &nodes;
    assert_eq!(ready(&nodes).await, [true; 3]);
    for (one, other) in [(a, c), (b, c), (c, c)] {
        cluster.net.cut(one.name(), other.name(), Loss::Silent);
    }
    let left = until(&nodes, &[true, true, false]).await;
    assert!((50..90).contains(&left), "left after {left} tenths");
    let why = c.ready().await.unwrap_err();
    assert!(why.message.contains("does not hear"), "{why}");
    stays(&nodes, &[true, true, false], 60_000).await;
    for (one, other) in [(a, c), (b, c), (c, c)] {
        cluster.net.restore(one.name(), other.name());
    }
    let back = until(&nodes, &[true; 3]).await;
    assert!(back <= 20, "back after {back} tenths");
    stays(&nodes, &[true; 3], 60_000).await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_slow_for_all_takes_nobody_out() {
    let (cluster, nodes) = three().await;
    cluster.store.set_record_pause(Duration::from_secs(4));
    stays(&nodes, &[true; 3], 120_000).await;
    cluster.store.set_record_pause(Duration::from_secs(10));
    let left = until(&nodes, &[false; 3]).await;
    // Eight seconds after the last write, which was under way for up to four.
    assert!(left <= 120, "left after {left} tenths");
    cluster.store.set_record_pause(Duration::ZERO);
    until(&nodes, &[true; 3]).await;
    stays(&nodes, &[true; 3], 60_000).await;
}

#[tokio::test(start_paused = true)]
async fn a_node_that_alone_has_lost_the_bus_leaves_and_returns() {
    let (cluster, nodes) = three().await;
    cluster.net.take_away(nodes[1].name());
    let left = until(&nodes, &[true, false, true]).await;
    assert!((50..90).contains(&left), "left after {left} tenths");
    cluster.net.give_back(nodes[1].name());
    let back = until(&nodes, &[true; 3]).await;
    assert!(back <= 20, "back after {back} tenths");
}

#[tokio::test(start_paused = true)]
async fn a_bus_that_is_away_for_all_takes_no_node_out() {
    let (cluster, nodes) = three().await;
    for node in &nodes {
        cluster.net.take_away(node.name());
    }
    stays(&nodes, &[true; 3], 120_000).await;
    for node in &nodes {
        cluster.net.give_back(node.name());
    }
    stays(&nodes, &[true; 3], 30_000).await;
}

#[tokio::test(start_paused = true)]
async fn a_short_silence_takes_no_node_out() {
    let (cluster, nodes) = three().await;
    for _ in 0..10 {
        cluster.net.take_away(nodes[0].name());
        stays(&nodes, &[true; 3], 3_500).await;
        cluster.net.give_back(nodes[0].name());
        stays(&nodes, &[true; 3], 2_500).await;
    }
}

#[tokio::test(start_paused = true)]
async fn nodes_that_hear_nobody_else_stay() {
    let cluster = Cluster::new();
    let alone = [cluster.node("a")];
    seconds(20).await;
    cluster.net.take_away(alone[0].name());
    stays(&alone, &[true], 60_000).await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_reads_but_does_not_write_takes_its_nodes_out() {
    let (cluster, nodes) = three().await;
    cluster.store.set_full(true);
    let left = until(&nodes, &[false; 3]).await;
    assert!((30..90).contains(&left), "left after {left} tenths");
    let why = nodes[0].ready().await.unwrap_err();
    assert!(why.message.contains("cannot write"), "{why}");
    cluster.store.set_full(false);
    let back = until(&nodes, &[true; 3]).await;
    assert!(back <= 30, "back after {back} tenths");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_opens_again_only_for_a_write_is_written_to() {
    let (cluster, nodes) = three().await;
    cluster.store.set_full(true);
    until(&nodes, &[false; 3]).await;
    cluster.store.set_full(false);
    cluster.store.close();
    assert_eq!(ready(&nodes).await, [false; 3]);
    let back = until(&nodes, &[true; 3]).await;
    assert!(back <= 30, "back after {back} tenths");
}

/// A clock that can be set.
struct SetClock(Arc<PausedClock>, AtomicI64);

impl Clock for SetClock {
    fn now_ms(&self) -> u64 {
        self.0.now_ms()
    }

    fn wall_ms(&self) -> u64 {
        let ahead = self.1.load(Ordering::Relaxed);
        self.0.wall_ms().checked_add_signed(ahead).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn of_three_the_one_with_the_wrong_clock_leaves_and_returns_when_it_is_right() {
    for off in [90_000, -90_000] {
        let cluster = Cluster::new();
        let clock = Arc::new(SetClock(cluster.clock.clone(), AtomicI64::new(0)));
        let nodes = [
            cluster.node("a"),
            cluster.node_by("b", clock.clone()),
            cluster.node("c"),
        ];
        seconds(10).await;
        clock.1.store(4_000, Ordering::Relaxed);
        stays(&nodes, &[true; 3], 20_000).await;
        clock.1.store(off, Ordering::Relaxed);
        let left = until(&nodes, &[true, false, true]).await;
        assert!(left < 90, "left after {left} tenths");
        let why = nodes[1].ready().await.unwrap_err();
        assert!(why.message.contains("clock"), "{why}");
        stays(&nodes, &[true, false, true], 60_000).await;
        clock.1.store(0, Ordering::Relaxed);
        let back = until(&nodes, &[true; 3]).await;
        assert!(back < 50, "back after {back} tenths");
        stays(&nodes, &[true; 3], 20_000).await;
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_with_different_clocks_neither_leaves() {
    let cluster = Cluster::new();
    let clock = Arc::new(SetClock(cluster.clock.clone(), AtomicI64::new(90_000)));
    let nodes = [cluster.node("a"), cluster.node_by("b", clock)];
    settle().await;
    stays(&nodes, &[true; 2], 60_000).await;
}
