//! The way out held to its promises, over a real socket whose reader stops and goes on.

use std::time::Duration;

use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
    time::timeout,
};

use hearth_core::node::PressureBounds;

use super::*;

async fn pair() -> (Arc<TcpStream>, Pipe, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (client, server) = tokio::join!(
        TcpStream::connect(listener.local_addr().unwrap()),
        listener.accept()
    );
    let server = Arc::new(server.unwrap().0);
    server.writable().await.unwrap();
    let pressure = Pressure::new(PressureBounds::default());
    (server.clone(), Pipe::new(server, pressure), client.unwrap())
}

fn waiting(pipe: &Pipe) -> (usize, usize) {
    let state = pipe.lock();
    (state.waiting.len(), state.waiting_bytes)
}

/// Reads everything that comes until the close frame, and returns how many bytes of text and the close code.
async fn read_to_close(client: &mut TcpStream) -> (usize, u16) {
    let mut texts = 0;
    loop {
        let head = client.read_u16().await.unwrap();
        let size = match head & 0x7F {
            126 => usize::from(client.read_u16().await.unwrap()),
            127 => usize::try_from(client.read_u64().await.unwrap()).unwrap(),
            short => usize::from(short),
        };
        let mut payload = vec![0; size];
        client.read_exact(&mut payload).await.unwrap();
        match head >> 8 {
            0x81 => texts += size,
            0x88 => return (texts, u16::from_be_bytes([payload[0], payload[1]])),
            0x89 => {}
            other => panic!("{other:#x}"),
        }
    }
}

#[tokio::test]
async fn a_text_goes_out_at_once_and_leaves_nothing_behind() {
    let (_stream, pipe, mut client) = pair().await;
    pipe.push(Lane::Events, &Bytes::from_static(b"hi"));
    assert_eq!(waiting(&pipe), (0, 0));
    assert_eq!(pipe.lock().waiting.capacity(), 0);
    let mut got = [0; 4];
    client.read_exact(&mut got).await.unwrap();
    assert_eq!(&got, b"\x81\x02hi");
}

