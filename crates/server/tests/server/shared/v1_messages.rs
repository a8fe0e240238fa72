//! `hearth.v1`: what messages can do beside being said: mention, be pinned, copied and linked to.

use serde_json::{Value, json};

use crate::world::{Socket, World};

/// A room of these users, the first of whom owns it: its id, its head, each one's id and socket, on servers in turn.
async fn room_of(world: &World, users: &[&str]) -> (Value, u64, Vec<Value>, Vec<Socket>) {
    let (mut ids, mut sockets) = (Vec::new(), Vec::new());
    for (n, user) in users.iter().enumerate() {
        let (socket, welcome) = world.v1(n, user, &json!([])).await;
        ids.push(welcome["user"]["id"].clone());
        sockets.push(socket);
    }
    let name = world.name("messages");
    let create = json!({"type": "create", "ref": 1, "id": "c", "name": name});
    sockets[0].say(&create).await;
    let room = sockets[0].answer("room", 1).await["room"]["id"].clone();
    let mut head = 1;
    for socket in &mut sockets[1..] {
        socket
            .say(&json!({"type": "join", "ref": 1, "room": room}))
            .await;
        head = socket.answer("room", 1).await["room"]["head"]
            .as_u64()
            .unwrap();
    }
    (room, head, ids, sockets)
}

/// Sends; its seq, or the error's code.
async fn tried(
    socket: &mut Socket,
    room: &Value,
    (id, after): (&str, u64),
    n: u64,
    body: &Value,
) -> Result<u64, String> {
    socket
        .say(&json!({"type": "send", "room": room, "id": id, "after": after, "device": "d", "n": n, "body": body}))
        .await;
    loop {
        let answer = socket.frame().await;
        if answer["id"] == id {
            return match answer["type"].as_str() {
                Some("ack") => Ok(answer["seq"].as_u64().unwrap()),
                _ => Err(answer["code"].as_str().unwrap().to_owned()),
            };
        }
    }
}

/// The own mark, once it stands there: on several ways it may come more than once.
async fn marked(socket: &mut Socket, seq: u64) -> Value {
    loop {
        let mark = socket.next("mark").await;
        if mark["seq"] == seq {
            return mark;
        }
    }
}

