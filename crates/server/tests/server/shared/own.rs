//! What is a user's own: set by a call or a frame, told to all devices, there after a reconnect, and nobody else's.

use serde_json::{Value, json};

use crate::world::{Answer, JSON, Socket, World, call};

/// A device of a user, at the `n`-th server, that follows what is theirs; and what it was told.
async fn device(world: &World, n: usize, user: &str) -> (Socket, Value) {
    let (mut socket, _) = world.v1(n, user, &json!([])).await;
    socket.say(&json!({"type": "own", "ref": 1})).await;
    let own = socket.answer("own", 1).await;
    (socket, own)
}

/// A device hears of what was set. A server that looks into the store just then says only that there is something: then
/// all of it is asked for.
async fn hears(socket: &mut Socket, set: &Value) {
    let told = socket.next("own").await;
    if told["own"] != json!([]) {
        assert_eq!(told["own"], json!([set]));
        return;
    }
    socket.say(&json!({"type": "own", "ref": 2})).await;
    let all = socket.answer("own", 2).await;
    assert!(all["own"].as_array().unwrap().contains(set), "{all}");
}

async fn ask(
    world: &World,
    n: usize,
    method: &str,
    path: &str,
    user: &str,
    body: &Value,
) -> Answer {
    let sign = if path.contains('?') { '&' } else { '?' };
    let path = format!("{path}{sign}id={user}");
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    call(world.place(n), method, &path, &[JSON], &body).await
}

/// What was told, without when its drafts were set, which each of them says.
fn timeless(mut own: Value) -> Value {
    for one in own.as_array_mut().into_iter().flatten() {
        let at_ms = one.as_object_mut().and_then(|one| one.remove("at_ms"));
        let is_set = one["kind"]
            .as_str()
            .is_some_and(|kind| kind.ends_with("draft"))
            && one.get("text").is_some();
        assert_eq!(at_ms.is_some_and(|at_ms| at_ms.is_u64()), is_set, "{one}");
    }
    own
}

async fn set(world: &World, n: usize, user: &str, own: &Value) {
    let done = ask(world, n, "PUT", "/api/v1/own", user, own).await;
    assert_eq!(done.status, 204, "{}", done.body);
}

