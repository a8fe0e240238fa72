//! Bots: what a token of limited scope lets one do, over HTTP and on a socket, and that it ends when it is revoked.

use hearth_protocol::UserId;
use serde_json::{Value, json};

use crate::world::{Answer, JSON, Socket, V1, World, call};

/// Whoever asks by a token.
struct By<'a>(&'a World, String);

impl By<'_> {
    async fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let headers = [("Authorization", self.1.as_str()), JSON];
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        call(self.0.place(0), method, path, &headers, &body).await
    }

    async fn done(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.ask(method, path, body).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        serde_json::from_str(&answer.body).unwrap_or_default()
    }

    /// The code by which it is refused.
    async fn refused(&self, method: &str, path: &str, body: &Value) -> String {
        let answer = self.ask(method, path, body).await;
        assert_eq!(answer.status, 403, "{method} {path}: {answer:?}");
        answer.json()["code"].as_str().unwrap().to_owned()
    }

    async fn socket(&self) -> Socket {
        let shown = ("Authorization", self.1.as_str());
        let mut socket = Socket::open(self.0.place(0), "/ws", &[V1, shown])
            .await
            .unwrap();
        socket.say(&json!({"type": "hello", "device": "d"})).await;
        socket
    }
}

/// Somebody with a password, an administrator if that is wanted.
async fn person<'a>(world: &'a World, stem: &str, is_admin: bool) -> By<'a> {
    let mut body = json!({"name": world.name(stem), "password": "correct horse"});
    if is_admin {
        let link = world.node().offer_first().await.unwrap().unwrap();
        body["first"] = json!(link.token);
    }
    let made = world.post("/api/v1/signup", &body).await.json();
    let token = made["token"].as_str().unwrap_or_else(|| panic!("{made}"));
    By(world, format!("Bearer {token}"))
}

/// A token of a bot: who asks by it, and its id.
async fn token<'a>(root: &By<'a>, bot: &str, scopes: &[&str], rooms: &[&str]) -> (By<'a>, String) {
    let body = json!({"name": "t", "scopes": scopes, "rooms": rooms});
    let path = format!("/api/v1/admin/bots/{bot}/tokens");
    let made = root.done("POST", &path, &body).await;
    let secret = made["secret"].as_str().unwrap();
    let id = made["token"]["id"].as_str().unwrap().to_owned();
    (By(root.0, format!("Bearer {secret}")), id)
}

async fn room(by: &By<'_>, stem: &str) -> String {
    let body = json!({"name": by.0.name(stem)});
    let made = by.done("POST", "/api/v1/rooms", &body).await;
    made["id"].as_str().unwrap().to_owned()
}

fn says(text: &str) -> Value {
    json!({"body": {"kind": "message", "text": text}})
}

#[tokio::test]
async fn a_bots_token_does_what_its_scope_says_and_names_what_is_missing() {
    let world = World::alone(&[("mode", "password")]).await;
    let root = person(&world, "root", true).await;
    let mara = person(&world, "mara", false).await;
    let den = room(&mara, "den").await;
    let name = world.name("robot");
    let body = json!({"name": name, "display": "A Robot"});
    let bot = root.done("POST", "/api/v1/admin/bots", &body).await;
    let bot = bot["id"].as_str().unwrap();
    assert!(bot.parse::<UserId>().unwrap().is_bot());
    let events = format!("/api/v1/rooms/{den}/events");
    let invite = json!({"body": {"kind": "invite", "user": bot}});
    mara.done("POST", &events, &invite).await;

    // It is shown as what it is.
    let path = format!("/api/v1/users/{name}");
    let profile = mara.done("GET", &path, &Value::Null).await;
    assert_eq!(profile["bot"], true);
    let members = format!("/api/v1/rooms/{den}/members");
    let members = mara.done("GET", &members, &Value::Null).await;
    let members = members["members"].as_array().unwrap();
    let is_bot = |member: &&Value| member["bot"] == true;
    assert_eq!(members.iter().filter(is_bot).count(), 1);

    let (reads, _) = token(&root, bot, &["read"], &[]).await;
    reads.done("GET", &events, &Value::Null).await;
    assert_eq!(
        reads.refused("POST", &events, &says("no")).await,
        "scope_send"
    );
    let join = format!("/api/v1/rooms/{den}/join");
    assert_eq!(
        reads.refused("POST", &join, &Value::Null).await,
        "scope_rooms"
    );
    let (sends, _) = token(&root, bot, &["send"], &[]).await;
    sends.done("POST", &events, &says("hello")).await;
    assert_eq!(
        sends.refused("GET", &events, &Value::Null).await,
        "scope_read"
    );
    let topic = json!({"body": {"kind": "topic", "topic": "no"}});
    assert_eq!(
        sends.refused("POST", &events, &topic).await,
        "scope_moderate"
    );
    // What it may, it may as any member.
    let (all, _) = token(&root, bot, &["read", "send", "rooms", "moderate"], &[]).await;
    assert_eq!(all.refused("POST", &events, &topic).await, "forbidden");
    for (method, path) in [
        ("GET", "/api/v1/admin/users"),
        ("GET", "/api/v1/sessions"),
        ("POST", "/api/v1/logout"),
        ("GET", "/api/v1/own"),
    ] {
        assert_eq!(
            all.refused(method, path, &Value::Null).await,
            "forbidden",
            "{path}"
        );
    }

    // The same on a socket.
    let mut socket = reads.socket().await;
    assert_eq!(socket.next("welcome").await["rooms"][0]["id"], den.as_str());
    let send = json!({"type": "send", "room": den, "id": "m", "after": 1, "device": "d", "n": 1,
        "body": {"kind": "message", "text": "no"}});
    socket.say(&send).await;
    let error = socket.next("error").await;
    assert_eq!(
        (&error["id"], &error["code"]),
        (&json!("m"), &json!("scope_send"))
    );
    socket.say(&json!({"type": "own", "ref": 7})).await;
    let error = socket.next("error").await;
    assert_eq!(
        (&error["ref"], &error["code"]),
        (&json!(7), &json!("forbidden"))
    );
    mara.done("POST", &events, &says("to all")).await;
    let run = socket.next("events").await;
    assert_eq!(run["events"][0]["body"]["text"], "to all");

    // Nobody logs in as it, in whatever way.
    let login = json!({"name": name, "password": "correct horse"});
    assert_eq!(world.post("/api/v1/login", &login).await.status, 401);
    let path = format!("/api/v1/admin/users/{bot}/reset");
    assert_eq!(root.refused("POST", &path, &Value::Null).await, "forbidden");
    world.stop().await;
}