#[tokio::test]
async fn what_the_kernel_does_not_take_waits_and_leaves_in_order() {
    let (stream, pipe, mut client) = pair().await;
    let texts: Vec<Bytes> = (0..4000)
        .map(|n| Bytes::from(format!("{n:0>4096}")))
        .collect();
    let read = tokio::spawn(async move {
        for n in 0..4000 {
            let mut frame = vec![0; 4 + 4096];
            client.read_exact(&mut frame).await.unwrap();
            assert_eq!(&frame[4..], format!("{n:0>4096}").as_bytes());
        }
    });
    let mut waited = false;
    for text in &texts {
        pipe.push(Lane::Events, text);
        if waiting(&pipe).1 > OUTBOX_BYTES_MAX / 2 {
            waited = true;
            pipe.flush(&stream).await;
        }
    }
    pipe.flush(&stream).await;
    assert!(waited, "the reader was never slower than the writer");
    assert_eq!(waiting(&pipe), (0, 0));
    timeout(Duration::from_secs(10), read)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_reader_who_stops_is_closed_as_slow_at_the_bound_and_can_read_why() {
    let (stream, pipe, mut client) = pair().await;
    let text = Bytes::from(vec![b'x'; 10_000]);
    let mut pushed = 0;
    while pipe.lock().phase == Phase::Open {
        pipe.push(Lane::Events, &text);
        pushed += text.len();
        assert!(waiting(&pipe).1 <= OUTBOX_BYTES_MAX + FRAME_OVERHEAD + 125);
    }
    let held = waiting(&pipe);
    pipe.push(Lane::Events, &text);
    assert_eq!(waiting(&pipe), held, "nothing is added after a close");
    assert!(
        held.0 <= 2,
        "all but a cut frame and the close frame is dropped: {held:?}"
    );
    assert_eq!(pipe.turn(&stream, true).await, Turn::Closing);
    let (read, ()) = tokio::join!(read_to_close(&mut client), pipe.flush(&stream));
    assert_eq!(read.1, CloseCode::Slow.number());
    assert!(read.0 < pushed);
}

#[tokio::test]
async fn as_it_fills_the_lower_lanes_are_shed_and_events_are_not() {
    let (_stream, pipe, _client) = pair().await;
    let text = Bytes::from(vec![b'x'; 10_000]);
    let mut shed: Vec<Lane> = Vec::new();
    while pipe.lock().phase == Phase::Open {
        for lane in Lane::ALL.into_iter().rev() {
            let before = waiting(&pipe);
            if pipe.push(lane, &text) == Pushed::Shed {
                assert_eq!(waiting(&pipe), before);
                if !shed.contains(&lane) {
                    shed.push(lane);
                }
            } else {
                assert!(
                    pipe.lock().phase != Phase::Open || !shed.contains(&lane),
                    "it only fills, so what was shed once is shed on"
                );
            }
        }
    }
    assert_eq!(
        shed,
        [Lane::Presence, Lane::Typing, Lane::Receipts, Lane::History]
    );
}

#[tokio::test]
async fn slow_readers_together_hold_no_more_than_the_node_may() {
    let bound = 3 * OUTBOX_BYTES_MAX / 2;
    let pressure = Pressure::new(PressureBounds {
        outboxes_bytes_max: bound,
        ..PressureBounds::default()
    });
    let text = Bytes::from(vec![b'x'; 10_000]);
    let mut pairs = Vec::new();
    for _ in 0..5 {
        let (stream, _, client) = pair().await;
        pairs.push((Pipe::new(stream.clone(), pressure.clone()), stream, client));
    }
    for _ in 0..2_000 {
        for (pipe, ..) in &pairs {
            pipe.push(Lane::Events, &text);
            // What the kernel is in the middle of is beside the bound.
            assert!(pressure.outboxes_bytes().0 <= bound + pairs.len() * 10_300);
        }
    }
    assert!(
        pairs
            .iter()
            .all(|(pipe, ..)| pipe.lock().phase != Phase::Open)
    );
    drop(pairs);
    assert_eq!(pressure.outboxes_bytes().0, 0, "all of it was given back");
}

#[tokio::test]
async fn a_close_lets_out_what_waits_before_it() {
    let (stream, pipe, mut client) = pair().await;
    let text = Bytes::from(vec![b'x'; 10_000]);
    let mut pushed = 0;
    while waiting(&pipe).1 < OUTBOX_BYTES_MAX / 2 {
        pipe.push(Lane::Events, &text);
        pushed += text.len();
    }
    pipe.close(CloseCode::Drain);
    pipe.close(CloseCode::Slow);
    let (read, ()) = tokio::join!(read_to_close(&mut client), pipe.flush(&stream));
    assert_eq!(read, (pushed, CloseCode::Drain.number()));
}

#[tokio::test]
async fn two_pings_without_a_sign_of_life_close_as_idle() {
    let (stream, pipe, mut client) = pair().await;
    pipe.ping();
    pipe.heard();
    pipe.ping();
    pipe.ping();
    assert_eq!(pipe.lock().phase, Phase::Open);
    pipe.ping();
    pipe.flush(&stream).await;
    assert_eq!(
        read_to_close(&mut client).await,
        (0, CloseCode::Idle.number())
    );
}

#[tokio::test]
async fn the_task_is_woken_for_reads_only_while_it_wants_them() {
    let (stream, pipe, client) = pair().await;
    client.writable().await.unwrap();
    client.try_write(b"x").unwrap();
    assert_eq!(pipe.turn(&stream, true).await, Turn::Read);
    let unread = timeout(Duration::from_millis(20), pipe.turn(&stream, false)).await;
    assert!(unread.is_err());
}

#[tokio::test]
async fn after_the_end_the_descriptor_is_closed_and_pushes_are_dropped() {
    let (stream, pipe, mut client) = pair().await;
    pipe.end();
    drop(stream);
    pipe.push(Lane::Events, &Bytes::from_static(b"x"));
    assert_eq!(client.read(&mut [0; 1]).await.unwrap(), 0);
    assert_eq!(waiting(&pipe), (0, 0));
}
