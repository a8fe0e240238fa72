//! The canary's rounds: a conditional write to the store, then a message over the bus to this node itself and to some
//! of its peers, who answer. What comes of them is judged by the machine in `crate::canary`.

use std::time::Duration;

use rand::RngExt;

use super::{Node, lock};
use crate::{
    canary::{ROUND_IN_DOUBT_MS, ROUND_MS, Unready, WRITE_MS},
    hint::{Hint, NodeHint},
    port::{NodeName, Record, RecordKind, Topic, Written},
};

/// The board's record: one for the whole cluster, overwritten for ever, so that it does not grow.
const BOARD: &str = "canary";
/// Writes tried in one round when others' come first.
const TRIES_MAX: usize = 4;
/// Peers asked in one round, in turn.
const PEERS_MAX: usize = 8;

/// How long the parts of a canary's way took, in seconds: `store` its write, `bus` from its publishing until it came
/// back, `whole` both, `peer` to another node and back.
const TOOK: &str = "hearth_canary_seconds";
const LEGS: [&str; 4] = ["store", "bus", "whole", "peer"];

/// Makes the numbers known.
pub(super) fn begin() {
    for leg in LEGS {
        drop(metrics::histogram!(TOOK, "leg" => leg));
    }
    for why in Unready::LABELS {
        metrics::counter!("hearth_unready_total", "why" => why).increment(0);
    }
    metrics::gauge!("hearth_ready").set(1.0);
    metrics::gauge!("hearth_clock_ahead_seconds").set(0.0);
}

fn took(leg: &'static str, ms: u64) {
    metrics::histogram!(TOOK, "leg" => leg).record(seconds(ms));
}

fn seconds(ms: u64) -> f64 {
    f64::from(u32::try_from(ms).unwrap_or(u32::MAX)) / 1000.0
}

/// Goes round after round, for ever.
pub(super) async fn rounds(node: Node) {
    let mut before = Ok(());
    let mut turn = Turn::default();
    loop {
        round(&node, &mut turn).await;
        let now_ms = node.now_ms();
        let (verdict, doubt, ahead_ms) = {
            let canary = lock(&node.0.canary);
            let ahead_ms = canary.ahead_ms(now_ms);
            (canary.verdict(now_ms), canary.in_doubt(now_ms), ahead_ms)
        };
        tell(before, verdict);
        before = verdict;
        if let Some(ahead_ms) = ahead_ms {
            let size = seconds(ahead_ms.unsigned_abs());
            let ahead = if ahead_ms < 0 { -size } else { size };
            metrics::gauge!("hearth_clock_ahead_seconds").set(ahead);
        }
        let pause = if doubt { ROUND_IN_DOUBT_MS } else { ROUND_MS };
        // Nodes that were started together must not meet at the board each time.
        let less = node.chance(|chance| chance.random_range(0..pause / 10));
        tokio::time::sleep(Duration::from_millis(pause - less)).await;
    }
}

/// Where the last round's turn ended, among peers and topics.
#[derive(Default)]
struct Turn {
    peer: Option<NodeName>,
    topic: Option<Topic>,
}

async fn round(node: &Node, turn: &mut Turn) {
    let began_ms = node.now_ms();
    let write = tokio::time::timeout(Duration::from_millis(WRITE_MS), write(node));
    match write.await {
        Ok(Ok(())) => {
            let now_ms = node.now_ms();
            lock(&node.0.canary).written(now_ms);
            took("store", now_ms.saturating_sub(began_ms));
        }
        Ok(Err(error)) => tracing::debug!(%error, "the canary was not written"),
        Err(_) => tracing::debug!("the canary was not written in time"),
    }
    let wall_ms = node.0.clock.wall_ms();
    let round = lock(&node.0.canary).published(began_ms, node.now_ms(), wall_ms);
    let canary = |to: &NodeName, topic: Topic| {
        let hint = NodeHint::Canary {
            from: node.name().clone(),
            to: to.clone(),
            round,
        };
        if let Some(payload) = Hint::Node(hint).encode() {
            node.publish(topic, payload);
        }
    };
    canary(node.name(), Topic::Node(node.name().clone()));
    // One of the shard channels too, each in turn: with Redis Cluster they lie on other masters.
    turn.topic = lock(&node.0.topics).next_shard(turn.topic.as_ref());
    if let Some(topic) = &turn.topic {
        canary(node.name(), topic.clone());
    }
    for peer in peers(node, &mut turn.peer) {
        canary(&peer, Topic::Node(peer.clone()));
    }
}

