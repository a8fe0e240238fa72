//! `hearth.v1`: rooms and people over the socket.

use serde_json::{Value, json};

use crate::world::{JSON, Socket, World};

async fn made(socket: &mut Socket, name: &str, kind: &str) -> Value {
    socket.say(&json!({"type": "create", "ref": 1, "id": format!("c-{name}"), "name": name, "kind": kind})).await;
    let answer = socket.answer("room", 1).await;
    assert_eq!(answer["room"]["name"], name);
    answer["room"].clone()
}

fn send(room: &Value, id: &str, after: &Value, body: &Value) -> Value {
    json!({"type": "send", "room": room, "id": id, "after": after, "device": "d", "n": 1, "body": body})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_made_once_entered_left_and_entered_again() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (mut a, _) = world.v1(0, &ada, &json!([])).await;
    let (mut b, _) = world.v1(1, &bob, &json!([])).await;
    let name = world.name("hall");
    let room = made(&mut a, &name, "public").await;
    assert_eq!(
        (&room["role"], &room["members"]),
        (&json!("owner"), &json!(1))
    );
    a.say(&json!({"type": "create", "ref": 2, "id": format!("c-{name}"), "name": name}))
        .await;
    assert_eq!(
        a.answer("room", 2).await["room"]["id"],
        room["id"],
        "the same id again answers the same room"
    );
    b.say(&json!({"type": "create", "ref": 2, "id": "other", "name": name}))
        .await;
    assert_eq!(b.next("error").await["code"], "taken");

    b.say(&json!({"type": "join", "ref": 3, "name": name}))
        .await;
    let joined = b.answer("room", 3).await;
    let role = &joined["room"]["role"];
    assert!(role.is_null(), "a member: left out, {role}");
    let event = a.next("events").await["events"][0].clone();
    assert_eq!(
        (&event["body"]["kind"], &event["name"]),
        (&json!("join"), &json!(bob))
    );

    b.say(&json!({"type": "leave", "ref": 4, "room": room["id"]}))
        .await;
    let left = b.next("left").await;
    assert_eq!(left["room"], room["id"]);
    let event = a.next("events").await["events"][0].clone();
    assert_eq!(event["body"]["kind"], "leave");
    b.say(&json!({"type": "join", "ref": 5, "room": room["id"]}))
        .await;
    assert_eq!(b.answer("room", 5).await["room"]["members"], 2);
    a.say(&json!({"type": "members", "ref": 6, "room": room["id"]}))
        .await;
    let members = a.next("members").await;
    let mut names: Vec<_> = members["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["name"].clone())
        .collect();
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, [json!(ada), json!(bob)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_have_exactly_one_direct_room() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (mut a, _) = world.v1(0, &ada, &json!([])).await;
    let (mut b, _) = world.v1(1, &bob, &json!([])).await;
    a.say(&json!({"type": "direct", "ref": 1, "user": bob}))
        .await;
    let of_a = a.answer("room", 1).await["room"].clone();
    b.say(&json!({"type": "direct", "ref": 1, "user": ada}))
        .await;
    let of_b = b.answer("room", 1).await["room"].clone();
    assert_eq!(of_a["id"], of_b["id"]);
    assert_eq!(
        (&of_a["name"], &of_b["name"], &of_a["kind"]),
        (&json!(bob), &json!(ada), &json!("direct"))
    );
    a.say(&send(
        &of_a["id"],
        "m1",
        &of_a["head"],
        &json!({"kind": "message", "text": "psst"}),
    ))
    .await;
    let event = b.next("events").await["events"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(event["body"]["text"], "psst");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_room_is_entered_by_invitation_and_a_removed_member_sees_nothing_more() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (mut a, _) = world.v1(0, &ada, &json!([])).await;
    let (mut b, welcome) = world.v1(1, &bob, &json!([])).await;
    let bob_id = welcome["user"]["id"].clone();
    let room = made(&mut a, &world.name("den"), "private").await;
    let id = &room["id"];
    b.say(&json!({"type": "join", "ref": 1, "room": id})).await;
    let refused = b.next("error").await;
    assert!(
        ["not_found", "forbidden"].contains(&refused["code"].as_str().unwrap()),
        "{refused}"
    );

    a.say(&send(
        id,
        "i1",
        &room["head"],
        &json!({"kind": "invite", "user": bob_id}),
    ))
    .await;
    let brought = b.next("room").await;
    assert_eq!(
        (&brought["room"]["id"], brought.get("ref")),
        (id, None),
        "brought about elsewhere"
    );
    let seq = a.next("ack").await["seq"].clone();
    a.say(&send(
        id,
        "r1",
        &seq,
        &json!({"kind": "role", "user": bob_id, "role": "moderator"}),
    ))
    .await;
    let seq = a.next("ack").await["seq"].clone();
    let role = b.next("events").await["events"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        (&role["body"]["kind"], &role["body"]["role"]),
        (&json!("role"), &json!("moderator"))
    );

    a.say(&send(
        id,
        "x1",
        &seq,
        &json!({"kind": "remove", "user": bob_id}),
    ))
    .await;
    let seq = a.next("ack").await["seq"].clone();
    let left = b.next("left").await;
    assert_eq!((&left["room"], &left["seq"]), (id, &seq));
    a.say(&send(
        id,
        "m1",
        &seq,
        &json!({"kind": "message", "text": "he is gone"}),
    ))
    .await;
    a.next("ack").await;
    b.say(&send(
        id,
        "m2",
        &seq,
        &json!({"kind": "message", "text": "am I?"}),
    ))
    .await;
    let refused = b.next("error").await;
    assert_eq!(refused["code"], "not_member", "{refused}");
    assert!(
        b.so_far()
            .await
            .iter()
            .all(|frame| frame["type"] != "events"),
        "nothing came after the removal"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_renamed_slowed_and_archived_and_a_banned_member_stays_out() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let (old, new) = (world.name("old"), world.name("new"));
    let (mut a, _) = world.v1(0, &ada, &json!([])).await;
    let (mut b, welcome) = world.v1(1, &bob, &json!([])).await;
    let bob_id = welcome["user"]["id"].clone();
    let room = made(&mut a, &old, "public").await;
    let id = &room["id"];
    b.say(&json!({"type": "join", "ref": 1, "name": old})).await;
    b.answer("room", 1).await;

    a.say(&json!({"type": "rename", "ref": 2, "room": id, "name": new}))
        .await;
    let renamed = a.answer("room", 2).await;
    assert_eq!(renamed["room"]["name"], new);
    let event = b.next("events").await["events"][0].clone();
    assert_eq!(event["body"], json!({"kind": "rename", "name": new}));
    b.say(&json!({"type": "rename", "ref": 3, "room": id, "name": world.name("mine")}))
        .await;
    assert_eq!(b.next("error").await["code"], "forbidden");

    a.say(&send(
        id,
        "s1",
        &json!(3),
        &json!({"kind": "slow", "seconds": 3600}),
    ))
    .await;
    let seq = a.next("ack").await["seq"].clone();
    b.say(&send(
        id,
        "m1",
        &seq,
        &json!({"kind": "message", "text": "one"}),
    ))
    .await;
    b.next("ack").await;
    b.say(&send(
        id,
        "m2",
        &seq,
        &json!({"kind": "message", "text": "two"}),
    ))
    .await;
    let slow = b.next("error").await;
    assert_eq!(slow["code"], "slow");
    assert!(
        slow["retry_after_ms"].as_u64().unwrap() > 3_000_000,
        "{slow}"
    );

    let of =
        |user: &str, path: &str| format!("/api/v1/rooms/{}{path}?id={user}", id.as_str().unwrap());
    let ban = json!({"body": {"kind": "ban", "user": bob_id, "reason": "spam"}});
    let banned = world
        .call("POST", &of(&ada, "/events"), &[JSON], &ban.to_string())
        .await;
    assert_eq!(banned.status, 201, "{}", banned.body);
    let left = b.next("left").await;
    assert_eq!(left["room"], *id);
    // By its old name, too, it is the room from which they are banned.
    b.say(&json!({"type": "join", "ref": 4, "name": old})).await;
    let refused = b.next("error").await;
    assert_eq!(refused["code"], "banned");
    assert!(
        refused["message"].as_str().unwrap().contains("spam"),
        "{refused}"
    );
    let joined = world.call("POST", &of(&bob, "/join"), &[], "").await;
    assert_eq!(
        (joined.status, &joined.json()["code"]),
        (403, &json!("banned"))
    );
    let bans = world.call("GET", &of(&ada, "/bans"), &[], "").await;
    assert_eq!(bans.status, 200, "{}", bans.body);
    assert_eq!(bans.json()["bans"][0]["name"], json!(bob));
    assert_eq!(
        world.call("GET", &of(&bob, "/bans"), &[], "").await.status,
        403
    );

    let unban = json!({"body": {"kind": "unban", "user": bob_id}});
    let lifted = world
        .call("POST", &of(&ada, "/events"), &[JSON], &unban.to_string())
        .await;
    assert_eq!(lifted.status, 201, "{}", lifted.body);
    let archive = json!({"body": {"kind": "archive", "on": true}});
    let archived = world
        .call("POST", &of(&ada, "/events"), &[JSON], &archive.to_string())
        .await;
    assert_eq!(archived.status, 201, "{}", archived.body);
    let joined = world.call("POST", &of(&bob, "/join"), &[], "").await;
    assert_eq!(
        (joined.status, &joined.json()["code"]),
        (409, &json!("archived"))
    );
    let name = json!({"name": world.name("third")}).to_string();
    let renamed = world
        .call("POST", &of(&ada, "/rename"), &[JSON], &name)
        .await;
    assert_eq!(
        (renamed.status, &renamed.json()["code"]),
        (409, &json!("archived"))
    );
    let open = json!({"body": {"kind": "archive", "on": false}});
    world
        .call("POST", &of(&ada, "/events"), &[JSON], &open.to_string())
        .await;
    let renamed = world
        .call("POST", &of(&ada, "/rename"), &[JSON], &name)
        .await;
    assert_eq!(renamed.status, 200, "{}", renamed.body);
    let joined = world.call("POST", &of(&bob, "/join"), &[], "").await;
    assert_eq!(
        (joined.status, &joined.json()["slow_seconds"]),
        (200, &json!(3600)),
        "{}",
        joined.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_mark_moves_on_all_devices_and_counts_what_is_unread() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let name = world.room("marks", &[&ada, &bob]).await;
    let (mut a, welcome) = world.v1(0, &ada, &json!([])).await;
    let id = welcome["rooms"][0]["id"].clone();
    let mut head = welcome["rooms"][0]["head"].clone();
    let (mut b, _) = world.v1(1, &bob, &json!([])).await;
    let (mut other, _) = world.v1(2, &bob, &json!([])).await;
    for n in 1..=3_u64 {
        let body = json!({"kind": "message", "text": n.to_string()});
        a.say(&json!({"type": "send", "room": id, "id": format!("m{n}"), "after": head, "device": "d", "n": n, "body": body}))
            .await;
        head = a.next("ack").await["seq"].clone();
    }
    b.events_to(&id, head.as_u64().unwrap()).await;
    b.say(&json!({"type": "mark", "room": id, "seq": head.as_u64().unwrap() - 1}))
        .await;
    let mark = other.next("mark").await;
    assert_eq!((&mark["room"], &mark["unread"]), (&id, &json!(1)), "{mark}");
    let (_, welcome) = world.v1(0, &bob, &json!([])).await;
    let room = &welcome["rooms"][0];
    assert_eq!(
        (&room["name"], &room["unread"]),
        (&json!(name), &json!(1)),
        "{room}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_and_presence_are_shown_to_those_who_share_or_watch() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    world.room("typing", &[&ada, &bob]).await;
    let (mut a, welcome) = world.v1(0, &ada, &json!([])).await;
    let (ada_id, room) = (
        welcome["user"]["id"].clone(),
        welcome["rooms"][0]["id"].clone(),
    );
    let (mut b, _) = world.v1(1, &bob, &json!([])).await;
    b.say(&json!({"type": "presence", "status": "online", "watch": [ada_id]}))
        .await;
    let shown = b.next("presence").await;
    assert_eq!(
        shown["users"],
        json!([{"user": ada_id, "status": "online"}])
    );
    // Typing is a hint: it may be lost, so it is said until it shows.
    let typing = loop {
        a.say(&json!({"type": "typing", "room": room})).await;
        if let Ok(typing) =
            tokio::time::timeout(std::time::Duration::from_millis(300), b.next("typing")).await
        {
            break typing;
        }
    };
    assert_eq!(
        (&typing["user"], &typing["name"], &typing["room"]),
        (&ada_id, &json!(ada), &room)
    );
    drop(a);
    loop {
        let shown = b.next("presence").await;
        let [of] = shown["users"].as_array().unwrap().as_slice() else {
            panic!("{shown}");
        };
        if of["status"] == "offline" {
            // When they were last there: since the other socket was told the time.
            assert!(
                of["seen_ms"].as_u64() >= welcome["now_ms"].as_u64(),
                "{shown}"
            );
            break;
        }
    }
}
