//! Messages that are sent later: by calls, told to all devices, and nobody else's.

use hearth_server::parts::wall_ms;
use serde_json::{Value, json};

use crate::world::{Answer, JSON, World, call};

async fn ask(world: &World, n: usize, what: &str, user: &str, key: &str, body: &Value) -> Answer {
    let (method, path) = what.split_once(' ').unwrap();
    let path = format!("{path}?id={user}");
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let headers = [JSON, ("Idempotency-Key", key)];
    call(world.place(n), method, &path, &headers, &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_scheduled_changed_cancelled_and_sent_at_once_on_all_devices() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let body = json!({"name": world.name("hall")});
    let room = ask(&world, 0, "POST /api/v1/rooms", &ada, "r", &body).await;
    let room = room.json()["id"].clone();
    let (mut phone, _) = world.v1(1, &ada, &json!([])).await;
    phone.say(&json!({"type": "own", "ref": 1})).await;
    phone.answer("own", 1).await;
    let at_ms = wall_ms() + 3_600_000;
    let new = |text: &str, at_ms: u64| json!({"room": room, "at_ms": at_ms, "text": text});

    let made = ask(
        &world,
        0,
        "POST /api/v1/scheduled",
        &ada,
        "k1",
        &new("tea", at_ms),
    )
    .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let again = ask(
        &world,
        1,
        "POST /api/v1/scheduled",
        &ada,
        "k1",
        &new("tea", at_ms),
    )
    .await;
    assert_eq!((again.status, again.json()), (201, made.json()));
    let told = phone.next("own").await;
    assert_eq!(told["own"], json!([made.json()]));
    let id = made.json()["id"].as_str().unwrap().to_owned();

    let one = format!("/api/v1/scheduled/{id}");
    let changed = ask(
        &world,
        1,
        &format!("PUT {one}"),
        &ada,
        "-",
        &new("coffee", at_ms),
    )
    .await;
    assert_eq!(changed.json()["text"], "coffee");
    assert_eq!(phone.next("own").await["own"][0]["text"], "coffee");
    let all = ask(&world, 2, "GET /api/v1/scheduled", &ada, "-", &Value::Null).await;
    assert_eq!(all.json()["scheduled"], json!([changed.json()]));
    let others = ask(&world, 2, "GET /api/v1/scheduled", &bob, "-", &Value::Null).await;
    assert_eq!(others.json()["scheduled"], json!([]));
    for (what, body) in [
        (format!("PUT {one}"), new("mine", at_ms)),
        (format!("DELETE {one}"), Value::Null),
        (format!("POST {one}/send"), Value::Null),
    ] {
        let refused = ask(&world, 0, &what, &bob, "-", &body).await;
        assert_eq!(refused.status, 404, "{what}: {}", refused.body);
    }
    let outside = ask(
        &world,
        0,
        "POST /api/v1/scheduled",
        &bob,
        "k",
        &new("t", at_ms),
    )
    .await;
    assert_eq!(outside.json()["code"], "not_member");
    for bad in [
        new("soon", wall_ms() + 1_000),
        new("", at_ms),
        new("far", at_ms * 2),
    ] {
        let refused = ask(&world, 0, "POST /api/v1/scheduled", &ada, "k2", &bad).await;
        assert_eq!(refused.status, 400, "{}", refused.body);
    }

    let sent = ask(
        &world,
        0,
        &format!("POST {one}/send"),
        &ada,
        "-",
        &Value::Null,
    )
    .await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let (event, before) = phone.until("events").await;
    assert_eq!(event["events"][0]["body"]["text"], "coffee");
    assert_eq!(event["events"][0]["id"], id);
    assert_eq!(event["events"][0]["seq"], sent.json()["seq"]);
    let is_gone = |told: &Value| told["own"][0].get("text").is_none();
    let mut told: Vec<Value> = before;
    while !told
        .iter()
        .any(|told| told["type"] == "own" && is_gone(told))
    {
        told.push(phone.next("own").await);
    }
    let again = ask(
        &world,
        0,
        &format!("POST {one}/send"),
        &ada,
        "-",
        &Value::Null,
    )
    .await;
    assert_eq!(again.status, 404);

    // The same things by frames; a cancelled one is not scheduled anew by a late resend.
    let id = "0190b6a2-0000-7000-8000-00000000000c";
    let own = json!({"kind": "scheduled", "id": id, "room": room, "at_ms": at_ms, "text": "later"});
    phone
        .say(&json!({"type": "set", "ref": 2, "own": own}))
        .await;
    phone.answer("done", 2).await;
    let cancelled = json!({"kind": "scheduled", "id": id, "room": room, "at_ms": 0});
    phone
        .say(&json!({"type": "set", "ref": 3, "own": cancelled}))
        .await;
    phone.answer("done", 3).await;
    phone
        .say(&json!({"type": "set", "ref": 4, "own": own}))
        .await;
    assert_eq!(phone.answer("error", 4).await["code"], "not_found");
    let all = ask(&world, 2, "GET /api/v1/scheduled", &ada, "-", &Value::Null).await;
    assert_eq!(all.json()["scheduled"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_messages_can_wait_and_the_next_is_told_what_to_do() {
    let world = World::open().await;
    let ada = world.user("ada").await;
    let body = json!({"name": world.name("hall")});
    let room = ask(&world, 0, "POST /api/v1/rooms", &ada, "r", &body).await;
    let room = room.json()["id"].clone();
    let at_ms = wall_ms() + 3_600_000;
    let mut last = String::new();
    for n in 0..=100 {
        let body = json!({"room": room, "at_ms": at_ms + n * 60_000, "text": "t"});
        let made = ask(
            &world,
            0,
            "POST /api/v1/scheduled",
            &ada,
            &format!("k{n}"),
            &body,
        )
        .await;
        if n < 100 {
            assert_eq!(made.status, 201, "{}", made.body);
            last = made.json()["id"].as_str().unwrap().to_owned();
        } else {
            assert_eq!((made.status, &made.json()["code"]), (409, &json!("full")));
        }
    }
    let gone = format!("DELETE /api/v1/scheduled/{last}");
    let gone = ask(&world, 0, &gone, &ada, "-", &Value::Null).await;
    assert_eq!(gone.status, 204);
    let body = json!({"room": room, "at_ms": at_ms, "text": "t"});
    let made = ask(&world, 0, "POST /api/v1/scheduled", &ada, "k101", &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
}
