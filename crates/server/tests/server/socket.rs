//! The socket below the session, byte by byte: handshakes, frames in pieces, violations, pings, closes.

use hearth_protocol::bounds::CLIENT_FRAME_BYTES_MAX;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::world::{LONG, Socket, V1, World};

/// A connection whose handshake was sent with these bytes right behind it.
async fn upgraded(world: &World, user: &str, behind: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(world.place(0)).await.unwrap();
    let mut request = format!(
        "GET /ws?id={user} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        world.place(0)
    )
    .into_bytes();
    request.extend(behind);
    stream.write_all(&request).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(timeout(LONG, stream.read_u8()).await.unwrap().unwrap());
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    assert!(
        head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="),
        "{head}"
    );
    stream
}

/// A client's frame, masked.
fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [1, 2, 3, 4];
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | u8::try_from(short).unwrap()),
        middle @ 126..65_536 => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(middle).unwrap().to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(
        payload
            .iter()
            .enumerate()
            .map(|(at, byte)| byte ^ mask[at % 4]),
    );
    frame
}

/// The next frame from the server: its first byte, and its payload.
async fn frame(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let read = async {
        let first = stream.read_u8().await.unwrap();
        let size = match stream.read_u8().await.unwrap() {
            126 => usize::from(stream.read_u16().await.unwrap()),
            127 => usize::try_from(stream.read_u64().await.unwrap()).unwrap(),
            short => usize::from(short),
        };
        let mut payload = vec![0; size];
        stream.read_exact(&mut payload).await.unwrap();
        (first, payload)
    };
    timeout(LONG, read).await.expect("no frame in time")
}

async fn close_code(stream: &mut TcpStream) -> u16 {
    loop {
        let (first, payload) = frame(stream).await;
        if first == 0x88 {
            return u16::from_be_bytes([payload[0], payload[1]]);
        }
    }
}

