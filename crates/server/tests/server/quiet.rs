//! What a server never writes into its log, however much of it is asked for: passwords, tokens, and what people say.

use std::{collections::BTreeMap, fs::File, process::Stdio, time::Duration};

use hearth_core::testing::secrets::{assert_none_in, note};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    process::Command,
    time::{sleep, timeout},
};

use crate::world::{Answer, JSON, LONG, Socket, V1, call, raw};

/// Each word of what is secret begins with it, so that a log that has a part of one is found out too.
const MARK: &str = "Quillworts";

struct Secrets {
    place: String,
    /// What must not be found, by what it is.
    words: BTreeMap<String, String>,
}

impl Secrets {
    fn word(&mut self, what: &str) -> String {
        let word = format!("{MARK}-{}", what.replace(' ', "-"));
        self.words.insert(what.to_owned(), word.clone());
        word
    }

    async fn post(
        &mut self,
        what: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let headers = [headers, &[JSON]].concat();
        let answer = call(&self.place, "POST", path, &headers, &body.to_string()).await;
        for (name, value) in &answer.headers {
            if name == "set-cookie" && value.starts_with("hearth_session=") {
                let token = value.split(['=', ';']).nth(1).unwrap();
                if !token.is_empty() {
                    self.words
                        .insert(format!("the cookie of {what}"), token.to_owned());
                }
            }
        }
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        if let Some(token) = body["token"].as_str() {
            self.words
                .insert(format!("the token of {what}"), token.to_owned());
        }
        answer
    }
}

/// Everything that carries a secret, well and badly.
async fn everything(secrets: &mut Secrets) {
    let place = secrets.place.clone();
    let (ada, eve) = (
        secrets.word("password of ada"),
        secrets.word("password of eve"),
    );
    let made = secrets
        .post(
            "ada",
            "/api/v1/signup",
            &[],
            &json!({"name": "ada", "password": ada}),
        )
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    let bearer = format!("Bearer {}", made.json()["token"].as_str().unwrap());
    let auth = ("Authorization", bearer.as_str());
    let signed = secrets
        .post(
            "eve",
            "/signin",
            &[],
            &json!({"username": "eve", "password": eve}),
        )
        .await;
    assert_eq!(signed.status, 202);
    for (path, key) in [("/login", "id"), ("/api/v1/login", "name")] {
        let login = secrets
            .post(path, path, &[], &json!({key: "eve", "password": eve}))
            .await;
        assert!(login.status < 300, "{login:?}");
        let wrong = secrets.word(&format!(
            "wrong password at {}",
            &path[1..].replace('/', " ")
        ));
        let body = json!({key: "eve", "password": wrong});
        assert_eq!(secrets.post("nobody", path, &[], &body).await.status, 401);
        let odd = secrets.word(&format!("odd password at {}", &path[1..].replace('/', " ")));
        let body = json!({key: "eve", "password": [odd]});
        assert_eq!(secrets.post("nobody", path, &[], &body).await.status, 400);
        let broken = secrets.word(&format!(
            "broken password at {}",
            &path[1..].replace('/', " ")
        ));
        let body = format!("{{\"{key}\": \"eve\", \"password\": \"{broken}");
        assert_eq!(call(&place, "POST", path, &[JSON], &body).await.status, 400);
    }
    let new = secrets.word("new password");
    let body = json!({"new_password": new, "current_password": ada}).to_string();
    let changed = call(&place, "PUT", "/api/v1/password", &[auth, JSON], &body).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let bearer = format!("Bearer {}", changed.json()["token"].as_str().unwrap());
    let auth = ("Authorization", bearer.as_str());
    let token = secrets.word("made-up token");
    for header in [
        ("Authorization", format!("Bearer {token}")),
        ("Cookie", format!("hearth_session={token}")),
    ] {
        let shown = (header.0, header.1.as_str());
        assert_eq!(
            call(&place, "GET", "/api/v1/me", &[shown], "").await.status,
            401
        );
        let refused = Socket::open(&place, "/ws", &[V1, shown])
            .await
            .err()
            .unwrap();
        assert_eq!(refused.0, 401);
    }
    let (link, chosen) = (secrets.word("link"), secrets.word("password by a link"));
    for (path, body) in [
        (
            "/api/v1/reset",
            json!({"token": link, "new_password": chosen}),
        ),
        ("/api/v1/admin/first", json!({"token": link})),
        (
            "/api/v1/signup",
            json!({"name": "sam", "password": chosen, "first": link}),
        ),
    ] {
        let refused = secrets.post("nobody", path, &[auth], &body).await;
        assert_eq!(refused.status, 403, "{refused:?}");
    }
    let query = secrets.word("query");
    let path = format!("/api/v1/me?id={query}&token={query}");
    assert!(call(&place, "GET", &path, &[], "").await.status >= 400);
    let unheard = secrets.word("no http");
    raw(
        &place,
        format!("GET /{unheard} HTTP/9 {unheard}\r\n{unheard}\r\n\r\n").as_bytes(),
    )
    .await;

    // What is said: over HTTP, in our frames, in the specification's; well, refused, and as no frame.
    let room = secrets
        .post("room", "/api/v1/rooms", &[auth], &json!({"name": "hall"}))
        .await;
    let room = room.json()["id"].as_str().unwrap().to_owned();
    let events = format!("/api/v1/rooms/{room}/events");
    let text = secrets.word("text over http");
    let body = json!({"body": {"kind": "message", "text": text}});
    let sent = secrets.post("send", &events, &[auth], &body).await;
    let seq = sent.json()["seq"].as_u64().unwrap();
    let edit = secrets.word("edit");
    let body = json!({"body": {"kind": "edit", "target": seq, "text": edit}});
    assert_eq!(
        secrets.post("edit", &events, &[auth], &body).await.status,
        201
    );
    let topic = secrets.word("topic");
    let body = json!({"body": {"kind": "topic", "topic": topic}});
    assert_eq!(
        secrets.post("topic", &events, &[auth], &body).await.status,
        201
    );
    let description = secrets.word("description");
    let body = json!({"body": {"kind": "description", "description": description}});
    let described = secrets.post("description", &events, &[auth], &body).await;
    assert_eq!(described.status, 201);
    let path = format!("/api/v1/directory?q={}", secrets.word("sought words"));
    assert_eq!(call(&place, "GET", &path, &[auth], "").await.status, 200);
    let path = format!("/api/v1/users?q={}", secrets.word("sought person"));
    assert_eq!(call(&place, "GET", &path, &[auth], "").await.status, 200);
    let path = format!("/api/v1/invitations/{}", secrets.word("code of a link"));
    assert_eq!(call(&place, "POST", &path, &[auth], "").await.status, 404);
    let path = format!("/api/v1/rooms/{room}/webhooks");
    let url = format!("http://127.0.0.1:9/{}", secrets.word("url of a webhook"));
    for (way, body) in [("in", json!({"name": "CI"})), ("out", json!({"url": url}))] {
        let path = format!("{path}/{way}");
        let made = secrets.post("webhook", &path, &[auth], &body).await.json();
        let secret = made["secret"].as_str().unwrap().to_owned();
        let what = format!("the secret of a webhook {way}");
        secrets.words.insert(what, secret.clone());
        if way == "in" {
            let path = format!("/hooks/{secret}");
            let body = json!({"text": secrets.word("text by a webhook")});
            let posted = secrets.post("hook", &path, &[], &body).await;
            assert_eq!(posted.status, 200, "{posted:?}");
            let body = secrets.word("payload that is none");
            assert_eq!(call(&place, "POST", &path, &[], &body).await.status, 400);
        }
    }
    let path = format!("/hooks/{}", secrets.word("secret that is none"));
    let body = json!({"text": secrets.word("text for nobody")});
    assert_eq!(secrets.post("hook", &path, &[], &body).await.status, 404);
    let odd = secrets.word("odd text");
    let body = json!({"body": {"kind": "message", "text": {"odd": odd}}});
    assert_eq!(
        secrets.post("odd", &events, &[auth], &body).await.status,
        400
    );
    assert_eq!(call(&place, "GET", &events, &[auth], "").await.status, 200);
    let mut socket = Socket::open(&place, "/ws", &[V1, auth]).await.unwrap();
    socket
        .say(&json!({"type": "hello", "device": "d", "rooms": [{"room": room, "seq": 0}]}))
        .await;
    socket.next("welcome").await;
    let mut send = json!({"type": "send", "room": room, "id": "m1", "after": seq, "device": "d", "n": 1,
        "body": {"kind": "message", "text": secrets.word("text over the socket")}});
    socket.say(&send).await;
    socket.next("ack").await;
    send["id"] = json!("m2");
    send["body"] =
        json!({"kind": "edit", "target": 1_000_000, "text": secrets.word("refused text")});
    socket.say(&send).await;
    socket.next("error").await;
    let odd = secrets.word("no frame");
    for text in [
        odd.clone(),
        json!({"type": odd}).to_string(),
        json!({"type": "send", "room": odd}).to_string(),
    ] {
        socket.send(&text).await;
        socket.next("error").await;
    }
    socket
        .say(&json!({"type": "history", "ref": 9, "room": room}))
        .await;
    socket.answer("history", 9).await;
    let mut seed = Socket::open(&place, "/ws", &[auth]).await.unwrap();
    assert_eq!(seed.text().await, "ok");
    let said = secrets.word("text in the frames of the specification");
    seed.say(&json!({"msg": said, "receiver": "", "is_group": true, "group_name": "hall"}))
        .await;
    while !seed.text().await.contains(&said) {}
    seed.send(&secrets.word("no frame of the specification"))
        .await;
    seed.text().await;
    let out = secrets
        .post("ada", "/api/v1/logout", &[auth], &json!({}))
        .await;
    assert_eq!(out.status, 204);
}

