//! Connections whose client is gone in all but the wire: one never answers a ping, one asks and asks and reads
//! nothing, one reads a byte a second.
//! It promises that each ends with its task. What they are shown is nobody's: no history has it.

use std::{sync::Arc, time::Duration};

use hearth_protocol::{ClientFrame, CloseCode, RoomId, bounds::PAGE_EVENTS_MAX};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, interval, timeout, timeout_at},
};

use super::world::World;

/// Of what was read last: more than a close frame.
const TAIL_BYTES: usize = 128;
/// Pages asked for at once: fewer than a connection may have under way.
const ASKS: u64 = 8;
/// Between such.
const PAUSE: Duration = Duration::from_millis(50);
/// Between one byte and the next.
const DRIP: Duration = Duration::from_secs(1);

/// Takes what comes and answers nothing, not even a ping, until the server ends it. Counts how it ended.
pub(super) async fn mute(world: Arc<World>, mut stream: TcpStream) {
    let (mut tail, mut bytes) = (Vec::new(), [0; 4096]);
    while let Ok(n @ 1..) = stream.read(&mut bytes).await {
        tail.extend_from_slice(&bytes[..n]);
        tail.drain(..tail.len().saturating_sub(TAIL_BYTES));
    }
    let is_idle = ends_with(&tail, CloseCode::Idle);
    world.count(|tally| {
        tally.left_open -= 1;
        tally.idle += u64::from(is_idle);
    });
}

/// Asks for page after page of a room and reads nothing for so long, or until the server ends it.
pub(super) async fn greedy(mut stream: TcpStream, room: RoomId, hold: Duration) {
    let until = Instant::now() + hold;
    let mut tick = interval(PAUSE);
    for first in (1..).step_by(ASKS as usize) {
        tick.tick().await;
        let mut bytes = Vec::new();
        for number in first..first + ASKS {
            frame(&page(number, room), &mut bytes);
        }
        let written = timeout(
            until.saturating_duration_since(Instant::now()),
            stream.write_all(&bytes),
        );
        if !matches!(written.await, Ok(Ok(()))) {
            break;
        }
    }
    tokio::time::sleep_until(until).await;
}

/// Asks for some pages of a room, and takes one byte a second of what comes, for so long or until the server ends it.
pub(super) async fn dripping(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    room: RoomId,
    hold: Duration,
) {
    let until = Instant::now() + hold;
    let mut bytes = Vec::new();
    for number in 1..=ASKS {
        frame(&page(number, room), &mut bytes);
    }
    let drip = async {
        if stream.write_all(&bytes).await.is_err() {
            return;
        }
        let mut tick = interval(DRIP);
        while matches!(stream.read(&mut [0]).await, Ok(1)) {
            tick.tick().await;
        }
    };
    // It goes when the time is over.
    let _ = timeout_at(until, drip).await;
}

fn page(number: u64, room: RoomId) -> String {
    let ask = ClientFrame::History {
        r#ref: number,
        room,
        before: None,
        after: None,
        around: None,
        at_ms: None,
        limit: Some(PAGE_EVENTS_MAX),
    };
    serde_json::to_string(&ask).unwrap_or_default()
}

/// A text from a client, masked with zeros.
fn frame(text: &str, bytes: &mut Vec<u8>) {
    bytes.push(0x81);
    // The shortest form of a length is the only one that is allowed.
    match u8::try_from(text.len()) {
        Ok(length @ ..126) => bytes.push(0x80 | length),
        _ => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(text.len()).unwrap_or(0).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(text.as_bytes());
}

/// Whether the last frame is a close with this code.
fn ends_with(tail: &[u8], code: CloseCode) -> bool {
    let close = tail.iter().rposition(|byte| *byte == 0x88);
    close.is_some_and(|at| tail[at..].get(2..4) == Some(&code.number().to_be_bytes()[..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_is_known_by_its_code() {
        let mut tail = b"\x81\x02{}".to_vec();
        assert!(!ends_with(&tail, CloseCode::Idle));
        tail.extend(b"\x88\x06\x0f\xa2idle");
        assert!(ends_with(&tail, CloseCode::Idle));
        assert!(!ends_with(&tail, CloseCode::Slow));
    }

    #[tokio::test(start_paused = true)]
    async fn one_byte_is_read_a_second() {
        let (client, mut server) = tokio::io::duplex(1 << 16);
        server.write_all(&[7; 100]).await.unwrap();
        let mut client = client;
        let room = RoomId(uuid::Uuid::nil());
        dripping(&mut client, room, Duration::from_secs(10)).await;
        drop(server);
        let mut left = Vec::new();
        client.read_to_end(&mut left).await.unwrap();
        assert!((85..=91).contains(&left.len()), "{} are left", left.len());
        // And the server's end is its end.
        let began = Instant::now();
        dripping(&mut client, room, Duration::from_secs(10)).await;
        assert!(began.elapsed() < DRIP);
    }

    #[test]
    fn a_page_is_asked_for_in_one_frame() {
        let text = page(7, RoomId(uuid::Uuid::nil()));
        let mut bytes = Vec::new();
        frame(&text, &mut bytes);
        let length = usize::from(bytes[1] & 0x7f);
        assert!(length < 126 && length == text.len(), "{text}");
        assert_eq!(bytes.len(), 6 + length);
        assert!(text.contains("\"ref\":7"), "{text}");
    }
}
