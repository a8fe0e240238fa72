//! Threads over calls and frames: written into, read by pages, listed with what is unread, followed, and set back.

use serde_json::{Value, json};

use crate::world::{JSON, Socket, World, call};

/// An answer's status and body, of a call to the `n`-th server.
async fn ask(
    world: &World,
    n: usize,
    (method, path, user): (&str, &str, &str),
    body: &Value,
) -> (u16, Value) {
    let sign = if path.contains('?') { '&' } else { '?' };
    let path = format!("{path}{sign}id={user}");
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let answer = call(world.place(n), method, &path, &[JSON], &body).await;
    let json = match answer.body.is_empty() {
        true => Value::Null,
        false => answer.json(),
    };
    (answer.status, json)
}

async fn said(world: &World, n: usize, user: &str, room: &str, body: &Value) -> u64 {
    let path = format!("/api/v1/rooms/{room}/events");
    let (status, sent) = ask(world, n, ("POST", &path, user), &json!({"body": body})).await;
    assert_eq!(status, 201, "{sent}");
    sent["seq"].as_u64().unwrap()
}

async fn set(world: &World, n: usize, user: &str, own: &Value) {
    let (status, answer) = ask(world, n, ("PUT", "/api/v1/own", user), own).await;
    assert_eq!(status, 204, "{answer}");
}