#[tokio::test]
async fn no_password_token_or_text_is_logged_at_any_level() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = free.local_addr().unwrap().to_string();
    drop(free);
    let mut server = Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args([
            "serve",
            "--listen",
            &place,
            "--mode",
            "password",
            "--log",
            "trace",
            "--drain-s",
            "1",
            "--outgoing-nets",
            "127.0.0.0/8",
        ])
        .arg("--data")
        .arg(folder.path().join("data"))
        .stdout(Stdio::null())
        .stderr(File::create(&log).unwrap())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let is_up = async {
        while TcpStream::connect(&place).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LONG, is_up).await.unwrap();
    let mut secrets = Secrets {
        place,
        words: BTreeMap::new(),
    };
    everything(&mut secrets).await;
    let pid = rustix::process::Pid::from_raw(i32::try_from(server.id().unwrap()).unwrap());
    rustix::process::kill_process(pid.unwrap(), rustix::process::Signal::TERM).unwrap();
    timeout(LONG, server.wait()).await.unwrap().unwrap();

    let log = std::fs::read_to_string(&log).unwrap();
    for there in ["TRACE", "/api/v1/rooms/{room}/events", "/login", "stopped"] {
        assert!(
            log.contains(there),
            "the log is not what it was: no {there:?}"
        );
    }
    assert!(secrets.words.len() > 20, "{:?}", secrets.words);
    for word in secrets.words.values() {
        note("a word of this test", word);
    }
    // A part of a secret, or one that was written otherwise.
    note("a part of a word of this test", MARK);
    assert_none_in("server-that-says-all", &log);
}