/// Writes this node's line on the board, over whatever others write meanwhile.
async fn write(node: &Node) -> Result<(), String> {
    let store = &node.0.store;
    // A read that fails is no reason not to try: the embedded store opens its file again only for a write. If there is
    // a board all the same, the write does not apply and says how it stands.
    let mut stands: Option<Option<Record>> = store.record(RecordKind::Setting, BOARD).await.ok();
    for _ in 0..TRIES_MAX {
        let is_read = stands.is_some();
        let board = {
            let now_ms = node.now_ms();
            let mut canary = lock(&node.0.canary);
            if let Some(board) = &stands {
                canary.read(now_ms, board.as_ref().map(|record| record.value.as_str()));
            }
            canary.board(now_ms)
        };
        let expect = stands.flatten().map(|record| record.version);
        let put = store
            .put_record(RecordKind::Setting, BOARD, expect, &board)
            .await;
        match put.map_err(|error| error.to_string())? {
            Written::Done(_) => return Ok(()),
            Written::Conflict(other) => {
                // The store decides conditional writes, and another's went first: as good a sign. Not so where it is
                // only this node that did not know how it stands, for to refuse that may need no disk.
                if is_read {
                    let now_ms = node.now_ms();
                    lock(&node.0.canary).written(now_ms);
                }
                stands = Some(other);
            }
        }
        let pause = node.chance(|chance| chance.random_range(1..50));
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    Err("others wrote first each time".into())
}

/// The peers to ask in this round: those after the last round's, around and around.
fn peers(node: &Node, last: &mut Option<NodeName>) -> Vec<NodeName> {
    let others = node.others();
    let after = others
        .iter()
        .position(|peer| last.as_ref().is_some_and(|last| peer > last))
        .unwrap_or(0);
    let turn = others.iter().cycle().skip(after);
    let peers: Vec<_> = turn.take(others.len().min(PEERS_MAX)).cloned().collect();
    *last = peers.last().cloned();
    peers
}

fn tell(before: Result<(), Unready>, now: Result<(), Unready>) {
    metrics::gauge!("hearth_ready").set(if now.is_ok() { 1.0 } else { 0.0 });
    let why = |verdict: Result<(), Unready>| verdict.err().map(|why| why.label());
    if why(before) == why(now) {
        return;
    }
    match now {
        Ok(()) => tracing::info!("ready again"),
        Err(why) => {
            metrics::counter!("hearth_unready_total", "why" => why.label()).increment(1);
            tracing::warn!(?why, "not ready: clients should be sent elsewhere");
        }
    }
}

impl Node {
    /// A canary has come: this node's own, a peer's, or one that is not for it.
    pub(super) fn canary(&self, from: NodeName, to: &NodeName, round: u64) {
        if to != self.name() {
            return;
        }
        if from == *self.name() {
            let echoed = lock(&self.0.canary).echoed(self.now_ms(), round);
            if let Some(echoed) = echoed {
                took("bus", echoed.bus_ms);
                took("whole", echoed.whole_ms);
            }
            return;
        }
        let hint = NodeHint::CanaryAnswer {
            from: self.name().clone(),
            round,
            wall_ms: self.0.clock.wall_ms(),
        };
        if let Some(payload) = Hint::Node(hint).encode() {
            self.publish(Topic::Node(from), payload);
        }
    }

    /// A peer has answered.
    pub(super) fn canary_answered(&self, from: NodeName, round: u64, peer_wall_ms: u64) {
        let (now_ms, wall_ms) = (self.now_ms(), self.0.clock.wall_ms());
        let mut canary = lock(&self.0.canary);
        let trip = canary.answered(now_ms, wall_ms, round, from, peer_wall_ms);
        drop(canary);
        if let Some(trip_ms) = trip {
            took("peer", trip_ms);
        }
    }
}
