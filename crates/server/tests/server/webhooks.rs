//! Webhooks: programs that write into rooms as to Slack, and programs that are told what happens there.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    sink::{Post, Sink},
    world::{Answer, JSON, World, call},
};

/// A room of somebody's, on a server of its own.
struct Den {
    world: World,
    bearer: String,
    room: String,
}

impl Den {
    async fn open() -> Self {
        let world = World::alone(&[("outgoing_nets", "127.0.0.0/8")]).await;
        let body = json!({"name": world.name("mara")});
        let made = world.post("/api/v1/signup", &body).await;
        let token = made.json()["token"].as_str().unwrap().to_owned();
        let mut den = Self {
            bearer: format!("Bearer {token}"),
            room: String::new(),
            world,
        };
        let name = json!({"name": den.world.name("den")});
        let made = den.done("POST", "/api/v1/rooms", &name).await;
        den.room = made["id"].as_str().unwrap().to_owned();
        den
    }

    async fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let headers = [("Authorization", self.bearer.as_str()), JSON];
        let path = path.replace("{room}", &self.room);
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        call(self.world.place(0), method, &path, &headers, &body).await
    }

    async fn done(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.ask(method, path, body).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        serde_json::from_str(&answer.body).unwrap_or_default()
    }

    async fn send(&self, body: Value) -> u64 {
        let body = json!({"body": body});
        let path = "/api/v1/rooms/{room}/events";
        self.done("POST", path, &body).await["seq"]
            .as_u64()
            .unwrap()
    }

    async fn say(&self, text: &str) -> u64 {
        self.send(json!({"kind": "message", "text": text})).await
    }

    /// The newest event.
    async fn newest(&self) -> Value {
        let page = self.done("GET", "/api/v1/rooms/{room}/events?limit=1", &Value::Null);
        page.await["events"][0].clone()
    }

    /// A way in: its path and its id.
    async fn way_in(&self, name: &str) -> (String, String) {
        let path = "/api/v1/rooms/{room}/webhooks/in";
        let made = self.done("POST", path, &json!({"name": name})).await;
        let url = made["url"].as_str().unwrap();
        let place = format!("http://{}", self.world.place(0));
        let path = url.strip_prefix(&place).unwrap().to_owned();
        (path, made["webhook"]["id"].as_str().unwrap().to_owned())
    }

    /// A way out: its id and its secret.
    async fn way_out(&self, url: &str, kinds: &[&str]) -> (String, String) {
        let path = "/api/v1/rooms/{room}/webhooks/out";
        let body = json!({"url": url, "kinds": kinds});
        let made = self.done("POST", path, &body).await;
        let secret = made["secret"].as_str().unwrap().to_owned();
        (made["webhook"]["id"].as_str().unwrap().to_owned(), secret)
    }

    /// How a way out stands, once it stands so.
    async fn until(&self, id: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let began = std::time::Instant::now();
        loop {
            let all = self.done("GET", "/api/v1/rooms/{room}/webhooks", &Value::Null);
            let all = all.await;
            let all = all["webhooks"].as_array().unwrap();
            let one = all.iter().find(|one| one["id"] == id).unwrap();
            if is_so(&one["out"]) {
                return one.clone();
            }
            assert!(began.elapsed() < crate::world::LONG, "{one}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.world.call("POST", path, headers, body).await
    }
}

fn code(answer: &Answer) -> (u16, String, String) {
    let json = answer.json();
    let word = |key: &str| json[key].as_str().unwrap().to_owned();
    (answer.status, word("code"), word("error"))
}

#[tokio::test]
async fn a_webhook_in_takes_what_slacks_takes_and_the_same_key_once() {
    let den = Den::open().await;
    let (path, id) = den.way_in("CI").await;
    let newest = den.newest().await;
    assert_eq!(
        newest["body"]["user_name"], "CI (webhook)",
        "it comes in as a member"
    );
    let posted = den.post(&path, &[JSON], r#"{"text": "*green*"}"#).await;
    assert_eq!((posted.status, posted.body.as_str()), (200, "ok"));
    let event = den.newest().await;
    assert_eq!(event["by"], id.as_str());
    assert_eq!(event["name"], "CI (webhook)");
    assert_eq!(event["body"]["text"], "**green**");
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let body = "payload=%7B%22text%22%3A%22hello%22%2C%22username%22%3A%22mara%22%7D";
    assert_eq!(den.post(&path, &form, body).await.status, 200);
    let event = den.newest().await;
    assert_eq!(event["body"]["text"], "hello");
    // A name that no user can have.
    assert_eq!(event["name"], "mara (webhook)");

    // The same key again is the same message, also with others between.
    let key = [JSON, ("Idempotency-Key", "build-7")];
    let body = r#"{"text": "once"}"#;
    assert_eq!(den.post(&path, &key, body).await.status, 200);
    let stored = den.newest().await["seq"].as_u64().unwrap();
    for n in 0..3 {
        den.say(&format!("between {n}")).await;
    }
    assert_eq!(den.post(&path, &key, body).await.status, 200);
    let head = den.newest().await["seq"].as_u64().unwrap();
    assert_eq!(head, stored + 3);

    for (body, expected) in [
        ("", (400, "bad_request", "invalid_payload")),
        ("{}", (400, "bad_request", "no_text")),
        ("{\"text\": \"\"}", (400, "bad_request", "no_text")),
    ] {
        let refused = code(&den.post(&path, &[JSON], body).await);
        assert_eq!(
            (refused.0, refused.1.as_str(), refused.2.as_str()),
            expected
        );
    }
    let long = json!({"text": "x".repeat(16 * 1024 + 1)}).to_string();
    let refused = code(&den.post(&path, &[JSON], &long).await);
    assert_eq!((refused.0, refused.2.as_str()), (413, "msg_too_long"));
    let nobody = code(&den.post("/hooks/0123", &[JSON], body).await);
    assert_eq!((nobody.0, nobody.1.as_str()), (404, "not_found"));
    assert_eq!(den.newest().await["seq"].as_u64(), Some(head));
    den.world.stop().await;
}

#[tokio::test]
async fn a_webhook_in_ends_when_it_is_withdrawn_or_put_out_and_rests_with_its_room() {
    let den = Den::open().await;
    let (path, id) = den.way_in("CI").await;
    let key = [JSON, ("Idempotency-Key", "one")];
    let body = r#"{"text": "hello"}"#;
    den.send(json!({"kind": "archive", "on": true})).await;
    for headers in [&key[..], &[JSON]] {
        let refused = code(&den.post(&path, headers, body).await);
        assert_eq!((refused.0, refused.1.as_str()), (409, "archived"));
    }
    den.send(json!({"kind": "archive", "on": false})).await;
    assert_eq!(den.post(&path, &key, body).await.status, 200);
    // A slow room holds up a program as it does a member, and says until when.
    den.send(json!({"kind": "slow", "seconds": 600})).await;
    assert_eq!(den.post(&path, &[JSON], body).await.status, 200);
    let slow = den.post(&path, &[JSON], body).await;
    assert_eq!(slow.status, 429);
    assert!(slow.header("retry-after").is_some());
    den.send(json!({"kind": "slow", "seconds": 0})).await;
    // Where few write by now it is refused, and then taken again.
    let right = |role: &str| json!({"kind": "right", "right": "write", "role": role});
    den.send(right("moderator")).await;
    let key = [JSON, ("Idempotency-Key", "few")];
    let refused = code(&den.post(&path, &key, body).await);
    assert_eq!((refused.0, refused.1.as_str()), (403, "forbidden"));
    let (by_an_owner, news) = den.way_in("News").await;
    assert_eq!(den.post(&by_an_owner, &[JSON], body).await.status, 200);
    let webhook = format!("/api/v1/rooms/{{room}}/webhooks/{news}");
    den.done("DELETE", &webhook, &Value::Null).await;
    den.send(right("guest")).await;
    assert_eq!(den.post(&path, &key, body).await.status, 200);

    den.send(json!({"kind": "remove", "user": id})).await;
    let refused = code(&den.post(&path, &[JSON], body).await);
    assert_eq!((refused.0, refused.1.as_str()), (403, "not_member"));
    let webhook = format!("/api/v1/rooms/{{room}}/webhooks/{id}");
    den.done("DELETE", &webhook, &Value::Null).await;
    let refused = code(&den.post(&path, &[JSON], body).await);
    assert_eq!((refused.0, refused.1.as_str()), (404, "not_found"));

    let (path, id) = den.way_in("Builds").await;
    let webhook = format!("/api/v1/rooms/{{room}}/webhooks/{id}");
    den.done("PATCH", &webhook, &json!({"name": "Nightly"}))
        .await;
    assert_eq!(den.post(&path, &[JSON], body).await.status, 200);
    assert_eq!(den.newest().await["name"], "Nightly (webhook)");
    den.done("DELETE", &webhook, &Value::Null).await;
    let last = den.newest().await;
    assert_eq!(
        (&last["by"], &last["body"]["kind"]),
        (&json!(id), &json!("leave"))
    );
    assert_eq!(den.post(&path, &[JSON], body).await.status, 404);
    // A bounded number.
    for n in 1..=11 {
        let path = "/api/v1/rooms/{room}/webhooks/in";
        let made = den.ask("POST", path, &json!({"name": "x"})).await;
        assert_eq!(
            made.status,
            if n <= 10 { 201 } else { 409 },
            "{n}: {made:?}"
        );
    }
    den.world.stop().await;
}

/// Whether a post is signed by this secret.
fn is_signed(post: &Post, secret: &str) -> bool {
    let header = post.headers["hearth-signature"].to_str().unwrap();
    let (t, v1) = header.split_once(',').unwrap();
    let (t, v1) = (
        t.strip_prefix("t=").unwrap(),
        v1.strip_prefix("v1=").unwrap(),
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{t}.").as_bytes());
    mac.update(&post.body);
    let hex: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    hex == v1
}

#[tokio::test]
async fn a_webhook_out_is_told_every_event_in_order_and_signed() {
    let den = Den::open().await;
    let mut sink = Sink::open().await;
    den.say("from before").await;
    let (id, secret) = den.way_out(&sink.url, &[]).await;
    let first = den.say("one").await;
    for n in 0..40 {
        den.say(&format!("more {n}")).await;
    }
    let last = den.send(json!({"kind": "topic", "topic": "tea"})).await;
    let post = sink.next().await;
    assert!(is_signed(&post, &secret) && !is_signed(&post, "another"));
    assert_eq!(post.headers["content-type"], "application/json");
    let told = post.json();
    assert_eq!(told["seq"], first);
    assert_eq!(told["id"], format!("{id}:{first}"));
    assert_eq!(told["room"], den.room.as_str());
    assert_eq!(told["event"]["seq"], first);
    assert_eq!(told["event"]["body"]["text"], "one");
    assert_eq!(
        sink.until(last).await,
        (first + 1..=last).collect::<Vec<_>>()
    );

    // Another one, of messages alone.
    let mut messages = Sink::open().await;
    let (other, _) = den.way_out(&messages.url, &["message"]).await;
    den.send(json!({"kind": "topic", "topic": "coffee"})).await;
    let said = den.say("hello").await;
    assert_eq!(messages.next().await.seq(), said);
    assert_eq!(sink.until(said).await, [said - 1, said]);
    den.until(&other, |out| out["seq"] == said).await;
    let path = format!("/api/v1/rooms/{{room}}/webhooks/{other}");
    den.done("DELETE", &path, &Value::Null).await;
    let said = den.say("not for it").await;
    sink.until(said).await;
    assert!(messages.is_empty());
    den.world.stop().await;
}

#[tokio::test]
async fn what_is_not_taken_is_told_again_and_who_is_gone_rests_until_it_is_resumed() {
    let den = Den::open().await;
    let mut sink = Sink::open().await;
    let (id, _) = den.way_out(&sink.url, &["message"]).await;
    sink.answer(500);
    let first = den.say("one").await;
    let second = den.say("two").await;
    // The same again, and nothing behind it.
    assert_eq!(sink.next().await.seq(), first);
    assert_eq!(sink.next().await.seq(), first);
    let failing = den
        .until(&id, |out| out["failures"].as_u64() >= Some(2))
        .await;
    assert_eq!(failing["out"]["error"], "answered 500");
    assert!(failing["out"]["next_ms"].as_u64().is_some());
    // By hand, before its time.
    sink.answer(200);
    let resume = format!("/api/v1/rooms/{{room}}/webhooks/{id}/resume");
    den.done("POST", &resume, &Value::Null).await;
    let told = sink.until(second).await;
    assert_eq!(told.iter().filter(|seq| **seq == second).count(), 1);
    den.until(&id, |out| out["seq"] == second && out["failures"] == 0)
        .await;

    sink.answer(410);
    let third = den.say("three").await;
    assert_eq!(sink.next().await.seq(), third);
    den.until(&id, |out| out["suspended"] == "gone").await;
    let fourth = den.say("four").await;
    sink.answer(200);
    den.done("POST", &resume, &Value::Null).await;
    assert_eq!(sink.until(fourth).await, [third, fourth], "nothing is lost");
    den.world.stop().await;
}

#[tokio::test]
async fn a_webhook_out_is_told_nothing_that_its_maker_may_not_read() {
    let den = Den::open().await;
    let mut sink = Sink::open().await;
    let body = json!({"name": den.world.name("jonas")});
    let made = den.world.post("/api/v1/signup", &body).await.json();
    let jonas = made["user"]["id"].as_str().unwrap();
    den.send(json!({"kind": "invite", "user": jonas})).await;
    den.send(json!({"kind": "role", "user": jonas, "role": "moderator"}))
        .await;
    let mine = den.bearer.clone();
    let theirs = Den {
        bearer: format!("Bearer {}", made["token"].as_str().unwrap()),
        room: den.room.clone(),
        world: den.world,
    };
    let (id, _) = theirs.way_out(&sink.url, &[]).await;
    let den = Den {
        bearer: mine,
        ..theirs
    };
    let said = den.say("hello").await;
    assert_eq!(sink.next().await.seq(), said);
    den.until(&id, |out| out["seq"] == said).await;
    den.send(json!({"kind": "role", "user": jonas, "role": "member"}))
        .await;
    let resting = den.until(&id, |out| out["suspended"] == "maker").await;
    assert_eq!(resting["by"], jonas);
    let secret = den.say("not for jonas").await;
    assert!(sink.is_empty());
    // Who resumes it answers for it from then on.
    let resume = format!("/api/v1/rooms/{{room}}/webhooks/{id}/resume");
    den.done("POST", &resume, &Value::Null).await;
    assert_eq!(sink.until(secret).await, [secret - 1, secret]);
    den.world.stop().await;
}

#[tokio::test]
async fn a_webhook_out_goes_into_no_private_network_unless_the_settings_say_so() {
    let world = World::alone(&[]).await;
    let body = json!({"name": world.name("mara")});
    let made = world.post("/api/v1/signup", &body).await;
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let mut den = Den {
        bearer: format!("Bearer {token}"),
        room: String::new(),
        world,
    };
    let name = json!({"name": den.world.name("den")});
    let made = den.done("POST", "/api/v1/rooms", &name).await;
    den.room = made["id"].as_str().unwrap().to_owned();
    let path = "/api/v1/rooms/{room}/webhooks/out";
    for url in [
        "http://127.0.0.1/",
        "http://10.0.0.7/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "ftp://hooks.example/",
        "https://ada:secret@hooks.example/",
        "hooks.example",
    ] {
        let refused = den.ask("POST", path, &json!({"url": url})).await;
        assert_eq!(refused.status, 400, "{url}: {refused:?}");
        assert_eq!(refused.json()["error"], "invalid url");
    }
    let unknown = json!({"url": "https://hooks.example/", "kinds": ["massage"]});
    assert_eq!(den.ask("POST", path, &unknown).await.status, 400);
    // A name is looked at when it is resolved, for the connection itself.
    let sink = Sink::open().await;
    let url = sink.url.replace("127.0.0.1", "localhost");
    let (id, _) = den.way_out(&url, &[]).await;
    den.say("hello").await;
    let failing = den.until(&id, |out| out["failures"] != 0).await;
    let error = failing["out"]["error"].as_str().unwrap();
    assert!(error.contains("private network"), "{error}");
    assert!(sink.is_empty());
    den.world.stop().await;
}
