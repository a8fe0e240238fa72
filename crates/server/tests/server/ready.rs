//! `/readyz` and newcomers at `/ws`: a server that alone is worse off leaves and returns, and `/livez` does not follow.

use std::{sync::Arc, time::Duration};

use hearth_core::{local::LocalNet, port::NodeName, testing::MemoryStore};
use serde_json::{Value, json};
use tokio::time::{interval, timeout};

use crate::world::{JSON, LONG, Served, Socket, V1, call};

/// Makes the account of her who comes.
async fn sign_in(server: &Served) {
    let place = server.address().to_string();
    let body = json!({"username": "ada"}).to_string();
    let answer = call(&place, "POST", "/signin", &[JSON], &body).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
}

/// She comes to this server.
async fn open(server: &Served) -> Result<Socket, (u16, Value)> {
    let place = server.address().to_string();
    Socket::open(&place, "/ws?id=ada", &[V1]).await
}

/// She is welcomed.
async fn hello(socket: &mut Socket) {
    socket.say(&json!({"type": "hello", "device": "d"})).await;
    socket.next("welcome").await;
}

/// Asks all servers as a balancer does, until their answers are these; all the while each is alive. Returns the bodies.
async fn until(servers: &[Served], expected: &[u16]) -> Vec<String> {
    let asking = async {
        let mut ticks = interval(Duration::from_millis(100));
        loop {
            ticks.tick().await;
            let mut answers = Vec::new();
            for server in servers {
                let place = server.address().to_string();
                answers.push(call(&place, "GET", "/readyz", &[], "").await);
                let alive = call(&place, "GET", "/livez", &[], "").await;
                assert_eq!(alive.status, 200, "{}", alive.body);
            }
            if answers
                .iter()
                .map(|answer| answer.status)
                .eq(expected.iter().copied())
            {
                return answers.into_iter().map(|answer| answer.body).collect();
            }
        }
    };
    let waited = timeout(LONG, asking).await;
    waited.unwrap_or_else(|_| panic!("it never became {expected:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_worse_off_than_the_others_is_not_ready_until_it_is_well_again() {
    let (net, store) = (LocalNet::new(), Arc::new(MemoryStore::new(1000)));
    let names = ["one", "two", "three"].map(|name| NodeName(name.into()));
    let servers = names
        .each_ref()
        .map(|name| Served::beside(name, &net, &store));
    until(&servers, &[200; 3]).await;
    sign_in(&servers[0]).await;
    let mut socket = open(&servers[1]).await.unwrap();
    hello(&mut socket).await;

    net.take_away(&names[1]);
    let bodies = until(&servers, &[200, 503, 200]).await;
    assert!(bodies[1].contains("does not hear"), "{}", bodies[1]);
    let (status, refusal) = open(&servers[1]).await.err().unwrap();
    assert_eq!((status, &refusal["code"]), (503, &"unavailable".into()));
    assert!(refusal["retry_after_ms"].is_u64(), "{refusal}");
    drop(open(&servers[0]).await.unwrap());
    // Who was in stays.
    socket.so_far().await;
    net.give_back(&names[1]);
    until(&servers, &[200; 3]).await;
    drop(open(&servers[1]).await.unwrap());

    store.set_full(true);
    let bodies = until(&servers, &[503; 3]).await;
    assert!(bodies[0].contains("cannot write"), "{}", bodies[0]);
    for server in &servers {
        // None is better off: whoever comes can read, at least.
        drop(open(server).await.unwrap());
    }
    store.set_full(false);
    until(&servers, &[200; 3]).await;
    drop(socket);
    for server in servers {
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lone_server_that_cannot_write_takes_clients_all_the_same() {
    let store = Arc::new(MemoryStore::new(1000));
    let name = NodeName("lone".into());
    let servers = [Served::beside(&name, &LocalNet::new(), &store)];
    sign_in(&servers[0]).await;
    store.set_full(true);
    until(&servers, &[503]).await;
    let mut socket = open(&servers[0]).await.unwrap();
    hello(&mut socket).await;
    drop(socket);
    let [server] = servers;
    server.stop().await;
}
