//! The specification's frames on `/ws?id=`.

use serde_json::{Value, json};

use crate::world::{Socket, World};

fn group(room: &str, msg: &str) -> Value {
    json!({"msg": msg, "is_group": true, "group_name": room})
}

fn private(to: &str, msg: &str) -> Value {
    json!({"msg": msg, "receiver": to, "is_group": false})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_frame_goes_to_all_members_and_to_nobody_else() {
    let world = World::open().await;
    let (ada, bob, eve) = (
        world.user("ada").await,
        world.user("bob").await,
        world.user("eve").await,
    );
    let room = world.room("group", &[&ada, &bob]).await;
    let other = world.room("other", &[&ada, &eve]).await;
    let (mut a, mut b, mut e) = (
        world.seed(&ada).await,
        world.seed(&bob).await,
        world.seed(&eve).await,
    );

    a.say(&group(&room, "hello")).await;
    let (to_a, to_b) = (a.frame().await, b.frame().await);
    assert_eq!(to_a, to_b, "the sender gets the same as the others");
    let id = to_b["Id"].as_str().unwrap().to_owned();
    assert!(!id.is_empty());
    assert_eq!(
        to_b,
        json!({"Id": id, "msg": "hello", "sender": ada, "is_group": true, "group_name": room})
    );

    a.say(&group(&other, "for eve")).await;
    assert_eq!(
        e.frame().await["msg"],
        "for eve",
        "the first that eve sees is hers"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_frame_goes_to_the_receiver_only() {
    let world = World::open().await;
    let (ada, bob, eve) = (
        world.user("ada").await,
        world.user("bob").await,
        world.user("eve").await,
    );
    let room = world.room("all", &[&ada, &bob, &eve]).await;
    let (mut a, mut b, mut e) = (
        world.seed(&ada).await,
        world.seed(&bob).await,
        world.seed(&eve).await,
    );

    a.say(&private(&bob, "between us")).await;
    let got = b.frame().await;
    let id = got["Id"].as_str().unwrap().to_owned();
    assert_eq!(
        got,
        json!({"Id": id, "msg": "between us", "sender": ada, "receiver": bob, "is_group": false})
    );
    b.say(&private(&ada, "yes")).await;
    assert_eq!(
        a.frame().await["msg"],
        "yes",
        "the sender's own private message does not come back"
    );

    b.say(&group(&room, "hi all")).await;
    assert_eq!(e.frame().await["msg"], "hi all", "the first that eve sees");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_to_the_sender_only_and_the_socket_lives_on() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let room = world.room("wrong", &[&ada, &bob]).await;
    let foreign = world.room("foreign", &[&bob]).await;
    let (mut a, mut b) = (world.seed(&ada).await, world.seed(&bob).await);

    for bad in ["{", "hello", "\"text\"", "7", "{\"msg\":7}"] {
        a.send(bad).await;
        assert_eq!(
            a.text().await,
            r#"{"message":"Failed to send message"}"#,
            "{bad}"
        );
    }
    let table = [
        (json!({}), "msg"),
        (group(&room, ""), "msg"),
        (group(&room, &"x".repeat(1001)), "msg"),
        (group("", "x"), "group_name"),
        (group(&"x".repeat(26), "x"), "group_name"),
        (group("nowhere-at-all", "x"), "group_name"),
        (group(&foreign, "x"), "group_name"),
        (json!({"msg": "x"}), "receiver"),
        (private("nobody-at-all", "x"), "receiver"),
    ];
    for (frame, field) in table {
        a.say(&frame).await;
        let error = a.frame().await;
        assert_eq!(error["field"], field, "{frame}: {error}");
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
    }
    a.say(&group(&room, "still here")).await;
    assert_eq!(
        b.frame().await["msg"],
        "still here",
        "bob has seen nothing of all that"
    );
    assert_eq!(a.frame().await["msg"], "still here");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_message_and_every_character_pass() {
    let world = World::open().await;
    let ada = world.user("ada").await;
    let room = world.room("long", &[&ada]).await;
    let mut a = world.seed(&ada).await;
    let text = "🔥\u{0}\"\\\n".repeat(200);
    assert_eq!(text.chars().count(), 1000);
    a.say(&group(&room, &text)).await;
    assert_eq!(a.frame().await["msg"], text.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_senders_frames_keep_their_order_for_everybody() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let room = world.room("order", &[&ada, &bob]).await;
    let (mut a, mut b) = (world.seed(&ada).await, world.seed(&bob).await);
    for n in 0..200 {
        a.say(&group(&room, &n.to_string())).await;
    }
    for n in 0..200 {
        assert_eq!(a.frame().await["msg"], n.to_string());
        assert_eq!(b.frame().await["msg"], n.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_later_gets_what_comes_then_on_an_open_socket() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let room = world.room("late", &[&ada]).await;
    let (mut a, mut b) = (world.seed(&ada).await, world.seed(&bob).await);
    a.say(&group(&room, "before")).await;
    assert_eq!(a.frame().await["msg"], "before");
    let joined = world
        .post("/join", &json!({"name": room, "user": bob}))
        .await;
    assert_eq!(joined.status, 200);
    b.say(&group(&room, "after")).await;
    assert_eq!(b.frame().await["msg"], "after");
    assert_eq!(a.frame().await["msg"], "after");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_sent_this_way_are_events_in_the_same_log() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let room = world.room("same", &[&ada, &bob]).await;
    let (mut v1, welcome) = world.v1(0, &bob, &json!([])).await;
    let room_id = welcome["rooms"][0]["id"].clone();
    let mut a = world.seed(&ada).await;
    a.say(&group(&room, "one log")).await;
    let event = v1.next("events").await["events"][0].clone();
    assert_eq!(
        (&event["body"]["kind"], &event["body"]["text"]),
        (&json!("message"), &json!("one log"))
    );
    assert_eq!(a.frame().await["Id"], event["id"]);
    v1.say(&json!({"type": "history", "ref": 1, "room": room_id}))
        .await;
    let page = v1.next("history").await;
    assert_eq!(page["events"].as_array().unwrap().last().unwrap(), &event);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_user_is_refused_before_the_upgrade() {
    let world = World::open().await;
    let refused = Socket::open(world.place(0), "/ws?id=nobody-at-all", &[])
        .await
        .err()
        .unwrap();
    assert_eq!((refused.0, &refused.1["code"]), (404, &json!("not_found")));
    let refused = Socket::open(world.place(0), "/ws", &[])
        .await
        .err()
        .unwrap();
    assert_eq!(
        (refused.0, &refused.1["code"]),
        (401, &json!("unauthorized"))
    );
}
