//! A store that is away: nothing is said to be done that is not, and everything goes on when it is back.

use std::{collections::BTreeMap, sync::Arc};

use hearth_core::{
    local::{LocalNet, LocalPresence},
    node::Parts,
    port::NodeName,
    testing::MemoryStore,
};
use hearth_server::{config::Config, parts::SystemClock};
use serde_json::json;

use crate::world::{JSON, Served, Socket, V1, call};

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_away_is_told_and_nothing_is_said_to_be_done() {
    let store = Arc::new(MemoryStore::new(1000));
    let name = NodeName("test".into());
    let (bus, news) = LocalNet::new().join(name.clone());
    let parts = Parts {
        store: store.clone(),
        bus,
        news,
        presence: Arc::new(LocalPresence::new()),
        clock: Arc::new(SystemClock::new()),
        seed: [7; 32],
    };
    let flags = BTreeMap::from([
        ("listen", "127.0.0.1:0".to_owned()),
        ("files", "off".to_owned()),
    ]);
    let config = Config::from_sources(None, &|_| None, &flags).unwrap();
    let server = Served::on(config, name, parts);
    let place = server.address().to_string();
    let post = async |path: &str, body: serde_json::Value| {
        call(&place, "POST", path, &[JSON], &body.to_string()).await
    };
    assert_eq!(
        post("/signin", json!({"username": "ada"})).await.status,
        202
    );
    assert_eq!(post("/create", json!({"name": "hall"})).await.status, 200);
    let joined = post("/join", json!({"name": "hall", "user": "ada"})).await;
    assert_eq!(joined.status, 200);
    let mut socket = Socket::open(&place, "/ws?id=ada", &[V1]).await.unwrap();
    socket.say(&json!({"type": "hello", "device": "d"})).await;
    let welcome = socket.next("welcome").await;
    let (room, head) = (
        welcome["rooms"][0]["id"].clone(),
        welcome["rooms"][0]["head"].clone(),
    );

    store.set_away(true);
    for (path, body) in [
        ("/signin", json!({"username": "bob"})),
        ("/login", json!({"id": "ada"})),
        ("/create", json!({"name": "attic"})),
        ("/join", json!({"name": "hall", "user": "ada"})),
        ("/api/v1/signup", json!({"name": "bob"})),
        ("/api/v1/login", json!({"name": "ada"})),
    ] {
        let answer = post(path, body).await;
        assert_eq!(answer.status, 503, "{path}: {}", answer.body);
        assert!(answer.header("retry-after").is_some(), "{path}");
        assert_eq!(answer.json()["code"], "unavailable", "{path}");
    }
    let refused = Socket::open(&place, "/ws?id=ada", &[]).await.err().unwrap();
    assert_eq!(refused.0, 503);
    let ready = call(&place, "GET", "/readyz", &[], "").await;
    assert_eq!(
        (ready.status, ready.header("retry-after")),
        (503, Some("1"))
    );
    for path in ["/health", "/livez"] {
        let answer = call(&place, "GET", path, &[], "").await;
        assert_eq!(
            answer.status, 200,
            "{path}: a store that is away is no reason for a restart"
        );
    }

    store.set_away(false);
    let send = json!({"type": "send", "room": room, "id": "m1", "after": head, "device": "d", "n": 1,
        "body": {"kind": "message", "text": "back again"}});
    socket.say(&send).await;
    assert_eq!(
        socket.next("ack").await["id"],
        "m1",
        "the socket has lived through it"
    );
    assert_eq!(call(&place, "GET", "/readyz", &[], "").await.status, 200);
    for name in ["bob", "attic"] {
        let never = post("/login", json!({"id": name})).await;
        assert_eq!(
            never.status, 404,
            "{name}: what was refused has not happened"
        );
    }
    drop(socket);
    server.stop().await;
}