async fn made(world: &World, user: &str, name: &str) -> String {
    let body = json!({"name": world.name(name)});
    let room = ask(world, 0, "POST", "/api/v1/rooms", user, &body).await;
    room.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn levels_mutes_and_quiet_hours_are_the_same_on_all_devices() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let room = made(&world, &ada, "hall").await;
    let (mut laptop, nothing) = device(&world, 0, &ada).await;
    let (mut phone, _) = device(&world, 1, &ada).await;
    let (mut bobs, _) = device(&world, 1, &bob).await;
    assert_eq!(
        (&nothing["version"], &nothing["own"]),
        (&json!(0), &json!([]))
    );

    let level = json!({"kind": "notify", "room": room, "level": "mentions", "muted_until_ms": 4_000_000_000_000_u64});
    laptop
        .say(&json!({"type": "set", "ref": 2, "own": level}))
        .await;
    for socket in [&mut laptop, &mut phone] {
        let told = socket.next("own").await;
        assert_eq!(
            (&told["version"], &told["own"]),
            (&json!(1), &json!([level]))
        );
    }
    let hours = json!({"from_min": 1_320, "to_min": 420, "zone": "Europe/Berlin"});
    let quiet = json!({"kind": "quiet", "hours": hours});
    set(&world, 2, &ada, &quiet).await;
    for socket in [&mut laptop, &mut phone] {
        let told = socket.next("own").await;
        assert_eq!(
            (&told["version"], &told["own"]),
            (&json!(2), &json!([quiet]))
        );
    }
    drop(phone);
    let (_, back) = device(&world, 2, &ada).await;
    assert_eq!(
        (&back["version"], &back["own"]),
        (&json!(2), &json!([quiet, level]))
    );
    // A mute that is over, and everything again: as if nothing had been set.
    set(
        &world,
        0,
        &ada,
        &json!({"kind": "notify", "room": room, "muted_until_ms": 1}),
    )
    .await;
    set(&world, 0, &ada, &json!({"kind": "quiet"})).await;
    let all = ask(&world, 1, "GET", "/api/v1/own", &ada, &Value::Null).await;
    assert_eq!(all.json()["own"], json!([]));
    for bad in [
        json!({"kind": "quiet", "hours": {"from_min": 1_440, "to_min": 0, "zone": "Europe/Berlin"}}),
        json!({"kind": "quiet", "hours": {"from_min": 1, "to_min": 0, "zone": "at home"}}),
        json!({"kind": "theme", "dark": true}),
    ] {
        let refused = ask(&world, 0, "PUT", "/api/v1/own", &ada, &bad).await;
        assert_eq!(refused.status, 400, "{bad}: {}", refused.body);
    }
    assert!(bobs.so_far().await.is_empty(), "another's is not told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_goes_on_on_another_device_and_the_later_write_stands() {
    let world = World::open().await;
    let ada = world.user("ada").await;
    let (room, other) = (
        made(&world, &ada, "hall").await,
        made(&world, &ada, "den").await,
    );
    let draft = |room: &str, text: &str| json!({"kind": "draft", "room": room, "text": text});
    let (mut laptop, _) = device(&world, 0, &ada).await;
    set(&world, 1, &ada, &draft(&room, "half a")).await;
    assert_eq!(
        timeless(laptop.next("own").await["own"].take()),
        json!([draft(&room, "half a")])
    );
    let whole = json!({"kind": "draft", "room": room, "text": "half a sentence", "reply_to": 1});
    laptop
        .say(&json!({"type": "set", "ref": 3, "own": whole}))
        .await;
    laptop.answer("done", 3).await;
    set(&world, 2, &ada, &draft(&other, "elsewhere")).await;
    let in_thread = json!({"kind": "thread_draft", "room": room, "root": 1, "text": "a thread's", "reply_to": 2});
    set(&world, 1, &ada, &in_thread).await;
    let (mut phone, mut own) = device(&world, 1, &ada).await;
    let own = timeless(own["own"].take());
    let own = own.as_array().unwrap();
    assert_eq!(own.len(), 3, "{own:?}");
    assert!(own.contains(&whole) && own.contains(&in_thread), "{own:?}");
    set(&world, 0, &ada, &json!({"kind": "draft", "room": room})).await;
    assert_eq!(
        phone.next("own").await["own"],
        json!([{"kind": "draft", "room": room}])
    );
    // The thread's is another, and goes with the room.
    ask(
        &world,
        2,
        "POST",
        &format!("/api/v1/rooms/{other}/leave"),
        &ada,
        &Value::Null,
    )
    .await;
    assert_eq!(
        phone.next("own").await["own"],
        json!([{"kind": "draft", "room": other}])
    );
    set(&world, 0, &ada, &draft(&other, "elsewhere")).await;
    phone.next("own").await;
    let left = ask(
        &world,
        1,
        "GET",
        "/api/v1/own?kinds=draft,quiet",
        &ada,
        &Value::Null,
    )
    .await;
    assert_eq!(
        timeless(left.json()["own"].take()),
        json!([draft(&other, "elsewhere")])
    );
    let path = "/api/v1/own?kinds=thread_draft";
    let left = ask(&world, 2, "GET", path, &ada, &Value::Null).await;
    assert_eq!(timeless(left.json()["own"].take()), json!([in_thread]));
    let long = draft(&room, &"x".repeat(16_385));
    let refused = ask(&world, 0, "PUT", "/api/v1/own", &ada, &long).await;
    assert_eq!(refused.status, 413, "{}", refused.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_messages_are_listed_from_the_newest_and_only_what_one_may_see() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let room = made(&world, &ada, "hall").await;
    let path = format!("/api/v1/rooms/{room}");
    ask(
        &world,
        0,
        "POST",
        &format!("{path}/join"),
        &bob,
        &Value::Null,
    )
    .await;
    let (mut phone, _) = device(&world, 1, &bob).await;
    let mut seqs = Vec::new();
    for text in ["one", "two", "three"] {
        let body = json!({"body": {"kind": "message", "text": text}});
        let sent = ask(&world, 0, "POST", &format!("{path}/events"), &ada, &body).await;
        let seq = sent.json()["seq"].clone();
        let saved = json!({"kind": "saved", "room": room, "seq": seq, "on": true});
        set(&world, 0, &bob, &saved).await;
        hears(&mut phone, &saved).await;
        seqs.push(seq);
    }
    let edit = json!({"body": {"kind": "edit", "target": seqs[2], "text": "three again"}});
    ask(&world, 0, "POST", &format!("{path}/events"), &ada, &edit).await;
    let delete = json!({"body": {"kind": "delete", "target": seqs[1]}});
    ask(&world, 0, "POST", &format!("{path}/events"), &ada, &delete).await;

    let page = ask(
        &world,
        1,
        "GET",
        "/api/v1/saved?limit=2",
        &bob,
        &Value::Null,
    )
    .await;
    let page = page.json();
    assert_eq!(page["saved"][0]["seq"], seqs[2]);
    assert_eq!(page["saved"][0]["state"]["text"], "three again");
    assert_eq!(
        page["saved"][1]["event"]["body"],
        json!({"kind": "erased", "was": {"kind": "message"}})
    );
    let next = format!("/api/v1/saved?before={}", page["next"]);
    let page = ask(&world, 1, "GET", &next, &bob, &Value::Null)
        .await
        .json();
    assert_eq!(page["saved"][0]["event"]["body"]["text"], "one");
    assert_eq!(
        (page["saved"].as_array().unwrap().len(), page.get("next")),
        (1, None)
    );

    set(
        &world,
        0,
        &bob,
        &json!({"kind": "saved", "room": room, "seq": seqs[1], "on": false}),
    )
    .await;
    ask(
        &world,
        0,
        "POST",
        &format!("{path}/leave"),
        &bob,
        &Value::Null,
    )
    .await;
    let page = ask(&world, 2, "GET", "/api/v1/saved", &bob, &Value::Null)
        .await
        .json();
    let bare = |seq: &Value| json!({"room": room, "seq": seq});
    assert_eq!(page["saved"], json!([bare(&seqs[2]), bare(&seqs[0])]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_hides_is_hidden_on_all_ones_devices_and_from_nobody_else() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let room = made(&world, &ada, "hall").await;
    let hidden = |seq: u64, on: bool| json!({"kind": "hidden", "room": room, "seq": seq, "on": on});
    let (mut phone, _) = device(&world, 1, &ada).await;
    let (_, of_bob) = device(&world, 1, &bob).await;
    for seq in 1..=100 {
        set(&world, 0, &ada, &hidden(seq, true)).await;
    }
    while phone.next("own").await["version"] != 100 {}
    let full = ask(&world, 0, "PUT", "/api/v1/own", &ada, &hidden(101, true)).await;
    assert_eq!((full.status, &full.json()["code"]), (409, &json!("full")));
    set(&world, 0, &ada, &hidden(1, false)).await;
    set(&world, 0, &ada, &hidden(101, true)).await;
    assert_eq!(phone.next("own").await["own"], json!([hidden(1, false)]));
    let (_, back) = device(&world, 0, &ada).await;
    assert_eq!(back["own"].as_array().unwrap().len(), 100);
    assert_eq!(of_bob["own"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_blocked_opens_no_direct_room_on_any_surface_and_is_not_told_why() {
    let world = World::open().await;
    let (ada, eve) = (world.user("ada").await, world.user("eve").await);
    let (mut phone, _) = device(&world, 1, &ada).await;
    let (mut eves, welcome) = world.v1(1, &eve, &json!([])).await;
    let blocked = json!({"kind": "blocked", "user": welcome["user"]["id"], "on": true});
    set(&world, 0, &ada, &blocked).await;
    hears(&mut phone, &blocked).await;
    eves.say(&json!({"type": "direct", "ref": 1, "user": ada}))
        .await;
    let refused = eves.answer("error", 1).await;
    assert_eq!(refused["code"], "full");
    let with = json!({"user": ada});
    let refused = ask(&world, 2, "POST", "/api/v1/direct", &eve, &with).await;
    assert_eq!(refused.status, 409);
    assert!(!refused.body.contains("block"), "{}", refused.body);
    let bob = world.user("bob").await;
    let others = json!({"users": [ada, bob]});
    let refused = ask(&world, 2, "POST", "/api/v1/groups", &eve, &others).await;
    assert_eq!(
        (refused.status, refused.json()["code"].as_str()),
        (409, Some("full"))
    );
    let mut plain = world.seed(&eve).await;
    plain
        .say(&json!({"msg": "psst", "receiver": ada, "is_group": false}))
        .await;
    assert!(plain.text().await.contains("no more direct rooms"));
    let rooms = ask(&world, 0, "GET", "/api/v1/rooms", &ada, &Value::Null).await;
    assert_eq!(rooms.json()["rooms"], json!([]));
}
