//! The fence under fire (I8): somebody is put out while they write, on every server.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::{JSON, Socket, World};

/// Messages from each socket.
const SENDS: u64 = 20;

/// What became of each send on a socket: its number, or nothing if it was refused.
async fn outcomes(socket: &mut Socket) -> BTreeMap<String, Option<u64>> {
    let mut outcomes = BTreeMap::new();
    while outcomes.len() < SENDS as usize {
        let frame = socket.frame().await;
        let id = || frame["id"].as_str().map(str::to_owned);
        match (frame["type"].as_str(), id()) {
            (Some("ack"), Some(id)) => drop(outcomes.insert(id, frame["seq"].as_u64())),
            (Some("error"), Some(id)) => drop(outcomes.insert(id, None)),
            _ => {}
        }
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_removed_member_comes_after_their_removal_while_they_write_everywhere() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let name = world.name("hall");
    let body = json!({ "name": name }).to_string();
    let made = world
        .call("POST", &format!("/api/v1/rooms?id={ada}"), &[JSON], &body)
        .await;
    let room = made.json()["id"].as_str().unwrap().to_owned();
    let path = |user: &str, of: &str| format!("/api/v1/rooms/{room}/{of}?id={user}");
    let joined = world.call("POST", &path(&bob, "join"), &[], "").await;
    assert_eq!(joined.status, 200, "{}", joined.body);
    let mut sockets = Vec::new();
    let mut bob_id = Value::Null;
    for n in 0..3 {
        let (socket, welcome) = world.v1(n, &bob, &json!([])).await;
        bob_id = welcome["user"]["id"].clone();
        sockets.push(socket);
    }
    for n in 1..=SENDS {
        for (at, socket) in sockets.iter_mut().enumerate() {
            let body = json!({"kind": "message", "text": "still here"});
            let send = json!({"type": "send", "room": room, "id": format!("s{at}-{n}"), "after": 2,
                "device": format!("d{at}"), "n": n, "body": body});
            socket.say(&send).await;
        }
        if n == SENDS / 2 {
            let out = json!({"body": {"kind": "remove", "user": bob_id}}).to_string();
            let removed = world
                .call("POST", &path(&ada, "events"), &[JSON], &out)
                .await;
            assert_eq!(removed.status, 201, "{}", removed.body);
        }
    }
    let mut found = BTreeMap::new();
    for socket in &mut sockets {
        found.extend(outcomes(socket).await);
    }
    let page = format!("{}&after=0&limit=200", path(&ada, "events"));
    let log = world.call("GET", &page, &[], "").await.json()["events"].clone();
    let log = log.as_array().unwrap();
    let fence = log
        .iter()
        .position(|event| event["body"]["kind"] == "remove")
        .unwrap();
    let later = &log[fence..];
    assert!(later.iter().all(|event| event["by"] != bob_id), "{later:?}");
    assert!(found.values().any(Option::is_none), "some came too late");
    for (id, seq) in found {
        let Some(seq) = seq else { continue };
        let event = &log[usize::try_from(seq).unwrap() - 1];
        assert_eq!(event["id"], json!(id), "what was acknowledged stands");
    }
}
