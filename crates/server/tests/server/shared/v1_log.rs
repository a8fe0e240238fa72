//! `hearth.v1`: a room's log over the socket: sends, acks, events, resume, history, and what changes messages.

use serde_json::{Value, json};

use crate::world::{Socket, World};

/// A room of these users: its id, its head, and a socket for each, on servers in turn.
async fn room_of(world: &World, users: &[&str]) -> (Value, u64, Vec<Socket>) {
    let name = world.room("log", users).await;
    let mut sockets = Vec::new();
    let (mut id, mut head) = (Value::Null, 0);
    for (n, user) in users.iter().enumerate() {
        let (socket, welcome) = world.v1(n, user, &json!([])).await;
        let room = welcome["rooms"]
            .as_array()
            .unwrap()
            .iter()
            .find(|room| room["name"] == name.as_str());
        let room = room.unwrap_or_else(|| panic!("{welcome}"));
        id = room["id"].clone();
        head = room["head"].as_u64().unwrap();
        sockets.push(socket);
    }
    (id, head, sockets)
}

fn send(room: &Value, id: &str, after: u64, n: u64, body: &Value) -> Value {
    json!({"type": "send", "room": room, "id": id, "after": after, "device": "d", "n": n, "body": body})
}

fn message(text: &str) -> Value {
    json!({"kind": "message", "text": text})
}

