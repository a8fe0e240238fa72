//! `hearth trace` over two servers, and to whom traces are told.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use hearth_core::{
    local::{LocalNet, LocalPresence},
    node::Parts,
    port::NodeName,
    testing::MemoryStore,
};
use hearth_server::{config::Config, parts::SystemClock, trace};
use serde_json::json;

use crate::world::{JSON, Served, Socket, V1, World, call};

fn server(name: &str, net: &LocalNet, store: &Arc<MemoryStore>, token: &Path) -> Served {
    let name = NodeName(name.into());
    let (bus, news) = net.join(name.clone());
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
        ("operator_token_file", token.display().to_string()),
    ]);
    let config = Config::from_sources(None, &|_| None, &flags).unwrap();
    Served::on(config, name, parts)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_messages_way_over_two_servers_is_shown_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let token_file = folder.path().join("operator");
    std::fs::write(&token_file, "the operators' word\n").unwrap();
    let (net, store) = (LocalNet::new(), Arc::new(MemoryStore::new(1000)));
    let servers = ["one", "two"].map(|name| server(name, &net, &store, &token_file));
    let places = servers
        .each_ref()
        .map(|server| server.address().to_string());
    for name in ["ada", "bob"] {
        let body = json!({"username": name}).to_string();
        assert_eq!(
            call(&places[0], "POST", "/signin", &[JSON], &body)
                .await
                .status,
            202
        );
    }
    let body = json!({"name": "hall"}).to_string();
    assert_eq!(
        call(&places[0], "POST", "/create", &[JSON], &body)
            .await
            .status,
        200
    );
    let mut sockets = Vec::new();
    for (place, name) in places.iter().zip(["ada", "bob"]) {
        let body = json!({"name": "hall", "user": name}).to_string();
        assert_eq!(
            call(place, "POST", "/join", &[JSON], &body).await.status,
            200
        );
        let mut socket = Socket::open(place, &format!("/ws?id={name}"), &[V1])
            .await
            .unwrap();
        socket.say(&json!({"type": "hello", "device": "d"})).await;
        let welcome = socket.next("welcome").await;
        sockets.push((socket, welcome["rooms"][0].clone()));
    }
    let (room, head) = (sockets[1].1["id"].clone(), sockets[1].1["head"].clone());
    let send = json!({"type": "send", "room": room, "id": "m1", "after": head, "device": "d", "n": 1,
        "body": {"kind": "message", "text": "a secret"}});
    sockets[1].0.say(&send).await;
    let seq = sockets[1].0.next("ack").await["seq"].as_u64().unwrap();
    sockets[0].0.events_to(&room, seq).await;

    let by = |event: String, token_file: &Path| trace::Args {
        event,
        urls: places
            .iter()
            .map(|place| format!("http://{place}"))
            .collect(),
        token_file: token_file.to_owned(),
    };
    let ask = async |args: trace::Args| {
        tokio::task::spawn_blocking(move || trace::trace(&args))
            .await
            .unwrap()
    };
    let (by_id, known) = ask(by("m1".into(), &token_file)).await.unwrap();
    assert!(known);
    let room = room.as_str().unwrap();
    let (by_place, _) = ask(by(format!("{room}/{seq}"), &token_file)).await.unwrap();
    for text in [&by_id, &by_place] {
        assert_eq!(
            text.lines().next().unwrap(),
            format!("event {seq} of room {room}")
        );
        let of = |server: &str| -> Vec<&str> {
            let is_of = |line: &&str| line.contains(server);
            text.lines().filter(is_of).collect()
        };
        let at = |lines: &[&str], step: &str| lines.iter().position(|line| line.contains(step));
        // Each server's steps are in its own order; between servers a millisecond may be wrong.
        let two = of("  two ");
        assert_eq!(at(&two, "received"), Some(0), "{text}");
        assert!(at(&two, "acknowledged") > Some(0), "{text}");
        assert!(at(&two, "delivered") > Some(0), "{text}");
        let writer = [of("  one "), two]
            .into_iter()
            .find(|lines| at(lines, "appended").is_some());
        let way =
            ["appending", "appended", "published"].map(|step| at(writer.as_ref().unwrap(), step));
        assert!(way.is_sorted() && way[0].is_some(), "{text}");
        for part in ["  one ", "delivered"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("secret"), "{text}");
    }
    let (text, known) = ask(by("never".into(), &token_file)).await.unwrap();
    assert!(!known && text.contains("knows nothing of it"), "{text}");

    let wrong = folder.path().join("wrong");
    std::fs::write(&wrong, "another word").unwrap();
    let refused = ask(by("m1".into(), &wrong)).await.unwrap_err();
    assert!(refused.to_string().contains("401"), "{refused}");

    let mut with_a_dead_one = by("m1".into(), &token_file);
    with_a_dead_one.urls.insert(0, "http://127.0.0.1:1".into());
    let (text, known) = ask(with_a_dead_one).await.unwrap();
    assert!(known && text.contains("acknowledged"), "{text}");
    assert!(text.contains("127.0.0.1:1"), "{text}");
    drop(sockets);
    for server in servers {
        server.stop().await;
    }
}

#[tokio::test]
async fn without_a_word_traces_are_told_to_nobody() {
    let world = World::alone(&[]).await;
    for headers in [&[][..], &[("Authorization", "Bearer ")]] {
        let answer = world.call("GET", "/trace?event=m1", headers, "").await;
        assert_eq!(answer.status, 403, "{}", answer.body);
    }
    world.stop().await;
}