/// The only thread that somebody follows, once it is as it should be: another server hears of it a moment later.
async fn until(world: &World, n: usize, user: &str, holds: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..400 {
        let (status, list) = ask(world, n, ("GET", "/api/v1/threads", user), &Value::Null).await;
        assert_eq!(status, 200, "{list}");
        if holds(&list) {
            return list;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the threads of {user} never came to be so");
}

/// A public room of ada's that bob is in, and its id.
async fn hall(world: &World, ada: &str, bob: &str) -> String {
    let body = json!({"name": world.name("hall")});
    let (_, room) = ask(world, 0, ("POST", "/api/v1/rooms", ada), &body).await;
    let id = room["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/rooms/{id}/join");
    let (status, _) = ask(world, 1, ("POST", &path, bob), &Value::Null).await;
    assert_eq!(status, 200);
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_is_written_read_by_pages_and_listed_with_what_is_unread() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let room = hall(&world, &ada, &bob).await;
    let message = json!({"kind": "message", "text": "who brings cake?"});
    let root = said(&world, 0, &ada, &room, &message).await;
    let (mut phone, _) = world
        .v1(1, &ada, &json!([{"room": room, "seq": root}]))
        .await;
    let reply =
        |n: u64| json!({"kind": "message", "text": format!("reply {n}"), "thread": {"root": root}});
    let mut seqs = Vec::new();
    for n in 0..5 {
        seqs.push(said(&world, 1, &bob, &room, &reply(n)).await);
    }
    // Who is there sees them come, with who wrote the first message.
    let event = phone.events_to(&json!(room), seqs[4]).await.pop().unwrap();
    assert_eq!(event["body"]["thread"]["root"], root);
    assert!(event["body"]["thread"]["by"].is_string(), "{event}");
    assert_eq!(event["ordinal"], 1, "it is not counted in the room");

    let list = until(&world, 2, &ada, |list| {
        list["threads"][0]["unread"] == json!(seqs)
    })
    .await;
    let thread = &list["threads"][0];
    assert_eq!(
        (&list["unread"], &thread["messages"]),
        (&json!(1), &json!(5))
    );
    assert_eq!(thread["message"]["body"], message);
    let (_, rooms) = ask(&world, 0, ("GET", "/api/v1/rooms", &ada), &Value::Null).await;
    assert_eq!(rooms["rooms"][0]["ordinal"], 1, "{rooms}");

    let path = format!("/api/v1/rooms/{room}/threads/{root}");
    let page = async |query: &str| {
        let path = format!("{path}?{query}");
        let (status, page) = ask(&world, 1, ("GET", &path, &bob), &Value::Null).await;
        assert_eq!(status, 200, "{page}");
        let events = page["events"].as_array().unwrap().iter();
        let seqs: Vec<u64> = events.map(|event| event["seq"].as_u64().unwrap()).collect();
        (
            seqs,
            page["more_before"] == true,
            page["more_after"] == true,
        )
    };
    assert_eq!(page("limit=2").await, (seqs[3..].to_vec(), true, false));
    let before = format!("before={}&limit=9", seqs[3]);
    assert_eq!(page(&before).await, (seqs[..3].to_vec(), false, true));
    let after = format!("after={}&limit=2", seqs[1]);
    assert_eq!(page(&after).await, (seqs[2..4].to_vec(), true, true));
    phone
        .say(&json!({"type": "thread", "ref": 4, "room": room, "root": root, "limit": 1}))
        .await;
    let answer = phone.answer("thread", 4).await;
    assert_eq!(answer["events"][0]["seq"], seqs[4]);
    assert_eq!(answer["thread"]["unread"], json!(seqs));

    // Read by one device, known to all.
    follow_own(&mut phone).await;
    let read = json!({"kind": "read", "room": room, "root": root, "seq": seqs[2]});
    set(&world, 2, &ada, &read).await;
    assert_eq!(phone.next("own").await["own"], json!([read]));
    until(&world, 0, &ada, |list| {
        list["threads"][0]["unread"] == json!(seqs[3..])
    })
    .await;
    let back = json!({"kind": "read", "room": room, "root": root, "seq": seqs[0], "back": true});
    phone
        .say(&json!({"type": "set", "ref": 5, "own": back}))
        .await;
    phone.answer("done", 5).await;
    until(&world, 2, &ada, |list| {
        list["threads"][0]["unread"] == json!(seqs[1..])
    })
    .await;
    let delete = json!({"kind": "delete", "target": seqs[1]});
    said(&world, 1, &bob, &room, &delete).await;
    until(&world, 0, &ada, |list| {
        list["threads"][0]["unread"] == json!(seqs[2..])
    })
    .await;

    let unfollow = json!({"kind": "follow", "room": room, "root": root, "on": false});
    set(&world, 1, &ada, &unfollow).await;
    until(&world, 0, &ada, |list| list["threads"] == json!([])).await;
    phone.say(&json!({"type": "threads", "ref": 6})).await;
    let answer = phone.answer("threads", 6).await;
    assert_eq!(
        (&answer["threads"], &answer["unread"]),
        (&json!([]), &json!(0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_begins_at_a_message_of_the_room_and_is_for_its_members() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let eve = world.user("eve").await;
    let room = hall(&world, &ada, &bob).await;
    let message = json!({"kind": "message", "text": "who brings cake?"});
    let root = said(&world, 0, &ada, &room, &message).await;
    let within = |root: u64| json!({"kind": "message", "text": "I do", "thread": {"root": root}});
    let reply = said(&world, 1, &bob, &room, &within(root)).await;
    let path = format!("/api/v1/rooms/{room}/events");
    for (root, status) in [(reply, 400), (1, 404), (0, 404)] {
        let body = json!({"body": within(root)});
        let (answered, why) = ask(&world, 0, ("POST", &path, &ada), &body).await;
        assert_eq!(answered, status, "at {root}: {why}");
    }
    // A word of the client's on who wrote the root is not taken.
    let lie = json!({"kind": "message", "text": "I do", "thread": {"root": root, "by": "0190b6a0-0000-7000-8000-00000000000b"}});
    let told = said(&world, 1, &bob, &room, &lie).await;
    let path = format!("/api/v1/rooms/{room}/threads/{root}");
    let (_, page) = ask(&world, 1, ("GET", &path, &bob), &Value::Null).await;
    let lie = page["events"].as_array().unwrap().last().unwrap();
    assert_eq!(lie["seq"], told);
    assert_eq!(lie["body"]["thread"]["by"], page["thread"]["message"]["by"]);

    let (status, _) = ask(&world, 0, ("GET", &path, &eve), &Value::Null).await;
    assert_eq!(status, 403);
    for own in [
        json!({"kind": "read", "room": room, "root": root, "seq": 3}),
        json!({"kind": "follow", "room": room, "root": root, "on": true}),
    ] {
        let (status, _) = ask(&world, 0, ("PUT", "/api/v1/own", &eve), &own).await;
        assert_eq!(status, 403, "{own}");
    }
    let both = format!("{path}?before=4&after=2");
    let (status, _) = ask(&world, 0, ("GET", &both, &ada), &Value::Null).await;
    assert_eq!(status, 400);
    for nowhere in [
        format!("/api/v1/rooms/{room}/threads/{reply}"),
        format!("/api/v1/rooms/{room}/threads/x"),
    ] {
        let (status, _) = ask(&world, 0, ("GET", &nowhere, &ada), &Value::Null).await;
        assert_eq!(status, 404, "{nowhere}");
    }
    let (status, _) = ask(
        &world,
        0,
        ("GET", "/api/v1/threads?after=x", &ada),
        &Value::Null,
    )
    .await;
    assert_eq!(status, 400);
}

async fn follow_own(socket: &mut Socket) {
    socket.say(&json!({"type": "own", "ref": 1})).await;
    socket.answer("own", 1).await;
}
