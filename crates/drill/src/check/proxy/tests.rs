//! The proxies on real sockets: what each weather does to what goes through.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::*;

const WAY: Way = Way::Redis { server: 1, node: 1 };

/// A proxy, and the two ends of a connection through it: a server's and Redis'.
async fn through(way: Way) -> (Proxies, TcpStream, TcpStream, SocketAddr) {
    let part = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = free.local_addr().unwrap();
    drop(free);
    let to = part.local_addr().unwrap();
    let proxies = Proxies::listen(&[Stretch { way, at, to }]).await.unwrap();
    let server = TcpStream::connect(at).await.unwrap();
    let (redis, _) = part.accept().await.unwrap();
    (proxies, server, redis, at)
}

fn hint(number: usize) -> Vec<u8> {
    let number = format!("{number:03}");
    format!(">3\r\n$8\r\nsmessage\r\n$1\r\nc\r\n$3\r\n{number}\r\n").into_bytes()
}

/// Two hundred hints with an answer after them; what comes of them, up to the answer and for as long as more come.
async fn hints_in(weather: Weather) -> (Vec<Vec<u8>>, u64) {
    let (proxies, server, mut redis, _) = through(WAY).await;
    proxies.set(&[WAY], weather);
    for number in 0..200 {
        redis.write_all(&hint(number)).await.unwrap();
    }
    redis.write_all(b"+127.0.8.1\r\n").await.unwrap();
    // The proxy writes what it holds before it closes.
    redis.shutdown().await.unwrap();
    let mut come = Vec::new();
    let mut server = BufReader::new(server);
    while let Some(value) = resp::read(&mut server).await.unwrap() {
        come.push(value);
    }
    (come, proxies.touched(&[WAY]))
}

#[tokio::test]
async fn in_fair_weather_everything_comes_in_its_order() {
    let (come, touched) = hints_in(Weather::Fair).await;
    let mut sent: Vec<Vec<u8>> = (0..200).map(hint).collect();
    sent.push(b"+127.0.4.1\r\n".to_vec());
    assert_eq!((come, touched), (sent, 0));
}

#[tokio::test]
async fn hints_are_lost_and_answers_are_not() {
    let (come, touched) = hints_in(Weather::HintsLost).await;
    assert_eq!(come.len() as u64, 201 - touched);
    assert!((1..200).contains(&touched), "{touched}");
    assert!(come.contains(&b"+127.0.4.1\r\n".to_vec()));
}

#[tokio::test]
async fn shuffled_hints_all_come_in_another_order_and_after_what_is_no_hint() {
    let (mut come, touched) = hints_in(Weather::HintsShuffled(Duration::from_millis(300))).await;
    let sent: Vec<Vec<u8>> = (0..200).map(hint).collect();
    come.retain(|value| resp::is_hint(value));
    assert_eq!(touched, 200);
    assert_ne!(come, sent);
    come.sort();
    assert_eq!(come, sent);
}

#[tokio::test]
async fn a_slow_link_keeps_the_order() {
    let (come, touched) = hints_in(Weather::Slow(Duration::from_millis(5))).await;
    assert_eq!(touched, 201);
    assert_eq!(come[..200], (0..200).map(hint).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_mute_link_closes_nothing_and_brings_all_afterwards() {
    let way = Way::Door { server: 1 };
    let (proxies, mut server, mut part, _) = through(way).await;
    proxies.set(&[way], Weather::Mute);
    server.write_all(b"hello").await.unwrap();
    while proxies.touched(&[way]) == 0 {
        tokio::task::yield_now().await;
    }
    proxies.set(&[way], Weather::Fair);
    let mut bytes = [0; 5];
    part.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"hello");
}

#[tokio::test]
async fn a_cut_link_ends_what_stands_and_lets_nobody_in() {
    let way = Way::Door { server: 1 };
    let (proxies, mut server, _part, at) = through(way).await;
    proxies.set(&[way], Weather::Cut);
    assert_eq!(server.read(&mut [0]).await.unwrap_or(0), 0);
    let mut other = TcpStream::connect(at).await.unwrap();
    assert_eq!(other.read(&mut [0]).await.unwrap_or(0), 0);
    assert_eq!(proxies.touched(&[way]), 2);
}

#[tokio::test]
async fn a_subscription_in_a_trap_ends_its_connection() {
    let (proxies, mut server, mut redis, _) = through(WAY).await;
    proxies.traps.lay(Aim::Subscribe, [Trap::Cut]);
    server
        .write_all(b"*1\r\n$4\r\nPING\r\n*2\r\n$10\r\nSSUBSCRIBE\r\n$1\r\nc\r\n")
        .await
        .unwrap();
    let mut all = Vec::new();
    let _ = redis.read_to_end(&mut all).await;
    assert!(!all.windows(3).any(|part| part == b"SUB"), "{all:?}");
    assert_eq!(proxies.traps.cut(), 1);
}
