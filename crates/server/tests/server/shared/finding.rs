//! Finding rooms and entering them.

use serde_json::{Value, json};

use crate::world::{JSON, World};

/// Puts an event into a room, over HTTP.
async fn put(world: &World, user: &str, room: &str, body: Value) -> u64 {
    let path = format!("/api/v1/rooms/{room}/events?id={user}");
    let body = json!({ "body": body }).to_string();
    let stored = world.call("POST", &path, &[JSON], &body).await;
    assert_eq!(stored.status, 201, "{}", stored.body);
    stored.json()["seq"].as_u64().unwrap()
}

async fn made(world: &World, user: &str, name: &str, kind: &str) -> String {
    let body = json!({"name": name, "kind": kind}).to_string();
    let path = format!("/api/v1/rooms?id={user}");
    let room = world.call("POST", &path, &[JSON], &body).await;
    assert_eq!(room.status, 201, "{}", room.body);
    room.json()["id"].as_str().unwrap().to_owned()
}

/// Asks until the directory shows so many rooms: it may lag.
async fn found(world: &World, user: &str, sought: &str, count: usize) -> Value {
    let ask = async {
        loop {
            let path = format!("/api/v1/directory?q={sought}&id={user}");
            let page = world.call("GET", &path, &[], "").await;
            assert_eq!(page.status, 200, "{}", page.body);
            let rooms = page.json()["rooms"].clone();
            if rooms.as_array().unwrap().len() == count {
                return rooms;
            }
        }
    };
    tokio::time::timeout(crate::world::LONG, ask).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn public_rooms_are_found_by_what_they_say_about_themselves() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    // A word of this test's own, since others may share the store.
    let own = world.name("q").replace('-', "");
    let hall = made(&world, &ada, &world.name("hall"), "public").await;
    let den = made(&world, &ada, &world.name("den"), "private").await;
    for room in [&hall, &den] {
        let topic = json!({"kind": "topic", "topic": format!("Über {own}")});
        put(&world, &ada, room, topic).await;
        let text = format!("{own}-Züge, 東京");
        let description = json!({"kind": "description", "description": text});
        put(&world, &ada, room, description).await;
    }
    for sought in [
        own.clone(),
        format!("{own}+uber+zug"),
        format!("{own}+%E4%BA%AC"),
    ] {
        let rooms = found(&world, &bob, &sought, 1).await;
        assert_eq!(rooms[0]["id"], json!(hall), "{sought}");
        assert_eq!(
            (&rooms[0]["joined"], &rooms[0]["members"]),
            (&json!(false), &json!(1))
        );
    }
    let rooms = found(&world, &ada, &own, 1).await;
    assert_eq!(rooms[0]["joined"], json!(true));
    let (mut socket, welcome) = world.v1(0, &ada, &json!([])).await;
    let snapshots = welcome["rooms"].as_array().unwrap();
    let of_hall = snapshots.iter().find(|room| room["id"] == json!(hall));
    assert_eq!(
        of_hall.unwrap()["description"],
        json!(format!("{own}-Züge, 東京"))
    );

    put(&world, &ada, &hall, json!({"kind": "archive", "on": true})).await;
    socket.next("events").await;
    found(&world, &bob, &own, 0).await;
    let path = format!("/api/v1/directory?after=x&id={bob}");
    let refused = world.call("GET", &path, &[], "").await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (400, &json!("bad_request"))
    );
}
