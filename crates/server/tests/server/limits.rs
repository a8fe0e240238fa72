//! How often an address, a user and a room may: who meets a limit is told when to come back, and nothing is lost by it.

use serde_json::{Value, json};

use crate::world::{Answer, JSON, World};

/// A server with limits, of which all but these are the defaults.
async fn limited(settings: &[(&'static str, &str)]) -> World {
    World::alone(&[&[("limits", "on")], settings].concat()).await
}

/// Asks on behalf of an address, as a proxy does.
async fn from(world: &World, address: &str, method: &str, path: &str, body: &Value) -> Answer {
    let headers = [JSON, ("X-Forwarded-For", address)];
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    world.call(method, path, &headers, &body).await
}

fn is_busy(answer: &Answer) -> bool {
    if answer.status != 429 {
        return false;
    }
    let body = answer.json();
    let ms = body["retry_after_ms"].as_u64().unwrap();
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert_eq!(
        (body["code"].as_str(), seconds),
        (Some("busy"), ms.div_ceil(1000))
    );
    true
}

#[tokio::test]
async fn who_meets_a_limit_of_sends_sends_the_same_again_and_all_is_stored_once_and_in_order() {
    let world = limited(&[("user_sends_burst", "3"), ("user_sends_per_s", "4")]).await;
    let (ada, eve) = (world.user("ada").await, world.user("eve").await);
    world.room("hall", &[&ada, &eve]).await;
    let (mut socket, welcome) = world.v1(0, &ada, &json!([])).await;
    let (mut other, _) = world.v1(0, &eve, &json!([])).await;
    let (room, head) = (&welcome["rooms"][0]["id"], &welcome["rooms"][0]["head"]);
    let send = |n: u64| {
        json!({"type": "send", "room": room, "id": format!("m{n}"), "after": head, "device": "d", "n": n,
            "body": {"kind": "message", "text": format!("text {n}")}})
    };
    let mut refused = 0;
    for n in 1..=8 {
        loop {
            socket.say(&send(n)).await;
            let frame = loop {
                let frame = socket.frame().await;
                if frame["id"] == format!("m{n}") {
                    break frame;
                }
            };
            if frame["type"] == "ack" {
                break;
            }
            assert_eq!(frame["code"], "busy", "{frame}");
            assert!(frame["retry_after_ms"].as_u64().unwrap() <= 250, "{frame}");
            refused += 1;
            if refused == 1 {
                // Others are not held up by it.
                let mut word = send(1);
                word["device"] = json!("e");
                other.say(&word).await;
                other.next("ack").await;
            }
        }
    }
    assert!(refused > 0);
    let path = format!("/api/v1/rooms/{}/events?id={ada}", room.as_str().unwrap());
    let events = world.call("GET", &path, &[], "").await.json()["events"].clone();
    let by_ada: Vec<_> = events
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["name"] == ada.as_str() && event["body"]["kind"] == "message")
        .map(|event| event["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(by_ada, (1..=8).map(|n| format!("m{n}")).collect::<Vec<_>>());
    let metrics = world.call("GET", "/metrics", &[], "").await.body;
    let counted = metrics
        .lines()
        .find_map(|line| line.strip_prefix("hearth_limited_total{limit=\"user_sends\"} "));
    assert!(counted.unwrap().parse::<u64>().unwrap() >= refused);
    world.stop().await;
}

#[tokio::test]
async fn a_room_takes_what_it_takes_from_all_together_and_no_outsider_uses_it_up() {
    let world = limited(&[("room_sends_burst", "4"), ("room_sends_per_s", "1")]).await;
    let (ada, eve) = (world.user("ada").await, world.user("eve").await);
    let out = world.user("outsider").await;
    let hall = world.room("hall", &[&ada, &eve]).await;
    let list = world
        .call("GET", &format!("/api/v1/rooms?id={ada}"), &[], "")
        .await;
    let room = list.json()["rooms"][0]["id"].as_str().unwrap().to_owned();
    let say = async |who: &str| {
        let body = json!({"body": {"kind": "message", "text": "goal"}});
        let path = format!("/api/v1/rooms/{room}/events?id={who}");
        world.post(&path, &body).await
    };
    for _ in 0..20 {
        assert_eq!(say(&out).await.status, 403, "{hall}");
    }
    let mut stored = 0;
    for who in [&ada, &eve].into_iter().cycle().take(20) {
        let answer = say(who).await;
        match answer.status {
            201 => stored += 1,
            _ => assert!(is_busy(&answer), "{answer:?}"),
        }
    }
    assert!(
        (4..10).contains(&stored),
        "four, and one a second: {stored}"
    );
    world.stop().await;
}

#[tokio::test]
async fn an_address_logs_in_so_often_and_another_is_not_held_up() {
    let world = limited(&[
        ("address_logins_burst", "3"),
        ("address_logins_per_min", "1"),
    ])
    .await;
    let ada = world.user("ada").await;
    let login = json!({"id": ada});
    for address in ["10.0.0.1", "10.0.0.2"] {
        for _ in 0..3 {
            let answer = from(&world, address, "POST", "/login", &login).await;
            assert_eq!(answer.status, 202, "{answer:?}");
        }
        for (path, body) in [
            ("/login", login.clone()),
            ("/api/v1/login", json!({"name": ada})),
            ("/signin", json!({"username": world.name("never")})),
            ("/api/v1/signup", json!({"name": world.name("never")})),
        ] {
            assert!(
                is_busy(&from(&world, address, "POST", path, &body).await),
                "{path}"
            );
        }
        // Everything else goes on.
        assert_eq!(
            from(&world, address, "GET", "/", &Value::Null).await.status,
            200
        );
    }
    let never = world
        .post("/login", &json!({"id": world.name("never")}))
        .await;
    assert_eq!(never.status, 404, "what was refused has not happened");
    world.stop().await;
}

#[tokio::test]
async fn an_account_is_guessed_at_so_often_from_wherever() {
    let settings = [
        ("name_logins_burst", "3"),
        ("name_logins_per_min", "1"),
        ("mode", "password"),
    ];
    let world = limited(&settings).await;
    let name = world.name("ada");
    let made = world
        .post(
            "/api/v1/signup",
            &json!({"name": name, "password": "correct horse"}),
        )
        .await;
    let id = made.json()["user"]["id"].as_str().unwrap().to_owned();
    let other = world.name("nobody");
    // There or not there, by its name or its id: the same answers.
    for (who, again) in [
        (name.as_str(), id.as_str()),
        (other.as_str(), other.as_str()),
    ] {
        for n in 0..3 {
            let body = json!({"name": who, "password": "wrong horse"});
            let from = from(
                &world,
                &format!("10.0.{n}.1"),
                "POST",
                "/api/v1/login",
                &body,
            )
            .await;
            assert_eq!(from.status, 401, "{from:?}");
        }
        for (path, body) in [
            (
                "/api/v1/login",
                json!({"name": again, "password": "correct horse"}),
            ),
            ("/login", json!({"id": again, "password": "correct horse"})),
        ] {
            assert!(
                is_busy(&from(&world, "10.0.9.1", "POST", path, &body).await),
                "{path}"
            );
        }
    }
    // Who is logged in stays so.
    let token = format!("Bearer {}", made.json()["token"].as_str().unwrap());
    let me = world
        .call("GET", "/api/v1/me", &[("Authorization", &token)], "")
        .await;
    assert_eq!(me.status, 200);
    world.stop().await;
}

#[tokio::test]
async fn requests_are_bounded_for_an_address_before_anything_is_read_and_for_a_user_on_every_way() {
    let world = limited(&[
        ("address_requests_burst", "5"),
        ("address_requests_per_s", "1"),
        ("user_requests_burst", "5"),
        ("user_requests_per_s", "1"),
    ])
    .await;
    let mut answers = Vec::new();
    for _ in 0..10 {
        answers.push(from(&world, "10.0.0.1", "GET", "/api/v1/me", &Value::Null).await);
    }
    assert!(answers[..5].iter().all(|answer| answer.status == 401));
    assert!(answers.iter().any(is_busy));
    // Probes, and this machine itself, are not counted.
    for _ in 0..10 {
        assert_eq!(
            from(&world, "10.0.0.1", "GET", "/livez", &Value::Null)
                .await
                .status,
            200
        );
        assert_eq!(world.call("GET", "/", &[], "").await.status, 200);
    }

    let ada = world.user("ada").await;
    let path = format!("/api/v1/me?id={ada}");
    let (mut over_http, mut socket) = (0, world.v1(0, &ada, &json!([])).await.0);
    while !is_busy(&world.call("GET", &path, &[], "").await) {
        over_http += 1;
        assert!(over_http < 100);
    }
    assert!(over_http >= 5);
    let mut asked = 0;
    let refused = loop {
        asked += 1;
        socket
            .say(&json!({"type": "join", "ref": asked, "name": "nowhere"}))
            .await;
        let error = socket.answer("error", asked).await;
        if error["code"] == "busy" {
            break error;
        }
        assert_eq!(error["code"], "not_found", "{error}");
        assert!(asked < 100);
    };
    assert!(
        refused["retry_after_ms"].as_u64().unwrap() <= 1_000,
        "{refused}"
    );
    world.stop().await;
}

#[tokio::test]
async fn nobody_who_types_meets_a_limit() {
    let world = limited(&[]).await;
    let ada = world.user("ada").await;
    world.room("hall", &[&ada]).await;
    let (mut socket, welcome) = world.v1(0, &ada, &json!([])).await;
    let room = &welcome["rooms"][0]["id"];
    let head = &welcome["rooms"][0]["head"];
    // A page of lines pasted one by one, faster than anybody writes.
    for n in 1..=25 {
        socket
            .say(&json!({"type": "send", "room": room, "id": format!("m{n}"), "after": head, "device": "d", "n": n,
                "body": {"kind": "message", "text": "a line"}}))
            .await;
        socket.next("ack").await;
    }
    world.stop().await;
}