/// Sends and returns the seq.
async fn stored(socket: &mut Socket, frame: &Value) -> u64 {
    socket.say(frame).await;
    loop {
        let answer = socket.frame().await;
        match answer["type"].as_str() {
            Some("ack") if answer["id"] == frame["id"] => return answer["seq"].as_u64().unwrap(),
            Some("error") => panic!("{frame}: {answer}"),
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_frame_is_answered_by_who_and_where_one_is() {
    let world = World::open().await;
    let ada = world.user("ada").await;
    let (_, welcome) = world.v1(0, &ada, &json!([])).await;
    assert_eq!(welcome["user"]["name"], ada.as_str());
    assert_eq!(welcome["rooms"], json!([]));
    assert!(welcome["now_ms"].as_u64() > Some(1_700_000_000_000));
    assert!(!welcome["node"].as_str().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_is_acknowledged_and_everybody_sees_it_under_its_number() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (room, head, mut sockets) = room_of(&world, &[&ada, &bob]).await;
    let seq = stored(
        &mut sockets[0],
        &send(&room, "m1", head, 1, &message("hello")),
    )
    .await;
    let event = sockets[1].events_to(&room, seq).await.pop().unwrap();
    assert_eq!(
        (&event["seq"], &event["id"], &event["name"]),
        (&json!(seq), &json!("m1"), &json!(ada))
    );
    assert_eq!(event["body"], message("hello"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resent_message_keeps_its_first_number_on_every_server() {
    let world = World::open().await;
    let ada = world.user("ada").await;
    let (room, head, mut sockets) = room_of(&world, &[&ada]).await;
    let frame = send(&room, "m1", head, 1, &message("once"));
    let first = stored(&mut sockets[0], &frame).await;
    for n in 0..3 {
        let (mut again, _) = world.v1(n, &ada, &json!([])).await;
        assert_eq!(stored(&mut again, &frame).await, first);
    }
    let next = stored(
        &mut sockets[0],
        &send(&room, "m2", first, 2, &message("next")),
    )
    .await;
    assert_eq!(next, first + 1, "nothing was stored in between");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_gets_what_was_missed_and_nothing_twice() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (room, head, mut sockets) = room_of(&world, &[&ada, &bob]).await;
    let mut after = stored(
        &mut sockets[0],
        &send(&room, "m0", head, 1, &message("seen")),
    )
    .await;
    let seen = sockets[1].events_to(&room, after).await.last().unwrap()["seq"]
        .as_u64()
        .unwrap();
    drop(sockets.pop());
    for n in 2..12 {
        after = stored(
            &mut sockets[0],
            &send(&room, &format!("m{n}"), after, n, &message("missed")),
        )
        .await;
    }
    let (mut back, welcome) = world
        .v1(1, &bob, &json!([{"room": room, "seq": seen}]))
        .await;
    assert_eq!(welcome["rooms"][0]["head"], after);
    let missed = back.events_to(&room, after).await;
    let seqs: Vec<_> = missed
        .iter()
        .map(|event| event["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(seqs, (seen + 1..=after).collect::<Vec<_>>());
    let live = stored(
        &mut sockets[0],
        &send(&room, "live", after, 20, &message("live")),
    )
    .await;
    assert_eq!(back.events_to(&room, live).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_ahead_of_the_log_is_reset() {
    let world = World::open().await;
    let ada = world.user("ada").await;
    let (room, _, _sockets) = room_of(&world, &[&ada]).await;
    let (mut ahead, welcome) = world
        .v1(0, &ada, &json!([{"room": room, "seq": 1_000_000}]))
        .await;
    let reset = ahead.next("reset").await;
    assert_eq!(
        (&reset["room"], &reset["head"]),
        (&room, &welcome["rooms"][0]["head"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn history_has_pages_in_every_direction() {
    let world = World::open().await;
    let ada = world.user("ada").await;
    let (room, mut head, mut sockets) = room_of(&world, &[&ada]).await;
    let socket = &mut sockets[0];
    for n in 1..=30 {
        head = stored(
            socket,
            &send(&room, &format!("m{n}"), head, n, &message(&n.to_string())),
        )
        .await;
    }
    let first = head - 29;
    let table: Vec<(Value, u64, u64, bool, bool)> = vec![
        (json!({}), 1, head, false, false),
        (json!({"limit": 5}), head - 4, head, true, false),
        (
            json!({"before": first + 10, "limit": 5}),
            first + 5,
            first + 9,
            true,
            true,
        ),
        (
            json!({"after": first + 10, "limit": 5}),
            first + 11,
            first + 15,
            true,
            true,
        ),
        (
            json!({"around": first + 10, "limit": 5}),
            first + 8,
            first + 12,
            true,
            true,
        ),
        (json!({"after": head - 2}), head - 1, head, true, false),
    ];
    for (n, (mut ask, from, to, more_before, more_after)) in table.into_iter().enumerate() {
        ask["type"] = json!("history");
        ask["ref"] = json!(n);
        ask["room"] = room.clone();
        socket.say(&ask).await;
        let page = socket.next("history").await;
        let seqs: Vec<_> = page["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["seq"].as_u64().unwrap())
            .collect();
        assert_eq!(seqs, (from..=to).collect::<Vec<_>>(), "{ask}");
        assert_eq!(
            (&page["more_before"], &page["more_after"]),
            (&json!(more_before), &json!(more_after)),
            "{ask}"
        );
        assert_eq!((&page["ref"], &page["head"]), (&json!(n), &json!(head)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_edited_deleted_and_reacted_to() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (room, head, mut sockets) = room_of(&world, &[&ada, &bob]).await;
    let a = &mut sockets[0];
    let one = stored(a, &send(&room, "m1", head, 1, &message("frist"))).await;
    let two = stored(a, &send(&room, "m2", one, 2, &message("secret"))).await;
    let edit = stored(
        a,
        &send(
            &room,
            "e1",
            two,
            3,
            &json!({"kind": "edit", "target": one, "text": "first"}),
        ),
    )
    .await;
    let gone = stored(
        a,
        &send(
            &room,
            "x1",
            edit,
            4,
            &json!({"kind": "delete", "target": two}),
        ),
    )
    .await;
    let b = &mut sockets[1];
    let react = json!({"kind": "react", "target": one, "emoji": "🔥", "on": true});
    let reacted = stored(b, &send(&room, "r1", gone, 1, &react)).await;
    b.say(&send(
        &room,
        "e2",
        reacted,
        2,
        &json!({"kind": "edit", "target": one, "text": "mine now"}),
    ))
    .await;
    let refused = b.next("error").await;
    assert_eq!(
        (&refused["code"], &refused["id"]),
        (&json!("forbidden"), &json!("e2")),
        "{refused}"
    );

    b.say(&json!({"type": "history", "ref": 1, "room": room}))
        .await;
    let page = b.next("history").await;
    let state = |seq: u64| {
        let states = page["states"].as_array().unwrap();
        states
            .iter()
            .find(|state| state["seq"] == seq)
            .cloned()
            .unwrap_or_else(|| panic!("{page}"))
    };
    assert_eq!(
        (&state(one)["text"], &state(one)["edited"]),
        (&json!("first"), &json!(edit))
    );
    assert_eq!(state(one)["reactions"][0]["emoji"], "🔥");
    assert_eq!(state(two)["deleted"], gone);
    let shown = page["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["seq"] == two)
        .unwrap();
    assert_eq!(
        shown["body"]["kind"], "erased",
        "what was deleted is not shown again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_answered_with_its_code_and_the_socket_lives_on() {
    let world = World::open().await;
    let (ada, eve) = (world.user("ada").await, world.user("eve").await);
    let (room, head, mut sockets) = room_of(&world, &[&ada]).await;
    let long = "x".repeat(16 * 1024 + 1);
    sockets[0]
        .say(&send(&room, "m3", head, 1, &message(&long)))
        .await;
    assert_eq!(sockets[0].next("error").await["code"], "too_large");
    let (mut e, _) = world.v1(0, &eve, &json!([])).await;
    let nowhere = json!("00000000-0000-7000-8000-000000000000");
    let table: Vec<(Value, &[&str])> = vec![
        (
            send(&room, "m1", head, 1, &message("let me in")),
            &["not_member"],
        ),
        (
            send(&nowhere, "m2", 0, 1, &message("hello?")),
            &["not_found", "not_member"],
        ),
        (
            json!({"type": "history", "ref": 1, "room": room}),
            &["not_member", "not_found"],
        ),
        (
            json!({"type": "members", "ref": 2, "room": room}),
            &["not_member", "not_found"],
        ),
        (
            json!({"type": "join", "ref": 3, "name": "nowhere-at-all"}),
            &["not_found"],
        ),
        (
            json!({"type": "direct", "ref": 4, "user": "nobody-at-all"}),
            &["not_found"],
        ),
        (json!({"type": "sing", "ref": 5}), &["unknown_kind"]),
        (json!({"type": "join", "ref": "x"}), &["bad_request"]),
        (json!([1, 2]), &["bad_request"]),
    ];
    for (frame, codes) in table {
        e.say(&frame).await;
        let error = e.next("error").await;
        let shown: String = frame.to_string().chars().take(100).collect();
        assert!(
            codes.contains(&error["code"].as_str().unwrap()),
            "{shown}: {error}"
        );
        if frame["ref"].is_u64() {
            assert_eq!(error["ref"], frame["ref"], "{shown}");
        }
    }
    assert!(e.so_far().await.is_empty(), "nothing of the room was shown");
}
