//! How often a message allocates on its way, by an allocator that counts: a bounded number of times for the message, and
//! not once for a reader.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[allow(dead_code, reason = "the kit has more than is needed here")]
#[path = "node/kit.rs"]
mod kit;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use hearth_core::{
    node::{Lane, Node, Outbox, Pushed},
    session::NewSend,
};
use hearth_protocol::{CloseCode, RoomId, SendId, User};
use kit::{Cluster, attend, message, public_room, user};

const MESSAGES: u64 = 20;
/// What a message takes from the send to the last push, the store in memory and its turns of the clock included.
const MESSAGE_MAX: u64 = 120;

/// A socket that keeps nothing.
struct Through;

impl Outbox for Through {
    fn push(&self, _: Lane, _: &Bytes) -> Pushed {
        Pushed::Taken
    }

    fn close(&self, _: CloseCode) {}
}

async fn say(node: &Node, by: &User, room: RoomId, n: u64) {
    let send = NewSend {
        room,
        id: SendId::new(format!("m{n}")).unwrap(),
        after: None,
        device: None,
        n: 0,
        body: message("hello"),
    };
    node.send(by, send).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// Allocations of one message in a room with so many readers.
fn of_one(readers: usize) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let (node, mara, room) = runtime.block_on(async {
        let cluster = Cluster::new();
        let node = cluster.node("a");
        let mara = user(&node, "mara").await;
        let room = public_room(&node, &mara, "room1").await;
        for _ in 0..readers {
            attend(&node, &mara, Arc::new(Through));
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
        // What grows once has grown.
        for n in 0..MESSAGES {
            say(&node, &mara, room, n).await;
        }
        (node, mara, room)
    });
    let counted = allocation_counter::measure(|| {
        runtime.block_on(async {
            for n in MESSAGES..2 * MESSAGES {
                say(&node, &mara, room, n).await;
            }
        });
    });
    counted.count_total / MESSAGES
}

#[test]
fn a_message_allocates_a_bounded_number_of_times_and_none_for_a_reader() {
    let [few, many] = [10, 200].map(of_one);
    assert!(few <= MESSAGE_MAX, "{few} a message");
    assert!(many <= few + 8, "{few} with 10 readers, {many} with 200");
}