async fn room_now(world: &World, n: usize, user: &str) -> Value {
    let (_, welcome) = world.v1(n, user, &json!([])).await;
    welcome["rooms"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn mentions_are_counted_on_all_devices_until_they_are_read_or_deleted() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (room, head, ids, mut sockets) = room_of(&world, &[&ada, &bob]).await;
    let (mut other, _) = world.v1(2, &bob, &json!([])).await;
    let calling = json!({"kind": "message", "text": "@bob", "mentions": {"users": [ids[1]]}});
    let everyone = json!({"kind": "message", "text": "@room", "mentions": {"everyone": "room"}});
    let first = tried(&mut sockets[0], &room, ("m1", head), 1, &calling).await;
    let second = tried(&mut sockets[0], &room, ("m2", head), 2, &everyone).await;
    let third = tried(&mut sockets[0], &room, ("m3", head), 3, &calling).await;
    let (first, second, third) = (first.unwrap(), second.unwrap(), third.unwrap());
    let event = sockets[1].events_to(&room, third).await.pop().unwrap();
    assert_eq!(event["body"], calling, "as it was sent");
    let refused = tried(&mut sockets[1], &room, ("m1", head), 1, &everyone).await;
    assert_eq!(refused, Err("forbidden".to_owned()));

    let now = room_now(&world, 0, &bob).await;
    assert_eq!(
        (&now["unread"], &now["mentioned"]),
        (&json!(3), &json!([first, second, third])),
        "{now}"
    );
    let of_ada = room_now(&world, 1, &ada).await;
    assert!(of_ada["mentioned"].is_null(), "her own: {of_ada}");

    let delete = json!({"kind": "delete", "target": second});
    let deleted = tried(&mut sockets[0], &room, ("d", third), 4, &delete).await;
    sockets[1].events_to(&room, deleted.unwrap()).await;
    sockets[1]
        .say(&json!({"type": "mark", "room": room, "seq": first}))
        .await;
    let mark = marked(&mut other, first).await;
    assert_eq!(
        (&mark["unread"], &mark["mentioned"]),
        (&json!(2), &json!([third])),
        "{mark}"
    );
    sockets[1]
        .say(&json!({"type": "mark", "room": room, "seq": third}))
        .await;
    let mark = marked(&mut other, third).await;
    assert!(mark["mentioned"].is_null(), "all read: {mark}");
    // All of it unread again.
    sockets[1]
        .say(&json!({"type": "mark", "room": room, "seq": head, "back": true}))
        .await;
    let mark = marked(&mut other, head).await;
    assert_eq!(
        (&mark["unread"], &mark["mentioned"]),
        (&json!(3), &json!([first, third])),
        "{mark}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_pinned_and_listed_as_they_stand_until_they_are_deleted() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (room, head, ids, mut sockets) = room_of(&world, &[&ada, &bob]).await;
    let message = |text: &str| json!({"kind": "message", "text": text});
    let pin = |target: u64, on: bool| json!({"kind": "pin", "target": target, "on": on});
    let mut seqs = Vec::new();
    for n in 1..=3 {
        let sent = tried(
            &mut sockets[0],
            &room,
            (&format!("m{n}"), head),
            n,
            &message(&n.to_string()),
        )
        .await;
        seqs.push(sent.unwrap());
    }
    let refused = tried(&mut sockets[1], &room, ("p", head), 1, &pin(seqs[0], true)).await;
    assert_eq!(refused, Err("forbidden".to_owned()));
    for (n, seq) in seqs.iter().enumerate() {
        let id = format!("p{n}");
        let pinned = tried(
            &mut sockets[0],
            &room,
            (&id, head),
            10 + n as u64,
            &pin(*seq, true),
        )
        .await;
        assert!(pinned.is_ok(), "{pinned:?}");
    }
    let edit = json!({"kind": "edit", "target": seqs[1], "text": "two"});
    let delete = json!({"kind": "delete", "target": seqs[2]});
    tried(&mut sockets[0], &room, ("e", head), 20, &edit)
        .await
        .unwrap();
    let last = tried(&mut sockets[0], &room, ("d", head), 21, &delete).await;
    sockets[1].events_to(&room, last.unwrap()).await;

    let ask = json!({"type": "pins", "ref": 7, "room": room});
    sockets[1].say(&ask).await;
    let pins = sockets[1].answer("pins", 7).await;
    let targets: Vec<_> = pins["pins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pin| (pin["message"]["seq"].clone(), pin["by"].clone()))
        .collect();
    let expected = [seqs[1], seqs[0]].map(|seq| (json!(seq), ids[0].clone()));
    assert_eq!(targets, expected, "the last first, and no deleted one");
    assert_eq!(pins["states"][0]["text"], "two");

    let off = tried(
        &mut sockets[0],
        &room,
        ("o", head),
        22,
        &pin(seqs[0], false),
    )
    .await;
    sockets[1].events_to(&room, off.unwrap()).await;
    let path = format!("/api/v1/rooms/{}/pins?id={bob}", room.as_str().unwrap());
    let listed = world.call("GET", &path, &[], "").await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    let listed = listed.json();
    assert_eq!(listed["pins"].as_array().unwrap().len(), 1);
    assert_eq!(listed["pins"][0]["message"]["seq"], seqs[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_copied_into_another_room_by_who_may_read_it() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (room, head, ids, mut sockets) = room_of(&world, &[&ada, &bob]).await;
    let (ada, bob) = (0, 1);
    let create = json!({"type": "create", "ref": 2, "id": "c2", "name": world.name("den"), "kind": "private"});
    sockets[ada].say(&create).await;
    let den = sockets[ada].answer("room", 2).await["room"]["id"].clone();
    let message = json!({"kind": "message", "text": "first words"});
    let edit = json!({"kind": "edit", "target": 2, "text": "the words"});
    let said = tried(&mut sockets[ada], &den, ("m", 1), 1, &message).await;
    assert_eq!(said, Ok(2));
    tried(&mut sockets[ada], &den, ("e", 2), 2, &edit)
        .await
        .unwrap();

    let forward = |room: &Value, seq: u64| json!({"kind": "message", "text": "", "forward": {"room": room, "seq": seq}});
    let copied = forward(&den, 2);
    let seq = tried(&mut sockets[ada], &room, ("f", head), 1, &copied)
        .await
        .unwrap();
    let event = sockets[bob].events_to(&room, seq).await.pop().unwrap();
    let body = &event["body"];
    assert_eq!(body["text"], "the words", "as it stood");
    assert_eq!(
        (&body["forward"]["room"], &body["forward"]["seq"]),
        (&den, &json!(2))
    );
    assert_eq!(body["forward"]["by"], ids[ada]);
    assert!(body["forward"]["at_ms"].as_u64() > Some(0));

    // Who may not read it copies nothing, and neither does anybody what is not there or no message.
    let refused = tried(&mut sockets[bob], &room, ("f", head), 1, &copied).await;
    assert_eq!(refused, Err("not_found".to_owned()));
    for (n, seq) in [(2, 0), (3, 1), (4, 99)] {
        let id = format!("f{n}");
        let none = tried(
            &mut sockets[ada],
            &room,
            (&id, head),
            n,
            &forward(&den, seq),
        )
        .await;
        assert_eq!(none, Err("not_found".to_owned()), "{seq}");
    }
    // The copy stays when the message goes, the same send keeps its number, and nobody edits it.
    let delete = json!({"kind": "delete", "target": 2});
    tried(&mut sockets[ada], &den, ("d", 2), 3, &delete)
        .await
        .unwrap();
    let again = tried(&mut sockets[ada], &room, ("f", head), 1, &copied).await;
    assert_eq!(again, Ok(seq));
    let edit = json!({"kind": "edit", "target": seq, "text": "other words"});
    let refused = tried(&mut sockets[ada], &room, ("e", seq), 9, &edit).await;
    assert_eq!(refused, Err("forbidden".to_owned()));
    // Whoever copies the copy does not become its author.
    let second = tried(
        &mut sockets[bob],
        &room,
        ("g", seq),
        2,
        &forward(&room, seq),
    )
    .await;
    let seen = sockets[ada].events_to(&room, second.unwrap()).await.pop();
    let seen = seen.unwrap();
    assert_eq!(seen["by"], ids[bob]);
    assert_eq!(seen["body"]["forward"]["by"], ids[ada]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_leads_to_the_messages_around_it_for_those_who_may_read_them() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (room, head, _, mut sockets) = room_of(&world, &[&ada]).await;
    let message = json!({"kind": "message", "text": "here"});
    let seq = tried(&mut sockets[0], &room, ("m", head), 1, &message)
        .await
        .unwrap();
    let room = room.as_str().unwrap();
    let of = |who: &str, seq: &str| format!("/rooms/{room}/{seq}?id={who}");
    let page = world
        .call("GET", &of(&ada, &seq.to_string()), &[], "")
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    let events = page.json()["events"].clone();
    let found = events.as_array().unwrap();
    assert!(found.iter().any(|event| event["seq"] == seq), "{events}");
    for (who, seq, status) in [(&bob, "1", 403), (&ada, "0", 404), (&ada, "x", 404)] {
        let refused = world.call("GET", &of(who, seq), &[], "").await;
        assert_eq!(refused.status, status, "{}", refused.body);
    }
    let nobody = world
        .call("GET", &format!("/rooms/{room}/{seq}"), &[], "")
        .await;
    assert_eq!(nobody.status, 401);
}
