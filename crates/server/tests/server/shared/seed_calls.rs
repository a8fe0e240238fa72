//! The specification's calls: the documented lines with their exact answers, and what is wrong told as such.

use serde_json::{Value, json};

use crate::world::{JSON, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_lines_give_the_documented_answers() {
    let world = World::open().await;
    let (user, room) = (world.name("user1"), world.name("room1"));

    let made = world.post("/signin", &json!({"username": user})).await;
    assert_eq!(
        (made.status, made.body.as_str()),
        (202, r#"{"message":"User created"}"#)
    );

    let login = world.post("/login", &json!({"id": user})).await;
    assert_eq!(login.status, 202);
    let id = login.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(login.json(), json!({"id": id, "name": user}));
    let cookie = login.cookie("uid").unwrap();
    assert_eq!(
        cookie,
        format!("uid={id}; Path=/; Max-Age=36000; HttpOnly; SameSite=Lax")
    );

    let by_id = world.post("/login", &json!({"id": id})).await;
    assert_eq!(
        (by_id.status, by_id.json()),
        (202, json!({"id": id, "name": user}))
    );

    let room_made = world.post("/create", &json!({"name": room})).await;
    assert_eq!(
        (room_made.status, room_made.body.as_str()),
        (200, r#"{"message":"done"}"#)
    );

    let joined = world
        .post("/join", &json!({"name": room, "user": user}))
        .await;
    assert_eq!(
        (joined.status, joined.body.as_str()),
        (200, r#"{"message":"room joined"}"#)
    );
    let again = world
        .post("/join", &json!({"name": room, "user": id}))
        .await;
    assert_eq!(again.status, 200, "being a member already is no error");

    let health = world.call("GET", "/health", &[], "").await;
    assert_eq!(
        (health.status, health.body.as_str()),
        (200, r#"{"status":"ok"}"#)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_made_once_by_the_same_key_of_the_same_user() {
    let world = World::open().await;
    let (ada, bob) = (world.user("ada").await, world.user("bob").await);
    let create = async |who: Option<&str>, key: &str, name: &str| {
        let label = match who {
            Some(who) => {
                let login = world.post("/login", &json!({"id": who})).await;
                format!("uid={}", login.json()["id"].as_str().unwrap())
            }
            None => "nothing=1".into(),
        };
        let headers = [JSON, ("Idempotency-Key", key), ("Cookie", label.as_str())];
        let body = json!({"name": name}).to_string();
        world.call("POST", "/create", &headers, &body).await.status
    };
    let (hall, den, attic) = (world.name("hall"), world.name("den"), world.name("attic"));
    let key = world.name("key");
    assert_eq!(create(Some(&ada), &key, &hall).await, 200);
    assert_eq!(create(Some(&ada), &key, &hall).await, 200, "the same again");
    assert_eq!(create(Some(&ada), "another", &hall).await, 409);
    assert_eq!(
        create(Some(&bob), &key, &hall).await,
        409,
        "another's key is another one"
    );
    assert_eq!(
        create(Some(&bob), &key, &den).await,
        400,
        "a key is for one request, also where that was refused"
    );
    assert_eq!(create(Some(&ada), &key, &den).await, 400);
    assert_eq!(create(Some(&bob), "another", &den).await, 200);
    assert_eq!(create(None, &key, &attic).await, 200);
    assert_eq!(
        create(None, &key, &attic).await,
        409,
        "nobody's key is no key"
    );
    assert_eq!(create(Some(&ada), "not a key", &hall).await, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_never_a_2xx_and_says_what_and_why() {
    let world = World::open().await;
    let user = world.user("known").await;
    let room = world.room("known", &[]).await;
    let long = "x".repeat(70_000);
    let table: Vec<(&str, Value, u16)> = vec![
        ("/signin", json!({}), 400),
        ("/signin", json!({"username": ""}), 400),
        ("/signin", json!({"username": "two words"}), 400),
        ("/signin", json!({"username": "x".repeat(33)}), 400),
        ("/signin", json!({"username": 7}), 400),
        ("/signin", json!([]), 400),
        ("/signin", json!(["ada", null]), 400),
        ("/signin", json!({"username": "Hearth"}), 409),
        ("/signin", json!({"username": user}), 409),
        ("/signin", json!({"username": user.to_uppercase()}), 409),
        ("/signin", json!({"username": long}), 413),
        ("/login", json!({}), 400),
        ("/login", json!({"id": "nobody-at-all"}), 404),
        ("/login", json!({"id": ""}), 404),
        (
            "/login",
            json!({"id": "00000000-0000-7000-8000-000000000000"}),
            404,
        ),
        ("/create", json!({}), 400),
        ("/create", json!({"name": ""}), 400),
        ("/create", json!({"name": "x".repeat(26)}), 400),
        ("/create", json!({"name": "a\u{202E}b"}), 400),
        ("/create", json!({"name": room}), 409),
        ("/create", json!({"name": room.to_uppercase()}), 409),
        ("/join", json!({"name": room}), 400),
        ("/join", json!({"user": user}), 400),
        ("/join", json!({"name": "", "user": user}), 400),
        ("/join", json!({"name": room, "user": ""}), 400),
        ("/join", json!({"name": room, "user": "nobody-at-all"}), 404),
        (
            "/join",
            json!({"name": "nowhere-at-all", "user": user}),
            404,
        ),
    ];
    for (path, body, status) in table {
        let answer = world.post(path, &body).await;
        let shown: String = body.to_string().chars().take(80).collect();
        assert_eq!(answer.status, status, "{path} {shown}: {}", answer.body);
        let error = answer.json();
        for field in ["error", "code", "message"] {
            assert!(
                error[field].as_str().is_some_and(|text| !text.is_empty()),
                "{path} {shown}: {error}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_or_not_said_to_be_json_is_refused() {
    let world = World::open().await;
    let name = world.name("never");
    let body = json!({"username": name}).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let answer = world
            .call("POST", "/signin", &[("Content-Type", content_type)], &body)
            .await;
        assert_eq!(answer.status, 415, "{content_type}");
    }
    assert_eq!(world.call("POST", "/signin", &[], &body).await.status, 415);
    for broken in [
        "",
        "{",
        "username=x",
        "{\"username\":\"\\ud800\"}",
        "nul",
        "\u{0}",
    ] {
        let answer = world.call("POST", "/signin", &[JSON], broken).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!("bad_request")),
            "{broken:?}"
        );
    }
    assert_eq!(
        world.post("/login", &json!({"id": name})).await.status,
        404,
        "nobody was made"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_in_json() {
    let world = World::open().await;
    let nowhere = world.call("GET", "/nowhere", &[], "").await;
    assert_eq!(
        (nowhere.status, &nowhere.json()["code"]),
        (404, &json!("not_found"))
    );
    let method = world.call("GET", "/signin", &[], "").await;
    assert_eq!((method.status, method.header("allow")), (405, Some("POST")));
    assert_eq!(method.json()["error"], "method not allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_root_is_a_page_for_people_and_json_for_programs() {
    let world = World::open().await;
    for accept in ["*/*", "application/json", "text/plain"] {
        let answer = world.call("GET", "/", &[("Accept", accept)], "").await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, r#"{"message":"server started"}"#)
        );
        assert_eq!(answer.header("vary"), Some("Accept"));
    }
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let page = world.call("GET", "/", &[("Accept", browser)], "").await;
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    assert_eq!(page.header("vary"), Some("Accept, Accept-Encoding"));
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .starts_with("default-src 'none'")
    );
    assert!(
        page.body
            .contains(&format!("hearth chat http://{}", world.place(0))),
        "{}",
        page.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_belongs_to_whom_the_cookie_labels_or_to_nobody() {
    let world = World::open().await;
    let user = world.user("maker").await;
    let id = world.post("/login", &json!({"id": user})).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let room = world.name("owned");
    let cookie = format!("uid={id}");
    let body = json!({"name": room}).to_string();
    assert_eq!(
        world
            .call("POST", "/create", &[JSON, ("Cookie", &cookie)], &body)
            .await
            .status,
        200
    );
    let rooms = world
        .call("GET", &format!("/api/v1/rooms?id={user}"), &[], "")
        .await
        .json();
    assert_eq!(rooms["rooms"][0]["name"], room.as_str(), "{rooms}");
    assert_eq!(
        (&rooms["rooms"][0]["role"], &rooms["rooms"][0]["members"]),
        (&json!("owner"), &json!(1))
    );

    let nobodys = world.room("nobodys", &[&user]).await;
    let rooms = world
        .call("GET", &format!("/api/v1/rooms?id={user}"), &[], "")
        .await
        .json();
    let of = rooms["rooms"]
        .as_array()
        .unwrap()
        .iter()
        .find(|of| of["name"] == nobodys.as_str())
        .unwrap();
    assert_eq!(of["members"], 1, "whoever made it is no member: {of}");
}