fn group(room: &str, msg: &str) -> Vec<u8> {
    json!({"msg": msg, "is_group": true, "group_name": room})
        .to_string()
        .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_with_the_handshake_and_in_single_bytes_is_read() {
    let world = World::alone(&[]).await;
    let ada = world.user("ada").await;
    let room = world.room("bytes", &[&ada]).await;
    let mut stream = upgraded(&world, &ada, &masked(0x81, &group(&room, "ahead"))).await;
    assert_eq!(frame(&mut stream).await, (0x81, b"ok".to_vec()));
    let (first, text) = frame(&mut stream).await;
    assert!(first == 0x81 && String::from_utf8(text).unwrap().contains("ahead"));
    for byte in masked(0x81, &group(&room, "slowly")) {
        stream.write_all(&[byte]).await.unwrap();
    }
    assert!(
        String::from_utf8(frame(&mut stream).await.1)
            .unwrap()
            .contains("slowly")
    );
    let text = group(&room, "in parts");
    let (head, tail) = text.split_at(10);
    let parts = [
        masked(0x01, head),
        masked(0x89, b"in between"),
        masked(0x80, tail),
    ]
    .concat();
    stream.write_all(&parts).await.unwrap();
    assert_eq!(frame(&mut stream).await, (0x8A, b"in between".to_vec()));
    assert!(
        String::from_utf8(frame(&mut stream).await.1)
            .unwrap()
            .contains("in parts")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_breaks_the_protocol_is_told_by_the_close_code() {
    let world = World::alone(&[]).await;
    let ada = world.user("ada").await;
    let table: Vec<(&str, Vec<u8>, u16)> = vec![
        ("an unmasked frame", b"\x81\x02hi".to_vec(), 1002),
        ("a reserved bit", masked(0xC1, b"hi"), 1002),
        ("an unknown opcode", masked(0x83, b"hi"), 1002),
        ("a fragmented ping", masked(0x09, b"hi"), 1002),
        ("no UTF-8", masked(0x81, &[0xFF, 0xFE]), 1007),
        ("a binary frame", masked(0x82, b"hi"), 4200),
        (
            "a frame over the bound",
            masked(0x81, &vec![b' '; CLIENT_FRAME_BYTES_MAX + 1]),
            4201,
        ),
        ("a close", masked(0x88, &1000_u16.to_be_bytes()), 1000),
        ("a close without a code", masked(0x88, b""), 1000),
    ];
    for (what, bytes, code) in table {
        let mut stream = upgraded(&world, &ada, &[]).await;
        // The server may close before it has read everything.
        let _ = stream.write_all(&bytes).await;
        assert_eq!(close_code(&mut stream).await, code, "{what}");
        let _ = stream
            .write_all(&masked(0x88, &1000_u16.to_be_bytes()))
            .await;
        let mut rest = Vec::new();
        let _ = timeout(LONG, stream.read_to_end(&mut rest))
            .await
            .expect("the server does not let go");
        assert!(rest.is_empty(), "{what}: nothing follows a close frame");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_violation_the_server_ends_its_side_and_bears_what_still_comes() {
    let world = World::alone(&[]).await;
    let ada = world.user("ada").await;
    let mut stream = upgraded(&world, &ada, &[]).await;
    stream.write_all(&masked(0x83, b"hi")).await.unwrap();
    assert_eq!(close_code(&mut stream).await, 1002);
    let mut rest = Vec::new();
    timeout(LONG, stream.read_to_end(&mut rest))
        .await
        .expect("the server does not end its side")
        .unwrap();
    assert!(rest.is_empty(), "nothing follows a close frame");
    // Far more than the kernel keeps for one who does not read; had the server let go, the first of it would break
    // the connection.
    for _ in 0..256 {
        stream.write_all(&[b'x'; 64 * 1024]).await.unwrap();
    }
    stream.shutdown().await.unwrap();
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_before_hello_close_the_socket() {
    let world = World::alone(&[]).await;
    let ada = world.user("ada").await;
    let mut socket = Socket::open(world.place(0), &format!("/ws?id={ada}"), &[V1])
        .await
        .unwrap();
    socket
        .say(&json!({"type": "join", "ref": 1, "name": "x"}))
        .await;
    assert_eq!(socket.closed().await, Some(4200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_is_none_is_told_why() {
    let world = World::alone(&[]).await;
    let ada = world.user("ada").await;
    let path = format!("/ws?id={ada}");
    let key = ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    let upgrade = [("Connection", "Upgrade"), ("Upgrade", "websocket")];
    let plain = world.call("GET", &path, &[], "").await;
    assert_eq!(
        (plain.status, plain.header("upgrade")),
        (426, Some("websocket"))
    );
    let old = world
        .call(
            "GET",
            &path,
            &[upgrade[0], upgrade[1], key, ("Sec-WebSocket-Version", "8")],
            "",
        )
        .await;
    assert_eq!(
        (old.status, old.header("sec-websocket-version")),
        (426, Some("13"))
    );
    let keyless = world
        .call(
            "GET",
            &path,
            &[upgrade[0], upgrade[1], ("Sec-WebSocket-Version", "13")],
            "",
        )
        .await;
    assert_eq!(keyless.status, 400);
    let foreign = Socket::open(world.place(0), &path, &[("Sec-WebSocket-Protocol", "soap")]).await;
    assert_eq!(foreign.err().unwrap().0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_stops_is_closed_and_nobody_else_notices() {
    let world = World::alone(&[]).await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    world.room("slow", &[&ada, &bob]).await;
    let mut asleep = upgraded(&world, &bob, &[]).await;
    let (mut a, welcome) = world.v1(0, &ada, &json!([])).await;
    let (room, mut head) = (
        welcome["rooms"][0]["id"].clone(),
        welcome["rooms"][0]["head"].clone(),
    );
    let body = json!({"kind": "message", "text": "x".repeat(16 * 1024)});
    // What the kernel buffers is the kernel's choice, some megabytes; then the outbox fills.
    for n in 1..5_000_u64 {
        let id = format!("m{n}");
        a.say(&json!({"type": "send", "room": room, "id": id, "after": head, "device": "d", "n": n, "body": body}))
            .await;
        head = a.next("ack").await["seq"].clone();
        if n % 50 == 0 && closed_as_slow(&world).await {
            break;
        }
    }
    assert!(
        closed_as_slow(&world).await,
        "a reader who reads nothing was never closed"
    );
    let mut closed = None;
    while closed.is_none() {
        let (first, payload) = frame(&mut asleep).await;
        closed = (first == 0x88).then(|| u16::from_be_bytes([payload[0], payload[1]]));
    }
    assert_eq!(closed, Some(4000));
}

async fn closed_as_slow(world: &World) -> bool {
    let metrics = world.call("GET", "/metrics", &[], "").await.body;
    metrics
        .lines()
        .any(|line| line.starts_with("hearth_sockets_slow") && !line.ends_with(" 0"))
}
