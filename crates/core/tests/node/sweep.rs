//! The fan-out of a room with many readers, in real time: what it costs is what paces it.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bytes::Bytes;
use hearth_core::{
    node::{Lane, Node, Outbox, Pushed},
    session::{Dialect, NewSend},
};
use hearth_protocol::{CloseCode, Decoded, RoomId, SendId, ServerFrame, User, decode_server};

use crate::kit::*;

const READERS: usize = 100;
const MESSAGES: u64 = 40;

/// A socket that takes its time, and how many events each of its frames had.
#[derive(Default)]
struct Slow(Mutex<Vec<Vec<u64>>>);

impl Outbox for Slow {
    fn push(&self, _lane: Lane, text: &Bytes) -> Pushed {
        let text = std::str::from_utf8(text).unwrap();
        if let Decoded::Frame(frame) = decode_server(text)
            && let ServerFrame::Events { events, .. } = *frame
        {
            let until = Instant::now() + Duration::from_micros(50);
            while Instant::now() < until {
                std::hint::spin_loop();
            }
            let seqs = events.iter().map(|event| event.seq.0).collect();
            self.0.lock().unwrap().push(seqs);
        }
        Pushed::Taken
    }

    fn close(&self, _code: CloseCode) {}
}

fn reader(node: &Node, user: &User) -> Arc<Slow> {
    let outbox = Arc::new(Slow::default());
    let mut session = node.open(user.clone(), Dialect::V1, outbox.clone());
    session.text(r#"{"type":"hello","device":"d","rooms":[]}"#);
    tokio::spawn(async move {
        loop {
            session.turn().await;
        }
    });
    outbox
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
}

#[tokio::test]
async fn what_comes_while_a_large_fan_out_rests_is_written_to_each_at_once() {
    let cluster = Cluster::new();
    let a = cluster.node("a");
    let mara = user(&a, "mara").await;
    let room = public_room(&a, &mara, "room1").await;
    let readers: Vec<_> = (0..READERS).map(|_| reader(&a, &mara)).collect();
    settle().await;
    for n in 1..=MESSAGES {
        say(&a, &mara, room, n).await;
    }
    // The first event made the room.
    let all: Vec<u64> = (2..=MESSAGES + 1).collect();
    for outbox in &readers {
        let had = || outbox.0.lock().unwrap().clone();
        let has_all = async {
            while had().last().and_then(|frame| frame.last()) < all.last() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), has_all)
            .await
            .expect("all events come");
        let frames = had();
        assert_eq!(frames.concat(), all);
        assert!(frames.len() < all.len(), "{frames:?}");
    }
}
