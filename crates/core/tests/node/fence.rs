//! The fence under fire (I8): somebody is put out while they write, from every node at once.

use std::{collections::BTreeMap, time::Duration};

use hearth_core::{
    local::Loss,
    node::Node,
    port::{Freshness, Log},
};
use hearth_protocol::{Body, Event, RoomId, Seq, ServerFrame, User};

use crate::kit::*;

/// Messages of each writer in each round.
const SENDS: u64 = 30;
const ROUNDS: u64 = 6;

/// The whole log, as the store has it.
async fn log_of(cluster: &Cluster, room: RoomId) -> Vec<Event> {
    let (mut events, mut next) = (Vec::new(), Seq(1));
    loop {
        let page = cluster
            .store
            .read(room, next, Seq(u64::MAX), 1_000, Freshness::Serial)
            .await
            .unwrap();
        let Some(last) = page.entries.last() else {
            return events;
        };
        next = last.seq().next();
        events.extend(page.entries.into_iter().map(|entry| entry.event));
    }
}

/// What became of each send: its number, or nothing if it was refused.
fn outcomes(frames: &[ServerFrame]) -> BTreeMap<String, Option<u64>> {
    let outcome = |frame: &ServerFrame| match frame {
        ServerFrame::Ack { id, seq, .. } => Some((id.to_string(), Some(seq.0))),
        ServerFrame::Error { id: Some(id), .. } => Some((id.to_string(), None)),
        _ => None,
    };
    frames.iter().filter_map(outcome).collect()
}

/// One who writes as fast as they can, from a device of their own.
async fn writer(node: &Node, by: &User, room: RoomId, head: u64, name: &str) -> Client {
    let client = Client::hello(node, by, &[(room, head)]).await;
    for n in 1..=SENDS {
        client
            .say(&format!(
                r#"{{"type":"send","room":"{room}","id":"{name}-{n}","after":{head},"device":"{name}","n":{n},"body":{{"kind":"message","text":"{name} {n}"}}}}"#
            ))
            .await;
    }
    client
}

async fn under_fire(loss: Option<Loss>) {
    let cluster = Cluster::new();
    let nodes = [cluster.node("a"), cluster.node("b"), cluster.node("c")];
    settle().await;
    let (mara, jonas) = (
        user(&nodes[0], "mara").await,
        user(&nodes[1], "jonas").await,
    );
    let room = public_room(&nodes[0], &mara, "room1").await;
    join(&nodes[1], &jonas, room).await;
    let at_a = Client::hello(&nodes[0], &mara, &[]).await;
    if let Some(loss) = loss {
        // Two of them do not hear each other: both append, against each other.
        cluster.net.cut(nodes[0].name(), nodes[1].name(), loss);
        cluster.net.cut(nodes[1].name(), nodes[2].name(), loss);
    }
    cluster.store.set_append_pause(Duration::from_millis(3));
    let (mut head, mut written) = (2, 0);
    for round in 0..ROUNDS {
        let mut writers = Vec::new();
        for (n, node) in nodes.iter().enumerate() {
            writers.push(writer(node, &jonas, room, head, &format!("r{round}w{n}")).await);
        }
        // Sooner, later, and in the first round at once.
        tokio::time::sleep(Duration::from_millis(round * 9)).await;
        let (kind, out) = match round % 2 {
            0 => ("out", removed(jonas.id)),
            _ => (
                "ban",
                Body::Ban {
                    user: jonas.id,
                    reason: String::new(),
                    until_ms: None,
                },
            ),
        };
        let id = format!("{kind}{round}");
        at_a.send(room, &id, head, 10 * round + 1, &out).await;
        let fence = at_a.acked(&id).await;
        for client in &writers {
            client
                .until("an outcome of each send", |frames| {
                    outcomes(frames).len() as u64 == SENDS
                })
                .await;
        }
        let log = log_of(&cluster, room).await;
        let after = &log[fence as usize..];
        assert!(
            after.iter().all(|event| event.by != jonas.id),
            "something of theirs is after event {fence}: {after:?}"
        );
        for client in &writers {
            for (id, seq) in outcomes(&client.frames()) {
                let Some(seq) = seq else { continue };
                assert!(
                    seq < fence,
                    "{id} was acknowledged as {seq}, behind {fence}"
                );
                assert_eq!(
                    log[seq as usize - 1].id.as_str(),
                    id,
                    "what was acknowledged stands"
                );
                written += 1;
            }
            let shown = client.seqs();
            assert!(
                shown.iter().all(|seq| *seq <= fence),
                "shown behind {fence}"
            );
        }
        drop(writers);
        head = log.len() as u64;
        if kind == "ban" {
            let unban = Body::Unban { user: jonas.id };
            let id = format!("unban{round}");
            at_a.send(room, &id, head, 10 * round + 2, &unban).await;
            head = at_a.acked(&id).await;
        }
        let back = Body::Invite {
            user: jonas.id,
            user_name: String::new(),
            accepted: false,
        };
        let id = format!("back{round}");
        at_a.send(room, &id, head, 10 * round + 3, &back).await;
        head = at_a.acked(&id).await;
    }
    let all = ROUNDS * SENDS * 3;
    assert!(
        0 < written && written < all,
        "{written} of {all}: no round met the fence"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_of_theirs_comes_after_a_removal_though_they_write_on_three_nodes() {
    under_fire(None).await;
}

#[tokio::test(start_paused = true)]
async fn the_fence_holds_where_nodes_do_not_hear_each_other() {
    under_fire(Some(Loss::Silent)).await;
    under_fire(Some(Loss::Told)).await;
}
