//! Whom the server answers at all: names, origins, connections, slow senders.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::world::{JSON, LONG, Socket, World, raw};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_answers_to_its_own_names_only() {
    let world = World::alone(&[]).await;
    let port = world.place(0).rsplit_once(':').unwrap().1.to_owned();
    for name in ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"] {
        let host = format!("{name}:{port}");
        assert_eq!(
            world.call("GET", "/", &[("Host", &host)], "").await.status,
            200,
            "{name}"
        );
    }
    for name in [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.nip.example",
        "",
    ] {
        let answer = world.call("GET", "/", &[("Host", name)], "").await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (421, &json!("wrong host")),
            "{name:?}"
        );
    }
    for path in ["/health", "/livez", "/readyz", "/metrics"] {
        assert_eq!(
            world
                .call("GET", path, &[("Host", "10.1.2.3:80")], "")
                .await
                .status,
            200,
            "{path}"
        );
    }
    let named = World::alone(&[("hosts", "chat.example")]).await;
    assert_eq!(
        named
            .call("GET", "/", &[("Host", "chat.example")], "")
            .await
            .status,
        200
    );
    assert_eq!(
        named
            .call("GET", "/", &[("Host", "localhost")], "")
            .await
            .status,
        421
    );
    let user = world.user("ada").await;
    let refused = Socket::open(
        world.place(0),
        &format!("/ws?id={user}"),
        &[("Host", "evil.example")],
    )
    .await;
    assert_eq!(refused.err().unwrap().0, 421);
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_pages_may_not_speak_for_who_opens_them() {
    let world = World::alone(&[("origins", "https://friend.example")]).await;
    let user = world.user("ada").await;
    let own = format!("http://{}", world.place(0));
    let path = format!("/ws?id={user}");
    for origin in [own.as_str(), "https://friend.example"] {
        assert_eq!(
            world
                .call("GET", "/", &[("Origin", origin)], "")
                .await
                .status,
            200,
            "{origin}"
        );
        let mut socket = Socket::open(world.place(0), &path, &[("Origin", origin)])
            .await
            .unwrap();
        assert_eq!(socket.text().await, "ok");
    }
    for origin in ["https://evil.example", "http://localhost:3000", "null"] {
        let body = json!({"username": world.name("never")}).to_string();
        let answer = world
            .call("POST", "/signin", &[("Origin", origin), JSON], &body)
            .await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (403, &json!("foreign origin")),
            "{origin}"
        );
        let refused = Socket::open(world.place(0), &path, &[("Origin", origin)])
            .await
            .err()
            .unwrap();
        assert_eq!(refused.0, 403, "{origin}");
    }
    let never = world
        .post("/login", &json!({"id": world.name("never")}))
        .await;
    assert_eq!(never.status, 404, "what was refused has not happened");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_bounded_and_free_again_when_they_end() {
    let world = World::alone(&[("connections_max", "10")]).await;
    let user = world.user("ada").await;
    let mut sockets = Vec::new();
    let path = format!("/ws?id={user}");
    while sockets.len() < 10 {
        // The connection by which ada signed up may still be there.
        if let Ok(mut socket) = Socket::open(world.place(0), &path, &[]).await {
            assert_eq!(socket.text().await, "ok");
            sockets.push(socket);
        }
    }
    let mut one_more = TcpStream::connect(world.place(0)).await.unwrap();
    let read = timeout(LONG, one_more.read(&mut [0; 1])).await.unwrap();
    assert!(read.is_err() || read.unwrap() == 0, "it is closed at once");
    sockets.pop().unwrap().0.close(None).await.unwrap();
    loop {
        let mut again = TcpStream::connect(world.place(0)).await.unwrap();
        again
            .write_all(b"GET /health HTTP/1.0\r\n\r\n")
            .await
            .unwrap_or_default();
        let mut answer = Vec::new();
        let read = timeout(LONG, again.read_to_end(&mut answer)).await.unwrap();
        if read.is_ok() && answer.starts_with(b"HTTP/1.0 200") {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_or_too_large_ends_the_connection() {
    let world = World::alone(&[]).await;
    let place = world.place(0);
    assert_eq!(
        raw(place, b"\x16\x03\x01 not http\r\n\r\n").await.status,
        400
    );
    let long = format!(
        "GET / HTTP/1.1\r\nHost: {place}\r\nX: {}\r\n\r\n",
        "x".repeat(40_000)
    );
    assert_eq!(raw(place, long.as_bytes()).await.status, 431);
    let length = format!(
        "POST /signin HTTP/1.1\r\nHost: {place}\r\nContent-Type: application/json\r\nConnection: close\r\n"
    );
    let answer = raw(
        place,
        format!("{length}Content-Length: 100000000\r\n\r\n").as_bytes(),
    )
    .await;
    assert_eq!(
        answer.status, 413,
        "told by the length alone: {}",
        answer.body
    );
}

/// The time-outs are the server's own, so this test takes as long as they do.
#[tokio::test(flavor = "multi_thread")]
async fn slow_senders_are_let_go() {
    let world = World::alone(&[]).await;
    let began = Instant::now();
    let slow = async |request: String| {
        let mut stream = TcpStream::connect(world.place(0)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(LONG, stream.read_to_string(&mut answer))
            .await
            .expect("the server waits for ever")
            .unwrap();
        answer
    };
    let host = world.place(0);
    let head = slow(format!("GET / HTTP/1.1\r\nHost: {host}\r\n"));
    let body = slow(format!(
        "POST /signin HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{{\"user"
    ));
    let nothing = slow(String::new());
    let (head, body, nothing) = tokio::join!(head, body, nothing);
    assert!(
        began.elapsed() >= Duration::from_secs(5),
        "somebody slow is not somebody gone"
    );
    assert!(body.starts_with("HTTP/1.1 408"), "{body}");
    assert!(
        head.is_empty() || head.starts_with("HTTP/1.1 408"),
        "{head}"
    );
    assert!(
        nothing.is_empty() || nothing.starts_with("HTTP/1.1 408"),
        "{nothing}"
    );
}
