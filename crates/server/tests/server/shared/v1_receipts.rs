//! Receipts over calls and frames: told to members who ask, on whichever server, and of nobody who does not want it.

use serde_json::{Value, json};

use crate::world::{JSON, World, call};

#[tokio::test(flavor = "multi_thread")]
async fn members_are_told_what_others_have_read_and_have_unless_these_tell_nobody() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let hall = world.room("hall", &[&ada, &bob]).await;
    let (mut adas, welcome) = world.v1(0, &ada, &json!([])).await;
    let room = welcome["rooms"][0]["id"].clone();
    assert_eq!(welcome["rooms"][0]["name"], hall);
    let (mut bobs, welcome) = world.v1(1, &bob, &json!([])).await;
    let bob_id = welcome["user"]["id"].clone();
    let head = welcome["rooms"][0]["head"].as_u64().unwrap();
    adas.say(&json!({"type": "receipts", "ref": 1, "room": room}))
        .await;
    let answer = adas.answer("receipts", 1).await;
    assert!(answer["receipts"].is_array(), "{answer}");

    bobs.say(&json!({"type": "delivered", "room": room, "seq": head}))
        .await;
    let told = adas.next("receipts").await;
    assert_eq!(
        told["receipts"],
        json!([{"user": bob_id, "delivered": head}])
    );
    bobs.say(&json!({"type": "mark", "room": room, "seq": head}))
        .await;
    let told = adas.next("receipts").await;
    assert_eq!(
        told["receipts"],
        json!([{"user": bob_id, "read": head, "delivered": head}])
    );
    let path = format!("/api/v1/rooms/{}/receipts?id=", room.as_str().unwrap());
    let asked = async |n: usize, user: &str| {
        let answer = call(world.place(n), "GET", &format!("{path}{user}"), &[JSON], "").await;
        (answer.status, answer.json())
    };
    let (status, all) = asked(2, &ada).await;
    assert_eq!((status, &all["receipts"]), (200, &told["receipts"]));

    let off = json!({"kind": "receipts", "on": false});
    bobs.say(&json!({"type": "set", "ref": 2, "own": off}))
        .await;
    bobs.answer("done", 2).await;
    assert_eq!(asked(2, &ada).await, (200, json!({"receipts": []})));
    let (status, refused) = asked(0, &bob).await;
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")));
    bobs.say(&json!({"type": "receipts", "ref": 3, "room": room}))
        .await;
    let refused: Value = bobs.answer("error", 3).await;
    assert_eq!(refused["code"], "forbidden");
}