#[tokio::test]
async fn a_token_that_is_limited_to_rooms_knows_of_no_others() {
    let world = World::alone(&[]).await;
    let root = person(&world, "root", true).await;
    let name = world.name("robot");
    let body = json!({"name": name});
    let bot = root.done("POST", "/api/v1/admin/bots", &body).await;
    let bot = bot["id"].as_str().unwrap().to_owned();
    let (den, hall) = (room(&root, "den").await, room(&root, "hall").await);
    for room in [&den, &hall] {
        let events = format!("/api/v1/rooms/{room}/events");
        let invite = json!({"body": {"kind": "invite", "user": bot}});
        root.done("POST", &events, &invite).await;
    }
    let all = ["read", "send", "rooms", "moderate"];
    let (limited, _) = token(&root, &bot, &all, &[&den]).await;
    let rooms = limited.done("GET", "/api/v1/rooms", &Value::Null).await;
    let rooms = rooms["rooms"].as_array().unwrap();
    assert_eq!(rooms.len(), 1);
    assert_eq!(rooms[0]["id"], den.as_str());
    let events = |room: &str| format!("/api/v1/rooms/{room}/events");
    limited.done("POST", &events(&den), &says("here")).await;
    for (method, path, body) in [
        ("GET", events(&hall), Value::Null),
        ("POST", events(&hall), says("there")),
        (
            "POST",
            "/api/v1/rooms".into(),
            json!({"name": world.name("new")}),
        ),
        ("POST", "/api/v1/direct".into(), json!({"user": bot})),
        ("GET", format!("/rooms/{hall}/1"), Value::Null),
    ] {
        assert_eq!(
            limited.refused(method, &path, &body).await,
            "forbidden",
            "{path}"
        );
    }
    let mut socket = limited.socket().await;
    let welcome = socket.next("welcome").await;
    assert_eq!(welcome["rooms"].as_array().unwrap().len(), 1);
    // By another token it reads what the first must not know of.
    let (free, _) = token(&root, &bot, &all, &[]).await;
    let mark = format!("/api/v1/rooms/{hall}/mark");
    free.done("POST", &mark, &json!({"seq": 2})).await;
    free.done("POST", &events(&hall), &says("there")).await;
    free.done("POST", &events(&den), &says("and here")).await;
    socket.next("events").await;
    for frame in socket.so_far().await {
        assert!(!frame.to_string().contains(&hall), "{frame}");
    }
    // In mode `open` a word is enough for who has no password, but not for a bot.
    let said = world
        .call("GET", &format!("/api/v1/me?id={name}"), &[], "")
        .await;
    assert_eq!(said.status, 401);
    let login = world.post("/api/v1/login", &json!({"name": name})).await;
    assert_eq!(login.status, 403, "{login:?}");
    world.stop().await;
}

#[tokio::test]
async fn a_token_that_is_revoked_is_out_at_once_and_its_sockets_with_it() {
    let world = World::alone(&[("mode", "password")]).await;
    let root = person(&world, "root", true).await;
    let bot = world.name("robot");
    root.done("POST", "/api/v1/admin/bots", &json!({"name": bot}))
        .await;
    let (first, id) = token(&root, &bot, &["read"], &[]).await;
    let (second, _) = token(&root, &bot, &["read"], &[]).await;
    let (mut closed, mut stays) = (first.socket().await, second.socket().await);
    closed.next("welcome").await;
    stays.next("welcome").await;
    let path = format!("/api/v1/admin/bots/{bot}/tokens");
    let revoke = format!("{path}/{id}");
    root.done("DELETE", &revoke, &Value::Null).await;
    let me = first.ask("GET", "/api/v1/me", &Value::Null).await;
    assert_eq!(me.status, 401);
    assert_eq!(closed.closed().await, Some(4100));
    assert!(stays.so_far().await.is_empty());
    let left = root.done("GET", &path, &Value::Null).await;
    assert_eq!(left["tokens"].as_array().unwrap().len(), 1);
    let again = root.ask("DELETE", &revoke, &Value::Null).await;
    assert_eq!(again.status, 404);
    // As many as fit, and none gives way.
    for n in 1..=20 {
        let body = json!({"name": "t", "scopes": ["read"]});
        let made = root.ask("POST", &path, &body).await;
        assert_eq!(made.status, if n < 20 { 201 } else { 409 }, "{n}: {made:?}");
    }
    second.done("GET", "/api/v1/me", &Value::Null).await;
    world.stop().await;
}
